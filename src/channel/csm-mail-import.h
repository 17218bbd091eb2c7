/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-spool.h"
#include "csm-store.h"

G_BEGIN_DECLS

/* A mail over this is set aside with its original. */
#define CSM_MAIL_MAX_SIZE (64 * 1024 * 1024)

/**
 * CsmImportResult:
 * @read: mails that were found
 * @added: messages that were made, those set aside included
 * @duplicates: mails that were there already
 * @set_aside: mails that could not be read: kept, shown, and listed by `check`
 */
typedef struct
{
  guint64 read;
  guint64 added;
  guint64 duplicates;
  guint64 set_aside;
} CsmImportResult;

/* After each batch, in the calling thread. */
typedef void (*CsmImportProgress) (const CsmImportResult *so_far, gpointer user_data);

gboolean csm_mail_import_run (CsmStore           *store,
                              const char         *channel_id,
                              const char         *path,
                              const char         *reader_program,
                              CsmImportProgress   progress,
                              gpointer            user_data,
                              CsmImportResult    *result,
                              GError            **error);
gboolean csm_mail_deliver    (CsmStore           *store,
                              const char         *channel_id,
                              GBytes             *raw,
                              const char         *reader_program,
                              GError            **error);
gboolean csm_mail_deliver_spool (CsmStore        *store,
                              const char         *channel_id,
                              CsmSpool           *raw,
                              const char         *reader_program,
                              GError            **error);

G_END_DECLS
