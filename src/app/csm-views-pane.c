/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-views-pane.h"

#include <glib/gi18n.h>

#include "csm-case-list-drag.h"
#include "csm-clock-tick.h"
#include "csm-json.h"
#include "csm-rights.h"
#include "csm-lazy-menu.h"
#include "csm-saved-search.h"
#include "csm-search-counts.h"
#include "csm-status-line.h"
#include "csm-tab-stop.h"
#include "csm-view-row.h"
#include "csm-view-text.h"

/* The views above teams and tags, in the order of Ctrl+1…9. */
static const CsmViewKind fixed_views[] = {
  CSM_VIEW_INBOX, CSM_VIEW_MINE, CSM_VIEW_UNASSIGNED, CSM_VIEW_MENTIONS,
  CSM_VIEW_WAITING, CSM_VIEW_SNOOZED, CSM_VIEW_RESOLVED, CSM_VIEW_OTHER_MAIL,
  CSM_VIEW_SPAM, CSM_VIEW_LATE, CSM_VIEW_DUE_SOON,
};

struct _CsmViewsPane
{
  AdwBin        parent_instance;
  CsmWorkbench *workbench;
  CsmSearchCounts *searches;  /* the workbench's */
  GtkWidget    *header;
  GtkWidget    *title;
  GtkWidget    *menu_button;
  GMenuModel   *main_menu;
  GtkWidget    *list;
  GtkWidget    *tasks_button;
  GtkWidget    *tasks_count;
  GtkWidget    *status;
  gboolean      selecting;
  CsmClockTick  tick;
};

enum { PROP_0, PROP_WORKBENCH, PROP_SHOW_START_TITLE_BUTTONS, PROP_SHOW_END_TITLE_BUTTONS, N_PROPS };
static GParamSpec *props[N_PROPS];
enum { CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmViewsPane, csm_views_pane, ADW_TYPE_BIN)

static CsmViewRow *
row_at (CsmViewsPane *self,
        guint         position)
{
  return (CsmViewRow *) gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), (int) position);
}

static void
select_view (CsmViewsPane *self)
{
  const CsmCaseView *view = csm_workbench_get_view (self->workbench);
  CsmViewRow *row;

  self->selecting = TRUE;
  for (guint i = 0; (row = row_at (self, i)) != NULL; i++)
    if (csm_case_view_equal (csm_view_row_get_view (row), view))
      {
        gtk_list_box_select_row (GTK_LIST_BOX (self->list), GTK_LIST_BOX_ROW (row));
        break;
      }
  self->selecting = FALSE;
}

static guint
count_of (CsmViewsPane        *self,
          const CsmViewCounts *counts,
          const CsmCaseView   *view)
{
  switch (view->kind)
    {
    case CSM_VIEW_INBOX: return counts->inbox;
    case CSM_VIEW_MINE: return counts->mine;
    case CSM_VIEW_UNASSIGNED: return counts->unassigned;
    case CSM_VIEW_MENTIONS: return counts->mentions;
    case CSM_VIEW_WAITING: return counts->waiting;
    case CSM_VIEW_SNOOZED: return counts->snoozed;
    case CSM_VIEW_OTHER_MAIL: return counts->other_mail;
    case CSM_VIEW_LATE: return counts->late;
    case CSM_VIEW_DUE_SOON: return counts->due_soon;
    case CSM_VIEW_TEAM: return GPOINTER_TO_UINT (g_hash_table_lookup (counts->teams, view->key));
    case CSM_VIEW_TAG: return GPOINTER_TO_UINT (g_hash_table_lookup (counts->tags, view->key));
    case CSM_VIEW_SEARCH: return csm_search_counts_get (self->searches, view->key);
    case CSM_VIEW_RESOLVED:
    case CSM_VIEW_SPAM: /* nobody has to empty it */
    default: return 0;
    }
}

static void
show_tasks (CsmViewsPane        *self,
            const CsmViewCounts *counts)
{
  g_autofree char *count = counts->my_tasks > 0 ? g_strdup_printf ("%u", counts->my_tasks) : g_strdup ("");
  g_autofree char *words = g_strdup_printf (ngettext ("My tasks, %u", "My tasks, %u", counts->my_tasks), counts->my_tasks);

  gtk_label_set_text (GTK_LABEL (self->tasks_count), count);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->tasks_button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
counts_cb (CsmViewsPane *self)
{
  CsmViewCounts *counts = csm_workbench_get_counts (self->workbench);
  CsmViewRow *row;

  for (guint i = 0; counts != NULL && (row = row_at (self, i)) != NULL; i++)
    csm_view_row_set_count (row, count_of (self, counts, csm_view_row_get_view (row)));
  if (counts != NULL)
    show_tasks (self, counts);
}

static void
add_row (CsmViewsPane *self,
         CsmViewKind   kind,
         JsonObject   *record)
{
  g_autoptr (CsmCaseView) view = csm_case_view_new (kind, record != NULL ? csm_json_get_string (record, "id") : NULL);
  GtkWidget *row = csm_view_row_new (view);

  csm_view_row_set_title (CSM_VIEW_ROW (row), csm_view_get_title (self->workbench, view));
  if (kind == CSM_VIEW_TAG)
    csm_view_row_set_color (CSM_VIEW_ROW (row), csm_json_get_string (record, "color"));
  gtk_list_box_append (GTK_LIST_BOX (self->list), row);
}

static void
add_search (CsmViewsPane *self,
            JsonObject   *record)
{
  static const struct
  {
    const char *label;
    const char *action;
  } items[] = {
    { N_("_Rename…"), "saved.rename" },
    { N_("Move _Up"), "saved.up" },
    { N_("Move _Down"), "saved.down" },
    { N_("_Delete"), "saved.delete" },
  };
  g_autoptr (CsmCaseView) view = csm_case_view_new (CSM_VIEW_SEARCH, csm_json_get_string (record, "search"));
  g_autoptr (GMenu) menu = g_menu_new ();
  GtkWidget *row = csm_view_row_new (view);

  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (_(items[i].label), NULL);

      g_menu_item_set_action_and_target (item, items[i].action, "s", csm_json_get_string (record, "id"));
      g_menu_append_item (menu, item);
    }
  csm_view_row_set_title (CSM_VIEW_ROW (row), csm_json_get_string (record, "name"));
  csm_view_row_set_menu (CSM_VIEW_ROW (row), G_MENU_MODEL (menu));
  gtk_widget_set_tooltip_text (row, csm_json_get_string (record, "search"));
  gtk_list_box_append (GTK_LIST_BOX (self->list), row);
}

static void
saved_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  CsmViewsPane *self = CSM_VIEWS_PANE (widget);
  const char *id = g_variant_get_string (parameter, NULL);

  if (self->workbench == NULL)
    return;
  if (g_str_equal (name, "saved.rename"))
    csm_saved_search_ask_rename (widget, self->workbench, id);
  else if (g_str_equal (name, "saved.delete"))
    csm_saved_search_delete (self->workbench, id);
  else
    csm_saved_search_move (self->workbench, id, g_str_equal (name, "saved.up") ? -1 : 1);
}

/* Where nothing was ever promised, nothing can be late. */
static void
show_promises (CsmViewsPane *self)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  CsmViewCounts *counts = csm_workbench_get_counts (self->workbench);
  gboolean some = (directory != NULL && directory->service_levels->len > 0) || (counts != NULL && counts->late + counts->due_soon > 0);
  CsmViewRow *row;

  for (guint i = 0; (row = row_at (self, i)) != NULL; i++)
    {
      CsmViewKind kind = csm_view_row_get_view (row)->kind;

      if (kind == CSM_VIEW_LATE || kind == CSM_VIEW_DUE_SOON)
        gtk_widget_set_visible (GTK_WIDGET (row), some);
    }
  csm_clock_tick_want (&self->tick, some);
}

/* What is late now wasn't a minute ago, and nobody else says so. */
static void
tick_cb (GtkWidget *widget)
{
  CsmViewsPane *self = CSM_VIEWS_PANE (widget);

  if (self->workbench != NULL)
    csm_workbench_count (self->workbench);
}

/* A partner's guest has what is shared with them, and what of it is done. */
static void
show_for_guest (CsmViewsPane *self)
{
  gboolean guest = csm_rights_is_guest (self->workbench);
  CsmViewRow *row;

  gtk_widget_set_visible (self->tasks_button, !guest);
  for (guint i = 0; i < G_N_ELEMENTS (fixed_views) && (row = row_at (self, i)) != NULL; i++)
    gtk_widget_set_visible (GTK_WIDGET (row), !guest || fixed_views[i] == CSM_VIEW_INBOX || fixed_views[i] == CSM_VIEW_RESOLVED);
}

/* Few rows, and they change seldom: built anew. */
static void
directory_cb (CsmViewsPane *self)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  const char *me = csm_workbench_get_name (self->workbench, csm_workbench_get_my_id (self->workbench));
  gboolean guest = csm_rights_is_guest (self->workbench);
  CsmViewRow *row;

  self->selecting = TRUE;
  while ((row = row_at (self, G_N_ELEMENTS (fixed_views))) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), GTK_WIDGET (row));
  for (guint i = 0; directory != NULL && !guest && i < directory->teams->len; i++)
    add_row (self, CSM_VIEW_TEAM, directory->teams->pdata[i]);
  for (guint i = 0; directory != NULL && !guest && i < directory->tags->len; i++)
    add_row (self, CSM_VIEW_TAG, directory->tags->pdata[i]);
  for (guint i = 0; directory != NULL && !guest && i < directory->views->len; i++)
    add_search (self, directory->views->pdata[i]);
  self->selecting = FALSE;
  if (directory != NULL && directory->workspace_name != NULL && directory->workspace_name[0] != '\0')
    adw_window_title_set_title (ADW_WINDOW_TITLE (self->title), directory->workspace_name);
  adw_window_title_set_subtitle (ADW_WINDOW_TITLE (self->title), me != NULL ? me : "");
  counts_cb (self);
  show_for_guest (self);
  if (!guest)
    show_promises (self);
  select_view (self);
}

static void
header_func (GtkListBoxRow *row,
             GtkListBoxRow *before,
             gpointer       data)
{
  CsmViewKind kind = csm_view_row_get_view (CSM_VIEW_ROW (row))->kind;
  gboolean first = (kind == CSM_VIEW_TEAM || kind == CSM_VIEW_TAG || kind == CSM_VIEW_SEARCH)
                   && (before == NULL || csm_view_row_get_view (CSM_VIEW_ROW (before))->kind != kind);

  if (first && gtk_list_box_row_get_header (row) == NULL)
    {
      GtkWidget *label = gtk_label_new (kind == CSM_VIEW_TEAM ? _("Teams") : kind == CSM_VIEW_TAG ? _("Tags") : _("Searches"));

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_widget_add_css_class (label, "heading");
      gtk_widget_add_css_class (label, "views-heading");
      gtk_list_box_row_set_header (row, label);
    }
  else if (!first)
    {
      gtk_list_box_row_set_header (row, NULL);
    }
}

static void
row_selected_cb (CsmViewsPane  *self,
                 GtkListBoxRow *row)
{
  if (row != NULL && !self->selecting && self->workbench != NULL)
    csm_workbench_set_view (self->workbench, csm_view_row_get_view (CSM_VIEW_ROW (row)));
}

static void
row_activated_cb (CsmViewsPane  *self,
                  GtkListBoxRow *row)
{
  row_selected_cb (self, row);
  g_signal_emit (self, signals[CHOSEN], 0);
}

/* Behind a closed drawer nobody sees how many there are. */
static void
show_searches (CsmViewsPane *self)
{
  if (self->searches != NULL)
    csm_search_counts_set_shown (self->searches, gtk_widget_get_mapped (GTK_WIDGET (self)));
}

static void
set_workbench (CsmViewsPane *self,
               CsmWorkbench *workbench)
{
  if (self->workbench == workbench)
    return;
  if (self->searches != NULL)
    csm_search_counts_close (self->searches);
  g_clear_object (&self->searches);
  if (self->workbench != NULL)
    g_signal_handlers_disconnect_by_data (self->workbench, self);
  g_set_object (&self->workbench, workbench);
  g_object_set (self->status, "workbench", workbench, NULL);
  if (workbench != NULL)
    {
      g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (directory_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (workbench, "notify::counts", G_CALLBACK (counts_cb), self, G_CONNECT_SWAPPED);
      self->searches = csm_search_counts_new (workbench);
      g_signal_connect_object (self->searches, "changed", G_CALLBACK (counts_cb), self, G_CONNECT_SWAPPED);
      csm_workbench_count (workbench);
      g_signal_connect_object (workbench, "notify::view", G_CALLBACK (select_view), self, G_CONNECT_SWAPPED);
      if (row_at (self, 0) == NULL)
        for (guint i = 0; i < G_N_ELEMENTS (fixed_views); i++)
          add_row (self, fixed_views[i], NULL);
      directory_cb (self);
      show_searches (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKBENCH]);
}

static void
csm_views_pane_get_property (GObject    *object,
                             guint       id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  CsmViewsPane *self = CSM_VIEWS_PANE (object);
  AdwHeaderBar *header = ADW_HEADER_BAR (self->header);

  switch (id)
    {
    case PROP_WORKBENCH: g_value_set_object (value, self->workbench); break;
    case PROP_SHOW_START_TITLE_BUTTONS: g_value_set_boolean (value, adw_header_bar_get_show_start_title_buttons (header)); break;
    case PROP_SHOW_END_TITLE_BUTTONS: g_value_set_boolean (value, adw_header_bar_get_show_end_title_buttons (header)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
csm_views_pane_set_property (GObject      *object,
                             guint         id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  CsmViewsPane *self = CSM_VIEWS_PANE (object);
  AdwHeaderBar *header = ADW_HEADER_BAR (self->header);

  switch (id)
    {
    case PROP_WORKBENCH: set_workbench (self, g_value_get_object (value)); break;
    case PROP_SHOW_START_TITLE_BUTTONS: adw_header_bar_set_show_start_title_buttons (header, g_value_get_boolean (value)); break;
    case PROP_SHOW_END_TITLE_BUTTONS: adw_header_bar_set_show_end_title_buttons (header, g_value_get_boolean (value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
csm_views_pane_dispose (GObject *object)
{
  CsmViewsPane *self = CSM_VIEWS_PANE (object);

  csm_clock_tick_clear (&self->tick);
  if (self->list != NULL)
    set_workbench (self, NULL);
  /* The bin would unparent once more what the template lets go. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_VIEWS_PANE);
  G_OBJECT_CLASS (csm_views_pane_parent_class)->dispose (object);
}

static void
csm_views_pane_class_init (CsmViewsPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = csm_views_pane_dispose;
  object_class->get_property = csm_views_pane_get_property;
  object_class->set_property = csm_views_pane_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH, flags | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_SHOW_START_TITLE_BUTTONS] = g_param_spec_boolean ("show-start-title-buttons", NULL, NULL, TRUE, flags);
  props[PROP_SHOW_END_TITLE_BUTTONS] = g_param_spec_boolean ("show-end-title-buttons", NULL, NULL, TRUE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[CHOSEN] = g_signal_new ("chosen", CSM_TYPE_VIEWS_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (CSM_TYPE_STATUS_LINE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-views-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmViewsPane, header);
  gtk_widget_class_bind_template_child (widget_class, CsmViewsPane, title);
  gtk_widget_class_bind_template_child (widget_class, CsmViewsPane, menu_button);
  gtk_widget_class_bind_template_child (widget_class, CsmViewsPane, main_menu);
  gtk_widget_class_bind_template_child (widget_class, CsmViewsPane, list);
  gtk_widget_class_bind_template_child (widget_class, CsmViewsPane, tasks_button);
  gtk_widget_class_bind_template_child (widget_class, CsmViewsPane, tasks_count);
  gtk_widget_class_bind_template_child (widget_class, CsmViewsPane, status);
  gtk_widget_class_install_action (widget_class, "saved.rename", "s", saved_action);
  gtk_widget_class_install_action (widget_class, "saved.up", "s", saved_action);
  gtk_widget_class_install_action (widget_class, "saved.down", "s", saved_action);
  gtk_widget_class_install_action (widget_class, "saved.delete", "s", saved_action);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
csm_views_pane_init (CsmViewsPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  csm_clock_tick_init (&self->tick, GTK_WIDGET (self), tick_cb);
  csm_lazy_menu_attach (GTK_MENU_BUTTON (self->menu_button), self->main_menu);
  gtk_list_box_set_header_func (GTK_LIST_BOX (self->list), header_func, NULL, NULL);
  csm_case_drop_add_views (GTK_LIST_BOX (self->list));
  csm_tab_stop_add (self->list);
  g_signal_connect_after (self, "map", G_CALLBACK (show_searches), NULL);
  g_signal_connect_after (self, "unmap", G_CALLBACK (show_searches), NULL);
}

/* Chooses the view at @position from 0, if there is one. */
void
csm_views_pane_choose (CsmViewsPane *self,
                       guint         position)
{
  CsmViewRow *row = row_at (self, position);

  if (row != NULL)
    gtk_list_box_select_row (GTK_LIST_BOX (self->list), GTK_LIST_BOX_ROW (row));
}

void
csm_views_pane_focus (CsmViewsPane *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));

  gtk_widget_grab_focus (row != NULL ? GTK_WIDGET (row) : self->list);
}
