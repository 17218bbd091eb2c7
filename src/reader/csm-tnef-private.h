/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include "csm-tnef.h"

G_BEGIN_DECLS

/* What is left to be read. */
typedef struct
{
  const guint8 *data;
  gsize length;
} CsmTnefBytes;

/* A property of MAPI that is text or bytes; a number is its own bytes. */
typedef struct
{
  guint type;
  guint id;
  CsmTnefBytes value;
} CsmTnefProperty;

enum
{
  CSM_TNEF_STRING8 = 0x001e,
  CSM_TNEF_STRING = 0x001f,
  CSM_TNEF_OBJECT = 0x000d,
  CSM_TNEF_BINARY = 0x0102,
};

gboolean csm_tnef_take          (CsmTnefBytes    *self,
                                 gsize            length,
                                 CsmTnefBytes    *out);
gboolean csm_tnef_take_16       (CsmTnefBytes    *self,
                                 guint           *out);
gboolean csm_tnef_take_32       (CsmTnefBytes    *self,
                                 guint32         *out);
gboolean csm_tnef_take_property (CsmTnefBytes    *self,
                                 CsmTnefProperty *out);
char    *csm_tnef_dup_text      (CsmTnefProperty *property,
                                 guint            code_page,
                                 gsize            limit);
GBytes  *csm_tnef_to_message    (CsmTnef         *self);

G_END_DECLS
