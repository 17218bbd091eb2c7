/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-gatekeeper.h"

G_BEGIN_DECLS

/**
 * CsmGuest:
 * @keeper: (nullable): who let it in; %NULL once the connection is gone
 * @socket: (nullable): its socket; belongs to the connection
 * @address: the party of the network that it comes from; %NULL: a Unix socket, one person's own
 * @trusted: whether somebody signed in has spoken on it
 * @busy: whether we keep it waiting, not it us
 * @phase: what it is about
 * @since: when that began, µs; put forward for as long as it is we who are slow
 * @received: bytes that had come when it began
 * @acked: bytes that the other end had taken when it began
 * @has_begun: whether something has come since
 * @head_at: when a request's first byte was seen; 0: not yet
 * @last_acked: bytes that the other end had taken at the last look
 * @moved_at: when that changed last
 * @leave: (nullable): ends what goes on
 * @leave_data: for @leave
 * @leave_free: (nullable): frees it
 *
 * One connection, as the gatekeeper sees it. On the main thread.
 */
struct _CsmGuest
{
  guint           ref_count;
  CsmGatekeeper  *keeper;
  GSocket        *socket;
  char           *address;
  gboolean        trusted;
  gboolean        busy;
  CsmGuestPhase   phase;
  gint64          since;
  guint64         received;
  guint64         acked;
  gboolean        has_begun;
  gint64          head_at;
  guint64         last_acked;
  gint64          moved_at;
  GDestroyNotify  leave;
  gpointer        leave_data;
  GDestroyNotify  leave_free;
};

CsmGuest *csm_guest_new        (CsmGatekeeper  *keeper,
                                GSocket        *socket,
                                GSocketAddress *remote,
                                const char     *address);
gboolean  csm_guest_is_slow    (CsmGuest       *self,
                                gint64          now,
                                gint64          passed,
                                gint64          patience);
void      csm_guest_dismiss    (CsmGuest       *self);
void      csm_gatekeeper_trust (CsmGatekeeper  *self,
                                CsmGuest       *guest);

G_END_DECLS
