/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What is known of common mail providers: data/mail-providers.json. Not changed once it is made. */
typedef struct _CsmMailProviders CsmMailProviders;

CsmMailProviders *csm_mail_providers_new     (GError                 **error);
void              csm_mail_providers_free    (CsmMailProviders        *self);
JsonObject       *csm_mail_providers_find    (const CsmMailProviders  *self,
                                              const char              *domain);
JsonObject       *csm_mail_providers_find_mx (const CsmMailProviders  *self,
                                              const char              *exchanger);
JsonObject       *csm_mail_providers_find_host (const CsmMailProviders *self,
                                                const char             *host);
JsonObject       *csm_mail_provider_offer    (JsonObject              *provider,
                                              const char              *address,
                                              const char              *exchanger);
gboolean          csm_mail_provider_fill_grant (JsonObject            *json,
                                                const char            *host,
                                                GError               **error);
char             *csm_mail_provider_help     (JsonObject              *provider);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmMailProviders, csm_mail_providers_free)

G_END_DECLS
