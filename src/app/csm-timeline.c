/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-timeline-private.h"

#include "csm-event-row.h"
#include "csm-json.h"
#include "csm-link-line.h"
#include "csm-time.h"

/* Rows are built from the newest upwards, this many in one go: a screenful first, the rest below a frame each. */
#define FIRST_ROWS 8
#define MORE_ROWS 4
#define TOP_MARGIN 12

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmTimeline, csm_timeline, ADW_TYPE_BIN)

/* --- where the view stands --------------------------------------------------------------------------------- */

GtkAdjustment *
csm_timeline_get_adjustment (CsmTimeline *self)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled));
}

static double
whole_end (CsmTimeline *self)
{
  GtkAdjustment *adjustment = csm_timeline_get_adjustment (self);

  return MAX (gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment), 0);
}

/* The end, but not past the beginning of the newest message: who opens a case reads that from its first line. */
static double
end_value (CsmTimeline *self)
{
  GtkAdjustment *adjustment = csm_timeline_get_adjustment (self);
  double end = whole_end (self);
  GtkWidget *last = gtk_widget_get_last_child (self->list);

  while (last != NULL && csm_timeline_message_of (last) == NULL)
    last = gtk_widget_get_prev_sibling (last);
  if (last != NULL)
    {
      graphene_rect_t bounds;
      GtkWidget *content = gtk_widget_get_ancestor (self->list, GTK_TYPE_VIEWPORT);

      if (gtk_widget_compute_bounds (last, content, &bounds))
        end = MIN (end, bounds.origin.y + gtk_adjustment_get_value (adjustment) - TOP_MARGIN);
    }
  return MAX (end, 0);
}

void
csm_timeline_move_to (CsmTimeline *self,
                      double       value)
{
  self->moving = TRUE;
  gtk_adjustment_set_value (csm_timeline_get_adjustment (self), value);
  self->moving = FALSE;
}

/* Rows have their places only when the layout that "changed" is part of is done; and what is set while the viewport
 * places its child takes effect at the next time only. */
static gboolean
settle_cb (gpointer data)
{
  CsmTimeline *self = data;

  self->settle_id = 0;
  if (self->at_hold)
    csm_timeline_move_to (self, MIN (csm_timeline_place_value (self), whole_end (self)));
  else if (self->at_mark)
    csm_timeline_move_to (self, MIN (csm_timeline_mark_value (self), whole_end (self)));
  else if (self->at_end)
    csm_timeline_move_to (self, end_value (self));
  csm_timeline_mark_look (self);
  gtk_widget_queue_allocate (gtk_widget_get_ancestor (self->list, GTK_TYPE_VIEWPORT));
  gtk_widget_set_opacity (self->list, 1);
  csm_timeline_place_arrived (self);
  return G_SOURCE_REMOVE;
}

/* Something grew or shrank. What grows above the view must not move what is read. */
static void
adjustment_changed_cb (CsmTimeline *self)
{
  GtkAdjustment *adjustment = csm_timeline_get_adjustment (self);
  double upper = gtk_adjustment_get_upper (adjustment);
  double grown = upper - self->last_upper;

  self->last_upper = upper;
  if (!self->at_end && !self->at_mark && !self->at_hold && self->prepended && grown > 0)
    csm_timeline_move_to (self, gtk_adjustment_get_value (adjustment) + grown);
  self->prepended = FALSE;
  if (self->settle_id == 0)
    self->settle_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, settle_cb, self, NULL);
}

static void
value_changed_cb (CsmTimeline *self)
{
  if (self->moving)
    return;
  self->at_mark = FALSE;
  /* Before anything is shown nobody scrolls. */
  if (self->opened)
    csm_timeline_place_let_go (self);
  csm_timeline_mark_look (self);
  self->at_end = gtk_adjustment_get_value (csm_timeline_get_adjustment (self)) >= end_value (self) - 2;
}

/* --- rows -------------------------------------------------------------------------------------------------- */

/* Everything that can change about an entry while its id stays. */
static char *
fingerprint (const CsmTimelineEntry *entry)
{
  JsonObject *delivery = csm_json_get_object (entry->record, "delivery");
  const char *updated = csm_json_get_string (entry->record, "updated");
  const char *undo = csm_json_get_string (entry->record, "undoStatus");
  JsonObject *unsubscribe = csm_json_get_object (entry->record, "unsubscribe");
  g_autofree char *state = delivery != NULL ? csm_json_write_object (delivery) : g_strdup ("");

  return g_strdup_printf ("%s|%s|%d|%s|%s|%s|%d|%" G_GINT64_FORMAT, csm_json_get_string (entry->record, "id"),
                          updated != NULL ? updated : "", entry->waits, entry->problem != NULL ? entry->problem : "",
                          undo != NULL ? undo : "", state,
                          unsubscribe != NULL && csm_json_get_time (unsubscribe, "doneAt") != CSM_TIME_NONE, entry->op_seq);
}

static GtkWidget *
create_row (CsmTimeline            *self,
            const CsmTimelineEntry *entry)
{
  GtkWidget *row = g_object_new (ADW_TYPE_BIN, "accessible-role", GTK_ACCESSIBLE_ROLE_LIST_ITEM, NULL);
  GtkWidget *child = entry->kind == CSM_ENTRY_EVENT ? csm_event_row_new (self->workbench, entry)
                                                    : csm_message_row_new (self->workbench, entry);

  adw_bin_set_child (ADW_BIN (row), child);
  return row;
}

/* A reply that was called back is no part of the story. */
static gboolean
is_shown (const CsmTimelineEntry *entry)
{
  return entry->kind != CSM_ENTRY_SUBMISSION
         || g_strcmp0 (csm_json_get_string (entry->record, "undoStatus"), "canceled") != 0;
}

/* GTK would look for another row to focus from the top, and scroll there. */
static void
remove_row (CsmTimeline *self,
            GtkWidget   *row)
{
  GtkRoot *root = gtk_widget_get_root (row);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus != NULL && gtk_widget_is_ancestor (focus, row))
    gtk_widget_grab_focus (self->scrolled);
  gtk_box_remove (GTK_BOX (self->list), row);
}

/* Puts the row of each entry from @first on into the list; those that are there already stay. */
static void
build_rows (CsmTimeline *self,
            GPtrArray   *timeline,
            guint        first)
{
  g_autoptr (GHashTable) keep = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer key;
  gpointer row;
  GtkWidget *before = NULL;
  guint position = 0;

  for (guint i = first; i < timeline->len; i++)
    g_hash_table_add (keep, fingerprint (timeline->pdata[i]));
  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &key, &row))
    if (!g_hash_table_contains (keep, key))
      {
        remove_row (self, row);
        g_hash_table_iter_remove (&iter);
      }
  for (guint i = first; i < timeline->len; i++)
    {
      g_autofree char *print = fingerprint (timeline->pdata[i]);
      GtkWidget *known = g_hash_table_lookup (self->rows, print);

      if (!is_shown (timeline->pdata[i]))
        continue;
      if (known == NULL)
        {
          self->prepended = self->prepended || position < g_hash_table_size (self->rows);
          known = create_row (self, timeline->pdata[i]);
          gtk_box_insert_child_after (GTK_BOX (self->list), known, before);
          g_hash_table_insert (self->rows, g_steal_pointer (&print), known);
        }
      before = known;
      position++;
    }
  csm_timeline_mark_place (self);
  csm_timeline_show_selected (self);
}

static void
clear_rows (CsmTimeline *self)
{
  GHashTableIter iter;
  gpointer row;

  g_clear_handle_id (&self->fill_id, g_source_remove);
  g_clear_handle_id (&self->settle_id, g_source_remove);
  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    remove_row (self, row);
  g_hash_table_remove_all (self->rows);
  self->unbuilt = 0;
  self->shown_len = 0;
}

static gboolean
fill_cb (gpointer data)
{
  CsmTimeline *self = data;
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);

  if (detail == NULL || self->unbuilt == 0)
    {
      self->fill_id = 0;
      return G_SOURCE_REMOVE;
    }
  self->unbuilt -= MIN (self->unbuilt, MORE_ROWS);
  build_rows (self, detail->timeline, self->unbuilt);
  if (self->unbuilt > 0)
    return G_SOURCE_CONTINUE;
  self->fill_id = 0;
  gtk_widget_set_visible (self->older_button, detail->has_older);
  return G_SOURCE_REMOVE;
}

/* The workbench says what it has read before it is ready to read more. */
static gboolean
seek_cb (gpointer data)
{
  CsmTimeline *self = data;

  if ((self->seeking || self->at_hold) && self->workbench != NULL)
    csm_workbench_load_older (self->workbench);
  return G_SOURCE_REMOVE;
}

static void show_entries (CsmTimeline   *self,
                          CsmCaseDetail *detail);

static void
detail_cb (CsmTimeline *self)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);
  const char *case_id = csm_workbench_get_case_id (self->workbench);

  if (g_strcmp0 (self->case_id, case_id) != 0)
    {
      csm_timeline_place_remember (self);
      clear_rows (self);
      /* A shorter case would be scrolled to its end, as if somebody had done it. */
      csm_timeline_move_to (self, 0);
      g_free (self->case_id);
      self->case_id = g_strdup (case_id);
      csm_timeline_mark_clear (self);
      if (g_strcmp0 (self->hold_case_id, case_id) != 0)
        csm_timeline_place_let_go (self);
      csm_timeline_unselect (self);
      self->at_end = TRUE;
      self->last_upper = 0;
      /* Not to be seen at one place and then at another. */
      gtk_widget_set_opacity (self->list, 0);
    }
  if (detail == NULL)
    {
      clear_rows (self);
      return;
    }
  if (self->opened)
    {
      csm_timeline_mark_changed (self, detail);
    }
  else
    {
      csm_timeline_mark_opened (self, detail);
      csm_timeline_place_recall (self);
    }
  show_entries (self, detail);
}

/* Rows for what the window holds, from the newest up to where the view is to stand, and the rest a few at a time. */
static void
show_entries (CsmTimeline   *self,
              CsmCaseDetail *detail)
{
  gboolean seeks = csm_timeline_place_seeks (self, detail);
  guint built;

  built = MAX (g_hash_table_size (self->rows), FIRST_ROWS);
  /* What comes takes no row from what is there. */
  if (self->shown_len > 0 && self->unbuilt == 0 && detail->timeline->len > self->shown_len)
    built += MIN (detail->timeline->len - self->shown_len, FIRST_ROWS);
  self->shown_len = detail->timeline->len;
  built = MAX (built, csm_timeline_mark_needs (self, detail));
  built = MAX (built, csm_timeline_place_needs (self, detail));
  self->unbuilt = detail->timeline->len > built ? detail->timeline->len - built : 0;
  build_rows (self, detail->timeline, self->unbuilt);
  gtk_widget_set_visible (self->older_button, self->unbuilt == 0 && detail->has_older);
  gtk_widget_set_visible (self->newest_button, !csm_workbench_is_at_newest (self->workbench));
  if (self->unbuilt > 0 && self->fill_id == 0)
    self->fill_id = g_idle_add_full (G_PRIORITY_LOW, fill_cb, self, NULL);
  if (self->settle_id == 0)
    self->settle_id = g_idle_add_full (G_PRIORITY_LOW, settle_cb, self, NULL);
  if (self->seeking || seeks)
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, seek_cb, g_object_ref (self), g_object_unref);
}

/* Shows the same again, at another place. */
void
csm_timeline_refresh (CsmTimeline *self)
{
  CsmCaseDetail *detail = self->workbench != NULL ? csm_workbench_get_detail (self->workbench) : NULL;

  if (detail != NULL && self->opened && g_strcmp0 (self->case_id, csm_workbench_get_case_id (self->workbench)) == 0)
    show_entries (self, detail);
}

/* Names stand in every row. */
static void
directory_cb (CsmTimeline *self)
{
  clear_rows (self);
  detail_cb (self);
}

static void
older_cb (CsmTimeline *self)
{
  csm_timeline_place_let_go (self);
  self->at_end = FALSE;
  self->at_mark = FALSE;
  csm_workbench_load_older (self->workbench);
}

static void
newest_cb (CsmTimeline *self)
{
  csm_timeline_place_let_go (self);
  self->at_end = TRUE;
  self->at_mark = FALSE;
  csm_workbench_load_newest (self->workbench);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
set_workbench (CsmTimeline  *self,
               CsmWorkbench *workbench)
{
  if (self->workbench == workbench)
    return;
  if (self->workbench != NULL)
    g_signal_handlers_disconnect_by_data (self->workbench, self);
  clear_rows (self);
  g_set_object (&self->workbench, workbench);
  csm_timeline_place_load (self);
  if (workbench != NULL)
    {
      g_signal_connect_object (workbench, "notify::detail", G_CALLBACK (detail_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (directory_cb), self, G_CONNECT_SWAPPED);
      detail_cb (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKBENCH]);
}

static void
csm_timeline_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  if (id == PROP_WORKBENCH)
    g_value_set_object (value, CSM_TIMELINE (object)->workbench);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_timeline_set_property (GObject      *object,
                           guint         id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  if (id == PROP_WORKBENCH)
    set_workbench (CSM_TIMELINE (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_timeline_dispose (GObject *object)
{
  CsmTimeline *self = CSM_TIMELINE (object);

  if (self->list != NULL)
    set_workbench (self, NULL);
  /* The bin would unparent once more what the template lets go. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_TIMELINE);
  G_OBJECT_CLASS (csm_timeline_parent_class)->dispose (object);
}

static void
csm_timeline_finalize (GObject *object)
{
  CsmTimeline *self = CSM_TIMELINE (object);

  g_clear_pointer (&self->rows, g_hash_table_unref);
  g_clear_pointer (&self->selected, g_hash_table_unref);
  g_clear_pointer (&self->places, g_hash_table_unref);
  g_free (self->hold_id);
  g_free (self->hold_case_id);
  g_free (self->flash_id);
  g_free (self->anchor_id);
  g_free (self->mark_id);
  g_free (self->case_id);
  G_OBJECT_CLASS (csm_timeline_parent_class)->finalize (object);
}

static void
csm_timeline_class_init (CsmTimelineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = csm_timeline_dispose;
  object_class->finalize = csm_timeline_finalize;
  object_class->get_property = csm_timeline_get_property;
  object_class->set_property = csm_timeline_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);

  g_type_ensure (CSM_TYPE_LINK_LINE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-timeline.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmTimeline, scrolled);
  gtk_widget_class_bind_template_child (widget_class, CsmTimeline, list);
  gtk_widget_class_bind_template_child (widget_class, CsmTimeline, unread_button);
  gtk_widget_class_bind_template_child (widget_class, CsmTimeline, unread_icon);
  gtk_widget_class_bind_template_child (widget_class, CsmTimeline, unread_label);
  gtk_widget_class_bind_template_child (widget_class, CsmTimeline, link_line);
  gtk_widget_class_bind_template_child (widget_class, CsmTimeline, older_button);
  gtk_widget_class_bind_template_child (widget_class, CsmTimeline, newest_button);
  gtk_widget_class_bind_template_callback (widget_class, older_cb);
  gtk_widget_class_bind_template_callback (widget_class, newest_cb);
  gtk_widget_class_bind_template_callback (widget_class, csm_timeline_show_unread);
}

static void
csm_timeline_init (CsmTimeline *self)
{
  self->selected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->places = csm_timeline_place_table ();
  gtk_widget_init_template (GTK_WIDGET (self));
  csm_timeline_add_keys (self);
  csm_link_line_watch (CSM_LINK_LINE (self->link_line), self->list);
  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->at_end = TRUE;
  g_signal_connect_object (csm_timeline_get_adjustment (self), "changed", G_CALLBACK (adjustment_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (csm_timeline_get_adjustment (self), "value-changed", G_CALLBACK (value_changed_cb), self, G_CONNECT_SWAPPED);
}

/* Whether every entry of the window has its row. */
gboolean
csm_timeline_is_settled (CsmTimeline *self)
{
  return self->workbench != NULL && csm_workbench_get_detail (self->workbench) != NULL && self->unbuilt == 0
         && self->settle_id == 0;
}
