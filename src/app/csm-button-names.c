/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-button-names.h"

#include <glib/gi18n.h>

#define TAKEN "csm-taken-name"

/*
 * What a screen reader is told of a button. GTK 4.8 tells the text as it is written, with the underscore of its
 * mnemonic, and what stands on the button besides ("_Send Send"); of a button with an icon, or with a child of its own,
 * the name of a class; and of a menu's button nothing at all where the focus is, which is the button within it. So each
 * button is looked at when it is going to be shown: the name that the app gave it counts, else what stands on it, else
 * its tooltip.
 */

static GtkLabel *
find_words (GtkWidget *widget)
{
  GtkLabel *found = NULL;

  if (widget == NULL || GTK_IS_NATIVE (widget) || !gtk_widget_get_visible (widget))
    return NULL;
  if (GTK_IS_LABEL (widget) && gtk_label_get_text (GTK_LABEL (widget))[0] != '\0')
    return GTK_LABEL (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_words (child);
  return found;
}

/* There is no other public way to ask for it. */
static gboolean
has_own_name (GtkWidget *widget)
{
  return gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL)
         && g_object_get_data (G_OBJECT (widget), TAKEN) == NULL;
}

static void
say (GtkWidget  *widget,
     const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
words_cb (GtkWidget  *widget,
          GParamSpec *pspec,
          GtkLabel   *words)
{
  if (g_object_get_data (G_OBJECT (widget), TAKEN) != NULL)
    say (widget, gtk_label_get_text (words));
}

/* From what stands on it; that may change. */
static void
take_name (GtkWidget *widget)
{
  GtkLabel *words;
  const char *name = gtk_widget_get_tooltip_text (widget);

  if (has_own_name (widget))
    return;
  words = find_words (widget);
  if (words != NULL)
    name = gtk_label_get_text (words);
  /* The library's own, on its toasts. */
  else if (name == NULL && GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_icon_name (GTK_BUTTON (widget)), "window-close-symbolic") == 0)
    name = g_dgettext ("gtk40", "Close");
  if (name == NULL)
    return;
  say (widget, name);
  g_object_set_data (G_OBJECT (widget), TAKEN, (gpointer) TAKEN);
  if (words == NULL)
    return;
  g_signal_handlers_disconnect_by_func (words, words_cb, widget);
  g_signal_connect_object (words, "notify::label", G_CALLBACK (words_cb), widget, G_CONNECT_SWAPPED);
}

/* @text: with the underscore, which GTK has made the name if nobody made another */
static void
mend_mnemonic (GtkWidget  *widget,
               const char *text)
{
  g_autofree char *other = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, text);
  GtkLabel *words = find_words (widget);

  if (other == NULL && words != NULL)
    say (widget, gtk_label_get_text (words));
}

static void
name_button (GtkWidget *widget)
{
  GtkButton *button = GTK_BUTTON (widget);
  const char *text = gtk_button_get_label (button);
  gboolean written = text != NULL || gtk_button_get_icon_name (button) != NULL;

  /* By the app, or by the library for its own contents. */
  if (!written && gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY))
    return;
  if (text == NULL)
    take_name (widget);
  else if (gtk_button_get_use_underline (button))
    mend_mnemonic (widget, text);
  /* To what the name is taken from already, or to the icon. */
  if (written)
    gtk_accessible_reset_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
}

static void
name_check_button (GtkWidget *widget)
{
  const char *text = gtk_check_button_get_label (GTK_CHECK_BUTTON (widget));

  if (text != NULL && gtk_check_button_get_use_underline (GTK_CHECK_BUTTON (widget)))
    mend_mnemonic (widget, text);
}

static void
name_menu_button (GtkWidget *widget)
{
  GtkWidget *within = gtk_widget_get_first_child (widget);

  take_name (widget);
  if (within != NULL && gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL))
    gtk_accessible_update_relation (GTK_ACCESSIBLE (within), GTK_ACCESSIBLE_RELATION_LABELLED_BY, widget, NULL, -1);
}

static void
name_arrows (GtkWidget          *widget,
             const char * const *names,
             guint              *n)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && names[*n] != NULL; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_BUTTON (child))
      say (child, names[(*n)++]);
    else
      name_arrows (child, names, n);
}

/* In the order in which they stand in its head. */
static void
name_calendar (GtkWidget *widget)
{
  const char *const names[] = { _("Previous month"), _("Next month"), _("Previous year"), _("Next year"), NULL };
  guint n = 0;

  name_arrows (widget, names, &n);
}

static gboolean
realized_cb (GSignalInvocationHint *hint,
             guint                  n_values,
             const GValue          *values,
             gpointer               data)
{
  GtkWidget *widget = g_value_get_object (values);
  void (*name) (GtkWidget *) = NULL;

  if (GTK_IS_MENU_BUTTON (widget))
    name = name_menu_button;
  else if (GTK_IS_BUTTON (widget) && !GTK_IS_MENU_BUTTON (gtk_widget_get_parent (widget)))
    name = name_button;
  else if (GTK_IS_CHECK_BUTTON (widget))
    name = name_check_button;
  else if (GTK_IS_CALENDAR (widget))
    name_calendar (widget);
  if (name == NULL)
    return TRUE;
  name (widget);
  g_signal_handlers_disconnect_by_func (widget, name, NULL);
  g_signal_connect (widget, "notify::label", G_CALLBACK (name), NULL);
  return TRUE;
}

/**
 * csm_button_names_watch:
 *
 * From now on every button that is shown has a name. Once in a process, on the main thread after GTK was initialized.
 */
void
csm_button_names_watch (void)
{
  g_autoptr (GTypeClass) widget_class = g_type_class_ref (GTK_TYPE_WIDGET);

  g_signal_add_emission_hook (g_signal_lookup ("realize", GTK_TYPE_WIDGET), 0, realized_cb, NULL, NULL);
}
