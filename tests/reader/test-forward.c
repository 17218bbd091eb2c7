/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#define G_LOG_DOMAIN "csm-reader-test"
#include "config.h"

#include "reader-test.h"

static JsonObject *
get_forward (CsmParsedMail *mail,
             guint          index,
             guint          count)
{
  JsonArray *forwards = csm_parsed_mail_get_array (mail, "forwards");

  g_assert_cmpuint (json_array_get_length (forwards), ==, count);
  return json_array_get_object_element (forwards, index);
}

static void
assert_forward (JsonObject *forward,
                const char *name,
                const char *address,
                const char *date,
                const char *subject,
                const char *text)
{
  JsonObject *from = json_object_get_object_member (forward, "from");

  g_assert_cmpstr (json_object_get_string_member (from, "name"), ==, name);
  g_assert_cmpstr (json_object_get_string_member (from, "address"), ==, address);
  g_assert_cmpstr (json_object_get_string_member_with_default (forward, "date", NULL), ==, date);
  g_assert_cmpstr (json_object_get_string_member (forward, "subject"), ==, subject);
  g_assert_cmpstr (json_object_get_string_member (forward, "text"), ==, text);
}

static void
assert_file (CsmParsedMail *mail,
             guint          index,
             const char    *name,
             gint64         within,
             const char    *content)
{
  JsonObject *attachment = reader_test_attachment (mail, index);
  GBytes *part = mail->parts->pdata[json_object_get_int_member (attachment, "part")];

  g_assert_cmpstr (json_object_get_string_member (attachment, "name"), ==, name);
  g_assert_cmpint (json_object_get_int_member_with_default (attachment, "within", -1), ==, within);
  if (content != NULL)
    g_assert_cmpmem (g_bytes_get_data (part, NULL), g_bytes_get_size (part), content, strlen (content));
}

#define INNER \
  "From: Cleo <cleo@example.net>\nSubject: Deep\nContent-Type: text/plain; name=d.txt\nContent-Disposition: attachment\n\ndeep\n"

static void
test_attached (void)
{
  g_autoptr(CsmParsedMail) mail = reader_test_read (
    "From: ana@example.com\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee below\n"
    "--b\nContent-Type: message/rfc822\n\n"
    "From: =?utf-8?Q?Ben_B=C3=B6?= <ben@example.org>\nDate: Mon, 2 Mar 2026 10:00:00 +0100\nSubject: Broken lamp\nContent-Type: multipart/mixed; boundary=c\n\n"
    "--c\nContent-Type: text/html\n\n<p>It <b>is</b> dark.</p>\n--c\nContent-Type: image/png; name=lamp.png\n\nPNG\n"
    "--c\nContent-Type: message/rfc822\n\n" INNER "--c--\n"
    "--b\nContent-Type: application/pdf; name=last.pdf\n\nPDF\n--b--\n", -1);
  JsonObject *forward = get_forward (mail, 0, 1);
  g_autofree char *body = NULL;

  assert_forward (forward, "Ben Bö", "ben@example.org", "2026-03-02T09:00:00Z", "Broken lamp", "It is dark.");
  g_assert_cmpint (json_object_get_int_member (forward, "attachment"), ==, 0);
  g_assert_cmpuint (json_array_get_length (csm_parsed_mail_get_array (mail, "attachments")), ==, 5);
  assert_file (mail, 0, "Broken lamp.eml", -1, NULL);
  assert_file (mail, 1, "last.pdf", -1, "PDF");
  assert_file (mail, 2, "lamp.png", 0, "PNG");
  assert_file (mail, 3, "Deep.eml", 0, NULL);
  assert_file (mail, 4, "d.txt", 3, "deep");
  g_assert_cmpstr (csm_parsed_mail_get_string (mail, "textBody"), ==, "See below");
  g_assert_cmpstr (csm_parsed_mail_get_string (mail, "authoredText"), ==, "See below");
  body = reader_test_body (mail);
  g_assert_cmpstr (body, ==, "p(See below) q1f(From: Ben Bö <ben@example.org>\nDate: Mon, 2 Mar 2026 10:00:00 +0100\nSubject: Broken lamp|p(It *is* dark.))");
}

static void
test_coded (void)
{
  g_autofree char *inner = g_base64_encode ((const guchar *) INNER, strlen (INNER));
  g_autoptr(GString) groups = g_string_new ("To: ");
  g_autofree char *hostile = NULL;
  g_autofree char *raw = NULL;
  g_autoptr(CsmParsedMail) mail = NULL;

  /* The parser dies of that in a header; here it is hidden. */
  for (guint i = 0; i < 200000; i++)
    g_string_append (groups, "a:");
  g_string_append (groups, "\n\nx");
  hostile = g_base64_encode ((const guchar *) groups->str, groups->len);
  raw = g_strdup_printf ("From: ana@example.com\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n%s\n"
                         "--b\nContent-Type: application/octet-stream; name=mail.eml\nContent-Transfer-Encoding: base64\n\n%s\n--b--\n", inner, hostile);
  mail = reader_test_read (raw, -1);
  assert_forward (get_forward (mail, 0, 2), "Cleo", "cleo@example.net", NULL, "Deep", "");
  assert_file (mail, 2, "d.txt", 0, "deep\n");
}

static void
test_inline (void)
{
  g_autoptr(CsmParsedMail) mail = reader_test_read (
    "From: ana@example.com\nContent-Type: text/plain; charset=utf-8\n\nFYI\n\n---------- Forwarded message ---------\nFrom: \"Shop\" <help@example.com>\n"
    "Date: Mon, 2 Mar 2026 at 10:00\nSubject: Your lamp\nTo: <ben@example.org>\n\nIt left today.\n\nBye\n", -1);
  g_autoptr(CsmParsedMail) answer = reader_test_read (
    "From: ana@example.com\n\nYes.\n\n-----Original Message-----\nFrom: Ben [mailto:ben@example.org]\nSent: Monday\nSubject: Q\n\nReally?\n", -1);
  JsonObject *forward = get_forward (mail, 0, 1);

  assert_forward (forward, "Shop", "help@example.com", "Mon, 2 Mar 2026 at 10:00", "Your lamp", "It left today.\n\nBye");
  g_assert_true (json_object_get_null_member (forward, "attachment"));
  g_assert_cmpuint (json_array_get_length (csm_parsed_mail_get_array (answer, "forwards")), ==, 0);
}

/* What a bounce returns was not passed on by anybody. */
static void
test_report (void)
{
  g_autoptr(CsmParsedMail) mail = reader_test_read (
    "From: MAILER-DAEMON@example.com\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nIt did not work.\n"
    "--b\nContent-Type: message/rfc822\n\n" INNER "--b--\n", -1);

  g_assert_cmpuint (json_array_get_length (csm_parsed_mail_get_array (mail, "forwards")), ==, 0);
  g_assert_cmpuint (json_array_get_length (csm_parsed_mail_get_array (mail, "attachments")), ==, 1);
}

/* Files are handed out once for each message that they are in, up to a limit. */
static void
test_bounds (void)
{
  g_autoptr(GString) raw = g_string_new (INNER);
  g_autoptr(CsmParsedMail) mail = NULL;

  for (guint i = 0; i < 30; i++)
    g_string_prepend (raw, "From: a@example.com\nContent-Type: message/rfc822\n\n");
  mail = reader_test_read (raw->str, (gssize) raw->len);
  get_forward (mail, 0, 1);
  g_assert_cmpuint (json_array_get_length (csm_parsed_mail_get_array (mail, "attachments")), <=, 5);

  g_string_assign (raw, "From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n");
  for (guint i = 0; i < 100; i++)
    g_string_append (raw, "--b\nContent-Type: message/rfc822\n\n" INNER);
  g_clear_pointer (&mail, csm_parsed_mail_unref);
  mail = reader_test_read (raw->str, (gssize) raw->len);
  get_forward (mail, 0, 20);
}

static void
add_tests (void)
{
  g_test_add_func ("/reader/forward/attached", test_attached);
  g_test_add_func ("/reader/forward/coded", test_coded);
  g_test_add_func ("/reader/forward/inline", test_inline);
  g_test_add_func ("/reader/forward/report", test_report);
  g_test_add_func ("/reader/forward/bounds", test_bounds);
}

int
main (int   argc,
      char *argv[])
{
  return reader_test_run (argc, argv, add_tests);
}
