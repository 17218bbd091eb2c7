/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <glib/gstdio.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csm-backup.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-outgoing.h"
#include "csm-test-client.h"
#include "csm-test-server.h"
#include "csm-test-workspace.h"
#include "csm-time.h"

/* `backup` and `restore` as a person types them, and what they leave when they are killed. */

#define TAG csm_record_type_get (CSM_TYPE_ID_TAG)

typedef struct
{
  CsmTestWorkspace *workspace;
  char             *target;
} Fixture;

typedef struct
{
  int   status;    /* -1: killed */
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

static char *
path_of (Fixture    *fixture,
         const char *name)
{
  return g_build_filename (fixture->workspace->base, name, NULL);
}

static GSubprocess *
start (Fixture    *fixture,
       const char *failpoint,
       const char *data,
       const char *command,
       const char *argument,
       const char *option)
{
  g_autofree char *program = csm_test_server_program ();
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  GError *error = NULL;
  GSubprocess *process;

  if (failpoint != NULL)
    g_subprocess_launcher_setenv (launcher, "CASEMENT_FAILPOINT", failpoint, TRUE);
  process = g_subprocess_launcher_spawn (launcher, &error, program, "--data", data, command, argument, option, NULL);
  g_assert_no_error (error);
  return process;
}

static Ran
run_at (Fixture    *fixture,
        const char *failpoint,
        const char *data,
        const char *command,
        const char *argument,
        const char *option)
{
  g_autoptr (GSubprocess) process = start (fixture, failpoint, data, command, argument, option);
  Ran ran = { 0 };
  GError *error = NULL;

  g_subprocess_communicate_utf8 (process, NULL, NULL, &ran.out, &ran.err, &error);
  g_assert_no_error (error);
  ran.status = g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : -1;
  g_test_message ("%s %s: %d, “%s”, “%s”", command, argument, ran.status, ran.out, ran.err);
  return ran;
}

static void
assert_works (Ran ran)
{
  g_assert_cmpstr (ran.err, ==, "");
  g_assert_cmpint (ran.status, ==, 0);
  ran_clear (&ran);
}

static void
assert_refused (Ran         ran,
                const char *part)
{
  g_assert_cmpint (ran.status, ==, 1);
  g_assert_true (g_str_has_prefix (ran.err, "casement-server: "));
  if (strstr (ran.err, part) == NULL)
    g_error ("“%s” does not say “%s”", ran.err, part);
  ran_clear (&ran);
}

#define backup(fixture, target) run_at (fixture, NULL, (fixture)->workspace->directory, "backup", target, NULL)
#define restore(fixture, data, option) run_at (fixture, NULL, data, "restore", (fixture)->target, option)

/* --- What is in a workspace ----------------------------------------------------------------------------------------------- */

static gpointer
add_tag (CsmTxn        *txn,
         gpointer       input,
         GCancellable  *cancellable,
         GError       **error)
{
  g_autoptr (JsonObject) tag = csm_test_json ("{'name':'%s'}", (const char *) input);
  g_autofree char *id = csm_id_new ('g');

  csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, TAG, id, tag, error);
  return csm_txn_state (txn, CSM_ACCOUNT_WORKSPACE, TAG, error);
}

static gpointer
count_tags (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  g_autoptr (CsmChanges) changes = csm_txn_changes (txn, CSM_ACCOUNT_WORKSPACE, TAG, 0, 5000, error);

  return GUINT_TO_POINTER (changes->created->len);
}

static gpointer
is_known (CsmTxn        *txn,
          gpointer       input,
          GCancellable  *cancellable,
          GError       **error)
{
  gint64 modseq;

  return GINT_TO_POINTER (csm_txn_parse_state (txn, CSM_ACCOUNT_WORKSPACE, TAG, input, &modseq, error));
}

static gpointer
run_in (const char   *data,
        gboolean      write,
        CsmStoreFunc  func,
        gpointer      input)
{
  GError *error = NULL;
  g_autoptr (CsmStore) store = csm_store_open (data, &error);
  gpointer result;

  g_assert_no_error (error);
  result = csm_store_run (store, write, func, input, &error);
  g_assert_no_error (error);
  return result;
}

static guint
tags_of (const char *data)
{
  return GPOINTER_TO_UINT (run_in (data, FALSE, count_tags, NULL));
}

static void
assert_well (Fixture    *fixture,
             const char *data)
{
  g_auto (Ran) ran = run_at (fixture, NULL, data, "check", NULL, NULL);

  g_assert_cmpstr (ran.out, ==, "All is well\n");
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->workspace = csm_test_workspace_new (3);
  fixture->target = path_of (fixture, "backup");
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  csm_test_workspace_free (fixture->workspace);
  g_free (fixture->target);
}

/* --- Making one --------------------------------------------------------------------------------------------------------------- */

static void
test_online (Fixture       *fixture,
             gconstpointer  data)
{
  CsmTestServer *server = csm_test_server_new (fixture->workspace->directory, NULL);
  g_autofree char *other = path_of (fixture, "other");
  g_autoptr (CsmBackup) about = NULL;
  g_auto (Ran) ran = backup (fixture, fixture->target);
  struct stat mode;

  g_assert_cmpint (ran.status, ==, 0);
  g_assert_nonnull (strstr (ran.out, "3 cases, 3 messages"));
  g_assert_nonnull (strstr (ran.out, "secret key"));
  about = csm_backup_verify (fixture->target, NULL);
  g_assert_nonnull (about);
  g_assert_cmpuint (about->n_blobs, ==, 1);
  g_assert_cmpuint (about->n_missing, ==, 0);
  g_assert_cmpint (stat (fixture->target, &mode), ==, 0);
  g_assert_cmpuint (mode.st_mode & 0777, ==, 0700);
  csm_test_server_free (server);

  assert_works (restore (fixture, other, NULL));
  assert_well (fixture, other);
  g_assert_cmpuint (tags_of (other), ==, 1);
  /* The mark stays with what it belongs to. */
  g_free (other);
  other = g_build_filename (fixture->target, "high-water", NULL);
  g_assert_false (g_file_test (other, G_FILE_TEST_EXISTS));
}

static void
test_places (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *inside = g_build_filename (fixture->workspace->directory, "backup", NULL);
  g_autofree char *below = g_build_filename (fixture->workspace->directory, "blobs", "x", NULL);
  g_autofree char *nowhere = path_of (fixture, "no/where");
  g_autofree char *link = path_of (fixture, "link");
  g_autofree char *through = g_build_filename (link, "backup", NULL);
  g_autofree char *manifest = g_build_filename (fixture->target, "manifest.json", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  g_assert_cmpint (symlink (fixture->workspace->directory, link), ==, 0);
  assert_refused (backup (fixture, inside), "inside");
  assert_refused (backup (fixture, below), "inside");
  assert_refused (backup (fixture, through), "inside");
  assert_refused (backup (fixture, fixture->workspace->directory), "inside");
  assert_refused (backup (fixture, nowhere), "no");
  assert_works (backup (fixture, fixture->target));
  g_assert_true (g_file_get_contents (manifest, &before, NULL, NULL));
  assert_refused (backup (fixture, fixture->target), "already");
  g_assert_true (g_file_get_contents (manifest, &after, NULL, NULL));
  g_assert_cmpstr (before, ==, after);
  g_free (nowhere);
  nowhere = path_of (fixture, "nothing");
  assert_refused (run_at (fixture, NULL, nowhere, "backup", inside, NULL), "There is no workspace");
}

/* Root restores into a directory that is not there, for a server that runs as somebody else. */
static void
test_owner (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *place = path_of (fixture, "place"), *inside = path_of (fixture, "place/data"), *named = path_of (fixture, "named");
  g_autofree char *database = g_build_filename (inside, "casement.db", NULL);
  const struct passwd *somebody = getpwnam ("nobody");
  struct stat about;

  assert_works (backup (fixture, fixture->target));
  assert_refused (restore (fixture, named, "--owner=nobody-like-this"), "nobody-like-this");
  g_assert_false (g_file_test (named, G_FILE_TEST_EXISTS));
  if (geteuid () != 0 || somebody == NULL)
    return;
  g_assert_cmpint (g_mkdir (place, 0755), ==, 0);
  g_assert_cmpint (chown (place, somebody->pw_uid, somebody->pw_gid), ==, 0);
  assert_works (restore (fixture, inside, NULL));
  g_assert_cmpint (stat (inside, &about), ==, 0);
  g_assert_cmpuint (about.st_uid, ==, somebody->pw_uid);
  g_assert_cmpint (stat (database, &about), ==, 0);
  g_assert_cmpuint (about.st_uid, ==, somebody->pw_uid);
  assert_works (restore (fixture, named, "--owner=nobody"));
  g_assert_cmpint (stat (named, &about), ==, 0);
  g_assert_cmpuint (about.st_uid, ==, somebody->pw_uid);
}

/* A place where a file system is mounted can't be taken in one step: that is said before anything is copied. */
static void
test_mounted (Fixture       *fixture,
              gconstpointer  data)
{
  assert_works (backup (fixture, fixture->target));
  assert_refused (restore (fixture, "/proc", "--replace"), "mounted");
}

/* A blob that is gone is no reason to lose the rest, but is said. */
static void
test_missing_blob (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *blobs = g_build_filename (fixture->workspace->directory, "blobs", NULL);
  g_autofree char *other = path_of (fixture, "other");
  g_auto (Ran) ran = { 0 };
  g_auto (Ran) restored = { 0 };

  csm_test_remove_tree (blobs);
  g_assert_cmpint (g_mkdir (blobs, 0700), ==, 0);
  ran = backup (fixture, fixture->target);
  g_assert_cmpint (ran.status, ==, 0);
  g_assert_nonnull (strstr (ran.err, "1 files"));
  restored = restore (fixture, other, NULL);
  g_assert_cmpint (restored.status, ==, 0);
}

static void
ended_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_assert_true (g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, NULL));
  *(gboolean *) user_data = TRUE;
}

static gint64
time_commit (CsmStore *store)
{
  gint64 started = g_get_monotonic_time ();
  GError *error = NULL;

  g_free (csm_store_run (store, TRUE, add_tag, (gpointer) "more", &error));
  g_assert_no_error (error);
  return g_get_monotonic_time () - started;
}

static gpointer
add_bulk (CsmTxn        *txn,
          gpointer       input,
          GCancellable  *cancellable,
          GError       **error)
{
  g_autofree char *text = g_strnfill (200000, 'x');

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *key = g_strdup_printf ("bulk%u", i);

      if (!csm_txn_set_setting (txn, key, text, error))
        return NULL;
    }
  return NULL;
}

/* Commits go on while 40 MB are copied. */
static void
test_stall (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (CsmStore) store = csm_store_open (fixture->workspace->directory, NULL);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (CsmBackup) about = NULL;
  gint64 usual = 0, longest = 0;
  gboolean ended = FALSE;
  guint count = 0;
  GError *error = NULL;

  csm_store_run (store, TRUE, add_bulk, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 100; i++)
    usual = MAX (usual, time_commit (store));
  process = start (fixture, NULL, fixture->workspace->directory, "backup", fixture->target, NULL);
  g_subprocess_wait_check_async (process, NULL, ended_cb, &ended);
  while (!ended)
    {
      longest = MAX (longest, time_commit (store));
      count++;
      g_main_context_iteration (NULL, FALSE);
    }
  g_test_message ("%u commits beside the backup, the longest %" G_GINT64_FORMAT " µs; without it %" G_GINT64_FORMAT " µs", count, longest, usual);
  g_assert_cmpuint (count, >, 0);
#ifndef CSM_SANITIZED
  g_assert_cmpint (longest, <, 50000 + usual);
#endif
  about = csm_backup_verify (fixture->target, NULL);
  g_assert_nonnull (about);
  g_assert_cmpuint (about->database_bytes, >, 40000000);
}

/* --- Putting one in its place -------------------------------------------------------------------------------------------------- */

static void
test_replace (Fixture       *fixture,
              gconstpointer  data)
{
  const char *directory = fixture->workspace->directory;
  g_autofree char *state = NULL;
  g_autofree char *later = NULL;
  g_auto (Ran) ran = { 0 };
  CsmTestServer *server;
  char *kept;

  state = run_in (directory, TRUE, add_tag, (gpointer) "before");
  assert_works (backup (fixture, fixture->target));
  later = run_in (directory, TRUE, add_tag, (gpointer) "after");
  assert_refused (restore (fixture, directory, NULL), "--replace");
  server = csm_test_server_new (directory, NULL);
  assert_refused (restore (fixture, directory, "--replace"), "stop it first");
  csm_test_server_free (server);
  g_assert_cmpuint (tags_of (directory), ==, 3);

  ran = restore (fixture, directory, "--replace");
  g_assert_cmpstr (ran.err, ==, "");
  kept = strstr (ran.out, directory) != NULL ? strstr (ran.out, "What was there is in ") : NULL;
  g_assert_nonnull (kept);
  kept = g_strstrip (kept + strlen ("What was there is in "));
  g_assert_cmpuint (tags_of (kept), ==, 3);
  g_assert_cmpuint (tags_of (directory), ==, 2);
  assert_well (fixture, directory);
  g_assert_false (GPOINTER_TO_INT (run_in (directory, FALSE, is_known, state)));
  g_assert_false (GPOINTER_TO_INT (run_in (directory, FALSE, is_known, later)));
  g_assert_true (GPOINTER_TO_INT (run_in (kept, FALSE, is_known, later)));
  server = csm_test_server_new (directory, NULL);
  csm_test_server_free (server);
}

static void
test_empty (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *other = path_of (fixture, "other");
  g_autofree char *nothing = path_of (fixture, "nothing");

  assert_refused (restore (fixture, other, NULL), "no backup");
  assert_works (backup (fixture, fixture->target));
  g_assert_cmpint (g_mkdir (other, 0700), ==, 0);
  assert_works (restore (fixture, other, NULL));
  assert_well (fixture, other);
  g_free (nothing);
  nothing = g_strconcat (other, ".restoring", NULL);
  g_assert_false (g_file_test (nothing, G_FILE_TEST_EXISTS));
}

typedef struct
{
  const char *name;
  const char *file;   /* below the backup; NULL: the only blob */
  const char *text;   /* NULL: removed */
  const char *part;
} Damage;

static const Damage damages[] = {
  { "database", "casement.db", "not this", "damaged" },
  { "key", "secret.key", "not this", "damaged" },
  { "list", "blobs.list", "", "damaged" },
  { "manifest", "manifest.json", "{\"format\":\"casement backup 1\"}", "damaged" },
  { "no-json", "manifest.json", "{", "Nothing was restored" },
  { "other-format", "manifest.json", "{\"format\":\"casement backup 2\"}", "newer" },
  { "no-manifest", "manifest.json", NULL, "no backup" },
  { "no-database", "casement.db", NULL, "casement.db" },
  { "blob", NULL, "not this", "damaged" },
  { "no-blob", NULL, NULL, "damaged" },
};

static void
test_damaged (Fixture       *fixture,
              gconstpointer  data)
{
  const Damage *damage = data;
  const char *blob = fixture->workspace->raw_blob_id + 1;
  g_autofree char *folder = g_strndup (blob, 2);
  g_autofree char *path = damage->file != NULL ? g_build_filename (fixture->target, damage->file, NULL)
                                               : g_build_filename (fixture->target, "blobs", folder, blob, NULL);
  const char *directory = fixture->workspace->directory;

  assert_works (run_at (fixture, NULL, directory, "backup", fixture->target, "--copy"));
  g_assert_cmpint (g_unlink (path), ==, 0);
  if (damage->text != NULL)
    g_assert_true (g_file_set_contents (path, damage->text, -1, NULL));
  assert_refused (restore (fixture, directory, "--replace"), damage->part);
  g_assert_cmpuint (tags_of (directory), ==, 1);
  assert_well (fixture, directory);
}

static void
test_newer (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *manifest = g_build_filename (fixture->target, "manifest.json", NULL);
  g_autofree char *text = NULL;
  g_autofree char *other = path_of (fixture, "other");
  g_autoptr (GString) newer = NULL;

  assert_works (backup (fixture, fixture->target));
  g_assert_true (g_file_get_contents (manifest, &text, NULL, NULL));
  newer = g_string_new (text);
  g_assert_cmpuint (g_string_replace (newer, "\"schema\":", "\"schema\":99", 0), ==, 1);
  g_assert_true (g_file_set_contents (manifest, newer->str, -1, NULL));
  assert_refused (restore (fixture, other, NULL), "newer Casement");
  g_assert_false (g_file_test (other, G_FILE_TEST_EXISTS));
}

/* --- Mail ---------------------------------------------------------------------------------------------------------------------------- */

static gpointer
state_of_mail (CsmTxn        *txn,
               gpointer       input,
               GCancellable  *cancellable,
               GError       **error)
{
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_MESSAGE), "direction", "out", error);
  g_autoptr (JsonObject) message = NULL;

  g_assert_cmpuint (ids->len, ==, 1);
  message = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_MESSAGE), g_ptr_array_index (ids, 0), error);
  return g_strdup (csm_test_find_text (message, "delivery/state"));
}

static gpointer
submit (CsmTxn        *txn,
        gpointer       input,
        GCancellable  *cancellable,
        GError       **error)
{
  CsmTestWorkspace *workspace = input;
  const CsmRecordType *messages = csm_record_type_get (CSM_TYPE_ID_MESSAGE), *submissions = csm_record_type_get (CSM_TYPE_ID_SUBMISSION);
  g_autoptr (JsonObject) message = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, messages, g_ptr_array_index (workspace->messages, 0), error);
  g_autoptr (JsonObject) submission = csm_test_json ("{'caseId':'%s','conversationId':'%s','authorId':'%s','textBody':'Hello','to':[{'address':'c@example.net'}],"
                                                     "'undoStatus':'pending','undoUntil':'2099-01-01T00:00:00Z'}",
                                                     csm_json_get_string (message, "caseId"), csm_json_get_string (message, "conversationId"), workspace->agent.id);
  g_autofree char *id = csm_id_new ('s');

  csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, submissions, id, submission, error);
  return NULL;
}

/* What a server does before it sends anything. */
static gpointer
recover (CsmTxn        *txn,
         gpointer       input,
         GCancellable  *cancellable,
         GError       **error)
{
  csm_outgoing_recover (txn, csm_time_now (), error);
  return NULL;
}

/* What was about to leave has perhaps left since the backup was made: people decide. */
static void
test_outgoing (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *other = path_of (fixture, "other");
  g_autofree char *state = NULL;

  run_in (fixture->workspace->directory, TRUE, submit, fixture->workspace);
  assert_works (backup (fixture, fixture->target));
  assert_works (restore (fixture, other, NULL));
  run_in (other, TRUE, recover, NULL);
  state = run_in (other, FALSE, state_of_mail, NULL);
  g_assert_cmpstr (state, ==, "unknown");
  assert_well (fixture, other);
}

/* --- Killed ------------------------------------------------------------------------------------------------------------------------- */

#if CSM_FAILPOINTS
static void
test_killed_backup (Fixture       *fixture,
                    gconstpointer  data)
{
  static const char *const points[] = { "backup-step:1", "backup-step:2", "backup-copied:1", "backup-before-rename:1", "backup-after-rename:1" };

  for (guint i = 0; i < G_N_ELEMENTS (points); i++)
    {
      g_auto (Ran) ran = run_at (fixture, points[i], fixture->workspace->directory, "backup", fixture->target, NULL);
      gboolean is_there = g_file_test (fixture->target, G_FILE_TEST_EXISTS);
      g_autoptr (CsmBackup) about = csm_backup_verify (fixture->target, NULL);

      if (ran.status != 0)
        g_assert_cmpint (ran.status, ==, -1);
      g_assert_cmpint (is_there, ==, about != NULL);
      g_assert_cmpint (is_there, ==, ran.status == 0 || g_str_equal (points[i], "backup-after-rename:1"));
      g_clear_pointer (&about, csm_backup_free);
      if (!is_there)
        assert_works (backup (fixture, fixture->target));
      about = csm_backup_verify (fixture->target, NULL);
      g_assert_nonnull (about);
      csm_test_remove_tree (fixture->target);
    }
}

static void
test_killed_restore (Fixture       *fixture,
                     gconstpointer  data)
{
  static const char *const points[] = { "restore-copied:1", "db-before-commit:1", "db-after-commit:1", "restore-before-swap:1", "restore-after-swap:1" };
  const char *directory = fixture->workspace->directory;

  assert_works (backup (fixture, fixture->target));
  for (guint i = 0; i < G_N_ELEMENTS (points); i++)
    {
      gboolean swapped = g_str_equal (points[i], "restore-after-swap:1");
      g_auto (Ran) ran = { 0 };

      g_free (run_in (directory, TRUE, add_tag, (gpointer) "after"));
      ran = run_at (fixture, points[i], directory, "restore", fixture->target, "--replace");
      g_assert_cmpint (ran.status, ==, -1);
      g_assert_cmpuint (tags_of (directory), ==, swapped ? 1 : 2);
      assert_well (fixture, directory);
      if (swapped)
        break;
      assert_works (restore (fixture, directory, "--replace"));
      g_assert_cmpuint (tags_of (directory), ==, 1);
    }
}

/* Killed twice after the new one took its place: what was there is still there each time. */
static void
test_killed_twice (Fixture       *fixture,
                   gconstpointer  data)
{
  const char *directory = fixture->workspace->directory;
  g_autofree char *aside = g_strconcat (directory, ".restoring", NULL);
  g_autofree char *moved = path_of (fixture, "moved");

  assert_works (backup (fixture, fixture->target));
  for (guint i = 0; i < 2; i++)
    {
      g_auto (Ran) ran = { 0 };

      g_free (run_in (directory, TRUE, add_tag, (gpointer) "after"));
      ran = run_at (fixture, "restore-after-swap:1", directory, "restore", fixture->target, "--replace");
      g_assert_cmpint (ran.status, ==, -1);
      assert_refused (restore (fixture, directory, "--replace"), ".restoring is in the way");
      g_assert_cmpuint (tags_of (aside), ==, 2);
      if (i == 0)
        g_assert_cmpint (g_rename (aside, moved), ==, 0);
    }
}
#endif

#define ADD(path, func) g_test_add ("/server/backup/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("online", test_online);
  ADD ("places", test_places);
  ADD ("missing-blob", test_missing_blob);
  ADD ("owner", test_owner);
  ADD ("mounted", test_mounted);
  ADD ("stall", test_stall);
  ADD ("replace", test_replace);
  ADD ("empty", test_empty);
  ADD ("newer", test_newer);
  ADD ("outgoing", test_outgoing);
#if CSM_FAILPOINTS
  ADD ("killed-backup", test_killed_backup);
  ADD ("killed-restore", test_killed_restore);
  ADD ("killed-twice", test_killed_twice);
#endif
  for (gsize i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autofree char *path = g_strconcat ("/server/backup/damaged/", damages[i].name, NULL);

      g_test_add (path, Fixture, &damages[i], set_up, test_damaged, tear_down);
    }
  return g_test_run ();
}
