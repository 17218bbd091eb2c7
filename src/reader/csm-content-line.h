/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CsmContentLine:
 * @name: in upper case, without a group
 * @parameters: (nullable): what stands between the name and the colon
 * @value: the rest
 *
 * A line of iCalendar or of a vCard.
 */
typedef struct
{
  char *name;
  char *parameters;
  char *value;
} CsmContentLine;

gboolean csm_content_line_next          (CsmContentLine  *self,
                                         const char     **text);
void     csm_content_line_clear         (CsmContentLine  *self);
gboolean csm_content_line_is            (CsmContentLine  *self,
                                         const char      *name,
                                         const char      *value);
char    *csm_content_line_dup_parameter (CsmContentLine  *self,
                                         const char      *name);
char    *csm_content_line_dup_text      (CsmContentLine  *self,
                                         gsize            limit);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CsmContentLine, csm_content_line_clear)

G_END_DECLS
