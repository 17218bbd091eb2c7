/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-completion.h"

G_BEGIN_DECLS

const CsmCompletionKind *csm_recipient_completion_kind (void);

G_END_DECLS
