/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * The one place where triage becomes operations: buttons, keys, menus and popovers all come here. @case_ids is a
 * NULL-terminated list; each call is one intent with one undo, said in one toast. Of several cases those are left as they
 * are that it changes nothing of, or that it isn't allowed for.
 */
void csm_triage_assign       (CsmWorkbench *workbench, const char * const *case_ids, const char *person_id); /* NULL: nobody */
void csm_triage_move         (CsmWorkbench *workbench, const char * const *case_ids, const char *team_id);   /* NULL: no team */
void csm_triage_set_tag      (CsmWorkbench *workbench, const char * const *case_ids, const char *tag_id, gboolean on);
void csm_triage_new_tag      (CsmWorkbench *workbench, const char * const *case_ids, const char *name, const char *color);
void csm_triage_set_status   (CsmWorkbench *workbench, const char * const *case_ids, const char *status);    /* open, waiting, resolved */
void csm_triage_snooze       (CsmWorkbench *workbench, const char * const *case_ids, gint64 until);          /* µs */
void csm_triage_set_priority (CsmWorkbench *workbench, const char * const *case_ids, const char *priority);  /* low, normal, high, urgent */
void csm_triage_set_lane     (CsmWorkbench *workbench, const char * const *case_ids, const char *lane);      /* conversation: "belongs in the inbox" */
void csm_triage_mark_seen    (CsmWorkbench *workbench, const char *case_id, gint64 up_to);                   /* silent, no undo */
void csm_triage_mark_unseen  (CsmWorkbench *workbench, const char * const *case_ids);
void csm_triage_mark_read    (CsmWorkbench *workbench, const char * const *case_ids);

void csm_triage_spam          (CsmWorkbench       *workbench,
                               const char * const *case_ids);
void csm_triage_not_spam      (CsmWorkbench       *workbench,
                               const char * const *case_ids);
void csm_triage_block         (CsmWorkbench       *workbench,
                               const char * const *case_ids);
gboolean csm_triage_can_block (CsmWorkbench       *workbench);

G_END_DECLS
