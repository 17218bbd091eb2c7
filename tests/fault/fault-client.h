/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gunixinputstream.h>

#include "csm-account.h"
#include "csm-time.h"

G_BEGIN_DECLS

/* What the client program tells of itself, as JSON. All (transfer full). */
const char *fault_client_state_name       (CsmAccount    *account);
JsonObject *fault_client_describe_account (CsmAccount    *account);
JsonObject *fault_client_describe_outbox  (GPtrArray     *ops);
JsonObject *fault_client_describe_lost    (GPtrArray     *lost);
JsonObject *fault_client_describe_case    (CsmCaseDetail *detail);
/* Straight from the file, through a connection of its own: {type: {id: {"base": …, "view": …}}} and "cursors". */
JsonObject *fault_client_dump             (const char    *directory,
                                           GError       **error);
/* Of one type: {id: {"base": …, "view": …}} */
JsonObject *fault_client_views            (const char    *directory,
                                           const CsmRecordType *type,
                                           GError       **error);
/* The properties that the first change of @group replaced. */
JsonObject *fault_client_replaced         (const char    *directory,
                                           gint64         group,
                                           GError       **error);
/* {"integrity": "ok"}, or what SQLite finds. */
JsonObject *fault_client_check            (const char    *directory,
                                           GError       **error);

G_END_DECLS
