/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-search-highlight.h"

#include <string.h>

#include "csm-fold.h"
#include "csm-search-query.h"

/* Text is cut and folded as full text does it, so that what was found for "strasse" is marked in "Straße". */

typedef struct
{
  char    *folded;
  gboolean begins; /* a word that goes on counts, too */
} Word;

typedef struct
{
  GArray *words;  /* Word */
  GArray *spots;
  gboolean begins;
} Search;

static void
word_clear (gpointer data)
{
  g_free (((Word *) data)->folded);
}

static gboolean
add_word (const CsmToken *token,
          gpointer        data)
{
  Search *search = data;
  Word word = { g_strndup (token->text, token->length), search->begins || token->kind == CSM_TOKEN_SINGLE };

  if (token->kind == CSM_TOKEN_TAIL)
    g_free (word.folded);
  else
    g_array_append_val (search->words, word);
  return TRUE;
}

static gboolean
look_at (const CsmToken *token,
         gpointer        data)
{
  Search *search = data;

  for (guint i = 0; i < search->words->len; i++)
    {
      const Word *word = &g_array_index (search->words, Word, i);
      gsize length = strlen (word->folded);
      CsmSearchSpot spot = { (guint) token->start, (guint) token->end };

      if (token->length < length || (token->length > length && !word->begins) || memcmp (token->text, word->folded, length) != 0)
        continue;
      /* Neighbours in a script without spaces overlap. */
      if (search->spots->len > 0 && g_array_index (search->spots, CsmSearchSpot, search->spots->len - 1).end >= spot.start)
        g_array_index (search->spots, CsmSearchSpot, search->spots->len - 1).end = spot.end;
      else
        g_array_append_val (search->spots, spot);
      break;
    }
  return TRUE;
}

/* The words that have to occur; a name in from: or to: is looked for as well. The last one may go on. */
static void
read_words (Search     *search,
            const char *typed)
{
  g_autoptr (CsmSearchQuery) query = csm_search_query_parse (typed);
  guint last = query->parts->len;

  while (last > 0 && ((CsmSearchPart *) g_ptr_array_index (query->parts, last - 1))->kind != CSM_SEARCH_PART_WORD)
    last--;
  for (guint i = 0; i < query->parts->len; i++)
    {
      const CsmSearchPart *part = g_ptr_array_index (query->parts, i);
      gboolean name = part->kind == CSM_SEARCH_PART_FILTER && (part->operator == CSM_SEARCH_FROM || part->operator == CSM_SEARCH_TO);

      if (part->negated || (part->kind != CSM_SEARCH_PART_WORD && part->kind != CSM_SEARCH_PART_PHRASE && !name))
        continue;
      search->begins = name || i + 1 == last;
      csm_fold_tokens (part->text, strlen (part->text), add_word, search);
    }
}

/**
 * csm_search_highlight_find:
 * @text: what is shown
 * @typed: (nullable): what was typed to find it
 *
 * Returns: (transfer full) (element-type CsmSearchSpot): the places in @text, in order
 */
GArray *
csm_search_highlight_find (const char *text,
                           const char *typed)
{
  Search search = { g_array_new (FALSE, FALSE, sizeof (Word)), g_array_new (FALSE, FALSE, sizeof (CsmSearchSpot)), FALSE };

  g_array_set_clear_func (search.words, word_clear);
  if (typed != NULL)
    read_words (&search, typed);
  if (search.words->len > 0 && text != NULL)
    csm_fold_tokens (text, strlen (text), look_at, &search);
  g_array_unref (search.words);
  return search.spots;
}

static void
add_attr (PangoAttrList       *attrs,
          PangoAttribute      *attr,
          const CsmSearchSpot *spot)
{
  attr->start_index = spot->start;
  attr->end_index = spot->end;
  pango_attr_list_insert (attrs, attr);
}

/**
 * csm_search_highlight_attrs:
 * @spots: (element-type CsmSearchSpot): places in a text
 * @current: the one that was gone to, or G_MAXUINT
 *
 * Bold on a ground that shows in light and in dark: not by colour alone.
 *
 * Returns: (transfer full): how to draw them
 */
PangoAttrList *
csm_search_highlight_attrs (GArray *spots,
                            guint   current)
{
  PangoAttrList *attrs = pango_attr_list_new ();

  for (guint i = 0; i < spots->len; i++)
    {
      const CsmSearchSpot *spot = &g_array_index (spots, CsmSearchSpot, i);

      add_attr (attrs, pango_attr_weight_new (PANGO_WEIGHT_BOLD), spot);
      add_attr (attrs, pango_attr_background_new (0xf5f5, 0xc2c2, 0x1111), spot);
      add_attr (attrs, pango_attr_background_alpha_new (i == current ? 0xb000 : 0x5000), spot);
      if (i == current)
        add_attr (attrs, pango_attr_underline_new (PANGO_UNDERLINE_SINGLE), spot);
    }
  return attrs;
}
