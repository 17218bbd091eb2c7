/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-terminal.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "csm-error.h"

/**
 * csm_terminal_ask_password:
 * @prompt: what to ask
 * @error: `CSM_ERROR_USAGE` without a terminal, `CSM_ERROR_FAILED` when nothing was typed
 *
 * Reads one line from the terminal without showing it.
 *
 * Returns: (transfer full): what was typed
 */
char *
csm_terminal_ask_password (const char  *prompt,
                           GError     **error)
{
  char line[2048];
  struct termios before, silent;
  gboolean typed;
  char *password;

  if (!isatty (STDIN_FILENO) || tcgetattr (STDIN_FILENO, &before) != 0)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_USAGE, _("There is no terminal to ask for a password: use --password-file"));
      return NULL;
    }
  silent = before;
  silent.c_lflag &= ~(tcflag_t) ECHO;
  /* First silent, then the question: what is typed as soon as it appears is neither shown nor lost. */
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &silent);
  fputs (prompt, stderr);
  fflush (stderr);
  typed = fgets (line, sizeof line, stdin) != NULL;
  tcsetattr (STDIN_FILENO, TCSADRAIN, &before);
  fputs ("\n", stderr);
  if (!typed)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_FAILED, _("No password was typed"));
      return NULL;
    }
  line[strcspn (line, "\r\n")] = '\0';
  password = g_strdup (line);
  explicit_bzero (line, sizeof line);
  return password;
}

/**
 * csm_terminal_progress:
 * @text: how far it is; one line
 *
 * Writes over the last such line. Says nothing when standard error is not a terminal.
 */
void
csm_terminal_progress (const char *text)
{
  if (isatty (STDERR_FILENO))
    fprintf (stderr, "\r%s\033[K", text);
}

/**
 * csm_terminal_progress_end:
 *
 * Removes the line of csm_terminal_progress().
 */
void
csm_terminal_progress_end (void)
{
  if (isatty (STDERR_FILENO))
    fputs ("\r\033[K", stderr);
}
