/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-turn.h"

typedef struct
{
  CsmTurnFunc func;
  gpointer    data;
} Waiter;

struct _CsmTurn
{
  int      ref_count;
  gboolean taken;
  GQueue   waiters;
};

/**
 * csm_turn_new:
 *
 * Returns: (transfer full): a turn that nobody has; one thread's
 */
CsmTurn *
csm_turn_new (void)
{
  CsmTurn *self = g_new0 (CsmTurn, 1);

  self->ref_count = 1;
  g_queue_init (&self->waiters);
  return self;
}

/**
 * csm_turn_ref:
 * @self: a turn
 *
 * Returns: (transfer full): the same
 */
CsmTurn *
csm_turn_ref (CsmTurn *self)
{
  self->ref_count++;
  return self;
}

/**
 * csm_turn_unref:
 * @self: a turn
 */
void
csm_turn_unref (CsmTurn *self)
{
  if (--self->ref_count > 0)
    return;
  g_queue_clear_full (&self->waiters, g_free);
  g_free (self);
}

/**
 * csm_turn_take:
 * @self: a turn
 * @func: called at once, or when it is given
 * @data: for @func, and the name to csm_turn_forget()
 *
 * Main thread.
 */
void
csm_turn_take (CsmTurn     *self,
               CsmTurnFunc  func,
               gpointer     data)
{
  Waiter *waiter;

  if (!self->taken)
    {
      self->taken = TRUE;
      func (data);
      return;
    }
  waiter = g_new0 (Waiter, 1);
  waiter->func = func;
  waiter->data = data;
  g_queue_push_tail (&self->waiters, waiter);
}

/**
 * csm_turn_give:
 * @self: a turn that the caller has
 *
 * The next one's function is called from here.
 */
void
csm_turn_give (CsmTurn *self)
{
  g_autofree Waiter *waiter = g_queue_pop_head (&self->waiters);

  g_assert (self->taken);
  if (waiter != NULL)
    waiter->func (waiter->data);
  else
    self->taken = FALSE;
}

/**
 * csm_turn_is_wanted:
 * @self: a turn
 *
 * Returns: whether somebody waits for it
 */
gboolean
csm_turn_is_wanted (CsmTurn *self)
{
  return !g_queue_is_empty (&self->waiters);
}

/**
 * csm_turn_forget:
 * @self: a turn
 * @data: what was given to csm_turn_take()
 *
 * Whoever waits with @data doesn't any more.
 */
void
csm_turn_forget (CsmTurn  *self,
                 gpointer  data)
{
  for (GList *l = self->waiters.head; l != NULL;)
    {
      GList *next = l->next;

      if (((Waiter *) l->data)->data == data)
        {
          g_free (l->data);
          g_queue_delete_link (&self->waiters, l);
        }
      l = next;
    }
}
