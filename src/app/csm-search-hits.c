/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-search-hits.h"

#include <glib/gi18n.h>

#include "csm-body-view.h"
#include "csm-comment-row.h"
#include "csm-search-context.h"
#include "csm-search-highlight.h"

/* Rows are built a few in a frame: looked through when no more have come for a moment. */
#define SETTLE_MS 80
/* What is left above a hit that was gone to. */
#define MARGIN 60
#define MARKS "csm-marks"
#define SCROLL_FRAMES 3

typedef struct
{
  GtkWidget    *label;
  CsmSearchSpot spot;
} Hit;

struct _CsmSearchHits
{
  AdwBin            parent_instance;
  CsmWorkbench     *workbench;
  CsmSearchContext *context;   /* the workbench's */
  GtkWidget        *timeline;  /* its neighbour */
  GtkWidget        *revealer;
  GtkWidget        *words;
  GtkWidget        *up;
  GtkWidget        *down;
  GArray           *hits;      /* Hit: of messages from the top, then of notes; the labels are only valid right after looking */
  guint             n_said;    /* how many are in messages */
  int               current;   /* -1: none yet */
  guint             settle_id;
  guint             scroll_id; /* until what was brought to the front has its place */
  guint             frames;
};

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmSearchHits, csm_search_hits, ADW_TYPE_BIN)

/* --- looking --------------------------------------------------------------------------------------------------- */

/* A label with markup keeps the attributes that it was given (GTK 4.8 puts them among those of the markup): it is read again. */
static void
set_marks (GtkWidget     *label,
           PangoAttrList *attrs)
{
  PangoAttrList *before = g_object_get_data (G_OBJECT (label), MARKS);

  if (before != NULL && attrs != NULL && pango_attr_list_equal (before, attrs))
    return;
  if (before != NULL && gtk_label_get_use_markup (GTK_LABEL (label)))
    {
      g_autofree char *markup = g_strdup (gtk_label_get_label (GTK_LABEL (label)));

      gtk_label_set_attributes (GTK_LABEL (label), NULL);
      gtk_label_set_markup (GTK_LABEL (label), "");
      gtk_label_set_markup (GTK_LABEL (label), markup);
    }
  gtk_label_set_attributes (GTK_LABEL (label), attrs);
  g_object_set_data_full (G_OBJECT (label), MARKS, attrs != NULL ? pango_attr_list_ref (attrs) : NULL, (GDestroyNotify) pango_attr_list_unref);
}

static void
mark (CsmSearchHits *self,
      GtkWidget     *label,
      const char    *typed)
{
  g_autoptr (GArray) spots = csm_search_highlight_find (gtk_label_get_text (GTK_LABEL (label)), typed);
  guint first = self->hits->len, current = G_MAXUINT;
  g_autoptr (PangoAttrList) attrs = NULL;

  for (guint i = 0; i < spots->len; i++)
    {
      Hit hit = { label, g_array_index (spots, CsmSearchSpot, i) };

      g_array_append_val (self->hits, hit);
    }
  if (self->current >= (int) first && self->current < (int) self->hits->len)
    current = (guint) self->current - first;
  if (spots->len > 0)
    attrs = csm_search_highlight_attrs (spots, current);
  if (attrs != NULL || g_object_get_data (G_OBJECT (label), MARKS) != NULL)
    set_marks (label, attrs);
}

/* The texts of messages or notes, in their order; what a button says is no part of them. */
static void
look_through (CsmSearchHits *self,
              GtkWidget     *widget,
              gboolean       in_body,
              const char    *typed)
{
  if (!gtk_widget_get_visible (widget) || (in_body && GTK_IS_BUTTON (widget)))
    return;
  if (in_body && GTK_IS_LABEL (widget))
    mark (self, widget, typed);
  if (CSM_IS_COMMENT_ROW (widget))
    {
      look_through (self, csm_comment_row_get_body (CSM_COMMENT_ROW (widget)), TRUE, typed);
      return;
    }
  in_body = in_body || CSM_IS_BODY_VIEW (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    look_through (self, child, in_body, typed);
}

static void
show (CsmSearchHits *self)
{
  guint n = self->hits->len;
  g_autofree char *words = NULL;

  if (self->current >= 0)
    /* Translators: the third hit of seven */
    words = g_strdup_printf (_("%d of %u"), self->current + 1, n);
  else
    words = g_strdup_printf (ngettext ("Found %u time here", "Found %u times here", n), n);
  gtk_label_set_text (GTK_LABEL (self->words), words);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), n > 0);
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
}

static void
look (CsmSearchHits *self)
{
  const char *typed = self->context != NULL ? csm_search_context_get_typed (self->context) : NULL;

  g_array_set_size (self->hits, 0);
  look_through (self, self->timeline, FALSE, typed);
  self->n_said = self->hits->len;
  if (self->context != NULL && csm_search_context_get_notes (self->context) != NULL)
    look_through (self, csm_search_context_get_notes (self->context), FALSE, typed);
  if (self->current >= (int) self->hits->len)
    self->current = -1;
  show (self);
}

static void
settled_cb (gpointer data)
{
  CsmSearchHits *self = data;

  self->settle_id = 0;
  look (self);
}

static void
look_soon (CsmSearchHits *self)
{
  /* Where nothing is looked for and nothing is marked, nothing has to be done. */
  if (self->context == NULL || (csm_search_context_get_typed (self->context) == NULL && self->hits->len == 0))
    return;
  g_clear_handle_id (&self->settle_id, g_source_remove);
  self->settle_id = g_timeout_add_once (SETTLE_MS, settled_cb, self);
}

static void
begin_again (CsmSearchHits *self)
{
  self->current = -1;
  if (csm_search_context_get_typed (self->context) == NULL && self->hits->len > 0)
    look (self);
  look_soon (self);
}

/* --- going there ------------------------------------------------------------------------------------------------ */

static void
scroll_to (CsmSearchHits *self,
           const Hit     *hit)
{
  GtkWidget *scrolled = gtk_widget_get_ancestor (hit->label, GTK_TYPE_SCROLLED_WINDOW);
  GtkAdjustment *adjustment;
  PangoRectangle place;
  double x, y;

  if (scrolled == NULL || !gtk_widget_translate_coordinates (hit->label, scrolled, 0, 0, &x, &y))
    return;
  pango_layout_index_to_pos (gtk_label_get_layout (GTK_LABEL (hit->label)), (int) hit->spot.start, &place);
  y += PANGO_PIXELS (place.y);
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
  if (y < MARGIN || y > gtk_adjustment_get_page_size (adjustment) - MARGIN)
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + y - MARGIN);
}

static gboolean
scroll_cb (GtkWidget     *widget,
           GdkFrameClock *clock,
           gpointer       data)
{
  CsmSearchHits *self = CSM_SEARCH_HITS (widget);

  if (++self->frames < SCROLL_FRAMES)
    return G_SOURCE_CONTINUE;
  self->scroll_id = 0;
  look (self);
  if (self->current >= 0)
    scroll_to (self, &g_array_index (self->hits, Hit, self->current));
  return G_SOURCE_REMOVE;
}

/* A pane that comes to the front is laid out with the next frame only. */
static void
scroll_soon (CsmSearchHits *self)
{
  self->frames = 0;
  if (self->scroll_id == 0)
    self->scroll_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), scroll_cb, NULL, NULL);
}

/* Messages and notes are beside each other, or one is before the other. */
static void
bring_to_front (CsmSearchHits *self)
{
  if (self->current < (int) self->n_said)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-messages", NULL);
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-discussion", NULL);
}

/* The first step goes to the newest hit in a message, for there a case opens; or, where there is none, to that in a note. */
static void
step (CsmSearchHits *self,
      int            by)
{
  int n;

  look (self);
  n = (int) self->hits->len;
  if (n == 0)
    return;
  if (self->current < 0)
    self->current = self->n_said > 0 ? (int) self->n_said - 1 : n - 1;
  else
    self->current = (self->current + by + n) % n;
  bring_to_front (self);
  look (self);
  scroll_to (self, &g_array_index (self->hits, Hit, self->current));
  if (self->current >= (int) self->n_said)
    scroll_soon (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->words), GTK_ACCESSIBLE_PROPERTY_LABEL, gtk_label_get_text (GTK_LABEL (self->words)), -1);
}

/* --- GObject ---------------------------------------------------------------------------------------------------- */

static void
set_workbench (CsmSearchHits *self,
               CsmWorkbench  *workbench)
{
  if (self->workbench == workbench)
    return;
  if (self->workbench != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->workbench, self);
      g_signal_handlers_disconnect_by_data (self->context, self);
    }
  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (self->scroll_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->scroll_id);
  self->scroll_id = 0;
  self->context = workbench != NULL ? csm_search_context_of (workbench) : NULL;
  self->current = -1;
  g_array_set_size (self->hits, 0);
  g_set_object (&self->workbench, workbench);
  if (workbench == NULL)
    return;
  g_signal_connect_object (workbench, "notify::case-id", G_CALLBACK (begin_again), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "notify::detail", G_CALLBACK (look_soon), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (self->context, "notify::typed", G_CALLBACK (begin_again), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->context, "step", G_CALLBACK (step), self, G_CONNECT_SWAPPED);
}

static void
csm_search_hits_set_property (GObject      *object,
                              guint         id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  if (id == PROP_WORKBENCH)
    set_workbench (CSM_SEARCH_HITS (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_search_hits_dispose (GObject *object)
{
  CsmSearchHits *self = CSM_SEARCH_HITS (object);

  set_workbench (self, NULL);
  g_clear_pointer (&self->hits, g_array_unref);
  G_OBJECT_CLASS (csm_search_hits_parent_class)->dispose (object);
}

static void
csm_search_hits_class_init (CsmSearchHitsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_search_hits_dispose;
  object_class->set_property = csm_search_hits_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static GtkWidget *
make_button (const char *icon,
             const char *tip,
             const char *name,
             const char *action)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_add_css_class (button, "flat");
  return button;
}

static void
csm_search_hits_init (CsmSearchHits *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->hits = g_array_new (FALSE, FALSE, sizeof (Hit));
  self->current = -1;
  self->revealer = gtk_revealer_new ();
  self->words = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->words), 0);
  gtk_widget_set_hexpand (self->words, TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (self->words), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->words, "numeric");
  self->up = make_button ("go-up-symbolic", _("Previous Hit (Ctrl+Shift+G)"), _("Previous hit"), "win.previous-hit");
  self->down = make_button ("go-down-symbolic", _("Next Hit (Ctrl+G)"), _("Next hit"), "win.next-hit");
  gtk_box_append (GTK_BOX (box), self->words);
  gtk_box_append (GTK_BOX (box), self->up);
  gtk_box_append (GTK_BOX (box), self->down);
  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 3);
  gtk_widget_set_margin_bottom (box, 3);
  gtk_revealer_set_child (GTK_REVEALER (self->revealer), box);
  adw_bin_set_child (ADW_BIN (self), self->revealer);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/* Rows that are built later make what is scrolled higher. */
static GtkWidget *
find_scrolled (GtkWidget *widget)
{
  if (GTK_IS_SCROLLED_WINDOW (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_scrolled (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/**
 * csm_search_hits_attach:
 * @timeline: a timeline in a box
 *
 * Puts the line above it, and follows its workbench.
 *
 * Returns: (transfer none): the line
 */
GtkWidget *
csm_search_hits_attach (GtkWidget *timeline)
{
  CsmSearchHits *self = g_object_new (CSM_TYPE_SEARCH_HITS, NULL);
  GtkWidget *scrolled = find_scrolled (timeline);

  self->timeline = timeline;
  gtk_box_insert_child_after (GTK_BOX (gtk_widget_get_parent (timeline)), GTK_WIDGET (self), gtk_widget_get_prev_sibling (timeline));
  g_object_bind_property (timeline, "workbench", self, "workbench", G_BINDING_SYNC_CREATE);
  if (scrolled != NULL)
    g_signal_connect_object (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled)), "changed", G_CALLBACK (look_soon), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

/* How many hits are marked */
guint
csm_search_hits_count (CsmSearchHits *self)
{
  return self->hits->len;
}
