/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>

#include "csm-case-list-row.h"
#include "csm-composer.h"
#include "csm-json.h"
#include "csm-preferences-window.h"
#include "csm-remote-images.h"
#include "csm-ui-desk.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"
#include "csm-window.h"

/* What people prefer is what happens. */

#define FIRST_CASE "c01J00000000000000000000001"

static void
set_up (CsmUiDesk     *desk,
        gconstpointer  application)
{
  static const char *const keys[] = { "mark-read", "remote-images", "compact-list", "after-send", "status-after-send", "send-with-enter", "send-delay" };

  csm_ui_desk_set_up (desk, application);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_settings_reset (desk->settings, keys[i]);
}

static void
take_pictures (GtkWidget  *window,
               const char *name)
{
  static const int sizes[][2] = { { 360, 640 }, { 900, 760 }, { 1400, 900 } };
  const char *folder = g_getenv ("CASEMENT_TEST_PICTURES");

  csm_ui_settle ();
  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (sizes) * 2; i++)
    {
      g_autofree char *file = g_strdup_printf ("%s-%d-%s.png", name, sizes[i / 2][0], i % 2 ? "dark" : "light");
      g_autofree char *path = g_build_filename (folder, file, NULL);

      adw_style_manager_set_color_scheme (adw_style_manager_get_default (), i % 2 ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
      gtk_window_set_default_size (GTK_WINDOW (window), sizes[i / 2][0], sizes[i / 2][1]);
      csm_ui_save_png (window, path);
    }
}

/* --- reading -------------------------------------------------------------------------------------------------- */

typedef struct
{
  GPtrArray *ops;
  gboolean   done;
} Listing;

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Listing *listing = data;
  g_autoptr (GError) error = NULL;

  listing->ops = csm_cache_list_outbox_finish (CSM_CACHE (source), result, &error);
  g_assert_no_error (error);
  listing->done = TRUE;
}

static gboolean
is_listed (gpointer data)
{
  return ((Listing *) data)->done;
}

static gboolean
is_read (gpointer data)
{
  CsmUiDesk *desk = data;
  Listing listing = { NULL, FALSE };
  gboolean found = FALSE;

  csm_cache_list_outbox_async (desk->cache, NULL, listed_cb, &listing);
  csm_ui_wait_until (is_listed, &listing, "the outbox");
  for (guint i = 0; i < listing.ops->len; i++)
    found = found || ((CsmOperation *) listing.ops->pdata[i])->type == CSM_TYPE_ID_SEEN;
  g_ptr_array_unref (listing.ops);
  return found;
}

static gboolean
is_active (gpointer data)
{
  return gtk_window_is_active (data);
}

static void
test_mark_read (CsmUiDesk     *desk,
                gconstpointer  data)
{
  g_settings_set_string (desk->settings, "mark-read", "by-hand");
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_wait_until (is_active, desk->window, "the window to be the one that is typed into");
  csm_ui_desk_open_case (desk, 1);
  g_assert_false (is_read (desk));
  g_settings_set_string (desk->settings, "mark-read", "2-seconds");
  csm_ui_desk_open_case (desk, 2);
  csm_ui_wait_until (is_read, desk, "the case to be read");
}

static gboolean
has_outgoing (gpointer data)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (data);

  for (guint i = 0; detail != NULL && i < detail->timeline->len; i++)
    if (g_strcmp0 (csm_json_get_string (((CsmTimelineEntry *) detail->timeline->pdata[i])->record, "direction"), "out") == 0)
      return TRUE;
  return FALSE;
}

/* Those of whom we have written to, if it is really they. */
static void
test_known_senders (CsmUiDesk     *desk,
                    gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) known = csm_json_parse_object ("{\"id\":\"m01J00000000000000000000801\",\"from\":[{\"address\":\"Customer1@example.org\"}],\"trust\":{\"verdict\":\"verified\"}}", -1, &error);
  g_autoptr (JsonObject) forged = csm_json_parse_object ("{\"id\":\"m01J00000000000000000000802\",\"from\":[{\"address\":\"customer1@example.org\"}],\"trust\":{\"verdict\":\"failed\"}}", -1, &error);
  g_autoptr (JsonObject) other = csm_json_parse_object ("{\"id\":\"m01J00000000000000000000803\",\"from\":[{\"address\":\"other@example.org\"}],\"trust\":{\"verdict\":\"verified\"}}", -1, &error);

  g_assert_no_error (error);
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  g_settings_set_string (desk->settings, "remote-images", "known");
  g_assert_false (csm_remote_images_are_wanted (desk->workbench, known));
  csm_ui_put (desk->cache, CSM_TYPE_ID_MESSAGE, "{'id':'m01J00000000000000000000800','caseId':'" FIRST_CASE "','conversationId':'v01J00000000000000000000001',"
                                                "'channelId':'h01J00000000000000000000001','direction':'out','authorId':'p01J00000000000000000000002','at':'2026-01-05T10:00:00Z',"
                                                "'subject':'Parcel','to':[{'name':'','address':'customer1@example.org'}],'preview':'Hello','textBody':'Hello','body':[]}");
  csm_ui_wait_until (has_outgoing, desk->workbench, "the answer");
  g_assert_true (csm_remote_images_are_wanted (desk->workbench, known));
  g_assert_false (csm_remote_images_are_wanted (desk->workbench, forged));
  g_assert_false (csm_remote_images_are_wanted (desk->workbench, other));
  g_settings_set_string (desk->settings, "remote-images", "ask");
  g_assert_false (csm_remote_images_are_wanted (desk->workbench, known));
  g_assert_false (csm_remote_images_are_unwanted (desk->workbench));
  g_settings_set_string (desk->settings, "remote-images", "never");
  g_assert_true (csm_remote_images_are_unwanted (desk->workbench));
}

static int
row_height (CsmUiDesk *desk)
{
  GtkWidget *row = csm_ui_find_type (desk->window, CSM_TYPE_CASE_LIST_ROW);

  return row != NULL && gtk_widget_get_mapped (row) ? gtk_widget_get_height (row) : 0;
}

typedef struct
{
  CsmUiDesk *desk;
  int        height;
} Rows;

static gboolean
are_lower (gpointer data)
{
  Rows *rows = data;
  int height = row_height (rows->desk);

  return height > 0 && height < rows->height;
}

static void
test_compact (CsmUiDesk     *desk,
              gconstpointer  data)
{
  Rows rows = { desk, 0 };

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  rows.height = row_height (desk);
  g_settings_set_boolean (desk->settings, "compact-list", TRUE);
  csm_ui_wait_until (are_lower, &rows, "lower rows");
  take_pictures (desk->window, "compact");
}

/* --- writing -------------------------------------------------------------------------------------------------- */

static const char *
status_of_reply (GPtrArray *ops)
{
  for (guint i = 0; i < ops->len; i++)
    {
      CsmOperation *op = ops->pdata[i];
      JsonObject *patch = op->type == CSM_TYPE_ID_SUBMISSION ? csm_json_get_object (op->payload, "casePatch") : NULL;

      if (patch != NULL)
        return csm_json_get_string (patch, "status");
    }
  return NULL;
}

static gboolean
is_elsewhere (gpointer data)
{
  const char *id = csm_workbench_get_case_id (data);

  return id != NULL && !g_str_equal (id, FIRST_CASE);
}

static gboolean
is_nowhere (gpointer data)
{
  return csm_workbench_get_case_id (data) == NULL;
}

static void
test_next_after_send (CsmUiDesk     *desk,
                      gconstpointer  data)
{
  g_autoptr (GPtrArray) ops = NULL;

  g_settings_set_string (desk->settings, "after-send", "next");
  g_settings_set_string (desk->settings, "status-after-send", "resolved");
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  g_assert_nonnull (csm_ui_find_label (csm_ui_world_composer (desk), "Send and Resolve"));
  csm_ui_world_write_reply (desk, "It comes tomorrow.");
  csm_ui_wait_until (is_elsewhere, desk->workbench, "the next case");
  ops = csm_ui_desk_outbox (desk);
  g_assert_cmpstr (status_of_reply (ops), ==, "resolved");
}

static void
test_list_after_send (CsmUiDesk     *desk,
                      gconstpointer  data)
{
  g_autoptr (GPtrArray) ops = NULL;

  g_settings_set_string (desk->settings, "after-send", "list");
  g_settings_set_string (desk->settings, "status-after-send", "open");
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_world_write_reply (desk, "It comes tomorrow.");
  csm_ui_wait_until (is_nowhere, desk->workbench, "the list");
  ops = csm_ui_desk_outbox (desk);
  g_assert_cmpstr (status_of_reply (ops), ==, "open");
}

/* Without preferences nothing is said of the case, nobody goes anywhere, and Enter begins a new line. */
static void
test_send_key (CsmUiDesk     *desk,
               gconstpointer  data)
{
  GtkWidget *view;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  view = csm_ui_world_reply_view (desk);
  g_settings_set_uint (desk->settings, "send-delay", 0);
  csm_ui_type (view, "It comes tomorrow.");
  csm_ui_settle ();
  csm_ui_press (view, GDK_KEY_Return, 0);
  csm_ui_world_wait_reply (desk, "It comes tomorrow.\n");
  g_settings_set_boolean (desk->settings, "send-with-enter", TRUE);
  csm_ui_press (view, GDK_KEY_Return, GDK_SHIFT_MASK);
  csm_ui_world_wait_reply (desk, "It comes tomorrow.\n\n");
  g_assert_true (csm_ui_press (view, GDK_KEY_Return, 0));
  csm_ui_world_wait_reply (desk, "");
  {
    g_autoptr (GPtrArray) ops = csm_ui_world_wait_outbox (desk, 1);

    g_assert_null (status_of_reply (ops));
  }
  g_assert_cmpstr (csm_workbench_get_case_id (desk->workbench), ==, FIRST_CASE);
}

/* --- the window ------------------------------------------------------------------------------------------------ */

static GtkWidget *
row_titled (GtkWidget  *window,
            const char *title)
{
  return gtk_widget_get_ancestor (csm_ui_find_label (window, title), ADW_TYPE_COMBO_ROW);
}

static void
test_window (CsmUiDesk     *desk,
             gconstpointer  data)
{
  GtkWindow *window = csm_preferences_window_new (NULL, desk->settings, desk->workbench);
  g_autofree char *read = NULL;

  g_settings_set_string (desk->settings, "after-send", "list");
  gtk_window_present (window);
  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), "reading");
  take_pictures (GTK_WIDGET (window), "preferences-reading");
  csm_ui_world_check_names (GTK_WIDGET (window));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row_titled (GTK_WIDGET (window), "Mark as Read")), 3);
  read = g_settings_get_string (desk->settings, "mark-read");
  g_assert_cmpstr (read, ==, "by-hand");
  adw_combo_row_set_selected (ADW_COMBO_ROW (row_titled (GTK_WIDGET (window), "Rows")), 1);
  g_assert_true (g_settings_get_boolean (desk->settings, "compact-list"));
  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), "writing");
  take_pictures (GTK_WIDGET (window), "preferences-writing");
  csm_ui_world_check_names (GTK_WIDGET (window));
  g_assert_cmpuint (adw_combo_row_get_selected (ADW_COMBO_ROW (row_titled (GTK_WIDGET (window), "Then"))), ==, 2);
  adw_combo_row_set_selected (ADW_COMBO_ROW (row_titled (GTK_WIDGET (window), "Send With")), 1);
  g_assert_true (g_settings_get_boolean (desk->settings, "send-with-enter"));
  gtk_window_destroy (window);
}

#define ADD(path, function) g_test_add ("/preferences/" path, CsmUiDesk, application, set_up, function, csm_ui_desk_tear_down)

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

  ADD ("mark-read", test_mark_read);
  ADD ("known-senders", test_known_senders);
  ADD ("compact", test_compact);
  ADD ("next-after-send", test_next_after_send);
  ADD ("list-after-send", test_list_after_send);
  ADD ("send-key", test_send_key);
  ADD ("window", test_window);
  return csm_ui_test_run ();
}
