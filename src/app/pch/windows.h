/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
/* Parsed once for a whole folder: half of the compiler's time. Each file includes what it uses all the same; -Db_pch=false shows it. */
#include <adwaita.h>
#include <json-glib/json-glib.h>
