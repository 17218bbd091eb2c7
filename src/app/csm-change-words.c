/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-change-words.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-role.h"

/* Each sentence is one, so that other languages can order it: who, and what. */
static const struct
{
  const char *kind;
  char        letter;   /* of whom or what; 0: any */
  const char *sentence;
} sentences[] = {
  { "created", 'p', N_("%s added %s") },
  { "created", 't', N_("%s added the team %s") },
  { "created", 'h', N_("%s added the channel %s") },
  { "created", 'g', N_("%s added the tag %s") },
  { "changed", 'p', N_("%s changed %s") },
  { "changed", 't', N_("%s changed the team %s") },
  { "changed", 'h', N_("%s changed the channel %s") },
  { "changed", 'g', N_("%s changed the tag %s") },
  { "deleted", 'g', N_("%s deleted the tag %s") },
  { "merged", 'g', N_("%s merged the tag %s into another") },
  { "code", 0, N_("%s gave %s a new code to sign in") },
  { "invitationMailed", 0, N_("%s mailed an invitation to %s") },
  { "signedOut", 0, N_("%s signed %s out") },
  { "mailbox", 0, N_("%s changed the mailbox of %s") },
  { "mailboxRemoved", 0, N_("%s disconnected the mailbox of %s") },
};

static const struct
{
  const char *name;
  const char *label;
} labels[] = {
  { "name", N_("Name") },
  { "email", N_("Email address") },
  { "role", N_("Role") },
  { "active", N_("May sign in") },
  { "teamIds", N_("Teams") },
  { "memberIds", N_("Members") },
  { "department", N_("Department") },
  { "assignment", N_("Who gets new cases") },
  { "escalatesTo", N_("Escalates to") },
  { "address", N_("Address") },
  { "enabled", N_("In use") },
  { "teamId", N_("Team") },
  { "reviewTeamId", N_("Who approves replies") },
  { "acknowledgement", N_("Automatic receipt") },
  { "plusAddressing", N_("Addresses with +") },
  { "color", N_("Colour") },
};

static char *
name_of (CsmDirectory *directory,
         const char   *id)
{
  const char *name = directory != NULL ? csm_directory_name (directory, id) : NULL;

  return g_strdup (name != NULL ? name : _("somebody who is gone"));
}

static char *
say_set (CsmDirectory *directory,
         JsonObject   *set)
{
  g_autoptr (GList) ids = json_object_get_members (set);
  GString *text = g_string_new (NULL);

  for (GList *l = ids; l != NULL; l = l->next)
    {
      g_autofree char *name = name_of (directory, l->data);

      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", name);
    }
  if (text->len == 0)
    g_string_append (text, "—");
  return g_string_free (text, FALSE);
}

/* Returns: (transfer full) (nullable): %NULL: the value was not kept, or there was none */
static char *
say_value (CsmDirectory *directory,
           const char   *property,
           JsonNode     *value)
{
  const char *text;

  if (value == NULL || JSON_NODE_HOLDS_NULL (value))
    return NULL;
  if (JSON_NODE_HOLDS_OBJECT (value))
    return say_set (directory, json_node_get_object (value));
  if (json_node_get_value_type (value) == G_TYPE_BOOLEAN)
    return g_strdup (json_node_get_boolean (value) ? _("yes") : _("no"));
  if (json_node_get_value_type (value) != G_TYPE_STRING)
    return NULL;
  text = json_node_get_string (value);
  if (g_str_equal (property, "role") && csm_role_name (text) != NULL)
    return g_strdup (_(csm_role_name (text)));
  if (g_str_equal (property, "teamId") || g_str_equal (property, "reviewTeamId") || g_str_equal (property, "escalatesTo"))
    return name_of (directory, text);
  return g_strdup (text);
}

/* Returns: (transfer full): one sentence: who did what */
char *
csm_change_say (CsmDirectory *directory,
                JsonObject   *change)
{
  const char *kind = csm_json_get_string (change, "kind"), *subject = csm_json_get_string (change, "subjectId");
  const char *person = csm_json_get_string (change, "personId"), *known = csm_json_get_string (change, "name");
  g_autofree char *who = person != NULL && person[0] != '\0' ? name_of (directory, person) : g_strdup (_("Whoever runs the server"));
  g_autofree char *what = subject != NULL && directory != NULL && csm_directory_name (directory, subject) != NULL
                            ? g_strdup (csm_directory_name (directory, subject)) : g_strdup (known != NULL ? known : "—");

  if (g_strcmp0 (kind, "zone") == 0)
    return g_strdup_printf (_("%s changed the workspace’s time zone"), who);
  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++)
    if (g_strcmp0 (kind, sentences[i].kind) == 0 && (sentences[i].letter == 0 || (subject != NULL && subject[0] == sentences[i].letter)))
      {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        return g_strdup_printf (_(sentences[i].sentence), who, what);
#pragma GCC diagnostic pop
      }
  return g_strdup_printf (_("%s changed %s"), who, what);
}

/* Returns: (transfer full) (nullable): from what to what, a line each; %NULL: there is nothing to tell */
char *
csm_change_detail (CsmDirectory *directory,
                   JsonObject   *change)
{
  JsonObject *values = csm_json_get_object (change, "values");
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; values != NULL && i < G_N_ELEMENTS (labels); i++)
    {
      JsonObject *value = csm_json_get_object (values, labels[i].name);
      g_autofree char *before = value != NULL ? say_value (directory, labels[i].name, json_object_get_member (value, "before")) : NULL;
      g_autofree char *after = value != NULL ? say_value (directory, labels[i].name, json_object_get_member (value, "after")) : NULL;

      if (value == NULL)
        continue;
      if (text->len > 0)
        g_string_append_c (text, '\n');
      if (before == NULL && after == NULL)
        g_string_append (text, _(labels[i].label));
      else
        /* Translators: a property, what it was, what it is: "Role: Agent → Lead" */
        g_string_append_printf (text, _("%s: %s → %s"), _(labels[i].label), before != NULL ? before : "—", after != NULL ? after : "—");
    }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}
