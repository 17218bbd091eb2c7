/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <adwaita.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

GtkWidget *csm_mail_cards_new_event    (JsonObject *calendar,
                                        const char *save_action);
GtkWidget *csm_mail_cards_new_contacts (JsonArray  *contacts,
                                        const char *copy_action);

G_END_DECLS
