/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-sending.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-json.h"
#include "csm-time.h"

/**
 * csm_sending_undo_until:
 * @entry: a Submission on the timeline
 *
 * Returns: µs; until when it can be called back
 */
gint64
csm_sending_undo_until (const CsmTimelineEntry *entry)
{
  gint64 until = csm_json_get_time (entry->record, "undoUntil");

  if (until != CSM_TIME_NONE)
    return until;
  return entry->at + csm_json_get_int (entry->record, "undoFor", 10) * CSM_SECOND;
}

/* Returns: (transfer full): one line: how a reply that is not a message yet stands */
char *
csm_sending_describe (CsmWorkbench           *workbench,
                      const CsmTimelineEntry *entry)
{
  gint64 left = csm_sending_undo_until (entry) - csm_time_now ();
  CsmAccountState state = csm_account_get_state (csm_workbench_get_account (workbench));

  if (g_strcmp0 (csm_json_get_string (entry->record, "undoStatus"), "canceled") == 0)
    return g_strdup (_("Called back"));
  if (left > 0)
    {
      int seconds = (int) ((left + CSM_SECOND - 1) / CSM_SECOND);

      return g_strdup_printf (ngettext ("Sending in %d second", "Sending in %d seconds", (gulong) seconds), seconds);
    }
  if (entry->waits && state != CSM_ACCOUNT_SYNCED && state != CSM_ACCOUNT_SYNCING)
    return g_strdup (_("Waits for the network"));
  return g_strdup (_("Sending…"));
}

/* The newest thing in the case that the author of @submission had not seen. */
static CsmTimelineEntry *
find_newer (CsmWorkbench *workbench,
            JsonObject   *submission)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (workbench);
  const char *based_on = csm_json_get_string (submission, "basedOn");
  CsmTimelineEntry *found = NULL;

  for (guint i = detail != NULL ? detail->timeline->len : 0; i-- > 0;)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];
      const char *id = csm_json_get_string (entry->record, "id");

      if (based_on != NULL && g_strcmp0 (id, based_on) == 0)
        break;
      if (entry->kind == CSM_ENTRY_MESSAGE && found == NULL)
        found = entry;
    }
  return found;
}

static char *
describe_moved (CsmWorkbench           *workbench,
                const CsmTimelineEntry *entry)
{
  CsmTimelineEntry *newer = find_newer (workbench, entry->record);
  CsmCaseDetail *detail = csm_workbench_get_detail (workbench);
  const char *name;
  g_autofree char *when = NULL;

  if (newer == NULL)
    return g_strdup (_("The case moved on while this was on its way. Look at it again before it goes out."));
  when = csm_format_clock (newer->at);
  if (g_strcmp0 (csm_json_get_string (newer->record, "direction"), "out") == 0)
    {
      name = csm_workbench_get_name (workbench, csm_json_get_string (newer->record, "authorId"));
      return g_strdup_printf (_("%s answered at %s, before this reply got out. Should it still go?"),
                              name != NULL ? name : _("A colleague"), when);
    }
  name = detail->customer != NULL ? csm_json_get_string (detail->customer, "name") : NULL;
  return g_strdup_printf (_("%s wrote again at %s, before this reply got out. Does it still fit?"),
                          name != NULL && name[0] != '\0' ? name : _("The customer"), when);
}

/**
 * csm_sending_problem:
 * @workbench: the window's workbench
 * @entry: a Submission on the timeline
 *
 * Returns: (transfer full) (nullable): why a person has to decide; %NULL when nobody has to
 */
char *
csm_sending_problem (CsmWorkbench           *workbench,
                     const CsmTimelineEntry *entry)
{
  if (entry->problem == NULL)
    return NULL;
  if (g_str_equal (entry->problem, "caseMoved"))
    return describe_moved (workbench, entry);
  if (g_str_equal (entry->problem, "cannotSend"))
    return g_strdup (_("This channel has no way out at the moment."));
  if (g_str_equal (entry->problem, "forbidden"))
    return g_strdup (_("You may not send from this channel."));
  return g_strdup (_("The server did not accept this reply."));
}

/**
 * csm_sending_delivery:
 * @message: an outgoing Message
 * @icon: (out): the icon's name
 *
 * Returns: (transfer full) (nullable): what became of it; %NULL when nothing is known, as for imported mail
 */
char *
csm_sending_delivery (JsonObject  *message,
                      const char **icon)
{
  JsonObject *delivery = csm_json_get_object (message, "delivery");
  const char *state = delivery != NULL ? csm_json_get_string (delivery, "state") : NULL;
  const char *why = delivery != NULL ? csm_json_get_string (delivery, "why") : NULL;

  *icon = "csm-waits-symbolic";
  if (state == NULL)
    return NULL;
  if (g_str_equal (state, "queued"))
    return g_strdup (_("Waits to be handed over"));
  if (g_str_equal (state, "handedOver"))
    return g_strdup (_("Being handed over"));
  if (g_str_equal (state, "held"))
    return g_strdup (_("Held back"));
  *icon = "object-select-symbolic";
  if (g_str_equal (state, "accepted"))
    return g_strdup (_("Sent"));
  *icon = "dialog-warning-symbolic";
  if (g_str_equal (state, "unknown"))
    return g_strdup (_("May not have been sent: the way out broke off"));
  if (g_str_equal (state, "failed"))
    return why != NULL ? g_strdup_printf (_("Not sent: %s"), why) : g_strdup (_("Not sent"));
  return NULL;
}

/**
 * csm_sending_undo:
 * @workbench: the window's workbench
 * @submission_id: a reply of the open case
 *
 * Puts a reply's text into the reply box again, where it is kept, and only then calls it back.
 */
void
csm_sending_undo (CsmWorkbench *workbench,
                  const char   *submission_id)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (workbench);

  for (guint i = detail != NULL ? detail->timeline->len : 0; i-- > 0;)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];
      g_autofree char *text = NULL;

      if (entry->kind != CSM_ENTRY_SUBMISSION
          || g_strcmp0 (csm_json_get_string (entry->record, "id"), submission_id) != 0)
        continue;
      text = g_strdup (csm_json_get_string (entry->record, "textBody"));
      csm_workbench_edit_reply (workbench, text);
      if (entry->op_seq != 0)
        {
          csm_workbench_resolve_op (workbench, entry->op_seq, CSM_OP_DROP);
        }
      else
        {
          CsmIntent *intent = csm_intent_new (_("Call back a reply"));
          JsonObject *patch = json_object_new ();

          json_object_set_string_member (patch, "undoStatus", "canceled");
          csm_intent_update (intent, CSM_TYPE_ID_SUBMISSION, submission_id, patch);
          csm_workbench_perform (workbench, intent, NULL);
        }
      return;
    }
}

/* --- a reply whose case was left --------------------------------------------------------------------------- */

CsmSent *
csm_sent_new (const char *case_id,
              const char *text,
              gint64      until)
{
  CsmSent *self = g_new0 (CsmSent, 1);

  self->case_id = g_strdup (case_id);
  self->text = g_strdup (text);
  self->until = until;
  return self;
}

void
csm_sent_free (CsmSent *self)
{
  if (self == NULL)
    return;
  g_free (self->case_id);
  g_free (self->text);
  g_free (self);
}

typedef struct
{
  CsmWorkbench *workbench;
  char         *case_id;
  char         *text;
} Return;

static gboolean
is_shown (CsmWorkbench *workbench,
          const char   *case_id)
{
  return g_strcmp0 (csm_workbench_get_case_id (workbench), case_id) == 0 && csm_workbench_get_detail (workbench) != NULL;
}

/* Only now that the text is kept can its case be opened again with it. */
static void
kept_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  Return *back = data;
  g_autoptr (GError) error = NULL;

  if (!csm_cache_return_draft_finish (CSM_CACHE (source), result, &error))
    g_warning ("Keeping a draft failed: %s", error->message);
  if (is_shown (back->workbench, back->case_id))
    csm_workbench_edit_reply (back->workbench, back->text);
  else if (csm_workbench_get_cache (back->workbench) != NULL)
    csm_workbench_show_case (back->workbench, back->case_id);
  g_object_unref (back->workbench);
  g_free (back->case_id);
  g_free (back->text);
  g_free (back);
}

/**
 * csm_sending_put_back:
 * @workbench: the window's workbench
 * @case_id: the case that it was written in
 * @text: what does not go out
 *
 * Puts @text into the reply box of its case again, and opens that when it isn't open. It is written down before anything
 * that is asked of the cache afterwards.
 */
void
csm_sending_put_back (CsmWorkbench *workbench,
                      const char   *case_id,
                      const char   *text)
{
  Return *back;

  if (csm_workbench_get_cache (workbench) == NULL)
    return;
  if (is_shown (workbench, case_id))
    {
      csm_workbench_edit_reply (workbench, text);
      return;
    }
  back = g_new0 (Return, 1);
  back->workbench = g_object_ref (workbench);
  back->case_id = g_strdup (case_id);
  back->text = g_strdup (text);
  csm_cache_return_draft_async (csm_workbench_get_cache (workbench), case_id, text, NULL, kept_cb, back);
}

typedef struct
{
  CsmWorkbench *workbench;
  CsmSent      *sent;
} Offer;

static void
offer_free (gpointer  data,
            GClosure *closure)
{
  Offer *offer = data;

  g_object_unref (offer->workbench);
  csm_sent_free (offer->sent);
  g_free (offer);
}

static void
call_back_cb (AdwToast *toast,
              Offer    *offer)
{
  if (csm_workbench_get_cache (offer->workbench) == NULL)
    return;
  csm_sending_put_back (offer->workbench, offer->sent->case_id, offer->sent->text);
  csm_workbench_undo_group (offer->workbench, offer->sent->group);
}

/**
 * csm_sending_offer_undo:
 * @workbench: the window's workbench
 * @sent: (transfer full): a reply whose case is not open any more
 *
 * In its case a reply on its way out has its own Undo; for who has gone on to another case a toast has it.
 */
void
csm_sending_offer_undo (CsmWorkbench *workbench,
                        CsmSent      *sent)
{
  int left = (int) ((sent->until - csm_time_now ()) / CSM_SECOND);
  g_autoptr (AdwToast) toast = NULL;
  g_autofree char *said = NULL;
  Offer *offer;

  if (left <= 0 || sent->group == 0)
    {
      csm_sent_free (sent);
      return;
    }
  said = g_strdup_printf (ngettext ("The reply is sent in %d second", "The reply is sent in %d seconds", (gulong) left), left);
  toast = adw_toast_new (said);
  offer = g_new0 (Offer, 1);
  offer->workbench = g_object_ref (workbench);
  offer->sent = sent;
  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_timeout (toast, (guint) left);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (call_back_cb), offer, offer_free, 0);
  g_signal_emit_by_name (workbench, "toast", toast);
}
