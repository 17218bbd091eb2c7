/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-channel-setup.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "csm-address.h"
#include "csm-desk-records.h"
#include "csm-error.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"
#include "csm-txn-mailbox.h"

#define MAX_NAME 255

/**
 * csm_channel_setup_new:
 *
 * Returns: (transfer full): an empty one
 */
CsmChannelSetup *
csm_channel_setup_new (void)
{
  CsmChannelSetup *self = g_new0 (CsmChannelSetup, 1);

  self->plus_addressing = -1;
  return self;
}

/**
 * csm_channel_setup_free:
 * @self: (nullable): a mailbox
 */
void
csm_channel_setup_free (CsmChannelSetup *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->name);
  g_free (self->address);
  g_free (self->team_id);
  g_free (self->sendmail);
  g_clear_pointer (&self->imap, csm_imap_settings_unref);
  g_clear_pointer (&self->smtp, csm_smtp_settings_unref);
  g_free (self);
}

/**
 * csm_channel_setup_get_grant:
 * @self: a mailbox
 *
 * Returns: (transfer none) (nullable): what stands for a password at one of its servers, or at both
 */
CsmMailGrant *
csm_channel_setup_get_grant (const CsmChannelSetup *self)
{
  if (self->imap != NULL && self->imap->grant != NULL)
    return self->imap->grant;
  return self->smtp != NULL ? self->smtp->grant : NULL;
}

static JsonObject *
load_record (CsmTxn      *txn,
             const char  *id,
             GError     **error)
{
  g_autoptr (GError) local = NULL;
  JsonObject *record = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CHANNEL), id, &local);

  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else if (record == NULL)
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("There is no such mailbox."));
  return record;
}

static char *
sendmail_key (const char *id)
{
  return g_strconcat ("sendmail:", id, NULL);
}

/**
 * csm_channel_setup_load:
 * @txn: a transaction
 * @id: a channel
 * @error: `CSM_ERROR_NOT_FOUND`
 *
 * Returns: (transfer full) (nullable): it, with its secrets
 */
CsmChannelSetup *
csm_channel_setup_load (CsmTxn      *txn,
                        const char  *id,
                        GError     **error)
{
  g_autoptr (CsmChannelSetup) self = csm_channel_setup_new ();
  g_autoptr (JsonObject) record = load_record (txn, id, error);
  g_autofree char *key = sendmail_key (id);
  g_autoptr (GError) local = NULL;

  if (record == NULL)
    return NULL;
  self->id = g_strdup (id);
  self->name = g_strdup (csm_json_get_string (record, "name"));
  self->address = g_strdup (csm_json_get_string (record, "address"));
  self->team_id = g_strdup (csm_json_get_string (record, "teamId"));
  self->sendmail = csm_txn_setting (txn, key, &local);
  if (local == NULL)
    self->imap = csm_imap_settings_load (txn, id, &local);
  if (local == NULL)
    self->smtp = csm_smtp_settings_load (txn, id, &local);
  if (local == NULL)
    return g_steal_pointer (&self);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* --- Checking ------------------------------------------------------------------------------------------------------------------ */

static gboolean
is_free (CsmChannelSetup  *self,
         CsmTxn           *txn,
         const char       *key,
         GError          **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *id = csm_txn_find_channel (txn, key, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (id == NULL || g_strcmp0 (id, self->id) == 0)
    return TRUE;
  g_set_error (error, CSM_ERROR, CSM_ERROR_EXISTS, _("There is a channel “%s” already"), key);
  return FALSE;
}

static gboolean
check (CsmChannelSetup  *self,
       CsmTxn           *txn,
       GError          **error)
{
  gboolean has_team = FALSE;

  if (self->name == NULL || *g_strstrip (self->name) == '\0' || strlen (self->name) > MAX_NAME || !g_utf8_validate (self->name, -1, NULL))
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, _("The mailbox needs a name."));
      return FALSE;
    }
  if (self->address == NULL || !csm_address_is_valid (self->address))
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, _("“%s” is not an email address"), self->address != NULL ? self->address : "");
      return FALSE;
    }
  if (self->team_id != NULL && !csm_desk_exists (txn, CSM_TYPE_ID_TEAM, self->team_id, &has_team, error))
    return FALSE;
  if (self->team_id != NULL && !has_team)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("There is no such team."));
      return FALSE;
    }
  return is_free (self, txn, self->name, error) && is_free (self, txn, self->address, error);
}

/* --- Writing ------------------------------------------------------------------------------------------------------------------- */

/* What was wrong with folders that are not read any more is no trouble. */
static void
prune_health (JsonObject            *health,
              const CsmImapSettings *imap)
{
  static const char *const members[] = { "state", "since", "why", "folders" };
  JsonObject *folders = csm_json_get_object (health, "folders");
  g_autoptr (GList) names = folders != NULL ? json_object_get_members (folders) : NULL;
  gboolean pruned = FALSE, failing = FALSE;

  for (guint i = 0; imap == NULL && i < G_N_ELEMENTS (members); i++)
    json_object_remove_member (health, members[i]);
  for (GList *link = names; imap != NULL && link != NULL; link = link->next)
    {
      gboolean is_read = g_strv_contains ((const char *const *) imap->folders, link->data) || g_strcmp0 (imap->sent_folder, link->data) == 0;

      failing |= is_read && csm_json_get_string (json_object_get_object_member (folders, link->data), "why") != NULL;
      pruned |= !is_read;
      if (!is_read)
        json_object_remove_member (folders, link->data);
    }
  if (!pruned || failing)
    return;
  csm_json_set_string (health, "state", "ok");
  json_object_remove_member (health, "why");
}

static JsonObject *
take_health (JsonObject *record)
{
  JsonObject *health = csm_json_get_object (record, "health");

  health = health != NULL ? csm_json_copy_object (health) : json_object_new ();
  json_object_set_object_member (record, "health", health);
  return health;
}

/* The record changes with each change of the settings, for those who follow it. */
static void
note_retry (JsonObject *record)
{
  JsonObject *health = take_health (record), *out = csm_json_get_object (health, "out");

  csm_json_set_time (health, "retry", csm_time_now ());
  if (out == NULL || !json_object_has_member (out, "copiesLost"))
    return;
  /* Somebody has seen it. */
  out = csm_json_copy_object (out);
  json_object_remove_member (out, "copiesLost");
  if (!json_object_has_member (out, "copies"))
    json_object_remove_member (out, "copyWhy");
  json_object_set_object_member (health, "out", out);
}

static gboolean
save_record (CsmChannelSetup  *self,
             CsmTxn           *txn,
             GError          **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_CHANNEL);
  g_autoptr (JsonObject) record = self->id != NULL ? load_record (txn, self->id, error) : json_object_new ();

  if (record == NULL)
    return FALSE;
  if (self->id == NULL)
    csm_json_set_string (record, "kind", "email");
  csm_json_set_string (record, "name", self->name);
  csm_json_set_string (record, "address", self->address);
  csm_json_set_string (record, "teamId", self->team_id);
  json_object_set_boolean_member (record, "canSend", self->sendmail != NULL || self->smtp != NULL);
  if (self->plus_addressing >= 0)
    json_object_set_boolean_member (record, "plusAddressing", self->plus_addressing > 0);
  note_retry (record);
  prune_health (csm_json_get_object (record, "health"), self->imap);
  if (self->sendmail == NULL && self->smtp == NULL)
    json_object_remove_member (csm_json_get_object (record, "health"), "out");
  if (self->id != NULL)
    {
      json_object_set_boolean_member (record, "enabled", TRUE);
      return csm_desk_save (txn, CSM_TYPE_ID_CHANNEL, record, error);
    }
  self->id = csm_id_new ('h');
  return csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, type, self->id, record, error);
}

/**
 * csm_channel_setup_save:
 * @self: a mailbox; gets an id when it has none
 * @txn: a write transaction
 * @error: `CSM_ERROR_INVALID`, `CSM_ERROR_NOT_FOUND`, `CSM_ERROR_EXISTS`: one sentence for the person who asked
 *
 * A server that runs follows at once.
 *
 * Returns: whether it was written
 */
gboolean
csm_channel_setup_save (CsmChannelSetup  *self,
                        CsmTxn           *txn,
                        GError          **error)
{
  CsmMailGrant *grant = csm_channel_setup_get_grant (self);
  g_autofree char *key = NULL;

  if (!check (self, txn, error) || !save_record (self, txn, error))
    return FALSE;
  key = sendmail_key (self->id);
  return csm_txn_set_setting (txn, key, self->sendmail, error) &&
         (grant != NULL ? csm_mail_grant_save (grant, txn, self->id, error) : csm_mail_grant_forget (txn, self->id, error)) &&
         (self->imap != NULL ? csm_imap_settings_save (self->imap, txn, self->id, error) : csm_imap_settings_forget (txn, self->id, error)) &&
         (self->smtp != NULL ? csm_smtp_settings_save (self->smtp, txn, self->id, error) : csm_smtp_settings_forget (txn, self->id, error));
}

/**
 * csm_channel_setup_remove:
 * @txn: a write transaction
 * @id: a channel
 * @error: `CSM_ERROR_NOT_FOUND`
 *
 * Its cases stay, and so does its record, which they name; nothing comes in or goes out any more, and no password is kept.
 *
 * Returns: whether it worked
 */
gboolean
csm_channel_setup_remove (CsmTxn      *txn,
                          const char  *id,
                          GError     **error)
{
  g_autoptr (JsonObject) record = load_record (txn, id, error);
  g_autofree char *key = sendmail_key (id);

  if (record == NULL)
    return FALSE;
  json_object_set_boolean_member (record, "enabled", FALSE);
  json_object_set_boolean_member (record, "canSend", FALSE);
  json_object_set_object_member (record, "health", json_object_new ());
  return csm_desk_save (txn, CSM_TYPE_ID_CHANNEL, record, error) &&
         csm_txn_set_setting (txn, key, NULL, error) &&
         csm_mail_grant_forget (txn, id, error) &&
         csm_imap_settings_forget (txn, id, error) &&
         csm_smtp_settings_forget (txn, id, error);
}

/**
 * csm_channel_setup_retry:
 * @txn: a write transaction
 * @id: a channel
 * @error: `CSM_ERROR_NOT_FOUND`
 *
 * Has a server that runs try at once what it would try later: `health.retry` says since when somebody wants that.
 *
 * Returns: whether it worked
 */
gboolean
csm_channel_setup_retry (CsmTxn      *txn,
                         const char  *id,
                         GError     **error)
{
  g_autoptr (JsonObject) record = load_record (txn, id, error);

  if (record == NULL)
    return FALSE;
  note_retry (record);
  return csm_desk_save (txn, CSM_TYPE_ID_CHANNEL, record, error);
}

/* --- As an app has it ------------------------------------------------------------------------------------------------------------ */

/**
 * csm_channel_setup_read:
 * @self: a mailbox; what it holds takes the place of what is absent
 * @json: settings: {imap, smtp, sendmail, grant}; with a grant, whose server has no password of its own signs in by it
 * @error: `CSM_ERROR_INVALID`, `CSM_ERROR_FORBIDDEN`: one sentence for the person who typed it
 *
 * Returns: whether they can be used
 */
gboolean
csm_channel_setup_read (CsmChannelSetup  *self,
                        JsonObject       *json,
                        GError          **error)
{
  JsonObject *imap = csm_json_get_object (json, "imap"), *smtp = csm_json_get_object (json, "smtp");
  JsonObject *granted = csm_json_get_object (json, "grant");
  const char *sendmail = csm_json_get_string (json, "sendmail");
  g_autoptr (CsmMailGrant) grant = granted != NULL ? csm_mail_grant_read_json (granted, csm_channel_setup_get_grant (self), error) : NULL;

  if (granted != NULL && grant == NULL)
    return FALSE;
  /* A command that the server runs is for those who can run commands there. */
  if (sendmail != NULL && g_strcmp0 (sendmail, self->sendmail) != 0)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_FORBIDDEN, _("The command that sends mail can only be set on the server’s command line."));
      return FALSE;
    }
  if (imap != NULL)
    {
      g_autoptr (CsmImapSettings) settings = csm_imap_settings_read_json (imap, self->imap, grant, error);

      if (settings == NULL)
        return FALSE;
      g_clear_pointer (&self->imap, csm_imap_settings_unref);
      self->imap = g_steal_pointer (&settings);
    }
  else if (json_object_has_member (json, "imap"))
    {
      g_clear_pointer (&self->imap, csm_imap_settings_unref);
    }
  if (smtp != NULL)
    {
      g_autoptr (CsmSmtpSettings) settings = csm_smtp_settings_read_json (smtp, self->smtp, grant, error);

      if (settings == NULL)
        return FALSE;
      g_clear_pointer (&self->smtp, csm_smtp_settings_unref);
      self->smtp = g_steal_pointer (&settings);
    }
  else if (json_object_has_member (json, "smtp"))
    {
      g_clear_pointer (&self->smtp, csm_smtp_settings_unref);
    }
  return TRUE;
}

/**
 * csm_channel_setup_write:
 * @self: a mailbox
 *
 * Returns: (transfer full): its settings, without secrets
 */
JsonObject *
csm_channel_setup_write (const CsmChannelSetup *self)
{
  JsonObject *json = json_object_new ();

  json_object_set_null_member (json, "imap");
  json_object_set_null_member (json, "smtp");
  if (self->imap != NULL)
    json_object_set_object_member (json, "imap", csm_imap_settings_write_json (self->imap));
  if (self->smtp != NULL)
    json_object_set_object_member (json, "smtp", csm_smtp_settings_write_json (self->smtp));
  csm_json_set_string (json, "sendmail", self->sendmail);
  if (csm_channel_setup_get_grant (self) != NULL)
    json_object_set_object_member (json, "grant", csm_mail_grant_write_json (csm_channel_setup_get_grant (self)));
  else
    json_object_set_null_member (json, "grant");
  return json;
}
