/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-json.h"
#include "csm-recipients.h"
#include "csm-reply-kept.h"

/* What the app says and does about mail, without a display. */

/* --- answering all ------------------------------------------------------------------------------------------- */

static JsonObject *
parse (const char *quoted)
{
  g_autofree char *text = g_strdelimit (g_strdup (quoted), "'", '"');
  g_autoptr (GError) error = NULL;
  JsonObject *object = csm_json_parse_object (text, -1, &error);

  g_assert_no_error (error);
  return object;
}

static CsmDirectory *
make_directory (void)
{
  CsmDirectory *directory = g_new0 (CsmDirectory, 1);

  directory->my_id = g_strdup ("p1");
  directory->people = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  directory->teams = g_ptr_array_new ();
  directory->tags = g_ptr_array_new ();
  directory->channels = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  directory->rules = g_ptr_array_new ();
  g_ptr_array_add (directory->people, parse ("{'id':'p1','name':'Ana Reyes','email':'ana@example.com'}"));
  g_ptr_array_add (directory->channels, parse ("{'id':'h1','address':'support@example.com','plusAddressing':true}"));
  g_ptr_array_add (directory->channels, parse ("{'id':'h2','address':'sales@example.com'}"));
  return directory;
}

static void
test_reply_all (void)
{
  g_autoptr (CsmDirectory) directory = make_directory ();
  g_autoptr (GPtrArray) timeline = g_ptr_array_new ();
  g_autoptr (GPtrArray) conversations = g_ptr_array_new ();
  CsmCaseDetail detail = { .timeline = timeline, .conversations = conversations };
  g_autoptr (CsmRecipients) recipients = NULL;
  CsmTimelineEntry *entry = g_new0 (CsmTimelineEntry, 1);
  g_autofree char *to = NULL;
  g_autofree char *cc = NULL;

  entry->kind = CSM_ENTRY_MESSAGE;
  entry->record = parse ("{'id':'m1','conversationId':'v1','channelId':'h1','direction':'in','subject':'Parcel',"
                         "'from':[{'name':'María','address':'maria@example.org'}],"
                         "'to':[{'name':'','address':'SUPPORT@Example.com'},{'name':'','address':'Support+c-ab2cd@example.com'},"
                         "{'name':'','address':'maria+shop@example.org'}],"
                         "'cc':[{'name':'','address':'sales+x@example.com'},{'name':'','address':'Sales@example.com'},"
                         "{'name':'','address':'Ana@Example.com'},{'name':'','address':'+support@example.com'}]}");
  g_ptr_array_add (timeline, entry);
  recipients = csm_recipients_new (&detail, directory);
  to = csm_recipients_write (recipients->to);
  cc = csm_recipients_write (recipients->cc);
  g_assert_cmpstr (to, ==, "María <maria@example.org>");
  /* What comes to sales+x is not known to come to us, and a customer's own detail is theirs. */
  g_assert_cmpstr (cc, ==, "maria+shop@example.org, sales+x@example.com, +support@example.com");
  json_object_unref (entry->record);
  g_free (entry);
}

/* --- the signature ------------------------------------------------------------------------------------------- */

static void
test_signature (void)
{
  g_autofree char *signed_text = csm_reply_sign ("Good morning\n", "Ana Reyes\nSupport");
  g_autofree char *again = csm_reply_sign (signed_text, "Ana Reyes\nSupport");
  g_autofree char *typed = csm_reply_unsign (signed_text, "Ana Reyes\nSupport");
  g_autofree char *other = csm_reply_unsign (signed_text, "Ana\nSupport");
  g_autofree char *none = csm_reply_sign ("Good morning\n", NULL);
  g_autofree char *own = csm_reply_sign ("Good morning\n\n-- \nAna", "Ana Reyes");

  g_assert_cmpstr (signed_text, ==, "Good morning\n\n-- \nAna Reyes\nSupport");
  g_assert_cmpstr (again, ==, signed_text);
  g_assert_cmpstr (typed, ==, "Good morning");
  g_assert_cmpstr (other, ==, signed_text);
  g_assert_cmpstr (none, ==, "Good morning");
  g_assert_cmpstr (own, ==, "Good morning\n\n-- \nAna");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mail-words/reply-all", test_reply_all);
  g_test_add_func ("/mail-words/signature", test_signature);
  return g_test_run ();
}
