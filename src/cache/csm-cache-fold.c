/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-private.h"

#include "csm-json.h"
#include "csm-patch.h"
#include "csm-time.h"

/* view = fold (base, waiting operations in order). There is no revert: whenever either changes, the view is made anew. */

static void
set_if_absent (JsonObject *record,
               const char *name,
               const char *value)
{
  if (csm_json_get_string (record, name) == NULL)
    csm_json_set_string (record, name, value);
}

/* What the server will set, as well as it can be known here. */
static void
fill_created (CsmTypeId   type,
              JsonObject *record,
              const char *me,
              gint64      created)
{
  g_autofree char *when = csm_time_format (created);

  set_if_absent (record, "created", when);
  set_if_absent (record, "updated", when);
  switch (type)
    {
    case CSM_TYPE_ID_COMMENT:
    case CSM_TYPE_ID_SHARED_COMMENT:
      set_if_absent (record, "authorId", me);
      set_if_absent (record, "at", when);
      break;
    case CSM_TYPE_ID_SUBMISSION:
      set_if_absent (record, "authorId", me);
      if (csm_json_get_time (record, "undoUntil") == CSM_TIME_NONE)
        csm_json_set_time (record, "undoUntil", MAX (created + csm_json_get_int (record, "undoFor", 10) * CSM_SECOND,
                                                     csm_json_get_time (record, "sendAt")));
      break;
    case CSM_TYPE_ID_CASE:
      set_if_absent (record, "lastActivityAt", when);
      break;
    case CSM_TYPE_ID_TASK:
    case CSM_TYPE_ID_ARTICLE:
      set_if_absent (record, "authorId", me);
      break;
    default:
      break;
    }
}

static JsonObject *
make_created (CsmTypeId   type,
              const char *id,
              JsonObject *payload,
              const char *me,
              gint64      created)
{
  JsonObject *record = csm_json_copy_object (payload);

  json_object_set_string_member (record, "id", id);
  csm_record_fill_defaults (csm_record_type_get (type), record);
  fill_created (type, record, me, created);
  return record;
}

/**
 * csm_cache_apply_submission:
 * @record: a case
 * @submission: what is sent in it
 *
 * What sending does to a case on the server, in the same transaction: its patch, and waiting unless that says otherwise.
 *
 * Returns: (transfer full): the case afterwards
 */
JsonObject *
csm_cache_apply_submission (JsonObject *record,
                            JsonObject *submission)
{
  JsonObject *given = csm_json_get_object (submission, "casePatch");
  g_autoptr (JsonObject) patch = given != NULL ? csm_json_copy_object (given) : json_object_new ();
  const char *status = csm_json_get_string (record, "status");
  JsonObject *after;

  if (!json_object_has_member (patch, "status") && (g_strcmp0 (status, "new") == 0 || g_strcmp0 (status, "open") == 0))
    json_object_set_string_member (patch, "status", "waiting");
  after = csm_patch_apply (csm_record_type_get (CSM_TYPE_ID_CASE), record, patch, NULL);
  return after != NULL ? after : json_object_ref (record);
}

/* What different people put into under keys of their own */
static const char *const shared_maps[] = { "paragraphs", "envelope", "files", NULL };

/* Everybody who begins to write to a conversation makes the same draft: what was written here goes into what is there. */
static JsonObject *
join_draft (JsonObject *draft,
            JsonObject *created)
{
  g_autoptr (JsonObject) patch = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  json_object_iter_init_ordered (&iter, created);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      const CsmProperty *property = csm_record_type_property (csm_record_type_get (CSM_TYPE_ID_DRAFT), name);

      if (property != NULL && (property->flags & CSM_PROPERTY_IMMUTABLE) == 0 && !g_strv_contains (shared_maps, name))
        json_object_set_member (patch, name, csm_json_copy (value));
    }
  for (guint i = 0; shared_maps[i] != NULL; i++)
    {
      if (csm_json_get_object (created, shared_maps[i]) == NULL)
        continue;
      json_object_iter_init_ordered (&iter, csm_json_get_object (created, shared_maps[i]));
      while (json_object_iter_next_ordered (&iter, &name, &value))
        {
          g_autofree char *path = g_strconcat (shared_maps[i], "/", name, NULL);

          json_object_set_member (patch, path, csm_json_copy (value));
        }
    }
  return csm_cache_patch (CSM_TYPE_ID_DRAFT, draft, patch);
}

/**
 * csm_cache_patch:
 * @type: a type
 * @record: a record
 * @patch: what changes it
 *
 * What an older version of the program wrote lacks the properties that came since: a patch that reaches into one finds its default.
 *
 * Returns: (transfer full) (nullable): the changed record; %NULL when the patch does not fit
 */
JsonObject *
csm_cache_patch (CsmTypeId   type,
                 JsonObject *record,
                 JsonObject *patch)
{
  const CsmRecordType *record_type = csm_record_type_get (type);
  JsonObject *patched = csm_patch_apply (record_type, record, patch, NULL);
  g_autoptr (JsonObject) whole = NULL;

  if (patched != NULL)
    return patched;
  whole = csm_json_copy_object (record);
  csm_record_fill_defaults (record_type, whole);
  return csm_patch_apply (record_type, whole, patch, NULL);
}

/* A refused creation stays on the screen with its problem; a refused change does not: what it would have done never was. */
static void
fold_one (CsmTypeId    type,
          const char  *id,
          const char  *me,
          CsmDbStmt   *op,
          JsonObject **view)
{
  const char *kind = csm_db_stmt_text (op, 0);
  gboolean parked = csm_db_stmt_int (op, 2) == CSM_OP_PARKED;
  g_autoptr (JsonObject) payload = csm_cache_parse_record (csm_db_stmt_text (op, 1));
  JsonObject *patched;

  if (g_strcmp0 (csm_db_stmt_text (op, 4), id) != 0)
    {
      patched = *view != NULL && payload != NULL && !parked ? csm_cache_apply_submission (*view, payload) : NULL;
      if (patched != NULL)
        {
          json_object_unref (*view);
          *view = patched;
        }
      return;
    }
  if (g_str_equal (kind, "create"))
    {
      if (*view == NULL && payload != NULL)
        *view = make_created (type, id, payload, me, csm_db_stmt_int (op, 3));
      else if (type == CSM_TYPE_ID_DRAFT && payload != NULL && !parked && (patched = join_draft (*view, payload)) != NULL)
        {
          json_object_unref (*view);
          *view = patched;
        }
      return;
    }
  if (*view == NULL || parked)
    return;
  if (g_str_equal (kind, "destroy"))
    {
      g_clear_pointer (view, json_object_unref);
      return;
    }
  if (payload == NULL)
    return;
  patched = csm_cache_patch (type, *view, payload);
  if (patched == NULL)
    return;
  json_object_unref (*view);
  *view = patched;
}

/**
 * csm_cache_fold:
 * @conn: a connection
 * @type: a type
 * @id: a record's id
 * @me: (nullable): the signed-in person
 * @base: (nullable): the server's last word
 * @view: (out) (transfer full) (nullable): what the screen shows
 * @error: `CSM_ERROR_DATABASE`
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_fold (CsmDbConn   *conn,
                CsmTypeId    type,
                const char  *id,
                const char  *me,
                JsonObject  *base,
                JsonObject **view,
                GError     **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) ops = csm_db_conn_query (conn, &local,
    "SELECT kind, payload, state, created, record_id FROM outbox"
    " WHERE record_id = ?1 OR (case_id = ?1 AND type = 'Submission' AND kind = 'create') ORDER BY seq", "t", id);

  *view = base != NULL ? json_object_ref (base) : NULL;
  while (ops != NULL && csm_db_stmt_step (ops, &local))
    fold_one (type, id, me, ops, view);
  if (local == NULL)
    return TRUE;
  g_clear_pointer (view, json_object_unref);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
