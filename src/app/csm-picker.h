/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * A list that is searched by typing and chosen from by keyboard: what the popovers for people, teams and tags show.
 *
 * Signals: "picked" (const char *id) and "new" (const char *text).
 */
#define CSM_TYPE_PICKER (csm_picker_get_type ())
G_DECLARE_FINAL_TYPE (CsmPicker, csm_picker, CSM, PICKER, AdwBin)

/* What the small picture before the title is. */
typedef enum
{
  CSM_PICKER_PLAIN,
  CSM_PICKER_PERSON, /* an avatar with initials */
  CSM_PICKER_COLOR,  /* a dot; `color` is a tag's */
} CsmPickerLook;

GtkWidget *csm_picker_new           (void);
void       csm_picker_clear         (CsmPicker     *self);
void       csm_picker_add           (CsmPicker     *self,
                                     const char    *id,
                                     const char    *title,
                                     const char    *subtitle,
                                     CsmPickerLook  look,
                                     const char    *color,
                                     gboolean       checked);
void       csm_picker_set_checked   (CsmPicker     *self,
                                     const char    *id,
                                     gboolean       checked);
void       csm_picker_set_new_label (CsmPicker     *self,
                                     const char    *format);
void       csm_picker_start         (CsmPicker     *self,
                                     const char    *prompt);

G_END_DECLS
