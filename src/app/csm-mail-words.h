/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What is said about a message besides its text. All of it is words for people, or NULL where there is nothing to say. */
char       *csm_mail_trust_title     (JsonObject *message);
gboolean    csm_mail_trust_is_good   (JsonObject *message);
char       *csm_mail_trust_details   (JsonObject *message);
char       *csm_mail_warnings        (JsonObject *message);
gboolean    csm_mail_is_signed       (JsonObject *message);
char       *csm_mail_event_kind      (JsonObject *calendar);
char       *csm_mail_event_when      (JsonObject *calendar);
char       *csm_mail_event_organizer (JsonObject *calendar);
char       *csm_mail_away            (JsonObject *message,
                                      GTimeZone  *zone,
                                      gint64      now,
                                      gint64     *back);
gboolean    csm_mail_can_unsubscribe (JsonObject *message,
                                      const char *lane);
char       *csm_mail_list_host       (JsonObject *message);
gboolean    csm_mail_list_needs_page (JsonObject *message);

G_END_DECLS
