/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-answer-window.h"
#include "csm-comment-box.h"
#include "csm-json.h"
#include "csm-notices.h"
#include "csm-time.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"

/* What somebody is told of without looking, and how they answer. */

#define CASE "c01J00000000000000000000001"
#define ANA "p01J00000000000000000000001"
#define BEN "p01J00000000000000000000002"

typedef struct
{
  char     *case_id;
  char     *body;
  gboolean  answerable;
  guint     n;
} Told;

static void
noticed_cb (Told            *told,
            const CsmNotice *notice)
{
  g_free (told->case_id);
  g_free (told->body);
  told->case_id = g_strdup (notice->case_id);
  told->body = csm_notices_say (notice, 1, TRUE);
  told->answerable = notice->kind == CSM_NOTICE_COLLEAGUE;
  told->n++;
}

static gboolean
is_told (gpointer data)
{
  return ((Told *) data)->n > 0;
}

static void
expect (Told       *told,
        const char *body,
        gboolean    answerable)
{
  csm_ui_wait_until (is_told, told, body);
  g_assert_cmpuint (told->n, ==, 1);
  g_assert_cmpstr (told->case_id, ==, CASE);
  g_assert_cmpstr (told->body, ==, body);
  g_assert_cmpint (told->answerable, ==, answerable);
  told->n = 0;
}

static gboolean
has_directory (gpointer data)
{
  return csm_workbench_get_directory (data) != NULL;
}

static void
put_comment (CsmUiDesk  *desk,
             const char *id,
             const char *author,
             const char *mention,
             gint64      at)
{
  g_autofree char *when = csm_time_format (at);
  g_autofree char *json = g_strdup_printf ("{'id':'%s','caseId':'" CASE "','authorId':'%s','body':'@Ana Reyes is it **safe**?','mentions':{'%s':true},'at':'%s'}",
                                           id, author, mention, when);

  csm_ui_put (desk->cache, CSM_TYPE_ID_COMMENT, json);
}

static void
test_what_is_told (CsmUiDesk     *desk,
                   gconstpointer  data)
{
  g_autoptr (CsmNotifier) notifier = NULL;
  Told told = { NULL };

  csm_ui_wait_until (has_directory, desk->workbench, "the directory");
  notifier = csm_notifier_new (desk->workbench);
  g_signal_connect_swapped (notifier, "noticed", G_CALLBACK (noticed_cb), &told);

  put_comment (desk, "n01J00000000000000000000901", BEN, ANA, csm_time_now () + CSM_SECOND);
  expect (&told, "Ben Okafor mentioned you: @Ana Reyes is it safe?", TRUE);
  csm_ui_put (desk->cache, CSM_TYPE_ID_DRAFT, "{'id':'d01J00000000000000000000001','caseId':'" CASE "','conversationId':'v01J00000000000000000000001',"
                                              "'review':'requested','reviewerId':'" ANA "','requestedBy':'" BEN "'}");
  expect (&told, "Ben Okafor asks you to look at a reply", FALSE);

  /* What was there before, what others were told, one's own, and once more what was told. */
  put_comment (desk, "n01J00000000000000000000902", BEN, ANA, csm_time_now () - 3600 * CSM_SECOND);
  put_comment (desk, "n01J00000000000000000000903", BEN, BEN, csm_time_now () + CSM_SECOND);
  put_comment (desk, "n01J00000000000000000000904", ANA, ANA, csm_time_now () + CSM_SECOND);
  put_comment (desk, "n01J00000000000000000000901", BEN, ANA, csm_time_now () + 2 * CSM_SECOND);
  g_settings_set_boolean (desk->settings, "notifications", FALSE);
  put_comment (desk, "n01J00000000000000000000905", BEN, ANA, csm_time_now () + CSM_SECOND);
  csm_ui_settle ();
  g_settings_set_boolean (desk->settings, "notifications", TRUE);
  put_comment (desk, "n01J00000000000000000000906", BEN, ANA, csm_time_now () + CSM_SECOND);
  expect (&told, "Ben Okafor mentioned you: @Ana Reyes is it safe?", TRUE);
  csm_notifier_stop (notifier);
  g_free (told.case_id);
  g_free (told.body);
}

/* Without the inbox, and without a network. */
static void
test_answering (CsmUiDesk     *desk,
                gconstpointer  data)
{
  GtkWidget *window = csm_answer_window_new (desk->application, desk->account, desk->settings, CASE);
  GtkWidget *view;
  g_autoptr (GPtrArray) ops = NULL;
  JsonObject *payload;

  gtk_window_present (GTK_WINDOW (window));
  csm_ui_world_wait_label (window, "Tracking comes");
  csm_ui_world_check_names (window);
  view = csm_ui_find (csm_ui_find_type (window, CSM_TYPE_COMMENT_BOX), GTK_TYPE_TEXT_VIEW, "text_view");
  csm_ui_type (view, "Yes, @Ben Okafor");
  csm_ui_settle ();
  {
    g_autofree char *path = g_test_build_filename (G_TEST_BUILT, "ui", "answer.png", NULL);

    csm_ui_save_png (window, path);
  }
  csm_ui_press (view, GDK_KEY_Return, 0);
  ops = csm_ui_world_wait_outbox (desk, 1);
  payload = ((CsmOperation *) ops->pdata[0])->payload;
  g_assert_cmpint (((CsmOperation *) ops->pdata[0])->type, ==, CSM_TYPE_ID_COMMENT);
  g_assert_cmpstr (csm_json_get_string (payload, "caseId"), ==, CASE);
  g_assert_true (csm_json_has_key (payload, "mentions", BEN));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
put_first_drafts (CsmUiDesk *desk)
{
  CsmSyncPage *page = csm_sync_page_new (CSM_TYPE_ID_DRAFT, "workspace");
  g_autofree char *now = csm_time_format (csm_time_now () + CSM_SECOND);
  g_autofree char *json = g_strdup_printf ("{'id':'d01J00000000000000000000001','caseId':'" CASE "','conversationId':'v01J00000000000000000000001',"
                                           "'review':'requested','reviewerId':'" ANA "','requestedBy':'" BEN "','requestedAt':'%s'}", now);

  page->new_state = g_strdup ("1");
  csm_ui_put_page (desk->cache, page, json);
}

/* A sample, or a workspace that one joins, is made while the app is up already. */
static void
test_first_sync (CsmUiDesk     *desk,
                 gconstpointer  data)
{
  g_autoptr (CsmNotifier) notifier = NULL;
  Told told = { NULL };

  csm_ui_wait_until (has_directory, desk->workbench, "the directory");
  notifier = csm_notifier_new (desk->workbench);
  g_signal_connect_swapped (notifier, "noticed", G_CALLBACK (noticed_cb), &told);
  put_first_drafts (desk);
  csm_ui_settle ();
  g_assert_cmpuint (told.n, ==, 0);
  /* Written on, it is nothing new. */
  csm_ui_put (desk->cache, CSM_TYPE_ID_DRAFT, "{'id':'d01J00000000000000000000001','caseId':'" CASE "','conversationId':'v01J00000000000000000000001',"
                                              "'review':'requested','reviewerId':'" ANA "','requestedBy':'" BEN "','basedOn':'m01J00000000000000000000001'}");
  csm_ui_settle ();
  g_assert_cmpuint (told.n, ==, 0);
  put_comment (desk, "n01J00000000000000000000901", BEN, ANA, csm_time_now () + CSM_SECOND);
  expect (&told, "Ben Okafor mentioned you: @Ana Reyes is it safe?", TRUE);
  csm_notifier_stop (notifier);
  g_free (told.case_id);
  g_free (told.body);
}

#define ADD(path, function) \
  g_test_add ("/notices/" path, CsmUiDesk, application, csm_ui_desk_set_up, function, csm_ui_desk_tear_down)

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

  ADD ("what-is-told", test_what_is_told);
  ADD ("first-sync", test_first_sync);
  ADD ("answering", test_answering);
  return csm_ui_test_run ();
}
