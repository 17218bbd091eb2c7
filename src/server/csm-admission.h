/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-http-private.h"

G_BEGIN_DECLS

/* Of a request to be let in, in bytes. */
#define CSM_ADMISSION_MAX_BODY 8192

/**
 * CsmAdmission:
 * @exchange: the request
 * @email: who they say they are, in lower case
 * @code_hash: (nullable): of the code that they were invited with
 * @password: as they typed it; overwritten when it is freed
 * @device_name: what they call their device
 * @address: where they come from, as the throttle knows it
 * @person_id: (nullable): who they are
 * @hash: (nullable): of the password
 * @token: (nullable): what they come with from now on
 *
 * Somebody who wants to be let in, and may be guessing. On the main thread, but for what a transaction or a hash is given.
 */
typedef struct
{
  CsmExchange *exchange;
  char        *email;
  char        *code_hash;
  char        *password;
  char        *device_name;
  char        *address;
  char        *person_id;
  char        *hash;
  char        *token;
} CsmAdmission;

CsmAdmission *csm_admission_new       (CsmExchange   *exchange,
                                       JsonObject    *given,
                                       const char    *email);
void          csm_admission_free      (CsmAdmission  *self);
gboolean      csm_admission_try       (CsmAdmission  *self);
void          csm_admission_passed    (CsmAdmission  *self);
gboolean      csm_admission_add_token (CsmAdmission  *self,
                                       CsmTxn        *txn,
                                       GError       **error);
void          csm_admission_reply     (CsmAdmission  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmAdmission, csm_admission_free)

G_END_DECLS
