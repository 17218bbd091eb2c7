/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What happens to the text that is typed when colleagues write in the same draft. */

char *csm_draft_buffer_dup  (GtkTextBuffer *buffer);
void  csm_draft_buffer_edit (GtkTextBuffer *buffer,
                             guint          start,
                             guint          removed,
                             const char    *inserted);
void  csm_draft_buffer_join (GtkTextBuffer *buffer,
                             const char    *shared,
                             gboolean       typed);

G_END_DECLS
