/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-desk.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#include "csm-json.h"

#define PATIENCE 120

FaultDesk *
fault_desk_new (const char *url,
                const char *token,
                const char *directory)
{
  FaultDesk *self = g_new0 (FaultDesk, 1);

  self->url = g_strdup (url);
  self->token = g_strdup (token);
  self->directory = g_strdup (directory);
  self->log = g_strconcat (directory, ".failpoints", NULL);
  return self;
}

static void
forget_process (FaultDesk *self)
{
  g_clear_object (&self->output);
  self->input = NULL;
  g_clear_object (&self->process);
}

void
fault_desk_free (FaultDesk *self)
{
  if (self->process != NULL)
    fault_desk_kill (self);
  g_free (self->url);
  g_free (self->token);
  g_free (self->directory);
  g_free (self->log);
  g_free (self->faults);
  g_free (self);
}

static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

typedef struct
{
  gboolean done;
  char    *line;
} Reading;

static void
on_read (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  Reading *reading = data;

  reading->line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);
  reading->done = TRUE;
}

static gboolean
is_read (gpointer data)
{
  return ((Reading *) data)->done;
}

/* Whoever dies in the middle of a word leaves half a line. */
static gboolean
has_ended (FaultDesk *self)
{
  Reading reading = { 0 };
  g_autofree char *line = NULL;

  g_data_input_stream_read_line_async (self->output, G_PRIORITY_DEFAULT, NULL, on_read, &reading);
  if (!fault_wait_until (is_read, &reading, PATIENCE))
    g_error ("a client does not answer");
  line = reading.line;
  return line == NULL;
}

static JsonObject *
read_answer (FaultDesk *self)
{
  Reading reading = { 0 };
  g_autofree char *line = NULL;
  JsonObject *answer;
  g_autoptr (GError) error = NULL;

  g_data_input_stream_read_line_async (self->output, G_PRIORITY_DEFAULT, NULL, on_read, &reading);
  if (!fault_wait_until (is_read, &reading, PATIENCE))
    g_error ("a client does not answer");
  line = reading.line;
  if (line == NULL)
    return NULL;
  answer = csm_json_parse_object (line, -1, &error);
  if (answer == NULL && !has_ended (self))
    g_error ("a client says %s", line);
  return answer;
}

gboolean
fault_desk_open (FaultDesk  *self,
                 const char *failpoint)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  const char *argv[] = { g_getenv ("CASEMENT_FAULT_CLIENT"), self->url, self->token, self->directory, NULL };
  g_autoptr (JsonObject) ready = NULL;
  g_autofree char *clock = g_strdup_printf ("%" G_GINT64_FORMAT, self->clock);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (argv[0]);
  g_assert_null (self->process);
  g_unlink (self->log);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  g_subprocess_launcher_unsetenv (launcher, "CASEMENT_FAILPOINT");
  g_subprocess_launcher_setenv (launcher, "CASEMENT_CLOCK_OFFSET", clock, TRUE);
  if (self->warns)
    g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  if (self->faults != NULL)
    g_subprocess_launcher_setenv (launcher, "CASEMENT_FAULTS", self->faults, TRUE);
  if (failpoint != NULL)
    {
      g_subprocess_launcher_setenv (launcher, "CASEMENT_FAILPOINT", failpoint, TRUE);
      g_subprocess_launcher_setenv (launcher, "CASEMENT_FAILPOINT_LOG", self->log, TRUE);
    }
  self->process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  self->input = g_subprocess_get_stdin_pipe (self->process);
  self->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  ready = read_answer (self);
  return ready != NULL;
}

void
fault_desk_kill (FaultDesk *self)
{
  g_subprocess_force_exit (self->process);
  fault_desk_wait_end (self);
}

void
fault_desk_close (FaultDesk *self)
{
  g_output_stream_close (self->input, NULL, NULL);
  g_assert_cmpint (fault_desk_wait_end (self), ==, 0);
}

int
fault_desk_wait_end (FaultDesk *self)
{
  int how = fault_lab_wait (self->process);

  forget_process (self);
  return how;
}

gboolean
fault_desk_was_hit (FaultDesk  *self,
                    const char *point)
{
  g_autofree char *expected = g_strdup_printf ("hit %s\n", point);
  g_autofree char *text = NULL;

  return g_file_get_contents (self->log, &text, NULL, NULL) && g_str_equal (text, expected);
}

JsonObject *
fault_desk_command (FaultDesk  *self,
                    const char *command)
{
  g_autofree char *line = g_strconcat (command, "\n", NULL);

  /* A client that has died reads nothing: then its answer is missing, too. */
  g_output_stream_write_all (self->input, line, strlen (line), NULL, NULL, NULL);
  return read_answer (self);
}

JsonObject *
fault_desk_call (FaultDesk  *self,
                 const char *format,
                 ...)
{
  g_autofree char *command = NULL;
  va_list args;

  va_start (args, format);
  command = g_strdelimit (g_strdup_vprintf (format, args), "'", '"');
  va_end (args);
  return fault_desk_command (self, command);
}

gboolean
fault_desk_wait (FaultDesk  *self,
                 const char *state,
                 guint       seconds)
{
  g_autoptr (JsonObject) answer = fault_desk_call (self, "{'do':'wait','state':'%s','seconds':%u}", state, seconds);

  return answer != NULL && csm_json_get_boolean (answer, "met");
}

JsonArray *
fault_desk_outbox (FaultDesk *self)
{
  g_autoptr (JsonObject) answer = fault_desk_call (self, "{'do':'outbox'}");

  g_assert_nonnull (answer);
  g_assert_nonnull (csm_json_get_array (answer, "ops"));
  return json_array_ref (csm_json_get_array (answer, "ops"));
}
