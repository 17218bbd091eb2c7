/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-missing-messages.h"

#include <glib/gi18n.h>

struct _CsmMissingMessages
{
  AdwBin         parent_instance;
  CsmWorkbench  *workbench;
  GCancellable  *cancellable;  /* of what is being fetched; NULL: nothing is */
  char          *asked;        /* the case for which that was tried last */
  gboolean       failed;
  gboolean       covers;
  GtkStack      *stack;
  AdwStatusPage *page;
  GtkWidget     *page_spinner;
  GtkWidget     *page_button;
  GtkLabel      *bar_label;
  GtkWidget     *bar_spinner;
  GtkWidget     *bar_button;
};

enum { PROP_0, PROP_WORKBENCH, PROP_COVERS, N_PROPS };
static GParamSpec *props[N_PROPS];

static void update (CsmMissingMessages *self);

G_DEFINE_FINAL_TYPE (CsmMissingMessages, csm_missing_messages, ADW_TYPE_BIN)

static gboolean
is_online (CsmMissingMessages *self)
{
  CsmAccountState state = csm_account_get_state (csm_workbench_get_account (self->workbench));

  return state == CSM_ACCOUNT_SYNCED || state == CSM_ACCOUNT_SYNCING;
}

static gboolean
has_messages (CsmCaseDetail *detail)
{
  for (guint i = 0; i < detail->timeline->len; i++)
    if (((CsmTimelineEntry *) detail->timeline->pdata[i])->kind != CSM_ENTRY_EVENT)
      return TRUE;
  return FALSE;
}

/* --- fetching ---------------------------------------------------------------------------------------------- */

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (CsmMissingMessages) self = data;
  g_autoptr (GError) error = NULL;
  gboolean fetched = csm_account_fetch_case_finish (CSM_ACCOUNT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  self->failed = !fetched;
  if (!fetched)
    g_info ("The messages of a case could not be fetched: %s", error->message);
  if (self->workbench != NULL)
    update (self);
}

static void
stop (CsmMissingMessages *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->asked, g_free);
  self->failed = FALSE;
}

static void
fetch (CsmMissingMessages *self)
{
  const char *case_id = csm_workbench_get_case_id (self->workbench);

  stop (self);
  self->asked = g_strdup (case_id);
  self->cancellable = g_cancellable_new ();
  csm_account_fetch_case_async (csm_workbench_get_account (self->workbench), case_id, self->cancellable, fetched_cb, g_object_ref (self));
}

static void
get_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  CsmMissingMessages *self = CSM_MISSING_MESSAGES (widget);

  if (self->workbench == NULL || csm_workbench_get_case_id (self->workbench) == NULL)
    return;
  fetch (self);
  update (self);
}

/* --- showing ----------------------------------------------------------------------------------------------- */

static void
set_covers (CsmMissingMessages *self,
            gboolean            covers)
{
  if (self->covers == covers)
    return;
  self->covers = covers;
  gtk_widget_set_vexpand (GTK_WIDGET (self), covers);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COVERS]);
}

static const char *
say_page (CsmMissingMessages *self)
{
  if (self->cancellable != NULL)
    return _("They are being fetched from the server.");
  if (self->failed)
    return _("They could not be fetched just now.");
  if (!is_online (self))
    return _("You are offline. They come by themselves when there is a connection again.");
  return _("They can be fetched from the server.");
}

static const char *
say_bar (CsmMissingMessages *self,
         CsmCaseDetail      *detail)
{
  if (self->cancellable != NULL)
    return _("More messages are being fetched…");
  if (detail->resident)
    return _("There are newer messages on the server.");
  return _("Some messages are not on this computer.");
}

static void
show_case (CsmMissingMessages *self,
           CsmCaseDetail      *detail)
{
  gboolean busy = self->cancellable != NULL;
  gboolean covers = !has_messages (detail);

  adw_status_page_set_description (self->page, say_page (self));
  gtk_widget_set_visible (self->page_spinner, busy);
  gtk_widget_set_visible (self->page_button, !busy);
  gtk_label_set_text (self->bar_label, say_bar (self, detail));
  gtk_widget_set_visible (self->bar_spinner, busy);
  gtk_widget_set_visible (self->bar_button, !busy);
  gtk_stack_set_visible_child_name (self->stack, covers ? "page" : "bar");
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  set_covers (self, covers);
}

static void
update (CsmMissingMessages *self)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);
  const char *case_id = csm_workbench_get_case_id (self->workbench);

  if (g_strcmp0 (self->asked, case_id) != 0)
    stop (self);
  if (detail == NULL || detail->record == NULL || (detail->resident && !detail->behind))
    {
      /* From one case to the next nothing flickers. */
      if (detail != NULL || case_id == NULL)
        {
          gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
          set_covers (self, FALSE);
        }
      return;
    }
  if (is_online (self) && self->asked == NULL)
    fetch (self);
  show_case (self, detail);
}

/* Whatever failed without a connection is tried again with one. */
static void
state_cb (CsmMissingMessages *self)
{
  if (is_online (self) && self->cancellable == NULL)
    g_clear_pointer (&self->asked, g_free);
  update (self);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
set_workbench (CsmMissingMessages *self,
               CsmWorkbench       *workbench)
{
  if (self->workbench == workbench)
    return;
  stop (self);
  if (self->workbench != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->workbench, self);
      g_signal_handlers_disconnect_by_data (csm_workbench_get_account (self->workbench), self);
    }
  g_set_object (&self->workbench, workbench);
  if (workbench != NULL)
    {
      g_signal_connect_object (workbench, "notify::detail", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (workbench, "notify::case-id", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (csm_workbench_get_account (workbench), "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
      update (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKBENCH]);
}

static void
csm_missing_messages_get_property (GObject    *object,
                                   guint       id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  CsmMissingMessages *self = CSM_MISSING_MESSAGES (object);

  switch (id)
    {
    case PROP_WORKBENCH: g_value_set_object (value, self->workbench); break;
    case PROP_COVERS: g_value_set_boolean (value, self->covers); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
csm_missing_messages_set_property (GObject      *object,
                                   guint         id,
                                   const GValue *value,
                                   GParamSpec   *pspec)
{
  if (id == PROP_WORKBENCH)
    set_workbench (CSM_MISSING_MESSAGES (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_missing_messages_dispose (GObject *object)
{
  CsmMissingMessages *self = CSM_MISSING_MESSAGES (object);

  set_workbench (self, NULL);
  /* The bin would unparent once more what the template lets go. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_MISSING_MESSAGES);
  G_OBJECT_CLASS (csm_missing_messages_parent_class)->dispose (object);
}

static void
csm_missing_messages_class_init (CsmMissingMessagesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = csm_missing_messages_dispose;
  object_class->get_property = csm_missing_messages_get_property;
  object_class->set_property = csm_missing_messages_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_COVERS] = g_param_spec_boolean ("covers", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-missing-messages.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmMissingMessages, stack);
  gtk_widget_class_bind_template_child (widget_class, CsmMissingMessages, page);
  gtk_widget_class_bind_template_child (widget_class, CsmMissingMessages, page_spinner);
  gtk_widget_class_bind_template_child (widget_class, CsmMissingMessages, page_button);
  gtk_widget_class_bind_template_child (widget_class, CsmMissingMessages, bar_label);
  gtk_widget_class_bind_template_child (widget_class, CsmMissingMessages, bar_spinner);
  gtk_widget_class_bind_template_child (widget_class, CsmMissingMessages, bar_button);
  gtk_widget_class_install_action (widget_class, "missing.get", NULL, get_action);
}

static void
csm_missing_messages_init (CsmMissingMessages *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
