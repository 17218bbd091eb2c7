/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A page of the preferences behind one of their rows: a title, a way back, and what is on it. */
#define CSM_TYPE_SUBPAGE (csm_subpage_get_type ())
G_DECLARE_FINAL_TYPE (CsmSubpage, csm_subpage, CSM, SUBPAGE, AdwBin)

GtkWidget *csm_subpage_new       (const char *title,
                                  GtkWidget  *content);
void       csm_subpage_set_title (CsmSubpage *self,
                                  const char *title);
void       csm_subpage_present   (GtkWidget  *from,
                                  GtkWidget  *subpage);
void       csm_subpage_close     (GtkWidget  *widget);

G_END_DECLS
