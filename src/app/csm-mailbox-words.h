/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

gboolean    csm_mailbox_is_address  (const char *text);
char       *csm_mailbox_guess_name  (const char *address);
char       *csm_mailbox_say_found   (JsonObject *candidate,
                                     const char *address);
char       *csm_mailbox_say_choice  (JsonObject *candidate);
char       *csm_mailbox_mark_links  (const char *text);

G_END_DECLS
