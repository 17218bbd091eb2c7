/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-ask.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "csm-audit.h"
#include "csm-channel-setup.h"
#include "csm-error.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-mail-composer.h"
#include "csm-smtp-session.h"
#include "csm-time.h"

#define MOST_CHANNELS 1000
#define LONGEST_TEXT 4000
/* Somebody waits for it. */
#define PATIENCE_MS 20000

/* An invitation is no part of a case, where colleagues would read the code: it goes straight to the mail server. */

typedef struct
{
  CsmAsk          *ask;
  const char      *id;       /* who is invited */
  JsonObject      *person;
  CsmChannelSetup *mailbox;  /* NULL: none can send */
  GPtrArray       *channels; /* ids of those that may */
} Work;

static void
work_clear (Work *work)
{
  g_clear_pointer (&work->person, json_object_unref);
  g_clear_pointer (&work->mailbox, csm_channel_setup_free);
  g_clear_pointer (&work->channels, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

static gboolean
add_channel (const char *id,
             const char *json,
             gpointer    user_data)
{
  g_autoptr (JsonNode) node = csm_json_parse_trusted (json, -1);
  JsonObject *channel = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  if (channel != NULL && csm_json_get_boolean (channel, "enabled") && g_strcmp0 (csm_json_get_string (channel, "kind"), "email") == 0)
    g_ptr_array_add (user_data, g_strdup (id));
  return TRUE;
}

static gpointer
prepare (CsmTxn        *txn,
         gpointer       input,
         GCancellable  *cancellable,
         GError       **error)
{
  Work *work = input;

  g_clear_pointer (&work->person, json_object_unref);
  g_clear_pointer (&work->mailbox, csm_channel_setup_free);
  g_clear_pointer (&work->channels, g_ptr_array_unref);
  work->channels = g_ptr_array_new_with_free_func (g_free);
  work->person = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_PERSON), work->id, error);
  if (*error != NULL || !csm_txn_each (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CHANNEL), MOST_CHANNELS, add_channel, work->channels, error))
    return NULL;
  for (guint i = 0; i < work->channels->len && work->mailbox == NULL; i++)
    {
      work->mailbox = csm_channel_setup_load (txn, g_ptr_array_index (work->channels, i), error);
      if (*error != NULL)
        return NULL;
      if (work->mailbox->smtp == NULL)
        g_clear_pointer (&work->mailbox, csm_channel_setup_free);
    }
  return work;
}

static CsmOutgoingMail *
write_mail (Work       *work,
            const char *subject,
            const char *text)
{
  CsmOutgoingMail *mail = g_new0 (CsmOutgoingMail, 1);
  JsonObject *to = json_object_new ();
  const char *address = csm_json_get_string (work->person, "email");
  g_autofree char *id = csm_id_new ('m');

  mail->sender = g_strdup (work->mailbox->address);
  mail->recipients = g_new0 (char *, 2);
  mail->recipients[0] = g_strdup (address);
  mail->from_name = g_strdup (work->mailbox->name);
  mail->from_address = g_strdup (work->mailbox->address);
  csm_json_set_string (to, "name", csm_json_get_string (work->person, "name"));
  csm_json_set_string (to, "address", address);
  mail->to = json_array_new ();
  json_array_add_object_element (mail->to, to);
  mail->cc = json_array_new ();
  mail->subject = g_strdup (subject);
  mail->rfc_id = g_strdup_printf ("%s.invitation%s", id, strchr (work->mailbox->address, '@'));
  mail->references = g_new0 (char *, 1);
  mail->date = csm_time_now ();
  mail->text = g_strdup (text);
  mail->attachments = json_array_new ();
  return mail;
}

static gboolean
send_mail (Work        *work,
           const char  *subject,
           const char  *text,
           GError     **error)
{
  CsmSmtpPatience patience = { PATIENCE_MS, PATIENCE_MS };
  g_autoptr (CsmSmtpSession) session = csm_smtp_session_new (work->mailbox->smtp, &patience, work->ask->cancellable);
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_outgoing_answer_free);
  CsmOutgoingMail *mail = write_mail (work, subject, text);
  int fd = csm_mail_compose_stored (mail, CSM_COMPOSER_CRLF, work->ask->store, error);
  g_autoptr (GError) trouble = NULL;
  g_autofree char *why = NULL;
  CsmOutgoingResult result = CSM_OUTGOING_FAILED;

  if (fd >= 0)
    result = csm_smtp_session_send (session, mail->sender, (const char *const *) mail->recipients, fd, answers, &why, &trouble);
  if (fd >= 0)
    close (fd);
  if (result == CSM_OUTGOING_ACCEPTED && answers->len > 0 && ((CsmOutgoingAnswer *) g_ptr_array_index (answers, 0))->result != CSM_OUTGOING_ACCEPTED)
    {
      result = CSM_OUTGOING_FAILED;
      g_free (why);
      why = g_strdup (((CsmOutgoingAnswer *) g_ptr_array_index (answers, 0))->why);
    }
  csm_outgoing_mail_free (mail);
  if (result == CSM_OUTGOING_ACCEPTED)
    return TRUE;
  if (*error == NULL)
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_FAILED,
                         trouble != NULL ? trouble->message : why != NULL ? why : _("The mail server did not take it: hand the code on in your own way."));
  return FALSE;
}

static gpointer
note (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  Work *work = input;

  return GINT_TO_POINTER (csm_audit_note (txn, work->ask->who, "invitationMailed", work->id, error));
}

/**
 * csm_ask_person_mail:
 * @ask: {id, subject, text}: to whom, what
 * @error: `CSM_ERROR_FAILED`: there is no mailbox that sends, or the mail server says why not
 *
 * Mails somebody how they come in, through a mailbox that is connected. Nothing of it is kept.
 *
 * Returns: (transfer full) (nullable): {from}: from which address
 */
JsonObject *
csm_ask_person_mail (CsmAsk  *ask,
                     GError **error)
{
  const char *subject = csm_json_get_string (ask->arguments, "subject"), *text = csm_json_get_string (ask->arguments, "text");
  g_auto (Work) work = { .ask = ask, .id = csm_json_get_string (ask->arguments, "id") };
  JsonObject *answer;

  if (work.id == NULL || work.id[0] != 'p' || subject == NULL || text == NULL || strlen (subject) > 200 || strlen (text) > LONGEST_TEXT)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, _("It was not said who."));
      return NULL;
    }
  if (csm_store_run (ask->store, FALSE, prepare, &work, error) == NULL)
    return NULL;
  if (work.person == NULL || !csm_json_get_boolean (work.person, "active"))
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("This person is not there any more."));
  else if (work.mailbox == NULL)
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_FAILED, _("No mailbox is connected that can send: hand the code on in your own way."));
  if (*error != NULL || !send_mail (&work, subject, text, error) || csm_store_run (ask->store, TRUE, note, &work, error) == NULL)
    return NULL;
  answer = json_object_new ();
  csm_json_set_string (answer, "from", work.mailbox->address);
  return answer;
}
