/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-snippet-window.h"

#include <glib/gi18n.h>

#include "csm-action-fold.h"
#include "csm-json.h"
#include "csm-record-choice.h"
#include "csm-rights.h"

struct _CsmSnippetWindow
{
  AdwWindow     parent_instance;
  CsmWorkbench *workbench;
  CsmTypeId     type;
  char         *id;         /* NULL: a new one */
  char         *case_id;    /* from which an article is written */
  GtkWidget    *title;
  GtkWidget    *shortcut;
  GtkWidget    *language;
  GtkWidget    *team;
  GtkWidget    *body;
  GtkWidget    *save;
  GtkWidget    *remove;
};

G_DEFINE_FINAL_TYPE (CsmSnippetWindow, csm_snippet_window, ADW_TYPE_WINDOW)

static const char *
get_text (GtkWidget *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

static void
set_string (JsonObject *record,
            const char *member,
            const char *value)
{
  if (value != NULL && value[0] != '\0')
    json_object_set_string_member (record, member, value);
  else
    json_object_set_null_member (record, member);
}

static char *
dup_body (CsmSnippetWindow *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->body));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
update (CsmSnippetWindow *self)
{
  g_autofree char *body = g_strstrip (dup_body (self));
  g_autofree char *title = g_strstrip (g_strdup (get_text (self->title)));

  gtk_widget_set_sensitive (self->save, body[0] != '\0' && title[0] != '\0');
}

static void
save_cb (CsmSnippetWindow *self)
{
  gboolean article = self->type == CSM_TYPE_ID_ARTICLE;
  JsonObject *record = json_object_new ();
  CsmIntent *intent = csm_intent_new (article ? _("Save an article") : _("Save a snippet"));
  g_autofree char *body = dup_body (self);
  g_autofree char *shortcut = g_strstrip (g_strdup (get_text (self->shortcut)));

  json_object_set_string_member (record, "title", get_text (self->title));
  json_object_set_string_member (record, "body", body);
  set_string (record, "language", get_text (self->language));
  set_string (record, "teamId", csm_record_choice_get (ADW_COMBO_ROW (self->team)));
  if (!article)
    set_string (record, "shortcut", shortcut[0] == ';' ? shortcut + 1 : shortcut);
  if (self->id != NULL)
    {
      csm_intent_update (intent, self->type, self->id, record);
    }
  else
    {
      if (article && self->case_id != NULL)
        json_object_set_string_member (record, "caseId", self->case_id);
      g_free (csm_intent_create (intent, self->type, record));
    }
  csm_workbench_perform (self->workbench, intent, article ? _("The article is saved") : _("The snippet is saved"));
  gtk_window_close (GTK_WINDOW (self));
}

/* Undo brings it back. */
static void
remove_cb (CsmSnippetWindow *self)
{
  gboolean article = self->type == CSM_TYPE_ID_ARTICLE;
  CsmIntent *intent = csm_intent_new (article ? _("Delete an article") : _("Delete a snippet"));

  csm_intent_destroy (intent, self->type, self->id);
  csm_workbench_perform (self->workbench, intent, article ? _("The article is deleted") : _("The snippet is deleted"));
  gtk_window_close (GTK_WINDOW (self));
}

static void
csm_snippet_window_dispose (GObject *object)
{
  CsmSnippetWindow *self = CSM_SNIPPET_WINDOW (object);

  g_clear_object (&self->workbench);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->case_id, g_free);
  G_OBJECT_CLASS (csm_snippet_window_parent_class)->dispose (object);
}

static void
csm_snippet_window_class_init (CsmSnippetWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_snippet_window_dispose;
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close", NULL);
}

static GtkWidget *
make_row (GtkWidget  *group,
          const char *title)
{
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  return row;
}

static GtkWidget *
make_body (CsmSnippetWindow *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->body = gtk_text_view_new ();
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->body), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (self->body), FALSE);
  g_object_set (self->body, "left-margin", 12, "right-margin", 12, "top-margin", 10, "bottom-margin", 10, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->body), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Text"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->body);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), 160);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_widget_add_css_class (scroller, "card");
  return scroller;
}

static void
csm_snippet_window_init (CsmSnippetWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *hint = gtk_label_new (_("Filled in when it is used: {customer.name}, {customer.first}, {customer.organisation}, {me.name}, {me.first}, "
                                     "{case.subject}, {workspace.name}. Anything else in braces is marked, for you to fill in."));

  self->title = make_row (group, _("Title"));
  self->shortcut = make_row (group, _("Shortcut, typed behind a semicolon"));
  self->language = make_row (group, _("Language, such as “en” or “de”"));
  self->team = adw_combo_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->team), _("For"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->team);
  self->save = gtk_button_new_with_mnemonic (_("_Save"));
  self->remove = gtk_button_new_with_mnemonic (_("_Delete"));
  gtk_widget_add_css_class (self->save, "suggested-action");
  gtk_widget_add_css_class (self->remove, "destructive-action");
  gtk_label_set_wrap (GTK_LABEL (hint), TRUE);
  gtk_label_set_xalign (GTK_LABEL (hint), 0);
  gtk_widget_add_css_class (hint, "caption");
  gtk_widget_add_css_class (hint, "dim-label");
  gtk_box_append (GTK_BOX (content), group);
  gtk_box_append (GTK_BOX (content), make_body (self));
  gtk_box_append (GTK_BOX (content), hint);
  g_object_set (content, "margin-start", 12, "margin-end", 12, "margin-bottom", 12, "margin-top", 6, NULL);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), self->save);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), self->remove);
  gtk_widget_add_css_class (header, "flat");
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), content);
  csm_action_fold (self->save);
  adw_window_set_content (ADW_WINDOW (self), box);
  gtk_window_set_default_size (GTK_WINDOW (self), 460, 600);
  gtk_window_set_modal (GTK_WINDOW (self), TRUE);
  g_signal_connect_object (self->title, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->body)), "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->save, "clicked", G_CALLBACK (save_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->remove, "clicked", G_CALLBACK (remove_cb), self, G_CONNECT_SWAPPED);
}

static void
fill_entry (GtkWidget  *row,
            JsonObject *record,
            const char *member)
{
  const char *value = csm_json_get_string (record, member);

  gtk_editable_set_text (GTK_EDITABLE (row), value != NULL ? value : "");
}

/**
 * csm_snippet_window_new:
 * @parent: (nullable): over which it is shown
 * @workbench: the window's workbench
 * @type: Snippet or Article
 * @record: what it begins with; without an "id" it is a new one
 *
 * Returns: (transfer none): a window, to be presented
 */
GtkWindow *
csm_snippet_window_new (GtkWindow    *parent,
                        CsmWorkbench *workbench,
                        CsmTypeId     type,
                        JsonObject   *record)
{
  CsmSnippetWindow *self = g_object_new (CSM_TYPE_SNIPPET_WINDOW, "transient-for", parent, NULL);
  CsmDirectory *directory = csm_workbench_get_directory (workbench);
  const char *body = csm_json_get_string (record, "body");
  gboolean article = type == CSM_TYPE_ID_ARTICLE;

  self->workbench = g_object_ref (workbench);
  self->type = type;
  self->id = g_strdup (csm_json_get_string (record, "id"));
  self->case_id = g_strdup (csm_json_get_string (record, "caseId"));
  gtk_window_set_title (GTK_WINDOW (self), article ? _("Article") : _("Snippet"));
  fill_entry (self->title, record, "title");
  fill_entry (self->language, record, "language");
  fill_entry (self->shortcut, record, "shortcut");
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->body)), body != NULL ? body : "", -1);
  csm_record_choice_fill (ADW_COMBO_ROW (self->team), _("Everybody"), directory != NULL ? directory->teams : NULL, csm_json_get_string (record, "teamId"));
  gtk_widget_set_visible (self->shortcut, !article);
  gtk_widget_set_visible (self->remove, self->id != NULL);
  csm_rights_apply (workbench, CSM_ACTION_DESTROY_TEXTS, self->remove);
  update (self);
  return GTK_WINDOW (self);
}
