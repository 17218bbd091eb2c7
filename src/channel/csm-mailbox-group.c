/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-mailbox-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-time.h"

/*
 * Mails between the mail server and the database. Each one's original is stored before it is read; what was read and how far
 * the folder has been read go into one transaction, so that a crash anywhere makes no mail be missing or come twice.
 */

/* How often the channel's record says when the last mail came. */
#define LAST_IN_STEP (60 * CSM_SECOND)

/**
 * csm_mailbox_group_new:
 * @watch: whose mails
 *
 * Returns: (transfer full): an empty group
 */
CsmMailboxGroup *
csm_mailbox_group_new (CsmMailboxWatch *watch)
{
  CsmMailboxGroup *self = g_new0 (CsmMailboxGroup, 1);

  self->watch = watch;
  self->wanted = g_array_new (FALSE, FALSE, sizeof (CsmImapMail));
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_mail_item_free);
  self->arrived = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->settled = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->postponed = g_array_new (FALSE, FALSE, sizeof (CsmMailboxPostponed));
  return self;
}

/**
 * csm_mailbox_group_free:
 * @self: (nullable): a group
 */
void
csm_mailbox_group_free (CsmMailboxGroup *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->wanted);
  g_ptr_array_unref (self->items);
  g_array_unref (self->arrived);
  g_array_unref (self->settled);
  g_array_unref (self->postponed);
  g_free (self);
}

/* Says in the mail's place that only its header is here. */
static void
put_notice (CsmMailItem *item,
            gint64       size,
            const char  *folder)
{
  g_autofree char *how_much = g_format_size ((guint64) MAX (size, 0));
  g_autofree char *text = g_strdup_printf (_("Only the header of this mail is here. The mail itself, of %s, is on the mail server, in the folder “%s”."),
                                           how_much, folder);
  JsonObject *span = json_object_new (), *block = json_object_new ();
  JsonArray *spans = json_array_new (), *body = json_array_new ();

  csm_json_set_string (span, "x", text);
  json_array_add_object_element (spans, span);
  csm_json_set_string (block, "t", "p");
  json_object_set_array_member (block, "s", spans);
  json_array_add_object_element (body, block);
  csm_json_set_string (item->mail, "textBody", text);
  csm_json_set_string (item->mail, "authoredText", text);
  json_object_set_array_member (item->mail, "body", body);
}

/**
 * csm_mailbox_group_take:
 * @self: a group
 * @info: what is known of a mail
 * @content: it, or its header
 * @error: something that has nothing to do with this mail
 *
 * Stores the original, and reads it. A mail that can't be read is no error.
 *
 * Returns: whether the next one may come
 */
gboolean
csm_mailbox_group_take (CsmMailboxGroup    *self,
                        const CsmImapMail  *info,
                        const CsmImapMail  *content,
                        GError            **error)
{
  CsmMailboxWatch *watch = self->watch;
  g_autoptr (CsmMailItem) item = g_new0 (CsmMailItem, 1);
  gint64 now = csm_time_now ();

  item->raw = content->body != NULL ? g_bytes_ref (content->body) : NULL;
  item->spool = content->spool != NULL ? csm_spool_ref (content->spool) : NULL;
  item->size = content->body != NULL ? g_bytes_get_size (content->body) : csm_spool_get_length (content->spool);
  item->received = info->received != CSM_TIME_NONE && info->received < now ? info->received : now;
  item->thread = info->thread;
  item->sent = watch->is_sent;
  if (watch->reader == NULL)
    watch->reader = csm_reader_client_new (watch->reader_program);
  if (!csm_mail_item_store (item, watch->store, watch->reader, FALSE, error))
    return FALSE;
  if (self->cut != NULL && item->problem == NULL)
    put_notice (item, info->size, watch->folder);
  g_array_append_val (self->arrived, info->uid);
  g_ptr_array_add (self->items, g_steal_pointer (&item));
  return TRUE;
}

/* --- Into the database ------------------------------------------------------------------------------------------------------- */

static gboolean
write_items (CsmMailboxGroup  *self,
             CsmTxn           *txn,
             GError          **error)
{
  CsmMailboxWatch *watch = self->watch;

  for (guint i = 0; i < self->items->len; i++)
    {
      CsmMailItem *item = g_ptr_array_index (self->items, i);
      gboolean history = item->received < watch->settings->added - CSM_MAILBOX_TOLERANCE;

      if (!csm_mail_item_take (item, txn, watch->channel_id, history, self->careful, &self->result, error) ||
          (self->cut != NULL && item->problem == NULL && !csm_txn_quarantine (txn, watch->channel_id, item->raw_blob_id, self->cut, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_progress (CsmMailboxGroup  *self,
                CsmTxn           *txn,
                GError          **error)
{
  CsmMailboxWatch *watch = self->watch;
  CsmMailboxState state = watch->state;

  for (guint i = 0; i < self->settled->len; i++)
    {
      if (!csm_txn_forget_postponed (txn, watch->channel_id, watch->folder, g_array_index (self->settled, guint32, i), error))
        return FALSE;
    }
  for (guint i = 0; i < self->postponed->len; i++)
    {
      if (!csm_txn_put_postponed (txn, watch->channel_id, watch->folder, &g_array_index (self->postponed, CsmMailboxPostponed, i), error))
        return FALSE;
    }
  if (self->next_uid != 0)
    state.next_uid = self->next_uid;
  return csm_txn_put_mailbox (txn, watch->channel_id, watch->folder, &state, error) &&
         (self->last_in == 0 || csm_mailbox_put_health (txn, watch->channel_id, watch->folder, NULL, self->last_in, error));
}

static gpointer
write_group (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  CsmMailboxGroup *self = input;

  /* A job may run again; then from the beginning. */
  memset (&self->result, 0, sizeof self->result);
  if (write_items (self, txn, error))
    write_progress (self, txn, error);
  return NULL;
}

static void
forget (GArray  *known,
        guint32  uid)
{
  for (guint i = known->len; i > 0; i--)
    {
      if (g_array_index (known, CsmMailboxPostponed, i - 1).uid == uid)
        g_array_remove_index (known, i - 1);
    }
}

/* What the watch remembers of the table. */
static void
remember (CsmMailboxGroup *self)
{
  GArray *known = self->watch->postponed;

  if (self->next_uid != 0)
    self->watch->state.next_uid = self->next_uid;
  for (guint i = 0; i < self->settled->len; i++)
    forget (known, g_array_index (self->settled, guint32, i));
  for (guint i = 0; i < self->postponed->len; i++)
    {
      forget (known, g_array_index (self->postponed, CsmMailboxPostponed, i).uid);
      g_array_append_val (known, g_array_index (self->postponed, CsmMailboxPostponed, i));
    }
}

/**
 * csm_mailbox_group_commit:
 * @self: a group
 * @error: return location
 *
 * Takes in what arrived, and notes how far the folder has been read.
 *
 * Returns: whether both are on the disk
 */
gboolean
csm_mailbox_group_commit (CsmMailboxGroup  *self,
                          GError          **error)
{
  CsmMailboxWatch *watch = self->watch;
  gint64 now = csm_time_now ();
  GError *local = NULL;

  /* The database may name only what is on disk. */
  if (self->items->len > 0 && !csm_store_sync_blobs (watch->store, error))
    return FALSE;
  if (self->items->len > 0 && (watch->last_in < now - LAST_IN_STEP || watch->last_in > now))
    self->last_in = now;
  csm_store_run (watch->store, TRUE, write_group, self, &local);
  if (local != NULL && !csm_mail_item_is_fatal (local))
    {
      g_clear_error (&local);
      self->careful = TRUE;
      csm_store_run (watch->store, TRUE, write_group, self, &local);
    }
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (self->last_in != 0)
    watch->last_in = self->last_in;
  remember (self);
  return TRUE;
}

/* --- How the channel is ------------------------------------------------------------------------------------------------------ */

static const char *
first_trouble (JsonObject *folders)
{
  g_autoptr (GList) names = json_object_get_members (folders);

  for (GList *link = names; link != NULL; link = link->next)
    {
      const char *why = csm_json_get_string (json_object_get_object_member (folders, link->data), "why");

      if (why != NULL)
        return why;
    }
  return NULL;
}

static void
set_state (JsonObject *health,
           const char *why)
{
  const char *state = why != NULL ? "failing" : "ok";

  if (g_strcmp0 (csm_json_get_string (health, "state"), state) != 0)
    csm_json_set_time (health, "since", csm_time_now ());
  csm_json_set_string (health, "state", state);
  if (why != NULL)
    csm_json_set_string (health, "why", why);
  else
    json_object_remove_member (health, "why");
}

/**
 * csm_mailbox_put_health:
 * @txn: a write transaction
 * @channel_id: a channel
 * @folder: its folder on the mail server
 * @why: (nullable): what is wrong, in a sentence; %NULL: all is well
 * @last_in: when the last mail came, µs; 0: as before
 * @error: return location
 *
 * Says in the channel's record how its mail gets in: `{state, since, why, lastIn, folders}`, and the same for each folder. Nothing is
 * written when nothing changed.
 *
 * Returns: whether it worked
 */
gboolean
csm_mailbox_put_health (CsmTxn      *txn,
                        const char  *channel_id,
                        const char  *folder,
                        const char  *why,
                        gint64       last_in,
                        GError     **error)
{
  g_autoptr (JsonObject) channel = csm_desk_load (txn, CSM_TYPE_ID_CHANNEL, channel_id, error);
  JsonObject *health, *folders, *one;

  if (channel == NULL)
    return FALSE;
  health = csm_json_get_object (channel, "health");
  health = health != NULL ? csm_json_copy_object (health) : json_object_new ();
  json_object_set_object_member (channel, "health", health);
  folders = csm_json_get_object (health, "folders");
  if (folders == NULL)
    {
      folders = json_object_new ();
      json_object_set_object_member (health, "folders", folders);
    }
  one = csm_json_get_object (folders, folder);
  if (one == NULL)
    {
      one = json_object_new ();
      json_object_set_object_member (folders, folder, one);
    }
  set_state (one, why);
  set_state (health, first_trouble (folders));
  if (last_in != 0)
    csm_json_set_time (health, "lastIn", last_in);
  return csm_desk_save (txn, CSM_TYPE_ID_CHANNEL, channel, error);
}
