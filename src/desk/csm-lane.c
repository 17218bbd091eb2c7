/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-lane.h"

#include <string.h>

#include "csm-address.h"
#include "csm-json.h"

#define WORDS(...) ((const char *const[]) { __VA_ARGS__, NULL })

/* From this on Microsoft's servers put a mail into the junk folder themselves. */
#define SPAM_CONFIDENCE 5

/**
 * csm_lane_came_by_list:
 * @mail: a mail
 *
 * Returns: whether it came to many (RFC 2369, RFC 2919), also when the list is the mailbox's own
 */
gboolean
csm_lane_came_by_list (CsmMailView *mail)
{
  static const char *const fields[] = { "listId", "listUnsubscribe", "listPost", "listHelp", "listSubscribe", "listOwner", "listArchive" };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      if (csm_mail_view_has_header (mail, fields[i]))
        return TRUE;
    }
  return csm_mail_view_header_is (mail, "precedence", WORDS ("bulk", "list", "junk"));
}

static gboolean
has_null_return_path (CsmMailView *mail)
{
  return csm_mail_view_header_is (mail, "returnPath", WORDS ("<>"));
}

static gboolean
subject_has (CsmMailView       *mail,
             const char *const *words)
{
  const char *subject = csm_mail_view_subject (mail);

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (strstr (subject, words[i]) != NULL)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_bounce (CsmMailView *mail)
{
  return g_strcmp0 (mail->report, "delivery") == 0 || csm_mail_view_has_header (mail, "xFailedRecipients") ||
         (has_null_return_path (mail) && csm_mail_view_local_part_begins (mail, WORDS ("mailer-daemon", "postmaster")));
}

static gboolean
is_spam (CsmMailView *mail)
{
  return csm_mail_view_header_is (mail, "xSpamFlag", WORDS ("yes", "true")) ||
         csm_mail_view_header_begins (mail, "xSpamStatus", WORDS ("yes")) ||
         csm_mail_view_header_begins (mail, "xSpam", WORDS ("yes", "true", "spam")) ||
         csm_mail_view_header_is (mail, "xRspamdAction", WORDS ("add header", "rewrite subject", "reject", "quarantine")) ||
         csm_json_get_int (mail->headers, "xMicrosoftScl", 0) >= SPAM_CONFIDENCE;
}

/* Whoever says yes or no to an invitation presses a button (RFC 5546, section 3.2.3). */
static gboolean
is_calendar_answer (CsmMailView *mail)
{
  return g_strcmp0 (csm_json_get_string (csm_json_get_object (mail->mail, "calendar"), "method"), "reply") == 0;
}

/* Nobody may answer a mail with a null return path (RFC 3834, section 2). If it refers to another, it is itself an answer, also where it
 * calls itself generated, as Exchange's out-of-office notes do. */
static gboolean
is_answer_of_nobody (CsmMailView *mail)
{
  return csm_mail_view_refers (mail) && (has_null_return_path (mail) || (mail->submitted != NULL && csm_json_get_string (mail->mail, "awayUntil") != NULL));
}

static gboolean
is_auto_reply (CsmMailView *mail)
{
  return g_strcmp0 (mail->report, "disposition") == 0 || is_calendar_answer (mail) || g_strcmp0 (mail->submitted, "auto-replied") == 0 ||
         csm_mail_view_header_is (mail, "precedence", WORDS ("auto_reply")) ||
         csm_mail_view_header_is (mail, "xAutoreply", WORDS ("yes", "true", "1")) || csm_mail_view_has_header (mail, "xAutorespond") ||
         is_answer_of_nobody (mail);
}

static gboolean
is_abuse_report (CsmMailView *mail)
{
  return g_strcmp0 (mail->report, "abuse") == 0;
}

static gboolean
is_auto_generated (CsmMailView *mail)
{
  return mail->submitted != NULL;
}

static gboolean
is_list_mail (CsmMailView *mail)
{
  return !mail->own_list && csm_lane_came_by_list (mail);
}

static gboolean
is_machine_sender (CsmMailView *mail)
{
  return csm_mail_view_local_part_has (mail, WORDS ("noreply", "no-reply", "no_reply", "no.reply", "donotreply", "do-not-reply", "do_not_reply", "dontreply",
                                                    "nepasrepondre", "ne-pas-repondre", "nicht-antworten", "noresponder", "no-responder")) ||
         csm_mail_view_local_part_begins (mail, WORDS ("mailer-daemon", "postmaster", "notification", "notifications", "root", "cron", "bounce", "bounces")) ||
         (mail->from != NULL && (g_str_has_prefix (mail->from, "owner-") || strstr (mail->from, "-request@") != NULL)) || has_null_return_path (mail);
}

static gboolean
is_from_machine (CsmMailView *mail)
{
  return is_auto_generated (mail) || is_machine_sender (mail);
}

/* As machines write it, which is not how people ask for help with it. */
static gboolean
is_account_mail (CsmMailView *mail)
{
  static const char *const words[] = {
    "password", "passwort", "kennwort", "mot de passe", "contraseña", "verification code", "security code", "sign-in code", "sign in code", "login code", "one-time code",
    "one-time pass", "verify your", "confirm your email", "confirm your e-mail", "confirm your account", "activate your account", "new sign-in", "new login", "sign-in attempt",
    "security alert", "two-factor", "2fa", "magic link", "bestätigungscode", "anmeldecode", "sicherheitscode", "neue anmeldung", "bestätigen sie ihre",
    "bestätige deine", "konto aktivieren", "code de vérification", "code de sécurité", "nouvelle connexion", "confirmez votre", "código de verificación",
    "inicio de sesión", "confirma tu", "codice di verifica", "nuovo accesso", "verificatiecode", "wachtwoord", NULL,
  };

  return is_from_machine (mail) && !is_list_mail (mail) && subject_has (mail, words);
}

static gboolean
is_file_share (CsmMailView *mail)
{
  static const char *const always[] = {
    "drive-shares-noreply@google.com", "drive-shares-dm-noreply@google.com", "noreply@wetransfer.com", "noreply@email.wetransfer.com", "no-reply@sharepointonline.com",
    "noreply@swisstransfer.com", "noreply@transfernow.net", "no-reply@transferxl.com", "noreply@fromsmash.com", NULL,
  };
  static const char *const services[] = { "dropbox.com", "dropboxmail.com", "box.com", "sharepointonline.com", "onedrive.com", "microsoft.com", "icloud.com",
                                          "apple.com", "adobe.com", "tresorit.com", "pcloud.com", "mega.nz", NULL };
  static const char *const words[] = { "shared", "sent you", "invited you to", "geteilt", "freigegeben", "a partagé", "ha compartido", "ha condiviso", "gedeeld", NULL };

  if (mail->from == NULL)
    return FALSE;
  return g_strv_contains (always, mail->from) ||
         (is_from_machine (mail) && g_strv_contains (services, csm_address_domain (mail->from)) && subject_has (mail, words));
}

static gboolean
is_digest (CsmMailView *mail)
{
  static const char *const words[] = {
    "digest", "daily summary", "weekly summary", "monthly summary", "your daily", "your weekly", "daily report", "weekly report", "monthly report", "weekly update",
    "zusammenfassung", "wochenbericht", "tagesbericht", "wochenübersicht", "tagesübersicht", "résumé quotidien", "résumé hebdomadaire", "résumé de la semaine",
    "resumen diario", "resumen semanal", "riepilogo giornaliero", "riepilogo settimanale", "dagelijks overzicht", "wekelijks overzicht", NULL,
  };

  return (is_list_mail (mail) || is_from_machine (mail)) && subject_has (mail, words);
}

/* In the order in which a workspace gets them. */
static const CsmBuiltInRule rules[] = {
  { "delivery-report", "bounce", is_bounce },
  { "spam-flag", "spam", is_spam },
  { "auto-reply", "automatic", is_auto_reply },
  { "abuse-report", "notification", is_abuse_report },
  { "account", "account", is_account_mail },
  { "file-share", "fileShare", is_file_share },
  { "digest", "digest", is_digest },
  { "auto-generated", "notification", is_auto_generated },
  { "list", "newsletter", is_list_mail },
  { "machine-sender", "notification", is_machine_sender },
};

/**
 * csm_lane_built_in_rules:
 * @n_rules: (out): how many there are
 *
 * Returns: (transfer none) (array length=n_rules): the rules that come with the program, in order
 */
const CsmBuiltInRule *
csm_lane_built_in_rules (guint *n_rules)
{
  *n_rules = G_N_ELEMENTS (rules);
  return rules;
}

/**
 * csm_lane_built_in:
 * @name: a name
 *
 * Returns: (transfer none) (nullable): the rule; %NULL when this version has none of that name
 */
const CsmBuiltInRule *
csm_lane_built_in (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      if (strcmp (rules[i].name, name) == 0)
        return &rules[i];
    }
  return NULL;
}

/**
 * csm_lane_automatic:
 * @mail: a mail
 *
 * By the standards' headers (RFC 3834, section 2), whatever an admin makes of the rules: what a machine wrote is not to
 * be answered by one.
 *
 * Returns: (nullable): Message.automatic; %NULL when a person wrote
 */
const char *
csm_lane_automatic (CsmMailView *mail)
{
  if (is_bounce (mail))
    return "bounce";
  if (is_abuse_report (mail))
    return "notification";
  if (is_auto_reply (mail))
    return "reply";
  if (is_auto_generated (mail))
    return "notification";
  if (is_list_mail (mail))
    return "newsletter";
  return is_machine_sender (mail) || is_file_share (mail) ? "notification" : NULL;
}
