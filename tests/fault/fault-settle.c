/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-world.h"

#include <string.h>

#include "csm-json.h"
#include "fault-audit.h"

/* The oracle of what clients do: what every desk shows is what the server has, and what people sent has left once. */

/* A reply that can be taken back for a minute leaves after it. */
#define LEAVE_SECONDS 90
#define LOOK_MS 20
#define HURRY_SECONDS 20

/*
 * What waits here changes what is shown, and only here. NULL when the desk died. @still: (out): all of it waits for a person, so
 * nothing is on its way
 */
static GHashTable *
read_waiting (FaultDesk *desk,
              gboolean  *still)
{
  g_autoptr (JsonObject) answer = fault_desk_call (desk, "{'do':'outbox'}");
  JsonArray *ops = csm_json_get_array (answer, "ops");
  GHashTable *ids;

  if (answer == NULL)
    return NULL;
  g_assert_nonnull (ops);
  ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  *still = TRUE;
  for (guint i = 0; i < json_array_get_length (ops); i++)
    {
      JsonObject *op = json_array_get_object_element (ops, i);
      const char *case_id = csm_json_get_string (op, "caseId");

      *still = *still && g_strcmp0 (csm_json_get_string (op, "state"), "parked") == 0;
      g_hash_table_add (ids, g_strdup (csm_json_get_string (op, "recordId")));
      if (case_id != NULL)
        g_hash_table_add (ids, g_strdup (case_id));
    }
  return ids;
}

static gboolean
is_equal (JsonObject *a,
          JsonObject *b)
{
  g_autoptr (JsonNode) x = NULL, y = NULL;

  if (a == NULL || b == NULL)
    return a == b;
  x = json_node_init_object (json_node_alloc (), a);
  y = json_node_init_object (json_node_alloc (), b);
  return json_node_equal (x, y);
}

static char *
describe (JsonObject *record)
{
  return record != NULL ? csm_json_write_object (record) : g_strdup ("nothing");
}

static char *
compare_record (const CsmRecordType *type,
                const char          *id,
                JsonObject          *theirs,
                JsonObject          *ours,
                gboolean             waits)
{
  JsonObject *base = csm_json_get_object (ours, "base"), *view = csm_json_get_object (ours, "view");
  const char *what = !is_equal (theirs, base) ? "has" : !waits && !is_equal (theirs, view) ? "shows" : NULL;
  g_autofree char *a = NULL, *b = NULL;

  if (what == NULL)
    return NULL;
  a = describe (theirs);
  b = describe (g_str_equal (what, "has") ? base : view);
  return g_strdup_printf ("of the %s %s the server has %s, the desk %s %s", type->name, id, a, what, b);
}

/* What was merged into another case is nothing to work in: its history comes when somebody reads the one that stays. */
static gboolean
is_put_away (JsonObject *dump,
             JsonObject *record)
{
  const char *case_id = csm_json_get_string (record, "caseId");
  JsonObject *case_ = case_id != NULL ? csm_json_get_object (csm_json_get_object (dump, "Case"), case_id) : NULL;

  return csm_json_get_string (csm_json_get_object (case_, "base"), "mergedIntoId") != NULL;
}

/* (nullable): what differs first. @reached: (out): how far the server is with them */
static char *
compare_type (FaultServer         *server,
              const CsmRecordType *type,
              JsonObject          *dump,
              GHashTable          *waiting,
              char               **reached)
{
  JsonObject *ours = csm_json_get_object (dump, type->name);
  g_autoptr (JsonArray) theirs = fault_server_read_state (server, type, reached);
  g_autoptr (GHashTable) there = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GList) ids = json_object_get_members (ours);

  for (guint i = 0; theirs != NULL && i < json_array_get_length (theirs); i++)
    {
      JsonObject *record = json_array_get_object_element (theirs, i);
      const char *id = csm_json_get_string (record, "id");
      gboolean put_away = type->id == CSM_TYPE_ID_EVENT && csm_json_get_object (ours, id) == NULL && is_put_away (dump, record);
      char *difference = put_away ? NULL : compare_record (type, id, record, csm_json_get_object (ours, id), g_hash_table_contains (waiting, id));

      if (difference != NULL)
        return difference;
      g_hash_table_add (there, (gpointer) id);
    }
  for (GList *l = ids; l != NULL; l = l->next)
    {
      if (!g_hash_table_contains (there, l->data) && !g_hash_table_contains (waiting, l->data))
        return g_strdup_printf ("the desk has the %s %s, the server doesn't", type->name, (const char *) l->data);
    }
  return NULL;
}

/*
 * @certain: (out): the desk says that it has all that the server has now, and what it has was read in one with that: this
 * will not mend itself. Nor will a desk that has died.
 */
static char *
compare (FaultWorld *self,
         guint       desk,
         gboolean   *certain)
{
  g_autoptr (JsonObject) dump = fault_desk_call (self->desks[desk], "{'do':'dump'}");
  gboolean still = FALSE;
  g_autoptr (GHashTable) waiting = dump != NULL ? read_waiting (self->desks[desk], &still) : NULL;
  char *difference = NULL;

  *certain = waiting == NULL;
  if (waiting == NULL)
    return g_strdup ("it died");
  g_assert_false (json_object_has_member (dump, "error"));
  g_assert_true (fault_server_resume (self->server, self->tokens[desk]));
  for (guint i = 0; i < CSM_N_TYPES && difference == NULL; i++)
    {
      const CsmRecordType *type = csm_record_type_get ((CsmTypeId) i);
      const char *cursor = csm_json_get_string (csm_json_get_object (dump, "cursors"), type->name);
      g_autofree char *reached = NULL;

      difference = compare_type (self->server, type, dump, waiting, &reached);
      *certain = difference != NULL && still && cursor != NULL && g_strcmp0 (cursor, reached) == 0;
    }
  return difference;
}

typedef struct
{
  FaultWorld *self;
  guint       desk;
  gboolean    certain;
  char       *difference;
} Look;

static gboolean
is_same (gpointer data)
{
  Look *look = data;

  g_free (look->difference);
  look->difference = compare (look->self, look->desk, &look->certain);
  return look->difference == NULL;
}

static gboolean
is_clear (gpointer data)
{
  return is_same (data) || ((Look *) data)->certain;
}

static gboolean
is_past (gpointer data)
{
  return g_get_monotonic_time () >= *(gint64 *) data;
}

gboolean
fault_world_level (FaultWorld *self,
                   guint       desk,
                   guint       ms)
{
  Look look = { self, desk, FALSE, NULL };
  gint64 end = g_get_monotonic_time () + ms * G_TIME_SPAN_MILLISECOND;
  gboolean same;

  while (!is_clear (&look) && !is_past (&end))
    {
      gint64 next = g_get_monotonic_time () + LOOK_MS * G_TIME_SPAN_MILLISECOND;

      fault_wait_until (is_past, &next, 1);
    }
  same = look.difference == NULL;
  g_free (look.difference);
  return same;
}

/* Somebody who sees that there is no network tries again, now and then: how long a desk waits by itself is not what is looked at. */
static gboolean
comes_to_rest (FaultWorld *self,
               guint       desk)
{
  for (guint waited = 0; waited < self->patience; waited += HURRY_SECONDS)
    {
      g_autoptr (JsonObject) hurried = fault_desk_call (self->desks[desk], "{'do':'retry'}");

      if (fault_desk_wait (self->desks[desk], "quiet", MIN (HURRY_SECONDS, self->patience - waited)))
        return TRUE;
    }
  return FALSE;
}

/* The last change may still be on its way. */
static void
settle_desk (FaultWorld *self,
             guint       desk,
             GPtrArray  *findings)
{
  FaultDesk *d = self->desks[desk];
  Look look = { self, desk, FALSE, NULL };
  g_autoptr (JsonObject) check = NULL;

  if (d->process == NULL)
    g_assert_true (fault_world_open_desk (self, desk, NULL, 0));
  if (!comes_to_rest (self, desk))
    {
      g_autoptr (JsonObject) status = fault_desk_call (d, "{'do':'status'}");
      g_autoptr (JsonObject) outbox = fault_desk_call (d, "{'do':'outbox'}");
      g_autofree char *a = describe (status), *b = describe (outbox);

      g_ptr_array_add (findings, g_strdup_printf ("desk %u never comes to rest: %s %s", desk, a, b));
      return;
    }
  if (!fault_wait_until (is_clear, &look, self->patience) || look.difference != NULL)
    g_ptr_array_add (findings, g_strdup_printf ("desk %u: %s", desk, look.difference));
  g_free (look.difference);
  check = fault_desk_call (d, "{'do':'check'}");
  if (g_strcmp0 (csm_json_get_string (check, "integrity"), "ok") != 0)
    {
      g_autofree char *text = describe (check);

      g_ptr_array_add (findings, g_strdup_printf ("desk %u: %s", desk, text));
    }
}

/* Without @findings, what is wrong ends the test. */
void
fault_world_settle_desk (FaultWorld *self,
                         guint       desk,
                         GPtrArray  *findings)
{
  g_autoptr (GPtrArray) own = g_ptr_array_new_with_free_func (g_free);

  settle_desk (self, desk, findings != NULL ? findings : own);
  fault_assert_none (own);
}

void
fault_world_settle (FaultWorld *self,
                    GPtrArray  *findings)
{
  g_autoptr (GPtrArray) own = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < FAULT_N_DESKS; i++)
    fault_proxy_calm (self->proxies[i]);
  if (self->server == NULL)
    fault_world_start_server (self, NULL);
  if (findings == NULL)
    findings = own;
  /* The first thing that is wrong is enough. */
  for (guint i = 0; i < FAULT_N_DESKS && findings->len == 0; i++)
    settle_desk (self, i, findings);
  fault_assert_none (own);
}

/* --- sends -------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  FaultWorld *self;
  JsonArray  *submissions;
  JsonArray  *messages;
} Sent;

static guint
count_where (JsonArray  *records,
             const char *member,
             const char *value)
{
  guint count = 0;

  for (guint i = 0; i < json_array_get_length (records); i++)
    count += g_strcmp0 (csm_json_get_string (json_array_get_object_element (records, i), member), value) == 0;
  return count;
}

/* No undo window is open, and no mail is on its way. */
static gboolean
has_left (gpointer data)
{
  Sent *sent = data;
  guint n_left = 0;

  g_clear_pointer (&sent->submissions, json_array_unref);
  g_clear_pointer (&sent->messages, json_array_unref);
  sent->submissions = fault_server_read_type (sent->self->server, csm_record_type_get (CSM_TYPE_ID_SUBMISSION));
  sent->messages = fault_server_read_type (sent->self->server, csm_record_type_get (CSM_TYPE_ID_MESSAGE));
  for (guint i = 0; i < json_array_get_length (sent->messages); i++)
    {
      JsonObject *delivery = csm_json_get_object (json_array_get_object_element (sent->messages, i), "delivery");
      const char *state = csm_json_get_string (delivery, "state");

      if (g_strcmp0 (state, "queued") == 0 || g_strcmp0 (state, "handedOver") == 0)
        return FALSE;
      n_left += state != NULL;
    }
  return count_where (sent->submissions, "undoStatus", "pending") == 0 &&
         n_left == json_array_get_length (sent->submissions) - count_where (sent->submissions, "undoStatus", "canceled");
}

static void
audit_submission (Sent       *sent,
                  JsonObject *submission,
                  char      **sink,
                  GPtrArray  *findings)
{
  const char *id = csm_json_get_string (submission, "id"), *text = csm_json_get_string (submission, "textBody");
  gboolean canceled = g_strcmp0 (csm_json_get_string (submission, "undoStatus"), "canceled") == 0;
  guint n_messages = 0, n_lines = 0;
  gboolean unknown = FALSE;

  for (guint i = 0; i < json_array_get_length (sent->messages); i++)
    {
      JsonObject *message = json_array_get_object_element (sent->messages, i);

      if (g_strcmp0 (csm_json_get_string (message, "submissionId"), id) != 0)
        continue;
      n_messages++;
      /* The server died while it handed it over: nobody knows, and it says so. */
      unknown = g_strcmp0 (csm_json_get_string (csm_json_get_object (message, "delivery"), "state"), "unknown") == 0;
      for (char **line = sink; *line != NULL; line++)
        n_lines += g_strcmp0 (*line, csm_json_get_string (message, "messageId")) == 0;
    }
  if (n_messages != !canceled || (unknown ? n_lines > 1 : n_lines != !canceled))
    g_ptr_array_add (findings, g_strdup_printf ("the %s “%s” became %u messages and reached the sink %u times", canceled ? "canceled reply" : "reply", text, n_messages, n_lines));
}

void
fault_world_audit_sends (FaultWorld         *self,
                         GPtrArray          *findings,
                         const char * const *texts)
{
  Sent sent = { self, NULL, NULL };
  g_auto (GStrv) sink = NULL;
  guint n_lines;

  g_assert_true (fault_server_resume (self->server, self->tokens[FAULT_ANA]));
  if (!fault_wait_until (has_left, &sent, LEAVE_SECONDS))
    g_ptr_array_add (findings, g_strdup ("a mail never left"));
  sink = fault_lab_read_sink (self->lab);
  n_lines = g_strv_length (sink);
  for (const char * const *text = texts; *text != NULL; text++)
    {
      guint count = count_where (sent.submissions, "textBody", *text);

      if (count != 1)
        g_ptr_array_add (findings, g_strdup_printf ("the reply “%s” is there %u times", *text, count));
    }
  for (guint i = 0; i < json_array_get_length (sent.submissions); i++)
    audit_submission (&sent, json_array_get_object_element (sent.submissions, i), sink, findings);
  if (json_array_get_length (sent.submissions) != g_strv_length ((char **) texts))
    g_ptr_array_add (findings, g_strdup_printf ("%u replies were made, the server has %u", g_strv_length ((char **) texts), json_array_get_length (sent.submissions)));
  if (n_lines > json_array_get_length (sent.submissions))
    g_ptr_array_add (findings, g_strdup_printf ("%u mails reached the sink", n_lines));
  json_array_unref (sent.submissions);
  json_array_unref (sent.messages);
}

/* --- for tests that end with the first thing that is wrong ------------------------------------------------------------- */

void
fault_world_assert_settled (FaultWorld *self)
{
  fault_world_settle (self, NULL);
}

void
fault_world_assert_sends (FaultWorld         *self,
                          const char * const *texts)
{
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);

  fault_world_audit_sends (self, findings, texts);
  fault_assert_none (findings);
}

void
fault_world_assert_comments (FaultWorld *self,
                             const char *body,
                             guint       count)
{
  guint there = fault_world_count (self, CSM_TYPE_ID_COMMENT, "body", body);

  if (there != count)
    g_error ("“%s” is there %u times", body, there);
}
