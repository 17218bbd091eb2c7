/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-search-query.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-fold.h"
#include "csm-tokenizer.h"

static const char * const is_keywords[] = {
  "new", "open", "waiting", "snoozed", "resolved", "closed", "unread", "read", "mine", "unassigned", "late", "mentioned", "urgent", "spam", NULL,
};
static const char * const has_keywords[] = { "attachment", "task", "draft", "comment", "tag", "due", NULL };
static const char * const in_keywords[] = { "subject", "messages", "comments", "inbox", "other", "spam", NULL };
static const char * const person_keywords[] = { "me", "none", NULL };
static const char * const team_keywords[] = { "none", NULL };
static const char * const date_keywords[] = { "today", "yesterday", "7d", "30d", "1y", NULL };

static const CsmSearchOperatorInfo operators[CSM_N_SEARCH_OPERATORS] = {
  [CSM_SEARCH_FROM] = { "from", CSM_SEARCH_VALUE_TEXT, NULL, N_("Who wrote: a name or an address") },
  [CSM_SEARCH_TO] = { "to", CSM_SEARCH_VALUE_TEXT, NULL, N_("To whom it was sent") },
  [CSM_SEARCH_OWNER] = { "owner", CSM_SEARCH_VALUE_PERSON, person_keywords, N_("Who owns the case") },
  [CSM_SEARCH_TEAM] = { "team", CSM_SEARCH_VALUE_TEAM, team_keywords, N_("The case’s team") },
  [CSM_SEARCH_TAG] = { "tag", CSM_SEARCH_VALUE_TAG, NULL, N_("A tag that it has") },
  [CSM_SEARCH_IS] = { "is", CSM_SEARCH_VALUE_KEYWORD, is_keywords, N_("How it stands") },
  [CSM_SEARCH_HAS] = { "has", CSM_SEARCH_VALUE_KEYWORD, has_keywords, N_("What it has") },
  [CSM_SEARCH_CHANNEL] = { "channel", CSM_SEARCH_VALUE_CHANNEL, NULL, N_("The channel it came by") },
  [CSM_SEARCH_BEFORE] = { "before", CSM_SEARCH_VALUE_DATE, date_keywords, N_("Before a day, month or year") },
  [CSM_SEARCH_AFTER] = { "after", CSM_SEARCH_VALUE_DATE, date_keywords, N_("Since a day, month or year") },
  [CSM_SEARCH_IN] = { "in", CSM_SEARCH_VALUE_KEYWORD, in_keywords, N_("Where to look") },
};

/**
 * csm_search_query_operators:
 * @n_operators: (out): how many
 *
 * Returns: (transfer none) (array length=n_operators): what #CsmSearchOperator numbers
 */
const CsmSearchOperatorInfo *
csm_search_query_operators (guint *n_operators)
{
  *n_operators = CSM_N_SEARCH_OPERATORS;
  return operators;
}

static void
part_free (gpointer data)
{
  CsmSearchPart *part = data;

  g_free (part->text);
  g_free (part);
}

/* The operator whose name and colon stand at @at, or none. */
static CsmSearchOperator
read_operator (const char  *at,
               const char **value)
{
  for (guint i = 0; i < CSM_N_SEARCH_OPERATORS; i++)
    {
      gsize length = strlen (operators[i].name);

      if (g_ascii_strncasecmp (at, operators[i].name, length) == 0 && at[length] == ':')
        {
          *value = at + length + 1;
          return (CsmSearchOperator) i;
        }
    }
  return CSM_N_SEARCH_OPERATORS;
}

/* The same places where csm_tokenizer_query() ends a word or a phrase */
static const char *
find_end (const char *at,
          gboolean    quoted)
{
  for (; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (csm_tokenizer_is_quote (c) || (!quoted && g_unichar_isspace (c)))
        break;
    }
  return at;
}

static const char *
read_space (const char *at)
{
  while (*at != '\0' && g_unichar_isspace (g_utf8_get_char (at)))
    at = g_utf8_next_char (at);
  return at;
}

/* Reads one part; never nothing, unless the text is at its end. */
static const char *
read_part (const char    *typed,
           const char    *at,
           CsmSearchPart *part)
{
  const char *begin = at, *end;
  gboolean quoted;

  part->start = (gsize) (at - typed);
  end = read_space (at);
  if (end > at)
    {
      part->kind = CSM_SEARCH_PART_SPACE;
      part->text_start = part->text_end = (gsize) (end - typed);
      part->text = g_strdup ("");
      return end;
    }
  part->negated = *at == '-';
  at += strspn (at, "-");
  part->operator = read_operator (at, &at);
  quoted = csm_tokenizer_is_quote (g_utf8_get_char (at));
  if (quoted)
    at = g_utf8_next_char (at);
  end = find_end (at, quoted);
  part->kind = part->operator < CSM_N_SEARCH_OPERATORS ? CSM_SEARCH_PART_FILTER : quoted ? CSM_SEARCH_PART_PHRASE : CSM_SEARCH_PART_WORD;
  part->text = g_strndup (at, (gsize) (end - at));
  part->text_start = (gsize) (at - typed);
  part->text_end = (gsize) (end - typed);
  if (quoted && *end != '\0')
    end = g_utf8_next_char (end);
  g_assert (end > begin);
  return end;
}

/**
 * csm_search_query_parse:
 * @typed: (nullable): what a person typed; any bytes
 *
 * Never fails: whatever is no filter is text. Any thread.
 *
 * Returns: (transfer full): its parts
 */
CsmSearchQuery *
csm_search_query_parse (const char *typed)
{
  CsmSearchQuery *query = g_new0 (CsmSearchQuery, 1);
  const char *at;

  query->typed = g_utf8_make_valid (typed != NULL ? typed : "", -1);
  query->parts = g_ptr_array_new_with_free_func (part_free);
  for (at = query->typed; *at != '\0';)
    {
      CsmSearchPart *part = g_new0 (CsmSearchPart, 1);

      at = read_part (query->typed, at, part);
      part->end = (gsize) (at - query->typed);
      g_ptr_array_add (query->parts, part);
    }
  return query;
}

/**
 * csm_search_query_free:
 * @query: (transfer full) (nullable): a query
 */
void
csm_search_query_free (CsmSearchQuery *query)
{
  if (query == NULL)
    return;
  g_free (query->typed);
  g_ptr_array_unref (query->parts);
  g_free (query);
}

/**
 * csm_search_query_dup_text:
 * @query: a query
 *
 * Returns: (transfer full): what was typed but for the filters, for csm_tokenizer_query()
 */
char *
csm_search_query_dup_text (const CsmSearchQuery *query)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < query->parts->len; i++)
    {
      const CsmSearchPart *part = g_ptr_array_index (query->parts, i);

      if (part->kind != CSM_SEARCH_PART_FILTER)
        g_string_append_len (text, query->typed + part->start, (gssize) (part->end - part->start));
      else
        g_string_append_c (text, ' ');
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * csm_search_query_has_filters:
 * @query: a query
 *
 * Returns: whether there is a filter with a value: one that is still being typed has none, and changes nothing
 */
gboolean
csm_search_query_has_filters (const CsmSearchQuery *query)
{
  for (guint i = 0; i < query->parts->len; i++)
    {
      const CsmSearchPart *part = g_ptr_array_index (query->parts, i);

      if (part->kind == CSM_SEARCH_PART_FILTER && part->text[0] != '\0')
        return TRUE;
    }
  return FALSE;
}

/**
 * csm_search_part_find_keyword:
 * @part: a filter
 *
 * The beginning of a keyword is enough.
 *
 * Returns: the place of its value among the operator's keywords, or -1
 */
int
csm_search_part_find_keyword (const CsmSearchPart *part)
{
  const char * const *keywords = part->kind == CSM_SEARCH_PART_FILTER ? operators[part->operator].keywords : NULL;
  gboolean whole = part->kind == CSM_SEARCH_PART_FILTER && operators[part->operator].value != CSM_SEARCH_VALUE_KEYWORD;
  int found = -1;

  for (int i = 0; keywords != NULL && keywords[i] != NULL && part->text[0] != '\0'; i++)
    {
      if (g_ascii_strcasecmp (keywords[i], part->text) == 0)
        return i;
      if (!whole && found < 0 && g_ascii_strncasecmp (keywords[i], part->text, strlen (part->text)) == 0)
        found = i;
    }
  return found;
}

/**
 * csm_search_name_matches:
 * @name: (nullable): what somebody or something is called
 * @value: a filter's value
 *
 * Case and accents don't count.
 *
 * Returns: 2 if it is called so, 1 if the name or one of its words begins so, otherwise 0
 */
guint
csm_search_name_matches (const char *name,
                         const char *value)
{
  g_autofree char *folded = name != NULL ? csm_fold (name, -1) : NULL;
  g_autofree char *wanted = csm_fold (value, -1);

  if (folded == NULL || wanted[0] == '\0')
    return 0;
  if (g_str_equal (folded, wanted))
    return 2;
  for (const char *at = folded; at != NULL; at = strstr (at + 1, wanted))
    {
      if (g_str_has_prefix (at, wanted) && (at == folded || !g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (at)))))
        return 1;
    }
  return 0;
}

/**
 * csm_search_value_quote:
 * @value: a value, or a phrase
 *
 * Returns: (transfer full): as it has to be typed: in quotes if it has spaces; quotes within can't be typed, and go
 */
char *
csm_search_value_quote (const char *value)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean spaces = *value == '\0';

  for (const char *at = value; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      spaces |= g_unichar_isspace (c);
      if (!csm_tokenizer_is_quote (c))
        g_string_append_unichar (text, c);
    }
  if (spaces)
    {
      g_string_prepend_c (text, '"');
      g_string_append_c (text, '"');
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
