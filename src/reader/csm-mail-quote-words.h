/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The lines of a header that a client writes above what it quotes. */
enum
{
  CSM_MAIL_QUOTE_FROM = 1 << 0,
  CSM_MAIL_QUOTE_DATE = 1 << 1,
  CSM_MAIL_QUOTE_TO = 1 << 2,
  CSM_MAIL_QUOTE_SUBJECT = 1 << 3,
};

typedef enum
{
  CSM_MAIL_QUOTE_NO_MARK,
  CSM_MAIL_QUOTE_ORIGINAL,
  CSM_MAIL_QUOTE_FORWARDED,
} CsmMailQuoteMark;

gboolean         csm_mail_quote_has_verb       (const char *folded);
gboolean         csm_mail_quote_has_opening    (const char *folded);
guint            csm_mail_quote_header_kind    (const char *line);
CsmMailQuoteMark csm_mail_quote_mark           (const char *line,
                                                gsize       length);
gboolean         csm_mail_quote_is_device_line (const char *text);

G_END_DECLS
