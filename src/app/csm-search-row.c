/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-search-row.h"

#include "csm-search-context.h"
#include "csm-search-highlight.h"

/**
 * csm_search_row_watch:
 * @row: a row of the list of cases
 * @workbench: its workbench
 * @refresh: called with @row when more is known of what was found
 */
void
csm_search_row_watch (GtkWidget    *row,
                      CsmWorkbench *workbench,
                      GCallback     refresh)
{
  CsmSearchContext *context = csm_search_context_of (workbench);

  g_signal_connect_object (context, "passages", refresh, row, G_CONNECT_SWAPPED);
  g_signal_connect_object (context, "notify::typed", refresh, row, G_CONNECT_SWAPPED);
}

static void
mark (GtkWidget  *label,
      const char *typed)
{
  g_autoptr (GArray) spots = NULL;
  g_autoptr (PangoAttrList) attrs = NULL;

  if (typed == NULL && gtk_label_get_attributes (GTK_LABEL (label)) == NULL)
    return;
  spots = csm_search_highlight_find (gtk_label_get_text (GTK_LABEL (label)), typed);
  attrs = spots->len > 0 ? csm_search_highlight_attrs (spots, G_MAXUINT) : NULL;
  gtk_label_set_attributes (GTK_LABEL (label), attrs);
}

/**
 * csm_search_row_mark:
 * @workbench: its workbench
 * @row: a case in the list
 * @name: the label with its customer
 * @subject: the label with its subject
 * @preview: the label with the beginning of its last message
 *
 * Marks what is looked for, and shows what was found instead of the preview.
 */
void
csm_search_row_mark (CsmWorkbench     *workbench,
                     const CsmCaseRow *row,
                     GtkWidget        *name,
                     GtkWidget        *subject,
                     GtkWidget        *preview)
{
  CsmSearchContext *context = csm_search_context_of (workbench);
  const char *typed = csm_search_context_get_typed (context);
  const char *passage = typed != NULL ? csm_search_context_get_passage (context, row->rowid) : NULL;

  if (passage != NULL)
    gtk_label_set_text (GTK_LABEL (preview), passage);
  mark (name, typed);
  mark (subject, typed);
  mark (preview, typed);
}
