/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-words.h"

#include <string.h>

#include "csm-fold.h"

#define LONGEST 40
#define SHORTEST 3
/* Of a letter, the beginning says what it is about. */
#define MAX_BYTES 4000
/* Endings differ: "kettle", "kettles" */
#define LONGEST_ENDING 2
#define SHORTEST_STEM 5

/* Words that letters of all kinds are made of, folded. What is frequent here is found out by counting; these are for the time before
 * there is enough to count. */
static const char stop_words[] =
  " the and for you your are was were with this that have has had not but from they them their our can could would should will shall "
  "what when where which who whom how why all any some more most very just also there here then than been being does did done about "
  "into out over under after before again please thank thanks dear hello kind regards best sincerely hope help need want like know "
  "got get let make made time day today tomorrow yesterday now still yet already because since until while only other another same "
  "open opened opening close closed morning noon evening night tonight week weekend month year monday tuesday wednesday thursday friday saturday "
  "sunday january february march april may june july august september october november december ask asked asking call called calling "
  "wrote write writing said say says tell told try tried trying use used using work works worked working find found come came coming "
  "take took taken give gave given going went gone look looked looking keep kept seem seems seemed left right first last next second "
  "thing things something anything nothing everything someone anyone nobody everybody problem problems question questions issue really "
  "quite maybe however though although anyway soon later ago once twice never always often sometimes back away around long little "
  "heute gestern morgen abend nacht woche wochenende monat jahr immer wieder leider etwas nichts alles jemand frage problem "
  "aujourd hier demain matin soir nuit semaine mois annee toujours jamais chose probleme question "
  "hoy ayer manana tarde noche semana mes siempre nunca algo nada problema pregunta oggi ieri domani sera notte settimana sempre mai "
  "der die das den dem des ein eine einen einem einer eines und oder aber nicht mit von fur bei auf aus nach zum zur uber unter durch "
  "ich sie wir ihr mir mich uns ihnen ihre ihren ihrem ihrer mein meine meinen meinem meiner sein seine ist sind war waren wird werden "
  "wurde wurden hat habe haben hatte hatten kann konnen konnte muss mussen soll sollen noch schon auch nur sehr mehr wie was wer wann "
  "warum dass wenn weil als dann hier dort bitte danke vielen dank liebe lieber guten tag hallo freundlichen grussen grusse gruss "
  "les des une est sont pour dans avec sur par pas plus que qui quoi mais vous nous votre notre mon mes ses son cette ces ete etre "
  "avoir fait bonjour merci cordialement madame monsieur bien tout tous comme aussi tres "
  "los las una uno del por para con que como pero mas muy esta este esto estan ser son hay nos sus hola gracias saludos usted "
  "gli della delle dei del che non per con una sono come anche piu buongiorno grazie cordiali saluti "
  "het een van niet met voor zijn haar ook maar dat deze wij jullie bedankt groeten "
  "http https www com org net mailto nbsp ";

/**
 * csm_words_new:
 *
 * Returns: (transfer full): no words
 */
CsmWords *
csm_words_new (void)
{
  CsmWords *self = g_new0 (CsmWords, 1);

  self->list = g_ptr_array_new_with_free_func (g_free);
  self->set = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

/**
 * csm_words_free:
 * @self: words
 */
void
csm_words_free (CsmWords *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->set);
  g_ptr_array_unref (self->list);
  g_free (self);
}

/**
 * csm_words_is_common:
 * @word: a folded word
 *
 * Returns: whether everybody uses it, whatever they write about
 */
gboolean
csm_words_is_common (const char *word)
{
  char spaced[LONGEST + 3];

  g_snprintf (spaced, sizeof spaced, " %s ", word);
  return strstr (stop_words, spaced) != NULL;
}

static gboolean
is_number (const char *word)
{
  return strspn (word, "0123456789") == strlen (word);
}

typedef struct
{
  CsmWords *words;
  guint     max;
} Adding;

static gboolean
on_token (const CsmToken *token,
          gpointer        data)
{
  Adding *adding = data;
  CsmWords *self = adding->words;
  char word[LONGEST + 1];

  if (token->length > LONGEST || (token->kind != CSM_TOKEN_WORD && token->kind != CSM_TOKEN_PAIR))
    return TRUE;
  memcpy (word, token->text, token->length);
  word[token->length] = '\0';
  if ((token->kind == CSM_TOKEN_WORD && g_utf8_strlen (word, -1) < SHORTEST) || g_hash_table_contains (self->set, word) ||
      (is_number (word) && token->length <= SHORTEST) || csm_words_is_common (word))
    return TRUE;
  g_ptr_array_add (self->list, g_strdup (word));
  g_hash_table_add (self->set, self->list->pdata[self->list->len - 1]);
  return self->list->len < adding->max;
}

/**
 * csm_words_add:
 * @self: words
 * @text: (nullable): a text
 * @max_words: so many in all are enough
 */
void
csm_words_add (CsmWords   *self,
               const char *text,
               guint       max_words)
{
  Adding adding = { self, max_words };
  g_autofree char *valid = NULL;

  if (text == NULL || self->list->len >= max_words)
    return;
  valid = g_utf8_make_valid (text, (gssize) strnlen (text, 4 * MAX_BYTES));
  csm_fold_tokens (valid, strlen (valid), on_token, &adding);
}

/**
 * csm_words_add_own:
 * @self: words
 * @text: (nullable): a letter
 * @max_words: so many in all are enough
 *
 * Without what the letter quotes, and what stands below its writer's name.
 */
void
csm_words_add_own (CsmWords   *self,
                   const char *text,
                   guint       max_words)
{
  g_autoptr (GString) own = g_string_new (NULL);

  for (const char *line = text; line != NULL && *line != '\0' && own->len < MAX_BYTES;)
    {
      const char *end = line + strcspn (line, "\n");

      if (g_str_has_prefix (line, "-- \n") || g_str_has_prefix (line, "-- \r\n"))
        break;
      if (*line != '>')
        g_string_append_len (own, line, end - line + (*end != '\0'));
      line = *end != '\0' ? end + 1 : end;
    }
  csm_words_add (self, own->str, max_words);
}

/**
 * csm_words_have:
 * @self: words
 * @word: a word, folded
 *
 * Returns: whether it is one of them
 */
gboolean
csm_words_have (CsmWords   *self,
                const char *word)
{
  return g_hash_table_contains (self->set, word);
}

/**
 * csm_words_join:
 * @self: words
 *
 * Returns: (transfer full): the words with a space around each, for csm_words_find()
 */
char *
csm_words_join (CsmWords *self)
{
  g_autoptr (GString) joined = g_string_new (" ");

  for (guint i = 0; i < self->list->len; i++)
    g_string_append_printf (joined, "%s ", (const char *) self->list->pdata[i]);
  return g_string_free (g_steal_pointer (&joined), FALSE);
}

/**
 * csm_words_find:
 * @joined: (nullable): what csm_words_join() made
 * @word: a word
 *
 * Returns: whether it is among them, maybe with another ending
 */
gboolean
csm_words_find (const char *joined,
                const char *word)
{
  gsize length = strlen (word), stem = length >= SHORTEST_STEM + LONGEST_ENDING ? length - LONGEST_ENDING : length;
  char start[LONGEST + 2];

  if (joined == NULL || length > LONGEST)
    return FALSE;
  start[0] = ' ';
  memcpy (start + 1, word, stem);
  start[stem + 1] = '\0';
  for (const char *at = strstr (joined, start); at != NULL; at = strstr (at + 1, start))
    {
      gsize rest = strcspn (at + stem + 1, " ");

      if (stem == length ? rest <= (length >= SHORTEST_STEM ? LONGEST_ENDING : 0) : rest <= 2 * LONGEST_ENDING)
        return TRUE;
    }
  return FALSE;
}

/**
 * csm_words_copy:
 * @words: (element-type utf8): words
 *
 * Returns: (transfer full): the same as a vector
 */
char **
csm_words_copy (GPtrArray *words)
{
  g_autoptr (GPtrArray) copy = g_ptr_array_new ();

  for (guint i = 0; i < words->len; i++)
    g_ptr_array_add (copy, g_strdup (words->pdata[i]));
  g_ptr_array_add (copy, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&copy), FALSE);
}
