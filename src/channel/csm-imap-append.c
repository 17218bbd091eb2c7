/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-imap-append.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "csm-imap-private.h"
#include "csm-time.h"

#define CHUNK 65536

typedef struct
{
  CsmImapClient *client;
  int            fd;
  goffset        size;
  gboolean       asked;
  GError        *error;
} Literal;

static gboolean
write_literal (Literal *self)
{
  g_autofree char *buffer = g_malloc (CHUNK);

  for (goffset at = 0; at < self->size;)
    {
      gssize n = pread (self->fd, buffer, (gsize) MIN (CHUNK, self->size - at), at);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          g_set_error (&self->error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_CLOSED, _("The mail can't be read: %s."), n < 0 ? g_strerror (errno) : _("a part is missing"));
          return FALSE;
        }
      if (!csm_imap_stream_write (self->client->stream, buffer, (gsize) n, &self->error))
        return FALSE;
      at += n;
    }
  return TRUE;
}

/* The server asks for the mail once; what it asks for then ends the command. */
static char *
say_mail (const char *challenge,
          gpointer    user_data)
{
  Literal *self = user_data;

  if (!self->asked && self->error == NULL)
    write_literal (self);
  self->asked = TRUE;
  return g_strdup ("\r\n");
}

/**
 * csm_imap_client_append:
 * @self: a client
 * @folder: a folder's name
 * @fd: a mail with lines ended by CRLF; read by position
 * @error: a #CsmImapError
 *
 * Puts a mail that was read already into a folder (RFC 3501, section 6.3.11), piece by piece.
 *
 * Returns: whether it is there
 */
gboolean
csm_imap_client_append (CsmImapClient  *self,
                        const char     *folder,
                        int             fd,
                        GError        **error)
{
  g_autofree char *name = csm_imap_encode_folder (folder);
  Literal literal = { .client = self, .fd = fd, .size = lseek (fd, 0, SEEK_END) };
  g_autofree char *line = g_strdup_printf ("APPEND %s (\\Seen) {%" G_GOFFSET_FORMAT "}", name, literal.size);
  gboolean good;

  csm_imap_client_patience (self, (guint64) literal.size);
  good = csm_imap_client_converse (self, line, say_mail, &literal, literal.error == NULL ? error : NULL);
  if (literal.error == NULL)
    return good;
  /* The server waits for the rest of the mail, and would take anything for it. */
  if (error != NULL)
    g_clear_error (error);
  g_propagate_error (error, literal.error);
  return FALSE;
}

/**
 * csm_imap_client_has_mail:
 * @self: a client
 * @folder: a folder's name
 * @id: a Message-ID without brackets
 * @since: no mail that was received a day before this matters, µs
 * @there: (out): whether a mail of that name is in the folder
 * @error: a #CsmImapError
 *
 * Opens the folder, for reading only.
 *
 * Returns: whether that is known
 */
gboolean
csm_imap_client_has_mail (CsmImapClient  *self,
                          const char     *folder,
                          const char     *id,
                          gint64          since,
                          gboolean       *there,
                          GError        **error)
{
  g_autofree char *day = csm_imap_format_day (since - 24 * 60 * 60 * CSM_SECOND);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (guint32));
  gboolean good;

  *there = FALSE;
  csm_imap_client_patience (self, 0);
  if (!csm_imap_client_examine (self, folder, NULL, error))
    return FALSE;
  /* Ours never has any of these; what is not ours is not looked for. */
  if (!g_str_is_ascii (id) || strpbrk (id, "\"\\\r\n") != NULL)
    return TRUE;
  self->found = found;
  self->most_found = MAX (self->folder.exists, 1);
  good = csm_imap_client_command (self, error, "UID SEARCH SINCE %s HEADER Message-ID \"%s\"", day, id);
  self->found = NULL;
  *there = found->len > 0;
  return good;
}
