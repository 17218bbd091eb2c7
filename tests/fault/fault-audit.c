/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-audit.h"

#include "csm-json.h"

static void finding (GPtrArray *findings, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
finding (GPtrArray  *findings,
         const char *format,
         ...)
{
  va_list list;

  va_start (list, format);
  g_ptr_array_add (findings, g_strdup_vprintf (format, list));
  va_end (list);
}

/* Every line of @findings, then the end of the test if there is one. Said where a failed run is reported, which leaves messages out. */
void
fault_assert_none (GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++)
    g_printerr ("%s\n", (const char *) g_ptr_array_index (findings, i));
  g_assert_cmpuint (findings->len, ==, 0);
}

static guint
count_where (JsonArray  *records,
             const char *member,
             const char *value)
{
  guint count = 0;

  for (guint i = 0; i < json_array_get_length (records); i++)
    count += g_strcmp0 (csm_json_get_string (json_array_get_object_element (records, i), member), value) == 0;
  return count;
}

/* Each of @expected, a Message-ID, is one message. With @others_allowed some may be more. */
void
fault_audit_mails (GPtrArray          *findings,
                   JsonArray          *messages,
                   const char * const *expected,
                   gboolean            others_allowed)
{
  guint length = json_array_get_length (messages);

  for (const char * const *id = expected; *id != NULL; id++)
    {
      guint count = count_where (messages, "messageId", *id);

      if (count != 1)
        finding (findings, "the mail %s is there %u times", *id, count);
    }
  for (guint i = 0; i < length; i++)
    {
      const char *id = csm_json_get_string (json_array_get_object_element (messages, i), "messageId");

      if (count_where (messages, "messageId", id) > 1)
        finding (findings, "two messages have the id %s", id);
    }
  if (!others_allowed && length != g_strv_length ((char **) expected))
    finding (findings, "there are %u messages", length);
}

static void
audit_message (GPtrArray   *findings,
               JsonObject  *message,
               char       **sink)
{
  const char *id = csm_json_get_string (message, "messageId");
  JsonObject *delivery = csm_json_get_object (message, "delivery");
  const char *state = delivery != NULL ? csm_json_get_string (delivery, "state") : NULL;
  guint lines = 0;

  for (char **line = sink; *line != NULL; line++)
    lines += g_strcmp0 (*line, id) == 0;
  if (g_strcmp0 (state, "accepted") == 0)
    {
      if (lines != 1)
        finding (findings, "%s is accepted and reached the sink %u times", id, lines);
    }
  else if (g_strcmp0 (state, "unknown") == 0)
    {
      if (lines > 1)
        finding (findings, "%s is unknown and reached the sink %u times", id, lines);
    }
  else
    {
      finding (findings, "%s is %s and reached the sink %u times", id, state, lines);
    }
}

/* Each submission became one message, and each message was sent once, or is unknown and was sent at most once. */
void
fault_audit_sends (GPtrArray  *findings,
                   JsonArray  *submissions,
                   JsonArray  *messages,
                   char      **sink)
{
  guint count = json_array_get_length (submissions), sent = 0;

  for (guint i = 0; i < count; i++)
    {
      const char *id = csm_json_get_string (json_array_get_object_element (submissions, i), "id");
      guint made = count_where (messages, "submissionId", id);

      if (made != 1)
        finding (findings, "the submission %s became %u messages", id, made);
    }
  for (guint i = 0; i < json_array_get_length (messages); i++)
    {
      JsonObject *message = json_array_get_object_element (messages, i);

      if (csm_json_get_string (message, "submissionId") == NULL)
        continue;
      sent++;
      audit_message (findings, message, sink);
    }
  if (g_strv_length (sink) > sent)
    finding (findings, "the sink has %u mails of %u messages", g_strv_length (sink), sent);
}

/* --- Census ---------------------------------------------------------------------------------------------------------- */

/* What says enough of a record without what the clock or the server's own ids make different from run to run. */
typedef struct
{
  const char *type;
  const char *members[10];
} Trait;

static const Trait traits[] = {
  { "Tag", { "id", "name", "color" } },
  { "Comment", { "id", "caseId", "authorId", "body", "attachments", "deleted" } },
  { "Seen", { "id", "caseId", "upTo" } },
  { "Case", { "subject", "status", "lane", "ownerId", "priority", "tags", "messageCount", "snoozedUntil" } },
  { "Message", { "subject", "direction", "textBody", "automatic" } },
  { "Submission", { "id", "caseId", "undoStatus", "textBody" } },
  { "Customer", { "identities" } },
  { "Event", { "kind", "property" } },
  { "Conversation", { "subject" } },
  { "Person", { "email", "role" } },
};

static int
compare_lines (gconstpointer a,
               gconstpointer b)
{
  return g_strcmp0 (*(const char * const *) a, *(const char * const *) b);
}

static void
describe (GString     *text,
          const Trait *trait,
          JsonArray   *records)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < json_array_get_length (records); i++)
    {
      JsonObject *record = json_array_get_object_element (records, i);
      g_autoptr (JsonObject) short_ = json_object_new ();

      for (const char * const *name = trait->members; *name != NULL; name++)
        {
          if (json_object_has_member (record, *name))
            json_object_set_member (short_, *name, csm_json_copy (json_object_get_member (record, *name)));
        }
      g_ptr_array_add (lines, csm_json_write_object (short_));
    }
  g_ptr_array_sort (lines, compare_lines);
  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (text, "%s %s\n", trait->type, (const char *) g_ptr_array_index (lines, i));
}

/* (transfer full): the workspace as text, which is the same whenever the same was done to it. */
char *
fault_census (FaultServer *server)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (traits); i++)
    {
      g_autoptr (JsonArray) records = fault_server_get_all (server, traits[i].type);

      describe (text, &traits[i], records);
    }
  return g_string_free (text, FALSE);
}

/* @found is one of the two; the second may be NULL. */
void
fault_audit_census (GPtrArray  *findings,
                    const char *found,
                    const char *expected,
                    const char *or_expected)
{
  if (g_str_equal (found, expected) || g_strcmp0 (found, or_expected) == 0)
    return;
  finding (findings, "the workspace holds\n%sinstead of\n%s%s%s", found, expected, or_expected != NULL ? "or\n" : "",
           or_expected != NULL ? or_expected : "");
}
