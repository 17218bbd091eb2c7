/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <signal.h>

#include "csm-case-list-pane.h"
#include "csm-case-list-row.h"
#include "csm-comment-box.h"
#include "csm-composer.h"
#include "csm-file-list.h"
#include "csm-json.h"
#include "csm-live-line.h"
#include "csm-live-words.h"
#include "csm-test-client.h"
#include "csm-test-server.h"
#include "csm-time.h"
#include "csm-triage.h"
#include "csm-ui-desk.h"
#include "csm-ui-test.h"
#include "csm-window.h"

/* One person sees in the window where another one is, who works on another computer: a real server between the two. */

/* Seen within a second, on a machine that does nothing else. */
#define AT_ONCE (5 * G_USEC_PER_SEC)

typedef struct
{
  CsmTestWorkspace *workspace;
  CsmTestServer    *server;
  CsmUiDesk         ana;
  CsmAccount       *ben;
  char             *ben_dir;
  const char       *case_id;
} Office;

static gboolean
is_synced (gpointer data)
{
  return csm_account_get_state (data) == CSM_ACCOUNT_SYNCED;
}

static gboolean
has_directory (gpointer data)
{
  return csm_workbench_get_directory (data) != NULL && csm_workbench_get_counts (data) != NULL && csm_workbench_get_my_id (data) != NULL;
}

static CsmAccount *
connect_account (Office        *office,
                 CsmTestPerson *person,
                 const char    *dir)
{
  CsmAccount *account = csm_account_new (csm_test_server_get_url (office->server), NULL, person->token, dir);

  csm_account_start (account);
  csm_ui_wait_until (is_synced, account, "the account");
  return account;
}

static gboolean
shows_case (gpointer data)
{
  return csm_workbench_get_detail (data) != NULL && csm_workbench_get_detail (data)->record != NULL;
}

#define OLD_CASE "c01J0000000000000000000000A"

/* Its message has no reason to be on anybody's computer. */
static gpointer
add_old_case (CsmTxn        *txn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  g_autofree char *when = csm_time_format (csm_time_now () - 200 * 24 * 3600 * CSM_SECOND);
  g_autoptr (JsonObject) case_ = csm_test_json ("{'subject':'Last winter','status':'closed','lane':'conversation','lastActivityAt':'%s','messagesState':'X',"
                                                "'lastMessageId':'m01J0000000000000000000000A'}", when);
  g_autoptr (JsonObject) message = csm_test_json ("{'caseId':'" OLD_CASE "','direction':'in','at':'%s','subject':'Last winter',"
                                                  "'textBody':'My question is why the marmot sleeps'}", when);

  csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CASE), OLD_CASE, case_, error);
  csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_MESSAGE), "m01J0000000000000000000000A", message, error);
  return NULL;
}

static void
set_up (Office       *office,
        gconstpointer application)
{
  CsmUiDesk *ana = &office->ana;

  office->workspace = csm_test_workspace_new (8);
  office->server = csm_test_server_new (office->workspace->directory, NULL);
  csm_test_workspace_run (office->workspace, add_old_case, NULL);
  office->case_id = g_ptr_array_index (office->workspace->cases, 6);
  ana->application = GTK_APPLICATION ((gpointer) application);
  ana->dir = csm_ui_temp_dir ();
  ana->account = connect_account (office, &office->workspace->lead, ana->dir);
  ana->cache = csm_account_get_cache (ana->account);
  ana->settings = g_settings_new ("org.casement.Casement");
  g_settings_reset (ana->settings, "last-case");
  g_settings_reset (ana->settings, "last-view");
  ana->workbench = csm_workbench_new (ana->account, ana->settings);
  csm_workbench_count (ana->workbench);
  csm_ui_wait_until (has_directory, ana->workbench, "the directory");
  office->ben_dir = csm_ui_temp_dir ();
  office->ben = connect_account (office, &office->workspace->agent, office->ben_dir);
}

static void
tear_down (Office       *office,
           gconstpointer application)
{
  csm_account_stop (office->ben);
  csm_ui_desk_tear_down (&office->ana, application);
  g_clear_object (&office->ben);
  csm_ui_remove_dir (office->ben_dir);
  g_free (office->ben_dir);
  csm_test_server_free (office->server);
  csm_test_workspace_free (office->workspace);
}

static void
open_case (Office *office)
{
  csm_workbench_show_case (office->ana.workbench, office->case_id);
  csm_ui_wait_until (shows_case, office->ana.workbench, "the case");
  csm_ui_settle ();
}

static void
open_window (Office *office,
             int     width,
             int     height)
{
  csm_ui_desk_open (&office->ana, width, height);
  open_case (office);
}

static void
close_window (Office *office)
{
  csm_window_set_workbench (CSM_WINDOW (office->ana.window), NULL);
  gtk_window_destroy (GTK_WINDOW (office->ana.window));
  office->ana.window = NULL;
  csm_workbench_open_case (office->ana.workbench, NULL);
}

/* --- what is shown ------------------------------------------------------------------------------------------------ */

static GtkWidget *
find_line (Office     *office,
           const char *within)
{
  GType type = g_type_from_name (within);
  GtkWidget *pane = csm_ui_find_type (office->ana.window, type);

  return pane != NULL ? csm_ui_find_type (pane, CSM_TYPE_LIVE_LINE) : NULL;
}

typedef struct
{
  GtkWidget  *line;
  const char *words; /* NULL: it is hidden */
} Expected;

static gboolean
says (gpointer data)
{
  Expected *expected = data;

  if (expected->words == NULL)
    return !gtk_widget_get_visible (expected->line);
  return gtk_widget_get_visible (expected->line) && csm_ui_find_label (expected->line, expected->words) != NULL;
}

static void
wait_line (Office     *office,
           const char *within,
           const char *words)
{
  Expected expected = { find_line (office, within), words };
  gint64 before = g_get_monotonic_time ();

  g_assert_nonnull (expected.line);
  csm_ui_wait_until (says, &expected, words != NULL ? words : "nobody");
  g_assert_cmpint (g_get_monotonic_time () - before, <, AT_ONCE);
}

static void
say (Office       *office,
     CsmLiveState  state)
{
  csm_live_show (csm_account_get_live (office->ben), office->case_id, state);
}

static GtkWidget *
find_mark (GtkWidget *widget)
{
  if (GTK_IS_IMAGE (widget) && gtk_widget_has_css_class (widget, "live") && gtk_widget_get_visible (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_mark (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
has_mark (gpointer data)
{
  return find_mark (data) != NULL;
}

static gboolean
has_no_mark (gpointer data)
{
  return find_mark (data) == NULL;
}

static void
check_shown (Office *office)
{
  say (office, CSM_LIVE_VIEWING);
  wait_line (office, "CsmConversationPane", "ben is viewing");
  csm_ui_wait_until (has_mark, office->ana.window, "the mark in the list");
  g_assert_cmpstr (gtk_widget_get_tooltip_text (find_mark (office->ana.window)), ==, "ben is viewing");
  say (office, CSM_LIVE_WRITING_REPLY);
  wait_line (office, "CsmConversationPane", "ben is writing a reply");
  g_assert_true (gtk_widget_has_css_class (find_line (office, "CsmConversationPane"), "writes"));
  say (office, CSM_LIVE_WRITING_COMMENT);
  wait_line (office, "CsmConversationPane", "ben is writing a note");
  wait_line (office, "CsmDiscussion", "ben is writing a note");
  g_assert_false (gtk_widget_has_css_class (find_line (office, "CsmConversationPane"), "writes"));
  say (office, CSM_LIVE_NONE);
  wait_line (office, "CsmConversationPane", NULL);
  wait_line (office, "CsmDiscussion", NULL);
  csm_ui_wait_until (has_no_mark, office->ana.window, "no mark");
}

/* --- what is told --------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmLive      *live;
  const char   *case_id;
  CsmLiveState  state;
} Heard;

static gboolean
hears (gpointer data)
{
  Heard *heard = data;
  GPtrArray *people = csm_live_get_people (heard->live, heard->case_id);

  if (people == NULL)
    return heard->state == CSM_LIVE_NONE;
  return people->len == 1 && ((CsmLivePerson *) people->pdata[0])->state == heard->state;
}

static void
wait_heard (Office       *office,
            CsmLiveState  state,
            const char   *what)
{
  Heard heard = { csm_account_get_live (office->ben), office->case_id, state };

  csm_ui_wait_until (hears, &heard, what);
}

static void
type_into (GtkWidget  *view,
           const char *text)
{
  gtk_text_buffer_insert_interactive_at_cursor (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), text, -1, TRUE);
}

/* What is typed shows; a reply that is put there by the program does not. */
static void
check_told (Office *office)
{
  const char *const watched[] = { office->case_id, NULL };
  GtkWidget *reply;
  GtkWidget *note;

  csm_live_watch (csm_account_get_live (office->ben), watched);
  wait_heard (office, CSM_LIVE_VIEWING, "that Ana looks");
  reply = csm_ui_find_type (csm_ui_find_type (office->ana.window, CSM_TYPE_COMPOSER), GTK_TYPE_TEXT_VIEW);
  note = csm_ui_find_type (csm_ui_find_type (office->ana.window, CSM_TYPE_COMMENT_BOX), GTK_TYPE_TEXT_VIEW);
  type_into (note, "Who knows this?");
  wait_heard (office, CSM_LIVE_WRITING_COMMENT, "that Ana asks");
  type_into (reply, "Good morning");
  wait_heard (office, CSM_LIVE_WRITING_REPLY, "that Ana writes");
  /* An empty box is one that nobody writes in. */
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (reply)), "", -1);
  wait_heard (office, CSM_LIVE_VIEWING, "that Ana stopped");
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (reply)), "From a snippet", -1);
  csm_ui_settle ();
  wait_heard (office, CSM_LIVE_VIEWING, "that Ana looks");
  csm_workbench_open_case (office->ana.workbench, NULL);
  wait_heard (office, CSM_LIVE_NONE, "that Ana left");
  open_case (office);
}

#if CSM_FAILPOINTS
/* Of a server that has gone silent one doesn't believe what it said last; when it speaks again, all of it is asked for. */
static void
check_silence (Office *office)
{
  pid_t pid = csm_test_server_get_pid (office->server);
  Expected nobody = { find_line (office, "CsmConversationPane"), NULL };

  say (office, CSM_LIVE_VIEWING);
  wait_line (office, "CsmConversationPane", "ben is viewing");
  kill (pid, SIGSTOP);
  csm_ui_wait_until (says, &nobody, "nobody, as far as one knows");
  kill (pid, SIGCONT);
  wait_line (office, "CsmConversationPane", "ben is viewing");
}
#endif

/* Who goes is gone at once. */
static void
check_gone (Office *office)
{
  say (office, CSM_LIVE_VIEWING);
  wait_line (office, "CsmConversationPane", "ben is viewing");
  csm_account_stop (office->ben);
  wait_line (office, "CsmConversationPane", NULL);
}

/* --- a claim ---------------------------------------------------------------------------------------------------------- */

static gpointer
let_ben_take (CsmTxn        *txn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_CASE);
  Office *office = input;
  g_autoptr (JsonObject) record = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, type, office->case_id, error);

  g_assert_nonnull (record);
  json_object_set_string_member (record, "ownerId", office->workspace->agent.id);
  g_assert_true (csm_txn_update (txn, CSM_ACCOUNT_WORKSPACE, type, office->case_id, record, error));
  return GINT_TO_POINTER (1);
}

static void
toast_cb (CsmWorkbench *workbench,
          AdwToast     *toast,
          GPtrArray    *said)
{
  g_ptr_array_add (said, g_strdup (adw_toast_get_title (toast)));
}

static gboolean
was_said (gpointer data)
{
  return g_ptr_array_find_with_equal_func (data, "ben took this case before you", g_str_equal, NULL);
}

static gboolean
is_bens (gpointer data)
{
  Office *office = data;
  g_autoptr (CsmTestClient) client = csm_test_client_new (csm_test_server_get_url (office->server), office->workspace->lead.token);
  g_autoptr (JsonObject) answer = csm_test_client_call (client, "Case/get", "{'accountId':'%s','ids':['%s']}", office->workspace->workspace_id, office->case_id);
  JsonObject *record = json_array_get_object_element (csm_json_get_array (answer, "list"), 0);

  return g_strcmp0 (csm_json_get_string (record, "ownerId"), office->workspace->agent.id) == 0;
}

/* Two take a case in the same moment: one gets it, and the other is told at once who that is. */
static void
check_claim (Office *office)
{
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);
  const char *const ids[] = { office->case_id, NULL };

  g_signal_connect (office->ana.workbench, "toast", G_CALLBACK (toast_cb), said);
  csm_test_workspace_run (office->workspace, let_ben_take, office);
  csm_triage_assign (office->ana.workbench, ids, office->workspace->lead.id);
  csm_ui_wait_until (was_said, said, "who has it");
  g_assert_true (is_bens (office));
  g_signal_handlers_disconnect_by_data (office->ana.workbench, said);
}

/* --- one reply ------------------------------------------------------------------------------------------------------ */

static void
drafts_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  *(GPtrArray **) data = csm_cache_load_drafts_finish (CSM_CACHE (source), result, NULL);
}

/* (transfer full) (nullable): the draft of the case, as Ben has it */
static JsonObject *
load_bens (Office *office)
{
  g_autoptr (GPtrArray) drafts = NULL;

  csm_cache_load_drafts_async (csm_account_get_cache (office->ben), office->case_id, NULL, drafts_cb, &drafts);
  while (drafts == NULL)
    g_main_context_iteration (NULL, TRUE);
  return drafts->len > 0 ? json_object_ref (drafts->pdata[0]) : NULL;
}

static JsonObject *
first_file (JsonObject *draft)
{
  JsonObject *files = csm_json_get_object (draft, "files");
  g_autoptr (GList) keys = files != NULL ? json_object_get_members (files) : NULL;

  return keys != NULL ? csm_json_get_object (files, keys->data) : NULL;
}

static gboolean
ben_has_all (gpointer data)
{
  g_autoptr (JsonObject) draft = load_bens (data);
  JsonObject *file = draft != NULL ? first_file (draft) : NULL;
  const char *blob_id = file != NULL ? csm_json_get_string (file, "blobId") : NULL;

  return blob_id != NULL && blob_id[0] == 'B' && csm_json_has_key (draft, "envelope", "bcc");
}

static GtkWidget *
find_in_reply (Office     *office,
               GType       type,
               const char *name)
{
  return csm_ui_find (csm_ui_find_type (office->ana.window, CSM_TYPE_COMPOSER), type, name);
}

static gboolean
follows_ben (gpointer data)
{
  return g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (find_in_reply (data, GTK_TYPE_ENTRY, "subject_entry"))), "Your zip") == 0 &&
         csm_file_list_is_empty (CSM_FILE_LIST (find_in_reply (data, CSM_TYPE_FILE_LIST, "attachments")));
}

static void
performed_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_assert_cmpint (csm_cache_perform_finish (CSM_CACHE (source), result, NULL), >, 0);
}

/* Of two people each sees to whom the other one's words go, and with what. */
static void
check_reply (Office *office)
{
  g_autofree char *path = g_build_filename (office->ana.dir, "list.txt", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (JsonObject) draft = NULL;
  JsonObject *patch = json_object_new (), *subject = json_object_new ();
  CsmIntent *intent = csm_intent_new ("Reply");
  g_autoptr (GList) keys = NULL;
  g_autofree char *gone = NULL;

  g_assert_true (g_file_set_contents (path, "parcel 4471", -1, NULL));
  csm_ui_type (find_in_reply (office, GTK_TYPE_TEXT_VIEW, "text"), "Here is the list");
  gtk_editable_set_text (GTK_EDITABLE (find_in_reply (office, GTK_TYPE_ENTRY, "bcc_entry")), "carl@example.org");
  csm_composer_attach (CSM_COMPOSER (csm_ui_find_type (office->ana.window, CSM_TYPE_COMPOSER)), file);
  csm_ui_wait_until (ben_has_all, office, "the reply at Ben's");
  draft = load_bens (office);
  keys = json_object_get_members (csm_json_get_object (draft, "files"));
  gone = g_strconcat ("files/", (char *) keys->data, NULL);
  csm_json_set_string (subject, "value", "Your zip");
  csm_json_set_string (subject, "writer", "w-ben");
  json_object_set_int_member (subject, "rev", 0);
  json_object_set_object_member (patch, "envelope/subject", subject);
  json_object_set_null_member (patch, gone);
  csm_intent_update (intent, CSM_TYPE_ID_DRAFT, csm_json_get_string (draft, "id"), patch);
  csm_cache_perform_async (csm_account_get_cache (office->ben), intent, NULL, performed_cb, NULL);
  csm_ui_wait_until (follows_ben, office, "what Ben made of it");
}

/* --- words ---------------------------------------------------------------------------------------------------------- */

static void
add_person (GPtrArray    *people,
            const char   *id,
            CsmLiveState  state)
{
  CsmLivePerson *person = g_new0 (CsmLivePerson, 1);

  person->person_id = (char *) id;
  person->state = state;
  g_ptr_array_add (people, person);
}

static void
check_words (GPtrArray  *people,
             const char *expected)
{
  g_autofree char *words = csm_live_words (NULL, people);

  g_assert_cmpstr (words, ==, expected);
}

static void
test_words (void)
{
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *none = csm_live_words_notes (NULL, people);

  check_words (NULL, NULL);
  check_words (people, NULL);
  g_assert_null (none);
  add_person (people, "p1", CSM_LIVE_VIEWING);
  check_words (people, "Somebody is viewing");
  add_person (people, "p2", CSM_LIVE_WRITING_REPLY);
  check_words (people, "Somebody is writing a reply · Somebody is viewing");
  add_person (people, "p3", CSM_LIVE_VIEWING);
  check_words (people, "Somebody is writing a reply · Somebody and Somebody are viewing");
  add_person (people, "p4", CSM_LIVE_VIEWING);
  check_words (people, "Somebody is writing a reply · Somebody and 2 others are viewing");
}

/* --- pictures ---------------------------------------------------------------------------------------------------------- */

static void
save_picture (Office     *office,
              const char *name)
{
  const char *folder = g_getenv ("CASEMENT_TEST_PICTURES");
  g_autofree char *path = folder != NULL ? g_build_filename (folder, name, NULL) : NULL;

  csm_ui_settle ();
  if (path != NULL)
    csm_ui_save_png (office->ana.window, path);
}

/* On a telephone's width there is room for it, too; and who opens the case again sees who is still there. */
static void
check_sizes (Office *office)
{
  static const int widths[] = { 360, 900, 1400 };

  for (guint i = 0; i < (g_getenv ("CASEMENT_TEST_PICTURES") != NULL ? G_N_ELEMENTS (widths) : 2); i++)
    {
      g_autofree char *light = g_strdup_printf ("live-%d-light.png", widths[i]);
      g_autofree char *dark = g_strdup_printf ("live-%d-dark.png", widths[i]);

      open_window (office, widths[i], 860);
      say (office, CSM_LIVE_WRITING_REPLY);
      wait_line (office, "CsmConversationPane", "ben is writing a reply");
      g_assert_cmpint (gtk_widget_get_width (office->ana.window), <=, widths[i]);
      save_picture (office, light);
      adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
      save_picture (office, dark);
      adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_DEFAULT);
      close_window (office);
    }
}

/* --- what only the server finds --------------------------------------------------------------------------------------- */

typedef struct
{
  CsmCaseListPane *pane;
  const char      *typed;
  guint            n_cases;
  guint            n_found;
} Listed;

static gboolean
is_listed (gpointer data)
{
  const Listed *listed = data;
  CsmCaseListModel *model = csm_case_list_pane_get_model (listed->pane);
  const CsmCaseView *view = csm_case_list_model_get_view (model);

  return view->kind == CSM_VIEW_SEARCH && g_str_equal (view->key, listed->typed) && csm_case_list_model_is_ready (model) &&
         csm_case_list_model_get_n_cases (model) == listed->n_cases && csm_case_list_model_get_n_found (model) == listed->n_found;
}

static void
look_for (CsmCaseListPane *pane,
          const char      *typed,
          guint            n_cases,
          guint            n_found)
{
  Listed listed = { pane, typed, n_cases, n_found };

  csm_case_list_pane_search_for (pane, typed);
  csm_ui_wait_until (is_listed, &listed, typed);
  csm_ui_settle ();
}

static gboolean
shows_marmot (gpointer data)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (data);

  return detail != NULL && detail->resident && detail->timeline->len == 1;
}

static void
check_elsewhere (Office *office)
{
  CsmCaseListPane *pane = CSM_CASE_LIST_PANE (csm_ui_find_type (office->ana.window, CSM_TYPE_CASE_LIST_PANE));
  g_autofree char *path = g_test_build_filename (G_TEST_BUILT, "ui", "search-server.png", NULL);
  g_autofree char *read_path = g_test_build_filename (G_TEST_BUILT, "ui", "search-server-dark.png", NULL);
  Listed listed = { pane, "question", 9, 8 };
  CsmCaseListModel *model;
  guint position;

  look_for (pane, "marmot is:open", 0, 0);
  look_for (pane, "marmot", 1, 0);
  g_assert_nonnull (csm_ui_find_label (GTK_WIDGET (pane), "Also on the server"));
  look_for (pane, "question", 9, 8);
  g_assert_nonnull (csm_ui_find_label (GTK_WIDGET (pane), "Also on the server"));
  csm_ui_save_png (office->ana.window, path);
  /* It stays where it is when it is read. */
  csm_workbench_show_case (office->ana.workbench, OLD_CASE);
  csm_ui_wait_until (shows_marmot, office->ana.workbench, "the message");
  csm_ui_settle ();
  g_assert_true (is_listed (&listed));
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
  csm_ui_save_png (office->ana.window, read_path);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_DEFAULT);
  model = csm_case_list_pane_get_model (pane);
  g_assert_true (csm_case_list_model_find (model, csm_case_list_model_get_case_rowid (model, OLD_CASE), &position));
  g_assert_cmpuint (position, ==, 8);
  /* For who looks again, it is here. */
  look_for (pane, "marmot", 1, 1);
  g_assert_null (csm_ui_find_label (GTK_WIDGET (pane), "Also on the server"));
  look_for (pane, "question is:closed", 1, 1);
  csm_case_list_pane_stop (pane);
  csm_ui_settle ();
  g_assert_null (csm_ui_find_label (GTK_WIDGET (pane), "Also on the server"));
  open_case (office);
}

/* One office for all of it: to open one takes longer than anything in it. */
static void
test_office (Office       *office,
             gconstpointer application)
{
  check_sizes (office);
  open_window (office, 1400, 900);
  check_elsewhere (office);
  check_shown (office);
  check_told (office);
  check_claim (office);
  check_reply (office);
#if CSM_FAILPOINTS
  check_silence (office);
#endif
  check_gone (office);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (AdwApplication) application = NULL;

  /* Where one is, is said again every second; with three without an answer the server is silent. */
  g_setenv ("CASEMENT_FAULTS", "live=1", TRUE);
  application = csm_ui_test_start (&argc, &argv);
  g_test_add_func ("/ui/live/words", test_words);
  g_test_add ("/ui/live/office", Office, application, set_up, test_office, tear_down);
  return csm_ui_test_run ();
}
