/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-live-line.h"

#include "csm-live-words.h"

#define AVATARS 3
#define AVATAR_SIZE 20

struct _CsmLiveLine
{
  GtkWidget     parent_instance;
  CsmWorkbench *workbench;
  gulong        changed_id;
  gboolean      notes;
  GtkWidget    *avatars;
  GtkWidget    *label;
};

enum { PROP_0, PROP_WORKBENCH, PROP_NOTES, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmLiveLine, csm_live_line, GTK_TYPE_WIDGET)

static void
show_avatars (CsmLiveLine *self,
              GPtrArray   *people)
{
  GtkWidget *child;
  guint n = 0;

  while ((child = gtk_widget_get_first_child (self->avatars)) != NULL)
    gtk_box_remove (GTK_BOX (self->avatars), child);
  for (guint i = 0; people != NULL && i < people->len && n < AVATARS; i++)
    {
      CsmLivePerson *person = people->pdata[i];
      GtkWidget *avatar;

      if (self->notes && person->state != CSM_LIVE_WRITING_COMMENT)
        continue;
      avatar = adw_avatar_new (AVATAR_SIZE, csm_workbench_get_name (self->workbench, person->person_id), TRUE);
      gtk_accessible_update_state (GTK_ACCESSIBLE (avatar), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
      gtk_box_append (GTK_BOX (self->avatars), avatar);
      n++;
    }
}

static gboolean
writes_reply (GPtrArray *people)
{
  return people != NULL && people->len > 0 && ((CsmLivePerson *) people->pdata[0])->state == CSM_LIVE_WRITING_REPLY;
}

static void
refresh (CsmLiveLine *self)
{
  CsmLive *live = self->workbench != NULL ? csm_account_get_live (csm_workbench_get_account (self->workbench)) : NULL;
  GPtrArray *people = live != NULL ? csm_live_get_people (live, csm_workbench_get_case_id (self->workbench)) : NULL;
  CsmDirectory *directory = self->workbench != NULL ? csm_workbench_get_directory (self->workbench) : NULL;
  g_autofree char *words = self->notes ? csm_live_words_notes (directory, people) : csm_live_words (directory, people);

  gtk_widget_set_visible (GTK_WIDGET (self), words != NULL);
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->label)), words != NULL ? words : "") == 0)
    return;
  show_avatars (self, words != NULL ? people : NULL);
  gtk_label_set_text (GTK_LABEL (self->label), words != NULL ? words : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words != NULL ? words : "", -1);
  /* Two who answer the same is what this is there to prevent. */
  if (!self->notes && writes_reply (people))
    gtk_widget_add_css_class (GTK_WIDGET (self), "writes");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "writes");
}

static void
changed_cb (CsmLiveLine *self,
            const char  *case_id)
{
  if (g_strcmp0 (case_id, csm_workbench_get_case_id (self->workbench)) == 0)
    refresh (self);
}

static void
set_workbench (CsmLiveLine  *self,
               CsmWorkbench *workbench)
{
  if (self->workbench == workbench)
    return;
  if (self->workbench != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->workbench, self);
      g_signal_handlers_disconnect_by_data (csm_account_get_live (csm_workbench_get_account (self->workbench)), self);
    }
  g_set_object (&self->workbench, workbench);
  if (workbench != NULL)
    {
      g_signal_connect_object (workbench, "notify::case-id", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (csm_account_get_live (csm_workbench_get_account (workbench)), "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
    }
  refresh (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKBENCH]);
}

static void
csm_live_line_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  CsmLiveLine *self = CSM_LIVE_LINE (object);

  switch (id)
    {
    case PROP_WORKBENCH: g_value_set_object (value, self->workbench); break;
    case PROP_NOTES: g_value_set_boolean (value, self->notes); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
csm_live_line_set_property (GObject      *object,
                            guint         id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  CsmLiveLine *self = CSM_LIVE_LINE (object);

  switch (id)
    {
    case PROP_WORKBENCH: set_workbench (self, g_value_get_object (value)); break;
    case PROP_NOTES: self->notes = g_value_get_boolean (value); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
csm_live_line_dispose (GObject *object)
{
  CsmLiveLine *self = CSM_LIVE_LINE (object);

  if (self->label != NULL)
    set_workbench (self, NULL);
  g_clear_pointer (&self->avatars, gtk_widget_unparent);
  g_clear_pointer (&self->label, gtk_widget_unparent);
  G_OBJECT_CLASS (csm_live_line_parent_class)->dispose (object);
}

static void
csm_live_line_class_init (CsmLiveLineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = csm_live_line_dispose;
  object_class->get_property = csm_live_line_get_property;
  object_class->set_property = csm_live_line_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_NOTES] = g_param_spec_boolean ("notes", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_css_name (widget_class, "live");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_STATUS);
}

static void
csm_live_line_init (CsmLiveLine *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  /* Reached by the keyboard, so that it can be read to somebody who doesn't see it. */
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  self->avatars = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  gtk_widget_set_valign (self->avatars, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (self->avatars, GTK_WIDGET (self));
  self->label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_label_set_wrap (GTK_LABEL (self->label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (self->label), 2);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->label, TRUE);
  gtk_widget_add_css_class (self->label, "caption");
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
}
