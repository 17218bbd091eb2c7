/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CSM_TYPE_APPLICATION (csm_application_get_type ())
G_DECLARE_FINAL_TYPE (CsmApplication, csm_application, CSM, APPLICATION, AdwApplication)

CsmApplication *csm_application_new (void);

G_END_DECLS
