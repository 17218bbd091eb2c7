/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-gallery-labels.h"

#include <adwaita.h>

/* What is half a pixel out is not out. */
#define SLACK 2
/* Where nothing composes windows they have a frame of their own. */
#define FRAME 10

/* A picture or a list that moves sideways shows what is out of sight when it is wanted. */
static gboolean
moves_sideways (GtkWidget *widget)
{
  GtkWidget *scrolled = gtk_widget_get_ancestor (widget, GTK_TYPE_SCROLLED_WINDOW);
  GtkPolicyType policy = GTK_POLICY_NEVER;

  if (scrolled != NULL)
    gtk_scrolled_window_get_policy (GTK_SCROLLED_WINDOW (scrolled), &policy, NULL);
  return policy != GTK_POLICY_NEVER;
}

static gboolean
has_tooltip (GtkWidget *widget)
{
  for (; widget != NULL && !GTK_IS_WINDOW (widget); widget = gtk_widget_get_parent (widget))
    if (gtk_widget_get_has_tooltip (widget))
      return TRUE;
  return FALSE;
}

/* The library shortens the titles of windows, groups, fields and choices by itself; the pages at a window's edge have icons, too. */
static gboolean
is_library_part (GtkWidget *widget)
{
  return (gtk_widget_has_css_class (widget, "title") && gtk_widget_get_ancestor (widget, GTK_TYPE_WINDOW_HANDLE) != NULL)
         || (gtk_widget_has_css_class (widget, "heading") && gtk_widget_get_ancestor (widget, ADW_TYPE_PREFERENCES_GROUP) != NULL)
         || gtk_widget_get_ancestor (widget, ADW_TYPE_WINDOW_TITLE) != NULL || gtk_widget_get_ancestor (widget, ADW_TYPE_ENTRY_ROW) != NULL || gtk_widget_get_ancestor (widget, ADW_TYPE_COMBO_ROW) != NULL
         || gtk_widget_get_ancestor (widget, ADW_TYPE_VIEW_SWITCHER) != NULL;
}

/* What is all out of sight belongs to a page that slid away. */
static gboolean
is_half_out (GtkWidget *widget,
             GtkWidget *root)
{
  graphene_rect_t bounds;
  float left;
  float right;

  if (moves_sideways (widget) || !gtk_widget_compute_bounds (widget, root, &bounds))
    return FALSE;
  left = bounds.origin.x;
  right = left + bounds.size.width;
  return (left < -SLACK && right > 0) || (right > (float) (gtk_widget_get_width (root) + SLACK) && left < (float) gtk_widget_get_width (root));
}

/* Returns: (nullable): what is wrong with it */
static const char *
find_fault (GtkWidget *widget,
            GtkWidget *root)
{
  GtkLabel *label = GTK_LABEL (widget);
  /* What is measured has margins; what is allocated hasn't. */
  int width = gtk_widget_get_allocated_width (widget) + gtk_widget_get_margin_start (widget) + gtk_widget_get_margin_end (widget);
  int height = gtk_widget_get_allocated_height (widget) + gtk_widget_get_margin_top (widget) + gtk_widget_get_margin_bottom (widget);
  int minimum;
  int needed;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  if (minimum > width + SLACK)
    return "is narrower than its text";
  gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, MAX (width, minimum), &needed, NULL, NULL, NULL);
  if (needed > height + SLACK)
    return "is lower than its text";
  if (is_half_out (widget, root))
    return "goes beyond the window";
  /* What people wrote may end in dots; what the app itself says is made to be read. */
  if (pango_layout_is_ellipsized (gtk_label_get_layout (label)) && gtk_label_get_text (label)[0] == '[' && !has_tooltip (widget) && !is_library_part (widget))
    return "ends in dots, and no tooltip has the rest";
  return NULL;
}

/* Says which of the things in it keeps @widget wide. */
static void
add_widest (GtkWidget  *widget,
            int         width,
            GPtrArray  *cut)
{
  g_autoptr (GString) path = g_string_new (NULL);
  GtkWidget *widest = widget;

  while (widest != NULL)
    {
      GtkWidget *next = NULL;
      int most = 0;

      for (GtkWidget *child = gtk_widget_get_first_child (widest); child != NULL; child = gtk_widget_get_next_sibling (child))
        {
          int minimum = 0;

          if (gtk_widget_get_visible (child) && !GTK_IS_NATIVE (child))
            gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
          if (minimum > most)
            {
              most = minimum;
              next = child;
            }
        }
      if (next != NULL)
        g_string_append_printf (path, " > %s%s%s %d", G_OBJECT_TYPE_NAME (next), GTK_IS_LABEL (next) ? " " : "",
                                GTK_IS_LABEL (next) ? gtk_label_get_text (GTK_LABEL (next)) : "", most);
      widest = next;
    }
  g_ptr_array_add (cut, g_strdup_printf ("%s is %d wide because of%s", G_OBJECT_TYPE_NAME (widget), width, path->str));
}

/* Of everything around @widget that goes beyond the window the outermost: that is what is too wide. */
static void
add_outermost (GtkWidget *widget,
               GtkWidget *root,
               GPtrArray *cut)
{
  GtkWidget *outermost = widget;

  for (; widget != root; widget = gtk_widget_get_parent (widget))
    if (is_half_out (widget, root))
      outermost = widget;
  add_widest (outermost, gtk_widget_get_width (outermost), cut);
}

static void
collect (GtkWidget *widget,
         GtkWidget *root,
         GPtrArray *cut)
{
  const char *fault;

  if (!gtk_widget_get_mapped (widget))
    return;
  /* The text that stands in an empty field is what the field is for. */
  if (GTK_IS_TEXT (widget) || (GTK_IS_LABEL (widget) && !gtk_widget_get_can_target (widget)))
    return;
  if (GTK_IS_LABEL (widget) && gtk_label_get_text (GTK_LABEL (widget))[0] != '\0' && (fault = find_fault (widget, root)) != NULL)
    {
      GtkWidget *parent = gtk_widget_get_parent (widget);
      GtkWidget *above = gtk_widget_get_parent (parent);

      g_ptr_array_add (cut, g_strdup_printf ("“%s” in %s in %s %s", gtk_label_get_text (GTK_LABEL (widget)), G_OBJECT_TYPE_NAME (parent),
                                             above != NULL ? G_OBJECT_TYPE_NAME (above) : "nothing", fault));
      if (cut->len == 1 && is_half_out (widget, root))
        add_outermost (widget, root, cut);
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (child == root || !GTK_IS_NATIVE (child))
      collect (child, root, cut);
}

/**
 * csm_gallery_labels_cut:
 * @root: a window or a popover that is shown
 * @width: as wide as it may be
 *
 * Returns: (transfer full) (element-type utf8): what can't be read to its end, and what makes it too wide
 */
GPtrArray *
csm_gallery_labels_cut (GtkWidget *root,
                        int        width)
{
  GPtrArray *cut = g_ptr_array_new_with_free_func (g_free);
  /* A popover has a shadow around it, that needs no room. */
  GtkWidget *content = GTK_IS_POPOVER (root) ? gtk_widget_get_first_child (root) : root;
  int minimum;

  gtk_widget_measure (content, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  if (GTK_IS_WINDOW (root))
    minimum -= FRAME;
  if (minimum > width || gtk_widget_get_width (content) > width + FRAME)
    add_widest (content, MAX (minimum, gtk_widget_get_width (content)), cut);
  collect (root, root, cut);
  return cut;
}
