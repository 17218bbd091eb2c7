/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-task.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-position.h"
#include "csm-time.h"

static void
patch_task (CsmWorkbench *workbench,
            const char   *label,
            JsonObject   *task,
            JsonObject   *patch,
            const char   *said)
{
  CsmIntent *intent = csm_intent_new (label);

  csm_intent_update (intent, CSM_TYPE_ID_TASK, csm_json_get_string (task, "id"), patch);
  csm_workbench_perform (workbench, intent, said);
}

static void
set_or_clear (JsonObject *patch,
              const char *member,
              const char *value)
{
  if (value != NULL && value[0] != '\0')
    json_object_set_string_member (patch, member, value);
  else
    json_object_set_null_member (patch, member);
}

/* --- what it is -------------------------------------------------------------------------------------------- */

/* Whether it is still to be done. */
gboolean
csm_task_is_open (JsonObject *task)
{
  return !csm_json_get_boolean (task, "done") && csm_json_get_string (task, "skipped") == NULL;
}

static int
compare_items (gconstpointer a,
               gconstpointer b)
{
  JsonObject *one = *(JsonObject *const *) a;
  JsonObject *other = *(JsonObject *const *) b;
  int by_position = g_strcmp0 (csm_json_get_string (one, "position"), csm_json_get_string (other, "position"));

  return by_position != 0 ? by_position : g_strcmp0 (csm_json_get_string (one, "key"), csm_json_get_string (other, "key"));
}

/* Returns: (transfer full) (element-type JsonObject): {key, title, done, position}, in order */
GPtrArray *
csm_task_items (JsonObject *task)
{
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  JsonObject *checklist = csm_json_get_object (task, "checklist");
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  if (checklist == NULL)
    return items;
  json_object_iter_init_ordered (&iter, checklist);
  while (json_object_iter_next_ordered (&iter, &key, &node))
    if (JSON_NODE_HOLDS_OBJECT (node))
      {
        JsonObject *item = csm_json_copy_object (json_node_get_object (node));

        json_object_set_string_member (item, "key", key);
        g_ptr_array_add (items, item);
      }
  g_ptr_array_sort (items, compare_items);
  return items;
}

/* --- what is done with it ---------------------------------------------------------------------------------- */

/**
 * csm_task_create:
 * @workbench: the window's workbench
 * @case_id: whose task it is
 * @title: what is to be done
 * @after: (nullable): the last task's position
 *
 * Adds a task to the end of the case's.
 */
void
csm_task_create (CsmWorkbench *workbench,
                 const char   *case_id,
                 const char   *title,
                 const char   *after)
{
  CsmIntent *intent = csm_intent_new (_("Add a task"));
  JsonObject *task = json_object_new ();
  g_autofree char *position = csm_position_between (after, NULL);
  g_autofree char *id = NULL;

  json_object_set_string_member (task, "caseId", case_id);
  json_object_set_string_member (task, "title", title);
  json_object_set_string_member (task, "position", position);
  id = csm_intent_create (intent, CSM_TYPE_ID_TASK, task);
  csm_workbench_perform (workbench, intent, _("Task added"));
}

void
csm_task_set_done (CsmWorkbench *workbench,
                   JsonObject   *task,
                   gboolean      done)
{
  JsonObject *patch = json_object_new ();
  g_autofree char *said = g_strdup_printf (done ? _("Done: %s") : _("To do again: %s"), csm_json_get_string (task, "title"));

  json_object_set_boolean_member (patch, "done", done);
  /* What was skipped and is done after all was not skipped. */
  if (done && csm_json_get_string (task, "skipped") != NULL)
    json_object_set_null_member (patch, "skipped");
  patch_task (workbench, done ? _("Tick off a task") : _("Reopen a task"), task, patch, said);
}

void
csm_task_rename (CsmWorkbench *workbench,
                 JsonObject   *task,
                 const char   *title)
{
  JsonObject *patch = json_object_new ();

  json_object_set_string_member (patch, "title", title);
  patch_task (workbench, _("Rename a task"), task, patch, _("Task renamed"));
}

/* @person_id: (nullable): who is to do it; %NULL: nobody in particular */
void
csm_task_assign (CsmWorkbench *workbench,
                 JsonObject   *task,
                 const char   *person_id)
{
  JsonObject *patch = json_object_new ();
  const char *name = csm_workbench_get_name (workbench, person_id);
  g_autofree char *said = NULL;

  if (person_id == NULL || person_id[0] == '\0')
    said = g_strdup (_("The task is nobody’s now"));
  else if (g_strcmp0 (person_id, csm_workbench_get_my_id (workbench)) == 0)
    said = g_strdup (_("The task is yours"));
  else
    said = g_strdup_printf (_("The task is for %s"), name != NULL ? name : person_id);
  set_or_clear (patch, "assigneeId", person_id);
  patch_task (workbench, _("Assign a task"), task, patch, said);
}

/* @at: µs; CSM_TIME_NONE: at no particular time */
void
csm_task_set_due (CsmWorkbench *workbench,
                  JsonObject   *task,
                  gint64        at)
{
  JsonObject *patch = json_object_new ();
  g_autofree char *when = at != CSM_TIME_NONE ? csm_format_clock (at) : NULL;
  g_autofree char *said = when != NULL ? g_strdup_printf (_("Due: %s"), when) : g_strdup (_("Due date removed"));

  if (at != CSM_TIME_NONE)
    csm_json_set_time (patch, "dueAt", at);
  else
    json_object_set_null_member (patch, "dueAt");
  patch_task (workbench, _("Set a task’s due date"), task, patch, said);
}

/* @why: (nullable): why it will not be done; %NULL: it will be after all */
void
csm_task_skip (CsmWorkbench *workbench,
               JsonObject   *task,
               const char   *why)
{
  JsonObject *patch = json_object_new ();
  g_autofree char *said = g_strdup_printf (why != NULL ? _("Skipped: %s") : _("To do again: %s"), csm_json_get_string (task, "title"));

  set_or_clear (patch, "skipped", why);
  patch_task (workbench, why != NULL ? _("Skip a task") : _("Reopen a task"), task, patch, said);
}

/* Puts it between two positions; %NULL: first, or last. */
void
csm_task_move (CsmWorkbench *workbench,
               JsonObject   *task,
               const char   *before,
               const char   *after)
{
  JsonObject *patch = json_object_new ();
  g_autofree char *position = csm_position_between (before, after);

  json_object_set_string_member (patch, "position", position);
  patch_task (workbench, _("Move a task"), task, patch, _("Task moved"));
}

void
csm_task_delete (CsmWorkbench *workbench,
                 JsonObject   *task)
{
  CsmIntent *intent = csm_intent_new (_("Delete a task"));
  g_autofree char *said = g_strdup_printf (_("Deleted: %s"), csm_json_get_string (task, "title"));

  csm_intent_destroy (intent, CSM_TYPE_ID_TASK, csm_json_get_string (task, "id"));
  csm_workbench_perform (workbench, intent, said);
}

/* --- its checklist ----------------------------------------------------------------------------------------- */

static void
patch_item (CsmWorkbench *workbench,
            const char   *label,
            JsonObject   *task,
            const char   *key,
            JsonObject   *item,
            const char   *said)
{
  JsonObject *patch = json_object_new ();
  g_autofree char *member = g_strconcat ("checklist/", key, NULL);

  if (item != NULL)
    json_object_set_object_member (patch, member, item);
  else
    json_object_set_null_member (patch, member);
  patch_task (workbench, label, task, patch, said);
}

/* Adds to the end of the task's checklist. */
void
csm_task_add_item (CsmWorkbench *workbench,
                   JsonObject   *task,
                   const char   *title)
{
  g_autoptr (GPtrArray) items = csm_task_items (task);
  const char *last = items->len > 0 ? csm_json_get_string (items->pdata[items->len - 1], "position") : NULL;
  g_autofree char *position = csm_position_between (last, NULL);
  g_autofree char *key = csm_id_new ('i');
  JsonObject *item = json_object_new ();

  json_object_set_string_member (item, "title", title);
  json_object_set_boolean_member (item, "done", FALSE);
  json_object_set_string_member (item, "position", position);
  patch_item (workbench, _("Add to a checklist"), task, key, item, _("Added to the checklist"));
}

/* Returns: (nullable): the item of that key, as the task has it */
static JsonObject *
find_item (JsonObject *task,
           const char *key)
{
  JsonObject *checklist = csm_json_get_object (task, "checklist");

  return checklist != NULL ? csm_json_get_object (checklist, key) : NULL;
}

void
csm_task_tick_item (CsmWorkbench *workbench,
                    JsonObject   *task,
                    const char   *key,
                    gboolean      done)
{
  JsonObject *item = find_item (task, key);
  JsonObject *changed;

  if (item == NULL)
    return;
  changed = csm_json_copy_object (item);
  json_object_set_boolean_member (changed, "done", done);
  patch_item (workbench, _("Tick off"), task, key, changed, NULL);
}

void
csm_task_remove_item (CsmWorkbench *workbench,
                      JsonObject   *task,
                      const char   *key)
{
  patch_item (workbench, _("Remove from a checklist"), task, key, NULL, _("Removed from the checklist"));
}
