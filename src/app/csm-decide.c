/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-decide.h"

#include <glib/gi18n.h>

#include "csm-error.h"
#include "csm-json.h"
#include "csm-sending.h"

/* So long a decision may take to be written; after that it did not work, and can be made again. */
#define HOLD_S 4

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static gboolean
release_cb (gpointer data)
{
  g_autoptr (GtkWidget) widget = g_weak_ref_get (data);

  if (widget != NULL)
    gtk_widget_set_sensitive (widget, TRUE);
  return G_SOURCE_REMOVE;
}

/* Lets nobody decide twice about what @widget shows: it goes when the decision is written. */
void
csm_decide_hold (GtkWidget *widget)
{
  GWeakRef *ref = g_new0 (GWeakRef, 1);

  g_weak_ref_init (ref, widget);
  gtk_widget_set_sensitive (widget, FALSE);
  g_timeout_add_seconds_full (G_PRIORITY_DEFAULT, HOLD_S, release_cb, ref, weak_ref_free);
}

/* What an operation was, to do it again. */
typedef struct
{
  CsmTypeId   type;
  char       *kind;
  char       *label;
  char       *record_id;
  char       *case_id;
  JsonObject *payload;
} Dropped;

static void
dropped_free (gpointer data)
{
  Dropped *dropped = data;

  g_free (dropped->kind);
  g_free (dropped->label);
  g_free (dropped->record_id);
  g_free (dropped->case_id);
  g_clear_pointer (&dropped->payload, json_object_unref);
  g_free (dropped);
}

static Dropped *
dropped_new (const CsmOperation *op)
{
  Dropped *dropped = g_new0 (Dropped, 1);

  dropped->type = op->type;
  dropped->kind = g_strdup (op->kind);
  dropped->label = g_strdup (op->label);
  dropped->record_id = g_strdup (op->record_id);
  dropped->case_id = g_strdup (op->case_id);
  dropped->payload = op->payload != NULL ? csm_json_copy_object (op->payload) : NULL;
  return dropped;
}

/* A reply comes back as a text: whoever took it out shall look at it once more before it goes to a customer. */
static void
undo_drop_cb (CsmWorkbench *workbench,
              gpointer      data)
{
  Dropped *dropped = data;
  CsmIntent *intent;

  if (csm_workbench_get_cache (workbench) == NULL)
    return;
  if (dropped->type == CSM_TYPE_ID_SUBMISSION)
    {
      csm_sending_put_back (workbench, dropped->case_id, csm_json_get_string (dropped->payload, "textBody"), dropped->payload);
      return;
    }
  intent = csm_intent_new (dropped->label);
  if (g_str_equal (dropped->kind, "create"))
    {
      JsonObject *record = csm_json_copy_object (dropped->payload);

      json_object_set_string_member (record, "id", dropped->record_id);
      g_free (csm_intent_create (intent, dropped->type, record));
    }
  else if (g_str_equal (dropped->kind, "update"))
    {
      csm_intent_update (intent, dropped->type, dropped->record_id, csm_json_copy_object (dropped->payload));
    }
  else
    {
      csm_intent_destroy (intent, dropped->type, dropped->record_id);
    }
  csm_workbench_perform (workbench, intent, NULL);
}

/* Whether it can be done again: what this version can't read, it can't. */
static gboolean
can_undo (const CsmOperation *op)
{
  if (op->type >= CSM_N_TYPES || op->kind == NULL || op->record_id == NULL)
    return FALSE;
  if (op->type == CSM_TYPE_ID_SUBMISSION && (op->case_id == NULL || !g_str_equal (op->kind, "create")))
    return FALSE;
  return op->payload != NULL || g_str_equal (op->kind, "destroy");
}

static void
undo_group_cb (CsmWorkbench *workbench,
               gpointer      data)
{
  csm_workbench_undo_group (workbench, *(gint64 *) data);
}

static void
offer_undo_of_group (CsmWorkbench *workbench,
                     const char   *said,
                     gint64        group)
{
  gint64 *copy = g_new (gint64, 1);

  *copy = group;
  csm_workbench_offer_undo (workbench, said, undo_group_cb, copy, g_free);
}

static void
drop (CsmWorkbench       *workbench,
      const CsmOperation *op,
      const char         *said)
{
  csm_workbench_resolve_op (workbench, op->seq, CSM_OP_DROP);
  /* What may have arrived would be a second mail if it came back as a text: it comes back as what it was. */
  if (op->type == CSM_TYPE_ID_SUBMISSION && op->sends > 0)
    offer_undo_of_group (workbench, _("The reply is discarded here, but may have arrived already"), op->group);
  else if (can_undo (op))
    csm_workbench_offer_undo (workbench, said, undo_drop_cb, dropped_new (op), dropped_free);
  else
    csm_workbench_say (workbench, said);
}

/* The same again. */
void
csm_decide_retry (CsmWorkbench       *workbench,
                  const CsmOperation *op)
{
  csm_workbench_resolve_op (workbench, op->seq, CSM_OP_RETRY);
}

static void
confirm (CsmWorkbench       *workbench,
         const CsmOperation *op,
         const char         *said)
{
  csm_workbench_resolve_op (workbench, op->seq, CSM_OP_RETRY_CONFIRMED);
  offer_undo_of_group (workbench, said, op->group);
}

/* A reply goes out though the case moved on, or though it is old. */
void
csm_decide_send_anyway (CsmWorkbench       *workbench,
                        const CsmOperation *op)
{
  Dropped *dropped = dropped_new (op);

  csm_workbench_resolve_op (workbench, op->seq, CSM_OP_RETRY_CONFIRMED);
  if (op->type == CSM_TYPE_ID_SUBMISSION && dropped->payload != NULL)
    csm_sending_remember (workbench, op->group, dropped->payload);
  csm_workbench_say (workbench, _("The reply goes out as it is"));
  dropped_free (dropped);
}

/* What I did holds, on top of what is there now. */
void
csm_decide_keep_mine (CsmWorkbench       *workbench,
                      const CsmOperation *op)
{
  confirm (workbench, op, _("Your version is kept"));
}

/* What somebody else did holds. */
void
csm_decide_keep_theirs (CsmWorkbench       *workbench,
                        const CsmOperation *op)
{
  drop (workbench, op, _("The other version is kept"));
}

static void
edited_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GError) error = NULL;

  if (csm_workbench_edit_op_finish (CSM_WORKBENCH (source), result, &error))
    return;
  g_message ("what waits can't be edited: %s", error->message);
  if (g_error_matches (error, CSM_ERROR, CSM_ERROR_EXISTS))
    csm_workbench_say (CSM_WORKBENCH (source), _("It may have arrived already: try again instead"));
  else
    csm_workbench_say (CSM_WORKBENCH (source), _("It has left already"));
}

/* Back into the box that it was written in; it doesn't wait any more. */
void
csm_decide_edit (CsmWorkbench       *workbench,
                 const CsmOperation *op)
{
  csm_workbench_edit_op_async (workbench, op->seq, edited_cb, NULL);
}

/* It is not done. */
void
csm_decide_drop (CsmWorkbench       *workbench,
                 const CsmOperation *op)
{
  if (op->type == CSM_TYPE_ID_SUBMISSION)
    drop (workbench, op, _("The reply is discarded"));
  else
    drop (workbench, op, _("The change is dropped"));
}
