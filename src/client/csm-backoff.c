/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-backoff.h"

#include "csm-time.h"

/* After a server's restart its clients must not come back all at once; the one on this computer has no others. */
#define FIRST_DELAY 5000
#define FIRST_DELAY_LOCAL 300
#define MAX_DELAY 60000
#define LONGEST_WISH (3600 * 1000)

/**
 * csm_backoff_reset:
 * @self: a backoff
 *
 * Something speaks for it that it works now.
 */
void
csm_backoff_reset (CsmBackoff *self)
{
  self->delay = 0;
}

/**
 * csm_backoff_next:
 * @self: a backoff
 * @not_before: µs: before this the server does not want to be asked; 0: it didn't say
 *
 * Returns: how long to wait, ms
 */
guint
csm_backoff_next (CsmBackoff *self,
                  gint64      not_before)
{
  guint delay;

  if (self->delay == 0)
    {
      self->delay = self->local ? FIRST_DELAY_LOCAL : FIRST_DELAY;
      delay = (guint) g_random_int_range (0, (int) self->delay);
    }
  else
    {
      self->delay = MIN (self->delay * 2, MAX_DELAY);
      delay = (guint) ((double) self->delay * g_random_double_range (0.7, 1.3));
    }
  if (not_before > 0)
    delay = MAX (delay, (guint) CLAMP ((not_before - csm_time_now ()) / 1000, 0, LONGEST_WISH));
  return delay;
}
