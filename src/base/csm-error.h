/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CSM_ERROR (csm_error_quark ())

/**
 * CsmError:
 * @CSM_ERROR_FAILED: anything without a code of its own
 * @CSM_ERROR_DATABASE: SQLite refused; the message is SQLite's
 * @CSM_ERROR_DATABASE_NEWER: the file was written by a newer Casement
 * @CSM_ERROR_DATABASE_BUSY: another process holds the database or its directory
 * @CSM_ERROR_DISK_FULL: no room to write
 * @CSM_ERROR_CONSTRAINT: a uniqueness rule of the database was broken
 * @CSM_ERROR_INVALID: what came from outside is not well formed
 * @CSM_ERROR_TOO_LARGE: what came from outside is over a limit
 * @CSM_ERROR_NOT_FOUND: what was named does not exist
 * @CSM_ERROR_EXISTS: what was to be made exists already
 * @CSM_ERROR_FORBIDDEN: the person may not do this
 * @CSM_ERROR_USAGE: a command line that can't be understood
 */
typedef enum
{
  CSM_ERROR_FAILED,
  CSM_ERROR_DATABASE,
  CSM_ERROR_DATABASE_NEWER,
  CSM_ERROR_DATABASE_BUSY,
  CSM_ERROR_DISK_FULL,
  CSM_ERROR_CONSTRAINT,
  CSM_ERROR_INVALID,
  CSM_ERROR_TOO_LARGE,
  CSM_ERROR_NOT_FOUND,
  CSM_ERROR_EXISTS,
  CSM_ERROR_FORBIDDEN,
  CSM_ERROR_USAGE,
} CsmError;

GQuark csm_error_quark (void);

G_END_DECLS
