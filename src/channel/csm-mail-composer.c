/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-mail-composer.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <gmime/gmime.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csm-error.h"
#include "csm-json.h"
#include "csm-mail-html.h"
#include "csm-markup.h"
#include "csm-time.h"

/* Of all files together: no mail server takes more. */
#define MAX_ATTACHED (64 * 1024 * 1024)
/* Of the mail that is answered, so much is looked at. */
#define MAX_PARENT_HEADER (64 * 1024)
/* Of what Outlook threads by, and of a mail's id: RFC 5322, section 2.1.1, has a limit for lines, and some relays have one for all of a header. */
#define MAX_THREAD_FIELD 300
#define MAX_ID 400

/*
 * Writes a mail from a struct that holds public fields only: there is no way from here to a case, a comment or
 * another internal record. The same struct makes the same bytes.
 */

/* --- Parts ---------------------------------------------------------------------------------------------------------------- */

/* A mail program that reads from a pipe may take a lone dot for the end, some make ">From" of "From" at the beginning of a line, and
 * SMTP doubles dots there. In quoted-printable text they can be written otherwise. */
static GString *
guard_lines (const char *text,
             gsize       size)
{
  GString *out = g_string_sized_new (size + 64);

  for (const char *line = text; line < text + size;)
    {
      gsize left = (gsize) (text + size - line);
      const char *end = memchr (line, '\n', left);
      gsize length = end != NULL ? (gsize) (end + 1 - line) : left;

      if (line[0] == '.')
        g_string_append (out, "=2E"), line++, length--;
      else if (length >= strlen ("From ") && memcmp (line, "From ", strlen ("From ")) == 0)
        g_string_append (out, "=46"), line++, length--;
      g_string_append_len (out, line, length);
      line += length;
    }
  return out;
}

static GString *
encode_text (const char *text)
{
  GMimeEncoding encoding;
  g_autofree char *out = NULL;
  gsize length = strlen (text), written;

  g_mime_encoding_init_encode (&encoding, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  out = g_malloc0 (g_mime_encoding_outlen (&encoding, length) + 1);
  written = g_mime_encoding_flush (&encoding, text, length, out);
  return guard_lines (out, written);
}

static GMimeObject *
text_part (const char *subtype,
           const char *text)
{
  GMimeTextPart *part = g_mime_text_part_new_with_subtype (subtype);
  g_autoptr (GString) encoded = encode_text (text);
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer (encoded->str, encoded->len);
  GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream (stream, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);

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

/* The same at each try. In quoted-printable and base64 text no line begins like that. */
static GMimeMultipart *
multipart_new (const CsmOutgoingMail *mail,
               const char            *subtype)
{
  GMimeMultipart *multipart = g_mime_multipart_new_with_subtype (subtype);
  g_autofree char *seed = g_strconcat (subtype, " ", mail->rfc_id, NULL);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, seed, -1);
  g_autofree char *boundary = g_strdup_printf ("=_%.32s", hash);

  g_mime_multipart_set_boundary (multipart, boundary);
  return multipart;
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

static GMimePart *
typed_part (const char *type)
{
  const char *slash = type != NULL ? strchr (type, '/') : NULL;
  g_autofree char *major = slash != NULL ? g_strndup (type, slash - type) : g_strdup ("application");
  g_autofree char *minor = slash != NULL ? g_strndup (slash + 1, strcspn (slash + 1, "; \t\r\n")) : g_strdup ("octet-stream");

  /* Such types may not be written in base64 (RFC 2045, section 6.4), and a stranger's file must not become part of the mail. */
  if (g_ascii_strcasecmp (major, "message") == 0 || g_ascii_strcasecmp (major, "multipart") == 0 || !is_token (major) || !is_token (minor))
    return g_mime_part_new_with_type ("application", "octet-stream");
  return g_mime_part_new_with_type (major, minor);
}

static GMimeObject *
attachment_part (JsonObject           *attachment,
                 CsmComposerBlobFunc   blob,
                 gpointer              user_data,
                 goffset              *room,
                 GError              **error)
{
  const char *given = csm_json_get_string (attachment, "name");
  g_autofree char *name = given != NULL ? tidy_name (given) : NULL;
  int fd = blob (csm_json_get_string (attachment, "blobId"), user_data, error);
  GMimePart *part;
  GMimeStream *stream;
  GMimeDataWrapper *content;
  struct stat info;

  if (fd < 0)
    return NULL;
  if (fstat (fd, &info) != 0 || info.st_size > *room)
    {
      close (fd);
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_TOO_LARGE, _("The attachments are too large for one mail"));
      return NULL;
    }
  *room -= info.st_size;
  part = typed_part (csm_json_get_string (attachment, "type"));
  stream = g_mime_stream_fs_new_with_bounds (fd, 0, info.st_size);
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

static char *
without_returns (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\r\n", -1);
  char *joined = g_strjoinv ("\n", lines);

  return g_strdelimit (joined, "\r", '\n');
}

static GMimeObject *
make_body (const CsmOutgoingMail  *mail,
           CsmComposerBlobFunc     blob,
           gpointer                user_data,
           GError                **error)
{
  g_autofree char *text = without_returns (mail->text);
  g_autofree char *plain = csm_markup_plain (text);
  g_autofree char *html = csm_mail_html (text);
  GMimeMultipart *alternative = multipart_new (mail, "alternative");
  GMimeMultipart *mixed;
  goffset room = MAX_ATTACHED;

  add_part (alternative, text_part ("plain", plain));
  add_part (alternative, text_part ("html", html));
  if (mail->attachments == NULL || json_array_get_length (mail->attachments) == 0)
    return GMIME_OBJECT (alternative);

  mixed = multipart_new (mail, "mixed");
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

/* A header can't hold letters beyond ASCII before the @, nor does anybody get a mail there. */
static gboolean
can_be_written (const char *address)
{
  const char *at = address != NULL ? strrchr (address, '@') : NULL;

  for (const char *c = address; at != NULL && c < at; c++)
    {
      if ((guchar) *c > 127)
        return FALSE;
    }
  return at != NULL;
}

static void
add_people (GMimeMessage     *message,
            GMimeAddressType  type,
            JsonArray        *list)
{
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonObject *entry = json_array_get_object_element (list, i);

      if (can_be_written (csm_json_get_string (entry, "address")))
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
  return *id != '\0' && strlen (id) <= MAX_ID;
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

/* The first field of that name in @header, unfolded, or NULL. */
static char *
find_field (const char *header,
            const char *name)
{
  gsize length = strlen (name);
  g_autoptr (GString) value = NULL;

  for (const char *line = header; *line != '\0' && *line != '\n' && *line != '\r'; line += *line != '\0')
    {
      gsize size = strcspn (line, "\r\n");

      if (value != NULL && *line != ' ' && *line != '\t')
        break;
      if (value != NULL)
        g_string_append_len (value, line, size);
      else if (g_ascii_strncasecmp (line, name, length) == 0 && line[length] == ':')
        value = g_string_new_len (line + length + 1, size - length - 1);
      line += size;
      line += *line == '\r' && line[1] == '\n';
    }
  return value != NULL ? g_strstrip (g_string_free (g_steal_pointer (&value), FALSE)) : NULL;
}

/* Outlook finds its threads by two fields of its own. They are a stranger's words: ASCII as it may stand in a field, or nothing. */
static void
copy_thread (GMimeMessage          *message,
             const CsmOutgoingMail *mail,
             CsmComposerBlobFunc    blob,
             gpointer               user_data)
{
  static const char *const fields[] = { "Thread-Index", "Thread-Topic" };
  int fd = mail->parent_blob != NULL ? blob (mail->parent_blob, user_data, NULL) : -1;
  g_autofree char *header = NULL;
  gssize length;

  if (fd < 0)
    return;
  header = g_malloc0 (MAX_PARENT_HEADER + 1);
  length = pread (fd, header, MAX_PARENT_HEADER, 0);
  close (fd);
  for (guint i = 0; length > 0 && i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *value = find_field (header, fields[i]);
      gboolean good = value != NULL && *value != '\0' && strlen (value) <= MAX_THREAD_FIELD;

      for (const char *c = value; good && *c != '\0'; c++)
        good = g_ascii_isprint (*c);
      if (good)
        g_mime_object_set_header (GMIME_OBJECT (message), fields[i], value, NULL);
    }
}

static void
set_field (GMimeMessage *message,
           const char   *name,
           const char   *value)
{
  g_mime_object_set_header (GMIME_OBJECT (message), name, value, NULL);
}

static GMimeMessage *
make_message (const CsmOutgoingMail *mail)
{
  GMimeMessage *message = g_mime_message_new (TRUE);
  const char *parents[] = { mail->in_reply_to, NULL };
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (mail->date / CSM_SECOND);
  g_autoptr (GDateTime) date = g_date_time_to_local (utc);

  g_mime_message_add_mailbox (message, GMIME_ADDRESS_TYPE_FROM, mail->from_name, mail->from_address);
  if (mail->reply_to != NULL)
    g_mime_message_add_mailbox (message, GMIME_ADDRESS_TYPE_REPLY_TO, mail->from_name, mail->reply_to);
  add_people (message, GMIME_ADDRESS_TYPE_TO, mail->to);
  add_people (message, GMIME_ADDRESS_TYPE_CC, mail->cc);
  g_mime_message_set_subject (message, mail->subject != NULL ? mail->subject : "", "utf-8");
  g_mime_message_set_date (message, date);
  g_mime_message_set_message_id (message, mail->rfc_id);
  set_ids (message, "In-Reply-To", parents);
  set_ids (message, "References", (const char *const *) mail->references);
  if (mail->is_automatic)
    {
      /* RFC 3834, section 3.1.7, and what keeps Exchange from answering an answer. */
      set_field (message, "Auto-Submitted", "auto-replied");
      set_field (message, "X-Auto-Response-Suppress", "All");
      set_field (message, "X-Casement-Loop", mail->from_address);
    }
  return message;
}

/* --- All of it ----------------------------------------------------------------------------------------------------------------- */

/* Piece by piece, so that a large one is nowhere as a whole. */
static gboolean
write_message (GMimeMessage      *message,
               CsmComposerLines   lines,
               int                fd)
{
  GMimeStream *file = g_mime_stream_fs_new (fd);
  GMimeStream *buffer = g_mime_stream_buffer_new (file, GMIME_STREAM_BUFFER_BLOCK_WRITE);
  GMimeStream *filtered = g_mime_stream_filter_new (buffer);
  gboolean good;

  g_mime_stream_fs_set_owner (GMIME_STREAM_FS (file), FALSE);
  if (lines == CSM_COMPOSER_CRLF)
    {
      GMimeFilter *filter = g_mime_filter_unix2dos_new (TRUE);

      g_mime_stream_filter_add (GMIME_STREAM_FILTER (filtered), filter);
      g_object_unref (filter);
    }
  good = g_mime_object_write_to_stream (GMIME_OBJECT (message), NULL, filtered) >= 0 && g_mime_stream_flush (filtered) == 0 &&
         g_mime_stream_flush (buffer) == 0;
  g_object_unref (filtered);
  g_object_unref (buffer);
  g_object_unref (file);
  return good && lseek (fd, 0, SEEK_SET) == 0;
}

/**
 * csm_mail_compose:
 * @mail: what it says
 * @lines: how lines end
 * @blob: called for each attachment, and for the mail that is answered
 * @user_data: for @blob
 * @error: @blob's
 *
 * Writes the mail (RFC 5322), ASCII throughout, into a file without a name. Any thread. Hidden recipients are no part of what is written.
 *
 * Returns: a file descriptor, at the beginning of the mail, or -1
 */
int
csm_mail_compose (const CsmOutgoingMail  *mail,
                  CsmComposerLines        lines,
                  CsmComposerBlobFunc     blob,
                  gpointer                user_data,
                  GError                **error)
{
  GMimeMessage *message;
  GMimeObject *body;
  int fd;

  g_mime_init ();
  body = make_body (mail, blob, user_data, error);
  if (body == NULL)
    return -1;
  message = make_message (mail);
  copy_thread (message, mail, blob, user_data);
  g_mime_message_set_mime_part (message, body);
  g_object_unref (body);
  fd = memfd_create ("casement-mail", MFD_CLOEXEC);
  if (fd < 0 || !write_message (message, lines, fd))
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_FAILED, _("The mail can't be written: %s"), g_strerror (errno));
      if (fd >= 0)
        close (fd);
      fd = -1;
    }
  g_object_unref (message);
  return fd;
}

static int
open_blob (const char  *blob_id,
           gpointer     user_data,
           GError     **error)
{
  g_autofree char *path = csm_store_blob_path (user_data, blob_id);
  int fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;

  if (fd < 0)
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("A file of the mail is not there any more"));
  return fd;
}

/**
 * csm_mail_compose_stored:
 * @mail: what it says
 * @lines: how lines end
 * @store: where its files are
 * @error: return location
 *
 * As csm_mail_compose().
 *
 * Returns: a file descriptor, at the beginning of the mail, or -1
 */
int
csm_mail_compose_stored (const CsmOutgoingMail  *mail,
                         CsmComposerLines        lines,
                         CsmStore               *store,
                         GError                **error)
{
  return csm_mail_compose (mail, lines, open_blob, store, error);
}
