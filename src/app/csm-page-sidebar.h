/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * The pages of a preferences window as a list beside them, where they are more than their names fit below each other's
 * icons. In a narrow window the list is what comes first, and a page lies over it.
 */
#define CSM_TYPE_PAGE_SIDEBAR (csm_page_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (CsmPageSidebar, csm_page_sidebar, CSM, PAGE_SIDEBAR, AdwBin)

void csm_page_sidebar_attach (AdwPreferencesWindow *window);

G_END_DECLS
