/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-intake-private.h"

G_BEGIN_DECLS

gboolean csm_acknowledge (CsmIntake  *self,
                          GError    **error);

G_END_DECLS
