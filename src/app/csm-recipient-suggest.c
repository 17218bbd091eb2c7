/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-recipient-suggest.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-fold.h"
#include "csm-json.h"
#include "csm-recipients.h"

/* The first letter of scripts that put no blanks between words: there what is typed may stand anywhere. */
#define FIRST_WITHOUT_BLANKS 0x2e80

typedef struct
{
  GStrv         words;      /* folded: what was typed */
  GHashTable   *known;      /* set of addresses in lower case: who is there already, or was offered */
  CsmDirectory *directory;
  GPtrArray    *hints;
  guint         max;
} Looking;

void
csm_recipient_hint_free (CsmRecipientHint *hint)
{
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
  CsmRecipientHint *hint;

  if (at == NULL || at == address || looking->hints->len >= looking->max)
    return;
  lower = g_ascii_strdown (address, -1);
  if (g_hash_table_contains (looking->known, lower) || !fits (looking, name != NULL ? name : "", address))
    return;
  g_hash_table_add (looking->known, g_steal_pointer (&lower));
  hint = g_new0 (CsmRecipientHint, 1);
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

/**
 * csm_recipient_suggest:
 * @typed: what was typed
 * @present: (nullable): who gets it already
 * @detail: (nullable): the open case, whose people come first
 * @directory: (nullable): colleagues come next
 * @customers: (nullable) (element-type CsmCustomerHit): at last these, in their order
 * @max: how many at most
 *
 * Each word must begin a word of the name or the address.
 *
 * Returns: (transfer full) (element-type CsmRecipientHint): to whom a reply may go
 */
GPtrArray *
csm_recipient_suggest (const char    *typed,
                       JsonArray     *present,
                       CsmCaseDetail *detail,
                       CsmDirectory  *directory,
                       GPtrArray     *customers,
                       guint          max)
{
  g_autofree char *folded = csm_fold (typed, -1);
  g_auto (GStrv) words = g_strsplit_set (folded, " <>\"", -1);
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Looking looking = { words, known, directory, g_ptr_array_new_with_free_func ((GDestroyNotify) csm_recipient_hint_free), max };

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
