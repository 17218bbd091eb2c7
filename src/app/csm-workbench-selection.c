/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-workbench-private.h"

/* Which cases triage is about: several that are selected, or the one that is open. */

static const char *const nothing[] = { NULL };

/* Returns: (transfer none): the cases that are selected together; none unless somebody selects several */
const char * const *
csm_workbench_get_selection (CsmWorkbench *self)
{
  return self->selection != NULL ? (const char * const *) self->selection : nothing;
}

/* How many there are; 0: the open case is what is worked on */
guint
csm_workbench_get_n_selected (CsmWorkbench *self)
{
  return self->n_selected;
}

/* @case_ids: (nullable): the cases that are selected from now on; %NULL: the open one alone */
void
csm_workbench_set_selection (CsmWorkbench       *self,
                             const char * const *case_ids)
{
  g_return_if_fail (CSM_IS_WORKBENCH (self));
  if (!self->selection_awaited && g_strv_equal (csm_workbench_get_selection (self), case_ids != NULL ? case_ids : nothing))
    return;
  g_strfreev (self->selection);
  self->selection = case_ids != NULL && case_ids[0] != NULL ? g_strdupv ((char **) case_ids) : NULL;
  self->n_selected = self->selection != NULL ? g_strv_length (self->selection) : 0;
  self->selection_awaited = FALSE;
  g_object_notify (G_OBJECT (self), "selection");
}

/* Several were selected, and which they are will be known in a moment. */
void
csm_workbench_await_selection (CsmWorkbench *self)
{
  if (self->selection_awaited)
    return;
  self->selection_awaited = TRUE;
  g_object_notify (G_OBJECT (self), "selection");
}

/* Whether csm_workbench_set_selection() is about to be called: what is asked for means those. */
gboolean
csm_workbench_is_selection_awaited (CsmWorkbench *self)
{
  return self->selection_awaited;
}

/* Returns: (transfer full): the cases that are selected, or the one that is open; may be none */
char **
csm_workbench_dup_chosen (CsmWorkbench *self)
{
  const char *open[] = { self->case_id, NULL };

  if (self->selection_awaited)
    return g_strdupv ((char **) nothing);
  return g_strdupv ((char **) (self->selection != NULL ? (const char * const *) self->selection : open));
}
