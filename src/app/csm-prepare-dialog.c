/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-prepare-dialog.h"

#include <glib/gi18n.h>

struct _CsmPrepareDialog
{
  AdwWindow       parent_instance;
  CsmWorkbench   *workbench;
  GCancellable   *cancellable;  /* of what is under way; NULL: nothing is */
  AdwStatusPage  *page;
  GtkProgressBar *progress;
  GtkButton      *close_button;
  GtkWidget      *again_button;
};

G_DEFINE_FINAL_TYPE (CsmPrepareDialog, csm_prepare_dialog, ADW_TYPE_WINDOW)

static void
end (CsmPrepareDialog *self,
     gboolean          again)
{
  g_clear_object (&self->cancellable);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), FALSE);
  gtk_widget_set_visible (self->again_button, again);
  gtk_button_set_label (self->close_button, _("_Close"));
}

static void
show_problem (CsmPrepareDialog *self,
              const GError     *error)
{
  CsmAccountState state = csm_account_get_state (csm_workbench_get_account (self->workbench));
  gboolean online = state == CSM_ACCOUNT_SYNCED || state == CSM_ACCOUNT_SYNCING;

  adw_status_page_set_icon_name (self->page, online ? "dialog-warning-symbolic" : "network-offline-symbolic");
  adw_status_page_set_title (self->page, online ? _("Something Is Missing") : _("You Are Offline"));
  adw_status_page_set_description (self->page, online ? _("Not everything could be fetched. What came is on this computer.")
                                                      : _("What is on this computer already stays here. More can be fetched with a connection."));
  g_info ("Preparing for a trip failed: %s", error->message);
  end (self, TRUE);
}

static void
progress_cb (guint    done,
             guint    total,
             gpointer data)
{
  csm_prepare_dialog_show_progress (data, done, total);
}

static void
prepared_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (CsmPrepareDialog) self = data;
  g_autoptr (GError) error = NULL;
  CsmPreparation preparation;

  if (csm_account_prepare_offline_finish (CSM_ACCOUNT (source), result, &preparation, &error))
    csm_prepare_dialog_show_result (self, &preparation);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && self->workbench != NULL)
    show_problem (self, error);
}

static void
again_cb (CsmPrepareDialog *self)
{
  csm_prepare_dialog_start (self);
}

static void
csm_prepare_dialog_dispose (GObject *object)
{
  CsmPrepareDialog *self = CSM_PREPARE_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->workbench);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_PREPARE_DIALOG);
  G_OBJECT_CLASS (csm_prepare_dialog_parent_class)->dispose (object);
}

static void
csm_prepare_dialog_class_init (CsmPrepareDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_prepare_dialog_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-prepare-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmPrepareDialog, page);
  gtk_widget_class_bind_template_child (widget_class, CsmPrepareDialog, progress);
  gtk_widget_class_bind_template_child (widget_class, CsmPrepareDialog, close_button);
  gtk_widget_class_bind_template_child (widget_class, CsmPrepareDialog, again_button);
  gtk_widget_class_bind_template_callback (widget_class, again_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
csm_prepare_dialog_init (CsmPrepareDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Returns: (transfer none): a dialog, not shown yet; see csm_prepare_dialog_start() */
GtkWindow *
csm_prepare_dialog_new (GtkWindow    *parent,
                        CsmWorkbench *workbench)
{
  CsmPrepareDialog *self = g_object_new (CSM_TYPE_PREPARE_DIALOG, "transient-for", parent, NULL);

  self->workbench = g_object_ref (workbench);
  return GTK_WINDOW (self);
}

/* Begins to fetch what is missing; closing the dialog ends that. */
void
csm_prepare_dialog_start (CsmPrepareDialog *self)
{
  g_return_if_fail (CSM_IS_PREPARE_DIALOG (self));
  if (self->cancellable != NULL)
    return;
  self->cancellable = g_cancellable_new ();
  adw_status_page_set_icon_name (self->page, "csm-here-symbolic");
  adw_status_page_set_title (self->page, _("Preparing for Offline"));
  adw_status_page_set_description (self->page, _("Looking for what is missing…"));
  gtk_widget_set_visible (GTK_WIDGET (self->progress), TRUE);
  gtk_progress_bar_set_fraction (self->progress, 0);
  gtk_widget_set_visible (self->again_button, FALSE);
  gtk_button_set_label (self->close_button, _("_Cancel"));
  csm_account_prepare_offline_async (csm_workbench_get_account (self->workbench), self->cancellable, progress_cb, self, prepared_cb,
                                     g_object_ref (self));
}

void
csm_prepare_dialog_show_progress (CsmPrepareDialog *self,
                                  guint             done,
                                  guint             total)
{
  g_autofree char *text = NULL;

  if (self->cancellable == NULL || total == 0)
    return;
  /* Translators: of all cases and files that are fetched, how many are here */
  text = g_strdup_printf (_("%u of %u cases and files"), done, total);
  adw_status_page_set_description (self->page, text);
  gtk_progress_bar_set_fraction (self->progress, (double) done / total);
}

/* Says what is here in the end, and what is not. */
void
csm_prepare_dialog_show_result (CsmPrepareDialog     *self,
                                const CsmPreparation *preparation)
{
  gboolean whole = preparation->n_missing == 0;
  g_autofree char *cases = g_strdup_printf (ngettext ("%u case", "%u cases", preparation->n_cases), preparation->n_cases);
  g_autofree char *size = g_format_size (preparation->bytes);
  g_autofree char *files = NULL;
  g_autofree char *here = NULL;
  g_autofree char *missing = NULL;
  g_autofree char *all = NULL;

  if (self->workbench == NULL)
    return;
  files = g_strdup_printf (ngettext ("%u file (%s)", "%u files (%s)", preparation->n_files), preparation->n_files, size);
  /* Translators: "40 cases and 12 files (3.4 MB) are on this computer." */
  here = preparation->n_files > 0 ? g_strdup_printf (_("%s and %s are on this computer."), cases, files)
                                  : g_strdup_printf (ngettext ("%u case is on this computer.", "%u cases are on this computer.", preparation->n_cases),
                                                     preparation->n_cases);
  missing = g_strdup_printf (ngettext ("%u thing is missing: it could not be fetched, or there is no room for it.",
                                       "%u things are missing: they could not be fetched, or there is no room for them.", preparation->n_missing),
                             preparation->n_missing);
  all = whole ? g_strdup (here) : g_strdup_printf ("%s\n%s", here, missing);
  adw_status_page_set_icon_name (self->page, whole ? "object-select-symbolic" : "dialog-warning-symbolic");
  adw_status_page_set_title (self->page, whole ? _("Ready for Offline") : _("Almost Ready"));
  adw_status_page_set_description (self->page, all);
  end (self, !whole);
}
