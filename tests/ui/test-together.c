/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-app-resources.h"
#include "csm-composer.h"
#include "csm-draft-bar.h"
#include "csm-file-list.h"
#include "csm-json.h"
#include "csm-recipients-box.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"

/* Colleagues write one reply: to whom it goes and with which files is everybody's. Ana is here, Ben is what the cache says he did. */

#define CASE "c01J00000000000000000000001"
#define CONVERSATION "v01J00000000000000000000001"
#define BEN "p01J00000000000000000000002"
#define DRAFT "d01J00000000000000000000001"
#define BEN_AT "'by':'" BEN "','at':'2026-01-05T10:00:00Z'"
#define BEN_TO "'to':{'value':[{'name':'Bea','address':'bea@example.net'}],'rev':2,'writer':'w-ben'," BEN_AT "%s}"
#define BEN_FILE "'k':{'blobId':'B0000000000000000000000000000000000000000000000000000000000000000','name':'label.pdf','type':'application/pdf','size':7," BEN_AT "}"

/* As if the server had sent it. */
static void
put_draft (CsmUiDesk  *desk,
           const char *envelope,
           const char *files)
{
  g_autofree char *json = g_strdup_printf ("{'id':'" DRAFT "','caseId':'" CASE "','conversationId':'" CONVERSATION "','review':'none','revisions':[],"
                                           "'paragraphs':{'K1':{'text':'Dear María,','position':'b','rev':1,'writer':'w-ben'," BEN_AT "}},"
                                           "'envelope':{%s},'files':{%s}}", envelope, files);

  csm_ui_put (desk->cache, CSM_TYPE_ID_DRAFT, json);
}

static void
open_case (CsmUiDesk *desk)
{
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_world_wait_reply (desk, "Dear María,");
}

static GtkWidget *
find_entry (CsmUiDesk  *desk,
            const char *name)
{
  return csm_ui_find (csm_ui_find_type (csm_ui_world_composer (desk), CSM_TYPE_RECIPIENTS_BOX), GTK_TYPE_ENTRY, name);
}

static void
write_entry (CsmUiDesk  *desk,
             const char *name,
             const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (find_entry (desk, name)), text);
}

typedef struct
{
  GtkWidget  *entry;
  const char *text;
} Shown;

static gboolean
is_shown (gpointer data)
{
  Shown *shown = data;

  return g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (shown->entry)), shown->text) == 0;
}

static void
wait_entry (CsmUiDesk  *desk,
            const char *name,
            const char *text)
{
  Shown shown = { find_entry (desk, name), text };

  csm_ui_wait_until (is_shown, &shown, text);
}

/* What of the waiting operations is at @path, of the last one that has it. */
static JsonObject *
find_patch (GPtrArray  *ops,
            const char *path)
{
  for (guint i = ops->len; i > 0; i--)
    {
      JsonObject *found = csm_json_get_object (((CsmOperation *) ops->pdata[i - 1])->payload, path);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static const char *
first_address (JsonObject *entry)
{
  return csm_json_get_string (json_array_get_object_element (csm_json_get_array (entry, "value"), 0), "address");
}

/* What a colleague wrote there is shown; what one writes oneself is shared, once it is somebody's address. */
static void
test_recipients (CsmUiDesk     *desk,
                 gconstpointer  data)
{
  g_autofree char *to = g_strdup_printf (BEN_TO ",'subject':{'value':'Your zip','rev':1,'writer':'w-ben'," BEN_AT "}", "");
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GPtrArray) ops = NULL;
  JsonObject *cc;

  put_draft (desk, to, "");
  open_case (desk);
  wait_entry (desk, "to_entry", "Bea <bea@example.net>");
  wait_entry (desk, "subject_entry", "Your zip");
  write_entry (desk, "cc_entry", "carl@");
  csm_ui_settle ();
  csm_workbench_keep_texts (desk->workbench);
  none = csm_ui_desk_outbox (desk);
  g_assert_cmpuint (none->len, ==, 0);
  /* It stays while others write. */
  put_draft (desk, to, "");
  write_entry (desk, "cc_entry", "carl@example.org");
  ops = csm_ui_world_wait_outbox (desk, 1);
  cc = find_patch (ops, "envelope/cc");
  g_assert_cmpstr (first_address (cc), ==, "carl@example.org");
  g_assert_cmpint (csm_json_get_int (cc, "rev", -1), ==, 0);
  g_assert_null (find_patch (ops, "envelope/to"));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (csm_ui_find (csm_ui_world_composer (desk), GTK_TYPE_TOGGLE_BUTTON, "recipients_button")), TRUE);
  csm_ui_world_check_names (csm_ui_find_type (csm_ui_world_composer (desk), CSM_TYPE_RECIPIENTS_BOX));
  csm_ui_desk_save_png (desk, "together-recipients.png");
  /* It is the case's, here and elsewhere. */
  csm_ui_desk_open_case (desk, 2);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (find_entry (desk, "cc_entry"))), !=, "carl@example.org");
  csm_ui_desk_open_case (desk, 1);
  wait_entry (desk, "cc_entry", "carl@example.org");
  wait_entry (desk, "to_entry", "Bea <bea@example.net>");
}

/* Two changed the same line: the later counts, and the other one is offered. */
static void
test_two_versions (CsmUiDesk     *desk,
                   gconstpointer  data)
{
  g_autofree char *both = g_strdup_printf (BEN_TO, ",'others':[{'value':[{'name':'','address':'carl@example.org'}],'by':'p01J00000000000000000000001','at':'2026-01-05T10:00:00Z'}]");
  g_autoptr (GPtrArray) ops = NULL;
  GtkWidget *bar;
  JsonObject *to;

  put_draft (desk, both, "");
  open_case (desk);
  bar = csm_ui_find_type (csm_ui_world_composer (desk), CSM_TYPE_DRAFT_BAR);
  csm_ui_world_wait_label (bar, "carl@example.org");
  wait_entry (desk, "to_entry", "Bea <bea@example.net>");
  csm_ui_desk_save_png (desk, "together-two-versions.png");
  g_signal_emit_by_name (gtk_widget_get_ancestor (csm_ui_find_label (bar, "Use This"), GTK_TYPE_BUTTON), "clicked");
  wait_entry (desk, "to_entry", "carl@example.org");
  ops = csm_ui_world_wait_outbox (desk, 1);
  to = find_patch (ops, "envelope/to");
  g_assert_cmpstr (first_address (to), ==, "carl@example.org");
  g_assert_cmpint (csm_json_get_int (to, "rev", -1), ==, 2);
  g_assert_false (csm_json_get_boolean (to, "undecided"));
  csm_ui_settle ();
  g_assert_null (csm_ui_find_label (bar, "Use This"));
}

static guint
count_files (CsmUiDesk *desk)
{
  CsmFileList *files = CSM_FILE_LIST (csm_ui_find (csm_ui_world_composer (desk), CSM_TYPE_FILE_LIST, "attachments"));
  g_autoptr (JsonArray) list = csm_file_list_dup_attachments (files);

  return json_array_get_length (list);
}

typedef struct
{
  CsmUiDesk *desk;
  guint      n;
} Files;

static gboolean
has_files (gpointer data)
{
  Files *files = data;

  return count_files (files->desk) == files->n;
}

static void
wait_files (CsmUiDesk *desk,
            guint      n)
{
  Files files = { desk, n };

  csm_ui_wait_until (has_files, &files, "the files");
}

static void
add_file (CsmUiDesk *desk)
{
  g_autofree char *path = g_build_filename (desk->dir, "list.txt", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  g_assert_true (g_file_set_contents (path, "parcel 4471\n", -1, NULL));
  csm_composer_attach (CSM_COMPOSER (csm_ui_world_composer (desk)), file);
}

/* One that a colleague added is here; to take it out can be taken back; what is added here is there, too, and after a restart. */
static void
test_files (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWidget *list;
  g_autoptr (GPtrArray) ops = NULL;
  guint n = 0;

  put_draft (desk, "", BEN_FILE);
  open_case (desk);
  wait_files (desk, 1);
  list = csm_ui_find (csm_ui_world_composer (desk), CSM_TYPE_FILE_LIST, "attachments");
  csm_ui_world_wait_label (list, "label.pdf");
  csm_ui_world_check_names (list);
  csm_ui_desk_save_png (desk, "together-file.png");
  g_signal_emit_by_name (csm_ui_find_type (list, CSM_TYPE_COMPOSER_FILE), "removed");
  wait_files (desk, 0);
  csm_ui_activate (desk->window, "win.undo");
  wait_files (desk, 1);
  add_file (desk);
  wait_files (desk, 2);
  ops = csm_ui_world_wait_outbox (desk, 1);
  for (guint i = 0; i < ops->len; i++)
    {
      g_autoptr (GList) paths = json_object_get_members (((CsmOperation *) ops->pdata[i])->payload);

      for (GList *l = paths; l != NULL; l = l->next)
        n += g_str_has_prefix (l->data, "files/");
    }
  g_assert_cmpuint (n, ==, 1);
  csm_ui_desk_open_case (desk, 2);
  g_assert_cmpuint (count_files (desk), ==, 0);
  csm_ui_desk_open_case (desk, 1);
  wait_files (desk, 2);
  /* Ben takes his out. */
  put_draft (desk, "", "");
  wait_files (desk, 1);
}

/* All of it goes with the reply, is out of the draft at once, and comes back with it. */
static void
test_send (CsmUiDesk     *desk,
           gconstpointer  data)
{
  g_autofree char *to = g_strdup_printf (BEN_TO, "");
  g_autoptr (GPtrArray) ops = NULL;
  JsonObject *payload = NULL;

  put_draft (desk, to, BEN_FILE);
  open_case (desk);
  wait_entry (desk, "to_entry", "Bea <bea@example.net>");
  write_entry (desk, "bcc_entry", "carl@example.org");
  add_file (desk);
  wait_files (desk, 2);
  csm_ui_activate (csm_ui_world_composer (desk), "composer.send");
  csm_ui_world_wait_reply (desk, "");
  wait_files (desk, 0);
  ops = csm_ui_world_wait_outbox (desk, 4);
  for (guint i = 0; i < ops->len; i++)
    if (((CsmOperation *) ops->pdata[i])->type == CSM_TYPE_ID_SUBMISSION)
      payload = ((CsmOperation *) ops->pdata[i])->payload;
  g_assert_nonnull (payload);
  g_assert_cmpuint (json_array_get_length (csm_json_get_array (payload, "attachments")), ==, 2);
  g_assert_cmpstr (csm_json_get_string (json_array_get_object_element (csm_json_get_array (payload, "to"), 0), "address"), ==, "bea@example.net");
  g_assert_cmpstr (csm_json_get_string (json_array_get_object_element (csm_json_get_array (payload, "bcc"), 0), "address"), ==, "carl@example.org");
  g_assert_true (csm_json_get_boolean (find_patch (ops, "files/k"), "sent"));
  g_assert_true (csm_json_get_boolean (find_patch (ops, "envelope/to"), "sent"));
  wait_entry (desk, "bcc_entry", "");
  csm_ui_activate (desk->window, "win.undo");
  csm_ui_world_wait_reply (desk, "Dear María,");
  wait_files (desk, 2);
  wait_entry (desk, "to_entry", "Bea <bea@example.net>");
  wait_entry (desk, "bcc_entry", "carl@example.org");
}

/* What is looked at first is all of it. */
static void
test_review (CsmUiDesk     *desk,
             gconstpointer  data)
{
  g_autoptr (GPtrArray) ops = NULL;
  JsonObject *to;

  put_draft (desk, "", "");
  open_case (desk);
  g_signal_emit_by_name (csm_ui_find (csm_ui_world_composer (desk), GTK_TYPE_POPOVER, "ask_popover"), "asked", BEN, "Is that so?");
  ops = csm_ui_world_wait_outbox (desk, 2);
  to = find_patch (ops, "envelope/to");
  g_assert_nonnull (to);
  g_assert_nonnull (first_address (to));
  g_assert_nonnull (find_patch (ops, "envelope/subject"));
}

#define ADD(path, function) \
  g_test_add ("/together/" path, CsmUiDesk, application, csm_ui_desk_set_up, function, csm_ui_desk_tear_down)

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

  ADD ("recipients", test_recipients);
  ADD ("two-versions", test_two_versions);
  ADD ("files", test_files);
  ADD ("send", test_send);
  ADD ("review", test_review);
  return csm_ui_test_run ();
}
