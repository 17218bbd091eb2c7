/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-evidence.h"

#include "csm-json.h"

/* What was written before that may help now: snippets, articles, and templates of cases that went well. */

#define MAX_TEMPLATES 3
#define MAX_TEXTS 5
/* So many with the most words in common are read. */
#define MAX_READ 24
/* A word of the title says more than one of the text. */
#define IN_TITLE 2.0
#define SAME_TAG 3.0
/* What another language, and another team's, is worth here */
#define OTHER_LANGUAGE 0.3
#define OTHER_TEAM 0.5
/* Two words in common, or one that is rare */
#define RARE 4.0

/* A record with words in common */
typedef struct
{
  CsmTypeId  type;
  char      *id;
  double     score;
  GPtrArray *words;
} Match;

static void
match_free (gpointer data)
{
  Match *match = data;

  g_free (match->id);
  g_ptr_array_unref (match->words);
  g_free (match);
}

static int
compare_matches (gconstpointer a,
                 gconstpointer b)
{
  const Match *x = *(const Match * const *) a, *y = *(const Match * const *) b;

  if (x->score != y->score)
    return x->score > y->score ? -1 : 1;
  return g_strcmp0 (x->id, y->id);
}

static Match *
match_words (CsmEvidence *evidence,
             CsmTypeId    type,
             const char  *id,
             const char  *joined)
{
  Match *match = g_new0 (Match, 1);

  match->type = type;
  match->id = g_strdup (id);
  match->words = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < evidence->words->list->len; i++)
    {
      const char *word = evidence->words->list->pdata[i];

      if (evidence->weights[i] <= 0 || !csm_words_find (joined, word))
        continue;
      match->score += evidence->weights[i];
      g_ptr_array_add (match->words, g_strdup (word));
    }
  return match;
}

/* Of all records of a type, those with any of the words. @all: also the others. */
static gboolean
collect (CsmEvidence  *evidence,
         CsmTypeId     type,
         gboolean      all,
         GPtrArray    *matches,
         GError      **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT id, words FROM %s WHERE NOT gone", csm_record_type_get (type)->table);
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (evidence->conn, sql, &local);

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      Match *match = match_words (evidence, type, csm_db_stmt_text (stmt, 0), csm_db_stmt_text (stmt, 1));

      if (all || match->score > 0)
        g_ptr_array_add (matches, match);
      else
        match_free (match);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
is_evidence (const Match *match)
{
  return match->words->len >= 2 || match->score >= RARE;
}

static gboolean
same_language (const char *a,
               const char *b)
{
  return a == NULL || b == NULL || *a == '\0' || *b == '\0' || g_ascii_strncasecmp (a, b, 2) == 0;
}

static void
pointers_free (gpointer array)
{
  g_ptr_array_unref (array);
}

/* --- templates ------------------------------------------------------------------------------------------------------------ */

static void
rate_template (CsmEvidence *evidence,
               Match       *match,
               JsonObject  *record,
               GPtrArray   *tag_ids)
{
  JsonObject *tags = csm_json_get_object (evidence->record, "tags"), *own = csm_json_get_object (record, "tagIds");
  g_autoptr (GList) ids = tags != NULL ? json_object_get_members (tags) : NULL;
  double used = (double) csm_json_get_int (record, "useCount", 0), met = (double) csm_json_get_int (record, "metCount", 0);

  if (!is_evidence (match))
    match->score = 0;
  for (GList *l = ids; l != NULL; l = l->next)
    {
      if (own == NULL || !json_object_has_member (own, l->data))
        continue;
      match->score += SAME_TAG;
      g_ptr_array_add (tag_ids, g_strdup (l->data));
    }
  /* One that has helped goes first: at the most as good as a word. */
  if (match->score > 0 && used > 0)
    match->score += met / used;
  if (csm_json_get_string (record, "teamId") != NULL && g_strcmp0 (csm_json_get_string (record, "teamId"), csm_json_get_string (evidence->record, "teamId")) != 0)
    match->score *= OTHER_TEAM;
  if ((json_object_has_member (record, "enabled") && !csm_json_get_boolean (record, "enabled")) ||
      g_strcmp0 (csm_json_get_string (evidence->record, "templateId"), match->id) == 0)
    match->score = 0;
}

static int
compare_template_hints (gconstpointer a,
                        gconstpointer b)
{
  const CsmTemplateHint *x = *(const CsmTemplateHint * const *) a, *y = *(const CsmTemplateHint * const *) b;

  if (x->score != y->score)
    return x->score > y->score ? -1 : 1;
  return g_strcmp0 (x->template_id, y->template_id);
}

static gpointer
suggest_templates (CsmDbConn     *conn,
                   gpointer       input,
                   GCancellable  *cancellable,
                   GError       **error)
{
  g_autoptr (GPtrArray) hints = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_template_hint_free);
  g_autoptr (GPtrArray) matches = g_ptr_array_new_with_free_func (match_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmEvidence) evidence = csm_evidence_new (conn, input, NULL, &local);

  if (evidence != NULL && csm_evidence_weigh (evidence, FALSE, &local))
    collect (evidence, CSM_TYPE_ID_TEMPLATE, TRUE, matches, &local);
  for (guint i = 0; i < matches->len && local == NULL; i++)
    {
      Match *match = matches->pdata[i];
      g_autoptr (JsonObject) record = csm_cache_get_view (conn, CSM_TYPE_ID_TEMPLATE, match->id, &local);
      g_autoptr (GPtrArray) tag_ids = g_ptr_array_new_with_free_func (g_free);
      CsmTemplateHint *hint;

      if (record == NULL)
        continue;
      rate_template (evidence, match, record, tag_ids);
      if (match->score <= 0)
        continue;
      hint = g_new0 (CsmTemplateHint, 1);
      hint->template_id = g_strdup (match->id);
      hint->score = match->score;
      hint->words = csm_words_copy (match->words);
      hint->tag_ids = csm_words_copy (tag_ids);
      g_ptr_array_add (hints, hint);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  g_ptr_array_sort (hints, compare_template_hints);
  if (hints->len > MAX_TEMPLATES)
    g_ptr_array_set_size (hints, MAX_TEMPLATES);
  return g_steal_pointer (&hints);
}

/**
 * csm_cache_suggest_templates_async:
 * @self: a cache
 * @case_id: a case
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Which ways of working may help in a case, by what is on this computer.
 */
void
csm_cache_suggest_templates_async (CsmCache            *self,
                                   const char          *case_id,
                                   GCancellable        *c,
                                   GAsyncReadyCallback  cb,
                                   gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, suggest_templates, g_strdup (case_id), g_free, pointers_free, csm_cache_suggest_templates_async, c, cb, data);
}

/**
 * csm_cache_suggest_templates_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type CsmTemplateHint): at most 3, the best first, none without evidence
 */
GPtrArray *
csm_cache_suggest_templates_finish (CsmCache      *self,
                                    GAsyncResult  *result,
                                    GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_suggest_templates_async, error);
}

/* --- snippets and articles --------------------------------------------------------------------------------------------------- */

typedef struct
{
  char *case_id;
  char *typed;
} Asked;

static void
asked_free (gpointer data)
{
  Asked *asked = data;

  g_free (asked->case_id);
  g_free (asked->typed);
  g_free (asked);
}

static void
rate_text (CsmEvidence *evidence,
           Match       *match,
           JsonObject  *record,
           const char  *language)
{
  g_autoptr (CsmWords) title = csm_words_new ();
  g_autofree char *joined = NULL;

  csm_words_add (title, csm_json_get_string (record, "title"), G_MAXUINT);
  joined = csm_words_join (title);
  for (guint i = 0; i < evidence->words->list->len; i++)
    {
      if (evidence->weights[i] > 0 && csm_words_find (joined, evidence->words->list->pdata[i]))
        match->score += evidence->weights[i] * (IN_TITLE - 1);
    }
  if (!is_evidence (match))
    match->score = 0;
  if (!same_language (csm_json_get_string (record, "language"), language))
    match->score *= OTHER_LANGUAGE;
  if (csm_json_get_string (record, "teamId") != NULL && g_strcmp0 (csm_json_get_string (record, "teamId"), csm_json_get_string (evidence->record, "teamId")) != 0)
    match->score *= OTHER_TEAM;
}

static GPtrArray *
rate_texts (CsmEvidence  *evidence,
            GPtrArray    *matches,
            GError      **error)
{
  const char *customer_id = csm_json_get_string (evidence->record, "customerId");
  g_autoptr (JsonObject) customer = customer_id != NULL ? csm_cache_get_view (evidence->conn, CSM_TYPE_ID_CUSTOMER, customer_id, NULL) : NULL;
  const char *language = csm_json_get_string (customer, "language");
  g_autoptr (GPtrArray) hints = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_text_hint_free);
  g_autoptr (GHashTable) titles = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);

  for (guint i = 0; i < matches->len; i++)
    {
      Match *match = matches->pdata[i];
      g_autoptr (JsonObject) record = csm_cache_get_view (evidence->conn, match->type, match->id, NULL);

      if (record == NULL)
        continue;
      rate_text (evidence, match, record, language);
      g_hash_table_insert (titles, match->id, g_strdup (csm_json_get_string (record, "title")));
    }
  g_ptr_array_sort (matches, compare_matches);
  for (guint i = 0; i < MIN (matches->len, MAX_TEXTS); i++)
    {
      Match *match = matches->pdata[i];
      CsmTextHint *hint;

      if (match->score <= 0 || g_hash_table_lookup (titles, match->id) == NULL)
        continue;
      hint = g_new0 (CsmTextHint, 1);
      hint->type = match->type;
      hint->id = g_strdup (match->id);
      hint->title = g_strdup (g_hash_table_lookup (titles, match->id));
      hint->score = match->score;
      hint->words = csm_words_copy (match->words);
      g_ptr_array_add (hints, hint);
    }
  return g_steal_pointer (&hints);
}

static gpointer
suggest_texts (CsmDbConn     *conn,
               gpointer       input,
               GCancellable  *cancellable,
               GError       **error)
{
  Asked *asked = input;
  g_autoptr (GPtrArray) matches = g_ptr_array_new_with_free_func (match_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmEvidence) evidence = csm_evidence_new (conn, asked->case_id, asked->typed, &local);

  if (evidence == NULL && local == NULL)
    return g_ptr_array_new_with_free_func ((GDestroyNotify) csm_text_hint_free);
  if (local == NULL && csm_evidence_weigh (evidence, FALSE, &local) && collect (evidence, CSM_TYPE_ID_SNIPPET, FALSE, matches, &local))
    collect (evidence, CSM_TYPE_ID_ARTICLE, FALSE, matches, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  g_ptr_array_sort (matches, compare_matches);
  if (matches->len > MAX_READ)
    g_ptr_array_set_size (matches, MAX_READ);
  return rate_texts (evidence, matches, error);
}

/**
 * csm_cache_suggest_texts_async:
 * @self: a cache
 * @case_id: a case
 * @typed: (nullable): the reply so far
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Which snippets and articles may help, by what the customer wrote and what is typed.
 */
void
csm_cache_suggest_texts_async (CsmCache            *self,
                               const char          *case_id,
                               const char          *typed,
                               GCancellable        *c,
                               GAsyncReadyCallback  cb,
                               gpointer             data)
{
  Asked *asked = g_new0 (Asked, 1);

  asked->case_id = g_strdup (case_id);
  asked->typed = g_strdup (typed);
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, suggest_texts, asked, asked_free, pointers_free, csm_cache_suggest_texts_async, c, cb, data);
}

/**
 * csm_cache_suggest_texts_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type CsmTextHint): at most 5, the best first, none without evidence
 */
GPtrArray *
csm_cache_suggest_texts_finish (CsmCache      *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_suggest_texts_async, error);
}
