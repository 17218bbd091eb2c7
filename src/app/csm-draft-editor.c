/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-draft-editor.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-draft-buffer.h"
#include "csm-draft-files.h"
#include "csm-id.h"
#include "csm-json.h"

#define DELAY_MS 400

struct _CsmDraftEditor
{
  GObject        parent_instance;
  GtkTextBuffer *buffer;
  CsmCache      *cache;           /* NULL: nothing is open */
  CsmDraftText  *text;
  CsmDraftEnvelope *envelope;
  char          *case_id;
  char          *conversation_id;
  char          *id;              /* of the Draft */
  char          *based_on;
  JsonObject    *record;          /* NULL: nobody has written anything */
  GCancellable  *cancellable;     /* of what is open */
  gboolean       ready;           /* what colleagues wrote before is in the buffer */
  gboolean       touched;         /* somebody typed here: what is in the buffer may be shared */
  gboolean       applying;
  gboolean       loading;
  gboolean       dirty;           /* the record changed meanwhile */
  guint          writing;         /* patches on their way into the cache: a record that is read may be older */
  guint          serial;          /* of the last one */
  guint          delay_id;
};

enum { CHANGED, KEPT, NOT_KEPT, FILE_NOT_KEPT, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmDraftEditor, csm_draft_editor, G_TYPE_OBJECT)

static void load (CsmDraftEditor *self);

static gboolean
delay_cb (gpointer data)
{
  CsmDraftEditor *self = data;

  self->delay_id = 0;
  csm_draft_editor_flush (self);
  return G_SOURCE_REMOVE;
}

static void
queue_flush (CsmDraftEditor *self)
{
  g_clear_handle_id (&self->delay_id, g_source_remove);
  self->delay_id = g_timeout_add (DELAY_MS, delay_cb, self);
}

/* --- what colleagues write --------------------------------------------------------------------------------- */

static void
edit_cb (guint       start,
         guint       removed,
         const char *inserted,
         gpointer    data)
{
  CsmDraftEditor *self = data;

  if (!self->ready)
    return;
  self->applying = TRUE;
  csm_draft_buffer_edit (self->buffer, start, removed, inserted);
  self->applying = FALSE;
}

/* What was in the buffer before anything was read: what came back, what was typed meanwhile, a text of before drafts were shared. */
static void
begin (CsmDraftEditor *self,
       JsonObject     *paragraphs)
{
  g_autofree char *shared = NULL;
  g_autofree char *both = NULL;

  csm_draft_text_merge (self->text, paragraphs);
  shared = csm_draft_text_dup (self->text);
  self->ready = TRUE;
  self->applying = TRUE;
  csm_draft_buffer_join (self->buffer, shared, self->touched);
  self->applying = FALSE;
  both = csm_draft_buffer_dup (self->buffer);
  csm_draft_text_read (self->text, both);
  if (self->touched)
    queue_flush (self);
}

static JsonObject *
find_draft (CsmDraftEditor *self,
            GPtrArray      *drafts)
{
  for (guint i = 0; i < drafts->len; i++)
    if (g_strcmp0 (csm_json_get_string (drafts->pdata[i], "id"), self->id) == 0)
      return drafts->pdata[i];
  return NULL;
}

static void
take_record (CsmDraftEditor *self,
             JsonObject     *record)
{
  JsonObject *paragraphs = record != NULL ? csm_json_get_object (record, "paragraphs") : NULL;

  g_clear_pointer (&self->record, json_object_unref);
  self->record = record != NULL ? json_object_ref (record) : NULL;
  csm_draft_envelope_merge (self->envelope, record);
  if (!self->ready)
    begin (self, paragraphs);
  else
    csm_draft_text_merge (self->text, paragraphs);
  g_signal_emit (self, signals[CHANGED], 0);
}

typedef struct
{
  CsmDraftEditor *self;
  guint           serial;
} Loading;

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Loading *loading = data;
  g_autoptr (CsmDraftEditor) self = loading->self;
  guint serial = loading->serial;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) drafts = csm_cache_load_drafts_finish (CSM_CACHE (source), result, &error);

  g_free (loading);
  /* Something else is open by now. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->cache == NULL)
    return;
  self->loading = FALSE;
  if (drafts == NULL)
    g_warning ("Reading a draft failed: %s", error->message);
  else if (self->writing > 0 || serial != self->serial)
    self->dirty = TRUE;
  else
    take_record (self, find_draft (self, drafts));
  if (self->dirty)
    load (self);
}

static void
load (CsmDraftEditor *self)
{
  Loading *loading;

  self->dirty = self->loading || self->writing > 0;
  if (self->dirty || self->cache == NULL || self->id == NULL)
    return;
  self->loading = TRUE;
  loading = g_new0 (Loading, 1);
  loading->self = g_object_ref (self);
  loading->serial = self->serial;
  csm_cache_load_drafts_async (self->cache, self->case_id, self->cancellable, loaded_cb, loading);
}

static void
cache_changed_cb (CsmDraftEditor     *self,
                  const CsmChangeSet *set)
{
  if (self->case_id == NULL)
    return;
  if (set->all || (set->case_ids != NULL && g_hash_table_contains (set->case_ids, self->case_id))
      || (set->draft_case_ids != NULL && g_hash_table_contains (set->draft_case_ids, self->case_id)))
    load (self);
}

/* --- what is written here ---------------------------------------------------------------------------------- */

typedef struct
{
  CsmDraftEditor *self;
  char           *id;
  char           *case_id;
  char           *text;   /* NULL: nothing was typed */
  char           *file;   /* its key; NULL: none */
  JsonObject     *patch;
} Writing;

static void
written (CsmDraftEditor *self)
{
  self->writing--;
  if (self->writing == 0)
    load (self);
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Writing *writing = data;
  CsmDraftEditor *self = writing->self;
  g_autoptr (GError) error = NULL;

  csm_cache_perform_finish (CSM_CACHE (source), result, &error);
  if (error != NULL)
    {
      g_warning ("Sharing a draft failed: %s", error->message);
      if (g_strcmp0 (self->id, writing->id) == 0)
        {
          csm_draft_text_fail (self->text, writing->patch);
          csm_draft_envelope_fail (self->envelope, writing->patch);
          if (writing->file != NULL)
            g_signal_emit (self, signals[FILE_NOT_KEPT], 0, writing->file);
        }
      if (writing->text != NULL)
        g_signal_emit (self, signals[NOT_KEPT], 0, writing->case_id, writing->text);
    }
  else if (writing->text != NULL)
    {
      g_signal_emit (self, signals[KEPT], 0, writing->case_id);
    }
  written (self);
  json_object_unref (writing->patch);
  g_free (writing->id);
  g_free (writing->case_id);
  g_free (writing->text);
  g_free (writing->file);
  g_object_unref (self);
  g_free (writing);
}

/* A patch of a record that isn't there is the record. */
static JsonObject *
make_record (CsmDraftEditor *self,
             JsonObject     *patch)
{
  JsonObject *record = json_object_new ();
  JsonObject *paragraphs = json_object_new (), *envelope = json_object_new ();
  g_autoptr (GList) paths = json_object_get_members (patch);

  for (GList *l = paths; l != NULL; l = l->next)
    json_object_set_object_member (g_str_has_prefix (l->data, "envelope/") ? envelope : paragraphs, strchr (l->data, '/') + 1,
                                   csm_json_copy_object (csm_json_get_object (patch, l->data)));
  json_object_set_string_member (record, "id", self->id);
  json_object_set_string_member (record, "caseId", self->case_id);
  json_object_set_string_member (record, "conversationId", self->conversation_id);
  if (self->based_on != NULL)
    json_object_set_string_member (record, "basedOn", self->based_on);
  json_object_set_object_member (record, "paragraphs", paragraphs);
  json_object_set_object_member (record, "envelope", envelope);
  return record;
}

static CsmIntent *
make_intent (CsmDraftEditor *self,
             JsonObject     *patch)
{
  CsmIntent *intent = csm_intent_new (_("Draft of a reply"));

  if (self->record != NULL)
    {
      csm_intent_update (intent, CSM_TYPE_ID_DRAFT, self->id, csm_json_copy_object (patch));
    }
  else
    {
      self->record = make_record (self, patch);
      g_free (csm_intent_create (intent, CSM_TYPE_ID_DRAFT, csm_json_copy_object (self->record)));
    }
  return intent;
}

/* @intent: (transfer full); @patch: (transfer full): what of the text it writes; @text: (nullable): what was typed; @file: (nullable): its key */
static void
write_patch (CsmDraftEditor *self,
             CsmIntent      *intent,
             JsonObject     *patch,
             const char     *text,
             const char     *file)
{
  Writing *writing = g_new0 (Writing, 1);

  writing->self = g_object_ref (self);
  writing->id = g_strdup (self->id);
  writing->case_id = g_strdup (self->case_id);
  writing->text = g_strdup (text);
  writing->file = g_strdup (file);
  writing->patch = patch;
  self->writing++;
  self->serial++;
  csm_cache_perform_async (self->cache, intent, NULL, written_cb, writing);
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * csm_draft_editor_flush:
 * @self: an editor
 *
 * Writes what was typed to the cache now.
 *
 * Returns: %FALSE when it can't: keep the text elsewhere
 */
gboolean
csm_draft_editor_flush (CsmDraftEditor *self)
{
  JsonObject *patch;
  g_autofree char *text = NULL;

  g_return_val_if_fail (CSM_IS_DRAFT_EDITOR (self), FALSE);
  g_clear_handle_id (&self->delay_id, g_source_remove);
  if (self->cache == NULL || !self->ready)
    return FALSE;
  patch = self->touched ? csm_draft_text_flush (self->text) : NULL;
  text = patch != NULL ? csm_draft_text_dup (self->text) : NULL;
  if (patch == NULL)
    patch = json_object_new ();
  csm_draft_envelope_flush (self->envelope, patch);
  if (json_object_get_size (patch) > 0)
    write_patch (self, make_intent (self, patch), patch, text, NULL);
  else
    json_object_unref (patch);
  return self->touched;
}

/* A person changed what is in the buffer. */
void
csm_draft_editor_typed (CsmDraftEditor *self)
{
  g_autofree char *text = NULL;

  g_return_if_fail (CSM_IS_DRAFT_EDITOR (self));
  self->touched = TRUE;
  if (!self->ready)
    return;
  text = csm_draft_buffer_dup (self->buffer);
  csm_draft_text_read (self->text, text);
  queue_flush (self);
}

/* --- opening ----------------------------------------------------------------------------------------------- */

/* Lets go of the buffer, which keeps what is in it. */
void
csm_draft_editor_close (CsmDraftEditor *self)
{
  g_return_if_fail (CSM_IS_DRAFT_EDITOR (self));
  csm_draft_editor_flush (self);
  if (self->cache != NULL)
    g_signal_handlers_disconnect_by_data (self->cache, self);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->cache);
  g_clear_pointer (&self->text, csm_draft_text_free);
  g_clear_pointer (&self->envelope, csm_draft_envelope_free);
  g_clear_pointer (&self->case_id, g_free);
  g_clear_pointer (&self->conversation_id, g_free);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->record, json_object_unref);
  self->serial++;
  self->ready = FALSE;
  self->touched = FALSE;
  self->loading = FALSE;
  self->dirty = FALSE;
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * csm_draft_editor_open:
 * @self: an editor
 * @cache: where records are
 * @writer: what tells this computer's patches from others
 * @case_id: the case
 * @conversation_id: the conversation that is answered
 *
 * Brings what colleagues wrote into the buffer, before what is there. That one comes into the record when it is changed.
 */
void
csm_draft_editor_open (CsmDraftEditor *self,
                       CsmCache       *cache,
                       const char     *writer,
                       const char     *case_id,
                       const char     *conversation_id)
{
  g_return_if_fail (CSM_IS_DRAFT_EDITOR (self) && CSM_IS_CACHE (cache));
  csm_draft_editor_close (self);
  self->cache = g_object_ref (cache);
  self->text = csm_draft_text_new (writer, edit_cb, self);
  self->envelope = csm_draft_envelope_new (writer);
  self->case_id = g_strdup (case_id);
  self->conversation_id = g_strdup (conversation_id);
  self->id = csm_id_with_letter (conversation_id, 'd');
  self->cancellable = g_cancellable_new ();
  g_signal_connect_object (cache, "changed", G_CALLBACK (cache_changed_cb), self, G_CONNECT_SWAPPED);
  load (self);
}

/* The newest message that whoever writes has seen. */
void
csm_draft_editor_set_based_on (CsmDraftEditor *self,
                               const char     *message_id)
{
  g_return_if_fail (CSM_IS_DRAFT_EDITOR (self));
  if (g_strcmp0 (self->based_on, message_id) == 0)
    return;
  g_free (self->based_on);
  self->based_on = g_strdup (message_id);
}

/* Whether what is typed is shared: the draft was read. */
gboolean
csm_draft_editor_is_ready (CsmDraftEditor *self)
{
  g_return_val_if_fail (CSM_IS_DRAFT_EDITOR (self), FALSE);
  return self->ready;
}

/* Whether it is the editor that changes the buffer just now. */
gboolean
csm_draft_editor_is_applying (CsmDraftEditor *self)
{
  g_return_val_if_fail (CSM_IS_DRAFT_EDITOR (self), FALSE);
  return self->applying;
}

/* Returns: (transfer none) (nullable): the paragraphs; %NULL when nothing is open, or not read yet */
CsmDraftText *
csm_draft_editor_get_text (CsmDraftEditor *self)
{
  g_return_val_if_fail (CSM_IS_DRAFT_EDITOR (self), NULL);
  return self->ready ? self->text : NULL;
}

/* Returns: (transfer none) (nullable): the Draft; %NULL when nobody has written anything */
JsonObject *
csm_draft_editor_get_record (CsmDraftEditor *self)
{
  g_return_val_if_fail (CSM_IS_DRAFT_EDITOR (self), NULL);
  return self->record;
}

const char *
csm_draft_editor_get_id (CsmDraftEditor *self)
{
  g_return_val_if_fail (CSM_IS_DRAFT_EDITOR (self), NULL);
  return self->id;
}

const char *
csm_draft_editor_get_conversation_id (CsmDraftEditor *self)
{
  g_return_val_if_fail (CSM_IS_DRAFT_EDITOR (self), NULL);
  return self->conversation_id;
}

/* Of two versions of a paragraph somebody has chosen. */
void
csm_draft_editor_choose (CsmDraftEditor *self,
                         const char     *key,
                         guint           version,
                         CsmDraftChoice  choice)
{
  g_return_if_fail (CSM_IS_DRAFT_EDITOR (self));
  if (!self->ready)
    return;
  csm_draft_text_choose (self->text, key, version, choice);
  self->touched = TRUE;
  csm_draft_editor_flush (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* --- to whom, and with what -------------------------------------------------------------------------------- */

/* Returns: (transfer none) (nullable): %NULL when nothing is open, or not read yet */
CsmDraftEnvelope *
csm_draft_editor_get_envelope (CsmDraftEditor *self)
{
  g_return_val_if_fail (CSM_IS_DRAFT_EDITOR (self), NULL);
  return self->ready ? self->envelope : NULL;
}

/* A person wrote to whom it goes, or under what subject. @seen: they saw what colleagues had written there */
void
csm_draft_editor_say (CsmDraftEditor  *self,
                      CsmEnvelopePart  part,
                      JsonNode        *value,
                      gboolean         seen)
{
  g_return_if_fail (CSM_IS_DRAFT_EDITOR (self));
  if (self->ready && csm_draft_envelope_set (self->envelope, part, value, seen))
    queue_flush (self);
}

/* Of two versions of that somebody has chosen. @number: which of the others; -1: what is there */
void
csm_draft_editor_choose_part (CsmDraftEditor  *self,
                              CsmEnvelopePart  part,
                              int              number)
{
  g_return_if_fail (CSM_IS_DRAFT_EDITOR (self));
  if (!self->ready)
    return;
  csm_draft_envelope_choose (self->envelope, part, number);
  csm_draft_editor_flush (self);
}

/* Returns: (transfer full): key → attachment, of those that are not on their way */
JsonObject *
csm_draft_editor_dup_files (CsmDraftEditor *self)
{
  g_return_val_if_fail (CSM_IS_DRAFT_EDITOR (self), NULL);
  return csm_draft_files_list (self->record);
}

/* What is read later has it, too: until then it is not to vanish. @file: (nullable): it goes */
static void
note_file (CsmDraftEditor *self,
           const char     *key,
           JsonObject     *file)
{
  JsonObject *record = csm_draft_files_note (self->record, key, file);

  json_object_unref (self->record);
  self->record = record;
}

/**
 * csm_draft_editor_add_file:
 * @self: an editor
 * @key: its key
 * @attachment: a file: {blobId, name, type, size}
 *
 * Shares the file. "file-not-kept" says when that failed.
 */
void
csm_draft_editor_add_file (CsmDraftEditor *self,
                           const char     *key,
                           JsonObject     *attachment)
{
  g_autoptr (JsonObject) nothing = json_object_new ();
  g_autoptr (JsonObject) file = csm_draft_files_describe (attachment);
  g_autofree char *path = g_strconcat ("files/", key, NULL);
  JsonObject *patch = json_object_new ();
  CsmIntent *intent;

  g_return_if_fail (CSM_IS_DRAFT_EDITOR (self) && self->ready);
  json_object_set_object_member (patch, path, csm_json_copy_object (file));
  /* The draft does not wait for the file. */
  intent = self->record == NULL ? make_intent (self, nothing) : csm_intent_new (_("File of a reply"));
  csm_intent_update (intent, CSM_TYPE_ID_DRAFT, self->id, csm_json_copy_object (patch));
  note_file (self, key, file);
  write_patch (self, intent, patch, NULL, key);
}

/* What is shared goes with the reply. */
static void
take_files (CsmDraftEditor *self,
            JsonObject     *patch)
{
  g_autoptr (JsonObject) files = csm_draft_editor_dup_files (self);
  g_autoptr (GList) keys = json_object_get_members (files);

  for (GList *l = keys; l != NULL; l = l->next)
    {
      g_autofree char *path = g_strconcat ("files/", (char *) l->data, NULL);
      JsonObject *file = csm_json_copy_object (csm_json_get_object (files, l->data));

      json_object_set_boolean_member (file, "sent", TRUE);
      json_object_set_object_member (patch, path, file);
      note_file (self, l->data, NULL);
    }
}

/* --- sending ----------------------------------------------------------------------------------------------- */

/**
 * csm_draft_editor_send:
 * @self: an editor
 * @submission: the reply, which gets the paragraphs that it was made of
 * @patch: (out) (transfer full) (nullable): what goes with it to the Draft record
 *
 * Call csm_draft_editor_sent() when both are written. The caller empties the buffer.
 *
 * Returns: (transfer full) (nullable) (element-type CsmDraftParagraph): for csm_draft_editor_restore()
 */
GPtrArray *
csm_draft_editor_send (CsmDraftEditor  *self,
                       JsonObject      *submission,
                       JsonObject     **patch)
{
  g_autoptr (JsonObject) sent = NULL;
  g_autoptr (JsonObject) said = NULL;
  GPtrArray *taken;

  g_return_val_if_fail (CSM_IS_DRAFT_EDITOR (self), NULL);
  *patch = NULL;
  g_clear_handle_id (&self->delay_id, g_source_remove);
  if (!self->ready)
    return NULL;
  /* What was said just now comes back with the reply, too. */
  said = json_object_new ();
  csm_draft_envelope_flush (self->envelope, said);
  if (json_object_get_size (said) > 0)
    write_patch (self, make_intent (self, said), json_object_ref (said), NULL, NULL);
  sent = csm_draft_text_list_sent (self->text);
  *patch = json_object_new ();
  taken = csm_draft_text_take (self->text, *patch);
  csm_draft_envelope_take (self->envelope, *patch);
  take_files (self, *patch);
  if (json_object_get_size (sent) > 0)
    json_object_set_object_member (submission, "draftParagraphs", g_steal_pointer (&sent));
  if (json_object_get_size (*patch) == 0)
    g_clear_pointer (patch, json_object_unref);
  self->writing++;
  self->serial++;
  return taken;
}

void
csm_draft_editor_sent (CsmDraftEditor *self)
{
  g_return_if_fail (CSM_IS_DRAFT_EDITOR (self));
  written (self);
}

/**
 * csm_draft_editor_restore:
 * @self: an editor
 * @taken: what csm_draft_editor_send() gave
 *
 * The reply comes back into the buffer, as the paragraphs that it was.
 *
 * Returns: %FALSE when it can't
 */
gboolean
csm_draft_editor_restore (CsmDraftEditor *self,
                          GPtrArray      *taken)
{
  g_return_val_if_fail (CSM_IS_DRAFT_EDITOR (self), FALSE);
  if (!self->ready)
    return FALSE;
  csm_draft_text_restore (self->text, taken);
  self->touched = TRUE;
  csm_draft_editor_flush (self);
  return TRUE;
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_draft_editor_dispose (GObject *object)
{
  CsmDraftEditor *self = CSM_DRAFT_EDITOR (object);

  csm_draft_editor_close (self);
  g_clear_object (&self->buffer);
  g_clear_pointer (&self->based_on, g_free);
  G_OBJECT_CLASS (csm_draft_editor_parent_class)->dispose (object);
}

static void
csm_draft_editor_class_init (CsmDraftEditorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_draft_editor_dispose;
  signals[CHANGED] = g_signal_new ("changed", CSM_TYPE_DRAFT_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[KEPT] = g_signal_new ("kept", CSM_TYPE_DRAFT_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[NOT_KEPT] = g_signal_new ("not-kept", CSM_TYPE_DRAFT_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[FILE_NOT_KEPT] = g_signal_new ("file-not-kept", CSM_TYPE_DRAFT_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
csm_draft_editor_init (CsmDraftEditor *self)
{
}

CsmDraftEditor *
csm_draft_editor_new (GtkTextBuffer *buffer)
{
  CsmDraftEditor *self = g_object_new (CSM_TYPE_DRAFT_EDITOR, NULL);

  self->buffer = g_object_ref (buffer);
  return self;
}
