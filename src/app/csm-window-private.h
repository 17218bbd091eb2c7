/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-colleague-pane.h"
#include "csm-conversation-pane.h"
#include "csm-sign-in-page.h"
#include "csm-views-pane.h"
#include "csm-toaster.h"
#include "csm-window.h"

G_BEGIN_DECLS

struct _CsmWindow
{
  AdwApplicationWindow parent_instance;
  GSettings           *settings;
  CsmWorkbench        *workbench;
  GtkWidget           *toasts;
  CsmToaster          *toaster;
  GtkWidget           *stack;
  GtkWidget           *shell;
  GtkWidget           *views;        /* NULL until it is needed, as the other panes but the cases */
  GtkWidget           *cases;
  GtkWidget           *conversation;
  GtkWidget           *colleagues;
  guint                build_id;
  GtkWidget           *first_run;    /* NULL until it is needed */
  GtkWidget           *busy;         /* the same */
  GtkWidget           *review;       /* NULL until it is needed */
  GtkWidget           *tasks;        /* the same */
  GtkWidget           *palette;      /* the same */
  GtkWidget           *lost;         /* the dialog; NULL: closed */
  guint                lost_known;   /* how many the person was told of */
  GtkWidget           *sign_in;      /* the dialog; NULL: closed */
  GtkWidget           *sign_in_page;
};

CsmViewsPane        *csm_window_get_views        (CsmWindow      *self);
CsmConversationPane *csm_window_get_conversation (CsmWindow      *self);
CsmColleaguePane    *csm_window_get_colleagues   (CsmWindow      *self);
void                 csm_window_install_actions  (GtkWidgetClass *widget_class);
void                 csm_window_add_keys         (CsmWindow      *self);
void                 csm_window_update_actions   (CsmWindow      *self);

void                 csm_window_install_desktop_actions (GtkWidgetClass *widget_class);
void                 csm_window_fit_screen       (GdkDisplay     *display,
                                                  int            *width,
                                                  int            *height);

void                 csm_window_install_triage_actions (GtkWidgetClass *widget_class);
void                 csm_window_update_triage_actions (CsmWindow *self,
                                                  CsmCaseDetail  *detail);

void                 csm_window_install_case_actions (GtkWidgetClass *widget_class);
void                 csm_window_update_case_actions (CsmWindow   *self,
                                                  CsmCaseDetail  *detail);
void                 csm_window_update_case      (CsmWindow      *self);
gboolean             csm_window_shows_tasks      (CsmWindow      *self);

void                 csm_window_install_conversation_actions (GtkWidgetClass *widget_class);
void                 csm_window_update_conversation_actions (CsmWindow *self,
                                                  CsmCaseDetail  *detail);

void                 csm_window_install_offline_actions (GtkWidgetClass *widget_class);
void                 csm_window_install_palette_actions (GtkWidgetClass *widget_class);
void                 csm_window_install_pane_actions (GtkWidgetClass *widget_class);
void                 csm_window_install_search_actions (GtkWidgetClass *widget_class);
void                 csm_window_update_offline   (CsmWindow      *self);
void                 csm_window_disconnect_offline (CsmWindow    *self);
gboolean             csm_window_shows_review     (CsmWindow      *self);
gboolean             csm_window_leave_review     (CsmWindow      *self);

G_END_DECLS
