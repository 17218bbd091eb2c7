/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Whether the app goes on without a window, and starts with the session: what the person switched on in the settings
 * "run-in-background" and "autostart", and the desktop allows. The desktop is asked through the portal when one of them
 * is switched; what it refuses is switched off again.
 *
 * Signal "refused" (const char *why): a sentence for people.
 */
#define CSM_TYPE_BACKGROUND (csm_background_get_type ())
G_DECLARE_FINAL_TYPE (CsmBackground, csm_background, CSM, BACKGROUND, GObject)

CsmBackground *csm_background_new        (GApplication  *application,
                                          GSettings     *settings);
void           csm_background_stop       (CsmBackground *self);
void           csm_background_set_useful (CsmBackground *self,
                                          gboolean       useful);
gboolean       csm_background_is_held    (CsmBackground *self);

G_END_DECLS
