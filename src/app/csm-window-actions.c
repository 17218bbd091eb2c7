/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-window-private.h"

#include <glib/gi18n.h>

#include "csm-mailbox-offer.h"
#include "csm-rights.h"
#include "csm-shortcuts.h"

/* What buttons, menus and keys do all comes through here; what it means for a case is csm-triage's. */

static void
connect_mailbox_action (GtkWidget  *widget,
                        const char *name,
                        GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (self->workbench != NULL)
    csm_mailbox_offer_open (GTK_WINDOW (self), self->workbench);
}

/* --- taking back ------------------------------------------------------------------------------------------- */

static void
undo_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (self->workbench == NULL)
    return;
  if (parameter != NULL)
    csm_workbench_undo_group (self->workbench, g_variant_get_int64 (parameter));
  else
    csm_workbench_undo (self->workbench);
}

/* --- writing ----------------------------------------------------------------------------------------------- */

static void
reply_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (self->workbench == NULL || csm_workbench_get_case_id (self->workbench) == NULL)
    return;
  csm_shell_show_conversation (CSM_SHELL (self->shell));
  csm_conversation_pane_reply (csm_window_get_conversation (self));
}

static void
note_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (self->workbench == NULL || csm_workbench_get_case_id (self->workbench) == NULL)
    return;
  g_object_set (self->shell, "colleagues-shown", TRUE, NULL);
  csm_colleague_pane_show_page (csm_window_get_colleagues (self), "discussion");
  csm_colleague_pane_focus_box (csm_window_get_colleagues (self));
}

/* --- getting about ----------------------------------------------------------------------------------------- */

static void
search_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  csm_window_leave_review (self);
  csm_shell_show_cases (CSM_SHELL (self->shell));
  csm_case_list_pane_search (CSM_CASE_LIST_PANE (self->cases));
}

static void
back_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (csm_window_leave_review (self))
    return;
  if (csm_shell_shows_cases (CSM_SHELL (self->shell)) && csm_case_list_pane_leave (CSM_CASE_LIST_PANE (self->cases)))
    return;
  if (!csm_shell_go_back (CSM_SHELL (self->shell)))
    csm_case_list_pane_stop (CSM_CASE_LIST_PANE (self->cases));
  if (csm_shell_shows_cases (CSM_SHELL (self->shell)))
    csm_case_list_pane_focus (CSM_CASE_LIST_PANE (self->cases));
}

static void
toggle_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);
  gboolean shown;

  g_object_get (self->shell, "views-shown", &shown, NULL);
  g_object_set (self->shell, "views-shown", !shown, NULL);
  if (!shown)
    csm_views_pane_focus (csm_window_get_views (self));
}

static void
view_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  csm_views_pane_choose (csm_window_get_views (self), (guint) g_variant_get_int32 (parameter));
  csm_shell_show_cases (CSM_SHELL (self->shell));
}

static void
step_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  csm_case_list_pane_move (CSM_CASE_LIST_PANE (self->cases), g_variant_get_int32 (parameter));
}

/* Selects on the way. */
static void
extend_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  csm_case_list_pane_extend (CSM_CASE_LIST_PANE (self->cases), g_variant_get_int32 (parameter));
}

static GtkWidget *
create_dialog (CsmWindow  *self,
               const char *title,
               GtkWidget  *content)
{
  GtkWidget *dialog = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *header = adw_header_bar_new ();
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_window_set_title (GTK_WINDOW (dialog), title);
  gtk_window_set_transient_for (GTK_WINDOW (dialog), GTK_WINDOW (self));
  gtk_window_set_modal (GTK_WINDOW (dialog), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (dialog), 360, 520);
  gtk_widget_add_css_class (header, "flat");
  gtk_widget_set_vexpand (content, TRUE);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), content);
  adw_window_set_content (ADW_WINDOW (dialog), box);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                                                          gtk_named_action_new ("window.close")));
  gtk_widget_add_controller (dialog, keys);
  return dialog;
}

static void
sign_in_cb (CsmWindow  *self,
            const char *server,
            const char *email,
            const char *password,
            const char *code)
{
  g_signal_emit_by_name (self, "sign-in", server, email, password, code);
}

/**
 * csm_window_ask_sign_in:
 * @self: a window
 * @why: (nullable): why that is necessary
 *
 * Asks who was signed in for the password. Everything stays as it is meanwhile.
 */
void
csm_window_ask_sign_in (CsmWindow  *self,
                        const char *why)
{
  const char *kept = _("Nothing is lost: what you did is kept on this computer, and is sent when you are signed in.");
  g_autofree char *reason = why != NULL ? g_strdup_printf ("%s\n%s", why, kept) : g_strdup (kept);
  g_autofree char *server = g_settings_get_string (self->settings, "server");
  g_autofree char *email = g_settings_get_string (self->settings, "person-email");

  if (self->sign_in != NULL)
    {
      gtk_window_present (GTK_WINDOW (self->sign_in));
      return;
    }
  self->sign_in_page = csm_sign_in_page_new ();
  csm_sign_in_page_set_server (CSM_SIGN_IN_PAGE (self->sign_in_page), server);
  csm_sign_in_page_set_email (CSM_SIGN_IN_PAGE (self->sign_in_page), email);
  if (email[0] != '\0')
    csm_sign_in_page_set_reason (CSM_SIGN_IN_PAGE (self->sign_in_page), reason);
  g_signal_connect_object (self->sign_in_page, "sign-in", G_CALLBACK (sign_in_cb), self, G_CONNECT_SWAPPED);
  self->sign_in = create_dialog (self, _("Sign In"), self->sign_in_page);
  g_object_add_weak_pointer (G_OBJECT (self->sign_in), (gpointer *) &self->sign_in);
  g_object_add_weak_pointer (G_OBJECT (self->sign_in_page), (gpointer *) &self->sign_in_page);
  csm_sign_in_page_start (CSM_SIGN_IN_PAGE (self->sign_in_page));
  gtk_window_present (GTK_WINDOW (self->sign_in));
}

static void
sign_in_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  csm_window_ask_sign_in (CSM_WINDOW (widget), NULL);
}

void
csm_window_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.undo", NULL, undo_action);
  gtk_widget_class_install_action (widget_class, "win.undo-group", "x", undo_action);
  gtk_widget_class_install_action (widget_class, "win.reply", NULL, reply_action);
  gtk_widget_class_install_action (widget_class, "win.note", NULL, note_action);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "win.back", NULL, back_action);
  gtk_widget_class_install_action (widget_class, "win.show-views", NULL, toggle_action);
  gtk_widget_class_install_action (widget_class, "win.view", "i", view_action);
  gtk_widget_class_install_action (widget_class, "win.step", "i", step_action);
  gtk_widget_class_install_action (widget_class, "win.extend", "i", extend_action);
  gtk_widget_class_install_action (widget_class, "win.sign-in", NULL, sign_in_action);
  gtk_widget_class_install_action (widget_class, "win.connect-mailbox", NULL, connect_mailbox_action);
  csm_window_install_triage_actions (widget_class);
  csm_window_install_case_actions (widget_class);
  csm_window_install_conversation_actions (widget_class);
  csm_window_install_offline_actions (widget_class);
  csm_window_install_palette_actions (widget_class);
  csm_window_install_pane_actions (widget_class);
  csm_window_install_search_actions (widget_class);
}

/* What needs an open case can't be done without one, nor while several are selected. */
void
csm_window_update_actions (CsmWindow *self)
{
  CsmCaseDetail *detail = self->workbench != NULL ? csm_workbench_get_detail (self->workbench) : NULL;
  gboolean several = self->workbench != NULL && csm_workbench_get_n_selected (self->workbench) > 0;
  CsmCaseDetail *alone = several ? NULL : detail;
  gboolean any = alone != NULL && alone->record != NULL;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.reply", any && csm_rights_may (self->workbench, CSM_ACTION_WORK_CASES));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.note", any);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.undo", self->workbench != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.next-pane", self->workbench != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.previous-pane", self->workbench != NULL);
  csm_window_update_triage_actions (self, detail);
  csm_window_update_case_actions (self, alone);
  csm_window_update_conversation_actions (self, alone);
}

/* --- single keys ------------------------------------------------------------------------------------------- */

static gboolean
activate_shortcut (CsmWindow         *self,
                   const CsmShortcut *shortcut)
{
  g_autoptr (GVariant) parameter = NULL;

  if (shortcut->parameter != NULL)
    parameter = g_variant_parse (NULL, shortcut->parameter, NULL, NULL, NULL);
  return gtk_widget_activate_action_variant (GTK_WIDGET (self), shortcut->action, parameter);
}

/*
 * In the bubble phase: whatever takes text has taken the key before it comes here, so "hey" stays "hey". Of the window,
 * since a row that had the focus may go while somebody looks at it: then no pane has the focus.
 */
static gboolean
key_pressed_cb (CsmWindow       *self,
                guint            keyval,
                guint            keycode,
                GdkModifierType  state)
{
  const CsmShortcut *shortcut;
  gboolean plain = (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) == 0;

  if (self->workbench == NULL)
    return FALSE;
  if (keyval == GDK_KEY_Escape && plain)
    return gtk_widget_activate_action (GTK_WIDGET (self), "win.back", NULL);
  if (!g_settings_get_boolean (self->settings, "single-key-shortcuts"))
    return FALSE;
  if (plain && (keyval == GDK_KEY_j || keyval == GDK_KEY_k) && !csm_window_shows_review (self))
    return gtk_widget_activate_action (GTK_WIDGET (self), "win.step", "i", keyval == GDK_KEY_j ? 1 : -1);
  if (plain && (keyval == GDK_KEY_J || keyval == GDK_KEY_K) && !csm_window_shows_review (self))
    return gtk_widget_activate_action (GTK_WIDGET (self), "win.extend", "i", keyval == GDK_KEY_J ? 1 : -1);
  shortcut = csm_shortcuts_find_single_key (keyval, state);
  /* No letter acts on a case that isn't to be seen. */
  if (csm_window_shows_review (self) && shortcut != NULL && !g_str_equal (shortcut->action, "win.undo")
      && !g_str_has_prefix (shortcut->action, "app."))
    return FALSE;
  return shortcut != NULL && activate_shortcut (self, shortcut);
}

void
csm_window_add_keys (CsmWindow *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_BUBBLE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}
