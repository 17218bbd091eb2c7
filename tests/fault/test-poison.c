/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-world.h"

#include <glib/gstdio.h>

#include "csm-db-conn.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-tokenizer.h"

/* Outboxes that this version did not write, or not like that: nobody loses anything. */

#define N_OPS 300
#define CACHE_APPLICATION_ID 0x43534d43

static FaultWorld *world;

static FaultDesk *
desk (void)
{
  return world->desks[FAULT_ANA];
}

/* Four that nobody can send, between hundreds that everybody can: these go. */
static void
test_poison (void)
{
  static const char * const poison[] = {
    /* a type that does not exist; no JSON; a kind that does not exist; a form that is not invented */
    "INSERT INTO outbox (grp, op_id, label, kind, type, record_id, payload, created)"
    " SELECT grp, op_id || 'x', label, kind, 'Parcel', 'x01J00000000000000000000000', payload, created FROM outbox WHERE seq = (SELECT min (seq) FROM outbox)",
    "UPDATE outbox SET payload = '{\"body\":' WHERE seq = (SELECT min (seq) + 40 FROM outbox)",
    "UPDATE outbox SET kind = 'explode' WHERE seq = (SELECT min (seq) + 120 FROM outbox)",
    "UPDATE outbox SET version = 99 WHERE seq = (SELECT min (seq) + 160 FROM outbox)",
    /* of a case that is nowhere */
    "UPDATE outbox SET payload = json_set (payload, '$.caseId', 'c01J00000000000000000000000'), case_id = 'c01J00000000000000000000000'"
    " WHERE seq = (SELECT min (seq) + 200 FROM outbox)",
  };
  g_autoptr (JsonArray) ops = NULL;
  g_autoptr (JsonArray) comments = NULL;

  fault_world_start_over (world, 1);
  fault_world_sit_down (world, FAULT_ANA);
  fault_world_go_offline (world, FAULT_ANA);
  for (guint i = 0; i < N_OPS; i++)
    {
      g_autofree char *text = g_strdup_printf ("comment %u", i);

      fault_done (fault_world_comment (world, FAULT_ANA, i, text));
    }
  fault_desk_close (desk ());
  for (guint i = 0; i < G_N_ELEMENTS (poison); i++)
    fault_desk_sql (desk (), poison[i]);
  fault_proxy_set_down (world->proxies[FAULT_ANA], FALSE);
  fault_world_sit_down (world, FAULT_ANA);
  ops = fault_desk_outbox (desk ());
  for (guint i = 0; i < json_array_get_length (ops); i++)
    {
      JsonObject *op = json_array_get_object_element (ops, i);

      g_assert_cmpstr (csm_json_get_string (op, "state"), ==, "parked");
      g_test_message ("parked as %s", csm_json_get_string (op, "error"));
    }
  g_assert_cmpuint (json_array_get_length (ops), ==, G_N_ELEMENTS (poison));
  g_assert_true (fault_server_resume (world->server, world->tokens[FAULT_ANA]));
  comments = fault_server_read_type (world->server, csm_record_type_get (CSM_TYPE_ID_COMMENT));
  g_assert_cmpuint (json_array_get_length (comments), ==, N_OPS - (G_N_ELEMENTS (poison) - 1));
  /* Each of them can be let go. */
  for (guint i = 0; i < json_array_get_length (ops); i++)
    fault_done (fault_desk_call (desk (), "{'do':'resolve','decision':'drop','seq':%" G_GINT64_FORMAT "}",
                                 csm_json_get_int (json_array_get_object_element (ops, i), "seq", 0)));
  fault_world_assert_settled (world);
}

/* --- the first version's file ------------------------------------------------------------------------------------------ */

static void
add_op (CsmDbConn  *conn,
        const char *kind,
        const char *type,
        const char *id,
        const char *case_id,
        const char *payload,
        const char *inverse,
        int         state)
{
  g_autofree char *op_id = csm_id_new ('o');
  g_autoptr (GError) error = NULL;

  csm_db_conn_run (conn, &error,
    "INSERT INTO outbox (grp, op_id, label, kind, type, record_id, case_id, payload, inverse, state, tries, created)"
    " VALUES (1, ?, 'Old', ?, ?, ?, ?, ?, ?, ?, ?, ?)", "tttttttiii",
    op_id, kind, type, id, case_id, payload, inverse, (gint64) state, (gint64) state, g_get_real_time ());
  g_assert_no_error (error);
}

/* As the first release left it: nothing fetched yet but a case, four operations, one of them on its way. */
static void
make_first_version (const char *directory)
{
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "..", "src", "cache", "migrations", "001.sql", NULL);
  g_autofree char *path = g_build_filename (directory, "cache.db", NULL);
  g_autofree char *mark = g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = 1", CACHE_APPLICATION_ID);
  g_autofree char *sql = NULL, *comment = NULL, *goal = NULL, *reply = NULL;
  g_autoptr (CsmDbConn) conn = NULL;
  g_autoptr (GError) error = NULL;
  FaultCase *c = fault_world_get_case (world, 0);
  g_autofree char *comment_id = csm_id_new ('n'), *other_id = csm_id_new ('n'), *reply_id = csm_id_new ('s');

  g_assert_cmpint (g_mkdir (directory, 0700), ==, 0);
  g_assert_true (g_file_get_contents (script, &sql, NULL, NULL));
  conn = csm_db_conn_open (path, FALSE, &error);
  g_assert_no_error (error);
  g_assert_true (csm_tokenizer_register (csm_db_conn_get_handle (conn), &error));
  g_assert_true (csm_db_conn_exec (conn, sql, &error));
  g_assert_true (csm_db_conn_exec (conn, mark, &error));
  csm_db_conn_run (conn, &error, "INSERT INTO meta VALUES ('me', ?), ('group', '1')", "t", world->people[FAULT_ANA]);
  g_assert_no_error (error);
  comment = g_strdup_printf ("{\"caseId\":\"%s\",\"body\":\"Of the first version\"}", c->id);
  add_op (conn, "create", "Comment", comment_id, c->id, comment, NULL, 0);
  goal = g_strdup_printf ("{\"caseId\":\"%s\",\"body\":\"On its way\"}", c->id);
  add_op (conn, "create", "Comment", other_id, c->id, goal, NULL, 1);
  add_op (conn, "update", "Case", c->id, c->id, "{\"goal\":\"of the first version\"}", "{\"goal\":null}", 0);
  reply = g_strdup_printf ("{\"caseId\":\"%s\",\"conversationId\":\"%s\",\"basedOn\":\"%s\",\"to\":[{\"address\":\"%s\"}],\"subject\":\"Re: Parcel\","
                           "\"textBody\":\"Reply of the first version\",\"undoFor\":0}", c->id, c->conversation_id, c->message_id, c->address);
  add_op (conn, "create", "Submission", reply_id, c->id, reply, NULL, 0);
}

static void
begin_first_version (guint seed)
{
  g_autofree char *directory = NULL;

  fault_world_start_over (world, seed);
  directory = g_strconcat (desk ()->directory, "-old", NULL);
  make_first_version (directory);
  g_free (desk ()->directory);
  desk ()->directory = g_steal_pointer (&directory);
}

static void
audit_first_version (void)
{
  static const char * const texts[] = { "Reply of the first version", NULL };
  g_autoptr (JsonObject) record = NULL;
  g_autoptr (JsonArray) ops = NULL;

  fault_world_assert_settled (world);
  ops = fault_desk_outbox (desk ());
  g_assert_cmpuint (json_array_get_length (ops), ==, 0);
  fault_world_assert_sends (world, texts);
  fault_world_assert_comments (world, "Of the first version", 1);
  fault_world_assert_comments (world, "On its way", 1);
  record = fault_world_find (world, CSM_TYPE_ID_CASE, fault_world_get_case (world, 0)->id);
  g_assert_cmpstr (csm_json_get_string (record, "goal"), ==, "of the first version");
}

static void
test_upgrade (void)
{
  begin_first_version (2);
  audit_first_version ();
}

/* It dies in each step of the way. */
static void
test_upgrade_interrupted (void)
{
  begin_first_version (3);
  for (guint i = 0; i < 3; i++)
    {
      if (fault_world_open_desk (world, FAULT_ANA, i == 2 ? "db-migrating:2" : "db-migrating:1", 0))
        fault_desk_wait (desk (), "quiet", 30);
      g_assert_cmpint (fault_desk_wait_end (desk ()), ==, FAULT_KILLED);
    }
  audit_first_version ();
}

/* A file of a newer version is left as it is. */
static void
test_downgrade (void)
{
  g_autoptr (JsonObject) answer = NULL, dump = NULL, after = NULL;
  g_autoptr (JsonArray) ops = NULL;

  fault_world_start_over (world, 4);
  fault_world_sit_down (world, FAULT_ANA);
  fault_world_go_offline (world, FAULT_ANA);
  fault_done (fault_world_comment (world, FAULT_ANA, 0, "Of a newer version"));
  fault_desk_close (desk ());
  fault_desk_sql (desk (), "CREATE TABLE kept_version AS SELECT user_version AS version FROM pragma_user_version; PRAGMA user_version = 99");
  fault_proxy_set_down (world->proxies[FAULT_ANA], FALSE);
  g_assert_true (fault_world_open_desk (world, FAULT_ANA, NULL, 0));
  answer = fault_world_comment (world, FAULT_ANA, 0, "Too early");
  g_assert_nonnull (answer);
  g_assert_true (json_object_has_member (answer, "error"));
  fault_desk_close (desk ());
  fault_world_assert_comments (world, "Of a newer version", 0);
  {
    g_autofree char *path = g_build_filename (desk ()->directory, "cache.db", NULL);
    g_autoptr (CsmDbConn) conn = csm_db_conn_open (path, FALSE, NULL);
    g_autofree char *back = NULL;

    g_assert_nonnull (conn);
    back = g_strdup_printf ("PRAGMA user_version = %d", (int) csm_db_conn_get_int (conn, NULL, 0, "SELECT version FROM kept_version", NULL));
    g_assert_true (csm_db_conn_exec (conn, back, NULL));
    g_assert_true (csm_db_conn_exec (conn, "DROP TABLE kept_version", NULL));
  }
  fault_world_sit_down (world, FAULT_ANA);
  fault_world_assert_settled (world);
  fault_world_assert_comments (world, "Of a newer version", 1);
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world = fault_world_new (3);
  g_test_add_func ("/fault/poison/among-others", test_poison);
  g_test_add_func ("/fault/poison/upgrade", test_upgrade);
  g_test_add_func ("/fault/poison/upgrade-interrupted", test_upgrade_interrupted);
  g_test_add_func ("/fault/poison/downgrade", test_downgrade);
  result = g_test_run ();
  fault_world_free (world);
  return result;
}
