/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-pack.h"

#include <string.h>
#include <zlib.h>

#include "csm-error.h"

/*
 * Messages are most of what a cache holds. Their JSON is kept as: a byte for the form, the length as four bytes (highest
 * first), and for FORM_DEFLATED the text in raw deflate (RFC 1951) with a dictionary of what most messages have.
 */
#define FORM_PLAIN 0
#define FORM_DEFLATED 1
#define HEAD 5
/* What is larger has no business in a record, and is refused before anything is allocated for it. */
#define MOST (64 * 1024 * 1024)

/* Measured on messages of 1 kB: higher levels gain 1 % and cost a fifth more; a larger window gains nothing. */
#define LEVEL 3
#define WINDOW_BITS 12
#define MEMORY_LEVEL 5

/* What is written with it can only be read with it: it never changes. Another one is another form. */
static const char dictionary[] =
  "\"automatic\":\"bounce\"\"reply\"\"list\"\"accepted\",\"handedOver\"\"failed\",\"reason\":null,true,false,[],{},\"deleted\":false,"
  "\"headers\":{\"messageId\":\"<\",\"inReplyTo\":\"<\",\"references\":[\"<\"@mail.gmail.com>\"],\"htmlBlobId\":null,\"htmlBlobId\":\""
  "\"attachments\":[{\"blobId\":\"\",\"name\":\"image001.png\",\"type\":\"image/png\",\"size\":\"application/pdf\",\"inline\":true,\"cid\":\""
  "https://www. the and you your for with that this have not from are was der die das und ist nicht ich Sie mit f\xc3\xbcr auf "
  "Hello,\\n\\nThank you for your Please let me know if \\n\\nBest regards,\\nHallo,\\n\\nvielen Dank Mit freundlichen Gr\xc3\xbc\xc3\x9f" "en\\n\\n> On wrote:\\n>"
  "\"delivery\":{\"state\":\"sentAt\":null,\"submissionId\":\"s01\",\"identityId\":null,\"authorId\":\"p01\",\"cc\":[],\"bcc\":[],\"replyTo\":[],"
  ".com\"}],\"to\":[{\"name\":\"\",\"address\":\"\"}],\"from\":[{\"name\":null,\"address\":\"support@\"}],\"textBody\":\"\",\"subject\":\"Re: \","
  "\"created\":\"2026-\",\"updated\":\"2026-\",\"at\":\"2026-\",\"direction\":\"out\",\"direction\":\"in\",\"channelId\":\"h01\","
  "\"conversationId\":\"v01\",\"caseId\":\"c01\",{\"id\":\"m01";

/* Whoever packs has streams: making them anew costs more than what they do to a message. Who only reads doesn't need the larger one. */
struct _CsmPacker
{
  z_stream packing;
  z_stream unpacking;
  gboolean packs;
  gboolean unpacks;
};

static z_stream *
get_packing (CsmPacker *self)
{
  if (!self->packs && deflateInit2 (&self->packing, LEVEL, Z_DEFLATED, -WINDOW_BITS, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
    g_error ("there is no memory for packing messages");
  self->packs = TRUE;
  return &self->packing;
}

static z_stream *
get_unpacking (CsmPacker *self)
{
  if (!self->unpacks && inflateInit2 (&self->unpacking, -WINDOW_BITS) != Z_OK)
    g_error ("there is no memory for unpacking messages");
  self->unpacks = TRUE;
  return &self->unpacking;
}

/* Bytes written behind the head; 0: the text doesn't get shorter. */
static gsize
deflate_text (z_stream   *z,
              const char *text,
              gsize       length,
              guint8     *out)
{
  if (deflateReset (z) != Z_OK || deflateSetDictionary (z, (const Bytef *) dictionary, sizeof dictionary - 1) != Z_OK)
    return 0;
  z->next_in = (Bytef *) text;
  z->avail_in = (uInt) length;
  z->next_out = out;
  z->avail_out = (uInt) length;
  return deflate (z, Z_FINISH) == Z_STREAM_END ? length - z->avail_out : 0;
}

/* NULL: there is more than may be */
static guint8 *
pack_text (CsmPacker  *packer,
           const char *text,
           gsize       length,
           gsize      *n_bytes)
{
  guint32 big = GUINT32_TO_BE ((guint32) length);
  gsize packed;
  guint8 *out;

  if (length > MOST)
    return NULL;
  out = g_malloc (HEAD + length);
  packed = deflate_text (get_packing (packer), text, length, out + HEAD);
  out[0] = packed > 0 ? FORM_DEFLATED : FORM_PLAIN;
  memcpy (out + 1, &big, sizeof big);
  if (packed == 0)
    memcpy (out + HEAD, text, packed = length);
  *n_bytes = HEAD + packed;
  return out;
}

/* csm_pack (text): the bytes; NULL of NULL. Of bytes it is the same bytes: somebody has packed them already. */
static void
pack_func (sqlite3_context  *context,
           int               n_values,
           sqlite3_value   **values)
{
  gsize n_bytes = 0;
  const char *text;
  guint8 *out;

  if (sqlite3_value_type (values[0]) == SQLITE_BLOB)
    {
      sqlite3_result_value (context, values[0]);
      return;
    }
  text = (const char *) sqlite3_value_text (values[0]);
  if (text == NULL)
    return;
  out = pack_text (sqlite3_user_data (context), text, (gsize) sqlite3_value_bytes (values[0]), &n_bytes);
  if (out != NULL)
    sqlite3_result_blob64 (context, out, n_bytes, g_free);
  else
    sqlite3_result_error_toobig (context);
}

static gboolean
inflate_text (z_stream     *z,
              const guint8 *packed,
              gsize         n_packed,
              char         *text,
              gsize         length)
{
  if (inflateReset (z) != Z_OK || inflateSetDictionary (z, (const Bytef *) dictionary, sizeof dictionary - 1) != Z_OK)
    return FALSE;
  z->next_in = (Bytef *) packed;
  z->avail_in = (uInt) n_packed;
  z->next_out = (Bytef *) text;
  z->avail_out = (uInt) length;
  return inflate (z, Z_FINISH) == Z_STREAM_END && z->avail_out == 0;
}

/* csm_unpack (bytes): the text; NULL of NULL. Anything that csm_pack() did not make is JSON's null, a record that nobody can read:
 * with an error one damaged message would keep its whole case from being shown, mended or let go. */
static void
unpack_func (sqlite3_context  *context,
             int               n_values,
             sqlite3_value   **values)
{
  CsmPacker *packer = sqlite3_user_data (context);
  const guint8 *packed = sqlite3_value_blob (values[0]);
  gsize n_packed = (gsize) sqlite3_value_bytes (values[0]);
  guint32 length;
  char *text;

  if (sqlite3_value_type (values[0]) == SQLITE_NULL)
    return;
  if (n_packed >= HEAD)
    {
      memcpy (&length, packed + 1, sizeof length);
      length = GUINT32_FROM_BE (length);
      if (packed[0] == FORM_PLAIN && length == n_packed - HEAD)
        {
          sqlite3_result_text (context, (const char *) packed + HEAD, (int) length, SQLITE_TRANSIENT);
          return;
        }
      if (packed[0] == FORM_DEFLATED && length > 0 && length <= MOST)
        {
          text = g_malloc (length);
          if (inflate_text (get_unpacking (packer), packed + HEAD, n_packed - HEAD, text, length))
            {
              sqlite3_result_text (context, text, (int) length, g_free);
              return;
            }
          g_free (text);
        }
    }
  g_message ("a message is damaged");
  sqlite3_result_text (context, "null", -1, SQLITE_STATIC);
}

/**
 * csm_packer_new:
 *
 * Returns: (transfer full): what packs texts outside of a database, for use by one thread at a time
 */
CsmPacker *
csm_packer_new (void)
{
  return g_new0 (CsmPacker, 1);
}

/**
 * csm_packer_free:
 * @self: a packer
 */
void
csm_packer_free (CsmPacker *self)
{
  if (self->packs)
    deflateEnd (&self->packing);
  if (self->unpacks)
    inflateEnd (&self->unpacking);
  g_free (self);
}

/**
 * csm_packer_pack:
 * @self: a packer
 * @text: a record
 *
 * Returns: (transfer full) (nullable): what csm_pack() makes of it; %NULL when that is nothing
 */
GBytes *
csm_packer_pack (CsmPacker  *self,
                 const char *text)
{
  gsize n_bytes = 0;
  guint8 *bytes = pack_text (self, text, strlen (text), &n_bytes);

  return bytes != NULL ? g_bytes_new_take (bytes, n_bytes) : NULL;
}

/**
 * csm_cache_pack_register:
 * @conn: a connection to a cache
 * @error: `CSM_ERROR_DATABASE`
 *
 * Makes the SQL functions csm_pack() and csm_unpack() known to it. Call on the connection's thread.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_pack_register (CsmDbConn  *conn,
                         GError    **error)
{
  sqlite3 *db = csm_db_conn_get_handle (conn);
  int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  CsmPacker *packer = csm_packer_new ();

  /* SQLite frees a function's data, also where it refuses the function. */
  if (sqlite3_create_function_v2 (db, "csm_pack", 1, flags, packer, pack_func, NULL, NULL, (GDestroyNotify) csm_packer_free) == SQLITE_OK &&
      sqlite3_create_function_v2 (db, "csm_unpack", 1, flags, csm_packer_new (), unpack_func, NULL, NULL, (GDestroyNotify) csm_packer_free) == SQLITE_OK)
    return TRUE;
  g_set_error_literal (error, CSM_ERROR, CSM_ERROR_DATABASE, "there is no memory for packing messages");
  return FALSE;
}
