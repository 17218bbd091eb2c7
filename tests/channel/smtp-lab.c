/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "smtp-lab.h"

#include <string.h>

#include "csm-channel-setup.h"
#include "csm-desk-records.h"
#include "csm-desk.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"

#define PATIENCE_SECONDS 60

void
smtp_lab_set_up (SmtpLab   *self,
                 Workspace *workspace,
                 guint16    port)
{
  g_autofree char *customer = csm_id_new ('u');
  g_autofree char *message = csm_id_new ('m');

  if (workspace == NULL)
    {
      workspace = &self->own;
      workspace_set_up (workspace, NULL);
    }
  self->workspace = workspace;
  self->submissions = g_ptr_array_new_with_free_func (g_free);
  self->case_ = csm_id_new ('c');
  self->conversation = csm_id_new ('v');
  workspace_add (workspace, CSM_TYPE_ID_CUSTOMER, customer, channel_test_json ("{'name':'Jonas'}"));
  workspace_add (workspace, CSM_TYPE_ID_CASE, self->case_, channel_test_json ("{'subject':'Zip','status':'open','customerId':'%s'}", customer));
  workspace_add (workspace, CSM_TYPE_ID_CONVERSATION, self->conversation,
                 channel_test_json ("{'caseId':'%s','customerId':'%s','channelId':'%s'}", self->case_, customer, workspace->channel));
  workspace_add (workspace, CSM_TYPE_ID_MESSAGE, message,
                 channel_test_json ("{'caseId':'%s','conversationId':'%s','channelId':'%s','direction':'in','subject':'AW: Zip','at':'2026-01-01T00:00:00Z',"
                                    "'messageId':'p@example.net','references':['r@example.net']}", self->case_, self->conversation, workspace->channel));
  self->settings = csm_smtp_settings_new ();
  self->settings->host = g_strdup ("127.0.0.1");
  self->settings->port = port;
  self->settings->tls = CSM_SMTP_TLS_NONE;
  self->settings->user = g_strdup ("support");
  self->settings->password = g_strdup ("secret");
  self->pace = (CsmSmtpPace) { { 20000, 20000 }, 20, 300, 1000 };
}

void
smtp_lab_tear_down (SmtpLab *self)
{
  smtp_lab_stop (self);
  g_ptr_array_unref (self->submissions);
  g_free (self->case_);
  g_free (self->conversation);
  csm_smtp_settings_unref (self->settings);
  workspace_assert_clean (self->workspace);
  if (self->workspace == &self->own)
    workspace_tear_down (self->workspace, NULL);
}

static gpointer
save (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  SmtpLab *self = input;
  g_autoptr (JsonObject) channel = csm_desk_load (txn, CSM_TYPE_ID_CHANNEL, self->workspace->channel, error);
  g_autofree char *name = g_strdup_printf ("Support %u", g_random_int ());

  if (channel == NULL || !csm_smtp_settings_save (self->settings, txn, self->workspace->channel, error))
    return NULL;
  csm_json_set_string (channel, "name", name);
  csm_desk_save (txn, CSM_TYPE_ID_CHANNEL, channel, error);
  return NULL;
}

void
smtp_lab_save (SmtpLab *self)
{
  GError *error = NULL;

  csm_store_run (self->workspace->store, TRUE, save, self, &error);
  g_assert_no_error (error);
}

void
smtp_lab_start (SmtpLab *self)
{
  smtp_lab_save (self);
  self->sender = csm_sender_new (self->workspace->store);
  csm_sender_set_pace (self->sender, &self->pace);
  csm_sender_start (self->sender);
}

void
smtp_lab_stop (SmtpLab *self)
{
  if (self->sender == NULL)
    return;
  csm_sender_stop (self->sender);
  g_assert_finalize_object (g_steal_pointer (&self->sender));
}

typedef struct
{
  SmtpLab    *lab;
  const char *id;
  const char *to;
  const char *extra;
} Send;

static gpointer
create (CsmTxn        *txn,
        gpointer       input,
        GCancellable  *cancellable,
        GError       **error)
{
  Send *send = input;
  CsmPrincipal who = { send->lab->workspace->person, (char *) "device", (char *) "agent", 0 };
  g_autoptr (JsonObject) record = channel_test_json ("{'caseId':'%s','conversationId':'%s','to':%s,'undoFor':0,'confirmed':true%s%s}",
                                                     send->lab->case_, send->lab->conversation, send->to,
                                                     strstr (send->extra, "textBody") == NULL ? ",'textBody':'We repair it.'" : "", send->extra);
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_SUBMISSION);

  csm_record_fill_defaults (type, record);
  csm_desk_create (txn, &who, CSM_ACCOUNT_WORKSPACE, type, send->id, record, error);
  return NULL;
}

void
smtp_lab_send (SmtpLab    *self,
               const char *to,
               const char *extra)
{
  g_auto (GStrv) addresses = g_strsplit (to, " ", -1);
  g_autoptr (GString) list = g_string_new ("[");
  char *id = csm_id_new ('s');
  Send send = { self, id, NULL, extra };
  GError *error = NULL;

  for (guint i = 0; addresses[i] != NULL; i++)
    g_string_append_printf (list, "%s{'address':'%s'}", i > 0 ? "," : "", addresses[i]);
  g_string_append_c (list, ']');
  send.to = list->str;
  g_ptr_array_add (self->submissions, id);
  csm_store_run (self->workspace->store, TRUE, create, &send, &error);
  g_assert_no_error (error);
}

JsonObject *
smtp_lab_message (SmtpLab *self,
                  guint    number)
{
  g_autoptr (JsonObject) submission = workspace_get (self->workspace, CSM_TYPE_ID_SUBMISSION, g_ptr_array_index (self->submissions, number));
  const char *id = csm_json_get_string (submission, "messageId");

  return id != NULL ? workspace_get (self->workspace, CSM_TYPE_ID_MESSAGE, id) : NULL;
}

static gpointer
wish (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  csm_channel_setup_retry (txn, input, error);
  return NULL;
}

void
smtp_lab_try_now (SmtpLab *self)
{
  GError *error = NULL;

  csm_store_run (self->workspace->store, TRUE, wish, self->workspace->channel, &error);
  g_assert_no_error (error);
}

/* --- Waiting ------------------------------------------------------------------------------------------------------------------------ */

static gboolean
give_up (gpointer user_data)
{
  g_error ("waited too long for “%s”", (const char *) user_data);
  return G_SOURCE_REMOVE;
}

static gboolean
tick (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static gboolean
says (JsonObject *object,
      const char *state,
      const char *why)
{
  const char *said = csm_json_get_string (object, "why");

  return g_strcmp0 (csm_json_get_string (object, "state"), state) == 0 && (why == NULL || (said != NULL && strstr (said, why) != NULL));
}

JsonObject *
smtp_lab_wait (SmtpLab    *self,
               guint       number,
               const char *state,
               const char *why)
{
  guint limit = g_timeout_add_seconds (PATIENCE_SECONDS, give_up, (gpointer) state);
  guint ticker = g_timeout_add (5, tick, NULL);
  JsonObject *message = smtp_lab_message (self, number);

  while (message == NULL || !says (csm_json_get_object (message, "delivery"), state, why))
    {
      g_main_context_iteration (NULL, TRUE);
      g_clear_pointer (&message, json_object_unref);
      message = smtp_lab_message (self, number);
    }
  g_source_remove (limit);
  g_source_remove (ticker);
  return message;
}

JsonObject *
smtp_lab_wait_health (SmtpLab    *self,
                      const char *state,
                      const char *why)
{
  guint limit = g_timeout_add_seconds (PATIENCE_SECONDS, give_up, (gpointer) (why != NULL ? why : state));
  guint ticker = g_timeout_add (5, tick, NULL);
  JsonObject *channel = workspace_get (self->workspace, CSM_TYPE_ID_CHANNEL, self->workspace->channel);

  while (!says (csm_json_get_object (csm_json_get_object (channel, "health"), "out"), state, why))
    {
      g_main_context_iteration (NULL, TRUE);
      json_object_unref (channel);
      channel = workspace_get (self->workspace, CSM_TYPE_ID_CHANNEL, self->workspace->channel);
    }
  g_source_remove (limit);
  g_source_remove (ticker);
  return channel;
}

void
smtp_lab_wait_idle (SmtpLab *self)
{
  guint limit = g_timeout_add_seconds (PATIENCE_SECONDS, give_up, (gpointer) "nothing to do");
  guint ticker = g_timeout_add (5, tick, NULL);

  while (!csm_sender_is_idle (self->sender))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (limit);
  g_source_remove (ticker);
}

/* --- What people say, and see ------------------------------------------------------------------------------------------------------ */

typedef struct
{
  SmtpLab    *lab;
  const char *id;
  const char *decision;
} Decision;

static gpointer
decide (CsmTxn        *txn,
        gpointer       input,
        GCancellable  *cancellable,
        GError       **error)
{
  Decision *decision = input;
  CsmPrincipal who = { decision->lab->workspace->person, (char *) "device", (char *) "agent", 0 };
  g_autoptr (JsonObject) before = csm_desk_load (txn, CSM_TYPE_ID_SUBMISSION, decision->id, error);
  g_autoptr (JsonObject) after = csm_json_copy_object (before);

  csm_json_set_string (after, "decision", decision->decision);
  csm_desk_update (txn, &who, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_SUBMISSION), decision->id, before, after, error);
  return NULL;
}

void
smtp_lab_decide (SmtpLab    *self,
                 guint       number,
                 const char *word)
{
  Decision decision = { self, g_ptr_array_index (self->submissions, number), word };
  GError *error = NULL;

  csm_store_run (self->workspace->store, TRUE, decide, &decision, &error);
  g_assert_no_error (error);
}

const char *
smtp_lab_recipient (JsonObject *message,
                    const char *address,
                    const char *member)
{
  JsonObject *recipients = csm_json_get_object (csm_json_get_object (message, "delivery"), "recipients");
  JsonObject *one = recipients != NULL ? csm_json_get_object (recipients, address) : NULL;

  return one != NULL ? csm_json_get_string (one, member) : NULL;
}
