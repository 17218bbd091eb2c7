/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "cache-test.h"

#include <string.h>

#include "csm-json.h"
#include "csm-time.h"

/* A shop for kettles and tea, of which it is known who knows what. */

#define ID(letter, n) letter "01J00000000000000000000" n
#define ANA CACHE_TEST_ANA
#define BO ID ("p", "003")
#define CY ID ("p", "004")
#define DEE ID ("p", "005")
#define NEW_CASE ID ("c", "900")
#define TAG ID ("g", "001")

typedef void (*OfCaseAsync) (CsmCache *self, const char *case_id, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
typedef GPtrArray *(*ListFinish) (CsmCache *self, GAsyncResult *result, GError **error);

static GPtrArray *
ask (CacheTest   *test,
     OfCaseAsync  async,
     ListFinish   finish,
     const char  *case_id)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *list;

  async (test->cache, case_id, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  list = finish (test->cache, result, &error);
  g_assert_no_error (error);
  return list;
}

static GPtrArray *
ask_people (CacheTest *test)
{
  return ask (test, csm_cache_suggest_people_async, csm_cache_suggest_people_finish, NEW_CASE);
}

static GPtrArray *
ask_templates (CacheTest *test)
{
  return ask (test, csm_cache_suggest_templates_async, csm_cache_suggest_templates_finish, NEW_CASE);
}

static GPtrArray *
ask_texts (CacheTest  *test,
           const char *typed)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *list;

  csm_cache_suggest_texts_async (test->cache, NEW_CASE, typed, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  list = csm_cache_suggest_texts_finish (test->cache, result, &error);
  g_assert_no_error (error);
  return list;
}

static void
put (CacheTest  *test,
     CsmTypeId   type,
     const char *text)
{
  cache_test_put (test, type, cache_test_json (text));
}

static void
put_person (CacheTest  *test,
            const char *id,
            const char *more)
{
  g_autofree char *text = g_strdup_printf ("{'id':'%s','name':'Somebody','email':'x@example.org'%s}", id, more);

  put (test, CSM_TYPE_ID_PERSON, text);
}

/* A case, what the customer wrote, and the answer of @author. */
static void
put_case (CacheTest  *test,
          guint       number,
          const char *subject,
          const char *letter,
          const char *more,
          const char *author)
{
  g_autofree char *id = cache_test_id ('c', number);
  g_autofree char *at = cache_test_time ((gint64) number * 3600);
  g_autofree char *record = g_strdup_printf ("{'id':'%s','subject':'%s','lastActivityAt':'%s'%s}", id, subject, at, more);
  g_autofree char *in_id = cache_test_id ('m', number * 2);
  g_autofree char *out_id = cache_test_id ('m', number * 2 + 1);
  g_autofree char *in = g_strdup_printf ("{'id':'%s','caseId':'%s','direction':'in','at':'%s','subject':'%s','textBody':'%s'}", in_id, id, at, subject, letter);
  g_autofree char *out = g_strdup_printf ("{'id':'%s','caseId':'%s','direction':'out','at':'%s','authorId':'%s','textBody':'Here is how.'}", out_id, id, at, author);

  put (test, CSM_TYPE_ID_CASE, record);
  put (test, CSM_TYPE_ID_MESSAGE, in);
  if (author != NULL)
    put (test, CSM_TYPE_ID_MESSAGE, out);
}

static void
put_solved (CacheTest  *test,
            guint       number,
            const char *subject,
            const char *letter,
            const char *owner,
            const char *author)
{
  g_autofree char *more = g_strdup_printf (",'status':'resolved','ownerId':'%s'", owner);

  put_case (test, number, subject, letter, more, author);
}

static const char * const noise[] = {
  "parcel lost courier", "invoice wrong address", "voucher code rejected", "newsletter cancel subscription", "password reset login",
  "cup broken transport", "green tea stale taste", "order delayed week", "payment card declined", "gift wrapping missing",
};

/* 60 solved cases about other things, by Dee; kettles with limescale by Ana, of which Bo answered two; lids by Cy. */
static void
fill (CacheTest *test)
{
  put_person (test, CACHE_TEST_ME, "");
  put_person (test, ANA, "");
  put_person (test, BO, "");
  put_person (test, CY, "");
  put_person (test, DEE, "");
  for (guint i = 0; i < 60; i++)
    put_solved (test, 100 + i, noise[i % G_N_ELEMENTS (noise)], "I write about the matter above and wait for your answer.", DEE, DEE);
  put_solved (test, 200, "Limescale in the kettle", "My kettle is full of limescale, vinegar did not dissolve it.", ANA, ANA);
  put_solved (test, 201, "White flakes", "There are limescale flakes in the kettle after descaling.", ANA, BO);
  put_solved (test, 202, "Descaling", "How often does the kettle want descaling? Our water has much limescale.", ANA, BO);
  put_solved (test, 203, "The lid of my teapot", "The lid of the teapot wobbles and falls off while pouring.", CY, CY);
  put_solved (test, 204, "Teapot lid", "The lid has a crack, the teapot is fine.", CY, CY);
  put_solved (test, 205, "Kettle by me", "The kettle had limescale and needed descaling with vinegar.", CACHE_TEST_ME, CACHE_TEST_ME);
  put_case (test, 206, "Still open", "Kettle, limescale, descaling, flakes.", ",'status':'open','ownerId':'" DEE "'", DEE);
}

static void
put_new (CacheTest  *test,
         const char *subject,
         const char *letter,
         const char *more)
{
  put_case (test, 900, subject, letter, more, NULL);
}

static char *
ids_of (GPtrArray *hints)
{
  g_autoptr (GString) ids = g_string_new (NULL);

  for (guint i = 0; i < hints->len; i++)
    g_string_append_printf (ids, "%s%s", i > 0 ? " " : "", ((CsmPersonHint *) g_ptr_array_index (hints, i))->person_id);
  return g_string_free (g_steal_pointer (&ids), FALSE);
}

static void
assert_people (CacheTest  *test,
               const char *expected)
{
  g_autoptr (GPtrArray) hints = ask_people (test);
  g_autofree char *ids = ids_of (hints);

  g_assert_cmpstr (ids, ==, expected);
}

static void
test_people (void)
{
  CacheTest test = { 0 };
  g_autoptr (GPtrArray) hints = NULL;
  CsmPersonHint *first;

  cache_test_set_up (&test);
  fill (&test);
  put_new (&test, "Kettle trouble", "Dear all, the kettle shows limescale again. Is descaling with vinegar right?\\n> the lid of the teapot wobbles", "");
  hints = ask_people (&test);
  g_assert_cmpuint (hints->len, ==, 2);
  first = g_ptr_array_index (hints, 0);
  g_assert_cmpstr (first->person_id, ==, ANA);
  g_assert_cmpuint (first->cases->len, ==, 3);
  for (guint i = 0; i < first->cases->len; i++)
    {
      const char *id = ((CsmCaseRow *) g_ptr_array_index (first->cases, i))->id;

      g_assert_true (g_str_has_suffix (id, "200") || g_str_has_suffix (id, "201") || g_str_has_suffix (id, "202"));
    }
  g_assert_cmpuint (g_strv_length (first->expertise), ==, 0);
  g_assert_cmpstr (((CsmPersonHint *) g_ptr_array_index (hints, 1))->person_id, ==, BO);
  g_assert_cmpuint (((CsmPersonHint *) g_ptr_array_index (hints, 1))->cases->len, ==, 2);

  put_new (&test, "Lid", "The lid of our teapot broke.", "");
  assert_people (&test, CY);
  cache_test_tear_down (&test);
}

/* What nobody solved, and what says nothing */
static void
test_no_evidence (void)
{
  CacheTest test = { 0 };
  g_autoptr (GPtrArray) nobody = NULL;
  g_autoptr (GPtrArray) templates = NULL;
  g_autoptr (GPtrArray) texts = NULL;

  cache_test_set_up (&test);
  put (&test, CSM_TYPE_ID_SNIPPET, "{'id':'" ID ("x", "001") "','title':'Descaling','body':'Fill the kettle with citric acid.'}");
  put (&test, CSM_TYPE_ID_TEMPLATE, "{'id':'" ID ("e", "001") "','title':'Descaling','words':{'kettle':true,'limescale':true}}");
  nobody = ask_people (&test); /* the case is not here */
  g_assert_cmpuint (nobody->len, ==, 0);
  put_new (&test, "Question", "Hello, please help me. Thank you and kind regards", "");
  assert_people (&test, "");
  fill (&test);
  assert_people (&test, "");
  put_new (&test, "Saxophone reeds", "Which reeds do you recommend for an alto saxophone?", "");
  assert_people (&test, "");
  /* One word in common is chance. */
  put_new (&test, "Saxophone", "The case of my saxophone smells like a teapot.", "");
  assert_people (&test, "");
  templates = ask_templates (&test);
  g_assert_cmpuint (templates->len, ==, 0);
  texts = ask_texts (&test, "I would play");
  g_assert_cmpuint (texts->len, ==, 0);
  put_new (&test, "", "", "");
  assert_people (&test, "");
  cache_test_tear_down (&test);
}

/* Not who is away, left, is a guest, or has the case already */
static void
test_who_may (void)
{
  CacheTest test = { 0 };
  g_autofree char *later = csm_time_format (csm_time_now () + 3600 * CSM_SECOND);
  g_autofree char *earlier = csm_time_format (csm_time_now () - 3600 * CSM_SECOND);
  g_autofree char *away = g_strdup_printf (",'awayFrom':'%s','awayUntil':'%s'", earlier, later);
  g_autofree char *soon = g_strdup_printf (",'awayFrom':'%s'", later);
  g_autofree char *back = g_strdup_printf (",'awayFrom':'2020-01-01T00:00:00Z','awayUntil':'%s'", earlier);

  cache_test_set_up (&test);
  fill (&test);
  put_new (&test, "Kettle trouble", "The kettle shows limescale again. Is descaling with vinegar right?", "");
  assert_people (&test, ANA " " BO);
  put_person (&test, ANA, away);
  assert_people (&test, BO);
  put_person (&test, ANA, soon);
  assert_people (&test, ANA " " BO);
  put_person (&test, ANA, back);
  assert_people (&test, ANA " " BO);
  put_person (&test, BO, ",'kind':'guest','role':'guest'");
  assert_people (&test, ANA);
  put_person (&test, BO, "");
  put_person (&test, ANA, ",'active':false");
  assert_people (&test, BO);
  put_person (&test, ANA, "");
  put_new (&test, "Kettle trouble", "The kettle shows limescale again. Is descaling with vinegar right?", ",'ownerId':'" ANA "'");
  assert_people (&test, BO);
  cache_test_tear_down (&test);
}

static void
test_expertise_and_tags (void)
{
  CacheTest test = { 0 };
  g_autoptr (GPtrArray) hints = NULL;
  g_autoptr (GPtrArray) tagged = NULL;
  CsmPersonHint *first;

  cache_test_set_up (&test);
  fill (&test);
  put_person (&test, CY, ",'expertise':{'Espresso machines':true,'Water':true}");
  put_new (&test, "My espresso machine", "It leaks.", "");
  hints = ask_people (&test);
  g_assert_cmpuint (hints->len, ==, 1);
  first = g_ptr_array_index (hints, 0);
  g_assert_cmpstr (first->person_id, ==, CY);
  g_assert_cmpuint (first->cases->len, ==, 0);
  g_assert_cmpstr (first->expertise[0], ==, "Espresso machines");
  g_assert_null (first->expertise[1]);

  put (&test, CSM_TYPE_ID_TAG, "{'id':'" TAG "','name':'wholesale'}");
  put_case (&test, 300, "A", "One", ",'status':'closed','ownerId':'" BO "','tags':{'" TAG "':true}", BO);
  put_case (&test, 301, "B", "Two", ",'status':'resolved','ownerId':'" BO "','tags':{'" TAG "':true}", BO);
  put_case (&test, 302, "C", "Three", ",'status':'resolved','ownerId':'" DEE "','tags':{'" TAG "':true}", BO);
  put_new (&test, "Prices", "What about fifty?", ",'tags':{'" TAG "':true}");
  tagged = ask_people (&test);
  g_assert_cmpuint (tagged->len, ==, 1);
  first = g_ptr_array_index (tagged, 0);
  g_assert_cmpstr (first->person_id, ==, BO);
  g_assert_cmpstr (first->tag_ids[0], ==, TAG);
  cache_test_tear_down (&test);
}

/* Whose messages are not on this computer is found by its subject. */
static void
test_headers_only (void)
{
  CacheTest test = { 0 };

  cache_test_set_up (&test);
  fill (&test);
  put (&test, CSM_TYPE_ID_CASE, "{'id':'" ID ("c", "400") "','subject':'Samovar gasket replacement','status':'closed','ownerId':'" CY "','lastActivityAt':'2022-01-01T00:00:00Z'}");
  put (&test, CSM_TYPE_ID_CASE, "{'id':'" NEW_CASE "','subject':'A gasket','preview':'For the samovar','lastActivityAt':'2023-01-01T00:00:00Z'}");
  assert_people (&test, CY);
  cache_test_tear_down (&test);
}

static void
test_templates (void)
{
  CacheTest test = { 0 };
  g_autoptr (GPtrArray) hints = NULL;
  g_autoptr (GPtrArray) by_tag = NULL;
  g_autoptr (GPtrArray) taken = NULL;
  CsmTemplateHint *first;

  cache_test_set_up (&test);
  fill (&test);
  put (&test, CSM_TYPE_ID_TEMPLATE, "{'id':'" ID ("e", "001") "','title':'Descaling','words':{'kettle':true,'limescale':true,'vinegar':true}}");
  put (&test, CSM_TYPE_ID_TEMPLATE, "{'id':'" ID ("e", "002") "','title':'Returns','words':{'parcel':true,'courier':true},'tagIds':{'" TAG "':true}}");
  put (&test, CSM_TYPE_ID_TEMPLATE, "{'id':'" ID ("e", "003") "','title':'Old','enabled':false,'words':{'kettle':true,'limescale':true}}");
  put_new (&test, "Kettles", "Our kettles have limescale.", "");
  hints = ask_templates (&test);
  g_assert_cmpuint (hints->len, ==, 1);
  first = g_ptr_array_index (hints, 0);
  g_assert_cmpstr (first->template_id, ==, ID ("e", "001"));
  g_assert_cmpuint (g_strv_length (first->words), ==, 2);
  put_new (&test, "Question", "Hello!", ",'tags':{'" TAG "':true}");
  by_tag = ask_templates (&test);
  g_assert_cmpuint (by_tag->len, ==, 1);
  g_assert_cmpstr (((CsmTemplateHint *) g_ptr_array_index (by_tag, 0))->tag_ids[0], ==, TAG);
  put_new (&test, "Kettles", "Our kettles have limescale.", ",'templateId':'" ID ("e", "001") "'");
  taken = ask_templates (&test);
  g_assert_cmpuint (taken->len, ==, 0);
  cache_test_tear_down (&test);
}

static void
assert_texts (CacheTest  *test,
              const char *typed,
              const char *expected)
{
  g_autoptr (GPtrArray) hints = ask_texts (test, typed);
  g_autoptr (GString) titles = g_string_new (NULL);

  for (guint i = 0; i < hints->len; i++)
    g_string_append_printf (titles, "%s%s", i > 0 ? ", " : "", ((CsmTextHint *) g_ptr_array_index (hints, i))->title);
  g_assert_cmpstr (titles->str, ==, expected);
}

static void
test_texts (void)
{
  CacheTest test = { 0 };

  cache_test_set_up (&test);
  fill (&test);
  put (&test, CSM_TYPE_ID_CUSTOMER, "{'id':'" ID ("u", "001") "','name':'Nora','language':'en'}");
  put (&test, CSM_TYPE_ID_SNIPPET, "{'id':'" ID ("x", "001") "','title':'Descaling a kettle','body':'Fill it with citric acid against limescale.'}");
  put (&test, CSM_TYPE_ID_ARTICLE, "{'id':'" ID ("a", "001") "','title':'Water hardness','body':'Where the water is hard, a kettle needs descaling each month: limescale.'}");
  put (&test, CSM_TYPE_ID_SNIPPET, "{'id':'" ID ("x", "002") "','title':'Refund','body':'We refund the voucher to your card.'}");
  put (&test, CSM_TYPE_ID_SNIPPET, "{'id':'" ID ("x", "003") "','title':'Kettle limescale','language':'de','body':'Wasserkocher entkalken'}");
  put_new (&test, "Kettle", "There is limescale in it, also after descaling.", ",'customerId':'" ID ("u", "001") "'");
  assert_texts (&test, NULL, "Descaling a kettle, Water hardness, Kettle limescale");
  assert_texts (&test, "We will send a voucher as a refund to the card", "Refund, Descaling a kettle, Water hardness, Kettle limescale");
  assert_texts (&test, "So far we have written about this and that, with many words which lead nowhere: umbrellas, mountains, violins, bicycles, lanterns, harbours,"
                       " orchards, meadows, glaciers, thunder, velvet, marble, copper, granite, walnut, saffron. We will send a voucher as a refund to the card",
                "Refund, Descaling a kettle, Water hardness, Kettle limescale");
  /* What is thrown away is not offered. */
  cache_test_destroy (&test, CSM_TYPE_ID_SNIPPET, ID ("x", "001"));
  assert_texts (&test, NULL, "Water hardness, Kettle limescale");
  cache_test_update (&test, CSM_TYPE_ID_ARTICLE, ID ("a", "001"), "{'title':'Opening hours','body':'Nine to five'}");
  assert_texts (&test, NULL, "Kettle limescale");
  cache_test_tear_down (&test);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/suggest/people", test_people);
  g_test_add_func ("/suggest/no-evidence", test_no_evidence);
  g_test_add_func ("/suggest/who-may", test_who_may);
  g_test_add_func ("/suggest/expertise-and-tags", test_expertise_and_tags);
  g_test_add_func ("/suggest/headers-only", test_headers_only);
  g_test_add_func ("/suggest/templates", test_templates);
  g_test_add_func ("/suggest/texts", test_texts);
  return g_test_run ();
}
