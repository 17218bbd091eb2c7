/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-words.h"

#include "csm-json.h"

static void
writing_free (gpointer data)
{
  Writing *writing = data;

  g_free (writing->word);
  g_strfreev (writing->left_out);
  g_free (writing);
}

GPtrArray *
words_new (void)
{
  return g_ptr_array_new_with_free_func (writing_free);
}

static gboolean
has_word (const char *text,
          const char *word)
{
  g_auto (GStrv) all = g_strsplit_set (text != NULL ? text : "", " \n", -1);

  return g_strv_contains ((const char * const *) all, word);
}

Writing *
words_add (GPtrArray  *words,
           guint       on,
           const char *word,
           const char *seen,
           const char *text)
{
  Writing *writing = g_new0 (Writing, 1);
  g_auto (GStrv) all = g_strsplit_set (seen, " \n", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (char **one = all; *one != NULL; one++)
    {
      if (**one != '\0' && !has_word (text, *one))
        g_strv_builder_add (builder, *one);
    }
  writing->on = on;
  writing->word = g_strdup (word);
  writing->left_out = g_strv_builder_end (builder);
  g_ptr_array_add (words, writing);
  return writing;
}

/* --- what there is --------------------------------------------------------------------------------------------------------- */

typedef struct
{
  FaultWorld *world;
  JsonArray  *records[CSM_N_TYPES];
} There;

static JsonArray *
read_all (There     *there,
          CsmTypeId  type)
{
  if (there->records[type] == NULL)
    there->records[type] = fault_server_read_type (there->world->server, csm_record_type_get (type));
  return there->records[type];
}

static JsonObject *
nth (JsonArray *records,
     guint      n)
{
  return json_array_get_object_element (records, n);
}

static JsonObject *
find_record (There      *there,
             CsmTypeId   type,
             const char *member,
             const char *value)
{
  JsonArray *records = read_all (there, type);

  for (guint i = 0; i < json_array_get_length (records); i++)
    {
      if (g_strcmp0 (csm_json_get_string (nth (records, i), member), value) == 0)
        return nth (records, i);
    }
  return NULL;
}

char *
words_join_addresses (JsonArray *list)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    g_string_append_printf (text, "%s ", csm_json_get_string (nth (list, i), "address"));
  return g_string_free (text, FALSE);
}

static const char * const fields[] = { "to", "cc", "bcc" };

/* To whom a draft goes, and all that stands beside that */
static void
read_envelope (JsonObject *draft,
               GPtrArray  *texts)
{
  for (guint f = 0; f < G_N_ELEMENTS (fields); f++)
    {
      JsonObject *field = csm_json_get_object (csm_json_get_object (draft, "envelope"), fields[f]);
      JsonArray *others = csm_json_get_array (field, "others");

      g_ptr_array_add (texts, words_join_addresses (csm_json_get_array (field, "value")));
      for (guint i = 0; others != NULL && i < json_array_get_length (others); i++)
        g_ptr_array_add (texts, words_join_addresses (csm_json_get_array (nth (others, i), "value")));
    }
}

/* Whether a reply has the word: a part of its text, or one to whom it goes. */
static gboolean
says (JsonObject *submission,
      const char *word)
{
  gboolean any = has_word (csm_json_get_string (submission, "textBody"), word);

  for (guint f = 0; f < G_N_ELEMENTS (fields) && !any; f++)
    {
      g_autofree char *addresses = words_join_addresses (csm_json_get_array (submission, fields[f]));

      any = has_word (addresses, word);
    }
  return any;
}

/* (transfer full) (element-type utf8): the paragraphs of a draft and to whom it goes, and all that stands beside them */
static GPtrArray *
read_draft (There *there,
            guint  on)
{
  JsonObject *draft = find_record (there, CSM_TYPE_ID_DRAFT, "conversationId", fault_world_get_case (there->world, on)->conversation_id);
  JsonObject *paragraphs = csm_json_get_object (draft, "paragraphs");
  g_autoptr (GList) all = paragraphs != NULL ? json_object_get_values (paragraphs) : NULL;
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);

  for (GList *l = all; l != NULL; l = l->next)
    {
      JsonArray *others = csm_json_get_array (json_node_get_object (l->data), "others");

      g_ptr_array_add (texts, g_strdup (csm_json_get_string (json_node_get_object (l->data), "text")));
      for (guint i = 0; others != NULL && i < json_array_get_length (others); i++)
        g_ptr_array_add (texts, g_strdup (csm_json_get_string (nth (others, i), "text")));
    }
  read_envelope (draft, texts);
  return texts;
}

static gboolean
was_sent (There      *there,
          const char *word)
{
  JsonArray *submissions = read_all (there, CSM_TYPE_ID_SUBMISSION);

  for (guint i = 0; i < json_array_get_length (submissions); i++)
    {
      if (g_strcmp0 (csm_json_get_string (nth (submissions, i), "undoStatus"), "canceled") != 0 && says (nth (submissions, i), word))
        return TRUE;
    }
  return FALSE;
}

static gboolean
was_left_out (GPtrArray  *words,
              const char *word)
{
  for (guint i = 0; i < words->len; i++)
    {
      Writing *writing = g_ptr_array_index (words, i);

      if (writing->said != LEDGER_DROPPED && g_strv_contains ((const char * const *) writing->left_out, word))
        return TRUE;
    }
  return FALSE;
}

static void
audit_writing (There     *there,
               GPtrArray *words,
               Writing   *writing,
               GPtrArray *findings)
{
  g_autoptr (GPtrArray) texts = NULL;

  if (writing->said != LEDGER_DONE || writing->word == NULL || was_sent (there, writing->word) || was_left_out (words, writing->word))
    return;
  texts = read_draft (there, writing->on);
  for (guint i = 0; i < texts->len; i++)
    {
      if (has_word (g_ptr_array_index (texts, i), writing->word))
        return;
    }
  g_ptr_array_add (findings, g_strdup_printf ("“%s” was written to the customer of case %u, and is nowhere", writing->word, writing->on));
}

/* --- what left ---------------------------------------------------------------------------------------------------------------- */

/* A paragraph as it was sent: in how many replies. What somebody said is to go out all the same doesn't count. */
static guint
count_sent (There      *there,
            const char *line)
{
  JsonArray *submissions = read_all (there, CSM_TYPE_ID_SUBMISSION);
  guint count = 0;

  for (guint i = 0; i < json_array_get_length (submissions); i++)
    {
      JsonObject *submission = nth (submissions, i);
      g_auto (GStrv) lines = g_strsplit (csm_json_get_string (submission, "textBody"), "\n\n", -1);

      count += g_strcmp0 (csm_json_get_string (submission, "undoStatus"), "canceled") != 0 && !csm_json_get_boolean (submission, "confirmed") &&
               g_strv_contains ((const char * const *) lines, line);
    }
  return count;
}

static void
audit_sent (There      *there,
            JsonObject *submission,
            GPtrArray  *findings)
{
  g_auto (GStrv) lines = g_strsplit (csm_json_get_string (submission, "textBody"), "\n\n", -1);
  JsonObject *draft = find_record (there, CSM_TYPE_ID_DRAFT, "conversationId", csm_json_get_string (submission, "conversationId"));
  JsonObject *paragraphs = csm_json_get_object (draft, "paragraphs");
  g_autoptr (GList) left = paragraphs != NULL ? json_object_get_values (paragraphs) : NULL;

  if (csm_json_get_object (submission, "draftParagraphs") == NULL || g_strcmp0 (csm_json_get_string (submission, "undoStatus"), "canceled") == 0)
    return;
  for (char **line = lines; *line != NULL; line++)
    {
      if (count_sent (there, *line) > 1)
        g_ptr_array_add (findings, g_strdup_printf ("“%s” left %u times", *line, count_sent (there, *line)));
      for (GList *l = left; l != NULL; l = l->next)
        {
          if (g_strcmp0 (csm_json_get_string (json_node_get_object (l->data), "text"), *line) == 0)
            g_ptr_array_add (findings, g_strdup_printf ("“%s” was sent, and waits to be sent again", *line));
        }
    }
}

/* --- what belongs together ---------------------------------------------------------------------------------------------------- */

static void
audit_places (There     *there,
              GPtrArray *findings)
{
  static const CsmTypeId types[] = { CSM_TYPE_ID_CONVERSATION, CSM_TYPE_ID_MESSAGE, CSM_TYPE_ID_SUBMISSION, CSM_TYPE_ID_COMMENT, CSM_TYPE_ID_TASK, CSM_TYPE_ID_DRAFT };

  for (guint t = 0; t < G_N_ELEMENTS (types); t++)
    {
      JsonArray *records = read_all (there, types[t]);

      for (guint i = 0; i < json_array_get_length (records); i++)
        {
          JsonObject *record = nth (records, i);
          const char *conversation_id = csm_json_get_string (record, "conversationId"), *case_id = csm_json_get_string (record, "caseId");
          JsonObject *conversation = conversation_id != NULL ? find_record (there, CSM_TYPE_ID_CONVERSATION, "id", conversation_id) : NULL;
          JsonObject *case_ = find_record (there, CSM_TYPE_ID_CASE, "id", case_id);

          if (case_ == NULL || csm_json_get_string (case_, "mergedIntoId") != NULL ||
              (conversation_id != NULL && g_strcmp0 (csm_json_get_string (conversation, "caseId"), case_id) != 0))
            {
              g_autofree char *text = csm_json_write_object (record);

              g_ptr_array_add (findings, g_strdup_printf ("in no case that is one: %.300s", text));
            }
        }
    }
}

void
words_audit (GPtrArray  *words,
             FaultWorld *world,
             GPtrArray  *findings)
{
  There there = { world, { NULL } };
  JsonArray *submissions;

  g_assert_true (fault_server_resume (world->server, world->tokens[FAULT_ANA]));
  submissions = read_all (&there, CSM_TYPE_ID_SUBMISSION);
  for (guint i = 0; i < words->len; i++)
    audit_writing (&there, words, g_ptr_array_index (words, i), findings);
  for (guint i = 0; i < json_array_get_length (submissions); i++)
    audit_sent (&there, nth (submissions, i), findings);
  audit_places (&there, findings);
  for (guint i = 0; i < CSM_N_TYPES; i++)
    g_clear_pointer (&there.records[i], json_array_unref);
}
