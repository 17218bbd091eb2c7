/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-mention.h"

#include <string.h>

#include "csm-fold.h"
#include "csm-json.h"

/* A name is looked for in no more text than this behind an "@". */
#define TYPED_MAX 40

static gboolean
is_word_at (const char *text)
{
  gunichar c = g_utf8_get_char (text);

  return c != 0 && (g_unichar_isalnum (c) || c == '_');
}

/* "ana@example.org" mentions nobody. */
static gboolean
begins_mention (const char *text,
                const char *at)
{
  return *at == '@' && (at == text || !is_word_at (g_utf8_prev_char (at)));
}

static gsize
matches (const char *rest,
         const char *name,
         gsize       length)
{
  return length > 0 && strncmp (rest, name, length) == 0 && !is_word_at (rest + length) ? length : 0;
}

static gsize
first_name_length (const char *name)
{
  return strcspn (name, " ");
}

/* The longest whole name wins; a first name counts when only one person has it. */
static JsonObject *
find_person (GPtrArray  *people,
             const char *rest,
             gsize      *length)
{
  JsonObject *best = NULL;
  JsonObject *by_first = NULL;
  guint n_first = 0;

  *length = 0;
  for (guint i = 0; i < people->len; i++)
    {
      const char *name = csm_json_get_string (people->pdata[i], "name");
      gsize whole = name != NULL ? matches (rest, name, strlen (name)) : 0;

      if (whole > *length)
        {
          *length = whole;
          best = people->pdata[i];
        }
      if (name != NULL && matches (rest, name, first_name_length (name)) > 0)
        {
          n_first++;
          by_first = people->pdata[i];
        }
    }
  if (best == NULL && n_first == 1)
    {
      best = by_first;
      *length = first_name_length (csm_json_get_string (best, "name"));
    }
  return best;
}

/**
 * csm_mention_scan:
 * @text: valid UTF-8
 * @people: (nullable) (element-type JsonObject): Person records
 * @func: (scope call): called for each mention, in order
 * @data: for @func
 *
 * Finds "@Ana Reyes", and "@Ana" where only one person has that first name.
 */
void
csm_mention_scan (const char     *text,
                  GPtrArray      *people,
                  CsmMentionFunc  func,
                  gpointer        data)
{
  if (people == NULL)
    return;
  for (const char *at = strchr (text, '@'); at != NULL; at = strchr (at + 1, '@'))
    {
      JsonObject *person;
      gsize length;

      if (!begins_mention (text, at))
        continue;
      person = find_person (people, at + 1, &length);
      if (person != NULL)
        func (at - text, at + 1 + length - text, csm_json_get_string (person, "id"), data);
    }
}

/**
 * csm_mention_being_typed:
 * @text: valid UTF-8
 * @cursor: a byte of it
 *
 * Returns: (transfer full) (nullable): what stands between an "@" and the cursor when that may become a name, "" right
 *   behind the "@"; %NULL when there is no such thing
 */
char *
csm_mention_being_typed (const char *text,
                         gsize       cursor)
{
  const char *end = text + cursor;
  const char *at = end;
  guint spaces = 0;

  while (at > text && end - at <= TYPED_MAX)
    {
      at = g_utf8_prev_char (at);
      if (*at == '\n')
        return NULL;
      spaces += *at == ' ';
      if (spaces > 3)
        return NULL;
      if (begins_mention (text, at))
        return g_strndup (at + 1, end - at - 1);
    }
  return NULL;
}

static gboolean
name_fits (const char *name,
           const char *folded_typed)
{
  g_autofree char *folded = csm_fold (name, -1);
  g_auto (GStrv) words = NULL;

  if (g_str_has_prefix (folded, folded_typed))
    return TRUE;
  words = g_strsplit_set (folded, " -'", -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0' && g_str_has_prefix (words[i], folded_typed))
      return TRUE;
  return FALSE;
}

/* --- more than one at once --------------------------------------------------------------------------------- */

/* What stands for everybody who knows about something. */
#define EXPERTISE "expertise:"

static gboolean
is_active (JsonObject *person)
{
  return g_strcmp0 (csm_json_get_string (person, "kind"), "bot") != 0 && g_strcmp0 (csm_json_get_string (person, "kind"), "guest") != 0
         && (!json_object_has_member (person, "active") || csm_json_get_boolean (person, "active"));
}

static void
add_target (GPtrArray  *targets,
            char       *id,
            const char *name)
{
  JsonObject *target = json_object_new ();

  json_object_set_string_member (target, "id", id);
  json_object_set_string_member (target, "name", name);
  g_ptr_array_add (targets, target);
  g_free (id);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return g_utf8_collate (*(const char * const *) a, *(const char * const *) b);
}

/**
 * csm_mention_targets:
 * @directory: people, teams
 *
 * Returns: (transfer full) (element-type JsonObject): who and what can stand behind an "@", each with id and name: people, teams, what
 *   somebody knows about
 */
GPtrArray *
csm_mention_targets (CsmDirectory *directory)
{
  GPtrArray *targets = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (GHashTable) words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer word;

  for (guint i = 0; i < directory->people->len; i++)
    {
      JsonObject *expertise = csm_json_get_object (directory->people->pdata[i], "expertise");
      g_autoptr (GList) keys = expertise != NULL ? json_object_get_members (expertise) : NULL;

      g_ptr_array_add (targets, json_object_ref (directory->people->pdata[i]));
      for (GList *l = keys; l != NULL && is_active (directory->people->pdata[i]); l = l->next)
        g_hash_table_add (words, g_strdup (l->data));
    }
  for (guint i = 0; i < directory->teams->len; i++)
    g_ptr_array_add (targets, json_object_ref (directory->teams->pdata[i]));
  g_hash_table_iter_init (&iter, words);
  while (g_hash_table_iter_next (&iter, &word, NULL))
    g_ptr_array_add (sorted, word);
  g_ptr_array_sort (sorted, compare_names);
  for (guint i = 0; i < sorted->len; i++)
    add_target (targets, g_strconcat (EXPERTISE, sorted->pdata[i], NULL), sorted->pdata[i]);
  return targets;
}

/**
 * csm_mention_expand:
 * @directory: people, teams
 * @id: of what stands behind an "@"
 * @mentions: a set of people, to which those are added who are meant
 */
void
csm_mention_expand (CsmDirectory *directory,
                    const char   *id,
                    JsonObject   *mentions)
{
  const char *word = g_str_has_prefix (id, EXPERTISE) ? id + strlen (EXPERTISE) : NULL;
  JsonObject *team = word == NULL && id[0] == 't' ? csm_directory_lookup (directory, id) : NULL;

  if (word == NULL && id[0] != 't')
    json_object_set_boolean_member (mentions, id, TRUE);
  for (guint i = 0; (word != NULL || team != NULL) && i < directory->people->len; i++)
    {
      JsonObject *person = directory->people->pdata[i];
      const char *person_id = csm_json_get_string (person, "id");

      /* Nobody calls themselves. */
      if (!is_active (person) || g_strcmp0 (person_id, directory->my_id) == 0)
        continue;
      if (word != NULL ? csm_json_has_key (person, "expertise", word)
                       : csm_json_has_key (team, "memberIds", person_id) || csm_json_has_key (person, "teamIds", id))
        json_object_set_boolean_member (mentions, person_id, TRUE);
    }
}

/* Returns: (nullable): what is written behind the "@" for @id */
const char *
csm_mention_name (CsmDirectory *directory,
                  const char   *id)
{
  return g_str_has_prefix (id, EXPERTISE) ? id + strlen (EXPERTISE) : csm_directory_name (directory, id);
}

static gboolean
can_be_mentioned (JsonObject *person,
                  const char *my_id)
{
  return g_strcmp0 (csm_json_get_string (person, "id"), my_id) != 0
         && g_strcmp0 (csm_json_get_string (person, "kind"), "bot") != 0
         && (!json_object_has_member (person, "active") || csm_json_get_boolean (person, "active"));
}

/**
 * csm_mention_candidates:
 * @people: (element-type JsonObject): Person records
 * @typed: what csm_mention_being_typed() gave
 * @my_id: (nullable): who writes: nobody mentions themselves
 * @limit: at most this many
 *
 * Returns: (transfer container) (element-type JsonObject): who may be meant, in the order of @people
 */
GPtrArray *
csm_mention_candidates (GPtrArray  *people,
                        const char *typed,
                        const char *my_id,
                        guint       limit)
{
  GPtrArray *found = g_ptr_array_new ();
  g_autofree char *folded = csm_fold (typed, -1);

  for (guint i = 0; i < people->len && found->len < limit; i++)
    {
      const char *name = csm_json_get_string (people->pdata[i], "name");

      if (name != NULL && can_be_mentioned (people->pdata[i], my_id) && name_fits (name, folded))
        g_ptr_array_add (found, people->pdata[i]);
    }
  return found;
}
