/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-imap-settings.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * A mail server that says what it is told to: it answers the n-th line that it gets with the n-th of @answers, the greeting being the
 * first; `$` is that line's tag, and after FLOOD it never ends. Connections are accepted by the main context, and have a thread each.
 */
typedef struct
{
  const char *const *answers;
  GSocketService    *service;
  guint16            port;
  CsmImapSettings   *settings;     /* to connect to it */
  GCancellable      *cancellable;
} FakeImap;

void fake_imap_start (FakeImap          *self,
                      const char *const *answers);
void fake_imap_stop  (FakeImap          *self);

G_END_DECLS
