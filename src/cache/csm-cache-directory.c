/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-private.h"

#include <string.h>

#include "csm-json.h"

/* What the app holds all the time: who there is, what was promised, and what was learnt. */

static const char *
name_of (JsonObject *record)
{
  const char *name = csm_json_get_string (record, "name");

  name = name != NULL ? name : csm_json_get_string (record, "title");
  return name != NULL ? name : "";
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return g_utf8_collate (name_of (*(JsonObject * const *) a), name_of (*(JsonObject * const *) b));
}

static int
compare_positions (gconstpointer a,
                   gconstpointer b)
{
  gint64 x = csm_json_get_int (*(JsonObject * const *) a, "position", 0), y = csm_json_get_int (*(JsonObject * const *) b, "position", 0);

  return x != y ? (x < y ? -1 : 1) : compare_names (a, b);
}

/* Where people put them; those that have no place come last. */
static int
compare_places (gconstpointer a,
                gconstpointer b)
{
  const char *x = csm_json_get_string (*(JsonObject * const *) a, "position"), *y = csm_json_get_string (*(JsonObject * const *) b, "position");
  int order = x != NULL && y != NULL ? strcmp (x, y) : (x == NULL) - (y == NULL);

  return order != 0 ? order : compare_names (a, b);
}

static GPtrArray *
read_all (CsmDbConn   *conn,
          CsmTypeId    type,
          GError     **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT coalesce (view, base) FROM %s WHERE NOT gone", csm_record_type_get (type)->table);
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (conn, sql, error);
  g_autoptr (GError) local = NULL;

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      JsonObject *record = csm_cache_parse_record (csm_db_stmt_text (stmt, 0));

      if (record != NULL)
        g_ptr_array_add (records, record);
    }
  g_ptr_array_sort (records, type == CSM_TYPE_ID_SERVICE_LEVEL ? compare_positions : type == CSM_TYPE_ID_VIEW ? compare_places : compare_names);
  if (local != NULL)
    {
      if (error != NULL && *error == NULL)
        g_propagate_error (error, g_steal_pointer (&local));
    }
  return g_steal_pointer (&records);
}

/* Takes those out of @list whose @property is @value: whoever offers colleagues offers no guests. */
static GPtrArray *
take_out (GPtrArray  *list,
          const char *property,
          const char *value)
{
  GPtrArray *taken = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);

  for (guint i = 0; list != NULL && i < list->len;)
    {
      if (g_strcmp0 (csm_json_get_string (list->pdata[i], property), value) == 0)
        g_ptr_array_add (taken, g_ptr_array_steal_index (list, i));
      else
        i++;
    }
  return taken;
}

/**
 * csm_cache_read_directory:
 * @conn: a connection
 * @error: `CSM_ERROR_DATABASE`
 *
 * Returns: (transfer full): people, guests, teams, partners, tags, channels, rules, promises, snippets, templates and articles, each by name, and my searches
 */
CsmDirectory *
csm_cache_read_directory (CsmDbConn  *conn,
                          GError    **error)
{
  g_autoptr (CsmDirectory) directory = g_new0 (CsmDirectory, 1);
  g_autoptr (GError) local = NULL;

  directory->workspace_name = csm_cache_get_meta (conn, "workspace-name", NULL);
  directory->my_id = csm_cache_get_meta (conn, "me", NULL);
  directory->people = read_all (conn, CSM_TYPE_ID_PERSON, &local);
  directory->teams = read_all (conn, CSM_TYPE_ID_TEAM, local == NULL ? &local : NULL);
  directory->tags = read_all (conn, CSM_TYPE_ID_TAG, local == NULL ? &local : NULL);
  directory->channels = read_all (conn, CSM_TYPE_ID_CHANNEL, local == NULL ? &local : NULL);
  directory->rules = read_all (conn, CSM_TYPE_ID_RULE, local == NULL ? &local : NULL);
  directory->service_levels = read_all (conn, CSM_TYPE_ID_SERVICE_LEVEL, local == NULL ? &local : NULL);
  directory->calendars = read_all (conn, CSM_TYPE_ID_CALENDAR, local == NULL ? &local : NULL);
  directory->snippets = read_all (conn, CSM_TYPE_ID_SNIPPET, local == NULL ? &local : NULL);
  directory->templates = read_all (conn, CSM_TYPE_ID_TEMPLATE, local == NULL ? &local : NULL);
  directory->articles = read_all (conn, CSM_TYPE_ID_ARTICLE, local == NULL ? &local : NULL);
  directory->views = read_all (conn, CSM_TYPE_ID_VIEW, local == NULL ? &local : NULL);
  directory->guests = take_out (directory->people, "kind", "guest");
  directory->partners = take_out (directory->teams, "department", "partner");
  if (local == NULL)
    return g_steal_pointer (&directory);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}
