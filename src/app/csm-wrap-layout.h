/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Puts children one behind another at their natural widths and goes on in the next line, as words do. */
#define CSM_TYPE_WRAP_LAYOUT (csm_wrap_layout_get_type ())
G_DECLARE_FINAL_TYPE (CsmWrapLayout, csm_wrap_layout, CSM, WRAP_LAYOUT, GtkLayoutManager)

GtkLayoutManager *csm_wrap_layout_new (void);

G_END_DECLS
