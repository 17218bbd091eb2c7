/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-recount.h"

#include "csm-case-flow.h"
#include "csm-case-retell.h"
#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-projection.h"
#include "csm-time.h"

#define WORKSPACE CSM_ACCOUNT_WORKSPACE

typedef struct
{
  CsmTxn    *txn;
  gboolean   repair;
  GPtrArray *findings;
} Recount;

static gboolean
add_id (const char *id,
        const char *json,
        gpointer    user_data)
{
  g_ptr_array_add (user_data, g_strdup (id));
  return TRUE;
}

static gboolean
same (JsonObject *a,
      JsonObject *b,
      const char *member)
{
  JsonNode *x = json_object_get_member (a, member), *y = json_object_get_member (b, member);
  gboolean no_x = x == NULL || JSON_NODE_HOLDS_NULL (x), no_y = y == NULL || JSON_NODE_HOLDS_NULL (y);

  return no_x || no_y ? no_x == no_y : json_node_equal (x, y);
}

static void
copy_member (JsonObject *from,
             JsonObject *to,
             const char *member)
{
  JsonNode *node = json_object_get_member (from, member);

  if (node != NULL)
    json_object_set_member (to, member, csm_json_copy (node));
  else
    json_object_remove_member (to, member);
}

/* A case as if it had got its messages just now. */
static JsonObject *
tell_again (CsmTxn      *txn,
            JsonObject  *case_,
            GError     **error)
{
  g_autoptr (JsonObject) again = csm_json_copy_object (case_);

  return csm_case_retell (txn, again, error) ? g_steal_pointer (&again) : NULL;
}

/* What can't be read is named by csm_txn_check(); the rest is counted all the same. */
static gboolean
skip (GError  *problem,
      GError **error)
{
  if (csm_desk_may_skip (problem))
    {
      g_error_free (problem);
      return TRUE;
    }
  g_propagate_error (error, problem);
  return FALSE;
}

static gboolean
recount_case (Recount     *self,
              const char  *id,
              GError     **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_CASE);
  GError *local = NULL;
  g_autoptr (JsonObject) case_ = csm_txn_get (self->txn, WORKSPACE, type, id, &local);
  g_autoptr (JsonObject) again = case_ != NULL ? tell_again (self->txn, case_, &local) : NULL;
  g_autoptr (JsonObject) right = again != NULL ? csm_json_copy_object (case_) : NULL;
  guint wrong = 0;

  if (right == NULL)
    return skip (local, error);
  for (guint i = 0; csm_case_derived[i] != NULL; i++)
    {
      if (same (case_, again, csm_case_derived[i]))
        continue;
      g_ptr_array_add (self->findings, g_strdup_printf ("Case %s: “%s” is not what its messages say", id, csm_case_derived[i]));
      copy_member (again, right, csm_case_derived[i]);
      wrong++;
    }
  if (csm_json_get_time (case_, "lastActivityAt") < csm_json_get_time (again, "lastMessageAt"))
    {
      g_ptr_array_add (self->findings, g_strdup_printf ("Case %s: “lastActivityAt” is before its last message", id));
      csm_case_note_activity (right, csm_json_get_time (again, "lastMessageAt"));
      wrong++;
    }
  if (csm_json_get_int (again, "messageCount", 0) > 0 && csm_json_get_string (case_, "messagesState") == NULL)
    {
      g_ptr_array_add (self->findings, g_strdup_printf ("Case %s: “messagesState” is missing", id));
      wrong++;
    }
  if (wrong == 0 || !self->repair)
    return TRUE;
  /* So that clients look at the messages again. */
  csm_case_touch_messages (right);
  return csm_txn_update (self->txn, WORKSPACE, type, id, right, error);
}

/* People name their teams and teams their members; the teams are right. */
static gboolean
recount_person (Recount     *self,
                const char  *id,
                GError     **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_PERSON), *teams = csm_record_type_get (CSM_TYPE_ID_TEAM);
  GError *local = NULL;
  g_autoptr (JsonObject) person = csm_txn_get (self->txn, WORKSPACE, type, id, &local);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (JsonObject) own = json_object_new ();
  g_autoptr (JsonObject) wanted = json_object_new ();

  if (person == NULL)
    return skip (local, error);
  if (!csm_txn_each (self->txn, WORKSPACE, teams, G_MAXINT32, add_id, ids, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (JsonObject) team = csm_txn_get (self->txn, WORKSPACE, teams, g_ptr_array_index (ids, i), &local);

      if (team == NULL)
        return skip (local, error);
      if (csm_json_has_key (team, "memberIds", id))
        json_object_set_boolean_member (own, g_ptr_array_index (ids, i), TRUE);
    }
  json_object_set_object_member (wanted, "teamIds", g_steal_pointer (&own));
  if (same (person, wanted, "teamIds"))
    return TRUE;
  g_ptr_array_add (self->findings, g_strdup_printf ("Person %s: “teamIds” is not what the teams say", id));
  if (!self->repair)
    return TRUE;
  copy_member (wanted, person, "teamIds");
  return csm_txn_update (self->txn, WORKSPACE, type, id, person, error);
}

static gboolean
each (Recount     *self,
      CsmTypeId    type,
      gboolean   (*func) (Recount *self, const char *id, GError **error),
      GError     **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  if (!csm_txn_each (self->txn, WORKSPACE, csm_record_type_get (type), G_MAXINT32, add_id, ids, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      if (!func (self, g_ptr_array_index (ids, i), error))
        return FALSE;
    }
  return TRUE;
}

/**
 * csm_recount:
 * @txn: a transaction; one that writes to repair
 * @repair: whether to mend what is found
 * @findings: (element-type utf8): gets a line for each finding, without customers' text
 * @error: return location
 *
 * Holds what records say of one another against these: cases against their messages, people against teams,
 * and what partners see against what is shared with them.
 *
 * Returns: whether it worked
 */
gboolean
csm_recount (CsmTxn     *txn,
             gboolean    repair,
             GPtrArray  *findings,
             GError    **error)
{
  Recount self = { txn, repair, findings };

  return each (&self, CSM_TYPE_ID_CASE, recount_case, error) && each (&self, CSM_TYPE_ID_PERSON, recount_person, error) &&
         csm_projection_check (txn, repair, findings, error);
}
