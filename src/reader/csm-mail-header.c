/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-header.h"

#include "csm-mail-charset.h"
#include "csm-mail-unsubscribe.h"

#include <string.h>

#define MAX_LINE 4096
#define MAX_SUBJECT 998
#define MAX_ID 998
#define MAX_IDS 1000
#define MAX_ADDRESSES 2000
#define MAX_RESULTS 10

/**
 * csm_mail_header_options_new:
 *
 * Returns: (transfer full): how GMime is to read raw 8-bit text in headers and addresses
 */
GMimeParserOptions *
csm_mail_header_options_new (void)
{
  static const char *charsets[] = { "utf-8", "windows-1252", NULL };
  GMimeParserOptions *options = g_mime_parser_options_new ();

  g_mime_parser_options_set_fallback_charsets (options, charsets);
  g_mime_parser_options_set_allow_addresses_without_domain (options, TRUE);
  return options;
}

static char *
dup_value (GMimeHeader        *header,
           GMimeParserOptions *options,
           gsize               limit)
{
  const char *raw = g_mime_header_get_raw_value (header);
  g_autofree char *unfolded = raw != NULL ? g_mime_utils_header_unfold (raw) : NULL;
  g_autofree char *decoded = NULL;

  if (unfolded == NULL)
    return NULL;
  decoded = g_mime_utils_header_decode_text (options, unfolded);
  return g_strchug (csm_mail_charset_clean (decoded != NULL ? decoded : unfolded, CSM_MAIL_CLEAN_LINE, limit));
}

/**
 * csm_mail_header_dup_value:
 * @header: a field
 * @options: from csm_mail_header_options_new()
 *
 * Returns: (transfer full) (nullable): its value as one clean line
 */
char *
csm_mail_header_dup_value (GMimeHeader        *header,
                           GMimeParserOptions *options)
{
  return dup_value (header, options, MAX_LINE);
}

/**
 * csm_mail_header_dup:
 * @object: a message or part
 * @options: from csm_mail_header_options_new()
 * @name: of a field
 *
 * Returns: (transfer full) (nullable): the first such field's value as one clean line
 */
char *
csm_mail_header_dup (GMimeObject        *object,
                     GMimeParserOptions *options,
                     const char         *name)
{
  GMimeHeader *header = g_mime_header_list_get_header (g_mime_object_get_header_list (object), name);

  return header != NULL ? dup_value (header, options, MAX_LINE) : NULL;
}

static char *
dup_id (const char *start,
        gsize       length)
{
  GString *id = g_string_sized_new (length);
  g_autofree char *raw = NULL;

  for (gsize i = 0; i < length && id->len < MAX_ID; i++)
    if ((guchar) start[i] > 0x20 && start[i] != 0x7f)
      g_string_append_c (id, start[i]);
  raw = g_string_free (id, FALSE);
  return g_utf8_make_valid (raw, -1);
}

/**
 * csm_mail_header_parse_ids:
 * @text: (nullable): the value of a field like References
 * @limit: how many are wanted at most
 *
 * Reads message ids: what stands in angle brackets, or, when there is none, words with an @. White space
 * inside an id, which some relays fold in, is taken out.
 *
 * Returns: (transfer full): strings without brackets
 */
GPtrArray *
csm_mail_header_parse_ids (const char *text,
                           guint       limit)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  const char *p = text;

  while (p != NULL && ids->len < limit && (p = strchr (p, '<')) != NULL)
    {
      const char *end = strchr (++p, '>');
      const char *again = memchr (p, '<', end != NULL ? (gsize) (end - p) : strlen (p));

      if (again != NULL)
        {
          p = again;
          continue;
        }
      if (end == NULL)
        break;
      if (end > p)
        g_ptr_array_add (ids, dup_id (p, (gsize) (end - p)));
      p = end + 1;
    }
  if (ids->len == 0 && text != NULL)
    {
      g_auto(GStrv) words = g_strsplit_set (text, " \t\r\n,;<>", 100);

      for (char **word = words; *word != NULL && ids->len < limit; word++)
        if (strchr (*word, '@') != NULL)
          g_ptr_array_add (ids, dup_id (*word, strlen (*word)));
    }
  return ids;
}

static const char *
raw_header (GMimeMessage *message,
            const char   *name)
{
  GMimeHeader *header = g_mime_header_list_get_header (g_mime_object_get_header_list (GMIME_OBJECT (message)), name);

  return header != NULL ? g_mime_header_get_raw_value (header) : NULL;
}

static void
write_ids (CsmJsonWriter *writer,
           const char    *name,
           const char    *text)
{
  g_autoptr(GPtrArray) ids = csm_mail_header_parse_ids (text, MAX_IDS);

  csm_json_writer_begin_array (writer, name);
  for (guint i = 0; i < ids->len; i++)
    csm_json_writer_string (writer, NULL, ids->pdata[i]);
  csm_json_writer_end_array (writer);
}

static void
write_address (CsmJsonWriter *writer,
               const char    *name,
               const char    *address)
{
  g_autofree char *clean_name = csm_mail_charset_clean (name != NULL ? name : "", CSM_MAIL_CLEAN_LINE, MAX_SUBJECT);
  g_autofree char *clean_address = csm_mail_charset_clean (address != NULL ? address : "", CSM_MAIL_CLEAN_LINE, MAX_SUBJECT);

  csm_json_writer_begin_object (writer, NULL);
  csm_json_writer_string (writer, "name", g_strstrip (clean_name));
  csm_json_writer_string (writer, "address", g_strstrip (clean_address));
  csm_json_writer_end_object (writer);
}

/* Groups are written as their members. */
static void
write_list (CsmJsonWriter       *writer,
            InternetAddressList *list,
            guint               *count,
            guint                depth)
{
  int length = list != NULL && depth < 16 ? internet_address_list_length (list) : 0;

  for (int i = 0; i < length && *count < MAX_ADDRESSES; i++)
    {
      InternetAddress *address = internet_address_list_get_address (list, i);

      if (INTERNET_ADDRESS_IS_GROUP (address))
        {
          write_list (writer, internet_address_group_get_members (INTERNET_ADDRESS_GROUP (address)), count, depth + 1);
        }
      else if (INTERNET_ADDRESS_IS_MAILBOX (address))
        {
          write_address (writer, internet_address_get_name (address),
                         internet_address_mailbox_get_addr (INTERNET_ADDRESS_MAILBOX (address)));
          *count += 1;
        }
    }
}

static void
write_addresses (GMimeMessage       *message,
                 GMimeParserOptions *options,
                 CsmJsonWriter      *writer,
                 GPtrArray          *defects)
{
  static const struct
  {
    const char *member;
    const char *field;
    GMimeAddressType type;
  } fields[] = {
    { "from", "From", GMIME_ADDRESS_TYPE_FROM },     { "sender", "Sender", GMIME_ADDRESS_TYPE_SENDER },
    { "replyTo", "Reply-To", GMIME_ADDRESS_TYPE_REPLY_TO }, { "to", "To", GMIME_ADDRESS_TYPE_TO },
    { "cc", "Cc", GMIME_ADDRESS_TYPE_CC },           { "bcc", "Bcc", GMIME_ADDRESS_TYPE_BCC },
  };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      guint count = 0;

      csm_json_writer_begin_array (writer, fields[i].member);
      write_list (writer, g_mime_message_get_addresses (message, fields[i].type), &count, 0);
      if (count == 0 && fields[i].type == GMIME_ADDRESS_TYPE_FROM)
        {
          g_autofree char *raw = csm_mail_header_dup (GMIME_OBJECT (message), options, fields[i].field);

          if (raw != NULL && raw[0] != '\0')
            write_address (writer, raw, NULL);
          g_ptr_array_add (defects, (gpointer) "no-sender");
        }
      csm_json_writer_end_array (writer);
    }
}

static void
write_date (GMimeMessage       *message,
            GMimeParserOptions *options,
            CsmJsonWriter      *writer,
            GPtrArray          *defects)
{
  g_autofree char *raw = csm_mail_header_dup (GMIME_OBJECT (message), options, "Date");
  GDateTime *date = g_mime_message_get_date (message);
  g_autoptr(GDateTime) utc = date != NULL ? g_date_time_to_utc (date) : NULL;
  g_autofree char *text = utc != NULL ? g_date_time_format (utc, "%Y-%m-%dT%H:%M:%SZ") : NULL;

  /* GLib goes to the year 9999 and pads nothing below 1000. */
  if (text != NULL && strlen (text) != strlen ("2026-01-01T00:00:00Z"))
    g_clear_pointer (&text, g_free);
  if (text == NULL)
    g_ptr_array_add (defects, (gpointer) (raw != NULL ? "bad-date" : "no-date"));
  csm_json_writer_string (writer, "date", text);
  csm_json_writer_string (writer, "dateRaw", raw);
}

/* Fields that were put above the first Received are from the last server: only those can be trusted. */
static void
write_trace (GMimeMessage       *message,
             GMimeParserOptions *options,
             CsmJsonWriter      *writer)
{
  GMimeHeaderList *headers = g_mime_object_get_header_list (GMIME_OBJECT (message));
  int count = g_mime_header_list_get_count (headers);
  guint received = 0;
  guint results = 0;
  guint above = 0;

  csm_json_writer_begin_array (writer, "authenticationResults");
  for (int i = 0; i < count; i++)
    {
      GMimeHeader *header = g_mime_header_list_get_header_at (headers, i);
      const char *name = g_mime_header_get_name (header);

      if (g_ascii_strcasecmp (name, "Received") == 0)
        {
          received++;
        }
      else if (g_ascii_strcasecmp (name, "Authentication-Results") == 0 && results < MAX_RESULTS)
        {
          g_autofree char *value = dup_value (header, options, MAX_LINE);

          csm_json_writer_string (writer, NULL, value);
          results++;
          if (received == 0)
            above++;
        }
    }
  csm_json_writer_end_array (writer);
  csm_json_writer_int (writer, "authenticationResultsAboveReceived", above);
  csm_json_writer_int (writer, "receivedCount", received);
}

/* Microsoft's servers write how sure they are of spam to a field of its own, or among others. */
static void
write_scl (GMimeMessage       *message,
           GMimeParserOptions *options,
           CsmJsonWriter      *writer)
{
  g_autofree char *own = csm_mail_header_dup (GMIME_OBJECT (message), options, "X-MS-Exchange-Organization-SCL");
  g_autofree char *report = own == NULL ? csm_mail_header_dup (GMIME_OBJECT (message), options, "X-Forefront-Antispam-Report") : NULL;
  const char *found = own;
  char *end = NULL;
  gint64 level;

  if (report != NULL && (g_str_has_prefix (report, "SCL:") || strstr (report, ";SCL:") != NULL))
    found = strstr (report, "SCL:") + strlen ("SCL:");
  level = found != NULL ? g_ascii_strtoll (found, &end, 10) : 0;
  if (found != NULL && end > found && level >= -1 && level <= 9)
    csm_json_writer_int (writer, "xMicrosoftScl", level);
}

static void
write_selected (GMimeMessage       *message,
                GMimeParserOptions *options,
                CsmJsonWriter      *writer)
{
  static const struct
  {
    const char *member;
    const char *field;
  } fields[] = {
    { "autoSubmitted", "Auto-Submitted" },
    { "precedence", "Precedence" },
    { "listId", "List-Id" },
    { "listUnsubscribe", "List-Unsubscribe" },
    { "listUnsubscribePost", "List-Unsubscribe-Post" },
    { "listPost", "List-Post" },
    { "listHelp", "List-Help" },
    { "listSubscribe", "List-Subscribe" },
    { "listOwner", "List-Owner" },
    { "listArchive", "List-Archive" },
    { "returnPath", "Return-Path" },
    { "xAutoResponseSuppress", "X-Auto-Response-Suppress" },
    { "xAutoreply", "X-Autoreply" },
    { "xAutorespond", "X-Autorespond" },
    { "xLoop", "X-Loop" },
    { "xCasementLoop", "X-Casement-Loop" },
    { "xMailer", "X-Mailer" },
    { "xSpam", "X-Spam" },
    { "xSpamFlag", "X-Spam-Flag" },
    { "xSpamStatus", "X-Spam-Status" },
    { "xSpamLevel", "X-Spam-Level" },
    { "xSpamScore", "X-Spam-Score" },
    { "xRspamdAction", "X-Rspamd-Action" },
    { "xRspamdScore", "X-Rspamd-Score" },
    { "feedbackId", "Feedback-ID" },
    { "xFailedRecipients", "X-Failed-Recipients" },
    { "xOriginalTo", "X-Original-To" },
    { "deliveredTo", "Delivered-To" },
    { "threadIndex", "Thread-Index" },
    { "threadTopic", "Thread-Topic" },
    { "contentType", "Content-Type" },
    { "contentLanguage", "Content-Language" },
  };

  csm_json_writer_begin_object (writer, "headers");
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *value = csm_mail_header_dup (GMIME_OBJECT (message), options, fields[i].field);

      /* GMime gives these to the outermost part. */
      if (value == NULL && g_str_has_prefix (fields[i].field, "Content-") && message->mime_part != NULL)
        value = csm_mail_header_dup (message->mime_part, options, fields[i].field);
      /* Most mails have few of them, and each costs whoever reads the answer. */
      if (value != NULL)
        csm_json_writer_string (writer, fields[i].member, value);
    }
  write_scl (message, options, writer);
  write_trace (message, options, writer);
  csm_json_writer_end_object (writer);
}

static void
write_unsubscribe (GMimeMessage       *message,
                   GMimeParserOptions *options,
                   CsmJsonWriter      *writer)
{
  g_autofree char *addresses = csm_mail_header_dup (GMIME_OBJECT (message), options, "List-Unsubscribe");
  g_autofree char *post = csm_mail_header_dup (GMIME_OBJECT (message), options, "List-Unsubscribe-Post");

  csm_mail_unsubscribe_write (addresses, post, writer);
}

/**
 * csm_mail_header_write:
 * @message: a parsed message
 * @options: from csm_mail_header_options_new()
 * @writer: inside the answer's object
 * @defects: receives static names of what was wrong
 *
 * Writes everything that comes from the header.
 */
void
csm_mail_header_write (GMimeMessage       *message,
                       GMimeParserOptions *options,
                       CsmJsonWriter      *writer,
                       GPtrArray          *defects)
{
  g_autoptr(GPtrArray) id = csm_mail_header_parse_ids (raw_header (message, "Message-Id"), 1);
  GMimeHeader *subject = g_mime_header_list_get_header (g_mime_object_get_header_list (GMIME_OBJECT (message)), "Subject");
  g_autofree char *subject_text = subject != NULL ? dup_value (subject, options, MAX_SUBJECT) : NULL;

  if (id->len == 0)
    g_ptr_array_add (defects, (gpointer) "no-message-id");
  csm_json_writer_string (writer, "messageId", id->len > 0 ? id->pdata[0] : NULL);
  write_ids (writer, "inReplyTo", raw_header (message, "In-Reply-To"));
  write_ids (writer, "references", raw_header (message, "References"));
  csm_json_writer_string (writer, "subject", subject_text != NULL ? subject_text : "");
  write_addresses (message, options, writer, defects);
  write_date (message, options, writer, defects);
  write_selected (message, options, writer);
  write_unsubscribe (message, options, writer);
}
