/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-signature.h"

#include <string.h>

#include "csm-json.h"

static const char *
find_value (const char *placeholder,
            gsize       length,
            JsonObject *channel,
            JsonObject *person,
            const char *team)
{
  const char *value = NULL;

  if (length == 4 && strncmp (placeholder, "name", length) == 0)
    value = person != NULL ? csm_json_get_string (person, "name") : NULL;
  else if (length == 5 && strncmp (placeholder, "email", length) == 0)
    value = channel != NULL ? csm_json_get_string (channel, "address") : NULL;
  else if (length == 4 && strncmp (placeholder, "team", length) == 0)
    value = team != NULL ? team : channel != NULL ? csm_json_get_string (channel, "name") : NULL;
  else
    return NULL;
  return value != NULL ? value : "";
}

/**
 * csm_signature_fill:
 * @text: a signature with placeholders
 * @channel: (nullable): the Channel that it is sent by
 * @person: (nullable): who writes
 * @team: (nullable): the name of the channel's team; %NULL: the channel's name stands for it
 *
 * Replaces {name} by the person's name, {email} by the channel's address, since that is where an answer has to go, and {team}.
 * What else is in braces stays as it is.
 *
 * Returns: (transfer full): the text as customers see it, without space at its end
 */
char *
csm_signature_fill (const char *text,
                    JsonObject *channel,
                    JsonObject *person,
                    const char *team)
{
  GString *filled = g_string_new (NULL);

  g_return_val_if_fail (text != NULL, g_string_free (filled, FALSE));
  while (*text != '\0')
    {
      const char *end = *text == '{' ? strchr (text, '}') : NULL;
      const char *value = end != NULL ? find_value (text + 1, (gsize) (end - text - 1), channel, person, team) : NULL;

      if (value != NULL)
        {
          g_string_append (filled, value);
          text = end + 1;
          continue;
        }
      g_string_append_c (filled, *text);
      text++;
    }
  return g_strchomp (g_string_free (filled, FALSE));
}

/**
 * csm_signature_for:
 * @channel: (nullable): the Channel that a reply leaves by
 * @person: (nullable): who writes
 * @team: (nullable): the name of the channel's team
 *
 * What a person wrote for the channel, and otherwise what the channel offers everybody. A person who emptied theirs wants none.
 *
 * Returns: (transfer full) (nullable): what comes below #CSM_SIGNATURE_SEPARATOR; %NULL: nothing
 */
char *
csm_signature_for (JsonObject *channel,
                   JsonObject *person,
                   const char *team)
{
  const char *channel_id = channel != NULL ? csm_json_get_string (channel, "id") : NULL;
  JsonObject *all = person != NULL ? csm_json_get_object (person, "signatures") : NULL;
  JsonObject *own = all != NULL && channel_id != NULL ? csm_json_get_object (all, channel_id) : NULL;
  const char *text = own != NULL ? csm_json_get_string (own, "text") : NULL;
  g_autofree char *filled = NULL;

  if (text == NULL && channel != NULL)
    text = csm_json_get_string (channel, "signature");
  filled = text != NULL ? csm_signature_fill (text, channel, person, team) : NULL;
  return filled != NULL && filled[0] != '\0' ? g_steal_pointer (&filled) : NULL;
}
