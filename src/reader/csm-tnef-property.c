/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-tnef-private.h"

#include "csm-mail-charset.h"

#include <string.h>

#define MULTIPLE 0x1000
#define MAX_VALUES 10000

/**
 * csm_tnef_take:
 * @self: what is left
 * @length: how many bytes to take
 * @out: (out): receives them, borrowed
 *
 * Returns: whether there were so many
 */
gboolean
csm_tnef_take (CsmTnefBytes *self,
               gsize         length,
               CsmTnefBytes *out)
{
  if (length > self->length)
    return FALSE;
  *out = (CsmTnefBytes){ self->data, length };
  self->data += length;
  self->length -= length;
  return TRUE;
}

/* A number in two bytes, the least significant first. */
gboolean
csm_tnef_take_16 (CsmTnefBytes *self,
                  guint        *out)
{
  CsmTnefBytes bytes;

  if (!csm_tnef_take (self, 2, &bytes))
    return FALSE;
  *out = bytes.data[0] | (guint) bytes.data[1] << 8;
  return TRUE;
}

/* A number in four bytes, the least significant first. */
gboolean
csm_tnef_take_32 (CsmTnefBytes *self,
                  guint32      *out)
{
  CsmTnefBytes bytes;

  if (!csm_tnef_take (self, 4, &bytes))
    return FALSE;
  *out = bytes.data[0] | (guint32) bytes.data[1] << 8 | (guint32) bytes.data[2] << 16 | (guint32) bytes.data[3] << 24;
  return TRUE;
}

/* How many bytes a value of a fixed size takes, with what fills it up to four; 0 for other types. */
static gsize
fixed_size (guint type)
{
  switch (type)
    {
    case 0x0002: /* 16 bits */
    case 0x0003: /* 32 bits */
    case 0x0004: /* a short fraction */
    case 0x000a: /* an error */
    case 0x000b: /* yes or no */
      return 4;
    case 0x0005: /* a fraction */
    case 0x0006: /* money */
    case 0x0007: /* a time, as a fraction */
    case 0x0014: /* 64 bits */
    case 0x0040: /* a time */
      return 8;
    case 0x0048: /* a GUID */
      return 16;
    default:
      return 0;
    }
}

/* Properties from 0x8000 on have a name, of which nothing is needed (MS-OXTNEF, section 2.1.3.5). */
static gboolean
skip_name (CsmTnefBytes *self)
{
  CsmTnefBytes ignored;
  guint32 kind;
  guint32 length;

  if (!csm_tnef_take (self, 16, &ignored) || !csm_tnef_take_32 (self, &kind) || !csm_tnef_take_32 (self, &length))
    return FALSE;
  return kind == 0 || csm_tnef_take (self, ((gsize) length + 3) & ~(gsize) 3, &ignored);
}

static gboolean
take_variable (CsmTnefBytes *self,
               CsmTnefBytes *out)
{
  CsmTnefBytes ignored;
  guint32 length;

  if (!csm_tnef_take_32 (self, &length) || !csm_tnef_take (self, length, out))
    return FALSE;
  /* The last one may be short of what fills it up. */
  return csm_tnef_take (self, MIN ((4 - length % 4) % 4, self->length), &ignored);
}

/**
 * csm_tnef_take_property:
 * @self: properties
 * @out: (out): receives the next one, of several values the first
 *
 * Returns: whether it could be read
 */
gboolean
csm_tnef_take_property (CsmTnefBytes    *self,
                        CsmTnefProperty *out)
{
  guint32 count = 1;
  gsize size;
  guint type;

  if (!csm_tnef_take_16 (self, &type) || !csm_tnef_take_16 (self, &out->id)
      || (out->id >= 0x8000 && !skip_name (self)))
    return FALSE;
  out->type = type & ~(guint) MULTIPLE;
  out->value = (CsmTnefBytes){ NULL, 0 };
  size = fixed_size (out->type);
  if (size == 0 && out->type != CSM_TNEF_STRING8 && out->type != CSM_TNEF_STRING && out->type != CSM_TNEF_OBJECT
      && out->type != CSM_TNEF_BINARY)
    return FALSE;
  if (((type & MULTIPLE) != 0 || size == 0) && (!csm_tnef_take_32 (self, &count) || count > MAX_VALUES))
    return FALSE;
  for (guint32 i = 0; i < count; i++)
    {
      CsmTnefBytes value;

      if (!(size > 0 ? csm_tnef_take (self, size, &value) : take_variable (self, &value)))
        return FALSE;
      if (i == 0)
        out->value = value;
    }
  return TRUE;
}

/**
 * csm_tnef_dup_text:
 * @property: text of either kind, or bytes that are text
 * @code_page: what text of one byte a character is in
 * @limit: the most bytes wanted
 *
 * Returns: (transfer full): the text in UTF-8, up to a NUL
 */
char *
csm_tnef_dup_text (CsmTnefProperty *property,
                   guint            code_page,
                   gsize            limit)
{
  gsize length = MIN (property->value.length, 2 * limit);
  const guint8 *end;
  g_autofree char *text = NULL;

  if (property->type == CSM_TNEF_STRING)
    {
      text = csm_mail_charset_decode ((const char *) property->value.data, length & ~(gsize) 1, "UTF-16LE");
    }
  else
    {
      end = length > 0 ? memchr (property->value.data, '\0', length) : NULL;
      if (end != NULL)
        length = (gsize) (end - property->value.data);
      text = csm_mail_charset_decode ((const char *) property->value.data, length,
                                      csm_mail_charset_of_code_page (code_page));
    }
  return csm_mail_charset_clean (text, CSM_MAIL_CLEAN_TEXT, limit);
}
