/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-large-text.h"

#include <adwaita.h>

/*
 * With text twice as large some of the toolkit's own widgets are wider than a narrow window, or cut off what they say. They are
 * mended when they are going to be shown: a button's words wrap where there is a page around them; a choice that is made keeps its
 * room beside what it is about; and a calendar, whose seven columns can't be less, has smaller letters.
 */

/* Of a choice, that are always to be read */
#define CHOICE_CHARS 11

/* Of usual text, in which a dot per inch is a 1024th */
#define USUAL_DPI (96 * 1024)

static void
size_calendar (GtkWidget *calendar)
{
  int dpi = 0;

  g_object_get (gtk_widget_get_settings (calendar), "gtk-xft-dpi", &dpi, NULL);
  if (dpi > USUAL_DPI * 5 / 4)
    gtk_widget_add_css_class (calendar, "small-calendar");
  else
    gtk_widget_remove_css_class (calendar, "small-calendar");
}

static void
watch_calendar (GtkWidget *calendar)
{
  GtkSettings *settings = gtk_widget_get_settings (calendar);

  g_signal_handlers_disconnect_by_func (settings, size_calendar, calendar);
  g_signal_connect_object (settings, "notify::gtk-xft-dpi", G_CALLBACK (size_calendar), calendar, G_CONNECT_SWAPPED);
  size_calendar (calendar);
}

static void
setup_choice_cb (GtkSignalListItemFactory *factory,
                 GtkListItem              *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_list_item_set_child (item, label);
}

static void
bind_choice_cb (GtkSignalListItemFactory *factory,
                GtkListItem              *item)
{
  GtkLabel *label = GTK_LABEL (gtk_list_item_get_child (item));
  const char *text = gtk_string_object_get_string (gtk_list_item_get_item (item));
  glong n_chars = g_utf8_strlen (text, -1);

  gtk_label_set_text (label, text);
  gtk_label_set_width_chars (label, (int) MIN (n_chars, CHOICE_CHARS));
  gtk_widget_set_tooltip_text (GTK_WIDGET (label), n_chars > CHOICE_CHARS ? text : NULL);
}

/* What is chosen ends in dots otherwise, however much room is left. */
static void
widen_choice (AdwComboRow *row)
{
  GListModel *model = adw_combo_row_get_model (row);
  g_autoptr (GtkListItemFactory) factory = NULL;

  if (adw_combo_row_get_list_factory (row) != NULL || !GTK_IS_STRING_LIST (model))
    return;
  factory = gtk_signal_list_item_factory_new ();
  g_signal_connect (factory, "setup", G_CALLBACK (setup_choice_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_choice_cb), NULL);
  adw_combo_row_set_list_factory (row, adw_combo_row_get_factory (row));
  adw_combo_row_set_factory (row, factory);
}

static void
wrap_words (GtkButton *button)
{
  GtkWidget *words = gtk_button_get_child (button);

  if (!GTK_IS_LABEL (words)
      || (gtk_widget_get_ancestor (GTK_WIDGET (button), ADW_TYPE_PREFERENCES_PAGE) == NULL
          && gtk_widget_get_ancestor (GTK_WIDGET (button), ADW_TYPE_PREFERENCES_GROUP) == NULL
          && gtk_widget_get_ancestor (GTK_WIDGET (button), ADW_TYPE_STATUS_PAGE) == NULL))
    return;
  gtk_label_set_wrap (GTK_LABEL (words), TRUE);
  gtk_label_set_justify (GTK_LABEL (words), GTK_JUSTIFY_CENTER);
}

static void
mend (GtkWidget *widget)
{
  if (GTK_IS_CALENDAR (widget))
    watch_calendar (widget);
  else if (ADW_IS_COMBO_ROW (widget))
    widen_choice (ADW_COMBO_ROW (widget));
  else if (GTK_IS_BUTTON (widget))
    wrap_words (GTK_BUTTON (widget));
}

/* What is not shown yet needs its room all the same. */
static void
mend_all (GtkWidget *widget)
{
  mend (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    mend_all (child);
}

static gboolean
realized_cb (GSignalInvocationHint *hint,
             guint                  n_values,
             const GValue          *values,
             gpointer               data)
{
  GtkWidget *widget = g_value_get_object (values);

  if (GTK_IS_WINDOW (widget))
    mend_all (widget);
  else
    mend (widget);
  return TRUE;
}

/**
 * csm_large_text_watch:
 *
 * From now on what is shown has room when text is large. Once in a process, on the main thread after GTK was initialized.
 */
void
csm_large_text_watch (void)
{
  g_autoptr (GTypeClass) widget_class = g_type_class_ref (GTK_TYPE_WIDGET);

  g_signal_add_emission_hook (g_signal_lookup ("realize", GTK_TYPE_WIDGET), 0, realized_cb, NULL, NULL);
}
