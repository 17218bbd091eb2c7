/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"

/* To whom a reply that colleagues write together goes, and with what. */

#define DRAFT CSM_TYPE_ID_DRAFT
#define SUBMISSION CSM_TYPE_ID_SUBMISSION
#define FILE_A "B1aca80e8b55c802f7b43740da2990e1b5735bbb323d93eb5ebda8395b04025e2" /* "label" */
#define FILE_B "B55c64d0fcd6f9d5f7c828093857e3fdfda68478bb4e9bd24d481ef391c7804e8" /* "photo" */

typedef struct
{
  char *case_id;
  char *conversation;
  char *message;
  char *id;
  char *sent;
} Reply;

static void
reply_clear (Reply *self)
{
  g_free (self->case_id);
  g_free (self->conversation);
  g_free (self->message);
  g_free (self->id);
  g_free (self->sent);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reply, reply_clear)

static Reply
new_reply (Desk       *desk,
           CsmTxn     *txn,
           const char *mail_id)
{
  Reply reply = { .message = desk_test_mail (desk, txn, "jonas@example.net", mail_id, NULL) };

  reply.case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, reply.message, "caseId");
  reply.conversation = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, reply.message, "conversationId");
  reply.id = csm_id_with_letter (reply.conversation, 'd');
  g_assert_cmpint (desk_test_create (txn, desk->agent, DRAFT, reply.id, desk_test_json ("{'caseId':'%s','conversationId':'%s'}", reply.case_id, reply.conversation)),
                   ==, -1);
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

static int
say_to (CsmTxn             *txn,
        const CsmPrincipal *who,
        Reply              *reply,
        const char         *address,
        int                 rev,
        const char         *writer,
        const char         *more)
{
  g_autofree char *patch = g_strdup_printf ("'envelope/to':{'value':[{'name':'','address':'%s'}],'rev':%d,'writer':'%s'%s}", address, rev, writer, more);

  return patch_as (txn, who, reply, patch);
}

#define SAYS(...) g_assert_cmpint (say_to (txn, __VA_ARGS__), ==, -1)

static void
append_people (GString    *text,
               JsonObject *entry)
{
  JsonArray *people = csm_json_get_array (entry, "value");

  for (guint i = 0; people != NULL && i < json_array_get_length (people); i++)
    g_string_append (text, csm_json_get_string (json_array_get_object_element (people, i), "address"));
}

/* "to", or "to | other | other" */
static void
assert_to (CsmTxn     *txn,
           Reply      *reply,
           const char *expected)
{
  g_autoptr (JsonObject) draft = desk_test_get (txn, DRAFT, reply->id);
  JsonObject *to = csm_json_get_object (csm_json_get_object (draft, "envelope"), "to");
  JsonArray *others = csm_json_get_array (to, "others");
  g_autoptr (GString) text = g_string_new (NULL);

  if (to != NULL)
    append_people (text, to);
  for (guint i = 0; others != NULL && i < json_array_get_length (others); i++)
    {
      g_string_append (text, " | ");
      append_people (text, json_array_get_object_element (others, i));
    }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
assert_files (CsmTxn     *txn,
              Reply      *reply,
              const char *expected)
{
  g_autoptr (JsonObject) draft = desk_test_get (txn, DRAFT, reply->id);
  JsonObject *files = csm_json_get_object (draft, "files");
  g_autoptr (GList) keys = g_list_sort (json_object_get_members (files), (GCompareFunc) g_strcmp0);
  g_autoptr (GString) text = g_string_new (NULL);

  for (GList *l = keys; l != NULL; l = l->next)
    g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", csm_json_get_string (csm_json_get_object (files, l->data), "name"));
  g_assert_cmpstr (text->str, ==, expected);
}

static void
upload (Desk               *desk,
        CsmTxn             *txn,
        const CsmPrincipal *who,
        const char         *blob_id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static (g_str_equal (blob_id, FILE_A) ? "label" : "photo", 5);
  g_autofree char *stored = csm_store_put_blob_unsynced (desk->store, bytes, &error);

  g_assert_cmpstr (stored, ==, blob_id);
  csm_txn_add_upload (txn, blob_id, 7, who->person_id, &error);
  g_assert_no_error (error);
}

#define ADD_A "'files/ka':{'blobId':'" FILE_A "','name':'label.pdf','type':'application/pdf','size':7}"
#define ADD_B "'files/kb':{'blobId':'" FILE_B "','name':'photo.png','type':'image/png','size':7}"
#define WRITE_A "'paragraphs/a':{'text':'Here it is.','position':'a','rev':0,'writer':'w'}"

static int
send_as (CsmTxn             *txn,
         const CsmPrincipal *who,
         Reply              *reply,
         const char         *to,
         const char         *more)
{
  g_free (reply->sent);
  reply->sent = csm_id_new ('s');
  return desk_test_create (txn, who, SUBMISSION, reply->sent,
                           desk_test_json ("{'caseId':'%s','conversationId':'%s','to':[{'address':'%s'}],'basedOn':'%s','textBody':'Here it is.',"
                                           "'draftParagraphs':{'a':{'rev':1}}%s}", reply->case_id, reply->conversation, to, reply->message, more));
}

static void
cancel (CsmTxn             *txn,
        const CsmPrincipal *who,
        Reply              *reply)
{
  g_assert_cmpint (desk_test_patch (txn, who, SUBMISSION, reply->sent, desk_test_json ("{'undoStatus':'canceled'}")), ==, -1);
}

/* What came last counts; what it took the place of unseen stands beside it until somebody decides. */
static void
test_envelope (Desk   *desk,
               CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn, "a@x");

  SAYS (desk->agent, &reply, "jonas@example.net", 0, "ben-1", "");
  SAYS (desk->agent, &reply, "jonas@example.org", 0, "ben-1", "");
  assert_to (txn, &reply, "jonas@example.org");
  SAYS (desk->lead, &reply, "ana@example.org", 2, "ana-1", "");
  assert_to (txn, &reply, "ana@example.org");
  /* Ben had not heard of it. */
  SAYS (desk->agent, &reply, "ben@example.org", 2, "ben-1", "");
  assert_to (txn, &reply, "ben@example.org | ana@example.org");
  /* Whoever goes on writing has not decided; and who sends the same again changes nothing. */
  SAYS (desk->agent, &reply, "benno@example.org", 4, "ben-1", ",'undecided':true");
  SAYS (desk->agent, &reply, "benno@example.org", 0, "ben-1", "");
  assert_to (txn, &reply, "benno@example.org | ana@example.org");
  SAYS (desk->admin, &reply, "cleo@example.org", 0, "cleo-1", "");
  assert_to (txn, &reply, "cleo@example.org | ana@example.org | benno@example.org");
  SAYS (desk->lead, &reply, "ana@example.org", 6, "ana-1", "");
  assert_to (txn, &reply, "ana@example.org");
  /* One line has nothing to do with another, and what is on its way with a reply changes nothing. */
  PATCHES (desk->agent, &reply, "'envelope/subject':{'value':'Zip','rev':0,'writer':'ben-1'},'envelope/cc':{'value':[],'rev':0,'writer':'ben-1'}");
  SAYS (desk->agent, &reply, "nobody@example.org", 7, "ben-1", ",'sent':true");
  assert_to (txn, &reply, "ana@example.org");
  /* What stands beside may be kept out without a change. */
  SAYS (desk->agent, &reply, "ben@example.org", 1, "ben-1", "");
  SAYS (desk->lead, &reply, "ben@example.org", 8, "ana-1", "");
  assert_to (txn, &reply, "ben@example.org");
}

static void
test_many_others (Desk   *desk,
                  CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn, "a@x");
  g_autoptr (JsonObject) draft = NULL;

  for (guint i = 0; i < 14; i++)
    {
      g_autofree char *address = g_strdup_printf ("a%u@example.org", i);
      g_autofree char *writer = g_strdup_printf ("w%u", i);

      SAYS (desk->agent, &reply, address, 0, writer, "");
    }
  draft = desk_test_get (txn, DRAFT, reply.id);
  g_assert_cmpuint (json_array_get_length (csm_json_get_array (csm_json_get_object (csm_json_get_object (draft, "envelope"), "to"), "others")), ==, 10);
}

/* Files come and go one by one, whoever brought them. */
static void
test_files (Desk   *desk,
            CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn, "a@x");

  g_assert_cmpint (patch_as (txn, desk->agent, &reply, ADD_A), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  upload (desk, txn, desk->agent, FILE_A);
  upload (desk, txn, desk->lead, FILE_B);
  PATCHES (desk->agent, &reply, ADD_A);
  PATCHES (desk->lead, &reply, ADD_B);
  assert_files (txn, &reply, "label.pdf photo.png");
  /* Twice is once; a name is not changed; and whoever makes the draft once more takes nothing out. */
  PATCHES (desk->lead, &reply, "'files/ka':{'blobId':'" FILE_B "','name':'other.pdf'}");
  g_assert_cmpint (desk_test_create (txn, desk->admin, DRAFT, reply.id,
                                     desk_test_json ("{'caseId':'%s','conversationId':'%s','files':{'kc':{'blobId':'" FILE_A "','name':'again.pdf'}}}",
                                                     reply.case_id, reply.conversation)), ==, -1);
  assert_files (txn, &reply, "label.pdf photo.png again.pdf");
  PATCHES (desk->lead, &reply, "'files/ka':null,'files/kc':null,'files/gone':null");
  assert_files (txn, &reply, "photo.png");
  /* Who gave it away may take it in again, as it was. */
  PATCHES (desk->agent, &reply, "'files/ka':{'blobId':'" FILE_A "','name':'label.pdf','by':'x','at':'y','size':7}");
  assert_files (txn, &reply, "label.pdf photo.png");
}

/* Cleared once, and put back; what others did meanwhile stays. */
static void
test_send (Desk   *desk,
           CsmTxn *txn)
{
  static const char both[] = ",'subject':'Zip','attachments':[{'blobId':'" FILE_A "','name':'label.pdf'}]";
  g_auto (Reply) reply = new_reply (desk, txn, "a@x");

  upload (desk, txn, desk->agent, FILE_A);
  upload (desk, txn, desk->lead, FILE_B);
  PATCHES (desk->agent, &reply, WRITE_A "," ADD_A ",'envelope/subject':{'value':'Zip','rev':0,'writer':'w'}");
  SAYS (desk->agent, &reply, "jonas@example.net", 0, "w", "");
  PATCHES (desk->lead, &reply, ADD_B);
  g_assert_cmpint (send_as (txn, desk->agent, &reply, "Jonas@example.net", both), ==, -1);
  assert_to (txn, &reply, "");
  /* The sender had not seen Ana's. */
  assert_files (txn, &reply, "photo.png");
  /* The client's own mark comes behind it, and brings nothing back. */
  PATCHES (desk->agent, &reply, "'files/ka':{'blobId':'" FILE_A "','name':'label.pdf','sent':true}");
  SAYS (desk->agent, &reply, "jonas@example.net", 1, "w", ",'sent':true");
  assert_to (txn, &reply, "");
  assert_files (txn, &reply, "photo.png");
  SAYS (desk->lead, &reply, "ana@example.org", 0, "ana-1", "");
  cancel (txn, desk->agent, &reply);
  assert_to (txn, &reply, "ana@example.org | jonas@example.net");
  assert_files (txn, &reply, "label.pdf photo.png");
  {
    g_autoptr (JsonObject) draft = desk_test_get (txn, DRAFT, reply.id);

    g_assert_cmpstr (csm_json_get_string (csm_json_get_object (csm_json_get_object (draft, "envelope"), "subject"), "value"), ==, "Zip");
  }
}

/* What a colleague made of the recipients since is for the next reply. */
static void
test_unseen_recipients (Desk   *desk,
                        CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn, "a@x");

  PATCHES (desk->agent, &reply, WRITE_A);
  SAYS (desk->lead, &reply, "ana@example.org", 0, "ana-1", "");
  g_assert_cmpint (send_as (txn, desk->agent, &reply, "jonas@example.net", ""), ==, -1);
  assert_to (txn, &reply, "ana@example.org");
}

/* What the writer of a paragraph goes on with while the reply waits for a decision stays, unless the reply has it. */
static void
test_written_since (Desk   *desk,
                    CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn, "a@x");
  g_autoptr (JsonObject) draft = NULL;

  PATCHES (desk->agent, &reply, WRITE_A);
  PATCHES (desk->agent, &reply, "'paragraphs/a':{'text':'Here it is, and more.','position':'a','rev':1,'writer':'w'}");
  g_assert_cmpint (send_as (txn, desk->agent, &reply, "jonas@example.net", ""), ==, -1);
  draft = desk_test_get (txn, DRAFT, reply.id);
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (csm_json_get_object (draft, "paragraphs"), "a"), "text"), ==, "Here it is, and more.");
}

/* "text | other": of the paragraph */
static void
assert_text (CsmTxn     *txn,
             Reply      *reply,
             const char *expected)
{
  g_autoptr (JsonObject) draft = desk_test_get (txn, DRAFT, reply->id);
  JsonObject *paragraph = csm_json_get_object (csm_json_get_object (draft, "paragraphs"), "a");
  JsonArray *others = csm_json_get_array (paragraph, "others");
  g_autoptr (GString) text = g_string_new (paragraph != NULL ? csm_json_get_string (paragraph, "text") : "");

  for (guint i = 0; others != NULL && i < json_array_get_length (others); i++)
    g_string_append_printf (text, " | %s", csm_json_get_string (json_array_get_object_element (others, i), "text"));
  g_assert_cmpstr (text->str, ==, expected);
}

/* A window that was closed before it heard of what it had written is another writer: what the next one went on with stands beside it. */
static void
test_beside_own (Desk   *desk,
                 CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn, "a@x");

  PATCHES (desk->agent, &reply, "'paragraphs/a':{'text':'Here','position':'a','rev':0,'writer':'w0'}");
  PATCHES (desk->agent, &reply, WRITE_A);
  assert_text (txn, &reply, "Here | Here it is.");
  g_assert_cmpint (send_as (txn, desk->agent, &reply, "jonas@example.net", ""), ==, -1);
  assert_text (txn, &reply, "");
  cancel (txn, desk->agent, &reply);
  assert_text (txn, &reply, "Here | Here it is.");
}

/* Somebody put another version beside what the sender saw: the words themselves are as they were sent. */
static void
test_only_beside (Desk   *desk,
                  CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn, "a@x");

  PATCHES (desk->lead, &reply, WRITE_A);
  PATCHES (desk->admin, &reply, "'paragraphs/a':{'text':'No.','position':'a','rev':0,'writer':'cleo-1'}");
  assert_text (txn, &reply, "Here it is. | No.");
  g_assert_cmpint (send_as (txn, desk->agent, &reply, "jonas@example.net", ""), ==, -1);
  assert_text (txn, &reply, "No.");
  cancel (txn, desk->agent, &reply);
  assert_text (txn, &reply, "Here it is. | No.");
}

/* What the sender had in their window was put beside a colleague's: it went out, and does not wait to go once more. */
static void
test_beside (Desk   *desk,
             CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn, "a@x");

  PATCHES (desk->lead, &reply, "'paragraphs/a':{'text':'We mend it.','position':'a','rev':0,'writer':'ana-1'}");
  PATCHES (desk->agent, &reply, WRITE_A);
  assert_text (txn, &reply, "We mend it. | Here it is.");
  g_assert_cmpint (send_as (txn, desk->agent, &reply, "jonas@example.net", ""), ==, -1);
  assert_text (txn, &reply, "We mend it.");
  /* Taken back, it stands where it stood, … */
  cancel (txn, desk->agent, &reply);
  assert_text (txn, &reply, "We mend it. | Here it is.");
  g_assert_cmpint (send_as (txn, desk->agent, &reply, "jonas@example.net", ""), ==, -1);
  PATCHES (desk->lead, &reply, "'paragraphs/a':{'text':'','position':'a','rev':5,'writer':'ana-1'}");
  assert_text (txn, &reply, "");
  /* … or alone. */
  cancel (txn, desk->agent, &reply);
  assert_text (txn, &reply, "Here it is.");
  /* Where it is not what went out, it stays. */
  PATCHES (desk->lead, &reply, "'paragraphs/a':{'text':'We mend it.','position':'a','rev':0,'writer':'ana-1'}");
  PATCHES (desk->agent, &reply, "'paragraphs/a':{'text':'It is here','position':'a','rev':6,'writer':'w'}");
  g_assert_cmpint (send_as (txn, desk->agent, &reply, "jonas@example.net", ""), ==, -1);
  assert_text (txn, &reply, "It is here | We mend it.");
}

static gboolean
is_changed (CsmTxn *txn,
            Reply  *reply)
{
  g_autoptr (JsonObject) draft = desk_test_get (txn, DRAFT, reply->id);

  return csm_json_get_boolean (draft, "changedSinceReview");
}

/* Approved is a reply to somebody, with something. */
static void
test_review (Desk   *desk,
             CsmTxn *txn)
{
  static const char without[] = "", with[] = ",'attachments':[{'blobId':'" FILE_A "'}]", other[] = ",'attachments':[{'blobId':'" FILE_A "'},{'blobId':'" FILE_B "'}]";
  g_auto (Reply) reply = new_reply (desk, txn, "a@x");
  g_autofree char *team = desk_test_insert (txn, CSM_TYPE_ID_TEAM, desk_test_json ("{'name':'Marketing','department':'marketing'}"));

  g_assert_cmpint (desk_test_patch (txn, desk->admin, CSM_TYPE_ID_CHANNEL, desk->channel, desk_test_json ("{'reviewTeamId':'%s'}", team)), ==, -1);
  upload (desk, txn, desk->agent, FILE_A);
  upload (desk, txn, desk->agent, FILE_B);
  PATCHES (desk->agent, &reply, WRITE_A);
  SAYS (desk->agent, &reply, "jonas@example.net", 0, "w", "");
  PATCHES (desk->lead, &reply, "'review':'approved'");
  /* No file was there to be seen. */
  g_assert_cmpint (send_as (txn, desk->agent, &reply, "jonas@example.net", with), ==, CSM_DESK_ERROR_NEEDS_REVIEW);
  PATCHES (desk->agent, &reply, ADD_A);
  g_assert_true (is_changed (txn, &reply));
  g_assert_cmpint (send_as (txn, desk->agent, &reply, "jonas@example.net", with), ==, CSM_DESK_ERROR_NEEDS_REVIEW);
  /* Approved by somebody who has not heard of the file, … */
  PATCHES (desk->lead, &reply, "'review':'none'");
  PATCHES (desk->lead, &reply, "'review':'approved','reviewedParagraphs':{'a':{'rev':1}},'reviewedParts':{'to':{'rev':1}}");
  g_assert_true (is_changed (txn, &reply));
  PATCHES (desk->lead, &reply, "'review':'none'");
  PATCHES (desk->lead, &reply, "'review':'approved','reviewedParagraphs':{'a':{'rev':1}},'reviewedParts':{'to':{'rev':0},'ka':{'rev':0}}");
  g_assert_true (is_changed (txn, &reply));
  PATCHES (desk->lead, &reply, "'review':'none'");
  /* … and by somebody who has. */
  PATCHES (desk->lead, &reply, "'review':'approved','reviewedParagraphs':{'a':{'rev':1}},'reviewedParts':{'to':{'rev':1},'ka':{'rev':0}}");
  g_assert_false (is_changed (txn, &reply));
  g_assert_cmpint (send_as (txn, desk->agent, &reply, "jonas@example.net", without), ==, CSM_DESK_ERROR_NEEDS_REVIEW);
  g_assert_cmpint (send_as (txn, desk->agent, &reply, "jonas@example.net", other), ==, CSM_DESK_ERROR_NEEDS_REVIEW);
  g_assert_cmpint (send_as (txn, desk->agent, &reply, "eve@example.net", with), ==, CSM_DESK_ERROR_NEEDS_REVIEW);
  g_assert_cmpint (send_as (txn, desk->agent, &reply, "jonas@example.net", with), ==, -1);
  /* Taken back, it is what was approved. */
  cancel (txn, desk->agent, &reply);
  g_assert_false (is_changed (txn, &reply));
  PATCHES (desk->agent, &reply, "'files/ka':null");
  g_assert_true (is_changed (txn, &reply));
}

static void
put_together (Desk   *desk,
              CsmTxn *txn,
              Reply  *reply,
              Reply  *into)
{
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CONVERSATION, reply->conversation,
                                    into != NULL ? desk_test_json ("{'mergedIntoId':'%s'}", into->conversation) : desk_test_json ("{'mergedIntoId':null}")), ==, -1);
}

static void
test_joined (Desk   *desk,
             CsmTxn *txn)
{
  g_auto (Reply) one = new_reply (desk, txn, "a@x");
  g_auto (Reply) two = new_reply (desk, txn, "b@x");

  upload (desk, txn, desk->agent, FILE_A);
  upload (desk, txn, desk->agent, FILE_B);
  PATCHES (desk->agent, &one, ADD_A);
  PATCHES (desk->agent, &two, WRITE_A "," ADD_B);
  SAYS (desk->agent, &one, "one@example.org", 0, "w", "");
  SAYS (desk->agent, &two, "two@example.org", 0, "w", "");
  put_together (desk, txn, &one, &two);
  assert_files (txn, &one, "");
  assert_files (txn, &two, "label.pdf photo.png");
  assert_to (txn, &one, "");
  assert_to (txn, &two, "two@example.org | one@example.org");
  put_together (desk, txn, &one, NULL);
  assert_files (txn, &one, "label.pdf");
  assert_files (txn, &two, "photo.png");
}

static void
fill (CsmTxn     *txn,
      Desk       *desk,
      Reply      *reply,
      const char *prefix,
      guint       n)
{
  g_autoptr (GString) patch = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (patch, "%s'paragraphs/%s%u':{'text':'%u','position':'%s%u','rev':0,'writer':'w'}", i > 0 ? "," : "", prefix, i, i, prefix, i);
  PATCHES (desk->agent, reply, patch->str);
}

/* Two replies that are more than one holds stay two, and who wants to join them is told. */
static void
test_too_much (Desk   *desk,
               CsmTxn *txn)
{
  g_auto (Reply) one = new_reply (desk, txn, "a@x");
  g_auto (Reply) two = new_reply (desk, txn, "b@x");

  fill (txn, desk, &one, "a", 1200);
  fill (txn, desk, &two, "b", 801);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CONVERSATION, one.conversation, desk_test_json ("{'mergedIntoId':'%s'}", two.conversation)),
                   ==, CSM_DESK_ERROR_TOO_LARGE);
  PATCHES (desk->agent, &two, "'paragraphs/b0':{'text':'','position':'b0','rev':1,'writer':'w'}");
  put_together (desk, txn, &one, &two);
  /* Whoever has not heard of it writes one more: it is refused, and stays with its writer. */
  g_assert_cmpint (patch_as (txn, desk->lead, &one, "'paragraphs/new':{'text':'x','position':'z','rev':0,'writer':'w'}"), ==, CSM_DESK_ERROR_TOO_LARGE);
}

/* A case has room for so many; what they are brought in for reaches all others the same. */
static void
test_full_case (Desk   *desk,
                CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn, "a@x");
  g_autoptr (GString) all = g_string_new ("{'participantIds':{");
  g_autoptr (JsonObject) case_ = NULL;
  g_autofree char *comment = csm_id_new ('n');
  g_autofree char *task = csm_id_new ('k');

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *id = desk_test_insert (txn, CSM_TYPE_ID_PERSON, desk_test_json ("{'name':'P%u','email':'p%u@fernweh.example.com','role':'agent'}", i, i));

      g_string_append_printf (all, "%s'%s':true", i > 0 ? "," : "", id);
    }
  g_string_append (all, "}}");
  g_assert_cmpint (desk_test_patch (txn, desk->lead, CSM_TYPE_ID_CASE, reply.case_id, desk_test_json ("%s", all->str)), ==, -1);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_COMMENT, comment,
                                     desk_test_json ("{'caseId':'%s','body':'@Ana','mentions':{'%s':true}}", reply.case_id, desk->lead->person_id)), ==, -1);
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_TASK, task,
                                     desk_test_json ("{'caseId':'%s','title':'Ask','assigneeId':'%s'}", reply.case_id, desk->lead->person_id)), ==, -1);
  case_ = desk_test_get (txn, CSM_TYPE_ID_CASE, reply.case_id);
  g_assert_cmpuint (json_object_get_size (csm_json_get_object (case_, "participantIds")), ==, 200);
  /* It can be changed as ever. */
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CASE, reply.case_id, desk_test_json ("{'priority':'high'}")), ==, -1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  desk_test_add ("/draft-parts/envelope", test_envelope);
  desk_test_add ("/draft-parts/many-others", test_many_others);
  desk_test_add ("/draft-parts/files", test_files);
  desk_test_add ("/draft-parts/send", test_send);
  desk_test_add ("/draft-parts/unseen-recipients", test_unseen_recipients);
  desk_test_add ("/draft-parts/written-since", test_written_since);
  desk_test_add ("/draft-parts/beside", test_beside);
  desk_test_add ("/draft-parts/beside-own", test_beside_own);
  desk_test_add ("/draft-parts/only-beside", test_only_beside);
  desk_test_add ("/draft-parts/review", test_review);
  desk_test_add ("/draft-parts/joined", test_joined);
  desk_test_add ("/draft-parts/too-much", test_too_much);
  desk_test_add ("/draft-parts/full-case", test_full_case);
  return g_test_run ();
}
