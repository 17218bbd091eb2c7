/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-imap-client.h"
#include "csm-mail-item.h"
#include "csm-mailbox-watch.h"
#include "csm-txn-mailbox.h"

G_BEGIN_DECLS

struct _CsmMailboxWatch
{
  CsmStore         *store;
  char             *channel_id;
  char             *folder;
  CsmImapSettings  *settings;
  char             *reader_program;
  CsmMailboxPace    pace;
  GThread          *thread;
  GCancellable     *cancellable;
  CsmImapClient    *client;      /* while connected */
  CsmReaderClient  *reader;      /* while there are mails to read */
  CsmMailboxState   state;
  GArray           *postponed;   /* CsmMailboxPostponed */
  gboolean          is_sent;     /* whether the folder holds what was sent */
  const char       *remark;      /* what works only in part, or NULL */
  int               wake_fd;     /* readable: don't wait for the next try */
  gint64            last_in;     /* the last time that a mail was told of in the channel's record */
};

gboolean csm_mailbox_load      (CsmMailboxWatch  *self,
                                GError          **error);
gboolean csm_mailbox_open      (CsmMailboxWatch  *self,
                                GError          **error);
gboolean csm_mailbox_begin     (CsmMailboxWatch  *self,
                                GError          **error);
gboolean csm_mailbox_catch_up  (CsmMailboxWatch  *self,
                                gboolean          fresh,
                                GError          **error);
gboolean csm_mailbox_try_again (CsmMailboxWatch  *self,
                                GError          **error);
gint64   csm_mailbox_next_try  (CsmMailboxWatch  *self);
guint    csm_mailbox_tries_of  (CsmMailboxWatch  *self,
                                guint32           uid);
gboolean csm_mailbox_put_health (CsmTxn          *txn,
                                 const char      *channel_id,
                                 const char      *folder,
                                 const char      *why,
                                 gint64           last_in,
                                 GError         **error);

/* A group of mails that are fetched together and taken in by one transaction. */
typedef struct
{
  CsmMailboxWatch *watch;
  GArray          *wanted;     /* CsmImapMail without bodies, by UID */
  GPtrArray       *items;      /* CsmMailItem */
  GArray          *arrived;    /* guint32: their UIDs */
  const char      *cut;        /* why only headers are fetched, or NULL */
  GArray          *settled;    /* guint32: UIDs that need not be tried again */
  GArray          *postponed;  /* CsmMailboxPostponed */
  guint32          next_uid;   /* where to go on afterwards; 0: where it was */
  gint64           last_in;    /* to be told of; 0: not now */
  gboolean         careful;
  CsmImportResult  result;
} CsmMailboxGroup;

CsmMailboxGroup *csm_mailbox_group_new    (CsmMailboxWatch  *watch);
void             csm_mailbox_group_free   (CsmMailboxGroup  *self);
gboolean         csm_mailbox_group_take   (CsmMailboxGroup    *self,
                                           const CsmImapMail  *info,
                                           const CsmImapMail  *content,
                                           GError            **error);
gboolean         csm_mailbox_group_fetch  (CsmMailboxGroup  *self,
                                           GError          **error);
gboolean         csm_mailbox_group_commit (CsmMailboxGroup  *self,
                                           GError          **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmMailboxGroup, csm_mailbox_group_free)

G_END_DECLS
