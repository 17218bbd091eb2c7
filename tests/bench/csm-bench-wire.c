/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-bench-wire.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct _CsmBenchWire
{
  int      fd;
  char    *host;
  char    *token;
  GString *text;   /* what has come of the answer */
};

/* @url: "http://127.0.0.1:port" */
CsmBenchWire *
csm_bench_wire_new (const char *url,
                    const char *token)
{
  CsmBenchWire *self = g_new0 (CsmBenchWire, 1);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };

  self->host = g_strdup (url + strlen ("http://"));
  self->token = g_strdup (token);
  self->text = g_string_new (NULL);
  self->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  address.sin_port = htons ((guint16) g_ascii_strtoull (strchr (self->host, ':') + 1, NULL, 10));
  if (self->fd < 0 || connect (self->fd, (struct sockaddr *) &address, sizeof address) != 0)
    g_error ("no connection to %s", url);
  return self;
}

void
csm_bench_wire_free (CsmBenchWire *self)
{
  close (self->fd);
  g_string_free (self->text, TRUE);
  g_free (self->host);
  g_free (self->token);
  g_free (self);
}

int
csm_bench_wire_get_fd (CsmBenchWire *self)
{
  return self->fd;
}

void
csm_bench_wire_post (CsmBenchWire *self,
                     const char   *path,
                     const char   *body)
{
  gsize length = strlen (body);
  g_autofree char *text = g_strdup_printf ("POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
                                           "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s", path, self->host, self->token, length, body);

  g_string_truncate (self->text, 0);
  length = strlen (text);
  if (send (self->fd, text, length, MSG_NOSIGNAL) != (gssize) length)
    g_error ("a request could not be sent");
}

/* The body of an answer that is there as a whole; NULL: more has to come. */
static const char *
whole_body (const char *text)
{
  static const char length_name[] = "\r\nContent-Length: ";
  const char *end = strstr (text, "\r\n\r\n");
  const char *length = end != NULL ? g_strstr_len (text, end - text, length_name) : NULL;

  if (end == NULL)
    return NULL;
  if (!g_str_has_prefix (text, "HTTP/1.1 200 ") || length == NULL)
    g_error ("a request was answered %.60s", text);
  end += strlen ("\r\n\r\n");
  return strlen (end) >= g_ascii_strtoull (length + strlen (length_name), NULL, 10) ? end : NULL;
}

/* When there is something to read. */
const char *
csm_bench_wire_read (CsmBenchWire *self)
{
  char buffer[16384];
  gssize count = recv (self->fd, buffer, sizeof buffer, 0);

  if (count <= 0)
    g_error ("the connection was closed");
  g_string_append_len (self->text, buffer, count);
  return whole_body (self->text->str);
}
