/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#define G_LOG_DOMAIN "csm-reader-test"
#include "config.h"

#include "reader-test.h"

/* Mails that other programs are known to have stumbled over. */

static const char signed_whole[] =
  "MIIBRQYJKoZIhvcNAQcCoIIBNjCCATICAQExDTALBglghkgBZQMEAgEwgYkGCSqGSIb3DQEHAaB8BHpDb250ZW50LVR5cGU6IG11bHRpcGFydC\n"
  "9taXhlZDsgYm91bmRhcnk9cw0KDQotLXMNCg0KU2lnbmVkIGhlbGxvDQotLXMNCkNvbnRlbnQtVHlwZTogaW1hZ2UvcG5nOyBuYW1lPWEucG5n\n"
  "DQoNClBORw0KLS1zLS0NCjGBkTCBjgIBATAnMA8xDTALBgNVBAMMBFRlc3QCFFfQjdN7k7IWcE/z6pTymP9n9Lr4MAsGCWCGSAFlAwQCATAKBg\n"
  "gqhkjOPQQDAgRHMEUCIHvb1ayu6wPQiKfXoLB8eIC3LGWkZ8aiEXzynV+9ADaWAiEAsSPynjcE8B8UCO5MCl4toYXDMOfOxX/p3jdI7logmFI=\n";

/* The same in pieces without lengths, as programs write it that do not wait for the end. */
static const char signed_stream[] =
  "MIAGCSqGSIb3DQEHAqCAMIACAQExDTALBglghkgBZQMEAgEwgAYJKoZIhvcNAQcBoIAkgAR6Q29udGVudC1UeXBlOiBtdWx0aXBhcnQvbWl4ZW\n"
  "Q7IGJvdW5kYXJ5PXMNCg0KLS1zDQoNClNpZ25lZCBoZWxsbw0KLS1zDQpDb250ZW50LVR5cGU6IGltYWdlL3BuZzsgbmFtZT1hLnBuZw0KDQpQ\n"
  "TkcNCi0tcy0tDQoAAAAAAAAxgZIwgY8CAQEwJzAPMQ0wCwYDVQQDDARUZXN0AhRX0I3Te5OyFnBP8+qU8pj/Z/S6+DALBglghkgBZQMEAgEwCg\n"
  "YIKoZIzj0EAwIESDBGAiEAhmhbc4iK9uQ5aT0y6EYEzEsSgG27S6QEM6DbPo3zr6kCIQC24+MA8rN4PO03NhJyvXRL5s/1M+mc83eVBYDRZA/e\n"
  "2gAAAAAAAA==\n";

static const char enveloped[] =
  "MIIBgwYJKoZIhvcNAQcDoIIBdDCCAXACAQIxgbqhgbcCAQOgUaFPMAkGByqGSM49AgEDQgAE+XKhvKaxjrC7dFu7PS19vR83Sc6ua/sUmlhMD9\n"
  "ivggJWlOctK7LQmomUpuwVhaPQFDiwzYH5YBhuqmDcGE6k8TAYBgkrgQUQhkg/AAIwCwYJYIZIAWUDBAEFMEUwQzAnMA8xDTALBgNVBAMMBFRl\n"
  "c3QCFFfQjdN7k7IWcE/z6pTymP9n9Lr4BBh5tCfEBr7dc1VVVeNNltGy4LYDHLEI0/Iwga0GCSqGSIb3DQEHATAdBglghkgBZQMEAQIEENyJkj\n"
  "1xwDa3hNj5u6g9VueAgYDAnLC8o+5S3nA++QteIUIzJa7Px1jRgpUw4EtKFbckgxqt/DkdXh8Zjyx2NS32Iupx+xkeNwRI4r0WUwy9rsYsQRoH\n"
  "1X218CnW325D+l3Cix1p/njkZhIeJ59I1rFLzIqbHQIQ0XN0h8sjjxEGSWn3fomNhsjl2pEbSYvPP/f1zg==\n";

/* An invoice that somebody signed: a file, although a name and a colon stand in front. */
static const char signed_file[] =
  "MIIBBQYJKoZIhvcNAQcCoIH3MIH0AgEBMQ0wCwYJYIZIAWUDBAIBMEwGCSqGSIb3DQEHAaA/BD08cDpGYXR0dXJhRWxldHRyb25pY2EgeG1sbn\n"
  "M6cD0ieCI+DQo8L3A6RmF0dHVyYUVsZXR0cm9uaWNhPg0KMYGRMIGOAgEBMCcwDzENMAsGA1UEAwwEVGVzdAIUV9CN03uTshZwT/PqlPKY/2f0\n"
  "uvgwCwYJYIZIAWUDBAIBMAoGCCqGSM49BAMCBEcwRQIgYGBB9ZnplPXnCSH6XnIacE3ZtJ7bEyCquuozUh8DeWMCIQCj2TulPr78MUMrZiSqpn\n"
  "0og79xizeXbah/zVSrCcrWIg==\n";

static CsmParsedMail *
read_part (const char *type,
           const char *coded)
{
  g_autofree char *raw = g_strdup_printf ("From: ana@example.com\nContent-Type: %s\nContent-Transfer-Encoding: base64\n\n%s", type, coded);

  return reader_test_read (raw, -1);
}

static void
assert_opened (const char *type,
               const char *coded)
{
  g_autoptr(CsmParsedMail) mail = read_part (type, coded);

  g_assert_cmpstr (csm_parsed_mail_get_string (mail, "textBody"), ==, "Signed hello");
  g_assert_true (reader_test_has_defect (mail, "signature-unchecked"));
  g_assert_cmpuint (json_array_get_length (csm_parsed_mail_get_array (mail, "attachments")), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (reader_test_attachment (mail, 0), "name"), ==, "a.png");
}

/* Who can't check a signature has no use for it as a file. */
static void
assert_detached (const char *type,
                 const char *name)
{
  g_autofree char *raw = g_strdup_printf ("From: a@example.com\nMIME-Version: 1.0\nContent-Type: multipart/signed; protocol=\"%s\"; micalg=sha-256; boundary=s\n\n"
                                          "--s\nContent-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/plain\n\nSigned hello\n"
                                          "--m\nContent-Type: image/png; name=a.png\nContent-Disposition: attachment\n\nx\n--m--\n"
                                          "--s\nContent-Type: %s; name=%s\nContent-Disposition: attachment; filename=%s\n\nMIIB\n--s--\n", type, type, name, name);
  g_autoptr(CsmParsedMail) mail = reader_test_read (raw, -1);

  g_assert_cmpstr (csm_parsed_mail_get_string (mail, "textBody"), ==, "Signed hello");
  g_assert_true (reader_test_has_defect (mail, "signature-unchecked"));
  g_assert_cmpuint (json_array_get_length (csm_parsed_mail_get_array (mail, "attachments")), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (reader_test_attachment (mail, 0), "name"), ==, "a.png");
}

static void
test_signed (void)
{
  g_autoptr(CsmParsedMail) encrypted = read_part ("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", enveloped);
  g_autoptr(CsmParsedMail) file = read_part ("application/octet-stream; name=invoice.xml.p7m", signed_file);
  g_autoptr(CsmParsedMail) nonsense = read_part ("application/pkcs7-mime; name=smime.p7m", "MIIBRQYJKoZIhvcNAQcCoIIBNjCC\n");

  assert_opened ("application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", signed_whole);
  assert_opened ("application/x-pkcs7-mime; name=smime.p7m", signed_stream);
  /* The wrong type, also without a name. */
  assert_opened ("application/octet-stream; name=smime.p7m", signed_whole);
  assert_opened ("application/octet-stream", signed_stream);
  assert_opened ("text/plain; name=smime.p7m", signed_whole);
  assert_detached ("application/pkcs7-signature", "smime.p7s");
  assert_detached ("application/x-pkcs7-signature", "smime.p7s");
  assert_detached ("application/pgp-signature", "signature.asc");

  g_assert_true (reader_test_has_defect (encrypted, "encrypted"));
  g_assert_cmpstr (json_object_get_string_member (reader_test_attachment (encrypted, 0), "name"), ==, "smime.p7m");
  g_assert_false (reader_test_has_defect (file, "signature-unchecked"));
  g_assert_cmpstr (json_object_get_string_member (reader_test_attachment (file, 0), "name"), ==, "invoice.xml.p7m");
  g_assert_false (reader_test_has_defect (nonsense, "signature-unchecked"));
  g_assert_cmpuint (json_array_get_length (csm_parsed_mail_get_array (nonsense, "attachments")), ==, 1);
}

static void
test_cut_signature (void)
{
  gsize length;
  g_autofree guchar *whole = g_base64_decode (signed_stream, &length);

  for (gsize cut = 0; cut < length; cut++)
    {
      g_autofree char *coded = g_base64_encode (whole, cut);
      g_autoptr(CsmParsedMail) mail = read_part ("application/pkcs7-mime; name=smime.p7m", coded);

      g_assert_true (csm_parsed_mail_is_ok (mail));
    }
}

static void
test_binary_recipients (void)
{
  static const char raw[] = "From: ana@example.com\nTo: \001\200\377 <ben@example.org>, \"\300\" <cleo@example.org>\nCc: \0x <dora@example.org>\n"
                            "Cc: second@example.org\nSubject: s\n\nHello\n";
  g_autoptr(CsmParsedMail) mail = reader_test_read (raw, sizeof raw - 1);

  g_assert_true (csm_parsed_mail_is_ok (mail));
  g_assert_cmpuint (json_array_get_length (csm_parsed_mail_get_array (mail, "to")), ==, 2);
  g_assert_cmpstr (reader_test_address (mail, "to", "address"), ==, "ben@example.org");
  g_assert_true (g_utf8_validate (reader_test_address (mail, "to", "name"), -1, NULL));
  g_assert_cmpstr (csm_parsed_mail_get_string (mail, "textBody"), ==, "Hello");
}

static void
test_no_message_id (void)
{
  g_autoptr(CsmParsedMail) none = reader_test_read ("From: ana@example.com\n\nHello\n", -1);
  g_autoptr(CsmParsedMail) empty = reader_test_read ("From: ana@example.com\nMessage-ID: <>\n\nHello\n", -1);
  g_autoptr(CsmParsedMail) bare = reader_test_read ("From: ana@example.com\nMessage-ID: 1@example.com\n\nHello\n", -1);

  g_assert_null (csm_parsed_mail_get_string (none, "messageId"));
  g_assert_true (reader_test_has_defect (none, "no-message-id"));
  g_assert_null (csm_parsed_mail_get_string (empty, "messageId"));
  g_assert_cmpstr (csm_parsed_mail_get_string (bare, "messageId"), ==, "1@example.com");
}

/* The answers that ticket systems send above what they answer. */
static void
test_ticket_systems (void)
{
  reader_test_assert ("Content-Type: text/html",
                      "<table><tr><td><p>Ana Example commented on LAMP-12:</p><p>It is fixed.</p></td></tr></table>"
                      "<blockquote><p>The lamp is dark.</p></blockquote>",
                      "p(Ana Example commented on LAMP-12:) p(It is fixed.) q1(p(The lamp is dark.))");
  reader_test_assert ("Content-Type: text/plain",
                      "Reply from: Ana\n\nIt is fixed.\n\nRef:MSG0012345\n\n-----Original Message-----\nFrom: Ben <ben@example.org>\n"
                      "Sent: Monday\nTo: Help\nSubject: Lamp\n\nIt is dark.\n",
                      "p(Reply from: Ana) p(It is fixed.) p(Ref:MSG0012345) q1(-----Original Message-----\nFrom: Ben <ben@example.org>\nSent: Monday\n"
                      "To: Help\nSubject: Lamp|p(It is dark.))");
}

static void
add_tests (void)
{
  g_test_add_func ("/reader/known/signed", test_signed);
  g_test_add_func ("/reader/known/cut-signature", test_cut_signature);
  g_test_add_func ("/reader/known/binary-recipients", test_binary_recipients);
  g_test_add_func ("/reader/known/no-message-id", test_no_message_id);
  g_test_add_func ("/reader/known/ticket-systems", test_ticket_systems);
}

int
main (int   argc,
      char *argv[])
{
  return reader_test_run (argc, argv, add_tests);
}
