/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CSM_MAIL_SMIME_NONE,
  CSM_MAIL_SMIME_SIGNED,
  CSM_MAIL_SMIME_ENCRYPTED,
} CsmMailSmime;

CsmMailSmime csm_mail_smime_open (const guint8  *data,
                                  gsize          length,
                                  GByteArray   **content);

G_END_DECLS
