/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

#include "fault-lab.h"

G_BEGIN_DECLS

/**
 * FaultDesk:
 * @url: what it connects to
 * @token: the device's
 * @directory: where its cache is
 * @log: what its failpoints write
 * @faults: (nullable): bugs that it is to have
 * @clock: how far its clock is off when it starts, in seconds
 * @warns: it may warn
 * @process: while it runs
 *
 * A client in a process of its own, to be told what to do and to be killed.
 */
typedef struct
{
  char             *url;
  char             *token;
  char             *directory;
  char             *log;
  char             *faults;
  gint64            clock;
  gboolean          warns;
  GSubprocess      *process;
  GOutputStream    *input;
  GDataInputStream *output;
} FaultDesk;

FaultDesk  *fault_desk_new      (const char *url,
                                 const char *token,
                                 const char *directory);
void        fault_desk_free     (FaultDesk  *self);
/* @failpoint: (nullable): "name:n" or FAULT_RECORD. Whether it lived to say that it is ready. */
gboolean    fault_desk_open     (FaultDesk  *self,
                                 const char *failpoint);
/* As kill -9. */
void        fault_desk_kill     (FaultDesk  *self);
/* As a person ends it; it must end well. */
void        fault_desk_close    (FaultDesk  *self);
/* Waits until it is dead: how it died. */
int         fault_desk_wait_end (FaultDesk  *self);
gboolean    fault_desk_was_hit  (FaultDesk  *self,
                                 const char *point);
/* A command with ' for ". (transfer full) (nullable): its answer; NULL when it died before */
JsonObject *fault_desk_call     (FaultDesk  *self,
                                 const char *format,
                                 ...) G_GNUC_PRINTF (2, 3);
JsonObject *fault_desk_command  (FaultDesk  *self,
                                 const char *command);
/* Whether it reached a state, "quiet" or one of the account's, in time; not when it died. */
gboolean    fault_desk_wait     (FaultDesk  *self,
                                 const char *state,
                                 guint       seconds);
/* (transfer full): what waits */
JsonArray  *fault_desk_outbox   (FaultDesk  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FaultDesk, fault_desk_free)

G_END_DECLS
