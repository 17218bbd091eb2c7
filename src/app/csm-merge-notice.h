/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-case-part.h"

G_BEGIN_DECLS

/* A thin line above the messages: that another case's are among them, or that this case's are elsewhere; with the way back. */
#define CSM_TYPE_MERGE_NOTICE (csm_merge_notice_get_type ())
G_DECLARE_FINAL_TYPE (CsmMergeNotice, csm_merge_notice, CSM, MERGE_NOTICE, CsmCasePart)

G_END_DECLS
