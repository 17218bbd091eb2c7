/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>

#include "csm-case-review.h"
#include "csm-comment-box.h"
#include "csm-json.h"
#include "csm-outbox-page.h"
#include "csm-review-card.h"
#include "csm-status-line.h"
#include "csm-triage.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"
#include "csm-unknown-line.h"
#include "csm-waiting-row.h"
#include "csm-window.h"

/* What the world did meanwhile, and what a person decides about it. */

/* --- what was overtaken -------------------------------------------------------------------------------------- */

static void
overtake_owner (CsmUiDesk *desk)
{
  const char *ids[] = { "c01J00000000000000000000001", NULL };

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_triage_assign (desk->workbench, ids, "p01J00000000000000000000003");
  g_ptr_array_unref (csm_ui_world_wait_outbox (desk, 1));
  csm_ui_world_let_ben_take (desk);
  csm_ui_world_reconnect (desk, NULL, NULL);
}

static const char *
owner (CsmUiDesk *desk)
{
  return csm_json_get_string (csm_workbench_get_detail (desk->workbench)->record, "ownerId");
}

static gboolean
owner_is_ben (gpointer data)
{
  return g_strcmp0 (owner (data), "p01J00000000000000000000002") == 0;
}

static void
test_keep_theirs (CsmUiDesk     *desk,
                  gconstpointer  data)
{
  GtkWidget *page;

  overtake_owner (desk);
  page = csm_ui_world_open_review (desk);
  csm_ui_world_wait_for (page, CSM_TYPE_REVIEW_CARD);
  csm_ui_world_wait_label (page, "Late parcel");
  /* The keyboard is at the first entry, not in the header bar. */
  g_assert_true (gtk_widget_is_ancestor (gtk_root_get_focus (GTK_ROOT (desk->window)), csm_ui_find (page, GTK_TYPE_SCROLLED_WINDOW, "scrolled")));
  g_assert_nonnull (csm_ui_find_label (page, "Ben Okafor changed this too"));
  g_assert_nonnull (csm_ui_find_label (page, "Chiara Conti"));
  csm_ui_world_check_names (page);
  csm_ui_desk_save_png (desk, "review-owner.png");
  csm_ui_activate (csm_ui_find_type (page, CSM_TYPE_REVIEW_CARD), "review.keep-theirs");
  g_ptr_array_unref (csm_ui_world_wait_outbox (desk, 0));
  csm_ui_wait_until (owner_is_ben, desk, "Ben to own it");
  /* What was given up can be had again. */
  csm_workbench_undo (desk->workbench);
  g_ptr_array_unref (csm_ui_world_wait_outbox (desk, 1));
}

static gboolean
has_no_card (gpointer data)
{
  return !gtk_widget_get_visible (data);
}

/* The open case has the same choices, and a case that nothing happened to has none. */
static void
test_in_the_case (CsmUiDesk     *desk,
                  gconstpointer  data)
{
  GtkWidget *review;

  overtake_owner (desk);
  review = csm_ui_find_type (desk->window, CSM_TYPE_CASE_REVIEW);
  csm_ui_world_wait_for (review, CSM_TYPE_REVIEW_CARD);
  csm_ui_world_wait_label (review, "Chiara Conti");
  csm_ui_desk_open_case (desk, 2);
  g_assert_false (gtk_widget_get_visible (review));
  csm_ui_desk_open_case (desk, 1);
  csm_ui_world_wait_for (review, CSM_TYPE_REVIEW_CARD);
  csm_ui_activate (csm_ui_find_type (review, CSM_TYPE_REVIEW_CARD), "review.keep-theirs");
  csm_ui_wait_until (has_no_card, review, "the card to go");
  csm_ui_wait_until (owner_is_ben, desk, "Ben to own it");
}

static void
test_keep_mine (CsmUiDesk     *desk,
                gconstpointer  data)
{
  g_autoptr (GPtrArray) ops = NULL;
  GtkWidget *page;

  overtake_owner (desk);
  page = csm_ui_world_open_review (desk);
  csm_ui_world_wait_for (page, CSM_TYPE_REVIEW_CARD);
  csm_ui_activate (csm_ui_find_type (page, CSM_TYPE_REVIEW_CARD), "review.keep-mine");
  csm_ui_world_wait_for (page, CSM_TYPE_WAITING_ROW);
  ops = csm_ui_world_wait_outbox (desk, 1);
  g_assert_cmpint (((CsmOperation *) ops->pdata[0])->state, ==, CSM_OP_WAITING);
  csm_workbench_undo (desk->workbench);
  g_ptr_array_unref (csm_ui_world_wait_outbox (desk, 0));
  csm_ui_wait_until (owner_is_ben, desk, "Ben to own it");
}

static GtkWidget *
overtake_reply (CsmUiDesk *desk,
                gboolean   by_ben)
{
  GtkWidget *page;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_world_write_reply (desk, "Dear María, it is on its way.");
  csm_ui_world_put_newer (desk, by_ben, by_ben ? "We send you a new one." : "It has come, thank you!");
  csm_ui_world_reconnect (desk, "caseMoved", "m01J00000000000000000000998");
  page = csm_ui_world_open_review (desk);
  csm_ui_world_wait_for (page, CSM_TYPE_REVIEW_CARD);
  return page;
}

static void
test_reply_edit (CsmUiDesk     *desk,
                 gconstpointer  data)
{
  GtkWidget *page = overtake_reply (desk, FALSE);

  csm_ui_world_wait_label (page, "María López wrote again at");
  csm_ui_world_wait_label (page, "It has come, thank you!");
  csm_ui_world_check_names (page);
  csm_ui_desk_save_png (desk, "review-reply.png");
  csm_ui_activate (csm_ui_find_type (page, CSM_TYPE_REVIEW_CARD), "review.edit");
  csm_ui_world_wait_reply (desk, "Dear María, it is on its way.");
  g_assert_false (gtk_widget_get_mapped (page));
  csm_ui_world_wait_unsent (desk);
}

static void
test_reply_discard (CsmUiDesk     *desk,
                    gconstpointer  data)
{
  GtkWidget *page = overtake_reply (desk, TRUE);

  csm_ui_world_wait_label (page, "by Ben Okafor, before this reply got out");
  csm_ui_activate (csm_ui_find_type (page, CSM_TYPE_REVIEW_CARD), "review.drop");
  g_ptr_array_unref (csm_ui_world_wait_outbox (desk, 0));
  /* Not a word is lost. */
  csm_workbench_undo (desk->workbench);
  csm_ui_world_wait_reply (desk, "Dear María, it is on its way.");
}

static void
test_reply_anyway (CsmUiDesk     *desk,
                   gconstpointer  data)
{
  GtkWidget *page = overtake_reply (desk, TRUE);
  g_autoptr (GPtrArray) ops = NULL;

  csm_ui_activate (csm_ui_find_type (page, CSM_TYPE_REVIEW_CARD), "review.send");
  csm_ui_world_wait_for (page, CSM_TYPE_WAITING_ROW);
  ops = csm_ui_world_wait_outbox (desk, 1);
  g_assert_cmpint (((CsmOperation *) ops->pdata[0])->state, ==, CSM_OP_WAITING);
  g_assert_true (csm_json_get_boolean (((CsmOperation *) ops->pdata[0])->payload, "confirmed"));
}

static void
test_failure (CsmUiDesk     *desk,
              gconstpointer  data)
{
  const char *ids[] = { "c01J00000000000000000000001", NULL };
  GtkWidget *page;

  csm_ui_desk_open (desk, 360, 720);
  csm_ui_desk_open_case (desk, 1);
  csm_triage_set_tag (desk->workbench, ids, "g01J00000000000000000000001", TRUE);
  g_ptr_array_unref (csm_ui_world_wait_outbox (desk, 1));
  csm_ui_world_reconnect (desk, "forbidden", NULL);
  page = csm_ui_world_open_review (desk);
  csm_ui_world_wait_label (page, "You are not allowed to do this.");
  csm_ui_world_check_names (page);
  csm_ui_desk_save_png (desk, "review-narrow.png");
  csm_ui_activate (csm_ui_find_type (page, CSM_TYPE_REVIEW_CARD), "review.drop");
  g_ptr_array_unref (csm_ui_world_wait_outbox (desk, 0));
  csm_ui_world_wait_label (page, "Nothing Waits");
  csm_ui_activate (desk->window, "win.back");
  g_assert_false (gtk_widget_get_mapped (page));
}

static gboolean
is_file (gpointer data)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (data, &text, NULL, NULL) && strstr (text, "Dear María") != NULL;
}

static void
test_export (CsmUiDesk     *desk,
             gconstpointer  data)
{
  GtkWidget *page = overtake_reply (desk, FALSE);
  g_autofree char *path = g_build_filename (desk->dir, "what waits.txt", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  csm_outbox_page_export (CSM_OUTBOX_PAGE (page), file);
  csm_ui_wait_until (is_file, path, "the file");
}

/* --- what nobody is sure of ---------------------------------------------------------------------------------- */

static void
put_unsure (CsmUiDesk  *desk,
            const char *author_id,
            const char *state)
{
  g_autofree char *json = g_strdup_printf (
    "{'id':'m01J00000000000000000000900','caseId':'c01J00000000000000000000001','conversationId':'v01J00000000000000000000001',"
    "'channelId':'h01J00000000000000000000001','direction':'out','at':'2026-11-01T10:00:00Z','textBody':'Dear María, <b>soon</b>',"
    "'authorId':'%s','submissionId':'s01J00000000000000000000900','delivery':{'state':'%s'}}", author_id, state);

  csm_ui_put (desk->cache, CSM_TYPE_ID_MESSAGE, json);
}

static gboolean
counts_unsure (gpointer data)
{
  guint n = 0;

  g_object_get (((CsmUiDesk *) data)->account, "n-unsure", &n, NULL);
  return n == 1;
}

static gboolean
counts_none (gpointer data)
{
  guint n = 1;

  g_object_get (((CsmUiDesk *) data)->account, "n-unsure", &n, NULL);
  return n == 0;
}

/* It waits for a person as much as what did not leave. */
static void
test_unsure (CsmUiDesk     *desk,
             gconstpointer  data)
{
  GtkWidget *page;

  csm_ui_put (desk->cache, CSM_TYPE_ID_SUBMISSION,
              "{'id':'s01J00000000000000000000900','caseId':'c01J00000000000000000000001','conversationId':'v01J00000000000000000000001',"
              "'to':[],'textBody':'x','undoStatus':'final','messageId':'m01J00000000000000000000900'}");
  put_unsure (desk, "p01J00000000000000000000001", "unknown");
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_wait_until (counts_unsure, desk, "the reply to be counted");
  csm_ui_world_wait_label (csm_ui_find_type (desk->window, CSM_TYPE_STATUS_LINE), "1 reply needs a decision");
  page = csm_ui_world_open_review (desk);
  csm_ui_world_wait_label (page, "It may have arrived");
  csm_ui_world_wait_label (page, "Dear María, <b>soon</b>");
  csm_ui_world_wait_label (page, "Late parcel");
  csm_ui_world_check_names (page);
  csm_ui_desk_save_png (desk, "review-unsure.png");
  csm_ui_activate (csm_ui_find_type (page, CSM_TYPE_UNKNOWN_LINE), "unknown.again");
  g_ptr_array_unref (csm_ui_world_wait_outbox (desk, 1));
  csm_ui_wait_until (counts_none, desk, "nothing to be counted");
  csm_ui_world_wait_for (page, CSM_TYPE_WAITING_ROW);
  csm_workbench_undo (desk->workbench);
  csm_ui_wait_until (counts_unsure, desk, "the reply to be counted again");
  csm_ui_world_wait_label (page, "It may have arrived");
  /* What the server knows meanwhile is no question any more. */
  put_unsure (desk, "p01J00000000000000000000001", "accepted");
  csm_ui_wait_until (counts_none, desk, "nothing to be counted");
  csm_ui_world_wait_label (page, "Nothing Waits");
}

/* --- taking back --------------------------------------------------------------------------------------------- */

static void
test_undo_send (CsmUiDesk     *desk,
                gconstpointer  data)
{
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_world_write_reply (desk, "Dear María");
  csm_ui_press (desk->window, GDK_KEY_u, 0);
  csm_ui_world_wait_reply (desk, "Dear María");
  csm_ui_world_wait_unsent (desk);
}

/* A fast hand is not ahead of the disk: not what was done before is undone. */
static void
test_undo_at_once (CsmUiDesk     *desk,
                   gconstpointer  data)
{
  const char *ids[] = { "c01J00000000000000000000001", NULL };
  g_autoptr (GPtrArray) ops = NULL;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_triage_assign (desk->workbench, ids, "p01J00000000000000000000003");
  csm_triage_set_tag (desk->workbench, ids, "g01J00000000000000000000001", TRUE);
  csm_workbench_undo (desk->workbench);
  csm_ui_world_wait_label (desk->window, "Undone");
  ops = csm_ui_world_wait_outbox (desk, 1);
  g_assert_nonnull (json_object_get_member (((CsmOperation *) ops->pdata[0])->payload, "ownerId"));
}

static gboolean
has_text (gpointer data)
{
  return gtk_text_buffer_get_char_count (data) > 0;
}

static void
test_undo_note (CsmUiDesk     *desk,
                gconstpointer  data)
{
  GtkTextBuffer *buffer;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (csm_ui_find (csm_ui_find_type (desk->window, CSM_TYPE_COMMENT_BOX), GTK_TYPE_TEXT_VIEW, "text_view")));
  gtk_text_buffer_set_text (buffer, "Who knows?", -1);
  csm_ui_activate (csm_ui_find_type (desk->window, CSM_TYPE_COMMENT_BOX), "comment-box.post");
  g_ptr_array_unref (csm_ui_world_wait_outbox (desk, 1));
  csm_workbench_undo (desk->workbench);
  g_ptr_array_unref (csm_ui_world_wait_outbox (desk, 0));
  csm_ui_wait_until (has_text, buffer, "the note to come back");
  g_assert_cmpint (gtk_text_buffer_get_char_count (buffer), ==, (int) strlen ("Who knows?"));
}

#define ADD(name, test) g_test_add ("/review/" name, CsmUiDesk, application, csm_ui_desk_set_up, test, csm_ui_desk_tear_down)

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

  ADD ("keep-theirs", test_keep_theirs);
  ADD ("keep-mine", test_keep_mine);
  ADD ("in-the-case", test_in_the_case);
  ADD ("reply-edit", test_reply_edit);
  ADD ("reply-discard", test_reply_discard);
  ADD ("reply-anyway", test_reply_anyway);
  ADD ("failure", test_failure);
  ADD ("export", test_export);
  ADD ("unsure", test_unsure);
  ADD ("undo-send", test_undo_send);
  ADD ("undo-at-once", test_undo_at_once);
  ADD ("undo-note", test_undo_note);
  return csm_ui_test_run ();
}
