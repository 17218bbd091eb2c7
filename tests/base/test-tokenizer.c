/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-tokenizer.h"

#include <string.h>

#include "csm-error.h"

typedef struct
{
  sqlite3 *db;
} Fixture;

static void
execute (sqlite3    *db,
         const char *sql)
{
  int result = sqlite3_exec (db, sql, NULL, NULL, NULL);

  if (result != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (db));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (sqlite3_open (":memory:", &fixture->db), ==, SQLITE_OK);
  g_assert_true (csm_tokenizer_register (fixture->db, &error));
  g_assert_no_error (error);
  execute (fixture->db, "CREATE TABLE source (id INTEGER PRIMARY KEY, subject TEXT, body TEXT)");
  execute (fixture->db, "CREATE VIRTUAL TABLE found USING fts5 (subject, body, content = 'source', content_rowid = 'id', tokenize = 'casement', prefix = '2 3')");
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  /* Statements left open would make it SQLITE_BUSY. */
  g_assert_cmpint (sqlite3_close (fixture->db), ==, SQLITE_OK);
}

/* Runs @sql with one text bound, and joins the first column's rows. */
static char *
ask (sqlite3    *db,
     const char *sql,
     const char *bound)
{
  GString *rows = g_string_new (NULL);
  sqlite3_stmt *statement;
  int result;

  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  if (bound != NULL)
    sqlite3_bind_text (statement, 1, bound, -1, SQLITE_STATIC);
  while ((result = sqlite3_step (statement)) == SQLITE_ROW)
    g_string_append_printf (rows, "%s%s", rows->len > 0 ? " " : "", (const char *) sqlite3_column_text (statement, 0));
  if (result != SQLITE_DONE)
    g_error ("%s with %s: %s", sql, bound, sqlite3_errmsg (db));
  sqlite3_finalize (statement);
  return g_string_free (rows, FALSE);
}

static void
add (sqlite3    *db,
     const char *body)
{
  g_autofree char *rows = ask (db, "INSERT INTO source (subject, body) VALUES ('', ?1)", body);

  g_assert_cmpstr (rows, ==, "");
  execute (db, "INSERT INTO found (rowid, subject, body) SELECT id, subject, body FROM source ORDER BY id DESC LIMIT 1");
}

static char *
search (sqlite3    *db,
        const char *typed)
{
  g_autofree char *query = csm_tokenizer_query (typed);

  return query != NULL ? ask (db, "SELECT rowid FROM found WHERE found MATCH ?1 ORDER BY rowid", query) : g_strdup ("nothing");
}

static const char * const bodies[] = {
  /* 1 */ "Your parcel to Bahnhofstraße in Zürich is late again",
  /* 2 */ "BAHNHOFSTRASSE, ZURICH: the parcels were never late, NOT once",
  /* 3 */ "İstanbul'daki mağaza",
  /* 4 */ "这个商品质量很好",
  /* 5 */ "ﬁnance team: maria.lopez@example.org wrote",
  /* 6 */ "消費税を含む",
  /* 7 */ "배송이 늦어요 🎉 thanks",
  /* 8 */ "ขอบคุณสำหรับสินค้า",
  /* 9 */ "late late delivery, refund please \"quoted\" text",
  /* 10 */ "型号 abc到货 tomorrow",
};

static const struct
{
  const char *typed;
  const char *ids;
} searches[] = {
  { "late parc", "1 2" },
  { "parc late", "" },
  { "bahnhofstrasse", "1 2" },
  { "Bahnhofstraße", "1 2" },
  { "BAHNHOFSTRAẞE", "1 2" },
  { "zurich", "1 2" },
  { "Zürich", "1 2" },
  { "Zu\xCC\x88rich", "1 2" },
  { "istanbul", "3" },
  { "İSTANBUL", "3" },
  { "mağaza", "3" },
  { "MAGAZA", "3" },
  { "商品", "4" },
  { "商品质量", "4" },
  { "质量很", "4" },
  { "商量", "" },
  { "品商", "" },
  { "商", "4" },
  { "好", "4" },
  { "税", "6" },
  { "消 含", "6" },
  { "消費税", "6" },
  { "費 -税", "" },
  { "배송", "7" },
  { "늦", "7" },
  { "สินค้า", "8" },
  { "finance", "5" },
  { "ﬁn", "5" },
  { "maria.lopez@example.org", "5" },
  { "maria.lopez@exa", "5" },
  { "lopez.maria@example.org", "" },
  { "late -parcel", "2 9" },
  { "late -parcel -refund", "2" },
  { "late -\"late again\"", "2 9" },
  { "-late", "nothing" },
  { "\"late late\"", "9" },
  { "\"late again\"", "1" },
  { "\"late agai\"", "" },
  { "\"late agai", "1" },
  { "“late again”", "1" },
  { "«late» again", "1" },
  { "NOT", "2" },
  { "late NOT once", "2" },
  { "late OR refund", "" },
  { "body:late", "" },
  { "late*", "1 2 9" },
  { "lat* refund", "" },
  { "(late", "1 2 9" },
  { "late ^ +", "1 2 9" },
  { "lat\xFF" "e", "" },
  { "🎉", "nothing" },
  { "🎉 thanks", "7" },
  { "", "nothing" },
  { " \t\n", "nothing" },
  { "- -- \"\" '", "nothing" },
  { "\"", "nothing" },
  { "nowhere", "" },
  { "\"型号 abc到货 tomorrow\"", "10" },
  { "abc到货", "10" },
  { "\"号 abc\"", "10" },
};

static void
test_search (Fixture       *fixture,
             gconstpointer  data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    add (fixture->db, bodies[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (searches); i++)
    {
      g_autofree char *ids = search (fixture->db, searches[i].typed);

      if (g_strcmp0 (ids, searches[i].ids) != 0)
        g_error ("'%s' finds '%s' instead of '%s'", searches[i].typed, ids, searches[i].ids);
    }
}

static const struct
{
  const char *body;
  const char *typed;
  const char *highlighted;
} highlights[] = {
  { "die Bahnhofstraße 5", "strasse bahnhofstrasse", NULL },
  { "die Bahnhofstraße 5", "bahnhofstrasse", "die [Bahnhofstraße] 5" },
  { "nach Zu\xCC\x88rich, bitte", "zurich", "nach [Zu\xCC\x88rich], bitte" },
  { "🎉 ﬁnance: ﬁn", "fin", "🎉 [ﬁnance]: [ﬁn]" },
  { "bad \xFF\xC3 bytes", "byte", "bad \xFF\xC3 [bytes]" },
  { "这个商品质量很好", "商品", "这个[商品]质量很好" },
  { "这个商品质量很好", "商品质", "这个[商品质]量很好" },
  { "ｶﾞｷﾞです", "ガギ", "[ｶﾞｷﾞ]です" },
  { "to maria@example.org now", "maria@example.org", "to [maria@example.org] now" },
};

static void
test_highlight (Fixture       *fixture,
                gconstpointer  data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (highlights); i++)
    {
      g_autofree char *query = csm_tokenizer_query (highlights[i].typed);
      g_autofree char *shown = NULL;
      g_autofree char *snippet = NULL;

      execute (fixture->db, "INSERT INTO found (found) VALUES ('delete-all')");
      execute (fixture->db, "DELETE FROM source");
      add (fixture->db, highlights[i].body);
      shown = ask (fixture->db, "SELECT highlight (found, 1, '[', ']') FROM found WHERE found MATCH ?1", query);
      snippet = ask (fixture->db, "SELECT snippet (found, 1, '[', ']', '…', 20) FROM found WHERE found MATCH ?1", query);
      g_assert_cmpstr (shown, ==, highlights[i].highlighted != NULL ? highlights[i].highlighted : "");
      g_assert_cmpstr (snippet, ==, shown);
    }
}

/* External content is deleted by cutting the same text again: nothing may be left behind. */
static void
test_delete (Fixture       *fixture,
             gconstpointer  data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    add (fixture->db, bodies[i]);
  execute (fixture->db, "INSERT INTO found (found) VALUES ('integrity-check')");
  execute (fixture->db, "INSERT INTO found (found, rowid, subject, body) SELECT 'delete', id, subject, body FROM source");
  execute (fixture->db, "DELETE FROM source");
  execute (fixture->db, "INSERT INTO found (found) VALUES ('integrity-check')");
  for (gsize i = 0; i < G_N_ELEMENTS (searches); i++)
    {
      g_autofree char *ids = search (fixture->db, searches[i].typed);

      g_assert_true (g_str_equal (ids, "") || g_str_equal (ids, "nothing"));
    }
}

static void
test_expression (void)
{
  static const struct { const char *typed, *query; } samples[] = {
    { "late parc", "\"late\" AND \"parc\"*" },
    { "a \"b c\"", "\"a\" AND \"b c\"" },
    { "a -b", "(\"a\") NOT (\"b\")" },
    { "-b a -c", "(\"a\") NOT (\"b\" OR \"c\")" },
    { "商 ab", "\"商\"* AND \"ab\"*" },
    { "(x)", "\"x\"*" },
  };

  g_assert_null (csm_tokenizer_query (NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autofree char *query = csm_tokenizer_query (samples[i].typed);

      g_assert_cmpstr (query, ==, samples[i].query);
    }
}

static char *
make_random_query (guint32 seed)
{
  static const char * const parts[] = {
    "late", "parcel", "\"", "-", " ", "*", "(", ")", "^", "+", ":", "NEAR(", "AND", "OR", "NOT", "body", "{", "}", "'",
    "商品", "税", "“", "»", "é", "\xCC\x88", "🎉", "\xFF", "\xE5\x95", "\\", ";", "\n", "%", "0", "ﬁ", "\xE2\x80\x8B", "สำ",
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  GString *typed = g_string_new (NULL);

  for (int i = g_rand_int_range (rand, 0, seed % 50 == 0 ? 2000 : 20); i > 0; i--)
    {
      if (seed % 3 == 0)
        g_string_append_c (typed, (char) g_rand_int_range (rand, 1, 256));
      else
        g_string_append (typed, parts[g_rand_int_range (rand, 0, G_N_ELEMENTS (parts))]);
    }
  return g_string_free (typed, FALSE);
}

static void
test_random_queries (Fixture       *fixture,
                     gconstpointer  data)
{
  guint n_asked = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    add (fixture->db, bodies[i]);
  for (guint32 seed = 0; seed < 5000; seed++)
    {
      g_autofree char *typed = make_random_query (seed);
      g_autofree char *ids = search (fixture->db, typed);

      n_asked += !g_str_equal (ids, "nothing");
    }
  g_assert_cmpuint (n_asked, >, 2500);
}

static void
test_random_content (Fixture       *fixture,
                     gconstpointer  data)
{
  for (guint32 seed = 0; seed < 500; seed++)
    {
      g_autofree char *body = make_random_query (seed);

      add (fixture->db, body);
    }
  execute (fixture->db, "INSERT INTO found (found) VALUES ('integrity-check')");
  execute (fixture->db, "INSERT INTO found (found, rowid, subject, body) SELECT 'delete', id, subject, body FROM source");
  execute (fixture->db, "DELETE FROM source");
  execute (fixture->db, "INSERT INTO found (found) VALUES ('integrity-check')");
}

static void
test_long_query (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GString) typed = g_string_new (NULL);
  g_autofree char *ids = NULL;
  g_autofree char *query = NULL;

  for (int i = 0; i < 5000; i++)
    g_string_append_printf (typed, "word%d 商品%d-%d-%d \"a phrase", i, i, i, i);
  for (int i = 0; i < 5000; i++)
    g_string_append (typed, "商品");
  ids = search (fixture->db, typed->str);
  g_assert_cmpstr (ids, ==, "");
  query = csm_tokenizer_query (typed->str);
  g_assert_cmpuint (strlen (query), <, 10000);
}

/* One word of many parts is cut too, and what is left is no prefix. */
static void
test_long_term (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GString) typed = g_string_new (NULL);
  g_autofree char *query = NULL;
  g_autofree char *ids = NULL;

  for (int i = 0; i < 5000; i++)
    g_string_append (typed, "商品");
  add (fixture->db, typed->str);
  query = csm_tokenizer_query (typed->str);
  g_assert_cmpuint (strlen (query), <, 200);
  g_assert_true (g_str_has_suffix (query, "\""));
  ids = search (fixture->db, typed->str);
  g_assert_cmpstr (ids, ==, "1");
}

static void
test_unregistered (void)
{
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (":memory:", &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "CREATE VIRTUAL TABLE t USING fts5 (a, tokenize = 'casement')", NULL, NULL, NULL), ==, SQLITE_ERROR);
  g_assert_true (csm_tokenizer_register (db, NULL));
  g_assert_cmpint (sqlite3_exec (db, "CREATE VIRTUAL TABLE t USING fts5 (a, tokenize = 'casement')", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

static int
refuse_functions (void       *data,
                  int         action,
                  const char *first,
                  const char *second,
                  const char *database,
                  const char *trigger)
{
  return action == SQLITE_FUNCTION ? SQLITE_DENY : SQLITE_OK;
}

static void
test_refused (void)
{
  g_autoptr (GError) error = NULL;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (":memory:", &db), ==, SQLITE_OK);
  sqlite3_set_authorizer (db, refuse_functions, NULL);
  g_assert_false (csm_tokenizer_register (db, &error));
  g_assert_error (error, CSM_ERROR, CSM_ERROR_DATABASE);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/tokenizer/search", test_search);
  ADD ("/tokenizer/highlight", test_highlight);
  ADD ("/tokenizer/delete", test_delete);
  g_test_add_func ("/tokenizer/expression", test_expression);
  ADD ("/tokenizer/random-queries", test_random_queries);
  ADD ("/tokenizer/random-content", test_random_content);
  ADD ("/tokenizer/long-query", test_long_query);
  ADD ("/tokenizer/long-term", test_long_term);
  g_test_add_func ("/tokenizer/unregistered", test_unregistered);
  g_test_add_func ("/tokenizer/refused", test_refused);
  return g_test_run ();
}
