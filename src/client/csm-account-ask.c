/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-account-ask.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "csm-account-private.h"
#include "csm-error.h"
#include "csm-json.h"

static const struct
{
  const char *type;
  CsmError    code;
} problems[] = {
  { "invalidArguments", CSM_ERROR_INVALID },
  { "tooLarge", CSM_ERROR_TOO_LARGE },
  { "notFound", CSM_ERROR_NOT_FOUND },
  { "alreadyExists", CSM_ERROR_EXISTS },
  { "forbidden", CSM_ERROR_FORBIDDEN },
};

static void
set_problem (JsonObject   *answer,
             guint         status,
             GError      **error)
{
  const char *type = csm_json_get_string (answer, "type");
  const char *description = csm_json_get_string (answer, "description");

  if (status == 401)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_FORBIDDEN, _("You are signed out."));
      return;
    }
  if (status == 404 && description == NULL)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_FAILED, _("The server is too old for this."));
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (problems) && description != NULL; i++)
    {
      if (g_strcmp0 (problems[i].type, type) != 0)
        continue;
      g_set_error_literal (error, CSM_ERROR, (int) problems[i].code, description);
      return;
    }
  g_set_error_literal (error, CSM_ERROR, CSM_ERROR_FAILED,
                       description != NULL ? description : _("The server could not do this. Please try again later."));
}

static void
answered (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SoupMessage *message = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  g_autoptr (JsonObject) answer = NULL;
  JsonNode *node;

  if (body == NULL)
    {
      /* What libsoup says is no sentence for people. */
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_clear_error (&error);
          error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, _("This needs a connection to the server."));
        }
      g_task_return_error (task, error);
      return;
    }
  answer = csm_json_parse_object (g_bytes_get_data (body, NULL), (gssize) g_bytes_get_size (body), NULL);
  if (soup_message_get_status (message) != 200 || answer == NULL)
    {
      set_problem (answer, soup_message_get_status (message), &error);
      g_task_return_error (task, error);
      return;
    }
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_set_object (node, answer);
  g_task_return_pointer (task, node, (GDestroyNotify) json_node_unref);
}

static SoupMessage *
make_message (CsmConnection *connection,
              const char    *name,
              JsonNode      *arguments)
{
  const CsmRemoteSession *session = csm_connection_get_session (connection);
  g_autofree char *path = g_strconcat ("ask/", name, NULL);
  g_autofree char *url = session != NULL ? g_uri_resolve_relative (session->api_url, path, G_URI_FLAGS_NONE, NULL) : NULL;
  SoupMessage *message = url != NULL ? csm_connection_new_message (connection, "POST", url) : NULL;
  g_autoptr (GBytes) body = NULL;
  char *text;

  if (message == NULL)
    return NULL;
  text = csm_json_write (arguments);
  body = g_bytes_new_take (text, strlen (text));
  soup_message_set_request_body_from_bytes (message, "application/json", body);
  return message;
}

/**
 * csm_account_ask_async:
 * @self: an account
 * @name: what: "mailbox/find"; see the protocol's description
 * @arguments: an object
 * @cancellable: (nullable): a cancellable; the server gives up as well
 * @callback: gets the result
 * @user_data: for @callback
 *
 * Asks the server for something that is no record. It has to be reached now; nothing is kept for later.
 */
void
csm_account_ask_async (CsmAccount          *self,
                       const char          *name,
                       JsonNode            *arguments,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  CsmConnection *connection = csm_account_get_connection (self);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (SoupMessage) message = make_message (connection, name, arguments);

  g_task_set_source_tag (task, csm_account_ask_async);
  if (message == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "%s", _("This needs a connection to the server."));
      return;
    }
  g_task_set_task_data (task, g_object_ref (message), g_object_unref);
  soup_session_send_and_read_async (csm_connection_get_soup (connection), message, G_PRIORITY_DEFAULT, cancellable, answered, g_steal_pointer (&task));
}

/**
 * csm_account_ask_finish:
 * @self: an account
 * @result: what the callback got
 * @error: `G_IO_ERROR_NOT_CONNECTED`, or `CSM_ERROR`; a sentence for people in any case
 *
 * Returns: (transfer full) (nullable): an object
 */
JsonNode *
csm_account_ask_finish (CsmAccount    *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
