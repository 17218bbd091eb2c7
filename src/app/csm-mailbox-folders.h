/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Which of a mailbox's folders are read, and since when. */
#define CSM_TYPE_MAILBOX_FOLDERS (csm_mailbox_folders_get_type ())
G_DECLARE_FINAL_TYPE (CsmMailboxFolders, csm_mailbox_folders, CSM, MAILBOX_FOLDERS, AdwPreferencesGroup)

void csm_mailbox_folders_set   (CsmMailboxFolders *self,
                                JsonArray         *folders,
                                JsonObject        *imap);
void csm_mailbox_folders_apply (CsmMailboxFolders *self,
                                JsonObject        *imap);
gboolean csm_mailbox_folders_is_complete (CsmMailboxFolders *self);

G_END_DECLS
