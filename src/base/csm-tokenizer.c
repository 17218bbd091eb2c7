/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-tokenizer.h"

#include <string.h>

#include "csm-error.h"
#include "csm-fold.h"

/* A pasted page must not become a thousand index lookups. */
#define MAX_TERMS 32
#define MAX_TOKENS_OF_TERM 32

typedef int (*Fts5TokenFunc) (void *context, int flags, const char *token, int length, int start, int end);

typedef struct
{
  Fts5TokenFunc func;
  void         *context;
  gboolean      query;
  int           result;
} Tokenization;

/* What the person typed between spaces or quotes */
typedef struct
{
  const char  *text;
  gsize        length;
  gboolean     excluded;
  gboolean     closed;   /* by a quote: nothing more will be typed behind it */
  guint        n_tokens;
  gsize        start;    /* of the first token in text */
  gsize        end;      /* of the last one */
  CsmTokenKind last;
} Term;

/* The tokenizer has no state, but FTS5 wants a pointer. */
static int
tokenizer_create (void           *context,
                  const char    **arguments,
                  int             n_arguments,
                  Fts5Tokenizer **tokenizer)
{
  *tokenizer = context;
  return SQLITE_OK;
}

static void
tokenizer_delete (Fts5Tokenizer *tokenizer)
{
}

static gboolean
pass_token (const CsmToken *token,
            gpointer        data)
{
  Tokenization *tokenization = data;
  int flags = 0;

  if (token->kind == CSM_TOKEN_TAIL)
    {
      /* In a query it would be a synonym of its pair, and match far more. */
      if (tokenization->query)
        return TRUE;
      flags = FTS5_TOKEN_COLOCATED;
    }
  tokenization->result = tokenization->func (tokenization->context, flags, token->text, (int) token->length, (int) token->start, (int) token->end);
  return tokenization->result == SQLITE_OK;
}

static int
tokenizer_tokenize (Fts5Tokenizer *tokenizer,
                    void          *context,
                    int            flags,
                    const char    *text,
                    int            length,
                    Fts5TokenFunc  func)
{
  Tokenization tokenization = { func, context, (flags & FTS5_TOKENIZE_QUERY) != 0, SQLITE_OK };

  if (text != NULL && length > 0)
    csm_fold_tokens (text, (gsize) length, pass_token, &tokenization);
  return tokenization.result;
}

static fts5_api *
find_fts5 (sqlite3 *db)
{
  sqlite3_stmt *statement = NULL;
  fts5_api *api = NULL;

  if (sqlite3_prepare_v2 (db, "SELECT fts5 (?1)", -1, &statement, NULL) == SQLITE_OK)
    {
      sqlite3_bind_pointer (statement, 1, &api, "fts5_api_ptr", NULL);
      sqlite3_step (statement);
    }
  sqlite3_finalize (statement);
  return api;
}

/**
 * csm_tokenizer_register:
 * @db: a connection
 * @error: `CSM_ERROR_DATABASE`
 *
 * Makes the FTS5 tokenizer "casement" known to one connection: csm_fold_tokens(), with offsets for snippet() and
 * highlight(). Every connection that touches such a table needs it, readers too. Call on the connection's thread.
 *
 * Returns: whether it worked
 */
gboolean
csm_tokenizer_register (sqlite3  *db,
                        GError  **error)
{
  fts5_tokenizer tokenizer = { tokenizer_create, tokenizer_delete, tokenizer_tokenize };
  fts5_api *api;

  g_return_val_if_fail (db != NULL, FALSE);

  api = find_fts5 (db);
  if (api == NULL)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_DATABASE, "this SQLite has no FTS5");
      return FALSE;
    }
  if (api->xCreateTokenizer (api, CSM_TOKENIZER_NAME, db, &tokenizer, NULL) != SQLITE_OK)
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_DATABASE, "the tokenizer was refused: %s", sqlite3_errmsg (db));
      return FALSE;
    }
  return TRUE;
}

static gboolean
measure_token (const CsmToken *token,
               gpointer        data)
{
  Term *term = data;

  if (token->kind == CSM_TOKEN_TAIL)
    return TRUE;
  if (term->n_tokens == MAX_TOKENS_OF_TERM)
    {
      term->closed = TRUE;
      return FALSE;
    }
  if (term->n_tokens++ == 0)
    term->start = token->start;
  term->end = token->end;
  term->last = token->kind;
  return TRUE;
}

/**
 * csm_tokenizer_is_quote:
 * @c: a character
 *
 * Returns: whether it begins and ends a phrase: the straight quote, and what phones and keyboards put in its place
 */
gboolean
csm_tokenizer_is_quote (gunichar c)
{
  return c == '"' || c == 0x201C || c == 0x201D || c == 0x201E || c == 0x00AB || c == 0x00BB;
}

static const char *
find_end (const char *at,
          gboolean    quoted)
{
  for (; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (csm_tokenizer_is_quote (c) || (!quoted && g_unichar_isspace (c)))
        break;
    }
  return at;
}

static GArray *
read_terms (const char *at)
{
  GArray *terms = g_array_new (FALSE, FALSE, sizeof (Term));

  while (*at != '\0' && terms->len < MAX_TERMS)
    {
      Term term = { 0 };
      const char *end;
      gboolean quoted;

      if (g_unichar_isspace (g_utf8_get_char (at)))
        {
          at = g_utf8_next_char (at);
          continue;
        }
      term.excluded = *at == '-';
      at += strspn (at, "-");
      quoted = csm_tokenizer_is_quote (g_utf8_get_char (at));
      if (quoted)
        at = g_utf8_next_char (at);
      end = find_end (at, quoted);
      term.text = at;
      term.length = end - at;
      term.closed = quoted && *end != '\0';
      csm_fold_tokens (term.text, term.length, measure_token, &term);
      if (term.n_tokens > 0)
        g_array_append_val (terms, term);
      at = quoted && *end != '\0' ? g_utf8_next_char (end) : end;
    }
  return terms;
}

static void
write_term (GString    *query,
            const Term *term,
            const char *operator,
            gboolean    prefix)
{
  if (query->len > 0)
    g_string_append (query, operator);
  g_string_append_c (query, '"');
  g_string_append_len (query, term->text + term->start, (gssize) (term->end - term->start));
  g_string_append_c (query, '"');
  if (prefix || term->last == CSM_TOKEN_SINGLE)
    g_string_append_c (query, '*');
}

/**
 * csm_tokenizer_query:
 * @typed: (nullable): what a person typed into a search field; any bytes
 *
 * Makes an FTS5 MATCH expression for tables with our tokenizer. Every word must occur; the last one may go on; what
 * stands in quotes is a phrase, and so are the parts of an address; a leading minus excludes. Text in scripts without
 * spaces is found inside longer runs: FTS5 makes a phrase of the pairs that the tokenizer cuts it into, and a single
 * character is a prefix. Words of FTS5's own language (NOT, NEAR, a column's name) are ordinary words. Exclusions
 * alone are nothing to search for. At most 32 words count. Any thread.
 *
 * Returns: (transfer full) (nullable): the expression, or %NULL when nothing searchable was typed
 */
char *
csm_tokenizer_query (const char *typed)
{
  g_autofree char *valid = NULL;
  g_autoptr (GArray) terms = NULL;
  g_autoptr (GString) wanted = g_string_new (NULL);
  g_autoptr (GString) excluded = g_string_new (NULL);

  if (typed == NULL)
    return NULL;
  valid = g_utf8_make_valid (typed, -1);
  terms = read_terms (valid);
  for (guint i = 0; i < terms->len; i++)
    {
      const Term *term = &g_array_index (terms, Term, i);

      if (term->excluded)
        write_term (excluded, term, " OR ", FALSE);
      else
        write_term (wanted, term, " AND ", i + 1 == terms->len && !term->closed);
    }
  if (wanted->len == 0)
    return NULL;
  if (excluded->len == 0)
    return g_string_free (g_steal_pointer (&wanted), FALSE);
  return g_strdup_printf ("(%s) NOT (%s)", wanted->str, excluded->str);
}
