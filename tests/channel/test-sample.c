/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "channel-test.h"

#include "csm-json.h"
#include "csm-sample.h"

static guint
count (Workspace  *workspace,
       CsmTypeId   type,
       const char *property,
       const char *value)
{
  g_autoptr (GPtrArray) ids = workspace_ids (workspace, type, property, value);

  return ids->len;
}

/* Looked around in once, and once more: the second time changes nothing. */
static void
test_fill (Workspace     *workspace,
           gconstpointer  data)
{
  GError *error = NULL;
  guint messages, comments;

  workspace_add (workspace, CSM_TYPE_ID_PERSON, "p01J9ZK3V7XQ6T8R5M2N4P0W1YB", channel_test_json ("{'name':'Kim Lee','email':'kim@example.org','role':'admin'}"));
  for (guint i = 0; i < 2; i++)
    {
      csm_sample_fill (workspace->store, g_getenv ("CASEMENT_SAMPLE"), "p01J9ZK3V7XQ6T8R5M2N4P0W1YB", channel_test_reader (), &error);
      g_assert_no_error (error);
      messages = workspace_count (workspace, CSM_TYPE_ID_MESSAGE);
      comments = workspace_count (workspace, CSM_TYPE_ID_COMMENT);
      g_assert_cmpuint (messages, ==, 61);
      g_assert_cmpuint (comments, ==, 15);
    }
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_TEAM), ==, 3);
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_TAG), ==, 7);
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_CHANNEL), ==, 1);
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_PERSON), ==, 5);
  g_assert_cmpuint (count (workspace, CSM_TYPE_ID_CASE, "ownerId", "p01J9ZK3V7XQ6T8R5M2N4P0W1YB"), ==, 5);
  g_assert_cmpuint (count (workspace, CSM_TYPE_ID_CASE, "status", "snoozed"), ==, 1);
  g_assert_cmpuint (count (workspace, CSM_TYPE_ID_CASE, "status", "resolved"), ==, 2);
  g_assert_cmpuint (count (workspace, CSM_TYPE_ID_CASE, "status", "open"), >=, 5);
  g_assert_cmpuint (count (workspace, CSM_TYPE_ID_CASE, "ownerId", NULL), >=, 5);
  g_assert_cmpuint (count (workspace, CSM_TYPE_ID_COMMENT, "mentions", "p01J9ZK3V7XQ6T8R5M2N4P0W1YB"), ==, 1);
  /* Something is promised, and customers wait for it. */
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_SERVICE_LEVEL), ==, 2);
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_CALENDAR), ==, 1);
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_CASE) - count (workspace, CSM_TYPE_ID_CASE, "clockAt", NULL), >=, 4);
  workspace_assert_clean (workspace);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/sample/fill", Workspace, NULL, workspace_set_up, test_fill, workspace_tear_down);
  return g_test_run ();
}
