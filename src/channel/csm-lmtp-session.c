/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-lmtp-session.h"

#include <string.h>

#include "csm-address.h"
#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-mail-import.h"
#include "csm-reply-token.h"
#include "csm-spool.h"

#define BUFFER 65536
#define MAX_LINE 4096
#define MAX_RECIPIENTS 100
#define MAX_ERRORS 20
/* Nobody keeps more, as with what comes on standard input. */
#define MAX_SIZE (2 * (gsize) CSM_MAIL_MAX_SIZE)

typedef struct
{
  char *address;
  char *channel_id;
} Recipient;

/* Where in a line what comes next is, to find the end of a mail: only a dot between two whole line ends (RFC 5321, section 4.1.1.4). */
typedef enum
{
  AT_START,
  IN_LINE,
  AFTER_CR,
  AFTER_DOT,
  AFTER_DOT_CR,
  AT_END,
} Place;

typedef struct
{
  GInputStream  *in;
  GOutputStream *out;
  CsmStore      *store;
  const char    *reader_program;
  GCancellable  *cancellable;
  gboolean       greeted;
  char          *sender;       /* NULL: no mail has been begun */
  GPtrArray     *recipients;   /* Recipient */
  guint          n_errors;
  gsize          start;
  gsize          end;
  char           buffer[BUFFER];
} Session;

static void
recipient_free (Recipient *recipient)
{
  g_free (recipient->address);
  g_free (recipient->channel_id);
  g_free (recipient);
}

static void
forget_mail (Session *self)
{
  g_clear_pointer (&self->sender, g_free);
  g_ptr_array_set_size (self->recipients, 0);
}

static gboolean
say (Session    *self,
     const char *text)
{
  if (*text == '5')
    self->n_errors++;
  return g_output_stream_write_all (self->out, text, strlen (text), NULL, self->cancellable, NULL) && self->n_errors <= MAX_ERRORS;
}

/* FALSE: there is nothing more. */
static gboolean
fill (Session *self)
{
  gssize n;

  if (self->start < self->end)
    return TRUE;
  n = g_input_stream_read (self->in, self->buffer, sizeof self->buffer, self->cancellable, NULL);
  self->start = 0;
  self->end = (gsize) MAX (n, 0);
  return n > 0;
}

/* NULL: the connection has ended, or nobody who means well is there. */
static char *
read_line (Session *self)
{
  g_autoptr (GString) line = g_string_new (NULL);

  while (line->len < MAX_LINE && fill (self))
    {
      const char *from = self->buffer + self->start, *end = memchr (from, '\n', self->end - self->start);
      gsize length = end != NULL ? (gsize) (end - from) : self->end - self->start;

      g_string_append_len (line, from, (gssize) length);
      self->start += length + (end != NULL);
      if (end == NULL)
        continue;
      if (line->len > 0 && line->str[line->len - 1] == '\r')
        g_string_truncate (line, line->len - 1);
      return strlen (line->str) == line->len ? g_string_free (g_steal_pointer (&line), FALSE) : NULL;
    }
  return NULL;
}

/* --- Recipients --------------------------------------------------------------------------------------------------------------------- */

static char *
find_plain (CsmTxn      *txn,
            const char  *address,
            gboolean    *tagged,
            GError     **error)
{
  g_autofree char *normal = csm_address_normalise (address);
  g_autofree char *token = normal != NULL ? csm_reply_token_strip (normal) : NULL;
  g_autofree char *plain = NULL;
  GError *local = NULL;
  char *id = normal != NULL ? csm_txn_find_channel (txn, normal, &local) : NULL;

  *tagged = FALSE;
  if (id == NULL && local == NULL && normal != NULL)
    plain = token != NULL ? g_strdup (token) : csm_address_without_tag (normal);
  if (plain != NULL)
    {
      id = csm_txn_find_channel (txn, plain, &local);
      *tagged = token == NULL;
    }
  if (local != NULL)
    g_propagate_error (error, local);
  return id;
}

static gpointer
find_channel (CsmTxn        *txn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  gboolean tagged;
  g_autofree char *id = find_plain (txn, input, &tagged, error);
  g_autoptr (JsonObject) channel = id != NULL ? csm_desk_load (txn, CSM_TYPE_ID_CHANNEL, id, error) : NULL;

  if (channel == NULL || !csm_json_get_boolean (channel, "enabled") || (tagged && !csm_json_get_boolean (channel, "plusAddressing")))
    return NULL;
  return g_steal_pointer (&id);
}

/* What is between the angle brackets after @keyword; NULL: it isn't there, or could end the field that it is to stand in. */
static char *
read_path (const char *line,
           const char *keyword)
{
  gsize length = strlen (keyword);
  const char *end;

  if (g_ascii_strncasecmp (line, keyword, length) != 0)
    return NULL;
  line += length;
  line += strspn (line, " ");
  end = *line == '<' ? strchr (line, '>') : NULL;
  for (const char *c = line; end != NULL && c < end; c++)
    {
      if (g_ascii_iscntrl (*c))
        return NULL;
    }
  return end != NULL ? g_strndup (line + 1, (gsize) (end - line - 1)) : NULL;
}

static gboolean
take_sender (Session    *self,
             const char *line)
{
  g_autofree char *path = read_path (line, "MAIL FROM:");

  if (!self->greeted || self->sender != NULL)
    return say (self, "503 5.5.1 Not now\r\n");
  if (path == NULL || !g_utf8_validate (path, -1, NULL))
    return say (self, "501 5.5.4 From whom?\r\n");
  self->sender = g_steal_pointer (&path);
  return say (self, "250 2.1.0 Yes\r\n");
}

static gboolean
take_recipient (Session    *self,
                const char *line)
{
  g_autofree char *path = read_path (line, "RCPT TO:");
  g_autofree char *channel_id = NULL;
  g_autoptr (GError) error = NULL;
  Recipient *recipient;

  if (self->sender == NULL)
    return say (self, "503 5.5.1 Not now\r\n");
  if (path == NULL || !g_utf8_validate (path, -1, NULL))
    return say (self, "501 5.5.4 To whom?\r\n");
  if (self->recipients->len >= MAX_RECIPIENTS)
    return say (self, "452 4.5.3 Too many at a time\r\n");
  channel_id = csm_store_run (self->store, FALSE, find_channel, path, &error);
  if (error != NULL)
    return say (self, "451 4.3.0 Not at the moment\r\n");
  if (channel_id == NULL)
    return say (self, "550 5.1.1 There is no such mailbox\r\n");
  recipient = g_new0 (Recipient, 1);
  recipient->address = g_steal_pointer (&path);
  recipient->channel_id = g_steal_pointer (&channel_id);
  g_ptr_array_add (self->recipients, recipient);
  return say (self, "250 2.1.5 Yes\r\n");
}

/* --- The mail ----------------------------------------------------------------------------------------------------------------------- */

/* One byte further; what of it belongs to the mail is appended to @text. */
static Place
step (Place    place,
      char     c,
      GString *text)
{
  switch (place)
    {
    case AT_START:
      if (c == '.')
        return AFTER_DOT;
      break;
    case AFTER_DOT:
      if (c == '\r')
        return AFTER_DOT_CR;
      break;
    case AFTER_CR:
      if (c == '\n')
        {
          g_string_append_c (text, c);
          return AT_START;
        }
      break;
    case AFTER_DOT_CR:
      if (c == '\n')
        return AT_END;
      g_string_append_c (text, '\r');
      break;
    case IN_LINE:
    case AT_END:
    default:
      break;
    }
  g_string_append_c (text, c);
  return c == '\r' ? AFTER_CR : IN_LINE;
}

/* Whether a mail could be kept. */
typedef enum
{
  FITS,
  TOO_LARGE,
  NO_ROOM,
} Room;

static Room
keep (CsmSpool *spool,
      GString  *text)
{
  if (csm_spool_get_length (spool) + text->len > MAX_SIZE)
    return TOO_LARGE;
  return csm_spool_append (spool, text->str, text->len, NULL) ? FITS : NO_ROOM;
}

/* FALSE: the connection has ended before the mail did. */
static gboolean
read_mail (Session  *self,
           CsmSpool *spool,
           Room     *room)
{
  g_autoptr (GString) text = g_string_sized_new (BUFFER + 16);
  Place place = AT_START;

  *room = FITS;
  while (place != AT_END)
    {
      if (!fill (self))
        return FALSE;
      g_string_truncate (text, 0);
      while (self->start < self->end && place != AT_END)
        place = step (place, self->buffer[self->start++], text);
      if (*room == FITS)
        *room = keep (spool, text);
    }
  return TRUE;
}

/* Who a mail came from and went to is the envelope's to say; but nobody is told who else got it. */
static CsmSpool *
begin_spool (Session *self)
{
  g_autoptr (GString) head = g_string_new (NULL);
  g_autoptr (CsmSpool) spool = csm_spool_new (NULL);

  g_string_printf (head, "Return-Path: <%s>\r\n", self->sender);
  if (self->recipients->len == 1)
    g_string_append_printf (head, "Delivered-To: %s\r\n", ((Recipient *) g_ptr_array_index (self->recipients, 0))->address);
  return spool != NULL && csm_spool_append (spool, head->str, head->len, NULL) ? g_steal_pointer (&spool) : NULL;
}

/* An answer for each recipient: what one has is on disk, also when another has to wait (RFC 2033, section 4.2). */
static gboolean
answer_each (Session  *self,
             CsmSpool *spool,
             Room      room)
{
  for (guint i = 0; i < self->recipients->len; i++)
    {
      Recipient *recipient = g_ptr_array_index (self->recipients, i);
      g_autoptr (GError) error = NULL;

      if (room != FITS)
        {
          /* What a full disk can't hold now it can perhaps hold later: the mail server must not send it back. */
          if (!say (self, room == TOO_LARGE ? "552 5.3.4 That is too large\r\n" : "452 4.3.1 There is no room\r\n"))
            return FALSE;
          continue;
        }
      if (!csm_mail_deliver_spool (self->store, recipient->channel_id, spool, self->reader_program, &error))
        g_message ("A mail could not be taken in by LMTP: %s", error->message);
      if (!say (self, error == NULL ? "250 2.0.0 It is here\r\n" : "451 4.3.0 Not at the moment\r\n"))
        return FALSE;
    }
  return TRUE;
}

static gboolean
take_mail (Session *self)
{
  g_autoptr (CsmSpool) spool = NULL;
  gboolean good;
  Room room;

  if (self->recipients->len == 0)
    return say (self, "503 5.5.1 For nobody\r\n");
  spool = begin_spool (self);
  if (spool == NULL)
    return say (self, "451 4.3.1 There is no room\r\n");
  good = say (self, "354 Go on\r\n") && read_mail (self, spool, &room) && answer_each (self, spool, room);
  forget_mail (self);
  return good;
}

/* --- Commands ----------------------------------------------------------------------------------------------------------------------- */

static gboolean
is_command (const char *line,
            const char *command)
{
  gsize length = strlen (command);

  return g_ascii_strncasecmp (line, command, length) == 0 && (line[length] == '\0' || line[length] == ' ');
}

/* FALSE: it is over. */
static gboolean
obey (Session    *self,
      const char *line)
{
  if (is_command (line, "LHLO"))
    {
      self->greeted = TRUE;
      forget_mail (self);
      return say (self, "250-Casement\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE " G_STRINGIFY (134217728) "\r\n");
    }
  if (is_command (line, "MAIL"))
    return take_sender (self, line);
  if (is_command (line, "RCPT"))
    return take_recipient (self, line);
  if (is_command (line, "DATA"))
    return take_mail (self);
  if (is_command (line, "RSET"))
    {
      forget_mail (self);
      return say (self, "250 2.0.0 Forgotten\r\n");
    }
  if (is_command (line, "NOOP"))
    return say (self, "250 2.0.0 Yes\r\n");
  if (is_command (line, "VRFY"))
    return say (self, "252 2.5.0 Try\r\n");
  if (is_command (line, "QUIT"))
    {
      say (self, "221 2.0.0 Bye\r\n");
      return FALSE;
    }
  return say (self, "500 5.5.2 What?\r\n");
}

/**
 * csm_lmtp_session_run:
 * @stream: a connection
 * @store: where mail goes
 * @reader_program: casement-reader
 * @cancellable: ends it
 *
 * Talks with a mail server until one of both has had enough; blocks. Any thread. A mail for which it hears 250 is on disk.
 */
void
csm_lmtp_session_run (GIOStream    *stream,
                      CsmStore     *store,
                      const char   *reader_program,
                      GCancellable *cancellable)
{
  g_autofree Session *self = g_new0 (Session, 1);
  gboolean good;

  self->in = g_io_stream_get_input_stream (stream);
  self->out = g_io_stream_get_output_stream (stream);
  self->store = store;
  self->reader_program = reader_program;
  self->cancellable = cancellable;
  self->recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) recipient_free);
  good = say (self, "220 Casement LMTP\r\n");
  while (good)
    {
      g_autofree char *line = read_line (self);

      good = line != NULL && obey (self, line);
    }
  forget_mail (self);
  g_ptr_array_unref (self->recipients);
}
