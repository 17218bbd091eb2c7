/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-device-list.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-json.h"
#include "csm-people-words.h"
#include "csm-preferences-undo.h"

struct _CsmDeviceList
{
  AdwPreferencesGroup  parent_instance;
  CsmMailboxAsker     *asker;
  char                *person_id;   /* whose; NULL: nobody's */
  GPtrArray           *rows;
  GCancellable        *cancellable;
  gboolean             asking;
};

enum { SIGNED_OUT, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmDeviceList, csm_device_list, ADW_TYPE_PREFERENCES_GROUP)

static void
say_problem (CsmDeviceList *self,
             const GError  *error)
{
  g_autofree char *text = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  text = csm_people_say_problem (error);
  csm_preferences_say (GTK_WIDGET (self), text);
}

static void
signed_out_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr (CsmDeviceList) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = csm_mailbox_asker_ask_finish (CSM_MAILBOX_ASKER (source), result, &error);

  if (self->asker == NULL)
    return;
  if (answer == NULL)
    say_problem (self, error);
  else
    csm_preferences_say (GTK_WIDGET (self), _("Signed out there"));
  csm_device_list_refresh (self);
  if (answer != NULL)
    g_signal_emit (self, signals[SIGNED_OUT], 0);
}

static JsonObject *
create_question (CsmDeviceList *self)
{
  JsonObject *arguments = json_object_new ();

  json_object_set_string_member (arguments, "personId", self->person_id);
  return arguments;
}

static void
sign_out_cb (CsmDeviceList *self,
             GtkWidget     *button)
{
  JsonObject *arguments;

  if (self->asker == NULL || self->person_id == NULL)
    return;
  arguments = create_question (self);
  gtk_widget_set_sensitive (button, FALSE);
  json_object_set_string_member (arguments, "id", g_object_get_data (G_OBJECT (button), "id"));
  csm_mailbox_asker_ask_async (self->asker, "account/sign-out", arguments, self->cancellable, signed_out_cb, g_object_ref (self));
}

static void
add_device (CsmDeviceList *self,
            JsonObject    *device)
{
  const char *name = csm_json_get_string (device, "name");
  g_autofree char *when = csm_format_when_long (csm_json_get_time (device, "lastUsed"));
  /* Translators: %s is a day and time */
  g_autofree char *used = g_strdup_printf (_("Used last %s"), when);
  /* Translators: %s is a device */
  g_autofree char *label = g_strdup_printf (_("Sign out %s"), name != NULL ? name : _("A device"));
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_Sign Out"));

  g_object_set (row, "use-markup", FALSE, "title", name != NULL ? name : _("A device"), "subtitle", used, NULL);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data_full (G_OBJECT (button), "id", g_strdup (csm_json_get_string (device, "id")), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (sign_out_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_add (self->rows, row);
}

static void
clear_rows (CsmDeviceList *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmDeviceList) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = csm_mailbox_asker_ask_finish (CSM_MAILBOX_ASKER (source), result, &error);
  JsonArray *devices = answer != NULL ? csm_json_get_array (answer, "devices") : NULL;
  g_autofree char *problem = answer == NULL ? csm_people_say_problem (error) : NULL;

  self->asking = FALSE;
  if (self->asker == NULL)
    return;
  clear_rows (self);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self), answer != NULL ? _("Sign out what was lost or lent.") : problem);
  for (guint i = 0; devices != NULL && i < json_array_get_length (devices); i++)
    add_device (self, json_array_get_object_element (devices, i));
  gtk_widget_set_visible (GTK_WIDGET (self), self->person_id != NULL && (answer == NULL || self->rows->len > 0));
}

/* Asks the server again. */
void
csm_device_list_refresh (CsmDeviceList *self)
{
  g_return_if_fail (CSM_IS_DEVICE_LIST (self));
  if (self->asker == NULL || self->person_id == NULL || self->asking)
    return;
  self->asking = TRUE;
  csm_mailbox_asker_ask_async (self->asker, "account/devices", create_question (self), self->cancellable, listed_cb, g_object_ref (self));
}

/* @person_id: (nullable): whose devices; %NULL: nothing is shown */
void
csm_device_list_set_person (CsmDeviceList *self,
                            const char    *person_id)
{
  g_return_if_fail (CSM_IS_DEVICE_LIST (self));
  if (g_strcmp0 (self->person_id, person_id) == 0)
    return;
  g_free (self->person_id);
  self->person_id = g_strdup (person_id);
  clear_rows (self);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  csm_device_list_refresh (self);
}

void
csm_device_list_set_asker (CsmDeviceList   *self,
                           CsmMailboxAsker *asker)
{
  g_return_if_fail (CSM_IS_DEVICE_LIST (self));
  g_set_object (&self->asker, asker);
}

static void
csm_device_list_dispose (GObject *object)
{
  CsmDeviceList *self = CSM_DEVICE_LIST (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->asker);
  G_OBJECT_CLASS (csm_device_list_parent_class)->dispose (object);
}

static void
csm_device_list_finalize (GObject *object)
{
  CsmDeviceList *self = CSM_DEVICE_LIST (object);

  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->rows);
  g_free (self->person_id);
  G_OBJECT_CLASS (csm_device_list_parent_class)->finalize (object);
}

static void
csm_device_list_class_init (CsmDeviceListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_device_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_device_list_finalize;
  signals[SIGNED_OUT] = g_signal_new ("signed-out", CSM_TYPE_DEVICE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
csm_device_list_init (CsmDeviceList *self)
{
  self->cancellable = g_cancellable_new ();
  self->rows = g_ptr_array_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _("Devices"));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/* Returns: (transfer floating): a group */
GtkWidget *
csm_device_list_new (void)
{
  return g_object_new (CSM_TYPE_DEVICE_LIST, NULL);
}
