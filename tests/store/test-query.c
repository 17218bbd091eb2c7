/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-id.h"
#include "csm-json.h"
#include "store-test.h"

#define ACCOUNT CSM_ACCOUNT_WORKSPACE

static CsmQueryResult *
ask (CsmTxn      *txn,
     CsmTypeId    type,
     const char  *filter,
     const char  *sort,
     CsmQuery     query,
     GError     **error)
{
  g_autoptr (JsonNode) filter_node = filter != NULL ? csm_json_parse_trusted (filter, -1) : NULL;
  g_autoptr (JsonNode) sort_node = sort != NULL ? csm_json_parse_trusted (sort, -1) : NULL;

  query.filter = filter_node;
  query.sort = sort_node != NULL ? json_node_get_array (sort_node) : NULL;
  return csm_txn_query (txn, ACCOUNT, csm_record_type_get (type), &query, error);
}

static guint
how_many (CsmTxn     *txn,
          CsmTypeId   type,
          const char *format,
          ...) G_GNUC_PRINTF (3, 4);

static guint
how_many (CsmTxn     *txn,
          CsmTypeId   type,
          const char *format,
          ...)
{
  g_autoptr (CsmQueryResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *filter = NULL;
  va_list args;

  va_start (args, format);
  filter = g_strdup_vprintf (format, args);
  va_end (args);
  result = ask (txn, type, filter, NULL, (CsmQuery) { .limit = -1, .calculate_total = TRUE }, &error);
  g_assert_no_error (error);
  g_assert_cmpint (result->total, ==, result->ids->len);
  return result->ids->len;
}

#define CASES(...) how_many (txn, CSM_TYPE_ID_CASE, __VA_ARGS__)

static gpointer
filter (CsmTxn        *txn,
        gpointer       input,
        GCancellable  *cancellable,
        GError       **error)
{
  g_autofree char *ana = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_PERSON, "{\"name\": \"Ana\", \"email\": \"Ana@example.com\"}");
  g_autofree char *vip = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_TAG, "{\"name\": \"Vip\"}");
  g_autofree char *tent_json = g_strdup_printf ("{\"subject\": \"Broken tent\", \"status\": \"open\", \"ownerId\": \"%s\", \"tags\": {\"%s\": true},"
                                                " \"lastActivityAt\": \"2026-02-01T00:00:00Z\"}", ana, vip);
  g_autofree char *tent = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_CASE, tent_json);
  g_autofree char *shoe = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_CASE, "{\"subject\": \"Shoe\", \"priority\": \"high\", \"lastActivityAt\": \"2026-03-01T00:00:00.5Z\"}");
  g_autofree char *message = g_strdup_printf ("{\"caseId\": \"%s\", \"textBody\": \"the zip is stuck\", \"direction\": \"in\", \"at\": \"2026-02-01T00:00:00Z\"}", tent);
  g_autofree char *comment = g_strdup_printf ("{\"caseId\": \"%s\", \"body\": \"ask the cobbler\", \"mentions\": {\"%s\": true}, \"at\": \"2026-02-01T00:00:00Z\"}", shoe, ana);

  g_free (store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_CASE, "{\"subject\": \"Bare\", \"lane\": \"newsletter\"}"));
  g_free (store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_MESSAGE, message));
  g_free (store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_COMMENT, comment));

  g_assert_cmpuint (CASES ("{}"), ==, 3);
  g_assert_cmpuint (CASES ("{\"status\": \"open\"}"), ==, 1);
  g_assert_cmpuint (CASES ("{\"status\": \"new\", \"lane\": \"conversation\"}"), ==, 1);
  g_assert_cmpuint (CASES ("{\"priority\": \"high\"}"), ==, 1);
  g_assert_cmpuint (CASES ("{\"ownerId\": null}"), ==, 2);
  g_assert_cmpuint (CASES ("{\"ownerId\": \"%s\"}", ana), ==, 1);
  g_assert_cmpuint (CASES ("{\"tag\": \"%s\"}", vip), ==, 1);
  g_assert_cmpuint (CASES ("{\"after\": \"2026-02-01T00:00:00Z\"}"), ==, 2);
  g_assert_cmpuint (CASES ("{\"before\": \"2026-02-01T00:00:00Z\"}"), ==, 0);
  g_assert_cmpuint (CASES ("{\"before\": \"2026-03-01T00:00:00.6Z\", \"after\": \"2026-03-01T00:00:00.4Z\"}"), ==, 1);
  /* Where there is nothing, NOT of anything holds. */
  g_assert_cmpuint (CASES ("{\"operator\": \"NOT\", \"conditions\": [{\"ownerId\": \"%s\"}]}", ana), ==, 2);
  g_assert_cmpuint (CASES ("{\"operator\": \"NOT\", \"conditions\": [{\"after\": \"2026-02-15T00:00:00Z\"}]}"), ==, 2);
  g_assert_cmpuint (CASES ("{\"operator\": \"OR\", \"conditions\": [{\"status\": \"open\"}, {\"operator\": \"AND\","
                           " \"conditions\": [{\"status\": \"new\"}, {\"lane\": \"newsletter\"}]}]}"), ==, 2);
  g_assert_cmpuint (CASES ("{\"operator\": \"OR\", \"conditions\": []}"), ==, 0);
  g_assert_cmpuint (CASES ("{\"operator\": \"AND\", \"conditions\": []}"), ==, 3);

  /* Text: of the case, of its messages, of its comments. */
  g_assert_cmpuint (CASES ("{\"text\": \"tent\"}"), ==, 1);
  g_assert_cmpuint (CASES ("{\"text\": \"zip stu\"}"), ==, 1);
  g_assert_cmpuint (CASES ("{\"text\": \"cobbler\", \"priority\": \"high\"}"), ==, 1);
  g_assert_cmpuint (CASES ("{\"text\": \"cobbler\", \"priority\": \"low\"}"), ==, 0);
  g_assert_cmpuint (CASES ("{\"text\": \"\\\"\"}"), ==, 0);

  g_assert_cmpuint (how_many (txn, CSM_TYPE_ID_COMMENT, "{\"mentions\": \"%s\"}", ana), ==, 1);
  g_assert_cmpuint (how_many (txn, CSM_TYPE_ID_COMMENT, "{\"mentions\": \"%s\"}", vip), ==, 0);
  g_assert_cmpuint (how_many (txn, CSM_TYPE_ID_COMMENT, "{\"caseId\": \"%s\"}", shoe), ==, 1);
  g_assert_cmpuint (how_many (txn, CSM_TYPE_ID_PERSON, "{\"email\": \"ana@EXAMPLE.com\"}"), ==, 1);
  g_assert_cmpuint (how_many (txn, CSM_TYPE_ID_TAG, "{\"name\": \"vip\"}"), ==, 1);

  /* Tags that go leave the index. */
  store_test_change (txn, ACCOUNT, CSM_TYPE_ID_CASE, tent, "tags", "{}");
  g_assert_cmpuint (CASES ("{\"tag\": \"%s\"}", vip), ==, 0);
  return NULL;
}

static void
test_filter (StoreFixture  *fixture,
             gconstpointer  data)
{
  store_test_run (fixture->store, TRUE, filter, NULL);
}

static void
assert_refused (CsmTxn        *txn,
                const char    *filter,
                const char    *sort,
                CsmStoreError  code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmQueryResult) result = ask (txn, CSM_TYPE_ID_CASE, filter, sort, (CsmQuery) { .limit = -1 }, &error);

  g_assert_null (result);
  g_assert_error (error, CSM_STORE_ERROR, (int) code);
}

static gpointer
refuse (CsmTxn        *txn,
        gpointer       input,
        GCancellable  *cancellable,
        GError       **error)
{
  g_autoptr (GString) many = g_string_new ("{\"operator\": \"OR\", \"conditions\": [{}");
  g_autoptr (CsmQueryResult) result = NULL;

  assert_refused (txn, "{\"goal\": \"x\"}", NULL, CSM_STORE_ERROR_UNSUPPORTED_FILTER);
  assert_refused (txn, "{\"nothing\": \"x\"}", NULL, CSM_STORE_ERROR_UNSUPPORTED_FILTER);
  assert_refused (txn, "{\"mentions\": \"x\"}", NULL, CSM_STORE_ERROR_UNSUPPORTED_FILTER);
  assert_refused (txn, "{\"status\": 1}", NULL, CSM_STORE_ERROR_INVALID_ARGUMENT);
  assert_refused (txn, "{\"tag\": null}", NULL, CSM_STORE_ERROR_INVALID_ARGUMENT);
  assert_refused (txn, "{\"dueAt\": \"soon\"}", NULL, CSM_STORE_ERROR_INVALID_ARGUMENT);
  assert_refused (txn, "{\"text\": 1}", NULL, CSM_STORE_ERROR_INVALID_ARGUMENT);
  assert_refused (txn, "[]", NULL, CSM_STORE_ERROR_INVALID_ARGUMENT);
  assert_refused (txn, "{\"operator\": \"XOR\", \"conditions\": []}", NULL, CSM_STORE_ERROR_INVALID_ARGUMENT);
  assert_refused (txn, "{\"operator\": \"OR\"}", NULL, CSM_STORE_ERROR_INVALID_ARGUMENT);
  assert_refused (txn, "{\"operator\": \"OR\", \"conditions\": [], \"status\": \"open\"}", NULL, CSM_STORE_ERROR_INVALID_ARGUMENT);
  assert_refused (txn, NULL, "[{\"property\": \"goal\"}]", CSM_STORE_ERROR_UNSUPPORTED_SORT);
  assert_refused (txn, NULL, "[{\"property\": \"tags\"}]", CSM_STORE_ERROR_UNSUPPORTED_SORT);
  assert_refused (txn, NULL, "[{\"property\": \"status\", \"collation\": \"i;klingon\"}]", CSM_STORE_ERROR_UNSUPPORTED_SORT);
  assert_refused (txn, NULL, "[{}]", CSM_STORE_ERROR_INVALID_ARGUMENT);
  assert_refused (txn, NULL, "[1]", CSM_STORE_ERROR_INVALID_ARGUMENT);

  /* Many conditions are answered or refused, never SQLite's error. */
  for (guint i = 0; i < 240; i++)
    g_string_append (many, ", {\"status\": \"open\"}");
  g_string_append (many, "]}");
  result = ask (txn, CSM_TYPE_ID_CASE, many->str, NULL, (CsmQuery) { .limit = -1 }, error);
  g_assert_no_error (*error);
  g_string_truncate (many, many->len - 2);
  for (guint i = 0; i < 2000; i++)
    g_string_append (many, ", {\"status\": \"open\"}");
  g_string_append (many, "]}");
  assert_refused (txn, many->str, NULL, CSM_STORE_ERROR_UNSUPPORTED_FILTER);
  return NULL;
}

static void
test_refuse (StoreFixture  *fixture,
             gconstpointer  data)
{
  store_test_run (fixture->store, TRUE, refuse, NULL);
}

/* --- Order and windows, against a naive sort ----------------------------------------------------------------------------- */

#define N 137

typedef struct
{
  char *id;
  int   priority;  /* low 0 … urgent 3 */
  int   activity;  /* < 0: none */
} Model;

static gboolean by_priority, by_activity, activity_descends;

static int
compare_model (gconstpointer a,
               gconstpointer b)
{
  const Model *x = a, *y = b;
  gboolean descends = by_activity && activity_descends;

  if (by_priority && x->priority != y->priority)
    return x->priority < y->priority ? -1 : 1;
  if (by_activity && x->activity != y->activity)
    return (x->activity < y->activity) != activity_descends ? -1 : 1;
  return descends ? g_strcmp0 (y->id, x->id) : g_strcmp0 (x->id, y->id);
}

static void
assert_window (CsmTxn     *txn,
               Model      *model,
               const char *sort,
               CsmQuery    query)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmQueryResult) result = ask (txn, CSM_TYPE_ID_CASE, NULL, sort, query, &error);
  gint64 from = query.position >= 0 ? query.position : MAX (0, N + query.position), length;

  g_assert_no_error (error);
  for (int i = 0; query.anchor != NULL && i < N; i++)
    {
      if (g_str_equal (model[i].id, query.anchor))
        from = MAX (0, i + query.anchor_offset);
    }
  length = CLAMP (N - from, 0, query.limit >= 0 ? query.limit : N);
  g_assert_cmpint (result->position, ==, from);
  g_assert_cmpint (result->ids->len, ==, length);
  for (gint64 i = 0; i < length; i++)
    g_assert_cmpstr (g_ptr_array_index (result->ids, i), ==, model[from + i].id);
}

static void
assert_windows (CsmTxn     *txn,
                GRand      *rand,
                Model      *model,
                const char *sort)
{
  qsort (model, N, sizeof (Model), compare_model);
  for (int i = 0; i < 40; i++)
    {
      CsmQuery query = { .position = g_rand_int_range (rand, -N - 10, N + 10), .limit = g_rand_int_range (rand, -1, 30) };

      assert_window (txn, model, sort, query);
      query.anchor = model[g_rand_int_range (rand, 0, N)].id;
      query.anchor_offset = g_rand_int_range (rand, -10, 10);
      assert_window (txn, model, sort, query);
    }
}

static gpointer
windows (CsmTxn        *txn,
         gpointer       input,
         GCancellable  *cancellable,
         GError       **error)
{
  static const char * const priorities[] = { "low", "normal", "high", "urgent" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (CsmQueryResult) lost = NULL;
  g_autofree char *nobody = csm_id_new ('c');
  Model model[N];

  for (int i = 0; i < N; i++)
    {
      g_autofree char *json = NULL;
      g_autofree char *activity = NULL;

      model[i].priority = g_rand_int_range (rand, 0, 4);
      model[i].activity = g_rand_int_range (rand, -3, 20);
      model[i].activity = MAX (model[i].activity, -1);
      activity = model[i].activity >= 0 ? g_strdup_printf ("\"2026-01-01T00:00:%02dZ\"", model[i].activity) : g_strdup ("null");
      json = g_strdup_printf ("{\"subject\": \"x\", \"priority\": \"%s\", \"lastActivityAt\": %s}", priorities[model[i].priority], activity);
      model[i].id = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_CASE, json);
    }

  assert_windows (txn, rand, model, NULL);
  by_activity = TRUE;
  assert_windows (txn, rand, model, "[{\"property\": \"lastActivityAt\"}]");
  activity_descends = TRUE;
  assert_windows (txn, rand, model, "[{\"property\": \"lastActivityAt\", \"isAscending\": false}]");
  by_priority = TRUE;
  assert_windows (txn, rand, model, "[{\"property\": \"priority\"}, {\"property\": \"lastActivityAt\", \"isAscending\": false}]");

  lost = ask (txn, CSM_TYPE_ID_CASE, NULL, NULL, (CsmQuery) { .anchor = nobody, .limit = 5 }, error);
  g_assert_null (lost);
  g_assert_error (*error, CSM_STORE_ERROR, CSM_STORE_ERROR_ANCHOR_NOT_FOUND);
  g_clear_error (error);
  for (int i = 0; i < N; i++)
    g_free (model[i].id);
  return NULL;
}

static void
test_windows (StoreFixture  *fixture,
              gconstpointer  data)
{
  store_test_run (fixture->store, TRUE, windows, NULL);
}

static gpointer
limits (CsmTxn        *txn,
        gpointer       input,
        GCancellable  *cancellable,
        GError       **error)
{
  g_autoptr (CsmQueryResult) none = NULL;
  g_autoptr (CsmQueryResult) all = NULL;
  g_autoptr (CsmQueryResult) some = NULL;

  for (int i = 0; i < 1003; i++)
    g_free (store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_TAG, "{\"name\": \"x\"}"));
  none = ask (txn, CSM_TYPE_ID_TAG, NULL, NULL, (CsmQuery) { .limit = 0, .calculate_total = TRUE }, error);
  g_assert_cmpuint (none->ids->len, ==, 0);
  g_assert_cmpint (none->total, ==, 1003);
  g_assert_cmpint (none->limit, ==, 0);
  all = ask (txn, CSM_TYPE_ID_TAG, NULL, NULL, (CsmQuery) { .limit = -1 }, error);
  g_assert_cmpuint (all->ids->len, ==, 1000);
  g_assert_cmpint (all->limit, ==, 1000);
  g_assert_cmpint (all->total, ==, -1);
  some = ask (txn, CSM_TYPE_ID_TAG, NULL, NULL, (CsmQuery) { .limit = 5000, .position = 999 }, error);
  g_assert_cmpuint (some->ids->len, ==, 4);
  g_assert_cmpint (some->limit, ==, 1000);
  return NULL;
}

static void
test_limits (StoreFixture  *fixture,
             gconstpointer  data)
{
  store_test_run (fixture->store, TRUE, limits, NULL);
}

#define ADD(path, func) g_test_add ("/store/query/" path, StoreFixture, NULL, store_fixture_set_up, func, store_fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("filter", test_filter);
  ADD ("refuse", test_refuse);
  ADD ("windows", test_windows);
  ADD ("limits", test_limits);
  return g_test_run ();
}
