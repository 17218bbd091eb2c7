/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * Draws a message's blocks natively; src/reader/README.md describes them. It fetches nothing.
 * Signal "open-attachment" (const char *cid): a person clicked an image that came with the message.
 */
#define CSM_TYPE_BODY_VIEW (csm_body_view_get_type ())
G_DECLARE_FINAL_TYPE (CsmBodyView, csm_body_view, CSM, BODY_VIEW, AdwBin)

GtkWidget *csm_body_view_new         (void);
void       csm_body_view_set_message (CsmBodyView *self,
                                      JsonObject  *message);
void       csm_body_view_add_images  (CsmBodyView *self,
                                      GHashTable  *images);
void       csm_body_view_set_text    (CsmBodyView *self,
                                      const char  *text);
gboolean   csm_body_view_is_deceptive (CsmBodyView *self,
                                      const char  *uri);

G_END_DECLS
