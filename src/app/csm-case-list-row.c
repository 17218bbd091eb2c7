/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-list-row.h"

#include <glib/gi18n.h>

#include "csm-clock-tick.h"
#include "csm-clock-words.h"
#include "csm-format.h"
#include "csm-json.h"
#include "csm-live-list.h"
#include "csm-live-words.h"
#include "csm-search-row.h"
#include "csm-time.h"

/* A deadline is shown in place of the tag when it is this near. */
#define DUE_SOON (24 * 3600 * CSM_SECOND)

struct _CsmCaseListRow
{
  GtkWidget     parent_instance;
  CsmWorkbench *workbench;
  CsmCaseItem  *item;
  GtkWidget    *grid;
  GtkWidget    *dot;
  GtkWidget    *name;
  GtkWidget    *when;
  GtkWidget    *subject;
  GtkWidget    *preview;
  GtkWidget    *mark;       /* NULL until there is one to show: a list has two hundred rows */
  GtkWidget    *live;       /* the same */
  GtkWidget    *owner;      /* the same */
  GtkWidget    *meta;       /* the same */
  GtkWidget    *check;      /* NULL until somebody selects several */
  const char   *meta_class;
  CsmClockTick  tick;       /* while a promise's time runs */
  gboolean      compact;    /* two lines instead of three */
};

G_DEFINE_FINAL_TYPE (CsmCaseListRow, csm_case_list_row, GTK_TYPE_WIDGET)

/* --- the place --------------------------------------------------------------------------------------------- */

static void
csm_case_list_row_measure (GtkWidget      *widget,
                           GtkOrientation  orientation,
                           int             for_size,
                           int            *minimum,
                           int            *natural,
                           int            *minimum_baseline,
                           int            *natural_baseline)
{
  CsmCaseListRow *self = CSM_CASE_LIST_ROW (widget);

  gtk_widget_measure (self->grid, orientation, -1, minimum, natural, NULL, NULL);
  /* Its place says how high it is. */
  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = 0;
}

static void
csm_case_list_row_size_allocate (GtkWidget *widget,
                                 int        width,
                                 int        height,
                                 int        baseline)
{
  CsmCaseListRow *self = CSM_CASE_LIST_ROW (widget);
  int least_width;
  int least;
  int ignored;

  gtk_widget_measure (self->grid, GTK_ORIENTATION_HORIZONTAL, -1, &least_width, &ignored, NULL, NULL);
  gtk_widget_measure (self->grid, GTK_ORIENTATION_VERTICAL, MAX (width, least_width), &least, &ignored, NULL, NULL);
  gtk_widget_size_allocate (self->grid, &(GtkAllocation) { 0, MIN (0, (height - least) / 2), MAX (width, least_width), MAX (height, least) }, -1);
}

/* --- content ----------------------------------------------------------------------------------------------- */

static void
set_label (GtkWidget  *label,
           const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), text) != 0)
    gtk_label_set_text (GTK_LABEL (label), text != NULL ? text : "");
}

static void
toggle_class (GtkWidget  *widget,
              const char *name,
              gboolean    on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

typedef struct
{
  const char *icon;
  const char *words;
} Mark;

/* The one mark that matters most; none: no icon. */
static Mark
choose_mark (const CsmCaseRow *row)
{
  if (row->parked)
    return (Mark) { "dialog-warning-symbolic", _("Needs your decision before it can be sent") };
  if (row->waits)
    return (Mark) { "csm-waits-symbolic", _("Waits to be sent") };
  if (g_strcmp0 (row->priority, "urgent") == 0)
    return (Mark) { "csm-urgent-symbolic", _("Urgent") };
  if (g_strcmp0 (row->priority, "high") == 0)
    return (Mark) { "csm-high-symbolic", _("High priority") };
  if (row->has_attachment)
    return (Mark) { "mail-attachment-symbolic", _("Has attachments") };
  return (Mark) { NULL, NULL };
}

/* What ends a line takes its place only where there is something. */
static void
span (CsmCaseListRow *self,
      GtkWidget      *widget,
      int             columns)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (self->grid);

  gtk_grid_layout_child_set_column_span (GTK_GRID_LAYOUT_CHILD (gtk_layout_manager_get_layout_child (layout, widget)), columns);
}

static void
hide (GtkWidget *widget)
{
  if (widget != NULL)
    gtk_widget_set_visible (widget, FALSE);
}

static void
build_mark (CsmCaseListRow *self)
{
  self->mark = gtk_image_new ();
  gtk_image_set_pixel_size (GTK_IMAGE (self->mark), 14);
  gtk_grid_attach (GTK_GRID (self->grid), self->mark, 0, 1, 1, 1);
}

static void
build_owner (CsmCaseListRow *self)
{
  self->owner = gtk_label_new (NULL);
  gtk_widget_set_halign (self->owner, GTK_ALIGN_END);
  gtk_widget_set_valign (self->owner, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->owner, "owner-chip");
  gtk_grid_attach (GTK_GRID (self->grid), self->owner, 3, 1, 1, 1);
}

static void
build_meta (CsmCaseListRow *self)
{
  self->meta = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->meta), 1);
  gtk_label_set_ellipsize (GTK_LABEL (self->meta), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (self->meta), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (self->meta), 14);
  gtk_widget_set_halign (self->meta, GTK_ALIGN_END);
  gtk_widget_add_css_class (self->meta, "tag-pill");
  if (self->compact)
    gtk_grid_attach (GTK_GRID (self->grid), self->meta, 2, 1, 1, 1);
  else
    gtk_grid_attach (GTK_GRID (self->grid), self->meta, 2, 2, 2, 1);
}

static void
set_mark (CsmCaseListRow   *self,
          const CsmCaseRow *row)
{
  Mark mark = choose_mark (row);

  if (mark.icon == NULL)
    {
      hide (self->mark);
      return;
    }
  if (self->mark == NULL)
    build_mark (self);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->mark), mark.icon);
  gtk_widget_set_visible (self->mark, TRUE);
  gtk_widget_set_tooltip_text (self->mark, mark.words);
  toggle_class (self->mark, "warning", row->parked);
  toggle_class (self->mark, "error", !row->parked && g_strcmp0 (row->priority, "urgent") == 0);
}

static void
set_owner (CsmCaseListRow   *self,
           const CsmCaseRow *row)
{
  const char *name = csm_workbench_get_name (self->workbench, row->owner_id);
  g_autofree char *initials = csm_format_initials (name);

  if (!self->compact)
    span (self, self->subject, name != NULL ? 2 : 3);
  if (name == NULL)
    {
      hide (self->owner);
      return;
    }
  if (self->owner == NULL)
    build_owner (self);
  set_label (self->owner, initials);
  gtk_widget_set_visible (self->owner, TRUE);
  gtk_widget_set_tooltip_text (self->owner, name);
  toggle_class (self->owner, "mine", g_strcmp0 (row->owner_id, csm_workbench_get_my_id (self->workbench)) == 0);
}

/* Who else is in the case at this moment. */
static void
set_live (CsmCaseListRow   *self,
          const CsmCaseRow *row)
{
  const char *icon = csm_live_list_icon (self->workbench, row->id);
  g_autofree char *words = icon != NULL ? csm_live_words_case (self->workbench, row->id) : NULL;

  if (icon == NULL)
    {
      hide (self->live);
      return;
    }
  if (self->live == NULL)
    {
      self->live = gtk_image_new ();
      gtk_image_set_pixel_size (GTK_IMAGE (self->live), 14);
      gtk_widget_add_css_class (self->live, "live");
      gtk_grid_attach (GTK_GRID (self->grid), self->live, 0, self->compact ? 1 : 2, 1, 1);
    }
  /* In two lines there is room for one of them. */
  if (self->compact)
    hide (self->mark);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->live), icon);
  gtk_widget_set_visible (self->live, TRUE);
  gtk_widget_set_tooltip_text (self->live, words);
}

static const char *
color_class (const char *color)
{
  static const char *const known[] = { "blue", "green", "yellow", "orange", "red", "purple", "brown", "gray" };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_strcmp0 (color, known[i]) == 0)
      return known[i];
  return "blue";
}

/* What was promised comes first, then the deadline when it is near, then the first tag and how many more there are. */
static void
set_meta (CsmCaseListRow   *self,
          const CsmCaseRow *row)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  g_autofree char *text = NULL;
  g_autofree char *tip = NULL;
  const char *class = NULL;

  csm_clock_tick_want (&self->tick, row->clock_at != CSM_TIME_NONE);
  if (row->clock_at != CSM_TIME_NONE)
    {
      gint64 now = csm_time_now ();
      g_autofree char *left = csm_clock_words_short (row->clock_at, now);

      text = g_strdup_printf ("⏱ %s", left);
      tip = csm_clock_words_deadline (row->clock_kind, row->clock_at, now);
      class = csm_clock_words_class (row->clock_at, row->warn_at, now);
    }
  else if (row->due_at != CSM_TIME_NONE && row->due_at - csm_time_now () < DUE_SOON)
    {
      g_autofree char *until = csm_format_until (row->due_at);

      text = g_strdup_printf ("⏱ %s", until);
      class = row->due_at < csm_time_now () ? "late" : "due";
    }
  else if (row->tag_ids != NULL && row->tag_ids[0] != NULL && directory != NULL)
    {
      JsonObject *tag = csm_directory_lookup (directory, row->tag_ids[0]);
      const char *name = tag != NULL ? csm_json_get_string (tag, "name") : NULL;
      guint more = g_strv_length (row->tag_ids) - 1;

      if (name != NULL)
        text = more > 0 ? g_strdup_printf ("%s +%u", name, more) : g_strdup (name);
      class = color_class (tag != NULL ? csm_json_get_string (tag, "color") : NULL);
    }
  /* In two lines the tag stands before the owner. */
  if (self->compact)
    span (self, self->subject, text != NULL ? 1 : self->owner != NULL && gtk_widget_get_visible (self->owner) ? 2 : 3);
  else
    span (self, self->preview, text != NULL ? 1 : 3);
  if (text == NULL)
    {
      hide (self->meta);
      return;
    }
  if (self->meta == NULL)
    build_meta (self);
  if (self->meta_class != NULL && g_strcmp0 (self->meta_class, class) != 0)
    gtk_widget_remove_css_class (self->meta, self->meta_class);
  self->meta_class = class;
  if (class != NULL)
    gtk_widget_add_css_class (self->meta, class);
  set_label (self->meta, text);
  gtk_widget_set_tooltip_text (self->meta, tip);
  gtk_widget_set_visible (self->meta, TRUE);
}

static char *
format_when (const CsmCaseRow *row)
{
  return csm_format_when (g_strcmp0 (row->status, "snoozed") == 0 && row->snoozed_until != CSM_TIME_NONE
                          ? row->snoozed_until : row->last_activity);
}

/* Returns: (transfer full): what a screen reader says of @row */
char *
csm_case_list_row_describe (CsmWorkbench     *workbench,
                            const CsmCaseRow *row)
{
  Mark mark = choose_mark (row);
  const char *owner = csm_workbench_get_name (workbench, row->owner_id);
  g_autofree char *live = csm_live_words_case (workbench, row->id);
  g_autofree char *when = format_when (row);
  GString *words = g_string_new (NULL);

  g_string_append_printf (words, "%s, %s, %s", row->customer_name != NULL ? row->customer_name : _("Unknown sender"), row->subject, when);
  if (row->unread)
    g_string_append_printf (words, ", %s", _("unread"));
  if (row->due_at != CSM_TIME_NONE && row->due_at < csm_time_now () && row->clock_at == CSM_TIME_NONE)
    g_string_append_printf (words, ", %s", _("late"));
  if (owner != NULL)
    g_string_append_printf (words, ", %s", owner);
  if (mark.words != NULL)
    g_string_append_printf (words, ", %s", mark.words);
  if (row->clock_at != CSM_TIME_NONE)
    {
      g_autofree char *promise = csm_clock_words_deadline (row->clock_kind, row->clock_at, csm_time_now ());

      g_string_append_printf (words, ", %s", promise);
    }
  if (live != NULL)
    g_string_append_printf (words, ", %s", live);
  return g_string_free (words, FALSE);
}

/**
 * csm_case_list_row_refresh:
 * @self: a row
 *
 * Shows the item's content again: it was read, or names in the directory changed.
 */
void
csm_case_list_row_refresh (CsmCaseListRow *self)
{
  const CsmCaseRow *row = self->item != NULL ? csm_case_item_get_row (self->item) : NULL;
  g_autofree char *when = NULL;

  if (self->workbench == NULL)
    return;
  toggle_class (GTK_WIDGET (self), "loading", row == NULL);
  if (row == NULL)
    {
      /* Keeps the height of a filled row. */
      set_label (self->name, " ");
      set_label (self->subject, " ");
      set_label (self->preview, " ");
      set_label (self->when, "");
      hide (self->owner);
      hide (self->mark);
      hide (self->live);
      hide (self->meta);
      csm_clock_tick_want (&self->tick, FALSE);
      gtk_widget_set_opacity (self->dot, 0);
      return;
    }
  when = format_when (row);
  set_label (self->name, row->customer_name != NULL && row->customer_name[0] != '\0' ? row->customer_name : _("Unknown sender"));
  set_label (self->subject, row->subject != NULL && row->subject[0] != '\0' ? row->subject : _("No subject"));
  set_label (self->preview, row->preview != NULL && row->preview[0] != '\0' ? row->preview : " ");
  csm_search_row_mark (self->workbench, row, self->name, self->subject, self->preview);
  set_label (self->when, when);
  toggle_class (GTK_WIDGET (self), "unread", row->unread);
  gtk_widget_set_opacity (self->dot, row->unread ? 1 : 0);
  set_mark (self, row);
  set_live (self, row);
  set_owner (self, row);
  set_meta (self, row);
}

/**
 * csm_case_list_row_set_check:
 * @self: a row
 * @shown: whether several are being selected
 * @on: whether this one is among them
 *
 * The list's own widget takes the click: the mark shows.
 */
void
csm_case_list_row_set_check (CsmCaseListRow *self,
                             gboolean        shown,
                             gboolean        on)
{
  if (self->check == NULL && shown)
    {
      self->check = gtk_check_button_new ();
      gtk_widget_set_can_target (self->check, FALSE);
      gtk_widget_set_can_focus (self->check, FALSE);
      gtk_widget_set_valign (self->check, GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (self->check, "selection-mode");
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->check), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Selected"), -1);
      gtk_grid_attach (GTK_GRID (self->grid), self->check, -1, 0, 1, 3);
    }
  if (self->check == NULL)
    return;
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->check), on);
  gtk_widget_set_visible (self->check, shown);
}

/* The minute is over. */
static void
tick_cb (GtkWidget *widget)
{
  CsmCaseListRow *self = CSM_CASE_LIST_ROW (widget);
  const CsmCaseRow *row = self->item != NULL ? csm_case_item_get_row (self->item) : NULL;

  if (row != NULL)
    set_meta (self, row);
}

static void
csm_case_list_row_dispose (GObject *object)
{
  CsmCaseListRow *self = CSM_CASE_LIST_ROW (object);

  csm_clock_tick_clear (&self->tick);
  csm_case_list_row_set_item (self, NULL);
  g_clear_object (&self->workbench);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_CASE_LIST_ROW);
  G_OBJECT_CLASS (csm_case_list_row_parent_class)->dispose (object);
}

static void
csm_case_list_row_class_init (CsmCaseListRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_case_list_row_dispose;
  widget_class->measure = csm_case_list_row_measure;
  widget_class->size_allocate = csm_case_list_row_size_allocate;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-case-list-row.ui");
  gtk_widget_class_set_css_name (widget_class, "case");
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListRow, grid);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListRow, dot);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListRow, name);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListRow, when);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListRow, subject);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseListRow, preview);
}

static void
csm_case_list_row_init (CsmCaseListRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  csm_clock_tick_init (&self->tick, GTK_WIDGET (self), tick_cb);
}

/* Whether people want two lines for each case, and not three. */
gboolean
csm_case_list_row_is_compact (CsmWorkbench *workbench)
{
  return g_settings_get_boolean (csm_workbench_get_settings (workbench), "compact-list");
}

GtkWidget *
csm_case_list_row_new (void)
{
  return g_object_new (CSM_TYPE_CASE_LIST_ROW, NULL);
}

void
csm_case_list_row_set_workbench (CsmCaseListRow *self,
                                 CsmWorkbench   *workbench)
{
  g_set_object (&self->workbench, workbench);
  self->compact = workbench != NULL && csm_case_list_row_is_compact (workbench);
  gtk_widget_set_visible (self->preview, !self->compact);
  if (workbench != NULL)
    csm_search_row_watch (GTK_WIDGET (self), workbench, G_CALLBACK (csm_case_list_row_refresh));
}

/**
 * csm_case_list_row_set_item:
 * @self: a row
 * @item: (nullable): what it shows
 *
 * Costs nothing when the row shows @item already: GTK binds all its rows again at each change of the list.
 */
void
csm_case_list_row_set_item (CsmCaseListRow *self,
                            CsmCaseItem    *item)
{
  if (self->item == item)
    return;
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  if (item == NULL)
    return;
  g_signal_connect_swapped (item, "changed", G_CALLBACK (csm_case_list_row_refresh), self);
  csm_case_list_row_refresh (self);
}
