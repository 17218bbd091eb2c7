/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"

#define TASK CSM_TYPE_ID_TASK

static char *
new_case (Desk   *desk,
          CsmTxn *txn)
{
  g_autofree char *message = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);

  return desk_test_text (txn, CSM_TYPE_ID_MESSAGE, message, "caseId");
}

static char *
new_task (Desk       *desk,
          CsmTxn     *txn,
          const char *case_id,
          const char *more)
{
  char *id = csm_id_new ('k');

  g_assert_cmpint (desk_test_create (txn, desk->agent, TASK, id, desk_test_json ("{'caseId':'%s','title':'Ask the workshop','position':'V'%s}", case_id, more)), ==, -1);
  return id;
}

/* The newest Event of a kind: its property, before and after as text. */
static void
assert_event (CsmTxn     *txn,
              const char *case_id,
              const char *kind,
              const char *property,
              const char *before,
              const char *after)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_EVENT), "caseId", case_id, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (JsonObject) event = desk_test_get (txn, CSM_TYPE_ID_EVENT, g_ptr_array_index (ids, i));
      g_autofree char *was = json_to_string (json_object_get_member (csm_json_get_object (event, "before"), "value"), FALSE);
      g_autofree char *is = json_to_string (json_object_get_member (csm_json_get_object (event, "after"), "value"), FALSE);

      if (g_strcmp0 (csm_json_get_string (event, "kind"), kind) == 0 && g_strcmp0 (csm_json_get_string (event, "property"), property) == 0 &&
          g_str_equal (was, before) && g_str_equal (is, after))
        return;
    }
  g_error ("no Event %s of %s from %s to %s", kind, property, before, after);
}

static void
test_create (Desk   *desk,
             CsmTxn *txn)
{
  g_autofree char *case_id = new_case (desk, txn);
  g_autofree char *state = desk_test_text (txn, CSM_TYPE_ID_CASE, case_id, "messagesState");
  g_autofree char *more = g_strdup_printf (",'assigneeId':'%s','checklist':{'one':{'title':'Size','position':'V'},'two':{'title':'Colour','done':true}}", desk->lead->person_id);
  g_autofree char *id = new_task (desk, txn, case_id, more);
  g_autofree char *done = new_task (desk, txn, case_id, ",'done':true");
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", desk->lead->person_id);
  g_autofree char *now = desk_test_text (txn, CSM_TYPE_ID_CASE, case_id, "messagesState");
  g_autoptr (JsonObject) case_ = desk_test_get (txn, CSM_TYPE_ID_CASE, case_id);

  desk_assert_text (txn, TASK, id, "authorId", desk->agent->person_id);
  desk_assert_text (txn, TASK, id, "doneBy", NULL);
  desk_assert_text (txn, TASK, done, "doneBy", desk->agent->person_id);
  g_assert_true (csm_json_has_key (case_, "participantIds", desk->lead->person_id));
  /* The first human act, and there is something new in the case. */
  g_assert_cmpstr (csm_json_get_string (case_, "status"), ==, "open");
  g_assert_cmpstr (state, !=, now);
  assert_event (txn, case_id, "taskCreated", "title", "null", "\"Ask the workshop\"");
  assert_event (txn, case_id, "taskAssigned", "assigneeId", "null", quoted);
  assert_event (txn, case_id, "taskDone", "done", "false", "true");
}

static void
test_changes (Desk   *desk,
              CsmTxn *txn)
{
  g_autofree char *case_id = new_case (desk, txn);
  g_autofree char *id = new_task (desk, txn, case_id, ",'checklist':{'one':{'title':'Size'}}");
  guint events;

  g_assert_cmpint (desk_test_patch (txn, desk->lead, TASK, id, desk_test_json ("{'done':true}")), ==, -1);
  desk_assert_text (txn, TASK, id, "doneBy", desk->lead->person_id);
  assert_event (txn, case_id, "taskDone", "done", "false", "true");
  g_assert_cmpint (desk_test_patch (txn, desk->agent, TASK, id, desk_test_json ("{'done':false}")), ==, -1);
  desk_assert_text (txn, TASK, id, "doneBy", NULL);
  desk_assert_text (txn, TASK, id, "doneAt", NULL);
  assert_event (txn, case_id, "taskReopened", "done", "true", "false");
  g_assert_cmpint (desk_test_patch (txn, desk->agent, TASK, id, desk_test_json ("{'skipped':'They called us'}")), ==, -1);
  assert_event (txn, case_id, "taskSkipped", "skipped", "null", "\"They called us\"");
  g_assert_cmpint (desk_test_patch (txn, desk->agent, TASK, id, desk_test_json ("{'skipped':null}")), ==, -1);
  assert_event (txn, case_id, "taskReopened", "skipped", "\"They called us\"", "null");
  g_assert_cmpint (desk_test_patch (txn, desk->agent, TASK, id, desk_test_json ("{'title':'Ask them','dueAt':'2026-05-01T10:00:00Z','note':'By phone'}")), ==, -1);
  assert_event (txn, case_id, "taskRenamed", "title", "\"Ask the workshop\"", "\"Ask them\"");
  assert_event (txn, case_id, "taskDue", "dueAt", "null", "\"2026-05-01T10:00:00Z\"");
  assert_event (txn, case_id, "taskChanged", "note", "null", "\"By phone\"");
  g_assert_cmpint (desk_test_patch (txn, desk->agent, TASK, id, desk_test_json ("{'checklist/one/done':true}")), ==, -1);
  assert_event (txn, case_id, "taskChanged", "checklist/one", "{\"title\":\"Size\"}", "{\"title\":\"Size\",\"done\":true}");
  g_assert_cmpint (desk_test_patch (txn, desk->agent, TASK, id, desk_test_json ("{'checklist/one':null}")), ==, -1);
  assert_event (txn, case_id, "taskChanged", "checklist/one", "{\"title\":\"Size\",\"done\":true}", "null");

  /* Where it stands is no news, and what changes nothing isn't either. */
  events = desk_test_count (txn, CSM_TYPE_ID_EVENT, "caseId", case_id);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, TASK, id, desk_test_json ("{'position':'W','title':'Ask them'}")), ==, -1);
  desk_assert_text (txn, TASK, id, "position", "W");
  g_assert_cmpuint (desk_test_count (txn, CSM_TYPE_ID_EVENT, "caseId", case_id), ==, events);
}

/* One did it while another, who couldn't know, wanted to leave it out. */
static void
test_done_wins (Desk   *desk,
                CsmTxn *txn)
{
  g_autofree char *case_id = new_case (desk, txn);
  g_autofree char *first = new_task (desk, txn, case_id, "");
  g_autofree char *second = new_task (desk, txn, case_id, "");

  g_assert_cmpint (desk_test_patch (txn, desk->lead, TASK, first, desk_test_json ("{'done':true}")), ==, -1);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, TASK, first, desk_test_json ("{'skipped':'No need'}")), ==, -1);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, TASK, second, desk_test_json ("{'skipped':'No need'}")), ==, -1);
  g_assert_cmpint (desk_test_patch (txn, desk->lead, TASK, second, desk_test_json ("{'done':true}")), ==, -1);
  for (guint i = 0; i < 2; i++)
    {
      desk_assert_text (txn, TASK, i == 0 ? first : second, "skipped", NULL);
      desk_assert_text (txn, TASK, i == 0 ? first : second, "doneBy", desk->lead->person_id);
    }
  /* Both reasons are in the history. */
  g_assert_cmpuint (desk_test_events (txn, case_id, "taskSkipped"), ==, 2);
  g_assert_cmpuint (desk_test_events (txn, case_id, "taskDone"), ==, 2);
  g_assert_cmpuint (desk_test_events (txn, case_id, "taskReopened"), ==, 0);
}

static int
destroy (CsmTxn             *txn,
         const CsmPrincipal *who,
         const char         *id)
{
  GError *error = NULL;
  int code = -1;

  if (!csm_desk_destroy (txn, who, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (TASK), id, &error))
    {
      g_assert_true (error->domain == CSM_DESK_ERROR);
      code = error->code;
    }
  g_clear_error (&error);
  return code;
}

static void
test_destroy (Desk   *desk,
              CsmTxn *txn)
{
  g_autofree char *case_id = new_case (desk, txn);
  g_autofree char *id = new_task (desk, txn, case_id, "");

  g_assert_cmpint (destroy (txn, desk->agent, id), ==, -1);
  assert_event (txn, case_id, "taskDestroyed", "title", "\"Ask the workshop\"", "null");
  g_assert_cmpint (destroy (txn, desk->agent, id), ==, CSM_DESK_ERROR_NOT_FOUND);
}

static void
test_refused (Desk   *desk,
              CsmTxn *txn)
{
  static const char *const bad[] = {
    "'title':''", "'skipped':''", "'checklist':{'a/b':{'title':'x'}}", "'checklist':{'a':{}}", "'checklist':{'a':{'title':''}}",
    "'checklist':{'a':{'title':7}}", "'checklist':{'a':{'title':'x\\ny'}}", "'checklist':{'a':{'title':'x','done':'yes'}}",
    "'checklist':{'a':{'title':'x','by':'me'}}", "'checklist':{'a':{'title':null}}", "'assigneeId':'p01J9ZK3V7XQ6T8R5M2N4P0W1YB'",
    "'teamId':'t01J9ZK3V7XQ6T8R5M2N4P0W1YB'",
  };
  g_autofree char *case_id = new_case (desk, txn);
  g_autofree char *id = new_task (desk, txn, case_id, "");
  g_autofree char *other = csm_id_new ('k');
  CsmPrincipal guest = *desk->agent;
  guint events = desk_test_count (txn, CSM_TYPE_ID_EVENT, "caseId", case_id);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      int code = desk_test_patch (txn, desk->agent, TASK, id, desk_test_json ("{%s}", bad[i]));

      g_test_message ("%s", bad[i]);
      g_assert_cmpint (code, ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
    }
  guest.role = (char *) "guest";
  g_assert_cmpint (desk_test_create (txn, &guest, TASK, other, desk_test_json ("{'caseId':'%s','title':'x'}", case_id)), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (desk_test_patch (txn, &guest, TASK, id, desk_test_json ("{'title':'x'}")), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (destroy (txn, &guest, id), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (desk_test_create (txn, desk->agent, TASK, other, desk_test_json ("{'caseId':'c01J9ZK3V7XQ6T8R5M2N4P0W1YB','title':'x'}")), ==,
                   CSM_DESK_ERROR_NOT_FOUND);
  g_assert_cmpuint (desk_test_count (txn, CSM_TYPE_ID_EVENT, "caseId", case_id), ==, events);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  desk_test_add ("/tasks/create", test_create);
  desk_test_add ("/tasks/changes", test_changes);
  desk_test_add ("/tasks/done-wins", test_done_wins);
  desk_test_add ("/tasks/destroy", test_destroy);
  desk_test_add ("/tasks/refused", test_refused);
  return g_test_run ();
}
