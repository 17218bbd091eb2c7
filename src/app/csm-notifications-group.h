/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What the person wants to be told of, when, and whether also without a window. */
#define CSM_TYPE_NOTIFICATIONS_GROUP (csm_notifications_group_get_type ())
G_DECLARE_FINAL_TYPE (CsmNotificationsGroup, csm_notifications_group, CSM, NOTIFICATIONS_GROUP, AdwPreferencesGroup)

GtkWidget *csm_notifications_group_new          (void);
void       csm_notifications_group_set_settings (CsmNotificationsGroup *self,
                                                 GSettings             *settings);

G_END_DECLS
