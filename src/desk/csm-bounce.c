/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-bounce.h"

#include <string.h>

#include "csm-address.h"
#include "csm-desk-records.h"
#include "csm-intake-message.h"
#include "csm-json.h"
#include "csm-reply-token.h"
#include "csm-threading.h"
#include "csm-time.h"
#include "csm-undecided.h"

#define MAX_WHY 300
#define MAX_RECIPIENTS 100

/* The message that an address names to which only its delivery reports go, or NULL. */
static char *
read_token (CsmTxn      *txn,
            const char  *address,
            GError     **error)
{
  g_autofree char *id = NULL;
  char kind;

  return csm_reply_token_read (txn, address, &kind, &id, error) && kind == *CSM_REPLY_TOKEN_BOUNCE ? g_steal_pointer (&id) : NULL;
}

static char *
find_token (CsmTxn      *txn,
            JsonObject  *mail,
            GError     **error)
{
  static const char *const envelope[] = { "deliveredTo", "xOriginalTo" };
  JsonObject *headers = csm_json_get_object (mail, "headers");
  JsonArray *to = csm_json_get_array (mail, "to");
  GError *local = NULL;
  char *id = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (envelope) && id == NULL && local == NULL; i++)
    {
      g_autofree char *address = csm_address_normalise (csm_json_get_string (headers, envelope[i]));

      id = read_token (txn, address, &local);
    }
  for (guint i = 0; to != NULL && i < MIN (json_array_get_length (to), MAX_RECIPIENTS) && id == NULL && local == NULL; i++)
    {
      JsonNode *node = json_array_get_element (to, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        id = read_token (txn, csm_json_get_string (json_node_get_object (node), "address"), &local);
    }
  if (local != NULL)
    g_propagate_error (error, local);
  return id;
}

/**
 * csm_bounce_find:
 * @txn: the transaction
 * @channel_id: the mailbox
 * @mail: a delivery report
 * @sent: (out) (transfer full) (nullable): the outgoing message that it is about
 * @error: return location
 *
 * The address that the report came to tells exactly; then the report's own copy of the header (RFC 3464); threading serves
 * for reports that carry none.
 *
 * Returns: whether it could be looked up
 */
gboolean
csm_bounce_find (CsmTxn      *txn,
                 const char  *channel_id,
                 JsonObject  *mail,
                 JsonObject **sent,
                 GError     **error)
{
  const char *original = csm_json_get_string (csm_json_get_object (mail, "report"), "originalMessageId");
  g_auto (CsmThread) thread = { NULL };
  g_autoptr (JsonObject) message = NULL;
  GError *local = NULL;
  g_autofree char *id = find_token (txn, mail, &local);

  *sent = NULL;
  if (id == NULL && local == NULL && original != NULL)
    id = csm_txn_find_mail (txn, channel_id, original, NULL, &local);
  else if (id == NULL && local == NULL && csm_thread_find (&thread, txn, channel_id, mail, "", NULL, &local) && !thread.is_sibling)
    id = g_steal_pointer (&thread.parent_id);
  if (id != NULL && local == NULL)
    message = csm_desk_peek (txn, CSM_TYPE_ID_MESSAGE, id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (message != NULL && g_strcmp0 (csm_json_get_string (message, "direction"), "out") == 0 &&
      g_strcmp0 (csm_json_get_string (message, "channelId"), channel_id) == 0)
    *sent = g_steal_pointer (&message);
  return TRUE;
}

/* --- What a report says ------------------------------------------------------------------------------------------------------ */

/* One recipient of a report. */
typedef struct
{
  const char *key;       /* whom the mail went to, as it is written there; NULL: nobody of them; borrowed */
  char       *address;   /* normalised */
  const char *state;     /* Message.delivery.recipients[].state; static */
  const char *status;    /* RFC 3463, or NULL; borrowed */
  char       *why;       /* "who: what the other server said" */
} Finding;

static void
finding_free (Finding *self)
{
  g_free (self->address);
  g_free (self->why);
  g_free (self);
}

static const char *
state_of (JsonObject *recipient)
{
  const char *action = csm_json_get_string (recipient, "action");
  const char *status = csm_json_get_string (recipient, "status");

  if (g_strcmp0 (action, "failed") == 0)
    return "failed";
  if (g_strcmp0 (action, "delayed") == 0)
    return "delayed";
  if (g_strcmp0 (action, "delivered") == 0 || g_strcmp0 (action, "relayed") == 0 || g_strcmp0 (action, "expanded") == 0)
    return "accepted";
  if (status == NULL || *status == '5')
    return "failed";
  return *status == '4' ? "delayed" : *status == '2' ? "accepted" : NULL;
}

static void
add_people (GHashTable *people,
            JsonArray  *list)
{
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      const char *written = csm_json_get_string (csm_desk_object_at (list, i), "address");
      g_autofree char *address = csm_address_normalise (written);

      if (address != NULL && !g_hash_table_contains (people, address))
        g_hash_table_insert (people, g_steal_pointer (&address), g_strdup (written));
    }
}

/* Whom the mail went to: normalised address → as it is written there. NULL: it can't be looked up. */
static GHashTable *
recipients_of (CsmTxn      *txn,
               JsonObject  *sent,
               GError     **error)
{
  g_autoptr (GHashTable) people = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  const char *submission_id = csm_json_get_string (sent, "submissionId");
  g_autoptr (JsonObject) submission = NULL;
  GError *local = NULL;

  if (submission_id != NULL)
    submission = csm_desk_peek (txn, CSM_TYPE_ID_SUBMISSION, submission_id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return NULL;
    }
  add_people (people, csm_json_get_array (sent, "to"));
  add_people (people, csm_json_get_array (sent, "cc"));
  add_people (people, csm_json_get_array (submission, "bcc"));
  return g_steal_pointer (&people);
}

/* Whoever got the mail can make up a report about it, which must not touch anybody else. What an address passed it on to the sender never
 * knew, so of a mail of ours with one recipient it is that one. */
static void
find_recipient (Finding    *finding,
                JsonObject *sent,
                GHashTable *people)
{
  gboolean ours = csm_json_get_string (sent, "submissionId") != NULL || csm_json_get_string (sent, "automatic") != NULL;
  GHashTableIter iter;
  gpointer address;

  finding->key = g_hash_table_lookup (people, finding->address);
  if (finding->key != NULL || !ours || g_hash_table_size (people) != 1)
    return;
  g_hash_table_iter_init (&iter, people);
  g_hash_table_iter_next (&iter, &address, (gpointer *) &finding->key);
  g_free (finding->address);
  finding->address = g_strdup (address);
}

static void
add_finding (GPtrArray  *list,
             JsonObject *sent,
             GHashTable *people,
             JsonObject *recipient)
{
  const char *diagnostic = csm_json_get_string (recipient, "diagnostic");
  const char *status = csm_json_get_string (recipient, "status");
  const char *state = state_of (recipient);
  g_autofree char *address = csm_address_normalise (csm_json_get_string (recipient, "address"));
  g_autofree char *line = NULL;
  Finding *finding;

  if (address == NULL || state == NULL)
    return;
  finding = g_new0 (Finding, 1);
  finding->address = g_steal_pointer (&address);
  find_recipient (finding, sent, people);
  line = g_strdup_printf ("%s: %s", finding->address, diagnostic != NULL ? diagnostic : status != NULL ? status : "undeliverable");
  finding->state = state;
  finding->status = status;
  finding->why = csm_intake_one_line (line, MAX_WHY);
  g_ptr_array_add (list, finding);
}

/* By the standard, or by the one field of older mail servers. */
static GPtrArray *
read_report (JsonObject *mail,
             JsonObject *sent,
             GHashTable *people)
{
  JsonArray *given = csm_json_get_array (csm_json_get_object (mail, "report"), "recipients");
  const char *old_style = csm_json_get_string (csm_json_get_object (mail, "headers"), "xFailedRecipients");
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) finding_free);
  g_auto (GStrv) addresses = NULL;

  for (guint i = 0; given != NULL && i < MIN (json_array_get_length (given), MAX_RECIPIENTS); i++)
    {
      JsonNode *node = json_array_get_element (given, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        add_finding (list, sent, people, json_node_get_object (node));
    }
  if (list->len > 0 || old_style == NULL)
    return list;
  addresses = g_strsplit (old_style, ",", MAX_RECIPIENTS);
  for (char **address = addresses; *address != NULL; address++)
    {
      g_autoptr (JsonObject) recipient = json_object_new ();

      csm_json_set_string (recipient, "address", g_strstrip (*address));
      csm_json_set_string (recipient, "action", "failed");
      add_finding (list, sent, people, recipient);
    }
  return list;
}

/* --- What follows ---------------------------------------------------------------------------------------------------------------- */

/* Whether a customer can be reached at an address; RFC 3463, section 3.2: x.1.x is about the address itself. */
static gboolean
mark_identity (CsmTxn         *txn,
               const Finding  *finding,
               gint64          at,
               GError        **error)
{
  gboolean failed = g_strcmp0 (finding->state, "failed") == 0;
  GError *local = NULL;
  g_autofree char *id = NULL;

  if (failed ? finding->status == NULL || !g_str_has_prefix (finding->status, "5.1.") : g_strcmp0 (finding->state, "accepted") != 0)
    return TRUE;
  id = csm_txn_find_customer (txn, "email", finding->address, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  return id == NULL || csm_bounce_mark_customer (txn, id, finding->address, failed ? finding->status : NULL, at, error);
}

/**
 * csm_bounce_mark_customer:
 * @txn: the transaction
 * @customer_id: a customer
 * @address: the normalised address that an identity has
 * @status: (nullable): why no mail arrives there, by RFC 3463; %NULL: mail does
 * @at: since when, µs
 * @error: return location
 *
 * Notes in the customer's identity whether mail reaches it.
 *
 * Returns: whether it was written
 */
gboolean
csm_bounce_mark_customer (CsmTxn      *txn,
                          const char  *customer_id,
                          const char  *address,
                          const char  *status,
                          gint64       at,
                          GError     **error)
{
  g_autoptr (JsonObject) customer = csm_desk_load (txn, CSM_TYPE_ID_CUSTOMER, customer_id, error);
  g_autofree char *key = g_strconcat ("email:", address, NULL);
  JsonObject *old, *identities, *identity;

  if (customer == NULL)
    return FALSE;
  old = csm_json_get_object (customer, "identities");
  if (old == NULL || csm_json_get_object (old, key) == NULL ||
      (csm_json_get_object (csm_json_get_object (old, key), "undeliverable") != NULL) == (status != NULL))
    return TRUE;
  identities = csm_json_copy_object (old);
  identity = csm_json_copy_object (csm_json_get_object (old, key));
  if (status != NULL)
    {
      JsonObject *undeliverable = json_object_new ();

      csm_json_set_time (undeliverable, "since", at);
      csm_json_set_string (undeliverable, "status", status);
      json_object_set_object_member (identity, "undeliverable", undeliverable);
    }
  else
    {
      json_object_remove_member (identity, "undeliverable");
    }
  json_object_set_object_member (identities, key, identity);
  json_object_set_object_member (customer, "identities", identities);
  return csm_desk_save (txn, CSM_TYPE_ID_CUSTOMER, customer, error);
}

/* Whether the mail is still with us for the recipient: no other server can know what became of it, and a report would only end our tries. */
static gboolean
is_with_us (JsonObject *delivery,
            const char *recipient_state)
{
  static const char *const states[] = { "queued", "handedOver", "held", NULL };
  const char *state = csm_json_get_string (delivery, "state");

  return state != NULL && g_strv_contains (states, state) && g_strcmp0 (recipient_state, "accepted") != 0;
}

/* What was certain stays so: a mail that could not be delivered is not on its way any more, and has not arrived. What is known is no news. */
static gboolean
note_recipient (JsonObject    *delivery,
                const Finding *finding,
                gint64         at)
{
  JsonObject *recipients = csm_json_get_object (delivery, "recipients");
  JsonObject *known = csm_json_get_object (recipients, finding->key);
  const char *before = csm_json_get_string (known, "state");
  JsonObject *recipient;

  if (is_with_us (delivery, before) || g_strcmp0 (before, "failed") == 0 ||
      (g_strcmp0 (before, "accepted") == 0 && g_strcmp0 (csm_json_get_string (known, "from"), "report") == 0 && g_strcmp0 (finding->state, "failed") != 0))
    return FALSE;
  recipient = json_object_new ();
  csm_json_set_string (recipient, "state", finding->state);
  csm_json_set_string (recipient, "status", finding->status);
  csm_json_set_string (recipient, "why", g_strcmp0 (finding->state, "accepted") != 0 ? finding->why : NULL);
  csm_json_set_time (recipient, "at", at);
  csm_json_set_string (recipient, "from", "report");
  json_object_set_object_member (recipients, finding->key, recipient);
  return TRUE;
}

/* Notes what one recipient's part of the report says; whether it was news. */
static gboolean
note_finding (JsonObject    *delivery,
              const Finding *finding,
              gint64         at)
{
  if (finding->key != NULL)
    return note_recipient (delivery, finding, at);
  /* Somebody whom a recipient's server passed it on to: not to know is worse than not to know whom it concerns. */
  return g_strcmp0 (finding->state, "failed") == 0 && g_strcmp0 (csm_json_get_string (delivery, "state"), "failed") != 0 && !is_with_us (delivery, NULL);
}

/* A second report may say better why the same recipient failed: no news of the mail, but of the address. */
static gboolean
says_more (JsonObject    *delivery,
           const Finding *finding)
{
  JsonObject *recipients = csm_json_get_object (delivery, "recipients");

  return finding->key != NULL && g_strcmp0 (finding->state, "failed") == 0 &&
         g_strcmp0 (csm_json_get_string (csm_json_get_object (recipients, finding->key), "state"), "failed") == 0;
}

/* What all of it comes to. While the mail goes to others, whoever sends it says what becomes of it. */
static void
sum_up (JsonObject *delivery,
        const char *failed,
        const char *delayed,
        gint64      at)
{
  if (is_with_us (delivery, NULL))
    return;
  if (failed != NULL)
    csm_json_set_string (delivery, "state", "failed");
  else if (csm_json_get_string (delivery, "state") == NULL)
    csm_json_set_string (delivery, "state", "accepted");
  if (failed == NULL && (delayed == NULL || g_strcmp0 (csm_json_get_string (delivery, "state"), "failed") == 0))
    return;
  csm_json_set_string (delivery, "why", failed != NULL ? failed : delayed);
  csm_json_set_time (delivery, "at", at);
}

/* Of what was unknown the report tells what became of it: nobody has to be asked any more, after a restart neither. */
static gboolean
settle_unknown (CsmTxn      *txn,
                JsonObject  *before,
                JsonObject  *sent,
                gint64       at,
                GError     **error)
{
  const char *state = csm_json_get_string (csm_json_get_object (sent, "delivery"), "state");

  if (g_strcmp0 (csm_json_get_string (before, "state"), "unknown") != 0 || g_strcmp0 (state, "unknown") == 0)
    return TRUE;
  return csm_undecided_follow_message (txn, sent, error) && csm_txn_outgoing_put (txn, csm_json_get_string (sent, "id"), state, 0, at, error);
}

/**
 * csm_bounce_apply:
 * @txn: the transaction
 * @mail: a delivery report
 * @sent: the message that it is about; its `delivery` changes
 * @at: when the report came
 * @why: (out) (transfer full) (nullable): a line for people when something failed for good
 * @error: return location
 *
 * Notes on the message who got it, who did not, and why, and on customers who can't be reached. A delay is noted, but is no failure.
 *
 * Returns: whether it was written
 */
gboolean
csm_bounce_apply (CsmTxn      *txn,
                  JsonObject  *mail,
                  JsonObject  *sent,
                  gint64       at,
                  char       **why,
                  GError     **error)
{
  g_autoptr (GHashTable) people = recipients_of (txn, sent, error);
  g_autoptr (GPtrArray) findings = NULL;
  JsonObject *old = csm_json_get_object (sent, "delivery");
  JsonObject *known = csm_json_get_object (old, "recipients");
  g_autoptr (JsonObject) delivery = old != NULL ? csm_json_copy_object (old) : json_object_new ();
  g_autoptr (JsonObject) before = NULL;
  const char *delayed = NULL;
  gboolean news = FALSE;

  *why = NULL;
  if (people == NULL)
    return FALSE;
  findings = read_report (mail, sent, people);
  json_object_set_object_member (delivery, "recipients", known != NULL ? csm_json_copy_object (known) : json_object_new ());
  for (guint i = 0; i < findings->len; i++)
    {
      const Finding *finding = g_ptr_array_index (findings, i);
      gboolean noted = note_finding (delivery, finding, at);

      news |= noted;
      if (finding->key != NULL && (noted || says_more (delivery, finding)) && !mark_identity (txn, finding, at, error))
        return FALSE;
      if (!noted)
        continue;
      if (*why == NULL && g_strcmp0 (finding->state, "failed") == 0)
        *why = g_strdup (finding->why);
      else if (delayed == NULL && g_strcmp0 (finding->state, "delayed") == 0)
        delayed = finding->why;
    }
  if (!news)
    return TRUE;
  sum_up (delivery, *why, delayed, at);
  before = old != NULL ? json_object_ref (old) : NULL;
  json_object_set_object_member (sent, "delivery", g_steal_pointer (&delivery));
  return csm_desk_save (txn, CSM_TYPE_ID_MESSAGE, sent, error) && settle_unknown (txn, before, sent, at, error);
}
