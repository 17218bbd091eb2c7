/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "channel-test.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csm-error.h"
#include "csm-json.h"
#include "csm-mail-composer.h"
#include "csm-reader-client.h"
#include "csm-time.h"

static int
file_of (const char *data,
         gsize       size)
{
  int fd = memfd_create ("test", MFD_CLOEXEC);

  g_assert_cmpint (write (fd, data, size), ==, (gssize) size);
  return fd;
}

static int
no_blob (const char  *blob_id,
         gpointer     user_data,
         GError     **error)
{
  return file_of ("%PDF-1.4 \xff\x00 binary", 18);
}

static CsmOutgoingMail *
mail_new (const char *text)
{
  CsmOutgoingMail *mail = g_new0 (CsmOutgoingMail, 1);
  g_autoptr (JsonObject) lists = channel_test_json ("{'to':[{'name':'Élodie, Martin','address':'elodie@example.org'}],'cc':[{'name':null,'address':'b@example.org'}],"
                                                    "'attachments':[{'blobId':'B1','name':'Größe und Maße.pdf','type':'application/pdf'},"
                                                    "{'blobId':'B2','name':'mail.eml','type':'message/rfc822'}]}");

  mail->from_name = g_strdup ("Ana Reyes via Support");
  mail->from_address = g_strdup ("support@fernweh.example.com");
  mail->to = json_array_ref (csm_json_get_array (lists, "to"));
  mail->cc = json_array_ref (csm_json_get_array (lists, "cc"));
  mail->attachments = json_array_ref (csm_json_get_array (lists, "attachments"));
  mail->recipients = g_strsplit ("elodie@example.org b@example.org hidden@example.org", " ", -1);
  mail->subject = g_strdup ("Re: Question de taille : chaussures « Granit », été comme hiver, et une ligne qui ne finit pas");
  mail->rfc_id = g_strdup ("01abc@fernweh.example.com");
  mail->in_reply_to = g_strdup ("parent@example.org");
  mail->references = g_strsplit ("root@example.org parent@example.org", " ", -1);
  mail->date = G_GINT64_CONSTANT (1604563544) * CSM_SECOND;
  mail->text = g_strdup (text);
  return mail;
}

static GBytes *
read_all (int fd)
{
  goffset size = lseek (fd, 0, SEEK_END);
  char *data = g_malloc (size + 1);

  g_assert_cmpint (pread (fd, data, size, 0), ==, size);
  close (fd);
  return g_bytes_new_take (data, size);
}

static GBytes *
compose (const CsmOutgoingMail *mail)
{
  GError *error = NULL;
  int fd = csm_mail_compose (mail, CSM_COMPOSER_LF, no_blob, NULL, &error);
  g_autoptr (GBytes) bytes = fd >= 0 ? read_all (fd) : NULL;
  gsize size, line = 0;
  const char *data;

  g_assert_no_error (error);
  data = g_bytes_get_data (bytes, &size);
  for (gsize i = 0; i < size; i++)
    {
      g_assert_cmpint ((guchar) data[i], <, 0x80);
      g_assert_cmpint (data[i], !=, '\r');
      line = data[i] == '\n' ? 0 : line + 1;
      g_assert_cmpuint (line, <=, 998);
    }
  return g_steal_pointer (&bytes);
}

static char *
compose_text (const CsmOutgoingMail *mail)
{
  g_autoptr (GBytes) bytes = compose (mail);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static CsmParsedMail *
read_back (GBytes *bytes)
{
  g_autoptr (CsmReaderClient) reader = csm_reader_client_new (channel_test_reader ());
  CsmParsedMail *mail = NULL;
  GError *error = NULL;

  csm_reader_client_read (reader, bytes, &mail, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (csm_parsed_mail_is_ok (mail));
  return mail;
}

static const char *
nth (CsmParsedMail *mail,
     const char    *list,
     guint          n,
     const char    *member)
{
  return csm_json_get_string (json_array_get_object_element (csm_parsed_mail_get_array (mail, list), n), member);
}

static void
test_round_trip (void)
{
  static const char text[] = "Bonjour Élodie,\n\nvoilà : https://example.com/a?b=1&c=2.\n\n> Quelle taille ?\n> Merci\n\n.\nFrom here it goes\n<b>not bold</b>";
  g_autoptr (CsmOutgoingMail) mail = mail_new (text);
  g_autoptr (GBytes) bytes = compose (mail);
  g_autoptr (CsmParsedMail) back = read_back (bytes);
  g_autofree char *raw = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  JsonArray *ids;

  g_assert_cmpstr (csm_parsed_mail_get_string (back, "subject"), ==, mail->subject);
  g_assert_cmpstr (csm_parsed_mail_get_string (back, "textBody"), ==, text);
  g_assert_cmpstr (csm_parsed_mail_get_string (back, "messageId"), ==, mail->rfc_id);
  g_assert_cmpstr (csm_parsed_mail_get_string (back, "date"), ==, "2020-11-05T08:05:44Z");
  g_assert_cmpstr (nth (back, "from", 0, "name"), ==, mail->from_name);
  g_assert_cmpstr (nth (back, "from", 0, "address"), ==, mail->from_address);
  g_assert_cmpstr (nth (back, "to", 0, "name"), ==, "Élodie, Martin");
  g_assert_cmpstr (nth (back, "cc", 0, "address"), ==, "b@example.org");
  g_assert_cmpstr (nth (back, "attachments", 0, "name"), ==, "Größe und Maße.pdf");
  g_assert_cmpstr (nth (back, "attachments", 0, "type"), ==, "application/pdf");
  g_assert_cmpstr (nth (back, "attachments", 1, "name"), ==, "mail.eml");
  ids = csm_parsed_mail_get_array (back, "references");
  g_assert_cmpuint (json_array_get_length (ids), ==, 2);
  g_assert_cmpstr (json_array_get_string_element (ids, 0), ==, "root@example.org");
  g_assert_cmpstr (json_array_get_string_element (csm_parsed_mail_get_array (back, "inReplyTo"), 0), ==, "parent@example.org");
  g_assert_null (strstr (raw, "hidden"));
  g_assert_null (strstr (raw, "\n."));
  g_assert_null (strstr (raw, "\nFrom "));
  g_assert_nonnull (strstr (raw, "filename*"));
  /* What the HTML says of itself holds. */
  g_assert_nonnull (strstr (raw, "meta charset=3D\"utf-8\""));
  g_assert_null (strstr (raw, "charset=iso-8859"));
}

static void
test_html (void)
{
  g_autoptr (CsmOutgoingMail) mail = mail_new ("One\ntwo\n\n> quoted\nafter <script>x</script> https://example.com/.");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (CsmParsedMail) back = NULL;
  const char *html;
  g_autofree char *copy = NULL;
  gsize size;

  g_clear_pointer (&mail->attachments, json_array_unref);
  bytes = compose (mail);
  back = read_back (bytes);
  html = g_bytes_get_data (back->parts->pdata[csm_json_get_int (back->json, "htmlPart", -1)], &size);
  copy = g_strndup (html, size);
  g_assert_nonnull (strstr (copy, "<p>One<br>\ntwo</p>\n<blockquote type=\"cite\">\n<p>quoted</p>\n</blockquote>\n<p>after &lt;script&gt;x&lt;/script&gt; "
                                  "<a href=\"https://example.com/\">https://example.com/</a>.</p>"));
}

/* 300 ids, and one of nearly a thousand octets: every line stays within RFC 5322. */
static void
test_long_header (void)
{
  g_autoptr (CsmOutgoingMail) mail = mail_new ("x");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (CsmParsedMail) back = NULL;
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();

  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u.0123456789abcdef@example.org", i);

      g_strv_builder_add (ids, id);
    }
  g_strfreev (mail->references);
  mail->references = g_strv_builder_end (ids);
  bytes = compose (mail);
  back = read_back (bytes);
  g_assert_cmpuint (json_array_get_length (csm_parsed_mail_get_array (back, "references")), ==, 300);
}

/* What strangers and colleagues wrote stays a value: it makes no line of its own, wherever it stands. */
static void
test_injection (void)
{
  static const char evil[] = "x\r\nBcc: victim@example.net\r\n\r\nbody";
  g_autoptr (CsmOutgoingMail) mail = mail_new ("text");
  g_autoptr (JsonObject) entry = json_object_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (CsmParsedMail) back = NULL;
  g_autofree char *raw = NULL;

  g_free (mail->subject);
  mail->subject = g_strdup (evil);
  g_free (mail->from_name);
  mail->from_name = g_strdup (evil);
  g_free (mail->in_reply_to);
  mail->in_reply_to = g_strdup (evil);
  g_strfreev (mail->references);
  mail->references = g_strsplit ("good@example.org|x\r\nBcc: victim@example.net|a b@example.org", "|", -1);
  csm_json_set_string (entry, "name", evil);
  csm_json_set_string (entry, "address", "a@example.org");
  json_array_add_object_element (mail->to, json_object_ref (entry));
  csm_json_set_string (entry, "blobId", "B3");
  csm_json_set_string (entry, "type", "text\nBcc: victim@example.net\nX: y/plain\nBcc: victim@example.net");
  json_array_add_object_element (mail->attachments, json_object_ref (entry));
  bytes = compose (mail);
  raw = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_assert_null (strstr (raw, "\nBcc:"));
  g_assert_null (strstr (raw, "\nX:"));
  g_assert_nonnull (strstr (raw, "References: <good@example.org>\n"));
  back = read_back (bytes);
  g_assert_cmpuint (json_array_get_length (csm_parsed_mail_get_array (back, "attachments")), ==, 3);
  g_assert_cmpstr (nth (back, "attachments", 2, "type"), ==, "application/octet-stream");
}

static int
long_blob (const char  *blob_id,
           gpointer     user_data,
           GError     **error)
{
  g_autofree char *x = g_strnfill (890, 'x');
  g_autofree char *parent = g_strdup_printf ("Thread-Topic: %s\r\nThread-Index: %s\r\n\r\n", x, x);

  return file_of (parent, strlen (parent));
}

/* Whoever wrote the mail that is answered can't make ours one that no server takes. */
static void
test_long_words (void)
{
  g_autoptr (CsmOutgoingMail) mail = mail_new ("text");
  g_autofree char *x = g_strnfill (990, 'x');
  g_autofree char *references = g_strdup_printf ("first@example.org|%s|%s|last@example.org", x, x);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *raw = NULL;
  g_auto (GStrv) lines = NULL;
  gsize total = 0;
  int fd;

  g_clear_pointer (&mail->attachments, json_array_unref);
  mail->parent_blob = g_strdup ("B9");
  g_free (mail->in_reply_to);
  mail->in_reply_to = g_strdup (x);
  g_strfreev (mail->references);
  mail->references = g_strsplit (references, "|", -1);
  fd = csm_mail_compose (mail, CSM_COMPOSER_LF, long_blob, NULL, NULL);
  bytes = read_all (fd);
  raw = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  lines = g_strsplit (raw, "\n", -1);
  for (guint i = 0; *lines[i] != '\0'; i++)
    {
      g_assert_cmpuint (strlen (lines[i]), <=, 998);
      total += strlen (lines[i]) + 2;
    }
  g_assert_cmpuint (total, <, 4096);
  g_assert_nonnull (strstr (raw, "<first@example.org>"));
  g_assert_nonnull (strstr (raw, "<last@example.org>"));
}

static char *
html_of (const char *text)
{
  g_autoptr (CsmOutgoingMail) mail = mail_new (text);
  g_autoptr (GBytes) bytes = compose (mail);
  g_autoptr (CsmParsedMail) back = read_back (bytes);
  GBytes *part = back->parts->pdata[csm_json_get_int (back->json, "htmlPart", -1)];

  return g_strndup (g_bytes_get_data (part, NULL), g_bytes_get_size (part));
}

/* A single dash is perhaps what stands before a name. */
static void
test_lists (void)
{
  g_autofree char *html = html_of ("Please send:\n- the zip\n- a <photo>\n\n3. then\n4. that\nand so on\n> 1) a\n> 2) b\n- Ana");

  g_assert_nonnull (strstr (html, "<p>Please send:</p>\n<ul>\n<li>the zip</li>\n<li>a &lt;photo&gt;</li>\n</ul>\n<ol start=\"3\">\n<li>then</li>\n<li>that</li>\n</ol>\n"
                                  "<p>and so on</p>\n<blockquote type=\"cite\">\n<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n</blockquote>\n<p>- Ana</p>\n</body>"));
}

/* As the person saw it, and in the plain part as one writes it there; nothing that was written becomes HTML of its own. */
static void
test_markup (void)
{
  static const char text[] = "Dear **Ana & Co**, _only_ [this *page*](https://example.com/?a=1&b=2) and 5*3*2.\n\n- a\n  more\n  - `<b>`\n- c\n\n```\n <i>*x*\n```\n"
                             "[x](javascript:alert(1)) [<img src=x onerror=y>](https://example.com/\"><script>) **\"&<**";
  g_autoptr (CsmOutgoingMail) mail = mail_new (text);
  g_autoptr (GBytes) bytes = compose (mail);
  g_autofree char *raw = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autofree char *html = html_of (text);

  g_assert_nonnull (strstr (html, "<p>Dear <strong>Ana &amp; Co</strong>, <em>only</em> <a href=\"https://example.com/?a=1&amp;b=2\">this <strong>page</strong></a> "
                                  "and 5*3*2.</p>\n<ul>\n<li>a<br>\nmore\n<ul>\n<li><code>&lt;b&gt;</code></li>\n</ul>\n</li>\n<li>c</li>\n</ul>\n"
                                  "<pre> &lt;i&gt;*x*\n</pre>\n<p>[x](javascript:alert(1)) [&lt;img src=x onerror=y&gt;]("));
  g_assert_null (strstr (html, "<img"));
  g_assert_null (strstr (html, "<script"));
  g_assert_null (strstr (html, "href=\"javascript"));
  g_assert_nonnull (strstr (raw, "\n\nDear *Ana & Co*, _only_ this *page* <https://example.com/"));
}

/* What goes out at a second try is what went out at the first. */
static void
test_same_bytes (void)
{
  g_autoptr (CsmOutgoingMail) mail = mail_new ("The same.\n.\n.. dots\nFrom here");
  g_autoptr (CsmOutgoingMail) other = mail_new ("The same.\n.\n.. dots\nFrom here");
  g_autofree char *first = compose_text (mail), *second = compose_text (other), *third = NULL;

  g_assert_cmpstr (first, ==, second);
  g_free (other->rfc_id);
  other->rfc_id = g_strdup ("02def@fernweh.example.com");
  third = compose_text (other);
  g_assert_cmpstr (first, !=, third);
}

/* As mail servers take it: every line ends with CRLF, and none begins with a dot. */
static void
test_crlf (void)
{
  g_autoptr (CsmOutgoingMail) mail = mail_new ("One\r\ntwo\rthree\n.\n");
  g_autofree char *plain = compose_text (mail);
  int fd = csm_mail_compose (mail, CSM_COMPOSER_CRLF, no_blob, NULL, NULL);
  g_autoptr (GBytes) bytes = read_all (fd);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);
  g_autofree char *joined = g_strjoinv ("\n", lines);

  g_assert_cmpstr (joined, ==, plain);
  g_assert_null (strpbrk (joined, "\r"));
  g_assert_true (g_str_has_suffix (text, "\r\n"));
  g_assert_null (strstr (text, "\n."));
  g_assert_nonnull (strstr (plain, "\nOne\ntwo\nthree\n=2E\n"));
}

static int
outlook_blob (const char  *blob_id,
              gpointer     user_data,
              GError     **error)
{
  static const char parent[] = "From: a@example.org\r\nThread-Topic: Your\r\n parcel\r\nthread-index: AdW1 x==\r\n\r\nThread-Index: forged\r\n";

  return file_of (parent, sizeof parent - 1);
}

static void
test_identity (void)
{
  g_autoptr (CsmOutgoingMail) mail = mail_new ("x");
  g_autofree char *plain = NULL, *automatic = NULL, *threaded = NULL;

  g_clear_pointer (&mail->attachments, json_array_unref);
  mail->reply_to = g_strdup ("support+c123@fernweh.example.com");
  plain = compose_text (mail);
  g_assert_nonnull (strstr (plain, "Reply-To: Ana Reyes via Support <support+c123@fernweh.example.com>\n"));
  g_assert_null (strstr (plain, "Auto-Submitted"));
  mail->is_automatic = TRUE;
  automatic = compose_text (mail);
  g_assert_nonnull (strstr (automatic, "Auto-Submitted: auto-replied\n"));
  g_assert_nonnull (strstr (automatic, "X-Auto-Response-Suppress: All\n"));
  g_assert_nonnull (strstr (automatic, "X-Casement-Loop: support@fernweh.example.com\n"));
  mail->parent_blob = g_strdup ("B9");
  {
    int fd = csm_mail_compose (mail, CSM_COMPOSER_LF, outlook_blob, NULL, NULL);
    g_autoptr (GBytes) bytes = read_all (fd);

    threaded = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  }
  g_assert_nonnull (strstr (threaded, "Thread-Topic: Your parcel\n"));
  g_assert_nonnull (strstr (threaded, "Thread-Index: AdW1 x==\n"));
  g_assert_null (strstr (threaded, "forged"));
}

typedef struct
{
  const char *path;
} Large;

static int
large_blob (const char  *blob_id,
            gpointer     user_data,
            GError     **error)
{
  return open (((Large *) user_data)->path, O_RDONLY | O_CLOEXEC);
}

static guint64
peak_memory (void)
{
  g_autofree char *text = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
  line = strstr (text, "VmHWM:");
  g_assert_nonnull (line);
  return g_ascii_strtoull (line + strlen ("VmHWM:"), NULL, 10) * 1024;
}

/* A mail of 60 MB is nowhere in memory as a whole. Each file may be uploaded; together they would be more than any server takes. */
static void
test_large (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "casement-composer-XXXXXX", NULL);
  Large large = { path };
  g_autoptr (CsmOutgoingMail) mail = mail_new ("text");
  g_autoptr (GError) error = NULL;
  int fd = g_mkstemp (path), out;
  guint64 before;
  goffset size;

  g_assert_cmpint (ftruncate (fd, 22 * 1024 * 1024), ==, 0);
  before = peak_memory ();
  out = csm_mail_compose (mail, CSM_COMPOSER_CRLF, large_blob, &large, &error);
  g_assert_no_error (error);
  size = lseek (out, 0, SEEK_END);
  close (out);
  g_assert_cmpint (size, >, 60 * 1000 * 1000);
  g_assert_cmpuint (peak_memory () - before, <, 8 * 1024 * 1024);

  g_assert_cmpint (ftruncate (fd, 40 * 1024 * 1024), ==, 0);
  g_assert_cmpint (csm_mail_compose (mail, CSM_COMPOSER_LF, large_blob, &large, &error), ==, -1);
  g_assert_error (error, CSM_ERROR, CSM_ERROR_TOO_LARGE);
  close (fd);
  unlink (path);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/composer/round-trip", test_round_trip);
  g_test_add_func ("/composer/html", test_html);
  g_test_add_func ("/composer/long-header", test_long_header);
  g_test_add_func ("/composer/injection", test_injection);
  g_test_add_func ("/composer/long-words", test_long_words);
  g_test_add_func ("/composer/lists", test_lists);
  g_test_add_func ("/composer/markup", test_markup);
  g_test_add_func ("/composer/same-bytes", test_same_bytes);
  g_test_add_func ("/composer/crlf", test_crlf);
  g_test_add_func ("/composer/identity", test_identity);
  g_test_add_func ("/composer/large", test_large);
  return g_test_run ();
}
