/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-reply-check.h"

#include <gio/gio.h>
#include <string.h>

#include "csm-json.h"

/* Shorter names differ by a letter without any doubt. */
#define LEAST_NAME 5
#define LEAST_DOMAIN 8

/* --- "please find attached" --------------------------------------------------------------------------------- */

/*
 * How people say it in English, German, French, Italian and Spanish; beginnings of words, folded. Not "file" or "Anlage"
 * alone: those are in many texts that nothing goes along with.
 */
static const char *const said[] = {
  "attached", "attachment", "i attach", "i've attached", "enclosed", "enclose", "attaching",
  "im anhang", "angehangt", "anhangend", "angehaengt", "anbei", "beigefugt", "beigefuegt", "beiliegend", "in der anlage", "als anlage", "im beiliegenden",
  "ci-joint", "ci-jointe", "ci joint", "piece jointe", "pieces jointes", "en piece", "joint a ce", "je joins", "vous trouverez joint", "en annexe",
  "allegato", "allegata", "allegati", "allegate", "in allegato", "allego", "alleghiamo",
  "adjunto", "adjunta", "adjuntos", "adjuntas", "adjuntamos", "archivo adjunto", "en adjunto",
};

/* What follows says the contrary, or asks for it. */
static const char *const asked[] = { "can you", "could you", "please send", "konnten sie", "konnen sie", "bitte senden", "pouvez-vous", "pourriez-vous", "puo ", "potrebbe", "puede", "podria" };

static char *
fold (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_NFKD);
  g_autofree char *lower = g_utf8_casefold (normal != NULL ? normal : "", -1);
  GString *out = g_string_new (NULL);

  for (const char *at = lower; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (!g_unichar_ismark (c))
        g_string_append_unichar (out, c == 0x2019 ? '\'' : c == 0x2010 || c == 0x2011 ? '-' : c);
    }
  return g_string_free (out, FALSE);
}

static gboolean
has_word (const char *line,
          const char *word)
{
  for (const char *at = strstr (line, word); at != NULL; at = strstr (at + 1, word))
    if (at == line || !g_unichar_isalpha (g_utf8_get_char (g_utf8_prev_char (at))))
      return TRUE;
  return FALSE;
}

/**
 * csm_reply_mentions_file:
 * @text: a reply
 *
 * Returns: whether it says that something goes along; what it quotes, its signature and questions don't
 */
gboolean
csm_reply_mentions_file (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **line = lines; *line != NULL && !g_str_equal (*line, "-- "); line++)
    {
      g_autofree char *folded = (*line)[0] != '>' ? fold (*line) : g_strdup ("");
      gboolean asks = FALSE;

      for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
        asks = asks || has_word (folded, asked[i]);
      for (guint i = 0; i < G_N_ELEMENTS (said) && !asks; i++)
        if (has_word (folded, said[i]))
          return TRUE;
    }
  return FALSE;
}

/* --- who belongs to the case -------------------------------------------------------------------------------- */

static void
know (GHashTable *known,
      const char *address)
{
  if (address != NULL && strchr (address, '@') != NULL)
    g_hash_table_add (known, g_ascii_strdown (address, -1));
}

static void
know_list (GHashTable *known,
           JsonArray  *list)
{
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        know (known, csm_json_get_string (json_node_get_object (node), "address"));
    }
}

static void
know_customer (GHashTable *known,
               JsonObject *customer)
{
  JsonObject *identities = customer != NULL ? csm_json_get_object (customer, "identities") : NULL;
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  if (identities == NULL)
    return;
  json_object_iter_init_ordered (&iter, identities);
  while (json_object_iter_next_ordered (&iter, &key, &node))
    if (g_str_has_prefix (key, "email:"))
      know (known, key + strlen ("email:"));
}

/**
 * csm_reply_known:
 * @detail: a case
 * @directory: (nullable): the company's own people and mailboxes
 *
 * Returns: (transfer full) (element-type utf8): set of the addresses that have been part of the case, in lower case
 */
GHashTable *
csm_reply_known (CsmCaseDetail *detail,
                 CsmDirectory  *directory)
{
  static const char *const lists[] = { "from", "to", "cc", "bcc", "replyTo" };
  GHashTable *known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < detail->timeline->len; i++)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];

      for (guint k = 0; k < G_N_ELEMENTS (lists) && entry->kind == CSM_ENTRY_MESSAGE; k++)
        know_list (known, csm_json_get_array (entry->record, lists[k]));
    }
  know_customer (known, detail->customer);
  for (guint i = 0; directory != NULL && i < directory->people->len; i++)
    know (known, csm_json_get_string (directory->people->pdata[i], "email"));
  for (guint i = 0; directory != NULL && i < directory->channels->len; i++)
    know (known, csm_json_get_string (directory->channels->pdata[i], "address"));
  return known;
}

/**
 * csm_reply_outsiders:
 * @recipients: to whom a reply goes
 * @known: from csm_reply_known()
 *
 * Returns: (transfer full) (element-type utf8): the addresses that have not been part of the case
 */
GPtrArray *
csm_reply_outsiders (JsonArray  *recipients,
                     GHashTable *known)
{
  GPtrArray *outsiders = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; recipients != NULL && i < json_array_get_length (recipients); i++)
    {
      const char *address = csm_json_get_string (json_array_get_object_element (recipients, i), "address");
      g_autofree char *lower = address != NULL ? g_ascii_strdown (address, -1) : NULL;

      if (lower != NULL && !g_hash_table_contains (known, lower))
        g_ptr_array_add (outsiders, g_steal_pointer (&lower));
    }
  return outsiders;
}

/* --- who looks like somebody else --------------------------------------------------------------------------- */

/* Letters of other alphabets that look like Latin ones. */
static const struct { gunichar c; char like; } twins[] = {
  { 0x430, 'a' }, { 0x435, 'e' }, { 0x43e, 'o' }, { 0x440, 'p' }, { 0x441, 'c' }, { 0x443, 'y' }, { 0x445, 'x' }, { 0x455, 's' }, { 0x456, 'i' },
  { 0x458, 'j' }, { 0x4bb, 'h' }, { 0x501, 'd' }, { 0x51b, 'q' }, { 0x51d, 'w' }, { 0x3b1, 'a' }, { 0x3bf, 'o' }, { 0x3c1, 'p' }, { 0x3bd, 'v' },
  { 0x3b9, 'i' }, { 0x3ba, 'k' }, { 0x3c5, 'u' }, { 0x131, 'i' }, { 0x251, 'a' }, { 0x261, 'g' }, { 0x1d0f, 'o' }, { 0x43c, 'm' }, { 0x442, 't' },
  { 0x43d, 'h' }, { 0x432, 'b' }, { 0x43a, 'k' }, { '0', 'o' }, { '1', 'l' }, { 'i', 'l' }, { '|', 'l' }, { '5', 's' },
};

static char
twin_of (gunichar c)
{
  char like = 0;

  for (guint i = 0; i < G_N_ELEMENTS (twins) && like == 0; i++)
    if (twins[i].c == c)
      like = twins[i].like;
  return like == 'i' ? 'l' : like;
}

/* What the eye sees of it. */
static char *
skeleton (const char *text)
{
  g_autofree char *folded = fold (text);
  g_autoptr (GString) out = g_string_new (NULL);

  for (const char *at = folded; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);
      char like = twin_of (c);

      if (like != 0)
        g_string_append_c (out, like);
      else
        g_string_append_unichar (out, c);
    }
  g_string_replace (out, "rn", "m", 0);
  g_string_replace (out, "vv", "w", 0);
  g_string_replace (out, "cl", "d", 0);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* One letter more, less, other, or two in the other order. */
static gboolean
is_one_off (const char *a,
            const char *b)
{
  gsize length_a = strlen (a);
  gsize length_b = strlen (b);
  gsize head = 0;
  gsize tail = 0;
  gsize rest_a;
  gsize rest_b;

  while (a[head] != '\0' && a[head] == b[head])
    head++;
  while (tail < length_a - head && tail < length_b - head && a[length_a - 1 - tail] == b[length_b - 1 - tail])
    tail++;
  rest_a = length_a - head - tail;
  rest_b = length_b - head - tail;
  if (rest_a == 2 && rest_b == 2)
    return a[head] == b[head + 1] && a[head + 1] == b[head];
  return rest_a + rest_b > 0 && rest_a <= 1 && rest_b <= 1;
}

static gboolean
looks_like (const char *one,
            const char *other,
            gsize       least)
{
  g_autofree char *seen_one = skeleton (one);
  g_autofree char *seen_other = skeleton (other);

  if (g_str_equal (one, other))
    return FALSE;
  if (g_str_equal (seen_one, seen_other))
    return TRUE;
  return strlen (other) >= least && is_one_off (one, other);
}

static char *
domain_of (const char *address)
{
  const char *at = strrchr (address, '@');
  char *domain = g_hostname_to_unicode (at != NULL ? at + 1 : address);

  return domain != NULL ? domain : g_strdup (at != NULL ? at + 1 : address);
}

static gboolean
has_domain (GHashTable *known,
            const char *domain)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, known);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      g_autofree char *other = domain_of (key);

      if (g_str_equal (other, domain))
        return TRUE;
    }
  return FALSE;
}

/* The domains where most people have their mail. */
static char *
misspelt_provider (const char *local,
                   const char *domain)
{
  static const char *const providers[] = {
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "gmx.de", "gmx.net", "web.de", "t-online.de",
    "orange.fr", "wanadoo.fr", "laposte.net", "libero.it", "virgilio.it", "telefonica.net", "protonmail.com", "proton.me",
  };

  for (guint i = 0; i < G_N_ELEMENTS (providers); i++)
    if (g_str_equal (providers[i], domain))
      return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (providers); i++)
    if (looks_like (domain, providers[i], LEAST_DOMAIN))
      return g_strconcat (local, "@", providers[i], NULL);
  return NULL;
}

/**
 * csm_reply_lookalike:
 * @address: somebody who has not been part of the case, in lower case
 * @known: (element-type utf8): set of those who have
 *
 * Returns: (transfer full) (nullable): whom the address is easily mistaken for
 */
char *
csm_reply_lookalike (const char *address,
                     GHashTable *known)
{
  const char *at = strrchr (address, '@');
  g_autofree char *local = at != NULL ? g_strndup (address, at - address) : NULL;
  g_autofree char *domain = domain_of (address);
  gboolean domain_known = has_domain (known, domain);
  GHashTableIter iter;
  gpointer key;
  char *found = NULL;

  if (local == NULL)
    return NULL;
  g_hash_table_iter_init (&iter, known);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      const char *other_at = strrchr (key, '@');
      g_autofree char *other_local = g_strndup (key, other_at - (const char *) key);
      g_autofree char *other_domain = domain_of (key);
      gboolean same_local = g_str_equal (local, other_local);

      if (g_str_equal (domain, other_domain) ? looks_like (local, other_local, LEAST_NAME) : !domain_known && looks_like (domain, other_domain, LEAST_DOMAIN))
        {
          /* The same name elsewhere is the better guess. */
          if (found != NULL && !same_local)
            continue;
          g_free (found);
          found = g_strdup (key);
        }
    }
  return found != NULL || domain_known ? found : misspelt_provider (local, domain);
}
