/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-account.h"
#include "csm-embedded.h"

G_BEGIN_DECLS

/*
 * Makes an account ready: for a workspace on this computer with its embedded server, or for a server elsewhere with
 * the token from the keyring. The account's cache can be read at once; the connection waits for csm_starter_connect().
 *
 * Signals: "account" (CsmAccount *): show it. "busy" (const char *text): what takes a moment before there is something
 * to show. "problem" (const char *text): it could not be started. "sign-in" (const char *why): no sign-in is kept here.
 */
#define CSM_TYPE_STARTER (csm_starter_get_type ())
G_DECLARE_FINAL_TYPE (CsmStarter, csm_starter, CSM, STARTER, GObject)

CsmStarter *csm_starter_new        (void);
void        csm_starter_open_here  (CsmStarter *self,
                                    const char *directory,
                                    const char *workspace,
                                    const char *person,
                                    const char *sample,
                                    const char *mail);
void        csm_starter_open_server (CsmStarter *self,
                                     const char *server,
                                     const char *email,
                                     const char *directory,
                                     const char *token);
gboolean    csm_starter_sign_in     (CsmStarter *self,
                                     const char *server,
                                     const char *email,
                                     const char *token);
void        csm_starter_connect    (CsmStarter *self);
void        csm_starter_stop       (CsmStarter *self);

G_END_DECLS
