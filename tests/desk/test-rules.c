/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include <string.h>

#include "csm-case-flow.h"
#include "csm-clock.h"
#include "csm-desk-clock.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"

static char *
new_case (Desk       *desk,
          CsmTxn     *txn,
          const char *status)
{
  return desk_test_insert (txn, CSM_TYPE_ID_CASE, desk_test_json ("{'subject':'Zip','status':'%s'%s}", status,
                                                                  strcmp (status, "snoozed") == 0 ? ",'snoozedUntil':'2099-01-01T00:00:00Z'" : ""));
}

static int
patch_case (CsmTxn             *txn,
            const CsmPrincipal *who,
            const char         *id,
            const char         *patch)
{
  return desk_test_patch (txn, who, CSM_TYPE_ID_CASE, id, desk_test_json ("%s", patch));
}

/* Every status to every other one. */
static void
test_status (Desk   *desk,
             CsmTxn *txn)
{
  static const char *const statuses[] = { "new", "open", "waiting", "snoozed", "resolved", "closed" };
  static const char *const allowed[] = {
    /* from \ to:  n o w s r c */
    "-++++-", "+-+++-", "++-++-", "+++-+-", "++++--", "-+----",
  };

  for (guint from = 0; from < G_N_ELEMENTS (statuses); from++)
    {
      for (guint to = 0; to < G_N_ELEMENTS (statuses); to++)
        {
          g_autofree char *id = NULL;
          g_autofree char *patch = NULL;
          gboolean snoozes = g_str_equal (statuses[to], "snoozed");

          if (from == to)
            continue;
          id = new_case (desk, txn, statuses[from]);
          patch = g_strdup_printf ("{'status':'%s'%s}", statuses[to], snoozes ? ",'snoozedUntil':'2099-01-01T00:00:00Z'" : "");
          g_test_message ("%s to %s", statuses[from], statuses[to]);
          g_assert_cmpint (patch_case (txn, desk->agent, id, patch), ==,
                           allowed[from][to] == '+' ? -1 : CSM_DESK_ERROR_INVALID_PROPERTIES);
          desk_assert_text (txn, CSM_TYPE_ID_CASE, id, "status", allowed[from][to] == '+' ? statuses[to] : statuses[from]);
        }
    }
}

static void
test_status_details (Desk   *desk,
                     CsmTxn *txn)
{
  g_autofree char *id = new_case (desk, txn, "new");

  /* The first human act opens it; a snooze needs an end; what ends it clears that. */
  g_assert_cmpint (patch_case (txn, desk->agent, id, "{'priority':'high'}"), ==, -1);
  desk_assert_text (txn, CSM_TYPE_ID_CASE, id, "status", "open");
  g_assert_cmpint (patch_case (txn, desk->agent, id, "{'status':'snoozed'}"), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (patch_case (txn, desk->agent, id, "{'snoozedUntil':'2099-01-01T00:00:00Z'}"), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (patch_case (txn, desk->agent, id, "{'status':'snoozed','snoozedUntil':'2099-01-01T00:00:00Z'}"), ==, -1);
  g_assert_cmpint (patch_case (txn, desk->agent, id, "{'status':'resolved'}"), ==, -1);
  desk_assert_text (txn, CSM_TYPE_ID_CASE, id, "snoozedUntil", NULL);
  {
    g_autofree char *at = desk_test_text (txn, CSM_TYPE_ID_CASE, id, "resolvedAt");

    g_assert_nonnull (at);
  }
  g_assert_cmpint (patch_case (txn, desk->agent, id, "{'status':'open'}"), ==, -1);
  desk_assert_text (txn, CSM_TYPE_ID_CASE, id, "resolvedAt", NULL);
}

static void
test_references (Desk   *desk,
                 CsmTxn *txn)
{
  static const char *const bad[] = { "{'ownerId':'p01J9ZK3V7XQ6T8R5M2N4P0W1YB'}", "{'teamId':'t01J9ZK3V7XQ6T8R5M2N4P0W1YB'}",
                                     "{'customerId':'u01J9ZK3V7XQ6T8R5M2N4P0W1YB'}", "{'tags/g01J9ZK3V7XQ6T8R5M2N4P0W1YB':true}",
                                     "{'participantIds/p01J9ZK3V7XQ6T8R5M2N4P0W1YB':true}" };
  g_autofree char *id = new_case (desk, txn, "open");
  g_autofree char *assign = g_strdup_printf ("{'ownerId':'%s','teamId':'%s','tags/%s':true}", desk->agent->person_id, desk->team, desk->tag);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_cmpint (patch_case (txn, desk->agent, id, bad[i]), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (patch_case (txn, desk->agent, id, assign), ==, -1);
  g_assert_cmpuint (desk_test_events (txn, id, "assigned"), ==, 1);
  g_assert_cmpuint (desk_test_events (txn, id, "team"), ==, 1);
  g_assert_cmpuint (desk_test_events (txn, id, "tagged"), ==, 1);

  /* Who is not there any more can't be given a case, but keeps the ones that are theirs. */
  g_assert_cmpint (desk_test_patch (txn, desk->admin, CSM_TYPE_ID_PERSON, desk->agent->person_id, desk_test_json ("{'active':false}")), ==, -1);
  g_assert_cmpint (patch_case (txn, desk->lead, id, "{'priority':'low'}"), ==, -1);
  g_assert_cmpint (patch_case (txn, desk->lead, id, "{'ownerId':null}"), ==, -1);
  g_assert_cmpint (patch_case (txn, desk->lead, id, assign), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
}

static void
test_event (Desk   *desk,
            CsmTxn *txn)
{
  g_autofree char *id = new_case (desk, txn, "open");
  g_autoptr (GPtrArray) ids = NULL;
  g_autoptr (JsonObject) event = NULL;
  GError *error = NULL;

  g_assert_cmpint (patch_case (txn, desk->agent, id, "{'priority':'urgent'}"), ==, -1);
  ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_EVENT), "caseId", id, &error);
  g_assert_cmpuint (ids->len, ==, 1);
  event = desk_test_get (txn, CSM_TYPE_ID_EVENT, g_ptr_array_index (ids, 0));
  g_assert_cmpstr (csm_json_get_string (event, "kind"), ==, "priority");
  g_assert_cmpstr (csm_json_get_string (event, "property"), ==, "priority");
  g_assert_cmpstr (csm_json_get_string (event, "personId"), ==, desk->agent->person_id);
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (event, "before"), "value"), ==, "normal");
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (event, "after"), "value"), ==, "urgent");
}

static void
test_create_case (Desk   *desk,
                  CsmTxn *txn)
{
  g_autofree char *id = csm_id_new ('c');
  g_autofree char *other = csm_id_new ('c');

  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_CASE, id, desk_test_json ("{'subject':'Called us'}")), ==, -1);
  desk_assert_text (txn, CSM_TYPE_ID_CASE, id, "status", "open");
  g_assert_cmpuint (desk_test_events (txn, id, "created"), ==, 1);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_CASE, other, desk_test_json ("{'subject':'x','teamId':'t01J9ZK3V7XQ6T8R5M2N4P0W1YB'}")), ==,
                   CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_CASE, other, desk_test_json ("{'subject':'x','status':'closed'}")), ==,
                   CSM_DESK_ERROR_INVALID_PROPERTIES);
}

static void
test_comments (Desk   *desk,
               CsmTxn *txn)
{
  g_autofree char *case_id = new_case (desk, txn, "new");
  g_autofree char *other_case = new_case (desk, txn, "new");
  g_autofree char *id = csm_id_new ('n');
  g_autofree char *reply = csm_id_new ('n');
  g_autoptr (JsonObject) record = NULL;

  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_COMMENT, id,
                                     desk_test_json ("{'caseId':'%s','body':'@ana look','mentions':{'%s':true}}", case_id, desk->lead->person_id)), ==, -1);
  record = desk_test_get (txn, CSM_TYPE_ID_CASE, case_id);
  g_assert_cmpstr (csm_json_get_string (record, "status"), ==, "open");
  g_assert_true (csm_json_has_key (record, "participantIds", desk->lead->person_id));
  g_assert_true (csm_json_has_key (record, "participantIds", desk->agent->person_id));
  g_assert_nonnull (csm_json_get_string (record, "lastActivityAt"));
  desk_assert_text (txn, CSM_TYPE_ID_COMMENT, id, "authorId", desk->agent->person_id);

  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_COMMENT, reply,
                                     desk_test_json ("{'caseId':'%s','body':'x','inReplyTo':'%s'}", other_case, id)), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_COMMENT, reply, desk_test_json ("{'caseId':'c01J9ZK3V7XQ6T8R5M2N4P0W1YB','body':'x'}")), ==,
                   CSM_DESK_ERROR_NOT_FOUND);

  /* Others may pin, not rewrite. */
  g_assert_cmpint (desk_test_patch (txn, desk->lead, CSM_TYPE_ID_COMMENT, id, desk_test_json ("{'pinned':true}")), ==, -1);
  g_assert_cmpint (desk_test_patch (txn, desk->admin, CSM_TYPE_ID_COMMENT, id, desk_test_json ("{'body':'mine'}")), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (desk_test_patch (txn, desk->admin, CSM_TYPE_ID_COMMENT, id, desk_test_json ("{'deleted':true}")), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_COMMENT, id, desk_test_json ("{'body':'better'}")), ==, -1);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_COMMENT, id, desk_test_json ("{'deleted':true}")), ==, -1);
  desk_assert_text (txn, CSM_TYPE_ID_COMMENT, id, "body", "");
  g_assert_cmpuint (desk_test_events (txn, case_id, "commentDeleted"), ==, 1);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_COMMENT, id, desk_test_json ("{'body':'back'}")), ==, CSM_DESK_ERROR_FORBIDDEN);
}

/* A blob that somebody else brought is not theirs to attach, even if they know its name. */
static void
test_blobs (Desk   *desk,
            CsmTxn *txn)
{
  g_autofree char *case_id = new_case (desk, txn, "open");
  g_autofree char *id = csm_id_new ('n');
  g_autoptr (GBytes) bytes = g_bytes_new_static ("secret", 6);
  GError *error = NULL;
  g_autofree char *blob_id = csm_store_put_blob (desk->store, bytes, &error);
  g_autofree char *json = g_strdup_printf ("{'caseId':'%s','body':'x','attachments':[{'blobId':'%s','name':'a'}]}", case_id, blob_id);

  g_assert_no_error (error);
  g_assert_true (csm_txn_add_upload (txn, blob_id, 6, desk->lead->person_id, &error));
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_COMMENT, id, desk_test_json ("%s", json)), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (desk_test_create (txn, desk->lead, CSM_TYPE_ID_COMMENT, id, desk_test_json ("%s", json)), ==, -1);
}

static void
test_seen (Desk   *desk,
           CsmTxn *txn)
{
  g_autofree char *case_id = new_case (desk, txn, "open");
  g_autofree char *id = csm_id_with_letter (case_id, 'z');
  g_autofree char *wrong = csm_id_new ('z');
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_SEEN);
  g_autoptr (JsonObject) record = NULL;
  GError *error = NULL;

  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_SEEN, wrong, desk_test_json ("{'caseId':'%s','upTo':'2026-01-02T00:00:00Z'}", case_id)), ==,
                   CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_SEEN, id, desk_test_json ("{'caseId':'%s','upTo':'2026-01-02T00:00:00Z'}", case_id)), ==, -1);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_SEEN, id, desk_test_json ("{'upTo':'2026-01-01T00:00:00Z'}")), ==, -1);
  record = csm_txn_get (txn, desk->agent->account, type, id, &error);
  g_assert_cmpstr (csm_json_get_string (record, "upTo"), ==, "2026-01-02T00:00:00Z");
  g_clear_pointer (&record, json_object_unref);
  /* A clock that is ahead doesn't hide what comes. */
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_SEEN, id, desk_test_json ("{'upTo':'2098-01-01T00:00:00Z'}")), ==, -1);
  record = csm_txn_get (txn, desk->agent->account, type, id, &error);
  g_assert_cmpint (csm_json_get_time (record, "upTo"), <=, csm_time_now ());
  g_assert_false (csm_desk_destroy (txn, desk->lead, desk->agent->account, type, id, &error));
  g_assert_error (error, CSM_DESK_ERROR, CSM_DESK_ERROR_FORBIDDEN);
  g_clear_error (&error);
  g_assert_true (csm_desk_destroy (txn, desk->agent, desk->agent->account, type, id, &error));
}

/* What people look for is theirs alone. */
static void
test_views (Desk   *desk,
            CsmTxn *txn)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_VIEW);
  g_autofree char *id = csm_id_new ('w');
  GError *error = NULL;

  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_VIEW, id, desk_test_json ("{'name':'Late VIPs','search':'tag:vip is:late'}")), ==, -1);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_VIEW, id, desk_test_json ("{'name':'VIPs','position':'n'}")), ==, -1);
  g_assert_false (csm_desk_destroy (txn, desk->lead, desk->agent->account, type, id, &error));
  g_assert_error (error, CSM_DESK_ERROR, CSM_DESK_ERROR_FORBIDDEN);
  g_clear_error (&error);
  g_assert_true (csm_desk_destroy (txn, desk->agent, desk->agent->account, type, id, &error));
}

static int
patch_person (CsmTxn             *txn,
              const CsmPrincipal *who,
              const CsmPrincipal *whom,
              const char         *patch)
{
  return desk_test_patch (txn, who, CSM_TYPE_ID_PERSON, whom->person_id, desk_test_json ("%s", patch));
}

static void
test_people (Desk   *desk,
             CsmTxn *txn)
{
  g_autofree char *team = g_strdup_printf ("{'teamIds/%s':true}", desk->team);
  g_autofree char *id = csm_id_new ('p');
  g_autoptr (JsonObject) record = NULL;

  g_assert_cmpint (patch_person (txn, desk->agent, desk->agent, "{'name':'Ben O.'}"), ==, -1);
  g_assert_cmpint (patch_person (txn, desk->agent, desk->agent, "{'awayUntil':'2099-01-01T00:00:00Z'}"), ==, -1);
  g_assert_cmpint (patch_person (txn, desk->agent, desk->agent, "{'role':'admin'}"), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (patch_person (txn, desk->agent, desk->agent, team), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (patch_person (txn, desk->agent, desk->lead, "{'name':'x'}"), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (patch_person (txn, desk->lead, desk->agent, "{'role':'lead'}"), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (patch_person (txn, desk->lead, desk->agent, team), ==, -1);
  record = desk_test_get (txn, CSM_TYPE_ID_TEAM, desk->team);
  g_assert_true (csm_json_has_key (record, "memberIds", desk->agent->person_id));

  /* The last admin stays one; with a second the first may go. */
  g_assert_cmpint (patch_person (txn, desk->admin, desk->admin, "{'role':'agent'}"), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (patch_person (txn, desk->admin, desk->admin, "{'active':false}"), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (patch_person (txn, desk->admin, desk->lead, "{'role':'admin'}"), ==, -1);
  g_assert_cmpint (patch_person (txn, desk->admin, desk->admin, "{'active':false}"), ==, -1);

  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_PERSON, id, desk_test_json ("{'name':'x','email':'x@example.org'}")), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (desk_test_create (txn, desk->admin, CSM_TYPE_ID_PERSON, id, desk_test_json ("{'name':'x','email':'Ben@fernweh.example.com'}")), ==,
                   CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (desk_test_create (txn, desk->admin, CSM_TYPE_ID_PERSON, id, desk_test_json ("{'name':'x','email':'nonsense'}")), ==,
                   CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (desk_test_create (txn, desk->admin, CSM_TYPE_ID_PERSON, id, desk_test_json ("{'name':'x','email':'x@example.org'}")), ==, -1);
}

static void
test_directory (Desk   *desk,
                CsmTxn *txn)
{
  g_autofree char *team = csm_id_new ('t');
  g_autofree char *tag = csm_id_new ('g');
  g_autofree char *a = csm_id_new ('u');
  g_autofree char *b = csm_id_new ('u');
  g_autofree char *case_id = new_case (desk, txn, "open");
  g_autofree char *tagged = g_strdup_printf ("{'tags/%s':true}", tag);
  g_autoptr (JsonObject) record = NULL;
  GError *error = NULL;

  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_TEAM, team, desk_test_json ("{'name':'x'}")), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (desk_test_create (txn, desk->lead, CSM_TYPE_ID_TEAM, team, desk_test_json ("{'name':'x','memberIds':{'%s':true}}", desk->agent->person_id)), ==, -1);
  record = desk_test_get (txn, CSM_TYPE_ID_PERSON, desk->agent->person_id);
  g_assert_true (csm_json_has_key (record, "teamIds", team));
  g_assert_cmpint (desk_test_patch (txn, desk->lead, CSM_TYPE_ID_CHANNEL, desk->channel, desk_test_json ("{'name':'x'}")), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (desk_test_patch (txn, desk->admin, CSM_TYPE_ID_CHANNEL, desk->channel, desk_test_json ("{'name':'x'}")), ==, -1);

  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_CUSTOMER, a,
                                     desk_test_json ("{'name':'A','identities':{'email:a@example.org':{'kind':'email','address':'A@example.org'}}}")), ==, -1);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_CUSTOMER, b,
                                     desk_test_json ("{'name':'B','identities':{'email:a@example.org':{'kind':'email','address':'a@example.org'}}}")), ==,
                   CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_CUSTOMER, b,
                                     desk_test_json ("{'name':'B','identities':{'email:b@example.org':{'kind':'email','address':'other@example.org'}}}")), ==,
                   CSM_DESK_ERROR_INVALID_PROPERTIES);

  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_TAG, tag, desk_test_json ("{'name':'urgent'}")), ==, -1);
  g_assert_cmpint (patch_case (txn, desk->agent, case_id, tagged), ==, -1);
  g_assert_false (csm_desk_destroy (txn, desk->agent, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_TAG), tag, &error));
  g_clear_error (&error);
  g_assert_true (csm_desk_destroy (txn, desk->lead, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_TAG), tag, &error));
  g_assert_cmpuint (desk_test_count (txn, CSM_TYPE_ID_CASE, "tags", tag), ==, 0);
  g_assert_false (csm_desk_destroy (txn, desk->admin, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CASE), case_id, &error));
  g_assert_error (error, CSM_DESK_ERROR, CSM_DESK_ERROR_FORBIDDEN);
  g_clear_error (&error);
}

static void
test_clock (Desk   *desk,
            CsmTxn *txn)
{
  gint64 now = csm_time_now (), next;
  g_autofree char *asleep = new_case (desk, txn, "open");
  g_autofree char *done = new_case (desk, txn, "open");
  g_autofree char *until = csm_time_format (now + 60 * CSM_SECOND);
  g_autofree char *snooze = g_strdup_printf ("{'status':'snoozed','snoozedUntil':'%s'}", until);
  GError *error = NULL;

  g_assert_cmpint (patch_case (txn, desk->agent, asleep, snooze), ==, -1);
  g_assert_cmpint (patch_case (txn, desk->agent, done, "{'status':'resolved'}"), ==, -1);
  g_assert_true (csm_clock_run (txn, now, &next, &error));
  g_assert_cmpint (next, ==, now + 60 * CSM_SECOND);
  desk_assert_text (txn, CSM_TYPE_ID_CASE, asleep, "status", "snoozed");
  g_assert_true (csm_clock_run (txn, next, &next, &error));
  desk_assert_text (txn, CSM_TYPE_ID_CASE, asleep, "status", "open");
  desk_assert_text (txn, CSM_TYPE_ID_CASE, asleep, "snoozedUntil", NULL);
  desk_assert_text (txn, CSM_TYPE_ID_CASE, done, "status", "resolved");
  g_assert_cmpint (next, >, now + CSM_CASE_CLOSE_AFTER - CSM_SECOND);
  g_assert_true (csm_clock_run (txn, next, &next, &error));
  desk_assert_text (txn, CSM_TYPE_ID_CASE, done, "status", "closed");
  g_assert_cmpint (next, ==, CSM_TIME_NONE);
  g_assert_cmpuint (desk_test_events (txn, done, "status"), ==, 2);
}

static void
snooze_two (Desk   *desk,
            CsmTxn *txn)
{
  for (guint i = 0; i < 2; i++)
    g_free (desk_test_insert (txn, CSM_TYPE_ID_CASE, desk_test_json ("{'subject':'Zip %u','status':'snoozed','snoozedUntil':'2026-01-0%uT00:00:00Z'}", i, i + 1)));
}

/* A case that can't be read any more keeps no other from waking, and doesn't wake the clock again and again. */
static void
wake_damaged (Desk   *desk,
              CsmTxn *txn)
{
  gint64 now = csm_time_parse ("2026-02-01T00:00:00Z"), next;
  GError *error = NULL;

  g_assert_true (csm_clock_next_snooze (txn, &next, &error));
  g_assert_cmpint (next, ==, csm_time_parse ("2026-01-02T00:00:00Z"));
  g_test_expect_message ("csm-desk", G_LOG_LEVEL_WARNING, "*is damaged*");
  g_assert_true (csm_clock_run (txn, now, &next, &error));
  g_assert_no_error (error);
  g_test_assert_expected_messages ();
  g_assert_cmpint (next, ==, CSM_TIME_NONE);
  g_assert_cmpuint (desk_test_count (txn, CSM_TYPE_ID_CASE, "status", "open"), ==, 1);
  g_assert_true (csm_clock_next_snooze (txn, &next, &error));
  g_assert_cmpint (next, ==, CSM_TIME_NONE);
}

static const DeskDamage damaged_case = {
  snooze_two, "UPDATE case_ SET json = substr (json, 1, 40) WHERE rowid = (SELECT min (rowid) FROM case_)", wake_damaged, "is damaged",
};

typedef struct
{
  CsmStore *store;
  char     *case_id;
} Alone;

static gpointer
fall_asleep (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  Alone *alone = input;
  g_autofree char *until = csm_time_format (csm_time_now () + CSM_SECOND / 5);

  alone->case_id = desk_test_insert (txn, CSM_TYPE_ID_CASE, desk_test_json ("{'subject':'Zip','status':'snoozed','snoozedUntil':'%s'}", until));
  return NULL;
}

static gpointer
read_status (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  return desk_test_text (txn, CSM_TYPE_ID_CASE, ((Alone *) input)->case_id, "status");
}

static gboolean
give_up (gpointer user_data)
{
  g_error ("the case did not wake");
  return G_SOURCE_REMOVE;
}

static void
count_change (guint *changes)
{
  ++*changes;
}

/* The clock sleeps for an hour; a snooze that somebody sets in the meantime wakes it. */
static void
test_clock_runs (void)
{
  GError *error = NULL;
  g_autofree char *base = g_dir_make_tmp ("casement-clock-XXXXXX", &error);
  g_autofree char *directory = g_build_filename (base, "data", NULL);
  Alone alone = { NULL };
  g_autoptr (CsmDeskClock) clock = NULL;
  g_autofree char *status = NULL;
  guint changes = 0, limit = g_timeout_add_seconds (20, give_up, NULL);

  csm_store_create (directory, "Fernweh", &error);
  alone.store = csm_store_open (directory, &error);
  g_assert_no_error (error);
  clock = csm_desk_clock_new (alone.store);
  g_signal_connect_swapped (alone.store, "changed", G_CALLBACK (count_change), &changes);
  csm_desk_clock_start (clock);
  csm_store_run (alone.store, TRUE, fall_asleep, &alone, &error);
  g_assert_no_error (error);
  while (g_strcmp0 (status, "open") != 0)
    {
      g_main_context_iteration (NULL, TRUE);
      g_free (status);
      status = csm_store_run (alone.store, FALSE, read_status, &alone, &error);
    }
  g_source_remove (limit);
  csm_desk_clock_stop (clock);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpuint (changes, >=, 1);
  g_assert_finalize_object (g_steal_pointer (&clock));
  g_assert_finalize_object (alone.store);
  g_free (alone.case_id);
  desk_test_remove (base);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  desk_test_add ("/rules/status", test_status);
  desk_test_add ("/rules/status-details", test_status_details);
  desk_test_add ("/rules/references", test_references);
  desk_test_add ("/rules/event", test_event);
  desk_test_add ("/rules/create-case", test_create_case);
  desk_test_add ("/rules/comments", test_comments);
  desk_test_add ("/rules/blobs", test_blobs);
  desk_test_add ("/rules/seen", test_seen);
  desk_test_add ("/rules/views", test_views);
  desk_test_add ("/rules/people", test_people);
  desk_test_add ("/rules/directory", test_directory);
  desk_test_add ("/rules/clock", test_clock);
  desk_test_add_damaged ("/rules/clock-damaged", &damaged_case);
  g_test_add_func ("/rules/clock-runs", test_clock_runs);
  return g_test_run ();
}
