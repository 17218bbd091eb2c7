/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-accounts.h"
#include "csm-application.h"
#include "csm-background.h"
#include "csm-link.h"
#include "csm-notices.h"
#include "csm-notifier.h"
#include "csm-offline-keeper.h"
#include "csm-search-provider.h"
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
  CsmNotices     *notices;
  CsmBackground  *background;
  CsmSearchProvider *provider; /* NULL without a bus */
  CsmLink        *link;       /* is to be followed as soon as there is what it leads to; or NULL */
  guint           link_serial;
  gboolean        link_waits; /* the person was told that it does */
  GQueue          deeds;      /* what is to be done as soon as there is an account */
  gboolean        quiet;      /* started to run in the background */
  CsmWindow      *window;     /* weak; NULL also while GTK starts */
  char           *busy;       /* what there is to say before there is a window */
  char           *problem;
  gboolean        offer_mailbox; /* as soon as the new workspace is there */
  CsmSlowWatch   *slow_watch; /* NULL in a release build */
  guint           tidy_id;
  gboolean        sample;
  gboolean        dark;
  char           *mail;
  char           *screenshot;
  int             width;
  int             height;
};

/* Notifications, and what was clicked in them. */
typedef enum
{
  CSM_DEED_ANSWER,
  CSM_DEED_REPLY,
  CSM_DEED_ASSIGN_ME,
  CSM_DEED_SNOOZE,
} CsmDeed;

void csm_application_open_case    (CsmApplication *self,
                                   const char     *case_id);
void csm_application_do           (CsmApplication *self,
                                   CsmDeed         deed,
                                   const char     *case_id);
void csm_application_watch        (CsmApplication *self);
void csm_application_unwatch      (CsmApplication *self);
void csm_application_linger       (CsmApplication *self,
                                   guint           seconds);
void csm_application_forget_deeds (CsmApplication *self);

/* Links. */
void csm_application_open_link    (CsmApplication *self,
                                   const char     *uri);
void csm_application_follow_link  (CsmApplication *self,
                                   CsmLink        *link);
void csm_application_resume_link  (CsmApplication *self);
void csm_application_leave_link   (CsmApplication *self);
void csm_application_drop_link    (CsmApplication *self);

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
