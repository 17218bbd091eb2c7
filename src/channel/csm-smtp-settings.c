/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-smtp-settings.h"

/* RFC 8314 and RFC 6409 have the first two; the third is a relay's (RFC 5321). */
const CsmMailProtocol csm_mail_smtp = { "smtp:", { "implicit", "starttls", "none" }, { 465, 587, 25 }, FALSE };

/**
 * csm_smtp_settings_new:
 *
 * Returns: (transfer full): empty settings; not to be changed once others have them
 */
CsmSmtpSettings *
csm_smtp_settings_new (void)
{
  return g_atomic_rc_box_new0 (CsmSmtpSettings);
}

/**
 * csm_smtp_settings_ref:
 * @self: settings
 *
 * Returns: (transfer full): the same
 */
CsmSmtpSettings *
csm_smtp_settings_ref (CsmSmtpSettings *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * csm_smtp_settings_unref:
 * @self: settings
 */
void
csm_smtp_settings_unref (CsmSmtpSettings *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) csm_mail_server_clear);
}

/**
 * csm_smtp_settings_load:
 * @txn: a transaction
 * @channel_id: a channel
 * @error: return location
 *
 * Returns: (transfer full) (nullable): its settings with the password; %NULL without an error when its mail does not leave by SMTP
 */
CsmSmtpSettings *
csm_smtp_settings_load (CsmTxn      *txn,
                        const char  *channel_id,
                        GError     **error)
{
  g_autoptr (CsmSmtpSettings) self = csm_smtp_settings_new ();
  g_autoptr (JsonObject) stored = csm_mail_server_load (self, &csm_mail_smtp, txn, channel_id, error);

  return stored != NULL ? g_steal_pointer (&self) : NULL;
}

/**
 * csm_smtp_settings_save:
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
csm_smtp_settings_save (const CsmSmtpSettings  *self,
                        CsmTxn                 *txn,
                        const char             *channel_id,
                        GError                **error)
{
  g_autoptr (JsonObject) json = json_object_new ();

  return csm_mail_server_save (self, &csm_mail_smtp, json, txn, channel_id, error);
}

/**
 * csm_smtp_settings_forget:
 * @txn: a write transaction
 * @channel_id: a channel
 * @error: return location
 *
 * Its mail does not leave by SMTP any more; the password is gone.
 *
 * Returns: whether it worked
 */
gboolean
csm_smtp_settings_forget (CsmTxn      *txn,
                          const char  *channel_id,
                          GError     **error)
{
  return csm_mail_server_forget (&csm_mail_smtp, txn, channel_id, error);
}
