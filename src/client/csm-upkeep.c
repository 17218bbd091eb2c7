/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-upkeep.h"

#include <glib/gstdio.h>

/* How often it is looked whether there is too much */
#define ROOM_EVERY (60 * G_USEC_PER_SEC)

struct _CsmUpkeep
{
  GObject   parent_instance;
  CsmCache *cache;
  char     *blobs;
  gboolean  running;
  gboolean  busy;
  gboolean  search_pending;
  gboolean  making_room;
  gint64    looked_at;
};

G_DEFINE_FINAL_TYPE (CsmUpkeep, csm_upkeep, G_TYPE_OBJECT)

static void go_on (CsmUpkeep *self);

static void
csm_upkeep_dispose (GObject *object)
{
  g_clear_object (&CSM_UPKEEP (object)->cache);
  G_OBJECT_CLASS (csm_upkeep_parent_class)->dispose (object);
}

static void
csm_upkeep_finalize (GObject *object)
{
  g_free (CSM_UPKEEP (object)->blobs);
  G_OBJECT_CLASS (csm_upkeep_parent_class)->finalize (object);
}

static void
csm_upkeep_class_init (CsmUpkeepClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_upkeep_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_upkeep_finalize;
}

static void
csm_upkeep_init (CsmUpkeep *self)
{
}

/**
 * csm_upkeep_new:
 * @cache: what is kept up
 * @blobs: the folder of the cache's attachments
 *
 * Returns: (transfer full): an upkeep that does nothing yet
 */
CsmUpkeep *
csm_upkeep_new (CsmCache   *cache,
                const char *blobs)
{
  CsmUpkeep *self = g_object_new (CSM_TYPE_UPKEEP, NULL);

  self->cache = g_object_ref (cache);
  self->blobs = g_strdup (blobs);
  return self;
}

/* A failure is no reason to stop anybody's work. */
static gboolean
has_failed (GError     *error,
            const char *what)
{
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    g_warning ("%s: %s", what, error->message);
  return error != NULL;
}

static void
on_slice (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (CsmUpkeep) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean more = csm_cache_build_search_finish (CSM_CACHE (source), result, &error);

  self->busy = FALSE;
  if (has_failed (error, "full text can't be built"))
    return;
  self->search_pending = more;
  go_on (self);
}

static void
remove_files (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_unlink (file);
    }
  g_rmdir (path);
}

static void
remove_blob (const char *blobs,
             const char *name)
{
  g_autofree char *folder = g_build_filename (blobs, name, NULL);
  g_autofree char *names = g_build_filename (folder, "files", NULL);

  remove_files (names);
  remove_files (folder);
}

/* A worker thread: each blob is a folder, with the file and its names. */
static void
remove_blobs (GTask        *task,
              gpointer      source,
              gpointer      task_data,
              GCancellable *cancellable)
{
  CsmUpkeep *self = source;
  GPtrArray *blobs = task_data;

  for (guint i = 0; i < blobs->len; i++)
    {
      const char *blob_id = g_ptr_array_index (blobs, i);

      if (*blob_id != '\0')
        remove_blob (self->blobs, blob_id + 1);
    }
  g_task_return_boolean (task, TRUE);
}

static void
remove_all_blobs (GTask        *task,
                  gpointer      source,
                  gpointer      task_data,
                  GCancellable *cancellable)
{
  CsmUpkeep *self = source;
  g_autoptr (GDir) dir = g_dir_open (self->blobs, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    remove_blob (self->blobs, name);
  g_task_return_boolean (task, TRUE);
}

/**
 * csm_upkeep_forget_files:
 * @self: an upkeep
 *
 * Removes all attachments that came from the server.
 */
void
csm_upkeep_forget_files (CsmUpkeep *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, NULL, NULL);

  g_task_run_in_thread (task, remove_all_blobs);
}

static void
on_room (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (CsmUpkeep) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) blobs = NULL;
  gboolean more = FALSE;

  blobs = csm_cache_make_room_finish (CSM_CACHE (source), result, &more, &error);
  self->busy = FALSE;
  if (has_failed (error, "no room can be made"))
    return;
  if (blobs->len > 0)
    {
      g_autoptr (GTask) task = g_task_new (self, NULL, NULL, NULL);

      g_task_set_task_data (task, g_steal_pointer (&blobs), (GDestroyNotify) g_ptr_array_unref);
      g_task_run_in_thread (task, remove_blobs);
    }
  self->making_room = more;
  go_on (self);
}

static void
go_on (CsmUpkeep *self)
{
  if (!self->running || self->busy || self->cache == NULL)
    return;
  self->busy = TRUE;
  if (self->search_pending)
    csm_cache_build_search_async (self->cache, NULL, on_slice, g_object_ref (self));
  else if (self->making_room)
    csm_cache_make_room_async (self->cache, NULL, on_room, g_object_ref (self));
  else
    self->busy = FALSE;
}

/**
 * csm_upkeep_start:
 * @self: an upkeep
 * @search_pending: whether full text may not be all built
 *
 * Everything that was wanted is in the cache: there is time.
 */
void
csm_upkeep_start (CsmUpkeep *self,
                  gboolean   search_pending)
{
  gint64 now = g_get_monotonic_time ();

  self->running = TRUE;
  self->search_pending |= search_pending;
  if (self->looked_at == 0 || now - self->looked_at > ROOM_EVERY)
    {
      self->looked_at = now;
      self->making_room = TRUE;
    }
  go_on (self);
}

/**
 * csm_upkeep_stop:
 * @self: an upkeep
 *
 * The slice that is under way is the last.
 */
void
csm_upkeep_stop (CsmUpkeep *self)
{
  self->running = FALSE;
}
