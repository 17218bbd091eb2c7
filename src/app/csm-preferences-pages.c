/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-preferences-pages.h"

#include <glib/gi18n.h>

#include "csm-setting-choice.h"
#include "csm-spelling.h"

static const CsmSettingChoice reads[] = {
  { "at-once", N_("At once") },
  { "2-seconds", N_("After 2 seconds") },
  { "5-seconds", N_("After 5 seconds") },
  { "by-hand", N_("Only by hand") },
};

static const CsmSettingChoice images[] = {
  { "never", N_("Never") },
  { "ask", N_("When asked") },
  { "known", N_("Known senders") },
};

static const CsmSettingChoice densities[] = {
  { "false", N_("Comfortable") },
  { "true", N_("Compact") },
};

static const CsmSettingChoice places[] = {
  { "stay", N_("Stay in the case") },
  { "next", N_("Open the next case") },
  { "list", N_("Go back to the list") },
};

static const CsmSettingChoice statuses[] = {
  { "waiting", N_("Waits") },
  { "resolved", N_("Resolved") },
  { "open", N_("Stays open") },
};

static const CsmSettingChoice keys[] = {
  { "false", N_("Ctrl+Enter") },
  { "true", N_("Enter") },
};

static AdwPreferencesGroup *
create_group (const char *title)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  return ADW_PREFERENCES_GROUP (group);
}

/* What is done with what one reads. */
void
csm_preferences_fill_reading (AdwPreferencesPage *page,
                              GSettings          *settings)
{
  AdwPreferencesGroup *messages = create_group (_("Messages"));
  AdwPreferencesGroup *list = create_group (_("List of Cases"));

  adw_preferences_group_add (messages, csm_setting_choice_new (settings, "mark-read", _("Mark as Read"), _("When you open a case"), reads, G_N_ELEMENTS (reads)));
  adw_preferences_group_add (messages, csm_setting_choice_new (settings, "remote-images", _("Images on the Web"),
                                                               _("Known is who is verified, and was answered in the case"), images, G_N_ELEMENTS (images)));
  adw_preferences_group_add (list, csm_setting_choice_new (settings, "compact-list", _("Rows"), _("Compact ones don’t show how the message begins"), densities, G_N_ELEMENTS (densities)));
  adw_preferences_page_add (page, messages);
  adw_preferences_page_add (page, list);
}

/* What becomes of what one writes. */
void
csm_preferences_fill_sending (AdwPreferencesGroup *group,
                              GSettings           *settings)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *spelling = gtk_switch_new ();
  CsmSpelling *dictionary = csm_spelling_new (NULL);

  adw_preferences_group_add (group, csm_setting_choice_new (settings, "status-after-send", _("The Case Afterwards"), _("Unless you choose otherwise beside Send"), statuses, G_N_ELEMENTS (statuses)));
  adw_preferences_group_add (group, csm_setting_choice_new (settings, "after-send", _("Then"), NULL, places, G_N_ELEMENTS (places)));
  adw_preferences_group_add (group, csm_setting_choice_new (settings, "send-with-enter", _("Send With"), _("With Enter, Shift+Enter begins a new line"), keys, G_N_ELEMENTS (keys)));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _("Check Spelling"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _("In the customer’s language, and of notes in yours"));
  gtk_widget_set_valign (spelling, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (spelling), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Check Spelling"), -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), spelling);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), spelling);
  g_settings_bind (settings, "check-spelling", spelling, "active", G_SETTINGS_BIND_DEFAULT);
  adw_preferences_group_add (group, row);
  gtk_widget_set_visible (row, dictionary != NULL);
  csm_spelling_free (dictionary);
}
