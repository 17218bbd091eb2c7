/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CsmTnefFile:
 * @name: (nullable): what the sender calls it
 * @type: its media type
 * @cid: (nullable): what HTML calls it
 * @bytes: its content; of a message in the message, that message as RFC 5322 has it
 */
typedef struct
{
  char *name;
  char *type;
  char *cid;
  GBytes *bytes;
} CsmTnefFile;

/**
 * CsmTnef:
 * @subject: (nullable): of the message
 * @from_name: (nullable): who wrote it
 * @from_address: (nullable): their address
 * @to: (nullable): names of recipients, as one line
 * @date: (nullable): when it was sent
 * @text: (nullable): the body as plain text
 * @html: (nullable): the body as HTML in UTF-8
 * @files: (element-type CsmTnefFile): what was attached
 * @damaged: whether some of it could not be read
 *
 * What a winmail.dat holds.
 */
typedef struct
{
  char *subject;
  char *from_name;
  char *from_address;
  char *to;
  GDateTime *date;
  char *text;
  char *html;
  GPtrArray *files;
  gboolean damaged;
} CsmTnef;

CsmTnef *csm_tnef_read (const guint8 *data,
                        gsize         length);
void     csm_tnef_free (CsmTnef      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmTnef, csm_tnef_free)

G_END_DECLS
