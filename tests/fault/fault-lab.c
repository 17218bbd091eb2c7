/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-lab.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

/* Nothing that a server does with sixty mails may take longer, not even under the sanitizers on a busy machine. */
#define PATIENCE 60

/* --- Waiting ------------------------------------------------------------------------------------------------------- */

static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Whether @condition came true within @seconds; the main context runs meanwhile. */
gboolean
fault_wait_until (gboolean (*condition) (gpointer data),
                  gpointer   data,
                  guint      seconds)
{
  gint64 deadline = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  guint source = g_timeout_add (10, tick_cb, NULL);
  gboolean met;

  while (!(met = condition (data)) && g_get_monotonic_time () < deadline)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (source);
  return met;
}

static void
waited_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

/* How @process ended: its exit status, or minus the number of the signal. */
int
fault_lab_wait (GSubprocess *process)
{
  gboolean ended = FALSE;

  g_subprocess_wait_async (process, NULL, waited_cb, &ended);
  if (!fault_wait_until (is_true, &ended, PATIENCE))
    {
      g_subprocess_force_exit (process);
      g_error ("a process did not end");
    }
  return g_subprocess_get_if_signaled (process) ? -g_subprocess_get_term_sig (process) : g_subprocess_get_exit_status (process);
}

/* --- Commands ------------------------------------------------------------------------------------------------------- */

/* A test that fails takes its servers with it. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Starts casement-server on the lab's data; @failpoint is "name:n", FAULT_RECORD or NULL. */
GSubprocess *
fault_lab_spawn (FaultLab           *lab,
                 const char         *failpoint,
                 GSubprocessFlags    flags,
                 const char * const *arguments)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) argv = NULL;
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_strv_builder_add_many (builder, g_getenv ("CASEMENT_SERVER"), "--data", lab->data, NULL);
  g_strv_builder_addv (builder, (const char **) arguments);
  argv = g_strv_builder_end (builder);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  g_subprocess_launcher_unsetenv (launcher, "CASEMENT_FAILPOINT");
  if (lab->warns)
    g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  if (lab->clock != 0)
    {
      g_autofree char *clock = g_strdup_printf ("%" G_GINT64_FORMAT, lab->clock);

      g_subprocess_launcher_setenv (launcher, "CASEMENT_CLOCK_OFFSET", clock, TRUE);
    }
  if (failpoint != NULL)
    {
      g_subprocess_launcher_setenv (launcher, "CASEMENT_FAILPOINT", failpoint, TRUE);
      g_subprocess_launcher_setenv (launcher, "CASEMENT_FAILPOINT_LOG", lab->log, TRUE);
    }
  process = g_subprocess_launcher_spawnv (launcher, (const char * const *) argv, &error);
  g_assert_no_error (error);
  return process;
}

typedef struct
{
  gboolean done;
  char    *output;
} Talk;

static void
talked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Talk *talk = data;

  /* A process that was killed while it read its input is no error here. */
  g_subprocess_communicate_utf8_finish (G_SUBPROCESS (source), result, &talk->output, NULL, NULL);
  talk->done = TRUE;
}

/* Runs one command to its end: its exit status, or FAULT_KILLED. */
int
fault_lab_run (FaultLab    *lab,
               const char  *failpoint,
               const char  *input,
               char       **output,
               const char  *command,
               ...)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  Talk talk = { 0 };
  va_list list;

  va_start (list, command);
  for (const char *argument = command; argument != NULL; argument = va_arg (list, const char *))
    g_ptr_array_add (arguments, (gpointer) argument);
  va_end (list);
  g_ptr_array_add (arguments, NULL);

  process = fault_lab_spawn (lab, failpoint, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                             (const char * const *) arguments->pdata);
  g_subprocess_communicate_utf8_async (process, input != NULL ? input : "", NULL, talked_cb, &talk);
  if (!fault_wait_until (is_true, &talk.done, PATIENCE))
    g_error ("casement-server %s did not end", command);
  if (output != NULL)
    *output = g_steal_pointer (&talk.output);
  g_free (talk.output);
  return fault_lab_wait (process);
}

/* Fails the test unless `check` finds nothing. */
void
fault_lab_assert_clean (FaultLab *lab)
{
  g_autofree char *output = NULL;
  int status = fault_lab_run (lab, NULL, NULL, &output, "check", NULL);

  if (status != 0)
    g_test_message ("check ended with %d: %s", status, output);
  g_assert_cmpint (status, ==, 0);
}

/* --- Files ----------------------------------------------------------------------------------------------------------- */

static void
run_tool (const char *tool,
          const char *option,
          const char *first,
          const char *second)
{
  const char *argv[] = { tool, option, "--", first, second, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
}

/* Makes @to a copy of the folder @from. */
void
fault_lab_copy (const char *from,
                const char *to)
{
  run_tool ("rm", "-rf", to, NULL);
  run_tool ("cp", "-a", from, to);
}

/* Adds what is in @from to what is in @to. */
void
fault_lab_fill (const char *from,
                const char *to)
{
  run_tool ("cp", "-a", from, to);
}

static void
unlink_sink (FaultLab *lab)
{
  g_autofree char *mails = g_strconcat (lab->sink, ".mails", NULL), *letters = g_strconcat (lab->sink, ".letters", NULL);

  g_unlink (lab->sink);
  g_unlink (mails);
  g_unlink (letters);
}

/* A fresh copy of the workspace, an empty sink, an empty log. */
void
fault_lab_start_over (FaultLab *lab)
{
  fault_lab_copy (lab->first, lab->data);
  g_unlink (lab->log);
  unlink_sink (lab);
}

/* Whether the log proves that the process was killed at @point. */
gboolean
fault_lab_was_hit (FaultLab   *lab,
                   const char *point)
{
  g_autofree char *expected = g_strdup_printf ("hit %s\n", point);
  g_autofree char *text = NULL;

  return g_file_get_contents (lab->log, &text, NULL, NULL) && g_str_equal (text, expected);
}

/* (transfer full): the Message-IDs of what went out, in that order. */
char **
fault_lab_read_sink (FaultLab *lab)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents (lab->sink, &text, NULL, NULL))
    return g_new0 (char *, 1);
  return g_strsplit (g_strchomp (text), "\n", -1);
}

/* (transfer full): a mail like no other; each fourth one answers the one before. */
char *
fault_lab_make_mail (guint number)
{
  g_autofree char *parent = number % 4 == 3 ? g_strdup_printf ("In-Reply-To: <fault-%u@customer.example.org>\r\n", number - 1) : g_strdup ("");

  return g_strdup_printf ("From: Customer %u <customer%u@customer.example.org>\r\nTo: " FAULT_ADDRESS "\r\n"
                          "Message-ID: <fault-%u@customer.example.org>\r\n%sDate: Mon, 06 Jul 2026 10:%02u:%02u +0000\r\n"
                          "Subject: Parcel %u\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
                          "Where is parcel number %u?\r\n",
                          number / 4, number / 4, number, parent, number / 60 % 60, number % 60, number / 4, number);
}

/* (transfer full): the same customer writes again, @text, which must be like no other. */
char *
fault_lab_make_answer (guint       parent,
                       const char *text)
{
  return g_strdup_printf ("From: Customer %u <customer%u@customer.example.org>\r\nTo: " FAULT_ADDRESS "\r\n"
                          "Message-ID: <%s@customer.example.org>\r\nIn-Reply-To: <fault-%u@customer.example.org>\r\n"
                          "Date: Mon, 06 Jul 2026 12:00:00 +0000\r\nSubject: Re: Parcel %u\r\nMIME-Version: 1.0\r\n"
                          "Content-Type: text/plain; charset=utf-8\r\n\r\nStill waiting: %s\r\n",
                          parent / 4, parent / 4, text, parent, parent / 4, text);
}

/* --- The workspace ---------------------------------------------------------------------------------------------------- */

/* Makes the workspace that every case begins with. */
void
fault_lab_set_up (FaultLab *lab)
{
  g_autofree char *password = g_build_filename (lab->dir, "password", NULL);
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "fault", "fault-sink.sh", NULL);
  g_autofree char *command = g_strdup_printf ("sh %s %s", script, lab->sink);
  g_autofree char *mail = fault_lab_make_mail (0);

  g_assert_true (g_file_set_contents (password, FAULT_PASSWORD "\n", -1, NULL));
  g_assert_cmpint (fault_lab_run (lab, NULL, NULL, NULL, "init", "--workspace", "Fernweh", NULL), ==, 0);
  g_assert_cmpint (fault_lab_run (lab, NULL, NULL, NULL, "team", "add", "Service", "--department", "service", NULL), ==, 0);
  g_assert_cmpint (fault_lab_run (lab, NULL, NULL, NULL, "user", "add", FAULT_PERSON, "--name", "Ana Reyes", "--role", "admin",
                                  "--team", "Service", "--password-file", password, NULL), ==, 0);
  g_assert_cmpint (fault_lab_run (lab, NULL, NULL, NULL, "channel", "add", "email", FAULT_CHANNEL, "--address", FAULT_ADDRESS,
                                  "--sendmail", command, NULL), ==, 0);
  g_assert_cmpint (fault_lab_run (lab, NULL, mail, NULL, "deliver", "--channel", FAULT_CHANNEL, NULL), ==, 0);
  fault_lab_assert_clean (lab);
}

/* (transfer full): a lab without a workspace. */
FaultLab *
fault_lab_new (void)
{
  FaultLab *lab = g_new0 (FaultLab, 1);
  g_autoptr (GError) error = NULL;

  if (!CSM_FAILPOINTS)
    g_error ("the fault suite needs a build with -Dfailpoints=true");
  g_assert_nonnull (g_getenv ("CASEMENT_SERVER"));
  lab->dir = g_dir_make_tmp ("casement-fault-XXXXXX", &error);
  g_assert_no_error (error);
  lab->first = g_build_filename (lab->dir, "first", NULL);
  lab->data = g_strdup (lab->first);
  lab->log = g_build_filename (lab->dir, "failpoints", NULL);
  lab->sink = g_build_filename (lab->dir, "sink", NULL);
  fault_lab_set_up (lab);
  g_free (lab->data);
  lab->data = g_build_filename (lab->dir, "data", NULL);
  fault_lab_start_over (lab);
  return lab;
}

void
fault_lab_free (FaultLab *lab)
{
  run_tool ("rm", "-rf", lab->dir, NULL);
  g_free (lab->dir);
  g_free (lab->first);
  g_free (lab->data);
  g_free (lab->log);
  g_free (lab->sink);
  g_free (lab);
}
