/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

gboolean   csm_body_link_is_safe     (const char *uri);
void       csm_body_append_spans     (GString    *markup,
                                      JsonArray  *spans,
                                      GHashTable *deceptive);
void       csm_body_append_text      (GString    *markup,
                                      const char *text);
JsonArray *csm_body_blocks_from_text (const char *text);
guint      csm_body_count_unfolded   (JsonArray  *blocks);

G_END_DECLS
