/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fake-resolver.h"

struct _FakeResolver
{
  GResolver   parent_instance;
  GResolver  *before;
  GHashTable *addresses; /* name → GPtrArray of text */
  GHashTable *services;  /* name → GList of GSrvTarget */
  GHashTable *mx;        /* domain → GPtrArray of GVariant */
  gboolean    hangs;
  gint        n_asked;
};

G_DEFINE_FINAL_TYPE (FakeResolver, fake_resolver, G_TYPE_RESOLVER)

/* --- Tasks ------------------------------------------------------------------------------------------------------------------------ */

static void
on_cancelled (GCancellable *cancellable,
              GTask        *task)
{
  g_task_return_error_if_cancelled (task);
}

static gboolean
hangs (FakeResolver *self,
       GTask        *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);

  g_atomic_int_inc (&self->n_asked);
  if (!self->hangs)
    return FALSE;
  g_assert_nonnull (cancellable);
  g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), g_object_ref (task), g_object_unref);
  return TRUE;
}

static void
return_list (GTask          *task,
             GList          *list,
             GDestroyNotify  list_free)
{
  if (list != NULL)
    g_task_return_pointer (task, list, list_free);
  else
    g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "no such name");
}

static GList *
propagate (GAsyncResult  *result,
           GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- Addresses ---------------------------------------------------------------------------------------------------------------------- */

static GList *
find_addresses (FakeResolver *self,
                const char   *name)
{
  GPtrArray *known = g_hash_table_lookup (self->addresses, name);
  GList *list = NULL;

  for (guint i = 0; known != NULL && i < known->len; i++)
    list = g_list_append (list, g_inet_address_new_from_string (g_ptr_array_index (known, i)));
  return list;
}

static void
by_name_async (GResolver                *resolver,
               const char               *name,
               GResolverNameLookupFlags  flags,
               GCancellable             *cancellable,
               GAsyncReadyCallback       callback,
               gpointer                  user_data)
{
  FakeResolver *self = FAKE_RESOLVER (resolver);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_return_on_cancel (task, FALSE);
  if (hangs (self, task))
    return;
  /* The second family of an address that has only one is empty, as with a real one. */
  if (flags & G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY)
    return_list (task, NULL, NULL);
  else
    return_list (task, find_addresses (self, name), (GDestroyNotify) g_resolver_free_addresses);
}

static void
by_plain_name_async (GResolver           *resolver,
                     const char          *name,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  by_name_async (resolver, name, G_RESOLVER_NAME_LOOKUP_FLAGS_DEFAULT, cancellable, callback, user_data);
}

static GList *
by_name_finish (GResolver     *resolver,
                GAsyncResult  *result,
                GError       **error)
{
  return propagate (result, error);
}

static GList *
by_name_with_flags (GResolver                 *resolver,
                    const char                *name,
                    GResolverNameLookupFlags   flags,
                    GCancellable              *cancellable,
                    GError                   **error)
{
  FakeResolver *self = FAKE_RESOLVER (resolver);
  GList *list = flags & G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY ? NULL : find_addresses (self, name);

  g_atomic_int_inc (&self->n_asked);
  if (list == NULL)
    g_set_error_literal (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "no such name");
  return list;
}

static GList *
by_name (GResolver     *resolver,
         const char    *name,
         GCancellable  *cancellable,
         GError       **error)
{
  return by_name_with_flags (resolver, name, G_RESOLVER_NAME_LOOKUP_FLAGS_DEFAULT, cancellable, error);
}

/* --- Services, and exchangers ----------------------------------------------------------------------------------------------------- */

static void
service_async (GResolver           *resolver,
               const char          *name,
               GCancellable        *cancellable,
               GAsyncReadyCallback  callback,
               gpointer             user_data)
{
  FakeResolver *self = FAKE_RESOLVER (resolver);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GList *known = g_hash_table_lookup (self->services, name), *list = NULL;

  if (hangs (self, task))
    return;
  for (GList *link = known; link != NULL; link = link->next)
    list = g_list_append (list, g_srv_target_copy (link->data));
  return_list (task, list, (GDestroyNotify) g_resolver_free_targets);
}

static void
variants_free (gpointer list)
{
  g_list_free_full (list, (GDestroyNotify) g_variant_unref);
}

static void
records_async (GResolver           *resolver,
               const char          *name,
               GResolverRecordType  type,
               GCancellable        *cancellable,
               GAsyncReadyCallback  callback,
               gpointer             user_data)
{
  FakeResolver *self = FAKE_RESOLVER (resolver);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GPtrArray *known = type == G_RESOLVER_RECORD_MX ? g_hash_table_lookup (self->mx, name) : NULL;
  GList *list = NULL;

  if (hangs (self, task))
    return;
  for (guint i = 0; known != NULL && i < known->len; i++)
    list = g_list_append (list, g_variant_ref (g_ptr_array_index (known, i)));
  return_list (task, list, variants_free);
}

/* --- The object --------------------------------------------------------------------------------------------------------------------- */

static void
services_free (gpointer list)
{
  g_resolver_free_targets (list);
}

static void
fake_resolver_finalize (GObject *object)
{
  FakeResolver *self = FAKE_RESOLVER (object);

  g_hash_table_unref (self->addresses);
  g_hash_table_unref (self->services);
  g_hash_table_unref (self->mx);
  G_OBJECT_CLASS (fake_resolver_parent_class)->finalize (object);
}

static void
fake_resolver_class_init (FakeResolverClass *klass)
{
  GResolverClass *resolver_class = G_RESOLVER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fake_resolver_finalize;
  resolver_class->lookup_by_name = by_name;
  resolver_class->lookup_by_name_async = by_plain_name_async;
  resolver_class->lookup_by_name_finish = by_name_finish;
  resolver_class->lookup_by_name_with_flags = by_name_with_flags;
  resolver_class->lookup_by_name_with_flags_async = by_name_async;
  resolver_class->lookup_by_name_with_flags_finish = by_name_finish;
  resolver_class->lookup_service_async = service_async;
  resolver_class->lookup_service_finish = by_name_finish;
  resolver_class->lookup_records_async = records_async;
  resolver_class->lookup_records_finish = by_name_finish;
}

static void
fake_resolver_init (FakeResolver *self)
{
  self->addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->services = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, services_free);
  self->mx = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
}

FakeResolver *
fake_resolver_new (void)
{
  FakeResolver *self = g_object_new (FAKE_TYPE_RESOLVER, NULL);

  self->before = g_resolver_get_default ();
  g_resolver_set_default (G_RESOLVER (self));
  return self;
}

void
fake_resolver_free (FakeResolver *self)
{
  g_resolver_set_default (self->before);
  g_clear_object (&self->before);
  g_object_unref (self);
}

static GPtrArray *
list_of (GHashTable     *table,
         const char     *name,
         GDestroyNotify  value_free)
{
  GPtrArray *list = g_hash_table_lookup (table, name);

  if (list == NULL)
    {
      list = g_ptr_array_new_with_free_func (value_free);
      g_hash_table_insert (table, g_strdup (name), list);
    }
  return list;
}

void
fake_resolver_add_address (FakeResolver *self,
                           const char   *name,
                           const char   *address)
{
  g_ptr_array_add (list_of (self->addresses, name, g_free), g_strdup (address));
}

void
fake_resolver_add_service (FakeResolver *self,
                           const char   *name,
                           const char   *host,
                           guint16       port)
{
  g_hash_table_insert (self->services, g_strdup (name), g_list_append (NULL, g_srv_target_new (host, port, 0, 1)));
}

void
fake_resolver_add_mx (FakeResolver *self,
                      const char   *domain,
                      guint16       preference,
                      const char   *host)
{
  g_ptr_array_add (list_of (self->mx, domain, (GDestroyNotify) g_variant_unref), g_variant_ref_sink (g_variant_new ("(qs)", preference, host)));
}

void
fake_resolver_hang (FakeResolver *self)
{
  self->hangs = TRUE;
}

guint
fake_resolver_n_asked (FakeResolver *self)
{
  return (guint) g_atomic_int_get (&self->n_asked);
}
