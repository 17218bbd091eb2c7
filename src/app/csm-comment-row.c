/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-comment-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-attachment-chip.h"
#include "csm-comment-link.h"
#include "csm-comment-parts.h"
#include "csm-format.h"
#include "csm-json.h"
#include "csm-lazy-menu.h"
#include "csm-markdown.h"
#include "csm-time.h"

#define AVATAR_SIZE 32
#define REPLY_AVATAR_SIZE 24
#define REPLY_INDENT 42
#define BLOCK_INDENT 14

struct _CsmCommentRow
{
  GtkListBoxRow parent_instance;
  CsmWorkbench *workbench;
  JsonObject   *comment;
  char         *written; /* the record as it is shown: an equal one costs nothing */
  GtkWidget    *box;
  AdwAvatar    *avatar;
  GtkLabel     *name;
  GtkLabel     *when;
  GtkWidget    *edited;
  GtkWidget    *waits;
  GtkWidget    *pin;
  GtkWidget    *menu_button;
  GMenuModel   *menu;
  GtkBox       *body;
  gboolean      pinned;
};

enum { PROP_0, PROP_PINNED, N_PROPS };
static GParamSpec *props[N_PROPS];
enum { REPLY, EDIT, SHOW, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmCommentRow, csm_comment_row, GTK_TYPE_LIST_BOX_ROW)

static gboolean
is_deleted (CsmCommentRow *self)
{
  return csm_json_get_boolean (self->comment, "deleted");
}

static gboolean
is_hand_over (CsmCommentRow *self)
{
  return g_strcmp0 (csm_json_get_string (self->comment, "kind"), "handOver") == 0 && !is_deleted (self);
}

static gboolean
has_revisions (CsmCommentRow *self)
{
  JsonArray *revisions = csm_json_get_array (self->comment, "revisions");

  return revisions != NULL && json_array_get_length (revisions) > 0 && !is_deleted (self);
}

/* --- body -------------------------------------------------------------------------------------------------- */

static GtkWidget *
make_label (const char *markup)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_markup (GTK_LABEL (label), markup);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  /* A click selects; Tab goes from note to note, and stops only for a link. A label that is merely not focusable would catch it. */
  gtk_widget_set_can_focus (label, strstr (markup, "<a ") != NULL);
  gtk_widget_set_hexpand (label, TRUE);
  return label;
}

static GtkWidget *
make_item (const CsmMarkdownBlock *block)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *marker = gtk_label_new (block->marker);

  gtk_widget_set_valign (marker, GTK_ALIGN_START);
  gtk_widget_add_css_class (marker, "dim-label");
  gtk_widget_add_css_class (marker, "numeric");
  gtk_box_append (GTK_BOX (box), marker);
  gtk_box_append (GTK_BOX (box), make_label (block->markup));
  return box;
}

static GtkWidget *
make_block (const CsmMarkdownBlock *block)
{
  GtkWidget *widget;
  guint indent = block->depth;

  if (block->kind == CSM_MARKDOWN_RULE)
    return gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);
  widget = block->marker != NULL ? make_item (block) : make_label (block->markup);
  /* What stands at the first depth has its marker or line to tell it. */
  if ((block->marker != NULL || block->kind == CSM_MARKDOWN_QUOTE) && indent > 0)
    indent--;
  gtk_widget_set_margin_start (widget, (int) indent * BLOCK_INDENT);
  if (block->kind == CSM_MARKDOWN_QUOTE)
    gtk_widget_add_css_class (widget, "comment-quote");
  else if (block->kind == CSM_MARKDOWN_CODE)
    gtk_widget_add_css_class (widget, "comment-code");
  else if (block->kind == CSM_MARKDOWN_HEADING)
    gtk_widget_add_css_class (widget, "heading");
  return widget;
}

static void
add_attachments (CsmCommentRow *self)
{
  JsonArray *list = csm_json_get_array (self->comment, "attachments");

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      GtkWidget *chip;

      if (!JSON_NODE_HOLDS_OBJECT (node) || csm_json_get_string (json_node_get_object (node), "blobId") == NULL)
        continue;
      chip = csm_attachment_chip_new (self->workbench, json_node_get_object (node));
      gtk_widget_set_halign (chip, GTK_ALIGN_START);
      gtk_box_append (self->body, chip);
    }
}

static void
show_parent_cb (CsmCommentRow *self)
{
  g_signal_emit (self, signals[SHOW], 0, csm_json_get_string (self->comment, "inReplyTo"));
}

/* What the note answers, and that it hands the case over. */
static void
add_head (CsmCommentRow *self,
          JsonObject    *parent)
{
  GtkWidget *quote;

  if (is_hand_over (self))
    gtk_box_append (self->body, csm_comment_parts_handed (gtk_label_get_text (self->name)));
  if (parent == NULL)
    return;
  quote = csm_comment_parts_quote (self->workbench, parent);
  g_signal_connect_object (quote, "clicked", G_CALLBACK (show_parent_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (self->body, quote);
}

static void
fill_body (CsmCommentRow *self,
           JsonObject    *parent)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  const char *text = csm_json_get_string (self->comment, "body");
  g_autoptr (GPtrArray) blocks = NULL;
  g_autoptr (GPtrArray) links = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_link_free);
  g_autofree char *read = NULL;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->body))) != NULL)
    gtk_box_remove (self->body, child);
  if (is_deleted (self))
    {
      child = gtk_label_new (_("This note was deleted"));
      gtk_label_set_wrap (GTK_LABEL (child), TRUE);
      gtk_label_set_xalign (GTK_LABEL (child), 0);
      gtk_widget_add_css_class (child, "dim-label");
      gtk_widget_add_css_class (child, "comment-deleted");
      gtk_box_append (self->body, child);
      return;
    }
  add_head (self, parent);
  read = csm_comment_link_take (text != NULL ? text : "", links);
  blocks = csm_markdown_parse (read, directory != NULL ? directory->people : NULL,
                               csm_workbench_get_my_id (self->workbench));
  for (guint i = 0; i < blocks->len; i++)
    gtk_box_append (self->body, make_block (blocks->pdata[i]));
  for (guint i = 0; i < links->len; i++)
    gtk_box_append (self->body, csm_comment_link_new (self->workbench, links->pdata[i]));
  add_attachments (self);
}

/* --- head -------------------------------------------------------------------------------------------------- */

static gboolean
mentions_me (CsmCommentRow *self)
{
  const char *my_id = csm_workbench_get_my_id (self->workbench);

  return my_id != NULL && csm_json_has_key (self->comment, "mentions", my_id);
}

static void
toggle_class (CsmCommentRow *self,
              const char    *name,
              gboolean       on)
{
  if (on)
    gtk_widget_add_css_class (GTK_WIDGET (self), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), name);
}

static void
set_accessible (CsmCommentRow *self,
                const char    *name,
                const char    *when)
{
  const char *text = csm_json_get_string (self->comment, "body");
  g_autofree char *plain = is_deleted (self) ? g_strdup (_("This note was deleted")) : csm_markdown_plain (text != NULL ? text : "");
  g_autofree char *label = g_strdup_printf ("%s, %s: %s", name, when, plain);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
set_waits (CsmCommentRow          *self,
           const CsmTimelineEntry *entry)
{
  gboolean parked = entry->problem != NULL;
  const char *words = parked ? _("Could not be shared; see what waits") : _("Waits to be shared");

  gtk_image_set_from_icon_name (GTK_IMAGE (self->waits), parked ? "dialog-warning-symbolic" : "document-open-recent-symbolic");
  gtk_widget_set_visible (self->waits, entry->waits || parked);
  gtk_widget_set_tooltip_text (self->waits, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->waits), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
update_actions (CsmCommentRow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  const char *author_id = csm_json_get_string (self->comment, "authorId");
  const char *my_id = csm_workbench_get_my_id (self->workbench);
  /* The server says who wrote it; until then it is mine. */
  gboolean mine = author_id == NULL || g_strcmp0 (author_id, my_id) == 0;
  gboolean deleted = is_deleted (self);
  gboolean internal = csm_json_get_string (self->comment, "partnerId") == NULL;

  gtk_widget_action_set_enabled (widget, "comment.reply", internal);
  gtk_widget_action_set_enabled (widget, "comment.pinned", internal);
  gtk_widget_action_set_enabled (widget, "comment.edit", mine && !deleted);
  gtk_widget_action_set_enabled (widget, "comment.delete", mine && !deleted);
  gtk_widget_action_set_enabled (widget, "comment.copy", !deleted);
  gtk_widget_action_set_enabled (widget, "comment.copy-link", internal && !deleted);
  gtk_widget_action_set_enabled (widget, "comment.versions", has_revisions (self));
  gtk_widget_set_visible (self->menu_button, !deleted);
}

/**
 * csm_comment_row_show:
 * @self: a row
 * @entry: the comment
 * @depth: 0, or 1 for a reply
 *
 * Shows it; costs nothing when it is shown already.
 */
void
csm_comment_row_show (CsmCommentRow          *self,
                      const CsmTimelineEntry *entry,
                      guint                   depth)
{
  const char *author_id = csm_json_get_string (entry->record, "authorId");
  const char *name = csm_workbench_get_name (self->workbench, author_id != NULL ? author_id : csm_workbench_get_my_id (self->workbench));
  gboolean edited = csm_json_get_time (entry->record, "editedAt") != CSM_TIME_NONE;
  g_autofree char *text = csm_json_write_object (entry->record);
  g_autofree char *clock = csm_format_clock (entry->at);
  g_autofree char *full = csm_format_when_long (entry->at);
  g_autofree char *when = edited ? g_strdup_printf (_("%s, edited"), clock) : g_strdup (clock);
  JsonObject *parent = csm_comment_parts_find (self->workbench, csm_json_get_string (entry->record, "inReplyTo"));
  g_autofree char *answered = parent != NULL ? csm_json_write_object (parent) : NULL;
  g_autofree char *written = g_strdup_printf ("%u %s %s %s %s", depth, name, when, text, answered != NULL ? answered : "");

  g_return_if_fail (CSM_IS_COMMENT_ROW (self));
  set_waits (self, entry);
  if (g_strcmp0 (written, self->written) == 0)
    return;
  g_free (self->written);
  self->written = g_steal_pointer (&written);
  g_clear_pointer (&self->comment, json_object_unref);
  self->comment = json_object_ref (entry->record);
  self->pinned = csm_json_get_boolean (self->comment, "pinned") && !is_deleted (self);
  name = name != NULL ? name : _("Somebody");
  adw_avatar_set_text (self->avatar, name);
  adw_avatar_set_size (self->avatar, depth > 0 ? REPLY_AVATAR_SIZE : AVATAR_SIZE);
  gtk_widget_set_margin_start (self->box, depth > 0 ? REPLY_INDENT : 0);
  gtk_label_set_text (self->name, name);
  gtk_label_set_text (self->when, clock);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->when), full);
  gtk_widget_set_visible (self->pin, self->pinned);
  toggle_class (self, "pinned", self->pinned);
  toggle_class (self, "hand-over", is_hand_over (self));
  toggle_class (self, "for-me", mentions_me (self));
  fill_body (self, parent);
  gtk_widget_set_visible (self->edited, edited && !is_deleted (self));
  gtk_widget_set_sensitive (self->edited, has_revisions (self));
  update_actions (self);
  set_accessible (self, name, when);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PINNED]);
}

/* Returns: (transfer none): what it shows */
JsonObject *
csm_comment_row_get_comment (CsmCommentRow *self)
{
  return self->comment;
}

/* Returns: (transfer none): the text of the note, and what goes along with it */
GtkWidget *
csm_comment_row_get_body (CsmCommentRow *self)
{
  return GTK_WIDGET (self->body);
}

/* --- actions ----------------------------------------------------------------------------------------------- */

static void
perform_patch (CsmCommentRow *self,
               const char    *label,
               JsonObject    *patch,
               const char    *said)
{
  CsmIntent *intent = csm_intent_new (label);

  csm_intent_update (intent, csm_record_type_of_id (csm_json_get_string (self->comment, "id"))->id, csm_json_get_string (self->comment, "id"), patch);
  csm_workbench_perform (self->workbench, intent, said);
}

static void
reply_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  g_signal_emit (widget, signals[REPLY], 0);
}

static void
edit_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  g_signal_emit (widget, signals[EDIT], 0);
}

/* What remains is an empty shell, so that answers to it still make sense. */
static void
delete_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  JsonObject *patch = json_object_new ();

  json_object_set_boolean_member (patch, "deleted", TRUE);
  perform_patch (CSM_COMMENT_ROW (widget), _("Delete note"), patch, _("Note deleted"));
}

static void
copy_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmCommentRow *self = CSM_COMMENT_ROW (widget);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), csm_json_get_string (self->comment, "body"));
  csm_workbench_say (self->workbench, _("Copied"));
}

static void
copy_link_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  CsmCommentRow *self = CSM_COMMENT_ROW (widget);
  g_autofree char *link = csm_link_format (CSM_LINK_TO_NOTE, csm_json_get_string (self->comment, "id"));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), link);
  csm_workbench_say (self->workbench, _("Link copied"));
}

static void
versions_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  CsmCommentRow *self = CSM_COMMENT_ROW (widget);

  csm_comment_parts_versions (widget, self->comment);
}

static void
add_pin (CsmIntent  *intent,
         const char *id,
         gboolean    pinned)
{
  JsonObject *patch = json_object_new ();

  json_object_set_boolean_member (patch, "pinned", pinned);
  csm_intent_update (intent, CSM_TYPE_ID_COMMENT, id, patch);
}

/* What is pinned is the summary of a case: there is one. */
static void
set_pinned (CsmCommentRow *self,
            gboolean       pinned)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);
  CsmIntent *intent;

  if (self->pinned == pinned || self->comment == NULL)
    return;
  intent = csm_intent_new (pinned ? _("Pin note") : _("Unpin note"));
  for (guint i = 0; pinned && detail != NULL && detail->comments != NULL && i < detail->comments->len; i++)
    {
      JsonObject *other = ((CsmTimelineEntry *) detail->comments->pdata[i])->record;

      if (csm_json_get_boolean (other, "pinned") && !csm_json_get_boolean (other, "deleted"))
        add_pin (intent, csm_json_get_string (other, "id"), FALSE);
    }
  add_pin (intent, csm_json_get_string (self->comment, "id"), pinned);
  csm_workbench_perform (self->workbench, intent, pinned ? _("Note pinned") : _("Note not pinned any more"));
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_comment_row_get_property (GObject    *object,
                              guint       id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  if (id == PROP_PINNED)
    g_value_set_boolean (value, CSM_COMMENT_ROW (object)->pinned);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_comment_row_set_property (GObject      *object,
                              guint         id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  if (id == PROP_PINNED)
    set_pinned (CSM_COMMENT_ROW (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_comment_row_dispose (GObject *object)
{
  CsmCommentRow *self = CSM_COMMENT_ROW (object);

  g_clear_object (&self->workbench);
  g_clear_pointer (&self->comment, json_object_unref);
  g_clear_pointer (&self->written, g_free);
  /* The row would unparent once more what the template's disposal already has. */
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_COMMENT_ROW);
  G_OBJECT_CLASS (csm_comment_row_parent_class)->dispose (object);
}

static void
csm_comment_row_class_init (CsmCommentRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = csm_comment_row_dispose;
  object_class->get_property = csm_comment_row_get_property;
  object_class->set_property = csm_comment_row_set_property;
  props[PROP_PINNED] = g_param_spec_boolean ("pinned", NULL, NULL, FALSE,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[REPLY] = g_signal_new ("reply", CSM_TYPE_COMMENT_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[EDIT] = g_signal_new ("edit", CSM_TYPE_COMMENT_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SHOW] = g_signal_new ("show-note", CSM_TYPE_COMMENT_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-comment-row.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmCommentRow, box);
  gtk_widget_class_bind_template_child (widget_class, CsmCommentRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, CsmCommentRow, name);
  gtk_widget_class_bind_template_child (widget_class, CsmCommentRow, when);
  gtk_widget_class_bind_template_child (widget_class, CsmCommentRow, edited);
  gtk_widget_class_bind_template_child (widget_class, CsmCommentRow, waits);
  gtk_widget_class_bind_template_child (widget_class, CsmCommentRow, pin);
  gtk_widget_class_bind_template_child (widget_class, CsmCommentRow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, CsmCommentRow, menu);
  gtk_widget_class_bind_template_child (widget_class, CsmCommentRow, body);
  gtk_widget_class_install_action (widget_class, "comment.reply", NULL, reply_action);
  gtk_widget_class_install_action (widget_class, "comment.edit", NULL, edit_action);
  gtk_widget_class_install_action (widget_class, "comment.delete", NULL, delete_action);
  gtk_widget_class_install_action (widget_class, "comment.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "comment.copy-link", NULL, copy_link_action);
  gtk_widget_class_install_action (widget_class, "comment.versions", NULL, versions_action);
  gtk_widget_class_install_property_action (widget_class, "comment.pinned", "pinned");
}

static void
csm_comment_row_init (CsmCommentRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  csm_lazy_menu_attach (GTK_MENU_BUTTON (self->menu_button), self->menu);
}

/* Returns: (transfer floating): an empty row; see csm_comment_row_show() */
GtkWidget *
csm_comment_row_new (CsmWorkbench *workbench)
{
  CsmCommentRow *self = g_object_new (CSM_TYPE_COMMENT_ROW, NULL);

  self->workbench = g_object_ref (workbench);
  return GTK_WIDGET (self);
}
