/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "channel-test.h"

#include <string.h>

#include "csm-error.h"
#include "csm-json.h"
#include "csm-mail-composer.h"
#include "csm-reader-client.h"
#include "csm-time.h"

static GBytes *
no_blob (const char  *blob_id,
         gpointer     user_data,
         GError     **error)
{
  return g_bytes_new_static ("%PDF-1.4 \xff\x00 binary", 18);
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
compose (const CsmOutgoingMail *mail)
{
  GError *error = NULL;
  GBytes *bytes = csm_mail_compose (mail, no_blob, NULL, &error);
  gsize size, line = 0;
  const char *data = g_bytes_get_data (bytes, &size);

  g_assert_no_error (error);
  for (gsize i = 0; i < size; i++)
    {
      g_assert_cmpint ((guchar) data[i], <, 0x80);
      g_assert_cmpint (data[i], !=, '\r');
      line = data[i] == '\n' ? 0 : line + 1;
      g_assert_cmpuint (line, <=, 998);
    }
  return bytes;
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
  g_assert_null (strstr (raw, "\n.\n"));
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
  g_assert_nonnull (strstr (copy, "<p>One<br>\ntwo</p>\n<blockquote>\n<p>quoted</p>\n</blockquote>\n<p>after &lt;script&gt;x&lt;/script&gt; "
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

static GBytes *
large_blob (const char  *blob_id,
            gpointer     user_data,
            GError     **error)
{
  return g_bytes_ref (user_data);
}

/* Each may be uploaded; together they would be more than any server takes. */
static void
test_too_large (void)
{
  g_autoptr (CsmOutgoingMail) mail = mail_new ("text");
  g_autoptr (GBytes) large = g_bytes_new_take (g_malloc0 (40 * 1024 * 1024), 40 * 1024 * 1024);
  g_autoptr (GError) error = NULL;

  g_assert_null (csm_mail_compose (mail, large_blob, large, &error));
  g_assert_error (error, CSM_ERROR, CSM_ERROR_TOO_LARGE);
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
  g_test_add_func ("/composer/too-large", test_too_large);
  return g_test_run ();
}
