/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-comment-link.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-json.h"
#include "csm-message-jump.h"

#define LINKS_MAX 20

struct _CsmCommentLink
{
  AdwBin        parent_instance;
  CsmWorkbench *workbench;
  GCancellable *cancellable;
  CsmLinkKind   kind;
  char         *target;
  char         *case_id;     /* where it leads; NULL: not known, or not here */
  GtkLabel     *label;
};

G_DEFINE_FINAL_TYPE (CsmCommentLink, csm_comment_link, ADW_TYPE_BIN)

/* --- what a note says -------------------------------------------------------------------------------------- */

static const char *
name_kind (CsmLinkKind kind)
{
  switch (kind)
    {
    case CSM_LINK_TO_MESSAGE: return _("Message");
    case CSM_LINK_TO_CUSTOMER: return _("Customer");
    case CSM_LINK_TO_NOTE: return _("Note");
    case CSM_LINK_TO_SEARCH: return _("Search");
    case CSM_LINK_TO_CASE:
    default: return _("Case");
    }
}

static gboolean
knows (GPtrArray     *links,
       const CsmLink *link)
{
  for (guint i = 0; i < links->len; i++)
    {
      const CsmLink *other = links->pdata[i];

      if (other->kind == link->kind && g_str_equal (other->target, link->target))
        return TRUE;
    }
  return FALSE;
}

static gboolean
replace_cb (const GMatchInfo *info,
            GString          *result,
            gpointer          data)
{
  GPtrArray *links = data;
  g_autofree char *uri = g_match_info_fetch (info, 0);
  g_autoptr (CsmLink) link = csm_link_parse (uri, NULL);

  if (link == NULL || (links->len >= LINKS_MAX && !knows (links, link)))
    {
      g_string_append (result, uri);
      return FALSE;
    }
  g_string_append_printf (result, "%s ↗", name_kind (link->kind));
  if (!knows (links, link))
    g_ptr_array_add (links, g_steal_pointer (&link));
  return FALSE;
}

/**
 * csm_comment_link_take:
 * @text: a note
 * @links: (element-type CsmLink): gets the links into the app that are in it, each once
 *
 * Returns: (transfer full): the note to be read, with a word where a link was; a line that was nothing else is gone
 */
char *
csm_comment_link_take (const char *text,
                       GPtrArray  *links)
{
  g_autoptr (GRegex) alone = g_regex_new ("^[ \\t]*casement:[a-z]+[/?][^\\s<>()\"]+[ \\t]*$\\n?", G_REGEX_MULTILINE | G_REGEX_OPTIMIZE, 0, NULL);
  g_autoptr (GRegex) inside = g_regex_new ("\\bcasement:[a-z]+[/?][A-Za-z0-9%=+&_~-]+", G_REGEX_OPTIMIZE, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autoptr (GString) rest = g_string_new (NULL);
  int from = 0;

  for (g_regex_match (alone, text, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *line = g_strstrip (g_match_info_fetch (match, 0));
      g_autoptr (CsmLink) link = csm_link_parse (line, NULL);
      int start;
      int end;

      g_match_info_fetch_pos (match, 0, &start, &end);
      if (link == NULL || links->len >= LINKS_MAX)
        continue;
      g_string_append_len (rest, text + from, start - from);
      from = end;
      if (!knows (links, link))
        g_ptr_array_add (links, g_steal_pointer (&link));
    }
  g_string_append (rest, text + from);
  return g_regex_replace_eval (inside, rest->str, -1, 0, 0, replace_cb, links, NULL);
}

/* --- the button -------------------------------------------------------------------------------------------- */

static void
go_cb (CsmCommentLink *self)
{
  if (self->kind == CSM_LINK_TO_SEARCH)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.search-for", "s", self->target);
  else if (self->case_id == NULL)
    csm_workbench_say (self->workbench, _("What this link leads to is not on this computer"));
  else if (self->kind == CSM_LINK_TO_MESSAGE)
    csm_message_jump (GTK_WIDGET (self), self->workbench, self->case_id, self->target);
  else if (self->kind == CSM_LINK_TO_NOTE)
    csm_note_jump (GTK_WIDGET (self), self->workbench, self->case_id, self->target);
  else
    csm_workbench_show_case (self->workbench, self->case_id);
  if (self->kind == CSM_LINK_TO_CUSTOMER && self->case_id != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-customer", NULL);
}

static void
say (CsmCommentLink *self,
     const char     *words)
{
  gtk_label_set_text (self->label, words);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), words);
}

static void
say_message (CsmCommentLink *self,
             JsonObject     *message)
{
  g_autofree char *when = csm_format_when (csm_json_get_time (message, "at"));
  const char *author_id = csm_json_get_string (message, "authorId");
  const char *name = author_id != NULL ? csm_workbench_get_name (self->workbench, author_id) : NULL;
  JsonArray *from = csm_json_get_array (message, "from");
  JsonNode *first = from != NULL && json_array_get_length (from) > 0 ? json_array_get_element (from, 0) : NULL;
  g_autofree char *words = NULL;

  if (name == NULL && first != NULL && JSON_NODE_HOLDS_OBJECT (first))
    name = csm_json_get_string (json_node_get_object (first), "name");
  if (name == NULL && first != NULL && JSON_NODE_HOLDS_OBJECT (first))
    name = csm_json_get_string (json_node_get_object (first), "email");
  words = name != NULL ? g_strdup_printf (_("Message from %s, %s"), name, when) : g_strdup_printf (_("Message, %s"), when);
  self->case_id = g_strdup (csm_json_get_string (message, "caseId"));
  say (self, words);
}

static void
say_note (CsmCommentLink *self,
          JsonObject     *note)
{
  g_autofree char *when = csm_format_when (csm_json_get_time (note, "at"));
  const char *author_id = csm_json_get_string (note, "authorId");
  const char *name = csm_workbench_get_name (self->workbench, author_id != NULL ? author_id : csm_workbench_get_my_id (self->workbench));
  g_autofree char *words = g_strdup_printf (_("Note by %s, %s"), name != NULL ? name : _("Somebody"), when);

  self->case_id = g_strdup (csm_json_get_string (note, "caseId"));
  say (self, words);
}

static void
record_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmCommentLink) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) record = csm_cache_load_record_finish (CSM_CACHE (source), result, &error);
  const char *subject = record != NULL ? csm_json_get_string (record, "subject") : NULL;

  if (record == NULL || self->workbench == NULL)
    return;
  if (self->kind == CSM_LINK_TO_MESSAGE)
    {
      say_message (self, record);
      return;
    }
  if (self->kind == CSM_LINK_TO_NOTE)
    {
      say_note (self, record);
      return;
    }
  self->case_id = g_strdup (self->target);
  say (self, subject != NULL && subject[0] != '\0' ? subject : _("No subject"));
}

static void
customer_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (CsmCommentLink) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) hits = csm_cache_find_customers_finish (CSM_CACHE (source), result, &error);
  const CsmCustomerHit *hit = hits != NULL && hits->len > 0 ? hits->pdata[0] : NULL;

  if (hit == NULL || self->workbench == NULL)
    return;
  self->case_id = g_strdup (hit->case_id);
  say (self, hit->name != NULL ? hit->name : hit->address != NULL ? hit->address : name_kind (self->kind));
}

static void
look (CsmCommentLink *self)
{
  CsmCache *cache = csm_workbench_get_cache (self->workbench);

  if (self->kind == CSM_LINK_TO_SEARCH)
    say (self, self->target);
  else if (self->kind == CSM_LINK_TO_CUSTOMER)
    csm_cache_find_customer_async (cache, self->target, self->cancellable, customer_cb, g_object_ref (self));
  else
    csm_cache_load_record_async (cache, csm_record_type_of_id (self->target)->id, self->target,
                                 self->cancellable, record_cb, g_object_ref (self));
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_comment_link_dispose (GObject *object)
{
  CsmCommentLink *self = CSM_COMMENT_LINK (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_comment_link_parent_class)->dispose (object);
}

static void
csm_comment_link_finalize (GObject *object)
{
  CsmCommentLink *self = CSM_COMMENT_LINK (object);

  g_object_unref (self->cancellable);
  g_free (self->target);
  g_free (self->case_id);
  G_OBJECT_CLASS (csm_comment_link_parent_class)->finalize (object);
}

static void
csm_comment_link_class_init (CsmCommentLinkClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_comment_link_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_comment_link_finalize;
}

static void
csm_comment_link_init (CsmCommentLink *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * csm_comment_link_new:
 * @workbench: the window's
 * @link: where it leads
 *
 * Returns: (transfer floating): its button
 */
GtkWidget *
csm_comment_link_new (CsmWorkbench  *workbench,
                      const CsmLink *link)
{
  static const char *const icons[] = {
    [CSM_LINK_TO_CASE] = "folder-documents-symbolic",
    [CSM_LINK_TO_MESSAGE] = "mail-unread-symbolic",
    [CSM_LINK_TO_CUSTOMER] = "avatar-default-symbolic",
    [CSM_LINK_TO_NOTE] = "user-available-symbolic",
    [CSM_LINK_TO_SEARCH] = "system-search-symbolic",
  };
  CsmCommentLink *self = g_object_new (CSM_TYPE_COMMENT_LINK, "halign", GTK_ALIGN_START, NULL);
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->workbench = g_object_ref (workbench);
  self->kind = link->kind;
  self->target = g_strdup (link->target);
  self->label = GTK_LABEL (gtk_label_new (name_kind (link->kind)));
  gtk_label_set_ellipsize (self->label, PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (icons[link->kind]));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->label));
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "comment-link");
  gtk_accessible_update_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY, self->label, NULL, -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (go_cb), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self), button);
  look (self);
  return GTK_WIDGET (self);
}
