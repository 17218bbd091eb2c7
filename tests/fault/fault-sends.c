/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-sends.h"

#include "csm-json.h"

#define PATIENCE 60

static char *
dup_id (FaultServer *server,
        const char  *type)
{
  g_autoptr (JsonArray) records = fault_server_get_all (server, type);

  g_assert_cmpuint (json_array_get_length (records), ==, 1);
  return g_strdup (csm_json_get_string (json_array_get_object_element (records, 0), "id"));
}

/* Signs in to the workspace that all copies come from, and looks at its one case. */
void
fault_sends_prepare (FaultSends *sends,
                     FaultLab   *lab)
{
  g_autofree char *copies = g_steal_pointer (&lab->data);
  g_autoptr (FaultServer) server = NULL;

  lab->data = g_strdup (lab->first);
  server = fault_server_start (lab, NULL);
  fault_server_sign_in (server);
  sends->token = g_strdup (server->token);
  sends->case_id = dup_id (server, "Case");
  sends->conversation_id = dup_id (server, "Conversation");
  sends->based_on = dup_id (server, "Message");
  g_assert_cmpint (fault_server_stop (server), ==, 0);
  g_free (lab->data);
  lab->data = g_steal_pointer (&copies);
}

void
fault_sends_clear (FaultSends *sends)
{
  g_free (sends->token);
  g_free (sends->case_id);
  g_free (sends->conversation_id);
  g_free (sends->based_on);
}

static char *
submission_id (guint number)
{
  return g_strdup_printf ("s01J%023u", number);
}

/* Sends reply @number, without a time for Undo: what was created, or NULL when the server died before it said so. */
JsonObject *
fault_sends_submit (FaultSends  *sends,
                    FaultServer *server,
                    guint        number)
{
  g_autofree char *id = submission_id (number);
  g_autofree char *text = NULL;
  g_autoptr (JsonObject) answer = NULL;
  JsonObject *created;

  text = g_strdup_printf ("{\"accountId\":\"%s\",\"operationIds\":{\"%s\":\"send-%u\"},\"create\":{\"%s\":{"
                          "\"caseId\":\"%s\",\"conversationId\":\"%s\",\"basedOn\":\"%s\",\"inReplyTo\":\"%s\",\"undoFor\":0,"
                          "\"to\":[{\"name\":\"Customer\",\"address\":\"customer0@customer.example.org\"}],"
                          "\"subject\":\"Re: Parcel\",\"textBody\":\"It is on its way (%u).\"}}}",
                          server->workspace, id, number, id, sends->case_id, sends->conversation_id, sends->based_on, sends->based_on, number);
  answer = fault_server_call (server, "Submission/set", csm_json_parse_object (text, -1, NULL));
  if (answer == NULL)
    return NULL;
  created = csm_json_get_object (answer, "created");
  if (created == NULL || csm_json_get_object (created, id) == NULL)
    {
      g_autofree char *said = csm_json_write_object (answer);

      g_error ("a send was refused: %s", said);
    }
  return json_object_ref (csm_json_get_object (created, id));
}

typedef struct
{
  FaultServer *server;
  char        *id;
  gboolean     died;
} Look;

/* Whether the submission's mail left, or nobody knows, or the server died. */
static gboolean
is_over (gpointer data)
{
  Look *look = data;
  JsonObject *arguments = json_object_new ();
  g_autoptr (JsonObject) answer = NULL;
  JsonArray *messages;

  json_object_set_string_member (arguments, "accountId", look->server->workspace);
  json_object_set_null_member (arguments, "ids");
  answer = fault_server_call (look->server, "Message/get", arguments);
  look->died = answer == NULL;
  if (look->died)
    return TRUE;
  messages = csm_json_get_array (answer, "list");
  for (guint i = 0; i < json_array_get_length (messages); i++)
    {
      JsonObject *message = json_array_get_object_element (messages, i);
      JsonObject *delivery = csm_json_get_object (message, "delivery");
      const char *state = delivery != NULL ? csm_json_get_string (delivery, "state") : NULL;

      if (g_strcmp0 (csm_json_get_string (message, "submissionId"), look->id) == 0)
        return g_strcmp0 (state, "queued") != 0 && g_strcmp0 (state, "handedOver") != 0;
    }
  return FALSE;
}

/* Waits until reply @number has left, or nobody knows: whether the server lived that long. */
gboolean
fault_sends_wait (FaultServer *server,
                  guint        number)
{
  g_autofree char *id = submission_id (number);
  Look look = { server, id, FALSE };

  if (!fault_wait_until (is_over, &look, PATIENCE))
    g_error ("a mail never left");
  return !look.died;
}
