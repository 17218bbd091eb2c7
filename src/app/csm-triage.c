/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-triage.h"

#include <glib/gi18n.h>

#include "csm-bulk.h"
#include "csm-bulk-block.h"
#include "csm-format.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-recipients.h"
#include "csm-time.h"

/* One patch for each case, made anew since an intent owns what it is given. */
static void
update_all (CsmIntent          *intent,
            const char * const *case_ids,
            const char         *member,
            JsonNode           *value)
{
  for (guint i = 0; case_ids[i] != NULL; i++)
    {
      JsonObject *patch = json_object_new ();

      json_object_set_member (patch, member, csm_json_copy (value));
      csm_intent_update (intent, CSM_TYPE_ID_CASE, case_ids[i], patch);
    }
}

static JsonNode *
string_node (const char *text)
{
  JsonNode *node = json_node_new (text != NULL ? JSON_NODE_VALUE : JSON_NODE_NULL);

  if (text != NULL)
    json_node_set_string (node, text);
  return node;
}

static void
perform_string (CsmWorkbench       *workbench,
                const char         *label,
                const char * const *case_ids,
                const char         *member,
                const char         *text,
                const char         *said)
{
  CsmIntent *intent = csm_intent_new (label);
  g_autoptr (JsonNode) value = string_node (text);

  update_all (intent, case_ids, member, value);
  csm_workbench_perform (workbench, intent, said);
}

static gboolean
nothing (const char * const *case_ids)
{
  return case_ids == NULL || case_ids[0] == NULL;
}

/* What is done with several cases goes another way. Returns: whether nothing remains to be done */
static gboolean
many (CsmWorkbench       *workbench,
      const char * const *case_ids,
      CsmBulkKind         kind,
      const char         *value,
      gint64              until)
{
  if (nothing (case_ids))
    return TRUE;
  if (case_ids[1] == NULL)
    return FALSE;
  csm_bulk_perform (workbench, case_ids, kind, value, until);
  return TRUE;
}

/**
 * csm_triage_assign:
 * @workbench: the window's workbench
 * @case_ids: (array zero-terminated=1): the cases
 * @person_id: (nullable): the new owner, or %NULL for nobody
 *
 * Gives the cases an owner.
 */
void
csm_triage_assign (CsmWorkbench       *workbench,
                   const char * const *case_ids,
                   const char         *person_id)
{
  const char *name = csm_workbench_get_name (workbench, person_id);
  g_autofree char *said = NULL;

  if (many (workbench, case_ids, CSM_BULK_ASSIGN, person_id, 0))
    return;
  if (person_id == NULL)
    said = g_strdup (_("Nobody owns the case now"));
  else if (g_strcmp0 (person_id, csm_workbench_get_my_id (workbench)) == 0)
    said = g_strdup (_("Assigned to you"));
  else
    said = g_strdup_printf (_("Assigned to %s"), name != NULL ? name : person_id);
  perform_string (workbench, _("Assign"), case_ids, "ownerId", person_id, said);
}

/* Moves the cases to a team, or to none. */
void
csm_triage_move (CsmWorkbench       *workbench,
                 const char * const *case_ids,
                 const char         *team_id)
{
  const char *name = csm_workbench_get_name (workbench, team_id);
  g_autofree char *said = NULL;

  if (many (workbench, case_ids, CSM_BULK_MOVE, team_id, 0))
    return;
  if (team_id == NULL)
    said = g_strdup (_("Taken out of the team"));
  else
    said = g_strdup_printf (_("Moved to %s"), name != NULL ? name : team_id);
  perform_string (workbench, _("Move to team"), case_ids, "teamId", team_id, said);
}

static void
tag_all (CsmIntent          *intent,
         const char * const *case_ids,
         const char         *tag_id,
         gboolean            on)
{
  g_autofree char *member = g_strconcat ("tags/", tag_id, NULL);
  g_autoptr (JsonNode) value = json_node_new (on ? JSON_NODE_VALUE : JSON_NODE_NULL);

  if (on)
    json_node_set_boolean (value, TRUE);
  update_all (intent, case_ids, member, value);
}

void
csm_triage_set_tag (CsmWorkbench       *workbench,
                    const char * const *case_ids,
                    const char         *tag_id,
                    gboolean            on)
{
  const char *name = csm_workbench_get_name (workbench, tag_id);
  g_autofree char *said = NULL;
  CsmIntent *intent;

  if (many (workbench, case_ids, on ? CSM_BULK_TAG : CSM_BULK_UNTAG, tag_id, 0))
    return;
  intent = csm_intent_new (_("Tag"));
  tag_all (intent, case_ids, tag_id, on);
  said = g_strdup_printf (on ? _("Tagged “%s”") : _("Tag “%s” removed"), name != NULL ? name : tag_id);
  csm_workbench_perform (workbench, intent, said);
}

/* Makes a tag and sets it; one undo for both. */
void
csm_triage_new_tag (CsmWorkbench       *workbench,
                    const char * const *case_ids,
                    const char         *name,
                    const char         *color)
{
  JsonObject *tag = json_object_new ();
  CsmIntent *intent;
  g_autofree char *tag_id = NULL;
  g_autofree char *said = NULL;

  json_object_set_string_member (tag, "name", name);
  json_object_set_string_member (tag, "color", color != NULL ? color : "blue");
  intent = csm_intent_new (_("New tag"));
  tag_id = csm_intent_create (intent, CSM_TYPE_ID_TAG, tag);
  if (!nothing (case_ids))
    tag_all (intent, case_ids, tag_id, TRUE);
  if (nothing (case_ids) || case_ids[1] == NULL)
    said = g_strdup_printf (_("Tagged “%s”"), name);
  else
    said = csm_bulk_say (workbench, CSM_BULK_TAG, name, 0, g_strv_length ((char **) case_ids));
  csm_workbench_perform (workbench, intent, said);
}

/* @status: open, waiting or resolved. */
void
csm_triage_set_status (CsmWorkbench       *workbench,
                       const char * const *case_ids,
                       const char         *status)
{
  g_autofree char *said = NULL;

  if (many (workbench, case_ids, CSM_BULK_STATUS, status, 0))
    return;
  if (g_str_equal (status, "resolved"))
    said = g_strdup (_("Resolved"));
  else if (g_str_equal (status, "waiting"))
    said = g_strdup (_("Waiting for the customer"));
  else
    said = g_strdup (_("Open again"));
  perform_string (workbench, _("Set status"), case_ids, "status", status, said);
}

/* @until: µs. */
void
csm_triage_snooze (CsmWorkbench       *workbench,
                   const char * const *case_ids,
                   gint64              until)
{
  g_autofree char *when = csm_time_format (until);
  g_autofree char *shown = csm_format_when_long (until);
  g_autofree char *said = NULL;
  CsmIntent *intent;

  if (many (workbench, case_ids, CSM_BULK_SNOOZE, NULL, until))
    return;
  intent = csm_intent_new (_("Snooze"));
  for (guint i = 0; case_ids[i] != NULL; i++)
    {
      JsonObject *patch = json_object_new ();

      json_object_set_string_member (patch, "status", "snoozed");
      json_object_set_string_member (patch, "snoozedUntil", when);
      csm_intent_update (intent, CSM_TYPE_ID_CASE, case_ids[i], patch);
    }
  said = g_strdup_printf (_("Snoozed until %s"), shown);
  csm_workbench_perform (workbench, intent, said);
}

static char *
say_priority (const char *priority)
{
  if (g_str_equal (priority, "urgent"))
    return g_strdup (_("Priority set to urgent"));
  if (g_str_equal (priority, "high"))
    return g_strdup (_("Priority set to high"));
  if (g_str_equal (priority, "low"))
    return g_strdup (_("Priority set to low"));
  return g_strdup (_("Priority set to normal"));
}

/* @priority: low, normal, high or urgent. */
void
csm_triage_set_priority (CsmWorkbench       *workbench,
                         const char * const *case_ids,
                         const char         *priority)
{
  g_autofree char *said = NULL;

  if (many (workbench, case_ids, CSM_BULK_PRIORITY, priority, 0))
    return;
  said = say_priority (priority);
  perform_string (workbench, _("Set priority"), case_ids, "priority", priority, said);
}

/* @lane: "conversation" says that it belongs in the inbox. */
void
csm_triage_set_lane (CsmWorkbench       *workbench,
                     const char * const *case_ids,
                     const char         *lane)
{
  g_autofree char *said = NULL;

  if (many (workbench, case_ids, CSM_BULK_LANE, lane, 0))
    return;
  if (g_str_equal (lane, "conversation"))
    said = g_strdup (_("Moved to the inbox"));
  else
    said = g_strdup (_("Moved to other mail"));
  perform_string (workbench, _("Move"), case_ids, "lane", lane, said);
}

/* --- what nobody wants ------------------------------------------------------------------------------------- */

static void
set_lanes (CsmIntent          *intent,
           const char * const *case_ids,
           const char         *lane)
{
  g_autoptr (JsonNode) value = string_node (lane);

  update_all (intent, case_ids, "lane", value);
}

void
csm_triage_spam (CsmWorkbench       *workbench,
                 const char * const *case_ids)
{
  CsmIntent *intent;
  g_autofree char *said = NULL;

  if (many (workbench, case_ids, CSM_BULK_SPAM, NULL, 0))
    return;
  intent = csm_intent_new (_("Mark as spam"));
  set_lanes (intent, case_ids, "spam");
  said = g_strdup (_("Marked as spam"));
  csm_workbench_perform (workbench, intent, said);
}

/* Who wrote last to the case that is open; NULL: nobody from outside. */
static const char *
sender_of (CsmWorkbench *workbench)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (workbench);

  for (guint i = detail != NULL ? detail->timeline->len : 0; i-- > 0;)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];
      JsonArray *from = csm_json_get_array (entry->record, "from");

      if (entry->kind == CSM_ENTRY_MESSAGE && g_strcmp0 (csm_json_get_string (entry->record, "direction"), "in") == 0
          && from != NULL && json_array_get_length (from) > 0 && JSON_NODE_HOLDS_OBJECT (json_array_get_element (from, 0)))
        return csm_json_get_string (json_array_get_object_element (from, 0), "address");
    }
  return NULL;
}

/* They belong in the inbox; and who wrote the one that is open is heard again. */
void
csm_triage_not_spam (CsmWorkbench       *workbench,
                     const char * const *case_ids)
{
  const char *address = sender_of (workbench);
  gboolean open = !nothing (case_ids) && g_strcmp0 (case_ids[0], csm_workbench_get_case_id (workbench)) == 0;
  JsonObject *rule = open ? csm_bulk_block_find (workbench, address) : NULL;
  CsmIntent *intent;
  g_autofree char *said = NULL;

  if (many (workbench, case_ids, CSM_BULK_NOT_SPAM, NULL, 0))
    return;
  intent = csm_intent_new (_("Not spam"));
  set_lanes (intent, case_ids, "conversation");
  if (rule != NULL)
    csm_intent_destroy (intent, CSM_TYPE_ID_RULE, csm_json_get_string (rule, "id"));
  said = rule != NULL ? g_strdup_printf (_("Moved to the inbox; %s is not blocked any more"), address)
                                              : g_strdup (_("Moved to the inbox"));
  csm_workbench_perform (workbench, intent, said);
}

/* Whether the one who wrote the open case can be blocked, and is not yet. */
gboolean
csm_triage_can_block (CsmWorkbench *workbench)
{
  const char *address = sender_of (workbench);

  return address != NULL && address[0] != '\0' && !csm_recipients_is_ours (csm_workbench_get_directory (workbench), address)
         && csm_bulk_block_find (workbench, address) == NULL;
}

/* Nothing that the cases' senders write is seen any more: what they write is kept as spam, as these cases are. */
void
csm_triage_block (CsmWorkbench       *workbench,
                  const char * const *case_ids)
{
  const char *address = sender_of (workbench);
  gboolean open = !nothing (case_ids) && g_strcmp0 (case_ids[0], csm_workbench_get_case_id (workbench)) == 0;
  CsmIntent *intent;
  g_autofree char *said = NULL;
  g_autofree char *id = NULL;

  if (nothing (case_ids))
    return;
  if (case_ids[1] != NULL || !open)
    {
      csm_bulk_perform (workbench, case_ids, CSM_BULK_BLOCK, NULL, 0);
      return;
    }
  if (!csm_triage_can_block (workbench))
    return;
  intent = csm_intent_new (_("Block the sender"));
  id = csm_bulk_block_rule (intent, address);
  set_lanes (intent, case_ids, "spam");
  said = g_strdup_printf (_("%s is blocked"), address);
  csm_workbench_perform (workbench, intent, said);
}

/* --- what was read ----------------------------------------------------------------------------------------- */

/* The person's Seen of a case has the case's ULID, so that two offline devices make the same one. */
static void
set_seen (CsmWorkbench *workbench,
          const char   *case_id,
          gint64        up_to,
          const char   *said)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (workbench);
  g_autofree char *seen_id = csm_id_with_letter (case_id, 'z');
  g_autofree char *when = csm_time_format (up_to);
  CsmIntent *intent = csm_intent_new (_("Mark as read"));
  JsonObject *seen = json_object_new ();
  gboolean known = detail != NULL && detail->seen_up_to != CSM_TIME_NONE
                   && g_strcmp0 (case_id, csm_workbench_get_case_id (workbench)) == 0;

  json_object_set_string_member (seen, "upTo", when);
  if (known)
    {
      csm_intent_update (intent, CSM_TYPE_ID_SEEN, seen_id, seen);
    }
  else
    {
      g_autofree char *id = NULL;

      json_object_set_string_member (seen, "id", seen_id);
      json_object_set_string_member (seen, "caseId", case_id);
      id = csm_intent_create (intent, CSM_TYPE_ID_SEEN, seen);
    }
  csm_workbench_perform (workbench, intent, said);
}

/**
 * csm_triage_mark_seen:
 * @workbench: the window's workbench
 * @case_id: the case that is open
 * @up_to: µs, the newest thing in it that was shown
 *
 * Silent: neither toast nor undo.
 */
void
csm_triage_mark_seen (CsmWorkbench *workbench,
                      const char   *case_id,
                      gint64        up_to)
{
  set_seen (workbench, case_id, up_to, NULL);
}

/* The cases count as unread again. */
void
csm_triage_mark_unseen (CsmWorkbench       *workbench,
                        const char * const *case_ids)
{
  if (!many (workbench, case_ids, CSM_BULK_UNREAD, NULL, 0))
    set_seen (workbench, case_ids[0], 0, _("Marked as unread"));
}

/* The cases count as read, without anybody having looked. */
void
csm_triage_mark_read (CsmWorkbench       *workbench,
                      const char * const *case_ids)
{
  if (!nothing (case_ids))
    csm_bulk_perform (workbench, case_ids, CSM_BULK_READ, NULL, 0);
}
