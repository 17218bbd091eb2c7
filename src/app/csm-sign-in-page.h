/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * Server, email and password.
 *
 * Signal: "sign-in" (const char *server, const char *email, const char *password, const char *code): @code: from an invitation, or NULL.
 */
#define CSM_TYPE_SIGN_IN_PAGE (csm_sign_in_page_get_type ())
G_DECLARE_FINAL_TYPE (CsmSignInPage, csm_sign_in_page, CSM, SIGN_IN_PAGE, AdwBin)

GtkWidget *csm_sign_in_page_new         (void);
void       csm_sign_in_page_set_server  (CsmSignInPage *self,
                                         const char    *server);
void       csm_sign_in_page_set_email   (CsmSignInPage *self,
                                         const char    *email);
void       csm_sign_in_page_set_reason (CsmSignInPage *self,
                                         const char    *reason);
void       csm_sign_in_page_set_busy    (CsmSignInPage *self,
                                         const char    *text);
void       csm_sign_in_page_set_problem (CsmSignInPage *self,
                                         const char    *text);
void       csm_sign_in_page_start       (CsmSignInPage *self);

G_END_DECLS
