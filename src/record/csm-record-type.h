/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The one place of the capability URLs, until a domain is registered. */
#define CSM_CAPABILITY_DESK "https://casement.example/jmap/desk"
#define CSM_CAPABILITY_INTERNAL "https://casement.example/jmap/internal"
#define CSM_CAPABILITY_PERSONAL "https://casement.example/jmap/personal"

typedef enum
{
  CSM_TYPE_ID_PERSON,
  CSM_TYPE_ID_TEAM,
  CSM_TYPE_ID_CHANNEL,
  CSM_TYPE_ID_TAG,
  CSM_TYPE_ID_CUSTOMER,
  CSM_TYPE_ID_CASE,
  CSM_TYPE_ID_CONVERSATION,
  CSM_TYPE_ID_MESSAGE,
  CSM_TYPE_ID_SUBMISSION,
  CSM_TYPE_ID_SHARED_COMMENT,
  CSM_TYPE_ID_SERVICE_LEVEL,
  CSM_TYPE_ID_CALENDAR,
  CSM_TYPE_ID_COMMENT,
  CSM_TYPE_ID_TASK,
  CSM_TYPE_ID_DRAFT,
  CSM_TYPE_ID_SNIPPET,
  CSM_TYPE_ID_TEMPLATE,
  CSM_TYPE_ID_ARTICLE,
  CSM_TYPE_ID_RULE,
  CSM_TYPE_ID_EVENT,
  CSM_TYPE_ID_SEEN,
  CSM_TYPE_ID_VIEW,
  CSM_N_TYPES,
} CsmTypeId;

typedef enum
{
  CSM_KIND_STRING, /* one line */
  CSM_KIND_TEXT,   /* many lines */
  CSM_KIND_ID,     /* the id of a record; `detail` is the type's letter */
  CSM_KIND_BOOL,
  CSM_KIND_INT,
  CSM_KIND_DATE,   /* a UTCDate; µs in tables */
  CSM_KIND_ENUM,   /* `detail` lists the values, divided by spaces */
  CSM_KIND_SET,    /* a map from key to true; `detail` is the letter of ids, or NULL for strings */
  CSM_KIND_MAP,    /* a map from key to object */
  CSM_KIND_LIST,
  CSM_KIND_OBJECT,
  CSM_KIND_BLOB,   /* a blobId */
} CsmKind;

typedef enum
{
  CSM_PROPERTY_NONE = 0,
  CSM_PROPERTY_SERVER_SET = 1 << 0,
  CSM_PROPERTY_IMMUTABLE = 1 << 1, /* set at creation only */
  CSM_PROPERTY_REQUIRED = 1 << 2,  /* must be given at creation, never null */
  CSM_PROPERTY_INDEXED = 1 << 3,   /* has a column: can be filtered and sorted by */
  CSM_PROPERTY_SEARCHED = 1 << 4,  /* goes into full text */
} CsmPropertyFlags;

/**
 * CsmProperty:
 * @name: its JSON name
 * @kind: what it holds; null is allowed unless it is required, a bool, a set, a map or a list
 * @flags: #CsmPropertyFlags
 * @limit: the most bytes of a string or text, or members of a set, map or list; the largest int
 * @detail: (nullable): see #CsmKind
 * @fallback: (nullable): the default, as JSON; %NULL is null, or the empty set, map or list, or false
 */
typedef struct
{
  const char *name;
  CsmKind     kind;
  guint       flags;
  gsize       limit;
  const char *detail;
  const char *fallback;
} CsmProperty;

typedef enum
{
  CSM_RECORD_CREATE = 1 << 0,  /* clients may create it */
  CSM_RECORD_UPDATE = 1 << 1,
  CSM_RECORD_DESTROY = 1 << 2,
  CSM_RECORD_PERSONAL = 1 << 3, /* lives in each person's own account */
  CSM_RECORD_ADMIN = 1 << 4,    /* only admins may write it */
} CsmRecordFlags;

/**
 * CsmRecordType:
 * @id: its place in the table
 * @name: JMAP's type name: "Case"
 * @letter: what its ids begin with
 * @table: its table in both databases: "case_"
 * @capability: the capability URL that it belongs to
 * @flags: #CsmRecordFlags
 * @properties: (array length=n_properties): all but `id`; `created` and `updated` are among them
 * @n_properties: how many
 */
typedef struct
{
  CsmTypeId          id;
  const char        *name;
  char               letter;
  const char        *table;
  const char        *capability;
  guint              flags;
  const CsmProperty *properties;
  guint              n_properties;
} CsmRecordType;

const CsmRecordType *csm_record_type_get      (CsmTypeId            id);
const CsmRecordType *csm_record_type_by_name  (const char          *name);
const CsmRecordType *csm_record_type_of_id    (const char          *record_id);
const CsmProperty   *csm_record_type_property (const CsmRecordType *type,
                                               const char          *name);
JsonNode            *csm_property_default     (const CsmProperty   *property);
void                 csm_record_fill_defaults (const CsmRecordType *type,
                                               JsonObject          *record);

G_END_DECLS
