/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* What people are told about people. @access: (nullable): what the server says of who could come in. */
gboolean csm_people_is_invited  (JsonObject   *person,
                                 JsonObject   *access);
char    *csm_people_say_role    (CsmDirectory *directory,
                                 JsonObject   *person);
char    *csm_people_say_access  (JsonObject   *person,
                                 JsonObject   *access,
                                 gboolean      me,
                                 gint64        now);
char    *csm_people_say_problem (const GError *error);

G_END_DECLS
