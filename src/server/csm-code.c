/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-code.h"

#include <string.h>
#include <sys/random.h>

/* Letters and digits that people don't take for one another, as in ids; 100 bits. */
#define ALPHABET "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#define CHARACTERS 20
#define GROUP 5

/**
 * csm_code_new:
 *
 * Returns: (transfer full): a code that nobody can guess, in groups: people type it
 */
char *
csm_code_new (void)
{
  guint8 bytes[CHARACTERS];
  GString *code = g_string_new (NULL);

  if (getrandom (bytes, sizeof bytes, 0) != (gssize) sizeof bytes)
    g_error ("the system has no random numbers");
  for (guint i = 0; i < CHARACTERS; i++)
    {
      if (i > 0 && i % GROUP == 0)
        g_string_append_c (code, '-');
      g_string_append_c (code, ALPHABET[bytes[i] % strlen (ALPHABET)]);
    }
  return g_string_free (code, FALSE);
}

/**
 * csm_code_hash:
 * @code: a code, as somebody typed it: capitals, spaces and dashes don't matter
 *
 * Returns: (transfer full): its SHA-256 in hex: what is stored and looked up
 */
char *
csm_code_hash (const char *code)
{
  g_autoptr (GString) plain = g_string_new (NULL);

  for (; *code != '\0'; code++)
    {
      if (g_ascii_isalnum (*code))
        g_string_append_c (plain, g_ascii_toupper (*code));
    }
  g_string_replace (plain, "O", "0", 0);
  g_string_replace (plain, "I", "1", 0);
  g_string_replace (plain, "L", "1", 0);
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, plain->str, (gssize) plain->len);
}
