/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * A bar above the list when a person has to do something about the account: sign in, make room, decide what the
 * restored server lost. Where the status line is out of sight it also says what that would.
 * Properties: "workbench"; "compact" (boolean): the status line is out of sight.
 */
#define CSM_TYPE_NOTICE_BAR (csm_notice_bar_get_type ())
G_DECLARE_FINAL_TYPE (CsmNoticeBar, csm_notice_bar, CSM, NOTICE_BAR, AdwBin)

G_END_DECLS
