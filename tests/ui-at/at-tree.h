/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <atspi/atspi.h>
#include <gio/gio.h>

G_BEGIN_DECLS

/* Something that a program tells of itself */
typedef struct
{
  char       *path;        /* its D-Bus object */
  char       *parent;
  int         index;       /* among what its parent shows */
  int         n_children;
  gboolean    is_page;     /* of a stack: nothing of its own, its child stands for it */
  AtspiRole   role;
  char       *name;
  guint64     states;
  GPtrArray  *children;    /* of AtNode, in their order */
  guint       depth;
} AtNode;

/*
 * Everything that a program tells of itself at one moment. Asked for one by one that is thousands of questions; this is what
 * libatspi fills its cache with, in one.
 */
typedef struct
{
  GDBusConnection *connection;
  char            *program;   /* its name on the bus */
  GHashTable      *nodes;     /* by path */
  GPtrArray       *all;       /* of AtNode, those in windows, each after what it is in */
} AtTree;

AtTree          *at_tree_new        (GDBusConnection *connection, const char *program);
void             at_tree_free       (AtTree *self);
/* GTK says before 4.10 of nothing but windows that it is showing; but what was never on the screen has no size. */
gboolean         at_tree_is_showing (AtTree *self, const AtNode *node);
/* What libatspi has there, (nullable) (transfer full): it has changed meanwhile */
AtspiAccessible *at_tree_find       (AtTree *self, const AtNode *node, AtspiAccessible *application);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtTree, at_tree_free)

G_END_DECLS
