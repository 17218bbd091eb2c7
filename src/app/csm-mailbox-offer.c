/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-mailbox-offer.h"

#include "csm-channel-words.h"
#include "csm-mailbox-window.h"
#include "csm-rights.h"

/**
 * csm_mailbox_offer_is_due:
 * @workbench: a workbench
 *
 * Returns: whether no mailbox is connected, and who is signed in could connect one
 */
gboolean
csm_mailbox_offer_is_due (CsmWorkbench *workbench)
{
  CsmDirectory *directory = csm_workbench_get_directory (workbench);

  if (directory == NULL || !csm_rights_may (workbench, CSM_ACTION_CHANGE_CHANNELS))
    return FALSE;
  for (guint i = 0; i < directory->channels->len; i++)
    if (csm_channel_is_connected (directory->channels->pdata[i]))
      return FALSE;
  return TRUE;
}

static void
show_inbox_cb (CsmWorkbench *workbench)
{
  g_autoptr (CsmCaseView) view = csm_case_view_new (CSM_VIEW_INBOX, NULL);

  csm_workbench_set_view (workbench, view);
}

/* Opens the window that connects a mailbox. */
void
csm_mailbox_offer_open (GtkWindow    *parent,
                        CsmWorkbench *workbench)
{
  g_autoptr (CsmMailboxAsker) asker = csm_mailbox_asker_new (csm_workbench_get_account (workbench));
  GtkWindow *window = csm_mailbox_window_new (parent, workbench, asker, NULL);

  g_signal_connect_object (window, "show-inbox", G_CALLBACK (show_inbox_cb), workbench, G_CONNECT_SWAPPED);
  gtk_window_present (window);
}
