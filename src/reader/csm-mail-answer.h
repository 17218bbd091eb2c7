/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What one message is answered with. */
typedef struct
{
  GBytes *json;
  GPtrArray *parts;   /* GBytes */
} CsmMailAnswer;

GPtrArray     *csm_mail_answer_start (void);
CsmMailAnswer *csm_mail_answer_new   (char          *raw,
                                      gsize          length,
                                      gboolean       careful);
void           csm_mail_answer_free  (CsmMailAnswer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmMailAnswer, csm_mail_answer_free)

G_END_DECLS
