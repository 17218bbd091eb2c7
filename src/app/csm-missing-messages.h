/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * Says when messages of the open case are not on this computer, and gets them: by itself while there is a connection.
 * Properties: "workbench"; "covers" (boolean, read-only): there is nothing else to show of the conversation.
 */
#define CSM_TYPE_MISSING_MESSAGES (csm_missing_messages_get_type ())
G_DECLARE_FINAL_TYPE (CsmMissingMessages, csm_missing_messages, CSM, MISSING_MESSAGES, AdwBin)

G_END_DECLS
