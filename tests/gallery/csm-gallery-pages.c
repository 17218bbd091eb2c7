/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-gallery-pages.h"

#include "csm-away-sheet.h"
#include "csm-calendar-window.h"
#include "csm-case-list-pane.h"
#include "csm-code-sheet.h"
#include "csm-colleague-pane.h"
#include "csm-command-palette.h"
#include "csm-first-run.h"
#include "csm-invite-sheet.h"
#include "csm-json.h"
#include "csm-lost-dialog.h"
#include "csm-mailbox-window.h"
#include "csm-merge-customers.h"
#include "csm-preferences-window.h"
#include "csm-prepare-dialog.h"
#include "csm-rule-window.h"
#include "csm-service-level-window.h"
#include "csm-share-window.h"
#include "csm-sheet.h"
#include "csm-shortcuts.h"
#include "csm-sign-in-page.h"
#include "csm-snippet-window.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-view-text.h"
#include "csm-window.h"
#include "csm-workspace-window.h"

#define HEIGHT 860
#define DIALOG_HEIGHT 700
#define BEN "p01J00000000000000000000002"

/* --- what there is beside the workspace ------------------------------------------------------------------------ */

static gboolean
knows_all (gpointer data)
{
  CsmDirectory *directory = csm_workbench_get_directory (data);
  JsonObject *me = csm_directory_lookup (directory, "p01J00000000000000000000001");

  return g_strcmp0 (csm_json_get_string (me, "role"), "admin") == 0 && directory->channels->len == 2;
}

/* Ana is an admin, one mailbox is in trouble, and a server answers what is asked for. */
void
csm_gallery_fill (CsmGalleryDesk *gallery)
{
  CsmCache *cache = gallery->desk.cache;

  csm_ui_put (cache, CSM_TYPE_ID_PERSON, "{'id':'p01J00000000000000000000001','name':'Ana Reyes','email':'person1@example.com','role':'admin',"
                                         "'kind':'staff','active':true,'teamIds':{'t01J00000000000000000000001':true}}");
  csm_ui_put (cache, CSM_TYPE_ID_TEAM, "{'id':'t01J00000000000000000000071','name':'Depot Nord','department':'partner','memberIds':{}}");
  csm_ui_put (cache, CSM_TYPE_ID_CHANNEL, "{'id':'h01J00000000000000000000002','kind':'email','name':'Sales','address':'sales@example.com','canSend':true,"
                                          "'enabled':true,'health':{'state':'failing','since':'2026-06-10T09:10:00Z',"
                                          "'why':'imap.example.com refuses the password of sales@example.com. Enter the new one.'}}");
  csm_ui_wait_until (knows_all, gallery->desk.workbench, "the channels");
  gallery->asker = csm_ui_asker_new ();
  csm_ui_asker_answer (gallery->asker, "mailbox/find",
                       "{'candidates':[{'source':'known','provider':'Example Mail','oauth':false,"
                       "'help':'Make an app password at https://mail.example.org/passwords first.',"
                       "'imap':{'host':'imap.example.org','port':993,'tls':'implicit','user':'help@example.org'},"
                       "'smtp':{'host':'smtp.example.org','port':465,'tls':'implicit','user':'help@example.org'}}]}");
}

/* Closes whatever is open. */
void
csm_gallery_close (CsmGalleryDesk *gallery)
{
  g_autoptr (GListModel) windows = g_object_ref (gtk_window_get_toplevels ());

  if (gallery->desk.window != NULL)
    {
      GtkWidget *palette = csm_ui_find_type (gallery->desk.window, CSM_TYPE_COMMAND_PALETTE);

      /* The library still wants to know where the pointer is in it, and warns when it went with its window. */
      if (palette != NULL)
        gtk_popover_popdown (GTK_POPOVER (palette));
      csm_ui_wait_painted (gallery->desk.window);
      csm_window_set_workbench (CSM_WINDOW (gallery->desk.window), NULL);
    }
  gallery->desk.window = NULL;
  while (g_list_model_get_n_items (windows) > 0)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, g_list_model_get_n_items (windows) - 1);

      gtk_window_destroy (window);
    }
  csm_ui_settle ();
}

/* --- the window ------------------------------------------------------------------------------------------------ */

static gboolean
is_settled (gpointer data)
{
  return csm_window_is_settled (data);
}

static GtkWidget *
open_view (CsmGalleryDesk *gallery,
           int             width,
           const char     *view)
{
  g_autoptr (CsmCaseView) wanted = csm_view_from_setting (view);

  csm_workbench_show_case (gallery->desk.workbench, NULL);
  csm_ui_desk_open (&gallery->desk, width, HEIGHT);
  csm_workbench_set_view (gallery->desk.workbench, wanted);
  csm_ui_wait_until (is_settled, gallery->desk.window, "the view");
  csm_ui_settle ();
  return gallery->desk.window;
}

/* The disk gives nothing back. */
static GtkWidget *
open_unreadable (CsmGalleryDesk *gallery,
                 int             width,
                 const char     *view)
{
  open_view (gallery, width, view);
  g_signal_emit_by_name (csm_case_list_pane_get_model (csm_window_get_list (CSM_WINDOW (gallery->desk.window))), "failed");
  csm_ui_settle ();
  return gallery->desk.window;
}

static GtkWidget *
open_case (CsmGalleryDesk *gallery,
           int             width,
           const char     *argument)
{
  open_view (gallery, width, "mine");
  csm_ui_desk_open_case (&gallery->desk, 1);
  return gallery->desk.window;
}

/* @page: of the colleagues' pane, which is over the case where there is no room beside it */
static GtkWidget *
open_colleagues (CsmGalleryDesk *gallery,
                 int             width,
                 const char     *page)
{
  open_case (gallery, width, NULL);
  g_object_set (csm_window_get_shell (CSM_WINDOW (gallery->desk.window)), "colleagues-shown", TRUE, NULL);
  csm_colleague_pane_show_page (CSM_COLLEAGUE_PANE (csm_ui_find_type (gallery->desk.window, CSM_TYPE_COLLEAGUE_PANE)), page);
  csm_ui_settle ();
  return gallery->desk.window;
}

static gboolean
has_hits (gpointer data)
{
  CsmCaseListModel *model = csm_case_list_pane_get_model (csm_window_get_list (CSM_WINDOW (data)));

  return csm_case_list_model_get_view (model)->kind == CSM_VIEW_SEARCH && csm_case_list_model_is_ready (model);
}

static GtkWidget *
open_search (CsmGalleryDesk *gallery,
             int             width,
             const char     *typed)
{
  open_view (gallery, width, "inbox");
  csm_case_list_pane_search_for (csm_window_get_list (CSM_WINDOW (gallery->desk.window)), typed);
  csm_ui_wait_until (has_hits, gallery->desk.window, "the hits");
  csm_ui_settle ();
  return gallery->desk.window;
}

static gboolean
has_selected (gpointer data)
{
  return csm_workbench_get_n_selected (data) > 1;
}

static GtkWidget *
open_selected (CsmGalleryDesk *gallery,
               int             width,
               const char     *argument)
{
  open_view (gallery, width, "inbox");
  csm_case_list_pane_select_all (csm_window_get_list (CSM_WINDOW (gallery->desk.window)));
  csm_ui_wait_until (has_selected, gallery->desk.workbench, "the selection");
  csm_ui_settle ();
  return gallery->desk.window;
}

/* @action: shows a page in the window */
static GtkWidget *
open_by_action (CsmGalleryDesk *gallery,
                int             width,
                const char     *action)
{
  open_case (gallery, width, NULL);
  csm_ui_activate (gallery->desk.window, action);
  csm_ui_settle ();
  return gallery->desk.window;
}

static GtkWidget *
open_palette (CsmGalleryDesk *gallery,
              int             width,
              const char     *argument)
{
  open_by_action (gallery, width, "win.palette");
  return csm_ui_find_type (gallery->desk.window, CSM_TYPE_COMMAND_PALETTE);
}

/* The server is away, and a case was resolved meanwhile. */
static GtkWidget *
open_outbox (CsmGalleryDesk *gallery,
             int             width,
             const char     *argument)
{
  g_autoptr (GPtrArray) waiting = csm_ui_desk_outbox (&gallery->desk);

  open_view (gallery, width, "inbox");
  csm_ui_desk_open_case (&gallery->desk, 3);
  if (waiting->len == 0)
    csm_ui_activate (gallery->desk.window, "win.resolve");
  csm_ui_activate (gallery->desk.window, "win.show-outbox");
  csm_ui_settle ();
  return gallery->desk.window;
}

/* --- the first page, and signing in --------------------------------------------------------------------------- */

static GtkWidget *
open_first_run (CsmGalleryDesk *gallery,
                int             width,
                const char     *problem)
{
  gallery->desk.window = csm_window_new (gallery->desk.application, gallery->desk.settings);
  csm_window_force_size (CSM_WINDOW (gallery->desk.window), width, HEIGHT);
  csm_first_run_set_problem (csm_window_show_first_run (CSM_WINDOW (gallery->desk.window)), problem);
  gtk_window_present (GTK_WINDOW (gallery->desk.window));
  csm_ui_settle ();
  return gallery->desk.window;
}

static GtkWidget *
show_dialog (GtkWindow *window,
             int        width)
{
  gtk_window_set_default_size (window, width, DIALOG_HEIGHT);
  gtk_window_present (window);
  csm_ui_settle ();
  return GTK_WIDGET (window);
}

static GtkWidget *
open_sign_in (CsmGalleryDesk *gallery,
              int             width,
              const char     *problem)
{
  GtkWidget *page = csm_sign_in_page_new ();
  GtkWidget *window = adw_window_new ();

  csm_sign_in_page_set_server (CSM_SIGN_IN_PAGE (page), "https://desk.example.com");
  csm_sign_in_page_set_email (CSM_SIGN_IN_PAGE (page), "ana@example.com");
  csm_sign_in_page_set_problem (CSM_SIGN_IN_PAGE (page), problem);
  adw_window_set_content (ADW_WINDOW (window), page);
  return show_dialog (GTK_WINDOW (window), width);
}

/* --- windows of their own ------------------------------------------------------------------------------------- */

static GtkWidget *
open_preferences (CsmGalleryDesk *gallery,
                  int             width,
                  const char     *page)
{
  GtkWindow *window = csm_preferences_window_new (NULL, gallery->desk.settings, gallery->desk.workbench);

  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), page);
  return show_dialog (window, width);
}

static GtkWidget *
open_workspace (CsmGalleryDesk *gallery,
                int             width,
                const char     *page)
{
  GtkWindow *window = csm_workspace_window_new (NULL, gallery->desk.workbench);

  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), page);
  return show_dialog (window, width);
}

static gboolean
is_at_account (gpointer data)
{
  return g_str_equal (gtk_stack_get_visible_child_name (GTK_STACK (csm_ui_find (data, GTK_TYPE_STACK, "stack"))), "account");
}

/* @address: what was typed already */
static GtkWidget *
open_mailbox (CsmGalleryDesk *gallery,
              int             width,
              const char     *address)
{
  GtkWidget *window = show_dialog (csm_mailbox_window_new (NULL, gallery->desk.workbench, CSM_MAILBOX_ASKER (gallery->asker), NULL), width);

  if (address != NULL)
    {
      GtkWidget *row = csm_ui_find (window, GTK_TYPE_EDITABLE, "address_row");

      gtk_editable_set_text (GTK_EDITABLE (row), address);
      g_signal_emit_by_name (row, "entry-activated");
      csm_ui_wait_until (is_at_account, window, "what was found");
      csm_ui_settle ();
    }
  return window;
}

static GtkWidget *
open_share (CsmGalleryDesk *gallery,
            int             width,
            const char     *argument)
{
  return show_dialog (csm_share_window_new (NULL, gallery->desk.workbench, "c01J00000000000000000000001", NULL), width);
}

static GtkWidget *
open_snippet (CsmGalleryDesk *gallery,
              int             width,
              const char     *argument)
{
  return show_dialog (csm_snippet_window_new (NULL, gallery->desk.workbench, CSM_TYPE_ID_SNIPPET, NULL), width);
}

static GtkWidget *
open_rule (CsmGalleryDesk *gallery,
           int             width,
           const char     *argument)
{
  return show_dialog (csm_rule_window_new (NULL, gallery->desk.workbench, NULL), width);
}

static GtkWidget *
open_service_level (CsmGalleryDesk *gallery,
                    int             width,
                    const char     *argument)
{
  return show_dialog (csm_service_level_window_new (NULL, gallery->desk.workbench, NULL), width);
}

static GtkWidget *
open_calendar (CsmGalleryDesk *gallery,
               int             width,
               const char     *argument)
{
  return show_dialog (csm_calendar_window_new (NULL, gallery->desk.workbench, NULL), width);
}

static GtkWidget *
open_prepare (CsmGalleryDesk *gallery,
              int             width,
              const char     *argument)
{
  const CsmPreparation preparation = { .n_cases = 40, .n_files = 12, .bytes = 3400000, .n_missing = 3 };
  GtkWindow *window = csm_prepare_dialog_new (NULL, gallery->desk.workbench);

  csm_prepare_dialog_show_result (CSM_PREPARE_DIALOG (window), &preparation);
  return show_dialog (window, width);
}

static GtkWidget *
open_shortcuts (CsmGalleryDesk *gallery,
                int             width,
                const char     *argument)
{
  return show_dialog (csm_shortcuts_new (NULL), width);
}

/* --- sheets over the window ----------------------------------------------------------------------------------- */

static GtkWidget *
resize_sheet (CsmGalleryDesk *gallery,
              int             width)
{
  GtkWidget *sheet = csm_ui_find_window (CSM_TYPE_SHEET);

  g_assert_nonnull (sheet);
  return show_dialog (GTK_WINDOW (sheet), width);
}

/* @action: opens it for the case */
static GtkWidget *
open_sheet (CsmGalleryDesk *gallery,
            int             width,
            const char     *action)
{
  open_by_action (gallery, 1400, action);
  return resize_sheet (gallery, width);
}

static GtkWidget *
open_merge_customers (CsmGalleryDesk *gallery,
                      int             width,
                      const char     *argument)
{
  open_case (gallery, 1400, NULL);
  csm_merge_customers_present (gallery->desk.window, gallery->desk.workbench);
  return resize_sheet (gallery, width);
}

static GtkWidget *
open_away (CsmGalleryDesk *gallery,
           int             width,
           const char     *argument)
{
  open_view (gallery, 1400, "inbox");
  csm_away_sheet_present (gallery->desk.window, gallery->desk.workbench, BEN);
  return resize_sheet (gallery, width);
}

static GtkWidget *
open_invite (CsmGalleryDesk *gallery,
             int             width,
             const char     *argument)
{
  open_view (gallery, 1400, "inbox");
  csm_invite_sheet_present (gallery->desk.window, gallery->desk.workbench, CSM_MAILBOX_ASKER (gallery->asker));
  return resize_sheet (gallery, width);
}

static GtkWidget *
open_code (CsmGalleryDesk *gallery,
           int             width,
           const char     *argument)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = csm_json_parse_object ("{\"code\":\"ABCDE-FGHJK-MNPQR-STVWX\",\"until\":\"2026-06-17T10:15:00Z\"}", -1, &error);

  g_assert_no_error (error);
  open_view (gallery, 1400, "inbox");
  csm_code_sheet_present (gallery->desk.window, gallery->desk.workbench, CSM_MAILBOX_ASKER (gallery->asker), "Invited", "pia@example.com", answer);
  return resize_sheet (gallery, width);
}

/* --- all of them ---------------------------------------------------------------------------------------------- */

/* The outbox last: what waits there is seen in the window from then on. */
static const CsmGalleryPage pages[] = {
  { "first-run", open_first_run, NULL, TRUE, FALSE },
  { "first-run-problem", open_first_run, "There is no server at desk.example.com.", FALSE, FALSE },
  { "sign-in", open_sign_in, NULL, TRUE, TRUE },
  { "sign-in-problem", open_sign_in, "The password is wrong.", FALSE, TRUE },
  { "list", open_view, "inbox", TRUE, FALSE },
  { "list-empty", open_view, "snoozed", FALSE, FALSE },
  { "list-unreadable", open_unreadable, "inbox", FALSE, FALSE },
  { "case", open_case, NULL, TRUE, FALSE },
  { "discussion", open_colleagues, "discussion", FALSE, FALSE },
  { "case-page", open_colleagues, "case", TRUE, FALSE },
  { "customer", open_colleagues, "customer", TRUE, FALSE },
  { "search", open_search, "parcel", FALSE, FALSE },
  { "search-nothing", open_search, "owner:nobody tag:press zebra", FALSE, FALSE },
  { "selected", open_selected, NULL, TRUE, FALSE },
  { "palette", open_palette, NULL, TRUE, FALSE },
  { "tasks", open_by_action, "win.show-tasks", FALSE, FALSE },
  { "outbox-empty", open_by_action, "win.show-outbox", FALSE, FALSE },
  { "history", open_sheet, "win.history", FALSE, TRUE },
  { "hand-over", open_sheet, "win.hand-over", TRUE, TRUE },
  { "merge", open_sheet, "win.merge", FALSE, TRUE },
  { "link", open_sheet, "win.link", FALSE, TRUE },
  { "keep-template", open_sheet, "win.keep-template", FALSE, TRUE },
  { "merge-customers", open_merge_customers, NULL, FALSE, TRUE },
  { "away", open_away, NULL, FALSE, TRUE },
  { "invite", open_invite, NULL, FALSE, TRUE },
  { "code", open_code, NULL, FALSE, TRUE },
  { "share", open_share, NULL, FALSE, TRUE },
  { "prepare", open_prepare, NULL, FALSE, TRUE },
  { "shortcuts", open_shortcuts, NULL, FALSE, TRUE },
  { "mailbox", open_mailbox, NULL, FALSE, TRUE },
  { "mailbox-account", open_mailbox, "help@example.org", TRUE, TRUE },
  { "snippet", open_snippet, NULL, FALSE, TRUE },
  { "rule", open_rule, NULL, FALSE, TRUE },
  { "service-level", open_service_level, NULL, FALSE, TRUE },
  { "calendar", open_calendar, NULL, FALSE, TRUE },
  { "preferences-general", open_preferences, "general", TRUE, TRUE },
  { "preferences-reading", open_preferences, "reading", FALSE, TRUE },
  { "preferences-writing", open_preferences, "writing", FALSE, TRUE },
  { "preferences-offline", open_preferences, "offline", FALSE, TRUE },
  { "preferences-account", open_preferences, "account", FALSE, TRUE },
  { "workspace-channels", open_workspace, "channels", TRUE, TRUE },
  { "workspace-sorting", open_workspace, "sorting", FALSE, TRUE },
  { "workspace-levels", open_workspace, "levels", FALSE, TRUE },
  { "workspace-texts", open_workspace, "texts", FALSE, TRUE },
  { "workspace-templates", open_workspace, "templates", FALSE, TRUE },
  { "workspace-people", open_workspace, "people", FALSE, TRUE },
  { "workspace-tags", open_workspace, "tags", FALSE, TRUE },
  { "workspace-team", open_workspace, "team", FALSE, TRUE },
  { "workspace-changes", open_workspace, "changes", FALSE, TRUE },
  { "outbox", open_outbox, NULL, FALSE, FALSE },
};

/* Returns: (array length=n_pages): the pages, in the order in which they are to be opened */
const CsmGalleryPage *
csm_gallery_pages (guint *n_pages)
{
  *n_pages = G_N_ELEMENTS (pages);
  return pages;
}
