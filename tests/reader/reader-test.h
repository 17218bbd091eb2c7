/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include "csm-parsed-mail.h"

G_BEGIN_DECLS

int            reader_test_run      (int             argc,
                                     char           *argv[],
                                     void          (*add_tests) (void));
CsmParsedMail *reader_test_read     (const char     *raw,
                                     gssize          length);
char          *reader_test_body     (CsmParsedMail  *mail);
void           reader_test_assert   (const char     *headers,
                                     const char     *content,
                                     const char     *expected);
gboolean       reader_test_has_defect (CsmParsedMail *mail,
                                       const char    *defect);
const char    *reader_test_address  (CsmParsedMail  *mail,
                                     const char     *field,
                                     const char     *member);
JsonObject    *reader_test_attachment (CsmParsedMail *mail,
                                       guint          index);

G_END_DECLS
