/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "csm-api.h"
#include "csm-gate.h"
#include "csm-gatekeeper.h"
#include "csm-http-server.h"
#include "csm-live-hub.h"
#include "csm-push.h"
#include "csm-session.h"
#include "csm-throttle.h"

G_BEGIN_DECLS

struct _CsmHttpServer
{
  GObject          parent_instance;

  SoupServer      *soup;
  CsmGatekeeper   *gatekeeper;
  int              silent_end;       /* of what libsoup takes for a listener */
  guint            patience;         /* s; of which deadlines are multiples */
  CsmStore        *store;
  CsmAuth         *auth;
  CsmPush         *push;
  CsmLiveHub      *live;
  CsmGate         *requests;         /* by token */
  CsmGate         *uploads;          /* by token */
  CsmGate         *streams;          /* WebSockets and event sources, by token */
  CsmThrottle     *account_throttle; /* by email address */
  CsmThrottle     *address_throttle; /* by network address */
  guint            hashing;          /* passwords that are being looked at */
  GTlsCertificate *certificate;
  char            *public_url;
  GPtrArray       *sockets;          /* CsmSocket */
  CsmGate         *asks;             /* by token */
  GPtrArray       *asking;           /* GCancellable of each question that a thread is at */
};

typedef struct _CsmExchange CsmExchange;

typedef void (*CsmExchangeFunc) (CsmExchange *exchange);

/**
 * CsmExchange:
 * @server: the server
 * @msg: libsoup's side
 * @guest: (nullable): the connection; %NULL once the exchange is over
 * @query: (nullable): the query part of the URL
 * @path: (array zero-terminated=1): the parts of the path behind the route's
 * @caller: (nullable): who asks; %NULL where nobody has to
 * @session: (nullable): what they may see, once csm_exchange_authorize() has looked it up
 * @paused: whether libsoup waits for us
 * @base_url: (nullable): what this server's URLs begin with; %NULL: they asked for nonsense
 * @over: whether the connection or the exchange has ended
 * @replied: whether the answer is on its way
 * @limit: the most bytes of the body
 * @limit_name: what JMAP calls that
 * @body: (nullable): the body, or what of it is not in the file yet
 * @file: (nullable): where it is written to
 * @received: how long it is so far
 * @complete: whether that is all of it
 * @turn_at: how much of it was there when others got their turn last
 * @ready: what to do with the body
 * @gate: (nullable): that it is in
 * @cancellable: (nullable): cancelled when nobody listens any more
 *
 * One HTTP request and its answer. On the main thread.
 */
struct _CsmExchange
{
  gatomicrefcount    ref_count;
  CsmHttpServer     *server;
  SoupServerMessage *msg;
  CsmGuest          *guest;
  GHashTable        *query;
  char             **path;
  char              *base_url;
  CsmCaller         *caller;
  CsmSession        *session;
  gboolean           paused;
  gboolean           over;
  gboolean           replied;

  goffset            limit;
  const char        *limit_name;
  GByteArray        *body;
  GOutputStream     *file;
  goffset            received;
  gboolean           complete;
  goffset            turn_at;
  CsmExchangeFunc    ready;
  CsmGate           *gate;
  GCancellable      *cancellable;
};

CsmExchange *csm_exchange_new          (CsmHttpServer      *server,
                                        SoupServerMessage  *msg,
                                        GHashTable         *query);
CsmExchange *csm_exchange_ref          (CsmExchange        *self);
void         csm_exchange_unref        (CsmExchange        *self);
void         csm_exchange_end          (CsmExchange        *self);
void         csm_exchange_cut_off      (CsmExchange        *self);
void         csm_exchange_pause        (CsmExchange        *self);
void         csm_exchange_resume       (CsmExchange        *self);
gboolean     csm_exchange_enter        (CsmExchange        *self,
                                        CsmGate            *gate,
                                        const char         *limit_name);
void         csm_exchange_authorize    (CsmExchange        *self,
                                        CsmExchangeFunc     ready);
void         csm_exchange_collect      (CsmExchange        *self,
                                        goffset             limit,
                                        const char         *limit_name,
                                        CsmExchangeFunc     ready);
void         csm_exchange_reply        (CsmExchange        *self,
                                        guint               status,
                                        const char         *type,
                                        GBytes             *body);
void         csm_exchange_reply_json   (CsmExchange        *self,
                                        guint               status,
                                        JsonObject         *object);
void         csm_exchange_reply_status (CsmExchange        *self,
                                        guint               status,
                                        const char         *detail);
void         csm_exchange_reply_error  (CsmExchange        *self,
                                        const GError       *error);
void         csm_exchange_reply_limit  (CsmExchange        *self,
                                        const char         *limit_name);
const CsmAccountRow *csm_exchange_find_account (CsmExchange *self,
                                        const char         *account_id);

/* The routes: called when the headers are there. */
void         csm_http_session          (CsmExchange        *exchange);
void         csm_http_api              (CsmExchange        *exchange);
void         csm_http_upload           (CsmExchange        *exchange);
void         csm_http_download         (CsmExchange        *exchange);
void         csm_http_events           (CsmExchange        *exchange);
void         csm_http_socket           (CsmExchange        *exchange);
void         csm_http_ask              (CsmExchange        *exchange);
void         csm_http_sign_in          (CsmExchange        *exchange);
void         csm_http_join             (CsmExchange        *exchange);
void         csm_http_reply_wait       (CsmExchange        *exchange,
                                        gint64              wait);
void         csm_http_sign_out         (CsmExchange        *exchange);

/* WebSockets that live on behind their exchange */
typedef struct _CsmSocket CsmSocket;
void         csm_socket_close          (CsmSocket          *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmExchange, csm_exchange_unref)

G_END_DECLS
