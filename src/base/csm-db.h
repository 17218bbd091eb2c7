/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-db-conn.h"

G_BEGIN_DECLS

#define CSM_TYPE_DB (csm_db_get_type ())
G_DECLARE_FINAL_TYPE (CsmDb, csm_db, CSM, DB, GObject)

/**
 * CsmDbSetup:
 * @application_id: SQLite's `application_id` of such files
 * @migrations: (array zero-terminated=1): resource paths of the numbered SQL files, oldest first
 * @connected: (nullable): called for each new connection, on its thread, before anything else
 *
 * What a database file is. Must outlive the #CsmDb.
 */
typedef struct
{
  guint32             application_id;
  const char * const *migrations;
  gboolean          (*connected) (CsmDbConn *conn, GError **error);
} CsmDbSetup;

/**
 * CsmDbFunc:
 * @conn: the thread's connection; the job's transaction is open
 * @input: what was given with the job
 * @cancellable: (nullable): the job's
 * @error: return location
 *
 * One job. Runs on a database thread. A write whose function sets @error is rolled back.
 *
 * Returns: the result, freed with the job's result_free when nobody takes it
 */
typedef gpointer (*CsmDbFunc) (CsmDbConn *conn, gpointer input, GCancellable *cancellable, GError **error);

typedef enum
{
  CSM_DB_READ,
  CSM_DB_WRITE,          /* commits with synchronous=NORMAL: what the server can send again */
  CSM_DB_WRITE_DURABLE,  /* commits with synchronous=FULL: what a person did */
} CsmDbMode;

CsmDb    *csm_db_new       (const char           *path,
                            const CsmDbSetup     *setup);
gboolean  csm_db_wait_open (CsmDb                *self,
                            GError              **error);
void      csm_db_run_async (CsmDb                *self,
                            CsmDbMode             mode,
                            int                   priority,
                            CsmDbFunc             func,
                            gpointer              input,
                            GDestroyNotify        input_free,
                            GDestroyNotify        result_free,
                            GCancellable         *cancellable,
                            GAsyncReadyCallback   callback,
                            gpointer              user_data);
gpointer  csm_db_run_finish (CsmDb               *self,
                            GAsyncResult         *result,
                            GError              **error);
gpointer  csm_db_run       (CsmDb                *self,
                            CsmDbMode             mode,
                            CsmDbFunc             func,
                            gpointer              input,
                            GError              **error);
void      csm_db_close     (CsmDb                *self);

G_END_DECLS
