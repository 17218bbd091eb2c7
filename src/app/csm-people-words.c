/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-people-words.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-json.h"
#include "csm-role.h"
#include "csm-time.h"

/* Whether somebody was given a code and has not chosen a password yet. */
gboolean
csm_people_is_invited (JsonObject *person,
                       JsonObject *access)
{
  return access != NULL && csm_json_get_boolean (person, "active") && !csm_json_get_boolean (access, "hasPassword");
}

/* Returns: (transfer full): "Lead · Service, Product" */
char *
csm_people_say_role (CsmDirectory *directory,
                     JsonObject   *person)
{
  const char *role = csm_role_name (csm_json_get_string (person, "role"));
  JsonObject *teams = csm_json_get_object (person, "teamIds");
  GString *text = g_string_new (role != NULL ? _(role) : NULL);
  gboolean first = TRUE;

  for (guint i = 0; teams != NULL && i < directory->teams->len + directory->partners->len; i++)
    {
      JsonObject *team = i < directory->teams->len ? directory->teams->pdata[i] : directory->partners->pdata[i - directory->teams->len];
      const char *name = csm_json_get_string (team, "name");

      if (name == NULL || !json_object_has_member (teams, csm_json_get_string (team, "id")))
        continue;
      /* Translators: between the members of a list: "Agent, Lead" */
      g_string_append (text, first ? " · " : _(", "));
      g_string_append (text, name);
      first = FALSE;
    }
  return g_string_free (text, FALSE);
}

/* Returns: (transfer full) (nullable): whether and since when they come in; %NULL: that is not known here */
char *
csm_people_say_access (JsonObject *person,
                       JsonObject *access,
                       gboolean    me,
                       gint64      now)
{
  gint64 until = access != NULL ? csm_json_get_time (access, "invitedUntil") : CSM_TIME_NONE;
  gint64 used = access != NULL ? csm_json_get_time (access, "lastUsed") : CSM_TIME_NONE;
  g_autofree char *when = NULL;

  if (!csm_json_get_boolean (person, "active"))
    return g_strdup (_("Can’t sign in"));
  if (me)
    return g_strdup (_("That is you"));
  if (access == NULL)
    return NULL;
  if (csm_people_is_invited (person, access) && until > now)
    {
      when = csm_format_when_long (until);
      /* Translators: %s is a day and time */
      return g_strdup_printf (_("Invited; the code works until %s"), when);
    }
  if (csm_people_is_invited (person, access))
    return g_strdup (_("Has no password, and no code that works"));
  if (used == CSM_TIME_NONE)
    return g_strdup (_("Not signed in anywhere"));
  when = csm_format_when_long (used);
  /* Translators: %s is a day and time */
  return g_strdup_printf (_("Last here %s"), when);
}

/* Returns: (transfer full): why the server could not be asked */
char *
csm_people_say_problem (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED))
    return g_strdup (_("This needs the network. Please try again when you are online."));
  return g_strdup (error->message);
}
