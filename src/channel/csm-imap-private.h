/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-imap-client.h"

G_BEGIN_DECLS

/* The literals that come unasked: names and the like. */
#define CSM_IMAP_SMALL_LITERAL 65536

struct _CsmImapClient
{
  const CsmImapSettings *settings;      /* borrowed */
  CsmImapStream         *stream;
  GCancellable          *cancellable;
  guint                  patience;      /* s */
  guint                  n_commands;
  GHashTable            *capabilities;  /* in capitals */
  char                  *farewell;      /* what BYE said */
  CsmImapFolder          folder;
  GArray                *found;         /* guint32; what SEARCH says goes there while it is not NULL */
  guint                  most_found;
  gboolean               has_vanished;  /* whether VANISHED comes instead of EXPUNGE */
  GArray                *gone;          /* guint32 pairs; what VANISHED says goes there while it is not NULL */
  GPtrArray             *listed;        /* CsmImapListed; what LIST says goes there while it is not NULL */
  CsmImapMailFunc        mail_func;     /* what FETCH says goes there while it is not NULL */
  gpointer               mail_data;
  gsize                  max_literal;
};

/* What a command may need besides its line: called for each "+" of the server; the line that it returns is sent. */
typedef char *(*CsmImapAnswerFunc) (const char *challenge, gpointer user_data);

gboolean csm_imap_client_command   (CsmImapClient      *self,
                                    GError            **error,
                                    const char         *format,
                                    ...) G_GNUC_PRINTF (3, 4);
gboolean csm_imap_client_converse  (CsmImapClient      *self,
                                    const char         *line,
                                    CsmImapAnswerFunc   answer,
                                    gpointer            user_data,
                                    GError            **error);
gboolean csm_imap_client_take      (CsmImapClient      *self,
                                    CsmImapResponse    *response,
                                    GError            **error);
void     csm_imap_client_take_vanished (CsmImapClient         *self,
                                        const CsmImapResponse *response);
gboolean csm_imap_client_take_listed (CsmImapClient         *self,
                                      const CsmImapResponse *response);
void     csm_imap_client_patience  (CsmImapClient      *self,
                                    guint64             bytes);
gboolean csm_imap_client_sign_in   (CsmImapClient      *self,
                                    GError            **error);
gboolean csm_imap_client_learn     (CsmImapClient      *self,
                                    GError            **error);
void     csm_imap_client_note_capabilities (CsmImapClient *self,
                                            const char    *list);

G_END_DECLS
