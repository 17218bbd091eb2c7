/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include "csm-assign.h"
#include "csm-away.h"
#include "csm-desk-clock.h"
#include "csm-desk-records.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"

#define CASE CSM_TYPE_ID_CASE
#define PERSON CSM_TYPE_ID_PERSON

static int
patch (CsmTxn             *txn,
       const CsmPrincipal *who,
       CsmTypeId           type,
       const char         *id,
       const char         *format,
       ...) G_GNUC_PRINTF (5, 6);

static int
patch (CsmTxn             *txn,
       const CsmPrincipal *who,
       CsmTypeId           type,
       const char         *id,
       const char         *format,
       ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  return desk_test_patch (txn, who, type, id, desk_test_json ("%s", text));
}

static char *
open_case (Desk       *desk,
           CsmTxn     *txn,
           const char *owner)
{
  g_autofree char *id = csm_id_new ('c');
  JsonObject *record = owner != NULL ? desk_test_json ("{'subject':'A zip','ownerId':'%s'}", owner) : desk_test_json ("{'subject':'A zip'}");

  g_assert_cmpint (desk_test_create (txn, desk->agent, CASE, id, record), ==, -1);
  return g_steal_pointer (&id);
}

/* From @from hours on, for @hours. */
static void
go_away (CsmTxn             *txn,
         const CsmPrincipal *who,
         int                 from,
         int                 hours,
         const char         *when_away,
         const char         *stand_in)
{
  gint64 hour = 3600 * CSM_SECOND;
  g_autofree char *start = csm_time_format (csm_time_now () + from * hour);
  g_autofree char *end = csm_time_format (csm_time_now () + (from + hours) * hour);
  g_autofree char *quoted = stand_in != NULL ? g_strdup_printf ("'%s'", stand_in) : g_strdup ("null");

  g_assert_cmpint (patch (txn, who, PERSON, who->person_id, "{'awayFrom':'%s','awayUntil':'%s','whenAway':'%s','standInId':%s}", start, end, when_away, quoted), ==, -1);
}

static gint64
run_at (CsmTxn *txn,
        int     hours)
{
  gint64 next = CSM_TIME_NONE;
  GError *error = NULL;

  csm_away_run (txn, csm_time_now () + hours * 3600 * CSM_SECOND, &next, &error);
  g_assert_no_error (error);
  return next;
}

/* --- Away ---------------------------------------------------------------------------------------------------------------- */

static void
test_stand_in (Desk   *desk,
               CsmTxn *txn)
{
  const char *ben = desk->agent->person_id, *ana = desk->lead->person_id, *mira = desk->admin->person_id;
  g_autofree char *kept = open_case (desk, txn, ben);
  g_autofree char *done = open_case (desk, txn, ben);
  g_autofree char *taken = open_case (desk, txn, ben);
  g_autofree char *old = open_case (desk, txn, ben);

  g_assert_cmpint (patch (txn, desk->agent, CASE, old, "{'status':'resolved'}"), ==, -1);
  go_away (txn, desk->agent, 1, 48, "standIn", ana);
  desk_assert_text (txn, CASE, kept, "ownerId", ben);
  g_assert_cmpint (run_at (txn, 0), >, csm_time_now ());
  desk_assert_text (txn, CASE, kept, "ownerId", ben);
  run_at (txn, 2);
  desk_assert_text (txn, CASE, kept, "ownerId", ana);
  desk_assert_text (txn, CASE, old, "ownerId", ben);
  g_assert_cmpuint (desk_test_events (txn, kept, "assigned"), ==, 1);
  /* Once, not at each look. */
  g_assert_cmpint (patch (txn, desk->lead, CASE, taken, "{'ownerId':'%s'}", ben), ==, -1);
  run_at (txn, 3);
  desk_assert_text (txn, CASE, taken, "ownerId", ben);
  g_assert_cmpint (patch (txn, desk->lead, CASE, taken, "{'ownerId':'%s'}", mira), ==, -1);
  g_assert_cmpint (patch (txn, desk->lead, CASE, done, "{'status':'resolved'}"), ==, -1);

  run_at (txn, 50);
  desk_assert_text (txn, CASE, kept, "ownerId", ben);
  desk_assert_text (txn, CASE, done, "ownerId", ana);
  desk_assert_text (txn, CASE, taken, "ownerId", mira);
  desk_assert_text (txn, CASE, old, "ownerId", ben);
  g_assert_cmpuint (desk_test_events (txn, kept, "assigned"), ==, 2);
}

static void
test_chain (Desk   *desk,
            CsmTxn *txn)
{
  const char *ben = desk->agent->person_id, *ana = desk->lead->person_id, *mira = desk->admin->person_id;
  g_autofree char *first = open_case (desk, txn, ben);
  g_autofree char *second = NULL;

  go_away (txn, desk->lead, 10, 10, "standIn", mira);
  go_away (txn, desk->agent, 1, 40, "standIn", ana);
  run_at (txn, 2);
  desk_assert_text (txn, CASE, first, "ownerId", ana);
  run_at (txn, 11);
  desk_assert_text (txn, CASE, first, "ownerId", mira);
  /* Whose stand-in is away gets theirs. */
  second = open_case (desk, txn, ben);
  g_assert_cmpint (patch (txn, desk->agent, PERSON, ben, "{'whenAway':'keep'}"), ==, -1);
  run_at (txn, 50);
  desk_assert_text (txn, CASE, first, "ownerId", ben);
  desk_assert_text (txn, CASE, second, "ownerId", ben);

  /* In a circle, or with somebody who has left, nobody has it. */
  go_away (txn, desk->admin, 1, 10, "standIn", ben);
  go_away (txn, desk->agent, 1, 10, "standIn", mira);
  run_at (txn, 2);
  desk_assert_text (txn, CASE, first, "ownerId", NULL);
  run_at (txn, 30);
  desk_assert_text (txn, CASE, first, "ownerId", ben);
}

static void
test_dates (Desk   *desk,
            CsmTxn *txn)
{
  const char *ben = desk->agent->person_id, *ana = desk->lead->person_id;
  g_autofree char *id = open_case (desk, txn, ben);
  g_autofree char *mail = NULL;
  g_autofree char *mail_case = NULL;
  g_autofree char *answer = NULL;

  mail = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  mail_case = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, mail, "caseId");
  g_assert_cmpint (patch (txn, desk->agent, CASE, mail_case, "{'ownerId':'%s','status':'resolved'}", ben), ==, -1);
  g_assert_cmpint (patch (txn, desk->agent, PERSON, ben, "{'standInId':'%s'}", ben), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (patch (txn, desk->agent, PERSON, ben, "{'awayFrom':'2026-03-02T00:00:00Z','awayUntil':'2026-03-01T00:00:00Z'}"), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (patch (txn, desk->agent, PERSON, ana, "{'awayFrom':'2026-03-02T00:00:00Z'}"), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (patch (txn, desk->agent, PERSON, ben, "{'takesCases':false}"), ==, CSM_DESK_ERROR_FORBIDDEN);

  /* At once, when it has begun; and back when they come earlier. */
  go_away (txn, desk->agent, -1, 10, "standIn", ana);
  desk_assert_text (txn, CASE, id, "ownerId", ana);
  desk_assert_text (txn, CASE, mail_case, "ownerId", ben);
  /* A customer who comes back doesn't wait for them. */
  answer = desk_test_mail (desk, txn, "jonas@example.net", "b@x", "a@x");
  desk_assert_text (txn, CASE, mail_case, "status", "open");
  desk_assert_text (txn, CASE, mail_case, "ownerId", ana);
  g_assert_cmpint (patch (txn, desk->agent, PERSON, ben, "{'awayFrom':null,'awayUntil':null}"), ==, -1);
  desk_assert_text (txn, CASE, id, "ownerId", ben);
  desk_assert_text (txn, CASE, mail_case, "ownerId", ben);

  /* Whoever leaves for good keeps what they own until somebody takes it. */
  g_assert_cmpint (patch (txn, desk->admin, PERSON, ben, "{'active':false}"), ==, -1);
  desk_assert_text (txn, CASE, id, "ownerId", ben);
}

/* --- The clock ------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmStore *store;
  char     *case_id;
  char     *person[2];
} Alone;

static gpointer
leave_soon (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  Alone *alone = input;
  g_autofree char *from = csm_time_format (csm_time_now () + CSM_SECOND / 5);

  alone->person[0] = desk_test_insert (txn, PERSON, desk_test_json ("{'name':'Ana','email':'ana@fernweh.example.com'}"));
  alone->person[1] = desk_test_insert (txn, PERSON, desk_test_json ("{'name':'Ben','email':'ben@fernweh.example.com','awayFrom':'%s','whenAway':'standIn','standInId':'%s'}",
                                                                    from, alone->person[0]));
  alone->case_id = desk_test_insert (txn, CASE, desk_test_json ("{'subject':'A zip','status':'open','ownerId':'%s'}", alone->person[1]));
  return NULL;
}

static gpointer
read_owner (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  return desk_test_text (txn, CASE, ((Alone *) input)->case_id, "ownerId");
}

static gboolean
give_up (gpointer data)
{
  g_error ("nobody stood in");
  return G_SOURCE_REMOVE;
}

/* Nobody does anything, and it happens. */
static void
test_clock (void)
{
  GError *error = NULL;
  g_autofree char *base = g_dir_make_tmp ("casement-away-XXXXXX", &error);
  g_autofree char *directory = g_build_filename (base, "data", NULL);
  Alone alone = { NULL };
  g_autoptr (CsmDeskClock) clock = NULL;
  g_autofree char *owner = NULL;
  guint limit = g_timeout_add_seconds (20, give_up, NULL);

  csm_store_create (directory, "Fernweh", &error);
  alone.store = csm_store_open (directory, &error);
  g_assert_no_error (error);
  clock = csm_desk_clock_new (alone.store);
  csm_desk_clock_start (clock);
  csm_store_run (alone.store, TRUE, leave_soon, &alone, &error);
  g_assert_no_error (error);
  while (g_strcmp0 (owner, alone.person[0]) != 0)
    {
      g_main_context_iteration (NULL, TRUE);
      g_free (owner);
      owner = csm_store_run (alone.store, FALSE, read_owner, &alone, &error);
    }
  g_source_remove (limit);
  csm_desk_clock_stop (clock);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_finalize_object (g_steal_pointer (&clock));
  g_assert_finalize_object (alone.store);
  g_free (alone.case_id);
  g_free (alone.person[0]);
  g_free (alone.person[1]);
  desk_test_remove (base);
}

/* --- Fair ------------------------------------------------------------------------------------------------------------------ */

static void
make_fair (Desk   *desk,
           CsmTxn *txn)
{
  g_assert_cmpint (patch (txn, desk->admin, CSM_TYPE_ID_TEAM, desk->team, "{'assignment':'fair','memberIds/%s':true,'memberIds/%s':true}",
                          desk->agent->person_id, desk->lead->person_id), ==, -1);
}

static char *
owner_of (CsmTxn     *txn,
          const char *message_id)
{
  g_autofree char *case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, message_id, "caseId");

  return desk_test_text (txn, CASE, case_id, "ownerId");
}

static void
test_fair (Desk   *desk,
           CsmTxn *txn)
{
  const char *ben = desk->agent->person_id, *ana = desk->lead->person_id;
  g_autofree char *unowned = desk_test_mail (desk, txn, "lea@example.org", "z@x", NULL);
  guint counts[2] = { 0 };

  g_autofree char *nobody = owner_of (txn, unowned);
  g_autofree char *busy = open_case (desk, txn, ben);
  g_autofree char *moved = open_case (desk, txn, NULL);
  g_autofree char *list = NULL;

  g_assert_null (nobody);
  make_fair (desk, txn);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *rfc_id = g_strdup_printf ("m%u@x", i);
      g_autofree char *from = g_strdup_printf ("c%u@example.net", i);
      g_autofree char *mail = desk_test_mail (desk, txn, from, rfc_id, NULL);
      g_autofree char *owner = owner_of (txn, mail);

      g_assert_nonnull (owner);
      counts[g_str_equal (owner, ana)]++;
    }
  /* Ben had one already. */
  g_assert_cmpuint (counts[0], ==, 2);
  g_assert_cmpuint (counts[1], ==, 3);

  /* What machines write is given to nobody, and neither is what an archive brings. */
  list = desk_test_take (desk, txn, "{'messageId':'n@x','from':[{'address':'news@example.org'}],'headers':{'listId':'News <news.example.org>'}}");
  g_free (nobody);
  nobody = owner_of (txn, list);
  g_assert_null (nobody);

  /* One that comes to the team; who is away or takes none isn't chosen. */
  g_assert_cmpint (patch (txn, desk->lead, PERSON, ana, "{'takesCases':false}"), ==, -1);
  g_assert_cmpint (patch (txn, desk->agent, CASE, moved, "{'teamId':'%s'}", desk->team), ==, -1);
  desk_assert_text (txn, CASE, moved, "ownerId", ben);
  g_assert_cmpuint (desk_test_events (txn, moved, "assigned"), ==, 1);
  /* Whoever has it keeps it, and whoever gives it back gives it to nobody. */
  g_assert_cmpint (patch (txn, desk->agent, CASE, moved, "{'ownerId':null}"), ==, -1);
  desk_assert_text (txn, CASE, moved, "ownerId", NULL);
  go_away (txn, desk->agent, -1, 5, "keep", NULL);
  g_clear_pointer (&nobody, g_free);
  g_clear_pointer (&list, g_free);
  list = desk_test_mail (desk, txn, "late@example.net", "late@x", NULL);
  nobody = owner_of (txn, list);
  g_assert_null (nobody);
}

static void
test_escalate (Desk   *desk,
               CsmTxn *txn)
{
  g_autofree char *second = desk_test_insert (txn, CSM_TYPE_ID_TEAM, desk_test_json ("{'name':'Product','department':'product'}"));
  g_autofree char *id = open_case (desk, txn, desk->agent->person_id);
  GError *error = NULL;
  gboolean moved;

  g_assert_cmpint (patch (txn, desk->admin, CSM_TYPE_ID_TEAM, desk->team, "{'escalatesTo':'%s'}", second), ==, -1);
  g_assert_cmpint (patch (txn, desk->admin, CSM_TYPE_ID_TEAM, second, "{'escalatesTo':'%s'}", desk->team), ==, -1);
  g_assert_cmpint (patch (txn, desk->agent, CASE, id, "{'teamId':'%s'}", desk->team), ==, -1);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (JsonObject) case_ = desk_test_get (txn, CASE, id);

      csm_assign_escalate (txn, NULL, case_, "late", &moved, &error);
      g_assert_no_error (error);
      g_assert_cmpint (moved, ==, i == 0);
      csm_desk_save (txn, CASE, case_, &error);
      g_assert_no_error (error);
      desk_assert_text (txn, CASE, id, "teamId", second);
      desk_assert_text (txn, CASE, id, "ownerId", NULL);
    }
  g_assert_cmpuint (desk_test_events (txn, id, "escalated"), ==, 1);
}

/* --- What can't be read ---------------------------------------------------------------------------------------------------- */

static void
damage_person (Desk   *desk,
               CsmTxn *txn)
{
  make_fair (desk, txn);
}

/* A colleague who can't be read keeps no mail from coming in, not even their own. */
static void
fair_without_person (Desk   *desk,
                     CsmTxn *txn)
{
  g_autofree char *mail = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autofree char *owner = owner_of (txn, mail);
  g_autofree char *own = desk_test_mail (desk, txn, "ana@fernweh.example.com", "b@x", NULL);

  g_assert_cmpstr (owner, ==, desk->agent->person_id);
  g_assert_nonnull (own);
}

static const DeskDamage damaged_person = {
  damage_person, "UPDATE person SET json = substr (json, 1, 20) WHERE account = 1 AND email LIKE 'ana@%'", fair_without_person, "is damaged",
};

static void
damage_one_case (Desk   *desk,
                 CsmTxn *txn)
{
  g_free (open_case (desk, txn, desk->agent->person_id));
  g_free (open_case (desk, txn, desk->agent->person_id));
  go_away (txn, desk->agent, 1, 48, "standIn", desk->lead->person_id);
}

/* Nor a case that can't be read the others from being given on, and back. */
static void
away_without_case (Desk   *desk,
                   CsmTxn *txn)
{
  run_at (txn, 2);
  g_assert_cmpuint (desk_test_count (txn, CASE, "ownerId", desk->lead->person_id), ==, 1);
  run_at (txn, 50);
  g_assert_cmpuint (desk_test_count (txn, CASE, "ownerId", desk->lead->person_id), ==, 0);
}

static const DeskDamage damaged_case = {
  damage_one_case, "UPDATE case_ SET json = substr (json, 1, 40) WHERE rowid = (SELECT min (rowid) FROM case_)", away_without_case, "is damaged",
};

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  desk_test_add ("/assign/stand-in", test_stand_in);
  desk_test_add ("/assign/chain", test_chain);
  desk_test_add ("/assign/dates", test_dates);
  g_test_add_func ("/assign/clock", test_clock);
  desk_test_add ("/assign/fair", test_fair);
  desk_test_add ("/assign/escalate", test_escalate);
  desk_test_add_damaged ("/assign/damaged-person", &damaged_person);
  desk_test_add_damaged ("/assign/damaged-case", &damaged_case);
  return g_test_run ();
}
