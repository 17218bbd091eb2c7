/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <errno.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sqlite3.h>

#include "csm-password.h"
#include "csm-store.h"

/* casement-server as a person types it: its exit status, and the one line that it says when something is wrong. */

#define PATIENCE_SECONDS 60

typedef struct
{
  char *directory;
  char *data;
  char *password; /* a file */
} Fixture;

static char *
join (Fixture    *fixture,
      const char *name)
{
  return g_build_filename (fixture->directory, name, NULL);
}

static void
remove_below (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        remove_below (path);
      else
        g_unlink (path);
    }
  g_rmdir (directory);
}

/* --- Running it -------------------------------------------------------------------------------------------------------- */

typedef struct
{
  int   status;
  char *out;
  char *err;
} Ran;

static void
ran_clear (Ran *ran)
{
  g_free (ran->out);
  g_free (ran->err);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ran, ran_clear)

static gboolean
give_up_cb (gpointer user_data)
{
  g_subprocess_force_exit (user_data);
  return G_SOURCE_REMOVE;
}

static void
ended_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  Ran *ran = user_data;
  g_autoptr (GError) error = NULL;

  g_subprocess_communicate_utf8_finish (G_SUBPROCESS (object), result, &ran->out, &ran->err, &error);
  g_assert_no_error (error);
  ran->status = g_subprocess_get_if_exited (G_SUBPROCESS (object)) ? g_subprocess_get_exit_status (G_SUBPROCESS (object)) : -1;
}

static Ran
run_with (Fixture    *fixture,
          const char *input,
          ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  Ran ran = { .status = -2 };
  guint timeout;
  va_list args;

  g_ptr_array_add (argv, (gpointer) g_getenv ("CASEMENT_SERVER"));
  if (fixture != NULL)
    {
      g_ptr_array_add (argv, (gpointer) "--data");
      g_ptr_array_add (argv, fixture->data);
    }
  va_start (args, input);
  for (const char *word = va_arg (args, const char *); word != NULL; word = va_arg (args, const char *))
    g_ptr_array_add (argv, (gpointer) word);
  va_end (args);
  g_ptr_array_add (argv, NULL);

  process = g_subprocess_newv ((const char *const *) argv->pdata,
                               G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  g_assert_no_error (error);
  timeout = g_timeout_add_seconds (PATIENCE_SECONDS, give_up_cb, process);
  g_subprocess_communicate_utf8_async (process, input, NULL, ended_cb, &ran);
  while (ran.status == -2)
    g_main_context_iteration (NULL, TRUE);
  if (ran.status != -1)
    g_source_remove (timeout);
  g_test_message ("%s %s: %d, “%s”, “%s”", (char *) argv->pdata[fixture != NULL ? 3 : 1], input, ran.status, ran.out, ran.err);
  return ran;
}

#define run(fixture, ...) run_with (fixture, "", __VA_ARGS__, NULL)

/* It worked and complained of nothing. */
#define assert_works(...) \
  G_STMT_START { \
    g_auto (Ran) worked = run (__VA_ARGS__); \
    g_assert_cmpstr (worked.err, ==, ""); \
    g_assert_cmpint (worked.status, ==, 0); \
  } G_STMT_END

/* One line, with @part in it, and nothing else. */
static void
assert_refused (Ran         ran,
                int         status,
                const char *part)
{
  g_assert_cmpint (ran.status, ==, status);
  g_assert_cmpstr (ran.out, ==, "");
  g_assert_true (g_str_has_prefix (ran.err, "casement-server: "));
  g_assert_true (strchr (ran.err, '\n') == ran.err + strlen (ran.err) - 1);
  if (strstr (ran.err, part) == NULL)
    g_error ("“%s” does not say “%s”", ran.err, part);
  ran_clear (&ran);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->directory = g_dir_make_tmp ("csm-cli-XXXXXX", NULL);
  fixture->data = join (fixture, "data");
  fixture->password = join (fixture, "password");
  g_assert_true (g_file_set_contents (fixture->password, "correct horse\n", -1, NULL));
}

static void
set_up_workspace (Fixture       *fixture,
                  gconstpointer  data)
{
  set_up (fixture, data);
  assert_works (fixture, "init", "--workspace", "Fernweh");
  assert_works (fixture, "team", "add", "Service", "--department", "service");
  assert_works (fixture, "user", "add", "ana@example.com", "--name", "Ana Reyes", "--role", "admin", "--team", "service",
                "--password-file", fixture->password);
  assert_works (fixture, "channel", "add", "email", "Support", "--address", "support@example.com", "--team", "Service", "--sendmail", "/bin/cat -u");
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  remove_below (fixture->directory);
  g_free (fixture->directory);
  g_free (fixture->data);
  g_free (fixture->password);
}

/* --- The tests ------------------------------------------------------------------------------------------------------------ */

static void
test_help (void)
{
  static const char *const commands[][2] = {
    { "init", NULL }, { "user", "add" }, { "user", "list" }, { "user", "password" }, { "user", "tokens" }, { "user", "revoke" },
    { "team", "add" }, { "channel", "add" }, { "channel", "list" }, { "channel", "set" }, { "channel", "test" },
    { "channel", "retry" }, { "channel", "remove" }, { "user", "deactivate" }, { "user", "reactivate" },
    { "import", NULL }, { "deliver", NULL }, { "sample", NULL }, { "serve", NULL }, { "backup", NULL }, { "restore", NULL }, { "check", NULL },
  };
  g_auto (Ran) help = run (NULL, "--help");
  g_auto (Ran) version = run (NULL, "--version");

  g_assert_cmpint (help.status, ==, 0);
  g_assert_cmpint (version.status, ==, 0);
  g_assert_cmpstr (version.out, ==, "casement-server " CSM_VERSION "\n");
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      const char *option = commands[i][1] == NULL ? NULL : "--help";
      g_auto (Ran) ran = run (NULL, commands[i][0], commands[i][1] != NULL ? commands[i][1] : "--help", option);
      g_autofree char *words = g_strjoin (" ", commands[i][0], commands[i][1], NULL);

      g_assert_cmpint (ran.status, ==, 0);
      g_assert_nonnull (strstr (ran.out, words));
      g_assert_nonnull (strstr (ran.out, "--data=DIR"));
      g_assert_nonnull (strstr (help.out, words));
    }
}

static void
test_usage (Fixture       *fixture,
            gconstpointer  data)
{
  assert_refused (run (NULL, "check"), 2, "--data");
  assert_refused (run (fixture, NULL), 2, "Which command");
  assert_refused (run (fixture, "dance"), 2, "dance");
  assert_refused (run (fixture, "user"), 2, "user");
  assert_refused (run (fixture, "check", "--fast"), 2, "--fast");
  assert_refused (run (fixture, "check", "twice"), 2, "twice");
  assert_refused (run (fixture, "user", "add"), 2, "EMAIL");
  assert_refused (run (fixture, "init"), 2, "--workspace");
  assert_refused (run (fixture, "import", "/tmp"), 2, "--channel");
  assert_refused (run (fixture, "deliver"), 2, "--channel");
}

static void
test_missing (Fixture       *fixture,
              gconstpointer  data)
{
  static const char *const commands[] = { "check", "serve" };

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    assert_refused (run (fixture, commands[i]), 1, "There is no directory");
  assert_refused (run (fixture, "user", "list"), 1, fixture->data);
  g_assert_false (g_file_test (fixture->data, G_FILE_TEST_EXISTS));

  g_assert_cmpint (g_mkdir (fixture->data, 0700), ==, 0);
  assert_refused (run (fixture, "check"), 1, "There is no workspace");
  assert_works (fixture, "init", "--workspace", "Fernweh");
  assert_refused (run (fixture, "init", "--workspace", "Fernweh"), 1, "already");
  assert_works (fixture, "check");
}

static void
test_newer (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->data, "casement.db", NULL);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "PRAGMA user_version = 1000", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  assert_refused (run (fixture, "serve", "--listen", "127.0.0.1:0"), 1, "newer Casement");
  assert_refused (run (fixture, "check"), 1, "newer Casement");
  assert_refused (run (fixture, "init", "--workspace", "x"), 1, "newer Casement");
}

static gpointer
get_password (CsmTxn        *txn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  g_autofree char *person = NULL;

  return csm_txn_get_password (txn, input, &person, error);
}

static gboolean
has_password (Fixture    *fixture,
              const char *email,
              const char *password)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmStore) store = csm_store_open (fixture->data, &error);
  g_autofree char *hash = NULL;

  g_assert_no_error (error);
  hash = csm_store_run (store, FALSE, get_password, (gpointer) email, &error);
  g_assert_no_error (error);
  return csm_password_verify (hash, password);
}

static void
test_users (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *other = join (fixture, "other");
  g_autofree char *none = join (fixture, "none");
  g_auto (Ran) list = { 0 };
  g_auto (Ran) tokens = { 0 };

  g_assert_true (has_password (fixture, "ana@example.com", "correct horse"));
  g_assert_false (has_password (fixture, "ana@example.com", "correct horse\n"));
  g_assert_false (has_password (fixture, "ben@example.com", "correct horse"));
  assert_refused (run (fixture, "user", "add", "ANA@example.com", "--name", "Ana", "--password-file", fixture->password), 1, "already");
  assert_refused (run (fixture, "user", "add", "ben", "--name", "Ben", "--password-file", fixture->password), 1, "“ben”");
  assert_refused (run (fixture, "user", "add", "ben@example.com", "--name", "Ben", "--team", "Nope", "--password-file", fixture->password), 1, "“Nope”");
  assert_refused (run (fixture, "user", "add", "ben@example.com", "--name", "Ben", "--role", "boss", "--password-file", fixture->password), 1, "role");
  assert_refused (run (fixture, "user", "add", "ben@example.com", "--name", "Ben", "--password-file", none), 1, "none");
  assert_refused (run (fixture, "user", "add", "ben@example.com", "--name", "Ben"), 2, "--password-file");
  g_assert_true (g_file_set_contents (other, "short", -1, NULL));
  assert_refused (run (fixture, "user", "add", "ben@example.com", "--name", "Ben", "--password-file", other), 1, "8 characters");
  g_assert_true (g_file_set_contents (other, "another horse", -1, NULL));
  assert_works (fixture, "user", "password", "ana@example.com", "--password-file", other);
  g_assert_true (has_password (fixture, "ana@example.com", "another horse"));
  g_assert_false (has_password (fixture, "ana@example.com", "correct horse"));
  assert_refused (run (fixture, "user", "password", "ben@example.com", "--password-file", other), 1, "ben@example.com");
  assert_works (fixture, "user", "add", "ben@example.com", "--name", "Ben", "--no-password");
  g_assert_false (has_password (fixture, "ben@example.com", ""));

  list = run (fixture, "user", "list");
  g_assert_cmpstr (list.out, ==, "ana@example.com\tadmin\tactive\tAna Reyes\nben@example.com\tagent\tactive\tBen\n");
  tokens = run (fixture, "user", "tokens", "ana@example.com");
  g_assert_cmpint (tokens.status, ==, 0);
  g_assert_cmpstr (tokens.out, ==, "");
  assert_refused (run (fixture, "user", "tokens", "nobody@example.com"), 1, "nobody@example.com");
  assert_refused (run (fixture, "user", "revoke", "ana@example.com", "laptop"), 1, "laptop");
  assert_works (fixture, "user", "revoke", "ana@example.com");
}

static gpointer
add_token (CsmTxn        *txn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autofree char *person = csm_txn_find_person (txn, "ana@example.com", error);

  csm_txn_add_token (txn, input, person, input, "Ana's laptop", error);
  return NULL;
}

static void
test_tokens (Fixture       *fixture,
             gconstpointer  data)
{
  CsmStore *store = csm_store_open (fixture->data, NULL);
  g_autoptr (GError) error = NULL;
  g_auto (Ran) both = { 0 };
  g_auto (Ran) one = { 0 };

  csm_store_run (store, TRUE, add_token, (gpointer) "laptop", &error);
  g_assert_no_error (error);
  csm_store_run (store, TRUE, add_token, (gpointer) "desk", &error);
  g_assert_no_error (error);
  g_assert_finalize_object (store);

  both = run (fixture, "user", "tokens", "ana@example.com");
  g_assert_true (g_str_has_prefix (both.out, "laptop\t"));
  g_assert_nonnull (strstr (both.out, "\ndesk\t"));
  g_assert_true (g_str_has_suffix (both.out, "\tAna's laptop\n"));
  assert_works (fixture, "user", "revoke", "ana@example.com", "laptop");
  one = run (fixture, "user", "tokens", "ana@example.com");
  g_assert_true (g_str_has_prefix (one.out, "desk\t"));
}

/* Whose mornings are meant is the workspace's, and people's apps are told. */
static void
test_time_zone (Fixture       *fixture,
                gconstpointer  data)
{
  g_auto (Ran) here = run (fixture, "time-zone"), there = { 0 };

  g_assert_cmpint (here.status, ==, 0);
  assert_refused (run (fixture, "time-zone", "Europe/Atlantis"), 2, "“Europe/Atlantis”");
  assert_works (fixture, "time-zone", "Europe/Lisbon");
  there = run (fixture, "time-zone");
  g_assert_cmpstr (there.out, ==, "Europe/Lisbon\n");
}

static void
test_deactivate (Fixture       *fixture,
                 gconstpointer  data)
{
  CsmStore *store = csm_store_open (fixture->data, NULL);
  g_autoptr (GError) error = NULL;
  g_auto (Ran) tokens = { 0 };
  g_auto (Ran) list = { 0 };

  csm_store_run (store, TRUE, add_token, (gpointer) "laptop", &error);
  g_assert_no_error (error);
  g_assert_finalize_object (store);
  assert_refused (run (fixture, "user", "deactivate", "ana@example.com"), 1, "last admin");
  assert_refused (run (fixture, "user", "deactivate", "nobody@example.com"), 1, "nobody@example.com");
  assert_works (fixture, "user", "add", "ben@example.com", "--name", "Ben", "--role", "admin", "--password-file", fixture->password);
  assert_works (fixture, "user", "deactivate", "ANA@example.com");
  g_assert_false (has_password (fixture, "ana@example.com", "correct horse"));
  list = run (fixture, "user", "list");
  g_assert_nonnull (strstr (list.out, "ana@example.com\tadmin\tinactive\t"));
  assert_works (fixture, "user", "reactivate", "ana@example.com");
  tokens = run (fixture, "user", "tokens", "ana@example.com");
  g_assert_cmpstr (tokens.out, ==, "");
  g_assert_true (has_password (fixture, "ana@example.com", "correct horse"));
  assert_works (fixture, "check");
}

static void
test_channels (Fixture       *fixture,
               gconstpointer  data)
{
  assert_refused (run (fixture, "channel", "add", "email", "Support", "--address", "other@example.com"), 1, "“Support”");
  assert_refused (run (fixture, "channel", "add", "email", "Other", "--address", "SUPPORT@example.com"), 1, "already");
  assert_refused (run (fixture, "channel", "add", "email", "Other", "--address", "other"), 1, "“other”");
  assert_refused (run (fixture, "channel", "add", "email", "Other"), 2, "--address");
  assert_refused (run (fixture, "channel", "add", "fax", "Other", "--address", "other@example.com"), 2, "“fax”");
  assert_refused (run (fixture, "channel", "add", "email", "Other", "--address", "other@example.com", "--team", "Nope"), 1, "“Nope”");
  assert_refused (run (fixture, "channel", "add", "email", "Other", "--address", "other@example.com", "--sendmail", "/nothing/here"), 1, "/nothing/here");
  assert_refused (run (fixture, "channel", "add", "email", "Other", "--address", "other@example.com", "--sendmail", "'"), 2, "“'”");
  assert_works (fixture, "channel", "add", "email", "Other", "--address", "other@example.com");
  assert_refused (run (fixture, "channel", "add", "email", "Mail", "--address", "mail@example.com", "--imap-user", "mail"), 2, "--imap is missing");
  assert_refused (run (fixture, "channel", "add", "email", "Mail", "--address", "mail@example.com", "--imap", "localhost"), 2, "--imap-user");
  assert_refused (run (fixture, "channel", "add", "email", "Mail", "--address", "mail@example.com", "--imap", "localhost", "--imap-user", "mail"), 2, "--imap-password-file");
  assert_refused (run (fixture, "channel", "add", "email", "Mail", "--address", "mail@example.com", "--imap", "local host", "--imap-user", "mail",
                       "--imap-password-file", fixture->password), 2, "“local host”");
  assert_refused (run (fixture, "channel", "add", "email", "Mail", "--address", "mail@example.com", "--imap", "localhost", "--imap-user", "mail",
                       "--imap-password-file", "/nothing/here"), 1, "/nothing/here");
  assert_refused (run (fixture, "channel", "add", "email", "Mail", "--address", "mail@example.com", "--imap", "localhost", "--imap-user", "mail",
                       "--imap-password-file", fixture->password, "--imap-tls", "perhaps"), 2, "starttls");
  assert_works (fixture, "channel", "add", "email", "Mail", "--address", "mail@example.com", "--imap", "localhost:1143", "--imap-user", "mail",
                "--imap-password-file", fixture->password, "--imap-tls", "starttls", "--imap-folder", "INBOX", "--imap-folder", "Web", "--imap-history", "30", "--no-test");
  assert_refused (run (fixture, "team", "add", "SERVICE"), 1, "“SERVICE”");
  assert_refused (run (fixture, "team", "add", "Cooks", "--department", "kitchen"), 1, "department");
}

static void
test_mailbox (Fixture       *fixture,
              gconstpointer  data)
{
  g_auto (Ran) list = { 0 };
  g_auto (Ran) tried = { 0 };
  g_auto (Ran) moved = { 0 };
  g_auto (Ran) gone = { 0 };
  g_auto (Ran) untried = run (fixture, "channel", "add", "email", "Try", "--address", "try@example.com", "--imap", "127.0.0.1:1", "--imap-user", "mail",
                              "--imap-password-file", fixture->password, "--imap-tls", "none-on-loopback");

  g_assert_cmpint (untried.status, ==, 1);
  g_assert_nonnull (strstr (untried.err, "--no-test"));
  assert_works (fixture, "channel", "add", "email", "Mail", "--address", "mail@example.com", "--imap", "127.0.0.1:1", "--imap-user", "mail",
                "--imap-password-file", fixture->password, "--imap-tls", "none-on-loopback", "--smtp", "127.0.0.1:2", "--smtp-tls", "none-on-loopback", "--no-test");
  list = run (fixture, "channel", "list");
  g_assert_nonnull (strstr (list.out, "Mail\tmail@example.com\ton\t"));
  g_assert_null (strstr (list.out, "Try"));
  tried = run (fixture, "channel", "test", "mail@example.com");
  g_assert_cmpint (tried.status, ==, 1);
  g_assert_nonnull (strstr (tried.out, "nobody listens"));
  g_assert_nonnull (strstr (tried.out, "SMTP: "));
  moved = run (fixture, "channel", "set", "Mail", "--imap", "127.0.0.1:3");
  g_assert_cmpint (moved.status, ==, 1);
  g_assert_nonnull (strstr (moved.out, "port 3"));
  /* A password is for the server that it was typed for. */
  assert_refused (run (fixture, "channel", "set", "Mail", "--imap", "127.0.0.9:3"), 2, "another mail server");
  assert_refused (run (fixture, "channel", "set", "Mail", "--smtp", "127.0.0.9:3", "--no-test"), 2, "another mail server");
  assert_refused (run (fixture, "channel", "set", "Nope", "--address", "a@example.com"), 1, "“Nope”");
  assert_refused (run (fixture, "channel", "set", "Mail", "--address", "support@example.com"), 1, "already");
  assert_refused (run (fixture, "channel", "set", "Mail", "--imap-after", "delete"), 2, "move:FOLDER");
  assert_refused (run (fixture, "channel", "set", "Mail", "--imap-password-file", fixture->password, "--imap-token-file", "x"), 2, "--imap-password-file");
  assert_works (fixture, "channel", "set", "Mail", "--address", "post@example.com", "--name", "Post", "--imap-folder", "Web", "--imap-sent-folder", "Sent", "--team", "Service");
  assert_works (fixture, "channel", "set", "Post", "--imap-password-file", fixture->password, "--smtp", "", "--no-test");
  /* A permission instead of a password: where it is asked for is known of some providers. */
  assert_refused (run (fixture, "channel", "add", "email", "Grant", "--address", "grant@example.com", "--imap", "imap.gmail.com", "--imap-user", "grant@example.com",
                       "--oauth-client-id", "casement", "--no-test"), 2, "--oauth-refresh-token-file");
  assert_refused (run (fixture, "channel", "add", "email", "Grant", "--address", "grant@example.com", "--imap", "imap.example.com", "--imap-user", "grant@example.com",
                       "--oauth-client-id", "casement", "--oauth-refresh-token-file", fixture->password, "--no-test"), 1, "https");
  assert_works (fixture, "channel", "add", "email", "Grant", "--address", "grant@example.com", "--imap", "imap.gmail.com", "--imap-user", "grant@example.com",
                "--smtp", "smtp.gmail.com", "--oauth-client-id", "casement", "--oauth-refresh-token-file", fixture->password, "--no-test");
  assert_refused (run (fixture, "channel", "set", "Grant", "--imap", "imap.example.com"), 2, "another mail server");
  assert_works (fixture, "channel", "set", "Grant", "--oauth-client-id", "other", "--oauth-token-url", "https://example.com/token",
                "--oauth-refresh-token-file", fixture->password, "--no-test");
  assert_refused (run (fixture, "channel", "set", "Post", "--smtp", "127.0.0.9:3", "--no-test"), 2, "another mail server");
  assert_works (fixture, "channel", "retry", "Post");
  assert_works (fixture, "channel", "remove", "Post");
  gone = run (fixture, "channel", "list");
  g_assert_nonnull (strstr (gone.out, "Post\tpost@example.com\toff\t"));
  assert_works (fixture, "channel", "test", "Post");
  assert_works (fixture, "check");
}

#define MAIL(subject) "From: Elise <elise@example.net>\nTo: support@example.com\nSubject: " subject "\nMessage-ID: <" subject "@example.net>\n\nHello\n"

static void
test_mail (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *folder = join (fixture, "mail");
  g_autofree char *one = g_build_filename (folder, "one.eml", NULL);
  g_auto (Ran) delivered = { 0 };
  g_auto (Ran) imported = { 0 };

  delivered = run_with (fixture, MAIL ("first"), "deliver", "--channel", "support", NULL);
  g_assert_cmpstr (delivered.err, ==, "");
  g_assert_cmpint (delivered.status, ==, 0);
  assert_refused (run_with (fixture, MAIL ("first"), "deliver", "--channel", "Nope", NULL), 1, "“Nope”");
  /* A mail server must not take this for a refusal. */
  assert_refused (run_with (fixture, MAIL ("first"), "deliver", "--mta", "--channel", "Nope", NULL), 75, "“Nope”");
  assert_refused (run (fixture, "deliver", "--channel", "Support"), 1, "no mail");

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (one, MAIL ("second"), -1, NULL));
  imported = run (fixture, "import", folder, "--channel", "support@example.com");
  g_assert_cmpstr (imported.err, ==, "");
  g_assert_cmpstr (imported.out, ==, "1 mails read: 1 added, 0 were there already, 0 set aside\n");
  ran_clear (&imported);
  imported = run (fixture, "import", folder, "--channel", "Support");
  g_assert_cmpstr (imported.out, ==, "1 mails read: 0 added, 1 were there already, 0 set aside\n");
  assert_refused (run (fixture, "import", "/nothing/here", "--channel", "Support"), 1, "/nothing/here");
  assert_works (fixture, "check");
}

/* An archive tells whose it is; else its own answers would be customers' mail. */
static void
test_prepare (Fixture       *fixture,
              gconstpointer  data)
{
  static const char *const mails[] = {
    MAIL ("first"),
    "From: Support <support@example.com>\nTo: Elise <elise@example.net>\nSubject: Re: first\nMessage-ID: <answer@example.com>\n\nHello\n",
    "From: Jo <jo@example.org>\nTo: \"Us\"\n <Support@Example.com>\nSubject: other\nMessage-ID: <other@example.org>\n\nHello a@b.test\n",
  };
  g_autofree char *folder = join (fixture, "mail");
  g_auto (Ran) imported = { 0 };

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (mails); i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.eml", i);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_assert_true (g_file_set_contents (path, mails[i], -1, NULL));
    }
  assert_works (fixture, "prepare", "--workspace", "Mine", "--person-name", "Ana", "--person-email", "ana@example.com", "--mail", folder);
  imported = run (fixture, "import", folder, "--channel", "support@example.com");
  g_assert_cmpstr (imported.err, ==, "");
  g_assert_cmpstr (imported.out, ==, "3 mails read: 0 added, 3 were there already, 0 set aside\n");
}

/* A sample says what its workspace is called. */
static void
test_prepare_sample (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autofree char *folder = join (fixture, "sample");
  g_autofree char *mail = g_build_filename (folder, "mail", NULL), *workspace = g_build_filename (folder, "workspace.json", NULL);
  g_autofree char *first = g_build_filename (mail, "1.eml", NULL), *path = g_build_filename (fixture->data, "casement.db", NULL);
  sqlite3_stmt *stmt = NULL;
  sqlite3 *db;

  assert_refused (run (fixture, "prepare", "--person-name", "Ana"), 2, "--workspace");
  assert_refused (run (fixture, "prepare", "--person-name", "Ana", "--sample", folder), 1, "workspace.json");
  g_assert_cmpint (g_mkdir_with_parents (mail, 0700), ==, 0);
  g_assert_true (g_file_set_contents (first, MAIL ("first"), -1, NULL));
  g_assert_true (g_file_set_contents (workspace, "{\"workspace\": \"Tiny\", \"channel\": {\"name\": \"Support\", \"address\": \"support@example.com\"}}", -1, NULL));
  assert_works (fixture, "prepare", "--person-name", "Ana", "--sample", folder);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, "SELECT name FROM account WHERE name = 'Tiny'", -1, &stmt, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  sqlite3_finalize (stmt);
  sqlite3_close (db);
}

static void
test_check (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->data, "casement.db", NULL);
  g_auto (Ran) ran = { 0 };
  sqlite3 *db;

  assert_works (fixture, "check");
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "UPDATE person SET email = 'other@example.com'", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  ran = run (fixture, "check");
  g_assert_cmpint (ran.status, ==, 1);
  g_assert_nonnull (strstr (ran.out, "“email” differs"));
  g_assert_cmpstr (ran.err, ==, "casement-server: 1 thing is damaged\n");
}

/* --- Serving, as far as the command line goes -------------------------------------------------------------------------------- */

static void
test_busy (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmStore) store = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, &error);
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", port);

  g_assert_no_error (error);
  assert_refused (run (fixture, "serve", "--listen", address), 1, address);
  assert_refused (run (fixture, "serve", "--listen", "127.0.0.1:0", "--retention-days", "7"), 2, "30");

  store = csm_store_open (fixture->data, NULL);
  g_assert_true (csm_store_lock (store, &error));
  assert_refused (run (fixture, "serve", "--listen", "127.0.0.1:0"), 1, fixture->data);
}

static void
told_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  char **line = user_data;
  g_autoptr (GError) error = NULL;

  *line = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (object), result, NULL, &error);
  g_assert_no_error (error);
  if (*line == NULL)
    *line = g_strdup ("");
}

static void
test_serve (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, g_getenv ("CASEMENT_SERVER"),
                                                      "--data", fixture->data, "serve", "--listen", "127.0.0.1:0", NULL);
  g_autoptr (GDataInputStream) out = NULL;
  g_autofree char *line = NULL;
  g_autofree char *log = g_build_filename (fixture->data, "casement.db-wal", NULL);
  guint timeout;

  g_assert_no_error (error);
  timeout = g_timeout_add_seconds (PATIENCE_SECONDS, give_up_cb, process);
  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_data_input_stream_read_line_async (out, G_PRIORITY_DEFAULT, NULL, told_cb, &line);
  while (line == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (g_str_has_prefix (line, "listening on http://127.0.0.1:"));
  g_assert_false (g_str_has_suffix (line, ":0"));
  assert_works (fixture, "check");
  g_subprocess_send_signal (process, SIGTERM);
  g_assert_true (g_subprocess_wait (process, NULL, &error));
  g_source_remove (timeout);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  g_assert_false (g_file_test (log, G_FILE_TEST_EXISTS));
}

/* --- Asking for a password ----------------------------------------------------------------------------------------------------- */

/* Answers each prompt (a text that ends in ": ") with the next line, on a terminal of its own; what was shown, and the exit status. */
static char *
talk (Fixture           *fixture,
      const char *const *answers,
      int               *status)
{
  char *argv[] = { (char *) g_getenv ("CASEMENT_SERVER"), (char *) "--data", fixture->data, (char *) "user", (char *) "password", (char *) "ana@example.com", NULL };
  g_autoptr (GString) shown = g_string_new (NULL);
  int terminal, wait_status;
  pid_t pid = forkpty (&terminal, NULL, NULL, NULL);

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      alarm (PATIENCE_SECONDS);
      execv (argv[0], argv);
      _exit (127);
    }
  for (;;)
    {
      char buffer[256];
      gssize n = read (terminal, buffer, sizeof buffer);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      g_string_append_len (shown, buffer, n);
      if (g_str_has_suffix (shown->str, ": ") && *answers != NULL)
        {
          g_assert_cmpint (write (terminal, *answers, strlen (*answers)), ==, strlen (*answers));
          g_string_append_c (shown, '|');
          answers++;
        }
    }
  close (terminal);
  g_assert_cmpint (waitpid (pid, &wait_status, 0), ==, pid);
  *status = WIFEXITED (wait_status) ? WEXITSTATUS (wait_status) : -1;
  g_test_message ("%s", shown->str);
  return g_string_free (g_steal_pointer (&shown), FALSE);
}

static void
test_prompt (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *good = NULL;
  g_autofree char *bad = NULL;
  int status;

  good = talk (fixture, (const char *const[]) { "typed horse\n", "typed horse\n", NULL }, &status);
  g_assert_cmpint (status, ==, 0);
  g_assert_null (strstr (good, "horse"));
  g_assert_true (has_password (fixture, "ana@example.com", "typed horse"));
  bad = talk (fixture, (const char *const[]) { "typed horse\n", "typed house\n", NULL }, &status);
  g_assert_cmpint (status, ==, 1);
  g_assert_nonnull (strstr (bad, "differ"));
}

static void
finished_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  *(int *) user_data = csm_password_verify_finish (result, &error);
  g_assert_no_error (error);
}

static void
test_password (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = csm_password_hash ("Stra\xc3\x9f" "e 12", &error);
  g_autofree char *again = csm_password_hash ("Stra\xc3\x9f" "e 12", &error);
  int answer = -1;

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (hash, "$argon2id$v=19$m=19456,t=2,p=1$"));
  g_assert_cmpstr (hash, !=, again);
  g_assert_true (csm_password_verify (hash, "Stra\xc3\x9f" "e 12"));
  g_assert_false (csm_password_verify (hash, "Strasse 12"));
  g_assert_false (csm_password_verify (NULL, "Strasse 12"));
  g_assert_false (csm_password_verify ("", ""));
  csm_password_verify_async (hash, "Stra\xc3\x9f" "e 12", NULL, finished_cb, &answer);
  while (answer < 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (answer, ==, TRUE);
}

#define ADD(path, begin, func) g_test_add ("/server/cli/" path, Fixture, NULL, begin, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/cli/help", test_help);
  g_test_add_func ("/server/cli/hash", test_password);
  ADD ("usage", set_up, test_usage);
  ADD ("missing", set_up, test_missing);
  ADD ("newer", set_up_workspace, test_newer);
  ADD ("users", set_up_workspace, test_users);
  ADD ("tokens", set_up_workspace, test_tokens);
  ADD ("deactivate", set_up_workspace, test_deactivate);
  ADD ("time-zone", set_up_workspace, test_time_zone);
  ADD ("channels", set_up_workspace, test_channels);
  ADD ("mailbox", set_up_workspace, test_mailbox);
  ADD ("mail", set_up_workspace, test_mail);
  ADD ("prepare", set_up, test_prepare);
  ADD ("prepare-sample", set_up, test_prepare_sample);
  ADD ("check", set_up_workspace, test_check);
  ADD ("busy", set_up_workspace, test_busy);
  ADD ("serve", set_up_workspace, test_serve);
  ADD ("prompt", set_up_workspace, test_prompt);
  return g_test_run ();
}
