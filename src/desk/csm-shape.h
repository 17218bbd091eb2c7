/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum
{
  CSM_SHAPE_LINE,    /* a string without line breaks */
  CSM_SHAPE_TEXT,
  CSM_SHAPE_BOOL,
  CSM_SHAPE_INT,     /* not negative */
  CSM_SHAPE_LINES,   /* a list of strings without line breaks; limit: of each of them */
  CSM_SHAPE_LIST,
} CsmShapeKind;

/* One member of an object that is inside a record, where the record table doesn't reach. */
typedef struct
{
  const char   *name;
  CsmShapeKind  kind;
  gsize         limit;    /* bytes of a string, the greatest number, entries of a list */
  gboolean      needed;
} CsmShapeField;

#define CSM_SHAPE_MAX_KEY 64

gboolean csm_shape_fits     (JsonObject          *object,
                             const CsmShapeField *fields,
                             guint                n_fields);
gboolean csm_shape_fits_map (JsonObject          *map,
                             const CsmShapeField *fields,
                             guint                n_fields);
gboolean csm_shape_fits_list (JsonArray           *list,
                              const CsmShapeField *fields,
                              guint                n_fields);
gboolean csm_shape_is_key   (const char          *key);

G_END_DECLS
