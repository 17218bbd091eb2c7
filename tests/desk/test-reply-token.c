/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "desk-test.h"

#include <string.h>

#include "csm-id.h"
#include "csm-reply-token.h"

static char *
make (CsmTxn     *txn,
      const char *address,
      const char *kind,
      const char *id)
{
  GError *error = NULL;
  char *tagged = csm_reply_token_address (txn, address, kind, id, &error);

  g_assert_no_error (error);
  return tagged;
}

static char *
read_back (CsmTxn     *txn,
           const char *address,
           char       *kind)
{
  GError *error = NULL;
  char *id = NULL;
  gboolean found = csm_reply_token_read (txn, address, kind, &id, &error);

  g_assert_no_error (error);
  g_assert_true (found == (id != NULL));
  return id;
}

static void
assert_forged (CsmTxn     *txn,
               const char *address)
{
  char kind = '\0';
  g_autofree char *id = read_back (txn, address, &kind);

  g_assert_null (id);
}

static void
test_both_ways (Desk   *desk,
                CsmTxn *txn)
{
  static const struct
  {
    const char *kind;
    char        letter;
  } cases[] = { { CSM_REPLY_TOKEN_CONVERSATION, 'v' }, { CSM_REPLY_TOKEN_BOUNCE, 'm' } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *id = csm_id_new (cases[i].letter);
      g_autofree char *tagged = make (txn, DESK_TEST_ADDRESS, cases[i].kind, id);
      g_autofree char *upper = g_ascii_strup (tagged, -1);
      g_autofree char *plain = csm_reply_token_strip (upper);
      char kind = '\0';
      g_autofree char *same = read_back (txn, tagged, &kind);
      g_autofree char *changed = read_back (txn, upper, &kind);

      g_assert_true (g_str_has_prefix (tagged, "support+") && g_str_has_suffix (tagged, "@fernweh.example.com"));
      g_assert_cmpuint (strcspn (tagged, "@"), <=, 64);
      g_assert_cmpstr (same, ==, id);
      g_assert_cmpstr (changed, ==, id);
      g_assert_cmpint (kind, ==, *cases[i].kind);
      g_assert_cmpstr (plain, ==, "SUPPORT@FERNWEH.EXAMPLE.COM");
    }
}

/* Every letter counts, of the id as of the signature; and one kind's is not another's. */
static void
test_forged (Desk   *desk,
             CsmTxn *txn)
{
  g_autofree char *id = csm_id_new ('v');
  g_autofree char *tagged = make (txn, DESK_TEST_ADDRESS, CSM_REPLY_TOKEN_CONVERSATION, id);
  g_autofree char *shorter = g_strdup (tagged);
  gsize at = strcspn (tagged, "@"), begin = strcspn (tagged, "+") + 1;

  for (gsize i = begin; i < at; i++)
    {
      char before = tagged[i];

      tagged[i] = i == begin ? 'b' : before == '7' ? '5' : '7';
      assert_forged (txn, tagged);
      tagged[i] = 'u';
      assert_forged (txn, tagged);
      tagged[i] = before;
    }
  memmove (shorter + at - 1, shorter + at, strlen (shorter + at) + 1);
  assert_forged (txn, shorter);
  assert_forged (txn, NULL);
  assert_forged (txn, "");
  assert_forged (txn, "+@x");
  assert_forged (txn, DESK_TEST_ADDRESS);
  assert_forged (txn, "support+news@fernweh.example.com");
}

/* Who may have a token of one workspace has nothing in another. */
static void
test_other_workspace (Desk   *desk,
                      CsmTxn *txn)
{
  static char *other_tagged;
  g_autofree char *tagged = make (txn, DESK_TEST_ADDRESS, CSM_REPLY_TOKEN_CONVERSATION, "v01J9ZK3V7XQ6T8R5M2N4P0W1YB");

  if (other_tagged != NULL)
    {
      g_assert_cmpstr (tagged, !=, other_tagged);
      assert_forged (txn, other_tagged);
    }
  g_free (other_tagged);
  other_tagged = g_steal_pointer (&tagged);
}

/* 64 characters are all that every server takes; without a token it goes by the header alone. */
static void
test_long (Desk   *desk,
           CsmTxn *txn)
{
  g_autofree char *id = csm_id_new ('m');
  g_autofree char *fits = make (txn, "twenty-four-letters-long@example.com", CSM_REPLY_TOKEN_BOUNCE, id);
  g_autofree char *longer = make (txn, "twenty-five-letters-longer@example.com", CSM_REPLY_TOKEN_BOUNCE, id);
  g_autofree char *odd = make (txn, "nobody", CSM_REPLY_TOKEN_BOUNCE, id);
  g_autofree char *quoted = make (txn, "\"a b\"@example.com", CSM_REPLY_TOKEN_BOUNCE, id);
  g_autofree char *tagged = make (txn, "shop+de@example.com", CSM_REPLY_TOKEN_BOUNCE, id);
  g_autofree char *plain = csm_reply_token_strip (tagged);
  char kind = '\0';
  g_autofree char *back = read_back (txn, fits, &kind);
  g_autofree char *second = read_back (txn, tagged, &kind);

  g_assert_cmpstr (back, ==, id);
  g_assert_cmpuint (strcspn (fits, "@"), ==, 64);
  g_assert_null (longer);
  g_assert_null (odd);
  g_assert_null (quoted);
  g_assert_cmpstr (second, ==, id);
  g_assert_cmpstr (plain, ==, "shop+de@example.com");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  desk_test_add ("/reply-token/both-ways", test_both_ways);
  desk_test_add ("/reply-token/forged", test_forged);
  desk_test_add ("/reply-token/one-workspace", test_other_workspace);
  desk_test_add ("/reply-token/another-workspace", test_other_workspace);
  desk_test_add ("/reply-token/long", test_long);
  return g_test_run ();
}
