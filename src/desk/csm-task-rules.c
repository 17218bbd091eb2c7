/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-rules.h"

#include "csm-desk-records.h"
#include "csm-history.h"
#include "csm-json.h"
#include "csm-role.h"
#include "csm-shape.h"
#include "csm-time.h"
#include "csm-validate.h"

static gboolean
invalid (GError     **error,
         const char  *property)
{
  return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, property);
}

static gboolean
check_role (const CsmPrincipal  *who,
            GError             **error)
{
  return csm_role_may (who->role, CSM_ACTION_WRITE_TASKS) || csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, "The role does not allow this");
}

static gboolean
check_checklist (JsonObject  *record,
                 GError     **error)
{
  static const CsmShapeField fields[] = {
    { "title", CSM_SHAPE_LINE, 1000, TRUE },
    { "done", CSM_SHAPE_BOOL, 0, FALSE },
    { "position", CSM_SHAPE_LINE, 100, FALSE },
  };

  return csm_shape_fits_map (csm_json_get_object (record, "checklist"), fields, G_N_ELEMENTS (fields)) || invalid (error, "checklist");
}

/* What stays is left alone: who left the company still had old tasks. */
static gboolean
check_changed (CsmTxn      *txn,
               GPtrArray   *changed,
               JsonObject  *record,
               GError     **error)
{
  for (guint i = 0; i < changed->len; i++)
    {
      const char *name = g_ptr_array_index (changed, i);
      gboolean good = TRUE;

      if (g_str_equal (name, "assigneeId"))
        good = csm_rules_need_staff (txn, record, name, error);
      else if (g_str_equal (name, "teamId"))
        good = csm_rules_need (txn, CSM_TYPE_ID_TEAM, record, name, error);
      else if (g_str_equal (name, "title"))
        good = *csm_json_get_string (record, name) != '\0' || invalid (error, name);
      else if (g_str_equal (name, "skipped"))
        good = g_strcmp0 (csm_json_get_string (record, name), "") != 0 || invalid (error, name);
      else if (g_str_equal (name, "checklist"))
        good = check_checklist (record, error);
      if (!good)
        return FALSE;
    }
  return TRUE;
}

/* What was done was done, whoever wanted to leave it out meanwhile. */
static void
set_done (const CsmPrincipal *who,
          JsonObject         *before,
          JsonObject         *after)
{
  gboolean was = csm_json_get_boolean (before, "done"), is = csm_json_get_boolean (after, "done");

  if (is && !was)
    {
      csm_json_set_time (after, "doneAt", csm_time_now ());
      csm_json_set_string (after, "doneBy", who->person_id);
    }
  else if (!is)
    {
      json_object_set_null_member (after, "doneAt");
      json_object_set_null_member (after, "doneBy");
    }
  if (is)
    json_object_set_null_member (after, "skipped");
}

/* --- History ------------------------------------------------------------------------------------------------------- */

/* Where it stands in the list is no news. */
static const struct
{
  const char *property;
  const char *kind;
} kinds[] = {
  { "title", "taskRenamed" },
  { "assigneeId", "taskAssigned" },
  { "teamId", "taskChanged" },
  { "dueAt", "taskDue" },
  { "note", "taskChanged" },
};

static gboolean
add_simple_changes (CsmTxn              *txn,
                    const CsmPrincipal  *who,
                    GPtrArray           *changed,
                    JsonObject          *before,
                    JsonObject          *after,
                    GError             **error)
{
  const char *case_id = csm_json_get_string (after, "caseId"), *id = csm_json_get_string (after, "id");

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (g_ptr_array_find_with_equal_func (changed, kinds[i].property, g_str_equal, NULL) &&
          !csm_history_add (txn, case_id, who->person_id, kinds[i].kind, kinds[i].property, json_object_get_member (before, kinds[i].property),
                            json_object_get_member (after, kinds[i].property), id, error))
        return FALSE;
    }
  return TRUE;
}

/* @asked: why it would not be done, before what is done won over that */
static gboolean
add_state_changes (CsmTxn              *txn,
                   const CsmPrincipal  *who,
                   const char          *asked,
                   JsonObject          *before,
                   JsonObject          *after,
                   GError             **error)
{
  const char *case_id = csm_json_get_string (after, "caseId"), *id = csm_json_get_string (after, "id");
  const char *skipped = csm_json_get_string (before, "skipped");
  gboolean was = csm_json_get_boolean (before, "done"), is = csm_json_get_boolean (after, "done");

  if (was != is &&
      !csm_history_add (txn, case_id, who->person_id, is ? "taskDone" : "taskReopened", "done", json_object_get_member (before, "done"),
                        json_object_get_member (after, "done"), id, error))
    return FALSE;
  /* Who does what had been left out need not say so twice. */
  if (g_strcmp0 (skipped, asked) == 0 || (is && asked == NULL))
    return TRUE;
  return csm_history_add_text (txn, case_id, who->person_id, asked != NULL ? "taskSkipped" : "taskReopened", "skipped", skipped, asked, id, error);
}

/* An item was added, ticked, changed or taken away. */
static gboolean
add_checklist_changes (CsmTxn              *txn,
                       const CsmPrincipal  *who,
                       JsonObject          *before,
                       JsonObject          *after,
                       GError             **error)
{
  JsonObject *old = csm_json_get_object (before, "checklist"), *new = csm_json_get_object (after, "checklist");
  g_autoptr (GHashTable) keys = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GList) old_keys = old != NULL ? json_object_get_members (old) : NULL;
  g_autoptr (GList) new_keys = new != NULL ? json_object_get_members (new) : NULL;
  g_autoptr (GList) all = NULL;

  for (GList *l = old_keys; l != NULL; l = l->next)
    g_hash_table_add (keys, l->data);
  for (GList *l = new_keys; l != NULL; l = l->next)
    g_hash_table_add (keys, l->data);
  all = g_hash_table_get_keys (keys);
  for (GList *l = all; l != NULL; l = l->next)
    {
      JsonObject *was = csm_json_get_object (old, l->data), *is = csm_json_get_object (new, l->data);
      g_autofree char *property = NULL;

      if (was != NULL && is != NULL && csm_json_get_boolean (was, "done") == csm_json_get_boolean (is, "done") &&
          g_strcmp0 (csm_json_get_string (was, "title"), csm_json_get_string (is, "title")) == 0)
        continue;
      property = g_strconcat ("checklist/", l->data, NULL);
      if (!csm_history_add (txn, csm_json_get_string (after, "caseId"), who->person_id, "taskChanged", property,
                            old != NULL ? json_object_get_member (old, l->data) : NULL, new != NULL ? json_object_get_member (new, l->data) : NULL,
                            csm_json_get_string (after, "id"), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
note_in_case (CsmTxn              *txn,
              const CsmPrincipal  *who,
              JsonObject          *record,
              const char          *assignee_id,
              GError             **error)
{
  return csm_case_rules_note (txn, who, csm_json_get_string (record, "caseId"), assignee_id, csm_json_get_string (record, "id"), error);
}

/**
 * csm_task_rules_create:
 * @txn: the transaction
 * @who: who plans it
 * @id: its id
 * @record: the task
 * @error: return location
 *
 * Returns: whether it was written; who is to do it takes part in the case from now on
 */
gboolean
csm_task_rules_create (CsmTxn              *txn,
                       const CsmPrincipal  *who,
                       const char          *id,
                       JsonObject          *record,
                       GError             **error)
{
  g_autoptr (JsonObject) nothing = json_object_new ();
  g_autoptr (GPtrArray) changed = NULL;
  const char *case_id = csm_json_get_string (record, "caseId"), *assignee_id = csm_json_get_string (record, "assigneeId");
  const char *skipped = csm_json_get_string (record, "skipped");

  csm_record_fill_defaults (csm_record_type_get (CSM_TYPE_ID_TASK), nothing);
  changed = csm_record_changed (csm_record_type_get (CSM_TYPE_ID_TASK), nothing, record);
  if (!check_role (who, error) || !check_changed (txn, changed, record, error))
    return FALSE;
  csm_json_set_string (record, "authorId", who->person_id);
  csm_json_set_string (record, "id", id);
  set_done (who, nothing, record);
  return note_in_case (txn, who, record, assignee_id, error) &&
         csm_history_add_text (txn, case_id, who->person_id, "taskCreated", "title", NULL, csm_json_get_string (record, "title"), id, error) &&
         (assignee_id == NULL ||
          csm_history_add_text (txn, case_id, who->person_id, "taskAssigned", "assigneeId", NULL, assignee_id, id, error)) &&
         add_state_changes (txn, who, skipped, nothing, record, error) &&
         csm_desk_add (txn, CSM_TYPE_ID_TASK, id, record, error);
}

/**
 * csm_task_rules_update:
 * @txn: the transaction
 * @who: who changes it
 * @before: the task
 * @after: what a patch made of it
 * @error: return location
 *
 * Returns: whether it was written, with an Event for each change but of its place
 */
gboolean
csm_task_rules_update (CsmTxn              *txn,
                       const CsmPrincipal  *who,
                       JsonObject          *before,
                       JsonObject          *after,
                       GError             **error)
{
  g_autoptr (GPtrArray) changed = csm_record_changed (csm_record_type_get (CSM_TYPE_ID_TASK), before, after);
  const char *assignee_id = csm_json_get_string (after, "assigneeId");
  g_autofree char *asked = g_strdup (csm_json_get_string (after, "skipped"));
  gboolean only_moved = changed->len == 1 && g_str_equal (g_ptr_array_index (changed, 0), "position");

  if (!check_role (who, error))
    return FALSE;
  if (changed->len == 0)
    return TRUE;
  if (!check_changed (txn, changed, after, error))
    return FALSE;
  if (only_moved)
    return csm_desk_save (txn, CSM_TYPE_ID_TASK, after, error);
  set_done (who, before, after);
  /* Doing what had been left out asks for nothing to be left out. */
  if (csm_json_get_boolean (after, "done") && g_strcmp0 (asked, csm_json_get_string (before, "skipped")) == 0)
    g_clear_pointer (&asked, g_free);
  return note_in_case (txn, who, after, g_strcmp0 (assignee_id, csm_json_get_string (before, "assigneeId")) != 0 ? assignee_id : NULL, error) &&
         add_simple_changes (txn, who, changed, before, after, error) &&
         add_state_changes (txn, who, asked, before, after, error) &&
         add_checklist_changes (txn, who, before, after, error) &&
         csm_desk_save (txn, CSM_TYPE_ID_TASK, after, error);
}

/**
 * csm_task_rules_destroy:
 * @txn: the transaction
 * @who: who takes it away
 * @id: the task
 * @error: return location
 *
 * Returns: whether it was destroyed; the history says what it was
 */
gboolean
csm_task_rules_destroy (CsmTxn              *txn,
                        const CsmPrincipal  *who,
                        const char          *id,
                        GError             **error)
{
  g_autoptr (JsonObject) record = NULL;

  if (!check_role (who, error))
    return FALSE;
  record = csm_desk_load (txn, CSM_TYPE_ID_TASK, id, error);
  return record != NULL &&
         note_in_case (txn, who, record, NULL, error) &&
         csm_history_add_text (txn, csm_json_get_string (record, "caseId"), who->person_id, "taskDestroyed", "title",
                               csm_json_get_string (record, "title"), NULL, id, error) &&
         csm_txn_destroy (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_TASK), id, error);
}
