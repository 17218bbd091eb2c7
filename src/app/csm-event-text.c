/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-event-text.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-json.h"
#include "csm-time.h"

/* An event wraps what was before and after as {"value": …}. */
static JsonNode *
value_of (JsonObject *event,
          const char *member)
{
  JsonObject *wrap = csm_json_get_object (event, member);

  return wrap != NULL ? json_object_get_member (wrap, "value") : NULL;
}

static const char *
string_of (JsonObject *event,
           const char *member)
{
  JsonObject *wrap = csm_json_get_object (event, member);

  return wrap != NULL ? csm_json_get_string (wrap, "value") : NULL;
}

static const char *
status_text (const char *status)
{
  if (g_strcmp0 (status, "resolved") == 0)
    return _("%s resolved the case");
  if (g_strcmp0 (status, "closed") == 0)
    return _("%s closed the case");
  if (g_strcmp0 (status, "waiting") == 0)
    return _("%s set the case to waiting for the customer");
  if (g_strcmp0 (status, "snoozed") == 0)
    return _("%s snoozed the case");
  if (g_strcmp0 (status, "new") == 0)
    return _("%s marked the case as new");
  return _("%s opened the case");
}

static const char *
priority_text (const char *priority)
{
  if (g_strcmp0 (priority, "urgent") == 0)
    return _("%s set the priority to urgent");
  if (g_strcmp0 (priority, "high") == 0)
    return _("%s set the priority to high");
  if (g_strcmp0 (priority, "low") == 0)
    return _("%s set the priority to low");
  return _("%s set the priority to normal");
}

/* The names of the keys that only @set has, divided by commas; @left_out: (nullable): a key that goes without saying. */
static char *
names_only_in (CsmWorkbench *workbench,
               JsonNode     *set,
               JsonNode     *other,
               const char   *left_out)
{
  GString *names = g_string_new (NULL);
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  if (set == NULL || !JSON_NODE_HOLDS_OBJECT (set))
    return g_string_free (names, FALSE);
  json_object_iter_init_ordered (&iter, json_node_get_object (set));
  while (json_object_iter_next_ordered (&iter, &key, &node))
    {
      const char *name = csm_workbench_get_name (workbench, key);

      if (other != NULL && JSON_NODE_HOLDS_OBJECT (other) && json_object_has_member (json_node_get_object (other), key))
        continue;
      if (g_strcmp0 (key, left_out) == 0)
        continue;
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", name != NULL ? name : _("something deleted since"));
    }
  return g_string_free (names, FALSE);
}

static char *
set_text (CsmWorkbench *workbench,
          JsonObject   *event,
          const char   *who,
          const char   *added_format,
          const char   *removed_format)
{
  JsonNode *before = value_of (event, "before");
  JsonNode *after = value_of (event, "after");
  g_autofree char *added = names_only_in (workbench, after, before, NULL);
  g_autofree char *removed = names_only_in (workbench, before, after, NULL);
  const char *format = added[0] != '\0' ? added_format : removed_format;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (format, who, added[0] != '\0' ? added : removed);
#pragma GCC diagnostic pop
}

/* @with and @without are this file's own sentences, with one name or two. */
static char *
name_text (const char *who,
           const char *name,
           const char *with,
           const char *without)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return name != NULL ? g_strdup_printf (with, who, name) : g_strdup_printf (without, who);
#pragma GCC diagnostic pop
}

/* Who brings somebody in takes part as well, and need not be named twice. */
static char *
participants_text (CsmWorkbench *workbench,
                   JsonObject   *event,
                   const char   *who)
{
  const char *author_id = csm_json_get_string (event, "personId");
  JsonNode *before = value_of (event, "before");
  JsonNode *after = value_of (event, "after");
  g_autofree char *came = names_only_in (workbench, after, before, author_id);
  g_autofree char *left = names_only_in (workbench, before, after, author_id);

  if (came[0] != '\0')
    return g_strdup_printf (_("%s brought in %s"), who, came);
  if (left[0] != '\0')
    return g_strdup_printf (_("%s removed %s from the case"), who, left);
  return name_text (who, NULL, NULL, author_id != NULL && csm_json_has_key (csm_json_get_object (event, "after"), "value", author_id)
                                       ? _("%s takes part in the case now") : _("%s left the case"));
}

static char *
assigned_text (CsmWorkbench *workbench,
               JsonObject   *event,
               const char   *who)
{
  const char *owner_id = string_of (event, "after");
  const char *owner = csm_workbench_get_name (workbench, owner_id);

  if (owner_id != NULL && g_strcmp0 (owner_id, csm_json_get_string (event, "personId")) == 0)
    return g_strdup_printf (_("%s took the case"), who);
  return name_text (who, owner_id != NULL && owner == NULL ? _("somebody") : owner,
                    _("%s assigned the case to %s"), _("%s took the owner off the case"));
}

static char *
time_text (JsonObject *event,
           const char *who,
           const char *with,
           const char *without)
{
  const char *text = string_of (event, "after");
  gint64 at = text != NULL ? csm_time_parse (text) : CSM_TIME_NONE;
  g_autofree char *when = at != CSM_TIME_NONE ? csm_format_clock (at) : NULL;

  return name_text (who, when, with, without);
}

static char *
lane_text (JsonObject *event,
           const char *who)
{
  if (g_strcmp0 (string_of (event, "after"), "conversation") == 0)
    return g_strdup_printf (_("%s moved the case to the inbox"), who);
  if (g_strcmp0 (string_of (event, "after"), "spam") == 0)
    return g_strdup_printf (_("%s marked the case as spam"), who);
  return g_strdup_printf (_("%s moved the case to other mail"), who);
}

static char *
one_name_text (const char *who,
               const char *sentence)
{
  return name_text (who, NULL, NULL, sentence);
}

/* Returns: (transfer none): what the task is called that an event is about */
static const char *
task_title (CsmWorkbench *workbench,
            JsonObject   *event)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (workbench);
  const char *id = csm_json_get_string (event, "recordId");

  for (guint i = 0; detail != NULL && detail->tasks != NULL && i < detail->tasks->len; i++)
    if (g_strcmp0 (csm_json_get_string (detail->tasks->pdata[i], "id"), id) == 0)
      return csm_json_get_string (detail->tasks->pdata[i], "title");
  return _("a task that is not there any more");
}

static char *
task_text (CsmWorkbench *workbench,
           JsonObject   *event,
           const char   *kind,
           const char   *who)
{
  const char *title = task_title (workbench, event);
  const char *after = string_of (event, "after");
  const char *before = string_of (event, "before");
  const char *person = csm_workbench_get_name (workbench, after);
  gint64 at = after != NULL ? csm_time_parse (after) : CSM_TIME_NONE;
  g_autofree char *when = NULL;

  if (g_str_equal (kind, "taskCreated"))
    return g_strdup_printf (_("%s added the task “%s”"), who, after != NULL ? after : title);
  if (g_str_equal (kind, "taskDestroyed"))
    return g_strdup_printf (_("%s deleted the task “%s”"), who, before != NULL ? before : title);
  if (g_str_equal (kind, "taskDone"))
    return g_strdup_printf (_("%s did “%s”"), who, title);
  if (g_str_equal (kind, "taskReopened"))
    return g_strdup_printf (_("%s reopened the task “%s”"), who, title);
  if (g_str_equal (kind, "taskSkipped"))
    return g_strdup_printf (_("%s skipped “%s”: %s"), who, title, after != NULL ? after : "");
  if (g_str_equal (kind, "taskRenamed"))
    return g_strdup_printf (_("%s renamed the task “%s” to “%s”"), who, before != NULL ? before : "", after != NULL ? after : title);
  if (g_str_equal (kind, "taskAssigned"))
    return person != NULL ? g_strdup_printf (_("%s gave “%s” to %s"), who, title, person) : g_strdup_printf (_("%s left “%s” to anybody"), who, title);
  if (!g_str_equal (kind, "taskDue"))
    return g_strdup_printf (_("%s changed the task “%s”"), who, title);
  when = at != CSM_TIME_NONE ? csm_format_clock (at) : NULL;
  return when != NULL ? g_strdup_printf (_("%s set the due date of “%s” to %s"), who, title, when)
                      : g_strdup_printf (_("%s removed the due date of “%s”"), who, title);
}

static char *
outcome_text (JsonObject *event,
              const char *who)
{
  const char *outcome = string_of (event, "after");

  if (g_strcmp0 (outcome, "met") == 0)
    return g_strdup_printf (_("%s noted that the goal was met"), who);
  if (g_strcmp0 (outcome, "unmet") == 0)
    return g_strdup_printf (_("%s noted that the goal was not met"), who);
  return g_strdup_printf (_("%s left it open whether the goal was met"), who);
}

static char *
brief_text (JsonObject *event,
            const char *who)
{
  static const struct { const char *part; const char *sentence; } sentences[] = {
    { "facts", N_("%s wrote the facts in the brief") },
    { "tried", N_("%s wrote into the brief what was tried") },
    { "promises", N_("%s wrote into the brief what was promised") },
    { "next", N_("%s wrote the next step into the brief") },
  };
  const char *property = csm_json_get_string (event, "property");

  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++)
    if (property != NULL && g_str_has_suffix (property, sentences[i].part))
      return name_text (who, NULL, NULL, _(sentences[i].sentence));
  return g_strdup_printf (_("%s wrote the brief"), who);
}

static char *
review_text (CsmWorkbench *workbench,
             const char   *kind,
             const char   *after,
             const char   *who)
{
  if (g_str_equal (kind, "reviewWithdrawn"))
    return g_strdup_printf (_("%s needs nobody to look at the reply any more"), who);
  if (g_str_equal (kind, "reviewRequested"))
    return name_text (who, csm_workbench_get_name (workbench, after), _("%s asked %s to look at a reply"), _("%s asked for a reply to be looked at"));
  if (g_strcmp0 (after, "approved") == 0)
    return g_strdup_printf (_("%s approved a reply"), who);
  return g_strdup_printf (_("%s asked for changes in a reply"), who);
}

/* What belongs to working on a case together. Returns: (nullable): %NULL: it is something else */
static char *
work_text (CsmWorkbench *workbench,
           JsonObject   *event,
           const char   *kind,
           const char   *who)
{
  const char *after = string_of (event, "after");

  if (kind == NULL)
    return NULL;
  if (g_str_has_prefix (kind, "task"))
    return task_text (workbench, event, kind, who);
  if (g_str_has_prefix (kind, "review"))
    return review_text (workbench, kind, after, who);
  if (g_str_equal (kind, "goalOutcome"))
    return outcome_text (event, who);
  if (g_str_equal (kind, "brief"))
    return brief_text (event, who);
  if (g_str_equal (kind, "template"))
    return name_text (who, csm_workbench_get_name (workbench, after), _("%s used the template “%s”"), _("%s went on without the template"));
  if (g_str_equal (kind, "escalated"))
    return name_text (who, csm_workbench_get_name (workbench, after), _("%s escalated the case to %s"), _("%s escalated the case"));
  if (g_str_equal (kind, "merged") && g_strcmp0 (csm_json_get_string (event, "property"), "mergedIntoId") == 0)
    return g_strdup_printf (_("%s merged the case into another one"), who);
  return NULL;
}

static char *
late_text (JsonObject *event)
{
  const char *clock = csm_json_get_string (event, "property"), *by = string_of (event, "after");
  g_autofree char *when = csm_format_clock (by != NULL ? csm_time_parse (by) : CSM_TIME_NONE);

  if (g_strcmp0 (clock, "acknowledge") == 0)
    return g_strdup_printf (_("Nobody looked at the case by %s, as was promised"), when);
  if (g_strcmp0 (clock, "resolve") == 0)
    return g_strdup_printf (_("The case was not resolved by %s, as was promised"), when);
  return g_strdup_printf (_("There was no answer by %s, as was promised"), when);
}

/* What a service level had done, and who was told. */
static char *
warning_text (CsmWorkbench *workbench,
              JsonObject   *event)
{
  JsonObject *after = csm_json_get_object (event, "after");
  JsonNode *ids = after != NULL ? json_object_get_member (after, "toIds") : NULL;
  const char *does = after != NULL ? csm_json_get_string (after, "does") : NULL;
  const char *by = string_of (event, "after");
  g_autofree char *names = names_only_in (workbench, ids, NULL, NULL);
  g_autofree char *when = csm_format_clock (by != NULL ? csm_time_parse (by) : CSM_TIME_NONE);

  if (g_strcmp0 (does, "escalate") == 0)
    return g_strdup_printf (_("Casement escalated the case, which was promised by %s, and told %s"), when, names);
  return g_strdup_printf (_("Casement told %s of what was promised by %s"), names[0] != '\0' ? names : _("nobody"), when);
}

/* What happens without a property changing. */
static char *
other_text (const char *kind,
            const char *who)
{
  static const struct { const char *kind; const char *sentence; } others[] = {
    { "created", N_("%s opened the case") },
    { "reopened", N_("%s reopened the case") },
    { "woke", N_("%s ended the snooze") },
    { "answered", N_("%s answered") },
    { "sent", N_("%s sent a reply") },
    { "commentDeleted", N_("%s deleted a note") },
    { "commentEdited", N_("%s edited a note") },
    { "customer", N_("%s changed whose case it is") },
    { "sentiment", N_("%s noted the customer’s mood") },
    { "related", N_("%s linked another case") },
    { "deliveryFailed", N_("%s could not deliver a reply") },
    { "deliveryUnknown", N_("%s does not know whether a reply arrived") },
    { "deliveryArrived", N_("%s said that a reply arrived") },
    { "deliveryAgain", N_("%s had a reply sent again") },
    { "loopBroken", N_("%s stopped automatic answers: another program kept answering them") },
    { "blockedSender", N_("%s took this out of spam, but the sender is still blocked") },
    { "merged", N_("%s merged another case into this one") },
    { "unmerged", N_("%s took merged cases apart again") },
    { "split", N_("%s split a conversation off") },
    { "moved", N_("%s moved a conversation") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (g_strcmp0 (kind, others[i].kind) == 0)
      return one_name_text (who, _(others[i].sentence));
  return one_name_text (who, _("%s changed the case"));
}

/**
 * csm_event_text:
 * @workbench: whose directory has the names
 * @event: an Event
 *
 * Returns: (transfer full): who did what, as a sentence without a full stop
 */
char *
csm_event_text (CsmWorkbench *workbench,
                JsonObject   *event)
{
  const char *kind = csm_json_get_string (event, "kind");
  const char *person_id = csm_json_get_string (event, "personId");
  const char *name = csm_workbench_get_name (workbench, person_id);
  const char *who = person_id == NULL ? "Casement" : name != NULL ? name : _("Somebody");
  char *work = work_text (workbench, event, kind, who);

  if (work != NULL)
    return work;
  if (g_strcmp0 (kind, "status") == 0)
    return one_name_text (who, status_text (string_of (event, "after")));
  if (g_strcmp0 (kind, "assigned") == 0)
    return assigned_text (workbench, event, who);
  if (g_strcmp0 (kind, "team") == 0)
    return name_text (who, csm_workbench_get_name (workbench, string_of (event, "after")),
                      _("%s moved the case to %s"), _("%s took the case out of its team"));
  if (g_strcmp0 (kind, "tagged") == 0)
    return set_text (workbench, event, who, _("%s added the tag %s"), _("%s removed the tag %s"));
  if (g_strcmp0 (kind, "participants") == 0)
    return participants_text (workbench, event, who);
  if (g_strcmp0 (kind, "priority") == 0)
    return one_name_text (who, priority_text (string_of (event, "after")));
  if (g_strcmp0 (kind, "goal") == 0)
    return name_text (who, string_of (event, "after"), _("%s set the goal: %s"), _("%s removed the goal"));
  if (g_strcmp0 (kind, "renamed") == 0)
    return name_text (who, string_of (event, "after"), _("%s renamed the case to %s"), _("%s removed the subject"));
  if (g_strcmp0 (kind, "due") == 0)
    return time_text (event, who, _("%s set the due date to %s"), _("%s removed the due date"));
  if (g_strcmp0 (kind, "snoozed") == 0)
    return time_text (event, who, _("%s snoozed the case until %s"), _("%s ended the snooze"));
  if (g_strcmp0 (kind, "lane") == 0)
    return lane_text (event, who);
  if (g_strcmp0 (kind, "clockWarning") == 0)
    return warning_text (workbench, event);
  if (g_strcmp0 (kind, "clockLate") == 0)
    return late_text (event);
  return other_text (kind, who);
}
