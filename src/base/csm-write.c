/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-write.h"

#include <errno.h>
#include <unistd.h>

/**
 * csm_write_all:
 * @fd: an open file
 * @data: (array length=length): what is written at its position
 * @length: how many bytes
 *
 * Returns: whether all of it was written; else `errno` says why not. Any thread
 */
gboolean
csm_write_all (int            fd,
               gconstpointer  data,
               gsize          length)
{
  const guint8 *rest = data;

  while (length > 0)
    {
      gssize written = write (fd, rest, length);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return FALSE;
      rest += written;
      length -= (gsize) written;
    }
  return TRUE;
}
