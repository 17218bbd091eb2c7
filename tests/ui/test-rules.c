/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-channel-text.h"
#include "csm-json.h"
#include "csm-preferences-window.h"
#include "csm-rule-row.h"
#include "csm-rule-window.h"
#include "csm-rule-words.h"
#include "csm-rules-page.h"
#include "csm-signature-group.h"
#include "csm-ui-desk.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"
#include "csm-workspace-window.h"

/* What the preferences say and set about sorting, blocked senders and signatures: all of it without a connection. */

static const struct { const char *name; const char *lane; } built_in[] = {
  { "delivery-report", "bounce" }, { "spam-flag", "spam" }, { "auto-reply", "automatic" }, { "abuse-report", "notification" },
  { "account", "account" }, { "file-share", "fileShare" }, { "digest", "digest" }, { "auto-generated", "notification" },
  { "list", "newsletter" }, { "machine-sender", "notification" },
};

static void
put_me (CsmUiDesk  *desk,
        const char *role)
{
  g_autofree char *json = g_strdup_printf ("{'id':'p01J00000000000000000000001','name':'Ana Reyes','email':'person1@example.com','role':'%s'}", role);

  csm_ui_put (desk->cache, CSM_TYPE_ID_PERSON, json);
}

static gboolean
has_rules (gpointer data)
{
  CsmDirectory *directory = csm_workbench_get_directory (data);

  return directory->rules->len == G_N_ELEMENTS (built_in) + 2;
}

static void
set_up (CsmUiDesk     *desk,
        gconstpointer  application)
{
  csm_ui_desk_set_up (desk, application);
  put_me (desk, "admin");
  csm_ui_put (desk->cache, CSM_TYPE_ID_CHANNEL, "{'id':'h01J00000000000000000000001','kind':'email','name':'Support','address':'support@example.com',"
                                                "'canSend':true,'enabled':true,'signature':'Kind regards\\n{name}'}");
  for (guint i = 0; i < G_N_ELEMENTS (built_in); i++)
    {
      g_autofree char *json = g_strdup_printf ("{'id':'r01J%023u','kind':'lane','builtIn':'%s','lane':'%s','enabled':%s,'position':%u}",
                                               i + 1, built_in[i].name, built_in[i].lane, i == 6 ? "false" : "true", 1000 + i * 10);

      csm_ui_put (desk->cache, CSM_TYPE_ID_RULE, json);
    }
  csm_ui_put (desk->cache, CSM_TYPE_ID_RULE, "{'id':'r01J00000000000000000000090','kind':'lane','lane':'notification','position':1,"
                                             "'conditions':{'from':{'is':'*@shop.example.net'},'subject':{'has':'order'}}}");
  csm_ui_put (desk->cache, CSM_TYPE_ID_RULE, "{'id':'r01J00000000000000000000091','kind':'block','conditions':{'from':{'is':'offers@example.net'}}}");
  csm_ui_wait_until (has_rules, desk->workbench, "the rules");
}

static void
take_pictures (GtkWindow  *window,
               const char *name)
{
  static const int sizes[][2] = { { 360, 640 }, { 660, 760 } };
  const char *folder = g_getenv ("CASEMENT_TEST_PICTURES");

  csm_ui_settle ();
  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (sizes) * 2; i++)
    {
      const int *size = sizes[i / 2];
      g_autofree char *file = g_strdup_printf ("%s-%d-%s.png", name, size[0], i % 2 ? "dark" : "light");
      g_autofree char *path = g_build_filename (folder, file, NULL);

      adw_style_manager_set_color_scheme (adw_style_manager_get_default (), i % 2 ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
      gtk_window_set_default_size (window, size[0], size[1]);
      csm_ui_save_png (GTK_WIDGET (window), path);
    }
}

static GtkWindow *
open_preferences (CsmUiDesk  *desk,
                  const char *page)
{
  GtkWindow *window = g_str_equal (page, "sorting") ? csm_workspace_window_new (NULL, desk->workbench)
                                                    : csm_preferences_window_new (NULL, desk->settings, desk->workbench);

  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), page);
  gtk_window_present (window);
  csm_ui_settle ();
  return window;
}

static CsmOperation *
last_op (CsmUiDesk *desk,
         guint      n)
{
  g_autoptr (GPtrArray) ops = csm_ui_world_wait_outbox (desk, n);

  return g_ptr_array_steal_index (ops, n - 1);
}

static GtkWidget *
find_rule (GtkWindow  *window,
           const char *sentence)
{
  GtkWidget *label = csm_ui_find_label (GTK_WIDGET (window), sentence);

  g_assert_nonnull (label);
  return gtk_widget_get_ancestor (label, CSM_TYPE_RULE_ROW);
}

/* --- sorting rules ------------------------------------------------------------------------------------------- */

static void
test_rules (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWindow *window = open_preferences (desk, "sorting");
  GtkWidget *page = csm_ui_find_type (GTK_WIDGET (window), CSM_TYPE_RULES_PAGE);
  GtkWidget *row = find_rule (window, "Mail from a mailing list");
  g_autoptr (CsmOperation) off = NULL;
  g_autoptr (CsmOperation) lane = NULL;

  csm_ui_world_check_names (page);
  g_assert_nonnull (csm_ui_find_label (row, "→ Newsletters"));
  g_assert_nonnull (csm_ui_find_label (find_rule (window, "Daily and weekly summaries"), "Not applied"));
  /* One's own come first. */
  g_assert_nonnull (csm_ui_find_label (csm_ui_find_type (page, CSM_TYPE_RULE_ROW), "Mail whose sender is anybody at shop.example.net and subject contains “order”"));
  take_pictures (window, "rules");
  adw_expander_row_set_enable_expansion (ADW_EXPANDER_ROW (row), FALSE);
  off = last_op (desk, 1);
  g_assert_cmpint (off->type, ==, CSM_TYPE_ID_RULE);
  g_assert_cmpstr (off->record_id, ==, "r01J00000000000000000000009");
  g_assert_false (csm_json_get_boolean (off->payload, "enabled"));
  csm_ui_world_wait_label (row, "Not applied");
  row = find_rule (window, "Mail from addresses like no-reply");
  adw_combo_row_set_selected (ADW_COMBO_ROW (csm_ui_find (row, ADW_TYPE_COMBO_ROW, "lane_row")), csm_rule_find_lane ("spam"));
  lane = last_op (desk, 2);
  g_assert_cmpstr (csm_json_get_string (lane->payload, "lane"), ==, "spam");
  csm_ui_world_wait_label (row, "→ Spam");
  /* Everybody may block, and nobody but admins may sort. */
  put_me (desk, "agent");
  csm_ui_world_wait_label (GTK_WIDGET (window), "Only admins can change this.");
  g_assert_false (gtk_widget_is_sensitive (find_rule (window, "Mail from a mailing list")));
  g_assert_false (gtk_widget_get_visible (csm_ui_find (GTK_WIDGET (window), GTK_TYPE_BUTTON, "add_button")));
  g_assert_true (gtk_widget_is_sensitive (csm_ui_find (GTK_WIDGET (window), ADW_TYPE_ENTRY_ROW, "block_row")));
  gtk_window_destroy (window);
}

static void
press_undo (GtkWindow *window)
{
  GtkWidget *toast = csm_ui_find_type (GTK_WIDGET (window), g_type_from_name ("AdwToastWidget"));
  GtkWidget *label = csm_ui_find_label (toast, "Undo");

  g_signal_emit_by_name (gtk_widget_get_ancestor (label, GTK_TYPE_BUTTON), "clicked");
}

static gboolean
is_gone (gpointer data)
{
  return csm_ui_find_label (data, "shop.example.net") == NULL;
}

static gboolean
is_second (gpointer data)
{
  return csm_ui_find_label (csm_ui_find_type (data, CSM_TYPE_RULE_ROW), "mailing list contains") != NULL;
}

static void
test_own_rule (CsmUiDesk     *desk,
               gconstpointer  data)
{
  GtkWindow *window = open_preferences (desk, "sorting");
  GtkWidget *page = csm_ui_find_type (GTK_WIDGET (window), CSM_TYPE_RULES_PAGE);
  GtkWidget *editor;
  g_autoptr (CsmOperation) added = NULL;
  g_autoptr (CsmOperation) changed = NULL;
  JsonObject *conditions;

  /* Deleted by mistake, and back again */
  g_signal_emit_by_name (find_rule (window, "shop.example.net"), "remove");
  csm_ui_world_wait_label (GTK_WIDGET (window), "Rule deleted");
  csm_ui_wait_until (is_gone, window, "the rule to go");
  press_undo (window);
  csm_ui_world_wait_label (GTK_WIDGET (window), "shop.example.net");
  g_ptr_array_unref (csm_ui_world_wait_outbox (desk, 0));

  csm_ui_activate (page, "rules.add");
  editor = csm_ui_find_window (CSM_TYPE_RULE_WINDOW);
  csm_ui_world_check_names (editor);
  take_pictures (GTK_WINDOW (editor), "rule-new");
  gtk_editable_set_text (GTK_EDITABLE (csm_ui_find (editor, ADW_TYPE_ENTRY_ROW, "from_row")), "press.example.org");
  gtk_editable_set_text (GTK_EDITABLE (csm_ui_find (editor, ADW_TYPE_ENTRY_ROW, "list_row")), "media");
  adw_combo_row_set_selected (ADW_COMBO_ROW (csm_ui_find (editor, ADW_TYPE_COMBO_ROW, "lane_row")), csm_rule_find_lane ("digest"));
  g_signal_emit_by_name (csm_ui_find (editor, ADW_TYPE_ENTRY_ROW, "list_row"), "entry-activated");
  added = last_op (desk, 1);
  g_assert_cmpstr (added->kind, ==, "create");
  g_assert_cmpstr (csm_json_get_string (added->payload, "kind"), ==, "lane");
  g_assert_cmpstr (csm_json_get_string (added->payload, "lane"), ==, "digest");
  g_assert_cmpint (csm_json_get_int (added->payload, "position", 0), ==, 2);
  conditions = csm_json_get_object (added->payload, "conditions");
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (conditions, "from"), "is"), ==, "*@press.example.org");
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (conditions, "listId"), "has"), ==, "media");
  csm_ui_world_wait_label (GTK_WIDGET (window), "mailing list contains “media”");

  g_signal_emit_by_name (find_rule (window, "shop.example.net"), "edit");
  editor = csm_ui_find_window (CSM_TYPE_RULE_WINDOW);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (csm_ui_find (editor, ADW_TYPE_ENTRY_ROW, "from_row"))), ==, "*@shop.example.net");
  gtk_editable_set_text (GTK_EDITABLE (csm_ui_find (editor, ADW_TYPE_ENTRY_ROW, "subject_row")), "");
  csm_ui_activate (editor, "rule.save");
  changed = last_op (desk, 2);
  g_assert_cmpstr (changed->record_id, ==, "r01J00000000000000000000090");
  csm_ui_world_wait_label (GTK_WIDGET (window), "Mail whose sender is anybody at shop.example.net");

  /* The newer one is tried first from now on. */
  g_assert_nonnull (csm_ui_find_label (csm_ui_find_type (page, CSM_TYPE_RULE_ROW), "shop.example.net"));
  g_signal_emit_by_name (csm_ui_find (find_rule (window, "mailing list contains"), GTK_TYPE_BUTTON, "up_button"), "clicked");
  csm_ui_wait_until (is_second, page, "the other order");
  g_assert_true (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (csm_ui_find_type (page, CSM_TYPE_RULE_ROW))));
  g_assert_false (gtk_widget_get_sensitive (csm_ui_find (csm_ui_find_type (page, CSM_TYPE_RULE_ROW), GTK_TYPE_BUTTON, "up_button")));
  g_assert_false (gtk_widget_get_sensitive (csm_ui_find (find_rule (window, "shop.example.net"), GTK_TYPE_BUTTON, "down_button")));
  gtk_window_destroy (window);
}

/* --- blocked senders ----------------------------------------------------------------------------------------- */

static void
block (GtkWindow  *window,
       const char *text)
{
  GtkWidget *row = csm_ui_find (GTK_WIDGET (window), ADW_TYPE_ENTRY_ROW, "block_row");

  gtk_editable_set_text (GTK_EDITABLE (row), text);
  g_signal_emit_by_name (row, "apply");
}

static gboolean
is_unblocked (gpointer data)
{
  return csm_ui_find_label (data, "offers@example.net") == NULL || csm_ui_find_label (data, "is not blocked any more") != NULL;
}

static void
test_blocked (CsmUiDesk     *desk,
              gconstpointer  data)
{
  GtkWindow *window = open_preferences (desk, "sorting");
  GtkWidget *row = gtk_widget_get_ancestor (csm_ui_find_label (GTK_WIDGET (window), "offers@example.net"), ADW_TYPE_ACTION_ROW);
  g_autoptr (CsmOperation) unblocked = NULL;
  g_autoptr (CsmOperation) blocked = NULL;
  JsonObject *from;

  gtk_test_accessible_assert_property (csm_ui_find_type (row, GTK_TYPE_BUTTON), GTK_ACCESSIBLE_PROPERTY_LABEL, "Unblock offers@example.net");
  g_signal_emit_by_name (csm_ui_find_type (row, GTK_TYPE_BUTTON), "clicked");
  unblocked = last_op (desk, 1);
  g_assert_cmpstr (unblocked->kind, ==, "destroy");
  csm_ui_wait_until (is_unblocked, window, "the sender to go");
  /* No sentence is an address. */
  block (window, "somebody or other");
  csm_ui_world_wait_label (GTK_WIDGET (window), "This is no address and no domain");
  block (window, " @casino.example ");
  blocked = last_op (desk, 2);
  g_assert_cmpstr (csm_json_get_string (blocked->payload, "kind"), ==, "block");
  from = csm_json_get_object (csm_json_get_object (blocked->payload, "conditions"), "from");
  g_assert_cmpstr (csm_json_get_string (from, "is"), ==, "*@casino.example");
  csm_ui_world_wait_label (GTK_WIDGET (window), "Everybody at casino.example");
  gtk_window_destroy (window);
}

/* --- signatures ---------------------------------------------------------------------------------------------- */

static void
test_signatures (CsmUiDesk     *desk,
                 gconstpointer  data)
{
  GtkWindow *window = open_preferences (desk, "writing");
  GtkWidget *group = csm_ui_find_type (GTK_WIDGET (window), CSM_TYPE_SIGNATURE_GROUP);
  GtkWidget *text = csm_ui_find_type (group, CSM_TYPE_CHANNEL_TEXT);
  g_autoptr (CsmOperation) own = NULL;
  g_autoptr (CsmOperation) none = NULL;

  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (csm_ui_find_type (group, ADW_TYPE_EXPANDER_ROW)), TRUE);
  csm_ui_settle ();
  csm_ui_world_check_names (group);
  /* The mailbox's own until one writes another. */
  g_assert_nonnull (csm_ui_find_label (group, "Kind regards\nAna Reyes"));
  g_assert_false (gtk_widget_get_visible (csm_ui_find (text, GTK_TYPE_BUTTON, "remove_button")));
  take_pictures (window, "writing");
  csm_ui_type (csm_ui_find (text, GTK_TYPE_TEXT_VIEW, "text_view"), ", ");
  g_assert_true (csm_ui_press (csm_ui_find (text, GTK_TYPE_TEXT_VIEW, "text_view"), GDK_KEY_Return, GDK_CONTROL_MASK));
  own = last_op (desk, 1);
  g_assert_cmpint (own->type, ==, CSM_TYPE_ID_PERSON);
  g_assert_nonnull (csm_json_get_object (own->payload, "signatures/h01J00000000000000000000001"));
  csm_ui_world_wait_label (group, "Use the Mailbox’s");
  g_signal_emit_by_name (csm_ui_find (text, GTK_TYPE_BUTTON, "remove_button"), "clicked");
  none = last_op (desk, 2);
  g_assert_true (json_object_get_null_member (none->payload, "signatures/h01J00000000000000000000001"));
  csm_ui_world_wait_label (group, "Kind regards\nAna Reyes");
  gtk_window_destroy (window);
}

/* --- words --------------------------------------------------------------------------------------------------- */

static void
check_sentence (const char *json,
                const char *sentence,
                gboolean    simple)
{
  g_autofree char *text = g_strdelimit (g_strdup (json), "'", '"');
  g_autoptr (JsonObject) rule = csm_json_parse_object (text, -1, NULL);
  g_autofree char *said = csm_rule_say (rule);

  g_assert_cmpstr (said, ==, sentence);
  g_assert_cmpint (csm_rule_is_simple (rule), ==, simple);
}

static void
test_sentences (void)
{
  check_sentence ("{'builtIn':'list'}", "Mail from a mailing list", FALSE);
  check_sentence ("{'builtIn':'moon','name':'By moonlight'}", "By moonlight", FALSE);
  check_sentence ("{'conditions':{}}", "No mail: nothing is asked for", TRUE);
  check_sentence ("{'conditions':{'subject':{'has':'a'}}}", "Mail whose subject contains “a”", TRUE);
  check_sentence ("{'conditions':{'subject':{'has':'a','not':true}}}", "Mail whose subject does not contain “a”", FALSE);
  check_sentence ("{'conditions':{'header:X-Mailer':{'begins':['a','b']}}}", "Mail whose X-Mailer begins with “a” or “b”", FALSE);
}

#define ADD(name, test) g_test_add ("/rules/" name, CsmUiDesk, application, set_up, test, csm_ui_desk_tear_down)

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

  ADD ("rules", test_rules);
  ADD ("own-rule", test_own_rule);
  ADD ("blocked", test_blocked);
  ADD ("signatures", test_signatures);
  g_test_add_func ("/rules/sentences", test_sentences);
  return csm_ui_test_run ();
}
