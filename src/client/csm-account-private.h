/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-account.h"
#include "csm-blob-files.h"
#include "csm-connection.h"
#include "csm-puller.h"

G_BEGIN_DECLS

CsmConnection *csm_account_get_connection (CsmAccount *self);
CsmBlobFiles  *csm_account_get_blob_files (CsmAccount *self);
CsmPuller     *csm_account_get_puller     (CsmAccount *self);

G_END_DECLS
