/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-service-levels.h"

#include "csm-desk-records.h"
#include "csm-json.h"

#define MAX_LEVELS 10000

/* A year: more nobody promises. */
#define MAX_MINUTES (366 * 24 * 60)

const char *const csm_clock_names[] = { "acknowledge", "answer", "resolve", NULL };
const char *const csm_step_names[] = { "warnOwner", "tellLead", "escalate", NULL };

static const char *const within_names[CSM_N_CLOCKS] = { "acknowledgeWithin", "answerWithin", "resolveWithin" };

static void
step_free (CsmServiceStep *self)
{
  g_free (self->key);
  g_free (self);
}

static void
level_free (CsmServiceLevel *self)
{
  g_free (self->id);
  g_free (self->version);
  g_free (self->team_id);
  g_free (self->channel_id);
  g_free (self->priority);
  g_free (self->calendar_id);
  g_ptr_array_unref (self->steps);
  g_free (self);
}

/**
 * csm_service_level_index:
 * @names: names, ended by %NULL
 * @name: (nullable): one of them
 *
 * Returns: where it is, or -1
 */
int
csm_service_level_index (const char *const *names,
                         const char        *name)
{
  for (int i = 0; names[i] != NULL; i++)
    {
      if (g_strcmp0 (names[i], name) == 0)
        return i;
    }
  return -1;
}

static CsmServiceStep *
step_new (const char *key,
          JsonObject *record)
{
  int clock = csm_service_level_index (csm_clock_names, csm_json_get_string (record, "clock"));
  int does = csm_service_level_index (csm_step_names, csm_json_get_string (record, "does"));
  gint64 minutes = csm_json_get_int (record, "minutes", G_MININT64);
  CsmServiceStep *self;

  if (clock < 0 || does < 0 || minutes < -MAX_MINUTES || minutes > MAX_MINUTES)
    return NULL;
  self = g_new0 (CsmServiceStep, 1);
  self->key = g_strdup (key);
  self->clock = clock;
  self->does = does;
  self->minutes = minutes;
  return self;
}

static int
compare_steps (gconstpointer a,
               gconstpointer b)
{
  const CsmServiceStep *x = *(CsmServiceStep *const *) a, *y = *(CsmServiceStep *const *) b;

  if (x->minutes != y->minutes)
    return x->minutes < y->minutes ? -1 : 1;
  return g_strcmp0 (x->key, y->key);
}

static gboolean
add_level (const char *id,
           const char *json,
           gpointer    user_data)
{
  g_autoptr (JsonNode) node = csm_json_parse_trusted (json, -1);
  JsonObject *record = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonObject *steps = csm_json_get_object (record, "steps");
  g_autoptr (GList) keys = steps != NULL ? json_object_get_members (steps) : NULL;
  CsmServiceLevel *self;

  if (!csm_json_get_boolean (record, "enabled"))
    return TRUE;
  self = g_new0 (CsmServiceLevel, 1);
  self->id = g_strdup (id);
  self->version = g_strdup_printf ("%s %s", id, csm_json_get_string (record, "updated"));
  self->position = csm_json_get_int (record, "position", 0);
  self->team_id = g_strdup (csm_json_get_string (record, "teamId"));
  self->channel_id = g_strdup (csm_json_get_string (record, "channelId"));
  self->priority = g_strdup (csm_json_get_string (record, "priority"));
  self->by_customer = csm_json_get_boolean (record, "byCustomer");
  self->calendar_id = g_strdup (csm_json_get_string (record, "calendarId"));
  for (guint i = 0; i < CSM_N_CLOCKS; i++)
    self->within[i] = CLAMP (csm_json_get_int (record, within_names[i], 0), 0, MAX_MINUTES);
  self->warn_before = CLAMP (csm_json_get_int (record, "warnBefore", 60), 0, MAX_MINUTES);
  self->pauses_waiting = csm_json_get_boolean (record, "pausesWaiting");
  self->steps = g_ptr_array_new_with_free_func ((GDestroyNotify) step_free);
  for (GList *l = keys; l != NULL; l = l->next)
    {
      CsmServiceStep *step = step_new (l->data, csm_json_get_object (steps, l->data));

      if (step != NULL)
        g_ptr_array_add (self->steps, step);
    }
  g_ptr_array_sort (self->steps, compare_steps);
  g_ptr_array_add (user_data, self);
  return TRUE;
}

static int
compare_levels (gconstpointer a,
                gconstpointer b)
{
  const CsmServiceLevel *x = *(CsmServiceLevel *const *) a, *y = *(CsmServiceLevel *const *) b;

  if (x->position != y->position)
    return x->position < y->position ? -1 : 1;
  return g_strcmp0 (x->id, y->id);
}

/**
 * csm_service_levels_get:
 * @txn: a transaction
 * @error: return location
 *
 * Returns: (transfer none) (element-type CsmServiceLevel): the enabled levels, by position and then by id; valid until one of them changes
 */
GPtrArray *
csm_service_levels_get (CsmTxn  *txn,
                        GError **error)
{
  static const char name[] = "service-levels";
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_SERVICE_LEVEL);
  GPtrArray *levels = csm_txn_get_kept (txn, type, name);

  if (levels != NULL)
    return levels;
  levels = g_ptr_array_new_with_free_func ((GDestroyNotify) level_free);
  if (!csm_txn_each (txn, CSM_ACCOUNT_WORKSPACE, type, MAX_LEVELS, add_level, levels, error))
    {
      g_ptr_array_unref (levels);
      return NULL;
    }
  g_ptr_array_sort (levels, compare_levels);
  csm_txn_keep (txn, type, name, levels, (GDestroyNotify) g_ptr_array_unref);
  return levels;
}

static gboolean
applies (const CsmServiceLevel *self,
         JsonObject            *case_,
         const char            *promised,
         gboolean               any_team)
{
  if (self->team_id != NULL && !any_team && g_strcmp0 (self->team_id, csm_json_get_string (case_, "teamId")) != 0)
    return FALSE;
  if (self->channel_id != NULL && !csm_json_has_key (case_, "channelIds", self->channel_id))
    return FALSE;
  if (self->priority != NULL && g_strcmp0 (self->priority, csm_json_get_string (case_, "priority")) != 0)
    return FALSE;
  return !self->by_customer || g_strcmp0 (self->id, promised) == 0;
}

/* What the customer was promised, by name. */
static gboolean
load_promised (CsmTxn      *txn,
               JsonObject  *case_,
               char       **promised,
               GError     **error)
{
  g_autoptr (JsonObject) customer = NULL;
  GError *local = NULL;

  customer = csm_desk_try (txn, CSM_TYPE_ID_CUSTOMER, csm_json_get_string (case_, "customerId"), &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  *promised = customer != NULL ? g_strdup (csm_json_get_string (customer, "serviceLevelId")) : NULL;
  return TRUE;
}

/**
 * csm_service_levels_find:
 * @txn: a transaction
 * @case_: a case
 * @failed: (out): whether %NULL is an error
 * @error: return location
 *
 * The first one whose conditions hold is the case's. A case that was handed to a team of which nothing was promised keeps the level that it has:
 * customers don't lose what they were promised by an escalation.
 *
 * Returns: (transfer none) (nullable): the level, valid until one of them changes
 */
CsmServiceLevel *
csm_service_levels_find (CsmTxn      *txn,
                         JsonObject  *case_,
                         gboolean    *failed,
                         GError     **error)
{
  GPtrArray *levels = csm_service_levels_get (txn, error);
  const char *current = csm_json_get_string (case_, "serviceLevelId");
  g_autofree char *promised = NULL;
  gboolean looked = FALSE;

  *failed = levels == NULL;
  for (guint pass = 0; levels != NULL && pass < 2; pass++)
    {
      for (guint i = 0; i < levels->len; i++)
        {
          CsmServiceLevel *level = g_ptr_array_index (levels, i);

          if (pass == 1 && g_strcmp0 (level->id, current) != 0)
            continue;
          if (level->by_customer && !looked && !load_promised (txn, case_, &promised, error))
            {
              *failed = TRUE;
              return NULL;
            }
          looked |= level->by_customer;
          if (applies (level, case_, promised, pass == 1))
            return level;
        }
    }
  return NULL;
}

/* --- Calendars ---------------------------------------------------------------------------------------------------------- */

/* By one that can't be read it is day and night: too early a warning is better than nobody's being able to write to a case. */
static CsmCalendar *
load_calendar (CsmTxn      *txn,
               const char  *id,
               GError     **error)
{
  g_autofree char *zone = NULL;
  g_autoptr (JsonObject) record = NULL;
  GError *local = NULL;

  zone = csm_txn_setting (txn, CSM_SETTING_TIME_ZONE, &local);
  if (local == NULL && id != NULL)
    record = csm_desk_try (txn, CSM_TYPE_ID_CALENDAR, id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return NULL;
    }
  return csm_calendar_new (record, zone);
}

/**
 * csm_service_level_calendar:
 * @txn: a transaction
 * @self: a level
 * @error: return location
 *
 * Returns: (transfer none): when people are at work by it; valid until a calendar changes
 */
CsmCalendar *
csm_service_level_calendar (CsmTxn                 *txn,
                            const CsmServiceLevel  *self,
                            GError                **error)
{
  static const char name[] = "calendars";
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_CALENDAR);
  GHashTable *calendars = csm_txn_get_kept (txn, type, name);
  const char *key = self->calendar_id != NULL ? self->calendar_id : "";
  CsmCalendar *calendar;

  if (calendars == NULL)
    {
      calendars = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) csm_calendar_unref);
      csm_txn_keep (txn, type, name, calendars, (GDestroyNotify) g_hash_table_unref);
    }
  calendar = g_hash_table_lookup (calendars, key);
  if (calendar == NULL)
    {
      calendar = load_calendar (txn, self->calendar_id, error);
      if (calendar != NULL)
        g_hash_table_insert (calendars, g_strdup (key), calendar);
    }
  return calendar;
}

/**
 * csm_service_level_check:
 * @record: a ServiceLevel
 *
 * Returns: (nullable): the property that is wrong; %NULL when none is. What it names is not looked up.
 */
const char *
csm_service_level_check (JsonObject *record)
{
  JsonObject *steps = csm_json_get_object (record, "steps");
  g_autoptr (GList) keys = steps != NULL ? json_object_get_members (steps) : NULL;
  gint64 warn = csm_json_get_int (record, "warnBefore", 0);
  gboolean some = FALSE;

  for (guint i = 0; i < CSM_N_CLOCKS; i++)
    {
      JsonNode *node = json_object_get_member (record, within_names[i]);
      gint64 minutes = csm_json_get_int (record, within_names[i], 0);

      if (node == NULL || JSON_NODE_HOLDS_NULL (node))
        continue;
      if (minutes < 1 || minutes > MAX_MINUTES)
        return within_names[i];
      some = TRUE;
    }
  if (!some)
    return within_names[CSM_CLOCK_ANSWER];
  if (warn < 0 || warn > MAX_MINUTES)
    return "warnBefore";
  for (GList *l = keys; l != NULL; l = l->next)
    {
      JsonObject *record_step = csm_json_get_object (steps, l->data);
      CsmServiceStep *step = record_step != NULL && *(const char *) l->data != '\0' ? step_new (l->data, record_step) : NULL;

      if (step == NULL)
        return "steps";
      step_free (step);
    }
  return NULL;
}
