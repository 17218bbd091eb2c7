/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-sign-in-page.h"

G_BEGIN_DECLS

/*
 * The first page: join a team, start on this computer, or look around.
 *
 * Signals: "look-around" (), "start-here" (const char *workspace, const char *person),
 * "join" (const char *server, const char *email, const char *password, const char *code): @code: from an invitation, or NULL.
 */
#define CSM_TYPE_FIRST_RUN (csm_first_run_get_type ())
G_DECLARE_FINAL_TYPE (CsmFirstRun, csm_first_run, CSM, FIRST_RUN, AdwBin)

GtkWidget  *csm_first_run_new         (void);
void        csm_first_run_set_busy    (CsmFirstRun *self,
                                       const char  *text);
void        csm_first_run_set_problem (CsmFirstRun *self,
                                       const char  *text);
const char *csm_first_run_get_mail    (CsmFirstRun *self);

G_END_DECLS
