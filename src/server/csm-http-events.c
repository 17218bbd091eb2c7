/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-http-private.h"

#include <string.h>

#define LONGEST_PING 900

/* One event source: a response that doesn't end. */
typedef struct
{
  CsmExchange   *exchange;
  CsmPushClient *client;
  gboolean       close_after;
  gboolean       writing;   /* what was appended last has not gone out yet */
  gboolean       ended;
  guint          ping_id;
  guint          ping;      /* seconds */
} Events;

static void
append (Events     *self,
        const char *text)
{
  SoupMessageBody *body = soup_server_message_get_response_body (self->exchange->msg);

  soup_message_body_append (body, SOUP_MEMORY_COPY, text, strlen (text));
  self->writing = TRUE;
  csm_push_client_set_busy (self->client, TRUE);
  soup_server_message_unpause (self->exchange->msg);
}

static void
end (Events *self)
{
  if (self->ended || self->exchange->over)
    return;
  self->ended = TRUE;
  soup_message_body_complete (soup_server_message_get_response_body (self->exchange->msg));
  soup_server_message_unpause (self->exchange->msg);
}

static void
deliver (gpointer    data,
         const char *state_change,
         const char *push_state)
{
  Events *self = data;
  g_autofree char *text = g_strdup_printf ("id: %s\nevent: state\ndata: %s\n\n", push_state, state_change);

  if (self->ended || self->exchange->over)
    return;
  append (self, text);
  if (self->close_after)
    end (self);
}

static void
revoked (gpointer data)
{
  end (data);
}

/* A comment, so that the other end sees that it is connected, and that it is told of whatever comes now. */
static void
ready (gpointer data)
{
  Events *self = data;

  if (!self->ended && !self->exchange->over)
    append (self, ":\n\n");
}

static const CsmPushClientFuncs funcs = { deliver, ready, revoked };

static void
wrote_chunk_cb (SoupServerMessage *msg,
                Events            *self)
{
  self->writing = FALSE;
  csm_push_client_set_busy (self->client, FALSE);
}

/* A reader that does not even take pings is not worth keeping them for. */
static gboolean
ping_cb (gpointer user_data)
{
  Events *self = user_data;
  g_autofree char *text = g_strdup_printf ("event: ping\ndata: {\"interval\":%u}\n\n", self->ping);

  if (!self->ended && !self->writing && !self->exchange->over)
    append (self, text);
  return G_SOURCE_CONTINUE;
}

static void
finished_cb (SoupServerMessage *msg,
             Events            *self)
{
  g_clear_handle_id (&self->ping_id, g_source_remove);
  csm_push_remove (self->exchange->server->push, self->client);
  g_signal_handlers_disconnect_by_data (msg, self);
  csm_exchange_unref (self->exchange);
  g_free (self);
}

/* libsoup says nothing more of a message whose connection was taken away. */
static void
cut_off_cb (gpointer data)
{
  Events *self = data;
  g_autoptr (CsmExchange) exchange = csm_exchange_ref (self->exchange);

  csm_exchange_cut_off (exchange);
  finished_cb (exchange->msg, self);
}

static guint
read_types (const char *types)
{
  g_auto (GStrv) names = g_strsplit (types, ",", -1);

  return g_str_equal (types, "*") ? CSM_PUSH_ALL_TYPES : csm_push_types_by_name ((const char * const *) names);
}

static void
authorized (CsmExchange *exchange)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (exchange->msg);
  SoupMessageBody *body = soup_server_message_get_response_body (exchange->msg);
  const char *last = soup_message_headers_get_one (soup_server_message_get_request_headers (exchange->msg), "Last-Event-ID");
  const char *types = g_hash_table_lookup (exchange->query, "types");
  Events *self;

  if (!csm_exchange_enter (exchange, exchange->server->streams, "maxConcurrentRequests"))
    return;
  self = g_new0 (Events, 1);
  self->exchange = csm_exchange_ref (exchange);
  self->close_after = g_str_equal (g_hash_table_lookup (exchange->query, "closeafter"), "state");
  self->ping = (guint) CLAMP (g_ascii_strtoll (g_hash_table_lookup (exchange->query, "ping"), NULL, 10), 0, LONGEST_PING);
  self->client = csm_push_add (exchange->server->push, exchange->caller->token_hash, &funcs, self);

  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  soup_message_headers_set_content_type (headers, "text/event-stream", NULL);
  soup_message_headers_replace (headers, "Cache-Control", "no-cache, no-store");
  soup_message_headers_replace (headers, "X-Accel-Buffering", "no");
  soup_message_body_set_accumulate (body, FALSE);
  exchange->replied = TRUE;
  soup_server_message_set_status (exchange->msg, 200, NULL);
  g_signal_connect (exchange->msg, "wrote-chunk", G_CALLBACK (wrote_chunk_cb), self);
  g_signal_connect (exchange->msg, "finished", G_CALLBACK (finished_cb), self);
  if (self->ping > 0)
    self->ping_id = g_timeout_add_seconds (self->ping, ping_cb, self);
  csm_push_client_set_types (self->client, read_types (types), last);
  csm_exchange_resume (exchange);
  csm_guest_begin (exchange->guest, CSM_GUEST_STREAM, cut_off_cb, self, NULL);
}

/**
 * csm_http_events:
 * @exchange: a GET of the event source
 *
 * RFC 8620, section 7.3.
 */
void
csm_http_events (CsmExchange *exchange)
{
  const char *types = exchange->query != NULL ? g_hash_table_lookup (exchange->query, "types") : NULL;
  const char *close_after = exchange->query != NULL ? g_hash_table_lookup (exchange->query, "closeafter") : NULL;
  const char *ping = exchange->query != NULL ? g_hash_table_lookup (exchange->query, "ping") : NULL;
  gboolean right = types != NULL && ping != NULL && g_ascii_string_to_unsigned (ping, 10, 0, G_MAXINT, NULL, NULL) &&
                   (g_strcmp0 (close_after, "state") == 0 || g_strcmp0 (close_after, "no") == 0);

  if (right)
    csm_exchange_authorize (exchange, authorized);
  else
    csm_exchange_reply_status (exchange, 400, "“types”, “closeafter” (“state” or “no”) and “ping” are needed.");
}
