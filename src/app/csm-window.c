/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-window-private.h"

#include <glib/gi18n.h>

#include "csm-view-text.h"

enum { PROP_0, PROP_COLLEAGUES_SHOWN, N_PROPS };
static GParamSpec *props[N_PROPS];
enum { SIGN_IN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmWindow, csm_window, ADW_TYPE_APPLICATION_WINDOW)

/* --- what the panes ask for -------------------------------------------------------------------------------- */

static void
show_toast (GtkWidget *window,
            AdwToast  *toast)
{
  CsmWindow *self = CSM_WINDOW (window);
  gboolean beside = csm_shell_get_mode (CSM_SHELL (self->shell)) != CSM_SHELL_SINGLE;

  if (csm_window_shows_review (self))
    {
      adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), g_object_ref (toast));
      return;
    }
  if (beside && csm_conversation_pane_add_toast (csm_window_get_conversation (self), toast))
    return;
  if (!csm_shell_shows_cases (CSM_SHELL (self->shell)) && csm_conversation_pane_add_toast (csm_window_get_conversation (self), toast))
    return;
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), g_object_ref (toast));
}

static void
toast_cb (CsmWindow *self,
          AdwToast  *toast)
{
  csm_toaster_show (self->toaster, toast);
}

static void
show_conversation_cb (CsmWindow *self)
{
  csm_window_leave_review (self);
  if (csm_workbench_get_case_id (self->workbench) != NULL)
    csm_shell_show_conversation (CSM_SHELL (self->shell));
}

static void
view_chosen_cb (CsmWindow *self)
{
  csm_window_leave_review (self);
  csm_shell_show_cases (CSM_SHELL (self->shell));
}

/* What was open last may be another workspace's, or erased: a case that isn't there is not open. */
static void
detail_cb (CsmWindow *self)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);

  if (detail != NULL && detail->record == NULL)
    csm_workbench_open_case (self->workbench, NULL);
  csm_window_update_actions (self);
}

static void
case_id_cb (CsmWindow *self)
{
  const char *case_id = csm_workbench_get_case_id (self->workbench);

  g_settings_set_string (self->settings, "last-case", case_id != NULL ? case_id : "");
  csm_window_update_actions (self);
}

static void
view_cb (CsmWindow *self)
{
  g_autofree char *setting = csm_view_to_setting (csm_workbench_get_view (self->workbench));

  g_settings_set_string (self->settings, "last-view", setting);
}

/* A view of a team or a tag that isn't there, for the same reason, is the inbox. */
static void
directory_cb (CsmWindow *self)
{
  const CsmCaseView *view = csm_workbench_get_view (self->workbench);
  g_autoptr (CsmCaseView) inbox = NULL;

  csm_window_update_actions (self);
  if ((view->kind != CSM_VIEW_TEAM && view->kind != CSM_VIEW_TAG) || csm_workbench_get_directory (self->workbench) == NULL
      || csm_workbench_get_name (self->workbench, view->key) != NULL)
    return;
  inbox = csm_case_view_new (CSM_VIEW_INBOX, NULL);
  csm_workbench_set_view (self->workbench, inbox);
}

static void
colleagues_shown_cb (CsmWindow *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COLLEAGUES_SHOWN]);
}

/* --- panes: the first frame shows the list alone, which is what a start is for; the others come one by one ---- */

static gboolean
is_complete (CsmWindow *self)
{
  return self->views != NULL && self->conversation != NULL && self->colleagues != NULL;
}

static gboolean
build_cb (gpointer data)
{
  CsmWindow *self = data;

  if (self->views == NULL)
    csm_window_get_views (self);
  else if (self->conversation == NULL)
    csm_window_get_conversation (self);
  else
    csm_window_get_colleagues (self);
  if (!is_complete (self))
    return G_SOURCE_CONTINUE;
  self->build_id = 0;
  return G_SOURCE_REMOVE;
}

static void
list_painted_cb (CsmWindow *self)
{
  /* Each is painted before the next one is built, and all of them before the list grows. */
  if (!is_complete (self) && self->build_id == 0)
    self->build_id = g_idle_add_full (G_PRIORITY_LOW - 1, build_cb, self, NULL);
}

CsmViewsPane *
csm_window_get_views (CsmWindow *self)
{
  if (self->views == NULL)
    {
      self->views = g_object_new (CSM_TYPE_VIEWS_PANE, NULL);
      g_signal_connect_object (self->views, "chosen", G_CALLBACK (view_chosen_cb), self, G_CONNECT_SWAPPED);
      csm_shell_set_views (CSM_SHELL (self->shell), self->views);
      g_object_set (self->views, "workbench", self->workbench, NULL);
    }
  return CSM_VIEWS_PANE (self->views);
}

CsmConversationPane *
csm_window_get_conversation (CsmWindow *self)
{
  if (self->conversation == NULL)
    {
      self->conversation = g_object_new (CSM_TYPE_CONVERSATION_PANE, NULL);
      csm_shell_set_conversation (CSM_SHELL (self->shell), self->conversation);
      g_object_set (self->conversation, "workbench", self->workbench, NULL);
    }
  return CSM_CONVERSATION_PANE (self->conversation);
}

CsmColleaguePane *
csm_window_get_colleagues (CsmWindow *self)
{
  if (self->colleagues == NULL)
    {
      self->colleagues = csm_colleague_pane_new ();
      csm_shell_set_colleagues (CSM_SHELL (self->shell), self->colleagues);
      g_object_set (self->colleagues, "workbench", self->workbench, NULL);
    }
  return CSM_COLLEAGUE_PANE (self->colleagues);
}

/* --- size -------------------------------------------------------------------------------------------------- */

static void
remember_size (CsmWindow *self)
{
  int width;
  int height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
  if (width >= 360 && height >= 294)
    {
      g_settings_set_int (self->settings, "window-width", width);
      g_settings_set_int (self->settings, "window-height", height);
    }
}

static gboolean
csm_window_close_request (GtkWindow *window)
{
  CsmWindow *self = CSM_WINDOW (window);

  remember_size (self);
  if (self->workbench != NULL && self->conversation != NULL)
    csm_conversation_pane_flush (CSM_CONVERSATION_PANE (self->conversation));
  if (self->workbench != NULL && self->colleagues != NULL)
    csm_colleague_pane_flush (CSM_COLLEAGUE_PANE (self->colleagues));
  return GTK_WINDOW_CLASS (csm_window_parent_class)->close_request (window);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_window_get_property (GObject    *object,
                         guint       id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  gboolean shown;

  if (id != PROP_COLLEAGUES_SHOWN)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  g_object_get (CSM_WINDOW (object)->shell, "colleagues-shown", &shown, NULL);
  g_value_set_boolean (value, shown);
}

static void
csm_window_set_property (GObject      *object,
                         guint         id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  if (id == PROP_COLLEAGUES_SHOWN)
    g_object_set (CSM_WINDOW (object)->shell, "colleagues-shown", g_value_get_boolean (value), NULL);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_window_dispose (GObject *object)
{
  CsmWindow *self = CSM_WINDOW (object);

  if (self->stack != NULL)
    csm_window_set_workbench (self, NULL);
  self->stack = NULL;
  g_clear_handle_id (&self->build_id, g_source_remove);
  g_clear_pointer (&self->palette, gtk_widget_unparent);
  g_clear_pointer (&self->toaster, csm_toaster_free);
  g_clear_weak_pointer (&self->lost);
  g_clear_weak_pointer (&self->sign_in);
  g_clear_weak_pointer (&self->sign_in_page);
  G_OBJECT_CLASS (csm_window_parent_class)->dispose (object);
}

static void
csm_window_finalize (GObject *object)
{
  g_clear_object (&CSM_WINDOW (object)->settings);
  G_OBJECT_CLASS (csm_window_parent_class)->finalize (object);
}

static void
csm_window_class_init (CsmWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = csm_window_dispose;
  object_class->finalize = csm_window_finalize;
  object_class->get_property = csm_window_get_property;
  object_class->set_property = csm_window_set_property;
  GTK_WINDOW_CLASS (klass)->close_request = csm_window_close_request;
  props[PROP_COLLEAGUES_SHOWN] = g_param_spec_boolean ("colleagues-shown", NULL, NULL, TRUE,
                                                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[SIGN_IN] = g_signal_new ("sign-in", CSM_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 4, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  csm_window_install_actions (widget_class);
  csm_window_install_desktop_actions (widget_class);
  gtk_widget_class_install_property_action (widget_class, "win.show-colleagues", "colleagues-shown");
}

static GtkWidget *
create_busy_page (void)
{
  GtkWidget *page = adw_status_page_new ();
  GtkWidget *spinner = gtk_spinner_new ();

  gtk_spinner_start (GTK_SPINNER (spinner));
  gtk_widget_set_size_request (spinner, 32, 32);
  gtk_widget_set_halign (spinner, GTK_ALIGN_CENTER);
  adw_status_page_set_child (ADW_STATUS_PAGE (page), spinner);
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), CSM_APP_ID);
  return page;
}

/* A page that has no header bar of its own. */
static GtkWidget *
add_header (GtkWidget *content)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *header = adw_header_bar_new ();

  gtk_widget_add_css_class (header, "flat");
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header), gtk_label_new (NULL));
  gtk_widget_set_vexpand (content, TRUE);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), content);
  return box;
}

static void
csm_window_init (CsmWindow *self)
{
  self->cases = g_object_new (CSM_TYPE_CASE_LIST_PANE, NULL);
  self->shell = csm_shell_new (self->cases);
  self->stack = gtk_stack_new ();
  gtk_stack_set_hhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_add_named (GTK_STACK (self->stack), self->shell, "shell");
  self->toasts = adw_toast_overlay_new ();
  self->toaster = csm_toaster_new (GTK_WIDGET (self), show_toast);
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (self->toasts), self->stack);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), self->toasts);
  gtk_window_set_title (GTK_WINDOW (self), _("Casement"));
  g_signal_connect_object (self->shell, "notify::colleagues-shown", G_CALLBACK (colleagues_shown_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->cases, "activated", G_CALLBACK (show_conversation_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->cases, "painted", G_CALLBACK (list_painted_cb), self, G_CONNECT_SWAPPED);
  csm_window_add_keys (self);
  csm_window_update_actions (self);
}

/**
 * csm_window_new:
 * @application: the application
 * @settings: sizes, and what was open last
 *
 * Returns: (transfer full): the window, without content yet
 */
GtkWidget *
csm_window_new (GtkApplication *application,
                GSettings      *settings)
{
  CsmWindow *self = g_object_new (CSM_TYPE_WINDOW, "application", application, NULL);
  int width = g_settings_get_int (settings, "window-width");
  int height = g_settings_get_int (settings, "window-height");

  self->settings = g_object_ref (settings);
  csm_window_fit_screen (gtk_widget_get_display (GTK_WIDGET (self)), &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (g_settings_get_boolean (settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  csm_shell_bind_settings (CSM_SHELL (self->shell), settings);
  csm_shell_expect_width (CSM_SHELL (self->shell), width);
  return GTK_WIDGET (self);
}

/* Shows the first page. Returns: (transfer none): it, for its signals */
CsmFirstRun *
csm_window_show_first_run (CsmWindow *self)
{
  if (self->first_run == NULL)
    {
      self->first_run = csm_first_run_new ();
      gtk_stack_add_named (GTK_STACK (self->stack), add_header (self->first_run), "first-run");
    }
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "first-run");
  return CSM_FIRST_RUN (self->first_run);
}

/* Says what takes a moment. */
void
csm_window_show_busy (CsmWindow  *self,
                      const char *text)
{
  if (self->busy == NULL)
    {
      self->busy = create_busy_page ();
      gtk_stack_add_named (GTK_STACK (self->stack), add_header (self->busy), "busy");
    }
  adw_status_page_set_title (ADW_STATUS_PAGE (self->busy), text);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "busy");
}

static void
connect_workbench (CsmWindow *self)
{
  csm_workbench_restore (self->workbench);
  g_signal_connect_object (self->workbench, "toast", G_CALLBACK (toast_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workbench, "open-case", G_CALLBACK (show_conversation_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workbench, "edit-reply", G_CALLBACK (show_conversation_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workbench, "notify::detail", G_CALLBACK (detail_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workbench, "notify::case-id", G_CALLBACK (case_id_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workbench, "notify::view", G_CALLBACK (view_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workbench, "notify::directory", G_CALLBACK (directory_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workbench, "notify::selection", G_CALLBACK (csm_window_update_actions), self, G_CONNECT_SWAPPED);
  directory_cb (self);
}

/**
 * csm_window_set_workbench:
 * @self: a window
 * @workbench: (nullable): what it shows from now on
 *
 * Shows the four panes.
 */
void
csm_window_set_workbench (CsmWindow    *self,
                          CsmWorkbench *workbench)
{
  GtkWidget *panes[] = { self->views, self->cases, self->conversation, self->colleagues };

  if (self->workbench == workbench)
    return;
  if (self->workbench != NULL)
    g_signal_handlers_disconnect_by_data (self->workbench, self);
  csm_window_disconnect_offline (self);
  /* Its Undo would be another account's. */
  csm_toaster_clear (self->toaster);
  g_set_object (&self->workbench, workbench);
  csm_window_update_offline (self);
  if (workbench != NULL)
    connect_workbench (self);
  for (guint i = 0; i < G_N_ELEMENTS (panes); i++)
    if (panes[i] != NULL)
      g_object_set (panes[i], "workbench", workbench, NULL);
  if (workbench != NULL)
    {
      gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "shell");
      csm_case_list_pane_focus (CSM_CASE_LIST_PANE (self->cases));
    }
  csm_window_update_actions (self);
}

CsmWorkbench *
csm_window_get_workbench (CsmWindow *self)
{
  return self->workbench;
}

CsmShell *
csm_window_get_shell (CsmWindow *self)
{
  return CSM_SHELL (self->shell);
}

CsmCaseListPane *
csm_window_get_list (CsmWindow *self)
{
  return CSM_CASE_LIST_PANE (self->cases);
}

/* Whether the list shows text, and the open case all of its messages; or the first page is shown. */
gboolean
csm_window_is_settled (CsmWindow *self)
{
  if (g_strcmp0 (gtk_stack_get_visible_child_name (GTK_STACK (self->stack)), "first-run") == 0)
    return TRUE;
  return self->workbench != NULL && is_complete (self) && csm_case_list_pane_is_filled (CSM_CASE_LIST_PANE (self->cases))
         && (csm_workbench_get_case_id (self->workbench) == NULL
             || csm_conversation_pane_is_settled (CSM_CONVERSATION_PANE (self->conversation)));
}

/* A size that is asked for, and not remembered. */
void
csm_window_force_size (CsmWindow *self,
                       int        width,
                       int        height)
{
  gtk_window_unmaximize (GTK_WINDOW (self));
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  csm_shell_expect_width (CSM_SHELL (self->shell), width);
}

/* --- signing in: on the first page, or in its dialog ------------------------------------------------------- */

void
csm_window_sign_in_busy (CsmWindow  *self,
                         const char *text)
{
  if (self->sign_in_page != NULL)
    csm_sign_in_page_set_busy (CSM_SIGN_IN_PAGE (self->sign_in_page), text);
  else if (self->first_run != NULL)
    csm_first_run_set_busy (CSM_FIRST_RUN (self->first_run), text);
}

void
csm_window_sign_in_failed (CsmWindow  *self,
                           const char *sentence)
{
  csm_window_sign_in_busy (self, NULL);
  if (self->sign_in_page != NULL)
    csm_sign_in_page_set_problem (CSM_SIGN_IN_PAGE (self->sign_in_page), sentence);
  else if (self->first_run != NULL)
    csm_first_run_set_problem (CSM_FIRST_RUN (self->first_run), sentence);
}

void
csm_window_close_sign_in (CsmWindow *self)
{
  csm_window_sign_in_busy (self, NULL);
  if (self->sign_in != NULL)
    gtk_window_destroy (GTK_WINDOW (self->sign_in));
}
