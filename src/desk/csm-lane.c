/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-desk"
#include "config.h"
#include "csm-lane.h"

#include <string.h>

#include "csm-json.h"

typedef struct
{
  JsonObject *mail;
  JsonObject *headers;
  const char *report;    /* NULL: none */
  const char *from;      /* normalised; NULL: none */
  char       *submitted; /* Auto-Submitted's keyword */
} Mail;

/**
 * csm_lane_auto_submitted:
 * @field: (nullable): the value of an Auto-Submitted field
 *
 * RFC 3834, section 5: parameters and comments don't count, nor does case.
 *
 * Returns: (transfer full) (nullable): its keyword in lower case, %NULL for "no" and for none
 */
char *
csm_lane_auto_submitted (const char *field)
{
  g_autofree char *word = NULL;

  if (field == NULL)
    return NULL;
  while (*field == ' ' || *field == '\t')
    field++;
  word = g_ascii_strdown (field, strcspn (field, " \t;("));
  return *word != '\0' && strcmp (word, "no") != 0 ? g_steal_pointer (&word) : NULL;
}

static gboolean
header_is (const Mail *mail,
           const char *member,
           const char *words)
{
  const char *value = csm_json_get_string (mail->headers, member);
  g_auto (GStrv) list = g_strsplit (words, " ", -1);
  g_autofree char *clean = NULL;

  if (value == NULL)
    return FALSE;
  clean = g_ascii_strdown (value, -1);
  return g_strv_contains ((const char *const *) list, g_strstrip (clean));
}

static gboolean
has_header (const Mail *mail,
            const char *member)
{
  return csm_json_get_string (mail->headers, member) != NULL;
}

static gboolean
local_part_begins (const Mail *mail,
                   const char *words)
{
  g_auto (GStrv) list = g_strsplit (words, " ", -1);
  gsize length = mail->from != NULL ? strcspn (mail->from, "@") : 0;

  for (char **word = list; length > 0 && *word != NULL; word++)
    {
      gsize size = strlen (*word);

      if (size <= length && strncmp (mail->from, *word, size) == 0 && !g_ascii_isalnum (mail->from[size]))
        return TRUE;
    }
  return FALSE;
}

static gboolean
has_null_return_path (const Mail *mail)
{
  return header_is (mail, "returnPath", "<>");
}

static gboolean
is_delivery_report (const Mail *mail)
{
  return g_strcmp0 (mail->report, "delivery") == 0;
}

static gboolean
is_old_bounce (const Mail *mail)
{
  return has_header (mail, "xFailedRecipients") || (has_null_return_path (mail) && local_part_begins (mail, "mailer-daemon postmaster"));
}

static gboolean
is_read_receipt (const Mail *mail)
{
  return g_strcmp0 (mail->report, "disposition") == 0;
}

static gboolean
is_abuse_report (const Mail *mail)
{
  return g_strcmp0 (mail->report, "abuse") == 0;
}

static gboolean
is_spam (const Mail *mail)
{
  return header_is (mail, "xSpamFlag", "yes true");
}

static gboolean
is_auto_reply (const Mail *mail)
{
  return g_strcmp0 (mail->submitted, "auto-replied") == 0 || header_is (mail, "precedence", "auto_reply") ||
         header_is (mail, "xAutoreply", "yes true 1");
}

/* Nobody may answer such a mail (RFC 3834, section 2). If it refers to another, it is itself an answer. */
static gboolean
is_reply_of_nobody (const Mail *mail)
{
  JsonArray *parents = csm_json_get_array (mail->mail, "inReplyTo");
  JsonArray *references = csm_json_get_array (mail->mail, "references");

  return has_null_return_path (mail) &&
         ((parents != NULL && json_array_get_length (parents) > 0) || (references != NULL && json_array_get_length (references) > 0));
}

static gboolean
is_auto_generated (const Mail *mail)
{
  return mail->submitted != NULL;
}

static gboolean
is_list_mail (const Mail *mail)
{
  return has_header (mail, "listId") || has_header (mail, "listUnsubscribe") || has_header (mail, "listPost") ||
         header_is (mail, "precedence", "bulk list junk");
}

static gboolean
is_machine_sender (const Mail *mail)
{
  return local_part_begins (mail, "noreply no-reply no_reply donotreply do-not-reply do_not_reply nepasrepondre "
                                  "mailer-daemon postmaster notification notifications owner root cron bounce bounces") ||
         (mail->from != NULL && strstr (mail->from, "-request@") != NULL);
}

static gboolean
is_anything (const Mail *mail)
{
  return TRUE;
}

/* The first rule that holds decides (RFC 3834, section 2). */
static const struct
{
  gboolean (*holds) (const Mail *mail);
  CsmLane  lane;
} rules[] = {
  { is_delivery_report, { "delivery-report", "bounce", "bounce" } },
  { is_old_bounce, { "old-bounce", "bounce", "bounce" } },
  { is_spam, { "spam-flag", "spam", NULL } },
  { is_read_receipt, { "read-receipt", "automatic", "reply" } },
  { is_abuse_report, { "abuse-report", "notification", "notification" } },
  { is_auto_reply, { "auto-reply", "automatic", "reply" } },
  { is_auto_generated, { "auto-generated", "notification", "notification" } },
  { is_reply_of_nobody, { "null-return-path", "automatic", "reply" } },
  { is_list_mail, { "list", "newsletter", "newsletter" } },
  { is_machine_sender, { "machine-sender", "notification", "notification" } },
  { has_null_return_path, { "null-return-path", "notification", "notification" } },
  { is_anything, { "person", "conversation", NULL } },
};

/**
 * csm_lane_of_mail:
 * @mail: what casement-reader says
 * @from: (nullable): the normalised address of the writer
 *
 * Returns: (transfer none): what kind of mail it is
 */
const CsmLane *
csm_lane_of_mail (JsonObject *mail,
                  const char *from)
{
  JsonObject *headers = csm_json_get_object (mail, "headers");
  g_autofree char *submitted = csm_lane_auto_submitted (csm_json_get_string (headers, "autoSubmitted"));
  Mail view = {
    .mail = mail,
    .headers = headers,
    .report = csm_json_get_string (csm_json_get_object (mail, "report"), "kind"),
    .from = from,
    .submitted = submitted,
  };
  guint i = 0;

  while (!rules[i].holds (&view))
    i++;
  return &rules[i].lane;
}
