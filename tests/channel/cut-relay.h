/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  CUT_RELAY_PASS,
  CUT_RELAY_REFUSE,      /* each connection ends at once */
  CUT_RELAY_AT_COMMAND,  /* the next connection that says the word ends there */
  CUT_RELAY_AT_ANSWER,   /* the server says that it has done it, which nobody hears: the connection ends */
  CUT_RELAY_SWALLOW,     /* nobody hears it either, and the connection stays as it is */
} CutRelayMode;

/* A line between a client and a server that breaks where it is told to, once. In threads of its own, on a free port of 127.0.0.1. */
typedef struct
{
  GSocketService *service;
  guint16         port;
  guint16         upstream;
  const char     *word;    /* a command */
  const char     *answer;  /* what the server says when it is done */
  gint            mode;    /* CutRelayMode; atomic */
  gint            n_cuts;  /* atomic */
} CutRelay;

void cut_relay_start (CutRelay   *self,
                      guint16     upstream,
                      const char *word,
                      const char *answer);
void cut_relay_stop  (CutRelay   *self);

G_END_DECLS
