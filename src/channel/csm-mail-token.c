/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-mail-token.h"

#include <string.h>

#include <glib/gi18n-lib.h>

/* How long a command may take to print a token, s, and how long that may be. */
#define TOKEN_PATIENCE 30
#define MAX_TOKEN 16384

static char *
first_line (const char *text)
{
  return g_strstrip (g_strndup (text, strcspn (text, "\r\n")));
}

typedef struct
{
  GMainLoop *loop;
  char      *text;
  GError    *error;
} Printing;

static void
printed (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Printing *printing = user_data;

  if (g_subprocess_communicate_utf8_finish (G_SUBPROCESS (source), result, &printing->text, NULL, &printing->error) &&
      !g_subprocess_get_successful (G_SUBPROCESS (source)))
    g_set_error_literal (&printing->error, G_IO_ERROR, G_IO_ERROR_FAILED, _("it ended with an error"));
  g_main_loop_quit (printing->loop);
}

static gboolean
give_up (gpointer user_data)
{
  g_subprocess_force_exit (user_data);
  return G_SOURCE_REMOVE;
}

static char *
run_command (const char    *command,
             GCancellable  *cancellable,
             GError       **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  g_autoptr (GSource) limit = g_timeout_source_new_seconds (TOKEN_PATIENCE);
  Printing printing = { loop, NULL, NULL };
  g_autoptr (GSubprocess) process = NULL;
  g_auto (GStrv) argv = NULL;

  if (!g_shell_parse_argv (command, NULL, &argv, error))
    return NULL;
  g_main_context_push_thread_default (context);
  process = g_subprocess_newv ((const char *const *) argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, error);
  if (process != NULL)
    {
      g_source_set_callback (limit, give_up, process, NULL);
      g_source_attach (limit, context);
      g_subprocess_communicate_utf8_async (process, NULL, cancellable, printed, &printing);
      g_main_loop_run (loop);
      g_subprocess_force_exit (process);
    }
  g_source_destroy (limit);
  g_main_context_pop_thread_default (context);
  if (printing.error == NULL)
    return printing.text;
  g_free (printing.text);
  g_propagate_error (error, printing.error);
  return NULL;
}

/**
 * csm_mail_token_get:
 * @file: (nullable): a file with an OAuth access token
 * @command: (nullable): instead, a command that prints one
 * @cancellable: (nullable): ends it
 * @error: `G_IO_ERROR_CANCELLED`, or anything with a sentence for people
 *
 * Any thread; blocks.
 *
 * Returns: (transfer full) (nullable): the token
 */
char *
csm_mail_token_get (const char    *file,
                    const char    *command,
                    GCancellable  *cancellable,
                    GError       **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *text = NULL;
  g_autofree char *token = NULL;

  if (command != NULL)
    text = run_command (command, cancellable, &local);
  else
    g_file_get_contents (file, &text, NULL, &local);
  token = text != NULL ? first_line (text) : NULL;
  if (token != NULL && *token != '\0' && strlen (token) <= MAX_TOKEN)
    return g_steal_pointer (&token);
  g_set_error (error, G_IO_ERROR, local != NULL && g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? G_IO_ERROR_CANCELLED : G_IO_ERROR_FAILED,
               _("There is no access token for the mail server: %s."), local != NULL ? local->message : _("what should give one gives nothing"));
  return NULL;
}
