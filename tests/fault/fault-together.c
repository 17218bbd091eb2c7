/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-play.h"

#include <string.h>

#include "csm-json.h"
#include "fault-letters.h"

/* What several people do with one case. */

#define UNDO_SECONDS 5

/* (transfer full) (nullable): what the desk shows, by id; NULL when it died of the question. */
static JsonObject *
see_all (Play       *play,
         guint       desk,
         const char *type)
{
  JsonObject *views = fault_desk_call (play_sit_down (play, desk), "{'do':'views','type':'%s'}", type);

  if (views == NULL)
    play_bury (play, desk);
  return views;
}

static JsonObject *
get_view (JsonObject *views,
          const char *id)
{
  return csm_json_get_object (csm_json_get_object (views, id), "view");
}

static LedgerSaid
perform (Play       *play,
         guint       desk,
         JsonArray  *steps,
         gint64     *group)
{
  g_autoptr (JsonObject) command = json_object_new ();
  g_autofree char *text = NULL;

  csm_json_set_string (command, "do", "perform");
  csm_json_set_string (command, "label", "Together");
  json_object_set_array_member (command, "steps", steps);
  text = csm_json_write_object (command);
  return play_hear (play, desk, fault_desk_command (play_sit_down (play, desk), text), group);
}

/* Takes @content. */
static void
add_step (JsonArray  *steps,
          const char *kind,
          const char *type,
          const char *id,
          JsonObject *content)
{
  JsonObject *step = json_object_new ();

  csm_json_set_string (step, "kind", kind);
  csm_json_set_string (step, "type", type);
  csm_json_set_string (step, "id", id);
  if (content != NULL)
    json_object_set_object_member (step, g_str_equal (kind, "create") ? "record" : "patch", content);
  json_array_add_object_element (steps, step);
}

static void change (Play       *play,
                    ModelStep  *step,
                    const char *type,
                    const char *id,
                    const char *format,
                    ...) G_GNUC_PRINTF (5, 6);

/* One step, with what @format makes. */
static void
change (Play       *play,
        ModelStep  *step,
        const char *type,
        const char *id,
        const char *format,
        ...)
{
  JsonArray *steps = json_array_new ();
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdelimit (g_strdup_vprintf (format, args), "'", '"');
  va_end (args);

  add_step (steps, "update", type, id, csm_json_parse_object (text, -1, NULL));
  perform (play, step->desk, steps, NULL);
}

/* --- tasks ------------------------------------------------------------------------------------------------------------------ */

static void
make_task (Play       *play,
           ModelStep  *step,
           const char *text)
{
  LedgerEntry *entry = ledger_add (play->ledger, LEDGER_TASK, step->desk, step->on, text);
  JsonObject *record = json_object_new ();
  JsonArray *steps = json_array_new ();

  csm_json_set_string (record, "caseId", fault_world_get_case (play->world, step->on)->id);
  csm_json_set_string (record, "title", text);
  csm_json_set_string (record, "position", "m");
  add_step (steps, "create", "Task", NULL, record);
  entry->said = perform (play, step->desk, steps, NULL);
}

/* (nullable): one of those that the desk shows. */
static JsonObject *
choose_task (ModelStep  *step,
             JsonObject *views)
{
  g_autoptr (GList) ids = views != NULL ? json_object_get_members (views) : NULL;
  g_autoptr (GPtrArray) there = g_ptr_array_new ();

  for (GList *l = ids; l != NULL; l = l->next)
    {
      if (get_view (views, l->data) != NULL)
        g_ptr_array_add (there, get_view (views, l->data));
    }
  return there->len > 0 ? g_ptr_array_index (there, step->choice / 8 % there->len) : NULL;
}

static void
work_on_task (Play       *play,
              ModelStep  *step,
              const char *text)
{
  g_autoptr (JsonObject) views = see_all (play, step->desk, "Task");
  JsonObject *task = choose_task (step, views);
  const char *id = csm_json_get_string (task, "id");
  LedgerEntry *entry;
  JsonArray *steps;
  JsonObject *patch, *item;
  g_autofree char *path = NULL;

  if (task == NULL)
    return;
  switch (step->choice % 4)
    {
    case 0:
      change (play, step, "Task", id, "{'done':%s}", csm_json_get_boolean (task, "done") ? "false" : "true");
      return;
    case 1:
      change (play, step, "Task", id, "{'position':'m%s'}", strrchr (text, ' ') + 1);
      return;
    default:
      break;
    }
  steps = json_array_new ();
  patch = json_object_new ();
  item = json_object_new ();
  csm_json_set_string (item, "title", text);
  json_object_set_boolean_member (item, "done", FALSE);
  csm_json_set_string (item, "position", "m");
  path = g_strdup_printf ("checklist/k%u", step->number);
  json_object_set_object_member (patch, path, item);
  add_step (steps, "update", "Task", id, patch);
  entry = ledger_add (play->ledger, LEDGER_ITEM, step->desk, step->on, text);
  entry->seen = g_strdup (id);
  entry->said = perform (play, step->desk, steps, NULL);
}

static void
throw_task_away (Play      *play,
                 ModelStep *step)
{
  g_autoptr (JsonObject) views = see_all (play, step->desk, "Task");
  JsonObject *task = choose_task (step, views);
  LedgerEntry *entry = task != NULL ? ledger_find (play->ledger, csm_json_get_string (task, "title")) : NULL;
  JsonArray *steps = json_array_new ();
  LedgerSaid said;

  if (entry == NULL)
    {
      json_array_unref (steps);
      return;
    }
  add_step (steps, "destroy", "Task", csm_json_get_string (task, "id"), NULL);
  said = perform (play, step->desk, steps, NULL);
  /* Two may throw it away. */
  if (entry->said != LEDGER_TAKEN_BACK)
    entry->said = said == LEDGER_DONE ? LEDGER_TAKEN_BACK : LEDGER_UNKNOWN;
}

/* --- the draft ------------------------------------------------------------------------------------------------------------- */

static char *
draft_id (Play      *play,
          ModelStep *step)
{
  return g_strconcat ("d", fault_world_get_case (play->world, step->on)->conversation_id + 1, NULL);
}

/* Of each editor, as long as it is open. */
static char *
writer_of (Play  *play,
           guint  desk)
{
  return g_strdup_printf ("w01J%013u%010u", desk, play->sittings[desk]);
}

/* What of @paragraph is in the box of who sits here: what they wrote, even if it was put beside what another wrote. */
static const char *
text_in_box (JsonObject *paragraph,
             const char *writer)
{
  JsonArray *others = csm_json_get_array (paragraph, "others");

  for (guint i = 0; others != NULL && i < json_array_get_length (others); i++)
    {
      JsonObject *other = json_array_get_object_element (others, i);

      if (g_strcmp0 (csm_json_get_string (other, "writer"), writer) == 0)
        return csm_json_get_string (other, "text");
    }
  return csm_json_get_string (paragraph, "text");
}

/* What was put beside was made from an older one. */
static gint64
seen_rev (JsonObject *paragraph,
          const char *writer)
{
  gint64 rev = csm_json_get_int (paragraph, "rev", 0);

  return paragraph != NULL && text_in_box (paragraph, writer) != csm_json_get_string (paragraph, "text") ? rev - 1 : rev;
}

/* (transfer full) (nullable): what stands against what is in the box */
static JsonArray *
read_versions (JsonObject *paragraph,
               const char *box)
{
  JsonArray *others = csm_json_get_array (paragraph, "others"), *versions;
  JsonObject *stands;

  if (others == NULL || json_array_get_length (others) == 0)
    return NULL;
  versions = json_array_new ();
  stands = json_object_new ();
  csm_json_set_string (stands, "text", csm_json_get_string (paragraph, "text"));
  json_array_add_object_element (versions, stands);
  for (guint i = 0; i < json_array_get_length (others); i++)
    json_array_add_object_element (versions, json_object_ref (json_array_get_object_element (others, i)));
  for (guint i = json_array_get_length (versions); i-- > 0;)
    {
      if (g_strcmp0 (csm_json_get_string (json_array_get_object_element (versions, i), "text"), box) == 0)
        json_array_remove_element (versions, i);
    }
  return versions;
}

static JsonObject *
make_paragraph (Play       *play,
                guint       desk,
                JsonObject *old,
                const char *text)
{
  g_autofree char *writer = writer_of (play, desk);
  JsonObject *paragraph = json_object_new ();

  csm_json_set_string (paragraph, "text", text);
  csm_json_set_string (paragraph, "position", old != NULL ? csm_json_get_string (old, "position") : "m");
  json_object_set_int_member (paragraph, "rev", seen_rev (old, writer));
  csm_json_set_string (paragraph, "writer", writer);
  return paragraph;
}

/* (transfer full): the keys of what can be seen */
static GPtrArray *
list_keys (JsonObject *paragraphs)
{
  g_autoptr (GList) keys = paragraphs != NULL ? json_object_get_members (paragraphs) : NULL;
  GPtrArray *there = g_ptr_array_new ();

  for (GList *l = keys; l != NULL; l = l->next)
    {
      const char *text = csm_json_get_string (csm_json_get_object (paragraphs, l->data), "text");

      if (text != NULL && *text != '\0')
        g_ptr_array_add (there, l->data);
    }
  return there;
}

/* (transfer full): a version of @old for the Draft, of which @writing is told. */
static JsonObject *
write_on (Play       *play,
          ModelStep  *step,
          JsonObject *old,
          Writing   **writing)
{
  g_autofree char *word = g_strdup_printf ("w%u", step->number), *writer = writer_of (play, step->desk);
  const char *box = old != NULL ? text_in_box (old, writer) : "";
  g_autoptr (JsonArray) versions = old != NULL ? read_versions (old, box) : NULL;
  g_autoptr (GString) seen = g_string_new (box);
  g_autofree char *text = NULL;
  JsonObject *paragraph;
  guint how = step->choice % 5;

  if (old == NULL || how == 3)
    text = g_strdup (word);
  else if (how == 4)
    text = g_strdup ("");
  else
    text = g_strconcat (box, " ", word, NULL);
  paragraph = make_paragraph (play, step->desk, old, text);
  /* Whoever writes it anew has decided. */
  if (versions != NULL && how == 3)
    {
      json_object_set_int_member (paragraph, "rev", csm_json_get_int (old, "rev", 0));
      for (guint i = 0; i < json_array_get_length (versions); i++)
        g_string_append_printf (seen, " %s", csm_json_get_string (json_array_get_object_element (versions, i), "text"));
    }
  else if (versions != NULL && json_array_get_length (versions) > 0)
    {
      json_object_set_array_member (paragraph, "others", json_array_ref (versions));
    }
  *writing = words_add (play->words, step->on, *text != '\0' ? word : NULL, seen->str, text);
  return paragraph;
}

/* (transfer full): the record of a draft that begins with @name */
static JsonObject *
make_draft (Play       *play,
            ModelStep  *step,
            const char *name,
            const char *key,
            JsonObject *entry)
{
  FaultCase *c = fault_world_get_case (play->world, step->on);
  JsonObject *record = json_object_new (), *first = json_object_new ();
  g_autofree char *id = draft_id (play, step);

  json_object_set_object_member (first, key, entry);
  csm_json_set_string (record, "id", id);
  csm_json_set_string (record, "caseId", c->id);
  csm_json_set_string (record, "conversationId", c->conversation_id);
  json_object_set_object_member (record, name, first);
  return record;
}

/* Takes @entry, which becomes that of the draft under the path @name/@key. */
static LedgerSaid
put_into_draft (Play       *play,
                ModelStep  *step,
                JsonObject *draft,
                const char *name,
                const char *key,
                JsonObject *entry)
{
  g_autofree char *path = g_strconcat (name, "/", key, NULL), *id = draft_id (play, step);
  JsonArray *steps = json_array_new ();

  if (draft != NULL)
    {
      JsonObject *patch = json_object_new ();

      json_object_set_object_member (patch, path, entry);
      add_step (steps, "update", "Draft", id, patch);
    }
  else
    {
      add_step (steps, "create", "Draft", NULL, make_draft (play, step, name, key, entry));
    }
  return perform (play, step->desk, steps, NULL);
}

static void
write_draft (Play      *play,
             ModelStep *step)
{
  g_autoptr (JsonObject) views = see_all (play, step->desk, "Draft");
  g_autofree char *id = draft_id (play, step), *key = g_strdup_printf ("p%u", step->number);
  JsonObject *draft = get_view (views, id), *paragraphs = csm_json_get_object (draft, "paragraphs"), *paragraph;
  g_autoptr (GPtrArray) keys = list_keys (paragraphs);
  gboolean anew = keys->len == 0 || step->choice % 5 == 0;
  const char *chosen = anew ? key : g_ptr_array_index (keys, step->choice / 8 % keys->len);
  Writing *writing;

  if (views == NULL)
    return;
  paragraph = write_on (play, step, anew ? NULL : csm_json_get_object (paragraphs, chosen), &writing);
  writing->said = put_into_draft (play, step, draft, "paragraphs", chosen, paragraph);
}

/* --- who else gets it ------------------------------------------------------------------------------------------------------ */

static const char * const envelope[] = { "cc", "to", "bcc" };

/* (transfer full): the addresses that whoever looks at @entry sees, and those beside them when @all */
static char *
read_recipients (JsonObject *entry,
                 gboolean    all)
{
  JsonArray *others = csm_json_get_array (entry, "others");
  g_autofree char *value = words_join_addresses (csm_json_get_array (entry, "value"));
  GString *text = g_string_new (value);

  for (guint i = 0; all && others != NULL && i < json_array_get_length (others); i++)
    {
      g_autofree char *other = words_join_addresses (csm_json_get_array (json_array_get_object_element (others, i), "value"));

      g_string_append (text, other);
    }
  return g_string_free (text, FALSE);
}

static JsonObject *
make_recipients (Play       *play,
                 guint       desk,
                 JsonObject *old,
                 JsonArray  *value)
{
  g_autofree char *writer = writer_of (play, desk);
  JsonObject *entry = json_object_new ();

  json_object_set_array_member (entry, "value", value);
  json_object_set_int_member (entry, "rev", csm_json_get_int (old, "rev", 0));
  csm_json_set_string (entry, "writer", writer);
  return entry;
}

static JsonObject *
get_recipients (JsonObject *draft,
                const char *field)
{
  return csm_json_get_object (csm_json_get_object (draft, "envelope"), field);
}

/* One more gets it, or that one alone, or nobody. */
static void
write_recipients (Play      *play,
                  ModelStep *step)
{
  const char *field = envelope[step->choice / 10 % G_N_ELEMENTS (envelope)];
  g_autoptr (JsonObject) views = see_all (play, step->desk, "Draft");
  g_autofree char *id = draft_id (play, step), *address = g_strdup_printf ("w%u@example.com", step->number), *seen = NULL, *text = NULL;
  JsonObject *draft = get_view (views, id), *old = get_recipients (draft, field), *entry, *one = json_object_new ();
  guint how = step->choice % 5;
  JsonArray *before = csm_json_get_array (old, "value"), *value = json_array_new ();
  gboolean decides = step->choice / 5 % 2 == 0;
  Writing *writing;

  for (guint i = 0; how > 1 && before != NULL && i < json_array_get_length (before); i++)
    json_array_add_object_element (value, json_object_ref (json_array_get_object_element (before, i)));
  csm_json_set_string (one, "address", address);
  if (how > 0)
    json_array_add_object_element (value, json_object_ref (one));
  json_object_unref (one);
  entry = make_recipients (play, step->desk, old, value);
  if (!decides)
    json_object_set_boolean_member (entry, "undecided", TRUE);
  seen = read_recipients (old, decides);
  text = words_join_addresses (value);
  if (views == NULL)
    {
      json_object_unref (entry);
      return;
    }
  writing = words_add (play->words, step->on, how > 0 ? address : NULL, seen, text);
  writing->said = put_into_draft (play, step, draft, "envelope", field, entry);
}

/* It goes to them. Whoever sends has seen what stands beside them. */
static void
send_recipients (Play       *play,
                 ModelStep  *step,
                 JsonObject *draft,
                 const char *field,
                 JsonObject *submission,
                 JsonObject *patch)
{
  JsonObject *old = get_recipients (draft, field), *gone;
  JsonArray *value = csm_json_get_array (old, "value");
  g_autofree char *seen = read_recipients (old, TRUE), *path = g_strconcat ("envelope/", field, NULL);

  if (value == NULL)
    return;
  words_add (play->words, step->on, NULL, seen, "");
  /* It has to go to somebody. */
  if (json_array_get_length (value) > 0 || !g_str_equal (field, "to"))
    json_object_set_array_member (submission, field, json_array_ref (value));
  gone = make_recipients (play, step->desk, old, json_array_ref (value));
  json_object_set_boolean_member (gone, "sent", TRUE);
  json_object_set_object_member (patch, path, gone);
}

/* --- sending it ------------------------------------------------------------------------------------------------------------ */

/* (transfer full): the reply that @keys are */
static JsonObject *
make_reply (Play       *play,
            ModelStep  *step,
            const char *text,
            JsonObject *paragraphs,
            GPtrArray  *keys,
            JsonObject *patch)
{
  FaultCase *c = fault_world_get_case (play->world, step->on);
  g_autoptr (JsonObject) detail = fault_desk_call (play_sit_down (play, step->desk), "{'do':'case','id':'%s'}", c->id);
  const char *newest = csm_json_get_string (detail, "newestMessageId");
  g_autoptr (GString) body = g_string_new (text);
  g_autofree char *reply = NULL, *writer = writer_of (play, step->desk);
  JsonObject *sent = json_object_new (), *submission;

  if (detail == NULL)
    play_bury (play, step->desk);
  reply = g_strdelimit (g_strdup_printf ("{'caseId':'%s','conversationId':'%s','basedOn':'%s','to':[{'address':'%s'}],'subject':'Re: Parcel','undoFor':%u}",
                                         c->id, c->conversation_id, newest != NULL ? newest : c->message_id, c->address,
                                         step->kind == MODEL_SEND_BACK ? UNDO_SECONDS : 0), "'", '"');
  submission = csm_json_parse_object (reply, -1, NULL);
  for (guint i = 0; i < keys->len; i++)
    {
      const char *key = g_ptr_array_index (keys, i);
      JsonObject *paragraph = csm_json_get_object (paragraphs, key), *one = json_object_new (), *gone = make_paragraph (play, step->desk, paragraph, "");
      const char *box = text_in_box (paragraph, writer);
      g_autofree char *path = g_strconcat ("paragraphs/", key, NULL);
      JsonArray *versions = read_versions (paragraph, box);

      g_string_append_printf (body, "\n\n%s", box);
      json_object_set_int_member (one, "rev", seen_rev (paragraph, writer));
      csm_json_set_string (one, "writer", writer);
      json_object_set_object_member (sent, key, one);
      if (versions != NULL)
        json_object_set_array_member (gone, "others", versions);
      json_object_set_boolean_member (gone, "sent", TRUE);
      json_object_set_object_member (patch, path, gone);
    }
  csm_json_set_string (submission, "textBody", body->str);
  json_object_set_object_member (submission, "draftParagraphs", sent);
  return submission;
}

static void
send_draft (Play       *play,
            ModelStep  *step,
            const char *text)
{
  g_autoptr (JsonObject) views = see_all (play, step->desk, "Draft");
  g_autofree char *id = draft_id (play, step);
  JsonObject *paragraphs = csm_json_get_object (get_view (views, id), "paragraphs");
  g_autoptr (GPtrArray) keys = list_keys (paragraphs);
  JsonObject *submission, *patch;
  JsonArray *steps;
  LedgerEntry *entry;
  gint64 group = 0;

  if (keys->len == 0)
    return;
  patch = json_object_new ();
  submission = make_reply (play, step, text, paragraphs, keys, patch);
  for (guint i = 0; i < G_N_ELEMENTS (envelope); i++)
    send_recipients (play, step, get_view (views, id), envelope[i], submission, patch);
  entry = ledger_add (play->ledger, LEDGER_REPLY, step->desk, step->on, csm_json_get_string (submission, "textBody"));
  letters_note (entry, submission);
  steps = json_array_new ();
  add_step (steps, "create", "Submission", NULL, submission);
  add_step (steps, "update", "Draft", id, patch);
  entry->said = perform (play, step->desk, steps, &group);
  if (step->kind == MODEL_SEND_BACK)
    play_take_back (play, step->desk, entry, group);
}

/* --- cases ------------------------------------------------------------------------------------------------------------------ */

static void
hand_over (Play       *play,
           ModelStep  *step,
           const char *text)
{
  LedgerEntry *entry = ledger_add (play->ledger, LEDGER_COMMENT, step->desk, step->on, text);
  const char *id = fault_world_get_case (play->world, step->on)->id;
  JsonObject *owner = json_object_new (), *comment = json_object_new ();
  JsonArray *steps = json_array_new ();

  csm_json_set_string (owner, "ownerId", play->world->people[step->choice % FAULT_N_DESKS]);
  csm_json_set_string (comment, "caseId", id);
  csm_json_set_string (comment, "kind", "handOver");
  csm_json_set_string (comment, "body", text);
  add_step (steps, "update", "Case", id, owner);
  add_step (steps, "create", "Comment", NULL, comment);
  entry->said = perform (play, step->desk, steps, NULL);
}

gboolean
play_together (Play       *play,
               ModelStep  *step,
               const char *text)
{
  FaultCase *c = fault_world_get_case (play->world, step->on), *other = fault_world_get_case (play->world, step->on + 1 + step->choice % 2);

  switch (step->kind)
    {
    case MODEL_TASK:
      make_task (play, step, text);
      return TRUE;
    case MODEL_TASK_WORK:
      work_on_task (play, step, text);
      return TRUE;
    case MODEL_TASK_AWAY:
      throw_task_away (play, step);
      return TRUE;
    case MODEL_WRITE:
      write_draft (play, step);
      return TRUE;
    case MODEL_RECIPIENT:
      write_recipients (play, step);
      return TRUE;
    case MODEL_SEND:
    case MODEL_SEND_BACK:
      send_draft (play, step, text);
      return TRUE;
    case MODEL_HAND_OVER:
      hand_over (play, step, text);
      return TRUE;
    case MODEL_BRIEF:
      change (play, step, "Case", c->id, "{'brief/%s':{'text':'%s'}}", step->choice % 2 != 0 ? "facts" : "next", text);
      return TRUE;
    case MODEL_MERGE:
      change (play, step, "Case", c->id, "{'mergedIntoId':'%s'}", other->id);
      return TRUE;
    case MODEL_UNMERGE:
      change (play, step, "Case", c->id, "{'mergedIntoId':null}");
      return TRUE;
    case MODEL_MOVE:
      change (play, step, "Conversation", c->conversation_id, "{'caseId':'%s'}", other->id);
      return TRUE;
    default:
      return FALSE;
    }
}

/* --- what is refused ---------------------------------------------------------------------------------------------------------- */

gboolean
play_may_refuse (JsonObject *op)
{
  const char *error = csm_json_get_string (op, "error"), *type = csm_json_get_string (op, "type");
  JsonObject *payload = csm_json_get_object (op, "payload");

  if (g_strcmp0 (error, "recordMismatch") == 0 || g_strcmp0 (error, "caseMoved") == 0)
    return TRUE;
  /* Somebody has thrown the task away. */
  if (g_strcmp0 (type, "Task") == 0)
    return g_strcmp0 (error, "notFound") == 0;
  /* No case goes into itself. */
  return g_strcmp0 (type, "Case") == 0 && g_strcmp0 (error, "invalidProperties") == 0 && payload != NULL && json_object_has_member (payload, "mergedIntoId");
}

/* Of what people let go: what can't be told from one text. */
void
play_drop (Play       *play,
           JsonObject *op)
{
  JsonObject *payload = csm_json_get_object (op, "payload");
  g_autoptr (GList) names = payload != NULL ? json_object_get_members (payload) : NULL;

  for (GList *l = names; l != NULL; l = l->next)
    {
      LedgerEntry *entry = g_str_has_prefix (l->data, "checklist/")
                             ? ledger_find (play->ledger, csm_json_get_string (csm_json_get_object (payload, l->data), "title")) : NULL;

      if (entry != NULL)
        entry->said = LEDGER_DROPPED;
    }
}
