/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-draft-envelope.h"

#include "csm-json.h"

const char *const csm_envelope_names[CSM_N_ENVELOPE] = { "to", "cc", "bcc", "subject" };

typedef struct
{
  JsonObject *shared;   /* the record's entry; NULL: nobody has said anything */
  JsonNode   *mine;     /* what is to be shared; NULL: nothing */
  gboolean    decides;  /* whoever sits here has seen what stands beside it */
  gboolean    blind;    /* they had not seen the record when they wrote */
} Part;

struct _CsmDraftEnvelope
{
  char *writer;
  Part  parts[CSM_N_ENVELOPE];
};

/**
 * csm_draft_envelope_new:
 * @writer: what tells this computer's patches from those of others
 *
 * Returns: (transfer full): an empty one
 */
CsmDraftEnvelope *
csm_draft_envelope_new (const char *writer)
{
  CsmDraftEnvelope *self = g_new0 (CsmDraftEnvelope, 1);

  self->writer = g_strdup (writer);
  return self;
}

void
csm_draft_envelope_free (CsmDraftEnvelope *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < CSM_N_ENVELOPE; i++)
    {
      g_clear_pointer (&self->parts[i].shared, json_object_unref);
      g_clear_pointer (&self->parts[i].mine, json_node_unref);
    }
  g_free (self->writer);
  g_free (self);
}

/* Takes what the record says. @record: (nullable) */
void
csm_draft_envelope_merge (CsmDraftEnvelope *self,
                          JsonObject       *record)
{
  JsonObject *envelope = record != NULL ? csm_json_get_object (record, "envelope") : NULL;

  for (guint i = 0; i < CSM_N_ENVELOPE; i++)
    {
      JsonObject *entry = envelope != NULL ? csm_json_get_object (envelope, csm_envelope_names[i]) : NULL;

      g_clear_pointer (&self->parts[i].shared, json_object_unref);
      /* It is on its way, with a reply. */
      if (entry != NULL && !csm_json_get_boolean (entry, "sent"))
        self->parts[i].shared = csm_json_copy_object (entry);
    }
}

/* Returns: (transfer none) (nullable): a list of mailboxes, or the subject; %NULL: nobody has said anything */
JsonNode *
csm_draft_envelope_get (CsmDraftEnvelope *self,
                        CsmEnvelopePart   part)
{
  Part *one = &self->parts[part];

  return one->mine != NULL ? one->mine : one->shared != NULL ? json_object_get_member (one->shared, "value") : NULL;
}

/* Returns: (nullable): who said it last; %NULL: nobody, or whoever sits here */
const char *
csm_draft_envelope_get_author (CsmDraftEnvelope *self,
                               CsmEnvelopePart   part)
{
  Part *one = &self->parts[part];

  return one->mine == NULL && one->shared != NULL ? csm_json_get_string (one->shared, "by") : NULL;
}

static JsonArray *
others_of (Part *one)
{
  return one->shared != NULL && !one->decides ? csm_json_get_array (one->shared, "others") : NULL;
}

guint
csm_draft_envelope_n_others (CsmDraftEnvelope *self,
                             CsmEnvelopePart   part)
{
  JsonArray *others = others_of (&self->parts[part]);

  return others != NULL ? json_array_get_length (others) : 0;
}

/* Returns: (transfer none) (nullable): what stands beside it; @by: (out) (nullable): whose it is */
JsonNode *
csm_draft_envelope_get_other (CsmDraftEnvelope  *self,
                              CsmEnvelopePart    part,
                              guint              number,
                              const char       **by)
{
  JsonNode *node = json_array_get_element (others_of (&self->parts[part]), number);
  JsonObject *other = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  *by = other != NULL ? csm_json_get_string (other, "by") : NULL;
  return other != NULL ? json_object_get_member (other, "value") : NULL;
}

/* A person wrote it. @seen: they saw what the record says. Returns: whether there is something to be shared */
gboolean
csm_draft_envelope_set (CsmDraftEnvelope *self,
                        CsmEnvelopePart   part,
                        JsonNode         *value,
                        gboolean          seen)
{
  Part *one = &self->parts[part];
  JsonNode *now = csm_draft_envelope_get (self, part);

  if (now != NULL && json_node_equal (now, value))
    return FALSE;
  g_clear_pointer (&one->mine, json_node_unref);
  one->mine = csm_json_copy (value);
  one->blind = !seen;
  return TRUE;
}

/* Somebody has chosen. @number: which of the others; -1: what is there */
void
csm_draft_envelope_choose (CsmDraftEnvelope *self,
                           CsmEnvelopePart   part,
                           int               number)
{
  Part *one = &self->parts[part];
  const char *by;
  JsonNode *value;
  g_autoptr (JsonNode) chosen = NULL;

  if (number >= (int) csm_draft_envelope_n_others (self, part))
    return;
  value = number < 0 ? csm_draft_envelope_get (self, part) : csm_draft_envelope_get_other (self, part, (guint) number, &by);
  if (value == NULL)
    return;
  chosen = csm_json_copy (value);
  g_clear_pointer (&one->mine, json_node_unref);
  one->mine = g_steal_pointer (&chosen);
  one->decides = TRUE;
}

static JsonObject *
make_entry (CsmDraftEnvelope *self,
            Part             *one,
            JsonNode         *value)
{
  JsonObject *entry = json_object_new ();

  json_object_set_member (entry, "value", csm_json_copy (value));
  json_object_set_int_member (entry, "rev", one->shared != NULL && !one->blind ? csm_json_get_int (one->shared, "rev", 0) : 0);
  json_object_set_string_member (entry, "writer", self->writer);
  return entry;
}

static void
put (JsonObject      *patch,
     CsmEnvelopePart  part,
     JsonObject      *entry)
{
  g_autofree char *path = g_strconcat ("envelope/", csm_envelope_names[part], NULL);

  json_object_set_object_member (patch, path, entry);
}

/* Adds to @patch what is to be shared. */
void
csm_draft_envelope_flush (CsmDraftEnvelope *self,
                          JsonObject       *patch)
{
  for (guint i = 0; i < CSM_N_ENVELOPE; i++)
    {
      Part *one = &self->parts[i];
      JsonObject *entry;

      if (one->mine == NULL)
        continue;
      entry = make_entry (self, one, one->mine);
      /* Of what waits here nobody has decided anything either. */
      if (!one->decides && one->shared != NULL && (csm_draft_envelope_n_others (self, i) > 0 || csm_json_get_boolean (one->shared, "undecided")))
        json_object_set_boolean_member (entry, "undecided", TRUE);
      put (patch, i, entry);
      if (one->shared == NULL)
        one->shared = json_object_new ();
      json_object_set_member (one->shared, "value", csm_json_copy (one->mine));
      json_object_remove_member (one->shared, "by");
      if (one->decides)
        json_object_remove_member (one->shared, "others");
      one->decides = FALSE;
      one->blind = FALSE;
      g_clear_pointer (&one->mine, json_node_unref);
    }
}

/* What @patch was to share is not: it is tried again with the next one. */
void
csm_draft_envelope_fail (CsmDraftEnvelope *self,
                         JsonObject       *patch)
{
  for (guint i = 0; i < CSM_N_ENVELOPE; i++)
    {
      g_autofree char *path = g_strconcat ("envelope/", csm_envelope_names[i], NULL);
      JsonObject *entry = csm_json_get_object (patch, path);

      if (entry != NULL && self->parts[i].mine == NULL)
        self->parts[i].mine = csm_json_copy (json_object_get_member (entry, "value"));
    }
}

/* The reply leaves: adds to @patch what takes out of the record, here and for now, what goes with it. */
void
csm_draft_envelope_take (CsmDraftEnvelope *self,
                         JsonObject       *patch)
{
  for (guint i = 0; i < CSM_N_ENVELOPE; i++)
    {
      Part *one = &self->parts[i];

      if (one->shared != NULL && json_object_has_member (one->shared, "value"))
        {
          JsonObject *entry = make_entry (self, one, json_object_get_member (one->shared, "value"));

          json_object_set_boolean_member (entry, "sent", TRUE);
          put (patch, i, entry);
        }
      g_clear_pointer (&one->shared, json_object_unref);
      g_clear_pointer (&one->mine, json_node_unref);
      one->decides = FALSE;
    }
}
