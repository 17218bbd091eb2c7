/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

#include "csm-store.h"

G_BEGIN_DECLS

typedef struct
{
  char *id;
  char *account_id; /* the personal account's */
  char *email;
  char *password;
  char *token;      /* of a device that is signed in */
} CsmTestPerson;

/* A data directory with an admin, a lead and an agent, a team, a tag, a channel that sends, one that can't, and cases with a mail each. */
typedef struct
{
  char         *base;          /* a temporary folder */
  char         *directory;     /* the data directory in it */
  char         *workspace_id;  /* the account's id on the wire */
  CsmTestPerson admin;
  CsmTestPerson lead;
  CsmTestPerson agent;
  char         *team;
  char         *tag;
  char         *channel;
  char         *silent_channel;
  GPtrArray    *cases;         /* (element-type utf8) ids, oldest first */
  GPtrArray    *messages;      /* (element-type utf8) the mail of each */
  char         *raw_blob_id;   /* that the messages name */
} CsmTestWorkspace;

CsmTestWorkspace *csm_test_workspace_new  (guint             n_cases);
void              csm_test_workspace_free (CsmTestWorkspace *self);
/* Runs @func in one write transaction of the database, in this process, beside a server or without one. */
void              csm_test_workspace_run  (CsmTestWorkspace *self,
                                           CsmStoreFunc      func,
                                           gpointer          input);

/* JSON with ' for ". */
char             *csm_test_text           (const char       *format,
                                           ...) G_GNUC_PRINTF (1, 2);
JsonObject       *csm_test_json           (const char       *format,
                                           ...) G_GNUC_PRINTF (1, 2);
void              csm_test_remove_tree    (const char       *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmTestWorkspace, csm_test_workspace_free)

G_END_DECLS
