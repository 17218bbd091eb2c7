/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-mention-popover.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-json.h"

#define AVATAR_SIZE 24

struct _CsmMentionPopover
{
  GtkPopover  parent_instance;
  GtkListBox *list;
  GPtrArray  *ids;   /* of the row at the same index */
};

enum { PICKED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmMentionPopover, csm_mention_popover, GTK_TYPE_POPOVER)

static void
pick (CsmMentionPopover *self,
      GtkListBoxRow     *row)
{
  g_autofree char *id = g_strdup (self->ids->pdata[gtk_list_box_row_get_index (row)]);

  g_signal_emit (self, signals[PICKED], 0, id);
}

static void
row_activated_cb (CsmMentionPopover *self,
                  GtkListBoxRow     *row)
{
  pick (self, row);
}

static void
csm_mention_popover_finalize (GObject *object)
{
  g_clear_pointer (&CSM_MENTION_POPOVER (object)->ids, g_ptr_array_unref);
  G_OBJECT_CLASS (csm_mention_popover_parent_class)->finalize (object);
}

static void
csm_mention_popover_class_init (CsmMentionPopoverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = csm_mention_popover_finalize;
  signals[PICKED] = g_signal_new ("picked", CSM_TYPE_MENTION_POPOVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
csm_mention_popover_init (CsmMentionPopover *self)
{
  GtkWidget *list = gtk_list_box_new ();

  self->ids = g_ptr_array_new_with_free_func (g_free);
  self->list = GTK_LIST_BOX (list);
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_BROWSE);
  gtk_widget_add_css_class (list, "picker-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Colleagues"), -1);
  g_signal_connect_swapped (list, "row-activated", G_CALLBACK (row_activated_cb), self);
  gtk_popover_set_child (GTK_POPOVER (self), list);
  /* The text keeps the focus: typing goes on while it is open. */
  gtk_popover_set_autohide (GTK_POPOVER (self), FALSE);
  gtk_popover_set_has_arrow (GTK_POPOVER (self), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self), GTK_POS_TOP);
  gtk_widget_set_can_focus (GTK_WIDGET (self), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "picker");
}

GtkWidget *
csm_mention_popover_new (void)
{
  return g_object_new (CSM_TYPE_MENTION_POPOVER, NULL);
}

static GtkWidget *
make_picture (const char *id,
              const char *name)
{
  if (id[0] == 't' || strchr (id, ':') != NULL)
    {
      GtkWidget *image = gtk_image_new_from_icon_name (id[0] == 't' ? "system-users-symbolic" : "dialog-question-symbolic");

      gtk_widget_set_size_request (image, AVATAR_SIZE, AVATAR_SIZE);
      return image;
    }
  return adw_avatar_new (AVATAR_SIZE, name, TRUE);
}

/* @why: (nullable): what speaks for them */
static GtkWidget *
make_row (const char *id,
          const char *name,
          const char *why)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *label = gtk_label_new (name);
  g_autofree char *words = why != NULL ? g_strdup_printf ("%s, %s", name, why) : g_strdup (name);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_valign (column, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (column), label);
  if (why != NULL)
    {
      GtkWidget *second = gtk_label_new (why);

      gtk_label_set_xalign (GTK_LABEL (second), 0);
      gtk_label_set_ellipsize (GTK_LABEL (second), PANGO_ELLIPSIZE_END);
      gtk_label_set_max_width_chars (GTK_LABEL (second), 32);
      gtk_widget_add_css_class (second, "caption");
      gtk_widget_add_css_class (second, "dim-label");
      gtk_box_append (GTK_BOX (column), second);
    }
  gtk_box_append (GTK_BOX (box), make_picture (id, name));
  gtk_box_append (GTK_BOX (box), column);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  return row;
}

/**
 * csm_mention_popover_fill:
 * @self: a popover
 * @people: (element-type JsonObject): who is offered, with id and name; the first is selected
 * @reasons: (nullable) (element-type utf8 utf8): id → what speaks for them
 */
void
csm_mention_popover_fill (CsmMentionPopover *self,
                          GPtrArray         *people,
                          GHashTable        *reasons)
{
  GtkListBoxRow *row;

  g_return_if_fail (CSM_IS_MENTION_POPOVER (self));
  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  g_ptr_array_set_size (self->ids, 0);
  for (guint i = 0; i < people->len; i++)
    {
      const char *id = csm_json_get_string (people->pdata[i], "id");

      g_ptr_array_add (self->ids, g_strdup (id));
      gtk_list_box_append (self->list, make_row (id, csm_json_get_string (people->pdata[i], "name"), reasons != NULL ? g_hash_table_lookup (reasons, id) : NULL));
    }
  gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, 0));
}

/**
 * csm_mention_popover_key:
 * @self: a popover that is shown
 * @keyval: what was pressed in the text
 *
 * Returns: whether it was for the popover
 */
gboolean
csm_mention_popover_key (CsmMentionPopover *self,
                         guint              keyval)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  int n = (int) self->ids->len;
  int step;

  g_return_val_if_fail (CSM_IS_MENTION_POPOVER (self), FALSE);
  if (row == NULL)
    return FALSE;
  switch (keyval)
    {
    case GDK_KEY_Up:
    case GDK_KEY_Down:
      step = keyval == GDK_KEY_Down ? 1 : n - 1;
      gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, (gtk_list_box_row_get_index (row) + step) % n));
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_Tab:
      pick (self, row);
      return TRUE;
    case GDK_KEY_Escape:
      gtk_popover_popdown (GTK_POPOVER (self));
      return TRUE;
    default:
      return FALSE;
    }
}
