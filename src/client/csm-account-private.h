/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-account.h"
#include "csm-backoff.h"
#include "csm-blob-files.h"
#include "csm-connection.h"
#include "csm-follower.h"
#include "csm-puller.h"
#include "csm-pusher.h"
#include "csm-tally.h"
#include "csm-upkeep.h"
#include "csm-waker.h"

G_BEGIN_DECLS

struct _CsmAccount
{
  GObject            parent_instance;
  char              *directory;
  CsmCache          *cache;
  CsmConnection     *connection;
  CsmTurn           *turn;
  CsmFollower       *follower;
  CsmLive           *live;
  CsmPuller         *puller;
  CsmPusher         *pusher;
  CsmBlobFiles      *blobs;
  GCancellable      *cancellable; /* of one try to connect */
  CsmTally          *tally;
  CsmUpkeep         *upkeep;
  CsmWaker          *waker;
  CsmBackoff         backoff;
  gboolean           running;
  gboolean           search_pending;
  gboolean           leaving;
  gboolean           hold_old;    /* operations that are old wait until all is known */
  guint              retry_id;
  guint              poll_id;

  CsmAccountState    state;
  double             progress;
  char              *problem;
  gint64             offline_since;
  gint64             heard_at;    /* as it was written down */
  char              *home;        /* the workspace's account, or a partner's, as the Session said last; or NULL */
  char              *gone;        /* the one that the server did not know any more; or NULL */
  char              *time_zone;   /* of the workspace, as the server said last; or NULL */
  char              *own_zone;    /* of the person; NULL: that one */
  gboolean           heard_known; /* what was written down before has been read */
};

CsmConnection *csm_account_get_connection (CsmAccount *self);
CsmBlobFiles  *csm_account_get_blob_files (CsmAccount *self);
CsmPuller     *csm_account_get_puller     (CsmAccount *self);
void           csm_account_sign_out       (CsmAccount *self,
                                           const char *problem);
void           csm_account_leave          (CsmAccount *self);
void           csm_account_look_for_me    (CsmAccount *self,
                                           CsmChangeSet *set);
void           csm_account_set_offline_since (CsmAccount *self,
                                           gint64      since);
void           csm_account_note_heard     (CsmAccount *self,
                                           gboolean    at_once);
void           csm_account_note_zone      (CsmAccount *self,
                                           const char *zone);
void           csm_account_load_notes     (CsmAccount *self);

G_END_DECLS
