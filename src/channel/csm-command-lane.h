/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-store.h"
#include "csm-work-lane.h"

G_BEGIN_DECLS

/*
 * Hands mails over to the commands of their channels, a few at a time. The command is split as a shell would split words, but no shell runs. It
 * gets the mail on standard input, lines ended by LF, and the addresses of all recipients as arguments; a command with -t (--read-recipients)
 * takes them from the header instead and gets none, and such a channel refuses hidden recipients. A word
 * "{sender}" becomes the address that is told of what can't be delivered, as in `sendmail -oi -f {sender}`. An exit status of 0 is
 * "accepted", EX_TEMPFAIL (75) and what the last line calls 4yz are tried again, everything else failed. On the main thread.
 */
#define CSM_TYPE_COMMAND_LANE (csm_command_lane_get_type ())
G_DECLARE_FINAL_TYPE (CsmCommandLane, csm_command_lane, CSM, COMMAND_LANE, GObject)

CsmCommandLane *csm_command_lane_new         (CsmStore        *store,
                                              CsmWorkLaneFunc  func,
                                              gpointer         user_data);
void            csm_command_lane_set_timeout (CsmCommandLane  *self,
                                              guint            seconds);
void            csm_command_lane_set_pause   (CsmCommandLane  *self,
                                              guint            seconds);
void            csm_command_lane_push        (CsmCommandLane  *self,
                                              const char      *message_id);
void            csm_command_lane_stop        (CsmCommandLane  *self);
gboolean        csm_command_lane_is_idle     (CsmCommandLane  *self);

G_END_DECLS
