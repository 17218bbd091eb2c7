/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-case-part.h"

G_BEGIN_DECLS

/* The cases that have to do with the open one: merged into it, or linked; and where it went, if it was merged itself. */
#define CSM_TYPE_CASE_LINKS (csm_case_links_get_type ())
G_DECLARE_FINAL_TYPE (CsmCaseLinks, csm_case_links, CSM, CASE_LINKS, CsmCasePart)

G_END_DECLS
