/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-channel"
#include "config.h"
#include "csm-mail-composer.h"

#include <glib/gi18n-lib.h>
#include <gmime/gmime.h>
#include <string.h>

#include "csm-error.h"
#include "csm-json.h"
#include "csm-time.h"

/* Of all files together: no mail server takes more, and a mail is in memory several times over. */
#define MAX_ATTACHED (64 * 1024 * 1024)

/*
 * Writes a mail from a struct that holds public fields only: there is no way from here to a case, a comment or
 * another internal record.
 */

/* --- The typed text as HTML ------------------------------------------------------------------------------------------- */

static gsize
link_length (const char *text)
{
  gsize length = 0;

  if (!g_str_has_prefix (text, "https://") && !g_str_has_prefix (text, "http://"))
    return 0;
  while ((guchar) text[length] > ' ' && strchr ("<>\"", text[length]) == NULL)
    length++;
  while (length > 8 && strchr (".,;:!?)'", text[length - 1]) != NULL)
    length--;
  return length > 8 ? length : 0;
}

static void
append_escaped (GString    *html,
                const char *text,
                gsize       length)
{
  g_autofree char *escaped = g_markup_escape_text (text, length);

  g_string_append (html, escaped);
}

static void
append_line (GString    *html,
             const char *line)
{
  const char *start = line;

  for (const char *c = line; *c != '\0';)
    {
      gsize length = c == line || !g_ascii_isalnum (c[-1]) ? link_length (c) : 0;

      if (length == 0)
        {
          c++;
          continue;
        }
      append_escaped (html, start, c - start);
      g_string_append (html, "<a href=\"");
      append_escaped (html, c, length);
      g_string_append (html, "\">");
      append_escaped (html, c, length);
      g_string_append (html, "</a>");
      c += length;
      start = c;
    }
  append_escaped (html, start, strlen (start));
}

static guint
quote_depth (const char **line)
{
  guint depth = 0;

  while (**line == '>')
    {
      depth++;
      *line += 1 + ((*line)[1] == ' ');
    }
  return depth;
}

/* Paragraphs where blank lines are, quotes where lines begin with ">": as the person saw it, nothing more. */
static char *
make_html (const char *text)
{
  GString *html = g_string_new ("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head><body>\n");
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint depth = 0;
  gboolean in_paragraph = FALSE;

  for (char **at = lines; *at != NULL; at++)
    {
      const char *line = *at;
      guint wanted = quote_depth (&line);

      if (in_paragraph && (*line == '\0' || wanted != depth))
        {
          g_string_append (html, "</p>\n");
          in_paragraph = FALSE;
        }
      for (; depth < wanted; depth++)
        g_string_append (html, "<blockquote>\n");
      for (; depth > wanted; depth--)
        g_string_append (html, "</blockquote>\n");
      if (*line == '\0')
        continue;
      g_string_append (html, in_paragraph ? "<br>\n" : "<p>");
      in_paragraph = TRUE;
      append_line (html, line);
    }
  if (in_paragraph)
    g_string_append (html, "</p>\n");
  for (; depth > 0; depth--)
    g_string_append (html, "</blockquote>\n");
  g_string_append (html, "</body></html>\n");
  return g_string_free (html, FALSE);
}

/* --- Parts ---------------------------------------------------------------------------------------------------------------- */

/* GMime's own set_text () takes a smaller charset where the text fits it, and the HTML says of itself that it is UTF-8. */
static GMimeObject *
text_part (const char *subtype,
           const char *text)
{
  GMimeTextPart *part = g_mime_text_part_new_with_subtype (subtype);
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer (text, strlen (text));
  GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream (stream, GMIME_CONTENT_ENCODING_DEFAULT);

  g_mime_text_part_set_charset (part, "utf-8");
  g_mime_part_set_content (GMIME_PART (part), content);
  g_mime_part_set_content_encoding (GMIME_PART (part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  g_object_unref (content);
  g_object_unref (stream);
  return GMIME_OBJECT (part);
}

static void
add_part (GMimeMultipart *multipart,
          GMimeObject    *part)
{
  g_mime_multipart_add (multipart, part);
  g_object_unref (part);
}

/* RFC 2045, section 5.1: a token. Anything else could end the field and begin another. */
static gboolean
is_token (const char *text)
{
  gsize length = strspn (text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`{|}~");

  return length > 0 && text[length] == '\0';
}

/* GMime writes a control character in a file's name as it stands. */
static char *
tidy_name (const char *name)
{
  char *tidy = g_strdup (name);

  for (char *c = tidy; *c != '\0'; c++)
    {
      if (g_ascii_iscntrl (*c))
        *c = ' ';
    }
  return tidy;
}

static GMimeObject *
attachment_part (JsonObject           *attachment,
                 CsmComposerBlobFunc   blob,
                 gpointer              user_data,
                 gsize                *room,
                 GError              **error)
{
  const char *type = csm_json_get_string (attachment, "type");
  const char *given = csm_json_get_string (attachment, "name");
  g_autofree char *name = given != NULL ? tidy_name (given) : NULL;
  const char *slash = type != NULL ? strchr (type, '/') : NULL;
  g_autofree char *major = slash != NULL ? g_strndup (type, slash - type) : g_strdup ("application");
  g_autofree char *minor = slash != NULL ? g_strndup (slash + 1, strcspn (slash + 1, "; \t\r\n")) : g_strdup ("octet-stream");
  g_autoptr (GBytes) bytes = blob (csm_json_get_string (attachment, "blobId"), user_data, error);
  GMimePart *part;
  GMimeStream *stream;
  GMimeDataWrapper *content;
  gsize size;
  const char *data;

  if (bytes == NULL)
    return NULL;
  data = g_bytes_get_data (bytes, &size);
  if (size > *room)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_TOO_LARGE, _("The attachments are too large for one mail"));
      return NULL;
    }
  *room -= size;
  /* Such types may not be written in base64 (RFC 2045, section 6.4), and a stranger's file must not become part of the mail. */
  if (g_ascii_strcasecmp (major, "message") == 0 || g_ascii_strcasecmp (major, "multipart") == 0 || !is_token (major) || !is_token (minor))
    part = g_mime_part_new_with_type ("application", "octet-stream");
  else
    part = g_mime_part_new_with_type (major, minor);
  stream = g_mime_stream_mem_new_with_buffer (data != NULL ? data : "", size);
  content = g_mime_data_wrapper_new_with_stream (stream, GMIME_CONTENT_ENCODING_DEFAULT);
  g_mime_part_set_content (part, content);
  g_object_unref (content);
  g_object_unref (stream);
  g_mime_part_set_content_encoding (part, GMIME_CONTENT_ENCODING_BASE64);
  g_mime_object_set_disposition (GMIME_OBJECT (part), "attachment");
  if (name != NULL)
    g_mime_part_set_filename (part, name);
  return GMIME_OBJECT (part);
}

static GMimeObject *
make_body (const CsmOutgoingMail  *mail,
           CsmComposerBlobFunc     blob,
           gpointer                user_data,
           GError                **error)
{
  g_autofree char *html = make_html (mail->text);
  GMimeMultipart *alternative = g_mime_multipart_new_with_subtype ("alternative");
  GMimeMultipart *mixed;
  gsize room = MAX_ATTACHED;

  add_part (alternative, text_part ("plain", mail->text));
  add_part (alternative, text_part ("html", html));
  if (mail->attachments == NULL || json_array_get_length (mail->attachments) == 0)
    return GMIME_OBJECT (alternative);

  mixed = g_mime_multipart_new_with_subtype ("mixed");
  add_part (mixed, GMIME_OBJECT (alternative));
  for (guint i = 0; i < json_array_get_length (mail->attachments); i++)
    {
      GMimeObject *part = attachment_part (json_array_get_object_element (mail->attachments, i), blob, user_data, &room, error);

      if (part == NULL)
        {
          g_object_unref (mixed);
          return NULL;
        }
      add_part (mixed, part);
    }
  return GMIME_OBJECT (mixed);
}

/* --- Header ------------------------------------------------------------------------------------------------------------------ */

static void
add_people (GMimeMessage     *message,
            GMimeAddressType  type,
            JsonArray        *list)
{
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonObject *entry = json_array_get_object_element (list, i);

      g_mime_message_add_mailbox (message, type, csm_json_get_string (entry, "name"), csm_json_get_string (entry, "address"));
    }
}

/* Ids are a stranger's words, and go into the field as they are. */
static gboolean
is_id (const char *id)
{
  for (const char *c = id; *c != '\0'; c++)
    {
      if (!g_ascii_isgraph (*c) || *c == '<' || *c == '>')
        return FALSE;
    }
  return *id != '\0';
}

static void
set_ids (GMimeMessage       *message,
         const char         *name,
         const char *const  *ids)
{
  g_autoptr (GString) value = g_string_new (NULL);

  /* One id a line: no line comes near 998 octets (RFC 5322, section 2.1.1). */
  for (guint i = 0; ids != NULL && ids[i] != NULL; i++)
    {
      if (is_id (ids[i]))
        g_string_append_printf (value, "%s<%s>", value->len > 0 ? " " : "", ids[i]);
    }
  if (value->len > 0)
    g_mime_object_set_header (GMIME_OBJECT (message), name, value->str, NULL);
}

static GMimeMessage *
make_message (const CsmOutgoingMail *mail)
{
  GMimeMessage *message = g_mime_message_new (TRUE);
  const char *parents[] = { mail->in_reply_to, NULL };
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (mail->date / CSM_SECOND);
  g_autoptr (GDateTime) date = g_date_time_to_local (utc);

  g_mime_message_add_mailbox (message, GMIME_ADDRESS_TYPE_FROM, mail->from_name, mail->from_address);
  add_people (message, GMIME_ADDRESS_TYPE_TO, mail->to);
  add_people (message, GMIME_ADDRESS_TYPE_CC, mail->cc);
  g_mime_message_set_subject (message, mail->subject != NULL ? mail->subject : "", "utf-8");
  g_mime_message_set_date (message, date);
  g_mime_message_set_message_id (message, mail->rfc_id);
  set_ids (message, "In-Reply-To", parents);
  set_ids (message, "References", (const char *const *) mail->references);
  return message;
}

/* A mail program that reads from a pipe may take a lone dot for the end, and some make ">From" of "From" at the
 * beginning of a line. Both stand only in quoted-printable text, where they can be written otherwise. */
static GBytes *
guard_lines (const char *text)
{
  GString *out = g_string_sized_new (strlen (text) + 64);

  for (const char *line = text; *line != '\0';)
    {
      const char *end = strchr (line, '\n');
      gsize length = end != NULL ? (gsize) (end + 1 - line) : strlen (line);

      if (line[0] == '.' && (length == 1 || line[1] == '\n'))
        g_string_append (out, "=2E"), line++, length--;
      else if (g_str_has_prefix (line, "From "))
        g_string_append (out, "=46"), line++, length--;
      g_string_append_len (out, line, length);
      line += length;
    }
  return g_string_free_to_bytes (out);
}

/**
 * csm_mail_compose:
 * @mail: what it says
 * @blob: called for each attachment
 * @user_data: for @blob
 * @error: @blob's
 *
 * Writes the mail (RFC 5322) with lines ended by LF, as programs like sendmail take it. Any thread. Hidden recipients
 * are no part of what is written.
 *
 * Returns: (transfer full): its bytes
 */
GBytes *
csm_mail_compose (const CsmOutgoingMail  *mail,
                  CsmComposerBlobFunc     blob,
                  gpointer                user_data,
                  GError                **error)
{
  GMimeMessage *message;
  GMimeObject *body;
  g_autofree char *text = NULL;

  g_mime_init ();
  body = make_body (mail, blob, user_data, error);
  if (body == NULL)
    return NULL;
  message = make_message (mail);
  g_mime_message_set_mime_part (message, body);
  g_object_unref (body);
  text = g_mime_object_to_string (GMIME_OBJECT (message), NULL);
  g_object_unref (message);
  return guard_lines (text);
}
