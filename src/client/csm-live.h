/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-follower.h"

G_BEGIN_DECLS

/**
 * CsmLiveState:
 * @CSM_LIVE_NONE: isn't there
 * @CSM_LIVE_VIEWING: has the case open
 * @CSM_LIVE_WRITING_COMMENT: writes to colleagues
 * @CSM_LIVE_WRITING_REPLY: writes to the customer
 *
 * What somebody does in a case at this moment; a higher one counts for somebody who does several.
 */
typedef enum
{
  CSM_LIVE_NONE,
  CSM_LIVE_VIEWING,
  CSM_LIVE_WRITING_COMMENT,
  CSM_LIVE_WRITING_REPLY,
} CsmLiveState;

typedef struct
{
  char         *person_id;
  CsmLiveState  state;
} CsmLivePerson;

/*
 * Who else is in which case at this moment. Memory only, and a courtesy: with a server that doesn't tell, and while there is no
 * connection, nobody is anywhere. Main thread.
 *
 * Signal "changed" (const char *case_id): other people than before are in this case, or they do something else.
 */
#define CSM_TYPE_LIVE (csm_live_get_type ())
G_DECLARE_FINAL_TYPE (CsmLive, csm_live, CSM, LIVE, GObject)

CsmLive   *csm_live_new        (CsmFollower         *follower);
void       csm_live_show       (CsmLive             *self,
                                const char          *case_id,
                                CsmLiveState         what);
void       csm_live_watch      (CsmLive             *self,
                                const char * const  *case_ids);
GPtrArray *csm_live_get_people (CsmLive             *self,
                                const char          *case_id);

G_END_DECLS
