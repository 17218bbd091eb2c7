/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-outbox-page.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-load-page.h"
#include "csm-review-case.h"

/* Weeks without a network can leave more than anybody reads. */
#define OPS_MAX 200

struct _CsmOutboxPage
{
  AdwBin                parent_instance;
  CsmWorkbench         *workbench;
  GSignalGroup         *signals;      /* of the cache */
  GCancellable         *cancellable;
  GtkFileChooserNative *chooser;      /* while it is open */
  GHashTable           *cases;        /* what it says → CsmReviewCase (borrowed from its box): the same again stays */
  GtkStack             *stack;
  CsmLoadPage          *load_page;
  GtkWidget            *parked;
  GtkWidget            *waiting;
  GtkWidget            *parked_group;
  GtkWidget            *waiting_group;
  GtkWidget            *unsure;
  GtkWidget            *unsure_group;
  GPtrArray            *ops;          /* (nullable): CsmOperation, between reading them and what nobody is sure of */
  GtkLabel             *more_label;
  GtkWidget            *scrolled;
  GtkWidget            *export_button;
  gboolean              loading;
  gboolean              dirty;
  gboolean              fresh;        /* just shown: the keyboard goes to the first thing there is */
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

/* --- what waits, by case ----------------------------------------------------------------------------------- */

/* That somebody read a case is nobody's concern here. */
static gboolean
is_worth_showing (const CsmOperation *op)
{
  return op->type != CSM_TYPE_ID_SEEN || op->state == CSM_OP_PARKED;
}

typedef struct
{
  char      *case_id;
  GString   *print;   /* what its widget says */
  GPtrArray *ops;
} Group;

static void
group_free (gpointer data)
{
  Group *group = data;

  g_free (group->case_id);
  g_string_free (group->print, TRUE);
  g_ptr_array_unref (group->ops);
  g_free (group);
}

static void
add_to_group (GPtrArray    *groups,
              CsmOperation *op)
{
  Group *group = NULL;

  for (guint i = 0; i < groups->len && group == NULL; i++)
    if (g_strcmp0 (((Group *) groups->pdata[i])->case_id, op->case_id) == 0)
      group = groups->pdata[i];
  if (group == NULL)
    {
      group = g_new0 (Group, 1);
      group->case_id = g_strdup (op->case_id);
      group->print = g_string_new (op->state == CSM_OP_PARKED ? "parked" : "waiting");
      group->ops = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_operation_free);
      g_ptr_array_add (groups, group);
    }
  g_string_append_printf (group->print, " %" G_GINT64_FORMAT "/%d/%s/%" G_GINT64_FORMAT, op->seq, op->state, op->error != NULL ? op->error : "",
                          op->changed_at);
  g_ptr_array_add (group->ops, op);
}

/* Each by itself: which of them arrived is another question each time. */
static void
show_unsure (CsmOutboxPage *self,
             GPtrArray     *messages,
             GHashTable    *kept)
{
  GtkWidget *last = NULL;

  for (guint i = 0; i < messages->len; i++)
    {
      JsonObject *message = messages->pdata[i];
      char *print = g_strconcat ("unsure ", csm_json_get_string (message, "id"), NULL);
      GtkWidget *widget = g_hash_table_lookup (self->cases, print);

      if (widget == NULL)
        {
          g_autoptr (GPtrArray) none = g_ptr_array_new ();

          widget = csm_review_case_new (self->workbench, csm_json_get_string (message, "caseId"), none);
          csm_review_case_add_reply (CSM_REVIEW_CASE (widget), message);
          g_signal_connect_object (widget, "opened", G_CALLBACK (opened_cb), self, G_CONNECT_SWAPPED);
          gtk_box_insert_child_after (GTK_BOX (self->unsure), widget, last);
        }
      else
        {
          gtk_box_reorder_child_after (GTK_BOX (self->unsure), widget, last);
        }
      g_hash_table_insert (kept, print, widget);
      last = widget;
    }
}

/* Removes what is not in @groups any more, and puts the rest in order; what says the same stays, and keeps the focus. */
static void
show_groups (CsmOutboxPage *self,
             GtkWidget     *box,
             GPtrArray     *groups,
             GHashTable    *kept)
{
  GtkWidget *last = NULL;

  for (guint i = 0; i < groups->len; i++)
    {
      Group *group = groups->pdata[i];
      GtkWidget *widget = g_hash_table_lookup (self->cases, group->print->str);

      if (widget == NULL)
        {
          widget = csm_review_case_new (self->workbench, group->case_id, group->ops);
          g_signal_connect_object (widget, "opened", G_CALLBACK (opened_cb), self, G_CONNECT_SWAPPED);
          gtk_box_insert_child_after (GTK_BOX (box), widget, last);
        }
      else
        {
          gtk_box_reorder_child_after (GTK_BOX (box), widget, last);
        }
      g_hash_table_insert (kept, g_strdup (group->print->str), widget);
      last = widget;
    }
}

static void
remove_others (GtkWidget  *box,
               GHashTable *kept)
{
  g_autoptr (GHashTable) widgets = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer widget;
  GtkWidget *next;

  g_hash_table_iter_init (&iter, kept);
  while (g_hash_table_iter_next (&iter, NULL, &widget))
    g_hash_table_add (widgets, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (box); child != NULL; child = next)
    {
      next = gtk_widget_get_next_sibling (child);
      if (!g_hash_table_contains (widgets, child))
        gtk_box_remove (GTK_BOX (box), child);
    }
}

/* Whoever decides one thing after another with the keyboard goes on with the next one. */
static void
keep_focus (CsmOutboxPage *self,
            gboolean       had_focus)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (self->fresh || (had_focus && (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self)))))
    gtk_widget_child_focus (self->scrolled, GTK_DIR_TAB_FORWARD);
  self->fresh = FALSE;
}

static gboolean
has_focus (CsmOutboxPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self));
}

static void
show (CsmOutboxPage *self,
      GPtrArray     *ops,
      GPtrArray     *unsure)
{
  g_autoptr (GPtrArray) parked = g_ptr_array_new_with_free_func (group_free);
  g_autoptr (GPtrArray) waiting = g_ptr_array_new_with_free_func (group_free);
  GHashTable *kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *more = NULL;
  gboolean focused = has_focus (self);
  guint n_parked = 0;
  guint n_waiting = 0;

  while (ops->len > 0)
    {
      CsmOperation *op = g_ptr_array_steal_index (ops, 0);
      gboolean is_parked = op->state == CSM_OP_PARKED;
      guint *n = is_parked ? &n_parked : &n_waiting;

      if (is_worth_showing (op) && (*n)++ < OPS_MAX)
        add_to_group (is_parked ? parked : waiting, op);
      else
        csm_operation_free (op);
    }
  show_groups (self, self->parked, parked, kept);
  show_groups (self, self->waiting, waiting, kept);
  show_unsure (self, unsure, kept);
  remove_others (self->parked, kept);
  remove_others (self->unsure, kept);
  remove_others (self->waiting, kept);
  g_hash_table_unref (self->cases);
  self->cases = kept;
  gtk_widget_set_visible (self->parked_group, n_parked > 0);
  gtk_widget_set_visible (self->waiting_group, n_waiting > 0);
  gtk_widget_set_visible (self->unsure_group, unsure->len > 0);
  gtk_widget_set_sensitive (self->export_button, n_parked + n_waiting > 0);
  gtk_stack_set_visible_child_name (self->stack, n_parked + n_waiting + unsure->len > 0 ? "list" : "none");
  if (n_waiting > OPS_MAX)
    more = g_strdup_printf (ngettext ("and %u more", "and %u more", n_waiting - OPS_MAX), n_waiting - OPS_MAX);
  gtk_label_set_text (self->more_label, more != NULL ? more : "");
  gtk_widget_set_visible (GTK_WIDGET (self->more_label), more != NULL);
  keep_focus (self, focused);
}

/* Nothing is said of what waits when nobody knows. */
static void
fail (CsmOutboxPage *self,
      const GError  *error)
{
  g_warning ("Reading what waits failed: %s", error->message);
  csm_load_page_set_failed (self->load_page, TRUE);
  gtk_stack_set_visible_child_name (self->stack, "loading");
}

static void
unsure_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmOutboxPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) unsure = csm_cache_list_unsure_finish (CSM_CACHE (source), result, &error);
  g_autoptr (GPtrArray) ops = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  ops = g_steal_pointer (&self->ops);
  self->loading = FALSE;
  if (unsure != NULL)
    show (self, ops, unsure);
  else
    fail (self, error);
  if (self->dirty)
    load (self);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmOutboxPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) ops = csm_cache_list_outbox_finish (CSM_CACHE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (ops == NULL)
    {
      self->loading = FALSE;
      fail (self, error);
      return;
    }
  g_clear_pointer (&self->ops, g_ptr_array_unref);
  self->ops = g_steal_pointer (&ops);
  csm_cache_list_unsure_async (CSM_CACHE (source), self->cancellable, unsure_cb, g_object_ref (self));
}

static void
load (CsmOutboxPage *self)
{
  self->dirty = self->loading;
  /* Out of sight it follows nothing: what waits may go by the hundred. */
  if (self->loading || self->workbench == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->loading = TRUE;
  csm_cache_list_outbox_async (csm_workbench_get_cache (self->workbench), self->cancellable, loaded_cb, g_object_ref (self));
}

static void
changed_cb (CsmOutboxPage *self,
            CsmChangeSet  *changes)
{
  /* What is to be decided is so by its message or what was held, and mine with its case. */
  if (csm_change_set_has (changes, CSM_TYPE_ID_MESSAGE) || csm_change_set_has (changes, CSM_TYPE_ID_SUBMISSION) ||
      csm_change_set_has (changes, CSM_TYPE_ID_CASE))
    load (self);
}

static void
now_cb (CsmOutboxPage *self)
{
  csm_account_retry_now (csm_workbench_get_account (self->workbench));
}

/* --- export ------------------------------------------------------------------------------------------------ */

static void
exported_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (CsmWorkbench) workbench = data;
  g_autoptr (GError) error = NULL;

  if (csm_cache_export_outbox_finish (CSM_CACHE (source), result, &error))
    {
      csm_workbench_say (workbench, _("Exported"));
      return;
    }
  g_warning ("Exporting what waits failed: %s", error->message);
  csm_workbench_say (workbench, _("The file could not be written there"));
}

static void
chosen_cb (CsmOutboxPage *self,
           int            response)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT && self->workbench != NULL)
    {
      file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
      csm_outbox_page_export (self, file);
    }
  g_clear_object (&self->chooser);
}

static void
export_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  CsmOutboxPage *self = CSM_OUTBOX_PAGE (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  /* Translators: the name of a file with what was not sent yet */
  g_autofree char *format = g_strconcat (_("Casement waiting changes"), " %Y-%m-%d %H%M.txt", NULL);
  g_autofree char *file_name = g_date_time_format (now, format);

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_("Export What Waits"), GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                               GTK_FILE_CHOOSER_ACTION_SAVE, _("_Export"), _("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), file_name);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* The page is shown: it begins at its first entry. */
void
csm_outbox_page_start (CsmOutboxPage *self)
{
  g_return_if_fail (CSM_IS_OUTBOX_PAGE (self));
  self->fresh = TRUE;
  load (self);
}

/* Writes all that waits into @file, in words and with all that belongs to it. */
void
csm_outbox_page_export (CsmOutboxPage *self,
                        GFile         *file)
{
  g_return_if_fail (CSM_IS_OUTBOX_PAGE (self) && self->workbench != NULL);
  csm_cache_export_outbox_async (csm_workbench_get_cache (self->workbench), file, NULL, exported_cb, g_object_ref (self->workbench));
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
  g_hash_table_remove_all (self->cases);
  remove_others (self->parked, self->cases);
  remove_others (self->waiting, self->cases);
  remove_others (self->unsure, self->cases);
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
again_cb (CsmOutboxPage *self)
{
  load (self);
}

static void
csm_outbox_page_dispose (GObject *object)
{
  CsmOutboxPage *self = CSM_OUTBOX_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->chooser);
  g_clear_object (&self->signals);
  g_clear_object (&self->workbench);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_OUTBOX_PAGE);
  G_OBJECT_CLASS (csm_outbox_page_parent_class)->dispose (object);
}

static void
csm_outbox_page_finalize (GObject *object)
{
  g_clear_pointer (&CSM_OUTBOX_PAGE (object)->ops, g_ptr_array_unref);
  g_hash_table_unref (CSM_OUTBOX_PAGE (object)->cases);
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
  g_type_ensure (CSM_TYPE_LOAD_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-outbox-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxPage, stack);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxPage, load_page);
  gtk_widget_class_bind_template_callback (widget_class, again_cb);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxPage, parked);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxPage, waiting);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxPage, parked_group);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxPage, waiting_group);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxPage, unsure);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxPage, unsure_group);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxPage, more_label);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxPage, scrolled);
  gtk_widget_class_bind_template_child (widget_class, CsmOutboxPage, export_button);
  gtk_widget_class_bind_template_callback (widget_class, now_cb);
  gtk_widget_class_install_action (widget_class, "outbox.export", NULL, export_action);
}

static void
csm_outbox_page_init (CsmOutboxPage *self)
{
  self->cancellable = g_cancellable_new ();
  self->cases = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->signals = g_signal_group_new (CSM_TYPE_CACHE);
  g_signal_group_connect_swapped (self->signals, "outbox-changed", G_CALLBACK (load), self);
  g_signal_group_connect_swapped (self->signals, "changed", G_CALLBACK (changed_cb), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "map", G_CALLBACK (load), NULL);
}

GtkWidget *
csm_outbox_page_new (void)
{
  return g_object_new (CSM_TYPE_OUTBOX_PAGE, NULL);
}
