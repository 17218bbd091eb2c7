/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include "csm-id.h"
#include "csm-json.h"
#include "csm-role.h"

/* Each role tries each kind of write: what comes back as forbidden is what the table of roles says, and nothing else. */

/* Guest, agent, lead, admin; "----": nobody does that. */
static const struct
{
  CsmTypeId   type;
  const char *create;
  const char *update;
  const char *destroy;
  const char *record; /* T: team, C: case, V: conversation, P: a partner, H: channel, U: customer */
} expected[] = {
  { CSM_TYPE_ID_PERSON, "---A", NULL, "----", "{'name':'New','email':'new@fernweh.example.com'}" },
  { CSM_TYPE_ID_TEAM, "--lA", "--lA", "----", "{'name':'New'}" },
  { CSM_TYPE_ID_CHANNEL, NULL, "---A", "----", "{'name':'New'}" },
  { CSM_TYPE_ID_TAG, "-alA", "-alA", "--lA", "{'name':'New'}" },
  { CSM_TYPE_ID_CUSTOMER, "-alA", "-alA", "----", "{'name':'New'}" },
  { CSM_TYPE_ID_CASE, "-alA", "-alA", "----", "{'subject':'New'}" },
  { CSM_TYPE_ID_CONVERSATION, "-alA", "-alA", "----", "{'caseId':'C','customerId':'U','channelId':'H'}" },
  { CSM_TYPE_ID_MESSAGE, "----", "----", "----", "{}" },
  { CSM_TYPE_ID_SUBMISSION, "-alA", NULL, "----", "{'caseId':'C','conversationId':'V','to':[{'address':'jonas@example.net'}],'textBody':'New'}" },
  { CSM_TYPE_ID_SHARED_COMMENT, "galA", NULL, "----", "{'caseId':'C','partnerId':'P','body':'New'}" },
  { CSM_TYPE_ID_SERVICE_LEVEL, "--lA", "--lA", "--lA", "{'name':'New'}" },
  { CSM_TYPE_ID_CALENDAR, "--lA", "--lA", "--lA", "{'name':'New'}" },
  { CSM_TYPE_ID_COMMENT, "-alA", NULL, "----", "{'caseId':'C','body':'New'}" },
  { CSM_TYPE_ID_TASK, "-alA", "-alA", "-alA", "{'caseId':'C','title':'New'}" },
  { CSM_TYPE_ID_RULE, "---A", "---A", "---A", "{'kind':'lane','lane':'digest','conditions':{'subject':{'has':'new'}}}" },
  { CSM_TYPE_ID_EVENT, "----", "----", "----", "{}" },
};

typedef struct
{
  CsmTxn *txn;
  Desk   *desk;
  char   *case_id, *conversation, *customer, *partner;
} Fixture;

static gint64
account_of (const CsmPrincipal *who)
{
  return who->projection != 0 ? who->projection : CSM_ACCOUNT_WORKSPACE;
}

/* -1: allowed, whatever else may be wrong with it; undone afterwards. */
static gboolean
is_forbidden (Fixture   *fixture,
              gboolean   good,
              GError    *error)
{
  gboolean forbidden = g_error_matches (error, CSM_DESK_ERROR, CSM_DESK_ERROR_FORBIDDEN);

  g_assert_true (good == (error == NULL));
  g_clear_error (&error);
  g_assert_true (csm_txn_release (fixture->txn, FALSE, &error));
  g_assert_no_error (error);
  return forbidden;
}

static JsonObject *
make_record (Fixture    *fixture,
             guint       i)
{
  g_autoptr (GString) text = g_string_new (expected[i].record);
  JsonObject *record;

  g_string_replace (text, "'C'", "'%1'", 0);
  g_string_replace (text, "%1", fixture->case_id, 0);
  g_string_replace (text, "'V'", "'%2'", 0);
  g_string_replace (text, "%2", fixture->conversation, 0);
  g_string_replace (text, "'U'", "'%3'", 0);
  g_string_replace (text, "%3", fixture->customer, 0);
  g_string_replace (text, "'H'", "'%4'", 0);
  g_string_replace (text, "%4", fixture->desk->channel, 0);
  g_string_replace (text, "'P'", "'%5'", 0);
  g_string_replace (text, "%5", fixture->partner, 0);
  record = desk_test_json ("%s", text->str);
  csm_record_fill_defaults (csm_record_type_get (expected[i].type), record);
  return record;
}

static void
try_create (Fixture            *fixture,
            const CsmPrincipal *who,
            guint               i,
            gboolean            may)
{
  const CsmRecordType *type = csm_record_type_get (expected[i].type);
  g_autoptr (JsonObject) record = make_record (fixture, i);
  g_autofree char *id = csm_id_new (type->letter);
  GError *error = NULL;
  gboolean good;

  g_assert_true (csm_txn_savepoint (fixture->txn, &error));
  good = csm_desk_create (fixture->txn, who, account_of (who), type, id, record, &error);
  if (is_forbidden (fixture, good, error) == may)
    g_error ("%s: create %s", who->role, type->name);
}

static void
try_change (Fixture            *fixture,
            const CsmPrincipal *who,
            guint               i,
            gboolean            destroys,
            gboolean            may)
{
  const CsmRecordType *type = csm_record_type_get (expected[i].type);
  g_autoptr (JsonObject) after = NULL;
  g_autoptr (JsonObject) before = NULL;
  g_autofree char *id = NULL;
  GError *error = NULL;
  gboolean good;

  g_assert_true (csm_txn_savepoint (fixture->txn, &error));
  id = desk_test_insert (fixture->txn, type->id, make_record (fixture, i));
  before = desk_test_get (fixture->txn, type->id, id);
  after = csm_json_copy_object (before);
  if (csm_record_type_property (type, "name") != NULL)
    csm_json_set_string (after, "name", "Newer");
  good = destroys ? csm_desk_destroy (fixture->txn, who, account_of (who), type, id, &error)
                  : csm_desk_update (fixture->txn, who, account_of (who), type, id, before, after, &error);
  if (is_forbidden (fixture, good, error) == may)
    g_error ("%s: %s %s", who->role, destroys ? "destroy" : "update", type->name);
}

static CsmPrincipal *
add_guest (Fixture *fixture)
{
  CsmPrincipal *who = g_new0 (CsmPrincipal, 1);
  g_autoptr (CsmAccountRow) own = NULL;
  g_autoptr (CsmAccountRow) row = NULL;
  GError *error = NULL;

  who->person_id = desk_test_insert (fixture->txn, CSM_TYPE_ID_PERSON,
                                     desk_test_json ("{'name':'Rosa','email':'rosa@repairs.example.org','kind':'guest','role':'guest','teamIds':{'%s':true}}", fixture->partner));
  who->role = g_strdup ("guest");
  g_assert_cmpint (desk_test_patch (fixture->txn, fixture->desk->agent, CSM_TYPE_ID_CASE, fixture->case_id,
                                    desk_test_json ("{'partners/%s':{'conversation':true}}", fixture->partner)), ==, -1);
  g_assert_true (csm_txn_project (fixture->txn, &error));
  row = csm_txn_projection_of (fixture->txn, fixture->partner, &error);
  own = csm_txn_account_of (fixture->txn, who->person_id, &error);
  g_assert_no_error (error);
  who->projection = row->account;
  who->account = own->account;
  return who;
}

static void
fixture_init (Fixture *fixture,
              Desk    *desk,
              CsmTxn  *txn)
{
  fixture->txn = txn;
  fixture->desk = desk;
  fixture->partner = desk_test_insert (txn, CSM_TYPE_ID_TEAM, desk_test_json ("{'name':'Repairs','department':'partner'}"));
  fixture->customer = desk_test_insert (txn, CSM_TYPE_ID_CUSTOMER, desk_test_json ("{'name':'Jonas'}"));
  fixture->case_id = desk_test_insert (txn, CSM_TYPE_ID_CASE, desk_test_json ("{'subject':'A zip','customerId':'%s'}", fixture->customer));
  fixture->conversation = desk_test_insert (txn, CSM_TYPE_ID_CONVERSATION,
                                            desk_test_json ("{'caseId':'%s','customerId':'%s','channelId':'%s'}", fixture->case_id, fixture->customer, desk->channel));
}

static void
test_writes (Desk   *desk,
             CsmTxn *txn)
{
  Fixture fixture = { 0 };
  const CsmPrincipal *who[4];
  g_autoptr (CsmPrincipal) guest = NULL;

  fixture_init (&fixture, desk, txn);
  guest = add_guest (&fixture);
  who[0] = guest;
  who[1] = desk->agent;
  who[2] = desk->lead;
  who[3] = desk->admin;
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      for (guint role = 0; role < G_N_ELEMENTS (who); role++)
        {
          g_assert_cmpstr (who[role]->role, ==, csm_roles[role]);
          if (expected[i].create != NULL)
            try_create (&fixture, who[role], i, expected[i].create[role] != '-');
          if (expected[i].update != NULL)
            try_change (&fixture, who[role], i, FALSE, expected[i].update[role] != '-');
          try_change (&fixture, who[role], i, TRUE, expected[i].destroy[role] != '-');
        }
    }
  g_free (fixture.case_id);
  g_free (fixture.conversation);
  g_free (fixture.customer);
  g_free (fixture.partner);
}

/* Who may do a thing to some, or to others' only, is asked where the record is known. */
static void
test_people (Desk   *desk,
             CsmTxn *txn)
{
  const CsmPrincipal *who[] = { desk->agent, desk->lead, desk->admin };
  g_autofree char *block = desk_test_insert (txn, CSM_TYPE_ID_RULE, desk_test_json ("{'kind':'block','conditions':{'from':{'is':'a@example.net'}}}"));

  for (guint i = 0; i < G_N_ELEMENTS (who); i++)
    {
      gboolean is_lead = csm_role_may (who[i]->role, CSM_ACTION_CHANGE_PEOPLE), is_admin = csm_role_may (who[i]->role, CSM_ACTION_CHANGE_ROLES);
      const char *other = i == 0 ? desk->lead->person_id : desk->agent->person_id;

      g_assert_cmpint (desk_test_patch (txn, who[i], CSM_TYPE_ID_PERSON, who[i]->person_id, desk_test_json ("{'name':'Me %u'}", i)), ==, -1);
      g_assert_cmpint (desk_test_patch (txn, who[i], CSM_TYPE_ID_PERSON, other, desk_test_json ("{'expertise':{'zips %u':true}}", i)), ==,
                       is_lead ? -1 : CSM_DESK_ERROR_FORBIDDEN);
      g_assert_cmpint (desk_test_patch (txn, who[i], CSM_TYPE_ID_PERSON, other, desk_test_json ("{'name':'You %u'}", i)), ==, is_admin ? -1 : CSM_DESK_ERROR_FORBIDDEN);
      g_assert_cmpint (desk_test_patch (txn, who[i], CSM_TYPE_ID_PERSON, other, desk_test_json ("{'role':'guest'}")), ==,
                       is_admin ? CSM_DESK_ERROR_INVALID_PROPERTIES : CSM_DESK_ERROR_FORBIDDEN);
      g_assert_cmpint (desk_test_patch (txn, who[i], CSM_TYPE_ID_RULE, block, desk_test_json ("{'name':'Block %u'}", i)), ==, -1);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  desk_test_add ("/roles/writes", test_writes);
  desk_test_add ("/roles/people", test_people);
  return g_test_run ();
}
