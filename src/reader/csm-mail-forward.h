/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include "csm-json-writer.h"
#include "csm-mail-content.h"

G_BEGIN_DECLS

void csm_mail_forward_write (GMimeMessage       *message,
                             CsmMailContent     *content,
                             GMimeParserOptions *options,
                             gboolean            careful,
                             CsmJsonWriter      *writer);

G_END_DECLS
