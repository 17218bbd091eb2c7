/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-world.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "csm-json.h"

#define SYNC_SECONDS 60
#define PATIENCE 60
#define REST_MS 1500

static void
case_free (gpointer data)
{
  FaultCase *c = data;

  g_free (c->id);
  g_free (c->conversation_id);
  g_free (c->message_id);
  g_free (c->address);
  g_free (c);
}

static char *
desk_directory (const char *folder,
                guint       desk)
{
  g_autofree char *name = g_strdup_printf ("desk-%u", desk);

  return g_build_filename (folder, name, NULL);
}

/* --- making it -------------------------------------------------------------------------------------------------------- */

static char *
first_text (JsonArray  *records,
            const char *member,
            const char *value,
            const char *wanted)
{
  for (guint i = 0; i < json_array_get_length (records); i++)
    {
      JsonObject *record = json_array_get_object_element (records, i);

      if (value == NULL || g_strcmp0 (csm_json_get_string (record, member), value) == 0)
        return g_strdup (csm_json_get_string (record, wanted));
    }
  g_error ("no record whose %s is %s", member, value);
}

/* The order in which their customers wrote. */
static int
compare_cases (gconstpointer a,
               gconstpointer b)
{
  return strcmp ((*(FaultCase * const *) a)->address, (*(FaultCase * const *) b)->address);
}

static void
read_cases (FaultWorld *self)
{
  g_autoptr (JsonArray) messages = fault_server_get_all (self->server, "Message");
  g_autoptr (JsonArray) people = fault_server_get_all (self->server, "Person");
  g_autoptr (JsonArray) teams = fault_server_get_all (self->server, "Team");

  self->people[FAULT_ANA] = first_text (people, "email", FAULT_PERSON, "id");
  self->people[FAULT_ANAS_LAPTOP] = g_strdup (self->people[FAULT_ANA]);
  self->people[FAULT_BEN] = first_text (people, "email", FAULT_COLLEAGUE, "id");
  self->team = first_text (teams, NULL, NULL, "id");
  self->workspace = g_strdup (self->server->workspace);
  for (guint i = 0; i < json_array_get_length (messages); i++)
    {
      JsonObject *message = json_array_get_object_element (messages, i);
      FaultCase *c = g_new0 (FaultCase, 1);

      c->id = g_strdup (csm_json_get_string (message, "caseId"));
      c->conversation_id = g_strdup (csm_json_get_string (message, "conversationId"));
      c->message_id = g_strdup (csm_json_get_string (message, "id"));
      c->address = g_strdup (csm_json_get_string (json_array_get_object_element (csm_json_get_array (message, "from"), 0), "address"));
      g_ptr_array_add (self->cases, c);
    }
  g_ptr_array_sort (self->cases, compare_cases);
}

static void
add_people (FaultWorld *self,
            guint       n_cases)
{
  g_autofree char *password = g_build_filename (self->lab->dir, "password", NULL);

  g_assert_cmpint (fault_lab_run (self->lab, NULL, NULL, NULL, "user", "add", FAULT_COLLEAGUE, "--name", "Ben Okafor", "--role", "agent",
                                  "--team", "Service", "--password-file", password, NULL), ==, 0);
  /* The lab has the first. */
  for (guint i = 1; i < n_cases; i++)
    fault_world_deliver (self, i * 4);
}

static void
sync_caches (FaultWorld *self)
{
  for (guint i = 0; i < FAULT_N_DESKS; i++)
    {
      g_autofree char *directory = desk_directory (self->caches, i);
      g_autoptr (FaultDesk) desk = fault_desk_new (self->server->url, self->tokens[i], directory);

      g_assert_true (fault_desk_open (desk, NULL));
      json_object_unref (fault_desk_call (desk, "{'do':'start'}"));
      g_assert_true (fault_desk_wait (desk, "quiet", SYNC_SECONDS));
      fault_desk_close (desk);
    }
}

FaultWorld *
fault_world_new (guint n_cases)
{
  FaultWorld *self = g_new0 (FaultWorld, 1);
  g_autofree char *copies = NULL;

  self->patience = PATIENCE;
  self->rest_ms = REST_MS;
  self->lab = fault_lab_new ();
  self->cases = g_ptr_array_new_with_free_func (case_free);
  self->caches = g_build_filename (self->lab->dir, "caches", NULL);
  g_mkdir (self->caches, 0700);
  copies = self->lab->data;
  self->lab->data = g_strdup (self->lab->first);
  add_people (self, n_cases);
  self->server = fault_server_start (self->lab, NULL);
  for (guint i = 0; i < FAULT_N_DESKS; i++)
    {
      fault_server_sign_in_as (self->server, i == FAULT_BEN ? FAULT_COLLEAGUE : FAULT_PERSON);
      self->tokens[i] = g_strdup (self->server->token);
    }
  read_cases (self);
  sync_caches (self);
  fault_world_stop_server (self);
  g_free (self->lab->data);
  self->lab->data = g_steal_pointer (&copies);
  return self;
}

void
fault_world_end (FaultWorld *self)
{
  for (guint i = 0; i < FAULT_N_DESKS; i++)
    {
      g_clear_pointer (&self->desks[i], fault_desk_free);
      g_clear_pointer (&self->proxies[i], fault_proxy_free);
    }
  g_clear_pointer (&self->server, fault_server_free);
}

void
fault_world_free (FaultWorld *self)
{
  fault_world_end (self);
  for (guint i = 0; i < FAULT_N_DESKS; i++)
    {
      g_free (self->tokens[i]);
      g_free (self->people[i]);
    }
  g_ptr_array_unref (self->cases);
  g_free (self->team);
  g_free (self->workspace);
  g_free (self->caches);
  fault_lab_free (self->lab);
  g_free (self);
}

void
fault_world_start_over (FaultWorld *self,
                        guint32     seed)
{
  g_autofree char *copies = g_build_filename (self->lab->dir, "desks", NULL);

  fault_world_end (self);
  self->lab->clock = 0;
  self->lab->warns = FALSE;
  self->lab->restored = FALSE;
  fault_lab_start_over (self->lab);
  fault_lab_copy (self->caches, copies);
  for (guint i = 0; i < FAULT_N_DESKS; i++)
    {
      g_autofree char *directory = desk_directory (copies, i);

      self->proxies[i] = fault_proxy_new (seed * FAULT_N_DESKS + i);
      self->desks[i] = fault_desk_new (fault_proxy_get_url (self->proxies[i]), self->tokens[i], directory);
    }
  fault_world_start_server (self, NULL);
}

/* --- the server ----------------------------------------------------------------------------------------------------------- */

void
fault_world_start_server (FaultWorld *self,
                          const char *failpoint)
{
  self->server = fault_server_start (self->lab, failpoint);
  for (guint i = 0; i < FAULT_N_DESKS && self->proxies[i] != NULL; i++)
    fault_proxy_set_upstream (self->proxies[i], self->server->url);
}

static void
forget_server (FaultWorld *self)
{
  for (guint i = 0; i < FAULT_N_DESKS && self->proxies[i] != NULL; i++)
    fault_proxy_set_upstream (self->proxies[i], NULL);
  g_clear_pointer (&self->server, fault_server_free);
}

void
fault_world_kill_server (FaultWorld *self)
{
  g_subprocess_force_exit (self->server->process);
  fault_server_wait (self->server);
  forget_server (self);
}

void
fault_world_stop_server (FaultWorld *self)
{
  g_assert_cmpint (fault_server_stop (self->server), ==, 0);
  forget_server (self);
}

void
fault_world_deliver (FaultWorld *self,
                     guint       mail)
{
  g_autofree char *text = fault_lab_make_mail (mail);

  g_assert_cmpint (fault_lab_run (self->lab, NULL, text, NULL, "deliver", "--channel", FAULT_CHANNEL, NULL), ==, 0);
}

void
fault_world_answer (FaultWorld *self,
                    guint       number,
                    const char *text)
{
  g_autofree char *mail = fault_lab_make_answer (number % self->cases->len * 4, text);

  g_assert_cmpint (fault_lab_run (self->lab, NULL, mail, NULL, "deliver", "--channel", FAULT_CHANNEL, NULL), ==, 0);
}

/* --- the desks ------------------------------------------------------------------------------------------------------------- */

gboolean
fault_world_open_desk (FaultWorld *self,
                       guint       desk,
                       const char *failpoint,
                       guint       seconds)
{
  g_autoptr (JsonObject) started = NULL;

  if (!fault_desk_open (self->desks[desk], failpoint))
    return FALSE;
  started = fault_desk_call (self->desks[desk], "{'do':'start'}");
  return started != NULL && (seconds == 0 || fault_desk_wait (self->desks[desk], "quiet", seconds));
}

FaultCase *
fault_world_get_case (FaultWorld *self,
                      guint       number)
{
  return g_ptr_array_index (self->cases, number % self->cases->len);
}

JsonObject *
fault_world_patch (FaultWorld *self,
                   guint       desk,
                   guint       number,
                   const char *patch)
{
  return fault_desk_call (self->desks[desk], "{'do':'perform','label':'Change','steps':[{'kind':'update','type':'Case','id':'%s','patch':%s}]}",
                          fault_world_get_case (self, number)->id, patch);
}

JsonObject *
fault_world_comment (FaultWorld *self,
                     guint       desk,
                     guint       number,
                     const char *text)
{
  return fault_desk_call (self->desks[desk],
                          "{'do':'perform','label':'Comment','steps':[{'kind':'create','type':'Comment','record':{'caseId':'%s','body':'%s'}}]}",
                          fault_world_get_case (self, number)->id, text);
}

/* Answers the newest message that the desk knows of. */
JsonObject *
fault_world_reply (FaultWorld *self,
                   guint       desk,
                   guint       number,
                   const char *text,
                   guint       undo_for)
{
  g_autofree char *to = g_strdup_printf ("{\"to\":[{\"address\":\"%s\"}]}", fault_world_get_case (self, number)->address);
  g_autoptr (JsonObject) recipients = csm_json_parse_object (to, -1, NULL);

  return fault_world_reply_to (self, desk, number, text, undo_for, recipients);
}

JsonObject *
fault_world_reply_to (FaultWorld *self,
                      guint       desk,
                      guint       number,
                      const char *text,
                      guint       undo_for,
                      JsonObject *recipients)
{
  FaultCase *c = fault_world_get_case (self, number);
  g_autofree char *whom = csm_json_write_object (recipients);
  g_autoptr (JsonObject) detail = fault_desk_call (self->desks[desk], "{'do':'case','id':'%s'}", c->id);
  const char *newest = csm_json_get_string (detail, "newestMessageId");

  if (detail == NULL)
    return NULL;
  if (newest == NULL)
    newest = c->message_id;
  return fault_desk_call (self->desks[desk],
                          "{'do':'perform','label':'Reply','steps':[{'kind':'create','type':'Submission','record':{'caseId':'%s','conversationId':'%s',"
                          "'basedOn':'%s','inReplyTo':'%s','subject':'Re: Parcel','textBody':'%s','undoFor':%u,%s}]}",
                          c->id, c->conversation_id, newest, c->message_id, text, undo_for, whom + 1);
}

/* --- what the server has -------------------------------------------------------------------------------------------------- */

JsonObject *
fault_world_find (FaultWorld *self,
                  CsmTypeId   type,
                  const char *id)
{
  g_autoptr (JsonArray) records = NULL;

  g_assert_true (fault_server_resume (self->server, self->tokens[FAULT_ANA]));
  records = fault_server_read_type (self->server, csm_record_type_get (type));
  for (guint i = 0; i < json_array_get_length (records); i++)
    {
      JsonObject *record = json_array_get_object_element (records, i);

      if (g_strcmp0 (csm_json_get_string (record, "id"), id) == 0)
        return json_object_ref (record);
    }
  return NULL;
}

guint
fault_world_count (FaultWorld *self,
                   CsmTypeId   type,
                   const char *member,
                   const char *value)
{
  g_autoptr (JsonArray) records = NULL;
  guint count = 0;

  g_assert_true (fault_server_resume (self->server, self->tokens[FAULT_ANA]));
  records = fault_server_read_type (self->server, csm_record_type_get (type));
  for (guint i = 0; i < json_array_get_length (records); i++)
    count += g_strcmp0 (csm_json_get_string (json_array_get_object_element (records, i), member), value) == 0;
  return count;
}

/* --- for tests that end with the first thing that is wrong ------------------------------------------------------------- */

void
fault_done (JsonObject *answer)
{
  if (answer == NULL)
    g_error ("the desk died");
  if (json_object_has_member (answer, "error"))
    g_error ("refused: %s", csm_json_get_string (answer, "error"));
  json_object_unref (answer);
}

void
fault_world_sit_down (FaultWorld *self,
                      guint       desk)
{
  if (!fault_world_open_desk (self, desk, NULL, self->patience))
    g_error ("desk %u does not come to rest", desk);
}

void
fault_world_go_offline (FaultWorld *self,
                        guint       desk)
{
  fault_proxy_set_down (self->proxies[desk], TRUE);
  if (!fault_desk_wait (self->desks[desk], "offline", self->patience))
    g_error ("desk %u does not notice", desk);
}

void
fault_world_go_online (FaultWorld *self,
                       guint       desk)
{
  fault_proxy_set_down (self->proxies[desk], FALSE);
  fault_done (fault_desk_call (self->desks[desk], "{'do':'retry'}"));
  if (!fault_desk_wait (self->desks[desk], "quiet", self->patience))
    g_error ("desk %u does not come to rest", desk);
}

void
fault_desk_sql (FaultDesk  *desk,
                const char *sql)
{
  g_autofree char *path = g_build_filename (desk->directory, "cache.db", NULL);
  sqlite3 *db;
  char *problem = NULL;

  g_assert_null (desk->process);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  if (sqlite3_exec (db, sql, NULL, NULL, &problem) != SQLITE_OK)
    g_error ("%s: %s", sql, problem);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}
