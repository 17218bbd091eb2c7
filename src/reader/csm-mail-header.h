/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <gmime/gmime.h>

#include "csm-json-writer.h"

G_BEGIN_DECLS

GMimeParserOptions *csm_mail_header_options_new (void);
char               *csm_mail_header_dup         (GMimeObject        *object,
                                                 GMimeParserOptions *options,
                                                 const char         *name);
char               *csm_mail_header_dup_value   (GMimeHeader        *header,
                                                 GMimeParserOptions *options);
GPtrArray          *csm_mail_header_parse_ids   (const char         *text,
                                                 guint               limit);
void                csm_mail_header_write       (GMimeMessage       *message,
                                                 GMimeParserOptions *options,
                                                 CsmJsonWriter      *writer,
                                                 GPtrArray          *defects);

G_END_DECLS
