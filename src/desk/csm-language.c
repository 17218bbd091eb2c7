/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-language.h"

#include <string.h>

#include "csm-json.h"

#define MAX_WORDS 400
/* So many of its small words, and twice as many as of any other language. */
#define LEAST_HITS 3

/* Words that are in nearly every text of a language, and in few of another. */
static const struct
{
  const char *tag;
  const char *words;
} languages[] = {
  { "de", " und der die das ist nicht ich ein eine mit für auf den dem sie haben habe wir ihr ihre bitte danke guten sehr geehrte geehrter grüße mein meine wurde noch aber kann " },
  { "en", " the and is not you have with for this that my your please thanks thank hello was are would could from regards but it when what hi dear been " },
  { "es", " el los las una que no con para por está pero como gracias hola mi su buenos días saludos muy tengo cuando estimado estimados pedido " },
  { "fr", " le les des est une que pas pour avec vous je nous mon ma votre merci bonjour dans sur suis cordialement mais ce cette avez avons bien " },
  { "it", " il che non per con sono una della grazie buongiorno ho mio mia ma questo questa vostro cordiali saluti gentile come anche è " },
  { "nl", " de het een en niet ik met voor van dat zijn heb graag bedankt hallo mijn uw maar ook naar geachte groeten wij deze kunt goedemorgen " },
  { "pt", " uma que não com para por está mas obrigado obrigada olá meu minha seu bom dia você muito cumprimentos atenciosamente são " },
  { "sv", " och det att är inte jag en ett med för på som har hej tack min mitt kan vänliga hälsningar men från vi " },
  { "pl", " nie się na jest że dziękuję proszę dzień dobry pozdrawiam mam mój moja ale jak dla czy " },
};

static gboolean
is_word_of (const char *words,
            const char *word)
{
  g_autofree char *wanted = g_strdup_printf (" %s ", word);

  return strstr (words, wanted) != NULL;
}

/**
 * csm_language_of_text:
 * @text: (nullable): what somebody wrote
 *
 * A guess by the small words; none rather than a wrong one.
 *
 * Returns: (nullable): a tag of two letters (RFC 5646); static
 */
const char *
csm_language_of_text (const char *text)
{
  guint hits[G_N_ELEMENTS (languages)] = { 0 };
  guint best = 0, second = 0, n_words = 0;
  g_autoptr (GString) word = g_string_new (NULL);

  for (const char *c = text; c != NULL && n_words < MAX_WORDS; c = *c != '\0' ? g_utf8_next_char (c) : NULL)
    {
      gunichar letter = g_utf8_get_char (c);

      if (g_unichar_isalpha (letter))
        {
          g_string_append_unichar (word, g_unichar_tolower (letter));
          continue;
        }
      for (guint i = 0; word->len > 0 && i < G_N_ELEMENTS (languages); i++)
        hits[i] += is_word_of (languages[i].words, word->str);
      n_words += word->len > 0;
      g_string_truncate (word, 0);
    }
  for (guint i = 1; i < G_N_ELEMENTS (languages); i++)
    {
      if (hits[i] > hits[best])
        best = i;
    }
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      if (i != best)
        second = MAX (second, hits[i]);
    }
  return hits[best] >= LEAST_HITS && hits[best] >= 2 * second ? languages[best].tag : NULL;
}

/**
 * csm_language_choose:
 * @texts: texts by language tag
 * @tag: (nullable): a wanted language, or several divided by commas
 *
 * RFC 4647, section 3.4: "de-AT" is served by "de" when there is nothing nearer, and by any other German, too.
 *
 * Returns: (transfer full) (nullable): the tag of a text that serves
 */
char *
csm_language_choose (JsonObject *texts,
                     const char *tag)
{
  g_autoptr (GList) tags = texts != NULL ? json_object_get_members (texts) : NULL;
  g_auto (GStrv) wanted = tag != NULL ? g_strsplit (tag, ",", 10) : NULL;

  for (char **one = wanted; one != NULL && *one != NULL; one++)
    {
      gsize primary;

      g_strdelimit (g_strstrip (*one), "_", '-');
      primary = strcspn (*one, "-");
      for (GList *l = tags; l != NULL; l = l->next)
        {
          if (g_ascii_strcasecmp (l->data, *one) == 0)
            return g_strdup (l->data);
        }
      for (GList *l = tags; l != NULL && primary > 0; l = l->next)
        {
          const char *other = l->data;

          if (g_ascii_strncasecmp (other, *one, primary) == 0 && (other[primary] == '\0' || other[primary] == '-' || other[primary] == '_'))
            return g_strdup (other);
        }
    }
  return NULL;
}
