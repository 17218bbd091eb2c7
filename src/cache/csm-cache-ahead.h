/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * CsmAhead:
 *
 * A thread that does beside the writer what needs no database: it writes records as text, packs them, and frees them afterwards.
 */
typedef struct _CsmAhead CsmAhead;

/**
 * CsmAheadWork:
 *
 * The records of one write job.
 */
typedef struct _CsmAheadWork CsmAheadWork;

/**
 * CsmAheadRecord:
 * @text: the record as JSON
 * @packed: (nullable): the same in the form of csm_pack()
 *
 * A record that is ready to be written.
 */
typedef struct
{
  char   *text;
  GBytes *packed;
} CsmAheadRecord;

CsmAhead             *csm_ahead_new           (void);
void                  csm_ahead_free          (CsmAhead       *self);

CsmAheadWork         *csm_ahead_work_new      (CsmAhead       *ahead,
                                               gpointer        input,
                                               GDestroyNotify  input_free);
void                  csm_ahead_work_add      (CsmAheadWork   *self,
                                               JsonObject     *record,
                                               gboolean        pack);
void                  csm_ahead_work_start    (CsmAheadWork   *self);
gpointer              csm_ahead_work_wait     (CsmAheadWork   *self);
const CsmAheadRecord *csm_ahead_work_get      (CsmAheadWork   *self,
                                               JsonObject     *record);
void                  csm_ahead_work_finish   (gpointer        work);

G_END_DECLS
