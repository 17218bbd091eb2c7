/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A larger part is kept in a file. */
#define CSM_PARSED_MAIL_MAX_IN_MEMORY (256 * 1024)
/* No system has larger pages. */
#define CSM_PARSED_MAIL_PAGE (64 * 1024)

#define CSM_TYPE_PARSED_MAIL (csm_parsed_mail_get_type ())

/**
 * CsmParsedMail:
 * @json: what `casement-reader` says about a message; see src/reader/README.md
 * @parts: (element-type GBytes): the decoded bytes that "parts" of @json lists, in that order; large ones are mapped
 *   from a file, so that looking at them brings them into memory
 * @file: the file with the large ones, or -1
 * @places: (element-type goffset): where in it each part begins, -1 for one that is in memory
 *
 * A message that has been read. Nobody changes it once its parts are complete, so that any thread may hold it.
 */
typedef struct
{
  JsonObject *json;
  GPtrArray *parts;
  int file;
  GArray *places;
} CsmParsedMail;

GType          csm_parsed_mail_get_type   (void);
CsmParsedMail *csm_parsed_mail_new        (GBytes        *json,
                                           GError       **error);
gboolean       csm_parsed_mail_add_part   (CsmParsedMail *self,
                                           GBytes        *bytes,
                                           GError       **error);
gboolean       csm_parsed_mail_add_part_in_file (CsmParsedMail *self,
                                           int            fd,
                                           goffset        offset,
                                           gsize          length,
                                           GError       **error);
gboolean       csm_parsed_mail_get_place  (CsmParsedMail *self,
                                           guint          index,
                                           int           *fd,
                                           goffset       *offset);
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
