/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-message-row.h"
#include "csm-transcript.h"

G_BEGIN_DECLS

struct _CsmMessageRow
{
  AdwBin           parent_instance;
  CsmWorkbench    *workbench;
  CsmTimelineEntry entry; /* own copy: the detail that it came from is replaced at each change */
  guint            tick_id;
  GCancellable    *cancellable;
  gint64           back_at;  /* when an absent writer is back, µs */
  GtkWidget       *images_line; /* NULL: there are none, or they are shown */
  guint            n_remote;    /* how many of them lie on the web */
  GtkWidget       *card;
  GtkWidget       *avatar;
  GtkWidget       *author;
  GtkWidget       *via;
  GtkWidget       *when;
  GtkWidget       *details_button;
  GtkWidget       *menu_button;
  GMenuModel      *message_menu;
  GtkWidget       *details;
  GtkWidget       *marks;
  GtkWidget       *above;
  GtkWidget       *body;
  GtkWidget       *cut;
  GtkWidget       *attachments;
  GtkWidget       *save_all_button;
  GtkWidget       *below;
  GtkWidget       *problem;
  GtkWidget       *problem_label;
  GtkWidget       *send_anyway_button;
  GtkWidget       *retry_button;
  GtkWidget       *state;
  GtkWidget       *state_icon;
  GtkWidget       *state_label;
  GtkWidget       *undo_button;
};

void csm_message_row_show_mail            (CsmMessageRow  *self);
void csm_message_row_install_mail_actions (GtkWidgetClass *widget_class);
void csm_message_row_save_blob            (CsmMessageRow  *self,
                                           const char     *blob_id,
                                           const char     *type,
                                           const char     *name);

void csm_message_row_install_menu_actions (GtkWidgetClass *widget_class);
void csm_message_row_update_menu          (CsmMessageRow  *self);
gboolean csm_message_row_move_focus       (GtkWidget        *widget,
                                           GtkDirectionType  direction);
gboolean csm_message_row_take_focus       (GtkWidget      *widget);

G_END_DECLS
