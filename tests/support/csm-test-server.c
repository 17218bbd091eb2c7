/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-test-server.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#define LISTENING "listening on "

struct _CsmTestServer
{
  GSubprocess *process;
  char        *url;
  gboolean     killed;
  gboolean     told;
};

char *
csm_test_server_program (void)
{
  const char *other = g_getenv ("CASEMENT_TEST_SERVER");

  return other != NULL ? g_strdup (other) : g_test_build_filename (G_TEST_BUILT, "..", "src", "server", "casement-server", NULL);
}

static void
add_arguments (GPtrArray          *argv,
               const char         *program,
               const char         *directory,
               const char * const *arguments)
{
  const char * const first[] = { program, "--data", directory, "serve", "--listen", "127.0.0.1:0" };

  for (guint i = 0; i < G_N_ELEMENTS (first); i++)
    g_ptr_array_add (argv, (char *) first[i]);
  for (guint i = 0; arguments != NULL && arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (char *) arguments[i]);
  g_ptr_array_add (argv, NULL);
}

/* A test that fails must not leave a server behind. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

CsmTestServer *
csm_test_server_new (const char         *directory,
                     const char * const *arguments)
{
  CsmTestServer *self = g_new0 (CsmTestServer, 1);
  g_autofree char *program = csm_test_server_program ();
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *line = NULL;
  GError *error = NULL;

  add_arguments (argv, program, directory, arguments);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  self->process = g_subprocess_launcher_spawnv (launcher, (const char * const *) argv->pdata, &error);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  if (line == NULL || !g_str_has_prefix (line, LISTENING))
    g_error ("the server does not listen, but says: %s", line);
  self->url = g_strdup (line + strlen (LISTENING));
  return self;
}

void
csm_test_server_kill (CsmTestServer *self)
{
  self->killed = TRUE;
  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
}

/* Tells it to end, which csm_test_server_free() waits for. */
void
csm_test_server_terminate (CsmTestServer *self)
{
  self->told = TRUE;
  g_subprocess_send_signal (self->process, SIGTERM);
}

void
csm_test_server_free (CsmTestServer *self)
{
  if (!self->killed)
    {
      GError *error = NULL;

      if (!self->told)
        csm_test_server_terminate (self);
      g_subprocess_wait_check (self->process, NULL, &error);
      g_assert_no_error (error);
    }
  g_object_unref (self->process);
  g_free (self->url);
  g_free (self);
}

const char *
csm_test_server_get_url (CsmTestServer *self)
{
  return self->url;
}

int
csm_test_server_get_pid (CsmTestServer *self)
{
  return atoi (g_subprocess_get_identifier (self->process));
}
