/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-private.h"

#include "csm-id.h"
#include "csm-json.h"

static void
step_free (CsmIntentStep *step)
{
  g_free (step->id);
  json_object_unref (step->payload);
  g_free (step);
}

/**
 * csm_intent_new:
 * @label: what it is for people: "Assign"
 *
 * Returns: (transfer full): an intent without operations
 */
CsmIntent *
csm_intent_new (const char *label)
{
  CsmIntent *self = g_new0 (CsmIntent, 1);

  self->label = g_strdup (label);
  self->steps = g_ptr_array_new_with_free_func ((GDestroyNotify) step_free);
  return self;
}

/**
 * csm_intent_free:
 * @self: (transfer full) (nullable): an intent
 */
void
csm_intent_free (CsmIntent *self)
{
  if (self == NULL)
    return;
  g_free (self->label);
  g_ptr_array_unref (self->steps);
  g_free (self);
}

static void
add_step (CsmIntent  *self,
          const char *kind,
          CsmTypeId   type,
          const char *id,
          JsonObject *payload)
{
  CsmIntentStep *step = g_new0 (CsmIntentStep, 1);

  step->kind = kind;
  step->type = type;
  step->id = g_strdup (id);
  step->payload = payload;
  g_ptr_array_add (self->steps, step);
}

/**
 * csm_intent_create:
 * @self: an intent
 * @type: a type
 * @record: (transfer full): what a client may set of it. When it has an `id`, that is the record's; a Seen without one
 *   gets its case's
 *
 * Returns: (transfer full): the new record's id: final from birth, also offline
 */
char *
csm_intent_create (CsmIntent  *self,
                   CsmTypeId   type,
                   JsonObject *record)
{
  char letter = csm_record_type_get (type)->letter;
  const char *given = csm_json_get_string (record, "id");
  const char *case_id = csm_json_get_string (record, "caseId");
  char *id;

  if (given != NULL)
    id = g_strdup (given);
  else if (type == CSM_TYPE_ID_SEEN && case_id != NULL)
    id = csm_id_with_letter (case_id, letter);
  else
    id = csm_id_new (letter);
  json_object_remove_member (record, "id");
  add_step (self, "create", type, id, record);
  return id;
}

/**
 * csm_intent_update:
 * @self: an intent
 * @type: a type
 * @id: the record's id
 * @patch: (transfer full): a PatchObject (RFC 8620, section 5.3)
 */
void
csm_intent_update (CsmIntent  *self,
                   CsmTypeId   type,
                   const char *id,
                   JsonObject *patch)
{
  add_step (self, "update", type, id, patch);
}

/**
 * csm_intent_destroy:
 * @self: an intent
 * @type: a type
 * @id: the record's id
 */
void
csm_intent_destroy (CsmIntent  *self,
                    CsmTypeId   type,
                    const char *id)
{
  add_step (self, "destroy", type, id, json_object_new ());
}
