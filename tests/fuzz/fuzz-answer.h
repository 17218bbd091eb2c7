/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mail-answer.h"

G_BEGIN_DECLS

void           fuzz_start  (void);
/* What casement-reader answers; ends the program when it may not. */
CsmMailAnswer *fuzz_answer (const guint8 *data,
                            gsize         length);

G_END_DECLS
