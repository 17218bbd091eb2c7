/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * A window over the one it belongs to, for one thing: a title, Cancel or Close, perhaps one thing to do, and a page that
 * scrolls. No wider than a narrow window.
 *
 * Signal: "done" (): the one thing is to be done; who listens closes the sheet.
 */
#define CSM_TYPE_SHEET (csm_sheet_get_type ())
G_DECLARE_FINAL_TYPE (CsmSheet, csm_sheet, CSM, SHEET, AdwWindow)

CsmSheet *csm_sheet_new            (GtkWidget  *from,
                                    const char *title,
                                    GtkWidget  *content);
void      csm_sheet_set_action     (CsmSheet   *self,
                                    const char *label);
void      csm_sheet_set_ready      (CsmSheet   *self,
                                    gboolean    ready,
                                    const char *why_not);
void      csm_sheet_set_unsaved    (CsmSheet   *self,
                                    gboolean    unsaved);
void      csm_sheet_add_button     (CsmSheet   *self,
                                    GtkWidget  *button);
void      csm_sheet_toast          (CsmSheet   *self,
                                    const char *text);
CsmSheet *csm_sheet_of             (GtkWidget  *content);

G_END_DECLS
