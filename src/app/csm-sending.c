/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-sending.h"

#include <glib/gi18n.h>

#include "csm-error.h"
#include "csm-format.h"
#include "csm-json.h"
#include "csm-later-line.h"
#include "csm-time.h"
#include "csm-toast.h"

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

/* Returns: (transfer full) (nullable): one line: how a reply that is not a message yet stands */
char *
csm_sending_describe (CsmWorkbench           *workbench,
                      const CsmTimelineEntry *entry)
{
  gint64 left = csm_sending_undo_until (entry) - csm_time_now ();
  CsmAccountState state = csm_account_get_state (csm_workbench_get_account (workbench));

  if (g_strcmp0 (csm_json_get_string (entry->record, "undoStatus"), "canceled") == 0)
    return g_strdup (_("Called back"));
  /* A line of its own says so. */
  if (csm_later_is (entry->record))
    return NULL;
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
  if (g_str_equal (entry->problem, "stale"))
    return g_strdup (_("This was written more than a week ago, and not sent since. Does it still fit?"));
  if (g_str_equal (entry->problem, "fileMissing"))
    return g_strdup (_("A file that goes along is not on this computer any more."));
  if (g_str_equal (entry->problem, "tooLarge"))
    return g_strdup (_("It is too large for the server."));
  if (g_str_equal (entry->problem, "cannotSend"))
    return g_strdup (_("This channel has no way out at the moment."));
  if (g_str_equal (entry->problem, "needsReview"))
    return g_strdup (_("Somebody has to approve what leaves this channel. Edit it to ask for a review."));
  if (g_str_equal (entry->problem, "forbidden"))
    return g_strdup (_("You may not send from this channel."));
  return g_strdup (_("The server did not accept this reply."));
}

/* --- calling back ------------------------------------------------------------------------------------------ */

typedef struct
{
  CsmWorkbench *workbench;
  gint64        group;
  JsonObject   *submission;
} CallBack;

static void
call_back_free (gpointer data)
{
  CallBack *back = data;

  g_object_unref (back->workbench);
  json_object_unref (back->submission);
  g_free (back);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CallBack, call_back_free)

static CallBack *
call_back_new (CsmWorkbench *workbench,
               gint64        group,
               JsonObject   *submission)
{
  CallBack *back = g_new0 (CallBack, 1);

  back->workbench = g_object_ref (workbench);
  back->group = group;
  back->submission = json_object_ref (submission);
  return back;
}

/* Only what does not go out comes back into the box: else it might go twice. */
static void
called_back_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr (CallBack) back = data;
  g_autoptr (GError) error = NULL;

  if (csm_cache_undo_finish (CSM_CACHE (source), result, &error))
    {
      csm_sending_put_back (back->workbench, csm_json_get_string (back->submission, "caseId"),
                            csm_json_get_string (back->submission, "textBody"), back->submission);
      return;
    }
  g_message ("a reply can't be called back: %s", error->message);
  csm_workbench_say (back->workbench, _("The reply has left and can’t be called back"));
}

static void
call_back (CsmWorkbench *workbench,
           gint64        group,
           JsonObject   *submission)
{
  if (csm_workbench_get_cache (workbench) == NULL)
    return;
  csm_workbench_keep_texts (workbench);
  csm_cache_undo_async (csm_workbench_get_cache (workbench), group, NULL, called_back_cb, call_back_new (workbench, group, submission));
}

static void
undo_cb (CsmWorkbench *workbench,
         gpointer      data)
{
  CallBack *back = data;

  call_back (workbench, back->group, back->submission);
}

static void
forget (gpointer data)
{
  CallBack *back = data;

  json_object_unref (back->submission);
  g_free (back);
}

/**
 * csm_sending_remember:
 * @workbench: the window's workbench
 * @group: the number under which a reply was saved
 * @submission: the reply
 *
 * The key that undoes the last thing calls it back, until it has been handed over.
 */
void
csm_sending_remember (CsmWorkbench *workbench,
                      gint64        group,
                      JsonObject   *submission)
{
  CallBack *back = g_new0 (CallBack, 1);

  /* The workbench holds this, not the other way round. */
  back->group = group;
  back->submission = json_object_ref (submission);
  csm_workbench_offer_undo (workbench, NULL, undo_cb, back, forget);
}

static void
cancel (CsmWorkbench *workbench,
        JsonObject   *submission)
{
  CsmIntent *intent = csm_intent_new (_("Call back a reply"));
  JsonObject *patch = json_object_new ();

  json_object_set_string_member (patch, "undoStatus", "canceled");
  csm_intent_update (intent, CSM_TYPE_ID_SUBMISSION, csm_json_get_string (submission, "id"), patch);
  csm_workbench_perform (workbench, intent, NULL);
}

typedef struct
{
  JsonObject *submission;
  gint64      seq;
} Editing;

/* It is on its way just now: it may be called back all the same. */
static void
edited_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  CsmWorkbench *workbench = CSM_WORKBENCH (source);
  Editing *editing = data;
  g_autoptr (GError) error = NULL;
  gboolean edited = csm_workbench_edit_op_finish (workbench, result, &error);

  if (g_error_matches (error, CSM_ERROR, CSM_ERROR_EXISTS))
    {
      csm_workbench_say (workbench, _("It may have arrived already: try again instead"));
    }
  else if (!edited)
    {
      g_info ("A reply is on its way: %s", error->message);
      csm_workbench_edit_reply (workbench, csm_json_get_string (editing->submission, "textBody"), editing->submission);
      csm_workbench_resolve_op (workbench, editing->seq, CSM_OP_DROP);
    }
  json_object_unref (editing->submission);
  g_free (editing);
}

/**
 * csm_sending_take_back:
 * @workbench: the window's workbench
 * @submission: a reply that has not left
 * @op_seq: the operation that creates it, while it waits here; or 0
 *
 * It does not go out; its text is in the reply box of its case again.
 */
void
csm_sending_take_back (CsmWorkbench *workbench,
                       JsonObject   *submission,
                       gint64        op_seq)
{
  g_autoptr (JsonObject) kept = json_object_ref (submission);

  if (op_seq != 0)
    {
      Editing *editing = g_new0 (Editing, 1);

      editing->submission = json_object_ref (submission);
      editing->seq = op_seq;
      csm_workbench_edit_op_async (workbench, op_seq, edited_cb, editing);
      return;
    }
  csm_sending_put_back (workbench, csm_json_get_string (kept, "caseId"), csm_json_get_string (kept, "textBody"), kept);
  cancel (workbench, kept);
}

/**
 * csm_sending_undo:
 * @workbench: the window's workbench
 * @submission_id: a reply of the open case
 *
 * Calls a reply back; it is in the reply box again.
 */
void
csm_sending_undo (CsmWorkbench *workbench,
                  const char   *submission_id)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (workbench);

  for (guint i = detail != NULL ? detail->timeline->len : 0; i-- > 0;)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];

      if (entry->kind != CSM_ENTRY_SUBMISSION
          || g_strcmp0 (csm_json_get_string (entry->record, "id"), submission_id) != 0)
        continue;
      csm_sending_take_back (workbench, entry->record, entry->op_seq);
      return;
    }
}

typedef struct
{
  CsmWorkbench *workbench;
  char         *case_id;
  char         *text;
  JsonObject   *parts;
} Return;

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
  if (csm_workbench_get_cache (back->workbench) != NULL)
    {
      csm_workbench_show_case (back->workbench, back->case_id);
      csm_workbench_edit_reply (back->workbench, back->text, back->parts);
    }
  g_object_unref (back->workbench);
  g_clear_pointer (&back->parts, json_object_unref);
  g_free (back->case_id);
  g_free (back->text);
  g_free (back);
}

/**
 * csm_sending_put_back:
 * @workbench: the window's workbench
 * @case_id: the case that it was written in
 * @text: what does not go out
 * @parts: (nullable): whom it was for and what went along: to, cc, attachments
 *
 * Puts @text into the reply box of its case again, and opens that when it isn't open. It is written down before anything
 * that is asked of the cache afterwards.
 */
void
csm_sending_put_back (CsmWorkbench *workbench,
                      const char   *case_id,
                      const char   *text,
                      JsonObject   *parts)
{
  Return *back;

  if (csm_workbench_get_cache (workbench) == NULL)
    return;
  if (g_strcmp0 (csm_workbench_get_case_id (workbench), case_id) == 0 && csm_workbench_get_detail (workbench) != NULL)
    {
      csm_workbench_edit_reply (workbench, text, parts);
      return;
    }
  back = g_new0 (Return, 1);
  back->workbench = g_object_ref (workbench);
  back->case_id = g_strdup (case_id);
  back->text = g_strdup (text);
  back->parts = parts != NULL ? json_object_ref (parts) : NULL;
  csm_cache_return_draft_async (csm_workbench_get_cache (workbench), case_id, text, NULL, kept_cb, back);
}

static void
undo_discard_cb (CsmWorkbench *workbench,
                 gpointer      data)
{
  JsonObject *submission = data;

  csm_sending_put_back (workbench, csm_json_get_string (submission, "caseId"), csm_json_get_string (submission, "textBody"), submission);
}

static void
undo_doubtful_cb (CsmWorkbench *workbench,
                  gpointer      data)
{
  csm_workbench_undo_group (workbench, *(gint64 *) data);
}

/*
 * A reply that needs a decision does not go out; until something else is done its text can be had again. What may have
 * arrived would be a second mail if it came back as a text: it comes back as what it was.
 */
void
csm_sending_discard (CsmWorkbench           *workbench,
                     const CsmTimelineEntry *entry)
{
  csm_workbench_resolve_op (workbench, entry->op_seq, CSM_OP_DROP);
  if (entry->doubtful != 0)
    {
      csm_workbench_offer_undo (workbench, _("The reply is discarded here, but may have arrived already"), undo_doubtful_cb,
                                g_memdup2 (&entry->doubtful, sizeof entry->doubtful), g_free);
      return;
    }
  csm_workbench_offer_undo (workbench, _("The reply is discarded"), undo_discard_cb, json_object_ref (entry->record),
                            (GDestroyNotify) json_object_unref);
}

/* --- a reply whose case was left --------------------------------------------------------------------------- */

CsmSent *
csm_sent_new (gint64 until)
{
  CsmSent *self = g_new0 (CsmSent, 1);

  self->until = until;
  return self;
}

/* It is in the outbox, as @group. */
void
csm_sent_set_saved (CsmSent    *self,
                    gint64      group,
                    JsonObject *submission)
{
  g_clear_pointer (&self->submission, json_object_unref);
  self->submission = json_object_ref (submission);
  self->group = group;
}

void
csm_sent_free (CsmSent *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->submission, json_object_unref);
  g_free (self);
}

static void
toast_clicked_cb (AdwToast *toast,
                  CallBack *back)
{
  call_back (back->workbench, back->group, back->submission);
}

static void
toast_gone_cb (gpointer  data,
               GClosure *closure)
{
  call_back_free (data);
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
  g_autoptr (CsmSent) owned = sent;
  int left = (int) ((owned->until - csm_time_now ()) / CSM_SECOND);
  g_autoptr (AdwToast) toast = NULL;
  g_autofree char *said = NULL;

  if (left <= 0 || owned->group == 0)
    return;
  said = g_strdup_printf (ngettext ("The reply is sent in %d second", "The reply is sent in %d seconds", (gulong) left), left);
  toast = csm_toast_new (said);
  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_timeout (toast, (guint) left);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (toast_clicked_cb),
                         call_back_new (workbench, owned->group, owned->submission), toast_gone_cb, 0);
  g_signal_emit_by_name (workbench, "toast", toast);
}
