/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-recipients-box.h"

G_BEGIN_DECLS

/*
 * The reply box: what is written here goes to the customer. Property "workbench". Keeps the text as typed for each
 * case. Ctrl+Enter sends.
 */
#define CSM_TYPE_COMPOSER (csm_composer_get_type ())
G_DECLARE_FINAL_TYPE (CsmComposer, csm_composer, CSM, COMPOSER, AdwBin)

void csm_composer_focus (CsmComposer *self);
void csm_composer_flush (CsmComposer *self);
void csm_composer_answer (CsmComposer *self,
                          JsonObject  *message,
                          CsmAnswer    answer);
void csm_composer_attach (CsmComposer *self,
                          GFile       *file);

G_END_DECLS
