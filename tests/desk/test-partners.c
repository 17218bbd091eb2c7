/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include <stdlib.h>
#include <string.h>

#include "csm-desk-records.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-projection.h"

/*
 * Histories of sharing, made at random: after each step each partner has what a second look at the workspace says that they see, each of
 * their clients, however it caught up, has what a new one fetches, and nothing that is internal is in any of it.
 */

#define SEED 20261122
#define STEPS 120
#define N_CASES 5
#define N_PARTNERS 2
#define N_CLIENTS 2
/* In everything that no guest may see. */
#define INSIDE "INSIDE"

static const CsmTypeId seen_types[] = { CSM_TYPE_ID_PERSON, CSM_TYPE_ID_TEAM, CSM_TYPE_ID_CHANNEL, CSM_TYPE_ID_CUSTOMER,
                                        CSM_TYPE_ID_CASE, CSM_TYPE_ID_CONVERSATION, CSM_TYPE_ID_MESSAGE, CSM_TYPE_ID_SHARED_COMMENT };

typedef struct
{
  gint64      since[G_N_ELEMENTS (seen_types)];
  GHashTable *records; /* id → JSON */
} Client;

typedef struct
{
  char         *team;
  CsmPrincipal *guest;
  gint64        account;
  Client        clients[N_CLIENTS];
} Partner;

typedef struct
{
  Desk      *desk;
  CsmTxn    *txn;
  GRand     *rand;
  Partner    partners[N_PARTNERS];
  char      *cases[N_CASES];
  GPtrArray *conversations;
  GPtrArray *comments;
  guint      n;
  guint      merges;
} Model;

static guint
pick (Model *model,
      guint  below)
{
  return (guint) g_rand_int_range (model->rand, 0, (gint32) below);
}

static const char *
any (Model     *model,
     GPtrArray *ids)
{
  return g_ptr_array_index (ids, pick (model, ids->len));
}

/* --- A workspace ------------------------------------------------------------------------------------------------------- */

static CsmPrincipal *
add_guest (Model      *model,
           const char *team,
           const char *name)
{
  CsmPrincipal *who = g_new0 (CsmPrincipal, 1);
  g_autoptr (CsmAccountRow) row = NULL;
  GError *error = NULL;

  who->person_id = desk_test_insert (model->txn, CSM_TYPE_ID_PERSON,
                                     desk_test_json ("{'name':'%s','email':'%s@partner.example.org','kind':'guest','role':'guest','expertise':{'" INSIDE "':true}}", name, name));
  who->role = g_strdup ("guest");
  row = csm_txn_account_of (model->txn, who->person_id, &error);
  g_assert_no_error (error);
  who->account = row->account;
  g_assert_cmpint (desk_test_patch (model->txn, model->desk->admin, CSM_TYPE_ID_TEAM, team, desk_test_json ("{'memberIds/%s':true}", who->person_id)), ==, -1);
  return who;
}

static void
add_message (Model      *model,
             const char *conversation)
{
  g_autoptr (JsonObject) record = desk_test_get (model->txn, CSM_TYPE_ID_CONVERSATION, conversation);
  gboolean is_out = pick (model, 2) == 0;
  g_autofree char *author = is_out ? g_strdup_printf ("'%s'", model->desk->agent->person_id) : g_strdup ("null");
  g_autofree char *id = NULL;

  id = desk_test_insert (model->txn, CSM_TYPE_ID_MESSAGE,
                         desk_test_json ("{'conversationId':'%s','caseId':'%s','channelId':'%s','customerId':'%s','direction':'%s','authorId':%s,'at':'2026-03-01T10:%02u:%02uZ',"
                                         "'subject':'Zip','textBody':'Words %u','preview':'Words %u','from':[{'name':'Jonas','address':'jonas@example.net','note':'" INSIDE "'}],"
                                         "'warnings':{'" INSIDE "':true},'trust':{'verdict':'" INSIDE "'},'delivery':{'state':'" INSIDE "'},'messageId':'" INSIDE "@x','replyTo':[{'address':'" INSIDE "'}]}",
                                         conversation, csm_json_get_string (record, "caseId"), csm_json_get_string (record, "channelId"), csm_json_get_string (record, "customerId"),
                                         is_out ? "out" : "in", author, pick (model, 60), pick (model, 60), model->n, model->n));
}

static void
add_case (Model *model,
          guint  i)
{
  g_autofree char *customer = NULL;
  g_autofree char *channel = desk_test_insert (model->txn, CSM_TYPE_ID_CHANNEL, desk_test_json ("{'name':'Mailbox %u','signature':'" INSIDE "'}", i));

  customer = desk_test_insert (model->txn, CSM_TYPE_ID_CUSTOMER, desk_test_json ("{'name':'Customer %u','note':'" INSIDE "','organisation':'" INSIDE "'}", i));
  model->cases[i] = desk_test_insert (model->txn, CSM_TYPE_ID_CASE,
                                      desk_test_json ("{'subject':'Case %u','status':'open','customerId':'%s','ownerId':'%s','goal':'" INSIDE "','brief':{'facts':{'text':'" INSIDE "'}},"
                                                      "'tags':{'%s':true},'participantIds':{'%s':true},'preview':'" INSIDE "','clocks':{'answer':{'state':'" INSIDE "'}}}",
                                                      i, customer, model->desk->lead->person_id, model->desk->tag, model->desk->lead->person_id));
  for (guint j = 0; j < 2; j++)
    {
      g_ptr_array_add (model->conversations,
                       desk_test_insert (model->txn, CSM_TYPE_ID_CONVERSATION,
                                         desk_test_json ("{'caseId':'%s','customerId':'%s','channelId':'%s','subject':'Zip','externalId':'" INSIDE "'}", model->cases[i], customer, channel)));
      add_message (model, g_ptr_array_index (model->conversations, model->conversations->len - 1));
    }
}

static void
model_init (Model  *model,
            Desk   *desk,
            CsmTxn *txn)
{
  model->desk = desk;
  model->txn = txn;
  model->rand = g_rand_new_with_seed (SEED);
  model->conversations = g_ptr_array_new_with_free_func (g_free);
  model->comments = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < N_PARTNERS; i++)
    {
      Partner *partner = &model->partners[i];
      g_autofree char *name = g_strdup_printf ("guest%u", i);

      partner->team = desk_test_insert (txn, CSM_TYPE_ID_TEAM, desk_test_json ("{'name':'Partner %u','department':'partner'}", i));
      partner->guest = add_guest (model, partner->team, name);
      for (guint j = 0; j < N_CLIENTS; j++)
        partner->clients[j].records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    }
  for (guint i = 0; i < N_CASES; i++)
    add_case (model, i);
}

static void
model_clear (Model *model)
{
  for (guint i = 0; i < N_PARTNERS; i++)
    {
      g_free (model->partners[i].team);
      csm_principal_free (model->partners[i].guest);
      for (guint j = 0; j < N_CLIENTS; j++)
        g_hash_table_unref (model->partners[i].clients[j].records);
    }
  for (guint i = 0; i < N_CASES; i++)
    g_free (model->cases[i]);
  g_ptr_array_unref (model->conversations);
  g_ptr_array_unref (model->comments);
  g_rand_free (model->rand);
}

/* --- What people do ------------------------------------------------------------------------------------------------------ */

static void
share (Model *model)
{
  const char *case_id = model->cases[pick (model, N_CASES)], *team = model->partners[pick (model, N_PARTNERS)].team;
  g_autoptr (JsonObject) case_ = desk_test_get (model->txn, CSM_TYPE_ID_CASE, case_id);
  gboolean is_shared = csm_json_has_key (case_, "partners", team);
  JsonObject *patch = NULL;

  if (is_shared && pick (model, 2) == 0)
    patch = desk_test_json ("{'partners/%s':null}", team);
  else
    patch = desk_test_json ("{'partners/%s':{'conversation':%s}}", team, pick (model, 2) == 0 ? "true" : "false");
  /* What was merged into another case is shared no more. */
  if (csm_json_get_string (case_, "mergedIntoId") == NULL)
    g_assert_cmpint (desk_test_patch (model->txn, model->desk->agent, CSM_TYPE_ID_CASE, case_id, patch), ==, -1);
  else
    json_object_unref (patch);
}

static void
edit (Model *model)
{
  const char *case_id = model->cases[pick (model, N_CASES)];
  const char *conversation = any (model, model->conversations);
  g_autoptr (JsonObject) record = NULL;
  GError *error = NULL;

  switch (pick (model, 4))
    {
    case 0:
      desk_test_patch (model->txn, model->desk->agent, CSM_TYPE_ID_CASE, case_id, desk_test_json ("{'subject':'Case %u'}", model->n));
      break;
    case 1:
      desk_test_patch (model->txn, model->desk->agent, CSM_TYPE_ID_CASE, case_id, desk_test_json ("{'priority':'%s','goal':'" INSIDE " %u'}", pick (model, 2) ? "high" : "low", model->n));
      break;
    case 2:
      record = desk_test_get (model->txn, CSM_TYPE_ID_CONVERSATION, conversation);
      desk_test_patch (model->txn, model->desk->agent, CSM_TYPE_ID_CUSTOMER, csm_json_get_string (record, "customerId"), desk_test_json ("{'name':'Customer %u'}", model->n));
      break;
    default:
      record = desk_test_get (model->txn, CSM_TYPE_ID_CASE, case_id);
      csm_json_set_string (record, "status", pick (model, 2) ? "resolved" : "open");
      csm_desk_save (model->txn, CSM_TYPE_ID_CASE, record, &error);
      g_assert_no_error (error);
      break;
    }
}

static void
set_case (Model      *model,
          CsmTypeId   type,
          const char *id,
          const char *case_id)
{
  g_autoptr (JsonObject) record = desk_test_get (model->txn, type, id);
  GError *error = NULL;

  csm_json_set_string (record, "caseId", case_id);
  csm_desk_save (model->txn, type, record, &error);
  g_assert_no_error (error);
}

/* What splitting comes to. */
static void
move (Model *model)
{
  const char *conversation = any (model, model->conversations), *case_id = model->cases[pick (model, N_CASES)];
  GError *error = NULL;
  g_autoptr (GPtrArray) messages = csm_txn_ids_where (model->txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_MESSAGE), "conversationId", conversation, &error);

  g_assert_no_error (error);
  set_case (model, CSM_TYPE_ID_CONVERSATION, conversation, case_id);
  for (guint i = 0; i < messages->len; i++)
    set_case (model, CSM_TYPE_ID_MESSAGE, g_ptr_array_index (messages, i), case_id);
  if (model->comments->len > 0)
    set_case (model, CSM_TYPE_ID_SHARED_COMMENT, any (model, model->comments), case_id);
}

static void
merge (Model *model)
{
  const char *case_id = model->cases[pick (model, N_CASES)];
  g_autoptr (JsonObject) record = desk_test_get (model->txn, CSM_TYPE_ID_CASE, case_id);
  gboolean is_merged = csm_json_get_string (record, "mergedIntoId") != NULL;
  g_autofree char *into = g_strdup_printf ("'%s'", model->cases[pick (model, N_CASES)]);
  int outcome = desk_test_patch (model->txn, model->desk->agent, CSM_TYPE_ID_CASE, case_id, desk_test_json ("{'mergedIntoId':%s}", is_merged ? "null" : into));

  model->merges += outcome == -1;
}

static void
comment (Model *model)
{
  const char *case_id = model->cases[pick (model, N_CASES)];
  Partner *partner = &model->partners[pick (model, N_PARTNERS)];
  g_autofree char *id = csm_id_new ('q');
  g_autofree char *inside = csm_id_new ('n');
  gboolean is_guest = pick (model, 2) == 0 && partner->guest->projection != 0;
  int outcome;

  desk_test_create (model->txn, model->desk->agent, CSM_TYPE_ID_COMMENT, inside, desk_test_json ("{'caseId':'%s','body':'" INSIDE "'}", case_id));
  outcome = desk_test_create (model->txn, is_guest ? partner->guest : model->desk->lead, CSM_TYPE_ID_SHARED_COMMENT, id,
                              desk_test_json ("{'caseId':'%s','partnerId':'%s','body':'Said %u'}", case_id, partner->team, model->n));
  g_assert_true (outcome == -1 || outcome == CSM_DESK_ERROR_INVALID_PROPERTIES);
  if (outcome == -1)
    g_ptr_array_add (model->comments, g_steal_pointer (&id));
}

static void
change_comment (Model *model)
{
  const char *id = model->comments->len > 0 ? any (model, model->comments) : NULL;
  Partner *partner = &model->partners[pick (model, N_PARTNERS)];
  GError *error = NULL;
  gint64 modseq = id != NULL ? csm_txn_get_modseq (model->txn, partner->account != 0 ? partner->account : CSM_ACCOUNT_WORKSPACE, csm_record_type_of_id (id), id, &error) : 0;

  g_assert_no_error (error);
  if (modseq == 0 || partner->account == 0)
    return;
  desk_test_patch (model->txn, partner->guest, CSM_TYPE_ID_SHARED_COMMENT, id,
                   pick (model, 3) == 0 ? desk_test_json ("{'deleted':true}") : desk_test_json ("{'body':'Said again %u'}", model->n));
}

static void
change_members (Model *model)
{
  Partner *partner = &model->partners[pick (model, N_PARTNERS)];
  g_autofree char *name = g_strdup_printf ("extra%u", model->n);
  g_autoptr (CsmPrincipal) guest = add_guest (model, partner->team, name);

  if (pick (model, 2) == 0)
    g_assert_cmpint (desk_test_patch (model->txn, model->desk->admin, CSM_TYPE_ID_TEAM, partner->team, desk_test_json ("{'memberIds/%s':null}", guest->person_id)), ==, -1);
}

static void
step (Model *model)
{
  guint what = pick (model, 20);

  if (what < 6)
    share (model);
  else if (what < 9)
    edit (model);
  else if (what < 12)
    add_message (model, any (model, model->conversations));
  else if (what < 13)
    move (model);
  else if (what < 15)
    merge (model);
  else if (what < 17)
    comment (model);
  else if (what < 19)
    change_comment (model);
  else
    change_members (model);
}

/* --- What partners see ------------------------------------------------------------------------------------------------------ */

static gboolean
take_record (const char *id,
             const char *json,
             gpointer    user_data)
{
  g_assert_null (strstr (json, INSIDE));
  g_hash_table_insert (user_data, g_strdup (id), g_strdup (json));
  return TRUE;
}

static gboolean
take_id (const char *id,
         const char *json,
         gpointer    user_data)
{
  g_hash_table_add (user_data, g_strdup (id));
  return TRUE;
}

static GHashTable *
fetch_all (Model  *model,
           gint64  account)
{
  GHashTable *records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GError *error = NULL;

  for (guint i = 0; i < CSM_N_TYPES; i++)
    csm_txn_each (model->txn, account, csm_record_type_get (i), G_MAXINT32, take_record, records, &error);
  g_assert_no_error (error);
  return records;
}

/* Who may see what, said once more, and in other words. */
static gboolean
is_visible (Model      *model,
            Partner    *partner,
            CsmTypeId   type,
            const char *id)
{
  g_autoptr (JsonObject) record = desk_test_get (model->txn, type, id);
  g_autoptr (JsonObject) case_ = desk_test_get (model->txn, CSM_TYPE_ID_CASE, type == CSM_TYPE_ID_CASE ? id : csm_json_get_string (record, "caseId"));
  JsonObject *partners = json_object_get_object_member (case_, "partners"), *shared;

  if (!json_object_has_member (partners, partner->team) || csm_json_get_string (case_, "mergedIntoId") != NULL)
    return FALSE;
  shared = json_object_get_object_member (partners, partner->team);
  if (type == CSM_TYPE_ID_CASE)
    return TRUE;
  if (type == CSM_TYPE_ID_SHARED_COMMENT)
    return g_strcmp0 (csm_json_get_string (record, "partnerId"), partner->team) == 0;
  return csm_json_get_boolean (shared, "conversation");
}

static void
check_visible (Model      *model,
               Partner    *partner,
               GHashTable *records)
{
  static const CsmTypeId types[] = { CSM_TYPE_ID_CASE, CSM_TYPE_ID_CONVERSATION, CSM_TYPE_ID_MESSAGE, CSM_TYPE_ID_SHARED_COMMENT };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (GHashTable) all = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      GHashTableIter iter;
      gpointer id;
      GError *error = NULL;

      csm_txn_each (model->txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (types[i]), G_MAXINT32, take_id, all, &error);
      g_assert_no_error (error);
      g_hash_table_iter_init (&iter, all);
      while (g_hash_table_iter_next (&iter, &id, NULL))
        g_assert_true (is_visible (model, partner, types[i], id) == g_hash_table_contains (records, id));
    }
}

/* People, customers and channels are there for what names them: a guest of the partner, a message, … */
static void
check_named (GHashTable *records)
{
  GHashTableIter iter, others;
  gpointer id, other, json;

  g_hash_table_iter_init (&iter, records);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      gboolean is_named = strchr ("puh", *(const char *) id) == NULL;

      g_hash_table_iter_init (&others, records);
      while (!is_named && g_hash_table_iter_next (&others, &other, &json))
        is_named = !g_str_equal (id, other) && strstr (json, id) != NULL;
      g_assert_true (is_named);
    }
}

static void
apply (Model      *model,
       Partner    *partner,
       Client     *client,
       CsmTypeId   type,
       GPtrArray  *ids)
{
  for (guint i = 0; i < ids->len; i++)
    {
      const char *id = g_ptr_array_index (ids, i);
      GError *error = NULL;
      char *json = csm_txn_get_text (model->txn, partner->account, csm_record_type_get (type), id, &error);

      g_assert_no_error (error);
      if (json != NULL)
        g_hash_table_replace (client->records, g_strdup (id), json);
      else
        g_hash_table_remove (client->records, id);
    }
}

/* RFC 8620, section 5.2, in pages of any size. */
static void
catch_up (Model   *model,
          Partner *partner,
          Client  *client)
{
  for (guint i = 0; i < G_N_ELEMENTS (seen_types); i++)
    {
      guint max = pick (model, 2) == 0 ? 0 : 1 + pick (model, 4), pages = 0;
      gboolean more = TRUE, begins = client->since[i] == 0;

      while (more)
        {
          GError *error = NULL;
          g_autoptr (CsmChanges) page = csm_txn_changes (model->txn, partner->account, csm_record_type_get (seen_types[i]), client->since[i], max, &error);

          g_assert_no_error (error);
          more = page->has_more;
          for (guint j = 0; pages == 0 && !begins && !more && j < page->created->len; j++)
            g_assert_false (g_hash_table_contains (client->records, g_ptr_array_index (page->created, j)));
          apply (model, partner, client, seen_types[i], page->created);
          apply (model, partner, client, seen_types[i], page->updated);
          for (guint j = 0; j < page->destroyed->len; j++)
            g_hash_table_remove (client->records, g_ptr_array_index (page->destroyed, j));
          client->since[i] = page->modseq;
          pages++;
        }
    }
}

static void
assert_same (GHashTable *a,
             GHashTable *b)
{
  GHashTableIter iter;
  gpointer id, json;

  g_assert_cmpuint (g_hash_table_size (a), ==, g_hash_table_size (b));
  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &id, &json))
    g_assert_cmpstr (json, ==, g_hash_table_lookup (b, id));
}

static void
check_partner (Model   *model,
               Partner *partner)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) rows = csm_txn_projections (model->txn, &error);
  g_autoptr (GHashTable) records = NULL;

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    {
      const CsmAccountRow *row = g_ptr_array_index (rows, i);

      if (g_str_equal (row->partner_id, partner->team))
        partner->account = partner->guest->projection = row->account;
    }
  if (partner->account == 0)
    return;
  records = fetch_all (model, partner->account);
  check_visible (model, partner, records);
  check_named (records);
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      if (pick (model, 1 + i * 8) != 0)
        continue;
      catch_up (model, partner, &partner->clients[i]);
      assert_same (records, partner->clients[i].records);
    }
}

static void
test_histories (Desk   *desk,
                CsmTxn *txn)
{
  Model model = { 0 };
  GError *error = NULL;

  model_init (&model, desk, txn);
  for (model.n = 0; model.n < STEPS; model.n++)
    {
      g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);

      step (&model);
      g_assert_true (csm_txn_project (txn, &error));
      g_assert_true (csm_projection_check (txn, FALSE, findings, &error));
      g_assert_no_error (error);
      if (findings->len > 0)
        g_error ("step %u: %s", model.n, (char *) g_ptr_array_index (findings, 0));
      for (guint i = 0; i < N_PARTNERS; i++)
        check_partner (&model, &model.partners[i]);
    }
  g_assert_cmpint (model.partners[0].account, !=, 0);
  g_assert_cmpint (model.partners[1].account, !=, 0);
  g_assert_cmpuint (model.comments->len, >, 0);
  g_assert_cmpuint (model.merges, >, 4);
  model_clear (&model);
}

/* Behind the desk's back: what should not be there, what is missing, and what is other than it should be. */
static void
test_repair (Desk   *desk,
             CsmTxn *txn)
{
  Model model = { 0 };
  Partner *partner = &model.partners[0];
  g_autoptr (JsonObject) extra = NULL;
  g_autoptr (JsonObject) changed = NULL;
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);
  GError *error = NULL;

  model_init (&model, desk, txn);
  for (guint i = 0; i < 2; i++)
    desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, model.cases[i], desk_test_json ("{'partners/%s':{'conversation':true}}", partner->team));
  g_assert_true (csm_txn_project (txn, &error));
  check_partner (&model, partner);
  extra = desk_test_get (txn, CSM_TYPE_ID_CASE, model.cases[2]);
  json_object_set_null_member (extra, "ownerId");
  json_object_set_null_member (extra, "customerId");
  csm_txn_put (txn, partner->account, csm_record_type_get (CSM_TYPE_ID_CASE), model.cases[2], extra, &error);
  g_assert_no_error (error);
  changed = csm_txn_get (txn, partner->account, csm_record_type_get (CSM_TYPE_ID_TEAM), partner->team, &error);
  csm_json_set_string (changed, "name", "Another");
  csm_txn_put (txn, partner->account, csm_record_type_get (CSM_TYPE_ID_TEAM), partner->team, changed, &error);
  g_assert_no_error (error);
  csm_txn_destroy (txn, partner->account, csm_record_type_get (CSM_TYPE_ID_CASE), model.cases[0], &error);
  g_assert_no_error (error);

  g_assert_true (csm_projection_check (txn, FALSE, findings, &error));
  g_assert_cmpuint (findings->len, ==, 3);
  g_assert_true (csm_projection_check (txn, TRUE, findings, &error));
  g_assert_cmpuint (findings->len, ==, 6);
  g_assert_true (csm_projection_check (txn, FALSE, findings, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (findings->len, ==, 6);
  check_partner (&model, partner);
  model_clear (&model);
}

/* What was brought up to date inside a part that is undone is so again afterwards. */
static void
test_undone (Desk   *desk,
             CsmTxn *txn)
{
  Model model = { 0 };
  Partner *partner = &model.partners[0];
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);
  GError *error = NULL;

  model_init (&model, desk, txn);
  desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, model.cases[0], desk_test_json ("{'partners/%s':{'conversation':true}}", partner->team));
  g_assert_true (csm_txn_savepoint (txn, &error));
  g_assert_true (csm_txn_project (txn, &error));
  g_assert_true (csm_txn_release (txn, FALSE, &error));
  g_assert_true (csm_txn_project (txn, &error));
  check_partner (&model, partner);
  g_assert_cmpint (partner->account, !=, 0);
  g_assert_true (csm_projection_check (txn, FALSE, findings, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (findings->len, ==, 0);
  model_clear (&model);
}

static char *
put_blob (Desk       *desk,
          const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  GError *error = NULL;
  char *id = csm_store_put_blob_unsynced (desk->store, bytes, &error);

  g_assert_no_error (error);
  return id;
}

/* What a message carries may be read by who sees it; the mail itself, with all its fields, may not. */
static void
test_files (Desk   *desk,
            CsmTxn *txn)
{
  Model model = { 0 };
  Partner *partner = &model.partners[0];
  g_autofree char *file = put_blob (desk, "A drawing");
  g_autofree char *raw = put_blob (desk, "Received: from " INSIDE);
  g_autofree char *id = NULL;
  g_autoptr (JsonObject) seen = NULL;
  g_autoptr (JsonObject) case_ = NULL;
  GError *error = NULL;

  model_init (&model, desk, txn);
  id = desk_test_insert (txn, CSM_TYPE_ID_MESSAGE,
                         desk_test_json ("{'conversationId':'%s','caseId':'%s','channelId':'%s','direction':'in','at':'2026-03-01T11:00:00Z','rawBlobId':'%s','attachments':["
                                         "{'blobId':'%s','name':'a.pdf','type':'application/pdf','size':9,'inline':false,'note':'" INSIDE "'},{'blobId':'%s','name':'mail.eml','inline':false}]}",
                                         (char *) g_ptr_array_index (model.conversations, 0), model.cases[0], desk->channel, raw, file, raw));
  case_ = desk_test_get (txn, CSM_TYPE_ID_CASE, model.cases[0]);
  json_object_set_boolean_member (case_, "hasAttachment", TRUE);
  csm_desk_save (txn, CSM_TYPE_ID_CASE, case_, &error);
  g_assert_no_error (error);
  desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, model.cases[0], desk_test_json ("{'partners/%s':{'conversation':true}}", partner->team));
  g_assert_true (csm_txn_project (txn, &error));
  check_partner (&model, partner);
  seen = csm_txn_get (txn, partner->account, csm_record_type_get (CSM_TYPE_ID_MESSAGE), id, &error);
  g_assert_cmpuint (json_array_get_length (csm_json_get_array (seen, "attachments")), ==, 1);
  g_assert_true (csm_txn_may_read_blob (txn, partner->account, file, partner->guest->person_id, &error));
  g_assert_false (csm_txn_may_read_blob (txn, partner->account, raw, partner->guest->person_id, &error));
  desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, model.cases[0], desk_test_json ("{'partners/%s':{'conversation':false}}", partner->team));
  g_assert_true (csm_txn_project (txn, &error));
  g_assert_false (csm_txn_may_read_blob (txn, partner->account, file, partner->guest->person_id, &error));
  g_assert_no_error (error);
  model_clear (&model);
}

static void
test_mail (Desk   *desk,
           CsmTxn *txn)
{
  Model model = { 0 };
  g_autofree char *message = NULL;

  model_init (&model, desk, txn);
  message = desk_test_mail (desk, txn, "guest0@partner.example.org", "a@x", NULL);
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, message, "direction", "in");
  desk_assert_text (txn, CSM_TYPE_ID_MESSAGE, message, "authorId", NULL);
  model_clear (&model);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  desk_test_add ("/partners/histories", test_histories);
  desk_test_add ("/partners/repair", test_repair);
  desk_test_add ("/partners/undone", test_undone);
  desk_test_add ("/partners/files", test_files);
  desk_test_add ("/partners/mail", test_mail);
  return g_test_run ();
}
