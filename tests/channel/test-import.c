/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "channel-test.h"

#include <glib/gstdio.h>
#include <string.h>

#include "csm-json.h"
#include "csm-mail-import.h"

static const char mail_a[] =
  "From: Jonas Weber <jonas@example.net>\nTo: support@fernweh.example.com\nSubject: A broken zip\n"
  "Message-ID: <a@example.net>\nDate: Thu, 05 Nov 2020 09:05:44 +0100\n\nGood morning,\n\nmy zip broke.\n";
static const char mail_b[] =
  "From: Ana Reyes <ana.reyes@fernweh.example.com>\nTo: Jonas Weber <jonas@example.net>\nSubject: Re: A broken zip\n"
  "Message-ID: <b@fernweh.example.com>\nIn-Reply-To: <a@example.net>\nDate: Thu, 05 Nov 2020 10:00:00 +0100\n\n"
  ">From now on we repair it.\n";

static CsmImportResult
import (Workspace  *workspace,
        const char *path)
{
  CsmImportResult result;
  GError *error = NULL;

  csm_mail_import_run (workspace->store, workspace->channel, path, channel_test_reader (), NULL, NULL, &result, &error);
  g_assert_no_error (error);
  return result;
}

#define assert_result(result, r, a, d, s) \
  do { CsmImportResult x_ = (result); g_assert_cmpuint (x_.read, ==, r); g_assert_cmpuint (x_.added, ==, a); \
       g_assert_cmpuint (x_.duplicates, ==, d); g_assert_cmpuint (x_.set_aside, ==, s); } while (0)

static void
test_mbox (Workspace     *workspace,
           gconstpointer  data)
{
  g_autofree char *text = g_strdup_printf ("From jonas@example.net Thu Nov  5 08:05:44 2020\n%s\nFrom ana Thu Nov  5 09:00:00 2020\n%s"
                                           "\nFrom what I hear, this is prose.\n\nFrom jonas@example.net Thu Nov  5 08:05:44 2020\n%s", mail_a, mail_b, mail_a);
  g_autofree char *path = workspace_write (workspace, "box", text);
  g_autoptr (GPtrArray) out = NULL;
  g_autoptr (JsonObject) message = NULL;
  g_autoptr (JsonObject) record = NULL;

  assert_result (import (workspace, path), 3, 2, 1, 0);
  assert_result (import (workspace, path), 3, 0, 3, 0);
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_CASE), ==, 1);
  out = workspace_ids (workspace, CSM_TYPE_ID_MESSAGE, "direction", "out");
  g_assert_cmpuint (out->len, ==, 1);
  message = workspace_get (workspace, CSM_TYPE_ID_MESSAGE, g_ptr_array_index (out, 0));
  g_assert_cmpstr (csm_json_get_string (message, "textBody"), ==, "From now on we repair it.\n\nFrom what I hear, this is prose.");
  g_assert_cmpstr (csm_json_get_string (message, "at"), ==, "2020-11-05T09:00:00Z");
  g_assert_cmpstr (csm_json_get_string (message, "authorId"), ==, workspace->person);
  record = workspace_get (workspace, CSM_TYPE_ID_CASE, csm_json_get_string (message, "caseId"));
  g_assert_cmpstr (csm_json_get_string (record, "lastActivityAt"), ==, "2020-11-05T09:00:00Z");
  g_assert_cmpstr (csm_json_get_string (record, "status"), ==, "waiting");
  workspace_assert_clean (workspace);
}

static void
test_maildir (Workspace     *workspace,
              gconstpointer  data)
{
  g_autofree char *box = g_build_filename (workspace->base, "Maildir", NULL);
  g_autofree char *a = workspace_write (workspace, "Maildir/cur/1604563544.1.host:2,S", mail_a);
  g_autofree char *b = workspace_write (workspace, "Maildir/new/1604566800.2.host", mail_b);
  g_autofree char *half = workspace_write (workspace, "Maildir/tmp/1604566900.3.host", "half a ma");

  assert_result (import (workspace, box), 2, 2, 0, 0);
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_CASE), ==, 1);
}

/* One that is no mail, one without a date between two that have one, and one file alone. */
static void
test_folder (Workspace     *workspace,
             gconstpointer  data)
{
  g_autofree char *folder = g_build_filename (workspace->base, "box", NULL);
  g_autofree char *a = workspace_write (workspace, "box/1/a.eml", mail_a);
  g_autofree char *undated = workspace_write (workspace, "box/2/b.EML", "From: Priya <priya@example.org>\nSubject: No date\nMessage-ID: <n@x>\n\nHi\n");
  g_autofree char *bad = workspace_write (workspace, "box/3/c.eml", "");
  g_autofree char *other = workspace_write (workspace, "box/notes.txt", "not a mail");
  g_autofree char *sibling = g_build_filename (workspace->base, "missing", NULL);
  g_autoptr (GPtrArray) ids = NULL;
  CsmImportResult result;
  GError *error = NULL;
  guint unreadable = 0;

  assert_result (import (workspace, folder), 3, 3, 0, 1);
  assert_result (import (workspace, folder), 3, 0, 3, 0);
  assert_result (import (workspace, a), 1, 0, 1, 0);
  ids = workspace_ids (workspace, CSM_TYPE_ID_MESSAGE, "direction", "in");
  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (JsonObject) message = workspace_get (workspace, CSM_TYPE_ID_MESSAGE, g_ptr_array_index (ids, i));

      unreadable += csm_json_has_key (message, "warnings", "unreadable");
      if (g_strcmp0 (csm_json_get_string (message, "subject"), "No date") == 0)
        g_assert_cmpstr (csm_json_get_string (message, "at"), ==, "2020-11-05T08:05:45Z");
    }
  g_assert_cmpuint (unreadable, ==, 1);
  g_assert_false (csm_mail_import_run (workspace->store, workspace->channel, sibling, channel_test_reader (), NULL, NULL, &result, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (csm_mail_import_run (workspace->store, workspace->channel, folder, "/nonexistent/reader", NULL, NULL, &result, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  workspace_assert_clean (workspace);
}

static void
count_progress (const CsmImportResult *so_far,
                gpointer               user_data)
{
  ++*(guint *) user_data;
}

/* More mails than one batch, in threads, among them one of 60 MB, one of 65 MB, and what crashes parsers. */
static void
test_large (Workspace     *workspace,
            gconstpointer  data)
{
  g_autoptr (GString) box = g_string_new (NULL);
  g_autofree char *path = NULL;
  CsmImportResult result;
  GError *error = NULL;
  guint steps = 0;

  for (guint i = 0; i < 700; i++)
    g_string_append_printf (box, "From x Thu Nov  5 08:05:44 2020\nFrom: c%u@example.net\nMessage-ID: <%u@x>\n%s<%u@x>\nSubject: %u\n\ntext %u\n\n",
                            i / 7, i, i % 7 > 0 ? "In-Reply-To: " : "X: ", i - (i % 7 > 0), i, i);
  for (guint size = 60; size <= 65; size += 5)
    {
      g_string_append_printf (box, "From x Thu Nov  5 08:05:44 2020\nFrom: big@example.net\nMessage-ID: <big%u@x>\nSubject: big\n"
                              "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n", size);
      for (guint i = 0; i < size * 1024 * 1024 / 77; i++)
        g_string_append (box, "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0\n");
      g_string_append_c (box, '\n');
    }
  path = workspace_write (workspace, "box", box->str);
  csm_mail_import_run (workspace->store, workspace->channel, path, channel_test_reader (), count_progress, &steps, &result, &error);
  g_assert_no_error (error);
  assert_result (result, 702, 702, 0, 1);
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_CASE), ==, 102);
  g_assert_cmpuint (steps, >=, 2);
  workspace_assert_clean (workspace);
}

static void
test_deliver (Workspace     *workspace,
              gconstpointer  data)
{
  g_autofree char *with_line = g_strconcat ("From jonas@example.net Thu Nov  5 08:05:44 2020\n", mail_a, NULL);
  g_autoptr (GBytes) first = g_bytes_new_static (with_line, strlen (with_line));
  g_autoptr (GBytes) again = g_bytes_new_static (mail_a, strlen (mail_a));
  g_autoptr (GBytes) bad = g_bytes_new_static ("\0\0\0", 3);
  g_autoptr (GPtrArray) ids = NULL;
  g_autoptr (JsonObject) message = NULL;
  GError *error = NULL;

  g_assert_true (csm_mail_deliver (workspace->store, workspace->channel, first, channel_test_reader (), &error));
  g_assert_true (csm_mail_deliver (workspace->store, workspace->channel, again, channel_test_reader (), &error));
  g_assert_no_error (error);
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_MESSAGE), ==, 1);
  ids = workspace_ids (workspace, CSM_TYPE_ID_MESSAGE, "direction", "in");
  message = workspace_get (workspace, CSM_TYPE_ID_MESSAGE, g_ptr_array_index (ids, 0));
  g_assert_cmpint (csm_json_get_string (message, "at")[0], ==, '2');
  g_assert_cmpstr (csm_json_get_string (message, "sentAt"), ==, "2020-11-05T08:05:44Z");
  g_assert_cmpstr (csm_json_get_string (message, "at"), >, "2025");
  g_assert_true (csm_mail_deliver (workspace->store, workspace->channel, bad, channel_test_reader (), &error));
  g_assert_cmpuint (workspace_count (workspace, CSM_TYPE_ID_MESSAGE), ==, 2);
  g_assert_false (csm_mail_deliver (workspace->store, workspace->channel, first, "/nonexistent/reader", &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  workspace_assert_clean (workspace);
}

static guint
count_lane (Workspace  *workspace,
            const char *lane)
{
  g_autoptr (GPtrArray) ids = workspace_ids (workspace, CSM_TYPE_ID_CASE, "lane", lane);

  return ids->len;
}

/* data/sample/README.md tells what is in it. */
static void
test_sample (Workspace     *workspace,
             gconstpointer  data)
{
  static const char *const names[] = { "ben.okafor", "chiara.conti", "dev.patel" };
  g_autofree char *folder = g_build_filename (g_getenv ("CASEMENT_SAMPLE"), "mail", NULL);
  g_autoptr (GPtrArray) out = NULL;
  guint failed = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *id = g_strdup (workspace->person);

      id[26] = id[26] == '0' + (char) i ? 'Z' : '0' + (char) i;
      workspace_add (workspace, CSM_TYPE_ID_PERSON, id, channel_test_json ("{'name':'%s','email':'%s@fernweh.example.com'}", names[i], names[i]));
    }
  assert_result (import (workspace, folder), 62, 62, 0, 0);
  assert_result (import (workspace, folder), 62, 0, 62, 0);
  g_assert_cmpuint (count_lane (workspace, "newsletter"), ==, 2);
  g_assert_cmpuint (count_lane (workspace, "notification"), ==, 3);
  g_assert_cmpuint (count_lane (workspace, "bounce"), ==, 0);
  g_assert_cmpuint (count_lane (workspace, "automatic"), ==, 0);
  g_assert_cmpuint (count_lane (workspace, "conversation"), ==, GPOINTER_TO_UINT (data));
  out = workspace_ids (workspace, CSM_TYPE_ID_MESSAGE, "direction", "out");
  for (guint i = 0; i < out->len; i++)
    {
      g_autoptr (JsonObject) message = workspace_get (workspace, CSM_TYPE_ID_MESSAGE, g_ptr_array_index (out, i));

      failed += g_strcmp0 (csm_json_get_string (csm_json_get_object (message, "delivery"), "state"), "failed") == 0;
    }
  g_assert_cmpuint (failed, ==, 1);
  workspace_assert_clean (workspace);
}

#define add(path, data, test) g_test_add (path, Workspace, data, workspace_set_up, test, workspace_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add ("/import/mbox", NULL, test_mbox);
  add ("/import/maildir", NULL, test_maildir);
  add ("/import/folder", NULL, test_folder);
  add ("/import/large", NULL, test_large);
  add ("/import/deliver", NULL, test_deliver);
  add ("/import/sample", GUINT_TO_POINTER (19), test_sample);
  return g_test_run ();
}
