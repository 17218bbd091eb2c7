/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-tnef-private.h"

#include <gmime/gmime.h>
#include <string.h>

static GMimeDataWrapper *
wrap (gconstpointer data,
      gsize         length)
{
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer (data, length);
  GMimeDataWrapper *wrapper = g_mime_data_wrapper_new_with_stream (stream, GMIME_CONTENT_ENCODING_DEFAULT);

  g_object_unref (stream);
  return wrapper;
}

static GMimePart *
part_new (const char    *type,
          gconstpointer  data,
          gsize          length)
{
  g_auto(GStrv) halves = g_strsplit (type, "/", 2);
  gboolean known = halves[0] != NULL && halves[1] != NULL && halves[0][0] != '\0' && halves[1][0] != '\0';
  GMimePart *part = known ? g_mime_part_new_with_type (halves[0], halves[1])
                          : g_mime_part_new_with_type ("application", "octet-stream");
  GMimeDataWrapper *content = wrap (data, length);

  g_mime_part_set_content (part, content);
  g_mime_part_set_content_encoding (part, GMIME_CONTENT_ENCODING_BASE64);
  g_object_unref (content);
  return part;
}

static void
add_file (GMimeMultipart *multipart,
          CsmTnefFile    *file)
{
  gsize length;
  const char *data = g_bytes_get_data (file->bytes, &length);
  GMimeObject *object;

  if (strcmp (file->type, "message/rfc822") == 0)
    {
      /* It is text that this program wrote; base64 is not allowed around it (RFC 2046, section 5.2.1). */
      GMimePart *part = part_new (file->type, data, length);

      g_mime_part_set_content_encoding (part, GMIME_CONTENT_ENCODING_7BIT);
      object = GMIME_OBJECT (part);
    }
  else
    {
      object = GMIME_OBJECT (part_new (file->type, data, length));
    }
  g_mime_object_set_disposition (object, "attachment");
  if (file->name != NULL)
    g_mime_part_set_filename (GMIME_PART (object), file->name);
  if (file->cid != NULL)
    g_mime_object_set_content_id (object, file->cid);
  g_mime_multipart_add (multipart, object);
  g_object_unref (object);
}

static void
set_header (CsmTnef      *self,
            GMimeMessage *message)
{
  if (self->from_name != NULL || self->from_address != NULL)
    g_mime_message_add_mailbox (message, GMIME_ADDRESS_TYPE_FROM, self->from_name,
                                self->from_address != NULL && strchr (self->from_address, '@') != NULL ? self->from_address : "");
  if (self->to != NULL && self->to[0] != '\0')
    g_mime_message_add_mailbox (message, GMIME_ADDRESS_TYPE_TO, self->to, "");
  if (self->date != NULL)
    g_mime_message_set_date (message, self->date);
  g_mime_message_set_subject (message, self->subject != NULL ? self->subject : "", "utf-8");
}

/**
 * csm_tnef_to_message:
 * @self: what a winmail.dat, or a message in one, holds
 *
 * Returns: (transfer full): the same as RFC 5322 and MIME have it
 */
GBytes *
csm_tnef_to_message (CsmTnef *self)
{
  GMimeMessage *message = g_mime_message_new (TRUE);
  GMimeMultipart *multipart = g_mime_multipart_new_with_subtype ("mixed");
  const char *body = self->html != NULL ? self->html : self->text != NULL ? self->text : "";
  GMimePart *text = part_new (self->html != NULL ? "text/html" : "text/plain", body, strlen (body));
  GMimeStream *stream = g_mime_stream_mem_new ();
  GByteArray *bytes = g_byte_array_new ();

  set_header (self, message);
  g_mime_object_set_content_type_parameter (GMIME_OBJECT (text), "charset", "utf-8");
  g_mime_multipart_add (multipart, GMIME_OBJECT (text));
  for (guint i = 0; i < self->files->len; i++)
    add_file (multipart, self->files->pdata[i]);
  g_mime_message_set_mime_part (message, GMIME_OBJECT (multipart));

  g_mime_stream_mem_set_byte_array (GMIME_STREAM_MEM (stream), bytes);
  g_mime_stream_mem_set_owner (GMIME_STREAM_MEM (stream), FALSE);
  g_mime_object_write_to_stream (GMIME_OBJECT (message), NULL, stream);
  g_object_unref (stream);
  g_object_unref (text);
  g_object_unref (multipart);
  g_object_unref (message);
  return g_byte_array_free_to_bytes (bytes);
}
