/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "at-notices.h"

#include <string.h>

#define NAME "org.freedesktop.Notifications"
#define PATH "/org/freedesktop/Notifications"

static const char interface_xml[] =
  "<node><interface name='" NAME "'>"
  "<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>"
  "<arg type='s' direction='in'/><arg type='as' direction='in'/><arg type='a{sv}' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='out'/></method>"
  "<method name='CloseNotification'><arg type='u' direction='in'/></method>"
  "<method name='GetCapabilities'><arg type='as' direction='out'/></method>"
  "<signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal>"
  "<signal name='NotificationClosed'><arg type='u'/><arg type='u'/></signal>"
  "</interface></node>";

struct _AtNotices
{
  GDBusConnection *connection;
  guint            object_id;
  guint            name_id;
  guint            n;
  GString         *all;
};

static void
call_cb (GDBusConnection       *connection,
         const char            *sender,
         const char            *path,
         const char            *interface,
         const char            *method,
         GVariant              *parameters,
         GDBusMethodInvocation *invocation,
         gpointer               data)
{
  static const char * const capabilities[] = { "actions", "body", NULL };
  AtNotices *self = data;

  if (g_str_equal (method, "Notify"))
    {
      const char *title, *body;

      g_variant_get_child (parameters, 3, "&s", &title);
      g_variant_get_child (parameters, 4, "&s", &body);
      g_string_append_printf (self->all, "%s\n%s\n", title, body);
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", ++self->n));
    }
  else if (g_str_equal (method, "GetCapabilities"))
    {
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(^as)", capabilities));
    }
  else
    {
      g_dbus_method_invocation_return_value (invocation, NULL);
    }
}

AtNotices *
at_notices_new (const char *bus_address)
{
  static const GDBusInterfaceVTable vtable = { call_cb, NULL, NULL, { 0 } };
  g_autoptr (GDBusNodeInfo) node = NULL;
  g_autoptr (GError) error = NULL;
  AtNotices *self = g_new0 (AtNotices, 1);

  self->all = g_string_new (NULL);
  node = g_dbus_node_info_new_for_xml (interface_xml, &error);
  g_assert_no_error (error);
  self->connection = g_dbus_connection_new_for_address_sync (bus_address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                             G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, &error);
  g_assert_no_error (error);
  self->object_id = g_dbus_connection_register_object (self->connection, PATH, node->interfaces[0], &vtable, self, NULL, &error);
  g_assert_no_error (error);
  self->name_id = g_bus_own_name_on_connection (self->connection, NAME, G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL);
  return self;
}

void
at_notices_free (AtNotices *self)
{
  g_bus_unown_name (self->name_id);
  g_dbus_connection_unregister_object (self->connection, self->object_id);
  g_dbus_connection_close_sync (self->connection, NULL, NULL);
  g_object_unref (self->connection);
  g_string_free (self->all, TRUE);
  g_free (self);
}

gboolean
at_notices_heard (AtNotices  *self,
                  const char *text)
{
  return strstr (self->all->str, text) != NULL;
}
