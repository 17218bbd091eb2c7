/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-share-window.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-account-ask.h"
#include "csm-action-fold.h"
#include "csm-json.h"
#include "csm-rights.h"

struct _CsmShareWindow
{
  AdwWindow     parent_instance;
  CsmWorkbench *workbench;
  char         *case_id;
  GCancellable *cancellable;
  GtkStack     *stack;
  AdwComboRow  *partner_row;
  GPtrArray    *partner_ids;  /* of the choices but the last, which is a new one */
  GtkEditable  *name_row;
  GtkWidget    *guest_group;
  GtkEditable  *address_row;
  GtkEditable  *guest_row;
  GtkSwitch    *messages;
  GtkLabel     *problem;
  GtkWidget    *spinner;
  GtkWidget    *back_button;
  GtkWidget    *share_button;
  GtkLabel     *invitation;
};

G_DEFINE_FINAL_TYPE (CsmShareWindow, csm_share_window, ADW_TYPE_WINDOW)

static char *
entered (GtkEditable *editable)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (editable)));
}

/* NULL: a new one */
static const char *
get_partner (CsmShareWindow *self)
{
  guint selected = adw_combo_row_get_selected (self->partner_row);

  return selected < self->partner_ids->len ? self->partner_ids->pdata[selected] : NULL;
}

static void
changed_cb (CsmShareWindow *self)
{
  g_autofree char *name = entered (self->name_row);
  g_autofree char *address = entered (self->address_row);
  gboolean is_new = get_partner (self) == NULL;
  gboolean invites = address[0] != '\0';

  gtk_widget_set_visible (GTK_WIDGET (self->name_row), is_new);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "share.share",
                                 (is_new ? name[0] != '\0' && invites : TRUE) && (!invites || strchr (address, '@') != NULL));
}

static void
set_busy (CsmShareWindow *self,
          gboolean        busy)
{
  gtk_widget_set_visible (self->spinner, busy);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->stack), !busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "share.share", !busy);
}

static void
fail (CsmShareWindow *self,
      const char     *sentence)
{
  set_busy (self, FALSE);
  gtk_label_set_text (self->problem, sentence);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), TRUE);
}

/* --- sharing with who is there already: works offline, too ---------------------------------------------------- */

static void
share_case (CsmShareWindow *self,
            const char     *partner_id)
{
  g_autofree char *path = g_strdup_printf ("partners/%s", partner_id);
  const char *name = csm_workbench_get_name (self->workbench, partner_id);
  /* Translators: %s is a partner */
  g_autofree char *said = g_strdup_printf (_("Shared with %s"), name != NULL ? name : _("a partner"));
  CsmIntent *intent = csm_intent_new (_("Share a case"));
  JsonObject *patch = json_object_new ();
  JsonObject *how = json_object_new ();

  json_object_set_boolean_member (how, "conversation", gtk_switch_get_active (self->messages));
  json_object_set_object_member (patch, path, how);
  csm_intent_update (intent, CSM_TYPE_ID_CASE, self->case_id, patch);
  csm_workbench_perform (self->workbench, intent, said);
  gtk_window_close (GTK_WINDOW (self));
}

/* --- inviting somebody: the server has to --------------------------------------------------------------------- */

static void
show_invitation (CsmShareWindow *self,
                 JsonObject     *answer)
{
  g_autofree char *address = entered (self->address_row);
  g_autofree char *server = g_settings_get_string (csm_workbench_get_settings (self->workbench), "server");
  const char *code = csm_json_get_string (answer, "code");
  g_autofree char *text = NULL;

  if (code == NULL)
    {
      csm_workbench_say (self->workbench, _("Shared; they have a password already"));
      gtk_window_close (GTK_WINDOW (self));
      return;
    }
  text = g_strdup_printf (_("You are invited to work on a case with us.\n\n"
                            "1. Install Casement and choose “Join a Team”.\n"
                            "2. Server address: %s\n"
                            "3. Email: %s\n"
                            "4. Choose “I Have a Code”. Code: %s\n\n"
                            "The code works once, within seven days."),
                          /* Translators: stands where the address of the server is to be written */
                          server[0] != '\0' ? server : _("(the address of your server)"), address, code);
  gtk_label_set_text (self->invitation, text);
  gtk_stack_set_visible_child_name (self->stack, "invitation");
  gtk_widget_set_visible (self->share_button, FALSE);
  gtk_button_set_label (GTK_BUTTON (self->back_button), _("_Done"));
}

static void
invited_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (CsmShareWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = csm_account_ask_finish (CSM_ACCOUNT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (answer == NULL)
    {
      fail (self, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED) ? _("Inviting somebody needs the network. Please try again when you are online.")
                                                                                 : error->message);
      return;
    }
  set_busy (self, FALSE);
  show_invitation (self, json_node_get_object (answer));
}

static void
invite (CsmShareWindow *self,
        const char     *partner_id,
        const char     *address)
{
  g_autoptr (JsonObject) arguments = json_object_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *partner = entered (self->name_row);
  g_autofree char *guest = entered (self->guest_row);

  json_object_set_string_member (arguments, "caseId", self->case_id);
  json_object_set_string_member (arguments, partner_id != NULL ? "partnerId" : "partnerName", partner_id != NULL ? partner_id : partner);
  json_object_set_string_member (arguments, "address", address);
  json_object_set_string_member (arguments, "name", guest[0] != '\0' ? guest : address);
  json_object_set_boolean_member (arguments, "conversation", gtk_switch_get_active (self->messages));
  json_node_set_object (node, arguments);
  set_busy (self, TRUE);
  csm_account_ask_async (csm_workbench_get_account (self->workbench), "guest/invite", node, self->cancellable, invited_cb, g_object_ref (self));
}

static void
share_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  CsmShareWindow *self = CSM_SHARE_WINDOW (widget);
  const char *partner_id = get_partner (self);
  g_autofree char *address = entered (self->address_row);

  if (address[0] == '\0' && partner_id != NULL)
    share_case (self, partner_id);
  else
    invite (self, partner_id, address);
}

static void
copy_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmShareWindow *self = CSM_SHARE_WINDOW (widget);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), gtk_label_get_text (self->invitation));
  csm_workbench_say (self->workbench, _("Copied"));
}

static void
next_cb (CsmShareWindow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "share.share", NULL);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_share_window_dispose (GObject *object)
{
  CsmShareWindow *self = CSM_SHARE_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->workbench);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_SHARE_WINDOW);
  G_OBJECT_CLASS (csm_share_window_parent_class)->dispose (object);
}

static void
csm_share_window_finalize (GObject *object)
{
  CsmShareWindow *self = CSM_SHARE_WINDOW (object);

  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->partner_ids);
  g_free (self->case_id);
  G_OBJECT_CLASS (csm_share_window_parent_class)->finalize (object);
}

static void
csm_share_window_class_init (CsmShareWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_share_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_share_window_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-share-window.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmShareWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, CsmShareWindow, partner_row);
  gtk_widget_class_bind_template_child (widget_class, CsmShareWindow, name_row);
  gtk_widget_class_bind_template_child (widget_class, CsmShareWindow, guest_group);
  gtk_widget_class_bind_template_child (widget_class, CsmShareWindow, address_row);
  gtk_widget_class_bind_template_child (widget_class, CsmShareWindow, guest_row);
  gtk_widget_class_bind_template_child (widget_class, CsmShareWindow, messages);
  gtk_widget_class_bind_template_child (widget_class, CsmShareWindow, problem);
  gtk_widget_class_bind_template_child (widget_class, CsmShareWindow, spinner);
  gtk_widget_class_bind_template_child (widget_class, CsmShareWindow, back_button);
  gtk_widget_class_bind_template_child (widget_class, CsmShareWindow, share_button);
  gtk_widget_class_bind_template_child (widget_class, CsmShareWindow, invitation);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, next_cb);
  gtk_widget_class_install_action (widget_class, "share.share", NULL, share_action);
  gtk_widget_class_install_action (widget_class, "share.copy", NULL, copy_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
csm_share_window_init (CsmShareWindow *self)
{
  self->cancellable = g_cancellable_new ();
  self->partner_ids = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  csm_action_fold (self->share_button);
}

static void
fill_partners (CsmShareWindow *self)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  for (guint i = 0; directory != NULL && i < directory->partners->len; i++)
    {
      g_ptr_array_add (self->partner_ids, g_strdup (csm_json_get_string (directory->partners->pdata[i], "id")));
      gtk_string_list_append (names, csm_json_get_string (directory->partners->pdata[i], "name"));
    }
  gtk_string_list_append (names, _("A new partner"));
  adw_combo_row_set_model (self->partner_row, G_LIST_MODEL (names));
}

/**
 * csm_share_window_new:
 * @parent: (nullable): the window that it belongs to
 * @workbench: who is signed in
 * @case_id: the case
 * @partner_id: (nullable): the partner that is looked at, who sees it already
 *
 * Returns: (transfer none): a window, not shown yet
 */
GtkWindow *
csm_share_window_new (GtkWindow    *parent,
                      CsmWorkbench *workbench,
                      const char   *case_id,
                      const char   *partner_id)
{
  CsmShareWindow *self = g_object_new (CSM_TYPE_SHARE_WINDOW, "transient-for", parent, NULL);

  self->workbench = g_object_ref (workbench);
  self->case_id = g_strdup (case_id);
  fill_partners (self);
  for (guint i = 0; i < self->partner_ids->len; i++)
    if (g_strcmp0 (self->partner_ids->pdata[i], partner_id) == 0)
      adw_combo_row_set_selected (self->partner_row, i);
  csm_rights_apply (workbench, CSM_ACTION_INVITE_GUESTS, self->guest_group);
  changed_cb (self);
  return GTK_WINDOW (self);
}
