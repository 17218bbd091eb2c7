/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>

#include "csm-case-list-pane.h"
#include "csm-case-list-slot.h"
#include "csm-discussion.h"
#include "csm-json.h"
#include "csm-message-jump.h"
#include "csm-message-row.h"
#include "csm-saved-search.h"
#include "csm-search-context.h"
#include "csm-search-highlight.h"
#include "csm-search-hits.h"
#include "csm-search-suggest.h"
#include "csm-time.h"
#include "csm-timeline.h"
#include "csm-ui-desk.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"
#include "csm-view-row.h"
#include "csm-views-pane.h"
#include "csm-window.h"

/* Looking for cases: what is offered, marked, found and kept; and finding a place in them again. */

#define N_LONG 30

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
  g_autoptr (GPtrArray) list = csm_search_suggest (typed, strlen (typed), NULL, NULL, recent);

  if (insert == NULL)
    g_assert_cmpuint (list->len, ==, 0);
  else
    g_assert_cmpstr (((CsmOffer *) list->pdata[0])->insert, ==, insert);
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
save_popover (CsmCompletion *completion)
{
  g_autofree char *path = g_test_build_filename (G_TEST_BUILT, "ui", "search-completion.png", NULL);

  csm_ui_save_png (GTK_WIDGET (completion), path);
}

static void
test_completion (CsmUiDesk     *desk,
                 gconstpointer  data)
{
  CsmCompletion *completion;
  GtkEditable *entry;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_activate (desk->window, "win.search");
  entry = GTK_EDITABLE (search_entry (desk));
  completion = CSM_COMPLETION (csm_ui_find_type (csm_ui_find_type (desk->window, CSM_TYPE_CASE_LIST_PANE), CSM_TYPE_COMPLETION));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (completion)));
  gtk_editable_set_text (entry, "ow");
  gtk_editable_set_position (entry, -1);
  csm_completion_update (completion, entry);
  csm_ui_settle ();
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (completion)));
  /* Enter is for the hits, as long as nothing is chosen. */
  g_assert_true (csm_completion_key (completion, entry, GDK_KEY_Tab));
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "owner:");
  csm_ui_settle ();
  g_assert_false (gtk_editable_get_selection_bounds (entry, NULL, NULL));
  save_popover (completion);
  g_assert_true (csm_completion_key (completion, entry, GDK_KEY_Down));
  g_assert_true (csm_completion_key (completion, entry, GDK_KEY_Return));
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "owner:me ");
  g_assert_cmpint (gtk_editable_get_position (entry), ==, 9);
  gtk_editable_set_text (entry, "is:w");
  gtk_editable_set_position (entry, -1);
  csm_completion_update (completion, entry);
  g_assert_false (csm_completion_key (completion, entry, GDK_KEY_Return));
  csm_completion_update (completion, entry);
  g_assert_true (csm_completion_key (completion, entry, GDK_KEY_Escape));
  csm_ui_settle ();
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (completion)));
}

typedef struct
{
  CsmCompletion *completion;
  const char    *text;
} Offered;

static gboolean
is_offered (gpointer data)
{
  const Offered *offered = data;

  return gtk_widget_get_visible (GTK_WIDGET (offered->completion)) && csm_ui_find_label (GTK_WIDGET (offered->completion), offered->text) != NULL;
}

/* Who writes, and to whom one writes, is found by name and by address. */
static void
test_completion_customers (CsmUiDesk     *desk,
                           gconstpointer  data)
{
  static const struct
  {
    const char *typed;
    const char *offered;
    const char *whole;
  } samples[] = {
    { "lamp from:par", "customer2@example.org", "lamp from:customer2@example.org " },
    { "from:customer2", "Jon Park", "from:customer2@example.org " },
    { "to:par", "Jon Park", "to:customer2@example.org " },
    { "-to:par", "Jon Park", "-to:customer2@example.org " },
  };
  CsmCompletion *completion;
  GtkEditable *entry;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_activate (desk->window, "win.search");
  entry = GTK_EDITABLE (search_entry (desk));
  completion = CSM_COMPLETION (csm_ui_find_type (csm_ui_find_type (desk->window, CSM_TYPE_CASE_LIST_PANE), CSM_TYPE_COMPLETION));
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      Offered offered = { completion, samples[i].offered };

      gtk_editable_set_text (entry, samples[i].typed);
      gtk_editable_set_position (entry, -1);
      csm_completion_update (completion, entry);
      csm_ui_wait_until (is_offered, &offered, samples[i].offered);
      csm_ui_world_check_names (GTK_WIDGET (completion));
      g_assert_true (csm_completion_key (completion, entry, GDK_KEY_Tab));
      g_assert_cmpstr (gtk_editable_get_text (entry), ==, samples[i].whole);
    }
  type (desk, "from:customer2@example.org");
  g_assert_cmpuint (n_listed (desk), >, 0);
  /* Other filters are about colleagues and the like. */
  gtk_editable_set_text (entry, "owner:par");
  gtk_editable_set_position (entry, -1);
  csm_completion_update (completion, entry);
  g_assert_cmpuint (csm_completion_count (completion), ==, 0);
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

/* Many come together. */
static void
add_record (CsmSyncPage *page,
            const char  *json)
{
  g_autofree char *text = g_strdelimit (g_strdup (json), "'", '"');
  g_autoptr (GError) error = NULL;
  JsonObject *record = csm_json_parse_object (text, -1, &error);

  g_assert_no_error (error);
  csm_record_fill_defaults (csm_record_type_of_id (csm_json_get_string (record, "id")), record);
  g_ptr_array_add (page->records, record);
}

static void
put_many (CsmUiDesk *desk,
          guint      n)
{
  CsmSyncPage *page = csm_sync_page_new (CSM_TYPE_ID_CASE, "workspace");

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = csm_ui_id ('c', 5000 + i);
      g_autofree char *json = g_strdup_printf ("{'id':'%s','subject':'One of many','status':'resolved','lastActivityAt':'2026-10-01T10:00:00Z'}", id);

      add_record (page, json);
    }
  csm_ui_put_page (desk->cache, page, "{'id':'c01J00000000000000000008888','subject':'The last of many','status':'resolved','lastActivityAt':'2026-10-01T09:00:00Z'}");
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

/* --- notes and places --------------------------------------------------------------------------------------------- */

static void
put_messages (CsmUiDesk *desk,
              guint      case_number,
              guint      n)
{
  CsmSyncPage *page = csm_sync_page_new (CSM_TYPE_ID_MESSAGE, "workspace");

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *when = csm_time_format (csm_time_now () - (n - i) * 60 * CSM_SECOND);
      g_autofree char *json = g_strdup_printf ("{'id':'m01J%023u','caseId':'c01J%023u','conversationId':'v01J%023u',"
                                               "'channelId':'h01J00000000000000000000001','direction':'in','at':'%s','subject':'Parcel',"
                                               "'from':[{'name':'Maria','address':'customer1@example.org'}],'textBody':'Line %u.',"
                                               "'body':[{'t':'p','s':[{'x':'Line %u.'}]},{'t':'p','s':[{'x':'It is long.'}]},{'t':'p','s':[{'x':'Indeed.'}]}]}",
                                               800 + 100 * case_number + i, case_number, case_number, when, i, i);

      if (i + 1 < n)
        add_record (page, json);
      else
        csm_ui_put_page (desk->cache, page, json);
    }
}

static void
put_note (CsmUiDesk  *desk,
          guint       number,
          const char *text)
{
  g_autofree char *when = csm_time_format (csm_time_now ());
  g_autofree char *json = g_strdup_printf ("{'id':'n01J%023u','caseId':'c01J00000000000000000000001','at':'%s','body':'%s'}", number, when, text);

  csm_ui_put (desk->cache, CSM_TYPE_ID_COMMENT, json);
}

static gboolean
has_many_marks (gpointer data)
{
  CsmUiDesk *desk = data;

  return csm_search_hits_count (CSM_SEARCH_HITS (csm_ui_find_type (desk->window, CSM_TYPE_SEARCH_HITS))) == 3;
}

/* As it is drawn: with those of its markup. */
static guint
count_attrs (GtkWidget     *label,
             PangoAttrType  type)
{
  GSList *list = pango_attr_list_get_attributes (pango_layout_get_attributes (gtk_label_get_layout (GTK_LABEL (label))));
  guint n = 0;

  for (GSList *l = list; l != NULL; l = l->next)
    n += ((PangoAttribute *) l->data)->klass->type == type;
  g_slist_free_full (list, (GDestroyNotify) pango_attribute_destroy);
  return n;
}

/* What is found in notes is marked there, and the way through the hits leads there, too. */
static void
test_notes (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWidget *hits;
  GtkWidget *note;

  put_note (desk, 70, "Ask the **zzgarply** people about zzgarply");
  put_note (desk, 71, "Nothing here");
  put_note (desk, 72, "zzgarply again");
  csm_ui_desk_open (desk, 1400, 900);
  type (desk, "zzgarply");
  g_assert_cmpuint (n_listed (desk), ==, 1);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_wait_until (has_many_marks, desk, "marks in the notes");
  note = csm_ui_find_label (csm_ui_find_type (desk->window, CSM_TYPE_DISCUSSION), "about zzgarply");
  g_assert_nonnull (gtk_label_get_attributes (GTK_LABEL (note)));
  hits = csm_ui_find_type (desk->window, CSM_TYPE_SEARCH_HITS);
  csm_ui_activate (desk->window, "win.next-hit");
  g_assert_nonnull (csm_ui_find_label (hits, "3 of 3"));
  csm_ui_activate (desk->window, "win.next-hit");
  g_assert_nonnull (csm_ui_find_label (hits, "1 of 3"));
  g_assert_cmpuint (count_attrs (note, PANGO_ATTR_UNDERLINE), ==, 1);
  csm_ui_activate (desk->window, "win.previous-hit");
  csm_ui_activate (desk->window, "win.previous-hit");
  g_assert_nonnull (csm_ui_find_label (hits, "2 of 3"));
  g_assert_cmpuint (count_attrs (note, PANGO_ATTR_UNDERLINE), ==, 1);
  csm_ui_desk_save_png (desk, "search-notes.png");
}

static GtkAdjustment *
list_scroll_of (CsmUiDesk *desk)
{
  GtkWidget *list = csm_ui_find (csm_ui_find_type (desk->window, CSM_TYPE_CASE_LIST_PANE), GTK_TYPE_LIST_VIEW, "list");

  return gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list));
}

/* All of it, and laid out */
static gboolean
is_long (gpointer data)
{
  CsmUiDesk *desk = data;
  GtkAdjustment *adjustment = list_scroll_of (desk);
  CsmCaseListModel *model = csm_case_list_pane_get_model (CSM_CASE_LIST_PANE (csm_ui_find_type (desk->window, CSM_TYPE_CASE_LIST_PANE)));

  return csm_case_list_model_is_ready (model) && csm_case_list_model_get_n_cases (model) > 80
         && g_list_model_get_n_items (G_LIST_MODEL (model)) == csm_case_list_model_get_n_cases (model)
         && gtk_adjustment_get_upper (adjustment) > 5000 + gtk_adjustment_get_page_size (adjustment);
}

/* Which row is at the top: GTK reckons how high the rows above are, and changes its mind. */
static guint
top_row (CsmUiDesk *desk)
{
  GtkWidget *list = csm_ui_find (csm_ui_find_type (desk->window, CSM_TYPE_CASE_LIST_PANE), GTK_TYPE_LIST_VIEW, "list");
  GtkWidget *picked = gtk_widget_pick (list, gtk_widget_get_width (list) / 2, 60, GTK_PICK_DEFAULT);
  GtkWidget *slot = picked != NULL ? gtk_widget_get_ancestor (picked, CSM_TYPE_CASE_LIST_SLOT) : NULL;

  return slot != NULL ? csm_case_list_slot_get_position (CSM_CASE_LIST_SLOT (slot)) : 0;
}

static gboolean
is_scrolled (gpointer data)
{
  return top_row (data) >= 17 && top_row (data) <= 21;
}

static gboolean
is_at_start (gpointer data)
{
  return gtk_adjustment_get_value (list_scroll_of (data)) < 1;
}

static void
show_view (CsmUiDesk   *desk,
           CsmViewKind  kind)
{
  g_autoptr (CsmCaseView) view = csm_case_view_new (kind, NULL);

  csm_workbench_set_view (desk->workbench, view);
  csm_ui_settle ();
}

/* The list of a view is where it was. */
static void
test_list_place (CsmUiDesk     *desk,
                 gconstpointer  data)
{
  put_many (desk, 80);
  csm_ui_desk_open (desk, 1400, 900);
  show_view (desk, CSM_VIEW_RESOLVED);
  csm_ui_wait_until (is_long, desk, "the whole list");
  /* For two frames a list that has just come stays at its top. */
  for (guint i = 0; i < 4; i++)
    csm_ui_wait_painted (desk->window);
  gtk_adjustment_set_value (list_scroll_of (desk), gtk_adjustment_get_upper (list_scroll_of (desk)) * 19 / 82);
  csm_ui_wait_until (is_scrolled, desk, "the middle of the list");
  show_view (desk, CSM_VIEW_INBOX);
  csm_ui_wait_until (is_at_start, desk, "the other list's beginning");
  show_view (desk, CSM_VIEW_RESOLVED);
  csm_ui_wait_until (is_scrolled, desk, "where the list was");
}

/* Whether the keyboard is on the row of the case that is open */
static gboolean
is_on_open_row (gpointer data)
{
  CsmUiDesk *desk = data;
  CsmCaseListModel *model = csm_case_list_pane_get_model (CSM_CASE_LIST_PANE (csm_ui_find_type (desk->window, CSM_TYPE_CASE_LIST_PANE)));
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (desk->window));
  GtkWidget *slot = focus != NULL ? gtk_widget_get_first_child (focus) : NULL;
  g_autoptr (CsmCaseItem) item = NULL;

  if (csm_case_list_model_get_view (model)->kind == CSM_VIEW_SEARCH || !csm_case_list_model_is_ready (model) || slot == NULL || !CSM_IS_CASE_LIST_SLOT (slot))
    return FALSE;
  item = g_list_model_get_item (G_LIST_MODEL (model), csm_case_list_slot_get_position (CSM_CASE_LIST_SLOT (slot)));
  return item != NULL && g_strcmp0 (csm_case_item_get_id (item), csm_workbench_get_case_id (desk->workbench)) == 0;
}

/* The search is over, and one goes on from the case that is open, wherever it is in the list. */
static void
test_escape (CsmUiDesk     *desk,
             gconstpointer  data)
{
  put_many (desk, 80);
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 3);
  type (desk, "parcel");
  g_signal_emit_by_name (search_entry (desk), "stop-search");
  csm_ui_wait_until (is_on_open_row, desk, "the row of the open case");

  /* Far down, and with the focus among the hits */
  show_view (desk, CSM_VIEW_RESOLVED);
  csm_ui_wait_until (is_long, desk, "the whole list");
  csm_ui_desk_open_case (desk, 5060);
  type (desk, "parcel");
  g_assert_true (csm_ui_press (desk->window, GDK_KEY_Escape, 0));
  csm_ui_wait_until (is_on_open_row, desk, "the row of the other open case");
}

typedef struct
{
  CsmUiDesk  *desk;
  const char *text;   /* in the message or note that is meant */
  GType       type;
} Spot;

/* How far below the top of what is scrolled it begins. */
static double
top_of (const Spot *spot)
{
  GtkWidget *label = csm_ui_find_label (csm_ui_find_type (spot->desk->window, spot->type), spot->text);
  GtkWidget *viewport = label != NULL ? gtk_widget_get_ancestor (label, GTK_TYPE_VIEWPORT) : NULL;
  graphene_rect_t bounds;

  return viewport != NULL && gtk_widget_compute_bounds (label, viewport, &bounds) ? bounds.origin.y : -1e9;
}

static gboolean
is_at_top (gpointer data)
{
  return top_of (data) >= 0 && top_of (data) < 120;
}

static gboolean
is_in_view (gpointer data)
{
  const Spot *spot = data;

  return top_of (spot) >= 0 && top_of (spot) < gtk_widget_get_height (csm_ui_find_type (spot->desk->window, spot->type));
}

static gboolean
is_lit (gpointer data)
{
  const Spot *spot = data;
  GtkWidget *label = csm_ui_find_label (csm_ui_find_type (spot->desk->window, spot->type), spot->text);
  GtkWidget *row = label != NULL ? gtk_widget_get_ancestor (label, CSM_TYPE_MESSAGE_ROW) : NULL;

  return row != NULL && gtk_widget_has_css_class (row, "flashed") && gtk_root_get_focus (GTK_ROOT (spot->desk->window)) == row;
}

static GtkAdjustment *
scroll_of (CsmUiDesk *desk)
{
  GtkWidget *scrolled = csm_ui_find_type (csm_ui_find_type (desk->window, CSM_TYPE_TIMELINE), GTK_TYPE_SCROLLED_WINDOW);

  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
}

/* Somebody scrolls until the message is at the top. */
static void
scroll_to (CsmUiDesk  *desk,
           const char *text)
{
  Spot spot = { desk, text, CSM_TYPE_TIMELINE };

  gtk_adjustment_set_value (scroll_of (desk), gtk_adjustment_get_value (scroll_of (desk)) + top_of (&spot) - 60);
  csm_ui_wait_until (is_at_top, &spot, "what was scrolled to");
  csm_ui_settle ();
}

static void
test_place (CsmUiDesk     *desk,
            gconstpointer  data)
{
  Spot spot = { desk, "Line 11.", CSM_TYPE_TIMELINE };
  Spot newest = { desk, "Line 29.", CSM_TYPE_TIMELINE };

  put_messages (desk, 1, N_LONG);
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_wait_until (is_in_view, &newest, "the newest message");
  scroll_to (desk, "Line 11.");
  csm_ui_desk_open_case (desk, 2);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_wait_until (is_at_top, &spot, "where one was reading");

  /* Also after a start */
  gtk_window_close (GTK_WINDOW (desk->window));
  /* What is written after it says that it is written. */
  put_note (desk, 60, "Later");
  csm_ui_desk_open (desk, 1400, 900);
  g_assert_cmpstr (csm_workbench_get_case_id (desk->workbench), !=, NULL);
  csm_ui_wait_until (is_at_top, &spot, "where one was reading before");

  /* Who was at the end comes back to the end. */
  gtk_adjustment_set_value (scroll_of (desk), gtk_adjustment_get_upper (scroll_of (desk)));
  csm_ui_wait_until (is_in_view, &newest, "the end");
  csm_ui_desk_open_case (desk, 2);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_wait_until (is_in_view, &newest, "the end again");
}

static void
test_jump (CsmUiDesk     *desk,
           gconstpointer  data)
{
  g_autofree char *case_id = csm_ui_id ('c', 1);
  g_autofree char *message_id = csm_ui_id ('m', 905);
  g_autofree char *note_id = csm_ui_id ('n', 80);
  Spot message = { desk, "Line 5.", CSM_TYPE_TIMELINE };
  Spot note = { desk, "Mark 80.", CSM_TYPE_VIEWS_PANE };

  put_messages (desk, 1, N_LONG);
  put_messages (desk, 2, 2 * N_LONG);
  for (guint i = 80; i < 100; i++)
    {
      g_autofree char *text = g_strdup_printf ("Mark %u.", i);

      put_note (desk, i, text);
    }
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 2);
  csm_message_jump (desk->window, desk->workbench, case_id, message_id);
  csm_ui_wait_until (is_lit, &message, "that it lights up");
  csm_ui_wait_until (is_at_top, &message, "the message of a link");
  csm_ui_desk_save_png (desk, "search-jump.png");
  csm_note_jump (desk->window, desk->workbench, case_id, note_id);
  note.type = CSM_TYPE_DISCUSSION;
  csm_ui_wait_until (is_in_view, &note, "the note of a link");
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
  ADD ("completion-customers", test_completion_customers);
  ADD ("found", test_found);
  ADD ("kept", test_kept);
  ADD ("counted", test_counted);
  ADD ("notes", test_notes);
  ADD ("list-place", test_list_place);
  ADD ("escape", test_escape);
  ADD ("place", test_place);
  ADD ("jump", test_jump);
  ADD ("looks", test_looks);
  ADD ("narrow", test_narrow);
  return csm_ui_test_run ();
}
