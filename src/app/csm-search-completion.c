/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-search-completion.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-search-context.h"
#include "csm-search-suggest.h"

struct _CsmSearchCompletion
{
  GtkPopover    parent_instance;
  GtkEditable  *entry;        /* its parent's; not owned */
  CsmWorkbench *workbench;
  GtkListBox   *list;
  GPtrArray    *suggestions;  /* of the rows */
};

G_DEFINE_FINAL_TYPE (CsmSearchCompletion, csm_search_completion, GTK_TYPE_POPOVER)

static void
tell (CsmSearchCompletion *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  if (row != NULL)
    gtk_accessible_update_relation (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT, row, -1);
  else
    gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT);
}

static void
put_away (CsmSearchCompletion *self)
{
  gtk_list_box_unselect_all (self->list);
  tell (self);
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
pick (CsmSearchCompletion *self,
      guint                index)
{
  const CsmSearchSuggestion *suggestion = g_ptr_array_index (self->suggestions, index);
  const char *typed = gtk_editable_get_text (self->entry);
  g_autofree char *before = g_strndup (typed, suggestion->start);
  g_autofree char *text = NULL;
  int cursor;

  if (suggestion->end > strlen (typed))
    return;
  text = g_strconcat (before, suggestion->insert, typed + suggestion->end, NULL);
  cursor = (int) (g_utf8_strlen (before, -1) + g_utf8_strlen (suggestion->insert, -1));
  put_away (self);
  gtk_editable_set_text (self->entry, text);
  gtk_editable_set_position (self->entry, cursor);
  csm_search_completion_update (self);
}

static void
row_activated_cb (CsmSearchCompletion *self,
                  GtkListBoxRow       *row)
{
  pick (self, (guint) gtk_list_box_row_get_index (row));
}

static void
csm_search_completion_dispose (GObject *object)
{
  CsmSearchCompletion *self = CSM_SEARCH_COMPLETION (object);

  g_clear_object (&self->workbench);
  g_clear_pointer (&self->suggestions, g_ptr_array_unref);
  G_OBJECT_CLASS (csm_search_completion_parent_class)->dispose (object);
}

static void
csm_search_completion_class_init (CsmSearchCompletionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_search_completion_dispose;
}

static void
csm_search_completion_init (CsmSearchCompletion *self)
{
  GtkWidget *list = gtk_list_box_new ();

  self->list = GTK_LIST_BOX (list);
  self->suggestions = g_ptr_array_new ();
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_SINGLE);
  gtk_widget_add_css_class (list, "picker-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Suggestions"), -1);
  g_signal_connect_swapped (list, "row-activated", G_CALLBACK (row_activated_cb), self);
  gtk_popover_set_child (GTK_POPOVER (self), list);
  gtk_popover_set_autohide (GTK_POPOVER (self), FALSE);
  gtk_popover_set_has_arrow (GTK_POPOVER (self), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self), GTK_POS_BOTTOM);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_set_can_focus (GTK_WIDGET (self), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "picker");
}

/**
 * csm_search_completion_new:
 * @entry: what is typed into
 *
 * Returns: (transfer floating): a popover; its parent is to be one of the entry's
 */
GtkWidget *
csm_search_completion_new (GtkEditable *entry)
{
  CsmSearchCompletion *self = g_object_new (CSM_TYPE_SEARCH_COMPLETION, NULL);

  self->entry = entry;
  return GTK_WIDGET (self);
}

void
csm_search_completion_set_workbench (CsmSearchCompletion *self,
                                     CsmWorkbench        *workbench)
{
  g_set_object (&self->workbench, workbench);
}

static GtkWidget *
make_row (const CsmSearchSuggestion *suggestion)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *title = gtk_label_new (suggestion->title);
  g_autofree char *words = suggestion->detail != NULL ? g_strdup_printf ("%s, %s", suggestion->title, suggestion->detail) : g_strdup (suggestion->title);

  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (suggestion->icon));
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (title), 32);
  gtk_box_append (GTK_BOX (box), title);
  if (suggestion->detail != NULL)
    {
      GtkWidget *detail = gtk_label_new (suggestion->detail);

      gtk_label_set_ellipsize (GTK_LABEL (detail), PANGO_ELLIPSIZE_END);
      gtk_label_set_xalign (GTK_LABEL (detail), 1);
      gtk_widget_set_hexpand (detail, TRUE);
      gtk_widget_add_css_class (detail, "caption");
      gtk_widget_add_css_class (detail, "dim-label");
      gtk_box_append (GTK_BOX (box), detail);
    }
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  return row;
}

static void
fill (CsmSearchCompletion *self)
{
  const char *typed = gtk_editable_get_text (self->entry);
  gsize cursor = (gsize) (g_utf8_offset_to_pointer (typed, gtk_editable_get_position (self->entry)) - typed);
  CsmSearchContext *context = self->workbench != NULL ? csm_search_context_of (self->workbench) : NULL;
  GtkListBoxRow *row;

  g_clear_pointer (&self->suggestions, g_ptr_array_unref);
  self->suggestions = csm_search_suggest (typed, cursor, self->workbench != NULL ? csm_workbench_get_directory (self->workbench) : NULL,
                                          context != NULL ? csm_search_context_get_recent (context) : NULL);
  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  for (guint i = 0; i < self->suggestions->len; i++)
    gtk_list_box_append (self->list, make_row (self->suggestions->pdata[i]));
}

/* Shows what may be typed now. With nothing typed it waits for the key that asks. */
void
csm_search_completion_update (CsmSearchCompletion *self)
{
  const char *typed = gtk_editable_get_text (self->entry);

  fill (self);
  if (self->suggestions->len == 0 || typed[strspn (typed, " ")] == '\0')
    put_away (self);
  else if (gtk_widget_get_mapped (gtk_widget_get_parent (GTK_WIDGET (self))))
    gtk_popover_popup (GTK_POPOVER (self));
  tell (self);
}

static void
step (CsmSearchCompletion *self,
      int                  by)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  int n = (int) self->suggestions->len;
  int at = row != NULL ? gtk_list_box_row_get_index (row) + by : by > 0 ? 0 : n - 1;

  gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, (at + n) % n));
  tell (self);
}

/**
 * csm_search_completion_key:
 * @self: a popover
 * @keyval: what was pressed in the entry
 *
 * Returns: whether it was for the popover
 */
gboolean
csm_search_completion_key (CsmSearchCompletion *self,
                           guint                keyval)
{
  gboolean shown = gtk_widget_get_visible (GTK_WIDGET (self));
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  if (!shown)
    {
      const char *typed = gtk_editable_get_text (self->entry);

      if (keyval != GDK_KEY_Down || typed[strspn (typed, " ")] != '\0')
        return FALSE;
      fill (self);
      gtk_popover_popup (GTK_POPOVER (self));
    }
  switch (keyval)
    {
    case GDK_KEY_Up:
    case GDK_KEY_Down:
      step (self, keyval == GDK_KEY_Down ? 1 : -1);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      if (row != NULL)
        pick (self, (guint) gtk_list_box_row_get_index (row));
      else
        put_away (self);
      return row != NULL;
    case GDK_KEY_Tab:
      pick (self, row != NULL ? (guint) gtk_list_box_row_get_index (row) : 0);
      return TRUE;
    case GDK_KEY_Escape:
      put_away (self);
      return TRUE;
    default:
      return FALSE;
    }
}

guint
csm_search_completion_count (CsmSearchCompletion *self)
{
  return self->suggestions->len;
}
