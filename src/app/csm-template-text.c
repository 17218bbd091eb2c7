/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-template-text.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-cache-words.h"
#include "csm-fold.h"
#include "csm-json.h"
#include "csm-position.h"
#include "csm-task.h"
#include "csm-time.h"

#define TEXTS_MAX 5
/* Shorter ones say little. */
#define MIN_WORD 5
#define WORDS_MAX 30
#define EXPERTS_MAX 10
/* A shorter reply is a sentence, and no text to keep. */
#define TEXT_CHARS_MIN 60

/* --- without the customer ---------------------------------------------------------------------------------- */

static void
replace_all (char       **text,
             const char  *pattern,
             const char  *placeholder)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_CASELESS, 0, NULL);
  char *changed = regex != NULL ? g_regex_replace_literal (regex, *text, -1, 0, placeholder, 0, NULL) : NULL;

  if (changed == NULL)
    return;
  g_free (*text);
  *text = changed;
}

static void
replace_word (char       **text,
              const char  *word,
              const char  *placeholder)
{
  g_autofree char *escaped = g_regex_escape_string (word, -1);
  g_autofree char *pattern = g_strdup_printf ("(?<!\\w)%s(?!\\w)", escaped);

  replace_all (text, pattern, placeholder);
}

static void
replace_whole (char       **text,
               const char  *name,
               const char  *placeholder)
{
  if (name != NULL && g_utf8_strlen (name, -1) >= 2)
    replace_word (text, name, placeholder);
}

/* Each word of it that is a name by itself. */
static void
replace_words (char       **text,
               const char  *name,
               const char  *placeholder)
{
  g_auto (GStrv) words = g_strsplit_set (name != NULL ? name : "", " \t,.-", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (g_utf8_strlen (words[i], -1) >= 3)
      replace_word (text, words[i], placeholder);
}

static void
replace_customer (char       **text,
                  JsonObject  *customer)
{
  JsonObject *attributes = csm_json_get_object (customer, "attributes");
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  replace_whole (text, csm_json_get_string (customer, "name"), "{name}");
  replace_whole (text, csm_json_get_string (customer, "organisation"), "{organisation}");
  replace_words (text, csm_json_get_string (customer, "name"), "{name}");
  replace_words (text, csm_json_get_string (customer, "organisation"), "{organisation}");
  if (attributes == NULL)
    return;
  json_object_iter_init_ordered (&iter, attributes);
  while (json_object_iter_next_ordered (&iter, &key, &node))
    {
      const char *value = csm_json_is_string (node) ? json_node_get_string (node)
                          : JSON_NODE_HOLDS_OBJECT (node) ? csm_json_get_string (json_node_get_object (node), "value") : NULL;
      g_autofree char *escaped = value != NULL && g_utf8_strlen (value, -1) >= 3 ? g_regex_escape_string (value, -1) : NULL;
      g_autofree char *placeholder = g_strdup_printf ("{%s}", key);

      if (escaped != NULL)
        replace_all (text, escaped, placeholder);
    }
}

/* Who wrote may be somebody else than the customer is called. */
static void
replace_writers (char          **text,
                 CsmCaseDetail  *detail)
{
  for (guint i = 0; i < detail->timeline->len; i++)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];
      JsonArray *from = csm_json_get_array (entry->record, "from");

      if (entry->kind == CSM_ENTRY_MESSAGE && g_strcmp0 (csm_json_get_string (entry->record, "direction"), "in") == 0
          && from != NULL && json_array_get_length (from) > 0 && JSON_NODE_HOLDS_OBJECT (json_array_get_element (from, 0)))
        replace_words (text, csm_json_get_string (json_array_get_object_element (from, 0), "name"), "{name}");
    }
}

/**
 * csm_template_clean:
 * @text: what was written about, or to, a customer
 * @detail: the case that it was written in
 *
 * Returns: (transfer full): the text with words in braces instead of names, addresses and numbers
 */
char *
csm_template_clean (const char    *text,
                    CsmCaseDetail *detail)
{
  char *clean = g_strdup (text);

  replace_all (&clean, "[^\\s<>()\",;:]+@[^\\s<>()\",;:]+\\.[a-z]{2,}", "{address}");
  replace_all (&clean, "https?://[^\\s<>()\"]+", "{link}");
  if (detail->customer != NULL)
    replace_customer (&clean, detail->customer);
  replace_writers (&clean, detail);
  /* With a plus or a zero in front and spaces in between it is a telephone's; else an order's, a parcel's, an account's. */
  replace_all (&clean, "(?<![\\w{])(?:\\+|00?)[0-9][0-9 ()/.-]{6,}[0-9]", "{phone}");
  replace_all (&clean, "(?<![\\w{])[A-Z]{0,4}[-#]?[0-9](?:[0-9A-Z -]{2,}[0-9])(?![\\w@])", "{number}");
  replace_all (&clean, "#?\\b[0-9]{4,}\\b", "{number}");
  replace_all (&clean, "(\\{name\\})(?:\\s+\\{name\\})+", "{name}");
  return clean;
}

/* --- what worked ------------------------------------------------------------------------------------------- */

static int
minutes_between (gint64 from,
                 gint64 to)
{
  return from != CSM_TIME_NONE && to != CSM_TIME_NONE && to > from ? (int) MIN ((to - from) / (60 * CSM_SECOND), 525600) : 0;
}

static JsonArray *
propose_tasks (CsmCaseDetail *detail)
{
  JsonArray *tasks = json_array_new ();
  gint64 created = csm_json_get_time (detail->record, "created");

  for (guint i = 0; detail->tasks != NULL && i < detail->tasks->len; i++)
    {
      JsonObject *task = detail->tasks->pdata[i];
      g_autoptr (GPtrArray) items = csm_task_items (task);
      g_autofree char *title = csm_template_clean (csm_json_get_string (task, "title"), detail);
      int due = minutes_between (created, csm_json_get_time (task, "dueAt"));
      JsonObject *kept;

      if (csm_json_get_string (task, "skipped") != NULL)
        continue;
      kept = json_object_new ();
      json_object_set_string_member (kept, "title", title);
      if (due > 0)
        json_object_set_int_member (kept, "dueAfter", due);
      if (items->len > 0)
        {
          JsonArray *checklist = json_array_new ();

          for (guint j = 0; j < items->len; j++)
            {
              g_autofree char *item = csm_template_clean (csm_json_get_string (items->pdata[j], "title"), detail);

              json_array_add_string_element (checklist, item);
            }
          json_object_set_array_member (kept, "checklist", checklist);
        }
      json_array_add_object_element (tasks, kept);
    }
  return tasks;
}

static gboolean
is_reply (CsmTimelineEntry *entry)
{
  return entry->kind == CSM_ENTRY_MESSAGE && g_strcmp0 (csm_json_get_string (entry->record, "direction"), "out") == 0
         && csm_json_get_string (entry->record, "automatic") == NULL;
}

static JsonArray *
propose_texts (CsmCaseDetail *detail)
{
  JsonArray *texts = json_array_new ();

  for (guint i = detail->timeline->len; i-- > 0 && json_array_get_length (texts) < TEXTS_MAX;)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];
      const char *body = csm_json_get_string (entry->record, "textBody");
      g_autofree char *title = NULL;
      g_autofree char *clean = NULL;
      JsonObject *text;

      if (!is_reply (entry) || body == NULL || g_utf8_strlen (body, -1) < TEXT_CHARS_MIN)
        continue;
      clean = csm_template_clean (body, detail);
      title = g_strdup_printf (_("Reply %u"), json_array_get_length (texts) + 1);
      text = json_object_new ();
      json_object_set_string_member (text, "title", title);
      json_object_set_string_member (text, "body", g_strstrip (clean));
      json_array_add_object_element (texts, text);
    }
  return texts;
}

static void
add_expert (JsonObject   *experts,
            CsmWorkbench *workbench,
            const char   *id)
{
  if (id != NULL && csm_workbench_get_name (workbench, id) != NULL && json_object_get_size (experts) < EXPERTS_MAX)
    json_object_set_boolean_member (experts, id, TRUE);
}

static JsonObject *
propose_experts (CsmWorkbench  *workbench,
                 CsmCaseDetail *detail)
{
  JsonObject *experts = json_object_new ();

  add_expert (experts, workbench, csm_json_get_string (detail->record, "ownerId"));
  for (guint i = 0; i < detail->comments->len; i++)
    add_expert (experts, workbench, csm_json_get_string (((CsmTimelineEntry *) detail->comments->pdata[i])->record, "authorId"));
  return experts;
}

static gboolean
is_word (const char *word)
{
  for (const char *at = word; *at != '\0'; at = g_utf8_next_char (at))
    if (!g_unichar_isalpha (g_utf8_get_char (at)))
      return FALSE;
  return g_utf8_strlen (word, -1) >= MIN_WORD && !csm_words_is_common (word);
}

static void
add_words (JsonObject    *words,
           CsmCaseDetail *detail,
           const char    *text)
{
  g_autofree char *clean = text != NULL ? csm_template_clean (text, detail) : g_strdup ("");
  g_autofree char *folded = NULL;
  g_auto (GStrv) all = NULL;

  replace_all (&clean, "\\{[^}]*\\}", " ");
  folded = csm_fold (clean, -1);
  all = g_strsplit_set (folded, " \t\n\r.,;:!?\"'()[]/-–…", -1);
  for (guint i = 0; all[i] != NULL && json_object_get_size (words) < WORDS_MAX; i++)
    if (is_word (all[i]))
      json_object_set_boolean_member (words, all[i], TRUE);
}

static JsonObject *
propose_words (CsmCaseDetail *detail)
{
  JsonObject *words = json_object_new ();

  add_words (words, detail, csm_json_get_string (detail->record, "subject"));
  for (guint i = 0; i < detail->timeline->len; i++)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];

      if (entry->kind == CSM_ENTRY_MESSAGE && g_strcmp0 (csm_json_get_string (entry->record, "direction"), "in") == 0)
        {
          add_words (words, detail, csm_json_get_string (entry->record, "textBody"));
          break;
        }
    }
  return words;
}

static JsonObject *
propose_typical (CsmCaseDetail *detail)
{
  JsonObject *typical = json_object_new ();
  gint64 created = csm_json_get_time (detail->record, "created");
  int resolve = minutes_between (created, csm_json_get_time (detail->record, "resolvedAt"));

  for (guint i = 0; !detail->has_older && i < detail->timeline->len; i++)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];
      int first = is_reply (entry) ? minutes_between (created, entry->at) : 0;

      if (first > 0)
        {
          json_object_set_int_member (typical, "firstReply", first);
          break;
        }
    }
  if (resolve > 0)
    json_object_set_int_member (typical, "resolve", resolve);
  return typical;
}

/**
 * csm_template_propose:
 * @workbench: whose directory has the names
 * @detail: a case that is done
 *
 * What could be kept of it, without its customer; a person checks it and leaves out what is not wanted.
 *
 * Returns: (transfer full): a Template that is not saved
 */
JsonObject *
csm_template_propose (CsmWorkbench  *workbench,
                      CsmCaseDetail *detail)
{
  JsonObject *record = json_object_new ();
  JsonObject *tags = csm_json_get_object (detail->record, "tags");
  const char *goal = csm_json_get_string (detail->record, "goal");
  const char *subject = csm_json_get_string (detail->record, "subject");
  g_autofree char *title = csm_template_clean (subject != NULL ? subject : "", detail);
  g_autofree char *clean_goal = csm_template_clean (goal != NULL ? goal : "", detail);

  replace_all (&title, "^\\s*(?:(?:re|fw|fwd|aw|wg|sv|rv|tr)\\s*:\\s*)+", "");
  json_object_set_string_member (record, "title", title);
  json_object_set_string_member (record, "goal", clean_goal);
  json_object_set_array_member (record, "tasks", propose_tasks (detail));
  json_object_set_array_member (record, "texts", propose_texts (detail));
  json_object_set_object_member (record, "expertIds", propose_experts (workbench, detail));
  json_object_set_object_member (record, "words", propose_words (detail));
  json_object_set_object_member (record, "typical", propose_typical (detail));
  json_object_set_object_member (record, "tagIds", tags != NULL ? csm_json_copy_object (tags) : json_object_new ());
  csm_json_set_string (record, "teamId", csm_json_get_string (detail->record, "teamId"));
  csm_json_set_string (record, "caseId", csm_json_get_string (detail->record, "id"));
  return record;
}

/* Returns: (transfer full): how often a Template was used, and what came of it: "used 4 times, met 3" */
char *
csm_template_say_use (JsonObject *record)
{
  gint64 used = csm_json_get_int (record, "useCount", 0);
  gint64 met = csm_json_get_int (record, "metCount", 0);
  gint64 changed = csm_json_get_int (record, "changedCount", 0);
  g_autofree char *times = NULL;

  if (used == 0)
    return g_strdup (_("not used yet"));
  times = g_strdup_printf (ngettext ("used once", "used %d times", (gulong) used), (int) used);
  if (changed > 0)
    /* Translators: how often a template was used, met its goal, and was changed in use */
    return g_strdup_printf (_("%s, goal met %d, changed %d"), times, (int) met, (int) changed);
  return g_strdup_printf (_("%s, goal met %d"), times, (int) met);
}

/* --- using it ---------------------------------------------------------------------------------------------- */

static JsonObject *
create_task (const char *case_id,
             const char *template_id,
             JsonObject *kept,
             const char *position)
{
  JsonObject *task = json_object_new ();
  JsonArray *checklist = csm_json_get_array (kept, "checklist");
  gint64 due = csm_json_get_int (kept, "dueAfter", 0);
  const char *note = csm_json_get_string (kept, "note");

  json_object_set_string_member (task, "caseId", case_id);
  json_object_set_string_member (task, "title", csm_json_get_string (kept, "title"));
  json_object_set_string_member (task, "position", position);
  json_object_set_string_member (task, "templateId", template_id);
  if (note != NULL)
    json_object_set_string_member (task, "note", note);
  if (due > 0)
    csm_json_set_time (task, "dueAt", csm_time_now () + due * 60 * CSM_SECOND);
  if (checklist != NULL)
    {
      JsonObject *items = json_object_new ();
      g_autofree char *last = NULL;

      for (guint i = 0; i < json_array_get_length (checklist); i++)
        {
          g_autofree char *key = g_strdup_printf ("t%02u", i);
          char *at = csm_position_between (last, NULL);
          JsonObject *item = json_object_new ();

          json_object_set_string_member (item, "title", json_array_get_string_element (checklist, i));
          json_object_set_boolean_member (item, "done", FALSE);
          json_object_set_string_member (item, "position", at);
          json_object_set_object_member (items, key, item);
          g_free (last);
          last = at;
        }
      json_object_set_object_member (task, "checklist", items);
    }
  return task;
}

/**
 * csm_template_apply:
 * @workbench: a workbench with a case open
 * @record: a Template
 * @with_goal: whether the case gets its goal, where it has none
 * @tasks: (nullable): for each of its tasks, whether it is wanted; %NULL: all are
 *
 * Adds what @record has to the open case; one thing to undo.
 */
void
csm_template_apply (CsmWorkbench   *workbench,
                    JsonObject     *record,
                    gboolean        with_goal,
                    const gboolean *tasks)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (workbench);
  const char *case_id = csm_workbench_get_case_id (workbench);
  const char *template_id = csm_json_get_string (record, "id");
  JsonArray *kept = csm_json_get_array (record, "tasks");
  const char *goal = csm_json_get_string (record, "goal");
  JsonObject *patch = json_object_new ();
  CsmIntent *intent = csm_intent_new (_("Use a template"));
  g_autofree char *said = g_strdup_printf (_("Using “%s”"), csm_json_get_string (record, "title"));
  g_autofree char *last = NULL;

  if (detail == NULL || detail->record == NULL)
    {
      json_object_unref (patch);
      csm_intent_free (intent);
      return;
    }
  if (detail->tasks != NULL && detail->tasks->len > 0)
    last = g_strdup (csm_json_get_string (detail->tasks->pdata[detail->tasks->len - 1], "position"));
  json_object_set_string_member (patch, "templateId", template_id);
  if (with_goal && goal != NULL && goal[0] != '\0' && csm_json_get_string (detail->record, "goal") == NULL)
    json_object_set_string_member (patch, "goal", goal);
  csm_intent_update (intent, CSM_TYPE_ID_CASE, case_id, patch);
  for (guint i = 0; kept != NULL && i < json_array_get_length (kept); i++)
    if (tasks == NULL || tasks[i])
      {
        char *position = csm_position_between (last, NULL);
        g_autofree char *id = csm_intent_create (intent, CSM_TYPE_ID_TASK,
                                                 create_task (case_id, template_id, json_array_get_object_element (kept, i), position));

        g_free (last);
        last = position;
      }
  csm_workbench_perform (workbench, intent, said);
}
