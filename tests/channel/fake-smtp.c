/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fake-smtp.h"

#include <string.h>
#include <sys/socket.h>

/* So much of a mail is read before "body" goes wrong. */
#define BODY_BYTES 20000
/* So much is kept of one that is forgotten. */
#define HEADER_BYTES 65536

struct _FakeSmtp
{
  GSocketListener   *listener;
  GThread           *thread;
  GCancellable      *cancellable;
  guint16            port;

  GMutex             lock;
  char              *step;         /* where it goes wrong; NULL: nowhere */
  char              *reply;
  char              *only;
  guint              times;
  gboolean           for_ever;
  guint              failures;
  char              *features;
  guint              pause;
  guint              connections;
  guint              count;
  gboolean           forgets;
  GPtrArray         *mails;        /* FakeMail */
  GSocketConnection *current;
  void             (*func) (FakeMail *mail, gpointer user_data);
  gpointer           user_data;
};

typedef struct
{
  FakeSmtp         *server;
  GDataInputStream *in;
  GOutputStream    *out;
  FakeMail         *mail;
} Talk;

static void
mail_free (FakeMail *mail)
{
  if (mail == NULL)
    return;
  g_free (mail->sender);
  g_ptr_array_unref (mail->recipients);
  g_string_free (mail->data, TRUE);
  g_free (mail);
}

/* --- What it says ------------------------------------------------------------------------------------------------------------ */

static gboolean
goes_wrong (FakeSmtp    *self,
            const char  *step,
            const char  *line,
            char       **reply)
{
  gboolean wrong;

  g_mutex_lock (&self->lock);
  wrong = g_strcmp0 (self->step, step) == 0 && (self->for_ever || self->times > 0) && (self->only == NULL || strstr (line, self->only) != NULL);
  if (wrong)
    {
      self->times -= self->times > 0;
      self->failures++;
      *reply = g_strdup (self->reply);
    }
  g_mutex_unlock (&self->lock);
  return wrong;
}

static gboolean
say (Talk       *talk,
     const char *text)
{
  g_autofree char *line = g_strconcat (text, "\r\n", NULL);
  guint pause;

  g_mutex_lock (&talk->server->lock);
  pause = talk->server->pause;
  g_mutex_unlock (&talk->server->lock);
  if (pause > 0)
    g_usleep (pause * 1000);
  return g_output_stream_write_all (talk->out, line, strlen (line), NULL, talk->server->cancellable, NULL);
}

static char *
hear (Talk *talk)
{
  return g_data_input_stream_read_line (talk->in, NULL, talk->server->cancellable, NULL);
}

/* FALSE: the connection is over. *@took: whether the step went as it should. */
static gboolean
answer (Talk       *talk,
        const char *step,
        const char *line,
        const char *good,
        gboolean   *took)
{
  g_autofree char *reply = NULL;

  *took = !goes_wrong (talk->server, step, line, &reply);
  if (*took)
    return say (talk, good);
  if (reply == NULL)
    return FALSE;
  if (*reply != '\0')
    return say (talk, reply) && !g_str_has_prefix (reply, "421");
  /* Until the other side has had enough. */
  for (;;)
    {
      g_autofree char *more = hear (talk);

      if (more == NULL)
        return FALSE;
    }
}

static gboolean
say_features (Talk *talk)
{
  g_autofree char *features = NULL;
  g_autoptr (GString) text = g_string_new ("250-fake.example.test");
  g_auto (GStrv) words = NULL;
  gboolean took;

  g_mutex_lock (&talk->server->lock);
  features = g_strdup (talk->server->features);
  g_mutex_unlock (&talk->server->lock);
  words = g_strsplit (features, " ", -1);
  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++)
    g_string_append_printf (text, "\r\n250-%s", strcmp (words[i], "AUTH") == 0 ? "AUTH PLAIN LOGIN XOAUTH2" : words[i]);
  g_string_append (text, "\r\n250 SIZE 100000000");
  return answer (talk, "EHLO", "", text->str, &took);
}

static gboolean
sign_in (Talk       *talk,
         const char *line)
{
  const char *given = strrchr (line, ' ') + 1;
  g_autofree char *more = NULL;
  g_autofree char *text = NULL;
  gsize length;
  gboolean took;

  if (g_str_has_suffix (line, "PLAIN") || g_str_has_suffix (line, "XOAUTH2"))
    {
      if (!say (talk, "334 "))
        return FALSE;
      given = more = hear (talk);
      if (more == NULL)
        return FALSE;
    }
  text = (char *) g_base64_decode (given, &length);
  /* There are zeros between the name and the password. */
  if (memmem (text, length, "secret", strlen ("secret")) == NULL)
    return say (talk, "535 5.7.8 Who are you?");
  return answer (talk, "AUTH", "", "235 2.7.0 Welcome", &took);
}

/* --- What it hears --------------------------------------------------------------------------------------------------------------- */

static gboolean
take_body (Talk *talk)
{
  FakeSmtp *self = talk->server;
  gboolean took;

  for (;;)
    {
      g_autofree char *reply = NULL;
      g_autofree char *line = hear (talk);
      const char *text = line;

      if (line == NULL)
        return FALSE;
      line[strcspn (line, "\r")] = '\0';
      if (strcmp (line, ".") == 0)
        break;
      /* Whoever forgets it still needs to know which mail it was. */
      if (!self->forgets || talk->mail->data->len < HEADER_BYTES)
        {
          g_string_append (talk->mail->data, *text == '.' ? text + 1 : text);
          g_string_append (talk->mail->data, "\r\n");
        }
      if (talk->mail->data->len > BODY_BYTES && goes_wrong (self, "body", "", &reply))
        return FALSE;
    }
  {
    g_autofree char *reply = NULL;
    FakeMail *mail = g_steal_pointer (&talk->mail);

    /* What it says when it does not take it may still mean that it has it. */
    if (goes_wrong (self, "end", "", &reply))
      {
        gboolean has_it = reply == NULL || *reply == '\0' || !g_ascii_isdigit (*reply);

        if (has_it)
          {
            g_mutex_lock (&self->lock);
            self->count++;
            g_ptr_array_add (self->mails, mail);
            g_mutex_unlock (&self->lock);
          }
        else
          {
            mail_free (mail);
          }
        if (reply == NULL)
          return FALSE;
        if (*reply != '\0' && !say (talk, reply))
          return FALSE;
        while (has_it)
          {
            g_autofree char *more = hear (talk);

            if (more == NULL)
              return FALSE;
          }
        return TRUE;
      }
    g_mutex_lock (&self->lock);
    if (self->func != NULL)
      self->func (mail, self->user_data);
    self->count++;
    if (self->forgets)
      mail_free (mail);
    else
      g_ptr_array_add (self->mails, mail);
    g_mutex_unlock (&self->lock);
  }
  return answer (talk, "", "", "250 2.0.0 Thank you", &took);
}

static char *
between (const char *line)
{
  const char *start = strchr (line, '<');
  const char *end = start != NULL ? strchr (start, '>') : NULL;

  return end != NULL ? g_strndup (start + 1, end - start - 1) : g_strdup ("?");
}

static gboolean
take_command (Talk       *talk,
              const char *line)
{
  gboolean took;

  if (g_str_has_prefix (line, "EHLO") || g_str_has_prefix (line, "HELO"))
    return say_features (talk);
  if (g_str_has_prefix (line, "AUTH "))
    return sign_in (talk, line);
  if (g_str_has_prefix (line, "MAIL FROM:"))
    {
      mail_free (talk->mail);
      talk->mail = g_new0 (FakeMail, 1);
      talk->mail->sender = between (line);
      talk->mail->recipients = g_ptr_array_new_with_free_func (g_free);
      talk->mail->data = g_string_new (NULL);
      return answer (talk, "MAIL", line, "250 2.1.0 Ok", &took);
    }
  if (g_str_has_prefix (line, "RCPT TO:") && talk->mail != NULL)
    {
      gboolean going = answer (talk, "RCPT", line, "250 2.1.5 Ok", &took);

      if (took)
        g_ptr_array_add (talk->mail->recipients, between (line));
      return going;
    }
  if (strcmp (line, "DATA") == 0 && talk->mail != NULL)
    return answer (talk, "DATA", line, "354 Go on", &took) && (!took || take_body (talk));
  if (strcmp (line, "NOOP") == 0)
    return say (talk, "250 2.0.0 Ok");
  if (strcmp (line, "QUIT") == 0)
    {
      answer (talk, "QUIT", line, "221 2.0.0 Bye", &took);
      return FALSE;
    }
  return say (talk, "500 5.5.1 What?");
}

static void
converse (FakeSmtp          *self,
          GSocketConnection *connection)
{
  Talk talk = { .server = self, .in = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection))),
                .out = g_io_stream_get_output_stream (G_IO_STREAM (connection)) };
  gboolean took, going;

  g_data_input_stream_set_newline_type (talk.in, G_DATA_STREAM_NEWLINE_TYPE_LF);
  g_buffered_input_stream_set_buffer_size (G_BUFFERED_INPUT_STREAM (talk.in), 65536);
  going = answer (&talk, "greeting", "", "220 fake.example.test ESMTP", &took);
  while (going)
    {
      g_autofree char *line = hear (&talk);

      if (line == NULL)
        break;
      line[strcspn (line, "\r")] = '\0';
      going = take_command (&talk, line);
    }
  mail_free (talk.mail);
  g_object_unref (talk.in);
}

static gpointer
serve (gpointer data)
{
  FakeSmtp *self = data;

  for (;;)
    {
      g_autoptr (GSocketConnection) connection = g_socket_listener_accept (self->listener, NULL, self->cancellable, NULL);

      if (connection == NULL)
        return NULL;
      /* Whoever sends must not be done before we have looked at it. */
      g_socket_set_option (g_socket_connection_get_socket (connection), SOL_SOCKET, SO_RCVBUF, 16384, NULL);
      g_mutex_lock (&self->lock);
      self->connections++;
      self->current = connection;
      g_mutex_unlock (&self->lock);
      converse (self, connection);
      g_mutex_lock (&self->lock);
      self->current = NULL;
      g_mutex_unlock (&self->lock);
      g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
    }
}

/* --- What it is told ------------------------------------------------------------------------------------------------------------ */

FakeSmtp *
fake_smtp_new (void)
{
  FakeSmtp *self = g_new0 (FakeSmtp, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  GError *error = NULL;

  g_mutex_init (&self->lock);
  self->features = g_strdup ("AUTH 8BITMIME ENHANCEDSTATUSCODES");
  self->mails = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_free);
  self->cancellable = g_cancellable_new ();
  self->listener = g_socket_listener_new ();
  g_socket_listener_add_address (self->listener, any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  self->thread = g_thread_new ("fake-smtp", serve, self);
  return self;
}

void
fake_smtp_free (FakeSmtp *self)
{
  g_cancellable_cancel (self->cancellable);
  g_thread_join (self->thread);
  g_socket_listener_close (self->listener);
  g_object_unref (self->listener);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->mails);
  g_free (self->step);
  g_free (self->reply);
  g_free (self->only);
  g_free (self->features);
  g_mutex_clear (&self->lock);
  g_free (self);
}

guint16
fake_smtp_port (FakeSmtp *self)
{
  return self->port;
}

void
fake_smtp_fail (FakeSmtp   *self,
                const char *step,
                const char *reply,
                guint       times,
                const char *only)
{
  g_mutex_lock (&self->lock);
  g_free (self->step);
  self->step = g_strdup (step);
  g_free (self->reply);
  self->reply = g_strdup (reply);
  g_free (self->only);
  self->only = g_strdup (only);
  self->times = times;
  self->for_ever = step != NULL && times == 0;
  g_mutex_unlock (&self->lock);
}

void
fake_smtp_be_good (FakeSmtp *self)
{
  fake_smtp_fail (self, NULL, NULL, 0, NULL);
}

void
fake_smtp_offer (FakeSmtp   *self,
                 const char *features)
{
  g_mutex_lock (&self->lock);
  g_free (self->features);
  self->features = g_strdup (features);
  g_mutex_unlock (&self->lock);
}

void
fake_smtp_slow (FakeSmtp *self,
                guint     milliseconds)
{
  g_mutex_lock (&self->lock);
  self->pause = milliseconds;
  g_mutex_unlock (&self->lock);
}

void
fake_smtp_hang_up (FakeSmtp *self)
{
  g_mutex_lock (&self->lock);
  if (self->current != NULL)
    g_socket_shutdown (g_socket_connection_get_socket (self->current), TRUE, TRUE, NULL);
  g_mutex_unlock (&self->lock);
}

void
fake_smtp_forget (FakeSmtp *self)
{
  self->forgets = TRUE;
}

guint
fake_smtp_count (FakeSmtp *self)
{
  guint count;

  g_mutex_lock (&self->lock);
  count = self->count;
  g_mutex_unlock (&self->lock);
  return count;
}

guint
fake_smtp_failures (FakeSmtp *self)
{
  guint count;

  g_mutex_lock (&self->lock);
  count = self->failures;
  g_mutex_unlock (&self->lock);
  return count;
}

guint
fake_smtp_connections (FakeSmtp *self)
{
  guint count;

  g_mutex_lock (&self->lock);
  count = self->connections;
  g_mutex_unlock (&self->lock);
  return count;
}

FakeMail *
fake_smtp_mail (FakeSmtp *self,
                guint     number)
{
  FakeMail *mail;

  g_mutex_lock (&self->lock);
  g_assert_cmpuint (number, <, self->mails->len);
  mail = g_ptr_array_index (self->mails, number);
  g_mutex_unlock (&self->lock);
  return mail;
}

void
fake_smtp_on_mail (FakeSmtp   *self,
                   void      (*func) (FakeMail *mail, gpointer user_data),
                   gpointer    user_data)
{
  g_mutex_lock (&self->lock);
  self->func = func;
  self->user_data = user_data;
  g_mutex_unlock (&self->lock);
}
