/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-smime.h"

#include <string.h>

/*
 * A message that is signed as a whole (RFC 8551, section 3.5.2) is in an envelope that mail programs without keys show as
 * a file. What is inside can be read by everybody; whether the signature is good is not looked at here.
 */

#define MAX_DEPTH 32
#define MAX_SKIPPED 1000

enum
{
  OCTETS = 0x04,
  IDENTIFIER = 0x06,
  SEQUENCE = 0x30,
  TAGGED = 0xa0,
  CONSTRUCTED = 0x20,
};

typedef struct
{
  const guint8 *data;
  gsize length;
} Bytes;

typedef struct
{
  guint tag;
  Bytes content;            /* of an element without a length all that is left */
  gboolean is_open;         /* whether it has no length, but an end */
} Element;

/* Reads the head of an element (X.690, section 8.1), and leaves @self behind it, or behind all of it when its length is known. */
static gboolean
take (Bytes   *self,
      Element *out)
{
  gsize length;
  gsize head = 2;

  if (self->length < 2 || (self->data[0] & 0x1f) == 0x1f)
    return FALSE;
  out->tag = self->data[0];
  length = self->data[1];
  out->is_open = length == 0x80;
  if (length > 0x80)
    {
      gsize count = length & 0x7f;

      if (count > 4 || self->length < 2 + count)
        return FALSE;
      length = 0;
      for (gsize i = 0; i < count; i++)
        length = length << 8 | self->data[2 + i];
      head += count;
    }
  if (out->is_open)
    length = self->length - head;
  if (length > self->length - head)
    return FALSE;
  out->content = (Bytes){ self->data + head, length };
  self->data += out->is_open ? head : head + length;
  self->length -= out->is_open ? head : head + length;
  return TRUE;
}

static gboolean
at_end (const Bytes *self)
{
  return self->length == 0 || (self->length >= 2 && self->data[0] == 0 && self->data[1] == 0);
}

/* Goes behind the next element, whatever it is. */
static gboolean
skip (Bytes *self,
      guint  depth,
      guint *count)
{
  Element element;

  if (depth > MAX_DEPTH || ++*count > MAX_SKIPPED || !take (self, &element))
    return FALSE;
  if (!element.is_open)
    return TRUE;
  while (!at_end (self))
    if (!skip (self, depth + 1, count))
      return FALSE;
  if (self->length < 2)
    return FALSE;
  self->data += 2;
  self->length -= 2;
  return TRUE;
}

static gboolean
enter (Bytes *self,
       guint  tag)
{
  Element element;

  if (!take (self, &element) || element.tag != tag)
    return FALSE;
  *self = element.content;
  return TRUE;
}

/* Appends the bytes of a string, which may be in pieces. */
static gboolean
collect (Bytes      *self,
         GByteArray *out,
         guint       depth)
{
  Element element;

  if (depth > MAX_DEPTH || !take (self, &element))
    return FALSE;
  if (element.tag == OCTETS && !element.is_open)
    {
      g_byte_array_append (out, element.content.data, (guint) element.content.length);
      return TRUE;
    }
  if (element.tag != (OCTETS | CONSTRUCTED))
    return FALSE;
  {
    Bytes *from = element.is_open ? self : &element.content;

    while (!at_end (from))
      if (!collect (from, out, depth + 1))
        return FALSE;
    if (element.is_open && from->length >= 2)
      {
        from->data += 2;
        from->length -= 2;
      }
  }
  return TRUE;
}

/* What kind of envelope it is (RFC 5652, section 14, and RFC 5083). */
static CsmMailSmime
kind_of (const Bytes *identifier)
{
  static const guint8 signed_data[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02 };
  static const guint8 enveloped_data[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x03 };
  static const guint8 authenticated_data[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x17 };

  if (identifier->length == sizeof signed_data && memcmp (identifier->data, signed_data, sizeof signed_data) == 0)
    return CSM_MAIL_SMIME_SIGNED;
  if ((identifier->length == sizeof enveloped_data && memcmp (identifier->data, enveloped_data, sizeof enveloped_data) == 0)
      || (identifier->length == sizeof authenticated_data && memcmp (identifier->data, authenticated_data, sizeof authenticated_data) == 0))
    return CSM_MAIL_SMIME_ENCRYPTED;
  return CSM_MAIL_SMIME_NONE;
}

/**
 * csm_mail_smime_open:
 * @data: (array length=length): what says to be S/MIME
 * @length: its length in bytes
 * @content: (out) (transfer full) (nullable): what was signed, if it is in there
 *
 * Returns: what it is
 */
CsmMailSmime
csm_mail_smime_open (const guint8  *data,
                     gsize          length,
                     GByteArray   **content)
{
  Bytes bytes = { data, length };
  Element identifier;
  CsmMailSmime kind;
  guint count = 0;
  g_autoptr(GByteArray) out = NULL;

  *content = NULL;
  if (!enter (&bytes, SEQUENCE) || !take (&bytes, &identifier) || identifier.tag != IDENTIFIER)
    return CSM_MAIL_SMIME_NONE;
  kind = kind_of (&identifier.content);
  if (kind != CSM_MAIL_SMIME_SIGNED)
    return kind;
  /* The version and the algorithms come before what was signed, and its own identifier. */
  if (!enter (&bytes, TAGGED) || !enter (&bytes, SEQUENCE) || !skip (&bytes, 0, &count) || !skip (&bytes, 0, &count)
      || !enter (&bytes, SEQUENCE) || !skip (&bytes, 0, &count) || !enter (&bytes, TAGGED))
    return CSM_MAIL_SMIME_SIGNED;
  out = g_byte_array_new ();
  if (collect (&bytes, out, 0) && out->len > 0)
    *content = g_steal_pointer (&out);
  return CSM_MAIL_SMIME_SIGNED;
}
