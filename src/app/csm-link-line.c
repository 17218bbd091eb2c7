/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-link-line.h"

#include <glib/gi18n.h>

#include "csm-body-view.h"

struct _CsmLinkLine
{
  AdwBin     parent_instance;
  GtkWidget *content;  /* NULL: none, or it is gone */
  GtkWidget *icon;
  GtkWidget *label;
  guint      look_id;
  GtkRoot   *root;     /* borrowed; to be told of its focus */
};

G_DEFINE_FINAL_TYPE (CsmLinkLine, csm_link_line, ADW_TYPE_BIN)

/* --- which link -------------------------------------------------------------------------------------------- */

/* The label's own bookkeeping knows the link under the pointer, and in a text with a cursor the one that it is in. */
static gboolean
show_link_of (CsmLinkLine *self,
              GtkWidget   *widget)
{
  const char *uri = GTK_IS_LABEL (widget) ? gtk_label_get_current_uri (GTK_LABEL (widget)) : NULL;
  GtkWidget *body = uri != NULL ? gtk_widget_get_ancestor (widget, CSM_TYPE_BODY_VIEW) : NULL;

  if (uri == NULL)
    return FALSE;
  csm_link_line_show (self, uri, body != NULL && csm_body_view_is_deceptive (CSM_BODY_VIEW (body), uri));
  return TRUE;
}

static GtkWidget *
get_focus (CsmLinkLine *self)
{
  GtkWidget *focus = self->root != NULL ? gtk_root_get_focus (self->root) : NULL;

  return focus != NULL && self->content != NULL && gtk_widget_is_ancestor (focus, self->content) ? focus : NULL;
}

/* With the focus ring there is a keyboard at work; a click leaves a cursor in a link, too. */
static gboolean
look_cb (gpointer data)
{
  CsmLinkLine *self = data;
  GtkWidget *focus = get_focus (self);

  self->look_id = 0;
  if (focus == NULL || !gtk_window_get_focus_visible (GTK_WINDOW (self->root)) || !show_link_of (self, focus))
    csm_link_line_show (self, NULL, FALSE);
  return G_SOURCE_REMOVE;
}

/* The label moves its cursor when it has handled the key. */
static void
queue_look (CsmLinkLine *self)
{
  if (self->look_id == 0)
    self->look_id = g_idle_add (look_cb, self);
}

static void
motion_cb (CsmLinkLine *self,
           double       x,
           double       y)
{
  GtkWidget *picked = gtk_widget_pick (self->content, x, y, GTK_PICK_DEFAULT);

  if (picked != NULL && show_link_of (self, picked))
    g_clear_handle_id (&self->look_id, g_source_remove);
  else if (gtk_widget_get_visible (GTK_WIDGET (self)))
    queue_look (self);
}

static gboolean
key_cb (CsmLinkLine *self)
{
  queue_look (self);
  return FALSE;
}

static void
root_cb (CsmLinkLine *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (self->root != NULL)
    g_signal_handlers_disconnect_by_func (self->root, queue_look, self);
  self->root = root;
  if (root != NULL)
    g_signal_connect_object (root, "notify::focus-widget", G_CALLBACK (queue_look), self, G_CONNECT_SWAPPED);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_link_line_dispose (GObject *object)
{
  CsmLinkLine *self = CSM_LINK_LINE (object);

  g_clear_handle_id (&self->look_id, g_source_remove);
  g_clear_weak_pointer (&self->content);
  G_OBJECT_CLASS (csm_link_line_parent_class)->dispose (object);
}

static void
csm_link_line_class_init (CsmLinkLineClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_link_line_dispose;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "linkline");
}

static void
csm_link_line_init (CsmLinkLine *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  self->label = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_box_append (GTK_BOX (box), self->icon);
  gtk_box_append (GTK_BOX (box), self->label);
  adw_bin_set_child (ADW_BIN (self), box);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_END);
  /* What lies under it stays within reach. */
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  g_signal_connect (self, "notify::root", G_CALLBACK (root_cb), NULL);
}

/* Shows the links of labels in @content. */
void
csm_link_line_watch (CsmLinkLine *self,
                     GtkWidget   *content)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_return_if_fail (CSM_IS_LINK_LINE (self) && GTK_IS_WIDGET (content));
  g_set_weak_pointer (&self->content, content);
  g_signal_connect_object (motion, "motion", G_CALLBACK (motion_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (motion, "leave", G_CALLBACK (queue_look), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (content, motion);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (keys, "key-released", G_CALLBACK (queue_look), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (content, keys);
}

/* @uri: (nullable): nothing is shown; @deceptive: the link's text says something else */
void
csm_link_line_show (CsmLinkLine *self,
                    const char  *uri,
                    gboolean     deceptive)
{
  /* As it stands: what is unescaped could be read in another order. */
  g_autofree char *marked = deceptive && uri != NULL ? g_strdup_printf (_("Goes elsewhere: %s"), uri) : NULL;

  g_return_if_fail (CSM_IS_LINK_LINE (self));
  gtk_widget_set_visible (GTK_WIDGET (self), uri != NULL);
  if (uri == NULL)
    return;
  gtk_label_set_text (GTK_LABEL (self->label), marked != NULL ? marked : uri);
  gtk_widget_set_visible (self->icon, deceptive);
  if (deceptive)
    gtk_widget_add_css_class (GTK_WIDGET (self), "deceptive");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "deceptive");
}
