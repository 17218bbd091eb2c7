/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-note-line.h"

#include "csm-wrap-layout.h"

struct _CsmNoteLine
{
  AdwBin     parent_instance;
  GtkWidget *box;
  GtkWidget *label;
};

G_DEFINE_FINAL_TYPE (CsmNoteLine, csm_note_line, ADW_TYPE_BIN)

static void
csm_note_line_class_init (CsmNoteLineClass *klass)
{
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
csm_note_line_init (CsmNoteLine *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_layout_manager (self->box, csm_wrap_layout_new ());
  adw_bin_set_child (ADW_BIN (self), self->box);
  gtk_widget_add_css_class (GTK_WIDGET (self), "note-line");
}

/**
 * csm_note_line_new:
 * @icon: (nullable): an icon's name
 * @text: what to say
 * @warning: whether it is to be noticed before the text is read
 *
 * Returns: (transfer floating): the line
 */
GtkWidget *
csm_note_line_new (const char *icon,
                   const char *text,
                   gboolean    warning)
{
  CsmNoteLine *self = g_object_new (CSM_TYPE_NOTE_LINE, NULL);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  if (icon != NULL)
    {
      GtkWidget *image = g_object_new (GTK_TYPE_IMAGE, "icon-name", icon, "valign", GTK_ALIGN_START,
                                       "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

      gtk_box_append (GTK_BOX (line), image);
    }
  self->label = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (self->label), GTK_NATURAL_WRAP_NONE);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_label_set_selectable (GTK_LABEL (self->label), warning);
  gtk_box_append (GTK_BOX (line), self->label);
  gtk_widget_set_valign (line, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->box), line);
  if (warning)
    gtk_widget_add_css_class (GTK_WIDGET (self), "attention");
  csm_note_line_set_text (self, text);
  return GTK_WIDGET (self);
}

/**
 * csm_note_line_add_button:
 * @self: a line
 * @label: what the button says, with a mnemonic
 * @action: what it does
 *
 * Returns: (transfer none): the button
 */
GtkWidget *
csm_note_line_add_button (CsmNoteLine *self,
                          const char  *label,
                          const char  *action)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_add_css_class (button, "small-text-button");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->box), button);
  return button;
}

void
csm_note_line_set_text (CsmNoteLine *self,
                        const char  *text)
{
  gtk_label_set_text (GTK_LABEL (self->label), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

const char *
csm_note_line_get_text (CsmNoteLine *self)
{
  return gtk_label_get_text (GTK_LABEL (self->label));
}
