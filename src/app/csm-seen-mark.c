/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-seen-mark.h"

#include "csm-json.h"
#include "csm-time.h"
#include "csm-triage.h"

struct _CsmSeenMark
{
  GtkWidget    *widget;    /* it owns this */
  CsmWorkbench *workbench;
  guint         wait_id;   /* until the case counts as read; 0: nobody waits for that */
  char         *case_id;   /* which one */
};

/* @widget: it shows a case, and frees this when it is disposed. Returns: (transfer full): what marks the case as read */
CsmSeenMark *
csm_seen_mark_new (GtkWidget *widget)
{
  CsmSeenMark *self = g_new0 (CsmSeenMark, 1);

  self->widget = widget;
  return self;
}

void
csm_seen_mark_free (CsmSeenMark *self)
{
  g_clear_handle_id (&self->wait_id, g_source_remove);
  g_clear_object (&self->workbench);
  g_free (self->case_id);
  g_free (self);
}

static gint64
newest_thing (CsmCaseDetail *detail)
{
  gint64 newest = csm_json_get_time (detail->record, "lastActivityAt");

  for (guint i = 0; i < detail->timeline->len; i++)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];

      if (entry->kind == CSM_ENTRY_MESSAGE)
        newest = MAX (newest, entry->at);
    }
  for (guint i = 0; i < detail->comments->len; i++)
    newest = MAX (newest, ((CsmTimelineEntry *) detail->comments->pdata[i])->at);
  return newest;
}

/* Returns: up to when the open case counts as read for who looks at it now; `CSM_TIME_NONE`: nothing new is looked at */
static gint64
find_looked_at (CsmSeenMark *self)
{
  CsmCaseDetail *detail = self->workbench != NULL ? csm_workbench_get_detail (self->workbench) : NULL;
  GtkRoot *root = gtk_widget_get_root (self->widget);
  gint64 newest;

  if (detail == NULL || detail->record == NULL || !GTK_IS_WINDOW (root) || !gtk_window_is_active (GTK_WINDOW (root))
      || !gtk_widget_get_mapped (self->widget) || csm_workbench_get_n_selected (self->workbench) > 0)
    return CSM_TIME_NONE;
  newest = newest_thing (detail);
  return detail->seen_up_to == CSM_TIME_NONE || detail->seen_up_to < newest ? newest : CSM_TIME_NONE;
}

static gboolean
looked_cb (gpointer data)
{
  CsmSeenMark *self = data;
  gint64 newest = find_looked_at (self);

  self->wait_id = 0;
  if (newest != CSM_TIME_NONE && g_strcmp0 (self->case_id, csm_workbench_get_case_id (self->workbench)) == 0)
    csm_triage_mark_seen (self->workbench, self->case_id, newest);
  return G_SOURCE_REMOVE;
}

/* @workbench: (nullable): what has the case that is shown */
void
csm_seen_mark_set_workbench (CsmSeenMark  *self,
                             CsmWorkbench *workbench)
{
  g_set_object (&self->workbench, workbench);
}

/**
 * csm_seen_mark_look:
 * @self: a mark
 *
 * Call it when something may have come to be looked at: what a person looks at counts as read, perhaps after a while; what comes while
 * nobody looks does not.
 */
void
csm_seen_mark_look (CsmSeenMark *self)
{
  gint64 newest = find_looked_at (self);
  const char *case_id = self->workbench != NULL ? csm_workbench_get_case_id (self->workbench) : NULL;
  g_autofree char *when = NULL;

  if (newest == CSM_TIME_NONE || g_strcmp0 (case_id, self->case_id) != 0)
    g_clear_handle_id (&self->wait_id, g_source_remove);
  if (newest == CSM_TIME_NONE || self->wait_id != 0)
    return;
  when = g_settings_get_string (csm_workbench_get_settings (self->workbench), "mark-read");
  if (g_str_equal (when, "at-once"))
    csm_triage_mark_seen (self->workbench, case_id, newest);
  if (!g_ascii_isdigit (when[0]))
    return;
  g_free (self->case_id);
  self->case_id = g_strdup (case_id);
  self->wait_id = g_timeout_add_seconds ((guint) (when[0] - '0'), looked_cb, self);
}
