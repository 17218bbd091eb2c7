/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-history-view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-event-text.h"
#include "csm-format.h"
#include "csm-json.h"
#include "csm-rights.h"
#include "csm-time.h"

/* The newest ones; the file has all. */
#define SHOWN_MAX 500

struct _CsmHistoryView
{
  AdwBin                parent_instance;
  CsmWorkbench         *workbench;
  GCancellable         *cancellable;
  GtkFileChooserNative *chooser;   /* while it is open */
  char                 *case_id;
  char                 *subject;
  GPtrArray            *events;    /* JsonObject, oldest first; NULL: being read */
  GtkStringList        *kinds;
  GtkStringList        *people;
  GPtrArray            *person_ids; /* of `people`; "" for Casement itself */
  AdwComboRow          *kind_choice;
  AdwComboRow          *person_choice;
  GtkListBox           *list;
  GtkLabel             *more;
};

G_DEFINE_FINAL_TYPE (CsmHistoryView, csm_history_view, ADW_TYPE_BIN)

/* What people look for, and the kinds of events that it means. */
static const struct { const char *title; const char *kinds[16]; } groups[] = {
  { N_("Everything"), { NULL } },
  { N_("Who has it"), { "assigned", "team", "participants", "escalated", "partners", NULL } },
  { N_("Status and times"), { "status", "due", "snoozed", "woke", "reopened", "created", "priority", NULL } },
  { N_("Goal, tasks and brief"), { "goal", "goalOutcome", "brief", "template", "task", NULL } },
  { N_("Messages"), { "answered", "sent", "delivery", "comment", "loopBroken", NULL } },
  { N_("What it is about"), { "renamed", "tagged", "lane", "customer", "sentiment", "related", "merged", "unmerged", "split", "moved", NULL } },
};

static gboolean
is_wanted (CsmHistoryView *self,
           JsonObject     *event)
{
  guint group = adw_combo_row_get_selected (self->kind_choice);
  guint person = adw_combo_row_get_selected (self->person_choice);
  const char *kind = csm_json_get_string (event, "kind");
  const char *person_id = csm_json_get_string (event, "personId");

  if (person != GTK_INVALID_LIST_POSITION && person > 0 && person <= self->person_ids->len
      && g_strcmp0 (person_id != NULL ? person_id : "", self->person_ids->pdata[person - 1]) != 0)
    return FALSE;
  if (group == 0 || group >= G_N_ELEMENTS (groups))
    return TRUE;
  for (guint i = 0; kind != NULL && groups[group].kinds[i] != NULL; i++)
    if (g_str_has_prefix (kind, groups[group].kinds[i]))
      return TRUE;
  return FALSE;
}

static void
add_row (CsmHistoryView *self,
         JsonObject     *event)
{
  gint64 at = csm_json_get_time (event, "at");
  g_autofree char *what = csm_event_text (self->workbench, event);
  g_autofree char *when = csm_format_when_long (at);
  g_autofree char *words = g_strdup_printf ("%s, %s", what, when);
  const char *name = csm_workbench_get_name (self->workbench, csm_json_get_string (event, "personId"));
  gboolean elsewhere = g_strcmp0 (csm_json_get_string (event, "caseId"), self->case_id) != 0;
  g_autofree char *caption = elsewhere ? g_strdup_printf (_("%s · in a case merged into this one"), when) : g_strdup (when);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  GtkWidget *text = gtk_label_new (what);
  GtkWidget *time = gtk_label_new (caption);
  /* Without a text an avatar's colour is another one each time. */
  GtkWidget *avatar = adw_avatar_new (24, name != NULL ? name : CSM_APP_ID, name != NULL);

  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (time), 0);
  gtk_label_set_ellipsize (GTK_LABEL (time), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (time, "caption");
  gtk_widget_add_css_class (time, "dim-label");
  gtk_widget_set_hexpand (box, TRUE);
  gtk_widget_set_valign (avatar, GTK_ALIGN_START);
  if (name == NULL)
    adw_avatar_set_icon_name (ADW_AVATAR (avatar), "emblem-system-symbolic");
  gtk_box_append (GTK_BOX (box), text);
  gtk_box_append (GTK_BOX (box), time);
  gtk_box_append (GTK_BOX (line), avatar);
  gtk_box_append (GTK_BOX (line), box);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), line);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  gtk_list_box_append (self->list, row);
}

/* The newest first, as one asks what happened last. */
static void
show_events (CsmHistoryView *self)
{
  GtkListBoxRow *row;
  guint n = 0;
  guint left_out = 0;

  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  for (guint i = self->events != NULL ? self->events->len : 0; i-- > 0;)
    if (is_wanted (self, self->events->pdata[i]))
      {
        if (n++ < SHOWN_MAX)
          add_row (self, self->events->pdata[i]);
        else
          left_out++;
      }
  if (left_out > 0)
    {
      g_autofree char *text = g_strdup_printf (ngettext ("%u older one is in the file that Export writes.", "%u older ones are in the file that Export writes.", left_out), left_out);

      gtk_label_set_text (self->more, text);
    }
  else
    gtk_label_set_text (self->more, _("Nothing like that happened."));
  gtk_widget_set_visible (GTK_WIDGET (self->list), n > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->more), left_out > 0 || (n == 0 && self->events != NULL));
}

static void
fill_people (CsmHistoryView *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->events->len; i++)
    {
      const char *id = csm_json_get_string (self->events->pdata[i], "personId");
      const char *name = id != NULL ? csm_workbench_get_name (self->workbench, id) : "Casement";

      id = id != NULL ? id : "";
      if (!g_hash_table_add (seen, (gpointer) id))
        continue;
      gtk_string_list_append (self->people, name != NULL ? name : _("Somebody"));
      g_ptr_array_add (self->person_ids, g_strdup (id));
    }
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmHistoryView) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) events = csm_cache_load_history_finish (CSM_CACHE (source), result, &error);

  if (events == NULL || self->workbench == NULL)
    {
      if (error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
      g_warning ("Reading the history failed: %s", error->message);
      gtk_label_set_text (self->more, _("This could not be read just now. Try it again."));
      gtk_widget_set_visible (GTK_WIDGET (self->more), TRUE);
      return;
    }
  self->events = g_steal_pointer (&events);
  fill_people (self);
  show_events (self);
}

/* --- as a file --------------------------------------------------------------------------------------------- */

/* Returns: (transfer full): what is wanted of it, oldest first, a line each */
char *
csm_history_view_dup_text (CsmHistoryView *self)
{
  GString *text;
  g_autofree char *now = csm_format_when_long (csm_time_now ());

  g_return_val_if_fail (CSM_IS_HISTORY_VIEW (self), NULL);
  text = g_string_new (NULL);
  g_string_append_printf (text, _("History of the case “%s”"), self->subject);
  g_string_append_c (text, '\n');
  g_string_append_printf (text, _("Written on %s"), now);
  g_string_append (text, "\n\n");
  for (guint i = 0; self->events != NULL && i < self->events->len; i++)
    if (is_wanted (self, self->events->pdata[i]))
      {
        g_autofree char *when = csm_format_when_long (csm_json_get_time (self->events->pdata[i], "at"));
        g_autofree char *what = csm_event_text (self->workbench, self->events->pdata[i]);

        g_string_append_printf (text, "%s\t%s\n", when, what);
      }
  return g_string_free (text, FALSE);
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (CsmHistoryView) self = data;
  g_autoptr (GError) error = NULL;
  CsmSheet *sheet = csm_sheet_of (GTK_WIDGET (self));

  if (!g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    g_info ("Writing the history failed: %s", error->message);
  if (sheet != NULL)
    csm_sheet_toast (sheet, error == NULL ? _("The history is in the file") : _("The file could not be written"));
}

static void
chosen_cb (CsmHistoryView *self,
           int             response)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser)) : NULL;

  g_clear_object (&self->chooser);
  if (file != NULL)
    {
      g_autofree char *text = csm_history_view_dup_text (self);
      g_autoptr (GBytes) bytes = g_bytes_new_take (g_steal_pointer (&text), strlen (text));

      g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE, self->cancellable, written_cb, g_object_ref (self));
    }
}

static void
export_cb (CsmHistoryView *self)
{
  CsmSheet *sheet = csm_sheet_of (GTK_WIDGET (self));

  if (self->chooser != NULL || sheet == NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (_("Export the History"), GTK_WINDOW (sheet), GTK_FILE_CHOOSER_ACTION_SAVE, _("_Export"), NULL);
  /* Translators: the file that the history is written to */
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), _("Case history.txt"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_history_view_dispose (GObject *object)
{
  CsmHistoryView *self = CSM_HISTORY_VIEW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->chooser);
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_history_view_parent_class)->dispose (object);
}

static void
csm_history_view_finalize (GObject *object)
{
  CsmHistoryView *self = CSM_HISTORY_VIEW (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->events, g_ptr_array_unref);
  g_clear_pointer (&self->person_ids, g_ptr_array_unref);
  g_free (self->case_id);
  g_free (self->subject);
  G_OBJECT_CLASS (csm_history_view_parent_class)->finalize (object);
}

static void
csm_history_view_class_init (CsmHistoryViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_history_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_history_view_finalize;
}

static AdwComboRow *
create_choice (CsmHistoryView *self,
               GtkStringList  *choices,
               const char     *title)
{
  GtkWidget *choice = adw_combo_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (choice), title);
  adw_combo_row_set_model (ADW_COMBO_ROW (choice), G_LIST_MODEL (choices));
  g_signal_connect_object (choice, "notify::selected", G_CALLBACK (show_events), self, G_CONNECT_SWAPPED);
  return ADW_COMBO_ROW (choice);
}

static void
csm_history_view_init (CsmHistoryView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *choices = adw_preferences_group_new ();

  self->cancellable = g_cancellable_new ();
  self->person_ids = g_ptr_array_new_with_free_func (g_free);
  self->kinds = gtk_string_list_new (NULL);
  self->people = gtk_string_list_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    gtk_string_list_append (self->kinds, _(groups[i].title));
  gtk_string_list_append (self->people, _("Everybody"));
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  self->more = GTK_LABEL (gtk_label_new (NULL));
  self->kind_choice = create_choice (self, self->kinds, _("What happened"));
  self->person_choice = create_choice (self, self->people, _("Who did it"));
  g_object_unref (self->kinds);
  g_object_unref (self->people);
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "history-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("History"), -1);
  gtk_widget_add_css_class (GTK_WIDGET (self->more), "dim-label");
  gtk_label_set_wrap (self->more, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->more), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->list), FALSE);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (choices), GTK_WIDGET (self->kind_choice));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (choices), GTK_WIDGET (self->person_choice));
  gtk_box_append (GTK_BOX (box), choices);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->list));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->more));
  adw_bin_set_child (ADW_BIN (self), box);
}

/**
 * csm_history_view_present:
 * @from: a widget of the window
 * @workbench: its workbench, with a case open
 *
 * Returns: (transfer none) (nullable): the sheet; %NULL: no case is open
 */
CsmSheet *
csm_history_view_present (GtkWidget    *from,
                          CsmWorkbench *workbench)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (workbench);
  CsmHistoryView *self;
  CsmSheet *sheet;
  GtkWidget *button;

  if (detail == NULL || detail->record == NULL)
    return NULL;
  self = g_object_new (CSM_TYPE_HISTORY_VIEW, NULL);
  self->workbench = g_object_ref (workbench);
  self->case_id = g_strdup (csm_workbench_get_case_id (workbench));
  self->subject = g_strdup (csm_json_get_string (detail->record, "subject"));
  sheet = csm_sheet_new (from, _("History"), GTK_WIDGET (self));
  button = gtk_button_new_with_mnemonic (_("_Export…"));
  g_signal_connect_object (button, "clicked", G_CALLBACK (export_cb), self, G_CONNECT_SWAPPED);
  csm_rights_apply (workbench, CSM_ACTION_EXPORT_HISTORY, button);
  csm_sheet_add_button (sheet, button);
  csm_cache_load_history_async (csm_workbench_get_cache (workbench), self->case_id, self->cancellable, loaded_cb, g_object_ref (self));
  gtk_window_present (GTK_WINDOW (sheet));
  return sheet;
}
