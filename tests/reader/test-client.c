/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#define G_LOG_DOMAIN "csm-reader-test"
#include "config.h"

#include "csm-reader-client.h"

/* The client against a reader that misbehaves on command. */

static CsmReaderClient *
client_new (void)
{
  return csm_reader_client_new (g_getenv ("FAKE_READER"));
}

static GBytes *
bytes_new (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static CsmParsedMail *
read_mail (CsmReaderClient  *client,
           const char       *text,
           GError          **error)
{
  g_autoptr(GBytes) raw = bytes_new (text);
  CsmParsedMail *mail = NULL;

  g_assert_true (csm_reader_client_read (client, raw, &mail, NULL, error) == (mail != NULL));
  return mail;
}

static void
assert_works (CsmReaderClient *client,
              const char      *text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CsmParsedMail) mail = read_mail (client, text, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (csm_parsed_mail_get_string (mail, "subject"), ==, text);
  g_assert_cmpuint (mail->parts->len, ==, 1);
  g_assert_cmpmem (g_bytes_get_data (mail->parts->pdata[0], NULL), g_bytes_get_size (mail->parts->pdata[0]), "part", 4);
}

static void
assert_fails (CsmReaderClient *client,
              const char      *text,
              CsmReaderError   code)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CsmParsedMail) mail = read_mail (client, text, &error);

  g_assert_error (error, CSM_READER_ERROR, (int) code);
  g_assert_null (mail);
}

static gint64
get_pid (CsmReaderClient *client)
{
  g_autoptr(CsmParsedMail) mail = read_mail (client, "pid", NULL);

  return json_object_get_int_member (mail->json, "pid");
}

static void
test_persistent (void)
{
  g_autoptr(CsmReaderClient) client = client_new ();
  gint64 pid = get_pid (client);

  assert_works (client, "one");
  g_assert_cmpint (get_pid (client), ==, pid);
}

static void
test_crash (void)
{
  g_autoptr(CsmReaderClient) client = client_new ();
  g_autoptr(CsmParsedMail) second_try = NULL;
  gint64 pid = get_pid (client);

  assert_fails (client, "crash", CSM_READER_ERROR_CRASHED);
  assert_works (client, "next");
  g_assert_cmpint (get_pid (client), !=, pid);
  second_try = read_mail (client, "crash once", NULL);
  g_assert_nonnull (second_try);
  g_assert_true (json_object_get_boolean_member (second_try->json, "careful"));
}

static void
test_timeout (void)
{
  g_autoptr(CsmReaderClient) client = client_new ();

  csm_reader_client_set_timeout (client, 100);
  /* One that uses the processor, and one that only waits. */
  assert_fails (client, "hang", CSM_READER_ERROR_TIMED_OUT);
  assert_works (client, "next");
  assert_fails (client, "sleep", CSM_READER_ERROR_TIMED_OUT);
  assert_works (client, "next");
}

static void
test_nonsense (void)
{
  g_autoptr(CsmReaderClient) client = client_new ();

  assert_fails (client, "nonsense", CSM_READER_ERROR_PROTOCOL);
  assert_fails (client, "deep", CSM_READER_ERROR_PROTOCOL);
  assert_fails (client, "huge", CSM_READER_ERROR_PROTOCOL);
  assert_fails (client, "wrong size", CSM_READER_ERROR_PROTOCOL);
  assert_works (client, "next");
}

static void
test_pipelined (void)
{
  g_autoptr(CsmReaderClient) client = client_new ();
  g_autofree char *large = g_strnfill (1024 * 1024, 'x');
  const char *queue[] = { "one", "crash", "two", "nonsense", "three", "crash once", "four" };
  g_autoptr(GBytes) filler = bytes_new (large);
  g_autoptr(GError) large_error = NULL;
  CsmParsedMail *unused = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (queue); i++)
    {
      g_autoptr(GBytes) raw = bytes_new (queue[i]);
      g_autoptr(GError) error = NULL;

      g_assert_true (csm_reader_client_submit (client, raw, &error));
      g_assert_no_error (error);
    }
  /* More than a socket holds waits in the queue. */
  g_assert_true (csm_reader_client_submit (client, filler, &large_error));
  g_assert_cmpuint (csm_reader_client_get_pending (client), ==, G_N_ELEMENTS (queue) + 1);

  for (guint i = 0; i < G_N_ELEMENTS (queue); i++)
    {
      g_autoptr(CsmParsedMail) mail = NULL;
      g_autoptr(GError) error = NULL;

      if (csm_reader_client_collect (client, &mail, NULL, &error))
        g_assert_cmpstr (csm_parsed_mail_get_string (mail, "subject"), ==, queue[i]);
      else if (!g_str_equal (queue[i], "crash") && !g_str_equal (queue[i], "nonsense"))
        g_error ("“%s” failed: %s", queue[i], error->message);
    }
  /* Its answer is cut off in the middle of the subject, and so is no JSON. */
  g_assert_false (csm_reader_client_collect (client, &unused, NULL, &large_error));
  g_assert_error (large_error, CSM_READER_ERROR, CSM_READER_ERROR_PROTOCOL);
  g_assert_cmpuint (csm_reader_client_get_pending (client), ==, 0);
}

static gpointer
cancel_soon (gpointer data)
{
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_cancel (void)
{
  g_autoptr(CsmReaderClient) client = client_new ();
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GBytes) raw = bytes_new ("sleep");
  g_autoptr(GError) error = NULL;
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);

  g_assert_false (csm_reader_client_read (client, raw, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
  assert_works (client, "next");
}

static void
test_refused (void)
{
  g_autoptr(CsmReaderClient) nowhere = csm_reader_client_new ("/nonexistent/casement-reader");
  g_autoptr(CsmReaderClient) client = client_new ();
  gsize size = 64 * 1024 * 1024 + 1;
  g_autoptr(GBytes) large = g_bytes_new_take (g_malloc0 (size), size);
  g_autoptr(GError) error = NULL;

  assert_fails (nowhere, "x", CSM_READER_ERROR_SPAWN);
  g_assert_false (csm_reader_client_read (client, large, NULL, NULL, &error));
  g_assert_error (error, CSM_READER_ERROR, CSM_READER_ERROR_TOO_LARGE);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reader/client/persistent", test_persistent);
  g_test_add_func ("/reader/client/crash", test_crash);
  g_test_add_func ("/reader/client/timeout", test_timeout);
  g_test_add_func ("/reader/client/nonsense", test_nonsense);
  g_test_add_func ("/reader/client/pipelined", test_pipelined);
  g_test_add_func ("/reader/client/cancel", test_cancel);
  g_test_add_func ("/reader/client/refused", test_refused);
  return g_test_run ();
}
