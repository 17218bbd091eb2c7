/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * CsmLane:
 * @rule: the rule that decided, for logs and tests
 * @lane: Case.lane of a case that the mail opens
 * @automatic: (nullable): Message.automatic; %NULL when a person wrote
 *
 * What kind of mail it is. Static.
 */
typedef struct
{
  const char *rule;
  const char *lane;
  const char *automatic;
} CsmLane;

const CsmLane *csm_lane_of_mail       (JsonObject *mail,
                                       const char *from);
char          *csm_lane_auto_submitted (const char *field);

G_END_DECLS
