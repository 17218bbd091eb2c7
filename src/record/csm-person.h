/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

gboolean csm_person_is_staff (JsonObject *person);
gboolean csm_person_is_away  (JsonObject *person,
                              gint64      now);

G_END_DECLS
