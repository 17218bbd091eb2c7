/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-evidence.h"

#include "csm-json.h"
#include "csm-person.h"
#include "csm-time.h"

/* Who may help with a case: whoever solved some that are like it, says of themselves to know about it, or solved others with its tags. */

#define MAX_PEOPLE 3
#define MAX_CASES 3
/* As many cases count of one person: who works here for long need not know more. */
#define MAX_COUNTED 5
/* What one did in a case that was solved */
#define OWNED 1.0
#define ANSWERED 0.8
#define COMMENTED 0.5
/* What a word of their expertise, and a solved case with a tag, count for */
#define KNOWS 4.0
#define TAGGED 0.6
/* Once is chance. */
#define LEAST_TAGGED 2
#define MOST_TAGGED 5
#define LATEST_TAGGED 200

typedef struct
{
  gint64 rowid;
  double score;
} Credit;

typedef struct
{
  char      *id;
  GArray    *credits;    /* Credit */
  GPtrArray *expertise;  /* utf8 */
  GPtrArray *tag_ids;
  double     score;
} Candidate;

static void
candidate_free (gpointer data)
{
  Candidate *candidate = data;

  g_free (candidate->id);
  g_array_unref (candidate->credits);
  g_ptr_array_unref (candidate->expertise);
  g_ptr_array_unref (candidate->tag_ids);
  g_free (candidate);
}

static Candidate *
get_candidate (GHashTable *people,
               const char *id)
{
  Candidate *candidate = g_hash_table_lookup (people, id);

  if (candidate == NULL)
    {
      candidate = g_new0 (Candidate, 1);
      candidate->id = g_strdup (id);
      candidate->credits = g_array_new (FALSE, FALSE, sizeof (Credit));
      candidate->expertise = g_ptr_array_new_with_free_func (g_free);
      candidate->tag_ids = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (people, candidate->id, candidate);
    }
  return candidate;
}

/* --- what they solved ------------------------------------------------------------------------------------------------------ */

static void
give_credit (GHashTable        *people,
             const char        *id,
             const CsmLikeCase *like,
             double             part)
{
  Candidate *candidate = get_candidate (people, id);
  Credit credit = { like->rowid, like->score * part };

  /* Who owns a case and answers in it solved it once. What they did most comes first. */
  for (guint i = 0; i < candidate->credits->len; i++)
    {
      if (g_array_index (candidate->credits, Credit, i).rowid == like->rowid)
        return;
    }
  g_array_append_val (candidate->credits, credit);
}

static gboolean
credit_case (CsmEvidence        *evidence,
             GHashTable         *people,
             const CsmLikeCase  *like,
             GError            **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (evidence->conn, &local,
    "SELECT 0, owner_id FROM case_ WHERE rowid = ?1 AND owner_id IS NOT NULL"
    " UNION SELECT 1, author_id FROM message WHERE case_id = (SELECT id FROM case_ WHERE rowid = ?1) AND author_id IS NOT NULL"
    " UNION SELECT 2, author_id FROM comment WHERE case_id = (SELECT id FROM case_ WHERE rowid = ?1) AND author_id IS NOT NULL ORDER BY 1", "i", like->rowid);
  static const double parts[] = { OWNED, ANSWERED, COMMENTED };

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    give_credit (people, csm_db_stmt_text (stmt, 1), like, parts[csm_db_stmt_int (stmt, 0)]);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Who solved others with the case's tags, lately */
static gboolean
credit_tag (CsmEvidence  *evidence,
            GHashTable   *people,
            const char   *tag_id,
            GError      **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (evidence->conn, &local,
    "SELECT c.owner_id, count (*) FROM (SELECT case_rowid FROM case_tag WHERE tag_id = ? ORDER BY case_rowid DESC LIMIT ?) AS t"
    " CROSS JOIN case_ AS c ON c.rowid = t.case_rowid WHERE c.status >= 4 AND c.lane < 2 AND c.owner_id IS NOT NULL AND c.rowid <> ?"
    " GROUP BY c.owner_id HAVING count (*) >= ?", "tiii", tag_id, (gint64) LATEST_TAGGED, evidence->rowid, (gint64) LEAST_TAGGED);

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      Candidate *candidate = get_candidate (people, csm_db_stmt_text (stmt, 0));

      candidate->score += TAGGED * (double) MIN (csm_db_stmt_int (stmt, 1), MOST_TAGGED);
      g_ptr_array_add (candidate->tag_ids, g_strdup (tag_id));
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* --- who they are --------------------------------------------------------------------------------------------------------------- */

static gboolean
may_help (JsonObject *person,
          const char *me,
          const char *owner,
          gint64      now)
{
  const char *id = csm_json_get_string (person, "id"), *kind = csm_json_get_string (person, "kind");

  return g_strcmp0 (id, me) != 0 && g_strcmp0 (id, owner) != 0 && (kind == NULL || g_str_equal (kind, "staff")) &&
         g_strcmp0 (csm_json_get_string (person, "role"), "guest") != 0 &&
         (!json_object_has_member (person, "active") || csm_json_get_boolean (person, "active")) && !csm_person_is_away (person, now);
}

/* What they say to know about, as far as this case has it: each word of it. */
static void
add_expertise (CsmWords   *words,
               GHashTable *people,
               JsonObject *person)
{
  JsonObject *expertise = csm_json_get_object (person, "expertise");
  g_autoptr (GList) names = expertise != NULL ? json_object_get_members (expertise) : NULL;
  g_autofree char *joined = names != NULL ? csm_words_join (words) : NULL;

  for (GList *l = names; l != NULL; l = l->next)
    {
      g_autoptr (CsmWords) known = csm_words_new ();
      gboolean all = TRUE;
      Candidate *candidate;

      csm_words_add (known, l->data, G_MAXUINT);
      for (guint i = 0; i < known->list->len; i++)
        all &= csm_words_find (joined, known->list->pdata[i]);
      if (!all || known->list->len == 0)
        continue;
      candidate = get_candidate (people, csm_json_get_string (person, "id"));
      candidate->score += KNOWS;
      g_ptr_array_add (candidate->expertise, g_strdup (l->data));
    }
}

/* A tag's name is a word of the case. */
static void
add_tag_names (CsmEvidence *evidence,
               CsmWords    *words,
               GList       *tag_ids)
{
  for (GList *l = tag_ids; l != NULL; l = l->next)
    {
      g_autoptr (JsonObject) tag = csm_cache_get_view (evidence->conn, CSM_TYPE_ID_TAG, l->data, NULL);

      csm_words_add (words, csm_json_get_string (tag, "name"), G_MAXUINT);
    }
}

static gboolean
look_at_people (CsmEvidence  *evidence,
                CsmWords     *words,
                GHashTable   *people,
                GHashTable   *allowed,
                GError      **error)
{
  g_autofree char *me = csm_cache_get_meta (evidence->conn, "me", NULL);
  const char *owner = csm_json_get_string (evidence->record, "ownerId");
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (evidence->conn, &local, "SELECT coalesce (view, base) FROM person WHERE NOT gone", NULL);
  gint64 now = csm_time_now ();

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      g_autoptr (JsonObject) person = csm_cache_parse_record (csm_db_stmt_text (stmt, 0));

      if (person == NULL || !may_help (person, me, owner, now))
        continue;
      g_hash_table_add (allowed, g_strdup (csm_json_get_string (person, "id")));
      add_expertise (words, people, person);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* --- the answer -------------------------------------------------------------------------------------------------------------------- */

static int
compare_credits (gconstpointer a,
                 gconstpointer b)
{
  const Credit *x = a, *y = b;

  if (x->score != y->score)
    return x->score > y->score ? -1 : 1;
  return x->rowid > y->rowid ? -1 : x->rowid < y->rowid;
}

static int
compare_candidates (gconstpointer a,
                    gconstpointer b)
{
  const Candidate *x = *(const Candidate * const *) a, *y = *(const Candidate * const *) b;

  if (x->score != y->score)
    return x->score > y->score ? -1 : 1;
  return g_strcmp0 (x->id, y->id);
}

static CsmPersonHint *
make_hint (CsmDbConn  *conn,
           Candidate  *candidate,
           GError    **error)
{
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) rows = NULL;
  CsmPersonHint *hint;

  for (guint i = 0; i < MIN (candidate->credits->len, MAX_CASES); i++)
    g_array_append_val (rowids, g_array_index (candidate->credits, Credit, i).rowid);
  rows = csm_cache_read_rows (conn, rowids, error);
  if (rows == NULL)
    return NULL;
  hint = g_new0 (CsmPersonHint, 1);
  hint->person_id = g_strdup (candidate->id);
  hint->score = candidate->score;
  hint->cases = g_steal_pointer (&rows);
  hint->expertise = csm_words_copy (candidate->expertise);
  hint->tag_ids = csm_words_copy (candidate->tag_ids);
  return hint;
}

static GPtrArray *
choose (CsmEvidence  *evidence,
        GHashTable   *people,
        GHashTable   *allowed,
        GError      **error)
{
  g_autoptr (GPtrArray) hints = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_person_hint_free);
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, people);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Candidate *candidate = value;

      if (!g_hash_table_contains (allowed, candidate->id))
        continue;
      g_array_sort (candidate->credits, compare_credits);
      for (guint i = 0; i < MIN (candidate->credits->len, MAX_COUNTED); i++)
        candidate->score += g_array_index (candidate->credits, Credit, i).score;
      g_ptr_array_add (sorted, candidate);
    }
  g_ptr_array_sort (sorted, compare_candidates);
  for (guint i = 0; i < MIN (sorted->len, MAX_PEOPLE); i++)
    {
      CsmPersonHint *hint = make_hint (evidence->conn, sorted->pdata[i], error);

      if (hint == NULL)
        return NULL;
      g_ptr_array_add (hints, hint);
    }
  return g_steal_pointer (&hints);
}

static gpointer
suggest_people (CsmDbConn     *conn,
                gpointer       input,
                GCancellable  *cancellable,
                GError       **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmEvidence) evidence = csm_evidence_new (conn, input, NULL, &local);
  g_autoptr (GHashTable) people = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, candidate_free);
  g_autoptr (GHashTable) allowed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) cases = NULL;
  JsonObject *tags = evidence != NULL ? csm_json_get_object (evidence->record, "tags") : NULL;
  g_autoptr (GList) tag_ids = tags != NULL ? json_object_get_members (tags) : NULL;
  GPtrArray *hints = NULL;

  if (evidence == NULL && local == NULL)
    return g_ptr_array_new_with_free_func ((GDestroyNotify) csm_person_hint_free);
  if (local == NULL && csm_evidence_weigh (evidence, TRUE, &local))
    cases = csm_evidence_find_cases (evidence, &local);
  for (guint i = 0; cases != NULL && i < cases->len && local == NULL; i++)
    credit_case (evidence, people, &g_array_index (cases, CsmLikeCase, i), &local);
  for (GList *l = tag_ids; l != NULL && local == NULL; l = l->next)
    credit_tag (evidence, people, l->data, &local);
  if (local == NULL)
    {
      add_tag_names (evidence, evidence->words, tag_ids);
      look_at_people (evidence, evidence->words, people, allowed, &local);
    }
  if (local == NULL)
    hints = choose (evidence, people, allowed, &local);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return hints;
}

static void
pointers_free (gpointer array)
{
  g_ptr_array_unref (array);
}

/**
 * csm_cache_suggest_people_async:
 * @self: a cache
 * @case_id: a case
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Who may know, by what is on this computer.
 */
void
csm_cache_suggest_people_async (CsmCache            *self,
                                const char          *case_id,
                                GCancellable        *c,
                                GAsyncReadyCallback  cb,
                                gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, suggest_people, g_strdup (case_id), g_free, pointers_free, csm_cache_suggest_people_async, c, cb, data);
}

/**
 * csm_cache_suggest_people_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type CsmPersonHint): at most 3, the best first, none without evidence; without me, guests, and those who
 * are away or inactive
 */
GPtrArray *
csm_cache_suggest_people_finish (CsmCache      *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_suggest_people_async, error);
}
