/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-review-popover.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-person.h"
#include "csm-picker.h"
#include "csm-role.h"

struct _CsmReviewPopover
{
  GtkPopover    parent_instance;
  CsmWorkbench *workbench;  /* or NULL */
  char         *team_id;    /* whose word the channel needs; or NULL */
  GtkWidget    *note;
  CsmPicker    *picker;
};

enum { ASKED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmReviewPopover, csm_review_popover, GTK_TYPE_POPOVER)

static gboolean
can_review (CsmReviewPopover *self,
            JsonObject       *person)
{
  return csm_person_is_staff (person)
         && csm_role_may (csm_json_get_string (person, "role"), CSM_ACTION_REVIEW)
         && g_strcmp0 (csm_json_get_string (person, "id"), csm_workbench_get_my_id (self->workbench)) != 0;
}

/* The team that has to be asked, the other teams, people. */
static void
fill (CsmReviewPopover *self,
      CsmDirectory     *directory)
{
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < directory->teams->len; i++)
      {
        JsonObject *team = directory->teams->pdata[i];
        const char *id = csm_json_get_string (team, "id");

        if ((g_strcmp0 (id, self->team_id) == 0) != (round == 0) || g_strcmp0 (csm_json_get_string (team, "department"), "partner") == 0)
          continue;
        csm_picker_add (self->picker, id, csm_json_get_string (team, "name"), round == 0 ? _("Approves what leaves this channel") : _("Team"),
                        CSM_PICKER_PLAIN, NULL, FALSE);
      }
  for (guint i = 0; i < directory->people->len; i++)
    {
      JsonObject *person = directory->people->pdata[i];

      if (can_review (self, person))
        csm_picker_add (self->picker, csm_json_get_string (person, "id"), csm_json_get_string (person, "name"), NULL, CSM_PICKER_PERSON, NULL, FALSE);
    }
}

static void
picked_cb (CsmReviewPopover *self,
           const char       *id)
{
  g_autofree char *note = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->note))));

  gtk_popover_popdown (GTK_POPOVER (self));
  g_signal_emit (self, signals[ASKED], 0, id, note);
  gtk_editable_set_text (GTK_EDITABLE (self->note), "");
}

static void
csm_review_popover_show (GtkWidget *widget)
{
  CsmReviewPopover *self = CSM_REVIEW_POPOVER (widget);
  CsmDirectory *directory = self->workbench != NULL ? csm_workbench_get_directory (self->workbench) : NULL;

  csm_picker_clear (self->picker);
  if (directory != NULL)
    fill (self, directory);
  GTK_WIDGET_CLASS (csm_review_popover_parent_class)->show (widget);
  csm_picker_start (self->picker, _("Who shall look at it?"));
}

static void
csm_review_popover_dispose (GObject *object)
{
  CsmReviewPopover *self = CSM_REVIEW_POPOVER (object);

  g_clear_object (&self->workbench);
  g_clear_pointer (&self->team_id, g_free);
  G_OBJECT_CLASS (csm_review_popover_parent_class)->dispose (object);
}

static void
csm_review_popover_class_init (CsmReviewPopoverClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_review_popover_dispose;
  GTK_WIDGET_CLASS (klass)->show = csm_review_popover_show;
  signals[ASKED] = g_signal_new ("asked", CSM_TYPE_REVIEW_POPOVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
csm_review_popover_init (CsmReviewPopover *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->note = gtk_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->note), _("What to look at (optional)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->note), GTK_ACCESSIBLE_PROPERTY_LABEL, _("What to look at"), -1);
  self->picker = CSM_PICKER (csm_picker_new ());
  g_signal_connect_object (self->picker, "picked", G_CALLBACK (picked_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), self->note);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->picker));
  gtk_widget_add_css_class (box, "review-ask");
  gtk_popover_set_child (GTK_POPOVER (self), box);
  gtk_widget_add_css_class (GTK_WIDGET (self), "picker");
}

GtkWidget *
csm_review_popover_new (void)
{
  return g_object_new (CSM_TYPE_REVIEW_POPOVER, NULL);
}

/* Whom it offers when it is shown next. @team_id: (nullable): who must approve what leaves the channel */
void
csm_review_popover_fill (CsmReviewPopover *self,
                         CsmWorkbench     *workbench,
                         const char       *team_id)
{
  g_return_if_fail (CSM_IS_REVIEW_POPOVER (self));
  g_set_object (&self->workbench, workbench);
  if (g_strcmp0 (self->team_id, team_id) == 0)
    return;
  g_free (self->team_id);
  self->team_id = g_strdup (team_id);
}
