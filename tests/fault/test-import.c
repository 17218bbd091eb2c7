/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-audit.h"
#include "fault-plan.h"

#include "csm-json.h"

/* An archive that is imported, killed, and imported again: the rest is added, nothing twice. */

/* More than one batch */
#define N_MAILS 430

static char *archive;
static char *control;

static void
write_archive (FaultLab *lab)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_MAILS; i++)
    {
      g_autofree char *mail = fault_lab_make_mail (i);

      g_string_append_printf (text, "From MAILER-DAEMON Mon Jul  6 10:00:00 2026\n%s\n", mail);
    }
  archive = g_build_filename (lab->dir, "archive.mbox", NULL);
  g_file_set_contents (archive, text->str, (gssize) text->len, &error);
  g_assert_no_error (error);
}

static int
import (FaultLab   *lab,
        const char *failpoint)
{
  return fault_lab_run (lab, failpoint, NULL, NULL, "import", archive, "--channel", FAULT_CHANNEL, NULL);
}

/* The census, and that each mail is there once. */
static char *
look (FaultLab  *lab,
      GPtrArray *findings)
{
  g_autoptr (FaultServer) server = fault_server_start (lab, NULL);
  g_autoptr (JsonArray) messages = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) expected = NULL;
  char *census;

  for (guint i = 0; i < N_MAILS; i++)
    {
      g_autofree char *id = g_strdup_printf ("fault-%u@customer.example.org", i);

      g_strv_builder_add (builder, id);
    }
  expected = g_strv_builder_end (builder);
  fault_server_sign_in (server);
  messages = fault_server_get_all (server, "Message");
  fault_audit_mails (findings, messages, (const char * const *) expected, FALSE);
  census = fault_census (server);
  g_assert_cmpint (fault_server_stop (server), ==, 0);
  return census;
}

static void
test_kill (gconstpointer data)
{
  const FaultKill *kill = data;
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *failpoint = fault_kill_print (kill);
  g_autofree char *census = NULL;

  fault_lab_start_over (kill->lab);
  g_assert_cmpint (import (kill->lab, failpoint), ==, FAULT_KILLED);
  g_assert_true (fault_lab_was_hit (kill->lab, kill->point));
  fault_lab_assert_clean (kill->lab);
  g_assert_cmpint (import (kill->lab, NULL), ==, 0);
  fault_lab_assert_clean (kill->lab);
  census = look (kill->lab, findings);
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
  write_archive (lab);
  g_assert_cmpint (import (lab, FAULT_RECORD), ==, 0);
  control = look (lab, findings);
  fault_assert_none (findings);
  fault_plan_add (lab, lab->log, FAULT_IMPORT, "import", 2, test_kill);
  result = g_test_run ();
  g_free (archive);
  g_free (control);
  return result;
}
