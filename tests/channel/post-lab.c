/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "post-lab.h"

#include <glib/gstdio.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_SECONDS 60

/* It closes the block that the other settings end with, and opens one for the brace that follows. */
static const char dovecot_extra[] =
  "}\n"
  "protocols = imap lmtp\n"
  "auth_username_format = %%Ln\n"
  "recipient_delimiter = +\n"
  "lmtp_save_to_detail_mailbox = no\n"
  "service lmtp {\n inet_listener lmtp {\n address = 127.0.0.1\n port = %u\n }\n}\n"
  "service auth {\n inet_listener sasl {\n address = 127.0.0.1\n port = %u\n }\n}\n"
  "protocol lmtp {\n";

static const char main_cf[] =
  "compatibility_level = 3.6\n"
  "queue_directory = %1$s/queue\n"
  "data_directory = %1$s/data\n"
  "command_directory = /usr/sbin\n"
  "daemon_directory = /usr/lib/postfix/sbin\n"
  "mail_owner = postfix\n"
  "setgid_group = postdrop\n"
  "myhostname = mx.example.test\n"
  "mydestination =\n"
  "mynetworks = 127.0.0.0/8\n"
  "inet_interfaces = 127.0.0.1\n"
  "inet_protocols = ipv4\n"
  "maillog_file = %1$s/maillog\n"
  "maillog_file_prefixes = %1$s\n"
  "virtual_mailbox_domains = fernweh.example.com example.net\n"
  "virtual_transport = lmtp:inet:127.0.0.1:%2$u\n"
  "alias_maps =\n"
  "alias_database =\n"
  "local_recipient_maps =\n"
  "default_transport = error:no outside mail from the test host\n"
  "relay_transport = error:no relay\n"
  "disable_dns_lookups = yes\n"
  "smtp_dns_support_level = disabled\n"
  "smtpd_tls_cert_file = %3$s/cert.pem\n"
  "smtpd_tls_key_file = %3$s/key.pem\n"
  "smtpd_tls_auth_only = yes\n"
  "smtpd_sasl_auth_enable = yes\n"
  "smtpd_sasl_type = dovecot\n"
  "smtpd_sasl_path = inet:127.0.0.1:%4$u\n"
  "smtpd_relay_restrictions = permit_sasl_authenticated, reject\n"
  "smtpd_recipient_restrictions =\n"
  "recipient_delimiter = +\n";

static const char master_cf[] =
  "%u inet n - n - - smtpd\n -o smtpd_tls_security_level=encrypt\n"
  "%u inet n - n - - smtpd\n -o smtpd_tls_wrappermode=yes\n"
  "pickup unix n - n 60 1 pickup\ncleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\ntlsmgr unix - - n 1000? 1 tlsmgr\n"
  "rewrite unix - - n - - trivial-rewrite\nbounce unix - - n - 0 bounce\ndefer unix - - n - 0 bounce\ntrace unix - - n - 0 bounce\n"
  "verify unix - - n - 1 verify\nproxymap unix - - n - - proxymap\nsmtp unix - - n - - smtp\nshowq unix n - n - - showq\n"
  "error unix - - n - - error\nretry unix - - n - - error\ndiscard unix - - n - - discard\nlmtp unix - - n - - lmtp\nanvil unix - - n - 1 anvil\n"
  "scache unix - - n - 1 scache\npostlog unix-dgram n - n - 1 postlogd\n";

gboolean
post_lab_is_possible (void)
{
  return geteuid () == 0 && g_file_test ("/usr/lib/postfix/sbin/master", G_FILE_TEST_IS_EXECUTABLE) &&
         g_file_test ("/usr/lib/dovecot/lmtp", G_FILE_TEST_IS_EXECUTABLE) && getpwnam ("postfix") != NULL;
}

/* --- Postfix ------------------------------------------------------------------------------------------------------------------------- */

static void
write_config (PostLab    *self,
              const char *name,
              const char *text)
{
  g_autofree char *path = g_build_filename (self->config, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_chmod (path, 0644);
}

static void
configure (PostLab *self,
           guint16  lmtp,
           guint16  sasl)
{
  const char *base = self->imap.base;
  struct passwd *owner = getpwnam ("postfix");
  g_autofree char *root = g_build_filename (base, "postfix", NULL);
  g_autofree char *queue = g_build_filename (root, "queue", NULL);
  g_autofree char *data = g_build_filename (root, "data", NULL);
  g_autofree char *text = g_strdup_printf (main_cf, root, lmtp, base, sasl);
  g_autofree char *services = g_strdup_printf (master_cf, self->port, self->tls_port);

  self->config = g_build_filename (root, "etc", NULL);
  g_assert_cmpint (g_mkdir_with_parents (self->config, 0755), ==, 0);
  g_assert_cmpint (g_mkdir (queue, 0755), ==, 0);
  g_assert_cmpint (g_mkdir (data, 0755), ==, 0);
  g_assert_cmpint (chown (data, owner->pw_uid, owner->pw_gid), ==, 0);
  write_config (self, "main.cf", text);
  write_config (self, "master.cf", services);
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
         memcmp (greeting, "220 ", 4) == 0;
}

/* Whatever becomes of the test: Postfix changes who it is, and the kernel forgets then with whom it was to end. */
static void
watch_over (PostLab *self)
{
  self->watcher = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE, NULL, "setsid", "/bin/sh", "-c", "cat >/dev/null; kill \"$1\" 2>/dev/null", "sh",
                                    g_subprocess_get_identifier (self->postfix), NULL);
  g_assert_nonnull (self->watcher);
}

static void
start_postfix (PostLab *self)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GSubprocess) check = NULL;
  GError *error = NULL;

  /* It makes the folders. */
  check = g_subprocess_launcher_spawn (launcher, &error, "/usr/sbin/postfix", "-c", self->config, "check", NULL);
  g_assert_no_error (error);
  g_subprocess_wait (check, NULL, NULL);
  self->postfix = g_subprocess_launcher_spawn (launcher, &error, "/usr/lib/postfix/sbin/master", "-s", "-c", self->config, NULL);
  g_assert_no_error (error);
  watch_over (self);
  for (guint i = 0; i < 1000 && !answers (self->port); i++)
    g_usleep (20000);
  g_assert_true (answers (self->port));
}

static void
stop_postfix (PostLab *self)
{
  g_subprocess_send_signal (self->postfix, SIGTERM);
  g_subprocess_wait (self->postfix, NULL, NULL);
  g_clear_object (&self->postfix);
  g_output_stream_close (g_subprocess_get_stdin_pipe (self->watcher), NULL, NULL);
  g_subprocess_wait (self->watcher, NULL, NULL);
  g_clear_object (&self->watcher);
}

/* Postfix asks Dovecot once for the ways to sign in, and remembers them as long as each of its processes lives: they have to be known before. */
static void
take_tokens (PostLab *self)
{
  g_autofree char *more = token_judge_start (&self->judge, &self->imap);
  g_autofree char *before = self->extra;

  imap_lab_stop_dovecot (&self->imap);
  self->extra = g_strconcat (before, more, NULL);
  self->imap.extra = self->extra;
  imap_lab_start_dovecot (&self->imap);
}

/* --- The lab --------------------------------------------------------------------------------------------------------------------------- */

void
post_lab_set_up (PostLab       *self,
                 gconstpointer  data)
{
  guint16 lmtp = imap_lab_free_port (), sasl = imap_lab_free_port ();
  g_autofree char *passwd = NULL;

  self->extra = g_strdup_printf (dovecot_extra, lmtp, sasl);
  imap_lab_set_up (&self->imap, self->extra);
  if (data != NULL)
    take_tokens (self);
  passwd = g_build_filename (self->imap.base, "passwd", NULL);
  g_assert_true (g_file_set_contents (passwd, "support:{PLAIN}Zelt & Rucksack::::::\njonas:{PLAIN}secret::::::\n", -1, NULL));
  g_chmod (passwd, 0644);
  self->port = imap_lab_free_port ();
  self->tls_port = imap_lab_free_port ();
  configure (self, lmtp, sasl);
  start_postfix (self);
  smtp_lab_set_up (&self->smtp, &self->imap.workspace, self->port);
  g_free (self->smtp.settings->password);
  self->smtp.settings->password = g_strdup ("Zelt & Rucksack");
  self->smtp.settings->tls = CSM_SMTP_TLS_STARTTLS;
  self->smtp.settings->ca_file = g_build_filename (self->imap.base, "cert.pem", NULL);
}

void
post_lab_tear_down (PostLab       *self,
                    gconstpointer  data)
{
  smtp_lab_tear_down (&self->smtp);
  stop_postfix (self);
  imap_lab_tear_down (&self->imap, NULL);
  if (data != NULL)
    token_judge_stop (&self->judge);
  g_free (self->config);
  g_free (self->extra);
}

static void
read_folder (PostLab    *self,
             const char *folder,
             const char *part,
             GPtrArray  *mails)
{
  g_autofree char *path = g_build_filename (self->imap.base, "mail", folder, part, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      char *text = NULL;

      if (g_file_get_contents (file, &text, NULL, NULL))
        g_ptr_array_add (mails, text);
    }
}

GPtrArray *
post_lab_read (PostLab    *self,
               const char *folder,
               guint       count)
{
  gint64 end = g_get_monotonic_time () + PATIENCE_SECONDS * G_USEC_PER_SEC;

  for (;;)
    {
      g_autoptr (GPtrArray) mails = g_ptr_array_new_with_free_func (g_free);

      read_folder (self, folder, "new", mails);
      read_folder (self, folder, "cur", mails);
      if (mails->len >= count)
        return g_steal_pointer (&mails);
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      imap_lab_let_pass (20);
    }
}
