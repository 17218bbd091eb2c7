/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-smtp-private.h"

#include <errno.h>
#include <string.h>

#include <glib/gi18n-lib.h>

/* GnuTLS's gnutls_certificate_status_t, which libcurl gives on as a number. */
#define SIGNER_NOT_FOUND (1 << 6)
#define NOT_ACTIVATED (1 << 9)
#define EXPIRED (1 << 10)

/* --- What is wrong with the server ------------------------------------------------------------------------------------------- */

static const char *
why_untrusted (CsmSmtpSession *self)
{
  long flags = 0;

  curl_easy_getinfo (self->curl, CURLINFO_SSL_VERIFYRESULT, &flags);
  if (flags & EXPIRED || strstr (self->problem, "expir") != NULL)
    return _("it has expired");
  if (flags & NOT_ACTIVATED || strstr (self->problem, "activation") != NULL)
    return _("it is not valid yet");
  if (strstr (self->problem, "does not match") != NULL)
    return _("it was made for another server");
  if (flags & SIGNER_NOT_FOUND || strstr (self->problem, "verification failed") != NULL)
    return _("nobody trusted has signed it");
  return _("it is not valid");
}

static void
explain_connection (CsmSmtpSession  *self,
                    GError         **error)
{
  const CsmSmtpSettings *settings = self->settings;
  long number = 0;

  curl_easy_getinfo (self->curl, CURLINFO_OS_ERRNO, &number);
  g_set_error (error, CSM_SMTP_ERROR, CSM_SMTP_ERROR_CONNECT, _("The mail server %s, port %u, can't be reached: %s."), settings->host, settings->port,
               number != 0 ? g_strerror ((int) number) : _("nobody answers"));
}

static void
explain_encryption (CsmSmtpSession  *self,
                    CURLcode         code,
                    GError         **error)
{
  const CsmSmtpSettings *settings = self->settings;

  if (code == CURLE_PEER_FAILED_VERIFICATION)
    g_set_error (error, CSM_SMTP_ERROR, CSM_SMTP_ERROR_TLS, _("The certificate of the mail server %s can't be trusted: %s."), settings->host, why_untrusted (self));
  else if (code == CURLE_SSL_CACERT_BADFILE)
    g_set_error (error, CSM_SMTP_ERROR, CSM_SMTP_ERROR_TLS, _("The certificates in %s can't be read."), settings->ca_file);
  else if (code == CURLE_USE_SSL_FAILED)
    g_set_error (error, CSM_SMTP_ERROR, CSM_SMTP_ERROR_TLS, _("The mail server %s does not offer to encrypt the connection on port %u (STARTTLS)."),
                 settings->host, settings->port);
  else if (settings->tls == CSM_SMTP_TLS_IMPLICIT)
    g_set_error (error, CSM_SMTP_ERROR, CSM_SMTP_ERROR_TLS,
                 _("The mail server %s can't encrypt the connection to port %u from the beginning; port 587 with STARTTLS is another way."),
                 settings->host, settings->port);
  else
    g_set_error (error, CSM_SMTP_ERROR, CSM_SMTP_ERROR_TLS, _("The connection to the mail server %s can't be encrypted."), settings->host);
}

/* RFC 4954, section 6, and RFC 3207: whoever does not sign in, or encrypt, may not send. */
static gboolean
wants_sign_in (guint code)
{
  return code == 530 || code == 534 || code == 535 || code == 538 || code == 523 || code == 524;
}

static void
explain_reply (CsmSmtpSession  *self,
               GError         **error)
{
  g_autofree char *words = csm_smtp_reply_words (&self->reply);
  const char *host = self->settings->host;
  guint code = self->reply.code;

  if (code == 530 && strstr (words, "STARTTLS") != NULL)
    g_set_error (error, CSM_SMTP_ERROR, CSM_SMTP_ERROR_TLS, _("The mail server %s wants an encrypted connection: %s"), host, words);
  else if (self->stage == CSM_SMTP_STAGE_SIGN_IN && code / 100 == 4)
    g_set_error (error, CSM_SMTP_ERROR, CSM_SMTP_ERROR_REFUSED, _("The mail server %s can't let us in at the moment: %s"), host, words);
  else if (csm_mail_server_has_token (self->settings) && (self->stage == CSM_SMTP_STAGE_SIGN_IN || wants_sign_in (code)))
    g_set_error (error, CSM_SMTP_ERROR, CSM_SMTP_ERROR_SIGN_IN, _("The mail server %s does not take the access token: somebody may have to sign in to the mailbox again. (%u)"),
                 host, code);
  else if (self->stage == CSM_SMTP_STAGE_SIGN_IN || wants_sign_in (code))
    g_set_error (error, CSM_SMTP_ERROR, CSM_SMTP_ERROR_SIGN_IN, _("The mail server %s does not let us in; user and password should be looked at. It says: %s"),
                 host, words);
  else
    g_set_error (error, CSM_SMTP_ERROR, CSM_SMTP_ERROR_REFUSED, _("The mail server %s takes no mail at the moment: %s"), host, words);
}

/**
 * csm_smtp_session_explain:
 * @self: a session
 * @code: how libcurl ended
 * @error: gets a #CsmSmtpError, or `G_IO_ERROR_CANCELLED`
 *
 * Puts in a sentence what is wrong with the server, and what can be done.
 */
void
csm_smtp_session_explain (CsmSmtpSession  *self,
                          CURLcode         code,
                          GError         **error)
{
  const char *host = self->settings->host;

  if (self->trouble != NULL)
    g_propagate_error (error, g_steal_pointer (&self->trouble));
  else if (code == CURLE_COULDNT_RESOLVE_HOST)
    g_set_error (error, CSM_SMTP_ERROR, CSM_SMTP_ERROR_CONNECT, _("There is no mail server called %s, or its name can't be looked up at the moment."), host);
  else if (code == CURLE_COULDNT_CONNECT)
    explain_connection (self, error);
  else if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_CONNECT_ERROR)
    explain_encryption (self, code, error);
  else if (code == CURLE_USE_SSL_FAILED && (!self->answered || self->reply.code / 100 == 2 || self->stage == CSM_SMTP_STAGE_ENCRYPT))
    explain_encryption (self, code, error);
  else if (code == CURLE_OPERATION_TIMEDOUT)
    g_set_error (error, CSM_SMTP_ERROR, CSM_SMTP_ERROR_TIMED_OUT, _("The mail server %s took too long to answer."), host);
  else if (self->answered && self->reply.code >= 300)
    explain_reply (self, error);
  else if (code == CURLE_LOGIN_DENIED)
    g_set_error (error, CSM_SMTP_ERROR, CSM_SMTP_ERROR_SIGN_IN, _("The mail server %s offers no way to sign in that can be used."), host);
  else if (code == CURLE_WEIRD_SERVER_REPLY)
    g_set_error (error, CSM_SMTP_ERROR, CSM_SMTP_ERROR_CONNECT, _("What answers at %s, port %u, is not a mail server."), host, self->settings->port);
  else
    g_set_error (error, CSM_SMTP_ERROR, CSM_SMTP_ERROR_CLOSED, _("The connection to the mail server %s broke."), host);
}

/* --- What became of the mail ---------------------------------------------------------------------------------------------------- */

/* For all whom the server has not refused. */
static void
answer_all (CsmSmtpSession    *self,
            CsmOutgoingResult  result,
            const char        *status,
            const char        *why)
{
  for (guint i = 0; i < self->answers->len; i++)
    {
      CsmOutgoingAnswer *answer = g_ptr_array_index (self->answers, i);

      if (answer->result == CSM_OUTGOING_WAIT || answer->result == CSM_OUTGOING_ACCEPTED)
        csm_outgoing_answer_set (answer, result, status, why);
    }
}

static CsmOutgoingResult
judge_reply (CsmSmtpSession  *self,
             char           **why,
             GError         **trouble)
{
  g_autofree char *status = csm_smtp_reply_status (&self->reply);
  CsmOutgoingResult result = self->reply.code / 100 == 5 ? CSM_OUTGOING_FAILED : CSM_OUTGOING_RETRY;

  if (self->reply.code == 421 || (self->stage == CSM_SMTP_STAGE_MAIL && wants_sign_in (self->reply.code)))
    {
      answer_all (self, CSM_OUTGOING_WAIT, NULL, NULL);
      explain_reply (self, trouble);
      return CSM_OUTGOING_WAIT;
    }
  *why = csm_smtp_reply_words (&self->reply);
  if (self->stage != CSM_SMTP_STAGE_RECIPIENT)
    answer_all (self, result, status, *why);
  return result;
}

/* What the server said of each recipient stands in the answers. */
static CsmOutgoingResult
judge_final (CsmSmtpSession  *self,
             char           **why)
{
  g_autofree char *status = csm_smtp_reply_status (&self->reply);
  guint code = self->reply.code;

  if (code / 100 == 2)
    return CSM_OUTGOING_ACCEPTED;
  *why = csm_smtp_reply_words (&self->reply);
  answer_all (self, code / 100 == 5 ? CSM_OUTGOING_FAILED : CSM_OUTGOING_RETRY, status, *why);
  return code / 100 == 5 ? CSM_OUTGOING_FAILED : CSM_OUTGOING_RETRY;
}

/**
 * csm_smtp_session_judge:
 * @self: a session
 * @code: how libcurl ended
 * @why: (out) (transfer full) (nullable): a line for people
 * @trouble: with `CSM_OUTGOING_WAIT`
 *
 * Returns: what became of the mail
 */
CsmOutgoingResult
csm_smtp_session_judge (CsmSmtpSession  *self,
                        CURLcode         code,
                        char           **why,
                        GError         **trouble)
{
  g_autoptr (GError) problem = NULL;
  gboolean is_final = self->stage == CSM_SMTP_STAGE_BODY;

  if (is_final && self->answered && self->given == self->size)
    return judge_final (self, why);
  /* What could not be written did not arrive, and the end of the mail is written last. */
  if (is_final && self->given == self->size && code != CURLE_SEND_ERROR)
    {
      answer_all (self, CSM_OUTGOING_UNKNOWN, NULL, NULL);
      *why = g_strdup_printf (_("The mail server %s got the whole mail and did not say whether it takes it."), self->settings->host);
      return CSM_OUTGOING_UNKNOWN;
    }
  if (self->stage >= CSM_SMTP_STAGE_MAIL && self->answered && self->reply.code >= 400)
    return judge_reply (self, why, trouble);
  csm_smtp_session_explain (self, code, &problem);
  answer_all (self, CSM_OUTGOING_WAIT, NULL, NULL);
  if (self->stage < CSM_SMTP_STAGE_MAIL || g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (trouble, g_steal_pointer (&problem));
      return CSM_OUTGOING_WAIT;
    }
  *why = g_strdup (problem->message);
  answer_all (self, CSM_OUTGOING_RETRY, NULL, *why);
  return CSM_OUTGOING_RETRY;
}
