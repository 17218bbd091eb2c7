/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-palette-item.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-rights.h"
#include "csm-shortcuts.h"
#include "csm-view-text.h"

struct _CsmPaletteItem
{
  GObject        parent_instance;
  CsmPaletteKind kind;
  char          *title;
  char          *detail;
  const char    *icon;
  char          *accel;
  char          *action;
  GVariant      *target;
};

G_DEFINE_FINAL_TYPE (CsmPaletteItem, csm_palette_item, G_TYPE_OBJECT)

static void
csm_palette_item_finalize (GObject *object)
{
  CsmPaletteItem *self = CSM_PALETTE_ITEM (object);

  g_free (self->title);
  g_free (self->detail);
  g_free (self->accel);
  g_free (self->action);
  g_clear_pointer (&self->target, g_variant_unref);
  G_OBJECT_CLASS (csm_palette_item_parent_class)->finalize (object);
}

static void
csm_palette_item_class_init (CsmPaletteItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = csm_palette_item_finalize;
}

static void
csm_palette_item_init (CsmPaletteItem *self)
{
}

/**
 * csm_palette_item_new:
 * @kind: what it is about
 * @title: what it does, or where it leads
 * @icon: the name of its icon
 * @action: the name of an action of the window or the application
 * @target: (nullable): the action's parameter
 *
 * Returns: (transfer full): something to do
 */
CsmPaletteItem *
csm_palette_item_new (CsmPaletteKind  kind,
                      const char     *title,
                      const char     *icon,
                      const char     *action,
                      GVariant       *target)
{
  CsmPaletteItem *self = g_object_new (CSM_TYPE_PALETTE_ITEM, NULL);

  self->kind = kind;
  self->title = g_strdup (title);
  self->icon = icon;
  self->action = g_strdup (action);
  self->target = target != NULL ? g_variant_ref_sink (target) : NULL;
  return self;
}

/**
 * csm_palette_item_new_case:
 * @row: a case
 *
 * Returns: (transfer full): the way to it
 */
CsmPaletteItem *
csm_palette_item_new_case (const CsmCaseRow *row)
{
  CsmPaletteItem *self = csm_palette_item_new (CSM_PALETTE_CASE, row->subject, "mail-unread-symbolic", "win.show-case", g_variant_new_string (row->id));

  self->detail = g_strdup (row->customer_name);
  return self;
}

CsmPaletteKind
csm_palette_item_get_kind (CsmPaletteItem *self)
{
  return self->kind;
}

const char *
csm_palette_item_get_title (CsmPaletteItem *self)
{
  return self->title;
}

const char *
csm_palette_item_get_detail (CsmPaletteItem *self)
{
  return self->detail;
}

const char *
csm_palette_item_get_icon (CsmPaletteItem *self)
{
  return self->icon;
}

const char *
csm_palette_item_get_accel (CsmPaletteItem *self)
{
  return self->accel;
}

const char *
csm_palette_item_get_action (CsmPaletteItem *self)
{
  return self->action;
}

GVariant *
csm_palette_item_get_target (CsmPaletteItem *self)
{
  return self->target;
}

/**
 * csm_palette_item_matches:
 * @self: an item
 * @typed: what somebody looks for
 *
 * Returns: whether each word of @typed begins a word of it; accents don't matter
 */
gboolean
csm_palette_item_matches (CsmPaletteItem *self,
                     const char *typed)
{
  return typed[0] == '\0' || g_str_match_string (typed, self->title, TRUE) ||
         (self->detail != NULL && g_str_match_string (typed, self->detail, TRUE));
}

/* --- everything there is ------------------------------------------------------------------------------------------- */

static gboolean
knows_action (GPtrArray         *items,
              const CsmShortcut *shortcut)
{
  for (guint i = 0; i < items->len; i++)
    {
      CsmPaletteItem *item = items->pdata[i];

      if (g_strcmp0 (item->action, shortcut->action) == 0 && g_strcmp0 (item->title, _(shortcut->title)) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
add_actions (GPtrArray *items)
{
  guint n;
  const CsmShortcut *table = csm_shortcuts_table (&n);

  for (guint i = 0; i < n; i++)
    {
      GVariant *target = table[i].parameter != NULL ? g_variant_parse (NULL, table[i].parameter, NULL, NULL, NULL) : NULL;

      if (table[i].action != NULL && !g_str_equal (table[i].action, "win.palette") && !knows_action (items, &table[i]))
        {
          CsmPaletteItem *item = csm_palette_item_new (CSM_PALETTE_ACTION, _(table[i].title), "system-run-symbolic", table[i].action, target);

          item->accel = g_strdup (table[i].accel);
          g_ptr_array_add (items, item);
        }
      else if (target != NULL)
        g_variant_unref (g_variant_ref_sink (target));
    }
}

static void
add_view (GPtrArray      *items,
          CsmWorkbench   *workbench,
          CsmViewKind     kind,
          const char     *key,
          const char     *title,
          CsmPaletteKind  of_kind)
{
  g_autoptr (CsmCaseView) view = csm_case_view_new (kind, key);

  g_autofree char *setting = csm_view_to_setting (view);
  const char *icon = of_kind == CSM_PALETTE_PERSON ? "avatar-default-symbolic" : csm_view_get_icon (view);

  g_ptr_array_add (items, csm_palette_item_new (of_kind, title != NULL ? title : csm_view_get_title (workbench, view), icon, "win.show-view",
                                              g_variant_new_string (setting)));
}

static void
add_records (GPtrArray    *items,
             CsmWorkbench *workbench,
             GPtrArray    *records,
             CsmViewKind   kind)
{
  for (guint i = 0; i < records->len; i++)
    add_view (items, workbench, kind, csm_json_get_string (records->pdata[i], kind == CSM_VIEW_SEARCH ? "search" : "id"),
              csm_json_get_string (records->pdata[i], "name"), CSM_PALETTE_VIEW);
}

static void
add_people (GPtrArray    *items,
            CsmWorkbench *workbench,
            GPtrArray    *people)
{
  for (guint i = 0; i < people->len; i++)
    {
      const char *name = csm_json_get_string (people->pdata[i], "name");
      g_autofree char *search = NULL;
      g_autofree char *title = NULL;

      if (name == NULL || !csm_json_get_boolean (people->pdata[i], "active"))
        continue;
      search = g_strdup_printf ("owner:\"%s\"", name);
      /* Translators: %s is a person */
      title = g_strdup_printf (_("Cases of %s"), name);
      add_view (items, workbench, CSM_VIEW_SEARCH, search, title, CSM_PALETTE_PERSON);
    }
}

/**
 * csm_palette_items:
 * @workbench: what there is, and who asks
 *
 * Returns: (transfer full) (element-type CsmPaletteItem): every action, view, tag and person; cases come from the cache
 */
GPtrArray *
csm_palette_items (CsmWorkbench *workbench)
{
  static const CsmViewKind views[] = {
    CSM_VIEW_INBOX, CSM_VIEW_MINE, CSM_VIEW_UNASSIGNED, CSM_VIEW_MENTIONS, CSM_VIEW_WAITING, CSM_VIEW_SNOOZED, CSM_VIEW_RESOLVED,
    CSM_VIEW_OTHER_MAIL, CSM_VIEW_SPAM, CSM_VIEW_LATE, CSM_VIEW_DUE_SOON,
  };
  CsmDirectory *directory = csm_workbench_get_directory (workbench);
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  add_actions (items);
  if (directory == NULL || csm_rights_is_guest (workbench))
    return items;
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    add_view (items, workbench, views[i], NULL, NULL, CSM_PALETTE_VIEW);
  add_records (items, workbench, directory->views, CSM_VIEW_SEARCH);
  add_records (items, workbench, directory->teams, CSM_VIEW_TEAM);
  add_records (items, workbench, directory->tags, CSM_VIEW_TAG);
  add_people (items, workbench, directory->people);
  return items;
}
