/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * Which of some records: of which teams somebody is, who is in a team.
 *
 * Signal: "toggled" (const char *id, gboolean chosen): a person did that.
 */
#define CSM_TYPE_RECORD_CHECKS (csm_record_checks_get_type ())
G_DECLARE_FINAL_TYPE (CsmRecordChecks, csm_record_checks, CSM, RECORD_CHECKS, AdwPreferencesGroup)

GtkWidget  *csm_record_checks_new  (const char      *title);
void        csm_record_checks_show (CsmRecordChecks *self,
                                    GPtrArray       *records,
                                    JsonObject      *chosen);
JsonObject *csm_record_checks_get  (CsmRecordChecks *self);

G_END_DECLS
