/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What happens to one request. */
typedef enum
{
  FAULT_PASS,
  FAULT_REFUSE,          /* the connection is closed before anything arrives */
  FAULT_SWALLOW,         /* nothing arrives, and nobody says so: until the connection is cut */
  FAULT_LOSE_ANSWER,     /* the server has done it; the connection is closed instead of its answer, and with `number` > 1 stays down */
  FAULT_HANG_ANSWER,     /* the same, but the connection stays open until it is cut */
  FAULT_CUT_ANSWER,      /* after `number` bytes of the answer; 0: any number */
  FAULT_TWICE,           /* one after the other; the second answer counts */
  FAULT_TWICE_AT_ONCE,
  FAULT_DELAY,           /* of `number` milliseconds before it goes on */
  FAULT_PORTAL_PAGE,     /* a hotel's page to sign in: 200 and HTML */
  FAULT_PORTAL_REDIRECT, /* 302 to it */
  FAULT_PORTAL_JSON,     /* 200 and the beginning of a JSON object */
  FAULT_GARBAGE,         /* no HTTP, but an alert of TLS */
  FAULT_UNAVAILABLE,     /* 503 with Retry-After: `number` */
  FAULT_TOO_MANY,        /* 429 with Retry-After: `number` */
  FAULT_N_NETS,
} FaultNet;

/* What happens to the server's word of a change. */
typedef enum
{
  FAULT_PUSH_PASS,
  FAULT_PUSH_LOSE,
  FAULT_PUSH_TWICE,
  FAULT_PUSH_SWAP,       /* with the next one, when that comes soon */
  FAULT_PUSH_MIX,        /* any of these */
  FAULT_PUSH_LATE,       /* not before this is something else */
} FaultPush;

/*
 * A network of ours between a client and the server: a port of this computer, which stays the same while the server
 * comes and goes. What it does to whom follows from its seed. Works in threads of its own.
 */
typedef struct _FaultProxy FaultProxy;

FaultProxy *fault_proxy_new          (guint32      seed);
void        fault_proxy_free         (FaultProxy  *self);
const char *fault_proxy_get_url      (FaultProxy  *self);
void        fault_proxy_set_upstream (FaultProxy  *self,
                                      const char  *url);
void        fault_proxy_set_down     (FaultProxy  *self,
                                      gboolean     down);
gboolean    fault_proxy_is_down      (FaultProxy  *self);
void        fault_proxy_add_rule     (FaultProxy  *self,
                                      FaultNet     what,
                                      const char  *match,
                                      guint        skip,
                                      guint        times,
                                      guint        number);
void        fault_proxy_set_chance   (FaultProxy  *self,
                                      FaultNet     what,
                                      guint        permille);
void        fault_proxy_set_push     (FaultProxy  *self,
                                      FaultPush    what);
void        fault_proxy_mute_sockets (FaultProxy  *self);
void        fault_proxy_set_limit    (FaultProxy  *self,
                                      guint        objects_in_set);
void        fault_proxy_calm         (FaultProxy  *self);
guint       fault_proxy_count        (FaultProxy  *self,
                                      FaultNet     what);
gboolean    fault_proxy_wait_count   (FaultProxy  *self,
                                      FaultNet     what,
                                      guint        count,
                                      guint        seconds);
guint64     fault_proxy_get_bytes    (FaultProxy  *self);
guint       fault_proxy_count_refused (FaultProxy *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FaultProxy, fault_proxy_free)

G_END_DECLS
