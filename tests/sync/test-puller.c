/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "pump.h"

#include "csm-json.h"
#include "csm-puller.h"

/* Fetching, from a server that makes it hard. */

static CsmPuller *puller;

static void
begin (Pump *pump)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (CsmSyncState) state = NULL;

  csm_cache_open_session_async (pump->cache, FAKE_ME, "Test", NULL, pump_on_done, &slot);
  result = pump_wait_for (&slot);
  state = csm_cache_open_session_finish (pump->cache, result, NULL);
  g_assert_nonnull (state);
  for (guint i = 0; i < CSM_N_TYPES; i++)
    state->complete[i] = TRUE;
  puller = csm_puller_new (pump->connection, pump->cache, pump->turn);
  csm_puller_begin (puller, state, 0);
}

static void
end (Pump *pump)
{
  csm_puller_stop (puller);
  g_clear_object (&puller);
  pump_tear_down (pump);
}

/* Its messages are wanted here. */
static void
put_wanted (Pump *pump)
{
  CsmSyncPage *page = csm_sync_page_new (CSM_TYPE_ID_CASE, "W");
  g_autofree char *text = g_strdup ("{\"id\":\"c01J00000000000000000000002\",\"subject\":\"Mine\",\"status\":\"open\",\"ownerId\":\"" FAKE_ME "\","
                                    "\"messagesState\":\"1\",\"lastActivityAt\":\"2023-11-15T00:00:00Z\"}");
  JsonObject *record = csm_json_parse_object (text, -1, NULL);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  csm_record_fill_defaults (csm_record_type_get (CSM_TYPE_ID_CASE), record);
  g_ptr_array_add (page->records, record);
  csm_cache_apply_page_async (pump->cache, page, NULL, pump_on_done, &slot);
  result = pump_wait_for (&slot);
  g_assert_true (csm_cache_apply_page_finish (pump->cache, result, NULL));
}

static gboolean
has_content (Pump *pump)
{
  return pump->server->n_contents > 0;
}

/* Something changes all the time: what is wanted of messages is fetched all the same. */
static void
test_restless (void)
{
  Pump pump = { 0 };

  pump_set_up (&pump);
  put_wanted (&pump);
  begin (&pump);
  pump.server->restless = TRUE;
  csm_puller_pull (puller, 1u << CSM_TYPE_ID_CASE);
  pump_wait_until (&pump, has_content, "messages");
  g_test_message ("messages came after %u pages", pump.server->n_changes);
  end (&pump);
}

/* Somebody waits for a case, and the server's answer doesn't say a word of it. */
static void
test_mute (void)
{
  Pump pump = { 0 };
  GAsyncResult *slot = NULL;
  g_autoptr (GError) error = NULL;

  pump_set_up (&pump);
  begin (&pump);
  pump.server->mute = TRUE;
  csm_puller_fetch_case_async (puller, PUMP_CASE, NULL, pump_on_done, &slot);
  {
    g_autoptr (GAsyncResult) result = pump_wait_for (&slot);

    g_assert_false (csm_puller_fetch_case_finish (puller, result, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  }
  end (&pump);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/puller/restless", test_restless);
  g_test_add_func ("/puller/mute", test_mute);
  return g_test_run ();
}
