/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#define G_LOG_DOMAIN "csm-reader-test"
#include "config.h"

#include "reader-test.h"

static CsmParsedMail *
read_header (const char *header,
             const char *body)
{
  g_autofree char *raw = g_strdup_printf ("%s\nSubject: s\nContent-Type: text/html; charset=utf-8\n\n%s\n", header, body);

  return reader_test_read (raw, -1);
}

static char *
to_string (CsmParsedMail *mail,
           const char    *member)
{
  return json_to_string (json_object_get_member (mail->json, member), FALSE);
}

static void
assert_json (const char *header,
             const char *member,
             const char *expected)
{
  g_autoptr(CsmParsedMail) mail = read_header (header, "Hello");
  g_autofree char *text = to_string (mail, member);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_authentication (void)
{
  assert_json ("Authentication-Results: MX.example.org 1; spf=pass (sender \"x;y\" (nested) ok) smtp.mailfrom=ana@Mail.example.com;\n"
               " dkim = pass header.d=example.com header.s=key reason=\"good; = sig\"; dkim=fail (bad) header.i=@other.test;\n dmarc=pass (p=none dis=none) header.from=example.com\n"
               "Received: from a\nAuthentication-Results: forged.test; dkim=pass header.d=bank.test\nFrom: ana@example.com",
               "authentication",
               "[{\"server\":\"mx.example.org\",\"aboveReceived\":true,\"methods\":["
               "{\"method\":\"spf\",\"result\":\"pass\",\"domain\":\"mail.example.com\",\"property\":\"smtp.mailfrom\"},"
               "{\"method\":\"dkim\",\"result\":\"pass\",\"domain\":\"example.com\",\"property\":\"header.d\"},"
               "{\"method\":\"dkim\",\"result\":\"fail\",\"domain\":\"other.test\",\"property\":\"header.i\"},"
               "{\"method\":\"dmarc\",\"result\":\"pass\",\"domain\":\"example.com\",\"property\":\"header.from\"}]},"
               "{\"server\":\"forged.test\",\"aboveReceived\":false,\"methods\":[{\"method\":\"dkim\",\"result\":\"pass\",\"domain\":\"bank.test\",\"property\":\"header.d\"}]}]");
  assert_json ("Authentication-Results: spf=softfail smtp.helo=x.test\nAuthentication-Results: mx.test; none\nAuthentication-Results:\n"
               "Authentication-Results: a.test; auth=pass smtp.auth=\"ana (x)\" ; =x; y=; dkim/1=neutral",
               "authentication",
               "[{\"server\":null,\"aboveReceived\":true,\"methods\":[{\"method\":\"spf\",\"result\":\"softfail\",\"domain\":\"x.test\",\"property\":\"smtp.helo\"}]},"
               "{\"server\":\"mx.test\",\"aboveReceived\":true,\"methods\":[]},{\"server\":null,\"aboveReceived\":true,\"methods\":[]},"
               "{\"server\":\"a.test\",\"aboveReceived\":true,\"methods\":[{\"method\":\"auth\",\"result\":\"pass\",\"domain\":\"ana (x)\",\"property\":\"smtp.auth\"},"
               "{\"method\":\"y\",\"result\":\"\",\"domain\":null,\"property\":null},{\"method\":\"dkim\",\"result\":\"neutral\",\"domain\":null,\"property\":null}]}]");
  assert_json ("From: a@example.com", "authentication", "[]");
}

static void
test_unsubscribe (void)
{
  assert_json ("List-Unsubscribe: <mailto:leave@example.com?subject=x>,\n <https://example.com/u?\n a=1>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click", "unsubscribe",
               "{\"oneClick\":true,\"url\":\"https://example.com/u?a=1\",\"mailto\":\"mailto:leave@example.com?subject=x\"}");
  assert_json ("List-Unsubscribe: <http://example.com/u>, <https:///>, <HTTPS://example.com/v>", "unsubscribe",
               "{\"oneClick\":false,\"url\":\"HTTPS://example.com/v\",\"mailto\":null}");
  assert_json ("List-Unsubscribe: <http://example.com/u>, <javascript:x>, https://example.com\nList-Unsubscribe-Post: List-Unsubscribe=One-Click", "unsubscribe", "null");
  assert_json ("From: a@example.com", "unsubscribe", "null");
}

static void
test_headers (void)
{
  g_autoptr(CsmParsedMail) mail = read_header ("X-Spam-Flag: YES\nX-Spam-Status: Yes, score=12.1\nX-Spam-Level: ****\nX-Spam: Yes\nX-Rspamd-Action: add header\nX-Rspamd-Score: 9.1\n"
                                               "X-Forefront-Antispam-Report: CIP:1.2.3.4;SCL:6;SRV:\nFeedback-ID: a:b\nX-Casement-Loop: w1", "Hello");
  g_autoptr(CsmParsedMail) own = read_header ("X-MS-Exchange-Organization-SCL: -1\nContent-Language: de-AT,\n en\nList-Help: <mailto:h@a.test>\nList-Subscribe: <mailto:s@a.test>\n"
                                              "List-Owner: <mailto:o@a.test>\nList-Archive: <https://a.test/>", "Hello");
  JsonObject *headers = json_object_get_object_member (mail->json, "headers");

  g_assert_cmpstr (json_object_get_string_member (headers, "xSpamFlag"), ==, "YES");
  g_assert_cmpstr (json_object_get_string_member (headers, "xSpamStatus"), ==, "Yes, score=12.1");
  g_assert_cmpstr (json_object_get_string_member (headers, "xSpamLevel"), ==, "****");
  g_assert_cmpstr (json_object_get_string_member (headers, "xRspamdAction"), ==, "add header");
  g_assert_cmpstr (json_object_get_string_member (headers, "feedbackId"), ==, "a:b");
  g_assert_cmpstr (json_object_get_string_member (headers, "xCasementLoop"), ==, "w1");
  g_assert_cmpint (json_object_get_int_member (headers, "xMicrosoftScl"), ==, 6);
  headers = json_object_get_object_member (own->json, "headers");
  g_assert_cmpint (json_object_get_int_member (headers, "xMicrosoftScl"), ==, -1);
  g_assert_false (json_object_has_member (headers, "xSpamFlag"));
  g_assert_cmpstr (json_object_get_string_member (headers, "contentLanguage"), ==, "de-AT, en");
  g_assert_cmpstr (json_object_get_string_member (headers, "listHelp"), ==, "<mailto:h@a.test>");
  g_assert_cmpstr (json_object_get_string_member (headers, "listSubscribe"), ==, "<mailto:s@a.test>");
  g_assert_cmpstr (json_object_get_string_member (headers, "listOwner"), ==, "<mailto:o@a.test>");
  g_assert_cmpstr (json_object_get_string_member (headers, "listArchive"), ==, "<https://a.test/>");
}

static void
assert_warnings (const char *header,
                 const char *body,
                 const char *expected)
{
  g_autoptr(CsmParsedMail) mail = read_header (header, body);
  g_autofree char *text = to_string (mail, "warnings");

  g_assert_cmpstr (text, ==, expected);
}

static void
test_warnings (void)
{
  assert_warnings ("From: Ana <ana@example.com>\nReply-To: ana@mail.example.com", "Hello", "[]");
  assert_warnings ("From: Ana <ana@shop.example.co.uk>\nReply-To: <x@other.co.uk>", "Hello", "[\"replyToDiffers\"]");
  assert_warnings ("From: \"ana@bank.test\" <ana@example.com>", "Hello", "[\"nameHidesAddress\"]");
  assert_warnings ("From: \"Ana (ana@example.com)\" <ana@example.com>", "Hello", "[]");
  assert_warnings ("From: \"Ana @ Shop\" <ana@example.com>", "Hello", "[]");
  assert_warnings ("From: ana@example.com", "<a href='https://evil.test'>https://bank.test</a>", "[\"linkDeceives\"]");
  /* A Cyrillic a among Latin letters, as such, coded, and in a link. */
  assert_warnings ("From: x@xn--pypal-4ve.test", "Hello", "[\"mixedScript\"]");
  assert_warnings ("From: x@example.com", "<a href='https://p\xd0\xb0ypal.test/x'>pay</a>", "[\"mixedScript\"]");
  assert_warnings ("From: x@example.com", "<blockquote><a href='https://user@xn--pypal-4ve.test:8/x'>pay</a></blockquote>", "[\"mixedScript\"]");
  /* All of Cyrillic letters that look Latin, and a real Russian, German and Japanese name. */
  assert_warnings ("From: x@xn--80ak6aa92e.com", "Hello", "[\"mixedScript\"]");
  assert_warnings ("From: x@xn--80aswg.test", "Hello", "[]");
  assert_warnings ("From: x@b\xc3\xbc" "cher.test", "Hello", "[]");
  assert_warnings ("From: x@\xe6\x97\xa5\xe6\x9c\xac" "go.test", "Hello", "[]");
  assert_warnings ("From: nobody", "Hello", "[]");
}

static void
add_tests (void)
{
  g_test_add_func ("/reader/trust/authentication", test_authentication);
  g_test_add_func ("/reader/trust/unsubscribe", test_unsubscribe);
  g_test_add_func ("/reader/trust/headers", test_headers);
  g_test_add_func ("/reader/trust/warnings", test_warnings);
}

int
main (int   argc,
      char *argv[])
{
  return reader_test_run (argc, argv, add_tests);
}
