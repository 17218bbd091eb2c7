/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gtk/gtk.h>

#include "csm-account.h"

G_BEGIN_DECLS

/*
 * Where the person is, for their colleagues: the case that a window shows, and what is written there. It stops saying so when
 * nobody has looked at the window for two minutes. And what the window shows of other cases, to hear who is there.
 */
#define CSM_TYPE_LIVE_PLACE (csm_live_place_get_type ())
G_DECLARE_FINAL_TYPE (CsmLivePlace, csm_live_place, CSM, LIVE_PLACE, GObject)

CsmLivePlace *csm_live_place_new        (CsmLive            *live);
void          csm_live_place_close      (CsmLivePlace       *self);
void          csm_live_place_open       (CsmLivePlace       *self,
                                         const char         *case_id);
void          csm_live_place_set_shown  (CsmLivePlace       *self,
                                         gboolean            shown);
void          csm_live_place_set_active (CsmLivePlace       *self,
                                         gboolean            active);
void          csm_live_place_set_listed (CsmLivePlace       *self,
                                         const char * const *case_ids);
void          csm_live_place_follow     (CsmLivePlace       *self,
                                         GtkTextBuffer      *buffer,
                                         CsmLiveState        what);

G_END_DECLS
