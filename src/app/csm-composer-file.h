/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * A file that goes along with what is being written. It takes itself over, with or without a connection, and is opened by a click.
 * Signals: "uploaded" () when it is ready, and "removed" () when a person takes it out or that failed.
 */
#define CSM_TYPE_COMPOSER_FILE (csm_composer_file_get_type ())
G_DECLARE_FINAL_TYPE (CsmComposerFile, csm_composer_file, CSM, COMPOSER_FILE, AdwBin)

GtkWidget  *csm_composer_file_new            (CsmWorkbench    *workbench,
                                              GFile           *file);
GtkWidget  *csm_composer_file_new_ready      (CsmWorkbench    *workbench,
                                              JsonObject      *attachment);
JsonObject *csm_composer_file_get_attachment (CsmComposerFile *self);
const char *csm_composer_file_get_key        (CsmComposerFile *self);
void        csm_composer_file_set_key        (CsmComposerFile *self,
                                              const char      *key);
gboolean    csm_composer_file_is_same        (JsonObject      *a,
                                              JsonObject      *b);

G_END_DECLS
