/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-composer-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-json.h"
#include "csm-later-line.h"
#include "csm-reply-check.h"
#include "csm-time.h"
#include "csm-when-picker.h"
#include "csm-wrap-layout.h"

/* --- who has not been part of the case ---------------------------------------------------------------------- */

/* What is not finished yet is nobody. */
static void
add_outsiders (GPtrArray  *outsiders,
               const char *typed,
               GHashTable *known)
{
  g_autoptr (JsonArray) recipients = csm_recipients_read (typed);
  g_autoptr (GPtrArray) more = recipients != NULL ? csm_reply_outsiders (recipients, known) : NULL;

  for (guint i = 0; more != NULL && i < more->len; i++)
    g_ptr_array_add (outsiders, g_strdup (more->pdata[i]));
}

static char *
say_outsiders (CsmComposer *self,
               GPtrArray   *outsiders,
               GHashTable  *known)
{
  g_clear_pointer (&self->lookalike, g_free);
  g_clear_pointer (&self->outsider, g_free);
  for (guint i = 0; i < outsiders->len && self->lookalike == NULL; i++)
    {
      self->lookalike = csm_reply_lookalike (outsiders->pdata[i], known);
      if (self->lookalike != NULL)
        self->outsider = g_strdup (outsiders->pdata[i]);
    }
  if (self->lookalike != NULL)
    return g_strdup_printf (_("%s looks like %s, but is another address."), self->outsider, self->lookalike);
  if (outsiders->len == 0)
    return NULL;
  if (outsiders->len == 1)
    return g_strdup_printf (_("%s has not been part of this case."), (const char *) outsiders->pdata[0]);
  return g_strdup_printf (ngettext ("%u address has not been part of this case.", "%u addresses have not been part of this case.", outsiders->len),
                          outsiders->len);
}

/* Looks at them when they are others than the last time. */
static void
check_recipients (CsmComposer *self)
{
  CsmCaseDetail *detail = self->workbench != NULL ? csm_workbench_get_detail (self->workbench) : NULL;
  g_autofree char *checked = NULL;
  g_autoptr (GHashTable) known = NULL;
  g_autoptr (GPtrArray) outsiders = NULL;
  g_autofree char *text = NULL;
  g_autofree char *use = NULL;

  if (detail == NULL)
    return;
  checked = g_strjoin ("\n", self->case_id != NULL ? self->case_id : "", csm_recipients_box_get_to (self->recipients),
                       csm_recipients_box_get_cc (self->recipients), csm_recipients_box_get_bcc (self->recipients), detail->newest_message_id, NULL);
  if (g_strcmp0 (checked, self->outsider_checked) == 0)
    return;
  g_free (self->outsider_checked);
  self->outsider_checked = g_steal_pointer (&checked);
  if (csm_recipients_box_is_edited (self->recipients))
    {
      known = csm_reply_known (detail, csm_workbench_get_directory (self->workbench));
      outsiders = g_ptr_array_new_with_free_func (g_free);
      add_outsiders (outsiders, csm_recipients_box_get_to (self->recipients), known);
      add_outsiders (outsiders, csm_recipients_box_get_cc (self->recipients), known);
      add_outsiders (outsiders, csm_recipients_box_get_bcc (self->recipients), known);
      text = say_outsiders (self, outsiders, known);
    }
  gtk_widget_set_visible (self->outsider_notice, text != NULL);
  if (text == NULL)
    return;
  gtk_label_set_text (GTK_LABEL (self->outsider_label), text);
  gtk_widget_set_visible (self->outsider_button, self->lookalike != NULL);
  if (self->lookalike != NULL)
    use = g_strdup_printf (_("Use %s"), self->lookalike);
  if (use != NULL)
    gtk_button_set_label (GTK_BUTTON (self->outsider_button), use);
}

static void
replace_in (CsmComposer     *self,
            CsmEnvelopePart  part,
            const char      *typed)
{
  const char *at = self->lookalike != NULL ? strcasestr (typed, self->outsider) : NULL;
  g_autofree char *text = NULL;

  if (at == NULL)
    return;
  text = g_strdup_printf ("%.*s%s%s", (int) (at - typed), typed, self->lookalike, at + strlen (self->outsider));
  csm_recipients_box_set (self->recipients, part, text);
}

static void
use_known_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  CsmComposer *self = CSM_COMPOSER (widget);

  replace_in (self, CSM_ENVELOPE_TO, csm_recipients_box_get_to (self->recipients));
  replace_in (self, CSM_ENVELOPE_CC, csm_recipients_box_get_cc (self->recipients));
  replace_in (self, CSM_ENVELOPE_BCC, csm_recipients_box_get_bcc (self->recipients));
  g_signal_emit_by_name (self->recipients, "changed");
}

/* --- held once ---------------------------------------------------------------------------------------------- */

/* Returns: (transfer full) (nullable): why to look once more */
static char *
why_hold (CsmComposer *self,
          gboolean    *attach)
{
  g_autofree char *text = csm_composer_dup_text (self);
  CsmRecipients *recipients = csm_recipients_box_get_proposal (self->recipients);

  *attach = FALSE;
  if (csm_file_list_is_empty (self->attachments) && csm_reply_mentions_file (text))
    {
      *attach = TRUE;
      return g_strdup (_("You mention an attachment, but nothing is attached."));
    }
  /* Where it was only emptied here, the server answers under the old one. */
  if (recipients != NULL && csm_recipients_box_get_subject (self->recipients)[0] == '\0' && (recipients->subject == NULL || recipients->subject[0] == '\0'))
    return g_strdup (_("The reply has no subject."));
  return NULL;
}

/* What was asked about is forgotten. */
void
csm_composer_forget_check (CsmComposer *self)
{
  self->holding = FALSE;
  g_clear_pointer (&self->held_patch, json_object_unref);
  gtk_widget_set_visible (self->held_notice, FALSE);
}

/* Says what may have been overlooked, and takes it back when it isn't so any more. */
void
csm_composer_update_check (CsmComposer *self)
{
  g_autofree char *why = NULL;
  gboolean attach;

  check_recipients (self);
  if (!self->holding)
    return;
  why = why_hold (self, &attach);
  if (why == NULL)
    csm_composer_forget_check (self);
}

/**
 * csm_composer_try:
 * @self: a composer
 * @patch: (nullable): what becomes of the case
 * @at: when it leaves, µs; `CSM_TIME_NONE`: now
 *
 * Sends the reply, but asks once where something may have been overlooked.
 */
void
csm_composer_try (CsmComposer *self,
                  JsonObject  *patch,
                  gint64       at)
{
  gboolean attach = FALSE;
  g_autofree char *why = self->holding ? NULL : why_hold (self, &attach);

  if (why == NULL)
    {
      csm_composer_forget_check (self);
      csm_composer_send (self, patch, at);
      return;
    }
  self->holding = TRUE;
  g_clear_pointer (&self->held_patch, json_object_unref);
  self->held_patch = patch != NULL ? json_object_ref (patch) : NULL;
  self->held_at = at;
  gtk_label_set_text (GTK_LABEL (self->held_label), why);
  gtk_widget_set_visible (self->held_attach, attach);
  gtk_widget_set_visible (self->held_notice, TRUE);
  gtk_widget_child_focus (self->held_notice, GTK_DIR_TAB_FORWARD);
}

static void
send_anyway_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  CsmComposer *self = CSM_COMPOSER (widget);
  g_autoptr (JsonObject) patch = g_steal_pointer (&self->held_patch);

  csm_composer_try (self, patch, self->held_at);
  csm_composer_focus (self);
}

/* --- later -------------------------------------------------------------------------------------------------- */

static void
picked_cb (CsmComposer *self,
           gint64       at)
{
  g_autoptr (JsonObject) patch = NULL;
  g_autofree char *when = NULL;
  g_autofree char *said = NULL;

  gtk_popover_popdown (GTK_POPOVER (self->when_popover));
  if (self->when_snoozes)
    {
      patch = json_object_new ();
      json_object_set_string_member (patch, "status", "snoozed");
      csm_json_set_time (patch, "snoozedUntil", at);
    }
  csm_composer_try (self, patch, self->when_snoozes ? CSM_TIME_NONE : at);
  if (self->when_snoozes || self->holding)
    return;
  when = csm_later_when (at, csm_time_now ());
  said = g_strdup_printf (_("The reply will be sent %s"), when);
  csm_workbench_say (self->workbench, said);
}

static void
ask_when (CsmComposer *self,
          gboolean     snoozes)
{
  CsmAccount *account = csm_workbench_get_account (self->workbench);
  g_autoptr (GTimeZone) zone = account != NULL ? csm_account_get_time_zone (account) : NULL;
  GtkWidget *picker;
  GdkRectangle place = { 0, 0, 0, 0 };
  double x = 0;
  double y = 0;

  if (self->when_popover == NULL)
    {
      picker = csm_when_picker_new (CSM_WHEN_FOR_SNOOZE);
      self->when_popover = gtk_popover_new ();
      gtk_widget_add_css_class (self->when_popover, "picker");
      gtk_popover_set_child (GTK_POPOVER (self->when_popover), picker);
      g_signal_connect_object (picker, "picked", G_CALLBACK (picked_cb), self, G_CONNECT_SWAPPED);
      gtk_widget_set_parent (self->when_popover, GTK_WIDGET (self));
    }
  self->when_snoozes = snoozes;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->when_popover), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  snoozes ? _("Send, and snooze the case until") : _("Send later"), -1);
  picker = gtk_popover_get_child (GTK_POPOVER (self->when_popover));
  csm_when_picker_start (CSM_WHEN_PICKER (picker), CSM_TIME_NONE, FALSE, zone);
  gtk_widget_translate_coordinates (self->send_button, GTK_WIDGET (self), gtk_widget_get_width (self->send_button) / 2.0, 0, &x, &y);
  place.x = (int) x;
  place.y = (int) y;
  gtk_popover_set_position (GTK_POPOVER (self->when_popover), GTK_POS_TOP);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->when_popover), &place);
  gtk_popover_popup (GTK_POPOVER (self->when_popover));
}

static void
later_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  ask_when (CSM_COMPOSER (widget), FALSE);
}

static void
snoozed_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  ask_when (CSM_COMPOSER (widget), TRUE);
}

void
csm_composer_bind_check (GtkWidgetClass *widget_class)
{
  g_type_ensure (CSM_TYPE_WRAP_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, outsider_notice);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, outsider_label);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, outsider_button);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, held_notice);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, held_label);
  gtk_widget_class_bind_template_child (widget_class, CsmComposer, held_attach);
  gtk_widget_class_install_action (widget_class, "composer.use-known", NULL, use_known_action);
  gtk_widget_class_install_action (widget_class, "composer.send-anyway", NULL, send_anyway_action);
  gtk_widget_class_install_action (widget_class, "composer.send-later", NULL, later_action);
  gtk_widget_class_install_action (widget_class, "composer.send-snoozed", NULL, snoozed_action);
}
