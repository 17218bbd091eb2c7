/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-status-line.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-time.h"

struct _CsmStatusLine
{
  AdwBin        parent_instance;
  CsmWorkbench *workbench;
  GtkWidget    *button;
  GtkWidget    *stack;
  GtkWidget    *icon;
  GtkWidget    *spinner;
  GtkWidget    *label;
};

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmStatusLine, csm_status_line, ADW_TYPE_BIN)

typedef struct
{
  CsmAccountState state;
  guint           waiting;
  guint           parked;
  double          progress;
  gint64          offline_since;
  char           *problem;
} Status;

static Status
read_status (CsmAccount *account)
{
  Status status = { .state = csm_account_get_state (account) };

  g_object_get (account,
                "waiting", &status.waiting,
                "parked", &status.parked,
                "progress", &status.progress,
                "offline-since", &status.offline_since,
                "problem", &status.problem,
                NULL);
  return status;
}

static char *
say_state (const Status *status)
{
  g_autofree char *when = NULL;

  switch (status->state)
    {
    case CSM_ACCOUNT_SIGNED_OUT:
      return g_strdup (_("Sign in again"));
    case CSM_ACCOUNT_CONNECTING:
      return g_strdup (_("Connecting…"));
    case CSM_ACCOUNT_SYNCING:
      if (status->progress < 1)
        return g_strdup_printf (_("Syncing, %d %%"), (int) (status->progress * 100));
      return g_strdup (_("Syncing…"));
    case CSM_ACCOUNT_SYNCED:
      return g_strdup (_("All synced"));
    case CSM_ACCOUNT_OFFLINE:
    default:
      if (status->offline_since <= 0)
        return g_strdup (_("Offline"));
      when = csm_format_clock (status->offline_since);
      return g_strdup_printf (_("Offline since %s"), when);
    }
}

static char *
say_status (const Status *status)
{
  g_autofree char *state = say_state (status);
  g_autofree char *waiting = NULL;

  if (status->parked > 0)
    return g_strdup_printf (ngettext ("%u change needs you", "%u changes need you", status->parked), status->parked);
  if (status->waiting == 0)
    return g_steal_pointer (&state);
  waiting = g_strdup_printf (ngettext ("%u change waits", "%u changes wait", status->waiting), status->waiting);
  if (status->state == CSM_ACCOUNT_SYNCED)
    return g_steal_pointer (&waiting);
  /* Translators: the state of the connection, and what waits: "Offline since 10:42 · 3 changes wait" */
  return g_strdup_printf (_("%s · %s"), state, waiting);
}

static const char *
choose_icon (const Status *status)
{
  if (status->parked > 0)
    return "dialog-warning-symbolic";
  if (status->state == CSM_ACCOUNT_SIGNED_OUT)
    return "dialog-password-symbolic";
  if (status->state == CSM_ACCOUNT_OFFLINE)
    return "network-offline-symbolic";
  return status->waiting > 0 ? "csm-waits-symbolic" : "object-select-symbolic";
}

static void
update (CsmStatusLine *self)
{
  Status status = read_status (csm_workbench_get_account (self->workbench));
  gboolean busy = status.parked == 0
                  && (status.state == CSM_ACCOUNT_CONNECTING || status.state == CSM_ACCOUNT_SYNCING);
  g_autofree char *text = say_status (&status);
  g_autofree char *problem = status.problem;

  gtk_label_set_text (GTK_LABEL (self->label), text);
  gtk_widget_set_tooltip_text (self->button, problem != NULL ? problem : text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), choose_icon (&status));
  gtk_stack_set_visible_child (GTK_STACK (self->stack), busy ? self->spinner : self->icon);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), busy);
  if (status.parked > 0 || status.state == CSM_ACCOUNT_SIGNED_OUT)
    gtk_widget_add_css_class (GTK_WIDGET (self), "attention");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "attention");
}

static void
clicked_cb (CsmStatusLine *self)
{
  CsmAccount *account = csm_workbench_get_account (self->workbench);
  CsmAccountState state = csm_account_get_state (account);

  if (state == CSM_ACCOUNT_SIGNED_OUT)
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "win.sign-in", NULL);
      return;
    }
  if (state == CSM_ACCOUNT_OFFLINE)
    csm_account_retry_now (account);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-outbox", NULL);
}

static void
set_workbench (CsmStatusLine *self,
               CsmWorkbench  *workbench)
{
  static const char *const watched[] = {
    "notify::state", "notify::waiting", "notify::parked", "notify::progress", "notify::problem", "notify::offline-since",
  };

  if (self->workbench == workbench)
    return;
  if (self->workbench != NULL)
    g_signal_handlers_disconnect_by_data (csm_workbench_get_account (self->workbench), self);
  g_set_object (&self->workbench, workbench);
  if (workbench != NULL)
    {
      for (guint i = 0; i < G_N_ELEMENTS (watched); i++)
        g_signal_connect_object (csm_workbench_get_account (workbench), watched[i], G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      update (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKBENCH]);
}

static void
csm_status_line_get_property (GObject    *object,
                              guint       id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  if (id == PROP_WORKBENCH)
    g_value_set_object (value, CSM_STATUS_LINE (object)->workbench);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_status_line_set_property (GObject      *object,
                              guint         id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  if (id == PROP_WORKBENCH)
    set_workbench (CSM_STATUS_LINE (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_status_line_dispose (GObject *object)
{
  CsmStatusLine *self = CSM_STATUS_LINE (object);

  set_workbench (self, NULL);
  /* The bin would unparent once more what the template lets go. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_STATUS_LINE);
  G_OBJECT_CLASS (csm_status_line_parent_class)->dispose (object);
}

static void
csm_status_line_class_init (CsmStatusLineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = csm_status_line_dispose;
  object_class->get_property = csm_status_line_get_property;
  object_class->set_property = csm_status_line_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_STATUS);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-status-line.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmStatusLine, button);
  gtk_widget_class_bind_template_child (widget_class, CsmStatusLine, stack);
  gtk_widget_class_bind_template_child (widget_class, CsmStatusLine, icon);
  gtk_widget_class_bind_template_child (widget_class, CsmStatusLine, spinner);
  gtk_widget_class_bind_template_child (widget_class, CsmStatusLine, label);
  gtk_widget_class_bind_template_callback (widget_class, clicked_cb);
}

static void
csm_status_line_init (CsmStatusLine *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

