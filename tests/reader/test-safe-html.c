/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#define G_LOG_DOMAIN "csm-reader-test"
#include "config.h"

#include "harmless.h"
#include "reader-test.h"

#define EMPTY "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"

static char *
make_safe (const char *page)
{
  g_autofree char *raw = g_strconcat ("From: ana@example.com\nContent-Type: text/html; charset=utf-8\n\n", page, NULL);
  g_autoptr(CsmParsedMail) mail = reader_test_read (raw, -1);
  gint64 part = json_object_get_int_member (mail->json, "safeHtml");
  JsonObject *listed = json_array_get_object_element (csm_parsed_mail_get_array (mail, "parts"), (guint) part);

  g_assert_cmpstr (json_object_get_string_member (listed, "type"), ==, "text/html");
  g_assert_cmpstr (json_object_get_string_member (listed, "charset"), ==, "utf-8");
  g_assert_true (json_object_get_boolean_member (listed, "made"));
  return g_strndup (g_bytes_get_data (mail->parts->pdata[part], NULL), g_bytes_get_size (mail->parts->pdata[part]));
}

/* What is inside the page's own div. */
static void
check (const char *page,
       const char *expected)
{
  g_autofree char *safe = make_safe (page);
  char *start = strstr (safe, "<body>\n<div>") + strlen ("<body>\n<div>");
  char *end = g_strrstr (safe, "</div>\n</body>");

  g_assert_nonnull (strstr (safe, "default-src 'none'"));
  g_assert_nonnull (end);
  *end = '\0';
  g_assert_cmpstr (start, ==, expected);
}

static void
test_kept (void)
{
  check ("<h1 align=center onclick=x id=y class=z>T</h1><p style='color:red'>a &lt;b&gt; &amp; c</p>",
         "<h1 align=\"center\">T</h1><p style=\"color:red\">a &#60;b&#62; &#38; c</p>");
  check ("<table width=100% bgcolor='#fff'><tr><td colspan=2>x</table>", "<table bgcolor=\"#fff\" width=\"100%\"><tbody><tr><td colspan=\"2\">x</td></tr></tbody></table>");
  check ("<a href='https://example.com/?a=1&amp;b=\"'>x</a><a href=mailto:a@example.com>y</a>",
         "<a href=\"https://example.com/?a=1&#38;b=&#34;\" rel=\"noopener noreferrer nofollow\">x</a>"
         "<a href=\"mailto:a@example.com\" rel=\"noopener noreferrer nofollow\">y</a>");
  check ("<custom-tag><p>in</p></custom-tag><label>l</label>", "<p>in</p>l");
}

static void
test_dropped (void)
{
  check ("<style>@import url(x)</style><script>alert(1)</script><link rel=stylesheet href=x><meta http-equiv=refresh content=0><base href='https://evil.test/'>"
         "<iframe srcdoc='<script>1</script>'>f</iframe><object data=x>o</object><embed src=x><form action=x><input name=a><textarea>t</textarea>"
         "<select><option>o</select><button>b</button></form><video src=x></video><template><p>t</p></template><map name=m><area href=x></map>",
         "b");
  check ("<a href='javascript:alert(1)'>a</a><a href='data:text/html,x'>b</a><a href='#top'>c</a><a href='//x.test'>d</a><a href=' java\nscript:x'>e</a>",
         "<a>a</a><a>b</a><a>c</a><a>d</a><a>e</a>");
}

static void
test_images (void)
{
  check ("<img src='cid:a@b' alt='x\"y' width=10>", "<img width=\"10\" alt=\"x&#34;y\" src=\"cid:a@b\">");
  check ("<img src='https://example.com/p.png?a&b' srcset='https://example.com/q.png 2x' onerror=x>",
         "<img data-remote=\"https://example.com/p.png?a&#38;b\" src=\"" EMPTY "\">");
  check ("<img src='https://example.com/t.gif' width=1 height=1><img src='data:image/svg+xml,x'><img src='file:///etc/passwd'><p background='https://x.test/i'>p</p>",
         "<img><img><p>p</p>");
}

static void
test_style (void)
{
  check ("<p style='color: RED; position:fixed; background:url(https://x.test/i); width:10px'>a</p>", "<p style=\"color:RED;width:10px\">a</p>");
  check ("<p style='background:\\75rl(x); color:rgb(1, 2, 3); behavior:url(x); border:1px solid #ccc; width:expression(alert(1))'>a</p>",
         "<p style=\"color:rgb(1, 2, 3);border:1px solid #ccc\">a</p>");
  check ("<p style='color:red/**/;font-family:\"A;B\",x;margin:0}body{color:red'>a</p>", "<p>a</p>");
  check ("<p style='background-image:-webkit-image-set(\"x\" 1x);-moz-binding:url(x);content:\"x\";cursor:url(x)'>a</p>", "<p>a</p>");
  check ("<p style='background:image(\"x\");background:xrgb(1)'>a</p>", "<p>a</p>");
}

/* Mutations by which a browser reads something else than the one who cleaned it. */
static void
test_mutations (void)
{
  static const char *const pages[] = {
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<svg><foreignObject><p><img src=x onerror=alert(1)></p></foreignObject><desc><b>x</b></desc></svg>",
    "<math><annotation-xml encoding=\"text/html\"><img src=x onerror=alert(1)></annotation-xml></math>",
    "<listing>&lt;img src=x onerror=alert(1)&gt;</listing><xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<img alt=\"`><img src=x onerror=alert(1)>\">",
    "<a title='\"><script>alert(1)</script>'>x</a>",
    "<p title=\"&lt;/p&gt;&lt;script&gt;\">x</p><!--><script>alert(1)</script>-->",
    "<table><a href='javascript:x'><svg><script>alert(1)</script></svg></table>",
    "<title><img src=x onerror=alert(1)></title><textarea></textarea><img src=x onerror=alert(1)>",
    "<select><style></select><img src=x onerror=alert(1)></style>",
    "<body onload=alert(1) background=x style='background:url(x)'><frameset onload=x>",
    "<svg><style>&lt;img src=x onerror=alert(1)&gt;</style></svg>",
    "<b><p><b><p><b><p></b><a href=https://x.test/><a href=https://y.test/>z",
    "&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;script&amp;gt;",
    "<img src='cid:\"onerror=alert(1)'><img src=\"cid:x' onerror='alert(1)\">",
    "<font color='\"><script>'><p dir=\"'><b onclick=x>\" lang='a\"b'>",
  };

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_autofree char *safe = make_safe (pages[i]);

      g_test_message ("%s", safe);
      g_assert_null (reader_test_find_harm (safe, strlen (safe)));
    }
}

/* What finds harm in others' pages must be able to. */
static void
test_harm (void)
{
  static const char *const pages[] = {
    "<p onclick=x>", "<script>x</script>", "<svg><p>", "<a href='javascript:x'>", "<img src='https://x.test/'>", "<p style='background:url(x)'>",
    "<style>p{}</style>", "<iframe>",
  };

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    g_assert_nonnull (reader_test_find_harm (pages[i], strlen (pages[i])));
  g_assert_null (reader_test_find_harm ("<p style='color:red'>x", 22));
}

static void
test_bounds (void)
{
  g_autoptr(GString) deep = g_string_new (NULL);
  g_autoptr(GString) images = g_string_new (NULL);
  g_autofree char *simple = NULL;
  g_autofree char *large = NULL;
  g_autoptr(CsmParsedMail) text = reader_test_read ("From: ana@example.com\n\nHello <b>\n", -1);

  for (guint i = 0; i < 100000; i++)
    g_string_append (deep, "<div>");
  g_string_append (deep, "the &lt;words");
  simple = make_safe (deep->str);
  g_assert_nonnull (strstr (simple, "<pre style=\"white-space:pre-wrap\">the &#60;words</pre>"));

  for (guint i = 0; i < 60000; i++)
    g_string_append (images, "<img src=http://x>");
  large = make_safe (images->str);
  g_assert_cmpuint (strlen (large), <, 4 * 1024 * 1024);
  g_assert_true (g_str_has_suffix (large, "</div>\n</body></html>\n"));
  g_assert_true (json_object_get_null_member (text->json, "safeHtml"));
}

/* All pages of a message that is made of several. */
static void
test_several (void)
{
  g_autoptr(CsmParsedMail) mail = reader_test_read (
    "From: a@example.com\nContent-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/html\n\n<p>One</p>\n"
    "--m\nContent-Type: text/html\n\n<p>Two</p>\n--m--\n", -1);
  GBytes *part = mail->parts->pdata[json_object_get_int_member (mail->json, "safeHtml")];
  g_autofree char *safe = g_strndup (g_bytes_get_data (part, NULL), g_bytes_get_size (part));

  g_assert_nonnull (strstr (safe, "<p>One</p>"));
  g_assert_nonnull (strstr (safe, "<p>Two</p>"));
}

static void
add_tests (void)
{
  g_test_add_func ("/reader/safe-html/kept", test_kept);
  g_test_add_func ("/reader/safe-html/dropped", test_dropped);
  g_test_add_func ("/reader/safe-html/images", test_images);
  g_test_add_func ("/reader/safe-html/style", test_style);
  g_test_add_func ("/reader/safe-html/mutations", test_mutations);
  g_test_add_func ("/reader/safe-html/harm", test_harm);
  g_test_add_func ("/reader/safe-html/bounds", test_bounds);
  g_test_add_func ("/reader/safe-html/several", test_several);
}

int
main (int   argc,
      char *argv[])
{
  return reader_test_run (argc, argv, add_tests);
}
