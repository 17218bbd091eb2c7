/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-store.h"

G_BEGIN_DECLS

/* A workspace with one colleague and a mailbox. */
typedef struct
{
  char     *base;      /* a folder for the test's files */
  CsmStore *store;
  char     *channel;
  char     *person;
} Workspace;

void        workspace_set_up     (Workspace      *self,
                                  gconstpointer   data);
void        workspace_tear_down  (Workspace      *self,
                                  gconstpointer   data);
/* A file below the folder; the path. */
char       *workspace_write      (Workspace      *self,
                                  const char     *name,
                                  const char     *text);
void        workspace_set_command (Workspace     *self,
                                   const char    *command);
JsonObject *workspace_get        (Workspace      *self,
                                  CsmTypeId       type,
                                  const char     *id);
GPtrArray  *workspace_ids        (Workspace      *self,
                                  CsmTypeId       type,
                                  const char     *property,
                                  const char     *value);
guint       workspace_count      (Workspace      *self,
                                  CsmTypeId       type);
void        workspace_add        (Workspace      *self,
                                  CsmTypeId       type,
                                  const char     *id,
                                  JsonObject     *record);
/* `casement-server check` would find nothing. */
void        workspace_assert_clean (Workspace    *self);
/* JSON with ' for ". */
JsonObject *channel_test_json    (const char     *format,
                                  ...) G_GNUC_PRINTF (1, 2);
const char *channel_test_reader  (void);

G_END_DECLS
