/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-brief.h"

#include <glib/gi18n.h>

#include "csm-brief-editor.h"
#include "csm-brief-text.h"
#include "csm-format.h"
#include "csm-json.h"
#include "csm-time.h"

struct _CsmCaseBrief
{
  CsmCasePart  parent_instance;
  GtkWidget   *group;
  GtkWidget   *parts;
  GtkWidget   *none;
  GtkWidget   *edit_button;
  char        *shown;  /* what it says: the same again costs nothing */
};

G_DEFINE_FINAL_TYPE (CsmCaseBrief, csm_case_brief, CSM_TYPE_CASE_PART)

static void
edit_cb (CsmCaseBrief *self)
{
  if (csm_case_part_get_record (CSM_CASE_PART (self)) != NULL)
    csm_brief_editor_present (GTK_WIDGET (self), csm_case_part_get_workbench (CSM_CASE_PART (self)), FALSE);
}

static void
fill_cb (CsmCaseBrief *self)
{
  if (csm_case_part_get_record (CSM_CASE_PART (self)) != NULL)
    csm_brief_editor_present (GTK_WIDGET (self), csm_case_part_get_workbench (CSM_CASE_PART (self)), TRUE);
}

static GtkWidget *
create_label (const char *text,
              const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
add_part (CsmCaseBrief *self,
          guint         part,
          JsonObject   *value)
{
  CsmWorkbench *workbench = csm_case_part_get_workbench (CSM_CASE_PART (self));
  const char *name = csm_workbench_get_name (workbench, csm_json_get_string (value, "by"));
  gint64 at = csm_json_get_time (value, "at");
  g_autofree char *when = at != CSM_TIME_NONE ? csm_format_clock (at) : NULL;
  /* Translators: who wrote something, and when */
  g_autofree char *who = name != NULL && when != NULL ? g_strdup_printf (_("%s, %s"), name, when) : g_strdup (name);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *title = create_label (csm_brief_title (part), "brief-title");
  GtkWidget *text = create_label (csm_json_get_string (value, "text"), NULL);

  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_box_append (GTK_BOX (head), title);
  if (who != NULL)
    {
      GtkWidget *by = gtk_label_new (who);

      gtk_widget_set_hexpand (by, TRUE);
      gtk_label_set_xalign (GTK_LABEL (by), 1);
      gtk_label_set_ellipsize (GTK_LABEL (by), PANGO_ELLIPSIZE_END);
      gtk_widget_add_css_class (by, "caption");
      gtk_widget_add_css_class (by, "dim-label");
      gtk_box_append (GTK_BOX (head), by);
    }
  gtk_box_append (GTK_BOX (box), head);
  gtk_box_append (GTK_BOX (box), text);
  gtk_box_append (GTK_BOX (self->parts), box);
}

static void
csm_case_brief_refresh (CsmCasePart   *part,
                        CsmCaseDetail *detail)
{
  CsmCaseBrief *self = CSM_CASE_BRIEF (part);
  JsonObject *brief = detail != NULL ? csm_json_get_object (detail->record, "brief") : NULL;
  g_autofree char *text = brief != NULL ? csm_json_write_object (brief) : g_strdup ("");
  GtkWidget *child;

  gtk_widget_set_sensitive (self->group, detail != NULL);
  if (g_strcmp0 (text, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&text);
  while ((child = gtk_widget_get_first_child (self->parts)) != NULL)
    gtk_box_remove (GTK_BOX (self->parts), child);
  for (guint i = 0; brief != NULL && i < CSM_BRIEF_N_PARTS; i++)
    {
      JsonObject *value = csm_json_get_object (brief, csm_brief_key (i));
      const char *words = value != NULL ? csm_json_get_string (value, "text") : NULL;

      if (words != NULL && words[0] != '\0')
        add_part (self, i, value);
    }
  child = gtk_widget_get_first_child (self->parts);
  gtk_widget_set_visible (self->parts, child != NULL);
  gtk_widget_set_visible (self->none, child == NULL);
}

static void
csm_case_brief_dispose (GObject *object)
{
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), CSM_TYPE_CASE_BRIEF);
  G_OBJECT_CLASS (csm_case_brief_parent_class)->dispose (object);
}

static void
csm_case_brief_finalize (GObject *object)
{
  g_free (CSM_CASE_BRIEF (object)->shown);
  G_OBJECT_CLASS (csm_case_brief_parent_class)->finalize (object);
}

static void
csm_case_brief_class_init (CsmCaseBriefClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_case_brief_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_case_brief_finalize;
  CSM_CASE_PART_CLASS (klass)->refresh = csm_case_brief_refresh;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-case-brief.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmCaseBrief, group);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseBrief, parts);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseBrief, none);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseBrief, edit_button);
  gtk_widget_class_bind_template_callback (widget_class, edit_cb);
  gtk_widget_class_bind_template_callback (widget_class, fill_cb);
}

static void
csm_case_brief_init (CsmCaseBrief *self)
{
  self->shown = g_strdup ("");
  gtk_widget_init_template (GTK_WIDGET (self));
}
