/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-mailbox-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "csm-time.h"

/* What is asked for at a time. */
#define INFO_STEP 200
#define GROUP_MAILS 100
#define GROUP_BYTES (16 * 1024 * 1024)
/* How often a mail is tried as a whole, and at all. */
#define TRIES_WHOLE 3
#define TRIES 5
/* How often it is noted that nothing is missing. */
#define CHECKED_STEP (10 * 60 * CSM_SECOND)
/* The folder's UIDs were given anew, or it is read for the first time: mails are told by their dates until all have been looked at. */
#define BY_DATE (-1)
/* A folder that was made anew may hold mails that came before it was last looked at: moved there, or delivered late. */
#define LOOK_BACK (30 * 24 * 60 * 60 * CSM_SECOND)

/* --- Where we are ------------------------------------------------------------------------------------------------------------- */

static gpointer
load (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  CsmMailboxWatch *self = input;

  if (!csm_txn_get_mailbox (txn, self->channel_id, self->folder, &self->state, error))
    return NULL;
  g_clear_pointer (&self->postponed, g_array_unref);
  self->postponed = csm_txn_list_postponed (txn, self->channel_id, self->folder, error);
  return self->postponed;
}

/**
 * csm_mailbox_load:
 * @self: a watch
 * @error: return location
 *
 * Returns: whether it is known how far the folder has been read
 */
gboolean
csm_mailbox_load (CsmMailboxWatch  *self,
                  GError          **error)
{
  return csm_store_run (self->store, FALSE, load, self, error) != NULL;
}

static gpointer
save_anew (CsmTxn        *txn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  CsmMailboxWatch *self = input;

  if (csm_txn_put_mailbox (txn, self->channel_id, self->folder, &self->state, error))
    csm_txn_forget_postponed (txn, self->channel_id, self->folder, 0, error);
  return NULL;
}

static gboolean
save_state (CsmMailboxWatch  *self,
            GError          **error)
{
  g_autoptr (CsmMailboxGroup) group = csm_mailbox_group_new (self);

  return csm_mailbox_group_commit (group, error);
}

/**
 * csm_mailbox_begin:
 * @self: a watch whose folder was opened
 * @error: return location
 *
 * Where the server gave all UIDs anew (RFC 3501, section 2.3.1.1), what is known of them means nothing any more.
 *
 * Returns: whether mails may be fetched
 */
gboolean
csm_mailbox_begin (CsmMailboxWatch  *self,
                   GError          **error)
{
  const CsmImapFolder *folder = csm_imap_client_get_folder (self->client);
  GError *local = NULL;

  if (self->state.uid_validity == folder->uid_validity)
    return TRUE;
  if (self->state.uid_validity != 0)
    g_message ("The mail server numbered a folder of the channel %s anew", self->channel_id);
  self->state.uid_validity = folder->uid_validity;
  self->state.next_uid = 1;
  self->state.modseq = BY_DATE;
  g_array_set_size (self->postponed, 0);
  csm_store_run (self->store, TRUE, save_anew, self, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

static int
compare_postponed (gconstpointer a,
                   gconstpointer b)
{
  const CsmMailboxPostponed *x = a, *y = b;

  return x->uid < y->uid ? -1 : x->uid > y->uid;
}

/* The server says which of the mails that could not be got are there no more. */
static gboolean
forget_gone (CsmMailboxWatch  *self,
             GArray           *gone,
             GError          **error)
{
  g_autoptr (CsmMailboxGroup) group = csm_mailbox_group_new (self);

  for (guint i = 0; i < self->postponed->len; i++)
    {
      guint32 uid = g_array_index (self->postponed, CsmMailboxPostponed, i).uid;

      for (guint j = 0; j + 1 < gone->len; j += 2)
        {
          if (uid >= g_array_index (gone, guint32, j) && uid <= g_array_index (gone, guint32, j + 1))
            g_array_append_val (group->settled, uid);
        }
    }
  return group->settled->len == 0 || csm_mailbox_group_commit (group, error);
}

/**
 * csm_mailbox_open:
 * @self: a watch that is connected, and has been loaded
 * @error: return location
 *
 * Opens the folder: for reading only, unless something is to become of the mails there.
 *
 * Returns: whether csm_mailbox_begin() may follow
 */
gboolean
csm_mailbox_open (CsmMailboxWatch  *self,
                  GError          **error)
{
  g_autofree guint32 *uids = g_new (guint32, MAX (self->postponed->len, 1));
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (guint32));
  CsmImapKnown known = { self->state.uid_validity, self->state.modseq, uids, self->postponed->len, gone };
  gboolean writes = self->settings->after != NULL && !self->is_sent;

  g_array_sort (self->postponed, compare_postponed);
  for (guint i = 0; i < self->postponed->len; i++)
    uids[i] = g_array_index (self->postponed, CsmMailboxPostponed, i).uid;
  if (!(writes ? csm_imap_client_select (self->client, self->folder, &known, error)
               : csm_imap_client_examine (self->client, self->folder, &known, error)))
    return FALSE;
  return csm_imap_client_get_folder (self->client)->uid_validity != self->state.uid_validity || forget_gone (self, gone, error);
}

/* --- What is new ------------------------------------------------------------------------------------------------------------------- */

static const char *
info_items (CsmMailboxWatch *self)
{
  return csm_imap_client_has (self->client, "X-GM-EXT-1") ? "INTERNALDATE RFC822.SIZE X-GM-THRID" : "INTERNALDATE RFC822.SIZE";
}

static gboolean
note_info (CsmImapMail  *mail,
           gpointer      user_data,
           GError      **error)
{
  CsmImapMail info = { .uid = mail->uid, .size = mail->size, .received = mail->received, .thread = mail->thread };
  GArray *infos = user_data;

  /* Servers may tell of other mails too, but nobody asks for so many. */
  if ((info.size >= 0 || info.received != CSM_TIME_NONE) && infos->len < 4 * INFO_STEP)
    g_array_append_val (infos, info);
  return TRUE;
}

static int
compare_mails (gconstpointer a,
               gconstpointer b)
{
  const CsmImapMail *x = a, *y = b;

  return x->uid < y->uid ? -1 : x->uid > y->uid;
}

/* Whether there is room for another mail in the group. */
static gboolean
has_room (CsmMailboxGroup *group,
          gsize            bytes,
          gint64           size)
{
  return group->wanted->len == 0 || (group->wanted->len < GROUP_MAILS && bytes + (gsize) MAX (size, 0) <= GROUP_BYTES);
}

static const char *
too_large (void)
{
  return "too-large: only the header was fetched; the mail is on the mail server";
}

static gboolean
fetch_mails (CsmMailboxWatch  *self,
             GArray           *mails,
             guint32           next,
             GError          **error)
{
  guint i = 0;

  do
    {
      g_autoptr (CsmMailboxGroup) group = csm_mailbox_group_new (self);
      gsize bytes = 0;

      for (; i < mails->len; i++)
        {
          CsmImapMail *mail = &g_array_index (mails, CsmImapMail, i);
          gboolean large = mail->size > CSM_MAIL_MAX_SIZE;

          if (group->cut != NULL || !has_room (group, bytes, mail->size) || (large && group->wanted->len > 0))
            break;
          group->cut = large ? too_large () : NULL;
          g_array_append_val (group->wanted, *mail);
          bytes += (gsize) MAX (mail->size, 0);
        }
      group->next_uid = i < mails->len ? g_array_index (mails, CsmImapMail, i).uid : next;
      if (!csm_mailbox_group_fetch (group, error))
        return FALSE;
    }
  while (i < mails->len);
  return TRUE;
}

/* How large the mails are and when they came, which decides what becomes of them. */
static gboolean
fetch_step (CsmMailboxWatch  *self,
            const guint32    *uids,
            guint             n_uids,
            gint64            since,
            guint32           next,
            GError          **error)
{
  g_autoptr (GArray) infos = g_array_new (FALSE, FALSE, sizeof (CsmImapMail));
  g_autoptr (GArray) mails = g_array_new (FALSE, FALSE, sizeof (CsmImapMail));

  if (!csm_imap_client_fetch (self->client, uids, n_uids, info_items (self), 0, note_info, infos, error))
    return FALSE;
  g_array_sort (infos, compare_mails);
  for (guint i = 0, j = 0; i < n_uids; i++)
    {
      CsmImapMail mail = { .uid = uids[i], .size = -1, .received = CSM_TIME_NONE };

      for (; j < infos->len && g_array_index (infos, CsmImapMail, j).uid <= uids[i]; j++)
        {
          if (g_array_index (infos, CsmImapMail, j).uid == uids[i])
            mail = g_array_index (infos, CsmImapMail, j);
        }
      if (since == CSM_TIME_NONE || mail.received == CSM_TIME_NONE || mail.received >= since - CSM_MAILBOX_TOLERANCE)
        g_array_append_val (mails, mail);
    }
  return fetch_mails (self, mails, next, error);
}

static gboolean
fetch_new (CsmMailboxWatch  *self,
           gint64            since,
           GError          **error)
{
  g_autoptr (GArray) uids = csm_imap_client_find (self->client, self->state.next_uid, since, error);

  if (uids == NULL)
    return FALSE;
  for (guint i = uids->len; i > 0; i--)
    {
      if (csm_mailbox_tries_of (self, g_array_index (uids, guint32, i - 1)) > 0)
        g_array_remove_index (uids, i - 1);
    }
  for (guint i = 0; i < uids->len;)
    {
      const guint32 *step = &g_array_index (uids, guint32, i);
      guint n = MIN (INFO_STEP, uids->len - i);

      if (!fetch_step (self, step, n, since, step[n - 1] + 1, error))
        return FALSE;
      i += n;
    }
  return TRUE;
}

/* The UID that the next mail gets at least. Servers that don't say so are asked for all they have. */
static gboolean
find_end (CsmMailboxWatch  *self,
          guint32          *end,
          GError          **error)
{
  g_autoptr (GArray) uids = NULL;

  *end = csm_imap_client_get_folder (self->client)->uid_next;
  if (*end != 0)
    return TRUE;
  uids = csm_imap_client_find (self->client, 1, CSM_TIME_NONE, error);
  if (uids != NULL && uids->len > 0)
    *end = g_array_index (uids, guint32, uids->len - 1) + 1;
  return uids != NULL;
}

static gboolean
read_by_date (CsmMailboxWatch  *self,
              GError          **error)
{
  const CsmImapFolder *folder = csm_imap_client_get_folder (self->client);
  gint64 since = self->settings->since, modseq = folder->modseq;
  guint32 end;

  if (self->state.checked > 0)
    since = MAX (since, self->state.checked - LOOK_BACK);
  if (!find_end (self, &end, error) || !fetch_new (self, since, error))
    return FALSE;
  self->state.next_uid = MAX (self->state.next_uid, MAX (end, 1));
  self->state.modseq = modseq;
  return TRUE;
}

/* What the server said when the folder was opened can spare us to look. */
static gboolean
is_unchanged (CsmMailboxWatch *self)
{
  const CsmImapFolder *folder = csm_imap_client_get_folder (self->client);

  return (folder->modseq > 0 && folder->modseq == self->state.modseq) ||
         (folder->uid_next != 0 && folder->uid_next <= self->state.next_uid);
}

/**
 * csm_mailbox_catch_up:
 * @self: a watch whose folder is open
 * @fresh: whether it has just been opened
 * @error: return location
 *
 * Takes in all that came since the last time, oldest first.
 *
 * Returns: whether nothing is missing but what was postponed
 */
gboolean
csm_mailbox_catch_up (CsmMailboxWatch  *self,
                      gboolean          fresh,
                      GError          **error)
{
  CsmMailboxState before = self->state;
  gint64 modseq = csm_imap_client_get_folder (self->client)->modseq, now = csm_time_now ();

  if (self->state.modseq == BY_DATE)
    {
      if (!read_by_date (self, error))
        return FALSE;
    }
  else if (!fresh || !is_unchanged (self))
    {
      if (!fetch_new (self, CSM_TIME_NONE, error))
        return FALSE;
      self->state.modseq = modseq;
    }
  if (before.next_uid == self->state.next_uid && before.modseq == self->state.modseq && now >= before.checked && now < before.checked + CHECKED_STEP)
    return TRUE;
  self->state.checked = now;
  return save_state (self, error);
}

/* --- What could not be got --------------------------------------------------------------------------------------------------------- */

/**
 * csm_mailbox_next_try:
 * @self: a watch
 *
 * Returns: when a mail that could not be got may be tried again, µs, or `CSM_TIME_NONE`
 */
gint64
csm_mailbox_next_try (CsmMailboxWatch *self)
{
  gint64 next = CSM_TIME_NONE;

  for (guint i = 0; i < self->postponed->len; i++)
    {
      gint64 at = g_array_index (self->postponed, CsmMailboxPostponed, i).not_before;

      next = next == CSM_TIME_NONE || at < next ? at : next;
    }
  return next;
}

/* Something of it has to be seen, even if nothing comes. */
static gboolean
set_aside (CsmMailboxGroup  *group,
           guint32           uid,
           GError          **error)
{
  g_autofree char *text = g_strdup_printf ("Message-ID: <%u.%u@not-fetched.invalid>\r\nSubject: %s\r\n\r\n", group->watch->state.uid_validity, uid,
                                           _("A mail that could not be fetched"));
  g_auto (CsmImapMail) mail = { .uid = uid, .received = CSM_TIME_NONE, .body = g_bytes_new (text, strlen (text)) };

  return csm_mailbox_group_take (group, &mail, &mail, error);
}

static gboolean
try_one (CsmMailboxWatch            *self,
         const CsmMailboxPostponed  *postponed,
         GError                    **error)
{
  g_autoptr (CsmMailboxGroup) group = csm_mailbox_group_new (self);
  g_autoptr (GArray) infos = g_array_new (FALSE, FALSE, sizeof (CsmImapMail));
  CsmImapMail mail = { .uid = postponed->uid, .size = -1, .received = CSM_TIME_NONE };

  if (postponed->tries >= TRIES_WHOLE)
    group->cut = "not-fetched: the mail server could not be made to give it";
  if (postponed->tries >= TRIES)
    {
      if (!set_aside (group, postponed->uid, error))
        return FALSE;
      g_array_append_val (group->settled, postponed->uid);
      return csm_mailbox_group_commit (group, error);
    }
  if (!csm_imap_client_fetch (self->client, &postponed->uid, 1, info_items (self), 0, note_info, infos, error))
    return FALSE;
  for (guint i = 0; i < infos->len; i++)
    {
      if (g_array_index (infos, CsmImapMail, i).uid == mail.uid)
        mail = g_array_index (infos, CsmImapMail, i);
    }
  if (mail.size > CSM_MAIL_MAX_SIZE)
    group->cut = too_large ();
  g_array_append_val (group->wanted, mail);
  return csm_mailbox_group_fetch (group, error);
}

/**
 * csm_mailbox_try_again:
 * @self: a watch whose folder is open
 * @error: return location
 *
 * Gets what could not be got, each mail alone; after some tries only its header, and at last not even that.
 *
 * Returns: whether the connection still holds
 */
gboolean
csm_mailbox_try_again (CsmMailboxWatch  *self,
                       GError          **error)
{
  g_autoptr (GArray) due = g_array_new (FALSE, FALSE, sizeof (CsmMailboxPostponed));
  gint64 now = csm_time_now ();

  for (guint i = 0; i < self->postponed->len; i++)
    {
      if (g_array_index (self->postponed, CsmMailboxPostponed, i).not_before <= now)
        g_array_append_val (due, g_array_index (self->postponed, CsmMailboxPostponed, i));
    }
  for (guint i = 0; i < due->len; i++)
    {
      if (!try_one (self, &g_array_index (due, CsmMailboxPostponed, i), error))
        return FALSE;
    }
  return TRUE;
}
