/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-method.h"

#include "csm-jmap-limits.h"
#include "csm-json.h"

/* Of a page with records, in bytes. */
#define LONGEST_PAGE (8 * 1024 * 1024)

static void
append_ids (GString    *text,
            const char *name,
            GPtrArray  *ids)
{
  g_string_append_printf (text, ",\"%s\":[", name);
  for (guint i = 0; i < ids->len; i++)
    g_string_append_printf (text, i > 0 ? ",\"%s\"" : "\"%s\"", (const char *) g_ptr_array_index (ids, i));
  g_string_append_c (text, ']');
}

static gboolean
append_list (CsmMethodCall  *call,
             GString        *text,
             GString        *modseqs,
             GPtrArray      *ids,
             GError        **error)
{
  CsmTxn *txn = call->context->txn;

  for (guint i = 0; i < ids->len; i++)
    {
      const char *id = g_ptr_array_index (ids, i);
      g_autoptr (GError) local = NULL;
      g_autofree char *json = csm_txn_get_text (txn, call->account, call->type, id, &local);
      gint64 modseq = json != NULL ? csm_txn_get_modseq (txn, call->account, call->type, id, &local) : 0;

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (json == NULL)
        continue;
      if (modseqs->len > 0)
        {
          g_string_append_c (text, ',');
          g_string_append_c (modseqs, ',');
        }
      g_string_append (text, json);
      g_string_append_printf (modseqs, "\"%s\":%" G_GINT64_FORMAT, id, modseq);
    }
  return TRUE;
}

static gboolean
append_records (CsmMethodCall  *call,
                GString        *text,
                CsmChanges     *changes,
                GError        **error)
{
  g_autoptr (GString) modseqs = g_string_new (NULL);

  g_string_append (text, ",\"list\":[");
  if (!append_list (call, text, modseqs, changes->created, error) || !append_list (call, text, modseqs, changes->updated, error))
    return FALSE;
  g_string_append_printf (text, "],\"modseqs\":{%s}", modseqs->str);
  return TRUE;
}

/* FALSE: @error is set, or the call has been refused. */
static gboolean
read_since (CsmMethodCall  *call,
            gboolean        with_records,
            const char    **since_state,
            gint64         *since,
            gboolean       *refused,
            GError        **error)
{
  JsonNode *node = json_object_get_member (call->arguments, "sinceState");
  g_autoptr (GError) local = NULL;

  *refused = TRUE;
  *since = CSM_CHANGES_BEGINNING;
  *since_state = csm_json_get_string (call->arguments, "sinceState");
  if (*since_state == NULL)
    {
      if (with_records && node != NULL && JSON_NODE_HOLDS_NULL (node))
        return TRUE;
      csm_method_refuse (call, CSM_JMAP_INVALID_ARGUMENTS, "“sinceState” is not a state");
      return FALSE;
    }
  if (csm_txn_parse_state (call->context->txn, call->account, call->type, *since_state, since, &local))
    return TRUE;
  if (local == NULL)
    {
      csm_method_refuse (call, CSM_JMAP_CANNOT_CALCULATE_CHANGES, NULL);
      return FALSE;
    }
  *refused = FALSE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
write_page (CsmMethodCall     *call,
            const char        *since_state,
            CsmChanges        *changes,
            gboolean           with_records,
            gsize             *length,
            GError           **error)
{
  CsmJmapResponseWriter *writer = call->context->writer;
  g_autofree char *state = csm_txn_format_state (call->context->txn, call->account, changes->modseq);
  GString *text = csm_jmap_response_writer_begin (writer, call->name, call->call_id);
  gsize start = text->len;

  g_string_append_printf (text, "{\"accountId\":\"%s\",\"oldState\":", call->account_id);
  if (since_state != NULL)
    csm_jmap_write_string (text, since_state);
  else
    g_string_append (text, "null");
  g_string_append_printf (text, ",\"newState\":\"%s\",\"hasMoreChanges\":%s", state, changes->has_more ? "true" : "false");
  append_ids (text, "created", changes->created);
  append_ids (text, "updated", changes->updated);
  append_ids (text, "destroyed", changes->destroyed);
  if (with_records && !append_records (call, text, changes, error))
    {
      csm_jmap_response_writer_cancel (writer);
      return FALSE;
    }
  g_string_append_c (text, '}');
  *length = text->len - start;
  csm_jmap_response_writer_end (writer);
  return TRUE;
}

/**
 * csm_method_changes:
 * @call: a call
 * @error: when the server failed
 *
 * Foo/changes (RFC 8620, section 5.2), and `includeRecords`.
 *
 * Returns: whether the call was answered
 */
gboolean
csm_method_changes (CsmMethodCall  *call,
                    GError        **error)
{
  static const char * const known[] = { "sinceState", "maxChanges", "includeRecords", NULL };
  const char *since_state;
  gint64 max, since;
  gboolean with_records, refused;

  if (!csm_method_check (call, known) || !csm_method_get_flag (call, "includeRecords", &with_records) ||
      !csm_method_get_number (call, "maxChanges", 1, 0, &max))
    return TRUE;
  if (!read_since (call, with_records, &since_state, &since, &refused, error))
    return refused;
  if (max == 0)
    max = with_records ? CSM_JMAP_MAX_OBJECTS_IN_GET : CSM_JMAP_MAX_CHANGES;
  max = MIN (max, CSM_JMAP_MAX_CHANGES);
  /* A page of long mails is a short one: whoever wrote them must not decide how much memory that takes. */
  for (gsize length = 0;; max = MAX (max / 4, 1))
    {
      g_autoptr (CsmChanges) changes = csm_txn_changes (call->context->txn, call->account, call->type, since, (guint) max, error);

      if (changes == NULL || !write_page (call, since_state, changes, with_records, &length, error))
        return FALSE;
      if (length <= LONGEST_PAGE || !with_records || max == 1)
        return TRUE;
      csm_jmap_response_writer_cancel (call->context->writer);
    }
}
