/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-ui-bus.h"

#include <signal.h>
#include <sys/prctl.h>

#define CALL_MS 60000
#define PORTAL_PATH "/org/freedesktop/portal/desktop"

static const char xml[] =
  "<node>"
  "<interface name='org.gtk.Notifications'>"
  "<method name='AddNotification'><arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='a{sv}' direction='in'/></method>"
  "<method name='RemoveNotification'><arg type='s' direction='in'/><arg type='s' direction='in'/></method>"
  "</interface>"
  "<interface name='org.freedesktop.portal.Background'>"
  "<method name='RequestBackground'><arg type='s' direction='in'/><arg type='a{sv}' direction='in'/><arg type='o' direction='out'/></method>"
  "</interface>"
  "</node>";

/* --- notifications ------------------------------------------------------------------------------------------- */

static void
notifications_cb (GDBusConnection       *bus,
                  const char            *sender,
                  const char            *path,
                  const char            *interface,
                  const char            *method,
                  GVariant              *parameters,
                  GDBusMethodInvocation *invocation,
                  gpointer               data)
{
  CsmUiBus *self = data;
  const char *id;

  if (g_str_equal (method, "AddNotification"))
    {
      GVariant *content;

      g_variant_get (parameters, "(&s&s@a{sv})", NULL, &id, &content);
      g_hash_table_insert (self->shown, g_strdup (id), content);
      self->n_shown++;
    }
  else
    {
      g_variant_get (parameters, "(&s&s)", NULL, &id);
      g_hash_table_remove (self->shown, id);
    }
  g_dbus_method_invocation_return_value (invocation, NULL);
}

/* --- the portal ---------------------------------------------------------------------------------------------- */

static void
portal_cb (GDBusConnection       *bus,
           const char            *sender,
           const char            *path,
           const char            *interface,
           const char            *method,
           GVariant              *parameters,
           GDBusMethodInvocation *invocation,
           gpointer               data)
{
  CsmUiBus *self = data;
  g_autofree char *name = g_strdelimit (g_strdup (sender + 1), ".", '_');
  g_autofree char *handle = NULL;
  g_autoptr (GVariant) options = NULL;
  const char *token;
  gboolean autostart = FALSE;
  GVariantBuilder results;

  g_variant_get (parameters, "(&s@a{sv})", NULL, &options);
  g_assert_true (g_variant_lookup (options, "handle_token", "&s", &token));
  g_variant_lookup (options, "autostart", "b", &autostart);
  g_clear_pointer (&self->asked, g_variant_unref);
  self->asked = g_variant_ref (options);
  self->n_asked++;
  handle = g_strconcat (PORTAL_PATH "/request/", name, "/", token, NULL);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", handle));
  g_variant_builder_init (&results, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&results, "{sv}", "background", g_variant_new_boolean (self->allow));
  g_variant_builder_add (&results, "{sv}", "autostart", g_variant_new_boolean (self->allow && autostart));
  g_dbus_connection_emit_signal (bus, sender, handle, "org.freedesktop.portal.Request", "Response",
                                 g_variant_new ("(ua{sv})", self->allow ? 0 : 1, &results), NULL);
}

/* --- the bus ------------------------------------------------------------------------------------------------- */

static void
own (CsmUiBus   *self,
     const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (self->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                                            "RequestName", g_variant_new ("(su)", name, 4), G_VARIANT_TYPE ("(u)"),
                                                            G_DBUS_CALL_FLAGS_NONE, CALL_MS, NULL, &error);

  g_assert_no_error (error);
}

/* Nothing of a test that fails goes on. */
static void
child_cb (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Returns: (transfer full): the address of a bus that starts what the folder "services" in @dir tells of */
static char *
start (CsmUiBus   *self,
       const char *dir)
{
  g_autofree char *config = g_build_filename (dir, "bus.conf", NULL);
  g_autofree char *option = g_strconcat ("--config-file=", config, NULL);
  g_autofree char *text = g_strdup_printf ("<busconfig><type>session</type><listen>unix:tmpdir=%s</listen><auth>EXTERNAL</auth><servicedir>%s/services</servicedir>"
                                           "<policy context='default'><allow send_destination='*' eavesdrop='true'/><allow eavesdrop='true'/><allow own='*'/></policy>"
                                           "</busconfig>", dir, dir);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) error = NULL;
  char *address;

  g_assert_true (g_file_set_contents (config, text, -1, NULL));
  g_subprocess_launcher_set_child_setup (launcher, child_cb, NULL, NULL);
  self->daemon = g_subprocess_launcher_spawn (launcher, &error, "dbus-daemon", "--nofork", "--print-address=1", option, NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->daemon));
  address = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (address);
  return address;
}

/* @dir: a folder of the test's own; what is in its "services" can be started by the bus */
void
csm_ui_bus_up (CsmUiBus   *self,
               const char *dir)
{
  static const GDBusInterfaceVTable notifications = { .method_call = notifications_cb };
  static const GDBusInterfaceVTable portal = { .method_call = portal_cb };
  g_autofree char *address = start (self, dir);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, NULL);

  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_variant_unref);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", address, TRUE);
  self->bus = g_dbus_connection_new_for_address_sync (address,
                                                      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                      NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_dbus_connection_register_object (self->bus, "/org/gtk/Notifications", node->interfaces[0], &notifications, self, NULL, NULL), !=, 0);
  g_assert_cmpuint (g_dbus_connection_register_object (self->bus, PORTAL_PATH, node->interfaces[1], &portal, self, NULL, NULL), !=, 0);
  own (self, "org.gtk.Notifications");
  own (self, "org.freedesktop.portal.Desktop");
}

/* Nothing was shown or asked yet. */
void
csm_ui_bus_clear (CsmUiBus *self)
{
  g_hash_table_remove_all (self->shown);
  g_clear_pointer (&self->asked, g_variant_unref);
  self->n_shown = 0;
  self->n_asked = 0;
  self->allow = FALSE;
}

void
csm_ui_bus_down (CsmUiBus *self)
{
  g_autoptr (GDBusConnection) own_end = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);

  /* This process doesn't end with its session. */
  if (own_end != NULL)
    g_dbus_connection_set_exit_on_close (own_end, FALSE);
  g_dbus_connection_close_sync (self->bus, NULL, NULL);
  g_clear_object (&self->bus);
  g_subprocess_force_exit (self->daemon);
  g_subprocess_wait (self->daemon, NULL, NULL);
  g_clear_object (&self->daemon);
  csm_ui_bus_clear (self);
  g_clear_pointer (&self->shown, g_hash_table_unref);
}

gboolean
csm_ui_bus_is_there (CsmUiBus   *self,
                     const char *name)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (self->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                                            "NameHasOwner", g_variant_new ("(s)", name), G_VARIANT_TYPE ("(b)"),
                                                            G_DBUS_CALL_FLAGS_NONE, CALL_MS, NULL, NULL);
  gboolean there = FALSE;

  if (reply != NULL)
    g_variant_get (reply, "(b)", &there);
  return there;
}

/* Asks the app, which the bus may have to start. Returns: (transfer full): its answer */
GVariant *
csm_ui_bus_call (CsmUiBus   *self,
                 const char *path,
                 const char *interface,
                 const char *method,
                 GVariant   *parameters)
{
  g_autoptr (GError) error = NULL;
  GVariant *reply = g_dbus_connection_call_sync (self->bus, CSM_APP_ID, path, interface, method, parameters, NULL, G_DBUS_CALL_FLAGS_NONE, CALL_MS, NULL, &error);

  g_assert_no_error (error);
  return reply;
}

/* What the desktop does when something of a notification is clicked. @target: (nullable): what it is about */
void
csm_ui_bus_activate (CsmUiBus   *self,
                     const char *action,
                     const char *target)
{
  GVariantBuilder parameters;
  g_autoptr (GVariant) reply = NULL;

  g_variant_builder_init (&parameters, G_VARIANT_TYPE ("av"));
  if (target != NULL)
    g_variant_builder_add (&parameters, "v", g_variant_new_string (target));
  reply = csm_ui_bus_call (self, "/org/casement/Casement", "org.freedesktop.Application", "ActivateAction",
                           g_variant_new ("(sava{sv})", action, &parameters, NULL));
}

/* Returns: (transfer full) (nullable): the title or body of a notification that is shown */
char *
csm_ui_bus_get_text (CsmUiBus   *self,
                     const char *id,
                     const char *key)
{
  GVariant *content = g_hash_table_lookup (self->shown, id);
  char *text = NULL;

  if (content != NULL)
    g_variant_lookup (content, key, "s", &text);
  return text;
}

/* Returns: (transfer full): its buttons: "Reply app.answer, …" */
char *
csm_ui_bus_get_buttons (CsmUiBus   *self,
                        const char *id)
{
  GVariant *content = g_hash_table_lookup (self->shown, id);
  g_autoptr (GVariant) buttons = content != NULL ? g_variant_lookup_value (content, "buttons", G_VARIANT_TYPE ("aa{sv}")) : NULL;
  GString *text = g_string_new (NULL);

  for (gsize i = 0; buttons != NULL && i < g_variant_n_children (buttons); i++)
    {
      g_autoptr (GVariant) button = g_variant_get_child_value (buttons, i);
      const char *label = NULL;
      const char *action = NULL;

      g_variant_lookup (button, "label", "&s", &label);
      g_variant_lookup (button, "action", "&s", &action);
      g_string_append_printf (text, "%s%s %s", i > 0 ? ", " : "", label, action);
    }
  return g_string_free (text, FALSE);
}
