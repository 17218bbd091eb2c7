/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-case-part.h"

G_BEGIN_DECLS

/* What is to be done in the open case: guidance, in the order that people give it. */
#define CSM_TYPE_TASK_LIST (csm_task_list_get_type ())
G_DECLARE_FINAL_TYPE (CsmTaskList, csm_task_list, CSM, TASK_LIST, CsmCasePart)

void csm_task_list_focus (CsmTaskList *self);

G_END_DECLS
