/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-types.h"

G_BEGIN_DECLS

/* What was changed in the workspace, as the server tells it: {at, personId, kind, subjectId, name, values}. */
char *csm_change_say    (CsmDirectory *directory,
                         JsonObject   *change);
char *csm_change_detail (CsmDirectory *directory,
                         JsonObject   *change);

G_END_DECLS
