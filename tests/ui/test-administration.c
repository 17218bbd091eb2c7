/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>

#include "csm-account-page.h"
#include "csm-json.h"
#include "csm-people-page.h"
#include "csm-changes-page.h"
#include "csm-preferences-window.h"
#include "csm-tags-page.h"
#include "csm-time.h"
#include "csm-ui-asker.h"
#include "csm-ui-desk.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"
#include "csm-workload-page.h"
#include "csm-workspace-window.h"

/* What admins do about people, teams and tags; what the server answers is made up here. */

#define ME "p01J00000000000000000000001"
#define BEN "p01J00000000000000000000002"
#define PIA "p01J00000000000000000000009"

typedef struct
{
  CsmUiDesk   desk;
  CsmUiAsker *asker;
  GtkWidget  *window;
} Lab;

static void
put_people (CsmUiDesk  *desk,
            const char *role)
{
  g_autofree char *me = g_strdup_printf ("{'id':'" ME "','name':'Ana Reyes','email':'person1@example.com','role':'%s','kind':'staff','active':true,"
                                         "'teamIds':{'t01J00000000000000000000001':true}}", role);

  csm_ui_put (desk->cache, CSM_TYPE_ID_PERSON, me);
  csm_ui_put (desk->cache, CSM_TYPE_ID_PERSON, "{'id':'" PIA "','name':'Pia Lund','email':'pia@example.com','role':'agent','kind':'staff','active':true,'teamIds':{}}");
}

static gboolean
knows_pia (gpointer data)
{
  return csm_workbench_get_name (data, PIA) != NULL;
}

static void
set_up_as (Lab        *lab,
           gpointer    application,
           const char *role)
{
  g_autofree char *until = csm_time_format (csm_time_now () + 5 * 24 * 3600 * CSM_SECOND);
  g_autofree char *used = csm_time_format (csm_time_now () - 3600 * CSM_SECOND);
  g_autofree char *list = g_strdup_printf ("{'people':[{'id':'" BEN "','hasPassword':true,'invitedUntil':null,'devices':2,'lastUsed':'%s'},"
                                           "{'id':'" PIA "','hasPassword':false,'invitedUntil':'%s','devices':0,'lastUsed':null}]}", used, until);

  csm_ui_desk_set_up (&lab->desk, application);
  put_people (&lab->desk, role);
  csm_ui_wait_until (knows_pia, lab->desk.workbench, "the people");
  lab->asker = csm_ui_asker_new ();
  csm_ui_asker_answer (lab->asker, "person/list", list);
  csm_ui_asker_answer (lab->asker, "person/invite", "{'personId':'" PIA "','code':'ABCDE-FGHJK-MNPQR-STVWX','until':'2026-12-01T00:00:00Z'}");
  csm_ui_asker_answer (lab->asker, "person/code", "{'personId':'" PIA "','code':'ABCDE-FGHJK-MNPQR-STVWX','until':'2026-12-01T00:00:00Z'}");
  csm_ui_asker_answer (lab->asker, "person/admit", "{'cases':3}");
  lab->window = adw_preferences_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (lab->window), 660, 720);
  adw_preferences_window_set_search_enabled (ADW_PREFERENCES_WINDOW (lab->window), FALSE);
}

static void
set_up (Lab           *lab,
        gconstpointer  application)
{
  set_up_as (lab, (gpointer) application, "admin");
}

static void
set_up_agent (Lab           *lab,
              gconstpointer  application)
{
  set_up_as (lab, (gpointer) application, "agent");
}

static void
tear_down (Lab           *lab,
           gconstpointer  application)
{
  gtk_window_destroy (GTK_WINDOW (lab->window));
  csm_ui_settle ();
  csm_ui_desk_tear_down (&lab->desk, application);
  g_assert_finalize_object (lab->asker);
}

/* In a folder that the environment names: each page as wide as people have it, in both styles. */
static void
take_pictures (GtkWidget  *window,
               const char *name)
{
  static const int sizes[][2] = { { 360, 640 }, { 900, 760 }, { 1400, 900 } };
  const char *folder = g_getenv ("CASEMENT_TEST_PICTURES");

  csm_ui_settle ();
  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (sizes) * 2; i++)
    {
      g_autofree char *file = g_strdup_printf ("%s-%d-%s.png", name, sizes[i / 2][0], i % 2 ? "dark" : "light");
      g_autofree char *path = g_build_filename (folder, file, NULL);

      adw_style_manager_set_color_scheme (adw_style_manager_get_default (), i % 2 ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
      gtk_window_set_default_size (GTK_WINDOW (window), sizes[i / 2][0], sizes[i / 2][1]);
      csm_ui_save_png (window, path);
    }
}

static GtkWidget *
open_page (Lab       *lab,
           GtkWidget *page)
{
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (lab->window), ADW_PREFERENCES_PAGE (page));
  gtk_window_present (GTK_WINDOW (lab->window));
  csm_ui_settle ();
  return page;
}

static GtkWidget *
row_of (GtkWidget  *page,
        const char *title)
{
  return gtk_widget_get_ancestor (csm_ui_find_label (page, title), GTK_TYPE_LIST_BOX_ROW);
}

static GtkWidget *
find_button (GtkWidget  *root,
             const char *label)
{
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      const char *text = GTK_IS_BUTTON (child) ? gtk_button_get_label (GTK_BUTTON (child)) : NULL;
      GtkWidget *found = text != NULL && g_str_has_prefix (text, label) ? child : find_button (child, label);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
click (GtkWidget  *root,
       const char *label)
{
  GtkWidget *button = find_button (root, label);

  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
}

static guint
n_waiting (Lab *lab)
{
  g_autoptr (GPtrArray) outbox = csm_ui_desk_outbox (&lab->desk);

  return outbox->len;
}

typedef struct
{
  Lab  *lab;
  guint n;
} Expected;

static gboolean
is_waiting (gpointer data)
{
  Expected *expected = data;

  return n_waiting (expected->lab) == expected->n;
}

static void
wait_waiting (Lab   *lab,
              guint  n)
{
  Expected expected = { lab, n };

  csm_ui_wait_until (is_waiting, &expected, "the outbox");
}

/* --- people ------------------------------------------------------------------------------------------------------- */

static void
test_people (Lab           *lab,
             gconstpointer  application)
{
  GtkWidget *page = open_page (lab, csm_people_page_new (lab->desk.workbench, CSM_MAILBOX_ASKER (lab->asker)));

  csm_ui_world_wait_label (page, "the code works until");
  g_assert_nonnull (csm_ui_find_label (page, "Last here"));
  g_assert_nonnull (csm_ui_find_label (page, "That is you"));
  csm_ui_world_check_names (lab->window);
  take_pictures (lab->window, "people");
}

static void
test_invite (Lab           *lab,
             gconstpointer  application)
{
  GtkWidget *page = open_page (lab, csm_people_page_new (lab->desk.workbench, CSM_MAILBOX_ASKER (lab->asker)));
  GtkWidget *sheet, *address;
  JsonObject *asked;

  g_settings_set_string (lab->desk.settings, "server", "https://desk.example.com");
  gtk_widget_activate_action (page, "people.invite", NULL);
  csm_ui_settle ();
  sheet = csm_ui_find_window (g_type_from_name ("CsmSheet"));
  address = csm_ui_find_type (sheet, ADW_TYPE_ENTRY_ROW);
  take_pictures (sheet, "invite");
  csm_ui_world_check_names (sheet);
  gtk_editable_set_text (GTK_EDITABLE (address), " pia@example.com ");
  adw_combo_row_set_selected (ADW_COMBO_ROW (csm_ui_find_type (sheet, ADW_TYPE_COMBO_ROW)), 1);
  csm_ui_asker_refuse (lab->asker, "person/invite", "Somebody with this address is here already.");
  click (sheet, "_Invite");
  csm_ui_world_wait_label (sheet, "is here already");
  csm_ui_asker_answer (lab->asker, "person/invite", "{'personId':'" PIA "','code':'ABCDE-FGHJK-MNPQR-STVWX','until':'2026-12-01T00:00:00Z'}");
  click (sheet, "_Invite");
  csm_ui_settle ();
  asked = csm_ui_asker_asked (lab->asker, "person/invite");
  g_assert_cmpstr (csm_json_get_string (asked, "address"), ==, "pia@example.com");
  g_assert_cmpstr (csm_json_get_string (asked, "role"), ==, "lead");
  sheet = csm_ui_find_window (g_type_from_name ("CsmSheet"));
  csm_ui_world_wait_label (sheet, "ABCDE-FGHJK-MNPQR-STVWX");
  take_pictures (sheet, "code");
  csm_ui_asker_refuse (lab->asker, "person/mail", "The mail server does not answer.");
  click (sheet, "_Send by Mail");
  csm_ui_world_wait_label (sheet, "The mail server does not answer.");
  csm_ui_asker_answer (lab->asker, "person/mail", "{'from':'support@example.com'}");
  click (sheet, "_Send by Mail");
  csm_ui_world_wait_label (sheet, "Sent from support@example.com");
  g_assert_cmpstr (csm_json_get_string (csm_ui_asker_asked (lab->asker, "person/mail"), "id"), ==, PIA);
  g_assert_nonnull (strstr (csm_json_get_string (csm_ui_asker_asked (lab->asker, "person/mail"), "text"), "ABCDE-FGHJK-MNPQR-STVWX"));
  g_settings_reset (lab->desk.settings, "server");
  gtk_window_destroy (GTK_WINDOW (sheet));
}

static gboolean
has_dialog (gpointer data)
{
  return csm_ui_find_window (ADW_TYPE_MESSAGE_DIALOG) != NULL;
}

static void
test_person (Lab           *lab,
             gconstpointer  application)
{
  GtkWidget *page = open_page (lab, csm_people_page_new (lab->desk.workbench, CSM_MAILBOX_ASKER (lab->asker))), *person, *dialog;

  csm_ui_asker_answer (lab->asker, "account/devices", "{'devices':[{'id':'d3','name':'Stolen phone','created':'2026-11-01T08:00:00Z','lastUsed':'2026-11-21T08:00:00Z','current':false}]}");
  csm_ui_asker_answer (lab->asker, "account/sign-out", "{'devices':1}");
  csm_ui_world_wait_label (page, "Last here");
  gtk_widget_activate (row_of (page, csm_workbench_get_name (lab->desk.workbench, BEN)));
  csm_ui_settle ();
  person = csm_ui_find_type (lab->window, g_type_from_name ("CsmPersonPage"));
  csm_ui_world_wait_label (person, "Stolen phone");
  g_assert_cmpstr (csm_json_get_string (csm_ui_asker_asked (lab->asker, "account/devices"), "personId"), ==, BEN);
  csm_ui_world_check_names (lab->window);
  take_pictures (lab->window, "person");
  adw_combo_row_set_selected (ADW_COMBO_ROW (csm_ui_find_type (person, ADW_TYPE_COMBO_ROW)), 1);
  wait_waiting (lab, 1);
  /* What becomes of the cases is asked first. */
  click (person, "_Deactivate");
  csm_ui_wait_until (has_dialog, NULL, "the question");
  dialog = csm_ui_find_window (ADW_TYPE_MESSAGE_DIALOG);
  g_assert_cmpuint (csm_ui_asker_count (lab->asker), ==, 2);
  take_pictures (dialog, "deactivate");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "back");
  gtk_window_destroy (GTK_WINDOW (dialog));
  csm_ui_settle ();
  g_assert_true (csm_json_get_boolean (csm_ui_asker_asked (lab->asker, "person/admit"), "handBack"));
  g_assert_cmpstr (csm_json_get_string (csm_ui_asker_asked (lab->asker, "person/admit"), "id"), ==, BEN);
  /* One device alone. */
  click (row_of (person, "Stolen phone"), "_Sign Out");
  csm_ui_settle ();
  g_assert_cmpstr (csm_json_get_string (csm_ui_asker_asked (lab->asker, "account/sign-out"), "id"), ==, "d3");
  g_assert_cmpstr (csm_json_get_string (csm_ui_asker_asked (lab->asker, "account/sign-out"), "personId"), ==, BEN);
}

/* Everybody sees who is here; who may not change it is told who may. */
static void
test_read_only (Lab           *lab,
                gconstpointer  application)
{
  GtkWidget *page = open_page (lab, csm_people_page_new (lab->desk.workbench, CSM_MAILBOX_ASKER (lab->asker)));
  GtkWidget *tags = csm_tags_page_new (lab->desk.workbench), *teams = csm_workload_page_new (lab->desk.workbench);

  g_assert_nonnull (csm_ui_find_label (page, "Only admins may do this."));
  g_assert_false (gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (row_of (page, "Pia Lund"))));
  g_assert_cmpuint (csm_ui_asker_count (lab->asker), ==, 0);
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (lab->window), ADW_PREFERENCES_PAGE (tags));
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (lab->window), ADW_PREFERENCES_PAGE (teams));
  g_assert_false (gtk_widget_get_sensitive (csm_ui_find_type (teams, ADW_TYPE_ENTRY_ROW)));
  g_assert_true (gtk_widget_get_sensitive (csm_ui_find_type (tags, ADW_TYPE_ENTRY_ROW)));
}

/* --- teams and tags --------------------------------------------------------------------------------------------------- */

static void
test_teams (Lab           *lab,
            gconstpointer  application)
{
  GtkWidget *page = open_page (lab, csm_workload_page_new (lab->desk.workbench)), *team, *check;
  GtkWidget *add = csm_ui_find_type (page, ADW_TYPE_ENTRY_ROW);

  take_pictures (lab->window, "teams");
  gtk_editable_set_text (GTK_EDITABLE (add), "Returns");
  g_signal_emit_by_name (add, "apply");
  wait_waiting (lab, 1);
  csm_ui_world_wait_label (page, "Returns");
  gtk_widget_activate (row_of (page, "Returns"));
  csm_ui_settle ();
  team = csm_ui_find_type (lab->window, g_type_from_name ("CsmTeamPage"));
  csm_ui_world_check_names (lab->window);
  take_pictures (lab->window, "team");
  check = csm_ui_find_type (team, GTK_TYPE_CHECK_BUTTON);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), TRUE);
  wait_waiting (lab, 2);
}

static void
test_tags (Lab           *lab,
           gconstpointer  application)
{
  GtkWidget *page = open_page (lab, csm_tags_page_new (lab->desk.workbench));
  GtkWidget *add = csm_ui_find_type (page, ADW_TYPE_ENTRY_ROW), *expander;
  guint n;

  gtk_editable_set_text (GTK_EDITABLE (add), "Zipper");
  g_signal_emit_by_name (add, "apply");
  wait_waiting (lab, 1);
  csm_ui_world_wait_label (page, "Zipper");
  /* The same word twice would be two tags. */
  gtk_editable_set_text (GTK_EDITABLE (add), "zipper");
  g_signal_emit_by_name (add, "apply");
  csm_ui_settle ();
  g_assert_cmpuint (n_waiting (lab), ==, 1);
  expander = gtk_widget_get_ancestor (csm_ui_find_label (page, "Zipper"), ADW_TYPE_EXPANDER_ROW);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (expander), TRUE);
  csm_ui_settle ();
  csm_ui_world_check_names (lab->window);
  take_pictures (lab->window, "tags");
  n = n_waiting (lab);
  click (expander, "_Delete");
  csm_ui_settle ();
  g_assert_null (csm_ui_find_label (page, "Zipper"));
  g_assert_cmpuint (n_waiting (lab), ==, n);
  click (lab->window, "_Undo");
  csm_ui_world_wait_label (page, "Zipper");
  g_assert_cmpuint (n_waiting (lab), ==, n);
}

/* One goes into another: the server is asked, when a person has said so. */
static void
test_merge_tags (Lab           *lab,
                 gconstpointer  application)
{
  GtkWidget *page = open_page (lab, csm_tags_page_new (lab->desk.workbench)), *expander, *dialog;
  guint asked = csm_ui_asker_count (lab->asker);

  csm_tags_page_set_asker (CSM_TAGS_PAGE (page), CSM_MAILBOX_ASKER (lab->asker));
  csm_ui_asker_answer (lab->asker, "tag/merge", "{'cases':3}");
  expander = gtk_widget_get_ancestor (csm_ui_find_label (page, "press"), ADW_TYPE_EXPANDER_ROW);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (expander), TRUE);
  csm_ui_settle ();
  click (expander, "_Merge");
  csm_ui_wait_until (has_dialog, NULL, "the question");
  dialog = csm_ui_find_window (ADW_TYPE_MESSAGE_DIALOG);
  csm_ui_world_check_names (dialog);
  take_pictures (dialog, "merge-tags");
  gtk_drop_down_set_selected (GTK_DROP_DOWN (csm_ui_find_type (dialog, GTK_TYPE_DROP_DOWN)), 1);
  g_assert_cmpuint (csm_ui_asker_count (lab->asker), ==, asked);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "merge");
  gtk_window_destroy (GTK_WINDOW (dialog));
  csm_ui_world_wait_label (lab->window, "3 cases have the other tag now");
  g_assert_cmpstr (csm_json_get_string (csm_ui_asker_asked (lab->asker, "tag/merge"), "id"), ==, "g01J00000000000000000000004");
  g_assert_cmpstr (csm_json_get_string (csm_ui_asker_asked (lab->asker, "tag/merge"), "intoId"), ==, "g01J00000000000000000000003");
}

/* --- who changed what ------------------------------------------------------------------------------------------------- */

static void
test_changes (Lab           *lab,
              gconstpointer  application)
{
  GtkWidget *page;

  csm_ui_asker_answer (lab->asker, "workspace/changes", "{'more':true,'changes':["
                       "{'id':9,'at':'2026-11-22T09:00:00Z','personId':'" ME "','kind':'changed','subjectId':'" BEN "','name':'Ben Okafor','values':{"
                       "'role':{'before':'agent','after':'lead'},'teamIds':{'before':{'t01J00000000000000000000001':true},'after':{}}}},"
                       "{'id':8,'at':'2026-11-22T08:00:00Z','personId':'" BEN "','kind':'merged','subjectId':'g01J00000000000000000000077','name':'parcel','values':{'name':{'before':'parcel','after':'delivery'}}},"
                       "{'id':7,'at':'2026-11-21T08:00:00Z','personId':'','kind':'signedOut','subjectId':'" PIA "','name':'Pia Lund'}]}");
  page = open_page (lab, csm_changes_page_new (lab->desk.workbench, CSM_MAILBOX_ASKER (lab->asker)));
  csm_ui_world_wait_label (page, "Ana Reyes changed Ben Okafor");
  g_assert_nonnull (csm_ui_find_label (page, "Role: Agent → Lead"));
  g_assert_nonnull (csm_ui_find_label (page, "Teams: Service → —"));
  g_assert_nonnull (csm_ui_find_label (page, "Ben Okafor merged the tag parcel into another"));
  g_assert_nonnull (csm_ui_find_label (page, "Name: parcel → delivery"));
  g_assert_nonnull (csm_ui_find_label (page, "Whoever runs the server signed Pia Lund out"));
  csm_ui_world_check_names (lab->window);
  take_pictures (lab->window, "changes");
  csm_ui_asker_answer (lab->asker, "workspace/changes", "{'more':false,'changes':[{'id':2,'at':'2026-11-20T08:00:00Z','personId':'" ME "','kind':'zone','subjectId':null,'name':null}]}");
  click (page, "_Older Ones");
  csm_ui_world_wait_label (page, "Ana Reyes changed the workspace’s time zone");
  g_assert_cmpint (csm_json_get_int (csm_ui_asker_asked (lab->asker, "workspace/changes"), "before", 0), ==, 7);
}

/* --- oneself ---------------------------------------------------------------------------------------------------------- */

static void
test_account (Lab           *lab,
              gconstpointer  application)
{
  GtkWidget *page, *old;
  JsonObject *asked;

  g_settings_set_string (lab->desk.settings, "server", "https://desk.example.com");
  csm_ui_asker_answer (lab->asker, "account/devices", "{'devices':[{'id':'d1','name':'Laptop','created':'2026-11-01T08:00:00Z','lastUsed':'2026-11-22T08:00:00Z','current':true},"
                                                      "{'id':'d2','name':'Old tablet','created':'2026-10-01T08:00:00Z','lastUsed':'2026-10-22T08:00:00Z','current':false}]}");
  csm_ui_asker_answer (lab->asker, "account/sign-out", "{'devices':1}");
  csm_ui_asker_answer (lab->asker, "account/password", "{'devices':1}");
  page = open_page (lab, csm_account_page_new (lab->desk.workbench, CSM_MAILBOX_ASKER (lab->asker)));
  csm_ui_world_wait_label (page, "Old tablet");
  csm_ui_world_check_names (lab->window);
  take_pictures (lab->window, "account");
  click (gtk_widget_get_ancestor (csm_ui_find_label (page, "Old tablet"), GTK_TYPE_LIST_BOX_ROW), "_Sign Out");
  csm_ui_settle ();
  g_assert_cmpstr (csm_json_get_string (csm_ui_asker_asked (lab->asker, "account/sign-out"), "id"), ==, "d2");
  old = csm_ui_find_type (page, ADW_TYPE_PASSWORD_ENTRY_ROW);
  gtk_editable_set_text (GTK_EDITABLE (old), "a long password");
  g_assert_false (gtk_widget_get_sensitive (find_button (page, "_Change")));
  gtk_editable_set_text (GTK_EDITABLE (gtk_widget_get_next_sibling (old)), "a newer password");
  click (page, "_Change");
  csm_ui_settle ();
  asked = csm_ui_asker_asked (lab->asker, "account/password");
  g_assert_cmpstr (csm_json_get_string (asked, "newPassword"), ==, "a newer password");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (old)), ==, "");
}

static gboolean
is_in_tokyo (gpointer data)
{
  g_autoptr (GTimeZone) zone = csm_account_get_time_zone (data);

  return g_strcmp0 (g_time_zone_get_identifier (zone), "Asia/Tokyo") == 0;
}

/* Tomorrow morning is the person's own, where they have said so. */
static void
test_own_zone (Lab           *lab,
               gconstpointer  application)
{
  g_autoptr (GTimeZone) workspace = NULL;

  csm_ui_put (lab->desk.cache, CSM_TYPE_ID_PERSON, "{'id':'" ME "','name':'Ana Reyes','email':'person1@example.com','role':'admin','kind':'staff','active':true,'timeZone':'Asia/Tokyo'}");
  csm_ui_wait_until (is_in_tokyo, lab->desk.account, "the time zone");
  workspace = csm_account_get_workspace_zone (lab->desk.account);
  g_assert_cmpstr (g_time_zone_get_identifier (workspace), !=, "Asia/Tokyo");
}

static void
test_preferences (Lab           *lab,
                  gconstpointer  application)
{
  GtkWindow *window = csm_preferences_window_new (NULL, lab->desk.settings, lab->desk.workbench);

  gtk_window_present (window);
  csm_ui_settle ();
  csm_ui_world_check_names (GTK_WIDGET (window));
  take_pictures (GTK_WIDGET (window), "preferences");
  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), "account");
  csm_ui_world_wait_label (GTK_WIDGET (window), "Time Zone of the Workspace");
  csm_ui_world_check_names (GTK_WIDGET (window));
  gtk_window_destroy (window);
}

/* All of it, as it is opened. */
static void
test_window (Lab           *lab,
             gconstpointer  application)
{
  GtkWindow *window = csm_workspace_window_new (NULL, lab->desk.workbench);

  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), "people");
  gtk_window_present (window);
  csm_ui_world_wait_label (GTK_WIDGET (window), "needs the network");
  take_pictures (GTK_WIDGET (window), "workspace");
  gtk_window_destroy (window);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

  g_test_add ("/administration/people", Lab, application, set_up, test_people, tear_down);
  g_test_add ("/administration/invite", Lab, application, set_up, test_invite, tear_down);
  g_test_add ("/administration/person", Lab, application, set_up, test_person, tear_down);
  g_test_add ("/administration/read-only", Lab, application, set_up_agent, test_read_only, tear_down);
  g_test_add ("/administration/teams", Lab, application, set_up, test_teams, tear_down);
  g_test_add ("/administration/tags", Lab, application, set_up, test_tags, tear_down);
  g_test_add ("/administration/merge-tags", Lab, application, set_up, test_merge_tags, tear_down);
  g_test_add ("/administration/changes", Lab, application, set_up, test_changes, tear_down);
  g_test_add ("/administration/account", Lab, application, set_up, test_account, tear_down);
  g_test_add ("/administration/own-zone", Lab, application, set_up, test_own_zone, tear_down);
  g_test_add ("/administration/preferences", Lab, application, set_up, test_preferences, tear_down);
  g_test_add ("/administration/window", Lab, application, set_up, test_window, tear_down);
  return csm_ui_test_run ();
}
