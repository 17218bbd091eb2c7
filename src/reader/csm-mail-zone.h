/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>

#include "csm-content-line.h"

G_BEGIN_DECLS

typedef struct _CsmMailZone CsmMailZone;

gint64       csm_mail_zone_seconds    (int             year,
                                       int             month,
                                       int             day);
gboolean     csm_mail_zone_read_local (const char     *text,
                                       gint64         *seconds,
                                       gboolean       *has_time,
                                       gboolean       *is_utc);
CsmMailZone *csm_mail_zone_new        (void);
CsmMailZone *csm_mail_zone_find       (const char     *name);
void         csm_mail_zone_free       (CsmMailZone    *self);
void         csm_mail_zone_take_line  (CsmMailZone    *self,
                                       CsmContentLine *line);
const char  *csm_mail_zone_get_name   (CsmMailZone    *self);
gboolean     csm_mail_zone_to_utc     (CsmMailZone    *self,
                                       gint64         *seconds);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmMailZone, csm_mail_zone_free)

G_END_DECLS
