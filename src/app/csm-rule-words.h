/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define CSM_RULE_N_LANES 10

const char *csm_rule_get_lane      (guint       index);
guint       csm_rule_find_lane     (const char *lane);
const char *csm_rule_name_lane     (const char *lane);
char       *csm_rule_say           (JsonObject *rule);
gboolean    csm_rule_is_block      (JsonObject *rule);
gboolean    csm_rule_is_built_in   (JsonObject *rule);
gboolean    csm_rule_is_simple     (JsonObject *rule);
char       *csm_rule_dup_sender    (JsonObject *rule);
char       *csm_rule_dup_value     (JsonObject *rule,
                                    const char *field);
JsonObject *csm_rule_read_sender   (const char *text);
int         csm_rule_compare       (gconstpointer a,
                                    gconstpointer b);

G_END_DECLS
