/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-imap-settings.h"

#include <string.h>

#include "csm-json.h"
#include "csm-time.h"

#define AFTER_SEEN "seen"
#define AFTER_MOVE "move:"

/* The ports are those of RFC 8314 and RFC 9051. */
const CsmMailProtocol csm_mail_imap = { "imap:", { "implicit", "starttls", "none-on-loopback" }, { 993, 143, 143 }, TRUE };

static void
clear (gpointer data)
{
  CsmImapSettings *self = data;

  csm_mail_server_clear (&self->server);
  g_strfreev (self->folders);
  g_free (self->sent_folder);
  g_free (self->after);
}

/**
 * csm_imap_settings_new:
 *
 * Returns: (transfer full): empty settings; not to be changed once others have them
 */
CsmImapSettings *
csm_imap_settings_new (void)
{
  return g_atomic_rc_box_new0 (CsmImapSettings);
}

/**
 * csm_imap_settings_copy:
 * @self: settings
 *
 * Returns: (transfer full): others that say the same, and may be changed
 */
CsmImapSettings *
csm_imap_settings_copy (const CsmImapSettings *self)
{
  CsmImapSettings *copy = csm_imap_settings_new ();

  *copy = *self;
  csm_mail_server_copy (&copy->server, &self->server);
  copy->folders = g_strdupv (self->folders);
  copy->sent_folder = g_strdup (self->sent_folder);
  copy->after = g_strdup (self->after);
  return copy;
}

/**
 * csm_imap_settings_ref:
 * @self: settings
 *
 * Returns: (transfer full): the same
 */
CsmImapSettings *
csm_imap_settings_ref (CsmImapSettings *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * csm_imap_settings_unref:
 * @self: settings
 */
void
csm_imap_settings_unref (CsmImapSettings *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/**
 * csm_imap_settings_set_after:
 * @self: settings
 * @text: (nullable): none, seen or move:FOLDER; %NULL is none
 *
 * Returns: whether it is one of them
 */
gboolean
csm_imap_settings_set_after (CsmImapSettings *self,
                             const char      *text)
{
  gboolean none = text == NULL || g_str_equal (text, "none");

  if (!none && !g_str_equal (text, AFTER_SEEN) && (!g_str_has_prefix (text, AFTER_MOVE) || text[strlen (AFTER_MOVE)] == '\0' || strpbrk (text, "\r\n") != NULL))
    return FALSE;
  g_free (self->after);
  self->after = none ? NULL : g_strdup (text);
  return TRUE;
}

/**
 * csm_imap_settings_get_archive:
 * @self: settings
 *
 * Returns: (transfer none) (nullable): the folder that mails which were taken in go to
 */
const char *
csm_imap_settings_get_archive (const CsmImapSettings *self)
{
  return self->after != NULL && g_str_has_prefix (self->after, AFTER_MOVE) ? self->after + strlen (AFTER_MOVE) : NULL;
}

/**
 * csm_imap_settings_equal:
 * @a: settings
 * @b: settings
 *
 * Returns: whether they say the same
 */
gboolean
csm_imap_settings_equal (const CsmImapSettings *a,
                         const CsmImapSettings *b)
{
  return csm_mail_server_equal (&a->server, &b->server) && g_strv_equal ((const char *const *) a->folders, (const char *const *) b->folders) &&
         g_strcmp0 (a->sent_folder, b->sent_folder) == 0 && g_strcmp0 (a->after, b->after) == 0 &&
         a->added == b->added && a->since == b->since;
}

static char **
read_folders (JsonObject *json)
{
  g_autoptr (GStrvBuilder) folders = g_strv_builder_new ();
  JsonArray *list = csm_json_get_array (json, "folders");

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      if (csm_json_is_string (json_array_get_element (list, i)))
        g_strv_builder_add (folders, json_array_get_string_element (list, i));
    }
  return g_strv_builder_end (folders);
}

/**
 * csm_imap_settings_load:
 * @txn: a transaction
 * @channel_id: a channel
 * @error: return location
 *
 * Returns: (transfer full) (nullable): its settings with the password; %NULL without an error when its mail does not come by IMAP
 */
CsmImapSettings *
csm_imap_settings_load (CsmTxn      *txn,
                        const char  *channel_id,
                        GError     **error)
{
  g_autoptr (CsmImapSettings) self = csm_imap_settings_new ();
  g_autoptr (JsonObject) json = csm_mail_server_load (&self->server, &csm_mail_imap, txn, channel_id, error);

  if (json == NULL)
    return NULL;
  self->folders = read_folders (json);
  self->sent_folder = g_strdup (csm_json_get_string (json, "sentFolder"));
  csm_imap_settings_set_after (self, csm_json_get_string (json, "after"));
  self->added = csm_json_get_time (json, "added");
  self->since = csm_json_get_time (json, "since");
  return g_steal_pointer (&self);
}

/**
 * csm_imap_settings_save:
 * @self: settings
 * @txn: a write transaction
 * @channel_id: a channel
 * @error: return location
 *
 * The password is stored encrypted; a grant is stored by csm_mail_grant_save().
 *
 * Returns: whether it worked
 */
gboolean
csm_imap_settings_save (const CsmImapSettings  *self,
                        CsmTxn                 *txn,
                        const char             *channel_id,
                        GError                **error)
{
  g_autoptr (JsonObject) json = json_object_new ();
  JsonArray *folders = json_array_new ();

  for (guint i = 0; self->folders[i] != NULL; i++)
    json_array_add_string_element (folders, self->folders[i]);
  json_object_set_array_member (json, "folders", folders);
  csm_json_set_string (json, "sentFolder", self->sent_folder);
  csm_json_set_string (json, "after", self->after);
  csm_json_set_time (json, "added", self->added);
  csm_json_set_time (json, "since", self->since);
  return csm_mail_server_save (&self->server, &csm_mail_imap, json, txn, channel_id, error);
}

/**
 * csm_imap_settings_forget:
 * @txn: a write transaction
 * @channel_id: a channel
 * @error: return location
 *
 * Its mail does not come by IMAP any more. How far its folders were read stays, in case it does again.
 *
 * Returns: whether it worked
 */
gboolean
csm_imap_settings_forget (CsmTxn      *txn,
                          const char  *channel_id,
                          GError     **error)
{
  return csm_mail_server_forget (&csm_mail_imap, txn, channel_id, error);
}
