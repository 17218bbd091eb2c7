/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-world.h"

#include <stdlib.h>

#include "csm-json.h"

/* A lot that changed meanwhile, files whose upload was forgotten, and a first sync that is cut again and again. */

#define DAY (24 * 3600)
#define N_CUTS 20

static FaultWorld *world;

static FaultDesk *
desk (void)
{
  return world->desks[FAULT_ANA];
}

/* CASEMENT_FAULT_CHANGES gives the real number, 50000. */
static guint
number_of_changes (void)
{
  const char *given = g_getenv ("CASEMENT_FAULT_CHANGES");

  return given != NULL ? (guint) atoi (given) : 2000;
}

/* A colleague without a cache: @n comments in calls of 250. */
static void
change_much (guint       n,
             const char *prefix)
{
  g_assert_true (fault_server_resume (world->server, world->tokens[FAULT_BEN]));
  for (guint done = 0; done < n;)
    {
      g_autoptr (JsonObject) answer = NULL;
      JsonObject *arguments = json_object_new (), *create = json_object_new ();

      for (guint i = 0; i < 250 && done < n; i++, done++)
        {
          g_autofree char *key = g_strdup_printf ("k%u", i), *text = g_strdup_printf ("%s %u", prefix, done);
          JsonObject *comment = json_object_new ();

          csm_json_set_string (comment, "caseId", fault_world_get_case (world, done)->id);
          csm_json_set_string (comment, "body", text);
          json_object_set_object_member (create, key, comment);
        }
      csm_json_set_string (arguments, "accountId", world->server->workspace);
      json_object_set_object_member (arguments, "create", create);
      answer = fault_server_call (world->server, "Comment/set", arguments);
      g_assert_nonnull (csm_json_get_object (answer, "created"));
      g_assert_cmpuint (json_object_get_size (csm_json_get_object (answer, "created")), >, 0);
    }
}

/* Three weeks on an expedition, with work in the bag, some of which somebody else did meanwhile. */
static void
test_weeks_away (void)
{
  static const char * const texts[] = { "From the mountains", NULL };
  guint n = number_of_changes (), n_ops = MIN (n / 20, 500), n_parked = 0;
  gint64 started;
  g_autoptr (JsonArray) ops = NULL;

  fault_world_start_over (world, 1);
  fault_world_sit_down (world, FAULT_ANA);
  fault_world_go_offline (world, FAULT_ANA);
  for (guint i = 0; i < n_ops; i++)
    {
      g_autofree char *text = g_strdup_printf ("mine %u", i);

      fault_done (fault_world_comment (world, FAULT_ANA, i, text));
    }
  fault_done (fault_world_patch (world, FAULT_ANA, 1, "{'dueAt':'2027-03-01T00:00:00Z'}"));
  fault_done (fault_world_reply (world, FAULT_ANA, 2, texts[0], 0));
  fault_desk_close (desk ());
  change_much (n, "theirs");
  fault_world_sit_down (world, FAULT_BEN);
  fault_done (fault_world_patch (world, FAULT_BEN, 1, "{'dueAt':'2027-02-01T00:00:00Z'}"));
  g_assert_true (fault_desk_wait (world->desks[FAULT_BEN], "quiet", 60));

  fault_world_stop_server (world);
  world->lab->clock = 21 * DAY;
  for (guint i = 0; i < FAULT_N_DESKS; i++)
    world->desks[i]->clock = 21 * DAY;
  fault_world_start_server (world, NULL);
  fault_proxy_set_down (world->proxies[FAULT_ANA], FALSE);
  started = g_get_monotonic_time ();
  world->patience = 300;
  fault_world_sit_down (world, FAULT_ANA);
  g_test_message ("%u changes and %u operations in %.1f s", n, n_ops + 2, (double) (g_get_monotonic_time () - started) / G_USEC_PER_SEC);
  fault_world_settle_desk (world, FAULT_ANA, NULL);
  ops = fault_desk_outbox (desk ());
  for (guint i = 0; i < json_array_get_length (ops); i++)
    {
      JsonObject *op = json_array_get_object_element (ops, i);
      gboolean stale = g_strcmp0 (csm_json_get_string (op, "error"), "stale") == 0;

      n_parked++;
      g_assert_true (stale || g_strcmp0 (csm_json_get_string (op, "error"), "recordMismatch") == 0);
      fault_done (fault_desk_call (desk (), "{'do':'resolve','decision':'%s','seq':%" G_GINT64_FORMAT "}", stale ? "confirm" : "drop", csm_json_get_int (op, "seq", 0)));
    }
  g_assert_cmpuint (n_parked, ==, 2);
  fault_world_settle_desk (world, FAULT_ANA, NULL);
  fault_world_assert_sends (world, texts);
  fault_world_assert_comments (world, "mine 0", 1);
}

/* The file was taken up, but the network went before the comment; when it is back, the server has forgotten the file. */
static void
test_forgotten_upload (void)
{
  g_autofree char *path = g_build_filename (world->lab->dir, "label.txt", NULL);
  g_autofree char *text = NULL;
  g_autoptr (JsonObject) attached = NULL, comment = NULL;
  g_autoptr (JsonArray) comments = NULL;

  fault_world_start_over (world, 2);
  fault_world_sit_down (world, FAULT_ANA);
  g_assert_true (g_file_set_contents (path, "the label of the parcel", -1, NULL));
  fault_proxy_add_rule (world->proxies[FAULT_ANA], FAULT_REFUSE, "Comment/set", 0, G_MAXUINT, 0);
  attached = fault_desk_call (desk (), "{'do':'attach','path':'%s'}", path);
  g_assert_nonnull (csm_json_get_object (attached, "attachment"));
  text = csm_json_write_object (csm_json_get_object (attached, "attachment"));
  fault_done (fault_desk_call (desk (), "{'do':'perform','label':'Comment','steps':[{'kind':'create','type':'Comment','record':"
                               "{'caseId':'%s','body':'With a label','attachments':[%s]}}]}", fault_world_get_case (world, 0)->id, text));
  g_assert_true (fault_proxy_wait_count (world->proxies[FAULT_ANA], FAULT_REFUSE, 1, 60));
  fault_desk_close (desk ());
  fault_world_stop_server (world);
  world->lab->clock = 3 * DAY;
  fault_world_start_server (world, NULL);
  /* What is no longer needed goes soon after the start, and again. */
  fault_world_stop_server (world);
  fault_world_start_server (world, NULL);
  for (guint i = 0; i < FAULT_N_DESKS; i++)
    world->desks[i]->clock = 3 * DAY;
  fault_world_settle (world, NULL);
  g_assert_true (fault_server_resume (world->server, world->tokens[FAULT_ANA]));
  comments = fault_server_read_type (world->server, csm_record_type_get (CSM_TYPE_ID_COMMENT));
  g_assert_cmpuint (json_array_get_length (comments), ==, 1);
  {
    JsonArray *attachments = csm_json_get_array (json_array_get_object_element (comments, 0), "attachments");
    g_autofree char *back = NULL;

    g_assert_cmpuint (json_array_get_length (attachments), ==, 1);
    back = fault_server_download (world->server, csm_json_get_string (json_array_get_object_element (attachments, 0), "blobId"));
    g_assert_cmpstr (back, ==, "the label of the parcel");
  }
}

/* --- a first sync, cut --------------------------------------------------------------------------------------------------- */

static guint
count_comments (void)
{
  g_autoptr (JsonObject) dump = fault_desk_call (desk (), "{'do':'dump'}");

  g_assert_nonnull (dump);
  /* A file that is just being made has no tables. */
  return json_object_has_member (dump, "Comment") ? json_object_get_size (csm_json_get_object (dump, "Comment")) : 0;
}

static void
use_new_cache (const char *name)
{
  g_autofree char *directory = g_strconcat (desk ()->directory, name, NULL);

  g_free (desk ()->directory);
  desk ()->directory = g_steal_pointer (&directory);
}

typedef struct
{
  guint wanted;
} Cut;

static gboolean
has_so_many (gpointer data)
{
  return count_comments () >= ((Cut *) data)->wanted;
}

/* What it takes to connect where nothing is left to fetch. */
static guint64
measure_connecting (void)
{
  guint64 before = fault_proxy_get_bytes (world->proxies[FAULT_ANA]);

  fault_world_sit_down (world, FAULT_ANA);
  fault_desk_close (desk ());
  return fault_proxy_get_bytes (world->proxies[FAULT_ANA]) - before;
}

/* Cut at every twentieth part: it goes on where it was, and fetches little twice. */
static void
test_cut_first_sync (void)
{
  guint n = number_of_changes ();
  guint64 whole, connecting, pieces, twice, before;

  fault_world_start_over (world, 3);
  change_much (n, "many");
  use_new_cache ("-whole");
  fault_world_sit_down (world, FAULT_ANA);
  fault_desk_close (desk ());
  whole = fault_proxy_get_bytes (world->proxies[FAULT_ANA]);
  connecting = measure_connecting ();

  use_new_cache ("-cut");
  before = fault_proxy_get_bytes (world->proxies[FAULT_ANA]);
  for (guint i = 0; i < N_CUTS; i++)
    {
      Cut cut = { n * i / N_CUTS };

      g_assert_true (fault_world_open_desk (world, FAULT_ANA, NULL, 0));
      g_assert_true (fault_wait_until (has_so_many, &cut, 60));
      fault_desk_kill (desk ());
    }
  fault_world_sit_down (world, FAULT_ANA);
  pieces = fault_proxy_get_bytes (world->proxies[FAULT_ANA]) - before;
  /* The page that was on its way at a cut comes twice. */
  twice = pieces > whole + N_CUTS * connecting ? pieces - whole - N_CUTS * connecting : 0;
  g_test_message ("%" G_GUINT64_FORMAT " kB at once, %" G_GUINT64_FORMAT " kB in pieces: %.1f kB for each of %u connections, %.2f %% of all twice after a cut", whole / 1024,
                  pieces / 1024, (double) connecting / 1024, N_CUTS, 100.0 * (double) twice / N_CUTS / (double) whole);
  fault_world_settle_desk (world, FAULT_ANA, NULL);
  g_assert_cmpuint (twice / N_CUTS, <, whole / 20);
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world = fault_world_new (4);
  g_test_add_func ("/fault/absence/weeks-away", test_weeks_away);
  g_test_add_func ("/fault/absence/forgotten-upload", test_forgotten_upload);
  g_test_add_func ("/fault/absence/cut-first-sync", test_cut_first_sync);
  result = g_test_run ();
  fault_world_free (world);
  return result;
}
