/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#define G_LOG_DOMAIN "csm-reader-test"
#include "config.h"

#include "reader-test.h"

static void
check (const char *page,
       const char *expected)
{
  reader_test_assert ("Content-Type: text/html; charset=utf-8", page, expected);
}

static void
test_blocks (void)
{
  check ("<h1>Title</h1><p>One <b>bold</b> and <i>soft</i>.</p><p>Two<br>lines</p><hr><pre>a\n  b</pre>",
         "h1(Title) p(One *bold* and /soft/.) p(Two\nlines) hr() pre(a\n  b)");
  check ("<ul><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li></ul><ol start=3><li>x<li>y</ol>",
         "li1(a) li2(b) li1(c) p(d) li1#3(x) li1#4(y)");
  check ("<div>Hi</div><div>there</div><div><br></div><div>Bye</div>", "p(Hi\nthere) p(Bye)");
  check ("a  \n b&nbsp;&amp;&#8203;c <span style='font-weight: bold'>d</span>", "p(a b &c *d*)");
  check ("plain text without any tag", "p(plain text without any tag)");
}

static void
test_tables (void)
{
  check ("<table><tr><th>Item</th><th>Price</th></tr><tr><td>Lamp</td><td>20 €</td></tr></table>", "table(Item,Price;Lamp,20 €)");
  check ("<table><tr><td><table><tr><td><p>Hello</p></td></tr></table></td></tr><tr><td>World</td></tr></table>", "p(Hello) p(World)");
}

static void
test_dropped (void)
{
  check ("<html><head><title>T</title><style>p{}</style></head><body><script>alert(1)</script>"
         "<div style='display: none'>preheader</div><svg><script>x</script><text>s</text></svg>"
         "<iframe src=x>f</iframe><object>o</object><form><input value=i><p>kept</p></form></body></html>",
         "p(kept)");
  check ("a<!-- [if mso]>hidden<![endif] --><![if !mso]>b<![endif]>", "p(ab)");
}

static void
test_links (void)
{
  check ("<a href='https://example.com/x'>site</a> <a href='JavaScript:alert(1)'>bad</a> <a href='mailto:a@example.com'>mail</a>",
         "p(site<https://example.com/x> bad mail<mailto:a@example.com>)");
  check ("<a href='java&#10;script:x'>a</a><a href='data:text/html,x'>b</a><a href=' file:///etc/passwd'>c</a>", "p(abc)");
  check ("<a href='https://evil.example/'>https://bank.example</a> <a href='https://www.bank.example/x'>bank.example</a>",
         "p(https://bank.example<!https://evil.example/> bank.example<https://www.bank.example/x>)");
  check ("<a href='https://bank.example@evil.test/'>www.<b>bank</b>.example</a>",
         "p(www.<!https://bank.example@evil.test/>*bank*<!https://bank.example@evil.test/>.example<!https://bank.example@evil.test/>)");
}

static void
test_images (void)
{
  check ("<p>a<img src='cid:logo%40x' alt=Logo>b</p>", "p(a) img(cid:logo@x Logo) p(b)");
  check ("<img src='https://example.com/i.png' alt=''>", "img( https://example.com/i.png)");
  check ("a<img src='https://example.com/t.gif' width=1 height=1>b", "p(ab)");
  check ("a<img src='javascript:alert(1)'>b <img src=x alt='😀'>", "p(ab 😀)");
}

static void
test_without_html_element (void)
{
  check ("<p>Hello", "p(Hello)");
  reader_test_assert ("Content-Type: text/html", "<meta charset=iso-8859-1><p>Gr\374\337e", "p(Grüße)");
}

static void
assert_degrades (GString *page)
{
  g_autoptr(CsmParsedMail) mail = NULL;

  g_string_prepend (page, "From: ana@example.com\nContent-Type: text/html\n\n");
  mail = reader_test_read (page->str, (gssize) page->len);
  g_assert_true (reader_test_has_defect (mail, "html-simplified"));
  g_assert_nonnull (strstr (csm_parsed_mail_get_string (mail, "textBody"), "the words"));
}

static void
test_nesting (void)
{
  g_autoptr(GString) deep = g_string_new (NULL);
  g_autoptr(GString) deeper = g_string_new (NULL);
  g_autoptr(GString) formatting = g_string_new (NULL);
  g_autoptr(GString) attributes = g_string_new ("<p");

  for (guint i = 0; i < 300; i++)
    g_string_append (deep, "<div>");
  g_string_append (deep, "the words");
  check (deep->str, "p(the words)");

  for (guint i = 0; i < 100000; i++)
    g_string_append (deeper, "<div>");
  g_string_append (deeper, "the words");
  assert_degrades (deeper);

  for (guint i = 0; i < 50000; i++)
    g_string_append_printf (attributes, " a%u=1", i);
  g_string_append (attributes, ">the words");
  assert_degrades (attributes);

  for (guint i = 0; i < 400; i++)
    g_string_append_printf (formatting, "<font size=%u>", i);
  for (guint i = 0; i < 2000; i++)
    g_string_append (formatting, "<p>the words");
  assert_degrades (formatting);
}

static void
test_long (void)
{
  g_autoptr(GString) page = g_string_new ("From: ana@example.com\nContent-Type: text/html\n\n");
  g_autoptr(CsmParsedMail) mail = NULL;

  for (guint i = 0; i < 40000; i++)
    g_string_append_printf (page, "<p>paragraph number %u</p>", i);
  mail = reader_test_read (page->str, (gssize) page->len);
  g_assert_true (reader_test_has_defect (mail, "body-truncated"));
  g_assert_cmpuint (json_array_get_length (csm_parsed_mail_get_array (mail, "body")), >, 2000);
  g_assert_cmpint (json_object_get_int_member (mail->json, "htmlPart"), ==, 0);
}

static void
add_tests (void)
{
  g_test_add_func ("/reader/html/blocks", test_blocks);
  g_test_add_func ("/reader/html/tables", test_tables);
  g_test_add_func ("/reader/html/dropped", test_dropped);
  g_test_add_func ("/reader/html/links", test_links);
  g_test_add_func ("/reader/html/images", test_images);
  g_test_add_func ("/reader/html/without-html-element", test_without_html_element);
  g_test_add_func ("/reader/html/nesting", test_nesting);
  g_test_add_func ("/reader/html/long", test_long);
}

int
main (int   argc,
      char *argv[])
{
  return reader_test_run (argc, argv, add_tests);
}
