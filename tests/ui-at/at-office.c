/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "at-office.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "at-process.h"

#define PASSWORD "a quiet afternoon"
#define LISTENING "listening on "

struct _AtOffice
{
  char        *base;
  char        *data;
  char        *sink;
  char        *program;
  GSubprocess *server;
  char        *url;
  guint        n_delivered;
};

static GSubprocess *
spawn (AtOffice           *self,
       GSubprocessFlags    flags,
       const char * const *arguments)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();

  g_ptr_array_add (argv, self->program);
  g_ptr_array_add (argv, (char *) "--data");
  g_ptr_array_add (argv, self->data);
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (char *) arguments[i]);
  g_ptr_array_add (argv, NULL);
  return at_process_start (launcher, (const char * const *) argv->pdata);
}

/* A command of casement-server, with what it reads; it has to succeed. */
static void
run (AtOffice           *self,
     const char         *input,
     const char * const *arguments)
{
  g_autoptr (GSubprocess) process = spawn (self, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE, arguments);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_subprocess_communicate_utf8 (process, input, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

static void
add_person (AtOffice   *self,
            const char *email,
            const char *name,
            const char *role)
{
  g_autofree char *file = g_build_filename (self->base, "password", NULL);
  g_autofree char *password_file = g_strconcat ("--password-file=", file, NULL);
  g_autofree char *name_is = g_strconcat ("--name=", name, NULL);
  g_autofree char *role_is = g_strconcat ("--role=", role, NULL);
  const char * const arguments[] = { "user", "add", email, name_is, role_is, password_file, NULL };

  g_assert_true (g_file_set_contents (file, PASSWORD "\n", -1, NULL));
  run (self, "", arguments);
}

static void
add_mailbox (AtOffice *self)
{
  g_autofree char *program = g_shell_quote (self->program);
  g_autofree char *sink = g_shell_quote (self->sink);
  g_autofree char *sendmail = g_strdup_printf ("--sendmail=%s keep %s", program, sink);
  const char * const arguments[] = { "channel", "add", "email", "Support", "--address=support@example.com", sendmail, NULL };

  run (self, "", arguments);
}

static void
append_mail (AtOffice   *self,
             GString    *text,
             int         minutes,
             const char *from,
             const char *subject,
             const char *body)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) then = g_date_time_add_minutes (now, minutes);
  g_autofree char *date = g_date_time_format (then, "%a, %d %b %Y %H:%M:%S +0000");

  g_string_append_printf (text, "From: %s\nTo: support@example.com\nSubject: %s\nMessage-ID: <%u@customers.example.org>\nDate: %s\n\n%s\n",
                          from, subject, ++self->n_delivered, date, body);
}

void
at_office_deliver (AtOffice   *self,
                   const char *from,
                   guint       answers,
                   const char *subject,
                   const char *body)
{
  static const char * const arguments[] = { "deliver", "--channel=Support", NULL };
  g_autoptr (GString) mail = g_string_new (NULL);

  if (answers > 0)
    g_string_append_printf (mail, "In-Reply-To: <%u@customers.example.org>\n", answers);
  append_mail (self, mail, 0, from, subject, body);
  run (self, mail->str, arguments);
}

/* What has come before anybody looked */
static void
import_questions (AtOffice *self,
                  guint     n)
{
  g_autofree char *file = g_build_filename (self->base, "questions", NULL);
  const char * const arguments[] = { "import", file, "--channel=Support", NULL };
  g_autoptr (GString) mbox = g_string_new (NULL);

  for (guint i = 1; i <= n; i++)
    {
      g_autofree char *from = g_strdup_printf ("Customer %u <customer%u@example.org>", i, i);
      g_autofree char *subject = g_strdup_printf ("Question %u", i);

      g_string_append (mbox, "From customers.example.org Mon Jan  1 00:00:00 2024\n");
      append_mail (self, mbox, (int) i - 60, from, subject, "Good morning,\n\nwhere is my parcel?");
      g_string_append_c (mbox, '\n');
    }
  g_assert_true (g_file_set_contents (file, mbox->str, -1, NULL));
  run (self, "", arguments);
}

void
at_office_start (AtOffice *self)
{
  g_autofree char *where = g_strdup_printf ("--listen=%s", self->url != NULL ? strstr (self->url, "127.0.0.1") : "127.0.0.1:0");
  const char * const arguments[] = { "serve", where, NULL };
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *line = NULL;

  self->server = spawn (self, G_SUBPROCESS_FLAGS_STDOUT_PIPE, arguments);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->server));
  line = g_data_input_stream_read_line (output, NULL, NULL, NULL);
  g_assert_nonnull (line);
  g_assert_true (g_str_has_prefix (line, LISTENING));
  g_free (self->url);
  self->url = g_strdup (line + strlen (LISTENING));
}

void
at_office_stop (AtOffice *self)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_send_signal (self->server, SIGTERM);
  g_subprocess_wait_check (self->server, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&self->server);
}

AtOffice *
at_office_open (guint n_mails)
{
  static const char * const init[] = { "init", "--workspace=Fernweh Outdoor", "--timezone=UTC", NULL };
  AtOffice *self = g_new0 (AtOffice, 1);

  self->base = g_dir_make_tmp ("casement-at-XXXXXX", NULL);
  self->data = g_build_filename (self->base, "server", NULL);
  self->sink = g_build_filename (self->base, "sent", NULL);
  self->program = g_test_build_filename (G_TEST_BUILT, "..", "src", "server", "casement-server", NULL);
  g_assert_cmpint (g_mkdir (self->sink, 0700), ==, 0);
  run (self, "", init);
  add_person (self, AT_ADA, "Ada Okafor", "admin");
  add_person (self, AT_BEN, "Ben Lund", "agent");
  add_mailbox (self);
  if (n_mails > 0)
    import_questions (self, n_mails);
  at_office_start (self);
  return self;
}

void
at_office_close (AtOffice *self)
{
  if (self->server != NULL)
    at_office_stop (self);
  at_room_remove (self->base);
  g_free (self->base);
  g_free (self->data);
  g_free (self->sink);
  g_free (self->program);
  g_free (self->url);
  g_free (self);
}

static char *
read_sent (AtOffice *self,
           guint    *n)
{
  g_autoptr (GDir) dir = g_dir_open (self->sink, 0, NULL);
  g_autoptr (GString) all = g_string_new (NULL);

  *n = 0;
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    {
      g_autofree char *path = g_build_filename (self->sink, name, NULL);
      g_autofree char *mail = NULL;

      if (!g_str_has_suffix (name, ".eml") || !g_file_get_contents (path, &mail, NULL, NULL))
        continue;
      g_string_append (all, mail);
      ++*n;
    }
  return g_string_free (g_steal_pointer (&all), FALSE);
}

char *
at_office_wait_sent (AtOffice   *self,
                     guint       n,
                     const char *text)
{
  gint64 end = g_get_monotonic_time () + AT_PATIENCE_US;
  guint there;
  char *sent = read_sent (self, &there);

  /* A mail is written where it is seen. */
  while ((there != n || strstr (sent, text) == NULL) && g_get_monotonic_time () < end)
    {
      g_free (sent);
      at_room_pause ();
      sent = read_sent (self, &there);
    }
  g_assert_cmpuint (there, ==, n);
  g_assert_nonnull (strstr (sent, text));
  return sent;
}

char *
at_office_folder (AtOffice   *self,
                  const char *name)
{
  return g_build_filename (self->base, name, NULL);
}

AtPerson *
at_office_join (AtOffice   *self,
                const char *email)
{
  g_autofree char *folder = at_office_folder (self, email);
  AtPerson *person = at_person_sit_down (folder, NULL);

  at_person_go_to (person, "Down", ATSPI_ROLE_LIST_ITEM, "Join a Team");
  at_person_press (person, "Return");
  /* A row with an entry doesn't tell that it has the focus, so this goes by their order. */
  at_person_see (person, ATSPI_ROLE_TEXT, "Server Address");
  at_person_type (person, self->url);
  at_person_press (person, "Tab");
  at_person_type (person, email);
  at_person_go_to (person, "Tab", ATSPI_ROLE_LIST_ITEM, "I Have a Code");
  at_person_press (person, "Tab");
  at_person_type (person, PASSWORD "\n");
  return person;
}

AtPerson *
at_office_return (AtOffice   *self,
                  const char *email)
{
  g_autofree char *folder = at_office_folder (self, email);
  AtPerson *person = at_person_sit_down (folder, NULL);

  /* Nothing keeps the password here, so it asks, and the keyboard is where that goes. */
  at_person_see (person, ATSPI_ROLE_LABEL, "Sign In Again");
  at_person_see_window (person, "Sign In", TRUE);
  at_person_type (person, PASSWORD "\n");
  return person;
}
