/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CSM_MAIL_CLEAN_LINE,     /* one line: control characters and line ends become spaces */
  CSM_MAIL_CLEAN_TEXT,     /* keeps tabs and line ends, the latter as \n */
} CsmMailClean;

GPtrArray *csm_mail_charset_warm_up (void);
char      *csm_mail_charset_decode  (const char   *bytes,
                                     gsize         length,
                                     const char   *charset);
const char *csm_mail_charset_of_code_page (guint      code_page);
char      *csm_mail_charset_clean   (const char   *text,
                                     CsmMailClean  how,
                                     gsize         limit);

G_END_DECLS
