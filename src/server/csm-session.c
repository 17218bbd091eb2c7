/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-session.h"

#include <string.h>

#include "csm-jmap-error.h"
#include "csm-jmap-limits.h"
#include "csm-json.h"

#define STATE_LENGTH 20

static char *
find_email (CsmTxn              *txn,
            const CsmPrincipal  *who,
            GError             **error)
{
  g_autoptr (JsonObject) person = NULL;

  if (who->email != NULL)
    return g_strdup (who->email);
  person = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_PERSON), who->person_id, error);
  return g_strdup (csm_json_get_string (person, "email"));
}

static char *
make_state (const CsmSession *self)
{
  g_autofree char *all = g_strjoin ("\n", CSM_VERSION, self->base_url, self->username, self->workspace->id, self->workspace->name, self->personal->id, self->time_zone, NULL);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, all, -1);

  return g_strndup (hash, STATE_LENGTH);
}

static char *
find_time_zone (CsmTxn  *txn,
                GError **error)
{
  g_autoptr (GError) local = NULL;
  char *chosen = csm_txn_setting (txn, CSM_SETTING_TIME_ZONE, &local);
  g_autoptr (GTimeZone) here = NULL;

  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  if (*error != NULL || chosen != NULL)
    return chosen;
  here = g_time_zone_new_local ();
  return g_strdup (g_time_zone_get_identifier (here));
}

/* Guests know the workspace by its name, and nothing else of it. */
static CsmAccountRow *
find_home (CsmTxn              *txn,
           const CsmPrincipal  *who,
           GError             **error)
{
  g_autoptr (CsmAccountRow) workspace = csm_txn_account_of (txn, NULL, error);
  g_autoptr (GPtrArray) projections = NULL;

  if (workspace == NULL || who->projection == 0)
    return g_steal_pointer (&workspace);
  projections = csm_txn_projections (txn, error);
  for (guint i = 0; projections != NULL && i < projections->len; i++)
    {
      CsmAccountRow *row = g_ptr_array_index (projections, i);

      if (row->account != who->projection)
        continue;
      g_free (row->name);
      row->name = g_steal_pointer (&workspace->name);
      return g_ptr_array_steal_index (projections, i);
    }
  if (projections != NULL)
    g_set_error_literal (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_GONE, "Nothing is shared with this guest any more.");
  return NULL;
}

/**
 * csm_session_load:
 * @txn: a transaction
 * @who: who asks
 * @base_url: what this server's URLs begin with for them
 * @error: return location
 *
 * Returns: (transfer full): their session
 */
CsmSession *
csm_session_load (CsmTxn              *txn,
                  const CsmPrincipal  *who,
                  const char          *base_url,
                  GError             **error)
{
  g_autoptr (CsmSession) self = g_new0 (CsmSession, 1);
  g_autoptr (GError) local = NULL;

  self->workspace = find_home (txn, who, error);
  if (self->workspace == NULL)
    return NULL;
  self->personal = csm_txn_account_of (txn, who->person_id, error);
  if (self->personal == NULL)
    return NULL;
  self->is_guest = who->projection != 0;
  self->username = find_email (txn, who, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (self->username == NULL)
    self->username = g_strdup ("");
  self->base_url = g_strdup (base_url);
  self->time_zone = find_time_zone (txn, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  self->state = make_state (self);
  return g_steal_pointer (&self);
}

/**
 * csm_session_free:
 * @session: (transfer full): a session
 */
void
csm_session_free (CsmSession *session)
{
  g_clear_pointer (&session->workspace, csm_account_row_free);
  g_clear_pointer (&session->personal, csm_account_row_free);
  g_free (session->username);
  g_free (session->base_url);
  g_free (session->time_zone);
  g_free (session->state);
  g_free (session);
}

static JsonObject *
core_capability (void)
{
  JsonObject *core = json_object_new ();
  JsonArray *collations = json_array_new ();

  json_array_add_string_element (collations, "i;unicode-casemap");
  json_object_set_int_member (core, "maxSizeUpload", CSM_JMAP_MAX_SIZE_UPLOAD);
  json_object_set_int_member (core, "maxConcurrentUpload", CSM_JMAP_MAX_CONCURRENT_UPLOAD);
  json_object_set_int_member (core, "maxSizeRequest", CSM_JMAP_MAX_SIZE_REQUEST);
  json_object_set_int_member (core, "maxConcurrentRequests", CSM_JMAP_MAX_CONCURRENT_REQUESTS);
  json_object_set_int_member (core, "maxCallsInRequest", CSM_JMAP_MAX_CALLS_IN_REQUEST);
  json_object_set_int_member (core, "maxObjectsInGet", CSM_JMAP_MAX_OBJECTS_IN_GET);
  json_object_set_int_member (core, "maxObjectsInSet", CSM_JMAP_MAX_OBJECTS_IN_SET);
  json_object_set_array_member (core, "collationAlgorithms", collations);
  return core;
}

static JsonObject *
socket_capability (const CsmSession *self)
{
  JsonObject *socket = json_object_new ();
  /* "http…" becomes "ws…", and "https…" "wss…". */
  g_autofree char *url = g_strconcat ("ws", self->base_url + strlen ("http"), "/jmap/ws", NULL);

  json_object_set_string_member (socket, "url", url);
  json_object_set_boolean_member (socket, "supportsPush", TRUE);
  return socket;
}

static JsonObject *
empty (void)
{
  return json_object_new ();
}

static JsonObject *
write_account (const CsmSession *self,
               const char       *name,
               gboolean          is_personal)
{
  JsonObject *object = json_object_new (), *capabilities = json_object_new ();

  json_object_set_string_member (object, "name", name);
  json_object_set_boolean_member (object, "isPersonal", is_personal);
  json_object_set_boolean_member (object, "isReadOnly", FALSE);
  if (is_personal)
    json_object_set_object_member (capabilities, CSM_CAPABILITY_PERSONAL, empty ());
  else
    {
      JsonObject *desk = empty ();

      csm_json_set_string (desk, "timeZone", self->time_zone);
      json_object_set_object_member (capabilities, CSM_CAPABILITY_DESK, desk);
      if (!self->is_guest)
        json_object_set_object_member (capabilities, CSM_CAPABILITY_INTERNAL, empty ());
    }
  json_object_set_object_member (object, "accountCapabilities", capabilities);
  return object;
}

static void
write_urls (const CsmSession *self,
            JsonObject       *object)
{
  static const char * const urls[][2] = {
    { "apiUrl", "/jmap/api" },
    { "downloadUrl", "/jmap/download/{accountId}/{blobId}/{name}?type={type}" },
    { "uploadUrl", "/jmap/upload/{accountId}" },
    { "eventSourceUrl", "/jmap/eventsource?types={types}&closeafter={closeafter}&ping={ping}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_autofree char *url = g_strconcat (self->base_url, urls[i][1], NULL);

      json_object_set_string_member (object, urls[i][0], url);
    }
}

/**
 * csm_session_write:
 * @session: a session
 *
 * Returns: (transfer full): the Session object (RFC 8620, section 2) as JSON
 */
char *
csm_session_write (const CsmSession *session)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonObject *capabilities = json_object_new (), *accounts = json_object_new (), *primary = json_object_new ();

  json_object_set_object_member (capabilities, CSM_JMAP_CAPABILITY_CORE, core_capability ());
  json_object_set_object_member (capabilities, CSM_JMAP_CAPABILITY_WEBSOCKET, socket_capability (session));
  json_object_set_object_member (capabilities, CSM_CAPABILITY_DESK, empty ());
  if (!session->is_guest)
    json_object_set_object_member (capabilities, CSM_CAPABILITY_INTERNAL, empty ());
  json_object_set_object_member (capabilities, CSM_CAPABILITY_PERSONAL, empty ());
  json_object_set_object_member (object, "capabilities", capabilities);

  json_object_set_object_member (accounts, session->workspace->id, write_account (session, session->workspace->name, FALSE));
  json_object_set_object_member (accounts, session->personal->id, write_account (session, session->username, TRUE));
  json_object_set_object_member (object, "accounts", accounts);

  json_object_set_string_member (primary, CSM_CAPABILITY_DESK, session->workspace->id);
  if (!session->is_guest)
    json_object_set_string_member (primary, CSM_CAPABILITY_INTERNAL, session->workspace->id);
  json_object_set_string_member (primary, CSM_CAPABILITY_PERSONAL, session->personal->id);
  json_object_set_object_member (object, "primaryAccounts", primary);

  json_object_set_string_member (object, "username", session->username);
  write_urls (session, object);
  json_object_set_string_member (object, "state", session->state);
  return csm_json_write_object (object);
}
