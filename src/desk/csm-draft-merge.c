/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-draft-merge.h"

#include <string.h>

#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-shape.h"
#include "csm-time.h"

/*
 * Several people write one reply, some of them without a network. The paragraph is what they can clash over. A write says which revision
 * of the paragraph its writer has seen (`rev`); one that has seen the newest, or comes from where the newest came from (`writer`), stands.
 * Of any other the text is put beside the one that stands, and stays until somebody who has seen both says what to keep.
 */

#define MAX_PARAGRAPHS 2000
#define MAX_TEXT (64 * 1024)
#define MAX_ALL_TEXT (1024 * 1024)
#define MAX_OTHERS 50
#define MAX_REV (G_GINT64_CONSTANT (1) << 50)

static const CsmShapeField fields[] = {
  { "text", CSM_SHAPE_TEXT, MAX_TEXT, TRUE },
  { "position", CSM_SHAPE_LINE, 100, TRUE },
  { "rev", CSM_SHAPE_INT, MAX_REV, TRUE },
  { "writer", CSM_SHAPE_LINE, CSM_SHAPE_MAX_KEY, TRUE },
  { "others", CSM_SHAPE_LIST, 2 * MAX_OTHERS, FALSE },
  { "sent", CSM_SHAPE_BOOL, 0, FALSE },
};

static const char *
text_of (JsonObject *paragraph)
{
  const char *text = csm_json_get_string (paragraph, "text");

  return text != NULL ? text : "";
}

static gboolean
same (JsonObject *a,
      JsonObject *b,
      const char *member)
{
  return g_strcmp0 (csm_json_get_string (a, member), csm_json_get_string (b, member)) == 0;
}

static guint
n_others (JsonObject *paragraph)
{
  JsonArray *others = csm_json_get_array (paragraph, "others");

  return others != NULL ? json_array_get_length (others) : 0;
}

static JsonObject *
nth_other (JsonObject *paragraph,
           guint       n)
{
  return csm_desk_object_at (csm_json_get_array (paragraph, "others"), n);
}

static void
bump (JsonObject *paragraph,
      JsonObject *old)
{
  json_object_set_int_member (paragraph, "rev", csm_json_get_int (old, "rev", 0) + 1);
}

/* Where what @writer wrote stands beside the paragraph, or -1. */
static int
find_other (JsonObject *paragraph,
            const char *person_id,
            const char *writer)
{
  for (guint i = 0; i < n_others (paragraph); i++)
    {
      JsonObject *other = nth_other (paragraph, i);

      if (g_strcmp0 (csm_json_get_string (other, "by"), person_id) == 0 && g_strcmp0 (csm_json_get_string (other, "writer"), writer) == 0)
        return (int) i;
    }
  return -1;
}

static gboolean
has_other_text (JsonObject *paragraph,
                const char *text)
{
  for (guint i = 0; i < n_others (paragraph); i++)
    {
      if (g_str_equal (text_of (nth_other (paragraph, i)), text))
        return TRUE;
    }
  return FALSE;
}

static JsonObject *
make_paragraph (JsonObject *given,
                const char *person_id,
                gint64      now)
{
  JsonObject *paragraph = json_object_new ();

  csm_json_set_string (paragraph, "text", text_of (given));
  csm_json_set_string (paragraph, "position", csm_json_get_string (given, "position"));
  csm_json_set_string (paragraph, "writer", csm_json_get_string (given, "writer"));
  csm_json_set_string (paragraph, "by", person_id);
  csm_json_set_time (paragraph, "at", now);
  bump (paragraph, given);
  return paragraph;
}

/* The text of @given beside @old, in place of what its writer has put there before. */
static JsonObject *
put_beside (JsonObject *old,
            JsonObject *given,
            const char *person_id,
            gint64      now)
{
  JsonObject *paragraph = csm_json_copy_object (old);
  JsonArray *others = json_array_new ();
  JsonObject *entry = json_object_new ();
  int own = find_other (old, person_id, csm_json_get_string (given, "writer"));

  csm_json_set_string (entry, "text", text_of (given));
  csm_json_set_string (entry, "by", person_id);
  csm_json_set_time (entry, "at", now);
  csm_json_set_string (entry, "writer", csm_json_get_string (given, "writer"));
  for (guint i = 0; i < n_others (old); i++)
    json_array_add_object_element (others, json_object_ref ((int) i == own ? entry : nth_other (old, i)));
  if (own < 0)
    json_array_add_object_element (others, json_object_ref (entry));
  json_object_unref (entry);
  json_object_set_array_member (paragraph, "others", others);
  bump (paragraph, old);
  return paragraph;
}

/**
 * csm_draft_without_text:
 * @paragraph: a paragraph of which the text goes: it was deleted, or sent
 *
 * Returns: (transfer full) (nullable): what stood beside it, in its place; %NULL when nothing did
 */
JsonObject *
csm_draft_without_text (JsonObject *paragraph)
{
  JsonObject *first = n_others (paragraph) > 0 ? nth_other (paragraph, 0) : NULL;
  JsonObject *left;
  JsonArray *others;

  if (first == NULL)
    return NULL;
  left = csm_json_copy_object (paragraph);
  csm_json_set_string (left, "text", text_of (first));
  csm_json_set_string (left, "by", csm_json_get_string (first, "by"));
  csm_json_set_string (left, "at", csm_json_get_string (first, "at"));
  csm_json_set_string (left, "writer", csm_json_get_string (first, "writer"));
  json_object_remove_member (left, "others");
  if (n_others (paragraph) > 1)
    {
      others = json_array_new ();
      for (guint i = 1; i < n_others (paragraph); i++)
        json_array_add_object_element (others, json_object_ref (nth_other (paragraph, i)));
      json_object_set_array_member (left, "others", others);
    }
  bump (left, paragraph);
  return left;
}

/* What stands: from somebody who has seen the newest, or who wrote it. */
static JsonObject *
overwrite (JsonObject *old,
           JsonObject *given,
           gboolean    fresh,
           const char *person_id,
           gint64      now)
{
  gboolean keeps_others = n_others (old) > 0 && (!fresh || json_object_has_member (given, "others"));
  gboolean same_text = same (old, given, "text");
  JsonObject *paragraph;

  if (*text_of (given) == '\0')
    return csm_draft_without_text (old);
  if (same_text && same (old, given, "position") && keeps_others == (n_others (old) > 0))
    return json_object_ref (old);
  /* Whoever moves a paragraph, or decides for it, has not written it. */
  paragraph = same_text ? csm_json_copy_object (old) : make_paragraph (given, person_id, now);
  csm_json_set_string (paragraph, "position", csm_json_get_string (given, "position"));
  json_object_remove_member (paragraph, "others");
  if (keeps_others)
    json_object_set_member (paragraph, "others", csm_json_copy (json_object_get_member (old, "others")));
  bump (paragraph, old);
  return paragraph;
}

/* Whoever has not seen what stands. Nothing that was written is lost: deleting it is. */
static JsonObject *
write_blindly (JsonObject *old,
               JsonObject *given,
               const char *person_id,
               gint64      now)
{
  JsonObject *paragraph;

  if (*text_of (given) == '\0')
    return json_object_ref (old);
  if (!same (old, given, "text") && !has_other_text (old, text_of (given)))
    return put_beside (old, given, person_id, now);
  if (!same (old, given, "text") || same (old, given, "position"))
    return json_object_ref (old);
  paragraph = csm_json_copy_object (old);
  csm_json_set_string (paragraph, "position", csm_json_get_string (given, "position"));
  bump (paragraph, old);
  return paragraph;
}

/* A paragraph that was there may have been deleted or sent: nobody who saw an older one may pass for having seen this. */
static JsonObject *
make_new (JsonObject *given,
          gint64      spent_rev,
          const char *person_id,
          gint64      now)
{
  JsonObject *paragraph;

  if (*text_of (given) == '\0')
    return NULL;
  paragraph = make_paragraph (given, person_id, now);
  json_object_set_int_member (paragraph, "rev", MAX (csm_json_get_int (given, "rev", 0), spent_rev) + 1);
  return paragraph;
}

/* (nullable): none is left */
static JsonObject *
merge_one (JsonObject *old,
           JsonObject *given,
           gint64      spent_rev,
           const char *person_id,
           gint64      now)
{
  const char *writer = csm_json_get_string (given, "writer");
  gboolean fresh, own;

  /* It goes with the Submission, if that is taken. */
  if (csm_json_get_boolean (given, "sent"))
    return old != NULL ? json_object_ref (old) : NULL;
  if (old == NULL)
    return make_new (given, spent_rev, person_id, now);
  fresh = csm_json_get_int (given, "rev", 0) == csm_json_get_int (old, "rev", 0);
  own = same (old, given, "writer") && g_strcmp0 (csm_json_get_string (old, "by"), person_id) == 0;
  /* Who goes on with what was put beside has not decided yet. */
  if (fresh && !own && find_other (old, person_id, writer) >= 0 && json_object_has_member (given, "others") && *text_of (given) != '\0')
    return write_blindly (old, given, person_id, now);
  return fresh || own ? overwrite (old, given, fresh, person_id, now) : write_blindly (old, given, person_id, now);
}

typedef struct
{
  guint count;
  guint others;  /* beside one paragraph, at most */
  gsize size;    /* of all texts */
} Weight;

static Weight
weigh (JsonObject *paragraphs)
{
  Weight weight = { paragraphs != NULL ? json_object_get_size (paragraphs) : 0, 0, 0 };
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  if (paragraphs == NULL)
    return weight;
  json_object_iter_init_ordered (&iter, paragraphs);
  while (json_object_iter_next_ordered (&iter, &key, &node))
    {
      JsonObject *paragraph = json_node_get_object (node);

      weight.others = MAX (weight.others, n_others (paragraph));
      weight.size += strlen (text_of (paragraph));
      for (guint i = 0; i < n_others (paragraph); i++)
        weight.size += strlen (text_of (nth_other (paragraph, i)));
    }
  return weight;
}

/* Two drafts that became one, or what was taken back beside what was written since, may be more than that; it can't become even more. */
static gboolean
is_within_limits (JsonObject *stored,
                  JsonObject *paragraphs)
{
  Weight old = weigh (stored), new = weigh (paragraphs);

  return new.count <= MAX (MAX_PARAGRAPHS, old.count) && new.others <= MAX (MAX_OTHERS, old.others) && new.size <= MAX (MAX_ALL_TEXT, old.size);
}

static void
note_change (CsmDraftMerge *self,
             const char    *key,
             JsonObject    *old,
             JsonObject    *new)
{
  gboolean text_changed = old == NULL || new == NULL || !same (old, new, "text") || !same (old, new, "position");

  if (old == new)
    return;
  self->text_changed |= text_changed;
  if (new != NULL && (old == NULL || !same (old, new, "text") || n_others (new) > 0))
    g_ptr_array_add (self->written, g_strdup (key));
}

void
csm_draft_merge_free (CsmDraftMerge *self)
{
  g_clear_pointer (&self->paragraphs, json_object_unref);
  g_clear_pointer (&self->written, g_ptr_array_unref);
  g_free (self);
}

/**
 * csm_draft_merge_new:
 * @stored: (nullable): the paragraphs that are there
 * @given: (nullable): what a patch made of them; those that are not in it stay
 * @spent_rev: the greatest revision of those that are gone
 * @person_id: whose patch that is
 * @now: the time, µs
 *
 * Returns: (transfer full) (nullable): what comes of both; %NULL when a paragraph is not one, or all are too much
 */
CsmDraftMerge *
csm_draft_merge_new (JsonObject *stored,
                     JsonObject *given,
                     gint64      spent_rev,
                     const char *person_id,
                     gint64      now)
{
  g_autoptr (CsmDraftMerge) self = g_new0 (CsmDraftMerge, 1);
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  self->paragraphs = stored != NULL ? csm_json_copy_object (stored) : json_object_new ();
  self->written = g_ptr_array_new_with_free_func (g_free);
  self->spent_rev = spent_rev;
  if (given == NULL)
    return g_steal_pointer (&self);
  json_object_iter_init_ordered (&iter, given);
  while (json_object_iter_next_ordered (&iter, &key, &node))
    {
      JsonObject *old = csm_json_get_object (stored, key), *paragraph = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      g_autoptr (JsonObject) new = NULL;

      if (old != NULL && json_node_equal (json_object_get_member (stored, key), node))
        continue;
      if (!csm_shape_is_key (key) || !csm_shape_fits (paragraph, fields, G_N_ELEMENTS (fields)))
        return NULL;
      new = merge_one (old, paragraph, self->spent_rev, person_id, now);
      note_change (self, key, old, new);
      if (new != NULL && new != old)
        json_object_set_object_member (self->paragraphs, key, csm_json_copy_object (new));
      else if (new == NULL && old != NULL)
        {
          self->spent_rev = MAX (self->spent_rev, csm_json_get_int (old, "rev", 0));
          json_object_remove_member (self->paragraphs, key);
        }
    }
  if (!is_within_limits (stored, self->paragraphs))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * csm_draft_add_other:
 * @paragraph: a paragraph
 * @others: what stands beside it, so far
 * @source: (nullable): what somebody wrote as the same paragraph
 *
 * Adds it to @others, unless it is there in the same words, or is the paragraph itself.
 */
void
csm_draft_add_other (JsonObject *paragraph,
                     JsonArray  *others,
                     JsonObject *source)
{
  JsonObject *entry;

  if (source == NULL || same (paragraph, source, "text"))
    return;
  for (guint i = 0; i < json_array_get_length (others); i++)
    {
      if (same (csm_desk_object_at (others, i), source, "text"))
        return;
    }
  entry = json_object_new ();
  csm_json_set_string (entry, "text", csm_json_get_string (source, "text"));
  csm_json_set_string (entry, "by", csm_json_get_string (source, "by"));
  csm_json_set_string (entry, "at", csm_json_get_string (source, "at"));
  csm_json_set_string (entry, "writer", csm_json_get_string (source, "writer"));
  json_array_add_object_element (others, entry);
}

/**
 * csm_draft_add_others:
 * @paragraph: a paragraph
 * @others: what stands beside it, so far
 * @source: (nullable): a paragraph of which the others are added, as by csm_draft_add_other()
 */
void
csm_draft_add_others (JsonObject *paragraph,
                      JsonArray  *others,
                      JsonObject *source)
{
  for (guint i = 0; source != NULL && i < n_others (source); i++)
    csm_draft_add_other (paragraph, others, nth_other (source, i));
}

/**
 * csm_draft_set_others:
 * @paragraph: a paragraph
 * @others: (transfer full): what stands beside it
 */
void
csm_draft_set_others (JsonObject *paragraph,
                      JsonArray  *others)
{
  if (json_array_get_length (others) > 0)
    {
      json_object_set_array_member (paragraph, "others", others);
      return;
    }
  json_object_remove_member (paragraph, "others");
  json_array_unref (others);
}

static int
compare_places (gconstpointer a,
                gconstpointer b,
                gpointer      user_data)
{
  const char *x = *(const char *const *) a, *y = *(const char *const *) b;
  int order = g_strcmp0 (csm_json_get_string (csm_json_get_object (user_data, x), "position"),
                         csm_json_get_string (csm_json_get_object (user_data, y), "position"));

  return order != 0 ? order : strcmp (x, y);
}

/**
 * csm_draft_keys:
 * @paragraphs: (nullable): a draft's
 *
 * Returns: (transfer full) (element-type utf8): their keys, in their order
 */
GPtrArray *
csm_draft_keys (JsonObject *paragraphs)
{
  GPtrArray *keys = g_ptr_array_new_with_free_func (g_free);
  JsonObjectIter iter;
  const char *key;

  if (paragraphs == NULL)
    return keys;
  json_object_iter_init_ordered (&iter, paragraphs);
  while (json_object_iter_next_ordered (&iter, &key, NULL))
    g_ptr_array_add (keys, g_strdup (key));
  g_ptr_array_sort_with_data (keys, compare_places, paragraphs);
  return keys;
}
