/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>

#include "csm-account.h"
#include "csm-case-list-model.h"
#include "csm-live-place.h"

G_BEGIN_DECLS

#define CSM_TYPE_WORKBENCH (csm_workbench_get_type ())
G_DECLARE_FINAL_TYPE (CsmWorkbench, csm_workbench, CSM, WORKBENCH, GObject)

/* Takes back what was done. */
typedef void (*CsmUndoFunc) (CsmWorkbench *self,
                             gpointer      data);

/*
 * What the panes of one window share: the account, the directory, which view and which case are open, and that
 * case's detail. Panes get it as a "workbench" property, read with the getters, and connect to "notify::…".
 * It listens to the cache by itself and reads again what changed; nobody else needs to.
 *
 * Properties, all read-only and with notify:
 *  "account"   (CsmAccount)
 *  "settings"  (GSettings)
 *  "directory" (pointer): people, teams, tags, channels; NULL until first read
 *  "counts"    (pointer): CsmViewCounts; NULL until somebody has asked for them, and they were read
 *  "view"      (pointer): CsmCaseView; never NULL
 *  "case-id"   (string or NULL): the case that is open
 *  "detail"    (pointer): its CsmCaseDetail; NULL while it is read for the first time. Also notified, with a new
 *              object, each time something of the case changed
 *  "selection" (GStrv): the cases that are selected together: what triage acts on. Empty: the open case is
 * What a pointer getter returns is borrowed, and gone after the next notify of that property.
 *
 * Signals:
 *  "toast"      (AdwToast *): the window shows it
 *  "open-case"  (): somebody asked for a case: bring the conversation to the front on a narrow window
 *  "edit-reply" (const char *text, JsonObject *parts): put this text into the reply box, and the focus there; @parts,
 *              or NULL: whom it was for, and what went along
 *  "return-texts" (const CsmCaseDetail *): a reply or note that waited is in this detail's drafts again
 *  "keep-texts" (): write down what is being typed
 *  "case-failed" (): the open case could not be read; csm_workbench_load_newest() tries again
 */
CsmWorkbench  *csm_workbench_new             (CsmAccount           *account,
                                              GSettings            *settings);
void           csm_workbench_close           (CsmWorkbench         *self);

CsmAccount    *csm_workbench_get_account     (CsmWorkbench         *self);
CsmCache      *csm_workbench_get_cache       (CsmWorkbench         *self);
GSettings     *csm_workbench_get_settings    (CsmWorkbench         *self);
CsmDirectory  *csm_workbench_get_directory   (CsmWorkbench         *self);
CsmViewCounts *csm_workbench_get_counts      (CsmWorkbench         *self);
void           csm_workbench_count           (CsmWorkbench         *self);
void           csm_workbench_restore         (CsmWorkbench         *self);
CsmCaseListModel *csm_workbench_list_cases   (CsmWorkbench         *self,
                                              const CsmCaseView    *view);
CsmLivePlace  *csm_workbench_get_live_place (CsmWorkbench        *self);
const char    *csm_workbench_get_my_id       (CsmWorkbench         *self);
const char    *csm_workbench_get_name        (CsmWorkbench         *self,
                                              const char           *id);

const CsmCaseView *csm_workbench_get_view    (CsmWorkbench         *self);
void           csm_workbench_set_view        (CsmWorkbench         *self,
                                              const CsmCaseView    *view);

const char    *csm_workbench_get_case_id     (CsmWorkbench         *self);
CsmCaseDetail *csm_workbench_get_detail      (CsmWorkbench         *self);
void           csm_workbench_open_case       (CsmWorkbench         *self,
                                              const char           *case_id);
void           csm_workbench_show_case       (CsmWorkbench         *self,
                                              const char           *case_id);
void           csm_workbench_load_older      (CsmWorkbench         *self);
void           csm_workbench_load_newest     (CsmWorkbench         *self);
gboolean       csm_workbench_is_at_newest    (CsmWorkbench         *self);

const char * const *csm_workbench_get_selection (CsmWorkbench       *self);
guint          csm_workbench_get_n_selected  (CsmWorkbench         *self);
void           csm_workbench_set_selection   (CsmWorkbench         *self,
                                              const char * const   *case_ids);
void           csm_workbench_await_selection (CsmWorkbench         *self);
gboolean       csm_workbench_is_selection_awaited (CsmWorkbench    *self);
char         **csm_workbench_dup_chosen      (CsmWorkbench         *self);

void           csm_workbench_perform         (CsmWorkbench         *self,
                                              CsmIntent            *intent,
                                              const char           *said);
void           csm_workbench_perform_async   (CsmWorkbench         *self,
                                              CsmIntent            *intent,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
gint64         csm_workbench_perform_finish  (CsmWorkbench         *self,
                                              GAsyncResult         *result,
                                              GError              **error);
void           csm_workbench_undo            (CsmWorkbench         *self);
void           csm_workbench_undo_group      (CsmWorkbench         *self,
                                              gint64                group);
void           csm_workbench_resolve_op      (CsmWorkbench         *self,
                                              gint64                seq,
                                              CsmOpDecision         decision);
void           csm_workbench_offer_undo      (CsmWorkbench         *self,
                                              const char           *said,
                                              CsmUndoFunc           func,
                                              gpointer              data,
                                              GDestroyNotify        destroy);
void           csm_workbench_edit_op_async   (CsmWorkbench         *self,
                                              gint64                seq,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
gboolean       csm_workbench_edit_op_finish  (CsmWorkbench         *self,
                                              GAsyncResult         *result,
                                              GError              **error);
void           csm_workbench_reload_texts    (CsmWorkbench         *self,
                                              const char           *case_id);
void           csm_workbench_keep_texts      (CsmWorkbench         *self);
void           csm_workbench_edit_reply      (CsmWorkbench         *self,
                                              const char           *text,
                                              JsonObject           *parts);
void           csm_workbench_say             (CsmWorkbench         *self,
                                              const char           *text);

G_END_DECLS
