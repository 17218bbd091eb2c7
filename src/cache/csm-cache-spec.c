/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-spec.h"

#include "csm-time.h"

/* Only what a screen asks for: a column that nobody reads costs a million messages a hundred megabytes. */
static const CsmCacheSpec specs[CSM_N_TYPES] = {
  [CSM_TYPE_ID_CUSTOMER] = { { { "label", CSM_COLUMN_LABEL, NULL }, { "names", CSM_COLUMN_NAMES, NULL }, { "merged_into", CSM_COLUMN_TEXT, "mergedIntoId" } }, FALSE },
  [CSM_TYPE_ID_CASE] = {
    {
      { "rank", CSM_COLUMN_RANK, "lastActivityAt" },
      { "status", CSM_COLUMN_STATUS, "status" },
      { "lane", CSM_COLUMN_LANE, "lane" },
      { "snoozed_until", CSM_COLUMN_TIME, "snoozedUntil" },
      { "customer_id", CSM_COLUMN_TEXT, "customerId" },
      { "owner_id", CSM_COLUMN_TEXT, "ownerId" },
      { "team_id", CSM_COLUMN_TEXT, "teamId" },
      { "mine", CSM_COLUMN_MINE, NULL },
      { "messages_state", CSM_COLUMN_TEXT, "messagesState" },
      { "clock_at", CSM_COLUMN_TIME, "clockAt" },
      { "warn_at", CSM_COLUMN_WARN, "warnAt" },
      { "due_at", CSM_COLUMN_TIME, "dueAt" },
      { "merged_into", CSM_COLUMN_TEXT, "mergedIntoId" },
      { "attached", CSM_COLUMN_FLAG, "hasAttachment" },
      { "pressing", CSM_COLUMN_PRESSING, "priority" },
      { "undecided", CSM_COLUMN_UNDECIDED, "undecided" },
    },
    FALSE,
  },
  [CSM_TYPE_ID_CONVERSATION] = { { { "case_id", CSM_COLUMN_TEXT, "caseId" } }, TRUE },
  [CSM_TYPE_ID_MESSAGE] = {
    {
      { "at", CSM_COLUMN_TIME, "at" },
      { "case_id", CSM_COLUMN_TEXT, "caseId" },
      { "author_id", CSM_COLUMN_TEXT, "authorId" },
      { "submission_id", CSM_COLUMN_TEXT, "submissionId" },
      { "unsure", CSM_COLUMN_UNSURE, "delivery" },
    },
    TRUE,
  },
  [CSM_TYPE_ID_SUBMISSION] = {
    {
      { "at", CSM_COLUMN_TIME, "created" },
      { "case_id", CSM_COLUMN_TEXT, "caseId" },
      { "canceled", CSM_COLUMN_CANCELED, "undoStatus" },
    },
    TRUE,
  },
  [CSM_TYPE_ID_SHARED_COMMENT] = {
    {
      { "at", CSM_COLUMN_TIME, "at" },
      { "case_id", CSM_COLUMN_TEXT, "caseId" },
      { "author_id", CSM_COLUMN_TEXT, "authorId" },
    },
    TRUE,
  },
  [CSM_TYPE_ID_TASK] = {
    {
      { "case_id", CSM_COLUMN_TEXT, "caseId" },
      { "assignee_id", CSM_COLUMN_TEXT, "assigneeId" },
      { "due_at", CSM_COLUMN_TIME, "dueAt" },
      { "todo", CSM_COLUMN_TODO, NULL },
    },
    TRUE,
  },
  [CSM_TYPE_ID_SNIPPET] = { { { "words", CSM_COLUMN_WORDS, NULL } }, FALSE },
  [CSM_TYPE_ID_TEMPLATE] = { { { "words", CSM_COLUMN_WORDS, NULL } }, FALSE },
  [CSM_TYPE_ID_ARTICLE] = { { { "words", CSM_COLUMN_WORDS, NULL } }, FALSE },
  [CSM_TYPE_ID_DRAFT] = { { { "case_id", CSM_COLUMN_TEXT, "caseId" }, { "asked_at", CSM_COLUMN_ASKED, NULL } }, TRUE },
  [CSM_TYPE_ID_COMMENT] = {
    {
      { "at", CSM_COLUMN_TIME, "at" },
      { "case_id", CSM_COLUMN_TEXT, "caseId" },
      { "author_id", CSM_COLUMN_TEXT, "authorId" },
      { "mentions_me", CSM_COLUMN_MENTIONS_ME, "mentions" },
    },
    TRUE,
  },
  [CSM_TYPE_ID_EVENT] = { { { "at", CSM_COLUMN_TIME, "at" }, { "case_id", CSM_COLUMN_TEXT, "caseId" } }, TRUE },
  [CSM_TYPE_ID_SEEN] = { { { "up_to", CSM_COLUMN_TIME, "upTo" }, { "case_id", CSM_COLUMN_TEXT, "caseId" } }, TRUE },
};

/**
 * csm_cache_spec_get:
 * @type: a type
 *
 * Returns: (transfer none): what the cache keeps of it
 */
const CsmCacheSpec *
csm_cache_spec_get (CsmTypeId type)
{
  g_assert (type < CSM_N_TYPES);
  return &specs[type];
}

/**
 * csm_cache_status_number:
 * @status: (nullable): a case's status
 *
 * Returns: its number; an unknown one counts as open, so that the case is not lost from sight
 */
int
csm_cache_status_number (const char *status)
{
  static const char * const names[] = { "new", "open", "waiting", "snoozed", "resolved", "closed" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (g_strcmp0 (status, names[i]) == 0)
        return (int) i;
    }
  return CSM_STATUS_OPEN;
}

/**
 * csm_cache_lane_number:
 * @lane: (nullable): a case's lane
 *
 * Returns: its number
 */
int
csm_cache_lane_number (const char *lane)
{
  if (lane == NULL || g_str_equal (lane, "conversation"))
    return CSM_LANE_CONVERSATION;
  return g_str_equal (lane, "spam") ? CSM_LANE_SPAM : CSM_LANE_OTHER;
}

/**
 * csm_cache_rank:
 * @time_us: an instant, or `CSM_TIME_NONE`
 * @id: the record's id
 *
 * A number that orders like the instant and tells equal instants of most records apart. 63 bits end in 2041; later
 * instants are all the newest.
 *
 * Returns: the number, 1 or more
 */
gint64
csm_cache_rank (gint64      time_us,
                const char *id)
{
  gint64 highest = G_MAXINT64 / CSM_RANK_UNIT - 1;

  return CLAMP (time_us, 1, highest) * CSM_RANK_UNIT + (gint64) (g_str_hash (id) % CSM_RANK_UNIT);
}
