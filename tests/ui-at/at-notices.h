/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a desktop does with notifications: somebody is told, on the bus of theirs. */
typedef struct _AtNotices AtNotices;

AtNotices  *at_notices_new   (const char *bus_address);
void        at_notices_free  (AtNotices  *self);
/* Whether one has come whose title or text has @text in it. */
gboolean    at_notices_heard (AtNotices  *self,
                              const char *text);

G_END_DECLS
