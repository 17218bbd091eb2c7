/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-deception.h"

#include "csm-mail-block.h"
#include "csm-mail-host.h"

#include <string.h>

#define MAX_LINKS 2000

typedef struct
{
  guint links;
  gboolean deceives;
  gboolean mixes;
} Links;

/* The first mailbox of a list; groups are looked into. */
static InternetAddressMailbox *
first_mailbox (InternetAddressList *list,
               guint                depth)
{
  int length = list != NULL && depth < 4 ? internet_address_list_length (list) : 0;

  for (int i = 0; i < MIN (length, 20); i++)
    {
      InternetAddress *address = internet_address_list_get_address (list, i);
      InternetAddressMailbox *mailbox = NULL;

      if (INTERNET_ADDRESS_IS_MAILBOX (address))
        mailbox = INTERNET_ADDRESS_MAILBOX (address);
      else if (INTERNET_ADDRESS_IS_GROUP (address))
        mailbox = first_mailbox (internet_address_group_get_members (INTERNET_ADDRESS_GROUP (address)), depth + 1);
      if (mailbox != NULL)
        return mailbox;
    }
  return NULL;
}

static char *
dup_domain (InternetAddressMailbox *mailbox)
{
  const char *address = mailbox != NULL ? internet_address_mailbox_get_addr (mailbox) : NULL;
  const char *at = address != NULL ? strrchr (address, '@') : NULL;

  return at != NULL && g_utf8_validate (at, -1, NULL) ? g_utf8_strdown (at + 1, -1) : NULL;
}

/* The domain of an address that stands in @name. */
static char *
domain_in_name (const char *name)
{
  for (const char *at = strchr (name, '@'); at != NULL; at = strchr (at + 1, '@'))
    {
      gsize length = strspn (at + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");
      g_autofree char *domain = g_ascii_strdown (at + 1, (gssize) length);

      if (at > name && !g_ascii_isspace (at[-1]) && strchr (domain, '.') != NULL && !g_str_has_prefix (domain, "."))
        {
          while (g_str_has_suffix (domain, ".") || g_str_has_suffix (domain, "-"))
            domain[strlen (domain) - 1] = '\0';
          if (strchr (domain, '.') != NULL)
            return g_steal_pointer (&domain);
        }
    }
  return NULL;
}

static void
look_at_link (Links      *found,
              const char *link)
{
  g_autofree char *host = NULL;

  if (link == NULL || found->mixes || ++found->links > MAX_LINKS)
    return;
  host = csm_mail_host_of_link (link);
  found->mixes = host != NULL && csm_mail_host_mixes_scripts (host);
}

static void
look_at_blocks (Links     *found,
                GPtrArray *blocks)
{
  for (guint i = 0; i < blocks->len; i++)
    {
      CsmMailBlock *block = blocks->pdata[i];

      for (guint j = 0; block->spans != NULL && j < block->spans->len; j++)
        {
          CsmMailSpan *span = block->spans->pdata[j];

          found->deceives = found->deceives || span->mismatch;
          look_at_link (found, span->link);
        }
      look_at_link (found, block->link);
      if (block->children != NULL)
        look_at_blocks (found, block->children);
    }
}

/**
 * csm_mail_deception_write:
 * @message: a parsed message
 * @blocks: its body
 * @writer: inside the answer's object
 *
 * Writes what about a message may deceive people.
 */
void
csm_mail_deception_write (GMimeMessage  *message,
                          GPtrArray     *blocks,
                          CsmJsonWriter *writer)
{
  InternetAddressMailbox *from = first_mailbox (g_mime_message_get_addresses (message, GMIME_ADDRESS_TYPE_FROM), 0);
  InternetAddressMailbox *reply = first_mailbox (g_mime_message_get_addresses (message, GMIME_ADDRESS_TYPE_REPLY_TO), 0);
  const char *name = from != NULL ? internet_address_get_name (INTERNET_ADDRESS (from)) : NULL;
  g_autofree char *domain = dup_domain (from);
  g_autofree char *reply_domain = dup_domain (reply);
  g_autofree char *shown = name != NULL ? domain_in_name (name) : NULL;
  Links links = { 0 };

  look_at_blocks (&links, blocks);
  csm_json_writer_begin_array (writer, "warnings");
  if (domain != NULL && reply_domain != NULL && !csm_mail_host_is_related (domain, reply_domain))
    csm_json_writer_string (writer, NULL, "replyToDiffers");
  if (shown != NULL && (domain == NULL || !csm_mail_host_is_related (shown, domain)))
    csm_json_writer_string (writer, NULL, "nameHidesAddress");
  if (links.deceives)
    csm_json_writer_string (writer, NULL, "linkDeceives");
  if (links.mixes || (domain != NULL && csm_mail_host_mixes_scripts (domain)))
    csm_json_writer_string (writer, NULL, "mixedScript");
  csm_json_writer_end_array (writer);
}
