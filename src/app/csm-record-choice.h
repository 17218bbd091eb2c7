/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

void        csm_record_choice_fill (AdwComboRow *row,
                                    const char  *none,
                                    GPtrArray   *records,
                                    const char  *chosen);
const char *csm_record_choice_get  (AdwComboRow *row);
void        csm_record_choice_put  (AdwComboRow *row,
                                    JsonObject  *patch,
                                    const char  *member);

G_END_DECLS
