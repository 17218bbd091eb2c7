/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * Several lines of text among preferences, with what customers see of them.
 * Signals: "edited" (): what is typed changed; "save" (): it is to be kept; "remove" (): the row's own button.
 */
#define CSM_TYPE_CHANNEL_TEXT (csm_channel_text_get_type ())
G_DECLARE_FINAL_TYPE (CsmChannelText, csm_channel_text, CSM, CHANNEL_TEXT, AdwPreferencesRow)

GtkWidget *csm_channel_text_new         (const char     *title,
                                         const char     *remove_label);
void       csm_channel_text_set_text    (CsmChannelText *self,
                                         const char     *text);
char      *csm_channel_text_dup_text    (CsmChannelText *self);
void       csm_channel_text_set_preview (CsmChannelText *self,
                                         const char     *preview);
void       csm_channel_text_set_can_remove (CsmChannelText *self,
                                            gboolean        can_remove);
void       csm_channel_text_flush       (CsmChannelText *self);

G_END_DECLS
