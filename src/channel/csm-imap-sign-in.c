/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-imap-private.h"
#include "csm-imap-trouble.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "csm-mail-token.h"

/* What has ended needs somebody; what can't be asked for now is tried again soon. */
static char *
get_token (CsmImapClient  *self,
           const char     *refused,
           GError        **error)
{
  const CsmImapSettings *settings = self->settings;
  g_autoptr (GError) local = NULL;
  char *token;

  if (settings->grant != NULL)
    token = csm_mail_grant_get_token (settings->grant, refused, self->cancellable, &local);
  else
    token = csm_mail_token_get (settings->token_file, settings->token_command, self->cancellable, &local);
  if (token != NULL)
    return token;
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&local));
  else if (settings->grant != NULL && !g_error_matches (local, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_CONNECT, local->message);
  else
    g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_SIGN_IN, local->message);
  return NULL;
}

/* --- Mechanisms ----------------------------------------------------------------------------------------------------------------- */

/* The first challenge gets what there is to say, any other, which tells of a failure, an empty line. */
static char *
say_once (const char *challenge,
          gpointer    user_data)
{
  char **what = user_data;
  g_autofree char *secret = g_steal_pointer (what);

  return g_strconcat (secret != NULL ? secret : "", "\r\n", NULL);
}

static gboolean
authenticate (CsmImapClient  *self,
              const char     *mechanism,
              const char     *data,
              gsize           length,
              GError        **error)
{
  g_autofree char *secret = g_base64_encode ((const guchar *) data, length);
  g_autofree char *line = NULL;

  if (csm_imap_client_has (self, "SASL-IR"))
    line = g_strconcat ("AUTHENTICATE ", mechanism, " ", secret, NULL);
  else
    line = g_strconcat ("AUTHENTICATE ", mechanism, NULL);
  if (csm_imap_client_has (self, "SASL-IR"))
    g_clear_pointer (&secret, g_free);
  return csm_imap_client_converse (self, line, say_once, &secret, error);
}

static gboolean
show_token (CsmImapClient  *self,
            const char     *token,
            GError        **error)
{
  const CsmImapSettings *settings = self->settings;
  g_autoptr (GString) text = g_string_new (NULL);

  if (csm_imap_client_has (self, "AUTH=XOAUTH2"))
    {
      g_string_printf (text, "user=%s\001auth=Bearer %s\001\001", settings->user, token);
      return authenticate (self, "XOAUTH2", text->str, text->len, error);
    }
  if (csm_imap_client_has (self, "AUTH=OAUTHBEARER"))
    {
      g_string_printf (text, "n,a=%s,\001host=%s\001port=%u\001auth=Bearer %s\001\001", settings->user, settings->host, settings->port, token);
      return authenticate (self, "OAUTHBEARER", text->str, text->len, error);
    }
  g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_SIGN_IN, _("The mail server takes no access tokens."));
  return FALSE;
}

static gboolean
use_token (CsmImapClient  *self,
           GError        **error)
{
  g_autofree char *token = get_token (self, NULL, error);
  g_autofree char *other = NULL;
  g_autoptr (GError) local = NULL;

  if (token == NULL)
    return FALSE;
  if (show_token (self, token, &local))
    return TRUE;
  /* It may have been taken back before its time, and another one be good. */
  if (self->settings->grant == NULL || !g_error_matches (local, CSM_IMAP_ERROR, CSM_IMAP_ERROR_REFUSED))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  other = get_token (self, token, error);
  return other != NULL && show_token (self, other, error);
}

/* What a quoted string can hold goes in one, anything else in a literal (RFC 7888 where the server has it). */
typedef struct
{
  GPtrArray *parts; /* of a command, to be said one after the other */
  guint      next;
} Parts;

static void
append_argument (CsmImapClient *self,
                 GPtrArray     *parts,
                 GString       *line,
                 const char    *text)
{
  gboolean plain = g_str_is_ascii (text) && strpbrk (text, "\r\n") == NULL;

  g_string_append_c (line, ' ');
  if (plain)
    {
      g_string_append_c (line, '"');
      for (; *text != '\0'; text++)
        g_string_append_printf (line, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
      g_string_append_c (line, '"');
      return;
    }
  g_string_append_printf (line, "{%" G_GSIZE_FORMAT "%s}\r\n", strlen (text), csm_imap_client_has (self, "LITERAL+") ? "+" : "");
  if (!csm_imap_client_has (self, "LITERAL+"))
    {
      g_ptr_array_add (parts, g_strdup (line->str));
      g_string_truncate (line, 0);
    }
  g_string_append (line, text);
}

static char *
say_next (const char *challenge,
          gpointer    user_data)
{
  Parts *parts = user_data;

  return g_strdup (parts->next < parts->parts->len ? g_ptr_array_index (parts->parts, parts->next++) : "\r\n");
}

static gboolean
log_in (CsmImapClient  *self,
        GError        **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) line = g_string_new ("LOGIN");
  g_autofree char *first = NULL;
  Parts parts = { list, 1 };

  append_argument (self, list, line, self->settings->user);
  append_argument (self, list, line, self->settings->password);
  g_string_append (line, "\r\n");
  g_ptr_array_add (list, g_strdup (line->str));
  first = g_strdup (g_ptr_array_index (list, 0));
  first[strlen (first) - 2] = '\0';
  return csm_imap_client_converse (self, first, say_next, &parts, error);
}

static gboolean
use_password (CsmImapClient  *self,
              GError        **error)
{
  const CsmImapSettings *settings = self->settings;
  g_autoptr (GString) text = g_string_new (NULL);

  if (settings->password == NULL)
    {
      g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_SIGN_IN, _("There is no password for the mail server."));
      return FALSE;
    }
  if (csm_imap_client_has (self, "AUTH=PLAIN"))
    {
      g_string_append_c (text, '\0');
      g_string_append (text, settings->user);
      g_string_append_c (text, '\0');
      g_string_append (text, settings->password);
      return authenticate (self, "PLAIN", text->str, text->len, error);
    }
  if (!csm_imap_client_has (self, "LOGINDISABLED"))
    return log_in (self, error);
  g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_SIGN_IN, _("The mail server takes no passwords on this connection."));
  return FALSE;
}

/* --- From the greeting ------------------------------------------------------------------------------------------------------------ */

/**
 * csm_imap_client_learn:
 * @self: a client
 * @error: return location
 *
 * Asks what the server can do, unless it has said so.
 *
 * Returns: whether the connection still holds
 */
gboolean
csm_imap_client_learn (CsmImapClient  *self,
                       GError        **error)
{
  return g_hash_table_size (self->capabilities) > 0 || csm_imap_client_command (self, error, "CAPABILITY");
}

static gboolean
greet (CsmImapClient  *self,
       gboolean       *is_signed_in,
       GError        **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmImapResponse) greeting = csm_imap_response_read (self->stream, self->max_literal, &local);

  if (g_error_matches (local, CSM_IMAP_ERROR, CSM_IMAP_ERROR_TIMED_OUT))
    {
      g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_TIMED_OUT,
                           _("The mail server took too long to answer: please check the port, and how the connection is encrypted."));
      return FALSE;
    }
  if (greeting == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!csm_imap_client_take (self, greeting, error))
    return FALSE;
  *is_signed_in = g_strcmp0 (greeting->status, "PREAUTH") == 0;
  if (*is_signed_in || g_strcmp0 (greeting->status, "OK") == 0)
    return TRUE;
  if (self->farewell != NULL)
    g_set_error (error, CSM_IMAP_ERROR, csm_imap_is_busy (self->farewell) ? CSM_IMAP_ERROR_BUSY : CSM_IMAP_ERROR_CLOSED,
                 _("The mail server ended the connection: %s"), self->farewell);
  else
    g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_PROTOCOL, _("What answers there is not a mail server."));
  return FALSE;
}

static gboolean
encrypt (CsmImapClient  *self,
         gboolean        is_signed_in,
         GError        **error)
{
  if (!csm_imap_client_learn (self, error))
    return FALSE;
  /* Who is signed in can't encrypt any more; a man in the middle would like that. */
  if (is_signed_in || !csm_imap_client_has (self, "STARTTLS"))
    {
      g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_TLS, _("The mail server does not offer to encrypt the connection."));
      return FALSE;
    }
  if (!csm_imap_client_command (self, error, "STARTTLS") || !csm_imap_stream_start_tls (self->stream, error))
    return FALSE;
  /* What was said before could be anybody's. */
  g_hash_table_remove_all (self->capabilities);
  return TRUE;
}

/**
 * csm_imap_client_sign_in:
 * @self: a client that has just been connected
 * @error: `CSM_IMAP_ERROR_SIGN_IN` when the server won't have us
 *
 * Returns: whether folders may be asked for
 */
gboolean
csm_imap_client_sign_in (CsmImapClient  *self,
                         GError        **error)
{
  g_autoptr (GError) local = NULL;
  gboolean is_signed_in = FALSE;

  if (!greet (self, &is_signed_in, error) ||
      (self->settings->tls == CSM_IMAP_TLS_STARTTLS && !encrypt (self, is_signed_in, error)) ||
      !csm_imap_client_learn (self, error))
    return FALSE;
  if (is_signed_in)
    return TRUE;
  csm_imap_client_patience (self, 0);
  if (csm_mail_server_has_token (&self->settings->server) ? use_token (self, &local) : use_password (self, &local))
    {
      /* Who is in may do more; some servers say so at once, and all when they are asked. */
      if (!csm_imap_client_has (self, "IDLE") || !csm_imap_client_has (self, "CONDSTORE"))
        g_hash_table_remove_all (self->capabilities);
      return csm_imap_client_learn (self, error);
    }
  if (g_error_matches (local, CSM_IMAP_ERROR, CSM_IMAP_ERROR_REFUSED))
    csm_imap_explain_sign_in (local, self->settings, error);
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
