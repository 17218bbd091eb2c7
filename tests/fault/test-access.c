/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-world.h"

#include <string.h>

#include "csm-json.h"

/* Rights and records that go away while somebody is offline: what they wrote stays theirs. */

#define N_OPS 20

static FaultWorld *world;

static void
write_comments (guint desk)
{
  for (guint i = 0; i < N_OPS; i++)
    {
      g_autofree char *text = g_strdup_printf ("offline %u", i);

      fault_done (fault_world_comment (world, desk, i, text));
    }
}

static void
assert_waiting (guint desk)
{
  g_autoptr (JsonArray) ops = fault_desk_outbox (world->desks[desk]);

  g_assert_cmpuint (json_array_get_length (ops), ==, N_OPS);
}

static void
assert_all_done (void)
{
  for (guint i = 0; i < N_OPS; i++)
    {
      g_autofree char *text = g_strdup_printf ("offline %u", i);

      fault_world_assert_comments (world, text, 1);
    }
}

static guint
count_held (guint       desk,
            const char *type)
{
  g_autoptr (JsonObject) dump = fault_desk_call (world->desks[desk], "{'do':'dump'}");
  JsonObject *records = csm_json_get_object (dump, type);

  g_assert_nonnull (records);
  return json_object_get_size (records);
}

static gboolean
is_empty (gpointer desk)
{
  return count_held (GPOINTER_TO_UINT (desk), "Case") == 0 && count_held (GPOINTER_TO_UINT (desk), "Message") == 0;
}

/*
 * Somebody who may not come in any more: the server hears nothing of theirs, and what it showed them goes from their computer;
 * what they wrote they keep, and can take it with them. @data: they are online when it happens
 */
static void
test_deactivated (gconstpointer data)
{
  gboolean online = GPOINTER_TO_INT (data);
  g_autofree char *path = g_build_filename (world->lab->dir, "export", NULL);
  g_autofree char *text = NULL;
  g_autoptr (JsonObject) status = NULL;

  fault_world_start_over (world, 1);
  fault_world_sit_down (world, FAULT_ANA);
  fault_world_sit_down (world, FAULT_BEN);
  fault_world_go_offline (world, FAULT_BEN);
  write_comments (FAULT_BEN);
  g_assert_cmpuint (count_held (FAULT_BEN, "Case"), >, 0);
  if (online)
    {
      /* Nothing of what waits leaves while they are still somebody. */
      fault_proxy_add_rule (world->proxies[FAULT_BEN], FAULT_TOO_MANY, "/set\"", 0, 1000, 1);
      fault_proxy_set_down (world->proxies[FAULT_BEN], FALSE);
      fault_done (fault_desk_call (world->desks[FAULT_BEN], "{'do':'retry'}"));
      g_assert_true (fault_proxy_wait_count (world->proxies[FAULT_BEN], FAULT_TOO_MANY, 1, 60));
    }
  g_assert_cmpint (fault_lab_run (world->lab, NULL, NULL, NULL, "user", "deactivate", FAULT_COLLEAGUE, NULL), ==, 0);
  fault_proxy_calm (world->proxies[FAULT_BEN]);
  fault_done (fault_desk_call (world->desks[FAULT_BEN], "{'do':'retry'}"));
  g_assert_true (fault_desk_wait (world->desks[FAULT_BEN], "signed-out", 60));
  g_assert_true (fault_wait_until (is_empty, GUINT_TO_POINTER (FAULT_BEN), 60));
  status = fault_desk_call (world->desks[FAULT_BEN], "{'do':'status'}");
  g_assert_nonnull (strstr (csm_json_get_string (status, "problem"), "closed"));
  assert_waiting (FAULT_BEN);
  fault_done (fault_desk_call (world->desks[FAULT_BEN], "{'do':'export','path':'%s'}", path));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  for (guint i = 0; i < N_OPS; i++)
    {
      g_autofree char *one = g_strdup_printf ("offline %u", i);

      g_assert_nonnull (strstr (text, one));
    }
  fault_world_assert_comments (world, "offline 0", 0);
  /* Others go on. */
  fault_done (fault_world_comment (world, FAULT_ANA, 0, "Still here"));
  g_assert_true (fault_desk_wait (world->desks[FAULT_ANA], "quiet", 60));
  fault_world_assert_comments (world, "Still here", 1);
  fault_world_end (world);
}

/* The token ends while a batch is on its way: with another one all of it goes on. */
static void
test_token_ends (gconstpointer data)
{
  FaultNet on_its_way = GPOINTER_TO_UINT (data);
  g_autofree char *ended = g_strdup (world->tokens[FAULT_BEN]);
  FaultProxy *proxy;

  fault_world_start_over (world, 2);
  proxy = world->proxies[FAULT_BEN];
  fault_world_sit_down (world, FAULT_BEN);
  fault_world_go_offline (world, FAULT_BEN);
  write_comments (FAULT_BEN);
  fault_proxy_add_rule (proxy, on_its_way, "Comment/set", 0, 1, on_its_way == FAULT_DELAY ? 500 : 0);
  fault_proxy_set_down (proxy, FALSE);
  fault_done (fault_desk_call (world->desks[FAULT_BEN], "{'do':'retry'}"));
  g_assert_true (fault_proxy_wait_count (proxy, on_its_way, 1, 60));
  fault_server_sign_out (world->server, world->tokens[FAULT_BEN]);
  g_assert_true (fault_desk_wait (world->desks[FAULT_BEN], "signed-out", 60));

  fault_server_sign_in_as (world->server, FAULT_COLLEAGUE);
  g_free (world->tokens[FAULT_BEN]);
  world->tokens[FAULT_BEN] = g_strdup (world->server->token);
  fault_done (fault_desk_call (world->desks[FAULT_BEN], "{'do':'token','token':'%s'}", world->tokens[FAULT_BEN]));
  fault_world_settle_desk (world, FAULT_BEN, NULL);
  assert_all_done ();
  fault_world_end (world);
  g_free (world->tokens[FAULT_BEN]);
  world->tokens[FAULT_BEN] = g_steal_pointer (&ended);
}

/* What somebody changes is destroyed meanwhile: the change waits, with what they wrote. */
static void
test_destroyed (void)
{
  g_autofree char *tag = g_strdup_printf ("g01J%023u", 1);
  g_autoptr (JsonArray) ops = NULL;
  JsonObject *op;

  fault_world_start_over (world, 3);
  fault_world_sit_down (world, FAULT_ANA);
  fault_world_sit_down (world, FAULT_BEN);
  fault_done (fault_desk_call (world->desks[FAULT_ANA],
                               "{'do':'perform','label':'Tag','steps':[{'kind':'create','type':'Tag','record':{'id':'%s','name':'carrier'}}]}", tag));
  g_assert_true (fault_desk_wait (world->desks[FAULT_ANA], "quiet", 60));
  g_assert_true (fault_world_level (world, FAULT_BEN, 30000));
  fault_world_go_offline (world, FAULT_BEN);
  fault_done (fault_desk_call (world->desks[FAULT_BEN],
                               "{'do':'perform','label':'Rename','steps':[{'kind':'update','type':'Tag','id':'%s','patch':{'name':'the carrier'}}]}", tag));
  fault_done (fault_desk_call (world->desks[FAULT_ANA], "{'do':'perform','label':'Delete','steps':[{'kind':'destroy','type':'Tag','id':'%s'}]}", tag));
  g_assert_true (fault_desk_wait (world->desks[FAULT_ANA], "quiet", 60));
  fault_world_go_online (world, FAULT_BEN);
  ops = fault_desk_outbox (world->desks[FAULT_BEN]);
  g_assert_cmpuint (json_array_get_length (ops), ==, 1);
  op = json_array_get_object_element (ops, 0);
  g_assert_cmpstr (csm_json_get_string (op, "state"), ==, "parked");
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (op, "payload"), "name"), ==, "the carrier");
  g_test_message ("parked as %s", csm_json_get_string (op, "error"));
  fault_done (fault_desk_call (world->desks[FAULT_BEN], "{'do':'resolve','decision':'drop','seq':%" G_GINT64_FORMAT "}", csm_json_get_int (op, "seq", 0)));
  fault_world_assert_settled (world);
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world = fault_world_new (3);
  g_test_add_data_func ("/fault/access/deactivated/offline", GINT_TO_POINTER (FALSE), test_deactivated);
  g_test_add_data_func ("/fault/access/deactivated/online", GINT_TO_POINTER (TRUE), test_deactivated);
  g_test_add_data_func ("/fault/access/token-ends/before", GUINT_TO_POINTER (FAULT_DELAY), test_token_ends);
  g_test_add_data_func ("/fault/access/token-ends/after", GUINT_TO_POINTER (FAULT_LOSE_ANSWER), test_token_ends);
  g_test_add_func ("/fault/access/destroyed", test_destroyed);
  result = g_test_run ();
  fault_world_free (world);
  return result;
}
