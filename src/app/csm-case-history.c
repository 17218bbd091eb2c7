/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-history.h"

#include "csm-event-text.h"
#include "csm-format.h"

#define FIRST_SHOWN 8
#define STEP_SHOWN 50

struct _CsmCaseHistory
{
  AdwBin        parent_instance;
  CsmWorkbench *workbench;
  GSignalGroup *signals;
  GtkListBox   *list;
  GtkWidget    *group;
  GtkWidget    *more_button;
  char         *case_id;
  char         *shown;  /* what the rows say: the same again costs nothing */
  guint         limit;
};

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmCaseHistory, csm_case_history, ADW_TYPE_BIN)

static void
add_row (CsmCaseHistory *self,
         const char     *text,
         const char     *when,
         const char     *full)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *what = gtk_label_new (text);
  GtkWidget *time = gtk_label_new (when);
  g_autofree char *label = g_strdup_printf ("%s, %s", text, when);

  gtk_label_set_xalign (GTK_LABEL (what), 0);
  gtk_label_set_wrap (GTK_LABEL (what), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (what), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (what), 3);
  gtk_label_set_ellipsize (GTK_LABEL (what), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (time), 0);
  gtk_widget_set_tooltip_text (time, full);
  gtk_widget_add_css_class (time, "caption");
  gtk_widget_add_css_class (time, "dim-label");
  gtk_box_append (GTK_BOX (box), what);
  gtk_box_append (GTK_BOX (box), time);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_list_box_append (self->list, row);
}

static void
clear (CsmCaseHistory *self)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
}

/* The newest events, each a sentence and its time. */
static GPtrArray *
collect (CsmCaseHistory *self,
         CsmCaseDetail  *detail,
         GString        *all,
         gboolean       *more)
{
  GPtrArray *events = g_ptr_array_new ();

  *more = detail->has_older;
  for (guint i = detail->timeline->len; i-- > 0;)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];
      g_autofree char *text = NULL;

      if (entry->kind != CSM_ENTRY_EVENT)
        continue;
      if (events->len == self->limit)
        {
          *more = TRUE;
          break;
        }
      text = csm_event_text (self->workbench, entry->record);
      g_string_append_printf (all, "%" G_GINT64_FORMAT " %s\n", entry->at, text);
      g_ptr_array_add (events, entry);
    }
  return events;
}

static void
refresh (CsmCaseHistory *self)
{
  CsmCaseDetail *detail = self->workbench != NULL ? csm_workbench_get_detail (self->workbench) : NULL;
  const char *case_id = self->workbench != NULL ? csm_workbench_get_case_id (self->workbench) : NULL;
  g_autoptr (GString) all = g_string_new (NULL);
  g_autoptr (GPtrArray) events = NULL;
  gboolean more = FALSE;

  if (g_strcmp0 (case_id, self->case_id) != 0)
    {
      g_free (self->case_id);
      self->case_id = g_strdup (case_id);
      self->limit = FIRST_SHOWN;
    }
  if (detail != NULL && detail->timeline != NULL)
    events = collect (self, detail, all, &more);
  gtk_widget_set_visible (self->more_button, more);
  gtk_widget_set_visible (self->group, more || (events != NULL && events->len > 0));
  if (g_strcmp0 (all->str, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_strdup (all->str);
  clear (self);
  for (guint i = 0; events != NULL && i < events->len; i++)
    {
      CsmTimelineEntry *entry = events->pdata[i];
      g_autofree char *text = csm_event_text (self->workbench, entry->record);
      g_autofree char *when = csm_format_clock (entry->at);
      g_autofree char *full = csm_format_when_long (entry->at);

      add_row (self, text, when, full);
    }
}

/* First what is here, then what the cache has of older times. */
static void
more_cb (CsmCaseHistory *self)
{
  self->limit += STEP_SHOWN;
  if (csm_workbench_get_detail (self->workbench) != NULL && csm_workbench_get_detail (self->workbench)->has_older)
    csm_workbench_load_older (self->workbench);
  refresh (self);
}

static void
csm_case_history_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  if (id == PROP_WORKBENCH)
    g_value_set_object (value, CSM_CASE_HISTORY (object)->workbench);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_case_history_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  CsmCaseHistory *self = CSM_CASE_HISTORY (object);

  if (id != PROP_WORKBENCH)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
  else if (g_set_object (&self->workbench, g_value_get_object (value)))
    {
      g_signal_group_set_target (self->signals, self->workbench);
      refresh (self);
      g_object_notify_by_pspec (object, pspec);
    }
}

static void
csm_case_history_dispose (GObject *object)
{
  CsmCaseHistory *self = CSM_CASE_HISTORY (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->workbench);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_CASE_HISTORY);
  G_OBJECT_CLASS (csm_case_history_parent_class)->dispose (object);
}

static void
csm_case_history_finalize (GObject *object)
{
  CsmCaseHistory *self = CSM_CASE_HISTORY (object);

  g_free (self->case_id);
  g_free (self->shown);
  G_OBJECT_CLASS (csm_case_history_parent_class)->finalize (object);
}

static void
csm_case_history_class_init (CsmCaseHistoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = csm_case_history_dispose;
  object_class->finalize = csm_case_history_finalize;
  object_class->get_property = csm_case_history_get_property;
  object_class->set_property = csm_case_history_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-case-history.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmCaseHistory, list);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseHistory, group);
  gtk_widget_class_bind_template_child (widget_class, CsmCaseHistory, more_button);
  gtk_widget_class_bind_template_callback (widget_class, more_cb);
}

static void
csm_case_history_init (CsmCaseHistory *self)
{
  self->limit = FIRST_SHOWN;
  self->signals = g_signal_group_new (CSM_TYPE_WORKBENCH);
  g_signal_group_connect_swapped (self->signals, "notify::detail", G_CALLBACK (refresh), self);
  g_signal_group_connect_swapped (self->signals, "notify::case-id", G_CALLBACK (refresh), self);
  g_signal_group_connect_swapped (self->signals, "notify::directory", G_CALLBACK (refresh), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  refresh (self);
}
