/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-parsed-mail.h"

#include "csm-reader-client.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAX_DEPTH 64

G_DEFINE_BOXED_TYPE (CsmParsedMail, csm_parsed_mail, csm_parsed_mail_ref, csm_parsed_mail_unref)

/* The reader has seen a stranger's mail, so that its answer is looked at before json-glib, which parses
 * by recursion, gets it. */
static gboolean
is_shallow (const char *json,
            gsize       length)
{
  guint depth = 0;
  gboolean in_string = FALSE;

  for (gsize i = 0; i < length; i++)
    {
      char c = json[i];

      if (in_string)
        {
          if (c == '\\')
            i++;
          else if (c == '"')
            in_string = FALSE;
        }
      else if (c == '"')
        {
          in_string = TRUE;
        }
      else if (c == '{' || c == '[')
        {
          if (++depth > MAX_DEPTH)
            return FALSE;
        }
      else if ((c == '}' || c == ']') && depth > 0)
        {
          depth--;
        }
    }
  return TRUE;
}

/**
 * csm_parsed_mail_new:
 * @json: the first frame of an answer
 * @error: return location
 *
 * Makes a message without its parts.
 *
 * Returns: (transfer full) (nullable): the message, or %NULL with %CSM_READER_ERROR_PROTOCOL
 */
CsmParsedMail *
csm_parsed_mail_new (GBytes  *json,
                     GError **error)
{
  g_autoptr(JsonParser) parser = json_parser_new_immutable ();
  g_autoptr(CsmParsedMail) self = NULL;
  g_autoptr(GError) json_error = NULL;
  JsonNode *root;
  gsize length;
  const char *text = g_bytes_get_data (json, &length);

  if (!is_shallow (text, length) || !g_utf8_validate (text, (gssize) length, NULL)
      || !json_parser_load_from_data (parser, text, (gssize) length, &json_error))
    {
      g_set_error_literal (error, CSM_READER_ERROR, CSM_READER_ERROR_PROTOCOL, "The mail reader's answer is not JSON");
      return NULL;
    }
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, CSM_READER_ERROR, CSM_READER_ERROR_PROTOCOL, "The mail reader's answer is no object");
      return NULL;
    }
  self = g_atomic_rc_box_new0 (CsmParsedMail);
  self->json = json_object_ref (json_node_get_object (root));
  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->places = g_array_new (FALSE, FALSE, sizeof (goffset));
  self->file = -1;
  return g_steal_pointer (&self);
}

/**
 * csm_parsed_mail_get_expected:
 * @self: a message
 *
 * Returns: how many parts its JSON lists
 */
guint
csm_parsed_mail_get_expected (CsmParsedMail *self)
{
  JsonArray *listed = csm_parsed_mail_get_array (self, "parts");

  return listed != NULL ? json_array_get_length (listed) : 0;
}

static gboolean
add_part (CsmParsedMail  *self,
          GBytes         *bytes,
          goffset         place,
          GError        **error)
{
  JsonArray *listed = csm_parsed_mail_get_array (self, "parts");
  JsonNode *node;

  g_return_val_if_fail (self->parts->len < csm_parsed_mail_get_expected (self), FALSE);

  node = json_array_get_element (listed, self->parts->len);
  if (!JSON_NODE_HOLDS_OBJECT (node)
      || json_object_get_int_member_with_default (json_node_get_object (node), "size", -1)
         != (gint64) g_bytes_get_size (bytes))
    {
      g_set_error_literal (error, CSM_READER_ERROR, CSM_READER_ERROR_PROTOCOL, "The mail reader's parts do not match");
      return FALSE;
    }
  g_ptr_array_add (self->parts, g_bytes_ref (bytes));
  g_array_append_val (self->places, place);
  return TRUE;
}

/**
 * csm_parsed_mail_add_part:
 * @self: a message that lists more parts than it has
 * @bytes: the next one
 * @error: return location
 *
 * Returns: whether @bytes is as large as listed
 */
gboolean
csm_parsed_mail_add_part (CsmParsedMail  *self,
                          GBytes         *bytes,
                          GError        **error)
{
  return add_part (self, bytes, -1, error);
}

typedef struct
{
  gpointer start;
  gsize length;
} Mapping;

static void
unmap (gpointer data)
{
  Mapping *mapping = data;

  munmap (mapping->start, mapping->length);
  g_free (mapping);
}

/**
 * csm_parsed_mail_add_part_in_file:
 * @self: a message that lists more parts than it has
 * @fd: a file, the same for all of a message's parts; it is duplicated
 * @offset: where in it the next part begins, a multiple of %CSM_PARSED_MAIL_PAGE
 * @length: its length in bytes, not 0
 * @error: return location
 *
 * As csm_parsed_mail_add_part(), for one that has no place in memory.
 *
 * Returns: whether it is as large as listed
 */
gboolean
csm_parsed_mail_add_part_in_file (CsmParsedMail  *self,
                                  int             fd,
                                  goffset         offset,
                                  gsize           length,
                                  GError        **error)
{
  g_autoptr(GBytes) bytes = NULL;
  gpointer start = mmap (NULL, length, PROT_READ, MAP_SHARED, fd, offset);
  Mapping *mapping;

  if (self->file < 0)
    self->file = fcntl (fd, F_DUPFD_CLOEXEC, 3);
  if (start == MAP_FAILED || self->file < 0)
    {
      if (start != MAP_FAILED)
        munmap (start, length);
      g_set_error (error, CSM_READER_ERROR, CSM_READER_ERROR_SPAWN, "A large part can't be kept on the disk: %s", g_strerror (errno));
      return FALSE;
    }
  mapping = g_new (Mapping, 1);
  *mapping = (Mapping){ start, length };
  bytes = g_bytes_new_with_free_func (start, length, unmap, mapping);
  return add_part (self, bytes, offset, error);
}

/**
 * csm_parsed_mail_get_place:
 * @self: a message
 * @index: of a part
 * @fd: (out): the file that it is in, borrowed
 * @offset: (out): where in it it begins
 *
 * Returns: whether the part is in a file; it is in memory otherwise
 */
gboolean
csm_parsed_mail_get_place (CsmParsedMail *self,
                           guint          index,
                           int           *fd,
                           goffset       *offset)
{
  if (index >= self->places->len || g_array_index (self->places, goffset, index) < 0)
    return FALSE;
  *fd = self->file;
  *offset = g_array_index (self->places, goffset, index);
  return TRUE;
}

CsmParsedMail *
csm_parsed_mail_ref (CsmParsedMail *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (CsmParsedMail *self)
{
  json_object_unref (self->json);
  g_ptr_array_unref (self->parts);
  g_array_unref (self->places);
  if (self->file >= 0)
    close (self->file);
}

void
csm_parsed_mail_unref (CsmParsedMail *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) clear);
}

/* Whether the message could be read; otherwise csm_parsed_mail_get_reason() has a word for why not. */
gboolean
csm_parsed_mail_is_ok (CsmParsedMail *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return json_object_get_boolean_member_with_default (self->json, "ok", FALSE);
}

const char *
csm_parsed_mail_get_reason (CsmParsedMail *self)
{
  return csm_parsed_mail_get_string (self, "reason");
}

/**
 * csm_parsed_mail_get_string:
 * @self: a message
 * @member: a member of its JSON
 *
 * Returns: (nullable): the string, %NULL when it is null or missing
 */
const char *
csm_parsed_mail_get_string (CsmParsedMail *self,
                            const char    *member)
{
  JsonNode *node;

  g_return_val_if_fail (self != NULL, NULL);

  node = json_object_get_member (self->json, member);
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

/* The array, or NULL when @member is null or missing. */
JsonArray *
csm_parsed_mail_get_array (CsmParsedMail *self,
                           const char    *member)
{
  JsonNode *node;

  g_return_val_if_fail (self != NULL, NULL);

  node = json_object_get_member (self->json, member);
  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}
