/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-types.h"

G_BEGIN_DECLS

char       *csm_clock_words_minutes  (gint64        minutes);
char       *csm_clock_words_short    (gint64        at,
                                      gint64        now);
char       *csm_clock_words_deadline (const char   *kind,
                                      gint64        at,
                                      gint64        now);
char       *csm_clock_words_state    (const char   *kind,
                                      JsonObject   *clock,
                                      gint64        now);
char       *csm_clock_words_why      (CsmDirectory *directory,
                                      const char   *kind,
                                      JsonObject   *clock,
                                      gboolean      rested);
const char *csm_clock_words_class    (gint64        clock_at,
                                      gint64        warn_at,
                                      gint64        now);

G_END_DECLS
