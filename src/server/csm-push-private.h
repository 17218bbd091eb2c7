/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-push.h"

G_BEGIN_DECLS

/* What a connection sees: the workspace, or what of it is shared with a guest's partner; and the person's own account. */
#define CSM_PUSH_ACCOUNTS 2

/**
 * CsmPushStates:
 * @account: the account
 * @id: its id on the wire
 * @states: the states of the types that were looked at; %NULL for the others
 * @modseqs: and the numbers of the change counter in them
 * @newest: the highest of these numbers
 * @everything: a state that stands for all types
 *
 * An account as it stands.
 */
typedef struct
{
  gint64  account;
  char   *id;
  char   *states[CSM_N_TYPES];
  gint64  modseqs[CSM_N_TYPES];
  gint64  newest;
  char   *everything;
} CsmPushStates;

/**
 * CsmPushGlance:
 * @accounts: what a token may see
 * @missed: for each account the types that changed since the state that the client knows
 */
typedef struct
{
  CsmPushStates *accounts[CSM_PUSH_ACCOUNTS];
  guint          missed[CSM_PUSH_ACCOUNTS];
} CsmPushGlance;

/*
 * Tells connections of changes. What changed comes from the store; the new states are read once, in one job, for all
 * connections; each connection then gets what it sees of them. A connection that is slow gets the newest states only.
 */
struct _CsmPush
{
  GObject       parent_instance;

  CsmStore     *store;
  CsmAuth      *auth;
  GPtrArray    *clients;   /* CsmPushClient */
  GHashTable   *pending;   /* account → types that changed and have not been read yet */
  gboolean      reading;
  GFileMonitor *wake;
  guint         recheck_id;
  gboolean      rechecking;
  gboolean      recheck_again;
};

struct _CsmPushClient
{
  gatomicrefcount           ref_count;
  CsmPush                  *push;     /* NULL: removed */
  char                     *token_hash;
  const CsmPushClientFuncs *funcs;
  gpointer                  data;

  guint                     types;    /* 0: not told of anything */
  guint                     generation; /* of set_types */
  CsmPushGlance            *known;    /* NULL until it has been read */
  guint                     dirty[CSM_PUSH_ACCOUNTS];
  gboolean                  stale;    /* something changed while `known` was being read */
  gboolean                  busy;
  gint64                    sent_at;
  guint                     timeout_id;
};

CsmPushClient *csm_push_client_ref   (CsmPushClient  *client);
void           csm_push_client_unref (CsmPushClient  *client);
CsmPushStates *csm_push_states_read  (CsmTxn         *txn,
                                      gint64          account,
                                      guint           types,
                                      GError        **error);
void           csm_push_states_free  (CsmPushStates  *states);
CsmPushGlance *csm_push_glance_read  (CsmTxn         *txn,
                                      CsmPrincipal   *who,
                                      const char     *push_state,
                                      GError        **error);
void           csm_push_glance_free  (CsmPushGlance  *glance);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmPushClient, csm_push_client_unref)

G_END_DECLS
