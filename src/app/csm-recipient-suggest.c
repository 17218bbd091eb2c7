/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-recipient-suggest.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-fold.h"
#include "csm-json.h"
#include "csm-recipient-text.h"
#include "csm-recipients.h"

/* The first letter of scripts that put no blanks between words: there what is typed may stand anywhere. */
#define FIRST_WITHOUT_BLANKS 0x2e80

#define MAX_ROWS 8

/* Somebody to whom a reply may go */
typedef struct
{
  char       *name;     /* never NULL */
  char       *address;
  const char *why;      /* translated: how they are known */
} Hint;

typedef struct
{
  GStrv         words;      /* folded: what was typed */
  GHashTable   *known;      /* set of addresses in lower case: who is there already, or was offered */
  CsmDirectory *directory;
  GPtrArray    *hints;
} Looking;

static void
hint_free (gpointer data)
{
  Hint *hint = data;

  g_free (hint->name);
  g_free (hint->address);
  g_free (hint);
}

static gboolean
has_word (const char *text,
          const char *word)
{
  for (const char *at = strstr (text, word); at != NULL; at = strstr (at + 1, word))
    if (at == text || g_utf8_get_char (word) >= FIRST_WITHOUT_BLANKS || !g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (at))))
      return TRUE;
  return FALSE;
}

static gboolean
fits (Looking    *looking,
      const char *name,
      const char *address)
{
  g_autofree char *both = g_strdup_printf ("%s %s", name, address);
  g_autofree char *text = csm_fold (both, -1);

  for (guint i = 0; looking->words[i] != NULL; i++)
    if (!has_word (text, looking->words[i]))
      return FALSE;
  return TRUE;
}

static void
consider (Looking    *looking,
          const char *name,
          const char *address,
          const char *why)
{
  const char *at = address != NULL ? strchr (address, '@') : NULL;
  g_autofree char *lower = NULL;
  Hint *hint;

  if (at == NULL || at == address || looking->hints->len >= MAX_ROWS)
    return;
  lower = g_ascii_strdown (address, -1);
  if (g_hash_table_contains (looking->known, lower) || !fits (looking, name != NULL ? name : "", address))
    return;
  g_hash_table_add (looking->known, g_steal_pointer (&lower));
  hint = g_new0 (Hint, 1);
  hint->name = g_strdup (name != NULL && name[0] != '\0' ? name : address);
  hint->address = g_strdup (address);
  hint->why = why;
  g_ptr_array_add (looking->hints, hint);
}

/* Who wrote last comes first. */
static void
look_in_case (Looking       *looking,
              CsmCaseDetail *detail)
{
  static const char *const lists[] = { "from", "replyTo", "to", "cc", "bcc" };

  for (guint i = detail->timeline->len; i-- > 0;)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];

      for (guint k = 0; k < G_N_ELEMENTS (lists) && entry->kind == CSM_ENTRY_MESSAGE; k++)
        {
          JsonArray *list = csm_json_get_array (entry->record, lists[k]);

          for (guint m = 0; list != NULL && m < json_array_get_length (list); m++)
            {
              JsonNode *node = json_array_get_element (list, m);
              JsonObject *mailbox = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
              const char *address = mailbox != NULL ? csm_json_get_string (mailbox, "address") : NULL;

              if (address != NULL && !csm_recipients_is_ours (looking->directory, address))
                consider (looking, csm_json_get_string (mailbox, "name"), address, _("In this conversation"));
            }
        }
    }
}

/*
 * Each word of @typed must begin a word of the name or the address. Those of the open case come first, then colleagues, and
 * customers in their order.
 * Returns: (transfer full) (element-type Hint): to whom a reply may go; nobody of @present
 */
static GPtrArray *
find_hints (const char   *typed,
            JsonArray    *present,
            CsmWorkbench *workbench,
            GPtrArray    *customers)
{
  CsmDirectory *directory = csm_workbench_get_directory (workbench);
  CsmCaseDetail *detail = csm_workbench_get_detail (workbench);
  g_autofree char *folded = csm_fold (typed, -1);
  g_auto (GStrv) words = g_strsplit_set (folded, " <>\"", -1);
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Looking looking = { words, known, directory, g_ptr_array_new_with_free_func (hint_free) };

  for (guint i = 0; present != NULL && i < json_array_get_length (present); i++)
    {
      const char *address = csm_json_get_string (json_array_get_object_element (present, i), "address");

      g_hash_table_add (known, g_ascii_strdown (address, -1));
    }
  if (detail != NULL)
    look_in_case (&looking, detail);
  for (guint i = 0; directory != NULL && i < directory->people->len; i++)
    {
      JsonObject *person = directory->people->pdata[i];

      if (csm_json_get_boolean (person, "active") && g_strcmp0 (csm_json_get_string (person, "id"), directory->my_id) != 0)
        consider (&looking, csm_json_get_string (person, "name"), csm_json_get_string (person, "email"), _("Colleague"));
    }
  for (guint i = 0; customers != NULL && i < customers->len; i++)
    {
      const CsmCustomerHit *hit = customers->pdata[i];

      consider (&looking, hit->name, hit->address, _("Customer"));
    }
  return looking.hints;
}

/* --- below the entry ----------------------------------------------------------------------------------------- */

/* Returns: (transfer full): the one that the cursor is in */
static char *
dup_typed (const char *text,
           gsize       cursor,
           gsize      *start,
           gsize      *end)
{
  csm_recipients_at (text, cursor, start, end);
  return g_strstrip (g_strndup (text + *start, *end - *start));
}

static GPtrArray *
suggest (CsmWorkbench *workbench,
         const char   *text,
         gsize         cursor,
         GPtrArray    *customers)
{
  GPtrArray *offers = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_offer_free);
  gsize start;
  gsize end;
  g_autofree char *typed = dup_typed (text, cursor, &start, &end);
  g_autofree char *others = g_strdup_printf ("%.*s%s", (int) start, text, text + end);
  g_autoptr (JsonArray) present = csm_recipients_read (others);
  g_autoptr (GPtrArray) hints = NULL;

  if (typed[0] == '\0')
    return offers;
  hints = find_hints (typed, present, workbench, customers);
  for (guint i = 0; i < hints->len; i++)
    {
      const Hint *hint = hints->pdata[i];
      g_autofree char *written = csm_recipients_write_one (hint->name, hint->address);
      CsmOffer *offer = g_new0 (CsmOffer, 1);

      offer->title = g_strdup (hint->name);
      offer->subtitle = g_str_equal (hint->name, hint->address) ? NULL : g_strdup (hint->address);
      offer->detail = g_strdup (hint->why);
      /* The next one can be written at once. */
      offer->insert = g_strconcat (written, text[end] == '\0' ? ", " : "", NULL);
      offer->start = start;
      offer->end = end;
      g_ptr_array_add (offers, offer);
    }
  return offers;
}

static char *
find_sought (const char *text,
             gsize       cursor)
{
  gsize start;
  gsize end;
  g_autofree char *typed = dup_typed (text, cursor, &start, &end);

  return typed[0] != '\0' ? g_steal_pointer (&typed) : NULL;
}

/* An address that is whole is what its writer means, unless they choose. */
static gboolean
is_whole (const char *text,
          gsize       cursor)
{
  gsize start;
  gsize end;
  g_autofree char *typed = dup_typed (text, cursor, &start, &end);
  g_autoptr (JsonArray) list = csm_recipients_read (typed);
  const char *dot = strrchr (typed, '.');

  return list != NULL && dot != NULL && strchr (dot, '@') == NULL && dot[1] != '\0';
}

static const char *
say_people (void)
{
  return _("People");
}

/* Returns: to whom a reply may go: those of the open case, colleagues, and customers */
const CsmCompletionKind *
csm_recipient_completion_kind (void)
{
  static const CsmCompletionKind kind = { .suggest = suggest, .sought = find_sought, .is_whole = is_whole, .say = say_people };

  return &kind;
}
