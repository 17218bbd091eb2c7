/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-ledger.h"

#include "csm-json.h"
#include "fault-letters.h"

static void
entry_free (gpointer data)
{
  LedgerEntry *entry = data;

  g_free (entry->text);
  g_free (entry->seen);
  g_free (entry->over);
  for (guint i = 0; i < LEDGER_N_RECIPIENTS; i++)
    g_free (entry->recipients[i]);
  g_free (entry);
}

GPtrArray *
ledger_new (void)
{
  return g_ptr_array_new_with_free_func (entry_free);
}

LedgerEntry *
ledger_add (GPtrArray  *ledger,
            LedgerKind  kind,
            guint       desk,
            guint       on,
            const char *text)
{
  LedgerEntry *entry = g_new0 (LedgerEntry, 1);

  entry->kind = kind;
  entry->desk = desk;
  entry->on = on;
  entry->text = g_strdup (text);
  g_ptr_array_add (ledger, entry);
  return entry;
}

LedgerEntry *
ledger_find (GPtrArray  *ledger,
             const char *text)
{
  for (guint i = 0; i < ledger->len; i++)
    {
      LedgerEntry *entry = g_ptr_array_index (ledger, i);

      if (g_strcmp0 (entry->text, text) == 0)
        return entry;
    }
  return NULL;
}

/* --- records that are made ---------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmTypeId   type;
  const char *member;
} Place;

static const Place places[] = {
  [LEDGER_COMMENT] = { CSM_TYPE_ID_COMMENT, "body" },
  [LEDGER_ATTACHMENT] = { CSM_TYPE_ID_COMMENT, "body" },
  [LEDGER_REPLY] = { CSM_TYPE_ID_SUBMISSION, "textBody" },
  [LEDGER_TAG] = { CSM_TYPE_ID_TAG, "name" },
  [LEDGER_TASK] = { CSM_TYPE_ID_TASK, "title" },
};

static gboolean
is_taken_back (LedgerEntry *entry,
               JsonObject  *record)
{
  if (entry->kind == LEDGER_REPLY)
    return g_strcmp0 (csm_json_get_string (record, "undoStatus"), "canceled") == 0;
  return csm_json_get_boolean (record, "deleted");
}

static gboolean
has_attachment (JsonObject *record)
{
  JsonArray *attachments = csm_json_get_array (record, "attachments");
  const char *blob = attachments != NULL && json_array_get_length (attachments) == 1
                       ? csm_json_get_string (json_array_get_object_element (attachments, 0), "blobId") : NULL;

  return blob != NULL && !g_str_has_prefix (blob, "local-");
}

static void
audit_made (LedgerEntry *entry,
            JsonArray   *records,
            GPtrArray   *findings)
{
  static const char * const said[] = { "not answered", "done", "taken back", "dropped" };
  guint there = 0, taken_back = 0, bare = 0;
  gboolean right;

  for (guint i = 0; i < json_array_get_length (records); i++)
    {
      JsonObject *record = json_array_get_object_element (records, i);

      if (g_strcmp0 (csm_json_get_string (record, places[entry->kind].member), entry->text) != 0)
        continue;
      there++;
      taken_back += is_taken_back (entry, record);
      bare += entry->kind == LEDGER_ATTACHMENT && !has_attachment (record);
    }
  switch (entry->said)
    {
    case LEDGER_DONE:
      right = there == 1 && taken_back == 0;
      break;
    case LEDGER_TAKEN_BACK:
      right = there == taken_back && there <= 1;
      break;
    case LEDGER_DROPPED:
      right = there == 0;
      break;
    case LEDGER_UNKNOWN:
    default:
      right = there <= 1;
      break;
    }
  if (!right)
    g_ptr_array_add (findings, g_strdup_printf ("“%s” was %s, and is there %u times, %u of them taken back", entry->text, said[entry->said], there, taken_back));
  if (bare > 0)
    g_ptr_array_add (findings, g_strdup_printf ("“%s” has lost its attachment", entry->text));
}

/* An item is there as long as its task is. */
static void
audit_item (LedgerEntry *entry,
            JsonArray   *tasks,
            GPtrArray   *findings)
{
  for (guint i = 0; i < json_array_get_length (tasks); i++)
    {
      JsonObject *task = json_array_get_object_element (tasks, i), *list = csm_json_get_object (task, "checklist");
      g_autoptr (GList) items = list != NULL ? json_object_get_values (list) : NULL;
      gboolean there = FALSE;

      if (g_strcmp0 (csm_json_get_string (task, "id"), entry->seen) != 0)
        continue;
      for (GList *l = items; l != NULL; l = l->next)
        there |= g_strcmp0 (csm_json_get_string (json_node_get_object (l->data), "title"), entry->text) == 0;
      if (!there && entry->said == LEDGER_DONE)
        g_ptr_array_add (findings, g_strdup_printf ("the item “%s” is in no list", entry->text));
    }
}

/* --- values that are written over ------------------------------------------------------------------------------------------ */

/* Whether somebody who saw @value has written another over it. */
static LedgerEntry *
find_successor (GPtrArray  *ledger,
                LedgerKind  kind,
                guint       on,
                const char *value)
{
  for (guint i = 0; i < ledger->len; i++)
    {
      LedgerEntry *entry = g_ptr_array_index (ledger, i);

      if (entry->kind == kind && entry->on == on && entry->said == LEDGER_DONE &&
          (g_strcmp0 (entry->seen, value) == 0 || g_strcmp0 (entry->over, value) == 0) && g_strcmp0 (entry->text, value) != 0)
        return entry;
    }
  return NULL;
}

/*
 * What is there was written by somebody, and nobody who saw it has written another over it. With @guarded, whatever
 * was written over had been seen by who did it.
 */
static void
audit_written (GPtrArray  *ledger,
               LedgerKind  kind,
               guint       on,
               const char *value,
               GPtrArray  *findings)
{
  LedgerEntry *successor = find_successor (ledger, kind, on, value);
  gboolean known = value == NULL;

  if (successor != NULL)
    g_ptr_array_add (findings, g_strdup_printf ("case %u has %s again, over which somebody had written %s", on, value, successor->text));
  for (guint i = 0; i < ledger->len; i++)
    {
      LedgerEntry *entry = g_ptr_array_index (ledger, i);

      if (entry->kind != kind || entry->on != on)
        continue;
      known = known || g_strcmp0 (entry->text, value) == 0;
      if (g_strcmp0 (entry->text, value) == 0 && entry->said == LEDGER_DROPPED)
        g_ptr_array_add (findings, g_strdup_printf ("case %u has %s, which was let go", on, value));
      if (entry->said == LEDGER_DONE && value == NULL)
        g_ptr_array_add (findings, g_strdup_printf ("case %u has nothing, after %s", on, entry->text));
      if (kind == LEDGER_DUE && entry->said == LEDGER_DONE && g_strcmp0 (entry->text, value) != 0 && find_successor (ledger, kind, on, entry->text) == NULL)
        g_ptr_array_add (findings, g_strdup_printf ("case %u has %s: who wrote it over %s had not seen that", on, value, entry->text));
    }
  if (!known)
    g_ptr_array_add (findings, g_strdup_printf ("case %u has %s, which nobody wrote", on, value));
}

static void
audit_draft (FaultWorld *world,
             GPtrArray  *ledger,
             guint       desk,
             guint       on,
             GPtrArray  *findings)
{
  LedgerEntry *last = NULL;
  g_autoptr (JsonObject) detail = NULL;
  const char *draft;

  for (guint i = 0; i < ledger->len; i++)
    {
      LedgerEntry *entry = g_ptr_array_index (ledger, i);

      if (entry->kind == LEDGER_DRAFT && entry->desk == desk && entry->on == on)
        last = entry;
    }
  if (last == NULL || last->said != LEDGER_DONE)
    return;
  detail = fault_desk_call (world->desks[desk], "{'do':'case','id':'%s'}", fault_world_get_case (world, on)->id);
  draft = csm_json_get_string (detail, "draft");
  if (g_strcmp0 (draft, last->text) != 0)
    g_ptr_array_add (findings, g_strdup_printf ("desk %u has the draft “%s” instead of “%s”", desk, draft, last->text));
}

static void
audit_cases (GPtrArray  *ledger,
             FaultWorld *world,
             GPtrArray  *findings)
{
  for (guint on = 0; on < world->cases->len; on++)
    {
      g_autoptr (JsonObject) record = fault_world_find (world, CSM_TYPE_ID_CASE, fault_world_get_case (world, on)->id);

      audit_written (ledger, LEDGER_GOAL, on, csm_json_get_string (record, "goal"), findings);
      audit_written (ledger, LEDGER_DUE, on, csm_json_get_string (record, "dueAt"), findings);
      for (guint desk = 0; desk < FAULT_N_DESKS; desk++)
        audit_draft (world, ledger, desk, on, findings);
    }
}

/* All of it has left by now. */
static void
audit_letters (GPtrArray  *ledger,
               FaultWorld *world,
               GPtrArray  *findings)
{
  g_autoptr (JsonArray) submissions = fault_server_read_type (world->server, csm_record_type_get (CSM_TYPE_ID_SUBMISSION));
  g_autoptr (JsonArray) messages = fault_server_read_type (world->server, csm_record_type_get (CSM_TYPE_ID_MESSAGE));

  letters_audit (ledger, submissions, messages, world->lab->sink, findings);
}

void
ledger_audit (GPtrArray  *ledger,
              FaultWorld *world,
              GPtrArray  *findings)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  JsonArray *records[CSM_N_TYPES] = { NULL };

  audit_cases (ledger, world, findings);
  g_assert_true (fault_server_resume (world->server, world->tokens[FAULT_ANA]));
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      if (records[places[i].type] == NULL)
        records[places[i].type] = fault_server_read_type (world->server, csm_record_type_get (places[i].type));
    }
  for (guint i = 0; i < ledger->len; i++)
    {
      LedgerEntry *entry = g_ptr_array_index (ledger, i);

      if (entry->kind < G_N_ELEMENTS (places))
        audit_made (entry, records[places[entry->kind].type], findings);
      else if (entry->kind == LEDGER_ITEM)
        audit_item (entry, records[CSM_TYPE_ID_TASK], findings);
    }
  for (guint i = 0; i < json_array_get_length (records[CSM_TYPE_ID_SUBMISSION]); i++)
    g_ptr_array_add (texts, g_strdup (csm_json_get_string (json_array_get_object_element (records[CSM_TYPE_ID_SUBMISSION], i), "textBody")));
  g_ptr_array_add (texts, NULL);
  fault_world_audit_sends (world, findings, (const char * const *) texts->pdata);
  audit_letters (ledger, world, findings);
  for (guint i = 0; i < CSM_N_TYPES; i++)
    g_clear_pointer (&records[i], json_array_unref);
}
