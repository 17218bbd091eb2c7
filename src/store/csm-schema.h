/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-record-type.h"

G_BEGIN_DECLS

/**
 * CsmTypeSchema:
 * @type: the record type
 * @columns: (element-type CsmProperty): the properties with a column, in their order
 * @sets: (element-type CsmProperty): the sets with a side table
 * @searched: (element-type CsmProperty): the properties with a column of their own in full text
 * @names: (element-type CsmProperty): the lists whose texts share full text's `names` column
 * @insert: SQL: rowid, account, id, createdModseq, modseq, the columns, json
 * @update: SQL: rowid, modseq, the columns, json
 * @update_same: SQL: likewise, when the ids that the record names stay. No foreign key is touched then, so that no savepoint is
 *   opened, at which full text would write itself out
 * @select: SQL by account, id: rowid, createdModseq, modseq, json
 * @remove: SQL by rowid
 * @index: (nullable): SQL that adds to full text: rowid, the searched, names
 * @unindex: (nullable): SQL that takes the same text out of it
 *
 * How a record type lies in the database.
 */
typedef struct
{
  const CsmRecordType *type;
  GPtrArray           *columns;
  GPtrArray           *sets;
  GPtrArray           *searched;
  GPtrArray           *names;
  char                *insert;
  char                *update;
  char                *update_same;
  char                *select;
  char                *remove;
  char                *index;
  char                *unindex;
} CsmTypeSchema;

typedef struct
{
  CsmTypeSchema types[CSM_N_TYPES];
} CsmSchema;

CsmSchema *csm_schema_new         (void);
void       csm_schema_free        (CsmSchema           *self);
gboolean   csm_schema_has_column  (const CsmTypeSchema *self,
                                   const CsmProperty   *property);
gboolean   csm_schema_has_set     (const CsmTypeSchema *self,
                                   const CsmProperty   *property);
gboolean   csm_schema_is_searched (const CsmTypeSchema *self);
char      *csm_schema_side_table  (const CsmTypeSchema *self,
                                   const CsmProperty   *set);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmSchema, csm_schema_free)

G_END_DECLS
