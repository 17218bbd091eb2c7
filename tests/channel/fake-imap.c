/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fake-imap.h"

#include <string.h>

static gboolean
say (GOutputStream *out,
     const char    *answer,
     const char    *tag)
{
  g_auto (GStrv) parts = g_strsplit (answer, "$", -1);
  g_autofree char *text = g_strjoinv (tag, parts);

  if (g_str_has_suffix (text, "FLOOD"))
    {
      g_autofree char *much = g_strnfill (1024 * 1024, 'x');

      g_output_stream_write_all (out, text, strlen (text) - strlen ("FLOOD"), NULL, NULL, NULL);
      while (g_output_stream_write_all (out, much, strlen (much), NULL, NULL, NULL))
        continue;
      return FALSE;
    }
  return g_output_stream_write_all (out, text, strlen (text), NULL, NULL, NULL) && !g_str_has_prefix (text, "* BYE");
}

static gboolean
serve (GThreadedSocketService *service,
       GSocketConnection      *connection,
       GObject                *source,
       gpointer                user_data)
{
  const FakeImap *fake = user_data;
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_autoptr (GDataInputStream) in = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  g_autofree char *tag = g_strdup ("*");

  for (guint i = 0; fake->answers[i] != NULL; i++)
    {
      g_autofree char *line = NULL;

      if (!say (out, fake->answers[i], tag))
        return TRUE;
      line = g_data_input_stream_read_line (in, NULL, NULL, NULL);
      if (line == NULL)
        return TRUE;
      g_free (tag);
      tag = g_strndup (line, strcspn (line, " "));
    }
  return TRUE;
}

void
fake_imap_start (FakeImap          *self,
                 const char *const *answers)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  GError *error = NULL;

  self->answers = answers;
  self->service = g_threaded_socket_service_new (4);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect (self->service, "run", G_CALLBACK (serve), self);
  self->settings = csm_imap_settings_new ();
  self->settings->host = g_strdup ("127.0.0.1");
  self->settings->port = self->port;
  self->settings->tls = CSM_IMAP_TLS_NONE;
  self->settings->user = g_strdup ("support");
  self->settings->password = g_strdup ("Zelt");
  self->cancellable = g_cancellable_new ();
}

void
fake_imap_stop (FakeImap *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
  csm_imap_settings_unref (self->settings);
  g_clear_object (&self->cancellable);
}
