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
 * CsmSearchText:
 * @columns: the words of each column of an index
 *
 * What full text holds of a row.
 */
typedef struct
{
  char *columns[3];
} CsmSearchText;

/**
 * CsmAheadRecord:
 * @text: the record as JSON
 * @packed: (nullable): of a message: the same in the form of csm_pack()
 * @words: of a message: what full text will hold of it
 *
 * A record that is ready to be written.
 */
typedef struct
{
  char          *text;
  GBytes        *packed;
  CsmSearchText  words;
} CsmAheadRecord;

CsmAhead             *csm_ahead_new           (void);
void                  csm_ahead_free          (CsmAhead       *self);

CsmAheadWork         *csm_ahead_work_new      (CsmAhead       *ahead,
                                               gpointer        input,
                                               GDestroyNotify  input_free);
void                  csm_ahead_work_add      (CsmAheadWork   *self,
                                               JsonObject     *record,
                                               gboolean        is_message);
void                  csm_ahead_work_start    (CsmAheadWork   *self);
gpointer              csm_ahead_work_wait     (CsmAheadWork   *self);
const CsmAheadRecord *csm_ahead_work_get      (CsmAheadWork   *self,
                                               JsonObject     *record);
void                  csm_ahead_work_finish   (gpointer        work);
void                  csm_search_text_free    (CsmSearchText  *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmSearchText, csm_search_text_free)

G_END_DECLS
