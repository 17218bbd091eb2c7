/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-draft-files.h"

#include "csm-json.h"

/* @record: (nullable): a Draft. Returns: (transfer full): key → file, of those that are not on their way */
JsonObject *
csm_draft_files_list (JsonObject *record)
{
  JsonObject *all = record != NULL ? csm_json_get_object (record, "files") : NULL, *files = json_object_new ();
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  if (all == NULL)
    return files;
  json_object_iter_init_ordered (&iter, all);
  while (json_object_iter_next_ordered (&iter, &key, &node))
    if (JSON_NODE_HOLDS_OBJECT (node) && !csm_json_get_boolean (json_node_get_object (node), "sent"))
      json_object_set_object_member (files, key, json_object_ref (json_node_get_object (node)));
  return files;
}

/* @file: (nullable): it goes. Returns: (transfer full): another Draft, that has it under @key */
JsonObject *
csm_draft_files_note (JsonObject *record,
                      const char *key,
                      JsonObject *file)
{
  JsonObject *noted = csm_json_copy_object (record), *files = csm_json_get_object (noted, "files");

  if (files == NULL)
    {
      files = json_object_new ();
      json_object_set_object_member (noted, "files", files);
    }
  if (file != NULL)
    json_object_set_object_member (files, key, csm_json_copy_object (file));
  else
    json_object_remove_member (files, key);
  return noted;
}

/* Returns: (transfer full): what a Draft has of @attachment */
JsonObject *
csm_draft_files_describe (JsonObject *attachment)
{
  static const char *const members[] = { "blobId", "name", "type", "size", "inline", "cid" };
  JsonObject *file = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    if (json_object_has_member (attachment, members[i]))
      json_object_set_member (file, members[i], csm_json_copy (json_object_get_member (attachment, members[i])));
  return file;
}
