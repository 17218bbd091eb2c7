/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-method.h"

#include <string.h>

#include "csm-jmap-limits.h"
#include "csm-json.h"

/* Of all records on a page, in bytes. */
#define LONGEST_PAGE (8 * 1024 * 1024)
#define DEFAULT_MAX 500

static const CsmTypeId all_types[] = { CSM_TYPE_ID_MESSAGE, CSM_TYPE_ID_SUBMISSION, CSM_TYPE_ID_EVENT };

/* An answer in the making. */
typedef struct
{
  CsmMethodCall *call;
  CsmTypeId      types[G_N_ELEMENTS (all_types)]; /* those that exist for the request */
  guint          n_types;
  guint          max;
  guint          n;
  gsize          bytes;
  GString       *cases;
  GString       *not_found;
  GString       *lists[CSM_N_TYPES];
} Page;

static void
page_clear (Page *page)
{
  g_string_free (page->cases, TRUE);
  g_string_free (page->not_found, TRUE);
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      if (page->lists[i] != NULL)
        g_string_free (page->lists[i], TRUE);
    }
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Page, page_clear)

static void
page_init (Page          *page,
           CsmMethodCall *call)
{
  page->call = call;
  page->cases = g_string_new (NULL);
  page->not_found = g_string_new (NULL);
  page->lists[CSM_TYPE_ID_CASE] = g_string_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (all_types); i++)
    {
      if (!csm_jmap_request_uses (call->context->request, csm_record_type_get (all_types[i])->capability))
        continue;
      page->lists[all_types[i]] = g_string_new (NULL);
      page->types[page->n_types++] = all_types[i];
    }
}

static void
begin_item (GString *text)
{
  if (text->len > 0)
    g_string_append_c (text, ',');
}

static gboolean
take_record (const CsmRecordType *type,
             const char          *json,
             gpointer             user_data)
{
  Page *page = user_data;

  begin_item (page->lists[type->id]);
  g_string_append (page->lists[type->id], json);
  page->n++;
  page->bytes += strlen (json);
  return page->bytes < LONGEST_PAGE;
}

static void
write_string (GString    *text,
              const char *name,
              const char *value)
{
  g_string_append_printf (text, ",\"%s\":", name);
  if (value != NULL)
    csm_jmap_write_string (text, value);
  else
    g_string_append (text, "null");
}

static void
write_case (Page             *page,
            const char       *id,
            const char       *old_state,
            gboolean          is_whole,
            const char       *messages_state,
            gint64            modseq,
            const CsmContent *content)
{
  g_autofree char *state = csm_txn_format_state (page->call->context->txn, page->call->account, content->modseq);

  begin_item (page->cases);
  g_string_append_printf (page->cases, "{\"id\":\"%s\"", id);
  write_string (page->cases, "oldState", old_state);
  write_string (page->cases, "newState", state);
  write_string (page->cases, "messagesState", messages_state);
  if (modseq != 0)
    g_string_append_printf (page->cases, ",\"modseq\":%" G_GINT64_FORMAT, modseq);
  g_string_append_printf (page->cases, ",\"isWhole\":%s,\"hasMore\":%s,\"total\":%" G_GINT64_FORMAT "}", is_whole ? "true" : "false",
                          content->has_more ? "true" : "false", content->total);
}

/* The number that the client has reached; 0 when changes can't be calculated from its state. */
static gboolean
read_since (Page        *page,
            const char  *state,
            gint64      *since,
            GError     **error)
{
  g_autoptr (GError) local = NULL;

  *since = 0;
  if (state == NULL)
    return TRUE;
  if (csm_txn_parse_state (page->call->context->txn, page->call->account, page->call->type, state, since, &local))
    return TRUE;
  *since = 0;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
add_case (Page        *page,
          JsonObject  *wanted,
          gboolean    *full,
          GError     **error)
{
  CsmTxn *txn = page->call->context->txn;
  const char *id = csm_json_get_string (wanted, "id"), *state = csm_json_get_string (wanted, "sinceState"), *messages_state;
  gboolean is_first = page->n == 0;
  g_autoptr (JsonObject) record = NULL;
  g_autoptr (GError) local = NULL;
  CsmContent content;
  gint64 since, modseq;

  record = csm_txn_get (txn, page->call->account, page->call->type, id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (record == NULL)
    {
      begin_item (page->not_found);
      csm_jmap_write_string (page->not_found, id);
      return TRUE;
    }
  if (!read_since (page, state, &since, error) ||
      !csm_txn_content (txn, page->call->account, id, page->types, page->n_types, since, page->max - page->n, is_first, take_record, page, &content, error))
    return FALSE;
  *full = content.left_out || content.has_more || page->n >= page->max || page->bytes >= LONGEST_PAGE;
  if (content.left_out)
    return TRUE;
  messages_state = csm_json_get_string (record, "messagesState");
  modseq = 0;
  if (g_strcmp0 (messages_state, csm_json_get_string (wanted, "messagesState")) != 0)
    {
      g_autofree char *json = csm_json_write_object (record);

      begin_item (page->lists[CSM_TYPE_ID_CASE]);
      g_string_append (page->lists[CSM_TYPE_ID_CASE], json);
      page->bytes += strlen (json);
      modseq = csm_txn_get_modseq (txn, page->call->account, page->call->type, id, &local);
    }
  write_case (page, id, state, since == 0, messages_state, modseq, &content);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static void
write_page (Page *page)
{
  CsmJmapResponseWriter *writer = page->call->context->writer;
  GString *text = csm_jmap_response_writer_begin (writer, page->call->name, page->call->call_id);
  const char *divider = "";

  g_string_append_printf (text, "{\"accountId\":\"%s\",\"cases\":[%s],\"notFound\":[%s],\"lists\":{", page->call->account_id, page->cases->str, page->not_found->str);
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      if (page->lists[i] == NULL)
        continue;
      g_string_append_printf (text, "%s\"%s\":[", divider, csm_record_type_get (i)->name);
      g_string_append_len (text, page->lists[i]->str, (gssize) page->lists[i]->len);
      g_string_append_c (text, ']');
      divider = ",";
    }
  g_string_append (text, "}}");
  csm_jmap_response_writer_end (writer);
}

static gboolean
is_text_or_null (JsonObject *object,
                 const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node == NULL || JSON_NODE_HOLDS_NULL (node) || csm_json_is_string (node);
}

static gboolean
check_cases (CsmMethodCall *call,
             JsonArray     *cases)
{
  for (guint i = 0; cases != NULL && i < json_array_get_length (cases); i++)
    {
      JsonNode *node = json_array_get_element (cases, i);
      JsonObject *wanted = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

      if (wanted == NULL || csm_json_get_string (wanted, "id") == NULL || !is_text_or_null (wanted, "sinceState") || !is_text_or_null (wanted, "messagesState"))
        cases = NULL;
    }
  if (cases == NULL)
    csm_method_refuse (call, CSM_JMAP_INVALID_ARGUMENTS, "“cases” is not a list of cases and states");
  else if (json_array_get_length (cases) > CSM_JMAP_MAX_OBJECTS_IN_GET)
    csm_method_refuse (call, CSM_JMAP_REQUEST_TOO_LARGE, NULL);
  else
    return TRUE;
  return FALSE;
}

/**
 * csm_method_content:
 * @call: a call
 * @error: when the server failed
 *
 * Case/content: what changed in each of some cases. Ours, not RFC 8620's.
 *
 * Returns: whether the call was answered
 */
gboolean
csm_method_content (CsmMethodCall  *call,
                    GError        **error)
{
  static const char * const known[] = { "cases", "maxRecords", NULL };
  JsonArray *cases = csm_json_get_array (call->arguments, "cases");
  g_auto (Page) page = { 0 };
  gboolean full = FALSE;
  gint64 max;

  page_init (&page, call);
  if (call->type->id != CSM_TYPE_ID_CASE)
    return csm_method_refuse (call, CSM_JMAP_UNKNOWN_METHOD, NULL);
  if (!csm_method_check (call, known) || !csm_method_get_number (call, "maxRecords", 1, DEFAULT_MAX, &max) || !check_cases (call, cases))
    return TRUE;
  page.max = (guint) MIN (max, CSM_JMAP_MAX_CHANGES);
  for (guint i = 0; i < json_array_get_length (cases) && !full; i++)
    {
      if (!add_case (&page, json_array_get_object_element (cases, i), &full, error))
        return FALSE;
    }
  write_page (&page);
  return TRUE;
}
