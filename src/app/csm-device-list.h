/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>

#include "csm-mailbox-asker.h"

G_BEGIN_DECLS

/*
 * Where somebody is signed in, as the server knows; each device can be signed out. Hidden while there is nobody to ask about.
 * Signal: "signed-out" ().
 */
#define CSM_TYPE_DEVICE_LIST (csm_device_list_get_type ())
G_DECLARE_FINAL_TYPE (CsmDeviceList, csm_device_list, CSM, DEVICE_LIST, AdwPreferencesGroup)

GtkWidget *csm_device_list_new        (void);
void       csm_device_list_set_asker  (CsmDeviceList   *self,
                                       CsmMailboxAsker *asker);
void       csm_device_list_set_person (CsmDeviceList   *self,
                                       const char      *person_id);
void       csm_device_list_refresh    (CsmDeviceList   *self);

G_END_DECLS
