/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fake-imap.h"
#include "imap-lab.h"

#include <string.h>

#include "csm-imap-list.h"
#include "csm-imap-trouble.h"
#include "csm-json.h"

/* Settings that are tried before anybody depends on them. */

typedef struct
{
  const CsmImapSettings *settings;
  GCancellable          *cancellable;
  JsonObject            *answer;
  gint                   done;
} Trial;

static gpointer
trial (gpointer data)
{
  Trial *self = data;

  self->answer = csm_imap_probe (self->settings, 2, self->cancellable);
  g_atomic_int_set (&self->done, TRUE);
  g_main_context_wakeup (NULL);
  return NULL;
}

/* The main context accepts connections for the fakes. */
static JsonObject *
probe (const CsmImapSettings *settings)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Trial self = { settings, cancellable, NULL, FALSE };
  GThread *thread = g_thread_new ("trial", trial, &self);

  while (!g_atomic_int_get (&self.done))
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
  g_test_message ("%s", csm_json_get_string (self.answer, "description"));
  return self.answer;
}

static void
assert_trouble (const CsmImapSettings *settings,
                const char            *expected)
{
  g_autoptr (JsonObject) answer = probe (settings);
  const char *description = csm_json_get_string (answer, "description");

  g_assert_false (csm_json_get_boolean (answer, "ok"));
  if (strstr (description, expected) == NULL)
    g_error ("“%s” is not in “%s”", expected, description);
  /* Nobody's password is anybody's to read. */
  g_assert_null (strstr (description, settings->password));
}

static JsonObject *
folder_of (JsonObject *answer,
           const char *name)
{
  JsonArray *folders = csm_json_get_array (answer, "folders");

  for (guint i = 0; i < json_array_get_length (folders); i++)
    {
      JsonObject *one = json_array_get_object_element (folders, i);

      if (g_strcmp0 (csm_json_get_string (one, "name"), name) == 0)
        return one;
    }
  return NULL;
}

/* --- A real one -------------------------------------------------------------------------------------------------------------------- */

static void
assert_folders (ImapLab *lab)
{
  g_autoptr (JsonObject) answer = probe (lab->settings);
  g_autofree char *before = imap_lab_flags (lab);
  g_autofree char *after = NULL;

  g_assert_true (csm_json_get_boolean (answer, "ok"));
  g_assert_cmpstr (csm_json_get_string (folder_of (answer, "INBOX"), "role"), ==, "inbox");
  g_assert_cmpint (csm_json_get_int (folder_of (answer, "INBOX"), "messages", -1), ==, 2);
  g_assert_cmpint (csm_json_get_int (folder_of (answer, "Second"), "messages", -1), ==, 1);
  g_assert_null (csm_json_get_string (folder_of (answer, "Second"), "role"));
  g_assert_cmpstr (csm_json_get_string (folder_of (answer, "Gesendet für alle"), "role"), ==, "sent");
  g_assert_cmpint (csm_json_get_int (folder_of (answer, "Gesendet für alle"), "messages", -1), ==, 0);
  after = imap_lab_flags (lab);
  g_assert_cmpstr (before, ==, after);
}

static void
test_folders (ImapLab       *lab,
              gconstpointer  data)
{
  imap_lab_put_usual (lab, 1, 60);
  imap_lab_put_usual (lab, 2, 60);
  imap_lab_put (lab, ".Second", "Subject: x\n\nx\n", 60);
  assert_folders (lab);
}

static void
test_troubles (ImapLab       *lab,
               gconstpointer  data)
{
  CsmImapSettings *settings = lab->settings;

  g_free (settings->password);
  settings->password = g_strdup ("Kanu");
  assert_trouble (settings, "the user name or the password is wrong");
  settings->port = imap_lab_free_port ();
  assert_trouble (settings, "nobody listens on its port");
  /* Encryption on a port that begins without. */
  settings->port = lab->port;
  settings->tls = CSM_IMAP_TLS_IMPLICIT;
  assert_trouble (settings, "check the port, and how it is encrypted");
  /* The other way round: nobody says hello. */
  settings->port = lab->tls_port;
  settings->tls = CSM_IMAP_TLS_STARTTLS;
  assert_trouble (settings, "check the port, and how the connection is encrypted");
}

/* --- Others ------------------------------------------------------------------------------------------------------------------------- */

#define GREETING "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello\r\n"
#define SIGNED_IN "$ OK [CAPABILITY IMAP4rev1] in\r\n"
#define AGAIN "* CAPABILITY IMAP4rev1\r\n$ OK\r\n"

static void
test_refusals (void)
{
  static const struct
  {
    const char *answer;
    const char *expected;
  } refusals[] = {
    { "$ NO [AUTHENTICATIONFAILED] Invalid credentials\r\n", "password is wrong" },
    { "$ NO [ALERT] Application-specific password required: https://support.example/185833\r\n", "wants an app password" },
    { "$ NO [ALERT] Your account is not enabled for IMAP use. Please visit your settings page.\r\n", "IMAP is switched off" },
    { "$ NO [ALERT] Please log in via your web browser\r\n", "sign in with the browser" },
    { "$ NO LOGIN failed, BasicAuthBlocked\r\n", "sign in with the browser" },
    { "$ NO [EXPIRED] That password isn't valid any more.\r\n", "has expired" },
    { "$ NO [CONTACTADMIN] no\r\n", "ask whoever runs the mail server" },
    { "$ NO [ALERT] Too many simultaneous connections. (Failure)\r\n", "asked again later" },
    { "$ NO [UNAVAILABLE] Temporary System Error\r\n", "asked again later" },
    { "* BYE [LIMIT] Account exceeded command or bandwidth limits.\r\n", "ended the connection" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      FakeImap fake = { 0 };

      fake_imap_start (&fake, (const char *const[]) { GREETING, refusals[i].answer, "", NULL });
      assert_trouble (fake.settings, refusals[i].expected);
      fake_imap_stop (&fake);
    }
}

/* What servers say of a token is not about a password. */
static void
test_token_refusals (void)
{
  static const char *const said[] = { "[AUTHENTICATIONFAILED] Invalid OAuth token.", "[EXPIRED] no", "[AUTHENTICATIONFAILED] no" };
  g_autoptr (CsmImapSettings) settings = csm_imap_settings_new ();

  settings->host = g_strdup ("127.0.0.1");
  settings->token_command = g_strdup ("echo token");
  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    {
      g_autoptr (GError) problem = g_error_new_literal (CSM_IMAP_ERROR, CSM_IMAP_ERROR_REFUSED, said[i]);
      g_autoptr (GError) error = NULL;

      csm_imap_explain_sign_in (problem, settings, &error);
      g_assert_error (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_SIGN_IN);
      g_assert_nonnull (strstr (error->message, "the access token is not valid, or not for this account."));
    }
}

/* A plain server (RFC 3501) says neither what folders are for nor how much is in them, and one calls its folders what it likes. */
static void
test_plain (void)
{
  static const char *const lines[] = {
    GREETING, SIGNED_IN, AGAIN,
    "* LIST (\\HasNoChildren) \".\" INBOX\r\n* LIST (\\Noselect) \".\" \"Folder\"\r\n* LIST () \".\" \"INBOX.Sent Items\"\r\n* LIST (\\Trash \\HasNoChildren) NIL {3}\r\nBin\r\n"
    "* LIST () \".\" \"Entw&APw-rfe\"\r\n* LIST () \".\" \"broken&!!-\"\r\n* LIST (\r\n* LIST () \".\"\r\n* LIST\r\n$ OK\r\n",
    "* STATUS INBOX (MESSAGES 17)\r\n$ OK\r\n", "$ NO no\r\n", "* STATUS {3}\r\nBin (UIDNEXT 3 MESSAGES 4)\r\n$ OK\r\n", "* STATUS \"Entw&APw-rfe\" (MESSAGES x)\r\n$ OK\r\n", "", NULL,
  };
  FakeImap fake = { 0 };
  g_autoptr (JsonObject) answer = NULL;

  fake_imap_start (&fake, lines);
  answer = probe (fake.settings);
  g_assert_true (csm_json_get_boolean (answer, "ok"));
  g_assert_cmpuint (json_array_get_length (csm_json_get_array (answer, "folders")), ==, 4);
  g_assert_cmpint (csm_json_get_int (folder_of (answer, "INBOX"), "messages", -1), ==, 17);
  g_assert_cmpstr (csm_json_get_string (folder_of (answer, "INBOX.Sent Items"), "role"), ==, "sent");
  g_assert_true (json_object_get_null_member (folder_of (answer, "INBOX.Sent Items"), "messages"));
  g_assert_cmpstr (csm_json_get_string (folder_of (answer, "Bin"), "role"), ==, "trash");
  g_assert_cmpint (csm_json_get_int (folder_of (answer, "Bin"), "messages", -1), ==, 4);
  g_assert_cmpstr (csm_json_get_string (folder_of (answer, "Entwürfe"), "role"), ==, "drafts");
  fake_imap_stop (&fake);
}

static void
test_names (void)
{
  static const char *const names[] = { "INBOX", "Entwürfe", "~peter/mail/台北/日本語", "a & b", "😀", "A&B&", NULL };
  static const char *const bad[] = { "&", "&abc", "&A-", "&2D0-", "&!!-" };

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *quoted = csm_imap_encode_folder (names[i]);
      g_autofree char *encoded = g_strndup (quoted + 1, strlen (quoted) - 2);
      g_autofree char *decoded = csm_imap_decode_folder (encoded);

      g_assert_cmpstr (decoded, ==, names[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (csm_imap_decode_folder (bad[i]));
}

static void
test_certificates (void)
{
  static const struct
  {
    GTlsCertificateFlags flags;
    const char          *expected;
  } troubles[] = {
    { G_TLS_CERTIFICATE_EXPIRED | G_TLS_CERTIFICATE_UNKNOWN_CA, "has expired" },
    { G_TLS_CERTIFICATE_BAD_IDENTITY, "another server than mail.example.org" },
    { G_TLS_CERTIFICATE_UNKNOWN_CA, "nobody trusted has signed it" },
    { G_TLS_CERTIFICATE_NOT_ACTIVATED, "not valid yet" },
    { G_TLS_CERTIFICATE_INSECURE, "not valid" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (troubles); i++)
    {
      g_autoptr (GError) error = NULL;

      csm_imap_explain_certificate (troubles[i].flags, NULL, "mail.example.org", &error);
      g_assert_error (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_TLS);
      g_assert_nonnull (strstr (error->message, troubles[i].expected));
    }
}

static void
test_no_name (void)
{
  CsmImapSettings settings = { .host = (char *) "imap.exmple.net", .port = 993 };
  g_autoptr (GError) none = g_error_new_literal (G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "x");
  g_autoptr (GError) offline = g_error_new_literal (G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE, "x");
  g_autoptr (GError) slow = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "x");
  const GError *problems[] = { none, offline, slow };
  const char *expected[] = { "there is none of the name imap.exmple.net", "connected to the internet", "port 993 does not answer" };

  for (guint i = 0; i < G_N_ELEMENTS (problems); i++)
    {
      g_autoptr (GError) error = NULL;

      csm_imap_explain_connect (problems[i], &settings, &error);
      g_assert_error (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_CONNECT);
      g_assert_nonnull (strstr (error->message, expected[i]));
    }
}

static const char special_use[] = "}\nnamespace inbox {\n mailbox \"Gesendet für alle\" {\n auto = create\n special_use = \\Sent\n }\n";
static const char masked[] = "imap_capability = IMAP4rev1\n}\nnamespace inbox {\n mailbox \"Gesendet für alle\" {\n auto = create\n special_use = \\Sent\n }\n";

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/imap-probe/folders", ImapLab, special_use, imap_lab_set_up, test_folders, imap_lab_tear_down);
  g_test_add ("/imap-probe/masked", ImapLab, masked, imap_lab_set_up, test_folders, imap_lab_tear_down);
  g_test_add ("/imap-probe/troubles", ImapLab, NULL, imap_lab_set_up, test_troubles, imap_lab_tear_down);
  g_test_add_func ("/imap-probe/refusals", test_refusals);
  g_test_add_func ("/imap-probe/token-refusals", test_token_refusals);
  g_test_add_func ("/imap-probe/plain", test_plain);
  g_test_add_func ("/imap-probe/names", test_names);
  g_test_add_func ("/imap-probe/certificates", test_certificates);
  g_test_add_func ("/imap-probe/no-name", test_no_name);
  return g_test_run ();
}
