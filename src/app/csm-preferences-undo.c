/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-preferences-undo.h"

#include <glib/gi18n.h>

#include "csm-error.h"
#include "csm-json.h"
#include "csm-toast.h"

/* What is done in the preferences is said there, and taken back there: the window behind can't be reached meanwhile. */

#define TOAST_SECONDS 6

typedef struct
{
  GtkWidget    *window;     /* weak */
  CsmWorkbench *workbench;
  char         *said;
} Doing;

typedef struct
{
  CsmWorkbench *workbench;
  gint64        group;
} Undo;

static void
doing_free (Doing *doing)
{
  g_clear_weak_pointer (&doing->window);
  g_object_unref (doing->workbench);
  g_free (doing->said);
  g_free (doing);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Doing, doing_free)

static void
undo_free (gpointer  data,
           GClosure *closure)
{
  Undo *undo = data;

  g_object_unref (undo->workbench);
  g_free (undo);
}

static void
undo_cb (AdwToast *toast,
         gpointer  data)
{
  Undo *undo = data;

  csm_workbench_undo_group (undo->workbench, undo->group);
}

static GtkWidget *
find_window (GtkWidget *page)
{
  return gtk_widget_get_ancestor (page, ADW_TYPE_PREFERENCES_WINDOW);
}

/* Shows one sentence as a toast of the window that @page is in. */
void
csm_preferences_say (GtkWidget  *page,
                     const char *text)
{
  GtkWidget *window = find_window (page);

  if (window != NULL)
    adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (window), csm_toast_new (text));
}

static void
performed_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (Doing) doing = data;
  g_autoptr (GError) error = NULL;
  gint64 group = csm_workbench_perform_finish (CSM_WORKBENCH (source), result, &error);
  AdwToast *toast;
  Undo *undo;

  if (error != NULL)
    g_warning ("Saving a preference failed: %s", error->message);
  if (doing->window == NULL || (error == NULL && doing->said == NULL))
    return;
  if (error != NULL)
    {
      adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (doing->window),
                                        csm_toast_new (g_error_matches (error, CSM_ERROR, CSM_ERROR_DISK_FULL)
                                                       ? _("The disk is full: this could not be saved. Make room, then do it again.")
                                                       : _("This could not be saved on this computer")));
      return;
    }
  toast = csm_toast_new (doing->said);
  undo = g_new0 (Undo, 1);
  undo->workbench = g_object_ref (doing->workbench);
  undo->group = group;
  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_timeout (toast, TOAST_SECONDS);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (undo_cb), undo, undo_free, 0);
  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (doing->window), toast);
}

/**
 * csm_preferences_perform:
 * @page: where it was done
 * @workbench: a workbench
 * @intent: (transfer full): what the person did
 * @said: (nullable): the toast's text, which offers to take it back; %NULL: neither
 *
 * As csm_workbench_perform(), in the preferences.
 */
void
csm_preferences_perform (GtkWidget    *page,
                         CsmWorkbench *workbench,
                         CsmIntent    *intent,
                         const char   *said)
{
  Doing *doing = g_new0 (Doing, 1);

  g_set_weak_pointer (&doing->window, find_window (page));
  doing->workbench = g_object_ref (workbench);
  doing->said = g_strdup (said);
  csm_workbench_perform_async (workbench, intent, performed_cb, doing);
}

/**
 * csm_preferences_set:
 * @page: where it was done
 * @workbench: a workbench
 * @label: what it is called among what waits to be sent
 * @type: the record's type
 * @id: the record
 * @member: the property, or a path into it
 * @value: (transfer full): its value
 *
 * Changes one property. The control shows what it is now: nothing more is said.
 */
void
csm_preferences_set (GtkWidget    *page,
                     CsmWorkbench *workbench,
                     const char   *label,
                     CsmTypeId     type,
                     const char   *id,
                     const char   *member,
                     JsonNode     *value)
{
  CsmIntent *intent = csm_intent_new (label);
  JsonObject *patch = json_object_new ();

  json_object_set_member (patch, member, value);
  csm_intent_update (intent, type, id, patch);
  csm_preferences_perform (page, workbench, intent, NULL);
}

static GtkWidget *
find_switch (GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = GTK_IS_SWITCH (child) ? child : find_switch (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* The switch of an expander row has no name for the screen reader by itself. */
void
csm_preferences_name_switch (AdwExpanderRow *row,
                             const char     *name)
{
  GtkWidget *widget = find_switch (GTK_WIDGET (row));

  if (widget != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}
