/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-rules.h"

#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-role.h"
#include "csm-time.h"
#include "csm-validate.h"

/* Snippets and articles: what is written once and used often. */

static gboolean
forbidden (GError **error)
{
  return csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, "The role does not allow this");
}

static gboolean
check_text (CsmTxn              *txn,
            const CsmPrincipal  *who,
            JsonObject          *before,
            JsonObject          *record,
            GError             **error)
{
  const char *title = csm_json_get_string (record, "title");
  const char *team_id = csm_json_get_string (record, "teamId");

  if (!csm_role_may (who->role, CSM_ACTION_WRITE_TEXTS))
    return forbidden (error);
  if (title == NULL || *title == '\0')
    return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "title");
  return g_strcmp0 (csm_json_get_string (before, "teamId"), team_id) == 0 || csm_rules_need (txn, CSM_TYPE_ID_TEAM, record, "teamId", error);
}

static gboolean
destroy_text (CsmTxn              *txn,
              const CsmPrincipal  *who,
              CsmTypeId            type,
              const char          *id,
              GError             **error)
{
  if (!csm_role_may (who->role, CSM_ACTION_DESTROY_TEXTS))
    return forbidden (error);
  return csm_txn_destroy (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (type), id, error);
}

/**
 * csm_snippet_rules_create:
 * @txn: the transaction
 * @who: who writes it
 * @id: its id
 * @record: the snippet
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
csm_snippet_rules_create (CsmTxn              *txn,
                          const CsmPrincipal  *who,
                          const char          *id,
                          JsonObject          *record,
                          GError             **error)
{
  return check_text (txn, who, NULL, record, error) && csm_desk_add (txn, CSM_TYPE_ID_SNIPPET, id, record, error);
}

/**
 * csm_snippet_rules_update:
 * @txn: the transaction
 * @who: who changes it
 * @before: the snippet
 * @after: what a patch made of it
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
csm_snippet_rules_update (CsmTxn              *txn,
                          const CsmPrincipal  *who,
                          JsonObject          *before,
                          JsonObject          *after,
                          GError             **error)
{
  return check_text (txn, who, before, after, error) && csm_desk_save (txn, CSM_TYPE_ID_SNIPPET, after, error);
}

/**
 * csm_snippet_rules_destroy:
 * @txn: the transaction
 * @who: who takes it away
 * @id: the snippet
 * @error: return location
 *
 * Returns: whether it was destroyed
 */
gboolean
csm_snippet_rules_destroy (CsmTxn              *txn,
                           const CsmPrincipal  *who,
                           const char          *id,
                           GError             **error)
{
  return destroy_text (txn, who, CSM_TYPE_ID_SNIPPET, id, error);
}

/**
 * csm_article_rules_create:
 * @txn: the transaction
 * @who: its author
 * @id: its id
 * @record: the article
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
csm_article_rules_create (CsmTxn              *txn,
                          const CsmPrincipal  *who,
                          const char          *id,
                          JsonObject          *record,
                          GError             **error)
{
  csm_json_set_string (record, "authorId", who->person_id);
  return check_text (txn, who, NULL, record, error) &&
         csm_rules_need (txn, CSM_TYPE_ID_CASE, record, "caseId", error) &&
         csm_desk_add (txn, CSM_TYPE_ID_ARTICLE, id, record, error);
}

/* Its author, its team, and leads. */
static gboolean
may_change_article (CsmTxn              *txn,
                    const CsmPrincipal  *who,
                    JsonObject          *article,
                    GError             **error)
{
  g_autoptr (JsonObject) team = NULL;
  g_autoptr (GError) local = NULL;

  if (csm_role_may (who->role, CSM_ACTION_CHANGE_ARTICLES_OF_OTHERS) || g_strcmp0 (csm_json_get_string (article, "authorId"), who->person_id) == 0)
    return TRUE;
  team = csm_desk_peek (txn, CSM_TYPE_ID_TEAM, csm_json_get_string (article, "teamId"), &local);
  if (local == NULL)
    return csm_json_has_key (team, "memberIds", who->person_id) || forbidden (error);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_article_rules_update:
 * @txn: the transaction
 * @who: who changes it
 * @before: the article
 * @after: what a patch made of it
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
csm_article_rules_update (CsmTxn              *txn,
                          const CsmPrincipal  *who,
                          JsonObject          *before,
                          JsonObject          *after,
                          GError             **error)
{
  return check_text (txn, who, before, after, error) &&
         may_change_article (txn, who, before, error) &&
         csm_desk_save (txn, CSM_TYPE_ID_ARTICLE, after, error);
}

/**
 * csm_article_rules_destroy:
 * @txn: the transaction
 * @who: who takes it away
 * @id: the article
 * @error: return location
 *
 * Returns: whether it was destroyed
 */
gboolean
csm_article_rules_destroy (CsmTxn              *txn,
                           const CsmPrincipal  *who,
                           const char          *id,
                           GError             **error)
{
  return destroy_text (txn, who, CSM_TYPE_ID_ARTICLE, id, error);
}

/* --- How often they are used ------------------------------------------------------------------------------------------ */

static gboolean
count_one (CsmTxn      *txn,
           CsmTypeId    type,
           const char  *id,
           GError     **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) record = csm_desk_peek (txn, type, id, &local);

  /* Somebody may have thrown it away since, and one that can't be read keeps no mail from being made. */
  if (record == NULL && (local == NULL || csm_desk_may_skip (local)))
    return TRUE;
  if (record == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  json_object_set_int_member (record, "useCount", csm_json_get_int (record, "useCount", 0) + 1);
  csm_json_set_time (record, "lastUsedAt", csm_time_now ());
  return csm_desk_save (txn, type, record, error);
}

/**
 * csm_text_rules_count:
 * @txn: the transaction
 * @submission: what nobody can take back any more
 * @error: return location
 *
 * Counts the snippets and articles that are in it.
 *
 * Returns: whether that worked
 */
gboolean
csm_text_rules_count (CsmTxn      *txn,
                      JsonObject  *submission,
                      GError     **error)
{
  static const struct
  {
    const char *property;
    CsmTypeId   type;
  } used[] = { { "snippetIds", CSM_TYPE_ID_SNIPPET }, { "articleIds", CSM_TYPE_ID_ARTICLE } };

  for (guint i = 0; i < G_N_ELEMENTS (used); i++)
    {
      JsonObject *ids = csm_json_get_object (submission, used[i].property);
      g_autoptr (GList) keys = ids != NULL ? json_object_get_members (ids) : NULL;

      for (GList *l = keys; l != NULL; l = l->next)
        {
          if (!count_one (txn, used[i].type, l->data, error))
            return FALSE;
        }
    }
  return TRUE;
}
