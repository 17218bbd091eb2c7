/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Of one GtkPicture: as large as it is, or as wide as there is room, and always as high as that makes it. */
#define CSM_TYPE_PICTURE_LAYOUT (csm_picture_layout_get_type ())
G_DECLARE_FINAL_TYPE (CsmPictureLayout, csm_picture_layout, CSM, PICTURE_LAYOUT, GtkLayoutManager)

G_END_DECLS
