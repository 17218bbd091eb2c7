/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-merge-notice.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-merge-dialog.h"
#include "csm-rights.h"

struct _CsmMergeNotice
{
  CsmCasePart  parent_instance;
  GtkWidget   *box;
  GtkLabel    *label;
  GtkWidget   *show_button;
  GtkWidget   *apart_button;
  GtkWidget   *close_button;
  char        *survivor_id;
  char        *merged_id;   /* what “Take Apart” is for; NULL: there are several */
  char        *said;        /* which cases it is about */
  GHashTable  *dismissed;   /* set of what `said` was: until the window closes */
};

G_DEFINE_FINAL_TYPE (CsmMergeNotice, csm_merge_notice, CSM_TYPE_CASE_PART)

static void
show_cb (CsmMergeNotice *self)
{
  if (self->survivor_id != NULL)
    csm_workbench_show_case (csm_case_part_get_workbench (CSM_CASE_PART (self)), self->survivor_id);
}

static void
apart_cb (CsmMergeNotice *self)
{
  if (self->merged_id != NULL)
    csm_merge_take_apart (csm_case_part_get_workbench (CSM_CASE_PART (self)), self->merged_id);
}

static void
close_cb (CsmMergeNotice *self)
{
  if (self->said != NULL)
    g_hash_table_add (self->dismissed, g_strdup (self->said));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/* What is to be said; %NULL: nothing. */
static char *
describe (CsmMergeNotice *self,
          CsmCaseDetail  *detail)
{
  const CsmCaseRow *first;

  if (self->survivor_id != NULL)
    return g_strdup (_("This case was merged into another one: everything is there."));
  if (detail->merged == NULL || detail->merged->len == 0)
    return NULL;
  first = detail->merged->pdata[0];
  if (detail->merged->len == 1)
    return g_strdup_printf (_("“%s” was merged into this case"), first->subject != NULL && first->subject[0] != '\0' ? first->subject : _("No subject"));
  return g_strdup_printf (ngettext ("%u case was merged into this one", "%u cases were merged into this one", detail->merged->len), detail->merged->len);
}

static void
csm_merge_notice_refresh (CsmCasePart   *part,
                          CsmCaseDetail *detail)
{
  CsmMergeNotice *self = CSM_MERGE_NOTICE (part);
  g_autoptr (GString) said = g_string_new (NULL);
  g_autofree char *text = NULL;

  g_clear_pointer (&self->survivor_id, g_free);
  g_clear_pointer (&self->merged_id, g_free);
  if (detail != NULL)
    {
      self->survivor_id = g_strdup (csm_json_get_string (detail->record, "mergedIntoId"));
      text = describe (self, detail);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  if (text == NULL)
    return;
  g_string_append (said, csm_case_part_get_case_id (part));
  for (guint i = 0; detail->merged != NULL && i < detail->merged->len; i++)
    g_string_append (said, ((CsmCaseRow *) detail->merged->pdata[i])->id);
  if (self->survivor_id != NULL)
    self->merged_id = g_strdup (csm_case_part_get_case_id (part));
  else if (detail->merged->len == 1)
    self->merged_id = g_strdup (((CsmCaseRow *) detail->merged->pdata[0])->id);
  g_free (self->said);
  self->said = g_string_free (g_steal_pointer (&said), FALSE);
  gtk_label_set_text (self->label, text);
  gtk_widget_set_visible (self->show_button, self->survivor_id != NULL);
  gtk_widget_set_visible (self->apart_button, self->merged_id != NULL);
  gtk_widget_set_visible (self->close_button, self->survivor_id == NULL);
  csm_rights_apply (csm_case_part_get_workbench (part), CSM_ACTION_MERGE_CASES, self->apart_button);
  gtk_widget_set_visible (GTK_WIDGET (self), !g_hash_table_contains (self->dismissed, self->said));
}

static void
csm_merge_notice_finalize (GObject *object)
{
  CsmMergeNotice *self = CSM_MERGE_NOTICE (object);

  g_free (self->survivor_id);
  g_free (self->merged_id);
  g_free (self->said);
  g_hash_table_unref (self->dismissed);
  G_OBJECT_CLASS (csm_merge_notice_parent_class)->finalize (object);
}

static void
csm_merge_notice_class_init (CsmMergeNoticeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = csm_merge_notice_finalize;
  CSM_CASE_PART_CLASS (klass)->refresh = csm_merge_notice_refresh;
}

static GtkWidget *
add_button (CsmMergeNotice *self,
            GtkWidget      *button,
            const char     *tooltip,
            GCallback       callback)
{
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, tooltip);
  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->box), button);
  return button;
}

static void
csm_merge_notice_init (CsmMergeNotice *self)
{
  self->dismissed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->label, TRUE);
  gtk_label_set_wrap_mode (self->label, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (self->label, 0);
  gtk_widget_set_hexpand (GTK_WIDGET (self->label), TRUE);
  gtk_widget_add_css_class (self->box, "case-banner");
  gtk_widget_add_css_class (self->box, "plain");
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->label));
  self->show_button = add_button (self, gtk_button_new_with_label (_("Show")), _("Show the other case"), G_CALLBACK (show_cb));
  self->apart_button = add_button (self, gtk_button_new_with_label (_("Take Apart")), _("The case stands by itself again"), G_CALLBACK (apart_cb));
  self->close_button = add_button (self, gtk_button_new_from_icon_name ("window-close-symbolic"), _("Hide"), G_CALLBACK (close_cb));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->close_button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Hide this notice"), -1);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  adw_bin_set_child (ADW_BIN (self), self->box);
}
