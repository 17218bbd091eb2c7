/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-bench-cache.h"
#include "csm-bench.h"

#include "csm-json.h"
#include "csm-time.h"

#define PAGE 1000
#define ON_THEIR_WAY 2
#define N_PEOPLE 12
#define N_TEAMS 3
#define N_TAGS 20
/* 2023-11-14; a case each ten minutes from then on */
#define FIRST_INSTANT G_GINT64_CONSTANT (1700000000)
#define CASE_SECONDS 600
/* Text of a message in bytes, as the limits have it */
#define MESSAGE_LENGTH 600

/* A GAsyncReadyCallback that keeps the result in the slot that it is given. */
void
csm_bench_cache_done (GObject      *source,
                      GAsyncResult *result,
                      gpointer      slot)
{
  *(GAsyncResult **) slot = g_object_ref (result);
}

/* Returns: (transfer full): what came into @slot */
GAsyncResult *
csm_bench_cache_wait (GAsyncResult **slot)
{
  while (*slot == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *slot;
}

/* Returns: (transfer full): the cache, opened for CSM_BENCH_ME */
CsmCache *
csm_bench_cache_open (const char *path)
{
  CsmCache *cache = csm_cache_new (path);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmSyncState) state = NULL;

  csm_cache_open_session_async (cache, CSM_BENCH_ME, "Bench", NULL, csm_bench_cache_done, &slot);
  result = csm_bench_cache_wait (&slot);
  state = csm_cache_open_session_finish (cache, result, &error);
  if (state == NULL)
    g_error ("%s", error->message);
  return cache;
}

/* Returns: (transfer full): an id */
char *
csm_bench_id (char  letter,
              guint number)
{
  return g_strdup_printf ("%c01J%023u", letter, number);
}

static JsonObject *
with_id (JsonObject *record,
         const char *member,
         char        letter,
         guint       number)
{
  g_autofree char *id = csm_bench_id (letter, number);

  json_object_set_string_member (record, member, id);
  return record;
}

static void
set_words (CsmBenchText *text,
           JsonObject   *record,
           const char   *member,
           gsize         length)
{
  g_autoptr (GString) words = g_string_new (NULL);

  csm_bench_text_append (text, words, length);
  json_object_set_string_member (record, member, words->str);
}

/* Returns: (transfer full): the Case @number, older than the one after it */
JsonObject *
csm_bench_make_case (CsmBenchText *text,
                     guint         number,
                     guint         n_customers)
{
  static const char * const statuses[] = { "open", "new", "waiting", "open", "resolved" };
  JsonObject *record = with_id (json_object_new (), "id", 'c', number);
  JsonObject *tags = json_object_new (), *channels = json_object_new ();
  gint64 at = (FIRST_INSTANT + (gint64) number * CASE_SECONDS) * CSM_SECOND;
  g_autofree char *tag = csm_bench_id ('g', csm_bench_text_pick (text, N_TAGS)), *channel = csm_bench_id ('h', 1);

  set_words (text, record, "subject", 40);
  set_words (text, record, "preview", 120);
  json_object_set_string_member (record, "status", statuses[csm_bench_text_pick (text, G_N_ELEMENTS (statuses))]);
  json_object_set_string_member (record, "lane", "conversation");
  json_object_set_string_member (record, "priority", number % 10 == 0 ? "high" : "normal");
  with_id (record, "customerId", 'u', csm_bench_text_pick (text, n_customers));
  if (number % 3 != 0)
    with_id (record, "ownerId", 'p', 1 + csm_bench_text_pick (text, N_PEOPLE));
  with_id (record, "teamId", 't', 1 + csm_bench_text_pick (text, N_TEAMS));
  if (number % 4 == 0)
    json_object_set_boolean_member (tags, tag, TRUE);
  json_object_set_object_member (record, "tags", tags);
  json_object_set_boolean_member (channels, channel, TRUE);
  json_object_set_object_member (record, "channelIds", channels);
  csm_json_set_time (record, "lastActivityAt", at);
  csm_json_set_time (record, "lastMessageAt", at);
  csm_json_set_time (record, "created", at);
  csm_json_set_time (record, "updated", at);
  json_object_set_int_member (record, "messageCount", 3);
  json_object_set_boolean_member (record, "hasAttachment", number % 7 == 0);
  csm_record_fill_defaults (csm_record_type_get (CSM_TYPE_ID_CASE), record);
  return record;
}

static JsonObject *
make_named (CsmBenchText *text,
            CsmTypeId     type,
            guint         number)
{
  JsonObject *record = with_id (json_object_new (), "id", csm_record_type_get (type)->letter, number);
  g_autofree char *email = g_strdup_printf ("%s%u@example.org", csm_bench_text_word (text), number);
  g_autofree char *key = g_strconcat ("email:", email, NULL);
  JsonObject *identities, *identity;

  set_words (text, record, "name", 12);
  if (type == CSM_TYPE_ID_PERSON)
    json_object_set_string_member (record, "email", email);
  if (type == CSM_TYPE_ID_CUSTOMER)
    {
      identities = json_object_new ();
      identity = json_object_new ();
      json_object_set_string_member (identity, "address", email);
      json_object_set_object_member (identities, key, identity);
      json_object_set_object_member (record, "identities", identities);
    }
  csm_record_fill_defaults (csm_record_type_get (type), record);
  return record;
}

static JsonArray *
make_addresses (CsmBenchText *text)
{
  JsonArray *list = json_array_new ();
  JsonObject *address = json_object_new ();
  g_autofree char *email = g_strconcat (csm_bench_text_word (text), "@example.net", NULL);

  set_words (text, address, "name", 10);
  json_object_set_string_member (address, "address", email);
  json_array_add_object_element (list, address);
  return list;
}

/* Returns: (transfer full): the Message @number of @n_messages, in order of time */
JsonObject *
csm_bench_make_message (CsmBenchText *text,
                        guint         number,
                        guint         n_cases,
                        guint         n_messages)
{
  JsonObject *record = with_id (json_object_new (), "id", 'm', number);
  gint64 span = (gint64) n_cases * CASE_SECONDS;
  gint64 at = (FIRST_INSTANT + span * number / n_messages) * CSM_SECOND + number;

  with_id (record, "caseId", 'c', (guint) ((guint64) number * n_cases / n_messages));
  with_id (record, "conversationId", 'v', number);
  with_id (record, "channelId", 'h', 1);
  json_object_set_string_member (record, "direction", number % 2 == 0 ? "in" : "out");
  csm_json_set_time (record, "at", at);
  set_words (text, record, "subject", 40);
  set_words (text, record, "textBody", MESSAGE_LENGTH);
  json_object_set_array_member (record, "from", make_addresses (text));
  json_object_set_array_member (record, "to", make_addresses (text));
  return record;
}

static JsonObject *
make (CsmBenchText *text,
      CsmTypeId     type,
      guint         number,
      guint         n_cases,
      guint         n_messages)
{
  if (type == CSM_TYPE_ID_CASE)
    return csm_bench_make_case (text, number, MAX (n_cases / 5, 1));
  if (type == CSM_TYPE_ID_MESSAGE)
    return csm_bench_make_message (text, number, n_cases, n_messages);
  return make_named (text, type, number);
}

/* Takes @page in; @slot gets the result. */
static void
send_page (CsmCache      *cache,
           CsmSyncPage   *page,
           GAsyncResult **slot)
{
  csm_cache_apply_page_async (cache, page, NULL, csm_bench_cache_done, slot);
}

static void
finish_page (CsmCache      *cache,
             GAsyncResult **slot)
{
  g_autoptr (GAsyncResult) result = csm_bench_cache_wait (slot);
  g_autoptr (GError) error = NULL;

  *slot = NULL;
  if (!csm_cache_apply_page_finish (cache, result, &error))
    g_error ("%s", error->message);
}

/* Takes @page in. */
void
csm_bench_cache_apply (CsmCache    *cache,
                       CsmSyncPage *page)
{
  GAsyncResult *slot = NULL;

  send_page (cache, page, &slot);
  finish_page (cache, &slot);
}

/* Newest pages last, as /changes from the beginning sends them. As in the app two are on their way, one being made ready while the other
 * one is taken in, and the next one is made meanwhile. */
static void
put (CsmCache     *cache,
     CsmBenchText *text,
     CsmTypeId     type,
     guint         count,
     guint         n_cases,
     guint         n_messages)
{
  GAsyncResult *slots[ON_THEIR_WAY] = { NULL };
  guint n_sent = 0, n_taken = 0;
  char *state = NULL;

  for (guint start = 0; start < count; start += PAGE)
    {
      CsmSyncPage *page = csm_sync_page_new (type, "W");

      page->old_state = g_steal_pointer (&state);
      state = g_strdup_printf ("%u", start);
      page->new_state = g_strdup (state);
      page->has_more = start + PAGE < count;
      for (guint i = start; i < MIN (start + PAGE, count); i++)
        g_ptr_array_add (page->records, make (text, type, i, n_cases, n_messages));
      if (n_sent - n_taken == ON_THEIR_WAY)
        finish_page (cache, &slots[n_taken++ % ON_THEIR_WAY]);
      send_page (cache, page, &slots[n_sent++ % ON_THEIR_WAY]);
    }
  while (n_taken < n_sent)
    finish_page (cache, &slots[n_taken++ % ON_THEIR_WAY]);
  g_free (state);
}

/* One slice; whether there are more */
static gboolean
build_slice (CsmCache *cache)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean more;

  csm_cache_build_search_async (cache, NULL, csm_bench_cache_done, &slot);
  result = csm_bench_cache_wait (&slot);
  more = csm_cache_build_search_finish (cache, result, &error);
  if (error != NULL)
    g_error ("%s", error->message);
  return more;
}

/* A first sync without a server: people, teams, tags, a fifth as many customers as cases, cases, messages. */
static void
put_all (CsmCache *cache,
         guint     n_cases,
         guint     n_messages)
{
  g_autoptr (CsmBenchText) text = csm_bench_text_new (7);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  csm_cache_begin_first_sync_async (cache, NULL, csm_bench_cache_done, &slot);
  result = csm_bench_cache_wait (&slot);
  if (!csm_cache_begin_first_sync_finish (cache, result, &error))
    g_error ("%s", error->message);
  put (cache, text, CSM_TYPE_ID_PERSON, N_PEOPLE + 1, n_cases, n_messages);
  put (cache, text, CSM_TYPE_ID_TEAM, N_TEAMS + 1, n_cases, n_messages);
  put (cache, text, CSM_TYPE_ID_CHANNEL, 2, n_cases, n_messages);
  put (cache, text, CSM_TYPE_ID_TAG, N_TAGS, n_cases, n_messages);
  put (cache, text, CSM_TYPE_ID_CUSTOMER, MAX (n_cases / 5, 1), n_cases, n_messages);
  put (cache, text, CSM_TYPE_ID_CASE, n_cases, n_cases, n_messages);
  put (cache, text, CSM_TYPE_ID_MESSAGE, n_messages, n_cases, n_messages);
}

/* With its full text, merged to the end */
void
csm_bench_cache_fill (CsmCache *cache,
                      guint     n_cases,
                      guint     n_messages)
{
  put_all (cache, n_cases, n_messages);
  while (build_slice (cache))
    ;
}

/* Whether full text has every record: what is left then is merging, for which nobody waits. */
gboolean
csm_bench_cache_is_searchable (CsmDbConn *conn)
{
  return csm_db_conn_get_int (conn, NULL, 1, "SELECT EXISTS (SELECT 1 FROM search_floor WHERE floor <> ? OR hole <> hole_end)", "i", G_MININT64) == 0;
}

/* The same; @seconds: until all is found; @rest: what merging took after that */
void
csm_bench_cache_fill_timed (CsmCache   *cache,
                            const char *path,
                            guint       n_cases,
                            guint       n_messages,
                            double     *seconds,
                            double     *rest)
{
  double start = csm_bench_now ();
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDbConn) conn = NULL;
  gboolean more = TRUE;

  put_all (cache, n_cases, n_messages);
  conn = csm_db_conn_open (path, TRUE, &error);
  if (conn == NULL)
    g_error ("%s", error->message);
  while (more && !csm_bench_cache_is_searchable (conn))
    more = build_slice (cache);
  *seconds = csm_bench_now () - start;
  while (more)
    more = build_slice (cache);
  *rest = csm_bench_now () - start - *seconds;
}

/* A case with 5,000 messages */
void
csm_bench_cache_put_large (CsmCache *cache,
                           guint     number)
{
  g_autoptr (CsmBenchText) text = csm_bench_text_new (11);
  g_autofree char *case_id = csm_bench_id ('c', number);
  CsmSyncPage *page = csm_sync_page_new (CSM_TYPE_ID_CASE, "W");

  g_ptr_array_add (page->records, csm_bench_make_case (text, number, 1));
  csm_bench_cache_apply (cache, page);
  for (guint i = 0; i < CSM_BENCH_LARGE;)
    {
      page = csm_sync_page_new (CSM_TYPE_ID_MESSAGE, "W");
      for (guint end = i + 500; i < end; i++)
        {
          JsonObject *record = csm_bench_make_message (text, i, CSM_BENCH_LARGE, CSM_BENCH_LARGE);
          g_autofree char *id = csm_bench_id ('m', 2000000000 + i);

          json_object_set_string_member (record, "id", id);
          json_object_set_string_member (record, "caseId", case_id);
          g_ptr_array_add (page->records, record);
        }
      csm_bench_cache_apply (cache, page);
    }
}
