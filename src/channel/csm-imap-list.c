/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-imap-list.h"

#include <inttypes.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "csm-imap-private.h"
#include "csm-json.h"

/* Nobody chooses among more folders; and so many are asked one by one how much is in them. */
#define MAX_LISTED 1000
#define MAX_COUNTED 100

/* --- Names ------------------------------------------------------------------------------------------------------------------------- */

/* One run of base64, without what is around it, as UTF-8; NULL: it is none. */
static char *
unshift (const char *text,
         gsize       length)
{
  g_autofree char *plain = g_strndup (text, length);
  g_autofree char *padded = g_strdelimit (g_strdup_printf ("%s%.*s", plain, (int) ((4 - length % 4) % 4), "==="), ",", '/');
  gsize n = 0;
  g_autofree guchar *bytes = g_base64_decode (padded, &n);

  return n >= 2 && n % 2 == 0 ? g_convert ((const char *) bytes, (gssize) n, "UTF-8", "UTF-16BE", NULL, NULL, NULL) : NULL;
}

/**
 * csm_imap_decode_folder:
 * @name: a folder's name as a server says it
 *
 * Returns: (transfer full) (nullable): it in UTF-8 (RFC 3501, section 5.1.3); %NULL when it could not be said again the same way
 */
char *
csm_imap_decode_folder (const char *name)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (const char *at = name; *at != '\0'; at++)
    {
      const char *end = *at == '&' ? strchr (at, '-') : NULL;
      g_autofree char *text = NULL;

      if (*at != '&')
        {
          g_string_append_c (out, *at);
          continue;
        }
      text = end == at + 1 ? g_strdup ("&") : end != NULL ? unshift (at + 1, (gsize) (end - at - 1)) : NULL;
      if (text == NULL)
        return NULL;
      g_string_append (out, text);
      at = end;
    }
  return g_utf8_validate (out->str, (gssize) out->len, NULL) ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}

static char *
token_name (const CsmImapToken *token)
{
  g_autofree char *text = NULL;
  gsize length;
  const char *bytes;

  if (token->kind == CSM_IMAP_LITERAL)
    {
      bytes = g_bytes_get_data (token->bytes, &length);
      text = g_strndup (bytes, length);
    }
  else if (token->kind == CSM_IMAP_ATOM || token->kind == CSM_IMAP_QUOTED)
    {
      text = g_strdup (token->text);
    }
  return text != NULL ? csm_imap_decode_folder (text) : NULL;
}

/* --- What folders are for ------------------------------------------------------------------------------------------------------------ */

static const struct
{
  const char *flag;
  const char *role;
} uses[] = {
  { "\\Sent", "sent" }, { "\\Drafts", "drafts" }, { "\\Junk", "junk" }, { "\\Trash", "trash" }, { "\\Archive", "archive" }, { "\\All", "all" }, { "\\Flagged", "flagged" },
};

/* Servers that don't know of uses (RFC 6154) call their folders something usual. */
static const struct
{
  const char *name;
  const char *role;
} usual[] = {
  { "Sent", "sent" }, { "Sent Items", "sent" }, { "Sent Messages", "sent" }, { "Sent Mail", "sent" }, { "Gesendet", "sent" }, { "Gesendete Objekte", "sent" },
  { "Gesendete Elemente", "sent" }, { "Envoyés", "sent" }, { "Éléments envoyés", "sent" }, { "Messages envoyés", "sent" }, { "Inviata", "sent" }, { "Posta inviata", "sent" },
  { "Enviados", "sent" }, { "Elementos enviados", "sent" }, { "Verzonden", "sent" }, { "Verzonden items", "sent" },
  { "Junk", "junk" }, { "Spam", "junk" }, { "Junk E-mail", "junk" }, { "Junk-E-Mail", "junk" }, { "Bulk Mail", "junk" }, { "Spamverdacht", "junk" }, { "Indésirables", "junk" },
  { "Trash", "trash" }, { "Deleted Items", "trash" }, { "Papierkorb", "trash" }, { "Gelöschte Elemente", "trash" }, { "Corbeille", "trash" }, { "Cestino", "trash" },
  { "Drafts", "drafts" }, { "Entwürfe", "drafts" }, { "Brouillons", "drafts" }, { "Bozze", "drafts" },
  { "Archive", "archive" }, { "Archiv", "archive" }, { "Archives", "archive" },
};

static void
listed_free (CsmImapListed *listed)
{
  g_free (listed->name);
  g_free (listed);
}

static const char *
usual_role (const char *name,
            char        divider)
{
  const char *last = divider != '\0' ? strrchr (name, divider) : NULL;

  last = last != NULL ? last + 1 : name;
  for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
    {
      if (g_ascii_strcasecmp (usual[i].name, last) == 0)
        return usual[i].role;
    }
  return NULL;
}

static const char *
role_of_flags (const CsmImapResponse *response,
               guint                  end,
               gboolean              *selectable)
{
  const char *role = NULL;

  for (guint i = 2; i < end; i++)
    {
      if (csm_imap_response_is (response, i, "\\Noselect") || csm_imap_response_is (response, i, "\\NonExistent"))
        *selectable = FALSE;
      for (guint j = 0; j < G_N_ELEMENTS (uses); j++)
        {
          if (csm_imap_response_is (response, i, uses[j].flag))
            role = uses[j].role;
        }
    }
  return role;
}

static void
take_folder (CsmImapClient         *self,
             const CsmImapResponse *response)
{
  guint end = 1;
  gboolean selectable = TRUE;
  const CsmImapToken *divider;
  g_autofree char *name = NULL;
  const char *role;
  CsmImapListed *listed;

  while (end < response->tokens->len && g_array_index (response->tokens, CsmImapToken, end).kind != CSM_IMAP_CLOSE)
    end++;
  if (end + 2 >= response->tokens->len || self->listed->len >= MAX_LISTED)
    return;
  role = role_of_flags (response, end, &selectable);
  divider = &g_array_index (response->tokens, CsmImapToken, end + 1);
  name = token_name (divider + 1);
  if (name == NULL || *name == '\0' || !selectable)
    return;
  if (g_ascii_strcasecmp (name, "INBOX") == 0)
    role = "inbox";
  else if (role == NULL)
    role = usual_role (name, divider->kind == CSM_IMAP_QUOTED ? divider->text[0] : '\0');
  listed = g_new0 (CsmImapListed, 1);
  listed->name = g_steal_pointer (&name);
  listed->role = role;
  listed->messages = -1;
  g_ptr_array_add (self->listed, listed);
}

static void
take_count (CsmImapClient         *self,
            const CsmImapResponse *response)
{
  g_autofree char *name = response->tokens->len > 2 ? token_name (&g_array_index (response->tokens, CsmImapToken, 1)) : NULL;
  guint64 number;

  for (guint i = 3; name != NULL && i + 1 < response->tokens->len; i++)
    {
      if (!csm_imap_response_is (response, i, "MESSAGES") || !csm_imap_response_number (response, i + 1, G_MAXUINT32, &number))
        continue;
      for (guint j = 0; j < self->listed->len; j++)
        {
          CsmImapListed *listed = g_ptr_array_index (self->listed, j);

          if (g_str_equal (listed->name, name))
            listed->messages = (gint64) number;
        }
    }
}

/**
 * csm_imap_client_take_listed:
 * @self: a client that lists folders
 * @response: something untagged
 *
 * Returns: whether it was about a folder
 */
gboolean
csm_imap_client_take_listed (CsmImapClient         *self,
                             const CsmImapResponse *response)
{
  if (csm_imap_response_is (response, 0, "LIST"))
    take_folder (self, response);
  else if (csm_imap_response_is (response, 0, "STATUS"))
    take_count (self, response);
  else
    return FALSE;
  return TRUE;
}

/* Servers that are slow at this, or won't, leave it unknown. */
static void
count (CsmImapClient *self)
{
  for (guint i = 0; i < MIN (self->listed->len, MAX_COUNTED); i++)
    {
      const CsmImapListed *listed = g_ptr_array_index (self->listed, i);
      g_autofree char *name = csm_imap_encode_folder (listed->name);
      g_autoptr (GError) local = NULL;

      if (listed->messages < 0 && !csm_imap_client_command (self, &local, "STATUS %s (MESSAGES)", name) &&
          !g_error_matches (local, CSM_IMAP_ERROR, CSM_IMAP_ERROR_REFUSED))
        return;
    }
}

/**
 * csm_imap_client_list:
 * @self: a client that is signed in
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type CsmImapListed): the folders that can be read
 */
GPtrArray *
csm_imap_client_list (CsmImapClient  *self,
                      GError        **error)
{
  g_autoptr (GPtrArray) listed = g_ptr_array_new_with_free_func ((GDestroyNotify) listed_free);
  gboolean at_once = csm_imap_client_has (self, "LIST-STATUS") && csm_imap_client_has (self, "SPECIAL-USE");
  gboolean good;

  csm_imap_client_patience (self, 0);
  self->listed = listed;
  good = csm_imap_client_command (self, error, "LIST \"\" \"*\"%s", at_once ? " RETURN (SPECIAL-USE STATUS (MESSAGES))" : "");
  if (good)
    count (self);
  self->listed = NULL;
  return good ? g_steal_pointer (&listed) : NULL;
}

/* --- Trying --------------------------------------------------------------------------------------------------------------------------- */

static char *
describe (GPtrArray *listed)
{
  gint64 inbox = -1;

  for (guint i = 0; i < listed->len; i++)
    {
      const CsmImapListed *one = g_ptr_array_index (listed, i);

      if (g_strcmp0 (one->role, "inbox") == 0)
        inbox = one->messages;
    }
  if (inbox < 0)
    return g_strdup (_("The mail server lets us in."));
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "The mail server lets us in; there is %" PRId64 " mail in the inbox.",
                                       "The mail server lets us in; there are %" PRId64 " mails in the inbox.", (gulong) inbox), inbox);
}

static JsonArray *
write_listed (GPtrArray *listed)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < listed->len; i++)
    {
      const CsmImapListed *one = g_ptr_array_index (listed, i);
      JsonObject *object = json_object_new ();

      csm_json_set_string (object, "name", one->name);
      csm_json_set_string (object, "role", one->role);
      if (one->messages >= 0)
        json_object_set_int_member (object, "messages", one->messages);
      else
        json_object_set_null_member (object, "messages");
      json_array_add_object_element (array, object);
    }
  return array;
}

/**
 * csm_imap_probe:
 * @settings: settings that nobody uses yet
 * @patience: how long the server may be silent, s
 * @cancellable: ends all that blocks
 *
 * Connects, signs in, and looks which folders there are. Changes nothing.
 *
 * Returns: (transfer full): {ok, description, folders: [{name, role, messages}]}: the description says in a sentence what is wrong
 */
JsonObject *
csm_imap_probe (const CsmImapSettings  *settings,
                guint                   patience,
                GCancellable           *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmImapClient) client = csm_imap_client_open (settings, patience, cancellable, &error);
  g_autoptr (GPtrArray) listed = client != NULL ? csm_imap_client_list (client, &error) : NULL;
  g_autofree char *description = listed != NULL ? describe (listed) : g_strdup (error->message);
  JsonObject *answer = json_object_new ();

  if (client != NULL)
    csm_imap_client_leave (client);
  json_object_set_boolean_member (answer, "ok", listed != NULL);
  csm_json_set_string (answer, "description", description);
  json_object_set_array_member (answer, "folders", listed != NULL ? write_listed (listed) : json_array_new ());
  return answer;
}
