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
  gsize length = strlen (name);

  if (wanted != NULL && strcmp (wanted, "*") == 0)
    write_log ("passed", name);
  if (wanted == NULL || strncmp (wanted, name, length) != 0 || wanted[length] != ':')
    return;
  if (g_atomic_int_add (&passages, 1) + 1 != atoi (wanted + length + 1))
    return;
  write_log ("hit", name);
  kill (getpid (), SIGKILL);
}
#else
typedef int csm_no_failpoints;
#endif
