/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-types.h"

/**
 * csm_case_view_new:
 * @kind: which view
 * @key: (nullable): the team's or tag's id, or what was typed
 *
 * Returns: (transfer full): a view
 */
CsmCaseView *
csm_case_view_new (CsmViewKind  kind,
                   const char  *key)
{
  CsmCaseView *self = g_new0 (CsmCaseView, 1);

  self->kind = kind;
  self->key = g_strdup (key);
  return self;
}

/**
 * csm_case_view_copy:
 * @view: a view
 *
 * Returns: (transfer full): a copy
 */
CsmCaseView *
csm_case_view_copy (const CsmCaseView *view)
{
  CsmCaseView *copy = csm_case_view_new (view->kind, view->key);

  copy->order = view->order;
  return copy;
}

/**
 * csm_case_view_free:
 * @view: (transfer full) (nullable): a view
 */
void
csm_case_view_free (CsmCaseView *view)
{
  if (view == NULL)
    return;
  g_free (view->key);
  g_free (view);
}

/**
 * csm_case_view_equal:
 * @a: a view
 * @b: another
 *
 * Returns: whether both show the same cases in the same order
 */
gboolean
csm_case_view_equal (const CsmCaseView *a,
                     const CsmCaseView *b)
{
  return a->kind == b->kind && a->order == b->order && g_strcmp0 (a->key, b->key) == 0;
}

/**
 * csm_case_row_free:
 * @row: (transfer full) (nullable): a row
 */
void
csm_case_row_free (CsmCaseRow *row)
{
  if (row == NULL)
    return;
  g_free (row->id);
  g_free (row->subject);
  g_free (row->preview);
  g_free (row->customer_name);
  g_free (row->owner_id);
  g_free (row->team_id);
  g_free (row->status);
  g_free (row->lane);
  g_free (row->priority);
  g_strfreev (row->tag_ids);
  g_strfreev (row->channel_ids);
  g_free (row->clock_kind);
  g_free (row);
}

/**
 * csm_view_counts_free:
 * @counts: (transfer full) (nullable): counts
 */
void
csm_view_counts_free (CsmViewCounts *counts)
{
  if (counts == NULL)
    return;
  g_hash_table_unref (counts->teams);
  g_hash_table_unref (counts->tags);
  g_free (counts);
}

/**
 * csm_case_detail_free:
 * @detail: (transfer full) (nullable): a detail
 */
void
csm_case_detail_free (CsmCaseDetail *detail)
{
  if (detail == NULL)
    return;
  g_clear_pointer (&detail->record, json_object_unref);
  g_clear_pointer (&detail->customer, json_object_unref);
  g_ptr_array_unref (detail->conversations);
  g_ptr_array_unref (detail->timeline);
  g_ptr_array_unref (detail->comments);
  g_ptr_array_unref (detail->other_cases);
  g_ptr_array_unref (detail->tasks);
  g_ptr_array_unref (detail->drafts);
  g_ptr_array_unref (detail->shared_comments);
  g_ptr_array_unref (detail->merged);
  g_ptr_array_unref (detail->related);
  g_free (detail->draft);
  g_free (detail->note_draft);
  g_clear_pointer (&detail->draft_parts, json_object_unref);
  g_clear_pointer (&detail->note_parts, json_object_unref);
  g_free (detail->newest_message_id);
  g_free (detail);
}

/* The lists of a directory */
#define N_LISTS 13

static void
get_lists (CsmDirectory *directory,
           GPtrArray    *lists[N_LISTS])
{
  GPtrArray *all[N_LISTS] = {
    directory->people, directory->teams, directory->tags, directory->channels, directory->rules, directory->service_levels,
    directory->calendars, directory->snippets, directory->templates, directory->articles, directory->guests, directory->partners,
    directory->views,
  };

  for (guint i = 0; i < N_LISTS; i++)
    lists[i] = all[i];
}

/**
 * csm_directory_free:
 * @directory: (transfer full) (nullable): a directory
 */
void
csm_directory_free (CsmDirectory *directory)
{
  GPtrArray *lists[N_LISTS];

  if (directory == NULL)
    return;
  get_lists (directory, lists);
  for (guint i = 0; i < N_LISTS; i++)
    g_clear_pointer (&lists[i], g_ptr_array_unref);
  g_free (directory->workspace_name);
  g_free (directory->my_id);
  g_free (directory);
}

/**
 * csm_directory_lookup:
 * @directory: (nullable): a directory
 * @id: (nullable): the id of a person, a team, a tag, a channel, a rule, a service level, a calendar, a snippet, a template, an article or a view
 *
 * Returns: (transfer none) (nullable): the record
 */
JsonObject *
csm_directory_lookup (CsmDirectory *directory,
                      const char   *id)
{
  GPtrArray *lists[N_LISTS];

  if (directory == NULL || id == NULL)
    return NULL;
  get_lists (directory, lists);
  for (guint i = 0; i < N_LISTS; i++)
    {
      for (guint j = 0; lists[i] != NULL && j < lists[i]->len; j++)
        {
          JsonObject *record = g_ptr_array_index (lists[i], j);

          if (g_strcmp0 (json_object_get_string_member_with_default (record, "id", NULL), id) == 0)
            return record;
        }
    }
  return NULL;
}

/**
 * csm_directory_name:
 * @directory: (nullable): a directory
 * @id: (nullable): the id of one of its records
 *
 * Returns: (transfer none) (nullable): the record's name, or title
 */
const char *
csm_directory_name (CsmDirectory *directory,
                    const char   *id)
{
  JsonObject *record = csm_directory_lookup (directory, id);
  const char *name = record != NULL ? json_object_get_string_member_with_default (record, "name", NULL) : NULL;

  return record != NULL && name == NULL ? json_object_get_string_member_with_default (record, "title", NULL) : name;
}

/**
 * csm_task_row_free:
 * @row: a row
 */
void
csm_task_row_free (CsmTaskRow *row)
{
  if (row == NULL)
    return;
  json_object_unref (row->task);
  g_free (row->case_id);
  g_free (row->case_subject);
  g_free (row->customer_name);
  g_free (row);
}

/**
 * csm_person_hint_free:
 * @hint: a hint
 */
void
csm_person_hint_free (CsmPersonHint *hint)
{
  if (hint == NULL)
    return;
  g_free (hint->person_id);
  g_ptr_array_unref (hint->cases);
  g_strfreev (hint->expertise);
  g_strfreev (hint->tag_ids);
  g_free (hint);
}

/**
 * csm_template_hint_free:
 * @hint: a hint
 */
void
csm_template_hint_free (CsmTemplateHint *hint)
{
  if (hint == NULL)
    return;
  g_free (hint->template_id);
  g_strfreev (hint->words);
  g_strfreev (hint->tag_ids);
  g_free (hint);
}

/**
 * csm_text_hint_free:
 * @hint: a hint
 */
void
csm_text_hint_free (CsmTextHint *hint)
{
  if (hint == NULL)
    return;
  g_free (hint->id);
  g_free (hint->title);
  g_strfreev (hint->words);
  g_free (hint);
}

/**
 * csm_workload_free:
 * @workload: a workload
 */
void
csm_workload_free (CsmWorkload *workload)
{
  if (workload == NULL)
    return;
  g_free (workload->person_id);
  g_free (workload);
}

/**
 * csm_operation_free:
 * @op: (transfer full) (nullable): an operation
 */
void
csm_operation_free (CsmOperation *op)
{
  if (op == NULL)
    return;
  g_free (op->op_id);
  g_free (op->label);
  g_free (op->kind);
  g_free (op->record_id);
  g_free (op->case_id);
  g_clear_pointer (&op->payload, json_object_unref);
  g_free (op->error);
  g_free (op->description);
  g_clear_pointer (&op->conflicts, g_ptr_array_unref);
  g_free (op->changed_by);
  g_free (op);
}

/**
 * csm_change_set_has:
 * @set: a change set
 * @type: a type
 *
 * Returns: whether a record of that type may have changed
 */
gboolean
csm_change_set_has (const CsmChangeSet *set,
                    CsmTypeId           type)
{
  return set->all || set->ids[type] != NULL;
}
