/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "cache-test.h"

#include "csm-json.h"
#include "csm-time.h"

/* Random records, and a model without SQL that says what each view has to show. */

#define N_CASES 150
#define N_ROUNDS 12

typedef struct
{
  char       *id;
  JsonObject *record;
  gint64      other_at;
  gint64      own_at;
  gint64      mention_at;
  gint64      seen;
} ModelCase;

typedef struct
{
  CacheTest  test;
  ModelCase  cases[N_CASES];
  guint      n_children;
} Model;

static const char * const statuses[] = { "new", "open", "waiting", "snoozed", "resolved", "closed" };
static const char * const lanes[] = { "conversation", "conversation", "conversation", "newsletter", "bounce", "spam" };

static const char *
pick (const char * const *values,
      guint               n)
{
  return values[g_test_rand_int_range (0, (int) n)];
}

static void
set_random_reference (JsonObject *record,
                      const char *member,
                      char        letter,
                      int         n)
{
  int i = g_test_rand_int_range (0, n + 1);
  g_autofree char *id = i > 0 ? cache_test_id (letter, (guint) i) : NULL;

  csm_json_set_string (record, member, id);
}

/* Half of the snoozes ended long ago: by this machine's clock they are open. */
static void
randomise_case (Model *model,
                guint  i)
{
  JsonObject *record = json_object_new ();
  JsonObject *tags = json_object_new ();
  gint64 ends = (g_test_rand_bit () ? 4000000000 : 1000000000) * CSM_SECOND;
  const char *status = pick (statuses, G_N_ELEMENTS (statuses));

  json_object_set_string_member (record, "id", model->cases[i].id);
  json_object_set_string_member (record, "subject", "A case");
  json_object_set_string_member (record, "status", status);
  json_object_set_string_member (record, "lane", pick (lanes, G_N_ELEMENTS (lanes)));
  csm_json_set_time (record, "snoozedUntil", g_str_equal (status, "snoozed") ? ends : CSM_TIME_NONE);
  csm_json_set_time (record, "lastActivityAt", (1700000000 + g_test_rand_int_range (0, 1000000)) * CSM_SECOND + (gint64) i);
  set_random_reference (record, "ownerId", 'p', 3);
  set_random_reference (record, "teamId", 't', 3);
  for (guint tag = 1; tag <= 3; tag++)
    {
      g_autofree char *id = cache_test_id ('g', tag);

      if (g_test_rand_bit ())
        json_object_set_boolean_member (tags, id, TRUE);
    }
  json_object_set_object_member (record, "tags", tags);
  g_clear_pointer (&model->cases[i].record, json_object_unref);
  model->cases[i].record = csm_json_copy_object (record);
  cache_test_put (&model->test, CSM_TYPE_ID_CASE, record);
}

static void
add_message (Model *model,
             guint  i)
{
  JsonObject *record = json_object_new ();
  g_autofree char *id = cache_test_id ('m', ++model->n_children);
  gint64 at = (1700000000 + g_test_rand_int_range (0, 1000000)) * CSM_SECOND + model->n_children;
  int who = g_test_rand_int_range (0, 3);

  json_object_set_string_member (record, "id", id);
  json_object_set_string_member (record, "caseId", model->cases[i].id);
  csm_json_set_time (record, "at", at);
  csm_json_set_string (record, "authorId", who == 0 ? NULL : who == 1 ? CACHE_TEST_ME : CACHE_TEST_ANA);
  if (who == 1)
    model->cases[i].own_at = MAX (model->cases[i].own_at, at);
  else
    model->cases[i].other_at = MAX (model->cases[i].other_at, at);
  cache_test_put (&model->test, CSM_TYPE_ID_MESSAGE, record);
}

static void
add_comment (Model *model,
             guint  i)
{
  JsonObject *record = json_object_new ();
  JsonObject *mentions = json_object_new ();
  g_autofree char *id = cache_test_id ('n', ++model->n_children);
  gint64 at = (1700000000 + g_test_rand_int_range (0, 1000000)) * CSM_SECOND + model->n_children;
  gboolean mine = g_test_rand_bit (), mentions_me = g_test_rand_bit ();

  if (mentions_me)
    json_object_set_boolean_member (mentions, CACHE_TEST_ME, TRUE);
  json_object_set_string_member (record, "id", id);
  json_object_set_string_member (record, "caseId", model->cases[i].id);
  json_object_set_string_member (record, "body", "Look");
  json_object_set_object_member (record, "mentions", mentions);
  csm_json_set_time (record, "at", at);
  csm_json_set_string (record, "authorId", mine ? CACHE_TEST_ME : CACHE_TEST_ANA);
  if (mine)
    model->cases[i].own_at = MAX (model->cases[i].own_at, at);
  else
    model->cases[i].other_at = MAX (model->cases[i].other_at, at);
  if (mentions_me && !mine)
    model->cases[i].mention_at = MAX (model->cases[i].mention_at, at);
  cache_test_put (&model->test, CSM_TYPE_ID_COMMENT, record);
}

static void
mark_seen (Model *model,
           guint  i)
{
  JsonObject *record = json_object_new ();
  g_autofree char *id = g_strdup (model->cases[i].id);

  id[0] = 'z';
  model->cases[i].seen = (1700000000 + g_test_rand_int_range (0, 1000000)) * CSM_SECOND;
  json_object_set_string_member (record, "id", id);
  json_object_set_string_member (record, "caseId", model->cases[i].id);
  csm_json_set_time (record, "upTo", model->cases[i].seen);
  cache_test_put (&model->test, CSM_TYPE_ID_SEEN, record);
}

/* --- what has to be shown -------------------------------------------------------------------------------------------- */

static const char *
status_now (JsonObject *record)
{
  const char *status = csm_json_get_string (record, "status");

  if (g_str_equal (status, "snoozed") && csm_json_get_time (record, "snoozedUntil") <= csm_time_now ())
    return "open";
  return status;
}

static gboolean
is_any (const char *value,
        const char *values)
{
  g_auto (GStrv) parts = g_strsplit (values, " ", -1);

  return g_strv_contains ((const char * const *) parts, value);
}

static gboolean
shows (ModelCase   *item,
       CsmViewKind  kind,
       const char  *key)
{
  const char *status = status_now (item->record), *lane = csm_json_get_string (item->record, "lane");
  const char *owner = csm_json_get_string (item->record, "ownerId");
  gboolean inbox = is_any (status, "new open") && g_str_equal (lane, "conversation");
  gboolean spam = g_str_equal (lane, "spam");
  gboolean active = is_any (status, "new open waiting") && !spam;

  switch (kind)
    {
    case CSM_VIEW_INBOX:
      return inbox;
    case CSM_VIEW_MINE:
      return active && g_strcmp0 (owner, CACHE_TEST_ME) == 0;
    case CSM_VIEW_UNASSIGNED:
      return inbox && owner == NULL;
    case CSM_VIEW_MENTIONS:
      return item->mention_at != CSM_TIME_NONE;
    case CSM_VIEW_WAITING:
      return g_str_equal (status, "waiting") && !spam;
    case CSM_VIEW_SNOOZED:
      return g_str_equal (status, "snoozed") && !spam;
    case CSM_VIEW_RESOLVED:
      return is_any (status, "resolved closed") && !spam;
    case CSM_VIEW_OTHER_MAIL:
      return !is_any (lane, "conversation spam");
    case CSM_VIEW_SPAM:
      return spam;
    case CSM_VIEW_TEAM:
      return active && g_strcmp0 (csm_json_get_string (item->record, "teamId"), key) == 0;
    case CSM_VIEW_TAG:
      return csm_json_has_key (item->record, "tags", key);
    case CSM_VIEW_SEARCH:
    default:
      return FALSE;
    }
}

static gboolean
is_unread (ModelCase *item)
{
  gint64 activity = csm_json_get_time (item->record, "lastActivityAt");

  if (item->other_at != CSM_TIME_NONE)
    return item->seen < MIN (item->other_at, activity);
  return item->own_at == CSM_TIME_NONE && item->seen < activity;
}

static CsmViewKind sorting;

static int
compare_cases (gconstpointer a,
               gconstpointer b)
{
  const ModelCase *x = *(ModelCase * const *) a, *y = *(ModelCase * const *) b;
  gint64 p = sorting == CSM_VIEW_MENTIONS ? x->mention_at : csm_json_get_time (x->record, "lastActivityAt");
  gint64 q = sorting == CSM_VIEW_MENTIONS ? y->mention_at : csm_json_get_time (y->record, "lastActivityAt");

  return p > q ? -1 : p < q;
}

static void
check_view (Model       *model,
            CsmViewKind  kind,
            const char  *key)
{
  g_autoptr (GPtrArray) expected = g_ptr_array_new ();
  g_autoptr (GString) ids = g_string_new (NULL);
  g_autofree char *got = cache_test_ids (&model->test, kind, key);

  for (guint i = 0; i < N_CASES; i++)
    {
      if (shows (&model->cases[i], kind, key))
        g_ptr_array_add (expected, &model->cases[i]);
    }
  sorting = kind;
  g_ptr_array_sort (expected, compare_cases);
  for (guint i = 0; i < expected->len; i++)
    g_string_append_printf (ids, "%s%s", i > 0 ? " " : "", ((ModelCase *) g_ptr_array_index (expected, i))->id);
  g_assert_cmpstr (got, ==, ids->str);
}

static guint
count (Model       *model,
       CsmViewKind  kind,
       const char  *key)
{
  guint n = 0;

  for (guint i = 0; i < N_CASES; i++)
    n += shows (&model->cases[i], kind, key);
  return n;
}

static void
check_counts (Model *model)
{
  g_autoptr (CsmViewCounts) counts = cache_test_counts (&model->test);
  guint mentions = 0, other_mail = 0;

  for (guint i = 0; i < N_CASES; i++)
    {
      ModelCase *item = &model->cases[i];

      mentions += item->mention_at != CSM_TIME_NONE && item->seen < item->mention_at;
      other_mail += shows (item, CSM_VIEW_OTHER_MAIL, NULL) && !shows (item, CSM_VIEW_RESOLVED, NULL);
    }
  g_assert_cmpuint (counts->inbox, ==, count (model, CSM_VIEW_INBOX, NULL));
  g_assert_cmpuint (counts->mine, ==, count (model, CSM_VIEW_MINE, NULL));
  g_assert_cmpuint (counts->unassigned, ==, count (model, CSM_VIEW_UNASSIGNED, NULL));
  g_assert_cmpuint (counts->waiting, ==, count (model, CSM_VIEW_WAITING, NULL));
  g_assert_cmpuint (counts->snoozed, ==, count (model, CSM_VIEW_SNOOZED, NULL));
  g_assert_cmpuint (counts->mentions, ==, mentions);
  g_assert_cmpuint (counts->other_mail, ==, other_mail);
  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *team = cache_test_id ('t', i);
      g_autofree char *tag = cache_test_id ('g', i);
      guint tagged = 0;

      for (guint j = 0; j < N_CASES; j++)
        tagged += shows (&model->cases[j], CSM_VIEW_TAG, tag) && is_any (status_now (model->cases[j].record), "new open waiting");
      g_assert_cmpuint (GPOINTER_TO_UINT (g_hash_table_lookup (counts->teams, team)), ==, count (model, CSM_VIEW_TEAM, team));
      g_assert_cmpuint (GPOINTER_TO_UINT (g_hash_table_lookup (counts->tags, tag)), ==, tagged);
    }
}

static void
check_rows (Model *model)
{
  g_autoptr (GArray) rowids = cache_test_list (&model->test, CSM_VIEW_INBOX, NULL);
  g_autoptr (GPtrArray) rows = cache_test_rows (&model->test, rowids);

  g_assert_cmpuint (rows->len, ==, rowids->len);
  for (guint i = 0; i < rows->len; i++)
    {
      CsmCaseRow *row = g_ptr_array_index (rows, i);
      guint number = (guint) g_ascii_strtoull (row->id + 4, NULL, 10);

      if (row->unread != is_unread (&model->cases[number]))
        g_error ("%s is shown as %s", row->id, row->unread ? "unread" : "read");
    }
}

static void
check_all (Model *model)
{
  for (CsmViewKind kind = CSM_VIEW_INBOX; kind < CSM_VIEW_TEAM; kind++)
    check_view (model, kind, NULL);
  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *team = cache_test_id ('t', i);
      g_autofree char *tag = cache_test_id ('g', i);

      check_view (model, CSM_VIEW_TEAM, team);
      check_view (model, CSM_VIEW_TAG, tag);
    }
  check_counts (model);
  check_rows (model);
}

static void
test_random (void)
{
  Model model = { 0 };

  cache_test_set_up (&model.test);
  for (guint i = 0; i < N_CASES; i++)
    {
      model.cases[i].id = cache_test_id ('c', i);
      model.cases[i].other_at = model.cases[i].own_at = model.cases[i].mention_at = model.cases[i].seen = CSM_TIME_NONE;
      randomise_case (&model, i);
    }
  check_all (&model);
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      for (guint n = 0; n < 60; n++)
        {
          guint i = (guint) g_test_rand_int_range (0, N_CASES);

          switch (g_test_rand_int_range (0, 4))
            {
            case 0:
              randomise_case (&model, i);
              break;
            case 1:
              add_message (&model, i);
              break;
            case 2:
              add_comment (&model, i);
              break;
            default:
              mark_seen (&model, i);
              break;
            }
        }
      check_all (&model);
    }
  cache_test_reopen (&model.test);
  check_all (&model);
  for (guint i = 0; i < N_CASES; i++)
    {
      g_free (model.cases[i].id);
      json_object_unref (model.cases[i].record);
    }
  cache_test_tear_down (&model.test);
}

static JsonObject *
comment_in (const char *case_id)
{
  JsonObject *record = cache_test_json ("{'id':'n01J00000000000000000000009','body':'Look','at':'2023-11-15T00:00:00Z',"
                                        "'authorId':'" CACHE_TEST_ANA "','mentions':{'" CACHE_TEST_ME "':true}}");

  json_object_set_string_member (record, "caseId", case_id);
  return record;
}

/* Children may come before their case, and what is moved to another case counts there. */
static void
test_order_of_arrival (void)
{
  CacheTest test = { 0 };
  g_autofree char *case_id = cache_test_id ('c', 1);
  g_autofree char *other_id = cache_test_id ('c', 2);
  g_autofree char *ids = NULL;
  g_autofree char *moved = NULL;

  cache_test_set_up (&test);
  cache_test_put (&test, CSM_TYPE_ID_COMMENT, comment_in (case_id));
  cache_test_put (&test, CSM_TYPE_ID_CASE, cache_test_json ("{'id':'c01J00000000000000000000001','subject':'One','lastActivityAt':'2023-11-15T00:00:00Z'}"));
  cache_test_put (&test, CSM_TYPE_ID_CASE, cache_test_json ("{'id':'c01J00000000000000000000002','subject':'Two','lastActivityAt':'2023-11-15T00:00:00Z'}"));
  ids = cache_test_ids (&test, CSM_VIEW_MENTIONS, NULL);
  g_assert_cmpstr (ids, ==, case_id);
  cache_test_put (&test, CSM_TYPE_ID_COMMENT, comment_in (other_id));
  moved = cache_test_ids (&test, CSM_VIEW_MENTIONS, NULL);
  g_assert_cmpstr (moved, ==, other_id);
  cache_test_tear_down (&test);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/views/random", test_random);
  g_test_add_func ("/views/order-of-arrival", test_order_of_arrival);
  return g_test_run ();
}
