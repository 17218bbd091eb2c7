/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-intake.h"
#include "csm-mail-view.h"
#include "csm-parties.h"
#include "csm-threading.h"

G_BEGIN_DECLS

/* Why a mail goes where nobody is bothered with it. */
typedef enum
{
  CSM_ASIDE_NOT,
  CSM_ASIDE_BLOCKED,
  CSM_ASIDE_LOOP,
} CsmAside;

/* One mail on its way in, and what has been found out about it. */
typedef struct
{
  CsmTxn            *txn;
  const CsmIncoming *incoming;
  JsonObject        *mail;         /* borrowed */
  JsonObject        *channel;
  gboolean           alone;        /* there is no other channel */
  const char        *rfc_id;       /* Message-ID, or `own_id` */
  char              *own_id;
  char              *hash;
  gint64             at;
  CsmMailView        view;
  const char        *automatic;    /* Message.automatic; NULL: a person wrote */
  CsmAside           aside;
  CsmParties         parties;
  CsmThread          thread;
  char              *customer_id;
  JsonObject        *parent;       /* the message that it answers, or reports about */
  gboolean           reports;      /* the parent is a mail of ours that was not delivered */
  gboolean           storms;       /* one of very many */
  JsonObject        *case_;        /* NULL: it opens one */
  JsonObject        *conversation;
  char              *case_lane;    /* of the case that it opens */
  char              *related_id;   /* a case to link the new one with */
  JsonObject        *message;
  char              *message_id;
} CsmIntake;

gboolean csm_intake_find_place (CsmIntake  *self,
                                GError    **error);
gboolean csm_intake_open_case  (CsmIntake  *self,
                                GError    **error);
gboolean csm_intake_join_case  (CsmIntake  *self,
                                GError    **error);
JsonObject *csm_intake_message_new (CsmIntake  *self,
                                    GError    **error);
gboolean csm_intake_is_loop    (CsmIntake  *self,
                                gboolean   *loop,
                                GError    **error);
gboolean csm_intake_is_machine_lane (const char *lane);
gboolean csm_intake_is_storm   (CsmIntake  *self,
                                gboolean   *storm,
                                GError    **error);

G_END_DECLS
