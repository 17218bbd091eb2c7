/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define CSM_TYPE_PARSED_MAIL (csm_parsed_mail_get_type ())

/**
 * CsmParsedMail:
 * @json: what `casement-reader` says about a message; see src/reader/README.md
 * @parts: (element-type GBytes): the decoded bytes that "parts" of @json lists, in that order
 *
 * A message that has been read. Nobody changes it once its parts are complete, so that any thread may hold it.
 */
typedef struct
{
  JsonObject *json;
  GPtrArray *parts;
} CsmParsedMail;

GType          csm_parsed_mail_get_type   (void);
CsmParsedMail *csm_parsed_mail_new        (GBytes        *json,
                                           GError       **error);
gboolean       csm_parsed_mail_add_part   (CsmParsedMail *self,
                                           GBytes        *bytes,
                                           GError       **error);
guint          csm_parsed_mail_get_expected (CsmParsedMail *self);
CsmParsedMail *csm_parsed_mail_ref        (CsmParsedMail *self);
void           csm_parsed_mail_unref      (CsmParsedMail *self);
gboolean       csm_parsed_mail_is_ok      (CsmParsedMail *self);
const char    *csm_parsed_mail_get_reason (CsmParsedMail *self);
const char    *csm_parsed_mail_get_string (CsmParsedMail *self,
                                           const char    *member);
JsonArray     *csm_parsed_mail_get_array  (CsmParsedMail *self,
                                           const char    *member);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmParsedMail, csm_parsed_mail_unref)

G_END_DECLS
