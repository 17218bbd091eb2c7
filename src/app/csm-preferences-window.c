/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-preferences-window.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-account-page.h"
#include "csm-notifications-group.h"
#include "csm-preferences-pages.h"
#include "csm-signature-group.h"

struct _CsmPreferencesWindow
{
  AdwPreferencesWindow parent_instance;
  GtkSpinButton       *send_delay;
  GtkSwitch           *single_keys;
  CsmNotificationsGroup *notifications;
  GtkSpinButton       *budget;
  GtkSwitch           *attachments;
  GtkWidget           *used_row;
  GtkLabel            *used_size;
  GtkLabel            *used_label;
  GtkLevelBar         *used_bar;
  GtkWidget           *full_label;
  GSettings           *settings;
  CsmWorkbench        *workbench;    /* NULL: nobody is signed in */
  GCancellable        *cancellable;
  CsmCacheSize         size;
  CsmSignatureGroup   *signatures;
  AdwPreferencesPage  *reading_page;
  AdwPreferencesGroup *sending_group;
};

enum { SIGN_OUT, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmPreferencesWindow, csm_preferences_window, ADW_TYPE_PREFERENCES_WINDOW)

static void
sign_out_cb (CsmPreferencesWindow *self)
{
  g_signal_emit (self, signals[SIGN_OUT], 0);
}

/* --- what is kept here ------------------------------------------------------------------------------------- */

static void
show_used (CsmPreferencesWindow *self)
{
  guint64 budget = g_settings_get_uint (self->settings, "offline-budget") * G_GUINT64_CONSTANT (1000000);
  g_autofree char *all = g_format_size (self->size.bytes);
  g_autofree char *attachments = g_format_size (self->size.attachment_bytes);
  /* Translators: how many of all cases are on this computer with all their messages, and how much of the room attachments take */
  g_autofree char *text = g_strdup_printf (_("%u of %u cases with all messages; attachments take %s"), self->size.n_resident_cases,
                                           self->size.n_cases, attachments);

  gtk_label_set_text (self->used_size, all);
  gtk_label_set_text (self->used_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->used_bar), budget > 0);
  gtk_level_bar_set_value (self->used_bar, budget > 0 ? MIN ((double) self->size.bytes / (double) budget, 1) : 0);
}

static void
measured_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (CsmPreferencesWindow) self = data;
  g_autoptr (GError) error = NULL;
  CsmCacheSize size;

  if (!csm_cache_measure_finish (CSM_CACHE (source), result, &size, &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_warning ("Measuring what is kept here failed: %s", error->message);
      return;
    }
  if (self->workbench == NULL)
    return;
  self->size = size;
  show_used (self);
}

static char *
say_budget (GtkSpinButton *button)
{
  g_autofree char *size = g_format_size ((guint64) gtk_spin_button_get_value (button) * 1000000);

  return gtk_spin_button_get_value (button) > 0 ? g_steal_pointer (&size) : g_strdup (_("No limit"));
}

/* People see "2.0 GB" and "No limit", and may type a number of megabytes. */
static gboolean
budget_output_cb (CsmPreferencesWindow *self)
{
  g_autofree char *text = say_budget (self->budget);

  if (!g_str_equal (text, gtk_editable_get_text (GTK_EDITABLE (self->budget))))
    gtk_editable_set_text (GTK_EDITABLE (self->budget), text);
  return TRUE;
}

static int
budget_input_cb (CsmPreferencesWindow *self,
                 double               *value)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->budget));
  g_autofree char *shown = say_budget (self->budget);
  char *end = NULL;

  if (g_str_equal (text, shown))
    {
      *value = gtk_spin_button_get_value (self->budget);
      return TRUE;
    }
  *value = g_strtod (text, &end);
  if (end == text)
    return GTK_INPUT_ERROR;
  if (strstr (end, "GB") != NULL)
    *value *= 1000;
  return TRUE;
}

static void
show_here (CsmPreferencesWindow *self)
{
  CsmCache *cache = csm_workbench_get_cache (self->workbench);

  gtk_widget_set_visible (self->used_row, cache != NULL);
  if (cache == NULL)
    return;
  gtk_widget_set_visible (self->full_label, csm_cache_get_full (cache));
  csm_cache_measure_async (cache, self->cancellable, measured_cb, g_object_ref (self));
}

/* The dialog belongs to the window behind this one. */
static void
prepare_cb (CsmPreferencesWindow *self)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  gtk_window_close (GTK_WINDOW (self));
  if (parent != NULL)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.prepare-offline", NULL);
}

static void
csm_preferences_window_dispose (GObject *object)
{
  CsmPreferencesWindow *self = CSM_PREFERENCES_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->workbench);
  g_clear_object (&self->settings);
  gtk_widget_dispose_template (GTK_WIDGET (object), CSM_TYPE_PREFERENCES_WINDOW);
  G_OBJECT_CLASS (csm_preferences_window_parent_class)->dispose (object);
}

static void
csm_preferences_window_class_init (CsmPreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_preferences_window_dispose;
  signals[SIGN_OUT] = g_signal_new ("sign-out", CSM_TYPE_PREFERENCES_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);
  g_type_ensure (CSM_TYPE_NOTIFICATIONS_GROUP);
  g_type_ensure (CSM_TYPE_SIGNATURE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-preferences-window.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmPreferencesWindow, send_delay);
  gtk_widget_class_bind_template_child (widget_class, CsmPreferencesWindow, single_keys);
  gtk_widget_class_bind_template_child (widget_class, CsmPreferencesWindow, notifications);
  gtk_widget_class_bind_template_child (widget_class, CsmPreferencesWindow, budget);
  gtk_widget_class_bind_template_child (widget_class, CsmPreferencesWindow, attachments);
  gtk_widget_class_bind_template_child (widget_class, CsmPreferencesWindow, used_row);
  gtk_widget_class_bind_template_child (widget_class, CsmPreferencesWindow, used_size);
  gtk_widget_class_bind_template_child (widget_class, CsmPreferencesWindow, used_label);
  gtk_widget_class_bind_template_child (widget_class, CsmPreferencesWindow, used_bar);
  gtk_widget_class_bind_template_child (widget_class, CsmPreferencesWindow, full_label);
  gtk_widget_class_bind_template_child (widget_class, CsmPreferencesWindow, signatures);
  gtk_widget_class_bind_template_child (widget_class, CsmPreferencesWindow, reading_page);
  gtk_widget_class_bind_template_child (widget_class, CsmPreferencesWindow, sending_group);
  gtk_widget_class_bind_template_callback (widget_class, prepare_cb);
  gtk_widget_class_bind_template_callback (widget_class, budget_output_cb);
  gtk_widget_class_bind_template_callback (widget_class, budget_input_cb);
}

static void
csm_preferences_window_init (CsmPreferencesWindow *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
add_account (CsmPreferencesWindow *self)
{
  g_autoptr (CsmMailboxAsker) asker = csm_mailbox_asker_new (csm_workbench_get_account (self->workbench));
  GtkWidget *page = csm_account_page_new (self->workbench, asker);

  g_signal_connect_object (page, "sign-out", G_CALLBACK (sign_out_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (self), ADW_PREFERENCES_PAGE (page));
}

/**
 * csm_preferences_window_new:
 * @parent: (nullable): the window that it belongs to
 * @settings: the app's settings
 * @workbench: (nullable): who is signed in; %NULL for nobody
 *
 * Returns: (transfer none): a window, not shown yet
 */
GtkWindow *
csm_preferences_window_new (GtkWindow    *parent,
                            GSettings    *settings,
                            CsmWorkbench *workbench)
{
  CsmPreferencesWindow *self = g_object_new (CSM_TYPE_PREFERENCES_WINDOW, "transient-for", parent, NULL);

  g_settings_bind (settings, "send-delay", self->send_delay, "value", G_SETTINGS_BIND_DEFAULT);
  csm_preferences_fill_reading (self->reading_page, settings);
  csm_preferences_fill_sending (self->sending_group, settings);
  csm_notifications_group_set_settings (self->notifications, settings);
  g_settings_bind (settings, "single-key-shortcuts", self->single_keys, "active", G_SETTINGS_BIND_DEFAULT);
  self->settings = g_object_ref (settings);
  g_settings_bind (settings, "offline-budget", self->budget, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "offline-attachments", self->attachments, "active", G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (settings, "changed::offline-budget", G_CALLBACK (show_used), self, G_CONNECT_SWAPPED);
  gtk_widget_set_visible (self->used_row, workbench != NULL);
  if (workbench != NULL)
    {
      self->workbench = g_object_ref (workbench);
      add_account (self);
      csm_signature_group_set_workbench (self->signatures, workbench);
      show_here (self);
    }
  return GTK_WINDOW (self);
}
