/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

#include "csm-txn.h"

G_BEGIN_DECLS

/* What is known while the sample is made. */
typedef struct
{
  JsonObject *workspace;   /* workspace.json */
  const char *owner_id;
  char       *channel_id;
  GHashTable *teams;       /* name → id */
  GHashTable *people;      /* email → id */
  GHashTable *tags;        /* name → id */
  guint       asked;       /* in how many cases somebody waits for an answer since today */
  gboolean    filled;
} CsmSample;

JsonObject *csm_sample_nth          (JsonObject  *object,
                                     const char  *member,
                                     guint        n);
const char *csm_sample_nth_string   (JsonObject  *object,
                                     const char  *member,
                                     guint        n);
JsonObject *csm_sample_case_of_mail (CsmSample   *self,
                                     CsmTxn      *txn,
                                     const char  *rfc_id,
                                     GError     **error);
/* csm-sample-work.c */
gboolean    csm_sample_work         (CsmSample   *self,
                                     CsmTxn      *txn,
                                     GError     **error);
/* csm-sample-merge.c */
gboolean    csm_sample_merge        (CsmSample   *self,
                                     CsmTxn      *txn,
                                     GError     **error);

G_END_DECLS
