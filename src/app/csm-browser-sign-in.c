/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-browser-sign-in.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include <glib/gi18n.h>

#include "csm-json.h"

#define VERIFIER_BYTES 32
#define STATE_BYTES 16
#define MAX_REQUEST 16384

struct _CsmBrowserSignIn
{
  GObject         parent_instance;
  GSocketService *service;
  char           *verifier;
  char           *state;
  char           *redirect;
  char           *url;
  GTask          *task;         /* who waits */
  GCancellable   *cancellable;  /* of what is being read and written */
  gulong          cancelled_id;
};

G_DEFINE_FINAL_TYPE (CsmBrowserSignIn, csm_browser_sign_in, G_TYPE_OBJECT)

/* One that the browser has opened. */
typedef struct
{
  CsmBrowserSignIn  *self;
  GSocketConnection *connection;
  GString           *request;
  char              *answer;
  char               buffer[2048];
} Visit;

static void read_more (Visit *visit);

static void
visit_free (Visit *visit)
{
  g_io_stream_close_async (G_IO_STREAM (visit->connection), G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  g_object_unref (visit->connection);
  g_object_unref (visit->self);
  g_string_free (visit->request, TRUE);
  g_free (visit->answer);
  g_free (visit);
}

static char *
encode (const guint8 *bytes,
        gsize         length)
{
  char *text = g_base64_encode (bytes, length);

  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';
  return text;
}

/* NULL: the system gives no chance, which does not happen. */
static char *
make_secret (gsize length)
{
  guint8 bytes[VERIFIER_BYTES];

  g_return_val_if_fail (length <= sizeof bytes, NULL);
  while (getrandom (bytes, length, 0) != (gssize) length)
    {
      if (errno != EINTR)
        return NULL;
    }
  return encode (bytes, length);
}

static char *
make_challenge (const char *verifier)
{
  guint8 digest[32];
  gsize length = sizeof digest;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (checksum, (const guchar *) verifier, -1);
  g_checksum_get_digest (checksum, digest, &length);
  return encode (digest, length);
}

/* --- The browser comes back ------------------------------------------------------------------------------------ */

static void
conclude (CsmBrowserSignIn *self,
          JsonObject       *found,
          GError           *error)
{
  GTask *task = g_steal_pointer (&self->task);

  if (self->cancelled_id != 0)
    g_cancellable_disconnect (g_task_get_cancellable (task), self->cancelled_id);
  self->cancelled_id = 0;
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  if (found != NULL)
    g_task_return_pointer (task, found, (GDestroyNotify) json_object_unref);
  else
    g_task_return_error (task, error);
  g_object_unref (task);
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);
  visit_free (data);
}

static void
answer (Visit      *visit,
        const char *status,
        const char *words)
{
  g_autofree char *page = g_strdup_printf ("<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>Casement</title></head><body><p>%s</p></body></html>", words);

  visit->answer = g_strdup_printf ("HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %u\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n%s",
                                   status, (guint) strlen (page), page);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (visit->connection)), visit->answer, strlen (visit->answer), G_PRIORITY_DEFAULT,
                                   visit->self->cancellable, answered_cb, visit);
}

/* What is no answer to our question is nothing: a browser asks for pictures of its own, and anybody on this computer may ask. */
static void
look (Visit *visit)
{
  CsmBrowserSignIn *self = visit->self;
  g_auto (GStrv) words = g_strsplit (visit->request->str, " ", 3);
  const char *query = words[0] != NULL && words[1] != NULL ? strchr (words[1], '?') : NULL;
  g_autoptr (GHashTable) fields = query != NULL ? g_uri_parse_params (query + 1, -1, "&", G_URI_PARAMS_WWW_FORM, NULL) : NULL;
  const char *code = fields != NULL ? g_hash_table_lookup (fields, "code") : NULL;
  const char *refusal = fields != NULL ? g_hash_table_lookup (fields, "error") : NULL;
  JsonObject *found;

  if (fields == NULL || g_strcmp0 (words[0], "GET") != 0 || g_strcmp0 (g_hash_table_lookup (fields, "state"), self->state) != 0 || self->task == NULL ||
      (code == NULL && refusal == NULL))
    {
      answer (visit, "404 Not Found", _("There is nothing here."));
      return;
    }
  if (code == NULL)
    {
      const char *why = g_hash_table_lookup (fields, "error_description");

      conclude (self, NULL, g_error_new (G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, _("The provider did not allow it: %s"), why != NULL ? why : refusal));
      answer (visit, "200 OK", _("Casement was not allowed to use the mailbox. You can close this page."));
      return;
    }
  found = json_object_new ();
  json_object_set_string_member (found, "code", code);
  json_object_set_string_member (found, "codeVerifier", self->verifier);
  json_object_set_string_member (found, "redirectUri", self->redirect);
  conclude (self, found, NULL);
  answer (visit, "200 OK", _("You can close this page, and go on in Casement."));
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  Visit *visit = data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (n <= 0 || visit->request->len + (gsize) n > MAX_REQUEST)
    {
      visit_free (visit);
      return;
    }
  g_string_append_len (visit->request, visit->buffer, n);
  if (strstr (visit->request->str, "\r\n\r\n") != NULL)
    look (visit);
  else
    read_more (visit);
}

static void
read_more (Visit *visit)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (visit->connection)), visit->buffer, sizeof visit->buffer, G_PRIORITY_DEFAULT,
                             visit->self->cancellable, read_cb, visit);
}

static gboolean
incoming_cb (CsmBrowserSignIn  *self,
             GSocketConnection *connection)
{
  Visit *visit = g_new0 (Visit, 1);

  visit->self = g_object_ref (self);
  visit->connection = g_object_ref (connection);
  visit->request = g_string_new (NULL);
  read_more (visit);
  return TRUE;
}

/* --- GObject ----------------------------------------------------------------------------------------------------- */

static void
csm_browser_sign_in_finalize (GObject *object)
{
  CsmBrowserSignIn *self = CSM_BROWSER_SIGN_IN (object);

  g_clear_object (&self->service);
  g_clear_object (&self->cancellable);
  g_free (self->verifier);
  g_free (self->state);
  g_free (self->redirect);
  g_free (self->url);
  G_OBJECT_CLASS (csm_browser_sign_in_parent_class)->finalize (object);
}

static void
csm_browser_sign_in_class_init (CsmBrowserSignInClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = csm_browser_sign_in_finalize;
}

static void
csm_browser_sign_in_init (CsmBrowserSignIn *self)
{
  self->cancellable = g_cancellable_new ();
}

static void
append (GString    *url,
        const char *name,
        const char *value)
{
  g_autofree char *escaped = value != NULL && *value != '\0' ? g_uri_escape_string (value, NULL, FALSE) : NULL;

  if (escaped != NULL)
    g_string_append_printf (url, "%c%s=%s", strchr (url->str, '?') != NULL ? '&' : '?', name, escaped);
}

/* Lasting access has to be asked for: with Google by the first two of the last lines, with others by their scope. */
static char *
make_url (CsmBrowserSignIn *self,
          JsonObject       *terms,
          const char       *address)
{
  g_autofree char *challenge = make_challenge (self->verifier);
  GString *url = g_string_new (csm_json_get_string (terms, "authorizationUrl"));

  append (url, "response_type", "code");
  append (url, "client_id", csm_json_get_string (terms, "clientId"));
  append (url, "redirect_uri", self->redirect);
  append (url, "scope", csm_json_get_string (terms, "scope"));
  append (url, "state", self->state);
  append (url, "code_challenge", challenge);
  append (url, "code_challenge_method", "S256");
  append (url, "access_type", "offline");
  append (url, "prompt", "consent");
  append (url, "login_hint", address);
  return g_string_free (url, FALSE);
}

/**
 * csm_browser_sign_in_new:
 * @terms: {authorizationUrl, clientId, scope, redirectHost}
 * @address: (nullable): the mailbox's address, so that nobody has to type it
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what listens on this computer for the browser to come back
 */
CsmBrowserSignIn *
csm_browser_sign_in_new (JsonObject  *terms,
                         const char  *address,
                         GError     **error)
{
  g_autoptr (CsmBrowserSignIn) self = g_object_new (CSM_TYPE_BROWSER_SIGN_IN, NULL);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  const char *host = csm_json_get_string (terms, "redirectHost");

  self->verifier = make_secret (VERIFIER_BYTES);
  self->state = make_secret (STATE_BYTES);
  self->service = g_socket_service_new ();
  if (self->verifier == NULL || self->state == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, g_strerror (errno));
      return NULL;
    }
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound, error))
    return NULL;
  self->redirect = g_strdup_printf ("http://%s:%u", host != NULL ? host : "127.0.0.1", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  self->url = make_url (self, terms, address);
  g_signal_connect_object (self->service, "incoming", G_CALLBACK (incoming_cb), self, G_CONNECT_SWAPPED);
  return g_steal_pointer (&self);
}

/**
 * csm_browser_sign_in_get_url:
 * @self: a sign-in
 *
 * Returns: (transfer none): where the browser is to go
 */
const char *
csm_browser_sign_in_get_url (CsmBrowserSignIn *self)
{
  return self->url;
}

static gboolean
give_up (gpointer data)
{
  CsmBrowserSignIn *self = data;

  if (self->task != NULL)
    conclude (self, NULL, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "nobody waits"));
  return G_SOURCE_REMOVE;
}

/* Whoever cancels holds a lock that is needed to stop listening to it. */
static void
cancelled_cb (GCancellable     *cancellable,
              CsmBrowserSignIn *self)
{
  g_cancellable_cancel (self->cancellable);
  g_idle_add_full (G_PRIORITY_DEFAULT, give_up, g_object_ref (self), g_object_unref);
}

/**
 * csm_browser_sign_in_wait_async:
 * @self: a sign-in, which nobody waits for yet
 * @cancellable: ends it
 * @callback: gets what the browser brings
 * @user_data: for @callback
 */
void
csm_browser_sign_in_wait_async (CsmBrowserSignIn    *self,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_return_if_fail (self->task == NULL);

  self->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->task, csm_browser_sign_in_wait_async);
  self->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), self, NULL);
}

/**
 * csm_browser_sign_in_wait_finish:
 * @self: a sign-in
 * @result: of csm_browser_sign_in_wait_async()
 * @error: a sentence for people
 *
 * Returns: (transfer full) (nullable): {code, codeVerifier, redirectUri}
 */
JsonObject *
csm_browser_sign_in_wait_finish (CsmBrowserSignIn  *self,
                                 GAsyncResult      *result,
                                 GError           **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
