/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-filter.h"

#include <string.h>

#include "csm-fold.h"
#include "csm-json.h"
#include "csm-time.h"
#include "csm-tokenizer.h"

/*
 * Filters become conditions on `case_ AS c`. They join what full text finds, or, with no word typed, the cases themselves,
 * newest first. Who wrote and who got a message is in one column of its full text: what that finds is looked at once more.
 */

#define JSON_OF_CASE "coalesce (c.view, c.base)"
#define AWAKE(now) "(c.status = 3 AND c.snoozed_until <= " now ")"

typedef struct
{
  CsmDbConn *conn;
  GString   *where;         /* conditions on `c`, each beginning with AND */
  GString   *by_customer;   /* likewise: from:, where the message that is found need not be theirs */
  GString   *names;         /* what full text has to find among a message's people */
  gint64     since;
  gint64     until;
  gboolean   in_subject;
  gboolean   in_messages;
  gboolean   in_comments;
  gboolean   anywhere;
  gboolean   spam;          /* it was asked for */
  gboolean   sent_to;       /* to: is in it: only messages know */
  gboolean   listing;       /* no word was typed: the filters are asked of all cases */
  GError    *error;
} Builder;

static void
append_quoted (GString    *sql,
               const char *text)
{
  g_string_append_c (sql, '\'');
  for (const char *at = text; *at != '\0'; at++)
    {
      if (*at == '\'')
        g_string_append_c (sql, '\'');
      g_string_append_c (sql, *at);
    }
  g_string_append_c (sql, '\'');
}

/* The ids of the records that are called so; of those that begin so, if none is: "('p…', 'p…')". */
static char *
find_named (Builder             *self,
            CsmTypeId            type,
            const CsmSearchPart *part)
{
  g_autofree char *sql = g_strdup_printf ("SELECT coalesce (view, base) FROM %s WHERE NOT gone", csm_record_type_get (type)->table);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (self->conn, &self->error, sql, NULL);
  g_autoptr (GString) list = g_string_new ("(");
  guint best = 1;

  while (stmt != NULL && csm_db_stmt_step (stmt, &self->error))
    {
      g_autoptr (JsonObject) record = csm_cache_parse_record (csm_db_stmt_text (stmt, 0));
      const char *id = record != NULL ? csm_json_get_string (record, "id") : NULL;
      guint matches;

      if (id == NULL)
        continue;
      matches = csm_search_name_matches (csm_json_get_string (record, "name"), part->text);
      if (g_str_equal (id, part->text) || (type == CSM_TYPE_ID_CHANNEL && g_strcmp0 (csm_json_get_string (record, "kind"), part->text) == 0))
        matches = MAX (matches, 1);
      if (matches > best)
        g_string_truncate (list, 1);
      best = MAX (best, matches);
      if (matches < best)
        continue;
      g_string_append (list, list->len > 1 ? ", " : "");
      append_quoted (list, id);
    }
  g_string_append_c (list, ')');
  return g_string_free (g_steal_pointer (&list), FALSE);
}

static void
add (Builder             *self,
     const CsmSearchPart *part,
     const char          *condition)
{
  g_string_append_printf (self->where, part->negated ? " AND NOT coalesce ((%s), 0)" : " AND (%s)", condition);
}

static void
add_owner (Builder             *self,
           const CsmSearchPart *part)
{
  g_autofree char *me = NULL;
  g_autofree char *people = NULL;
  g_autoptr (GString) condition = g_string_new ("c.owner_id ");

  switch (csm_search_part_find_keyword (part))
    {
    case 0:
      me = csm_cache_get_meta (self->conn, "me", NULL);
      g_string_append (condition, "= ");
      append_quoted (condition, me != NULL ? me : "");
      break;
    case 1:
      g_string_append (condition, "IS NULL");
      break;
    default:
      people = find_named (self, CSM_TYPE_ID_PERSON, part);
      g_string_append_printf (condition, "IN %s", people);
      break;
    }
  add (self, part, condition->str);
}

static void
add_team (Builder             *self,
          const CsmSearchPart *part)
{
  g_autofree char *teams = csm_search_part_find_keyword (part) < 0 ? find_named (self, CSM_TYPE_ID_TEAM, part) : NULL;
  g_autofree char *condition = teams != NULL ? g_strdup_printf ("c.team_id IN %s", teams) : g_strdup ("c.team_id IS NULL");

  add (self, part, condition);
}

/* Where few of the cases pass, it is quicker to look these up; where many do, to look at each case, newest first, until there are enough. */
#define FEW 10000

static gboolean
are_few (Builder    *self,
         const char *rows)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count (*) FROM (SELECT 1 FROM (%s) LIMIT ?)", rows);

  return self->listing && csm_db_conn_get_int (self->conn, &self->error, FEW + 1, sql, "i", (gint64) FEW + 1) <= FEW;
}

/* @rows: SQL that gives the rows of the cases that pass; @each: whether one does */
static void
add_looked_up (Builder             *self,
               const CsmSearchPart *part,
               const char          *rows,
               const char          *each)
{
  g_autofree char *condition = are_few (self, rows) ? g_strdup_printf ("c.rowid IN (%s)", rows) : g_strdup (each);

  add (self, part, condition);
}

/* The same with SQL that gives ids */
static void
add_looked_up_ids (Builder             *self,
                   const CsmSearchPart *part,
                   const char          *ids,
                   const char          *each)
{
  g_autofree char *rows = g_strdup_printf ("SELECT x.rowid FROM (%s) AS i CROSS JOIN case_ AS x ON x.id = i.case_id", ids);
  g_autofree char *condition = are_few (self, ids) ? g_strdup_printf ("c.rowid IN (%s)", rows) : g_strdup (each);

  add (self, part, condition);
}

static void
add_tag (Builder             *self,
         const CsmSearchPart *part)
{
  g_autofree char *tags = find_named (self, CSM_TYPE_ID_TAG, part);
  g_autofree char *rows = g_strdup_printf ("SELECT case_rowid FROM case_tag WHERE tag_id IN %s", tags);
  g_autofree char *each = g_strdup_printf ("EXISTS (SELECT 1 FROM case_tag AS g WHERE g.case_rowid = c.rowid AND g.tag_id IN %s)", tags);

  if (self->error == NULL)
    add_looked_up (self, part, rows, each);
}

/* An id occurs in a case where the case has it. */
static void
add_channel (Builder             *self,
             const CsmSearchPart *part)
{
  g_autofree char *channels = find_named (self, CSM_TYPE_ID_CHANNEL, part);
  g_auto (GStrv) ids = g_strsplit_set (channels, "(), ", -1);
  g_autoptr (GString) condition = g_string_new ("0");

  for (guint i = 0; ids[i] != NULL; i++)
    {
      if (ids[i][0] != '\0')
        g_string_append_printf (condition, " OR instr (" JSON_OF_CASE ", %s) > 0", ids[i]);
    }
  add (self, part, condition->str);
}

/* A promise whose time runs: by what few cases have, and their clock. */
static void
add_late (Builder             *self,
          const CsmSearchPart *part,
          const char          *each)
{
  g_autofree char *rows = g_strdup_printf ("SELECT c.rowid FROM case_ AS c WHERE c.clock_at IS NOT NULL AND %s", each);

  add_looked_up (self, part, rows, each);
}

static void
add_is (Builder             *self,
        const CsmSearchPart *part)
{
  static const char * const conditions[] = {
    [CSM_SEARCH_IS_NEW] = "c.status = 0",
    [CSM_SEARCH_IS_OPEN] = "c.status = 1 OR " AWAKE ("NOW"),
    [CSM_SEARCH_IS_WAITING] = "c.status = 2",
    [CSM_SEARCH_IS_SNOOZED] = "c.status = 3 AND NOT " AWAKE ("NOW"),
    [CSM_SEARCH_IS_RESOLVED] = "c.status = 4",
    [CSM_SEARCH_IS_CLOSED] = "c.status = 5",
    [CSM_SEARCH_IS_UNREAD] = "c.unread",
    [CSM_SEARCH_IS_READ] = "NOT c.unread",
    [CSM_SEARCH_IS_MINE] = "c.owner_id = (SELECT value FROM meta WHERE key = 'me')",
    [CSM_SEARCH_IS_UNASSIGNED] = "c.owner_id IS NULL",
    [CSM_SEARCH_IS_LATE] = "c.clock_at <= NOW AND c.status < 4",
    [CSM_SEARCH_IS_MENTIONED] = "c.mention_at IS NOT NULL",
    [CSM_SEARCH_IS_URGENT] = "c.pressing IS NOT NULL",
    [CSM_SEARCH_IS_SPAM] = "c.lane = 2",
  };
  int keyword = csm_search_part_find_keyword (part);
  g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, csm_time_now ());
  g_autoptr (GString) condition = g_string_new (keyword >= 0 ? conditions[keyword] : "0");

  g_string_replace (condition, "NOW", now, 0);
  self->spam |= keyword == CSM_SEARCH_IS_SPAM;
  if (keyword == CSM_SEARCH_IS_MENTIONED)
    add_looked_up (self, part, "SELECT rowid FROM case_ WHERE mention_at IS NOT NULL", condition->str);
  else if (keyword == CSM_SEARCH_IS_LATE)
    add_late (self, part, condition->str);
  else
    add (self, part, condition->str);
}

static void
add_has (Builder             *self,
         const CsmSearchPart *part)
{
  static const struct
  {
    const char *each;
    const char *ids;   /* or NULL */
    const char *rows;  /* or NULL */
  } conditions[] = {
    [CSM_SEARCH_HAS_ATTACHMENT] = { "c.attached IS NOT NULL", NULL, NULL },
    [CSM_SEARCH_HAS_TASK] = { "EXISTS (SELECT 1 FROM task AS k WHERE k.case_id = c.id AND k.todo AND NOT k.gone)",
                              "SELECT case_id FROM task WHERE todo AND NOT gone", NULL },
    [CSM_SEARCH_HAS_DRAFT] = { "EXISTS (SELECT 1 FROM draft AS d WHERE d.case_id = c.id AND d.text <> '')"
                               " OR EXISTS (SELECT 1 FROM draft_ AS s WHERE s.case_id = c.id AND NOT s.gone)",
                               "SELECT case_id FROM draft WHERE text <> '' UNION ALL SELECT case_id FROM draft_ WHERE NOT gone", NULL },
    [CSM_SEARCH_HAS_COMMENT] = { "EXISTS (SELECT 1 FROM comment AS n WHERE n.case_id = c.id)", "SELECT case_id FROM comment", NULL },
    [CSM_SEARCH_HAS_TAG] = { "EXISTS (SELECT 1 FROM case_tag AS g WHERE g.case_rowid = c.rowid)", NULL, "SELECT case_rowid FROM case_tag" },
    [CSM_SEARCH_HAS_DUE] = { "c.due_at IS NOT NULL", NULL, "SELECT rowid FROM case_ WHERE due_at IS NOT NULL" },
  };
  int keyword = csm_search_part_find_keyword (part);

  if (keyword < 0)
    add (self, part, "0");
  else if (conditions[keyword].ids != NULL)
    add_looked_up_ids (self, part, conditions[keyword].ids, conditions[keyword].each);
  else if (conditions[keyword].rows != NULL)
    add_looked_up (self, part, conditions[keyword].rows, conditions[keyword].each);
  else
    add (self, part, conditions[keyword].each);
}

static void
look_in (Builder             *self,
         const CsmSearchPart *part,
         gboolean            *where)
{
  if (self->anywhere)
    self->in_subject = self->in_messages = self->in_comments = part->negated;
  self->anywhere = FALSE;
  *where = !part->negated;
}

static void
add_in (Builder             *self,
        const CsmSearchPart *part)
{
  g_autofree char *inbox = NULL;

  switch (csm_search_part_find_keyword (part))
    {
    case CSM_SEARCH_IN_SUBJECT:
      look_in (self, part, &self->in_subject);
      break;
    case CSM_SEARCH_IN_MESSAGES:
      look_in (self, part, &self->in_messages);
      break;
    case CSM_SEARCH_IN_COMMENTS:
      look_in (self, part, &self->in_comments);
      break;
    case CSM_SEARCH_IN_INBOX:
      inbox = g_strdup_printf ("c.lane = 0 AND (c.status < 2 OR (c.status = 3 AND c.snoozed_until <= %" G_GINT64_FORMAT "))", csm_time_now ());
      add (self, part, inbox);
      break;
    case CSM_SEARCH_IN_OTHER:
      add (self, part, "c.lane = 1");
      break;
    case CSM_SEARCH_IN_SPAM:
      self->spam = TRUE;
      add (self, part, "c.lane = 2");
      break;
    default:
      add (self, part, "0");
      break;
    }
}

static void
add_date (Builder             *self,
          const CsmSearchPart *part)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  gint64 from, to;

  if (!csm_search_date_parse (part->text, now, &from, &to))
    add (self, part, "0");
  else if ((part->operator == CSM_SEARCH_AFTER) != part->negated)
    self->since = MAX (self->since, from);
  else
    self->until = MIN (self->until, from);
}

static void
add_people (Builder             *self,
            const CsmSearchPart *part)
{
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", part->text);
  g_autofree char *match = csm_tokenizer_query (quoted);
  g_autofree char *staff = part->operator == CSM_SEARCH_FROM ? find_named (self, CSM_TYPE_ID_PERSON, part) : NULL;
  g_autofree char *customers = match != NULL ? g_strdup_printf ("{names} : (%s%s)", match, g_str_has_suffix (match, "*") ? "" : "*") : NULL;
  g_autoptr (GString) condition = g_string_new (NULL);

  if (match == NULL)
    {
      add (self, part, "0");
      return;
    }
  g_string_append (condition, "c.rowid IN (SELECT rowid FROM case_text WHERE case_text MATCH ");
  append_quoted (condition, customers);
  g_string_append (condition, ")");
  if (staff != NULL && staff[1] != ')')
    g_string_append_printf (condition, " OR EXISTS (SELECT 1 FROM message AS a WHERE a.case_id = c.id AND a.author_id IN %s)", staff);
  if (part->negated)
    {
      add (self, part, condition->str);
      return;
    }
  g_string_append_printf (self->by_customer, " AND (%s)", condition->str);
  g_string_append_printf (self->names, "%s%s", self->names->len > 0 ? " AND " : "", customers);
  self->sent_to |= part->operator == CSM_SEARCH_TO;
}

static void
add_part (Builder             *self,
          const CsmSearchPart *part)
{
  switch (part->operator)
    {
    case CSM_SEARCH_OWNER:
      add_owner (self, part);
      break;
    case CSM_SEARCH_TEAM:
      add_team (self, part);
      break;
    case CSM_SEARCH_TAG:
      add_tag (self, part);
      break;
    case CSM_SEARCH_CHANNEL:
      add_channel (self, part);
      break;
    case CSM_SEARCH_IS:
      add_is (self, part);
      break;
    case CSM_SEARCH_HAS:
      add_has (self, part);
      break;
    case CSM_SEARCH_IN:
      add_in (self, part);
      break;
    case CSM_SEARCH_BEFORE:
    case CSM_SEARCH_AFTER:
      add_date (self, part);
      break;
    case CSM_SEARCH_FROM:
    case CSM_SEARCH_TO:
      add_people (self, part);
      break;
    case CSM_N_SEARCH_OPERATORS:
    default:
      break;
    }
}

/* --- the sources ------------------------------------------------------------------------------------------------------- */

static char *
in_column (const char *match,
           gboolean    everywhere)
{
  return everywhere ? g_strdup (match) : g_strdup_printf ("{subject} : (%s)", match);
}

static char *
time_of (Builder    *self,
         const char *what)
{
  g_autoptr (GString) condition = g_string_new (NULL);

  if (self->since != G_MININT64)
    g_string_append_printf (condition, " AND %s >= %" G_GINT64_FORMAT, what, self->since);
  if (self->until != G_MAXINT64)
    g_string_append_printf (condition, " AND %s < %" G_GINT64_FORMAT, what, self->until);
  return g_string_free (g_steal_pointer (&condition), FALSE);
}

/* All hits have to be gone through until enough of them are of the right cases. */
#define MESSAGES "FROM message_text AS x CROSS JOIN message_hit AS h ON h.rowid = x.rowid CROSS JOIN case_ AS c ON c.rowid = h.case_rowid" \
  " CROSS JOIN message AS m ON m.rowid = x.rowid WHERE message_text MATCH ?1"

static void
ask_text (Builder        *self,
          CsmCacheFilter *filter,
          const char     *match)
{
  g_autofree char *said = time_of (self, "m.at"), *noted = time_of (self, "n.at"), *active = time_of (self, "c.rank / 4096");

  if (self->in_messages || self->in_subject)
    {
      filter->sources[CSM_CACHE_FILTER_MESSAGES].match = in_column (match, self->in_messages);
      filter->sources[CSM_CACHE_FILTER_MESSAGES].sql =
        g_strdup_printf ("SELECT c.rowid, c.rank " MESSAGES "%s%s%s ORDER BY x.rowid DESC LIMIT ?2", said, self->where->str, self->by_customer->str);
    }
  if (self->in_comments)
    {
      filter->sources[CSM_CACHE_FILTER_COMMENTS].match = g_strdup (match);
      filter->sources[CSM_CACHE_FILTER_COMMENTS].sql =
        g_strdup_printf ("SELECT c.rowid, c.rank FROM comment_text AS x CROSS JOIN comment AS n ON n.rowid = x.rowid AND NOT n.gone"
                         " CROSS JOIN case_ AS c ON c.id = n.case_id WHERE comment_text MATCH ?1%s%s%s ORDER BY x.rowid DESC LIMIT ?2",
                         noted, self->where->str, self->by_customer->str);
    }
  if (self->in_subject || self->anywhere)
    {
      filter->sources[CSM_CACHE_FILTER_CASES].match = in_column (match, self->anywhere);
      filter->sources[CSM_CACHE_FILTER_CASES].sql =
        g_strdup_printf ("SELECT c.rowid, c.rank FROM case_text AS x CROSS JOIN case_ AS c ON c.rowid = x.rowid"
                         " WHERE case_text MATCH ?1%s%s%s ORDER BY x.rowid DESC LIMIT ?2", active, self->where->str, self->by_customer->str);
    }
}

/* No word was typed: the cases themselves, but for those that were merged, and for spam nobody asked for. */
static void
ask_cases (Builder        *self,
           CsmCacheFilter *filter)
{
  g_autofree char *active = time_of (self, "c.rank / 4096");

  filter->sources[CSM_CACHE_FILTER_CASES].sql =
    g_strdup_printf ("SELECT c.rowid, c.rank FROM case_ AS c WHERE c.rank > 0 AND c.lane <> 3%s%s%s%s AND ?1 IS NULL ORDER BY c.rank DESC LIMIT ?2",
                     self->spam ? "" : " AND c.lane <> 2", active, self->where->str, self->by_customer->str);
}

static void
ask_people (Builder        *self,
            CsmCacheFilter *filter,
            const char     *match)
{
  CsmCacheFilterSource *source = &filter->sources[CSM_CACHE_FILTER_PEOPLE];
  g_autofree char *said = time_of (self, "m.at");
  g_autofree char *words = match != NULL ? in_column (match, self->in_messages) : NULL;

  source->people = TRUE;
  source->match = words != NULL ? g_strdup_printf ("(%s) AND %s", self->names->str, words) : g_strdup (self->names->str);
  source->sql = g_strdup_printf ("SELECT c.rowid, c.rank, (SELECT json_object ('from', json_extract (j, '$.from'), 'to', json_extract (j, '$.to'), 'cc', json_extract (j, '$.cc'))"
                                 " FROM (SELECT iif (json_valid (t), t, NULL) AS j FROM (SELECT coalesce (view, " CSM_MESSAGE_BASE ") AS t FROM message WHERE rowid = x.rowid LIMIT 1) LIMIT 1)) "
                                 MESSAGES "%s%s ORDER BY x.rowid DESC LIMIT ?2", said, self->where->str);
}

static gboolean
add_parts (Builder               *self,
           const CsmSearchQuery  *query,
           GError               **error)
{
  for (guint i = 0; i < query->parts->len && self->error == NULL; i++)
    {
      const CsmSearchPart *part = g_ptr_array_index (query->parts, i);

      if (part->kind == CSM_SEARCH_PART_FILTER && part->text[0] != '\0')
        add_part (self, part);
    }
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}

/**
 * csm_cache_filter_new:
 * @conn: a connection
 * @query: what was typed; must outlive the result
 * @match: (nullable): its words, for full text; %NULL when it has none
 * @error: `CSM_ERROR_DATABASE`, `G_IO_ERROR_CANCELLED`
 *
 * Returns: (transfer full): what to ask
 */
CsmCacheFilter *
csm_cache_filter_new (CsmDbConn             *conn,
                      const CsmSearchQuery  *query,
                      const char            *match,
                      GError               **error)
{
  g_autoptr (GString) where = g_string_new (NULL);
  g_autoptr (GString) by_customer = g_string_new (NULL);
  g_autoptr (GString) names = g_string_new (NULL);
  Builder self = { conn, where, by_customer, names, G_MININT64, G_MAXINT64, TRUE, TRUE, TRUE, TRUE, FALSE, FALSE, match == NULL, NULL };
  CsmCacheFilter *filter;

  if (!add_parts (&self, query, error))
    return NULL;
  filter = g_new0 (CsmCacheFilter, 1);
  filter->query = query;
  if (!self.sent_to && match != NULL)
    ask_text (&self, filter, match);
  else if (!self.sent_to)
    ask_cases (&self, filter);
  if (names->len > 0)
    ask_people (&self, filter, match);
  return filter;
}

/**
 * csm_cache_filter_free:
 * @self: (transfer full) (nullable): a filter
 */
void
csm_cache_filter_free (CsmCacheFilter *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (self->sources); i++)
    {
      g_free (self->sources[i].sql);
      g_free (self->sources[i].match);
    }
  g_free (self);
}

static gboolean
list_has (JsonObject *people,
          const char *member,
          const char *value)
{
  JsonArray *list = csm_json_get_array (people, member);

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      JsonObject *one = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

      if (one != NULL && (csm_search_name_matches (csm_json_get_string (one, "name"), value) > 0 ||
                          csm_search_name_matches (csm_json_get_string (one, "address"), value) > 0))
        return TRUE;
    }
  return FALSE;
}

/**
 * csm_cache_filter_accepts:
 * @self: a filter
 * @people: (nullable): a message's `from`, `to` and `cc`, as JSON
 *
 * Returns: whether those whom from: and to: name are where they have to be
 */
gboolean
csm_cache_filter_accepts (const CsmCacheFilter *self,
                          const char           *people)
{
  g_autoptr (JsonObject) lists = csm_cache_parse_record (people);

  for (guint i = 0; lists != NULL && i < self->query->parts->len; i++)
    {
      const CsmSearchPart *part = g_ptr_array_index (self->query->parts, i);

      if (part->kind != CSM_SEARCH_PART_FILTER || part->negated || part->text[0] == '\0')
        continue;
      if (part->operator == CSM_SEARCH_FROM && !list_has (lists, "from", part->text))
        return FALSE;
      if (part->operator == CSM_SEARCH_TO && !list_has (lists, "to", part->text) && !list_has (lists, "cc", part->text))
        return FALSE;
    }
  return lists != NULL;
}

static gboolean
keep_matching (CsmDbConn   *conn,
               const char  *sql,
               GArray      *rowids,
               GError     **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (conn, sql, error);
  g_autoptr (GError) local = NULL;
  guint n = 0;

  if (stmt == NULL)
    return FALSE;
  for (guint i = 0; i < rowids->len && local == NULL; i++)
    {
      gint64 rowid = g_array_index (rowids, gint64, i);

      csm_db_stmt_reset (stmt);
      csm_db_stmt_bind_int (stmt, 1, rowid);
      if (csm_db_stmt_step (stmt, &local))
        g_array_index (rowids, gint64, n++) = rowid;
    }
  g_array_set_size (rowids, n);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_cache_filter_keep:
 * @conn: a connection
 * @query: what was typed
 * @rowids: (inout) (element-type gint64): cases that have its words; those that the filters don't let pass are taken out, and those that
 *   are gone
 * @error: `CSM_ERROR_DATABASE`, `G_IO_ERROR_CANCELLED`
 *
 * Whom a message went to, and where in a case the words are, nobody knows here: filters for these let none pass.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_filter_keep (CsmDbConn             *conn,
                       const CsmSearchQuery  *query,
                       GArray                *rowids,
                       GError               **error)
{
  g_autoptr (GString) where = g_string_new (NULL);
  g_autoptr (GString) by_customer = g_string_new (NULL);
  g_autoptr (GString) names = g_string_new (NULL);
  Builder self = { conn, where, by_customer, names, G_MININT64, G_MAXINT64, TRUE, TRUE, TRUE, TRUE, FALSE, FALSE, FALSE, NULL };
  g_autofree char *active = NULL;
  g_autofree char *sql = NULL;

  if (!add_parts (&self, query, error))
    return FALSE;
  if (self.sent_to || !self.anywhere)
    {
      g_array_set_size (rowids, 0);
      return TRUE;
    }
  active = time_of (&self, "c.rank / 4096");
  sql = g_strdup_printf ("SELECT 1 FROM case_ AS c WHERE c.rowid = ?1 AND c.rank > 0 AND c.lane <> 3%s%s%s", active, where->str, by_customer->str);
  return keep_matching (conn, sql, rowids, error);
}
