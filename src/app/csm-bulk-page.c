/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-bulk-page.h"

#include <glib/gi18n.h>

#include "csm-bulk-bar.h"

/* What stands in the conversation's place while several cases are selected. */

#define NAME "bulk"

static GtkWidget *
create_page (GtkStack *stack)
{
  GtkWidget *page = adw_status_page_new ();
  GtkWidget *bar = csm_bulk_bar_new (TRUE);

  gtk_widget_set_halign (bar, GTK_ALIGN_CENTER);
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), "selection-mode-symbolic");
  adw_status_page_set_description (ADW_STATUS_PAGE (page), _("What you do now is done with all of them, and undone together. Escape selects none."));
  adw_status_page_set_child (ADW_STATUS_PAGE (page), bar);
  gtk_widget_add_css_class (page, "compact");
  gtk_stack_add_named (stack, page, NAME);
  return page;
}

static CsmBulkBar *
get_bar (GtkStack *stack)
{
  GtkWidget *page = gtk_stack_get_child_by_name (stack, NAME);

  return page != NULL ? CSM_BULK_BAR (adw_status_page_get_child (ADW_STATUS_PAGE (page))) : NULL;
}

/**
 * csm_bulk_page_cover:
 * @stack: the pages of the conversation
 * @workbench: (nullable): knows what is selected
 *
 * Shows how many cases are selected, and what can be done with them, when several are.
 *
 * Returns: whether they are
 */
gboolean
csm_bulk_page_cover (GtkStack     *stack,
                     CsmWorkbench *workbench)
{
  guint n = workbench != NULL ? csm_workbench_get_n_selected (workbench) : 0;
  GtkWidget *page = gtk_stack_get_child_by_name (stack, NAME);
  g_autofree char *title = NULL;

  if (n == 0)
    {
      if (page != NULL)
        g_object_set (get_bar (stack), "workbench", NULL, NULL);
      return FALSE;
    }
  if (page == NULL)
    page = create_page (stack);
  title = g_strdup_printf (ngettext ("%u Case Selected", "%u Cases Selected", n), n);
  adw_status_page_set_title (ADW_STATUS_PAGE (page), title);
  g_object_set (get_bar (stack), "workbench", workbench, NULL);
  gtk_stack_set_visible_child (stack, page);
  return TRUE;
}

/* Opens one of the choosers for the selected cases. Returns: whether the page is shown; else nothing is done */
gboolean
csm_bulk_page_popup (GtkStack               *stack,
                     CsmConversationPopover  which)
{
  if (g_strcmp0 (gtk_stack_get_visible_child_name (stack), NAME) != 0)
    return FALSE;
  csm_bulk_bar_popup (get_bar (stack), which);
  return TRUE;
}
