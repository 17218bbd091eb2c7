/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-audit.h"
#include "fault-plan.h"

/* Mails that come one by one, as from an MTA's pipe: exit status 0 is the promise that the mail is kept. */

#define N_MAILS 4
#define KILLED_AT 3

static const char * const ids[] = {
  "fault-0@customer.example.org", "fault-1@customer.example.org", "fault-2@customer.example.org",
  "fault-3@customer.example.org", "fault-4@customer.example.org", NULL,
};
static char *control;

static int
deliver (FaultLab   *lab,
         guint       number,
         const char *failpoint)
{
  g_autofree char *mail = fault_lab_make_mail (number);

  return fault_lab_run (lab, failpoint, mail, NULL, "deliver", "--channel", FAULT_CHANNEL, NULL);
}

static char *
look (FaultLab  *lab,
      GPtrArray *findings,
      guint      kept,
      gboolean   one_more)
{
  g_autoptr (FaultServer) server = fault_server_start (lab, NULL);
  g_autoptr (JsonArray) messages = NULL;
  g_autofree const char **expected = g_memdup2 (ids, sizeof ids);
  char *census;

  fault_server_sign_in (server);
  messages = fault_server_get_all (server, "Message");
  expected[kept] = NULL;
  fault_audit_mails (findings, messages, expected, one_more);
  census = fault_census (server);
  g_assert_cmpint (fault_server_stop (server), ==, 0);
  return census;
}

static void
test_kill (gconstpointer data)
{
  const FaultKill *kill = data;
  FaultLab *lab = kill->lab;
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *failpoint = fault_kill_print (kill);
  g_autofree char *between = NULL, *census = NULL;

  fault_lab_start_over (lab);
  for (guint i = 1; i < KILLED_AT; i++)
    g_assert_cmpint (deliver (lab, i, NULL), ==, 0);
  g_assert_cmpint (deliver (lab, KILLED_AT, failpoint), ==, FAULT_KILLED);
  g_assert_true (fault_lab_was_hit (lab, kill->point));
  fault_lab_assert_clean (lab);
  between = look (lab, findings, KILLED_AT, TRUE);

  /* What was not promised comes again, and then the next one. */
  for (guint i = KILLED_AT; i <= N_MAILS; i++)
    g_assert_cmpint (deliver (lab, i, NULL), ==, 0);
  fault_lab_assert_clean (lab);
  census = look (lab, findings, N_MAILS + 1, FALSE);
  fault_audit_census (findings, census, control, NULL);
  fault_assert_none (findings);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (FaultLab) lab = NULL;
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);
  int result;

  g_test_init (&argc, &argv, NULL);
  lab = fault_lab_new ();
  for (guint i = 1; i <= N_MAILS; i++)
    g_assert_cmpint (deliver (lab, i, i == KILLED_AT ? FAULT_RECORD : NULL), ==, 0);
  control = look (lab, findings, N_MAILS + 1, FALSE);
  fault_assert_none (findings);
  fault_plan_add (lab, lab->log, FAULT_DELIVER, "deliver", 3, test_kill);
  result = g_test_run ();
  g_free (control);
  return result;
}
