/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-ask.h"

#include <glib/gi18n-lib.h>

#include "csm-error.h"
#include "csm-json.h"
#include "csm-tag-rules.h"

#define PAGE_SIZE 50

/* --- What was changed --------------------------------------------------------------------------------------------------- */

static gpointer
list_changes (CsmTxn        *txn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  return csm_txn_list_audit (txn, *(gint64 *) input, PAGE_SIZE + 1, error);
}

/**
 * csm_ask_workspace_changes:
 * @ask: {before}: those before this one; without it the newest
 * @error: return location
 *
 * Who changed people, teams, channels and tags, and when.
 *
 * Returns: (transfer full) (nullable): {changes: [{id, at, personId, kind, subjectId, name, values}], more}
 */
JsonObject *
csm_ask_workspace_changes (CsmAsk  *ask,
                           GError **error)
{
  gint64 before = csm_json_get_int (ask->arguments, "before", 0);
  g_autoptr (GPtrArray) list = csm_store_run (ask->store, FALSE, list_changes, &before, error);
  JsonArray *changes;
  JsonObject *answer;

  if (list == NULL)
    return NULL;
  changes = json_array_new ();
  answer = json_object_new ();
  for (guint i = 0; i < MIN (list->len, PAGE_SIZE); i++)
    json_array_add_object_element (changes, json_object_ref (g_ptr_array_index (list, i)));
  json_object_set_array_member (answer, "changes", changes);
  json_object_set_boolean_member (answer, "more", list->len > PAGE_SIZE);
  return answer;
}

/* --- Tags --------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmPrincipal *who;
  const char   *id;
  const char   *into_id;
  guint         n_cases; /* (out) */
} Merge;

static gpointer
merge (CsmTxn        *txn,
       gpointer       input,
       GCancellable  *cancellable,
       GError       **error)
{
  Merge *work = input;

  return GINT_TO_POINTER (csm_tag_merge (txn, work->who, work->id, work->into_id, &work->n_cases, error));
}

/**
 * csm_ask_tag_merge:
 * @ask: {id, intoId}
 * @error: return location
 *
 * The cases with the one tag have the other one from then on, and the first one is gone.
 *
 * Returns: (transfer full) (nullable): {cases}: how many they were
 */
JsonObject *
csm_ask_tag_merge (CsmAsk  *ask,
                   GError **error)
{
  Merge work = { ask->who, csm_json_get_string (ask->arguments, "id"), csm_json_get_string (ask->arguments, "intoId"), 0 };
  g_autoptr (GError) local = NULL;
  JsonObject *answer;

  if (work.id == NULL || work.into_id == NULL || work.id[0] != 'g' || work.into_id[0] != 'g')
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, _("Two tags are needed."));
      return NULL;
    }
  csm_store_run (ask->store, TRUE, merge, &work, &local);
  if (g_error_matches (local, CSM_DESK_ERROR, CSM_DESK_ERROR_NOT_FOUND))
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("One of the tags is not there any more."));
  else if (local != NULL && local->domain == CSM_DESK_ERROR)
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, _("These two tags can’t be merged."));
  else if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  if (*error != NULL)
    return NULL;
  answer = json_object_new ();
  json_object_set_int_member (answer, "cases", work.n_cases);
  return answer;
}
