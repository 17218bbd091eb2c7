/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Which of what a message repeats of others. */
typedef enum
{
  CSM_MESSAGE_TEXT_ALL,     /* as it came */
  CSM_MESSAGE_TEXT_NEW,     /* without what is folded below it */
  CSM_MESSAGE_TEXT_AUTHORED /* that, and without a signature */
} CsmMessageTextParts;

char *csm_message_text         (JsonObject          *message,
                                CsmMessageTextParts  parts);
char *csm_message_text_quote   (const char          *text,
                                guint                max_lines);
char *csm_message_text_people  (JsonArray           *mailboxes,
                                gboolean             full);
char *csm_message_text_summary (JsonObject          *message,
                                guint                max_chars);

G_END_DECLS
