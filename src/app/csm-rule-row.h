/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * One sorting rule as a sentence, with where its mail goes.
 * Signals: "set" (const char *member, JsonNode *value); "edit" (); "remove" ();
 * "move" (int by): a step up (−1) or down (1) among the rules of one's own.
 */
#define CSM_TYPE_RULE_ROW (csm_rule_row_get_type ())
G_DECLARE_FINAL_TYPE (CsmRuleRow, csm_rule_row, CSM, RULE_ROW, AdwExpanderRow)

GtkWidget  *csm_rule_row_new      (void);
void        csm_rule_row_set      (CsmRuleRow *self,
                                   JsonObject *rule,
                                   const char *channel,
                                   gboolean    may_change);
void        csm_rule_row_set_place (CsmRuleRow *self,
                                   gboolean    is_first,
                                   gboolean    is_last);
JsonObject *csm_rule_row_get_rule (CsmRuleRow *self);

G_END_DECLS
