/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean csm_write_all (int            fd,
                        gconstpointer  data,
                        gsize          length);

G_END_DECLS
