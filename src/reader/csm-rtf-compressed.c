/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-rtf.h"

#include <string.h>

#define WINDOW 4096
#define MAX_RTF (8 * 1024 * 1024)
#define COMPRESSED 0x75465a4cu
#define PLAIN 0x414c454du
#define HEAD 16

/* What the window holds at first (MS-OXRTFCP, section 2.1.2.1). */
static const char first_window[] =
  "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
  "MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

static guint32
number_at (const guint8 *p)
{
  return p[0] | (guint32) p[1] << 8 | (guint32) p[2] << 16 | (guint32) p[3] << 24;
}

typedef struct
{
  char window[WINDOW];
  guint at;
  GByteArray *out;
} Unpacking;

static void
put (Unpacking *self,
     guint8     byte)
{
  self->window[self->at] = (char) byte;
  self->at = (self->at + 1) % WINDOW;
  g_byte_array_append (self->out, &byte, 1);
}

/* Eight pieces: a byte each, or a place in the window and a length. FALSE at the end. */
static gboolean
unpack_eight (Unpacking     *self,
              const guint8 **from,
              const guint8  *end)
{
  guint8 kinds;

  if (*from >= end)
    return FALSE;
  kinds = *(*from)++;
  for (guint bit = 0; bit < 8; bit++)
    {
      guint place;
      guint length;

      if (*from >= end || self->out->len >= MAX_RTF)
        return FALSE;
      if ((kinds & 1u << bit) == 0)
        {
          put (self, *(*from)++);
          continue;
        }
      if (end - *from < 2)
        return FALSE;
      place = (guint) (*from)[0] << 4 | (*from)[1] >> 4;
      length = ((*from)[1] & 15u) + 2;
      *from += 2;
      if (place == self->at)
        return FALSE;
      for (guint i = 0; i < length; i++)
        put (self, (guint8) self->window[(place + i) % WINDOW]);
    }
  return TRUE;
}

/**
 * csm_rtf_decompress:
 * @data: (array length=length): compressed RTF as MS-OXRTFCP has it
 * @length: its length in bytes
 *
 * Returns: (transfer full) (nullable): the RTF, at most 8 MB; %NULL when it is none
 */
GBytes *
csm_rtf_decompress (const guint8 *data,
                    gsize         length)
{
  Unpacking state = { .at = sizeof first_window - 1 };
  const guint8 *from = data + HEAD;
  guint32 size;

  G_STATIC_ASSERT (sizeof first_window - 1 == 207);
  if (length < HEAD)
    return NULL;
  size = number_at (data + 4);
  if (number_at (data + 8) == PLAIN)
    return g_bytes_new (from, MIN (MIN (size, MAX_RTF), length - HEAD));
  if (number_at (data + 8) != COMPRESSED)
    return NULL;
  memset (state.window, ' ', sizeof state.window);
  memcpy (state.window, first_window, sizeof first_window - 1);
  state.out = g_byte_array_new ();
  while (unpack_eight (&state, &from, data + length))
    continue;
  if (state.out->len > size)
    g_byte_array_set_size (state.out, size);
  return g_byte_array_free_to_bytes (state.out);
}
