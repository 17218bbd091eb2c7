/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-world.h"

#include "csm-json.h"

/* Clocks that are wrong, jump, or have stood still: the order of things and what is sent don't depend on them. */

#define YEAR (365 * 24 * 3600)
#define DAY (24 * 3600)

static FaultWorld *world;

static FaultDesk *
desk (void)
{
  return world->desks[FAULT_ANA];
}

static void
set_clock (gint64 seconds)
{
  fault_done (fault_desk_call (desk (), "{'do':'clock','seconds':%" G_GINT64_FORMAT "}", seconds));
}

/* What was said one after the other came in that order. */
static void
assert_order (guint count)
{
  g_autoptr (JsonArray) comments = NULL;
  gint64 before = 0;

  g_assert_true (fault_server_resume (world->server, world->tokens[FAULT_ANA]));
  comments = fault_server_read_type (world->server, csm_record_type_get (CSM_TYPE_ID_COMMENT));
  g_assert_cmpuint (json_array_get_length (comments), ==, count);
  for (guint i = 0; i < count; i++)
    {
      g_autofree char *text = g_strdup_printf ("number %u", i);
      gint64 at = 0;

      for (guint j = 0; j < count; j++)
        {
          JsonObject *comment = json_array_get_object_element (comments, j);

          if (g_strcmp0 (csm_json_get_string (comment, "body"), text) == 0)
            at = csm_json_get_time (comment, "at");
        }
      g_assert_cmpint (at, >, 0);
      g_assert_cmpint (at, >=, before);
      before = at;
    }
}

static void
say_number (guint i)
{
  g_autofree char *text = g_strdup_printf ("number %u", i);

  fault_done (fault_world_comment (world, FAULT_ANA, 0, text));
}

/* Wrong all the time. */
static void
test_wrong (gconstpointer data)
{
  static const char * const texts[] = { "By my clock", NULL };

  fault_world_start_over (world, 1);
  desk ()->clock = GPOINTER_TO_INT (data);
  fault_world_sit_down (world, FAULT_ANA);
  fault_world_sit_down (world, FAULT_BEN);
  for (guint i = 0; i < 5; i++)
    say_number (i);
  fault_done (fault_world_reply (world, FAULT_ANA, 1, texts[0], 0));
  fault_done (fault_world_patch (world, FAULT_ANA, 2, "{'dueAt':'2027-01-01T00:00:00Z'}"));
  g_assert_true (fault_desk_wait (desk (), "quiet", 60));
  fault_world_assert_settled (world);
  fault_world_assert_sends (world, texts);
  assert_order (5);
}

/* Jumps while things wait and are sent. */
static void
test_jumps (void)
{
  static const gint64 jumps[] = { 0, -10 * YEAR, 10 * YEAR, -3600, 3600, 8 * 3600 };
  static const char * const texts[] = { "Between two jumps", NULL };
  guint n = 0;

  fault_world_start_over (world, 2);
  fault_world_sit_down (world, FAULT_ANA);
  for (guint i = 0; i < G_N_ELEMENTS (jumps); i++)
    {
      set_clock (jumps[i]);
      say_number (n++);
      fault_world_go_offline (world, FAULT_ANA);
      say_number (n++);
      if (i == 3)
        fault_done (fault_world_reply (world, FAULT_ANA, 1, texts[0], 0));
      fault_world_go_online (world, FAULT_ANA);
    }
  fault_world_assert_settled (world);
  fault_world_assert_sends (world, texts);
  assert_order (n);
}

/* The server asks for an hour's patience while the clock is ten years ahead; then it is put right. */
static void
test_later_by_a_wrong_clock (void)
{
  fault_world_start_over (world, 3);
  fault_world_sit_down (world, FAULT_ANA);
  set_clock (10 * YEAR);
  fault_proxy_add_rule (world->proxies[FAULT_ANA], FAULT_TOO_MANY, "Comment/set", 0, 1, 3600);
  say_number (0);
  g_assert_true (fault_proxy_wait_count (world->proxies[FAULT_ANA], FAULT_TOO_MANY, 1, 60));
  /* It has heard it, too: before that, trying again at once would be no news to it. */
  g_assert_true (fault_desk_wait (desk (), "offline", 60));
  set_clock (0);
  fault_world_assert_settled (world);
  assert_order (1);
}

/* The computer slept for eight hours in the middle of sending. */
static void
test_sleep (void)
{
  fault_world_start_over (world, 4);
  fault_world_sit_down (world, FAULT_ANA);
  fault_proxy_add_rule (world->proxies[FAULT_ANA], FAULT_HANG_ANSWER, "Comment/set", 0, 1, 0);
  say_number (0);
  g_assert_true (fault_proxy_wait_count (world->proxies[FAULT_ANA], FAULT_HANG_ANSWER, 1, 60));
  set_clock (8 * 3600);
  fault_proxy_set_down (world->proxies[FAULT_ANA], TRUE);
  g_assert_true (fault_desk_wait (desk (), "offline", 60));
  fault_world_assert_settled (world);
  assert_order (1);
}

/* --- long absence ---------------------------------------------------------------------------------------------------------- */

static JsonObject *
find_op (const char *type)
{
  g_autoptr (JsonArray) ops = fault_desk_outbox (desk ());

  for (guint i = 0; i < json_array_get_length (ops); i++)
    {
      JsonObject *op = json_array_get_object_element (ops, i);

      if (g_strcmp0 (csm_json_get_string (op, "type"), type) == 0)
        return json_object_ref (op);
    }
  return NULL;
}

/* Four months: longer than the server can say what changed. What waits is still there; what would reach a customer is asked for first. */
static void
test_months_away (void)
{
  static const char * const texts[] = { "Long ago", NULL };
  g_autofree char *tag = g_strdup_printf ("g01J%023u", 2);
  g_autoptr (JsonObject) op = NULL;

  fault_world_start_over (world, 5);
  fault_world_sit_down (world, FAULT_BEN);
  fault_done (fault_desk_call (world->desks[FAULT_BEN], "{'do':'perform','label':'Tag','steps':[{'kind':'create','type':'Tag','record':{'id':'%s','name':'carrier'}}]}", tag));
  g_assert_true (fault_desk_wait (world->desks[FAULT_BEN], "quiet", 60));
  fault_world_sit_down (world, FAULT_ANA);
  g_assert_true (fault_world_level (world, FAULT_ANA, 30000));
  fault_world_go_offline (world, FAULT_ANA);
  fault_done (fault_world_comment (world, FAULT_ANA, 0, "Long ago"));
  fault_done (fault_world_reply (world, FAULT_ANA, 1, texts[0], 0));
  fault_desk_close (desk ());
  fault_done (fault_desk_call (world->desks[FAULT_BEN], "{'do':'perform','label':'Delete','steps':[{'kind':'destroy','type':'Tag','id':'%s'}]}", tag));
  g_assert_true (fault_desk_wait (world->desks[FAULT_BEN], "quiet", 60));
  fault_desk_close (world->desks[FAULT_BEN]);

  fault_world_stop_server (world);
  world->lab->clock = 130 * DAY;
  for (guint i = 0; i < FAULT_N_DESKS; i++)
    world->desks[i]->clock = 130 * DAY;
  fault_world_start_server (world, NULL);
  fault_world_settle (world, NULL);
  fault_world_assert_comments (world, "Long ago", 1);
  op = find_op ("Submission");
  g_assert_nonnull (op);
  g_assert_cmpstr (csm_json_get_string (op, "state"), ==, "parked");
  g_assert_cmpstr (csm_json_get_string (op, "error"), ==, "stale");
  g_assert_cmpuint (fault_world_count (world, CSM_TYPE_ID_SUBMISSION, "textBody", texts[0]), ==, 0);
  fault_done (fault_desk_call (desk (), "{'do':'resolve','decision':'confirm','seq':%" G_GINT64_FORMAT "}", csm_json_get_int (op, "seq", 0)));
  fault_world_settle (world, NULL);
  fault_world_assert_sends (world, texts);
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world = fault_world_new (3);
  g_test_add_data_func ("/fault/clock/behind", GINT_TO_POINTER (-10 * YEAR), test_wrong);
  g_test_add_data_func ("/fault/clock/ahead", GINT_TO_POINTER (10 * YEAR), test_wrong);
  g_test_add_func ("/fault/clock/jumps", test_jumps);
  g_test_add_func ("/fault/clock/later-by-a-wrong-clock", test_later_by_a_wrong_clock);
  g_test_add_func ("/fault/clock/sleep", test_sleep);
  g_test_add_func ("/fault/clock/months-away", test_months_away);
  result = g_test_run ();
  fault_world_free (world);
  return result;
}
