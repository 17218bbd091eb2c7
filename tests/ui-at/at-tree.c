/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "at-tree.h"
#include "at-room.h"

#define ROOT "/org/a11y/atspi/accessible/root"
#define ACCESSIBLE "org.a11y.atspi.Accessible"
#define COMPONENT "org.a11y.atspi.Component"
#define CALL_MS ((int) (AT_PATIENCE_US / 1000))
/* What comes while one looks is looked at, too. */
#define MAX_LOOKS 20

static void
node_free (AtNode *node)
{
  g_free (node->path);
  g_free (node->parent);
  g_free (node->name);
  g_ptr_array_unref (node->children);
  g_free (node);
}

static gint
by_index (gconstpointer a,
          gconstpointer b)
{
  const AtNode *first = *(const AtNode * const *) a, *second = *(const AtNode * const *) b;

  return first->index < second->index ? -1 : first->index > second->index;
}

/* --- everything at once -------------------------------------------------------------------------------------------------- */

static AtNode *
read_item (GVariant *item)
{
  AtNode *node = g_new0 (AtNode, 1);
  g_autofree const char **interfaces = NULL;
  g_autoptr (GVariant) states = NULL;
  const guint32 *bits;
  gsize n;
  guint32 role;

  g_variant_get (item, "((so)(so)(so)ii^a&ssus@au)", NULL, &node->path, NULL, NULL, NULL, &node->parent, &node->index, &node->n_children, &interfaces,
                 &node->name, &role, NULL, &states);
  node->role = (AtspiRole) role;
  node->is_page = !g_strv_contains (interfaces, COMPONENT);
  bits = g_variant_get_fixed_array (states, &n, sizeof *bits);
  node->states = n == 2 ? (guint64) bits[1] << 32 | bits[0] : 0;
  node->children = g_ptr_array_new ();
  return node;
}

static void
read_items (AtTree *self)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (self->connection, self->program, "/org/a11y/atspi/cache", "org.a11y.atspi.Cache", "GetItems",
                                                             NULL, G_VARIANT_TYPE ("(a((so)(so)(so)iiassusau))"), G_DBUS_CALL_FLAGS_NONE, CALL_MS, NULL, NULL);
  g_autoptr (GVariant) items = answer != NULL ? g_variant_get_child_value (answer, 0) : NULL;
  GHashTableIter iter;
  AtNode *node;

  g_hash_table_remove_all (self->nodes);
  for (gsize i = 0; items != NULL && i < g_variant_n_children (items); i++)
    {
      g_autoptr (GVariant) item = g_variant_get_child_value (items, i);

      node = read_item (item);
      g_hash_table_replace (self->nodes, node->path, node);
    }
  g_hash_table_iter_init (&iter, self->nodes);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &node))
    {
      AtNode *parent = g_hash_table_lookup (self->nodes, node->parent);

      /* What is hidden counts itself behind everything that isn't; what is in a page counts in the stack. */
      if (parent != NULL && (parent->is_page || (node->index >= 0 && node->index < parent->n_children)))
        g_ptr_array_add (parent->children, node);
    }
  g_hash_table_iter_init (&iter, self->nodes);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &node))
    g_ptr_array_sort (node->children, by_index);
}

static void
add_all (AtTree *self,
         AtNode *node,
         guint   depth)
{
  node->depth = depth;
  g_ptr_array_add (self->all, node);
  for (guint i = 0; i < node->children->len; i++)
    add_all (self, g_ptr_array_index (node->children, i), depth + 1);
}

/* --- what nobody asked for yet ------------------------------------------------------------------------------------------- */

/* GTK makes what it tells of a widget when its parent is asked for it, and only then it is among everything. */
typedef struct
{
  AtTree     *tree;
  GHashTable *asked;     /* paths */
  guint       n_pending;
  gboolean    found;     /* something new */
} Asking;

static void ask (Asking *asking, const char *path);

static void
on_children (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Asking *asking = data;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  g_autoptr (GVariantIter) children = NULL;
  const char *path;

  asking->n_pending--;
  if (answer == NULL)
    return;
  g_variant_get (answer, "(a(so))", &children);
  while (g_variant_iter_next (children, "(&s&o)", NULL, &path))
    if (g_hash_table_lookup (asking->tree->nodes, path) == NULL)
      {
        asking->found = TRUE;
        ask (asking, path);
      }
}

static void
ask (Asking     *asking,
     const char *path)
{
  if (!g_hash_table_add (asking->asked, g_strdup (path)))
    return;
  asking->n_pending++;
  g_dbus_connection_call (asking->tree->connection, asking->tree->program, path, ACCESSIBLE, "GetChildren", NULL, G_VARIANT_TYPE ("(a(so))"),
                          G_DBUS_CALL_FLAGS_NONE, CALL_MS, NULL, on_children, asking);
}

/* Returns: whether there is more than was read */
static gboolean
ask_for_more (AtTree     *self,
              GHashTable *asked)
{
  Asking asking = { .tree = self, .asked = asked };
  g_autoptr (GMainContext) context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  for (guint i = 0; i < self->all->len; i++)
    {
      AtNode *node = g_ptr_array_index (self->all, i);

      if (!node->is_page && (int) node->children->len < node->n_children)
        ask (&asking, node->path);
    }
  while (asking.n_pending > 0)
    g_main_context_iteration (context, TRUE);
  g_main_context_pop_thread_default (context);
  return asking.found;
}

/* Returns: whether all of them are there */
static gboolean
add_windows (AtTree *self)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (self->connection, self->program, ROOT, ACCESSIBLE, "GetChildren", NULL, G_VARIANT_TYPE ("(a(so))"),
                                                             G_DBUS_CALL_FLAGS_NONE, CALL_MS, NULL, NULL);
  g_autoptr (GVariantIter) windows = NULL;
  const char *path;
  gboolean complete = TRUE;
  int index = 0;

  g_ptr_array_set_size (self->all, 0);
  if (answer == NULL)
    return TRUE;
  g_variant_get (answer, "(a(so))", &windows);
  for (; g_variant_iter_next (windows, "(&s&o)", NULL, &path); index++)
    {
      AtNode *node = g_hash_table_lookup (self->nodes, path);

      complete = complete && node != NULL;
      if (node == NULL)
        continue;
      node->index = index;
      add_all (self, node, 1);
    }
  return complete;
}

AtTree *
at_tree_new (GDBusConnection *connection,
             const char      *program)
{
  AtTree *self = g_new0 (AtTree, 1);
  g_autoptr (GHashTable) asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean complete = FALSE;

  self->connection = g_object_ref (connection);
  self->program = g_strdup (program);
  self->nodes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) node_free);
  self->all = g_ptr_array_new ();
  for (guint i = 0; i < MAX_LOOKS && !complete; i++)
    {
      g_ptr_array_set_size (self->all, 0);
      read_items (self);
      complete = add_windows (self);
      complete = !ask_for_more (self, asked) && complete;
    }
  return self;
}

void
at_tree_free (AtTree *self)
{
  g_object_unref (self->connection);
  g_free (self->program);
  g_ptr_array_unref (self->all);
  g_hash_table_unref (self->nodes);
  g_free (self);
}

/* --- one of them --------------------------------------------------------------------------------------------------------- */

gboolean
at_tree_is_showing (AtTree       *self,
                    const AtNode *node)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (self->connection, self->program, node->path, COMPONENT, "GetExtents",
                                                             g_variant_new ("(u)", ATSPI_COORD_TYPE_WINDOW), G_VARIANT_TYPE ("((iiii))"), G_DBUS_CALL_FLAGS_NONE,
                                                             CALL_MS, NULL, NULL);
  int width = 0, height = 0;

  if (answer != NULL)
    g_variant_get (answer, "((iiii))", NULL, NULL, &width, &height);
  return width > 0 && height > 0;
}

static AtspiAccessible *
find_child (AtspiAccessible *within,
            int              index,
            const char      *path)
{
  g_autoptr (AtspiAccessible) child = atspi_accessible_get_child_at_index (within, index, NULL);

  return child != NULL && g_str_equal (child->parent.path, path) ? g_steal_pointer (&child) : NULL;
}

AtspiAccessible *
at_tree_find (AtTree          *self,
              const AtNode    *node,
              AtspiAccessible *application)
{
  const AtNode *parent = g_hash_table_lookup (self->nodes, node->parent);
  g_autoptr (AtspiAccessible) within = NULL;
  AtspiAccessible *found = NULL;

  if (node->depth == 1 || parent == NULL)
    return find_child (application, node->index, node->path);
  within = at_tree_find (self, parent, application);
  if (within == NULL)
    return NULL;
  if (!parent->is_page && !node->is_page)
    return find_child (within, node->index, node->path);
  /* What is in a page counts itself in the stack, and a page isn't always where it says. */
  for (int i = 0, n = atspi_accessible_get_child_count (within, NULL); found == NULL && i < n; i++)
    found = find_child (within, i, node->path);
  return found;
}
