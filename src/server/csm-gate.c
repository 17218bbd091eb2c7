/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-gate.h"

struct _CsmGate
{
  guint       most;
  GHashTable *inside; /* key → how many */
};

/**
 * csm_gate_new:
 * @most: how many may be inside by one key
 *
 * Returns: (transfer full): a gate; for one thread
 */
CsmGate *
csm_gate_new (guint most)
{
  CsmGate *self = g_new0 (CsmGate, 1);

  self->most = most;
  self->inside = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

/**
 * csm_gate_free:
 * @self: (transfer full): a gate
 */
void
csm_gate_free (CsmGate *self)
{
  g_hash_table_unref (self->inside);
  g_free (self);
}

/**
 * csm_gate_enter:
 * @self: a gate
 * @key: who
 *
 * Returns: whether there was room; then csm_gate_leave() has to follow
 */
gboolean
csm_gate_enter (CsmGate    *self,
                const char *key)
{
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (self->inside, key));

  if (count >= self->most)
    return FALSE;
  g_hash_table_replace (self->inside, g_strdup (key), GUINT_TO_POINTER (count + 1));
  return TRUE;
}

/**
 * csm_gate_leave:
 * @self: a gate
 * @key: who
 */
void
csm_gate_leave (CsmGate    *self,
                const char *key)
{
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (self->inside, key));

  g_return_if_fail (count > 0);
  if (count == 1)
    g_hash_table_remove (self->inside, key);
  else
    g_hash_table_replace (self->inside, g_strdup (key), GUINT_TO_POINTER (count - 1));
}
