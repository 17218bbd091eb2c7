/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *reader_test_find_harm (const char *page,
                                   gsize       length);

G_END_DECLS
