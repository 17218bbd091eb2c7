/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "pump.h"

#include <glib/gstdio.h>

#include "csm-json.h"

#define WAIT_SECONDS 60
#define LOOK_MS 20

static gboolean
on_timeout (gpointer data)
{
  g_error ("waited too long for: %s", (const char *) data);
  return G_SOURCE_REMOVE;
}

/* What a condition asks for may come while it is being asked: then nothing else wakes the loop. */
static gboolean
on_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
pump_wait_until (Pump       *pump,
                 PumpCondition   condition,
                 const char *what)
{
  guint timeout = g_timeout_add_seconds (WAIT_SECONDS, on_timeout, (gpointer) what), tick = g_timeout_add (LOOK_MS, on_tick, NULL);

  while (!condition (pump))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
  g_source_remove (timeout);
}

void
pump_on_done (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

GAsyncResult *
pump_wait_for (GAsyncResult **slot)
{
  guint timeout = g_timeout_add_seconds (WAIT_SECONDS, on_timeout, (gpointer) "an answer of the cache");

  while (*slot == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
  return *slot;
}

static void
on_failed (Pump   *pump,
           GError *error)
{
  pump->n_failed++;
  pump->failure = csm_failure_of_error (error);
}

static void
on_resync (Pump *pump)
{
  pump->n_resync++;
}

void
pump_connect (Pump *pump)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  csm_connection_open_async (pump->connection, NULL, pump_on_done, &slot);
  result = pump_wait_for (&slot);
  csm_connection_open_finish (pump->connection, result, &error);
  g_assert_no_error (error);
}

void
pump_open_cache (Pump *pump)
{
  g_autofree char *path = g_build_filename (pump->directory, "cache.db", NULL);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (CsmSyncState) state = NULL;

  pump->cache = csm_cache_new (path);
  csm_cache_open_session_async (pump->cache, FAKE_ME, "Test", NULL, pump_on_done, &slot);
  result = pump_wait_for (&slot);
  state = csm_cache_open_session_finish (pump->cache, result, NULL);
  g_assert_nonnull (state);
}

static void
put_case (Pump *pump)
{
  CsmSyncPage *page = csm_sync_page_new (CSM_TYPE_ID_CASE, "W");
  JsonObject *record = csm_json_parse_object ("{\"id\":\"" PUMP_CASE "\",\"subject\":\"One\",\"status\":\"open\",\"lastActivityAt\":\"2023-11-15T00:00:00Z\"}", -1, NULL);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  csm_record_fill_defaults (csm_record_type_get (CSM_TYPE_ID_CASE), record);
  g_ptr_array_add (page->records, record);
  csm_cache_apply_page_async (pump->cache, page, NULL, pump_on_done, &slot);
  result = pump_wait_for (&slot);
  g_assert_true (csm_cache_apply_page_finish (pump->cache, result, NULL));
}

void
pump_set_up_in (Pump *pump,
                char *directory)
{
  g_autofree char *blobs = g_build_filename (directory, "blobs", NULL);

  pump->directory = directory;
  pump->server = fake_server_new ();
  pump_open_cache (pump);
  put_case (pump);
  pump->connection = csm_connection_new (pump->server->url, NULL, "token");
  pump->files = csm_blob_files_new (blobs);
  pump->turn = csm_turn_new ();
  pump->pusher = csm_pusher_new (pump->connection, pump->cache, pump->files, pump->turn);
  g_signal_connect_swapped (pump->pusher, "failed", G_CALLBACK (on_failed), pump);
  g_signal_connect_swapped (pump->pusher, "resync", G_CALLBACK (on_resync), pump);
  pump_connect (pump);
}

void
pump_set_up (Pump *pump)
{
  pump_set_up_in (pump, g_dir_make_tmp ("casement-pump-XXXXXX", NULL));
}

void
pump_remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);

      pump_remove_all (below);
    }
  g_remove (path);
}

void
pump_tear_down (Pump *pump)
{
  csm_pusher_stop (pump->pusher);
  csm_cache_close (pump->cache);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (pump->pusher);
  g_object_unref (pump->connection);
  g_object_unref (pump->files);
  csm_turn_unref (pump->turn);
  g_object_unref (pump->cache);
  fake_server_free (pump->server);
  pump_remove_all (pump->directory);
  g_free (pump->directory);
}

void
pump_perform (Pump      *pump,
              CsmIntent *intent)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  csm_cache_perform_async (pump->cache, intent, NULL, pump_on_done, &slot);
  result = pump_wait_for (&slot);
  csm_cache_perform_finish (pump->cache, result, &error);
  g_assert_no_error (error);
}

char *
pump_add_comment (Pump       *pump,
                  const char *body,
                  JsonObject *attachment)
{
  CsmIntent *intent = csm_intent_new ("Comment");
  JsonObject *record = json_object_new ();
  char *id;

  json_object_set_string_member (record, "caseId", PUMP_CASE);
  json_object_set_string_member (record, "body", body);
  if (attachment != NULL)
    {
      JsonArray *attachments = json_array_new ();

      json_array_add_object_element (attachments, json_object_ref (attachment));
      json_object_set_array_member (record, "attachments", attachments);
    }
  id = csm_intent_create (intent, CSM_TYPE_ID_COMMENT, record);
  pump_perform (pump, intent);
  return id;
}

void
pump_add_tags (Pump  *pump,
               guint  n)
{
  for (guint i = 0; i < n; i++)
    {
      CsmIntent *intent = csm_intent_new ("Tag");
      JsonObject *record = json_object_new ();
      g_autofree char *name = g_strdup_printf ("tag %u", i);

      json_object_set_string_member (record, "name", name);
      g_free (csm_intent_create (intent, CSM_TYPE_ID_TAG, record));
      pump_perform (pump, intent);
    }
}

GPtrArray *
pump_list (Pump *pump)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GPtrArray *ops;

  csm_cache_list_outbox_async (pump->cache, NULL, pump_on_done, &slot);
  result = pump_wait_for (&slot);
  ops = csm_cache_list_outbox_finish (pump->cache, result, NULL);
  g_assert_nonnull (ops);
  return ops;
}

gboolean
pump_is_empty (Pump *pump)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  CsmOutboxCounts counts;

  csm_cache_count_outbox_async (pump->cache, NULL, pump_on_done, &slot);
  result = pump_wait_for (&slot);
  g_assert_true (csm_cache_count_outbox_finish (pump->cache, result, &counts, NULL));
  return counts.waiting == 0;
}

gboolean
pump_all_parked (Pump *pump)
{
  g_autoptr (GPtrArray) ops = pump_list (pump);

  for (guint i = 0; i < ops->len; i++)
    {
      if (((CsmOperation *) g_ptr_array_index (ops, i))->state != CSM_OP_PARKED)
        return FALSE;
    }
  return ops->len > 0;
}

gboolean
pump_all_waiting (Pump *pump)
{
  g_autoptr (GPtrArray) ops = pump_list (pump);

  for (guint i = 0; i < ops->len; i++)
    {
      if (((CsmOperation *) g_ptr_array_index (ops, i))->state != CSM_OP_WAITING)
        return FALSE;
    }
  return TRUE;
}

gboolean
pump_has_failed (Pump *pump)
{
  return pump->n_failed > 0 && pump_all_waiting (pump);
}

void
pump_hurry (Pump *pump)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  csm_cache_hurry_ops_async (pump->cache, NULL, pump_on_done, &slot);
  result = pump_wait_for (&slot);
  csm_pusher_kick (pump->pusher);
}

void
pump_assert_once (FakeServer *server,
                  guint       n)
{
  GHashTableIter iter;
  gpointer times;

  g_assert_cmpuint (server->order->len, ==, n);
  g_assert_cmpuint (g_hash_table_size (server->applied), ==, n);
  g_hash_table_iter_init (&iter, server->applied);
  while (g_hash_table_iter_next (&iter, NULL, &times))
    g_assert_cmpuint (GPOINTER_TO_UINT (times), ==, 1);
}
