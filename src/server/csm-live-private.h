/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-live-hub.h"

G_BEGIN_DECLS

/* Higher is what counts for somebody who does several things. */
typedef enum
{
  CSM_DOING_NOTHING,
  CSM_DOING_VIEWING,
  CSM_DOING_COMMENT,
  CSM_DOING_REPLY,
} CsmDoing;

/**
 * CsmLiveCase:
 * @hub: where it is
 * @id: its id
 * @present: CsmLiveClient → #CsmDoing: connections whose people do something here
 * @watchers: CsmLiveClient → #CsmLiveWatch: connections that want to know
 * @people: (nullable): those who are to be told of; %NULL: to be made again. Valid as long as `present` stays as it is
 *
 * A case that somebody is in or watches.
 */
typedef struct
{
  CsmLiveHub *hub;
  char       *id;
  GHashTable *present;
  GHashTable *watchers;
  GArray     *people;
} CsmLiveCase;

/* One person, however many connections they have. */
typedef struct
{
  const char *id;
  CsmDoing    doing;
} CsmLiveWho;

/**
 * CsmLiveWatch:
 * @client: who wants to know
 * @live_case: of what
 * @told_at: µs; when the other end was told of it last, or 0
 * @dirty: it has changed since
 * @told_some: what was told last is that somebody is there
 */
typedef struct
{
  CsmLiveClient *client;
  CsmLiveCase   *live_case;
  gint64         told_at;
  gboolean       dirty;
  gboolean       told_some;
} CsmLiveWatch;

struct _CsmLiveHub
{
  GObject     parent_instance;

  CsmStore   *store;
  CsmAuth    *auth;
  GHashTable *clients;   /* set of CsmLiveClient */
  GHashTable *cases;     /* id → CsmLiveCase */
  gint64      beat;      /* µs; of which all times are multiples: a second */
  guint       sweep_id;  /* only while somebody is somewhere */
  gboolean    looking;   /* who people are is being read */
  gboolean    look_again;
};

struct _CsmLiveClient
{
  CsmLiveHub      *hub;
  char            *token_hash;
  CsmLiveDeliver   deliver;
  gpointer         data;

  char            *person_id; /* NULL: not known yet, or no colleague */
  gboolean         known;
  gboolean         unsure;    /* that is to be looked up, for the first time or again */
  JsonObject      *held;      /* what was said before that was known; or NULL */
  GHashTable      *doing;     /* set of CsmLiveCase */
  GHashTable      *watches;   /* case id (the case's) → CsmLiveWatch */
  gint64           said_at;   /* µs: when it said last what it does */
  gboolean         answering; /* and has not heard anything since */
  gint64           sent_at;   /* µs, or 0 */
  gint64           flush_at;  /* µs, while there is a flush_id */
  guint            flush_id;
  gint64           second;    /* in which `n_messages` came */
  guint            n_messages;
};

/* Cases */
CsmLiveCase *csm_live_case_ensure      (CsmLiveHub    *hub,
                                        const char    *id);
void         csm_live_case_release     (CsmLiveCase   *self);
void         csm_live_case_free        (CsmLiveCase   *self);
void         csm_live_case_put         (CsmLiveCase   *self,
                                        CsmLiveClient *client,
                                        CsmDoing       doing);
GArray      *csm_live_case_get_people  (CsmLiveCase   *self);

/* Connections */
void         csm_live_client_free      (CsmLiveClient *self);
void         csm_live_client_set_person (CsmLiveClient *self,
                                        const char    *person_id);
void         csm_live_client_stop      (CsmLiveClient *self);
void         csm_live_client_forget_doing (CsmLiveClient *self);
void         csm_live_client_notice    (CsmLiveClient *self,
                                        CsmLiveWatch  *watch);
void         csm_live_hub_keep_sweeping (CsmLiveHub   *self);

G_END_DECLS
