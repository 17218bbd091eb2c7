/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include <string.h>

#include "csm-clock-steps.h"
#include "csm-clocks.h"
#include "csm-desk-clock.h"
#include "csm-desk-records.h"
#include "csm-failpoint.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"

/*
 * What was promised, and what became of it. The clock is set as each test wants it, which takes a build with -Dfailpoints=true.
 */

#if CSM_FAILPOINTS

#define OFFICE "{'name':'Office','timezone':'Europe/Berlin','hours':{'mon':{'spans':[[540,1020]]},'tue':{'spans':[[540,1020]]}," \
               "'wed':{'spans':[[540,1020]]},'thu':{'spans':[[540,1020]]},'fri':{'spans':[[540,1020]]}}}"

/* A Monday at nine in the morning in Berlin. */
#define MONDAY "2026-06-01T07:00:00Z"

static void
set_clock (Desk   *desk,
           gint64  at)
{
  csm_fault_set_clock (csm_fault_clock () + at - csm_time_now ());
  desk->clock = at;
}

static void
at (Desk       *desk,
    const char *time)
{
  set_clock (desk, csm_time_parse (time));
}

static char *
make (CsmTxn             *txn,
      const CsmPrincipal *who,
      CsmTypeId           type,
      const char         *json)
{
  char *id = csm_id_new (csm_record_type_get (type)->letter);

  g_assert_cmpint (desk_test_create (txn, who, type, id, desk_test_json ("%s", json)), ==, -1);
  return id;
}

/* A level by office hours that promises an answer within four hours, and more. */
static char *
make_level (Desk       *desk,
            CsmTxn     *txn,
            const char *more)
{
  g_autofree char *calendar = make (txn, desk->lead, CSM_TYPE_ID_CALENDAR, OFFICE);
  g_autofree char *json = g_strdup_printf ("{'name':'Gold','calendarId':'%s','answerWithin':240%s}", calendar, more);

  return make (txn, desk->lead, CSM_TYPE_ID_SERVICE_LEVEL, json);
}

static JsonObject *
get_clock (CsmTxn     *txn,
           const char *case_id,
           const char *name)
{
  g_autoptr (JsonObject) case_ = desk_test_get (txn, CSM_TYPE_ID_CASE, case_id);
  JsonObject *clocks = csm_json_get_object (case_, "clocks");
  JsonObject *clock = clocks != NULL ? csm_json_get_object (clocks, name) : NULL;

  return clock != NULL ? json_object_ref (clock) : NULL;
}

static void
assert_clock (CsmTxn     *txn,
              const char *case_id,
              const char *name,
              const char *state,
              const char *by)
{
  g_autoptr (JsonObject) clock = get_clock (txn, case_id, name);

  if (state == NULL)
    {
      g_assert_null (clock);
      return;
    }
  g_assert_nonnull (clock);
  g_assert_cmpstr (csm_json_get_string (clock, "state"), ==, state);
  /* The clock goes on while the test runs. */
  g_assert_cmpint (ABS (csm_json_get_time (clock, "by") - csm_time_parse (by)), <, 20 * CSM_SECOND);
}

static void
assert_first (CsmTxn     *txn,
              const char *case_id,
              const char *kind)
{
  desk_assert_text (txn, CSM_TYPE_ID_CASE, case_id, "clockKind", kind);
  if (kind == NULL)
    desk_assert_text (txn, CSM_TYPE_ID_CASE, case_id, "clockAt", NULL);
}

static void
patch (CsmTxn             *txn,
       const CsmPrincipal *who,
       const char         *case_id,
       const char         *json)
{
  g_assert_cmpint (desk_test_patch (txn, who, CSM_TYPE_ID_CASE, case_id, desk_test_json ("%s", json)), ==, -1);
}

static char *
take (Desk       *desk,
      CsmTxn     *txn,
      const char *rfc_id,
      const char *in_reply_to)
{
  g_autofree char *message = desk_test_mail (desk, txn, "jonas@example.net", rfc_id, in_reply_to);

  return desk_test_text (txn, CSM_TYPE_ID_MESSAGE, message, "caseId");
}

static char *
reply (CsmTxn             *txn,
       const CsmPrincipal *who,
       const char         *case_id)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CONVERSATION), "caseId", case_id, &error);
  char *id = csm_id_new ('s');

  g_assert_no_error (error);
  g_assert_cmpint (desk_test_create (txn, who, CSM_TYPE_ID_SUBMISSION, id,
                                     desk_test_json ("{'caseId':'%s','conversationId':'%s','to':[{'name':'Jonas','address':'jonas@example.net'}],"
                                                     "'textBody':'We repair it.','confirmed':true}", case_id, (char *) g_ptr_array_index (ids, 0))), ==, -1);
  return id;
}

static void
run (CsmTxn *txn)
{
  GError *error = NULL;
  gboolean more = TRUE;
  gint64 next;

  while (more)
    g_assert_true (csm_clocks_sweep (txn, &more, &error));
  g_assert_true (csm_clocks_run (txn, csm_time_now (), &next, &error));
  g_assert_no_error (error);
  g_assert_cmpint (next == CSM_TIME_NONE ? G_MAXINT64 : next, >, csm_time_now () - CSM_SECOND);
}

/* --- Promises kept --------------------------------------------------------------------------------------------------------------- */

static void
test_answer (Desk   *desk,
             CsmTxn *txn)
{
  g_autofree char *level = make_level (desk, txn, ",'acknowledgeWithin':30");
  g_autofree char *id = NULL, *first = NULL, *second = NULL;
  g_autoptr (JsonObject) clock = NULL;
  JsonObject *why;

  at (desk, "2026-05-29T13:00:00Z");
  id = take (desk, txn, "a@x", NULL);
  assert_clock (txn, id, "acknowledge", "running", "2026-05-29T13:30:00Z");
  assert_clock (txn, id, "answer", "running", "2026-06-01T09:00:00Z");
  assert_clock (txn, id, "resolve", NULL, NULL);
  assert_first (txn, id, "acknowledge");
  desk_assert_text (txn, CSM_TYPE_ID_CASE, id, "clockAt", "2026-05-29T13:30:00Z");
  desk_assert_text (txn, CSM_TYPE_ID_CASE, id, "serviceLevelId", level);
  clock = get_clock (txn, id, "answer");
  why = csm_json_get_object (clock, "why");
  g_assert_cmpstr (csm_json_get_string (why, "levelId"), ==, level);
  g_assert_cmpint (csm_json_get_int (why, "minutes", 0), ==, 240);
  g_assert_cmpstr (csm_json_get_string (why, "from"), ==, "2026-05-29T13:00:00Z");
  g_assert_nonnull (csm_json_get_string (why, "calendarId"));

  at (desk, "2026-05-29T13:20:00Z");
  patch (txn, desk->agent, id, "{'priority':'high'}");
  assert_clock (txn, id, "acknowledge", "met", "2026-05-29T13:30:00Z");
  assert_first (txn, id, "answer");
  desk_assert_text (txn, CSM_TYPE_ID_CASE, id, "warnAt", "2026-06-01T08:00:00Z");

  /* Who writes again is waiting since the first time. */
  at (desk, "2026-06-01T07:30:00Z");
  g_free (take (desk, txn, "b@x", "a@x"));
  assert_clock (txn, id, "answer", "running", "2026-06-01T09:00:00Z");

  at (desk, "2026-06-01T08:30:00Z");
  first = reply (txn, desk->agent, id);
  assert_clock (txn, id, "answer", "met", "2026-06-01T09:00:00Z");
  assert_first (txn, id, NULL);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_SUBMISSION, first, desk_test_json ("{'undoStatus':'canceled'}")), ==, -1);
  assert_clock (txn, id, "answer", "running", "2026-06-01T09:00:00Z");
  assert_first (txn, id, "answer");

  at (desk, "2026-06-01T09:30:00Z");
  second = reply (txn, desk->agent, id);
  assert_clock (txn, id, "answer", "late", "2026-06-01T09:00:00Z");
  assert_first (txn, id, NULL);
  at (desk, "2026-06-01T14:00:00Z");
  g_free (take (desk, txn, "c@x", "b@x"));
  assert_clock (txn, id, "answer", "running", "2026-06-02T10:00:00Z");
  at (desk, "2026-06-01T14:30:00Z");
  patch (txn, desk->agent, id, "{'status':'resolved'}");
  assert_clock (txn, id, "answer", "met", "2026-06-02T10:00:00Z");
  g_assert_cmpuint (desk_test_events (txn, id, "clockLate"), ==, 0);
}

/* What colleagues wrote in another program is an answer; what a machine writes is neither question nor answer. */
static void
test_elsewhere (Desk   *desk,
                CsmTxn *txn)
{
  g_autofree char *level = make_level (desk, txn, "");
  g_autofree char *id = NULL, *away = NULL, *news = NULL, *news_case = NULL, *old = NULL, *old_case = NULL, *sent = NULL;

  at (desk, MONDAY);
  id = take (desk, txn, "a@x", NULL);
  at (desk, "2026-06-01T08:00:00Z");
  desk->sent = TRUE;
  sent = desk_test_take (desk, txn, "{'messageId':'b@x','inReplyTo':['a@x'],'from':[{'address':'" DESK_TEST_ADDRESS "'}],'to':[{'address':'jonas@example.net'}]}");
  desk->sent = FALSE;
  assert_clock (txn, id, "answer", "met", "2026-06-01T11:00:00Z");
  away = desk_test_take (desk, txn, "{'messageId':'c@x','inReplyTo':['b@x'],'headers':{'autoSubmitted':'auto-replied'}}");
  assert_clock (txn, id, "answer", "met", "2026-06-01T11:00:00Z");
  news = desk_test_take (desk, txn, "{'messageId':'d@x','from':[{'address':'news@example.org'}],'headers':{'listId':'<news.example.org>'}}");
  news_case = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, news, "caseId");
  assert_clock (txn, news_case, "answer", NULL, NULL);
  /* An archive: nobody was promised anything. */
  desk->clock = csm_time_parse ("2025-01-01T00:00:00Z");
  old = desk_test_take (desk, txn, "{'messageId':'e@x','from':[{'address':'priya@example.org'}]}");
  old_case = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, old, "caseId");
  assert_clock (txn, old_case, "answer", NULL, NULL);
}

static void
test_pause (Desk   *desk,
            CsmTxn *txn)
{
  g_autofree char *level = make_level (desk, txn, ",'resolveWithin':470");
  g_autofree char *id = NULL, *sent = NULL;

  at (desk, MONDAY);
  id = take (desk, txn, "a@x", NULL);
  assert_clock (txn, id, "resolve", "running", "2026-06-01T14:50:00Z");
  at (desk, "2026-06-01T08:00:00Z");
  sent = reply (txn, desk->agent, id);
  assert_clock (txn, id, "resolve", "paused", "2026-06-01T14:50:00Z");
  assert_first (txn, id, NULL);
  run (txn);
  /* A day later the customer writes; six hours and fifty minutes are left. */
  at (desk, "2026-06-02T08:00:00Z");
  g_free (take (desk, txn, "b@x", "a@x"));
  assert_clock (txn, id, "resolve", "running", "2026-06-02T14:50:00Z");
  assert_first (txn, id, "answer");
  /* To sleep is our own doing, and pauses nothing. */
  patch (txn, desk->agent, id, "{'status':'snoozed','snoozedUntil':'2026-06-02T09:00:00Z'}");
  assert_clock (txn, id, "resolve", "running", "2026-06-02T14:50:00Z");
  at (desk, "2026-06-02T14:00:00Z");
  patch (txn, desk->agent, id, "{'status':'resolved'}");
  assert_clock (txn, id, "resolve", "met", "2026-06-02T14:50:00Z");
  assert_clock (txn, id, "answer", "late", "2026-06-02T12:00:00Z");
  /* Not done after all: the day in between doesn't count; fifty minutes are left. */
  at (desk, "2026-06-03T14:30:00Z");
  g_free (take (desk, txn, "c@x", "b@x"));
  assert_clock (txn, id, "resolve", "running", "2026-06-04T07:20:00Z");
  at (desk, "2026-06-04T08:00:00Z");
  patch (txn, desk->agent, id, "{'status':'resolved'}");
  assert_clock (txn, id, "resolve", "late", "2026-06-04T07:20:00Z");
}

/* What was asked in another case is asked here when they are merged, and no more when that is taken back. */
static void
test_merged (Desk   *desk,
             CsmTxn *txn)
{
  g_autofree char *level = make_level (desk, txn, "");
  g_autofree char *old = NULL, *new = NULL, *into = NULL;

  at (desk, MONDAY);
  old = take (desk, txn, "a@x", NULL);
  at (desk, "2026-06-01T09:00:00Z");
  new = take (desk, txn, "b@x", NULL);
  g_free (reply (txn, desk->agent, new));
  assert_clock (txn, new, "answer", "met", "2026-06-01T13:00:00Z");
  into = g_strdup_printf ("{'mergedIntoId':'%s'}", new);
  patch (txn, desk->agent, old, into);
  assert_first (txn, old, NULL);
  desk_assert_text (txn, CSM_TYPE_ID_CASE, old, "clocks", NULL);
  patch (txn, desk->agent, old, "{'mergedIntoId':null}");
  assert_clock (txn, old, "answer", "running", "2026-06-01T11:00:00Z");
  assert_clock (txn, new, "answer", "met", "2026-06-01T13:00:00Z");
}

/* --- What happens before and at a breach ------------------------------------------------------------------------------------------- */

static JsonObject *
last_event (CsmTxn     *txn,
            const char *case_id,
            const char *kind)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_EVENT), "caseId", case_id, &error);
  JsonObject *found = NULL;

  g_assert_no_error (error);
  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (JsonObject) event = desk_test_get (txn, CSM_TYPE_ID_EVENT, g_ptr_array_index (ids, i));

      if (g_strcmp0 (csm_json_get_string (event, "kind"), kind) == 0)
        {
          g_clear_pointer (&found, json_object_unref);
          found = g_steal_pointer (&event);
        }
    }
  g_assert_nonnull (found);
  return found;
}

static void
assert_told (CsmTxn     *txn,
             const char *case_id,
             const char *does,
             const char *person_id)
{
  g_autoptr (JsonObject) event = last_event (txn, case_id, "clockWarning");
  JsonObject *after = csm_json_get_object (event, "after");

  g_assert_cmpstr (csm_json_get_string (after, "does"), ==, does);
  g_assert_true (csm_json_has_key (after, "toIds", person_id));
  g_assert_cmpstr (csm_json_get_string (event, "property"), ==, "answer");
  g_assert_null (csm_json_get_string (event, "personId"));
}

static void
test_steps (Desk   *desk,
            CsmTxn *txn)
{
  g_autofree char *second = make (txn, desk->admin, CSM_TYPE_ID_TEAM, "{'name':'Workshop'}");
  g_autofree char *path = g_strdup_printf ("{'escalatesTo':'%s'}", second);
  g_autofree char *owns = g_strdup_printf ("{'ownerId':'%s'}", desk->agent->person_id);
  g_autofree char *only = g_strdup_printf (",'teamId':'%s','steps':{'a':{'clock':'answer','minutes':-30,'does':'warnOwner'},"
                                           "'b':{'clock':'answer','minutes':10,'does':'tellLead'},'c':{'clock':'answer','minutes':60,'does':'escalate'}}", desk->team);
  g_autofree char *level = make_level (desk, txn, only);
  g_autofree char *id = NULL;
  g_autoptr (JsonObject) case_ = NULL;

  g_assert_cmpint (desk_test_patch (txn, desk->admin, CSM_TYPE_ID_TEAM, desk->team, desk_test_json ("%s", path)), ==, -1);
  at (desk, MONDAY);
  id = take (desk, txn, "a@x", NULL);
  patch (txn, desk->agent, id, owns);
  at (desk, "2026-06-01T10:29:00Z");
  run (txn);
  g_assert_cmpuint (desk_test_events (txn, id, "clockWarning"), ==, 0);
  at (desk, "2026-06-01T10:30:00Z");
  for (guint i = 0; i < 3; i++)
    run (txn);
  g_assert_cmpuint (desk_test_events (txn, id, "clockWarning"), ==, 1);
  assert_told (txn, id, "warnOwner", desk->agent->person_id);

  at (desk, "2026-06-01T11:00:01Z");
  for (guint i = 0; i < 3; i++)
    run (txn);
  g_assert_cmpuint (desk_test_events (txn, id, "clockLate"), ==, 1);
  assert_clock (txn, id, "answer", "late", "2026-06-01T11:00:00Z");
  assert_first (txn, id, "answer");
  at (desk, "2026-06-01T11:10:00Z");
  run (txn);
  assert_told (txn, id, "tellLead", desk->lead->person_id);

  /* Whatever changes in between, nothing is done twice. */
  patch (txn, desk->agent, id, "{'subject':'Another'}");
  at (desk, "2026-06-01T14:00:00Z");
  for (guint i = 0; i < 3; i++)
    run (txn);
  g_assert_cmpuint (desk_test_events (txn, id, "clockWarning"), ==, 3);
  assert_told (txn, id, "escalate", desk->lead->person_id);
  case_ = desk_test_get (txn, CSM_TYPE_ID_CASE, id);
  g_assert_cmpstr (csm_json_get_string (case_, "teamId"), ==, second);
  g_assert_true (csm_json_has_key (case_, "participantIds", desk->lead->person_id));
  /* The customer goes on being promised what they were. */
  g_assert_cmpstr (csm_json_get_string (case_, "serviceLevelId"), ==, level);
  assert_clock (txn, id, "answer", "late", "2026-06-01T11:00:00Z");

  /* The next question is another promise. */
  g_free (reply (txn, desk->agent, id));
  at (desk, "2026-06-02T07:00:00Z");
  g_free (take (desk, txn, "b@x", "a@x"));
  at (desk, "2026-06-02T12:00:00Z");
  run (txn);
  g_assert_cmpuint (desk_test_events (txn, id, "clockLate"), ==, 2);
}

/* What comes after a breach waits while the customer has the word. */
static void
test_late_rest (Desk   *desk,
                CsmTxn *txn)
{
  g_autofree char *level = make_level (desk, txn, ",'resolveWithin':60,'steps':{'a':{'clock':'resolve','minutes':60,'does':'tellLead'}}");
  g_autofree char *id = NULL;

  at (desk, MONDAY);
  id = take (desk, txn, "a@x", NULL);
  at (desk, "2026-06-01T08:30:00Z");
  run (txn);
  assert_clock (txn, id, "resolve", "late", "2026-06-01T08:00:00Z");
  g_free (reply (txn, desk->agent, id));
  assert_first (txn, id, "resolve");
  at (desk, "2026-06-01T12:00:00Z");
  run (txn);
  g_assert_cmpuint (desk_test_events (txn, id, "clockWarning"), ==, 0);
  g_free (take (desk, txn, "b@x", "a@x"));
  at (desk, "2026-06-01T12:29:00Z");
  run (txn);
  g_assert_cmpuint (desk_test_events (txn, id, "clockWarning"), ==, 0);
  at (desk, "2026-06-01T12:31:00Z");
  run (txn);
  g_assert_cmpuint (desk_test_events (txn, id, "clockWarning"), ==, 1);
}

/* A mail that came while the server was down was promised an answer all the same. */
static void
test_down (Desk   *desk,
           CsmTxn *txn)
{
  g_autofree char *level = make_level (desk, txn, ",'steps':{'a':{'clock':'answer','minutes':0,'does':'tellLead'}}");
  g_autofree char *id = NULL;

  at (desk, "2026-06-01T14:00:00Z");
  desk->clock = csm_time_parse (MONDAY);
  id = take (desk, txn, "a@x", NULL);
  assert_clock (txn, id, "answer", "late", "2026-06-01T11:00:00Z");
  run (txn);
  g_assert_cmpuint (desk_test_events (txn, id, "clockLate"), ==, 1);
  g_assert_cmpuint (desk_test_events (txn, id, "clockWarning"), ==, 1);
}

/* --- When what is promised changes --------------------------------------------------------------------------------------------------- */

static void
test_sweep (Desk   *desk,
            CsmTxn *txn)
{
  g_autofree char *id = NULL, *done = NULL, *level = NULL, *calendar = NULL, *sent = NULL;
  GError *error = NULL;
  gboolean has;

  at (desk, MONDAY);
  id = take (desk, txn, "a@x", NULL);
  done = take (desk, txn, "z@x", NULL);
  patch (txn, desk->agent, done, "{'status':'resolved'}");
  assert_clock (txn, id, "answer", NULL, NULL);
  desk_assert_text (txn, CSM_TYPE_ID_CASE, id, "clockAt", NULL);

  /* Too late to be told of, not to be seen. */
  at (desk, "2026-06-01T13:00:00Z");
  level = make_level (desk, txn, ",'steps':{'a':{'clock':'answer','minutes':-30,'does':'tellLead'},'b':{'clock':'answer','minutes':150,'does':'tellLead'}}");
  g_assert_true (csm_clocks_has_sweep (txn, &has, &error));
  g_assert_true (has);
  run (txn);
  g_assert_true (csm_clocks_has_sweep (txn, &has, &error));
  g_assert_false (has);
  assert_clock (txn, id, "answer", "late", "2026-06-01T11:00:00Z");
  assert_clock (txn, done, "answer", NULL, NULL);
  g_assert_cmpuint (desk_test_events (txn, id, "clockLate"), ==, 0);
  g_assert_cmpuint (desk_test_events (txn, id, "clockWarning"), ==, 0);
  at (desk, "2026-06-01T13:31:00Z");
  run (txn);
  g_assert_cmpuint (desk_test_events (txn, id, "clockWarning"), ==, 1);

  /* An hour more; another holiday. */
  g_assert_cmpint (desk_test_patch (txn, desk->lead, CSM_TYPE_ID_SERVICE_LEVEL, level, desk_test_json ("{'answerWithin':480}")), ==, -1);
  run (txn);
  assert_clock (txn, id, "answer", "running", "2026-06-01T15:00:00Z");
  calendar = desk_test_text (txn, CSM_TYPE_ID_SERVICE_LEVEL, level, "calendarId");
  g_assert_cmpint (desk_test_patch (txn, desk->lead, CSM_TYPE_ID_CALENDAR, calendar, desk_test_json ("{'holidays/2026-06-01':{'name':'Whit Monday'}}")), ==, -1);
  run (txn);
  assert_clock (txn, id, "answer", "running", "2026-06-02T15:00:00Z");
  sent = reply (txn, desk->agent, id);
  assert_clock (txn, id, "answer", "met", "2026-06-02T15:00:00Z");

  g_assert_true (csm_desk_destroy (txn, desk->lead, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_SERVICE_LEVEL), level, &error));
  run (txn);
  assert_clock (txn, id, "answer", NULL, NULL);
  desk_assert_text (txn, CSM_TYPE_ID_CASE, id, "serviceLevelId", NULL);
}

static void
test_which (Desk   *desk,
            CsmTxn *txn)
{
  g_autofree char *plain = make_level (desk, txn, ",'position':9");
  g_autofree char *urgent = make_level (desk, txn, ",'position':5,'priority':'urgent'");
  g_autofree char *vip = make_level (desk, txn, ",'position':1,'byCustomer':true");
  g_autofree char *off = make_level (desk, txn, ",'position':0,'enabled':false");
  g_autofree char *other = make (txn, desk->admin, CSM_TYPE_ID_TEAM, "{'name':'Workshop'}");
  g_autofree char *theirs = NULL, *id = NULL, *customer = NULL;
  g_autofree char *more = g_strdup_printf (",'position':3,'teamId':'%s'", other);
  g_autofree char *move = g_strdup_printf ("{'teamId':'%s'}", other);
  g_autofree char *promise = g_strdup_printf ("{'serviceLevelId':'%s'}", vip);

  theirs = make_level (desk, txn, more);
  at (desk, MONDAY);
  id = take (desk, txn, "a@x", NULL);
  desk_assert_text (txn, CSM_TYPE_ID_CASE, id, "serviceLevelId", plain);
  patch (txn, desk->agent, id, "{'priority':'urgent'}");
  desk_assert_text (txn, CSM_TYPE_ID_CASE, id, "serviceLevelId", urgent);
  patch (txn, desk->agent, id, move);
  desk_assert_text (txn, CSM_TYPE_ID_CASE, id, "serviceLevelId", theirs);
  customer = desk_test_text (txn, CSM_TYPE_ID_CASE, id, "customerId");
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CUSTOMER, customer, desk_test_json ("%s", promise)), ==, -1);
  run (txn);
  desk_assert_text (txn, CSM_TYPE_ID_CASE, id, "serviceLevelId", vip);
  patch (txn, desk->agent, id, "{'lane':'notification'}");
  desk_assert_text (txn, CSM_TYPE_ID_CASE, id, "serviceLevelId", NULL);
  assert_clock (txn, id, "answer", NULL, NULL);
  assert_first (txn, id, NULL);
  patch (txn, desk->agent, id, "{'lane':'conversation'}");
  assert_clock (txn, id, "answer", "running", "2026-06-01T11:00:00Z");
}

/* --- Rules --------------------------------------------------------------------------------------------------------------------------- */

static void
test_shape (Desk   *desk,
            CsmTxn *txn)
{
  static const char *const wrong[] = {
    "{'name':'x'}", "{'name':'x','answerWithin':0}", "{'name':'x','resolveWithin':99999999}", "{'name':'x','answerWithin':60,'warnBefore':99999999}",
    "{'name':'x','answerWithin':60,'steps':{'a':{'clock':'sing','minutes':0,'does':'tellLead'}}}",
    "{'name':'x','answerWithin':60,'steps':{'a':{'clock':'answer','minutes':0,'does':'dance'}}}", "{'name':'x','answerWithin':60,'steps':{'a':{'clock':'answer','does':'tellLead'}}}",
    "{'name':'x','answerWithin':60,'teamId':'t01J9ZK3V7XQ6T8R5M2N4P0W1YB'}", "{'name':'x','answerWithin':60,'calendarId':'o01J9ZK3V7XQ6T8R5M2N4P0W1YB'}",
  };
  g_autofree char *level = make_level (desk, txn, "");
  g_autofree char *calendar = desk_test_text (txn, CSM_TYPE_ID_SERVICE_LEVEL, level, "calendarId");
  g_autofree char *rare = make (txn, desk->lead, CSM_TYPE_ID_CALENDAR, "{'name':'Rare','hours':{'mon':{'spans':[[0,1]]}}}");
  g_autofree char *plain = make (txn, desk->lead, CSM_TYPE_ID_SERVICE_LEVEL, "{'name':'Plain','acknowledgeWithin':null,'answerWithin':30,'resolveWithin':null,'teamId':null,"
                                                                              "'channelId':null,'priority':null,'calendarId':null,'byCustomer':false,'warnBefore':0,'steps':{}}");
  g_autofree char *far = g_strdup_printf ("{'name':'x','answerWithin':6000,'calendarId':'%s'}", rare);
  g_autofree char *id = csm_id_new ('l'), *calendar_id = csm_id_new ('o');
  GError *error = NULL;

  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_SERVICE_LEVEL, id, desk_test_json ("{'name':'x','answerWithin':60}")), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_CALENDAR, calendar_id, desk_test_json (OFFICE)), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (desk_test_create (txn, desk->lead, CSM_TYPE_ID_CALENDAR, calendar_id, desk_test_json ("{'name':'x'}")), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_cmpint (desk_test_create (txn, desk->lead, CSM_TYPE_ID_SERVICE_LEVEL, id, desk_test_json ("%s", wrong[i])), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (desk_test_create (txn, desk->lead, CSM_TYPE_ID_SERVICE_LEVEL, id, desk_test_json ("%s", far)), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (desk_test_patch (txn, desk->lead, CSM_TYPE_ID_CALENDAR, calendar, desk_test_json ("{'hours':{}}")), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);

  g_assert_false (csm_desk_destroy (txn, desk->lead, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CALENDAR), calendar, &error));
  g_assert_error (error, CSM_DESK_ERROR, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_nonnull (strstr (error->message, "Gold"));
  g_clear_error (&error);
  g_assert_true (csm_desk_destroy (txn, desk->lead, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CALENDAR), rare, &error));
}

static void
damage_before (Desk   *desk,
               CsmTxn *txn)
{
  g_autofree char *level = make_level (desk, txn, "");

  at (desk, MONDAY);
  g_free (take (desk, txn, "a@x", NULL));
  g_free (take (desk, txn, "b@x", NULL));
}

/* A case that can't be read keeps no other from being late. */
static void
damage_after (Desk   *desk,
              CsmTxn *txn)
{
  GError *error = NULL;
  gint64 next;

  at (desk, "2026-06-01T12:00:00Z");
  g_test_expect_message ("csm-desk", G_LOG_LEVEL_WARNING, "*is damaged*");
  g_assert_true (csm_clocks_run (txn, csm_time_now (), &next, &error));
  g_test_assert_expected_messages ();
  g_assert_cmpint (next, ==, CSM_TIME_NONE);
  g_assert_cmpuint (desk_test_count (txn, CSM_TYPE_ID_CASE, "clockAt", NULL), ==, 0);
}

static const DeskDamage damaged_case = {
  damage_before, "UPDATE case_ SET json = substr (json, 1, 40) WHERE rowid = (SELECT min (rowid) FROM case_)", damage_after, "is damaged",
};

/* Hours that can't be read keep no case from being written: as long as they are not mended, it is day and night. */
static void
damaged_hours_after (Desk   *desk,
                     CsmTxn *txn)
{
  g_autofree char *case_id = NULL;

  at (desk, MONDAY);
  case_id = take (desk, txn, "c@x", NULL);
  assert_clock (txn, case_id, "answer", "running", "2026-06-01T11:00:00Z");
}

static const DeskDamage damaged_hours = {
  damage_before, "UPDATE calendar SET json = substr (json, 1, 40)", damaged_hours_after, "is damaged",
};

/* --- The clock itself ---------------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmStore *store;
  char     *case_id;
  gboolean  late;
} Alone;

static gpointer
ask (CsmTxn        *txn,
     gpointer       input,
     GCancellable  *cancellable,
     GError       **error)
{
  Alone *alone = input;
  g_autofree char *level_id = csm_id_new ('l');
  g_autoptr (JsonObject) level = desk_test_json ("{'name':'Quick','answerWithin':1,'enabled':true}");
  g_autoptr (JsonObject) case_ = desk_test_json ("{'subject':'Zip','status':'new','lane':'conversation','messageCount':1}");
  g_autoptr (JsonObject) message = desk_test_json ("{'direction':'in'}");

  alone->case_id = csm_id_new ('c');
  csm_json_set_time (message, "at", csm_time_now () - 59800 * CSM_SECOND / 1000);
  csm_clock_news_add (case_, message);
  g_assert_true (csm_desk_add (txn, CSM_TYPE_ID_SERVICE_LEVEL, level_id, level, error));
  g_assert_true (csm_desk_add (txn, CSM_TYPE_ID_CASE, alone->case_id, case_, error));
  return NULL;
}

static gpointer
read_late (CsmTxn        *txn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  Alone *alone = input;

  alone->late = desk_test_events (txn, alone->case_id, "clockLate") == 1;
  return NULL;
}

static gboolean
give_up (gpointer user_data)
{
  g_error ("nobody noticed that it was late");
  return G_SOURCE_REMOVE;
}

static void
count_change (guint *changes)
{
  ++*changes;
}

/* A promise that is made while the clock sleeps wakes it in time. */
static void
test_wakes (void)
{
  GError *error = NULL;
  g_autofree char *base = g_dir_make_tmp ("casement-clocks-XXXXXX", &error);
  g_autofree char *directory = g_build_filename (base, "data", NULL);
  Alone alone = { NULL };
  g_autoptr (CsmDeskClock) clock = NULL;
  guint changes = 0, seen = 0, limit = g_timeout_add_seconds (20, give_up, NULL);

  csm_fault_set_clock (0);
  g_assert_true (csm_store_create (directory, "Fernweh", &error));
  alone.store = csm_store_open (directory, &error);
  g_assert_no_error (error);
  clock = csm_desk_clock_new (alone.store);
  csm_desk_clock_start (clock);
  g_signal_connect_swapped (alone.store, "changed", G_CALLBACK (count_change), &changes);
  while (changes == 0)
    g_main_context_iteration (NULL, TRUE);
  csm_store_run (alone.store, TRUE, ask, &alone, &error);
  g_assert_no_error (error);
  while (!alone.late)
    {
      g_main_context_iteration (NULL, TRUE);
      if (changes == seen)
        continue;
      seen = changes;
      csm_store_run (alone.store, FALSE, read_late, &alone, &error);
      g_assert_no_error (error);
    }
  /* Nothing is done but what is due. */
  g_assert_cmpuint (changes, <=, 4);
  g_source_remove (limit);
  csm_desk_clock_stop (clock);
  g_clear_object (&clock);
  g_clear_object (&alone.store);
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
  g_free (alone.case_id);
  desk_test_remove (base);
}

/* --- Any history ------------------------------------------------------------------------------------------------------------------------ */

#define STORIES 12
#define ACTS 14

static void
act (Desk   *desk,
     CsmTxn *txn,
     GRand  *rand,
     char  **case_id,
     char  **sent)
{
  static const char *const patches[] = { "{'status':'waiting'}", "{'status':'open'}", "{'status':'resolved'}", "{'status':'snoozed','snoozedUntil':'2027-01-01T00:00:00Z'}",
                                         "{'priority':'urgent'}" };
  static guint count;
  g_autofree char *rfc_id = g_strdup_printf ("m%u@x", ++count);
  g_autofree char *parent = g_strdup_printf ("<%s>", rfc_id);
  int what = *case_id == NULL ? 0 : g_rand_int_range (rand, 0, 9);

  if (what == 0 && *case_id == NULL)
    *case_id = take (desk, txn, rfc_id, NULL);
  else if (what <= 1)
    {
      GError *error = NULL;
      g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_MESSAGE), "caseId", *case_id, &error);
      g_autofree char *last = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, g_ptr_array_index (ids, 0), "messageId");

      g_free (take (desk, txn, rfc_id, last));
    }
  else if (what <= 3)
    {
      g_free (*sent);
      *sent = reply (txn, desk->agent, *case_id);
    }
  else if (what == 4 && *sent != NULL)
    {
      desk_test_patch (txn, desk->agent, CSM_TYPE_ID_SUBMISSION, *sent, desk_test_json ("{'undoStatus':'canceled'}"));
      g_clear_pointer (sent, g_free);
    }
  else
    desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, *case_id, desk_test_json ("%s", patches[what % G_N_ELEMENTS (patches)]));
}

static char *
describe (CsmTxn     *txn,
          const char *case_id)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; csm_clock_names[i] != NULL; i++)
    {
      g_autoptr (JsonObject) clock = get_clock (txn, case_id, csm_clock_names[i]);

      if (clock != NULL && csm_json_get_string (clock, "metAt") == NULL)
        g_string_append_printf (text, "%s %s %" G_GINT64_FORMAT "; ", csm_clock_names[i], csm_json_get_string (clock, "state"),
                                (csm_json_get_time (clock, "by") + 30 * CSM_SECOND) / (60 * CSM_SECOND));
    }
  return g_string_free (text, FALSE);
}

/* What was noted step by step is what messages and history say; nothing that runs lies in the past without being called late. */
static void
test_stories (Desk   *desk,
              CsmTxn *txn)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261122);
  g_autofree char *level = make_level (desk, txn, ",'acknowledgeWithin':60,'resolveWithin':900");
  gint64 now = csm_time_parse (MONDAY);

  for (guint story = 0; story < STORIES; story++)
    {
      g_autofree char *id = NULL, *sent = NULL;

      for (guint i = 0; i < ACTS; i++)
        {
          g_autoptr (JsonObject) case_ = NULL;
          g_autofree char *noted = NULL, *read = NULL;
          GError *error = NULL;

          now += g_rand_int_range (rand, 1, 300) * 60 * CSM_SECOND;
          set_clock (desk, now);
          act (desk, txn, rand, &id, &sent);
          noted = describe (txn, id);
          case_ = desk_test_get (txn, CSM_TYPE_ID_CASE, id);
          csm_clock_facts_forget (case_);
          g_assert_true (csm_desk_save (txn, CSM_TYPE_ID_CASE, case_, &error));
          read = describe (txn, id);
          g_assert_cmpstr (noted, ==, read);
          g_assert_null (strstr (noted, "running 0"));
        }
    }
}

#endif

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#if CSM_FAILPOINTS
  desk_test_add ("/desk/clocks/answer", test_answer);
  desk_test_add ("/desk/clocks/elsewhere", test_elsewhere);
  desk_test_add ("/desk/clocks/pause", test_pause);
  desk_test_add ("/desk/clocks/merged", test_merged);
  desk_test_add ("/desk/clocks/steps", test_steps);
  desk_test_add ("/desk/clocks/late-rest", test_late_rest);
  desk_test_add ("/desk/clocks/down", test_down);
  desk_test_add ("/desk/clocks/sweep", test_sweep);
  desk_test_add ("/desk/clocks/which", test_which);
  desk_test_add ("/desk/clocks/shape", test_shape);
  desk_test_add_damaged ("/desk/clocks/damaged", &damaged_case);
  desk_test_add_damaged ("/desk/clocks/damaged-hours", &damaged_hours);
  desk_test_add ("/desk/clocks/stories", test_stories);
  g_test_add_func ("/desk/clocks/wakes", test_wakes);
#endif
  return g_test_run ();
}
