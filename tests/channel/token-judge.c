/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "token-judge.h"

#include <string.h>

static char *
judge (TokenJudge *self,
       const char *request)
{
  g_autofree char *good = g_strdup_printf ("GET /?token=access-%d&", g_atomic_int_get (&self->valid));

  g_atomic_int_inc (&self->n_asked);
  if (g_str_has_prefix (request, "GET /?token=good&") || (g_atomic_int_get (&self->valid) > 0 && g_str_has_prefix (request, good)))
    return g_strdup ("{\"active\":true,\"username\":\"support\"}");
  if (g_str_has_prefix (request, "GET /?token=of-another&"))
    return g_strdup ("{\"active\":true,\"username\":\"sales\"}");
  return g_strdup ("{\"active\":false}");
}

static gboolean
is_verified (GHashTable *fields)
{
  const char *code = g_hash_table_lookup (fields, "code"), *verifier = g_hash_table_lookup (fields, "code_verifier");
  g_autofree char *proof = verifier != NULL ? token_judge_challenge (verifier) : NULL;
  g_autofree char *expected = g_strconcat ("code-", proof, NULL);

  return proof != NULL && g_strcmp0 (code, expected) == 0 && g_hash_table_contains (fields, "redirect_uri");
}

/* Who comes with a refresh token that was used has lost. */
static char *
give (TokenJudge *self,
      const char *body,
      guint      *status)
{
  g_autoptr (GHashTable) fields = g_uri_parse_params (body, -1, "&", G_URI_PARAMS_WWW_FORM, NULL);
  const char *kind = fields != NULL ? g_hash_table_lookup (fields, "grant_type") : NULL;
  g_autofree char *expected = g_strdup_printf ("refresh-%d", g_atomic_int_get (&self->n_given));
  gboolean good = FALSE;
  int number;

  *status = 400;
  if (fields == NULL || g_strcmp0 (g_hash_table_lookup (fields, "client_id"), "casement") != 0 || g_strcmp0 (g_hash_table_lookup (fields, "client_secret"), "sesame") != 0)
    return g_strdup ("{\"error\":\"invalid_client\"}");
  if (g_strcmp0 (kind, "refresh_token") == 0)
    good = g_strcmp0 (g_hash_table_lookup (fields, "refresh_token"), expected) == 0;
  else if (g_strcmp0 (kind, "authorization_code") == 0)
    good = is_verified (fields);
  if (!good)
    return g_strdup ("{\"error\":\"invalid_grant\",\"error_description\":\"Token was revoked.\"}");
  *status = 200;
  number = g_atomic_int_add (&self->n_given, 1) + 1;
  g_atomic_int_set (&self->valid, number);
  return g_strdup_printf ("{\"access_token\":\"access-%d\",\"token_type\":\"Bearer\",\"expires_in\":%d,\"refresh_token\":\"refresh-%d\"}", number,
                          g_atomic_int_get (&self->lasts), number);
}

static char *
read_body (GDataInputStream *input,
           gsize             length)
{
  char *body = g_malloc0 (length + 1);

  g_input_stream_read_all (G_INPUT_STREAM (input), body, length, NULL, NULL, NULL);
  return body;
}

static gboolean
answer (GThreadedSocketService *service,
        GSocketConnection      *connection,
        GObject                *source,
        gpointer                user_data)
{
  TokenJudge *self = user_data;
  g_autoptr (GDataInputStream) input = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  g_autofree char *request = NULL, *body = NULL, *verdict = NULL, *text = NULL;
  guint64 length = 0;
  guint status = 200;

  g_data_input_stream_set_newline_type (input, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  request = g_data_input_stream_read_line (input, NULL, NULL, NULL);
  for (gboolean more = request != NULL; more;)
    {
      g_autofree char *line = g_data_input_stream_read_line (input, NULL, NULL, NULL);

      more = line != NULL && *line != '\0';
      if (more && g_ascii_strncasecmp (line, "Content-Length:", 15) == 0)
        length = MIN (g_ascii_strtoull (line + 15, NULL, 10), 65536);
    }
  if (request == NULL || g_atomic_int_get (&self->is_down))
    return TRUE;
  body = read_body (input, length);
  verdict = g_str_has_prefix (request, "POST /token ") ? give (self, body, &status) : judge (self, request);
  text = g_strdup_printf ("HTTP/1.1 %u OK\r\nContent-Type: application/json\r\nContent-Length: %u\r\nConnection: close\r\n\r\n%s", status, (guint) strlen (verdict), verdict);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), text, strlen (text), NULL, NULL, NULL);
  return TRUE;
}

char *
token_judge_challenge (const char *verifier)
{
  guint8 digest[32];
  gsize length = sizeof digest;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  char *text;

  g_checksum_update (checksum, (const guchar *) verifier, -1);
  g_checksum_get_digest (checksum, digest, &length);
  text = g_base64_encode (digest, length);
  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';
  return text;
}

static gpointer
run (gpointer data)
{
  TokenJudge *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

/* The braces fit around the settings of the lab. */
char *
token_judge_start (TokenJudge *self,
                   ImapLab    *lab)
{
  guint16 port;
  g_autofree char *conf = NULL;
  GError *error = NULL;

  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  g_main_context_push_thread_default (self->context);
  self->service = g_threaded_socket_service_new (8);
  g_signal_connect (self->service, "run", G_CALLBACK (answer), self);
  port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->service), NULL, &error);
  g_assert_no_error (error);
  g_main_context_pop_thread_default (self->context);
  self->lasts = 3600;
  self->url = g_strdup_printf ("http://127.0.0.1:%u/token", port);
  self->thread = g_thread_new ("token-judge", run, self);
  conf = g_strdup_printf ("introspection_url = http://127.0.0.1:%u/?token=\nintrospection_mode = get\nforce_introspection = yes\n"
                          "username_attribute = username\nactive_attribute = active\nactive_value = true\n", port);
  imap_lab_write (lab, "oauth2.conf", conf);
  return g_strdup_printf ("}\nauth_mechanisms = plain login xoauth2\npassdb {\n driver = oauth2\n mechanisms = xoauth2\n args = %s/oauth2.conf\n}\nprotocol imap {\n", lab->base);
}

void
token_judge_stop (TokenJudge *self)
{
  g_main_loop_quit (self->loop);
  g_thread_join (self->thread);
  g_main_context_push_thread_default (self->context);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
  g_main_context_pop_thread_default (self->context);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_clear_pointer (&self->url, g_free);
}
