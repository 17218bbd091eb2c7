/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define FAKE_TYPE_RESOLVER (fake_resolver_get_type ())
G_DECLARE_FINAL_TYPE (FakeResolver, fake_resolver, FAKE, RESOLVER, GResolver)

/*
 * A name system that knows what it is told and nothing else: no test asks a real one. It takes the default one's place until
 * the last reference is dropped by fake_resolver_free().
 */
FakeResolver *fake_resolver_new         (void);
void          fake_resolver_free        (FakeResolver *self);
/* Each call adds one. */
void          fake_resolver_add_address (FakeResolver *self,
                                         const char   *name,
                                         const char   *address);
void          fake_resolver_add_service (FakeResolver *self,
                                         const char   *name,
                                         const char   *host,
                                         guint16       port);
void          fake_resolver_add_mx      (FakeResolver *self,
                                         const char   *domain,
                                         guint16       preference,
                                         const char   *host);
/* Nothing is answered until somebody cancels. */
void          fake_resolver_hang        (FakeResolver *self);
/* What was asked for so far. */
guint         fake_resolver_n_asked     (FakeResolver *self);

G_END_DECLS
