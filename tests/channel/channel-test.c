/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "channel-test.h"

#include <glib/gstdio.h>

#include "csm-desk-records.h"
#include "csm-id.h"
#include "csm-json.h"

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_tree (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

const char *
channel_test_reader (void)
{
  g_assert_nonnull (g_getenv ("CASEMENT_READER"));
  return g_getenv ("CASEMENT_READER");
}

JsonObject *
channel_test_json (const char *format,
                   ...)
{
  g_autofree char *text = NULL;
  JsonObject *object;
  GError *error = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_strdelimit (text, "'", '"');
  object = csm_json_parse_object (text, -1, &error);
  g_assert_no_error (error);
  return object;
}

typedef struct
{
  CsmTypeId   type;
  const char *id;
  JsonObject *record;
  const char *property;
  const char *value;
  guint       count;
} Query;

static gpointer
add (CsmTxn        *txn,
     gpointer       input,
     GCancellable  *cancellable,
     GError       **error)
{
  Query *query = input;

  csm_desk_add (txn, query->type, query->id, query->record, error);
  return NULL;
}

void
workspace_add (Workspace  *self,
               CsmTypeId   type,
               const char *id,
               JsonObject *record)
{
  Query query = { .type = type, .id = id, .record = record };
  GError *error = NULL;

  csm_store_run (self->store, TRUE, add, &query, &error);
  g_assert_no_error (error);
  json_object_unref (record);
}

static gpointer
get (CsmTxn        *txn,
     gpointer       input,
     GCancellable  *cancellable,
     GError       **error)
{
  Query *query = input;

  return csm_desk_load (txn, query->type, query->id, error);
}

JsonObject *
workspace_get (Workspace  *self,
               CsmTypeId   type,
               const char *id)
{
  Query query = { .type = type, .id = id };
  GError *error = NULL;
  JsonObject *record = csm_store_run (self->store, FALSE, get, &query, &error);

  g_assert_no_error (error);
  return record;
}

static gpointer
list (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  Query *query = input;

  return csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (query->type), query->property, query->value, error);
}

GPtrArray *
workspace_ids (Workspace  *self,
               CsmTypeId   type,
               const char *property,
               const char *value)
{
  Query query = { .type = type, .property = property, .value = value };
  GError *error = NULL;
  GPtrArray *ids = csm_store_run (self->store, FALSE, list, &query, &error);

  g_assert_no_error (error);
  return ids;
}

static gboolean
count_one (const char *id,
           const char *json,
           gpointer    user_data)
{
  ++*(guint *) user_data;
  return TRUE;
}

static gpointer
count (CsmTxn        *txn,
       gpointer       input,
       GCancellable  *cancellable,
       GError       **error)
{
  Query *query = input;

  csm_txn_each (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (query->type), 1000000, count_one, &query->count, error);
  return NULL;
}

guint
workspace_count (Workspace *self,
                 CsmTypeId  type)
{
  Query query = { .type = type };
  GError *error = NULL;

  csm_store_run (self->store, FALSE, count, &query, &error);
  g_assert_no_error (error);
  return query.count;
}

static gpointer
set_command (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  Query *query = input;

  csm_txn_set_setting (txn, query->property, query->value, error);
  return NULL;
}

void
workspace_set_command (Workspace  *self,
                       const char *command)
{
  g_autofree char *key = g_strconcat ("sendmail:", self->channel, NULL);
  Query query = { .property = key, .value = command };
  GError *error = NULL;

  csm_store_run (self->store, TRUE, set_command, &query, &error);
  g_assert_no_error (error);
}

static gpointer
check (CsmTxn        *txn,
       gpointer       input,
       GCancellable  *cancellable,
       GError       **error)
{
  g_autoptr (GPtrArray) findings = csm_txn_check (txn, error);

  for (guint i = 0; findings != NULL && i < findings->len; i++)
    g_test_message ("check: %s", (char *) g_ptr_array_index (findings, i));
  g_assert_cmpuint (findings->len, ==, 0);
  return NULL;
}

void
workspace_assert_clean (Workspace *self)
{
  GError *error = NULL;

  csm_store_run (self->store, FALSE, check, NULL, &error);
  g_assert_no_error (error);
}

char *
workspace_write (Workspace  *self,
                 const char *name,
                 const char *text)
{
  char *path = g_build_filename (self->base, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  GError *error = NULL;

  g_mkdir_with_parents (folder, 0700);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

void
workspace_set_up (Workspace     *self,
                  gconstpointer  data)
{
  g_autofree char *directory = NULL;
  GError *error = NULL;

  self->base = g_dir_make_tmp ("casement-channel-XXXXXX", &error);
  g_assert_no_error (error);
  directory = g_build_filename (self->base, "data", NULL);
  csm_store_create (directory, "Fernweh", &error);
  g_assert_no_error (error);
  self->store = csm_store_open (directory, &error);
  g_assert_no_error (error);
  self->person = csm_id_new ('p');
  self->channel = csm_id_new ('h');
  workspace_add (self, CSM_TYPE_ID_PERSON, self->person, channel_test_json ("{'name':'Ana Reyes','email':'ana.reyes@fernweh.example.com','role':'lead'}"));
  workspace_add (self, CSM_TYPE_ID_CHANNEL, self->channel, channel_test_json ("{'name':'Support','address':'support@fernweh.example.com'}"));
}

void
workspace_tear_down (Workspace     *self,
                     gconstpointer  data)
{
  g_assert_finalize_object (self->store);
  remove_tree (self->base);
  g_free (self->base);
  g_free (self->channel);
  g_free (self->person);
}
