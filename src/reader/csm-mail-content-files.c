/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-content.h"

#include "csm-mail-block.h"
#include "csm-mail-charset.h"
#include "csm-mail-file-name.h"
#include "csm-mail-prescan.h"
#include "csm-tnef.h"

#include <string.h>

#define MAX_FILES 1000
#define MAX_ENCLOSED 20

static void
part_free (CsmMailPart *part)
{
  g_bytes_unref (part->bytes);
  g_free (part->type);
  g_free (part->charset);
  g_free (part);
}

static void
attachment_free (CsmMailAttachment *attachment)
{
  g_free (attachment->name);
  g_free (attachment->type);
  g_free (attachment->cid);
  g_free (attachment);
}

static void
enclosed_free (CsmMailEnclosed *enclosed)
{
  g_clear_object (&enclosed->message);
  g_free (enclosed);
}

/**
 * csm_mail_content_alloc:
 * @defects: receives static names of what was wrong
 *
 * Returns: (transfer full): content with nothing in it
 */
CsmMailContent *
csm_mail_content_alloc (GPtrArray *defects)
{
  CsmMailContent *self = g_new0 (CsmMailContent, 1);

  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) part_free);
  self->attachments = g_ptr_array_new_with_free_func ((GDestroyNotify) attachment_free);
  self->enclosed = g_ptr_array_new_with_free_func ((GDestroyNotify) enclosed_free);
  self->opened = g_ptr_array_new_with_free_func (g_object_unref);
  self->blocks = csm_mail_blocks_new ();
  self->safe = g_string_new (NULL);
  self->cards = g_ptr_array_new_with_free_func (g_free);
  self->defects = g_ptr_array_ref (defects);
  self->plain = g_string_new (NULL);
  self->html_part = -1;
  return self;
}

void
csm_mail_content_free (CsmMailContent *self)
{
  g_ptr_array_unref (self->parts);
  g_ptr_array_unref (self->attachments);
  g_ptr_array_unref (self->enclosed);
  g_ptr_array_unref (self->opened);
  g_ptr_array_unref (self->blocks);
  g_string_free (self->safe, TRUE);
  g_ptr_array_unref (self->cards);
  g_ptr_array_unref (self->defects);
  if (self->plain != NULL)
    g_string_free (self->plain, TRUE);
  g_free (self->calendar);
  g_free (self);
}

/**
 * csm_mail_content_parse:
 * @data: (array length=length): a message or part that was coded, and so has not been looked through yet for what the
 *   parser can't bear
 * @length: its length in bytes
 * @options: from csm_mail_header_options_new()
 *
 * Returns: (transfer full) (nullable): the message
 */
GMimeMessage *
csm_mail_content_parse (const char         *data,
                        gsize               length,
                        GMimeParserOptions *options)
{
  g_autofree char *copy = g_malloc (length + 1);
  g_autoptr(GPtrArray) defects = g_ptr_array_new ();
  GMimeMessage *message = NULL;
  gsize start;

  if (length == 0)
    return NULL;
  memcpy (copy, data, length);
  copy[length] = '\0';
  length = csm_mail_prescan (copy, length, &start, defects);
  if (length > 0)
    {
      GMimeStream *stream = g_mime_stream_mem_new_with_buffer (copy + start, length);
      GMimeParser *parser = g_mime_parser_new_with_stream (stream);

      g_mime_parser_set_persist_stream (parser, TRUE);
      message = g_mime_parser_construct_message (parser, options);
      g_object_unref (parser);
      g_object_unref (stream);
    }
  return message;
}

/* Notes a defect once. */
void
csm_mail_content_note (CsmMailContent *self,
                       const char     *defect)
{
  if (!g_ptr_array_find_with_equal_func (self->defects, defect, g_str_equal, NULL))
    g_ptr_array_add (self->defects, (gpointer) defect);
}

/**
 * csm_mail_content_add_part:
 * @self: content
 * @bytes: what to hand out
 * @type: its media type
 * @charset: (nullable): of a text
 * @is_made: whether these are not the sender's own bytes
 *
 * Returns: its index, or -1 when what was made would be too much
 */
int
csm_mail_content_add_part (CsmMailContent *self,
                           GBytes         *bytes,
                           const char     *type,
                           const char     *charset,
                           gboolean        is_made)
{
  gsize length = g_bytes_get_size (bytes);
  CsmMailPart *part;

  if (is_made && (self->parts_length + length > CSM_MAIL_CONTENT_MAX || self->parts->len >= 2 * MAX_FILES))
    {
      csm_mail_content_note (self, "too-many-parts");
      return -1;
    }
  part = g_new0 (CsmMailPart, 1);
  part->bytes = g_bytes_ref (bytes);
  part->type = g_strdup (type);
  part->charset = g_strdup (charset);
  part->is_made = is_made;
  g_ptr_array_add (self->parts, part);
  self->parts_length += length;
  return (int) self->parts->len - 1;
}

/**
 * csm_mail_content_add_file:
 * @self: content
 * @part: an index into its parts, or -1
 * @name: (nullable): what the sender calls it
 * @cid: (nullable): what HTML calls it
 * @is_inline: whether it is shown in the text
 *
 * Returns: the attachment's index, -1 when there is no part
 */
int
csm_mail_content_add_file (CsmMailContent *self,
                           int             part,
                           const char     *name,
                           const char     *cid,
                           gboolean        is_inline)
{
  CsmMailAttachment *attachment;
  const char *type;

  if (part < 0)
    return -1;
  type = ((CsmMailPart *) self->parts->pdata[part])->type;
  attachment = g_new0 (CsmMailAttachment, 1);
  attachment->part = (guint) part;
  attachment->type = g_strdup (g_str_has_prefix (type, "multipart/") ? "application/octet-stream" : type);
  attachment->name = csm_mail_file_name_clean (name, attachment->type, self->attachments->len + 1);
  attachment->cid = cid != NULL ? csm_mail_charset_clean (cid, CSM_MAIL_CLEAN_LINE, 998) : NULL;
  attachment->is_inline = is_inline;
  attachment->within = -1;
  g_ptr_array_add (self->attachments, attachment);
  return (int) self->attachments->len - 1;
}

/**
 * csm_mail_content_enclose:
 * @self: content
 * @attachment: an index into its attachments, or -1
 * @message: (nullable): the message that it is, when it has been parsed
 *
 * Remembers that an attachment is a message.
 */
void
csm_mail_content_enclose (CsmMailContent *self,
                          int             attachment,
                          GMimeMessage   *message)
{
  CsmMailEnclosed *enclosed;

  if (attachment < 0 || self->enclosed->len >= MAX_ENCLOSED)
    return;
  enclosed = g_new0 (CsmMailEnclosed, 1);
  enclosed->attachment = (guint) attachment;
  enclosed->message = message != NULL ? g_object_ref (message) : NULL;
  g_ptr_array_add (self->enclosed, enclosed);
}

static void
add_tnef_file (CsmMailContent *self,
               CsmTnefFile    *file)
{
  g_autofree char *clean = csm_mail_charset_clean (file->type, CSM_MAIL_CLEAN_LINE, 127);
  g_autofree char *type = g_ascii_strdown (clean, -1);
  int part = csm_mail_content_add_part (self, file->bytes, strchr (type, '/') != NULL ? type : "application/octet-stream", NULL, TRUE);
  int attachment = csm_mail_content_add_file (self, part, file->name, file->cid, file->cid != NULL && g_str_has_prefix (type, "image/"));

  if (strcmp (type, "message/rfc822") == 0)
    csm_mail_content_enclose (self, attachment, NULL);
}

/**
 * csm_mail_content_add_tnef:
 * @self: content
 * @bytes: a winmail.dat
 * @text: (out) (transfer full) (nullable): its body as text
 * @html: (out) (transfer full) (nullable): its body as HTML
 *
 * Adds the files in @bytes.
 *
 * Returns: whether all of it could be read; the file itself should be kept otherwise
 */
gboolean
csm_mail_content_add_tnef (CsmMailContent *self,
                           GByteArray     *bytes,
                           char          **text,
                           char          **html)
{
  g_autoptr(CsmTnef) tnef = csm_tnef_read (bytes->data, bytes->len);

  *text = NULL;
  *html = NULL;
  if (tnef == NULL || tnef->damaged)
    csm_mail_content_note (self, "tnef-unreadable");
  if (tnef == NULL)
    return FALSE;
  for (guint i = 0; i < tnef->files->len; i++)
    add_tnef_file (self, tnef->files->pdata[i]);
  *text = g_steal_pointer (&tnef->text);
  *html = g_steal_pointer (&tnef->html);
  return !tnef->damaged;
}
