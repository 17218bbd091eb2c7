/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include <string.h>

#include "csm-id.h"
#include "csm-json.h"
#include "csm-outgoing.h"
#include "csm-time.h"

#define DRAFT CSM_TYPE_ID_DRAFT
#define SUBMISSION CSM_TYPE_ID_SUBMISSION

/* A reply in the making, and a colleague of its writer's. */
typedef struct
{
  char         *message;
  char         *case_id;
  char         *conversation;
  char         *id;
  char         *team;      /* marketing, of which only cleo is */
  CsmPrincipal *cleo;      /* an agent */
  char         *sent;      /* what was sent last */
} Reply;

static void
reply_clear (Reply *self)
{
  g_free (self->message);
  g_free (self->case_id);
  g_free (self->conversation);
  g_free (self->id);
  g_free (self->team);
  g_free (self->sent);
  csm_principal_free (self->cleo);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reply, reply_clear)

static int
write_as (CsmTxn             *txn,
          const CsmPrincipal *who,
          Reply              *reply,
          const char         *key,
          const char         *text,
          int                 rev)
{
  return desk_test_patch (txn, who, DRAFT, reply->id,
                          desk_test_json ("{'paragraphs/%s':{'text':'%s','position':'%s','rev':%d,'writer':'%.5s'}}", key, text, key, rev,
                                          who->person_id + 20));
}

#define WRITES(...) g_assert_cmpint (write_as (txn, __VA_ARGS__), ==, -1)

static Reply
new_reply (Desk   *desk,
           CsmTxn *txn)
{
  Reply reply = { .message = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL) };
  g_autoptr (JsonObject) team = NULL;

  reply.case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, reply.message, "caseId");
  reply.conversation = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, reply.message, "conversationId");
  reply.id = csm_id_with_letter (reply.conversation, 'd');
  reply.cleo = csm_principal_copy (desk->agent);
  g_free (reply.cleo->person_id);
  reply.cleo->person_id = desk_test_insert (txn, CSM_TYPE_ID_PERSON, desk_test_json ("{'name':'Cleo','email':'cleo@fernweh.example.com','role':'agent'}"));
  reply.team = desk_test_insert (txn, CSM_TYPE_ID_TEAM, desk_test_json ("{'name':'Marketing','memberIds':{'%s':true}}", reply.cleo->person_id));
  g_assert_cmpint (desk_test_create (txn, desk->agent, DRAFT, reply.id,
                                     desk_test_json ("{'caseId':'%s','conversationId':'%s','envelope':{'subject':{'value':'Zip','rev':0,'writer':'w'}}}", reply.case_id, reply.conversation)), ==, -1);
  WRITES (desk->agent, &reply, "a", "Dear Jonas,", 0);
  WRITES (desk->agent, &reply, "b", "we repair it.", 0);
  return reply;
}

static int
patch_as (CsmTxn             *txn,
          const CsmPrincipal *who,
          Reply              *reply,
          const char         *patch)
{
  return desk_test_patch (txn, who, DRAFT, reply->id, desk_test_json ("{%s}", patch));
}

#define PATCHES(...) g_assert_cmpint (patch_as (txn, __VA_ARGS__), ==, -1)

static gboolean
is_changed (CsmTxn *txn,
            Reply  *reply)
{
  g_autoptr (JsonObject) draft = desk_test_get (txn, DRAFT, reply->id);

  return csm_json_get_boolean (draft, "changedSinceReview");
}

static void
test_review (Desk   *desk,
             CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn);
  g_autofree char *ask_lead = g_strdup_printf ("'review':'requested','reviewerId':'%s','reviewNote':'Too blunt?'", desk->lead->person_id);
  g_autofree char *ask_team = g_strdup_printf ("'review':'requested','reviewerId':null,'reviewTeamId':'%s'", reply.team);
  g_autofree char *ask_self = g_strdup_printf ("'review':'approved','reviewerId':'%s'", desk->agent->person_id);

  PATCHES (desk->agent, &reply, ask_lead);
  desk_assert_text (txn, DRAFT, reply.id, "requestedBy", desk->agent->person_id);
  {
    g_autoptr (JsonObject) draft = desk_test_get (txn, DRAFT, reply.id);

    g_assert_cmpint (csm_json_get_time (draft, "requestedAt"), !=, CSM_TIME_NONE);
  }
  g_assert_cmpuint (desk_test_events (txn, reply.case_id, "reviewRequested"), ==, 1);
  {
    g_autoptr (JsonObject) case_ = desk_test_get (txn, CSM_TYPE_ID_CASE, reply.case_id);

    g_assert_true (csm_json_has_key (case_, "participantIds", desk->lead->person_id));
  }
  /* Who was not asked, and who asks themselves, may not say yes. */
  g_assert_cmpint (patch_as (txn, reply.cleo, &reply, "'review':'approved'"), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (patch_as (txn, desk->agent, &reply, "'review':'approved'"), ==, CSM_DESK_ERROR_FORBIDDEN);
  g_assert_cmpint (patch_as (txn, desk->agent, &reply, ask_self), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  /* Nor may who asks themselves first, and says yes then. */
  PATCHES (desk->agent, &reply, "'review':'none'");
  g_clear_pointer (&ask_self, g_free);
  ask_self = g_strdup_printf ("'review':'requested','reviewerId':'%s'", desk->agent->person_id);
  g_assert_cmpint (patch_as (txn, desk->agent, &reply, ask_self), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  g_clear_pointer (&ask_self, g_free);
  ask_self = g_strdup_printf ("'reviewerId':'%s'", desk->agent->person_id);
  PATCHES (desk->agent, &reply, ask_self);
  g_assert_cmpint (patch_as (txn, desk->agent, &reply, "'review':'approved'"), ==, CSM_DESK_ERROR_FORBIDDEN);
  PATCHES (desk->agent, &reply, ask_lead);
  PATCHES (desk->lead, &reply, "'review':'changesWanted','reviewNote':'Say when'");
  desk_assert_text (txn, DRAFT, reply.id, "reviewedBy", desk->lead->person_id);
  g_assert_cmpint (patch_as (txn, desk->agent, &reply, "'reviewNote':'Say nothing'"), ==, CSM_DESK_ERROR_FORBIDDEN);
  WRITES (desk->agent, &reply, "b", "we repair it on Monday.", 1);
  g_assert_true (is_changed (txn, &reply));
  /* Asked anew, it has not been looked at. */
  PATCHES (desk->agent, &reply, ask_team);
  desk_assert_text (txn, DRAFT, reply.id, "reviewedBy", NULL);
  g_assert_false (is_changed (txn, &reply));
  g_assert_cmpint (patch_as (txn, desk->agent, &reply, "'review':'approved'"), ==, CSM_DESK_ERROR_FORBIDDEN);
  PATCHES (reply.cleo, &reply, "'review':'approved'");
  g_assert_cmpuint (desk_test_events (txn, reply.case_id, "reviewed"), ==, 2);
  /* What reviewers write themselves they have seen; whatever others write, also whom it goes to, they have not. */
  WRITES (reply.cleo, &reply, "c", "Yours", 0);
  g_assert_false (is_changed (txn, &reply));
  PATCHES (desk->agent, &reply, "'envelope/to':{'value':[{'address':'everybody@example.org'}],'rev':0,'writer':'w'}");
  g_assert_true (is_changed (txn, &reply));
  PATCHES (desk->agent, &reply, "'review':'none'");
  desk_assert_text (txn, DRAFT, reply.id, "reviewTeamId", NULL);
  g_assert_false (is_changed (txn, &reply));
  g_assert_cmpuint (desk_test_events (txn, reply.case_id, "reviewWithdrawn"), ==, 2);
}

/* Somebody without a network approved what has been changed meanwhile. */
static void
test_seen (Desk   *desk,
           CsmTxn *txn)
{
  static const struct
  {
    const char *seen;
    gboolean    changed;
  } reviews[] = {
    { "{'a':{'rev':1},'b':{'rev':2}}", FALSE }, { "{'a':{'rev':1},'b':{'rev':1}}", TRUE }, { "{'a':{'rev':1}}", TRUE },
    { "{'a':{'rev':1},'b':{'rev':2},'gone':{'rev':1}}", TRUE },
    /* What reviewers wrote themselves they may not have heard of. */
    { "{'a':{'rev':1},'b':{'rev':2},'own':{'rev':0}}", FALSE },
  };
  g_auto (Reply) reply = new_reply (desk, txn);

  WRITES (desk->agent, &reply, "b", "we repair it for nothing.", 1);
  for (guint i = 0; i < G_N_ELEMENTS (reviews); i++)
    {
      g_autofree char *patch = g_strdup_printf ("'review':'approved','reviewedParts':{'subject':{'rev':1}},'reviewedParagraphs':%s", reviews[i].seen);

      if (i == 4)
        WRITES (desk->lead, &reply, "own", "Yours", 0);
      PATCHES (desk->lead, &reply, patch);
      g_assert_cmpint (is_changed (txn, &reply), ==, reviews[i].changed);
      PATCHES (desk->agent, &reply, "'review':'none'");
    }
  g_assert_cmpint (patch_as (txn, desk->lead, &reply, "'review':'approved','reviewedParagraphs':{'a':{'text':'x'}}"), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
}

/* A clash changes nothing of what would be sent. */
static void
test_clash_after (Desk   *desk,
                  CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn);

  PATCHES (desk->lead, &reply, "'review':'approved'");
  WRITES (reply.cleo, &reply, "b", "we cannot.", 0);
  g_assert_false (is_changed (txn, &reply));
  PATCHES (desk->agent, &reply, "'basedOn':null");
  g_assert_false (is_changed (txn, &reply));
  WRITES (reply.cleo, &reply, "b", "we do not.", 2);
  g_assert_true (is_changed (txn, &reply));
}

/* --- Sending ----------------------------------------------------------------------------------------------------------- */

#define BOTH "'draftParagraphs':{'a':{'rev':1},'b':{'rev':1}}"
#define TEXT "Dear Jonas,\\n\\nwe repair it."

static int
send_as (CsmTxn             *txn,
         const CsmPrincipal *who,
         Reply              *reply,
         const char         *text,
         const char         *more)
{
  g_free (reply->sent);
  reply->sent = csm_id_new ('s');
  return desk_test_create (txn, who, SUBMISSION, reply->sent,
                           desk_test_json ("{'caseId':'%s','conversationId':'%s','to':[{'address':'jonas@example.net'}],'basedOn':'%s','textBody':'%s',%s}",
                                           reply->case_id, reply->conversation, reply->message, text, more));
}

static void
assert_paragraphs (CsmTxn     *txn,
                   Reply      *reply,
                   const char *expected)
{
  g_autoptr (JsonObject) draft = desk_test_get (txn, DRAFT, reply->id);
  JsonObject *paragraphs = csm_json_get_object (draft, "paragraphs");
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GList) keys = g_list_sort (json_object_get_members (paragraphs), (GCompareFunc) strcmp);

  for (GList *l = keys; l != NULL; l = l->next)
    {
      JsonObject *one = csm_json_get_object (paragraphs, l->data);
      JsonArray *others = csm_json_get_array (one, "others");

      g_string_append_printf (text, "[%s", csm_json_get_string (one, "text"));
      for (guint i = 0; others != NULL && i < json_array_get_length (others); i++)
        g_string_append_printf (text, " | %s", csm_json_get_string (json_array_get_object_element (others, i), "text"));
      g_string_append_c (text, ']');
    }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
assert_subject (CsmTxn     *txn,
                Reply      *reply,
                const char *expected)
{
  g_autoptr (JsonObject) draft = desk_test_get (txn, DRAFT, reply->id);
  JsonObject *subject = csm_json_get_object (csm_json_get_object (draft, "envelope"), "subject");

  g_assert_cmpstr (subject != NULL ? csm_json_get_string (subject, "value") : NULL, ==, expected);
}

static void
assert_written_by (CsmTxn             *txn,
                   Reply              *reply,
                   const CsmPrincipal *first,
                   const CsmPrincipal *second)
{
  g_autoptr (JsonObject) submission = desk_test_get (txn, SUBMISSION, reply->sent);

  g_assert_cmpuint (json_object_get_size (csm_json_get_object (submission, "writtenBy")), ==, second != NULL ? 2 : 1);
  g_assert_true (csm_json_has_key (submission, "writtenBy", first->person_id));
  g_assert_true (second == NULL || csm_json_has_key (submission, "writtenBy", second->person_id));
}

static void
cancel (CsmTxn             *txn,
        const CsmPrincipal *who,
        Reply              *reply)
{
  g_assert_cmpint (desk_test_patch (txn, who, SUBMISSION, reply->sent, desk_test_json ("{'undoStatus':'canceled'}")), ==, -1);
}

static void
test_take (Desk   *desk,
           CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn);
  g_autoptr (JsonObject) draft = NULL;
  g_autoptr (JsonObject) submission = NULL;
  gint64 next;
  GError *error = NULL;

  WRITES (desk->lead, &reply, "b", "we repair it at once.", 1);
  PATCHES (desk->lead, &reply, "'review':'approved'");
  g_assert_cmpint (send_as (txn, desk->agent, &reply, TEXT, "'draftParagraphs':{'a':{'rev':1},'b':{'rev':2},'never':{'rev':7}}"), ==, -1);
  assert_written_by (txn, &reply, desk->agent, desk->lead);
  assert_paragraphs (txn, &reply, "");
  draft = desk_test_get (txn, DRAFT, reply.id);
  g_assert_cmpstr (csm_json_get_string (draft, "review"), ==, "none");
  assert_subject (txn, &reply, NULL);
  /* Once it is gone, nothing of it is kept twice. */
  csm_outgoing_take_all (txn, csm_time_now (), &error);
  g_assert_no_error (error);
  csm_outgoing_take_due (txn, csm_time_now (), &next, &error);
  submission = desk_test_get (txn, SUBMISSION, reply.sent);
  g_assert_null (csm_json_get_object (submission, "draftBefore"));
  /* The next reply has its own authors. */
  WRITES (reply.cleo, &reply, "z", "Something else", 0);
  json_object_unref (draft);
  draft = desk_test_get (txn, DRAFT, reply.id);
  g_assert_cmpuint (json_object_get_size (csm_json_get_object (draft, "authorIds")), ==, 1);
  g_assert_cmpuint (json_array_get_length (csm_json_get_array (draft, "revisions")), ==, 1);
}

/* What somebody changed since, or put beside, the sender has not sent. */
static void
test_take_some (Desk   *desk,
                CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn);

  WRITES (desk->lead, &reply, "b", "we repair it on Monday.", 1);
  WRITES (reply.cleo, &reply, "a", "Hi Jonas,", 0);
  WRITES (desk->lead, &reply, "c", "Bye", 0);
  assert_paragraphs (txn, &reply, "[Dear Jonas, | Hi Jonas,][we repair it on Monday.][Bye]");
  g_assert_cmpint (send_as (txn, desk->agent, &reply, TEXT, "'draftParagraphs':{'a':{'rev':2},'b':{'rev':1}}"), ==, -1);
  assert_written_by (txn, &reply, desk->agent, NULL);
  assert_paragraphs (txn, &reply, "[Hi Jonas,][we repair it on Monday.][Bye]");
  assert_subject (txn, &reply, "Zip");
  cancel (txn, desk->agent, &reply);
  assert_paragraphs (txn, &reply, "[Dear Jonas, | Hi Jonas,][we repair it on Monday.][Bye]");
}

/* Sent without a network: the device has not heard the newest revisions of what it wrote itself. */
static void
test_take_own (Desk   *desk,
               CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn);

  WRITES (desk->agent, &reply, "b", "we repair it soon.", 0);
  g_assert_cmpint (send_as (txn, desk->agent, &reply, "Dear Jonas,\\n\\nwe repair it soon.", "'draftParagraphs':{'a':{'rev':0},'b':{'rev':0}}"), ==, -1);
  assert_paragraphs (txn, &reply, "");
}

static void
test_undo (Desk   *desk,
           CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn);

  PATCHES (desk->lead, &reply, "'review':'approved'");
  g_assert_cmpint (send_as (txn, desk->agent, &reply, TEXT, BOTH), ==, -1);
  assert_paragraphs (txn, &reply, "");
  cancel (txn, desk->agent, &reply);
  assert_paragraphs (txn, &reply, "[Dear Jonas,][we repair it.]");
  desk_assert_text (txn, DRAFT, reply.id, "review", "approved");
  desk_assert_text (txn, DRAFT, reply.id, "reviewedBy", desk->lead->person_id);
  assert_subject (txn, &reply, "Zip");
  g_assert_false (is_changed (txn, &reply));
  /* Taken back once more, nothing is there twice. */
  g_assert_cmpint (send_as (txn, desk->agent, &reply, TEXT, "'draftParagraphs':{'a':{'rev':2},'b':{'rev':2}}"), ==, -1);
  WRITES (reply.cleo, &reply, "b", "we do not.", 1);
  WRITES (reply.cleo, &reply, "c", "Sorry.", 0);
  PATCHES (reply.cleo, &reply, "'envelope/subject':{'value':'No zip','rev':1,'writer':'w'}");
  cancel (txn, desk->lead, &reply);
  assert_paragraphs (txn, &reply, "[Dear Jonas,][we repair it. | we do not.][Sorry.]");
  assert_subject (txn, &reply, "No zip");
  g_assert_true (is_changed (txn, &reply));
}

/* Two press Send on the same draft, and so does one of them in another window. */
static void
test_two_senders (Desk   *desk,
                  CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn);
  g_autofree char *first = NULL;

  g_assert_cmpint (send_as (txn, desk->agent, &reply, TEXT, BOTH), ==, -1);
  first = g_strdup (reply.sent);
  g_assert_cmpint (send_as (txn, desk->lead, &reply, TEXT, BOTH), ==, CSM_DESK_ERROR_CASE_MOVED);
  g_assert_cmpint (send_as (txn, desk->agent, &reply, TEXT, BOTH), ==, CSM_DESK_ERROR_CASE_MOVED);
  csm_outgoing_take_all (txn, csm_time_now (), NULL);
  g_assert_cmpint (send_as (txn, desk->lead, &reply, TEXT, BOTH), ==, CSM_DESK_ERROR_CASE_MOVED);
  g_assert_cmpint (send_as (txn, desk->agent, &reply, TEXT, BOTH), ==, CSM_DESK_ERROR_CASE_MOVED);
  g_assert_cmpuint (desk_test_count (txn, SUBMISSION, "caseId", reply.case_id), ==, 1);
  /* Who wants it so may. */
  g_assert_cmpint (send_as (txn, desk->agent, &reply, TEXT, "'confirmed':true," BOTH), ==, -1);
  assert_written_by (txn, &reply, desk->agent, NULL);
}

static void
test_taken_back_first (Desk   *desk,
                       CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn);

  g_assert_cmpint (send_as (txn, desk->agent, &reply, TEXT, BOTH), ==, -1);
  cancel (txn, desk->agent, &reply);
  g_assert_cmpint (send_as (txn, desk->agent, &reply, TEXT, BOTH), ==, -1);
}

static void
test_bad_names (Desk   *desk,
                CsmTxn *txn)
{
  static const char *const bad[] = { "{'a':{}}", "{'a':{'rev':'1'}}", "{'a':{'rev':1,'text':'x'}}", "{'a/b':{'rev':1}}" };
  g_auto (Reply) reply = new_reply (desk, txn);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *more = g_strdup_printf ("'draftParagraphs':%s", bad[i]);

      g_assert_cmpint (send_as (txn, desk->agent, &reply, TEXT, more), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
    }
  assert_paragraphs (txn, &reply, "[Dear Jonas,][we repair it.]");
}

/* --- What a channel asks for ------------------------------------------------------------------------------------------- */

static void
test_needs_review (Desk   *desk,
                   CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn);
  g_autofree char *ask_friend = NULL;
  CsmPrincipal *dora = csm_principal_copy (desk->agent);

  g_free (dora->person_id);
  dora->person_id = desk_test_insert (txn, CSM_TYPE_ID_PERSON, desk_test_json ("{'name':'Dora','email':'dora@fernweh.example.com','role':'agent'}"));
  ask_friend = g_strdup_printf ("'review':'requested','reviewerId':'%s'", dora->person_id);
  g_assert_cmpint (desk_test_patch (txn, desk->admin, CSM_TYPE_ID_CHANNEL, desk->channel, desk_test_json ("{'reviewTeamId':'%s'}", reply.team)), ==, -1);
  g_assert_cmpint (send_as (txn, desk->agent, &reply, TEXT, BOTH), ==, CSM_DESK_ERROR_NEEDS_REVIEW);
  g_assert_cmpint (send_as (txn, desk->agent, &reply, TEXT, "'confirmed':true," BOTH), ==, CSM_DESK_ERROR_NEEDS_REVIEW);
  /* A friend's word is not the team's. */
  PATCHES (desk->agent, &reply, ask_friend);
  PATCHES (dora, &reply, "'review':'approved'");
  g_assert_cmpint (send_as (txn, desk->agent, &reply, TEXT, BOTH), ==, CSM_DESK_ERROR_NEEDS_REVIEW);
  /* The team may speak without having been asked; but only of what it has seen. */
  PATCHES (reply.cleo, &reply, "'review':'changesWanted'");
  g_assert_cmpint (send_as (txn, desk->agent, &reply, TEXT, BOTH), ==, CSM_DESK_ERROR_NEEDS_REVIEW);
  PATCHES (reply.cleo, &reply, "'review':'approved'");
  g_assert_cmpint (send_as (txn, desk->agent, &reply, "Dear Jonas,\\n\\nwe do not care.", BOTH), ==, CSM_DESK_ERROR_NEEDS_REVIEW);
  g_assert_cmpint (send_as (txn, desk->agent, &reply, TEXT "\\n\\nOr not.", BOTH), ==, CSM_DESK_ERROR_NEEDS_REVIEW);
  WRITES (desk->agent, &reply, "c", "Or not.", 0);
  g_assert_cmpint (send_as (txn, desk->agent, &reply, TEXT "\\n\\nOr not.", BOTH), ==, CSM_DESK_ERROR_NEEDS_REVIEW);
  WRITES (desk->agent, &reply, "c", "", 1);
  PATCHES (desk->agent, &reply, ask_friend);
  PATCHES (reply.cleo, &reply, "'review':'approved'");
  g_assert_cmpint (send_as (txn, desk->agent, &reply, TEXT "\\n\\n-- \\nBen", BOTH), ==, -1);
  cancel (txn, desk->agent, &reply);
  /* The team itself, and leads, need nobody's word. */
  g_assert_cmpint (send_as (txn, reply.cleo, &reply, "Something else", "'undoFor':0"), ==, -1);
  cancel (txn, reply.cleo, &reply);
  g_assert_cmpint (send_as (txn, desk->lead, &reply, "Something else", "'undoFor':0"), ==, -1);
  csm_principal_free (dora);
}

/* Approved is the reply to those whom it names. */
static void
test_other_people (Desk   *desk,
                   CsmTxn *txn)
{
  static const char hidden[] = "'bcc':[{'address':'everybody@example.org'}]," BOTH;
  g_auto (Reply) reply = new_reply (desk, txn);

  g_assert_cmpint (desk_test_patch (txn, desk->admin, CSM_TYPE_ID_CHANNEL, desk->channel, desk_test_json ("{'reviewTeamId':'%s'}", reply.team)), ==, -1);
  PATCHES (desk->agent, &reply, "'envelope/to':{'value':[{'address':'Jonas@example.net'}],'rev':0,'writer':'w'},'envelope/subject':{'value':'Zip','rev':1,'writer':'w'}");
  PATCHES (reply.cleo, &reply, "'review':'approved'");
  g_assert_cmpint (send_as (txn, desk->agent, &reply, TEXT, hidden), ==, CSM_DESK_ERROR_NEEDS_REVIEW);
  g_assert_cmpint (send_as (txn, desk->agent, &reply, TEXT, "'subject':'Free zips'," BOTH), ==, CSM_DESK_ERROR_NEEDS_REVIEW);
  g_assert_cmpint (send_as (txn, desk->agent, &reply, TEXT, "'subject':'Zip'," BOTH), ==, -1);
  /* Taken back, it is what was approved, unless somebody said something else of it meanwhile. */
  PATCHES (reply.cleo, &reply, "'envelope/to':{'value':[{'address':'priya@example.org'}],'rev':1,'writer':'w'}");
  cancel (txn, desk->agent, &reply);
  g_assert_true (is_changed (txn, &reply));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  desk_test_add ("/reviews/review", test_review);
  desk_test_add ("/reviews/seen", test_seen);
  desk_test_add ("/reviews/clash-after", test_clash_after);
  desk_test_add ("/reviews/take", test_take);
  desk_test_add ("/reviews/take-some", test_take_some);
  desk_test_add ("/reviews/take-own", test_take_own);
  desk_test_add ("/reviews/undo", test_undo);
  desk_test_add ("/reviews/two-senders", test_two_senders);
  desk_test_add ("/reviews/taken-back-first", test_taken_back_first);
  desk_test_add ("/reviews/bad-names", test_bad_names);
  desk_test_add ("/reviews/needs-review", test_needs_review);
  desk_test_add ("/reviews/other-people", test_other_people);
  return g_test_run ();
}
