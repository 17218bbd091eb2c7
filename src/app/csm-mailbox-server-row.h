/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum { CSM_MAILBOX_IMAP, CSM_MAILBOX_SMTP } CsmMailboxProtocol;

/*
 * One of a mailbox's two servers, folded into a row that says in words what is set.
 * Signals: "edited" (): a person changed something; "go-on" (): Enter in one of its fields.
 */
#define CSM_TYPE_MAILBOX_SERVER_ROW (csm_mailbox_server_row_get_type ())
G_DECLARE_FINAL_TYPE (CsmMailboxServerRow, csm_mailbox_server_row, CSM, MAILBOX_SERVER_ROW, AdwExpanderRow)

void        csm_mailbox_server_row_set_protocol (CsmMailboxServerRow *self,
                                                 CsmMailboxProtocol   protocol);
void        csm_mailbox_server_row_set          (CsmMailboxServerRow *self,
                                                 JsonObject          *server);
JsonObject *csm_mailbox_server_row_get          (CsmMailboxServerRow *self,
                                                 const char          *password);
gboolean    csm_mailbox_server_row_is_complete  (CsmMailboxServerRow *self);
gboolean    csm_mailbox_server_row_is_wanted    (CsmMailboxServerRow *self);
void        csm_mailbox_server_row_set_fails    (CsmMailboxServerRow *self,
                                                 gboolean             fails);
void        csm_mailbox_server_row_focus        (CsmMailboxServerRow *self);

G_END_DECLS
