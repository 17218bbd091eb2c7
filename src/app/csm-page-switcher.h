/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * Chooses the page of a view stack: where there is little room, only the one that is shown has its name written out, or none; the
 * others have it as their tooltip. With a single page there is nothing to choose.
 *
 * Property: "stack" (AdwViewStack).
 */
#define CSM_TYPE_PAGE_SWITCHER (csm_page_switcher_get_type ())
G_DECLARE_FINAL_TYPE (CsmPageSwitcher, csm_page_switcher, CSM, PAGE_SWITCHER, AdwBin)

G_END_DECLS
