/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-desk"
#include "config.h"
#include "csm-bounce.h"

#include <string.h>

#include "csm-desk-records.h"
#include "csm-intake-message.h"
#include "csm-json.h"
#include "csm-threading.h"

#define MAX_WHY 300
#define MAX_RECIPIENTS 100

/**
 * csm_bounce_find:
 * @txn: the transaction
 * @channel_id: the mailbox
 * @mail: a delivery report
 * @sent: (out) (transfer full) (nullable): the outgoing message that it is about
 * @error: return location
 *
 * The report's own copy of the header tells exactly (RFC 3464); threading serves for reports that carry none.
 *
 * Returns: whether it could be looked up
 */
gboolean
csm_bounce_find (CsmTxn      *txn,
                 const char  *channel_id,
                 JsonObject  *mail,
                 JsonObject **sent,
                 GError     **error)
{
  const char *original = csm_json_get_string (csm_json_get_object (mail, "report"), "originalMessageId");
  g_auto (CsmThread) thread = { NULL };
  g_autoptr (JsonObject) message = NULL;
  g_autofree char *id = NULL;
  GError *local = NULL;

  *sent = NULL;
  if (original != NULL)
    id = csm_txn_find_mail (txn, channel_id, original, NULL, &local);
  else if (csm_thread_find (&thread, txn, channel_id, mail, "", NULL, &local) && !thread.is_sibling)
    id = g_steal_pointer (&thread.parent_id);
  if (id != NULL)
    message = csm_desk_load (txn, CSM_TYPE_ID_MESSAGE, id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (message != NULL && g_strcmp0 (csm_json_get_string (message, "direction"), "out") == 0)
    *sent = g_steal_pointer (&message);
  return TRUE;
}

/* One line for people about one recipient: "who: what the other server said". */
static char *
explain (JsonObject *recipient)
{
  const char *diagnostic = csm_json_get_string (recipient, "diagnostic");
  const char *status = csm_json_get_string (recipient, "status");
  g_autofree char *line = g_strdup_printf ("%s: %s", csm_json_get_string (recipient, "address"),
                                           diagnostic != NULL ? diagnostic : status != NULL ? status : "undeliverable");

  return csm_intake_one_line (line, MAX_WHY);
}

static JsonArray *
failed_recipients (JsonObject *mail,
                   gboolean   *failed,
                   char      **why)
{
  JsonArray *given = csm_json_get_array (csm_json_get_object (mail, "report"), "recipients");
  const char *old_style = csm_json_get_string (csm_json_get_object (mail, "headers"), "xFailedRecipients");
  JsonArray *list = json_array_new ();

  *failed = FALSE;
  for (guint i = 0; given != NULL && i < MIN (json_array_get_length (given), MAX_RECIPIENTS); i++)
    {
      JsonObject *recipient = json_array_get_object_element (given, i);
      const char *action = csm_json_get_string (recipient, "action");
      const char *status = csm_json_get_string (recipient, "status");
      gboolean fatal = g_strcmp0 (action, "failed") == 0 || (action == NULL && (status == NULL || status[0] == '5'));

      if (!fatal && g_strcmp0 (action, "delayed") != 0)
        continue;
      json_array_add_object_element (list, csm_json_copy_object (recipient));
      if (*why == NULL || (fatal && !*failed))
        {
          g_free (*why);
          *why = explain (recipient);
        }
      *failed |= fatal;
    }
  if (json_array_get_length (list) == 0 && old_style != NULL)
    {
      JsonObject *recipient = json_object_new ();

      csm_json_set_string (recipient, "address", old_style);
      *why = explain (recipient);
      *failed = TRUE;
      json_array_add_object_element (list, recipient);
    }
  return list;
}

/**
 * csm_bounce_apply:
 * @txn: the transaction
 * @mail: a delivery report
 * @sent: the message that it is about; its `delivery` changes
 * @at: when the report came
 * @why: (out) (transfer full) (nullable): a line for people when something failed for good
 * @error: return location
 *
 * Notes on the message who didn't get it and why. A delay is noted, but is no failure.
 *
 * Returns: whether it was written
 */
gboolean
csm_bounce_apply (CsmTxn      *txn,
                  JsonObject  *mail,
                  JsonObject  *sent,
                  gint64       at,
                  char       **why,
                  GError     **error)
{
  gboolean failed;
  g_autofree char *line = NULL;
  g_autoptr (JsonArray) recipients = failed_recipients (mail, &failed, &line);
  JsonObject *old = csm_json_get_object (sent, "delivery");
  JsonObject *delivery;

  *why = NULL;
  if (json_array_get_length (recipients) == 0)
    return TRUE;
  delivery = old != NULL ? csm_json_copy_object (old) : json_object_new ();
  if (failed)
    csm_json_set_string (delivery, "state", "failed");
  else if (old == NULL)
    csm_json_set_string (delivery, "state", "accepted");
  csm_json_set_string (delivery, "why", line);
  csm_json_set_time (delivery, "at", at);
  json_object_set_array_member (delivery, "recipients", g_steal_pointer (&recipients));
  json_object_set_object_member (sent, "delivery", delivery);
  if (failed)
    *why = g_steal_pointer (&line);
  return csm_desk_save (txn, CSM_TYPE_ID_MESSAGE, sent, error);
}
