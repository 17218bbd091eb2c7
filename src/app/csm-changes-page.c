/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-changes-page.h"

#include <glib/gi18n.h>

#include "csm-change-words.h"
#include "csm-format.h"
#include "csm-json.h"
#include "csm-people-words.h"

struct _CsmChangesPage
{
  AdwPreferencesPage   parent_instance;
  CsmWorkbench        *workbench;
  CsmMailboxAsker     *asker;
  AdwPreferencesGroup *group;
  GtkWidget           *more;
  GPtrArray           *rows;
  gint64               oldest;       /* of those that are shown; 0: none are */
  GCancellable        *cancellable;
  gboolean             asking;
};

G_DEFINE_FINAL_TYPE (CsmChangesPage, csm_changes_page, ADW_TYPE_PREFERENCES_PAGE)

static void
add_change (CsmChangesPage *self,
            JsonObject     *change)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  g_autofree char *said = csm_change_say (directory, change);
  g_autofree char *detail = csm_change_detail (directory, change);
  g_autofree char *when = csm_format_when_long (csm_json_get_time (change, "at"));
  g_autofree char *subtitle = g_strdup_printf ("%s%s%s", detail != NULL ? detail : "", detail != NULL ? "\n" : "", when);
  GtkWidget *row = adw_action_row_new ();

  g_object_set (row, "use-markup", FALSE, "title", said, "subtitle", subtitle, "title-lines", 0, "subtitle-lines", 0, NULL);
  adw_preferences_group_add (self->group, row);
  g_ptr_array_add (self->rows, row);
  self->oldest = csm_json_get_int (change, "id", 0);
}

static void
clear (CsmChangesPage *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  self->oldest = 0;
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmChangesPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = csm_mailbox_asker_ask_finish (CSM_MAILBOX_ASKER (source), result, &error);
  JsonArray *changes = answer != NULL ? csm_json_get_array (answer, "changes") : NULL;
  g_autofree char *problem = answer == NULL ? csm_people_say_problem (error) : NULL;

  self->asking = FALSE;
  if (self->workbench == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  for (guint i = 0; changes != NULL && i < json_array_get_length (changes); i++)
    add_change (self, json_array_get_object_element (changes, i));
  if (answer == NULL)
    adw_preferences_group_set_description (self->group, problem);
  else
    adw_preferences_group_set_description (self->group, self->rows->len > 0 ? _("Of people, teams, channels and tags.") : _("Nobody has changed anything yet."));
  gtk_widget_set_visible (self->more, answer != NULL && csm_json_get_boolean (answer, "more"));
  gtk_widget_set_sensitive (self->more, TRUE);
}

static void
ask (CsmChangesPage *self)
{
  JsonObject *arguments = json_object_new ();

  if (self->oldest > 0)
    json_object_set_int_member (arguments, "before", self->oldest);
  self->asking = TRUE;
  csm_mailbox_asker_ask_async (self->asker, "workspace/changes", arguments, self->cancellable, listed_cb, g_object_ref (self));
}

static void
more_cb (CsmChangesPage *self)
{
  if (self->asking)
    return;
  gtk_widget_set_sensitive (self->more, FALSE);
  ask (self);
}

/* Each time that somebody looks it is told anew. */
static void
csm_changes_page_map (GtkWidget *widget)
{
  CsmChangesPage *self = CSM_CHANGES_PAGE (widget);

  GTK_WIDGET_CLASS (csm_changes_page_parent_class)->map (widget);
  if (self->asking || self->asker == NULL)
    return;
  clear (self);
  ask (self);
}

static void
csm_changes_page_dispose (GObject *object)
{
  CsmChangesPage *self = CSM_CHANGES_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->workbench);
  g_clear_object (&self->asker);
  G_OBJECT_CLASS (csm_changes_page_parent_class)->dispose (object);
}

static void
csm_changes_page_finalize (GObject *object)
{
  CsmChangesPage *self = CSM_CHANGES_PAGE (object);

  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->rows);
  G_OBJECT_CLASS (csm_changes_page_parent_class)->finalize (object);
}

static void
csm_changes_page_class_init (CsmChangesPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_changes_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_changes_page_finalize;
  GTK_WIDGET_CLASS (klass)->map = csm_changes_page_map;
}

static void
csm_changes_page_init (CsmChangesPage *self)
{
  GtkWidget *below = adw_preferences_group_new ();

  self->cancellable = g_cancellable_new ();
  self->rows = g_ptr_array_new ();
  adw_preferences_page_set_name (ADW_PREFERENCES_PAGE (self), "changes");
  adw_preferences_page_set_title (ADW_PREFERENCES_PAGE (self), _("Changes"));
  adw_preferences_page_set_icon_name (ADW_PREFERENCES_PAGE (self), "document-open-recent-symbolic");
  self->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_title (self->group, _("Who Changed What"));
  adw_preferences_group_set_description (self->group, _("Asking the server…"));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), self->group);
  self->more = gtk_button_new_with_mnemonic (_("_Older Ones"));
  gtk_widget_add_css_class (self->more, "pill");
  gtk_widget_set_halign (self->more, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->more, FALSE);
  g_signal_connect_object (self->more, "clicked", G_CALLBACK (more_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (below), self->more);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), ADW_PREFERENCES_GROUP (below));
}

/* Returns: (transfer floating): the page, for an admin */
GtkWidget *
csm_changes_page_new (CsmWorkbench    *workbench,
                      CsmMailboxAsker *asker)
{
  CsmChangesPage *self = g_object_new (CSM_TYPE_CHANGES_PAGE, NULL);

  self->workbench = g_object_ref (workbench);
  self->asker = g_object_ref (asker);
  return GTK_WIDGET (self);
}
