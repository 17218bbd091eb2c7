/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "at-room.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <sys/prctl.h>

#include "at-process.h"

#define LOOK_MS 30
#define REGISTRY "org.a11y.atspi.Registry"
#define REGISTRY_FILE "dbus-1/accessibility-services/" REGISTRY ".service"
#define COOKIE_LENGTH 16

struct _AtRoom
{
  char        *folder;
  AtBus       *bus;
  GSubprocess *registry;
};

static gboolean
on_time (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

void
at_room_pause (void)
{
  gboolean over = FALSE;

  g_timeout_add (LOOK_MS, on_time, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

void
at_room_remove (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

  for (const char *name = dir != NULL ? g_dir_read_name (dir) : NULL; name != NULL; name = g_dir_read_name (dir))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        at_room_remove (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static void
append_field (GByteArray *record,
              const void *data,
              gsize       length)
{
  guint8 size[2] = { (guint8) (length >> 8), (guint8) length };

  g_byte_array_append (record, size, sizeof size);
  g_byte_array_append (record, data, (guint) length);
}

/* Who may use the displays: who knows the cookie, whatever number they get. */
static void
write_authority (AtRoom *self)
{
  static const char name[] = "MIT-MAGIC-COOKIE-1";
  static const guint8 any_family[] = { 0xff, 0xff };
  g_autofree char *file = g_build_filename (self->folder, "authority", NULL);
  g_autoptr (GByteArray) record = g_byte_array_new ();
  guint32 cookie[COOKIE_LENGTH / 4];

  for (guint i = 0; i < G_N_ELEMENTS (cookie); i++)
    cookie[i] = g_random_int ();
  g_byte_array_append (record, any_family, sizeof any_family);
  append_field (record, "", 0);
  append_field (record, "", 0);
  append_field (record, name, strlen (name));
  append_field (record, cookie, sizeof cookie);
  g_assert_true (g_file_set_contents_full (file, (const char *) record->data, record->len, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  g_setenv ("XAUTHORITY", file, TRUE);
}

/* (transfer full): how the registry is started: its service file knows where it is */
static char **
find_registry (void)
{
  const char * const *folders = g_get_system_data_dirs ();
  g_autoptr (GKeyFile) service = g_key_file_new ();
  g_autofree char *command = NULL;
  char **argv = NULL;

  if (!g_key_file_load_from_dirs (service, REGISTRY_FILE, (const char **) folders, NULL, G_KEY_FILE_NONE, NULL))
    g_key_file_load_from_file (service, "/usr/share/" REGISTRY_FILE, G_KEY_FILE_NONE, NULL);
  command = g_key_file_get_string (service, "D-BUS Service", "Exec", NULL);
  g_assert_true (command != NULL && g_shell_parse_argv (command, NULL, &argv, NULL));
  /* There is no session that it could tell when it ends. */
  g_clear_pointer (&argv[1], g_free);
  return argv;
}

static gboolean
answers (GDBusConnection *connection)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (connection, REGISTRY, "/org/a11y/atspi/accessible/root", "org.a11y.atspi.Accessible",
                                                             "GetChildren", NULL, G_VARIANT_TYPE ("(a(so))"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
                                                             NULL, NULL);

  return answer != NULL;
}

/* A program that comes asks it once to be told of, so nobody comes before it answers. */
static void
start_registry (AtRoom *self)
{
  g_auto (GStrv) argv = find_registry ();
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autoptr (GDBusConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  gint64 end = g_get_monotonic_time () + AT_PATIENCE_US;

  self->registry = at_process_start (launcher, (const char * const *) argv);
  connection = g_dbus_connection_new_for_address_sync (self->bus->address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                       G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, &error);
  g_assert_no_error (error);
  while (!answers (connection))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      at_room_pause ();
    }
  g_dbus_connection_close_sync (connection, NULL, NULL);
}

AtRoom *
at_room_open (int    *argc,
              char ***argv)
{
  AtRoom *self = g_new0 (AtRoom, 1);
  g_autoptr (AtspiAccessible) desktop = NULL;

  setlocale (LC_ALL, "");
  g_test_init (argc, argv, NULL);
  /* libatspi warns of each program that comes or goes while it is asked. */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  prctl (PR_SET_CHILD_SUBREAPER, 1);
  self->folder = g_dir_make_tmp ("casement-room-XXXXXX", NULL);
  write_authority (self);
  g_unsetenv ("DISPLAY");
  g_unsetenv ("WAYLAND_DISPLAY");
  self->bus = at_bus_new (self->folder);
  g_setenv ("AT_SPI_BUS_ADDRESS", self->bus->address, TRUE);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE);
  start_registry (self);
  g_assert_cmpint (atspi_init (), ==, 0);
  /* A program that is slow hasn't gone. */
  atspi_set_timeout (AT_PATIENCE_US / 1000, AT_PATIENCE_US / 1000);
  /* What is told is asked for anew each time. */
  desktop = atspi_get_desktop (0);
  g_assert_nonnull (desktop);
  atspi_accessible_set_cache_mask (desktop, ATSPI_CACHE_NONE);
  return self;
}

void
at_room_close (AtRoom *self)
{
  /* Without atspi_exit(): it forgets what it has put off, and is critical of that a moment later. */
  at_process_end (self->registry);
  at_bus_free (self->bus);
  at_process_no_more ();
  at_room_remove (self->folder);
  g_free (self->folder);
  g_free (self);
}
