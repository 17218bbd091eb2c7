/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-bulk.h"

#include <glib/gi18n.h>

#include "csm-bulk-block.h"
#include "csm-format.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-rights.h"
#include "csm-time.h"

/*
 * One thing that is done with many cases: one intent, one transaction, one toast and one undo. Each case is looked at
 * first: where it is so already, or can't be, the case is left as it is, and the toast says how many those are.
 */

typedef struct
{
  CsmWorkbench *workbench;
  CsmBulkKind   kind;
  char         *value;
  gint64        until;
  guint         n_asked;
} Bulk;

static void
bulk_free (Bulk *bulk)
{
  g_object_unref (bulk->workbench);
  g_free (bulk->value);
  g_free (bulk);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bulk, bulk_free)

/* --- which ------------------------------------------------------------------------------------------------- */

/* What the server allows a person: a closed case can only be opened again. */
static gboolean
may_become (const char *from,
            const char *to)
{
  if (g_strcmp0 (from, to) == 0 || (g_strcmp0 (from, "new") == 0 && g_str_equal (to, "open")))
    return FALSE;
  return g_strcmp0 (from, "closed") != 0 || g_str_equal (to, "open");
}

/* Whether that changes something of a case, and can be. */
gboolean
csm_bulk_concerns (CsmBulkKind         kind,
                   const char         *value,
                   gint64              until,
                   const CsmCaseState *state)
{
  gboolean spam = g_strcmp0 (state->lane, "spam") == 0;

  switch (kind)
    {
    case CSM_BULK_ASSIGN: return g_strcmp0 (state->owner_id, value) != 0;
    case CSM_BULK_MOVE: return g_strcmp0 (state->team_id, value) != 0;
    case CSM_BULK_TAG: return !g_strv_contains ((const char * const *) state->tag_ids, value);
    case CSM_BULK_UNTAG: return g_strv_contains ((const char * const *) state->tag_ids, value);
    case CSM_BULK_STATUS: return may_become (state->status, value);
    case CSM_BULK_SNOOZE: return g_strcmp0 (state->status, "closed") != 0 && state->snoozed_until != until;
    case CSM_BULK_PRIORITY: return g_strcmp0 (state->priority, value) != 0;
    case CSM_BULK_LANE: return g_strcmp0 (state->lane, value) != 0;
    case CSM_BULK_INBOX: return g_strcmp0 (state->lane, "conversation") != 0 || may_become (state->status, "open");
    case CSM_BULK_SPAM: return !spam;
    case CSM_BULK_NOT_SPAM: return spam;
    case CSM_BULK_BLOCK: return state->sender != NULL;
    case CSM_BULK_READ: return state->unread;
    case CSM_BULK_UNREAD: return !state->unread;
    default: g_return_val_if_reached (FALSE);
    }
}

/* The same for all of them, or what no case has. */
static void
keep_common (JsonObject *common,
             const char *member,
             const char *value,
             gboolean    first)
{
  if (first && value != NULL)
    json_object_set_string_member (common, member, value);
  else if (!first && g_strcmp0 (csm_json_get_string (common, member), value) != 0)
    json_object_set_string_member (common, member, "");
}

/**
 * csm_bulk_common:
 * @states: (element-type CsmCaseState): some cases
 *
 * Returns: (transfer full): what they have in common of owner, team and tags, as if it were one Case; where they differ the
 *   owner and the team are ""
 */
JsonObject *
csm_bulk_common (GPtrArray *states)
{
  JsonObject *common = json_object_new ();
  JsonObject *tags = json_object_new ();

  for (guint i = 0; i < states->len; i++)
    {
      const CsmCaseState *state = states->pdata[i];
      g_autoptr (GList) kept = json_object_get_members (tags);

      keep_common (common, "ownerId", state->owner_id, i == 0);
      keep_common (common, "teamId", state->team_id, i == 0);
      for (guint j = 0; i == 0 && state->tag_ids[j] != NULL; j++)
        json_object_set_boolean_member (tags, state->tag_ids[j], TRUE);
      for (GList *l = kept; l != NULL; l = l->next)
        if (!g_strv_contains ((const char * const *) state->tag_ids, l->data))
          json_object_remove_member (tags, l->data);
    }
  json_object_set_object_member (common, "tags", tags);
  return common;
}

/* --- words ------------------------------------------------------------------------------------------------- */

static const char *
label_of (CsmBulkKind kind)
{
  switch (kind)
    {
    case CSM_BULK_ASSIGN: return _("Assign");
    case CSM_BULK_MOVE: return _("Move to team");
    case CSM_BULK_TAG:
    case CSM_BULK_UNTAG: return _("Tag");
    case CSM_BULK_STATUS: return _("Set status");
    case CSM_BULK_SNOOZE: return _("Snooze");
    case CSM_BULK_PRIORITY: return _("Set priority");
    case CSM_BULK_INBOX:
    case CSM_BULK_LANE: return _("Move");
    case CSM_BULK_SPAM: return _("Mark as spam");
    case CSM_BULK_NOT_SPAM: return _("Not spam");
    case CSM_BULK_BLOCK: return _("Block the sender");
    case CSM_BULK_READ: return _("Mark as read");
    case CSM_BULK_UNREAD: return _("Mark as unread");
    default: g_return_val_if_reached (NULL);
    }
}

static char *
say_assigned (CsmWorkbench *workbench,
              const char   *person_id,
              guint         n)
{
  const char *name = csm_workbench_get_name (workbench, person_id);

  if (person_id == NULL)
    return g_strdup_printf (ngettext ("%u case has no owner now", "%u cases have no owner now", n), n);
  if (g_strcmp0 (person_id, csm_workbench_get_my_id (workbench)) == 0)
    return g_strdup_printf (ngettext ("%u case assigned to you", "%u cases assigned to you", n), n);
  return g_strdup_printf (ngettext ("%u case assigned to %s", "%u cases assigned to %s", n), n, name != NULL ? name : person_id);
}

static char *
say_moved (CsmWorkbench *workbench,
           const char   *team_id,
           guint         n)
{
  const char *name = csm_workbench_get_name (workbench, team_id);

  if (team_id == NULL)
    return g_strdup_printf (ngettext ("%u case taken out of its team", "%u cases taken out of their teams", n), n);
  return g_strdup_printf (ngettext ("%u case moved to %s", "%u cases moved to %s", n), n, name != NULL ? name : team_id);
}

static char *
say_status (const char *status,
            guint       n)
{
  if (g_str_equal (status, "resolved"))
    return g_strdup_printf (ngettext ("%u case resolved", "%u cases resolved", n), n);
  if (g_str_equal (status, "waiting"))
    return g_strdup_printf (ngettext ("%u case waits for the customer", "%u cases wait for the customer", n), n);
  return g_strdup_printf (ngettext ("%u case is open again", "%u cases are open again", n), n);
}

static char *
say_priority (const char *priority,
              guint       n)
{
  if (g_str_equal (priority, "urgent"))
    return g_strdup_printf (ngettext ("%u case is urgent now", "%u cases are urgent now", n), n);
  if (g_str_equal (priority, "high"))
    return g_strdup_printf (ngettext ("%u case has high priority now", "%u cases have high priority now", n), n);
  if (g_str_equal (priority, "low"))
    return g_strdup_printf (ngettext ("%u case has low priority now", "%u cases have low priority now", n), n);
  return g_strdup_printf (ngettext ("%u case has normal priority now", "%u cases have normal priority now", n), n);
}

static char *
say_tagged (CsmWorkbench *workbench,
            const char   *tag_id,
            gboolean      on,
            guint         n)
{
  const char *known = csm_workbench_get_name (workbench, tag_id);
  const char *name = known != NULL ? known : tag_id;

  if (on)
    return g_strdup_printf (ngettext ("%u case tagged “%s”", "%u cases tagged “%s”", n), n, name);
  return g_strdup_printf (ngettext ("%u case is not tagged “%s” any more", "%u cases are not tagged “%s” any more", n), n, name);
}

static char *
say_snoozed (gint64 until,
             guint  n)
{
  g_autofree char *when = csm_format_when_long (until);

  return g_strdup_printf (ngettext ("%u case snoozed until %s", "%u cases snoozed until %s", n), n, when);
}

/**
 * csm_bulk_say:
 * @workbench: knows names
 * @kind: what was done
 * @value: (nullable): with what
 * @until: µs, for a snooze
 * @n: with how many cases; for blocking, how many senders
 *
 * Returns: (transfer full): the sentence for people
 */
char *
csm_bulk_say (CsmWorkbench *workbench,
              CsmBulkKind   kind,
              const char   *value,
              gint64        until,
              guint         n)
{
  switch (kind)
    {
    case CSM_BULK_ASSIGN: return say_assigned (workbench, value, n);
    case CSM_BULK_MOVE: return say_moved (workbench, value, n);
    case CSM_BULK_TAG: return say_tagged (workbench, value, TRUE, n);
    case CSM_BULK_UNTAG: return say_tagged (workbench, value, FALSE, n);
    case CSM_BULK_STATUS: return say_status (value, n);
    case CSM_BULK_SNOOZE: return say_snoozed (until, n);
    case CSM_BULK_PRIORITY: return say_priority (value, n);
    case CSM_BULK_LANE:
      if (!g_str_equal (value, "conversation"))
        return g_strdup_printf (ngettext ("%u case moved to other mail", "%u cases moved to other mail", n), n);
      return g_strdup_printf (ngettext ("%u case moved to the inbox", "%u cases moved to the inbox", n), n);
    case CSM_BULK_INBOX:
    case CSM_BULK_NOT_SPAM: return g_strdup_printf (ngettext ("%u case moved to the inbox", "%u cases moved to the inbox", n), n);
    case CSM_BULK_SPAM: return g_strdup_printf (ngettext ("%u case marked as spam", "%u cases marked as spam", n), n);
    case CSM_BULK_BLOCK: return g_strdup_printf (ngettext ("%u sender is blocked", "%u senders are blocked", n), n);
    case CSM_BULK_READ: return g_strdup_printf (ngettext ("%u case marked as read", "%u cases marked as read", n), n);
    case CSM_BULK_UNREAD: return g_strdup_printf (ngettext ("%u case marked as unread", "%u cases marked as unread", n), n);
    default: g_return_val_if_reached (NULL);
    }
}

/* --- doing ------------------------------------------------------------------------------------------------- */

static const char *
member_of (CsmBulkKind kind)
{
  switch (kind)
    {
    case CSM_BULK_ASSIGN: return "ownerId";
    case CSM_BULK_MOVE: return "teamId";
    case CSM_BULK_STATUS: return "status";
    case CSM_BULK_PRIORITY: return "priority";
    default: return "lane";
    }
}

static JsonObject *
make_patch (Bulk               *bulk,
            const CsmCaseState *state)
{
  JsonObject *patch = json_object_new ();

  if (bulk->kind == CSM_BULK_TAG || bulk->kind == CSM_BULK_UNTAG)
    {
      g_autofree char *member = g_strconcat ("tags/", bulk->value, NULL);

      if (bulk->kind == CSM_BULK_TAG)
        json_object_set_boolean_member (patch, member, TRUE);
      else
        json_object_set_null_member (patch, member);
    }
  else if (bulk->kind == CSM_BULK_SNOOZE)
    {
      g_autofree char *when = csm_time_format (bulk->until);

      json_object_set_string_member (patch, "status", "snoozed");
      json_object_set_string_member (patch, "snoozedUntil", when);
    }
  else if (bulk->kind == CSM_BULK_SPAM || bulk->kind == CSM_BULK_BLOCK)
    {
      json_object_set_string_member (patch, "lane", "spam");
    }
  else if (bulk->kind == CSM_BULK_INBOX)
    {
      if (g_strcmp0 (state->lane, "conversation") != 0)
        json_object_set_string_member (patch, "lane", "conversation");
      if (may_become (state->status, "open"))
        json_object_set_string_member (patch, "status", "open");
    }
  else if (bulk->kind == CSM_BULK_NOT_SPAM)
    {
      json_object_set_string_member (patch, "lane", "conversation");
    }
  else if (bulk->value != NULL)
    {
      json_object_set_string_member (patch, member_of (bulk->kind), bulk->value);
    }
  else
    {
      json_object_set_null_member (patch, member_of (bulk->kind));
    }
  return patch;
}

/* The cache knows whether there is a Seen of the case already. */
static void
add_seen (CsmIntent          *intent,
          const CsmCaseState *state,
          gboolean            read)
{
  g_autofree char *seen_id = csm_id_with_letter (state->id, 'z');
  g_autofree char *when = csm_time_format (read ? state->newest : 0);
  JsonObject *seen = json_object_new ();

  json_object_set_string_member (seen, "upTo", when);
  csm_intent_update (intent, CSM_TYPE_ID_SEEN, seen_id, seen);
}

static void
add_case (Bulk               *bulk,
          CsmIntent          *intent,
          const CsmCaseState *state)
{
  if (bulk->kind == CSM_BULK_READ || bulk->kind == CSM_BULK_UNREAD)
    add_seen (intent, state, bulk->kind == CSM_BULK_READ);
  else
    csm_intent_update (intent, CSM_TYPE_ID_CASE, state->id, make_patch (bulk, state));
}

/* Returns: (transfer full): those that it concerns, of those that the person may change */
static GPtrArray *
choose (Bulk      *bulk,
        GPtrArray *states)
{
  GPtrArray *chosen = g_ptr_array_new ();

  for (guint i = 0; csm_rights_may (bulk->workbench, CSM_ACTION_WORK_CASES) && i < states->len; i++)
    if (csm_bulk_concerns (bulk->kind, bulk->value, bulk->until, states->pdata[i]))
      g_ptr_array_add (chosen, states->pdata[i]);
  if (bulk->kind == CSM_BULK_BLOCK)
    csm_bulk_block_keep (bulk->workbench, chosen);
  return chosen;
}

static void
states_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (Bulk) bulk = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) states = csm_cache_load_states_finish (CSM_CACHE (source), result, &error);
  g_autoptr (GPtrArray) chosen = NULL;
  g_autofree char *done = NULL;
  g_autofree char *said = NULL;
  CsmIntent *intent;
  guint n_said;

  if (states == NULL || csm_workbench_get_cache (bulk->workbench) == NULL)
    {
      if (states == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_warning ("Reading the selected cases failed: %s", error->message);
      return;
    }
  chosen = choose (bulk, states);
  if (chosen->len == 0)
    {
      csm_workbench_say (bulk->workbench, _("There is nothing to change in these cases"));
      return;
    }
  intent = csm_intent_new (label_of (bulk->kind));
  n_said = chosen->len;
  if (bulk->kind == CSM_BULK_BLOCK)
    n_said = csm_bulk_block_add (bulk->workbench, intent, chosen);
  if (bulk->kind == CSM_BULK_NOT_SPAM || bulk->kind == CSM_BULK_INBOX)
    csm_bulk_block_lift (bulk->workbench, intent, chosen);
  for (guint i = 0; i < chosen->len; i++)
    add_case (bulk, intent, chosen->pdata[i]);
  done = csm_bulk_say (bulk->workbench, bulk->kind, bulk->value, bulk->until, n_said);
  if (chosen->len < bulk->n_asked)
    /* Translators: what was done, and how many of the selected cases were not changed: it is so already, or can't be */
    said = g_strdup_printf (ngettext ("%s · %u left as it was", "%s · %u left as they were", bulk->n_asked - chosen->len), done, bulk->n_asked - chosen->len);
  csm_workbench_perform (bulk->workbench, intent, said != NULL ? said : done);
}

/**
 * csm_bulk_perform:
 * @workbench: the window's workbench
 * @case_ids: (array zero-terminated=1): the cases
 * @kind: what to do
 * @value: (nullable): with what
 * @until: µs, for a snooze
 *
 * Does it with those cases that it changes something of, a moment later: what they are like is read first.
 */
void
csm_bulk_perform (CsmWorkbench       *workbench,
                  const char * const *case_ids,
                  CsmBulkKind         kind,
                  const char         *value,
                  gint64              until)
{
  Bulk *bulk = g_new0 (Bulk, 1);

  bulk->workbench = g_object_ref (workbench);
  bulk->kind = kind;
  bulk->value = g_strdup (value);
  bulk->until = until;
  bulk->n_asked = g_strv_length ((char **) case_ids);
  csm_cache_load_states_async (csm_workbench_get_cache (workbench), case_ids, kind == CSM_BULK_BLOCK || kind == CSM_BULK_NOT_SPAM || kind == CSM_BULK_INBOX,
                               NULL, states_cb, bulk);
}
