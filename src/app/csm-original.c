/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-original.h"

#include <glib/gi18n.h>

#include "csm-json.h"

#define MAX_FILES 100

/* The program: what the environment names, or what is installed; none where it was built without WebKit. */
static char *
find_program (void)
{
  const char *named = g_getenv ("CASEMENT_ORIGINAL");
  g_autofree char *installed = g_build_filename (CSM_PKGLIBEXECDIR, "casement-original", NULL);
  const char *path = named != NULL && named[0] != '\0' ? named : installed;

  return g_file_test (path, G_FILE_TEST_IS_EXECUTABLE) ? g_strdup (path) : NULL;
}

/* Whether there is something to show, and something that shows it. */
gboolean
csm_original_is_available (JsonObject *message)
{
  g_autofree char *program = csm_json_get_string (message, "htmlBlobId") != NULL ? find_program () : NULL;

  return program != NULL;
}

typedef struct
{
  CsmWorkbench *workbench;
  JsonObject   *message;
  GPtrArray    *arguments; /* of the program */
  guint         next;      /* the attachment to look at */
  char         *cid;       /* whose file is being fetched; NULL: the document */
} Opening;

static void
opening_free (Opening *opening)
{
  g_object_unref (opening->workbench);
  json_object_unref (opening->message);
  g_ptr_array_unref (opening->arguments);
  g_free (opening->cid);
  g_free (opening);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Opening, opening_free)

static void
start (Opening *opening)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GSubprocess) process = NULL;
  const char *subject = csm_json_get_string (opening->message, "subject");

  g_ptr_array_add (opening->arguments, NULL);
  /* Everybody on this computer may read a program's arguments, but not its environment. */
  g_subprocess_launcher_setenv (launcher, "CASEMENT_ORIGINAL_TITLE", subject != NULL ? subject : "", TRUE);
  process = g_subprocess_launcher_spawnv (launcher, (const char * const *) opening->arguments->pdata, &error);
  if (process != NULL)
    return;
  g_warning ("Showing an original failed: %s", error->message);
  csm_workbench_say (opening->workbench, _("The original can’t be shown here"));
}

static void fetch_next (Opening *opening);

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (Opening) opening = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = csm_account_fetch_blob_finish (CSM_ACCOUNT (source), result, &error);

  if (path == NULL && opening->cid == NULL)
    {
      g_info ("An original could not be fetched: %s", error->message);
      csm_workbench_say (opening->workbench, _("The original is not on this computer, and the server can’t be reached"));
      return;
    }
  if (path != NULL && opening->cid != NULL)
    g_ptr_array_add (opening->arguments, g_steal_pointer (&opening->cid));
  if (path != NULL)
    g_ptr_array_add (opening->arguments, g_steal_pointer (&path));
  fetch_next (g_steal_pointer (&opening));
}

static gboolean
is_shown_inside (JsonObject *file)
{
  const char *type = csm_json_get_string (file, "type");
  const char *cid = csm_json_get_string (file, "cid");

  return cid != NULL && cid[0] != '\0' && csm_json_get_string (file, "blobId") != NULL && type != NULL && g_str_has_prefix (type, "image/");
}

/* The images that came with it, one after another; those that can't be had are missing from it. */
static void
fetch_next (Opening *opening)
{
  g_autoptr (Opening) owned = opening;
  JsonArray *list = csm_json_get_array (opening->message, "attachments");

  while (list != NULL && opening->next < json_array_get_length (list) && opening->next < MAX_FILES)
    {
      JsonNode *node = json_array_get_element (list, opening->next++);
      JsonObject *file = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

      if (file == NULL || !is_shown_inside (file))
        continue;
      g_free (opening->cid);
      opening->cid = g_strdup (csm_json_get_string (file, "cid"));
      csm_account_fetch_blob_async (csm_workbench_get_account (opening->workbench), csm_json_get_string (file, "blobId"),
                                    csm_json_get_string (file, "type"), csm_json_get_string (file, "name"), NULL, fetched_cb, g_steal_pointer (&owned));
      return;
    }
  start (opening);
}

/**
 * csm_original_show:
 * @workbench: the window's workbench
 * @message: a Message that has an original
 *
 * Opens it in a window of another program, as soon as it is on this computer.
 */
void
csm_original_show (CsmWorkbench *workbench,
                   JsonObject   *message)
{
  char *program = find_program ();
  Opening *opening;

  if (program == NULL)
    return;
  opening = g_new0 (Opening, 1);
  opening->workbench = g_object_ref (workbench);
  opening->message = json_object_ref (message);
  opening->arguments = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (opening->arguments, program);
  g_ptr_array_add (opening->arguments, g_strdup ("--"));
  csm_account_fetch_blob_async (csm_workbench_get_account (workbench), csm_json_get_string (message, "htmlBlobId"), "text/html", "original.html", NULL,
                                fetched_cb, opening);
}
