/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gtk/gtk.h>

#include "csm-cache-types.h"

G_BEGIN_DECLS

/* What stands above a conversation. */

char       *csm_case_head_say_status   (JsonObject   *record);
void        csm_case_head_set_chip     (GtkWidget    *button,
                                        const char   *text,
                                        const char   *name);
void        csm_case_head_show_tags    (GtkBox       *box,
                                        CsmDirectory *directory,
                                        JsonObject   *record);
const char *csm_case_head_explain_lane (const char   *lane);

G_END_DECLS
