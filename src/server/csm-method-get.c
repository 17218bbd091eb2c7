/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-method.h"

#include "csm-jmap-limits.h"
#include "csm-json.h"

typedef struct
{
  CsmMethodCall *call;
  GPtrArray     *properties; /* names; NULL: all */
  GString       *text;
  GString       *modseqs;    /* NULL: not asked for */
  guint          found;
  gboolean       too_many;
  GError        *error;
} Getter;

static gboolean
read_properties (CsmMethodCall  *call,
                 GPtrArray     **properties)
{
  JsonNode *node = json_object_get_member (call->arguments, "properties");
  JsonArray *names = csm_json_get_array (call->arguments, "properties");

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (names == NULL)
    {
      csm_method_refuse (call, CSM_JMAP_INVALID_ARGUMENTS, "“properties” is not a list");
      return FALSE;
    }
  *properties = g_ptr_array_new ();
  for (guint i = 0; i < json_array_get_length (names); i++)
    {
      JsonNode *name = json_array_get_element (names, i);
      const CsmProperty *property = csm_json_is_string (name) ? csm_record_type_property (call->type, json_node_get_string (name)) : NULL;

      if (property != NULL)
        {
          if (!g_ptr_array_find (*properties, property->name, NULL))
            g_ptr_array_add (*properties, (char *) property->name);
        }
      else if (!csm_json_is_string (name) || !g_str_equal (json_node_get_string (name), "id"))
        {
          csm_method_refuse (call, CSM_JMAP_INVALID_ARGUMENTS, "“properties” names what %s does not have", call->type->name);
          return FALSE;
        }
    }
  return TRUE;
}

/* What is stored goes out as it is, unless only a part of it is wanted. FALSE: too many, or @error is set. */
static gboolean
append_record (Getter      *getter,
               const char  *json,
               GError     **error)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (JsonObject) part = NULL;
  g_autofree char *text = NULL;
  JsonObject *record;

  if (getter->text->len > CSM_JMAP_MAX_SIZE_RESPONSE && getter->found > 0)
    {
      getter->too_many = TRUE;
      return FALSE;
    }
  if (getter->found++ > 0)
    g_string_append_c (getter->text, ',');
  if (getter->properties == NULL)
    {
      g_string_append (getter->text, json);
      return TRUE;
    }
  node = csm_json_parse_trusted (json, -1);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_SERVER, "a %s is damaged", getter->call->type->name);
      return FALSE;
    }
  record = json_node_get_object (node);
  part = json_object_new ();
  json_object_set_string_member (part, "id", json_object_get_string_member (record, "id"));
  for (guint i = 0; i < getter->properties->len; i++)
    {
      const char *name = g_ptr_array_index (getter->properties, i);

      if (json_object_has_member (record, name))
        json_object_set_member (part, name, csm_json_copy (json_object_get_member (record, name)));
      else
        json_object_set_member (part, name, csm_property_default (csm_record_type_property (getter->call->type, name)));
    }
  text = csm_json_write_object (part);
  g_string_append (getter->text, text);
  return TRUE;
}

static gboolean
append_modseq (Getter      *getter,
               const char  *id,
               GError     **error)
{
  CsmMethodCall *call = getter->call;
  g_autoptr (GError) local = NULL;
  gint64 modseq;

  if (getter->modseqs == NULL)
    return TRUE;
  modseq = csm_txn_get_modseq (call->context->txn, call->account, call->type, id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (getter->modseqs->len > 0)
    g_string_append_c (getter->modseqs, ',');
  g_string_append_printf (getter->modseqs, "\"%s\":%" G_GINT64_FORMAT, id, modseq);
  return TRUE;
}

static gboolean
collect_cb (const char *id,
            const char *json,
            gpointer    user_data)
{
  Getter *getter = user_data;

  if (getter->found == CSM_JMAP_MAX_OBJECTS_IN_GET)
    {
      getter->too_many = TRUE;
      return FALSE;
    }
  return append_record (getter, json, &getter->error) && append_modseq (getter, id, &getter->error);
}

static gboolean
append_named (Getter      *getter,
              JsonArray   *ids,
              GPtrArray   *not_found,
              GError     **error)
{
  CsmMethodCall *call = getter->call;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < json_array_get_length (ids); i++)
    {
      const char *id = json_array_get_string_element (ids, i);
      g_autoptr (GError) local = NULL;
      g_autofree char *json = NULL;

      if (!g_hash_table_add (seen, (char *) id))
        continue;
      json = csm_txn_get_text (call->context->txn, call->account, call->type, id, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (json == NULL)
        g_ptr_array_add (not_found, (char *) id);
      else if (!append_record (getter, json, error) || !append_modseq (getter, id, error))
        return FALSE;
    }
  return TRUE;
}

static void
append_tail (Getter    *getter,
             GPtrArray *not_found)
{
  g_string_append (getter->text, "],\"notFound\":[");
  for (guint i = 0; i < not_found->len; i++)
    {
      if (i > 0)
        g_string_append_c (getter->text, ',');
      csm_jmap_write_string (getter->text, g_ptr_array_index (not_found, i));
    }
  g_string_append_c (getter->text, ']');
  if (getter->modseqs != NULL)
    g_string_append_printf (getter->text, ",\"modseqs\":{%s}", getter->modseqs->str);
  g_string_append_c (getter->text, '}');
}

static gboolean
check_ids (CsmMethodCall  *call,
           JsonArray     **ids)
{
  JsonNode *node = json_object_get_member (call->arguments, "ids");

  *ids = csm_json_get_array (call->arguments, "ids");
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  for (guint i = 0; *ids != NULL && i < json_array_get_length (*ids); i++)
    {
      if (!csm_json_is_string (json_array_get_element (*ids, i)))
        *ids = NULL;
    }
  if (*ids == NULL)
    {
      csm_method_refuse (call, CSM_JMAP_INVALID_ARGUMENTS, "“ids” is not a list of ids");
      return FALSE;
    }
  if (json_array_get_length (*ids) > CSM_JMAP_MAX_OBJECTS_IN_GET)
    {
      csm_method_refuse (call, CSM_JMAP_REQUEST_TOO_LARGE, NULL);
      return FALSE;
    }
  return TRUE;
}

/**
 * csm_method_get:
 * @call: a call
 * @error: when the server failed
 *
 * Foo/get (RFC 8620, section 5.1), and `includeModseqs`.
 *
 * Returns: whether the call was answered
 */
gboolean
csm_method_get (CsmMethodCall  *call,
                GError        **error)
{
  static const char * const known[] = { "ids", "properties", "includeModseqs", NULL };
  CsmTxn *txn = call->context->txn;
  g_autoptr (GPtrArray) properties = NULL;
  g_autoptr (GPtrArray) not_found = g_ptr_array_new ();
  g_autoptr (GString) modseqs = g_string_new (NULL);
  g_autofree char *state = NULL;
  Getter getter = { .call = call };
  gboolean with_modseqs, worked;
  JsonArray *ids;

  if (!csm_method_check (call, known) || !check_ids (call, &ids) || !read_properties (call, &properties) ||
      !csm_method_get_flag (call, "includeModseqs", &with_modseqs))
    return TRUE;
  state = csm_txn_state (txn, call->account, call->type, error);
  if (state == NULL)
    return FALSE;

  getter.properties = properties;
  getter.modseqs = with_modseqs ? modseqs : NULL;
  getter.text = csm_jmap_response_writer_begin (call->context->writer, call->name, call->call_id);
  g_string_append_printf (getter.text, "{\"accountId\":\"%s\",\"state\":\"%s\",\"list\":[", call->account_id, state);
  if (ids != NULL)
    worked = append_named (&getter, ids, not_found, error);
  else
    worked = csm_txn_each (txn, call->account, call->type, CSM_JMAP_MAX_OBJECTS_IN_GET, collect_cb, &getter, error);
  if (getter.error != NULL)
    {
      g_propagate_error (error, getter.error);
      worked = FALSE;
    }
  if (!worked || getter.too_many)
    {
      csm_jmap_response_writer_cancel (call->context->writer);
      return getter.too_many ? csm_method_refuse (call, CSM_JMAP_REQUEST_TOO_LARGE, NULL) : FALSE;
    }
  append_tail (&getter, not_found);
  csm_jmap_response_writer_end (call->context->writer);
  return TRUE;
}
