/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#define G_LOG_DOMAIN "csm-reader-test"
#include "config.h"

#include "reader-test.h"

static const char *
get (CsmParsedMail *mail,
     const char    *member)
{
  return csm_parsed_mail_get_string (mail, member);
}

static const char *
get_header (CsmParsedMail *mail,
            const char    *member)
{
  JsonObject *headers = json_object_get_object_member (mail->json, "headers");

  return json_object_has_member (headers, member) ? json_object_get_string_member (headers, member) : NULL;
}

static void
assert_bytes (CsmParsedMail *mail,
              guint          part,
              const char    *expected)
{
  g_assert_cmpuint (part, <, mail->parts->len);
  g_assert_cmpmem (g_bytes_get_data (mail->parts->pdata[part], NULL), g_bytes_get_size (mail->parts->pdata[part]),
                   expected, strlen (expected));
}

static void
test_header (void)
{
  g_autoptr(CsmParsedMail) mail = reader_test_read (
    "Return-Path: <>\nAuthentication-Results: mx.example.org; dkim=pass\nReceived: a\nAuthentication-Results: forged\nReceived: b\n"
    "Message-ID: <1 .a@example.com>\nIn-Reply-To: Your mail of Monday <0@example.com>\n"
    "References: <x@example.com>\n\t<y@exam\n ple.com> <0@example.com>\n"
    "From: =?UTF-8?Q?Mar=C3=ADa_L=C3=B3pez?= <maria@example.com>\nSender: desk@example.com\nReply-To: <other@example.com>\n"
    "To: undisclosed-recipients:;\nCc: Team: a@example.com, \"B, C\" <b@example.com>;\n"
    "Subject: Hello\n world \342\200\256\001x\nDate: Mon, 2 Mar 2026 10:00:00 +0100\n"
    "Auto-Submitted: auto-replied\nPrecedence: bulk\nList-Id: <news.example.com>\n\nText\n", -1);
  JsonArray *references;

  g_assert_true (csm_parsed_mail_is_ok (mail));
  g_assert_cmpstr (get (mail, "messageId"), ==, "1.a@example.com");
  g_assert_cmpstr (json_array_get_string_element (csm_parsed_mail_get_array (mail, "inReplyTo"), 0), ==, "0@example.com");
  references = csm_parsed_mail_get_array (mail, "references");
  g_assert_cmpuint (json_array_get_length (references), ==, 3);
  g_assert_cmpstr (json_array_get_string_element (references, 1), ==, "y@example.com");
  g_assert_cmpstr (get (mail, "subject"), ==, "Hello world x");
  g_assert_cmpstr (get (mail, "date"), ==, "2026-03-02T09:00:00Z");
  g_assert_cmpstr (get (mail, "dateRaw"), ==, "Mon, 2 Mar 2026 10:00:00 +0100");
  g_assert_cmpstr (reader_test_address (mail, "from", "name"), ==, "María López");
  g_assert_cmpstr (reader_test_address (mail, "from", "address"), ==, "maria@example.com");
  g_assert_cmpstr (reader_test_address (mail, "sender", "address"), ==, "desk@example.com");
  g_assert_cmpstr (reader_test_address (mail, "replyTo", "address"), ==, "other@example.com");
  g_assert_cmpuint (json_array_get_length (csm_parsed_mail_get_array (mail, "to")), ==, 0);
  g_assert_cmpuint (json_array_get_length (csm_parsed_mail_get_array (mail, "cc")), ==, 2);
  g_assert_cmpstr (get_header (mail, "returnPath"), ==, "<>");
  g_assert_cmpstr (get_header (mail, "autoSubmitted"), ==, "auto-replied");
  g_assert_cmpstr (get_header (mail, "listId"), ==, "<news.example.com>");
  g_assert_null (get_header (mail, "xLoop"));
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (mail->json, "headers"), "receivedCount"), ==, 2);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (mail->json, "headers"),
                                               "authenticationResultsAboveReceived"), ==, 1);
  g_assert_cmpuint (json_array_get_length (csm_parsed_mail_get_array (mail, "defects")), ==, 0);
}

static void
test_bad_header (void)
{
  g_autoptr(CsmParsedMail) mail = reader_test_read ("From nobody Mon Mar  2 10:00:00 2026\nFrom: M\374ller <m@example.com>\n"
                                                    "Subject: 8-bit \303\244 here\nDate: yesterday\n\nHi\n", -1);
  g_autoptr(CsmParsedMail) split = reader_test_read ("Subject: =?utf-8?B?w6TD?= =?utf-8?B?tsO8?= =?iso-2022-jp?B?GyRCRnxLXBsoQg==?=\n\nHi", -1);
  g_autoptr(CsmParsedMail) no_address = reader_test_read ("From: nobody at all\nX: y\n\nHi", -1);

  g_assert_cmpstr (reader_test_address (mail, "from", "name"), ==, "Müller");
  g_assert_cmpstr (get (mail, "subject"), ==, "8-bit ä here");
  g_assert_null (get (mail, "date"));
  g_assert_cmpstr (get (mail, "dateRaw"), ==, "yesterday");
  g_assert_true (reader_test_has_defect (mail, "bad-date"));
  g_assert_true (reader_test_has_defect (mail, "no-message-id"));
  /* RFC 2047 forbids to split a character between words, and senders do. */
  g_assert_cmpstr (get (split, "subject"), ==, "äöü日本");
  g_assert_true (reader_test_has_defect (split, "no-sender"));
  g_assert_nonnull (reader_test_address (no_address, "from", "name"));
}

/* GMime 3.2.13 loses what comes after the padding of the first word. */
static void
test_padded_words (void)
{
  g_autoptr(CsmParsedMail) mail = reader_test_read (
    "From: =?utf-8?B?TWFyw61h?= =?utf-8?B?IEzDs3Bleg==?=\n =?UTF-8?b?IFJ1aXo=?= <maria@example.com>\n"
    "Subject: =?utf-8?B?YQ==?= =?utf-8?B?Yg==?=\r\n\t=?utf-8?B?Yw==?= d =?utf-8?B?ZQ==?= =?utf-8?Q?f?=\n"
    "Content-Type: image/png\nContent-Disposition: attachment;\n filename=\"=?utf-8?B?YmlsZA==?=\n =?utf-8?B?LnBuZw==?=\"\n\nx", -1);

  g_assert_cmpstr (reader_test_address (mail, "from", "name"), ==, "María López Ruiz");
  g_assert_cmpstr (get (mail, "subject"), ==, "abc d ef");
  g_assert_cmpstr (json_object_get_string_member (reader_test_attachment (mail, 0), "name"), ==, "bild.png");
  reader_test_assert ("Content-Type: text/plain", "=?utf-8?B?YQ==?=\n=?utf-8?B?Yg==?=", "p(=?utf-8?B?YQ==?=\n=?utf-8?B?Yg==?=)");
}

static void
test_charsets (void)
{
  static const struct
  {
    const char *charset;
    const char *bytes;
    const char *expected;
  } cases[] = {
    { "iso-2022-jp", "\033$BF|K\\\033(B", "日本" },
    { "gb18030", "\304\343\272\303\225\062\202\066", "你好𠀀" },
    { "gb2312", "\304\343\272\303", "你好" },
    { "windows-1251", "\317\360\350\342\345\362", "Привет" },
    { "iso-8859-1", "\200 \223q\224 \374", "€ “q” ü" },
    { "us-ascii", "\374", "ü" },
    { "utf-8", "\374", "ü" },
    { "utf-8", "\303\244 \303\266 \377 \303\274", "ä ö \357\277\275 ü" },
    { "DEFAULT_CHARSET", "\303\244", "ä" },
    { "euc-kr", "\276\310\263\347", "안녕" },
    { "shift_jis", "\223\372\226{", "日本" },
    { "utf-7", "+AOQ-", "ä" },
    { "iso-8859-8-i", "\371\354\345\355", "שלום" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *header = g_strdup_printf ("Content-Type: text/plain; charset=\"%s\"", cases[i].charset);
      g_autofree char *expected = g_strdup_printf ("p(%s)", cases[i].expected);

      reader_test_assert (header, cases[i].bytes, expected);
    }
}

static void
test_alternative (void)
{
  g_autoptr(CsmParsedMail) mail = NULL;

  /* Empty text beside HTML, and the other way round. */
  reader_test_assert ("Content-Type: multipart/alternative; boundary=b",
                      "--b\nContent-Type: text/plain\n\n\n--b\nContent-Type: text/html\n\n<p>Page</p>\n--b--\n", "p(Page)");
  reader_test_assert ("Content-Type: multipart/alternative; boundary=b",
                      "--b\nContent-Type: text/plain\n\nText\n--b\nContent-Type: text/html\n\n<html><body>&nbsp;</body></html>\n--b--\n",
                      "p(Text)");
  reader_test_assert ("Content-Type: multipart/alternative; boundary=b",
                      "--b\nContent-Type: text/plain\n\nText\n--b\nContent-Type: text/html\n\n<b>Page</b>\n", "p(*Page*)");
  mail = reader_test_read ("From: a@example.com\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nText\n"
                           "--b\nContent-Type: text/html\n\n<b>Page</b>\n--b\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\n--b--\n", -1);
  g_assert_cmpint (json_object_get_int_member (mail->json, "htmlPart"), ==, 0);
  assert_bytes (mail, 0, "<b>Page</b>");
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (mail->json, "calendar"), "text"), ==, "BEGIN:VCALENDAR");
}

/* Apple Mail: text, a picture, text, and a file, with the pictures of the HTML beside them. */
static void
test_related_in_mixed (void)
{
  g_autoptr(CsmParsedMail) mail = reader_test_read (
    "From: a@example.com\nContent-Type: multipart/alternative; boundary=o\n\n"
    "--o\nContent-Type: text/plain\n\nBefore\n\nAfter\n"
    "--o\nContent-Type: multipart/mixed; boundary=m\n\n"
    "--m\nContent-Type: multipart/related; boundary=r\n\n"
    "--r\nContent-Type: text/html\n\n<p>Before</p><img src='cid:i@x' alt=pic>\n"
    "--r\nContent-Type: image/png; name=i.png\nContent-ID: <i@x>\nContent-Disposition: inline; filename=i.png\n"
    "Content-Transfer-Encoding: base64\n\nUE5H\n--r--\n"
    "--m\nContent-Type: application/pdf; name=r.pdf\nContent-Disposition: attachment; filename=r.pdf\n\nPDF\n"
    "--m\nContent-Type: text/html\n\n<p>After</p>\n--m--\n--o--\n", -1);
  g_autofree char *body = reader_test_body (mail);

  g_assert_cmpstr (body, ==, "p(Before) img(cid:i@x pic) p(After)");
  g_assert_cmpuint (json_array_get_length (csm_parsed_mail_get_array (mail, "attachments")), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (reader_test_attachment (mail, 0), "cid"), ==, "i@x");
  g_assert_true (json_object_get_boolean_member (reader_test_attachment (mail, 0), "inline"));
  assert_bytes (mail, (guint) json_object_get_int_member (reader_test_attachment (mail, 0), "part"), "PNG");
  g_assert_cmpstr (json_object_get_string_member (reader_test_attachment (mail, 1), "name"), ==, "r.pdf");
  g_assert_false (json_object_get_boolean_member (reader_test_attachment (mail, 1), "inline"));
}

static void
test_names (void)
{
  static const struct
  {
    const char *disposition;
    const char *expected;
  } cases[] = {
    { "attachment; filename=\"../../etc/passwd\"", "passwd" },
    { "attachment; filename=\"C:\\\\Users\\\\a\\\\b.txt\"", "b.txt" },
    { "attachment; filename=\"..\"", "attachment-1.txt" },
    { "attachment; filename=\".bashrc\"", "bashrc" },
    { "attachment; filename=\"a\001b\tc.txt\"", "a b c.txt" },
    { "attachment; filename*=utf-8''%E2%80%AEgpj.exe", "gpj.exe" },
    { "attachment; filename*0=\"long \"; filename*1=\"name.txt\"", "long name.txt" },
    { "attachment; filename=\"=?utf-8?Q?M=C3=BCll.txt?=\"", "Müll.txt" },
    { "attachment", "attachment-1.txt" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *raw = g_strdup_printf ("From: a@example.com\nContent-Type: text/plain\nContent-Disposition: %s\n\nx", cases[i].disposition);
      g_autoptr(CsmParsedMail) mail = reader_test_read (raw, -1);

      g_assert_cmpstr (json_object_get_string_member (reader_test_attachment (mail, 0), "name"), ==, cases[i].expected);
    }
  {
    g_autofree char *name = g_strnfill (5000, 'x');
    g_autofree char *raw = g_strdup_printf ("From: a@example.com\nContent-Type: image/png\nContent-Disposition: attachment; filename=\"%s.png\"\n\nx", name);
    g_autoptr(CsmParsedMail) mail = reader_test_read (raw, -1);
    const char *clean = json_object_get_string_member (reader_test_attachment (mail, 0), "name");

    g_assert_cmpuint (strlen (clean), <=, 200);
    g_assert_true (g_str_has_suffix (clean, ".png"));
  }
}

static void
test_report (void)
{
  g_autoptr(CsmParsedMail) mail = reader_test_read (
    "From: MAILER-DAEMON@example.com\nSubject: Undelivered\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
    "--b\nContent-Type: text/plain\n\nIt did not work.\n"
    "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\n"
    "Final-Recipient: rfc822; ana@example.org\nAction: failed\nStatus: 5.1.1 (no such user)\nDiagnostic-Code: smtp; 550 5.1.1\n No such user\n\n"
    "Final-Recipient: rfc822; ben@example.org\nOriginal-Recipient: rfc822;b@example.net\nAction: Delayed\nStatus: 4.2.2\n"
    "--b\nContent-Type: message/rfc822\n\nMessage-ID: <sent-1@example.com>\nSubject: Hello\n\nHi\n--b--\n", -1);
  g_autoptr(CsmParsedMail) headers_only = reader_test_read (
    "From: MAILER-DAEMON@example.com\nContent-Type: multipart/mixed; boundary=b\n\n"
    "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; <ana@example.org>\nAction: failed\nStatus: 5.0.0\n"
    "--b\nContent-Type: text/rfc822-headers\n\nSubject: x\nMessage-ID:\n <sent-2@example.com>\n--b--\n", -1);
  g_autoptr(CsmParsedMail) none = reader_test_read ("From: a@example.com\n\nHi", -1);
  JsonObject *report = json_object_get_object_member (mail->json, "report");
  JsonArray *recipients = json_object_get_array_member (report, "recipients");

  g_assert_cmpstr (json_object_get_string_member (report, "kind"), ==, "delivery");
  g_assert_cmpstr (json_object_get_string_member (report, "originalMessageId"), ==, "sent-1@example.com");
  g_assert_cmpuint (json_array_get_length (recipients), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (recipients, 0), "address"), ==, "ana@example.org");
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (recipients, 0), "status"), ==, "5.1.1");
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (recipients, 0), "diagnostic"), ==, "550 5.1.1 No such user");
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (recipients, 1), "address"), ==, "b@example.net");
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (recipients, 1), "action"), ==, "delayed");
  g_assert_cmpstr (json_object_get_string_member (reader_test_attachment (mail, 1), "name"), ==, "Hello.eml");

  report = json_object_get_object_member (headers_only->json, "report");
  g_assert_cmpstr (json_object_get_string_member (report, "originalMessageId"), ==, "sent-2@example.com");
  g_assert_true (json_object_get_null_member (none->json, "report"));
}

static void
test_refused (void)
{
  g_autoptr(CsmParsedMail) empty = reader_test_read ("", 0);
  g_autoptr(CsmParsedMail) prose = reader_test_read ("Dear shop,\nwhere is my parcel?\n", -1);
  g_autoptr(CsmParsedMail) bare = reader_test_read ("From: a@example.com\rSubject: Mac\r\rHello\r", -1);

  g_assert_false (csm_parsed_mail_is_ok (empty));
  g_assert_cmpstr (csm_parsed_mail_get_reason (empty), ==, "empty");
  g_assert_cmpstr (csm_parsed_mail_get_reason (prose), ==, "no-header");
  g_assert_cmpstr (get (bare, "subject"), ==, "Mac");
  g_assert_cmpstr (get (bare, "textBody"), ==, "Hello");
}

static void
test_lone_file (void)
{
  g_autoptr(CsmParsedMail) mail = reader_test_read ("From: a@example.com\nContent-Type: text/plain; name=note.txt\n\nHello\n", -1);
  g_autofree char *body = reader_test_body (mail);

  g_assert_cmpstr (body, ==, "p(Hello)");
  g_assert_cmpstr (json_object_get_string_member (reader_test_attachment (mail, 0), "name"), ==, "note.txt");
}

static void
add_tests (void)
{
  g_test_add_func ("/reader/message/header", test_header);
  g_test_add_func ("/reader/message/bad-header", test_bad_header);
  g_test_add_func ("/reader/message/padded-words", test_padded_words);
  g_test_add_func ("/reader/message/charsets", test_charsets);
  g_test_add_func ("/reader/message/alternative", test_alternative);
  g_test_add_func ("/reader/message/related-in-mixed", test_related_in_mixed);
  g_test_add_func ("/reader/message/names", test_names);
  g_test_add_func ("/reader/message/report", test_report);
  g_test_add_func ("/reader/message/refused", test_refused);
  g_test_add_func ("/reader/message/lone-file", test_lone_file);
}

int
main (int   argc,
      char *argv[])
{
  return reader_test_run (argc, argv, add_tests);
}
