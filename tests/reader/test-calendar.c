/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#define G_LOG_DOMAIN "csm-reader-test"
#include "config.h"

#include "reader-test.h"

static CsmParsedMail *
read_as (const char *type,
         const char *text)
{
  g_autofree char *raw = g_strdup_printf ("From: ana@example.com\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n--b\nContent-Type: %s\n\n%s\n--b--\n",
                                          type, text);

  return reader_test_read (raw, -1);
}

static JsonObject *
get_calendar (CsmParsedMail *mail)
{
  return json_object_get_object_member (mail->json, "calendar");
}

static void
assert_member (CsmParsedMail *mail,
               const char    *member,
               const char    *expected)
{
  g_assert_cmpstr (json_object_get_string_member_with_default (get_calendar (mail), member, NULL), ==, expected);
}

#define BERLIN \
  "BEGIN:VTIMEZONE\r\nTZID:Our office\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n" \
  "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\n" \
  "TZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"

static void
test_request (void)
{
  g_autoptr(CsmParsedMail) mail = read_as (
    "text/calendar; method=REQUEST; charset=utf-8",
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nVERSION:2.0\r\n" BERLIN
    "BEGIN:VEVENT\r\nUID:1@example.com\r\nSUMMARY;LANGUAGE=en:Talk\\, about\\n the long\r\n  plan \xc3\xbc\r\nDTSTART;TZID=Our office:20260803T100000\r\n"
    "DTEND;TZID=\"Our office\":20261103T113000\r\nLOCATION:Room 2\r\nORGANIZER;CN=\"B\xc3\xbcro: Ana\":MAILTO:ana@example.com\r\n"
    "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:ben@example.org\r\nATTENDEE:mailto:cleo@example.org\r\nSTATUS:CONFIRMED\r\nSEQUENCE:2\r\n"
    "BEGIN:VALARM\r\nSUMMARY:not this\r\nDURATION:PT5M\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
  JsonObject *calendar = get_calendar (mail);

  assert_member (mail, "method", "request");
  assert_member (mail, "summary", "Talk, about  the long plan ü");
  assert_member (mail, "start", "2026-08-03T08:00:00Z");
  assert_member (mail, "end", "2026-11-03T10:30:00Z");
  assert_member (mail, "location", "Room 2");
  assert_member (mail, "organizer", "ana@example.com");
  assert_member (mail, "organizerName", "Büro: Ana");
  assert_member (mail, "uid", "1@example.com");
  assert_member (mail, "status", "confirmed");
  g_assert_cmpint (json_object_get_int_member (calendar, "attendees"), ==, 2);
  g_assert_cmpint (json_object_get_int_member (calendar, "sequence"), ==, 2);
  g_assert_false (json_object_get_boolean_member (calendar, "allDay"));
  g_assert_false (json_object_get_boolean_member (calendar, "recurs"));
}

static void
assert_when (const char *lines,
             const char *start,
             const char *end)
{
  g_autofree char *text = g_strdup_printf ("BEGIN:VCALENDAR\nBEGIN:VEVENT\n%s\nEND:VEVENT\nEND:VCALENDAR\n", lines);
  g_autoptr(CsmParsedMail) mail = read_as ("text/calendar", text);

  assert_member (mail, "start", start);
  assert_member (mail, "end", end);
}

static void
test_when (void)
{
  assert_when ("DTSTART;VALUE=DATE:20260803\nDTEND;VALUE=DATE:20260808", "2026-08-03", "2026-08-07");
  assert_when ("DTSTART;VALUE=DATE:20260803", "2026-08-03", "2026-08-03");
  assert_when ("DTSTART:20260803T100000Z\nDURATION:P1DT1H30M", "2026-08-03T10:00:00Z", "2026-08-04T11:30:00Z");
  assert_when ("DTSTART:20260803T100000", "2026-08-03T10:00:00", "2026-08-03T10:00:00");
  assert_when ("DTSTART;TZID=Nowhere:20260803T100000", "2026-08-03T10:00:00", "2026-08-03T10:00:00");
  assert_when ("DTSTART;TZID=Europe/London:20260329T003000\nDTEND;TZID=Europe/London:20260329T023000", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z");
  assert_when ("DTSTART;TZID=Eastern Standard Time:20260307T120000\nDTEND;TZID=Eastern Standard Time:20260308T120000", "2026-03-07T17:00:00Z",
               "2026-03-08T16:00:00Z");
  assert_when ("DTSTART;TZID=Australia/Sydney:20260115T090000\nDTEND;TZID=Asia/Kolkata:20260615T090000", "2026-01-14T22:00:00Z", "2026-06-15T03:30:00Z");
  assert_when ("DTSTART:20260230T100000", NULL, NULL);
  assert_when ("DTSTART:99991231T235959Z\nDURATION:P1000000W", "9999-12-31T23:59:59Z", NULL);
}

static void
test_reply (void)
{
  g_autoptr(CsmParsedMail) reply = read_as ("text/calendar", "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:1\nSTATUS:CONFIRMED\nATTENDEE;PARTSTAT=DECLINED:mailto:b@example.org\n"
                                                             "END:VEVENT\nEND:VCALENDAR\n");
  g_autoptr(CsmParsedMail) series = read_as ("application/ics; name=a.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nRECURRENCE-ID:20260803T100000Z\nSUMMARY:One\nEND:VEVENT\n"
                                                                            "BEGIN:VEVENT\nRRULE:FREQ=WEEKLY\nSUMMARY:All\nEND:VEVENT\nEND:VCALENDAR\n");
  g_autoptr(CsmParsedMail) cut = read_as ("text/calendar", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Cut");
  g_autoptr(CsmParsedMail) none = read_as ("text/plain; name=a.txt", "BEGIN:VCALENDAR");

  assert_member (reply, "status", "declined");
  assert_member (series, "summary", "All");
  g_assert_true (json_object_get_boolean_member (get_calendar (series), "recurs"));
  assert_member (cut, "summary", "Cut");
  g_assert_true (json_object_get_null_member (none->json, "calendar"));
}

static void
assert_contact (CsmParsedMail *mail,
                guint          index,
                const char    *expected)
{
  JsonArray *contacts = csm_parsed_mail_get_array (mail, "contacts");
  g_autoptr(JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;

  g_assert_cmpuint (index, <, json_array_get_length (contacts));
  json_node_set_object (node, json_array_get_object_element (contacts, index));
  text = json_to_string (node, FALSE);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_contacts (void)
{
  g_autoptr(CsmParsedMail) new = read_as ("text/vcard; charset=utf-8",
    "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ana L\xc3\xb3pez\r\nORG:Shop\\, Ltd;Sales\r\nitem1.EMAIL;TYPE=work:ana@example.com\r\nEMAIL:ana@example.com\r\n"
    "TEL;VALUE=uri:tel:+49-30-1\r\nTEL;TYPE=\"cell,voice\":+49 30 2\r\nEND:VCARD\r\nBEGIN:VCARD\r\nN:Bo;Ben;;;\r\nEND:VCARD\r\n");
  g_autoptr(CsmParsedMail) old = read_as ("text/x-vcard",
    "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6r=\ng\nTEL;WORK;VOICE:030 1\nEND:VCARD\n");
  g_autoptr(CsmParsedMail) named = read_as ("application/octet-stream; name=card.VCF", "BEGIN:VCARD\nFN:Cleo\nEND:VCARD\n");
  g_autoptr(CsmParsedMail) empty = read_as ("text/vcard", "BEGIN:VCARD\nNOTE:x\nEND:VCARD\n");

  assert_contact (new, 0, "{\"name\":\"Ana López\",\"organisation\":\"Shop, Ltd, Sales\",\"emails\":[\"ana@example.com\"],\"phones\":[\"+49-30-1\",\"+49 30 2\"]}");
  assert_contact (new, 1, "{\"name\":\"Ben Bo\",\"organisation\":\"\",\"emails\":[],\"phones\":[]}");
  assert_contact (old, 0, "{\"name\":\"Jörg Müller\",\"organisation\":\"\",\"emails\":[],\"phones\":[\"030 1\"]}");
  assert_contact (named, 0, "{\"name\":\"Cleo\",\"organisation\":\"\",\"emails\":[],\"phones\":[]}");
  g_assert_cmpuint (json_array_get_length (csm_parsed_mail_get_array (empty, "contacts")), ==, 0);
}

static void
add_tests (void)
{
  g_test_add_func ("/reader/calendar/request", test_request);
  g_test_add_func ("/reader/calendar/when", test_when);
  g_test_add_func ("/reader/calendar/reply", test_reply);
  g_test_add_func ("/reader/calendar/contacts", test_contacts);
}

int
main (int   argc,
      char *argv[])
{
  return reader_test_run (argc, argv, add_tests);
}
