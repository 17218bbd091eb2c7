/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * What a pane shows until it has read what it is for: nothing at first, since that takes no time as a rule, a spinner
 * when it does, and when it can't be read, that. Signal "again" (): somebody wants it to be tried once more.
 */
#define CSM_TYPE_LOAD_PAGE (csm_load_page_get_type ())
G_DECLARE_FINAL_TYPE (CsmLoadPage, csm_load_page, CSM, LOAD_PAGE, AdwBin)

void     csm_load_page_set_failed (CsmLoadPage *self,
                                   gboolean     failed);
gboolean csm_load_page_is_busy    (CsmLoadPage *self);

G_END_DECLS
