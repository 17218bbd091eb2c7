/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-rule-words.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-json.h"

static const struct { const char *lane; const char *name; } lanes[CSM_RULE_N_LANES] = {
  { "conversation", NC_("lane", "Inbox") },
  { "notification", NC_("lane", "Notifications") },
  { "newsletter", NC_("lane", "Newsletters") },
  { "fileShare", NC_("lane", "File Shares") },
  { "account", NC_("lane", "Account Mail") },
  { "digest", NC_("lane", "Digests") },
  { "bounce", NC_("lane", "Delivery Reports") },
  { "automatic", NC_("lane", "Automatic Replies") },
  { "checking", NC_("lane", "Needs Checking") },
  { "spam", NC_("lane", "Spam") },
};

static const struct { const char *name; const char *sentence; } built_in[] = {
  { "delivery-report", N_("Reports that a mail could not be delivered") },
  { "spam-flag", N_("Mail that the mail server takes for spam") },
  { "auto-reply", N_("Out-of-office notes and read receipts") },
  { "abuse-report", N_("Reports of abuse from mail providers") },
  { "account", N_("Sign-in codes, passwords and confirmations") },
  { "file-share", N_("“Shared a file with you”") },
  { "digest", N_("Daily and weekly summaries") },
  { "auto-generated", N_("Mail that says a machine wrote it") },
  { "list", N_("Mail from a mailing list") },
  { "machine-sender", N_("Mail from addresses like no-reply") },
};

/* Returns: the lane of a choice in the order in which lanes are offered */
const char *
csm_rule_get_lane (guint index)
{
  return lanes[MIN (index, CSM_RULE_N_LANES - 1)].lane;
}

/* Returns: which choice @lane is; the inbox for one that is not known */
guint
csm_rule_find_lane (const char *lane)
{
  for (guint i = 0; i < CSM_RULE_N_LANES; i++)
    if (g_strcmp0 (lanes[i].lane, lane) == 0)
      return i;
  return 0;
}

const char *
csm_rule_name_lane (const char *lane)
{
  return g_dpgettext2 (NULL, "lane", lanes[csm_rule_find_lane (lane)].name);
}

gboolean
csm_rule_is_block (JsonObject *rule)
{
  return g_strcmp0 (csm_json_get_string (rule, "kind"), "block") == 0;
}

gboolean
csm_rule_is_built_in (JsonObject *rule)
{
  return csm_json_get_string (rule, "builtIn") != NULL;
}

/* --- conditions -------------------------------------------------------------------------------------------- */

static char *
join_values (JsonNode *node)
{
  GString *text = g_string_new (NULL);
  JsonArray *list;

  if (csm_json_is_string (node) && g_str_has_prefix (json_node_get_string (node), "*@") && strchr (json_node_get_string (node) + 1, '*') == NULL)
    {
      /* Translators: %s is a domain: "example.com" */
      g_string_append_printf (text, _("anybody at %s"), json_node_get_string (node) + 2);
      return g_string_free (text, FALSE);
    }
  if (csm_json_is_string (node))
    {
      /* Translators: something that a mail has to hold, in quotation marks */
      g_string_append_printf (text, _("“%s”"), json_node_get_string (node));
      return g_string_free (text, FALSE);
    }
  list = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      g_autofree char *one = csm_json_is_string (json_array_get_element (list, i)) ? join_values (json_array_get_element (list, i)) : NULL;

      if (one == NULL)
        continue;
      if (text->len > 0)
        /* Translators: between two values of which one is enough */
        g_string_append (text, _(" or "));
      g_string_append (text, one);
    }
  return g_string_free (text, FALSE);
}

static char *
name_field (const char *field)
{
  static const struct { const char *field; const char *name; } fields[] = {
    { "from", N_("sender") },
    { "to", N_("recipient") },
    { "subject", N_("subject") },
    { "text", N_("text") },
    { "listId", N_("mailing list") },
    { "attachmentType", N_("attachment’s type") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_str_equal (fields[i].field, field))
      return g_strdup (_(fields[i].name));
  return g_strdup (g_str_has_prefix (field, "header:") ? field + strlen ("header:") : field);
}

static char *
say_condition (const char *field,
               JsonObject *condition)
{
  /* Translators: %1$s is what is looked at ("subject"), %2$s what it is compared with */
  static const struct { const char *test; const char *yes; const char *no; } tests[] = {
    { "is", N_("%1$s is %2$s"), N_("%1$s is not %2$s") },
    { "has", N_("%1$s contains %2$s"), N_("%1$s does not contain %2$s") },
    { "begins", N_("%1$s begins with %2$s"), N_("%1$s does not begin with %2$s") },
  };
  gboolean negated = csm_json_get_boolean (condition, "not");
  g_autofree char *name = name_field (field);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      JsonNode *node = json_object_get_member (condition, tests[i].test);
      g_autofree char *values = node != NULL ? join_values (node) : NULL;
      g_autoptr (GString) text = NULL;

      if (values == NULL)
        continue;
      text = g_string_new (_(negated ? tests[i].no : tests[i].yes));
      g_string_replace (text, "%1$s", name, 1);
      g_string_replace (text, "%2$s", values, 1);
      return g_string_free (g_steal_pointer (&text), FALSE);
    }
  return g_steal_pointer (&name);
}

static char *
say_conditions (JsonObject *conditions)
{
  g_autoptr (GString) text = g_string_new (NULL);
  JsonObjectIter iter;
  const char *field;
  JsonNode *node;

  if (conditions == NULL || json_object_get_size (conditions) == 0)
    return g_strdup (_("No mail: nothing is asked for"));
  json_object_iter_init_ordered (&iter, conditions);
  while (json_object_iter_next_ordered (&iter, &field, &node))
    {
      g_autofree char *one = JSON_NODE_HOLDS_OBJECT (node) ? say_condition (field, json_node_get_object (node)) : NULL;

      if (one == NULL)
        continue;
      if (text->len > 0)
        /* Translators: between two conditions that both have to hold */
        g_string_append (text, _(" and "));
      g_string_append (text, one);
    }
  /* Translators: %s is one condition or several: "subject contains “invoice”" */
  return g_strdup_printf (_("Mail whose %s"), text->str);
}

/**
 * csm_rule_say:
 * @rule: a Rule
 *
 * Returns: (transfer full): the mail that it is about: "Mail from a mailing list"
 */
char *
csm_rule_say (JsonObject *rule)
{
  const char *name = csm_json_get_string (rule, "builtIn");

  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (built_in); i++)
    if (g_str_equal (built_in[i].name, name))
      return g_strdup (_(built_in[i].sentence));
  /* Of a newer server: it has a name at least. */
  if (name != NULL)
    return g_strdup (csm_json_get_string (rule, "name") != NULL ? csm_json_get_string (rule, "name") : name);
  return say_conditions (csm_json_get_object (rule, "conditions"));
}

static JsonObject *
get_condition (JsonObject *rule,
               const char *field)
{
  JsonObject *conditions = csm_json_get_object (rule, "conditions");

  return conditions != NULL ? csm_json_get_object (conditions, field) : NULL;
}

/* Returns: (transfer full): whom a rule of kind block keeps away */
char *
csm_rule_dup_sender (JsonObject *rule)
{
  JsonObject *from = get_condition (rule, "from");
  JsonNode *node = from != NULL ? json_object_get_member (from, "is") : NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  JsonArray *list = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (node != NULL && csm_json_is_string (node))
    g_string_append (text, json_node_get_string (node));
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", json_array_get_string_element (list, i));
  /* Everybody of one domain reads better without the star. */
  if (g_str_has_prefix (text->str, "*@") && strchr (text->str + 2, '*') == NULL && list == NULL)
    return g_strdup_printf (_("Everybody at %s"), text->str + 2);
  return g_strdup (text->str);
}

/* --- what the editor knows --------------------------------------------------------------------------------- */

static const char *const edited[] = { "from", "to", "subject", "listId", NULL };

/* Returns: (transfer full) (nullable): what the editor shows for @field */
char *
csm_rule_dup_value (JsonObject *rule,
                    const char *field)
{
  JsonObject *condition = get_condition (rule, field);
  const char *value = condition != NULL ? csm_json_get_string (condition, "is") : NULL;

  if (value == NULL && condition != NULL)
    value = csm_json_get_string (condition, "has");
  return g_strdup (value);
}

/* Returns: whether the editor can show all of the rule */
gboolean
csm_rule_is_simple (JsonObject *rule)
{
  JsonObject *conditions = csm_json_get_object (rule, "conditions");
  JsonObjectIter iter;
  const char *field;
  JsonNode *node;

  if (csm_rule_is_built_in (rule) || conditions == NULL)
    return FALSE;
  json_object_iter_init_ordered (&iter, conditions);
  while (json_object_iter_next_ordered (&iter, &field, &node))
    {
      g_autofree char *value = csm_rule_dup_value (rule, field);

      if (!g_strv_contains (edited, field) || value == NULL || json_object_get_size (json_node_get_object (node)) != 1)
        return FALSE;
    }
  return TRUE;
}

/**
 * csm_rule_read_sender:
 * @text: an address, a domain, or part of a name
 *
 * Returns: (transfer full): the condition that a person means by it
 */
JsonObject *
csm_rule_read_sender (const char *text)
{
  JsonObject *condition = json_object_new ();
  g_autofree char *all = NULL;

  if (text[0] == '@' || (strchr (text, '@') == NULL && strchr (text, '.') != NULL && strchr (text, ' ') == NULL))
    {
      all = g_strconcat (text[0] == '@' ? "*" : "*@", text, NULL);
      json_object_set_string_member (condition, "is", all);
    }
  else
    json_object_set_string_member (condition, strchr (text, '@') != NULL ? "is" : "has", text);
  return condition;
}

/* Orders (elements of arrays of JsonObject) as the desk looks at them. */
int
csm_rule_compare (gconstpointer a,
                  gconstpointer b)
{
  JsonObject *x = *(JsonObject * const *) a;
  JsonObject *y = *(JsonObject * const *) b;
  gint64 before = csm_json_get_int (x, "position", 0);
  gint64 after = csm_json_get_int (y, "position", 0);

  if (before != after)
    return before < after ? -1 : 1;
  return g_strcmp0 (csm_json_get_string (x, "id"), csm_json_get_string (y, "id"));
}
