/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-smtp-reply.h"

#include <string.h>

/* Of what a server says, so much is kept. */
#define MAX_TEXT 500

/**
 * csm_smtp_reply_init:
 * @self: a reply
 */
void
csm_smtp_reply_init (CsmSmtpReply *self)
{
  self->code = 0;
  self->text = g_string_new (NULL);
}

/**
 * csm_smtp_reply_clear:
 * @self: a reply
 */
void
csm_smtp_reply_clear (CsmSmtpReply *self)
{
  g_string_free (self->text, TRUE);
}

/**
 * csm_smtp_reply_reset:
 * @self: a reply
 *
 * Begins anew.
 */
void
csm_smtp_reply_reset (CsmSmtpReply *self)
{
  self->code = 0;
  g_string_truncate (self->text, 0);
}

/* The length of "5.1.1 " at the beginning (RFC 2034), or 0. */
static gsize
status_length (const char *text,
               gsize       length)
{
  gsize at = 0;

  for (guint part = 0; part < 3; part++)
    {
      gsize digits = 0;

      while (at + digits < length && g_ascii_isdigit (text[at + digits]))
        digits++;
      if (digits == 0 || digits > (part == 0 ? 1 : 3))
        return 0;
      at += digits;
      if (part < 2 && (at >= length || text[at++] != '.'))
        return 0;
    }
  return at < length && text[at] != ' ' ? 0 : at;
}

/**
 * csm_smtp_reply_take:
 * @self: a reply
 * @line: a line of it, ended or not
 * @length: its bytes
 *
 * Lines of one reply begin with the same code; each may repeat the enhanced one.
 *
 * Returns: whether that was the last line
 */
gboolean
csm_smtp_reply_take (CsmSmtpReply *self,
                     const char   *line,
                     gsize         length)
{
  gboolean first = self->code == 0;
  gsize status;

  while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
    length--;
  if (length < 3 || !g_ascii_isdigit (line[0]) || !g_ascii_isdigit (line[1]) || !g_ascii_isdigit (line[2]))
    return FALSE;
  self->code = (guint) (line[0] - '0') * 100 + (guint) (line[1] - '0') * 10 + (guint) (line[2] - '0');
  if (length > 4)
    {
      const char *text = line + 4;
      gsize rest = length - 4;

      status = first ? 0 : status_length (text, rest);
      if (!first && self->text->len < MAX_TEXT)
        g_string_append_c (self->text, ' ');
      while (status > 0 && status < rest && text[status] == ' ')
        status++;
      if (self->text->len < MAX_TEXT)
        g_string_append_len (self->text, text + status, (gssize) MIN (rest - status, MAX_TEXT - self->text->len));
    }
  return length == 3 || line[3] != '-';
}

/**
 * csm_smtp_reply_status:
 * @self: a reply
 *
 * Returns: (transfer full) (nullable): its enhanced status code (RFC 3463), "5.1.1", if it has one
 */
char *
csm_smtp_reply_status (const CsmSmtpReply *self)
{
  gsize length = status_length (self->text->str, self->text->len);

  return length > 0 ? g_strndup (self->text->str, length) : NULL;
}

/**
 * csm_smtp_reply_words:
 * @self: a reply
 *
 * Returns: (transfer full): code and text in one line, for people
 */
char *
csm_smtp_reply_words (const CsmSmtpReply *self)
{
  g_autofree char *text = g_utf8_make_valid (self->text->str, (gssize) self->text->len);

  for (char *c = text; *c != '\0'; c++)
    {
      if (g_ascii_iscntrl (*c))
        *c = ' ';
    }
  return *text != '\0' ? g_strdup_printf ("%u %s", self->code, text) : g_strdup_printf ("%u", self->code);
}
