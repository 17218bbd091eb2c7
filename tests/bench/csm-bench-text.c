/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-bench-text.h"

#include <math.h>

#define N_WORDS 20000

struct _CsmBenchText
{
  GRand        *random;
  GStringChunk *chunk; /* a word of its own would take ten times its length, of the memory that is measured */
  GPtrArray    *words; /* the most frequent first */
};

static const char *
invent (GRand        *random,
        GStringChunk *chunk)
{
  static const char * const starts[] = { "b", "br", "d", "f", "g", "gr", "h", "k", "l", "m", "n", "p", "pr", "r", "s", "st", "t", "tr", "v", "w" };
  static const char * const middles[] = { "a", "e", "i", "o", "u", "ä", "ie", "ou", "ei", "é" };
  static const char * const ends[] = { "", "", "n", "r", "s", "l", "t", "m" };
  g_autoptr (GString) word = g_string_new (NULL);
  int syllables = g_rand_int_range (random, 1, 4);

  for (int i = 0; i < syllables; i++)
    {
      g_string_append (word, starts[g_rand_int_range (random, 0, G_N_ELEMENTS (starts))]);
      g_string_append (word, middles[g_rand_int_range (random, 0, G_N_ELEMENTS (middles))]);
      g_string_append (word, ends[g_rand_int_range (random, 0, G_N_ELEMENTS (ends))]);
    }
  return g_string_chunk_insert_len (chunk, word->str, (gssize) word->len);
}

/**
 * csm_bench_text_new:
 * @seed: any number
 *
 * Returns: (transfer full): a source of text
 */
CsmBenchText *
csm_bench_text_new (guint32 seed)
{
  CsmBenchText *self = g_new0 (CsmBenchText, 1);

  self->random = g_rand_new_with_seed (seed);
  self->chunk = g_string_chunk_new (4096);
  self->words = g_ptr_array_sized_new (N_WORDS);
  for (guint i = 0; i < N_WORDS; i++)
    g_ptr_array_add (self->words, (gpointer) invent (self->random, self->chunk));
  return self;
}

/**
 * csm_bench_text_free:
 * @self: (transfer full): a source of text
 */
void
csm_bench_text_free (CsmBenchText *self)
{
  g_rand_free (self->random);
  g_ptr_array_unref (self->words);
  g_string_chunk_free (self->chunk);
  g_free (self);
}

/**
 * csm_bench_text_pick:
 * @self: a source of text
 * @below: at least 1
 *
 * Returns: a number from 0, below @below
 */
guint
csm_bench_text_pick (CsmBenchText *self,
                     guint         below)
{
  return (guint) g_rand_int_range (self->random, 0, (gint32) below);
}

/**
 * csm_bench_text_word:
 * @self: a source of text
 *
 * Returns: a word: the one of rank n about 1/n as often as the first
 */
const char *
csm_bench_text_word (CsmBenchText *self)
{
  double rank = pow (N_WORDS, g_rand_double (self->random)) - 1;

  return g_ptr_array_index (self->words, MIN ((guint) rank, N_WORDS - 1));
}

/**
 * csm_bench_text_nth_word:
 * @self: a source of text
 * @rank: 0 is the most frequent
 *
 * Returns: a word
 */
const char *
csm_bench_text_nth_word (CsmBenchText *self,
                         guint         rank)
{
  return g_ptr_array_index (self->words, MIN (rank, N_WORDS - 1));
}

/**
 * csm_bench_text_append:
 * @self: a source of text
 * @text: where to
 * @length: about how many bytes
 *
 * Appends words, one blank apart.
 */
void
csm_bench_text_append (CsmBenchText *self,
                       GString      *text,
                       gsize         length)
{
  gsize end = text->len + length;

  while (text->len < end)
    {
      g_string_append (text, csm_bench_text_word (self));
      g_string_append_c (text, ' ');
    }
  g_string_truncate (text, text->len - 1);
}
