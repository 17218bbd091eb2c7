/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * Shows one HTML document, and can do nothing else: no scripts, no network, no way to another page. Signals:
 *  "loaded" (): it is shown
 *  "link" (const char *uri): a person clicked one
 *  "hover" (const char *uri): the pointer is on one; NULL: on none
 */
#define CSM_TYPE_ORIGINAL_VIEW (csm_original_view_get_type ())
G_DECLARE_FINAL_TYPE (CsmOriginalView, csm_original_view, CSM, ORIGINAL_VIEW, AdwBin)

GtkWidget  *csm_original_view_new             (GBytes              *html);
void        csm_original_view_add_file        (CsmOriginalView     *self,
                                               const char          *cid,
                                               const char          *path);
void        csm_original_view_load            (CsmOriginalView     *self);
double      csm_original_view_zoom            (CsmOriginalView     *self,
                                               int                  steps);
void        csm_original_view_snapshot_async  (CsmOriginalView     *self,
                                               GAsyncReadyCallback  callback,
                                               gpointer             user_data);
GdkTexture *csm_original_view_snapshot_finish (CsmOriginalView     *self,
                                               GAsyncResult        *result,
                                               GError             **error);

G_END_DECLS
