/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-forward.h"

#include "csm-mail-block.h"
#include "csm-mail-charset.h"
#include "csm-mail-header.h"
#include "csm-mail-quote-words.h"
#include "csm-mail-quote.h"

#include <string.h>

#define MAX_FORWARDS 20
#define MAX_DEPTH 3
#define MAX_TEXT (64 * 1024)
#define MAX_LINE 998
#define MAX_SHOWN_LINE 250
/* Attached messages that are larger together are read without parsing their HTML. */
#define MAX_PARSED (1024 * 1024)

typedef struct
{
  CsmMailContent *content;
  GMimeParserOptions *options;
  CsmJsonWriter *writer;
  gboolean careful;
  gsize parsed;
  guint count;
} Forwards;

static void
write_from (CsmJsonWriter *writer,
            const char    *name,
            const char    *address)
{
  g_autofree char *clean_name = csm_mail_charset_clean (name != NULL ? name : "", CSM_MAIL_CLEAN_LINE, MAX_LINE);
  g_autofree char *clean_address = csm_mail_charset_clean (address != NULL ? address : "", CSM_MAIL_CLEAN_LINE, MAX_LINE);

  csm_json_writer_begin_object (writer, "from");
  csm_json_writer_string (writer, "name", g_strstrip (clean_name));
  csm_json_writer_string (writer, "address", g_strstrip (clean_address));
  csm_json_writer_end_object (writer);
}

static void
write_sender (Forwards     *self,
              GMimeMessage *message)
{
  InternetAddressList *list = g_mime_message_get_addresses (message, GMIME_ADDRESS_TYPE_FROM);
  InternetAddress *first = list != NULL && internet_address_list_length (list) > 0 ? internet_address_list_get_address (list, 0) : NULL;

  if (first != NULL && INTERNET_ADDRESS_IS_MAILBOX (first))
    {
      write_from (self->writer, internet_address_get_name (first), internet_address_mailbox_get_addr (INTERNET_ADDRESS_MAILBOX (first)));
    }
  else
    {
      g_autofree char *raw = csm_mail_header_dup (GMIME_OBJECT (message), self->options, "From");

      write_from (self->writer, raw, NULL);
    }
}

static char *
dup_date (GMimeMessage       *message,
          GMimeParserOptions *options)
{
  GDateTime *date = g_mime_message_get_date (message);
  g_autoptr(GDateTime) utc = date != NULL ? g_date_time_to_utc (date) : NULL;
  g_autofree char *text = utc != NULL ? g_date_time_format (utc, "%Y-%m-%dT%H:%M:%SZ") : NULL;

  if (text != NULL && strlen (text) == strlen ("2026-01-01T00:00:00Z"))
    return g_steal_pointer (&text);
  return csm_mail_header_dup (GMIME_OBJECT (message), options, "Date");
}

static void
write_text (CsmJsonWriter *writer,
            GPtrArray     *blocks)
{
  g_autofree char *text = csm_mail_blocks_to_text (blocks);
  g_autofree char *cut = csm_mail_charset_clean (text, CSM_MAIL_CLEAN_TEXT, MAX_TEXT);

  csm_json_writer_string (writer, "text", cut);
}

/* What GMime made of an attachment, or makes now. */
static GMimeMessage *
get_message (Forwards        *self,
             CsmMailContent  *content,
             CsmMailEnclosed *enclosed)
{
  CsmMailAttachment *attachment = content->attachments->pdata[enclosed->attachment];
  CsmMailPart *part = content->parts->pdata[attachment->part];
  gsize length;
  const char *data = g_bytes_get_data (part->bytes, &length);

  self->parsed += length;
  if (enclosed->message == NULL && length > 0)
    enclosed->message = csm_mail_content_parse (data, length, self->options);
  return enclosed->message;
}

static CsmMailContent *
read_content (Forwards     *self,
              GMimeMessage *message)
{
  g_autoptr(GPtrArray) defects = g_ptr_array_new ();
  CsmMailContent *inner = csm_mail_content_new (message, self->options, self->careful || self->parsed > MAX_PARSED, defects);

  csm_mail_quote_fold (inner->blocks);
  return inner;
}

/* Lists the files inside an attached message beside it, and of messages in it, too. */
static void
add_files (Forwards       *self,
           CsmMailContent *inner,
           int             within,
           guint           depth)
{
  g_autofree int *places = g_new (int, inner->attachments->len + 1);

  for (guint i = 0; i < inner->attachments->len; i++)
    {
      CsmMailAttachment *attachment = inner->attachments->pdata[i];
      CsmMailPart *part = inner->parts->pdata[attachment->part];
      int index = csm_mail_content_add_part (self->content, part->bytes, part->type, part->charset, TRUE);

      places[i] = csm_mail_content_add_file (self->content, index, attachment->name, attachment->cid, FALSE);
      if (places[i] >= 0)
        ((CsmMailAttachment *) self->content->attachments->pdata[places[i]])->within = within;
    }
  for (guint i = 0; depth < MAX_DEPTH && i < inner->enclosed->len; i++)
    {
      CsmMailEnclosed *enclosed = inner->enclosed->pdata[i];
      GMimeMessage *message = places[enclosed->attachment] >= 0 ? get_message (self, inner, enclosed) : NULL;
      g_autoptr(CsmMailContent) deeper = message != NULL ? read_content (self, message) : NULL;

      if (deeper != NULL)
        add_files (self, deeper, places[enclosed->attachment], depth + 1);
    }
}

/* Who wrote it, as the usual clients write it above what they forward. */
static char *
dup_attribution (Forwards     *self,
                 GMimeMessage *message)
{
  static const char *const fields[] = { "From", "Date", "To", "Subject" };
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *value = csm_mail_header_dup (GMIME_OBJECT (message), self->options, fields[i]);

      if (value != NULL && value[0] != '\0')
        {
          g_autofree char *line = csm_mail_charset_clean (value, CSM_MAIL_CLEAN_LINE, MAX_SHOWN_LINE);

          g_string_append_printf (out, "%s%s: %s", out->len > 0 ? "\n" : "", fields[i], line);
        }
    }
  return g_string_free (out, FALSE);
}

/* What is passed on as a file is shown like what is passed on in the text. */
static void
show (Forwards       *self,
      GMimeMessage   *message,
      CsmMailContent *inner)
{
  CsmMailBlock *quote;

  if (inner->blocks->len == 0)
    return;
  quote = csm_mail_block_new (CSM_MAIL_BLOCK_QUOTE);
  quote->forwarded = TRUE;
  quote->text = dup_attribution (self, message);
  g_ptr_array_extend_and_steal (quote->children, g_ptr_array_ref (inner->blocks));
  g_ptr_array_add (self->content->blocks, quote);
}

static void
write_enclosed (Forwards        *self,
                CsmMailEnclosed *enclosed)
{
  GMimeMessage *message = get_message (self, self->content, enclosed);
  g_autoptr(CsmMailContent) inner = message != NULL ? read_content (self, message) : NULL;
  g_autofree char *subject = NULL;
  g_autofree char *date = NULL;

  if (inner == NULL || self->count >= MAX_FORWARDS)
    return;
  self->count++;
  subject = csm_mail_header_dup (GMIME_OBJECT (message), self->options, "Subject");
  date = dup_date (message, self->options);
  csm_json_writer_begin_object (self->writer, NULL);
  write_sender (self, message);
  csm_json_writer_string (self->writer, "date", date);
  csm_json_writer_string (self->writer, "subject", subject != NULL ? subject : "");
  write_text (self->writer, inner->blocks);
  csm_json_writer_int (self->writer, "attachment", enclosed->attachment);
  csm_json_writer_end_object (self->writer);
  show (self, message, inner);
  add_files (self, inner, (int) enclosed->attachment, 1);
}

/* What follows the colon on the first line of @header that is of this kind. */
static char *
header_value (const char *header,
              guint       kind)
{
  g_auto(GStrv) lines = g_strsplit (header, "\n", 20);

  for (char **line = lines; *line != NULL; line++)
    {
      const char *colon = csm_mail_quote_header_kind (*line) == kind ? strchr (*line, ':') : NULL;
      const char *wide = csm_mail_quote_header_kind (*line) == kind ? strstr (*line, "：") : NULL;
      const char *value = colon != NULL ? colon + 1 : wide != NULL ? wide + strlen ("：") : NULL;

      if (value != NULL)
        {
          char *clean = csm_mail_charset_clean (value, CSM_MAIL_CLEAN_LINE, MAX_LINE);

          /* "*From:* Ana" */
          return g_strstrip (g_strdelimit (clean, "*", ' '));
        }
    }
  return NULL;
}

static void
write_header_sender (CsmJsonWriter *writer,
                     const char    *from)
{
  const char *open = from != NULL ? strpbrk (from, "<[") : NULL;
  const char *at = from != NULL ? strchr (from, '@') : NULL;
  g_autofree char *name = NULL;
  g_autofree char *address = NULL;

  if (open != NULL && at != NULL && at > open)
    {
      const char *start = g_ascii_strncasecmp (open + 1, "mailto:", 7) == 0 ? open + 8 : open + 1;

      name = g_strndup (from, (gsize) (open - from));
      g_strstrip (g_strdelimit (name, "\"", ' '));
      address = g_strndup (start, strcspn (start, ">] "));
    }
  else if (at != NULL && strchr (from, ' ') == NULL)
    {
      address = g_strdup (from);
    }
  else
    {
      name = g_strdup (from);
    }
  write_from (writer, name, address);
}

static void
write_inline (Forwards  *self,
              GPtrArray *blocks)
{
  for (guint i = 0; i < blocks->len; i++)
    {
      CsmMailBlock *block = blocks->pdata[i];
      g_autofree char *from = NULL;
      g_autofree char *date = NULL;
      g_autofree char *subject = NULL;

      if (block->kind != CSM_MAIL_BLOCK_QUOTE)
        continue;
      if (block->forwarded && block->text != NULL && self->count < MAX_FORWARDS)
        {
          from = header_value (block->text, CSM_MAIL_QUOTE_FROM);
          date = header_value (block->text, CSM_MAIL_QUOTE_DATE);
          subject = header_value (block->text, CSM_MAIL_QUOTE_SUBJECT);
        }
      if (from != NULL)
        {
          self->count++;
          csm_json_writer_begin_object (self->writer, NULL);
          write_header_sender (self->writer, from);
          csm_json_writer_string (self->writer, "date", date);
          csm_json_writer_string (self->writer, "subject", subject != NULL ? subject : "");
          write_text (self->writer, block->children);
          csm_json_writer_string (self->writer, "attachment", NULL);
          csm_json_writer_end_object (self->writer);
        }
    }
}

/* A bounce returns a message; that is no forwarding. */
static gboolean
is_report (GMimeMessage   *message,
           CsmMailContent *content)
{
  GMimeObject *root = g_mime_message_get_mime_part (message);
  GMimeContentType *type = root != NULL ? g_mime_object_get_content_type (root) : NULL;

  return content->report != NULL || (type != NULL && g_mime_content_type_is_type (type, "multipart", "report"));
}

/**
 * csm_mail_forward_write:
 * @message: a parsed message
 * @content: what it comes to, folded; receives attached messages as quotes, and the files inside them
 * @options: from csm_mail_header_options_new()
 * @careful: whether to keep HTML away from its parser
 * @writer: inside the answer's object
 *
 * Writes the messages that this one passes on.
 */
void
csm_mail_forward_write (GMimeMessage       *message,
                        CsmMailContent     *content,
                        GMimeParserOptions *options,
                        gboolean            careful,
                        CsmJsonWriter      *writer)
{
  Forwards self = { content, options, writer, careful, 0, 0 };
  gboolean report = is_report (message, content);
  guint enclosed = content->enclosed->len;

  csm_json_writer_begin_array (writer, "forwards");
  if (!report)
    write_inline (&self, content->blocks);
  for (guint i = 0; !report && i < enclosed; i++)
    write_enclosed (&self, content->enclosed->pdata[i]);
  csm_json_writer_end_array (writer);
}
