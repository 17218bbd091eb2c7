/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "imap-lab.h"
#include "token-judge.h"

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

static void
run_openssl (ImapLab           *lab,
             const char *const *argv)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GSubprocess) process = NULL;
  GError *error = NULL;

  g_subprocess_launcher_set_cwd (launcher, lab->base);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

/* For the right server, and of a year that is over; only `openssl ca` takes days in the past. */
static void
make_old_certificate (ImapLab *lab)
{
  const char *ask[] = { "openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem", "-out", "asked.pem",
                        "-subj", "/CN=Lab", "-addext", "subjectAltName=IP:127.0.0.1", NULL };
  const char *sign[] = { "openssl", "ca", "-batch", "-notext", "-config", "ca.conf", "-selfsign", "-keyfile", "key.pem", "-in", "asked.pem", "-out", "cert.pem",
                         "-startdate", "200101000000Z", "-enddate", "210101000000Z", NULL };

  imap_lab_write (lab, "ca.conf",
              "[ca]\ndefault_ca = lab\n[lab]\ndatabase = index\nserial = serial\nnew_certs_dir = .\ndefault_md = sha256\npolicy = any\n"
              "copy_extensions = copy\n[any]\ncommonName = supplied\n");
  imap_lab_write (lab, "index", "");
  imap_lab_write (lab, "serial", "01\n");
  run_openssl (lab, ask);
  run_openssl (lab, sign);
}

/* Whoever was trusted once isn't for ever, both ways of encryption. */
static void
test_expired (ImapLab       *lab,
              gconstpointer  data)
{
  imap_lab_put_usual (lab, 1, 60);
  imap_lab_stop_dovecot (lab);
  make_old_certificate (lab);
  imap_lab_start_dovecot (lab);
  lab->settings->ca_file = g_build_filename (lab->base, "cert.pem", NULL);
  for (guint i = 0; i < 2; i++)
    {
      set_host (lab, "127.0.0.1", i == 0);
      imap_lab_start (lab);
      imap_lab_wait_health (lab, "failing", "it has expired");
      imap_lab_stop (lab);
    }
  g_assert_cmpuint (workspace_count (&lab->workspace, CSM_TYPE_ID_MESSAGE), ==, 0);
}

/* --- Tokens ------------------------------------------------------------------------------------------------------------------------- */

/* The command's next token lets us in where the last one did not, without anybody's doing; and a file's. */
static void
test_token (ImapLab       *lab,
            gconstpointer  data)
{
  TokenJudge judge = { 0 };
  g_autofree char *extra = token_judge_start (&judge, lab);

  imap_lab_stop_dovecot (lab);
  lab->extra = extra;
  imap_lab_start_dovecot (lab);
  imap_lab_put_usual (lab, 1, 60);
  lab->settings->ca_file = g_build_filename (lab->base, "cert.pem", NULL);
  set_host (lab, "127.0.0.1", TRUE);
  g_clear_pointer (&lab->settings->password, g_free);
  lab->settings->token_command = g_strdup_printf ("cat %s/token", lab->base);

  imap_lab_write (lab, "token", "expired\n");
  imap_lab_start (lab);
  imap_lab_wait_health (lab, "failing", "the access token is not valid, or not for this account.");
  g_assert_cmpint (g_atomic_int_get (&judge.n_asked), >, 0);
  g_assert_cmpuint (workspace_count (&lab->workspace, CSM_TYPE_ID_MESSAGE), ==, 0);
  imap_lab_write (lab, "token", "good\n");
  imap_lab_wait_messages (lab, 1);
  imap_lab_wait_health (lab, "ok", NULL);
  imap_lab_stop (lab);

  lab->settings->token_file = g_build_filename (lab->base, "token", NULL);
  g_clear_pointer (&lab->settings->token_command, g_free);
  imap_lab_write (lab, "token", "of-another\n");
  imap_lab_put_usual (lab, 2, 60);
  imap_lab_start (lab);
  imap_lab_wait_health (lab, "failing", "the access token is not valid, or not for this account.");
  g_assert_cmpuint (workspace_count (&lab->workspace, CSM_TYPE_ID_MESSAGE), ==, 1);
  imap_lab_write (lab, "token", "good\n");
  imap_lab_wait_messages (lab, 2);
  imap_lab_stop (lab);
  imap_lab_stop_dovecot (lab);
  lab->extra = NULL;
  token_judge_stop (&judge);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/imap-tls/certificate", ImapLab, NULL, imap_lab_set_up, test_certificate, imap_lab_tear_down);
  g_test_add ("/imap-tls/expired", ImapLab, NULL, imap_lab_set_up, test_expired, imap_lab_tear_down);
  g_test_add ("/imap-tls/token", ImapLab, NULL, imap_lab_set_up, test_token, imap_lab_tear_down);
  return g_test_run ();
}
