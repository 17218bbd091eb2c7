/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <gmime/gmime.h>

#include "csm-json-writer.h"

G_BEGIN_DECLS

void csm_mail_away_write (GMimeMessage       *message,
                          GMimeParserOptions *options,
                          const char         *text,
                          CsmJsonWriter      *writer);

G_END_DECLS
