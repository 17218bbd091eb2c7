/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-audit.h"
#include "fault-plan.h"

#include <string.h>

#include "csm-json.h"

/* What a person does over HTTP: an answer of 200 is the promise; the same operation again gives the same answer. */

/* With ' for ". What begins with a $, which no id holds, is put in. */
typedef struct
{
  const char *method;
  const char *arguments;
  const char *upload;
} Step;

#define TAG "g01J00000000000000000000001"
#define OTHER_TAG "g01J00000000000000000000002"
#define COMMENT "n01J00000000000000000000001"
#define OTHER_COMMENT "n01J00000000000000000000002"

static const Step steps[] = {
  { "Tag/set", "{'accountId':'$WORKSPACE','create':{'" TAG "':{'name':'carrier'}},'operationIds':{'" TAG "':'op-1'}}", NULL },
  { "Comment/set", "{'accountId':'$WORKSPACE','create':{'" COMMENT "':{'caseId':'$CASE','body':'Who knows the carrier?'}}}", NULL },
  { "Case/set", "{'accountId':'$WORKSPACE','update':{'$CASE':{'ownerId':'$ME','tags/" TAG "':true}},'operationIds':{'$CASE':'op-3'}}", NULL },
  { "Comment/set", "{'accountId':'$WORKSPACE','create':{'" OTHER_COMMENT "':{'caseId':'$CASE','body':'Here is the label.','attachments':[{'blobId':'$BLOB',"
    "'name':'label.txt','type':'text/plain','size':9}]}},'operationIds':{'" OTHER_COMMENT "':'op-4'}}", "the label" },
  { "Comment/set", "{'accountId':'$WORKSPACE','update':{'" COMMENT "':{'body':'Who knows this carrier?'}},'operationIds':{'" COMMENT "':'op-5'}}", NULL },
  { "Seen/set", "{'accountId':'$PERSONAL','create':{'$SEEN':{'caseId':'$CASE','upTo':'2026-07-06T10:00:00Z'}},'operationIds':{'$SEEN':'op-6'}}", NULL },
  { "Tag/set", "{'accountId':'$WORKSPACE','create':{'" OTHER_TAG "':{'name':'mistake'}},'operationIds':{'" OTHER_TAG "':'op-7'}}", NULL },
  { "Tag/set", "{'accountId':'$WORKSPACE','destroy':['" OTHER_TAG "'],'operationIds':{'" OTHER_TAG "':'op-8'}}", NULL },
  { "Case/set", "{'accountId':'$WORKSPACE','update':{'$CASE':{'status':'resolved'}},'operationIds':{'$CASE':'op-9'}}", NULL },
};
#define N_STEPS G_N_ELEMENTS (steps)
/* The step that makes what the next one throws away */
#define MISTAKE 6

typedef struct
{
  char       *token;
  char       *case_id;
  char       *me;
  char       *census[N_STEPS + 1]; /* after as many steps */
} Control;

static Control control;

static void
replace (char       **text,
         const char  *word,
         const char  *value)
{
  g_auto (GStrv) parts = g_strsplit (*text, word, -1);

  g_free (*text);
  *text = g_strjoinv (value, parts);
}

/* The step's answer without the states, which move; NULL when the server died first. */
static JsonObject *
take_step (FaultServer *server,
           const Step  *step)
{
  static const char * const kept[] = { "created", "updated", "destroyed", "notCreated", "notUpdated", "notDestroyed", "type", "description" };
  g_autofree char *text = g_strdelimit (g_strdup (step->arguments), "'", '"');
  g_autofree char *seen = g_strdup_printf ("z%s", control.case_id + 1);
  g_autofree char *blob = step->upload != NULL ? fault_server_upload (server, step->upload) : NULL;
  g_autoptr (JsonObject) answer = NULL;
  JsonObject *result;

  if (step->upload != NULL && blob == NULL)
    return NULL;
  replace (&text, "$WORKSPACE", server->workspace);
  replace (&text, "$PERSONAL", server->personal);
  replace (&text, "$SEEN", seen);
  replace (&text, "$CASE", control.case_id);
  replace (&text, "$ME", control.me);
  if (blob != NULL)
    replace (&text, "$BLOB", blob);
  answer = fault_server_call (server, step->method, csm_json_parse_object (text, -1, NULL));
  if (answer == NULL)
    return NULL;
  result = json_object_new ();
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      JsonNode *node = json_object_get_member (answer, kept[i]);

      if (node != NULL && !JSON_NODE_HOLDS_NULL (node))
        json_object_set_member (result, kept[i], csm_json_copy (node));
    }
  return result;
}

static gboolean
is_success (JsonObject *answer)
{
  return json_object_get_size (answer) == 1 &&
         (json_object_has_member (answer, "created") || json_object_has_member (answer, "updated") || json_object_has_member (answer, "destroyed"));
}

/* What was made and thrown away since is not told as if it were still there. */
static gboolean
is_thrown_away (guint       step,
                JsonObject *answer)
{
  JsonObject *error = csm_json_get_object (csm_json_get_object (answer, "notCreated"), OTHER_TAG);

  return step == MISTAKE && g_strcmp0 (csm_json_get_string (error, "type"), "alreadyDestroyed") == 0;
}

/*
 * Takes the steps in order until the server dies. An answer that is known already must come again; others are kept.
 * How many were answered.
 */
static guint
take_steps (FaultServer *server,
            GPtrArray   *findings,
            JsonObject **answers)
{
  for (guint i = 0; i < N_STEPS; i++)
    {
      g_autoptr (JsonObject) answer = take_step (server, &steps[i]);
      g_autofree char *text = NULL;
      g_autofree char *known = NULL;

      if (answer == NULL)
        return i;
      if (answers[i] != NULL && is_thrown_away (i, answer))
        continue;
      text = csm_json_write_object (answer);
      if (!is_success (answer))
        g_ptr_array_add (findings, g_strdup_printf ("step %u: %s", i + 1, text));
      if (answers[i] == NULL)
        {
          answers[i] = g_steal_pointer (&answer);
          continue;
        }
      known = csm_json_write_object (answers[i]);
      if (!g_str_equal (text, known))
        g_ptr_array_add (findings, g_strdup_printf ("step %u was answered %s, and again: %s", i + 1, known, text));
    }
  return N_STEPS;
}

static void
clear_answers (JsonObject **answers)
{
  for (guint i = 0; i < N_STEPS; i++)
    g_clear_pointer (&answers[i], json_object_unref);
}

static void
test_kill (gconstpointer data)
{
  const FaultKill *kill = data;
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (FaultServer) server = NULL;
  g_autofree char *failpoint = fault_kill_print (kill);
  g_autofree char *before = NULL, *after = NULL;
  JsonObject *answers[N_STEPS] = { NULL };
  guint acknowledged = 0;

  fault_lab_start_over (kill->lab);
  server = fault_server_start (kill->lab, failpoint);
  if (fault_server_resume (server, control.token))
    acknowledged = take_steps (server, findings, answers);
  /* The server's own work may come earlier or later than it did in the recorded run; replays change nothing and commit, too. */
  for (guint i = 0; acknowledged == N_STEPS && i < 3; i++)
    {
      if (take_steps (server, findings, answers) < N_STEPS)
        break;
    }
  g_assert_cmpint (fault_server_wait (server), ==, FAULT_KILLED);
  g_assert_true (fault_lab_was_hit (kill->lab, kill->point));
  fault_lab_assert_clean (kill->lab);
  g_clear_pointer (&server, fault_server_free);

  /* All that was answered is there, and of the rest at most the step that was under way. */
  server = fault_server_start (kill->lab, NULL);
  g_assert_true (fault_server_resume (server, control.token));
  before = fault_census (server);
  fault_audit_census (findings, before, control.census[acknowledged], control.census[MIN (acknowledged + 1, N_STEPS)]);

  g_assert_cmpuint (take_steps (server, findings, answers), ==, N_STEPS);
  g_assert_cmpuint (take_steps (server, findings, answers), ==, N_STEPS);
  after = fault_census (server);
  fault_audit_census (findings, after, control.census[N_STEPS], NULL);
  g_assert_cmpint (fault_server_stop (server), ==, 0);
  clear_answers (answers);
  fault_assert_none (findings);
}

/* A token and the case, into the workspace that all copies come from. */
static void
prepare (FaultLab *lab)
{
  g_autofree char *copies = g_steal_pointer (&lab->data);
  g_autoptr (FaultServer) server = NULL;
  g_autoptr (JsonArray) cases = NULL, people = NULL;

  lab->data = g_strdup (lab->first);
  server = fault_server_start (lab, NULL);
  fault_server_sign_in (server);
  cases = fault_server_get_all (server, "Case");
  people = fault_server_get_all (server, "Person");
  control.token = g_strdup (server->token);
  control.case_id = g_strdup (csm_json_get_string (json_array_get_object_element (cases, 0), "id"));
  control.me = g_strdup (csm_json_get_string (json_array_get_object_element (people, 0), "id"));
  control.census[0] = fault_census (server);
  g_assert_cmpint (fault_server_stop (server), ==, 0);
  g_free (lab->data);
  lab->data = g_steal_pointer (&copies);
}

/* All steps, as they should go; with @count, what the workspace holds after each is kept. */
static void
rehearse (FaultLab   *lab,
          const char *failpoint,
          gboolean    count)
{
  g_autoptr (FaultServer) server = NULL;

  fault_lab_start_over (lab);
  server = fault_server_start (lab, failpoint);
  g_assert_true (fault_server_resume (server, control.token));
  for (guint i = 0; i < N_STEPS; i++)
    {
      g_autoptr (JsonObject) answer = take_step (server, &steps[i]);
      g_autofree char *text = answer != NULL ? csm_json_write_object (answer) : NULL;

      if (answer == NULL || !is_success (answer))
        g_error ("step %u: %s", i + 1, text);
      if (count)
        control.census[i + 1] = fault_census (server);
    }
  g_assert_cmpint (fault_server_stop (server), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (FaultLab) lab = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  lab = fault_lab_new ();
  prepare (lab);
  rehearse (lab, NULL, TRUE);
  rehearse (lab, FAULT_RECORD, FALSE);
  fault_plan_add (lab, lab->log, FAULT_WRITE, "write", 4, test_kill);
  result = g_test_run ();
  g_free (control.token);
  g_free (control.case_id);
  g_free (control.me);
  for (guint i = 0; i <= N_STEPS; i++)
    g_free (control.census[i]);
  return result;
}
