/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#define G_LOG_DOMAIN "csm-reader-test"
#include "config.h"

#include "reader-test.h"

#define SENT "Date: Wed, 15 Jul 2026 10:00:00 +0200\n"
#define AUTOMATIC "Auto-Submitted: auto-replied\n"

static void
check (const char *header,
       const char *text,
       const char *expected)
{
  g_autofree char *raw = g_strdup_printf ("From: ana@example.com\n%sContent-Type: text/plain; charset=utf-8\n\n%s\n", header, text);
  g_autoptr(CsmParsedMail) mail = reader_test_read (raw, -1);

  g_test_message ("%s", text);
  g_assert_cmpstr (csm_parsed_mail_get_string (mail, "awayUntil"), ==, expected);
}

static void
test_said (void)
{
  static const struct
  {
    const char *text;
    const char *day;
  } cases[] = {
    { "I am away and will be back on 3 August.", "2026-08-03" },
    { "I'm out of the office. Back on Monday, August 3rd, 2026!", "2026-08-03" },
    { "I am out of the office from 20 July until 31 July.", "2026-07-31" },
    { "Away from July 20 to August 2. For urgent matters call 2026-1.", "2026-08-02" },
    { "I am on leave until the 5th of January.", "2027-01-05" },
    { "I will be returning to the office on 2026-08-03.", "2026-08-03" },
    { "From 3 August I will be back in the office.", "2026-08-03" },
    { "I am away until 31/07/2026.", "2026-07-31" },
    { "Ich bin bis zum 14.8. nicht im Büro.", "2026-08-14" },
    { "Ich bin vom 20.07.2026 bis einschließlich 14.08.2026 abwesend und ab dem 17.08.2026 wieder erreichbar.", "2026-08-17" },
    { "Ab Montag, den 17. August bin ich wieder für Sie da.", "2026-08-17" },
    { "Ich bin erst am Dienstag, 4. August 2026 wieder im Hause.", "2026-08-04" },
    { "Je suis absent jusqu'au 31 juillet inclus.", "2026-07-31" },
    { "Je serai de retour le lundi 3 août 2026.", "2026-08-03" },
    { "Je suis en congé du 20 au 31 juillet.", "2026-07-31" },
    { "Sono in ferie dal 20 luglio al 2 agosto, rientro il 3 agosto.", "2026-08-03" },
    { "Sarò assente fino al 31/07/2026.", "2026-07-31" },
    { "Estaré de vacaciones hasta el 3 de agosto de 2026.", "2026-08-03" },
    { "Estoy fuera; volveré el 03/08/2026.", "2026-08-03" },
    { "I am on annual leave, returning Monday 10th August.", "2026-08-10" },
    { "I'll be back in the office from Monday, 10 August.", "2026-08-10" },
    { "I am away until (and including) 14 August.", "2026-08-14" },
    { "Ich bin wieder erreichbar ab dem 17.8.2026.", "2026-08-17" },
    { "Ich bin am 20.7. nicht erreichbar und ab 22.7. wieder da.", "2026-07-22" },
    { "Bis einschließlich Freitag, den 14.08.2026, bin ich im Urlaub.", "2026-08-14" },
    { "De retour lundi 17 août.", "2026-08-17" },
    { "Sono assente fino a venerdì 14 agosto; tornerò lunedì 17 agosto.", "2026-08-17" },
    { "Regreso el día 17 de agosto.", "2026-08-17" },
    { "Ich bin am 3.8. zurück.\n\nI will be back on August 3.", "2026-08-03" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    check (SENT AUTOMATIC, cases[i].text, cases[i].day);
}

static void
test_unsure (void)
{
  static const char *const texts[] = {
    "I am out of the office.",
    "I am away until 03/08/2026.",
    "I will be back on 3 August, or back on 10 August.",
    "Thank you for your mail of 14 July.",
    "I was back on 1 July 2026.",
    "I am away until 30 February.",
    "Back on 3 August 2029.",
    "Our offer is valid: version 3.8 from 12.",
    "Since 3 August nothing works.",
    "I will get back to you on 3 August.",
    "I am not in the office on 3 August.",
    "Dating back to 3 August.",
    "Ich bin seit dem 3.8. krank.",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    check (SENT AUTOMATIC, texts[i], NULL);
}

static void
test_automatic (void)
{
  const char *text = "I will be back on 3 August.";

  check (SENT, text, NULL);
  check (AUTOMATIC, text, NULL);
  check (SENT "Auto-Submitted: no\n", text, NULL);
  check (SENT "Auto-Submitted: auto-generated\nSubject: Your ticket\n", text, NULL);
  check (SENT "Auto-Submitted: auto-generated\nSubject: Automatic reply: Hello\n", text, "2026-08-03");
  check (SENT "Subject: =?utf-8?Q?R=C3=A9ponse?= automatique : Salut\n", text, "2026-08-03");
  check (SENT "Precedence: auto_reply\n", text, "2026-08-03");
  check (SENT AUTOMATIC "List-Id: <a.example.com>\n", text, NULL);
}

static void
add_tests (void)
{
  g_test_add_func ("/reader/away/said", test_said);
  g_test_add_func ("/reader/away/unsure", test_unsure);
  g_test_add_func ("/reader/away/automatic", test_automatic);
}

int
main (int   argc,
      char *argv[])
{
  return reader_test_run (argc, argv, add_tests);
}
