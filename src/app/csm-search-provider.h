/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-account.h"

G_BEGIN_DECLS

/*
 * Customers and cases for the desktop's own search (org.gnome.Shell.SearchProvider2), read from what is on this computer:
 * it needs neither a window nor a network.
 *
 * Signals:
 *  "asked" (): the desktop searches, and will go on
 *  "open" (const char *uri): a link to what was chosen, or to the search in the window
 */
#define CSM_TYPE_SEARCH_PROVIDER (csm_search_provider_get_type ())
G_DECLARE_FINAL_TYPE (CsmSearchProvider, csm_search_provider, CSM, SEARCH_PROVIDER, GObject)

CsmSearchProvider *csm_search_provider_new         (void);
gboolean           csm_search_provider_export      (CsmSearchProvider *self,
                                                    GDBusConnection   *bus,
                                                    const char        *path,
                                                    GError           **error);
void               csm_search_provider_unexport    (CsmSearchProvider *self);
void               csm_search_provider_set_account (CsmSearchProvider *self,
                                                    CsmAccount        *account);

G_END_DECLS
