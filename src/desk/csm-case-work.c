/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-rules.h"

#include "csm-case-flow.h"
#include "csm-desk-records.h"
#include "csm-history.h"
#include "csm-json.h"
#include "csm-shape.h"
#include "csm-validate.h"

/* What colleagues write about a case so that nobody asks again: its brief, what it has to do with other cases, its template. */

#define MAX_BRIEF 16384
/* The other side has no more room than this one. */
#define MAX_RELATED 100

static const char *const parts[] = { "facts", "tried", "promises", "next" };

static gboolean
invalid (GError     **error,
         const char  *property)
{
  return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, property);
}

static const char *
part_text (JsonObject *case_,
           const char *part)
{
  return csm_json_get_string (csm_json_get_object (csm_json_get_object (case_, "brief"), part), "text");
}

/* Whoever writes a part of it is named there; what is empty is not there. */
static gboolean
check_brief (const CsmPrincipal  *who,
             JsonObject          *before,
             JsonObject          *after,
             gint64               now,
             GError             **error)
{
  static const CsmShapeField fields[] = {
    { "text", CSM_SHAPE_TEXT, MAX_BRIEF, TRUE },
    { "by", CSM_SHAPE_LINE, 100, FALSE },
    { "at", CSM_SHAPE_LINE, 100, FALSE },
  };
  JsonObject *given = csm_json_get_object (after, "brief"), *old = csm_json_get_object (before, "brief");
  JsonObject *brief = json_object_new ();
  guint known = 0;

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      JsonObject *part = csm_json_get_object (given, parts[i]);
      const char *text = csm_json_get_string (part, "text");
      JsonObject *entry;

      if (part == NULL)
        continue;
      if (!csm_shape_fits (part, fields, G_N_ELEMENTS (fields)))
        break;
      known++;
      if (*text == '\0')
        continue;
      if (g_strcmp0 (part_text (before, parts[i]), text) == 0)
        {
          json_object_set_object_member (brief, parts[i], json_object_ref (csm_json_get_object (old, parts[i])));
          continue;
        }
      entry = json_object_new ();
      csm_json_set_string (entry, "text", text);
      csm_json_set_string (entry, "by", who->person_id);
      csm_json_set_time (entry, "at", now);
      json_object_set_object_member (brief, parts[i], entry);
    }
  if (given != NULL && known != json_object_get_size (given))
    {
      json_object_unref (brief);
      return invalid (error, "brief");
    }
  json_object_set_object_member (after, "brief", brief);
  return TRUE;
}

static gboolean
check_related (CsmTxn      *txn,
               JsonObject  *before,
               JsonObject  *after,
               GError     **error)
{
  JsonObject *set = csm_json_get_object (after, "relatedCaseIds");
  g_autoptr (GList) keys = set != NULL ? json_object_get_members (set) : NULL;

  for (GList *l = keys; l != NULL; l = l->next)
    {
      gboolean exists = TRUE;

      if (g_strcmp0 (l->data, csm_json_get_string (after, "id")) == 0)
        return invalid (error, "relatedCaseIds");
      if (!csm_json_has_key (before, "relatedCaseIds", l->data) && !csm_desk_exists (txn, CSM_TYPE_ID_CASE, l->data, &exists, error))
        return FALSE;
      if (!exists)
        return invalid (error, "relatedCaseIds");
    }
  return TRUE;
}

/**
 * csm_case_work_prepare:
 * @txn: the transaction
 * @who: who changes it
 * @before: a case
 * @after: what it is to be, with its id
 * @now: the time, µs
 * @error: return location
 *
 * Returns: whether what it says of its work is right
 */
gboolean
csm_case_work_prepare (CsmTxn              *txn,
                       const CsmPrincipal  *who,
                       JsonObject          *before,
                       JsonObject          *after,
                       gint64               now,
                       GError             **error)
{
  return check_brief (who, before, after, now, error) &&
         check_related (txn, before, after, error) &&
         (g_strcmp0 (csm_json_get_string (before, "templateId"), csm_json_get_string (after, "templateId")) == 0 ||
          csm_rules_need (txn, CSM_TYPE_ID_TEMPLATE, after, "templateId", error));
}

static gboolean
add_brief_changes (CsmTxn              *txn,
                   const CsmPrincipal  *who,
                   JsonObject          *before,
                   JsonObject          *after,
                   GError             **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      const char *was = part_text (before, parts[i]), *is = part_text (after, parts[i]);
      g_autofree char *property = g_strconcat ("brief/", parts[i], NULL);

      if (g_strcmp0 (was, is) != 0 &&
          !csm_history_add_text (txn, csm_json_get_string (after, "id"), who->person_id, "brief", property, was, is, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* The other side of a link. */
static gboolean
relate (CsmTxn              *txn,
        const CsmPrincipal  *who,
        const char          *other_id,
        const char          *id,
        gboolean             related,
        GError             **error)
{
  g_autoptr (JsonObject) before = csm_desk_load (txn, CSM_TYPE_ID_CASE, other_id, error);
  g_autoptr (JsonObject) after = before != NULL ? csm_json_copy_object (before) : NULL;

  if (after == NULL)
    return FALSE;
  if (csm_json_has_key (before, "relatedCaseIds", id) == related)
    return TRUE;
  if (related && json_object_get_size (csm_json_get_object (before, "relatedCaseIds")) >= MAX_RELATED)
    return invalid (error, "relatedCaseIds");
  csm_desk_set_key (after, "relatedCaseIds", id);
  if (!related)
    json_object_remove_member (csm_json_get_object (after, "relatedCaseIds"), id);
  csm_case_touch_messages (after);
  return csm_desk_save (txn, CSM_TYPE_ID_CASE, after, error) &&
         csm_history_add_changes (txn, who->person_id, before, after, id, error);
}

static gboolean
mirror_related (CsmTxn              *txn,
                const CsmPrincipal  *who,
                JsonObject          *before,
                JsonObject          *after,
                GError             **error)
{
  const char *id = csm_json_get_string (after, "id");
  JsonObject *old = csm_json_get_object (before, "relatedCaseIds"), *new = csm_json_get_object (after, "relatedCaseIds");
  g_autoptr (GList) old_keys = old != NULL ? json_object_get_members (old) : NULL;
  g_autoptr (GList) new_keys = new != NULL ? json_object_get_members (new) : NULL;

  for (GList *l = old_keys; l != NULL; l = l->next)
    {
      if ((new == NULL || !json_object_has_member (new, l->data)) && !relate (txn, who, l->data, id, FALSE, error))
        return FALSE;
    }
  for (GList *l = new_keys; l != NULL; l = l->next)
    {
      if ((old == NULL || !json_object_has_member (old, l->data)) && !relate (txn, who, l->data, id, TRUE, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * csm_case_work_follow:
 * @txn: the transaction
 * @who: who changed it
 * @before: a case
 * @after: what it is now, before its history says so
 * @error: return location
 *
 * Returns: whether all that follows from that was written: Events of the brief, the other side of links, what its template counts
 */
gboolean
csm_case_work_follow (CsmTxn              *txn,
                      const CsmPrincipal  *who,
                      JsonObject          *before,
                      JsonObject          *after,
                      GError             **error)
{
  return csm_template_rules_note_case (txn, before, after, error) &&
         mirror_related (txn, who, before, after, error) &&
         add_brief_changes (txn, who, before, after, error);
}
