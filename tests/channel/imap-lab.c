/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "imap-lab.h"

#include <glib/gstdio.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "csm-json.h"
#include "csm-time.h"

#define PATIENCE_SECONDS 60
#define NOBODY 65534

static const char dovecot_conf[] =
  "base_dir = %s/run\n"
  "state_dir = %s/state\n"
  "log_path = %s/dovecot.log\n"
  "protocols = imap\n"
  "listen = 127.0.0.1\n"
  "mail_location = maildir:%s/mail/%%u\n"
  "mail_uid = %u\n"
  "mail_gid = %u\n"
  "first_valid_uid = 0\n"
  "first_valid_gid = 0\n"
  "%s"
  "ssl = yes\n"
  "ssl_cert = <%s/cert.pem\n"
  "ssl_key = <%s/key.pem\n"
  "disable_plaintext_auth = no\n"
  "auth_mechanisms = plain login\n"
  "auth_failure_delay = 0\n"
  "passdb {\n driver = passwd-file\n mechanisms = plain login\n args = %s/passwd\n}\n"
  "userdb {\n driver = passwd-file\n args = %s/passwd\n default_fields = uid=%u gid=%u home=%s/mail/%%u\n}\n"
  "service imap-login {\n %s inet_listener imap {\n address = 127.0.0.1 127.0.0.2\n port = %u\n }\n"
  " inet_listener imaps {\n address = 127.0.0.1 127.0.0.2\n port = %u\n ssl = yes\n }\n}\n"
  "service anvil {\n %s unix_listener anvil-auth-penalty {\n mode = 0\n }\n}\n"
  "service stats {\n unix_listener stats-writer {\n mode = 0\n }\n}\n"
  "protocol imap {\n mail_max_userip_connections = 50\n %s\n}\n"
  "namespace inbox {\n inbox = yes\n separator = /\n}\n";

guint16
imap_lab_free_port (void)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;

  g_assert_true (g_socket_bind (socket, any, TRUE, NULL));
  bound = g_socket_get_local_address (socket, NULL);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

void
imap_lab_write (ImapLab    *self,
                const char *name,
                const char *text)
{
  g_autofree char *path = g_build_filename (self->base, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_chmod (path, 0644);
}

static void
make_folder (ImapLab    *self,
             const char *name)
{
  g_autofree char *path = g_build_filename (self->base, name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (path, 0755), ==, 0);
  if (geteuid () == 0)
    g_assert_cmpint (chown (path, NOBODY, NOBODY), ==, 0);
}

/* One that is good for 127.0.0.1 and nothing else. */
static void
make_certificate (ImapLab *self)
{
  const char *argv[] = { "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem", "-out", "cert.pem",
                         "-days", "2", "-subj", "/CN=Lab", "-addext", "subjectAltName=IP:127.0.0.1", NULL };
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GSubprocess) process = NULL;
  GError *error = NULL;

  g_subprocess_launcher_set_cwd (launcher, self->base);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
answers (guint16 port)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  char greeting[4] = "";

  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, NULL);
  return connection != NULL &&
         g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), greeting, sizeof greeting, NULL, NULL) == sizeof greeting &&
         memcmp (greeting, "* OK", 4) == 0;
}

/* A test that fails leaves no server behind. */
static void
end_with_us (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

void
imap_lab_start_dovecot (ImapLab *self)
{
  const char *b = self->base;
  gboolean root = geteuid () == 0;
  guint uid = root ? NOBODY : geteuid (), gid = root ? NOBODY : getegid ();
  g_autofree char *users = root ? g_strdup ("") : g_strdup_printf ("default_internal_user = %s\ndefault_login_user = %s\n", g_get_user_name (), g_get_user_name ());
  const char *chroot = root ? "" : "chroot =\n";
  g_autofree char *text = NULL;
  g_autofree char *conf = g_build_filename (b, "dovecot.conf", NULL);
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  GError *error = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  text = g_strdup_printf (dovecot_conf, b, b, b, b, uid, gid, users, b, b, b, b, uid, gid, b, chroot, self->port, self->tls_port, chroot,
                          self->extra != NULL ? self->extra : "");
#pragma GCC diagnostic pop
  imap_lab_write (self, "dovecot.conf", text);
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_set_child_setup (launcher, end_with_us, NULL, NULL);
  self->dovecot = g_subprocess_launcher_spawn (launcher, &error, "dovecot", "-F", "-c", conf, NULL);
  g_assert_no_error (error);
  for (guint i = 0; i < 600 && !answers (self->port); i++)
    g_usleep (20000);
  g_assert_true (answers (self->port));
}

void
imap_lab_stop_dovecot (ImapLab *self)
{
  if (self->dovecot == NULL)
    return;
  g_subprocess_send_signal (self->dovecot, SIGTERM);
  g_subprocess_wait (self->dovecot, NULL, NULL);
  g_clear_object (&self->dovecot);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_tree (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

void
imap_lab_set_up (ImapLab       *self,
                 gconstpointer  data)
{
  static const char *const folders[] = { "mail", "mail/support", "mail/support/tmp", "mail/support/new", "mail/support/cur",
                                         "mail/support/.Second", "mail/support/.Second/tmp", "mail/support/.Second/new", "mail/support/.Second/cur",
                                         "mail/support/.Sent", "mail/support/.Sent/tmp", "mail/support/.Sent/new", "mail/support/.Sent/cur",
                                         "mail/support/.Done", "mail/support/.Done/tmp", "mail/support/.Done/new", "mail/support/.Done/cur" };
  GError *error = NULL;

  workspace_set_up (&self->workspace, NULL);
  self->base = g_dir_make_tmp ("casement-dovecot-XXXXXX", &error);
  g_assert_no_error (error);
  g_chmod (self->base, 0755);
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    make_folder (self, folders[i]);
  imap_lab_write (self, "passwd", "support:{PLAIN}Zelt & Rucksack::::::\n");
  make_certificate (self);
  self->extra = data;
  self->port = imap_lab_free_port ();
  self->tls_port = imap_lab_free_port ();
  imap_lab_start_dovecot (self);

  self->settings = csm_imap_settings_new ();
  self->settings->host = g_strdup ("127.0.0.1");
  self->settings->port = self->port;
  self->settings->tls = CSM_IMAP_TLS_NONE;
  self->settings->user = g_strdup ("support");
  self->settings->password = g_strdup ("Zelt & Rucksack");
  self->settings->folders = g_strsplit ("INBOX", ",", -1);
  self->settings->added = self->settings->since = csm_time_now () - 24 * 60 * 60 * CSM_SECOND;
  self->pace = (CsmMailboxPace) { .patience = 20, .idle = 10 * 60 * 1000, .poll = 100, .pause = 5 };
}

void
imap_lab_tear_down (ImapLab       *self,
                    gconstpointer  data)
{
  imap_lab_stop (self);
  imap_lab_stop_dovecot (self);
  workspace_assert_clean (&self->workspace);
  workspace_tear_down (&self->workspace, NULL);
  csm_imap_settings_unref (self->settings);
  remove_tree (self->base);
  g_free (self->base);
}

static gpointer
save (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  ImapLab *self = input;

  csm_imap_settings_save (self->settings, txn, self->workspace.channel, error);
  return NULL;
}

void
imap_lab_start (ImapLab *self)
{
  GError *error = NULL;

  csm_store_run (self->workspace.store, TRUE, save, self, &error);
  g_assert_no_error (error);
  self->service = csm_imap_service_new (self->workspace.store, channel_test_reader ());
  csm_imap_service_set_pace (self->service, &self->pace);
  csm_imap_service_start (self->service);
}

void
imap_lab_stop (ImapLab *self)
{
  if (self->service == NULL)
    return;
  csm_imap_service_stop (self->service);
  g_assert_finalize_object (g_steal_pointer (&self->service));
}

void
imap_lab_put (ImapLab    *self,
              const char *folder,
              const char *text,
              gint64      age)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT ".M%uP%d.lab", now, ++self->n_mails, (int) getpid ());
  g_autofree char *in_tmp = g_build_filename (self->base, "mail/support", folder, "tmp", name, NULL);
  g_autofree char *in_new = g_build_filename (self->base, "mail/support", folder, "new", name, NULL);
  struct utimbuf times = { now - age, now - age };

  g_assert_true (g_file_set_contents_full (in_tmp, text, -1, G_FILE_SET_CONTENTS_NONE, 0644, NULL));
  if (geteuid () == 0)
    g_assert_cmpint (chown (in_tmp, NOBODY, NOBODY), ==, 0);
  g_assert_cmpint (utime (in_tmp, &times), ==, 0);
  g_assert_cmpint (g_rename (in_tmp, in_new), ==, 0);
}

void
imap_lab_put_usual (ImapLab *self,
                    guint    number,
                    gint64   age)
{
  g_autofree char *text = g_strdup_printf ("From: Jonas %u <jonas%u@example.net>\nTo: support@fernweh.example.com\nSubject: Zip %u\n"
                                           "Message-ID: <zip-%u@example.net>\nDate: Thu, 05 Nov 2020 08:05:44 +0100\n\nMy zip is broken, again: %u.\n",
                                           number, number, number, number, number);

  imap_lab_put (self, "", text, age);
}

/* --- Waiting --------------------------------------------------------------------------------------------------------------------- */

static gboolean
give_up (gpointer user_data)
{
  g_error ("waited too long");
  return G_SOURCE_REMOVE;
}

static gboolean
tick (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

void
imap_lab_wait_messages (ImapLab *self,
                        guint    count)
{
  guint limit = g_timeout_add_seconds (PATIENCE_SECONDS, give_up, NULL);
  guint ticker = g_timeout_add (20, tick, NULL);

  while (workspace_count (&self->workspace, CSM_TYPE_ID_MESSAGE) < count)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (limit);
  g_source_remove (ticker);
  g_assert_cmpuint (workspace_count (&self->workspace, CSM_TYPE_ID_MESSAGE), ==, count);
}

void
imap_lab_wait_health (ImapLab    *self,
                      const char *state,
                      const char *why)
{
  guint limit = g_timeout_add_seconds (PATIENCE_SECONDS, give_up, NULL);
  guint ticker = g_timeout_add (20, tick, NULL);

  for (gboolean good = FALSE; !good;)
    {
      g_autoptr (JsonObject) channel = workspace_get (&self->workspace, CSM_TYPE_ID_CHANNEL, self->workspace.channel);
      JsonObject *health = csm_json_get_object (channel, "health");
      const char *said = csm_json_get_string (health, "why");

      good = health != NULL && g_strcmp0 (csm_json_get_string (health, "state"), state) == 0 &&
             (why == NULL || (said != NULL && strstr (said, why) != NULL));
      if (!good)
        g_main_context_iteration (NULL, TRUE);
      if (said != NULL && g_test_verbose ())
        g_test_message ("health: %s", said);
    }
  g_source_remove (limit);
  g_source_remove (ticker);
}

static gboolean
passed (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

void
imap_lab_let_pass (guint milliseconds)
{
  gboolean over = FALSE;

  g_timeout_add (milliseconds, passed, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

/* --- What is there ---------------------------------------------------------------------------------------------------------------- */

static void
list_flags (ImapLab    *self,
            const char *folder,
            GPtrArray  *names)
{
  g_autofree char *path = g_build_filename (self->base, "mail/support", folder, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      const char *flags = strstr (name, ":2,");

      g_ptr_array_add (names, g_strdup_printf ("%.*s%s", (int) strcspn (name, ",:"), name, flags != NULL && flags[3] != '\0' ? flags : ""));
    }
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char *
imap_lab_flags (ImapLab *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  list_flags (self, "new", names);
  list_flags (self, "cur", names);
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return g_strjoinv ("\n", (char **) names->pdata);
}

guint
imap_lab_count (ImapLab    *self,
                const char *folder)
{
  static const char *const parts[] = { "new", "cur" };
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *path = g_build_filename (self->base, "mail/support", folder, parts[i], NULL);
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

      while (g_dir_read_name (dir) != NULL)
        n++;
    }
  return n;
}

static gpointer
list_aside (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  return csm_txn_list_quarantine (txn, error);
}

guint
imap_lab_set_aside (ImapLab *self)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) list = csm_store_run (self->workspace.store, FALSE, list_aside, NULL, &error);

  g_assert_no_error (error);
  return list->len;
}
