/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-id.h"

#include <string.h>
#include <sys/random.h>

#include "csm-time.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * csm_id_new_at:
 * @letter: the record type's letter
 * @time_us: the instant that the id carries, µs since the epoch
 *
 * Makes an id: 48 bits of milliseconds and 80 random bits in Crockford's base 32
 * (the ULID specification), behind @letter. Nothing may be read from the time: a
 * client's clock may be wrong.
 *
 * Returns: (transfer full): a new id of `CSM_ID_LENGTH` characters
 */
char *
csm_id_new_at (char   letter,
               gint64 time_us)
{
  char *id = g_malloc (CSM_ID_LENGTH + 1);
  guint64 ms = (guint64) MAX (time_us, 0) / 1000;
  guint8 random[10];
  guint bits = 0, held = 0, at = 0;

  if (getrandom (random, sizeof random, 0) != (gssize) sizeof random)
    g_error ("the system has no random numbers");

  id[0] = letter;
  for (int i = 9; i >= 0; i--, ms >>= 5)
    id[1 + i] = alphabet[ms & 31];
  for (int i = 0; i < 16; i++)
    {
      if (held < 5)
        {
          bits = (bits << 8) | random[at++];
          held += 8;
        }
      held -= 5;
      id[11 + i] = alphabet[(bits >> held) & 31];
    }
  id[CSM_ID_LENGTH] = '\0';
  return id;
}

/**
 * csm_id_new:
 * @letter: the record type's letter
 *
 * Returns: (transfer full): a new id made now
 */
char *
csm_id_new (char letter)
{
  return csm_id_new_at (letter, csm_time_now ());
}

/**
 * csm_id_with_letter:
 * @id: a valid id
 * @letter: another type's letter
 *
 * The same ULID for another type: a person's Seen has its case's, so that two
 * offline devices make the same record.
 *
 * Returns: (transfer full): the id
 */
char *
csm_id_with_letter (const char *id,
                    char        letter)
{
  char *copy = g_strdup (id);

  copy[0] = letter;
  return copy;
}

/**
 * csm_id_is_valid:
 * @id: (nullable): what came from outside
 * @letter: the type's letter, or 0 for any lower-case letter
 *
 * Returns: whether @id is a canonical (upper case) id of that type
 */
gboolean
csm_id_is_valid (const char *id,
                 char        letter)
{
  if (id == NULL || strlen (id) != CSM_ID_LENGTH)
    return FALSE;
  if (letter != 0 ? id[0] != letter : !g_ascii_islower (id[0]))
    return FALSE;
  if (id[1] > '7')
    return FALSE;
  return strspn (id + 1, alphabet) == CSM_ID_LENGTH - 1;
}
