/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-error.h"

G_DEFINE_QUARK (csm-error-quark, csm_error)
