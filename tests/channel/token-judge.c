/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "token-judge.h"

#include <string.h>

static const char *
judge (const char *request)
{
  if (g_str_has_prefix (request, "GET /?token=good&"))
    return "{\"active\":true,\"username\":\"support\"}";
  if (g_str_has_prefix (request, "GET /?token=of-another&"))
    return "{\"active\":true,\"username\":\"sales\"}";
  return "{\"active\":false}";
}

static gboolean
answer (GThreadedSocketService *service,
        GSocketConnection      *connection,
        GObject                *source,
        gpointer                user_data)
{
  TokenJudge *self = user_data;
  g_autoptr (GDataInputStream) input = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  g_autofree char *request = NULL;
  g_autofree char *text = NULL;
  const char *verdict;

  g_data_input_stream_set_newline_type (input, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  request = g_data_input_stream_read_line (input, NULL, NULL, NULL);
  for (gboolean more = request != NULL; more;)
    {
      g_autofree char *line = g_data_input_stream_read_line (input, NULL, NULL, NULL);

      more = line != NULL && *line != '\0';
    }
  if (request == NULL)
    return TRUE;
  g_atomic_int_inc (&self->n_asked);
  verdict = judge (request);
  text = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %u\r\nConnection: close\r\n\r\n%s", (guint) strlen (verdict), verdict);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), text, strlen (text), NULL, NULL, NULL);
  return TRUE;
}

/* The braces fit those around the settings of the lab. */
char *
token_judge_start (TokenJudge *self,
                   ImapLab    *lab)
{
  guint16 port;
  g_autofree char *conf = NULL;
  GError *error = NULL;

  self->service = g_threaded_socket_service_new (2);
  g_signal_connect (self->service, "run", G_CALLBACK (answer), self);
  port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->service), NULL, &error);
  g_assert_no_error (error);
  conf = g_strdup_printf ("introspection_url = http://127.0.0.1:%u/?token=\nintrospection_mode = get\nforce_introspection = yes\n"
                          "username_attribute = username\nactive_attribute = active\nactive_value = true\n", port);
  imap_lab_write (lab, "oauth2.conf", conf);
  return g_strdup_printf ("}\nauth_mechanisms = plain login xoauth2\npassdb {\n driver = oauth2\n mechanisms = xoauth2\n args = %s/oauth2.conf\n}\nprotocol imap {\n", lab->base);
}

void
token_judge_stop (TokenJudge *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
}
