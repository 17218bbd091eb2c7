/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-bench-work.h"
#include "csm-bench.h"

#include "csm-json.h"
#include "csm-time.h"

/* Suggestions, and what is late, in a cache that is full. */

#define N_ASKED 200
#define N_CLOCKS 5000
#define N_TASKS 2000
#define N_TEXTS 300
#define N_TEMPLATES 100
#define TEXT_LENGTH 1500
#define PAGE 500

typedef JsonObject *(*Make) (CsmBenchText *text, guint number, guint n_cases);

static char *
words (CsmBenchText *text,
       gsize         length)
{
  g_autoptr (GString) string = g_string_new (NULL);

  csm_bench_text_append (text, string, length);
  return g_string_free (g_steal_pointer (&string), FALSE);
}

/* A third of the promises is late, a third due soon. */
static JsonObject *
make_promised (CsmBenchText *text,
               guint         number,
               guint         n_cases)
{
  JsonObject *record = csm_bench_make_case (text, number * (n_cases / MIN (N_CLOCKS, n_cases)), n_cases / 5);
  gint64 clock = csm_time_now () + ((gint64) (number % 3) - 1) * 7200 * CSM_SECOND + (gint64) number * 1000 + 3600 * CSM_SECOND;

  json_object_set_string_member (record, "status", "open");
  csm_json_set_time (record, "clockAt", clock);
  csm_json_set_time (record, "warnAt", clock - 5000 * CSM_SECOND);
  return record;
}

static JsonObject *
make_text (CsmBenchText *text,
           guint         number,
           guint         n_cases)
{
  JsonObject *record = json_object_new ();
  g_autofree char *id = csm_bench_id ('a', number);
  g_autofree char *title = words (text, 40);
  g_autofree char *body = words (text, TEXT_LENGTH);

  json_object_set_string_member (record, "id", id);
  json_object_set_string_member (record, "title", title);
  json_object_set_string_member (record, "body", body);
  return record;
}

static JsonObject *
make_template (CsmBenchText *text,
               guint         number,
               guint         n_cases)
{
  JsonObject *record = json_object_new (), *set = json_object_new ();
  g_autofree char *id = csm_bench_id ('e', number);

  for (guint i = 0; i < 20; i++)
    json_object_set_boolean_member (set, csm_bench_text_word (text), TRUE);
  json_object_set_string_member (record, "id", id);
  json_object_set_string_member (record, "title", "A template");
  json_object_set_object_member (record, "words", set);
  return record;
}

static JsonObject *
make_task (CsmBenchText *text,
           guint         number,
           guint         n_cases)
{
  JsonObject *record = json_object_new ();
  g_autofree char *id = csm_bench_id ('k', number);
  g_autofree char *case_id = csm_bench_id ('c', number % n_cases);
  g_autofree char *assignee = csm_bench_id ('p', 1 + number % 12);

  json_object_set_string_member (record, "id", id);
  json_object_set_string_member (record, "caseId", case_id);
  json_object_set_string_member (record, "assigneeId", assignee);
  json_object_set_string_member (record, "title", "Look after it");
  return record;
}

static void
put (CsmCache  *cache,
     CsmTypeId  type,
     Make       make,
     guint      count,
     guint      n_cases)
{
  g_autoptr (CsmBenchText) text = csm_bench_text_new (3);

  for (guint start = 0; start < count; start += PAGE)
    {
      CsmSyncPage *page = csm_sync_page_new (type, "W");

      for (guint i = start; i < MIN (start + PAGE, count); i++)
        g_ptr_array_add (page->records, make (text, i, n_cases));
      csm_bench_cache_apply (cache, page);
    }
}

static double
ask_people (CsmCache   *cache,
            const char *id,
            guint      *n)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) hints = NULL;
  double start = csm_bench_now ();

  csm_cache_suggest_people_async (cache, id, NULL, csm_bench_cache_done, &slot);
  result = csm_bench_cache_wait (&slot);
  hints = csm_cache_suggest_people_finish (cache, result, NULL);
  g_assert_nonnull (hints);
  *n += hints->len > 0;
  return csm_bench_now () - start;
}

static double
ask_templates (CsmCache   *cache,
               const char *id)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) hints = NULL;
  double start = csm_bench_now ();

  csm_cache_suggest_templates_async (cache, id, NULL, csm_bench_cache_done, &slot);
  result = csm_bench_cache_wait (&slot);
  hints = csm_cache_suggest_templates_finish (cache, result, NULL);
  g_assert_nonnull (hints);
  return csm_bench_now () - start;
}

static double
ask_texts (CsmCache   *cache,
           const char *id)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) hints = NULL;
  double start = csm_bench_now ();

  csm_cache_suggest_texts_async (cache, id, "what somebody types meanwhile", NULL, csm_bench_cache_done, &slot);
  result = csm_bench_cache_wait (&slot);
  hints = csm_cache_suggest_texts_finish (cache, result, NULL);
  g_assert_nonnull (hints);
  return csm_bench_now () - start;
}

static void
bench_suggestions (CsmCache *cache,
                   guint     n_cases)
{
  g_autoptr (CsmBenchSamples) people = csm_bench_samples_new (), templates = csm_bench_samples_new (), texts = csm_bench_samples_new ();
  guint n_found = 0;

  for (guint i = 0; i < N_ASKED; i++)
    {
      g_autofree char *id = csm_bench_id ('c', i * (n_cases / N_ASKED) + 7);

      csm_bench_samples_add (people, ask_people (cache, id, &n_found) * 1000);
      csm_bench_samples_add (templates, ask_templates (cache, id) * 1000);
      csm_bench_samples_add (texts, ask_texts (cache, id) * 1000);
    }
  if (n_found == 0)
    g_error ("nobody was ever suggested");
  csm_bench_row ("suggest people, p95", csm_bench_samples_percentile (people, 95), "ms", 30, CSM_BENCH_AT_MOST, 1, "target", N_ASKED);
  csm_bench_row ("the same, median", csm_bench_samples_median (people), "ms", 30, CSM_BENCH_BESIDE, 1, "target of p95", N_ASKED);
  csm_bench_row ("suggest templates, p95", csm_bench_samples_percentile (templates, 95), "ms", 30, CSM_BENCH_AT_MOST, 1, "target", N_ASKED);
  csm_bench_row ("suggest texts, p95", csm_bench_samples_percentile (texts, 95), "ms", 30, CSM_BENCH_AT_MOST, 1, "target", N_ASKED);
}

static double
list (CsmCache    *cache,
      CsmViewKind  kind,
      guint       *n)
{
  g_autoptr (CsmCaseView) view = csm_case_view_new (kind, NULL);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GArray) rowids = NULL;
  double start = csm_bench_now ();

  csm_cache_list_cases_async (cache, view, NULL, csm_bench_cache_done, &slot);
  result = csm_bench_cache_wait (&slot);
  rowids = csm_cache_list_cases_finish (cache, result, NULL);
  g_assert_nonnull (rowids);
  *n = rowids->len;
  return csm_bench_now () - start;
}

static double
count (CsmCache *cache)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (CsmViewCounts) counts = NULL;
  double start = csm_bench_now ();

  csm_cache_load_counts_async (cache, NULL, csm_bench_cache_done, &slot);
  result = csm_bench_cache_wait (&slot);
  counts = csm_cache_load_counts_finish (cache, result, NULL);
  g_assert_nonnull (counts);
  return csm_bench_now () - start;
}

static void
bench_lists (CsmCache *cache,
             guint     n_cases)
{
  g_autoptr (CsmBenchSamples) late = csm_bench_samples_new (), soon = csm_bench_samples_new (), inbox = csm_bench_samples_new ();
  g_autoptr (CsmBenchSamples) counts = csm_bench_samples_new ();
  g_autofree char *name = g_strdup_printf ("list what is late, %u cases, p95", n_cases);
  guint n_late, n_soon, n_inbox;

  for (guint i = 0; i < N_ASKED; i++)
    {
      csm_bench_samples_add (late, list (cache, CSM_VIEW_LATE, &n_late) * 1000);
      csm_bench_samples_add (soon, list (cache, CSM_VIEW_DUE_SOON, &n_soon) * 1000);
      csm_bench_samples_add (inbox, list (cache, CSM_VIEW_INBOX, &n_inbox) * 1000);
      csm_bench_samples_add (counts, count (cache) * 1000);
    }
  if (n_late < MIN (N_CLOCKS, n_cases) / 4 || n_soon < MIN (N_CLOCKS, n_cases) / 4)
    g_error ("%u are late and %u due soon", n_late, n_soon);
  csm_bench_row (name, csm_bench_samples_percentile (late, 95), "ms", 30, CSM_BENCH_AT_MOST, 1, "target", N_ASKED);
  csm_bench_row ("list what is due soon, p95", csm_bench_samples_percentile (soon, 95), "ms", 30, CSM_BENCH_AT_MOST, 1, "target", N_ASKED);
  csm_bench_row ("list the inbox, p95", csm_bench_samples_percentile (inbox, 95), "ms", 30, CSM_BENCH_BESIDE, 1, "target of the others", N_ASKED);
  csm_bench_row ("count all views, p95", csm_bench_samples_percentile (counts, 95), "ms", 30, CSM_BENCH_BESIDE, 1, "target of the lists", N_ASKED);
}

/* @n_cases: as many as @cache was filled with */
void
csm_bench_work (CsmCache *cache,
                guint     n_cases)
{
  put (cache, CSM_TYPE_ID_CASE, make_promised, MIN (N_CLOCKS, n_cases), n_cases);
  put (cache, CSM_TYPE_ID_ARTICLE, make_text, N_TEXTS, n_cases);
  put (cache, CSM_TYPE_ID_TEMPLATE, make_template, N_TEMPLATES, n_cases);
  put (cache, CSM_TYPE_ID_TASK, make_task, N_TASKS, n_cases);
  bench_suggestions (cache, n_cases);
  bench_lists (cache, n_cases);
}
