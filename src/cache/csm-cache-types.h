/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>
#include "csm-record-type.h"

G_BEGIN_DECLS

typedef enum
{
  CSM_VIEW_INBOX,       /* lane conversation, status new or open */
  CSM_VIEW_MINE,        /* owner is me; not resolved, closed or snoozed */
  CSM_VIEW_UNASSIGNED,  /* inbox without owner */
  CSM_VIEW_MENTIONS,    /* a comment mentions me; newest mention first */
  CSM_VIEW_WAITING,
  CSM_VIEW_SNOOZED,
  CSM_VIEW_RESOLVED,    /* resolved or closed */
  CSM_VIEW_OTHER_MAIL,  /* lanes notification, newsletter, bounce, automatic, checking */
  CSM_VIEW_SPAM,        /* lane spam, which the views above leave out, but for mentions */
  CSM_VIEW_TEAM,        /* `key`: the team's id; not resolved, closed, snoozed */
  CSM_VIEW_TAG,         /* `key`: the tag's id */
  CSM_VIEW_SEARCH,      /* `key`: what was typed; over all local cases, newest first */
  CSM_VIEW_LATE,        /* a promise's time is over, by this computer's clock; the longest overdue first */
  CSM_VIEW_DUE_SOON,    /* a promise's time is nearly over; the nearest first */
  CSM_VIEW_RECENT,      /* what was looked at on this computer lately, the latest first */
} CsmViewKind;

typedef enum
{
  CSM_ORDER_NEWEST,   /* as the view has it: newest activity first, but for mentions, late and due soon */
  CSM_ORDER_OLDEST,   /* longest without activity first */
  CSM_ORDER_DUE,      /* by the promise whose time runs, else by the due date; those without last, newest first */
  CSM_ORDER_WAITING,  /* new and open ones by the customer's first message that nobody has answered; the others last */
  CSM_ORDER_CUSTOMER, /* by the customer's name, each customer's newest first */
} CsmCaseOrder;

/* Made by csm_case_view_new() with the default order; set `order` for another one. */
typedef struct
{
  CsmViewKind  kind;
  char        *key;
  CsmCaseOrder order;
} CsmCaseView;
CsmCaseView *csm_case_view_new  (CsmViewKind kind, const char *key);
CsmCaseView *csm_case_view_copy (const CsmCaseView *view);
void         csm_case_view_free (CsmCaseView *view);
gboolean     csm_case_view_equal (const CsmCaseView *a, const CsmCaseView *b);

/* What a row of the case list shows. */
typedef struct
{
  gint64    rowid;
  char     *id;
  char     *subject;
  char     *preview;
  char     *customer_name;  /* falls back to the address */
  char     *owner_id;
  char     *team_id;
  char     *status;
  char     *lane;
  char     *priority;
  char    **tag_ids;
  char    **channel_ids;
  gint64    last_activity;  /* µs */
  gint64    due_at;         /* CSM_TIME_NONE: none */
  gint64    snoozed_until;
  gboolean  unread;
  gboolean  has_attachment;
  gboolean  waits;          /* something here waits to be sent */
  gboolean  parked;         /* something here needs a person's decision */
  gint64    clock_at;       /* the first deadline that is running; CSM_TIME_NONE: none */
  gint64    warn_at;        /* from when on it is due soon */
  char     *clock_kind;     /* acknowledge, answer, resolve; or NULL */
} CsmCaseRow;
void csm_case_row_free (CsmCaseRow *row);

/* One run: at @position, @removed ids go and @added (from @ids + @first) come. Apply in order, emitting each. */
typedef struct
{
  guint position;
  guint removed;
  guint first;
  guint added;
} CsmListEdit;
typedef struct
{
  GArray  *ids;    /* the new list, gint64 */
  GArray  *edits;  /* CsmListEdit; NULL: too many, swap the list */
} CsmListEdits;
void          csm_list_edits_free (CsmListEdits *edits);
/* Pure: tested against a naive model. At most @max_edits runs, else `edits` is NULL. */
CsmListEdits *csm_list_edits_compute (GArray *old_ids, GArray *new_ids /* transfer full */, guint max_edits);

typedef struct
{
  guint       inbox, mine, unassigned, mentions, waiting, snoozed, other_mail; /* mentions: unread ones */
  guint       late, due_soon;
  guint       my_tasks; /* mine that are still to be done */
  GHashTable *teams; /* id → GUINT_TO_POINTER: open cases */
  GHashTable *tags;
} CsmViewCounts;
void csm_view_counts_free (CsmViewCounts *counts);

typedef enum
{
  CSM_ENTRY_MESSAGE,     /* record: Message */
  CSM_ENTRY_SUBMISSION,  /* record: Submission that has no message yet (undo window, waiting offline, parked) */
  CSM_ENTRY_EVENT,       /* record: Event */
} CsmEntryKind;
typedef struct
{
  CsmEntryKind kind;
  gint64       at;        /* µs */
  JsonObject  *record;
  gboolean     waits;     /* in the outbox */
  char        *problem;   /* a parked operation's error type ("caseMoved", …), or NULL */
  gint64       op_seq;    /* the waiting operation, or 0 */
  gint64       doubtful;  /* the group of a parked operation that may have arrived, or 0 */
} CsmTimelineEntry;

typedef struct
{
  JsonObject *record;         /* the Case; NULL: unknown here */
  JsonObject *customer;       /* or NULL */
  GPtrArray  *conversations;  /* JsonObject */
  GPtrArray  *timeline;       /* CsmTimelineEntry, oldest first */
  gboolean    has_older;
  GPtrArray  *comments;       /* CsmTimelineEntry with Comment records, oldest first; all of them */
  GPtrArray  *other_cases;    /* CsmCaseRow: the customer's other cases, newest first */
  GPtrArray  *tasks;          /* JsonObject: Tasks in their order, done and skipped ones among them */
  GPtrArray  *drafts;         /* JsonObject: the shared Draft of each conversation that has one */
  GPtrArray  *shared_comments; /* CsmTimelineEntry with SharedComment records, oldest first; those of all partners */
  GPtrArray  *merged;         /* CsmCaseRow: the cases that were merged into this one (its own `mergedIntoId` tells where it went) */
  GPtrArray  *related;        /* CsmCaseRow: those that `relatedCaseIds` names; of merged ones the survivor */
  gint64      seen_up_to;     /* µs, CSM_TIME_NONE: never */
  char       *draft;          /* reply text not sent yet, or NULL */
  JsonObject *draft_parts;    /* of a reply that came back to be edited: conversationId, to, cc, bcc, subject, attachments; or NULL */
  JsonObject *note_parts;     /* of a comment: attachments, mentions, inReplyTo; or NULL */
  char       *note_draft;     /* text to colleagues not posted yet, or NULL: saved under the case's id with the letter n */
  char       *newest_message_id; /* what a reply is basedOn: newest customer or colleague message here */
  gboolean    pinned;         /* is kept on this computer, whatever the budget */
  gboolean    resident;       /* FALSE: its messages are not all on this computer; the comments always are */
  gboolean    behind;         /* resident, but its newest messages are still to be fetched */
} CsmCaseDetail;
void csm_case_detail_free (CsmCaseDetail *detail);

/* What is on this computer. */
typedef struct
{
  guint64 bytes;             /* all of it, attachments included */
  guint64 attachment_bytes;
  guint   n_cases;
  guint   n_resident_cases;  /* with all their messages */
  guint   n_messages;
} CsmCacheSize;

/* A record that was on the server before it was restored from a backup, and is not any more; it is held here in full. */
typedef struct
{
  CsmTypeId type;
  char     *id;
  char     *title;       /* subject, name, or the beginning of the text */
  gint64    at;          /* µs; CSM_TIME_NONE: unknown */
  gboolean  restorable;  /* FALSE: no person can make such a record (mails that came or went, history, somebody else's words) */
} CsmLostRecord;
void csm_lost_record_free (CsmLostRecord *lost);

typedef struct
{
  char      *workspace_name;
  char      *my_id;        /* the signed-in person */
  GPtrArray *people;       /* JsonObject, by name: colleagues */
  GPtrArray *guests;
  GPtrArray *teams;        /* of colleagues */
  GPtrArray *partners;     /* the guests' teams */
  GPtrArray *tags;
  GPtrArray *channels;
  GPtrArray *rules;          /* into which lane mail goes, and who is blocked */
  GPtrArray *service_levels; /* by position */
  GPtrArray *calendars;
  GPtrArray *snippets;       /* these by title */
  GPtrArray *templates;
  GPtrArray *articles;
  GPtrArray *views;          /* my searches, in my order */
} CsmDirectory;
void        csm_directory_free   (CsmDirectory *directory);
JsonObject *csm_directory_lookup (CsmDirectory *directory, const char *id); /* any of these, or NULL */
const char *csm_directory_name   (CsmDirectory *directory, const char *id); /* its name or title, or NULL */

/* A task in a list over all cases. */
typedef struct
{
  JsonObject *task;
  char       *case_id;
  char       *case_subject;   /* or NULL: the case is not here */
  char       *customer_name;  /* or NULL */
} CsmTaskRow;
void csm_task_row_free (CsmTaskRow *row);

/* Somebody who may know, and why. */
typedef struct
{
  char      *person_id;
  double     score;      /* only to be compared */
  GPtrArray *cases;      /* CsmCaseRow, at most 3: cases like this one that they worked in */
  char     **expertise;  /* words of their expertise that this case has, too */
  char     **tag_ids;    /* tags of this case that cases have which they solved */
} CsmPersonHint;
void csm_person_hint_free (CsmPersonHint *hint);

typedef struct
{
  char   *template_id;
  double  score;
  char  **words;    /* that both have */
  char  **tag_ids;
} CsmTemplateHint;
void csm_template_hint_free (CsmTemplateHint *hint);

typedef struct
{
  CsmTypeId type;   /* Snippet or Article */
  char     *id;
  char     *title;
  double    score;
  char    **words;  /* that it has, and what the customer wrote, or what is typed */
} CsmTextHint;
void csm_text_hint_free (CsmTextHint *hint);

/* A customer who was looked for. */
typedef struct
{
  char *id;
  char *name;     /* or NULL */
  char *address;  /* or NULL */
  char *case_id;  /* the newest; NULL: none that lists show */
  guint n_cases;
} CsmCustomerHit;
void csm_customer_hit_free (CsmCustomerHit *hit);

/* What one person has to do. */
typedef struct
{
  char *person_id;  /* NULL: nobody's */
  guint open;       /* new and open ones */
  guint waiting;
  guint late;
  guint tasks;
} CsmWorkload;
void csm_workload_free (CsmWorkload *workload);

/* What one thing a person did becomes: one or more operations that are undone together. */
typedef struct _CsmIntent CsmIntent;
CsmIntent *csm_intent_new     (const char *label);                                  /* for the outbox page: "Assign" */
char      *csm_intent_create  (CsmIntent *self, CsmTypeId type, JsonObject *record); /* full; the new id (in `id` when given), (transfer full) */
void       csm_intent_update  (CsmIntent *self, CsmTypeId type, const char *id, JsonObject *patch); /* full */
void       csm_intent_destroy (CsmIntent *self, CsmTypeId type, const char *id);
void       csm_intent_free    (CsmIntent *self);

typedef enum { CSM_OP_WAITING, CSM_OP_SENDING, CSM_OP_PARKED } CsmOpState;
/* A file that is not on the server yet: this and its SHA-256, as the blobId of an attachment */
#define CSM_LOCAL_BLOB_PREFIX "local-"

typedef enum
{
  CSM_OP_RETRY,            /* the same again */
  CSM_OP_RETRY_CONFIRMED,  /* send it anyway; keep mine: on top of the world as it is now */
  CSM_OP_DROP,             /* discard; keep theirs */
} CsmOpDecision;

/* Somebody else changed what this would change, too. */
typedef struct
{
  char     *property;
  JsonNode *before;   /* what the person saw */
  JsonNode *mine;
  JsonNode *theirs;   /* what it is now */
} CsmConflictValue;
typedef struct
{
  gint64      seq;
  gint64      group;
  char       *op_id;
  char       *label;
  char       *kind;       /* create, update, destroy */
  CsmTypeId   type;
  char       *record_id;
  char       *case_id;    /* the lane; NULL: none */
  JsonObject *payload;
  CsmOpState  state;
  int         tries;      /* how often the server answered with `error`; the network's failures don't count */
  int         sends;      /* how often it left: it may have arrived */
  gint64      not_before;
  gint64      created;
  char       *error;      /* type: the server's, or one of ours: "stale", "unreadable", "otherPerson", "fileMissing" */
  char       *description;
  gboolean    needs_confirmation; /* parked because it is old and would reach a customer ("stale") */
  GPtrArray  *conflicts;  /* CsmConflictValue; not NULL when error is "recordMismatch" */
  char       *changed_by; /* the person who did, or answered meanwhile ("caseMoved"); NULL: unknown, or the customer */
  gint64      changed_at; /* µs; CSM_TIME_NONE: unknown */
  gint64      if_modseq;  /* for the client: the record must have this modseq; -1: whatever it has */
  gboolean    has_files;  /* for the client: it names files that were uploaded for it */
} CsmOperation;
void csm_operation_free (CsmOperation *op);

/* Whom a customer is one with. */
typedef struct
{
  GPtrArray  *merged;           /* JsonObject: the Customers who were merged into them, and into these; the latest first */
  JsonObject *survivor;         /* whom they were merged into, in the end; NULL: nobody */
  char       *survivor_case_id; /* the survivor's newest case; NULL: none */
} CsmMergedCustomers;
void csm_merged_customers_free (CsmMergedCustomers *merged);

typedef struct
{
  GHashTable *ids[CSM_N_TYPES]; /* set of ids whose view changed, or NULL */
  GHashTable *case_ids;         /* set: cases that any of it belongs to */
  GHashTable *draft_case_ids;   /* set: cases of which nothing but shared drafts changed: csm_cache_load_drafts_async() is enough; not in case_ids */
  gboolean    first[CSM_N_TYPES]; /* they come for the first time into a cache that had none of that type: what was there from the beginning */
  gboolean    all;              /* too many to name: read everything again */
} CsmChangeSet;
gboolean csm_change_set_has (const CsmChangeSet *set, CsmTypeId type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmCaseView, csm_case_view_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmCaseRow, csm_case_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmListEdits, csm_list_edits_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmViewCounts, csm_view_counts_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmCaseDetail, csm_case_detail_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmDirectory, csm_directory_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmLostRecord, csm_lost_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmIntent, csm_intent_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmOperation, csm_operation_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmTaskRow, csm_task_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmPersonHint, csm_person_hint_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmTemplateHint, csm_template_hint_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmTextHint, csm_text_hint_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmMergedCustomers, csm_merged_customers_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmCustomerHit, csm_customer_hit_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmWorkload, csm_workload_free)

G_END_DECLS
