/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>

#include "csm-draft-merge.h"
#include "csm-draft-text.h"
#include "csm-json.h"
#include "csm-time.h"

/*
 * Two people write one reply, each with a copy that hears of the other's when it likes. Of two versions of a paragraph the
 * server keeps the first, and puts the other beside it.
 */

#define MAX_WRITERS 3

typedef struct
{
  CsmDraftText *text;
  GString      *box;      /* as a text view has it */
  const char   *person;
  char         *writer;
  JsonObject   *base;     /* what it knows of the server's */
  GPtrArray    *outbox;   /* patches (JsonObject), oldest first */
} Writer;

typedef struct
{
  JsonObject *paragraphs;
  gint64      spent_rev;   /* the greatest one of what is gone */
  gint64      now;
  Writer      writers[MAX_WRITERS];
  guint       n;
} World;

static void
edit_box (guint       start,
          guint       removed,
          const char *inserted,
          gpointer    data)
{
  GString *box = ((Writer *) data)->box;
  gsize from = (gsize) (g_utf8_offset_to_pointer (box->str, start) - box->str);
  gsize to = (gsize) (g_utf8_offset_to_pointer (box->str, start + removed) - box->str);

  g_assert_cmpuint (to, <=, box->len);
  g_string_erase (box, (gssize) from, (gssize) (to - from));
  g_string_insert (box, (gssize) from, inserted);
}

static World *
world_new (guint n)
{
  static const char * const people[] = { "ana", "ben", "cleo" };
  World *world = g_new0 (World, 1);

  world->paragraphs = json_object_new ();
  world->n = n;
  for (guint i = 0; i < n; i++)
    {
      Writer *writer = &world->writers[i];

      writer->person = people[i];
      writer->writer = g_strdup_printf ("w-%s", people[i]);
      writer->box = g_string_new (NULL);
      writer->base = json_object_new ();
      writer->outbox = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
      writer->text = csm_draft_text_new (writer->writer, edit_box, writer);
    }
  return world;
}

static void
world_free (World *world)
{
  for (guint i = 0; i < world->n; i++)
    {
      csm_draft_text_free (world->writers[i].text);
      g_string_free (world->writers[i].box, TRUE);
      json_object_unref (world->writers[i].base);
      g_ptr_array_unref (world->writers[i].outbox);
      g_free (world->writers[i].writer);
    }
  json_object_unref (world->paragraphs);
  g_free (world);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

/* --- the server -------------------------------------------------------------------------------------------- */

static void
apply (JsonObject *paragraphs,
       JsonObject *patch)
{
  g_autoptr (GList) paths = json_object_get_members (patch);

  for (GList *l = paths; l != NULL; l = l->next)
    json_object_set_object_member (paragraphs, strchr (l->data, '/') + 1, csm_json_copy_object (csm_json_get_object (patch, l->data)));
}

/* What is marked as sent goes with the reply, of which nothing more is here. */
static void
take_sent (World      *world,
           JsonObject *patch)
{
  g_autoptr (GList) paths = json_object_get_members (patch);

  for (GList *l = paths; l != NULL; l = l->next)
    if (csm_json_get_boolean (csm_json_get_object (patch, l->data), "sent"))
      {
        const char *key = strchr (l->data, '/') + 1;

        if (json_object_has_member (world->paragraphs, key))
          world->spent_rev = MAX (world->spent_rev, csm_json_get_int (csm_json_get_object (world->paragraphs, key), "rev", 0));
        json_object_remove_member (world->paragraphs, key);
      }
}

/* It does what the real one does, with the real one's code. */
static void
server_take (World      *world,
             JsonObject *patch,
             const char *person)
{
  g_autoptr (JsonObject) given = NULL;
  g_autoptr (CsmDraftMerge) merge = NULL;
  g_autoptr (GList) keys = NULL;

  take_sent (world, patch);
  given = csm_json_copy_object (world->paragraphs);
  apply (given, patch);
  merge = csm_draft_merge_new (world->paragraphs, given, world->spent_rev, person, ++world->now * CSM_SECOND);
  g_assert_nonnull (merge);
  keys = json_object_get_members (world->paragraphs);
  for (GList *l = keys; l != NULL; l = l->next)
    if (!json_object_has_member (merge->paragraphs, l->data))
      world->spent_rev = MAX (world->spent_rev, csm_json_get_int (csm_json_get_object (world->paragraphs, l->data), "rev", 0));
  json_object_unref (world->paragraphs);
  world->paragraphs = json_object_ref (merge->paragraphs);
}

/* --- one writer -------------------------------------------------------------------------------------------- */

static void
check_box (Writer *writer)
{
  g_autofree char *text = csm_draft_text_dup (writer->text);

  g_assert_cmpstr (text, ==, writer->box->str);
}

static void
type (Writer     *writer,
      const char *text)
{
  g_string_assign (writer->box, text);
  csm_draft_text_read (writer->text, text);
  check_box (writer);
}

static void
flush (Writer *writer)
{
  JsonObject *patch = csm_draft_text_flush (writer->text);

  if (patch != NULL)
    g_ptr_array_add (writer->outbox, patch);
}

/* Reads the record as the cache shows it: the server's, and what waits on top. */
static void
look (Writer *writer)
{
  g_autoptr (JsonObject) view = csm_json_copy_object (writer->base);

  flush (writer);
  for (guint i = 0; i < writer->outbox->len; i++)
    apply (view, writer->outbox->pdata[i]);
  csm_draft_text_merge (writer->text, view);
  check_box (writer);
}

/* While something is typed that is not flushed yet. */
static void
look_while_typing (Writer     *writer,
                   const char *text)
{
  g_autoptr (JsonObject) view = csm_json_copy_object (writer->base);

  type (writer, text);
  for (guint i = 0; i < writer->outbox->len; i++)
    apply (view, writer->outbox->pdata[i]);
  csm_draft_text_merge (writer->text, view);
  check_box (writer);
}

static void
hand_over (World  *world,
      Writer *writer)
{
  while (writer->outbox->len > 0)
    {
      server_take (world, writer->outbox->pdata[0], writer->person);
      g_ptr_array_remove_index (writer->outbox, 0);
    }
}

static void
pull (World  *world,
      Writer *writer)
{
  json_object_unref (writer->base);
  writer->base = csm_json_copy_object (world->paragraphs);
}

static void
exchange (World  *world,
      Writer *writer)
{
  flush (writer);
  hand_over (world, writer);
  pull (world, writer);
  look (writer);
}

static void
exchange_all (World *world)
{
  for (guint round = 0; round < 3; round++)
    for (guint i = 0; i < world->n; i++)
      exchange (world, &world->writers[i]);
}

/* --- tests ------------------------------------------------------------------------------------------------- */

static void
test_paragraphs_merge (void)
{
  g_autoptr (World) world = world_new (2);
  Writer *ana = &world->writers[0];
  Writer *ben = &world->writers[1];

  type (ana, "Dear María,\n\nthe parcel is late.\n\nAna");
  exchange_all (world);
  g_assert_cmpstr (ben->box->str, ==, "Dear María,\n\nthe parcel is late.\n\nAna");
  type (ana, "Dear María López,\n\nthe parcel is late.\n\nAna");
  type (ben, "Dear María,\n\nthe parcel is late.\n\nIt comes tomorrow.\n\nAna and Ben");
  exchange_all (world);
  g_assert_cmpstr (ana->box->str, ==, "Dear María López,\n\nthe parcel is late.\n\nIt comes tomorrow.\n\nAna and Ben");
  g_assert_cmpstr (ben->box->str, ==, ana->box->str);
  g_assert_false (csm_draft_text_has_clash (ana->text));
  g_assert_cmpstr (csm_draft_text_get (ana->text, 2)->by, ==, "ben");
}

static void
test_typing_is_not_touched (void)
{
  g_autoptr (World) world = world_new (2);
  Writer *ana = &world->writers[0];
  Writer *ben = &world->writers[1];

  type (ana, "One\n\nTwo");
  exchange_all (world);
  type (ben, "One by Ben\n\nTwo");
  exchange (world, ben);
  pull (world, ana);
  look_while_typing (ana, "One by Ana\n\nTwo");
  g_assert_cmpstr (ana->box->str, ==, "One by Ana\n\nTwo");
  exchange_all (world);
  g_assert_cmpstr (ana->box->str, ==, "One by Ana\n\nTwo");
  g_assert_cmpstr (ben->box->str, ==, "One by Ben\n\nTwo");
  g_assert_true (csm_draft_text_has_clash (ana->text));
  g_assert_true (csm_draft_text_has_clash (ben->text));
  g_assert_cmpstr (((CsmDraftVersion *) csm_draft_text_get (ana->text, 0)->versions->pdata[0])->text, ==, "One by Ben");
  g_assert_cmpstr (((CsmDraftVersion *) csm_draft_text_get (ana->text, 0)->versions->pdata[0])->by, ==, "ben");
  g_assert_cmpstr (((CsmDraftVersion *) csm_draft_text_get (ben->text, 0)->versions->pdata[0])->text, ==, "One by Ana");

  /* Who goes on writing has not chosen. */
  type (ana, "One by Ana, longer\n\nTwo");
  exchange_all (world);
  g_assert_cmpstr (ana->box->str, ==, "One by Ana, longer\n\nTwo");
  g_assert_cmpuint (csm_draft_text_get (ana->text, 0)->versions->len, ==, 1);
  g_assert_cmpstr (((CsmDraftVersion *) csm_draft_text_get (ben->text, 0)->versions->pdata[0])->text, ==, "One by Ana, longer");
  csm_draft_text_choose (ana->text, csm_draft_text_get (ana->text, 0)->key, 0, CSM_DRAFT_BOTH);
  exchange_all (world);
  g_assert_cmpstr (ana->box->str, ==, "One by Ana, longer\n\nOne by Ben\n\nTwo");
  g_assert_cmpstr (ben->box->str, ==, ana->box->str);
  g_assert_false (csm_draft_text_has_clash (ana->text));
  g_assert_false (csm_draft_text_has_clash (ben->text));
}

static void
test_use_the_other (void)
{
  g_autoptr (World) world = world_new (2);
  Writer *ana = &world->writers[0];
  Writer *ben = &world->writers[1];

  type (ana, "One");
  exchange_all (world);
  type (ana, "Ana's");
  type (ben, "Ben's");
  exchange_all (world);
  csm_draft_text_choose (ben->text, csm_draft_text_get (ben->text, 0)->key, 0, CSM_DRAFT_USE);
  exchange_all (world);
  g_assert_cmpstr (ana->box->str, ==, ben->box->str);
  g_assert_false (csm_draft_text_has_clash (ana->text));
  g_assert_false (csm_draft_text_has_clash (ben->text));
}

static void
test_deleting (void)
{
  g_autoptr (World) world = world_new (2);
  Writer *ana = &world->writers[0];
  Writer *ben = &world->writers[1];

  type (ana, "One\n\nTwo\n\nThree");
  exchange_all (world);
  type (ana, "One\n\nThree");
  exchange_all (world);
  g_assert_cmpstr (ben->box->str, ==, "One\n\nThree");
  /* Who still writes in it wins. */
  type (ana, "One");
  type (ben, "One\n\nThree, and more");
  exchange (world, ben);
  exchange (world, ana);
  exchange_all (world);
  g_assert_cmpstr (ana->box->str, ==, "One\n\nThree, and more");
  g_assert_cmpstr (ben->box->str, ==, ana->box->str);
  type (ana, "");
  exchange_all (world);
  g_assert_cmpstr (ben->box->str, ==, "");
  g_assert_false (csm_draft_text_is_shared (ben->text));
}

static void
test_sending_and_back (void)
{
  g_autoptr (World) world = world_new (2);
  Writer *ana = &world->writers[0];
  Writer *ben = &world->writers[1];
  JsonObject *patch = json_object_new ();
  g_autoptr (JsonObject) sent = NULL;
  g_autoptr (GPtrArray) taken = NULL;

  type (ana, "One\n\nTwo");
  exchange_all (world);
  sent = csm_draft_text_list_sent (ana->text);
  g_assert_cmpuint (json_object_get_size (sent), ==, 2);
  taken = csm_draft_text_take (ana->text, patch);
  g_string_truncate (ana->box, 0);
  g_ptr_array_add (ana->outbox, patch);
  exchange_all (world);
  g_assert_cmpstr (ana->box->str, ==, "");
  g_assert_cmpstr (ben->box->str, ==, "");
  /* Called back, while the record brings it back as well. */
  csm_draft_text_restore (ana->text, taken);
  csm_draft_text_restore (ana->text, taken);
  exchange_all (world);
  g_assert_cmpstr (ana->box->str, ==, "One\n\nTwo");
  g_assert_cmpstr (ben->box->str, ==, "One\n\nTwo");
}

/* Called back before the last words were shared: the record has the paragraph, but not those. */
static void
test_back_with_last_words (void)
{
  g_autoptr (World) world = world_new (2);
  Writer *ana = &world->writers[0];
  g_autoptr (JsonObject) patch = json_object_new ();
  g_autoptr (GPtrArray) taken = NULL;

  type (ana, "One\n\nTwo");
  exchange_all (world);
  type (ana, "One\n\nTwo, and a half");
  taken = csm_draft_text_take (ana->text, patch);
  g_string_truncate (ana->box, 0);
  look (ana);
  g_assert_cmpstr (ana->box->str, ==, "One\n\nTwo");
  csm_draft_text_restore (ana->text, taken);
  check_box (ana);
  exchange_all (world);
  g_assert_cmpstr (ana->box->str, ==, "One\n\nTwo, and a half");
  g_assert_cmpstr (world->writers[1].box->str, ==, ana->box->str);
}

static void
test_newlines (void)
{
  g_autoptr (World) world = world_new (2);
  Writer *ana = &world->writers[0];
  static const char * const texts[] = { "\n", "\n\n", "\n\na", "a\n", "a\n\n", "a\n\n\n", "a\n\n\n\n\nb", "a\nb\n\nc\n", " \n\n \n\n", "", NULL };

  for (guint i = 0; texts[i] != NULL; i++)
    {
      type (ana, texts[i]);
      exchange (world, ana);
      g_assert_cmpstr (ana->box->str, ==, texts[i]);
    }
  exchange_all (world);
  g_assert_cmpuint (json_object_get_size (world->paragraphs), ==, 0);
}

static void
test_failed_write (void)
{
  g_autoptr (World) world = world_new (1);
  Writer *ana = &world->writers[0];
  g_autoptr (JsonObject) patch = NULL;

  type (ana, "One");
  patch = csm_draft_text_flush (ana->text);
  g_assert_nonnull (patch);
  g_assert_null (csm_draft_text_flush (ana->text));
  csm_draft_text_fail (ana->text, patch);
  exchange_all (world);
  g_assert_cmpuint (json_object_get_size (world->paragraphs), ==, 1);
}

/* --- at random --------------------------------------------------------------------------------------------- */

static void
edit_at_random (Writer *writer,
                GRand  *random,
                guint  *counter)
{
  g_autoptr (GString) text = g_string_new (writer->box->str);
  g_autofree char *word = g_strdup_printf ("<%s%u>", writer->person, (*counter)++);
  glong length = g_utf8_strlen (text->str, -1);
  glong at = g_rand_int_range (random, 0, (gint32) length + 1);
  char *p = g_utf8_offset_to_pointer (text->str, at);
  /* Nobody tears a word apart here: it could not be found again. */
  char *open = g_strrstr_len (text->str, p - text->str, "<");
  char *close = open != NULL ? strchr (open, '>') : NULL;
  gsize place = close != NULL && close >= p ? (gsize) (close + 1 - text->str) : (gsize) (p - text->str);
  guint kind = (guint) g_rand_int_range (random, 0, 4);

  g_string_insert (text, (gssize) place, word);
  if (kind == 0)
    g_string_insert (text, (gssize) place, "\n\n");
  else if (kind == 1)
    g_string_insert (text, (gssize) (place + strlen (word)), "\n\n");
  type (writer, text->str);
}

static gboolean
is_somewhere (World      *world,
              const char *word)
{
  for (guint i = 0; i < world->n; i++)
    {
      CsmDraftText *text = world->writers[i].text;

      if (strstr (world->writers[i].box->str, word) != NULL)
        return TRUE;
      for (guint j = 0; j < csm_draft_text_get_length (text); j++)
        for (guint k = 0; k < csm_draft_text_get (text, j)->versions->len; k++)
          if (strstr (((CsmDraftVersion *) csm_draft_text_get (text, j)->versions->pdata[k])->text, word) != NULL)
            return TRUE;
    }
  return FALSE;
}

static void
resolve_all (World *world)
{
  for (guint round = 0; round < 20; round++)
    {
      gboolean clash = FALSE;

      exchange_all (world);
      for (guint w = 0; w < world->n && !clash; w++)
        {
          CsmDraftText *text = world->writers[w].text;

          for (guint i = 0; i < csm_draft_text_get_length (text); i++)
            while (csm_draft_text_get (text, i)->versions->len > 0)
              {
                csm_draft_text_choose (text, csm_draft_text_get (text, i)->key, 0, CSM_DRAFT_BOTH);
                clash = TRUE;
              }
        }
      if (!clash)
        return;
    }
  g_assert_not_reached ();
}

/* Empty lines beyond the one between two paragraphs are each person's own. */
static char *
normalize (const char *text)
{
  g_autoptr (GRegex) regex = g_regex_new ("\n{3,}", 0, 0, NULL);
  char *normal = g_regex_replace_literal (regex, text, -1, 0, "\n\n", 0, NULL);

  while (g_str_has_suffix (normal, "\n"))
    normal[strlen (normal) - 1] = '\0';
  memmove (normal, normal + strspn (normal, "\n"), strlen (normal + strspn (normal, "\n")) + 1);
  return normal;
}

static void
play (guint32 seed)
{
  g_autoptr (World) world = world_new (2 + seed % 2);
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  guint counters[MAX_WRITERS] = { 0 };

  for (guint step = 0; step < 60; step++)
    {
      guint who = (guint) g_rand_int_range (random, 0, (gint32) world->n);
      Writer *writer = &world->writers[who];

      switch (g_rand_int_range (random, 0, 6))
        {
        case 0:
        case 1: edit_at_random (writer, random, &counters[who]); break;
        case 2: flush (writer); break;
        case 3: hand_over (world, writer); pull (world, writer); look (writer); break;
        case 4: pull (world, writer); look_while_typing (writer, writer->box->str); break;
        default: exchange (world, writer);
        }
    }
  resolve_all (world);
  for (guint i = 1; i < world->n; i++)
    {
      g_autofree char *mine = normalize (world->writers[i].box->str);
      g_autofree char *first = normalize (world->writers[0].box->str);

      g_assert_cmpstr (mine, ==, first);
    }
  for (guint w = 0; w < world->n; w++)
    for (guint i = 0; i < counters[w]; i++)
      {
        g_autofree char *word = g_strdup_printf ("<%s%u>", world->writers[w].person, i);

        if (!is_somewhere (world, word))
          g_error ("seed %u: %s is lost in: %s", seed, word, world->writers[0].box->str);
      }
}

static void
test_random (void)
{
  for (guint32 seed = 1; seed <= 120; seed++)
    play (seed);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/draft/paragraphs-merge", test_paragraphs_merge);
  g_test_add_func ("/draft/typing-is-not-touched", test_typing_is_not_touched);
  g_test_add_func ("/draft/use-the-other", test_use_the_other);
  g_test_add_func ("/draft/deleting", test_deleting);
  g_test_add_func ("/draft/sending-and-back", test_sending_and_back);
  g_test_add_func ("/draft/back-with-last-words", test_back_with_last_words);
  g_test_add_func ("/draft/newlines", test_newlines);
  g_test_add_func ("/draft/failed-write", test_failed_write);
  g_test_add_func ("/draft/random", test_random);
  return g_test_run ();
}
