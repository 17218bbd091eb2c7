/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CsmAction:
 *
 * What somebody may or may not do, by their role. Whether one is the author, the reviewer who was asked, or the person
 * themselves is looked at beside this, by who knows the record.
 */
typedef enum
{
  /* The work on a case */
  CSM_ACTION_WORK_CASES,
  CSM_ACTION_WRITE_COMMENTS,
  CSM_ACTION_WRITE_SHARED_COMMENTS,
  CSM_ACTION_MARK_SEEN,
  CSM_ACTION_WRITE_TASKS,
  CSM_ACTION_WRITE_DRAFTS,
  CSM_ACTION_REVIEW,
  CSM_ACTION_REVIEW_FOR_OTHERS,      /* though somebody else was asked */
  CSM_ACTION_SEND,
  CSM_ACTION_SEND_UNREVIEWED,        /* where a channel asks for a review */
  CSM_ACTION_DECIDE_SENDS_OF_OTHERS, /* take back, send again, "it arrived" */
  CSM_ACTION_MERGE_CASES,
  CSM_ACTION_SHARE_CASES,            /* with the guests of a partner who is there already */
  CSM_ACTION_INVITE_GUESTS,
  CSM_ACTION_REMOVE_GUESTS,
  CSM_ACTION_UNSUBSCRIBE,
  CSM_ACTION_EXPORT_HISTORY,
  /* Customers */
  CSM_ACTION_WRITE_CUSTOMERS,
  CSM_ACTION_MERGE_CUSTOMERS,
  CSM_ACTION_BLOCK_SENDERS,
  /* What is known */
  CSM_ACTION_WRITE_TEXTS,            /* snippets, articles of one's own, templates */
  CSM_ACTION_CHANGE_ARTICLES_OF_OTHERS,
  CSM_ACTION_DESTROY_TEXTS,
  CSM_ACTION_WRITE_TAGS,
  CSM_ACTION_DESTROY_TAGS,
  /* The team */
  CSM_ACTION_CHANGE_PROFILE,         /* one's own */
  CSM_ACTION_CHANGE_ACCOUNT,         /* one's own password and devices */
  CSM_ACTION_CHANGE_PEOPLE,          /* others' teams, expertise and times away */
  CSM_ACTION_WRITE_TEAMS,
  CSM_ACTION_SEE_WORKLOAD,
  CSM_ACTION_WRITE_SERVICE_LEVELS,   /* and calendars */
  /* The workspace */
  CSM_ACTION_ADD_PEOPLE,
  CSM_ACTION_CHANGE_ROLES,           /* and names, addresses and who may sign in */
  CSM_ACTION_WRITE_RULES,            /* where incoming mail goes */
  CSM_ACTION_RETRY_MAILBOXES,
  CSM_ACTION_CHANGE_CHANNELS,        /* and the mailboxes behind them */
  CSM_ACTION_CHANGE_WORKSPACE,       /* in which zone its mornings are */
  CSM_N_ACTIONS,
} CsmAction;

gboolean    csm_role_may      (const char *role,
                               CsmAction   action);
const char *csm_role_describe (CsmAction   action);
const char *csm_role_why_not  (CsmAction   action,
                               const char *role);
const char *csm_role_name     (const char *role);

extern const char *const csm_roles[];

G_END_DECLS
