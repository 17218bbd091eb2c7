/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CSM_TYPE_WAKER (csm_waker_get_type ())
G_DECLARE_FINAL_TYPE (CsmWaker, csm_waker, CSM, WAKER, GObject)

/*
 * Hears that the world may be another: the network came, or the computer slept. Costs nothing while nothing happens.
 *
 * Signal "network" (): there is a network, perhaps another one.
 * Signal "resumed" (): the computer slept, and every connection may be dead.
 */
CsmWaker *csm_waker_new  (void);
void      csm_waker_look (CsmWaker *self,
                          gint64    asleep);

G_END_DECLS
