/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-note-undo.h"

#include <glib/gi18n.h>

#include "csm-id.h"

typedef struct
{
  CsmWorkbench *workbench; /* NULL until it is asked for: the workbench holds this */
  gint64        group;
  char         *case_id;
  char         *text;
} Posted;

static void
posted_free (gpointer data)
{
  Posted *posted = data;

  g_clear_object (&posted->workbench);
  g_free (posted->case_id);
  g_free (posted->text);
  g_free (posted);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Posted, posted_free)

/* The case is opened with it: its draft is read then, or just now. */
static void
note_returned_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr (Posted) posted = data;
  g_autoptr (GError) error = NULL;

  if (!csm_cache_return_draft_finish (CSM_CACHE (source), result, &error))
    g_warning ("Keeping a note failed: %s", error->message);
  else
    csm_workbench_reload_texts (posted->workbench, posted->case_id);
}

static void
note_undone_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr (Posted) posted = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = csm_id_with_letter (posted->case_id, 'n');
  const char *text;

  if (!csm_cache_undo_finish (CSM_CACHE (source), result, &error))
    {
      g_message ("a note can't be taken back: %s", error->message);
      csm_workbench_say (posted->workbench, _("It can’t be taken back any more"));
      return;
    }
  text = posted->text;
  csm_cache_return_draft_async (CSM_CACHE (source), id, text, NULL, note_returned_cb, g_steal_pointer (&posted));
}

static void
undo_note_cb (CsmWorkbench *workbench,
              gpointer      data)
{
  Posted *given = data;
  Posted *posted;

  if (csm_workbench_get_cache (workbench) == NULL)
    return;
  posted = g_new0 (Posted, 1);
  posted->workbench = g_object_ref (workbench);
  posted->case_id = g_strdup (given->case_id);
  posted->text = g_strdup (given->text);
  csm_workbench_keep_texts (workbench);
  csm_cache_undo_async (csm_workbench_get_cache (workbench), given->group, NULL, note_undone_cb, posted);
}

/**
 * csm_note_undo_remember:
 * @workbench: the window's workbench
 * @group: the number under which the note was saved
 * @case_id: its case
 * @text: what it says
 *
 * The key that undoes the last thing takes the note back, and puts its text into the box again. A toast for each would
 * be in the way of talking.
 */
void
csm_note_undo_remember (CsmWorkbench *workbench,
                        gint64        group,
                        const char   *case_id,
                        const char   *text)
{
  Posted *posted = g_new0 (Posted, 1);

  posted->group = group;
  posted->case_id = g_strdup (case_id);
  posted->text = g_strdup (text);
  csm_workbench_offer_undo (workbench, NULL, undo_note_cb, posted, posted_free);
}
