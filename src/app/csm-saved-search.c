/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-saved-search.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-position.h"

#define NAME_MAX_BYTES 100

static GPtrArray *
views_of (CsmWorkbench *workbench)
{
  CsmDirectory *directory = csm_workbench_get_directory (workbench);

  return directory != NULL ? directory->views : NULL;
}

static const char *
position_of (GPtrArray *views,
             gint64     index)
{
  if (views == NULL || index < 0 || index >= views->len)
    return NULL;
  return csm_json_get_string (views->pdata[index], "position");
}

/* Cut where a character ends. */
static char *
fitting_name (const char *name)
{
  g_autofree char *bare = g_strstrip (g_strdelimit (g_strdup (name), "\n\r\t", ' '));
  const char *end = bare;

  while (*end != '\0' && g_utf8_next_char (end) - bare <= NAME_MAX_BYTES)
    end = g_utf8_next_char (end);
  return g_strndup (bare, (gsize) (end - bare));
}

/* @position: (transfer full) (nullable) */
static CsmIntent *
make_intent (const char *name,
             const char *typed,
             char       *position)
{
  CsmIntent *intent = csm_intent_new (_("Save search"));
  JsonObject *record = json_object_new ();

  json_object_set_string_member (record, "name", name);
  json_object_set_string_member (record, "search", typed);
  csm_json_set_string (record, "position", position);
  g_free (csm_intent_create (intent, CSM_TYPE_ID_VIEW, record));
  g_free (position);
  return intent;
}

/**
 * csm_saved_search_save:
 * @workbench: a workbench
 * @name: what it is to be called
 * @typed: the search
 *
 * Puts it below the others.
 */
void
csm_saved_search_save (CsmWorkbench *workbench,
                       const char   *name,
                       const char   *typed)
{
  GPtrArray *views = views_of (workbench);
  g_autofree char *fitting = fitting_name (name);
  g_autofree char *said = NULL;

  if (fitting[0] == '\0' || typed[0] == '\0')
    return;
  said = g_strdup_printf (_("“%s” is kept with the views"), fitting);
  csm_workbench_perform (workbench, make_intent (fitting, typed, csm_position_between (position_of (views, views != NULL ? (gint64) views->len - 1 : -1), NULL)), said);
}

void
csm_saved_search_rename (CsmWorkbench *workbench,
                         const char   *id,
                         const char   *name)
{
  CsmIntent *intent;
  JsonObject *patch;
  g_autofree char *fitting = fitting_name (name);

  if (fitting[0] == '\0' || g_strcmp0 (csm_directory_name (csm_workbench_get_directory (workbench), id), fitting) == 0)
    return;
  intent = csm_intent_new (_("Rename search"));
  patch = json_object_new ();
  json_object_set_string_member (patch, "name", fitting);
  csm_intent_update (intent, CSM_TYPE_ID_VIEW, id, patch);
  csm_workbench_perform (workbench, intent, _("Search renamed"));
}

static void
set_position (CsmIntent  *intent,
              JsonObject *view,
              const char *position)
{
  JsonObject *patch = json_object_new ();

  csm_json_set_string (patch, "position", position);
  csm_intent_update (intent, CSM_TYPE_ID_VIEW, csm_json_get_string (view, "id"), patch);
}

/**
 * csm_saved_search_move:
 * @workbench: a workbench
 * @id: a View
 * @by: how many places down; negative: up
 *
 * All get places anew: they are few, and those of two devices may be the same.
 */
void
csm_saved_search_move (CsmWorkbench *workbench,
                       const char   *id,
                       int           by)
{
  GPtrArray *views = views_of (workbench);
  g_autoptr (GPtrArray) order = g_ptr_array_new ();
  g_autofree char *position = NULL;
  CsmIntent *intent;
  gint64 from = -1, to;

  for (guint i = 0; views != NULL && i < views->len; i++)
    {
      g_ptr_array_add (order, views->pdata[i]);
      if (g_strcmp0 (csm_json_get_string (views->pdata[i], "id"), id) == 0)
        from = i;
    }
  to = from + by;
  if (from < 0 || to < 0 || to >= order->len)
    return;
  g_ptr_array_insert (order, (int) to, g_ptr_array_steal_index (order, (guint) from));
  intent = csm_intent_new (_("Move search"));
  for (guint i = 0; i < order->len; i++)
    {
      g_autofree char *before = g_steal_pointer (&position);

      position = csm_position_between (before, NULL);
      if (g_strcmp0 (position, csm_json_get_string (order->pdata[i], "position")) != 0)
        set_position (intent, order->pdata[i], position);
    }
  csm_workbench_perform (workbench, intent, _("Search moved"));
}

/* --- deleting ------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmWorkbench *workbench;
  char         *name;
  char         *typed;
  char         *position;
} Deleted;

static void
deleted_free (gpointer data)
{
  Deleted *deleted = data;

  g_free (deleted->name);
  g_free (deleted->typed);
  g_free (deleted->position);
  g_free (deleted);
}

/* What was destroyed can't come back under its id. */
static void
undo_cb (CsmWorkbench *workbench,
         gpointer      data)
{
  const Deleted *deleted = data;

  csm_workbench_perform (workbench, make_intent (deleted->name, deleted->typed, g_strdup (deleted->position)), NULL);
}

static void
deleted_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Deleted *deleted = data;
  CsmWorkbench *workbench = CSM_WORKBENCH (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *said = g_strdup_printf (_("“%s” deleted"), deleted->name);

  csm_workbench_perform_finish (workbench, result, &error);
  if (error != NULL)
    deleted_free (deleted);
  else
    csm_workbench_offer_undo (workbench, said, undo_cb, deleted, deleted_free);
}

void
csm_saved_search_delete (CsmWorkbench *workbench,
                         const char   *id)
{
  JsonObject *view = csm_directory_lookup (csm_workbench_get_directory (workbench), id);
  CsmIntent *intent;
  Deleted *deleted;

  if (view == NULL)
    return;
  deleted = g_new0 (Deleted, 1);
  deleted->name = g_strdup (csm_json_get_string (view, "name"));
  deleted->typed = g_strdup (csm_json_get_string (view, "search"));
  deleted->position = g_strdup (csm_json_get_string (view, "position"));
  intent = csm_intent_new (_("Delete search"));
  csm_intent_destroy (intent, CSM_TYPE_ID_VIEW, id);
  csm_workbench_perform_async (workbench, intent, deleted_cb, deleted);
}

/* --- asking for a name ----------------------------------------------------------------------------------------- */

typedef struct
{
  CsmWorkbench *workbench;
  GtkWidget    *entry;  /* the dialog's */
  char         *typed;  /* of a new one */
  char         *id;     /* or of one that is there */
} Naming;

static void
naming_free (gpointer  data,
             GClosure *closure)
{
  Naming *naming = data;

  g_object_unref (naming->workbench);
  g_free (naming->typed);
  g_free (naming->id);
  g_free (naming);
}

static void
response_cb (AdwMessageDialog *dialog,
             const char       *response,
             gpointer          data)
{
  const Naming *naming = data;
  const char *name = gtk_editable_get_text (GTK_EDITABLE (naming->entry));

  if (!g_str_equal (response, "save"))
    return;
  if (naming->id != NULL)
    csm_saved_search_rename (naming->workbench, naming->id, name);
  else
    csm_saved_search_save (naming->workbench, name, naming->typed);
}

static void
name_changed_cb (GtkEditable      *entry,
                 AdwMessageDialog *dialog)
{
  g_autofree char *bare = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  adw_message_dialog_set_response_enabled (dialog, "save", bare[0] != '\0');
}

static void
ask (GtkWidget    *widget,
     CsmWorkbench *workbench,
     const char   *heading,
     const char   *name,
     const char   *typed,
     const char   *id)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (widget)), heading, NULL);
  GtkWidget *entry = gtk_entry_new ();
  Naming *naming = g_new0 (Naming, 1);

  naming->workbench = g_object_ref (workbench);
  naming->entry = entry;
  naming->typed = g_strdup (typed);
  naming->id = g_strdup (id);
  gtk_editable_set_text (GTK_EDITABLE (entry), name);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Name of the search"), -1);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), entry);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "save", id != NULL ? _("_Rename") : _("_Save"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "save", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "save");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect (entry, "changed", G_CALLBACK (name_changed_cb), dialog);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), naming, naming_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (entry);
}

/**
 * csm_saved_search_ask_new:
 * @widget: something in the window
 * @workbench: its workbench
 * @typed: the search that is to be kept
 */
void
csm_saved_search_ask_new (GtkWidget    *widget,
                          CsmWorkbench *workbench,
                          const char   *typed)
{
  ask (widget, workbench, _("Save Search"), typed, typed, NULL);
}

/**
 * csm_saved_search_ask_rename:
 * @widget: something in the window
 * @workbench: its workbench
 * @id: a View
 */
void
csm_saved_search_ask_rename (GtkWidget    *widget,
                             CsmWorkbench *workbench,
                             const char   *id)
{
  const char *name = csm_directory_name (csm_workbench_get_directory (workbench), id);

  if (name != NULL)
    ask (widget, workbench, _("Rename Search"), name, NULL, id);
}
