/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "at-person.h"
#include "at-notices.h"

#include <gio/gio.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>

#define LOOK_MS 40
/* How often somebody presses a key until they give up, and how long they wait for what it does */
#define MAX_STEPS 60
#define STEP_US (2 * G_TIME_SPAN_SECOND)

#define BUS \
  "<!DOCTYPE busconfig PUBLIC '-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN' 'http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd'>" \
  "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth><policy context='default'>" \
  "<allow send_destination='*' eavesdrop='true'/><allow eavesdrop='true'/><allow own='*'/></policy></busconfig>"

struct _AtPerson
{
  char            *folder;
  GSubprocess     *bus;
  char            *bus_address;
  AtNotices       *notices;
  GSubprocess     *program;
  int              pid;
  AtKeys          *keys;
  AtspiAccessible *application;
};

/* --- the room -------------------------------------------------------------------------------------------------------- */

/* The bus of what is to be seen is one for all, whatever bus each of them has besides. */
static char *
find_at_bus (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) session = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_autoptr (GVariant) answer = NULL;
  char *address;

  g_assert_no_error (error);
  answer = g_dbus_connection_call_sync (session, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", NULL, G_VARIANT_TYPE ("(s)"),
                                        G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  g_variant_get (answer, "(s)", &address);
  return address;
}

void
at_room_open (int    *argc,
              char ***argv)
{
  g_autofree char *address = NULL;
  g_autoptr (AtspiAccessible) desktop = NULL;

  setlocale (LC_ALL, "");
  g_test_init (argc, argv, NULL);
  /* libatspi warns of each program that comes or goes while it is asked. */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  address = find_at_bus ();
  g_setenv ("AT_SPI_BUS_ADDRESS", address, TRUE);
  g_assert_cmpint (atspi_init (), ==, 0);
  /* What is told is asked for anew each time. */
  desktop = atspi_get_desktop (0);
  atspi_accessible_set_cache_mask (desktop, ATSPI_CACHE_NONE);
}

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

/* --- sitting down and leaving -------------------------------------------------------------------------------------------- */

static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static GSubprocess *
start (GSubprocessLauncher *launcher,
       const char * const  *argv)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  return process;
}

/* Nothing is started on it by itself: where a password store is installed, it would ask for a password of its own. */
static void
start_bus (AtPerson *self)
{
  g_autofree char *file = g_build_filename (self->folder, "bus.conf", NULL);
  g_autofree char *file_is = g_strconcat ("--config-file=", file, NULL);
  const char * const argv[] = { "dbus-daemon", file_is, "--nofork", "--nopidfile", "--print-address", NULL };
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GDataInputStream) output = NULL;

  g_assert_cmpint (g_mkdir_with_parents (self->folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, BUS, -1, NULL));
  self->bus = start (launcher, argv);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->bus));
  self->bus_address = g_data_input_stream_read_line (output, NULL, NULL, NULL);
  g_assert_nonnull (self->bus_address);
  self->notices = at_notices_new (self->bus_address);
}

static void
set_folder (GSubprocessLauncher *launcher,
            const char          *variable,
            const char          *folder,
            const char          *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  g_subprocess_launcher_setenv (launcher, variable, path, TRUE);
}

static gboolean
find_application (AtPerson *self)
{
  g_autoptr (AtspiAccessible) desktop = atspi_get_desktop (0);
  int n = atspi_accessible_get_child_count (desktop, NULL);

  for (int i = 0; i < n && self->application == NULL; i++)
    {
      g_autoptr (AtspiAccessible) child = atspi_accessible_get_child_at_index (desktop, i, NULL);

      if (child != NULL && (int) atspi_accessible_get_process_id (child, NULL) == self->pid)
        self->application = g_object_ref (child);
    }
  return self->application != NULL;
}

AtPerson *
at_person_sit_down (const char         *folder,
                    const char * const *arguments)
{
  AtPerson *self = g_new0 (AtPerson, 1);
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "..", "src", "app", "casement", NULL);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  gint64 end = g_get_monotonic_time () + AT_PATIENCE_US;

  self->folder = g_strdup (folder);
  self->keys = at_keys_new ();
  start_bus (self);
  set_folder (launcher, "HOME", folder, "home");
  set_folder (launcher, "XDG_DATA_HOME", folder, "data");
  set_folder (launcher, "XDG_CONFIG_HOME", folder, "config");
  set_folder (launcher, "XDG_CACHE_HOME", folder, "cache");
  set_folder (launcher, "XDG_STATE_HOME", folder, "state");
  set_folder (launcher, "XDG_RUNTIME_DIR", folder, "run");
  g_subprocess_launcher_setenv (launcher, "GSETTINGS_BACKEND", "keyfile", TRUE);
  g_subprocess_launcher_setenv (launcher, "G_DEBUG", "fatal-warnings", TRUE);
  g_subprocess_launcher_setenv (launcher, "DBUS_SESSION_BUS_ADDRESS", self->bus_address, TRUE);
  g_ptr_array_add (argv, program);
  for (guint i = 0; arguments != NULL && arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (char *) arguments[i]);
  g_ptr_array_add (argv, NULL);
  self->program = start (launcher, (const char * const *) argv->pdata);
  self->pid = atoi (g_subprocess_get_identifier (self->program));
  while (!find_application (self) && g_get_monotonic_time () < end)
    at_room_pause ();
  g_assert_nonnull (self->application);
  return self;
}

static void
on_ended (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

void
at_person_leave (AtPerson *self)
{
  gint64 end = g_get_monotonic_time () + AT_PATIENCE_US;
  gboolean ended = FALSE;

  at_person_press (self, "Control+q");
  g_subprocess_wait_check_async (self->program, NULL, on_ended, &ended);
  while (!ended && g_get_monotonic_time () < end)
    at_room_pause ();
  g_assert_true (ended);
  at_notices_free (self->notices);
  g_subprocess_send_signal (self->bus, SIGTERM);
  g_subprocess_wait (self->bus, NULL, NULL);
  g_object_unref (self->bus);
  g_object_unref (self->program);
  g_object_unref (self->application);
  at_keys_free (self->keys);
  g_free (self->bus_address);
  g_free (self->folder);
  g_free (self);
}

/* --- looking --------------------------------------------------------------------------------------------------------------- */

/* GTK says before 4.10 of nothing but windows that it is showing; but what was never on the screen has no size. */
static gboolean
is_showing (AtspiAccessible *accessible)
{
  g_autoptr (AtspiComponent) component = atspi_accessible_get_component_iface (accessible);
  g_autoptr (AtspiRect) place = component != NULL ? atspi_component_get_extents (component, ATSPI_COORD_TYPE_WINDOW, NULL) : NULL;

  return place != NULL && place->width > 0 && place->height > 0;
}

/* FALSE ends the walk. */
typedef gboolean (*AtVisit) (AtspiAccessible *accessible,
                             guint            depth,
                             gpointer         data);

static gboolean
has_state (AtspiAccessible *accessible,
           AtspiStateType   state)
{
  g_autoptr (AtspiStateSet) states = atspi_accessible_get_state_set (accessible);

  return states != NULL && atspi_state_set_contains (states, state);
}

static gboolean
walk (AtspiAccessible *accessible,
      guint            depth,
      AtVisit          visit,
      gpointer         data)
{
  int n;

  if (!visit (accessible, depth, data))
    return FALSE;
  n = atspi_accessible_get_child_count (accessible, NULL);
  for (int i = 0; i < n; i++)
    {
      g_autoptr (AtspiAccessible) child = atspi_accessible_get_child_at_index (accessible, i, NULL);

      if (child != NULL && !walk (child, depth + 1, visit, data))
        return FALSE;
    }
  return TRUE;
}

typedef struct
{
  AtspiRole        role;
  GPatternSpec    *name;
  AtspiAccessible *found;
  guint            n;
} Search;

static gboolean
fits (AtspiAccessible *accessible,
      Search          *search)
{
  g_autofree char *name = NULL;

  if (atspi_accessible_get_role (accessible, NULL) != search->role)
    return FALSE;
  name = atspi_accessible_get_name (accessible, NULL);
  return name != NULL && g_pattern_spec_match_string (search->name, name) && is_showing (accessible);
}

static gboolean
find_first (AtspiAccessible *accessible,
            guint            depth,
            gpointer         data)
{
  Search *search = data;

  if (depth == 0 || !fits (accessible, search))
    return TRUE;
  search->found = g_object_ref (accessible);
  return FALSE;
}

static gboolean
count_one (AtspiAccessible *accessible,
           guint            depth,
           gpointer         data)
{
  Search *search = data;

  search->n += depth > 0 && fits (accessible, search);
  return TRUE;
}

static AtspiAccessible *
look (AtPerson   *self,
      AtspiRole   role,
      const char *name)
{
  g_autoptr (GPatternSpec) pattern = g_pattern_spec_new (name);
  Search search = { role, pattern, NULL, 0 };

  walk (self->application, 0, find_first, &search);
  return search.found;
}

static gboolean
tell_one (AtspiAccessible *accessible,
          guint            depth,
          gpointer         data)
{
  g_autofree char *name = atspi_accessible_get_name (accessible, NULL);
  g_autofree char *role = atspi_accessible_get_role_name (accessible, NULL);

  if (name != NULL && name[0] != '\0' && !g_str_has_prefix (name, "Gtk") && !g_str_has_prefix (name, "Adw") && is_showing (accessible))
    g_printerr ("%*s%s “%s”%s\n", (int) depth, "", role, name, has_state (accessible, ATSPI_STATE_FOCUSED) ? " has the focus" : "");
  return TRUE;
}

static void
give_up (AtPerson   *self,
         const char *what,
         AtspiRole   role,
         const char *name)
{
  g_autofree char *role_name = atspi_role_get_name (role);

  g_printerr ("What is there:\n");
  walk (self->application, 0, tell_one, NULL);
  g_error ("%s %s “%s”", what, role_name, name);
}

/* Nobody waits for what a program that is gone would show. */
static gboolean
is_over (AtPerson *self,
         gint64    end)
{
  return g_get_monotonic_time () >= end || g_subprocess_get_identifier (self->program) == NULL;
}

gboolean
at_person_sees (AtPerson   *self,
                AtspiRole   role,
                const char *name)
{
  g_autoptr (AtspiAccessible) found = look (self, role, name);

  return found != NULL;
}

AtspiAccessible *
at_person_see (AtPerson   *self,
               AtspiRole   role,
               const char *name)
{
  gint64 end = g_get_monotonic_time () + AT_PATIENCE_US;
  AtspiAccessible *found;

  while ((found = look (self, role, name)) == NULL && !is_over (self, end))
    at_room_pause ();
  if (found == NULL)
    give_up (self, "there never is a", role, name);
  return found;
}

void
at_person_see_not (AtPerson   *self,
                   AtspiRole   role,
                   const char *name)
{
  gint64 end = g_get_monotonic_time () + AT_PATIENCE_US;

  while (at_person_sees (self, role, name))
    {
      if (is_over (self, end))
        give_up (self, "there always is a", role, name);
      at_room_pause ();
    }
}

guint
at_person_count (AtPerson   *self,
                 AtspiRole   role,
                 const char *name)
{
  g_autoptr (GPatternSpec) pattern = g_pattern_spec_new (name);
  Search search = { role, pattern, NULL, 0 };

  walk (self->application, 0, count_one, &search);
  return search.n;
}

void
at_person_see_n (AtPerson   *self,
                 AtspiRole   role,
                 const char *name,
                 guint       n)
{
  gint64 end = g_get_monotonic_time () + AT_PATIENCE_US;

  while (at_person_count (self, role, name) != n)
    {
      if (is_over (self, end))
        give_up (self, "there never are so many of", role, name);
      at_room_pause ();
    }
}

void
at_person_see_synced (AtPerson *self)
{
  g_object_unref (at_person_see (self, ATSPI_ROLE_STATUS_BAR, "All synced"));
}

void
at_person_hear (AtPerson   *self,
                const char *text)
{
  gint64 end = g_get_monotonic_time () + AT_PATIENCE_US;

  while (!at_notices_heard (self->notices, text) && !is_over (self, end))
    at_room_pause ();
  if (!at_notices_heard (self->notices, text))
    give_up (self, "nobody is notified: there is a", ATSPI_ROLE_NOTIFICATION, text);
}

/* --- doing ------------------------------------------------------------------------------------------------------------------- */

void
at_person_click (AtPerson   *self,
                 AtspiRole   role,
                 const char *name)
{
  g_autoptr (AtspiAccessible) there = at_person_see (self, role, name);
  g_autoptr (AtspiAction) action = atspi_accessible_get_action_iface (there);
  g_autoptr (GError) error = NULL;

  if (action == NULL || !atspi_action_do_action (action, 0, &error))
    give_up (self, "nothing can be done with a", role, name);
}

static gboolean
find_focus (AtspiAccessible *accessible,
            guint            depth,
            gpointer         data)
{
  AtspiAccessible **found = data;

  /* What is inside counts, not what it is in. */
  if (depth > 0 && has_state (accessible, ATSPI_STATE_FOCUSED) && is_showing (accessible))
    g_set_object (found, accessible);
  return TRUE;
}

static AtspiAccessible *
find_focused (AtPerson *self)
{
  AtspiAccessible *found = NULL;

  walk (self->application, 0, find_focus, &found);
  return found;
}

char *
at_person_where (AtPerson *self)
{
  g_autoptr (AtspiAccessible) focused = find_focused (self);
  g_autofree char *name = focused != NULL ? atspi_accessible_get_name (focused, NULL) : NULL;
  g_autofree char *role = focused != NULL ? atspi_accessible_get_role_name (focused, NULL) : NULL;

  return g_strdup_printf ("%s %s", role, name);
}

static void
look_at_window (AtPerson *self)
{
  gint64 end = g_get_monotonic_time () + AT_PATIENCE_US;

  while (!at_keys_focus (self->keys, self->pid) && !is_over (self, end))
    at_room_pause ();
}

void
at_person_press (AtPerson   *self,
                 const char *key)
{
  look_at_window (self);
  at_keys_press (self->keys, key);
}

void
at_person_type (AtPerson   *self,
                const char *text)
{
  look_at_window (self);
  at_keys_type (self->keys, text);
}

char *
at_person_read (AtPerson   *self,
                AtspiRole   role,
                const char *name)
{
  g_autoptr (AtspiAccessible) there = at_person_see (self, role, name);
  g_autoptr (AtspiText) text = atspi_accessible_get_text_iface (there);

  if (text == NULL)
    give_up (self, "there is no text in a", role, name);
  return atspi_text_get_text (text, 0, -1, NULL);
}

void
at_person_go_to (AtPerson   *self,
                 const char *key,
                 AtspiRole   role,
                 const char *name)
{
  g_autoptr (GPatternSpec) pattern = g_pattern_spec_new (name);
  Search search = { role, pattern, NULL, 0 };

  for (guint i = 0; i < MAX_STEPS; i++)
    {
      g_autoptr (AtspiAccessible) focused = find_focused (self), next = NULL;
      gint64 end = g_get_monotonic_time () + STEP_US;

      if (focused != NULL && fits (focused, &search))
        return;
      at_person_press (self, key);
      do
        {
          at_room_pause ();
          g_clear_object (&next);
          next = find_focused (self);
        }
      while (next == focused && g_get_monotonic_time () < end);
    }
  give_up (self, "the keyboard doesn't lead to a", role, name);
}

static gboolean
check_name (AtspiAccessible *accessible,
            guint            depth,
            gpointer         data)
{
  GPtrArray *unnamed = data;
  g_autofree char *name = NULL, *role = NULL;

  switch (atspi_accessible_get_role (accessible, NULL))
    {
    case ATSPI_ROLE_PUSH_BUTTON:
    case ATSPI_ROLE_TOGGLE_BUTTON:
    case ATSPI_ROLE_CHECK_BOX:
    case ATSPI_ROLE_RADIO_BUTTON:
    case ATSPI_ROLE_MENU_ITEM:
    case ATSPI_ROLE_ENTRY:
    case ATSPI_ROLE_TEXT:
    case ATSPI_ROLE_COMBO_BOX:
    case ATSPI_ROLE_SLIDER:
    case ATSPI_ROLE_SPIN_BUTTON:
    case ATSPI_ROLE_PAGE_TAB:
      break;
    default:
      return TRUE;
    }
  name = atspi_accessible_get_name (accessible, NULL);
  role = atspi_accessible_get_role_name (accessible, NULL);
  /* The class of a widget is what is said where nothing else is. */
  if (is_showing (accessible) && (name == NULL || name[0] == '\0' || g_str_has_prefix (name, "Gtk") || g_str_has_prefix (name, "Adw") || g_str_has_prefix (name, "Csm")))
    g_ptr_array_add (unnamed, g_strdup_printf ("a %s at depth %u that says “%s”", role, depth, name));
  return TRUE;
}

void
at_person_check_names (AtPerson *self)
{
  g_autoptr (GPtrArray) unnamed = g_ptr_array_new_with_free_func (g_free);

  walk (self->application, 0, check_name, unnamed);
  for (guint i = 0; i < unnamed->len; i++)
    g_printerr ("%s\n", (const char *) g_ptr_array_index (unnamed, i));
  if (unnamed->len > 0)
    give_up (self, "among them is what has no name; see a", ATSPI_ROLE_WINDOW, "");
}
