/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean csm_reader_sandbox_limit (GError **error);
gboolean csm_reader_sandbox_close (GError **error);

G_END_DECLS
