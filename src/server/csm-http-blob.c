/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-http-private.h"

#include <fcntl.h>
#include <gio/gunixoutputstream.h>
#include <string.h>
#include <unistd.h>

#include "csm-error.h"
#include "csm-failpoint.h"
#include "csm-jmap-error.h"
#include "csm-jmap-limits.h"

#define ANY_TYPE "application/octet-stream"
/* No system has smaller ones. */
#define PAGE 4096

/* A media type without parameters that can stand in a header. */
static gboolean
is_media_type (const char *type)
{
  static const char token[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&-^_.+";
  gsize main_type = strspn (type, token);
  gsize sub_type = type[main_type] == '/' ? strspn (type + main_type + 1, token) : 0;

  return main_type > 0 && sub_type > 0 && type[main_type + 1 + sub_type] == '\0' && strlen (type) <= 255;
}

/* --- Up --------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmExchange         *exchange;
  const CsmAccountRow *account;
  char                *blob_id;
  char                *type;
} Upload;

static void
upload_free (Upload *upload)
{
  csm_exchange_unref (upload->exchange);
  g_free (upload->blob_id);
  g_free (upload->type);
  g_free (upload);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Upload, upload_free)

static gpointer
add_upload (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  Upload *upload = input;
  CsmExchange *exchange = upload->exchange;
  g_autoptr (CsmPrincipal) who = csm_auth_find (exchange->server->auth, txn, exchange->caller->token_hash, error);

  if (who == NULL || !csm_txn_add_upload (txn, upload->blob_id, exchange->received, who->person_id, error))
    return NULL;
  return GINT_TO_POINTER (TRUE);
}

static void
added_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (Upload) upload = user_data;
  CsmExchange *exchange = upload->exchange;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = NULL;

  if (csm_store_run_finish (CSM_STORE (source), result, &error) == NULL)
    {
      csm_exchange_reply_error (exchange, error);
      return;
    }
  csm_failpoint ("upload-added");
  answer = json_object_new ();
  json_object_set_string_member (answer, "accountId", upload->account->id);
  json_object_set_string_member (answer, "blobId", upload->blob_id);
  json_object_set_string_member (answer, "type", upload->type);
  json_object_set_int_member (answer, "size", exchange->received);
  csm_exchange_reply_json (exchange, 201, answer);
}

static void
stored_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Upload) upload = user_data;
  CsmStore *store = upload->exchange->server->store;
  g_autoptr (GError) error = NULL;

  upload->blob_id = g_task_propagate_pointer (G_TASK (result), &error);
  if (upload->blob_id == NULL)
    {
      csm_exchange_reply_error (upload->exchange, error);
      return;
    }
  csm_failpoint ("upload-stored");
  csm_store_run_async (store, TRUE, add_upload, upload, NULL, NULL, NULL, added_cb, upload);
  upload = NULL;
}

/* Hashing and two fsyncs are no work for the main loop. The file is mapped, not read into memory. */
static void
store_thread (GTask        *task,
              gpointer      source,
              gpointer      task_data,
              GCancellable *cancellable)
{
  Upload *upload = task_data;
  int fd = g_unix_output_stream_get_fd (G_UNIX_OUTPUT_STREAM (upload->exchange->file));
  GError *error = NULL;
  g_autoptr (GMappedFile) mapped = g_mapped_file_new_from_fd (fd, FALSE, &error);
  g_autoptr (GBytes) bytes = mapped != NULL ? g_mapped_file_get_bytes (mapped) : NULL;
  char *blob_id = bytes != NULL ? csm_store_put_blob (upload->exchange->server->store, bytes, &error) : NULL;

  if (blob_id != NULL)
    g_task_return_pointer (task, blob_id, g_free);
  else
    g_task_return_error (task, error);
}

static void
received_all (CsmExchange *self)
{
  Upload *upload = g_new0 (Upload, 1);
  const char *type = soup_message_headers_get_content_type (soup_server_message_get_request_headers (self->msg), NULL);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, stored_cb, upload);

  upload->exchange = csm_exchange_ref (self);
  upload->account = csm_exchange_find_account (self, self->path[0]);
  upload->type = g_strdup (type != NULL && is_media_type (type) ? type : ANY_TYPE);
  g_task_set_task_data (task, upload, NULL);
  g_task_run_in_thread (task, store_thread);
}

/* A file without a name: it is gone with the exchange, whatever happens. */
static GOutputStream *
open_temporary (CsmExchange  *self,
                GError      **error)
{
  g_autofree char *path = g_build_filename (csm_store_get_directory (self->server->store), "upload-XXXXXX", NULL);
  int fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);

  if (fd < 0)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_FAILED, "no file can be made for an upload");
      return NULL;
    }
  unlink (path);
  return g_unix_output_stream_new (fd, TRUE);
}

static void
upload_authorized (CsmExchange *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GOutputStream) file = NULL;

  if (csm_exchange_find_account (self, self->path[0]) == NULL)
    {
      csm_exchange_reply_status (self, 404, "There is no such account.");
      return;
    }
  if (!csm_exchange_enter (self, self->server->uploads, "maxConcurrentUpload"))
    return;
  file = open_temporary (self, &error);
  if (file == NULL)
    {
      csm_exchange_reply_error (self, error);
      return;
    }
  self->file = g_steal_pointer (&file);
  csm_exchange_resume (self);
}

/**
 * csm_http_upload:
 * @exchange: a POST of a blob
 *
 * RFC 8620, section 6.1. The body goes to the disk as it comes.
 */
void
csm_http_upload (CsmExchange *exchange)
{
  csm_exchange_collect (exchange, CSM_JMAP_MAX_SIZE_UPLOAD, "maxSizeUpload", received_all);
  if (!exchange->replied)
    csm_exchange_authorize (exchange, upload_authorized);
}

/* --- Down -------------------------------------------------------------------------------------------------------------- */

static gpointer
may_read (CsmTxn        *txn,
          gpointer       input,
          GCancellable  *cancellable,
          GError       **error)
{
  CsmExchange *self = input;
  g_autoptr (CsmPrincipal) who = csm_auth_find (self->server->auth, txn, self->caller->token_hash, error);
  g_autoptr (CsmSession) session = who != NULL ? csm_session_load (txn, who, self->caller->base_url, error) : NULL;
  g_autoptr (GError) local = NULL;
  const CsmAccountRow *account;

  if (session == NULL)
    return NULL;
  self->session = g_steal_pointer (&session);
  account = csm_exchange_find_account (self, self->path[0]);
  if (account != NULL && csm_txn_may_read_blob (txn, account->account, self->path[1], who->person_id, &local))
    return GINT_TO_POINTER (TRUE);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, "no such blob");
  return NULL;
}

static void
set_download_headers (CsmExchange *self)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (self->msg);
  g_autoptr (GHashTable) parameters = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *name = g_strdup (self->path[2]);

  for (char *at = name; *at != '\0'; at++)
    {
      if (g_ascii_iscntrl (*at))
        *at = ' ';
    }
  g_hash_table_insert (parameters, (char *) "filename", name);
  soup_message_headers_set_content_disposition (headers, "attachment", parameters);
  soup_message_headers_replace (headers, "Cache-Control", "private, immutable, max-age=31536000");
  soup_message_headers_replace (headers, "Content-Security-Policy", "sandbox; default-src 'none'");
  soup_message_headers_replace (headers, "Cross-Origin-Resource-Policy", "same-origin");
}

/* Blobs that nobody has read for a while come from the disk here, not while they are sent. */
static void
map_thread (GTask        *task,
            gpointer      source,
            gpointer      task_data,
            GCancellable *cancellable)
{
  CsmExchange *self = task_data;
  GBytes *bytes = csm_store_get_blob (self->server->store, self->path[1], NULL);
  gsize size = 0;
  const volatile char *content = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  for (gsize at = 0; at < size; at += PAGE)
    (void) content[at];
  g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
}

static void
mapped_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (CsmExchange) self = user_data;
  g_autoptr (GBytes) bytes = g_task_propagate_pointer (G_TASK (result), NULL);
  const char *type = self->query != NULL ? g_hash_table_lookup (self->query, "type") : NULL;

  if (bytes == NULL)
    {
      g_warning ("a blob that a record names is missing");
      csm_exchange_reply_status (self, 404, "There is no such blob.");
      return;
    }
  if (self->over)
    return;
  set_download_headers (self);
  csm_exchange_reply (self, 200, type != NULL ? type : ANY_TYPE, bytes);
}

static void
send_blob (CsmExchange *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, mapped_cb, csm_exchange_ref (self));

  g_task_set_task_data (task, self, NULL);
  g_task_run_in_thread (task, map_thread);
}

static void
allowed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (CsmExchange) self = user_data;
  g_autoptr (GError) error = NULL;

  if (csm_store_run_finish (CSM_STORE (source), result, &error) != NULL)
    send_blob (self);
  else if (g_error_matches (error, CSM_ERROR, CSM_ERROR_NOT_FOUND))
    csm_exchange_reply_status (self, 404, "There is no such blob.");
  else
    csm_exchange_reply_error (self, error);
}

/**
 * csm_http_download:
 * @exchange: a GET of a blob
 *
 * RFC 8620, section 6.2. Strangers made these files: they are always attachments, and nothing in them runs. The file is
 * mapped, so that a large one is not in memory as a whole.
 */
void
csm_http_download (CsmExchange *exchange)
{
  const char *type = exchange->query != NULL ? g_hash_table_lookup (exchange->query, "type") : NULL;

  if (type != NULL && *type != '\0' && !is_media_type (type))
    {
      csm_exchange_reply_status (exchange, 400, "That is not a media type.");
      return;
    }
  csm_exchange_pause (exchange);
  csm_store_run_async (exchange->server->store, FALSE, may_read, csm_exchange_ref (exchange), NULL, NULL, NULL, allowed_cb, exchange);
}
