/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-imap-response.h"

G_BEGIN_DECLS

/**
 * CsmImapFolder:
 * @exists: how many mails are in it
 * @uid_validity: what its UIDs belong to
 * @uid_next: the UID that the next mail gets at least; 0: the server didn't say
 * @modseq: its highest modification sequence; 0: the server knows none
 * @arrivals: changes whenever there are more mails than before
 *
 * What the server says of the folder that is open.
 */
typedef struct
{
  guint32 exists;
  guint32 uid_validity;
  guint32 uid_next;
  gint64  modseq;
  guint   arrivals;
} CsmImapFolder;

/**
 * CsmImapKnown:
 * @uid_validity: what the UIDs belong to
 * @modseq: up to which the folder is known
 * @uids: (array length=n_uids): mails of interest, ascending
 * @n_uids: how many
 * @gone: (element-type guint32) (out): those of them that are there no more; pairs: the first and the last of a range
 *
 * What is known of a folder that is opened again (RFC 7162, section 3.2.5.2).
 */
typedef struct
{
  guint32        uid_validity;
  gint64         modseq;
  const guint32 *uids;
  guint          n_uids;
  GArray        *gone;
} CsmImapKnown;

/* FALSE with @error: nothing more of this. */
typedef gboolean (*CsmImapMailFunc) (CsmImapMail *mail, gpointer user_data, GError **error);

/*
 * Speaks IMAP (RFC 3501) with one server about one folder, which csm_imap_client_examine() opens for reading only: it can't change anything
 * there. One thread's; blocks. After an error the connection is of no use but for CSM_IMAP_ERROR_REFUSED.
 */
typedef struct _CsmImapClient CsmImapClient;

CsmImapClient       *csm_imap_client_open       (const CsmImapSettings  *settings,
                                                 guint                   patience,
                                                 GCancellable           *cancellable,
                                                 GError                **error);
void                 csm_imap_client_free       (CsmImapClient          *self);
gboolean             csm_imap_client_has        (CsmImapClient          *self,
                                                 const char             *capability);
gboolean             csm_imap_client_examine    (CsmImapClient          *self,
                                                 const char             *folder,
                                                 const CsmImapKnown     *known,
                                                 GError                **error);
gboolean             csm_imap_client_select     (CsmImapClient          *self,
                                                 const char             *folder,
                                                 const CsmImapKnown     *known,
                                                 GError                **error);
gboolean             csm_imap_client_mark_seen  (CsmImapClient          *self,
                                                 const guint32          *uids,
                                                 guint                   n_uids,
                                                 GError                **error);
gboolean             csm_imap_client_move       (CsmImapClient          *self,
                                                 const guint32          *uids,
                                                 guint                   n_uids,
                                                 const char             *folder,
                                                 GError                **error);
const CsmImapFolder *csm_imap_client_get_folder (CsmImapClient          *self);
GArray              *csm_imap_client_find       (CsmImapClient          *self,
                                                 guint32                 from,
                                                 gint64                  since,
                                                 GError                **error);
gboolean             csm_imap_client_fetch      (CsmImapClient          *self,
                                                 const guint32          *uids,
                                                 guint                   n_uids,
                                                 const char             *items,
                                                 gsize                   most,
                                                 CsmImapMailFunc         func,
                                                 gpointer                user_data,
                                                 GError                **error);
gboolean             csm_imap_client_idle       (CsmImapClient          *self,
                                                 guint                   arrivals,
                                                 guint                   milliseconds,
                                                 GError                **error);
gboolean             csm_imap_client_look       (CsmImapClient          *self,
                                                 GError                **error);
void                 csm_imap_client_leave      (CsmImapClient          *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmImapClient, csm_imap_client_free)

G_END_DECLS
