/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>

#include "csm-delivery-words.h"
#include "csm-json.h"
#include "csm-mail-words.h"
#include "csm-message-text.h"
#include "csm-recipients.h"
#include "csm-remote-images.h"
#include "csm-reply-kept.h"
#include "csm-time.h"

/* What the app says and does about mail, without a display. */

/* --- as plain text ------------------------------------------------------------------------------------------- */

static JsonObject *parse (const char *quoted);

static void
test_text (void)
{
  g_autoptr (JsonObject) message = parse ("{'subject':'Tents','textBody':'all of it\\n','body':["
                                          "{'t':'p','s':[{'x':'Look at '},{'x':'this page','u':'https://example.org/a'},{'x':' please.'}]},"
                                          "{'t':'li','l':1,'s':[{'x':'one'}]},{'t':'li','l':2,'o':3,'s':[{'x':'two'}]},"
                                          "{'t':'table','r':[['a','b'],['c','d']]},{'t':'img','alt':'A tent','cid':'x'},"
                                          "{'t':'sig','c':[{'t':'p','s':[{'x':'Nina'}]}]},"
                                          "{'t':'q','d':1,'a':'On Monday Ana wrote:','c':[{'t':'p','s':[{'x':'Which\\ntent?'}]}]}]}");
  g_autofree char *all = csm_message_text (message, CSM_MESSAGE_TEXT_ALL);
  g_autofree char *fresh = csm_message_text (message, CSM_MESSAGE_TEXT_NEW);
  g_autofree char *authored = csm_message_text (message, CSM_MESSAGE_TEXT_AUTHORED);
  g_autofree char *summary = csm_message_text_summary (message, 20);
  g_autofree char *quote = csm_message_text_quote ("a\n\n> b\nc", 3);

  g_assert_cmpstr (all, ==, "all of it");
  g_assert_cmpstr (authored, ==, "Look at this page <https://example.org/a> please.\n\n• one\n  3. two\n\na\tb\nc\td\n\n[A tent]");
  g_assert_true (g_str_has_prefix (fresh, authored));
  g_assert_true (g_str_has_suffix (fresh, "\n\nNina"));
  g_assert_cmpstr (summary, ==, "Look at this page…");
  g_assert_cmpstr (quote, ==, "> a\n>\n>> b\n> …");
}

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
  recipients = csm_recipients_new (&detail, directory, NULL);
  to = csm_recipients_write (recipients->to);
  cc = csm_recipients_write (recipients->cc);
  g_assert_cmpstr (to, ==, "María <maria@example.org>");
  /* What comes to sales+x is not known to come to us, and a customer's own detail is theirs. */
  g_assert_cmpstr (cc, ==, "maria+shop@example.org, sales+x@example.com, +support@example.com");
  json_object_unref (entry->record);
  g_free (entry);
}

/* --- as people write them ------------------------------------------------------------------------------------ */

static void
check_read (const char *text,
            const char *expected)
{
  g_autoptr (JsonArray) list = csm_recipients_read (text);
  g_autofree char *written = list != NULL ? csm_recipients_write (list) : NULL;

  g_assert_cmpstr (written, ==, expected);
}

static void
test_read_recipients (void)
{
  check_read ("", "");
  check_read ("ana@example.com, ", "ana@example.com");
  check_read ("\"López, María\" <maria@example.org>; ben@example.com", "\"López, María\" <maria@example.org>, ben@example.com");
  check_read ("\"María \\\"Mari\\\" López\" <maria@example.org>", "\"María \\\"Mari\\\" López\" <maria@example.org>");
  check_read ("\"Ben Okafor\" <ben@example.com>", "Ben Okafor <ben@example.com>");
  check_read ("ana@example.com ben@example.com", NULL);
  check_read ("ana@example.com, ben", NULL);
  check_read ("\"López, María <maria@example.org>", NULL);
}

static void
check_paste (const char *text,
             const char *expected)
{
  g_autofree char *list = csm_recipients_paste (text, -1);

  g_assert_cmpstr (list, ==, expected);
}

static void
test_paste_recipients (void)
{
  check_paste ("ana@example.com\r\nBen Okafor <ben@example.com>\r\n", "ana@example.com, Ben Okafor <ben@example.com>");
  check_paste ("ana@example.com; ben@example.com, ", NULL);
  check_paste ("López, María <maria@example.org>; Park, Jon <jon@example.org>",
               "\"López, María\" <maria@example.org>, \"Park, Jon\" <jon@example.org>");
  check_paste ("María López\tmaria@example.org\nJon Park\tjon@example.org", "María López <maria@example.org>, Jon Park <jon@example.org>");
  /* What is nobody's address is not lost. */
  check_paste ("Ana, ben@example.com", "Ana, ben@example.com");
  check_paste ("ana@example.com", NULL);
  check_paste ("Dear all,\n", NULL);
}

static void
check_at (const char *text,
          const char *expected)
{
  const char *cursor = strchr (text, '|');
  g_autofree char *plain = g_strdup_printf ("%.*s%s", (int) (cursor - text), text, cursor + 1);
  g_autofree char *found = NULL;
  gsize start;
  gsize end;

  csm_recipients_at (plain, (gsize) (cursor - text), &start, &end);
  found = g_strndup (plain + start, end - start);
  g_assert_cmpstr (found, ==, expected);
}

static void
test_recipient_at (void)
{
  check_at ("|", "");
  check_at ("ana|", "ana");
  check_at ("ana@example.com, be|", "be");
  check_at ("ana@example.com, |", "");
  check_at ("an|a@example.com, ben", "ana@example.com");
  check_at ("\"López, Ma|ría\" <maria@example.org>, ben", "\"López, María\" <maria@example.org>");
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

/* --- where it comes from ------------------------------------------------------------------------------------- */

static void
test_trust (void)
{
  g_autoptr (JsonObject) verified = parse ("{'trust':{'verdict':'verified','domain':'example.org','spf':'softfail','dkim':'pass','server':'mx.example.net'}}");
  g_autoptr (JsonObject) failed = parse ("{'trust':{'verdict':'failed','dmarc':'fail','server':'mx.example.net'}}");
  g_autoptr (JsonObject) unverified = parse ("{'trust':{'verdict':'unverified','spf':'none'}}");
  g_autoptr (JsonObject) nothing = parse ("{}");
  g_autofree char *title = csm_mail_trust_title (verified);
  g_autofree char *details = csm_mail_trust_details (verified);
  g_autofree char *bad = csm_mail_trust_title (failed);
  g_autofree char *bad_details = csm_mail_trust_details (failed);

  g_assert_cmpstr (title, ==, "This really comes from example.org");
  g_assert_cmpstr (details, ==, "DKIM: pass\nSPF: softfail\nChecked for example.org\nSaid by mx.example.net");
  g_assert_cmpstr (bad, ==, "This may not come from who it says");
  g_assert_cmpstr (bad_details, ==, "DMARC: fail\nSaid by mx.example.net");
  g_assert_true (csm_mail_trust_is_good (verified));
  g_assert_false (csm_mail_trust_is_good (failed));
  g_assert_null (csm_mail_trust_title (unverified));
  g_assert_null (csm_mail_trust_title (nothing));
}

static void
test_warnings (void)
{
  g_autoptr (JsonObject) message = parse ("{'warnings':{'linkDeceives':true,'linkMismatch':true,'lookalike':true,'something':true}}");
  g_autoptr (JsonObject) unknown = parse ("{'warnings':{'something':true}}");
  g_autofree char *text = csm_mail_warnings (message);

  g_assert_cmpstr (text, ==, "The sender's domain looks like one that you know, but it is another.\n"
                             "A link in this message leads to another place than its text says.");
  g_assert_null (csm_mail_warnings (unknown));
  g_assert_false (csm_mail_is_signed (unknown));
}

/* That nobody has checked it is no reason to be careful, nor to trust it. */
static void
test_signed (void)
{
  g_autoptr (JsonObject) message = parse ("{'warnings':{'signatureUnchecked':true}}");

  g_assert_true (csm_mail_is_signed (message));
  g_assert_null (csm_mail_warnings (message));
}

/* --- invitations --------------------------------------------------------------------------------------------- */

static void
test_event (void)
{
  g_autoptr (JsonObject) call = parse ("{'method':'request','start':'2026-08-03T08:00:00Z','end':'2026-08-03T09:30:00Z','organizer':'a@example.org','organizerName':'Ana'}");
  g_autoptr (JsonObject) days = parse ("{'method':'cancel','allDay':true,'start':'2026-08-03','end':'2026-08-05'}");
  g_autoptr (JsonObject) floating = parse ("{'method':'reply','status':'declined','start':'2026-08-03T10:00:00'}");
  g_autoptr (JsonObject) none = parse ("{'start':'soon'}");
  g_autofree char *call_when = csm_mail_event_when (call);
  g_autofree char *call_kind = csm_mail_event_kind (call);
  g_autofree char *call_by = csm_mail_event_organizer (call);
  g_autofree char *days_when = csm_mail_event_when (days);
  g_autofree char *days_kind = csm_mail_event_kind (days);
  g_autofree char *floating_when = csm_mail_event_when (floating);
  g_autofree char *floating_kind = csm_mail_event_kind (floating);
  g_autofree char *no_when = csm_mail_event_when (none);

  g_assert_cmpstr (call_when, ==, "Monday, 3 August 2026, 10:00 – 11:30");
  g_assert_cmpstr (call_kind, ==, "Invitation");
  g_assert_cmpstr (call_by, ==, "Ana <a@example.org>");
  g_assert_cmpstr (days_when, ==, "Monday, 3 August 2026 – Wednesday, 5 August 2026");
  g_assert_cmpstr (days_kind, ==, "Cancelled");
  g_assert_cmpstr (floating_when, ==, "Monday, 3 August 2026, 10:00 (the organizer's time)");
  g_assert_cmpstr (floating_kind, ==, "Invitation declined");
  g_assert_null (no_when);
}

static void
test_away (void)
{
  g_autoptr (JsonObject) message = parse ("{'automatic':'reply','awayUntil':'2026-08-03T00:00:00Z'}");
  g_autoptr (JsonObject) undated = parse ("{'automatic':'reply'}");
  g_autoptr (JsonObject) person = parse ("{'awayUntil':'2026-08-03T00:00:00Z'}");
  g_autoptr (GTimeZone) elsewhere = g_time_zone_new_identifier ("America/New_York");
  gint64 back;
  g_autofree char *text = csm_mail_away (message, NULL, csm_time_parse ("2026-07-20T10:00:00Z"), &back);
  g_autofree char *plain = NULL;

  g_assert_cmpstr (text, ==, "Automatic answer: away until Monday, 3 August 2026");
  g_assert_cmpint (back, ==, csm_time_parse ("2026-08-03T07:00:00Z"));
  /* The morning of the workspace, wherever this computer is */
  g_free (csm_mail_away (message, elsewhere, csm_time_parse ("2026-07-20T10:00:00Z"), &back));
  g_assert_cmpint (back, ==, csm_time_parse ("2026-08-03T13:00:00Z"));
  g_free (csm_mail_away (message, NULL, csm_time_parse ("2026-08-03T07:00:01Z"), &back));
  g_assert_cmpint (back, ==, CSM_TIME_NONE);
  plain = csm_mail_away (undated, NULL, 0, &back);
  g_assert_cmpstr (plain, ==, "Automatic answer");
  g_assert_null (csm_mail_away (person, NULL, 0, &back));
}

static void
test_list (void)
{
  g_autoptr (JsonObject) message = parse ("{'automatic':'newsletter','unsubscribe':{'oneClick':true,'url':'https://list.example.org/u?x=1'}}");
  g_autoptr (JsonObject) by_mail = parse ("{'unsubscribe':{'mailto':'mailto:off@lists.example.org?subject=x'}}");
  g_autofree char *host = csm_mail_list_host (message);
  g_autofree char *mail_host = csm_mail_list_host (by_mail);
  g_autoptr (JsonObject) both = parse ("{'unsubscribe':{'url':'https://www.example.net/u','mailto':'mailto:off@lists.example.org?subject=a@b'}}");
  g_autoptr (JsonObject) by_page = parse ("{'unsubscribe':{'url':'https://www.example.net/u'}}");
  g_autofree char *both_host = csm_mail_list_host (both);

  /* The server writes a mail where it can, and says so of the one it writes to. */
  g_assert_cmpstr (both_host, ==, "lists.example.org");
  g_assert_false (csm_mail_list_needs_page (both));
  g_assert_false (csm_mail_list_needs_page (message));
  g_assert_true (csm_mail_list_needs_page (by_page));
  g_assert_true (csm_mail_can_unsubscribe (message, "newsletter"));
  g_assert_false (csm_mail_can_unsubscribe (message, "spam"));
  /* A customer who writes through a list wants an answer. */
  g_assert_false (csm_mail_can_unsubscribe (by_mail, "conversation"));
  g_assert_true (csm_mail_can_unsubscribe (by_mail, "notification"));
  g_assert_cmpstr (host, ==, "list.example.org");
  g_assert_cmpstr (mail_host, ==, "lists.example.org");
}

/* --- what became of it --------------------------------------------------------------------------------------- */

static void
check_state (const char *delivery,
             const char *expected,
             const char *expected_icon)
{
  g_autoptr (JsonObject) message = parse (delivery);
  const char *icon = NULL;
  g_autofree char *text = csm_delivery_state (message, &icon);

  g_assert_cmpstr (text, ==, expected);
  if (expected_icon != NULL)
    g_assert_cmpstr (icon, ==, expected_icon);
}

static void
test_delivery (void)
{
  g_autoptr (JsonObject) failed = parse ("{'delivery':{'state':'failed','recipients':{'a@example.org':{'state':'failed','status':'5.1.1','why':'no such user'},"
                                         "'b@example.org':{'state':'accepted'},'c@example.org':{'state':'delayed','status':'4.4.1'}}}}");
  g_autoptr (GPtrArray) texts = csm_delivery_recipients (failed);

  check_state ("{}", NULL, NULL);
  check_state ("{'delivery':{'state':'accepted'}}", "Sent", "object-select-symbolic");
  check_state ("{'delivery':{'state':'accepted','recipients':{'a@example.org':{'state':'delayed'}}}}", "Sent; not everybody has it yet", NULL);
  check_state ("{'delivery':{'state':'queued'}}", "Waits to be handed over", "csm-waits-symbolic");
  check_state ("{'delivery':{'state':'unknown'}}", "Nobody knows whether it arrived", "dialog-warning-symbolic");
  check_state ("{'delivery':{'state':'failed','why':'refused'}}", "Not delivered: refused", NULL);
  check_state ("{'delivery':{'state':'failed','recipients':{'a@example.org':{'state':'failed'},'b@example.org':{'state':'accepted'}}}}",
               "Not delivered to everybody", NULL);
  g_assert_cmpuint (texts->len, ==, 2);
  g_assert_cmpstr (texts->pdata[0], ==, "a@example.org did not get it: no such user (5.1.1)\nCheck the address.");
  g_assert_cmpstr (texts->pdata[1], ==, "c@example.org has not got it yet (4.4.1)\nThe mail server goes on trying; there is nothing to do yet.");
}

static void
test_queued (void)
{
  g_autofree char *next = csm_time_format (csm_time_now () + 1800 * CSM_SECOND);
  g_autofree char *json = g_strdup_printf ("{'delivery':{'state':'queued','tries':2,'nextAt':'%s','why':'451 busy'}}", next);
  g_autoptr (JsonObject) message = parse (json);
  const char *icon;
  g_autofree char *text = csm_delivery_state (message, &icon);

  g_assert_true (g_str_has_prefix (text, "Not sent yet, tries again at "));
  g_assert_true (g_str_has_suffix (text, ": 451 busy"));
}

/* --- images on the web --------------------------------------------------------------------------------------- */

static void
test_images (void)
{
  g_autoptr (JsonObject) message = parse ("{'body':[{'t':'img','remote':true,'src':'https://example.org/a.png'},{'t':'img','cid':'x'},"
                                          "{'t':'q','d':1,'c':[{'t':'img','remote':true,'src':'https://example.org/b.png'},"
                                          "{'t':'img','remote':true,'src':'https://example.org/a.png'}]}]}");
  g_autoptr (GPtrArray) urls = csm_remote_images_find (message);

  g_assert_cmpuint (urls->len, ==, 2);
  g_assert_cmpstr (urls->pdata[0], ==, "https://example.org/a.png");
  g_assert_cmpstr (urls->pdata[1], ==, "https://example.org/b.png");
}

int
main (int    argc,
      char **argv)
{
  /* Words are compared with what people in Madrid see. */
  g_setenv ("TZ", "Europe/Madrid", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mail-words/read-recipients", test_read_recipients);
  g_test_add_func ("/mail-words/paste-recipients", test_paste_recipients);
  g_test_add_func ("/mail-words/recipient-at", test_recipient_at);
  g_test_add_func ("/mail-words/text", test_text);
  g_test_add_func ("/mail-words/reply-all", test_reply_all);
  g_test_add_func ("/mail-words/signature", test_signature);
  g_test_add_func ("/mail-words/trust", test_trust);
  g_test_add_func ("/mail-words/warnings", test_warnings);
  g_test_add_func ("/mail-words/signed", test_signed);
  g_test_add_func ("/mail-words/event", test_event);
  g_test_add_func ("/mail-words/away", test_away);
  g_test_add_func ("/mail-words/list", test_list);
  g_test_add_func ("/mail-words/delivery", test_delivery);
  g_test_add_func ("/mail-words/queued", test_queued);
  g_test_add_func ("/mail-words/images", test_images);
  return g_test_run ();
}
