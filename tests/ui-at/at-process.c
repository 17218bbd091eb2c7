/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "at-process.h"
#include "at-room.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define BUS \
  "<!DOCTYPE busconfig PUBLIC '-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN' 'http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd'>" \
  "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth><policy context='default'>" \
  "<allow send_destination='*' eavesdrop='true'/><allow eavesdrop='true'/><allow own='*'/></policy></busconfig>"

#define DISPLAY_FD 3

static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

GSubprocess *
at_process_start (GSubprocessLauncher *launcher,
                  const char * const  *argv)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  return process;
}

void
at_process_end (GSubprocess *process)
{
  g_subprocess_send_signal (process, SIGTERM);
  g_subprocess_wait (process, NULL, NULL);
  g_object_unref (process);
}

/* (transfer full): who is still there */
static char *
name_children (void)
{
  g_autofree char *file = g_strdup_printf ("/proc/self/task/%d/children", getpid ());
  g_autofree char *pids = NULL;
  g_auto (GStrv) list = NULL;
  g_autoptr (GString) all = g_string_new (NULL);

  g_file_get_contents (file, &pids, NULL, NULL);
  list = g_strsplit (pids != NULL ? g_strstrip (pids) : "", " ", -1);
  for (guint i = 0; list[i] != NULL; i++)
    {
      g_autofree char *comm = g_build_filename ("/proc", list[i], "comm", NULL);
      g_autofree char *name = NULL;

      g_file_get_contents (comm, &name, NULL, NULL);
      g_string_append_printf (all, " %s (%s)", name != NULL ? g_strstrip (name) : "somebody", list[i]);
    }
  return g_string_free (g_steal_pointer (&all), FALSE);
}

/* at_room_open() has made the test inherit whom its children leave behind. */
void
at_process_no_more (void)
{
  gint64 end = g_get_monotonic_time () + AT_PATIENCE_US;
  g_autofree char *left = NULL;
  pid_t pid;

  while ((pid = waitpid (-1, NULL, WNOHANG)) >= 0 && g_get_monotonic_time () < end)
    if (pid == 0)
      at_room_pause ();
  if (pid < 0 && errno == ECHILD)
    return;
  left = name_children ();
  g_error ("left behind:%s", left);
}

/* --- a bus ------------------------------------------------------------------------------------------------------------- */

/* Where a password store is installed, it would be started and ask for a password of its own. */
AtBus *
at_bus_new (const char *folder)
{
  AtBus *self = g_new0 (AtBus, 1);
  g_autofree char *file = g_build_filename (folder, "bus.conf", NULL);
  g_autofree char *file_is = g_strconcat ("--config-file=", file, NULL);
  const char * const argv[] = { "dbus-daemon", file_is, "--nofork", "--nopidfile", "--print-address", NULL };
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GDataInputStream) output = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, BUS, -1, NULL));
  self->process = at_process_start (launcher, argv);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  self->address = g_data_input_stream_read_line (output, NULL, NULL, NULL);
  g_assert_nonnull (self->address);
  return self;
}

void
at_bus_free (AtBus *self)
{
  at_process_end (self->process);
  g_free (self->address);
  g_free (self);
}

/* --- a display ----------------------------------------------------------------------------------------------------------- */

/* The server takes the first number that is free, and says which when it is ready: several may start at once. */
AtDisplay *
at_display_new (void)
{
  AtDisplay *self = g_new0 (AtDisplay, 1);
  const char * const argv[] = { "Xvfb", "-displayfd", G_STRINGIFY (DISPLAY_FD), "-auth", g_getenv ("XAUTHORITY"), "-screen", "0", "1440x1000x24",
                                "-nolisten", "tcp", "-noreset", NULL };
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GInputStream) pipe_end = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *number = NULL;
  int fds[2];

  g_assert_true (g_unix_open_pipe (fds, FD_CLOEXEC, NULL));
  g_subprocess_launcher_take_fd (launcher, fds[1], DISPLAY_FD);
  self->process = at_process_start (launcher, argv);
  g_subprocess_launcher_close (launcher);
  pipe_end = g_unix_input_stream_new (fds[0], TRUE);
  output = g_data_input_stream_new (pipe_end);
  number = g_data_input_stream_read_line (output, NULL, NULL, NULL);
  g_assert_nonnull (number);
  self->name = g_strconcat (":", g_strstrip (number), NULL);
  return self;
}

void
at_display_free (AtDisplay *self)
{
  at_process_end (self->process);
  g_free (self->name);
  g_free (self);
}
