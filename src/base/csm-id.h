/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A letter for the record type and a ULID: "c01J9ZK3V7XQ6T8R5M2N4P0W1YB". */
#define CSM_ID_LENGTH 27

char     *csm_id_new         (char        letter);
char     *csm_id_new_at      (char        letter,
                              gint64      time_us);
char     *csm_id_with_letter (const char *id,
                              char        letter);
gboolean  csm_id_is_valid    (const char *id,
                              char        letter);

G_END_DECLS
