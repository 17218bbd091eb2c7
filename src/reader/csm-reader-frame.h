/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A frame is its length in four bytes, most significant first, and then that many bytes. */

/* The bit of a request's length that asks to keep HTML away from its parser. */
#define CSM_READER_FRAME_CAREFUL (1u << 31)

#define CSM_READER_FRAME_MAX_REQUEST (64u * 1024 * 1024)
#define CSM_READER_FRAME_MAX_JSON (32u * 1024 * 1024)
#define CSM_READER_FRAME_MAX_ANSWER (192u * 1024 * 1024)

G_END_DECLS
