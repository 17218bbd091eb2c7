/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include <string.h>

#include "csm-id.h"
#include "csm-json.h"
#include "csm-outgoing.h"
#include "csm-time.h"

static CsmPrincipal *
new_agent (Desk       *desk,
           CsmTxn     *txn,
           const char *name)
{
  CsmPrincipal *who = csm_principal_copy (desk->agent);

  g_free (who->person_id);
  who->person_id = desk_test_insert (txn, CSM_TYPE_ID_PERSON, desk_test_json ("{'name':'%s','email':'%s@fernweh.example.com','role':'agent'}", name, name));
  return who;
}

static int
destroy (CsmTxn             *txn,
         const CsmPrincipal *who,
         CsmTypeId           type,
         const char         *id)
{
  GError *error = NULL;
  int code = csm_desk_destroy (txn, who, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (type), id, &error) ? -1 : error->code;

  g_clear_error (&error);
  return code;
}

static gint64
number (CsmTxn     *txn,
        CsmTypeId   type,
        const char *id,
        const char *member)
{
  g_autoptr (JsonObject) record = desk_test_get (txn, type, id);

  return csm_json_get_int (record, member, -1);
}

static char *
new_case (Desk   *desk,
          CsmTxn *txn)
{
  char *id = csm_id_new ('c');

  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_CASE, id, desk_test_json ("{'subject':'A zip'}")), ==, -1);
  return id;
}

static void
test_who_may (Desk   *desk,
              CsmTxn *txn)
{
  g_autoptr (CsmPrincipal) cleo = new_agent (desk, txn, "cleo");
  g_autoptr (CsmPrincipal) dora = new_agent (desk, txn, "dora");
  g_autofree char *team = desk_test_insert (txn, CSM_TYPE_ID_TEAM, desk_test_json ("{'name':'Repairs','memberIds':{'%s':true}}", cleo->person_id));
  g_autofree char *snippet = csm_id_new ('x');
  g_autofree char *article = csm_id_new ('a');
  g_autofree char *template = csm_id_new ('e');

  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_SNIPPET, snippet, desk_test_json ("{'title':'Hello','body':'Dear {name},'}")), ==, -1);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_ARTICLE, article, desk_test_json ("{'title':'Zips','teamId':'%s'}", team)), ==, -1);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_TEMPLATE, template, desk_test_json ("{'title':'A zip broke'}")), ==, -1);
  desk_assert_text (txn, CSM_TYPE_ID_ARTICLE, article, "authorId", desk->agent->person_id);
  /* An article is its author's, its team's and the leads'. */
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_ARTICLE, article, desk_test_json ("{'body':'1'}")), ==, -1);
  g_assert_cmpint (desk_test_patch (txn, cleo, CSM_TYPE_ID_ARTICLE, article, desk_test_json ("{'body':'2'}")), ==, -1);
  g_assert_cmpint (desk_test_patch (txn, desk->lead, CSM_TYPE_ID_ARTICLE, article, desk_test_json ("{'body':'3'}")), ==, -1);
  g_assert_cmpint (desk_test_patch (txn, dora, CSM_TYPE_ID_ARTICLE, article, desk_test_json ("{'body':'4'}")), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (desk_test_patch (txn, dora, CSM_TYPE_ID_SNIPPET, snippet, desk_test_json ("{'title':'Hi'}")), ==, -1);
  g_assert_cmpint (desk_test_patch (txn, dora, CSM_TYPE_ID_SNIPPET, snippet, desk_test_json ("{'title':''}")), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (destroy (txn, desk->agent, CSM_TYPE_ID_SNIPPET, snippet), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (destroy (txn, desk->agent, CSM_TYPE_ID_ARTICLE, article), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (destroy (txn, desk->agent, CSM_TYPE_ID_TEMPLATE, template), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (destroy (txn, desk->lead, CSM_TYPE_ID_SNIPPET, snippet), ==, -1);
  g_assert_cmpint (destroy (txn, desk->lead, CSM_TYPE_ID_ARTICLE, article), ==, -1);
  g_assert_cmpint (destroy (txn, desk->lead, CSM_TYPE_ID_TEMPLATE, template), ==, -1);
}

static void
test_template_shapes (Desk   *desk,
                      CsmTxn *txn)
{
  static const char *const bad[] = {
    "'title':''", "'tasks':['x']", "'tasks':[{}]", "'tasks':[{'title':''}]", "'tasks':[{'title':'x','checklist':['']}]", "'tasks':[{'title':'x','checklist':'y'}]",
    "'tasks':[{'title':'x','dueAfter':-1}]", "'tasks':[{'title':'x','dueAfter':99999999999}]", "'tasks':[{'title':'x','customer':'Jonas'}]", "'texts':[{'title':'x'}]",
    "'texts':[{'title':'x','body':1}]", "'typical':{'resolve':'soon'}", "'typical':{'never':1}", "'tagIds':{'g01J9ZK3V7XQ6T8R5M2N4P0W1YB':true}",
    "'expertIds':{'p01J9ZK3V7XQ6T8R5M2N4P0W1YB':true}", "'teamId':'t01J9ZK3V7XQ6T8R5M2N4P0W1YB'",
  };
  g_autofree char *id = csm_id_new ('e');

  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_TEMPLATE, id,
                                     desk_test_json ("{'title':'A zip broke','tasks':[{'title':'Ask for a photo','note':'By mail','checklist':['Colour','Size'],'dueAfter':60}],"
                                                     "'texts':[{'title':'First','body':'Dear {name}'}],'tagIds':{'%s':true},'expertIds':{'%s':true},"
                                                     "'words':{'zip':true},'typical':{'firstReply':30,'resolve':600}}", desk->tag, desk->lead->person_id)), ==, -1);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_test_message ("%s", bad[i]);
      g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_TEMPLATE, id, desk_test_json ("{%s}", bad[i])), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
    }
  /* A tag that has gone since is in nobody's way. */
  g_assert_cmpint (destroy (txn, desk->lead, CSM_TYPE_ID_TAG, desk->tag), ==, -1);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_TEMPLATE, id, desk_test_json ("{'enabled':false}")), ==, -1);
}

static void
test_counts (Desk   *desk,
             CsmTxn *txn)
{
  g_autofree char *message = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  g_autofree char *case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, message, "caseId");
  g_autofree char *conversation = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, message, "conversationId");
  g_autofree char *snippet = desk_test_insert (txn, CSM_TYPE_ID_SNIPPET, desk_test_json ("{'title':'Hello'}"));
  g_autofree char *gone = desk_test_insert (txn, CSM_TYPE_ID_SNIPPET, desk_test_json ("{'title':'Bye'}"));
  g_autofree char *article = desk_test_insert (txn, CSM_TYPE_ID_ARTICLE, desk_test_json ("{'title':'Zips'}"));
  GError *error = NULL;

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *id = csm_id_new ('s');

      g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_SUBMISSION, id,
                                         desk_test_json ("{'caseId':'%s','conversationId':'%s','to':[{'address':'jonas@example.net'}],'textBody':'Hello','confirmed':true,"
                                                         "'snippetIds':{'%s':true,'%s':true},'articleIds':{'%s':true}}", case_id, conversation, snippet, gone, article)), ==, -1);
      if (i == 0)
        g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_SUBMISSION, id, desk_test_json ("{'undoStatus':'canceled'}")), ==, -1);
    }
  /* Only what went out counts, and what has gone since keeps nothing. */
  g_assert_cmpint (number (txn, CSM_TYPE_ID_SNIPPET, snippet, "useCount"), ==, 0);
  g_assert_cmpint (destroy (txn, desk->lead, CSM_TYPE_ID_SNIPPET, gone), ==, -1);
  csm_outgoing_take_all (txn, csm_time_now (), &error);
  g_assert_no_error (error);
  g_assert_cmpint (number (txn, CSM_TYPE_ID_SNIPPET, snippet, "useCount"), ==, 1);
  g_assert_cmpint (number (txn, CSM_TYPE_ID_ARTICLE, article, "useCount"), ==, 1);
}

static void
test_template_counts (Desk   *desk,
                      CsmTxn *txn)
{
  g_autofree char *template = desk_test_insert (txn, CSM_TYPE_ID_TEMPLATE, desk_test_json ("{'title':'A zip broke'}"));
  g_autofree char *first = new_case (desk, txn);
  g_autofree char *second = new_case (desk, txn);
  g_autofree char *task = csm_id_new ('k');
  g_autofree char *own = csm_id_new ('k');
  g_autofree char *use = g_strdup_printf ("{'templateId':'%s'}", template);

  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, first, desk_test_json ("%s", use)), ==, -1);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, second, desk_test_json ("%s", use)), ==, -1);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_TASK, task, desk_test_json ("{'caseId':'%s','title':'x','templateId':'%s'}", first, template)), ==, -1);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_TASK, own, desk_test_json ("{'caseId':'%s','title':'y'}", second)), ==, -1);
  g_assert_cmpint (number (txn, CSM_TYPE_ID_TEMPLATE, template, "useCount"), ==, 2);
  /* As planned, and met: at once, or said afterwards; however often it is opened again. */
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, first, desk_test_json ("{'status':'resolved','goalOutcome':'met'}")), ==, -1);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, first, desk_test_json ("{'status':'open'}")), ==, -1);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, first, desk_test_json ("{'status':'resolved'}")), ==, -1);
  g_assert_cmpint (number (txn, CSM_TYPE_ID_TEMPLATE, template, "metCount"), ==, 1);
  g_assert_cmpint (number (txn, CSM_TYPE_ID_TEMPLATE, template, "changedCount"), ==, 0);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, second, desk_test_json ("{'status':'resolved'}")), ==, -1);
  g_assert_cmpint (number (txn, CSM_TYPE_ID_TEMPLATE, template, "metCount"), ==, 1);
  g_assert_cmpint (number (txn, CSM_TYPE_ID_TEMPLATE, template, "changedCount"), ==, 1);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, second, desk_test_json ("{'goalOutcome':'unmet'}")), ==, -1);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, second, desk_test_json ("{'goalOutcome':'met'}")), ==, -1);
  g_assert_cmpint (number (txn, CSM_TYPE_ID_TEMPLATE, template, "metCount"), ==, 2);
  g_assert_cmpuint (desk_test_events (txn, second, "goalOutcome"), ==, 2);
  g_assert_cmpuint (desk_test_events (txn, second, "template"), ==, 1);
}

/* --- The brief, and what belongs together ------------------------------------------------------------------------------ */

static const char *
brief_text (JsonObject *case_,
            const char *part)
{
  return csm_json_get_string (csm_json_get_object (csm_json_get_object (case_, "brief"), part), "text");
}

static void
test_brief (Desk   *desk,
            CsmTxn *txn)
{
  static const char *const bad[] = {
    "'brief/goal':{'text':'x'}", "'brief/facts':{}", "'brief/facts':{'text':7}", "'brief/facts':{'text':'x','more':1}", "'brief/facts':{'text':null}",
  };
  g_autofree char *case_id = new_case (desk, txn);
  g_autofree char *long_text = g_strnfill (17000, 'x');

  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, case_id, desk_test_json ("{'brief/facts':{'text':'Bought in May'},'brief/next':{'text':'Call'}}")), ==, -1);
  g_assert_cmpint (desk_test_patch (txn, desk->lead, CSM_TYPE_ID_CASE, case_id,
                                    desk_test_json ("{'brief/facts':{'text':'Bought in June','by':'p01J9ZK3V7XQ6T8R5M2N4P0W1YB'}}")), ==, -1);
  {
    g_autoptr (JsonObject) case_ = desk_test_get (txn, CSM_TYPE_ID_CASE, case_id);
    JsonObject *brief = csm_json_get_object (case_, "brief");

    g_assert_cmpstr (brief_text (case_, "facts"), ==, "Bought in June");
    g_assert_cmpstr (csm_json_get_string (csm_json_get_object (brief, "facts"), "by"), ==, desk->lead->person_id);
    g_assert_cmpstr (csm_json_get_string (csm_json_get_object (brief, "next"), "by"), ==, desk->agent->person_id);
  }
  g_assert_cmpuint (desk_test_events (txn, case_id, "brief"), ==, 3);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, case_id, desk_test_json ("{%s}", bad[i])), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, case_id, desk_test_json ("{'brief/facts':{'text':'%s'}}", long_text)), ==,
                   CSM_DESK_ERROR_INVALID_PROPERTIES);
  /* Emptied or taken out is the same. */
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, case_id, desk_test_json ("{'brief/facts':{'text':''},'brief/next':null}")), ==, -1);
  {
    g_autoptr (JsonObject) case_ = desk_test_get (txn, CSM_TYPE_ID_CASE, case_id);

    g_assert_cmpuint (json_object_get_size (csm_json_get_object (case_, "brief")), ==, 0);
  }
  g_assert_cmpuint (desk_test_events (txn, case_id, "brief"), ==, 5);
}

static gboolean
names (CsmTxn     *txn,
       const char *id,
       const char *other)
{
  g_autoptr (JsonObject) case_ = desk_test_get (txn, CSM_TYPE_ID_CASE, id);

  return csm_json_has_key (case_, "relatedCaseIds", other);
}

static void
test_related (Desk   *desk,
              CsmTxn *txn)
{
  g_autofree char *first = new_case (desk, txn);
  g_autofree char *second = new_case (desk, txn);
  g_autofree char *third = csm_id_new ('c');
  g_autofree char *link = g_strdup_printf ("{'relatedCaseIds/%s':true}", second);
  g_autofree char *unlink = g_strdup_printf ("{'relatedCaseIds/%s':null}", first);
  g_autofree char *self = g_strdup_printf ("{'relatedCaseIds/%s':true}", first);

  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, first, desk_test_json ("%s", link)), ==, -1);
  g_assert_true (names (txn, first, second) && names (txn, second, first));
  g_assert_cmpuint (desk_test_events (txn, first, "related"), ==, 1);
  g_assert_cmpuint (desk_test_events (txn, second, "related"), ==, 1);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, second, desk_test_json ("%s", unlink)), ==, -1);
  g_assert_false (names (txn, first, second) || names (txn, second, first));
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, first, desk_test_json ("%s", self)), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_CASE, third, desk_test_json ("{'subject':'x','relatedCaseIds':{'%s':true}}", first)), ==, -1);
  g_assert_true (names (txn, first, third));
}

static void
test_hand_over (Desk   *desk,
                CsmTxn *txn)
{
  g_autofree char *case_id = new_case (desk, txn);
  g_autofree char *id = csm_id_new ('n');

  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_COMMENT, id, desk_test_json ("{'caseId':'%s','kind':'handOver','body':'The photo is missing'}", case_id)), ==, -1);
  desk_assert_text (txn, CSM_TYPE_ID_COMMENT, id, "kind", "handOver");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  desk_test_add ("/texts/who-may", test_who_may);
  desk_test_add ("/texts/template-shapes", test_template_shapes);
  desk_test_add ("/texts/counts", test_counts);
  desk_test_add ("/texts/template-counts", test_template_counts);
  desk_test_add ("/texts/brief", test_brief);
  desk_test_add ("/texts/related", test_related);
  desk_test_add ("/texts/hand-over", test_hand_over);
  return g_test_run ();
}
