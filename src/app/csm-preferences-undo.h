/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

void     csm_preferences_say      (GtkWidget    *page,
                                   const char   *text);
void     csm_preferences_perform  (GtkWidget    *page,
                                   CsmWorkbench *workbench,
                                   CsmIntent    *intent,
                                   const char   *said);
void     csm_preferences_set      (GtkWidget    *page,
                                   CsmWorkbench *workbench,
                                   const char   *label,
                                   CsmTypeId     type,
                                   const char   *id,
                                   const char   *member,
                                   JsonNode     *value);
void     csm_preferences_name_switch (AdwExpanderRow *row,
                                      const char     *name);

G_END_DECLS
