/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "test-mailbox-browser.h"

#include <string.h>

#include "csm-json.h"
#include "csm-ui-mailbox.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"

/* A provider that takes no passwords: somebody signs in with the browser. Who the browser is, and what it brings, is made up here. */

#define FOUND_SIGN_IN "{'candidates':[{'source':'known','provider':'Example Mail','oauth':true,'help':null," \
                      "'signIn':{'authorizationUrl':'https://login.example.org/authorize?tenant=1','tokenUrl':'https://login.example.org/token'," \
                      "'scope':'mail offline_access','redirectHost':'127.0.0.1','registerUrl':'https://login.example.org/apps','only':true}," \
                      "'imap':{'host':'imap.example.org','port':993,'tls':'implicit','user':'help@example.org'}," \
                      "'smtp':{'host':'smtp.example.org','port':465,'tls':'implicit','user':'help@example.org'}}]}"

/* What the browser was told to ask for. */
static GHashTable *
asked_for (CsmUiMailbox *lab)
{
  const char *url = csm_ui_asker_browsed (lab->asker);
  GHashTable *fields;
  GError *error = NULL;

  g_assert_nonnull (url);
  g_assert_true (g_str_has_prefix (url, "https://login.example.org/authorize?tenant=1&"));
  fields = g_uri_parse_params (strchr (url, '?') + 1, -1, "&", G_URI_PARAMS_WWW_FORM, &error);
  g_assert_no_error (error);
  return fields;
}

typedef struct
{
  char     *answer;
  gboolean  done;
} Visit;

static void
visited_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Visit *visit = data;

  g_free (visit->answer);
  visit->answer = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);
  visit->done = TRUE;
}

static gboolean
is_done (gpointer data)
{
  return ((Visit *) data)->done;
}

/* The browser comes back with @query. */
static char *
come_back (GHashTable *fields,
           const char *query)
{
  g_autoptr (GUri) uri = g_uri_parse (g_hash_table_lookup (fields, "redirect_uri"), G_URI_FLAGS_NONE, NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GDataInputStream) input = NULL;
  g_autofree char *request = g_strdup_printf ("GET /?%s HTTP/1.1\r\nHost: x\r\n\r\n", query);
  Visit visit = { NULL, FALSE };
  GError *error = NULL;

  g_assert_cmpstr (g_uri_get_host (uri), ==, "127.0.0.1");
  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) g_uri_get_port (uri), NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request, strlen (request), NULL, NULL, &error);
  g_assert_no_error (error);
  input = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, visited_cb, &visit);
  csm_ui_wait_until (is_done, &visit, "the browser's page");
  return visit.answer;
}

static void
assert_proves (GHashTable *fields,
               const char *verifier)
{
  guint8 digest[32];
  gsize length = sizeof digest;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *text = NULL;

  g_checksum_update (checksum, (const guchar *) verifier, -1);
  g_checksum_get_digest (checksum, digest, &length);
  text = g_base64_encode (digest, length);
  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';
  g_assert_cmpstr (g_hash_table_lookup (fields, "code_challenge"), ==, text);
  g_assert_cmpstr (g_hash_table_lookup (fields, "code_challenge_method"), ==, "S256");
}

static GHashTable *
begin_sign_in (CsmUiMailbox       *lab,
               GtkWindow *window)
{
  csm_ui_activate (GTK_WIDGET (window), "mailbox.sign-in");
  g_assert_cmpstr (csm_ui_mailbox_get_page (window), ==, "busy");
  return asked_for (lab);
}

static void
sign_in (CsmUiMailbox       *lab,
         GtkWindow *window)
{
  g_autoptr (GHashTable) fields = begin_sign_in (lab, window);
  g_autofree char *query = g_strdup_printf ("state=%s&code=brought", (char *) g_hash_table_lookup (fields, "state"));
  g_autofree char *stray = NULL, *answer = NULL;
  JsonObject *grant;

  g_assert_cmpstr (g_hash_table_lookup (fields, "client_id"), ==, "casement");
  g_assert_cmpstr (g_hash_table_lookup (fields, "scope"), ==, "mail offline_access");
  g_assert_cmpstr (g_hash_table_lookup (fields, "login_hint"), ==, "help@example.org");
  /* Who does not know what was asked has nothing to say. */
  stray = come_back (fields, "state=guessed&code=theirs");
  g_assert_nonnull (strstr (stray, " 404 "));
  g_assert_cmpstr (csm_ui_mailbox_get_page (window), ==, "busy");
  answer = come_back (fields, query);
  g_assert_nonnull (strstr (answer, " 200 "));
  csm_ui_mailbox_wait_page (window, "account");
  grant = csm_json_get_object (csm_ui_asker_asked (lab->asker, "mailbox/signIn"), "grant");
  g_assert_cmpstr (csm_json_get_string (grant, "code"), ==, "brought");
  g_assert_cmpstr (csm_json_get_string (grant, "clientSecret"), ==, "sesame");
  g_assert_cmpstr (csm_json_get_string (grant, "redirectUri"), ==, g_hash_table_lookup (fields, "redirect_uri"));
  assert_proves (fields, csm_json_get_string (grant, "codeVerifier"));
}

static void
test_browser (CsmUiMailbox           *lab,
              gconstpointer  data)
{
  GtkWindow *window = csm_ui_mailbox_open (lab, NULL);
  JsonObject *settings;

  csm_ui_asker_answer (lab->asker, "mailbox/find", FOUND_SIGN_IN);
  csm_ui_asker_answer (lab->asker, "mailbox/signIn", "{'refreshToken':'lasting','accessToken':'brief','expires':'2030-01-01T00:00:00Z'}");
  csm_ui_mailbox_find_account (window);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (csm_ui_mailbox_field (window, "password_row"))));
  g_assert_nonnull (csm_ui_find_label (GTK_WIDGET (window), "Nobody has signed in yet"));
  csm_ui_activate (GTK_WIDGET (window), "mailbox.sign-in");
  g_assert_null (csm_ui_asker_browsed (lab->asker));
  gtk_editable_set_text (csm_ui_mailbox_field (window, "client_row"), "casement");
  gtk_editable_set_text (csm_ui_mailbox_field (window, "secret_row"), "sesame");
  csm_ui_mailbox_take_pictures (window, "browser-1-account");
  /* Nobody has to wait for a browser that stays away. */
  g_hash_table_unref (begin_sign_in (lab, window));
  csm_ui_mailbox_take_pictures (window, "browser-2-busy");
  csm_ui_activate (GTK_WIDGET (window), "mailbox.back");
  csm_ui_mailbox_wait_page (window, "account");

  sign_in (lab, window);
  g_assert_nonnull (csm_ui_find_label (GTK_WIDGET (window), "Signed in"));
  csm_ui_mailbox_take_pictures (window, "browser-3-signed-in");
  csm_ui_activate (GTK_WIDGET (window), "mailbox.test");
  csm_ui_mailbox_wait_page (window, "mailbox");
  settings = csm_json_get_object (csm_ui_asker_asked (lab->asker, "mailbox/test"), "settings");
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (settings, "grant"), "refreshToken"), ==, "lasting");
  g_assert_false (json_object_has_member (csm_json_get_object (settings, "imap"), "password"));
  gtk_window_destroy (window);
}

/* What was allowed once stays so while the same client asks. */
static void
test_browser_stored (CsmUiMailbox           *lab,
                     gconstpointer  data)
{
  GtkWindow *window;
  JsonObject *grant;

  csm_ui_asker_answer (lab->asker, "mailbox/settings",
                       "{'settings':{'imap':{'host':'imap.example.com','port':993,'tls':'implicit','user':'sales','hasPassword':true,'folders':['INBOX']},'smtp':null,"
                       "'grant':{'authorizationUrl':'https://login.example.org/authorize','tokenUrl':'https://login.example.org/token','clientId':'casement',"
                       "'redirectHost':'localhost'}}}");
  window = csm_ui_mailbox_open (lab, CSM_UI_MAILBOX_SALES);
  csm_ui_mailbox_wait_page (window, "account");
  g_assert_cmpstr (gtk_editable_get_text (csm_ui_mailbox_field (window, "client_row")), ==, "casement");
  csm_ui_activate (GTK_WIDGET (window), "mailbox.test");
  csm_ui_mailbox_wait_page (window, "mailbox");
  grant = csm_json_get_object (csm_json_get_object (csm_ui_asker_asked (lab->asker, "mailbox/test"), "settings"), "grant");
  g_assert_cmpstr (csm_json_get_string (grant, "redirectHost"), ==, "localhost");
  g_assert_false (json_object_has_member (grant, "refreshToken"));
  csm_ui_activate (GTK_WIDGET (window), "mailbox.back");
  csm_ui_mailbox_take_pictures (window, "browser-4-stored");
  /* Another client has to be allowed anew, and so has a password to be typed. */
  gtk_editable_set_text (csm_ui_mailbox_field (window, "client_row"), "other");
  csm_ui_asker_refuse (lab->asker, "mailbox/test", "asked");
  csm_ui_activate (GTK_WIDGET (window), "mailbox.test");
  g_assert_cmpstr (csm_ui_mailbox_get_page (window), ==, "account");
  adw_expander_row_set_enable_expansion (ADW_EXPANDER_ROW (csm_ui_find (GTK_WIDGET (window), ADW_TYPE_EXPANDER_ROW, "grant_row")), FALSE);
  csm_ui_activate (GTK_WIDGET (window), "mailbox.test");
  g_assert_cmpstr (csm_ui_mailbox_get_page (window), ==, "account");
  gtk_editable_set_text (csm_ui_mailbox_field (window, "password_row"), "secret");
  csm_ui_activate (GTK_WIDGET (window), "mailbox.test");
  csm_ui_world_wait_label (GTK_WIDGET (window), "asked");
  g_assert_true (json_object_get_null_member (csm_json_get_object (csm_ui_asker_asked (lab->asker, "mailbox/test"), "settings"), "grant"));
  gtk_window_destroy (window);
}

static void
test_browser_refused (CsmUiMailbox           *lab,
                      gconstpointer  data)
{
  GtkWindow *window = csm_ui_mailbox_open (lab, NULL);
  g_autoptr (GHashTable) fields = NULL;
  g_autofree char *query = NULL, *answer = NULL;

  csm_ui_asker_answer (lab->asker, "mailbox/find", FOUND_SIGN_IN);
  csm_ui_mailbox_find_account (window);
  gtk_editable_set_text (csm_ui_mailbox_field (window, "client_row"), "casement");
  fields = begin_sign_in (lab, window);
  query = g_strdup_printf ("state=%s&error=access_denied&error_description=No+thanks", (char *) g_hash_table_lookup (fields, "state"));
  answer = come_back (fields, query);
  csm_ui_mailbox_wait_page (window, "account");
  g_assert_nonnull (strstr (csm_ui_mailbox_said (window, "account_problem"), "No thanks"));
  gtk_window_destroy (window);
}

#define ADD(name, test) \
  g_test_add ("/mailbox/" name, CsmUiMailbox, application, csm_ui_mailbox_set_up, test, csm_ui_mailbox_tear_down)

void
test_mailbox_browser_add (AdwApplication *application)
{
  ADD ("browser", test_browser);
  ADD ("browser-stored", test_browser_stored);
  ADD ("browser-refused", test_browser_refused);
}
