/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>

#include "csm-case-list-pane.h"
#include "csm-json.h"
#include "csm-saved-search.h"
#include "csm-search-completion.h"
#include "csm-search-context.h"
#include "csm-search-highlight.h"
#include "csm-search-hits.h"
#include "csm-search-suggest.h"
#include "csm-ui-desk.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"
#include "csm-view-row.h"
#include "csm-views-pane.h"

/* Looking for cases: what is offered, marked, found and kept. */

static GtkWidget *
search_entry (CsmUiDesk *desk)
{
  return csm_ui_find (csm_ui_find_type (desk->window, CSM_TYPE_CASE_LIST_PANE), GTK_TYPE_SEARCH_ENTRY, "search_entry");
}

typedef struct
{
  CsmUiDesk  *desk;
  const char *typed;
} Wanted;

static gboolean
is_listed (gpointer data)
{
  const Wanted *wanted = data;
  CsmCaseListModel *model = csm_case_list_pane_get_model (CSM_CASE_LIST_PANE (csm_ui_find_type (wanted->desk->window, CSM_TYPE_CASE_LIST_PANE)));
  const CsmCaseView *view = csm_case_list_model_get_view (model);

  return view->kind == CSM_VIEW_SEARCH && g_strcmp0 (view->key, wanted->typed) == 0 && csm_case_list_model_is_ready (model);
}

static void
type (CsmUiDesk  *desk,
      const char *typed)
{
  g_autofree char *bare = g_strstrip (g_strdup (typed));
  Wanted wanted = { desk, bare };

  csm_ui_activate (desk->window, "win.search");
  gtk_editable_set_text (GTK_EDITABLE (search_entry (desk)), typed);
  gtk_editable_set_position (GTK_EDITABLE (search_entry (desk)), -1);
  csm_ui_wait_until (is_listed, &wanted, "the hits");
  csm_ui_settle ();
}

static guint
n_listed (CsmUiDesk *desk)
{
  return csm_case_list_model_get_n_cases (csm_case_list_pane_get_model (CSM_CASE_LIST_PANE (csm_ui_find_type (desk->window, CSM_TYPE_CASE_LIST_PANE))));
}

/* --- suggestions ------------------------------------------------------------------------------------------------- */

static void
assert_first (const char         *typed,
              const char *const  *recent,
              const char         *insert)
{
  g_autoptr (GPtrArray) list = csm_search_suggest (typed, strlen (typed), NULL, recent);

  if (insert == NULL)
    g_assert_cmpuint (list->len, ==, 0);
  else
    g_assert_cmpstr (((CsmSearchSuggestion *) list->pdata[0])->insert, ==, insert);
}

static void
test_suggest (void)
{
  static const char *const recent[] = { "late parcel", NULL };

  assert_first ("", recent, "late parcel");
  assert_first ("", NULL, "from:");
  assert_first ("ow", recent, "owner:");
  assert_first ("lamp -is", NULL, "-is:");
  assert_first ("owner:", NULL, "owner:me ");
  assert_first ("is:wai", NULL, "is:waiting ");
  assert_first ("is:waiting", NULL, NULL);
  assert_first ("before:y", NULL, "before:yesterday ");
  assert_first ("lamp ", NULL, NULL);
  assert_first ("lamp", NULL, NULL);
}

static char *
mark (const char *text,
      const char *typed)
{
  g_autoptr (GArray) spots = csm_search_highlight_find (text, typed);
  g_autoptr (GString) marked = g_string_new (text);

  for (guint i = spots->len; i > 0; i--)
    {
      g_string_insert_c (marked, g_array_index (spots, CsmSearchSpot, i - 1).end, ']');
      g_string_insert_c (marked, g_array_index (spots, CsmSearchSpot, i - 1).start, '[');
    }
  return g_string_free (g_steal_pointer (&marked), FALSE);
}

static void
test_highlight (void)
{
  static const struct
  {
    const char *text;
    const char *typed;
    const char *marked;
  } samples[] = {
    { "The late parcel is late", "late", "The [late] parcel is [late]" },
    { "Parcels", "parc", "[Parcels]" },
    { "Parcels", "parc owner:me lamp", "Parcels" },
    { "Stra\u00dfe, Caf\u00e9", "strasse cafe", "[Stra\u00dfe], [Caf\u00e9]" },
    { "a lamp", "-lamp", "a lamp" },
    { "from Mar\u00eda", "from:mar", "from [Mar\u00eda]" },
    { "\u4e2d\u6587\u4fe1", "\u4e2d\u6587", "[\u4e2d\u6587]\u4fe1" },
    { "anything", "is:open", "anything" },
    { "anything", NULL, "anything" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autofree char *marked = mark (samples[i].text, samples[i].typed);

      g_assert_cmpstr (marked, ==, samples[i].marked);
    }
}

/* --- the window -------------------------------------------------------------------------------------------------- */

/* It is a surface of its own. */
static void
save_popover (CsmSearchCompletion *completion)
{
  g_autofree char *path = g_test_build_filename (G_TEST_BUILT, "ui", "search-completion.png", NULL);

  csm_ui_save_png (GTK_WIDGET (completion), path);
}

static void
test_completion (CsmUiDesk     *desk,
                 gconstpointer  data)
{
  CsmSearchCompletion *completion;
  GtkEditable *entry;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_activate (desk->window, "win.search");
  entry = GTK_EDITABLE (search_entry (desk));
  completion = CSM_SEARCH_COMPLETION (csm_ui_find_type (desk->window, CSM_TYPE_SEARCH_COMPLETION));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (completion)));
  gtk_editable_set_text (entry, "ow");
  gtk_editable_set_position (entry, -1);
  csm_search_completion_update (completion);
  csm_ui_settle ();
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (completion)));
  /* Enter is for the hits, as long as nothing is chosen. */
  g_assert_true (csm_search_completion_key (completion, GDK_KEY_Tab));
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "owner:");
  csm_ui_settle ();
  g_assert_false (gtk_editable_get_selection_bounds (entry, NULL, NULL));
  save_popover (completion);
  g_assert_true (csm_search_completion_key (completion, GDK_KEY_Down));
  g_assert_true (csm_search_completion_key (completion, GDK_KEY_Return));
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "owner:me ");
  g_assert_cmpint (gtk_editable_get_position (entry), ==, 9);
  gtk_editable_set_text (entry, "is:w");
  gtk_editable_set_position (entry, -1);
  csm_search_completion_update (completion);
  g_assert_false (csm_search_completion_key (completion, GDK_KEY_Return));
  csm_search_completion_update (completion);
  g_assert_true (csm_search_completion_key (completion, GDK_KEY_Escape));
  csm_ui_settle ();
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (completion)));
}

static gboolean
has_marks (gpointer data)
{
  CsmUiDesk *desk = data;
  CsmSearchHits *hits = CSM_SEARCH_HITS (csm_ui_find_type (desk->window, CSM_TYPE_SEARCH_HITS));

  return csm_search_hits_count (hits) > 0;
}

static void
test_found (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWidget *subject;
  CsmSearchContext *context;

  csm_ui_desk_open (desk, 1400, 900);
  type (desk, "parcel");
  g_assert_cmpuint (n_listed (desk), >, 0);
  context = csm_search_context_of (desk->workbench);
  g_assert_cmpstr (csm_search_context_get_typed (context), ==, "parcel");
  subject = csm_ui_find_label (csm_ui_find_type (desk->window, CSM_TYPE_CASE_LIST_PANE), "parcel");
  g_assert_nonnull (gtk_label_get_attributes (GTK_LABEL (subject)));
  csm_ui_desk_open_case (desk, 1);
  csm_ui_wait_until (has_marks, desk, "marks in the messages");
  g_assert_cmpstr (csm_search_context_get_recent (context)[0], ==, "parcel");
  csm_ui_activate (desk->window, "win.next-hit");
  csm_ui_settle ();
  g_assert_nonnull (csm_ui_find_label (csm_ui_find_type (desk->window, CSM_TYPE_SEARCH_HITS), " of "));
  csm_ui_desk_save_png (desk, "search-1400.png");
  type (desk, "is:resolved xyzzy");
  g_assert_cmpuint (n_listed (desk), ==, 0);
  csm_ui_desk_save_png (desk, "search-none.png");
}

static guint
n_kept (CsmUiDesk *desk)
{
  CsmDirectory *directory = csm_workbench_get_directory (desk->workbench);

  return directory != NULL ? directory->views->len : 0;
}

static gboolean
is_one_kept (gpointer data)
{
  return n_kept (data) == 1;
}

static gboolean
is_none_kept (gpointer data)
{
  return n_kept (data) == 0;
}

static void
test_kept (CsmUiDesk     *desk,
           gconstpointer  data)
{
  g_autofree char *id = NULL;
  GtkWidget *views;
  Wanted wanted = { desk, "is:waiting" };

  csm_ui_desk_open (desk, 1400, 900);
  views = csm_ui_find_type (desk->window, CSM_TYPE_VIEWS_PANE);
  csm_saved_search_save (desk->workbench, " Wait for us ", "is:waiting");
  csm_ui_wait_until (is_one_kept, desk, "the search");
  csm_ui_world_wait_label (views, "Wait for us");
  id = g_strdup (csm_json_get_string (csm_workbench_get_directory (desk->workbench)->views->pdata[0], "id"));
  csm_saved_search_rename (desk->workbench, id, "Waiting ones");
  csm_ui_world_wait_label (views, "Waiting ones");
  gtk_list_box_select_row (GTK_LIST_BOX (csm_ui_find (views, GTK_TYPE_LIST_BOX, "list")),
                           GTK_LIST_BOX_ROW (gtk_widget_get_ancestor (csm_ui_find_label (views, "Waiting ones"), CSM_TYPE_VIEW_ROW)));
  csm_ui_wait_until (is_listed, &wanted, "what is kept");
  csm_ui_settle ();
  csm_ui_desk_save_png (desk, "search-kept.png");
  csm_saved_search_delete (desk->workbench, id);
  csm_ui_wait_until (is_none_kept, desk, "that it is gone");
  csm_workbench_undo (desk->workbench);
  csm_ui_wait_until (is_one_kept, desk, "that it is back");
  csm_ui_world_wait_label (views, "Waiting ones");
}

typedef struct
{
  GtkWidget  *row;
  const char *text;
} Count;

static gboolean
shows_count (gpointer data)
{
  const Count *count = data;
  GtkWidget *label = csm_ui_find (count->row, GTK_TYPE_LABEL, "count");

  return g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), count->text) == 0;
}

static void
put_many (CsmUiDesk *desk,
          guint      n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = csm_ui_id ('c', 5000 + i);
      g_autofree char *json = g_strdup_printf ("{'id':'%s','subject':'One of many','status':'resolved','lastActivityAt':'2026-10-01T10:00:00Z'}", id);

      csm_ui_put (desk->cache, CSM_TYPE_ID_CASE, json);
    }
}

/* Beside a kept search stands how many cases it finds, also when something comes. */
static void
test_counted (CsmUiDesk     *desk,
              gconstpointer  data)
{
  Count count = { NULL, "1" };
  GtkWidget *views;

  csm_saved_search_save (desk->workbench, "All of them", "after:2000");
  csm_ui_wait_until (is_one_kept, desk, "the search");
  csm_saved_search_save (desk->workbench, "Urgent ones", "zzgrault");
  csm_ui_desk_open (desk, 1400, 900);
  views = csm_ui_find_type (desk->window, CSM_TYPE_VIEWS_PANE);
  csm_ui_world_wait_label (views, "Urgent ones");
  count.row = gtk_widget_get_ancestor (csm_ui_find_label (views, "Urgent ones"), CSM_TYPE_VIEW_ROW);
  csm_ui_put (desk->cache, CSM_TYPE_ID_CASE, "{'id':'c01J00000000000000000009999','subject':'Zzgrault','status':'open','lastActivityAt':'2026-11-01T10:00:00Z'}");
  csm_ui_wait_until (shows_count, &count, "the count of a search");
  put_many (desk, 120);
  count.row = gtk_widget_get_ancestor (csm_ui_find_label (views, "All of them"), CSM_TYPE_VIEW_ROW);
  count.text = "99+";
  csm_ui_wait_until (shows_count, &count, "that there are many");
  csm_ui_desk_save_png (desk, "search-counted.png");
}

static void
test_looks (CsmUiDesk     *desk,
            gconstpointer  data)
{
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
  csm_ui_desk_open (desk, 900, 700);
  type (desk, "is:open parcel tag:nothing");
  type (desk, "parcel");
  csm_ui_desk_open_case (desk, 1);
  csm_ui_wait_until (has_marks, desk, "marks in the messages");
  csm_ui_desk_save_png (desk, "search-900-dark.png");
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_DEFAULT);
}

static void
test_narrow (CsmUiDesk     *desk,
             gconstpointer  data)
{
  csm_ui_desk_open (desk, 360, 700);
  type (desk, "owner:");
  g_assert_cmpint (gtk_widget_get_width (desk->window), <=, 360);
  csm_ui_desk_save_png (desk, "search-360-completion.png");
  type (desk, "is:open par owner:nobody");
  csm_ui_desk_save_png (desk, "search-360.png");
}

#define ADD(path, function) \
  g_test_add ("/search/" path, CsmUiDesk, application, csm_ui_desk_set_up, function, csm_ui_desk_tear_down)

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

  g_test_add_func ("/search/suggest", test_suggest);
  g_test_add_func ("/search/highlight", test_highlight);
  ADD ("completion", test_completion);
  ADD ("found", test_found);
  ADD ("kept", test_kept);
  ADD ("counted", test_counted);
  ADD ("looks", test_looks);
  ADD ("narrow", test_narrow);
  return csm_ui_test_run ();
}
