/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "at-office.h"

#define N_CASES 20

typedef struct
{
  AtOffice *office;
  AtPerson *ada;
} Day;

static void
set_up (Day           *day,
        gconstpointer  data)
{
  day->office = at_office_open (GPOINTER_TO_UINT (data));
  day->ada = at_office_join (day->office, AT_ADA);
  at_person_see_synced (day->ada);
}

static void
tear_down (Day           *day,
           gconstpointer  data)
{
  at_person_leave (day->ada);
  at_office_close (day->office);
}

/* (transfer full): the view's row with so many cases */
static char *
view (const char *name,
      guint       n)
{
  return n == 0 ? g_strdup (name) : g_strdup_printf (n == 1 ? "%s, %u case" : "%s, %u cases", name, n);
}

static void
see_view (Day        *day,
          const char *name,
          guint       n)
{
  g_autofree char *row = view (name, n);

  g_object_unref (at_person_see (day->ada, ATSPI_ROLE_LIST_ITEM, row));
}

/* What its customer wrote is there to be read. */
static void
see_question (Day   *day,
              guint  number)
{
  g_autofree char *message = g_strdup_printf ("Customer %u, via Support, *", number);

  g_object_unref (at_person_see (day->ada, ATSPI_ROLE_PANEL, message));
}

/* Twenty cases, and no mouse: some are done, some put off, some given to a colleague, some tagged and taken. */
static void
test_triage (Day           *day,
             gconstpointer  data)
{
  guint left = N_CASES;

  see_view (day, "Inbox", left);
  at_person_press (day->ada, "j");
  see_question (day, left);
  for (guint i = 0; i < 8; i++)
    {
      at_person_press (day->ada, "e");
      see_view (day, "Inbox", --left);
      see_question (day, left);
    }
  for (guint i = 1; i <= 4; i++)
    {
      at_person_press (day->ada, "s");
      g_object_unref (at_person_see (day->ada, ATSPI_ROLE_LABEL, "Tomorrow"));
      at_person_press (day->ada, "Down");
      at_person_press (day->ada, "Return");
      see_view (day, "Snoozed", i);
      see_question (day, --left);
    }
  for (guint i = 1; i <= 4; i++)
    {
      at_person_press (day->ada, "a");
      g_object_unref (at_person_see (day->ada, ATSPI_ROLE_LABEL, "Ben Lund"));
      at_person_type (day->ada, "Ben\n");
      see_view (day, "Unassigned", left - i);
      at_person_press (day->ada, "j");
      see_question (day, left - i);
    }
  for (guint i = 1; i <= 4; i++)
    {
      at_person_press (day->ada, "t");
      at_person_type (day->ada, "parcel\n");
      at_person_press (day->ada, "Escape");
      see_view (day, "parcel", i);
      if (i == 4)
        break;
      at_person_press (day->ada, "j");
      see_question (day, left - 4 - i);
    }
  /* The last thing was a slip. */
  at_person_press (day->ada, "u");
  see_view (day, "parcel", 3);
  see_view (day, "Inbox", 8);
  see_view (day, "Resolved", 0);
}

/* Question and answer between two windows, and the customer hears nothing of it. */
static void
test_mention (Day           *day,
              gconstpointer  data)
{
  AtPerson *ben = at_office_join (day->office, AT_BEN);
  guint n;
  g_autofree char *sent = NULL;

  at_person_see_synced (ben);
  at_person_press (day->ada, "j");
  see_question (day, 2);
  at_person_press (day->ada, "n");
  at_person_type (day->ada, "@Ben");
  g_object_unref (at_person_see (day->ada, ATSPI_ROLE_LABEL, "Ben Lund"));
  at_person_press (day->ada, "Return");
  at_person_type (day->ada, " what does the depot say?\n");
  g_object_unref (at_person_see (ben, ATSPI_ROLE_LIST_ITEM, "Mentions, 1 case"));
  at_person_hear (ben, "Ada Okafor");
  at_person_press (ben, "Control+4");
  at_person_press (ben, "j");
  g_object_unref (at_person_see (ben, ATSPI_ROLE_LABEL, "*what does the depot say?*"));
  at_person_press (ben, "n");
  at_person_type (ben, "It is found.\n");
  g_object_unref (at_person_see (day->ada, ATSPI_ROLE_LABEL, "*It is found.*"));
  at_person_leave (ben);
  sent = at_office_sent (day->office, &n);
  g_assert_cmpuint (n, ==, 0);
}

/* While it is typed the list has what fits, and afterwards what it had. */
static void
test_search (Day           *day,
             gconstpointer  data)
{
  at_person_see_n (day->ada, ATSPI_ROLE_LIST_ITEM, "Customer *, Question *", 5);
  at_person_press (day->ada, "slash");
  g_object_unref (at_person_see (day->ada, ATSPI_ROLE_ENTRY, "Search all cases"));
  at_person_type (day->ada, "customer4");
  at_person_see_n (day->ada, ATSPI_ROLE_LIST_ITEM, "Customer *, Question *", 1);
  g_object_unref (at_person_see (day->ada, ATSPI_ROLE_LIST_ITEM, "Customer 4, Question 4, *"));
  at_person_press (day->ada, "Escape");
  at_person_press (day->ada, "Escape");
  at_person_see_n (day->ada, ATSPI_ROLE_LIST_ITEM, "Customer *, Question *", 5);
}

/* Several at once, and one Undo for all of them. */
static void
test_bulk (Day           *day,
           gconstpointer  data)
{
  at_person_press (day->ada, "j");
  see_question (day, 4);
  at_person_press (day->ada, "x");
  g_object_unref (at_person_see (day->ada, ATSPI_ROLE_LABEL, "1 selected"));
  at_person_press (day->ada, "Shift+j");
  at_person_press (day->ada, "Shift+j");
  g_object_unref (at_person_see (day->ada, ATSPI_ROLE_LABEL, "3 selected"));
  at_person_press (day->ada, "e");
  see_view (day, "Inbox", 1);
  at_person_press (day->ada, "u");
  see_view (day, "Inbox", 4);
}

int
main (int   argc,
      char *argv[])
{
  at_room_open (&argc, &argv);
  g_test_add ("/ui-at/day/triage", Day, GUINT_TO_POINTER (N_CASES), set_up, test_triage, tear_down);
  g_test_add ("/ui-at/day/mention", Day, GUINT_TO_POINTER (2), set_up, test_mention, tear_down);
  g_test_add ("/ui-at/day/search", Day, GUINT_TO_POINTER (5), set_up, test_search, tear_down);
  g_test_add ("/ui-at/day/bulk", Day, GUINT_TO_POINTER (4), set_up, test_bulk, tear_down);
  return g_test_run ();
}
