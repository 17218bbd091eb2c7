/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * Signing in to a mailbox's provider with the browser instead of a password, folded into a row with a switch.
 * Signal: "edited" (): a person changed something. Its button is the action "mailbox.sign-in".
 */
#define CSM_TYPE_MAILBOX_GRANT_ROW (csm_mailbox_grant_row_get_type ())
G_DECLARE_FINAL_TYPE (CsmMailboxGrantRow, csm_mailbox_grant_row, CSM, MAILBOX_GRANT_ROW, AdwExpanderRow)

void        csm_mailbox_grant_row_set        (CsmMailboxGrantRow *self,
                                              JsonObject         *terms,
                                              gboolean            is_stored);
void        csm_mailbox_grant_row_set_wanted (CsmMailboxGrantRow *self,
                                              gboolean            wanted);
gboolean    csm_mailbox_grant_row_is_wanted  (CsmMailboxGrantRow *self);
gboolean    csm_mailbox_grant_row_can_ask    (CsmMailboxGrantRow *self);
gboolean    csm_mailbox_grant_row_is_granted (CsmMailboxGrantRow *self);
JsonObject *csm_mailbox_grant_row_get        (CsmMailboxGrantRow *self);
void        csm_mailbox_grant_row_take       (CsmMailboxGrantRow *self,
                                              JsonObject         *tokens);

G_END_DECLS
