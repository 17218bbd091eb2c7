/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-world.h"

#include "csm-json.h"

/* Old copies that come back: of the server's data, and of a desk's. */

/* So long a reply waits for its author to think better of it. */
#define UNDO_SECONDS 4

static FaultWorld *world;

typedef enum
{
  BY_COMMAND, /* `restore`, which knows what it does */
  BY_HAND,    /* somebody put the old files in their place; what the server notes beside them is newer */
  BY_IMAGE,   /* all of it is old: the machine went back to an earlier image */
} Restoring;

static char *
file_of (const char *name)
{
  return g_build_filename (world->lab->dir, name, NULL);
}

/* Each needs a place where nothing is. */
static char *
new_backup (Restoring how)
{
  g_autofree char *name = g_strdup_printf ("backup-%d", how);

  return file_of (name);
}

static void
restore (Restoring how)
{
  g_autofree char *backup = new_backup (how), *image = file_of ("image"), *mark = g_build_filename (world->lab->data, "high-water", NULL);
  g_autofree char *kept = NULL;
  gsize length = 0;

  switch (how)
    {
    case BY_COMMAND:
      g_assert_cmpint (fault_lab_run (world->lab, NULL, NULL, NULL, "restore", backup, "--replace", NULL), ==, 0);
      break;
    case BY_HAND:
      g_assert_true (g_file_get_contents (mark, &kept, &length, NULL));
      fault_lab_copy (image, world->lab->data);
      g_assert_true (g_file_set_contents (mark, kept, (gssize) length, NULL));
      break;
    case BY_IMAGE:
    default:
      fault_lab_copy (image, world->lab->data);
      break;
    }
}

static guint
count_lost (guint       desk,
            const char *title)
{
  g_autoptr (JsonObject) answer = fault_desk_call (world->desks[desk], "{'do':'lost'}");
  JsonArray *lost = csm_json_get_array (answer, "lost");
  guint count = 0;

  g_assert_nonnull (lost);
  for (guint i = 0; i < json_array_get_length (lost); i++)
    count += g_strcmp0 (csm_json_get_string (json_array_get_object_element (lost, i), "title"), title) == 0;
  return count;
}

static gboolean
is_offered (gpointer data)
{
  return count_lost (FAULT_ANA, data) > 0;
}

/* The server forgets what it knew: the desks notice, keep what vanished, offer it, and send no mail again. */
static void
test_restored_server (gconstpointer data)
{
  static const char * const texts[] = { "Before", NULL };
  Restoring how = GPOINTER_TO_INT (data);
  g_autofree char *backup = new_backup (how), *image = file_of ("image");
  g_auto (GStrv) sink = NULL;

  fault_world_start_over (world, 1);
  fault_world_sit_down (world, FAULT_ANA);
  fault_world_sit_down (world, FAULT_BEN);
  fault_done (fault_world_reply (world, FAULT_ANA, 0, texts[0], 0));
  g_assert_true (fault_desk_wait (world->desks[FAULT_ANA], "quiet", 60));
  fault_world_assert_sends (world, texts);
  g_assert_cmpint (fault_lab_run (world->lab, NULL, NULL, NULL, "backup", backup, NULL), ==, 0);
  fault_world_stop_server (world);
  fault_lab_copy (world->lab->data, image);
  fault_world_start_server (world, NULL);

  fault_done (fault_world_comment (world, FAULT_ANA, 0, "After the backup"));
  fault_done (fault_world_patch (world, FAULT_ANA, 1, "{'goal':'after the backup'}"));
  fault_done (fault_world_reply (world, FAULT_ANA, 2, "Sent after the backup", 0));
  g_assert_true (fault_desk_wait (world->desks[FAULT_ANA], "quiet", 60));
  g_assert_true (fault_world_level (world, FAULT_ANA, 30000));
  g_assert_true (fault_world_level (world, FAULT_BEN, 30000));
  {
    static const char * const both[] = { "Before", "Sent after the backup", NULL };

    fault_world_assert_sends (world, both);
    g_assert_true (fault_world_level (world, FAULT_ANA, 30000));
  }

  fault_world_stop_server (world);
  /* That its data is old is news to whoever runs the server. */
  world->lab->warns = TRUE;
  restore (how);
  fault_world_start_server (world, NULL);
  fault_world_assert_settled (world);
  if (!fault_wait_until (is_offered, (gpointer) "After the backup", 60))
    g_error ("what vanished from the server is not offered");
  fault_world_assert_comments (world, "After the backup", 0);
  fault_done (fault_desk_call (world->desks[FAULT_ANA], "{'do':'restore-lost'}"));
  fault_world_assert_settled (world);
  fault_world_assert_comments (world, "After the backup", 1);
  g_assert_cmpuint (count_lost (FAULT_ANA, "After the backup"), ==, 0);
  /* Two mails left, and stay two. */
  sink = fault_lab_read_sink (world->lab);
  g_assert_cmpuint (g_strv_length (sink), ==, 2);
}

/*
 * A whole computer is set back, its file of marks with it: only an admin can say so. What waited there when the image was
 * made, and left since, doesn't leave again.
 */
static void
test_restored_computer (void)
{
  static const char * const texts[] = { "Before the image", NULL };
  g_autofree char *image = file_of ("computer");

  fault_world_start_over (world, 6);
  fault_world_sit_down (world, FAULT_ANA);
  fault_done (fault_world_reply (world, FAULT_ANA, 0, texts[0], UNDO_SECONDS));
  g_assert_true (fault_desk_wait (world->desks[FAULT_ANA], "quiet", 60));
  g_assert_cmpuint (fault_world_count (world, CSM_TYPE_ID_SUBMISSION, "undoStatus", "pending"), ==, 1);
  fault_world_stop_server (world);
  fault_lab_copy (world->lab->data, image);
  fault_world_start_server (world, NULL);
  fault_world_assert_sends (world, texts);

  fault_world_stop_server (world);
  fault_lab_copy (image, world->lab->data);
  world->lab->restored = TRUE;
  fault_world_start_server (world, NULL);
  world->lab->restored = FALSE;
  fault_world_settle (world, NULL);
  fault_world_assert_sends (world, texts);
  /* Nor after that. */
  fault_world_stop_server (world);
  fault_world_start_server (world, NULL);
  fault_world_settle (world, NULL);
  fault_world_assert_sends (world, texts);
  g_assert_cmpuint (fault_world_count (world, CSM_TYPE_ID_SUBMISSION, "undoStatus", "pending"), ==, 0);
}

/* A desk's file comes back from yesterday, with operations that the server has done since. */
static void
test_restored_desk (void)
{
  static const char * const texts[] = { "Only once", NULL };
  g_autofree char *old = file_of ("old-desk");
  FaultDesk *desk;

  fault_world_start_over (world, 2);
  desk = world->desks[FAULT_ANA];
  fault_world_sit_down (world, FAULT_ANA);
  fault_world_sit_down (world, FAULT_BEN);
  fault_world_go_offline (world, FAULT_ANA);
  fault_done (fault_world_comment (world, FAULT_ANA, 0, "Only once"));
  fault_done (fault_world_reply (world, FAULT_ANA, 1, texts[0], 0));
  fault_done (fault_world_patch (world, FAULT_ANA, 2, "{'goal':'hers'}"));
  fault_desk_kill (desk);
  fault_lab_copy (desk->directory, old);

  fault_proxy_set_down (world->proxies[FAULT_ANA], FALSE);
  fault_world_sit_down (world, FAULT_ANA);
  fault_world_assert_sends (world, texts);
  g_assert_true (fault_world_level (world, FAULT_BEN, 30000));
  fault_done (fault_world_patch (world, FAULT_BEN, 2, "{'goal':'his'}"));
  g_assert_true (fault_desk_wait (world->desks[FAULT_BEN], "quiet", 60));
  fault_desk_kill (desk);
  fault_lab_copy (old, desk->directory);

  fault_world_assert_settled (world);
  fault_world_assert_sends (world, texts);
  fault_world_assert_comments (world, "Only once", 1);
  {
    g_autoptr (JsonObject) record = fault_world_find (world, CSM_TYPE_ID_CASE, fault_world_get_case (world, 2)->id);

    g_assert_cmpstr (csm_json_get_string (record, "goal"), ==, "his");
  }
}

/* One file on two machines: both send what waited in it, and it is done once; then each goes on for itself. */
static void
test_copied_desk (void)
{
  static const char * const texts[] = { "From both", "From the desk", "From the laptop", NULL };

  fault_world_start_over (world, 3);
  fault_world_sit_down (world, FAULT_ANA);
  fault_world_go_offline (world, FAULT_ANA);
  fault_done (fault_world_comment (world, FAULT_ANA, 0, "From both"));
  fault_done (fault_world_reply (world, FAULT_ANA, 1, texts[0], 0));
  fault_done (fault_world_patch (world, FAULT_ANA, 2, "{'goal':'from both'}"));
  fault_desk_close (world->desks[FAULT_ANA]);
  fault_lab_copy (world->desks[FAULT_ANA]->directory, world->desks[FAULT_ANAS_LAPTOP]->directory);
  fault_proxy_set_down (world->proxies[FAULT_ANA], FALSE);
  g_assert_true (fault_world_open_desk (world, FAULT_ANA, NULL, 0));
  g_assert_true (fault_world_open_desk (world, FAULT_ANAS_LAPTOP, NULL, 0));
  fault_world_assert_settled (world);
  fault_done (fault_world_reply (world, FAULT_ANA, 0, texts[1], 0));
  fault_done (fault_world_reply (world, FAULT_ANAS_LAPTOP, 2, texts[2], 0));
  fault_done (fault_world_comment (world, FAULT_ANA, 1, "From the desk"));
  fault_done (fault_world_comment (world, FAULT_ANAS_LAPTOP, 1, "From the laptop"));
  fault_world_assert_settled (world);
  fault_world_assert_sends (world, texts);
  fault_world_assert_comments (world, "From both", 1);
  fault_world_assert_comments (world, "From the desk", 1);
  fault_world_assert_comments (world, "From the laptop", 1);
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world = fault_world_new (3);
  g_test_add_data_func ("/fault/copies/server/by-command", GINT_TO_POINTER (BY_COMMAND), test_restored_server);
  g_test_add_data_func ("/fault/copies/server/by-hand", GINT_TO_POINTER (BY_HAND), test_restored_server);
  g_test_add_data_func ("/fault/copies/server/by-image", GINT_TO_POINTER (BY_IMAGE), test_restored_server);
  g_test_add_func ("/fault/copies/restored-computer", test_restored_computer);
  g_test_add_func ("/fault/copies/desk/restored", test_restored_desk);
  g_test_add_func ("/fault/copies/desk/copied", test_copied_desk);
  result = g_test_run ();
  fault_world_free (world);
  return result;
}
