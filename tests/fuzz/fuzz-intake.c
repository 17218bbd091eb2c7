/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#define G_LOG_DOMAIN "csm-fuzz"
#include "config.h"

#include "desk-test.h"
#include "fuzz-answer.h"

#include "csm-json.h"
#include "csm-mail-item.h"
#include "csm-time.h"
#include "csm-txn-private.h"
#include "csm-validate.h"

#include <glib/gstdio.h>

/* One message through the reader and into a workspace, as every way in does it, and an answer to it; then all is undone. */

int LLVMFuzzerInitialize (int    *argc,
                          char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         length);

static Desk desk;
static GHashTable *known;   /* the records' texts that are there before */

/* --- The reader, in this process and without its sandbox ----------------------------------------------------------------- */

G_DEFINE_QUARK (csm-reader-error-quark, csm_reader_error)

gboolean
csm_reader_client_read (CsmReaderClient  *self,
                        GBytes           *raw,
                        CsmParsedMail   **out,
                        GCancellable     *cancellable,
                        GError          **error)
{
  g_autoptr (CsmMailAnswer) answer = fuzz_answer (g_bytes_get_data (raw, NULL), g_bytes_get_size (raw));
  g_autoptr (CsmParsedMail) mail = csm_parsed_mail_new (answer->json, error);

  g_assert_nonnull (mail);
  g_assert_cmpuint (csm_parsed_mail_get_expected (mail), ==, answer->parts->len);
  for (guint i = 0; i < answer->parts->len; i++)
    g_assert_true (csm_parsed_mail_add_part (mail, answer->parts->pdata[i], error));
  *out = g_steal_pointer (&mail);
  return TRUE;
}

gboolean
csm_reader_client_read_file (CsmReaderClient  *self,
                             int               fd,
                             goffset           offset,
                             gsize             length,
                             CsmParsedMail   **out,
                             GCancellable     *cancellable,
                             GError          **error)
{
  g_assert_not_reached ();
}

/* --- The workspace --------------------------------------------------------------------------------------------------------- */

static void
remove_desk (void)
{
  desk_test_remove (desk.directory);
}

static gboolean
know (const char *id,
      const char *json,
      gpointer    user_data)
{
  g_hash_table_add (known, g_strdup (json));
  return TRUE;
}

/* What mail can belong to: a conversation, a mail of ours, and colleagues. */
static gpointer
prepare (CsmTxn        *txn,
         gpointer       input,
         GCancellable  *cancellable,
         GError       **error)
{
  desk.team = desk_test_insert (txn, CSM_TYPE_ID_TEAM, desk_test_json ("{'name':'Service'}"));
  desk.channel = desk_test_insert (txn, CSM_TYPE_ID_CHANNEL,
                                   desk_test_json ("{'name':'Support','address':'" DESK_TEST_ADDRESS "','teamId':'%s','plusAddressing':true,"
                                                   "'authServers':{'mx.example.com':true},'acknowledgement':{'enabled':true,'language':'en',"
                                                   "'texts':{'en':'Hello {name}, we have {subject} ({number}).','de':'Hallo {name}'}}}", desk.team));
  g_free (desk_test_insert (txn, CSM_TYPE_ID_PERSON, desk_test_json ("{'name':'Mira','email':'mira@fernweh.example.com','role':'admin'}")));
  g_free (desk_test_mail (&desk, txn, "ana@example.com", "a@x", NULL));
  g_free (desk_test_take (&desk, txn, "{'messageId':'sent-1@example.com','inReplyTo':['a@x'],'from':[{'address':'mira@fernweh.example.com'}],"
                                      "'to':[{'name':'Ana','address':'ana@example.com'}],'cc':[{'address':'ben@example.org'}]}"));
  for (guint i = 0; i < CSM_TYPE_ID_SEEN; i++)
    g_assert_true (csm_txn_each (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (i), 1000, know, NULL, error));
  return NULL;
}

int
LLVMFuzzerInitialize (int    *argc,
                      char ***argv)
{
  GError *error = NULL;

  fuzz_start ();
  known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  desk.directory = g_dir_make_tmp ("casement-fuzz-XXXXXX", &error);
  g_assert_no_error (error);
  desk.clock = csm_time_now () - 3600 * CSM_SECOND;
  csm_store_create (desk.directory, "Fernweh", &error);
  g_assert_no_error (error);
  desk.store = csm_store_open (desk.directory, &error);
  g_assert_no_error (error);
  csm_store_run (desk.store, TRUE, prepare, NULL, &error);
  g_assert_no_error (error);
  atexit (remove_desk);
  return 0;
}

/* --- One message ----------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmMailItem *item;
  gboolean     history;
} Work;

typedef struct
{
  const CsmRecordType *type;
  const char          *raw_blob_id;
  guint                found;   /* messages that are made of the original */
} Look;

static gboolean
look_at (const char *id,
         const char *json,
         gpointer    user_data)
{
  Look *look = user_data;
  GError *error = NULL;
  g_autoptr (JsonObject) record = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (g_hash_table_contains (known, json))
    return TRUE;
  record = csm_json_parse_object (json, -1, &error);
  if (record == NULL)
    g_error ("%s %s: %s", look->type->name, id, error->message);
  json_object_iter_init_ordered (&iter, record);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      const CsmProperty *property = csm_record_type_property (look->type, name);

      if (g_strcmp0 (name, "id") != 0 && (property == NULL || !csm_value_is_valid (property, value)))
        g_error ("A %s has a bad %s: %s", look->type->name, name, json);
    }
  look->found += g_strcmp0 (csm_json_get_string (record, "rawBlobId"), look->raw_blob_id) == 0;
  return TRUE;
}

/* Whether all that is there now is what the record table says. The messages that were made of the mail. */
static guint
look_at_all (CsmTxn      *txn,
             CsmMailItem *item)
{
  Look look = { .raw_blob_id = item->raw_blob_id };
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);
  GError *error = NULL;

  for (guint i = 0; i < CSM_TYPE_ID_SEEN; i++)
    {
      look.type = csm_record_type_get (i);
      if (!csm_txn_each (txn, CSM_ACCOUNT_WORKSPACE, look.type, 1000, look_at, &look, &error))
        g_error ("%s", error->message);
    }
  csm_txn_check_references (txn, findings, &error);
  g_assert_no_error (error);
  if (findings->len > 0)
    g_error ("%s", (char *) findings->pdata[0]);
  return look.found;
}

/* Whether it was new. */
static gboolean
take (CsmTxn      *txn,
      CsmMailItem *item,
      gboolean     history)
{
  CsmImportResult result = { 0 };
  GError *error = NULL;

  if (!csm_mail_item_take (item, txn, desk.channel, history, FALSE, &result, &error))
    g_error ("A mail can't be taken in: %s", error->message);
  g_assert_cmpuint (result.added + result.duplicates, ==, 1);
  return result.added > 0;
}

/* A mail like it that answers it. */
static gboolean
take_answer (CsmTxn     *txn,
             const Work *work)
{
  CsmMailItem answer = *work->item;
  JsonArray *ids = json_array_new ();
  const char *id = csm_json_get_string (answer.mail, "messageId");
  gboolean added;

  answer.mail = csm_json_copy_object (answer.mail);
  if (id != NULL)
    json_array_add_string_element (ids, id);
  json_object_set_array_member (answer.mail, "inReplyTo", ids);
  csm_json_set_string (answer.mail, "messageId", "answer@fuzz.test");
  added = take (txn, &answer, work->history);
  json_object_unref (answer.mail);
  return added;
}

static gpointer
work_on (CsmTxn        *txn,
         gpointer       input,
         GCancellable  *cancellable,
         GError       **error)
{
  const Work *work = input;
  guint n_added = take (txn, work->item, work->history);

  g_assert_false (take (txn, work->item, work->history));
  if (work->item->problem == NULL)
    n_added += take_answer (txn, work);
  g_assert_cmpuint (look_at_all (txn, work->item), ==, n_added);
  /* Of a job that fails but ends of itself the pages would be written, and waited for. */
  csm_db_conn_exec (txn->conn, "ROLLBACK", error);
  g_assert_no_error (*error);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Nothing is kept");
  return NULL;
}

static void
remove_blobs (CsmMailItem *item)
{
  g_autofree char *raw = csm_store_blob_path (desk.store, item->raw_blob_id);

  g_unlink (raw);
  for (guint i = 0; i < item->n_blob_ids; i++)
    {
      g_autofree char *path = item->blob_ids[i] != NULL ? csm_store_blob_path (desk.store, item->blob_ids[i]) : NULL;

      if (path != NULL)
        g_unlink (path);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         length)
{
  g_autoptr (CsmMailItem) item = g_new0 (CsmMailItem, 1);
  g_autoptr (GError) error = NULL;
  Work work = { item, FALSE };
  guint hash = 5381;

  /* What is not in the mail is decided by it, so that it does the same again. */
  for (gsize i = 0; i < length; i++)
    hash = hash * 33 + data[i];
  hash ^= hash >> 16;
  item->raw = g_bytes_new (data, length);
  item->size = length;
  item->received = csm_time_now ();
  item->sent = (hash & 7) == 0;
  item->thread = (hash & 24) == 0;
  work.history = (hash & 224) == 0;

  if (!csm_mail_item_store (item, desk.store, NULL, FALSE, &error))
    g_error ("A mail can't be stored: %s", error->message);
  csm_store_run (desk.store, TRUE, work_on, &work, &error);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_error ("%s", error != NULL ? error->message : "It was kept");
  remove_blobs (item);
  return 0;
}
