/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_SETTINGS_ENABLE_BACKEND
#include "config.h"

#include <gio/gsettingsbackend.h>
#include <libsoup/soup.h>
#include <string.h>

#include "csm-body-view.h"
#include "csm-json.h"
#include "csm-message-row.h"
#include "csm-note-line.h"
#include "csm-test-server.h"
#include "csm-ui-desk.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"
#include "csm-window.h"

/*
 * What a message has on the web is asked for in the window, by a person, and fetched or done by the real server: between the
 * two nothing is replaced. The web is this computer, which only a server that was built for tests goes to.
 */

typedef struct
{
  CsmUiDesk         desk;
  CsmTestWorkspace *workspace;
  CsmTestServer    *server;
  SoupServer       *web;
  guint             port;
  GPtrArray        *seen;  /* "METHOD /path body" */
} Office;

/* --- the web ------------------------------------------------------------------------------------------------------ */

static void
web_cb (SoupServer        *web,
        SoupServerMessage *message,
        const char        *path,
        GHashTable        *query,
        gpointer           data)
{
  Office *office = data;
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 60, 40);
  g_autofree char *png = NULL;
  gsize length = 0;

  g_ptr_array_add (office->seen, g_strdup_printf ("%s %s %.*s", soup_server_message_get_method (message), path, (int) body->length, body->data));
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  if (!g_str_equal (path, "/parcel.png"))
    return;
  gdk_pixbuf_fill (picture, 0x3584e4ff);
  g_assert_true (gdk_pixbuf_save_to_buffer (picture, &png, &length, "png", NULL, NULL));
  soup_server_message_set_response (message, "image/png", SOUP_MEMORY_COPY, png, length);
}

static void
start_web (Office *office)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;

  office->seen = g_ptr_array_new_with_free_func (g_free);
  office->web = soup_server_new (NULL, NULL);
  soup_server_add_handler (office->web, NULL, web_cb, office, NULL);
  soup_server_listen_local (office->web, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (office->web);
  office->port = (guint) g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

/* --- who works here ----------------------------------------------------------------------------------------------- */

static void
change (CsmTxn     *txn,
        CsmTypeId   type,
        const char *id,
        char       *members)
{
  g_autofree char *owned = members;
  g_autoptr (JsonObject) changes = csm_test_json ("%s", owned);
  g_autoptr (JsonObject) record = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (type), id, NULL);
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  g_assert_nonnull (record);
  json_object_iter_init_ordered (&iter, changes);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    json_object_set_member (record, name, csm_json_copy (node));
  g_assert_true (csm_txn_update (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (type), id, record, NULL));
}

static gpointer
furnish (CsmTxn        *txn,
         gpointer       input,
         GCancellable  *cancellable,
         GError       **error)
{
  Office *office = input;

  change (txn, CSM_TYPE_ID_MESSAGE, office->workspace->messages->pdata[0],
          g_strdup_printf ("{'automatic':'newsletter','body':[{'t':'p','s':[{'x':'Our newest parcels'}]},"
                           "{'t':'img','alt':'A parcel','remote':true,'src':'http://127.0.0.1:%u/parcel.png'}],"
                           "'unsubscribe':{'oneClick':true,'url':'http://127.0.0.1:%u/leave','mailto':null}}", office->port, office->port));
  return NULL;
}

static gboolean
is_synced (gpointer data)
{
  return csm_account_get_state (data) == CSM_ACCOUNT_SYNCED;
}

static gboolean
has_directory (gpointer data)
{
  return csm_workbench_get_directory (data) != NULL && csm_workbench_get_my_id (data) != NULL;
}

static gboolean
shows_message (gpointer data)
{
  CsmUiDesk *desk = data;

  return csm_ui_find_label (desk->window, "Our newest parcels") != NULL;
}

static void
sit_down (Office *office)
{
  CsmUiDesk *desk = &office->desk;
  GSettingsBackend *backend = g_memory_settings_backend_new ();

  desk->dir = csm_ui_temp_dir ();
  desk->account = csm_account_new (csm_test_server_get_url (office->server), NULL, office->workspace->lead.token, desk->dir);
  csm_account_start (desk->account);
  csm_ui_wait_until (is_synced, desk->account, "the account");
  desk->cache = csm_account_get_cache (desk->account);
  desk->settings = g_settings_new_with_backend (CSM_APP_ID, backend);
  g_object_unref (backend);
  desk->workbench = csm_workbench_new (desk->account, desk->settings);
  csm_workbench_count (desk->workbench);
  csm_ui_wait_until (has_directory, desk->workbench, "the directory");
  desk->window = csm_window_new (desk->application, desk->settings);
  csm_window_force_size (CSM_WINDOW (desk->window), 1400, 900);
  csm_window_set_workbench (CSM_WINDOW (desk->window), desk->workbench);
  gtk_window_present (GTK_WINDOW (desk->window));
  csm_workbench_show_case (desk->workbench, office->workspace->cases->pdata[0]);
  csm_ui_wait_until (shows_message, desk, "the message");
  csm_ui_settle ();
}

static void
set_up (Office        *office,
        gconstpointer  application)
{
  office->desk.application = GTK_APPLICATION ((gpointer) application);
  start_web (office);
  office->workspace = csm_test_workspace_new (1);
  csm_test_workspace_run (office->workspace, furnish, office);
  office->server = csm_test_server_new (office->workspace->directory, NULL);
  sit_down (office);
}

static void
tear_down (Office        *office,
           gconstpointer  application)
{
  csm_ui_desk_tear_down (&office->desk, NULL);
  csm_test_server_free (office->server);
  csm_test_workspace_free (office->workspace);
  soup_server_disconnect (office->web);
  g_clear_object (&office->web);
  g_ptr_array_unref (office->seen);
}

/* --- what is asked for -------------------------------------------------------------------------------------------- */

static GtkWidget *
row_of (Office *office)
{
  return gtk_widget_get_ancestor (csm_ui_find_label (office->desk.window, "Our newest parcels"), CSM_TYPE_MESSAGE_ROW);
}

static gboolean
shows_picture (gpointer data)
{
  GtkWidget *picture = csm_ui_find_type (csm_ui_find_type (row_of (data), CSM_TYPE_BODY_VIEW), GTK_TYPE_PICTURE);

  return picture != NULL && gdk_paintable_get_intrinsic_width (gtk_picture_get_paintable (GTK_PICTURE (picture))) == 60;
}

static gboolean
was_asked (gpointer data)
{
  return *(guint *) data > 0;
}

static gboolean
asks (gpointer data)
{
  *(GtkWidget **) data = csm_ui_find_window (ADW_TYPE_MESSAGE_DIALOG);
  return *(GtkWidget **) data != NULL;
}

static gboolean
says_so (gpointer data)
{
  return csm_ui_find_label (((Office *) data)->desk.window, "unsubscribed on") != NULL;
}

/* Nothing is fetched or told before a person asks; then it is the server that does, once. */
static void
test_web (Office        *office,
          gconstpointer  application)
{
  GtkWidget *dialog = NULL;

  g_assert_cmpuint (office->seen->len, ==, 0);
  csm_ui_activate (row_of (office), "message.load-images");
  csm_ui_wait_until (shows_picture, office, "the image");
  g_assert_cmpuint (office->seen->len, ==, 1);
  g_assert_cmpstr (office->seen->pdata[0], ==, "GET /parcel.png ");
  csm_ui_desk_save_png (&office->desk, "web-mail.png");
  g_ptr_array_set_size (office->seen, 0);
  csm_ui_activate (row_of (office), "message.unsubscribe");
  csm_ui_wait_until (asks, &dialog, "the question");
  g_assert_cmpuint (office->seen->len, ==, 0);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "unsubscribe");
  csm_ui_wait_until (was_asked, &office->seen->len, "the list");
  g_assert_cmpstr (office->seen->pdata[0], ==, "POST /leave List-Unsubscribe=One-Click");
  csm_ui_wait_until (says_so, office, "what was done");
  csm_ui_wait_until (shows_picture, office, "the image, still");
  for (guint i = 1; i < office->seen->len; i++)
    g_assert_cmpstr (office->seen->pdata[i], ==, "GET /parcel.png ");
}

static void
skip (Office        *office,
      gconstpointer  application)
{
  g_test_skip ("this build's server goes to no web on this computer");
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

  if (CSM_FAILPOINTS)
    g_test_add ("/web-mail/images-and-list", Office, application, set_up, test_web, tear_down);
  else
    g_test_add ("/web-mail/images-and-list", Office, application, NULL, skip, NULL);
  return csm_ui_test_run ();
}
