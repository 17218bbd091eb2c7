/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_SETTINGS_ENABLE_BACKEND
#include "config.h"

#include <gio/gsettingsbackend.h>
#include <string.h>

#include "csm-answer-window.h"
#include "csm-app-resources.h"
#include "csm-application.h"
#include "csm-case-goal.h"
#include "csm-case-properties.h"
#include "csm-colleague-pane.h"
#include "csm-comment-box.h"
#include "csm-composer.h"
#include "csm-conversation-pane.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-notifier.h"
#include "csm-sheet.h"
#include "csm-task-line.h"
#include "csm-task-list.h"
#include "csm-template-offer.h"
#include "csm-test-server.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"
#include "csm-window.h"

/*
 * What the README tells: service brings product and marketing into a complaint, product answers from a notification,
 * marketing approves the reply, it is sent once, the case is done, and the next one like it is offered what worked. Each of
 * the three sits at a computer of their own; between them is the real server, and behind it a program that takes the mail.
 */

#define CUSTOMER "nina.horvat@example.net"
#define COMPLAINT \
  "From: Nina Horvat <" CUSTOMER ">\r\nTo: support@fernweh.example.com\r\nSubject: The seam of my tent opened in the rain\r\n" \
  "Message-ID: <first@example.net>\r\nDate: Mon, 16 Nov 2026 09:12:00 +0100\r\n\r\n" \
  "Good morning,\r\n\r\nthe seam of my Kestrel tent opened in the rain on the second night, and everything inside got wet. " \
  "I wrote about the trip for my readers, and they ask me what you will do about it.\r\n\r\nNina Horvat\r\n"
#define NEXT_ONE \
  "From: Tomas Ruiz <tomas.ruiz@example.org>\r\nTo: support@fernweh.example.com\r\nSubject: Tent seam opened\r\n" \
  "Message-ID: <second@example.org>\r\nDate: Wed, 18 Nov 2026 19:40:00 +0100\r\n\r\n" \
  "Hello,\r\n\r\nafter one night of rain the seam of my Kestrel tent is open. What can I do?\r\n\r\nTomas\r\n"
#define GOAL "A tent that stays dry"
#define ANSWER "Yes, series K7 has a weak seam. We swap every one."
#define REPLY "Dear Nina,\n\nyour tent is of a series with a weak seam.\n\nWe send you a new one today."
#define ADDED "Please tell your readers, too: we swap every one."

typedef struct
{
  CsmUiDesk    desk;
  CsmNotifier *notifier;
  char        *told_case;  /* what a notification was about */
  char        *told;
  gboolean     answerable;
} Colleague;

typedef struct
{
  GtkApplication   *application;
  CsmTestWorkspace *workspace;
  CsmTestServer    *server;
  char             *sink;  /* the folder where mail arrives */
  char             *marketing;
  char             *product;
  Colleague         ana;
  Colleague         dev;      /* of the desk he has only the workbench: the rest is his app's */
  GApplication     *dev_app;
  Colleague         chiara;
} Office;

/* --- who works here ----------------------------------------------------------------------------------------------- */

static char *
add_team (CsmTxn     *txn,
          const char *name,
          const char *department)
{
  g_autoptr (JsonObject) team = csm_test_json ("{'name':'%s','department':'%s'}", name, department);
  char *id = csm_id_new ('t');

  csm_record_fill_defaults (csm_record_type_get (CSM_TYPE_ID_TEAM), team);
  g_assert_true (csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_TEAM), id, team, NULL));
  return id;
}

static void
patch (CsmTxn     *txn,
       CsmTypeId   type,
       const char *id,
       const char *member,
       JsonNode   *value)
{
  g_autoptr (JsonObject) record = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (type), id, NULL);

  g_assert_nonnull (record);
  json_object_set_member (record, member, value);
  g_assert_true (csm_txn_update (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (type), id, record, NULL));
}

static JsonNode *
text_node (const char *text)
{
  return json_node_init_string (json_node_alloc (), text);
}

static JsonNode *
set_node (const char *key)
{
  JsonObject *set = json_object_new ();
  JsonNode *node = json_node_init_object (json_node_alloc (), set);

  json_object_set_boolean_member (set, key, TRUE);
  json_object_unref (set);
  return node;
}

static void
place (CsmTxn        *txn,
       CsmTestPerson *person,
       const char    *name,
       const char    *team)
{
  patch (txn, CSM_TYPE_ID_PERSON, person->id, "name", text_node (name));
  patch (txn, CSM_TYPE_ID_PERSON, person->id, "role", text_node ("agent"));
  patch (txn, CSM_TYPE_ID_PERSON, person->id, "teamIds", set_node (team));
  patch (txn, CSM_TYPE_ID_TEAM, team, "memberIds", set_node (person->id));
}

/* Nobody but marketing may send from this channel without being looked at. */
static gpointer
furnish (CsmTxn        *txn,
         gpointer       input,
         GCancellable  *cancellable,
         GError       **error)
{
  Office *office = input;
  CsmTestWorkspace *workspace = office->workspace;
  g_autofree char *key = g_strconcat ("sendmail:", workspace->channel, NULL);
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "channel", "fake-sendmail", NULL);
  g_autofree char *command = g_strdup_printf ("%s accept %s", program, office->sink);

  office->marketing = add_team (txn, "Marketing", "marketing");
  office->product = add_team (txn, "Product", "product");
  place (txn, &workspace->lead, "Ana Reyes", workspace->team);
  place (txn, &workspace->agent, "Dev Patel", office->product);
  place (txn, &workspace->admin, "Chiara Conti", office->marketing);
  patch (txn, CSM_TYPE_ID_CHANNEL, workspace->channel, "reviewTeamId", text_node (office->marketing));
  patch (txn, CSM_TYPE_ID_CHANNEL, workspace->channel, "canSend", json_node_init_boolean (json_node_alloc (), TRUE));
  g_assert_true (csm_txn_set_setting (txn, key, command, error));
  return NULL;
}

static void
noticed_cb (Colleague       *self,
            const CsmNotice *notice)
{
  g_free (self->told_case);
  g_free (self->told);
  self->told_case = g_strdup (notice->case_id);
  self->told = g_strdup (notice->what);
  self->answerable = notice->kind == CSM_NOTICE_COLLEAGUE;
}

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

/* Settings of their own, as on a computer of their own. */
static void
sit_down (Colleague     *self,
          Office        *office,
          CsmTestPerson *person)
{
  CsmUiDesk *desk = &self->desk;
  GSettingsBackend *backend = g_memory_settings_backend_new ();

  desk->application = office->application;
  desk->dir = csm_ui_temp_dir ();
  desk->account = csm_account_new (csm_test_server_get_url (office->server), NULL, person->token, desk->dir);
  csm_account_start (desk->account);
  csm_ui_wait_until (is_synced, desk->account, "the account");
  desk->cache = csm_account_get_cache (desk->account);
  desk->settings = g_settings_new_with_backend (CSM_APP_ID, backend);
  g_object_unref (backend);
  g_settings_set_uint (desk->settings, "send-delay", 0);
  desk->workbench = csm_workbench_new (desk->account, desk->settings);
  csm_workbench_count (desk->workbench);
  csm_ui_wait_until (has_directory, desk->workbench, "the directory");
  self->notifier = csm_notifier_new (desk->workbench);
  g_signal_connect_swapped (self->notifier, "noticed", G_CALLBACK (noticed_cb), self);
}

static gboolean
has_workbench (gpointer data)
{
  CsmWorkbench *workbench = csm_window_get_workbench (data);

  return workbench != NULL && csm_workbench_get_directory (workbench) != NULL && csm_workbench_get_my_id (workbench) != NULL;
}

/* Dev has the whole app, signs in by its first page, and closes the window. */
static void
sign_in (Office *office)
{
  CsmTestPerson *person = &office->workspace->agent;
  Colleague *dev = &office->dev;
  CsmWindow *window;
  GError *error = NULL;

  office->dev_app = G_APPLICATION (csm_application_new ());
  g_application_set_flags (office->dev_app, G_APPLICATION_NON_UNIQUE | G_APPLICATION_IS_SERVICE);
  g_application_register (office->dev_app, NULL, &error);
  g_assert_no_error (error);
  g_application_activate (office->dev_app);
  window = CSM_WINDOW (gtk_application_get_windows (GTK_APPLICATION (office->dev_app))->data);
  g_signal_emit_by_name (csm_window_show_first_run (window), "join", csm_test_server_get_url (office->server), person->email, person->password, NULL);
  csm_ui_wait_until (has_workbench, window, "Dev's workspace");
  dev->desk.workbench = g_object_ref (csm_window_get_workbench (window));
  csm_ui_wait_until (is_synced, csm_workbench_get_account (dev->desk.workbench), "Dev's account");
  gtk_window_close (GTK_WINDOW (window));
  csm_ui_settle ();
  dev->notifier = csm_notifier_new (dev->desk.workbench);
  g_signal_connect_swapped (dev->notifier, "noticed", G_CALLBACK (noticed_cb), dev);
}

static gboolean
quit_cb (gpointer data)
{
  g_application_quit (data);
  return G_SOURCE_REMOVE;
}

static void
sign_off (Office *office)
{
  csm_notifier_stop (office->dev.notifier);
  g_clear_object (&office->dev.notifier);
  g_clear_object (&office->dev.desk.workbench);
  g_free (office->dev.told_case);
  g_free (office->dev.told);
  /* Only what runs can end in order. */
  g_idle_add (quit_cb, office->dev_app);
  g_assert_cmpint (g_application_run (office->dev_app, 0, NULL), ==, 0);
  csm_ui_settle ();
  g_clear_object (&office->dev_app);
}

static void
go_home (Colleague *self)
{
  csm_notifier_stop (self->notifier);
  g_clear_object (&self->notifier);
  csm_ui_desk_tear_down (&self->desk, NULL);
  g_free (self->told_case);
  g_free (self->told);
}

static void
set_up (Office       *office,
        gconstpointer application)
{
  office->application = GTK_APPLICATION ((gpointer) application);
  office->sink = csm_ui_temp_dir ();
  office->workspace = csm_test_workspace_new (0);
  csm_test_workspace_run (office->workspace, furnish, office);
  office->server = csm_test_server_new (office->workspace->directory, NULL);
  sit_down (&office->ana, office, &office->workspace->lead);
  sign_in (office);
  sit_down (&office->chiara, office, &office->workspace->admin);
}

static void
tear_down (Office       *office,
           gconstpointer application)
{
  go_home (&office->chiara);
  sign_off (office);
  go_home (&office->ana);
  csm_test_server_free (office->server);
  csm_test_workspace_free (office->workspace);
  csm_ui_remove_dir (office->sink);
  g_free (office->sink);
  g_free (office->marketing);
  g_free (office->product);
}

/* --- looking and doing -------------------------------------------------------------------------------------------- */

typedef struct
{
  GtkWidget  *root;
  const char *text;
} Sought;

static GtkWidget *
find_shown (GtkWidget  *widget,
            const char *text)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_shown (child, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
is_shown (gpointer data)
{
  Sought *sought = data;

  return find_shown (sought->root, sought->text) != NULL;
}

static void
wait_shown (GtkWidget  *root,
            const char *text)
{
  Sought sought = { root, text };

  csm_ui_wait_until (is_shown, &sought, text);
}

static void
click (GtkWidget  *root,
       const char *text)
{
  GtkWidget *button;

  wait_shown (root, text);
  button = gtk_widget_get_ancestor (find_shown (root, text), GTK_TYPE_BUTTON);
  g_assert_nonnull (button);
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
  csm_ui_settle ();
}

static GtkWidget *
part_of (Colleague *self,
         GType      type)
{
  GtkWidget *found = csm_ui_find_type (self->desk.window, type);

  g_assert_nonnull (found);
  return found;
}

static void
show_page (Colleague  *self,
           const char *page)
{
  csm_colleague_pane_show_page (CSM_COLLEAGUE_PANE (part_of (self, CSM_TYPE_COLLEAGUE_PANE)), page);
  csm_ui_settle ();
}

static void
post (GtkWidget  *root,
      const char *text)
{
  GtkWidget *view = csm_ui_find (csm_ui_find_type (root, CSM_TYPE_COMMENT_BOX), GTK_TYPE_TEXT_VIEW, "text_view");

  csm_ui_type (view, text);
  csm_ui_settle ();
  g_assert_true (csm_ui_press (view, GDK_KEY_Return, 0));
}

static gboolean
was_told (gpointer data)
{
  return ((Colleague *) data)->told != NULL;
}

static void
save_picture (GtkWidget  *window,
              const char *name)
{
  const char *folder = g_getenv ("CASEMENT_TEST_PICTURES");
  g_autofree char *path = folder != NULL ? g_build_filename (folder, name, NULL) : NULL;

  csm_ui_settle ();
  if (path != NULL)
    csm_ui_save_png (window, path);
}

static void
delivered_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  GError *error = NULL;

  g_subprocess_communicate_utf8_finish (G_SUBPROCESS (source), result, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (G_SUBPROCESS (source)));
  *(gboolean *) data = TRUE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

/* As the mail server hands a mail over. */
static void
deliver (Office     *office,
         const char *mail)
{
  g_autofree char *program = csm_test_server_program ();
  const char *const argv[] = { program, "--data", office->workspace->directory, "deliver", "--mta", "--channel", "Support", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDIN_PIPE, &error);
  gboolean done = FALSE;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (process, mail, NULL, delivered_cb, &done);
  csm_ui_wait_until (is_true, &done, "the delivery");
}

static gboolean
shows_case (gpointer data)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (data);

  return detail != NULL && detail->record != NULL && detail->timeline->len > 0;
}

/* The newest is on top. */
static void
open_newest (Colleague  *self,
             const char *subject)
{
  wait_shown (self->desk.window, subject);
  csm_case_list_pane_move (csm_window_get_list (CSM_WINDOW (self->desk.window)), 1);
  csm_ui_wait_until (shows_case, self->desk.workbench, subject);
  g_assert_cmpstr (csm_json_get_string (csm_workbench_get_detail (self->desk.workbench)->record, "subject"), ==, subject);
  csm_ui_settle ();
}

/* --- the story ---------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmWorkbench *workbench;
  const char   *goal;
  guint         n_tasks;
} Planned;

static gboolean
is_planned (gpointer data)
{
  Planned *planned = data;
  CsmCaseDetail *detail = csm_workbench_get_detail (planned->workbench);

  return detail != NULL && detail->tasks->len == planned->n_tasks && g_strcmp0 (csm_json_get_string (detail->record, "goal"), planned->goal) == 0;
}

static void
ana_plans (Office *office)
{
  static const char *const tasks[] = { "Ask product about the series", "Send a new tent" };
  Planned planned = { office->ana.desk.workbench, GOAL, G_N_ELEMENTS (tasks) };
  GtkWidget *entry;
  GtkWidget *goal;

  show_page (&office->ana, "case");
  goal = csm_ui_find (part_of (&office->ana, CSM_TYPE_CASE_GOAL), GTK_TYPE_TEXT_VIEW, "goal_view");
  entry = csm_ui_find (part_of (&office->ana, CSM_TYPE_TASK_LIST), GTK_TYPE_TEXT, "entry");
  gtk_widget_grab_focus (goal);
  csm_ui_type (goal, GOAL);
  gtk_widget_grab_focus (entry);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      gtk_editable_set_text (GTK_EDITABLE (entry), tasks[i]);
      g_signal_emit_by_name (entry, "activate");
    }
  csm_ui_wait_until (is_planned, &planned, "goal and tasks");
}

static void
ana_asks (Office *office)
{
  csm_ui_desk_open (&office->ana.desk, 1400, 900);
  deliver (office, COMPLAINT);
  open_newest (&office->ana, "The seam of my tent opened in the rain");
  ana_plans (office);
  show_page (&office->ana, "discussion");
  post (office->ana.desk.window, "@Dev Patel, do you know of this seam? @Chiara Conti, she writes for many readers: please look at what I answer her.");
}

static GtkWidget *
find_answer_window (Office *office)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (office->dev_app)); l != NULL; l = l->next)
    {
      /* The inbox stays closed. */
      g_assert_false (CSM_IS_WINDOW (l->data));
      if (CSM_IS_ANSWER_WINDOW (l->data))
        return l->data;
    }
  g_assert_not_reached ();
}

/* What the notification's button does, and nothing else: the inbox is closed. */
static void
dev_answers (Office *office)
{
  Colleague *dev = &office->dev;
  GtkWidget *window;

  csm_ui_wait_until (was_told, dev, "what Dev is told");
  g_assert_cmpstr (dev->told, ==, "Ana Reyes mentioned you");
  g_assert_true (dev->answerable);
  g_action_group_activate_action (G_ACTION_GROUP (office->dev_app), "answer", g_variant_new_string (dev->told_case));
  window = find_answer_window (office);
  wait_shown (window, "do you know of this seam?");
  csm_ui_type (csm_ui_find (window, GTK_TYPE_TEXT_VIEW, "text_view"), ANSWER);
  save_picture (window, "together-answer.png");
  g_assert_true (csm_ui_press (csm_ui_find (window, GTK_TYPE_TEXT_VIEW, "text_view"), GDK_KEY_Return, 0));
  wait_shown (office->ana.desk.window, ANSWER);
  g_assert_true (find_answer_window (office) == window);
  gtk_window_close (GTK_WINDOW (window));
}

static void
ana_writes (Office *office)
{
  GtkWidget *composer = csm_ui_world_composer (&office->ana.desk);

  csm_ui_type (csm_ui_world_reply_view (&office->ana.desk), REPLY);
  wait_shown (composer, "Marketing has to approve this first");
  g_free (g_steal_pointer (&office->chiara.told));
  g_signal_emit_by_name (csm_ui_find (composer, GTK_TYPE_POPOVER, "ask_popover"), "asked", office->marketing, "May we say it this openly?");
  wait_shown (composer, "You asked Marketing to look at this reply");
}

/* As keys do, behind what is there. */
static void
type_behind (GtkWidget  *view,
             const char *text)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  GtkTextIter end;

  gtk_text_buffer_get_end_iter (buffer, &end);
  gtk_text_buffer_place_cursor (buffer, &end);
  gtk_text_buffer_insert_interactive_at_cursor (buffer, text, -1, TRUE);
}

/* She looks, which Ana sees, adds a line, and approves. */
static void
chiara_approves (Office *office)
{
  Colleague *chiara = &office->chiara;
  GtkWidget *composer;

  csm_ui_wait_until (was_told, chiara, "what Chiara is told");
  g_assert_cmpstr (chiara->told, ==, "Ana Reyes asks you to look at a reply");
  csm_ui_desk_open (&chiara->desk, 1400, 900);
  csm_workbench_show_case (chiara->desk.workbench, chiara->told_case);
  composer = csm_ui_world_composer (&chiara->desk);
  wait_shown (composer, "Ana Reyes asks Marketing to look at this reply");
  wait_shown (composer, "May we say it this openly?");
  csm_ui_world_wait_reply (&chiara->desk, REPLY);
  wait_shown (part_of (&office->ana, CSM_TYPE_CONVERSATION_PANE), "Chiara Conti is viewing");
  type_behind (csm_ui_world_reply_view (&chiara->desk), "\n\n" ADDED);
  csm_ui_world_wait_reply (&office->ana.desk, REPLY "\n\n" ADDED);
  wait_shown (part_of (&office->ana, CSM_TYPE_CONVERSATION_PANE), "Chiara Conti is writing a reply");
  save_picture (chiara->desk.window, "together-review.png");
  click (composer, "Approve");
  wait_shown (csm_ui_world_composer (&office->ana.desk), "Approved by Chiara Conti");
  /* What was asked for is answered. */
  g_assert_null (find_shown (csm_ui_world_composer (&office->ana.desk), "May we say it this openly?"));
  save_picture (office->ana.desk.window, "together-approved.png");
}

static GPtrArray *
list_mail (Office *office)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (office->sink, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    /* Made when the mail is there. */
    if (g_str_has_prefix (name, "to-"))
      g_ptr_array_add (paths, g_strdup_printf ("%s/mail-%s", office->sink, name + strlen ("to-")));
  return paths;
}

static gboolean
has_mail (gpointer data)
{
  g_autoptr (GPtrArray) mail = list_mail (data);

  return mail->len > 0;
}

/* What arrived is one mail, of what both wrote. */
static void
check_mail (Office *office)
{
  g_autoptr (GPtrArray) mail = list_mail (office);
  g_autofree char *text = NULL;

  g_assert_cmpuint (mail->len, ==, 1);
  g_assert_true (g_file_get_contents (mail->pdata[0], &text, NULL, NULL));
  g_assert_nonnull (strstr (text, CUSTOMER));
  g_assert_nonnull (strstr (text, "In-Reply-To: <first@example.net>"));
  g_assert_nonnull (strstr (text, "your tent is of a series with a weak seam."));
  g_assert_nonnull (strstr (text, ADDED));
  g_assert_null (strstr (text, ANSWER));
}

/* What the server made of it, and not just what is on its way. */
static gboolean
has_sent (gpointer data)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (data);

  for (guint i = 0; detail != NULL && i < detail->timeline->len; i++)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];

      if (entry->kind == CSM_ENTRY_MESSAGE && g_strcmp0 (csm_json_get_string (entry->record, "direction"), "out") == 0)
        return TRUE;
    }
  return FALSE;
}

static void
ana_sends (Office *office)
{
  csm_ui_activate (csm_ui_world_composer (&office->ana.desk), "composer.send");
  csm_ui_world_wait_reply (&office->ana.desk, "");
  csm_ui_wait_until (has_mail, office, "the mail");
  check_mail (office);
  csm_ui_wait_until (has_sent, office->ana.desk.workbench, "the sent mail");
  csm_ui_world_wait_reply (&office->chiara.desk, "");
  wait_shown (part_of (&office->chiara, CSM_TYPE_CONVERSATION_PANE), ADDED);
}

static GtkWidget *
find_sheet (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (CSM_IS_SHEET (window))
        return window;
    }
  return NULL;
}

static JsonObject *
find_template (CsmWorkbench *workbench)
{
  GPtrArray *templates = csm_workbench_get_directory (workbench)->templates;

  return templates != NULL && templates->len > 0 ? templates->pdata[0] : NULL;
}

static gboolean
has_template (gpointer data)
{
  return find_template (data) != NULL;
}

static void
ana_keeps (Office *office)
{
  Colleague *ana = &office->ana;
  GtkWidget *page;
  GtkWidget *sheet;
  g_autofree char *json = NULL;
  g_autoptr (JsonNode) node = json_node_alloc ();

  show_page (ana, "case");
  page = part_of (ana, CSM_TYPE_CASE_PROPERTIES);
  g_signal_emit_by_name (csm_ui_find (part_of (ana, CSM_TYPE_CASE_GOAL), GTK_TYPE_TOGGLE_BUTTON, "met"), "clicked");
  for (guint i = 0; i < 2; i++)
    {
      GtkWidget *line = gtk_widget_get_ancestor (find_shown (page, i == 0 ? "Ask product about the series" : "Send a new tent"), CSM_TYPE_TASK_LINE);

      gtk_check_button_set_active (GTK_CHECK_BUTTON (csm_ui_find (line, GTK_TYPE_CHECK_BUTTON, "check")), TRUE);
      csm_ui_settle ();
    }
  csm_ui_activate (ana->desk.window, "win.resolve");
  wait_shown (page, "This case is done");
  click (page, "Keep What Worked…");
  sheet = find_sheet ();
  g_assert_nonnull (sheet);
  wait_shown (sheet, "Please check that nothing of the customer is left.");
  save_picture (sheet, "together-keep.png");
  g_signal_emit_by_name (sheet, "done");
  csm_ui_wait_until (has_template, ana->desk.workbench, "the template");
  json_node_init_object (node, find_template (ana->desk.workbench));
  json = json_to_string (node, FALSE);
  g_assert_null (strstr (json, "Nina"));
  g_assert_null (strstr (json, CUSTOMER));
  g_assert_nonnull (strstr (json, "your tent is of a series with a weak seam."));
}

static gboolean
was_used (gpointer data)
{
  return csm_json_get_int (find_template (data), "useCount", 0) == 1;
}

/* Somebody else has the same trouble two days later. */
static void
next_one (Office *office)
{
  Colleague *ana = &office->ana;
  Planned planned = { ana->desk.workbench, GOAL, 2 };
  GtkWidget *offer;

  deliver (office, NEXT_ONE);
  open_newest (ana, "Tent seam opened");
  offer = part_of (ana, CSM_TYPE_TEMPLATE_OFFER);
  wait_shown (offer, "Like “The seam of my tent opened in the rain”");
  wait_shown (offer, "Because of:");
  save_picture (ana->desk.window, "together-offer.png");
  click (offer, "Use");
  csm_ui_wait_until (is_planned, &planned, "what worked");
  csm_ui_wait_until (was_used, ana->desk.workbench, "the count");
  wait_shown (part_of (ana, CSM_TYPE_CASE_PROPERTIES), "Send a new tent");
}

static void
test_scenario (Office       *office,
               gconstpointer application)
{
  ana_asks (office);
  dev_answers (office);
  ana_writes (office);
  chiara_approves (office);
  ana_sends (office);
  ana_keeps (office);
  next_one (office);
  check_mail (office);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = NULL;

  csm_ui_test_init (&argc, &argv);
  g_assert_nonnull (csm_app_get_resource ());
  application = adw_application_new (CSM_APP_ID, G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_test_add ("/ui/scenario", Office, application, set_up, test_scenario, tear_down);
  return csm_ui_test_run ();
}
