/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-intake-private.h"

#include "csm-address.h"
#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-time.h"

/* RFC 5321, section 6.3: so many servers have no mail to pass on but one that goes round. */
#define MAX_RECEIVED 100
/* More of one kind than this in a conversation within an hour, and nobody types them. */
#define MAX_PER_HOUR 10
#define MAX_LOOKED_AT 60
#define HOUR (3600 * CSM_SECOND)

/* Whether the mail went through too many servers, or is one that a program of this workspace wrote itself. */
gboolean
csm_intake_is_loop (CsmIntake  *self,
                    gboolean   *loop,
                    GError    **error)
{
  JsonObject *headers = csm_json_get_object (self->mail, "headers");
  const char *mark = csm_json_get_string (headers, "xCasementLoop");
  g_autoptr (CsmAccountRow) workspace = NULL;
  g_autofree char *address = csm_address_normalise (mark);

  *loop = csm_json_get_int (headers, "receivedCount", 0) >= MAX_RECEIVED;
  if (*loop || mark == NULL)
    return TRUE;
  if (address != NULL)
    return csm_parties_is_own (self->txn, address, loop, NULL, error);
  workspace = csm_txn_account_of (self->txn, NULL, error);
  if (workspace == NULL)
    return FALSE;
  *loop = g_ascii_strcasecmp (mark, workspace->id) == 0;
  return TRUE;
}

/* Whether the mail is one of very many that a machine wrote, or that say the same, in its conversation. */
gboolean
csm_intake_is_storm (CsmIntake  *self,
                     gboolean   *storm,
                     GError    **error)
{
  const char *conversation_id = csm_json_get_string (self->conversation, "id");
  const char *text = csm_json_get_string (self->message, "textBody");
  /* Where machines are expected they may say much, as long as it is not always the same. */
  gboolean expected = csm_intake_is_machine_lane (csm_json_get_string (self->case_, "lane"));
  g_autoptr (GPtrArray) ids = NULL;
  guint alike = 0;

  *storm = FALSE;
  if (self->incoming->history || self->parties.outgoing || self->reports)
    return TRUE;
  ids = csm_txn_recent_messages (self->txn, conversation_id, self->at - HOUR, MAX_LOOKED_AT, error);
  if (ids == NULL)
    return FALSE;
  for (guint i = 0; ids->len >= MAX_PER_HOUR && i < ids->len && alike < MAX_PER_HOUR; i++)
    {
      g_autoptr (JsonObject) message = csm_desk_load (self->txn, CSM_TYPE_ID_MESSAGE, g_ptr_array_index (ids, i), error);

      if (message == NULL)
        return FALSE;
      if (g_strcmp0 (csm_json_get_string (message, "direction"), "in") != 0)
        continue;
      alike += (!expected && self->automatic != NULL && csm_json_get_string (message, "automatic") != NULL) ||
               g_strcmp0 (csm_json_get_string (message, "textBody"), text) == 0;
    }
  *storm = alike >= MAX_PER_HOUR;
  return TRUE;
}
