/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/**
 * CsmOffer:
 * @title: what is offered
 * @subtitle: (nullable): below it
 * @detail: (nullable): what it finds, or how it is known
 * @icon: (nullable): beside it; %NULL: the face of who is called @title
 * @insert: what replaces the bytes from @start to @end
 */
typedef struct
{
  char       *title;
  char       *subtitle;
  char       *detail;
  const char *icon;
  char       *insert;
  gsize       start;
  gsize       end;
} CsmOffer;

void csm_offer_free (CsmOffer *offer);

/**
 * CsmCompletionKind:
 * @suggest: what may be meant where the cursor is, in bytes; of customers only those that were found, %NULL: none yet.
 *   Returns: (transfer full) (element-type CsmOffer)
 * @sought: (nullable): which customers may be meant. Returns: (transfer full) (nullable): what to look for; %NULL: none may
 * @is_whole: (nullable): whether it is what its writer means, unless they choose; else the first offer is chosen at once.
 *   %NULL: none ever is
 * @say: the name of the offers, translated
 * @goes_on: whether there may be more to offer as soon as one is taken
 *
 * What is completed, and how. @suggest and the others are asked on the main thread.
 */
typedef struct
{
  GPtrArray  *(*suggest)  (CsmWorkbench *workbench,
                           const char   *text,
                           gsize         cursor,
                           GPtrArray    *customers);
  char       *(*sought)   (const char   *text,
                           gsize         cursor);
  gboolean    (*is_whole) (const char   *text,
                           gsize         cursor);
  const char *(*say)      (void);
  gboolean     goes_on;
} CsmCompletionKind;

/*
 * Offers below the entry that somebody types into what may be meant: what is at hand at once, and customers out of this
 * computer's database when the typing pauses. The entry keeps the focus: Down and Up choose, Enter and Tab take, Escape closes.
 * Enter is for the entry as long as nothing is chosen; Tab takes the first where nothing is chosen by itself.
 */
#define CSM_TYPE_COMPLETION (csm_completion_get_type ())
G_DECLARE_FINAL_TYPE (CsmCompletion, csm_completion, CSM, COMPLETION, GtkPopover)

GtkWidget *csm_completion_new           (const CsmCompletionKind *kind,
                                         GtkWidget               *parent);
void       csm_completion_set_workbench (CsmCompletion           *self,
                                         CsmWorkbench            *workbench);
void       csm_completion_add_entry     (CsmCompletion           *self,
                                         GtkEditable             *entry);
void       csm_completion_update        (CsmCompletion           *self,
                                         GtkEditable             *entry);
gboolean   csm_completion_key           (CsmCompletion           *self,
                                         GtkEditable             *entry,
                                         guint                    keyval);
void       csm_completion_put_away      (CsmCompletion           *self);
guint      csm_completion_count         (CsmCompletion           *self);

G_END_DECLS
