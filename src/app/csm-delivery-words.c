/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-delivery-words.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-json.h"
#include "csm-time.h"

/* A mail to many may fail for all of them. */
#define MAX_RECIPIENTS 20

static JsonObject *
delivery_of (JsonObject  *message,
             const char **state)
{
  JsonObject *delivery = csm_json_get_object (message, "delivery");

  *state = delivery != NULL ? csm_json_get_string (delivery, "state") : NULL;
  return *state != NULL ? delivery : NULL;
}

/* Whether somebody has to say if it arrived. */
gboolean
csm_delivery_is_unknown (JsonObject *message)
{
  const char *state;

  return delivery_of (message, &state) != NULL && g_str_equal (state, "unknown");
}

static char *
describe_queued (JsonObject *delivery)
{
  gint64 next = csm_json_get_time (delivery, "nextAt");
  const char *why = csm_json_get_string (delivery, "why");
  g_autofree char *when = NULL;

  if (next == CSM_TIME_NONE || csm_json_get_int (delivery, "tries", 0) == 0)
    return g_strdup (_("Waits to be handed over"));
  when = csm_format_clock (next);
  if (why != NULL && why[0] != '\0')
    /* Translators: first a time, then what a mail server said */
    return g_strdup_printf (_("Not sent yet, tries again at %s: %s"), when, why);
  return g_strdup_printf (_("Not sent yet, tries again at %s"), when);
}

static gboolean
has_state (JsonObject *delivery,
           const char *wanted)
{
  JsonObject *recipients = csm_json_get_object (delivery, "recipients");
  g_autoptr (GList) states = recipients != NULL ? json_object_get_values (recipients) : NULL;

  for (GList *l = states; l != NULL; l = l->next)
    {
      JsonObject *one = JSON_NODE_HOLDS_OBJECT ((JsonNode *) l->data) ? json_node_get_object (l->data) : NULL;

      if (one != NULL && g_strcmp0 (csm_json_get_string (one, "state"), wanted) == 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * csm_delivery_state:
 * @message: an outgoing Message
 * @icon: (out): the icon's name
 *
 * Returns: (transfer full) (nullable): what became of it; %NULL when nothing is known, as for imported mail
 */
char *
csm_delivery_state (JsonObject  *message,
                    const char **icon)
{
  const char *state;
  JsonObject *delivery = delivery_of (message, &state);
  const char *why = delivery != NULL ? csm_json_get_string (delivery, "why") : NULL;

  *icon = "csm-waits-symbolic";
  if (delivery == NULL)
    return NULL;
  if (g_str_equal (state, "queued"))
    return describe_queued (delivery);
  if (g_str_equal (state, "handedOver"))
    return g_strdup (_("Being handed over"));
  if (g_str_equal (state, "held"))
    return g_strdup (_("Held back"));
  *icon = "object-select-symbolic";
  if (g_str_equal (state, "accepted"))
    return g_strdup (has_state (delivery, "delayed") ? _("Sent; not everybody has it yet") : _("Sent"));
  *icon = "dialog-warning-symbolic";
  if (g_str_equal (state, "unknown"))
    return g_strdup (_("Nobody knows whether it arrived"));
  if (!g_str_equal (state, "failed"))
    return NULL;
  if (has_state (delivery, "accepted"))
    return g_strdup (_("Not delivered to everybody"));
  if (why != NULL && csm_json_get_object (delivery, "recipients") == NULL)
    return g_strdup_printf (_("Not delivered: %s"), why);
  return g_strdup (_("Not delivered"));
}

/* What can be done about it, by the subject of an enhanced status code (RFC 3463). */
static const char *
advise (const char *status,
        gboolean    delayed)
{
  if (delayed)
    return _("The mail server goes on trying; there is nothing to do yet.");
  if (status == NULL || !g_ascii_isdigit (status[0]))
    return _("Reach them in another way, or ask whoever runs the mail server.");
  if (g_str_has_prefix (status + 1, ".1."))
    return _("Check the address.");
  if (g_str_has_prefix (status + 1, ".2.2"))
    return _("Their mailbox is full: try later, or in another way.");
  if (g_str_has_prefix (status + 1, ".2.3") || g_str_has_prefix (status + 1, ".3.4"))
    return _("It was too large for them: send less, or a link.");
  if (g_str_has_prefix (status + 1, ".2."))
    return _("Their mailbox takes no mail: reach them in another way.");
  if (g_str_has_prefix (status + 1, ".4."))
    return _("Their mail server can't be reached: check the part of the address behind the @.");
  if (g_str_has_prefix (status + 1, ".7."))
    return _("Their mail server refuses mail from here: ask whoever runs ours.");
  return _("Reach them in another way, or ask whoever runs the mail server.");
}

static char *
describe_recipient (const char *address,
                    JsonObject *one)
{
  const char *state = csm_json_get_string (one, "state");
  const char *why = csm_json_get_string (one, "why");
  const char *status = csm_json_get_string (one, "status");
  gboolean delayed = g_strcmp0 (state, "delayed") == 0;
  GString *text;

  if (!delayed && g_strcmp0 (state, "failed") != 0)
    return NULL;
  text = g_string_new (NULL);
  g_string_append_printf (text, delayed ? _("%s has not got it yet") : _("%s did not get it"), address);
  if (why != NULL && why[0] != '\0')
    g_string_append_printf (text, ": %s", why);
  if (status != NULL && (why == NULL || g_strstr_len (why, -1, status) == NULL))
    g_string_append_printf (text, " (%s)", status);
  g_string_append_printf (text, "\n%s", advise (status, delayed));
  return g_string_free (text, FALSE);
}

/* Returns: (transfer full) (element-type utf8): whom it did not reach, why, and what to do, a text each */
GPtrArray *
csm_delivery_recipients (JsonObject *message)
{
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);
  const char *state;
  JsonObject *delivery = delivery_of (message, &state);
  JsonObject *recipients = delivery != NULL ? csm_json_get_object (delivery, "recipients") : NULL;
  JsonObjectIter iter;
  const char *address;
  JsonNode *node;

  if (recipients == NULL)
    return texts;
  json_object_iter_init_ordered (&iter, recipients);
  while (json_object_iter_next_ordered (&iter, &address, &node))
    {
      char *text = JSON_NODE_HOLDS_OBJECT (node) ? describe_recipient (address, json_node_get_object (node)) : NULL;

      if (text != NULL && texts->len < MAX_RECIPIENTS)
        g_ptr_array_add (texts, text);
      else
        g_free (text);
    }
  return texts;
}
