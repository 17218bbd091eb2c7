/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

#include "csm-account.h"
#include "csm-certificates.h"
#include "csm-error.h"
#include "csm-json.h"

#define TIMEOUT_SECONDS 30
/* RFC 6585, section 4; libsoup has no name for it. */
#define STATUS_TOO_MANY_REQUESTS 429

/**
 * csm_sign_in_free:
 * @sign_in: (nullable) (transfer full): what a sign-in gave
 */
void
csm_sign_in_free (CsmSignIn *sign_in)
{
  if (sign_in == NULL)
    return;
  g_free (sign_in->token);
  g_free (sign_in->person_id);
  g_free (sign_in->session_url);
  g_free (sign_in);
}

typedef struct
{
  gboolean     invited;
  SoupSession *session;
  SoupMessage *message;
} Asking;

static void
asking_free (gpointer data)
{
  Asking *asking = data;

  g_clear_object (&asking->session);
  g_clear_object (&asking->message);
  g_free (asking);
}

static void
refuse (GTask       *task,
        SoupMessage *message,
        GBytes      *body)
{
  const char *wait = soup_message_headers_get_one (soup_message_get_response_headers (message), "Retry-After");
  gboolean invited = ((Asking *) g_task_get_task_data (task))->invited;
  g_autoptr (JsonObject) answer = csm_json_parse_object (g_bytes_get_data (body, NULL), (gssize) g_bytes_get_size (body), NULL);
  const char *description = answer != NULL ? csm_json_get_string (answer, "description") : NULL;

  switch ((guint) soup_message_get_status (message))
    {
    case SOUP_STATUS_UNAUTHORIZED:
    case SOUP_STATUS_FORBIDDEN:
      g_task_return_new_error (task, CSM_ERROR, CSM_ERROR_FORBIDDEN, "%s",
                               invited ? _("This invitation is not for this address, or was used, or is too old. Please ask who invited you for a new one.")
                                       : _("The email address or the password is wrong"));
      break;
    case SOUP_STATUS_BAD_REQUEST:
      g_task_return_new_error (task, CSM_ERROR, CSM_ERROR_INVALID, "%s",
                               invited && description != NULL ? description : _("The server did not understand this"));
      break;
    case STATUS_TOO_MANY_REQUESTS:
      g_task_return_new_error (task, CSM_ERROR, CSM_ERROR_FORBIDDEN,
                               _("Too many tries: please wait %s seconds and try again"), wait != NULL ? wait : "60");
      break;
    default:
      g_task_return_new_error (task, CSM_ERROR, CSM_ERROR_FAILED,
                               _("There is no Casement server at this address (it answered %u)"), soup_message_get_status (message));
    }
}

static void
answered (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SoupSession *session = SOUP_SESSION (source);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (JsonObject) answer = NULL;
  SoupMessage *message = soup_session_get_async_result_message (session, result);
  CsmSignIn *sign_in;
  GError *error = NULL;

  body = soup_session_send_and_read_finish (session, result, &error);
  if (body == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (soup_message_get_status (message) != SOUP_STATUS_OK)
    {
      refuse (task, message, body);
      return;
    }
  answer = csm_json_parse_object (g_bytes_get_data (body, NULL), (gssize) g_bytes_get_size (body), NULL);
  if (csm_json_get_string (answer, "token") == NULL || csm_json_get_string (answer, "personId") == NULL)
    {
      g_task_return_new_error (task, CSM_ERROR, CSM_ERROR_FAILED, _("There is no Casement server at this address"));
      return;
    }
  sign_in = g_new0 (CsmSignIn, 1);
  sign_in->token = g_strdup (csm_json_get_string (answer, "token"));
  sign_in->person_id = g_strdup (csm_json_get_string (answer, "personId"));
  sign_in->session_url = g_strdup (csm_json_get_string (answer, "sessionUrl"));
  g_task_return_pointer (task, sign_in, (GDestroyNotify) csm_sign_in_free);
}

static GBytes *
request_body (const char *email,
              const char *password,
              const char *code,
              const char *device_name)
{
  g_autoptr (JsonObject) request = json_object_new ();
  char *text;

  json_object_set_string_member (request, code != NULL ? "address" : "email", email);
  if (code != NULL)
    json_object_set_string_member (request, "code", code);
  json_object_set_string_member (request, "password", password);
  json_object_set_string_member (request, "deviceName", device_name);
  text = csm_json_write_object (request);
  return g_bytes_new_take (text, strlen (text));
}

static void
on_certificates (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Asking *asking = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;

  if (csm_certificates_load_finish (result, &error))
    soup_session_send_and_read_async (asking->session, asking->message, G_PRIORITY_DEFAULT, cancellable, answered, g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

/**
 * csm_sign_in_async:
 * @server_url: the server's address
 * @email: who
 * @password: their password; not kept
 * @code: (nullable): from an invitation: then @password is the one that they choose
 * @device_name: how this device is named in the list of those that are signed in
 * @cancellable: (nullable): gives up
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Exchanges email and password for this device's token.
 */
void
csm_sign_in_async (const char          *server_url,
                   const char          *email,
                   const char          *password,
                   const char          *code,
                   const char          *device_name,
                   GCancellable        *cancellable,
                   GAsyncReadyCallback  callback,
                   gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Asking *asking = g_new0 (Asking, 1);
  g_autoptr (GBytes) body = request_body (email, password, code, device_name);
  g_autoptr (GUri) base = g_uri_parse (server_url, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GUri) uri = base != NULL ? g_uri_parse_relative (base, code != NULL ? "/auth/join" : "/auth/sign-in", SOUP_HTTP_URI_FLAGS, NULL) : NULL;

  g_task_set_source_tag (task, csm_sign_in_async);
  g_task_set_task_data (task, asking, asking_free);
  asking->invited = code != NULL;
  asking->session = soup_session_new_with_options ("timeout", TIMEOUT_SECONDS, NULL);
  asking->message = uri != NULL ? soup_message_new_from_uri (SOUP_METHOD_POST, uri) : NULL;
  if (asking->message == NULL || g_uri_get_host (uri) == NULL)
    {
      g_task_return_new_error (task, CSM_ERROR, CSM_ERROR_INVALID, _("“%s” is not the address of a server"), server_url);
      return;
    }
  /* A password must never follow a redirection to somebody else. */
  soup_message_add_flags (asking->message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_set_request_body_from_bytes (asking->message, "application/json", body);
  csm_certificates_load_async (server_url, cancellable, on_certificates, g_steal_pointer (&task));
}

/**
 * csm_sign_in_finish:
 * @result: what the callback got
 * @error: `CSM_ERROR_FORBIDDEN`, `CSM_ERROR_INVALID` or `CSM_ERROR_FAILED` with a sentence for people; what GIO says
 *   when the server can't be reached
 *
 * Returns: (transfer full): the token and whose it is
 */
CsmSignIn *
csm_sign_in_finish (GAsyncResult  *result,
                    GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
