/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-reply-token.h"

#include <string.h>

#include "csm-id.h"

/*
 * "support+c01j9zk3v7xq6t8r5m2n4p0w1yb7h2k9q4m1xa4@example.com": what it is for, a ULID, and 60 bits that only this
 * workspace can make. Servers on the way may change case, and only letters and digits come through all of them.
 */
#define ULID_LENGTH (CSM_ID_LENGTH - 1)
#define MAC_LENGTH 12
#define TOKEN_LENGTH (1 + ULID_LENGTH + MAC_LENGTH)
/* RFC 5321, section 4.5.3.1.1 */
#define MAX_LOCAL 64

static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";

static char
letter_of (char kind)
{
  return kind == *CSM_REPLY_TOKEN_CONVERSATION ? 'v' : kind == *CSM_REPLY_TOKEN_BOUNCE ? 'm' : '\0';
}

static gboolean
sign (CsmTxn      *txn,
      const char  *record_id,
      char         kind,
      char        *mac,
      GError     **error)
{
  g_autofree char *text = g_strdup_printf ("%c %s", kind, record_id);
  guint8 bytes[CSM_TXN_MAC_LENGTH];

  if (!csm_txn_mac (txn, "reply token", text, bytes, error))
    return FALSE;
  /* Eight letters of every five bytes. */
  for (guint i = 0; i < MAC_LENGTH; i++)
    {
      guint bit = i * 5, pair = (guint) bytes[bit / 8] << 8 | bytes[bit / 8 + 1];

      mac[i] = letters[pair >> (11 - bit % 8) & 31];
    }
  return TRUE;
}

/**
 * csm_reply_token_address:
 * @txn: a transaction
 * @address: a channel's address, where everything to local+detail@domain arrives (RFC 5233)
 * @kind: `CSM_REPLY_TOKEN_CONVERSATION` or `CSM_REPLY_TOKEN_BOUNCE`
 * @record_id: a Conversation's id, or a Message's
 * @error: return location
 *
 * The token says where a mail to it belongs, whatever its header says. It stays right as long as the workspace has its key.
 *
 * Returns: (transfer full) (nullable): the address with a token; %NULL without an error when the address leaves no room for one
 *   (RFC 5321, section 4.5.3.1.1)
 */
char *
csm_reply_token_address (CsmTxn      *txn,
                         const char  *address,
                         const char  *kind,
                         const char  *record_id,
                         GError     **error)
{
  const char *at = strrchr (address, '@');
  char mac[MAC_LENGTH];
  g_autofree char *ulid = NULL;

  g_return_val_if_fail (letter_of (*kind) != '\0' && csm_id_is_valid (record_id, letter_of (*kind)), NULL);
  if (at == NULL || at == address || *address == '"' || at - address + 1 + TOKEN_LENGTH > MAX_LOCAL)
    return NULL;
  if (!sign (txn, record_id, *kind, mac, error))
    return NULL;
  ulid = g_ascii_strdown (record_id + 1, ULID_LENGTH);
  return g_strdup_printf ("%.*s+%c%s%.*s%s", (int) (at - address), address, *kind, ulid, MAC_LENGTH, mac, at);
}

/* Where the token of @address begins, or NULL: it stands between the last + and the @. */
static const char *
find_token (const char *address)
{
  const char *at = strrchr (address, '@');
  const char *token = at != NULL && at - address > TOKEN_LENGTH + 1 ? at - TOKEN_LENGTH : NULL;

  if (token == NULL || token[-1] != '+' || letter_of (g_ascii_tolower (*token)) == '\0')
    return NULL;
  for (guint i = 1; i < TOKEN_LENGTH; i++)
    {
      if (strchr (letters, g_ascii_tolower (token[i])) == NULL)
        return NULL;
    }
  return token;
}

/**
 * csm_reply_token_read:
 * @txn: a transaction
 * @address: (nullable): an address that a mail came to, as it is written there
 * @kind: (out): the first letter of what csm_reply_token_address() was given
 * @record_id: (out) (transfer full): likewise
 * @error: return location
 *
 * Only says that this workspace made the token. Whether the record exists, and belongs to the mailbox that the mail came
 * to, is the caller's to see. Takes as long for a forged one as for a right one.
 *
 * Returns: whether there is a token; %FALSE without an error: none, forged, or of another workspace
 */
gboolean
csm_reply_token_read (CsmTxn      *txn,
                      const char  *address,
                      char        *kind,
                      char       **record_id,
                      GError     **error)
{
  const char *token = address != NULL ? find_token (address) : NULL;
  g_autofree char *id = NULL;
  char found, mac[MAC_LENGTH];
  guint difference = 0;

  if (token == NULL)
    return FALSE;
  found = g_ascii_tolower (*token);
  id = g_ascii_strup (token, 1 + ULID_LENGTH);
  id[0] = letter_of (found);
  if (!csm_id_is_valid (id, id[0]) || !sign (txn, id, found, mac, error))
    return FALSE;
  for (guint i = 0; i < MAC_LENGTH; i++)
    difference |= (guint) (mac[i] ^ g_ascii_tolower (token[1 + ULID_LENGTH + i]));
  if (difference != 0)
    return FALSE;
  *kind = found;
  *record_id = g_steal_pointer (&id);
  return TRUE;
}

/**
 * csm_reply_token_strip:
 * @address: an address
 *
 * Whatever looks like a token is taken away, forged ones too: a tagged address is shown to nobody.
 *
 * Returns: (transfer full) (nullable): the address without its token, or %NULL when it has none
 */
char *
csm_reply_token_strip (const char *address)
{
  const char *token = find_token (address);

  return token != NULL ? g_strdup_printf ("%.*s%s", (int) (token - 1 - address), address, token + TOKEN_LENGTH) : NULL;
}
