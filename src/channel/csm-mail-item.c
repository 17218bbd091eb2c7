/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-mail-item.h"

#include "csm-desk-records.h"
#include "csm-error.h"
#include "csm-intake.h"
#include "csm-json.h"

/**
 * csm_mail_item_free:
 * @self: (nullable): an item
 */
void
csm_mail_item_free (CsmMailItem *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->raw, g_bytes_unref);
  g_clear_pointer (&self->spool, csm_spool_unref);
  g_free (self->raw_blob_id);
  g_clear_pointer (&self->mail, json_object_unref);
  for (guint i = 0; i < self->n_blob_ids; i++)
    g_free (self->blob_ids[i]);
  g_free (self->blob_ids);
  g_free (self->problem);
  g_free (self);
}

static char *
put (CsmStore  *store,
     GBytes    *bytes,
     gboolean   synced,
     GError   **error)
{
  return synced ? csm_store_put_blob (store, bytes, error) : csm_store_put_blob_unsynced (store, bytes, error);
}

static void
set_problem (CsmMailItem *self,
             const char  *problem)
{
  g_free (self->problem);
  self->problem = g_strdup (problem);
  g_clear_pointer (&self->mail, json_object_unref);
  self->mail = json_object_new ();
  json_object_set_boolean_member (self->mail, "ok", FALSE);
  csm_json_set_string (self->mail, "reason", problem);
  json_object_set_int_member (self->mail, "size", self->size);
}

static gboolean
put_part (CsmMailItem    *self,
          CsmStore       *store,
          CsmParsedMail  *parsed,
          gint64          index,
          gboolean        synced,
          GError        **error)
{
  GBytes *bytes;
  goffset offset;
  int fd;

  if (index < 0 || index >= (gint64) parsed->parts->len || self->blob_ids[index] != NULL)
    return TRUE;
  bytes = g_ptr_array_index (parsed->parts, index);
  if (csm_parsed_mail_get_place (parsed, (guint) index, &fd, &offset))
    self->blob_ids[index] = csm_store_put_blob_from (store, fd, offset, g_bytes_get_size (bytes), synced, error);
  else
    self->blob_ids[index] = put (store, bytes, synced, error);
  return self->blob_ids[index] != NULL;
}

/* What people can open: attachments, and the HTML made safe. As it came it is in the original. */
static gboolean
put_parts (CsmMailItem    *self,
           CsmStore       *store,
           CsmParsedMail  *parsed,
           gboolean        synced,
           GError        **error)
{
  JsonArray *attachments = csm_json_get_array (parsed->json, "attachments");
  const char *html = csm_json_get_int (parsed->json, "safeHtml", -1) >= 0 ? "safeHtml" : "htmlPart";

  self->n_blob_ids = parsed->parts->len;
  self->blob_ids = g_new0 (char *, parsed->parts->len + 1);
  for (guint i = 0; attachments != NULL && i < json_array_get_length (attachments); i++)
    {
      if (!put_part (self, store, parsed, csm_json_get_int (json_array_get_object_element (attachments, i), "part", -1), synced, error))
        return FALSE;
    }
  return put_part (self, store, parsed, csm_json_get_int (parsed->json, html, -1), synced, error);
}

/* A mail that the reader can't manage is one mail; a reader that can't run is all of them. */
static gboolean
is_about_mail (const GError *error)
{
  return error->domain == CSM_READER_ERROR && error->code != CSM_READER_ERROR_SPAWN;
}

static char *
put_raw (CsmMailItem  *self,
         CsmStore     *store,
         gboolean      synced,
         GError      **error)
{
  if (self->spool == NULL)
    return put (store, self->raw, synced, error);
  return csm_store_put_blob_from (store, csm_spool_get_fd (self->spool), (goffset) self->start, self->size, synced, error);
}

static gboolean
read_raw (CsmMailItem      *self,
          CsmReaderClient  *reader,
          CsmParsedMail   **parsed,
          GError          **error)
{
  if (self->spool == NULL)
    return csm_reader_client_read (reader, self->raw, parsed, NULL, error);
  return csm_reader_client_read_file (reader, csm_spool_get_fd (self->spool), (goffset) self->start, self->size, parsed, NULL, error);
}

static void
forget_raw (CsmMailItem *self)
{
  g_clear_pointer (&self->raw, g_bytes_unref);
  g_clear_pointer (&self->spool, csm_spool_unref);
}

/**
 * csm_mail_item_store:
 * @self: a mail
 * @store: where blobs go; called from any thread
 * @reader: a reader of this thread's own
 * @synced: whether the blobs must be on disk when this returns
 * @error: return location
 *
 * Stores the original, then reads it, and stores its parts. A mail that can't be read is no error.
 *
 * Returns: whether the next mail may be tried
 */
gboolean
csm_mail_item_store (CsmMailItem      *self,
                     CsmStore         *store,
                     CsmReaderClient  *reader,
                     gboolean          synced,
                     GError          **error)
{
  g_autoptr (CsmParsedMail) parsed = NULL;
  g_autoptr (GError) local = NULL;

  if (self->raw == NULL && self->spool == NULL)
    return TRUE;
  self->raw_blob_id = put_raw (self, store, synced, error);
  if (self->raw_blob_id == NULL)
    return FALSE;
  if (self->size > CSM_MAIL_MAX_SIZE)
    {
      set_problem (self, "too-large");
      forget_raw (self);
      return TRUE;
    }
  if (!read_raw (self, reader, &parsed, &local))
    {
      if (!is_about_mail (local))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      set_problem (self, local->message);
    }
  else if (!csm_parsed_mail_is_ok (parsed))
    {
      set_problem (self, csm_parsed_mail_get_reason (parsed) != NULL ? csm_parsed_mail_get_reason (parsed) : "unreadable");
    }
  else
    {
      self->mail = json_object_ref (parsed->json);
      if (!put_parts (self, store, parsed, synced, error))
        return FALSE;
    }
  forget_raw (self);
  return TRUE;
}

static gboolean
take_in (CsmMailItem       *self,
         CsmTxn            *txn,
         const char        *channel_id,
         gboolean           history,
         CsmIntakeOutcome  *outcome,
         GError           **error)
{
  g_autofree char *thread = self->thread != 0 ? g_strdup_printf ("%" G_GUINT64_FORMAT, self->thread) : NULL;
  CsmIncoming incoming = {
    .channel_id = channel_id,
    .mail = self->mail,
    .raw_blob_id = self->raw_blob_id,
    .blob_ids = self->blob_ids,
    .received = self->received,
    .provider_thread = thread,
    .sent = self->sent,
    .history = history,
  };

  return csm_intake (txn, &incoming, outcome, NULL, error);
}

/**
 * csm_mail_item_is_fatal:
 * @error: what csm_mail_item_take() said
 *
 * Returns: whether the database can't manage any mail, as opposed to this one
 */
gboolean
csm_mail_item_is_fatal (const GError *error)
{
  /* A damaged record that the mail belongs to is that mail's trouble alone. */
  if (csm_desk_may_skip (error))
    return FALSE;
  return error->domain != CSM_ERROR ||
         (error->code != CSM_ERROR_INVALID && error->code != CSM_ERROR_TOO_LARGE && error->code != CSM_ERROR_CONSTRAINT);
}

/* In a savepoint, so that what intake can't manage leaves nothing behind. */
static gboolean
take_in_safely (CsmMailItem       *self,
                CsmTxn            *txn,
                const char        *channel_id,
                gboolean           history,
                CsmIntakeOutcome  *outcome,
                GError           **error)
{
  g_autoptr (GError) local = NULL;
  gboolean good;

  if (!csm_txn_savepoint (txn, error))
    return FALSE;
  good = take_in (self, txn, channel_id, history, outcome, &local);
  if (!csm_txn_release (txn, good, error))
    return FALSE;
  if (!good && csm_mail_item_is_fatal (local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!good)
    set_problem (self, local->message);
  return TRUE;
}

/**
 * csm_mail_item_take:
 * @self: a mail that has been stored
 * @txn: an open transaction for writing
 * @channel_id: the mailbox
 * @history: whether it comes from an archive
 * @careful: whether a mail that intake can't manage is set aside, with a message that says so, rather than an error
 * @result: what it counts as
 * @error: return location; the transaction must then be rolled back
 *
 * Takes the mail in. Being careful costs more than the mail itself: full text is written out at each savepoint.
 *
 * Returns: whether the transaction may go on
 */
gboolean
csm_mail_item_take (CsmMailItem      *self,
                    CsmTxn           *txn,
                    const char       *channel_id,
                    gboolean          history,
                    gboolean          careful,
                    CsmImportResult  *result,
                    GError          **error)
{
  CsmIntakeOutcome outcome = CSM_INTAKE_DUPLICATE;

  result->read++;
  if (self->raw_blob_id == NULL)
    {
      result->set_aside++;
      return TRUE;
    }
  if (self->problem == NULL && !(careful ? take_in_safely (self, txn, channel_id, history, &outcome, error)
                                         : take_in (self, txn, channel_id, history, &outcome, error)))
    return FALSE;
  if (self->problem != NULL &&
      (!csm_txn_quarantine (txn, channel_id, self->raw_blob_id, self->problem, error) ||
       !take_in (self, txn, channel_id, history, &outcome, error)))
    return FALSE;
  result->duplicates += outcome == CSM_INTAKE_DUPLICATE;
  result->added += outcome == CSM_INTAKE_NEW;
  result->set_aside += outcome == CSM_INTAKE_NEW && self->problem != NULL;
  return TRUE;
}
