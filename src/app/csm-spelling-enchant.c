/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-spelling.h"

#include <enchant.h>
#include <string.h>

#define MAX_SUGGESTIONS 6

struct _CsmSpelling
{
  EnchantBroker *broker;    /* NULL: nobody asked yet */
  EnchantDict   *dict;      /* NULL: there is none for the language */
  char          *wanted;    /* for which languages it was looked for */
  char          *words;     /* the path of a list that is the dictionary; NULL: what the computer has */
};

/* @words_path: (nullable): a list of words, a line each, that stands for the computer's own dictionaries */
CsmSpelling *
csm_spelling_new (const char *words_path)
{
  CsmSpelling *self = g_new0 (CsmSpelling, 1);

  self->words = g_strdup (words_path);
  return self;
}

void
csm_spelling_free (CsmSpelling *self)
{
  if (self == NULL)
    return;
  if (self->dict != NULL)
    enchant_broker_free_dict (self->broker, self->dict);
  g_clear_pointer (&self->broker, enchant_broker_free);
  g_free (self->wanted);
  g_free (self->words);
  g_free (self);
}

typedef struct
{
  const char *language;
  char       *found;
} Looking;

/* "es" is served by the dictionary of any country. */
static void
look_cb (const char *tag,
         const char *provider,
         const char *description,
         const char *file,
         void       *data)
{
  Looking *looking = data;
  gsize length = strlen (looking->language);

  if (looking->found == NULL && g_str_has_prefix (tag, looking->language) && (tag[length] == '_' || tag[length] == '-'))
    looking->found = g_strdup (tag);
}

static EnchantDict *
request (CsmSpelling *self,
         const char  *language)
{
  g_autofree char *tag = g_strdelimit (g_strdup (language), "-", '_');
  Looking looking = { tag, NULL };
  g_autofree char *found = NULL;

  if (enchant_broker_dict_exists (self->broker, tag))
    return enchant_broker_request_dict (self->broker, tag);
  enchant_broker_list_dicts (self->broker, look_cb, &looking);
  found = looking.found;
  return found != NULL ? enchant_broker_request_dict (self->broker, found) : NULL;
}

/* @languages: such as "de" or "en_GB"; the first that there is a dictionary for. Returns: whether there is one */
gboolean
csm_spelling_use (CsmSpelling        *self,
                  const char * const *languages)
{
  g_autofree char *wanted = g_strjoinv (" ", (char **) languages);

  if (g_strcmp0 (wanted, self->wanted) == 0)
    return self->dict != NULL;
  g_free (self->wanted);
  self->wanted = g_steal_pointer (&wanted);
  if (self->broker == NULL)
    self->broker = enchant_broker_init ();
  if (self->dict != NULL)
    enchant_broker_free_dict (self->broker, self->dict);
  self->dict = self->words != NULL ? enchant_broker_request_pwl_dict (self->broker, self->words) : NULL;
  for (guint i = 0; self->words == NULL && self->dict == NULL && languages[i] != NULL; i++)
    self->dict = request (self, languages[i]);
  return self->dict != NULL;
}

/* Returns: whether @word is right, or nobody knows */
gboolean
csm_spelling_check (CsmSpelling *self,
                    const char  *word)
{
  return self->dict == NULL || enchant_dict_check (self->dict, word, -1) <= 0;
}

/* Returns: (transfer full): what may have been meant */
char **
csm_spelling_suggest (CsmSpelling *self,
                      const char  *word)
{
  size_t n = 0;
  char **found = self->dict != NULL ? enchant_dict_suggest (self->dict, word, -1, &n) : NULL;
  char **copy = g_new0 (char *, MIN (n, MAX_SUGGESTIONS) + 1);

  for (size_t i = 0; i < MIN (n, MAX_SUGGESTIONS); i++)
    copy[i] = g_strdup (found[i]);
  if (found != NULL)
    enchant_dict_free_string_list (self->dict, found);
  return copy;
}

/* It is right from now on, in other programs as well. */
void
csm_spelling_add (CsmSpelling *self,
                  const char  *word)
{
  if (self->dict != NULL)
    enchant_dict_add (self->dict, word, -1);
}
