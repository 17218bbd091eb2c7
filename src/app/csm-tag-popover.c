/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-tag-popover.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-picker.h"
#include "csm-triage.h"

struct _CsmTagPopover
{
  GtkPopover    parent_instance;
  CsmWorkbench *workbench;
  CsmPicker    *picker;
};

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmTagPopover, csm_tag_popover, GTK_TYPE_POPOVER)

static gboolean
has_tag (CsmTagPopover *self,
         const char    *tag_id)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);

  return detail != NULL && detail->record != NULL && csm_json_has_key (detail->record, "tags", tag_id);
}

static void
fill (CsmTagPopover *self,
      CsmDirectory  *directory)
{
  for (guint i = 0; i < directory->tags->len; i++)
    {
      JsonObject *tag = directory->tags->pdata[i];
      const char *id = csm_json_get_string (tag, "id");

      csm_picker_add (self->picker, id, csm_json_get_string (tag, "name"), NULL, CSM_PICKER_COLOR,
                      csm_json_get_string (tag, "color"), has_tag (self, id));
    }
  csm_picker_set_new_label (self->picker, _("New tag “%s”"));
}

/* Several may be set before it is closed. */
static void
picked_cb (CsmTagPopover *self,
           const char    *id)
{
  const char *case_ids[] = { csm_workbench_get_case_id (self->workbench), NULL };
  gboolean on = !has_tag (self, id);

  csm_picker_set_checked (self->picker, id, on);
  csm_triage_set_tag (self->workbench, case_ids, id, on);
}

/* New tags take turns with the colours. */
static void
new_cb (CsmTagPopover *self,
        const char    *name)
{
  static const char *const colors[] = { "blue", "green", "yellow", "orange", "red", "purple", "brown", "gray" };
  const char *case_ids[] = { csm_workbench_get_case_id (self->workbench), NULL };
  guint n_tags = csm_workbench_get_directory (self->workbench)->tags->len;

  gtk_popover_popdown (GTK_POPOVER (self));
  csm_triage_new_tag (self->workbench, case_ids, name, colors[n_tags % G_N_ELEMENTS (colors)]);
}

/* What is in it is built when somebody first wants to see it. */
static void
build (CsmTagPopover *self)
{
  self->picker = CSM_PICKER (csm_picker_new ());
  g_signal_connect_swapped (self->picker, "picked", G_CALLBACK (picked_cb), self);
  g_signal_connect_swapped (self->picker, "new", G_CALLBACK (new_cb), self);
  gtk_popover_set_child (GTK_POPOVER (self), GTK_WIDGET (self->picker));
}

static void
csm_tag_popover_show (GtkWidget *widget)
{
  CsmTagPopover *self = CSM_TAG_POPOVER (widget);

  CsmDirectory *directory = self->workbench != NULL ? csm_workbench_get_directory (self->workbench) : NULL;
  CsmCaseDetail *detail = self->workbench != NULL ? csm_workbench_get_detail (self->workbench) : NULL;

  if (self->picker == NULL)
    build (self);
  csm_picker_clear (self->picker);
  if (directory != NULL && detail != NULL && detail->record != NULL)
    fill (self, directory);
  GTK_WIDGET_CLASS (csm_tag_popover_parent_class)->show (widget);
  csm_picker_start (self->picker, _("Tag…"));
}

static void
csm_tag_popover_get_property (GObject    *object,
                              guint       id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  if (id == PROP_WORKBENCH)
    g_value_set_object (value, CSM_TAG_POPOVER (object)->workbench);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_tag_popover_set_property (GObject      *object,
                              guint         id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  CsmTagPopover *self = CSM_TAG_POPOVER (object);

  if (id != PROP_WORKBENCH)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (g_set_object (&self->workbench, g_value_get_object (value)))
    g_object_notify_by_pspec (object, pspec);
}

static void
csm_tag_popover_dispose (GObject *object)
{
  CsmTagPopover *self = CSM_TAG_POPOVER (object);

  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_tag_popover_parent_class)->dispose (object);
}

static void
csm_tag_popover_class_init (CsmTagPopoverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_tag_popover_dispose;
  object_class->get_property = csm_tag_popover_get_property;
  object_class->set_property = csm_tag_popover_set_property;
  GTK_WIDGET_CLASS (klass)->show = csm_tag_popover_show;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
csm_tag_popover_init (CsmTagPopover *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "picker");
}

GtkWidget *
csm_tag_popover_new (void)
{
  return g_object_new (CSM_TYPE_TAG_POPOVER, NULL);
}
