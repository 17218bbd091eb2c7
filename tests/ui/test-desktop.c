/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <glib/gstdio.h>

#include "csm-accounts.h"
#include "csm-application-private.h"
#include "csm-json.h"
#include "csm-notifications-group.h"
#include "csm-quiet-hours.h"
#include "csm-time.h"
#include "csm-ui-bus.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"
#include "csm-window.h"

/* The app among the others of a session: what it tells the desktop, and what the desktop asks of it. */

#define SERVER "http://127.0.0.1:9"
#define EMAIL "ana@example.com"
#define CASE "c01J00000000000000000000001"
#define OTHER "c01J00000000000000000000002"
#define UNKNOWN "c01J00000000000000000000777"
#define CUSTOMER "u01J00000000000000000000001"
#define ANA "p01J00000000000000000000001"
#define BEN "p01J00000000000000000000002"
#define PROVIDER "/org/casement/Casement/SearchProvider"

/* --- quiet hours --------------------------------------------------------------------------------------------- */

static void
check_quiet (guint       from,
             guint       to,
             guint       days,
             const char *now,
             const char *end)
{
  CsmQuietHours hours = { TRUE, from, to, days };
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");
  g_autoptr (GDateTime) at = g_date_time_new_from_iso8601 (now, zone);
  g_autoptr (GDateTime) until = csm_quiet_hours_get_end (&hours, at);
  g_autofree char *text = until != NULL ? g_date_time_format (until, "%Y-%m-%dT%H:%M") : NULL;

  g_test_message ("%s", now);
  g_assert_cmpstr (text, ==, end);
  hours.on = FALSE;
  g_assert_null (csm_quiet_hours_get_end (&hours, at));
}

static void
test_quiet_hours (void)
{
  enum { ALL = 127, WEEKDAYS = 31, WEEKEND = 96, FRIDAY = 16 };

  /* 2026-11-20 is a Friday. */
  check_quiet (1140, 480, ALL, "2026-11-20T18:59:59", NULL);
  check_quiet (1140, 480, ALL, "2026-11-20T19:00:00", "2026-11-21T08:00");
  check_quiet (1140, 480, ALL, "2026-11-21T07:59:59", "2026-11-21T08:00");
  check_quiet (1140, 480, ALL, "2026-11-21T08:00:00", NULL);
  check_quiet (720, 780, ALL, "2026-11-20T12:30:00", "2026-11-20T13:00");
  check_quiet (720, 780, WEEKEND, "2026-11-20T12:30:00", NULL);
  /* The night after Friday is Friday's. */
  check_quiet (1140, 480, FRIDAY, "2026-11-21T03:00:00", "2026-11-21T08:00");
  check_quiet (1140, 480, FRIDAY, "2026-11-20T03:00:00", NULL);
  check_quiet (1140, 480, FRIDAY, "2026-11-21T20:00:00", NULL);
  /* Whole days run together. */
  check_quiet (0, 0, WEEKEND, "2026-11-21T10:00:00", "2026-11-23T00:00");
  check_quiet (0, 0, WEEKDAYS, "2026-11-21T10:00:00", NULL);
  check_quiet (0, 0, 0, "2026-11-21T10:00:00", NULL);
  /* The night in which the clocks go back is an hour longer. */
  check_quiet (1320, 420, ALL, "2026-10-24T23:00:00", "2026-10-25T07:00");
}

/* --- the app in this process --------------------------------------------------------------------------------- */

/* What all tests share. */
typedef struct
{
  CsmUiBus  bus;
  char     *dir;
} World;

typedef struct
{
  CsmUiBus       *bus;
  GSettings      *settings;
  CsmApplication *application;
  CsmWindow      *window;
  CsmCache       *cache;
} Desk;

typedef void (*DeskFunc) (Desk *desk);

typedef struct
{
  World    *world;
  DeskFunc  func;
} DeskTest;

static char *
fill_account (GSettings *settings)
{
  g_autoptr (CsmAccounts) accounts = csm_accounts_new (settings, NULL);
  char *dir = csm_accounts_dup_cache_dir (accounts, SERVER, EMAIL);
  g_autoptr (CsmAccount) account = NULL;

  g_assert_cmpint (g_mkdir_with_parents (dir, 0700), ==, 0);
  account = csm_account_new (SERVER, NULL, "token", dir);
  csm_ui_fill (csm_account_get_cache (account));
  csm_account_stop (account);
  csm_ui_settle ();
  return dir;
}

static CsmWindow *
find_window (Desk *desk)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (desk->application)); l != NULL; l = l->next)
    if (CSM_IS_WINDOW (l->data))
      return l->data;
  return NULL;
}

static gboolean
has_directory (gpointer data)
{
  return csm_workbench_get_directory (data) != NULL;
}

static void
set_up (Desk          *desk,
        gconstpointer  data)
{
  static const char *const keys[] = { "last-case", "last-view", "notifications", "notification-text", "quiet-hours", "quiet-from", "quiet-to",
                                      "quiet-days", "run-in-background", "autostart" };
  const DeskTest *test = data;
  g_autofree char *dir = NULL;

  desk->bus = &test->world->bus;
  csm_ui_bus_clear (desk->bus);
  desk->settings = g_settings_new (CSM_APP_ID);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_settings_reset (desk->settings, keys[i]);
  g_settings_set_string (desk->settings, "server", SERVER);
  g_settings_set_string (desk->settings, "person-email", EMAIL);
  dir = fill_account (desk->settings);
  desk->application = csm_application_new ();
}

static void
tear_down (Desk          *desk,
           gconstpointer  data)
{
  g_autoptr (CsmAccounts) accounts = csm_accounts_new (desk->settings, NULL);
  g_autofree char *dir = csm_accounts_dup_cache_dir (accounts, SERVER, EMAIL);

  g_clear_object (&desk->application);
  csm_ui_settle ();
  csm_ui_remove_dir (dir);
  g_clear_object (&desk->settings);
}

static void
put_mention (Desk       *desk,
             const char *id,
             const char *case_id,
             gint64      at)
{
  g_autofree char *when = csm_time_format (at);
  g_autofree char *json = g_strdup_printf ("{'id':'%s','caseId':'%s','authorId':'" BEN "','body':'@Ana Reyes the depot burnt','mentions':{'" ANA "':true},'at':'%s'}",
                                           id, case_id, when);

  csm_ui_put (desk->cache, CSM_TYPE_ID_COMMENT, json);
}

static void
put_seen (Desk       *desk,
          const char *case_ulid,
          gint64      up_to)
{
  g_autofree char *when = csm_time_format (up_to);
  g_autofree char *json = g_strdup_printf ("{'id':'z%s','caseId':'c%s','upTo':'%s'}", case_ulid, case_ulid, when);

  csm_ui_put (desk->cache, CSM_TYPE_ID_SEEN, json);
}

typedef struct
{
  Desk     *desk;
  DeskFunc  func;
} Running;

static gboolean
run_cb (gpointer data)
{
  Running *running = data;
  Desk *desk = running->desk;

  g_assert_false (g_application_get_is_remote (G_APPLICATION (desk->application)));
  desk->window = find_window (desk);
  desk->cache = csm_workbench_get_cache (csm_window_get_workbench (desk->window));
  csm_ui_wait_until (has_directory, csm_window_get_workbench (desk->window), "the directory");
  running->func (desk);
  g_application_quit (G_APPLICATION (desk->application));
  return G_SOURCE_REMOVE;
}

/* Runs the app from its start to its end, with the test in between. */
static void
test_run (Desk          *desk,
          gconstpointer  data)
{
  Running running = { desk, ((const DeskTest *) data)->func };

  g_idle_add (run_cb, &running);
  g_assert_cmpint (g_application_run (G_APPLICATION (desk->application), 0, NULL), ==, 0);
}

typedef struct
{
  Desk       *desk;
  const char *id;
  guint       n;
} Waiting;

static gboolean
is_shown (gpointer data)
{
  Waiting *waiting = data;

  return g_hash_table_contains (waiting->desk->bus->shown, waiting->id) && waiting->desk->bus->n_shown >= waiting->n;
}

static gboolean
is_gone (gpointer data)
{
  Waiting *waiting = data;

  return !g_hash_table_contains (waiting->desk->bus->shown, waiting->id);
}

static void
wait_shown (Desk       *desk,
            const char *id,
            guint       n)
{
  Waiting waiting = { desk, id, n };

  csm_ui_wait_until (is_shown, &waiting, id);
}

static void
wait_gone (Desk       *desk,
           const char *id)
{
  Waiting waiting = { desk, id, 0 };

  csm_ui_wait_until (is_gone, &waiting, id);
}

static void
test_notification (Desk *desk)
{
  gint64 now = csm_time_now ();
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;
  g_autofree char *buttons = NULL;
  g_autofree char *second = NULL;

  put_mention (desk, "n01J00000000000000000000901", OTHER, now + CSM_SECOND);
  wait_shown (desk, "case-" OTHER, 1);
  title = csm_ui_bus_get_text (desk->bus, "case-" OTHER, "title");
  body = csm_ui_bus_get_text (desk->bus, "case-" OTHER, "body");
  buttons = csm_ui_bus_get_buttons (desk->bus, "case-" OTHER);
  g_assert_cmpstr (title, !=, "");
  /* What colleagues write to each other is nobody's business who passes the screen. */
  g_assert_cmpstr (body, ==, "Ben Okafor mentioned you");
  g_assert_cmpstr (buttons, ==, "Reply app.answer, Assign to Me app.assign-me, Snooze Until Tomorrow app.snooze-tomorrow");

  g_settings_set_boolean (desk->settings, "notification-text", TRUE);
  put_mention (desk, "n01J00000000000000000000902", OTHER, now + 2 * CSM_SECOND);
  wait_shown (desk, "case-" OTHER, 2);
  second = csm_ui_bus_get_text (desk->bus, "case-" OTHER, "body");
  g_assert_cmpstr (second, ==, "Ben Okafor mentioned you: @Ana Reyes the depot burnt\nand 1 more in this case");
  g_assert_cmpuint (g_hash_table_size (desk->bus->shown), ==, 1);

  /* Read on another device: not as far as this, then all of it. */
  put_seen (desk, "01J00000000000000000000002", now - CSM_SECOND);
  csm_ui_settle ();
  g_assert_cmpuint (g_hash_table_size (desk->bus->shown), ==, 1);
  put_seen (desk, "01J00000000000000000000002", now + 3 * CSM_SECOND);
  wait_gone (desk, "case-" OTHER);

  /* Done with, by whomever. */
  put_mention (desk, "n01J00000000000000000000903", OTHER, now + 4 * CSM_SECOND);
  wait_shown (desk, "case-" OTHER, 3);
  csm_ui_put (desk->cache, CSM_TYPE_ID_CASE, "{'id':'" OTHER "','subject':'Ideas','status':'resolved','lane':'conversation','lastActivity':'2026-01-01T00:00:00Z'}");
  wait_gone (desk, "case-" OTHER);
}

typedef struct
{
  Desk  *desk;
  guint  n;
} Holding;

static gboolean
is_held (gpointer data)
{
  Holding *holding = data;

  return csm_notices_get_held (holding->desk->application->notices) == holding->n;
}

static gboolean
is_quiet_told (gpointer data)
{
  return g_hash_table_contains (((Desk *) data)->bus->shown, "summary");
}

static void
test_quiet (Desk *desk)
{
  gint64 now = csm_time_now ();
  g_autofree char *title = NULL;
  Holding holding = { desk, 3 };

  g_settings_set_uint (desk->settings, "quiet-from", 0);
  g_settings_set_uint (desk->settings, "quiet-to", 0);
  g_settings_set_boolean (desk->settings, "quiet-hours", TRUE);
  put_mention (desk, "n01J00000000000000000000901", OTHER, now + CSM_SECOND);
  put_mention (desk, "n01J00000000000000000000902", OTHER, now + CSM_SECOND);
  put_mention (desk, "n01J00000000000000000000903", "c01J00000000000000000000003", now + CSM_SECOND);
  put_mention (desk, "n01J00000000000000000000904", "c01J00000000000000000000004", now + CSM_SECOND);
  csm_ui_wait_until (is_held, &holding, "what is held back");
  /* Read elsewhere meanwhile: there is nothing to tell of it. */
  put_seen (desk, "01J00000000000000000000004", now + 2 * CSM_SECOND);
  holding.n = 2;
  csm_ui_wait_until (is_held, &holding, "what was read elsewhere");
  g_assert_cmpuint (desk->bus->n_shown, ==, 0);
  g_settings_set_boolean (desk->settings, "quiet-hours", FALSE);
  csm_ui_wait_until (is_quiet_told, desk, "what was held back");
  title = csm_ui_bus_get_text (desk->bus, "summary", "title");
  g_assert_cmpstr (title, ==, "While it was quiet: 2 cases");
  g_assert_cmpuint (desk->bus->n_shown, ==, 1);
}

static gboolean
is_asked (gpointer data)
{
  return ((Desk *) data)->bus->n_asked > 0;
}

static gboolean
is_refused (gpointer data)
{
  return !g_settings_get_boolean (((Desk *) data)->settings, "run-in-background");
}

static void
test_background (Desk *desk)
{
  gboolean autostart = TRUE;
  gint64 now = csm_time_now ();

  desk->bus->allow = FALSE;
  g_settings_set_boolean (desk->settings, "run-in-background", TRUE);
  csm_ui_wait_until (is_refused, desk, "the desktop's refusal");
  csm_ui_world_wait_label (GTK_WIDGET (desk->window), "does not let Casement run in the background");
  g_assert_true (g_variant_lookup (desk->bus->asked, "autostart", "b", &autostart));
  g_assert_false (autostart);

  desk->bus->allow = TRUE;
  desk->bus->n_asked = 0;
  g_settings_set_boolean (desk->settings, "autostart", TRUE);
  csm_ui_wait_until (is_asked, desk, "the portal");
  csm_ui_settle ();
  g_assert_true (g_variant_lookup (desk->bus->asked, "autostart", "b", &autostart));
  g_assert_true (autostart);
  g_assert_true (g_settings_get_boolean (desk->settings, "run-in-background"));

  /* Without a window it goes on, and one comes back. */
  gtk_window_close (GTK_WINDOW (desk->window));
  csm_ui_settle ();
  g_assert_null (find_window (desk));
  put_mention (desk, "n01J00000000000000000000901", CASE, now + CSM_SECOND);
  wait_shown (desk, "case-" CASE, 1);
  g_action_group_activate_action (G_ACTION_GROUP (desk->application), "open-case", g_variant_new_string (CASE));
  desk->window = find_window (desk);
  g_assert_nonnull (desk->window);
  wait_gone (desk, "case-" CASE);

  /* Who stays no more is not started either. */
  desk->bus->n_asked = 0;
  g_settings_set_boolean (desk->settings, "run-in-background", FALSE);
  csm_ui_wait_until (is_asked, desk, "the portal");
  g_assert_true (g_variant_lookup (desk->bus->asked, "autostart", "b", &autostart));
  g_assert_false (autostart);
}

/* --- what a person chooses -------------------------------------------------------------------------------------- */

static void
test_preferences (Desk *desk)
{
  g_autofree char *path = g_test_build_filename (G_TEST_BUILT, "ui", "notifications.png", NULL);
  GtkWidget *window;
  GtkWidget *group;
  GtkWidget *quiet;
  GtkWidget *from;
  GtkWidget *day;

  g_action_group_activate_action (G_ACTION_GROUP (desk->application), "preferences", NULL);
  window = csm_ui_find_window (ADW_TYPE_PREFERENCES_WINDOW);
  group = csm_ui_find_type (window, CSM_TYPE_NOTIFICATIONS_GROUP);
  quiet = csm_ui_find_type (group, ADW_TYPE_EXPANDER_ROW);
  g_settings_set_boolean (desk->settings, "quiet-hours", TRUE);
  g_assert_true (adw_expander_row_get_enable_expansion (ADW_EXPANDER_ROW (quiet)));
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (quiet), TRUE);
  csm_ui_settle ();
  csm_ui_save_png (window, path);
  csm_ui_world_check_names (group);

  from = csm_ui_find_type (group, GTK_TYPE_SPIN_BUTTON);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (from)), ==, "19:00");
  gtk_editable_set_text (GTK_EDITABLE (from), "20:30");
  gtk_spin_button_update (GTK_SPIN_BUTTON (from));
  g_assert_cmpuint (g_settings_get_uint (desk->settings, "quiet-from"), ==, 20 * 60 + 30);
  gtk_editable_set_text (GTK_EDITABLE (from), "25:00");
  gtk_spin_button_update (GTK_SPIN_BUTTON (from));
  g_assert_cmpuint (g_settings_get_uint (desk->settings, "quiet-from"), ==, 20 * 60 + 30);

  day = gtk_flow_box_child_get_child (GTK_FLOW_BOX_CHILD (csm_ui_find_type (group, GTK_TYPE_FLOW_BOX_CHILD)));
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (day)));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (day), FALSE);
  g_assert_cmpuint (g_settings_get_uint (desk->settings, "quiet-days"), ==, 126);
  g_settings_set_uint (desk->settings, "quiet-days", 127);
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (day)));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* --- links --------------------------------------------------------------------------------------------------- */

typedef struct
{
  Desk       *desk;
  const char *case_id;
} Opening;

static gboolean
is_open (gpointer data)
{
  Opening *opening = data;

  return g_strcmp0 (csm_workbench_get_case_id (csm_window_get_workbench (opening->desk->window)), opening->case_id) == 0;
}

static void
follow (Desk       *desk,
        const char *uri)
{
  g_action_group_activate_action (G_ACTION_GROUP (desk->application), "open-link", g_variant_new_string (uri));
}

static void
follow_to (Desk       *desk,
           const char *uri,
           const char *case_id)
{
  Opening opening = { desk, case_id };

  follow (desk, uri);
  csm_ui_wait_until (is_open, &opening, uri);
}

static void
test_links (Desk *desk)
{
  Opening opening = { desk, UNKNOWN };
  GtkWidget *entry;

  follow_to (desk, "casement:case/" OTHER, OTHER);
  follow_to (desk, "casement:customer/" CUSTOMER, CASE);
  follow (desk, "casement:search?q=late%20parcel");
  entry = csm_ui_find_type (GTK_WIDGET (csm_window_get_list (desk->window)), GTK_TYPE_SEARCH_ENTRY);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "late parcel");
  follow (desk, "casement:quit");
  csm_ui_world_wait_label (GTK_WIDGET (desk->window), "This is no link that Casement can follow");
  follow (desk, "casement:case/" UNKNOWN);
  csm_ui_world_wait_label (GTK_WIDGET (desk->window), "is not on this computer");
  g_assert_false (is_open (&opening));
}

/* --- what is clicked in a notification -------------------------------------------------------------------------- */

static gboolean
is_answering (gpointer data)
{
  return gtk_application_get_windows (data)->next != NULL;
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  *(GPtrArray **) data = csm_cache_list_outbox_finish (CSM_CACHE (source), result, NULL);
}

static gboolean
is_listed (gpointer data)
{
  return *(GPtrArray **) data != NULL;
}

static gboolean
is_changed (gpointer data)
{
  Desk *desk = data;
  GPtrArray *ops = NULL;
  guint n = 0;

  csm_cache_list_outbox_async (desk->cache, NULL, listed_cb, &ops);
  csm_ui_wait_until (is_listed, &ops, "the outbox");
  for (guint i = 0; i < ops->len; i++)
    {
      const CsmOperation *op = ops->pdata[i];

      if (op->type == CSM_TYPE_ID_CASE && g_str_equal (op->record_id, OTHER)
          && (g_strcmp0 (csm_json_get_string (op->payload, "ownerId"), ANA) == 0
              || g_strcmp0 (csm_json_get_string (op->payload, "status"), "snoozed") == 0))
        n++;
    }
  g_ptr_array_unref (ops);
  return n == 2;
}

static void
test_buttons (Desk *desk)
{
  GActionGroup *actions = G_ACTION_GROUP (desk->application);
  Opening opening = { desk, OTHER };

  /* None of these needs a window. */
  gtk_window_destroy (GTK_WINDOW (desk->window));
  g_action_group_activate_action (actions, "assign-me", g_variant_new_string (OTHER));
  g_action_group_activate_action (actions, "snooze-tomorrow", g_variant_new_string (OTHER));
  g_action_group_activate_action (actions, "assign-me", g_variant_new_string ("c'; DROP TABLE case_"));
  csm_ui_wait_until (is_changed, desk, "what was done without a window");
  g_assert_null (find_window (desk));

  g_action_group_activate_action (actions, "reply", g_variant_new_string (OTHER));
  desk->window = find_window (desk);
  csm_ui_wait_until (is_open, &opening, "the case");
  g_action_group_activate_action (actions, "answer", g_variant_new_string (CASE));
  csm_ui_wait_until (is_answering, desk->application, "the window to answer in");
}

/* --- the real one, which the bus starts --------------------------------------------------------------------------- */

typedef struct
{
  CsmUiBus   *bus;
  const char *dir;
} Session;

static void
write_file (const char *dir,
            const char *name,
            char       *text)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_free (text);
}

static void
session_set_up (Session       *session,
                gconstpointer  data)
{
  World *world = (World *) data;
  g_autoptr (GSettings) settings = g_settings_new (CSM_APP_ID);
  g_autofree char *dir = NULL;

  session->bus = &world->bus;
  session->dir = world->dir;
  csm_ui_bus_clear (session->bus);
  g_settings_set_string (settings, "server", SERVER);
  g_settings_set_string (settings, "person-email", EMAIL);
  dir = fill_account (settings);
  write_file (session->dir, "config/glib-2.0/settings/keyfile",
              g_strdup ("[org/casement/Casement]\nserver='" SERVER "'\nperson-email='" EMAIL "'\n"));
}

static void
start_world (World *world)
{
  world->dir = csm_ui_temp_dir ();
  write_file (world->dir, "services/" CSM_APP_ID ".service",
              g_strdup_printf ("[D-BUS Service]\nName=" CSM_APP_ID "\nExec=/usr/bin/env GSETTINGS_BACKEND=keyfile XDG_CONFIG_HOME=%s/config XDG_DATA_HOME=%s"
                               " XDG_CACHE_HOME=%s/cache %s --gapplication-service\n",
                               world->dir, g_get_user_data_dir (), world->dir, g_getenv ("CASEMENT_APP")));
  csm_ui_bus_up (&world->bus, world->dir);
}

static void
end_world (World *world)
{
  csm_ui_bus_down (&world->bus);
  csm_ui_remove_dir (world->dir);
  g_free (world->dir);
}

static gboolean
is_away (gpointer data)
{
  return !csm_ui_bus_is_there (data, CSM_APP_ID);
}

static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
session_tear_down (Session       *session,
                   gconstpointer  data)
{
  g_autoptr (GSettings) settings = g_settings_new (CSM_APP_ID);
  g_autoptr (CsmAccounts) accounts = csm_accounts_new (settings, NULL);
  g_autofree char *dir = csm_accounts_dup_cache_dir (accounts, SERVER, EMAIL);
  guint id = g_timeout_add (20, tick_cb, NULL);

  csm_ui_bus_activate (session->bus, "quit", NULL);
  csm_ui_wait_until (is_away, session->bus, "the app's end");
  g_source_remove (id);
  csm_ui_remove_dir (dir);
}

static char *
get_setting (Session    *session,
             const char *key)
{
  g_autofree char *path = g_build_filename (session->dir, "config/glib-2.0/settings/keyfile", NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_assert_true (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL));
  return g_key_file_get_value (file, "org/casement/Casement", key, NULL);
}

typedef struct
{
  Session    *session;
  const char *value;
} Remembered;

static gboolean
is_remembered (gpointer data)
{
  Remembered *remembered = data;
  g_autofree char *value = get_setting (remembered->session, "last-case");

  return g_strcmp0 (value, remembered->value) == 0;
}

static void
wait_case (Session    *session,
           const char *value)
{
  Remembered remembered = { session, value };
  guint id = g_timeout_add (20, tick_cb, NULL);

  csm_ui_wait_until (is_remembered, &remembered, value);
  g_source_remove (id);
}

static guint
count_windows (Session *session)
{
  g_autoptr (GVariant) reply = csm_ui_bus_call (session->bus, "/org/casement/Casement/window", "org.freedesktop.DBus.Introspectable", "Introspect", NULL);
  const char *text;
  guint n = 0;

  g_variant_get (reply, "(&s)", &text);
  for (const char *at = text; (at = strstr (at, "<node name=")) != NULL; at++)
    n++;
  return n;
}

static char **
search (Session    *session,
        const char *words)
{
  g_auto (GStrv) terms = g_strsplit (words, " ", -1);
  g_autoptr (GVariant) reply = csm_ui_bus_call (session->bus, PROVIDER, "org.gnome.Shell.SearchProvider2", "GetInitialResultSet",
                                                g_variant_new ("(^as)", terms));
  char **ids;

  g_variant_get (reply, "(^as)", &ids);
  return ids;
}

static void
check_meta (Session *session,
            char   **ids)
{
  g_autoptr (GVariant) reply = csm_ui_bus_call (session->bus, PROVIDER, "org.gnome.Shell.SearchProvider2", "GetResultMetas", g_variant_new ("(^as)", ids));
  g_autoptr (GVariant) metas = g_variant_get_child_value (reply, 0);

  g_assert_cmpuint (g_variant_n_children (metas), ==, g_strv_length (ids));
  for (guint i = 0; ids[i] != NULL; i++)
    {
      g_autoptr (GVariant) meta = g_variant_get_child_value (metas, i);
      const char *text = NULL;

      g_assert_true (g_variant_lookup (meta, "id", "&s", &text));
      g_assert_cmpstr (text, ==, ids[i]);
      g_assert_true (g_variant_lookup (meta, "name", "&s", &text));
      g_assert_cmpstr (text, !=, "");
      g_assert_true (g_variant_lookup (meta, "description", "&s", &text));
    }
}

static void
test_search (Session       *session,
             gconstpointer  data)
{
  /* Sanitizers make everything several times slower. */
#ifdef CSM_SANITIZED
  const gint64 limit = 1000 * 1000;
#else
  const gint64 limit = 100 * 1000;
#endif
  g_auto (GStrv) first = search (session, "maría");
  g_auto (GStrv) none = search (session, "xyzzy");
  g_auto (GStrv) again = NULL;
  g_autoptr (GVariant) reply = NULL;
  const char *const terms[] = { "maría", NULL };
  gint64 start;
  gint64 took = G_MAXINT64;

  g_assert_cmpstr (first[0], ==, CUSTOMER);
  g_assert_true (g_strv_contains ((const char *const *) first, CASE));
  g_assert_cmpuint (g_strv_length (none), ==, 0);
  for (guint i = 0; i < 5; i++)
    {
      g_clear_pointer (&again, g_strfreev);
      start = g_get_monotonic_time ();
      again = search (session, "maría");
      took = MIN (took, g_get_monotonic_time () - start);
    }
  g_test_message ("results in %.1f ms", (double) took / 1000);
  g_assert_cmpint (took, <=, limit);
  check_meta (session, again);
  /* All of that without a window. */
  g_assert_cmpuint (count_windows (session), ==, 0);
  reply = csm_ui_bus_call (session->bus, PROVIDER, "org.gnome.Shell.SearchProvider2", "ActivateResult", g_variant_new ("(s^asu)", CASE, terms, 0));
  wait_case (session, "'" CASE "'");
  g_assert_cmpuint (count_windows (session), ==, 1);
}

/* A link that is clicked while the app does not run, and without a network. */
static void
test_start_with_link (Session       *session,
                      gconstpointer  data)
{
  const char *const uris[] = { "casement:case/" OTHER, NULL };
  g_autoptr (GVariant) reply = csm_ui_bus_call (session->bus, "/org/casement/Casement", "org.freedesktop.Application", "Open",
                                                g_variant_new ("(^asa{sv})", uris, NULL));
  g_autofree char *recent = g_build_filename (g_get_user_data_dir (), "recently-used.xbel", NULL);

  wait_case (session, "'" OTHER "'");
  g_assert_cmpuint (count_windows (session), ==, 1);
  g_assert_false (g_file_test (recent, G_FILE_TEST_EXISTS));
}

#define ADD_REAL(path, function) g_test_add ("/desktop/real/" path, Session, &world, session_set_up, function, session_tear_down)

int
main (int    argc,
      char **argv)
{
  World world = { 0 };
  const struct { const char *path; DeskTest test; } tests[] = {
    { "/desktop/notification", { &world, test_notification } },
    { "/desktop/quiet", { &world, test_quiet } },
    { "/desktop/background", { &world, test_background } },
    { "/desktop/preferences", { &world, test_preferences } },
    { "/desktop/links", { &world, test_links } },
    { "/desktop/buttons", { &world, test_buttons } },
  };
  int result;

  csm_ui_test_init (&argc, &argv);
  start_world (&world);
  g_test_add_func ("/desktop/quiet-hours", test_quiet_hours);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Desk, &tests[i].test, set_up, test_run, tear_down);
  ADD_REAL ("search", test_search);
  ADD_REAL ("start-with-link", test_start_with_link);
  result = g_test_run ();
  end_world (&world);
  csm_ui_remove_dir (g_get_user_data_dir ());
  return result;
}
