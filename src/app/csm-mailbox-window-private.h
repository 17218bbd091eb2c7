/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mailbox-folders.h"
#include "csm-mailbox-grant-row.h"
#include "csm-mailbox-server-row.h"
#include "csm-mailbox-window.h"

G_BEGIN_DECLS

struct _CsmMailboxWindow
{
  AdwWindow            parent_instance;
  CsmWorkbench        *workbench;    /* NULL: the window is gone */
  CsmMailboxAsker     *asker;
  GCancellable        *asking;       /* what is asked now; NULL: nothing */
  char                *page;         /* that a person is on, or goes back to from what is asked */
  AdwWindowTitle      *title;
  GtkWidget           *back_button;
  GtkStack            *stack;
  GtkSpinner          *spinner;
  GtkLabel            *busy_label;

  GtkEditable         *address_row;
  GtkLabel            *address_problem;
  char                *found_for;    /* the address that `candidates` is about; NULL: nothing was looked for */
  JsonArray           *candidates;

  AdwPreferencesGroup *account_group;
  AdwComboRow         *candidate_row;
  AdwEntryRow         *password_row;
  CsmMailboxGrantRow  *grant_row;
  GtkLabel            *help_label;
  CsmMailboxServerRow *imap_row;
  CsmMailboxServerRow *smtp_row;
  GtkLabel            *account_problem;

  AdwActionRow        *in_row;
  GtkImage            *in_icon;
  AdwActionRow        *out_row;
  GtkImage            *out_icon;
  GtkEditable         *name_row;
  AdwComboRow         *team_row;
  CsmMailboxFolders   *folders;
  char                *folders_of;   /* host and user whose folders are shown */
  GtkLabel            *mailbox_problem;
  GtkButton           *connect_button;

  AdwStatusPage       *done_page;
  GtkSpinner          *arriving_spinner;
  GtkLabel            *arriving_label;
  guint                n_before;     /* cases in the inbox when it was connected */
  guint                arriving_id;  /* time is up for saying that it will come */

  char                *channel_id;   /* what is changed, or was connected just now; NULL: a new one */
  JsonObject          *stored;       /* its settings; NULL: there are none yet */
  gboolean             reading;      /* them */
};

void csm_mailbox_window_show_page   (CsmMailboxWindow *self,
                                     const char       *page);
void csm_mailbox_window_update      (CsmMailboxWindow *self);
void csm_mailbox_window_use         (CsmMailboxWindow *self,
                                     JsonObject       *candidate);
void csm_mailbox_window_show_found  (CsmMailboxWindow *self);
void csm_mailbox_window_show_stored (CsmMailboxWindow *self,
                                     JsonObject       *settings);
void csm_mailbox_window_show_done   (CsmMailboxWindow *self);
void csm_mailbox_window_say         (GtkLabel         *label,
                                     const char       *text);
char *csm_mailbox_window_dup_address (CsmMailboxWindow *self);

void csm_mailbox_window_stop        (CsmMailboxWindow *self);
void csm_mailbox_window_read        (CsmMailboxWindow *self);
void csm_mailbox_window_find        (CsmMailboxWindow *self);
void csm_mailbox_window_sign_in     (CsmMailboxWindow *self);
void csm_mailbox_window_test        (CsmMailboxWindow *self);
void csm_mailbox_window_connect     (CsmMailboxWindow *self);

G_END_DECLS
