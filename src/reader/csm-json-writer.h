/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  GString *text;
} CsmJsonWriter;

void   csm_json_writer_init         (CsmJsonWriter *self);
void   csm_json_writer_clear        (CsmJsonWriter *self);
GBytes *csm_json_writer_end         (CsmJsonWriter *self);
gsize  csm_json_writer_get_length   (CsmJsonWriter *self);
void   csm_json_writer_cut          (CsmJsonWriter *self,
                                     gsize          length);
void   csm_json_writer_begin_object (CsmJsonWriter *self,
                                     const char    *name);
void   csm_json_writer_end_object   (CsmJsonWriter *self);
void   csm_json_writer_begin_array  (CsmJsonWriter *self,
                                     const char    *name);
void   csm_json_writer_end_array    (CsmJsonWriter *self);
void   csm_json_writer_string       (CsmJsonWriter *self,
                                     const char    *name,
                                     const char    *value);
void   csm_json_writer_int          (CsmJsonWriter *self,
                                     const char    *name,
                                     gint64         value);
void   csm_json_writer_bool         (CsmJsonWriter *self,
                                     const char    *name,
                                     gboolean       value);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CsmJsonWriter, csm_json_writer_clear)

G_END_DECLS
