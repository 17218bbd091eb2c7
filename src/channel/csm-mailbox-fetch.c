/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-mailbox-private.h"

#include <glib/gi18n-lib.h>

#include "csm-time.h"

/* Of a mail that is not fetched whole. */
#define HEADER_BYTES (256 * 1024)
#define HEADER_ITEMS "BODY.PEEK[HEADER]<0.262144>"
#define BODY_ITEMS "BODY.PEEK[]"
/* How many pauses lie between the first two tries; later ones are further apart. A quarter of an hour in all. */
#define POSTPONE_FACTOR 30

static int
compare_uids (gconstpointer a,
              gconstpointer b)
{
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;

  return x < y ? -1 : x > y;
}

static gboolean
take_whole (CsmImapMail  *mail,
            gpointer      user_data,
            GError      **error)
{
  CsmMailboxGroup *group = user_data;

  for (guint i = 0; (mail->body != NULL || mail->spool != NULL) && i < group->wanted->len; i++)
    {
      CsmImapMail *wanted = &g_array_index (group->wanted, CsmImapMail, i);

      if (wanted->uid != mail->uid)
        continue;
      /* Said twice, it still is one. */
      for (guint j = 0; j < group->arrived->len; j++)
        {
          if (g_array_index (group->arrived, guint32, j) == mail->uid)
            return TRUE;
        }
      return csm_mailbox_group_take (group, wanted, mail, error);
    }
  return TRUE;
}

static gboolean
has_arrived (CsmMailboxGroup *group,
             guint32          uid)
{
  for (guint i = 0; i < group->arrived->len; i++)
    {
      if (g_array_index (group->arrived, guint32, i) == uid)
        return TRUE;
    }
  return FALSE;
}

/**
 * csm_mailbox_tries_of:
 * @self: a watch
 * @uid: a mail
 *
 * Returns: how often it was tried in vain
 */
guint
csm_mailbox_tries_of (CsmMailboxWatch *self,
                      guint32          uid)
{
  for (guint i = 0; i < self->postponed->len; i++)
    {
      if (g_array_index (self->postponed, CsmMailboxPostponed, i).uid == uid)
        return g_array_index (self->postponed, CsmMailboxPostponed, i).tries;
    }
  return 0;
}

/* The others go on without it. */
static void
postpone (CsmMailboxGroup *group,
          guint32          uid)
{
  guint tries = csm_mailbox_tries_of (group->watch, uid) + 1;
  CsmMailboxPostponed one = { uid, tries, csm_time_now () + (gint64) tries * tries * POSTPONE_FACTOR * group->watch->pace.pause * 1000 };

  g_array_append_val (group->postponed, one);
}

/* Those that didn't come although the server did what it was told are gone, or can't be got: it is asked which. */
static gboolean
sort_out_missing (CsmMailboxGroup  *group,
                  GError          **error)
{
  CsmMailboxWatch *self = group->watch;
  g_autoptr (GArray) there = NULL;
  guint missing = 0;

  for (guint i = 0; i < group->wanted->len; i++)
    missing += !has_arrived (group, g_array_index (group->wanted, CsmImapMail, i).uid);
  if (missing == 0)
    return TRUE;
  there = csm_imap_client_find (self->client, g_array_index (group->wanted, CsmImapMail, 0).uid, CSM_TIME_NONE, error);
  if (there == NULL)
    return FALSE;
  for (guint i = 0, j = 0; i < group->wanted->len; i++)
    {
      guint32 uid = g_array_index (group->wanted, CsmImapMail, i).uid;

      while (j < there->len && g_array_index (there, guint32, j) < uid)
        j++;
      if (has_arrived (group, uid))
        continue;
      if (j < there->len && g_array_index (there, guint32, j) == uid)
        postpone (group, uid);
      else
        g_array_append_val (group->settled, uid);
    }
  return TRUE;
}

/* The connection broke, or the server answered nonsense: the first that didn't come is to blame. */
static void
blame (CsmMailboxGroup *group,
       const GError    *problem)
{
  gboolean busy = g_error_matches (problem, CSM_IMAP_ERROR, CSM_IMAP_ERROR_BUSY);

  if (problem->domain != CSM_IMAP_ERROR)
    {
      group->next_uid = 0;
      return;
    }
  for (guint i = 0; i < group->wanted->len; i++)
    {
      guint32 uid = g_array_index (group->wanted, CsmImapMail, i).uid;

      if (has_arrived (group, uid))
        continue;
      /* Who has no time for us has none for any mail. */
      if (!busy)
        postpone (group, uid);
      if (group->next_uid != 0)
        group->next_uid = busy ? uid : uid + 1;
      return;
    }
}

/* What the channel wants done with mails that were taken in, if anything. What is only here in part stays as it is. */
static gboolean
finish_there (CsmMailboxGroup  *group,
              GError          **error)
{
  CsmMailboxWatch *self = group->watch;
  const char *archive = csm_imap_settings_get_archive (self->settings);
  const guint32 *uids = (const guint32 *) group->arrived->data;
  g_autoptr (GError) local = NULL;

  if (self->settings->after == NULL || self->is_sent || group->cut != NULL || group->arrived->len == 0)
    return TRUE;
  g_array_sort (group->arrived, compare_uids);
  if (archive != NULL ? csm_imap_client_move (self->client, uids, group->arrived->len, archive, &local)
                      : csm_imap_client_mark_seen (self->client, uids, group->arrived->len, &local))
    {
      self->remark = NULL;
      return TRUE;
    }
  if (g_error_matches (local, CSM_IMAP_ERROR, CSM_IMAP_ERROR_REFUSED))
    {
      if (self->remark == NULL)
        g_message ("Channel %s: %s", self->channel_id, local->message);
      self->remark = archive != NULL ? _("Mail comes in, but the mail server does not move it to the folder that is set.")
                                     : _("Mail comes in, but the mail server does not mark it as read.");
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_mailbox_group_fetch:
 * @group: a group
 * @error: return location
 *
 * Fetches what is wanted, and takes in what comes of it, also when that is not all.
 *
 * Returns: whether the connection still holds
 */
gboolean
csm_mailbox_group_fetch (CsmMailboxGroup  *group,
                         GError          **error)
{
  CsmMailboxWatch *self = group->watch;
  g_autofree guint32 *uids = g_new (guint32, MAX (group->wanted->len, 1));
  g_autoptr (GError) local = NULL;
  gboolean good;

  for (guint i = 0; i < group->wanted->len; i++)
    uids[i] = g_array_index (group->wanted, CsmImapMail, i).uid;
  good = group->wanted->len == 0 ||
         csm_imap_client_fetch (self->client, uids, group->wanted->len, group->cut != NULL ? HEADER_ITEMS : BODY_ITEMS,
                                group->cut != NULL ? HEADER_BYTES : CSM_MAIL_MAX_SIZE, take_whole, group, &local);
  if (!good && g_error_matches (local, CSM_IMAP_ERROR, CSM_IMAP_ERROR_REFUSED))
    {
      g_clear_error (&local);
      good = TRUE;
    }
  if (good && !sort_out_missing (group, &local))
    good = FALSE;
  if (!good && !g_cancellable_is_cancelled (self->cancellable))
    blame (group, local);
  else if (!good)
    group->next_uid = 0;
  g_array_append_vals (group->settled, group->arrived->data, group->arrived->len);
  if (!csm_mailbox_group_commit (group, good ? &local : NULL))
    good = FALSE;
  if (good && !finish_there (group, &local))
    good = FALSE;
  if (!good && local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return good;
}
