/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-desk.h"
#include "csm-intake.h"
#include "csm-store.h"

G_BEGIN_DECLS

#define DESK_TEST_ADDRESS "support@fernweh.example.com"

/* A workspace with three colleagues, a team, a tag and a mailbox that can send. */
typedef struct
{
  char         *directory;
  CsmStore     *store;
  char         *channel;
  char         *team;
  char         *tag;
  CsmPrincipal *admin;
  CsmPrincipal *lead;
  CsmPrincipal *agent;
  gint64        clock;   /* receipt of the next mail, µs; a minute later each */
  gboolean      history;
  gboolean      sent;    /* the next mail is from the folder of sent mail */
} Desk;

/* One test: runs inside one write transaction. */
typedef void (*DeskTest) (Desk *desk, CsmTxn *txn);

void        desk_test_add       (const char  *path,
                                 DeskTest     test);

/* A test in two transactions, between which something in the database breaks; csm_txn_check() has to find it. */
typedef struct
{
  DeskTest    before;
  const char *sql;
  DeskTest    after;
  const char *finding;
} DeskDamage;
void        desk_test_add_damaged (const char       *path,
                                   const DeskDamage *damage);
void        desk_test_remove    (const char  *path);
/* JSON with ' for ". */
JsonObject *desk_test_json      (const char  *format,
                                 ...) G_GNUC_PRINTF (1, 2);
/* Takes a mail in; what @fields leaves out is filled in. The message's id. */
char       *desk_test_take      (Desk        *desk,
                                 CsmTxn      *txn,
                                 const char  *fields);
/* Likewise, from outside to the mailbox, with these ids. */
char       *desk_test_mail      (Desk        *desk,
                                 CsmTxn      *txn,
                                 const char  *from,
                                 const char  *rfc_id,
                                 const char  *in_reply_to);
char       *desk_test_insert    (CsmTxn      *txn,
                                 CsmTypeId    type,
                                 JsonObject  *record);
JsonObject *desk_test_get       (CsmTxn      *txn,
                                 CsmTypeId    type,
                                 const char  *id);
/* The case of a message. */
JsonObject *desk_test_case_of   (CsmTxn      *txn,
                                 const char  *message_id);
char       *desk_test_text      (CsmTxn      *txn,
                                 CsmTypeId    type,
                                 const char  *id,
                                 const char  *member);
/* What csm_desk_create and csm_desk_update say: -1 is success, else a CsmDeskError. */
int         desk_test_create    (CsmTxn             *txn,
                                 const CsmPrincipal *who,
                                 CsmTypeId           type,
                                 const char         *id,
                                 JsonObject         *record);
int         desk_test_patch     (CsmTxn             *txn,
                                 const CsmPrincipal *who,
                                 CsmTypeId           type,
                                 const char         *id,
                                 JsonObject         *patch);
/* Who wrote the reply @id, if its case says that somebody has to say what becomes of it; otherwise NULL. */
char       *desk_test_undecided (CsmTxn      *txn,
                                 const char  *case_id,
                                 const char  *id);
guint       desk_test_count     (CsmTxn      *txn,
                                 CsmTypeId    type,
                                 const char  *property,
                                 const char  *value);
guint       desk_test_events    (CsmTxn      *txn,
                                 const char  *case_id,
                                 const char  *kind);

#define desk_assert_text(txn, type, id, member, expected) \
  do { g_autofree char *text_ = desk_test_text (txn, type, id, member); g_assert_cmpstr (text_, ==, expected); } while (0)
#define desk_assert_undecided(txn, case_id, id, expected) \
  do { g_autofree char *by_ = desk_test_undecided (txn, case_id, id); g_assert_cmpstr (by_, ==, expected); } while (0)
#define desk_assert_case(txn, message, member, expected) \
  do { g_autoptr (JsonObject) c_ = desk_test_case_of (txn, message); g_assert_cmpstr (csm_json_get_string (c_, member), ==, expected); } while (0)

G_END_DECLS
