/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mail-view.h"

G_BEGIN_DECLS

/**
 * CsmBuiltInRule:
 * @name: Rule.builtIn
 * @lane: the lane that it sends to unless an admin says otherwise
 * @holds: whether it is about a mail
 *
 * A rule that comes with the program. Static.
 */
typedef struct
{
  const char *name;
  const char *lane;
  gboolean  (*holds) (CsmMailView *mail);
} CsmBuiltInRule;

const CsmBuiltInRule *csm_lane_built_in       (const char        *name);
const CsmBuiltInRule *csm_lane_built_in_rules (guint             *n_rules);
const char           *csm_lane_automatic      (CsmMailView       *mail);
gboolean              csm_lane_came_by_list   (CsmMailView       *mail);

G_END_DECLS
