/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* HTTP/1.1 (RFC 9112) and WebSocket frames (RFC 6455) as far as the proxy has to know them. All block. */

/* A request or an answer: the head with its empty line, and the body. */
typedef struct
{
  GString    *head;
  GByteArray *body;
} FaultText;

FaultText *fault_text_read        (int          fd);
void       fault_text_free        (FaultText   *text);
gboolean   fault_text_is_upgrade  (FaultText   *text);
gboolean   fault_text_has         (FaultText   *text,
                                   const char  *match);
/* The connection is to end with the answer. */
GBytes    *fault_text_write_alone (FaultText   *text);
gboolean   fault_write            (int          fd,
                                   const void  *data,
                                   gsize        length);
GBytes    *fault_read_all         (int          fd);
GBytes    *fault_answer           (const char  *status,
                                   const char  *headers,
                                   const char  *body);
/* (nullable): the first whole frame, taken out of @bytes; @is_change: it is a StateChange */
GBytes    *fault_take_frame       (GByteArray  *bytes,
                                   gboolean    *is_change);
/* The Session with another limit, and everything with another state of it */
GBytes    *fault_limit_answer     (GBytes      *answer,
                                   guint        objects_in_set);
/* (nullable): the answer to a request that goes over the limit */
GBytes    *fault_limit_refuse     (FaultText   *request,
                                   guint        objects_in_set);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FaultText, fault_text_free)

G_END_DECLS
