/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-window.h"

G_BEGIN_DECLS

void csm_marks_watch (CsmWindow *window);

G_END_DECLS
