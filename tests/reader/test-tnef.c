/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#define G_LOG_DOMAIN "csm-reader-test"
#include "config.h"

#include "reader-test.h"

#include "csm-rtf.h"

#define FILE_BEGINS 0x00069002u
#define FILE_TITLE 0x00018010u
#define FILE_DATA 0x0006800fu
#define FILE_PROPERTIES 0x00069005u
#define MESSAGE_PROPERTIES 0x00069003u
#define CODE_PAGE 0x00069007u
#define BODY 0x0002800cu
#define OBJECT 0x000du
#define STRING8 0x001eu
#define STRING 0x001fu
#define BINARY 0x0102u

static void
put_number (GByteArray *out,
            guint64     number,
            guint       bytes)
{
  for (guint i = 0; i < bytes; i++, number >>= 8)
    {
      guint8 byte = number & 0xff;

      g_byte_array_append (out, &byte, 1);
    }
}

static GByteArray *
tnef_new (void)
{
  GByteArray *out = g_byte_array_new ();

  put_number (out, 0x223e9f78, 4);
  put_number (out, 1, 2);
  return out;
}

static void
put_attribute (GByteArray    *out,
               guint32        id,
               gconstpointer  data,
               gsize          length)
{
  put_number (out, id >= 0x00069000 && id != MESSAGE_PROPERTIES && id != CODE_PAGE ? 2 : 1, 1);
  put_number (out, id, 4);
  put_number (out, length, 4);
  g_byte_array_append (out, data, (guint) length);
  put_number (out, 0, 2);
}

static void
put_attribute_bytes (GByteArray *out,
                     guint32     id,
                     GByteArray *data)
{
  put_attribute (out, id, data->data, data->len);
  g_byte_array_unref (data);
}

static GByteArray *
properties_new (guint count)
{
  GByteArray *out = g_byte_array_new ();

  put_number (out, count, 4);
  return out;
}

static void
put_property (GByteArray    *out,
              guint          type,
              guint          id,
              gconstpointer  data,
              gsize          length)
{
  put_number (out, type, 2);
  put_number (out, id, 2);
  put_number (out, 1, 4);
  put_number (out, length, 4);
  g_byte_array_append (out, data, (guint) length);
  put_number (out, 0, (4 - length % 4) % 4);
}

static void
put_unicode (GByteArray *out,
             guint       id,
             const char *text)
{
  glong length;
  g_autofree gunichar2 *wide = g_utf8_to_utf16 (text, -1, NULL, &length, NULL);

  put_property (out, STRING, id, wide, (gsize) (length + 1) * 2);
}

static GByteArray *
compress (const char *rtf)
{
  GByteArray *out = g_byte_array_new ();
  gsize length = strlen (rtf);

  put_number (out, length + length / 8 + 13, 4);
  put_number (out, length, 4);
  put_number (out, 0x75465a4c, 4);
  put_number (out, 0, 4);
  for (gsize i = 0; i < length; i += 8)
    {
      put_number (out, 0, 1);
      g_byte_array_append (out, (const guint8 *) rtf + i, (guint) MIN (8, length - i));
    }
  return out;
}

static CsmParsedMail *
read_tnef (GByteArray *tnef,
           const char *text)
{
  g_autofree char *coded = g_base64_encode (tnef->data, tnef->len);
  g_autofree char *raw = g_strdup_printf ("From: ana@example.com\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n%s\n"
                                          "--b\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Disposition: attachment\n"
                                          "Content-Transfer-Encoding: base64\n\n%s\n--b--\n", text, coded);

  g_byte_array_unref (tnef);
  return reader_test_read (raw, -1);
}

static void
assert_file (CsmParsedMail *mail,
             guint          index,
             const char    *name,
             const char    *type,
             const char    *content)
{
  JsonObject *attachment = reader_test_attachment (mail, index);
  GBytes *part = mail->parts->pdata[json_object_get_int_member (attachment, "part")];

  g_assert_cmpstr (json_object_get_string_member (attachment, "name"), ==, name);
  g_assert_cmpstr (json_object_get_string_member (attachment, "type"), ==, type);
  if (content != NULL)
    g_assert_cmpmem (g_bytes_get_data (part, NULL), g_bytes_get_size (part), content, strlen (content));
}

static void
test_files (void)
{
  GByteArray *tnef = tnef_new ();
  GByteArray *second = properties_new (4);
  g_autoptr(CsmParsedMail) mail = NULL;
  g_autofree char *body = NULL;

  put_attribute (tnef, CODE_PAGE, "\343\004\0\0\0\0\0\0", 8); /* 1251 */
  put_attribute (tnef, FILE_BEGINS, "", 0);
  put_attribute (tnef, FILE_TITLE, "\361\367\345\362.txt", 9);
  put_attribute (tnef, FILE_DATA, "paid", 4);
  put_attribute (tnef, FILE_BEGINS, "", 0);
  put_attribute (tnef, FILE_TITLE, "LONGNA~1.PNG", 13);
  put_attribute (tnef, FILE_DATA, "PNG", 3);
  put_unicode (second, 0x3707, "Långt namn.png");
  put_unicode (second, 0x370e, "image/PNG");
  put_unicode (second, 0x3712, "i@x");
  put_number (second, 0x0003, 2);
  put_number (second, 0x8001, 2);
  for (guint i = 0; i < 4; i++)
    put_number (second, 7, 4);
  put_number (second, 1, 4);
  put_number (second, 3, 4);
  put_number (second, 0x610062, 4);
  put_number (second, 5, 4);
  put_attribute_bytes (tnef, FILE_PROPERTIES, second);
  mail = read_tnef (tnef, "Hello");
  body = reader_test_body (mail);
  g_assert_cmpstr (body, ==, "p(Hello)");
  g_assert_cmpuint (json_array_get_length (csm_parsed_mail_get_array (mail, "attachments")), ==, 2);
  assert_file (mail, 0, "счет.txt", "application/octet-stream", "paid");
  assert_file (mail, 1, "Långt namn.png", "image/png", "PNG");
  g_assert_true (json_object_get_boolean_member (reader_test_attachment (mail, 1), "inline"));
  g_assert_cmpstr (json_object_get_string_member (reader_test_attachment (mail, 1), "cid"), ==, "i@x");
  g_assert_false (reader_test_has_defect (mail, "tnef-unreadable"));
}

static GByteArray *
with_rtf (const char *rtf)
{
  GByteArray *tnef = tnef_new ();
  GByteArray *properties = properties_new (1);
  g_autoptr(GByteArray) packed = compress (rtf);

  put_property (properties, BINARY, 0x1009, packed->data, packed->len);
  put_attribute_bytes (tnef, MESSAGE_PROPERTIES, properties);
  return tnef;
}

static void
assert_rtf (const char *rtf,
            const char *expected)
{
  g_autoptr(CsmParsedMail) mail = read_tnef (with_rtf (rtf), "");
  g_autofree char *body = reader_test_body (mail);

  g_assert_cmpstr (body, ==, expected);
  g_assert_cmpuint (json_array_get_length (csm_parsed_mail_get_array (mail, "attachments")), ==, 0);
}

static void
test_body (void)
{
  GByteArray *tnef = tnef_new ();
  GByteArray *html = properties_new (1);
  g_autoptr(CsmParsedMail) mail = NULL;
  g_autofree char *body = NULL;

  assert_rtf ("{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}{\\f1\\fcharset204 Cyr;}}{\\colortbl;\\red0;}{\\*\\unknown gone}"
              "\\f0 Gr\\'fc\\'dfe\\par\\par {\\b\\f1 \\'cf\\'f0} \\u8364?\\uc0\\u-10179\\u-8704  {\\pict 00ff}end\\}}",
              "p(Grüße) p(Пр €😀 end})");
  assert_rtf ("{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 \\deff0{\\fonttbl{\\f0 Arial;}}{\\*\\htmltag19 <html>}{\\*\\htmltag64 <p>}\\htmlrtf {\\htmlrtf0 "
              "One {\\*\\htmltag84 <b>}\\htmlrtf \\b\\htmlrtf0 two{\\*\\htmltag92 </b>}\\htmlrtf \\b0\\htmlrtf0  {\\*\\htmltag84 &amp;}\\htmlrtf &\\htmlrtf0 "
              "{\\*\\mhtmltag84 no}\\'fc\\htmlrtf\\par}\\htmlrtf0 {\\*\\htmltag72 </p>}}",
              "p(One *two* &ü)");

  put_property (html, BINARY, 0x1013, "<p>Gr\374n</p>", 11);
  put_attribute_bytes (tnef, MESSAGE_PROPERTIES, html);
  put_attribute (tnef, BODY, "plain", 6);
  mail = read_tnef (tnef, "");
  body = reader_test_body (mail);
  g_assert_cmpstr (body, ==, "p(Grün)");
  g_assert_false (json_object_get_null_member (mail->json, "htmlPart"));
}

/* The example of MS-OXRTFCP, section 4.1.1, and one that refers to itself. */
static void
test_compressed (void)
{
  static const guint8 example[] = {
    0x2d, 0x00, 0x00, 0x00, 0x2b, 0x00, 0x00, 0x00, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0x00, 0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31,
    0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0,
  };
  static const guint8 crossing[] = {
    0x1a, 0x00, 0x00, 0x00, 0x1c, 0x00, 0x00, 0x00, 0x4c, 0x5a, 0x46, 0x75, 0xe2, 0xd4, 0x4b, 0x51, 0x41, 0x00, 0x04,
    0x20, 0x57, 0x58, 0x59, 0x5a, 0x0d, 0x6e, 0x7d, 0x01, 0x0e, 0xb0,
  };
  g_autoptr(GBytes) first = csm_rtf_decompress (example, sizeof example);
  g_autoptr(GBytes) second = csm_rtf_decompress (crossing, sizeof crossing);
  const char *text = "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n";

  g_assert_cmpmem (g_bytes_get_data (first, NULL), g_bytes_get_size (first), text, strlen (text));
  g_assert_cmpmem (g_bytes_get_data (second, NULL), g_bytes_get_size (second), "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}", 28);
  g_assert_null (csm_rtf_decompress (example, 15));
  for (gsize i = 16; i < sizeof example; i++)
    {
      g_autoptr(GBytes) cut = csm_rtf_decompress (example, i);

      g_assert_nonnull (cut);
    }
}

static GByteArray *
message_with_message (guint depth)
{
  static const guint8 interface[16] = { 0x07, 0x03, 0x02, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46 };
  GByteArray *tnef = tnef_new ();
  GByteArray *properties = properties_new (4);
  g_autofree char *subject = g_strdup_printf ("Level %u", depth);

  put_unicode (properties, 0x0037, subject);
  put_unicode (properties, 0x0c1a, "Ben Büro");
  put_unicode (properties, 0x5d01, "ben@example.org");
  put_unicode (properties, 0x1000, "Inner text");
  put_attribute_bytes (tnef, MESSAGE_PROPERTIES, properties);
  put_attribute (tnef, FILE_BEGINS, "", 0);
  if (depth > 0)
    {
      g_autoptr(GByteArray) inner = message_with_message (depth - 1);
      g_autoptr(GByteArray) value = g_byte_array_new ();
      GByteArray *file = properties_new (1);

      g_byte_array_append (value, interface, 16);
      g_byte_array_append (value, inner->data, inner->len);
      put_property (file, OBJECT, 0x3701, value->data, value->len);
      put_attribute_bytes (tnef, FILE_PROPERTIES, file);
    }
  else
    {
      put_attribute (tnef, FILE_TITLE, "deep.txt", 9);
      put_attribute (tnef, FILE_DATA, "deep", 4);
    }
  return tnef;
}

static void
test_nested_message (void)
{
  g_autoptr(CsmParsedMail) mail = read_tnef (message_with_message (1), "See below");
  g_autoptr(CsmParsedMail) too_deep = read_tnef (message_with_message (10), "See below");
  GBytes *part;
  g_autofree char *inner = NULL;

  assert_file (mail, 0, "Level 0.eml", "message/rfc822", NULL);
  part = mail->parts->pdata[json_object_get_int_member (reader_test_attachment (mail, 0), "part")];
  inner = g_strndup (g_bytes_get_data (part, NULL), g_bytes_get_size (part));
  {
    g_autoptr(CsmParsedMail) within = reader_test_read (inner, -1);

    g_assert_cmpstr (csm_parsed_mail_get_string (within, "subject"), ==, "Level 0");
    g_assert_cmpstr (reader_test_address (within, "from", "name"), ==, "Ben Büro");
    g_assert_cmpstr (reader_test_address (within, "from", "address"), ==, "ben@example.org");
    g_assert_cmpstr (csm_parsed_mail_get_string (within, "textBody"), ==, "Inner text");
    assert_file (within, 0, "deep.txt", "application/octet-stream", "deep");
  }
  g_assert_true (reader_test_has_defect (too_deep, "tnef-unreadable"));
}

static void
test_broken (void)
{
  g_autoptr(GByteArray) whole = message_with_message (2);
  g_autoptr(CsmParsedMail) none = read_tnef (g_byte_array_append (g_byte_array_new (), (const guint8 *) "not it", 6), "Hello");

  assert_file (none, 0, "winmail.dat", "application/ms-tnef", "not it");
  g_assert_true (reader_test_has_defect (none, "tnef-unreadable"));
  for (guint cut = 0; cut < whole->len; cut += 3)
    {
      GByteArray *part = g_byte_array_append (g_byte_array_new (), whole->data, cut);
      g_autoptr(CsmParsedMail) mail = read_tnef (part, "Hello");
      guint files = json_array_get_length (csm_parsed_mail_get_array (mail, "attachments"));

      /* The end of an attribute is the end of a smaller one that is whole. */
      g_assert_true (files > 0 || !reader_test_has_defect (mail, "tnef-unreadable"));
    }
}

static void
add_tests (void)
{
  g_test_add_func ("/reader/tnef/files", test_files);
  g_test_add_func ("/reader/tnef/body", test_body);
  g_test_add_func ("/reader/tnef/compressed", test_compressed);
  g_test_add_func ("/reader/tnef/nested-message", test_nested_message);
  g_test_add_func ("/reader/tnef/broken", test_broken);
}

int
main (int   argc,
      char *argv[])
{
  return reader_test_run (argc, argv, add_tests);
}
