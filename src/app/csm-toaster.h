/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Shows one toast of a window at a time: the last one. */
typedef struct _CsmToaster CsmToaster;

/* Adds @toast to the overlay where it is seen now. */
typedef void (*CsmToasterFunc) (GtkWidget *window,
                                AdwToast  *toast);

CsmToaster *csm_toaster_new   (GtkWidget      *window,
                               CsmToasterFunc  show);
void        csm_toaster_free  (CsmToaster     *self);
void        csm_toaster_show  (CsmToaster     *self,
                               AdwToast       *toast);
void        csm_toaster_clear (CsmToaster     *self);

G_END_DECLS
