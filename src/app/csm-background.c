/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-background.h"

#include <glib/gi18n.h>

#define PORTAL "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"

struct _CsmBackground
{
  GObject       parent_instance;
  GApplication *application;   /* not owned: it owns this; NULL: stopped */
  GSettings    *settings;
  gboolean      useful;        /* there is something to do without a window */
  gboolean      held;
  gboolean      settling;      /* the settings are being put right */
  gboolean      asking;
  gboolean      again;         /* something was switched meanwhile */
  guint         response_id;
  guint         serial;
};

enum { REFUSED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmBackground, csm_background, G_TYPE_OBJECT)

static void ask (CsmBackground *self);

static void
update (CsmBackground *self)
{
  gboolean hold = self->useful && g_settings_get_boolean (self->settings, "run-in-background");

  if (hold == self->held)
    return;
  self->held = hold;
  if (hold)
    g_application_hold (self->application);
  else
    g_application_release (self->application);
}

/* --- the portal -------------------------------------------------------------------------------------------- */

static void
forget_response (CsmBackground *self)
{
  GDBusConnection *bus = g_application_get_dbus_connection (self->application);

  if (self->response_id != 0 && bus != NULL)
    g_dbus_connection_signal_unsubscribe (bus, self->response_id);
  self->response_id = 0;
}

/* What the desktop said, or what it comes to where there is no portal. */
static void
settle (CsmBackground *self,
        gboolean       background,
        gboolean       autostart)
{
  gboolean refused_background = g_settings_get_boolean (self->settings, "run-in-background") && !background;
  gboolean refused_autostart = g_settings_get_boolean (self->settings, "autostart") && !autostart;

  forget_response (self);
  self->asking = FALSE;
  if (self->again)
    {
      ask (self);
      return;
    }
  self->settling = TRUE;
  if (refused_background)
    g_settings_set_boolean (self->settings, "run-in-background", FALSE);
  if (refused_autostart || (refused_background && g_settings_get_boolean (self->settings, "autostart")))
    g_settings_set_boolean (self->settings, "autostart", FALSE);
  self->settling = FALSE;
  update (self);
  if (refused_background)
    g_signal_emit (self, signals[REFUSED], 0, _("The desktop does not let Casement run in the background. Allow it in the system’s settings for apps, then switch it on again."));
  else if (refused_autostart)
    g_signal_emit (self, signals[REFUSED], 0, _("The desktop does not start Casement by itself. Add it to the programs that start with the session."));
}

static void
response_cb (GDBusConnection *bus,
             const char      *sender,
             const char      *path,
             const char      *interface,
             const char      *signal,
             GVariant        *parameters,
             gpointer         data)
{
  CsmBackground *self = data;
  g_autoptr (GVariant) results = NULL;
  gboolean background = FALSE;
  gboolean autostart = FALSE;
  guint32 response;

  if (!self->asking || !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ua{sv})")))
    return;
  g_variant_get (parameters, "(u@a{sv})", &response, &results);
  if (response == 0)
    {
      g_variant_lookup (results, "background", "b", &background);
      g_variant_lookup (results, "autostart", "b", &autostart);
    }
  settle (self, background, autostart);
}

static gboolean
is_sandboxed (void)
{
  return g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS);
}

static void
asked_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (CsmBackground) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL || !self->asking)
    return;
  g_info ("the desktop can't be asked about running in the background: %s", error->message);
  /* Outside of a sandbox nobody forbids it, but nobody can be asked to start the app either. */
  settle (self, !is_sandboxed (), FALSE);
}

/* The answer comes as a signal of an object whose path is known before, so that it can't be missed. */
static char *
make_path (GDBusConnection *bus,
           const char      *token)
{
  g_autofree char *sender = g_strdup (g_dbus_connection_get_unique_name (bus) + 1);

  return g_strconcat (PORTAL_PATH "/request/", g_strdelimit (sender, ".", '_'), "/", token, NULL);
}

static GVariant *
make_options (CsmBackground *self,
              const char    *token)
{
  static const char *const command[] = { "casement", "--background", NULL };
  GVariantBuilder options;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "handle_token", g_variant_new_string (token));
  g_variant_builder_add (&options, "{sv}", "reason", g_variant_new_string (_("Casement tells you of new messages while its window is closed.")));
  g_variant_builder_add (&options, "{sv}", "autostart", g_variant_new_boolean (g_settings_get_boolean (self->settings, "autostart")));
  g_variant_builder_add (&options, "{sv}", "commandline", g_variant_new_strv (command, -1));
  g_variant_builder_add (&options, "{sv}", "dbus-activatable", g_variant_new_boolean (FALSE));
  return g_variant_builder_end (&options);
}

static void
ask (CsmBackground *self)
{
  GDBusConnection *bus = g_application_get_dbus_connection (self->application);
  g_autofree char *token = g_strdup_printf ("casement%u", ++self->serial);
  g_autofree char *path = NULL;

  self->again = self->asking;
  if (self->asking)
    return;
  self->asking = TRUE;
  if (bus == NULL)
    {
      settle (self, !is_sandboxed (), FALSE);
      return;
    }
  path = make_path (bus, token);
  self->response_id = g_dbus_connection_signal_subscribe (bus, PORTAL, "org.freedesktop.portal.Request", "Response", path, NULL,
                                                          G_DBUS_SIGNAL_FLAGS_NONE, response_cb, g_object_ref (self), g_object_unref);
  g_dbus_connection_call (bus, PORTAL, PORTAL_PATH, "org.freedesktop.portal.Background", "RequestBackground",
                          g_variant_new ("(s@a{sv})", "", make_options (self, token)), G_VARIANT_TYPE ("(o)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, asked_cb, g_object_ref (self));
}

static void
switched_cb (CsmBackground *self,
             const char    *key)
{
  gboolean on = g_settings_get_boolean (self->settings, key);
  gboolean starts = g_settings_get_boolean (self->settings, "autostart");

  if (self->settling)
    return;
  /* Whoever starts with the session runs without a window; who doesn't run without one need not start. */
  self->settling = TRUE;
  if (on && g_str_equal (key, "autostart"))
    g_settings_set_boolean (self->settings, "run-in-background", TRUE);
  else if (!on && starts)
    g_settings_set_boolean (self->settings, "autostart", FALSE);
  self->settling = FALSE;
  update (self);
  /* Nobody need be asked for less, but the desktop has to be told to start it no more. */
  if (on || starts || g_str_equal (key, "autostart"))
    ask (self);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_background_dispose (GObject *object)
{
  csm_background_stop (CSM_BACKGROUND (object));
  G_OBJECT_CLASS (csm_background_parent_class)->dispose (object);
}

static void
csm_background_class_init (CsmBackgroundClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_background_dispose;
  signals[REFUSED] = g_signal_new ("refused", CSM_TYPE_BACKGROUND, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
csm_background_init (CsmBackground *self)
{
}

/**
 * csm_background_new:
 * @application: what stays; before it goes, csm_background_stop() has to be called
 * @settings: its settings
 *
 * Costs nothing until something is switched.
 *
 * Returns: (transfer full): it
 */
CsmBackground *
csm_background_new (GApplication *application,
                    GSettings    *settings)
{
  CsmBackground *self = g_object_new (CSM_TYPE_BACKGROUND, NULL);

  self->application = application;
  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed::run-in-background", G_CALLBACK (switched_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::autostart", G_CALLBACK (switched_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/* The application ends: nobody is asked any more, and an answer that is still to come is not waited for. */
void
csm_background_stop (CsmBackground *self)
{
  g_return_if_fail (CSM_IS_BACKGROUND (self));
  if (self->application == NULL)
    return;
  forget_response (self);
  g_signal_handlers_disconnect_by_data (self->settings, self);
  csm_background_set_useful (self, FALSE);
  self->asking = FALSE;
  self->application = NULL;
  g_clear_object (&self->settings);
}

/* @useful: whether an account is open: without one there is nothing to stay for */
void
csm_background_set_useful (CsmBackground *self,
                           gboolean       useful)
{
  g_return_if_fail (CSM_IS_BACKGROUND (self) && self->application != NULL);
  self->useful = useful;
  update (self);
}

/* Returns: whether the app stays without a window */
gboolean
csm_background_is_held (CsmBackground *self)
{
  return self->held;
}
