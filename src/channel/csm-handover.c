/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-handover.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "csm-failpoint.h"

/* sysexits.h: both say "try again later". */
#define STATUS_OS_ERROR 71
#define STATUS_TEMPORARY 75

#define CHUNK 4096
/* Of what the command says its end is kept. */
#define MAX_TAIL 2048
/* A daemon that the command leaves behind may hold the pipe open. */
#define GRACE_MS 500

typedef struct
{
  GSubprocess  *process;
  GCancellable *reading;
  GString      *tail;
  guint         timeout_id;
  guint         grace_id;
  gboolean      exited;
  gboolean      silent;
  gboolean      timed_out;
  char          chunk[CHUNK];
} Handover;

typedef struct
{
  CsmOutgoingResult  result;
  char              *why;
} Outcome;

static void
handover_free (Handover *self)
{
  g_clear_object (&self->process);
  g_clear_object (&self->reading);
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_clear_handle_id (&self->grace_id, g_source_remove);
  g_string_free (self->tail, TRUE);
  g_free (self);
}

static void
outcome_free (Outcome *outcome)
{
  g_free (outcome->why);
  g_free (outcome);
}

static void
finish (GTask             *task,
        CsmOutgoingResult  result,
        const char        *why)
{
  Outcome *outcome = g_new0 (Outcome, 1);

  outcome->result = result;
  outcome->why = g_strdup (why);
  g_task_return_pointer (task, outcome, (GDestroyNotify) outcome_free);
}

static char *
last_line (GString *tail)
{
  g_autofree char *text = g_utf8_make_valid (tail->str, tail->len);
  char *line = strrchr (g_strchomp (text), '\n');

  line = g_strstrip (line != NULL ? line + 1 : text);
  return *line != '\0' ? g_strdup (line) : NULL;
}

/* RFC 5321, section 4.2.1: whether a reply code 4yz, and none of 5yz, stands in the line. */
static gboolean
is_temporary (const char *line)
{
  for (const char *c = line; c != NULL && *c != '\0'; c++)
    {
      gboolean begins = c == line || !g_ascii_isalnum (c[-1]);

      if (begins && (*c == '4' || *c == '5') && g_ascii_isdigit (c[1]) && g_ascii_isdigit (c[2]) &&
          (c[3] == '\0' || c[3] == ' ' || c[3] == '-'))
        return *c == '4';
    }
  return FALSE;
}

static void
settle (GTask *task)
{
  Handover *self = g_task_get_task_data (task);
  g_autofree char *line = NULL;
  g_autofree char *status_text = NULL;
  int status;

  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_clear_handle_id (&self->grace_id, g_source_remove);
  line = last_line (self->tail);
  if (self->timed_out || !g_subprocess_get_if_exited (self->process))
    {
      finish (task, CSM_OUTGOING_UNKNOWN, self->timed_out ? _("The command that sends mail took too long.") : _("The command that sends mail was ended."));
      return;
    }
  status = g_subprocess_get_exit_status (self->process);
  status_text = g_strdup_printf (_("The command that sends mail ended with status %d."), status);
  if (status == 0)
    finish (task, CSM_OUTGOING_ACCEPTED, NULL);
  else if (status == STATUS_TEMPORARY || status == STATUS_OS_ERROR || is_temporary (line))
    finish (task, CSM_OUTGOING_RETRY, line != NULL ? line : status_text);
  else
    finish (task, CSM_OUTGOING_FAILED, line != NULL ? line : status_text);
}

static gboolean
grace_over (gpointer user_data)
{
  GTask *task = user_data;
  Handover *self = g_task_get_task_data (task);

  self->grace_id = 0;
  g_cancellable_cancel (self->reading);
  return G_SOURCE_REMOVE;
}

static void
check_settled (GTask *task)
{
  Handover *self = g_task_get_task_data (task);

  if (self->exited && self->silent)
    settle (task);
  else if (self->exited && self->grace_id == 0)
    self->grace_id = g_timeout_add (GRACE_MS, grace_over, task);
}

static void
read_some (GInputStream *stream,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Handover *self = g_task_get_task_data (task);
  gssize length = g_input_stream_read_finish (stream, result, NULL);

  if (length <= 0)
    {
      self->silent = TRUE;
      check_settled (task);
      return;
    }
  g_string_append_len (self->tail, self->chunk, length);
  if (self->tail->len > MAX_TAIL)
    g_string_erase (self->tail, 0, self->tail->len - MAX_TAIL);
  g_input_stream_read_async (stream, self->chunk, CHUNK, G_PRIORITY_DEFAULT, self->reading,
                             (GAsyncReadyCallback) read_some, g_steal_pointer (&task));
}

static void
exited (GSubprocess  *process,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Handover *self = g_task_get_task_data (task);

  g_subprocess_wait_finish (process, result, NULL);
  self->exited = TRUE;
  check_settled (task);
}

static gboolean
too_long (gpointer user_data)
{
  GTask *task = user_data;
  Handover *self = g_task_get_task_data (task);

  self->timeout_id = 0;
  self->timed_out = TRUE;
  g_subprocess_force_exit (self->process);
  return G_SOURCE_REMOVE;
}

/* RFC 5321, section 4.5.5: "<>" is nobody. */
static void
add_word (GStrvBuilder          *builder,
          const CsmOutgoingMail *mail,
          const char            *word)
{
  if (g_str_equal (word, CSM_HANDOVER_SENDER))
    g_strv_builder_add (builder, *mail->sender != '\0' ? mail->sender : "<>");
  else
    g_strv_builder_add (builder, word);
}

static GSubprocess *
spawn (const CsmOutgoingMail  *mail,
       int                     fd,
       GError                **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;
  g_auto (GStrv) argv = NULL;

  /* A file, not a pipe: a command that doesn't read it can't block or signal us. */
  g_subprocess_launcher_take_stdin_fd (launcher, fd);
  if (!g_shell_parse_argv (mail->command, NULL, &words, error))
    return NULL;
  for (char **word = words; *word != NULL; word++)
    add_word (builder, mail, *word);
  if (!csm_outgoing_reads_header (mail->command))
    g_strv_builder_addv (builder, (const char **) mail->recipients);
  argv = g_strv_builder_end (builder);
  return g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, error);
}

/**
 * csm_handover_run_async:
 * @mail: the mail
 * @fd: as it was composed; taken
 * @timeout: seconds after which nobody knows any more
 * @callback: called in the thread's default main context
 * @user_data: for @callback
 *
 * Runs the channel's command once. Of its output the last line is kept.
 */
void
csm_handover_run_async (const CsmOutgoingMail *mail,
                        int                    fd,
                        guint                  timeout,
                        GAsyncReadyCallback    callback,
                        gpointer               user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Handover *self = g_new0 (Handover, 1);
  g_autoptr (GError) error = NULL;
  GInputStream *output;

  self->tail = g_string_new (NULL);
  self->reading = g_cancellable_new ();
  g_task_set_task_data (task, self, (GDestroyNotify) handover_free);
  self->process = spawn (mail, fd, &error);
  if (self->process == NULL)
    {
      /* Nothing was handed over yet, so that another try can do no harm. */
      finish (task, CSM_OUTGOING_RETRY, error->message);
      return;
    }
  csm_failpoint ("send-running");
  output = g_subprocess_get_stdout_pipe (self->process);
  self->timeout_id = g_timeout_add_seconds (timeout, too_long, task);
  g_input_stream_read_async (output, self->chunk, CHUNK, G_PRIORITY_DEFAULT, self->reading,
                             (GAsyncReadyCallback) read_some, g_object_ref (task));
  g_subprocess_wait_async (self->process, NULL, (GAsyncReadyCallback) exited, g_object_ref (task));
}

/**
 * csm_handover_run_finish:
 * @result: what the callback got
 * @why: (out) (transfer full) (nullable): a line for people
 *
 * Returns: how it ended
 */
CsmOutgoingResult
csm_handover_run_finish (GAsyncResult  *result,
                         char         **why)
{
  Outcome *outcome = g_task_propagate_pointer (G_TASK (result), NULL);
  CsmOutgoingResult code = outcome->result;

  *why = g_steal_pointer (&outcome->why);
  outcome_free (outcome);
  return code;
}
