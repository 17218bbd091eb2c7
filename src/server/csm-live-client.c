/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-live-private.h"

#include "csm-id.h"
#include "csm-jmap-error.h"
#include "csm-json.h"

/* What a connection may name, and how often. A client of good faith stays far below. */
#define MAX_DOING 8
#define MAX_WATCHED 200
#define MAX_MESSAGES 20
/* Of so many people in a case one is told. */
#define MAX_TOLD 20
/* So often in a beat a connection is told of what was quiet before; of the same case it is told once in a beat. */
#define OFTEN 4

static const char *const doing_names[] = { NULL, "viewing", "comment", "reply" };

/* --- Telling ------------------------------------------------------------------------------------------------------------ */

static void schedule (CsmLiveClient *self, gint64 at);

static gboolean
may_tell (CsmLiveClient *self,
          CsmLiveWatch  *watch,
          gint64         now)
{
  return watch->told_at == 0 || watch->told_at + self->hub->beat <= now;
}

/* A case that was told of has its turn when its beat is over, whatever else was told since: nobody waits longer than a beat. */
static gint64
due (CsmLiveClient *self,
     CsmLiveWatch  *watch)
{
  if (watch != NULL && watch->told_at != 0 && watch->told_at + self->hub->beat > self->sent_at)
    return watch->told_at + self->hub->beat;
  return self->sent_at != 0 ? self->sent_at + self->hub->beat / OFTEN : 0;
}

/* The person isn't told of themselves. Returns: whether there is anything to say */
static gboolean
write_case (CsmLiveClient *self,
            CsmLiveWatch  *watch,
            GString       *text)
{
  GArray *people = csm_live_case_get_people (watch->live_case);
  gsize start = text->len;
  guint n = 0;

  g_string_append_printf (text, "%s\"%s\":{", text->str[text->len - 1] == '{' ? "" : ",", watch->live_case->id);
  for (guint i = 0; i < people->len && n < MAX_TOLD; i++)
    {
      const CsmLiveWho *who = &g_array_index (people, CsmLiveWho, i);

      if (g_str_equal (who->id, self->person_id))
        continue;
      g_string_append_printf (text, "%s\"%s\":\"%s\"", n > 0 ? "," : "", who->id, doing_names[who->doing]);
      n++;
    }
  g_string_append_c (text, '}');
  if (n > 0 || watch->told_some)
    return TRUE;
  g_string_truncate (text, start);
  return FALSE;
}

/* All that may be told by now: what goes along costs no message. @told: (element-type CsmLiveWatch): those that it is about */
static char *
write_message (CsmLiveClient *self,
               gint64         now,
               GPtrArray     *told)
{
  GString *text = g_string_new ("{\"@type\":\"Live\",\"cases\":{");
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->watches);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      CsmLiveWatch *watch = value;

      if (!watch->dirty || !may_tell (self, watch, now))
        continue;
      if (write_case (self, watch, text))
        g_ptr_array_add (told, watch);
      else
        watch->dirty = FALSE;
    }
  g_string_append (text, "}}");
  return g_string_free (text, FALSE);
}

static void
note_told (CsmLiveClient *self,
           GPtrArray     *told,
           gint64         now)
{
  for (guint i = 0; i < told->len; i++)
    {
      CsmLiveWatch *watch = told->pdata[i];
      GArray *people = csm_live_case_get_people (watch->live_case);
      guint others = people->len;

      for (guint j = 0; j < people->len; j++)
        others -= g_str_equal (g_array_index (people, CsmLiveWho, j).id, self->person_id) ? 1 : 0;
      watch->dirty = FALSE;
      watch->told_at = now;
      watch->told_some = others > 0;
    }
  self->answering = FALSE;
  self->sent_at = now;
}

static void
schedule_rest (CsmLiveClient *self)
{
  GHashTableIter iter;
  gpointer watch;

  g_hash_table_iter_init (&iter, self->watches);
  while (g_hash_table_iter_next (&iter, NULL, &watch))
    if (((CsmLiveWatch *) watch)->dirty)
      schedule (self, due (self, watch));
}

static gboolean
flush_cb (gpointer user_data)
{
  CsmLiveClient *self = user_data;
  gint64 now = g_get_monotonic_time ();
  g_autoptr (GPtrArray) told = g_ptr_array_new ();
  g_autofree char *message = NULL;

  self->flush_id = 0;
  if (self->person_id == NULL)
    return G_SOURCE_REMOVE;
  message = write_message (self, now, told);
  if (told->len == 0 && !self->answering)
    {
      schedule_rest (self);
    }
  else if (self->deliver (self->data, message))
    {
      note_told (self, told, now);
      schedule_rest (self);
    }
  else
    {
      /* It has not read what it got before: it hears how things are when it has. */
      schedule (self, now + self->hub->beat);
    }
  return G_SOURCE_REMOVE;
}

static void
schedule (CsmLiveClient *self,
          gint64         at)
{
  gint64 wait = at - g_get_monotonic_time ();

  if (self->flush_id != 0 && self->flush_at <= at)
    return;
  g_clear_handle_id (&self->flush_id, g_source_remove);
  self->flush_at = at;
  self->flush_id = g_timeout_add (wait > 0 ? (guint) (wait / 1000) + 1 : 0, flush_cb, self);
}

/* A case that the connection watches has changed. */
void
csm_live_client_notice (CsmLiveClient *self,
                        CsmLiveWatch  *watch)
{
  watch->dirty = TRUE;
  schedule (self, due (self, watch));
}

/* --- What it says --------------------------------------------------------------------------------------------------------- */

static void
unwatch (CsmLiveWatch *watch)
{
  g_hash_table_remove (watch->live_case->watchers, watch->client);
  csm_live_case_release (watch->live_case);
  g_free (watch);
}

static void
watch_case (CsmLiveClient *self,
            const char    *id)
{
  CsmLiveCase *live_case = csm_live_case_ensure (self->hub, id);
  CsmLiveWatch *watch = g_new0 (CsmLiveWatch, 1);

  watch->client = self;
  watch->live_case = live_case;
  g_hash_table_insert (live_case->watchers, self, watch);
  g_hash_table_insert (self->watches, live_case->id, watch);
  if (g_hash_table_size (live_case->present) > 0)
    csm_live_client_notice (self, watch);
}

static void
take_watch (CsmLiveClient *self,
            JsonArray     *ids)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) unwanted = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer id, watch;

  for (guint i = 0; i < json_array_get_length (ids); i++)
    g_hash_table_add (wanted, (gpointer) json_array_get_string_element (ids, i));
  g_hash_table_iter_init (&iter, self->watches);
  while (g_hash_table_iter_next (&iter, &id, &watch))
    if (!g_hash_table_contains (wanted, id))
      {
        g_hash_table_iter_steal (&iter);
        g_ptr_array_add (unwanted, watch);
      }
  for (guint i = 0; i < unwanted->len; i++)
    unwatch (unwanted->pdata[i]);
  for (guint i = 0; i < json_array_get_length (ids); i++)
    if (!g_hash_table_contains (self->watches, json_array_get_string_element (ids, i)))
      watch_case (self, json_array_get_string_element (ids, i));
}

static CsmDoing
parse_doing (JsonNode *node)
{
  for (CsmDoing doing = CSM_DOING_VIEWING; csm_json_is_string (node) && doing < G_N_ELEMENTS (doing_names); doing++)
    if (g_str_equal (json_node_get_string (node), doing_names[doing]))
      return doing;
  return CSM_DOING_NOTHING;
}

static void
stop_doing (CsmLiveClient *self,
            JsonObject    *but)
{
  g_autofree gpointer *cases = NULL;
  guint n;

  cases = g_hash_table_get_keys_as_array (self->doing, &n);
  for (guint i = 0; i < n; i++)
    {
      CsmLiveCase *live_case = cases[i];

      if (but == NULL || !json_object_has_member (but, live_case->id))
        csm_live_case_put (live_case, self, CSM_DOING_NOTHING);
    }
}

static void
take_doing (CsmLiveClient *self,
            JsonObject    *doing)
{
  JsonObjectIter iter;
  const char *id;
  JsonNode *node;

  stop_doing (self, doing);
  json_object_iter_init_ordered (&iter, doing);
  while (json_object_iter_next_ordered (&iter, &id, &node))
    csm_live_case_put (csm_live_case_ensure (self->hub, id), self, parse_doing (node));
  self->said_at = g_get_monotonic_time ();
  self->answering = json_object_get_size (doing) > 0;
  if (!self->answering)
    return;
  csm_live_hub_keep_sweeping (self->hub);
  schedule (self, due (self, NULL));
}

static gboolean
check_watch (JsonObject *message)
{
  JsonArray *ids = csm_json_get_array (message, "watch");

  if (ids == NULL || json_array_get_length (ids) > MAX_WATCHED)
    return ids == NULL && !json_object_has_member (message, "watch");
  for (guint i = 0; i < json_array_get_length (ids); i++)
    if (!csm_json_is_string (json_array_get_element (ids, i)) || !csm_id_is_valid (json_array_get_string_element (ids, i), 'c'))
      return FALSE;
  return TRUE;
}

static gboolean
check_doing (JsonObject *message)
{
  JsonObject *doing = csm_json_get_object (message, "doing");
  JsonObjectIter iter;
  const char *id;
  JsonNode *node;

  if (doing == NULL || json_object_get_size (doing) > MAX_DOING)
    return doing == NULL && !json_object_has_member (message, "doing");
  json_object_iter_init_ordered (&iter, doing);
  while (json_object_iter_next_ordered (&iter, &id, &node))
    if (!csm_id_is_valid (id, 'c') || parse_doing (node) == CSM_DOING_NOTHING)
      return FALSE;
  return TRUE;
}

static void
hold (CsmLiveClient *self,
      JsonObject    *message)
{
  static const char *const members[] = { "doing", "watch" };

  if (self->held == NULL)
    self->held = json_object_new ();
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    if (json_object_has_member (message, members[i]))
      json_object_set_member (self->held, members[i], csm_json_copy (json_object_get_member (message, members[i])));
}

static gboolean
is_too_often (CsmLiveClient *self)
{
  gint64 second = g_get_monotonic_time () / G_USEC_PER_SEC;

  if (self->second != second)
    self->n_messages = 0;
  self->second = second;
  return ++self->n_messages > MAX_MESSAGES;
}

/**
 * csm_live_client_take:
 * @self: a connection
 * @message: a Live message from its other end
 * @error: return location
 *
 * What comes too often is left out, and so is what somebody says who is no colleague.
 *
 * Returns: whether it was one; otherwise nothing of it counts
 */
gboolean
csm_live_client_take (CsmLiveClient  *self,
                      JsonObject     *message,
                      GError        **error)
{
  JsonArray *watch = csm_json_get_array (message, "watch");
  JsonObject *doing = csm_json_get_object (message, "doing");

  if (is_too_often (self))
    return TRUE;
  if (!check_watch (message) || !check_doing (message))
    {
      g_set_error_literal (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_NOT_REQUEST, "“watch” is at most 200 cases, “doing” says of at most 8 what is done there");
      return FALSE;
    }
  if (!self->known)
    hold (self, message);
  if (self->person_id == NULL)
    return TRUE;
  if (watch != NULL)
    take_watch (self, watch);
  if (doing != NULL)
    take_doing (self, doing);
  return TRUE;
}

/* --- Who it is ------------------------------------------------------------------------------------------------------------- */

/* What it does isn't said any more. */
void
csm_live_client_forget_doing (CsmLiveClient *self)
{
  stop_doing (self, NULL);
}

/* Takes back all that the connection said. */
void
csm_live_client_stop (CsmLiveClient *self)
{
  g_autofree gpointer *watches = NULL;
  GHashTableIter iter;
  gpointer watch;
  guint n = 0;

  stop_doing (self, NULL);
  watches = g_new (gpointer, g_hash_table_size (self->watches) + 1);
  g_hash_table_iter_init (&iter, self->watches);
  while (g_hash_table_iter_next (&iter, NULL, &watch))
    {
      watches[n++] = watch;
      g_hash_table_iter_steal (&iter);
    }
  for (guint i = 0; i < n; i++)
    unwatch (watches[i]);
  self->answering = FALSE;
  g_clear_handle_id (&self->flush_id, g_source_remove);
}

/**
 * csm_live_client_set_person:
 * @self: a connection
 * @person_id: (nullable): the colleague whose it is; %NULL: it is none's
 *
 * Until this nothing is told either way.
 */
void
csm_live_client_set_person (CsmLiveClient *self,
                            const char    *person_id)
{
  g_autoptr (JsonObject) held = g_steal_pointer (&self->held);

  self->known = TRUE;
  if (g_strcmp0 (self->person_id, person_id) == 0)
    return;
  csm_live_client_stop (self);
  g_free (self->person_id);
  self->person_id = g_strdup (person_id);
  if (person_id == NULL || held == NULL)
    return;
  if (json_object_has_member (held, "watch"))
    take_watch (self, json_object_get_array_member (held, "watch"));
  if (json_object_has_member (held, "doing"))
    take_doing (self, json_object_get_object_member (held, "doing"));
}

void
csm_live_client_free (CsmLiveClient *self)
{
  csm_live_client_stop (self);
  g_clear_pointer (&self->held, json_object_unref);
  g_hash_table_unref (self->doing);
  g_hash_table_unref (self->watches);
  g_free (self->person_id);
  g_free (self->token_hash);
  g_free (self);
}
