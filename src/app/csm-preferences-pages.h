/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What of the preferences is nothing but settings. */
void csm_preferences_fill_reading (AdwPreferencesPage  *page,
                                   GSettings           *settings);
void csm_preferences_fill_sending (AdwPreferencesGroup *group,
                                   GSettings           *settings);

G_END_DECLS
