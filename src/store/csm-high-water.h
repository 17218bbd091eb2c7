/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How far an account had come: its epoch, and the last number of its change counter that was given out. */
typedef struct
{
  gint64 account;
  gint64 epoch;
  gint64 modseq;
} CsmMark;

/* The file beside the database that remembers how far its accounts had come. */
typedef struct _CsmHighWater CsmHighWater;

CsmHighWater *csm_high_water_open  (const char    *directory,
                                    const char    *workspace_id);
void          csm_high_water_free  (CsmHighWater  *self);
GArray       *csm_high_water_list  (CsmHighWater  *self);
void          csm_high_water_raise (CsmHighWater  *self,
                                    gint64         account,
                                    gint64         modseq);
void          csm_high_water_set   (CsmHighWater  *self,
                                    GArray        *marks,
                                    gboolean       anew);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmHighWater, csm_high_water_free)

G_END_DECLS
