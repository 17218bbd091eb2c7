/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-review-words.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-format.h"
#include "csm-json.h"
#include "csm-markdown.h"
#include "csm-time.h"

typedef struct
{
  const char *word;
  const char *shown;
} Word;

static const char *
look_up (const Word *words,
         gsize       n,
         const char *word)
{
  for (gsize i = 0; i < n; i++)
    if (g_strcmp0 (words[i].word, word) == 0)
      return _(words[i].shown);
  return NULL;
}

/**
 * csm_review_name_property:
 * @property: a property of a record
 *
 * Returns: what people call it
 */
const char *
csm_review_name_property (const char *property)
{
  static const Word names[] = {
    { "ownerId", N_("Owner") },
    { "status", N_("Status") },
    { "dueAt", N_("Due date") },
    { "snoozedUntil", N_("Snoozed until") },
    { "teamId", N_("Team") },
    { "priority", N_("Priority") },
    { "goal", N_("Goal") },
    { "subject", N_("Subject") },
    { "lane", N_("Place") },
    { "sentiment", N_("Mood") },
    { "body", N_("Text") },
  };
  const char *name = look_up (names, G_N_ELEMENTS (names), property);

  return name != NULL ? name : _("Change");
}

static const char *
say_word (const char *property,
          const char *word)
{
  static const Word words[] = {
    { "new", N_("New") },
    { "open", N_("Open") },
    { "waiting", N_("Waiting for the customer") },
    { "snoozed", N_("Snoozed") },
    { "resolved", N_("Resolved") },
    { "closed", N_("Closed") },
    { "urgent", N_("Urgent") },
    { "high", N_("High") },
    { "normal", N_("Normal") },
    { "low", N_("Low") },
  };

  if (!g_str_equal (property, "status") && !g_str_equal (property, "priority"))
    return NULL;
  return look_up (words, G_N_ELEMENTS (words), word);
}

static const char *
say_nothing (const char *property)
{
  static const Word nothings[] = {
    { "ownerId", N_("Nobody") },
    { "teamId", N_("No team") },
    { "dueAt", N_("No due date") },
    { "snoozedUntil", N_("Not snoozed") },
  };
  const char *nothing = look_up (nothings, G_N_ELEMENTS (nothings), property);

  return nothing != NULL ? nothing : _("Nothing");
}

/**
 * csm_review_say_value:
 * @workbench: whose directory has the names
 * @property: a property of a record
 * @value: (nullable): what it holds
 *
 * Returns: (transfer full): the value as people say it
 */
char *
csm_review_say_value (CsmWorkbench *workbench,
                      const char   *property,
                      JsonNode     *value)
{
  const char *text = csm_json_is_string (value) ? json_node_get_string (value) : NULL;
  const char *shown = NULL;

  if (value == NULL || JSON_NODE_HOLDS_NULL (value) || (text != NULL && text[0] == '\0'))
    return g_strdup (say_nothing (property));
  if (text == NULL)
    return csm_json_write (value);
  if (g_str_has_suffix (property, "Id"))
    {
      shown = csm_workbench_get_name (workbench, text);
      return g_strdup (shown != NULL ? shown : _("Somebody"));
    }
  if (g_str_equal (property, "dueAt") || g_str_equal (property, "snoozedUntil"))
    return csm_format_when_long (csm_time_parse (text));
  shown = say_word (property, text);
  return g_strdup (shown != NULL ? shown : text);
}

/* Returns: whether somebody else was faster, so that there are two versions to choose from */
gboolean
csm_review_was_overtaken (const CsmOperation *op)
{
  return op->state == CSM_OP_PARKED && op->conflicts != NULL && op->conflicts->len > 0;
}

static char *
say_conflict (CsmWorkbench       *workbench,
              const CsmOperation *op)
{
  const char *name = csm_workbench_get_name (workbench, op->changed_by);
  g_autofree char *when = op->changed_at != CSM_TIME_NONE ? csm_format_clock (op->changed_at) : NULL;

  if (op->changed_by != NULL && g_strcmp0 (op->changed_by, csm_workbench_get_my_id (workbench)) == 0)
    {
      if (when != NULL)
        return g_strdup_printf (_("You changed this on another device too, at %s."), when);
      return g_strdup (_("You changed this on another device too."));
    }
  if (name != NULL && when != NULL)
    return g_strdup_printf (_("%s changed this too, at %s."), name, when);
  if (name != NULL)
    return g_strdup_printf (_("%s changed this too."), name);
  if (when != NULL)
    return g_strdup_printf (_("It was changed elsewhere, too, at %s."), when);
  return g_strdup (_("It was changed elsewhere, too."));
}

static char *
say_moved (CsmWorkbench       *workbench,
           const CsmOperation *op,
           const char         *customer)
{
  const char *name = csm_workbench_get_name (workbench, op->changed_by);
  g_autofree char *when = op->changed_at != CSM_TIME_NONE ? csm_format_clock (op->changed_at) : NULL;

  customer = customer != NULL && customer[0] != '\0' ? customer : _("The customer");
  if (op->changed_by != NULL && when != NULL)
    return g_strdup_printf (_("Answered at %s by %s, before this reply got out. Should it still go?"), when,
                            name != NULL ? name : _("a colleague"));
  if (op->changed_by != NULL)
    return g_strdup_printf (_("%s answered before this reply got out. Should it still go?"), name != NULL ? name : _("A colleague"));
  if (when != NULL)
    return g_strdup_printf (_("%s wrote again at %s, before this reply got out. Does it still fit?"), customer, when);
  return g_strdup (_("The case moved on while this was on its way. Look at it again before it goes out."));
}

static char *
say_stale (const CsmOperation *op)
{
  gint64 days = (csm_time_now () - op->created) / (24 * 3600 * CSM_SECOND);

  return g_strdup_printf (ngettext ("Written %d day ago, and not sent since. Does it still fit?",
                                    "Written %d days ago, and not sent since. Does it still fit?", (gulong) MAX (days, 0)), (int) MAX (days, 0));
}

static const char *
say_error (const char *error)
{
  static const Word known[] = {
    { "forbidden", N_("You are not allowed to do this.") },
    { "notFound", N_("What it is about does not exist any more.") },
    { "tooLarge", N_("It is too large for the server.") },
    { "overQuota", N_("There is no room left on the server.") },
    { "rateLimit", N_("The server asks to wait a while.") },
    { "stateMismatch", N_("The same thing was changed elsewhere meanwhile.") },
    { "recordMismatch", N_("The same thing was changed elsewhere meanwhile.") },
    { "willDestroy", N_("It was deleted meanwhile.") },
    { "alreadyExists", N_("It exists already.") },
    { "invalidProperties", N_("The server did not accept it.") },
    { "invalidPatch", N_("The same thing was changed elsewhere meanwhile.") },
    { "cannotUnsend", N_("It has left already and can’t be called back.") },
    { "noChannel", N_("There is no way to send on this channel.") },
    { "needsReview", N_("Somebody has to approve what leaves this channel. Edit it to ask for a review.") },
    { "cannotSend", N_("This channel has no way out at the moment.") },
    { "unreadable", N_("It can’t be read any more. Export it before you drop it.") },
    { "otherPerson", N_("It was done by somebody else on this computer, and waits for them to sign in.") },
    { "fileMissing", N_("A file that goes along is not on this computer any more.") },
  };
  const char *sentence = look_up (known, G_N_ELEMENTS (known), error);

  return sentence != NULL ? sentence : _("The server did not accept it.");
}

/**
 * csm_review_say_why:
 * @workbench: whose directory has the names
 * @op: a parked operation
 * @customer: (nullable): the name of its case's customer
 *
 * Returns: (transfer full): why a person has to decide, in a sentence or two
 */
char *
csm_review_say_why (CsmWorkbench       *workbench,
                    const CsmOperation *op,
                    const char         *customer)
{
  if (csm_review_was_overtaken (op))
    return say_conflict (workbench, op);
  if (op->needs_confirmation || g_strcmp0 (op->error, "stale") == 0)
    return say_stale (op);
  if (g_strcmp0 (op->error, "caseMoved") == 0)
    return say_moved (workbench, op, customer);
  return g_strdup (say_error (op->error));
}

/* Returns: (transfer full): what it is, in a word or two */
char *
csm_review_say_title (const CsmOperation *op)
{
  g_autoptr (GString) names = NULL;

  if (!csm_review_was_overtaken (op))
    return g_strdup (op->label != NULL && op->label[0] != '\0' ? op->label : _("Change"));
  names = g_string_new (NULL);
  for (guint i = 0; i < op->conflicts->len; i++)
    {
      const CsmConflictValue *value = op->conflicts->pdata[i];

      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", csm_review_name_property (value->property));
    }
  return g_string_free (g_steal_pointer (&names), FALSE);
}

/* Returns: (nullable): what somebody wrote in it */
const char *
csm_review_get_text (const CsmOperation *op)
{
  if (op->payload == NULL)
    return NULL;
  if (op->type == CSM_TYPE_ID_SUBMISSION)
    return csm_json_get_string (op->payload, "textBody");
  return op->type == CSM_TYPE_ID_COMMENT ? csm_json_get_string (op->payload, "body") : NULL;
}

/* Returns: the icon's name */
const char *
csm_review_choose_icon (const CsmOperation *op)
{
  if (op->type == CSM_TYPE_ID_SUBMISSION)
    return "mail-reply-sender-symbolic";
  if (op->type == CSM_TYPE_ID_COMMENT)
    return "csm-conversation-symbolic";
  if (op->type == CSM_TYPE_ID_TAG)
    return "csm-tag-symbolic";
  return "document-edit-symbolic";
}

/**
 * csm_review_say_content:
 * @workbench: whose directory has the names
 * @op: an operation
 *
 * Returns: (transfer full) (nullable): what was written, or what the change makes of the case, on one line
 */
char *
csm_review_say_content (CsmWorkbench       *workbench,
                        const CsmOperation *op)
{
  const char *text = csm_review_get_text (op);
  g_autoptr (GList) keys = NULL;

  if (text != NULL && op->type == CSM_TYPE_ID_COMMENT)
    return csm_markdown_plain (text);
  if (text != NULL)
    return g_strdelimit (g_strdup (text), "\n", ' ');
  if (op->payload == NULL || op->type != CSM_TYPE_ID_CASE || g_strcmp0 (op->kind, "update") != 0)
    return NULL;
  keys = json_object_get_members (op->payload);
  for (GList *l = keys; l != NULL; l = l->next)
    {
      const char *path = l->data;

      if (g_str_has_prefix (path, "tags/") || g_str_has_prefix (path, "participantIds/"))
        return g_strdup (csm_workbench_get_name (workbench, strchr (path, '/') + 1));
      if (strchr (path, '/') == NULL)
        return csm_review_say_value (workbench, path, json_object_get_member (op->payload, path));
    }
  return NULL;
}
