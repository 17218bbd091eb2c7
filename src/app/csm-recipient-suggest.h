/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-types.h"

G_BEGIN_DECLS

/* Somebody to whom a reply may go. */
typedef struct
{
  char       *name;     /* never NULL */
  char       *address;
  const char *why;      /* translated: how they are known */
} CsmRecipientHint;

void       csm_recipient_hint_free (CsmRecipientHint *hint);
GPtrArray *csm_recipient_suggest   (const char       *typed,
                                    JsonArray        *present,
                                    CsmCaseDetail    *detail,
                                    CsmDirectory     *directory,
                                    GPtrArray        *customers,
                                    guint             max);

G_END_DECLS
