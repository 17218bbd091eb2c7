/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "channel-test.h"

#include "csm-json.h"
#include "csm-projection.h"
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

  csm_projection_attach (workspace->store);
  workspace_add (workspace, CSM_TYPE_ID_PERSON, "p01J9ZK3V7XQ6T8R5M2N4P0W1YB", channel_test_json ("{'name':'Kim Lee','email':'kim@example.org','role':'admin'}"));
  for (guint i = 0; i < 2; i++)
    {
      csm_sample_fill (workspace->store, g_getenv ("CASEMENT_SAMPLE"), "p01J9ZK3V7XQ6T8R5M2N4P0W1YB", channel_test_reader (), &error);
      g_assert_no_error (error);
      messages = workspace_count (workspace, CSM_TYPE_ID_MESSAGE);
      comments = workspace_count (workspace, CSM_TYPE_ID_COMMENT);
      g_assert_cmpuint (messages, ==, 62);
      g_assert_cmpuint (comments, ==, 16);
    }
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_TEAM), ==, 4);
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_TAG), ==, 7);
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_CHANNEL), ==, 1);
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_PERSON), ==, 6);
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
  /* One of them wrote from two addresses. */
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_CASE) - count (workspace, CSM_TYPE_ID_CASE, "mergedIntoId", NULL), ==, 1);
  workspace_assert_clean (workspace);
}

#define OWNER "p01J9ZK3V7XQ6T8R5M2N4P0W1YB"

static JsonObject *
only (Workspace  *workspace,
      CsmTypeId   type,
      const char *property,
      const char *value)
{
  g_autoptr (GPtrArray) ids = workspace_ids (workspace, type, property, value);

  g_assert_cmpuint (ids->len, ==, 1);
  return workspace_get (workspace, type, ids->pdata[0]);
}

/* Of the one case among those that somebody has to do something in. */
static JsonObject *
draft_among (Workspace  *workspace,
             const char *assignee_id)
{
  g_autoptr (GPtrArray) tasks = workspace_ids (workspace, CSM_TYPE_ID_TASK, "assigneeId", assignee_id);

  for (guint i = 0; i < tasks->len; i++)
    {
      g_autoptr (JsonObject) task = workspace_get (workspace, CSM_TYPE_ID_TASK, tasks->pdata[i]);

      if (count (workspace, CSM_TYPE_ID_DRAFT, "caseId", csm_json_get_string (task, "caseId")) > 0)
        return only (workspace, CSM_TYPE_ID_DRAFT, "caseId", csm_json_get_string (task, "caseId"));
    }
  g_assert_not_reached ();
}

/* What colleagues plan, write and keep, with the one who looks around in the middle of it. */
static void
test_work (Workspace     *workspace,
           gconstpointer  data)
{
  GError *error = NULL;
  g_autoptr (JsonObject) draft = NULL;
  g_autoptr (JsonObject) chiara = NULL;
  g_autoptr (JsonObject) guest = NULL;
  g_autoptr (JsonObject) shared = NULL;

  csm_projection_attach (workspace->store);
  workspace_add (workspace, CSM_TYPE_ID_PERSON, OWNER, channel_test_json ("{'name':'Kim Lee','email':'kim@example.org','role':'admin'}"));
  csm_sample_fill (workspace->store, g_getenv ("CASEMENT_SAMPLE"), OWNER, channel_test_reader (), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count (workspace, CSM_TYPE_ID_TASK, "assigneeId", OWNER), >=, 2);
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_TEMPLATE), ==, 2);
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_SNIPPET), ==, 3);
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_ARTICLE), ==, 2);
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_SHARED_COMMENT), ==, 2);

  chiara = only (workspace, CSM_TYPE_ID_PERSON, "email", "chiara.conti@fernweh.example.com");
  draft = draft_among (workspace, csm_json_get_string (chiara, "id"));
  g_assert_cmpstr (csm_json_get_string (draft, "review"), ==, "requested");
  g_assert_cmpstr (csm_json_get_string (draft, "reviewerId"), ==, OWNER);
  g_assert_cmpuint (json_object_get_size (csm_json_get_object (draft, "paragraphs")), ==, 4);
  guest = only (workspace, CSM_TYPE_ID_PERSON, "email", "ida@nordhaken.example.org");
  g_assert_cmpstr (csm_json_get_string (guest, "kind"), ==, "guest");
  shared = workspace_get (workspace, CSM_TYPE_ID_CASE, csm_json_get_string (draft, "caseId"));
  g_assert_nonnull (csm_json_get_string (shared, "goal"));
  g_assert_nonnull (csm_json_get_object (csm_json_get_object (shared, "brief"), "next"));
  workspace_assert_clean (workspace);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/sample/fill", Workspace, NULL, workspace_set_up, test_fill, workspace_tear_down);
  g_test_add ("/sample/work", Workspace, NULL, workspace_set_up, test_work, workspace_tear_down);
  return g_test_run ();
}
