/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include <string.h>

#include "csm-draft-merge.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"

#define DRAFT CSM_TYPE_ID_DRAFT

typedef struct
{
  char *case_id;
  char *conversation;
  char *id;
} Reply;

static void
reply_clear (Reply *self)
{
  g_free (self->case_id);
  g_free (self->conversation);
  g_free (self->id);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reply, reply_clear)

static int
begin (CsmTxn             *txn,
       const CsmPrincipal *who,
       Reply              *reply,
       const char         *more)
{
  return desk_test_create (txn, who, DRAFT, reply->id, desk_test_json ("{'caseId':'%s','conversationId':'%s'%s}", reply->case_id, reply->conversation, more));
}

static Reply
new_reply (Desk   *desk,
           CsmTxn *txn)
{
  g_autofree char *message = desk_test_mail (desk, txn, "jonas@example.net", "a@x", NULL);
  Reply reply = { desk_test_text (txn, CSM_TYPE_ID_MESSAGE, message, "caseId"), desk_test_text (txn, CSM_TYPE_ID_MESSAGE, message, "conversationId"), NULL };

  reply.id = csm_id_with_letter (reply.conversation, 'd');
  g_assert_cmpint (begin (txn, desk->agent, &reply, ""), ==, -1);
  return reply;
}

/* One paragraph, as a device writes it. */
static int
write_as (CsmTxn             *txn,
          const CsmPrincipal *who,
          Reply              *reply,
          const char         *key,
          const char         *text,
          int                 rev,
          const char         *writer)
{
  return desk_test_patch (txn, who, DRAFT, reply->id,
                          desk_test_json ("{'paragraphs/%s':{'text':'%s','position':'%s','rev':%d,'writer':'%s'}}", key, text, key, rev, writer));
}

#define WRITES(...) g_assert_cmpint (write_as (txn, __VA_ARGS__), ==, -1)

static JsonObject *
paragraph (CsmTxn     *txn,
           Reply      *reply,
           const char *key)
{
  g_autoptr (JsonObject) draft = desk_test_get (txn, DRAFT, reply->id);
  JsonObject *found = csm_json_get_object (csm_json_get_object (draft, "paragraphs"), key);

  return found != NULL ? json_object_ref (found) : NULL;
}

/* "text" or, when something stands beside it, "text | other | other"; "" when there is none */
static void
assert_text (CsmTxn     *txn,
             Reply      *reply,
             const char *key,
             const char *expected)
{
  g_autoptr (JsonObject) found = paragraph (txn, reply, key);
  JsonArray *others = csm_json_get_array (found, "others");
  g_autoptr (GString) text = g_string_new (found != NULL ? csm_json_get_string (found, "text") : "");

  for (guint i = 0; others != NULL && i < json_array_get_length (others); i++)
    g_string_append_printf (text, " | %s", csm_json_get_string (json_array_get_object_element (others, i), "text"));
  g_assert_cmpstr (text->str, ==, expected);
}

static int
rev_of (CsmTxn     *txn,
        Reply      *reply,
        const char *key)
{
  g_autoptr (JsonObject) found = paragraph (txn, reply, key);

  return (int) csm_json_get_int (found, "rev", -1);
}

static void
test_merge (Desk   *desk,
            CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn);
  g_autoptr (JsonObject) draft = NULL;
  g_autoptr (JsonObject) found = NULL;

  /* Different paragraphs merge, and nobody notices. */
  WRITES (desk->agent, &reply, "a", "Good morning,", 0, "ben-1");
  WRITES (desk->lead, &reply, "b", "we repair it.", 0, "ana-1");
  assert_text (txn, &reply, "a", "Good morning,");
  assert_text (txn, &reply, "b", "we repair it.");
  /* One editor goes on before it has heard of what it wrote last. */
  WRITES (desk->agent, &reply, "a", "Good morning Jonas,", 0, "ben-1");
  assert_text (txn, &reply, "a", "Good morning Jonas,");
  g_assert_cmpint (rev_of (txn, &reply, "a"), ==, 2);
  /* Whoever has seen the newest may change it. */
  WRITES (desk->lead, &reply, "a", "Dear Jonas,", 2, "ana-1");
  assert_text (txn, &reply, "a", "Dear Jonas,");
  found = paragraph (txn, &reply, "a");
  g_assert_cmpstr (csm_json_get_string (found, "by"), ==, desk->lead->person_id);
  draft = desk_test_get (txn, DRAFT, reply.id);
  g_assert_true (csm_json_has_key (draft, "authorIds", desk->agent->person_id));
  g_assert_true (csm_json_has_key (draft, "authorIds", desk->lead->person_id));
  /* What people write is no history of the case. */
  g_assert_cmpuint (desk_test_events (txn, reply.case_id, "reviewRequested"), ==, 0);
}

static void
test_clash (Desk   *desk,
            CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn);

  WRITES (desk->agent, &reply, "a", "On Monday.", 0, "ben-1");
  WRITES (desk->lead, &reply, "a", "On Tuesday.", 1, "ana-1");
  /* Ben had not seen that. */
  WRITES (desk->agent, &reply, "a", "On Friday.", 1, "ben-1");
  assert_text (txn, &reply, "a", "On Tuesday. | On Friday.");
  /* He goes on, and still has not: it is one text of his, not two. */
  WRITES (desk->agent, &reply, "a", "On Friday at ten.", 1, "ben-1");
  assert_text (txn, &reply, "a", "On Tuesday. | On Friday at ten.");
  WRITES (desk->admin, &reply, "a", "Never.", 1, "mira-1");
  assert_text (txn, &reply, "a", "On Tuesday. | On Friday at ten. | Never.");
  /* Ana goes on with hers, without having seen theirs: they stay. */
  WRITES (desk->lead, &reply, "a", "On Tuesday, early.", 2, "ana-1");
  assert_text (txn, &reply, "a", "On Tuesday, early. | On Friday at ten. | Never.");
  /* The same again changes nothing. */
  g_assert_cmpint (rev_of (txn, &reply, "a"), ==, 6);
  WRITES (desk->admin, &reply, "a", "Never.", 1, "mira-1");
  g_assert_cmpint (rev_of (txn, &reply, "a"), ==, 6);
  /* Somebody decides: with the newest revision, and nothing beside it any more. */
  WRITES (desk->agent, &reply, "a", "On Tuesday at ten.", 6, "ben-1");
  assert_text (txn, &reply, "a", "On Tuesday at ten.");
}

/* Who has the newest revision but says that the others are still there has decided nothing. */
static void
test_undecided (Desk   *desk,
                CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn);

  WRITES (desk->agent, &reply, "a", "One", 0, "ben-1");
  WRITES (desk->lead, &reply, "a", "Two", 0, "ana-1");
  g_assert_cmpint (desk_test_patch (txn, desk->agent, DRAFT, reply.id,
                                    desk_test_json ("{'paragraphs/a':{'text':'One more','position':'a','rev':2,'writer':'ben-1','others':[]}}")), ==, -1);
  assert_text (txn, &reply, "a", "One more | Two");
  g_assert_cmpint (desk_test_patch (txn, desk->lead, DRAFT, reply.id,
                                    desk_test_json ("{'paragraphs/a':{'text':'Two more','position':'a','rev':3,'writer':'ana-1','others':[]}}")), ==, -1);
  assert_text (txn, &reply, "a", "One more | Two more");
  /* "Keep mine": the text that stands, and nothing else. */
  WRITES (desk->lead, &reply, "a", "One more", 4, "ana-1");
  assert_text (txn, &reply, "a", "One more");
}

static void
test_delete (Desk   *desk,
             CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn);

  WRITES (desk->agent, &reply, "a", "One", 0, "ben-1");
  WRITES (desk->agent, &reply, "b", "Two", 0, "ben-1");
  WRITES (desk->agent, &reply, "c", "Three", 0, "ben-1");
  WRITES (desk->lead, &reply, "a", "", 1, "ana-1");
  assert_text (txn, &reply, "a", "");
  /* An edit wins over a deletion, whichever comes first. */
  WRITES (desk->agent, &reply, "a", "One!", 1, "ben-1");
  assert_text (txn, &reply, "a", "One!");
  WRITES (desk->lead, &reply, "b", "Two!", 1, "ana-1");
  WRITES (desk->agent, &reply, "b", "", 1, "ben-1");
  assert_text (txn, &reply, "b", "Two!");
  /* Of two versions one is deleted: the other one stays. */
  WRITES (desk->lead, &reply, "c", "Three by Ana", 0, "ana-1");
  WRITES (desk->agent, &reply, "c", "", 2, "ben-1");
  assert_text (txn, &reply, "c", "Three by Ana");
  WRITES (desk->agent, &reply, "c", "", 3, "ben-1");
  assert_text (txn, &reply, "c", "");
  /* What a patch leaves out is not deleted. */
  g_assert_cmpint (desk_test_patch (txn, desk->agent, DRAFT, reply.id, desk_test_json ("{'paragraphs':{},'envelope/subject':{'value':'Zip','rev':0,'writer':'w'}}")), ==, -1);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, DRAFT, reply.id, desk_test_json ("{'paragraphs/a':null}")), ==, -1);
  assert_text (txn, &reply, "a", "One!");
  assert_text (txn, &reply, "b", "Two!");
}

/* What a stale client brings back after a deletion passes for nothing that somebody else has seen. */
static void
test_back_again (Desk   *desk,
                 CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn);

  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *text = g_strdup_printf ("Draft %u", i);

      WRITES (desk->agent, &reply, "a", text, (int) i, "ben-1");
    }
  WRITES (desk->agent, &reply, "a", "", 4, "ben-1");
  WRITES (desk->lead, &reply, "a", "From the train", 3, "ana-1");
  WRITES (desk->admin, &reply, "a", "From the ship", 4, "mira-1");
  assert_text (txn, &reply, "a", "From the train | From the ship");
  /* What goes with a Submission only that takes out. */
  g_assert_cmpint (desk_test_patch (txn, desk->lead, DRAFT, reply.id, desk_test_json ("{'paragraphs/a':{'text':'','position':'a','rev':4,'writer':'ana-1','sent':true}}")), ==, -1);
  assert_text (txn, &reply, "a", "From the train | From the ship");
}

static void
test_move (Desk   *desk,
           CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn);
  g_autoptr (JsonObject) found = NULL;

  WRITES (desk->agent, &reply, "a", "One", 0, "ben-1");
  g_assert_cmpint (desk_test_patch (txn, desk->lead, DRAFT, reply.id,
                                    desk_test_json ("{'paragraphs/a':{'text':'One','position':'z','rev':0,'writer':'ana-1'}}")), ==, -1);
  found = paragraph (txn, &reply, "a");
  g_assert_cmpstr (csm_json_get_string (found, "position"), ==, "z");
  /* Who moved it has not written it. */
  g_assert_cmpstr (csm_json_get_string (found, "by"), ==, desk->agent->person_id);
}

/* Two without a network began the same reply. */
static void
test_same_draft (Desk   *desk,
                 CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn);
  g_autoptr (JsonObject) draft = NULL;
  g_autofree char *wrong = csm_id_new ('d');
  Reply other = reply;

  WRITES (desk->agent, &reply, "a", "One", 0, "ben-1");
  g_assert_cmpint (begin (txn, desk->lead, &reply, ",'envelope':{'subject':{'value':'Zip','rev':0,'writer':'w'}},'paragraphs':{'a':{'text':'Uno','position':'a','rev':0,'writer':'ana-1'},"
                                                   "'b':{'text':'Two','position':'b','rev':0,'writer':'ana-1'}}"), ==, -1);
  assert_text (txn, &reply, "a", "One | Uno");
  assert_text (txn, &reply, "b", "Two");
  draft = desk_test_get (txn, DRAFT, reply.id);
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (csm_json_get_object (draft, "envelope"), "subject"), "value"), ==, "Zip");
  other.id = wrong;
  g_assert_cmpint (begin (txn, desk->agent, &other, ""), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
}

static void
test_refused (Desk   *desk,
              CsmTxn *txn)
{
  static const char *const bad[] = {
    "'paragraphs/a':{'text':'x','position':'V','rev':0}", "'paragraphs/a':{'text':'x','position':'V','writer':'w'}",
    "'paragraphs/a':{'text':'x','rev':0,'writer':'w'}", "'paragraphs/a':{'position':'V','rev':0,'writer':'w'}",
    "'paragraphs/a':{'text':7,'position':'V','rev':0,'writer':'w'}", "'paragraphs/a':{'text':null,'position':'V','rev':0,'writer':'w'}",
    "'paragraphs/a':{'text':'x','position':'','rev':0,'writer':'w'}", "'paragraphs/a':{'text':'x','position':'V','rev':-1,'writer':'w'}",
    "'paragraphs/a':{'text':'x','position':'V','rev':9007199254740991,'writer':'w'}", "'paragraphs/a':{'text':'x','position':'V','rev':0.5,'writer':'w'}",
    "'paragraphs/a':{'text':'x','position':'V','rev':0,'writer':''}", "'paragraphs/a':{'text':'x','position':'V','rev':0,'writer':'w','by':'p'}",
    "'paragraphs/a':{'text':'x','position':'V','rev':0,'writer':'w','others':{}}", "'paragraphs/a b':{'text':'x','position':'V','rev':0,'writer':'w'}",
    "'paragraphs/a~1b':{'text':'x','position':'V','rev':0,'writer':'w'}", "'paragraphs/known/text':'y'",
    "'envelope/to':{'value':['jonas@example.net'],'rev':0,'writer':'w'}", "'envelope/to':{'value':[{'address':7}],'rev':0,'writer':'w'}",
    "'envelope/to':{'value':[],'writer':'w'}", "'envelope/subject':{'value':null,'rev':0,'writer':'w'}", "'envelope/subject':{'value':'a\\nb','rev':0,'writer':'w'}",
    "'envelope/date':{'value':[],'rev':0,'writer':'w'}", "'envelope/to':{'value':[],'rev':0,'writer':'w','by':'p'}",
    "'files/k':{'name':'a.pdf'}", "'files/k':{'blobId':'Bnone','name':'a.pdf'}", "'files/k k':{'blobId':'Bnone'}",
    "'basedOn':'m01J9ZK3V7XQ6T8R5M2N4P0W1YB'", "'reviewerId':'p01J9ZK3V7XQ6T8R5M2N4P0W1YB'", "'review':'requested'",
  };
  g_auto (Reply) reply = new_reply (desk, txn);
  g_autofree char *long_text = g_strnfill (65 * 1024, 'x');
  g_autoptr (JsonObject) before = NULL;
  g_autoptr (JsonObject) after = NULL;
  CsmPrincipal guest = *desk->agent;

  WRITES (desk->agent, &reply, "known", "x", 0, "ben-1");
  before = desk_test_get (txn, DRAFT, reply.id);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_test_message ("%s", bad[i]);
      g_assert_cmpint (desk_test_patch (txn, desk->agent, DRAFT, reply.id, desk_test_json ("{%s}", bad[i])), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
    }
  g_assert_cmpint (write_as (txn, desk->agent, &reply, "a", long_text, 0, "w"), ==, CSM_DESK_ERROR_INVALID_PROPERTIES);
  guest.role = (char *) "guest";
  g_assert_cmpint (write_as (txn, &guest, &reply, "a", "x", 0, "w"), ==, CSM_DESK_ERROR_FORBIDDEN);
  after = desk_test_get (txn, DRAFT, reply.id);
  g_assert_true (json_object_equal (before, after));
}

/* --- Who wrote what --------------------------------------------------------------------------------------------------- */

static JsonArray *
revisions (CsmTxn *txn,
           Reply  *reply)
{
  g_autoptr (JsonObject) draft = desk_test_get (txn, DRAFT, reply->id);

  return json_array_ref (csm_json_get_array (draft, "revisions"));
}

static void
assert_revision (CsmTxn             *txn,
                 Reply              *reply,
                 guint               index,
                 const CsmPrincipal *who,
                 const char         *text)
{
  g_autoptr (JsonArray) list = revisions (txn, reply);
  JsonObject *one;

  g_assert_cmpuint (json_array_get_length (list), >, index);
  one = json_array_get_object_element (list, index);
  g_assert_cmpstr (csm_json_get_string (one, "by"), ==, who->person_id);
  g_assert_cmpstr (csm_json_get_string (one, "text"), ==, text);
  g_assert_cmpint (csm_json_get_time (one, "at"), >, 0);
}

static void
test_revisions (Desk   *desk,
                CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn);
  g_autoptr (JsonArray) list = NULL;

  /* At one go; with a new entry for each other person, whose clash is in there, too. */
  WRITES (desk->agent, &reply, "a", "Good", 0, "ben-1");
  WRITES (desk->agent, &reply, "a", "Good morning", 0, "ben-1");
  WRITES (desk->agent, &reply, "b", "Bye", 0, "ben-1");
  WRITES (desk->lead, &reply, "a", "Hello", 0, "ana-1");
  WRITES (desk->agent, &reply, "b", "Goodbye", 0, "ben-1");
  assert_revision (txn, &reply, 0, desk->agent, "Good morning\n\nBye");
  assert_revision (txn, &reply, 1, desk->lead, "Hello");
  assert_revision (txn, &reply, 2, desk->agent, "Goodbye");
  list = revisions (txn, &reply);
  g_assert_cmpuint (json_array_get_length (list), ==, 3);
}

static void
test_many_revisions (Desk   *desk,
                     CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn);
  g_autofree char *large = g_strnfill (60000, 'x');
  gsize size = 0;

  for (guint i = 0; i < 130; i++)
    WRITES (i % 2 == 0 ? desk->agent : desk->lead, &reply, "a", i % 2 == 0 ? "Tick" : "Tock", (int) i, i % 2 == 0 ? "ben-1" : "ana-1");
  {
    g_autoptr (JsonArray) list = revisions (txn, &reply);

    g_assert_cmpuint (json_array_get_length (list), ==, 100);
  }
  /* Many large ones push out those before. */
  for (guint i = 0; i < 10; i++)
    {
      char key[] = { (char) ('b' + i), '\0' };

      WRITES (i % 2 == 0 ? desk->agent : desk->lead, &reply, key, large, 0, "w");
    }
  {
    g_autoptr (JsonArray) list = revisions (txn, &reply);

    for (guint i = 0; i < json_array_get_length (list); i++)
      size += strlen (csm_json_get_string (json_array_get_object_element (list, i), "text"));
    g_assert_cmpuint (size, <=, 256 * 1024);
    g_assert_cmpuint (json_array_get_length (list), ==, 4);
  }
}

/* --- Many at random ---------------------------------------------------------------------------------------------------- */

#define N_WRITERS 4

typedef struct
{
  const char *person;
  const char *token;
  JsonObject *seen;     /* the paragraphs, as they were when this one looked last */
} Writer;

/* (element-type utf8 utf8): the texts of a paragraph, and whose each is: "person token" */
static GHashTable *
texts_of (JsonObject *paragraphs,
          const char *key)
{
  GHashTable *texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  JsonObject *one = csm_json_get_object (paragraphs, key);
  JsonArray *others = csm_json_get_array (one, "others");

  for (guint i = 0; one != NULL && i <= (others != NULL ? json_array_get_length (others) : 0); i++)
    {
      JsonObject *text = i == 0 ? one : json_array_get_object_element (others, i - 1);

      g_hash_table_insert (texts, g_strdup (csm_json_get_string (text, "text")),
                           g_strdup_printf ("%s %s", csm_json_get_string (text, "by"), csm_json_get_string (text, "writer")));
    }
  return texts;
}

/* What is gone its own writer has replaced, or somebody who had seen it. */
static void
check_nothing_lost (JsonObject *before,
                    JsonObject *after,
                    const char *key,
                    Writer     *writer)
{
  g_autoptr (GHashTable) old = texts_of (before, key);
  g_autoptr (GHashTable) new = texts_of (after, key);
  g_autoptr (GHashTable) seen = texts_of (writer->seen, key);
  g_autofree char *self = g_strdup_printf ("%s %s", writer->person, writer->token);
  GHashTableIter iter;
  gpointer text, whose;

  g_hash_table_iter_init (&iter, old);
  while (g_hash_table_iter_next (&iter, &text, &whose))
    {
      if (!g_hash_table_contains (new, text) && !g_str_equal (whose, self) && !g_hash_table_contains (seen, text))
        g_error ("%s by %s was lost to %s, who had not seen it", (char *) text, (char *) whose, self);
    }
}

static JsonObject *
write_something (Writer     *writer,
                 const char *key,
                 guint       step)
{
  JsonObject *one = csm_json_get_object (writer->seen, key);
  g_autofree char *text = g_test_rand_int_range (0, 5) == 0 ? g_strdup ("") : g_strdup_printf ("text %u", step);
  g_autoptr (JsonObject) given = desk_test_json ("{'text':'%s','position':'%s','rev':%d,'writer':'%s'}", text, key, (int) csm_json_get_int (one, "rev", 0), writer->token);

  if (g_test_rand_bit ())
    json_object_set_array_member (given, "others", json_array_new ());
  return g_steal_pointer (&given);
}

static void
test_random (void)
{
  static const char *const keys[] = { "a", "b" };
  Writer writers[N_WRITERS] = { { "p1", "one", NULL }, { "p1", "two", NULL }, { "p2", "three", NULL }, { "p3", "four", NULL } };
  g_autoptr (JsonObject) paragraphs = json_object_new ();
  gint64 spent_rev = 0;

  for (guint i = 0; i < N_WRITERS; i++)
    writers[i].seen = json_object_new ();
  for (guint step = 0; step < 6000; step++)
    {
      Writer *writer = &writers[g_test_rand_int_range (0, N_WRITERS)];
      const char *key = keys[g_test_rand_int_range (0, G_N_ELEMENTS (keys))];
      g_autoptr (JsonObject) given = json_object_new ();
      g_autoptr (CsmDraftMerge) merge = NULL;

      if (g_test_rand_int_range (0, 3) == 0)
        {
          json_object_unref (writer->seen);
          writer->seen = csm_json_copy_object (paragraphs);
          continue;
        }
      json_object_set_object_member (given, key, write_something (writer, key, step));
      merge = csm_draft_merge_new (paragraphs, given, spent_rev, writer->person, step + 1);
      g_assert_nonnull (merge);
      check_nothing_lost (paragraphs, merge->paragraphs, key, writer);
      json_object_unref (paragraphs);
      paragraphs = json_object_ref (merge->paragraphs);
      spent_rev = merge->spent_rev;
    }
  for (guint i = 0; i < N_WRITERS; i++)
    json_object_unref (writers[i].seen);
}

/* --- Of conversations that become one ------------------------------------------------------------------------------------ */

static void
put_together (Desk   *desk,
              CsmTxn *txn,
              Reply  *reply,
              Reply  *into)
{
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_CONVERSATION, reply->conversation,
                                    into != NULL ? desk_test_json ("{'mergedIntoId':'%s'}", into->conversation) : desk_test_json ("{'mergedIntoId':null}")), ==, -1);
}

/* The texts of a draft in their order. */
static void
assert_texts (CsmTxn     *txn,
              Reply      *reply,
              const char *expected)
{
  g_autoptr (JsonObject) draft = desk_test_get (txn, DRAFT, reply->id);
  JsonObject *paragraphs = csm_json_get_object (draft, "paragraphs");
  g_autoptr (GPtrArray) keys = csm_draft_keys (paragraphs);
  g_autoptr (GString) texts = g_string_new (NULL);

  for (guint i = 0; i < keys->len; i++)
    g_string_append_printf (texts, "[%s]", csm_json_get_string (csm_json_get_object (paragraphs, keys->pdata[i]), "text"));
  g_assert_cmpstr (texts->str, ==, expected);
}

static void
test_joined (Desk   *desk,
             CsmTxn *txn)
{
  g_auto (Reply) one = new_reply (desk, txn);
  g_auto (Reply) two = { 0 };
  g_autofree char *message = desk_test_mail (desk, txn, "jonas@example.net", "b@x", NULL);

  two.case_id = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, message, "caseId");
  two.conversation = desk_test_text (txn, CSM_TYPE_ID_MESSAGE, message, "conversationId");
  two.id = csm_id_with_letter (two.conversation, 'd');
  WRITES (desk->agent, &one, "b", "We mend it.", 0, "ben-1");
  WRITES (desk->agent, &one, "c", "Yours", 0, "ben-1");
  /* Where nobody has written anything yet, … */
  put_together (desk, txn, &one, &two);
  assert_texts (txn, &one, "");
  assert_texts (txn, &two, "[We mend it.][Yours]");
  desk_assert_text (txn, DRAFT, two.id, "caseId", two.case_id);
  put_together (desk, txn, &one, NULL);
  assert_texts (txn, &one, "[We mend it.][Yours]");
  assert_texts (txn, &two, "");
  /* … and behind what is there, which nobody has looked at so. */
  WRITES (desk->lead, &two, "d", "It is sent.", 0, "ana-1");
  g_assert_cmpint (desk_test_patch (txn, desk->lead, DRAFT, two.id, desk_test_json ("{'review':'approved'}")), ==, -1);
  put_together (desk, txn, &one, &two);
  assert_texts (txn, &two, "[It is sent.][We mend it.][Yours]");
  {
    g_autoptr (JsonObject) draft = desk_test_get (txn, DRAFT, two.id);

    g_assert_true (csm_json_get_boolean (draft, "changedSinceReview"));
    g_assert_true (csm_json_has_key (draft, "authorIds", desk->agent->person_id));
  }
  /* Whoever has not heard of it goes on there, too. */
  WRITES (desk->agent, &one, "c", "Yours sincerely", 1, "ben-1");
  WRITES (desk->admin, &one, "e", "PS", 0, "cleo-1");
  WRITES (desk->admin, &one, "b", "We do not.", 0, "cleo-1");
  assert_texts (txn, &one, "");
  assert_texts (txn, &two, "[It is sent.][We mend it.][Yours sincerely][PS]");
  assert_text (txn, &two, "b", "We mend it. | We do not.");
  /* What went out does not come back. */
  g_assert_cmpint (desk_test_patch (txn, desk->agent, DRAFT, two.id,
                                    desk_test_json ("{'paragraphs/e':{'text':'','position':'z','rev':%d,'writer':'ben-1'}}", rev_of (txn, &two, "e"))), ==, -1);
  put_together (desk, txn, &one, NULL);
  assert_texts (txn, &one, "[We mend it.][Yours sincerely]");
  assert_texts (txn, &two, "[It is sent.]");
}

/* A reply that waits went to a conversation of its own with what it answers: taken back, it is in a draft there. */
static void
test_split_and_undone (Desk   *desk,
                       CsmTxn *txn)
{
  g_auto (Reply) reply = new_reply (desk, txn);
  g_auto (Reply) part = { 0 };
  g_autofree char *message = desk_test_mail (desk, txn, "jonas@example.net", "c@x", "a@x");
  g_autofree char *sent = csm_id_new ('s');

  part.conversation = csm_id_new ('v');
  part.id = csm_id_with_letter (part.conversation, 'd');
  WRITES (desk->agent, &reply, "a", "Soon.", 0, "ben-1");
  g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_SUBMISSION, sent,
                                     desk_test_json ("{'caseId':'%s','conversationId':'%s','to':[{'address':'jonas@example.net'}],'basedOn':'%s','inReplyTo':'%s',"
                                                     "'textBody':'Soon.','draftParagraphs':{'a':{'rev':1}}}", reply.case_id, reply.conversation, message, message)), ==, -1);
  {
    g_autofree char *customer = desk_test_text (txn, CSM_TYPE_ID_CONVERSATION, reply.conversation, "customerId");

    g_assert_cmpint (desk_test_create (txn, desk->agent, CSM_TYPE_ID_CONVERSATION, part.conversation,
                                       desk_test_json ("{'caseId':'%s','customerId':'%s','channelId':'%s','splitFromId':'%s','firstMessageId':'%s'}",
                                                       reply.case_id, customer, desk->channel, reply.conversation, message)), ==, -1);
  }
  desk_assert_text (txn, CSM_TYPE_ID_SUBMISSION, sent, "conversationId", part.conversation);
  g_assert_cmpint (desk_test_patch (txn, desk->agent, CSM_TYPE_ID_SUBMISSION, sent, desk_test_json ("{'undoStatus':'canceled'}")), ==, -1);
  assert_texts (txn, &part, "[Soon.]");
  desk_assert_text (txn, DRAFT, part.id, "caseId", reply.case_id);
}

/* What is too much already can be made less. */
static void
test_too_much (void)
{
  g_autofree char *text = g_strnfill (60 * 1024, 'x');
  g_autoptr (JsonObject) stored = json_object_new ();

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%02u", i);

      json_object_set_object_member (stored, key, desk_test_json ("{'text':'%s','position':'V','rev':1,'writer':'w','by':'p'}", text));
    }
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (JsonObject) given = i == 0 ? desk_test_json ("{'k01':{'text':'','position':'V','rev':1,'writer':'w'}}")
                                            : desk_test_json ("{'new':{'text':'y','position':'V','rev':0,'writer':'w'}}");
      g_autoptr (CsmDraftMerge) merge = csm_draft_merge_new (stored, given, 0, "p", csm_time_now ());

      g_assert_true ((merge != NULL) == (i == 0));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/drafts/random", test_random);
  g_test_add_func ("/drafts/too-much", test_too_much);
  desk_test_add ("/drafts/merge", test_merge);
  desk_test_add ("/drafts/clash", test_clash);
  desk_test_add ("/drafts/undecided", test_undecided);
  desk_test_add ("/drafts/delete", test_delete);
  desk_test_add ("/drafts/back-again", test_back_again);
  desk_test_add ("/drafts/move", test_move);
  desk_test_add ("/drafts/same-draft", test_same_draft);
  desk_test_add ("/drafts/joined", test_joined);
  desk_test_add ("/drafts/split-and-undone", test_split_and_undone);
  desk_test_add ("/drafts/refused", test_refused);
  desk_test_add ("/drafts/revisions", test_revisions);
  desk_test_add ("/drafts/many-revisions", test_many_revisions);
  return g_test_run ();
}
