/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "imap-lab.h"

/* A real Dovecot behind a certificate. */

static void
set_host (ImapLab    *lab,
          const char *host,
          gboolean    implicit)
{
  g_free (lab->settings->host);
  lab->settings->host = g_strdup (host);
  lab->settings->tls = implicit ? CSM_IMAP_TLS_IMPLICIT : CSM_IMAP_TLS_STARTTLS;
  lab->settings->port = implicit ? lab->tls_port : lab->port;
}

/* Nobody is let in whom nobody trusts, or who is somebody else; both ways of encryption. */
static void
test_certificate (ImapLab       *lab,
                  gconstpointer  data)
{
  imap_lab_put_usual (lab, 1, 60);
  for (guint i = 0; i < 2; i++)
    {
      g_clear_pointer (&lab->settings->ca_file, g_free);
      set_host (lab, "127.0.0.1", i == 0);
      imap_lab_start (lab);
      imap_lab_wait_health (lab, "failing", "nobody trusted has signed it");
      imap_lab_stop (lab);

      lab->settings->ca_file = g_build_filename (lab->base, "cert.pem", NULL);
      set_host (lab, "127.0.0.2", i == 0);
      imap_lab_start (lab);
      imap_lab_wait_health (lab, "failing", "made for another server");
      imap_lab_stop (lab);
      g_assert_cmpuint (workspace_count (&lab->workspace, CSM_TYPE_ID_MESSAGE), ==, 2 * i);

      set_host (lab, "127.0.0.1", i == 0);
      imap_lab_start (lab);
      imap_lab_wait_messages (lab, i + 1);
      imap_lab_wait_health (lab, "ok", NULL);
      imap_lab_put_usual (lab, 10 + i, 0);
      imap_lab_wait_messages (lab, i + 2);
      imap_lab_stop (lab);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/imap-tls/certificate", ImapLab, NULL, imap_lab_set_up, test_certificate, imap_lab_tear_down);
  return g_test_run ();
}
