/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "fault-desk.h"
#include "fault-proxy.h"
#include "fault-server.h"

G_BEGIN_DECLS

#define FAULT_COLLEAGUE "ben@fernweh.example.com"
#define FAULT_N_DESKS 3

/* The desks: two of one person, one of another. */
enum
{
  FAULT_ANA,
  FAULT_ANAS_LAPTOP,
  FAULT_BEN,
};

/* A case that a customer's mail began. */
typedef struct
{
  char *id;
  char *conversation_id;
  char *message_id;
  char *address;
} FaultCase;

/**
 * FaultWorld:
 * @lab: where all of it is
 * @server: while it runs
 * @tokens: of each desk
 * @people: who sits there
 * @cases: (element-type FaultCase): those of the workspace that everything begins with
 * @proxies: the network of each desk
 * @desks: each in a process of its own, or not running
 * @patience: how many seconds desks have to come to rest
 * @rest_ms: how many milliseconds a desk has that rests in a story, which then goes on without it
 * @caches: a folder with a cache for each desk, in step with the workspace at the beginning
 *
 * A workspace with two people, their three clients, and a network for each.
 */
typedef struct
{
  FaultLab    *lab;
  FaultServer *server;
  char        *tokens[FAULT_N_DESKS];
  char        *people[FAULT_N_DESKS];
  char        *team;
  char        *workspace;
  GPtrArray   *cases;
  FaultProxy  *proxies[FAULT_N_DESKS];
  FaultDesk   *desks[FAULT_N_DESKS];
  guint        patience;
  guint        rest_ms;
  char        *caches;
} FaultWorld;

FaultWorld *fault_world_new          (guint         n_cases);
void        fault_world_free         (FaultWorld   *self);
/* Everything as at the beginning: the server runs, no desk does. */
void        fault_world_start_over   (FaultWorld   *self,
                                      guint32       seed);
void        fault_world_end          (FaultWorld   *self);
void        fault_world_start_server (FaultWorld   *self,
                                      const char   *failpoint);
void        fault_world_kill_server  (FaultWorld   *self);
void        fault_world_stop_server  (FaultWorld   *self);
/* Opens a desk and lets it sync; waits until it has, when @seconds isn't 0. Whether it lived, and did. */
gboolean    fault_world_open_desk    (FaultWorld   *self,
                                      guint         desk,
                                      const char   *failpoint,
                                      guint         seconds);
FaultCase  *fault_world_get_case     (FaultWorld   *self,
                                      guint         number);
/* A customer writes for the first time. */
void        fault_world_deliver      (FaultWorld   *self,
                                      guint         mail);
/* The customer of case @number writes again. */
void        fault_world_answer       (FaultWorld   *self,
                                      guint         number,
                                      const char   *text);
/* Commands for people. Each gives the answer, or NULL when the desk died. */
JsonObject *fault_world_patch        (FaultWorld   *self,
                                      guint         desk,
                                      guint         number,
                                      const char   *patch);
JsonObject *fault_world_comment      (FaultWorld   *self,
                                      guint         desk,
                                      guint         number,
                                      const char   *text);
JsonObject *fault_world_reply        (FaultWorld   *self,
                                      guint         desk,
                                      guint         number,
                                      const char   *text,
                                      guint         undo_for);
/* Likewise; @recipients: "to", "cc" and "bcc" */
JsonObject *fault_world_reply_to     (FaultWorld   *self,
                                      guint         desk,
                                      guint         number,
                                      const char   *text,
                                      guint         undo_for,
                                      JsonObject   *recipients);
/* Lets the network be, opens what is closed, waits until nothing is left to do, and compares. */
void        fault_world_settle       (FaultWorld   *self,
                                      GPtrArray    *findings);
void        fault_world_settle_desk  (FaultWorld   *self,
                                      guint         desk,
                                      GPtrArray    *findings);
/* Whether the desk comes to show what the server has within @ms. */
gboolean    fault_world_level        (FaultWorld   *self,
                                      guint         desk,
                                      guint         ms);
/* Each send that people made reached the sink once: @texts are the bodies. */
void        fault_world_audit_sends  (FaultWorld   *self,
                                      GPtrArray    *findings,
                                      const char * const *texts);
/* The same, and the end of the test when something is wrong. */
void        fault_world_assert_settled (FaultWorld *self);
void        fault_world_assert_sends (FaultWorld   *self,
                                      const char * const *texts);
void        fault_world_assert_comments (FaultWorld *self,
                                      const char   *body,
                                      guint         count);
/* Opens a desk and waits until it is at rest. */
void        fault_world_sit_down     (FaultWorld   *self,
                                      guint         desk);
void        fault_world_go_offline   (FaultWorld   *self,
                                      guint         desk);
void        fault_world_go_online    (FaultWorld   *self,
                                      guint         desk);
/* Takes @answer, which must not be missing or an error. */
void        fault_done               (JsonObject   *answer);
/* Into a cache whose desk is closed. */
void        fault_desk_sql           (FaultDesk    *desk,
                                      const char   *sql);
JsonObject *fault_world_find         (FaultWorld   *self,
                                      CsmTypeId     type,
                                      const char   *id);
guint       fault_world_count        (FaultWorld   *self,
                                      CsmTypeId     type,
                                      const char   *member,
                                      const char   *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FaultWorld, fault_world_free)

G_END_DECLS
