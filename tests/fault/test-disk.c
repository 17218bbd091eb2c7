/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-world.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "csm-error.h"
#include "csm-json.h"

/* Full disks: a desk says that it can't keep what is done now, a server that it can't at the moment; both go on afterwards. */

#define SIZE "size=48m"
#define ROUNDS 40

static FaultWorld *world;

/* A small disk in the place of @folder, with what is in it. Only root may. */
static gboolean
shrink_disk (const char *folder)
{
  g_autofree char *aside = g_strconcat (folder, ".aside", NULL);
  g_autofree char *inside = g_strconcat (aside, "/.", NULL);

  fault_lab_copy (folder, aside);
  if (mount ("tmpfs", folder, "tmpfs", 0, SIZE) != 0)
    return FALSE;
  fault_lab_fill (inside, folder);
  return TRUE;
}

/* Not a byte is left. */
static void
fill_disk (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "filler", NULL);
  static const char zeros[4096];
  int fd = open (path, O_WRONLY | O_CREAT | O_APPEND, 0600);

  g_assert_cmpint (fd, >=, 0);
  while (write (fd, zeros, sizeof zeros) > 0)
    ;
  g_assert_cmpint (errno, ==, ENOSPC);
  close (fd);
}

static void
free_disk (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "filler", NULL);

  g_assert_cmpint (unlink (path), ==, 0);
}

static void
end_disk (const char *folder)
{
  fault_world_end (world);
  g_assert_cmpint (umount2 (folder, MNT_DETACH), ==, 0);
}

/* Says things until one is refused: how many were not. */
static guint
say_until_refused (void)
{
  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autofree char *text = g_strdup_printf ("number %u", i);
      g_autoptr (JsonObject) answer = fault_world_comment (world, FAULT_ANA, 0, text);

      g_assert_nonnull (answer);
      if (!json_object_has_member (answer, "error"))
        continue;
      g_assert_cmpstr (csm_json_get_string (answer, "domain"), ==, g_quark_to_string (CSM_ERROR));
      g_assert_cmpint (csm_json_get_int (answer, "code", -1), ==, CSM_ERROR_DISK_FULL);
      return i;
    }
  return ROUNDS;
}

static gboolean
is_accepted (gpointer data)
{
  g_autoptr (JsonObject) answer = fault_world_comment (world, FAULT_ANA, 1, data);

  g_assert_nonnull (answer);
  return !json_object_has_member (answer, "error");
}

/* While it works, and while it fetches. What it had accepted is there, what it refused is not. */
static void
test_desk (gconstpointer data)
{
  gboolean fetching = GPOINTER_TO_INT (data);
  g_autofree char *folder = NULL;
  guint accepted;

  fault_world_start_over (world, 1);
  folder = g_strdup (world->desks[FAULT_ANA]->directory);
  if (!shrink_disk (folder))
    {
      g_test_skip ("only root can make a small disk");
      return;
    }
  world->desks[FAULT_ANA]->warns = TRUE;
  fault_world_sit_down (world, FAULT_ANA);
  fault_world_sit_down (world, FAULT_BEN);
  if (fetching)
    fault_world_go_offline (world, FAULT_ANA);
  fill_disk (folder);
  for (guint i = 0; fetching && i < ROUNDS; i++)
    {
      g_autofree char *text = g_strdup_printf ("while the disk is full, %u", i);

      fault_done (fault_world_comment (world, FAULT_BEN, i, text));
    }
  if (fetching)
    {
      fault_proxy_set_down (world->proxies[FAULT_ANA], FALSE);
      fault_done (fault_desk_call (world->desks[FAULT_ANA], "{'do':'retry'}"));
      g_assert_true (fault_desk_wait (world->desks[FAULT_BEN], "quiet", 60));
    }
  accepted = say_until_refused ();
  g_test_message ("%u were accepted before the disk was found full", accepted);
  g_assert_cmpuint (accepted, <, ROUNDS);
  free_disk (folder);
  if (!fault_wait_until (is_accepted, (gpointer) "There is room again", 60))
    g_error ("with room on the disk nothing is accepted");
  fault_world_assert_settled (world);
  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autofree char *text = g_strdup_printf ("number %u", i);

      fault_world_assert_comments (world, text, i < accepted);
    }
  fault_world_assert_comments (world, "There is room again", 1);
  end_disk (folder);
}

/* The server's: what people do waits, and is done when there is room. */
static void
test_server (void)
{
  fault_world_start_over (world, 2);
  fault_world_stop_server (world);
  if (!shrink_disk (world->lab->data))
    {
      g_test_skip ("only root can make a small disk");
      return;
    }
  world->lab->warns = TRUE;
  fault_world_start_server (world, NULL);
  fault_world_sit_down (world, FAULT_ANA);
  fill_disk (world->lab->data);
  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autofree char *text = g_strdup_printf ("number %u", i);

      fault_done (fault_world_comment (world, FAULT_ANA, i, text));
    }
  g_assert_false (fault_desk_wait (world->desks[FAULT_ANA], "quiet", 2));
  {
    g_autoptr (JsonArray) ops = fault_desk_outbox (world->desks[FAULT_ANA]);

    g_assert_cmpuint (json_array_get_length (ops), >, 0);
    for (guint i = 0; i < json_array_get_length (ops); i++)
      g_assert_cmpstr (csm_json_get_string (json_array_get_object_element (ops, i), "state"), !=, "parked");
  }
  free_disk (world->lab->data);
  fault_world_assert_settled (world);
  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autofree char *text = g_strdup_printf ("number %u", i);

      fault_world_assert_comments (world, text, 1);
    }
  end_disk (world->lab->data);
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world = fault_world_new (3);
  g_test_add_data_func ("/fault/disk/desk/acting", GINT_TO_POINTER (FALSE), test_desk);
  g_test_add_data_func ("/fault/disk/desk/fetching", GINT_TO_POINTER (TRUE), test_desk);
  g_test_add_func ("/fault/disk/server", test_server);
  result = g_test_run ();
  fault_world_free (world);
  return result;
}
