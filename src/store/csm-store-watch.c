/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-store-private.h"

#include <string.h>

#include "csm-store-files.h"

/* At most this long behind another process's writes. */
#define WAKE_DELAY_MS 50

typedef struct
{
  gint64 account;
  gint64 modseqs[CSM_N_TYPES];
} Known;

static Known *
known_of (CsmStore *self,
          gint64    account)
{
  Known *known = g_hash_table_lookup (self->known, &account);

  if (known == NULL)
    {
      known = g_new0 (Known, 1);
      known->account = account;
      g_hash_table_insert (self->known, &known->account, known);
    }
  return known;
}

/* In the store's context. A wake and our own commit may both tell of a change; one signal is enough. A number of 0 stands
 * for a new epoch. */
void
csm_store_tell (CsmStore *self,
                GArray   *touched)
{
  for (guint i = 0; i < touched->len; i++)
    {
      const CsmTouched *one = &g_array_index (touched, CsmTouched, i);
      Known *known = known_of (self, one->account);
      guint types = 0;

      for (guint type = 0; type < CSM_N_TYPES; type++)
        {
          if ((one->types & (1u << type)) == 0 || (one->modseqs[type] != 0 && one->modseqs[type] <= known->modseqs[type]))
            continue;
          known->modseqs[type] = MAX (known->modseqs[type], one->modseqs[type]);
          types |= 1u << type;
        }
      if (types != 0)
        csm_store_emit_changed (self, one->account, types);
    }
}

typedef struct
{
  GWeakRef store;
  GArray  *touched;
} Tell;

static void
tell_free (Tell *data)
{
  g_weak_ref_clear (&data->store);
  g_array_unref (data->touched);
  g_free (data);
}

static gboolean
tell_cb (gpointer user_data)
{
  Tell *data = user_data;
  g_autoptr (CsmStore) self = g_weak_ref_get (&data->store);

  if (self != NULL)
    csm_store_tell (self, data->touched);
  return G_SOURCE_REMOVE;
}

/* Any thread. The store may be gone when the context runs next: a command line never runs it at all. */
void
csm_store_tell_later (CsmStore *self,
                      GArray   *touched)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  Tell *data = g_new0 (Tell, 1);

  g_weak_ref_init (&data->store, self);
  data->touched = g_array_ref (touched);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, tell_cb, data, (GDestroyNotify) tell_free);
  g_source_attach (source, self->context);
}

/* What the database's change counters stand at: as if one transaction had touched all types that have changed ever. */
static gpointer
read_counters (CsmDbConn     *conn,
               gpointer       input,
               GCancellable  *cancellable,
               GError       **error)
{
  g_autoptr (GArray) touched = g_array_new (FALSE, TRUE, sizeof (CsmTouched));
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, error, "SELECT account, type, modseq FROM type_state ORDER BY account", NULL);
  g_autoptr (GError) local = NULL;

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      CsmTouched *last = touched->len > 0 ? &g_array_index (touched, CsmTouched, touched->len - 1) : NULL;
      const char *letter = csm_db_stmt_text (stmt, 1);

      if (last == NULL || last->account != csm_db_stmt_int (stmt, 0))
        {
          CsmTouched new = { .account = csm_db_stmt_int (stmt, 0) };

          g_array_append_val (touched, new);
          last = &g_array_index (touched, CsmTouched, touched->len - 1);
        }
      for (guint i = 0; i < CSM_N_TYPES; i++)
        {
          if (csm_record_type_get (i)->letter != letter[0])
            continue;
          last->types |= 1u << i;
          last->modseqs[i] = csm_db_stmt_int (stmt, 2);
        }
    }
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return g_steal_pointer (&touched);
}

static void look (CsmStore *self);

static void
look_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  GWeakRef *store = user_data;
  g_autoptr (CsmStore) self = g_weak_ref_get (store);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) touched = csm_db_run_finish (CSM_DB (object), result, &error);

  g_weak_ref_clear (store);
  g_free (store);
  if (self == NULL)
    return;
  self->is_looking = FALSE;
  if (error != NULL)
    g_warning ("can't look for another process's changes: %s", error->message);
  else
    csm_store_tell (self, touched);
  if (self->must_look_again)
    look (self);
}

static void
look (CsmStore *self)
{
  GWeakRef *store;

  self->must_look_again = self->is_looking;
  if (self->is_looking)
    return;
  self->is_looking = TRUE;
  /* Nobody waits for this: it must not keep the database open. */
  store = g_new0 (GWeakRef, 1);
  g_weak_ref_init (store, self);
  csm_db_run_async (self->db, CSM_DB_READ, G_PRIORITY_DEFAULT, read_counters, NULL, NULL, (GDestroyNotify) g_array_unref,
                    NULL, look_cb, store);
}

static void
wake_cb (GFileMonitor      *monitor,
         GFile             *file,
         GFile             *other,
         GFileMonitorEvent  event,
         CsmStore          *self)
{
  look (self);
}

static gboolean
load_counters (CsmStore  *self,
               GError   **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GArray) touched = csm_db_run (self->db, CSM_DB_READ, read_counters, NULL, &local);

  if (local == NULL)
    {
      for (guint i = 0; i < touched->len; i++)
        {
          const CsmTouched *one = &g_array_index (touched, CsmTouched, i);

          memcpy (known_of (self, one->account)->modseqs, one->modseqs, sizeof one->modseqs);
        }
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static void
watch (CsmStore *self)
{
  g_autofree char *path = g_build_filename (self->directory, CSM_STORE_WAKE, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  self->monitor = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, &error);
  if (self->monitor == NULL)
    {
      g_warning ("other processes' changes will not be seen: %s", error->message);
      return;
    }
  g_file_monitor_set_rate_limit (self->monitor, WAKE_DELAY_MS);
  g_signal_connect_object (self->monitor, "changed", G_CALLBACK (wake_cb), self, 0);
}

/* Remembers where the change counters stand and looks again whenever another process has written. */
gboolean
csm_store_start_watch (CsmStore  *self,
                       GError   **error)
{
  if (!load_counters (self, error))
    return FALSE;
  watch (self);
  return TRUE;
}
