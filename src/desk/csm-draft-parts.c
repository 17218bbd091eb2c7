/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-draft-parts.h"

#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-shape.h"
#include "csm-time.h"

/*
 * Of a recipient's line or the subject there is one that counts: what came last. Whoever wrote it without having seen what stood there
 * leaves that beside it, until somebody who has seen both says which it is. Files come and go one by one, and never clash.
 */

#define MAX_LINE 1000
#define MAX_PEOPLE 100
#define MAX_FILES 100
#define MAX_OTHERS 10
#define MAX_REV (G_GINT64_CONSTANT (1) << 50)

static const char *const names[] = { "to", "cc", "bcc", "subject" };

static const CsmShapeField entry_fields[] = {
  { "rev", CSM_SHAPE_INT, MAX_REV, TRUE },
  { "writer", CSM_SHAPE_LINE, CSM_SHAPE_MAX_KEY, TRUE },
  { "undecided", CSM_SHAPE_BOOL, 0, FALSE },
  { "sent", CSM_SHAPE_BOOL, 0, FALSE },
};

static const CsmShapeField mailbox_fields[] = {
  { "name", CSM_SHAPE_LINE, MAX_LINE, FALSE },
  { "address", CSM_SHAPE_LINE, MAX_LINE, FALSE },
};

static const CsmShapeField file_fields[] = {
  { "blobId", CSM_SHAPE_LINE, MAX_LINE, TRUE },
  { "name", CSM_SHAPE_LINE, MAX_LINE, FALSE },
  { "type", CSM_SHAPE_LINE, MAX_LINE, FALSE },
  { "size", CSM_SHAPE_INT, MAX_REV, FALSE },
  { "inline", CSM_SHAPE_BOOL, 0, FALSE },
  { "cid", CSM_SHAPE_LINE, MAX_LINE, FALSE },
  /* As they were, of one that comes back. */
  { "by", CSM_SHAPE_LINE, MAX_LINE, FALSE },
  { "at", CSM_SHAPE_LINE, MAX_LINE, FALSE },
  { "sent", CSM_SHAPE_BOOL, 0, FALSE },
};

static gint64
rev_of (JsonObject *entry)
{
  return csm_json_get_int (entry, "rev", 0);
}

static gboolean
same_value (JsonObject *a,
            JsonObject *b)
{
  JsonNode *x = a != NULL ? json_object_get_member (a, "value") : NULL, *y = b != NULL ? json_object_get_member (b, "value") : NULL;

  return x != NULL && y != NULL ? json_node_equal (x, y) : x == y;
}

static void
set_member (JsonObject *into,
            const char *name,
            JsonObject *from)
{
  if (json_object_has_member (from, name))
    json_object_set_member (into, name, csm_json_copy (json_object_get_member (from, name)));
}

/* --- to whom --------------------------------------------------------------------------------------------------------- */

static gboolean
value_fits (const char *name,
            JsonNode   *value)
{
  g_autoptr (JsonObject) line = json_object_new ();
  static const CsmShapeField one[] = { { "value", CSM_SHAPE_LINE, MAX_LINE, FALSE } };

  if (value == NULL)
    return FALSE;
  if (!g_str_equal (name, "subject"))
    return JSON_NODE_HOLDS_ARRAY (value) && json_array_get_length (json_node_get_array (value)) <= MAX_PEOPLE &&
           csm_shape_fits_list (json_node_get_array (value), mailbox_fields, G_N_ELEMENTS (mailbox_fields));
  json_object_set_member (line, "value", csm_json_copy (value));
  return !JSON_NODE_HOLDS_NULL (value) && csm_shape_fits (line, one, 1);
}

static gboolean
entry_fits (const char *name,
            JsonObject *given)
{
  g_autoptr (JsonObject) rest = given != NULL ? csm_json_copy_object (given) : NULL;

  if (rest == NULL || !g_strv_contains ((const char *const[]) { names[0], names[1], names[2], names[3], NULL }, name) ||
      !value_fits (name, json_object_get_member (rest, "value")))
    return FALSE;
  json_object_remove_member (rest, "value");
  return csm_shape_fits (rest, entry_fields, G_N_ELEMENTS (entry_fields));
}

/* Adds what @source says to what stands beside @entry, unless it is there or is the same. The oldest goes when there are too many. */
static void
add_other (JsonObject *entry,
           JsonObject *source)
{
  JsonArray *old = csm_json_get_array (entry, "others"), *others = json_array_new ();
  gboolean known = same_value (entry, source);
  JsonObject *one = json_object_new ();

  for (guint i = 0; old != NULL && i < json_array_get_length (old); i++)
    {
      JsonObject *other = csm_desk_object_at (old, i);

      if (same_value (other, entry))
        continue;
      known |= same_value (other, source);
      json_array_add_object_element (others, json_object_ref (other));
    }
  set_member (one, "value", source);
  set_member (one, "by", source);
  set_member (one, "at", source);
  if (known)
    json_object_unref (one);
  else
    json_array_add_object_element (others, one);
  while (json_array_get_length (others) > MAX_OTHERS)
    json_array_remove_element (others, 0);
  if (json_array_get_length (others) > 0)
    {
      json_object_set_array_member (entry, "others", others);
      return;
    }
  json_object_remove_member (entry, "others");
  json_array_unref (others);
}

static void
add_others (JsonObject *entry,
            JsonObject *source)
{
  JsonArray *list = csm_json_get_array (source, "others");

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    add_other (entry, csm_desk_object_at (list, i));
}

/* (transfer full) (nullable) */
static JsonObject *
merge_entry (JsonObject *old,
             JsonObject *given,
             gint64      spent_rev,
             const char *person_id,
             gint64      now)
{
  gboolean fresh = old != NULL && rev_of (given) == rev_of (old);
  gboolean own = old != NULL && g_strcmp0 (csm_json_get_string (old, "by"), person_id) == 0 &&
                 g_strcmp0 (csm_json_get_string (old, "writer"), csm_json_get_string (given, "writer")) == 0;
  gboolean decides = fresh && !csm_json_get_boolean (given, "undecided");
  JsonObject *entry;

  if (csm_json_get_boolean (given, "sent"))
    return old != NULL ? json_object_ref (old) : NULL;
  if (same_value (old, given) && !(decides && json_object_has_member (old, "others")))
    return json_object_ref (old);
  entry = json_object_new ();
  set_member (entry, "value", given);
  set_member (entry, "writer", given);
  csm_json_set_string (entry, "by", person_id);
  csm_json_set_time (entry, "at", now);
  json_object_set_int_member (entry, "rev", (old != NULL ? rev_of (old) : MAX (rev_of (given), spent_rev)) + 1);
  if (old != NULL && !decides)
    {
      add_others (entry, old);
      if (!fresh && !own)
        add_other (entry, old);
    }
  return entry;
}

/**
 * csm_draft_merge_envelope:
 * @stored: (nullable): the envelope that is there
 * @given: (nullable): what a patch made of it; what is not in it stays
 * @spent_rev: the greatest revision of those that are gone
 * @person_id: whose patch that is
 * @now: the time, µs
 *
 * Returns: (transfer full) (nullable): what comes of both; %NULL when something is not as it has to be
 */
JsonObject *
csm_draft_merge_envelope (JsonObject *stored,
                          JsonObject *given,
                          gint64      spent_rev,
                          const char *person_id,
                          gint64      now)
{
  g_autoptr (JsonObject) merged = stored != NULL ? csm_json_copy_object (stored) : json_object_new ();
  g_autoptr (GList) keys = given != NULL ? json_object_get_members (given) : NULL;

  for (GList *l = keys; l != NULL; l = l->next)
    {
      JsonNode *node = json_object_get_member (given, l->data);
      JsonObject *old = csm_json_get_object (stored, l->data), *new = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      g_autoptr (JsonObject) entry = NULL;

      if (old != NULL && new != NULL && json_node_equal (json_object_get_member (stored, l->data), node))
        continue;
      if (!entry_fits (l->data, new))
        return NULL;
      entry = merge_entry (old, new, spent_rev, person_id, now);
      if (entry != NULL)
        json_object_set_object_member (merged, l->data, csm_json_copy_object (entry));
    }
  return g_steal_pointer (&merged);
}

/* --- files ----------------------------------------------------------------------------------------------------------- */

/**
 * csm_draft_merge_files:
 * @stored: (nullable): the files that are there
 * @given: (nullable): what a patch made of them; what is not in it goes
 * @person_id: whose patch that is
 * @now: the time, µs
 *
 * Returns: (transfer full) (nullable): what comes of both; %NULL when something is not as it has to be
 */
JsonObject *
csm_draft_merge_files (JsonObject *stored,
                       JsonObject *given,
                       const char *person_id,
                       gint64      now)
{
  g_autoptr (JsonObject) merged = json_object_new ();
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  if (given == NULL)
    return g_steal_pointer (&merged);
  json_object_iter_init_ordered (&iter, given);
  while (json_object_iter_next_ordered (&iter, &key, &node))
    {
      JsonObject *old = csm_json_get_object (stored, key), *file = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      JsonObject *new;

      if (old != NULL && file != NULL)
        {
          json_object_set_object_member (merged, key, csm_json_copy_object (old));
          continue;
        }
      if (!csm_shape_is_key (key) || !csm_shape_fits (file, file_fields, G_N_ELEMENTS (file_fields)))
        return NULL;
      /* It goes with the Submission, and has gone. */
      if (csm_json_get_boolean (file, "sent"))
        continue;
      new = csm_json_copy_object (file);
      json_object_remove_member (new, "sent");
      csm_json_set_string (new, "by", person_id);
      csm_json_set_time (new, "at", now);
      json_object_set_object_member (merged, key, new);
    }
  return json_object_get_size (merged) <= MAX_FILES ? g_steal_pointer (&merged) : NULL;
}

static gboolean
has_file (JsonObject *draft,
          const char *key)
{
  return csm_json_get_object (csm_json_get_object (draft, "files"), key) != NULL;
}

/**
 * csm_draft_parts_differ:
 * @before: a draft
 * @after: it later
 *
 * Returns: whether it goes to others, under another subject or with other files
 */
gboolean
csm_draft_parts_differ (JsonObject *before,
                        JsonObject *after)
{
  JsonObject *old = csm_json_get_object (before, "files"), *new = csm_json_get_object (after, "files");
  g_autoptr (GList) keys = new != NULL ? json_object_get_members (new) : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (!same_value (csm_json_get_object (csm_json_get_object (before, "envelope"), names[i]), csm_json_get_object (csm_json_get_object (after, "envelope"), names[i])))
        return TRUE;
    }
  for (GList *l = keys; l != NULL; l = l->next)
    {
      if (!has_file (before, l->data))
        return TRUE;
    }
  return (old != NULL ? json_object_get_size (old) : 0) != g_list_length (keys);
}

/**
 * csm_draft_new_files:
 * @before: a draft
 * @after: it later
 *
 * Returns: (transfer full): the files that came, as a list of attachments
 */
JsonArray *
csm_draft_new_files (JsonObject *before,
                     JsonObject *after)
{
  JsonObject *files = csm_json_get_object (after, "files");
  g_autoptr (GList) keys = files != NULL ? json_object_get_members (files) : NULL;
  JsonArray *list = json_array_new ();

  for (GList *l = keys; l != NULL; l = l->next)
    {
      if (!has_file (before, l->data))
        json_array_add_object_element (list, json_object_ref (csm_json_get_object (files, l->data)));
    }
  return list;
}

/* --- sending --------------------------------------------------------------------------------------------------------- */

/* Adds what the entries of a list name, small. */
static void
collect (JsonArray  *list,
         const char *member,
         GHashTable *into)
{
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      const char *name = csm_json_get_string (csm_desk_object_at (list, i), member);

      if (name != NULL)
        g_hash_table_add (into, g_utf8_strdown (name, -1));
    }
}

static GHashTable *
set_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static gboolean
same_set (GHashTable *a,
          GHashTable *b)
{
  GHashTableIter iter;
  gpointer one;

  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &one, NULL))
    {
      if (!g_hash_table_contains (b, one))
        return FALSE;
    }
  return g_hash_table_size (a) == g_hash_table_size (b);
}

static JsonObject *
entry_of (JsonObject *draft,
          const char *name)
{
  return csm_json_get_object (csm_json_get_object (draft, "envelope"), name);
}

/* Whether what the entry says went out so. */
static gboolean
entry_is_sent (JsonObject *entry,
               const char *name,
               JsonObject *submission)
{
  g_autoptr (GHashTable) said = set_new ();
  g_autoptr (GHashTable) sent = set_new ();

  if (g_str_equal (name, "subject"))
    return g_strcmp0 (csm_json_get_string (entry, "value"), csm_json_get_string (submission, name)) == 0;
  collect (csm_json_get_array (entry, "value"), "address", said);
  collect (csm_json_get_array (submission, name), "address", sent);
  return same_set (said, sent);
}

static gboolean
is_attached (JsonObject *submission,
             const char *blob_id)
{
  JsonArray *list = csm_json_get_array (submission, "attachments");

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      if (g_strcmp0 (csm_json_get_string (csm_desk_object_at (list, i), "blobId"), blob_id) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
spend_rev (JsonObject *draft,
           gint64      rev)
{
  json_object_set_int_member (draft, "spentRev", MAX (csm_json_get_int (draft, "spentRev", 0), rev));
}

static void
take_envelope (JsonObject *draft,
               JsonObject *submission,
               const char *person_id,
               JsonObject *taken)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      JsonObject *entry = entry_of (draft, names[i]);

      /* What somebody else wrote since is for the next reply. */
      if (entry == NULL || (g_strcmp0 (csm_json_get_string (entry, "by"), person_id) != 0 && !entry_is_sent (entry, names[i], submission)))
        continue;
      json_object_set_object_member (taken, names[i], csm_json_copy_object (entry));
      spend_rev (draft, rev_of (entry));
      json_object_remove_member (csm_json_get_object (draft, "envelope"), names[i]);
    }
}

/**
 * csm_draft_take_parts:
 * @draft: a draft of which the text went out
 * @submission: what goes out
 * @person_id: who sends
 * @anew: whether the next reply begins; whoever goes on has still whom to write to
 * @note: gets what csm_draft_return_parts() needs
 *
 * Takes out of the draft what went out with the text.
 */
void
csm_draft_take_parts (JsonObject *draft,
                      JsonObject *submission,
                      const char *person_id,
                      gboolean    anew,
                      JsonObject *note)
{
  JsonObject *files = csm_json_get_object (draft, "files"), *taken = json_object_new (), *gone = json_object_new ();
  g_autoptr (GList) keys = files != NULL ? json_object_get_members (files) : NULL;

  if (anew)
    take_envelope (draft, submission, person_id, taken);
  for (GList *l = keys; l != NULL; l = l->next)
    {
      JsonObject *file = csm_json_get_object (files, l->data);

      if (file == NULL || !is_attached (submission, csm_json_get_string (file, "blobId")))
        continue;
      json_object_set_object_member (gone, l->data, csm_json_copy_object (file));
      json_object_remove_member (files, l->data);
    }
  json_object_set_object_member (note, "envelope", taken);
  json_object_set_object_member (note, "files", gone);
}

/**
 * csm_draft_return_parts:
 * @draft: a draft
 * @note: what csm_draft_take_parts() said
 *
 * Puts it into the draft again; what was written there since stays, with this beside it.
 */
void
csm_draft_return_parts (JsonObject *draft,
                        JsonObject *note)
{
  JsonObject *envelope = csm_json_get_object (draft, "envelope"), *files = csm_json_get_object (draft, "files");
  JsonObject *taken = csm_json_get_object (note, "envelope"), *gone = csm_json_get_object (note, "files");
  g_autoptr (GList) keys = gone != NULL ? json_object_get_members (gone) : NULL;

  for (guint i = 0; taken != NULL && i < G_N_ELEMENTS (names); i++)
    {
      JsonObject *one = csm_json_get_object (taken, names[i]), *now = csm_json_get_object (envelope, names[i]), *back;

      if (one == NULL)
        continue;
      back = csm_json_copy_object (now != NULL ? now : one);
      if (now != NULL)
        {
          add_other (back, one);
          add_others (back, one);
        }
      json_object_set_int_member (back, "rev", MAX (csm_json_get_int (draft, "spentRev", 0), rev_of (now)) + 1);
      json_object_set_object_member (envelope, names[i], back);
    }
  for (GList *l = keys; l != NULL; l = l->next)
    {
      if (!has_file (draft, l->data))
        json_object_set_object_member (files, l->data, csm_json_copy_object (csm_json_get_object (gone, l->data)));
    }
}

/**
 * csm_draft_join_envelope:
 * @from: a draft that is one with another one from now on
 * @into: that one
 *
 * What both say stays as it is in @into, and what @from said stands beside it.
 */
void
csm_draft_join_envelope (JsonObject *from,
                         JsonObject *into)
{
  JsonObject *envelope = csm_json_get_object (into, "envelope");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      JsonObject *entry = entry_of (from, names[i]), *there = csm_json_get_object (envelope, names[i]), *joined;

      if (entry == NULL)
        continue;
      joined = csm_json_copy_object (there != NULL ? there : entry);
      if (there != NULL)
        {
          add_other (joined, entry);
          add_others (joined, entry);
        }
      json_object_set_int_member (joined, "rev", MAX (csm_json_get_int (into, "spentRev", 0), MAX (rev_of (entry), rev_of (there))) + 1);
      json_object_set_object_member (envelope, names[i], joined);
      spend_rev (from, rev_of (entry));
      json_object_remove_member (csm_json_get_object (from, "envelope"), names[i]);
    }
}

/**
 * csm_draft_parts_are_sent:
 * @draft: a draft
 * @submission: what somebody sends
 *
 * A hidden copy to somebody is another reply, too, and so is another file. What a draft says nothing of was for its sender to choose.
 *
 * Returns: whether it goes to whom the draft names, as what it names, and with the files that are there
 */
gboolean
csm_draft_parts_are_sent (JsonObject *draft,
                          JsonObject *submission)
{
  JsonObject *files = csm_json_get_object (draft, "files");
  JsonObject *subject = entry_of (draft, "subject");
  g_autoptr (GList) keys = files != NULL ? json_object_get_members (files) : NULL;
  g_autoptr (GHashTable) said = set_new ();
  g_autoptr (GHashTable) sent = set_new ();
  gboolean named;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (g_str_equal (names[i], "subject"))
        continue;
      collect (csm_json_get_array (entry_of (draft, names[i]), "value"), "address", said);
      collect (csm_json_get_array (submission, names[i]), "address", sent);
    }
  named = g_hash_table_size (said) > 0;
  if (named && !same_set (said, sent))
    return FALSE;
  if (subject != NULL && *csm_json_get_string (subject, "value") != '\0' && csm_json_get_string (submission, "subject") != NULL &&
      !entry_is_sent (subject, "subject", submission))
    return FALSE;
  g_hash_table_remove_all (said);
  g_hash_table_remove_all (sent);
  for (GList *l = keys; l != NULL; l = l->next)
    g_hash_table_add (said, g_utf8_strdown (csm_json_get_string (csm_json_get_object (files, l->data), "blobId"), -1));
  collect (csm_json_get_array (submission, "attachments"), "blobId", sent);
  return (!named && g_hash_table_size (said) == 0) || same_set (said, sent);
}

/**
 * csm_draft_parts_are_seen:
 * @draft: a draft
 * @seen: (nullable): {key: {rev}}, of its envelope and its files, where a file has none
 * @person_id: who has seen that
 *
 * Returns: whether it is all there is, but for what the same person has written since
 */
gboolean
csm_draft_parts_are_seen (JsonObject *draft,
                          JsonObject *seen,
                          const char *person_id)
{
  JsonObject *parts[] = { csm_json_get_object (draft, "envelope"), csm_json_get_object (draft, "files") };
  guint known = 0;

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autoptr (GList) keys = parts[i] != NULL ? json_object_get_members (parts[i]) : NULL;

      for (GList *l = keys; l != NULL; l = l->next)
        {
          JsonObject *part = csm_json_get_object (parts[i], l->data), *one = csm_json_get_object (seen, l->data);

          known += one != NULL;
          if ((one == NULL || csm_json_get_int (one, "rev", -1) != rev_of (part)) && g_strcmp0 (csm_json_get_string (part, "by"), person_id) != 0)
            return FALSE;
        }
    }
  return seen == NULL || known == json_object_get_size (seen);
}
