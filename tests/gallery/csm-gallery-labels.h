/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GPtrArray *csm_gallery_labels_cut (GtkWidget *root,
                                   int        width);

G_END_DECLS
