/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-tags-page.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-preferences-undo.h"
#include "csm-rights.h"
#include "csm-tag-merge.h"
#include "csm-toast.h"

#define TOAST_SECONDS 6

struct _CsmTagsPage
{
  AdwPreferencesPage   parent_instance;
  CsmWorkbench        *workbench;
  CsmMailboxAsker     *asker;
  AdwPreferencesGroup *group;
  GtkWidget           *empty;
  GtkEditable         *add_row;
  GPtrArray           *rows;      /* AdwExpanderRow, of `ids` */
  GPtrArray           *ids;
  char                *going;     /* deleted, as long as that can be taken back */
  AdwToast            *toast;     /* that offers it */
  gboolean             filling;
};

G_DEFINE_FINAL_TYPE (CsmTagsPage, csm_tags_page, ADW_TYPE_PREFERENCES_PAGE)

static const char *const colors[] = { "blue", "green", "yellow", "orange", "red", "purple", "brown", "gray" };

static void show (CsmTagsPage *self);

static guint
index_of_color (const char *color)
{
  for (guint i = 0; i < G_N_ELEMENTS (colors); i++)
    if (g_strcmp0 (colors[i], color) == 0)
      return i;
  return 0;
}

/* --- what people do ---------------------------------------------------------------------------------------------- */

/* A tag that is gone is gone from all cases: the server hears of it when nobody can take it back any more. */
static void
finish_delete (CsmTagsPage *self)
{
  g_autofree char *id = g_steal_pointer (&self->going);
  CsmIntent *intent;

  g_clear_object (&self->toast);
  if (id == NULL || self->workbench == NULL)
    return;
  intent = csm_intent_new (_("Delete a tag"));
  csm_intent_destroy (intent, CSM_TYPE_ID_TAG, id);
  csm_workbench_perform_async (self->workbench, intent, NULL, NULL);
}

static void
undo_cb (CsmTagsPage *self,
         AdwToast    *toast)
{
  if (toast != self->toast)
    return;
  g_clear_object (&self->toast);
  g_clear_pointer (&self->going, g_free);
  show (self);
}

static void
dismissed_cb (CsmTagsPage *self,
              AdwToast    *toast)
{
  if (toast == self->toast)
    finish_delete (self);
}

static void
delete_cb (CsmTagsPage *self,
           GtkWidget   *button)
{
  GtkWidget *window = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_PREFERENCES_WINDOW);
  AdwToast *toast;

  finish_delete (self);
  self->going = g_strdup (g_object_get_data (G_OBJECT (button), "id"));
  toast = csm_toast_new (_("Tag deleted"));
  self->toast = g_object_ref (toast);
  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_timeout (toast, TOAST_SECONDS);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (dismissed_cb), self, G_CONNECT_SWAPPED);
  if (window != NULL)
    adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (window), toast);
  else
    g_object_unref (toast);
  show (self);
}

static void
merge_cb (CsmTagsPage *self,
          GtkWidget   *button)
{
  if (self->asker != NULL)
    csm_tag_merge_present (GTK_WIDGET (self), self->workbench, self->asker, g_object_get_data (G_OBJECT (button), "id"));
}

static void
change (CsmTagsPage *self,
        const char  *id,
        const char  *member,
        const char  *text,
        const char  *said)
{
  CsmIntent *intent = csm_intent_new (_("Change a tag"));
  JsonObject *patch = json_object_new ();

  json_object_set_string_member (patch, member, text);
  csm_intent_update (intent, CSM_TYPE_ID_TAG, id, patch);
  csm_preferences_perform (GTK_WIDGET (self), self->workbench, intent, said);
}

static gboolean
is_taken (CsmTagsPage *self,
          const char  *name,
          const char  *but_id)
{
  GPtrArray *tags = csm_workbench_get_directory (self->workbench)->tags;
  g_autofree char *folded = g_utf8_casefold (name, -1);

  for (guint i = 0; i < tags->len; i++)
    {
      const char *other = csm_json_get_string (tags->pdata[i], "name");
      g_autofree char *other_folded = other != NULL ? g_utf8_casefold (other, -1) : NULL;

      if (g_strcmp0 (folded, other_folded) == 0 && g_strcmp0 (csm_json_get_string (tags->pdata[i], "id"), but_id) != 0)
        return TRUE;
    }
  return FALSE;
}

static void
rename_cb (CsmTagsPage *self,
           GtkEditable *entry)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (entry)));
  const char *id = g_object_get_data (G_OBJECT (entry), "id");

  if (name[0] == '\0')
    return;
  if (is_taken (self, name, id))
    csm_preferences_say (GTK_WIDGET (self), _("There is a tag with this name already"));
  else
    change (self, id, "name", name, _("Tag renamed"));
}

static void
color_cb (CsmTagsPage *self,
          GParamSpec  *pspec,
          AdwComboRow *row)
{
  if (!self->filling)
    change (self, g_object_get_data (G_OBJECT (row), "id"), "color", colors[MIN (adw_combo_row_get_selected (row), G_N_ELEMENTS (colors) - 1)], _("Colour changed"));
}

static void
add_cb (CsmTagsPage *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->add_row)));
  CsmIntent *intent;
  JsonObject *tag;

  if (name[0] == '\0')
    return;
  if (is_taken (self, name, NULL))
    {
      csm_preferences_say (GTK_WIDGET (self), _("There is a tag with this name already"));
      return;
    }
  intent = csm_intent_new (_("Add a tag"));
  tag = json_object_new ();
  json_object_set_string_member (tag, "name", name);
  json_object_set_string_member (tag, "color", colors[csm_workbench_get_directory (self->workbench)->tags->len % G_N_ELEMENTS (colors)]);
  g_free (csm_intent_create (intent, CSM_TYPE_ID_TAG, tag));
  csm_preferences_perform (GTK_WIDGET (self), self->workbench, intent, _("Tag added"));
  /* What is emptied from here would ask to be applied. */
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self->add_row), FALSE);
  gtk_editable_set_text (self->add_row, "");
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self->add_row), TRUE);
}

/* --- what is shown ----------------------------------------------------------------------------------------------- */

static void
add_to_expander (GtkWidget  *expander,
                 GtkWidget  *row,
                 const char *id)
{
  g_object_set_data_full (G_OBJECT (row), "id", g_strdup (id), g_free);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (expander), row);
}

/* @style: (nullable): a class of the button */
static GtkWidget *
make_deed (CsmTagsPage *self,
           GtkWidget   *expander,
           const char  *id,
           const char  *title,
           const char  *subtitle,
           const char  *label,
           const char  *style,
           GCallback    clicked)
{
  GtkWidget *row = adw_action_row_new (), *button = gtk_button_new_with_mnemonic (label);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  if (style != NULL)
    gtk_widget_add_css_class (button, style);
  g_object_set_data_full (G_OBJECT (button), "id", g_strdup (id), g_free);
  g_signal_connect_object (button, "clicked", clicked, self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  csm_rights_apply (self->workbench, CSM_ACTION_DESTROY_TAGS, button);
  add_to_expander (expander, row, id);
  return row;
}

static GtkWidget *
make_row (CsmTagsPage *self,
          const char  *id)
{
  const char *const names[] = { _("Blue"), _("Green"), _("Yellow"), _("Orange"), _("Red"), _("Purple"), _("Brown"), _("Grey"), NULL };
  g_autoptr (GtkStringList) list = gtk_string_list_new (names);
  GtkWidget *expander = adw_expander_row_new (), *icon = gtk_image_new_from_icon_name ("csm-tag-symbolic");
  GtkWidget *name = adw_entry_row_new (), *color = adw_combo_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (expander), FALSE);
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (expander), icon);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (name), _("Name"));
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (name), TRUE);
  g_signal_connect_object (name, "apply", G_CALLBACK (rename_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (color), _("Colour"));
  adw_combo_row_set_model (ADW_COMBO_ROW (color), G_LIST_MODEL (list));
  g_signal_connect_object (color, "notify::selected", G_CALLBACK (color_cb), self, G_CONNECT_SWAPPED);
  csm_rights_apply (self->workbench, CSM_ACTION_WRITE_TAGS, name);
  csm_rights_apply (self->workbench, CSM_ACTION_WRITE_TAGS, color);
  add_to_expander (expander, name, id);
  add_to_expander (expander, color, id);
  g_object_set_data (G_OBJECT (expander), "merge", make_deed (self, expander, id, _("Merge"), _("Its cases get another tag"), _("_Merge…"), NULL, G_CALLBACK (merge_cb)));
  make_deed (self, expander, id, _("Delete"), _("It goes from all cases"), _("_Delete"), "destructive-action", G_CALLBACK (delete_cb));
  g_object_set_data (G_OBJECT (expander), "icon", icon);
  g_object_set_data (G_OBJECT (expander), "name", name);
  g_object_set_data (G_OBJECT (expander), "color", color);
  return expander;
}

static void
show_row (CsmTagsPage *self,
          GtkWidget   *expander,
          JsonObject  *tag)
{
  CsmViewCounts *counts = csm_workbench_get_counts (self->workbench);
  const char *name = csm_json_get_string (tag, "name"), *color = csm_json_get_string (tag, "color");
  guint n = counts != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (counts->tags, csm_json_get_string (tag, "id"))) : 0;
  g_autofree char *used = g_strdup_printf (ngettext ("%u open case", "%u open cases", n), n);
  const char *classes[] = { "tag-icon", colors[index_of_color (color)], NULL };
  GtkEditable *entry = g_object_get_data (G_OBJECT (expander), "name");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (expander), name != NULL ? name : "");
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (expander), counts != NULL ? used : "");
  gtk_widget_set_css_classes (g_object_get_data (G_OBJECT (expander), "icon"), classes);
  adw_combo_row_set_selected (g_object_get_data (G_OBJECT (expander), "color"), index_of_color (color));
  if (gtk_widget_has_focus (GTK_WIDGET (gtk_editable_get_delegate (entry))) || g_strcmp0 (gtk_editable_get_text (entry), name) == 0)
    return;
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (entry), FALSE);
  gtk_editable_set_text (entry, name != NULL ? name : "");
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (entry), TRUE);
}

/* The rows stay as long as the tags do: somebody may be on one with the keyboard. */
static void
make_rows (CsmTagsPage *self,
           GPtrArray   *tags)
{
  gboolean same = self->ids->len == tags->len;

  for (guint i = 0; same && i < tags->len; i++)
    same = g_strcmp0 (self->ids->pdata[i], csm_json_get_string (tags->pdata[i], "id")) == 0;
  if (same)
    return;
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  g_ptr_array_set_size (self->ids, 0);
  for (guint i = 0; i < tags->len; i++)
    {
      const char *id = csm_json_get_string (tags->pdata[i], "id");
      GtkWidget *row = make_row (self, id);

      adw_preferences_group_add (self->group, row);
      g_ptr_array_add (self->rows, row);
      g_ptr_array_add (self->ids, g_strdup (id));
    }
}

static void
show (CsmTagsPage *self)
{
  CsmDirectory *directory = self->workbench != NULL ? csm_workbench_get_directory (self->workbench) : NULL;
  g_autoptr (GPtrArray) tags = g_ptr_array_new ();

  if (directory == NULL)
    return;
  for (guint i = 0; i < directory->tags->len; i++)
    if (self->going == NULL || g_strcmp0 (csm_json_get_string (directory->tags->pdata[i], "id"), self->going) != 0)
      g_ptr_array_add (tags, directory->tags->pdata[i]);
  self->filling = TRUE;
  make_rows (self, tags);
  for (guint i = 0; i < tags->len; i++)
    {
      show_row (self, self->rows->pdata[i], tags->pdata[i]);
      gtk_widget_set_visible (g_object_get_data (self->rows->pdata[i], "merge"), self->asker != NULL && tags->len > 1);
    }
  self->filling = FALSE;
  gtk_widget_set_visible (self->empty, tags->len == 0);
}

/* --- all --------------------------------------------------------------------------------------------------------- */

static void
csm_tags_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (csm_tags_page_parent_class)->map (widget);
  csm_workbench_count (CSM_TAGS_PAGE (widget)->workbench);
}

static void
csm_tags_page_dispose (GObject *object)
{
  CsmTagsPage *self = CSM_TAGS_PAGE (object);

  finish_delete (self);
  g_clear_object (&self->asker);
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_tags_page_parent_class)->dispose (object);
}

static void
csm_tags_page_finalize (GObject *object)
{
  CsmTagsPage *self = CSM_TAGS_PAGE (object);

  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->ids);
  G_OBJECT_CLASS (csm_tags_page_parent_class)->finalize (object);
}

static void
csm_tags_page_class_init (CsmTagsPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_tags_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_tags_page_finalize;
  GTK_WIDGET_CLASS (klass)->map = csm_tags_page_map;
}

static void
csm_tags_page_init (CsmTagsPage *self)
{
  self->rows = g_ptr_array_new ();
  self->ids = g_ptr_array_new_with_free_func (g_free);
  adw_preferences_page_set_name (ADW_PREFERENCES_PAGE (self), "tags");
  adw_preferences_page_set_title (ADW_PREFERENCES_PAGE (self), _("Tags"));
  adw_preferences_page_set_icon_name (ADW_PREFERENCES_PAGE (self), "csm-tag-symbolic");
  self->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_title (self->group, _("Tags"));
  adw_preferences_group_set_description (self->group, _("Words that cases are found by again. Everybody sees the same ones."));
  self->add_row = GTK_EDITABLE (adw_entry_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->add_row), _("Add a Tag"));
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self->add_row), TRUE);
  g_signal_connect_object (self->add_row, "apply", G_CALLBACK (add_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (self->group, GTK_WIDGET (self->add_row));
  self->empty = adw_action_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->empty), _("No tags yet"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->empty), _("Write what many cases are about above, such as “Invoice”."));
  adw_preferences_group_add (self->group, self->empty);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), self->group);
}

/* Returns: (transfer floating): the page */
GtkWidget *
csm_tags_page_new (CsmWorkbench *workbench)
{
  CsmTagsPage *self = g_object_new (CSM_TYPE_TAGS_PAGE, NULL);

  self->workbench = g_object_ref (workbench);
  csm_rights_apply (workbench, CSM_ACTION_WRITE_TAGS, GTK_WIDGET (self->add_row));
  g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "notify::counts", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}

/* @asker: merges tags, which takes a server */
void
csm_tags_page_set_asker (CsmTagsPage     *self,
                         CsmMailboxAsker *asker)
{
  g_return_if_fail (CSM_IS_TAGS_PAGE (self));
  g_set_object (&self->asker, asker);
  show (self);
}
