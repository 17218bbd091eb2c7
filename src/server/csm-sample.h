/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-store.h"

G_BEGIN_DECLS

gboolean csm_sample_fill     (CsmStore    *store,
                              const char  *folder,
                              const char  *owner_person_id,
                              const char  *reader_program,
                              GError     **error);
char    *csm_sample_dup_name (const char  *folder,
                              GError     **error);

G_END_DECLS
