/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "post-lab.h"

#include <string.h>

#include "csm-channel-setup.h"
#include "csm-desk-records.h"
#include "csm-imap-list.h"
#include "csm-json.h"
#include "csm-smtp-session.h"

/* Signing in to real mail servers with access tokens: ones that somebody brings, and ones that are got anew each hour. */

static JsonObject *
grant_json (PostLab    *self,
            const char *members)
{
  return channel_test_json ("{'tokenUrl':'%s','clientId':'casement','clientSecret':'sesame','scope':'mail offline_access'%s}", self->judge.url, members);
}

static CsmMailGrant *
read_grant (PostLab    *self,
            const char *refresh_token)
{
  g_autofree char *members = g_strdup_printf (",'refreshToken':'%s'", refresh_token);
  g_autoptr (JsonObject) json = grant_json (self, members);
  GError *error = NULL;
  CsmMailGrant *grant = csm_mail_grant_read_json (json, NULL, &error);

  g_assert_no_error (error);
  return grant;
}

static void
assert_sends (CsmSmtpSettings *settings,
              const char      *trouble)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *why = NULL;
  gboolean good = csm_smtp_test (settings, 20, cancellable, &why);

  g_test_message ("sending: %s", why != NULL ? why : "fine");
  g_assert_cmpint (good, ==, trouble == NULL);
  if (trouble != NULL)
    g_assert_nonnull (strstr (why, trouble));
}

static void
assert_reads (CsmImapSettings *settings,
              const char      *trouble)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (JsonObject) answer = csm_imap_probe (settings, 20, cancellable);
  const char *said = csm_json_get_string (answer, "description");

  g_test_message ("reading: %s", said);
  g_assert_cmpint (csm_json_get_boolean (answer, "ok"), ==, trouble == NULL);
  if (trouble != NULL)
    g_assert_nonnull (strstr (said, trouble));
}

/* --- A token of somebody's ---------------------------------------------------------------------------------------------------------- */

static void
try_brought (PostLab *self)
{
  CsmSmtpSettings *settings = self->smtp.settings;

  g_clear_pointer (&settings->password, g_free);
  settings->token_command = g_strdup_printf ("cat %s/token", self->imap.base);
  imap_lab_write (&self->imap, "token", "expired\n");
  assert_sends (settings, "does not take the access token");
  g_assert_cmpint (g_atomic_int_get (&self->judge.n_asked), >, 0);
  imap_lab_write (&self->imap, "token", "good\n");
  assert_sends (settings, NULL);
  imap_lab_write (&self->imap, "token", "of-another\n");
  assert_sends (settings, "does not take the access token");
  g_clear_pointer (&settings->token_command, g_free);
}

/* --- What somebody brings from the browser ---------------------------------------------------------------------------------------------- */

static void
exchange (PostLab *self)
{
  static const char verifier[] = "a-long-word-that-nobody-else-knows-0123456789";
  g_autofree char *challenge = token_judge_challenge (verifier);
  g_autofree char *members = g_strdup_printf (",'code':'code-%s','codeVerifier':'%s','redirectUri':'http://127.0.0.1:1'", challenge, verifier);
  g_autofree char *wrong = g_strdup_printf (",'code':'code-%s','codeVerifier':'another','redirectUri':'http://127.0.0.1:1'", challenge);
  g_autoptr (JsonObject) json = grant_json (self, members), bad = grant_json (self, wrong), tokens = NULL, none = NULL;
  g_autoptr (GError) error = NULL;

  none = csm_mail_grant_exchange (bad, NULL, NULL, &error);
  g_assert_null (none);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);
  tokens = csm_mail_grant_exchange (json, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (csm_json_get_string (tokens, "refreshToken"), ==, "refresh-1");
  g_assert_cmpstr (csm_json_get_string (tokens, "accessToken"), ==, "access-1");
}

/* --- Stored ------------------------------------------------------------------------------------------------------------------------------ */

static gpointer
save (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  return GINT_TO_POINTER (csm_channel_setup_save (input, txn, error));
}

static gpointer
load (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  return csm_channel_setup_load (txn, input, error);
}

static CsmChannelSetup *
load_setup (PostLab *self)
{
  GError *error = NULL;
  CsmChannelSetup *setup = csm_store_run (self->imap.workspace.store, FALSE, load, self->imap.workspace.channel, &error);

  g_assert_no_error (error);
  return setup;
}

/* As an app would. */
static void
connect_mailbox (PostLab *self)
{
  g_autoptr (CsmChannelSetup) setup = load_setup (self);
  g_autoptr (JsonObject) settings = channel_test_json (
    "{'imap':{'host':'127.0.0.1','port':%u,'tls':'none-on-loopback','user':'support','folders':['INBOX']},"
    "'smtp':{'host':'127.0.0.1','port':%u,'tls':'starttls','user':'support'},"
    "'grant':{'tokenUrl':'%s','clientId':'casement','clientSecret':'sesame','refreshToken':'refresh-1'}}",
    self->imap.port, self->port, self->judge.url);
  g_autoptr (JsonObject) shown = NULL;
  g_autofree char *text = NULL;
  GError *error = NULL;

  g_assert_true (csm_channel_setup_read (setup, settings, &error));
  g_assert_no_error (error);
  setup->smtp->ca_file = g_build_filename (self->imap.base, "cert.pem", NULL);
  csm_store_run (self->imap.workspace.store, TRUE, save, setup, &error);
  g_assert_no_error (error);
  shown = csm_channel_setup_write (setup);
  text = csm_json_write_object (shown);
  g_assert_nonnull (strstr (text, "casement"));
  g_assert_null (strstr (text, "sesame"));
  g_assert_null (strstr (text, "refresh-1"));
}

static void
assert_not_to_be_read (PostLab    *self,
                       const char *secret)
{
  g_autoptr (GDir) dir = g_dir_open (self->imap.workspace.base, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->imap.workspace.base, name, NULL);
      g_autofree char *bytes = NULL;
      gsize length;

      if (g_file_get_contents (path, &bytes, &length, NULL))
        g_assert_null (g_strstr_len (bytes, (gssize) length, secret));
    }
}

/* An hour later, and when a token is taken back before its time. */
static void
refresh (PostLab *self)
{
  g_autoptr (CsmChannelSetup) setup = NULL;
  g_autoptr (CsmChannelSetup) other = NULL;

  connect_mailbox (self);
  assert_not_to_be_read (self, "refresh-1");
  setup = load_setup (self);
  assert_reads (setup->imap, NULL);
  g_assert_cmpint (g_atomic_int_get (&self->judge.n_given), ==, 2);
  assert_sends (setup->smtp, NULL);
  g_assert_cmpint (g_atomic_int_get (&self->judge.n_given), ==, 2);
  /* What was loaded before knows nothing of it. */
  other = load_setup (self);
  g_assert_true (csm_imap_settings_equal (setup->imap, other->imap));
  g_atomic_int_set (&self->judge.valid, 0);
  assert_reads (setup->imap, NULL);
  g_assert_cmpint (g_atomic_int_get (&self->judge.n_given), ==, 3);
  g_atomic_int_set (&self->judge.valid, 0);
  assert_sends (setup->smtp, NULL);
  g_assert_cmpint (g_atomic_int_get (&self->judge.n_given), ==, 4);
  assert_reads (other->imap, NULL);
  g_assert_cmpint (g_atomic_int_get (&self->judge.n_given), ==, 4);
}

static gpointer
ask (gpointer data)
{
  g_autoptr (GError) error = NULL;
  char *token = csm_mail_grant_get_token (data, "access-4", NULL, &error);

  g_assert_no_error (error);
  return token;
}

/* All folders of a mailbox come at the same moment, and the provider gives each refresh token once. */
static void
together (PostLab *self)
{
  g_autoptr (CsmChannelSetup) first = load_setup (self);
  g_autoptr (CsmChannelSetup) second = load_setup (self);
  GThread *threads[6];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("ask", ask, i % 2 == 0 ? first->imap->grant : second->smtp->grant);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autofree char *token = g_thread_join (threads[i]);

      g_assert_cmpstr (token, ==, "access-5");
    }
  g_assert_cmpint (g_atomic_int_get (&self->judge.n_given), ==, 5);
}

/* What the provider has against it is told; that it is away is no reason to think that anybody has to do something. */
static void
refuse (PostLab *self)
{
  g_autoptr (CsmChannelSetup) setup = load_setup (self);
  g_autoptr (CsmMailGrant) revoked = read_grant (self, "refresh-1");
  g_autoptr (GError) error = NULL;

  g_assert_null (csm_mail_grant_get_token (revoked, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_assert_nonnull (strstr (error->message, "sign in once more"));
  g_clear_error (&error);
  csm_mail_grant_unref (setup->imap->grant);
  setup->imap->grant = csm_mail_grant_ref (revoked);
  assert_reads (setup->imap, "sign in once more");
  csm_mail_grant_unref (setup->smtp->grant);
  setup->smtp->grant = csm_mail_grant_ref (revoked);
  assert_sends (setup->smtp, "sign in once more");
  g_atomic_int_set (&self->judge.is_down, TRUE);
  g_assert_null (csm_mail_grant_get_token (revoked, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_atomic_int_set (&self->judge.is_down, FALSE);
}

/* Who may change the settings can't have what is stored sent to a server of their own. */
static void
keep (PostLab *self)
{
  static const char *const elsewhere[] = {
    "{'imap':{'host':'evil.example.com','port':993,'tls':'implicit','user':'support'}}",
    "{'smtp':{'host':'evil.example.com','port':465,'tls':'implicit','user':'support'}}",
    "{'grant':{'tokenUrl':'https://evil.example.com/token','clientId':'casement'}}",
    "{'grant':{'tokenUrl':'http://evil.example.com/token','clientId':'casement','refreshToken':'x'}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (elsewhere); i++)
    {
      g_autoptr (CsmChannelSetup) setup = load_setup (self);
      g_autoptr (JsonObject) settings = channel_test_json ("%s", elsewhere[i]);
      g_autoptr (GError) error = NULL;

      g_assert_false (csm_channel_setup_read (setup, settings, &error));
      g_assert_nonnull (error);
    }
}

/* One after the other: to start the servers takes longest. */
static void
test_all (PostLab       *self,
          gconstpointer  data)
{
  try_brought (self);
  exchange (self);
  refresh (self);
  together (self);
  refuse (self);
  keep (self);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  if (!post_lab_is_possible ())
    {
      g_print ("1..0 # SKIP Postfix can be started by root alone, where it is installed\n");
      return 0;
    }
  g_test_add ("/grant/all", PostLab, "tokens", post_lab_set_up, test_all, post_lab_tear_down);
  return g_test_run ();
}
