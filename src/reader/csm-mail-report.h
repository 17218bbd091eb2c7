/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <gmime/gmime.h>

#include "csm-json-writer.h"
#include "csm-mail-content.h"

G_BEGIN_DECLS

void csm_mail_report_write (GMimeMessage   *message,
                            CsmMailContent *content,
                            CsmJsonWriter  *writer);

G_END_DECLS
