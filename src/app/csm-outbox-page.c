/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-outbox-page.h"

#include <glib/gi18n.h>

#include "csm-outbox-row.h"

/* Weeks without a network can leave more than anybody reads. */
#define ROWS_MAX 100

struct _CsmOutboxPage
{
  AdwBin        parent_instance;
  CsmWorkbench *workbench;
  GSignalGroup *signals;     /* of the cache */
  GCancellable *cancellable;
  GtkStack     *stack;
  GtkListBox   *parked;
  GtkListBox   *waiting;
  GtkWidget    *parked_group;
  GtkWidget    *waiting_group;
  GtkLabel     *more_label;
  GtkWidget    *now_button;
  char         *shown;       /* what the rows say: the same again costs nothing */
  gboolean      loading;
  gboolean      dirty;
};

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];
enum { CLOSE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void load (CsmOutboxPage *self);

G_DEFINE_FINAL_TYPE (CsmOutboxPage, csm_outbox_page, ADW_TYPE_BIN)

static void
opened_cb (CsmOutboxPage *self)
{
  g_signal_emit (self, signals[CLOSE], 0);
}

static void
empty_list (GtkListBox *list)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (list, 0)) != NULL)
    gtk_list_box_remove (list, GTK_WIDGET (row));
}

static void
add_row (CsmOutboxPage      *self,
         const CsmOperation *op)
{
  GtkWidget *row = csm_outbox_row_new (self->workbench, op);

  g_signal_connect_object (row, "opened", G_CALLBACK (opened_cb), self, G_CONNECT_SWAPPED);
  gtk_list_box_append (op->state == CSM_OP_PARKED ? self->parked : self->waiting, row);
}

/* That somebody read a case is nobody's concern here. */
static gboolean
is_worth_showing (const CsmOperation *op)
{
  return op->type != CSM_TYPE_ID_SEEN || op->state == CSM_OP_PARKED;
}

static char *
describe (GPtrArray *ops)
{
  GString *all = g_string_new (NULL);

  for (guint i = 0; i < ops->len; i++)
    {
      const CsmOperation *op = ops->pdata[i];

      g_string_append_printf (all, "%" G_GINT64_FORMAT " %d %s\n", op->seq, op->state, op->error);
    }
  return g_string_free (all, FALSE);
}

static void
show (CsmOutboxPage *self,
      GPtrArray     *ops)
{
  guint n_parked = 0;
  guint n_waiting = 0;
  g_autofree char *more = NULL;

  empty_list (self->parked);
  empty_list (self->waiting);
  for (guint i = 0; i < ops->len; i++)
    {
      const CsmOperation *op = ops->pdata[i];
      guint *n = op->state == CSM_OP_PARKED ? &n_parked : &n_waiting;

      if (is_worth_showing (op) && (*n)++ < ROWS_MAX)
        add_row (self, op);
    }
  gtk_widget_set_visible (self->parked_group, n_parked > 0);
  gtk_widget_set_visible (self->waiting_group, n_waiting > 0);
  gtk_stack_set_visible_child_name (self->stack, n_parked + n_waiting > 0 ? "list" : "none");
  if (n_waiting > ROWS_MAX)
    more = g_strdup_printf (ngettext ("and %u more", "and %u more", n_waiting - ROWS_MAX), n_waiting - ROWS_MAX);
  gtk_label_set_text (self->more_label, more != NULL ? more : "");
  gtk_widget_set_visible (GTK_WIDGET (self->more_label), more != NULL);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmOutboxPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) ops = csm_cache_list_outbox_finish (CSM_CACHE (source), result, &error);
  g_autofree char *described = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->loading = FALSE;
  if (ops == NULL)
    {
      g_warning ("Reading what waits failed: %s", error->message);
      return;
    }
  described = describe (ops);
  if (g_strcmp0 (described, self->shown) != 0)
    {
      g_free (self->shown);
      self->shown = g_steal_pointer (&described);
      show (self, ops);
    }
  if (self->dirty)
    load (self);
}

static void
load (CsmOutboxPage *self)
{
  self->dirty = self->loading;
  if (self->loading || self->workbench == NULL)
    return;
  self->loading = TRUE;
  csm_cache_list_outbox_async (csm_workbench_get_cache (self->workbench), self->cancellable, loaded_cb, g_object_ref (self));
}

static void
now_cb (CsmOutboxPage *self)
{
  csm_account_retry_now (csm_workbench_get_account (self->workbench));
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
set_workbench (CsmOutboxPage *self,
               CsmWorkbench  *workbench)
{
  if (!g_set_object (&self->workbench, workbench))
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->loading = FALSE;
  g_signal_group_set_target (self->signals, workbench != NULL ? csm_workbench_get_cache (workbench) : NULL);
  load (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKBENCH]);
}

static void
csm_outbox_page_get_property (GObject    *object,
                              guint       id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  if (id == PROP_WORKBENCH)
    g_value_set_object (value, CSM_OUTBOX_PAGE (object)->workbench);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_outbox_page_set_property (GObject      *object,
                              guint         id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  if (id == PROP_WORKBENCH)
    set_workbench (CSM_OUTBOX_PAGE (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_outbox_page_dispose (GObject *object)
{
  CsmOutboxPage *self = CSM_OUTBOX_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->signals);
  g_clear_object (&self->workbench);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_OUTBOX_PAGE);
  G_OBJECT_CLASS (csm_outbox_page_parent_class)->dispose (object);
}

static void
csm_outbox_page_finalize (GObject *object)
{
  g_free (CSM_OUTBOX_PAGE (object)->shown);
  G_OBJECT_CLASS (csm_outbox_page_parent_class)->finalize (object);
}

static void
csm_outbox_page_class_init (CsmOutboxPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = csm_outbox_page_dispose;
  object_class->finalize = csm_outbox_page_finalize;
  object_class->get_property = csm_outbox_page_get_property;
  object_class->set_property = csm_outbox_page_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[CLOSE] = g_signal_new ("close", CSM_TYPE_OUTBOX_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-outbox-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxPage, stack);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxPage, parked);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxPage, waiting);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxPage, parked_group);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxPage, waiting_group);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxPage, more_label);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxPage, now_button);
  gtk_widget_class_bind_template_callback (widget_class, now_cb);
}

static void
csm_outbox_page_init (CsmOutboxPage *self)
{
  self->cancellable = g_cancellable_new ();
  self->signals = g_signal_group_new (CSM_TYPE_CACHE);
  g_signal_group_connect_swapped (self->signals, "outbox-changed", G_CALLBACK (load), self);
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
csm_outbox_page_new (void)
{
  return g_object_new (CSM_TYPE_OUTBOX_PAGE, NULL);
}
