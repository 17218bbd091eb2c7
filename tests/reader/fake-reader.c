/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-reader-frame.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Stands in for casement-reader: behaves as badly as the message says. */

static int
read_all (char  *to,
          size_t length)
{
  while (length > 0)
    {
      ssize_t n = read (STDIN_FILENO, to, length);

      if (n <= 0)
        return 0;
      to += n;
      length -= (size_t) n;
    }
  return 1;
}

static void
write_frame (const char *data,
             size_t      length)
{
  guint32 head = GUINT32_TO_BE ((guint32) length);

  if (write (STDOUT_FILENO, &head, sizeof head) != sizeof head || write (STDOUT_FILENO, data, length) != (ssize_t) length)
    _exit (1);
}

static void
obey (const char *message,
      gboolean    careful)
{
  char answer[256];

  if (strcmp (message, "crash") == 0 || (strcmp (message, "crash once") == 0 && !careful))
    raise (SIGKILL);
  if (strcmp (message, "hang") == 0)
    for (volatile guint i = 0;; i++)
      continue;
  if (strcmp (message, "sleep") == 0)
    for (;;)
      pause ();
  if (strcmp (message, "nonsense") == 0)
    write_frame ("[1, 2", 5);
  else if (strcmp (message, "deep") == 0)
    {
      g_autofree char *deep = g_strnfill (200000, '[');

      write_frame (deep, 200000);
    }
  else if (strcmp (message, "huge") == 0)
    {
      guint32 head = GUINT32_TO_BE (0xffffffffu);

      if (write (STDOUT_FILENO, &head, sizeof head) != sizeof head)
        _exit (1);
    }
  else if (strcmp (message, "wrong size") == 0)
    {
      write_frame ("{\"parts\":[{\"size\":5}]}", 22);
      write_frame ("four", 4);
    }
  else
    {
      snprintf (answer, sizeof answer, "{\"ok\":true,\"subject\":\"%s\",\"careful\":%s,\"pid\":%d,\"parts\":[{\"size\":4}]}", message,
                careful ? "true" : "false", (int) getpid ());
      write_frame (answer, strlen (answer));
      write_frame ("part", 4);
    }
}

int
main (void)
{
  guint32 head;

  while (read_all ((char *) &head, sizeof head))
    {
      guint32 value = GUINT32_FROM_BE (head);
      gsize length = value & ~CSM_READER_FRAME_CAREFUL;
      g_autofree char *message = g_malloc0 (length + 1);

      if (!read_all (message, length))
        return EXIT_FAILURE;
      obey (message, (value & CSM_READER_FRAME_CAREFUL) != 0);
    }
  return EXIT_SUCCESS;
}
