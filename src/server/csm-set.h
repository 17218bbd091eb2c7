/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-method.h"

G_BEGIN_DECLS

/**
 * CsmSet:
 * @call: the call
 * @create: (nullable): what to create
 * @update: (nullable): what to update
 * @destroy: (nullable): (array): what to destroy
 * @operation_ids: (nullable): the client's ids of its operations
 * @modseqs: (nullable): what the records' modseqs have to be
 * @created: what came of it, by creation id; the other five likewise
 *
 * One Foo/set (RFC 8620, section 5.3) on its way.
 */
typedef struct
{
  CsmMethodCall *call;
  JsonObject    *create;
  JsonObject    *update;
  JsonArray     *destroy;
  JsonObject    *operation_ids;
  JsonObject    *modseqs;
  JsonObject    *created;
  JsonObject    *updated;
  JsonArray     *destroyed;
  JsonObject    *not_created;
  JsonObject    *not_updated;
  JsonObject    *not_destroyed;
} CsmSet;

/* Each deals with one record, wholly or not at all; FALSE and @error: the server failed. */
gboolean    csm_set_create_all    (CsmSet              *self,
                                   GError             **error);
gboolean    csm_set_update_one    (CsmSet              *self,
                                   const char          *key,
                                   JsonNode            *patch,
                                   GError             **error);
gboolean    csm_set_destroy_one   (CsmSet              *self,
                                   const char          *key,
                                   GError             **error);

gboolean    csm_set_may_write     (CsmSet              *self,
                                   guint                flag);

/* SetErrors */
JsonObject *csm_set_error         (const char          *type,
                                   const char          *description);
JsonObject *csm_set_error_names   (GPtrArray           *names);
JsonObject *csm_set_error_convert (CsmSet              *self,
                                   JsonObject          *record,
                                   const char          *id,
                                   const GError        *error);

/* Creation ids, and what a record names */
const char *csm_set_find_created  (CsmSet              *self,
                                   const char          *key);
gboolean    csm_set_is_waiting    (CsmSet              *self,
                                   JsonObject          *record,
                                   GHashTable          *waiting);
JsonObject *csm_set_resolve       (CsmSet              *self,
                                   JsonObject          *given,
                                   GPtrArray           *bad);
gboolean    csm_set_check_named   (CsmSet              *self,
                                   JsonObject          *before,
                                   JsonObject          *after,
                                   GPtrArray           *bad,
                                   GError             **error);

/* What was applied before */
gboolean    csm_set_find_applied  (CsmSet              *self,
                                   const char          *key,
                                   JsonObject         **result,
                                   GError             **error);
gboolean    csm_set_store_applied (CsmSet              *self,
                                   const char          *key,
                                   const char          *kind,
                                   JsonNode            *value,
                                   GError             **error);
char       *csm_set_hash          (JsonObject          *given);

G_END_DECLS
