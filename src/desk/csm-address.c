/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-address.h"

#include <string.h>

#include "csm-json.h"

#define MAX_ADDRESS 254
#define MAX_LOCAL 64

/**
 * csm_address_normalise:
 * @address: (nullable): a mail address from outside
 *
 * One spelling for one mailbox: no brackets, no blanks around it, no dot at the end, lower case. RFC 5321 allows a local part to
 * depend on case; no mailbox that is in use does.
 *
 * Returns: (transfer full) (nullable): the address, or %NULL when it has no two sides of an @
 */
char *
csm_address_normalise (const char *address)
{
  g_autofree char *copy = NULL;
  char *text, *at;
  gsize length;

  if (address == NULL || !g_utf8_validate (address, -1, NULL))
    return NULL;
  copy = g_strdup (address);
  text = g_strstrip (copy);
  length = strlen (text);
  if (length > 2 && text[0] == '<' && text[length - 1] == '>')
    {
      text[length - 1] = '\0';
      text = g_strstrip (text + 1);
    }
  at = strrchr (text, '@');
  if (at == NULL || at == text || at[1] == '\0')
    return NULL;
  length = strlen (at);
  if (length > 2 && at[length - 1] == '.')
    at[length - 1] = '\0';
  return g_utf8_strdown (text, -1);
}

/**
 * csm_address_is_valid:
 * @address: (nullable): what a person wants to send to
 *
 * Returns: whether a mail server can be asked to deliver there: one @, nothing that could end a header field or
 *   begin an option, within the lengths of RFC 5321, section 4.5.3.1
 */
gboolean
csm_address_is_valid (const char *address)
{
  const char *at;

  if (address == NULL || !g_utf8_validate (address, -1, NULL) || strlen (address) > MAX_ADDRESS || *address == '-')
    return FALSE;
  at = strchr (address, '@');
  if (at == NULL || at == address || at - address > MAX_LOCAL || at[1] == '\0' || strchr (at + 1, '@') != NULL)
    return FALSE;
  for (const char *c = address; *c != '\0'; c++)
    {
      if ((guchar) *c <= ' ' || *c == 0x7f || strchr ("<>()[],;:\\\"", *c) != NULL)
        return FALSE;
    }
  return at[1] != '.' && at[1] != '-' && !g_str_has_suffix (address, ".") && strstr (at, "..") == NULL;
}

/**
 * csm_address_domain:
 * @address: an address
 *
 * Returns: what stands behind the @, or "" when there is none
 */
const char *
csm_address_domain (const char *address)
{
  const char *at = strrchr (address, '@');

  return at != NULL ? at + 1 : "";
}

/**
 * csm_address_without_tag:
 * @address: a normalised address
 *
 * Returns: (transfer full) (nullable): the address without "+tag" (RFC 5233), or %NULL when it has none
 */
char *
csm_address_without_tag (const char *address)
{
  const char *at = strrchr (address, '@');
  const char *plus = strchr (address, '+');

  if (at == NULL || plus == NULL || plus > at || plus == address)
    return NULL;
  return g_strdup_printf ("%.*s%s", (int) (plus - address), address, at);
}

/* The domain of what looks like an address in @name, or NULL. */
static char *
domain_in_name (const char *name)
{
  const char *at = strchr (name, '@');
  const char *end;

  if (at == NULL || at == name || !g_ascii_isalnum (at[1]) || g_ascii_isspace (at[-1]))
    return NULL;
  end = at + 1;
  while (g_ascii_isalnum (*end) || *end == '.' || *end == '-')
    end++;
  while (end > at + 1 && end[-1] == '.')
    end--;
  return memchr (at + 1, '.', end - at - 1) != NULL ? g_ascii_strdown (at + 1, end - at - 1) : NULL;
}

static gboolean
turns_direction (const char *name)
{
  for (const char *c = name; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar letter = g_utf8_get_char (c);

      if ((letter >= 0x202a && letter <= 0x202e) || (letter >= 0x2066 && letter <= 0x2069))
        return TRUE;
    }
  return FALSE;
}

/**
 * csm_address_name_deceives:
 * @name: (nullable): a display name
 * @address: the normalised address that it stands before
 *
 * Returns: whether the name shows another address than the real one, or turns the direction of writing to hide one
 */
gboolean
csm_address_name_deceives (const char *name,
                           const char *address)
{
  g_autofree char *domain = NULL;

  if (name == NULL || !g_utf8_validate (name, -1, NULL))
    return FALSE;
  if (turns_direction (name))
    return TRUE;
  domain = domain_in_name (name);
  return domain != NULL && g_strcmp0 (domain, csm_address_domain (address)) != 0;
}

/**
 * csm_address_list_tidy:
 * @list: (nullable): a list of {name, address} from a person's app
 * @bad: (out): how many members are no address
 *
 * Returns: (transfer full): the list with nothing else in it, each address once
 */
JsonArray *
csm_address_list_tidy (JsonArray *list,
                       guint     *bad)
{
  JsonArray *tidy = json_array_new ();
  g_autoptr (GHashTable) met = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  *bad = 0;
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      JsonObject *given = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *address = csm_json_get_string (given, "address");
      const char *name = csm_json_get_string (given, "name");
      JsonObject *entry;

      if (!csm_address_is_valid (address) || (name != NULL && strpbrk (name, "\r\n") != NULL))
        {
          ++*bad;
          continue;
        }
      if (!g_hash_table_add (met, csm_address_normalise (address)))
        continue;
      entry = json_object_new ();
      csm_json_set_string (entry, "name", name);
      csm_json_set_string (entry, "address", address);
      json_array_add_object_element (tidy, entry);
    }
  return tidy;
}

/**
 * csm_address_list_has:
 * @list: (nullable): a list of {name, address}
 * @address: a normalised address
 *
 * Returns: whether the list has it
 */
gboolean
csm_address_list_has (JsonArray  *list,
                      const char *address)
{
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      g_autofree char *other = NULL;

      if (!JSON_NODE_HOLDS_OBJECT (node))
        continue;
      other = csm_address_normalise (csm_json_get_string (json_node_get_object (node), "address"));
      if (g_strcmp0 (other, address) == 0)
        return TRUE;
    }
  return FALSE;
}
