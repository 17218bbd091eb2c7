/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * Three people who may know what to do, with what says so: cases like this one that they worked in, what they are expert
 * in. Asking one brings them into the case and names them in the note to colleagues.
 *
 * Property: "workbench".
 */
#define CSM_TYPE_WHO_KNOWS (csm_who_knows_get_type ())
G_DECLARE_FINAL_TYPE (CsmWhoKnows, csm_who_knows, CSM, WHO_KNOWS, GtkPopover)

G_END_DECLS
