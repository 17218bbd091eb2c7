/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-lost-dialog.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-time.h"

/* Nobody reads more; all of them are put back, or let go. */
#define ROWS_MAX 200

struct _CsmLostDialog
{
  AdwWindow     parent_instance;
  CsmWorkbench *workbench;
  GCancellable *cancellable;
  GtkLabel     *text;
  GtkListBox   *restorable;
  GtkListBox   *others;
  GtkWidget    *restorable_group;
  GtkWidget    *others_group;
  GtkLabel     *more_label;
  GtkWidget    *buttons;
  GtkWidget    *restore_button;
  GtkButton    *discard_button;
  GtkSpinner   *spinner;
  gboolean      restored;  /* what is left can't be put back */
};

static void load (CsmLostDialog *self);

G_DEFINE_FINAL_TYPE (CsmLostDialog, csm_lost_dialog, ADW_TYPE_WINDOW)

static const char *
say_type (CsmTypeId type)
{
  switch ((int) type)
    {
    case CSM_TYPE_ID_CASE: return _("Case");
    case CSM_TYPE_ID_COMMENT: return _("Note to colleagues");
    case CSM_TYPE_ID_MESSAGE: return _("Message");
    case CSM_TYPE_ID_SUBMISSION: return _("Reply");
    case CSM_TYPE_ID_CUSTOMER: return _("Customer");
    case CSM_TYPE_ID_CONVERSATION: return _("Conversation");
    case CSM_TYPE_ID_TAG: return _("Tag");
    case CSM_TYPE_ID_SHARED_COMMENT: return _("Note to a partner");
    case CSM_TYPE_ID_TASK: return _("Task");
    case CSM_TYPE_ID_DRAFT: return _("Shared draft");
    case CSM_TYPE_ID_SNIPPET: return _("Snippet");
    case CSM_TYPE_ID_TEMPLATE: return _("Template");
    case CSM_TYPE_ID_ARTICLE: return _("Article");
    case CSM_TYPE_ID_SERVICE_LEVEL: return _("Service level");
    case CSM_TYPE_ID_CALENDAR: return _("Working hours");
    case CSM_TYPE_ID_RULE: return _("Rule");
    case CSM_TYPE_ID_VIEW: return _("Saved search");
    case CSM_TYPE_ID_EVENT: return _("History");
    case CSM_TYPE_ID_PERSON: return _("Person");
    case CSM_TYPE_ID_TEAM: return _("Team");
    case CSM_TYPE_ID_CHANNEL: return _("Channel");
    default: return _("Change");
    }
}

static GtkWidget *
make_row (const CsmLostRecord *lost)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *when = lost->at != CSM_TIME_NONE ? csm_format_clock (lost->at) : NULL;
  g_autofree char *subtitle = when != NULL ? g_strdup_printf ("%s · %s", say_type (lost->type), when) : g_strdup (say_type (lost->type));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), lost->title != NULL && lost->title[0] != '\0' ? lost->title : say_type (lost->type));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2);
  return row;
}

static void
clear (GtkListBox *list)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (list, 0)) != NULL)
    gtk_list_box_remove (list, GTK_WIDGET (row));
}

static void
set_busy (CsmLostDialog *self,
          gboolean       busy)
{
  gtk_widget_set_sensitive (self->buttons, !busy);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
  gtk_spinner_set_spinning (self->spinner, busy);
}

/**
 * csm_lost_dialog_show:
 * @self: a dialog
 * @lost: (element-type CsmLostRecord): what the server has no more
 *
 * Lists it, what can be put back first.
 */
void
csm_lost_dialog_show (CsmLostDialog *self,
                      GPtrArray     *lost)
{
  guint n[2] = { 0, 0 };
  guint left_out;
  g_autofree char *more = NULL;

  g_return_if_fail (CSM_IS_LOST_DIALOG (self));
  clear (self->restorable);
  clear (self->others);
  for (guint i = 0; i < lost->len; i++)
    {
      const CsmLostRecord *record = lost->pdata[i];

      if (n[record->restorable]++ < ROWS_MAX)
        gtk_list_box_append (record->restorable ? self->restorable : self->others, make_row (record));
    }
  left_out = (n[0] > ROWS_MAX ? n[0] - ROWS_MAX : 0) + (n[1] > ROWS_MAX ? n[1] - ROWS_MAX : 0);
  more = g_strdup_printf (ngettext ("and %u more", "and %u more", left_out), left_out);
  gtk_label_set_text (self->more_label, more);
  gtk_widget_set_visible (GTK_WIDGET (self->more_label), left_out > 0);
  gtk_widget_set_visible (self->restorable_group, n[1] > 0);
  gtk_widget_set_visible (self->others_group, n[0] > 0);
  gtk_widget_set_visible (self->restore_button, n[1] > 0);
  gtk_button_set_label (self->discard_button, self->restored ? _("_Done") : _("_Discard"));
  gtk_label_set_text (self->text, self->restored ? _("The rest was put back. These can’t be: no person can make them.")
                                                 : _("The server was restored from a backup. These were on it before; now they are on this computer alone."));
  set_busy (self, FALSE);
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmLostDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) lost = csm_account_list_lost_finish (CSM_ACCOUNT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->workbench == NULL)
    return;
  if (lost == NULL)
    {
      g_warning ("Listing what the server lost failed: %s", error->message);
      set_busy (self, FALSE);
    }
  else if (lost->len == 0)
    {
      gtk_window_close (GTK_WINDOW (self));
    }
  else
    {
      csm_lost_dialog_show (self, lost);
    }
}

static void
load (CsmLostDialog *self)
{
  set_busy (self, TRUE);
  csm_account_list_lost_async (csm_workbench_get_account (self->workbench), self->cancellable, listed_cb, g_object_ref (self));
}

static void
restored_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (CsmLostDialog) self = data;
  g_autoptr (GError) error = NULL;

  if (self->workbench == NULL)
    return;
  self->restored = csm_account_restore_lost_finish (CSM_ACCOUNT (source), result, &error);
  if (self->restored)
    csm_workbench_say (self->workbench, _("It goes back to the server"));
  else
    g_warning ("Putting back what the server lost failed: %s", error->message);
  load (self);
}

static void
restore_cb (CsmLostDialog *self)
{
  set_busy (self, TRUE);
  csm_account_restore_lost_async (csm_workbench_get_account (self->workbench), NULL, restored_cb, g_object_ref (self));
}

static void
discarded_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (CsmLostDialog) self = data;
  g_autoptr (GError) error = NULL;

  if (!csm_account_discard_lost_finish (CSM_ACCOUNT (source), result, &error))
    g_warning ("Letting go of what the server lost failed: %s", error->message);
  if (self->workbench != NULL)
    gtk_window_close (GTK_WINDOW (self));
}

static void
discard (CsmLostDialog *self)
{
  set_busy (self, TRUE);
  csm_account_discard_lost_async (csm_workbench_get_account (self->workbench), NULL, discarded_cb, g_object_ref (self));
}

static void
sure_cb (CsmLostDialog *self,
         const char    *response)
{
  if (g_strcmp0 (response, "discard") == 0)
    discard (self);
}

/* The one thing here that can't be undone. */
static void
discard_cb (CsmLostDialog *self)
{
  GtkWidget *dialog;

  if (self->restored)
    {
      discard (self);
      return;
    }
  dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Discard What Is Only Here?"),
                                   _("The server does not have it, and this computer forgets it. That can’t be undone."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "keep", _("_Keep"), "discard", _("_Discard"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "discard", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  g_signal_connect_object (dialog, "response", G_CALLBACK (sure_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
csm_lost_dialog_dispose (GObject *object)
{
  CsmLostDialog *self = CSM_LOST_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->workbench);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_LOST_DIALOG);
  G_OBJECT_CLASS (csm_lost_dialog_parent_class)->dispose (object);
}

static void
csm_lost_dialog_class_init (CsmLostDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_lost_dialog_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-lost-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmLostDialog, text);
  gtk_widget_class_bind_template_child (widget_class, CsmLostDialog, restorable);
  gtk_widget_class_bind_template_child (widget_class, CsmLostDialog, others);
  gtk_widget_class_bind_template_child (widget_class, CsmLostDialog, restorable_group);
  gtk_widget_class_bind_template_child (widget_class, CsmLostDialog, others_group);
  gtk_widget_class_bind_template_child (widget_class, CsmLostDialog, more_label);
  gtk_widget_class_bind_template_child (widget_class, CsmLostDialog, buttons);
  gtk_widget_class_bind_template_child (widget_class, CsmLostDialog, restore_button);
  gtk_widget_class_bind_template_child (widget_class, CsmLostDialog, discard_button);
  gtk_widget_class_bind_template_child (widget_class, CsmLostDialog, spinner);
  gtk_widget_class_bind_template_callback (widget_class, restore_cb);
  gtk_widget_class_bind_template_callback (widget_class, discard_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
csm_lost_dialog_init (CsmLostDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Returns: (transfer none): a dialog that fills itself, not shown yet */
GtkWindow *
csm_lost_dialog_new (GtkWindow    *parent,
                     CsmWorkbench *workbench)
{
  CsmLostDialog *self = g_object_new (CSM_TYPE_LOST_DIALOG, "transient-for", parent, NULL);

  self->workbench = g_object_ref (workbench);
  load (self);
  return GTK_WINDOW (self);
}
