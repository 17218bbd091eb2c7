/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * CsmMailView:
 * @mail: what casement-reader says; borrowed
 * @headers: (nullable): its headers; borrowed
 * @report: (nullable): the kind of report that it is; borrowed
 * @from: (nullable): the writer's normalised address; borrowed
 * @submitted: (nullable): Auto-Submitted's keyword (RFC 3834, section 5)
 * @own_list: whether the mailbox's own address is that of a mailing list which passed the mail on
 *
 * An incoming mail as rules look at it. csm_mail_view_clear() frees what is inside.
 */
typedef struct
{
  JsonObject *mail;
  JsonObject *headers;
  const char *report;
  const char *from;
  char       *submitted;
  gboolean    own_list;
  /*< private >*/
  char       *subject;
  char       *text;
} CsmMailView;

void        csm_mail_view_init             (CsmMailView       *self,
                                            JsonObject        *mail,
                                            const char        *from,
                                            const char        *mailbox);
void        csm_mail_view_clear            (CsmMailView       *self);
const char *csm_mail_view_subject          (CsmMailView       *self);
const char *csm_mail_view_text             (CsmMailView       *self);
gboolean    csm_mail_view_has_header       (const CsmMailView *self,
                                            const char        *member);
gboolean    csm_mail_view_header_is        (const CsmMailView *self,
                                            const char        *member,
                                            const char *const *words);
gboolean    csm_mail_view_header_begins    (const CsmMailView *self,
                                            const char        *member,
                                            const char *const *words);
gboolean    csm_mail_view_local_part_begins (const CsmMailView *self,
                                             const char *const *words);
gboolean    csm_mail_view_local_part_has   (const CsmMailView *self,
                                            const char *const *words);
gboolean    csm_mail_view_refers           (const CsmMailView *self);
char       *csm_mail_view_fold             (const char        *text);
char       *csm_mail_view_auto_submitted   (const char        *field);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CsmMailView, csm_mail_view_clear)

G_END_DECLS
