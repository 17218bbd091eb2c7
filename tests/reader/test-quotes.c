/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#define G_LOG_DOMAIN "csm-reader-test"
#include "config.h"

#include "reader-test.h"

static const char plain[] = "Content-Type: text/plain; charset=utf-8";
static const char html[] = "Content-Type: text/html; charset=utf-8";

static void
test_languages (void)
{
  static const struct
  {
    const char *reply;
    const char *attribution;
  } cases[] = {
    { "Thank you!", "On Mon, Mar 2, 2026 at 10:00 AM Shop <help@example.com> wrote:" },
    { "Danke!", "Am 02.03.2026 um 10:00 schrieb Shop <help@example.com>:" },
    { "¡Gracias!", "El lun, 2 mar 2026 a las 10:00, Shop (<help@example.com>) escribió:" },
    { "Grazie!", "Il giorno lun 2 mar 2026 alle ore 10:00 Shop <help@example.com> ha scritto:" },
    { "Merci !", "Le lun. 2 mars 2026 à 10:00, Shop <help@example.com> a écrit :" },
    { "Obrigada!", "Em seg., 2 de mar. de 2026 às 10:00, Shop <help@example.com> escreveu:" },
    { "Bedankt!", "Op ma 2 mrt 2026 om 10:00 schreef Shop <help@example.com>:" },
    { "Yes", "2026-03-02 10:00 GMT+01:00 Shop <help@example.com>:" },
    { "Yes", "Shop <help@example.com> wrote on 2 March 2026:" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("%s\n\n%s\n\n> Your order\n> is here\n", cases[i].reply, cases[i].attribution);
      g_autofree char *expected = g_strdup_printf ("p(%s) q1(%s|p(Your order\nis here))", cases[i].reply, cases[i].attribution);
      g_autofree char *page = g_strdup_printf ("<div>%s</div><div>%s<br></div><blockquote type=\"cite\"><div>Your order</div>"
                                               "<div>is here</div></blockquote>",
                                               cases[i].reply, cases[i].attribution);

      /* An address between angle brackets is no tag. */
      g_auto(GStrv) pieces = g_strsplit (page, "<help@example.com>", -1);
      g_autofree char *escaped = g_strjoinv ("&lt;help@example.com&gt;", pieces);

      reader_test_assert (plain, text, expected);
      reader_test_assert (html, escaped, expected);
    }
}

static void
test_wrapped_attribution (void)
{
  reader_test_assert (plain, "Fine.\nOn Monday, 2 March 2026 at 10:00, The Shop\n<help@example.com> wrote:\n> Hello\n",
                      "p(Fine.) q1(On Monday, 2 March 2026 at 10:00, The Shop <help@example.com> wrote:|p(Hello))");
}

static void
test_inline_answers (void)
{
  /* What the author wrote between quotes must not be hidden with them. */
  reader_test_assert (plain,
                      "On 2 March 2026 Shop wrote:\n> Which size?\n\nForty-two.\n\n> Which colour?\n\nBlue.\n",
                      "q1(On 2 March 2026 Shop wrote:|p(Which size?)) p(Forty-two.) q1(p(Which colour?)) p(Blue.)");
  reader_test_assert (html,
                      "<blockquote type=cite>Which size?</blockquote><div>Forty-two.</div>"
                      "<blockquote type=cite>Which colour?</blockquote><div>Blue.</div>",
                      "q1(p(Which size?)) p(Forty-two.) q1(p(Which colour?)) p(Blue.)");
}

static void
test_depth (void)
{
  reader_test_assert (plain, "New\n> One\n>> Two\n> > Two again\n> One again\n",
                      "p(New) q1(p(One) q2(p(Two\nTwo again)) p(One again))");
  reader_test_assert (plain, "New\n>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>> Far\n",
                      "p(New) q1(q2(q3(q4(q5(q6(q7(q8(p(Far)))))))))");
}

static void
test_outlook (void)
{
  static const char expected[] =
    "p(Please cancel it.) q1(Von: Shop <help@example.com>\nGesendet: Montag, 2. März 2026 10:00\nAn: Ana\n"
    "Betreff: Ihre Bestellung|p(Guten Tag,) p(Ihre Bestellung ist da.))";

  reader_test_assert (plain,
                      "Please cancel it.\n\n________________________________\nVon: Shop <help@example.com>\n"
                      "Gesendet: Montag, 2. März 2026 10:00\nAn: Ana\nBetreff: Ihre Bestellung\n\n"
                      "Guten Tag,\n\nIhre Bestellung ist da.\n",
                      expected);
  reader_test_assert (html,
                      "<p class=MsoNormal>Please cancel it.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
                      "<div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>Von:</b> Shop "
                      "&lt;help@example.com&gt;<br><b>Gesendet:</b> Montag, 2. März 2026 10:00<br><b>An:</b> Ana<br>"
                      "<b>Betreff:</b> Ihre Bestellung<o:p></o:p></p></div><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
                      "<p class=MsoNormal>Guten Tag,</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>Ihre Bestellung ist da.</p>",
                      expected);
  reader_test_assert (plain,
                      "Yes.\n\n-----Original Message-----\nFrom: Shop\nSent: Monday\nTo: Ana\nSubject: Order\n\nHello\n",
                      "p(Yes.) q1(-----Original Message-----\nFrom: Shop\nSent: Monday\nTo: Ana\nSubject: Order|p(Hello))");
}

static void
test_clients (void)
{
  reader_test_assert (html,
                      "<div dir=ltr>Ja</div><br><div class=gmail_quote><div dir=ltr class=gmail_attr>ma., 2. mars, Butikk:<br></div>"
                      "<blockquote class=gmail_quote style='margin:0'><div>Hei</div></blockquote></div>",
                      "p(Ja) q1(ma., 2. mars, Butikk:|p(Hei))");
  reader_test_assert (html,
                      "Yes<br><div id=yahoo_quoted_1 class='yahoo_quoted'><div>On Monday Shop wrote:</div><div>Hello</div></div>",
                      "p(Yes) q1(p(On Monday Shop wrote:\nHello))");
  reader_test_assert (html, "Yes<div class=moz-cite-prefix>El lunes, la tienda dijo:</div><blockquote type=cite><p>Hola</p></blockquote>",
                      "p(Yes) q1(El lunes, la tienda dijo:|p(Hola))");
  /* A client that indents with the same element does not quote. */
  reader_test_assert (html, "<blockquote style='margin:0 0 0 40px;border:none;padding:0px'>Indented</blockquote>", "p(Indented)");
}

static void
test_forwarded (void)
{
  g_autoptr(CsmParsedMail) mail = NULL;

  reader_test_assert (plain,
                      "FYI\n\n---------- Forwarded message ---------\nFrom: Shop <help@example.com>\nDate: Mon, 2 Mar 2026\n"
                      "Subject: Order\nTo: <ana@example.com>\n\nYour order is late.\n",
                      "p(FYI) q1f(---------- Forwarded message ---------\nFrom: Shop <help@example.com>\nDate: Mon, 2 Mar 2026\n"
                      "Subject: Order\nTo: <ana@example.com>|p(Your order is late.))");
  mail = reader_test_read ("From: ana@example.com\n\nBegin forwarded message:\n\nFrom: Shop\nSubject: Order\nDate: 2 March\n\nIt is late.\n", -1);
  g_assert_cmpstr (csm_parsed_mail_get_string (mail, "authoredText"), ==, "It is late.");
}

/* What people type above their own words is no end of their words. */
static void
test_own_separators (void)
{
  reader_test_assert (plain, "First.\n\n-----\n\nSecond.\n", "p(First.) p(-----) p(Second.)");
  reader_test_assert (plain, "Your colleague wrote:\n\nIt comes on Monday.\n\nIt did not.\n",
                      "p(Your colleague wrote:) p(It comes on Monday.) p(It did not.)");
  reader_test_assert (plain, "From: Berlin\nTo: Paris\n\nIs that possible?\n", "p(From: Berlin\nTo: Paris) p(Is that possible?)");
  reader_test_assert (plain, "On 2 March 2026 Shop <help@example.com> wrote:\n\nmy words\n",
                      "p(On 2 March 2026 Shop <help@example.com> wrote:) p(my words)");
  reader_test_assert (plain, "Von meinem Konto wurde zweimal abgebucht.\n", "p(Von meinem Konto wurde zweimal abgebucht.)");
}

static void
test_unmarked (void)
{
  reader_test_assert (plain, "Thanks!\n\nOn Mon, 2 Mar 2026 at 10:00, Shop <help@example.com> wrote:\nHello\n\nBye\n",
                      "p(Thanks!) q1(On Mon, 2 Mar 2026 at 10:00, Shop <help@example.com> wrote:|p(Hello) p(Bye))");
}

static void
test_signatures (void)
{
  g_autoptr(CsmParsedMail) mail = NULL;
  g_autoptr(GString) lines = g_string_new ("Hello\n--\n");

  reader_test_assert (plain, "Hello\n\n-- \nAna\nTel. 123\n", "p(Hello) sig(p(Ana\nTel. 123))");
  reader_test_assert (plain, "Hello\n\nSent from my iPhone\n\n> Before\n", "p(Hello) sig(p(Sent from my iPhone)) q1(p(Before))");
  reader_test_assert (plain, "Hallo\n\nVon meinem iPhone gesendet\n", "p(Hallo) sig(p(Von meinem iPhone gesendet))");
  reader_test_assert (html, "<p>Hello</p><div class='gmail_signature'>Ana<br>Shop</div>", "p(Hello) sig(p(Ana\nShop))");
  mail = reader_test_read ("From: ana@example.com\n\nHello\n-- \nAna\n", -1);
  g_assert_cmpstr (csm_parsed_mail_get_string (mail, "authoredText"), ==, "Hello");
  g_assert_cmpstr (csm_parsed_mail_get_string (mail, "textBody"), ==, "Hello\n-- \nAna");

  for (guint i = 0; i < 20; i++)
    g_string_append (lines, "one more line of the customer's own text\n");
  g_clear_pointer (&mail, csm_parsed_mail_unref);
  g_string_prepend (lines, "From: ana@example.com\n\n");
  mail = reader_test_read (lines->str, -1);
  g_assert_cmpuint (strlen (csm_parsed_mail_get_string (mail, "authoredText")), >, 500);
}

static void
test_flowed (void)
{
  reader_test_assert ("Content-Type: text/plain; format=flowed",
                      "This is one \nlong line.\nThis is another.\n> quoted \n> text\n>> deeper \n> other\n -- not stuffed\n-- \nAna\n",
                      "p(This is one long line.\nThis is another.) q1(p(quoted text) q2(p(deeper)) p(other)) p(-- not stuffed) sig(p(Ana))");
  reader_test_assert ("Content-Type: text/plain; format=flowed; delsp=yes", "Super \nkali\n", "p(Superkali)");
  reader_test_assert ("Content-Type: text/plain; format=flowed", " From here\n >not a quote\n", "p(From here\n>not a quote)");
  reader_test_assert (plain, "ends with space \nstays\n>From mbox\n", "p(ends with space \nstays\nFrom mbox)");
}

static void
test_links (void)
{
  reader_test_assert (plain, "See https://example.com/a_(b), or www.example.org.",
                      "p(See https://example.com/a_(b)<https://example.com/a_(b)>, or www.example.org<http://www.example.org>.)");
  reader_test_assert (plain, "(https://example.com/x) javascript:alert(1)", "p((https://example.com/x<https://example.com/x>) javascript:alert(1))");
}

static void
add_tests (void)
{
  g_test_add_func ("/reader/quotes/languages", test_languages);
  g_test_add_func ("/reader/quotes/wrapped-attribution", test_wrapped_attribution);
  g_test_add_func ("/reader/quotes/inline-answers", test_inline_answers);
  g_test_add_func ("/reader/quotes/depth", test_depth);
  g_test_add_func ("/reader/quotes/outlook", test_outlook);
  g_test_add_func ("/reader/quotes/clients", test_clients);
  g_test_add_func ("/reader/quotes/forwarded", test_forwarded);
  g_test_add_func ("/reader/quotes/own-separators", test_own_separators);
  g_test_add_func ("/reader/quotes/unmarked", test_unmarked);
  g_test_add_func ("/reader/quotes/signatures", test_signatures);
  g_test_add_func ("/reader/quotes/flowed", test_flowed);
  g_test_add_func ("/reader/quotes/links", test_links);
}

int
main (int   argc,
      char *argv[])
{
  return reader_test_run (argc, argv, add_tests);
}
