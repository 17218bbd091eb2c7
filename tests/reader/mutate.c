/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#define G_LOG_DOMAIN "csm-reader-test"
#include "config.h"

#include "mutate.h"

/* Breaks @text in up to 30 places. */
void
reader_test_mutate (GString *text,
                    GRand   *rand)
{
  static const char *const splices[] = { "--b\n", "\n\n", "<div>", "\377\376", "=?utf-8?Q?", "Content-Type: ", ":;,<>\"(", "&#x10ffff;", "\r", ">" };
  guint times = (guint) g_rand_int_range (rand, 1, 30);

  for (guint i = 0; i < times && text->len > 0; i++)
    {
      gsize at = (gsize) g_rand_int_range (rand, 0, (int) text->len);
      gsize wanted = (gsize) g_rand_int_range (rand, 1, 40);
      gsize length = MIN (wanted, text->len - at);

      switch (g_rand_int_range (rand, 0, 5))
        {
        case 0:
          text->str[at] = (char) g_rand_int_range (rand, 0, 256);
          break;
        case 1:
          g_string_erase (text, (gssize) at, (gssize) length);
          break;
        case 2:
          {
            g_autofree char *copy = g_strndup (text->str + at, length);

            g_string_insert (text, (gssize) at, copy);
          }
          break;
        case 3:
          g_string_insert (text, (gssize) at, splices[g_rand_int_range (rand, 0, G_N_ELEMENTS (splices))]);
          break;
        default:
          text->str[at] ^= (char) (1 << g_rand_int_range (rand, 0, 8));
          break;
        }
    }
}
