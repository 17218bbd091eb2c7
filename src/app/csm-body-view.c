/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-body-view.h"

#include <glib/gi18n.h>

#include "csm-body-markup.h"
#include "csm-inline-images.h"
#include "csm-json.h"
#include "csm-picture-layout.h"

/* Paragraphs share a label, so that a selection can span them, up to this much text. */
#define LABEL_BYTES 8000
#define MAX_COLUMNS 12

struct _CsmBodyView
{
  AdwBin      parent_instance;
  GHashTable *images;    /* address or csm_inline_images_key() → GdkTexture; NULL: none were asked for */
  GHashTable *deceptive; /* links whose text looks like the address of another place */
};

enum { OPEN_ATTACHMENT, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmBodyView, csm_body_view, ADW_TYPE_BIN)

static void add_blocks (CsmBodyView *self, GtkWidget *box, JsonArray *blocks, guint first, guint end);

/* --- links ------------------------------------------------------------------------------------------------- */

static void
launched_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GError) error = NULL;

  if (!g_app_info_launch_default_for_uri_finish (result, &error))
    g_warning ("Opening a link failed: %s", error->message);
}

static void
launch (const char *uri)
{
  g_app_info_launch_default_for_uri_async (uri, NULL, NULL, launched_cb, NULL);
}

static void
response_cb (AdwMessageDialog *dialog,
             const char       *response,
             char             *uri)
{
  if (g_strcmp0 (response, "open") == 0)
    launch (uri);
}

static void
free_closure_data (gpointer  data,
                   GClosure *closure)
{
  g_free (data);
}

static void
ask_before_opening (CsmBodyView *self,
                    const char  *uri)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (root), _("This Link Goes Elsewhere"), NULL);

  adw_message_dialog_format_body (ADW_MESSAGE_DIALOG (dialog),
                                  _("Its text looks like another address. It really opens:\n%s"), uri);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "open", _("_Open Anyway"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "open", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), g_strdup (uri), free_closure_data, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static gboolean
activate_link_cb (CsmBodyView *self,
                  const char  *uri)
{
  if (!csm_body_link_is_safe (uri))
    return TRUE;
  if (g_hash_table_contains (self->deceptive, uri))
    ask_before_opening (self, uri);
  else
    launch (uri);
  return TRUE;
}

/* Whether that link's text looks like the address of another place. */
gboolean
csm_body_view_is_deceptive (CsmBodyView *self,
                            const char  *uri)
{
  g_return_val_if_fail (CSM_IS_BODY_VIEW (self), FALSE);
  return g_hash_table_contains (self->deceptive, uri);
}

/* --- blocks ------------------------------------------------------------------------------------------------ */

static GtkWidget *
create_label (CsmBodyView *self,
              const char  *markup)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_markup (GTK_LABEL (label), markup);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  /* A width of its own would widen the pane. */
  gtk_label_set_width_chars (GTK_LABEL (label), 10);
  g_signal_connect_object (label, "activate-link", G_CALLBACK (activate_link_cb), self, G_CONNECT_SWAPPED);
  return label;
}

static void
flush_text (CsmBodyView *self,
            GtkWidget   *box,
            GString     *markup)
{
  if (markup->len == 0)
    return;
  gtk_box_append (GTK_BOX (box), create_label (self, markup->str));
  g_string_truncate (markup, 0);
}

static void
append_paragraph (CsmBodyView *self,
                  GString     *markup,
                  JsonObject  *block,
                  gboolean     heading)
{
  gint64 level = csm_json_get_int (block, "l", 3);

  if (markup->len > 0)
    g_string_append (markup, "\n\n");
  if (heading)
    g_string_append (markup, level <= 2 ? "<span size=\"large\" weight=\"bold\">" : "<b>");
  csm_body_append_spans (markup, csm_json_get_array (block, "s"), self->deceptive);
  if (heading)
    g_string_append (markup, level <= 2 ? "</span>" : "</b>");
}

/* Items of one list stand closer together than paragraphs. */
static GtkWidget *
list_for (GtkWidget *box)
{
  GtkWidget *last = gtk_widget_get_last_child (box);

  if (last != NULL && gtk_widget_has_css_class (last, "list"))
    return last;
  last = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_add_css_class (last, "list");
  gtk_box_append (GTK_BOX (box), last);
  return last;
}

static void
add_item (CsmBodyView *self,
          GtkWidget   *box,
          JsonObject  *block)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autoptr (GString) markup = g_string_new (NULL);
  gint64 ordinal = csm_json_get_int (block, "o", -1);
  gint64 depth = CLAMP (csm_json_get_int (block, "l", 1), 1, 8);
  g_autofree char *marker = ordinal >= 0 ? g_strdup_printf ("%" G_GINT64_FORMAT ".", ordinal) : g_strdup ("•");
  GtkWidget *bullet = gtk_label_new (marker);
  GtkWidget *label;

  csm_body_append_spans (markup, csm_json_get_array (block, "s"), self->deceptive);
  label = create_label (self, markup->str);
  gtk_widget_set_valign (bullet, GTK_ALIGN_START);
  gtk_label_set_width_chars (GTK_LABEL (bullet), 2);
  gtk_label_set_xalign (GTK_LABEL (bullet), 1);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_margin_start (line, (int) (depth - 1) * 18);
  gtk_box_append (GTK_BOX (line), bullet);
  gtk_box_append (GTK_BOX (line), label);
  gtk_box_append (GTK_BOX (list_for (box)), line);
}

static GtkWidget *
create_scrolled (GtkWidget *child)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), child);
  return scrolled;
}

static void
add_preformatted (CsmBodyView *self,
                  GtkWidget   *box,
                  JsonObject  *block)
{
  const char *text = csm_json_get_string (block, "x");
  GtkWidget *label = gtk_label_new (text != NULL ? text : "");

  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "monospace");
  gtk_widget_add_css_class (label, "preformatted");
  gtk_box_append (GTK_BOX (box), create_scrolled (label));
}

static void
add_table (CsmBodyView *self,
           GtkWidget   *box,
           JsonObject  *block)
{
  JsonArray *rows = csm_json_get_array (block, "r");
  GtkWidget *grid = gtk_grid_new ();

  gtk_widget_add_css_class (grid, "body-table");
  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      JsonNode *row = json_array_get_element (rows, i);
      JsonArray *cells = JSON_NODE_HOLDS_ARRAY (row) ? json_node_get_array (row) : NULL;

      for (guint j = 0; cells != NULL && j < MIN (json_array_get_length (cells), MAX_COLUMNS); j++)
        {
          JsonNode *cell = json_array_get_element (cells, j);
          g_autofree char *text = g_markup_escape_text (csm_json_is_string (cell) ? json_node_get_string (cell) : "", -1);
          GtkWidget *label = create_label (self, text);

          gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
          gtk_label_set_width_chars (GTK_LABEL (label), -1);
          gtk_label_set_yalign (GTK_LABEL (label), 0);
          gtk_widget_add_css_class (label, "cell");
          gtk_grid_attach (GTK_GRID (grid), label, (int) j, (int) i, 1, 1);
        }
    }
  gtk_widget_set_halign (grid, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (box), create_scrolled (grid));
}

static void
image_clicked_cb (GtkButton   *button,
                  CsmBodyView *self)
{
  g_signal_emit (self, signals[OPEN_ATTACHMENT], 0, gtk_widget_get_name (GTK_WIDGET (button)));
}

/* One of those that somebody asked for. */
static void
add_texture (GtkWidget  *box,
             GdkTexture *texture,
             const char *alt)
{
  GtkWidget *picture = gtk_picture_new_for_paintable (GDK_PAINTABLE (texture));
  GtkWidget *place = g_object_new (ADW_TYPE_BIN, "layout-manager", g_object_new (CSM_TYPE_PICTURE_LAYOUT, NULL), NULL);

  gtk_picture_set_alternative_text (GTK_PICTURE (picture), alt != NULL && alt[0] != '\0' ? alt : _("Image"));
  gtk_widget_set_tooltip_text (picture, alt != NULL && alt[0] != '\0' ? alt : NULL);
  adw_bin_set_child (ADW_BIN (place), picture);
  gtk_widget_set_halign (place, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (box), place);
}

/* A placeholder: nothing is fetched, and pixels of a stranger are decoded in the program that opens them. */
static void
add_image (CsmBodyView *self,
           GtkWidget   *box,
           JsonObject  *block)
{
  const char *alt = csm_json_get_string (block, "alt");
  const char *cid = csm_json_get_string (block, "cid");
  gboolean remote = csm_json_get_boolean (block, "remote");
  const char *source = csm_json_get_string (block, "src");
  g_autofree char *inside = cid != NULL ? csm_inline_images_key (cid) : NULL;
  const char *key = remote ? source : inside;
  GdkTexture *texture = key != NULL && self->images != NULL ? g_hash_table_lookup (self->images, key) : NULL;
  const char *fallback = remote ? _("Image on the web, not loaded") : _("Image");
  GtkWidget *content;
  GtkWidget *label;
  GtkWidget *holder;

  if (texture != NULL)
    {
      add_texture (box, texture, alt);
      return;
    }
  content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  label = gtk_label_new (alt != NULL && alt[0] != '\0' ? alt : fallback);
  holder = content;
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (content), gtk_image_new_from_icon_name ("image-x-generic-symbolic"));
  gtk_box_append (GTK_BOX (content), label);
  if (cid != NULL)
    {
      holder = gtk_button_new ();
      gtk_button_set_child (GTK_BUTTON (holder), content);
      gtk_widget_set_name (holder, cid);
      g_signal_connect_object (holder, "clicked", G_CALLBACK (image_clicked_cb), self, 0);
    }
  gtk_widget_set_halign (holder, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (holder, remote ? _("Images on the web are not loaded: they would tell the sender that you read this") : NULL);
  gtk_widget_add_css_class (holder, "body-image");
  gtk_box_append (GTK_BOX (box), holder);
}

static GtkWidget *
create_box (void)
{
  return gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
}

static void
add_quote (CsmBodyView *self,
           GtkWidget   *box,
           JsonObject  *block)
{
  const char *attribution = csm_json_get_string (block, "a");
  JsonArray *inside = csm_json_get_array (block, "c");
  GtkWidget *quote = create_box ();

  if (attribution != NULL)
    {
      g_autofree char *escaped = g_markup_escape_text (attribution, -1);
      GtkWidget *label = create_label (self, escaped);

      gtk_widget_add_css_class (label, "dim-label");
      gtk_widget_add_css_class (label, "caption");
      gtk_box_append (GTK_BOX (quote), label);
    }
  if (inside != NULL)
    add_blocks (self, quote, inside, 0, json_array_get_length (inside));
  gtk_widget_add_css_class (quote, "quote");
  gtk_box_append (GTK_BOX (box), quote);
}

static void
add_signature (CsmBodyView *self,
               GtkWidget   *box,
               JsonObject  *block)
{
  JsonArray *inside = csm_json_get_array (block, "c");
  GtkWidget *signature = create_box ();

  if (inside != NULL)
    add_blocks (self, signature, inside, 0, json_array_get_length (inside));
  gtk_widget_add_css_class (signature, "dim-label");
  gtk_widget_add_css_class (signature, "signature");
  gtk_box_append (GTK_BOX (box), signature);
}

static void
add_block (CsmBodyView *self,
           GtkWidget   *box,
           JsonObject  *block,
           const char  *kind)
{
  if (g_str_equal (kind, "li"))
    add_item (self, box, block);
  else if (g_str_equal (kind, "pre"))
    add_preformatted (self, box, block);
  else if (g_str_equal (kind, "table"))
    add_table (self, box, block);
  else if (g_str_equal (kind, "img"))
    add_image (self, box, block);
  else if (g_str_equal (kind, "q"))
    add_quote (self, box, block);
  else if (g_str_equal (kind, "sig"))
    add_signature (self, box, block);
  else if (g_str_equal (kind, "hr"))
    gtk_box_append (GTK_BOX (box), gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
}

static void
add_blocks (CsmBodyView *self,
            GtkWidget   *box,
            JsonArray   *blocks,
            guint        first,
            guint        end)
{
  g_autoptr (GString) markup = g_string_new (NULL);

  for (guint i = first; i < end; i++)
    {
      JsonNode *node = json_array_get_element (blocks, i);
      JsonObject *block = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *kind = block != NULL ? csm_json_get_string (block, "t") : NULL;
      gboolean heading = g_strcmp0 (kind, "h") == 0;

      if (kind == NULL)
        continue;
      if (heading || g_str_equal (kind, "p"))
        {
          if (markup->len > LABEL_BYTES)
            flush_text (self, box, markup);
          append_paragraph (self, markup, block, heading);
          continue;
        }
      flush_text (self, box, markup);
      add_block (self, box, block, kind);
    }
  flush_text (self, box, markup);
}

/* --- what is folded ---------------------------------------------------------------------------------------- */

typedef struct
{
  CsmBodyView *view; /* borrowed: the button is its descendant */
  JsonArray   *blocks;
  guint        first;
} Folded;

static void
folded_free (gpointer  data,
             GClosure *closure)
{
  Folded *folded = data;

  json_array_unref (folded->blocks);
  g_free (folded);
}

/* Built when it is asked for: most quotes never are. */
static void
unfold_cb (GtkToggleButton *button,
           GParamSpec      *pspec,
           Folded          *folded)
{
  GtkWidget *content = gtk_widget_get_next_sibling (GTK_WIDGET (button));
  gboolean shown = gtk_toggle_button_get_active (button);

  if (shown && gtk_widget_get_first_child (content) == NULL)
    add_blocks (folded->view, content, folded->blocks, folded->first, json_array_get_length (folded->blocks));
  gtk_widget_set_visible (content, shown);
  gtk_button_set_label (GTK_BUTTON (button), shown ? _("Hide quoted text") : _("Show quoted text"));
  gtk_accessible_update_state (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_STATE_EXPANDED, shown, -1);
}

static void
add_folded (CsmBodyView *self,
            GtkWidget   *box,
            JsonArray   *blocks,
            guint        first)
{
  GtkWidget *button = gtk_toggle_button_new ();
  GtkWidget *content = create_box ();
  Folded *folded = g_new0 (Folded, 1);

  folded->view = self;
  folded->blocks = json_array_ref (blocks);
  folded->first = first;
  gtk_button_set_label (GTK_BUTTON (button), _("Show quoted text"));
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_add_css_class (button, "quote-toggle");
  gtk_accessible_update_state (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_STATE_EXPANDED, FALSE, -1);
  gtk_widget_set_visible (content, FALSE);
  g_signal_connect_data (button, "notify::active", G_CALLBACK (unfold_cb), folded, folded_free, 0);
  gtk_box_append (GTK_BOX (box), button);
  gtk_box_append (GTK_BOX (box), content);
}

static void
show_blocks (CsmBodyView *self,
             JsonArray   *blocks)
{
  GtkWidget *box = create_box ();
  guint n = csm_body_count_unfolded (blocks);

  g_hash_table_remove_all (self->deceptive);
  add_blocks (self, box, blocks, 0, n);
  if (n < json_array_get_length (blocks))
    add_folded (self, box, blocks, n);
  adw_bin_set_child (ADW_BIN (self), box);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_body_view_finalize (GObject *object)
{
  g_clear_pointer (&CSM_BODY_VIEW (object)->deceptive, g_hash_table_unref);
  g_clear_pointer (&CSM_BODY_VIEW (object)->images, g_hash_table_unref);
  G_OBJECT_CLASS (csm_body_view_parent_class)->finalize (object);
}

static void
csm_body_view_class_init (CsmBodyViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = csm_body_view_finalize;
  signals[OPEN_ATTACHMENT] = g_signal_new ("open-attachment", CSM_TYPE_BODY_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "messagebody");
}

static void
csm_body_view_init (CsmBodyView *self)
{
  self->deceptive = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

GtkWidget *
csm_body_view_new (void)
{
  return g_object_new (CSM_TYPE_BODY_VIEW, NULL);
}

/**
 * csm_body_view_set_message:
 * @self: a view
 * @message: a Message
 *
 * Shows its blocks, or its plain text when it has none.
 */
void
csm_body_view_set_message (CsmBodyView *self,
                           JsonObject  *message)
{
  JsonArray *blocks = csm_json_get_array (message, "body");

  if (blocks != NULL && json_array_get_length (blocks) > 0)
    show_blocks (self, blocks);
  else
    csm_body_view_set_text (self, csm_json_get_string (message, "textBody"));
}

/* @images: (element-type utf8 GdkTexture): what to show of the images, by address or csm_inline_images_key(), from the next message on */
void
csm_body_view_add_images (CsmBodyView *self,
                          GHashTable  *images)
{
  GHashTableIter iter;
  gpointer key;
  gpointer texture;

  if (self->images == NULL)
    self->images = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  g_hash_table_iter_init (&iter, images);
  while (g_hash_table_iter_next (&iter, &key, &texture))
    g_hash_table_replace (self->images, g_strdup (key), g_object_ref (texture));
}

/* Shows plain text; lines with `>` are quotes. */
void
csm_body_view_set_text (CsmBodyView *self,
                        const char  *text)
{
  g_autoptr (JsonArray) blocks = csm_body_blocks_from_text (text != NULL ? text : "");

  show_blocks (self, blocks);
}
