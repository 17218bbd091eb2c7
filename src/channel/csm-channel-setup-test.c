/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-channel-setup.h"

#include <glib/gi18n-lib.h>

#include "csm-imap-list.h"
#include "csm-json.h"
#include "csm-smtp-session.h"

/* How long a mail server may be silent, s; somebody waits, and no longer than a minute for all of it. */
#define PATIENCE 10

typedef struct
{
  const CsmChannelSetup *setup;
  GCancellable          *cancellable;
} Trial;

static gpointer
try_sending (gpointer data)
{
  const Trial *trial = data;
  g_autofree char *why = NULL;
  gboolean ok = csm_smtp_test (trial->setup->smtp, PATIENCE, trial->cancellable, &why);
  JsonObject *answer = json_object_new ();

  json_object_set_boolean_member (answer, "ok", ok);
  csm_json_set_string (answer, "description", ok ? _("The mail server would send our mail.") : why);
  return answer;
}

/**
 * csm_channel_setup_test:
 * @self: a mailbox that need not be stored
 * @cancellable: ends all that blocks
 *
 * Tries both ways at the same time. Nothing is changed or sent. Any thread; blocks.
 *
 * Returns: (transfer full): {imap: {ok, description, folders}, smtp: {ok, description}}: either may be null
 */
JsonObject *
csm_channel_setup_test (const CsmChannelSetup *self,
                        GCancellable          *cancellable)
{
  Trial trial = { self, cancellable };
  GThread *thread = self->smtp != NULL ? g_thread_new ("csm-try-sending", try_sending, &trial) : NULL;
  JsonObject *answer = json_object_new ();

  json_object_set_null_member (answer, "imap");
  json_object_set_null_member (answer, "smtp");
  if (self->imap != NULL)
    json_object_set_object_member (answer, "imap", csm_imap_probe (self->imap, PATIENCE, cancellable));
  if (thread != NULL)
    json_object_set_object_member (answer, "smtp", g_thread_join (thread));
  return answer;
}
