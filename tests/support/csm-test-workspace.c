/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-test-workspace.h"

#include <glib/gstdio.h>

#include "csm-auth.h"
#include "csm-id.h"
#include "csm-intake.h"
#include "csm-json.h"
#include "csm-password.h"
#include "csm-projection.h"
#include "csm-time.h"

#define ADDRESS "support@fernweh.example.com"

typedef struct
{
  CsmTestWorkspace *self;
  CsmStore         *store;
  guint             n_cases;
} Filling;

void
csm_test_remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        csm_test_remove_tree (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static char *format_text (const char *format, va_list args) G_GNUC_PRINTF (1, 0);

static char *
format_text (const char *format,
             va_list     args)
{
  return g_strdelimit (g_strdup_vprintf (format, args), "'", '"');
}

char *
csm_test_text (const char *format,
               ...)
{
  char *text;
  va_list args;

  va_start (args, format);
  text = format_text (format, args);
  va_end (args);
  return text;
}

JsonObject *
csm_test_json (const char *format,
               ...)
{
  g_autofree char *text = NULL;
  JsonObject *object;
  GError *error = NULL;
  va_list args;

  va_start (args, format);
  text = format_text (format, args);
  va_end (args);
  object = csm_json_parse_object (text, -1, &error);
  g_assert_no_error (error);
  return object;
}

static char *
insert (CsmTxn     *txn,
        CsmTypeId   type,
        JsonObject *record)
{
  char *id = csm_id_new (csm_record_type_get (type)->letter);
  GError *error = NULL;

  csm_record_fill_defaults (csm_record_type_get (type), record);
  csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (type), id, record, &error);
  g_assert_no_error (error);
  json_object_unref (record);
  return id;
}

static void
add_person (CsmTxn        *txn,
            CsmTestPerson *person,
            const char    *name,
            const char    *role)
{
  g_autoptr (CsmAccountRow) row = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *token_hash = NULL;
  g_autofree char *device_id = csm_id_new ('d');
  GError *error = NULL;

  person->email = g_strdup_printf ("%s@fernweh.example.com", name);
  person->password = g_strdup_printf ("the password of %s", name);
  person->id = insert (txn, CSM_TYPE_ID_PERSON, csm_test_json ("{'name':'%s','email':'%s','role':'%s'}", name, person->email, role));
  row = csm_txn_account_of (txn, person->id, &error);
  g_assert_no_error (error);
  person->account_id = g_strdup (row->id);
  hash = csm_password_hash (person->password, &error);
  g_assert_no_error (error);
  csm_txn_set_password (txn, person->id, hash, &error);
  g_assert_no_error (error);
  person->token = csm_auth_make_token ();
  token_hash = csm_auth_hash_token (person->token);
  csm_txn_add_token (txn, token_hash, person->id, device_id, "test", &error);
  g_assert_no_error (error);
}

static void
add_mail (CsmTxn  *txn,
          Filling *filling,
          guint    number)
{
  CsmTestWorkspace *self = filling->self;
  g_autoptr (JsonObject) mail = csm_test_json (
    "{'ok':true,'from':[{'name':'Customer %u','address':'customer%u@example.net'}],'to':[{'name':'Fernweh','address':'" ADDRESS "'}],"
    "'subject':'Question %u','messageId':'%u@example.net','textBody':'Good morning,\\n\\nthis is question %u.','headers':{}}",
    number, number, number, number, number);
  CsmIncoming incoming = {
    .channel_id = self->channel, .mail = mail, .raw_blob_id = self->raw_blob_id,
    .received = csm_time_now () - (gint64) (filling->n_cases - number) * 60 * CSM_SECOND,
  };
  CsmIntakeOutcome outcome;
  g_autoptr (JsonObject) message = NULL;
  GError *error = NULL;
  char *id = NULL;

  csm_intake (txn, &incoming, &outcome, &id, &error);
  g_assert_no_error (error);
  g_assert_cmpint (outcome, ==, CSM_INTAKE_NEW);
  message = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_MESSAGE), id, &error);
  g_assert_no_error (error);
  g_ptr_array_add (self->messages, id);
  g_ptr_array_add (self->cases, g_strdup (csm_json_get_string (message, "caseId")));
}

static gpointer
fill (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  Filling *filling = input;
  CsmTestWorkspace *self = filling->self;
  g_autoptr (CsmAccountRow) row = csm_txn_account_of (txn, NULL, error);
  g_autofree char *key = NULL;

  g_assert_nonnull (row);
  self->workspace_id = g_strdup (row->id);
  self->team = insert (txn, CSM_TYPE_ID_TEAM, csm_test_json ("{'name':'Service','department':'service'}"));
  self->tag = insert (txn, CSM_TYPE_ID_TAG, csm_test_json ("{'name':'warranty'}"));
  self->channel = insert (txn, CSM_TYPE_ID_CHANNEL, csm_test_json ("{'name':'Support','address':'" ADDRESS "','teamId':'%s'}", self->team));
  self->silent_channel = insert (txn, CSM_TYPE_ID_CHANNEL, csm_test_json ("{'name':'Letters','kind':'letter'}"));
  key = g_strconcat ("sendmail:", self->channel, NULL);
  g_assert_true (csm_txn_set_setting (txn, key, "/bin/true", error));
  add_person (txn, &self->admin, "mira", "admin");
  add_person (txn, &self->lead, "ana", "lead");
  add_person (txn, &self->agent, "ben", "agent");
  for (guint i = 1; i <= filling->n_cases; i++)
    add_mail (txn, filling, i);
  return NULL;
}

CsmTestWorkspace *
csm_test_workspace_new (guint n_cases)
{
  CsmTestWorkspace *self = g_new0 (CsmTestWorkspace, 1);
  Filling filling = { self, NULL, n_cases };
  g_autoptr (GBytes) raw = g_bytes_new_static ("Subject: Question\r\n\r\nGood morning\r\n", 34);
  GError *error = NULL;

  self->cases = g_ptr_array_new_with_free_func (g_free);
  self->messages = g_ptr_array_new_with_free_func (g_free);
  self->base = g_dir_make_tmp ("casement-test-XXXXXX", &error);
  g_assert_no_error (error);
  self->directory = g_build_filename (self->base, "data", NULL);
  csm_store_create (self->directory, "Fernweh", &error);
  g_assert_no_error (error);
  filling.store = csm_store_open (self->directory, &error);
  g_assert_no_error (error);
  self->raw_blob_id = csm_store_put_blob (filling.store, raw, &error);
  g_assert_no_error (error);
  csm_store_run (filling.store, TRUE, fill, &filling, &error);
  g_assert_no_error (error);
  g_clear_object (&filling.store);
  return self;
}

void
csm_test_workspace_run (CsmTestWorkspace *self,
                        CsmStoreFunc      func,
                        gpointer          input)
{
  GError *error = NULL;
  g_autoptr (CsmStore) store = csm_store_open (self->directory, &error);

  g_assert_no_error (error);
  csm_projection_attach (store);
  csm_store_run (store, TRUE, func, input, &error);
  g_assert_no_error (error);
}

static void
person_clear (CsmTestPerson *person)
{
  g_free (person->id);
  g_free (person->account_id);
  g_free (person->email);
  g_free (person->password);
  g_free (person->token);
}

void
csm_test_workspace_free (CsmTestWorkspace *self)
{
  csm_test_remove_tree (self->base);
  g_free (self->base);
  g_free (self->directory);
  g_free (self->workspace_id);
  person_clear (&self->admin);
  person_clear (&self->lead);
  person_clear (&self->agent);
  g_free (self->team);
  g_free (self->tag);
  g_free (self->channel);
  g_free (self->silent_channel);
  g_ptr_array_unref (self->cases);
  g_ptr_array_unref (self->messages);
  g_free (self->raw_blob_id);
  g_free (self);
}
