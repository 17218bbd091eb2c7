/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-list-order.h"

#include "csm-view-text.h"

/* In which order somebody wants to see a view: kept for each of them that isn't seen as it is by itself. */

#define KEY "view-orders"

static const char *const names[] = {
  [CSM_ORDER_NEWEST] = "newest",
  [CSM_ORDER_OLDEST] = "oldest",
  [CSM_ORDER_DUE] = "due",
  [CSM_ORDER_WAITING] = "waiting",
  [CSM_ORDER_CUSTOMER] = "customer",
};

const char *
csm_case_list_order_name (CsmCaseOrder order)
{
  return names[order];
}

/* Returns: the order that is called @name; the view's own when none is */
CsmCaseOrder
csm_case_list_order_of_name (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (names[i], name) == 0)
      return (CsmCaseOrder) i;
  return CSM_ORDER_NEWEST;
}

/* All searches are seen in one order. */
static char *
setting_of (const CsmCaseView *view)
{
  return view->kind == CSM_VIEW_SEARCH ? g_strdup ("search") : csm_view_to_setting (view);
}

/* Returns: the order in which @view was seen last */
CsmCaseOrder
csm_case_list_order_load (GSettings         *settings,
                          const CsmCaseView *view)
{
  g_autoptr (GVariant) orders = g_settings_get_value (settings, KEY);
  g_autofree char *setting = NULL;
  const char *name = NULL;

  if (g_variant_n_children (orders) == 0)
    return CSM_ORDER_NEWEST;
  setting = setting_of (view);
  g_variant_lookup (orders, setting, "&s", &name);
  return csm_case_list_order_of_name (name);
}

void
csm_case_list_order_save (GSettings         *settings,
                          const CsmCaseView *view,
                          CsmCaseOrder       order)
{
  g_autoptr (GVariant) orders = g_settings_get_value (settings, KEY);
  g_autofree char *setting = setting_of (view);
  GVariantBuilder builder;
  GVariantIter iter;
  const char *key;
  const char *name;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  g_variant_iter_init (&iter, orders);
  while (g_variant_iter_next (&iter, "{&s&s}", &key, &name))
    if (!g_str_equal (key, setting))
      g_variant_builder_add (&builder, "{ss}", key, name);
  if (order != CSM_ORDER_NEWEST)
    g_variant_builder_add (&builder, "{ss}", setting, names[order]);
  g_settings_set_value (settings, KEY, g_variant_builder_end (&builder));
}
