/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>

#include "csm-json.h"
#include "csm-person.h"
#include "csm-role.h"
#include "csm-time.h"

/* The whole table, once more: who changes it says so twice. Guest, agent, lead, admin. */
static const struct
{
  CsmAction   action;
  const char *may;
} expected[] = {
  { CSM_ACTION_WORK_CASES, "-alA" },
  { CSM_ACTION_WRITE_COMMENTS, "-alA" },
  { CSM_ACTION_WRITE_SHARED_COMMENTS, "galA" },
  { CSM_ACTION_MARK_SEEN, "galA" },
  { CSM_ACTION_WRITE_TASKS, "-alA" },
  { CSM_ACTION_WRITE_DRAFTS, "-alA" },
  { CSM_ACTION_REVIEW, "-alA" },
  { CSM_ACTION_REVIEW_FOR_OTHERS, "--lA" },
  { CSM_ACTION_SEND, "-alA" },
  { CSM_ACTION_SEND_UNREVIEWED, "--lA" },
  { CSM_ACTION_DECIDE_SENDS_OF_OTHERS, "--lA" },
  { CSM_ACTION_MERGE_CASES, "-alA" },
  { CSM_ACTION_SHARE_CASES, "-alA" },
  { CSM_ACTION_INVITE_GUESTS, "--lA" },
  { CSM_ACTION_REMOVE_GUESTS, "--lA" },
  { CSM_ACTION_UNSUBSCRIBE, "-alA" },
  { CSM_ACTION_EXPORT_HISTORY, "-alA" },
  { CSM_ACTION_WRITE_CUSTOMERS, "-alA" },
  { CSM_ACTION_MERGE_CUSTOMERS, "-alA" },
  { CSM_ACTION_BLOCK_SENDERS, "-alA" },
  { CSM_ACTION_WRITE_TEXTS, "-alA" },
  { CSM_ACTION_CHANGE_ARTICLES_OF_OTHERS, "--lA" },
  { CSM_ACTION_DESTROY_TEXTS, "--lA" },
  { CSM_ACTION_WRITE_TAGS, "-alA" },
  { CSM_ACTION_DESTROY_TAGS, "--lA" },
  { CSM_ACTION_CHANGE_PROFILE, "-alA" },
  { CSM_ACTION_CHANGE_ACCOUNT, "galA" },
  { CSM_ACTION_CHANGE_PEOPLE, "--lA" },
  { CSM_ACTION_WRITE_TEAMS, "--lA" },
  { CSM_ACTION_SEE_WORKLOAD, "--lA" },
  { CSM_ACTION_WRITE_SERVICE_LEVELS, "--lA" },
  { CSM_ACTION_ADD_PEOPLE, "---A" },
  { CSM_ACTION_CHANGE_ROLES, "---A" },
  { CSM_ACTION_WRITE_RULES, "---A" },
  { CSM_ACTION_RETRY_MAILBOXES, "-alA" },
  { CSM_ACTION_CHANGE_CHANNELS, "---A" },
  { CSM_ACTION_CHANGE_WORKSPACE, "---A" },
};

static void
test_table (void)
{
  g_autoptr (GHashTable) phrases = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert_cmpuint (G_N_ELEMENTS (expected), ==, CSM_N_ACTIONS);
  for (guint i = 0; i < CSM_N_ACTIONS; i++)
    {
      const char *phrase = csm_role_describe (expected[i].action);

      g_assert_cmpint (expected[i].action, ==, (int) i);
      g_assert_nonnull (phrase);
      g_assert_true (g_hash_table_add (phrases, (gpointer) phrase));
      for (guint role = 0; csm_roles[role] != NULL; role++)
        {
          gboolean may = expected[i].may[role] != '-';

          if (csm_role_may (csm_roles[role], expected[i].action) != may)
            g_error ("%s: %s", csm_roles[role], phrase);
          g_assert_true ((csm_role_why_not (expected[i].action, csm_roles[role]) == NULL) == may);
        }
    }
}

static void
test_unknown (void)
{
  for (guint i = 0; i < CSM_N_ACTIONS; i++)
    {
      g_assert_false (csm_role_may (NULL, (CsmAction) i));
      g_assert_false (csm_role_may ("", (CsmAction) i));
      g_assert_false (csm_role_may ("Admin", (CsmAction) i));
      g_assert_nonnull (csm_role_why_not ((CsmAction) i, NULL));
    }
  g_assert_cmpstr (csm_role_why_not (CSM_ACTION_CHANGE_ROLES, "lead"), ==, "Only admins may do this.");
  g_assert_cmpstr (csm_role_why_not (CSM_ACTION_WRITE_TEAMS, "agent"), ==, "Only leads and admins may do this.");
  g_assert_cmpstr (csm_role_name ("lead"), ==, "Lead");
  g_assert_null (csm_role_name ("owner"));
}

/* To whom work may be given, and who is away at noon. */
static void
test_person (void)
{
  static const struct
  {
    const char *person;
    gboolean    staff;
    gboolean    away;
  } people[] = {
    { "{\"kind\":\"staff\",\"active\":true}", TRUE, FALSE },
    { "{\"kind\":\"staff\",\"active\":false}", FALSE, FALSE },
    { "{\"kind\":\"guest\",\"active\":true}", FALSE, FALSE },
    { "{\"kind\":\"staff\",\"active\":true,\"awayFrom\":\"2026-05-04T10:00:00Z\"}", TRUE, TRUE },
    { "{\"kind\":\"staff\",\"active\":true,\"awayFrom\":\"2026-05-04T13:00:00Z\"}", TRUE, FALSE },
    { "{\"kind\":\"staff\",\"active\":true,\"awayUntil\":\"2026-05-04T13:00:00Z\"}", TRUE, TRUE },
    { "{\"kind\":\"staff\",\"active\":true,\"awayFrom\":\"2026-05-04T10:00:00Z\",\"awayUntil\":\"2026-05-04T12:00:00Z\"}", TRUE, FALSE },
  };
  gint64 noon = csm_time_parse ("2026-05-04T12:00:00Z");

  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    {
      g_autoptr (JsonObject) person = csm_json_parse_object (people[i].person, -1, NULL);

      g_assert_cmpint (csm_person_is_staff (person), ==, people[i].staff);
      g_assert_cmpint (csm_person_is_away (person, noon), ==, people[i].away);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/role/table", test_table);
  g_test_add_func ("/role/unknown", test_unknown);
  g_test_add_func ("/person/work", test_person);
  return g_test_run ();
}
