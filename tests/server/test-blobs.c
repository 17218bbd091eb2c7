/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-test-client.h"

#include <string.h>

#include "csm-json.h"

static CsmTestWorkspace *workspace;
static CsmTestClient *ana;
static CsmTestClient *ben;

static CsmTestReply *
upload (const char *account_id,
        const char *type,
        const char *body)
{
  g_autofree char *path = g_strconcat ("/jmap/upload/", account_id, NULL);

  return csm_test_client_fetch (ana, "POST", path, type, body);
}

static CsmTestReply *
download (CsmTestClient *client,
          const char    *account_id,
          const char    *blob_id,
          const char    *rest)
{
  g_autofree char *path = g_strconcat ("/jmap/download/", account_id, "/", blob_id, "/", rest, NULL);

  return csm_test_client_fetch (client, "GET", path, NULL, NULL);
}

static void
test_up_and_down (void)
{
  g_autoptr (CsmTestReply) up = upload (workspace->workspace_id, "text/plain; charset=utf-8", "first content");
  const char *blob_id = csm_json_get_string (up->json, "blobId");
  g_autoptr (CsmTestReply) down = download (ana, workspace->workspace_id, blob_id, "a%20%22file%22%2Fname%0A%C3%A9.txt?type=text/html");
  g_autoptr (CsmTestReply) plain = download (ana, workspace->workspace_id, blob_id, "x");
  g_autoptr (CsmTestReply) other = download (ben, workspace->workspace_id, blob_id, "x");
  const char *disposition = soup_message_headers_get_one (down->headers, "Content-Disposition");

  g_assert_cmpuint (up->status, ==, 201);
  csm_assert_text (up->json, "accountId", workspace->workspace_id);
  csm_assert_text (up->json, "type", "text/plain");
  g_assert_cmpint (csm_json_get_int (up->json, "size", 0), ==, 13);
  g_assert_cmpuint (down->status, ==, 200);
  g_assert_cmpmem (g_bytes_get_data (down->body, NULL), g_bytes_get_size (down->body), "first content", 13);
  g_assert_cmpstr (soup_message_headers_get_one (down->headers, "Content-Type"), ==, "text/html");
  g_assert_cmpstr (soup_message_headers_get_one (down->headers, "X-Content-Type-Options"), ==, "nosniff");
  g_assert_nonnull (strstr (soup_message_headers_get_one (down->headers, "Content-Security-Policy"), "sandbox"));
  g_assert_nonnull (strstr (soup_message_headers_get_one (down->headers, "Cache-Control"), "immutable"));
  g_assert_true (g_str_has_prefix (disposition, "attachment"));
  g_assert_nonnull (strstr (disposition, "filename"));
  g_assert_cmpstr (soup_message_headers_get_one (plain->headers, "Content-Type"), ==, "application/octet-stream");
  /* An upload is its uploader's, even in an account of everybody. */
  g_assert_cmpuint (other->status, ==, 404);
}

static void
test_named_by_a_record (void)
{
  const char *case_id = g_ptr_array_index (workspace->cases, 0);
  g_autoptr (CsmTestReply) up = upload (workspace->workspace_id, "image/png", "a picture, says its name");
  const char *blob_id = csm_json_get_string (up->json, "blobId");
  g_autofree char *arguments = NULL;
  g_autoptr (JsonObject) stolen = NULL;
  g_autoptr (JsonObject) given = NULL;
  g_autoptr (CsmTestReply) down = NULL;

  arguments = g_strdup_printf ("{'accountId':'%s','create':{'k':{'caseId':'%s','body':'see here','attachments':[{'blobId':'%s','name':'a.png','type':'image/png','size':24}]}}}",
                               workspace->workspace_id, case_id, blob_id);
  stolen = csm_test_client_call (ben, "Comment/set", "%s", arguments);
  csm_assert_text (stolen, "notCreated/k/type", "invalidProperties");
  csm_assert_text (stolen, "notCreated/k/properties/0", "attachments");
  given = csm_test_client_call (ana, "Comment/set", "%s", arguments);
  g_assert_nonnull (csm_test_find (given, "created/k"));
  down = download (ben, workspace->workspace_id, blob_id, "a.png?type=image/png");
  g_assert_cmpuint (down->status, ==, 200);
}

static void
test_mail (void)
{
  g_autoptr (CsmTestReply) raw = download (ben, workspace->workspace_id, workspace->raw_blob_id, "mail.eml?type=message/rfc822");
  g_autoptr (CsmTestReply) elsewhere = download (ben, workspace->agent.account_id, workspace->raw_blob_id, "mail.eml");
  g_autoptr (CsmTestReply) foreign = download (ben, workspace->lead.account_id, workspace->raw_blob_id, "mail.eml");

  g_assert_cmpuint (raw->status, ==, 200);
  g_assert_cmpuint (elsewhere->status, ==, 404);
  g_assert_cmpuint (foreign->status, ==, 404);
}

static void
test_refused (void)
{
  g_autoptr (CsmTestReply) account = upload ("nobody", "text/plain", "x");
  g_autoptr (CsmTestReply) foreign = upload (workspace->agent.account_id, "text/plain", "x");
  g_autoptr (CsmTestReply) own = upload (workspace->lead.account_id, "text/pl/ain", "x");
  g_autoptr (CsmTestReply) unknown = download (ana, workspace->workspace_id, "B0000", "x");
  g_autoptr (CsmTestReply) path = download (ana, workspace->workspace_id, "..%2F..%2Fserve.lock", "x");
  g_autoptr (CsmTestReply) header = download (ana, workspace->workspace_id, workspace->raw_blob_id, "x?type=text/html%0D%0ASet-Cookie:%20a=b");

  g_assert_cmpuint (account->status, ==, 404);
  g_assert_cmpuint (foreign->status, ==, 404);
  g_assert_cmpuint (own->status, ==, 201);
  csm_assert_text (own->json, "type", "application/octet-stream");
  g_assert_cmpuint (unknown->status, ==, 404);
  g_assert_cmpuint (path->status, ==, 404);
  g_assert_cmpuint (header->status, ==, 400);
}

/* What comes in pieces is put together in the order in which it came. */
static void
test_pieces (void)
{
  const gsize length = 1000003;
  g_autofree char *body = g_malloc (length + 1);
  g_autoptr (CsmTestReply) up = NULL;
  g_autoptr (CsmTestReply) down = NULL;

  for (gsize i = 0; i < length; i++)
    body[i] = (char) ('a' + (i / 1000 + i) % 26);
  body[length] = '\0';
  up = upload (workspace->workspace_id, "text/plain", body);
  g_assert_cmpuint (up->status, ==, 201);
  down = download (ana, workspace->workspace_id, csm_json_get_string (up->json, "blobId"), "a.txt");
  g_assert_cmpmem (g_bytes_get_data (down->body, NULL), g_bytes_get_size (down->body), body, length);
}

static CsmTestReply *
upload_large (gsize length)
{
  g_autofree char *path = g_strconcat ("/jmap/upload/", workspace->workspace_id, NULL);
  SoupMessage *msg = csm_test_client_message (ana, "POST", path);
  g_autoptr (GBytes) body = g_bytes_new_take (g_malloc0 (length), length);
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (body);

  soup_message_set_request_body (msg, "application/zip", stream, -1);
  return csm_test_client_send (ana, msg);
}

static void
test_size (void)
{
  g_autoptr (CsmTestReply) fits = upload_large (50000000);
  g_autoptr (CsmTestReply) over = upload_large (50000001);
  g_autoptr (CsmTestReply) down = NULL;

  g_assert_cmpuint (fits->status, ==, 201);
  g_assert_cmpint (csm_json_get_int (fits->json, "size", 0), ==, 50000000);
  g_assert_cmpuint (over->status, ==, 413);
  csm_assert_text (over->json, "limit", "maxSizeUpload");
  down = download (ana, workspace->workspace_id, csm_json_get_string (fits->json, "blobId"), "a.zip?type=application/zip");
  g_assert_cmpuint (g_bytes_get_size (down->body), ==, 50000000);
}

int
main (int   argc,
      char *argv[])
{
  CsmTestServer *server;
  int result;

  g_test_init (&argc, &argv, NULL);
  workspace = csm_test_workspace_new (1);
  server = csm_test_server_new (workspace->directory, NULL);
  ana = csm_test_client_new (csm_test_server_get_url (server), workspace->lead.token);
  ben = csm_test_client_new (csm_test_server_get_url (server), workspace->agent.token);
  g_test_add_func ("/server/blobs/up-and-down", test_up_and_down);
  g_test_add_func ("/server/blobs/named-by-a-record", test_named_by_a_record);
  g_test_add_func ("/server/blobs/mail", test_mail);
  g_test_add_func ("/server/blobs/refused", test_refused);
  g_test_add_func ("/server/blobs/pieces", test_pieces);
  g_test_add_func ("/server/blobs/size", test_size);
  result = g_test_run ();
  csm_test_client_free (ana);
  csm_test_client_free (ben);
  csm_test_server_free (server);
  csm_test_workspace_free (workspace);
  return result;
}
