/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-timeline.h"

#include "csm-message-row.h"

G_BEGIN_DECLS

struct _CsmTimeline
{
  AdwBin        parent_instance;
  CsmWorkbench *workbench;
  GHashTable   *rows;          /* fingerprint → AdwBin (borrowed from the list) */
  char         *case_id;       /* whose rows these are */
  guint         fill_id;
  guint         settle_id;
  guint         unbuilt;       /* entries from the oldest on that have no row yet */
  guint         shown_len;     /* how many entries there were */
  double        last_upper;
  gboolean      at_end;        /* stay at the newest message while things grow */
  gboolean      at_mark;       /* the same, at the first new one */
  gboolean      moving;        /* the timeline itself changes the adjustment */
  gboolean      prepended;     /* rows came above what is being read, and have no height yet */
  gboolean      opened;        /* of this case a detail was shown already */
  gint64        read_up_to;    /* when it was opened; µs */
  gint64        newest_at;     /* of what was shown; µs */
  char         *mark_id;       /* the first new message; NULL: none, or older than what is shown */
  gboolean      mark_passed;   /* it was in view */
  gboolean      seeking;       /* older entries are being read until it is found */
  guint         n_new;
  GHashTable   *places;        /* case id → where it was read last */
  char         *hold_id;       /* the message that is kept where it is; NULL: none */
  char         *hold_case_id;  /* its case, which may still be on its way */
  double        hold_offset;   /* how far below the top of the view; px */
  gboolean      at_hold;       /* stay there while things grow */
  char         *flash_id;      /* it was asked for, and is to be seen when it is reached; NULL: none */
  GHashTable   *selected;      /* set of ids of messages */
  char         *anchor_id;     /* from which Shift extends */
  GtkWidget    *scrolled;
  GtkWidget    *list;
  GtkWidget    *marker;        /* the line above the first new message; NULL: it was not needed yet */
  GtkWidget    *unread_button;
  GtkWidget    *unread_icon;
  GtkWidget    *unread_label;
  GtkWidget    *link_line;
  GtkWidget    *older_button;
  GtkWidget    *newest_button;
};

GtkAdjustment *csm_timeline_get_adjustment (CsmTimeline      *self);
void           csm_timeline_move_to        (CsmTimeline      *self,
                                            double            value);

/* Rows and messages; what is no message, such as an event, is passed over. */
CsmMessageRow *csm_timeline_message_of     (GtkWidget        *row);
CsmMessageRow *csm_timeline_find           (CsmTimeline      *self,
                                            const char       *message_id);

/* What is new. */
void           csm_timeline_mark_opened    (CsmTimeline      *self,
                                            CsmCaseDetail    *detail);
void           csm_timeline_mark_changed   (CsmTimeline      *self,
                                            CsmCaseDetail    *detail);
guint          csm_timeline_mark_needs     (CsmTimeline      *self,
                                            CsmCaseDetail    *detail);
void           csm_timeline_mark_place     (CsmTimeline      *self);
double         csm_timeline_mark_value     (CsmTimeline      *self);
void           csm_timeline_mark_look      (CsmTimeline      *self);
void           csm_timeline_mark_clear     (CsmTimeline      *self);

/* Where somebody was reading. */
void           csm_timeline_refresh        (CsmTimeline      *self);
GHashTable    *csm_timeline_place_table    (void);
void           csm_timeline_place_load     (CsmTimeline      *self);
void           csm_timeline_place_remember (CsmTimeline      *self);
void           csm_timeline_place_recall   (CsmTimeline      *self);
void           csm_timeline_place_let_go   (CsmTimeline      *self);
guint          csm_timeline_place_needs    (CsmTimeline      *self,
                                            CsmCaseDetail    *detail);
gboolean       csm_timeline_place_seeks    (CsmTimeline      *self,
                                            CsmCaseDetail    *detail);
double         csm_timeline_place_value    (CsmTimeline      *self);
void           csm_timeline_place_arrived  (CsmTimeline      *self);

/* What is selected, and the keys of rows. */
void           csm_timeline_add_keys       (CsmTimeline      *self);
void           csm_timeline_show_selected  (CsmTimeline      *self);
void           csm_timeline_unselect       (CsmTimeline      *self);

G_END_DECLS
