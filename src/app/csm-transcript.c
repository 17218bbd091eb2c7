/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-transcript.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-json.h"
#include "csm-time.h"

#define PAGE 400
/* Nobody reads more on paper; and it has to fit into a clipboard. */
#define MAX_PARTS 10000

/* --- what it is made of ------------------------------------------------------------------------------------ */

static void
part_free (gpointer data)
{
  CsmTranscriptPart *part = data;

  g_free (part->who);
  g_free (part->details);
  g_free (part->text);
  g_free (part->files);
  g_free (part);
}

/**
 * csm_transcript_new:
 * @detail: (nullable): a case
 *
 * Returns: (transfer full): a transcript with its title, and nothing else
 */
CsmTranscript *
csm_transcript_new (CsmCaseDetail *detail)
{
  CsmTranscript *self = g_new0 (CsmTranscript, 1);
  const char *subject = detail != NULL && detail->record != NULL ? csm_json_get_string (detail->record, "subject") : NULL;

  self->subject = g_strdup (subject != NULL && subject[0] != '\0' ? subject : _("No subject"));
  self->customer = g_strdup (detail != NULL && detail->customer != NULL ? csm_json_get_string (detail->customer, "name") : NULL);
  self->parts = g_ptr_array_new_with_free_func (part_free);
  return self;
}

void
csm_transcript_free (CsmTranscript *self)
{
  if (self == NULL)
    return;
  g_free (self->subject);
  g_free (self->customer);
  g_ptr_array_unref (self->parts);
  g_free (self);
}

static char *
name_files (JsonArray *attachments)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; attachments != NULL && i < json_array_get_length (attachments); i++)
    {
      JsonNode *node = json_array_get_element (attachments, i);
      const char *name = JSON_NODE_HOLDS_OBJECT (node) ? csm_json_get_string (json_node_get_object (node), "name") : NULL;

      if (name != NULL && name[0] != '\0')
        g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", name);
    }
  return g_string_free (names, names->len == 0);
}

static char *
name_author (CsmDirectory *directory,
             JsonObject   *message)
{
  const char *author = csm_json_get_string (message, "authorId");
  const char *name = author != NULL && directory != NULL ? csm_directory_name (directory, author) : NULL;
  g_autofree char *from = csm_message_text_people (csm_json_get_array (message, "from"), TRUE);

  if (name != NULL)
    return g_strdup (name);
  return g_strdup (from[0] != '\0' ? from : _("Unknown sender"));
}

/* @message: a Message or Submission; @parts: what of its text. @directory: (nullable): knows colleagues' names */
void
csm_transcript_add_message (CsmTranscript       *self,
                            CsmDirectory        *directory,
                            JsonObject          *message,
                            CsmMessageTextParts  parts)
{
  CsmTranscriptPart *part = g_new0 (CsmTranscriptPart, 1);
  gint64 at = csm_json_get_time (message, "at");
  gint64 created = csm_json_get_time (message, "created");
  g_autofree char *to = csm_message_text_people (csm_json_get_array (message, "to"), TRUE);
  g_autofree char *when = NULL;

  part->at = at != CSM_TIME_NONE ? at : created != CSM_TIME_NONE ? created : csm_time_now ();
  when = csm_format_when_long (part->at);
  part->who = name_author (directory, message);
  /* Translators: to whom a message went, and when */
  part->details = to[0] != '\0' ? g_strdup_printf (_("to %s · %s"), to, when) : g_strdup (when);
  part->text = csm_message_text (message, parts);
  part->files = name_files (csm_json_get_array (message, "attachments"));
  g_ptr_array_add (self->parts, part);
}

/* What a colleague wrote to colleagues: marked as such wherever it goes. */
void
csm_transcript_add_note (CsmTranscript *self,
                         CsmDirectory  *directory,
                         JsonObject    *comment,
                         gint64         at)
{
  CsmTranscriptPart *part = g_new0 (CsmTranscriptPart, 1);
  const char *name = directory != NULL ? csm_directory_name (directory, csm_json_get_string (comment, "authorId")) : NULL;
  const char *text = csm_json_get_string (comment, "body");
  g_autofree char *when = csm_format_when_long (at);

  part->note = TRUE;
  part->at = at;
  part->who = g_strdup (name != NULL ? name : _("A colleague"));
  part->details = g_strdup_printf (_("internal note · %s"), when);
  part->text = g_strdup (text != NULL ? text : "");
  part->files = name_files (csm_json_get_array (comment, "attachments"));
  g_ptr_array_add (self->parts, part);
}

/**
 * csm_transcript_write:
 * @self: a transcript
 * @with_title: with what the case is about
 *
 * Returns: (transfer full): all of it as plain text
 */
char *
csm_transcript_write (CsmTranscript *self,
                      gboolean       with_title)
{
  GString *text = g_string_new (NULL);

  if (with_title)
    g_string_append_printf (text, "%s\n%s%s\n", self->subject, self->customer != NULL ? self->customer : "", self->customer != NULL ? "\n" : "");
  if (with_title && self->cut)
    g_string_append_printf (text, "%s\n\n", _("(Older messages are left out.)"));
  for (guint i = 0; i < self->parts->len; i++)
    {
      CsmTranscriptPart *part = self->parts->pdata[i];

      g_string_append_printf (text, "%s%s, %s\n\n%s\n", i > 0 ? "\n" : "", part->who, part->details, part->text);
      if (part->files != NULL)
        g_string_append_printf (text, "\n[%s]\n", part->files);
    }
  return g_string_free (text, FALSE);
}

/* --- the whole of a case ----------------------------------------------------------------------------------- */

typedef struct
{
  CsmWorkbench  *workbench;
  CsmTranscript *transcript;
  GPtrArray     *messages;  /* JsonObject, newest first */
  char          *case_id;
  gboolean       with_notes;
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  g_object_unref (load->workbench);
  g_clear_pointer (&load->transcript, csm_transcript_free);
  g_ptr_array_unref (load->messages);
  g_free (load->case_id);
  g_free (load);
}

static int
compare_parts (gconstpointer a,
               gconstpointer b)
{
  const CsmTranscriptPart *one = *(CsmTranscriptPart *const *) a;
  const CsmTranscriptPart *other = *(CsmTranscriptPart *const *) b;

  return one->at < other->at ? -1 : one->at > other->at;
}

static void
add_notes (Load          *load,
           CsmCaseDetail *detail)
{
  CsmDirectory *directory = csm_workbench_get_directory (load->workbench);

  for (guint i = 0; i < detail->comments->len; i++)
    {
      CsmTimelineEntry *entry = detail->comments->pdata[i];

      if (!csm_json_get_boolean (entry->record, "deleted"))
        csm_transcript_add_note (load->transcript, directory, entry->record, entry->at);
    }
}

static CsmTranscript *
finish (Load *load)
{
  CsmDirectory *directory = csm_workbench_get_directory (load->workbench);

  for (guint i = load->messages->len; i-- > 0;)
    csm_transcript_add_message (load->transcript, directory, load->messages->pdata[i], CSM_MESSAGE_TEXT_NEW);
  g_ptr_array_sort (load->transcript->parts, compare_parts);
  return g_steal_pointer (&load->transcript);
}

static void load_page (GTask *task, gint64 before);

static void
page_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (GTask) task = data;
  Load *load = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (CsmCaseDetail) detail = csm_cache_load_case_finish (CSM_CACHE (source), result, &error);
  gint64 before = CSM_TIME_NONE;

  if (detail == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (load->transcript == NULL)
    {
      load->transcript = csm_transcript_new (detail);
      if (load->with_notes)
        add_notes (load, detail);
    }
  for (guint i = detail->timeline->len; i-- > 0;)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];

      before = entry->at;
      if (entry->kind == CSM_ENTRY_MESSAGE)
        g_ptr_array_add (load->messages, json_object_ref (entry->record));
    }
  load->transcript->cut = detail->has_older && load->messages->len >= MAX_PARTS;
  if (detail->has_older && before != CSM_TIME_NONE && !load->transcript->cut)
    load_page (g_steal_pointer (&task), before);
  else
    g_task_return_pointer (task, finish (load), (GDestroyNotify) csm_transcript_free);
}

static void
load_page (GTask  *task,
           gint64  before)
{
  Load *load = g_task_get_task_data (task);

  csm_cache_load_case_async (csm_workbench_get_cache (load->workbench), load->case_id, before, PAGE, g_task_get_cancellable (task), page_cb, task);
}

/**
 * csm_transcript_load_async:
 * @workbench: the window's workbench, with a case
 * @with_notes: also what colleagues wrote to each other
 * @cancellable: (nullable): a cancellable
 * @callback: gets the result
 * @user_data: for @callback
 *
 * Reads all messages of the open case that are on this computer.
 */
void
csm_transcript_load_async (CsmWorkbench        *workbench,
                           gboolean             with_notes,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  GTask *task = g_task_new (workbench, cancellable, callback, user_data);
  Load *load = g_new0 (Load, 1);

  g_task_set_source_tag (task, csm_transcript_load_async);
  load->workbench = g_object_ref (workbench);
  load->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  load->case_id = g_strdup (csm_workbench_get_case_id (workbench));
  load->with_notes = with_notes;
  g_task_set_task_data (task, load, load_free);
  if (load->case_id == NULL || csm_workbench_get_cache (workbench) == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no case is open");
      g_object_unref (task);
      return;
    }
  load_page (task, CSM_TIME_NONE);
}

/* Returns: (transfer full) (nullable): the transcript */
CsmTranscript *
csm_transcript_load_finish (CsmWorkbench  *workbench,
                            GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, workbench), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
