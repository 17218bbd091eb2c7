/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#define G_LOG_DOMAIN "csm-reader-test"
#include "config.h"

#include "csm-reader-client.h"
#include "mutate.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The real program on what breaks parsers: always an answer, and never a second try. */

#define MUTATIONS 500

static CsmReaderClient *
client_new (void)
{
  CsmReaderClient *client = csm_reader_client_new (g_getenv ("CASEMENT_READER"));

#ifdef CSM_SANITIZED
  csm_reader_client_set_timeout (client, 30000);
#endif
  return client;
}

static CsmParsedMail *
read_with (CsmReaderClient *client,
           const char      *raw,
           gsize            length)
{
  g_autoptr(GBytes) bytes = g_bytes_new (raw, length);
  g_autoptr(GError) error = NULL;
  CsmParsedMail *mail = NULL;

  csm_reader_client_read (client, bytes, &mail, NULL, &error);
  g_assert_no_error (error);
  return mail;
}

static CsmParsedMail *
read_string (GString *raw)
{
  g_autoptr(CsmReaderClient) client = client_new ();

  return read_with (client, raw->str, raw->len);
}

static gboolean
has_defect (CsmParsedMail *mail,
            const char    *defect)
{
  JsonArray *defects = csm_parsed_mail_get_array (mail, "defects");

  for (guint i = 0; i < json_array_get_length (defects); i++)
    if (g_str_equal (json_array_get_string_element (defects, i), defect))
      return TRUE;
  return FALSE;
}

static void
repeat (GString    *out,
        const char *text,
        guint       times)
{
  for (guint i = 0; i < times; i++)
    g_string_append (out, text);
}

static void
assert_read (CsmParsedMail *mail,
             const char    *subject)
{
  g_assert_true (csm_parsed_mail_is_ok (mail));
  g_assert_cmpstr (csm_parsed_mail_get_string (mail, "subject"), ==, subject);
  /* That the client had to start it again would show here. */
  g_assert_false (has_defect (mail, "read-carefully"));
}

/* A message inside another whose header is @pairs times "a:". */
static void
assert_inner_groups (guint       pairs,
                     const char *defect)
{
  g_autoptr(GString) raw = g_string_new ("Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
                                         "Content-Type: message/rfc822\n\nto : ");
  g_autoptr(CsmParsedMail) mail = NULL;

  repeat (raw, "a:", pairs);
  g_string_append (raw, "\nSubject: inner\n\nHello\n--b--\n");
  mail = read_string (raw);
  assert_read (mail, "s");
  g_assert_true (has_defect (mail, defect));
  g_assert_cmpuint (json_array_get_length (csm_parsed_mail_get_array (mail, "attachments")), ==, 1);
}

static void
test_nested_groups (void)
{
  g_autoptr(GString) outer = g_string_new ("Subject: s\nFrom: ");
  g_autoptr(CsmParsedMail) first = NULL;

  repeat (outer, "a:", 50000);
  g_string_append (outer, "\nTo: b@example.com\n\nHello\n");
  first = read_string (outer);
  assert_read (first, "s");
  g_assert_true (has_defect (first, "header-too-long"));
  g_assert_true (has_defect (first, "nested-groups"));
  g_assert_cmpuint (json_array_get_length (csm_parsed_mail_get_array (first, "to")), ==, 1);

  assert_inner_groups (60000, "nested-groups");
  assert_inner_groups (2000000, "header-too-long");
}

static void
test_nested_parts (void)
{
  g_autoptr(GString) multiparts = g_string_new ("Subject: s\nContent-Type: multipart/mixed; boundary=b0\n\n");
  g_autoptr(GString) messages = g_string_new ("Subject: s\n");
  g_autoptr(CsmParsedMail) first = NULL;
  g_autoptr(CsmParsedMail) second = NULL;

  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (multiparts, "--b%u\nContent-Type:\n multipart/mixed; boundary=b%u\n\n", i, i + 1);
  first = read_string (multiparts);
  assert_read (first, "s");
  g_assert_true (has_defect (first, "too-deep"));

  repeat (messages, "Content-Type: message/rfc822\n\n", 20000);
  second = read_string (messages);
  assert_read (second, "s");
}

static void
test_many (void)
{
  g_autoptr(GString) headers = g_string_new ("Subject: s\n");
  g_autoptr(GString) attachments = g_string_new ("Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n");
  g_autoptr(GString) parts = g_string_new ("Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n");
  g_autoptr(GString) references = g_string_new ("Subject: s\nReferences:");
  g_autoptr(CsmParsedMail) mail = NULL;

  repeat (headers, "X-Header: value\n", 200000);
  g_string_append (headers, "\nHello\n");
  mail = read_string (headers);
  assert_read (mail, "s");
  g_assert_true (has_defect (mail, "too-many-headers"));
  g_assert_cmpstr (csm_parsed_mail_get_string (mail, "textBody"), ==, "Hello");

  for (guint i = 0; i < 200; i++)
    g_string_append_printf (attachments, "--b\nContent-Type: application/pdf; name=f%u.pdf\n\nPDF %u\n", i, i);
  g_clear_pointer (&mail, csm_parsed_mail_unref);
  mail = read_string (attachments);
  assert_read (mail, "s");
  g_assert_cmpuint (mail->parts->len, ==, 200);
  g_assert_cmpmem (g_bytes_get_data (mail->parts->pdata[199], NULL), g_bytes_get_size (mail->parts->pdata[199]), "PDF 199\n", 8);

  repeat (parts, "--b\nContent-Type: image/png\n\nx\n", 20000);
  g_clear_pointer (&mail, csm_parsed_mail_unref);
  mail = read_string (parts);
  assert_read (mail, "s");
  g_assert_true (has_defect (mail, "too-many-parts"));

  for (guint i = 0; i < 300; i++)
    g_string_append_printf (references, "\n <message-%u@example.com>", i);
  g_string_append (references, "\n\nHello");
  g_clear_pointer (&mail, csm_parsed_mail_unref);
  mail = read_string (references);
  assert_read (mail, "s");
  g_assert_cmpuint (json_array_get_length (csm_parsed_mail_get_array (mail, "references")), ==, 300);
  g_assert_cmpstr (json_array_get_string_element (csm_parsed_mail_get_array (mail, "references"), 299), ==, "message-299@example.com");
}

/* What exhausts memory or time in full is read in part. */
static void
test_careful (void)
{
  g_autoptr(CsmReaderClient) client = client_new ();
  g_autoptr(GString) raw = g_string_new ("Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n");
  g_autoptr(CsmParsedMail) mail = NULL;

#ifndef CSM_SANITIZED
  csm_reader_client_set_timeout (client, 1000);
#else
  csm_reader_client_set_timeout (client, 5000);
#endif
  repeat (raw, "--b\n\nx\n", 4000000);
  mail = read_with (client, raw->str, raw->len);
  g_assert_cmpstr (csm_parsed_mail_get_string (mail, "subject"), ==, "s");
  g_assert_true (g_str_has_prefix (csm_parsed_mail_get_string (mail, "textBody"), "Hello"));
  g_assert_true (has_defect (mail, "read-carefully"));
}

/* Text in which every line could be the start of something. */
static void
test_tedious (void)
{
  static const struct
  {
    const char *text;
    guint times;
  } cases[] = {
    { "--\nx\n\n", 100000 },
    { "--\nx\n> q\n", 100000 },
    { "> a\nb wrote:\n", 60000 },
    { "From: a\nx\n", 100000 },
    { "On 1 a@b wrote:\n", 60000 },
    { "http://x ", 100000 },
    { ">\n>>\n", 200000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GString) raw = g_string_new ("Subject: s\n\n");
      g_autoptr(CsmParsedMail) mail = NULL;

      repeat (raw, cases[i].text, cases[i].times);
      mail = read_string (raw);
      assert_read (mail, "s");
    }
}

static void
test_large (void)
{
  g_autoptr(GString) line = g_string_new ("Subject: s\n\n");
  g_autoptr(GString) header = g_string_new ("Subject: s\nX: ");
  g_autoptr(GString) file = g_string_new ("Subject: s\nContent-Type: application/pdf\nContent-Disposition: attachment\n"
                                          "Content-Transfer-Encoding: base64\n\n");
  g_autoptr(CsmParsedMail) mail = NULL;

  repeat (line, "long line ", 2 * 1024 * 1024);
  mail = read_string (line);
  assert_read (mail, "s");
  g_assert_true (has_defect (mail, "text-truncated"));
  g_assert_cmpuint (strlen (csm_parsed_mail_get_string (mail, "textBody")), <=, 1024 * 1024);

  repeat (header, "long line ", 2 * 1024 * 1024);
  g_clear_pointer (&mail, csm_parsed_mail_unref);
  mail = read_string (header);
  assert_read (mail, "s");

  repeat (file, "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5\n", 60u * 1024 * 1024 / 69);
  g_clear_pointer (&mail, csm_parsed_mail_unref);
  mail = read_string (file);
  assert_read (mail, "s");
  g_assert_cmpuint (g_bytes_get_size (mail->parts->pdata[0]), >, 40 * 1024 * 1024);
}

/* From a file and into a file, with as good as nothing of it in memory. */
static void
test_file (void)
{
  g_autoptr(CsmReaderClient) client = client_new ();
  g_autoptr(GString) raw = g_string_new ("From somewhere\nSubject: s\nContent-Type: multipart/mixed; boundary=b\n\n");
  g_autoptr(CsmParsedMail) mail = NULL;
  g_autoptr(CsmParsedMail) gone = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp (NULL, &path, &error);
  char start[4] = "";
  goffset offset;
  int file;

  g_assert_no_error (error);
  for (guint i = 0; i < 3; i++)
    {
      g_string_append_printf (raw, "--b\nContent-Type: image/png\n\nP%u:", i);
      repeat (raw, "0123456789abcdef", i == 1 ? 1 : 100000);
      g_string_append_c (raw, '\n');
    }
  g_assert_cmpint (write (fd, raw->str, raw->len), ==, (gssize) raw->len);
  csm_reader_client_read_file (client, fd, 15, raw->len - 15, &mail, NULL, &error);
  g_assert_no_error (error);
  assert_read (mail, "s");
  g_assert_cmpuint (mail->parts->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      GBytes *part = mail->parts->pdata[i];

      g_assert_cmpint (((const char *) g_bytes_get_data (part, NULL))[1], ==, (int) ('0' + i));
      g_assert_cmpint (csm_parsed_mail_get_place (mail, i, &file, &offset), ==, i != 1);
    }
  g_assert_true (csm_parsed_mail_get_place (mail, 2, &file, &offset));
  g_assert_cmpint (pread (file, start, 3, offset), ==, 3);
  g_assert_cmpstr (start, ==, "P2:");
  /* One that ends too soon. */
  csm_reader_client_set_timeout (client, 200);
  g_assert_false (csm_reader_client_read_file (client, fd, 0, raw->len + 1, &gone, NULL, &error));
  g_assert_nonnull (error);
  g_unlink (path);
  close (fd);
}

static void
test_html (void)
{
  g_autoptr(GString) deep = g_string_new ("Subject: s\nContent-Type: text/html\n\n");
  g_autoptr(GString) quotes = g_string_new ("Subject: s\nContent-Type: text/html\n\n");
  g_autoptr(CsmParsedMail) first = NULL;
  g_autoptr(CsmParsedMail) second = NULL;

  repeat (deep, "<div>", 100000);
  g_string_append (deep, "words");
  first = read_string (deep);
  assert_read (first, "s");
  g_assert_cmpstr (csm_parsed_mail_get_string (first, "textBody"), ==, "words");

  repeat (quotes, "<blockquote>", 400);
  g_string_append (quotes, "words");
  second = read_string (quotes);
  assert_read (second, "s");
  g_assert_nonnull (strstr (csm_parsed_mail_get_string (second, "textBody"), "words"));
}

/* The child must not reach files once it has read mail: a charset that was not loaded can't be. */
static void
test_sandbox (void)
{
  g_autoptr(GString) raw = g_string_new ("Subject: s\nContent-Type: text/plain; charset=ibm1047\n\n\310\205\223\223\226");
  g_autoptr(CsmParsedMail) mail = read_string (raw);

  assert_read (mail, "s");
#ifndef CSM_SANITIZED
  g_assert_cmpstr (csm_parsed_mail_get_string (mail, "textBody"), !=, "Hello");
#endif
  g_assert_true (g_utf8_validate (csm_parsed_mail_get_string (mail, "textBody"), -1, NULL));
}

/* What messages are made of, to be broken. */
static void
append_seed (GString *out,
             GRand   *rand)
{
  static const char *const headers[] = {
    "From: =?utf-8?B?w6TD?= =?utf-8?B?tsO8?= <a@example.com>\n", "To: Team: a@example.com, (x (y)) \"b\" <b@example.com>;\n",
    "Subject: =?iso-2022-jp?B?GyRCRnxLXBsoQg==?= and =?gb18030?Q?=C4=E3?=\n", "Date: Mon, 2 Mar 2026 10:00:00 +0100 (CET)\n",
    "References: <a@example.com>\n <b@example.com>\n", "Message-ID: <1@example.com>\n", "MIME-Version: 1.0\n",
    "Received: from x by y; Mon, 2 Mar 2026 10:00:00 +0100\n", "List-Unsubscribe: <https://example.com/u>\n",
  };
  static const char *const parts[] = {
    "Content-Type: text/plain; charset=utf-8; format=flowed\n\nHi \nthere\n> quoted \n> text\n-- \nAna\n",
    "Content-Type: text/plain; charset=iso-2022-jp\n\n\033$BF|K\\\033(B\n",
    ("Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n<p class=3D\"x\">Hi =C3=BC<b>a<i>b</b>c</i>"
     "<table><tr><td>1<td>2<tr><td>3<td>4</table><ul><li>x<ol><li>y</ul><blockquote type=3Dcite>q<a href=3D\"https://x\">y</a></blockquote>\n"),
    "Content-Type: image/png; name*0*=utf-8''a%20; name*1=\"b.png\"\nContent-ID: <i@x>\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n",
    "Content-Type: message/rfc822\n\nFrom: b@example.com\nSubject: inner\n\nOn 2 March 2026, x <x@example.com> wrote:\n> y\n",
    "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@example.com\nAction: failed\nStatus: 5.1.1\n",
    "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n",
    "Content-Type: application/octet-stream\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n#0V%T\n`\nend\n",
    "Content-Type: multipart/alternative; boundary=\"c\"\n\n--c\n\nText\n--c\nContent-Type: text/html\n\n<div>Page</div>\n--c--\n",
  };
  guint count = (guint) g_rand_int_range (rand, 1, 6);

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    if (g_rand_int_range (rand, 0, 4) > 0)
      g_string_append (out, headers[i]);
  g_string_append (out, "Content-Type: multipart/mixed; boundary=\"b\"\n\n");
  for (guint i = 0; i < count; i++)
    g_string_append_printf (out, "--b\n%s", parts[g_rand_int_range (rand, 0, G_N_ELEMENTS (parts))]);
  g_string_append (out, "--b--\n");
}

static void
test_mutations (void)
{
  g_autoptr(CsmReaderClient) client = client_new ();
  guint32 seed = (guint32) g_test_rand_int ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
  guint read = 0;

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < MUTATIONS; i++)
    {
      g_autoptr(GString) text = g_string_new (NULL);
      g_autoptr(CsmParsedMail) mail = NULL;

      append_seed (text, rand);
      reader_test_mutate (text, rand);
      mail = read_with (client, text->str, text->len);
      if (csm_parsed_mail_is_ok (mail))
        {
          g_assert_false (has_defect (mail, "read-carefully"));
          read++;
        }
    }
  g_assert_cmpuint (read, >, MUTATIONS / 2);
}

static void
test_random (void)
{
  g_autoptr(CsmReaderClient) client = client_new ();

  for (guint i = 0; i < 200; i++)
    {
      gsize length = (gsize) g_test_rand_int_range (0, 5000);
      g_autofree char *bytes = g_malloc (length + 1);
      g_autoptr(CsmParsedMail) mail = NULL;

      for (gsize j = 0; j < length; j++)
        bytes[j] = (char) g_test_rand_int_range (0, 256);
      if (i % 2 == 1 && length > 20)
        memcpy (bytes, "Subject: x\n\n", 12);
      mail = read_with (client, bytes, length);
      g_assert_true (csm_parsed_mail_is_ok (mail) || csm_parsed_mail_get_reason (mail) != NULL);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reader/hostile/nested-groups", test_nested_groups);
  g_test_add_func ("/reader/hostile/nested-parts", test_nested_parts);
  g_test_add_func ("/reader/hostile/many", test_many);
  g_test_add_func ("/reader/hostile/careful", test_careful);
  g_test_add_func ("/reader/hostile/tedious", test_tedious);
  g_test_add_func ("/reader/hostile/large", test_large);
  g_test_add_func ("/reader/hostile/file", test_file);
  g_test_add_func ("/reader/hostile/html", test_html);
  g_test_add_func ("/reader/hostile/sandbox", test_sandbox);
  g_test_add_func ("/reader/hostile/mutations", test_mutations);
  g_test_add_func ("/reader/hostile/random", test_random);
  return g_test_run ();
}
