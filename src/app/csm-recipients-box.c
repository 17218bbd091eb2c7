/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-recipients-box.h"

#include <glib/gi18n.h>

struct _CsmRecipientsBox
{
  AdwBin         parent_instance;
  CsmRecipients *proposal;  /* NULL: nobody to answer */
  char          *conversation_id; /* in which to answer; NULL: in that of the newest message */
  char          *channel;   /* its name, or NULL */
  gboolean       edited;
  gboolean       filling;
  GtkLabel      *label;
  GtkWidget     *recipients_button;
  GtkWidget     *to_entry;
  GtkWidget     *cc_entry;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmRecipientsBox, csm_recipients_box, ADW_TYPE_BIN)

static void
show (CsmRecipientsBox *self)
{
  const char *to = csm_recipients_box_get_to (self);
  const char *cc = csm_recipients_box_get_cc (self);
  g_autofree char *line = NULL;
  g_autofree char *all = NULL;

  /* Translators: the reply box's first line: to whom */
  line = cc[0] != '\0' ? g_strdup_printf (_("Reply to %s and others"), to) : g_strdup_printf (_("Reply to %s"), to);
  all = g_strdup_printf (_("To: %s\nCc: %s\nFrom: %s"), to, cc[0] != '\0' ? cc : "—", self->channel != NULL ? self->channel : "—");
  gtk_label_set_text (self->label, line);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->label), all);
}

static void
changed_cb (CsmRecipientsBox *self)
{
  if (self->filling || self->proposal == NULL)
    return;
  self->edited = TRUE;
  show (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
fill (CsmRecipientsBox *self,
      const char       *to,
      const char       *cc)
{
  self->filling = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->to_entry), to);
  gtk_editable_set_text (GTK_EDITABLE (self->cc_entry), cc != NULL ? cc : "");
  self->filling = FALSE;
}

static void
csm_recipients_box_dispose (GObject *object)
{
  /* The bin would unparent once more what the template lets go. */
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), CSM_TYPE_RECIPIENTS_BOX);
  G_OBJECT_CLASS (csm_recipients_box_parent_class)->dispose (object);
}

static void
csm_recipients_box_finalize (GObject *object)
{
  CsmRecipientsBox *self = CSM_RECIPIENTS_BOX (object);

  g_clear_pointer (&self->proposal, csm_recipients_free);
  g_free (self->conversation_id);
  g_free (self->channel);
  G_OBJECT_CLASS (csm_recipients_box_parent_class)->finalize (object);
}

static void
csm_recipients_box_class_init (CsmRecipientsBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_recipients_box_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_recipients_box_finalize;
  signals[CHANGED] = g_signal_new ("changed", CSM_TYPE_RECIPIENTS_BOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-recipients-box.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmRecipientsBox, label);
  gtk_widget_class_bind_template_child (widget_class, CsmRecipientsBox, recipients_button);
  gtk_widget_class_bind_template_child (widget_class, CsmRecipientsBox, to_entry);
  gtk_widget_class_bind_template_child (widget_class, CsmRecipientsBox, cc_entry);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
}

static void
csm_recipients_box_init (CsmRecipientsBox *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Reckons from @detail who is answered; what a person has changed stays. */
void
csm_recipients_box_propose (CsmRecipientsBox *self,
                            CsmWorkbench     *workbench,
                            CsmCaseDetail    *detail)
{
  g_return_if_fail (CSM_IS_RECIPIENTS_BOX (self));
  g_clear_pointer (&self->proposal, csm_recipients_free);
  self->proposal = csm_recipients_new (detail, csm_workbench_get_directory (workbench), self->conversation_id);
  if (self->proposal == NULL)
    return;
  g_free (self->channel);
  self->channel = g_strdup (csm_workbench_get_name (workbench, self->proposal->channel_id));
  if (!self->edited)
    {
      g_autofree char *to = csm_recipients_write (self->proposal->to);
      g_autofree char *cc = csm_recipients_write (self->proposal->cc);

      fill (self, to, cc);
    }
  show (self);
}

/* As if a person had written them. @cc: (nullable) */
void
csm_recipients_box_set (CsmRecipientsBox *self,
                        const char       *to,
                        const char       *cc)
{
  g_return_if_fail (CSM_IS_RECIPIENTS_BOX (self) && to != NULL);
  fill (self, to, cc);
  self->edited = TRUE;
  if (self->proposal != NULL)
    show (self);
}

/* Nobody is answered until csm_recipients_box_propose(). */
void
csm_recipients_box_clear (CsmRecipientsBox *self)
{
  g_return_if_fail (CSM_IS_RECIPIENTS_BOX (self));
  g_clear_pointer (&self->proposal, csm_recipients_free);
  g_clear_pointer (&self->conversation_id, g_free);
  self->edited = FALSE;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->recipients_button), FALSE);
}

/* What is proposed next answers in this conversation; @id: (nullable): in that of the newest message */
void
csm_recipients_box_set_conversation (CsmRecipientsBox *self,
                                     const char       *id)
{
  g_return_if_fail (CSM_IS_RECIPIENTS_BOX (self));
  if (g_strcmp0 (self->conversation_id, id) == 0)
    return;
  g_free (self->conversation_id);
  self->conversation_id = g_strdup (id);
}

/* The next proposal is for the next reply. */
void
csm_recipients_box_forget_edits (CsmRecipientsBox *self)
{
  g_return_if_fail (CSM_IS_RECIPIENTS_BOX (self));
  g_clear_pointer (&self->conversation_id, g_free);
  self->edited = FALSE;
}

/* Returns: (nullable): conversation, channel and subject of the reply; %NULL when nobody can be answered */
CsmRecipients *
csm_recipients_box_get_proposal (CsmRecipientsBox *self)
{
  return self->proposal;
}

gboolean
csm_recipients_box_is_edited (CsmRecipientsBox *self)
{
  return self->edited;
}

/* Whether there is somebody, and everybody has an address. */
gboolean
csm_recipients_box_is_complete (CsmRecipientsBox *self)
{
  g_autoptr (JsonArray) to = csm_recipients_read (csm_recipients_box_get_to (self));
  g_autoptr (JsonArray) cc = csm_recipients_read (csm_recipients_box_get_cc (self));

  return to != NULL && cc != NULL && json_array_get_length (to) > 0;
}

const char *
csm_recipients_box_get_to (CsmRecipientsBox *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->to_entry));
}

const char *
csm_recipients_box_get_cc (CsmRecipientsBox *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->cc_entry));
}
