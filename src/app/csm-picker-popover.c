/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-picker-popover.h"

#include <glib/gi18n.h>

#include "csm-bulk.h"
#include "csm-json.h"

typedef struct
{
  CsmWorkbench *workbench;
  CsmPicker    *picker;
  JsonObject   *common;      /* what the selected cases have in common; NULL: it is about the open one, or not known yet */
  GCancellable *cancellable;
} CsmPickerPopoverPrivate;

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (CsmPickerPopover, csm_picker_popover, GTK_TYPE_POPOVER)

#define GET_PRIVATE(self) ((CsmPickerPopoverPrivate *) csm_picker_popover_get_instance_private (self))

static JsonObject *
get_record (CsmPickerPopover *self)
{
  CsmWorkbench *workbench = GET_PRIVATE (self)->workbench;
  CsmCaseDetail *detail = workbench != NULL ? csm_workbench_get_detail (workbench) : NULL;

  if (workbench != NULL && csm_workbench_get_n_selected (workbench) > 0)
    return GET_PRIVATE (self)->common;
  return detail != NULL ? detail->record : NULL;
}

/* What was picked for all of the selected cases, they have in common from now on. */
static void
note_picked (CsmPickerPopover *self,
             const char       *id,
             gboolean          on)
{
  JsonObject *common = GET_PRIVATE (self)->common;
  const char *set_name = CSM_PICKER_POPOVER_GET_CLASS (self)->set;
  JsonObject *set = common != NULL && set_name != NULL ? csm_json_get_object (common, set_name) : NULL;

  if (set == NULL)
    return;
  if (on)
    json_object_set_boolean_member (set, id, TRUE);
  else
    json_object_remove_member (set, id);
}

static void
picked_cb (CsmPickerPopover *self,
           const char       *id)
{
  CsmPickerPopoverClass *klass = CSM_PICKER_POPOVER_GET_CLASS (self);
  CsmPickerPopoverPrivate *priv = GET_PRIVATE (self);
  JsonObject *record = get_record (self);
  gboolean on;

  if (klass->set == NULL || record == NULL)
    gtk_popover_popdown (GTK_POPOVER (self));
  if (record == NULL)
    return;
  on = klass->set == NULL || !csm_json_has_key (record, klass->set, id);
  if (klass->set != NULL)
    csm_picker_set_checked (priv->picker, id, on);
  note_picked (self, id, on);
  klass->picked (priv->workbench, id, on);
}

static void
new_cb (CsmPickerPopover *self,
        const char       *name)
{
  gtk_popover_popdown (GTK_POPOVER (self));
  CSM_PICKER_POPOVER_GET_CLASS (self)->add_new (GET_PRIVATE (self)->workbench, name);
}

static CsmPicker *
build (CsmPickerPopover *self)
{
  CsmPicker *picker = CSM_PICKER (csm_picker_new ());

  g_signal_connect_swapped (picker, "picked", G_CALLBACK (picked_cb), self);
  g_signal_connect_swapped (picker, "new", G_CALLBACK (new_cb), self);
  gtk_popover_set_child (GTK_POPOVER (self), GTK_WIDGET (picker));
  return picker;
}

static void
fill (CsmPickerPopover *self)
{
  CsmPickerPopoverClass *klass = CSM_PICKER_POPOVER_GET_CLASS (self);
  CsmPickerPopoverPrivate *priv = GET_PRIVATE (self);
  JsonObject *record = get_record (self);

  csm_picker_clear (priv->picker);
  if (record != NULL && csm_workbench_get_directory (priv->workbench) != NULL)
    klass->fill (priv->picker, priv->workbench, record);
}

static void
states_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmPickerPopover) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) states = csm_cache_load_states_finish (CSM_CACHE (source), result, &error);
  CsmPickerPopoverPrivate *priv = GET_PRIVATE (self);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (states == NULL)
    {
      g_warning ("Reading the selected cases failed: %s", error->message);
      return;
    }
  g_clear_pointer (&priv->common, json_object_unref);
  priv->common = csm_bulk_common (states);
  fill (self);
  csm_picker_start (priv->picker, gettext (CSM_PICKER_POPOVER_GET_CLASS (self)->prompt));
}

/* What several cases have in common is read while the popover comes up. */
static void
load_common (CsmPickerPopover *self)
{
  CsmPickerPopoverPrivate *priv = GET_PRIVATE (self);

  if (priv->cancellable != NULL)
    g_cancellable_cancel (priv->cancellable);
  g_clear_object (&priv->cancellable);
  g_clear_pointer (&priv->common, json_object_unref);
  if (priv->workbench == NULL || csm_workbench_get_n_selected (priv->workbench) == 0)
    return;
  priv->cancellable = g_cancellable_new ();
  csm_cache_load_states_async (csm_workbench_get_cache (priv->workbench), csm_workbench_get_selection (priv->workbench), FALSE,
                               priv->cancellable, states_cb, g_object_ref (self));
}

static void
csm_picker_popover_show (GtkWidget *widget)
{
  CsmPickerPopover *self = CSM_PICKER_POPOVER (widget);
  CsmPickerPopoverPrivate *priv = GET_PRIVATE (self);

  if (priv->picker == NULL)
    priv->picker = build (self);
  load_common (self);
  fill (self);
  GTK_WIDGET_CLASS (csm_picker_popover_parent_class)->show (widget);
  csm_picker_start (priv->picker, gettext (CSM_PICKER_POPOVER_GET_CLASS (self)->prompt));
}

static void
csm_picker_popover_get_property (GObject    *object,
                                 guint       id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  if (id == PROP_WORKBENCH)
    g_value_set_object (value, GET_PRIVATE (CSM_PICKER_POPOVER (object))->workbench);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_picker_popover_set_property (GObject      *object,
                                 guint         id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  if (id != PROP_WORKBENCH)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (g_set_object (&GET_PRIVATE (CSM_PICKER_POPOVER (object))->workbench, g_value_get_object (value)))
    g_object_notify_by_pspec (object, pspec);
}

static void
csm_picker_popover_dispose (GObject *object)
{
  CsmPickerPopoverPrivate *priv = GET_PRIVATE (CSM_PICKER_POPOVER (object));

  if (priv->cancellable != NULL)
    g_cancellable_cancel (priv->cancellable);
  g_clear_object (&priv->cancellable);
  g_clear_pointer (&priv->common, json_object_unref);
  g_clear_object (&priv->workbench);
  G_OBJECT_CLASS (csm_picker_popover_parent_class)->dispose (object);
}

static void
csm_picker_popover_class_init (CsmPickerPopoverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_picker_popover_dispose;
  object_class->get_property = csm_picker_popover_get_property;
  object_class->set_property = csm_picker_popover_set_property;
  GTK_WIDGET_CLASS (klass)->show = csm_picker_popover_show;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
csm_picker_popover_init (CsmPickerPopover *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "picker");
}
