/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

typedef enum
{
  CSM_PALETTE_ACTION,
  CSM_PALETTE_VIEW,
  CSM_PALETTE_PERSON,
  CSM_PALETTE_CASE,
} CsmPaletteKind;

/* One thing that the command palette offers: something to do, or somewhere to go. */
#define CSM_TYPE_PALETTE_ITEM (csm_palette_item_get_type ())
G_DECLARE_FINAL_TYPE (CsmPaletteItem, csm_palette_item, CSM, PALETTE_ITEM, GObject)

CsmPaletteItem *csm_palette_item_new        (CsmPaletteKind    kind,
                                             const char       *title,
                                             const char       *icon,
                                             const char       *action,
                                             GVariant         *target);
CsmPaletteItem *csm_palette_item_new_case   (const CsmCaseRow *row);
CsmPaletteKind  csm_palette_item_get_kind   (CsmPaletteItem   *self);
const char     *csm_palette_item_get_title  (CsmPaletteItem   *self);
const char     *csm_palette_item_get_detail (CsmPaletteItem   *self);
const char     *csm_palette_item_get_icon   (CsmPaletteItem   *self);
const char     *csm_palette_item_get_accel  (CsmPaletteItem   *self);
const char     *csm_palette_item_get_action (CsmPaletteItem   *self);
GVariant       *csm_palette_item_get_target (CsmPaletteItem   *self);
gboolean        csm_palette_item_matches    (CsmPaletteItem   *self,
                                             const char       *typed);

GPtrArray      *csm_palette_items           (CsmWorkbench     *workbench);

G_END_DECLS
