/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-connection.h"

#include <string.h>

#include "csm-certificates.h"
#include "csm-error.h"
#include "csm-failpoint.h"
#include "csm-id.h"
#include "csm-jmap-error.h"
#include "csm-json.h"
#include "csm-time.h"

#define TIMEOUT_SECONDS 60
#define MAX_CONNECTIONS 8

struct _CsmConnection
{
  GObject           parent_instance;
  char             *server_url;
  char             *token;
  SoupSession      *soup;
  CsmRemoteSession *session; /* NULL: not fetched yet */
  char             *refreshed_for; /* the state that the Session was last fetched again for */
  gboolean          refreshing;
  gint64            retry_at;
};

/* What a server allows that doesn't say (RFC 8620, section 2: the least that it should) */
#define FEWEST_OBJECTS 500
#define FEWEST_CALLS 16
#define LEAST_SIZE 10000000
#define LEAST_UPLOAD 50000000

enum { SIGNAL_SESSION_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmConnection, csm_connection, G_TYPE_OBJECT)

static void
remote_session_free (CsmRemoteSession *session)
{
  g_free (session->workspace_account);
  g_free (session->workspace_name);
  g_free (session->time_zone);
  g_free (session->personal_account);
  g_free (session->person_id);
  g_free (session->api_url);
  g_free (session->upload_url);
  g_free (session->download_url);
  g_free (session->socket_url);
  g_free (session->state);
  g_free (session);
}

static void
csm_connection_finalize (GObject *object)
{
  CsmConnection *self = CSM_CONNECTION (object);

  g_free (self->server_url);
  g_free (self->token);
  g_free (self->refreshed_for);
  g_clear_object (&self->soup);
  g_clear_pointer (&self->session, remote_session_free);
  G_OBJECT_CLASS (csm_connection_parent_class)->finalize (object);
}

static void
csm_connection_class_init (CsmConnectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = csm_connection_finalize;

  signals[SIGNAL_SESSION_CHANGED] = g_signal_new ("session-changed", CSM_TYPE_CONNECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
csm_connection_init (CsmConnection *self)
{
}

/**
 * csm_connection_new:
 * @server_url: where the server is
 * @remote: (nullable): what to connect to instead of the URL's host
 * @token: (nullable): the device's token
 *
 * Returns: (transfer full): a connection; nothing is sent yet
 */
CsmConnection *
csm_connection_new (const char         *server_url,
                    GSocketConnectable *remote,
                    const char         *token)
{
  CsmConnection *self = g_object_new (CSM_TYPE_CONNECTION, NULL);

  self->server_url = g_strdup (server_url);
  if (g_str_has_suffix (self->server_url, "/"))
    self->server_url[strlen (self->server_url) - 1] = '\0';
  self->token = g_strdup (token);
  self->soup = soup_session_new_with_options ("remote-connectable", remote, "timeout", csm_fault_number ("timeout", TIMEOUT_SECONDS), "max-conns", MAX_CONNECTIONS,
                                              "max-conns-per-host", MAX_CONNECTIONS, "user-agent", "Casement/" CSM_VERSION, NULL);
  /* The token goes with each message; nobody is to be asked for a password. */
  soup_session_remove_feature_by_type (self->soup, SOUP_TYPE_AUTH_MANAGER);
  return self;
}

/**
 * csm_connection_set_token:
 * @self: a connection
 * @token: (nullable): what a device signs in with
 *
 * For requests from now on.
 */
void
csm_connection_set_token (CsmConnection *self,
                          const char    *token)
{
  g_free (self->token);
  self->token = g_strdup (token);
}

/**
 * csm_connection_get_session:
 * @self: a connection
 *
 * Returns: (transfer none) (nullable): what the server said of itself; %NULL before csm_connection_open_async() has worked once
 */
const CsmRemoteSession *
csm_connection_get_session (CsmConnection *self)
{
  return self->session;
}

/**
 * csm_connection_get_account_of:
 * @self: a connection that is open
 * @type: a type
 *
 * Returns: (transfer none) (nullable): the account that has records of @type for who is signed in; %NULL when none has
 */
const char *
csm_connection_get_account_of (CsmConnection *self,
                               CsmTypeId      type)
{
  const CsmRecordType *record_type = csm_record_type_get (type);

  g_return_val_if_fail (self->session != NULL, NULL);
  if ((record_type->flags & CSM_RECORD_PERSONAL) != 0)
    return self->session->personal_account;
  if (g_str_equal (record_type->capability, CSM_CAPABILITY_INTERNAL) && !self->session->internal)
    return NULL;
  return self->session->workspace_account;
}

/**
 * csm_connection_get_soup:
 * @self: a connection
 *
 * Returns: (transfer none): what requests go through
 */
SoupSession *
csm_connection_get_soup (CsmConnection *self)
{
  return self->soup;
}

/**
 * csm_connection_get_retry_at:
 * @self: a connection
 *
 * Returns: µs: before this the server asked not to be tried again; 0: it did not ask
 */
gint64
csm_connection_get_retry_at (CsmConnection *self)
{
  return self->retry_at;
}

/**
 * csm_connection_new_message:
 * @self: a connection
 * @method: HTTP's
 * @url: one of the session's
 *
 * Returns: (transfer full) (nullable): a message with the token; %NULL when @url is none
 */
SoupMessage *
csm_connection_new_message (CsmConnection *self,
                            const char    *method,
                            const char    *url)
{
  g_autofree char *bearer = g_strconcat ("Bearer ", self->token != NULL ? self->token : "", NULL);
  SoupMessage *message = soup_message_new (method, url);

  if (message == NULL)
    return NULL;
  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", bearer);
  /* A hotel's sign-in page is no answer. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  return message;
}

/**
 * csm_connection_expand:
 * @address: one of the Session's, with variables (RFC 6570, level 1)
 * @account: an account's id
 * @blob_id: (nullable): a blob
 * @type: (nullable): its type
 * @name: (nullable): its name
 *
 * Returns: (transfer full): the address
 */
char *
csm_connection_expand (const char *address,
                       const char *account,
                       const char *blob_id,
                       const char *type,
                       const char *name)
{
  const char *variables[][2] = { { "{accountId}", account }, { "{blobId}", blob_id }, { "{type}", type }, { "{name}", name } };
  g_autoptr (GString) url = g_string_new (address);

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      g_autofree char *escaped = g_uri_escape_string (variables[i][1] != NULL ? variables[i][1] : "", NULL, FALSE);

      g_string_replace (url, variables[i][0], escaped, 0);
    }
  return g_string_free (g_steal_pointer (&url), FALSE);
}

/**
 * csm_failure_of_error:
 * @error: an error of a connection
 *
 * Returns: what to do about it
 */
CsmFailure
csm_failure_of_error (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return CSM_FAILURE_NONE;
  if (g_error_matches (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_UNAUTHORIZED))
    return CSM_FAILURE_SIGNED_OUT;
  if (g_error_matches (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_GONE))
    return CSM_FAILURE_GONE;
  if (error->domain == CSM_JMAP_ERROR && error->code != CSM_JMAP_ERROR_SERVER)
    return CSM_FAILURE_REFUSED;
  return CSM_FAILURE_OFFLINE;
}

/* --- answers ---------------------------------------------------------------------------------------------------- */

static void
note_retry_after (CsmConnection *self,
                  SoupMessage   *message)
{
  const char *after = soup_message_headers_get_one (soup_message_get_response_headers (message), "Retry-After");
  guint64 seconds = after != NULL ? g_ascii_strtoull (after, NULL, 10) : 0;

  /* Seconds or a date (RFC 9110, section 10.2.3); the date by the server's own clock, as far as it tells. */
  if (after != NULL && seconds == 0)
    {
      const char *now = soup_message_headers_get_one (soup_message_get_response_headers (message), "Date");
      g_autoptr (GDateTime) then = soup_date_time_new_from_http_string (after);
      g_autoptr (GDateTime) told = now != NULL ? soup_date_time_new_from_http_string (now) : NULL;

      if (then != NULL && told != NULL)
        seconds = (guint64) MAX (0, g_date_time_difference (then, told) / G_TIME_SPAN_SECOND);
    }
  self->retry_at = seconds > 0 ? csm_time_now () + (gint64) MIN (seconds, 3600) * CSM_SECOND : 0;
}

static gboolean
check_status (CsmConnection  *self,
              SoupMessage    *message,
              GBytes         *body,
              GError        **error)
{
  guint status = soup_message_get_status (message);
  const char *type = soup_message_headers_get_content_type (soup_message_get_response_headers (message), NULL);
  gboolean is_json = g_strcmp0 (type, "application/json") == 0 || g_strcmp0 (type, "application/problem+json") == 0;
  g_autoptr (JsonObject) problem = NULL;

  note_retry_after (self, message);
  if (status == 200 && is_json)
    return TRUE;
  if (status == 401)
    {
      g_set_error_literal (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_UNAUTHORIZED, "the token was refused");
      return FALSE;
    }
  if (is_json && status >= 400 && status < 500 && status != 429)
    problem = csm_json_parse_object (g_bytes_get_data (body, NULL), (gssize) g_bytes_get_size (body), NULL);
  if (problem != NULL)
    g_propagate_error (error, csm_jmap_problem_to_error (problem));
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the server answered %u", status);
  return FALSE;
}

static GBytes *
finish_body (CsmConnection  *self,
             GAsyncResult   *result,
             GError        **error)
{
  SoupMessage *message = soup_session_get_async_result_message (self->soup, result);
  g_autoptr (GBytes) body = soup_session_send_and_read_finish (self->soup, result, error);

  if (body == NULL || !check_status (self, message, body, error))
    return NULL;
  return g_steal_pointer (&body);
}

/* --- the Session ---------------------------------------------------------------------------------------------------- */

static char *
dup_string (JsonObject *object,
            const char *member)
{
  return g_strdup (csm_json_get_string (object, member));
}

static guint64
read_limit (JsonObject *core,
            const char *name,
            guint64     fallback)
{
  gint64 value = csm_json_get_int (core, name, (gint64) fallback);

  return value > 0 ? (guint64) value : fallback;
}

static void
read_limits (CsmRemoteSession *session,
             JsonObject       *core)
{
  session->max_objects_in_set = (guint) MIN (read_limit (core, "maxObjectsInSet", FEWEST_OBJECTS), G_MAXINT);
  session->max_calls_in_request = (guint) MIN (read_limit (core, "maxCallsInRequest", FEWEST_CALLS), G_MAXINT);
  session->max_size_request = read_limit (core, "maxSizeRequest", LEAST_SIZE);
  session->max_size_upload = read_limit (core, "maxSizeUpload", LEAST_UPLOAD);
}

static CsmRemoteSession *
read_session (JsonObject  *object,
              GError     **error)
{
  JsonObject *primary = csm_json_get_object (object, "primaryAccounts");
  JsonObject *accounts = csm_json_get_object (object, "accounts");
  JsonObject *socket = csm_json_get_object (csm_json_get_object (object, "capabilities"), CSM_JMAP_CAPABILITY_WEBSOCKET);
  CsmRemoteSession *session = g_new0 (CsmRemoteSession, 1);

  session->workspace_account = dup_string (primary, CSM_CAPABILITY_DESK);
  session->personal_account = dup_string (primary, CSM_CAPABILITY_PERSONAL);
  session->api_url = dup_string (object, "apiUrl");
  session->upload_url = dup_string (object, "uploadUrl");
  session->download_url = dup_string (object, "downloadUrl");
  session->socket_url = dup_string (socket, "url");
  session->state = dup_string (object, "state");
  read_limits (session, csm_json_get_object (csm_json_get_object (object, "capabilities"), CSM_JMAP_CAPABILITY_CORE));
  if (session->workspace_account != NULL)
    {
      JsonObject *account = csm_json_get_object (accounts, session->workspace_account);
      JsonObject *capabilities = csm_json_get_object (account, "accountCapabilities");

      /* A server that doesn't say has everything there. */
      session->internal = capabilities == NULL || json_object_has_member (capabilities, CSM_CAPABILITY_INTERNAL);
      session->workspace_name = dup_string (account, "name");
      session->time_zone = dup_string (csm_json_get_object (csm_json_get_object (account, "accountCapabilities"), CSM_CAPABILITY_DESK), "timeZone");
    }
  /* The personal account carries the person's ULID. */
  if (session->personal_account != NULL && *session->personal_account != '\0')
    session->person_id = csm_id_with_letter (session->personal_account, 'p');
  if (session->api_url != NULL && session->upload_url != NULL && session->download_url != NULL && session->socket_url != NULL &&
      csm_id_is_valid (session->person_id, 'p') && session->workspace_account != NULL)
    return session;
  if (session->workspace_account == NULL && accounts != NULL &&
      csm_json_get_object (csm_json_get_object (object, "capabilities"), CSM_CAPABILITY_DESK) != NULL)
    g_set_error_literal (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_GONE, "the account is not there any more");
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "this is no Casement server");
  remote_session_free (session);
  return NULL;
}

static void
on_session (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  CsmConnection *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (GBytes) body = finish_body (self, result, &error);
  g_autoptr (JsonObject) object = NULL;
  CsmRemoteSession *session = NULL;

  if (body != NULL)
    object = csm_json_parse_object (g_bytes_get_data (body, NULL), (gssize) g_bytes_get_size (body), NULL);
  if (body != NULL && object == NULL)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "this is no Casement server");
  if (object != NULL)
    session = read_session (object, &error);
  if (session == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  csm_failpoint ("session-got");
  g_clear_pointer (&self->session, remote_session_free);
  self->session = session;
  g_task_return_boolean (task, TRUE);
}

static void
on_certificates (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  CsmConnection *self = g_task_get_source_object (task);
  SoupMessage *message = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;

  if (csm_certificates_load_finish (result, &error))
    soup_session_send_and_read_async (self->soup, message, G_PRIORITY_DEFAULT, cancellable, on_session, g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

/**
 * csm_connection_open_async:
 * @self: a connection
 * @cancellable: (nullable): a cancellable
 * @callback: gets the result
 * @user_data: for @callback
 *
 * Fetches the Session: what the server can, which accounts there are, and where.
 */
void
csm_connection_open_async (CsmConnection       *self,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *url = g_strconcat (self->server_url, "/jmap/session", NULL);
  g_autoptr (SoupMessage) message = csm_connection_new_message (self, "GET", url);

  g_task_set_source_tag (task, csm_connection_open_async);
  if (message == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "this is no address of a server");
      return;
    }
  g_task_set_task_data (task, g_steal_pointer (&message), g_object_unref);
  csm_certificates_load_async (url, cancellable, on_certificates, g_steal_pointer (&task));
}

/**
 * csm_connection_open_finish:
 * @self: a connection
 * @result: what the callback got
 * @error: `CSM_JMAP_ERROR_UNAUTHORIZED`, `CSM_JMAP_ERROR_GONE`, or of `G_IO_ERROR`: csm_failure_of_error() says what to do about it
 *
 * Returns: whether the server can be talked to
 */
gboolean
csm_connection_open_finish (CsmConnection  *self,
                            GAsyncResult   *result,
                            GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_refreshed (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  CsmConnection *self = CSM_CONNECTION (source);
  g_autoptr (GError) error = NULL;

  self->refreshing = FALSE;
  if (csm_connection_open_finish (self, result, &error))
    g_signal_emit (self, signals[SIGNAL_SESSION_CHANGED], 0);
  else
    g_debug ("the Session could not be fetched again: %s", error->message);
}

/**
 * csm_connection_refresh:
 * @self: a connection that is open
 *
 * Fetches the Session again: accounts, addresses or limits may be others.
 */
void
csm_connection_refresh (CsmConnection *self)
{
  if (self->refreshing || self->session == NULL)
    return;
  self->refreshing = TRUE;
  csm_connection_open_async (self, NULL, on_refreshed, NULL);
}

/* Each answer tells the Session's state (RFC 8620, section 3.4). A server that never agrees with itself is asked once for each. */
static void
compare_session (CsmConnection   *self,
                 CsmJmapResponse *response)
{
  const char *state = response->session_state;

  if (state == NULL || self->session == NULL || g_strcmp0 (state, self->session->state) == 0 || g_strcmp0 (state, self->refreshed_for) == 0)
    return;
  g_free (self->refreshed_for);
  self->refreshed_for = g_strdup (state);
  csm_connection_refresh (self);
}

/* --- requests --------------------------------------------------------------------------------------------------------- */

static void
parse_response (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  gsize length;
  const char *text = g_bytes_get_data (data, &length);
  GError *error = NULL;
  CsmJmapResponse *response = csm_jmap_response_parse (text, length, &error);

  if (response != NULL)
    g_task_return_pointer (task, response, (GDestroyNotify) csm_jmap_response_free);
  else
    g_task_return_error (task, error);
}

static void
on_body (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GBytes *body = finish_body (g_task_get_source_object (task), result, &error);

  if (body == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  /* A page of messages takes tens of milliseconds to parse. */
  g_task_set_task_data (task, body, (GDestroyNotify) g_bytes_unref);
  g_task_run_in_thread (task, parse_response);
}

/**
 * csm_connection_call_async:
 * @self: a connection that is open
 * @request: (transfer none): what to ask
 * @cancellable: (nullable): a cancellable
 * @callback: gets the result
 * @user_data: for @callback
 *
 * Sends a JMAP request (RFC 8620, section 3.3). The answer is parsed on another thread.
 */
void
csm_connection_call_async (CsmConnection         *self,
                           CsmJmapRequestBuilder *request,
                           GCancellable          *cancellable,
                           GAsyncReadyCallback    callback,
                           gpointer               user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GBytes) body = NULL;
  char *text;

  g_task_set_source_tag (task, csm_connection_call_async);
  if (self->session != NULL)
    message = csm_connection_new_message (self, "POST", self->session->api_url);
  if (message == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "the connection is not open");
      return;
    }
  csm_jmap_request_builder_set_outside (request, !self->session->internal);
  text = csm_jmap_request_builder_write (request, NULL);
  body = g_bytes_new_take (text, strlen (text));
  soup_message_set_request_body_from_bytes (message, "application/json", body);
  soup_session_send_and_read_async (self->soup, message, G_PRIORITY_DEFAULT, cancellable, on_body, g_steal_pointer (&task));
}

/**
 * csm_connection_call_finish:
 * @self: a connection
 * @result: what the callback got
 * @error: `G_IO_ERROR_NOT_CONNECTED`, or of `CSM_JMAP_ERROR` or `G_IO_ERROR`: csm_failure_of_error() says what to do about it
 *
 * Returns: (transfer full): the answers
 */
CsmJmapResponse *
csm_connection_call_finish (CsmConnection  *self,
                            GAsyncResult   *result,
                            GError        **error)
{
  CsmJmapResponse *response;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  response = g_task_propagate_pointer (G_TASK (result), error);
  if (response != NULL)
    compare_session (self, response);
  return response;
}
