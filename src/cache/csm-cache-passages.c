/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-private.h"

#include "csm-search-query.h"
#include "csm-tokenizer.h"

/* What in a case was found: the words of the newest message, or else comment, that has all that was typed. */

/* Of a case with thousands of messages the newest are looked at. */
#define MOST_LOOKED_AT "200"

typedef struct
{
  char   *typed;
  GArray *rowids;
} Asked;

static void
asked_free (gpointer data)
{
  Asked *asked = data;

  g_free (asked->typed);
  g_array_unref (asked->rowids);
  g_free (asked);
}

static const char * const passages_sql[] = {
  "SELECT snippet (message_text, 1, '', '', '…', 20) FROM (SELECT rowid AS place FROM message WHERE case_id = (SELECT id FROM case_ WHERE rowid = ?1)"
  " ORDER BY at DESC LIMIT " MOST_LOOKED_AT ") CROSS JOIN message_text ON message_text.rowid = place WHERE message_text MATCH '{text} : (' || ?2 || ')' LIMIT 1",
  "SELECT snippet (comment_text, 0, '', '', '…', 20) FROM (SELECT rowid AS place FROM comment WHERE case_id = (SELECT id FROM case_ WHERE rowid = ?1)"
  " AND NOT gone ORDER BY at DESC LIMIT " MOST_LOOKED_AT ") CROSS JOIN comment_text ON comment_text.rowid = place WHERE comment_text MATCH ?2 LIMIT 1",
};

static char *
in_one_line (const char *text)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (!g_unichar_isspace (c))
        g_string_append_unichar (line, c);
      else if (line->len > 0 && line->str[line->len - 1] != ' ')
        g_string_append_c (line, ' ');
    }
  return g_string_free (g_steal_pointer (&line), FALSE);
}

static gpointer
load_passages (CsmDbConn     *conn,
               gpointer       input,
               GCancellable  *cancellable,
               GError       **error)
{
  const Asked *asked = input;
  g_autoptr (CsmSearchQuery) query = csm_search_query_parse (asked->typed);
  g_autofree char *text = csm_search_query_dup_text (query);
  g_autofree char *match = csm_tokenizer_query (text);
  g_autoptr (GHashTable) passages = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);

  for (guint i = 0; match != NULL && i < asked->rowids->len; i++)
    {
      gint64 rowid = g_array_index (asked->rowids, gint64, i);

      for (guint j = 0; j < G_N_ELEMENTS (passages_sql); j++)
        {
          g_autoptr (GError) local = NULL;
          g_autofree char *found = csm_db_conn_get_text (conn, &local, passages_sql[j], "it", rowid, match);

          if (local != NULL)
            {
              g_propagate_error (error, g_steal_pointer (&local));
              return NULL;
            }
          if (found == NULL)
            continue;
          g_hash_table_replace (passages, g_memdup2 (&rowid, sizeof rowid), in_one_line (found));
          break;
        }
    }
  return g_steal_pointer (&passages);
}

/**
 * csm_cache_load_passages_async:
 * @self: a cache
 * @typed: a search
 * @rowids: (element-type gint64): cases that it found
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * The passages in which a message or comment has the words of a search.
 */
void
csm_cache_load_passages_async (CsmCache            *self,
                               const char          *typed,
                               GArray              *rowids,
                               GCancellable        *c,
                               GAsyncReadyCallback  cb,
                               gpointer             data)
{
  Asked *asked = g_new0 (Asked, 1);

  asked->typed = g_strdup (typed);
  asked->rowids = g_array_ref (rowids);
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, load_passages, asked, asked_free, (GDestroyNotify) g_hash_table_unref, csm_cache_load_passages_async, c, cb, data);
}

/**
 * csm_cache_load_passages_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type gint64 utf8): case → the passage, in one line; without the cases that have none
 */
GHashTable *
csm_cache_load_passages_finish (CsmCache      *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_load_passages_async, error);
}
