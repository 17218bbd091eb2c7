/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "csm-json.h"
#include "csm-test-server.h"
#include "csm-test-workspace.h"

/* `check --recount` finds what somebody damaged, and `--repair` mends what follows from the records. */

typedef struct
{
  const char *name;
  const char *sql;
  const char *finding;  /* what of it must be said */
  gboolean    lasting;  /* it can't be mended */
} Damage;

static const Damage damages[] = {
  { "column", "UPDATE case_ SET status = 'closed'", "“status” differs", FALSE },
  { "instant", "UPDATE case_ SET lastActivityAt = lastActivityAt + 1", "“lastActivityAt” differs", FALSE },
  { "set", "DELETE FROM case__tags", "“tags” differs", FALSE },
  { "extra-set", "INSERT INTO case__tags (value, row) SELECT 'gX', rowid FROM case_", "“tags” differs", FALSE },
  { "identity", "DELETE FROM identity WHERE row = (SELECT max (row) FROM identity)", "identity", FALSE },
  { "lost-identity", "INSERT INTO identity (key, row) VALUES ('email:x@example.net', 9999)", "identities names", FALSE },
  { "text", "UPDATE message SET json = json_set (json, '$.subject', 'changed')", "full text of Message", FALSE },
  { "blob", "DELETE FROM blob_ref", "index of blobs", FALSE },
  { "extra-blob", "INSERT INTO blob_ref (blobId, account, recordId) SELECT blobId, account, 'mNone' FROM blob_ref LIMIT 1", "index of blobs", FALSE },
  { "counter", "UPDATE account SET modseq = 1", "change counter differs", FALSE },
  { "state", "UPDATE type_state SET modseq = modseq - 1 WHERE type = 'c'", "change counter differs", FALSE },
  { "number", "UPDATE channel SET modseq = (SELECT max (modseq) FROM case_) WHERE rowid = 1", "used twice", FALSE },
  { "message-count", "UPDATE case_ SET json = json_set (json, '$.messageCount', 7)", "“messageCount”", FALSE },
  { "attachment", "UPDATE case_ SET json = json_set (json, '$.hasAttachment', json ('true'))", "“hasAttachment”", FALSE },
  { "last-message", "UPDATE case_ SET json = json_set (json, '$.lastMessageId', 'mNone')", "“lastMessageId”", FALSE },
  { "preview", "UPDATE case_ SET json = json_set (json, '$.preview', 'no')", "“preview”", FALSE },
  { "channels", "UPDATE case_ SET json = json_set (json, '$.channelIds', json ('{}'))", "“channelIds”", FALSE },
  { "undecided", "UPDATE case_ SET json = json_set (json, '$.undecided', json ('{\"mNone\": {}}'))", "“undecided”", FALSE },
  { "activity", "UPDATE case_ SET json = json_set (json, '$.lastActivityAt', '2001-01-01T00:00:00Z'), lastActivityAt = 978307200000000", "is before its last", FALSE },
  { "messages-state", "UPDATE case_ SET json = json_remove (json, '$.messagesState')", "“messagesState”", FALSE },
  { "teams", "UPDATE person SET json = json_set (json, '$.teamIds', json ('{\"t0\": true}'))", "“teamIds”", FALSE },
  { "json", "UPDATE tag SET json = '{'", "is damaged", TRUE },
  { "case-json", "UPDATE case_ SET json = '{' WHERE rowid = (SELECT max (rowid) FROM case_)", "is damaged", TRUE },
  { "message-json", "UPDATE message SET json = '{' WHERE rowid = (SELECT max (rowid) FROM message)", "is damaged", TRUE },
  { "reference", "UPDATE message SET json = json_set (json, '$.caseId', 'cNone'), caseId = 'cNone' WHERE rowid = (SELECT max (rowid) FROM message)", "names a record", TRUE },
};

static char *
run (CsmTestWorkspace *workspace,
     const char       *option,
     int              *status)
{
  g_autofree char *program = csm_test_server_program ();
  g_autoptr (GSubprocess) process = NULL;
  GError *error = NULL;
  char *out = NULL;

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, &error, program, "--data", workspace->directory, "check",
                              option, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &out, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  *status = g_subprocess_get_exit_status (process);
  g_test_message ("%s: %d, %s", option, *status, out);
  return out;
}

/* The tag of each case and a member of the team, so that there is something to lose. */
static gpointer
enrich (CsmTxn        *txn,
        gpointer       input,
        GCancellable  *cancellable,
        GError       **error)
{
  CsmTestWorkspace *workspace = input;
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_CASE);

  for (guint i = 0; i < workspace->cases->len; i++)
    {
      const char *id = g_ptr_array_index (workspace->cases, i);
      g_autoptr (JsonObject) record = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, type, id, error);
      JsonObject *tags = json_object_new ();

      json_object_set_boolean_member (tags, workspace->tag, TRUE);
      json_object_set_object_member (record, "tags", tags);
      csm_txn_update (txn, CSM_ACCOUNT_WORKSPACE, type, id, record, error);
    }
  return NULL;
}

static void
spoil (CsmTestWorkspace *workspace,
       const char       *sql)
{
  g_autofree char *path = g_build_filename (workspace->directory, "casement.db", NULL);
  char *message = NULL;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  if (sqlite3_exec (db, sql, NULL, NULL, &message) != SQLITE_OK)
    g_error ("%s", message);
  g_assert_cmpint (sqlite3_changes (db), >, 0);
  sqlite3_close (db);
}

static void
test_clean (void)
{
  g_autoptr (CsmTestWorkspace) workspace = csm_test_workspace_new (3);
  g_autofree char *out = NULL;
  int status;

  csm_test_workspace_run (workspace, enrich, workspace);
  out = run (workspace, "--recount", &status);
  g_assert_cmpstr (out, ==, "All is well\n");
  g_assert_cmpint (status, ==, 0);
}

static void
test_damage (gconstpointer data)
{
  const Damage *damage = data;
  g_autoptr (CsmTestWorkspace) workspace = csm_test_workspace_new (3);
  g_autofree char *found = NULL;
  g_autofree char *mended = NULL;
  g_autofree char *again = NULL;
  int status;

  csm_test_workspace_run (workspace, enrich, workspace);
  spoil (workspace, damage->sql);
  found = run (workspace, "--recount", &status);
  g_assert_cmpint (status, ==, 1);
  if (strstr (found, damage->finding) == NULL)
    g_error ("“%s” does not say “%s”", found, damage->finding);
  mended = run (workspace, "--repair", &status);
  g_assert_cmpint (status, ==, damage->lasting ? 1 : 0);
  again = run (workspace, "--recount", &status);
  g_assert_cmpint (status, ==, damage->lasting ? 1 : 0);
  if (!damage->lasting)
    g_assert_cmpstr (again, ==, "All is well\n");
}

/* What can't be mended doesn't keep the rest from it. */
static void
test_several (void)
{
  g_autoptr (CsmTestWorkspace) workspace = csm_test_workspace_new (3);
  g_autofree char *mended = NULL;
  const char *after;
  int status;

  csm_test_workspace_run (workspace, enrich, workspace);
  spoil (workspace, "UPDATE message SET json = json_set (json, '$.caseId', 'cNone'), caseId = 'cNone' WHERE rowid = (SELECT max (rowid) FROM message);"
                    "UPDATE tag SET json = '{'; DELETE FROM identity; DELETE FROM blob_ref");
  mended = run (workspace, "--repair", &status);
  g_assert_cmpint (status, ==, 1);
  after = strstr (mended, "After the repair:");
  g_assert_nonnull (after);
  g_assert_null (strstr (after, "identity"));
  g_assert_null (strstr (after, "index of blobs"));
  g_assert_nonnull (strstr (after, "names a record"));
  g_assert_nonnull (strstr (after, "is damaged"));
}

/* Records that can't be read are named, and the others are counted and mended. */
static void
test_unreadable (void)
{
  g_autoptr (CsmTestWorkspace) workspace = csm_test_workspace_new (3);
  g_autofree char *found = NULL;
  g_autofree char *mended = NULL;
  int status;

  spoil (workspace, "UPDATE case_ SET json = json_set (json, '$.messageCount', 7);"
                    "UPDATE message SET json = '{' WHERE rowid = (SELECT max (rowid) FROM message);"
                    "UPDATE case_ SET json = '{' WHERE rowid = (SELECT min (rowid) FROM case_);"
                    "UPDATE person SET json = '{' WHERE rowid = (SELECT min (rowid) FROM person)");
  found = run (workspace, "--recount", &status);
  g_assert_cmpint (status, ==, 1);
  g_assert_nonnull (strstr (found, "“messageCount”"));
  mended = run (workspace, "--repair", &status);
  g_assert_cmpint (status, ==, 1);
  g_assert_nonnull (strstr (mended, "After the repair:"));
  g_assert_null (strstr (strstr (mended, "After the repair:"), "“messageCount”"));
}

static void
test_served (void)
{
  g_autoptr (CsmTestWorkspace) workspace = csm_test_workspace_new (1);
  CsmTestServer *server;
  g_autofree char *out = NULL;
  g_autofree char *refused = NULL;
  int status;

  spoil (workspace, damages[0].sql);
  server = csm_test_server_new (workspace->directory, NULL);
  out = run (workspace, "--recount", &status);
  g_assert_nonnull (strstr (out, damages[0].finding));
  refused = run (workspace, "--repair", &status);
  g_assert_cmpint (status, ==, 1);
  g_assert_nonnull (strstr (refused, "stop it first"));
  csm_test_server_free (server);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/recount/clean", test_clean);
  g_test_add_func ("/server/recount/several", test_several);
  g_test_add_func ("/server/recount/unreadable", test_unreadable);
  g_test_add_func ("/server/recount/served", test_served);
  for (gsize i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autofree char *path = g_strconcat ("/server/recount/damage/", damages[i].name, NULL);

      g_test_add_data_func (path, &damages[i], test_damage);
    }
  return g_test_run ();
}
