/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-answer.h"

#include "csm-json-writer.h"
#include "csm-mail-authentication.h"
#include "csm-mail-away.h"
#include "csm-mail-block.h"
#include "csm-mail-calendar.h"
#include "csm-mail-charset.h"
#include "csm-mail-contacts.h"
#include "csm-mail-content.h"
#include "csm-mail-deception.h"
#include "csm-mail-encoded-words.h"
#include "csm-mail-forward.h"
#include "csm-mail-header.h"
#include "csm-mail-prescan.h"
#include "csm-mail-quote.h"
#include "csm-mail-report.h"
#include "csm-mail-safe-html.h"

#include <string.h>

#define MAX_BODY (256 * 1024)
#define MAX_TEXT (1024 * 1024)
#define MAX_CAREFUL (1024 * 1024)

/**
 * csm_mail_answer_start:
 *
 * Prepares this process for reading mail. Called once, before anything else here and before the sandbox
 * closes.
 *
 * Returns: (transfer full): what has to be kept while mail is read
 */
GPtrArray *
csm_mail_answer_start (void)
{
  g_mime_init ();
  return csm_mail_charset_warm_up ();
}

static CsmMailAnswer *
answer_new (CsmJsonWriter *writer)
{
  CsmMailAnswer *self = g_new0 (CsmMailAnswer, 1);

  self->json = csm_json_writer_end (writer);
  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  return self;
}

static CsmMailAnswer *
refuse (const char *reason)
{
  g_auto(CsmJsonWriter) writer = { NULL };

  csm_json_writer_init (&writer);
  csm_json_writer_begin_object (&writer, NULL);
  csm_json_writer_bool (&writer, "ok", FALSE);
  csm_json_writer_string (&writer, "reason", reason);
  csm_json_writer_end_object (&writer);
  return answer_new (&writer);
}

static GMimeMessage *
parse (const char         *raw,
       gsize               length,
       GMimeParserOptions *options)
{
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer (raw, length);
  GMimeParser *parser;
  GMimeMessage *message;

  parser = g_mime_parser_new_with_stream (stream);
  g_mime_parser_set_persist_stream (parser, TRUE);
  message = g_mime_parser_construct_message (parser, options);
  g_object_unref (parser);
  g_object_unref (stream);
  return message;
}

static void
write_body (GMimeMessage       *message,
            CsmMailContent     *content,
            GMimeParserOptions *options,
            gboolean            careful,
            CsmJsonWriter      *writer)
{
  g_autofree char *text = NULL;
  g_autofree char *authored = NULL;

  if (content->plain != NULL)
    text = csm_mail_charset_clean (content->plain->str, CSM_MAIL_CLEAN_TEXT, MAX_TEXT);
  csm_mail_quote_fold (content->blocks);
  if (text == NULL)
    text = csm_mail_blocks_to_text (content->blocks);
  csm_json_writer_string (writer, "textBody", g_strchomp (text));
  csm_mail_forward_write (message, content, options, careful, writer);
  authored = csm_mail_blocks_to_authored (content->blocks);
  csm_json_writer_string (writer, "authoredText", authored);
  csm_mail_away_write (message, options, authored, writer);
  if (!csm_mail_blocks_write (content->blocks, writer, "body", MAX_BODY))
    g_ptr_array_add (content->defects, (gpointer) "body-truncated");
}

static void
write_attachments (CsmMailContent *content,
                   CsmJsonWriter  *writer)
{
  csm_json_writer_begin_array (writer, "attachments");
  for (guint i = 0; i < content->attachments->len; i++)
    {
      CsmMailAttachment *attachment = content->attachments->pdata[i];
      CsmMailPart *part = content->parts->pdata[attachment->part];

      csm_json_writer_begin_object (writer, NULL);
      csm_json_writer_int (writer, "part", attachment->part);
      csm_json_writer_string (writer, "name", attachment->name);
      csm_json_writer_string (writer, "type", attachment->type);
      csm_json_writer_int (writer, "size", (gint64) g_bytes_get_size (part->bytes));
      csm_json_writer_bool (writer, "inline", attachment->is_inline);
      csm_json_writer_string (writer, "cid", attachment->cid);
      if (attachment->within >= 0)
        csm_json_writer_int (writer, "within", attachment->within);
      csm_json_writer_end_object (writer);
    }
  csm_json_writer_end_array (writer);

  csm_json_writer_begin_array (writer, "parts");
  for (guint i = 0; i < content->parts->len; i++)
    {
      CsmMailPart *part = content->parts->pdata[i];

      csm_json_writer_begin_object (writer, NULL);
      csm_json_writer_string (writer, "type", part->type);
      csm_json_writer_string (writer, "charset", part->charset);
      csm_json_writer_int (writer, "size", (gint64) g_bytes_get_size (part->bytes));
      if (part->is_made)
        csm_json_writer_bool (writer, "made", TRUE);
      csm_json_writer_end_object (writer);
    }
  csm_json_writer_end_array (writer);
}

static void
write_index (CsmJsonWriter *writer,
             const char    *name,
             int            index)
{
  if (index >= 0)
    csm_json_writer_int (writer, name, index);
  else
    csm_json_writer_string (writer, name, NULL);
}

static int
add_safe_html (CsmMailContent *content)
{
  g_autoptr(GBytes) page = content->safe->len > 0 ? csm_mail_safe_html_finish (content->safe) : NULL;

  return page != NULL ? csm_mail_content_add_part (content, page, "text/html", "utf-8", TRUE) : -1;
}

static CsmMailAnswer *
write_answer (GMimeMessage       *message,
              GMimeParserOptions *options,
              gboolean            careful,
              GPtrArray          *defects)
{
  g_auto(CsmJsonWriter) writer = { NULL };
  g_autoptr(CsmMailContent) content = csm_mail_content_new (message, options, careful, defects);
  CsmMailAnswer *self;

  csm_json_writer_init (&writer);
  csm_json_writer_begin_object (&writer, NULL);
  csm_json_writer_bool (&writer, "ok", TRUE);
  csm_mail_header_write (message, options, &writer, defects);
  write_body (message, content, options, careful, &writer);
  csm_mail_authentication_write (message, options, &writer);
  csm_mail_deception_write (message, content->blocks, &writer);
  write_index (&writer, "htmlPart", content->html_part);
  write_index (&writer, "safeHtml", add_safe_html (content));
  write_attachments (content, &writer);
  csm_mail_report_write (message, content, &writer);
  csm_mail_calendar_write (content->calendar, &writer);
  csm_mail_contacts_write (content->cards, &writer);
  csm_json_writer_begin_array (&writer, "defects");
  for (guint i = 0; i < defects->len; i++)
    csm_json_writer_string (&writer, NULL, defects->pdata[i]);
  csm_json_writer_end_array (&writer);
  csm_json_writer_end_object (&writer);

  self = answer_new (&writer);
  for (guint i = 0; i < content->parts->len; i++)
    g_ptr_array_add (self->parts, g_bytes_ref (((CsmMailPart *) content->parts->pdata[i])->bytes));
  return self;
}

/**
 * csm_mail_answer_new:
 * @raw: (inout): a message, which may be changed in place
 * @length: its length in bytes
 * @careful: whether to read the first megabyte only and keep HTML away from its parser, after reading it
 *   all once took too long
 *
 * Reads one message. The answer is described in README.md.
 *
 * Returns: (transfer full): the answer, also for what is no message
 */
CsmMailAnswer *
csm_mail_answer_new (char     *raw,
                     gsize     length,
                     gboolean  careful)
{
  g_autoptr(GPtrArray) defects = g_ptr_array_new ();
  GMimeParserOptions *options;
  GMimeMessage *message;
  CsmMailAnswer *self;
  gsize start;

  if (length == 0)
    return refuse ("empty");
  if (careful)
    length = MIN (length, MAX_CAREFUL);
  length = csm_mail_prescan (raw, length, &start, defects);
  if (length == 0)
    return refuse ("no-header");
  csm_mail_encoded_words_join (raw + start, length);

  options = csm_mail_header_options_new ();
  message = parse (raw + start, length, options);
  if (message != NULL)
    self = write_answer (message, options, careful, defects);
  else
    self = refuse ("unreadable");
  g_clear_object (&message);
  g_mime_parser_options_free (options);
  return self;
}

void
csm_mail_answer_free (CsmMailAnswer *self)
{
  g_bytes_unref (self->json);
  g_ptr_array_unref (self->parts);
  g_free (self);
}
