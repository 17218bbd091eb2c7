/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mailbox-asker.h"

G_BEGIN_DECLS

/* Answers about mailboxes without a network: what was put down for a question, once or always. */
#define CSM_UI_TYPE_ASKER (csm_ui_asker_get_type ())
G_DECLARE_FINAL_TYPE (CsmUiAsker, csm_ui_asker, CSM_UI, ASKER, CsmMailboxAsker)

CsmUiAsker *csm_ui_asker_new     (void);
void        csm_ui_asker_answer  (CsmUiAsker *self,
                                  const char *name,
                                  const char *json);
void        csm_ui_asker_refuse  (CsmUiAsker *self,
                                  const char *name,
                                  const char *sentence);
void        csm_ui_asker_hold    (CsmUiAsker *self);
JsonObject *csm_ui_asker_asked   (CsmUiAsker *self,
                                  const char *name);
guint       csm_ui_asker_count   (CsmUiAsker *self);
const char *csm_ui_asker_browsed (CsmUiAsker *self);

G_END_DECLS
