/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include "csm-json-writer.h"

G_BEGIN_DECLS

void csm_mail_unsubscribe_write (const char    *unsubscribe,
                                 const char    *post,
                                 CsmJsonWriter *writer);

G_END_DECLS
