/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-ui-records.h"

#include "csm-json.h"
#include "csm-time.h"
#include "csm-ui-test.h"

#define ACCOUNT "workspace"
#define MINUTE (60 * CSM_SECOND)
#define HOUR (60 * MINUTE)

/* Returns: (transfer full): the same valid id each time */
char *
csm_ui_id (char  letter,
           guint number)
{
  return g_strdup_printf ("%c01J%023u", letter, number);
}

/* --- giving the cache what a server would send --------------------------------------------------------------- */

typedef struct
{
  gboolean done;
  GError  *error;
} Waiting;

static gboolean
is_done (gpointer data)
{
  return ((Waiting *) data)->done;
}

static void
applied_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Waiting *waiting = data;

  csm_cache_apply_page_finish (CSM_CACHE (source), result, &waiting->error);
  waiting->done = TRUE;
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Waiting *waiting = data;
  g_autoptr (CsmSyncState) state = csm_cache_open_session_finish (CSM_CACHE (source), result, &waiting->error);

  waiting->done = TRUE;
}

static void
apply (CsmCache    *cache,
       CsmSyncPage *page)
{
  Waiting waiting = { FALSE, NULL };

  csm_cache_apply_page_async (cache, page, NULL, applied_cb, &waiting);
  csm_ui_wait_until (is_done, &waiting, "a page of records");
  g_assert_no_error (waiting.error);
}

/* Single quotes stand for double ones: the records below stay readable. */
static JsonObject *
read_record (const char *json)
{
  g_autofree char *text = g_strdelimit (g_strdup (json), "'", '"');
  g_autoptr (GError) error = NULL;
  JsonObject *record = csm_json_parse_object (text, -1, &error);

  g_assert_no_error (error);
  csm_record_fill_defaults (csm_record_type_of_id (csm_json_get_string (record, "id")), record);
  return record;
}

static void
add (CsmSyncPage *page,
     char        *json)
{
  g_autofree char *owned = json;

  g_ptr_array_add (page->records, read_record (owned));
}

/* @page: (transfer full): as the server would send it */
void
csm_ui_put_page (CsmCache    *cache,
                 CsmSyncPage *page,
                 const char  *json)
{
  g_ptr_array_add (page->records, read_record (json));
  apply (cache, page);
}

/* One record, as a push would bring it. */
void
csm_ui_put (CsmCache   *cache,
            CsmTypeId   type,
            const char *json)
{
  csm_ui_put_page (cache, csm_sync_page_new (type, ACCOUNT), json);
}

static void
restarted_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  Waiting *waiting = data;

  csm_cache_restart_type_finish (CSM_CACHE (source), result, &waiting->error);
  waiting->done = TRUE;
}

static void
apply_tags (CsmCache   *cache,
            const char *json,
            const char *state)
{
  CsmSyncPage *page = csm_sync_page_new (CSM_TYPE_ID_TAG, ACCOUNT);

  page->new_state = g_strdup (state);
  if (json != NULL)
    g_ptr_array_add (page->records, read_record (json));
  apply (cache, page);
}

/* The server was restored from a backup, and has no tags any more. */
void
csm_ui_lose_tags (CsmCache *cache)
{
  Waiting waiting = { FALSE, NULL };

  apply_tags (cache, "{'id':'g01J00000000000000000000900','name':'lost','colour':'blue'}", "v1.1.9.x");
  csm_cache_restart_type_async (cache, CSM_TYPE_ID_TAG, NULL, restarted_cb, &waiting);
  csm_ui_wait_until (is_done, &waiting, "a new beginning");
  g_assert_no_error (waiting.error);
  apply_tags (cache, NULL, "v1.2.3.x");
}

/* --- the workspace ------------------------------------------------------------------------------------------- */

static const char *const people[] = { "Ana Reyes", "Ben Okafor", "Chiara Conti", "Dev Patel" };
static const char *const teams[] = { "Service", "Marketing", "Product" };
static const char *const tags[][2] = { { "delivery", "blue" }, { "warranty", "green" }, { "idea", "yellow" }, { "press", "purple" } };
static const struct { const char *name; const char *organisation; const char *language; } customers[] = {
  { "María López", "Casa López", "es" },
  { "Jon Park", NULL, "en" },
  { "Yuki Tanaka", NULL, "ja" },
  { "Hargreaves Ltd", "Hargreaves Ltd", "en" },
};
static const char *const subjects[] = {
  "Late parcel", "Ideas for the app", "Tent pole snapped", "Invoice address is wrong", "Size of the rain jacket",
  "Broken zip", "Wholesale prices", "Thank you!", "Press enquiry", "Buckle for one hand",
  "Refund for the boots", "Where is my second parcel?", "A rash from the new fabric", "Order by mail",
};

static char *
at (gint64 before)
{
  return csm_time_format ((csm_time_now () - before) / CSM_SECOND * CSM_SECOND);
}

static void
fill_directory (CsmCache *cache)
{
  CsmSyncPage *page = csm_sync_page_new (CSM_TYPE_ID_PERSON, ACCOUNT);

  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    add (page, g_strdup_printf ("{'id':'p01J%023u','name':'%s','email':'person%u@example.com','role':'%s','teamIds':{'t01J%023u':true}}",
                                i + 1, people[i], i + 1, i == 0 ? "lead" : "agent", i < 2 ? 1 : i));
  apply (cache, page);
  page = csm_sync_page_new (CSM_TYPE_ID_TEAM, ACCOUNT);
  for (guint i = 0; i < G_N_ELEMENTS (teams); i++)
    add (page, g_strdup_printf ("{'id':'t01J%023u','name':'%s','department':'%s'}", i + 1, teams[i],
                                i == 0 ? "service" : i == 1 ? "marketing" : "product"));
  apply (cache, page);
  page = csm_sync_page_new (CSM_TYPE_ID_TAG, ACCOUNT);
  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    add (page, g_strdup_printf ("{'id':'g01J%023u','name':'%s','color':'%s'}", i + 1, tags[i][0], tags[i][1]));
  apply (cache, page);
  csm_ui_put (cache, CSM_TYPE_ID_CHANNEL, "{'id':'h01J00000000000000000000001','kind':'email','name':'Support',"
                                          "'address':'support@example.com','canSend':true,'enabled':true}");
}

static void
fill_customers (CsmCache *cache)
{
  CsmSyncPage *page = csm_sync_page_new (CSM_TYPE_ID_CUSTOMER, ACCOUNT);

  for (guint i = 0; i < G_N_ELEMENTS (customers); i++)
    {
      g_autofree char *organisation = customers[i].organisation != NULL ? g_strdup_printf ("'%s'", customers[i].organisation) : g_strdup ("null");

      add (page, g_strdup_printf ("{'id':'u01J%023u','name':'%s','organisation':%s,'language':'%s','timezone':'Europe/Madrid',"
                                  "'identities':{'email:customer%u@example.org':{'kind':'email','address':'customer%u@example.org'},"
                                  "'phone:+3460000000%u':{'kind':'phone','address':'+34 600 000 00%u'}}}",
                                  i + 1, customers[i].name, organisation, customers[i].language, i + 1, i + 1, i, i));
    }
  apply (cache, page);
}

/* The first belongs to Ana and is María's, as a third of the others. */
static char *
case_json (guint       number,
           const char *subject)
{
  g_autofree char *last = at (number * 3 * HOUR + 10 * MINUTE);
  g_autofree char *created = at (number * 5 * HOUR + 30 * HOUR);
  g_autofree char *owner = number % 3 == 0 ? g_strdup ("null") : g_strdup_printf ("'p01J%023u'", number == 1 ? 1 : number % 4 + 1);
  const char *status = number == 1 ? "open" : number % 5 == 0 ? "resolved" : number % 4 == 0 ? "waiting" : "open";

  return g_strdup_printf ("{'id':'c01J%023u','subject':'%s','status':'%s','lane':'conversation','customerId':'u01J%023u','ownerId':%s,"
                          "'teamId':'t01J%023u','priority':'%s','tags':{'g01J%023u':true},'lastActivityAt':'%s','lastMessageAt':'%s',"
                          "'created':'%s','channelIds':{'h01J00000000000000000000001':true},'messageCount':2,"
                          "'participantIds':{%s},'preview':'Where is my order? The tracking says it left on Monday …',"
                          "'lastMessageId':'m01J%023u'%s}",
                          number, subject, status, (number - 1) % 4 + 1, owner, number % 3 == 2 ? 2 : 1,
                          number == 1 ? "high" : "normal", number % 4 + 1, last, last, created,
                          number == 1 ? "'p01J00000000000000000000002':true,'p01J00000000000000000000003':true" : "", number * 2,
                          number == 1 ? ",'goal':'Parcel at her door by Friday, or the money back.'" : "");
}

static void
add_messages (CsmSyncPage *messages,
              guint        number)
{
  g_autofree char *first = at (number * 3 * HOUR + 70 * MINUTE);
  g_autofree char *second = at (number * 3 * HOUR + 10 * MINUTE);

  add (messages, g_strdup_printf ("{'id':'m01J%023u','caseId':'c01J%023u','conversationId':'v01J%023u','channelId':'h01J00000000000000000000001',"
                                  "'direction':'in','customerId':'u01J%023u','at':'%s','subject':'Parcel',"
                                  "'from':[{'name':'Customer','address':'customer%u@example.org'}],'to':[{'name':'Support','address':'support@example.com'}],"
                                  "'preview':'Hello','textBody':'Hello,\\n\\nmy parcel has not come.','body':[{'t':'p','s':[{'x':'Hello, my parcel has not come.'}]}]}",
                                  number * 2 - 1, number, number, (number - 1) % 4 + 1, first, (number - 1) % 4 + 1));
  add (messages, g_strdup_printf ("{'id':'m01J%023u','caseId':'c01J%023u','conversationId':'v01J%023u','channelId':'h01J00000000000000000000001',"
                                  "'direction':'in','customerId':'u01J%023u','at':'%s','subject':'Parcel',"
                                  "'from':[{'name':'Customer','address':'customer%u@example.org'}],'to':[{'name':'Support','address':'support@example.com'}],"
                                  "'preview':'Any news?','textBody':'Any news?','body':[{'t':'p','s':[{'x':'Any news?'}]}]}",
                                  number * 2, number, number, (number - 1) % 4 + 1, second, (number - 1) % 4 + 1));
}

static void
fill_cases (CsmCache *cache,
            guint     n_cases)
{
  CsmSyncPage *cases = csm_sync_page_new (CSM_TYPE_ID_CASE, ACCOUNT);
  CsmSyncPage *conversations = csm_sync_page_new (CSM_TYPE_ID_CONVERSATION, ACCOUNT);
  CsmSyncPage *messages = csm_sync_page_new (CSM_TYPE_ID_MESSAGE, ACCOUNT);

  for (guint i = 1; i <= n_cases; i++)
    {
      add (cases, case_json (i, subjects[(i - 1) % G_N_ELEMENTS (subjects)]));
      add (conversations, g_strdup_printf ("{'id':'v01J%023u','caseId':'c01J%023u','customerId':'u01J%023u','channelId':'h01J00000000000000000000001','subject':'Parcel'}",
                                           i, i, (i - 1) % 4 + 1));
      add_messages (messages, i);
    }
  apply (cache, cases);
  apply (cache, conversations);
  apply (cache, messages);
}

static void
fill_comments (CsmCache *cache)
{
  static const struct { guint author; guint minutes; const char *rest; } comments[] = {
    { 2, 240, "'body':'The depot in Zaragoza is **closed until Wednesday**:\\n\\n- parcel 4471 is there\\n- the driver has no second key\\n\\nThe list is at https://depot.example.com/closed','pinned':true" },
    { 1, 200, "'body':'Can we refund the shipping, @Ben Okafor?','mentions':{'p01J00000000000000000000002':true}" },
    { 2, 190, "'body':'Yes, up to `15 EUR` without asking. More than that needs @Ana Reyes.','mentions':{'p01J00000000000000000000001':true},'inReplyTo':'n01J00000000000000000000002'" },
    { 3, 120, "'body':'> my parcel has not come\\n\\nShe also wrote publicly about it. Please tell me _before_ you answer.'" },
    { 1, 60, "'body':'','deleted':true" },
    { 1, 20, "'body':'Called the depot: they send it by courier tomorrow.\\nTracking comes by noon.'" },
  };
  CsmSyncPage *page = csm_sync_page_new (CSM_TYPE_ID_COMMENT, ACCOUNT);

  for (guint i = 0; i < G_N_ELEMENTS (comments); i++)
    {
      g_autofree char *when = at (comments[i].minutes * MINUTE);

      add (page, g_strdup_printf ("{'id':'n01J%023u','caseId':'c01J00000000000000000000001','authorId':'p01J%023u','at':'%s','created':'%s',%s}",
                                  i + 1, comments[i].author, when, when, comments[i].rest));
    }
  apply (cache, page);
}

static void
fill_events (CsmCache *cache)
{
  static const struct { const char *person; guint minutes; const char *rest; } events[] = {
    { "null", 1500, "'kind':'created','before':{'value':null},'after':{'value':null}" },
    { "'p01J00000000000000000000002'", 900, "'kind':'team','property':'teamId','before':{'value':null},'after':{'value':'t01J00000000000000000000001'}" },
    { "'p01J00000000000000000000002'", 800, "'kind':'assigned','property':'ownerId','before':{'value':null},'after':{'value':'p01J00000000000000000000001'}" },
    { "'p01J00000000000000000000001'", 700, "'kind':'tagged','property':'tags','before':{'value':{}},'after':{'value':{'g01J00000000000000000000002':true}}" },
    { "'p01J00000000000000000000001'", 300, "'kind':'priority','property':'priority','before':{'value':'normal'},'after':{'value':'high'}" },
  };
  CsmSyncPage *page = csm_sync_page_new (CSM_TYPE_ID_EVENT, ACCOUNT);

  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    {
      g_autofree char *when = at (events[i].minutes * MINUTE);

      add (page, g_strdup_printf ("{'id':'y01J%023u','caseId':'c01J00000000000000000000001','personId':%s,'at':'%s',%s}",
                                  i + 1, events[i].person, when, events[i].rest));
    }
  apply (cache, page);
}

static void
open_session (CsmCache *cache)
{
  Waiting waiting = { FALSE, NULL };

  csm_cache_open_session_async (cache, "p01J00000000000000000000001", "Fernweh Outdoor", NULL, opened_cb, &waiting);
  csm_ui_wait_until (is_done, &waiting, "the session");
  g_assert_no_error (waiting.error);
}

/* Everything a first sync would have brought. Case 1 is María's late parcel, Ana's own, with a discussion. */
void
csm_ui_fill (CsmCache *cache)
{
  open_session (cache);
  fill_directory (cache);
  fill_customers (cache);
  fill_cases (cache, CSM_UI_N_CASES);
  fill_comments (cache);
  fill_events (cache);
}

/* Cases alone, many of them. */
void
csm_ui_fill_many (CsmCache *cache,
                  guint     n_cases)
{
  open_session (cache);
  fill_directory (cache);
  fill_customers (cache);
  fill_cases (cache, n_cases);
}
