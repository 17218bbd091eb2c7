/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-rules.h"

#include "csm-calendar.h"
#include "csm-clock-steps.h"
#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-service-levels.h"
#include "csm-time.h"

#define MAX_LEVELS 10000
#define MINUTE (60 * CSM_SECOND)

static gboolean
invalid (GError     **error,
         const char  *property)
{
  return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, property);
}

/* --- Calendars ------------------------------------------------------------------------------------------------------------- */

static gboolean
write_calendar (CsmTxn      *txn,
                const char  *id,
                JsonObject  *record,
                gboolean     is_new,
                GError     **error)
{
  const char *wrong = csm_calendar_check (record);

  if (wrong != NULL)
    return invalid (error, wrong);
  if (is_new)
    return csm_desk_add (txn, CSM_TYPE_ID_CALENDAR, id, record, error);
  return csm_desk_save (txn, CSM_TYPE_ID_CALENDAR, record, error) && csm_clocks_begin_sweep (txn, error);
}

/**
 * csm_calendar_rules_create:
 * @txn: the transaction
 * @who: who writes
 * @id: its id
 * @record: the calendar
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
csm_calendar_rules_create (CsmTxn              *txn,
                           const CsmPrincipal  *who,
                           const char          *id,
                           JsonObject          *record,
                           GError             **error)
{
  return write_calendar (txn, id, record, TRUE, error);
}

/**
 * csm_calendar_rules_update:
 * @txn: the transaction
 * @who: who writes
 * @before: the calendar
 * @after: what a patch made of it
 * @error: return location
 *
 * Returns: whether it was written; all clocks are reckoned anew
 */
gboolean
csm_calendar_rules_update (CsmTxn              *txn,
                           const CsmPrincipal  *who,
                           JsonObject          *before,
                           JsonObject          *after,
                           GError             **error)
{
  return write_calendar (txn, NULL, after, FALSE, error);
}

typedef struct
{
  const char *calendar_id;
  char       *name;        /* of a level that goes by it */
} User;

static gboolean
find_user (const char *id,
           const char *json,
           gpointer    user_data)
{
  User *user = user_data;
  g_autoptr (JsonNode) node = csm_json_parse_trusted (json, -1);
  JsonObject *record = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  if (g_strcmp0 (csm_json_get_string (record, "calendarId"), user->calendar_id) == 0)
    user->name = g_strdup (csm_json_get_string (record, "name"));
  return user->name == NULL;
}

/**
 * csm_calendar_rules_destroy:
 * @txn: the transaction
 * @who: who destroys it
 * @id: the calendar
 * @error: return location
 *
 * One that a service level goes by stays: without it, promises would count day and night.
 *
 * Returns: whether it was destroyed
 */
gboolean
csm_calendar_rules_destroy (CsmTxn              *txn,
                            const CsmPrincipal  *who,
                            const char          *id,
                            GError             **error)
{
  User user = { id, NULL };
  g_autofree char *name = NULL;
  g_autofree char *sentence = NULL;

  if (!csm_txn_each (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_SERVICE_LEVEL), MAX_LEVELS, find_user, &user, error))
    return FALSE;
  name = user.name;
  if (name == NULL)
    return csm_txn_destroy (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CALENDAR), id, error);
  sentence = g_strdup_printf ("The service level “%s” goes by this calendar", name);
  return csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, sentence);
}

/* --- Service levels ---------------------------------------------------------------------------------------------------------- */

/* A calendar that opens an hour a week can't keep a promise of hundreds of hours. */
static gboolean
check_reach (CsmTxn      *txn,
             JsonObject  *record,
             GError     **error)
{
  static const char *const names[] = { "acknowledgeWithin", "answerWithin", "resolveWithin" };
  CsmServiceLevel level = { .calendar_id = (char *) csm_json_get_string (record, "calendarId") };
  CsmCalendar *calendar = csm_service_level_calendar (txn, &level, error);

  if (calendar == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (csm_calendar_add (calendar, csm_time_now (), csm_json_get_int (record, names[i], 0) * MINUTE) == CSM_TIME_NONE)
        return invalid (error, names[i]);
    }
  return TRUE;
}

static gboolean
write_level (CsmTxn      *txn,
             const char  *id,
             JsonObject  *record,
             gboolean     is_new,
             GError     **error)
{
  const char *wrong = csm_service_level_check (record);

  if (wrong != NULL)
    return invalid (error, wrong);
  if (!csm_rules_need (txn, CSM_TYPE_ID_TEAM, record, "teamId", error) ||
      !csm_rules_need (txn, CSM_TYPE_ID_CHANNEL, record, "channelId", error) ||
      !csm_rules_need (txn, CSM_TYPE_ID_CALENDAR, record, "calendarId", error) ||
      !check_reach (txn, record, error))
    return FALSE;
  return (is_new ? csm_desk_add (txn, CSM_TYPE_ID_SERVICE_LEVEL, id, record, error)
                 : csm_desk_save (txn, CSM_TYPE_ID_SERVICE_LEVEL, record, error)) &&
         csm_clocks_begin_sweep (txn, error);
}

/**
 * csm_service_level_rules_create:
 * @txn: the transaction
 * @who: who promises it
 * @id: its id
 * @record: the level
 * @error: return location
 *
 * Returns: whether it was written; all clocks are reckoned anew
 */
gboolean
csm_service_level_rules_create (CsmTxn              *txn,
                                const CsmPrincipal  *who,
                                const char          *id,
                                JsonObject          *record,
                                GError             **error)
{
  return write_level (txn, id, record, TRUE, error);
}

/**
 * csm_service_level_rules_update:
 * @txn: the transaction
 * @who: who changes it
 * @before: the level
 * @after: what a patch made of it
 * @error: return location
 *
 * Returns: whether it was written; all clocks are reckoned anew
 */
gboolean
csm_service_level_rules_update (CsmTxn              *txn,
                                const CsmPrincipal  *who,
                                JsonObject          *before,
                                JsonObject          *after,
                                GError             **error)
{
  return write_level (txn, NULL, after, FALSE, error);
}

/**
 * csm_service_level_rules_destroy:
 * @txn: the transaction
 * @who: who takes it back
 * @id: the level
 * @error: return location
 *
 * Returns: whether it was destroyed; all clocks are reckoned anew
 */
gboolean
csm_service_level_rules_destroy (CsmTxn              *txn,
                                 const CsmPrincipal  *who,
                                 const char          *id,
                                 GError             **error)
{
  return csm_txn_destroy (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_SERVICE_LEVEL), id, error) &&
         csm_clocks_begin_sweep (txn, error);
}
