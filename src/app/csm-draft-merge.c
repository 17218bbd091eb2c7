/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-draft-text-private.h"

#include <string.h>

#include "csm-json.h"
#include "csm-time.h"

/*
 * What goes to the Draft record, and comes from it. A record that is merged must hold what was flushed before: whoever
 * reads records waits until the patch is written.
 */

#define PREFIX "paragraphs/"

static int
find_key (CsmDraftText *self,
          const char   *key)
{
  for (guint i = 0; i < self->paragraphs->len; i++)
    if (g_str_equal (csm_draft_text_get (self, i)->key, key))
      return (int) i;
  return -1;
}

/* What of a paragraph is in the record, or "". */
static const char *
get_text (JsonObject *stored)
{
  const char *text = stored != NULL ? csm_json_get_string (stored, "text") : NULL;

  return text != NULL ? text : "";
}

static const char *
get_position (JsonObject *stored)
{
  const char *position = csm_json_get_string (stored, "position");

  return position != NULL ? position : "";
}

static int
compare_place (const char *position_a,
               const char *key_a,
               const char *position_b,
               const char *key_b)
{
  int order = strcmp (position_a != NULL ? position_a : "", position_b != NULL ? position_b : "");

  return order != 0 ? order : strcmp (key_a, key_b);
}

/* Where among the others a paragraph belongs. */
static guint
find_place (CsmDraftText *self,
            const char   *position,
            const char   *key)
{
  guint i = 0;

  while (i < self->paragraphs->len
         && compare_place (csm_draft_text_get (self, i)->position, csm_draft_text_get (self, i)->key, position, key) < 0)
    i++;
  return i;
}

/* --- from the record --------------------------------------------------------------------------------------- */

static gboolean
is_among_others (JsonObject *stored,
                 const char *text)
{
  JsonArray *others = csm_json_get_array (stored, "others");

  for (guint i = 0; others != NULL && i < json_array_get_length (others); i++)
    if (g_str_equal (get_text (json_array_get_object_element (others, i)), text))
      return TRUE;
  return FALSE;
}

static void
add_version (GPtrArray  *versions,
             JsonObject *stored,
             const char *mine)
{
  if (!g_str_equal (get_text (stored), mine))
    g_ptr_array_add (versions, csm_draft_version_new (get_text (stored), csm_json_get_string (stored, "by"), csm_json_get_time (stored, "at")));
}

/* Fills in what stands against what is in the box. */
static void
read_versions (CsmDraftParagraph *self,
               JsonObject        *stored,
               gboolean           with_stored)
{
  JsonArray *others = csm_json_get_array (stored, "others");
  g_autofree char *mine = csm_draft_paragraph_dup (self);

  g_ptr_array_set_size (self->versions, 0);
  if (with_stored)
    add_version (self->versions, stored, mine);
  for (guint i = 0; others != NULL && i < json_array_get_length (others); i++)
    add_version (self->versions, json_array_get_object_element (others, i), mine);
}

/* It is what is stored. */
static void
take_stored (CsmDraftParagraph *self,
             JsonObject        *stored)
{
  g_free (self->shared);
  self->shared = g_strdup (get_text (stored));
  self->rev = self->seen_rev;
  g_free (self->by);
  self->by = g_strdup (csm_json_get_string (stored, "by"));
  self->at = csm_json_get_time (stored, "at");
  self->chosen = self->chosen && g_strcmp0 (self->position, get_position (stored)) != 0;
  read_versions (self, stored, FALSE);
}

/*
 * What somebody else wrote takes the place only of what nobody changed here since it was shared. What the server put
 * aside stays in the box, and what it kept is shown beside it.
 */
static void
merge_paragraph (CsmDraftText *self,
                 guint         index,
                 JsonObject   *stored)
{
  CsmDraftParagraph *paragraph = csm_draft_text_get (self, index);
  g_autofree char *mine = csm_draft_paragraph_dup (paragraph);
  gboolean dirty = csm_draft_paragraph_is_dirty (paragraph);
  const char *text = get_text (stored);
  gboolean refused = is_among_others (stored, mine) || (paragraph->shared != NULL && is_among_others (stored, paragraph->shared));

  paragraph->seen_rev = csm_json_get_int (stored, "rev", 0);
  if (g_str_equal (text, mine))
    {
      take_stored (paragraph, stored);
    }
  else if (g_strcmp0 (text, paragraph->shared) == 0)
    {
      paragraph->rev = paragraph->seen_rev;
      read_versions (paragraph, stored, FALSE);
    }
  else if (!dirty && !refused)
    {
      csm_draft_text_replace (self, index, text);
      take_stored (paragraph, stored);
    }
  else
    {
      /* Without others: what is written here is shared against what it was made from, and the server puts both side by side. */
      read_versions (paragraph, stored, csm_json_get_array (stored, "others") != NULL);
    }
}

static void
merge_position (CsmDraftText *self,
                guint         index,
                JsonObject   *stored)
{
  CsmDraftParagraph *paragraph = csm_draft_text_get (self, index);
  guint place;

  if (paragraph->chosen || g_strcmp0 (paragraph->position, get_position (stored)) == 0 || get_position (stored)[0] == '\0')
    return;
  g_free (paragraph->position);
  paragraph->position = g_strdup (get_position (stored));
  place = find_place (self, paragraph->position, paragraph->key);
  if (place == index || place == index + 1)
    {
      gboolean last = index + 1 >= self->paragraphs->len;
      CsmDraftParagraph *next = last ? NULL : csm_draft_text_get (self, index + 1);

      if (last || compare_place (paragraph->position, paragraph->key, next->position, next->key) < 0)
        return;
    }
  paragraph = csm_draft_text_steal (self, index);
  csm_draft_text_insert (self, find_place (self, paragraph->position, paragraph->key), paragraph);
}

static void
merge_unknown (CsmDraftText *self,
               const char   *key,
               JsonObject   *stored)
{
  CsmDraftParagraph *deleted = g_hash_table_lookup (self->deleted, key);
  CsmDraftParagraph *paragraph;

  if (deleted != NULL && !deleted->chosen && g_strcmp0 (deleted->shared, get_text (stored)) == 0)
    {
      deleted->rev = csm_json_get_int (stored, "rev", 0);
      return;
    }
  g_hash_table_remove (self->deleted, key);
  paragraph = csm_draft_paragraph_new (key, get_position (stored), get_text (stored));
  paragraph->seen_rev = csm_json_get_int (stored, "rev", 0);
  take_stored (paragraph, stored);
  csm_draft_text_insert (self, find_place (self, paragraph->position, key), paragraph);
}

/* Somebody took it out, or sent it. What was written here meanwhile stays. */
static void
merge_gone (CsmDraftText *self,
            JsonObject   *paragraphs)
{
  GHashTableIter iter;
  gpointer key;

  for (guint i = self->paragraphs->len; i-- > 0;)
    {
      CsmDraftParagraph *paragraph = csm_draft_text_get (self, i);

      if (paragraph->shared == NULL || paragraph->shared[0] == '\0'
          || get_text (paragraphs != NULL ? csm_json_get_object (paragraphs, paragraph->key) : NULL)[0] != '\0')
        continue;
      if (!csm_draft_paragraph_is_dirty (paragraph) && paragraph->versions->len == 0)
        {
          csm_draft_paragraph_free (csm_draft_text_steal (self, i));
          continue;
        }
      g_ptr_array_set_size (paragraph->versions, 0);
      g_clear_pointer (&paragraph->shared, g_free);
    }
  g_hash_table_iter_init (&iter, self->deleted);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (get_text (paragraphs != NULL ? csm_json_get_object (paragraphs, key) : NULL)[0] == '\0')
      g_hash_table_iter_remove (&iter);
}

/**
 * csm_draft_text_merge:
 * @self: a text
 * @paragraphs: (nullable): those of the Draft record, as it is with all that was flushed
 *
 * Puts into the box what others wrote.
 */
void
csm_draft_text_merge (CsmDraftText *self,
                      JsonObject   *paragraphs)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  merge_gone (self, paragraphs);
  if (paragraphs == NULL)
    return;
  json_object_iter_init_ordered (&iter, paragraphs);
  while (json_object_iter_next_ordered (&iter, &key, &node))
    {
      JsonObject *stored = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      int index = find_key (self, key);

      if (get_text (stored)[0] == '\0')
        continue;
      if (index < 0)
        {
          merge_unknown (self, key, stored);
          continue;
        }
      merge_paragraph (self, (guint) index, stored);
      merge_position (self, (guint) index, stored);
    }
}

/* --- to the record ----------------------------------------------------------------------------------------- */

/* What stands against it stays: who goes on writing has not chosen. */
static void
add_others (JsonObject        *value,
            CsmDraftParagraph *paragraph)
{
  JsonArray *others = json_array_new ();

  for (guint i = 0; i < paragraph->versions->len; i++)
    {
      CsmDraftVersion *version = paragraph->versions->pdata[i];
      JsonObject *other = json_object_new ();

      json_object_set_string_member (other, "text", version->text);
      if (version->by != NULL)
        json_object_set_string_member (other, "by", version->by);
      if (version->at != CSM_TIME_NONE)
        csm_json_set_time (other, "at", version->at);
      json_array_add_object_element (others, other);
    }
  json_object_set_array_member (value, "others", others);
}

static void
add_patch (CsmDraftText      *self,
           JsonObject        *patch,
           CsmDraftParagraph *paragraph,
           const char        *text)
{
  JsonObject *value = json_object_new ();
  g_autofree char *path = g_strconcat (PREFIX, paragraph->key, NULL);

  json_object_set_string_member (value, "text", text);
  json_object_set_string_member (value, "position", paragraph->position != NULL ? paragraph->position : "");
  json_object_set_int_member (value, "rev", paragraph->rev);
  json_object_set_string_member (value, "writer", self->writer);
  if (paragraph->versions->len > 0)
    add_others (value, paragraph);
  json_object_set_object_member (patch, path, value);
}

/**
 * csm_draft_text_flush:
 * @self: a text
 *
 * Returns: (transfer full) (nullable): a patch of the Draft record with what is new here; %NULL: nothing is
 */
JsonObject *
csm_draft_text_flush (CsmDraftText *self)
{
  g_autoptr (JsonObject) patch = json_object_new ();
  GHashTableIter iter;
  gpointer value;

  for (guint i = 0; i < self->paragraphs->len; i++)
    {
      CsmDraftParagraph *paragraph = csm_draft_text_get (self, i);
      g_autofree char *text = NULL;

      if (!paragraph->chosen && !csm_draft_paragraph_is_dirty (paragraph))
        continue;
      text = csm_draft_paragraph_dup (paragraph);
      if (text[0] == '\0' && paragraph->shared == NULL)
        continue;
      add_patch (self, patch, paragraph, text);
      paragraph->chosen = FALSE;
      g_free (paragraph->shared);
      paragraph->shared = g_steal_pointer (&text);
    }
  g_hash_table_iter_init (&iter, self->deleted);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      CsmDraftParagraph *deleted = value;

      if (!deleted->chosen)
        add_patch (self, patch, deleted, "");
      deleted->chosen = TRUE;
    }
  return json_object_get_size (patch) > 0 ? g_steal_pointer (&patch) : NULL;
}

/* What csm_draft_text_flush() gave as @patch could not be written: it goes with the next one. */
void
csm_draft_text_fail (CsmDraftText *self,
                     JsonObject   *patch)
{
  for (guint i = 0; i < self->paragraphs->len; i++)
    {
      CsmDraftParagraph *paragraph = csm_draft_text_get (self, i);
      g_autofree char *path = g_strconcat (PREFIX, paragraph->key, NULL);

      paragraph->chosen = paragraph->chosen || json_object_has_member (patch, path);
    }
  for (GList *l = g_hash_table_get_values (self->deleted); l != NULL; l = g_list_delete_link (l, l))
    ((CsmDraftParagraph *) l->data)->chosen = FALSE;
}

/**
 * csm_draft_text_choose:
 * @self: a text
 * @key: a paragraph's
 * @version: the number of a version of it
 * @choice: what becomes of that
 *
 * When it was the last version that stood against it, the paragraph is shared again.
 */
void
csm_draft_text_choose (CsmDraftText   *self,
                       const char     *key,
                       guint           version,
                       CsmDraftChoice  choice)
{
  int index = find_key (self, key);
  CsmDraftParagraph *paragraph = index >= 0 ? csm_draft_text_get (self, (guint) index) : NULL;
  g_autofree char *text = NULL;

  if (paragraph == NULL || version >= paragraph->versions->len)
    return;
  text = g_strdup (((CsmDraftVersion *) paragraph->versions->pdata[version])->text);
  g_ptr_array_remove_index (paragraph->versions, version);
  if (choice == CSM_DRAFT_USE)
    {
      csm_draft_text_replace (self, (guint) index, text);
    }
  else if (choice == CSM_DRAFT_BOTH)
    {
      g_autofree char *id = csm_draft_key_new ();

      csm_draft_text_insert (self, (guint) index + 1, csm_draft_paragraph_new (id, NULL, text));
      csm_draft_text_place (self, (guint) index + 1);
    }
  if (paragraph->versions->len > 0)
    return;
  paragraph->rev = paragraph->seen_rev;
  paragraph->chosen = TRUE;
}

/* --- sending ----------------------------------------------------------------------------------------------- */

/* Returns: (transfer full): which paragraphs a reply is made of, as a Submission names them */
JsonObject *
csm_draft_text_list_sent (CsmDraftText *self)
{
  JsonObject *sent = json_object_new ();

  for (guint i = 0; i < self->paragraphs->len; i++)
    {
      CsmDraftParagraph *paragraph = csm_draft_text_get (self, i);
      JsonObject *value;

      if (paragraph->shared == NULL || paragraph->shared[0] == '\0')
        continue;
      value = json_object_new ();
      json_object_set_int_member (value, "rev", paragraph->rev);
      json_object_set_string_member (value, "writer", self->writer);
      json_object_set_object_member (sent, paragraph->key, value);
    }
  return sent;
}

/**
 * csm_draft_text_take:
 * @self: a text
 * @patch: takes what is shared out of the Draft record
 *
 * The reply leaves. The box is not touched.
 *
 * Returns: (transfer full) (element-type CsmDraftParagraph): for csm_draft_text_restore()
 */
GPtrArray *
csm_draft_text_take (CsmDraftText *self,
                     JsonObject   *patch)
{
  GPtrArray *taken = g_steal_pointer (&self->paragraphs);
  GHashTableIter iter;
  gpointer deleted;

  for (guint i = 0; i < taken->len; i++)
    {
      CsmDraftParagraph *paragraph = taken->pdata[i];

      if (paragraph->shared != NULL && paragraph->shared[0] != '\0')
        {
          g_autofree char *path = g_strconcat (PREFIX, paragraph->key, NULL);

          /* Only here, and for now: the server takes out what it sends, and leaves what it refuses to. */
          add_patch (self, patch, paragraph, "");
          json_object_set_boolean_member (json_object_get_object_member (patch, path), "sent", TRUE);
        }
    }
  g_hash_table_iter_init (&iter, self->deleted);
  while (g_hash_table_iter_next (&iter, NULL, &deleted))
    add_patch (self, patch, deleted, "");
  g_hash_table_remove_all (self->deleted);
  self->paragraphs = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_draft_paragraph_free);
  return taken;
}

/* The record gave it back already: without what was typed after it was shared, or with what somebody else made of it since. */
static void
restore_over (CsmDraftText      *self,
              guint              index,
              CsmDraftParagraph *old)
{
  CsmDraftParagraph *present = csm_draft_text_get (self, index);
  g_autofree char *text = csm_draft_paragraph_dup (present);
  g_autofree char *mine = csm_draft_paragraph_dup (old);
  g_autofree char *key = NULL;

  if (g_str_equal (text, mine))
    return;
  if (g_strcmp0 (text, old->shared) == 0)
    {
      csm_draft_text_replace (self, index, old->text);
      return;
    }
  if (!csm_draft_paragraph_is_dirty (old))
    return;
  key = csm_draft_key_new ();
  csm_draft_text_insert (self, index + 1, csm_draft_paragraph_new (key, NULL, mine));
  csm_draft_text_place (self, index + 1);
}

/* The reply comes back, as the paragraphs that it was made of: what others have of it already isn't there twice. */
void
csm_draft_text_restore (CsmDraftText *self,
                        GPtrArray    *taken)
{
  for (guint i = 0; i < taken->len; i++)
    {
      CsmDraftParagraph *old = taken->pdata[i];
      CsmDraftParagraph *paragraph;
      int index = find_key (self, old->key);

      if (index >= 0)
        {
          restore_over (self, (guint) index, old);
          continue;
        }
      paragraph = csm_draft_paragraph_new (old->key, old->position, old->text);
      paragraph->by = g_strdup (old->by);
      csm_draft_text_insert (self, find_place (self, old->position, old->key), paragraph);
    }
}
