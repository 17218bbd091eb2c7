/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Who may talk to the server about records: fetching or sending, never both. A page of changes that was made before a
 * send, but stored after its answer, would put old values back on the screen for a moment.
 */
typedef struct _CsmTurn CsmTurn;
typedef void (*CsmTurnFunc) (gpointer data);

CsmTurn  *csm_turn_new       (void);
CsmTurn  *csm_turn_ref       (CsmTurn     *self);
void      csm_turn_unref     (CsmTurn     *self);
void      csm_turn_take      (CsmTurn     *self,
                              CsmTurnFunc  func,
                              gpointer     data);
void      csm_turn_give      (CsmTurn     *self);
gboolean  csm_turn_is_wanted (CsmTurn     *self);
void      csm_turn_forget    (CsmTurn     *self,
                              gpointer     data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmTurn, csm_turn_unref)

G_END_DECLS
