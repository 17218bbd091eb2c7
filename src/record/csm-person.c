/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-person.h"

#include "csm-json.h"
#include "csm-time.h"

/**
 * csm_person_is_staff:
 * @person: a Person
 *
 * Returns: whether work may be given to them: a colleague, neither a guest nor a bot, who may still sign in
 */
gboolean
csm_person_is_staff (JsonObject *person)
{
  return g_strcmp0 (csm_json_get_string (person, "kind"), "staff") == 0 && csm_json_get_boolean (person, "active");
}

/**
 * csm_person_is_away:
 * @person: a Person
 * @now: the time, µs
 *
 * Away from `awayFrom` until `awayUntil`; one without a beginning has begun, and one without an end goes on.
 *
 * Returns: whether the person said to be away now
 */
gboolean
csm_person_is_away (JsonObject *person,
                    gint64      now)
{
  gint64 from = csm_json_get_time (person, "awayFrom");
  gint64 until = csm_json_get_time (person, "awayUntil");

  if (from == CSM_TIME_NONE && until == CSM_TIME_NONE)
    return FALSE;
  return (from == CSM_TIME_NONE || from <= now) && (until == CSM_TIME_NONE || now < until);
}
