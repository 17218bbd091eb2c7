/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-comment-parts.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-json.h"
#include "csm-markdown.h"

static GtkWidget *
make_line (const char *icon,
           const char *words)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (words);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (icon));
  gtk_box_append (GTK_BOX (box), label);
  return box;
}

/**
 * csm_comment_parts_find:
 * @workbench: the window's
 * @comment_id: (nullable): a note of the open case
 *
 * Returns: (transfer none) (nullable): the note
 */
JsonObject *
csm_comment_parts_find (CsmWorkbench *workbench,
                        const char   *comment_id)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (workbench);

  for (guint i = 0; comment_id != NULL && detail != NULL && detail->comments != NULL && i < detail->comments->len; i++)
    {
      const CsmTimelineEntry *entry = detail->comments->pdata[i];

      if (g_strcmp0 (csm_json_get_string (entry->record, "id"), comment_id) == 0)
        return entry->record;
    }
  return NULL;
}

/**
 * csm_comment_parts_quote:
 * @workbench: the window's
 * @parent: the note that is answered
 *
 * Returns: (transfer floating): a button with the beginning of that note
 */
GtkWidget *
csm_comment_parts_quote (CsmWorkbench *workbench,
                         JsonObject   *parent)
{
  const char *author_id = csm_json_get_string (parent, "authorId");
  const char *name = csm_workbench_get_name (workbench, author_id != NULL ? author_id : csm_workbench_get_my_id (workbench));
  const char *body = csm_json_get_string (parent, "body");
  g_autofree char *plain = csm_json_get_boolean (parent, "deleted") ? g_strdup (_("This note was deleted")) : csm_markdown_plain (body != NULL ? body : "");
  g_autofree char *words = g_strdup_printf ("%s: %s", name != NULL ? name : _("Somebody"), g_strdelimit (plain, "\n", ' '));
  g_autofree char *label = g_strdup_printf (_("Answers %s"), words);
  GtkWidget *button = gtk_button_new ();

  gtk_button_set_child (GTK_BUTTON (button), make_line ("mail-reply-sender-symbolic", words));
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "comment-answered");
  gtk_widget_set_tooltip_text (button, _("Show the note that is answered"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return button;
}

/* Returns: (transfer floating): a line that says that the case was handed over, not by colour alone */
GtkWidget *
csm_comment_parts_handed (const char *name)
{
  g_autofree char *words = g_strdup_printf (_("Handed over by %s"), name);
  GtkWidget *line = make_line ("mail-forward-symbolic", words);

  gtk_widget_add_css_class (line, "comment-handed");
  return line;
}

static void
add_version (GtkWidget  *box,
             const char *body,
             gint64      at)
{
  g_autofree char *when = csm_format_when_long (at);
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *caption = gtk_label_new (when);
  GtkWidget *text = gtk_label_new (body);

  gtk_widget_add_css_class (caption, "caption-heading");
  gtk_label_set_xalign (GTK_LABEL (caption), 0);
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_box_append (GTK_BOX (card), caption);
  gtk_box_append (GTK_BOX (card), text);
  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, "brief");
  gtk_box_append (GTK_BOX (box), card);
}

/**
 * csm_comment_parts_versions:
 * @from: a widget of the window
 * @comment: a note that was changed
 *
 * Shows what the note said before, the latest first.
 *
 * Returns: (transfer none): the sheet
 */
CsmSheet *
csm_comment_parts_versions (GtkWidget  *from,
                            JsonObject *comment)
{
  JsonArray *revisions = csm_json_get_array (comment, "revisions");
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  CsmSheet *sheet;

  for (guint i = revisions != NULL ? json_array_get_length (revisions) : 0; i > 0; i--)
    {
      JsonNode *node = json_array_get_element (revisions, i - 1);

      if (JSON_NODE_HOLDS_OBJECT (node))
        add_version (box, csm_json_get_string (json_node_get_object (node), "body"), csm_json_get_time (json_node_get_object (node), "at"));
    }
  sheet = csm_sheet_new (from, _("Earlier Versions"), box);
  gtk_window_present (GTK_WINDOW (sheet));
  return sheet;
}
