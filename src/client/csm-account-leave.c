/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-account-private.h"

#include <glib/gi18n-lib.h>

#include "csm-json.h"

/* An account that is closed. */

static void
on_purged (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (CsmAccount) self = user_data;
  g_autoptr (GError) error = NULL;

  self->leaving = FALSE;
  if (!csm_cache_purge_finish (CSM_CACHE (source), result, &error))
    g_warning ("what is kept here can't be removed: %s", error->message);
  csm_upkeep_forget_files (self->upkeep);
}

/**
 * csm_account_leave:
 * @self: an account
 *
 * The server said that this person has no business here: what it showed them goes, what they wrote stays and can be exported.
 */
void
csm_account_leave (CsmAccount *self)
{
  if (self->leaving)
    return;
  self->leaving = TRUE;
  csm_account_sign_out (self, _("Your account in this workspace was closed. Its content was removed from this computer; what you wrote and did not send is still here."));
  csm_cache_purge_async (self->cache, NULL, on_purged, g_object_ref (self));
}

static void
on_me (GObject      *source,
       GAsyncResult *result,
       gpointer      user_data)
{
  g_autoptr (CsmAccount) self = user_data;
  g_autoptr (JsonObject) me = csm_cache_load_record_finish (CSM_CACHE (source), result, NULL);

  if (me != NULL && json_object_has_member (me, "active") && !csm_json_get_boolean (me, "active"))
    csm_account_leave (self);
}

/**
 * csm_account_look_for_me:
 * @self: an account
 * @set: what changed
 *
 * Leaves when the record of the person who sits here says that they may not come in any more.
 */
void
csm_account_look_for_me (CsmAccount   *self,
                         CsmChangeSet *set)
{
  const CsmRemoteSession *session = csm_connection_get_session (self->connection);

  if (session != NULL && set->ids[CSM_TYPE_ID_PERSON] != NULL && g_hash_table_contains (set->ids[CSM_TYPE_ID_PERSON], session->person_id))
    csm_cache_load_record_async (self->cache, CSM_TYPE_ID_PERSON, session->person_id, NULL, on_me, g_object_ref (self));
}
