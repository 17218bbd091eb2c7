/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-case-item.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * A place in the case list. GTK keeps two hundred of them, however few are seen: the row is built in those that come near.
 * All have the same height, whatever they show, but for one below a heading: GTK 4.8's list view jumps otherwise.
 */
#define CSM_TYPE_CASE_LIST_SLOT (csm_case_list_slot_get_type ())
G_DECLARE_FINAL_TYPE (CsmCaseListSlot, csm_case_list_slot, CSM, CASE_LIST_SLOT, GtkWidget)

GtkWidget   *csm_case_list_slot_new          (CsmWorkbench    *workbench,
                                              GtkListItem     *list_item);
void         csm_case_list_slot_set_item     (CsmCaseListSlot *self,
                                              CsmCaseItem     *item);
CsmCaseItem *csm_case_list_slot_get_item     (CsmCaseListSlot *self);
guint        csm_case_list_slot_get_position (CsmCaseListSlot *self);
void         csm_case_list_slot_build        (CsmCaseListSlot *self);
void         csm_case_list_slot_set_heading  (CsmCaseListSlot *self,
                                              const char      *words);
gboolean     csm_case_list_slot_has_heading  (CsmCaseListSlot *self);
void         csm_case_list_slot_set_check    (CsmCaseListSlot *self,
                                              gboolean         shown,
                                              gboolean         on);
void         csm_case_list_slot_set_shift    (CsmCaseListSlot *self,
                                              double           shift);
void         csm_case_list_slot_set_beneath  (CsmCaseListSlot *self,
                                              const char      *icon,
                                              const char      *words,
                                              const char      *class,
                                              gboolean         left);
void         csm_case_list_slot_refresh      (CsmCaseListSlot *self);
void         csm_case_list_slot_clear        (CsmCaseListSlot *self);

G_END_DECLS
