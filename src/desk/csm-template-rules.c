/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-rules.h"

#include <string.h>

#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-role.h"
#include "csm-shape.h"
#include "csm-time.h"
#include "csm-validate.h"

#define MAX_MINUTES (10 * 366 * 24 * 60)

static gboolean
invalid (GError     **error,
         const char  *property)
{
  return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, property);
}

static gboolean
check_role (const CsmPrincipal  *who,
            CsmAction            action,
            GError             **error)
{
  return csm_role_may (who->role, action) || csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, "The role does not allow this");
}

static gboolean
check_shapes (JsonObject  *record,
              GError     **error)
{
  static const CsmShapeField task[] = {
    { "title", CSM_SHAPE_LINE, 1000, TRUE },
    { "note", CSM_SHAPE_TEXT, 4096, FALSE },
    { "checklist", CSM_SHAPE_LINES, 1000, FALSE },
    { "dueAfter", CSM_SHAPE_INT, MAX_MINUTES, FALSE },
  };
  static const CsmShapeField text[] = { { "title", CSM_SHAPE_LINE, 1000, TRUE }, { "body", CSM_SHAPE_TEXT, 65536, TRUE } };
  static const CsmShapeField typical[] = { { "firstReply", CSM_SHAPE_INT, MAX_MINUTES, FALSE }, { "resolve", CSM_SHAPE_INT, MAX_MINUTES, FALSE } };
  JsonObject *times = csm_json_get_object (record, "typical");
  const char *title = csm_json_get_string (record, "title");

  if (title == NULL || *title == '\0')
    return invalid (error, "title");
  if (!csm_shape_fits_list (csm_json_get_array (record, "tasks"), task, G_N_ELEMENTS (task)))
    return invalid (error, "tasks");
  if (!csm_shape_fits_list (csm_json_get_array (record, "texts"), text, G_N_ELEMENTS (text)))
    return invalid (error, "texts");
  return times == NULL || csm_shape_fits (times, typical, G_N_ELEMENTS (typical)) || invalid (error, "typical");
}

/* A tag or a colleague that has gone since is left where it was. */
static gboolean
check_new_keys (CsmTxn      *txn,
                CsmTypeId    type,
                JsonObject  *before,
                JsonObject  *record,
                const char  *property,
                GError     **error)
{
  JsonObject *set = csm_json_get_object (record, property);
  g_autoptr (GList) keys = set != NULL ? json_object_get_members (set) : NULL;

  for (GList *l = keys; l != NULL; l = l->next)
    {
      gboolean exists = TRUE;

      if (!csm_json_has_key (before, property, l->data) && !csm_desk_exists (txn, type, l->data, &exists, error))
        return FALSE;
      if (!exists)
        return invalid (error, property);
    }
  return TRUE;
}

static gboolean
check (CsmTxn              *txn,
       const CsmPrincipal  *who,
       JsonObject          *before,
       JsonObject          *record,
       GError             **error)
{
  return check_role (who, CSM_ACTION_WRITE_TEXTS, error) &&
         check_shapes (record, error) &&
         (g_strcmp0 (csm_json_get_string (before, "teamId"), csm_json_get_string (record, "teamId")) == 0 ||
          csm_rules_need (txn, CSM_TYPE_ID_TEAM, record, "teamId", error)) &&
         check_new_keys (txn, CSM_TYPE_ID_TAG, before, record, "tagIds", error) &&
         check_new_keys (txn, CSM_TYPE_ID_PERSON, before, record, "expertIds", error);
}

/**
 * csm_template_rules_create:
 * @txn: the transaction
 * @who: who keeps what worked
 * @id: its id
 * @record: the template
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
csm_template_rules_create (CsmTxn              *txn,
                           const CsmPrincipal  *who,
                           const char          *id,
                           JsonObject          *record,
                           GError             **error)
{
  return check (txn, who, NULL, record, error) &&
         csm_rules_need (txn, CSM_TYPE_ID_CASE, record, "caseId", error) &&
         csm_desk_add (txn, CSM_TYPE_ID_TEMPLATE, id, record, error);
}

/**
 * csm_template_rules_update:
 * @txn: the transaction
 * @who: who changes it
 * @before: the template
 * @after: what a patch made of it
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
csm_template_rules_update (CsmTxn              *txn,
                           const CsmPrincipal  *who,
                           JsonObject          *before,
                           JsonObject          *after,
                           GError             **error)
{
  return check (txn, who, before, after, error) && csm_desk_save (txn, CSM_TYPE_ID_TEMPLATE, after, error);
}

/**
 * csm_template_rules_destroy:
 * @txn: the transaction
 * @who: who takes it away
 * @id: the template
 * @error: return location
 *
 * Returns: whether it was destroyed; cases keep what they got from it
 */
gboolean
csm_template_rules_destroy (CsmTxn              *txn,
                            const CsmPrincipal  *who,
                            const char          *id,
                            GError             **error)
{
  return check_role (who, CSM_ACTION_DESTROY_TEXTS, error) &&
         csm_txn_destroy (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_TEMPLATE), id, error);
}

/* --- How well they serve ---------------------------------------------------------------------------------------------- */

/* What the case's history says of before: each case is counted once, however often it is opened again. */
typedef struct
{
  gboolean resolved;
  gboolean met;
} Past;

static gboolean
read_past (CsmTxn      *txn,
           const char  *case_id,
           Past        *past,
           GError     **error)
{
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_EVENT), "caseId", case_id, error);

  *past = (Past) { FALSE, FALSE };
  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (JsonObject) event = csm_desk_load (txn, CSM_TYPE_ID_EVENT, g_ptr_array_index (ids, i), error);
      const char *property = event != NULL ? csm_json_get_string (event, "property") : NULL;
      const char *value = event != NULL ? csm_json_get_string (csm_json_get_object (event, "after"), "value") : NULL;

      if (event == NULL)
        return FALSE;
      past->resolved |= g_strcmp0 (property, "status") == 0 && g_strcmp0 (value, "resolved") == 0;
      past->met |= g_strcmp0 (property, "goalOutcome") == 0 && g_strcmp0 (value, "met") == 0;
    }
  return TRUE;
}

/* Whether people planned something else than the template did. */
static gboolean
find_changed (CsmTxn      *txn,
              JsonObject  *case_,
              gboolean    *changed,
              GError     **error)
{
  const char *template_id = csm_json_get_string (case_, "templateId");
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_TASK), "caseId", csm_json_get_string (case_, "id"), error);

  *changed = FALSE;
  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len && !*changed; i++)
    {
      g_autoptr (JsonObject) task = csm_desk_load (txn, CSM_TYPE_ID_TASK, g_ptr_array_index (ids, i), error);

      if (task == NULL)
        return FALSE;
      *changed = g_strcmp0 (csm_json_get_string (task, "templateId"), template_id) != 0 || csm_json_get_string (task, "skipped") != NULL;
    }
  return TRUE;
}

static void
count (JsonObject *template,
       const char *property)
{
  json_object_set_int_member (template, property, csm_json_get_int (template, property, 0) + 1);
}

static gboolean
is_resolved (JsonObject *case_)
{
  const char *status = csm_json_get_string (case_, "status");

  return g_strcmp0 (status, "resolved") == 0 || g_strcmp0 (status, "closed") == 0;
}

static gboolean
is_met (JsonObject *case_)
{
  return g_strcmp0 (csm_json_get_string (case_, "goalOutcome"), "met") == 0;
}

/**
 * csm_template_rules_note_case:
 * @txn: the transaction
 * @before: a case
 * @after: the same case, before its history says what changed
 * @error: return location
 *
 * Counts for the case's template that it is used, that people had to change what it planned, and that the goal was met.
 *
 * Returns: whether that worked
 */
gboolean
csm_template_rules_note_case (CsmTxn      *txn,
                              JsonObject  *before,
                              JsonObject  *after,
                              GError     **error)
{
  const char *template_id = csm_json_get_string (after, "templateId");
  gboolean is_new = g_strcmp0 (csm_json_get_string (before, "templateId"), template_id) != 0;
  gboolean resolves = is_resolved (after) && !is_resolved (before), meets = is_resolved (after) && is_met (after) && (resolves || !is_met (before));
  g_autoptr (JsonObject) template = NULL;
  g_autoptr (GError) local = NULL;
  gboolean changed;
  Past past;

  if (template_id == NULL || (!is_new && !resolves && !meets))
    return TRUE;
  template = csm_desk_peek (txn, CSM_TYPE_ID_TEMPLATE, template_id, &local);
  if (local == NULL && template == NULL)
    return TRUE;
  if (local != NULL || !read_past (txn, csm_json_get_string (after, "id"), &past, &local) || !find_changed (txn, after, &changed, &local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (is_new)
    {
      count (template, "useCount");
      csm_json_set_time (template, "lastUsedAt", csm_time_now ());
    }
  if (resolves && changed && !past.resolved)
    count (template, "changedCount");
  if (meets && !(past.resolved && past.met))
    count (template, "metCount");
  return csm_desk_save (txn, CSM_TYPE_ID_TEMPLATE, template, error);
}
