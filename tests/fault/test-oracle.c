/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-audit.h"
#include "fault-letters.h"
#include "fault-plan.h"
#include "fault-sends.h"

#include <sqlite3.h>
#include <string.h>

#include "csm-json.h"

/* An oracle that can't fail proves nothing: plants what a bad server would do, and looks whether it is told. */

/**
 * Fixture:
 * @lab: a workspace from which one reply went out
 *
 * What went well, to be spoilt.
 */
typedef struct
{
  FaultLab  *lab;
  FaultSends sends;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (FaultServer) server = NULL;
  g_autoptr (JsonObject) answer = NULL;

  fixture->lab = fault_lab_new ();
  fault_sends_prepare (&fixture->sends, fixture->lab);
  fault_lab_start_over (fixture->lab);
  server = fault_server_start (fixture->lab, NULL);
  g_assert_true (fault_server_resume (server, fixture->sends.token));
  answer = fault_sends_submit (&fixture->sends, server, 0);
  g_assert_true (fault_sends_wait (server, 0));
  g_assert_cmpint (fault_server_stop (server), ==, 0);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  fault_sends_clear (&fixture->sends);
  fault_lab_free (fixture->lab);
}

static GPtrArray *
audit (Fixture *fixture)
{
  static const char * const mails[] = { "fault-0@customer.example.org", NULL };
  GPtrArray *findings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (FaultServer) server = fault_server_start (fixture->lab, NULL);
  g_autoptr (JsonArray) submissions = NULL, messages = NULL;
  g_auto (GStrv) sink = fault_lab_read_sink (fixture->lab);

  g_assert_true (fault_server_resume (server, fixture->sends.token));
  submissions = fault_server_get_all (server, "Submission");
  messages = fault_server_get_all (server, "Message");
  fault_audit_sends (findings, submissions, messages, sink);
  fault_audit_mails (findings, messages, mails, TRUE);
  g_assert_cmpint (fault_server_stop (server), ==, 0);
  return findings;
}

static void
spoil (Fixture    *fixture,
       const char *sql)
{
  g_autofree char *path = g_build_filename (fixture->lab->data, "casement.db", NULL);
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_changes (db), >, 0);
  sqlite3_close (db);
}

static void
test_nothing (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GPtrArray) findings = audit (fixture);

  fault_assert_none (findings);
}

/* A second line of the same mail in the sink. */
static void
test_double_send (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autofree char *text = NULL, *doubled = NULL;
  g_autoptr (GPtrArray) findings = NULL;

  g_assert_true (g_file_get_contents (fixture->lab->sink, &text, NULL, NULL));
  doubled = g_strconcat (text, text, NULL);
  g_assert_true (g_file_set_contents (fixture->lab->sink, doubled, -1, NULL));
  findings = audit (fixture);
  g_assert_cmpuint (findings->len, >, 0);
}

/* Accepted, but no line in the sink. */
static void
test_lost_send (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GPtrArray) findings = NULL;

  g_assert_true (g_file_set_contents (fixture->lab->sink, "", 0, NULL));
  findings = audit (fixture);
  g_assert_cmpuint (findings->len, >, 0);
}

/* A mail that was acknowledged and is gone. */
static void
test_lost_record (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (GPtrArray) findings = NULL;

  spoil (fixture, "DELETE FROM message WHERE json LIKE '%fault-0@customer%'");
  findings = audit (fixture);
  g_assert_cmpuint (findings->len, >, 0);
}

/* What `check` is for: the same, seen from inside. */
static void
test_check (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *output = NULL;

  spoil (fixture, "DELETE FROM message WHERE json LIKE '%fault-0@customer%'");
  g_assert_cmpint (fault_lab_run (fixture->lab, NULL, NULL, &output, "check", NULL), >, 0);
}

/* A process that ends by itself was not killed, and a log that is empty proves no hit. */
static void
test_no_hit (Fixture       *fixture,
             gconstpointer  data)
{
  g_assert_cmpint (fault_lab_run (fixture->lab, "no-such-point:1", NULL, NULL, "check", NULL), ==, 0);
  g_assert_false (fault_lab_was_hit (fixture->lab, "no-such-point"));
}

/* A workspace that is not as it should be. */
static void
test_census (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (FaultServer) server = fault_server_start (fixture->lab, NULL);
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr (JsonObject) answer = NULL;

  g_assert_true (fault_server_resume (server, fixture->sends.token));
  before = fault_census (server);
  fault_audit_census (findings, before, before, NULL);
  fault_assert_none (findings);
  answer = fault_sends_submit (&fixture->sends, server, 1);
  g_assert_true (fault_sends_wait (server, 1));
  after = fault_census (server);
  fault_audit_census (findings, after, before, NULL);
  g_assert_cmpuint (findings->len, ==, 1);
  g_assert_cmpint (fault_server_stop (server), ==, 0);
}

static guint
count_letters (Fixture    *fixture,
               GPtrArray  *ledger)
{
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (FaultServer) server = fault_server_start (fixture->lab, NULL);
  g_autoptr (JsonArray) submissions = NULL, messages = NULL;

  g_assert_true (fault_server_resume (server, fixture->sends.token));
  submissions = fault_server_get_all (server, "Submission");
  messages = fault_server_get_all (server, "Message");
  letters_audit (ledger, submissions, messages, fixture->lab->sink, findings);
  g_assert_cmpint (fault_server_stop (server), ==, 0);
  return findings->len;
}

static void
write_letter (Fixture    *fixture,
              const char *letter,
              const char *from,
              const char *to)
{
  g_autofree char *path = g_strconcat (fixture->lab->sink, ".letters", NULL);
  g_auto (GStrv) parts = g_strsplit (letter, from, 2);
  g_autofree char *changed = g_strjoinv (to, parts);

  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  g_assert_true (g_file_set_contents (path, changed, -1, NULL));
}

/* A reply that goes to somebody else than its writer said, or doesn't, or tells of who is hidden. */
static void
test_letters (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GPtrArray) ledger = ledger_new ();
  LedgerEntry *entry = ledger_add (ledger, LEDGER_REPLY, 0, 0, "It is on its way (0).");
  g_autoptr (JsonObject) said = csm_json_parse_object ("{\"to\":[{\"address\":\"customer0@customer.example.org\"}]}", -1, NULL);
  g_autoptr (JsonObject) other = csm_json_parse_object ("{\"to\":[{\"address\":\"customer0@customer.example.org\"}],\"bcc\":[{\"address\":\"eva@example.org\"}]}", -1, NULL);
  g_autofree char *path = g_strconcat (fixture->lab->sink, ".letters", NULL), *letter = NULL;

  letters_note (entry, said);
  g_assert_cmpuint (count_letters (fixture, ledger), ==, 0);
  letters_note (entry, other);
  g_assert_cmpuint (count_letters (fixture, ledger), ==, 2);
  letters_note (entry, said);
  g_assert_true (g_file_get_contents (path, &letter, NULL, NULL));
  write_letter (fixture, letter, "\tcustomer0@", "\teva@example.org customer0@");
  g_assert_cmpuint (count_letters (fixture, ledger), ==, 1);
  write_letter (fixture, letter, "<customer0@", "<eva@");
  g_assert_cmpuint (count_letters (fixture, ledger), ==, 1);
  write_letter (fixture, letter, "\n", "Eva <eva@example.org>\n");
  g_assert_cmpuint (count_letters (fixture, ledger), ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add ("/fault/oracle/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("nothing", test_nothing);
  ADD ("double-send", test_double_send);
  ADD ("lost-send", test_lost_send);
  ADD ("lost-record", test_lost_record);
  ADD ("letters", test_letters);
  ADD ("check", test_check);
  ADD ("no-hit", test_no_hit);
  ADD ("census", test_census);
  return g_test_run ();
}
