/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

const char *csm_language_of_text (const char *text);
char       *csm_language_choose  (JsonObject *texts,
                                  const char *tag);

G_END_DECLS
