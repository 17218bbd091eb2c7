/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-composer-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-markup-view.h"
#include "csm-paste.h"
#include "csm-toast.h"

/* --- what stands out ---------------------------------------------------------------------------------------- */

static void
format_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  CsmComposer *self = CSM_COMPOSER (widget);
  GtkTextView *view = GTK_TEXT_VIEW (self->text);
  const char *how = g_variant_get_string (parameter, NULL);

  gtk_popover_popdown (GTK_POPOVER (self->format_popover));
  if (g_str_equal (how, "strong"))
    csm_markup_view_toggle (view, CSM_MARKUP_STRONG);
  else if (g_str_equal (how, "emphasis"))
    csm_markup_view_toggle (view, CSM_MARKUP_EMPHASIS);
  else if (g_str_equal (how, "code"))
    csm_markup_view_toggle (view, CSM_MARKUP_CODE);
  else if (g_str_equal (how, "bullets"))
    csm_markup_view_indent (view, CSM_MARKUP_BULLETS);
  else if (g_str_equal (how, "numbers"))
    csm_markup_view_indent (view, CSM_MARKUP_NUMBERS);
  else if (g_str_equal (how, "quote"))
    csm_markup_view_indent (view, CSM_MARKUP_QUOTES);
}

/* --- links -------------------------------------------------------------------------------------------------- */

static char *
dup_url (CsmComposer *self)
{
  g_autofree char *typed = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->link_url))));

  if (typed[0] == '\0' || strchr (typed, ' ') != NULL)
    return NULL;
  if (csm_markup_url_is_safe (typed, strlen (typed)))
    return g_steal_pointer (&typed);
  if (strstr (typed, "://") != NULL || strchr (typed, '.') == NULL)
    return NULL;
  return g_strconcat (strchr (typed, '@') != NULL ? "mailto:" : "https://", typed, NULL);
}

static void
link_typed_cb (CsmComposer *self)
{
  g_autofree char *url = dup_url (self);

  gtk_widget_set_sensitive (self->link_apply, url != NULL);
}

static void
link_apply_cb (CsmComposer *self)
{
  g_autofree char *url = dup_url (self);

  if (url == NULL)
    return;
  gtk_popover_popdown (GTK_POPOVER (self->link_popover));
  csm_markup_view_link (GTK_TEXT_VIEW (self->text), gtk_editable_get_text (GTK_EDITABLE (self->link_text)), url);
}

static void
link_remove_cb (CsmComposer *self)
{
  gtk_popover_popdown (GTK_POPOVER (self->link_popover));
  csm_markup_view_link (GTK_TEXT_VIEW (self->text), gtk_editable_get_text (GTK_EDITABLE (self->link_text)), NULL);
}

/* Shown at the cursor. */
static void
link_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmComposer *self = CSM_COMPOSER (widget);
  GtkTextView *view = GTK_TEXT_VIEW (self->text);
  g_autofree char *url = NULL;
  g_autofree char *text = NULL;
  GtkTextIter at;
  GdkRectangle place;
  double x;
  double y;

  gtk_popover_popdown (GTK_POPOVER (self->format_popover));
  text = csm_markup_view_linked (view, &url);
  if (url == NULL && csm_markup_url_is_safe (text, strlen (text)))
    url = g_strdup (text);
  gtk_editable_set_text (GTK_EDITABLE (self->link_text), text);
  gtk_editable_set_text (GTK_EDITABLE (self->link_url), url != NULL ? url : "");
  gtk_widget_set_visible (self->link_remove, url != NULL);
  gtk_text_buffer_get_iter_at_mark (gtk_text_view_get_buffer (view), &at, gtk_text_buffer_get_insert (gtk_text_view_get_buffer (view)));
  gtk_text_view_get_iter_location (view, &at, &place);
  gtk_text_view_buffer_to_window_coords (view, GTK_TEXT_WINDOW_WIDGET, place.x, place.y, &place.x, &place.y);
  gtk_widget_translate_coordinates (self->text, widget, place.x, CLAMP (place.y, 0, gtk_widget_get_height (self->text)), &x, &y);
  place.x = (int) x;
  place.y = (int) y;
  gtk_popover_set_pointing_to (GTK_POPOVER (self->link_popover), &place);
  gtk_popover_popup (GTK_POPOVER (self->link_popover));
  gtk_widget_grab_focus (self->link_url);
}

/* --- pictures ----------------------------------------------------------------------------------------------- */

/* A picture that may be made smaller, and the chip that it is in. */
typedef struct
{
  CsmComposer *self;
  GtkWidget   *chip;
  GFile       *file;
  char        *case_id;
} Large;

static void
large_free (Large *large)
{
  g_object_unref (large->self);
  g_object_unref (large->chip);
  g_object_unref (large->file);
  g_free (large->case_id);
  g_free (large);
}

/* What was written for the clipboard's sake goes when it was taken over. */
static void
add_picture (CsmComposer *self,
             GFile       *file)
{
  GtkWidget *chip = csm_file_list_add (self->attachments, file);

  g_signal_connect_data (chip, "uploaded", G_CALLBACK (csm_paste_done), g_object_ref (file), (GClosureNotify) (GCallback) g_object_unref,
                         G_CONNECT_SWAPPED);
}

static void
shrunk_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Large *large = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) small = csm_paste_shrink_finish (result, &error);

  if (small == NULL)
    g_warning ("A picture can't be made smaller: %s", error->message);
  else if (g_strcmp0 (large->case_id, large->self->case_id) == 0 && gtk_widget_get_parent (large->chip) != NULL)
    {
      add_picture (large->self, small);
      g_signal_emit_by_name (large->chip, "removed");
    }
  else
    csm_paste_done (small);
  csm_paste_done (large->file);
  large_free (large);
}

static void
shrink_cb (AdwToast *toast,
           Large    *large)
{
  Large *copy = g_new0 (Large, 1);

  copy->self = g_object_ref (large->self);
  copy->chip = g_object_ref (large->chip);
  copy->file = g_object_ref (large->file);
  copy->case_id = g_strdup (large->case_id);
  csm_paste_shrink_async (large->file, shrunk_cb, copy);
  g_object_set_data (G_OBJECT (toast), "shrinks", toast);
}

static void
refused_cb (AdwToast *toast,
            Large    *large)
{
  if (g_object_get_data (G_OBJECT (toast), "shrinks") == NULL)
    csm_paste_done (large->file);
}

static void
offer_smaller (CsmComposer *self,
               GtkWidget   *chip,
               GFile       *file)
{
  g_autoptr (AdwToast) toast = csm_toast_new (_("The picture is large"));
  Large *large = g_new0 (Large, 1);

  large->self = g_object_ref (self);
  large->chip = g_object_ref (chip);
  large->file = g_object_ref (file);
  large->case_id = g_strdup (self->case_id);
  adw_toast_set_button_label (toast, _("_Make Smaller"));
  g_signal_connect (toast, "button-clicked", G_CALLBACK (shrink_cb), large);
  g_signal_connect_data (toast, "dismissed", G_CALLBACK (refused_cb), large, (GClosureNotify) (GCallback) large_free, 0);
  g_signal_emit_by_name (self->workbench, "toast", toast);
}

static void
pasted_cb (GFile    *file,
           gboolean  is_large,
           gpointer  data)
{
  CsmComposer *self = data;

  if (self->workbench == NULL || self->case_id == NULL)
    csm_paste_done (file);
  else if (is_large)
    offer_smaller (self, csm_file_list_add (self->attachments, file), file);
  else
    add_picture (self, file);
}

/* --- set up ------------------------------------------------------------------------------------------------- */

/* Keys of the editor. Returns whether it was one. */
gboolean
csm_composer_format_key (CsmComposer     *self,
                         guint            keyval,
                         GdkModifierType  state)
{
  GdkModifierType modifiers = state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK);
  guint key = gdk_keyval_to_lower (keyval);

  if (modifiers == 0 && (keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter))
    return csm_markup_view_return (GTK_TEXT_VIEW (self->text));
  if (modifiers == GDK_CONTROL_MASK && key == GDK_KEY_b)
    return gtk_widget_activate_action (GTK_WIDGET (self), "composer.format", "s", "strong");
  if (modifiers == GDK_CONTROL_MASK && key == GDK_KEY_i)
    return gtk_widget_activate_action (GTK_WIDGET (self), "composer.format", "s", "emphasis");
  if (modifiers == (GDK_CONTROL_MASK | GDK_SHIFT_MASK) && key == GDK_KEY_k)
    return gtk_widget_activate_action (GTK_WIDGET (self), "composer.link", NULL);
  return FALSE;
}

void
csm_composer_bind_format (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, format_popover);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, link_popover);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, link_text);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, link_url);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, link_apply);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, link_remove);
  gtk_widget_class_bind_template_callback (widget_class, link_typed_cb);
  gtk_widget_class_bind_template_callback (widget_class, link_apply_cb);
  gtk_widget_class_bind_template_callback (widget_class, link_remove_cb);
  gtk_widget_class_install_action (widget_class, "composer.format", "s", format_action);
  gtk_widget_class_install_action (widget_class, "composer.link", NULL, link_action);
}

void
csm_composer_set_up_format (CsmComposer *self)
{
  csm_markup_view_attach (GTK_TEXT_VIEW (self->text), CSM_MARKUP_MAIL);
  csm_paste_attach (GTK_TEXT_VIEW (self->text), pasted_cb, self);
  gtk_widget_set_parent (self->link_popover, GTK_WIDGET (self));
}
