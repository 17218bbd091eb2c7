/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-case-list-chosen.h"
#include "csm-case-list-pane.h"
#include "csm-case-list-selection.h"
#include "csm-case-list-slot.h"
#include "csm-live-list.h"
#include "csm-search-elsewhere.h"

G_BEGIN_DECLS

struct _CsmCaseListPane
{
  AdwBin              parent_instance;
  CsmWorkbench       *workbench;
  CsmCaseListModel   *model;
  CsmLiveList        *live;
  CsmCaseListSelection *selection;
  CsmCaseListChosen  *chosen;     /* tells the workbench */
  CsmSearchElsewhere *elsewhere;  /* asks the server for more */
  CsmCaseView        *shown;      /* the workbench's view, or a search */
  char               *search;     /* NULL: none */
  GtkWidget          *header;
  GtkWidget          *title;
  GtkWidget          *views_button;
  GtkWidget          *notice;
  GtkWidget          *cancel_button;
  GtkWidget          *order_button;
  GMenu              *order_menu;
  GMenu              *order_section;
  GSimpleAction      *order_action;
  GtkWidget          *select_button;
  GtkWidget          *bulk;       /* the revealer of what is done with several, where no conversation is beside */
  GtkWidget          *bulk_bar;   /* NULL until it is needed */
  GtkWidget          *search_button;
  GtkWidget          *search_bar;
  GtkWidget          *search_entry;
  GtkWidget          *search_box;  /* around the entry */
  GtkWidget          *stack;
  GtkWidget          *load_page;
  GtkWidget          *list;
  GtkWidget          *empty;
  GtkWidget          *connect_button;
  gboolean            alone;      /* the list has the window for itself */
  guint               keep_focus_id;
  guint               last;       /* where the last chosen row was: its successor stands there when it has left */
  guint               stay_id;    /* the list goes back to its top with the next frames */
  guint               stay_frames;
  GHashTable         *places;     /* view → where its list stood, in px; NULL: none did */
  double              place;      /* the list goes there when it is long enough */
  guint               place_id;
  guint               place_frames;
  guint               place_patience;
  guint               return_id;  /* until the keyboard goes from a search that has ended to the open case */
  GtkWidget          *returns_from;
  guint               paint_id;   /* until a new list is painted */
  guint               patience_id;
  gboolean            painting;
  CsmCaseListSlot    *swiped;     /* a finger is on it; NULL: on none */
  double              swiped_by;
};

CsmCaseListSlot *csm_case_list_pane_slot_of          (GtkWidget       *list_item_widget);
guint            csm_case_list_pane_position_at      (CsmCaseListPane *self,
                                                      double           x,
                                                      double           y);
void             csm_case_list_pane_remember_place   (CsmCaseListPane *self);
void             csm_case_list_pane_recall_place     (CsmCaseListPane *self);
void             csm_case_list_pane_forget_places    (CsmCaseListPane *self);
void             csm_case_list_pane_return          (CsmCaseListPane *self);
void             csm_case_list_pane_stop_return     (CsmCaseListPane *self);
void             csm_case_list_pane_focus_open      (CsmCaseListPane *self);
void             csm_case_list_pane_show_title       (CsmCaseListPane *self);
void             csm_case_list_pane_select_open_case (CsmCaseListPane *self);
void             csm_case_list_pane_show_check       (CsmCaseListPane *self,
                                                      CsmCaseListSlot *slot);
void             csm_case_list_pane_show_checks      (CsmCaseListPane *self);
void             csm_case_list_pane_show_bulk_bar    (CsmCaseListPane *self);
void             csm_case_list_pane_bind_selection   (GtkWidgetClass  *widget_class);
void             csm_case_list_pane_add_selection    (CsmCaseListPane *self);

G_END_DECLS
