/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-evidence.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "csm-json.h"

/*
 * Which cases are like one. A word tells the more the fewer texts have it. How many do is not counted, which takes long for a
 * frequent word, but follows from how far back its newest hits reach. Two cases are alike when so many of the words that they
 * share would be expected together by chance in less than one case.
 */

/* So many words of a case, and so many of what is typed */
#define MAX_WORDS 32
#define MAX_TYPED 12
#define LAST_TYPED 300
#define MAX_CUSTOMER_TEXTS 3
/* Who types knows better what it is about. */
#define TYPED 1.5
/* So many of the newest hits of a word are looked at. */
#define MAX_HITS 64
/* How many of the newest texts tell how close they follow each other */
#define NEAR 4096
/* Of what every fifth text has, nothing follows. */
#define MOST_SHARE 0.2
/* With so few texts a word that none has is no wonder. */
#define FEWEST 20
/* The rarest of the frequent words are looked for together. */
#define N_PAIRED 4
#define MAX_TOGETHER 32
/* So many of the likeliest cases are read. */
#define MAX_LOOKED_AT 200
#define MAX_READ 24
#define LONG_US 15000
/* As many words of it are looked up, however long that takes: its subject, and how it begins. */
#define FEWEST_WORDS 12

/* A case that some of the words were found in. */
typedef struct
{
  gint64  rowid;
  guint64 words;    /* a bit for each */
  gint64  message;  /* the newest one that was found; 0: none */
  double  score;
} Likely;

/* How many of the newest texts of an index there are in a stretch of row numbers. */
typedef struct
{
  gint64 newest;
  double density;  /* texts for each number */
  double n;        /* in all, nearly */
} Spread;

/* µs of this thread: what others do meanwhile makes no difference to what is found. */
static gint64
cpu_time (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

/**
 * csm_evidence_free:
 * @self: (nullable): evidence
 */
void
csm_evidence_free (CsmEvidence *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->record, json_object_unref);
  g_clear_pointer (&self->words, csm_words_free);
  g_clear_pointer (&self->likely, g_hash_table_unref);
  g_free (self->weights);
  g_free (self);
}

/* What somebody types now is what they type last. */
static void
add_typed (CsmWords   *words,
           const char *typed)
{
  gsize length = typed != NULL ? strlen (typed) : 0;
  const char *space = length > LAST_TYPED ? strchr (typed + length - LAST_TYPED, ' ') : NULL;
  g_autoptr (CsmWords) last = csm_words_new ();

  csm_words_add (last, space != NULL ? space : typed, G_MAXUINT);
  for (guint i = last->list->len; i > 0; i--)
    csm_words_add (words, last->list->pdata[i - 1], MAX_TYPED);
}

/* What the customer wrote last; of a case whose messages are not here, its beginning. */
static gboolean
read_words (CsmEvidence  *self,
            const char   *case_id,
            const char   *typed,
            GError      **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (self->conn, &local,
    "SELECT json_extract (" CSM_MESSAGE_JSON ("coalesce (view, " CSM_MESSAGE_BASE ")") ", '$.textBody') FROM message"
    " WHERE case_id = ? AND author_id IS NULL ORDER BY at DESC LIMIT ?", "ti", case_id, (gint64) MAX_CUSTOMER_TEXTS);
  gboolean found = FALSE;

  add_typed (self->words, typed);
  self->n_typed = self->words->list->len;
  csm_words_add (self->words, csm_json_get_string (self->record, "subject"), MAX_WORDS);
  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      csm_words_add_own (self->words, csm_db_stmt_text (stmt, 0), MAX_WORDS);
      found = TRUE;
    }
  if (!found)
    csm_words_add (self->words, csm_json_get_string (self->record, "preview"), MAX_WORDS);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_evidence_new:
 * @conn: a reader's connection
 * @case_id: a case
 * @typed: (nullable): what somebody writes in it
 * @error: `CSM_ERROR_DATABASE`, `G_IO_ERROR_CANCELLED`
 *
 * Returns: (transfer full) (nullable): what it is about; %NULL without @error when it is not here
 */
CsmEvidence *
csm_evidence_new (CsmDbConn   *conn,
                  const char  *case_id,
                  const char  *typed,
                  GError     **error)
{
  g_autoptr (CsmEvidence) self = g_new0 (CsmEvidence, 1);

  self->conn = conn;
  self->end = cpu_time () + LONG_US;
  self->words = csm_words_new ();
  self->likely = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->record = csm_cache_get_view (conn, CSM_TYPE_ID_CASE, case_id, error);
  if (self->record == NULL || !read_words (self, case_id, typed, error))
    return NULL;
  self->weights = g_new0 (double, self->words->list->len + 1);
  self->rowid = csm_db_conn_get_int (conn, NULL, 0, "SELECT rowid FROM case_ WHERE id = ?", "t", case_id);
  self->n_cases = csm_db_conn_get_int (conn, NULL, 0, "SELECT max (rowid) FROM case_", NULL);
  return g_steal_pointer (&self);
}

/* --- what a word tells --------------------------------------------------------------------------------------------------- */

static Spread
measure (CsmDbConn *conn)
{
  Spread spread = { csm_db_conn_get_int (conn, NULL, 0, "SELECT max (rowid) FROM message_hit", NULL), 1, 0 };
  gint64 near = csm_db_conn_get_int (conn, NULL, 0, "SELECT rowid FROM message_hit ORDER BY rowid DESC LIMIT 1 OFFSET ?", "i", (gint64) NEAR);

  if (near == 0)
    {
      gint64 oldest = csm_db_conn_get_int (conn, NULL, 0, "SELECT min (rowid) FROM message_hit", NULL);

      spread.n = (double) csm_db_conn_get_int (conn, NULL, 0, "SELECT count (*) FROM message_hit", NULL);
      spread.density = spread.n / (double) MAX (1, spread.newest - oldest + 1);
      return spread;
    }
  spread.density = NEAR / (double) MAX (1, spread.newest - near);
  spread.n = spread.density * (double) (spread.newest - csm_db_conn_get_int (conn, NULL, 0, "SELECT min (rowid) FROM message_hit", NULL));
  return spread;
}

/* Which part of the texts has a word of which @n hits were read, the last of them @oldest. */
static double
share_of (const Spread *spread,
          guint         n,
          gint64        oldest)
{
  double among = n < MAX_HITS ? spread->n : MIN (spread->n, (double) (spread->newest - oldest + 1) * spread->density);

  return MIN (1, MAX (n, 0.5) / MAX (among, FEWEST));
}

static void
add_likely (CsmEvidence *self,
            gint64       rowid,
            gint64       message,
            guint64      words)
{
  Likely *likely = g_hash_table_lookup (self->likely, &rowid);

  if (rowid == 0 || rowid == self->rowid)
    return;
  if (likely == NULL)
    {
      likely = g_new0 (Likely, 1);
      likely->rowid = rowid;
      g_hash_table_insert (self->likely, &likely->rowid, likely);
    }
  likely->words |= words;
  likely->message = MAX (likely->message, message);
}

typedef struct
{
  guint  n;
  gint64 oldest;
  GArray *cases;    /* gint64 pairs: case and message */
} Hits;

/* Columns: the row's number in the index, the case's, the message's */
static gboolean
read_hits (CsmDbConn   *conn,
           const char  *sql,
           const char  *query,
           gint64       limit,
           Hits        *hits,
           GError     **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local, sql, "ti", query, limit);

  hits->n = 0;
  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      gint64 pair[2] = { csm_db_stmt_int (stmt, 1), csm_db_stmt_int (stmt, 2) };

      hits->n++;
      hits->oldest = csm_db_stmt_int (stmt, 0);
      g_array_append_vals (hits->cases, pair, 2);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static void
add_hits (CsmEvidence *self,
          Hits        *hits,
          guint64      words)
{
  for (guint i = 0; i < hits->cases->len; i += 2)
    add_likely (self, g_array_index (hits->cases, gint64, i), g_array_index (hits->cases, gint64, i + 1), words);
  g_array_set_size (hits->cases, 0);
}

#define MESSAGES                                                                                                              \
  "SELECT hit, h.case_rowid, hit FROM (SELECT rowid AS hit FROM message_text WHERE message_text MATCH ? ORDER BY rowid DESC LIMIT ?)" \
  " CROSS JOIN message_hit AS h ON h.rowid = hit"
#define SUBJECTS "SELECT rowid, rowid, 0 FROM case_text WHERE case_text MATCH ? ORDER BY rowid DESC LIMIT ?"
#define COMMENTS                                                                                                                   \
  "SELECT hit, c.rowid, 0 FROM (SELECT rowid AS hit FROM comment_text WHERE comment_text MATCH ? ORDER BY rowid DESC LIMIT ?)" \
  " CROSS JOIN comment AS n ON n.rowid = hit AND NOT n.gone CROSS JOIN case_ AS c ON c.id = n.case_id"

/* Looks one word up. @frequent: it has more hits than were read. */
static gboolean
weigh_word (CsmEvidence   *self,
            guint          i,
            const Spread  *messages,
            const Spread  *subjects,
            gboolean       with_cases,
            gboolean      *frequent,
            GError       **error)
{
  const char *word = self->words->list->pdata[i];
  g_autofree char *in_message = g_strdup_printf ("{subject text} : \"%s\"", word);
  g_autofree char *in_subject = g_strdup_printf ("subject : \"%s\"", word);
  g_autofree char *in_comment = g_strdup_printf ("\"%s\"", word);
  g_autoptr (GArray) cases = g_array_new (FALSE, FALSE, sizeof (gint64));
  Hits hits = { 0, 0, cases };
  guint64 bit = G_GUINT64_CONSTANT (1) << i;
  double share;

  if (!read_hits (self->conn, MESSAGES, in_message, MAX_HITS, &hits, error))
    return FALSE;
  share = share_of (messages, hits.n, hits.oldest);
  *frequent = hits.n == MAX_HITS;
  if (share <= MOST_SHARE)
    add_hits (self, &hits, bit);
  g_array_set_size (cases, 0);
  if (!read_hits (self->conn, SUBJECTS, in_subject, MAX_HITS, &hits, error))
    return FALSE;
  share = MAX (share, share_of (subjects, hits.n, hits.oldest));
  *frequent |= hits.n == MAX_HITS;
  if (share > MOST_SHARE)
    return TRUE;
  self->weights[i] = -log (share) * (i < self->n_typed ? TYPED : 1);
  add_hits (self, &hits, bit);
  if (!with_cases)
    return TRUE;
  if (!read_hits (self->conn, COMMENTS, in_comment, MAX_HITS, &hits, error))
    return FALSE;
  add_hits (self, &hits, bit);
  return TRUE;
}

/* Of the words with more hits than were read: the pairs of the rarest ones. */
static gboolean
look_for_pairs (CsmEvidence  *self,
                const guint  *paired,
                guint         n,
                GError      **error)
{
  g_autoptr (GArray) cases = g_array_new (FALSE, FALSE, sizeof (gint64));
  Hits hits = { 0, 0, cases };

  for (guint i = 0; i < n; i++)
    {
      for (guint j = i + 1; j < n && cpu_time () < self->end; j++)
        {
          const char *a = self->words->list->pdata[paired[i]], *b = self->words->list->pdata[paired[j]];
          guint64 bits = G_GUINT64_CONSTANT (1) << paired[i] | G_GUINT64_CONSTANT (1) << paired[j];
          g_autofree char *in_message = g_strdup_printf ("{subject text} : \"%s\" AND {subject text} : \"%s\"", a, b);
          g_autofree char *in_subject = g_strdup_printf ("subject : \"%s\" AND subject : \"%s\"", a, b);

          if (!read_hits (self->conn, MESSAGES, in_message, MAX_TOGETHER, &hits, error))
            return FALSE;
          add_hits (self, &hits, bits);
          if (!read_hits (self->conn, SUBJECTS, in_subject, MAX_TOGETHER, &hits, error))
            return FALSE;
          add_hits (self, &hits, bits);
        }
    }
  return TRUE;
}

/* Keeps the heaviest ones of @paired, the heaviest first. */
static void
note_paired (CsmEvidence *self,
             guint       *paired,
             guint       *n,
             guint        i)
{
  guint at = *n;

  while (at > 0 && self->weights[paired[at - 1]] < self->weights[i])
    {
      if (at < N_PAIRED)
        paired[at] = paired[at - 1];
      at--;
    }
  if (at < N_PAIRED)
    paired[at] = i;
  *n = MIN (*n + 1, N_PAIRED);
}

/**
 * csm_evidence_weigh:
 * @self: what a case is about
 * @with_cases: also look for the cases that are like it
 * @error: `CSM_ERROR_DATABASE`, `G_IO_ERROR_CANCELLED`
 *
 * Finds out how much each word tells.
 *
 * Returns: whether it worked
 */
gboolean
csm_evidence_weigh (CsmEvidence  *self,
                    gboolean      with_cases,
                    GError      **error)
{
  Spread messages = measure (self->conn);
  Spread subjects = { self->n_cases, 1, (double) self->n_cases };
  guint paired[N_PAIRED], n_paired = 0;

  for (guint i = 0; i < self->words->list->len && (i < FEWEST_WORDS || cpu_time () < self->end); i++)
    {
      gboolean frequent = FALSE;

      if (!weigh_word (self, i, &messages, &subjects, with_cases, &frequent, error))
        return FALSE;
      if (frequent && self->weights[i] > 0)
        note_paired (self, paired, &n_paired, i);
    }
  return !with_cases || look_for_pairs (self, paired, n_paired, error);
}

/* --- cases like it ----------------------------------------------------------------------------------------------------------- */

static double
sum_weights (CsmEvidence *self,
             guint64      words,
             guint       *n)
{
  double sum = 0;

  *n = 0;
  for (guint i = 0; i < self->words->list->len; i++)
    {
      if ((words & G_GUINT64_CONSTANT (1) << i) == 0 || self->weights[i] <= 0)
        continue;
      sum += self->weights[i];
      (*n)++;
    }
  return sum;
}

static int
compare_likely (gconstpointer a,
                gconstpointer b)
{
  const Likely *x = *(const Likely * const *) a, *y = *(const Likely * const *) b;

  if (x->score != y->score)
    return x->score > y->score ? -1 : 1;
  return x->rowid > y->rowid ? -1 : x->rowid < y->rowid;
}

/* Which of the words the case has in fact: of frequent ones not all places are known. */
static gboolean
read_case (CsmEvidence  *self,
           Likely       *likely,
           GError      **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (self->conn, &local,
    "SELECT json_extract (coalesce (c.view, c.base), '$.subject'), (SELECT json_extract (" CSM_MESSAGE_JSON ("coalesce (view, " CSM_MESSAGE_BASE ")") ", '$.textBody')"
    " FROM message WHERE rowid = coalesce (nullif (?2, 0), (SELECT rowid FROM message WHERE case_id = c.id AND author_id IS NULL ORDER BY at LIMIT 1)))"
    " FROM case_ AS c WHERE rowid = ?1", "ii", likely->rowid, likely->message);
  g_autoptr (CsmWords) words = csm_words_new ();
  guint n;

  if (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      csm_words_add (words, csm_db_stmt_text (stmt, 0), G_MAXUINT);
      csm_words_add (words, csm_db_stmt_text (stmt, 1), G_MAXUINT);
    }
  for (guint i = 0; i < self->words->list->len; i++)
    {
      if (csm_words_have (words, self->words->list->pdata[i]))
        likely->words |= G_GUINT64_CONSTANT (1) << i;
    }
  likely->score = sum_weights (self, likely->words, &n);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Only what was solved tells who can. */
static gboolean
is_solved (CsmEvidence *self,
           gint64       rowid)
{
  return csm_db_conn_get_int (self->conn, NULL, 0, "SELECT status >= 4 AND lane < 2 FROM case_ WHERE rowid = ?", "i", rowid) != 0;
}

/**
 * csm_evidence_find_cases:
 * @self: what a case is about, weighed with its cases
 * @error: `CSM_ERROR_DATABASE`, `G_IO_ERROR_CANCELLED`
 *
 * Returns: (transfer full) (element-type CsmLikeCase): solved cases that are like it, the most alike first
 */
GArray *
csm_evidence_find_cases (CsmEvidence  *self,
                         GError      **error)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (CsmLikeCase));
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  g_autoptr (GPtrArray) read = g_ptr_array_new ();
  double least = log ((double) MAX (self->n_cases, FEWEST));
  GHashTableIter iter;
  gpointer value;
  guint n;

  g_hash_table_iter_init (&iter, self->likely);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Likely *likely = value;

      likely->score = sum_weights (self, likely->words, &n);
      g_ptr_array_add (sorted, likely);
    }
  g_ptr_array_sort (sorted, compare_likely);
  for (guint i = 0; i < MIN (sorted->len, MAX_LOOKED_AT) && read->len < MAX_READ; i++)
    {
      Likely *likely = sorted->pdata[i];

      if (!is_solved (self, likely->rowid))
        continue;
      if (!read_case (self, likely, error))
        return NULL;
      g_ptr_array_add (read, likely);
    }
  g_ptr_array_sort (read, compare_likely);
  for (guint i = 0; i < read->len; i++)
    {
      Likely *likely = read->pdata[i];
      CsmLikeCase like = { likely->rowid, sum_weights (self, likely->words, &n) };

      if (n >= 2 && like.score >= least)
        g_array_append_val (found, like);
    }
  return g_steal_pointer (&found);
}
