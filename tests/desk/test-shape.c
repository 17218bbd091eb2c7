/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include "csm-case-retell.h"
#include "csm-id.h"
#include "csm-json.h"

/*
 * Whatever is merged, moved and split while mails come in: when all of it is taken back, everything is where it would have been had
 * nobody done anything, and nothing is lost or counted wrongly on the way.
 */

#define N_SEEDS 6
#define N_STEPS 50
#define N_CUSTOMERS 4
#define SEED 20261122

/* Where a mail came to, or would have come to. */
typedef struct
{
  char *id;
  char *rfc_id;
  guint customer;
  guint thread;
} Mail;

typedef struct
{
  char *case_id;
  char *conversation_id;
  guint customer;
  GPtrArray *comments;
} Thread;

/* Something that was done, and the patch that takes it back. */
typedef struct
{
  CsmTypeId type;
  char     *id;
  char     *member;
  char     *value;  /* NULL: null */
} Done;

typedef struct
{
  Desk   *desk;
  CsmTxn *txn;
  GRand  *rand;
  GArray *mails;
  GArray *threads;
  GArray *done;
  char   *customers[N_CUSTOMERS];
  guint   count;
} Model;

static guint
roll (Model *self,
      guint  sides)
{
  return (guint) g_rand_int_range (self->rand, 0, (gint32) sides);
}

static Thread *
thread_at (Model *self,
           guint  i)
{
  return &g_array_index (self->threads, Thread, i);
}

static Mail *
mail_at (Model *self,
         guint  i)
{
  return &g_array_index (self->mails, Mail, i);
}

static int
patch (Model      *self,
       CsmTypeId   type,
       const char *id,
       const char *member,
       const char *value)
{
  return desk_test_patch (self->txn, self->desk->agent, type, id,
                          value != NULL ? desk_test_json ("{'%s':'%s'}", member, value) : desk_test_json ("{'%s':null}", member));
}

static void
note_done (Model      *self,
           CsmTypeId   type,
           const char *id,
           const char *member,
           const char *value)
{
  Done done = { type, g_strdup (id), g_strdup (member), g_strdup (value) };

  g_array_append_val (self->done, done);
}

/* --- Steps ------------------------------------------------------------------------------------------------------------------- */

static void
receive (Model *self,
         guint  answers)
{
  gboolean opens = answers >= self->mails->len;
  Mail mail = { .rfc_id = g_strdup_printf ("r%u@x", self->count++) };
  g_autofree char *from = NULL;

  mail.customer = opens ? roll (self, N_CUSTOMERS) : mail_at (self, answers)->customer;
  from = g_strdup_printf ("c%u@example.net", mail.customer);
  mail.id = desk_test_mail (self->desk, self->txn, from, mail.rfc_id, opens ? NULL : mail_at (self, answers)->rfc_id);
  mail.thread = opens ? self->threads->len : mail_at (self, answers)->thread;
  g_assert_nonnull (mail.id);
  if (opens)
    {
      Thread thread = { .customer = mail.customer, .comments = g_ptr_array_new_with_free_func (g_free) };

      thread.case_id = desk_test_text (self->txn, CSM_TYPE_ID_MESSAGE, mail.id, "caseId");
      thread.conversation_id = desk_test_text (self->txn, CSM_TYPE_ID_MESSAGE, mail.id, "conversationId");
      g_array_append_val (self->threads, thread);
      if (self->customers[mail.customer] == NULL)
        self->customers[mail.customer] = desk_test_text (self->txn, CSM_TYPE_ID_CASE, thread.case_id, "customerId");
    }
  g_array_append_val (self->mails, mail);
}

static void
say (Model *self)
{
  Thread *thread = thread_at (self, roll (self, self->threads->len));
  g_autofree char *id = csm_id_new ('n');

  g_assert_cmpint (desk_test_create (self->txn, self->desk->agent, CSM_TYPE_ID_COMMENT, id, desk_test_json ("{'caseId':'%s','body':'hm'}", thread->case_id)), ==, -1);
  g_ptr_array_add (thread->comments, g_steal_pointer (&id));
}

static void
merge_records (Model      *self,
               CsmTypeId   type,
               const char *id,
               const char *into)
{
  g_autofree char *merged = id != NULL ? desk_test_text (self->txn, type, id, "mergedIntoId") : NULL;

  if (id == NULL || into == NULL || merged != NULL)
    return;
  /* Into itself, or round in a circle: refused, and nothing happens. */
  if (patch (self, type, id, "mergedIntoId", into) == -1)
    note_done (self, type, id, "mergedIntoId", NULL);
}

static void
move (Model *self)
{
  const char *id = thread_at (self, roll (self, self->threads->len))->conversation_id;
  const char *to = thread_at (self, roll (self, self->threads->len))->case_id;
  g_autofree char *from = desk_test_text (self->txn, CSM_TYPE_ID_CONVERSATION, id, "caseId");

  if (patch (self, CSM_TYPE_ID_CONVERSATION, id, "caseId", to) == -1)
    note_done (self, CSM_TYPE_ID_CONVERSATION, id, "caseId", from);
}

static void
split (Model *self)
{
  Mail *mail = mail_at (self, roll (self, self->mails->len));
  g_autofree char *from = desk_test_text (self->txn, CSM_TYPE_ID_MESSAGE, mail->id, "conversationId");
  g_autofree char *customer = desk_test_text (self->txn, CSM_TYPE_ID_CONVERSATION, from, "customerId");
  g_autofree char *id = csm_id_new ('v');
  const char *to = thread_at (self, roll (self, self->threads->len))->case_id;

  g_assert_cmpint (desk_test_create (self->txn, self->desk->agent, CSM_TYPE_ID_CONVERSATION, id,
                                     desk_test_json ("{'caseId':'%s','customerId':'%s','channelId':'%s','splitFromId':'%s','firstMessageId':'%s'}", to, customer,
                                                     self->desk->channel, from, mail->id)), ==, -1);
  note_done (self, CSM_TYPE_ID_CONVERSATION, id, "mergedIntoId", from);
}

static void
split_customer (Model *self)
{
  guint customer = roll (self, N_CUSTOMERS);
  g_autofree char *id = csm_id_new ('u');
  g_autofree char *from = self->customers[customer] != NULL ? desk_test_text (self->txn, CSM_TYPE_ID_CUSTOMER, self->customers[customer], "mergedIntoId") : NULL;

  /* Only of somebody who was merged: others have one address each. */
  if (from != NULL &&
      desk_test_create (self->txn, self->desk->agent, CSM_TYPE_ID_CUSTOMER, id,
                        desk_test_json ("{'splitFromId':'%s','identities':{'email:c%u@example.net':{'kind':'email','address':'c%u@example.net'}}}", from, customer, customer)) == -1)
    note_done (self, CSM_TYPE_ID_CUSTOMER, id, "mergedIntoId", from);
}

static void
take_back (Model *self,
           guint  index)
{
  Done *done = &g_array_index (self->done, Done, index);

  g_assert_cmpint (patch (self, done->type, done->id, done->member, done->value), ==, -1);
  g_array_remove_index (self->done, index);
}

/* --- What must be true ------------------------------------------------------------------------------------------------------- */

static void
check_case (Model      *self,
            const char *id)
{
  g_autoptr (JsonObject) case_ = desk_test_get (self->txn, CSM_TYPE_ID_CASE, id);
  g_autoptr (JsonObject) again = csm_json_copy_object (case_);
  GError *error = NULL;

  csm_case_retell (self->txn, again, &error);
  g_assert_no_error (error);
  for (guint i = 0; csm_case_derived[i] != NULL; i++)
    g_assert_true (json_node_equal (json_object_get_member (case_, csm_case_derived[i]), json_object_get_member (again, csm_case_derived[i])));
  if (csm_json_get_string (case_, "mergedIntoId") == NULL)
    return;
  g_assert_cmpuint (desk_test_count (self->txn, CSM_TYPE_ID_MESSAGE, "caseId", id), ==, 0);
  g_assert_cmpuint (desk_test_count (self->txn, CSM_TYPE_ID_COMMENT, "caseId", id), ==, 0);
  g_assert_cmpstr (csm_json_get_string (case_, "status"), ==, "closed");
}

static void
check_always (Model *self)
{
  for (guint i = 0; i < self->mails->len; i++)
    {
      g_autoptr (JsonObject) message = desk_test_get (self->txn, CSM_TYPE_ID_MESSAGE, mail_at (self, i)->id);
      g_autoptr (JsonObject) conversation = desk_test_get (self->txn, CSM_TYPE_ID_CONVERSATION, csm_json_get_string (message, "conversationId"));

      g_assert_cmpstr (csm_json_get_string (message, "caseId"), ==, csm_json_get_string (conversation, "caseId"));
      g_assert_null (csm_json_get_string (conversation, "mergedIntoId"));
    }
  for (guint i = 0; i < self->threads->len; i++)
    check_case (self, thread_at (self, i)->case_id);
}

static void
check_home (Model *self)
{
  for (guint i = 0; i < self->mails->len; i++)
    {
      Thread *thread = thread_at (self, mail_at (self, i)->thread);

      desk_assert_text (self->txn, CSM_TYPE_ID_MESSAGE, mail_at (self, i)->id, "conversationId", thread->conversation_id);
      desk_assert_text (self->txn, CSM_TYPE_ID_MESSAGE, mail_at (self, i)->id, "caseId", thread->case_id);
    }
  for (guint i = 0; i < self->threads->len; i++)
    {
      Thread *thread = thread_at (self, i);
      g_autofree char *key = g_strdup_printf ("email:c%u@example.net", thread->customer);
      g_autofree char *customer_id = desk_test_text (self->txn, CSM_TYPE_ID_CASE, thread->case_id, "customerId");
      g_autoptr (JsonObject) customer = desk_test_get (self->txn, CSM_TYPE_ID_CUSTOMER, customer_id);
      g_autofree char *status = desk_test_text (self->txn, CSM_TYPE_ID_CASE, thread->case_id, "status");

      g_assert_true (csm_json_has_key (customer, "identities", key));
      g_assert_cmpuint (json_object_get_size (csm_json_get_object (customer, "identities")), ==, 1);
      desk_assert_text (self->txn, CSM_TYPE_ID_CONVERSATION, thread->conversation_id, "customerId", customer_id);
      g_assert_cmpstr (status, !=, "closed");
      for (guint c = 0; c < thread->comments->len; c++)
        desk_assert_text (self->txn, CSM_TYPE_ID_COMMENT, g_ptr_array_index (thread->comments, c), "caseId", thread->case_id);
    }
}

/* --- Runs --------------------------------------------------------------------------------------------------------------------- */

static void
step (Model    *self,
      gboolean  by_hand)
{
  guint what = roll (self, by_hand ? 12 : 9);

  if (what < 2 || self->threads->len < 3)
    receive (self, self->mails->len);
  else if (what < 4)
    receive (self, roll (self, self->mails->len));
  else if (what < 5)
    say (self);
  else if (what < 7)
    merge_records (self, CSM_TYPE_ID_CASE, thread_at (self, roll (self, self->threads->len))->case_id, thread_at (self, roll (self, self->threads->len))->case_id);
  else if (what < 8)
    merge_records (self, CSM_TYPE_ID_CUSTOMER, self->customers[roll (self, N_CUSTOMERS)], self->customers[roll (self, N_CUSTOMERS)]);
  else if (what < 9 && self->done->len > 0)
    take_back (self, by_hand ? self->done->len - 1 : roll (self, self->done->len));
  else if (what == 9)
    move (self);
  else if (what == 10)
    split (self);
  else if (what == 11)
    split_customer (self);
}

static void
model_clear (Model *self)
{
  for (guint i = 0; i < self->mails->len; i++)
    {
      g_free (mail_at (self, i)->id);
      g_free (mail_at (self, i)->rfc_id);
    }
  for (guint i = 0; i < self->threads->len; i++)
    {
      g_free (thread_at (self, i)->case_id);
      g_free (thread_at (self, i)->conversation_id);
      g_ptr_array_unref (thread_at (self, i)->comments);
    }
  for (guint i = 0; i < N_CUSTOMERS; i++)
    g_free (self->customers[i]);
  g_array_unref (self->mails);
  g_array_unref (self->threads);
  g_array_unref (self->done);
  g_rand_free (self->rand);
}

static void
clear_done (gpointer data)
{
  Done *done = data;

  g_free (done->id);
  g_free (done->member);
  g_free (done->value);
}

/* What people do by hand ends in reverse; what is merged may be taken apart in any order. */
static void
run (Desk     *desk,
     CsmTxn   *txn,
     gboolean  by_hand)
{
  static guint32 seed = SEED;
  Model self = { .desk = desk, .txn = txn, .rand = g_rand_new_with_seed (seed++) };

  g_test_message ("seed %u", seed - 1);
  self.mails = g_array_new (FALSE, FALSE, sizeof (Mail));
  self.threads = g_array_new (FALSE, FALSE, sizeof (Thread));
  self.done = g_array_new (FALSE, FALSE, sizeof (Done));
  g_array_set_clear_func (self.done, clear_done);
  for (guint i = 0; i < N_STEPS; i++)
    {
      step (&self, by_hand);
      if (i % 5 == 4)
        check_always (&self);
    }
  while (self.done->len > 0)
    {
      take_back (&self, by_hand ? self.done->len - 1 : roll (&self, self.done->len));
      check_always (&self);
    }
  check_home (&self);
  model_clear (&self);
}

static void
test_merges (Desk   *desk,
             CsmTxn *txn)
{
  run (desk, txn, FALSE);
}

static void
test_all (Desk   *desk,
          CsmTxn *txn)
{
  run (desk, txn, TRUE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < N_SEEDS; i++)
    {
      g_autofree char *merges = g_strdup_printf ("/shape/merges/%u", i);
      g_autofree char *all = g_strdup_printf ("/shape/all/%u", i);

      desk_test_add (merges, test_merges);
      desk_test_add (all, test_all);
    }
  return g_test_run ();
}
