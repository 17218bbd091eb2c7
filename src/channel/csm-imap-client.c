/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-imap-client.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "csm-imap-private.h"
#include "csm-imap-trouble.h"

/* More mails are in no folder. */
#define MAX_EXISTS 20000000
#define MAX_CAPABILITIES 500
/* A slow line still gets so many bytes through in a second. */
#define SLOWEST 8192

/* --- What the server says ------------------------------------------------------------------------------------------------ */

/**
 * csm_imap_client_note_capabilities:
 * @self: a client
 * @list: what the server can do, divided by spaces
 *
 * Takes the place of what it said before.
 */
void
csm_imap_client_note_capabilities (CsmImapClient *self,
                                   const char    *list)
{
  g_auto (GStrv) words = g_strsplit (list, " ", MAX_CAPABILITIES);

  g_hash_table_remove_all (self->capabilities);
  for (guint i = 0; words[i] != NULL; i++)
    g_hash_table_add (self->capabilities, g_ascii_strup (words[i], -1));
}

static void
note_code (CsmImapClient         *self,
           const CsmImapResponse *response)
{
  static const char *const names[] = { "UIDVALIDITY", "UIDNEXT", "HIGHESTMODSEQ" };
  g_autofree char *capabilities = csm_imap_response_code (response, "CAPABILITY");
  guint64 number;

  if (capabilities != NULL)
    csm_imap_client_note_capabilities (self, capabilities);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *code = csm_imap_response_code (response, names[i]);

      if (code == NULL || !g_ascii_string_to_unsigned (code, 10, 1, i == 2 ? G_MAXINT64 : G_MAXUINT32, &number, NULL))
        continue;
      if (i == 0)
        self->folder.uid_validity = (guint32) number;
      else if (i == 1)
        self->folder.uid_next = (guint32) number;
      else
        self->folder.modseq = (gint64) number;
    }
}

static gboolean
take_found (CsmImapClient         *self,
            const CsmImapResponse *response,
            GError               **error)
{
  guint64 number;

  for (guint i = 1; i < response->tokens->len && csm_imap_response_number (response, i, G_MAXUINT32, &number); i++)
    {
      guint32 uid = (guint32) number;

      if (self->found->len >= self->most_found)
        {
          g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_PROTOCOL, _("The mail server sends more than was asked for."));
          return FALSE;
        }
      g_array_append_val (self->found, uid);
    }
  return TRUE;
}

static gboolean
take_number (CsmImapClient         *self,
             const CsmImapResponse *response,
             guint64                number,
             GError               **error)
{
  if (csm_imap_response_is (response, 1, "EXISTS"))
    {
      if (number > MAX_EXISTS)
        {
          g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_PROTOCOL, _("The mail server's answer makes no sense."));
          return FALSE;
        }
      self->folder.arrivals += number > self->folder.exists;
      self->folder.exists = (guint32) number;
    }
  else if (csm_imap_response_is (response, 1, "EXPUNGE"))
    {
      self->folder.exists -= self->folder.exists > 0;
    }
  else if (self->mail_func != NULL)
    {
      g_auto (CsmImapMail) mail = { 0 };

      if (csm_imap_response_mail (response, &mail) && mail.uid != 0)
        return self->mail_func (&mail, self->mail_data, error);
    }
  return TRUE;
}

/**
 * csm_imap_client_take:
 * @self: a client
 * @response: something untagged
 * @error: return location
 *
 * Servers say things whenever they like; each is noted.
 *
 * Returns: whether the connection is still of use
 */
gboolean
csm_imap_client_take (CsmImapClient    *self,
                      CsmImapResponse  *response,
                      GError          **error)
{
  guint64 number;

  if (g_strcmp0 (response->status, "BYE") == 0)
    {
      g_free (self->farewell);
      self->farewell = g_strndup (response->text, 200);
    }
  else if (response->status != NULL)
    {
      note_code (self, response);
    }
  else if (csm_imap_response_number (response, 0, G_MAXUINT32, &number))
    {
      return take_number (self, response, number, error);
    }
  else if (csm_imap_response_is (response, 0, "SEARCH") && self->found != NULL)
    {
      return take_found (self, response, error);
    }
  else if (csm_imap_response_is (response, 0, "VANISHED"))
    {
      csm_imap_client_take_vanished (self, response);
    }
  else if (self->listed != NULL && csm_imap_client_take_listed (self, response))
    {
      return TRUE;
    }
  else if (csm_imap_response_is (response, 0, "CAPABILITY"))
    {
      g_autoptr (GString) list = g_string_new (NULL);

      for (guint i = 1; i < response->tokens->len; i++)
        g_string_append_printf (list, " %s", g_array_index (response->tokens, CsmImapToken, i).text);
      csm_imap_client_note_capabilities (self, list->str);
    }
  return TRUE;
}

/* --- Commands --------------------------------------------------------------------------------------------------------------- */

/**
 * csm_imap_client_patience:
 * @self: a client
 * @bytes: how much is expected
 *
 * Begins to count the time anew.
 */
void
csm_imap_client_patience (CsmImapClient *self,
                          guint64        bytes)
{
  csm_imap_stream_set_patience (self->stream, self->patience, 2 * self->patience + (guint) MIN (bytes / SLOWEST, G_MAXINT));
}

/* That the server said good-bye explains why nothing more comes. */
static void
add_farewell (CsmImapClient  *self,
              GError        **error)
{
  if (self->farewell == NULL || error == NULL || !g_error_matches (*error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_CLOSED))
    return;
  g_clear_error (error);
  g_set_error (error, CSM_IMAP_ERROR, csm_imap_is_busy (self->farewell) ? CSM_IMAP_ERROR_BUSY : CSM_IMAP_ERROR_CLOSED, _("The mail server ended the connection: %s"), self->farewell);
}

static gboolean
finish (CsmImapClient          *self,
        const CsmImapResponse  *response,
        GError                **error)
{
  note_code (self, response);
  if (g_strcmp0 (response->status, "OK") == 0)
    return TRUE;
  if (g_str_equal (response->status, "NO") && csm_imap_is_busy (response->text))
    g_set_error (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_BUSY, _("The mail server can't do this at the moment, and is asked again later: %.200s"), response->text);
  else
    g_set_error (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_REFUSED, _("The mail server refuses: %.200s"), response->text != NULL ? response->text : "");
  return FALSE;
}

/**
 * csm_imap_client_converse:
 * @self: a client
 * @line: a command without its tag
 * @answer: (nullable): what the server asks for meanwhile
 * @user_data: for @answer
 * @error: `CSM_IMAP_ERROR_REFUSED` when the server says NO or BAD, `CSM_IMAP_ERROR_BUSY` when it may say otherwise later
 *
 * Returns: whether it worked
 */
gboolean
csm_imap_client_converse (CsmImapClient      *self,
                          const char         *line,
                          CsmImapAnswerFunc   answer,
                          gpointer            user_data,
                          GError            **error)
{
  g_autofree char *tag = g_strdup_printf ("a%u", ++self->n_commands);
  g_autofree char *text = g_strconcat (tag, " ", line, "\r\n", NULL);
  g_autoptr (GError) local = NULL;
  gboolean good = csm_imap_stream_write (self->stream, text, strlen (text), &local);

  while (good)
    {
      g_autoptr (CsmImapResponse) response = csm_imap_response_read (self->stream, self->max_literal, &local);

      if (response != NULL && g_str_equal (response->tag, tag))
        return finish (self, response, error);
      good = response != NULL && (g_str_equal (response->tag, "+") || csm_imap_client_take (self, response, &local));
      if (good && g_str_equal (response->tag, "+") && answer != NULL)
        {
          g_autofree char *reply = answer (response->text, user_data);

          good = csm_imap_stream_write (self->stream, reply, strlen (reply), &local);
        }
    }
  add_farewell (self, &local);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_imap_client_command:
 * @self: a client
 * @error: return location
 * @format: a command without its tag
 * @...: for @format
 *
 * Returns: whether it worked
 */
gboolean
csm_imap_client_command (CsmImapClient  *self,
                         GError        **error,
                         const char     *format,
                         ...)
{
  g_autofree char *line = NULL;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  return csm_imap_client_converse (self, line, NULL, NULL, error);
}

/* --- Connecting -------------------------------------------------------------------------------------------------------------- */

/**
 * csm_imap_client_open:
 * @settings: where to, and as whom; to stay while the client is used
 * @patience: how long the server may be silent, s
 * @cancellable: ends all that blocks
 * @error: a #CsmImapError, or `G_IO_ERROR_CANCELLED`
 *
 * Returns: (transfer full) (nullable): a client that is signed in
 */
CsmImapClient *
csm_imap_client_open (const CsmImapSettings  *settings,
                      guint                   patience,
                      GCancellable           *cancellable,
                      GError                **error)
{
  g_autoptr (CsmImapClient) self = g_new0 (CsmImapClient, 1);

  self->settings = settings;
  self->patience = patience;
  self->max_literal = CSM_IMAP_SMALL_LITERAL;
  self->cancellable = g_object_ref (cancellable);
  self->capabilities = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->stream = csm_imap_stream_open (settings, patience, cancellable, error);
  if (self->stream == NULL)
    return NULL;
  csm_imap_client_patience (self, 0);
  if (!csm_imap_client_sign_in (self, error))
    {
      add_farewell (self, error);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * csm_imap_client_free:
 * @self: (nullable): a client
 *
 * Closes the connection.
 */
void
csm_imap_client_free (CsmImapClient *self)
{
  if (self == NULL)
    return;
  csm_imap_stream_free (self->stream);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->capabilities, g_hash_table_unref);
  g_free (self->farewell);
  g_free (self);
}

/**
 * csm_imap_client_has:
 * @self: a client
 * @capability: a capability, in capitals
 *
 * Returns: whether the server says that it has it
 */
gboolean
csm_imap_client_has (CsmImapClient *self,
                     const char    *capability)
{
  return g_hash_table_contains (self->capabilities, capability);
}
