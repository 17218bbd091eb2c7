/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-ui-desk.h"

G_BEGIN_DECLS

/* The world beside the window: what the server says when it is back, and what colleagues and customers did meanwhile. */
GPtrArray *csm_ui_world_wait_outbox  (CsmUiDesk  *desk,
                                      guint       n);
void       csm_ui_world_wait_unsent  (CsmUiDesk  *desk);
void       csm_ui_world_wait_for     (GtkWidget  *root,
                                      GType       type);
void       csm_ui_world_wait_label   (GtkWidget  *root,
                                      const char *text);
void       csm_ui_world_wait_reply   (CsmUiDesk  *desk,
                                      const char *text);
void       csm_ui_world_check_names  (GtkWidget  *page);
void       csm_ui_world_reconnect    (CsmUiDesk  *desk,
                                      const char *error,
                                      const char *newer_id);
void       csm_ui_world_let_ben_take (CsmUiDesk  *desk);
void       csm_ui_world_put_newer    (CsmUiDesk  *desk,
                                      gboolean    from_ben,
                                      const char *text);
GtkWidget *csm_ui_world_composer     (CsmUiDesk  *desk);
GtkWidget *csm_ui_world_reply_view   (CsmUiDesk  *desk);
void       csm_ui_world_write_reply  (CsmUiDesk  *desk,
                                      const char *text);
GtkWidget *csm_ui_world_open_review  (CsmUiDesk  *desk);

G_END_DECLS
