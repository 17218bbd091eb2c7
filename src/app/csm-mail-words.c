/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-mail-words.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-format.h"
#include "csm-json.h"
#include "csm-time.h"

/* When work begins, of whoever is back. */
#define BACK_HOUR 9

/* --- where it comes from ----------------------------------------------------------------------------------- */

static const char *
verdict_of (JsonObject *message)
{
  JsonObject *trust = csm_json_get_object (message, "trust");

  return trust != NULL ? csm_json_get_string (trust, "verdict") : NULL;
}

gboolean
csm_mail_trust_is_good (JsonObject *message)
{
  return g_strcmp0 (verdict_of (message), "verified") == 0;
}

/* Returns: (transfer full) (nullable): one line; %NULL: nobody knows */
char *
csm_mail_trust_title (JsonObject *message)
{
  JsonObject *trust = csm_json_get_object (message, "trust");
  const char *domain = trust != NULL ? csm_json_get_string (trust, "domain") : NULL;

  if (csm_mail_trust_is_good (message))
    return domain != NULL ? g_strdup_printf (_("This really comes from %s"), domain) : g_strdup (_("The sender is verified"));
  if (g_strcmp0 (verdict_of (message), "failed") == 0)
    return g_strdup (_("This may not come from who it says"));
  return NULL;
}

static void
append_method (GString    *text,
               const char *method,
               const char *result)
{
  if (result != NULL && result[0] != '\0')
    /* Translators: a method and its result, as mail servers write them: "DKIM: pass" */
    g_string_append_printf (text, _("%s: %s"), method, result);
  if (result != NULL && result[0] != '\0')
    g_string_append_c (text, '\n');
}

/* Returns: (transfer full) (nullable): how that was found out */
char *
csm_mail_trust_details (JsonObject *message)
{
  JsonObject *trust = csm_json_get_object (message, "trust");
  g_autoptr (GString) text = g_string_new (NULL);
  const char *domain;
  const char *server;

  if (trust == NULL)
    return NULL;
  domain = csm_json_get_string (trust, "domain");
  server = csm_json_get_string (trust, "server");
  append_method (text, "DKIM", csm_json_get_string (trust, "dkim"));
  append_method (text, "SPF", csm_json_get_string (trust, "spf"));
  append_method (text, "DMARC", csm_json_get_string (trust, "dmarc"));
  if (domain != NULL)
    g_string_append_printf (text, _("Checked for %s"), domain);
  if (domain != NULL && server != NULL)
    g_string_append_c (text, '\n');
  if (server != NULL)
    g_string_append_printf (text, _("Said by %s"), server);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static const struct
{
  const char *word;
  const char *sentence;
} warnings[] = {
  { "deceptiveName", N_("The sender's name looks like another address than the one this came from.") },
  { "nameHidesAddress", N_("The sender's name shows another address than the one this came from.") },
  { "lookalike", N_("The sender's domain looks like one that you know, but it is another.") },
  { "mixedScript", N_("An address mixes letters of several scripts, so that it may pass for another.") },
  { "replyToDiffers", N_("Answers would go to another address than the one this came from.") },
  { "linkDeceives", N_("A link in this message leads to another place than its text says.") },
  { "encrypted", N_("This message is encrypted, and can't be opened here: what it holds is attached as it came.") },
  { "linkMismatch", N_("A link in this message leads to another place than its text says.") },
};

/* Returns: (transfer full) (nullable): what to be careful about, a line each */
char *
csm_mail_warnings (JsonObject *message)
{
  JsonObject *set = csm_json_get_object (message, "warnings");
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; set != NULL && i < G_N_ELEMENTS (warnings); i++)
    {
      const char *sentence = _(warnings[i].sentence);

      if (json_object_has_member (set, warnings[i].word) && strstr (text->str, sentence) == NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", sentence);
    }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

/* Returns: whether it is signed by its writer, which nobody has checked */
gboolean
csm_mail_is_signed (JsonObject *message)
{
  JsonObject *set = csm_json_get_object (message, "warnings");

  return set != NULL && json_object_has_member (set, "signatureUnchecked");
}

/* --- invitations ------------------------------------------------------------------------------------------- */

/* Returns: (transfer full): what it is about the event */
char *
csm_mail_event_kind (JsonObject *calendar)
{
  const char *method = csm_json_get_string (calendar, "method");
  const char *status = csm_json_get_string (calendar, "status");

  if (g_strcmp0 (method, "cancel") == 0 || g_strcmp0 (status, "cancelled") == 0)
    return g_strdup (_("Cancelled"));
  if (g_strcmp0 (method, "reply") == 0 && g_strcmp0 (status, "accepted") == 0)
    return g_strdup (_("Invitation accepted"));
  if (g_strcmp0 (method, "reply") == 0 && g_strcmp0 (status, "declined") == 0)
    return g_strdup (_("Invitation declined"));
  if (g_strcmp0 (method, "reply") == 0 && g_strcmp0 (status, "tentative") == 0)
    return g_strdup (_("Invitation accepted for now"));
  if (g_strcmp0 (method, "reply") == 0)
    return g_strdup (_("Answer to an invitation"));
  if (g_strcmp0 (method, "request") == 0)
    return g_strdup (_("Invitation"));
  return g_strdup (_("Event"));
}

/* A whole day, "2026-08-03", or a time without a zone, which is nobody's instant. */
static GDateTime *
read_floating (const char *text)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autofree char *whole = text != NULL && strlen (text) == 10 ? g_strconcat (text, "T00:00:00", NULL) : g_strdup (text);

  return whole != NULL ? g_date_time_new_from_iso8601 (whole, zone) : NULL;
}

static char *
format_days (GDateTime *start,
             GDateTime *end)
{
  g_autofree char *first = g_date_time_format (start, C_("day", "%A, %-d %B %Y"));
  g_autofree char *last = end != NULL ? g_date_time_format (end, C_("day", "%A, %-d %B %Y")) : NULL;

  if (last == NULL || g_str_equal (first, last))
    return g_steal_pointer (&first);
  /* Translators: from one day or time to another */
  return g_strdup_printf (_("%s – %s"), first, last);
}

static char *
format_times (GDateTime *start,
              GDateTime *end)
{
  g_autofree char *day = g_date_time_format (start, C_("day", "%A, %-d %B %Y"));
  g_autofree char *from = g_date_time_format (start, C_("time of day", "%H:%M"));
  g_autofree char *to_day = end != NULL ? g_date_time_format (end, C_("day", "%A, %-d %B %Y")) : NULL;
  g_autofree char *to = end != NULL ? g_date_time_format (end, C_("time of day", "%H:%M")) : NULL;

  if (to == NULL)
    return g_strdup_printf (_("%s, %s"), day, from);
  if (g_str_equal (day, to_day))
    /* Translators: a day, and from when to when: "Monday, 3 August 2026, 10:00 – 11:00" */
    return g_strdup_printf (_("%s, %s – %s"), day, from, to);
  return g_strdup_printf (_("%s, %s – %s, %s"), day, from, to_day, to);
}

static GDateTime *
read_local (const char *text)
{
  gint64 at = text != NULL ? csm_time_parse (text) : CSM_TIME_NONE;
  g_autoptr (GDateTime) utc = at != CSM_TIME_NONE ? g_date_time_new_from_unix_utc (at / CSM_SECOND) : NULL;

  return utc != NULL ? g_date_time_to_local (utc) : NULL;
}

/* Returns: (transfer full) (nullable): when it is, in this computer's time */
char *
csm_mail_event_when (JsonObject *calendar)
{
  const char *from = csm_json_get_string (calendar, "start");
  const char *to = csm_json_get_string (calendar, "end");
  gboolean days = csm_json_get_boolean (calendar, "allDay") || (from != NULL && strlen (from) == 10);
  g_autoptr (GDateTime) start = days ? NULL : read_local (from);
  g_autoptr (GDateTime) end = days ? NULL : read_local (to);
  g_autofree char *when = NULL;
  gboolean floating = start == NULL;

  if (floating)
    start = read_floating (from);
  if (end == NULL && floating)
    end = read_floating (to);
  if (start == NULL)
    return NULL;
  when = days ? format_days (start, end) : format_times (start, end);
  if (floating && !days)
    return g_strdup_printf (_("%s (the organizer's time)"), when);
  return g_steal_pointer (&when);
}

/* Returns: (transfer full) (nullable): who invites */
char *
csm_mail_event_organizer (JsonObject *calendar)
{
  const char *name = csm_json_get_string (calendar, "organizerName");
  const char *address = csm_json_get_string (calendar, "organizer");

  return name != NULL || address != NULL ? csm_format_mailbox (name, address) : NULL;
}

/* --- automatic mail ---------------------------------------------------------------------------------------- */

/**
 * csm_mail_away:
 * @message: a message
 * @zone: (nullable): where mornings are reckoned; %NULL: here
 * @now: µs
 * @back: (out): when work begins on the day that is named, µs; `CSM_TIME_NONE` when that has passed
 *
 * Returns: (transfer full) (nullable): what an absent writer says; %NULL when it is no such message
 */
char *
csm_mail_away (JsonObject *message,
               GTimeZone  *zone,
               gint64      now,
               gint64     *back)
{
  gint64 until = csm_json_get_time (message, "awayUntil");
  g_autoptr (GDateTime) day = until != CSM_TIME_NONE ? g_date_time_new_from_unix_utc (until / CSM_SECOND) : NULL;
  g_autoptr (GTimeZone) local = zone != NULL ? g_time_zone_ref (zone) : g_time_zone_new_local ();
  g_autoptr (GDateTime) morning = NULL;
  g_autofree char *shown = NULL;

  *back = CSM_TIME_NONE;
  if (g_strcmp0 (csm_json_get_string (message, "automatic"), "reply") != 0)
    return NULL;
  if (day == NULL)
    return g_strdup (_("Automatic answer"));
  morning = g_date_time_new (local, g_date_time_get_year (day), g_date_time_get_month (day), g_date_time_get_day_of_month (day), BACK_HOUR, 0, 0);
  if (g_date_time_to_unix (morning) * CSM_SECOND > now)
    *back = g_date_time_to_unix (morning) * CSM_SECOND;
  shown = g_date_time_format (morning, C_("day", "%A, %-d %B %Y"));
  return g_strdup_printf (_("Automatic answer: away until %s"), shown);
}

/* Nobody should tell a spammer that an address is read. */
gboolean
csm_mail_can_unsubscribe (JsonObject *message,
                          const char *lane)
{
  static const char *const lanes[] = { "newsletter", "notification", "digest", NULL };
  const char *automatic = csm_json_get_string (message, "automatic");

  if (csm_json_get_object (message, "unsubscribe") == NULL || g_strcmp0 (lane, "spam") == 0)
    return FALSE;
  return g_strcmp0 (automatic, "newsletter") == 0 || (lane != NULL && g_strv_contains (lanes, lane));
}

/* As the server does it: with one request, else by mail, else nobody but a person can. Returns: whether a page has to be opened */
gboolean
csm_mail_list_needs_page (JsonObject *message)
{
  JsonObject *unsubscribe = csm_json_get_object (message, "unsubscribe");

  return unsubscribe != NULL && !csm_json_get_boolean (unsubscribe, "oneClick") && csm_json_get_string (unsubscribe, "mailto") == NULL
         && csm_json_get_string (unsubscribe, "url") != NULL;
}

/* Returns: (transfer full) (nullable): who is told when somebody unsubscribes */
char *
csm_mail_list_host (JsonObject *message)
{
  JsonObject *unsubscribe = csm_json_get_object (message, "unsubscribe");
  const char *url = unsubscribe != NULL ? csm_json_get_string (unsubscribe, "url") : NULL;
  const char *mailto = unsubscribe != NULL ? csm_json_get_string (unsubscribe, "mailto") : NULL;
  g_autoptr (GUri) uri = url != NULL ? g_uri_parse (url, G_URI_FLAGS_NONE, NULL) : NULL;
  g_autofree char *address = mailto != NULL ? g_strndup (mailto, strcspn (mailto, "?>")) : NULL;
  const char *at = address != NULL ? strrchr (address, '@') : NULL;

  if (uri != NULL && g_uri_get_host (uri) != NULL && (at == NULL || csm_json_get_boolean (unsubscribe, "oneClick")))
    return g_strdup (g_uri_get_host (uri));
  return at != NULL ? g_strdup (at + 1) : NULL;
}
