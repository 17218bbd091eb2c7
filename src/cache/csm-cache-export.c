/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-outbox.h"

#include "csm-json.h"
#include "csm-time.h"

/* What waits, for people to keep: it is theirs, whatever becomes of this computer or of their account. */

static void
append_pretty (GString    *text,
               const char *payload)
{
  g_autoptr (JsonNode) node = csm_json_parse_trusted (payload, -1);
  g_autofree char *pretty = NULL;

  if (node == NULL)
    {
      g_string_append_printf (text, "%s\n", payload);
      return;
    }
  pretty = json_to_string (node, TRUE);
  g_string_append_printf (text, "%s\n", pretty);
}

static int
compare_paragraphs (gconstpointer a,
                    gconstpointer b)
{
  return g_strcmp0 (csm_json_get_string (*(JsonObject * const *) a, "position"), csm_json_get_string (*(JsonObject * const *) b, "position"));
}

/* What of a shared draft is in a creation or a patch, in its order. */
static void
append_paragraphs (GString    *text,
                   JsonObject *payload)
{
  g_autoptr (GPtrArray) paragraphs = g_ptr_array_new ();
  JsonObject *all = csm_json_get_object (payload, "paragraphs");
  JsonObject *sources[] = { payload, all };

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    {
      g_autoptr (GList) keys = sources[i] != NULL ? json_object_get_members (sources[i]) : NULL;

      for (GList *l = keys; l != NULL; l = l->next)
        {
          JsonObject *one = csm_json_get_object (sources[i], l->data);

          if ((sources[i] == all || g_str_has_prefix (l->data, "paragraphs/")) && csm_json_get_string (one, "text") != NULL)
            g_ptr_array_add (paragraphs, one);
        }
    }
  g_ptr_array_sort (paragraphs, compare_paragraphs);
  for (guint i = 0; i < paragraphs->len; i++)
    g_string_append_printf (text, "%s\n\n", csm_json_get_string (paragraphs->pdata[i], "text"));
}

/* What people wrote, and in which case, above the form that a program can read. */
static void
append_words (GString    *text,
              const char *payload)
{
  g_autoptr (JsonObject) object = csm_cache_parse_record (payload);
  const char *words = csm_json_get_string (object, "textBody");

  if (words == NULL)
    words = csm_json_get_string (object, "body");
  if (words == NULL)
    words = csm_json_get_string (object, "title");
  if (words != NULL)
    g_string_append_printf (text, "%s\n\n", words);
  if (object != NULL)
    append_paragraphs (text, object);
}

static void
append_operation (GString   *text,
                  CsmDbStmt *stmt)
{
  g_autofree char *when = csm_time_format (csm_db_stmt_int (stmt, 8));
  const char *subject = csm_db_stmt_text (stmt, 6), *error = csm_db_stmt_text (stmt, 7);

  g_string_append_printf (text, "## %s\n\n", csm_db_stmt_text (stmt, 0));
  g_string_append_printf (text, "%s, %s %s %s\n", when, csm_db_stmt_text (stmt, 1), csm_db_stmt_text (stmt, 2), csm_db_stmt_text (stmt, 3));
  if (subject != NULL)
    g_string_append_printf (text, "Case: %s\n", subject);
  if (csm_db_stmt_int (stmt, 5) == CSM_OP_PARKED)
    g_string_append_printf (text, "Held: %s\n", error != NULL ? error : "serverFail");
  g_string_append_c (text, '\n');
  append_words (text, csm_db_stmt_text (stmt, 4));
  append_pretty (text, csm_db_stmt_text (stmt, 4));
  g_string_append_c (text, '\n');
}

static gpointer
export (CsmDbConn     *conn,
        gpointer       input,
        GCancellable  *cancellable,
        GError       **error)
{
  g_autoptr (GString) text = g_string_new ("# Casement: what waits to be sent\n\n");
  g_autofree char *workspace = csm_cache_get_meta (conn, "workspace-name", NULL);
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local,
    "SELECT o.label, o.kind, o.type, o.record_id, o.payload, o.state, json_extract (coalesce (c.view, c.base), '$.subject'), o.error, o.created"
    " FROM outbox AS o LEFT JOIN case_ AS c ON c.id = o.case_id WHERE o.type <> 'Seen' ORDER BY o.seq", NULL);

  if (workspace != NULL)
    g_string_append_printf (text, "%s\n\n", workspace);
  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    append_operation (text, stmt);
  if (local == NULL)
    g_file_replace_contents (input, text->str, text->len, NULL, FALSE, G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION, NULL, cancellable, &local);
  if (local == NULL)
    return GINT_TO_POINTER (TRUE);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_cache_export_outbox_async:
 * @self: a cache
 * @file: where to
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Writes everything that waits as readable text, with the operations in JSON. Works signed out.
 */
void
csm_cache_export_outbox_async (CsmCache            *self,
                               GFile               *file,
                               GCancellable        *c,
                               GAsyncReadyCallback  cb,
                               gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, export, g_object_ref (file), g_object_unref, NULL, csm_cache_export_outbox_async, c, cb, data);
}

/**
 * csm_cache_export_outbox_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_export_outbox_finish (CsmCache      *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_export_outbox_async, error) != NULL;
}
