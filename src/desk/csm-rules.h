/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-desk.h"
#include "csm-role.h"

G_BEGIN_DECLS

/* The parts of csm-desk.h, one file each. All take what csm_desk_create() and its like take. */

gboolean csm_rules_refuse        (GError            **error,
                                  CsmDeskError        code,
                                  const char         *message);
gboolean csm_rules_need          (CsmTxn             *txn,
                                  CsmTypeId           type,
                                  JsonObject         *record,
                                  const char         *property,
                                  GError            **error);
gboolean csm_rules_need_keys     (CsmTxn             *txn,
                                  CsmTypeId           type,
                                  JsonObject         *record,
                                  const char         *property,
                                  GError            **error);
gboolean csm_rules_need_staff    (CsmTxn             *txn,
                                  JsonObject         *record,
                                  const char         *property,
                                  GError            **error);
gboolean csm_rules_need_blobs    (CsmTxn             *txn,
                                  const CsmPrincipal *who,
                                  JsonObject         *record,
                                  GError            **error);
gboolean csm_rules_may           (const CsmPrincipal *who,
                                  CsmAction           action,
                                  GError            **error);
gboolean csm_rules_check_partners (CsmTxn            *txn,
                                  JsonObject         *record,
                                  GError            **error);

gboolean csm_case_rules_create   (CsmTxn *txn, const CsmPrincipal *who, const char *id, JsonObject *record, GError **error);
gboolean csm_case_rules_update   (CsmTxn *txn, const CsmPrincipal *who, JsonObject *before, JsonObject *after, const char *record_id, GError **error);
gboolean csm_case_rules_touch    (CsmTxn *txn, const CsmPrincipal *who, const char *case_id, gint64 now, JsonObject *mentions, const char *record_id, GError **error);
gboolean csm_case_rules_note     (CsmTxn *txn, const CsmPrincipal *who, const char *case_id, const char *person_id, const char *record_id, GError **error);
gboolean csm_case_work_prepare   (CsmTxn *txn, const CsmPrincipal *who, JsonObject *before, JsonObject *after, gint64 now, GError **error);
gboolean csm_case_work_follow    (CsmTxn *txn, const CsmPrincipal *who, JsonObject *before, JsonObject *after, GError **error);
gboolean csm_conversation_rules_create (CsmTxn *txn, const CsmPrincipal *who, const char *id, JsonObject *record, GError **error);
gboolean csm_conversation_rules_update (CsmTxn *txn, const CsmPrincipal *who, JsonObject *before, JsonObject *after, GError **error);

gboolean csm_comment_rules_create (CsmTxn *txn, const CsmPrincipal *who, const char *id, JsonObject *record, GError **error);
gboolean csm_comment_rules_update (CsmTxn *txn, const CsmPrincipal *who, JsonObject *before, JsonObject *after, GError **error);

gboolean csm_shared_comment_rules_create (CsmTxn *txn, const CsmPrincipal *who, const char *id, JsonObject *record, GError **error);
gboolean csm_shared_comment_rules_update (CsmTxn *txn, const CsmPrincipal *who, JsonObject *before, JsonObject *after, GError **error);

gboolean csm_submission_rules_create (CsmTxn *txn, const CsmPrincipal *who, const char *id, JsonObject *record, GError **error);
gboolean csm_submission_rules_update (CsmTxn *txn, const CsmPrincipal *who, JsonObject *before, JsonObject *after, GError **error);

gboolean csm_directory_rules_create  (CsmTxn *txn, const CsmPrincipal *who, const CsmRecordType *type, const char *id, JsonObject *record, GError **error);
gboolean csm_directory_rules_update  (CsmTxn *txn, const CsmPrincipal *who, const CsmRecordType *type, JsonObject *before, JsonObject *after, GError **error);
gboolean csm_directory_rules_destroy (CsmTxn *txn, const CsmPrincipal *who, const CsmRecordType *type, const char *id, GError **error);

gboolean csm_task_rules_create    (CsmTxn *txn, const CsmPrincipal *who, const char *id, JsonObject *record, GError **error);
gboolean csm_task_rules_update    (CsmTxn *txn, const CsmPrincipal *who, JsonObject *before, JsonObject *after, GError **error);
gboolean csm_task_rules_destroy   (CsmTxn *txn, const CsmPrincipal *who, const char *id, GError **error);

gboolean csm_draft_rules_create   (CsmTxn *txn, const CsmPrincipal *who, const char *id, JsonObject *record, GError **error);
gboolean csm_draft_rules_update   (CsmTxn *txn, const CsmPrincipal *who, JsonObject *before, JsonObject *after, GError **error);

gboolean csm_snippet_rules_create  (CsmTxn *txn, const CsmPrincipal *who, const char *id, JsonObject *record, GError **error);
gboolean csm_snippet_rules_update  (CsmTxn *txn, const CsmPrincipal *who, JsonObject *before, JsonObject *after, GError **error);
gboolean csm_snippet_rules_destroy (CsmTxn *txn, const CsmPrincipal *who, const char *id, GError **error);
gboolean csm_article_rules_create  (CsmTxn *txn, const CsmPrincipal *who, const char *id, JsonObject *record, GError **error);
gboolean csm_article_rules_update  (CsmTxn *txn, const CsmPrincipal *who, JsonObject *before, JsonObject *after, GError **error);
gboolean csm_article_rules_destroy (CsmTxn *txn, const CsmPrincipal *who, const char *id, GError **error);
gboolean csm_template_rules_create  (CsmTxn *txn, const CsmPrincipal *who, const char *id, JsonObject *record, GError **error);
gboolean csm_template_rules_update  (CsmTxn *txn, const CsmPrincipal *who, JsonObject *before, JsonObject *after, GError **error);
gboolean csm_template_rules_destroy (CsmTxn *txn, const CsmPrincipal *who, const char *id, GError **error);
gboolean csm_text_rules_count        (CsmTxn *txn, JsonObject *submission, GError **error);
gboolean csm_template_rules_note_case (CsmTxn *txn, JsonObject *before, JsonObject *after, GError **error);

gboolean csm_rule_rules_create  (CsmTxn *txn, const CsmPrincipal *who, const char *id, JsonObject *record, GError **error);
gboolean csm_rule_rules_update  (CsmTxn *txn, const CsmPrincipal *who, JsonObject *before, JsonObject *after, GError **error);
gboolean csm_rule_rules_destroy (CsmTxn *txn, const CsmPrincipal *who, const char *id, GError **error);

gboolean csm_calendar_rules_create  (CsmTxn *txn, const CsmPrincipal *who, const char *id, JsonObject *record, GError **error);
gboolean csm_calendar_rules_update  (CsmTxn *txn, const CsmPrincipal *who, JsonObject *before, JsonObject *after, GError **error);
gboolean csm_calendar_rules_destroy (CsmTxn *txn, const CsmPrincipal *who, const char *id, GError **error);

gboolean csm_service_level_rules_create  (CsmTxn *txn, const CsmPrincipal *who, const char *id, JsonObject *record, GError **error);
gboolean csm_service_level_rules_update  (CsmTxn *txn, const CsmPrincipal *who, JsonObject *before, JsonObject *after, GError **error);
gboolean csm_service_level_rules_destroy (CsmTxn *txn, const CsmPrincipal *who, const char *id, GError **error);

gboolean csm_seen_rules_create  (CsmTxn *txn, const CsmPrincipal *who, gint64 account, const char *id, JsonObject *record, GError **error);
gboolean csm_seen_rules_update  (CsmTxn *txn, const CsmPrincipal *who, gint64 account, JsonObject *before, JsonObject *after, GError **error);
gboolean csm_seen_rules_destroy (CsmTxn *txn, const CsmPrincipal *who, gint64 account, const char *id, GError **error);

gboolean csm_view_rules_create  (CsmTxn *txn, const CsmPrincipal *who, gint64 account, const char *id, JsonObject *record, GError **error);
gboolean csm_view_rules_update  (CsmTxn *txn, const CsmPrincipal *who, gint64 account, JsonObject *before, JsonObject *after, GError **error);
gboolean csm_view_rules_destroy (CsmTxn *txn, const CsmPrincipal *who, gint64 account, const char *id, GError **error);

G_END_DECLS
