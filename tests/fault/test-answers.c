/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-audit.h"
#include "fault-world.h"

#include "csm-json.h"

/* Answers that are lost, come twice, late, in pieces, or from somebody else: what people did is done once. */

static FaultWorld *world;
static const char * const no_sends[] = { NULL };

static gboolean
has_happened (gpointer data)
{
  return fault_proxy_count (world->proxies[FAULT_ANA], GPOINTER_TO_UINT (data)) > 0;
}

static void
wait_for (FaultNet what)
{
  if (!fault_wait_until (has_happened, GUINT_TO_POINTER (what), 60))
    g_error ("the network never did %d", what);
}

static void
assert_case (guint       number,
             const char *member,
             const char *value)
{
  g_autoptr (JsonObject) record = fault_world_find (world, CSM_TYPE_ID_CASE, fault_world_get_case (world, number)->id);

  g_assert_cmpstr (csm_json_get_string (record, member), ==, value);
}

/* The answer to Ana's change is lost; before she can say it again, Ben changes the same: his change stays. */
static void
test_lost_answer (void)
{
  fault_world_start_over (world, 1);
  g_assert_true (fault_world_open_desk (world, FAULT_ANA, NULL, 60));
  g_assert_true (fault_world_open_desk (world, FAULT_BEN, NULL, 60));
  fault_proxy_add_rule (world->proxies[FAULT_ANA], FAULT_LOSE_ANSWER, "Case/set", 0, 1, 0);
  fault_done (fault_world_patch (world, FAULT_ANA, 0, "{'goal':'hers'}"));
  wait_for (FAULT_LOSE_ANSWER);
  fault_proxy_set_down (world->proxies[FAULT_ANA], TRUE);
  assert_case (0, "goal", "hers");
  fault_done (fault_world_patch (world, FAULT_BEN, 0, "{'goal':'his'}"));
  g_assert_true (fault_desk_wait (world->desks[FAULT_BEN], "quiet", 60));
  fault_world_assert_settled (world);
  assert_case (0, "goal", "his");
}

/* The same for a reply: one mail. */
static void
test_lost_send (void)
{
  static const char * const texts[] = { "On its way", NULL };

  fault_world_start_over (world, 2);
  g_assert_true (fault_world_open_desk (world, FAULT_ANA, NULL, 60));
  fault_proxy_add_rule (world->proxies[FAULT_ANA], FAULT_LOSE_ANSWER, "Submission/set", 0, 3, 0);
  fault_done (fault_world_reply (world, FAULT_ANA, 0, texts[0], 0));
  wait_for (FAULT_LOSE_ANSWER);
  fault_world_assert_settled (world);
  fault_world_assert_sends (world, texts);
}

/* The answer to a reply is lost, and the customer writes before it is sent again: the case is open, as their mail made it. */
static void
test_lost_send_before_a_mail (void)
{
  static const char * const texts[] = { "On its way", NULL };

  fault_world_start_over (world, 10);
  fault_world_sit_down (world, FAULT_ANA);
  fault_proxy_add_rule (world->proxies[FAULT_ANA], FAULT_LOSE_ANSWER, "Submission/set", 0, 1, 2);
  fault_done (fault_world_reply (world, FAULT_ANA, 0, texts[0], 0));
  wait_for (FAULT_LOSE_ANSWER);
  fault_world_assert_sends (world, texts);
  fault_world_answer (world, 0, "once-more");
  fault_world_assert_settled (world);
  assert_case (0, "status", "open");
  fault_world_assert_sends (world, texts);
}

/* Every request reaches the server twice. */
static void
test_twice (gconstpointer data)
{
  static const char * const texts[] = { "First", "Second", NULL };

  fault_world_start_over (world, 3);
  for (guint i = 0; i < FAULT_N_DESKS; i++)
    fault_proxy_add_rule (world->proxies[i], GPOINTER_TO_UINT (data), "POST /jmap/api", 0, G_MAXUINT, 0);
  g_assert_true (fault_world_open_desk (world, FAULT_ANA, NULL, 60));
  g_assert_true (fault_world_open_desk (world, FAULT_BEN, NULL, 60));
  fault_done (fault_world_reply (world, FAULT_ANA, 0, texts[0], 0));
  fault_done (fault_world_comment (world, FAULT_ANA, 1, "Only once"));
  fault_done (fault_world_patch (world, FAULT_BEN, 1, "{'goal':'Only once'}"));
  fault_done (fault_world_reply (world, FAULT_BEN, 2, texts[1], 0));
  g_assert_true (fault_desk_wait (world->desks[FAULT_ANA], "quiet", 60));
  g_assert_true (fault_desk_wait (world->desks[FAULT_BEN], "quiet", 60));
  fault_world_assert_settled (world);
  fault_world_assert_sends (world, texts);
  fault_world_assert_comments (world, "Only once", 1);
  assert_case (1, "goal", "Only once");
}

/* What comes instead of an answer is none: the client stays offline with what it has to send, and goes on afterwards. */
static void
test_instead (gconstpointer data)
{
  FaultNet what = GPOINTER_TO_UINT (data);
  FaultProxy *proxy;
  g_autoptr (JsonArray) ops = NULL;
  static const char * const texts[] = { "After the hotel", NULL };

  fault_world_start_over (world, 4);
  proxy = world->proxies[FAULT_ANA];
  g_assert_true (fault_world_open_desk (world, FAULT_ANA, NULL, 60));
  fault_proxy_add_rule (proxy, what, NULL, 0, G_MAXUINT, 1);
  fault_done (fault_world_comment (world, FAULT_ANA, 0, "From the hotel"));
  fault_done (fault_world_reply (world, FAULT_ANA, 0, texts[0], 0));
  wait_for (what);
  g_assert_true (fault_desk_wait (world->desks[FAULT_ANA], "offline", 60));
  ops = fault_desk_outbox (world->desks[FAULT_ANA]);
  g_assert_cmpuint (json_array_get_length (ops), ==, 2);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpstr (csm_json_get_string (json_array_get_object_element (ops, i), "state"), !=, "parked");
  fault_world_assert_settled (world);
  fault_world_assert_sends (world, texts);
  fault_world_assert_comments (world, "From the hotel", 1);
}

/* Answers that end anywhere. */
static void
test_cut (void)
{
  static const char * const texts[] = { "In pieces", NULL };

  fault_world_start_over (world, 5);
  g_assert_true (fault_world_open_desk (world, FAULT_ANA, NULL, 60));
  fault_proxy_add_rule (world->proxies[FAULT_ANA], FAULT_CUT_ANSWER, NULL, 0, 6, 0);
  fault_done (fault_world_comment (world, FAULT_ANA, 0, "In pieces"));
  fault_done (fault_world_reply (world, FAULT_ANA, 1, texts[0], 0));
  for (guint i = 0; i < 6; i++)
    fault_done (fault_desk_call (world->desks[FAULT_ANA], "{'do':'retry'}"));
  wait_for (FAULT_CUT_ANSWER);
  fault_world_assert_settled (world);
  fault_world_assert_sends (world, texts);
  fault_world_assert_comments (world, "In pieces", 1);
}

/* The server can't at the moment, or not so fast. It says when: nothing is asked before. */
static void
test_later (gconstpointer data)
{
  FaultNet what = GPOINTER_TO_UINT (data);
  FaultProxy *proxy;

  fault_world_start_over (world, 6);
  proxy = world->proxies[FAULT_ANA];
  g_assert_true (fault_world_open_desk (world, FAULT_ANA, NULL, 60));
  fault_proxy_add_rule (proxy, what, NULL, 0, 2, 1);
  fault_done (fault_world_comment (world, FAULT_ANA, 0, "Patience"));
  wait_for (what);
  fault_world_assert_settled (world);
  fault_world_assert_comments (world, "Patience", 1);
  fault_world_assert_sends (world, no_sends);
}

/* Push is lost, comes twice, or in another order: it is only a hint. */
static void
test_push (gconstpointer data)
{
  fault_world_start_over (world, 7);
  /* Somebody asks now and then even when nothing is told. */
  world->desks[FAULT_BEN]->faults = g_strdup ("poll=1");
  fault_proxy_set_push (world->proxies[FAULT_BEN], GPOINTER_TO_UINT (data));
  g_assert_true (fault_world_open_desk (world, FAULT_ANA, NULL, 60));
  g_assert_true (fault_world_open_desk (world, FAULT_BEN, NULL, 60));
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *patch = g_strdup_printf ("{'goal':'number %u'}", i);

      fault_done (fault_world_patch (world, FAULT_ANA, i, patch));
      g_assert_true (fault_desk_wait (world->desks[FAULT_ANA], "quiet", 60));
    }
  {
    g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);

    fault_world_settle_desk (world, FAULT_BEN, findings);
    fault_assert_none (findings);
  }
}

/* The word of a change comes an hour late, when all has long been asked for: it takes nothing back, and costs next to nothing. */
static void
test_late_push (void)
{
  FaultProxy *proxy;
  guint64 bytes;

  fault_world_start_over (world, 10);
  proxy = world->proxies[FAULT_BEN];
  world->desks[FAULT_BEN]->faults = g_strdup ("poll=1");
  fault_proxy_set_push (proxy, FAULT_PUSH_LATE);
  fault_world_sit_down (world, FAULT_ANA);
  fault_world_sit_down (world, FAULT_BEN);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *patch = g_strdup_printf ("{'goal':'early %u'}", i);

      fault_done (fault_world_patch (world, FAULT_ANA, 0, patch));
      g_assert_true (fault_desk_wait (world->desks[FAULT_ANA], "quiet", 60));
      g_assert_true (fault_world_level (world, FAULT_BEN, 30000));
    }
  fault_done (fault_desk_call (world->desks[FAULT_BEN], "{'do':'clock','seconds':3600}"));
  bytes = fault_proxy_get_bytes (proxy);
  fault_proxy_set_push (proxy, FAULT_PUSH_PASS);
  fault_done (fault_world_comment (world, FAULT_ANA, 1, "The first that comes in time"));
  g_assert_true (fault_desk_wait (world->desks[FAULT_ANA], "quiet", 60));
  fault_world_settle_desk (world, FAULT_BEN, NULL);
  g_test_message ("%" G_GUINT64_FORMAT " bytes for what came late", fault_proxy_get_bytes (proxy) - bytes);
  g_assert_cmpuint (fault_proxy_get_bytes (proxy) - bytes, <, 100000);
}

/* A router forgot the socket: both ends think that it is there. Whoever hears nothing asks, and begins anew. */
static void
test_half_open (void)
{
  fault_world_start_over (world, 11);
  world->desks[FAULT_BEN]->faults = g_strdup ("keepalive=1");
  fault_world_sit_down (world, FAULT_ANA);
  fault_world_sit_down (world, FAULT_BEN);
  fault_proxy_mute_sockets (world->proxies[FAULT_BEN]);
  fault_done (fault_world_comment (world, FAULT_ANA, 0, "Is anybody there?"));
  g_assert_true (fault_desk_wait (world->desks[FAULT_ANA], "quiet", 60));
  /* The next poll is minutes away. */
  g_assert_true (fault_world_level (world, FAULT_BEN, 20000));
  fault_world_assert_settled (world);
}

/* A request arrives nowhere, or its answer never comes, and the connection stays open: after a time it goes again. */
static void
test_silence (gconstpointer data)
{
  static const char * const texts[] = { "Into the void", NULL };
  FaultNet what = GPOINTER_TO_UINT (data);

  fault_world_start_over (world, 12);
  world->desks[FAULT_ANA]->faults = g_strdup ("timeout=1");
  fault_world_sit_down (world, FAULT_ANA);
  fault_proxy_add_rule (world->proxies[FAULT_ANA], what, "Submission/set", 0, 1, 0);
  fault_done (fault_world_reply (world, FAULT_ANA, 0, texts[0], 0));
  wait_for (what);
  g_assert_true (fault_desk_wait (world->desks[FAULT_ANA], "quiet", 60));
  fault_world_assert_settled (world);
  fault_world_assert_sends (world, texts);
}

/* What was done offline goes in few requests, and still in an order in which it can be done. */
static void
test_joined (void)
{
  fault_world_start_over (world, 9);
  fault_world_sit_down (world, FAULT_ANA);
  fault_world_go_offline (world, FAULT_ANA);
  fault_done (fault_world_patch (world, FAULT_ANA, 0, "{'goal':'joined'}"));
  for (guint i = 0; i < 3; i++)
    fault_done (fault_desk_call (world->desks[FAULT_ANA], "{'do':'perform','label':'Tag','steps':["
                                 "{'kind':'create','type':'Tag','record':{'id':'g01J%023u','name':'tag %u'}},"
                                 "{'kind':'update','type':'Case','id':'%s','patch':{'tags/g01J%023u':true}}]}",
                                 i, i, fault_world_get_case (world, 0)->id, i));
  fault_world_go_online (world, FAULT_ANA);
  {
    g_autoptr (JsonArray) ops = fault_desk_outbox (world->desks[FAULT_ANA]);

    g_assert_cmpuint (json_array_get_length (ops), ==, 0);
  }
  fault_world_assert_settled (world);
}

/* The server takes fewer objects at once than it said, and says so in a new Session. */
static void
test_smaller_limit (void)
{
  fault_world_start_over (world, 8);
  g_assert_true (fault_world_open_desk (world, FAULT_ANA, NULL, 60));
  fault_proxy_set_down (world->proxies[FAULT_ANA], TRUE);
  g_assert_true (fault_desk_wait (world->desks[FAULT_ANA], "offline", 60));
  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *tag = g_strdup_printf ("{'do':'perform','label':'Tag','steps':[{'kind':'create','type':'Tag','record':{'name':'tag %u'}}]}", i);

      fault_done (fault_desk_call (world->desks[FAULT_ANA], "%s", tag));
    }
  fault_proxy_set_limit (world->proxies[FAULT_ANA], 10);
  fault_proxy_set_down (world->proxies[FAULT_ANA], FALSE);
  fault_done (fault_desk_call (world->desks[FAULT_ANA], "{'do':'retry'}"));
  g_assert_true (fault_desk_wait (world->desks[FAULT_ANA], "quiet", 60));
  {
    g_autoptr (JsonArray) ops = fault_desk_outbox (world->desks[FAULT_ANA]);

    g_assert_cmpuint (json_array_get_length (ops), ==, 0);
  }
  g_test_message ("%u requests went over the limit", fault_proxy_count_refused (world->proxies[FAULT_ANA]));
  fault_world_assert_settled (world);
  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *name = g_strdup_printf ("tag %u", i);

      g_assert_cmpuint (fault_world_count (world, CSM_TYPE_ID_TAG, "name", name), ==, 1);
    }
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world = fault_world_new (4);
  g_test_add_func ("/fault/answers/lost-before-an-edit", test_lost_answer);
  g_test_add_func ("/fault/answers/lost-send", test_lost_send);
  g_test_add_func ("/fault/answers/lost-send-before-a-mail", test_lost_send_before_a_mail);
  g_test_add_data_func ("/fault/answers/twice", GUINT_TO_POINTER (FAULT_TWICE), test_twice);
  g_test_add_data_func ("/fault/answers/twice-at-once", GUINT_TO_POINTER (FAULT_TWICE_AT_ONCE), test_twice);
  g_test_add_data_func ("/fault/answers/portal/page", GUINT_TO_POINTER (FAULT_PORTAL_PAGE), test_instead);
  g_test_add_data_func ("/fault/answers/portal/redirect", GUINT_TO_POINTER (FAULT_PORTAL_REDIRECT), test_instead);
  g_test_add_data_func ("/fault/answers/portal/json", GUINT_TO_POINTER (FAULT_PORTAL_JSON), test_instead);
  g_test_add_data_func ("/fault/answers/portal/no-http", GUINT_TO_POINTER (FAULT_GARBAGE), test_instead);
  g_test_add_data_func ("/fault/answers/refused", GUINT_TO_POINTER (FAULT_REFUSE), test_instead);
  g_test_add_func ("/fault/answers/cut", test_cut);
  g_test_add_data_func ("/fault/answers/unavailable", GUINT_TO_POINTER (FAULT_UNAVAILABLE), test_later);
  g_test_add_data_func ("/fault/answers/too-many", GUINT_TO_POINTER (FAULT_TOO_MANY), test_later);
  g_test_add_data_func ("/fault/answers/push/twice", GUINT_TO_POINTER (FAULT_PUSH_TWICE), test_push);
  g_test_add_data_func ("/fault/answers/push/swapped", GUINT_TO_POINTER (FAULT_PUSH_SWAP), test_push);
  g_test_add_data_func ("/fault/answers/push/lost", GUINT_TO_POINTER (FAULT_PUSH_LOSE), test_push);
  g_test_add_data_func ("/fault/answers/push/mixed", GUINT_TO_POINTER (FAULT_PUSH_MIX), test_push);
  g_test_add_func ("/fault/answers/push/late", test_late_push);
  g_test_add_func ("/fault/answers/half-open", test_half_open);
  g_test_add_data_func ("/fault/answers/silence/before", GUINT_TO_POINTER (FAULT_SWALLOW), test_silence);
  g_test_add_data_func ("/fault/answers/silence/after", GUINT_TO_POINTER (FAULT_HANG_ANSWER), test_silence);
  g_test_add_func ("/fault/answers/joined", test_joined);
  g_test_add_func ("/fault/answers/smaller-limit", test_smaller_limit);
  result = g_test_run ();
  fault_world_free (world);
  return result;
}
