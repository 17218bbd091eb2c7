/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-live-words.h"

#include <glib/gi18n.h>

static const char *
name_of (CsmDirectory  *directory,
         CsmLivePerson *person)
{
  const char *name = directory != NULL ? csm_directory_name (directory, person->person_id) : NULL;

  return name != NULL && name[0] != '\0' ? name : _("Somebody");
}

static char *
say_one (CsmLiveState  state,
         const char   *name)
{
  if (state == CSM_LIVE_WRITING_REPLY)
    return g_strdup_printf (_("%s is writing a reply"), name);
  if (state == CSM_LIVE_WRITING_COMMENT)
    return g_strdup_printf (_("%s is writing a note"), name);
  return g_strdup_printf (_("%s is viewing"), name);
}

static char *
say_two (CsmLiveState  state,
         const char   *one,
         const char   *two)
{
  /* Translators: two names */
  if (state == CSM_LIVE_WRITING_REPLY)
    return g_strdup_printf (_("%s and %s are writing a reply"), one, two);
  /* Translators: two names */
  if (state == CSM_LIVE_WRITING_COMMENT)
    return g_strdup_printf (_("%s and %s are writing notes"), one, two);
  /* Translators: two names */
  return g_strdup_printf (_("%s and %s are viewing"), one, two);
}

static char *
say_many (CsmLiveState  state,
          const char   *name,
          guint         others)
{
  /* Translators: a name, and how many more there are; always at least two */
  if (state == CSM_LIVE_WRITING_REPLY)
    return g_strdup_printf (ngettext ("%s and %u other are writing a reply", "%s and %u others are writing a reply", others), name, others);
  /* Translators: a name, and how many more there are; always at least two */
  if (state == CSM_LIVE_WRITING_COMMENT)
    return g_strdup_printf (ngettext ("%s and %u other are writing notes", "%s and %u others are writing notes", others), name, others);
  /* Translators: a name, and how many more there are; always at least two */
  return g_strdup_printf (ngettext ("%s and %u other are viewing", "%s and %u others are viewing", others), name, others);
}

/* One sentence for those who do the same; NULL: nobody does. */
static char *
say (CsmDirectory *directory,
     GPtrArray    *people,
     CsmLiveState  state)
{
  CsmLivePerson *first = NULL;
  CsmLivePerson *second = NULL;
  guint n = 0;

  for (guint i = 0; people != NULL && i < people->len; i++)
    {
      CsmLivePerson *person = people->pdata[i];

      if (person->state != state)
        continue;
      if (n == 0)
        first = person;
      else if (n == 1)
        second = person;
      n++;
    }
  if (n == 0)
    return NULL;
  if (n == 1)
    return say_one (state, name_of (directory, first));
  if (n == 2)
    return say_two (state, name_of (directory, first), name_of (directory, second));
  return say_many (state, name_of (directory, first), n - 1);
}

/**
 * csm_live_words:
 * @directory: (nullable): what people are called
 * @people: (nullable) (element-type CsmLivePerson): who is in a case
 *
 * Returns: (transfer full) (nullable): what they do there, those who write first; %NULL: nobody is there
 */
char *
csm_live_words (CsmDirectory *directory,
                GPtrArray    *people)
{
  static const CsmLiveState states[] = { CSM_LIVE_WRITING_REPLY, CSM_LIVE_WRITING_COMMENT, CSM_LIVE_VIEWING };
  g_autoptr (GString) words = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autofree char *sentence = say (directory, people, states[i]);

      if (sentence != NULL)
        g_string_append_printf (words, "%s%s", words->len > 0 ? " · " : "", sentence);
    }
  return words->len > 0 ? g_string_free (g_steal_pointer (&words), FALSE) : NULL;
}

/**
 * csm_live_words_notes:
 * @directory: (nullable): what people are called
 * @people: (nullable) (element-type CsmLivePerson): who is in a case
 *
 * Returns: (transfer full) (nullable): who writes to the colleagues; %NULL: nobody does
 */
char *
csm_live_words_notes (CsmDirectory *directory,
                      GPtrArray    *people)
{
  return say (directory, people, CSM_LIVE_WRITING_COMMENT);
}

/**
 * csm_live_words_case:
 * @workbench: a workbench
 * @case_id: (nullable): a case
 *
 * Returns: (transfer full) (nullable): who else is there and does what; %NULL: nobody is known to be
 */
char *
csm_live_words_case (CsmWorkbench *workbench,
                     const char   *case_id)
{
  CsmLive *live = csm_account_get_live (csm_workbench_get_account (workbench));

  return csm_live_words (csm_workbench_get_directory (workbench), csm_live_get_people (live, case_id));
}
