/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-account.h"

G_BEGIN_DECLS

/* What the account says of itself. */
typedef struct
{
  CsmAccountState state;
  guint           waiting;       /* all that waits, with what is parked */
  guint           parked;
  guint           lost;          /* records that the restored server has no more */
  guint           unsure;        /* replies of which nobody knows whether they were delivered */
  double          progress;
  gint64          offline_since; /* µs; 0: unknown */
  gboolean        full;          /* the disk */
} CsmStatus;

/* What a click does about it. */
typedef enum
{
  CSM_STATUS_SHOW_CHANGES,
  CSM_STATUS_SIGN_IN,
  CSM_STATUS_SHOW_LOST,
  CSM_STATUS_SHOW_SPACE,
} CsmStatusDeed;

/* How people are told: what matters most, and the rest below it. */
typedef struct
{
  char          *title;
  char          *subtitle;  /* NULL: nothing more to say */
  const char    *icon;
  gboolean       busy;
  gboolean       attention; /* somebody has to do something */
  CsmStatusDeed  deed;
} CsmStatusText;

CsmStatus      csm_status_read            (CsmAccount      *account);
void           csm_status_connect         (CsmAccount      *account,
                                           GCallback        update,
                                           gpointer         object);
void           csm_status_disconnect      (CsmAccount      *account,
                                           gpointer         object);
const char    *csm_status_deed_get_action (CsmStatusDeed    deed);
CsmStatusText *csm_status_text_new  (const CsmStatus *status);
void           csm_status_text_free (CsmStatusText   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmStatusText, csm_status_text_free)

G_END_DECLS
