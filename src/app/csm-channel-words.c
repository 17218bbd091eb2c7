/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-channel-words.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-format.h"
#include "csm-json.h"
#include "csm-time.h"

#define MINUTE (60 * CSM_SECOND)

static JsonObject *
get_health (JsonObject *channel)
{
  return csm_json_get_object (channel, "health");
}

static JsonObject *
get_out (JsonObject *channel)
{
  JsonObject *health = get_health (channel);

  return health != NULL ? csm_json_get_object (health, "out") : NULL;
}

/* Returns: whether it is email, with a mailbox or a pipe behind it */
gboolean
csm_channel_is_mailbox (JsonObject *channel)
{
  return g_strcmp0 (csm_json_get_string (channel, "kind"), "email") == 0;
}

static gboolean
is_on (JsonObject *channel)
{
  return json_object_get_boolean_member_with_default (channel, "enabled", TRUE);
}

/* Returns: whether mail was seen to come in, or can leave */
gboolean
csm_channel_is_connected (JsonObject *channel)
{
  return csm_channel_is_mailbox (channel) && is_on (channel) &&
         (csm_channel_get_in_state (channel) != CSM_CHANNEL_IDLE || csm_json_get_boolean (channel, "canSend"));
}

/* Returns: how receiving goes */
CsmChannelState
csm_channel_get_in_state (JsonObject *channel)
{
  JsonObject *health = get_health (channel);
  const char *state = health != NULL ? csm_json_get_string (health, "state") : NULL;

  if (!is_on (channel))
    return CSM_CHANNEL_OFF;
  if (state == NULL)
    return health != NULL && csm_json_get_time (health, "lastIn") != CSM_TIME_NONE ? CSM_CHANNEL_WORKS : CSM_CHANNEL_IDLE;
  return g_str_equal (state, "failing") ? CSM_CHANNEL_FAILS : CSM_CHANNEL_WORKS;
}

/* Returns: how sending goes */
CsmChannelState
csm_channel_get_out_state (JsonObject *channel)
{
  JsonObject *out = get_out (channel);

  if (!is_on (channel))
    return CSM_CHANNEL_OFF;
  if (out != NULL && g_strcmp0 (csm_json_get_string (out, "state"), "failing") == 0)
    return CSM_CHANNEL_FAILS;
  return csm_json_get_boolean (channel, "canSend") ? CSM_CHANNEL_WORKS : CSM_CHANNEL_IDLE;
}

/* Returns: the worse of both ways */
CsmChannelState
csm_channel_get_state (JsonObject *channel)
{
  CsmChannelState in = csm_channel_get_in_state (channel);
  CsmChannelState out = csm_channel_get_out_state (channel);

  if (in == CSM_CHANNEL_FAILS || out == CSM_CHANNEL_FAILS)
    return CSM_CHANNEL_FAILS;
  return in == CSM_CHANNEL_IDLE ? out : in;
}

const char *
csm_channel_state_icon (CsmChannelState state)
{
  switch (state)
    {
    case CSM_CHANNEL_WORKS: return "object-select-symbolic";
    case CSM_CHANNEL_FAILS: return "dialog-warning-symbolic";
    case CSM_CHANNEL_OFF: return "action-unavailable-symbolic";
    case CSM_CHANNEL_IDLE:
    default: return "mail-unread-symbolic";
    }
}

/* --- sentences --------------------------------------------------------------------------------------------- */

static char *
say_ago (gint64 then,
         gint64 now)
{
  gint64 minutes = (now - then) / MINUTE;
  g_autofree char *clock = NULL;

  if (minutes < 1)
    return g_strdup (_("just now"));
  if (minutes < 60)
    return g_strdup_printf (ngettext ("%u minute ago", "%u minutes ago", (guint) minutes), (guint) minutes);
  clock = csm_format_clock (then);
  if (strchr (clock, ',') != NULL)
    return g_steal_pointer (&clock);
  /* Translators: a time of this day: "at 9:12" */
  return g_strdup_printf (_("at %s"), clock);
}

/* What is wrong, as its first half: servers' sentences end with a full stop. */
static char *
say_trouble (JsonObject *health)
{
  const char *why = csm_json_get_string (health, "why");
  gint64 since = csm_json_get_time (health, "since");
  g_autofree char *clock = since != CSM_TIME_NONE ? csm_format_clock (since) : NULL;

  if (clock == NULL)
    return g_strdup (why != NULL ? why : _("Something is wrong"));
  /* Translators: %1$s is a time ("09:12", "Yesterday, 09:12"), %2$s a sentence about what is wrong */
  return g_strdup_printf (_("Since %1$s: %2$s"), clock, why != NULL ? why : _("Something is wrong"));
}

/**
 * csm_channel_say_in:
 * @channel: a Channel
 * @now: µs
 *
 * Returns: (transfer full): a sentence about mail that comes in
 */
char *
csm_channel_say_in (JsonObject *channel,
                    gint64      now)
{
  JsonObject *health = get_health (channel);
  gint64 last = health != NULL ? csm_json_get_time (health, "lastIn") : CSM_TIME_NONE;
  g_autofree char *ago = NULL;

  switch (csm_channel_get_in_state (channel))
    {
    case CSM_CHANNEL_FAILS:
      return say_trouble (health);
    case CSM_CHANNEL_OFF:
      return g_strdup (_("Disconnected; its cases are still here"));
    case CSM_CHANNEL_IDLE:
      return g_strdup (_("No mail has come in yet"));
    case CSM_CHANNEL_WORKS:
    default:
      break;
    }
  if (last == CSM_TIME_NONE)
    return g_strdup (_("Connected; no mail yet"));
  ago = say_ago (last, now);
  /* Translators: %s is "just now", "2 minutes ago", "at 9:12" or a day */
  return g_strdup_printf (_("Last mail in %s"), ago);
}

static void
add_waiting (GString    *text,
             JsonObject *out)
{
  guint waiting = (guint) csm_json_get_int (out, "waiting", 0);
  gint64 next = csm_json_get_time (out, "nextAt");

  if (waiting > 0)
    {
      g_string_append_c (text, '\n');
      g_string_append_printf (text, ngettext ("%u reply waits", "%u replies wait", waiting), waiting);
    }
  if (next != CSM_TIME_NONE)
    {
      g_autofree char *clock = csm_format_clock (next);

      g_string_append (text, waiting > 0 ? "; " : "\n");
      /* Translators: %s is a time */
      g_string_append_printf (text, _("next try at %s"), clock);
    }
}

/* That is no reason why mail does not leave. */
static void
add_copies (GString    *text,
            JsonObject *out)
{
  guint waiting = (guint) csm_json_get_int (out, "copies", 0), lost = (guint) csm_json_get_int (out, "copiesLost", 0);
  const char *why = csm_json_get_string (out, "copyWhy");

  if (why == NULL && lost == 0)
    return;
  g_string_append_c (text, '\n');
  if (lost > 0)
    g_string_append_printf (text, ngettext ("%u sent mail is not in the mailbox’s folder of sent mails, and not tried again.",
                                            "%u sent mails are not in the mailbox’s folder of sent mails, and not tried again.", lost), lost);
  else
    g_string_append_printf (text, ngettext ("%u sent mail is not in the mailbox’s folder of sent mails yet.",
                                            "%u sent mails are not in the mailbox’s folder of sent mails yet.", MAX (waiting, 1)), MAX (waiting, 1));
  if (why != NULL)
    g_string_append_printf (text, " %s", why);
}

/**
 * csm_channel_say_out:
 * @channel: a Channel
 * @now: µs
 *
 * Returns: (transfer full): a sentence about replies that leave
 */
char *
csm_channel_say_out (JsonObject *channel,
                     gint64      now)
{
  JsonObject *out = get_out (channel);
  gint64 last = out != NULL ? csm_json_get_time (out, "lastOut") : CSM_TIME_NONE;
  guint waiting = out != NULL ? (guint) csm_json_get_int (out, "waiting", 0) : 0;
  g_autofree char *ago = NULL;
  g_autofree char *first = NULL;
  GString *text;

  if (!is_on (channel))
    return g_strdup (_("Nothing is sent any more"));
  if (csm_channel_get_out_state (channel) == CSM_CHANNEL_IDLE)
    return g_strdup (_("Replies can’t be sent: no mail server is set up for that"));
  if (csm_channel_get_out_state (channel) == CSM_CHANNEL_FAILS)
    {
      first = say_trouble (out);
    }
  else if (last == CSM_TIME_NONE)
    {
      first = g_strdup (_("Ready; nothing was sent yet"));
    }
  else
    {
      ago = say_ago (last, now);
      first = g_strdup_printf (_("Last reply out %s"), ago);
    }
  text = g_string_new (first);
  if (out != NULL && (waiting > 0 || csm_channel_get_out_state (channel) == CSM_CHANNEL_FAILS))
    add_waiting (text, out);
  if (out != NULL)
    add_copies (text, out);
  return g_string_free (text, FALSE);
}

/**
 * csm_channel_say_state:
 * @channel: a Channel
 * @now: µs
 *
 * Returns: (transfer full): what is most worth knowing, in a sentence
 */
char *
csm_channel_say_state (JsonObject *channel,
                       gint64      now)
{
  gboolean fails_out = csm_channel_get_out_state (channel) == CSM_CHANNEL_FAILS && csm_channel_get_in_state (channel) != CSM_CHANNEL_FAILS;

  if (!fails_out && csm_channel_get_in_state (channel) == CSM_CHANNEL_IDLE && csm_json_get_boolean (channel, "canSend"))
    return csm_channel_say_out (channel, now);
  return fails_out ? csm_channel_say_out (channel, now) : csm_channel_say_in (channel, now);
}
