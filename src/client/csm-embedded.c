/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-embedded.h"

#include <gio/gunixinputstream.h>
#include <gio/gunixsocketaddress.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "csm-error.h"
#include "csm-json.h"

/* Where the child finds its ends of the two pipes. */
#define READY_FD 3
#define LIFE_FD 4

struct _CsmEmbedded
{
  GObject             parent_instance;
  char               *program;
  char               *data_dir;
  GSubprocess        *server;
  int                 life_fd; /* held open for as long as the server shall live */
  GSocketConnectable *remote;
  char               *token;
};

G_DEFINE_FINAL_TYPE (CsmEmbedded, csm_embedded, G_TYPE_OBJECT)

static void
csm_embedded_finalize (GObject *object)
{
  CsmEmbedded *self = CSM_EMBEDDED (object);

  csm_embedded_stop (self);
  g_free (self->program);
  g_free (self->data_dir);
  G_OBJECT_CLASS (csm_embedded_parent_class)->finalize (object);
}

static void
csm_embedded_class_init (CsmEmbeddedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = csm_embedded_finalize;
}

static void
csm_embedded_init (CsmEmbedded *self)
{
  self->life_fd = -1;
}

/**
 * csm_embedded_new:
 * @server_program: the path of `casement-server`
 * @data_dir: where the workspace is or will be
 *
 * Returns: (transfer full): the server of a workspace on this computer, not started yet
 */
CsmEmbedded *
csm_embedded_new (const char *server_program,
                  const char *data_dir)
{
  CsmEmbedded *self = g_object_new (CSM_TYPE_EMBEDDED, NULL);

  self->program = g_strdup (server_program);
  self->data_dir = g_strdup (data_dir);
  return self;
}

/**
 * csm_embedded_has_workspace:
 * @self: an embedded server
 *
 * Returns: whether its directory holds a workspace that was wholly prepared
 */
gboolean
csm_embedded_has_workspace (CsmEmbedded *self)
{
  g_autofree char *mark = g_build_filename (self->data_dir, "prepared", NULL);

  return g_file_test (mark, G_FILE_TEST_EXISTS);
}

/* The last line that the program wrote on its standard error: it says what went wrong in one. */
static char *
last_line (const char *text)
{
  g_autofree char *copy = g_strdup (text != NULL ? text : "");
  char *line;

  g_strchomp (copy);
  line = strrchr (copy, '\n');
  return g_strdup (line != NULL ? line + 1 : copy);
}

static void
prepared (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GSubprocess *process = G_SUBPROCESS (source);
  g_autofree char *said = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_subprocess_communicate_utf8_finish (process, result, NULL, &said, &error))
    {
      g_subprocess_force_exit (process);
      g_task_return_error (task, g_steal_pointer (&error));
    }
  else if (!g_subprocess_get_successful (process))
    {
      g_autofree char *line = last_line (said);

      g_task_return_new_error (task, CSM_ERROR, CSM_ERROR_FAILED, _("The workspace could not be made: %s"),
                               *line != '\0' ? line : _("the server ended without a word"));
    }
  else
    {
      g_task_return_boolean (task, TRUE);
    }
}

/**
 * csm_embedded_prepare_async:
 * @self: an embedded server that isn't running
 * @workspace: (nullable): the workspace's name; %NULL: the sample's
 * @person_name: the one person's name
 * @sample: (nullable): a folder with `workspace.json` and `mail/` to fill it from
 * @mail: (nullable): an mbox, a Maildir or a folder of mails to import
 * @cancellable: (nullable): ends the work; what was imported stays and the next call goes on
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Makes the workspace when there is none, and fills it. What is there already is kept.
 */
void
csm_embedded_prepare_async (CsmEmbedded         *self,
                            const char          *workspace,
                            const char          *person_name,
                            const char          *sample,
                            const char          *mail,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  GError *error = NULL;

  g_task_set_source_tag (task, csm_embedded_prepare_async);
  g_ptr_array_add (argv, self->program);
  g_ptr_array_add (argv, (char *) "--data");
  g_ptr_array_add (argv, self->data_dir);
  g_ptr_array_add (argv, (char *) "prepare");
  if (workspace != NULL)
    {
      g_ptr_array_add (argv, (char *) "--workspace");
      g_ptr_array_add (argv, (char *) workspace);
    }
  g_ptr_array_add (argv, (char *) "--person-name");
  g_ptr_array_add (argv, (char *) person_name);
  if (sample != NULL)
    {
      g_ptr_array_add (argv, (char *) "--sample");
      g_ptr_array_add (argv, (char *) sample);
    }
  if (mail != NULL)
    {
      g_ptr_array_add (argv, (char *) "--mail");
      g_ptr_array_add (argv, (char *) mail);
    }
  g_ptr_array_add (argv, NULL);

  process = g_subprocess_newv ((const char *const *) argv->pdata, G_SUBPROCESS_FLAGS_STDERR_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error);
  if (process == NULL)
    g_task_return_error (task, error);
  else
    g_subprocess_communicate_utf8_async (process, NULL, cancellable, prepared, g_steal_pointer (&task));
}

/**
 * csm_embedded_prepare_finish:
 * @self: an embedded server
 * @result: what the callback got
 * @error: `CSM_ERROR_FAILED` with the server's own sentence
 *
 * Returns: whether the workspace is there
 */
gboolean
csm_embedded_prepare_finish (CsmEmbedded   *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
server_ready (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  CsmEmbedded *self = g_task_get_source_object (task);
  g_autoptr (JsonObject) ready = NULL;
  g_autofree char *line = NULL;
  const char *socket_path, *token;
  GError *error = NULL;

  line = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source), result, NULL, &error);
  if (error != NULL)
    {
      csm_embedded_stop (self);
      g_task_return_error (task, error);
      return;
    }
  ready = line != NULL ? csm_json_parse_object (line, -1, NULL) : NULL;
  socket_path = csm_json_get_string (ready, "socket");
  token = csm_json_get_string (ready, "token");
  if (socket_path == NULL || token == NULL)
    {
      csm_embedded_stop (self);
      g_task_return_new_error (task, CSM_ERROR, CSM_ERROR_FAILED, _("The server on this computer did not start"));
      return;
    }
  g_clear_object (&self->remote);
  self->remote = G_SOCKET_CONNECTABLE (g_unix_socket_address_new (socket_path));
  g_free (self->token);
  self->token = g_strdup (token);
  g_task_return_boolean (task, TRUE);
}

/* The server, and the stream on which it says that it is ready. */
static GInputStream *
spawn_server (CsmEmbedded  *self,
              GError      **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  int ready[2], life[2];

  if (!g_unix_open_pipe (ready, FD_CLOEXEC, error))
    return NULL;
  if (!g_unix_open_pipe (life, FD_CLOEXEC, error))
    {
      close (ready[0]);
      close (ready[1]);
      return NULL;
    }
  g_subprocess_launcher_take_fd (launcher, ready[1], READY_FD);
  g_subprocess_launcher_take_fd (launcher, life[0], LIFE_FD);
  self->server = g_subprocess_launcher_spawn (launcher, error, self->program, "--data", self->data_dir, "serve", "--embedded", NULL);
  if (self->server == NULL)
    {
      close (ready[0]);
      close (life[1]);
      return NULL;
    }
  self->life_fd = life[1];
  return g_unix_input_stream_new (ready[0], TRUE);
}

/**
 * csm_embedded_start_async:
 * @self: an embedded server with a workspace
 * @cancellable: (nullable): gives up
 * @callback: called when it listens, or can't
 * @user_data: for @callback
 */
void
csm_embedded_start_async (CsmEmbedded         *self,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GInputStream) pipe = NULL;
  g_autoptr (GDataInputStream) lines = NULL;
  GError *error = NULL;

  g_task_set_source_tag (task, csm_embedded_start_async);
  csm_embedded_stop (self);
  pipe = spawn_server (self, &error);
  if (pipe == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  lines = g_data_input_stream_new (pipe);
  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, cancellable, server_ready, g_steal_pointer (&task));
}

/**
 * csm_embedded_start_finish:
 * @self: an embedded server
 * @result: what the callback got
 * @error: `CSM_ERROR_FAILED`, `G_SPAWN_ERROR`
 *
 * Returns: whether it listens
 */
gboolean
csm_embedded_start_finish (CsmEmbedded   *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * csm_embedded_get_remote:
 * @self: a started server
 *
 * Returns: (transfer none) (nullable): its Unix socket
 */
GSocketConnectable *
csm_embedded_get_remote (CsmEmbedded *self)
{
  return self->remote;
}

/**
 * csm_embedded_get_token:
 * @self: a started server
 *
 * Returns: (transfer none) (nullable): the token of this run; it is nowhere but in memory
 */
const char *
csm_embedded_get_token (CsmEmbedded *self)
{
  return self->token;
}

/**
 * csm_embedded_stop:
 * @self: an embedded server
 *
 * Lets the server end: it does when its pipe closes, after it has finished what it was doing.
 */
void
csm_embedded_stop (CsmEmbedded *self)
{
  if (self->life_fd >= 0)
    close (self->life_fd);
  self->life_fd = -1;
  g_clear_object (&self->server);
  g_clear_object (&self->remote);
  g_clear_pointer (&self->token, g_free);
}
