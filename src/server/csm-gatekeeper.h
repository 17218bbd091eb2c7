/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How long nobody may do nothing before it is known who it is, s; the other deadlines are multiples of it. */
#define CSM_GATEKEEPER_PATIENCE 15

/**
 * CsmGuestPhase:
 * @CSM_GUEST_HEAD: a request is awaited, or its headers are coming
 * @CSM_GUEST_BODY: a body is coming
 * @CSM_GUEST_ANSWER: the answer is on its way
 * @CSM_GUEST_STREAM: a WebSocket or an event source
 *
 * What a connection is about.
 */
typedef enum
{
  CSM_GUEST_HEAD,
  CSM_GUEST_BODY,
  CSM_GUEST_ANSWER,
  CSM_GUEST_STREAM,
} CsmGuestPhase;

/* Lets new connections in, counts them, and closes those that waste everybody's time. */
typedef struct _CsmGatekeeper CsmGatekeeper;
/* One connection. */
typedef struct _CsmGuest CsmGuest;

/**
 * CsmGatekeeperFunc:
 * @stream: the connection, after the TLS handshake if there is one
 * @local: its address here
 * @remote: the other end's; of this connection alone, for csm_guest_find()
 * @data: what was given
 *
 * Somebody came in.
 */
typedef void (*CsmGatekeeperFunc) (GIOStream *stream, GSocketAddress *local, GSocketAddress *remote, gpointer data);

CsmGatekeeper *csm_gatekeeper_new     (GTlsCertificate    *certificate,
                                       guint               patience,
                                       CsmGatekeeperFunc   func,
                                       gpointer            data);
gboolean       csm_gatekeeper_listen  (CsmGatekeeper      *self,
                                       GSocketAddress     *address,
                                       GError            **error);
char          *csm_gatekeeper_get_url (CsmGatekeeper      *self);
void           csm_gatekeeper_free    (CsmGatekeeper      *self);

CsmGuest      *csm_guest_find         (GSocketAddress     *remote);
CsmGuest      *csm_guest_ref          (CsmGuest           *self);
void           csm_guest_unref        (CsmGuest           *self);
void           csm_guest_trust        (CsmGuest           *self);
void           csm_guest_begin        (CsmGuest           *self,
                                       CsmGuestPhase       phase,
                                       GDestroyNotify      leave,
                                       gpointer            data,
                                       GDestroyNotify      data_free);
void           csm_guest_forget       (CsmGuest           *self);
CsmGuestPhase  csm_guest_get_phase    (CsmGuest           *self);
void           csm_guest_set_busy     (CsmGuest           *self,
                                       gboolean            busy);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmGatekeeper, csm_gatekeeper_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmGuest, csm_guest_unref)

G_END_DECLS
