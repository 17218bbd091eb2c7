/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-original-window.h"

#include <glib/gi18n.h>

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
response_cb (AdwMessageDialog *dialog,
             const char       *response,
             const char       *uri)
{
  if (g_strcmp0 (response, "open") == 0)
    g_app_info_launch_default_for_uri_async (uri, NULL, NULL, launched_cb, NULL);
}

static void
free_uri (gpointer  data,
          GClosure *closure)
{
  g_free (data);
}

/* Nothing here shows where a link really leads but this. */
static void
link_cb (GtkWindow  *window,
         const char *uri)
{
  static const char *const safe[] = { "http", "https", "mailto", "tel", NULL };
  g_autofree char *scheme = g_uri_parse_scheme (uri);
  GtkWidget *dialog;

  if (scheme == NULL || !g_strv_contains (safe, scheme))
    return;
  dialog = adw_message_dialog_new (window, _("Open This Link?"), uri);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "open", _("_Open"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), g_strdup (uri), free_uri, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
hover_cb (GtkLabel   *target,
          const char *uri)
{
  gtk_label_set_text (target, uri != NULL ? uri : "");
  gtk_widget_set_visible (GTK_WIDGET (target), uri != NULL);
}

static GtkWidget *
create_target (void)
{
  GtkWidget *target = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (target), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (target), 0);
  gtk_widget_set_halign (target, GTK_ALIGN_START);
  gtk_widget_set_valign (target, GTK_ALIGN_END);
  gtk_widget_set_can_target (target, FALSE);
  gtk_widget_set_visible (target, FALSE);
  gtk_widget_add_css_class (target, "osd");
  gtk_widget_add_css_class (target, "caption");
  return target;
}

/* --- zoom -------------------------------------------------------------------------------------------------- */

#define LEVEL "csm-original-level"

static void
zoom_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       data)
{
  CsmOriginalView *view = data;
  GtkButton *level = g_object_get_data (G_OBJECT (view), LEVEL);
  double zoom = csm_original_view_zoom (view, g_variant_get_int32 (parameter));
  /* Translators: how large a message is shown */
  g_autofree char *text = g_strdup_printf (_("%d %%"), (int) (zoom * 100 + 0.5));

  gtk_button_set_label (level, text);
}

static GtkWidget *
create_zoom_button (const char *icon,
                    const char *name,
                    int         steps)
{
  GtkWidget *button = icon != NULL ? gtk_button_new_from_icon_name (icon) : gtk_button_new_with_label (_("100 %"));

  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "original.zoom");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "i", steps);
  return button;
}

static void
add_zoom_key (GtkEventController *keys,
              guint               keyval,
              int                 steps)
{
  GtkShortcut *shortcut = gtk_shortcut_new (gtk_keyval_trigger_new (keyval, GDK_CONTROL_MASK), gtk_named_action_new ("original.zoom"));

  gtk_shortcut_set_arguments (shortcut, g_variant_new_int32 (steps));
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys), shortcut);
}

static void
add_zoom (GtkWidget          *window,
          AdwHeaderBar       *header,
          CsmOriginalView    *view,
          GtkEventController *keys)
{
  static const struct { guint keyval; int steps; } keyvals[] = {
    { GDK_KEY_plus, 1 }, { GDK_KEY_equal, 1 }, { GDK_KEY_KP_Add, 1 }, { GDK_KEY_minus, -1 }, { GDK_KEY_KP_Subtract, -1 }, { GDK_KEY_0, 0 }, { GDK_KEY_KP_0, 0 },
  };
  static const GActionEntry entries[] = { { .name = "zoom", .activate = zoom_action, .parameter_type = "i" } };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *level = create_zoom_button (NULL, _("As Large as It Is Meant to Be"), 0);

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), view);
  gtk_widget_insert_action_group (window, "original", G_ACTION_GROUP (group));
  g_object_set_data (G_OBJECT (view), LEVEL, level);
  gtk_widget_add_css_class (box, "linked");
  gtk_box_append (GTK_BOX (box), create_zoom_button ("zoom-out-symbolic", _("Smaller"), -1));
  gtk_box_append (GTK_BOX (box), level);
  gtk_box_append (GTK_BOX (box), create_zoom_button ("zoom-in-symbolic", _("Larger"), 1));
  adw_header_bar_pack_start (header, box);
  for (guint i = 0; i < G_N_ELEMENTS (keyvals); i++)
    add_zoom_key (keys, keyvals[i].keyval, keyvals[i].steps);
}

/**
 * csm_original_window_new:
 * @application: the application
 * @title: the message's subject
 * @view: what it shows
 *
 * Returns: (transfer full): a window with @view, where a link says where it leads before it is opened
 */
GtkWidget *
csm_original_window_new (GtkApplication  *application,
                         const char      *title,
                         CsmOriginalView *view)
{
  GtkWidget *window = adw_application_window_new (application);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *overlay = gtk_overlay_new ();
  GtkWidget *target = create_target ();
  GtkEventController *keys = gtk_shortcut_controller_new ();

  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header),
                                   adw_window_title_new (title, _("As it was sent, without scripts and images of the web")));
  gtk_window_set_title (GTK_WINDOW (window), title);
  gtk_window_set_default_size (GTK_WINDOW (window), 820, 760);
  gtk_widget_set_vexpand (overlay, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), GTK_WIDGET (view));
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), target);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), overlay);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), box);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0), gtk_named_action_new ("window.close")));
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_w, GDK_CONTROL_MASK), gtk_named_action_new ("window.close")));
  add_zoom (window, ADW_HEADER_BAR (header), view, keys);
  gtk_widget_add_controller (window, keys);
  g_signal_connect_object (view, "link", G_CALLBACK (link_cb), window, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "hover", G_CALLBACK (hover_cb), target, G_CONNECT_SWAPPED);
  return window;
}
