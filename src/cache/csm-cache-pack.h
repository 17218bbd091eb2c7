/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-db-conn.h"

G_BEGIN_DECLS

/* What the server says of a message, in SQL: its text is kept in fewer bytes (csm-cache-pack.c). */
#define CSM_MESSAGE_BASE "coalesce (csm_unpack (packed), base)"

/* The same where it will be read as JSON: NULL of what is damaged, with which json_extract() would fail, and all that is asked along. */
#define CSM_MESSAGE_JSON(text) "(SELECT iif (json_valid (text), text, NULL) FROM (SELECT " text " AS text LIMIT 1))"

typedef struct _CsmPacker CsmPacker;

CsmPacker *csm_packer_new          (void);
void       csm_packer_free         (CsmPacker   *self);
GBytes    *csm_packer_pack         (CsmPacker   *self,
                                    const char  *text);
gboolean   csm_cache_pack_register (CsmDbConn   *conn,
                                    GError     **error);

G_END_DECLS
