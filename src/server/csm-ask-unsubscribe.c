/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-ask.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "csm-address.h"
#include "csm-case-flow.h"
#include "csm-desk-records.h"
#include "csm-error.h"
#include "csm-json.h"
#include "csm-outgoing-message.h"
#include "csm-outgoing.h"
#include "csm-time.h"
#include "csm-web-request.h"

#define ONE_CLICK "List-Unsubscribe=One-Click"
#define MAX_ANSWER (256 * 1024)
#define PATIENCE_MS 20000
#define MAX_TEXT 1000

typedef struct
{
  CsmAsk     *ask;
  const char *id;
  JsonObject *mailto; /* what to write; NULL: it has been done */
} Writing;

typedef struct
{
  GMainLoop *loop;
  gboolean   good;
} Posting;

/* --- One click ------------------------------------------------------------------------------------------------------------------------ */

static void
posted (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  Posting *posting = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = csm_web_request_finish (result, &error);

  posting->good = answer != NULL;
  if (error != NULL)
    g_debug ("unsubscribing failed: %s", error->message);
  g_main_loop_quit (posting->loop);
}

/* RFC 8058, section 3.1: a POST without anything that tells who we are, and never led elsewhere. */
static gboolean
post (CsmAsk     *ask,
      const char *url)
{
  const CsmWebLimits limits = { MAX_ANSWER, 0, PATIENCE_MS, !ask->allow_loopback, ask->allow_loopback };
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  Posting posting = { loop, FALSE };

  g_main_context_push_thread_default (context);
  csm_web_request_async (url, ONE_CLICK, &limits, ask->cancellable, posted, &posting);
  g_main_loop_run (loop);
  while (g_main_context_iteration (context, FALSE))
    continue;
  g_main_context_pop_thread_default (context);
  return posting.good;
}

/* --- By mail -------------------------------------------------------------------------------------------------------------------------- */

/* One line of text for a header field. */
static char *
tidy (const char *text,
      const char *fallback)
{
  char *copy = g_strdup (text != NULL && *text != '\0' && strlen (text) <= MAX_TEXT && g_utf8_validate (text, -1, NULL) ? text : fallback);

  return g_strstrip (g_strdelimit (copy, "\r\n", ' '));
}

/**
 * csm_unsubscribe_read_mailto:
 * @text: an address, or a mailto URI (RFC 6068)
 *
 * Of a URI's fields only the subject and the body are believed.
 *
 * Returns: (transfer full) (nullable): {address, subject, body}; %NULL when it is not one address
 */
JsonObject *
csm_unsubscribe_read_mailto (const char *text)
{
  const char *start = g_ascii_strncasecmp (text, "mailto:", 7) == 0 ? text + 7 : text, *query = strchr (start, '?');
  g_autofree char *raw = query != NULL ? g_strndup (start, (gsize) (query - start)) : g_strdup (start);
  g_autofree char *address = g_uri_unescape_string (raw, NULL);
  g_autoptr (GHashTable) fields = query != NULL ? g_uri_parse_params (query + 1, -1, "&", G_URI_PARAMS_CASE_INSENSITIVE, NULL) : NULL;
  g_autofree char *subject = tidy (fields != NULL ? g_hash_table_lookup (fields, "subject") : NULL, "unsubscribe");
  g_autofree char *body = tidy (fields != NULL ? g_hash_table_lookup (fields, "body") : NULL, "unsubscribe");
  JsonObject *mailto;

  if (address == NULL || !csm_address_is_valid (address))
    return NULL;
  mailto = json_object_new ();
  csm_json_set_string (mailto, "address", address);
  csm_json_set_string (mailto, "subject", subject);
  csm_json_set_string (mailto, "body", body);
  return mailto;
}

static gboolean
queue_mail (CsmTxn      *txn,
            JsonObject  *message,
            JsonObject  *mailto,
            gint64       now,
            GError     **error)
{
  g_autoptr (JsonObject) mail = csm_outgoing_message_automatic (txn, message, csm_json_get_string (mailto, "subject"), csm_json_get_string (mailto, "body"), now, error);
  JsonArray *to = json_array_new ();
  JsonObject *entry = json_object_new ();

  json_object_set_null_member (entry, "name");
  csm_json_set_string (entry, "address", csm_json_get_string (mailto, "address"));
  json_array_add_object_element (to, entry);
  if (mail == NULL)
    {
      json_array_unref (to);
      return FALSE;
    }
  json_object_set_array_member (mail, "to", to);
  return csm_outgoing_queue (txn, mail, now, error);
}

/* Everybody's computer asks for messages by their case: it has to say that one of them changed. */
static gboolean
touch_case (CsmTxn      *txn,
            JsonObject  *message,
            GError     **error)
{
  g_autoptr (JsonObject) record = csm_desk_load (txn, CSM_TYPE_ID_CASE, csm_json_get_string (message, "caseId"), error);

  if (record == NULL)
    return FALSE;
  csm_case_touch_messages (record);
  return csm_desk_save (txn, CSM_TYPE_ID_CASE, record, error);
}

/* --- What is noted -------------------------------------------------------------------------------------------------------------------- */

static gpointer
write_done (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  Writing *writing = input;
  g_autoptr (JsonObject) message = csm_desk_load (txn, CSM_TYPE_ID_MESSAGE, writing->id, error);
  JsonObject *unsubscribe = csm_json_get_object (message, "unsubscribe");
  gint64 now = csm_time_now ();

  if (message == NULL)
    return NULL;
  /* Somebody else was faster. */
  if (unsubscribe == NULL || csm_json_get_time (unsubscribe, "doneAt") != CSM_TIME_NONE)
    return GINT_TO_POINTER (TRUE);
  unsubscribe = csm_json_copy_object (unsubscribe);
  csm_json_set_time (unsubscribe, "doneAt", now);
  csm_json_set_string (unsubscribe, "doneBy", writing->ask->who->person_id);
  json_object_set_object_member (message, "unsubscribe", unsubscribe);
  if (!csm_desk_save (txn, CSM_TYPE_ID_MESSAGE, message, error) || !touch_case (txn, message, error) ||
      (writing->mailto != NULL && !queue_mail (txn, message, writing->mailto, now, error)))
    return NULL;
  return GINT_TO_POINTER (TRUE);
}

static gpointer
find_way (CsmTxn        *txn,
          gpointer       input,
          GCancellable  *cancellable,
          GError       **error)
{
  g_autofree char *command = NULL;
  gboolean has_way = FALSE;

  return GINT_TO_POINTER (csm_outgoing_has_way (txn, input, &command, &has_way, error) && has_way);
}

static JsonObject *
make_answer (gboolean    done,
             const char *url)
{
  JsonObject *answer = json_object_new ();

  json_object_set_boolean_member (answer, "done", done);
  csm_json_set_string (answer, "url", url);
  return answer;
}

static JsonObject *
note_done (CsmAsk      *ask,
           JsonObject  *mailto,
           GError     **error)
{
  Writing writing = { ask, csm_json_get_string (ask->arguments, "id"), mailto };

  return csm_store_run (ask->store, TRUE, write_done, &writing, error) != NULL ? make_answer (TRUE, NULL) : NULL;
}

/**
 * csm_ask_message_unsubscribe:
 * @ask: {id}
 * @error: return location
 *
 * Because a person wants it, and never by itself: with one POST where the list takes that, otherwise by mail, otherwise the person has to go where the list says.
 *
 * Returns: (transfer full) (nullable): {done, url}
 */
JsonObject *
csm_ask_message_unsubscribe (CsmAsk  *ask,
                             GError **error)
{
  g_autoptr (JsonObject) message = csm_ask_load_message (ask, error);
  JsonObject *unsubscribe = message != NULL ? csm_json_get_object (message, "unsubscribe") : NULL;
  const char *url = csm_json_get_string (unsubscribe, "url"), *text = csm_json_get_string (unsubscribe, "mailto");
  const char *channel_id = message != NULL ? csm_json_get_string (message, "channelId") : NULL;
  g_autoptr (JsonObject) mailto = text != NULL ? csm_unsubscribe_read_mailto (text) : NULL;
  g_autoptr (GError) local = NULL;

  if (message == NULL)
    return NULL;
  if (unsubscribe == NULL)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("This message comes from no list."));
      return NULL;
    }
  if (csm_json_get_time (unsubscribe, "doneAt") != CSM_TIME_NONE)
    return make_answer (TRUE, NULL);
  if (url != NULL && csm_json_get_boolean (unsubscribe, "oneClick") && post (ask, url))
    return note_done (ask, NULL, error);
  if (g_cancellable_set_error_if_cancelled (ask->cancellable, error))
    return NULL;
  if (mailto != NULL && channel_id != NULL && csm_store_run (ask->store, FALSE, find_way, (gpointer) channel_id, &local) != NULL)
    return note_done (ask, mailto, error);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return make_answer (FALSE, url);
}
