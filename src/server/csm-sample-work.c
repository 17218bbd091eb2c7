/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-sample-private.h"

#include <string.h>

#include "csm-case-flow.h"
#include "csm-desk-records.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-position.h"
#include "csm-time.h"

/* What the colleagues of the sample plan, write and keep: each as its record is, but for names in place of ids. */

#define HOUR (3600 * CSM_SECOND)
#define AWAY_FROM_HOURS -30
#define AWAY_UNTIL_HOURS 130
/* How far apart what is said is said. */
#define MINUTES_BETWEEN 40

/* --- Names and hours become ids and instants -------------------------------------------------------------------------------- */

/* "owner": who looks around; Ana where nobody does. */
static const char *
id_of (CsmSample  *self,
       const char *name)
{
  GHashTable *tables[] = { self->people, self->teams, self->tags };
  const char *id = NULL;

  if (g_str_equal (name, "owner"))
    return self->owner_id != NULL ? self->owner_id : id_of (self, csm_json_get_string (csm_sample_nth (self->workspace, "people", 0), "email"));
  for (guint i = 0; i < G_N_ELEMENTS (tables) && id == NULL; i++)
    id = g_hash_table_lookup (tables[i], name);
  return id;
}

static gboolean
names_somebody (const char *member)
{
  return g_str_has_suffix (member, "Id") || g_str_equal (member, "by") || g_str_has_suffix (member, "By");
}

static JsonObject *
resolve_set (CsmSample  *self,
             JsonObject *set)
{
  g_autoptr (GList) names = json_object_get_members (set);
  JsonObject *ids = json_object_new ();

  for (GList *l = names; l != NULL; l = l->next)
    {
      if (id_of (self, l->data) != NULL)
        json_object_set_boolean_member (ids, id_of (self, l->data), TRUE);
    }
  return ids;
}

/* Returns: (transfer full): the record; "dueIn" is hours from now, and becomes "dueAt" */
static JsonObject *
resolve (CsmSample  *self,
         JsonObject *given)
{
  JsonObject *record = csm_json_copy_object (given);
  g_autoptr (GList) members = json_object_get_members (given);

  for (GList *l = members; l != NULL; l = l->next)
    {
      const char *member = l->data;
      const char *text = csm_json_get_string (given, member);
      JsonObject *set = csm_json_get_object (given, member);

      if (text != NULL && names_somebody (member))
        csm_json_set_string (record, member, id_of (self, text));
      else if (set != NULL && g_str_has_suffix (member, "Ids"))
        json_object_set_object_member (record, member, resolve_set (self, set));
      else if (g_str_has_suffix (member, "In"))
        {
          g_autofree char *at = g_strdup_printf ("%.*sAt", (int) strlen (member) - 2, member);

          json_object_remove_member (record, member);
          csm_json_set_time (record, at, csm_time_now () + csm_json_get_int (given, member, 0) * HOUR);
        }
    }
  return record;
}

static gboolean
add_all (CsmSample    *self,
         CsmTxn       *txn,
         const char   *list,
         CsmTypeId     type,
         GError      **error)
{
  JsonObject *given;

  for (guint i = 0; (given = csm_sample_nth (self->workspace, list, i)) != NULL; i++)
    {
      g_autoptr (JsonObject) record = resolve (self, given);
      g_autofree char *id = csm_id_new (csm_record_type_get (type)->letter);

      if (!csm_desk_add (txn, type, id, record, error))
        return FALSE;
    }
  return TRUE;
}

/* --- In a case ---------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmSample  *sample;
  CsmTxn     *txn;
  JsonObject *given;   /* of "work" */
  JsonObject *record;  /* the Case */
  gint64      at;      /* when something was said last */
} Work;

static const char *
case_id (Work *work)
{
  return csm_json_get_string (work->record, "id");
}

static gint64
next_instant (Work *work)
{
  work->at += MINUTES_BETWEEN * 60 * CSM_SECOND;
  return work->at;
}

static gboolean
add_tasks (Work    *work,
           GError **error)
{
  g_autofree char *position = NULL;
  JsonObject *given;

  for (guint i = 0; (given = csm_sample_nth (work->given, "tasks", i)) != NULL; i++)
    {
      g_autoptr (JsonObject) task = resolve (work->sample, given);
      g_autofree char *id = csm_id_new ('k');
      char *next = csm_position_between (position, NULL);

      g_free (position);
      position = next;
      csm_json_set_string (task, "caseId", case_id (work));
      csm_json_set_string (task, "position", position);
      if (csm_json_get_boolean (task, "done"))
        csm_json_set_time (task, "doneAt", work->at);
      if (!csm_desk_add (work->txn, CSM_TYPE_ID_TASK, id, task, error))
        return FALSE;
    }
  return TRUE;
}

static void
write_brief (Work *work)
{
  JsonObject *given = csm_json_get_object (work->given, "brief");
  const char *by = csm_json_get_string (work->given, "briefBy");
  g_autoptr (GList) sections = given != NULL ? json_object_get_members (given) : NULL;
  JsonObject *brief;

  if (sections == NULL || by == NULL)
    return;
  brief = json_object_new ();
  for (GList *l = sections; l != NULL; l = l->next)
    {
      JsonObject *section = json_object_new ();

      csm_json_set_string (section, "text", csm_json_get_string (given, l->data));
      csm_json_set_string (section, "by", id_of (work->sample, by));
      csm_json_set_time (section, "at", work->at);
      json_object_set_object_member (brief, l->data, section);
    }
  json_object_set_object_member (work->record, "brief", brief);
}

/* A note by which a case is handed over. */
static gboolean
add_notes (Work    *work,
           GError **error)
{
  JsonObject *given;

  for (guint i = 0; (given = csm_sample_nth (work->given, "notes", i)) != NULL; i++)
    {
      g_autoptr (JsonObject) note = resolve (work->sample, given);
      gint64 at = next_instant (work);
      g_autofree char *id = csm_id_new_at ('n', at);
      const char *author = csm_json_get_string (note, "authorId");

      csm_json_set_string (note, "caseId", case_id (work));
      csm_json_set_time (note, "at", at);
      csm_desk_set_key (work->record, "participantIds", author);
      if (!csm_desk_add (work->txn, CSM_TYPE_ID_COMMENT, id, note, error))
        return FALSE;
    }
  return TRUE;
}

/* What is talked about with a partner, who sees the case from then on. */
static gboolean
add_shared (Work    *work,
            GError **error)
{
  JsonObject *shared = csm_json_get_object (work->given, "shared");
  const char *partner = shared != NULL ? csm_json_get_string (shared, "partner") : NULL;
  const char *partner_id = partner != NULL ? g_hash_table_lookup (work->sample->teams, partner) : NULL;
  JsonObject *partners;
  JsonObject *terms;
  JsonObject *given;

  if (partner_id == NULL)
    return TRUE;
  partners = json_object_new ();
  terms = json_object_new ();
  json_object_set_boolean_member (terms, "conversation", csm_json_get_boolean (shared, "conversation"));
  json_object_set_object_member (partners, partner_id, terms);
  json_object_set_object_member (work->record, "partners", partners);
  for (guint i = 0; (given = csm_sample_nth (shared, "comments", i)) != NULL; i++)
    {
      g_autoptr (JsonObject) comment = resolve (work->sample, given);
      gint64 at = next_instant (work);
      g_autofree char *id = csm_id_new_at ('q', at);

      csm_json_set_string (comment, "caseId", case_id (work));
      csm_json_set_string (comment, "partnerId", partner_id);
      csm_json_set_time (comment, "at", at);
      if (!csm_desk_add (work->txn, CSM_TYPE_ID_SHARED_COMMENT, id, comment, error))
        return FALSE;
    }
  return TRUE;
}

static JsonObject *
make_paragraphs (Work       *work,
                 const char *author_id)
{
  JsonObject *draft = csm_json_get_object (work->given, "draft");
  JsonObject *paragraphs = json_object_new ();
  g_autofree char *position = NULL;
  g_autofree char *writer = csm_id_new ('w');
  const char *text;

  for (guint i = 0; (text = csm_sample_nth_string (draft, "paragraphs", i)) != NULL; i++)
    {
      JsonObject *paragraph = json_object_new ();
      g_autofree char *key = csm_id_new ('K');
      char *next = csm_position_between (position, NULL);

      g_free (position);
      position = next;
      csm_json_set_string (paragraph, "text", text);
      csm_json_set_string (paragraph, "position", position);
      json_object_set_int_member (paragraph, "rev", 1);
      csm_json_set_string (paragraph, "writer", writer);
      csm_json_set_string (paragraph, "by", author_id);
      csm_json_set_time (paragraph, "at", work->at);
      json_object_set_object_member (paragraphs, key, paragraph);
    }
  return paragraphs;
}

/* A reply that a colleague has begun, in the conversation of the mail. */
static gboolean
add_draft (Work    *work,
           GError **error)
{
  JsonObject *given = csm_json_get_object (work->given, "draft");
  g_autoptr (JsonObject) draft = NULL;
  g_autoptr (JsonObject) message = NULL;
  g_autofree char *id = NULL;
  const char *author_id;
  const char *conversation_id;

  if (given == NULL)
    return TRUE;
  message = csm_desk_load (work->txn, CSM_TYPE_ID_MESSAGE, csm_json_get_string (work->record, "lastMessageId"), error);
  if (message == NULL)
    return FALSE;
  conversation_id = csm_json_get_string (message, "conversationId");
  id = csm_id_with_letter (conversation_id, 'd');
  draft = resolve (work->sample, given);
  author_id = id_of (work->sample, csm_json_get_string (given, "requestedBy"));
  json_object_set_object_member (draft, "paragraphs", make_paragraphs (work, author_id));
  csm_json_set_string (draft, "caseId", case_id (work));
  csm_json_set_string (draft, "conversationId", conversation_id);
  csm_json_set_string (draft, "basedOn", csm_json_get_string (work->record, "lastMessageId"));
  csm_desk_set_key (draft, "authorIds", author_id);
  if (g_strcmp0 (csm_json_get_string (draft, "review"), "requested") == 0)
    csm_json_set_time (draft, "requestedAt", work->at);
  return csm_desk_add (work->txn, CSM_TYPE_ID_DRAFT, id, draft, error);
}

/* Each of the two cases names the other. */
static gboolean
relate (Work    *work,
        GError **error)
{
  const char *mail;
  GError *local = NULL;

  for (guint i = 0; (mail = csm_sample_nth_string (work->given, "related", i)) != NULL; i++)
    {
      g_autoptr (JsonObject) other = csm_sample_case_of_mail (work->sample, work->txn, mail, &local);

      if (other == NULL && local == NULL)
        continue;
      if (other != NULL)
        {
          csm_desk_set_key (other, "relatedCaseIds", case_id (work));
          csm_desk_set_key (work->record, "relatedCaseIds", csm_json_get_string (other, "id"));
          csm_desk_save (work->txn, CSM_TYPE_ID_CASE, other, &local);
        }
      if (local != NULL)
        {
          g_propagate_error (error, local);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
work_on_case (CsmSample   *self,
              CsmTxn      *txn,
              JsonObject  *given,
              GError     **error)
{
  GError *local = NULL;
  g_autoptr (JsonObject) record = csm_sample_case_of_mail (self, txn, csm_json_get_string (given, "messageId"), &local);
  Work work = { self, txn, given, record, 0 };

  if (record == NULL)
    {
      if (local != NULL)
        g_propagate_error (error, local);
      return local == NULL;
    }
  work.at = csm_json_get_time (record, "lastActivityAt");
  if (csm_json_get_string (given, "goal") != NULL)
    csm_json_set_string (record, "goal", csm_json_get_string (given, "goal"));
  write_brief (&work);
  if (!add_tasks (&work, error) || !add_notes (&work, error) || !add_shared (&work, error) || !add_draft (&work, error) || !relate (&work, error))
    return FALSE;
  csm_case_note_activity (record, work.at);
  return csm_desk_save (txn, CSM_TYPE_ID_CASE, record, error);
}

/* --- People and the channel ----------------------------------------------------------------------------------------------------- */

static gboolean
describe_person (CsmSample   *self,
                 CsmTxn      *txn,
                 JsonObject  *given,
                 GError     **error)
{
  g_autoptr (JsonObject) person = csm_desk_load (txn, CSM_TYPE_ID_PERSON, id_of (self, csm_json_get_string (given, "email")), error);
  JsonObject *expertise = csm_json_get_object (given, "expertise");
  const char *stand_in = csm_json_get_string (given, "standIn");
  gint64 now = csm_time_now ();

  if (person == NULL)
    return FALSE;
  if (expertise != NULL)
    json_object_set_object_member (person, "expertise", json_object_ref (expertise));
  if (stand_in != NULL)
    {
      csm_json_set_string (person, "standInId", id_of (self, stand_in));
      csm_json_set_time (person, "awayFrom", now + AWAY_FROM_HOURS * HOUR);
      csm_json_set_time (person, "awayUntil", now + AWAY_UNTIL_HOURS * HOUR);
    }
  return csm_desk_save (txn, CSM_TYPE_ID_PERSON, person, error);
}

/**
 * csm_sample_work:
 * @self: the sample, its mail and cases in place
 * @txn: a write transaction
 * @error: return location
 *
 * Adds what the colleagues plan, write and keep.
 *
 * Returns: whether it is there
 */
gboolean
csm_sample_work (CsmSample  *self,
                 CsmTxn     *txn,
                 GError    **error)
{
  JsonObject *given;

  for (guint i = 0; (given = csm_sample_nth (self->workspace, "people", i)) != NULL; i++)
    {
      if (!describe_person (self, txn, given, error))
        return FALSE;
    }
  for (guint i = 0; (given = csm_sample_nth (self->workspace, "work", i)) != NULL; i++)
    {
      if (!work_on_case (self, txn, given, error))
        return FALSE;
    }
  return add_all (self, txn, "templates", CSM_TYPE_ID_TEMPLATE, error) && add_all (self, txn, "snippets", CSM_TYPE_ID_SNIPPET, error)
         && add_all (self, txn, "articles", CSM_TYPE_ID_ARTICLE, error);
}
