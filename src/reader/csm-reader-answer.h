/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include "csm-parsed-mail.h"

G_BEGIN_DECLS

/**
 * CsmReaderAnswer:
 * @mail: (nullable): what is there of the message; %NULL until the JSON is complete
 *
 * An answer of the reader that is coming in: a frame of JSON, and one for each part.
 */
typedef struct
{
  CsmParsedMail *mail;

  /*< private >*/
  guchar head[4];
  guint head_length;
  guchar *frame;            /* NULL while the head is incomplete, and of a large part */
  gboolean in_frame;        /* whether the head is complete */
  int file;                 /* large parts go there, one after the other; -1 while there are none */
  goffset file_end;
  gboolean in_file;         /* whether this frame does */
  gsize frame_size;
  gsize frame_length;
  gsize total;
} CsmReaderAnswer;

void     csm_reader_answer_init        (CsmReaderAnswer        *self);
void     csm_reader_answer_clear       (CsmReaderAnswer        *self);
gboolean csm_reader_answer_take        (CsmReaderAnswer        *self,
                                        const guchar           *data,
                                        gsize                   length,
                                        gsize                  *taken,
                                        GError                **error);
gboolean csm_reader_answer_is_complete (const CsmReaderAnswer  *self);

G_END_DECLS
