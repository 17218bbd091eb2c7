/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Recipients as people write them: "Name <address>, address, …". A name in which a comma stands is in quotes. Lists are [{name, address}]. */
char      *csm_recipients_write (JsonArray  *list);
char      *csm_recipients_write_one (const char *name,
                                     const char *address);
JsonArray *csm_recipients_read  (const char *text);
void       csm_recipients_at    (const char *text,
                                 gsize       cursor,
                                 gsize      *start,
                                 gsize      *end);
char      *csm_recipients_paste (const char *text,
                                 gssize      length);

G_END_DECLS
