/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-patch.h"

#include <string.h>

#include "csm-error.h"
#include "csm-json.h"

/* One token of a JSON Pointer (RFC 6901): "~1" is "/", "~0" is "~". */
static char *
unescape (const char *token)
{
  GString *text = g_string_new (NULL);

  for (const char *at = token; *at != '\0'; at++)
    {
      if (*at != '~')
        {
          g_string_append_c (text, *at);
          continue;
        }
      at++;
      if (*at != '0' && *at != '1')
        {
          g_string_free (text, TRUE);
          return NULL;
        }
      g_string_append_c (text, *at == '1' ? '/' : '~');
    }
  return g_string_free (text, FALSE);
}

static gboolean
invalid (GError     **error,
         const char  *key,
         const char  *why)
{
  g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, "“%s” %s", key, why);
  return FALSE;
}

static void
set_property (const CsmRecordType *type,
              JsonObject          *record,
              const char          *name,
              JsonNode            *value)
{
  const CsmProperty *property = csm_record_type_property (type, name);

  if (JSON_NODE_HOLDS_NULL (value) && property != NULL)
    json_object_set_member (record, name, csm_property_default (property));
  else
    json_object_set_member (record, name, csm_json_copy (value));
}

static gboolean
apply_one (const CsmRecordType  *type,
           JsonObject           *record,
           const char           *key,
           JsonNode             *value,
           GError              **error)
{
  g_auto (GStrv) tokens = g_strsplit (key, "/", -1);
  guint n = g_strv_length (tokens);
  JsonObject *at = record;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *token = unescape (tokens[i]);
      JsonNode *below;

      if (token == NULL)
        return invalid (error, key, "is not a JSON pointer");
      if (i + 1 == n && i == 0)
        {
          set_property (type, record, token, value);
          return TRUE;
        }
      if (i + 1 == n)
        {
          if (JSON_NODE_HOLDS_NULL (value))
            json_object_remove_member (at, token);
          else
            json_object_set_member (at, token, csm_json_copy (value));
          return TRUE;
        }
      below = json_object_get_member (at, token);
      if (below == NULL)
        return invalid (error, key, "leads to nothing");
      if (!JSON_NODE_HOLDS_OBJECT (below))
        return invalid (error, key, "leads into something that is not an object");
      at = json_node_get_object (below);
    }
  return invalid (error, key, "is empty");
}

static gboolean
keys_overlap (JsonObject  *patch,
              GList       *keys,
              GError     **error)
{
  for (GList *l = keys; l != NULL; l = l->next)
    {
      g_autofree char *key = g_strdup (l->data);

      for (char *slash = strrchr (key, '/'); slash != NULL; slash = strrchr (key, '/'))
        {
          *slash = '\0';
          if (json_object_has_member (patch, key))
            return !invalid (error, key, "is a prefix of another key");
        }
    }
  return FALSE;
}

/**
 * csm_patch_apply:
 * @type: the record's type
 * @record: a whole record
 * @patch: a PatchObject (RFC 8620, section 5.3); a whole object is one too
 * @error: `CSM_ERROR_INVALID`: `invalidPatch`
 *
 * Null gives a property its default and removes a member further down. What comes out has
 * not been validated: see csm_validate_update().
 *
 * Returns: (transfer full): a new record
 */
JsonObject *
csm_patch_apply (const CsmRecordType  *type,
                 JsonObject           *record,
                 JsonObject           *patch,
                 GError              **error)
{
  g_autoptr (JsonObject) result = csm_json_copy_object (record);
  g_autoptr (GList) keys = json_object_get_members (patch);

  if (keys_overlap (patch, keys, error))
    return NULL;
  for (GList *l = keys; l != NULL; l = l->next)
    {
      if (!apply_one (type, result, l->data, json_object_get_member (patch, l->data), error))
        return NULL;
    }
  return g_steal_pointer (&result);
}
