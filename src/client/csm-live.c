/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-live.h"

#include "csm-failpoint.h"
#include "csm-id.h"
#include "csm-json.h"

/* The server forgets what isn't said again (PROTOCOL.md). */
#define RENEW_SECONDS 5
/* It answers each of these; when it has not answered so many, what it said before is worth nothing. */
#define SILENT 3
/* Moves through a list are told together. */
#define INTERVAL (250 * G_TIME_SPAN_MILLISECOND)
/* What the server takes */
#define MAX_SHOWN 8
#define MAX_WATCHED 200
/* More than a server of ours tells */
#define MAX_PEOPLE 100

struct _CsmLive
{
  GObject      parent_instance;
  CsmFollower *follower;
  GHashTable  *shown;    /* case id → CsmLiveState */
  GHashTable  *watched;  /* set of case ids */
  GHashTable  *told;     /* the same as the server has been told: of these it tells */
  GHashTable  *people;   /* case id → GPtrArray of CsmLivePerson */
  gboolean     tell_shown;
  gboolean     tell_watched;
  gboolean     silent;   /* nothing that was heard counts any more */
  gint64       sent_at;
  guint        unheard;  /* renewals since the server said anything */
  guint        send_id;
  guint        renew_id;
};

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static const char *const state_names[] = { NULL, "viewing", "comment", "reply" };

G_DEFINE_FINAL_TYPE (CsmLive, csm_live, G_TYPE_OBJECT)

static void
person_free (gpointer data)
{
  CsmLivePerson *person = data;

  g_free (person->person_id);
  g_free (person);
}

/* --- telling --------------------------------------------------------------------------------------------------------- */

static JsonObject *
write_shown (CsmLive *self)
{
  JsonObject *doing = json_object_new ();
  GHashTableIter iter;
  gpointer case_id, state;

  g_hash_table_iter_init (&iter, self->shown);
  while (json_object_get_size (doing) < MAX_SHOWN && g_hash_table_iter_next (&iter, &case_id, &state))
    json_object_set_string_member (doing, case_id, state_names[GPOINTER_TO_INT (state)]);
  return doing;
}

static JsonArray *
write_watched (CsmLive *self)
{
  JsonArray *cases = json_array_new ();
  GHashTableIter iter;
  gpointer case_id;

  g_hash_table_iter_init (&iter, self->watched);
  while (g_hash_table_iter_next (&iter, &case_id, NULL))
    json_array_add_string_element (cases, case_id);
  return cases;
}

static void
copy_keys (GHashTable *from,
           GHashTable *to)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_remove_all (to);
  g_hash_table_iter_init (&iter, from);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_hash_table_add (to, g_strdup (key));
}

/* Not before the server hears of it: what is watched again by then it would not tell again. */
static void
forget_unwatched (CsmLive *self)
{
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer case_id;

  g_hash_table_iter_init (&iter, self->people);
  while (g_hash_table_iter_next (&iter, &case_id, NULL))
    if (!g_hash_table_contains (self->watched, case_id))
      {
        g_ptr_array_add (gone, g_strdup (case_id));
        g_hash_table_iter_remove (&iter);
      }
  for (guint i = 0; i < gone->len; i++)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0, gone->pdata[i]);
}

static void
send (CsmLive *self)
{
  g_autoptr (JsonObject) message = json_object_new ();

  if (self->tell_shown)
    json_object_set_object_member (message, "doing", write_shown (self));
  if (self->tell_watched)
    json_object_set_array_member (message, "watch", write_watched (self));
  self->sent_at = g_get_monotonic_time ();
  csm_follower_send_live (self->follower, message);
  self->tell_shown = FALSE;
  if (!self->tell_watched)
    return;
  self->tell_watched = FALSE;
  copy_keys (self->watched, self->told);
  forget_unwatched (self);
}

static gboolean
on_send (gpointer data)
{
  CsmLive *self = data;

  self->send_id = 0;
  send (self);
  return G_SOURCE_REMOVE;
}

static void
schedule (CsmLive *self)
{
  gint64 wait = self->sent_at != 0 ? self->sent_at + INTERVAL - g_get_monotonic_time () : 0;

  if (self->send_id == 0 && csm_follower_is_live (self->follower))
    self->send_id = g_timeout_add (wait > 0 ? (guint) (wait / 1000) + 1 : 0, on_send, self);
}

/* --- hearing --------------------------------------------------------------------------------------------------------- */

static void
forget_all (CsmLive *self)
{
  g_autoptr (GHashTable) before = g_steal_pointer (&self->people);
  GHashTableIter iter;
  gpointer case_id;

  self->people = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &case_id, NULL))
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0, case_id);
}

static gboolean
on_renew (gpointer data)
{
  CsmLive *self = data;

  if (!self->silent && ++self->unheard >= SILENT)
    {
      self->silent = TRUE;
      forget_all (self);
    }
  self->tell_shown = TRUE;
  schedule (self);
  return G_SOURCE_CONTINUE;
}

/* Nothing is sent again while there is nothing to say. */
static void
choose_renewal (CsmLive *self)
{
  gboolean wanted = g_hash_table_size (self->shown) > 0 && csm_follower_is_live (self->follower);

  if (wanted && self->renew_id == 0)
    {
      self->unheard = 0;
      self->renew_id = g_timeout_add_seconds (csm_fault_number ("live", RENEW_SECONDS), on_renew, self);
    }
  else if (!wanted)
    {
      g_clear_handle_id (&self->renew_id, g_source_remove);
    }
}

static CsmLiveState
parse_state (const char *name)
{
  for (CsmLiveState state = CSM_LIVE_VIEWING; state < G_N_ELEMENTS (state_names); state++)
    if (g_strcmp0 (name, state_names[state]) == 0)
      return state;
  return CSM_LIVE_NONE;
}

static int
compare_people (gconstpointer a,
                gconstpointer b)
{
  const CsmLivePerson *one = *(CsmLivePerson *const *) a;
  const CsmLivePerson *two = *(CsmLivePerson *const *) b;

  return one->state != two->state ? (int) two->state - (int) one->state : g_strcmp0 (one->person_id, two->person_id);
}

static GPtrArray *
read_people (JsonObject *object)
{
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func (person_free);
  JsonObjectIter iter;
  const char *person_id;

  json_object_iter_init_ordered (&iter, object);
  while (people->len < MAX_PEOPLE && json_object_iter_next_ordered (&iter, &person_id, NULL))
    {
      CsmLiveState state = parse_state (csm_json_get_string (object, person_id));
      CsmLivePerson *person;

      if (state == CSM_LIVE_NONE || !csm_id_is_valid (person_id, 'p'))
        continue;
      person = g_new0 (CsmLivePerson, 1);
      person->person_id = g_strdup (person_id);
      person->state = state;
      g_ptr_array_add (people, person);
    }
  g_ptr_array_sort (people, compare_people);
  return g_steal_pointer (&people);
}

static void
take_case (CsmLive    *self,
           const char *case_id,
           JsonObject *object)
{
  g_autoptr (GPtrArray) people = read_people (object);
  g_autofree char *id = g_strdup (case_id);

  if (people->len > 0)
    g_hash_table_replace (self->people, g_strdup (case_id), g_steal_pointer (&people));
  else if (!g_hash_table_remove (self->people, case_id))
    return;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0, id);
}

static void
on_live (CsmLive    *self,
         JsonObject *message)
{
  JsonObject *cases = csm_json_get_object (message, "cases");
  g_autoptr (GList) ids = cases != NULL ? json_object_get_members (cases) : NULL;

  self->unheard = 0;
  if (self->silent)
    {
      /* It tells only what changes: all of it is asked for once more. */
      g_autoptr (JsonObject) nothing = json_object_new ();

      self->silent = FALSE;
      json_object_set_array_member (nothing, "watch", json_array_new ());
      csm_follower_send_live (self->follower, nothing);
      self->tell_watched = TRUE;
      schedule (self);
      return;
    }
  for (GList *l = ids; l != NULL; l = l->next)
    {
      JsonObject *people = csm_json_get_object (cases, l->data);

      if (people != NULL && g_hash_table_contains (self->told, l->data))
        take_case (self, l->data, people);
    }
}

static void
on_live_changed (CsmLive *self)
{
  g_clear_handle_id (&self->send_id, g_source_remove);
  self->sent_at = 0;
  self->silent = FALSE;
  choose_renewal (self);
  g_hash_table_remove_all (self->told);
  forget_all (self);
  if (!csm_follower_is_live (self->follower))
    return;
  self->tell_shown = g_hash_table_size (self->shown) > 0;
  self->tell_watched = g_hash_table_size (self->watched) > 0;
  if (self->tell_shown || self->tell_watched)
    schedule (self);
}

/* --- the object ------------------------------------------------------------------------------------------------------- */

static void
csm_live_dispose (GObject *object)
{
  CsmLive *self = CSM_LIVE (object);

  g_clear_handle_id (&self->send_id, g_source_remove);
  g_clear_handle_id (&self->renew_id, g_source_remove);
  if (self->follower != NULL)
    g_signal_handlers_disconnect_by_data (self->follower, self);
  g_clear_object (&self->follower);
  G_OBJECT_CLASS (csm_live_parent_class)->dispose (object);
}

static void
csm_live_finalize (GObject *object)
{
  CsmLive *self = CSM_LIVE (object);

  g_hash_table_unref (self->shown);
  g_hash_table_unref (self->watched);
  g_hash_table_unref (self->told);
  g_hash_table_unref (self->people);
  G_OBJECT_CLASS (csm_live_parent_class)->finalize (object);
}

static void
csm_live_class_init (CsmLiveClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_live_dispose;
  object_class->finalize = csm_live_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", CSM_TYPE_LIVE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
csm_live_init (CsmLive *self)
{
  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->watched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->people = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * csm_live_new:
 * @follower: the socket
 *
 * Returns: (transfer full): who is where, as the other end of the socket tells
 */
CsmLive *
csm_live_new (CsmFollower *follower)
{
  CsmLive *self = g_object_new (CSM_TYPE_LIVE, NULL);

  self->follower = g_object_ref (follower);
  g_signal_connect_swapped (follower, "live", G_CALLBACK (on_live), self);
  g_signal_connect_swapped (follower, "live-changed", G_CALLBACK (on_live_changed), self);
  return self;
}

/**
 * csm_live_show:
 * @self: who is where
 * @case_id: a case
 * @what: what I do in it; %CSM_LIVE_NONE: I'm not there
 *
 * Colleagues see it within a second, as long as it is true and there is a connection. Costs a message every few seconds while
 * there is anything to show.
 */
void
csm_live_show (CsmLive      *self,
               const char   *case_id,
               CsmLiveState  what)
{
  g_return_if_fail (CSM_IS_LIVE (self) && case_id != NULL);
  if (GPOINTER_TO_INT (g_hash_table_lookup (self->shown, case_id)) == (int) what)
    return;
  if (what == CSM_LIVE_NONE)
    g_hash_table_remove (self->shown, case_id);
  else
    g_hash_table_replace (self->shown, g_strdup (case_id), GINT_TO_POINTER (what));
  choose_renewal (self);
  self->tell_shown = TRUE;
  schedule (self);
}

/* What is watched again before the server was told otherwise is as it was. */
static void
show_known (CsmLive    *self,
            GHashTable *before)
{
  g_autoptr (GList) ids = g_hash_table_get_keys (self->people);
  g_autoptr (GPtrArray) again = g_ptr_array_new_with_free_func (g_free);

  for (GList *l = ids; l != NULL; l = l->next)
    if (g_hash_table_contains (self->watched, l->data) && !g_hash_table_contains (before, l->data))
      g_ptr_array_add (again, g_strdup (l->data));
  for (guint i = 0; i < again->len; i++)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0, again->pdata[i]);
}

/**
 * csm_live_watch:
 * @self: who is where
 * @case_ids: (array zero-terminated=1): the cases that are on the screen: the open ones and those in the list
 *
 * Says of which cases to be told who is there; of the first 200.
 */
void
csm_live_watch (CsmLive            *self,
                const char * const *case_ids)
{
  g_autoptr (GHashTable) watched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) before = NULL;
  gboolean same;

  g_return_if_fail (CSM_IS_LIVE (self) && case_ids != NULL);
  for (guint i = 0; case_ids[i] != NULL && g_hash_table_size (watched) < MAX_WATCHED; i++)
    g_hash_table_add (watched, g_strdup (case_ids[i]));
  same = g_hash_table_size (watched) == g_hash_table_size (self->watched);
  for (guint i = 0; same && case_ids[i] != NULL; i++)
    same = g_hash_table_contains (self->watched, case_ids[i]) || !g_hash_table_contains (watched, case_ids[i]);
  if (same)
    return;
  before = g_steal_pointer (&self->watched);
  self->watched = g_steal_pointer (&watched);
  show_known (self, before);
  self->tell_watched = TRUE;
  schedule (self);
}

/**
 * csm_live_get_people:
 * @self: who is where
 * @case_id: a case that is watched
 *
 * Returns: (transfer none) (nullable) (element-type CsmLivePerson): who else is there, those who write first, as of this moment;
 *   %NULL: nobody
 */
GPtrArray *
csm_live_get_people (CsmLive    *self,
                     const char *case_id)
{
  g_return_val_if_fail (CSM_IS_LIVE (self), NULL);
  return case_id != NULL && g_hash_table_contains (self->watched, case_id) ? g_hash_table_lookup (self->people, case_id) : NULL;
}
