/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A pane whose width is what the person dragged its edge to. Signal "dragged": the person let go of the edge.
 */
#define CSM_TYPE_PANE_BIN (csm_pane_bin_get_type ())
G_DECLARE_FINAL_TYPE (CsmPaneBin, csm_pane_bin, CSM, PANE_BIN, GtkWidget)

GtkWidget *csm_pane_bin_new           (GtkPackType  edge,
                                       const char  *label);
void       csm_pane_bin_set_child     (CsmPaneBin  *self,
                                       GtkWidget   *child);
int        csm_pane_bin_get_width     (CsmPaneBin  *self);
void       csm_pane_bin_set_width     (CsmPaneBin  *self,
                                       int          width);
void       csm_pane_bin_set_bounds    (CsmPaneBin  *self,
                                       int          least,
                                       int          most);
void       csm_pane_bin_set_rigid     (CsmPaneBin  *self,
                                       gboolean     rigid);
void       csm_pane_bin_set_resizable (CsmPaneBin  *self,
                                       gboolean     resizable);

G_END_DECLS
