/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-workload-page.h"

#include <glib/gi18n.h>

#include "csm-away-sheet.h"
#include "csm-case-list-drag.h"
#include "csm-format.h"
#include "csm-json.h"
#include "csm-person.h"
#include "csm-rights.h"
#include "csm-teams-group.h"
#include "csm-time.h"

struct _CsmWorkloadPage
{
  AdwPreferencesPage   parent_instance;
  CsmWorkbench        *workbench;
  GSignalGroup        *signals;
  GCancellable        *cancellable;
  AdwPreferencesGroup *people;
  GPtrArray           *rows;    /* of `people` */
  gboolean             loading;
  gboolean             dirty;
};

static void load (CsmWorkloadPage *self);

G_DEFINE_FINAL_TYPE (CsmWorkloadPage, csm_workload_page, ADW_TYPE_PREFERENCES_PAGE)

/* --- people ------------------------------------------------------------------------------------------------ */

static void
away_cb (CsmWorkloadPage *self,
         GtkWidget       *row)
{
  csm_away_sheet_present (GTK_WIDGET (self), self->workbench, g_object_get_data (G_OBJECT (row), "id"));
}

static char *
say_away (CsmWorkloadPage *self,
          JsonObject      *person)
{
  gint64 from = csm_json_get_time (person, "awayFrom");
  gint64 until = csm_json_get_time (person, "awayUntil");
  gint64 now = csm_time_now ();
  const char *name = csm_workbench_get_name (self->workbench, csm_json_get_string (person, "standInId"));
  g_autofree char *day = NULL;
  g_autofree char *words = NULL;

  if (from == CSM_TIME_NONE || (until != CSM_TIME_NONE && until <= now))
    return NULL;
  if (from > now)
    {
      day = csm_format_when (from);
      words = g_strdup_printf (_("Away from %s"), day);
    }
  else
    {
      day = until != CSM_TIME_NONE ? csm_format_when (until - CSM_SECOND) : NULL;
      words = day != NULL ? g_strdup_printf (_("Away until %s"), day) : g_strdup (_("Away"));
    }
  /* Translators: when somebody is away, and who stands in */
  return name != NULL ? g_strdup_printf (_("%s, %s stands in"), words, name) : g_steal_pointer (&words);
}

static char *
say_load (const CsmWorkload *workload)
{
  g_autoptr (GString) words = g_string_new (NULL);

  g_string_append_printf (words, ngettext ("%u open", "%u open", workload->open), workload->open);
  if (workload->waiting > 0)
    g_string_append_printf (words, ngettext (" · %u waiting", " · %u waiting", workload->waiting), workload->waiting);
  if (workload->tasks > 0)
    g_string_append_printf (words, ngettext (" · %u task", " · %u tasks", workload->tasks), workload->tasks);
  return g_string_free (g_steal_pointer (&words), FALSE);
}

static const CsmWorkload *
find_load (GPtrArray  *loads,
           const char *person_id)
{
  for (guint i = 0; i < loads->len; i++)
    if (g_strcmp0 (((CsmWorkload *) loads->pdata[i])->person_id, person_id) == 0)
      return loads->pdata[i];
  return NULL;
}

/* How much it is beside who has most, and what of it is late: drawn, with the numbers in words below the name. */
static GtkWidget *
create_bar (const CsmWorkload *workload,
            guint              most)
{
  GtkWidget *bar = gtk_level_bar_new_for_interval (0, MAX (most, 1));

  gtk_level_bar_set_value (GTK_LEVEL_BAR (bar), workload->open);
  gtk_widget_set_size_request (bar, 72, -1);
  gtk_widget_set_valign (bar, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (bar, "plain-level");
  gtk_accessible_update_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Open cases"), -1);
  return bar;
}

static GtkWidget *
create_row (CsmWorkloadPage   *self,
            JsonObject        *person,
            const CsmWorkload *workload,
            guint              most)
{
  const char *id = csm_json_get_string (person, "id");
  const char *name = csm_json_get_string (person, "name");
  gboolean me = g_strcmp0 (id, csm_workbench_get_my_id (self->workbench)) == 0;
  gboolean sees = csm_rights_may (self->workbench, CSM_ACTION_SEE_WORKLOAD) || me;
  gboolean changes = csm_rights_may (self->workbench, me ? CSM_ACTION_CHANGE_PROFILE : CSM_ACTION_CHANGE_PEOPLE);
  g_autofree char *load_words = workload != NULL && sees ? say_load (workload) : g_strdup ("");
  g_autofree char *away = say_away (self, person);
  g_autofree char *subtitle = away != NULL && load_words[0] != '\0' ? g_strdup_printf ("%s\n%s", load_words, away)
                                                                    : g_strdup (away != NULL ? away : load_words);
  GtkWidget *row = adw_action_row_new ();

  g_object_set (row, "use-markup", FALSE, "title", name, "subtitle", subtitle, "activatable", changes, NULL);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), adw_avatar_new (32, name, TRUE));
  if (workload != NULL && sees && workload->late > 0)
    {
      g_autofree char *late = g_strdup_printf (ngettext ("%u late", "%u late", workload->late), workload->late);
      GtkWidget *label = gtk_label_new (late);

      gtk_widget_add_css_class (label, "error");
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
    }
  if (workload != NULL && sees)
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), create_bar (workload, most));
  g_object_set_data_full (G_OBJECT (row), "id", g_strdup (id), g_free);
  csm_case_drop_add_person (row, self->workbench, id);
  if (changes)
    {
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("go-next-symbolic"));
      gtk_widget_set_tooltip_text (row, _("Time away"));
      g_signal_connect_object (row, "activated", G_CALLBACK (away_cb), self, G_CONNECT_SWAPPED);
    }
  else
    {
      gtk_widget_set_tooltip_text (row, csm_rights_why_not (self->workbench, CSM_ACTION_CHANGE_PEOPLE));
    }
  return row;
}

static void
show_people (CsmWorkloadPage *self,
             GPtrArray       *loads)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  const CsmWorkload *nobody = find_load (loads, NULL);
  guint most = 0;

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->people, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < loads->len; i++)
    if (((CsmWorkload *) loads->pdata[i])->person_id != NULL)
      most = MAX (most, ((CsmWorkload *) loads->pdata[i])->open);
  for (guint i = 0; directory != NULL && i < directory->people->len; i++)
    {
      JsonObject *person = directory->people->pdata[i];
      GtkWidget *row;

      if (!csm_person_is_staff (person))
        continue;
      row = create_row (self, person, find_load (loads, csm_json_get_string (person, "id")), most);
      adw_preferences_group_add (self->people, row);
      g_ptr_array_add (self->rows, row);
    }
  if (nobody != NULL && nobody->open > 0)
    {
      g_autofree char *words = g_strdup_printf (ngettext ("%u open case is nobody’s.", "%u open cases are nobody’s.", nobody->open), nobody->open);

      adw_preferences_group_set_description (self->people, words);
    }
  else
    adw_preferences_group_set_description (self->people, NULL);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmWorkloadPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) loads = csm_cache_load_workload_finish (CSM_CACHE (source), result, &error);

  self->loading = FALSE;
  if (loads == NULL)
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
      g_warning ("Counting the work failed: %s", error->message);
      adw_preferences_group_set_description (self->people, _("This could not be read just now. Try it again."));
      return;
    }
  if (self->workbench == NULL)
    return;
  show_people (self, loads);
  if (self->dirty)
    load (self);
}

/* --- all --------------------------------------------------------------------------------------------------- */

static void
load (CsmWorkloadPage *self)
{
  self->dirty = self->loading;
  if (self->loading || self->workbench == NULL || csm_workbench_get_cache (self->workbench) == NULL)
    return;
  self->loading = TRUE;
  csm_cache_load_workload_async (csm_workbench_get_cache (self->workbench), self->cancellable, loaded_cb, g_object_ref (self));
}

static void
csm_workload_page_dispose (GObject *object)
{
  CsmWorkloadPage *self = CSM_WORKLOAD_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->signals);
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_workload_page_parent_class)->dispose (object);
}

static void
csm_workload_page_finalize (GObject *object)
{
  CsmWorkloadPage *self = CSM_WORKLOAD_PAGE (object);

  g_clear_object (&self->cancellable);
  g_ptr_array_unref (self->rows);
  G_OBJECT_CLASS (csm_workload_page_parent_class)->finalize (object);
}

static void
csm_workload_page_class_init (CsmWorkloadPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_workload_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_workload_page_finalize;
}

static void
csm_workload_page_init (CsmWorkloadPage *self)
{
  self->cancellable = g_cancellable_new ();
  self->rows = g_ptr_array_new ();
  self->people = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_title (self->people, _("Workload"));
  adw_preferences_page_set_name (ADW_PREFERENCES_PAGE (self), "team");
  adw_preferences_page_set_title (ADW_PREFERENCES_PAGE (self), _("Teams"));
  adw_preferences_page_set_icon_name (ADW_PREFERENCES_PAGE (self), "system-users-symbolic");
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), self->people);
  self->signals = g_signal_group_new (CSM_TYPE_WORKBENCH);
  g_signal_group_connect_swapped (self->signals, "notify::directory", G_CALLBACK (load), self);
  g_signal_group_connect_swapped (self->signals, "notify::counts", G_CALLBACK (load), self);
}

GtkWidget *
csm_workload_page_new (CsmWorkbench *workbench)
{
  CsmWorkloadPage *self = g_object_new (CSM_TYPE_WORKLOAD_PAGE, NULL);

  self->workbench = g_object_ref (workbench);
  g_signal_group_set_target (self->signals, workbench);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), ADW_PREFERENCES_GROUP (csm_teams_group_new (workbench)));
  load (self);
  return GTK_WIDGET (self);
}
