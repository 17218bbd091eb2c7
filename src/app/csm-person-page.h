/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mailbox-asker.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * One person, for who may change people: what they are called, their role and teams, and whether they come in.
 *
 * Signal: "changed" (): what the server knows of them is another than before.
 */
#define CSM_TYPE_PERSON_PAGE (csm_person_page_get_type ())
G_DECLARE_FINAL_TYPE (CsmPersonPage, csm_person_page, CSM, PERSON_PAGE, AdwBin)

GtkWidget *csm_person_page_new        (CsmWorkbench    *workbench,
                                       CsmMailboxAsker *asker,
                                       const char      *person_id);
void       csm_person_page_set_access (CsmPersonPage   *self,
                                       JsonObject      *access);

G_END_DECLS
