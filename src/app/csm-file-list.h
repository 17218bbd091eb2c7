/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-composer-file.h"

G_BEGIN_DECLS

/*
 * The files that go along with what is being written: chips, and the chooser that adds to them. Invisible while there
 * are none. Signals: "changed" (): one came, went, or is ready to go; "remove-shared" (const char *key): a person
 * wants to take out one of a shared draft.
 */
#define CSM_TYPE_FILE_LIST (csm_file_list_get_type ())
G_DECLARE_FINAL_TYPE (CsmFileList, csm_file_list, CSM, FILE_LIST, AdwBin)

void       csm_file_list_set_workbench    (CsmFileList  *self,
                                           CsmWorkbench *workbench);
void       csm_file_list_choose           (CsmFileList  *self);
GtkWidget *csm_file_list_add              (CsmFileList  *self,
                                           GFile        *file);
void       csm_file_list_add_attachments  (CsmFileList  *self,
                                           JsonArray    *attachments);
gboolean   csm_file_list_is_empty         (CsmFileList  *self);
gboolean   csm_file_list_is_ready         (CsmFileList  *self);
JsonArray *csm_file_list_dup_attachments  (CsmFileList  *self);
void       csm_file_list_show_shared      (CsmFileList  *self,
                                           JsonObject   *files);
CsmComposerFile *csm_file_list_find_unshared (CsmFileList *self);
void       csm_file_list_unshare          (CsmFileList  *self,
                                           const char   *key);
GPtrArray *csm_file_list_list_shared      (CsmFileList  *self);
GPtrArray *csm_file_list_take_files       (CsmFileList  *self);
void       csm_file_list_give_files       (CsmFileList  *self,
                                           GPtrArray    *files);

G_END_DECLS
