/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#define FAKE_ME "p01J00000000000000000000001"

typedef enum
{
  FAKE_GOOD,
  FAKE_HTML,          /* a hotel's sign-in page */
  FAKE_REDIRECT,
  FAKE_CUT,           /* JSON that ends in the middle */
  FAKE_UNAVAILABLE,   /* 503 */
  FAKE_TOO_MANY,      /* 429 */
  FAKE_DEAF,          /* does it, and closes the connection */
  FAKE_UNAUTHORIZED,
  FAKE_UNKNOWN_CAPABILITY,
  FAKE_METHOD_ERROR,  /* `error_type` for each call */
  FAKE_SET_ERROR,     /* `error_type` for each operation */
} FakeMode;

/* A server that does what it is told, and counts. It speaks enough of JMAP for the outbox. */
typedef struct
{
  SoupServer *server;
  char       *url;
  FakeMode    mode;
  const char *error_type;
  guint       max_objects;      /* what it takes */
  guint       said_max_objects; /* what its Session says */
  guint       max_calls;
  guint       max_size;
  guint       session_state;
  guint       n_sessions;
  guint       n_requests;
  guint       n_refused;
  guint       n_uploads;
  guint       upload_status;    /* 201 */
  guint       largest;          /* bytes of a request that it took */
  guint       most;             /* operations in a call */
  guint       n_changes;        /* …/changes that it answered */
  guint       n_contents;       /* Case/content likewise */
  gboolean    restless;         /* after each page of cases there is another one */
  gboolean    mute;             /* what it says of contents names nothing */
  GHashTable *applied;          /* operation id → how often it was done anew */
  GPtrArray  *order;            /* ids of records, as they were done */
  GHashTable *records;          /* id → JsonObject, as they were created */
  GHashTable *blobs;            /* set */
  void      (*before_answer) (gpointer data);
  gpointer    data;
} FakeServer;

FakeServer *fake_server_new  (void);
void        fake_server_free (FakeServer *self);
