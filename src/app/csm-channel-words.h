/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum
{
  CSM_CHANNEL_IDLE,     /* nothing is set up, or nothing came or left yet */
  CSM_CHANNEL_WORKS,
  CSM_CHANNEL_FAILS,
  CSM_CHANNEL_OFF,      /* was disconnected */
} CsmChannelState;

CsmChannelState csm_channel_get_state     (JsonObject *channel);
CsmChannelState csm_channel_get_in_state  (JsonObject *channel);
CsmChannelState csm_channel_get_out_state (JsonObject *channel);
gboolean        csm_channel_is_mailbox    (JsonObject *channel);
gboolean        csm_channel_is_connected  (JsonObject *channel);
char           *csm_channel_say_state     (JsonObject *channel,
                                           gint64      now);
char           *csm_channel_say_in        (JsonObject *channel,
                                           gint64      now);
char           *csm_channel_say_out       (JsonObject *channel,
                                           gint64      now);
const char     *csm_channel_state_icon    (CsmChannelState state);

G_END_DECLS
