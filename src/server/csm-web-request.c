/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-web-request.h"

#include <libsoup/soup.h>
#include <string.h>

#include "csm-web-address.h"

#define STEP 65536
#define MAX_URL 4096
#define AGENT "Mozilla/5.0 (compatible; Casement)"

typedef struct
{
  CsmWebLimits  limits;
  GUri         *uri;
  char         *form;        /* NULL: it is a GET */
  guint         redirects;
  SoupSession  *session;     /* of one hop */
  SoupMessage  *message;
  GInputStream *body;
  GByteArray   *bytes;
  GCancellable *cancellable;
  GCancellable *outer;
  gulong        outer_id;
  GSource      *deadline;
} Request;

static void
request_free (Request *self)
{
  if (self->outer != NULL)
    g_cancellable_disconnect (self->outer, self->outer_id);
  g_clear_object (&self->outer);
  if (self->deadline != NULL)
    g_source_destroy (self->deadline);
  g_clear_pointer (&self->deadline, g_source_unref);
  g_clear_pointer (&self->uri, g_uri_unref);
  g_clear_object (&self->body);
  g_clear_object (&self->message);
  g_clear_object (&self->session);
  g_byte_array_unref (self->bytes);
  g_object_unref (self->cancellable);
  g_free (self->form);
  g_free (self);
}

static gboolean
give_up (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

static void
outer_cancelled (GCancellable *outer,
                 GCancellable *cancellable)
{
  g_cancellable_cancel (cancellable);
}

static void send_request (GTask *task);

/* Where no web server is, but something that could take a request for its own language: as in the Fetch standard's "bad port". */
static gboolean
is_web_port (int port)
{
  static const int others[] = { 1719, 1720, 1723, 2049, 3306, 3659, 4045, 4190, 5060, 5061, 5432, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080, 11211 };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      if (port == others[i])
        return FALSE;
    }
  return port == -1 || port == 80 || port == 443 || port >= 1024;
}

static gboolean
check_uri (const CsmWebLimits  *limits,
           GUri                *uri,
           GError             **error)
{
  const char *scheme = g_uri_get_scheme (uri), *host = g_uri_get_host (uri);

  if ((g_str_equal (scheme, "https") || (!limits->secure && g_str_equal (scheme, "http"))) && host != NULL && *host != '\0' && g_uri_get_userinfo (uri) == NULL &&
      is_web_port (g_uri_get_port (uri)))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "that is no address on the web");
  return FALSE;
}

/* --- The answer ---------------------------------------------------------------------------------------------------------------------- */

static void
read_some (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Request *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  gsize size = bytes != NULL ? g_bytes_get_size (bytes) : 0;

  if (bytes == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (size == 0)
    {
      g_task_return_pointer (task, g_byte_array_free_to_bytes (g_steal_pointer (&self->bytes)), (GDestroyNotify) g_bytes_unref);
      self->bytes = g_byte_array_new ();
      return;
    }
  if (self->bytes->len + size > self->limits.most_bytes)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "that is too large");
      return;
    }
  g_byte_array_append (self->bytes, g_bytes_get_data (bytes, NULL), (guint) size);
  g_input_stream_read_bytes_async (G_INPUT_STREAM (source), STEP, G_PRIORITY_DEFAULT, self->cancellable, read_some, g_steal_pointer (&task));
}

/* Elsewhere is looked at like the first place. */
static void
follow (GTask *task)
{
  Request *self = g_task_get_task_data (task);
  const char *location = soup_message_headers_get_one (soup_message_get_response_headers (self->message), "Location");
  g_autoptr (GUri) next = location != NULL && strlen (location) <= MAX_URL ? g_uri_parse_relative (self->uri, location, SOUP_HTTP_URI_FLAGS, NULL) : NULL;
  GError *error = NULL;

  if (next == NULL || self->redirects >= self->limits.most_redirects || self->form != NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TOO_MANY_LINKS, "that leads nowhere");
      return;
    }
  if (!check_uri (&self->limits, next, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  self->redirects++;
  g_uri_unref (self->uri);
  self->uri = g_steal_pointer (&next);
  send_request (task);
}

static void
answered (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Request *self = g_task_get_task_data (task);
  GError *error = NULL;
  guint status;

  g_clear_object (&self->body);
  self->body = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (self->body == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  status = soup_message_get_status (self->message);
  if (status >= 300 && status < 400)
    follow (task);
  else if (status < 200 || status >= 400)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "the server answers %u", status);
  else
    g_input_stream_read_bytes_async (self->body, STEP, G_PRIORITY_DEFAULT, self->cancellable, read_some, g_steal_pointer (&task));
}

/* --- The request ---------------------------------------------------------------------------------------------------------------------- */

static void
send_request (GTask *task)
{
  Request *self = g_task_get_task_data (task);
  gboolean secure = g_str_equal (g_uri_get_scheme (self->uri), "https");
  int port = g_uri_get_port (self->uri);
  g_autoptr (GSocketConnectable) remote = csm_web_address_new (g_uri_get_host (self->uri), (guint16) (port > 0 ? port : secure ? 443 : 80), self->limits.allow_loopback);

  g_clear_object (&self->message);
  g_clear_object (&self->session);
  self->session = soup_session_new_with_options ("remote-connectable", remote, "user-agent", AGENT, "timeout", self->limits.milliseconds / 1000 + 1, NULL);
  soup_session_set_proxy_resolver (self->session, NULL);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_AUTH_MANAGER);
  self->message = soup_message_new_from_uri (self->form != NULL ? "POST" : "GET", self->uri);
  soup_message_add_flags (self->message, SOUP_MESSAGE_NO_REDIRECT);
  if (self->form != NULL)
    {
      g_autoptr (GBytes) body = g_bytes_new (self->form, strlen (self->form));

      soup_message_set_request_body_from_bytes (self->message, "application/x-www-form-urlencoded", body);
    }
  soup_session_send_async (self->session, self->message, G_PRIORITY_DEFAULT, self->cancellable, answered, g_object_ref (task));
}

/**
 * csm_web_request_async:
 * @url: what a stranger named
 * @form: (nullable): what to POST, as a web form would; %NULL GETs
 * @limits: what it may cost
 * @cancellable: (nullable): a cancellable
 * @callback: called in the thread's main context
 * @user_data: for @callback
 *
 * A POST is not followed elsewhere.
 */
void
csm_web_request_async (const char           *url,
                       const char           *form,
                       const CsmWebLimits   *limits,
                       GCancellable         *cancellable,
                       GAsyncReadyCallback   callback,
                       gpointer              user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Request *self = g_new0 (Request, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, csm_web_request_async);
  g_task_set_task_data (task, self, (GDestroyNotify) request_free);
  self->limits = *limits;
  self->form = g_strdup (form);
  self->bytes = g_byte_array_new ();
  self->cancellable = g_cancellable_new ();
  self->uri = strlen (url) <= MAX_URL ? g_uri_parse (url, SOUP_HTTP_URI_FLAGS, &error) : NULL;
  if (self->uri == NULL || !check_uri (limits, self->uri, &error))
    {
      if (error == NULL)
        error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "that address is too long");
      g_task_return_error (task, error);
      return;
    }
  if (cancellable != NULL)
    {
      self->outer = g_object_ref (cancellable);
      self->outer_id = g_cancellable_connect (cancellable, G_CALLBACK (outer_cancelled), g_object_ref (self->cancellable), g_object_unref);
    }
  self->deadline = g_timeout_source_new (limits->milliseconds);
  g_source_set_callback (self->deadline, give_up, g_object_ref (self->cancellable), g_object_unref);
  g_source_attach (self->deadline, g_main_context_get_thread_default ());
  send_request (task);
}

/**
 * csm_web_request_finish:
 * @result: what the callback got
 * @error: `G_IO_ERROR` and others; not for people
 *
 * Returns: (transfer full) (nullable): the answer's body
 */
GBytes *
csm_web_request_finish (GAsyncResult  *result,
                        GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
