/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "csm-accounts.h"
#include "csm-json.h"
#include "csm-markdown.h"
#include "csm-mention.h"
#include "csm-shortcuts.h"
#include "csm-time.h"
#include "csm-when.h"

/* --- mentions ------------------------------------------------------------------------------------------------ */

static GPtrArray *
make_people (void)
{
  static const char *const names[] = { "Ana Reyes", "Ana Sofía Blum", "Ben Okafor", "Zoë O'Neill" };
  GPtrArray *people = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      JsonObject *person = json_object_new ();
      g_autofree char *id = g_strdup_printf ("p%u", i);

      json_object_set_string_member (person, "id", id);
      json_object_set_string_member (person, "name", names[i]);
      json_object_set_boolean_member (person, "active", TRUE);
      g_ptr_array_add (people, person);
    }
  return people;
}

static void
note_cb (gsize       start,
         gsize       end,
         const char *person_id,
         gpointer    data)
{
  g_string_append_printf (data, "%" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT "%s ", start, end, person_id);
}

static void
test_scan (void)
{
  static const struct { const char *text; const char *found; } cases[] = {
    { "@Ben Okafor knows", "0-11p2 " },
    { "@Ben knows", "0-4p2 " },
    { "ask @Ana", "" },
    { "ask @Ana Reyes, @Ana Sofía Blum", "4-14p0 16-32p1 " },
    { "mail ben@Ben Okafor", "" },
    { "@Benjamin", "" },
    { "(@Zoë O'Neill)", "1-14p3 " },
    { "@", "" },
    { "@@Ben", "1-5p2 " },
  };
  g_autoptr (GPtrArray) people = make_people ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) found = g_string_new (NULL);

      csm_mention_scan (cases[i].text, people, note_cb, found);
      g_assert_cmpstr (found->str, ==, cases[i].found);
    }
  csm_mention_scan ("@Ben", NULL, note_cb, NULL);
}

static void
test_being_typed (void)
{
  static const struct { const char *text; const char *typed; } cases[] = {
    { "hello @", "" },
    { "hello @be", "be" },
    { "hello @Ana S", "Ana S" },
    { "hello", NULL },
    { "me@exa", NULL },
    { "@Ben\nand", NULL },
    { "@a b c d e", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *typed = csm_mention_being_typed (cases[i].text, strlen (cases[i].text));

      g_assert_cmpstr (typed, ==, cases[i].typed);
    }
}

static guint
count (GPtrArray  *people,
       const char *typed)
{
  g_autoptr (GPtrArray) found = csm_mention_candidates (people, typed, "p2", 3);

  return found->len;
}

static void
test_candidates (void)
{
  g_autoptr (GPtrArray) people = make_people ();

  g_assert_cmpuint (count (people, ""), ==, 3);
  g_assert_cmpuint (count (people, "an"), ==, 2);
  g_assert_cmpuint (count (people, "SOFIA"), ==, 1);
  g_assert_cmpuint (count (people, "zoe"), ==, 1);
  g_assert_cmpuint (count (people, "neill"), ==, 1);
  g_assert_cmpuint (count (people, "ben"), ==, 0);
  json_object_set_boolean_member (people->pdata[0], "active", FALSE);
  g_assert_cmpuint (count (people, "an"), ==, 1);
}

/* --- Markdown ------------------------------------------------------------------------------------------------ */

static void
check_markup (const char *text,
              const char *expected)
{
  g_autoptr (GPtrArray) people = make_people ();
  g_autoptr (GPtrArray) blocks = csm_markdown_parse (text, people, "p0");
  CsmMarkdownBlock *block = blocks->pdata[0];

  g_assert_cmpuint (blocks->len, ==, 1);
  g_assert_cmpstr (block->markup, ==, expected);
}

static void
test_markup (void)
{
  check_markup ("a *b* **c** _d_ 5*3*2", "a <b>b</b> <b>c</b> <i>d</i> 5*3*2");
  check_markup ("one\ntwo", "one\ntwo");
  check_markup ("<b>x</b> & <script>", "&lt;b&gt;x&lt;/b&gt; &amp; &lt;script&gt;");
  check_markup ("<div onclick=\"x\">\nhi\n</div>", "&lt;div onclick=&quot;x&quot;&gt;\nhi\n&lt;/div&gt;");
  check_markup ("[a](https://example.com/?a=1&b=2)", "<a href=\"https://example.com/?a=1&amp;b=2\">a</a>");
  check_markup ("[a](javascript:alert(1))", "[a](javascript:alert(1))");
  check_markup ("[a](file:///etc/passwd)", "[a](file:///etc/passwd)");
  check_markup ("see https://example.com/x.", "see <a href=\"https://example.com/x\">https://example.com/x</a>.");
  check_markup ("[https://example.com](https://example.org)", "<a href=\"https://example.org\">https://example.com</a>");
  check_markup ("http without more", "http without more");
  check_markup ("", "");
}

/* A team and a field of knowledge stand for people; nobody calls themselves, a bot or a guest. */
static void
test_mention_many (void)
{
  static const char * const people[] = {
    "{'id':'p1','name':'Ana Reyes','teamIds':{'t1':true},'expertise':{'Leather':true}}", "{'id':'p2','name':'Ben Okafor','teamIds':{'t1':true}}",
    "{'id':'p3','name':'Cleo','expertise':{'Leather':true}}", "{'id':'p4','name':'Gone','active':false,'expertise':{'Leather':true}}",
  };
  CsmDirectory *directory = g_new0 (CsmDirectory, 1);
  g_autoptr (GPtrArray) targets = NULL;
  g_autoptr (JsonObject) mentions = json_object_new ();
  g_autoptr (GPtrArray) found = NULL;

  directory->my_id = g_strdup ("p1");
  directory->people = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  directory->teams = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    {
      g_autofree char *json = g_strdelimit (g_strdup (people[i]), "'", '"');

      g_ptr_array_add (directory->people, csm_json_parse_object (json, -1, NULL));
    }
  g_ptr_array_add (directory->teams, csm_json_parse_object ("{\"id\":\"t1\",\"name\":\"Service\"}", -1, NULL));
  targets = csm_mention_targets (directory);
  found = csm_mention_candidates (targets, "lea", "p1", 6);
  g_assert_cmpuint (found->len, ==, 1);
  csm_mention_expand (directory, csm_json_get_string (found->pdata[0], "id"), mentions);
  g_assert_cmpuint (json_object_get_size (mentions), ==, 1);
  g_assert_true (json_object_has_member (mentions, "p3"));
  g_assert_cmpstr (csm_mention_name (directory, csm_json_get_string (found->pdata[0], "id")), ==, "Leather");
  csm_mention_expand (directory, "t1", mentions);
  g_assert_true (json_object_has_member (mentions, "p2"));
  g_assert_cmpuint (json_object_get_size (mentions), ==, 2);
  g_ptr_array_unref (directory->people);
  g_ptr_array_unref (directory->teams);
  g_free (directory->my_id);
  g_free (directory);
}

static void
test_mention_markup (void)
{
  g_autoptr (GPtrArray) people = make_people ();
  g_autoptr (GPtrArray) blocks = csm_markdown_parse ("@Ben Okafor and _@Ana Reyes_", people, "p0");
  CsmMarkdownBlock *block = blocks->pdata[0];

  g_assert_nonnull (strstr (block->markup, ">@Ben Okafor</span> and <i><span"));
  g_assert_nonnull (strstr (block->markup, ">@Ana Reyes</span></i>"));
}

static void
test_blocks (void)
{
  g_autoptr (GPtrArray) blocks = csm_markdown_parse ("# Head\n\n- a\n- b\n\n3. c\n4. d\n\n> quoted\n\n```\ncode <x>\n```\n\n---\n", NULL, NULL);
  static const struct { CsmMarkdownKind kind; const char *marker; const char *markup; } expected[] = {
    { CSM_MARKDOWN_HEADING, NULL, "Head" }, { CSM_MARKDOWN_ITEM, "•", "a" }, { CSM_MARKDOWN_ITEM, "•", "b" },
    { CSM_MARKDOWN_ITEM, "3.", "c" }, { CSM_MARKDOWN_ITEM, "4.", "d" }, { CSM_MARKDOWN_QUOTE, NULL, "quoted" },
    { CSM_MARKDOWN_CODE, NULL, "code &lt;x&gt;" }, { CSM_MARKDOWN_RULE, NULL, "" },
  };

  g_assert_cmpuint (blocks->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < blocks->len; i++)
    {
      CsmMarkdownBlock *block = blocks->pdata[i];

      g_assert_cmpint (block->kind, ==, expected[i].kind);
      g_assert_cmpstr (block->marker, ==, expected[i].marker);
      g_assert_cmpstr (block->markup, ==, expected[i].markup);
    }
}

/* What would make too many widgets, or nest too deep, is shown as written. */
static void
test_too_much (void)
{
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (GString) deep = g_string_new (NULL);
  g_autoptr (GPtrArray) blocks = NULL;
  g_autoptr (GPtrArray) nested = NULL;

  for (guint i = 0; i < 5000; i++)
    g_string_append (many, "a\n\n");
  blocks = csm_markdown_parse (many->str, NULL, NULL);
  g_assert_cmpuint (blocks->len, ==, 1);
  for (guint i = 0; i < 20000; i++)
    g_string_append (deep, "> ");
  g_string_append (deep, "end");
  nested = csm_markdown_parse (deep->str, NULL, NULL);
  g_assert_cmpuint (((CsmMarkdownBlock *) nested->pdata[0])->depth, <=, 6);
}

static void
test_plain (void)
{
  g_autofree char *plain = csm_markdown_plain ("**Bold** [link](https://example.com) & <b>\n\n- item\n\nx < y > z");

  g_assert_cmpstr (plain, ==, "Bold link & <b> item x < y > z");
}

/* --- times --------------------------------------------------------------------------------------------------- */

static void
check_when (CsmWhen         when,
            CsmWhenPurpose  purpose,
            const char     *now,
            const char     *expected)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Madrid");
  g_autoptr (GDateTime) from = g_date_time_new_from_iso8601 (now, zone);
  gint64 at = csm_when_reckon (when, purpose, from);
  g_autoptr (GDateTime) utc = at != CSM_TIME_NONE ? g_date_time_new_from_unix_utc (at / CSM_SECOND) : NULL;
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;
  g_autofree char *text = local != NULL ? g_date_time_format (local, "%F %H:%M") : NULL;

  g_assert_cmpstr (text, ==, expected);
}

static void
test_when (void)
{
  check_when (CSM_WHEN_LATER_TODAY, CSM_WHEN_FOR_SNOOZE, "2026-11-18T10:12:40", "2026-11-18 13:30");
  check_when (CSM_WHEN_LATER_TODAY, CSM_WHEN_FOR_SNOOZE, "2026-11-18T21:40:00", NULL);
  check_when (CSM_WHEN_LATER_TODAY, CSM_WHEN_FOR_DUE, "2026-11-18T10:12:00", NULL);
  check_when (CSM_WHEN_TOMORROW, CSM_WHEN_FOR_SNOOZE, "2026-12-31T10:12:00", "2027-01-01 09:00");
  check_when (CSM_WHEN_MONDAY, CSM_WHEN_FOR_SNOOZE, "2026-11-18T10:12:00", "2026-11-23 09:00");
  check_when (CSM_WHEN_MONDAY, CSM_WHEN_FOR_SNOOZE, "2026-11-23T08:00:00", "2026-11-30 09:00");
  check_when (CSM_WHEN_MONDAY, CSM_WHEN_FOR_SNOOZE, "2026-11-22T08:00:00", NULL);
  check_when (CSM_WHEN_IN_A_WEEK, CSM_WHEN_FOR_SNOOZE, "2026-11-18T10:12:00", "2026-11-25 09:00");
  check_when (CSM_WHEN_TODAY_EVENING, CSM_WHEN_FOR_DUE, "2026-11-18T10:12:00", "2026-11-18 17:00");
  check_when (CSM_WHEN_TODAY_EVENING, CSM_WHEN_FOR_DUE, "2026-11-18T16:50:00", NULL);
  /* The clocks go back on the 25th of October: still nine in the morning. */
  check_when (CSM_WHEN_TOMORROW, CSM_WHEN_FOR_SNOOZE, "2026-10-24T20:00:00", "2026-10-25 09:00");
  check_when (CSM_WHEN_TOMORROW, CSM_WHEN_FOR_SNOOZE, "2026-03-28T20:00:00", "2026-03-29 09:00");
  check_when (CSM_WHEN_IN_A_WEEK, CSM_WHEN_FOR_DUE, "2026-03-25T20:00:00", "2026-04-01 17:00");
}

/* --- accounts and keys --------------------------------------------------------------------------------------- */

static void
test_server (void)
{
  static const struct { const char *typed; const char *url; } cases[] = {
    { "desk.example.com", "https://desk.example.com" },
    { " https://desk.example.com/ ", "https://desk.example.com" },
    { "desk.example.com:8443/shop/", "https://desk.example.com:8443/shop" },
    { "localhost:8080", "http://localhost:8080" },
    { "127.0.0.1:8080", "http://127.0.0.1:8080" },
    { "http://desk.example.com", "http://desk.example.com" },
    { "ftp://desk.example.com", NULL },
    { "ana@example.com", NULL },
    { "https://ana:secret@example.com", NULL },
    { "two words", NULL },
    { "", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *url = csm_accounts_read_server (cases[i].typed);

      g_assert_cmpstr (url, ==, cases[i].url);
    }
}

static void
test_accounts (void)
{
  g_autoptr (GSettings) settings = g_settings_new ("org.casement.Casement");
  g_autofree char *dir = g_dir_make_tmp ("casement-accounts-XXXXXX", NULL);
  g_autoptr (CsmAccounts) accounts = csm_accounts_new (settings, dir);
  g_autofree char *one = csm_accounts_dup_cache_dir (accounts, "https://desk.example.com", "ana@example.com");
  g_autofree char *same = csm_accounts_dup_cache_dir (accounts, "https://desk.example.com", "Ana@Example.com");
  g_autofree char *other = csm_accounts_dup_cache_dir (accounts, "https://desk.example.com", "ben@example.com");
  g_autofree char *workspace = csm_accounts_dup_workspace_dir (accounts);
  g_autofree char *sample = csm_accounts_dup_sample_dir (accounts);
  g_autofree char *server = NULL;

  g_assert_cmpstr (one, ==, same);
  g_assert_cmpstr (one, !=, other);
  g_assert_null (strstr (one, "ana"));
  g_assert_cmpint (csm_accounts_get_last (accounts), ==, CSM_ACCOUNTS_NONE);
  g_assert_cmpint (g_mkdir_with_parents (workspace, 0700), ==, 0);
  g_assert_cmpint (csm_accounts_get_last (accounts), ==, CSM_ACCOUNTS_HERE);
  csm_accounts_remember_sample (accounts);
  g_assert_cmpint (csm_accounts_get_last (accounts), ==, CSM_ACCOUNTS_HERE);
  g_assert_cmpint (g_mkdir_with_parents (sample, 0700), ==, 0);
  g_assert_cmpint (csm_accounts_get_last (accounts), ==, CSM_ACCOUNTS_SAMPLE);
  csm_accounts_remember (accounts, "https://desk.example.com", "ana@example.com");
  g_assert_cmpint (csm_accounts_get_last (accounts), ==, CSM_ACCOUNTS_SERVER);
  server = csm_accounts_dup_server (accounts);
  g_assert_cmpstr (server, ==, "https://desk.example.com");
  csm_accounts_forget (accounts);
  g_assert_cmpint (csm_accounts_get_last (accounts), ==, CSM_ACCOUNTS_HERE);
  g_rmdir (sample);
  g_rmdir (workspace);
  g_rmdir (dir);
}

/* A bare letter as an accelerator would fire while somebody types. */
static void
test_shortcuts (void)
{
  guint n;
  const CsmShortcut *shortcuts = csm_shortcuts_table (&n);

  for (guint i = 0; i < n; i++)
    {
      guint key = 0;
      GdkModifierType modifiers = 0;

      if (shortcuts[i].action == NULL || shortcuts[i].accel[0] == '\0')
        continue;
      g_assert_true (gtk_accelerator_parse (shortcuts[i].accel, &key, &modifiers));
      g_assert_true (csm_shortcut_is_single_key (&shortcuts[i]) || modifiers != 0 || (key >= GDK_KEY_F1 && key <= GDK_KEY_F35));
      for (guint j = 0; j < i; j++)
        g_assert_false (shortcuts[j].action != NULL && g_str_equal (shortcuts[i].accel, shortcuts[j].accel));
    }
  g_assert_cmpstr (csm_shortcuts_find_single_key (GDK_KEY_a, 0)->action, ==, "win.assign");
  g_assert_null (csm_shortcuts_find_single_key (GDK_KEY_a, GDK_CONTROL_MASK));
  g_assert_null (csm_shortcuts_find_single_key (GDK_KEY_z, 0));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/words/mentions/scan", test_scan);
  g_test_add_func ("/words/mentions/being-typed", test_being_typed);
  g_test_add_func ("/words/mentions/candidates", test_candidates);
  g_test_add_func ("/words/markdown/markup", test_markup);
  g_test_add_func ("/words/mentions/many", test_mention_many);
  g_test_add_func ("/words/markdown/mentions", test_mention_markup);
  g_test_add_func ("/words/markdown/blocks", test_blocks);
  g_test_add_func ("/words/markdown/too-much", test_too_much);
  g_test_add_func ("/words/markdown/plain", test_plain);
  g_test_add_func ("/words/when", test_when);
  g_test_add_func ("/words/accounts/server", test_server);
  g_test_add_func ("/words/accounts/places", test_accounts);
  g_test_add_func ("/words/shortcuts", test_shortcuts);
  return g_test_run ();
}
