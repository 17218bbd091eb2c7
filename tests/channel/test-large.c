/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-channel-test"
#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "csm-json.h"
#include "csm-mail-import.h"
#include "imap-lab.h"

/* A mail of 60 MB, and one with 200 files that are as much, pass through this process without staying in it. */

#define MAX_GROWTH (32 * 1024)
#define FILES 200
#define FILE_LINES 4500

static const char line[] = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5\r\n";

/* kB that this process has in memory now, or had at most since forget_peak(). */
static gint64
read_status (const char *name)
{
  g_autofree char *status = NULL;
  const char *found;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  found = strstr (status, name);
  g_assert_nonnull (found);
  return g_ascii_strtoll (found + strlen (name), NULL, 10);
}

static void
forget_peak (void)
{
  int fd = open ("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, "5", 1), ==, 1);
  close (fd);
}

static GString *
begin_mail (const char *subject)
{
  GString *mail = g_string_new (NULL);

  g_string_append_printf (mail, "From: Ana <ana@example.com>\r\nTo: help@example.org\r\nSubject: %s\r\nMessage-ID: <%s@example.com>\r\n"
                                "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n", subject, subject);
  return mail;
}

static void
add_file (GString *mail,
          guint    number,
          guint    lines)
{
  g_string_append_printf (mail, "--b\r\nContent-Type: application/pdf; name=f%u.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n", number);
  for (guint i = 0; i < lines; i++)
    g_string_append_len (mail, line, sizeof line - 1);
  /* So that no two are the same blob. */
  g_string_append_printf (mail, "%08u\r\n", number * 4);
}

/* 60 MB in one file, or in 200. */
static GString *
make_mail (guint files)
{
  GString *mail = begin_mail (files == 1 ? "large" : "many");

  for (guint i = 0; i < files; i++)
    add_file (mail, i, files == 1 ? 60u * 1024 * 1024 / (sizeof line - 1) : FILE_LINES);
  g_string_append (mail, "--b--\r\n");
  return mail;
}

static void
assert_files (Workspace *workspace,
              guint      files)
{
  g_autoptr (GPtrArray) ids = workspace_ids (workspace, CSM_TYPE_ID_MESSAGE, "direction", "in");
  g_autoptr (JsonObject) message = NULL;
  JsonArray *attachments;

  for (guint i = 0; i < ids->len && message == NULL; i++)
    {
      message = workspace_get (workspace, CSM_TYPE_ID_MESSAGE, g_ptr_array_index (ids, i));
      if (g_strcmp0 (csm_json_get_string (message, "subject"), files == 1 ? "large" : "many") != 0)
        g_clear_pointer (&message, json_object_unref);
    }
  g_assert_nonnull (message);
  attachments = csm_json_get_array (message, "attachments");
  g_assert_cmpuint (json_array_get_length (attachments), ==, files);
  for (guint i = 0; i < files; i++)
    {
      JsonObject *attachment = json_array_get_object_element (attachments, i);
      g_autoptr (GBytes) blob = csm_store_get_blob (workspace->store, csm_json_get_string (attachment, "blobId"), NULL);

      g_assert_nonnull (blob);
      g_assert_cmpint ((gint64) g_bytes_get_size (blob), ==, csm_json_get_int (attachment, "size", -1));
      g_assert_cmpmem (g_bytes_get_data (blob, NULL), 10, "ABCDEFGHIJ", 10);
    }
}

static void
deliver (Workspace *workspace,
         guint      files)
{
  g_autoptr (CsmSpool) spool = csm_spool_new (NULL);
  GString *mail = make_mail (files);
  GError *error = NULL;
  gint64 before;

  g_assert_nonnull (spool);
  g_assert_true (csm_spool_append (spool, "From ana@example.com Mon Mar  2 10:00:00 2026\r\n", 46, NULL));
  g_assert_true (csm_spool_append (spool, mail->str, mail->len, NULL));
  g_string_free (mail, TRUE);
  forget_peak ();
  before = read_status ("VmRSS:");
  csm_mail_deliver_spool (workspace->store, workspace->channel, spool, channel_test_reader (), &error);
  g_assert_no_error (error);
  g_test_message ("%u files: from %" G_GINT64_FORMAT " kB to %" G_GINT64_FORMAT " kB", files, before, read_status ("VmHWM:"));
  g_assert_cmpint (read_status ("VmHWM:") - before, <, MAX_GROWTH);
  assert_files (workspace, files);
}

static void
test_deliver (Workspace     *workspace,
              gconstpointer  data)
{
  deliver (workspace, 1);
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_MESSAGE), ==, 1);
  workspace_assert_clean (workspace);
}

static void
fetch (ImapLab *lab,
       guint    files,
       guint    count)
{
  GString *mail = make_mail (files);
  gint64 before;

  imap_lab_put (lab, "", mail->str, 0);
  g_string_free (mail, TRUE);
  forget_peak ();
  before = read_status ("VmRSS:");
  imap_lab_wait_messages (lab, count);
  g_test_message ("%u files: from %" G_GINT64_FORMAT " kB to %" G_GINT64_FORMAT " kB", files, before, read_status ("VmHWM:"));
  g_assert_cmpint (read_status ("VmHWM:") - before, <, MAX_GROWTH);
  assert_files (&lab->workspace, files);
}

static void
test_fetch (ImapLab       *lab,
            gconstpointer  data)
{
  imap_lab_start (lab);
  imap_lab_put_usual (lab, 1, 0);
  imap_lab_wait_messages (lab, 1);
  fetch (lab, 1, 2);
  fetch (lab, FILES, 3);
  imap_lab_stop (lab);
  workspace_assert_clean (&lab->workspace);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/channel/large/deliver", Workspace, NULL, workspace_set_up, test_deliver, workspace_tear_down);
  g_test_add ("/channel/large/fetch", ImapLab, NULL, imap_lab_set_up, test_fetch, imap_lab_tear_down);
  return g_test_run ();
}
