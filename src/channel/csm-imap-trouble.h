/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-imap-stream.h"

G_BEGIN_DECLS

/* What is wrong with a mail server, and what to do about it, each in a sentence for people. */
gboolean csm_imap_is_busy             (const char             *text);
void     csm_imap_explain_connect     (const GError           *problem,
                                       const CsmImapSettings  *settings,
                                       GError                **error);
void     csm_imap_explain_certificate (GTlsCertificateFlags    flags,
                                       GTlsCertificate        *certificate,
                                       const char             *host,
                                       GError                **error);
void     csm_imap_explain_sign_in     (const GError           *problem,
                                       const CsmImapSettings  *settings,
                                       GError                **error);

G_END_DECLS
