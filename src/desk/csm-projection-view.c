/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-projection-view.h"

#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-time.h"

/*
 * What of a record a partner's guests may see. Nothing is left out here: what is not named doesn't get through, so that a property
 * that is new stays inside until somebody thinks of it.
 */

static const char *const allowed[CSM_N_TYPES][16] = {
  [CSM_TYPE_ID_PERSON] = { "name", "kind", NULL },
  [CSM_TYPE_ID_TEAM] = { "name", "department", NULL },
  [CSM_TYPE_ID_CHANNEL] = { "name", "kind", NULL },
  [CSM_TYPE_ID_CUSTOMER] = { "name", NULL },
  [CSM_TYPE_ID_CASE] = { "subject", NULL },
  [CSM_TYPE_ID_CONVERSATION] = { "caseId", "customerId", "channelId", "subject", NULL },
  [CSM_TYPE_ID_MESSAGE] = { "conversationId", "caseId", "channelId", "direction", "authorId", "customerId", "at", "sentAt", "subject", "preview", "textBody", "body", "bodyIsCut",
                            "automatic", NULL },
  [CSM_TYPE_ID_SHARED_COMMENT] = { "caseId", "partnerId", "authorId", "body", "at", "editedAt", "deleted", NULL },
};

/* Lists of objects, and what of each comes along. */
static const char *const listed[][2] = { { "from", "name address" }, { "to", "name address" }, { "cc", "name address" }, { "attachments", "blobId name type size inline cid" } };

static void
copy (JsonObject *from,
      JsonObject *to,
      const char *name)
{
  JsonNode *node = json_object_get_member (from, name);

  if (node != NULL)
    json_object_set_member (to, name, csm_json_copy (node));
}

/* A mail that could not be read is its own attachment, with all that no guest is shown of a mail. */
static JsonArray *
copy_list (JsonArray  *list,
           const char *names,
           const char *raw_blob_id)
{
  g_auto (GStrv) wanted = g_strsplit (names, " ", -1);
  JsonArray *out = json_array_new ();

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonObject *from = csm_desk_object_at (list, i);
      const char *blob_id = csm_json_get_string (from, "blobId");
      JsonObject *to;

      if (from == NULL || (blob_id != NULL && g_strcmp0 (blob_id, raw_blob_id) == 0))
        continue;
      to = json_object_new ();
      for (guint j = 0; wanted[j] != NULL; j++)
        copy (from, to, wanted[j]);
      json_array_add_object_element (out, to);
    }
  return out;
}

/**
 * csm_projection_shows:
 * @case_: (nullable): a case of the workspace
 * @partner_id: a team of guests
 *
 * Returns: whether they see the case
 */
gboolean
csm_projection_shows (JsonObject *case_,
                      const char *partner_id)
{
  return csm_json_has_key (case_, "partners", partner_id) && csm_json_get_string (case_, "mergedIntoId") == NULL;
}

/**
 * csm_projection_shows_messages:
 * @case_: (nullable): a case of the workspace
 * @partner_id: a team of guests
 *
 * Returns: whether they see what is said with the customer
 */
gboolean
csm_projection_shows_messages (JsonObject *case_,
                               const char *partner_id)
{
  return csm_projection_shows (case_, partner_id) &&
         csm_json_get_boolean (csm_json_get_object (csm_json_get_object (case_, "partners"), partner_id), "conversation");
}

static gboolean
is_done (JsonObject *case_)
{
  const char *status = csm_json_get_string (case_, "status");

  return g_strcmp0 (status, "resolved") == 0 || g_strcmp0 (status, "closed") == 0;
}

/**
 * csm_projection_view:
 * @type: a type
 * @record: a record of the workspace
 *
 * What is left of a record for a partner. A case is open or resolved, no more; what it says of its messages comes from
 * csm_projection_sum_up().
 *
 * Returns: (transfer full): the record that they get, without its id
 */
JsonObject *
csm_projection_view (const CsmRecordType *type,
                     JsonObject          *record)
{
  JsonObject *view = json_object_new ();

  copy (record, view, "created");
  for (guint i = 0; allowed[type->id][i] != NULL; i++)
    copy (record, view, allowed[type->id][i]);
  for (guint i = 0; i < G_N_ELEMENTS (listed); i++)
    {
      gboolean has = csm_record_type_property (type, listed[i][0]) != NULL &&
                     (type->id == CSM_TYPE_ID_MESSAGE || type->id == CSM_TYPE_ID_SHARED_COMMENT);

      if (has)
        json_object_set_array_member (view, listed[i][0],
                                      copy_list (csm_json_get_array (record, listed[i][0]), listed[i][1], csm_json_get_string (record, "rawBlobId")));
    }
  if (type->id == CSM_TYPE_ID_CASE)
    csm_json_set_string (view, "status", is_done (record) ? "resolved" : "open");
  if (type->id == CSM_TYPE_ID_PERSON && g_strcmp0 (csm_json_get_string (record, "kind"), "guest") == 0)
    csm_json_set_string (view, "role", "guest");
  csm_record_fill_defaults (type, view);
  return view;
}

/**
 * csm_projection_sum_up:
 * @view: a case as a partner gets it
 * @sum: what of it they see
 * @last: (nullable): the last message that they see
 *
 * What a case says of its messages is reckoned from those that are seen: nothing that happens inside moves it.
 */
void
csm_projection_sum_up (JsonObject       *view,
                       const CsmCaseSum *sum,
                       JsonObject       *last)
{
  g_autofree char *state = g_strdup_printf ("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT, sum->modseq, sum->count);
  gint64 activity = csm_json_get_time (view, "created");

  if (sum->last_at != CSM_TIME_NONE)
    {
      activity = MAX (activity, sum->last_at);
      csm_json_set_time (view, "lastMessageAt", sum->last_at);
      csm_json_set_string (view, "lastMessageId", sum->last_id);
    }
  if (sum->commented_at != CSM_TIME_NONE)
    activity = MAX (activity, sum->commented_at);
  if (activity != CSM_TIME_NONE)
    csm_json_set_time (view, "lastActivityAt", activity);
  csm_json_set_string (view, "messagesState", sum->count > 0 ? state : NULL);
  json_object_set_int_member (view, "messageCount", sum->count);
  json_object_set_boolean_member (view, "hasAttachment", sum->has_attachment);
  csm_json_set_string (view, "preview", csm_json_get_string (last, "preview"));
}
