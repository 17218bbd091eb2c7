/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-sample.h"
#include "csm-sample-private.h"

#include "csm-case-flow.h"
#include "csm-clock-facts.h"
#include "csm-desk-records.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-mail-import.h"
#include "csm-time.h"

/* Set once everything is there, in the transaction that makes it so. */
#define SETTING "sample:filled"
#define SNOOZE_DAYS 3
/* Every so many of the listed cases are the owner's. */
#define MINE_EVERY 3

/**
 * csm_sample_nth:
 * @object: an object
 * @member: a list in it
 * @n: which of the list
 *
 * Returns: (transfer none) (nullable): the object there
 */
JsonObject *
csm_sample_nth (JsonObject *object,
                const char *member,
                guint       n)
{
  JsonArray *list = csm_json_get_array (object, member);
  JsonNode *node = list != NULL && n < json_array_get_length (list) ? json_array_get_element (list, n) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/**
 * csm_sample_nth_string:
 * @object: an object
 * @member: a list in it
 * @n: which of the list
 *
 * Returns: (transfer none) (nullable): the text there
 */
const char *
csm_sample_nth_string (JsonObject *object,
                       const char *member,
                       guint       n)
{
  JsonArray *list = csm_json_get_array (object, member);
  JsonNode *node = list != NULL && n < json_array_get_length (list) ? json_array_get_element (list, n) : NULL;

  return csm_json_is_string (node) ? json_node_get_string (node) : NULL;
}

/* --- Teams, tags, people, channel -------------------------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  char       *id;
} Named;

static gboolean
match_name (const char *id,
            const char *json,
            gpointer    user_data)
{
  Named *named = user_data;
  g_autoptr (JsonNode) node = csm_json_parse_trusted (json, -1);

  if (node != NULL && g_strcmp0 (csm_json_get_string (json_node_get_object (node), "name"), named->name) == 0)
    named->id = g_strdup (id);
  return named->id == NULL;
}

static char *
find_named (CsmTxn      *txn,
            CsmTypeId    type,
            const char  *name,
            GError     **error)
{
  Named named = { name, NULL };

  if (!csm_txn_each (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (type), 10000, match_name, &named, error))
    g_clear_pointer (&named.id, g_free);
  return named.id;
}

/* The sample's colours are those of the desktop's palette; a tag has a name for each. */
static const char *
colour_name (const char *colour)
{
  static const struct { const char *hex; const char *name; } names[] = {
    { "#1c71d8", "blue" }, { "#26a269", "green" }, { "#e5a50a", "yellow" }, { "#c64600", "orange" },
    { "#c01c28", "red" }, { "#813d9c", "purple" }, { "#865e3c", "brown" }, { "#5e5c64", "gray" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (g_strcmp0 (names[i].hex, colour) == 0 || g_strcmp0 (names[i].name, colour) == 0)
        return names[i].name;
    }
  return "blue";
}

/* A record by its name, made when it is missing. */
static gboolean
ensure_named (CsmTxn      *txn,
              CsmTypeId    type,
              JsonObject  *record,
              GHashTable  *ids,
              GError     **error)
{
  const char *name = csm_json_get_string (record, "name");
  GError *local = NULL;
  g_autofree char *id = find_named (txn, type, name, &local);

  if (id == NULL && local == NULL)
    {
      id = csm_id_new (csm_record_type_get (type)->letter);
      csm_desk_add (txn, type, id, record, &local);
    }
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  g_hash_table_insert (ids, g_strdup (name), g_steal_pointer (&id));
  return TRUE;
}

static gboolean
make_teams_and_tags (CsmSample *self,
                     CsmTxn    *txn,
                     GError   **error)
{
  JsonObject *given;

  for (guint i = 0; (given = csm_sample_nth (self->workspace, "teams", i)) != NULL; i++)
    {
      g_autoptr (JsonObject) team = json_object_new ();

      csm_json_set_string (team, "name", csm_json_get_string (given, "name"));
      csm_json_set_string (team, "department", csm_json_get_string (given, "department"));
      if (!ensure_named (txn, CSM_TYPE_ID_TEAM, team, self->teams, error))
        return FALSE;
    }
  for (guint i = 0; (given = csm_sample_nth (self->workspace, "tags", i)) != NULL; i++)
    {
      g_autoptr (JsonObject) tag = json_object_new ();

      csm_json_set_string (tag, "name", csm_json_get_string (given, "name"));
      csm_json_set_string (tag, "color", colour_name (csm_json_get_string (given, "color")));
      if (!ensure_named (txn, CSM_TYPE_ID_TAG, tag, self->tags, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
join_team (CsmSample  *self,
           CsmTxn     *txn,
           const char *person_id,
           const char *team_name,
           GError    **error)
{
  const char *team_id = team_name != NULL ? g_hash_table_lookup (self->teams, team_name) : NULL;
  g_autoptr (JsonObject) team = NULL;
  g_autoptr (JsonObject) person = NULL;

  if (team_id == NULL)
    return TRUE;
  team = csm_desk_load (txn, CSM_TYPE_ID_TEAM, team_id, error);
  person = team != NULL ? csm_desk_load (txn, CSM_TYPE_ID_PERSON, person_id, error) : NULL;
  if (person == NULL)
    return FALSE;
  csm_desk_set_key (team, "memberIds", person_id);
  csm_desk_set_key (person, "teamIds", team_id);
  return csm_desk_save (txn, CSM_TYPE_ID_TEAM, team, error) && csm_desk_save (txn, CSM_TYPE_ID_PERSON, person, error);
}

static gboolean
make_person (CsmSample  *self,
             CsmTxn     *txn,
             JsonObject *given,
             GError    **error)
{
  const char *email = csm_json_get_string (given, "email");
  GError *local = NULL;
  g_autofree char *id = csm_txn_find_person (txn, email, &local);
  const char *team;

  if (id == NULL && local == NULL)
    {
      g_autoptr (JsonObject) person = json_object_new ();

      csm_json_set_string (person, "name", csm_json_get_string (given, "name"));
      csm_json_set_string (person, "email", email);
      csm_json_set_string (person, "role", csm_json_get_string (given, "role"));
      if (g_strcmp0 (csm_json_get_string (given, "role"), "guest") == 0)
        csm_json_set_string (person, "kind", "guest");
      id = csm_id_new ('p');
      csm_desk_add (txn, CSM_TYPE_ID_PERSON, id, person, &local);
    }
  for (guint i = 0; local == NULL && (team = csm_sample_nth_string (given, "teams", i)) != NULL; i++)
    join_team (self, txn, id, team, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  g_hash_table_insert (self->people, g_strdup (email), g_steal_pointer (&id));
  return TRUE;
}

static gboolean
make_channel (CsmSample *self,
              CsmTxn    *txn,
              GError   **error)
{
  JsonObject *given = csm_json_get_object (self->workspace, "channel");
  const char *address = csm_json_get_string (given, "address");
  g_autoptr (JsonObject) channel = NULL;
  GError *local = NULL;

  self->channel_id = csm_txn_find_channel (txn, address, &local);
  if (self->channel_id == NULL && local == NULL)
    {
      channel = json_object_new ();
      csm_json_set_string (channel, "name", csm_json_get_string (given, "name"));
      csm_json_set_string (channel, "address", address);
      csm_json_set_string (channel, "teamId", g_hash_table_lookup (self->teams, "Service"));
      if (csm_json_get_string (given, "authServer") != NULL)
        csm_desk_set_key (channel, "authServers", csm_json_get_string (given, "authServer"));
      self->channel_id = csm_id_new ('h');
      csm_desk_add (txn, CSM_TYPE_ID_CHANNEL, self->channel_id, channel, &local);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

/* What is promised: by office hours, and day and night where it is important. */
static gboolean
make_levels (CsmTxn  *txn,
             GError **error)
{
  static const char *const hours = "{\"mon\":{\"spans\":[[540,1080]]},\"tue\":{\"spans\":[[540,1080]]},\"wed\":{\"spans\":[[540,1080]]},"
                                   "\"thu\":{\"spans\":[[540,1080]]},\"fri\":{\"spans\":[[540,960]]}}";
  static const char *const steps = "{\"warn\":{\"clock\":\"answer\",\"minutes\":-30,\"does\":\"warnOwner\"},"
                                   "\"tell\":{\"clock\":\"answer\",\"minutes\":0,\"does\":\"tellLead\"}}";
  static const struct { const char *name; const char *priority; gint64 answer; } levels[] = { { "Important", "high", 120 }, { "Standard", NULL, 480 } };
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (JsonObject) calendar = json_object_new ();

  csm_json_set_string (calendar, "name", "Office Hours");
  json_object_set_member (calendar, "hours", csm_json_parse_trusted (hours, -1));
  if (!ensure_named (txn, CSM_TYPE_ID_CALENDAR, calendar, ids, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      g_autoptr (JsonObject) level = json_object_new ();

      csm_json_set_string (level, "name", levels[i].name);
      csm_json_set_string (level, "priority", levels[i].priority);
      csm_json_set_string (level, "calendarId", levels[i].priority == NULL ? g_hash_table_lookup (ids, "Office Hours") : NULL);
      json_object_set_int_member (level, "position", i + 1);
      json_object_set_int_member (level, "answerWithin", levels[i].answer);
      json_object_set_member (level, "steps", csm_json_parse_trusted (steps, -1));
      if (!ensure_named (txn, CSM_TYPE_ID_SERVICE_LEVEL, level, ids, error))
        return FALSE;
    }
  return TRUE;
}

static gpointer
prepare (CsmTxn        *txn,
         gpointer       input,
         GCancellable  *cancellable,
         GError       **error)
{
  CsmSample *self = input;
  g_autofree char *filled = NULL;
  JsonObject *given;
  GError *local = NULL;

  filled = csm_txn_setting (txn, SETTING, &local);
  self->filled = filled != NULL;
  if (local != NULL || self->filled)
    {
      if (local != NULL)
        g_propagate_error (error, local);
      return NULL;
    }
  if (!make_teams_and_tags (self, txn, error) || !make_levels (txn, error))
    return NULL;
  for (guint i = 0; (given = csm_sample_nth (self->workspace, "people", i)) != NULL; i++)
    {
      if (!make_person (self, txn, given, error))
        return NULL;
    }
  if (make_channel (self, txn, error) && self->owner_id != NULL)
    join_team (self, txn, self->owner_id, "Service", error);
  return NULL;
}

/* --- What the colleagues did ---------------------------------------------------------------------------------------------- */

/**
 * csm_sample_case_of_mail:
 * @self: the sample
 * @txn: a transaction
 * @rfc_id: (nullable): its Message-ID (RFC 5322, section 3.6.4)
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the case that the mail is in; %NULL without @error: the mail is not there
 */
JsonObject *
csm_sample_case_of_mail (CsmSample  *self,
                         CsmTxn     *txn,
                         const char *rfc_id,
                         GError    **error)
{
  g_autofree char *bare = g_strdup (rfc_id != NULL ? rfc_id : "");
  g_autofree char *message_id = NULL;
  g_autoptr (JsonObject) message = NULL;
  GError *local = NULL;

  g_strdelimit (bare, "<>", ' ');
  message_id = csm_txn_find_mail (txn, self->channel_id, g_strstrip (bare), NULL, &local);
  if (message_id != NULL)
    message = csm_desk_load (txn, CSM_TYPE_ID_MESSAGE, message_id, &local);
  if (message != NULL)
    return csm_desk_load (txn, CSM_TYPE_ID_CASE, csm_json_get_string (message, "caseId"), error);
  if (local != NULL)
    g_propagate_error (error, local);
  return NULL;
}

static const char *
person_of (CsmSample  *self,
           const char *email)
{
  return email != NULL ? g_hash_table_lookup (self->people, email) : NULL;
}

static void
set_status (JsonObject *record,
            const char *status,
            gboolean    snooze)
{
  gint64 last = csm_json_get_time (record, "lastActivityAt");
  gint64 now = csm_time_now ();

  if (status != NULL)
    csm_case_flow_set_status (record, status, last);
  if (!snooze)
    return;
  csm_case_flow_set_status (record, "snoozed", now);
  csm_json_set_time (record, "snoozedUntil", now + SNOOZE_DAYS * 24 * 3600 * CSM_SECOND);
}

/* The sample's mail is old: nothing would be promised any more. In a few cases the customers wrote today. */
static void
note_question (CsmSample  *self,
               JsonObject *record)
{
  static const int minutes[] = { 100, 20, 230, 45, 170, 95 };
  const char *status = csm_json_get_string (record, "status");
  g_autoptr (JsonObject) message = NULL;

  if (self->asked >= G_N_ELEMENTS (minutes) || (g_strcmp0 (status, "new") != 0 && g_strcmp0 (status, "open") != 0))
    return;
  message = json_object_new ();
  csm_json_set_string (message, "direction", "in");
  csm_json_set_time (message, "at", csm_time_now () - minutes[self->asked++] * 60 * CSM_SECOND);
  csm_clock_news_add (record, message);
}

static gboolean
arrange_case (CsmSample *self,
              CsmTxn    *txn,
              guint      n,
              gboolean  *snoozed,
              GError   **error)
{
  JsonObject *given = csm_sample_nth (self->workspace, "cases", n);
  const char *status = csm_json_get_string (given, "status");
  gboolean snooze = !*snoozed && g_strcmp0 (status, "waiting") == 0;
  gboolean mine = self->owner_id != NULL && n % MINE_EVERY == 1;
  GError *local = NULL;
  g_autoptr (JsonObject) record = csm_sample_case_of_mail (self, txn, csm_json_get_string (given, "messageId"), &local);
  const char *tag;

  if (record == NULL)
    {
      if (local != NULL)
        g_propagate_error (error, local);
      return local == NULL;
    }
  csm_json_set_string (record, "ownerId", mine ? self->owner_id : person_of (self, csm_json_get_string (given, "owner")));
  csm_json_set_string (record, "teamId", g_hash_table_lookup (self->teams, csm_json_get_string (given, "team")));
  if (csm_json_get_string (given, "priority") != NULL)
    csm_json_set_string (record, "priority", csm_json_get_string (given, "priority"));
  for (guint i = 0; (tag = csm_sample_nth_string (given, "tags", i)) != NULL; i++)
    {
      if (g_hash_table_contains (self->tags, tag))
        csm_desk_set_key (record, "tags", g_hash_table_lookup (self->tags, tag));
    }
  set_status (record, status, snooze);
  note_question (self, record);
  *snoozed |= snooze;
  return csm_desk_save (txn, CSM_TYPE_ID_CASE, record, error);
}

static gboolean
add_comment (CsmTxn      *txn,
             JsonObject  *record,
             const char  *author_id,
             gint64       at,
             const char  *body,
             GPtrArray   *mentions,
             GError     **error)
{
  g_autoptr (JsonObject) comment = json_object_new ();
  g_autofree char *id = csm_id_new_at ('n', at);

  csm_json_set_string (comment, "caseId", csm_json_get_string (record, "id"));
  csm_json_set_string (comment, "authorId", author_id);
  csm_json_set_time (comment, "at", at);
  csm_json_set_string (comment, "body", body);
  csm_desk_set_key (record, "participantIds", author_id);
  for (guint i = 0; i < mentions->len; i++)
    {
      csm_desk_set_key (comment, "mentions", g_ptr_array_index (mentions, i));
      csm_desk_set_key (record, "participantIds", g_ptr_array_index (mentions, i));
    }
  csm_case_note_activity (record, at);
  return csm_desk_add (txn, CSM_TYPE_ID_COMMENT, id, comment, error) && csm_desk_save (txn, CSM_TYPE_ID_CASE, record, error);
}

static gboolean
add_listed_comment (CsmSample  *self,
                    CsmTxn     *txn,
                    JsonObject *given,
                    GError    **error)
{
  GError *local = NULL;
  g_autoptr (JsonObject) record = csm_sample_case_of_mail (self, txn, csm_json_get_string (given, "messageId"), &local);
  const char *author_id = person_of (self, csm_json_get_string (given, "author"));
  gint64 at = csm_json_get_time (given, "at");
  g_autoptr (GPtrArray) mentions = g_ptr_array_new ();
  const char *mention;

  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (record == NULL || author_id == NULL || at == CSM_TIME_NONE)
    return TRUE;
  for (guint i = 0; (mention = csm_sample_nth_string (given, "mentions", i)) != NULL; i++)
    {
      if (person_of (self, mention) != NULL)
        g_ptr_array_add (mentions, (gpointer) person_of (self, mention));
    }
  return add_comment (txn, record, author_id, at, csm_json_get_string (given, "body"), mentions, error);
}

/* The owner finds a question, too. */
static gboolean
ask_owner (CsmSample *self,
           CsmTxn    *txn,
           GError   **error)
{
  JsonObject *first = csm_sample_nth (self->workspace, "people", 0);
  g_autoptr (JsonObject) owner = NULL;
  g_autoptr (JsonObject) record = NULL;
  g_autoptr (GPtrArray) mentions = g_ptr_array_new ();
  g_autofree char *body = NULL;
  g_auto (GStrv) words = NULL;
  GError *local = NULL;

  if (self->owner_id == NULL || first == NULL || g_strcmp0 (person_of (self, csm_json_get_string (first, "email")), self->owner_id) == 0)
    return TRUE;
  owner = csm_desk_load (txn, CSM_TYPE_ID_PERSON, self->owner_id, error);
  if (owner == NULL)
    return FALSE;
  record = csm_sample_case_of_mail (self, txn, csm_json_get_string (csm_sample_nth (self->workspace, "cases", 1), "messageId"), &local);
  if (record == NULL)
    {
      if (local != NULL)
        g_propagate_error (error, local);
      return local == NULL;
    }
  words = g_strsplit (csm_json_get_string (owner, "name"), " ", 2);
  body = g_strdup_printf ("@%s this one is yours now. Can you tell the customer when the parcel goes out?", words[0]);
  g_ptr_array_add (mentions, (gpointer) self->owner_id);
  return add_comment (txn, record, person_of (self, csm_json_get_string (first, "email")),
                      csm_json_get_time (record, "lastActivityAt") + 20 * 60 * CSM_SECOND, body, mentions, error);
}

static gpointer
arrange (CsmTxn        *txn,
         gpointer       input,
         GCancellable  *cancellable,
         GError       **error)
{
  CsmSample *self = input;
  gboolean snoozed = FALSE;
  JsonObject *given;

  for (guint i = 0; csm_sample_nth (self->workspace, "cases", i) != NULL; i++)
    {
      if (!arrange_case (self, txn, i, &snoozed, error))
        return NULL;
    }
  for (guint i = 0; (given = csm_sample_nth (self->workspace, "comments", i)) != NULL; i++)
    {
      if (!add_listed_comment (self, txn, given, error))
        return NULL;
    }
  if (ask_owner (self, txn, error) && csm_sample_work (self, txn, error) && csm_sample_merge (self, txn, error))
    csm_txn_set_setting (txn, SETTING, "yes", error);
  return NULL;
}

static JsonObject *
load_workspace (const char  *folder,
                GError     **error)
{
  g_autofree char *path = g_build_filename (folder, "workspace.json", NULL);
  g_autofree char *text = NULL;
  gsize length;

  return g_file_get_contents (path, &text, &length, error) ? csm_json_parse_object (text, length, error) : NULL;
}

static gboolean
fill (CsmSample  *self,
      CsmStore   *store,
      const char *folder,
      const char *reader_program,
      GError    **error)
{
  g_autofree char *mail = g_build_filename (folder, "mail", NULL);
  CsmImportResult result;
  GError *local = NULL;

  csm_store_run (store, TRUE, prepare, self, &local);
  if (local == NULL && !self->filled && csm_mail_import_run (store, self->channel_id, mail, reader_program, NULL, NULL, &result, &local))
    csm_store_run (store, TRUE, arrange, self, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

/**
 * csm_sample_dup_name:
 * @folder: the folder with workspace.json and mail/
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what the sample's workspace is called; %NULL without @error: nothing in particular
 */
char *
csm_sample_dup_name (const char  *folder,
                     GError     **error)
{
  g_autoptr (JsonObject) workspace = load_workspace (folder, error);

  return workspace != NULL ? g_strdup (csm_json_get_string (workspace, "workspace")) : NULL;
}

/**
 * csm_sample_fill:
 * @store: the store
 * @folder: the folder with workspace.json and mail/
 * @owner_person_id: (nullable): who looks around: gets some of the cases, and a question
 * @reader_program: casement-reader
 * @error: return location
 *
 * Fills a workspace with the sample; blocks. Once it is there another call does nothing; one that was interrupted is
 * finished by the next.
 *
 * Returns: whether the sample is there
 */
gboolean
csm_sample_fill (CsmStore    *store,
                 const char  *folder,
                 const char  *owner_person_id,
                 const char  *reader_program,
                 GError     **error)
{
  g_autoptr (JsonObject) workspace = load_workspace (folder, error);
  g_autoptr (GHashTable) teams = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) people = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) tags = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  CsmSample self = { .workspace = workspace, .owner_id = owner_person_id, .teams = teams, .people = people, .tags = tags };
  gboolean good;

  if (workspace == NULL)
    return FALSE;
  good = fill (&self, store, folder, reader_program, error);
  g_free (self.channel_id);
  return good;
}
