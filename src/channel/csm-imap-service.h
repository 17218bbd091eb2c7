/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mailbox-watch.h"

G_BEGIN_DECLS

/*
 * Reads the mail of all channels whose mail comes by IMAP: a watch for each folder. Follows the store, so that mailboxes that are
 * added, switched off or changed meanwhile need no restart.
 */
#define CSM_TYPE_IMAP_SERVICE (csm_imap_service_get_type ())
G_DECLARE_FINAL_TYPE (CsmImapService, csm_imap_service, CSM, IMAP_SERVICE, GObject)

CsmImapService *csm_imap_service_new      (CsmStore              *store,
                                           const char            *reader_program);
void            csm_imap_service_set_pace (CsmImapService        *self,
                                           const CsmMailboxPace  *pace);
void            csm_imap_service_start    (CsmImapService        *self);
void            csm_imap_service_stop     (CsmImapService        *self);

G_END_DECLS
