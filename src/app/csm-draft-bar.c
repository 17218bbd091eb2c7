/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-draft-bar.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-json.h"
#include "csm-recipients.h"
#include "csm-time.h"
#include "csm-wrap-layout.h"

#define CLASHES_MAX 5

struct _CsmDraftBar
{
  AdwBin          parent_instance;
  CsmDraftEditor *editor;     /* or NULL */
  CsmWorkbench   *workbench;
  GtkWidget      *head;
  GtkWidget      *authors;
  GtkWidget      *history;    /* of the popover */
  GtkWidget      *history_button;
  GtkWidget      *clashes;
  char           *shown;      /* the clashes that are there: those that stay keep their buttons and the focus */
};

G_DEFINE_FINAL_TYPE (CsmDraftBar, csm_draft_bar, ADW_TYPE_BIN)

static const char *
get_name (CsmDraftBar *self,
          const char  *person_id)
{
  const char *name = csm_workbench_get_name (self->workbench, person_id);

  return name != NULL ? name : _("A colleague");
}

static gboolean
is_me (CsmDraftBar *self,
       const char  *person_id)
{
  return person_id == NULL || g_strcmp0 (person_id, csm_workbench_get_my_id (self->workbench)) == 0;
}

/* --- who writes -------------------------------------------------------------------------------------------- */

/* Returns: (transfer full) (nullable): one line; %NULL when nobody else has written */
static char *
say_authors (CsmDraftBar  *self,
             CsmDraftText *text)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  gboolean mine = FALSE;
  g_autofree char *list = NULL;

  for (guint i = 0; text != NULL && i < csm_draft_text_get_length (text); i++)
    {
      const char *by = csm_draft_text_get (text, i)->by;

      if (is_me (self, by))
        mine = TRUE;
      else if (!g_ptr_array_find_with_equal_func (names, get_name (self, by), g_str_equal, NULL))
        g_ptr_array_add (names, (gpointer) get_name (self, by));
    }
  if (names->len == 0)
    return NULL;
  g_ptr_array_add (names, NULL);
  list = g_strjoinv (", ", (char **) names->pdata);
  if (mine)
    /* Translators: one or more names: who else writes a reply */
    return g_strdup_printf (_("%s and you write this reply together"), list);
  /* Translators: one or more names */
  return g_strdup_printf (_("%s’s draft"), list);
}

/* --- who wrote what ---------------------------------------------------------------------------------------- */

static GtkWidget *
make_revision (CsmDraftBar *self,
               JsonObject  *revision)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gint64 at = csm_json_get_time (revision, "at");
  g_autofree char *when = at != CSM_TIME_NONE ? csm_format_when_long (at) : g_strdup ("");
  g_autofree char *words = g_strdup_printf ("%s · %s", get_name (self, csm_json_get_string (revision, "by")), when);
  const char *text = csm_json_get_string (revision, "text");
  GtkWidget *head = gtk_label_new (words);
  GtkWidget *body = gtk_label_new (text != NULL && text[0] != '\0' ? text : _("(emptied)"));

  gtk_label_set_xalign (GTK_LABEL (head), 0);
  gtk_widget_add_css_class (head, "caption-heading");
  gtk_label_set_xalign (GTK_LABEL (body), 0);
  gtk_label_set_wrap (GTK_LABEL (body), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (body), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (body), TRUE);
  gtk_box_append (GTK_BOX (box), head);
  gtk_box_append (GTK_BOX (box), body);
  return box;
}

/* Read when it is opened: there may be many. */
static void
history_shown_cb (CsmDraftBar *self)
{
  JsonObject *record = self->editor != NULL ? csm_draft_editor_get_record (self->editor) : NULL;
  JsonArray *revisions = record != NULL ? csm_json_get_array (record, "revisions") : NULL;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->history)) != NULL)
    gtk_box_remove (GTK_BOX (self->history), child);
  for (guint i = revisions != NULL ? json_array_get_length (revisions) : 0; i-- > 0;)
    {
      JsonNode *node = json_array_get_element (revisions, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        gtk_box_append (GTK_BOX (self->history), make_revision (self, json_node_get_object (node)));
    }
}

static GtkWidget *
make_history (CsmDraftBar *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *button = gtk_menu_button_new ();

  self->history = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_widget_add_css_class (self->history, "draft-history");
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->history);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 360);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_widget_set_size_request (scroller, 300, -1);
  gtk_popover_set_child (GTK_POPOVER (popover), scroller);
  g_signal_connect_object (popover, "show", G_CALLBACK (history_shown_cb), self, G_CONNECT_SWAPPED);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "document-open-recent-symbolic");
  gtk_widget_set_tooltip_text (button, _("Who Wrote What"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Who wrote what"), -1);
  gtk_widget_add_css_class (button, "flat");
  return button;
}

/* --- two versions ------------------------------------------------------------------------------------------ */

static void
choose (CsmDraftBar    *self,
        GtkWidget      *button,
        CsmDraftChoice  choice)
{
  const char *key = g_object_get_data (G_OBJECT (button), "csm-key");
  guint version = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "csm-version"));
  g_autoptr (CsmDraftEditor) editor = self->editor != NULL ? g_object_ref (self->editor) : NULL;

  if (editor != NULL)
    csm_draft_editor_choose (editor, key, version, choice);
}

static void
use_cb (CsmDraftBar *self,
        GtkWidget   *button)
{
  choose (self, button, CSM_DRAFT_USE);
}

static void
keep_cb (CsmDraftBar *self,
         GtkWidget   *button)
{
  choose (self, button, CSM_DRAFT_KEEP);
}

static void
both_cb (CsmDraftBar *self,
         GtkWidget   *button)
{
  choose (self, button, CSM_DRAFT_BOTH);
}

static void
add_choice (CsmDraftBar *self,
            GtkWidget   *buttons,
            const char  *label,
            const char  *key,
            guint        version,
            GCallback    callback)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  g_object_set_data_full (G_OBJECT (button), "csm-key", g_strdup (key), g_free);
  g_object_set_data (G_OBJECT (button), "csm-version", GUINT_TO_POINTER (version));
  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_SWAPPED);
  gtk_widget_add_css_class (button, "draft-choice");
  gtk_box_append (GTK_BOX (buttons), button);
}

static GtkWidget *
make_clash (CsmDraftBar       *self,
            CsmDraftParagraph *paragraph,
            guint              number)
{
  CsmDraftVersion *version = paragraph->versions->pdata[number];
  gboolean own = is_me (self, version->by);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *body = gtk_label_new (version->text);
  g_autofree char *words = own ? g_strdup (_("You wrote instead:")) : g_strdup_printf (_("%s wrote instead:"), get_name (self, version->by));
  GtkWidget *head = gtk_label_new (words);

  gtk_label_set_xalign (GTK_LABEL (head), 0);
  gtk_widget_add_css_class (head, "heading");
  gtk_label_set_xalign (GTK_LABEL (body), 0);
  gtk_label_set_wrap (GTK_LABEL (body), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (body), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (body), 6);
  gtk_label_set_ellipsize (GTK_LABEL (body), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (body, version->text);
  gtk_widget_set_layout_manager (buttons, csm_wrap_layout_new ());
  add_choice (self, buttons, _("Use This"), paragraph->key, number, G_CALLBACK (use_cb));
  add_choice (self, buttons, own ? _("Keep What Is There") : _("Keep Mine"), paragraph->key, number, G_CALLBACK (keep_cb));
  add_choice (self, buttons, _("Keep Both"), paragraph->key, number, G_CALLBACK (both_cb));
  gtk_box_append (GTK_BOX (box), head);
  gtk_box_append (GTK_BOX (box), body);
  gtk_box_append (GTK_BOX (box), buttons);
  gtk_widget_add_css_class (box, "draft-clash");
  return box;
}

/* --- two versions of to whom it goes ----------------------------------------------------------------------- */

static char *
write_value (JsonNode *value)
{
  if (value != NULL && JSON_NODE_HOLDS_ARRAY (value))
    return csm_recipients_write (json_node_get_array (value));
  return g_strdup (value != NULL && csm_json_is_string (value) ? json_node_get_string (value) : "");
}

static void
choose_part_cb (CsmDraftBar *self,
                GtkWidget   *button)
{
  CsmEnvelopePart part = (CsmEnvelopePart) GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "csm-part"));
  int version = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "csm-version"));
  g_autoptr (CsmDraftEditor) editor = self->editor != NULL ? g_object_ref (self->editor) : NULL;

  if (editor != NULL)
    csm_draft_editor_choose_part (editor, part, version);
}

static void
add_part_choice (CsmDraftBar     *self,
                 GtkWidget       *buttons,
                 const char      *label,
                 CsmEnvelopePart  part,
                 int              version)
{
  add_choice (self, buttons, label, NULL, (guint) version, G_CALLBACK (choose_part_cb));
  g_object_set_data (G_OBJECT (gtk_widget_get_last_child (buttons)), "csm-part", GINT_TO_POINTER ((int) part));
}

static GtkWidget *
make_part_clash (CsmDraftBar      *self,
                 CsmDraftEnvelope *envelope,
                 CsmEnvelopePart   part,
                 guint             number)
{
  static const char *const labels[CSM_N_ENVELOPE] = { N_("To"), N_("Cc"), N_("Bcc"), N_("Subject") };
  const char *by;
  g_autofree char *value = write_value (csm_draft_envelope_get_other (envelope, part, number, &by));
  g_autofree char *line = g_strdup_printf ("%s: %s", _(labels[part]), value[0] != '\0' ? value : "—");
  g_autofree char *words = is_me (self, by) ? g_strdup (_("You wrote instead:")) : g_strdup_printf (_("%s wrote instead:"), get_name (self, by));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *head = gtk_label_new (words);
  GtkWidget *body = gtk_label_new (line);

  gtk_label_set_xalign (GTK_LABEL (head), 0);
  gtk_widget_add_css_class (head, "heading");
  gtk_label_set_xalign (GTK_LABEL (body), 0);
  gtk_label_set_wrap (GTK_LABEL (body), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (body), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_layout_manager (buttons, csm_wrap_layout_new ());
  add_part_choice (self, buttons, _("Use This"), part, (int) number);
  add_part_choice (self, buttons, _("Keep What Is There"), part, -1);
  gtk_box_append (GTK_BOX (box), head);
  gtk_box_append (GTK_BOX (box), body);
  gtk_box_append (GTK_BOX (box), buttons);
  gtk_widget_add_css_class (box, "draft-clash");
  return box;
}

/* What tells whether something else is to be shown. */
static void
append_parts (GString          *now,
              CsmDraftEnvelope *envelope)
{
  for (guint i = 0; envelope != NULL && i < CSM_N_ENVELOPE; i++)
    for (guint j = 0; j < csm_draft_envelope_n_others (envelope, i); j++)
      {
        const char *by;
        g_autofree char *value = write_value (csm_draft_envelope_get_other (envelope, i, j, &by));

        g_string_append_printf (now, "%u/%s\n", i, value);
      }
}

static void
show_clashes (CsmDraftBar      *self,
              CsmDraftText     *text,
              CsmDraftEnvelope *envelope)
{
  g_autoptr (GString) now = g_string_new (NULL);
  guint shown = 0;
  GtkWidget *child;

  append_parts (now, envelope);

  for (guint i = 0; text != NULL && i < csm_draft_text_get_length (text); i++)
    for (guint j = 0; j < csm_draft_text_get (text, i)->versions->len; j++)
      g_string_append_printf (now, "%s/%s\n", csm_draft_text_get (text, i)->key,
                              ((CsmDraftVersion *) csm_draft_text_get (text, i)->versions->pdata[j])->text);
  if (g_strcmp0 (now->str, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_strdup (now->str);
  while ((child = gtk_widget_get_first_child (self->clashes)) != NULL)
    gtk_box_remove (GTK_BOX (self->clashes), child);
  for (guint i = 0; text != NULL && i < csm_draft_text_get_length (text); i++)
    for (guint j = 0; j < csm_draft_text_get (text, i)->versions->len && shown < CLASHES_MAX; j++, shown++)
      gtk_box_append (GTK_BOX (self->clashes), make_clash (self, csm_draft_text_get (text, i), j));
  for (guint i = 0; envelope != NULL && i < CSM_N_ENVELOPE; i++)
    for (guint j = 0; j < csm_draft_envelope_n_others (envelope, i) && shown < CLASHES_MAX; j++, shown++)
      gtk_box_append (GTK_BOX (self->clashes), make_part_clash (self, envelope, i, j));
  gtk_widget_set_visible (self->clashes, shown > 0);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

/**
 * csm_draft_bar_update:
 * @self: a bar
 * @workbench: (nullable): the window's
 * @editor: shares the text
 *
 * Shows how it stands.
 */
void
csm_draft_bar_update (CsmDraftBar    *self,
                      CsmWorkbench   *workbench,
                      CsmDraftEditor *editor)
{
  CsmDraftText *text = csm_draft_editor_get_text (editor);
  g_autofree char *authors = NULL;

  g_return_if_fail (CSM_IS_DRAFT_BAR (self));
  g_set_object (&self->workbench, workbench);
  g_set_object (&self->editor, editor);
  if (workbench == NULL)
    return;
  authors = say_authors (self, text);
  gtk_label_set_text (GTK_LABEL (self->authors), authors != NULL ? authors : "");
  gtk_widget_set_visible (self->head, authors != NULL);
  show_clashes (self, text, csm_draft_editor_get_envelope (editor));
}

static void
csm_draft_bar_dispose (GObject *object)
{
  CsmDraftBar *self = CSM_DRAFT_BAR (object);

  g_clear_object (&self->editor);
  g_clear_object (&self->workbench);
  g_clear_pointer (&self->shown, g_free);
  G_OBJECT_CLASS (csm_draft_bar_parent_class)->dispose (object);
}

static void
csm_draft_bar_class_init (CsmDraftBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_draft_bar_dispose;
}

static void
csm_draft_bar_init (CsmDraftBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *icon = gtk_image_new_from_icon_name ("document-edit-symbolic");

  self->head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->authors = gtk_label_new (NULL);
  self->clashes = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->history_button = make_history (self);
  gtk_widget_set_visible (self->head, FALSE);
  gtk_widget_set_visible (self->clashes, FALSE);
  gtk_label_set_xalign (GTK_LABEL (self->authors), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->authors), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->authors, TRUE);
  gtk_widget_add_css_class (self->authors, "caption");
  gtk_widget_add_css_class (self->head, "draft-head");
  gtk_widget_add_css_class (self->clashes, "draft-clashes");
  gtk_box_append (GTK_BOX (self->head), icon);
  gtk_box_append (GTK_BOX (self->head), self->authors);
  gtk_box_append (GTK_BOX (self->head), self->history_button);
  gtk_box_append (GTK_BOX (box), self->head);
  gtk_box_append (GTK_BOX (box), self->clashes);
  adw_bin_set_child (ADW_BIN (self), box);
}
