/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "at-office.h"

#include <string.h>

#define N_CASES 20

/* One working day: each scene goes on where the one before has ended. */
typedef struct
{
  AtOffice *office;
  AtPerson *ada;
} Day;

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

  at_person_see (day->ada, ATSPI_ROLE_LIST_ITEM, row);
}

/* What its customer wrote is there to be read. */
static void
see_question (Day   *day,
              guint  number)
{
  g_autofree char *message = g_strdup_printf ("Customer %u, via Support, *", number);

  at_person_see (day->ada, ATSPI_ROLE_PANEL, message);
}

static void
see_listed (AtPerson *person,
            guint     n)
{
  at_person_see_n (person, ATSPI_ROLE_LIST_ITEM, "Customer *, Question *", n);
}

static void
test_sign_in (gconstpointer data)
{
  Day *day = (Day *) data;

  day->office = at_office_open (N_CASES);
  day->ada = at_office_join (day->office, AT_ADA);
  at_person_see_synced (day->ada);
  see_view (day, "Inbox", N_CASES);
  at_person_check_names (day->ada);
}

/* Twenty cases, and no mouse: some are done, some put off, some given to a colleague, some tagged. */
static void
test_triage (gconstpointer data)
{
  Day *day = (Day *) data;
  guint left = N_CASES;

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
      at_person_see (day->ada, ATSPI_ROLE_LABEL, "Tomorrow");
      at_person_press (day->ada, "Down");
      at_person_press (day->ada, "Return");
      see_view (day, "Snoozed", i);
      see_question (day, --left);
    }
  for (guint i = 1; i <= 4; i++)
    {
      at_person_press (day->ada, "a");
      at_person_see (day->ada, ATSPI_ROLE_LABEL, "Ben Lund");
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

/* While it is typed the list has what fits, and afterwards what it had. */
static void
test_search (gconstpointer data)
{
  Day *day = (Day *) data;

  see_listed (day->ada, 8);
  at_person_type (day->ada, "/customer4");
  see_listed (day->ada, 1);
  at_person_see (day->ada, ATSPI_ROLE_LIST_ITEM, "Customer 4, Question 4, *");
  at_person_press (day->ada, "Escape");
  at_person_press (day->ada, "Escape");
  see_listed (day->ada, 8);
}

/* Several at once, and one Undo for all of them. */
static void
test_bulk (gconstpointer data)
{
  Day *day = (Day *) data;

  at_person_press (day->ada, "k");
  see_question (day, 2);
  at_person_press (day->ada, "x");
  at_person_see (day->ada, ATSPI_ROLE_LABEL, "1 selected");
  at_person_press (day->ada, "Shift+k");
  at_person_press (day->ada, "Shift+k");
  at_person_see (day->ada, ATSPI_ROLE_LABEL, "3 selected");
  at_person_check_names (day->ada);
  at_person_press (day->ada, "e");
  see_view (day, "Inbox", 5);
  at_person_press (day->ada, "u");
  see_view (day, "Inbox", 8);
}

/* A page of a window, and what is on it */
typedef struct
{
  const char *title;
  AtspiRole   role;
  const char *name;
} Page;

static const Page preferences[] = {
  { "Reading", ATSPI_ROLE_COMBO_BOX, "Mark as Read" },
  { "Writing", ATSPI_ROLE_LIST_ITEM, "Time to Undo Sending" },
  { "Offline", ATSPI_ROLE_LIST_ITEM, "Room" },
  { "Account", ATSPI_ROLE_TEXT, "Old Password" },
};

static const Page workspace[] = {
  { "Sorting", ATSPI_ROLE_PUSH_BUTTON, "Add a rule" },
  { "Promises", ATSPI_ROLE_PUSH_BUTTON, "Add a service level" },
  { "Texts", ATSPI_ROLE_PUSH_BUTTON, "New Snippet" },
  { "Templates", ATSPI_ROLE_LIST_ITEM, "Nothing Is Kept Yet" },
  { "People", ATSPI_ROLE_LIST_ITEM, "Ben Lund" },
  { "Tags", ATSPI_ROLE_TEXT, "Add a Tag" },
  { "Teams", ATSPI_ROLE_TEXT, "Add a Team" },
  { "Changes", ATSPI_ROLE_LIST_ITEM, "*added Ben Lund" },
};

static void
see_window (Day        *day,
            const char *title,
            const Page *pages,
            guint       n_pages)
{
  at_person_see_window (day->ada, title, TRUE);
  for (guint i = 0; i < n_pages; i++)
    {
      at_person_click (day->ada, ATSPI_ROLE_PAGE_TAB, pages[i].title);
      at_person_see (day->ada, pages[i].role, pages[i].name);
    }
  at_person_check_names (day->ada);
  at_person_press (day->ada, "Escape");
  at_person_see_window (day->ada, title, FALSE);
}

/* Whatever there is to do is found by its name. */
static void
test_palette (gconstpointer data)
{
  Day *day = (Day *) data;

  at_person_press (day->ada, "Control+k");
  at_person_type (day->ada, "preferences");
  at_person_see (day->ada, ATSPI_ROLE_LIST_ITEM, "Preferences");
  at_person_check_names (day->ada);
  at_person_press (day->ada, "Return");
  see_window (day, "Preferences", preferences, G_N_ELEMENTS (preferences));
  at_person_press (day->ada, "Control+k");
  at_person_type (day->ada, "workspace\n");
  see_window (day, "Workspace", workspace, G_N_ELEMENTS (workspace));
  at_person_press (day->ada, "Control+k");
  at_person_type (day->ada, "customer5");
  at_person_see (day->ada, ATSPI_ROLE_LIST_ITEM, "Question 5");
  at_person_press (day->ada, "Return");
  see_question (day, 5);
}

/* A file goes along with a reply. */
static void
test_attachment (gconstpointer data)
{
  Day *day = (Day *) data;
  g_autofree char *path = at_office_folder (day->office, "label.txt");

  g_assert_true (g_file_set_contents (path, "The label of the parcel\n", -1, NULL));
  at_person_press (day->ada, "r");
  at_person_type (day->ada, "Here is the label.");
  at_person_click (day->ada, ATSPI_ROLE_PUSH_BUTTON, "Attach files");
  at_person_see_window (day->ada, "Attach Files", TRUE);
  at_person_type (day->ada, path);
  at_person_press (day->ada, "Return");
  at_person_see_window (day->ada, "Attach Files", FALSE);
  at_person_see (day->ada, ATSPI_ROLE_LABEL, "label.txt");
  at_person_press (day->ada, "Control+Return");
  at_person_see (day->ada, ATSPI_ROLE_PANEL, "Ada Okafor, to Customer 5, *");
}

/* Question and answer between two windows, and the customer hears nothing of it. */
static void
test_mention (gconstpointer data)
{
  Day *day = (Day *) data;
  AtPerson *ben = at_office_join (day->office, AT_BEN);
  g_autofree char *sent = NULL;

  at_person_see_synced (ben);
  at_person_press (day->ada, "Escape");
  at_person_press (day->ada, "j");
  see_question (day, 4);
  at_person_press (day->ada, "n");
  at_person_type (day->ada, "@Ben");
  at_person_see (day->ada, ATSPI_ROLE_LIST_ITEM, "Ben Lund*");
  at_person_press (day->ada, "Return");
  at_person_type (day->ada, " what does the depot say?\n");
  at_person_see (ben, ATSPI_ROLE_LIST_ITEM, "Mentions, 1 case");
  at_person_hear (ben, "Ada Okafor");
  at_person_press (ben, "Control+4");
  see_listed (ben, 1);
  at_person_press (ben, "j");
  at_person_see (ben, ATSPI_ROLE_LABEL, "*what does the depot say?*");
  at_person_press (ben, "n");
  at_person_type (ben, "It is found.\n");
  at_person_see (day->ada, ATSPI_ROLE_LABEL, "*It is found.*");
  at_person_see (day->ada, ATSPI_ROLE_STATUS_BAR, "*New note from Ben Lund*");
  at_person_leave (ben);
  at_office_deliver (day->office, "Customer 4 <customer4@example.org>", 4, "Re: Question 4", "Nobody knows?");
  at_person_see (day->ada, ATSPI_ROLE_STATUS_BAR, "*New message from Customer 4*");
  at_person_check_names (day->ada);
  /* What was sent before has left meanwhile, and nothing else. */
  sent = at_office_wait_sent (day->office, 1, "filename=label.txt");
  g_assert_nonnull (strstr (sent, "Here is the label."));
  g_assert_null (strstr (sent, "depot"));
}

/* What is done on a train waits, says so, and leaves once when there is a network again. */
static void
test_offline (gconstpointer data)
{
  Day *day = (Day *) data;
  g_autofree char *sent = NULL;

  at_office_stop (day->office);
  at_person_see (day->ada, ATSPI_ROLE_STATUS_BAR, "*Offline*");
  at_person_press (day->ada, "Escape");
  at_person_press (day->ada, "j");
  see_question (day, 8);
  at_person_press (day->ada, "r");
  at_person_type (day->ada, "It is on its way.");
  at_person_press (day->ada, "Control+Return");
  at_person_see (day->ada, ATSPI_ROLE_PANEL, "Ada Okafor, to Customer 8, *");
  at_person_see (day->ada, ATSPI_ROLE_STATUS_BAR, "*Reply: Waits for the network*Offline*change*wait*");
  at_person_press (day->ada, "Escape");
  at_person_press (day->ada, "j");
  see_question (day, 7);
  at_person_press (day->ada, "n");
  at_person_type (day->ada, "The depot has no idea.\n");
  at_person_see (day->ada, ATSPI_ROLE_LABEL, "*The depot has no idea.*");
  at_person_see (day->ada, ATSPI_ROLE_STATUS_BAR, "*Offline*changes wait*");
  at_person_press (day->ada, "Escape");
  at_person_press (day->ada, "e");
  see_view (day, "Inbox", 5);
  at_person_leave (day->ada);

  /* It was not only in memory, and what came meanwhile is there, too. */
  at_office_deliver (day->office, "Customer 21 <customer21@example.org>", 0, "Question 21", "Good evening,\n\nwhere is mine?");
  at_office_start (day->office);
  day->ada = at_office_return (day->office, AT_ADA);
  at_person_see_synced (day->ada);
  see_view (day, "Inbox", 6);
  sent = at_office_wait_sent (day->office, 2, "It is on its way.");
  g_assert_null (strstr (sent, "no idea"));
  at_person_leave (day->ada);
  at_office_close (day->office);
}

int
main (int   argc,
      char *argv[])
{
  AtRoom *room = at_room_open (&argc, &argv);
  Day day = { NULL, NULL };
  int result;

  g_test_add_data_func ("/ui-at/day/sign-in", &day, test_sign_in);
  g_test_add_data_func ("/ui-at/day/triage", &day, test_triage);
  g_test_add_data_func ("/ui-at/day/search", &day, test_search);
  g_test_add_data_func ("/ui-at/day/bulk", &day, test_bulk);
  g_test_add_data_func ("/ui-at/day/palette", &day, test_palette);
  g_test_add_data_func ("/ui-at/day/attachment", &day, test_attachment);
  g_test_add_data_func ("/ui-at/day/mention", &day, test_mention);
  g_test_add_data_func ("/ui-at/day/offline", &day, test_offline);
  result = g_test_run ();
  at_room_close (room);
  return result;
}
