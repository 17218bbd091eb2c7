/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-brief-text.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-format.h"
#include "csm-json.h"
#include "csm-markdown.h"
#include "csm-task.h"
#include "csm-time.h"

/* A brief is read in a minute. */
#define LINES_MAX 8
#define LINE_CHARS 180

enum { FACTS, TRIED, PROMISES, NEXT };

static const struct { const char *key; const char *title; const char *question; } parts[CSM_BRIEF_N_PARTS] = {
  [FACTS] = { "facts", N_("Facts"), N_("What is known of the customer and of what happened?") },
  [TRIED] = { "tried", N_("Tried"), N_("What was done already, and what came of it?") },
  [PROMISES] = { "promises", N_("Promised"), N_("What was the customer told, and for when?") },
  [NEXT] = { "next", N_("Next Step"), N_("What is to be done now, and by whom?") },
};

/* The key in Case.brief */
const char *
csm_brief_key (guint part)
{
  g_return_val_if_fail (part < CSM_BRIEF_N_PARTS, NULL);
  return parts[part].key;
}

const char *
csm_brief_title (guint part)
{
  g_return_val_if_fail (part < CSM_BRIEF_N_PARTS, NULL);
  return _(parts[part].title);
}

const char *
csm_brief_question (guint part)
{
  g_return_val_if_fail (part < CSM_BRIEF_N_PARTS, NULL);
  return _(parts[part].question);
}

/* --- from the case ----------------------------------------------------------------------------------------- */

/* Returns: (transfer full): the beginning of @text in one line */
static char *
one_line (const char *text)
{
  g_autofree char *flat = g_strdup (text);
  g_autoptr (GString) line = g_string_new (NULL);
  gboolean space = FALSE;

  for (const char *at = g_strstrip (flat); *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (g_unichar_isspace (c))
        {
          space = TRUE;
          continue;
        }
      if (space && line->len > 0)
        g_string_append_c (line, ' ');
      space = FALSE;
      g_string_append_unichar (line, c);
    }
  if (g_utf8_strlen (line->str, -1) > LINE_CHARS)
    {
      g_string_truncate (line, (gsize) (g_utf8_offset_to_pointer (line->str, LINE_CHARS) - line->str));
      g_string_append (line, "…");
    }
  return g_string_free (g_steal_pointer (&line), FALSE);
}

static void
add_line (GString    *text,
          const char *line)
{
  if (line == NULL || line[0] == '\0')
    return;
  if (text->len > 0)
    g_string_append_c (text, '\n');
  g_string_append (text, line);
}

static void
add_named (GString    *text,
           const char *name,
           const char *value)
{
  /* Translators: a fact's name and its value */
  g_autofree char *line = value != NULL && value[0] != '\0' ? g_strdup_printf (_("%s: %s"), name, value) : NULL;

  add_line (text, line);
}

static void
add_attributes (GString    *text,
                JsonObject *customer)
{
  JsonObject *attributes = csm_json_get_object (customer, "attributes");
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  if (attributes == NULL)
    return;
  json_object_iter_init_ordered (&iter, attributes);
  while (json_object_iter_next_ordered (&iter, &key, &node))
    if (csm_json_is_string (node))
      add_named (text, key, json_node_get_string (node));
    else if (JSON_NODE_HOLDS_OBJECT (node))
      add_named (text, key, csm_json_get_string (json_node_get_object (node), "value"));
}

static gboolean
is_message (CsmTimelineEntry *entry,
            const char       *direction)
{
  return entry->kind == CSM_ENTRY_MESSAGE && g_strcmp0 (csm_json_get_string (entry->record, "direction"), direction) == 0;
}

/* Long numbers that the customer names are orders, parcels, invoices. */
static void
add_numbers (GString       *text,
             CsmCaseDetail *detail)
{
  g_autoptr (GRegex) regex = g_regex_new ("(?<![\\w.+@/-])[A-Z]{0,4}[-#]?[0-9]{4,}[0-9-]*(?![\\w@])", 0, 0, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) numbers = g_string_new (NULL);

  for (guint i = 0; i < detail->timeline->len; i++)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];
      const char *body = csm_json_get_string (entry->record, "textBody");
      g_autoptr (GMatchInfo) match = NULL;

      if (!is_message (entry, "in") || body == NULL)
        continue;
      g_regex_match (regex, body, 0, &match);
      for (; g_match_info_matches (match) && g_hash_table_size (seen) < 5; g_match_info_next (match, NULL))
        {
          char *number = g_match_info_fetch (match, 0);

          if (g_hash_table_contains (seen, number))
            g_free (number);
          else
            {
              g_string_append_printf (numbers, "%s%s", numbers->len > 0 ? ", " : "", number);
              g_hash_table_add (seen, number);
            }
        }
    }
  add_named (text, _("Numbers mentioned"), numbers->str);
}

static void
assemble_facts (CsmWorkbench  *workbench,
                CsmCaseDetail *detail,
                GString       *text)
{
  if (detail->customer != NULL)
    {
      const char *name = csm_json_get_string (detail->customer, "name");
      const char *organisation = csm_json_get_string (detail->customer, "organisation");

      add_named (text, _("Customer"), name);
      if (g_strcmp0 (name, organisation) != 0)
        add_named (text, _("Organisation"), organisation);
      add_attributes (text, detail->customer);
    }
  for (guint i = 0; i < detail->timeline->len; i++)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];
      g_autofree char *body = NULL;
      g_autofree char *day = NULL;
      g_autofree char *line = NULL;

      if (!is_message (entry, "in"))
        continue;
      body = one_line (csm_json_get_string (entry->record, "textBody"));
      day = csm_format_clock (entry->at);
      /* Translators: when the customer wrote, and what */
      line = g_strdup_printf (_("Wrote (%s): %s"), day, body);
      add_line (text, line);
      break;
    }
  add_numbers (text, detail);
}

static void
add_comment (CsmWorkbench     *workbench,
             GString          *text,
             CsmTimelineEntry *entry)
{
  const char *name = csm_workbench_get_name (workbench, csm_json_get_string (entry->record, "authorId"));
  const char *written = csm_json_get_string (entry->record, "body");
  g_autofree char *plain = csm_markdown_plain (written != NULL ? written : "");
  g_autofree char *body = one_line (plain);
  g_autofree char *line = g_strdup_printf (_("%s: %s"), name != NULL ? name : _("Somebody"), body);

  if (body[0] != '\0')
    add_line (text, line);
}

/* What was ticked off, then what colleagues said: what they pinned, and what was said last. */
static void
assemble_tried (CsmWorkbench  *workbench,
                CsmCaseDetail *detail,
                GString       *text)
{
  guint n = 0;

  for (guint i = 0; detail->tasks != NULL && i < detail->tasks->len && n < LINES_MAX; i++)
    {
      JsonObject *task = detail->tasks->pdata[i];
      const char *skipped = csm_json_get_string (task, "skipped");
      g_autofree char *line = NULL;

      if (csm_task_is_open (task))
        continue;
      line = skipped != NULL ? g_strdup_printf (_("Not done: %s (%s)"), csm_json_get_string (task, "title"), skipped)
                             : g_strdup_printf (_("Done: %s"), csm_json_get_string (task, "title"));
      add_line (text, line);
      n++;
    }
  for (guint round = 0; round < 2; round++)
    for (guint i = detail->comments->len > LINES_MAX && round == 1 ? detail->comments->len - LINES_MAX : 0; i < detail->comments->len && n < LINES_MAX; i++)
      {
        CsmTimelineEntry *entry = detail->comments->pdata[i];

        if (csm_json_get_boolean (entry->record, "deleted") || csm_json_get_boolean (entry->record, "pinned") != (round == 0))
          continue;
        add_comment (workbench, text, entry);
        n++;
      }
}

/* Names of days and months in the words of this computer and in English, and dates in figures. */
static GRegex *
create_date_regex (void)
{
  GString *words = g_string_new ("\\b(?:today|tonight|tomorrow|next week|this week|within \\d+|in \\d+ (?:hours?|days?|weeks?)|"
                                 "monday|tuesday|wednesday|thursday|friday|saturday|sunday|"
                                 "january|february|march|april|june|july|august|september|october|november|december|"
                                 "\\d{1,2}[./]\\d{1,2}[./]?|\\d{4}-\\d{2}-\\d{2}|\\d{1,2}:\\d{2}");
  g_autoptr (GDateTime) first = g_date_time_new_utc (2024, 1, 1, 0, 0, 0);
  GRegex *regex;

  for (int i = 0; i < 19; i++)
    {
      g_autoptr (GDateTime) day = i < 7 ? g_date_time_add_days (first, i) : g_date_time_add_months (first, i - 7);
      g_autofree char *name = g_date_time_format (day, i < 7 ? "%A" : "%B");
      g_autofree char *escaped = name != NULL ? g_regex_escape_string (name, -1) : NULL;

      /* "May" is a word of its own. */
      if (escaped != NULL && escaped[0] != '\0' && g_ascii_strcasecmp (escaped, "may") != 0)
        g_string_append_printf (words, "|%s", escaped);
    }
  g_string_append (words, ")");
  regex = g_regex_new (words->str, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL);
  g_string_free (words, TRUE);
  return regex;
}

/**
 * csm_brief_find_promise:
 * @text: what was written to a customer
 *
 * Returns: (transfer full): its sentences that name a time, a line each; empty: none does
 */
char *
csm_brief_find_promise (const char *text)
{
  g_autoptr (GRegex) date = create_date_regex ();
  g_autoptr (GRegex) end = g_regex_new ("(?<=[.!?])\\s+(?=\\S)|\\n+", 0, 0, NULL);
  g_auto (GStrv) sentences = g_regex_split (end, text, 0);
  GString *promises = g_string_new (NULL);

  for (guint i = 0; sentences[i] != NULL; i++)
    {
      g_autofree char *sentence = NULL;

      /* What is quoted was said by somebody else. */
      if (sentences[i][0] == '>' || !g_regex_match (date, sentences[i], 0, NULL))
        continue;
      sentence = one_line (sentences[i]);
      add_line (promises, sentence);
    }
  return g_string_free (promises, FALSE);
}

static void
assemble_promises (CsmWorkbench  *workbench,
                   CsmCaseDetail *detail,
                   GString       *text)
{
  guint n = 0;

  for (guint i = 0; i < detail->timeline->len && n < LINES_MAX; i++)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];
      const char *body = csm_json_get_string (entry->record, "textBody");
      g_autofree char *found = NULL;
      g_autofree char *day = NULL;
      g_autofree char *line = NULL;

      if ((!is_message (entry, "out") && entry->kind != CSM_ENTRY_SUBMISSION) || body == NULL
          || csm_json_get_string (entry->record, "automatic") != NULL)
        continue;
      found = csm_brief_find_promise (body);
      if (found[0] == '\0')
        continue;
      day = csm_format_clock (entry->at);
      line = g_strdup_printf (_("%s: %s"), day, found);
      add_line (text, line);
      n++;
    }
}

static void
assemble_next (CsmWorkbench  *workbench,
               CsmCaseDetail *detail,
               GString       *text)
{
  guint n = 0;

  for (guint i = 0; detail->tasks != NULL && i < detail->tasks->len && n < LINES_MAX; i++)
    {
      JsonObject *task = detail->tasks->pdata[i];
      const char *name = csm_workbench_get_name (workbench, csm_json_get_string (task, "assigneeId"));
      gint64 due = csm_json_get_time (task, "dueAt");
      g_autoptr (GString) line = g_string_new (csm_json_get_string (task, "title"));
      g_autofree char *when = due != CSM_TIME_NONE ? csm_format_clock (due) : NULL;

      if (!csm_task_is_open (task))
        continue;
      if (name != NULL)
        g_string_append_printf (line, " – %s", name);
      if (when != NULL)
        g_string_append_printf (line, " (%s)", when);
      add_line (text, line->str);
      n++;
    }
}

/**
 * csm_brief_assemble:
 * @workbench: whose directory has the names
 * @detail: the case
 * @part: which part
 *
 * A first version of that part, from what the case has. A person checks it before it is anybody's brief.
 *
 * Returns: (transfer full): the text, empty: nothing is known
 */
char *
csm_brief_assemble (CsmWorkbench  *workbench,
                    CsmCaseDetail *detail,
                    guint          part)
{
  static void (*const assemblers[CSM_BRIEF_N_PARTS]) (CsmWorkbench *, CsmCaseDetail *, GString *) = {
    [FACTS] = assemble_facts, [TRIED] = assemble_tried, [PROMISES] = assemble_promises, [NEXT] = assemble_next,
  };
  GString *text = g_string_new (NULL);

  g_return_val_if_fail (part < CSM_BRIEF_N_PARTS, NULL);
  assemblers[part] (workbench, detail, text);
  return g_string_free (text, FALSE);
}

/* Returns: (transfer full) (nullable): the brief that people wrote, as text; %NULL: there is none */
char *
csm_brief_in_words (JsonObject *record)
{
  JsonObject *brief = csm_json_get_object (record, "brief");
  GString *words = g_string_new (NULL);

  for (guint i = 0; brief != NULL && i < CSM_BRIEF_N_PARTS; i++)
    {
      JsonObject *part = csm_json_get_object (brief, parts[i].key);
      const char *text = part != NULL ? csm_json_get_string (part, "text") : NULL;

      if (text != NULL && text[0] != '\0')
        g_string_append_printf (words, "%s%s\n%s", words->len > 0 ? "\n\n" : "", _(parts[i].title), text);
    }
  if (words->len > 0)
    return g_string_free (words, FALSE);
  g_string_free (words, TRUE);
  return NULL;
}
