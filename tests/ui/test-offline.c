/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-app-resources.h"
#include "csm-attachment-chip.h"
#include "csm-colleague-pane.h"
#include "csm-comment-box.h"
#include "csm-event-text.h"
#include "csm-file-list.h"
#include "csm-json.h"
#include "csm-ui-desk.h"
#include "csm-ui-test.h"
#include "csm-window.h"

/* What a person sees and can do while there is no connection, and what the world did meanwhile. */

static JsonObject *
parse (const char *json)
{
  g_autofree char *text = g_strdelimit (g_strdup (json), "'", '"');
  g_autoptr (GError) error = NULL;
  JsonObject *object = csm_json_parse_object (text, -1, &error);

  g_assert_no_error (error);
  return object;
}

/* What is done is written on another thread than what is read. */
static GPtrArray *
wait_outbox (CsmUiDesk *desk,
             guint      n)
{
  gint64 until = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;
  GPtrArray *ops = csm_ui_desk_outbox (desk);

  while (ops->len != n && g_get_monotonic_time () < until)
    {
      g_ptr_array_unref (ops);
      ops = csm_ui_desk_outbox (desk);
    }
  g_assert_cmpuint (ops->len, ==, n);
  return ops;
}

static gboolean
is_mapped_type (gpointer data)
{
  gpointer *pair = data;
  GtkWidget *found = csm_ui_find_type (pair[0], *(GType *) pair[1]);

  return found != NULL && gtk_widget_get_mapped (found);
}

static void
wait_for (GtkWidget *root,
          GType      type)
{
  gpointer pair[] = { root, &type };

  csm_ui_wait_until (is_mapped_type, pair, g_type_name (type));
}

/* --- the history's words ------------------------------------------------------------------------------------- */

static void
check_event (CsmUiDesk  *desk,
             const char *before,
             const char *after,
             const char *sentence)
{
  g_autofree char *json = g_strdup_printf ("{'kind':'participants','personId':'p01J00000000000000000000001',"
                                           "'before':{'value':{%s}},'after':{'value':{%s}}}", before, after);
  g_autoptr (JsonObject) event = parse (json);
  g_autofree char *text = csm_event_text (desk->workbench, event);

  g_assert_cmpstr (text, ==, sentence);
}

static void
test_participants (CsmUiDesk     *desk,
                   gconstpointer  data)
{
  check_event (desk, "", "'p01J00000000000000000000002':true,'p01J00000000000000000000001':true", "Ana Reyes brought in Ben Okafor");
  check_event (desk, "", "'p01J00000000000000000000001':true", "Ana Reyes takes part in the case now");
  check_event (desk, "'p01J00000000000000000000001':true", "", "Ana Reyes left the case");
  check_event (desk, "'p01J00000000000000000000002':true", "", "Ana Reyes removed Ben Okafor from the case");
}

/* --- files along with a note --------------------------------------------------------------------------------- */

static GtkWidget *
note_view (CsmUiDesk *desk)
{
  return csm_ui_find (csm_ui_find_type (desk->window, CSM_TYPE_COMMENT_BOX), GTK_TYPE_TEXT_VIEW, "text_view");
}

static void
test_note_with_file (CsmUiDesk     *desk,
                     gconstpointer  data)
{
  g_autoptr (JsonObject) given = parse ("{'list':[{'blobId':'b1','type':'text/plain','size':12,'name':'list.txt'}]}");
  g_autoptr (GPtrArray) ops = NULL;
  CsmOperation *op;
  GtkWidget *box;
  CsmFileList *files;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  box = csm_ui_find_type (desk->window, CSM_TYPE_COMMENT_BOX);
  files = CSM_FILE_LIST (csm_ui_find_type (box, CSM_TYPE_FILE_LIST));
  csm_file_list_add_attachments (files, csm_json_get_array (given, "list"));
  csm_ui_type (note_view (desk), "Here is the list");
  /* It stays with its case. */
  csm_ui_desk_open_case (desk, 2);
  g_assert_true (csm_file_list_is_empty (files));
  csm_ui_desk_open_case (desk, 1);
  g_assert_false (csm_file_list_is_empty (files));
  csm_ui_activate (box, "comment-box.post");
  g_assert_true (csm_file_list_is_empty (files));
  ops = wait_outbox (desk, 1);
  op = ops->pdata[0];
  g_assert_cmpint (op->type, ==, CSM_TYPE_ID_COMMENT);
  g_assert_cmpuint (json_array_get_length (csm_json_get_array (op->payload, "attachments")), ==, 1);
  wait_for (csm_ui_find_type (desk->window, CSM_TYPE_COLLEAGUE_PANE), CSM_TYPE_ATTACHMENT_CHIP);
}

#define ADD(name, test) g_test_add ("/offline/" name, CsmUiDesk, application, csm_ui_desk_set_up, test, csm_ui_desk_tear_down)

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = NULL;

  csm_ui_test_init (&argc, &argv);
  g_assert_nonnull (csm_app_get_resource ());
  application = adw_application_new (CSM_APP_ID, G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  ADD ("participants", test_participants);
  ADD ("note-with-file", test_note_with_file);
  return csm_ui_test_run ();
}
