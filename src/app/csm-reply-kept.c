/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-reply-kept.h"

#include <string.h>

#include "csm-json.h"
#include "csm-signature.h"

/* Between what was typed and the signature */
#define SIGN "\n\n" CSM_SIGNATURE_SEPARATOR "\n"

void
csm_reply_kept_free (gpointer data)
{
  CsmReplyKept *kept = data;

  if (kept == NULL)
    return;
  g_free (kept->text);
  for (guint i = 0; i < CSM_N_ENVELOPE; i++)
    g_free (kept->envelope[i]);
  g_ptr_array_unref (kept->files);
  g_free (kept);
}

/**
 * csm_reply_kept_new:
 * @text: (transfer full): what was typed
 * @recipients: to whom it goes
 * @files: what goes along; they are taken out of it
 *
 * Returns: (transfer full): all that, to be put back later
 */
CsmReplyKept *
csm_reply_kept_new (char             *text,
                    CsmRecipientsBox *recipients,
                    CsmFileList      *files)
{
  CsmReplyKept *kept = g_new0 (CsmReplyKept, 1);

  kept->text = text;
  for (guint i = 0; i < CSM_N_ENVELOPE; i++)
    if (csm_recipients_box_is_typed (recipients, i) || csm_recipients_box_is_said (recipients, i))
      {
        kept->envelope[i] = g_strdup (csm_recipients_box_get (recipients, i));
        kept->said[i] = !csm_recipients_box_is_typed (recipients, i);
      }
  kept->files = csm_file_list_take_files (files);
  return kept;
}

/* Of a case that is left: what the draft holds is there when one comes back. */
void
csm_reply_kept_drop_shared (CsmReplyKept *self)
{
  for (guint i = self->files->len; i > 0; i--)
    if (csm_composer_file_get_key (self->files->pdata[i - 1]) != NULL)
      g_ptr_array_remove_index (self->files, i - 1);
  for (guint i = 0; i < CSM_N_ENVELOPE; i++)
    if (self->said[i])
      g_clear_pointer (&self->envelope[i], g_free);
}

/* Whether there is anything but a text. */
gboolean
csm_reply_kept_has_parts (CsmReplyKept *self)
{
  for (guint i = 0; i < CSM_N_ENVELOPE; i++)
    if (self->envelope[i] != NULL)
      return TRUE;
  return self->files->len > 0;
}

/* Puts all but the text into the box again. */
void
csm_reply_kept_restore (CsmReplyKept     *self,
                        CsmRecipientsBox *recipients,
                        CsmFileList      *files)
{
  for (guint i = 0; i < CSM_N_ENVELOPE; i++)
    if (self->envelope[i] != NULL)
      csm_recipients_box_set (recipients, i, self->envelope[i]);
  csm_file_list_give_files (files, self->files);
}

static gboolean
holds_file (CsmFileList *files,
            JsonObject  *attachment)
{
  g_autoptr (JsonArray) list = csm_file_list_dup_attachments (files);

  for (guint i = 0; i < json_array_get_length (list); i++)
    if (csm_composer_file_is_same (json_array_get_object_element (list, i), attachment))
      return TRUE;
  return FALSE;
}

/* For whom it was, and what went along with it, of a reply that came back. */
void
csm_reply_take_parts (JsonObject       *parts,
                      CsmRecipientsBox *recipients,
                      CsmFileList      *files)
{
  JsonArray *attachments = csm_json_get_array (parts, "attachments");
  g_autoptr (JsonArray) missing = json_array_new ();
  gboolean edited = csm_recipients_box_is_edited (recipients);

  for (guint i = 0; !edited && i < CSM_ENVELOPE_SUBJECT; i++)
    {
      JsonArray *list = csm_json_get_array (parts, csm_envelope_names[i]);
      g_autofree char *text = list != NULL ? csm_recipients_write (list) : NULL;

      /* Nobody in a copy is as good as proposed; nobody at all is nothing that was sent. */
      if (text != NULL && (text[0] != '\0' || i == CSM_ENVELOPE_CC))
        csm_recipients_box_set (recipients, i, text);
    }
  if (!edited && csm_json_get_string (parts, "subject") != NULL)
    csm_recipients_box_set (recipients, CSM_ENVELOPE_SUBJECT, csm_json_get_string (parts, "subject"));
  for (guint i = 0; attachments != NULL && i < json_array_get_length (attachments); i++)
    {
      JsonNode *node = json_array_get_element (attachments, i);

      if (JSON_NODE_HOLDS_OBJECT (node) && !holds_file (files, json_node_get_object (node)))
        json_array_add_object_element (missing, json_object_ref (json_node_get_object (node)));
    }
  if (json_array_get_length (missing) > 0)
    csm_file_list_add_attachments (files, missing);
}

/* Both, when there are two: nothing that was written makes room for something else. */
char *
csm_reply_join (const char *first,
                const char *second)
{
  if (first == NULL || first[0] == '\0')
    return g_strdup (second != NULL ? second : "");
  if (second == NULL || second[0] == '\0' || strstr (first, second) != NULL)
    return g_strdup (first);
  if (strstr (second, first) != NULL)
    return g_strdup (second);
  return g_strdup_printf ("%s\n\n%s", first, second);
}

/* --- the signature ----------------------------------------------------------------------------------------- */

/* Whether there is a signature in it already, such as one that somebody typed. */
gboolean
csm_reply_is_signed (const char *text)
{
  return g_str_has_prefix (text, CSM_SIGNATURE_SEPARATOR "\n") || strstr (text, "\n" CSM_SIGNATURE_SEPARATOR "\n") != NULL;
}

/* Returns: (transfer full): what is sent: @text, with @signature (NULL: none) below unless it has one */
char *
csm_reply_sign (const char *text,
                const char *signature)
{
  g_autofree char *typed = g_strchomp (g_strdup (text));

  if (signature == NULL || csm_reply_is_signed (text))
    return g_steal_pointer (&typed);
  return g_strconcat (typed, SIGN, signature, NULL);
}

/* Returns: (transfer full): what was typed, of a reply that comes back: @text without @signature (NULL: none) */
char *
csm_reply_unsign (const char *text,
                  const char *signature)
{
  g_autofree char *end = signature != NULL ? g_strconcat (SIGN, signature, NULL) : NULL;

  if (end == NULL || !g_str_has_suffix (text, end))
    return g_strdup (text);
  return g_strndup (text, strlen (text) - strlen (end));
}
