/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-item.h"

struct _CsmCaseItem
{
  GObject     parent_instance;
  gint64      rowid;
  CsmCaseRow *row;
};

enum { PROP_0, PROP_ROWID, PROP_ID, PROP_LOADED, N_PROPS };
static GParamSpec *props[N_PROPS];
enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmCaseItem, csm_case_item, G_TYPE_OBJECT)

static void
csm_case_item_finalize (GObject *object)
{
  CsmCaseItem *self = CSM_CASE_ITEM (object);

  g_clear_pointer (&self->row, csm_case_row_free);
  G_OBJECT_CLASS (csm_case_item_parent_class)->finalize (object);
}

static void
csm_case_item_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  CsmCaseItem *self = CSM_CASE_ITEM (object);

  switch (id)
    {
    case PROP_ROWID: g_value_set_int64 (value, self->rowid); break;
    case PROP_ID: g_value_set_string (value, csm_case_item_get_id (self)); break;
    case PROP_LOADED: g_value_set_boolean (value, self->row != NULL); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
csm_case_item_class_init (CsmCaseItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = csm_case_item_finalize;
  object_class->get_property = csm_case_item_get_property;
  props[PROP_ROWID] = g_param_spec_int64 ("rowid", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  props[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  props[PROP_LOADED] = g_param_spec_boolean ("loaded", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[CHANGED] = g_signal_new ("changed", CSM_TYPE_CASE_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
csm_case_item_init (CsmCaseItem *self)
{
}

CsmCaseItem *
csm_case_item_new (gint64 rowid)
{
  CsmCaseItem *self = g_object_new (CSM_TYPE_CASE_ITEM, NULL);

  self->rowid = rowid;
  return self;
}

gint64
csm_case_item_get_rowid (CsmCaseItem *self)
{
  return self->rowid;
}

/* Returns: (nullable): the case's id; %NULL until loaded */
const char *
csm_case_item_get_id (CsmCaseItem *self)
{
  return self->row != NULL ? self->row->id : NULL;
}

/* Returns: (nullable): what the row shows; %NULL until loaded */
const CsmCaseRow *
csm_case_item_get_row (CsmCaseItem *self)
{
  return self->row;
}

static gboolean
same_list (char **a,
           char **b)
{
  return a == b || (a != NULL && b != NULL && g_strv_equal ((const char * const *) a, (const char * const *) b));
}

static gboolean
same_row (const CsmCaseRow *a,
          const CsmCaseRow *b)
{
  return g_strcmp0 (a->subject, b->subject) == 0 && g_strcmp0 (a->preview, b->preview) == 0
         && g_strcmp0 (a->customer_name, b->customer_name) == 0 && g_strcmp0 (a->owner_id, b->owner_id) == 0
         && g_strcmp0 (a->team_id, b->team_id) == 0 && g_strcmp0 (a->status, b->status) == 0
         && g_strcmp0 (a->lane, b->lane) == 0 && g_strcmp0 (a->priority, b->priority) == 0
         && same_list (a->tag_ids, b->tag_ids) && same_list (a->channel_ids, b->channel_ids)
         && a->last_activity == b->last_activity && a->due_at == b->due_at && a->snoozed_until == b->snoozed_until
         && a->unread == b->unread && a->has_attachment == b->has_attachment
         && a->waits == b->waits && a->parked == b->parked;
}

/**
 * csm_case_item_take_row:
 * @self: an item
 * @row: (transfer full): its content as read
 *
 * Emits "changed" only when the content differs: reading again what has not changed costs the list nothing.
 */
void
csm_case_item_take_row (CsmCaseItem *self,
                        CsmCaseRow  *row)
{
  gboolean first = self->row == NULL;

  if (!first && same_row (self->row, row))
    {
      csm_case_row_free (row);
      return;
    }
  g_clear_pointer (&self->row, csm_case_row_free);
  self->row = row;
  g_signal_emit (self, signals[CHANGED], 0);
  if (first)
    {
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ID]);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOADED]);
    }
}
