/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A line above or below a text that says something about it, with what can be done. */
#define CSM_TYPE_NOTE_LINE (csm_note_line_get_type ())
G_DECLARE_FINAL_TYPE (CsmNoteLine, csm_note_line, CSM, NOTE_LINE, AdwBin)

GtkWidget  *csm_note_line_new        (const char  *icon,
                                      const char  *text,
                                      gboolean     warning);
GtkWidget  *csm_note_line_add_button (CsmNoteLine *self,
                                      const char  *label,
                                      const char  *action);
void        csm_note_line_set_text   (CsmNoteLine *self,
                                      const char  *text);
const char *csm_note_line_get_text   (CsmNoteLine *self);

G_END_DECLS
