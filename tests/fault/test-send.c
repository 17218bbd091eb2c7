/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fake-smtp.h"
#include "fault-audit.h"
#include "fault-plan.h"
#include "fault-sends.h"

#include <stdio.h>

#include "csm-json.h"

/* Replies to a customer: each reaches the sink once, or is shown as unknown and reached it at most once. They leave through a command, or
 * with CASEMENT_FAULT_SMTP by SMTP. */

/* What a recorded run sends, and what a run that is to be killed sends at most: how often it commits depends on the clock. */
#define N_SENDS 3
#define MAX_SENDS 9
#define PROBE 99
#define MOST_QUESTIONS 200

static FaultSends sends;

/* Sends until the server dies; answers that are there already must come again. How many were answered. */
static guint
send_all (FaultServer *server,
          GPtrArray   *findings,
          JsonObject **answers,
          guint        count,
          gboolean     wait)
{
  for (guint i = 0; i < count; i++)
    {
      g_autoptr (JsonObject) answer = fault_sends_submit (&sends, server, i);
      g_autofree char *text = NULL, *known = NULL;

      if (answer == NULL)
        return i;
      text = csm_json_write_object (answer);
      if (answers[i] == NULL)
        answers[i] = g_steal_pointer (&answer);
      known = csm_json_write_object (answers[i]);
      if (!g_str_equal (text, known))
        g_ptr_array_add (findings, g_strdup_printf ("send %u was answered %s, and again: %s", i, known, text));
      if (wait && !fault_sends_wait (server, i))
        return i + 1;
    }
  return count;
}

static void
audit (FaultLab    *lab,
       FaultServer *server,
       GPtrArray   *findings,
       guint        expected)
{
  g_autoptr (JsonArray) submissions = fault_server_get_all (server, "Submission");
  g_autoptr (JsonArray) messages = fault_server_get_all (server, "Message");
  g_auto (GStrv) sink = fault_lab_read_sink (lab);

  g_assert_cmpuint (json_array_get_length (submissions), ==, expected);
  fault_audit_sends (findings, submissions, messages, sink);
}

static void
audit_acknowledged (FaultServer *server,
                    GPtrArray   *findings,
                    guint        acknowledged)
{
  g_autoptr (JsonArray) submissions = fault_server_get_all (server, "Submission");
  guint there = json_array_get_length (submissions);

  if (there < acknowledged || there > acknowledged + 1)
    g_ptr_array_add (findings, g_strdup_printf ("%u sends were answered, %u are there", acknowledged, there));
}

/*
 * How often a point is passed depends on how often somebody asked while they waited: where it was fewer times than in the
 * recorded run, they ask again, and at last the server is killed where it is. Whether it died at the point.
 */
static gboolean
make_die (FaultServer     *server,
          const FaultKill *kill)
{
  for (guint i = 0; i < MOST_QUESTIONS; i++)
    {
      g_autoptr (JsonObject) answer = fault_server_call (server, "Core/echo", json_object_new ());

      if (answer == NULL)
        return TRUE;
    }
  g_assert_cmpuint (kill->n, >, 1);
  g_test_message ("%s was not passed %u times", kill->point, kill->n);
  g_subprocess_force_exit (server->process);
  return FALSE;
}

static void
test_kill (gconstpointer data)
{
  const FaultKill *kill = data;
  FaultLab *lab = kill->lab;
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (FaultServer) server = NULL;
  g_autoptr (JsonObject) probe = NULL;
  g_autofree char *failpoint = fault_kill_print (kill);
  JsonObject *answers[MAX_SENDS] = { NULL };
  guint acknowledged = 0, sent;
  gboolean died;

  fault_lab_start_over (lab);
  server = fault_server_start (lab, failpoint);
  if (fault_server_resume (server, sends.token))
    acknowledged = send_all (server, findings, answers, MAX_SENDS, TRUE);
  died = acknowledged < MAX_SENDS || make_die (server, kill);
  g_assert_cmpint (fault_server_wait (server), ==, FAULT_KILLED);
  g_assert_true (!died || fault_lab_was_hit (lab, kill->point));
  fault_lab_assert_clean (lab);
  g_clear_pointer (&server, fault_server_free);

  server = fault_server_start (lab, NULL);
  g_assert_true (fault_server_resume (server, sends.token));
  audit_acknowledged (server, findings, acknowledged);
  sent = MIN (acknowledged + 1, MAX_SENDS);
  g_assert_cmpuint (send_all (server, findings, answers, sent, FALSE), ==, sent);
  for (guint i = 0; i < sent; i++)
    g_assert_true (fault_sends_wait (server, i));
  g_assert_cmpuint (send_all (server, findings, answers, sent, FALSE), ==, sent);
  /* When a later mail has left, no second one of those before is on its way. */
  probe = fault_sends_submit (&sends, server, PROBE);
  g_assert_true (fault_sends_wait (server, PROBE));
  audit (lab, server, findings, sent + 1);
  g_assert_cmpint (fault_server_stop (server), ==, 0);
  for (guint i = 0; i < MAX_SENDS; i++)
    g_clear_pointer (&answers[i], json_object_unref);
  fault_assert_none (findings);
}

static void
record (FaultLab *lab)
{
  g_autoptr (FaultServer) server = NULL;
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) sink = NULL;
  JsonObject *answers[N_SENDS] = { NULL };

  fault_sends_prepare (&sends, lab);
  fault_lab_start_over (lab);
  server = fault_server_start (lab, FAULT_RECORD);
  g_assert_true (fault_server_resume (server, sends.token));
  g_assert_cmpuint (send_all (server, findings, answers, N_SENDS, TRUE), ==, N_SENDS);
  audit (lab, server, findings, N_SENDS);
  sink = fault_lab_read_sink (lab);
  g_assert_cmpuint (g_strv_length (sink), ==, N_SENDS);
  g_assert_cmpint (fault_server_stop (server), ==, 0);
  for (guint i = 0; i < N_SENDS; i++)
    g_clear_pointer (&answers[i], json_object_unref);
  fault_assert_none (findings);
}

/* In the mail server's thread: a line for each mail, as the command writes it. */
static void
take_mail (FakeMail *mail,
           gpointer  user_data)
{
  FaultLab *lab = user_data;
  g_autoptr (GRegex) regex = g_regex_new ("^Message-Id: *<([^>]*)>", G_REGEX_CASELESS | G_REGEX_MULTILINE | G_REGEX_RAW, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *id = NULL;
  g_autofree char *line = NULL;
  FILE *sink = fopen (lab->sink, "a");

  g_regex_match (regex, mail->data->str, 0, &match);
  id = g_match_info_fetch (match, 1);
  line = g_strdup_printf ("%s\n", id != NULL ? id : "without an id");
  g_assert_nonnull (sink);
  g_assert_cmpint (fputs (line, sink), >=, 0);
  g_assert_cmpint (fclose (sink), ==, 0);
}

/* The workspace that all copies come from sends by SMTP from now on. */
static FakeSmtp *
use_smtp (FaultLab *lab)
{
  FakeSmtp *server = fake_smtp_new ();
  g_autofree char *copies = g_steal_pointer (&lab->data);
  g_autofree char *host = g_strdup_printf ("127.0.0.1:%u", fake_smtp_port (server));
  g_autofree char *password = g_build_filename (lab->dir, "smtp-password", NULL);

  g_assert_true (g_file_set_contents (password, "secret\n", -1, NULL));
  fake_smtp_forget (server);
  fake_smtp_on_mail (server, take_mail, lab);
  lab->data = g_strdup (lab->first);
  g_assert_cmpint (fault_lab_run (lab, NULL, NULL, NULL, "channel", "set", FAULT_CHANNEL, "--sendmail", "", "--smtp", host, "--smtp-tls", "none",
                                  "--smtp-user", "support", "--smtp-password-file", password, NULL), ==, 0);
  g_free (lab->data);
  lab->data = g_steal_pointer (&copies);
  return server;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (FaultLab) lab = NULL;
  gboolean by_smtp = g_getenv ("CASEMENT_FAULT_SMTP") != NULL;
  FakeSmtp *server = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  lab = fault_lab_new ();
  if (by_smtp)
    server = use_smtp (lab);
  record (lab);
  fault_plan_add (lab, lab->log, by_smtp ? FAULT_SMTP : FAULT_SEND, by_smtp ? "smtp" : "send", by_smtp ? 1 : 4, test_kill);
  result = g_test_run ();
  fault_sends_clear (&sends);
  g_clear_pointer (&server, fake_smtp_free);
  return result;
}
