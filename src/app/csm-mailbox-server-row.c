/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-mailbox-server-row.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-preferences-undo.h"

struct _CsmMailboxServerRow
{
  AdwExpanderRow      parent_instance;
  GtkEditable        *host_row;
  AdwComboRow        *tls_row;
  GtkSpinButton      *port;
  GtkEditable        *user_row;
  GtkEditable        *password_row;
  CsmMailboxProtocol  protocol;
  guint               tls;      /* what was chosen last */
  gboolean            setting;  /* not by a person */
  gboolean            fails;
};

enum { EDITED, GO_ON, N_SIGNALS };
static guint signals[N_SIGNALS];

/* In the order of the choices */
static const char *const encryptions[] = { "implicit", "starttls", "none-on-loopback" };
static const guint ports[][2] = { { 993, 465 }, { 143, 587 }, { 143, 25 } };

G_DEFINE_FINAL_TYPE (CsmMailboxServerRow, csm_mailbox_server_row, ADW_TYPE_EXPANDER_ROW)

static char *
entered (GtkEditable *editable)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (editable)));
}

static void
update (CsmMailboxServerRow *self)
{
  g_autofree char *host = entered (self->host_row);
  g_autofree char *text = NULL;

  if (!csm_mailbox_server_row_is_wanted (self))
    text = g_strdup (self->protocol == CSM_MAILBOX_IMAP ? _("No mail is fetched") : _("Replies can’t be sent"));
  else if (host[0] == '\0')
    text = g_strdup (_("The server’s name is missing"));
  else if (self->fails)
    /* Translators: %s is a server's name */
    text = g_strdup_printf (_("%s: does not work yet"), host);
  else
    text = g_strdup_printf ("%s:%d", host, gtk_spin_button_get_value_as_int (self->port));
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), text);
  if (self->fails)
    gtk_widget_add_css_class (GTK_WIDGET (self), "problem");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "problem");
}

static void
changed_cb (CsmMailboxServerRow *self)
{
  if (self->setting)
    return;
  csm_mailbox_server_row_set_fails (self, FALSE);
  g_signal_emit (self, signals[EDITED], 0);
}

/* Whoever chooses another way to encrypt wants its port, unless the port is one of their own. */
static void
tls_changed_cb (CsmMailboxServerRow *self)
{
  guint chosen = MIN (adw_combo_row_get_selected (self->tls_row), G_N_ELEMENTS (ports) - 1);

  if (!self->setting && (guint) gtk_spin_button_get_value_as_int (self->port) == ports[self->tls][self->protocol])
    gtk_spin_button_set_value (self->port, ports[chosen][self->protocol]);
  self->tls = chosen;
  changed_cb (self);
}

static void
activated_cb (CsmMailboxServerRow *self)
{
  g_signal_emit (self, signals[GO_ON], 0);
}

static void
csm_mailbox_server_row_dispose (GObject *object)
{
  CsmMailboxServerRow *self = CSM_MAILBOX_SERVER_ROW (object);

  /* The rows go with the expander; what they say meanwhile is nobody's edit. */
  self->setting = TRUE;
  G_OBJECT_CLASS (csm_mailbox_server_row_parent_class)->dispose (object);
}

static void
csm_mailbox_server_row_class_init (CsmMailboxServerRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_mailbox_server_row_dispose;
  signals[EDITED] = g_signal_new ("edited", CSM_TYPE_MAILBOX_SERVER_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[GO_ON] = g_signal_new ("go-on", CSM_TYPE_MAILBOX_SERVER_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-mailbox-server-row.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxServerRow, host_row);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxServerRow, tls_row);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxServerRow, port);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxServerRow, user_row);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxServerRow, password_row);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, tls_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
}

static void
csm_mailbox_server_row_init (CsmMailboxServerRow *self)
{
  self->setting = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->setting = FALSE;
}

/* Which of the two it is: what it is called, its ports, and whether a password of its own makes sense. */
void
csm_mailbox_server_row_set_protocol (CsmMailboxServerRow *self,
                                     CsmMailboxProtocol   protocol)
{
  g_return_if_fail (CSM_IS_MAILBOX_SERVER_ROW (self));
  self->protocol = protocol;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), protocol == CSM_MAILBOX_IMAP ? _("Receiving (IMAP)") : _("Sending (SMTP)"));
  gtk_widget_set_visible (GTK_WIDGET (self->password_row), protocol == CSM_MAILBOX_SMTP);
  csm_preferences_name_switch (ADW_EXPANDER_ROW (self), adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self)));
  csm_mailbox_server_row_set (self, NULL);
}

/**
 * csm_mailbox_server_row_set:
 * @self: a row
 * @server: (nullable): {host, port, tls, user}; %NULL: nothing is known
 *
 * Fills the fields in, and forgets the password.
 */
void
csm_mailbox_server_row_set (CsmMailboxServerRow *self,
                            JsonObject          *server)
{
  const char *host = server != NULL ? csm_json_get_string (server, "host") : NULL;
  const char *user = server != NULL ? csm_json_get_string (server, "user") : NULL;
  const char *tls = server != NULL ? csm_json_get_string (server, "tls") : NULL;
  guint chosen = 0;

  g_return_if_fail (CSM_IS_MAILBOX_SERVER_ROW (self));
  for (guint i = 0; i < G_N_ELEMENTS (encryptions); i++)
    if (g_strcmp0 (tls, encryptions[i]) == 0)
      chosen = i;
  self->setting = TRUE;
  gtk_editable_set_text (self->host_row, host != NULL ? host : "");
  gtk_editable_set_text (self->user_row, user != NULL ? user : "");
  gtk_editable_set_text (self->password_row, "");
  adw_combo_row_set_selected (self->tls_row, chosen);
  self->tls = chosen;
  gtk_spin_button_set_value (self->port, server != NULL ? (double) csm_json_get_int (server, "port", ports[chosen][self->protocol])
                                                        : ports[chosen][self->protocol]);
  self->setting = FALSE;
  csm_mailbox_server_row_set_fails (self, FALSE);
}

/**
 * csm_mailbox_server_row_get:
 * @self: a row
 * @password: (nullable): the mailbox's password, where the server has none of its own
 *
 * Returns: (transfer full) (nullable): {host, port, tls, user, password}; %NULL: this way is switched off
 */
JsonObject *
csm_mailbox_server_row_get (CsmMailboxServerRow *self,
                            const char          *password)
{
  JsonObject *server;
  g_autofree char *host = NULL;
  g_autofree char *user = NULL;
  const char *own;

  g_return_val_if_fail (CSM_IS_MAILBOX_SERVER_ROW (self), NULL);
  if (!csm_mailbox_server_row_is_wanted (self))
    return NULL;
  host = entered (self->host_row);
  user = entered (self->user_row);
  own = gtk_editable_get_text (self->password_row);
  server = json_object_new ();
  json_object_set_string_member (server, "host", host);
  json_object_set_int_member (server, "port", gtk_spin_button_get_value_as_int (self->port));
  json_object_set_string_member (server, "tls", encryptions[self->tls]);
  if (user[0] != '\0')
    json_object_set_string_member (server, "user", user);
  if (own[0] != '\0')
    password = own;
  if (password != NULL && password[0] != '\0')
    json_object_set_string_member (server, "password", password);
  return server;
}

/* Returns: whether this way is wanted */
gboolean
csm_mailbox_server_row_is_wanted (CsmMailboxServerRow *self)
{
  return adw_expander_row_get_enable_expansion (ADW_EXPANDER_ROW (self));
}

/* Returns: whether there is enough to try it with */
gboolean
csm_mailbox_server_row_is_complete (CsmMailboxServerRow *self)
{
  g_autofree char *host = NULL;
  g_autofree char *user = NULL;

  g_return_val_if_fail (CSM_IS_MAILBOX_SERVER_ROW (self), FALSE);
  host = entered (self->host_row);
  user = entered (self->user_row);
  return !csm_mailbox_server_row_is_wanted (self) || (host[0] != '\0' && (user[0] != '\0' || self->protocol == CSM_MAILBOX_SMTP));
}

/* @fails: it was tried as it is now, and did not work */
void
csm_mailbox_server_row_set_fails (CsmMailboxServerRow *self,
                                  gboolean             fails)
{
  g_return_if_fail (CSM_IS_MAILBOX_SERVER_ROW (self));
  self->fails = fails;
  update (self);
}

void
csm_mailbox_server_row_focus (CsmMailboxServerRow *self)
{
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self), TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->host_row));
}
