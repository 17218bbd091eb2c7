/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

G_BEGIN_DECLS

typedef struct _CsmDbConn CsmDbConn;
typedef struct _CsmDbStmt CsmDbStmt;

CsmDbConn  *csm_db_conn_open            (const char    *path,
                                         gboolean       read_only,
                                         GError       **error);
void        csm_db_conn_free            (CsmDbConn     *self);
sqlite3    *csm_db_conn_get_handle      (CsmDbConn     *self);
gboolean    csm_db_conn_in_transaction  (CsmDbConn     *self);
void        csm_db_conn_set_cancellable (CsmDbConn     *self,
                                         GCancellable  *cancellable);
typedef gboolean (*CsmDbWantedFunc)     (gpointer       data);
void        csm_db_conn_set_wanted      (CsmDbConn     *self,
                                         CsmDbWantedFunc func,
                                         gpointer       data);
gboolean    csm_db_conn_is_wanted       (CsmDbConn     *self);

gboolean    csm_db_conn_exec            (CsmDbConn     *self,
                                         const char    *sql,
                                         GError       **error);
CsmDbStmt  *csm_db_conn_query           (CsmDbConn     *self,
                                         GError       **error,
                                         const char    *sql,
                                         const char    *format,
                                         ...);
gboolean    csm_db_conn_run             (CsmDbConn     *self,
                                         GError       **error,
                                         const char    *sql,
                                         const char    *format,
                                         ...);
gint64      csm_db_conn_get_int         (CsmDbConn     *self,
                                         GError       **error,
                                         gint64         fallback,
                                         const char    *sql,
                                         const char    *format,
                                         ...);
char       *csm_db_conn_get_text        (CsmDbConn     *self,
                                         GError       **error,
                                         const char    *sql,
                                         const char    *format,
                                         ...);
gint64      csm_db_conn_last_rowid      (CsmDbConn     *self);
int         csm_db_conn_changes         (CsmDbConn     *self);

CsmDbStmt  *csm_db_conn_prepare         (CsmDbConn     *self,
                                         const char    *sql,
                                         GError       **error);
void        csm_db_stmt_bind_text       (CsmDbStmt     *self,
                                         int            index,
                                         const char    *text);
void        csm_db_stmt_bind_blob       (CsmDbStmt     *self,
                                         int            index,
                                         GBytes        *bytes);
void        csm_db_stmt_bind_int        (CsmDbStmt     *self,
                                         int            index,
                                         gint64         value);
void        csm_db_stmt_bind_null       (CsmDbStmt     *self,
                                         int            index);
gboolean    csm_db_stmt_step            (CsmDbStmt     *self,
                                         GError       **error);
const char *csm_db_stmt_text            (CsmDbStmt     *self,
                                         int            column);
gint64      csm_db_stmt_int             (CsmDbStmt     *self,
                                         int            column);
gboolean    csm_db_stmt_is_null         (CsmDbStmt     *self,
                                         int            column);
void        csm_db_stmt_reset           (CsmDbStmt     *self);
void        csm_db_stmt_release         (CsmDbStmt     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmDbConn, csm_db_conn_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmDbStmt, csm_db_stmt_release)

G_END_DECLS
