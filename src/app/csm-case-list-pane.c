/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-list-pane-private.h"

#include <glib/gi18n.h>

#include "csm-case-list-order.h"
#include "csm-lazy-menu.h"
#include "csm-load-page.h"
#include "csm-mailbox-offer.h"
#include "csm-notice-bar.h"
#include "csm-search-box.h"
#include "csm-tab-stop.h"
#include "csm-view-text.h"

/* What waits for the list to be painted waits no longer than this: a window may be where no frame is asked for. */
#define PATIENCE_MS 1000
/* Rows that are built before the list knows how high it is, and beyond what is seen. */
#define FIRST_ROWS 24
#define NEAR_ROWS 8

enum
{
  PROP_0,
  PROP_WORKBENCH,
  PROP_VIEWS_VISIBLE,
  PROP_SHOW_START_TITLE_BUTTONS,
  PROP_SHOW_END_TITLE_BUTTONS,
  PROP_ALONE,
  N_PROPS,
};
static GParamSpec *props[N_PROPS];
enum { ACTIVATED, PAINTED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmCaseListPane, csm_case_list_pane, ADW_TYPE_BIN)

static gboolean
stay_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       data)
{
  CsmCaseListPane *self = data;

  /* The first frame after a change places the rows, and only then is there a place to go back from. */
  if (++self->stay_frames < 2)
    return G_SOURCE_CONTINUE;
  gtk_adjustment_set_value (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->list)), 0);
  self->stay_id = 0;
  return G_SOURCE_REMOVE;
}

/* GTK keeps the first row that is seen where it is. Who looks at the newest case wants to see a newer one come in. */
static void
stay_at_top (CsmCaseListPane *self)
{
  if (self->place_id != 0)
    return;
  if (self->stay_id == 0 && gtk_adjustment_get_value (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->list))) > 0)
    return;
  self->stay_frames = 0;
  if (self->stay_id == 0)
    self->stay_id = gtk_widget_add_tick_callback (self->list, stay_cb, self, NULL);
}

static void build_near_rows (CsmCaseListPane *self);

static void
items_changed_cb (CsmCaseListPane *self)
{
  gboolean filled = g_list_model_get_n_items (G_LIST_MODEL (self->model)) > 0;

  if (csm_case_list_model_is_ready (self->model))
    gtk_stack_set_visible_child_name (GTK_STACK (self->stack), filled ? "list" : "empty");
  stay_at_top (self);
  build_near_rows (self);
  csm_case_list_pane_select_open_case (self);
  if (csm_case_list_selection_is_several (self->selection))
    csm_case_list_pane_show_checks (self);
}

/* --- the first frame of a list ------------------------------------------------------------------------------ */

static void
stop_waiting (CsmCaseListPane *self)
{
  if (self->paint_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->paint_id);
  self->paint_id = 0;
  g_clear_handle_id (&self->patience_id, g_source_remove);
}

static void
painted (CsmCaseListPane *self)
{
  stop_waiting (self);
  csm_case_list_model_grow (self->model);
  g_signal_emit (self, signals[PAINTED], 0);
}

static gboolean
paint_cb (GtkWidget     *widget,
          GdkFrameClock *clock,
          gpointer       data)
{
  CsmCaseListPane *self = data;

  /* This frame is going to paint it; when the next one begins, it has. */
  if (self->painting)
    painted (self);
  self->painting = TRUE;
  return G_SOURCE_CONTINUE;
}

static void
patience_cb (gpointer data)
{
  CsmCaseListPane *self = data;

  self->patience_id = 0;
  painted (self);
}

static void
ready_cb (CsmCaseListPane *self)
{
  items_changed_cb (self);
  self->painting = FALSE;
  if (self->paint_id == 0)
    self->paint_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), paint_cb, self, NULL);
}

/* --- what is listed ---------------------------------------------------------------------------------------- */

/* Instead of the view's, while somebody selects. */
static void
show_selected (CsmCaseListPane *self)
{
  guint n = csm_case_list_selection_count (self->selection);
  g_autofree char *title = n > 0 ? g_strdup_printf (ngettext ("%u selected", "%u selected", n), n) : g_strdup (_("Select cases"));

  adw_window_title_set_title (ADW_WINDOW_TITLE (self->title), title);
  adw_window_title_set_subtitle (ADW_WINDOW_TITLE (self->title), "");
}

static gboolean
is_asked_elsewhere (CsmCaseListPane *self)
{
  gboolean busy = FALSE;

  if (self->elsewhere != NULL)
    g_object_get (self->elsewhere, "busy", &busy, NULL);
  return busy;
}

void
csm_case_list_pane_show_title (CsmCaseListPane *self)
{
  CsmViewCounts *counts = self->workbench != NULL ? csm_workbench_get_counts (self->workbench) : NULL;
  gboolean due = self->workbench != NULL && self->shown->kind == CSM_VIEW_INBOX && csm_mailbox_offer_is_due (self->workbench);
  g_autofree char *subtitle = NULL;
  guint n = 0;

  if (self->workbench == NULL || self->model == NULL)
    return;
  if (csm_case_list_selection_is_several (self->selection))
    {
      show_selected (self);
      return;
    }
  if (counts != NULL && self->shown->kind == CSM_VIEW_INBOX)
    n = counts->inbox;
  else if (csm_case_list_model_is_ready (self->model))
    n = csm_case_list_model_get_n_cases (self->model);
  if (n > 0)
    subtitle = g_strdup_printf (ngettext ("%u case", "%u cases", n), n);
  if (is_asked_elsewhere (self))
    {
      g_autofree char *here = g_steal_pointer (&subtitle);

      /* Translators: "14 cases · asking the server…" */
      subtitle = here != NULL ? g_strdup_printf (_("%s · %s"), here, _("asking the server…")) : g_strdup (_("Asking the server…"));
    }
  adw_window_title_set_title (ADW_WINDOW_TITLE (self->title), csm_view_get_title (self->workbench, self->shown));
  adw_window_title_set_subtitle (ADW_WINDOW_TITLE (self->title), subtitle != NULL ? subtitle : "");
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (self->empty), csm_view_get_icon (self->shown));
  adw_status_page_set_title (ADW_STATUS_PAGE (self->empty), due ? _("No Mailbox Yet") : csm_view_get_empty_title (self->shown));
  adw_status_page_set_description (ADW_STATUS_PAGE (self->empty),
                                   due ? _("Connect the mailbox that customers write to. Their mail becomes cases here.") : csm_view_get_empty_text (self->shown));
  gtk_widget_set_visible (self->connect_button, due);
}

static void
drop_model (CsmCaseListPane *self)
{
  if (self->model == NULL)
    return;
  stop_waiting (self);
  g_signal_handlers_disconnect_by_data (self->model, self);
  csm_case_list_model_close (self->model);
  csm_search_elsewhere_set_model (self->elsewhere, NULL);
  csm_case_list_selection_set_model (self->selection, NULL);
  g_clear_object (&self->model);
}

static void
failed_cb (CsmCaseListPane *self)
{
  csm_load_page_set_failed (CSM_LOAD_PAGE (self->load_page), TRUE);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "loading");
}

/* Some views have an order of their own. */
static void
show_order (CsmCaseListPane *self)
{
  gboolean own = self->shown->kind == CSM_VIEW_MENTIONS || self->shown->kind == CSM_VIEW_LATE || self->shown->kind == CSM_VIEW_DUE_SOON;
  g_autoptr (GMenuItem) item = g_menu_item_new (own ? _("_Usual Order") : _("_Newest First"), "cases.order::newest");

  g_menu_remove (self->order_section, 0);
  g_menu_insert_item (self->order_section, 0, item);
  g_simple_action_set_state (self->order_action, g_variant_new_string (csm_case_list_order_name (self->shown->order)));
}

static void
list_again (CsmCaseListPane *self)
{
  g_autoptr (CsmCaseView) view = NULL;

  if (self->search != NULL)
    view = csm_case_view_new (CSM_VIEW_SEARCH, self->search);
  else
    view = csm_case_view_copy (csm_workbench_get_view (self->workbench));
  view->order = csm_case_list_order_load (csm_workbench_get_settings (self->workbench), view);
  if (self->shown != NULL && self->model != NULL && csm_case_view_equal (self->shown, view))
    return;
  csm_case_list_pane_remember_place (self);
  g_clear_pointer (&self->shown, csm_case_view_free);
  self->shown = g_steal_pointer (&view);
  self->last = 0;
  show_order (self);
  drop_model (self);
  self->model = csm_workbench_list_cases (self->workbench, self->shown);
  g_signal_connect_object (self->model, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  csm_load_page_set_failed (CSM_LOAD_PAGE (self->load_page), FALSE);
  g_signal_connect_object (self->model, "ready", G_CALLBACK (ready_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->model, "failed", G_CALLBACK (failed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->model, "ready", G_CALLBACK (csm_case_list_pane_show_title), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->model, "items-changed", G_CALLBACK (csm_case_list_pane_show_title), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->model, "filled", G_CALLBACK (csm_case_list_pane_select_open_case), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->model, "filled", G_CALLBACK (csm_live_list_update), self->live, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->model, "divided", G_CALLBACK (build_near_rows), self, G_CONNECT_SWAPPED);
  csm_case_list_selection_set_model (self->selection, self->model);
  csm_search_elsewhere_set_model (self->elsewhere, self->model);
  csm_case_list_pane_recall_place (self);
  if (csm_case_list_model_is_ready (self->model))
    ready_cb (self);
  self->patience_id = g_timeout_add_once (PATIENCE_MS, patience_cb, self);
  csm_case_list_pane_show_title (self);
}

static void
again_cb (CsmCaseListPane *self)
{
  if (self->workbench == NULL)
    return;
  g_clear_pointer (&self->shown, csm_case_view_free);
  list_again (self);
}

static void
view_cb (CsmCaseListPane *self)
{
  if (self->search != NULL)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->search_button), FALSE);
  /* Who chose another view goes on there. */
  csm_case_list_pane_stop_return (self);
  list_again (self);
}

static void
search_changed_cb (CsmCaseListPane *self)
{
  g_autofree char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));

  g_strstrip (text);
  g_clear_pointer (&self->search, g_free);
  if (text[0] != '\0' && gtk_search_bar_get_search_mode (GTK_SEARCH_BAR (self->search_bar)))
    self->search = g_steal_pointer (&text);
  if (self->workbench != NULL)
    list_again (self);
}

static void
search_mode_cb (CsmCaseListPane *self)
{
  search_changed_cb (self);
  if (gtk_search_bar_get_search_mode (GTK_SEARCH_BAR (self->search_bar)))
    csm_case_list_pane_stop_return (self);
  else
    csm_case_list_pane_return (self);
}

static void
order_cb (CsmCaseListPane *self,
          GVariant        *order)
{
  if (self->workbench == NULL)
    return;
  csm_case_list_order_save (csm_workbench_get_settings (self->workbench), self->shown, csm_case_list_order_of_name (g_variant_get_string (order, NULL)));
  list_again (self);
}

/* Enter in the search goes to the first hit. */
static void
search_activate_cb (CsmCaseListPane *self)
{
  if (csm_case_list_selection_get_open (self->selection) == GTK_INVALID_LIST_POSITION)
    csm_case_list_pane_move (self, 1);
  csm_case_list_pane_focus (self);
}

/* --- rows -------------------------------------------------------------------------------------------------- */

/* Those that are seen, and some above and below. Before the list has a place, its first screenful. */
static void
get_near_rows (CsmCaseListPane *self,
               guint           *first,
               guint           *last)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->list));
  GtkWidget *child = gtk_widget_get_first_child (self->list);
  double height;

  /* All rows have the same, but for the one below a heading. What the adjustment knows may be of the list before. */
  if (child != NULL && csm_case_list_pane_slot_of (child) != NULL && csm_case_list_slot_has_heading (csm_case_list_pane_slot_of (child)))
    child = gtk_widget_get_next_sibling (child);
  height = child != NULL ? gtk_widget_get_height (child) : 0;

  *first = 0;
  *last = FIRST_ROWS;
  if (height < 1 || gtk_adjustment_get_page_size (adjustment) < 1)
    return;
  *first = (guint) MAX (gtk_adjustment_get_value (adjustment) / height - NEAR_ROWS, 0);
  *last = (guint) ((gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment)) / height) + NEAR_ROWS;
}

/* What the server found besides stands apart. */
static void
show_heading (CsmCaseListSlot *slot,
              guint            divider)
{
  gboolean first = divider != GTK_INVALID_LIST_POSITION && csm_case_list_slot_get_position (slot) == divider;

  csm_case_list_slot_set_heading (slot, first ? _("Also on the server") : NULL);
}

static void
build_near_rows (CsmCaseListPane *self)
{
  guint divider = self->model != NULL ? csm_case_list_model_get_n_found (self->model) : GTK_INVALID_LIST_POSITION;
  guint first;
  guint last;

  get_near_rows (self, &first, &last);
  for (GtkWidget *child = gtk_widget_get_first_child (self->list); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      CsmCaseListSlot *slot = csm_case_list_pane_slot_of (child);
      guint position = slot != NULL ? csm_case_list_slot_get_position (slot) : GTK_INVALID_LIST_POSITION;

      if (slot != NULL)
        show_heading (slot, divider);
      if (position != GTK_INVALID_LIST_POSITION && position >= first && position <= last)
        csm_case_list_slot_build (slot);
    }
  if (self->live != NULL)
    csm_live_list_update (self->live);
}

static void
setup_cb (CsmCaseListPane *self,
          GtkListItem     *list_item)
{
  gtk_list_item_set_child (list_item, csm_case_list_slot_new (self->workbench, list_item));
}

static void
bind_cb (CsmCaseListPane *self,
         GtkListItem     *list_item)
{
  CsmCaseListSlot *slot = CSM_CASE_LIST_SLOT (gtk_list_item_get_child (list_item));
  guint position = gtk_list_item_get_position (list_item);
  guint first;
  guint last;

  csm_case_list_slot_set_item (slot, gtk_list_item_get_item (list_item));
  csm_case_list_pane_show_check (self, slot);
  show_heading (slot, csm_case_list_model_get_n_found (self->model));
  get_near_rows (self, &first, &last);
  if (position >= first && position <= last)
    csm_case_list_slot_build (slot);
}

/* Nothing at unbind: the row keeps its item, so that binding the same one again costs nothing. */
static void
teardown_cb (CsmCaseListPane *self,
             GtkListItem     *list_item)
{
  GtkWidget *slot = gtk_list_item_get_child (list_item);

  if (slot != NULL)
    csm_case_list_slot_clear (CSM_CASE_LIST_SLOT (slot));
}

static GtkListItemFactory *
create_factory (CsmCaseListPane *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "teardown", G_CALLBACK (teardown_cb), self, G_CONNECT_SWAPPED);
  return factory;
}

/* People want other rows. */
static void
density_cb (CsmCaseListPane *self)
{
  g_autoptr (GtkListItemFactory) factory = create_factory (self);

  gtk_list_view_set_factory (GTK_LIST_VIEW (self->list), factory);
}

static void
refresh_rows (GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (csm_case_list_pane_slot_of (child) != NULL)
      csm_case_list_slot_refresh (csm_case_list_pane_slot_of (child));
}

static void
directory_cb (CsmCaseListPane *self)
{
  refresh_rows (self->list);
  csm_case_list_pane_show_title (self);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
set_workbench (CsmCaseListPane *self,
               CsmWorkbench    *workbench)
{
  if (self->workbench == workbench)
    return;
  if (self->workbench != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->workbench, self);
      g_signal_handlers_disconnect_by_data (csm_workbench_get_settings (self->workbench), self);
    }
  csm_case_list_pane_forget_places (self);
  csm_case_list_pane_stop_return (self);
  csm_case_list_selection_show_case (self->selection, NULL);
  drop_model (self);
  if (self->chosen != NULL)
    csm_case_list_chosen_close (self->chosen);
  g_clear_object (&self->chosen);
  if (self->live != NULL)
    csm_live_list_close (self->live);
  g_clear_object (&self->live);
  g_clear_object (&self->elsewhere);
  gtk_list_view_set_factory (GTK_LIST_VIEW (self->list), NULL);
  g_set_object (&self->workbench, workbench);
  if (self->notice != NULL)
    g_object_set (self->notice, "workbench", workbench, NULL);
  if (self->search_box != NULL)
    g_object_set (self->search_box, "workbench", workbench, NULL);
  csm_case_list_pane_show_bulk_bar (self);
  if (workbench != NULL)
    {
      g_autoptr (GtkListItemFactory) factory = create_factory (self);

      gtk_list_view_set_factory (GTK_LIST_VIEW (self->list), factory);
      self->live = csm_live_list_new (workbench, self->list);
      self->chosen = csm_case_list_chosen_new (workbench);
      self->elsewhere = csm_search_elsewhere_new (workbench);
      g_signal_connect_object (self->elsewhere, "notify::busy", G_CALLBACK (csm_case_list_pane_show_title), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (workbench, "notify::view", G_CALLBACK (view_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (workbench, "notify::case-id", G_CALLBACK (csm_case_list_pane_select_open_case), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (directory_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (workbench, "notify::counts", G_CALLBACK (csm_case_list_pane_show_title), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (csm_workbench_get_settings (workbench), "changed::compact-list", G_CALLBACK (density_cb), self, G_CONNECT_SWAPPED);
      list_again (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKBENCH]);
}

static void
csm_case_list_pane_get_property (GObject    *object,
                                 guint       id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  CsmCaseListPane *self = CSM_CASE_LIST_PANE (object);
  AdwHeaderBar *header = ADW_HEADER_BAR (self->header);

  switch (id)
    {
    case PROP_WORKBENCH: g_value_set_object (value, self->workbench); break;
    case PROP_VIEWS_VISIBLE: g_value_set_boolean (value, gtk_widget_get_visible (self->views_button)); break;
    case PROP_SHOW_START_TITLE_BUTTONS: g_value_set_boolean (value, adw_header_bar_get_show_start_title_buttons (header)); break;
    case PROP_SHOW_END_TITLE_BUTTONS: g_value_set_boolean (value, adw_header_bar_get_show_end_title_buttons (header)); break;
    case PROP_ALONE: g_value_set_boolean (value, self->alone); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
csm_case_list_pane_set_property (GObject      *object,
                                 guint         id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  CsmCaseListPane *self = CSM_CASE_LIST_PANE (object);
  AdwHeaderBar *header = ADW_HEADER_BAR (self->header);

  switch (id)
    {
    case PROP_WORKBENCH: set_workbench (self, g_value_get_object (value)); break;
    case PROP_VIEWS_VISIBLE: gtk_widget_set_visible (self->views_button, g_value_get_boolean (value)); break;
    case PROP_SHOW_START_TITLE_BUTTONS: adw_header_bar_set_show_start_title_buttons (header, g_value_get_boolean (value)); break;
    case PROP_SHOW_END_TITLE_BUTTONS: adw_header_bar_set_show_end_title_buttons (header, g_value_get_boolean (value)); break;
    case PROP_ALONE:
      self->alone = g_value_get_boolean (value);
      csm_case_list_pane_show_bulk_bar (self);
      break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
csm_case_list_pane_dispose (GObject *object)
{
  CsmCaseListPane *self = CSM_CASE_LIST_PANE (object);

  if (self->list != NULL)
    set_workbench (self, NULL);
  if (self->list != NULL)
    csm_case_list_pane_forget_places (self);
  csm_case_list_pane_stop_return (self);
  if (self->stay_id != 0)
    gtk_widget_remove_tick_callback (self->list, self->stay_id);
  self->stay_id = 0;
  g_clear_handle_id (&self->keep_focus_id, g_source_remove);
  g_clear_object (&self->swiped);
  g_clear_object (&self->selection);
  g_clear_object (&self->order_action);
  /* The bin would unparent once more what the template lets go. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_CASE_LIST_PANE);
  G_OBJECT_CLASS (csm_case_list_pane_parent_class)->dispose (object);
}

static void
csm_case_list_pane_finalize (GObject *object)
{
  CsmCaseListPane *self = CSM_CASE_LIST_PANE (object);

  g_clear_pointer (&self->shown, csm_case_view_free);
  g_free (self->search);
  G_OBJECT_CLASS (csm_case_list_pane_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (CSM_TYPE_LOAD_PAGE);
  g_type_ensure (CSM_TYPE_NOTICE_BAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-case-list-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListPane, header);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListPane, title);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListPane, views_button);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListPane, notice);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListPane, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListPane, order_button);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListPane, order_menu);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListPane, order_section);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListPane, select_button);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListPane, bulk);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListPane, search_button);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListPane, search_bar);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListPane, search_entry);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListPane, stack);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListPane, load_page);
  gtk_widget_class_bind_template_callback (widget_class, again_cb);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListPane, list);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListPane, empty);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListPane, connect_button);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activate_cb);
  csm_case_list_pane_bind_selection (widget_class);
}

static void
csm_case_list_pane_class_init (CsmCaseListPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = csm_case_list_pane_dispose;
  object_class->finalize = csm_case_list_pane_finalize;
  object_class->get_property = csm_case_list_pane_get_property;
  object_class->set_property = csm_case_list_pane_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH, flags | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_VIEWS_VISIBLE] = g_param_spec_boolean ("views-visible", NULL, NULL, TRUE, flags);
  props[PROP_SHOW_START_TITLE_BUTTONS] = g_param_spec_boolean ("show-start-title-buttons", NULL, NULL, TRUE, flags);
  props[PROP_SHOW_END_TITLE_BUTTONS] = g_param_spec_boolean ("show-end-title-buttons", NULL, NULL, TRUE, flags);
  props[PROP_ALONE] = g_param_spec_boolean ("alone", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[ACTIVATED] = g_signal_new ("activated", CSM_TYPE_CASE_LIST_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PAINTED] = g_signal_new ("painted", CSM_TYPE_CASE_LIST_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
add_order (CsmCaseListPane *self)
{
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();

  self->order_action = g_simple_action_new_stateful ("order", G_VARIANT_TYPE_STRING, g_variant_new_string ("newest"));
  g_signal_connect_object (self->order_action, "change-state", G_CALLBACK (order_cb), self, G_CONNECT_SWAPPED);
  g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (self->order_action));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "cases", G_ACTION_GROUP (actions));
  csm_lazy_menu_attach (GTK_MENU_BUTTON (self->order_button), G_MENU_MODEL (self->order_menu));
}

static void
csm_case_list_pane_init (CsmCaseListPane *self)
{
  GtkAdjustment *adjustment;

  gtk_widget_init_template (GTK_WIDGET (self));
  add_order (self);
  adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->list));
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (build_near_rows), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (build_near_rows), self, G_CONNECT_SWAPPED);
  csm_case_list_pane_add_selection (self);
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list), GTK_SELECTION_MODEL (self->selection));
  csm_tab_stop_add (self->list);
  self->search_box = csm_search_box_new (GTK_SEARCH_BAR (self->search_bar), self->search_entry);
  gtk_search_bar_connect_entry (GTK_SEARCH_BAR (self->search_bar), GTK_EDITABLE (self->search_entry));
  g_signal_connect_object (self->search_bar, "notify::search-mode-enabled", G_CALLBACK (search_mode_cb), self, G_CONNECT_SWAPPED);
}

/* Opens the search and puts the focus there. */
void
csm_case_list_pane_search (CsmCaseListPane *self)
{
  g_return_if_fail (CSM_IS_CASE_LIST_PANE (self));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->search_button), TRUE);
  gtk_widget_grab_focus (self->search_entry);
  gtk_editable_select_region (GTK_EDITABLE (self->search_entry), 0, -1);
}

/* Opens the search with @text in it. */
void
csm_case_list_pane_search_for (CsmCaseListPane *self,
                               const char      *text)
{
  csm_case_list_pane_search (self);
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), text);
  gtk_editable_set_position (GTK_EDITABLE (self->search_entry), -1);
}

/* Ends the search. Returns: whether there was one */
gboolean
csm_case_list_pane_stop (CsmCaseListPane *self)
{
  if (!gtk_search_bar_get_search_mode (GTK_SEARCH_BAR (self->search_bar)))
    return FALSE;
  gtk_search_bar_set_search_mode (GTK_SEARCH_BAR (self->search_bar), FALSE);
  return TRUE;
}

CsmCaseListModel *
csm_case_list_pane_get_model (CsmCaseListPane *self)
{
  return self->model;
}

/* Whether the first row shows its text, or there is none to show. */
gboolean
csm_case_list_pane_is_filled (CsmCaseListPane *self)
{
  g_autoptr (CsmCaseItem) first = NULL;

  if (self->model == NULL || !csm_case_list_model_is_ready (self->model))
    return FALSE;
  first = g_list_model_get_item (G_LIST_MODEL (self->model), 0);
  return first == NULL || csm_case_item_get_row (first) != NULL;
}
