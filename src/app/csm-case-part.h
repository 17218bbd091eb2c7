/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * One part of the case page: it follows the workbench to whatever case is open, and is told when that changed.
 *
 * Property: "workbench".
 */
#define CSM_TYPE_CASE_PART (csm_case_part_get_type ())
G_DECLARE_DERIVABLE_TYPE (CsmCasePart, csm_case_part, CSM, CASE_PART, AdwBin)

struct _CsmCasePartClass
{
  AdwBinClass parent_class;

  /* Another case is about to be shown, or none: csm_case_part_get_case_id() is still the one before. */
  void (*leave)   (CsmCasePart   *self);
  /* The case, or who and what there is, changed. @detail: NULL: nothing is known of the case yet, or no more */
  void (*refresh) (CsmCasePart   *self,
                   CsmCaseDetail *detail);
};

CsmWorkbench *csm_case_part_get_workbench (CsmCasePart *self);
const char   *csm_case_part_get_case_id   (CsmCasePart *self);
JsonObject   *csm_case_part_get_record    (CsmCasePart *self);
void          csm_case_part_refresh       (CsmCasePart *self);
void          csm_case_part_patch         (CsmCasePart *self,
                                           const char  *label,
                                           JsonObject  *patch,
                                           const char  *said);

G_END_DECLS
