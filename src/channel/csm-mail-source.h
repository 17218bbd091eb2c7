/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Mails from an mbox, a Maildir, a folder of .eml files, or one such file, one at a time.
 */
typedef struct _CsmMailSource CsmMailSource;

/**
 * CsmRawMail:
 * @bytes: the mail; %NULL when it could not be read from disk
 * @received: when its archive says it came, µs, or `CSM_TIME_NONE`
 * @problem: (nullable): why there are no bytes
 */
typedef struct
{
  GBytes *bytes;
  gint64  received;
  char   *problem;
} CsmRawMail;

void           csm_raw_mail_clear   (CsmRawMail     *self);
CsmMailSource *csm_mail_source_open (const char     *path,
                                     GError        **error);
void           csm_mail_source_free (CsmMailSource  *self);
gboolean       csm_mail_source_next (CsmMailSource  *self,
                                     CsmRawMail     *mail,
                                     GError        **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmMailSource, csm_mail_source_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CsmRawMail, csm_raw_mail_clear)

G_END_DECLS
