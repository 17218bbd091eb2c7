/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-command.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <sodium.h>

#include "csm-address.h"
#include "csm-error.h"
#include "csm-json.h"
#include "csm-password.h"
#include "csm-terminal.h"

/* What the command line says of a person. */
typedef struct
{
  const char *email;
  char       *name;
  char       *role;
  char      **teams;
  char       *password_file;
  gboolean    no_password;
  char       *hash;      /* NULL: no password */
  const char *device;    /* NULL: all */
  char       *person_id; /* (out) */
} User;

static void
user_clear (User *user)
{
  g_free (user->name);
  g_free (user->role);
  g_strfreev (user->teams);
  g_free (user->password_file);
  g_free (user->hash);
  g_free (user->person_id);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (User, user_clear)

/* --- Passwords ----------------------------------------------------------------------------------------------------------- */

static void
wipe (char *password)
{
  if (password != NULL)
    sodium_memzero (password, strlen (password));
  g_free (password);
}

static char *
read_password_file (const char  *path,
                    GError     **error)
{
  g_autoptr (GError) local = NULL;
  char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, &local))
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("The password file can't be read: %s"), local->message);
      return NULL;
    }
  text[strcspn (text, "\r\n")] = '\0';
  return text;
}

static char *
ask_password (GError **error)
{
  char *first = csm_terminal_ask_password (_("Password: "), error);
  char *second = first != NULL ? csm_terminal_ask_password (_("The same again: "), error) : NULL;

  if (second != NULL && !g_str_equal (first, second))
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, _("The two passwords differ"));
      wipe (g_steal_pointer (&first));
    }
  if (second == NULL)
    wipe (g_steal_pointer (&first));
  wipe (second);
  return first;
}

static gboolean
take_password (User    *user,
               GError **error)
{
  char *password;

  if (user->no_password)
    return TRUE;
  password = user->password_file != NULL ? read_password_file (user->password_file, error) : ask_password (error);
  if (password == NULL)
    return FALSE;
  if (csm_password_check_new (password, error))
    user->hash = csm_password_hash (password, error);
  wipe (password);
  return user->hash != NULL;
}

/* --- user add --------------------------------------------------------------------------------------------------------------- */

static JsonObject *
find_teams (CsmTxn      *txn,
            char       **names,
            GError     **error)
{
  g_autoptr (JsonObject) ids = json_object_new ();

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autoptr (GError) local = NULL;
      g_autofree char *id = csm_command_find (txn, CSM_TYPE_ID_TEAM, names[i], &local);

      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      else if (id == NULL)
        g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("There is no team “%s”"), names[i]);
      if (id == NULL)
        return NULL;
      json_object_set_boolean_member (ids, id, TRUE);
    }
  return g_steal_pointer (&ids);
}

static gpointer
add_user (CsmTxn        *txn,
          gpointer       input,
          GCancellable  *cancellable,
          GError       **error)
{
  User *user = input;
  g_autofree char *other = csm_txn_find_person (txn, user->email, error);
  g_autoptr (JsonObject) person = json_object_new ();
  JsonObject *teams;

  if (other != NULL)
    g_set_error (error, CSM_ERROR, CSM_ERROR_EXISTS, _("%s is here already"), user->email);
  if (*error != NULL)
    return NULL;
  teams = find_teams (txn, user->teams, error);
  if (teams == NULL)
    return NULL;
  json_object_set_string_member (person, "email", user->email);
  json_object_set_string_member (person, "name", user->name);
  json_object_set_string_member (person, "role", user->role != NULL ? user->role : "agent");
  json_object_set_object_member (person, "teamIds", teams);
  if (csm_command_add (txn, CSM_TYPE_ID_PERSON, person, error) && user->hash != NULL)
    csm_txn_set_password (txn, csm_json_get_string (person, "id"), user->hash, error);
  return NULL;
}

/**
 * csm_command_user_add:
 * @invocation: `user add EMAIL --name N --role R [--team T …] [--password-file F]`
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_command_user_add (CsmInvocation  *invocation,
                      GError        **error)
{
  g_auto (User) user = { 0 };
  const GOptionEntry options[] = {
    { "name", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &user.name, N_("The person's name"), N_("NAME") },
    { "role", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING, &user.role, N_("admin, lead or agent"), N_("ROLE") },
    { "team", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_STRING_ARRAY, &user.teams, N_("A team; may be given several times"), N_("TEAM") },
    { "password-file", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &user.password_file, N_("Take the password from a file's first line"), N_("FILE") },
    { "no-password", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, &user.no_password, N_("Without a password: the person can't sign in"), NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (CsmStore) store = NULL;
  g_autoptr (GError) local = NULL;

  if (!csm_command_parse (invocation, options, 1, 1, error) || !csm_command_need (user.name, "--name", error))
    return FALSE;
  user.email = invocation->argv[1];
  if (!csm_address_is_valid (user.email))
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, _("“%s” is not an email address"), user.email);
      return FALSE;
    }
  store = csm_command_open (invocation, error);
  if (store == NULL || !take_password (&user, error))
    return FALSE;
  csm_store_run (store, TRUE, add_user, &user, &local);
  if (local == NULL)
    g_print (_("Added %s <%s>\n"), user.name, user.email);
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return *error == NULL;
}

/* --- user list ---------------------------------------------------------------------------------------------------------------- */

static gboolean
print_user (const char *id,
            const char *json,
            gpointer    user_data)
{
  g_autoptr (JsonNode) node = csm_json_parse_trusted (json, -1);
  JsonObject *person = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  if (person != NULL)
    g_print ("%s\t%s\t%s\t%s\n", csm_json_get_string (person, "email"), csm_json_get_string (person, "role"),
             csm_json_get_boolean (person, "active") ? _("active") : _("inactive"), csm_json_get_string (person, "name"));
  return TRUE;
}

static gpointer
list_users (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  csm_txn_each (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_PERSON), G_MAXINT32, print_user, NULL, error);
  return NULL;
}

/**
 * csm_command_user_list:
 * @invocation: `user list`
 * @error: return location
 *
 * Prints a line for each person: address, role, active or not, name; tabs between.
 *
 * Returns: whether it worked
 */
gboolean
csm_command_user_list (CsmInvocation  *invocation,
                       GError        **error)
{
  g_autoptr (CsmStore) store = NULL;

  if (!csm_command_parse (invocation, NULL, 0, 0, error))
    return FALSE;
  store = csm_command_open (invocation, error);
  if (store == NULL)
    return FALSE;
  csm_store_run (store, FALSE, list_users, NULL, error);
  return *error == NULL;
}

/* --- user tokens, revoke, password ----------------------------------------------------------------------------------------------- */

static gboolean
find_user (CsmTxn  *txn,
           User    *user,
           GError **error)
{
  g_autoptr (GError) local = NULL;

  user->person_id = csm_txn_find_person (txn, user->email, &local);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else if (user->person_id == NULL)
    g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("There is nobody with the address %s"), user->email);
  return user->person_id != NULL;
}

static gpointer
list_tokens (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  return find_user (txn, input, error) ? csm_txn_list_tokens (txn, ((User *) input)->person_id, error) : NULL;
}

/**
 * csm_command_user_tokens:
 * @invocation: `user tokens EMAIL`
 * @error: return location
 *
 * Prints a line for each device: id, since when, last used, name; tabs between.
 *
 * Returns: whether it worked
 */
gboolean
csm_command_user_tokens (CsmInvocation  *invocation,
                         GError        **error)
{
  g_auto (User) user = { 0 };
  g_autoptr (CsmStore) store = NULL;
  g_autoptr (GPtrArray) tokens = NULL;

  if (!csm_command_parse (invocation, NULL, 1, 1, error))
    return FALSE;
  store = csm_command_open (invocation, error);
  if (store == NULL)
    return FALSE;
  user.email = invocation->argv[1];
  tokens = csm_store_run (store, FALSE, list_tokens, &user, error);
  for (guint i = 0; tokens != NULL && i < tokens->len; i++)
    {
      JsonObject *token = g_ptr_array_index (tokens, i);
      const char *name = csm_json_get_string (token, "deviceName");

      g_print ("%s\t%s\t%s\t%s\n", csm_json_get_string (token, "deviceId"), csm_json_get_string (token, "created"),
               csm_json_get_string (token, "lastUsed"), name != NULL ? name : "");
    }
  return tokens != NULL;
}

static gpointer
sign_out (CsmTxn        *txn,
          gpointer       input,
          GCancellable  *cancellable,
          GError       **error)
{
  User *user = input;
  g_autoptr (GPtrArray) tokens = find_user (txn, user, error) ? csm_txn_list_tokens (txn, user->person_id, error) : NULL;
  guint n = 0;

  for (guint i = 0; tokens != NULL && i < tokens->len; i++)
    n += user->device == NULL || g_strcmp0 (csm_json_get_string (g_ptr_array_index (tokens, i), "deviceId"), user->device) == 0;
  if (tokens == NULL)
    return NULL;
  if (n == 0 && user->device != NULL)
    g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("%s is not signed in on the device %s"), user->email, user->device);
  else
    csm_txn_revoke_token (txn, user->person_id, user->device, error);
  return GUINT_TO_POINTER (n);
}

/**
 * csm_command_user_revoke:
 * @invocation: `user revoke EMAIL [DEVICE]`
 * @error: return location
 *
 * A device, or all devices, must sign in again; a serving process closes what they have open.
 *
 * Returns: whether it worked
 */
gboolean
csm_command_user_revoke (CsmInvocation  *invocation,
                         GError        **error)
{
  g_auto (User) user = { 0 };
  g_autoptr (CsmStore) store = NULL;
  guint n;

  if (!csm_command_parse (invocation, NULL, 1, 2, error))
    return FALSE;
  store = csm_command_open (invocation, error);
  if (store == NULL)
    return FALSE;
  user.email = invocation->argv[1];
  user.device = invocation->argv[2];
  n = GPOINTER_TO_UINT (csm_store_run (store, TRUE, sign_out, &user, error));
  if (*error != NULL)
    return FALSE;
  csm_store_wake_others (store);
  g_print (g_dngettext (GETTEXT_PACKAGE, "Signed %s out on %u device\n", "Signed %s out on %u devices\n", n), user.email, n);
  return TRUE;
}

static gpointer
set_password (CsmTxn        *txn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  User *user = input;

  if (find_user (txn, user, error) && csm_txn_set_password (txn, user->person_id, user->hash, error))
    csm_txn_revoke_token (txn, user->person_id, NULL, error);
  return NULL;
}

static gpointer
look_for_user (CsmTxn        *txn,
               gpointer       input,
               GCancellable  *cancellable,
               GError       **error)
{
  g_auto (User) found = { .email = input };

  find_user (txn, &found, error);
  return NULL;
}

/**
 * csm_command_user_password:
 * @invocation: `user password EMAIL [--password-file F]`
 * @error: return location
 *
 * Gives a person a new password and signs them out everywhere.
 *
 * Returns: whether it worked
 */
gboolean
csm_command_user_password (CsmInvocation  *invocation,
                           GError        **error)
{
  g_auto (User) user = { 0 };
  const GOptionEntry options[] = {
    { "password-file", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME, &user.password_file, N_("Take the password from a file's first line"), N_("FILE") },
    { "no-password", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, &user.no_password, N_("Without a password: the person can't sign in"), NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (CsmStore) store = NULL;

  if (!csm_command_parse (invocation, options, 1, 1, error))
    return FALSE;
  store = csm_command_open (invocation, error);
  if (store == NULL)
    return FALSE;
  user.email = invocation->argv[1];
  csm_store_run (store, FALSE, look_for_user, (gpointer) user.email, error);
  if (*error != NULL || !take_password (&user, error))
    return FALSE;
  csm_store_run (store, TRUE, set_password, &user, error);
  if (*error != NULL)
    return FALSE;
  csm_store_wake_others (store);
  g_print (_("%s has a new password and must sign in again\n"), user.email);
  return TRUE;
}
