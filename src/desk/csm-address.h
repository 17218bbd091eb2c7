/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

char       *csm_address_normalise     (const char *address);
gboolean    csm_address_is_valid      (const char *address);
const char *csm_address_domain        (const char *address);
char       *csm_address_without_tag   (const char *address);
gboolean    csm_address_name_deceives (const char *name,
                                       const char *address);
JsonArray  *csm_address_list_tidy     (JsonArray  *list,
                                       guint      *bad);
gboolean    csm_address_list_has      (JsonArray  *list,
                                       const char *address);

G_END_DECLS
