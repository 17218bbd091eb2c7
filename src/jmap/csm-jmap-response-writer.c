/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-jmap-response-writer.h"

#include "csm-jmap-limits.h"
#include "csm-json.h"

/* Where an answer's arguments lie in the text. */
typedef struct
{
  char     *name;
  char     *call_id;
  gsize     start;
  gsize     end;
  JsonNode *parsed; /* once somebody referred to it */
} Answer;

struct _CsmJmapResponseWriter
{
  GString *text;
  GArray  *answers;
  gsize    begun;    /* where the answer that is being written begins */
  gsize    referred; /* bytes of the answers that were referred to */
};

static void
answer_clear (Answer *answer)
{
  g_free (answer->name);
  g_free (answer->call_id);
  g_clear_pointer (&answer->parsed, json_node_unref);
}

/**
 * csm_jmap_write_string:
 * @text: where to append
 * @value: a string in UTF-8
 *
 * Appends @value as a JSON string.
 */
void
csm_jmap_write_string (GString    *text,
                       const char *value)
{
  const char *from = value;

  g_string_append_c (text, '"');
  for (const char *at = value;; at++)
    {
      const guchar c = (guchar) *at;

      if (c >= 0x20 && c != '"' && c != '\\')
        continue;
      g_string_append_len (text, from, at - from);
      from = at + 1;
      if (c == '\0')
        break;
      if (c == '"' || c == '\\')
        g_string_append_printf (text, "\\%c", c);
      else
        g_string_append_printf (text, "\\u%04x", c);
    }
  g_string_append_c (text, '"');
}

/**
 * csm_jmap_response_writer_new:
 * @request_id: (nullable): the id that the request came with
 * @socket: whether it came on a WebSocket (RFC 8887, section 4.3.3)
 *
 * Writes a Response as text: stored records are spliced in as they are, since making a
 * tree of 1,000 records and a text of the tree costs more than everything else.
 *
 * Returns: (transfer full): an empty response
 */
CsmJmapResponseWriter *
csm_jmap_response_writer_new (const char *request_id,
                              gboolean    socket)
{
  CsmJmapResponseWriter *self = g_new0 (CsmJmapResponseWriter, 1);

  self->text = g_string_new ("{");
  self->answers = g_array_new (FALSE, TRUE, sizeof (Answer));
  g_array_set_clear_func (self->answers, (GDestroyNotify) answer_clear);
  if (socket)
    g_string_append (self->text, "\"@type\":\"Response\",");
  if (request_id != NULL)
    {
      g_string_append (self->text, "\"requestId\":");
      csm_jmap_write_string (self->text, request_id);
      g_string_append_c (self->text, ',');
    }
  g_string_append (self->text, "\"methodResponses\":[");
  return self;
}

/**
 * csm_jmap_response_writer_free:
 * @self: (transfer full): a writer
 */
void
csm_jmap_response_writer_free (CsmJmapResponseWriter *self)
{
  if (self->text != NULL)
    g_string_free (self->text, TRUE);
  g_array_unref (self->answers);
  g_free (self);
}

/**
 * csm_jmap_response_writer_begin:
 * @self: a writer
 * @name: the answer's name
 * @call_id: the call's id
 *
 * Begins an answer; the caller appends its arguments, one JSON object, and calls csm_jmap_response_writer_end(),
 * or csm_jmap_response_writer_cancel() to take everything back.
 *
 * Returns: (transfer none): where to append
 */
GString *
csm_jmap_response_writer_begin (CsmJmapResponseWriter *self,
                                const char            *name,
                                const char            *call_id)
{
  Answer answer = { g_strdup (name), g_strdup (call_id), 0, 0, NULL };

  self->begun = self->text->len;
  g_string_append (self->text, self->answers->len > 0 ? ",[" : "[");
  csm_jmap_write_string (self->text, name);
  g_string_append_c (self->text, ',');
  answer.start = self->text->len;
  g_array_append_val (self->answers, answer);
  return self->text;
}

/**
 * csm_jmap_response_writer_end:
 * @self: a writer
 *
 * Ends an answer.
 */
void
csm_jmap_response_writer_end (CsmJmapResponseWriter *self)
{
  Answer *answer = &g_array_index (self->answers, Answer, self->answers->len - 1);

  answer->end = self->text->len;
  g_string_append_c (self->text, ',');
  csm_jmap_write_string (self->text, answer->call_id);
  g_string_append_c (self->text, ']');
}

/**
 * csm_jmap_response_writer_cancel:
 * @self: a writer
 *
 * Takes back the answer that was begun.
 */
void
csm_jmap_response_writer_cancel (CsmJmapResponseWriter *self)
{
  g_string_truncate (self->text, self->begun);
  g_array_set_size (self->answers, self->answers->len - 1);
}

/**
 * csm_jmap_response_writer_add:
 * @self: a writer
 * @name: the answer's name
 * @arguments: its arguments
 * @call_id: the call's id
 *
 * Adds a whole answer.
 */
void
csm_jmap_response_writer_add (CsmJmapResponseWriter *self,
                              const char            *name,
                              JsonObject            *arguments,
                              const char            *call_id)
{
  g_autofree char *text = csm_json_write_object (arguments);

  g_string_append (csm_jmap_response_writer_begin (self, name, call_id), text);
  csm_jmap_response_writer_end (self);
}

/**
 * csm_jmap_response_writer_add_error:
 * @self: a writer
 * @type: the error's type
 * @description: (nullable): more about it
 * @call_id: the call's id
 *
 * Adds a method-level error (RFC 8620, section 3.6.2).
 */
void
csm_jmap_response_writer_add_error (CsmJmapResponseWriter *self,
                                    const char            *type,
                                    const char            *description,
                                    const char            *call_id)
{
  g_autoptr (JsonObject) arguments = json_object_new ();

  json_object_set_string_member (arguments, "type", type);
  if (description != NULL)
    json_object_set_string_member (arguments, "description", description);
  csm_jmap_response_writer_add (self, "error", arguments, call_id);
}

/**
 * csm_jmap_response_writer_get_size:
 * @self: a writer that is not finished
 *
 * Returns: the bytes written so far
 */
gsize
csm_jmap_response_writer_get_size (CsmJmapResponseWriter *self)
{
  return self->text->len;
}

/**
 * csm_jmap_response_writer_find:
 * @self: a writer
 * @call_id: a call's id
 * @name: (out) (transfer none): the answer's name
 *
 * For result references: the first answer to that call, as a tree.
 *
 * Returns: (transfer none) (nullable): its arguments; %NULL too when more has been referred to than may be
 */
JsonNode *
csm_jmap_response_writer_find (CsmJmapResponseWriter  *self,
                               const char             *call_id,
                               const char            **name)
{
  for (guint i = 0; i < self->answers->len; i++)
    {
      Answer *answer = &g_array_index (self->answers, Answer, i);

      if (!g_str_equal (answer->call_id, call_id))
        continue;
      self->referred += answer->end - answer->start;
      if (self->referred > CSM_JMAP_MAX_SIZE_REFERENCES)
        return NULL;
      if (answer->parsed == NULL)
        answer->parsed = csm_json_parse_trusted (self->text->str + answer->start, answer->end - answer->start);
      *name = answer->name;
      return answer->parsed;
    }
  return NULL;
}

/**
 * csm_jmap_response_writer_finish:
 * @self: a writer, of no use afterwards
 * @created_ids: (nullable): all creation ids, when the request came with some
 * @session_state: the Session's state
 *
 * Returns: (transfer full): the Response
 */
GString *
csm_jmap_response_writer_finish (CsmJmapResponseWriter *self,
                                 JsonObject            *created_ids,
                                 const char            *session_state)
{
  g_string_append (self->text, "],");
  if (created_ids != NULL)
    {
      g_autofree char *text = csm_json_write_object (created_ids);

      g_string_append_printf (self->text, "\"createdIds\":%s,", text);
    }
  g_string_append (self->text, "\"sessionState\":");
  csm_jmap_write_string (self->text, session_state);
  g_string_append_c (self->text, '}');
  return g_steal_pointer (&self->text);
}
