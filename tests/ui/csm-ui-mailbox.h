/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mailbox-window.h"
#include "csm-ui-asker.h"
#include "csm-ui-desk.h"

G_BEGIN_DECLS

#define CSM_UI_MAILBOX_FOUND "{'candidates':[{'source':'known','provider':'Example Mail','oauth':false," \
              "'help':'Make an app password at https://mail.example.org/passwords first.'," \
              "'imap':{'host':'imap.example.org','port':993,'tls':'implicit','user':'help@example.org'}," \
              "'smtp':{'host':'smtp.example.org','port':465,'tls':'implicit','user':'help@example.org'}}]}"
#define CSM_UI_MAILBOX_SUPPORT "h01J00000000000000000000001"
#define CSM_UI_MAILBOX_SALES "h01J00000000000000000000002"

/* A desk with two channels, one of them in trouble, for an admin; the server's answers are made up. */
typedef struct
{
  CsmUiDesk   desk;
  CsmUiAsker *asker;
} CsmUiMailbox;

void csm_ui_mailbox_put_me (CsmUiDesk *desk, const char *role, const char *rest);
char *csm_ui_mailbox_before (gint64 minutes);
gboolean csm_ui_mailbox_is_admin (gpointer workbench);
void csm_ui_mailbox_set_up (CsmUiMailbox *lab, gconstpointer application);
void csm_ui_mailbox_tear_down (CsmUiMailbox *lab, gconstpointer application);
void csm_ui_mailbox_take_pictures (GtkWindow *window, const char *name);
GtkWindow *csm_ui_mailbox_open (CsmUiMailbox *lab, const char *channel_id);
const char *csm_ui_mailbox_get_page (GtkWindow *window);
void csm_ui_mailbox_wait_page (GtkWindow *window, const char *page);
GtkEditable *csm_ui_mailbox_field (GtkWindow *window, const char *id);
void csm_ui_mailbox_press_enter (GtkWindow *window, const char *id);
const char *csm_ui_mailbox_said (GtkWindow *window, const char *id);
void csm_ui_mailbox_find_account (GtkWindow *window);

G_END_DECLS
