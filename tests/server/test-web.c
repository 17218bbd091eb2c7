/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-ask.h"

#include <libsoup/soup.h>
#include <string.h>

#include "../channel/fake-resolver.h"
#include "csm-error.h"
#include "csm-json.h"
#include "csm-test-workspace.h"
#include "csm-web-address.h"
#include "csm-web-request.h"

#define PNG "\x89PNG\r\n\x1a\n-------------"
#define SVG "<svg xmlns='http://www.w3.org/2000/svg'/>"

/* A workspace with a mail, and a web server that everybody but the server under test knows. */
typedef struct
{
  CsmTestWorkspace *workspace;
  CsmStore         *store;
  const char       *id;           /* of the message */
  FakeResolver     *resolver;
  SoupServer       *web;
  guint16           port;
  GPtrArray        *seen;         /* what the web server was asked: "GET host path cookie referrer body" */
  JsonObject       *answer;
  GError           *error;
  gint              done;
  CsmAsk            ask;
  CsmAskFunc        func;
} Lab;

/* --- The web -------------------------------------------------------------------------------------------------------------------------- */

static void
reply (SoupServerMessage *msg,
       guint              status,
       const char        *type,
       const char        *body,
       gsize              length)
{
  soup_server_message_set_status (msg, status, NULL);
  soup_server_message_set_response (msg, type, SOUP_MEMORY_COPY, body, length);
}

static void
serve (SoupServer        *server,
       SoupServerMessage *msg,
       const char        *path,
       GHashTable        *query,
       gpointer           user_data)
{
  Lab *lab = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (msg);
  SoupMessageBody *body = soup_server_message_get_request_body (msg);
  const char *cookie = soup_message_headers_get_one (headers, "Cookie"), *referrer = soup_message_headers_get_one (headers, "Referer");
  g_autofree char *elsewhere = g_strdup_printf ("http://pictures.example:%u/b.png", lab->port);
  g_autofree char *inside = g_strdup_printf ("http://router.example:%u/b.png", lab->port);
  g_autofree char *large = NULL;

  g_ptr_array_add (lab->seen, g_strdup_printf ("%s %s %s%s%.*s", soup_server_message_get_method (msg), path, cookie != NULL ? cookie : "",
                                               referrer != NULL ? referrer : "", (int) body->length, body->data != NULL ? body->data : ""));
  if (g_str_equal (path, "/a.png") || g_str_equal (path, "/b.png"))
    reply (msg, 200, "image/png", PNG, sizeof PNG - 1);
  else if (g_str_equal (path, "/photo"))
    reply (msg, 200, "text/html", "\xff\xd8\xff\xe0 photo", 10);
  else if (g_str_equal (path, "/a.svg"))
    reply (msg, 200, "image/png", SVG, sizeof SVG - 1);
  else if (g_str_equal (path, "/large.png"))
    {
      large = g_strnfill (6 * 1024 * 1024, 'x');
      memcpy (large, PNG, sizeof PNG - 1);
      reply (msg, 200, "image/png", large, strlen (large));
    }
  else if (g_str_equal (path, "/elsewhere"))
    soup_server_message_set_redirect (msg, 302, elsewhere);
  else if (g_str_equal (path, "/inside"))
    soup_server_message_set_redirect (msg, 302, inside);
  else if (g_str_equal (path, "/file"))
    soup_server_message_set_redirect (msg, 302, "file:///etc/passwd");
  else if (g_str_equal (path, "/round"))
    soup_server_message_set_redirect (msg, 302, "/round");
  else if (g_str_equal (path, "/leave"))
    reply (msg, 200, "text/plain", "bye", 3);
  else
    reply (msg, 404, "text/plain", "no", 2);
}

static gpointer
change (CsmTxn        *txn,
        gpointer       input,
        GCancellable  *cancellable,
        GError       **error)
{
  JsonObject *given = input;
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_MESSAGE);
  const char *id = csm_json_get_string (given, "id");
  g_autoptr (JsonObject) message = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, type, id, error);
  g_autoptr (GList) members = json_object_get_members (given);

  for (GList *link = members; link != NULL; link = link->next)
    json_object_set_member (message, link->data, csm_json_copy (json_object_get_member (given, link->data)));
  return GINT_TO_POINTER (csm_txn_update (txn, CSM_ACCOUNT_WORKSPACE, type, id, message, error));
}

/* Gives the message what @format says. */
static void
set_message (Lab        *lab,
             JsonObject *change_of)
{
  GError *error = NULL;

  csm_json_set_string (change_of, "id", lab->id);
  csm_store_run (lab->store, TRUE, change, change_of, &error);
  g_assert_no_error (error);
}

static JsonObject *
get_message (Lab *lab)
{
  lab->ask.arguments = json_object_new ();
  csm_json_set_string (lab->ask.arguments, "id", lab->id);
  return csm_ask_load_message (&lab->ask, NULL);
}

static void
set_up (Lab           *lab,
        gconstpointer  data)
{
  GError *error = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  GSList *uris;

  lab->workspace = csm_test_workspace_new (1);
  lab->id = g_ptr_array_index (lab->workspace->messages, 0);
  lab->store = csm_store_open (lab->workspace->directory, &error);
  g_assert_no_error (error);
  lab->resolver = fake_resolver_new ();
  fake_resolver_add_address (lab->resolver, "pictures.example", "127.0.0.1");
  fake_resolver_add_address (lab->resolver, "router.example", "10.0.0.1");
  lab->web = soup_server_new (NULL, NULL);
  soup_server_add_handler (lab->web, NULL, serve, lab, NULL);
  soup_server_listen (lab->web, any, 0, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (lab->web);
  lab->port = (guint16) g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  lab->seen = g_ptr_array_new_with_free_func (g_free);
  lab->ask = (CsmAsk) { .store = lab->store, .allow_loopback = TRUE, .cancellable = g_cancellable_new () };
  lab->ask.who = g_new0 (CsmPrincipal, 1);
  lab->ask.who->person_id = g_strdup (lab->workspace->agent.id);
}

static void
tear_down (Lab           *lab,
           gconstpointer  data)
{
  fake_resolver_free (lab->resolver);
  soup_server_disconnect (lab->web);
  g_object_unref (lab->web);
  g_ptr_array_unref (lab->seen);
  g_clear_pointer (&lab->answer, json_object_unref);
  g_clear_pointer (&lab->ask.arguments, json_object_unref);
  g_object_unref (lab->ask.cancellable);
  csm_principal_free (lab->ask.who);
  g_object_unref (lab->store);
  csm_test_workspace_free (lab->workspace);
}

/* --- Asking ----------------------------------------------------------------------------------------------------------------------------- */

static gpointer
thread (gpointer data)
{
  Lab *lab = data;

  lab->answer = lab->func (&lab->ask, &lab->error);
  g_atomic_int_set (&lab->done, TRUE);
  g_main_context_wakeup (NULL);
  return NULL;
}

/* The main context is the web. */
static void
ask (Lab        *lab,
     CsmAskFunc  func,
     JsonObject *arguments)
{
  GThread *asking;

  g_clear_pointer (&lab->answer, json_object_unref);
  g_clear_pointer (&lab->ask.arguments, json_object_unref);
  csm_json_set_string (arguments, "id", lab->id);
  lab->ask.arguments = arguments;
  lab->func = func;
  lab->done = FALSE;
  asking = g_thread_new ("asking", thread, lab);
  while (!g_atomic_int_get (&lab->done))
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (asking);
}

static char *
url_of (Lab        *lab,
        const char *host,
        const char *path)
{
  return g_strdup_printf ("http://%s:%u%s", host, lab->port, path);
}

/* All that are named are in the message. */
static void
ask_images (Lab        *lab,
            const char *urls)
{
  g_autofree char *text = g_strdup_printf ("{'urls':[%s]}", urls);
  g_auto (GStrv) list = g_strsplit (urls, ",", -1);
  g_autoptr (GString) body = g_string_new ("{'body':[{'t':'p','s':[]}");
  g_autoptr (JsonObject) change_of = NULL;

  for (guint i = 0; list[i] != NULL; i++)
    g_string_append_printf (body, ",{'t':'quote','b':[{'t':'img','remote':true,'src':%s}]}", list[i]);
  g_string_append (body, "]}");
  change_of = csm_test_json ("%s", body->str);
  set_message (lab, change_of);
  ask (lab, csm_ask_message_images, csm_test_json ("%s", text));
}

static JsonObject *
image (Lab        *lab,
       const char *host,
       const char *path)
{
  g_autofree char *url = url_of (lab, host, path);

  g_assert_no_error (lab->error);
  return csm_json_get_object (csm_json_get_object (lab->answer, "images"), url);
}

/* --- Tests ------------------------------------------------------------------------------------------------------------------------------ */

static gpointer
may_read (CsmTxn        *txn,
          gpointer       input,
          GCancellable  *cancellable,
          GError       **error)
{
  Lab *lab = input;

  return GINT_TO_POINTER (csm_txn_may_read_blob (txn, CSM_ACCOUNT_WORKSPACE, csm_json_get_string (image (lab, "pictures.example", "/a.png"), "blobId"),
                                                 lab->workspace->agent.id, error));
}

static void
test_images (Lab           *lab,
             gconstpointer  data)
{
  static const char *const paths[] = { "/a.png", "/photo", "/a.svg", "/large.png", "/elsewhere", "/inside", "/file", "/round", "/nothing" };
  g_autoptr (GString) urls = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    g_string_append_printf (urls, "%s'http://pictures.example:%u%s'", i > 0 ? "," : "", lab->port, paths[i]);
  ask_images (lab, urls->str);
  g_assert_cmpstr (csm_json_get_string (image (lab, "pictures.example", "/a.png"), "type"), ==, "image/png");
  g_assert_cmpstr (csm_json_get_string (image (lab, "pictures.example", "/photo"), "type"), ==, "image/jpeg");
  g_assert_nonnull (image (lab, "pictures.example", "/elsewhere"));
  g_assert_cmpuint (json_object_get_size (csm_json_get_object (lab->answer, "images")), ==, 3);
  g_assert_nonnull (csm_store_run (lab->store, FALSE, may_read, lab, NULL));
  /* Nothing is told of who looks, and nobody is sent round and round. */
  g_assert_cmpuint (lab->seen->len, ==, G_N_ELEMENTS (paths) + 1 + 3);
  for (guint i = 0; i < lab->seen->len; i++)
    g_assert_true (g_str_has_suffix (g_ptr_array_index (lab->seen, i), " "));
}

/* What is not on the internet is not fetched, whoever names it. */
static void
test_inside (Lab           *lab,
             gconstpointer  data)
{
  static const char *const hosts[] = { "pictures.example", "router.example", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost", "0.0.0.0", "nowhere.example" };
  g_autoptr (GString) urls = g_string_new ("'file:///etc/passwd','ftp://pictures.example/a.png','http://user@pictures.example/a.png','http:///a.png'");

  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    g_string_append_printf (urls, ",'http://%s:%u/a.png'", hosts[i], lab->port);
  lab->ask.allow_loopback = FALSE;
  ask_images (lab, urls->str);
  g_assert_no_error (lab->error);
  g_assert_cmpuint (json_object_get_size (csm_json_get_object (lab->answer, "images")), ==, 0);
  g_assert_cmpuint (lab->seen->len, ==, 0);
}

/* Only what the message shows, and only so many. */
static void
test_others (Lab           *lab,
             gconstpointer  data)
{
  g_autofree char *good = url_of (lab, "pictures.example", "/a.png");
  g_autofree char *text = g_strdup_printf ("{'urls':['%s',7,null]}", good);
  g_autoptr (GString) many = g_string_new ("{'urls':[''");

  ask (lab, csm_ask_message_images, csm_test_json ("%s", text));
  g_assert_no_error (lab->error);
  g_assert_cmpuint (json_object_get_size (csm_json_get_object (lab->answer, "images")), ==, 0);
  g_assert_cmpuint (lab->seen->len, ==, 0);
  for (guint i = 0; i < 50; i++)
    g_string_append_printf (many, ",'http://pictures.example/%u'", i);
  g_string_append (many, "]}");
  ask (lab, csm_ask_message_images, csm_test_json ("%s", many->str));
  g_assert_error (lab->error, CSM_ERROR, CSM_ERROR_INVALID);
  g_clear_error (&lab->error);
  lab->id = "m01H0000000000000000000000A";
  ask (lab, csm_ask_message_images, csm_test_json ("{'urls':[]}"));
  g_assert_error (lab->error, CSM_ERROR, CSM_ERROR_NOT_FOUND);
  g_clear_error (&lab->error);
}

static void
note_error (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GBytes) bytes = csm_web_request_finish (result, user_data);

  g_assert_null (bytes);
}

/* What listens there understands another language, of which a request could be some words. */
static void
test_ports (void)
{
  static const int ports[] = { 0, 1, 22, 25, 143, 465, 587, 993, 1023, 6379, 11211 };
  const CsmWebLimits limits = { 1024, 0, 2000, FALSE, TRUE };

  for (guint i = 0; i < G_N_ELEMENTS (ports); i++)
    {
      g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%d/", ports[i]);
      g_autoptr (GError) error = NULL;

      csm_web_request_async (url, NULL, &limits, NULL, note_error, &error);
      while (error == NULL)
        g_main_context_iteration (NULL, TRUE);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
    }
}

static void
test_addresses (void)
{
  static const struct
  {
    const char *text;
    gboolean    is_public;
  } addresses[] = {
    { "8.8.8.8", TRUE }, { "93.184.216.34", TRUE }, { "172.15.0.1", TRUE }, { "172.32.0.1", TRUE }, { "100.63.0.1", TRUE }, { "192.167.1.1", TRUE },
    { "127.0.0.1", FALSE }, { "127.9.9.9", FALSE }, { "10.1.2.3", FALSE }, { "172.16.0.1", FALSE }, { "172.31.255.255", FALSE }, { "192.168.0.1", FALSE },
    { "169.254.169.254", FALSE }, { "100.64.0.1", FALSE }, { "0.0.0.0", FALSE }, { "224.0.0.1", FALSE }, { "255.255.255.255", FALSE }, { "198.18.0.1", FALSE },
    { "192.0.2.1", FALSE }, { "2a00:1450:4001::1", TRUE }, { "2606:4700::1", TRUE }, { "::1", FALSE }, { "::", FALSE }, { "fe80::1", FALSE }, { "fc00::1", FALSE },
    { "fd12:3456::1", FALSE }, { "::ffff:127.0.0.1", FALSE }, { "::ffff:8.8.8.8", FALSE }, { "64:ff9b::7f00:1", FALSE }, { "2002:7f00:1::", FALSE }, { "2001:db8::1", FALSE },
    { "2001::1", FALSE }, { "ff02::1", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (addresses[i].text);

      g_test_message ("%s", addresses[i].text);
      g_assert_cmpint (csm_web_address_is_public (address), ==, addresses[i].is_public);
    }
}

/* --- Unsubscribing ------------------------------------------------------------------------------------------------------------------------ */

static JsonObject *
unsubscribe (Lab        *lab,
             const char *list)
{
  g_autoptr (JsonObject) change_of = csm_test_json ("{'unsubscribe':%s}", list);
  g_autoptr (JsonObject) message = NULL;

  set_message (lab, change_of);
  ask (lab, csm_ask_message_unsubscribe, json_object_new ());
  g_assert_no_error (lab->error);
  g_clear_pointer (&lab->ask.arguments, json_object_unref);
  message = get_message (lab);
  return json_object_ref (csm_json_get_object (message, "unsubscribe"));
}

static void
test_one_click (Lab           *lab,
                gconstpointer  data)
{
  g_autofree char *list = g_strdup_printf ("{'oneClick':true,'url':'http://pictures.example:%u/leave','mailto':null}", lab->port);
  g_autoptr (JsonObject) noted = unsubscribe (lab, list);

  g_assert_true (csm_json_get_boolean (lab->answer, "done"));
  g_assert_cmpuint (lab->seen->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (lab->seen, 0), ==, "POST /leave List-Unsubscribe=One-Click");
  g_assert_cmpstr (csm_json_get_string (noted, "doneBy"), ==, lab->workspace->agent.id);
  g_assert_nonnull (csm_json_get_string (noted, "doneAt"));
  /* Once is enough. */
  ask (lab, csm_ask_message_unsubscribe, json_object_new ());
  g_assert_true (csm_json_get_boolean (lab->answer, "done"));
  g_assert_cmpuint (lab->seen->len, ==, 1);
}

/* Where a click is not enough, or does not work, a person has to go there. */
static void
test_by_hand (Lab           *lab,
              gconstpointer  data)
{
  static const char *const paths[] = { "/elsewhere", "/nothing" };
  g_autofree char *plain = g_strdup_printf ("{'oneClick':false,'url':'http://pictures.example:%u/leave','mailto':null}", lab->port);
  g_autoptr (JsonObject) noted = unsubscribe (lab, plain);

  g_assert_false (csm_json_get_boolean (lab->answer, "done"));
  g_assert_nonnull (csm_json_get_string (lab->answer, "url"));
  g_assert_cmpuint (lab->seen->len, ==, 0);
  g_assert_null (csm_json_get_string (noted, "doneAt"));
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *list = g_strdup_printf ("{'oneClick':true,'url':'http://pictures.example:%u%s','mailto':null}", lab->port, paths[i]);
      g_autoptr (JsonObject) other = unsubscribe (lab, list);

      g_assert_false (csm_json_get_boolean (lab->answer, "done"));
      g_assert_null (csm_json_get_string (other, "doneAt"));
      g_assert_cmpuint (lab->seen->len, ==, i + 1);
    }
}

static void
test_by_mail (Lab           *lab,
              gconstpointer  data)
{
  g_autoptr (JsonObject) noted = unsubscribe (lab, "{'oneClick':false,'url':'http://pictures.example/leave','mailto':'mailto:leave@list.example?subject=leave%20me&cc=a@b.example'}");

  g_assert_true (csm_json_get_boolean (lab->answer, "done"));
  g_assert_nonnull (csm_json_get_string (noted, "doneAt"));
  g_assert_cmpuint (lab->seen->len, ==, 0);
}

static void
test_mailto (void)
{
  static const char *const bad[] = { "", "mailto:", "mailto:a@b.example,c@d.example", "mailto:nobody", "mailto:a%0d%0aBcc:x@y.example@b.example" };
  g_autoptr (JsonObject) full = csm_unsubscribe_read_mailto ("mailto:leave%2B7@list.example?subject=no%0D%0ABcc:%20x@y.example&body=bye&bcc=z@y.example");
  g_autoptr (JsonObject) plain = csm_unsubscribe_read_mailto ("leave@list.example");

  g_assert_cmpstr (csm_json_get_string (full, "address"), ==, "leave+7@list.example");
  g_assert_cmpstr (csm_json_get_string (full, "subject"), ==, "no  Bcc: x@y.example");
  g_assert_cmpstr (csm_json_get_string (full, "body"), ==, "bye");
  g_assert_cmpstr (csm_json_get_string (plain, "subject"), ==, "unsubscribe");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (csm_unsubscribe_read_mailto (bad[i]));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/web/addresses", test_addresses);
  g_test_add_func ("/web/ports", test_ports);
  g_test_add_func ("/web/mailto", test_mailto);
  g_test_add ("/web/images", Lab, NULL, set_up, test_images, tear_down);
  g_test_add ("/web/inside", Lab, NULL, set_up, test_inside, tear_down);
  g_test_add ("/web/others", Lab, NULL, set_up, test_others, tear_down);
  g_test_add ("/web/one-click", Lab, NULL, set_up, test_one_click, tear_down);
  g_test_add ("/web/by-hand", Lab, NULL, set_up, test_by_hand, tear_down);
  g_test_add ("/web/by-mail", Lab, NULL, set_up, test_by_mail, tear_down);
  return g_test_run ();
}
