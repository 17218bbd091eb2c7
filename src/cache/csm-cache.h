/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-types.h"

G_BEGIN_DECLS

#define CSM_TYPE_CACHE (csm_cache_get_type ())
G_DECLARE_FINAL_TYPE (CsmCache, csm_cache, CSM, CACHE, GObject)

/*
 * The app's SQLite file. Everything on screen is read from here; everything a person does is written here first.
 * No function blocks, but csm_cache_new (which starts threads) and csm_cache_close. All callbacks and the signal
 * come in the main context of the thread that made the cache.
 *
 * Signal "changed" (CsmChangeSet *): after each commit that changed a record's view.
 * Signal "wanted": a case was pinned, and its messages may not be here.
 * Signal "outbox-changed": an operation was added, went, or changed its state.
 * Property "full" (gboolean, notifies): the disk is full: what is done now can't be kept, and is refused with CSM_ERROR_DISK_FULL.
 */
CsmCache *csm_cache_new                 (const char *path);
void      csm_cache_close               (CsmCache *self);
gboolean  csm_cache_get_full            (CsmCache *self);

/* --- what lists show (priority: what a person looks at overtakes prefetch) ---------------------------------- */
/* (element-type gint64) ordered rowids of the cases that @view shows: newest activity first */
void      csm_cache_list_cases_async    (CsmCache *self, const CsmCaseView *view, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
GArray   *csm_cache_list_cases_finish   (CsmCache *self, GAsyncResult *result, GError **error);
/* The same and, read along, (element-type CsmCaseRow) the rows of the first @n_rows, in order: what a window shows first.
 * @more: of a search these are the cases of the newest hits; csm_cache_diff_cases_async() tells all. */
void      csm_cache_open_list_async     (CsmCache *self, const CsmCaseView *view, guint n_rows, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
GArray   *csm_cache_open_list_finish    (CsmCache *self, GAsyncResult *result, GPtrArray **rows, gboolean *more, GError **error);
/* (element-type CsmCaseRow) for the rowids, in no order; those that are gone are left out */
void      csm_cache_load_rows_async     (CsmCache *self, GArray *rowids, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
GPtrArray *csm_cache_load_rows_finish   (CsmCache *self, GAsyncResult *result, GError **error);
/* Computes, on a database thread, the edits that lead from @old_ids to what @view shows now. @elsewhere: (nullable) (element-type gint64): what
 * was picked for a search by csm_cache_pick_cases_async(): as far as it still fits, the end of the list. */
void      csm_cache_diff_cases_async    (CsmCache *self, const CsmCaseView *view, GArray *elsewhere, GArray *old_ids, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
CsmListEdits *csm_cache_diff_cases_finish (CsmCache *self, GAsyncResult *result, GError **error);
/* (element-type gint64 utf8) of those cases in which a message or comment has the words of a search: the passage, in one line */
void      csm_cache_load_passages_async (CsmCache *self, const char *typed, GArray *rowids, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
GHashTable *csm_cache_load_passages_finish (CsmCache *self, GAsyncResult *result, GError **error);
/* How many cases a search finds here: @most of them at most */
void      csm_cache_count_found_async   (CsmCache *self, const char *typed, guint most, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean  csm_cache_count_found_finish  (CsmCache *self, GAsyncResult *result, guint *n, GError **error);
/* Counts for the views pane */
void      csm_cache_load_counts_async   (CsmCache *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
CsmViewCounts *csm_cache_load_counts_finish (CsmCache *self, GAsyncResult *result, GError **error);

/* --- one case ------------------------------------------------------------------------------------------------ */
/* Everything the panes of a case need in one snapshot: the newest @limit timeline entries before @before (µs; CSM_TIME_NONE: newest) */
void      csm_cache_load_case_async     (CsmCache *self, const char *case_id, gint64 before, guint limit, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
CsmCaseDetail *csm_cache_load_case_finish (CsmCache *self, GAsyncResult *result, GError **error);
/* (element-type JsonObject) the case's shared Drafts alone: while a colleague types, nothing else of it has to be read again */
void      csm_cache_load_drafts_async   (CsmCache *self, const char *case_id, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
GPtrArray *csm_cache_load_drafts_finish (CsmCache *self, GAsyncResult *result, GError **error);
/* (element-type JsonObject) all Events of a case that are here, oldest first, with those of the cases that were merged into it */
void      csm_cache_load_history_async  (CsmCache *self, const char *case_id, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
GPtrArray *csm_cache_load_history_finish (CsmCache *self, GAsyncResult *result, GError **error);
/* A single record's view (deep copy, NULL when there is none) */
void      csm_cache_load_record_async   (CsmCache *self, CsmTypeId type, const char *id, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
JsonObject *csm_cache_load_record_finish (CsmCache *self, GAsyncResult *result, GError **error);
/* Who was merged into a customer, and where they went themselves */
void      csm_cache_load_merged_async   (CsmCache *self, const char *customer_id, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
CsmMergedCustomers *csm_cache_load_merged_finish (CsmCache *self, GAsyncResult *result, GError **error);
/* People, teams, tags, channels, what was promised and learnt: few; the app holds them. (transfer full) */
void      csm_cache_load_directory_async (CsmCache *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
CsmDirectory *csm_cache_load_directory_finish (CsmCache *self, GAsyncResult *result, GError **error);

/* --- across cases ---------------------------------------------------------------------------------------------- */
/* (element-type CsmTaskRow) tasks by their due date, those without last. @assignee_id NULL: anybody's. @open_only: without those that are done
 * or skipped */
void      csm_cache_list_tasks_async    (CsmCache *self, const char *assignee_id, gboolean open_only, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
GPtrArray *csm_cache_list_tasks_finish  (CsmCache *self, GAsyncResult *result, GError **error);
/* (element-type CsmWorkload) of everybody who has anything, most open cases first; nobody's last */
void      csm_cache_load_workload_async (CsmCache *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
GPtrArray *csm_cache_load_workload_finish (CsmCache *self, GAsyncResult *result, GError **error);
/* (element-type CsmCustomerHit) by names and addresses, who wrote last first; or the one with this id */
void      csm_cache_find_customers_async (CsmCache *self, const char *typed, guint max, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
void      csm_cache_find_customer_async (CsmCache *self, const char *id, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
GPtrArray *csm_cache_find_customers_finish (CsmCache *self, GAsyncResult *result, GError **error);
/* What may help in a case, by what is on this computer; best first, nothing without evidence.
 * (element-type CsmPersonHint) at most 3, without me, guests, and those who are away or inactive */
void      csm_cache_suggest_people_async (CsmCache *self, const char *case_id, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
GPtrArray *csm_cache_suggest_people_finish (CsmCache *self, GAsyncResult *result, GError **error);
/* (element-type CsmTemplateHint) at most 3 */
void      csm_cache_suggest_templates_async (CsmCache *self, const char *case_id, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
GPtrArray *csm_cache_suggest_templates_finish (CsmCache *self, GAsyncResult *result, GError **error);
/* (element-type CsmTextHint) at most 5: snippets and articles for what the customer wrote, and for what is typed (NULL: nothing yet) */
void      csm_cache_suggest_texts_async (CsmCache *self, const char *case_id, const char *typed, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
GPtrArray *csm_cache_suggest_texts_finish (CsmCache *self, GAsyncResult *result, GError **error);

/* --- what a person does -------------------------------------------------------------------------------------- */
/* Applies and queues the operations in one durable transaction. The result is the group's number for undo. Takes (transfer full) @intent. */
void      csm_cache_perform_async       (CsmCache *self, CsmIntent *intent, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gint64    csm_cache_perform_finish      (CsmCache *self, GAsyncResult *result, GError **error);
/* Undo of a group: removes what has not been sent; for what has, queues the operations that restore what was before, where nobody else changed it since. */
void      csm_cache_undo_async          (CsmCache *self, gint64 group, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean  csm_cache_undo_finish         (CsmCache *self, GAsyncResult *result, GError **error);
/* (element-type CsmOperation) all that waits, oldest first */
void      csm_cache_list_outbox_async   (CsmCache *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
GPtrArray *csm_cache_list_outbox_finish (CsmCache *self, GAsyncResult *result, GError **error);
/* (element-type JsonObject) the Messages of which nobody knows whether they were delivered, newest first: mine, and those of my cases, as
 * long as nobody has decided here */
void      csm_cache_list_unsure_async   (CsmCache *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
GPtrArray *csm_cache_list_unsure_finish (CsmCache *self, GAsyncResult *result, GError **error);
/* What is remembered over restarts; NULL: forget */
void      csm_cache_load_note_async     (CsmCache *self, const char *key, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
char     *csm_cache_load_note_finish    (CsmCache *self, GAsyncResult *result, GError **error);
void      csm_cache_save_note_async     (CsmCache *self, const char *key, const char *value, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
/* What a person decides of a parked operation. Dropping is also for one that waits, or for a reply that may have left: that is called back. */
void      csm_cache_resolve_op_async    (CsmCache *self, gint64 seq, CsmOpDecision decision, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean  csm_cache_resolve_op_finish   (CsmCache *self, GAsyncResult *result, GError **error);
/* A reply or comment goes back to where it was written, with recipients and files, and leaves the outbox. The result is its case's id.
   CSM_ERROR_NOT_FOUND: it has left, or it is nothing that was written. */
void      csm_cache_edit_op_async       (CsmCache *self, gint64 seq, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
char     *csm_cache_edit_op_finish      (CsmCache *self, GAsyncResult *result, GError **error);
/* Everything that waits, as readable text with the operations in JSON. Works signed out. */
void      csm_cache_export_outbox_async (CsmCache *self, GFile *file, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean  csm_cache_export_outbox_finish (CsmCache *self, GAsyncResult *result, GError **error);
/* Reply text as typed, kept at once (not an operation) */
void      csm_cache_save_draft_async    (CsmCache *self, const char *case_id, const char *text, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean  csm_cache_save_draft_finish   (CsmCache *self, GAsyncResult *result, GError **error);
/* Puts @text before what the case's draft holds, unless it is in there. */
void      csm_cache_return_draft_async  (CsmCache *self, const char *case_id, const char *text, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean  csm_cache_return_draft_finish (CsmCache *self, GAsyncResult *result, GError **error);

/* --- what is here -------------------------------------------------------------------------------------------- */
/* The headers and comments of all cases are; messages and history of those that are recent (90 days), open, mine, pinned, viewed within 7 days, or in which something waits */
/* "Keep this case offline" */
void      csm_cache_pin_case_async      (CsmCache *self, const char *case_id, gboolean pinned, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean  csm_cache_pin_case_finish     (CsmCache *self, GAsyncResult *result, GError **error);
/* How much may be kept; 0: everything. Of what is over it the longest unviewed goes, in idle time, but nothing that is pinned, open on the screen, or in which something waits. */
void      csm_cache_set_budget          (CsmCache *self, guint64 bytes);
void      csm_cache_measure_async       (CsmCache *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean  csm_cache_measure_finish      (CsmCache *self, GAsyncResult *result, CsmCacheSize *size, GError **error);

/* --- for the client only: csm-cache-sync.h --------------------------------------------------------------------- */

G_END_DECLS
