/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-command.h"

#include <errno.h>

#include <gio/gunixinputstream.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "csm-error.h"
#include "csm-id.h"

/**
 * csm_command_keep:
 * @invocation: the command line
 * @error: why the mail can't be kept
 *
 * A way out that leads into a folder: stands where a sendmail command does, and keeps each mail as a file. The sample
 * workspace has it, so that answering can be tried and nothing leaves the computer.
 *
 * Returns: whether it worked
 */
gboolean
csm_command_keep (CsmInvocation  *invocation,
                  GError        **error)
{
  g_autofree char *id = csm_id_new ('m');
  g_autofree char *name = g_strconcat (id, ".eml", NULL);
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GInputStream) mail = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GFileOutputStream) target = NULL;

  if (!csm_command_parse (invocation, NULL, 1, G_MAXUINT, error))
    return FALSE;
  if (g_mkdir_with_parents (invocation->argv[1], 0700) != 0)
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_FAILED, _("The folder %s can't be made: %s"), invocation->argv[1], g_strerror (errno));
      return FALSE;
    }
  path = g_build_filename (invocation->argv[1], name, NULL);
  file = g_file_new_for_path (path);
  target = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, error);
  return target != NULL &&
         g_output_stream_splice (G_OUTPUT_STREAM (target), mail,
                                 G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, error) >= 0;
}
