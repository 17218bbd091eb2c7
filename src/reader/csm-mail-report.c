/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-report.h"

#include "csm-mail-charset.h"
#include "csm-mail-header.h"

#include <string.h>

#define MAX_RECIPIENTS 500
#define MAX_REPORT (512 * 1024)
/* RFC 3463, section 2: 5.999.999 at most. */
#define MAX_STATUS 9
#define MAX_DIAGNOSTIC 2000

/* The groups of fields of RFC 3464, section 2.1: about the message, then about each recipient. */
static GPtrArray *
parse_groups (char *text)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func ((GDestroyNotify) g_hash_table_unref);
  const char *end = text + strlen (text);
  GHashTable *group = NULL;
  char *name = NULL;

  for (char *line = text; line != NULL && groups->len <= MAX_RECIPIENTS;)
    {
      char *next = memchr (line, '\n', (gsize) (end - line));
      char *colon;

      if (next != NULL)
        *next++ = '\0';
      colon = strchr (line, ':');
      if (line[strspn (line, " \t")] == '\0')
        {
          group = NULL;
        }
      else if (*line == ' ' || *line == '\t')
        {
          const char *value = group != NULL && name != NULL ? g_hash_table_lookup (group, name) : NULL;

          if (value != NULL && strlen (value) < MAX_DIAGNOSTIC)
            g_hash_table_replace (group, g_strdup (name), g_strconcat (value, " ", g_strstrip (line), NULL));
        }
      else if (colon != NULL)
        {
          if (group == NULL)
            {
              group = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
              g_ptr_array_add (groups, group);
            }
          g_free (name);
          name = g_ascii_strdown (line, colon - line);
          g_strchomp (name);
          if (!g_hash_table_contains (group, name))
            g_hash_table_insert (group, g_strdup (name), g_strdup (g_strstrip (colon + 1)));
        }
      line = next;
    }
  g_free (name);
  return groups;
}

/* What follows the type in "rfc822; ana@example.com". */
static const char *
after_type (const char *value)
{
  const char *semicolon = value != NULL ? strchr (value, ';') : NULL;

  if (semicolon == NULL)
    return value;
  return semicolon + 1 + strspn (semicolon + 1, " \t<");
}

static char *
dup_address (GHashTable *group)
{
  const char *value = after_type (g_hash_table_lookup (group, "original-recipient"));
  g_autofree char *clean = NULL;

  if (value == NULL || strchr (value, '@') == NULL)
    value = after_type (g_hash_table_lookup (group, "final-recipient"));
  if (value == NULL)
    return NULL;
  clean = csm_mail_charset_clean (value, CSM_MAIL_CLEAN_LINE, 320);
  g_strdelimit (clean, "<>", ' ');
  return g_strdup (g_strstrip (clean));
}

static void
write_field (CsmJsonWriter *writer,
             const char    *name,
             const char    *value,
             gsize          limit)
{
  g_autofree char *clean = value != NULL ? csm_mail_charset_clean (value, CSM_MAIL_CLEAN_LINE, limit) : NULL;

  csm_json_writer_string (writer, name, clean);
}

static void
write_recipient (CsmJsonWriter *writer,
                 GHashTable    *group)
{
  g_autofree char *address = dup_address (group);
  const char *action = g_hash_table_lookup (group, "action");
  const char *status = g_hash_table_lookup (group, "status");
  g_autofree char *action_word = action != NULL ? g_ascii_strdown (action, (gssize) strcspn (action, " \t(;")) : NULL;
  g_autofree char *code = status != NULL ? g_strndup (status, MIN (strspn (status, "0123456789."), MAX_STATUS)) : NULL;

  if (address == NULL)
    return;
  csm_json_writer_begin_object (writer, NULL);
  csm_json_writer_string (writer, "address", address);
  csm_json_writer_string (writer, "action", action_word);
  csm_json_writer_string (writer, "status", code != NULL && code[0] != '\0' ? code : NULL);
  write_field (writer, "diagnostic", after_type (g_hash_table_lookup (group, "diagnostic-code")), MAX_DIAGNOSTIC);
  csm_json_writer_end_object (writer);
}

/* The id of the message that came back, from its copy or from what is left of its header. */
static char *
dup_returned_id (CsmMailContent *content)
{
  g_autoptr(GPtrArray) ids = NULL;

  if (content->returned == NULL)
    return NULL;
  if (GMIME_IS_MESSAGE_PART (content->returned))
    {
      GMimeMessage *message = g_mime_message_part_get_message (GMIME_MESSAGE_PART (content->returned));
      const char *id = message != NULL ? g_mime_object_get_header (GMIME_OBJECT (message), "Message-Id") : NULL;

      ids = csm_mail_header_parse_ids (id, 1);
    }
  else
    {
      GByteArray *bytes = csm_mail_content_decode (content->returned);
      g_autofree char *text = csm_mail_charset_decode ((const char *) bytes->data, MIN (bytes->len, MAX_REPORT), NULL);
      g_autoptr(GPtrArray) groups = parse_groups (text);

      g_byte_array_unref (bytes);
      if (groups->len > 0)
        ids = csm_mail_header_parse_ids (g_hash_table_lookup (groups->pdata[0], "message-id"), 1);
    }
  return ids != NULL && ids->len > 0 ? g_strdup (ids->pdata[0]) : NULL;
}

static const char *
report_kind (GMimeMessage   *message,
             CsmMailContent *content)
{
  GMimeObject *root = g_mime_message_get_mime_part (message);
  GMimeContentType *type = root != NULL ? g_mime_object_get_content_type (root) : NULL;
  const char *subtype = content->report != NULL
                        ? g_mime_content_type_get_media_subtype (g_mime_object_get_content_type (content->report)) : NULL;

  if (subtype != NULL && g_ascii_strcasecmp (subtype, "disposition-notification") == 0)
    return "disposition";
  if (subtype != NULL && g_ascii_strcasecmp (subtype, "feedback-report") == 0)
    return "abuse";
  /* RFC 6522 asks for report-type, but the part tells as well. */
  if (subtype != NULL || (type != NULL && g_mime_content_type_is_type (type, "multipart", "report")))
    return "delivery";
  return NULL;
}

/**
 * csm_mail_report_write:
 * @message: a parsed message
 * @content: its content
 * @writer: inside the answer's object
 *
 * Writes what a report (RFC 6522) says about each recipient: RFC 3464 for delivery, RFC 8098 for
 * disposition, RFC 5965 for abuse; or null when the message is none.
 */
void
csm_mail_report_write (GMimeMessage   *message,
                       CsmMailContent *content,
                       CsmJsonWriter  *writer)
{
  const char *kind = report_kind (message, content);
  g_autofree char *text = NULL;
  g_autofree char *returned = NULL;
  g_autoptr(GPtrArray) groups = NULL;

  if (kind == NULL)
    {
      csm_json_writer_string (writer, "report", NULL);
      return;
    }
  if (content->report != NULL)
    {
      GByteArray *bytes = csm_mail_content_decode (content->report);
      g_autofree char *decoded = csm_mail_charset_decode ((const char *) bytes->data, MIN (bytes->len, MAX_REPORT), NULL);

      text = csm_mail_charset_clean (decoded, CSM_MAIL_CLEAN_TEXT, MAX_REPORT);
      g_byte_array_unref (bytes);
    }
  groups = parse_groups (text != NULL ? text : (text = g_strdup ("")));
  returned = dup_returned_id (content);

  csm_json_writer_begin_object (writer, "report");
  csm_json_writer_string (writer, "kind", kind);
  csm_json_writer_begin_array (writer, "recipients");
  for (guint i = 0; i < groups->len; i++)
    write_recipient (writer, groups->pdata[i]);
  csm_json_writer_end_array (writer);
  if (returned == NULL && groups->len > 0)
    {
      g_autoptr(GPtrArray) ids = csm_mail_header_parse_ids (g_hash_table_lookup (groups->pdata[0], "original-message-id"), 1);

      if (ids->len > 0)
        returned = g_strdup (ids->pdata[0]);
    }
  csm_json_writer_string (writer, "originalMessageId", returned);
  csm_json_writer_end_object (writer);
}
