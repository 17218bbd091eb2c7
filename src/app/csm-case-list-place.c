/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-list-pane-private.h"

#include "csm-view-text.h"

/*
 * Where a list stood, for when its view or search is shown again. A list grows to its length a few rows at a time, and can be
 * scrolled so far only then.
 */

#define MOST_PLACES 100
/* As long does a new list need for its rows to have places */
#define FRAMES 3
/* So many frames of a list that has its length, and may have become shorter */
#define PATIENCE 10

static char *
key_of (const CsmCaseView *view)
{
  g_autofree char *setting = csm_view_to_setting (view);

  return g_strdup_printf ("%d %s", (int) view->order, setting);
}

static GtkAdjustment *
get_adjustment (CsmCaseListPane *self)
{
  return gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->list));
}

static void
stop (CsmCaseListPane *self)
{
  if (self->place_id != 0)
    gtk_widget_remove_tick_callback (self->list, self->place_id);
  self->place_id = 0;
}

/* Another list is about to be shown. */
void
csm_case_list_pane_remember_place (CsmCaseListPane *self)
{
  double value = self->place_id != 0 ? self->place : gtk_adjustment_get_value (get_adjustment (self));

  stop (self);
  if (self->shown == NULL || self->model == NULL)
    return;
  if (self->places == NULL || g_hash_table_size (self->places) >= MOST_PLACES)
    {
      g_clear_pointer (&self->places, g_hash_table_unref);
      self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    }
  if (value >= 1)
    g_hash_table_replace (self->places, key_of (self->shown), g_memdup2 (&value, sizeof value));
  else
    {
      g_autofree char *key = key_of (self->shown);

      g_hash_table_remove (self->places, key);
    }
}

/* Nothing of another account's lists. */
void
csm_case_list_pane_forget_places (CsmCaseListPane *self)
{
  stop (self);
  g_clear_pointer (&self->places, g_hash_table_unref);
}

static gboolean
place_cb (GtkWidget     *widget,
          GdkFrameClock *clock,
          gpointer       data)
{
  CsmCaseListPane *self = data;
  GtkAdjustment *adjustment = get_adjustment (self);
  double furthest = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
  gboolean whole = csm_case_list_model_is_ready (self->model)
                   && g_list_model_get_n_items (G_LIST_MODEL (self->model)) == csm_case_list_model_get_n_cases (self->model);

  if (furthest < self->place && (!whole || ++self->place_patience < PATIENCE))
    return G_SOURCE_CONTINUE;
  /* The first of these frames places the rows, and GTK keeps one of them where it put it. */
  gtk_adjustment_set_value (adjustment, MIN (self->place, MAX (furthest, 0)));
  if (furthest >= self->place && ++self->place_frames < FRAMES)
    return G_SOURCE_CONTINUE;
  self->place_id = 0;
  return G_SOURCE_REMOVE;
}

/* A list begins to be shown. */
void
csm_case_list_pane_recall_place (CsmCaseListPane *self)
{
  g_autofree char *key = key_of (self->shown);
  const double *value = self->places != NULL ? g_hash_table_lookup (self->places, key) : NULL;

  stop (self);
  if (value == NULL)
    return;
  /* What keeps the list before at its top means that one. */
  if (self->stay_id != 0)
    gtk_widget_remove_tick_callback (self->list, self->stay_id);
  self->stay_id = 0;
  self->place = *value;
  self->place_frames = 0;
  self->place_patience = 0;
  self->place_id = gtk_widget_add_tick_callback (self->list, place_cb, self, NULL);
  /* There is nothing to be painted first. */
  csm_case_list_model_grow (self->model);
}

/* --- where one goes on after a search -------------------------------------------------------------------------- */

void
csm_case_list_pane_stop_return (CsmCaseListPane *self)
{
  if (self->return_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->return_id);
  self->return_id = 0;
  g_clear_weak_pointer (&self->returns_from);
}

/* Whether the keyboard is where the search left it, and nobody took it elsewhere meanwhile */
static gboolean
is_returning (CsmCaseListPane *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  /* From what went away GTK leads to what the list is in, too. */
  return focus == NULL || focus == self->returns_from || focus == self->list || gtk_widget_is_ancestor (focus, self->list)
         || gtk_widget_is_ancestor (self->list, focus);
}

static gboolean
return_cb (GtkWidget     *widget,
           GdkFrameClock *clock,
           gpointer       data)
{
  CsmCaseListPane *self = data;
  gboolean ready = self->model != NULL && csm_case_list_model_is_ready (self->model);
  gboolean whole = ready && g_list_model_get_n_items (G_LIST_MODEL (self->model)) >= csm_case_list_model_get_n_cases (self->model);
  gboolean known = ready && csm_case_list_selection_get_open (self->selection) != GTK_INVALID_LIST_POSITION;

  if (is_returning (self) && ((!known && !whole) || self->place_id != 0))
    return G_SOURCE_CONTINUE;
  if (is_returning (self))
    csm_case_list_pane_focus_open (self);
  self->return_id = 0;
  g_clear_weak_pointer (&self->returns_from);
  return G_SOURCE_REMOVE;
}

/* A search has ended: as soon as the list is there again the keyboard goes to the case that is open. */
void
csm_case_list_pane_return (CsmCaseListPane *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  csm_case_list_pane_stop_return (self);
  if (self->workbench == NULL || root == NULL)
    return;
  g_set_weak_pointer (&self->returns_from, gtk_root_get_focus (root));
  self->return_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), return_cb, self, NULL);
}
