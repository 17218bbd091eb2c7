/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-rule-condition.h"

#include <string.h>

#include "csm-address.h"
#include "csm-json.h"

#define MAX_CONDITIONS 20
#define MAX_VALUES 100
#define MAX_CHARACTERS 200
/* A mail to more people than this is looked at as if the others were not there. */
#define MAX_PEOPLE 200

typedef enum
{
  FIELD_FROM,
  FIELD_TO,
  FIELD_SUBJECT,
  FIELD_TEXT,
  FIELD_LIST_ID,
  FIELD_ATTACHMENT_TYPE,
  FIELD_HEADER,
} Field;

typedef enum
{
  TEST_IS,
  TEST_HAS,
  TEST_BEGINS,
} Test;

typedef struct
{
  Field       field;
  const char *header;   /* the reader's name; static */
  Test        test;
  GPtrArray  *values;   /* char *, folded */
  gboolean    negated;
} Condition;

struct _CsmRuleConditions
{
  GPtrArray *list;      /* Condition */
};

static const struct
{
  const char *name;
  Field       field;
} fields[] = {
  { "from", FIELD_FROM }, { "to", FIELD_TO }, { "subject", FIELD_SUBJECT }, { "text", FIELD_TEXT }, { "listId", FIELD_LIST_ID },
  { "attachmentType", FIELD_ATTACHMENT_TYPE },
};

static const struct
{
  const char *name;
  const char *member;
} headers[] = {
  { "Auto-Submitted", "autoSubmitted" },
  { "Precedence", "precedence" },
  { "List-Unsubscribe", "listUnsubscribe" },
  { "List-Post", "listPost" },
  { "List-Help", "listHelp" },
  { "List-Subscribe", "listSubscribe" },
  { "List-Owner", "listOwner" },
  { "List-Archive", "listArchive" },
  { "Return-Path", "returnPath" },
  { "X-Auto-Response-Suppress", "xAutoResponseSuppress" },
  { "X-Autoreply", "xAutoreply" },
  { "X-Autorespond", "xAutorespond" },
  { "X-Loop", "xLoop" },
  { "X-Mailer", "xMailer" },
  { "X-Spam", "xSpam" },
  { "X-Spam-Flag", "xSpamFlag" },
  { "X-Spam-Status", "xSpamStatus" },
  { "X-Spam-Level", "xSpamLevel" },
  { "Feedback-ID", "feedbackId" },
  { "X-Original-To", "xOriginalTo" },
  { "Delivered-To", "deliveredTo" },
  { "Content-Type", "contentType" },
  { "Content-Language", "contentLanguage" },
  { "Thread-Topic", "threadTopic" },
};

static void
condition_free (Condition *self)
{
  g_ptr_array_unref (self->values);
  g_free (self);
}

/**
 * csm_rule_conditions_free:
 * @self: (nullable): conditions
 */
void
csm_rule_conditions_free (CsmRuleConditions *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->list);
  g_free (self);
}

static gboolean
find_field (const char *name,
            Condition  *condition)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      condition->field = fields[i].field;
      if (strcmp (fields[i].name, name) == 0)
        return TRUE;
    }
  condition->field = FIELD_HEADER;
  for (guint i = 0; i < G_N_ELEMENTS (headers) && g_str_has_prefix (name, "header:"); i++)
    {
      condition->header = headers[i].member;
      if (g_ascii_strcasecmp (headers[i].name, name + strlen ("header:")) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
add_value (Condition *condition,
           JsonNode  *node)
{
  const char *value = csm_json_is_string (node) ? json_node_get_string (node) : NULL;

  if (value == NULL || *value == '\0' || g_utf8_strlen (value, -1) > MAX_CHARACTERS || condition->values->len >= MAX_VALUES)
    return FALSE;
  g_ptr_array_add (condition->values, csm_mail_view_fold (value));
  return TRUE;
}

static gboolean
add_values (Condition *condition,
            JsonNode  *node)
{
  JsonArray *list;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return add_value (condition, node);
  list = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      if (!add_value (condition, json_array_get_element (list, i)))
        return FALSE;
    }
  return json_array_get_length (list) > 0;
}

static Condition *
condition_new (const char *name,
               JsonObject *given)
{
  static const struct { const char *name; Test test; } tests[] = { { "is", TEST_IS }, { "has", TEST_HAS }, { "begins", TEST_BEGINS } };
  Condition *self = g_new0 (Condition, 1);
  guint n_tests = 0;
  gboolean good = find_field (name, self);
  JsonNode *negated = json_object_get_member (given, "not");

  for (guint i = 0; good && i < G_N_ELEMENTS (tests); i++)
    {
      JsonNode *value = json_object_get_member (given, tests[i].name);

      if (value == NULL || n_tests++ > 0)
        continue;
      self->test = tests[i].test;
      self->values = g_ptr_array_new_with_free_func (g_free);
      good = add_values (self, value);
    }
  if (self->values == NULL)
    self->values = g_ptr_array_new ();
  self->negated = csm_json_get_boolean (given, "not");
  if (good && n_tests == 1 && json_object_get_size (given) == 1 + (negated != NULL) &&
      (negated == NULL || (JSON_NODE_HOLDS_VALUE (negated) && json_node_get_value_type (negated) == G_TYPE_BOOLEAN)))
    return self;
  condition_free (self);
  return NULL;
}

/**
 * csm_rule_conditions_new:
 * @conditions: (nullable): Rule.conditions
 *
 * Returns: (transfer full) (nullable): what they ask; %NULL when they make no sense, or there are none
 */
CsmRuleConditions *
csm_rule_conditions_new (JsonObject *conditions)
{
  g_autoptr (CsmRuleConditions) self = g_new0 (CsmRuleConditions, 1);
  guint size = conditions != NULL ? json_object_get_size (conditions) : 0;
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  self->list = g_ptr_array_new_with_free_func ((GDestroyNotify) condition_free);
  if (size == 0 || size > MAX_CONDITIONS)
    return NULL;
  json_object_iter_init_ordered (&iter, conditions);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      Condition *condition = JSON_NODE_HOLDS_OBJECT (value) ? condition_new (name, json_node_get_object (value)) : NULL;

      if (condition == NULL)
        return NULL;
      g_ptr_array_add (self->list, condition);
    }
  return g_steal_pointer (&self);
}

/* --- Looking ------------------------------------------------------------------------------------------------------------ */

/* A * stands for anything, a ? for one letter. Strangers write what is looked at: what the last * stands for is all that is tried again, and
 * GLib's patterns try all of them. */
static gboolean
pattern_fits (const char *pattern,
              const char *text)
{
  const char *star = NULL, *again = NULL;

  while (*text != '\0')
    {
      if (*pattern == '*')
        {
          star = pattern++;
          again = text;
        }
      else if (*pattern == '?')
        {
          pattern++;
          text = g_utf8_next_char (text);
        }
      else if (*pattern == *text)
        {
          pattern++;
          text++;
        }
      else if (star != NULL)
        {
          pattern = star + 1;
          text = again = g_utf8_next_char (again);
        }
      else
        {
          return FALSE;
        }
    }
  return pattern[strspn (pattern, "*")] == '\0';
}

/* @text is folded. */
static gboolean
text_fits (const Condition *self,
           const char      *text)
{
  for (guint i = 0; i < self->values->len; i++)
    {
      const char *value = g_ptr_array_index (self->values, i);

      if (self->test == TEST_IS ? pattern_fits (value, text)
          : self->test == TEST_HAS ? strstr (text, value) != NULL : g_str_has_prefix (text, value))
        return TRUE;
    }
  return FALSE;
}

static gboolean
raw_fits (const Condition *self,
          const char      *text)
{
  g_autofree char *folded = NULL;

  if (text == NULL)
    return FALSE;
  folded = csm_mail_view_fold (text);
  return text_fits (self, folded);
}

static gboolean
people_fit (const Condition *self,
            JsonArray       *list,
            guint            max)
{
  for (guint i = 0; list != NULL && i < MIN (json_array_get_length (list), max); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      JsonObject *entry = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      g_autofree char *address = csm_address_normalise (csm_json_get_string (entry, "address"));

      if (raw_fits (self, address) || (self->test != TEST_IS && raw_fits (self, csm_json_get_string (entry, "name"))))
        return TRUE;
    }
  return FALSE;
}

/* RFC 2919: what stands in angle brackets is the list. */
static gboolean
list_fits (const Condition *self,
           const char      *value)
{
  const char *open = value != NULL ? strrchr (value, '<') : NULL;
  const char *close = open != NULL ? strchr (open, '>') : NULL;
  g_autofree char *id = close != NULL ? g_strndup (open + 1, close - open - 1) : g_strdup (value);

  return id != NULL && raw_fits (self, g_strstrip (id));
}

static gboolean
attachment_fits (const Condition *self,
                 JsonArray       *list)
{
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);

      if (JSON_NODE_HOLDS_OBJECT (node) && raw_fits (self, csm_json_get_string (json_node_get_object (node), "type")))
        return TRUE;
    }
  return FALSE;
}

static gboolean
fits (const Condition *self,
      CsmMailView     *mail)
{
  switch (self->field)
    {
    case FIELD_FROM:
      return raw_fits (self, mail->from) || (self->test != TEST_IS && people_fit (self, csm_json_get_array (mail->mail, "from"), 1));
    case FIELD_TO:
      return people_fit (self, csm_json_get_array (mail->mail, "to"), MAX_PEOPLE) || people_fit (self, csm_json_get_array (mail->mail, "cc"), MAX_PEOPLE);
    case FIELD_SUBJECT:
      return text_fits (self, csm_mail_view_subject (mail));
    case FIELD_TEXT:
      return text_fits (self, csm_mail_view_text (mail));
    case FIELD_LIST_ID:
      return list_fits (self, csm_json_get_string (mail->headers, "listId"));
    case FIELD_ATTACHMENT_TYPE:
      return attachment_fits (self, csm_json_get_array (mail->mail, "attachments"));
    default:
      return raw_fits (self, csm_json_get_string (mail->headers, self->header));
    }
}

/**
 * csm_rule_conditions_hold:
 * @self: conditions
 * @mail: a mail
 *
 * Returns: whether all of them hold for the mail
 */
gboolean
csm_rule_conditions_hold (const CsmRuleConditions *self,
                          CsmMailView             *mail)
{
  for (guint i = 0; i < self->list->len; i++)
    {
      const Condition *condition = g_ptr_array_index (self->list, i);

      if (fits (condition, mail) == condition->negated)
        return FALSE;
    }
  return TRUE;
}
