/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Puts words and a control side by side, or one below the other where the words would be squeezed. */
#define CSM_TYPE_FOLD_LAYOUT (csm_fold_layout_get_type ())
G_DECLARE_FINAL_TYPE (CsmFoldLayout, csm_fold_layout, CSM, FOLD_LAYOUT, GtkLayoutManager)

GtkWidget *csm_fold_layout_box_new (GtkWidget *words,
                                    GtkWidget *control);

G_END_DECLS
