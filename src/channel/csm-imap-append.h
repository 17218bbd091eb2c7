/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-imap-client.h"

G_BEGIN_DECLS

gboolean csm_imap_client_append (CsmImapClient  *self,
                                 const char     *folder,
                                 int             fd,
                                 GError        **error);
gboolean csm_imap_client_has_mail (CsmImapClient  *self,
                                   const char     *folder,
                                   const char     *id,
                                   gint64          since,
                                   gboolean       *there,
                                   GError        **error);

G_END_DECLS
