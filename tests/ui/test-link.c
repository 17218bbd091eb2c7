/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>

#include "csm-error.h"
#include "csm-id.h"
#include "csm-link.h"

#define ULID "01J9ZK3V7XQ6T8R5M2N4P0W1YB"

static void
test_follow (void)
{
  static const struct { const char *uri; CsmLinkKind kind; const char *target; } cases[] = {
    { "casement:case/c" ULID, CSM_LINK_TO_CASE, "c" ULID },
    { "CASEMENT:case/c" ULID, CSM_LINK_TO_CASE, "c" ULID },
    { "casement:///case/c" ULID, CSM_LINK_TO_CASE, "c" ULID },
    { "casement:message/m" ULID, CSM_LINK_TO_MESSAGE, "m" ULID },
    { "casement:note/n" ULID, CSM_LINK_TO_NOTE, "n" ULID },
    { "casement:customer/u" ULID, CSM_LINK_TO_CUSTOMER, "u" ULID },
    { "casement:search?q=late%20parcel", CSM_LINK_TO_SEARCH, "late parcel" },
    { "casement:search?q=from%3Aana%20%22a%26b%22", CSM_LINK_TO_SEARCH, "from:ana \"a&b\"" },
    { "casement:search?q=Zo%C3%AB%20", CSM_LINK_TO_SEARCH, "Zoë" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CsmLink) link = csm_link_parse (cases[i].uri, &error);

      g_assert_no_error (error);
      g_assert_cmpint (link->kind, ==, cases[i].kind);
      g_assert_cmpstr (link->target, ==, cases[i].target);
    }
}

static void
test_refuse (void)
{
  static const char *const hostile[] = {
    "", "casement", "casement:", "casement:case", "casement:case/", "casement:/case/c" ULID, "casement://case/c" ULID,
    "casement://example.org/case/c" ULID, "casement:case/m" ULID, "casement:case/c" ULID "/", "casement:case/c" ULID "?x=1",
    "casement:case/c" ULID "#x", "casement:case/c" ULID "\n", "casement:case/../c" ULID, "casement:case/%63" ULID,
    "casement:case/c01J9ZK3V7XQ6T8R5M2N4P0W1Y", "casement: case/c" ULID, "mailto:case/c" ULID, "file:///case/c" ULID,
    "casement:quit", "casement:app.quit", "casement:search", "casement:search?q=", "casement:search?q=%20", "casement:search?q=a%00b",
    "casement:search?q=a%0Ab", "casement:search?q=%FF", "casement:search?q=a&x=b", "casement:search?x=a", "casement:search?q=%E2%80%AEa",
    "casement:search?q=%zz", "casement:search/q=a", "casement:search?q=a#b",
  };

  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CsmLink) link = csm_link_parse (hostile[i], &error);

      g_test_message ("%s", hostile[i]);
      g_assert_null (link);
      g_assert_error (error, CSM_ERROR, CSM_ERROR_INVALID);
    }
}

static void
test_refuse_long (void)
{
  g_autofree char *words = g_strnfill (201, 'a');
  g_autofree char *link = csm_link_format (CSM_LINK_TO_SEARCH, words);
  g_autofree char *much = g_strnfill (1000000, '%');

  g_assert_null (csm_link_parse (link, NULL));
  g_assert_null (csm_link_parse (much, NULL));
  memcpy (much, "casement:search?q=", strlen ("casement:search?q="));
  g_assert_null (csm_link_parse (much, NULL));
}

static void
test_both_ways (void)
{
  static const struct { CsmLinkKind kind; char letter; } kinds[] = {
    { CSM_LINK_TO_CASE, 'c' }, { CSM_LINK_TO_MESSAGE, 'm' }, { CSM_LINK_TO_CUSTOMER, 'u' },
  };
  static const char *const searches[] = { "late parcel", "from:\"Zoë O'Neill\" -tag:#a/b?c&d=e+f%20", "包裹" };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *id = csm_id_new (kinds[i].letter);
      g_autofree char *uri = csm_link_format (kinds[i].kind, id);
      g_autoptr (CsmLink) link = csm_link_parse (uri, NULL);

      g_assert_cmpint (link->kind, ==, kinds[i].kind);
      g_assert_cmpstr (link->target, ==, id);
    }
  for (guint i = 0; i < G_N_ELEMENTS (searches); i++)
    {
      g_autofree char *uri = csm_link_format (CSM_LINK_TO_SEARCH, searches[i]);
      g_autoptr (CsmLink) link = csm_link_parse (uri, NULL);

      g_assert_cmpint (link->kind, ==, CSM_LINK_TO_SEARCH);
      g_assert_cmpstr (link->target, ==, searches[i]);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/link/follow", test_follow);
  g_test_add_func ("/link/refuse", test_refuse);
  g_test_add_func ("/link/refuse-long", test_refuse_long);
  g_test_add_func ("/link/both-ways", test_both_ways);
  return g_test_run ();
}
