/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "at-office.h"

/* A stranger starts Casement for the first time, and looks around in the sample. */
static void
test_look_around (void)
{
  AtOffice *office = at_office_open (0);
  g_autofree char *folder = at_office_folder (office, "stranger");
  AtPerson *stranger = at_person_sit_down (folder, NULL);

  at_person_go_to (stranger, "Down", ATSPI_ROLE_LIST_ITEM, "Look Around");
  at_person_check_names (stranger);
  at_person_press (stranger, "Return");
  at_person_see_synced (stranger);
  at_person_see (stranger, ATSPI_ROLE_LIST_ITEM, "Tom Hargreaves, An idea for the bottle pockets, *");
  at_person_press (stranger, "j");
  at_person_see (stranger, ATSPI_ROLE_TEXT, "Reply to the customer");
  at_person_check_names (stranger);
  at_person_leave (stranger);
  at_office_close (office);
}

int
main (int   argc,
      char *argv[])
{
  AtRoom *room = at_room_open (&argc, &argv);
  int result;

  g_test_add_func ("/ui-at/first-run/look-around", test_look_around);
  result = g_test_run ();
  at_room_close (room);
  return result;
}
