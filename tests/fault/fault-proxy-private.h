/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "fault-proxy.h"
#include "fault-wire.h"

G_BEGIN_DECLS

/* What the proxy's files share. Whatever changes is under the lock. */

typedef struct
{
  FaultNet what;
  char    *match;
  guint    skip;
  guint    times;
  guint    number;
} Rule;

struct _FaultProxy
{
  GSocketService *service;
  char           *url;
  GMutex          lock;
  GCond           wake;
  GRand          *random;
  char           *host;       /* of the server; NULL: there is none */
  guint16         port;
  gboolean        down;
  guint           n_calms;    /* so often it was told to let everything through */
  gboolean        ending;
  guint           n_threads;
  GHashTable     *sockets;    /* GSocket: all that is open */
  GPtrArray      *rules;
  guint           chances[FAULT_N_NETS];
  guint           counts[FAULT_N_NETS];
  FaultPush       push;
  guint           n_tunnels;  /* so far */
  guint           n_mute;     /* of these the first so many */
  guint           limit;
  guint           n_refused;
  guint64         n_bytes;    /* of answers */
};

GSocketConnection *fault_proxy_reach  (FaultProxy *self);
void               fault_proxy_drop   (FaultProxy *self,
                                       GSocket    *socket);
void               fault_tunnel_serve (FaultProxy *self,
                                       int         fd,
                                       FaultText  *request);

G_END_DECLS
