/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-later-line.h"
#include "csm-reply-check.h"
#include "csm-time.h"

/* What one may have overlooked before a reply goes out: said when it is so, and never otherwise. */

static void
test_files (void)
{
  static const char *const mention[] = {
    "Please find the invoice attached.", "I’ve attached it", "See attachment", "Im Anhang finden Sie …", "Anbei die Rechnung", "Die Datei ist angehängt.",
    "Vous trouverez ci-joint la facture", "La pièce jointe", "In allegato la fattura", "Le allego il documento", "Adjunto la factura", "Hello,\n\nenclosed is the form.",
  };
  static const char *const none[] = {
    "Thank you for your file.", "> please find attached\n\nThanks!", "Could you send it as an attachment?", "Können Sie den Beleg im Anhang senden?", "unattached",
    "Yours\n-- \nAttached Systems Ltd.", "Die Anlage läuft wieder.", "", "Nothing to see",
  };

  for (guint i = 0; i < G_N_ELEMENTS (mention); i++)
    g_assert_true (csm_reply_mentions_file (mention[i]));
  for (guint i = 0; i < G_N_ELEMENTS (none); i++)
    g_assert_false (csm_reply_mentions_file (none[i]));
}

static void
check_like (const char *address,
            const char *expected)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *found = NULL;

  g_hash_table_add (known, (gpointer) "maria.lopez@example.com");
  g_hash_table_add (known, (gpointer) "jo@ab.test");
  g_hash_table_add (known, (gpointer) "support@fernweh.example");
  found = csm_reply_lookalike (address, known);
  g_assert_cmpstr (found, ==, expected);
}

static void
test_lookalikes (void)
{
  check_like ("maria.lopez@exarnple.com", "maria.lopez@example.com");
  check_like ("maria.lopez@examp1e.com", "maria.lopez@example.com");
  check_like ("maria.lopez@exmaple.com", "maria.lopez@example.com");
  check_like ("maria.lopez@xn--xample-2of.com", "maria.lopez@example.com");
  check_like ("maria.lopez@ex\xd0\xb0mple.com", "maria.lopez@example.com");
  check_like ("maria.lopes@example.com", "maria.lopez@example.com");
  check_like ("maria.lopez@example.co", "maria.lopez@example.com");
  check_like ("m@gmial.com", "m@gmail.com");
  check_like ("somebody@example.com", NULL);
  check_like ("jon@other.test", NULL);
  check_like ("ja@ab.test", NULL);
  check_like ("x@ac.test", NULL);
  check_like ("m@gmail.com", NULL);
  check_like ("m@gmx.de", NULL);
}

static void
check_when (const char *at,
            const char *expected)
{
  g_autofree char *when = csm_later_when (csm_time_parse (at), csm_time_parse ("2026-11-24T10:00:00Z"));

  g_assert_cmpstr (when, ==, expected);
}

static void
test_when (void)
{
  check_when ("2026-11-24T17:30:00Z", "today at 17:30");
  check_when ("2026-11-25T09:00:00Z", "tomorrow at 09:00");
  check_when ("2026-11-30T09:00:00Z", "on Monday at 09:00");
  check_when ("2026-12-01T09:00:00Z", "on 1 December at 09:00");
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reply-check/files", test_files);
  g_test_add_func ("/reply-check/lookalikes", test_lookalikes);
  g_test_add_func ("/reply-check/when", test_when);
  return g_test_run ();
}
