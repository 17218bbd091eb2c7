/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-composer-private.h"

#include <glib/gi18n.h>

#include "csm-json.h"

/* What the preferences say of sending: where somebody else decides, the button says so. */

gboolean
csm_composer_sends_with_enter (CsmComposer *self)
{
  return self->workbench != NULL && g_settings_get_boolean (csm_workbench_get_settings (self->workbench), "send-with-enter");
}

static void
show (CsmComposer *self)
{
  g_autofree char *status = NULL;
  gboolean resolves;

  if (self->workbench == NULL || self->send_button == NULL)
    return;
  status = g_settings_get_string (csm_workbench_get_settings (self->workbench), "status-after-send");
  resolves = g_str_equal (status, "resolved");
  adw_split_button_set_label (ADW_SPLIT_BUTTON (self->send_button), resolves ? _("_Send and Resolve") : _("_Send"));
  gtk_widget_set_tooltip_text (self->send_button, csm_composer_sends_with_enter (self) ? _("Send to the Customer (Enter)") : _("Send to the Customer (Ctrl+Enter)"));
}

/* As the customer speaks. */
void
csm_composer_choose_language (CsmComposer *self)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);
  const char *language = detail != NULL && detail->customer != NULL ? csm_json_get_string (detail->customer, "language") : NULL;

  csm_spell_checker_set_language (self->spelling, language);
}

/* From now on; the workbench was just set. */
void
csm_composer_watch_preferences (CsmComposer *self)
{
  GSettings *settings = csm_workbench_get_settings (self->workbench);

  g_signal_connect_object (settings, "changed::send-with-enter", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::status-after-send", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  csm_spell_checker_set_settings (self->spelling, settings);
  show (self);
}
