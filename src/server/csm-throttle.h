/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _CsmThrottle CsmThrottle;

CsmThrottle *csm_throttle_new       (guint        free_tries,
                                     gint64       longest,
                                     guint        capacity);
void         csm_throttle_free      (CsmThrottle *self);
gint64       csm_throttle_try       (CsmThrottle *self,
                                     const char  *key,
                                     gint64       now);
void         csm_throttle_take_back (CsmThrottle *self,
                                     const char  *key,
                                     gint64       now);
void         csm_throttle_clear     (CsmThrottle *self,
                                     const char  *key);
guint        csm_throttle_get_size  (CsmThrottle *self);
char        *csm_throttle_key_of_address (const char *host);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmThrottle, csm_throttle_free)

G_END_DECLS
