/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "at-person.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

#include "at-keys.h"
#include "at-notices.h"
#include "at-process.h"
#include "at-tree.h"

/* How often somebody presses a key until they give up, and how long they wait for what it does */
#define MAX_STEPS 60
#define STEP_US (20 * G_TIME_SPAN_SECOND)

struct _AtPerson
{
  AtBus           *bus;
  AtDisplay       *display;
  AtNotices       *notices;
  GSubprocess     *program;
  int              pid;
  AtKeys          *keys;
  GDBusConnection *at_bus;
  AtspiAccessible *application;
};

/* --- sitting down and leaving -------------------------------------------------------------------------------------------- */

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

static GSubprocess *
start_program (AtPerson           *self,
               const char         *folder,
               const char * const *arguments)
{
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "..", "src", "app", "casement", NULL);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();

  set_folder (launcher, "HOME", folder, "home");
  set_folder (launcher, "XDG_DATA_HOME", folder, "data");
  set_folder (launcher, "XDG_CONFIG_HOME", folder, "config");
  set_folder (launcher, "XDG_CACHE_HOME", folder, "cache");
  set_folder (launcher, "XDG_STATE_HOME", folder, "state");
  set_folder (launcher, "XDG_RUNTIME_DIR", folder, "run");
  g_subprocess_launcher_unsetenv (launcher, "GTK_A11Y");
  g_subprocess_launcher_setenv (launcher, "GSETTINGS_BACKEND", "keyfile", TRUE);
  g_subprocess_launcher_setenv (launcher, "G_DEBUG", "fatal-warnings", TRUE);
  g_subprocess_launcher_setenv (launcher, "DISPLAY", self->display->name, TRUE);
  g_subprocess_launcher_setenv (launcher, "DBUS_SESSION_BUS_ADDRESS", self->bus->address, TRUE);
  g_ptr_array_add (argv, program);
  for (guint i = 0; arguments != NULL && arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (char *) arguments[i]);
  g_ptr_array_add (argv, NULL);
  return at_process_start (launcher, (const char * const *) argv->pdata);
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

/* Nobody waits for what a program that is gone would show. */
static gboolean
is_over (AtPerson *self,
         gint64    end)
{
  return g_get_monotonic_time () >= end || g_subprocess_get_identifier (self->program) == NULL;
}

AtPerson *
at_person_sit_down (const char         *folder,
                    const char * const *arguments)
{
  AtPerson *self = g_new0 (AtPerson, 1);
  g_autoptr (GError) error = NULL;
  gint64 end = g_get_monotonic_time () + AT_PATIENCE_US;

  self->bus = at_bus_new (folder);
  self->notices = at_notices_new (self->bus->address);
  self->display = at_display_new ();
  self->keys = at_keys_new (self->display->name);
  self->at_bus = g_dbus_connection_new_for_address_sync (g_getenv ("AT_SPI_BUS_ADDRESS"), G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                         G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, &error);
  g_assert_no_error (error);
  self->program = start_program (self, folder, arguments);
  self->pid = atoi (g_subprocess_get_identifier (self->program));
  while (!find_application (self) && !is_over (self, end))
    at_room_pause ();
  if (self->application == NULL)
    g_error ("%s", g_subprocess_get_identifier (self->program) != NULL ? "Casement tells nobody what it shows" : "Casement has ended");
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
  at_keys_free (self->keys);
  g_dbus_connection_close_sync (self->at_bus, NULL, NULL);
  g_object_unref (self->at_bus);
  g_object_unref (self->program);
  g_object_unref (self->application);
  at_display_free (self->display);
  at_bus_free (self->bus);
  g_free (self);
}

/* --- looking --------------------------------------------------------------------------------------------------------------- */

static AtTree *
look_around (AtPerson *self)
{
  return at_tree_new (self->at_bus, self->application->parent.app->bus_name);
}

static gboolean
fits (AtTree       *tree,
      const AtNode *node,
      AtspiRole     role,
      GPatternSpec *name)
{
  return node->role == role && g_pattern_spec_match_string (name, node->name) && at_tree_is_showing (tree, node);
}

static guint
count (AtPerson   *self,
       AtspiRole   role,
       const char *name)
{
  g_autoptr (AtTree) tree = look_around (self);
  g_autoptr (GPatternSpec) pattern = g_pattern_spec_new (name);
  guint n = 0;

  for (guint i = 0; i < tree->all->len; i++)
    n += fits (tree, g_ptr_array_index (tree->all, i), role, pattern);
  return n;
}

/* (transfer full) (nullable): the first of them that libatspi finds, too */
static AtspiAccessible *
find (AtPerson   *self,
      AtspiRole   role,
      const char *name)
{
  g_autoptr (AtTree) tree = look_around (self);
  g_autoptr (GPatternSpec) pattern = g_pattern_spec_new (name);
  AtspiAccessible *found = NULL;

  for (guint i = 0; i < tree->all->len && found == NULL; i++)
    {
      const AtNode *node = g_ptr_array_index (tree->all, i);

      if (fits (tree, node, role, pattern))
        found = at_tree_find (tree, node, self->application);
    }
  return found;
}

static gboolean
has_state (const AtNode  *node,
           AtspiStateType state)
{
  return (node->states & G_GUINT64_CONSTANT (1) << state) != 0;
}

static gboolean
has_name (const AtNode *node)
{
  /* The class of a widget is what is said where nothing else is. */
  return node->name[0] != '\0' && !g_str_has_prefix (node->name, "Gtk") && !g_str_has_prefix (node->name, "Adw") && !g_str_has_prefix (node->name, "Csm");
}

static char *
tell (const AtNode *node)
{
  g_autofree char *role = atspi_role_get_name (node->role);

  return g_strdup_printf ("%s “%s”%s", role, node->name, has_state (node, ATSPI_STATE_FOCUSED) ? " has the focus" : "");
}

static void
give_up (AtPerson   *self,
         const char *what,
         AtspiRole   role,
         const char *name)
{
  g_autoptr (AtTree) tree = look_around (self);
  g_autofree char *role_name = atspi_role_get_name (role);

  g_printerr ("What is there:\n");
  for (guint i = 0; i < tree->all->len; i++)
    {
      const AtNode *node = g_ptr_array_index (tree->all, i);
      g_autofree char *told = tell (node);

      if ((has_name (node) || has_state (node, ATSPI_STATE_FOCUSED)) && at_tree_is_showing (tree, node))
        g_printerr ("%*s%s\n", (int) node->depth, "", told);
    }
  g_error ("%s %s “%s”", what, role_name, name);
}

/* (transfer full): to do something with it */
static AtspiAccessible *
see (AtPerson   *self,
     AtspiRole   role,
     const char *name)
{
  gint64 end = g_get_monotonic_time () + AT_PATIENCE_US;
  AtspiAccessible *found;

  while ((found = find (self, role, name)) == NULL && !is_over (self, end))
    at_room_pause ();
  if (found == NULL)
    give_up (self, "there never is a", role, name);
  return found;
}

void
at_person_see (AtPerson   *self,
               AtspiRole   role,
               const char *name)
{
  gint64 end = g_get_monotonic_time () + AT_PATIENCE_US;

  while (count (self, role, name) == 0)
    {
      if (is_over (self, end))
        give_up (self, "there never is a", role, name);
      at_room_pause ();
    }
}

void
at_person_see_not (AtPerson   *self,
                   AtspiRole   role,
                   const char *name)
{
  gint64 end = g_get_monotonic_time () + AT_PATIENCE_US;

  while (count (self, role, name) > 0)
    {
      if (is_over (self, end))
        give_up (self, "there always is a", role, name);
      at_room_pause ();
    }
}

void
at_person_see_window (AtPerson   *self,
                      const char *title,
                      gboolean    shown)
{
  gint64 end = g_get_monotonic_time () + AT_PATIENCE_US;

  while (at_keys_shows (self->keys, self->pid, title) != shown)
    {
      if (is_over (self, end))
        give_up (self, shown ? "there never is a" : "there always is a", ATSPI_ROLE_WINDOW, title);
      at_room_pause ();
    }
}

void
at_person_see_n (AtPerson   *self,
                 AtspiRole   role,
                 const char *name,
                 guint       n)
{
  gint64 end = g_get_monotonic_time () + AT_PATIENCE_US;

  while (count (self, role, name) != n)
    {
      if (is_over (self, end))
        give_up (self, "there never are so many of", role, name);
      at_room_pause ();
    }
}

void
at_person_see_synced (AtPerson *self)
{
  at_person_see (self, ATSPI_ROLE_STATUS_BAR, "*All synced");
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

static gboolean
reads (AtspiAccessible *there,
       GPatternSpec    *pattern)
{
  g_autoptr (AtspiText) text = atspi_accessible_get_text_iface (there);
  g_autofree char *all = text != NULL ? atspi_text_get_text (text, 0, -1, NULL) : NULL;

  return all != NULL && g_pattern_spec_match_string (pattern, all);
}

void
at_person_read (AtPerson   *self,
                AtspiRole   role,
                const char *name,
                const char *text)
{
  g_autoptr (GPatternSpec) pattern = g_pattern_spec_new (text);
  gint64 end = g_get_monotonic_time () + AT_PATIENCE_US;

  for (;;)
    {
      g_autoptr (AtspiAccessible) there = see (self, role, name);

      if (reads (there, pattern))
        return;
      if (is_over (self, end))
        give_up (self, "another text stands in the", role, name);
      at_room_pause ();
    }
}

/* --- doing ------------------------------------------------------------------------------------------------------------------- */

void
at_person_click (AtPerson   *self,
                 AtspiRole   role,
                 const char *name)
{
  g_autoptr (AtspiAccessible) there = see (self, role, name);
  g_autoptr (AtspiAction) action = atspi_accessible_get_action_iface (there);
  g_autoptr (GError) error = NULL;

  if (action == NULL || !atspi_action_do_action (action, 0, &error))
    give_up (self, "nothing can be done with a", role, name);
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

/* (transfer full): where the focus is now. What is inside counts, not what it is in. @fits: (out): whether it is there */
static char *
find_focus (AtPerson     *self,
            AtspiRole     role,
            GPatternSpec *name,
            gboolean     *fitting)
{
  g_autoptr (AtTree) tree = look_around (self);

  for (guint i = tree->all->len; i > 0; i--)
    {
      const AtNode *node = g_ptr_array_index (tree->all, i - 1);

      if (!has_state (node, ATSPI_STATE_FOCUSED) || !at_tree_is_showing (tree, node))
        continue;
      *fitting = node->role == role && g_pattern_spec_match_string (name, node->name);
      return g_strdup (node->path);
    }
  *fitting = FALSE;
  return g_strdup ("");
}

void
at_person_see_focus (AtPerson   *self,
                     AtspiRole   role,
                     const char *name)
{
  g_autoptr (GPatternSpec) pattern = g_pattern_spec_new (name);
  gint64 end = g_get_monotonic_time () + AT_PATIENCE_US;
  gboolean fitting = FALSE;

  for (;;)
    {
      g_autofree char *where = find_focus (self, role, pattern, &fitting);

      if (fitting)
        return;
      if (is_over (self, end))
        give_up (self, "the focus never is at the", role, name);
      at_room_pause ();
    }
}

void
at_person_go_to (AtPerson   *self,
                 const char *key,
                 AtspiRole   role,
                 const char *name)
{
  g_autoptr (GPatternSpec) pattern = g_pattern_spec_new (name);

  at_person_see (self, role, name);
  for (guint i = 0; i < MAX_STEPS; i++)
    {
      gint64 end = g_get_monotonic_time () + STEP_US;
      gboolean fitting;
      g_autofree char *before = find_focus (self, role, pattern, &fitting);
      g_autofree char *after = g_strdup (before);

      if (fitting)
        return;
      at_person_press (self, key);
      /* It may stay where it is, at the end of a list for example. */
      while (!fitting && g_str_equal (before, after) && !is_over (self, end))
        {
          at_room_pause ();
          g_free (after);
          after = find_focus (self, role, pattern, &fitting);
        }
    }
  give_up (self, "the keyboard never gets to a", role, name);
}

/* --- names ------------------------------------------------------------------------------------------------------------------- */

/* A row that nobody gets to only holds what is in it. */
static gboolean
is_used (const AtNode *node)
{
  switch (node->role)
    {
    case ATSPI_ROLE_LIST_ITEM:
      return has_state (node, ATSPI_STATE_FOCUSABLE);
    case ATSPI_ROLE_PUSH_BUTTON:
    case ATSPI_ROLE_TOGGLE_BUTTON:
    case ATSPI_ROLE_CHECK_BOX:
    case ATSPI_ROLE_RADIO_BUTTON:
    case ATSPI_ROLE_MENU_ITEM:
    case ATSPI_ROLE_CHECK_MENU_ITEM:
    case ATSPI_ROLE_RADIO_MENU_ITEM:
    case ATSPI_ROLE_ENTRY:
    case ATSPI_ROLE_TEXT:
    case ATSPI_ROLE_PASSWORD_TEXT:
    case ATSPI_ROLE_COMBO_BOX:
    case ATSPI_ROLE_SLIDER:
    case ATSPI_ROLE_SPIN_BUTTON:
    case ATSPI_ROLE_PAGE_TAB:
    case ATSPI_ROLE_LINK:
    case ATSPI_ROLE_LIST_BOX:
      return TRUE;
    default:
      return FALSE;
    }
}

/* An expander row holds the row that is used, and a combo row one for what is chosen: neither is a control of its own. */
static gboolean
stands_for_another (AtTree       *tree,
                    const AtNode *node)
{
  if (node->role != ATSPI_ROLE_LIST_ITEM)
    return FALSE;
  for (const AtNode *parent = node; parent != NULL; parent = g_hash_table_lookup (tree->nodes, parent->parent))
    if (parent->role == ATSPI_ROLE_COMBO_BOX)
      return TRUE;
  for (guint i = 0; i < tree->all->len; i++)
    {
      const AtNode *inner = g_ptr_array_index (tree->all, i);
      const AtNode *parent = inner;

      if (inner == node || inner->role != ATSPI_ROLE_LIST_ITEM || !has_name (inner))
        continue;
      while (parent != NULL && parent != node)
        parent = g_hash_table_lookup (tree->nodes, parent->parent);
      if (parent == node)
        return TRUE;
    }
  return FALSE;
}

/* The mark of a letter, which would be read out */
static gboolean
has_mnemonic (const char *name)
{
  const char *mark = strchr (name, '_');

  return mark != NULL && g_ascii_isalpha (mark[1]);
}

void
at_person_check_names (AtPerson *self)
{
  g_autoptr (AtTree) tree = look_around (self);
  guint n = 0;

  for (guint i = 0; i < tree->all->len; i++)
    {
      const AtNode *node = g_ptr_array_index (tree->all, i);
      const AtNode *parent = g_hash_table_lookup (tree->nodes, node->parent);
      g_autofree char *told = tell (node);

      if (!is_used (node) || (has_name (node) && !has_mnemonic (node->name)) || stands_for_another (tree, node) || !at_tree_is_showing (tree, node))
        continue;
      g_printerr ("%s in", told);
      for (; parent != NULL; parent = g_hash_table_lookup (tree->nodes, parent->parent))
        g_printerr (" “%s”", parent->name);
      g_printerr ("\n");
      n++;
    }
  if (n > 0)
    give_up (self, "among them is what has no name; see a", ATSPI_ROLE_WINDOW, "");
}
