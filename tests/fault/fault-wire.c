/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-wire.h"

#include <string.h>
#include <sys/socket.h>

#include "csm-json.h"

#define OPCODE_TEXT 1

void
fault_text_free (FaultText *text)
{
  g_string_free (text->head, TRUE);
  g_byte_array_unref (text->body);
  g_free (text);
}

gboolean
fault_write (int         fd,
             const void *data,
             gsize       length)
{
  const char *at = data;

  while (length > 0)
    {
      gssize n = send (fd, at, length, MSG_NOSIGNAL);

      if (n <= 0)
        return FALSE;
      at += n;
      length -= (gsize) n;
    }
  return TRUE;
}

static const char *
find_header (FaultText  *text,
             const char *name)
{
  g_autofree char *line = g_strdup_printf ("\r\n%s:", name);
  gsize length = strlen (line);

  for (const char *at = strstr (text->head->str, "\r\n"); at != NULL; at = strstr (at + 2, "\r\n"))
    {
      if (g_ascii_strncasecmp (at, line, length) == 0)
        return at + length;
    }
  return NULL;
}

/* One request; NULL when the other end has gone. */
FaultText *
fault_text_read (int fd)
{
  g_autoptr (FaultText) text = g_new0 (FaultText, 1);
  const char *length;
  gsize wanted;
  char buffer[65536];

  text->head = g_string_new (NULL);
  text->body = g_byte_array_new ();
  while (!g_str_has_suffix (text->head->str, "\r\n\r\n"))
    {
      char c;

      if (recv (fd, &c, 1, 0) != 1)
        return NULL;
      g_string_append_c (text->head, c);
    }
  length = find_header (text, "Content-Length");
  wanted = length != NULL ? (gsize) g_ascii_strtoull (length + strspn (length, " "), NULL, 10) : 0;
  while (text->body->len < wanted)
    {
      gssize n = recv (fd, buffer, MIN (sizeof buffer, wanted - text->body->len), 0);

      if (n <= 0)
        return NULL;
      g_byte_array_append (text->body, (guint8 *) buffer, (guint) n);
    }
  return g_steal_pointer (&text);
}

gboolean
fault_text_is_upgrade (FaultText *text)
{
  return find_header (text, "Upgrade") != NULL;
}

gboolean
fault_text_has (FaultText  *text,
                const char *match)
{
  return match == NULL || strstr (text->head->str, match) != NULL ||
         (text->body->len > 0 && g_strstr_len ((char *) text->body->data, text->body->len, match) != NULL);
}

GBytes *
fault_text_write_alone (FaultText *text)
{
  g_autoptr (GString) all = g_string_new (NULL);
  g_auto (GStrv) lines = g_strsplit (text->head->str, "\r\n", -1);

  for (char **line = lines; *line != NULL && **line != '\0'; line++)
    {
      if (g_ascii_strncasecmp (*line, "Connection:", 11) != 0)
        g_string_append_printf (all, "%s\r\n", *line);
    }
  g_string_append (all, "Connection: close\r\n\r\n");
  g_string_append_len (all, (char *) text->body->data, text->body->len);
  return g_string_free_to_bytes (g_steal_pointer (&all));
}

GBytes *
fault_read_all (int fd)
{
  GByteArray *all = g_byte_array_new ();
  char buffer[65536];
  gssize n;

  while ((n = recv (fd, buffer, sizeof buffer, 0)) > 0)
    g_byte_array_append (all, (guint8 *) buffer, (guint) n);
  return g_byte_array_free_to_bytes (all);
}

GBytes *
fault_answer (const char *status,
              const char *headers,
              const char *body)
{
  char *text = g_strdup_printf ("HTTP/1.1 %s\r\n%sContent-Length: %zu\r\nConnection: close\r\n\r\n%s", status, headers, strlen (body), body);

  return g_bytes_new_take (text, strlen (text));
}

/* --- frames ---------------------------------------------------------------------------------------------------------- */

/* What a server sends is not masked. */
GBytes *
fault_take_frame (GByteArray *bytes,
                  gboolean   *is_change)
{
  gsize head = 2, length;
  GBytes *frame;

  if (bytes->len < 2)
    return NULL;
  length = bytes->data[1] & 127;
  if (length == 126)
    head = 4;
  else if (length == 127)
    head = 10;
  if (bytes->len < head)
    return NULL;
  if (head > 2)
    {
      length = 0;
      for (gsize i = 2; i < head; i++)
        length = length << 8 | bytes->data[i];
    }
  if (bytes->len < head + length)
    return NULL;
  *is_change = (bytes->data[0] & 15) == OPCODE_TEXT && g_strstr_len ((char *) bytes->data + head, (gssize) length, "\"StateChange\"") != NULL;
  frame = g_bytes_new (bytes->data, head + length);
  g_byte_array_remove_range (bytes, 0, (guint) (head + length));
  return frame;
}

/* --- a smaller limit ----------------------------------------------------------------------------------------------------- */

static void
replace_number (GString    *text,
                const char *member,
                guint       number)
{
  g_autofree char *quoted = g_strdup_printf ("\"%s\":", member);
  char *at = strstr (text->str, quoted);
  gsize from;
  g_autofree char *digits = g_strdup_printf ("%u", number);

  if (at == NULL)
    return;
  from = (gsize) (at - text->str) + strlen (quoted);
  g_string_erase (text, (gssize) from, (gssize) strspn (text->str + from, "0123456789"));
  g_string_insert (text, (gssize) from, digits);
}

GBytes *
fault_limit_answer (GBytes *answer,
                    guint   objects_in_set)
{
  gsize length;
  const char *data = g_bytes_get_data (answer, &length);
  const char *end = g_strstr_len (data, (gssize) length, "\r\n\r\n");
  const char *type = end != NULL ? g_strstr_len (data, end - data, "application/json") : NULL;
  g_autoptr (GString) body = NULL;

  if (type == NULL || !g_str_has_prefix (data, "HTTP/1.1 200"))
    return g_bytes_ref (answer);
  body = g_string_new_len (end + 4, (gssize) length - (end + 4 - data));
  replace_number (body, "maxObjectsInSet", objects_in_set);
  g_string_replace (body, "\"sessionState\":\"", "\"sessionState\":\"less-", 0);
  if (strstr (body->str, "\"primaryAccounts\"") != NULL)
    g_string_replace (body, "\"state\":\"", "\"state\":\"less-", 0);
  return fault_answer ("200 OK", "Content-Type: application/json\r\n", body->str);
}

static guint
count_objects (JsonObject *arguments)
{
  JsonObject *create = csm_json_get_object (arguments, "create"), *update = csm_json_get_object (arguments, "update");
  JsonArray *destroy = csm_json_get_array (arguments, "destroy");

  return (create != NULL ? json_object_get_size (create) : 0) + (update != NULL ? json_object_get_size (update) : 0) +
         (destroy != NULL ? json_array_get_length (destroy) : 0);
}

GBytes *
fault_limit_refuse (FaultText *request,
                    guint      objects_in_set)
{
  g_autoptr (JsonObject) body = NULL;
  g_autoptr (GString) answer = g_string_new ("{\"methodResponses\":[");
  JsonArray *calls;
  gboolean over = FALSE;

  if (strstr (request->head->str, " /jmap/api ") == NULL)
    return NULL;
  body = csm_json_parse_object ((char *) request->body->data, request->body->len, NULL);
  calls = csm_json_get_array (body, "methodCalls");
  for (guint i = 0; calls != NULL && i < json_array_get_length (calls); i++)
    {
      JsonArray *call = json_array_get_array_element (calls, i);

      if (g_str_has_suffix (json_array_get_string_element (call, 0), "/set"))
        over = over || count_objects (json_array_get_object_element (call, 1)) > objects_in_set;
      g_string_append_printf (answer, "%s[\"error\",{\"type\":\"requestTooLarge\"},\"%s\"]", i > 0 ? "," : "", json_array_get_string_element (call, 2));
    }
  if (!over)
    return NULL;
  g_string_append (answer, "],\"sessionState\":\"less\"}");
  return fault_answer ("200 OK", "Content-Type: application/json\r\n", answer->str);
}
