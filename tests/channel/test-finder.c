/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-mailbox-finder.h"
#include "fake-resolver.h"

#include <glib/gstdio.h>
#include <string.h>

#include "csm-error.h"
#include "csm-json.h"
#include "csm-mail-providers.h"

#define PATIENCE_MS 5000

typedef struct
{
  FakeResolver     *resolver;
  GSocketService   *service;
  CsmMailboxPorts   ports;
  GTlsCertificate  *certificate;  /* NULL: what answers does not encrypt */
  GTlsDatabase     *database;
  GCancellable     *cancellable;
} Lab;

/* One that is good for imap.small.example and nothing else, in a folder of its own. */
static char *
make_certificate (void)
{
  const char *argv[] = { "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem", "-out", "cert.pem",
                         "-days", "2", "-subj", "/CN=Lab", "-addext", "subjectAltName=DNS:imap.small.example", NULL };
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  char *folder = g_dir_make_tmp ("casement-finder-XXXXXX", NULL);
  g_autoptr (GSubprocess) process = NULL;
  GError *error = NULL;

  g_subprocess_launcher_set_cwd (launcher, folder);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
  return folder;
}

/* --- What answers ------------------------------------------------------------------------------------------------------------------ */

static gboolean
greet (GThreadedSocketService *service,
       GSocketConnection      *connection,
       GObject                *source,
       gpointer                user_data)
{
  const char *greeting = g_object_get_data (source, "greeting");
  Lab *lab = user_data;
  g_autoptr (GIOStream) stream = g_object_ref (G_IO_STREAM (connection));

  if (lab->certificate != NULL)
    {
      g_object_unref (stream);
      stream = g_tls_server_connection_new (G_IO_STREAM (connection), lab->certificate, NULL);
      if (!g_tls_connection_handshake (G_TLS_CONNECTION (stream), NULL, NULL))
        return TRUE;
    }
  g_output_stream_write_all (g_io_stream_get_output_stream (stream), greeting, strlen (greeting), NULL, NULL, NULL);
  return TRUE;
}

static guint16
listen_with (Lab        *lab,
             const char *greeting)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GObject) tag = g_object_new (G_TYPE_OBJECT, NULL);
  GError *error = NULL;

  g_object_set_data (tag, "greeting", (gpointer) greeting);
  g_socket_listener_add_address (G_SOCKET_LISTENER (lab->service), any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, tag, &bound, &error);
  g_assert_no_error (error);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

static guint16
dead_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  g_socket_listener_close (listener);
  return port;
}

static void
set_up (Lab           *lab,
        gconstpointer  data)
{
  lab->resolver = fake_resolver_new ();
  lab->service = g_threaded_socket_service_new (8);
  g_signal_connect (lab->service, "run", G_CALLBACK (greet), lab);
  lab->cancellable = g_cancellable_new ();
  lab->ports = (CsmMailboxPorts) { dead_port (), dead_port (), dead_port (), dead_port () };
}

static void
tear_down (Lab           *lab,
           gconstpointer  data)
{
  g_socket_service_stop (lab->service);
  g_socket_listener_close (G_SOCKET_LISTENER (lab->service));
  g_clear_object (&lab->service);
  g_clear_object (&lab->cancellable);
  fake_resolver_free (lab->resolver);
}

/* The main context accepts for the servers, so that the finder runs elsewhere, as in the server. */
typedef struct
{
  Lab        *lab;
  const char *address;
  guint       patience;
  JsonArray  *found;
  GError     *error;
  gint        done;
} Search;

static gpointer
search (gpointer data)
{
  Search *self = data;
  g_autoptr (CsmMailboxFinder) finder = csm_mailbox_finder_new (self->patience, self->lab->cancellable, &self->error);

  g_assert_no_error (self->error);
  csm_mailbox_finder_set_ports (finder, &self->lab->ports, self->lab->database);
  self->found = csm_mailbox_finder_run (finder, self->address, &self->error);
  g_atomic_int_set (&self->done, TRUE);
  g_main_context_wakeup (NULL);
  return NULL;
}

static JsonArray *
find (Lab         *lab,
      const char  *address,
      guint        patience,
      GError     **error)
{
  Search self = { lab, address, patience, NULL, NULL, FALSE };
  GThread *thread = g_thread_new ("search", search, &self);

  while (!g_atomic_int_get (&self.done))
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
  if (self.error != NULL)
    g_propagate_error (error, self.error);
  return self.found;
}

static void
assert_server (JsonObject *candidate,
               const char *which,
               const char *host,
               gint64      port,
               const char *tls)
{
  JsonObject *server = csm_json_get_object (candidate, which);

  g_assert_nonnull (server);
  g_assert_cmpstr (csm_json_get_string (server, "host"), ==, host);
  g_assert_cmpint (csm_json_get_int (server, "port", 0), ==, port);
  g_assert_cmpstr (csm_json_get_string (server, "tls"), ==, tls);
}

static JsonObject *
first (Lab        *lab,
       const char *address,
       JsonArray **list)
{
  GError *error = NULL;

  *list = find (lab, address, PATIENCE_MS, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (json_array_get_length (*list), >, 0);
  return json_array_get_object_element (*list, 0);
}

/* --- Tests ------------------------------------------------------------------------------------------------------------------------- */

/* All that the file says can be used. */
static void
test_file (Lab           *lab,
           gconstpointer  data)
{
  static const char *const addresses[][2] = {
    { "a@gmail.com", "imap.gmail.com" }, { "a@GoogleMail.com", "imap.gmail.com" }, { "a@outlook.de", "outlook.office365.com" }, { "a@yahoo.co.uk", "imap.mail.yahoo.com" },
    { "a@icloud.com", "imap.mail.me.com" }, { "a@gmx.net", "imap.gmx.net" }, { "a@web.de", "imap.web.de" }, { "a@t-online.de", "secureimap.t-online.de" },
    { "a@mailbox.org", "imap.mailbox.org" }, { "a@posteo.de", "posteo.de" }, { "a@proton.me", "127.0.0.1" }, { "a@orange.fr", "imap.orange.fr" },
    { "a@shop.onmicrosoft.com", "outlook.office365.com" }, { "a@libero.it", "imapmail.libero.it" }, { "a@zoho.eu", "imap.zoho.eu" }, { "a@ik.me", "mail.infomaniak.com" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (JsonArray) list = NULL;
      JsonObject *one = first (lab, addresses[i][0], &list);

      g_assert_cmpstr (csm_json_get_string (one, "source"), ==, "known");
      g_assert_cmpstr (csm_json_get_string (csm_json_get_object (one, "imap"), "host"), ==, addresses[i][1]);
      g_assert_cmpstr (csm_json_get_string (csm_json_get_object (one, "smtp"), "user"), ==, addresses[i][0]);
      g_assert_nonnull (csm_json_get_string (one, "provider"));
    }
  /* Nobody has to be asked about them. */
  g_assert_cmpuint (fake_resolver_n_asked (lab->resolver), ==, 0);
}

/* --- The file itself ---------------------------------------------------------------------------------------------------------------- */

static void
assert_among (const char        *text,
              const char *const *words)
{
  g_assert_nonnull (text);
  g_test_message ("%s", text);
  g_assert_true (g_strv_contains (words, text));
}

static void
assert_members (JsonObject        *object,
                const char *const *known)
{
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *link = members; link != NULL; link = link->next)
    assert_among (link->data, known);
}

/* A port says how a connection is encrypted, wherever people keep to what is usual. */
static void
assert_port (JsonObject *server)
{
  static const char *const members[] = { "host", "port", "tls", "user", NULL };
  static const char *const tls[] = { "implicit", "starttls", NULL };
  gint64 port = csm_json_get_int (server, "port", 0);
  gboolean implicit = g_strcmp0 (csm_json_get_string (server, "tls"), "implicit") == 0;

  assert_members (server, members);
  assert_among (csm_json_get_string (server, "tls"), tls);
  g_assert_true (port == 993 || port == 465 ? implicit : !implicit);
  g_assert_cmpint (port, >, 0);
  g_assert_cmpint (port, <, 65536);
}

static void
assert_ends (JsonObject *provider,
             const char *member,
             GHashTable *seen)
{
  JsonArray *list = csm_json_get_array (provider, member);

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      const char *name = json_array_get_string_element (list, i);
      g_autofree char *key = g_strconcat (member, " ", name, NULL);
      g_autofree char *lower = g_ascii_strdown (name, -1);

      g_test_message ("%s", key);
      g_assert_cmpstr (name, ==, lower);
      g_assert_nonnull (strchr (name, '.'));
      g_assert_null (strpbrk (name, " @/"));
      g_assert_true (g_hash_table_add (seen, g_steal_pointer (&key)));
    }
}

static void
assert_sign_in (JsonObject *sign_in)
{
  static const char *const members[] = { "authorizationUrl", "tokenUrl", "scope", "redirectHost", "registerUrl", "only", NULL };
  static const char *const hosts[] = { "127.0.0.1", "localhost", NULL };

  assert_members (sign_in, members);
  assert_among (csm_json_get_string (sign_in, "redirectHost"), hosts);
  for (guint i = 0; i < 2; i++)
    g_assert_true (g_str_has_prefix (csm_json_get_string (sign_in, members[i]), "https://"));
  g_assert_true (g_str_has_prefix (csm_json_get_string (sign_in, "registerUrl"), "https://"));
  g_assert_nonnull (csm_json_get_string (sign_in, "scope"));
}

/* Whoever adds a provider can't spell it in a way that nothing reads. */
static void
test_form (void)
{
  static const char *const members[] = { "name", "domains", "mx", "user", "imap", "smtp", "oauth", "signIn", "needs", "url", NULL };
  static const char *const needs[] = { "appPassword", "ownPassword", "token", "enableImap", "bridge", NULL };
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "data", "mail-providers.json", NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *text = NULL;
  g_autoptr (JsonObject) json = NULL;
  JsonArray *list;
  GError *error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  json = csm_json_parse_object (text, -1, &error);
  g_assert_no_error (error);
  list = csm_json_get_array (json, "providers");
  g_assert_cmpuint (json_array_get_length (list), >, 40);
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonObject *provider = json_array_get_object_element (list, i);
      JsonArray *wanted = csm_json_get_array (provider, "needs");

      g_test_message ("%s", csm_json_get_string (provider, "name"));
      assert_members (provider, members);
      g_assert_true (json_object_has_member (provider, "domains") || json_object_has_member (provider, "mx"));
      assert_ends (provider, "domains", seen);
      assert_ends (provider, "mx", seen);
      assert_port (csm_json_get_object (provider, "imap"));
      assert_port (csm_json_get_object (provider, "smtp"));
      for (guint j = 0; wanted != NULL && j < json_array_get_length (wanted); j++)
        assert_among (json_array_get_string_element (wanted, j), needs);
      if (csm_json_get_object (provider, "signIn") != NULL)
        assert_sign_in (csm_json_get_object (provider, "signIn"));
    }
}

static void
test_provider (Lab           *lab,
               gconstpointer  data)
{
  g_autoptr (JsonArray) gmail = NULL;
  g_autoptr (JsonArray) microsoft = NULL;
  g_autoptr (JsonArray) free_fr = NULL;
  g_autoptr (JsonArray) icloud = NULL;
  g_autoptr (JsonArray) proton = NULL;
  JsonObject *one = first (lab, "shop@gmail.com", &gmail);

  assert_server (one, "imap", "imap.gmail.com", 993, "implicit");
  assert_server (one, "smtp", "smtp.gmail.com", 465, "implicit");
  g_assert_true (csm_json_get_boolean (one, "oauth"));
  g_assert_nonnull (strstr (csm_json_get_string (one, "help"), "app password"));
  one = first (lab, "shop@hotmail.com", &microsoft);
  assert_server (one, "smtp", "smtp-mail.outlook.com", 587, "starttls");
  g_assert_nonnull (strstr (csm_json_get_string (one, "help"), "with the browser"));
  one = first (lab, "shop@free.fr", &free_fr);
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (one, "imap"), "user"), ==, "shop");
  g_assert_null (csm_json_get_string (one, "help"));
  one = first (lab, "shop@icloud.com", &icloud);
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (one, "imap"), "user"), ==, "shop");
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (one, "smtp"), "user"), ==, "shop@icloud.com");
  one = first (lab, "shop@proton.me", &proton);
  assert_server (one, "imap", "127.0.0.1", 1143, "starttls");
}

/* A domain of one's own at a provider. */
static void
test_exchanger (Lab           *lab,
                gconstpointer  data)
{
  g_autoptr (JsonArray) google = NULL;
  g_autoptr (JsonArray) office = NULL;
  g_autoptr (JsonArray) inkl = NULL;
  g_autoptr (JsonArray) lookalike = NULL;
  GError *error = NULL;
  JsonObject *one;

  fake_resolver_add_mx (lab->resolver, "fernweh.example", 20, "mx.backup.example.");
  fake_resolver_add_mx (lab->resolver, "fernweh.example", 5, "aspmx.l.google.com.");
  fake_resolver_add_mx (lab->resolver, "office.example", 0, "office-example.mail.protection.outlook.com");
  fake_resolver_add_mx (lab->resolver, "inkl.example", 10, "w0123456.kasserver.com");
  fake_resolver_add_mx (lab->resolver, "evil.example", 10, "mx.notgoogle.com");
  one = first (lab, "shop@fernweh.example", &google);
  g_assert_cmpstr (csm_json_get_string (one, "provider"), ==, "Google Workspace");
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (one, "imap"), "user"), ==, "shop@fernweh.example");
  one = first (lab, "shop@office.example", &office);
  g_assert_cmpstr (csm_json_get_string (one, "provider"), ==, "Microsoft 365");
  one = first (lab, "shop@inkl.example", &inkl);
  assert_server (one, "imap", "w0123456.kasserver.com", 993, "implicit");
  lookalike = find (lab, "shop@evil.example", PATIENCE_MS, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (json_array_get_length (lookalike), ==, 0);
}

static void
test_service (Lab           *lab,
              gconstpointer  data)
{
  g_autoptr (JsonArray) both = NULL;
  g_autoptr (JsonArray) old = NULL;
  JsonObject *one;

  fake_resolver_add_service (lab->resolver, "_imaps._tcp.one.example", "in.hoster.example.", 1993);
  fake_resolver_add_service (lab->resolver, "_imap._tcp.one.example", "old.hoster.example", 143);
  fake_resolver_add_service (lab->resolver, "_submission._tcp.one.example", "out.hoster.example", 587);
  fake_resolver_add_service (lab->resolver, "_imaps._tcp.two.example", ".", 0);
  fake_resolver_add_service (lab->resolver, "_imap._tcp.two.example", "old.hoster.example", 143);
  one = first (lab, "a@one.example", &both);
  g_assert_cmpstr (csm_json_get_string (one, "source"), ==, "srv");
  assert_server (one, "imap", "in.hoster.example", 1993, "implicit");
  assert_server (one, "smtp", "out.hoster.example", 587, "starttls");
  one = first (lab, "a@two.example", &old);
  assert_server (one, "imap", "old.hoster.example", 143, "starttls");
  g_assert_true (json_object_get_null_member (one, "smtp"));
}

/* Who is usually there, and answers as one does. */
static void
test_guess (Lab           *lab,
            gconstpointer  data)
{
  g_autoptr (JsonArray) list = NULL;
  JsonObject *one;

  lab->ports.imap = listen_with (lab, "* OK hello\r\n");
  lab->ports.submission = listen_with (lab, "220 mail.small.example ESMTP\r\n");
  fake_resolver_add_address (lab->resolver, "mail.small.example", "127.0.0.1");
  one = first (lab, "a@small.example", &list);
  g_assert_cmpstr (csm_json_get_string (one, "source"), ==, "guess");
  assert_server (one, "imap", "mail.small.example", lab->ports.imap, "starttls");
  assert_server (one, "smtp", "mail.small.example", lab->ports.submission, "starttls");
}

/* Encrypted from the first byte is better, from somebody whose certificate is good for that name. */
static void
test_secure_guess (Lab           *lab,
                   gconstpointer  data)
{
  g_autofree char *folder = make_certificate ();
  g_autofree char *cert = g_build_filename (folder, "cert.pem", NULL);
  g_autofree char *key = g_build_filename (folder, "key.pem", NULL);
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_files (cert, key, NULL);
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (cert, NULL);
  g_autoptr (JsonArray) list = NULL;
  g_autoptr (JsonArray) other = NULL;
  GError *error = NULL;
  JsonObject *one;

  lab->certificate = certificate;
  lab->database = database;
  lab->ports.imaps = listen_with (lab, "* OK hello\r\n");
  fake_resolver_add_address (lab->resolver, "imap.small.example", "127.0.0.1");
  fake_resolver_add_address (lab->resolver, "imap.other.example", "127.0.0.1");
  one = first (lab, "a@small.example", &list);
  assert_server (one, "imap", "imap.small.example", lab->ports.imaps, "implicit");
  other = find (lab, "a@other.example", PATIENCE_MS, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (json_array_get_length (other), ==, 0);
  lab->certificate = NULL;
  lab->database = NULL;
  g_unlink (cert);
  g_unlink (key);
  g_rmdir (folder);
}

static void
test_wrong_guess (Lab           *lab,
                  gconstpointer  data)
{
  g_autoptr (JsonArray) list = NULL;
  GError *error = NULL;

  lab->ports.imap = listen_with (lab, "HTTP/1.0 200 OK\r\n\r\n");
  fake_resolver_add_address (lab->resolver, "mail.small.example", "127.0.0.1");
  list = find (lab, "a@small.example", PATIENCE_MS, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (json_array_get_length (list), ==, 0);
}

static gboolean
cancel (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

/* A name system that does not answer is waited for only so long, and not when nobody waits for us. */
static void
test_slow (Lab           *lab,
           gconstpointer  data)
{
  g_autoptr (JsonArray) list = NULL;
  gint64 began = g_get_monotonic_time ();
  GError *error = NULL;

  fake_resolver_hang (lab->resolver);
  list = find (lab, "a@slow.example", 50, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (json_array_get_length (list), ==, 0);
  g_idle_add (cancel, lab->cancellable);
  g_assert_null (find (lab, "a@slow.example", 60 * 1000, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 20 * G_USEC_PER_SEC);
}

static void
test_no_address (Lab           *lab,
                 gconstpointer  data)
{
  static const char *const bad[] = { "", "nobody", "@example.org", "a b@example.org", "a@", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      GError *error = NULL;

      g_assert_null (find (lab, bad[i], PATIENCE_MS, &error));
      g_assert_error (error, CSM_ERROR, CSM_ERROR_INVALID);
      g_clear_error (&error);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/finder/file", Lab, NULL, set_up, test_file, tear_down);
  g_test_add_func ("/finder/form", test_form);
  g_test_add ("/finder/provider", Lab, NULL, set_up, test_provider, tear_down);
  g_test_add ("/finder/exchanger", Lab, NULL, set_up, test_exchanger, tear_down);
  g_test_add ("/finder/service", Lab, NULL, set_up, test_service, tear_down);
  g_test_add ("/finder/guess", Lab, NULL, set_up, test_guess, tear_down);
  g_test_add ("/finder/secure-guess", Lab, NULL, set_up, test_secure_guess, tear_down);
  g_test_add ("/finder/wrong-guess", Lab, NULL, set_up, test_wrong_guess, tear_down);
  g_test_add ("/finder/slow", Lab, NULL, set_up, test_slow, tear_down);
  g_test_add ("/finder/no-address", Lab, NULL, set_up, test_no_address, tear_down);
  return g_test_run ();
}
