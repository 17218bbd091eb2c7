/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-smtp-session.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "csm-failpoint.h"
#include "csm-mail-token.h"
#include "csm-smtp-private.h"

/* Once nobody wants it any more, a mail that the server has whole still gets so long, s. */
#define LAST_SECONDS 4
/* How long it may take to answer a good-bye. */
#define GOOD_BYE_MS 2000
/* A server that takes so few bytes at once is slow enough. */
#define UPLOAD_BUFFER (64 * 1024)
/* The kernel would keep megabytes: the less, the more is known of how much of a mail had arrived when a connection breaks. */
#define SOCKET_BUFFER (128 * 1024)

const CsmSmtpPatience csm_smtp_default_patience = { 5 * 60 * 1000, 10 * 60 * 1000 };

G_DEFINE_QUARK (csm-smtp-error-quark, csm_smtp_error)

/* --- What libcurl calls ------------------------------------------------------------------------------------------------- */

static void
wait_for (CsmSmtpSession *self,
          guint           milliseconds)
{
  self->deadline = g_get_monotonic_time () + (gint64) milliseconds * 1000;
}

static gboolean
begins (const char *data,
        gsize       size,
        const char *word)
{
  return size >= strlen (word) && memcmp (data, word, strlen (word)) == 0;
}

static void
enter (CsmSmtpSession *self,
       CsmSmtpStage    stage)
{
  self->stage = stage;
  self->answered = FALSE;
  csm_smtp_reply_reset (&self->reply);
  wait_for (self, self->patience.command);
}

static void
note_command (CsmSmtpSession *self,
              const char     *data,
              gsize           size)
{
  if (begins (data, size, "QUIT"))
    {
      self->is_leaving = TRUE;
      wait_for (self, MIN (self->patience.command, GOOD_BYE_MS));
    }
  /* "HELO" is libcurl's second try, and what the server said to the first one is the better reason. */
  else if (begins (data, size, "HELO "))
    {
      wait_for (self, self->patience.command);
    }
  else if (begins (data, size, "EHLO "))
    {
      self->offers_sign_in = FALSE;
      enter (self, CSM_SMTP_STAGE_HELLO);
    }
  else if (begins (data, size, "STARTTLS"))
    {
      enter (self, CSM_SMTP_STAGE_ENCRYPT);
    }
  else if (begins (data, size, "MAIL FROM:"))
    {
      enter (self, CSM_SMTP_STAGE_MAIL);
    }
  else if (begins (data, size, "RCPT TO:"))
    {
      enter (self, CSM_SMTP_STAGE_RECIPIENT);
      self->n_named++;
    }
  else if (self->stage == CSM_SMTP_STAGE_RECIPIENT && begins (data, size, "DATA"))
    {
      enter (self, CSM_SMTP_STAGE_DATA);
    }
  else if (self->stage == CSM_SMTP_STAGE_HELLO || self->stage == CSM_SMTP_STAGE_SIGN_IN)
    {
      enter (self, CSM_SMTP_STAGE_SIGN_IN);
    }
}

/* What was said is known by this alone; it holds passwords and is written down nowhere. */
static int
on_debug (CURL          *curl,
          curl_infotype  type,
          char          *data,
          size_t         size,
          void          *user_data)
{
  if (type == CURLINFO_HEADER_OUT)
    note_command (user_data, data, size);
  return 0;
}

static CsmOutgoingResult
result_of (guint code)
{
  return code / 100 == 2 ? CSM_OUTGOING_ACCEPTED : code / 100 == 5 ? CSM_OUTGOING_FAILED : CSM_OUTGOING_RETRY;
}

static void
note_recipient (CsmSmtpSession *self)
{
  CsmOutgoingAnswer *answer;

  if (self->n_named == 0 || self->n_named > self->answers->len)
    return;
  answer = g_ptr_array_index (self->answers, self->n_named - 1);
  csm_outgoing_answer_set (answer, result_of (self->reply.code), NULL, NULL);
  if (answer->result != CSM_OUTGOING_ACCEPTED)
    {
      answer->status = csm_smtp_reply_status (&self->reply);
      answer->why = csm_smtp_reply_words (&self->reply);
    }
}

/* FALSE: it is over. */
static gboolean
note_reply (CsmSmtpSession *self)
{
  self->answered = TRUE;
  if (self->stage == CSM_SMTP_STAGE_ENCRYPT && self->reply.code == 220)
    self->is_encrypted = TRUE;
  else if (self->stage == CSM_SMTP_STAGE_RECIPIENT)
    note_recipient (self);
  else if (self->stage == CSM_SMTP_STAGE_DATA && self->reply.code == 354)
    enter (self, CSM_SMTP_STAGE_BODY);
  /* Who does not ask who we are would perhaps take a mail, and send it nowhere. */
  if (self->stage == CSM_SMTP_STAGE_HELLO && self->reply.code == 250 && self->settings->user != NULL && !self->offers_sign_in &&
      (self->is_encrypted || self->settings->tls == CSM_SMTP_TLS_NONE))
    {
      g_set_error (&self->trouble, CSM_SMTP_ERROR, CSM_SMTP_ERROR_SIGN_IN,
                   _("The mail server %s does not offer to sign in. Try without a user, or another port."), self->settings->host);
      return FALSE;
    }
  return TRUE;
}

static size_t
on_line (char   *data,
         size_t  size,
         size_t  count,
         void   *user_data)
{
  CsmSmtpSession *self = user_data;
  gsize length = size * count;

  if (self->is_leaving)
    return length;
  if (self->answered)
    csm_smtp_reply_reset (&self->reply);
  self->answered = FALSE;
  if (self->stage == CSM_SMTP_STAGE_HELLO && length > 8 && g_ascii_strncasecmp (data + 4, "AUTH", 4) == 0)
    self->offers_sign_in = TRUE;
  if (csm_smtp_reply_take (&self->reply, data, length) && !note_reply (self))
    return 0;
  return length;
}

static size_t
on_nothing (char   *data,
            size_t  size,
            size_t  count,
            void   *user_data)
{
  return size * count;
}

static size_t
on_body (char   *buffer,
         size_t  size,
         size_t  count,
         void   *user_data)
{
  CsmSmtpSession *self = user_data;
  gssize n;

  do
    n = pread (self->fd, buffer, MIN (size * count, (gsize) (self->size - self->given)), self->given);
  while (n < 0 && errno == EINTR);
  if (n < 0 || (n == 0 && self->given < self->size))
    {
      g_set_error (&self->trouble, CSM_SMTP_ERROR, CSM_SMTP_ERROR_CLOSED, _("The mail can't be read: %s."), n < 0 ? g_strerror (errno) : _("a part is missing"));
      return CURL_READFUNC_ABORT;
    }
  if (self->given == 0)
    csm_failpoint ("smtp-data");
  self->given += n;
  wait_for (self, self->given == self->size ? self->patience.final : self->patience.command);
  if (self->given == self->size)
    csm_failpoint ("smtp-whole");
  return (size_t) n;
}

static int
on_progress (void       *user_data,
             curl_off_t  to_receive,
             curl_off_t  received,
             curl_off_t  to_send,
             curl_off_t  sent)
{
  CsmSmtpSession *self = user_data;
  gint64 now = g_get_monotonic_time ();

  if (g_cancellable_is_cancelled (self->cancellable))
    {
      gboolean is_whole = self->stage == CSM_SMTP_STAGE_BODY && self->given == self->size;

      if (self->last_moment == 0)
        self->last_moment = now + LAST_SECONDS * G_USEC_PER_SEC;
      if (!is_whole || now > self->last_moment)
        {
          if (self->trouble == NULL)
            g_set_error_literal (&self->trouble, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The server was stopped."));
          return 1;
        }
    }
  if (now < self->deadline)
    return 0;
  if (self->trouble == NULL)
    g_set_error (&self->trouble, CSM_SMTP_ERROR, CSM_SMTP_ERROR_TIMED_OUT, _("The mail server %s took too long to answer."), self->settings->host);
  return 1;
}

static gboolean
is_loopback (const struct sockaddr *address)
{
  if (address->sa_family == AF_INET)
    return (ntohl (((const struct sockaddr_in *) (const void *) address)->sin_addr.s_addr) >> 24) == 127;
  return address->sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK (&((const struct sockaddr_in6 *) (const void *) address)->sin6_addr);
}

static curl_socket_t
on_socket (void                 *user_data,
           curlsocktype          purpose,
           struct curl_sockaddr *address)
{
  CsmSmtpSession *self = user_data;
  const int size = SOCKET_BUFFER;
  curl_socket_t fd;

  if (self->settings->tls != CSM_SMTP_TLS_NONE || is_loopback (&address->addr))
    {
      fd = socket (address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
      if (fd >= 0)
        setsockopt (fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
      return fd;
    }
  if (self->trouble == NULL)
    g_set_error (&self->trouble, CSM_SMTP_ERROR, CSM_SMTP_ERROR_TLS,
                 _("The mail server %s is not on this computer, so the connection to it has to be encrypted."), self->settings->host);
  return CURL_SOCKET_BAD;
}

/* --- Setting up -------------------------------------------------------------------------------------------------------------- */

static gboolean
set_address (CsmSmtpSession *self)
{
  const CsmSmtpSettings *settings = self->settings;
  CURLU *url = curl_url ();
  g_autofree char *ascii = g_hostname_is_ip_address (settings->host) ? NULL : g_hostname_to_ascii (settings->host);
  g_autofree char *host = strchr (settings->host, ':') != NULL ? g_strdup_printf ("[%s]", settings->host)
                                                               : g_strdup (ascii != NULL ? ascii : settings->host);
  g_autofree char *port = g_strdup_printf ("%u", settings->port);
  const char *name = g_get_host_name ();
  /* RFC 5321, section 4.1.3: who has no name says its address. */
  g_autofree char *hello = g_strdup_printf ("/%s", strchr (name, '.') != NULL && g_str_is_ascii (name) ? name : "[127.0.0.1]");
  gboolean good = curl_url_set (url, CURLUPART_SCHEME, settings->tls == CSM_SMTP_TLS_IMPLICIT ? "smtps" : "smtp", 0) == CURLUE_OK &&
                  curl_url_set (url, CURLUPART_HOST, host, 0) == CURLUE_OK && curl_url_set (url, CURLUPART_PORT, port, 0) == CURLUE_OK &&
                  curl_url_set (url, CURLUPART_PATH, hello, CURLU_URLENCODE) == CURLUE_OK;
  char *whole = NULL;

  if (good && curl_url_get (url, CURLUPART_URL, &whole, 0) == CURLUE_OK)
    {
      curl_easy_setopt (self->curl, CURLOPT_URL, whole);
      curl_free (whole);
    }
  else
    {
      good = FALSE;
    }
  curl_url_cleanup (url);
  return good;
}

static void
set_callbacks (CsmSmtpSession *self)
{
  CURL *curl = self->curl;

  curl_easy_setopt (curl, CURLOPT_VERBOSE, 1L);
  curl_easy_setopt (curl, CURLOPT_DEBUGFUNCTION, on_debug);
  curl_easy_setopt (curl, CURLOPT_DEBUGDATA, self);
  curl_easy_setopt (curl, CURLOPT_HEADERFUNCTION, on_line);
  curl_easy_setopt (curl, CURLOPT_HEADERDATA, self);
  curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, on_nothing);
  curl_easy_setopt (curl, CURLOPT_READFUNCTION, on_body);
  curl_easy_setopt (curl, CURLOPT_READDATA, self);
  curl_easy_setopt (curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt (curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt (curl, CURLOPT_XFERINFODATA, self);
  curl_easy_setopt (curl, CURLOPT_OPENSOCKETFUNCTION, on_socket);
  curl_easy_setopt (curl, CURLOPT_OPENSOCKETDATA, self);
}

static void
set_options (CsmSmtpSession *self)
{
  const CsmSmtpSettings *settings = self->settings;
  CURL *curl = self->curl;

  curl_easy_setopt (curl, CURLOPT_ERRORBUFFER, self->problem);
  curl_easy_setopt (curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt (curl, CURLOPT_REDIR_PROTOCOLS_STR, "smtp,smtps");
  /* A desktop's settings are not the server's. */
  curl_easy_setopt (curl, CURLOPT_PROXY, "");
  curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (curl, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt (curl, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt (curl, CURLOPT_UPLOAD_BUFFERSIZE, (long) UPLOAD_BUFFER);
  curl_easy_setopt (curl, CURLOPT_CONNECTTIMEOUT_MS, (long) self->patience.command);
  /* Ours are the shorter ones, and know what is being waited for. */
  curl_easy_setopt (curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long) (MAX (self->patience.command, self->patience.final) / 1000 + 60));
  curl_easy_setopt (curl, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
  curl_easy_setopt (curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt (curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt (curl, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
  if (settings->tls != CSM_SMTP_TLS_NONE)
    curl_easy_setopt (curl, CURLOPT_USE_SSL, (long) CURLUSESSL_ALL);
  if (settings->ca_file != NULL)
    {
      curl_easy_setopt (curl, CURLOPT_CAINFO, settings->ca_file);
      curl_easy_setopt (curl, CURLOPT_CAPATH, NULL);
    }
}

/* What has ended needs somebody; what can't be asked for now is tried again soon. */
static gboolean
get_token (CsmSmtpSession  *self,
           GError         **error)
{
  const CsmSmtpSettings *settings = self->settings;
  g_autoptr (GError) local = NULL;

  g_free (self->token);
  if (settings->grant != NULL)
    self->token = csm_mail_grant_get_token (settings->grant, self->refused, self->cancellable, &local);
  else
    self->token = csm_mail_token_get (settings->token_file, settings->token_command, self->cancellable, &local);
  if (self->token != NULL)
    return TRUE;
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&local));
  else if (settings->grant != NULL && !g_error_matches (local, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    g_set_error_literal (error, CSM_SMTP_ERROR, CSM_SMTP_ERROR_CONNECT, local->message);
  else
    g_set_error_literal (error, CSM_SMTP_ERROR, CSM_SMTP_ERROR_SIGN_IN, local->message);
  return FALSE;
}

/* An access token lasts an hour, so it is asked for with each connection. */
static gboolean
set_account (CsmSmtpSession  *self,
             GError         **error)
{
  const CsmSmtpSettings *settings = self->settings;

  if (settings->user == NULL)
    return TRUE;
  curl_easy_setopt (self->curl, CURLOPT_USERNAME, settings->user);
  if (csm_mail_server_has_token (settings))
    {
      if (!get_token (self, error))
        return FALSE;
      curl_easy_setopt (self->curl, CURLOPT_XOAUTH2_BEARER, self->token);
      curl_easy_setopt (self->curl, CURLOPT_LOGIN_OPTIONS, "AUTH=XOAUTH2;AUTH=OAUTHBEARER");
      return TRUE;
    }
  if (settings->password == NULL)
    {
      g_set_error_literal (error, CSM_SMTP_ERROR, CSM_SMTP_ERROR_SIGN_IN, _("There is no password for the mail server."));
      return FALSE;
    }
  curl_easy_setopt (self->curl, CURLOPT_PASSWORD, settings->password);
  curl_easy_setopt (self->curl, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
  return TRUE;
}

/**
 * csm_smtp_session_new:
 * @settings: where to, and as whom
 * @patience: how long things may take
 * @cancellable: ends what blocks, also later: a mail that is not whole at once, another one soon
 *
 * Returns: (transfer full): a session that is not connected yet
 */
CsmSmtpSession *
csm_smtp_session_new (CsmSmtpSettings        *settings,
                      const CsmSmtpPatience  *patience,
                      GCancellable           *cancellable)
{
  static gsize ready = 0;
  CsmSmtpSession *self = g_new0 (CsmSmtpSession, 1);

  if (g_once_init_enter (&ready))
    {
      curl_global_init (CURL_GLOBAL_DEFAULT);
      g_once_init_leave (&ready, 1);
    }
  self->settings = csm_smtp_settings_ref (settings);
  self->patience = *patience;
  self->cancellable = g_object_ref (cancellable);
  self->problem = g_malloc0 (CURL_ERROR_SIZE);
  self->fd = -1;
  csm_smtp_reply_init (&self->reply);
  return self;
}

/**
 * csm_smtp_session_close:
 * @self: a session
 *
 * Says good-bye to the server; the next mail connects anew.
 */
void
csm_smtp_session_close (CsmSmtpSession *self)
{
  curl_socket_t fd = CURL_SOCKET_BAD;

  /* Nobody waits for what it answers to that, which libcurl would do for minutes. */
  if (self->curl != NULL && curl_easy_getinfo (self->curl, CURLINFO_ACTIVESOCKET, &fd) == CURLE_OK && fd != CURL_SOCKET_BAD)
    shutdown (fd, SHUT_RD);
  g_clear_pointer (&self->curl, curl_easy_cleanup);
  self->is_open = FALSE;
}

/**
 * csm_smtp_session_free:
 * @self: (nullable): a session
 */
void
csm_smtp_session_free (CsmSmtpSession *self)
{
  if (self == NULL)
    return;
  wait_for (self, 1000);
  csm_smtp_session_close (self);
  csm_smtp_settings_unref (self->settings);
  g_clear_object (&self->cancellable);
  csm_smtp_reply_clear (&self->reply);
  g_clear_error (&self->trouble);
  g_free (self->problem);
  g_free (self->token);
  g_free (self->refused);
  g_free (self);
}

static gboolean
prepare (CsmSmtpSession  *self,
         GError         **error)
{
  g_clear_error (&self->trouble);
  self->problem[0] = '\0';
  self->last_moment = 0;
  self->is_leaving = FALSE;
  enter (self, CSM_SMTP_STAGE_GREETING);
  if (self->is_open)
    return TRUE;
  csm_smtp_session_close (self);
  self->is_encrypted = self->settings->tls == CSM_SMTP_TLS_IMPLICIT;
  self->curl = curl_easy_init ();
  set_options (self);
  set_callbacks (self);
  if (!set_address (self))
    {
      g_set_error (error, CSM_SMTP_ERROR, CSM_SMTP_ERROR_CONNECT, _("“%s” is not the name of a mail server."), self->settings->host);
      return FALSE;
    }
  return set_account (self, error);
}

/* It may have been taken back before its time, and another one be good. TRUE: it is to be tried with another one. */
static gboolean
renew_token (CsmSmtpSession *self,
             const GError   *trouble)
{
  if (self->settings->grant == NULL || !g_error_matches (trouble, CSM_SMTP_ERROR, CSM_SMTP_ERROR_SIGN_IN) || self->stage != CSM_SMTP_STAGE_SIGN_IN ||
      self->token == NULL || g_strcmp0 (self->token, self->refused) == 0 || g_cancellable_is_cancelled (self->cancellable))
    return FALSE;
  g_free (self->refused);
  self->refused = g_steal_pointer (&self->token);
  self->is_open = FALSE;
  return TRUE;
}

/* --- Sending --------------------------------------------------------------------------------------------------------------------- */

/* RFC 5321 addresses are ASCII; of others only the domain can be written otherwise (RFC 5890). */
static char *
ascii_address (const char *address)
{
  const char *at = strrchr (address, '@');
  g_autofree char *domain = NULL;

  if (g_str_is_ascii (address))
    return g_strdup (address);
  domain = at != NULL ? g_hostname_to_ascii (at + 1) : NULL;
  for (const char *c = address; c < at; c++)
    {
      if ((guchar) *c > 127)
        return NULL;
    }
  return domain != NULL ? g_strdup_printf ("%.*s@%s", (int) (at - address), address, domain) : NULL;
}

/* Those that can be written; @answers has one for each, in the same order. */
static struct curl_slist *
list_recipients (const char *const *recipients,
                 GPtrArray         *answers,
                 GPtrArray         *refused)
{
  struct curl_slist *list = NULL;

  for (guint i = 0; recipients[i] != NULL; i++)
    {
      g_autofree char *address = ascii_address (recipients[i]);
      CsmOutgoingAnswer *answer = csm_outgoing_answer_new (recipients[i]);

      if (address == NULL)
        {
          csm_outgoing_answer_set (answer, CSM_OUTGOING_FAILED, "5.6.7",
                                   _("The part before the @ has letters that most mail servers can't take (SMTPUTF8)."));
          g_ptr_array_add (refused, answer);
          continue;
        }
      list = curl_slist_append (list, address);
      g_ptr_array_add (answers, answer);
    }
  return list;
}

static CsmOutgoingResult
transfer (CsmSmtpSession     *self,
          const char         *sender,
          struct curl_slist  *recipients,
          char              **why,
          GError            **trouble)
{
  CURLcode code;

  self->given = 0;
  self->n_named = 0;
  for (guint i = 0; i < self->answers->len; i++)
    csm_outgoing_answer_set (g_ptr_array_index (self->answers, i), CSM_OUTGOING_WAIT, NULL, NULL);
  if (!prepare (self, trouble))
    return CSM_OUTGOING_WAIT;
  curl_easy_setopt (self->curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt (self->curl, CURLOPT_MAIL_FROM, sender);
  curl_easy_setopt (self->curl, CURLOPT_MAIL_RCPT, recipients);
  curl_easy_setopt (self->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t) self->size);
  code = curl_easy_perform (self->curl);
  self->is_open = code == CURLE_OK;
  return csm_smtp_session_judge (self, code, why, trouble);
}

/**
 * csm_smtp_session_send:
 * @self: a session
 * @sender: who gets what can't be delivered; "": nobody
 * @recipients: (array zero-terminated=1): who gets the mail
 * @fd: the mail, with lines ended by CRLF and 7-bit throughout; read by position
 * @answers: (element-type CsmOutgoingAnswer): filled with one for each recipient
 * @why: (out) (transfer full) (nullable): what the server said, or what happened
 * @trouble: a #CsmSmtpError with `CSM_OUTGOING_WAIT`: not this mail is the reason
 *
 * One try, one transaction. The mail is unknown when it was sent whole and the server didn't say whether it has it.
 *
 * Returns: how it ended; of `CSM_OUTGOING_ACCEPTED` the answers tell the rest
 */
CsmOutgoingResult
csm_smtp_session_send (CsmSmtpSession     *self,
                       const char         *sender,
                       const char *const  *recipients,
                       int                 fd,
                       GPtrArray          *answers,
                       char              **why,
                       GError            **trouble)
{
  g_autoptr (GPtrArray) refused = g_ptr_array_new ();
  struct curl_slist *list = list_recipients (recipients, answers, refused);
  g_autofree char *from = ascii_address (sender);
  CsmOutgoingResult result = CSM_OUTGOING_FAILED;
  gboolean was_open = self->is_open;

  *why = NULL;
  self->fd = fd;
  self->size = lseek (fd, 0, SEEK_END);
  self->answers = answers;
  if (from == NULL)
    *why = g_strdup_printf (_("Mail can't be sent from %s: most mail servers can't take the letters before the @."), sender);
  else if (list != NULL)
    result = transfer (self, from, list, why, trouble);
  /* The server ended a connection that nobody used, and was told nothing of this mail. */
  if (was_open && !self->is_open && list != NULL && self->stage <= CSM_SMTP_STAGE_MAIL && !self->answered &&
      !g_cancellable_is_cancelled (self->cancellable))
    {
      g_clear_error (trouble);
      g_clear_pointer (why, g_free);
      result = transfer (self, from, list, why, trouble);
    }
  if (result == CSM_OUTGOING_WAIT && *trouble != NULL && renew_token (self, *trouble))
    {
      g_clear_error (trouble);
      g_clear_pointer (why, g_free);
      result = transfer (self, from, list, why, trouble);
      g_clear_pointer (&self->refused, g_free);
    }
  curl_slist_free_all (list);
  self->answers = NULL;
  self->fd = -1;
  for (guint i = 0; i < refused->len; i++)
    g_ptr_array_add (answers, g_ptr_array_index (refused, i));
  return result;
}

static gboolean
try_once (CsmSmtpSession  *self,
          GError         **error)
{
  CURLcode code;

  if (!prepare (self, error))
    return FALSE;
  curl_easy_setopt (self->curl, CURLOPT_NOBODY, 1L);
  curl_easy_setopt (self->curl, CURLOPT_CUSTOMREQUEST, "NOOP");
  code = curl_easy_perform (self->curl);
  if (code != CURLE_OK)
    csm_smtp_session_explain (self, code, error);
  return code == CURLE_OK;
}

/**
 * csm_smtp_test:
 * @settings: where to, and as whom
 * @patience: how long each answer may take, s
 * @cancellable: ends it
 * @why: (out) (transfer full) (nullable): what is wrong, in one sentence
 *
 * Connects and signs in, and sends nothing. Any thread; blocks.
 *
 * Returns: whether mail could leave that way
 */
gboolean
csm_smtp_test (CsmSmtpSettings  *settings,
               guint             patience,
               GCancellable     *cancellable,
               char            **why)
{
  const CsmSmtpPatience each = { patience * 1000, patience * 1000 };
  g_autoptr (CsmSmtpSession) self = csm_smtp_session_new (settings, &each, cancellable);
  g_autoptr (GError) trouble = NULL;

  *why = NULL;
  if (!try_once (self, &trouble) && renew_token (self, trouble))
    {
      g_clear_error (&trouble);
      try_once (self, &trouble);
    }
  if (trouble == NULL)
    return TRUE;
  *why = g_strdup (trouble->message);
  return FALSE;
}
