/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include <glib/gstdio.h>
#include <string.h>

#include "csm-db-conn.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-patch.h"
#include "csm-projection.h"
#include "csm-time.h"
#include "csm-validate.h"

void
desk_test_remove (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        desk_test_remove (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

JsonObject *
desk_test_json (const char *format,
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

char *
desk_test_insert (CsmTxn     *txn,
                  CsmTypeId   type,
                  JsonObject *record)
{
  g_autofree char *id = csm_id_new (csm_record_type_get (type)->letter);
  GError *error = NULL;

  csm_record_fill_defaults (csm_record_type_get (type), record);
  csm_json_set_string (record, "id", id);
  csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (type), id, record, &error);
  g_assert_no_error (error);
  json_object_unref (record);
  return g_steal_pointer (&id);
}

static CsmPrincipal *
add_person (CsmTxn     *txn,
            const char *name,
            const char *role)
{
  CsmPrincipal *who = g_new0 (CsmPrincipal, 1);
  g_autoptr (CsmAccountRow) row = NULL;
  GError *error = NULL;

  who->person_id = desk_test_insert (txn, CSM_TYPE_ID_PERSON, desk_test_json ("{'name':'%s','email':'%s@fernweh.example.com','role':'%s'}", name, name, role));
  who->device_id = g_strdup ("device");
  who->role = g_strdup (role);
  row = csm_txn_account_of (txn, who->person_id, &error);
  g_assert_no_error (error);
  who->account = row->account;
  return who;
}

static gpointer
prepare (CsmTxn        *txn,
         gpointer       input,
         GCancellable  *cancellable,
         GError       **error)
{
  Desk *desk = input;
  g_autofree char *key = NULL;

  desk->team = desk_test_insert (txn, CSM_TYPE_ID_TEAM, desk_test_json ("{'name':'Service','department':'service'}"));
  desk->tag = desk_test_insert (txn, CSM_TYPE_ID_TAG, desk_test_json ("{'name':'warranty'}"));
  desk->channel = desk_test_insert (txn, CSM_TYPE_ID_CHANNEL,
                                    desk_test_json ("{'name':'Support','address':'" DESK_TEST_ADDRESS "','teamId':'%s'}", desk->team));
  key = g_strconcat ("sendmail:", desk->channel, NULL);
  g_assert_true (csm_txn_set_setting (txn, key, "/bin/true", error));
  desk->admin = add_person (txn, "mira", "admin");
  desk->lead = add_person (txn, "ana", "lead");
  desk->agent = add_person (txn, "ben", "agent");
  return NULL;
}

typedef struct
{
  Desk     *desk;
  DeskTest  test;
} Run;

static gpointer
run_test (CsmTxn        *txn,
          gpointer       input,
          GCancellable  *cancellable,
          GError       **error)
{
  Run *run = input;

  run->test (run->desk, txn);
  return NULL;
}

static gpointer
check (CsmTxn        *txn,
       gpointer       input,
       GCancellable  *cancellable,
       GError       **error)
{
  const DeskDamage *damage = input;
  g_autoptr (GPtrArray) findings = csm_txn_check (txn, error);
  gboolean found = FALSE;

  g_assert_nonnull (findings);
  for (guint i = 0; i < findings->len; i++)
    {
      g_test_message ("check: %s", (char *) g_ptr_array_index (findings, i));
      found |= damage != NULL && strstr (g_ptr_array_index (findings, i), damage->finding) != NULL;
    }
  if (damage == NULL)
    g_assert_cmpuint (findings->len, ==, 0);
  else
    g_assert_true (found);
  return NULL;
}

/* Behind the store's back, as a bad disk does it. */
static void
do_damage (Desk             *desk,
           const DeskDamage *damage)
{
  g_autofree char *path = g_build_filename (desk->directory, "casement.db", NULL);
  GError *error = NULL;
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (path, FALSE, &error);

  g_assert_no_error (error);
  csm_db_conn_exec (conn, damage->sql, &error);
  g_assert_no_error (error);
  g_assert_cmpint (csm_db_conn_changes (conn), >, 0);
}

static void
run_desk (DeskTest          test,
          const DeskDamage *damage)
{
  Desk desk = { NULL };
  Run run = { &desk, test };
  GError *error = NULL;
  g_autofree char *base = g_dir_make_tmp ("casement-desk-XXXXXX", &error);

  g_assert_no_error (error);
  desk.directory = g_build_filename (base, "data", NULL);
  desk.clock = csm_time_now () - 3600 * CSM_SECOND;
  csm_store_create (desk.directory, "Fernweh", &error);
  g_assert_no_error (error);
  desk.store = csm_store_open (desk.directory, &error);
  g_assert_no_error (error);
  csm_projection_attach (desk.store);
  csm_store_run (desk.store, TRUE, prepare, &desk, &error);
  g_assert_no_error (error);
  csm_store_run (desk.store, TRUE, run_test, &run, &error);
  g_assert_no_error (error);
  if (damage != NULL)
    {
      do_damage (&desk, damage);
      run.test = damage->after;
      csm_store_run (desk.store, TRUE, run_test, &run, &error);
      g_assert_no_error (error);
    }
  csm_store_run (desk.store, FALSE, check, (gpointer) damage, &error);
  g_assert_no_error (error);

  g_clear_object (&desk.store);
  csm_principal_free (desk.admin);
  csm_principal_free (desk.lead);
  csm_principal_free (desk.agent);
  g_free (desk.channel);
  g_free (desk.team);
  g_free (desk.tag);
  g_free (desk.directory);
  desk_test_remove (base);
}

static void
run_in_desk (gconstpointer data)
{
  run_desk ((DeskTest) data, NULL);
}

void
desk_test_add (const char *path,
               DeskTest    test)
{
  g_test_add_data_func (path, (gconstpointer) test, run_in_desk);
}

static void
run_damaged (gconstpointer data)
{
  const DeskDamage *damage = data;

  run_desk (damage->before, damage);
}

void
desk_test_add_damaged (const char       *path,
                       const DeskDamage *damage)
{
  g_test_add_data_func (path, damage, run_damaged);
}

static void
fill_in (JsonObject *mail,
         const char *member,
         const char *json)
{
  g_autofree char *text = g_strdelimit (g_strdup (json), "'", '"');

  if (!json_object_has_member (mail, member))
    json_object_set_member (mail, member, csm_json_parse_trusted (text, -1));
}

char *
desk_test_take (Desk       *desk,
                CsmTxn     *txn,
                const char *fields)
{
  g_autoptr (JsonObject) mail = desk_test_json ("%s", fields);
  g_autofree char *id = NULL;
  g_autoptr (GBytes) raw = g_bytes_new (fields, strlen (fields));
  GError *error = NULL;
  g_autofree char *blob_id = csm_store_put_blob_unsynced (desk->store, raw, &error);
  CsmIncoming incoming = { .channel_id = desk->channel, .mail = mail, .raw_blob_id = blob_id, .received = desk->clock, .history = desk->history,
                           .sent = desk->sent };
  CsmIntakeOutcome outcome;

  g_assert_no_error (error);
  desk->clock += 60 * CSM_SECOND;
  fill_in (mail, "ok", "true");
  fill_in (mail, "from", "[{'name':'Jonas Weber','address':'jonas@example.net'}]");
  fill_in (mail, "to", "[{'name':'Fernweh','address':'" DESK_TEST_ADDRESS "'}]");
  fill_in (mail, "subject", "'A broken zip'");
  fill_in (mail, "textBody", "'Good morning,\\n\\nmy zip broke.'");
  fill_in (mail, "headers", "{}");
  if (!csm_intake (txn, &incoming, &outcome, &id, &error))
    g_error ("%s", error->message);
  return outcome == CSM_INTAKE_NEW ? g_steal_pointer (&id) : NULL;
}

char *
desk_test_mail (Desk       *desk,
                CsmTxn     *txn,
                const char *from,
                const char *rfc_id,
                const char *in_reply_to)
{
  g_autofree char *fields = g_strdup_printf ("{'from':[{'address':'%s'}],'messageId':'%s','inReplyTo':[%s%s%s],'textBody':'%s'}", from, rfc_id,
                                             in_reply_to != NULL ? "'" : "", in_reply_to != NULL ? in_reply_to : "",
                                             in_reply_to != NULL ? "'" : "", rfc_id);

  return desk_test_take (desk, txn, fields);
}

JsonObject *
desk_test_get (CsmTxn     *txn,
               CsmTypeId   type,
               const char *id)
{
  GError *error = NULL;
  JsonObject *record = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (type), id, &error);

  g_assert_no_error (error);
  g_assert_nonnull (record);
  return record;
}

JsonObject *
desk_test_case_of (CsmTxn     *txn,
                   const char *message_id)
{
  g_autofree char *case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, message_id, "caseId");

  return desk_test_get (txn, CSM_TYPE_ID_CASE, case_id);
}

char *
desk_test_text (CsmTxn     *txn,
                CsmTypeId   type,
                const char *id,
                const char *member)
{
  g_autoptr (JsonObject) record = desk_test_get (txn, type, id);

  return g_strdup (csm_json_get_string (record, member));
}

char *
desk_test_undecided (CsmTxn     *txn,
                     const char *case_id,
                     const char *id)
{
  g_autoptr (JsonObject) case_ = desk_test_get (txn, CSM_TYPE_ID_CASE, case_id);
  JsonObject *all = csm_json_get_object (case_, "undecided");

  g_assert_true (all == NULL || json_object_get_size (all) > 0);
  return g_strdup (csm_json_get_string (csm_json_get_object (all, id), "by"));
}

static int
outcome_of (GError *error)
{
  int code = error != NULL ? error->code : -1;

  if (error != NULL && error->domain != CSM_DESK_ERROR)
    g_error ("%s", error->message);
  g_clear_error (&error);
  return code;
}

/* As the methods do it: in a savepoint of its own. */
static int
settle (CsmTxn   *txn,
        gboolean  good,
        GError   *error)
{
  GError *local = NULL;

  g_assert_true (good == (error == NULL));
  csm_txn_release (txn, good, &local);
  g_assert_no_error (local);
  return outcome_of (error);
}

int
desk_test_create (CsmTxn             *txn,
                  const CsmPrincipal *who,
                  CsmTypeId           type,
                  const char         *id,
                  JsonObject         *given)
{
  const CsmRecordType *record_type = csm_record_type_get (type);
  g_autoptr (JsonObject) record = given;
  g_autoptr (GPtrArray) bad = csm_validate_create (record_type, record);
  GError *error = NULL;
  gint64 account = (record_type->flags & CSM_RECORD_PERSONAL) ? who->account : who->projection != 0 ? who->projection : CSM_ACCOUNT_WORKSPACE;
  gboolean good;

  g_assert_null (bad);
  csm_record_fill_defaults (record_type, record);
  g_assert_true (csm_txn_savepoint (txn, &error));
  good = csm_desk_create (txn, who, account, record_type, id, record, &error);
  return settle (txn, good, error);
}

int
desk_test_patch (CsmTxn             *txn,
                 const CsmPrincipal *who,
                 CsmTypeId           type,
                 const char         *id,
                 JsonObject         *given)
{
  const CsmRecordType *record_type = csm_record_type_get (type);
  gint64 account = (record_type->flags & CSM_RECORD_PERSONAL) ? who->account : who->projection != 0 ? who->projection : CSM_ACCOUNT_WORKSPACE;
  GError *error = NULL;
  g_autoptr (JsonObject) patch = given;
  g_autoptr (JsonObject) before = csm_txn_get (txn, account, record_type, id, &error);
  g_autoptr (JsonObject) after = NULL;
  g_autoptr (GPtrArray) bad = NULL;
  gboolean good;

  g_assert_nonnull (before);
  after = csm_patch_apply (record_type, before, patch, &error);
  g_assert_no_error (error);
  bad = csm_validate_update (record_type, before, after);
  g_assert_null (bad);
  g_assert_true (csm_txn_savepoint (txn, &error));
  good = csm_desk_update (txn, who, account, record_type, id, before, after, &error);
  return settle (txn, good, error);
}

guint
desk_test_count (CsmTxn     *txn,
                 CsmTypeId   type,
                 const char *property,
                 const char *value)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (type), property, value, &error);

  g_assert_no_error (error);
  return ids->len;
}

guint
desk_test_events (CsmTxn     *txn,
                  const char *case_id,
                  const char *kind)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_EVENT), "caseId", case_id, &error);
  guint count = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < ids->len; i++)
    {
      g_autofree char *text = desk_test_text (txn, CSM_TYPE_ID_EVENT, g_ptr_array_index (ids, i), "kind");

      count += g_strcmp0 (text, kind) == 0;
    }
  return count;
}
