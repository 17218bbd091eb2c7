/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-puller-private.h"

#include "csm-time.h"

/* A server that can never calculate changes must not make us fetch all for ever. */
#define MAX_RESTARTS 2
#define RESTART_WINDOW (600 * CSM_SECOND)

/* --- storing ------------------------------------------------------------------------------------------------------- */

/**
 * csm_storing_free:
 * @storing: a page on its way
 */
void
csm_storing_free (CsmStoring *storing)
{
  g_object_unref (storing->self);
  g_object_unref (storing->run);
  g_clear_pointer (&storing->case_ids, g_ptr_array_unref);
  g_free (storing);
}

/**
 * csm_storing_new:
 * @self: a puller
 *
 * Returns: (transfer full): a page on its way into the cache, which csm_storing_end() ends
 */
CsmStoring *
csm_storing_new (CsmPuller *self)
{
  CsmStoring *storing = g_new0 (CsmStoring, 1);

  storing->self = g_object_ref (self);
  storing->run = g_object_ref (self->cancellable);
  self->applying++;
  return storing;
}

/* Headers and messages each count for half. */
static void
tell_progress (CsmPuller *self)
{
  double headers, messages;

  if (self->total == 0)
    return;
  headers = MIN (1.0, (double) self->stored / (double) self->total);
  messages = self->total_wanted > 0 ? MIN (1.0, (double) self->stored_wanted / (double) self->total_wanted) : 0;
  g_signal_emit_by_name (self, "progress", MIN (0.99, (headers + messages) / 2));
}

/**
 * csm_storing_end:
 * @storing: a page on its way
 * @error: (transfer full) (nullable): why it is not in the cache
 *
 * The page is in, or not. What a run that was stopped has stored concerns nobody any more.
 */
void
csm_storing_end (CsmStoring *storing,
                 GError     *error)
{
  CsmPuller *self = storing->self;

  if (g_cancellable_is_cancelled (storing->run))
    {
      g_clear_error (&error);
      return;
    }
  self->applying--;
  if (error != NULL)
    {
      csm_puller_fail (self, error);
      return;
    }
  self->stored += storing->n_cases;
  self->wanted |= storing->may_want;
  if (storing->case_ids != NULL)
    {
      self->stored_wanted += storing->case_ids->len;
      csm_fetcher_stored (self->fetcher, storing->case_ids);
      g_signal_emit_by_name (self, "stored", storing->case_ids->len);
    }
  tell_progress (self);
  csm_puller_step (self);
}

static void
on_applied (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (CsmStoring) storing = user_data;
  GError *error = NULL;

  csm_cache_apply_page_finish (CSM_CACHE (source), result, &error);
  csm_storing_end (storing, error);
}

/**
 * csm_puller_store_page:
 * @self: a puller
 * @page: (transfer full): a page
 *
 * A page that was fetched is kept, even when the run is stopped.
 */
void
csm_puller_store_page (CsmPuller   *self,
                       CsmSyncPage *page)
{
  CsmStoring *storing = csm_storing_new (self);

  if (page->type == CSM_TYPE_ID_CASE)
    {
      storing->n_cases = page->new_state != NULL ? page->records->len : 0;
      storing->may_want = TRUE;
    }
  /* Not cancellable: a page that was fetched is kept. */
  csm_cache_apply_page_async (self->cache, page, NULL, on_applied, storing);
}

/* --- cannotCalculateChanges ------------------------------------------------------------------------------------------ */

static void
on_restarted (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (CsmStoring) storing = user_data;
  GError *error = NULL;

  csm_cache_restart_type_finish (CSM_CACHE (source), result, &error);
  csm_storing_end (storing, error);
}

/**
 * csm_puller_restart:
 * @self: a puller
 * @type: a type
 *
 * Begins a type anew: the server can't say what changed (`cannotCalculateChanges`, RFC 8620, section 5.2).
 */
void
csm_puller_restart (CsmPuller *self,
                    CsmTypeId  type)
{
  gint64 now = g_get_monotonic_time ();

  if (now - self->first_restart > RESTART_WINDOW)
    {
      self->first_restart = now;
      self->n_restarts = 0;
    }
  if (++self->n_restarts > MAX_RESTARTS * CSM_N_TYPES)
    {
      csm_puller_fail (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "the server can't say what changed"));
      return;
    }
  g_clear_pointer (&self->states[type], g_free);
  self->complete[type] = FALSE;
  csm_cache_restart_type_async (self->cache, type, NULL, on_restarted, csm_storing_new (self));
}
