/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void reader_test_mutate (GString *text,
                         GRand   *rand);

G_END_DECLS
