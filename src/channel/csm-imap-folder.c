/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-imap-client.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "csm-imap-private.h"
#include "csm-time.h"

/* Mails that are searched at a time, so that no answer gets long. */
#define SEARCH_FIRST 500
#define SEARCH_STEP 5000
/* What VANISHED is believed. */
#define MAX_RANGES 10000

/* --- The folder ---------------------------------------------------------------------------------------------------------------- */

/* Of UIDs, ascending, as commands take it: "3,5:9". */
static char *
format_set (const guint32 *uids,
            guint          n_uids)
{
  GString *set = g_string_new (NULL);

  for (guint i = 0; i < n_uids;)
    {
      guint last = i;

      while (last + 1 < n_uids && uids[last + 1] == uids[last] + 1)
        last++;
      g_string_append_printf (set, "%s%u", i > 0 ? "," : "", uids[i]);
      if (last > i)
        g_string_append_printf (set, ":%u", uids[last]);
      i = last + 1;
    }
  return g_string_free (set, FALSE);
}

/* What the server is to tell besides. */
static char *
format_parameters (CsmImapClient      *self,
                   const CsmImapKnown *known)
{
  g_autofree char *set = NULL;

  if (!csm_imap_client_has (self, "CONDSTORE"))
    return g_strdup ("");
  if (!self->has_vanished || known == NULL || known->n_uids == 0 || known->uid_validity == 0 || known->modseq <= 0)
    return g_strdup (" (CONDSTORE)");
  set = format_set (known->uids, known->n_uids);
  return g_strdup_printf (" (QRESYNC (%u %" G_GINT64_FORMAT " %s))", known->uid_validity, known->modseq, set);
}

static gboolean
open_folder (CsmImapClient       *self,
             const char          *command,
             const char          *folder,
             const CsmImapKnown  *known,
             GError             **error)
{
  g_autofree char *name = csm_imap_encode_folder (folder);
  g_autofree char *parameters = NULL;
  gboolean good;

  csm_imap_client_patience (self, 0);
  self->folder = (CsmImapFolder) { 0 };
  /* Then numbers don't shift while we talk, and what is gone is told by its UID (RFC 7162, section 3.2.3). */
  if (!self->has_vanished && csm_imap_client_has (self, "QRESYNC") && csm_imap_client_has (self, "ENABLE"))
    self->has_vanished = csm_imap_client_command (self, NULL, "ENABLE QRESYNC");
  parameters = format_parameters (self, known);
  self->gone = known != NULL ? known->gone : NULL;
  good = csm_imap_client_command (self, error, "%s %s%s", command, name, parameters);
  self->gone = NULL;
  if (!good)
    return FALSE;
  if (!csm_imap_client_has (self, "CONDSTORE"))
    self->folder.modseq = 0;
  if (self->folder.uid_validity != 0)
    return TRUE;
  g_set_error (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_PROTOCOL, _("The mail server can't tell mails apart for long."));
  return FALSE;
}

/**
 * csm_imap_client_examine:
 * @self: a client
 * @folder: a folder's name
 * @known: (nullable): what is known of it
 * @error: return location
 *
 * Opens it for reading only.
 *
 * Returns: whether it is open
 */
gboolean
csm_imap_client_examine (CsmImapClient       *self,
                         const char          *folder,
                         const CsmImapKnown  *known,
                         GError             **error)
{
  return open_folder (self, "EXAMINE", folder, known, error);
}

/**
 * csm_imap_client_select:
 * @self: a client
 * @folder: a folder's name
 * @known: (nullable): what is known of it
 * @error: return location
 *
 * Opens it so that mails there may be marked and moved.
 *
 * Returns: whether it is open
 */
gboolean
csm_imap_client_select (CsmImapClient       *self,
                        const char          *folder,
                        const CsmImapKnown  *known,
                        GError             **error)
{
  return open_folder (self, "SELECT", folder, known, error);
}

/**
 * csm_imap_client_take_vanished:
 * @self: a client
 * @response: a VANISHED response
 *
 * Counts the mails that are gone (RFC 7162, section 3.2.10): those that went since the folder was opened are not in it any more.
 */
void
csm_imap_client_take_vanished (CsmImapClient         *self,
                               const CsmImapResponse *response)
{
  gboolean earlier = csm_imap_response_is (response, 2, "EARLIER");
  guint index = earlier ? 4 : 1;
  const CsmImapToken *token = index < response->tokens->len ? &g_array_index (response->tokens, CsmImapToken, index) : NULL;
  g_auto (GStrv) ranges = token != NULL && token->kind == CSM_IMAP_ATOM ? g_strsplit (token->text, ",", MAX_RANGES) : NULL;
  guint64 n = 0;

  for (guint i = 0; ranges != NULL && ranges[i] != NULL; i++)
    {
      char *end;
      guint64 first = g_ascii_strtoull (ranges[i], &end, 10), last = *end == ':' ? g_ascii_strtoull (end + 1, NULL, 10) : first;
      guint32 pair[2] = { (guint32) MIN (first, last), (guint32) MAX (first, last) };

      if (first == 0 || last == 0 || first > G_MAXUINT32 || last > G_MAXUINT32)
        continue;
      n += pair[1] - pair[0] + 1;
      if (self->gone != NULL && self->gone->len < 2 * MAX_RANGES)
        g_array_append_vals (self->gone, pair, 2);
    }
  if (!earlier)
    self->folder.exists -= (guint32) MIN (n, self->folder.exists);
}

/* --- Changing it ---------------------------------------------------------------------------------------------------------------- */

/**
 * csm_imap_client_mark_seen:
 * @self: a client with a folder that was selected
 * @uids: (array length=n_uids): which mails, ascending
 * @n_uids: how many
 * @error: return location
 *
 * Returns: whether they are marked as read
 */
gboolean
csm_imap_client_mark_seen (CsmImapClient  *self,
                           const guint32  *uids,
                           guint           n_uids,
                           GError        **error)
{
  g_autofree char *set = format_set (uids, n_uids);

  csm_imap_client_patience (self, 0);
  return csm_imap_client_command (self, error, "UID STORE %s +FLAGS.SILENT (\\Seen)", set);
}

/**
 * csm_imap_client_move:
 * @self: a client with a folder that was selected
 * @uids: (array length=n_uids): which mails, ascending
 * @n_uids: how many
 * @folder: where to
 * @error: return location
 *
 * In one step (RFC 6851), or not at all: what is copied and then deleted may be lost in between.
 *
 * Returns: whether they are there now
 */
gboolean
csm_imap_client_move (CsmImapClient  *self,
                      const guint32  *uids,
                      guint           n_uids,
                      const char     *folder,
                      GError        **error)
{
  g_autofree char *set = format_set (uids, n_uids);
  g_autofree char *name = csm_imap_encode_folder (folder);

  if (!csm_imap_client_has (self, "MOVE"))
    {
      g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_REFUSED, _("The mail server can't move mails safely: they stay where they are."));
      return FALSE;
    }
  csm_imap_client_patience (self, 0);
  return csm_imap_client_command (self, error, "UID MOVE %s %s", set, name);
}

/**
 * csm_imap_client_get_folder:
 * @self: a client with an open folder
 *
 * Returns: (transfer none): what the server said of it last
 */
const CsmImapFolder *
csm_imap_client_get_folder (CsmImapClient *self)
{
  return &self->folder;
}

static int
compare_uids (gconstpointer a,
              gconstpointer b)
{
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;

  return x < y ? -1 : x > y;
}

/* From the newest down: what is removed meanwhile makes mails show up twice, but none is missed. */
static gboolean
search (CsmImapClient  *self,
        guint32         from,
        gint64          since,
        GError        **error)
{
  g_autofree char *day = since > 0 ? csm_imap_format_day (since - 24 * 60 * 60 * CSM_SECOND) : NULL;
  guint32 last = self->folder.exists, step = SEARCH_FIRST;

  while (last > 0)
    {
      guint32 first = last > step ? last - step + 1 : 1;
      guint before = self->found->len, news = 0;

      self->most_found = before + step + 1;
      csm_imap_client_patience (self, 0);
      if (!csm_imap_client_command (self, error, "UID SEARCH %u:%u UID %u:*%s%s", first, last, from, day != NULL ? " SINCE " : "", day != NULL ? day : ""))
        return FALSE;
      /* The star means the newest mail, however low its number. */
      for (guint i = before; i < self->found->len; i++)
        news += g_array_index (self->found, guint32, i) >= from;
      /* UIDs ascend, so below a gap there are only old ones; dates don't. */
      if (day == NULL && news < last - first + 1)
        break;
      last = MIN (first - 1, self->folder.exists);
      step = SEARCH_STEP;
    }
  return TRUE;
}

/**
 * csm_imap_client_find:
 * @self: a client with an open folder
 * @from: the first UID that matters
 * @since: also no mail that was received a day before this, µs; `CSM_TIME_NONE`: however old
 * @error: return location
 *
 * Returns: (transfer full) (element-type guint32): the UIDs, ascending
 */
GArray *
csm_imap_client_find (CsmImapClient  *self,
                      guint32         from,
                      gint64          since,
                      GError        **error)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  gboolean good;

  self->found = found;
  good = search (self, MAX (from, 1), since, error);
  self->found = NULL;
  if (!good)
    return NULL;
  g_array_sort (found, compare_uids);
  for (guint i = 0; i < found->len; i++)
    {
      guint32 uid = g_array_index (found, guint32, i);

      if (uid >= from && uid > 0 && (uids->len == 0 || g_array_index (uids, guint32, uids->len - 1) != uid))
        g_array_append_val (uids, uid);
    }
  return g_steal_pointer (&uids);
}

/**
 * csm_imap_client_fetch:
 * @self: a client with an open folder
 * @uids: (array length=n_uids): which mails, ascending
 * @n_uids: how many
 * @items: what of them: "RFC822.SIZE", "BODY.PEEK[]"
 * @most: how long one of their literals may be
 * @func: called for each that the server has
 * @user_data: for @func
 * @error: `CSM_IMAP_ERROR_REFUSED` when the server could not get all of them
 *
 * Returns: whether it worked
 */
gboolean
csm_imap_client_fetch (CsmImapClient    *self,
                       const guint32    *uids,
                       guint             n_uids,
                       const char       *items,
                       gsize             most,
                       CsmImapMailFunc   func,
                       gpointer          user_data,
                       GError          **error)
{
  g_autofree char *set = format_set (uids, n_uids);
  gboolean good;

  csm_imap_client_patience (self, most);
  self->mail_func = func;
  self->mail_data = user_data;
  self->max_literal = MAX (most, CSM_IMAP_SMALL_LITERAL);
  good = csm_imap_client_command (self, error, "UID FETCH %s (UID %s)", set, items);
  self->mail_func = NULL;
  self->max_literal = CSM_IMAP_SMALL_LITERAL;
  return good;
}

/* --- Waiting --------------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmImapClient *client;
  guint          arrivals;
  gint64         until;
} Idling;

/* The server waits with us; reads until it has something to say. What goes wrong shows when the waiting is ended. */
static char *
sit_idle (const char *challenge,
          gpointer    user_data)
{
  Idling *idling = user_data;
  CsmImapClient *self = idling->client;
  gboolean ready = TRUE;

  while (ready && self->folder.arrivals == idling->arrivals && self->farewell == NULL)
    {
      g_autoptr (CsmImapResponse) response = NULL;

      if (!csm_imap_stream_wait (self->stream, idling->until, &ready, NULL))
        break;
      csm_imap_client_patience (self, 0);
      response = ready ? csm_imap_response_read (self->stream, self->max_literal, NULL) : NULL;
      ready = response != NULL && csm_imap_client_take (self, response, NULL) && g_get_monotonic_time () < idling->until;
    }
  csm_imap_client_patience (self, 0);
  return g_strdup ("DONE\r\n");
}

/**
 * csm_imap_client_idle:
 * @self: a client with an open folder, of a server that has IDLE
 * @arrivals: what the folder's counter was when there was nothing new
 * @milliseconds: at most
 * @error: return location
 *
 * Waits for a new mail (RFC 2177).
 *
 * Returns: whether the connection still holds
 */
gboolean
csm_imap_client_idle (CsmImapClient  *self,
                      guint           arrivals,
                      guint           milliseconds,
                      GError        **error)
{
  Idling idling = { self, arrivals, g_get_monotonic_time () + milliseconds * G_GINT64_CONSTANT (1000) };

  csm_imap_client_patience (self, 0);
  return self->folder.arrivals != arrivals || csm_imap_client_converse (self, "IDLE", sit_idle, &idling, error);
}

/**
 * csm_imap_client_look:
 * @self: a client with an open folder
 * @error: return location
 *
 * Asks whether anything is new.
 *
 * Returns: whether the connection still holds
 */
gboolean
csm_imap_client_look (CsmImapClient  *self,
                      GError        **error)
{
  csm_imap_client_patience (self, 0);
  return csm_imap_client_command (self, error, "NOOP");
}

/**
 * csm_imap_client_leave:
 * @self: a client
 *
 * Says good-bye; waits for no answer.
 */
void
csm_imap_client_leave (CsmImapClient *self)
{
  csm_imap_stream_set_patience (self->stream, 1, 1);
  csm_imap_stream_write (self->stream, "z LOGOUT\r\n", strlen ("z LOGOUT\r\n"), NULL);
}
