/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-draft-merge.h"

#include <string.h>

#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-time.h"

/* Who wrote what of a draft, for those who ask: {at, by, keys: [paragraph], text}. */

#define MAX_REVISIONS 100
#define MAX_SIZE (256 * 1024)
#define MAX_ONE (MAX_SIZE - ENTRY_SIZE)
#define ENTRY_SIZE 2048
#define KEY_SIZE 70
/* What somebody writes at one go is one revision. */
#define AT_ONE_GO (60 * CSM_SECOND)

/* What @person_id wrote there: as the paragraph, or beside it. */
static const char *
own_text (JsonObject *paragraph,
          const char *person_id)
{
  JsonArray *others = csm_json_get_array (paragraph, "others");

  if (g_strcmp0 (csm_json_get_string (paragraph, "by"), person_id) == 0)
    return csm_json_get_string (paragraph, "text");
  for (guint i = others != NULL ? json_array_get_length (others) : 0; i > 0; i--)
    {
      JsonObject *other = csm_desk_object_at (others, i - 1);

      if (g_strcmp0 (csm_json_get_string (other, "by"), person_id) == 0)
        return csm_json_get_string (other, "text");
    }
  return NULL;
}

static JsonObject *
make_entry (JsonObject *paragraphs,
            GHashTable *keys,
            const char *person_id,
            gint64      at)
{
  JsonObject *entry = json_object_new ();
  JsonArray *list = json_array_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) order = csm_draft_keys (paragraphs);

  for (guint i = 0; i < order->len; i++)
    {
      const char *key = g_ptr_array_index (order, i);
      const char *own = g_hash_table_contains (keys, key) ? own_text (csm_json_get_object (paragraphs, key), person_id) : NULL;

      if (own == NULL)
        continue;
      json_array_add_string_element (list, key);
      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n\n" : "", own);
    }
  if (text->len > MAX_ONE)
    {
      const char *end;

      g_string_truncate (text, MAX_ONE);
      g_utf8_validate (text->str, (gssize) text->len, &end);
      g_string_truncate (text, (gsize) (end - text->str));
    }
  csm_json_set_time (entry, "at", at);
  csm_json_set_string (entry, "by", person_id);
  json_object_set_array_member (entry, "keys", list);
  csm_json_set_string (entry, "text", text->str);
  return entry;
}

static gsize
size_of (JsonObject *entry)
{
  const char *text = csm_json_get_string (entry, "text");
  JsonArray *keys = csm_json_get_array (entry, "keys");

  return (text != NULL ? strlen (text) : 0) + (keys != NULL ? json_array_get_length (keys) * KEY_SIZE : 0);
}

/**
 * csm_draft_note_revision:
 * @record: a draft, with its paragraphs as they are now
 * @merge: what somebody wrote in it
 * @person_id: who
 * @now: the time, µs
 *
 * Says in `revisions` who wrote what; the oldest go when there are too many.
 */
void
csm_draft_note_revision (JsonObject          *record,
                         const CsmDraftMerge *merge,
                         const char          *person_id,
                         gint64               now)
{
  JsonArray *old = csm_json_get_array (record, "revisions"), *new;
  guint n = old != NULL ? json_array_get_length (old) : 0;
  JsonObject *last = n > 0 ? csm_desk_object_at (old, n - 1) : NULL;
  g_autoptr (GHashTable) keys = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (JsonObject) entry = NULL;
  gint64 at = now;
  gsize size;
  guint first;

  if (merge->written->len == 0)
    return;
  for (guint i = 0; i < merge->written->len; i++)
    g_hash_table_add (keys, g_ptr_array_index (merge->written, i));
  if (last != NULL && g_strcmp0 (csm_json_get_string (last, "by"), person_id) == 0 && ABS (now - csm_json_get_time (last, "at")) < AT_ONE_GO)
    {
      JsonArray *list = csm_json_get_array (last, "keys");

      for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
        g_hash_table_add (keys, (char *) csm_desk_string_at (list, i));
      at = csm_json_get_time (last, "at");
      n--;
    }
  entry = make_entry (merge->paragraphs, keys, person_id, at);
  size = size_of (entry);
  for (first = n; first > 0 && n - first < MAX_REVISIONS - 1; first--)
    {
      size += size_of (csm_desk_object_at (old, first - 1));
      if (size > MAX_SIZE)
        break;
    }
  new = json_array_new ();
  for (; first < n; first++)
    json_array_add_object_element (new, json_object_ref (csm_desk_object_at (old, first)));
  json_array_add_object_element (new, g_steal_pointer (&entry));
  json_object_set_array_member (record, "revisions", new);
}
