/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-failpoint.h"

#if CSM_FAILPOINTS
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
write_log (const char *word,
           const char *name)
{
  const char *log = getenv ("CASEMENT_FAILPOINT_LOG");
  int fd = log != NULL ? open (log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;

  if (fd >= 0)
    {
      dprintf (fd, "%s %s\n", word, name);
      close (fd);
    }
}

static const char *armed;

/**
 * csm_failpoint_arm:
 * @name: the place where the process is to end when it next comes there
 *
 * Any thread.
 */
void
csm_failpoint_arm (const char *name)
{
  g_atomic_pointer_set (&armed, g_intern_string (name));
}

/**
 * csm_failpoint:
 * @name: the place
 *
 * Ends the process with SIGKILL when the environment asks for it here. Any thread.
 */
void
csm_failpoint (const char *name)
{
  static int passages;
  const char *wanted = getenv ("CASEMENT_FAILPOINT");
  const char *next = g_atomic_pointer_get (&armed);
  gsize length = strlen (name);

  if (next != NULL && strcmp (next, name) == 0)
    kill (getpid (), SIGKILL);
  if (wanted != NULL && strcmp (wanted, "*") == 0)
    write_log ("passed", name);
  if (wanted == NULL || strncmp (wanted, name, length) != 0 || wanted[length] != ':')
    return;
  if (g_atomic_int_add (&passages, 1) + 1 != atoi (wanted + length + 1))
    return;
  write_log ("hit", name);
  kill (getpid (), SIGKILL);
}

/**
 * csm_fault_enabled:
 * @name: a bug
 *
 * Any thread.
 *
 * Returns: whether this process is to have it
 */
gboolean
csm_fault_enabled (const char *name)
{
  const char *names = getenv ("CASEMENT_FAULTS");
  g_auto (GStrv) list = names != NULL ? g_strsplit (names, ",", -1) : NULL;

  return list != NULL && g_strv_contains ((const char * const *) list, name);
}

/**
 * csm_fault_number:
 * @name: a number
 * @otherwise: what it is for everybody
 *
 * Any thread.
 *
 * Returns: what it is to be in this process
 */
guint
csm_fault_number (const char *name,
                  guint       otherwise)
{
  const char *names = getenv ("CASEMENT_FAULTS");
  g_auto (GStrv) list = names != NULL ? g_strsplit (names, ",", -1) : NULL;
  gsize length = strlen (name);

  for (guint i = 0; list != NULL && list[i] != NULL; i++)
    {
      if (strncmp (list[i], name, length) == 0 && list[i][length] == '=')
        return (guint) strtoul (list[i] + length + 1, NULL, 10);
    }
  return otherwise;
}

static gint64 clock_offset; /* µs; CASEMENT_CLOCK_OFFSET is added */

/**
 * csm_fault_clock:
 *
 * Any thread.
 *
 * Returns: how far the clock of this process is off, µs
 */
gint64
csm_fault_clock (void)
{
  const char *seconds = getenv ("CASEMENT_CLOCK_OFFSET");

  return __atomic_load_n (&clock_offset, __ATOMIC_RELAXED) + (seconds != NULL ? atoll (seconds) * G_USEC_PER_SEC : 0);
}

/**
 * csm_fault_set_clock:
 * @offset: µs, on top of what the environment says
 *
 * Puts the clock of this process forward or back. Any thread.
 */
void
csm_fault_set_clock (gint64 offset)
{
  __atomic_store_n (&clock_offset, offset, __ATOMIC_RELAXED);
}
#else
typedef int csm_no_failpoints;
#endif
