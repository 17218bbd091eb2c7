/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-part.h"

typedef struct
{
  CsmWorkbench *workbench;
  GSignalGroup *signals;
  char         *case_id;
} CsmCasePartPrivate;

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (CsmCasePart, csm_case_part, ADW_TYPE_BIN)

#define GET_PRIVATE(self) ((CsmCasePartPrivate *) csm_case_part_get_instance_private (self))

static CsmCaseDetail *
get_detail (CsmCasePart *self)
{
  CsmWorkbench *workbench = GET_PRIVATE (self)->workbench;
  CsmCaseDetail *detail = workbench != NULL ? csm_workbench_get_detail (workbench) : NULL;

  return detail != NULL && detail->record != NULL ? detail : NULL;
}

static void
case_changed_cb (CsmCasePart *self)
{
  CsmCasePartPrivate *priv = GET_PRIVATE (self);
  const char *case_id = priv->workbench != NULL ? csm_workbench_get_case_id (priv->workbench) : NULL;

  if (g_strcmp0 (case_id, priv->case_id) == 0)
    return;
  if (CSM_CASE_PART_GET_CLASS (self)->leave != NULL)
    CSM_CASE_PART_GET_CLASS (self)->leave (self);
  g_free (priv->case_id);
  priv->case_id = g_strdup (case_id);
  csm_case_part_refresh (self);
}

static void
csm_case_part_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  if (id == PROP_WORKBENCH)
    g_value_set_object (value, GET_PRIVATE (CSM_CASE_PART (object))->workbench);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_case_part_set_property (GObject      *object,
                            guint         id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  CsmCasePart *self = CSM_CASE_PART (object);
  CsmCasePartPrivate *priv = GET_PRIVATE (self);

  if (id != PROP_WORKBENCH)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  if (!g_set_object (&priv->workbench, g_value_get_object (value)))
    return;
  g_signal_group_set_target (priv->signals, priv->workbench);
  case_changed_cb (self);
  csm_case_part_refresh (self);
  g_object_notify_by_pspec (object, pspec);
}

static void
csm_case_part_dispose (GObject *object)
{
  CsmCasePartPrivate *priv = GET_PRIVATE (CSM_CASE_PART (object));

  g_clear_object (&priv->signals);
  g_clear_object (&priv->workbench);
  adw_bin_set_child (ADW_BIN (object), NULL);
  G_OBJECT_CLASS (csm_case_part_parent_class)->dispose (object);
}

static void
csm_case_part_finalize (GObject *object)
{
  g_free (GET_PRIVATE (CSM_CASE_PART (object))->case_id);
  G_OBJECT_CLASS (csm_case_part_parent_class)->finalize (object);
}

static void
csm_case_part_class_init (CsmCasePartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_case_part_dispose;
  object_class->finalize = csm_case_part_finalize;
  object_class->get_property = csm_case_part_get_property;
  object_class->set_property = csm_case_part_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
csm_case_part_init (CsmCasePart *self)
{
  CsmCasePartPrivate *priv = GET_PRIVATE (self);

  priv->signals = g_signal_group_new (CSM_TYPE_WORKBENCH);
  g_signal_group_connect_swapped (priv->signals, "notify::case-id", G_CALLBACK (case_changed_cb), self);
  g_signal_group_connect_swapped (priv->signals, "notify::detail", G_CALLBACK (csm_case_part_refresh), self);
  g_signal_group_connect_swapped (priv->signals, "notify::directory", G_CALLBACK (csm_case_part_refresh), self);
}

/* Returns: (transfer none) (nullable): the window's workbench */
CsmWorkbench *
csm_case_part_get_workbench (CsmCasePart *self)
{
  g_return_val_if_fail (CSM_IS_CASE_PART (self), NULL);
  return GET_PRIVATE (self)->workbench;
}

/* Returns: (nullable): the case that is shown, or is about to be */
const char *
csm_case_part_get_case_id (CsmCasePart *self)
{
  g_return_val_if_fail (CSM_IS_CASE_PART (self), NULL);
  return GET_PRIVATE (self)->case_id;
}

/* Returns: (transfer none) (nullable): the Case */
JsonObject *
csm_case_part_get_record (CsmCasePart *self)
{
  CsmCaseDetail *detail;

  g_return_val_if_fail (CSM_IS_CASE_PART (self), NULL);
  detail = get_detail (self);
  return detail != NULL ? detail->record : NULL;
}

/* Shows it anew. */
void
csm_case_part_refresh (CsmCasePart *self)
{
  g_return_if_fail (CSM_IS_CASE_PART (self));
  CSM_CASE_PART_GET_CLASS (self)->refresh (self, get_detail (self));
}

/* Changes the case that is shown. Takes (transfer full) @patch; @said: (nullable): the toast's text */
void
csm_case_part_patch (CsmCasePart *self,
                     const char  *label,
                     JsonObject  *patch,
                     const char  *said)
{
  CsmIntent *intent = csm_intent_new (label);

  csm_intent_update (intent, CSM_TYPE_ID_CASE, GET_PRIVATE (self)->case_id, patch);
  csm_workbench_perform (GET_PRIVATE (self)->workbench, intent, said);
}
