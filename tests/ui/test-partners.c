/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-colleague-pane.h"
#include "csm-comment-row.h"
#include "csm-composer.h"
#include "csm-discussion.h"
#include "csm-file-list.h"
#include "csm-json.h"
#include "csm-partner-page.h"
#include "csm-roles-page.h"
#include "csm-share-window.h"
#include "csm-sign-in-page.h"
#include "csm-ui-desk.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"
#include "csm-view-row.h"
#include "csm-workspace-window.h"

/* A case that is shared with a partner, from both sides. */

#define ME "p01J00000000000000000000001"
#define CASE "c01J00000000000000000000001"
#define DEPOT "t01J00000000000000000000071"

static void
put_me (CsmUiDesk  *desk,
        const char *role)
{
  g_autofree char *json = g_strdup_printf ("{'id':'" ME "','name':'Ana Reyes','email':'person1@example.com','kind':'%s','role':'%s'}",
                                           g_str_equal (role, "guest") ? "guest" : "staff", role);

  csm_ui_put (desk->cache, CSM_TYPE_ID_PERSON, json);
}

static void
put_partner (CsmUiDesk *desk)
{
  csm_ui_put (desk->cache, CSM_TYPE_ID_PERSON, "{'id':'p01J00000000000000000000072','name':'Petra Lang','email':'petra@depot.example.org','kind':'guest','role':'guest'}");
  csm_ui_put (desk->cache, CSM_TYPE_ID_TEAM, "{'id':'" DEPOT "','name':'Depot Nord','department':'partner','memberIds':{'p01J00000000000000000000072':true,'" ME "':true}}");
  csm_ui_put (desk->cache, CSM_TYPE_ID_SHARED_COMMENT,
              "{'id':'q01J00000000000000000000073','caseId':'" CASE "','partnerId':'" DEPOT "','authorId':'" ME "','at':'2026-11-16T09:12:00Z',"
              "'body':'Can you say when the parcel was scanned last?'}");
  csm_ui_put (desk->cache, CSM_TYPE_ID_SHARED_COMMENT,
              "{'id':'q01J00000000000000000000074','caseId':'" CASE "','partnerId':'" DEPOT "','authorId':'p01J00000000000000000000072','at':'2026-11-16T09:40:00Z',"
              "'body':'Friday, 18:03, in Kiel. It leaves **tomorrow**.'}");
}

static GtkWidget *
open_partners (CsmUiDesk *desk,
               int        width)
{
  csm_ui_desk_open (desk, width, 800);
  csm_ui_desk_open_case (desk, 1);
  if (width < 1200)
    g_object_set (desk->window, "colleagues-shown", TRUE, NULL);
  csm_colleague_pane_show_page (CSM_COLLEAGUE_PANE (csm_ui_find_type (desk->window, CSM_TYPE_COLLEAGUE_PANE)), "partners");
  csm_ui_settle ();
  return csm_ui_find_type (desk->window, CSM_TYPE_PARTNER_PAGE);
}

static CsmOperation *
last_op (CsmUiDesk *desk,
         guint      n)
{
  g_autoptr (GPtrArray) ops = csm_ui_world_wait_outbox (desk, n);

  return g_ptr_array_steal_index (ops, n - 1);
}

static gboolean
is_shared (gpointer data)
{
  return csm_ui_find_label (data, "Depot Nord reads this") != NULL;
}

/* There is no page for partners where there is none. */
static gboolean
has_no_page (gpointer page)
{
  GtkWidget *stack = gtk_widget_get_ancestor (page, ADW_TYPE_VIEW_STACK);

  return !adw_view_stack_page_get_visible (adw_view_stack_get_page (ADW_VIEW_STACK (stack), gtk_widget_get_parent (page)));
}

static void
test_share (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWidget *page;
  GtkWidget *window;
  g_autoptr (CsmOperation) shared = NULL;
  g_autoptr (CsmOperation) note = NULL;
  g_autoptr (CsmOperation) changed = NULL;
  g_autoptr (CsmOperation) stopped = NULL;

  put_me (desk, "lead");
  put_partner (desk);
  page = open_partners (desk, 1400);
  g_assert_true (has_no_page (page));

  window = GTK_WIDGET (csm_share_window_new (GTK_WINDOW (desk->window), desk->workbench, CASE, NULL));
  gtk_window_present (GTK_WINDOW (window));
  csm_ui_settle ();
  csm_ui_world_check_names (window);
  gtk_switch_set_active (GTK_SWITCH (csm_ui_find (window, GTK_TYPE_SWITCH, "messages")), TRUE);
  if (g_getenv ("CASEMENT_TEST_PICTURES") != NULL)
    {
      g_autofree char *path = g_build_filename (g_getenv ("CASEMENT_TEST_PICTURES"), "share.png", NULL);

      csm_ui_save_png (window, path);
    }
  csm_ui_activate (window, "share.share");
  shared = last_op (desk, 1);
  g_assert_cmpint (shared->type, ==, CSM_TYPE_ID_CASE);
  g_assert_true (csm_json_get_boolean (csm_json_get_object (shared->payload, "partners/" DEPOT), "conversation"));
  csm_ui_wait_until (is_shared, page, "the partner's page");
  csm_colleague_pane_show_page (CSM_COLLEAGUE_PANE (csm_ui_find_type (desk->window, CSM_TYPE_COLLEAGUE_PANE)), "partners");
  g_assert_nonnull (csm_ui_find_label (page, "scanned last"));
  g_assert_nonnull (csm_ui_find_label (page, "in Kiel"));
  csm_ui_world_check_names (page);

  csm_ui_type (csm_ui_find (page, GTK_TYPE_TEXT_VIEW, "text_view"), "Thank you!");
  csm_ui_desk_save_png (desk, "partner-1400.png");
  csm_ui_activate (page, "partner.post");
  note = last_op (desk, 2);
  g_assert_cmpint (note->type, ==, CSM_TYPE_ID_SHARED_COMMENT);
  g_assert_cmpstr (csm_json_get_string (note->payload, "partnerId"), ==, DEPOT);
  g_assert_cmpstr (csm_json_get_string (note->payload, "caseId"), ==, CASE);
  csm_ui_world_wait_label (page, "Thank you!");

  csm_ui_activate (page, "partner.conversation");
  changed = last_op (desk, 3);
  g_assert_false (csm_json_get_boolean (csm_json_get_object (changed->payload, "partners/" DEPOT), "conversation"));
  csm_ui_world_wait_label (page, "the case’s subject and what is written here");
  csm_ui_activate (page, "partner.stop");
  stopped = last_op (desk, 4);
  g_assert_true (json_object_get_null_member (stopped->payload, "partners/" DEPOT));
  csm_ui_wait_until (has_no_page, page, "the page to go");
}

/* The box of each partner and case keeps what was typed. */
static void
test_typed (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWidget *page;
  GtkTextBuffer *buffer;
  GtkTextIter start, end;
  g_autofree char *text = NULL;
  g_autofree char *other = NULL;

  put_me (desk, "agent");
  put_partner (desk);
  csm_ui_put (desk->cache, CSM_TYPE_ID_CASE, "{'id':'" CASE "','subject':'Late parcel','status':'open','lastActivityAt':'2026-11-16T09:12:00Z',"
                                             "'partners':{'" DEPOT "':{'conversation':false}}}");
  page = open_partners (desk, 900);
  csm_ui_wait_until (is_shared, page, "the partner's page");
  csm_ui_desk_save_png (desk, "partner-900.png");
  csm_ui_type (csm_ui_find (page, GTK_TYPE_TEXT_VIEW, "text_view"), "Half a sentence");
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (csm_ui_find (page, GTK_TYPE_TEXT_VIEW, "text_view")));
  csm_ui_desk_open_case (desk, 2);
  csm_ui_settle ();
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  other = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  g_assert_cmpstr (other, ==, "");
  csm_ui_desk_open_case (desk, 1);
  csm_ui_wait_until (is_shared, page, "the partner's page");
  csm_ui_settle ();
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  g_assert_cmpstr (text, ==, "Half a sentence");
}

static char *
dup_box (GtkWidget *page)
{
  char *text = NULL;

  g_object_get (gtk_text_view_get_buffer (GTK_TEXT_VIEW (csm_ui_find (page, GTK_TYPE_TEXT_VIEW, "text_view"))), "text", &text, NULL);
  return text;
}

static void
check_box (GtkWidget  *page,
           const char *expected)
{
  g_autofree char *text = dup_box (page);

  g_assert_cmpstr (text, ==, expected);
}

/* A change of what was said makes no room for itself by throwing away what is being written. */
static void
test_typed_beside_edit (CsmUiDesk     *desk,
                        gconstpointer  data)
{
  GtkWidget *page, *row, *view;
  g_autoptr (CsmOperation) changed = NULL;

  put_me (desk, "agent");
  put_partner (desk);
  csm_ui_put (desk->cache, CSM_TYPE_ID_CASE, "{'id':'" CASE "','subject':'Late parcel','status':'open','lastActivityAt':'2026-11-16T09:12:00Z',"
                                             "'partners':{'" DEPOT "':{'conversation':false}}}");
  page = open_partners (desk, 1400);
  csm_ui_world_wait_label (page, "scanned last");
  view = csm_ui_find (page, GTK_TYPE_TEXT_VIEW, "text_view");
  row = gtk_widget_get_ancestor (csm_ui_find_label (page, "scanned last"), CSM_TYPE_COMMENT_ROW);
  csm_ui_type (view, "Half a sentence");
  csm_ui_activate (row, "comment.edit");
  check_box (page, "Can you say when the parcel was scanned last?");
  csm_ui_press (view, GDK_KEY_Escape, 0);
  check_box (page, "Half a sentence");
  csm_ui_activate (row, "comment.edit");
  csm_ui_type (view, " Please.");
  csm_ui_activate (page, "partner.post");
  changed = last_op (desk, 1);
  g_assert_cmpstr (csm_json_get_string (changed->payload, "body"), ==, "Can you say when the parcel was scanned last? Please.");
  check_box (page, "Half a sentence");

  /* In a case that is still being read nothing of the one before can be sent. */
  csm_workbench_open_case (desk->workbench, "c01J00000000000000000000002");
  g_assert_null (csm_workbench_get_detail (desk->workbench));
  check_box (page, "");
}

static guint
count_views (GtkWidget *root)
{
  guint n = CSM_IS_VIEW_ROW (root) && gtk_widget_get_visible (root) ? 1 : 0;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    n += count_views (child);
  return n;
}

/* Nothing that a guest can't have is offered to one. */
static void
test_guest (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWidget *page;
  GtkWidget *pane;
  g_autoptr (CsmOperation) note = NULL;

  put_me (desk, "guest");
  put_partner (desk);
  page = open_partners (desk, 1400);
  csm_ui_world_wait_label (page, " reads this");
  pane = csm_ui_find_type (desk->window, CSM_TYPE_COLLEAGUE_PANE);
  g_assert_false (gtk_widget_get_mapped (csm_ui_find_type (pane, CSM_TYPE_DISCUSSION)));
  g_assert_false (gtk_widget_get_mapped (csm_ui_find_type (desk->window, CSM_TYPE_COMPOSER)));
  g_assert_cmpuint (count_views (desk->window), ==, 2);
  csm_ui_world_check_names (desk->window);
  csm_ui_desk_save_png (desk, "guest-1400.png");
  csm_ui_activate (desk->window, "win.note");
  csm_ui_type (csm_ui_find (page, GTK_TYPE_TEXT_VIEW, "text_view"), "It has left the depot.");
  g_assert_true (csm_ui_press (csm_ui_find (page, GTK_TYPE_TEXT_VIEW, "text_view"), GDK_KEY_Return, GDK_CONTROL_MASK));
  note = last_op (desk, 1);
  g_assert_cmpint (note->type, ==, CSM_TYPE_ID_SHARED_COMMENT);
  g_assert_cmpstr (csm_json_get_string (note->payload, "partnerId"), ==, DEPOT);
}

static void
test_roles (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWindow *window;
  GtkWidget *page;

  put_me (desk, "agent");
  csm_ui_desk_open (desk, 1400, 800);
  window = csm_workspace_window_new (NULL, desk->workbench);
  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), "people");
  gtk_window_present (window);
  csm_ui_settle ();
  gtk_widget_activate (gtk_widget_get_ancestor (csm_ui_find_label (GTK_WIDGET (window), "Who may do what"), GTK_TYPE_LIST_BOX_ROW));
  csm_ui_settle ();
  page = csm_ui_find_type (GTK_WIDGET (window), CSM_TYPE_ROLES_PAGE);
  g_assert_nonnull (csm_ui_find_label (page, "Send replies"));
  g_assert_nonnull (csm_ui_find_label (page, "Connect and change mailboxes"));
  csm_ui_world_check_names (page);
  if (g_getenv ("CASEMENT_TEST_PICTURES") != NULL)
    {
      g_autofree char *path = g_build_filename (g_getenv ("CASEMENT_TEST_PICTURES"), "roles.png", NULL);

      csm_ui_save_png (GTK_WIDGET (window), path);
    }
  gtk_window_destroy (window);
}

typedef struct
{
  char *code;
  char *password;
} Signed;

static void
sign_in_cb (GtkWidget  *page,
            const char *server,
            const char *email,
            const char *password,
            const char *code,
            gpointer    data)
{
  Signed *signed_in = data;

  signed_in->code = g_strdup (code);
  signed_in->password = g_strdup (password);
}

static void
test_invitation (CsmUiDesk     *desk,
                 gconstpointer  data)
{
  GtkWidget *page = g_object_ref_sink (csm_sign_in_page_new ());
  Signed signed_in = { NULL, NULL };

  g_signal_connect (page, "sign-in", G_CALLBACK (sign_in_cb), &signed_in);
  csm_sign_in_page_set_server (CSM_SIGN_IN_PAGE (page), "https://desk.example.com");
  csm_sign_in_page_set_email (CSM_SIGN_IN_PAGE (page), "petra@depot.example.org");
  gtk_editable_set_text (GTK_EDITABLE (csm_ui_find (page, ADW_TYPE_PASSWORD_ENTRY_ROW, "password_row")), "a long password");
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (csm_ui_find (page, ADW_TYPE_EXPANDER_ROW, "invitation_row")), TRUE);
  /* Not without the code */
  csm_ui_activate (page, "sign-in.sign-in");
  g_assert_null (signed_in.password);
  gtk_editable_set_text (GTK_EDITABLE (csm_ui_find (page, ADW_TYPE_ENTRY_ROW, "code_row")), " 7KX2-PQ4M ");
  csm_ui_activate (page, "sign-in.sign-in");
  g_assert_cmpstr (signed_in.code, ==, "7KX2-PQ4M");
  g_clear_pointer (&signed_in.code, g_free);
  g_clear_pointer (&signed_in.password, g_free);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (csm_ui_find (page, ADW_TYPE_EXPANDER_ROW, "invitation_row")), FALSE);
  csm_ui_activate (page, "sign-in.sign-in");
  g_assert_null (signed_in.code);
  g_assert_cmpstr (signed_in.password, ==, "a long password");
  g_free (signed_in.password);
  g_object_unref (page);
}

/* --- files ----------------------------------------------------------------------------------------------------- */

static gboolean
is_ready (gpointer data)
{
  return csm_file_list_is_ready (data) && !csm_file_list_is_empty (data);
}

/* They go along with the note, wait for their case while somebody looks at another one, and leave once. */
static void
test_files (CsmUiDesk     *desk,
            gconstpointer  data)
{
  g_autofree char *path = g_build_filename (desk->dir, "scan.txt", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmOperation) note = NULL;
  GtkWidget *page;
  CsmFileList *files;
  JsonArray *attachments;

  put_me (desk, "lead");
  put_partner (desk);
  csm_ui_put (desk->cache, CSM_TYPE_ID_CASE, "{'id':'" CASE "','subject':'Late parcel','status':'open','customerId':'u01J00000000000000000000001','partners':{'" DEPOT "':{'conversation':true}}}");
  g_file_set_contents (path, "scanned in Kiel", -1, &error);
  g_assert_no_error (error);
  page = open_partners (desk, 1400);
  csm_ui_wait_until (is_shared, page, "the partner");
  files = CSM_FILE_LIST (csm_ui_find_type (page, CSM_TYPE_FILE_LIST));
  csm_file_list_add (files, file);
  csm_ui_wait_until (is_ready, files, "the file");
  csm_ui_desk_open_case (desk, 2);
  g_assert_true (csm_file_list_is_empty (files));
  csm_ui_desk_open_case (desk, 1);
  csm_ui_wait_until (is_ready, files, "the file again");
  if (g_getenv ("CASEMENT_TEST_PICTURES") != NULL)
    {
      g_autofree char *picture = NULL;

      csm_colleague_pane_show_page (CSM_COLLEAGUE_PANE (csm_ui_find_type (desk->window, CSM_TYPE_COLLEAGUE_PANE)), "partners");
      csm_ui_settle ();
      picture = g_build_filename (g_getenv ("CASEMENT_TEST_PICTURES"), "partner-files.png", NULL);

      csm_ui_save_png (desk->window, picture);
    }
  csm_ui_type (csm_ui_find (page, GTK_TYPE_TEXT_VIEW, "text_view"), "This is the scan.");
  csm_ui_settle ();
  csm_ui_activate (page, "partner.post");
  note = last_op (desk, 1);
  attachments = csm_json_get_array (note->payload, "attachments");
  g_assert_cmpuint (json_array_get_length (attachments), ==, 1);
  g_assert_cmpstr (csm_json_get_string (json_array_get_object_element (attachments, 0), "name"), ==, "scan.txt");
  g_assert_true (csm_file_list_is_empty (files));
}

#define ADD(name, test) g_test_add ("/partners/" name, CsmUiDesk, application, csm_ui_desk_set_up, test, csm_ui_desk_tear_down)

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

  ADD ("share", test_share);
  ADD ("typed", test_typed);
  ADD ("typed-beside-edit", test_typed_beside_edit);
  ADD ("files", test_files);
  ADD ("guest", test_guest);
  ADD ("roles", test_roles);
  ADD ("invitation", test_invitation);
  return csm_ui_test_run ();
}
