/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CSM_MAIL_TEXT_FIXED,       /* each line end is one */
  CSM_MAIL_TEXT_FLOWED,      /* RFC 3676 */
  CSM_MAIL_TEXT_FLOWED_DELSP,
} CsmMailTextFormat;

GPtrArray *csm_mail_text_to_blocks (const char        *text,
                                    CsmMailTextFormat  format);

G_END_DECLS
