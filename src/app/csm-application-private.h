/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-accounts.h"
#include "csm-application.h"
#include "csm-notifier.h"
#include "csm-offline-keeper.h"
#include "csm-slow-watch.h"
#include "csm-starter.h"
#include "csm-window.h"

G_BEGIN_DECLS

struct _CsmApplication
{
  AdwApplication  parent_instance;
  GSettings      *settings;
  CsmAccounts    *accounts;
  CsmStarter     *starter;
  CsmWorkbench   *workbench;
  CsmOfflineKeeper *keeper;
  CsmNotifier    *notifier;
  char           *to_open;    /* a case that was asked for before there was an account */
  char           *to_answer;
  CsmWindow      *window;     /* weak; NULL also while GTK starts */
  char           *busy;       /* what there is to say before there is a window */
  char           *problem;
  gboolean        offer_mailbox; /* as soon as the new workspace is there */
  CsmSlowWatch   *slow_watch; /* NULL in a release build */
  gboolean        sample;
  gboolean        dark;
  char           *mail;
  char           *screenshot;
  int             width;
  int             height;
};

/* What comes from outside the window: notifications, and what was clicked in them. */
void csm_application_open_case    (CsmApplication *self,
                                   const char     *case_id);
void csm_application_answer_case  (CsmApplication *self,
                                   const char     *case_id);
void csm_application_watch        (CsmApplication *self);
void csm_application_unwatch      (CsmApplication *self);

/* Which account is open. */
void csm_application_start_last     (CsmApplication *self);
void csm_application_leave_account  (CsmApplication *self);
void csm_application_sign_out       (CsmApplication *self);
void csm_application_show_first_run (CsmApplication *self,
                                     const char     *problem);
void csm_application_join           (CsmApplication *self,
                                     const char     *typed,
                                     const char     *email,
                                     const char     *password,
                                     const char     *code);
void csm_application_not_kept       (CsmApplication *self,
                                     const char     *why);

void csm_application_add_actions  (CsmApplication *self);

G_END_DECLS
