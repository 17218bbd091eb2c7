/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-answer.h"
#include "csm-reader-frame.h"
#include "csm-reader-sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <unistd.h>

/* For the case that whoever started this has died and nobody watches any more. */
#define LAST_RESORT_SECONDS 90

/* Returns how much was read before the end. */
static gsize
read_all (char  *to,
          gsize  length)
{
  gsize done = 0;

  while (done < length)
    {
      gssize n = read (STDIN_FILENO, to + done, length - done);

      if (n == 0 || (n < 0 && errno != EINTR))
        break;
      if (n > 0)
        done += (gsize) n;
    }
  return done;
}

static gboolean
write_frame (GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  guint32 head = GUINT32_TO_BE ((guint32) size);
  gsize sent = 0;

  while (sent < sizeof head + size)
    {
      struct iovec vector[2];
      int count = 0;
      gssize n;

      if (sent < sizeof head)
        vector[count++] = (struct iovec){ (char *) &head + sent, sizeof head - sent };
      if (sent < sizeof head)
        vector[count++] = (struct iovec){ (char *) data, size };
      else
        vector[count++] = (struct iovec){ (char *) data + (sent - sizeof head), size - (sent - sizeof head) };
      n = writev (STDOUT_FILENO, vector, count);
      if (n < 0 && errno != EINTR)
        return FALSE;
      if (n > 0)
        sent += (gsize) n;
    }
  return TRUE;
}

static gboolean
answer (char     *raw,
        gsize     length,
        gboolean  careful)
{
  g_autoptr(CsmMailAnswer) result = NULL;

  alarm (LAST_RESORT_SECONDS);
  result = csm_mail_answer_new (raw, length, careful);
  alarm (0);
  if (!write_frame (result->json))
    return FALSE;
  for (guint i = 0; i < result->parts->len; i++)
    if (!write_frame (result->parts->pdata[i]))
      return FALSE;
  return TRUE;
}

/* Reads requests until there are no more. Returns whether the last one was whole. */
static gboolean
serve (void)
{
  for (;;)
    {
      guint32 head;
      gsize got = read_all ((char *) &head, sizeof head);
      g_autofree char *raw = NULL;
      gsize length;

      if (got == 0)
        return TRUE;
      if (got < sizeof head)
        return FALSE;
      head = GUINT32_FROM_BE (head);
      length = head & ~CSM_READER_FRAME_CAREFUL;
      if (length > CSM_READER_FRAME_MAX_REQUEST)
        return FALSE;
      raw = g_malloc (length + 1);
      raw[length] = '\0';
      if (read_all (raw, length) < length || !answer (raw, length, (head & CSM_READER_FRAME_CAREFUL) != 0))
        return FALSE;
    }
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) converters = NULL;

  if (argc > 1)
    {
      /* Nobody starts this by hand but to ask what it is. */
      printf ("casement-reader %s: reads mail in frames on standard input, see src/reader/README.md\n", CSM_VERSION);
      return strcmp (argv[1], "--version") == 0 || strcmp (argv[1], "--help") == 0 ? EXIT_SUCCESS : 2;
    }
  prctl (PR_SET_DUMPABLE, 0);
  converters = csm_mail_answer_start ();
  if (!csm_reader_sandbox_limit (&error) || !csm_reader_sandbox_close (&error))
    {
      fprintf (stderr, "casement-reader: %s\n", error->message);
      return EXIT_FAILURE;
    }
  /* Without running exit handlers, which have no business behind the sandbox. */
  _exit (serve () ? EXIT_SUCCESS : EXIT_FAILURE);
}
