/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-search-suggest.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-json.h"
#include "csm-search-context.h"
#include "csm-search-query.h"

/* What may be typed next: what was looked for before, filters, and what they take. */

#define MOST 8
#define MOST_RECENT 5

static void
add (GPtrArray  *list,
     const char *title,
     const char *detail,
     const char *icon,
     char       *insert,
     gsize       start,
     gsize       end)
{
  CsmOffer *offer;

  if (list->len >= MOST)
    {
      g_free (insert);
      return;
    }
  offer = g_new0 (CsmOffer, 1);
  offer->title = g_strdup (title);
  offer->detail = g_strdup (detail);
  offer->icon = icon;
  offer->insert = insert;
  offer->start = start;
  offer->end = end;
  g_ptr_array_add (list, offer);
}

/* Filters whose names begin so. */
static void
add_operators (GPtrArray  *list,
               const char *begin,
               gboolean    negated,
               gsize       start,
               gsize       end)
{
  guint n;
  const CsmSearchOperatorInfo *operators = csm_search_query_operators (&n);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *title = g_strconcat (operators[i].name, ":", NULL);

      if (g_ascii_strncasecmp (operators[i].name, begin, strlen (begin)) == 0)
        add (list, title, _(operators[i].description), "system-search-symbolic", g_strconcat (negated ? "-" : "", title, NULL), start, end);
    }
}

static void
add_value (GPtrArray           *list,
           const CsmSearchPart *part,
           const char          *value,
           const char          *detail,
           const char          *icon)
{
  guint n;
  const char *name = csm_search_query_operators (&n)[part->operator].name;
  g_autofree char *quoted = csm_search_value_quote (value);

  add (list, value, detail, icon, g_strconcat (part->negated ? "-" : "", name, ":", quoted, " ", NULL), part->start, part->end);
}

static const char *
describe_keyword (CsmSearchOperator operator,
                  int               keyword)
{
  static const char * const is_words[] = {
    N_("New"), N_("Open"), N_("Waiting for the customer"), N_("Snoozed"), N_("Resolved"), N_("Closed"), N_("Not read yet"), N_("Read"), N_("Owned by you"),
    N_("Without an owner"), N_("A promise was not kept in time"), N_("A colleague mentions you"), N_("Of high or urgent priority"), N_("Spam"),
  };
  static const char * const has_words[] = { N_("Files"), N_("A task to be done"), N_("A reply being written"), N_("Notes of colleagues"), N_("Tags"), N_("A due date") };
  static const char * const in_words[] = { N_("Only in subjects"), N_("Only in messages"), N_("Only in notes of colleagues"), N_("Cases in the inbox"), N_("Other mail"), N_("Spam") };

  switch (operator)
    {
    case CSM_SEARCH_IS:
      return _(is_words[keyword]);
    case CSM_SEARCH_HAS:
      return _(has_words[keyword]);
    case CSM_SEARCH_IN:
      return _(in_words[keyword]);
    case CSM_SEARCH_OWNER:
      return keyword == 0 ? _("You") : _("Nobody");
    case CSM_SEARCH_TEAM:
      return _("No team");
    default:
      return NULL;
    }
}

static void
add_named (GPtrArray           *list,
           const CsmSearchPart *part,
           GPtrArray           *records,
           const char          *icon)
{
  for (guint i = 0; records != NULL && i < records->len; i++)
    {
      const char *name = csm_json_get_string (records->pdata[i], "name");

      if (name != NULL && (part->text[0] == '\0' || csm_search_name_matches (name, part->text) > 0))
        add_value (list, part, name, NULL, icon);
    }
}

static void
add_values (GPtrArray           *list,
            const CsmSearchPart *part,
            CsmDirectory        *directory)
{
  guint n;
  const CsmSearchOperatorInfo *info = &csm_search_query_operators (&n)[part->operator];

  for (int i = 0; info->keywords != NULL && info->keywords[i] != NULL; i++)
    {
      if (g_ascii_strncasecmp (info->keywords[i], part->text, strlen (part->text)) == 0)
        add_value (list, part, info->keywords[i], describe_keyword (part->operator, i), "system-search-symbolic");
    }
  if (directory == NULL)
    return;
  switch (part->operator)
    {
    case CSM_SEARCH_OWNER:
    case CSM_SEARCH_FROM:
      add_named (list, part, directory->people, "avatar-default-symbolic");
      break;
    case CSM_SEARCH_TEAM:
      add_named (list, part, directory->teams, "system-users-symbolic");
      break;
    case CSM_SEARCH_TAG:
      add_named (list, part, directory->tags, "csm-tag-symbolic");
      break;
    case CSM_SEARCH_CHANNEL:
      add_named (list, part, directory->channels, "mail-unread-symbolic");
      break;
    default:
      break;
    }
}

/* Whose words may be meant: people write and are written to under their names and addresses. */
static gboolean
is_of_customers (const CsmSearchPart *part)
{
  return part->kind == CSM_SEARCH_PART_FILTER && (part->operator == CSM_SEARCH_FROM || part->operator == CSM_SEARCH_TO);
}

/* Two may have one name; an address is one customer's. */
static void
add_customers (GPtrArray           *list,
               const CsmSearchPart *part,
               GPtrArray           *customers)
{
  for (guint i = 0; i < customers->len && list->len < MOST; i++)
    {
      const CsmCustomerHit *hit = customers->pdata[i];
      gboolean reached = hit->address != NULL && hit->address[0] != '\0';
      gboolean named = hit->name != NULL && hit->name[0] != '\0';
      CsmOffer *offer;

      if (!reached && !named)
        continue;
      add_value (list, part, reached ? hit->address : hit->name, _("Customer"), NULL);
      offer = list->pdata[list->len - 1];
      if (!reached || !named)
        continue;
      offer->subtitle = g_steal_pointer (&offer->title);
      offer->title = g_strdup (hit->name);
    }
}

/* What is there already needs no suggestion. */
static gboolean
is_typed (GPtrArray           *list,
          const CsmSearchPart *part)
{
  const CsmOffer *offer = list->len == 1 ? list->pdata[0] : NULL;

  return offer != NULL && g_ascii_strcasecmp (offer->subtitle != NULL ? offer->subtitle : offer->title, part->text) == 0;
}

/* Returns: (nullable): the part that the cursor is in */
static const CsmSearchPart *
part_at (CsmSearchQuery *query,
         gsize           cursor)
{
  for (guint i = 0; i < query->parts->len; i++)
    {
      const CsmSearchPart *part = g_ptr_array_index (query->parts, i);

      if (cursor > part->start && cursor <= part->end)
        return part;
    }
  return NULL;
}

static gboolean
is_in_value (const CsmSearchPart *part,
             gsize                cursor)
{
  return part->kind == CSM_SEARCH_PART_FILTER && cursor >= part->text_start && cursor <= part->text_end;
}

/**
 * csm_search_suggest:
 * @typed: what is typed; valid UTF-8
 * @cursor: where the cursor is, in bytes
 * @directory: (nullable): who and what there is
 * @customers: (nullable) (element-type CsmCustomerHit): who may be meant, too
 * @recent: (nullable) (array zero-terminated=1): searches of before, the latest first
 *
 * Returns: (transfer full) (element-type CsmOffer): what may be meant; empty when nothing is to be offered
 */
GPtrArray *
csm_search_suggest (const char         *typed,
                    gsize               cursor,
                    CsmDirectory       *directory,
                    GPtrArray          *customers,
                    const char * const *recent)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_offer_free);
  g_autoptr (CsmSearchQuery) query = csm_search_query_parse (typed);
  g_autofree char *bare = g_strstrip (g_strdup (typed));
  const CsmSearchPart *part;

  if (bare[0] == '\0')
    {
      for (guint i = 0; recent != NULL && recent[i] != NULL && i < MOST_RECENT; i++)
        add (list, recent[i], _("Recent search"), "document-open-recent-symbolic", g_strdup (recent[i]), 0, strlen (typed));
      add_operators (list, "", FALSE, cursor, cursor);
      return list;
    }
  part = part_at (query, cursor);
  if (part == NULL)
    return list;
  if (is_in_value (part, cursor))
    {
      add_values (list, part, directory);
      if (customers != NULL && is_of_customers (part))
        add_customers (list, part, customers);
      if (is_typed (list, part))
        g_ptr_array_set_size (list, 0);
    }
  else if (part->kind == CSM_SEARCH_PART_WORD && cursor == part->end)
    {
      add_operators (list, part->text, part->negated, part->start, part->end);
    }
  return list;
}

/* --- below the entry ---------------------------------------------------------------------------------------------- */

static GPtrArray *
suggest (CsmWorkbench *workbench,
         const char   *text,
         gsize         cursor,
         GPtrArray    *customers)
{
  return csm_search_suggest (text, cursor, csm_workbench_get_directory (workbench), customers,
                             csm_search_context_get_recent (csm_search_context_of (workbench)));
}

static char *
find_sought (const char *text,
             gsize       cursor)
{
  g_autoptr (CsmSearchQuery) query = csm_search_query_parse (text);
  const CsmSearchPart *part = part_at (query, cursor);

  return part != NULL && is_in_value (part, cursor) && is_of_customers (part) && part->text[0] != '\0' ? g_strdup (part->text) : NULL;
}

static const char *
say_suggestions (void)
{
  return _("Suggestions");
}

/* Returns: what may be typed into a search */
const CsmCompletionKind *
csm_search_completion_kind (void)
{
  static const CsmCompletionKind kind = { .suggest = suggest, .sought = find_sought, .say = say_suggestions, .goes_on = TRUE };

  return &kind;
}
