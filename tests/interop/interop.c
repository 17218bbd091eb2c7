/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <gio/gio.h>

#include "csm-test-server.h"

/* Serves a workspace and lets a client drive it that knows nothing of us. The script prints the TAP. */
int
main (int   argc,
      char *argv[])
{
  g_autoptr (CsmTestWorkspace) workspace = NULL;
  g_autoptr (CsmTestServer) server = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GSubprocess) node = NULL;
  g_autofree char *session_url = NULL;
  GError *error = NULL;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  workspace = csm_test_workspace_new (5);
  server = csm_test_server_new (workspace->directory, NULL);
  session_url = g_strconcat (csm_test_server_get_url (server), "/.well-known/jmap", NULL);
  g_subprocess_launcher_setenv (launcher, "SESSION_URL", session_url, TRUE);
  g_subprocess_launcher_setenv (launcher, "TOKEN", workspace->lead.token, TRUE);
  g_subprocess_launcher_setenv (launcher, "PERSON_ID", workspace->lead.id, TRUE);
  node = g_subprocess_launcher_spawn (launcher, &error, "node", argv[1], NULL);
  g_assert_no_error (error);
  g_subprocess_wait (node, NULL, &error);
  g_assert_no_error (error);
  return g_subprocess_get_if_exited (node) ? g_subprocess_get_exit_status (node) : 1;
}
