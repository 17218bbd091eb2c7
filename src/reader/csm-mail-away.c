/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-away.h"

#include "csm-mail-charset.h"
#include "csm-mail-day.h"
#include "csm-mail-header.h"

#include <string.h>

/*
 * A wrong date is worse than none: only what says that it is automatic is looked at, only dates that words like "back
 * on" or "until" introduce count, and two different ones count as none.
 */

#define MAX_TEXT (8 * 1024)
#define MAX_DAYS 40
#define WINDOW_BEFORE 70
#define WINDOW_AFTER 50
#define MAX_AHEAD 330

typedef enum
{
  NOTHING,
  UNTIL,
  BACK,
  FROM,                     /* says something only together with what comes after */
} Cue;

typedef struct
{
  const char *words;
  Cue cue;
  gboolean day_first;       /* of two numbers the first is the day */
} CueWords;

/* In small letters. A word that stands alone is looked for with spaces around it. */
static const CueWords before[] = {
  { "back on", BACK, FALSE },          { "back in the office on", BACK, FALSE }, { "back at work on", BACK, FALSE },
  { "back at my desk on", BACK, FALSE }, { "back in office on", BACK, FALSE },   { "back from", BACK, FALSE },
  { "return on", BACK, FALSE },        { "returning on", BACK, FALSE },          { "return to the office on", BACK, FALSE },
  { "returning to the office on", BACK, FALSE }, { "return to work on", BACK, FALSE }, { "available again on", BACK, FALSE },
  { "available again from", BACK, FALSE }, { "return date is", BACK, FALSE },    { "return date:", BACK, FALSE },
  { "back again on", BACK, FALSE },    { "in the office again on", BACK, FALSE }, { "wieder am", BACK, TRUE },
  { "wieder ab", BACK, TRUE },         { "wieder ab dem", BACK, TRUE },          { "wieder im büro am", BACK, TRUE },
  { "wieder im büro ab", BACK, TRUE }, { "zurück am", BACK, TRUE },              { "zurück ab", BACK, TRUE },
  { "erst am", BACK, TRUE },           { "erst ab dem", BACK, TRUE },            { "erst wieder am", BACK, TRUE },
  { "de retour le", BACK, TRUE },      { "de retour au bureau le", BACK, TRUE }, { "de retour à partir du", BACK, TRUE },
  { "retour le", BACK, TRUE },         { "reviendrai le", BACK, TRUE },          { "rentrerai le", BACK, TRUE },
  { "serai de retour le", BACK, TRUE }, { "tornerò il", BACK, TRUE },            { "torno il", BACK, TRUE },
  { "rientro il", BACK, TRUE },        { "rientrerò il", BACK, TRUE },           { "di ritorno il", BACK, TRUE },
  { "rientro in ufficio il", BACK, TRUE }, { "rientrerò in ufficio il", BACK, TRUE }, { "in ufficio il", BACK, TRUE },
  { "vuelvo el", BACK, TRUE },         { "volveré el", BACK, TRUE },             { "regreso el", BACK, TRUE },
  { "regresaré el", BACK, TRUE },      { "de vuelta el", BACK, TRUE },           { "de regreso el", BACK, TRUE },
  { "back", BACK, FALSE },             { "returning", BACK, FALSE },             { "back in the office from", BACK, FALSE },
  { "back at work from", BACK, FALSE }, { "back in office from", BACK, FALSE },  { "available again", BACK, FALSE },
  { "wieder erreichbar ab", BACK, TRUE }, { "wieder erreichbar ab dem", BACK, TRUE }, { "wieder erreichbar am", BACK, TRUE },
  { "wieder da am", BACK, TRUE },      { "wieder da ab", BACK, TRUE },           { "de retour", BACK, TRUE },
  { "tornerò", BACK, TRUE },           { "rientrerò", BACK, TRUE },              { "di ritorno", BACK, TRUE },
  { "until", UNTIL, FALSE },           { "till", UNTIL, FALSE },                 { "through", UNTIL, FALSE },
  { "bis", UNTIL, TRUE },              { "bis zum", UNTIL, TRUE },               { "bis einschließlich", UNTIL, TRUE },
  { "bis inklusive", UNTIL, TRUE },    { "bis und mit", UNTIL, TRUE },           { "jusqu'au", UNTIL, TRUE },
  { "jusqu’au", UNTIL, TRUE },         { "jusque", UNTIL, TRUE },                { "fino al", UNTIL, TRUE },
  { "sino al", UNTIL, TRUE },          { "fino all'", UNTIL, TRUE },           { "fino a", UNTIL, TRUE },
              { "hasta el", UNTIL, TRUE },
  { "hasta", UNTIL, TRUE },            { "on", FROM, FALSE },                    { "from", FROM, FALSE },
  { "ab", FROM, TRUE },                { "ab dem", FROM, TRUE },                 { "am", FROM, TRUE },
  { "dès le", FROM, TRUE },            { "à partir du", FROM, TRUE },            { "le", FROM, TRUE },
  { "dal", FROM, TRUE },               { "a partire dal", FROM, TRUE },          { "il", FROM, TRUE },
  { "a partir del", FROM, TRUE },      { "el", FROM, TRUE },                     { "starting", FROM, FALSE },
};

/* Between a cue and its date may stand the day of the week and such. */
static const char *const fillers[] = {
  "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tue", "wed", "thu", "fri", "the",
  "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonnabend", "sonntag", "dem", "den", "zum", "mo", "di", "mi", "do", "fr",
  "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì",
  "sabato", "domenica", "día", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo", "and including", "including", "einschließlich",
};

/* Behind a date that "from" or "on" introduces. */
static const char *const after[] = {
  "i will be back", "i'll be back", "i’ll be back", "i am back", "i'm back", "back in the office", "i will return", "available again", "wieder", "zurück",
  "de retour", "di nuovo", "di ritorno", "nuovamente", "de nuevo", "de vuelta", "de regreso",
};

static gboolean
contains_any (const char        *text,
              const char *const *words)
{
  g_autofree char *folded = text != NULL ? g_utf8_strdown (text, -1) : NULL;

  for (guint i = 0; folded != NULL && words[i] != NULL; i++)
    if (strstr (folded, words[i]) != NULL)
      return TRUE;
  return FALSE;
}

static gboolean
is_automatic_reply (GMimeMessage       *message,
                    GMimeParserOptions *options)
{
  static const char *const submitted[] = { "auto-replied", "auto-generated", NULL };
  static const char *const precedence[] = { "auto_reply", "auto-reply", NULL };
  static const char *const subjects[] = {
    "automatic reply", "auto reply", "autoreply", "auto-reply", "out of office", "out of the office", "automatische antwort", "abwesenheit",
    "réponse automatique", "absence du bureau", "risposta automatica", "fuori sede", "fuori ufficio", "respuesta automática", "fuera de la oficina", NULL,
  };
  static const char *const fields[] = { "X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress" };
  GMimeObject *object = GMIME_OBJECT (message);
  g_autofree char *auto_submitted = csm_mail_header_dup (object, options, "Auto-Submitted");
  g_autofree char *class = csm_mail_header_dup (object, options, "Precedence");
  g_autofree char *subject = csm_mail_header_dup (object, options, "Subject");
  g_autofree char *list = csm_mail_header_dup (object, options, "List-Id");
  gboolean marked = contains_any (auto_submitted, submitted) || contains_any (class, precedence);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *value = csm_mail_header_dup (object, options, fields[i]);

      marked = marked || value != NULL;
    }
  /* Every notification is generated; what is about being away answers something, or says so. */
  if (marked && !contains_any (auto_submitted, precedence) && auto_submitted != NULL && strcasestr (auto_submitted, "auto-replied") == NULL)
    marked = contains_any (subject, subjects);
  return list == NULL && (marked || contains_any (subject, subjects));
}

static gboolean
ends_with_word (const char *text,
                gsize       length,
                const char *word)
{
  gsize size = strlen (word);
  const char *start;

  if (length < size || memcmp (text + length - size, word, size) != 0)
    return FALSE;
  start = text + length - size;
  return start == text || !g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (start)));
}

static gsize
trim_end (const char *text,
          gsize       length)
{
  while (length > 0 && strchr (" \n\t,:()", text[length - 1]) != NULL)
    length--;
  return length;
}

/* Which words introduce the date at @start; of those that fit the longest. */
static const CueWords *
find_cue (const char *text,
          const char *start)
{
  const char *window = start - MIN ((gsize) (start - text), WINDOW_BEFORE);
  const CueWords *best = NULL;
  gboolean again = TRUE;
  gsize length;

  while (((guchar) *window & 0xc0) == 0x80)
    window++;
  length = trim_end (window, (gsize) (start - window));
  while (again && best == NULL)
    {
      again = FALSE;
      for (guint i = 0; i < G_N_ELEMENTS (before); i++)
        if (ends_with_word (window, length, before[i].words) && (best == NULL || strlen (before[i].words) > strlen (best->words)))
          best = &before[i];
      for (guint i = 0; best == NULL && i < G_N_ELEMENTS (fillers) && !again; i++)
        if (ends_with_word (window, length - (length > 0 && window[length - 1] == '.'), fillers[i]))
          {
            length = trim_end (window, length - (window[length - 1] == '.') - strlen (fillers[i]));
            again = TRUE;
          }
    }
  return best;
}

/* Whether what follows the date says that somebody is back then. */
static gboolean
says_back_after (const char *end)
{
  gsize length = 0;
  g_autofree char *window = NULL;

  while (length < WINDOW_AFTER && end[length] != '\0' && !(strchr (".!?;", end[length]) != NULL && g_ascii_isspace (end[length + 1]))
         && !(end[length] == '\n' && end[length + 1] == '\n'))
    length++;
  window = g_strndup (end, length);
  /* What comes after another number is about that one. */
  window[strcspn (window, "0123456789")] = '\0';
  for (guint i = 0; i < G_N_ELEMENTS (after); i++)
    if (strstr (window, after[i]) != NULL)
      return TRUE;
  return FALSE;
}

/* "from 1 to 14 August", "vom 1. bis 14.8." and the like, where the small word alone says nothing. */
static gboolean
ends_span (const char *text,
           const char *start)
{
  static const struct
  {
    const char *from;
    const char *to;
  } spans[] = { { "from", "to" }, { "du", "au" }, { "dal", "al" }, { "del", "al" } };
  gsize length = MIN ((gsize) (start - text), WINDOW_BEFORE);
  g_autofree char *raw = g_strndup (start - length, length);
  g_autofree char *window = g_utf8_make_valid (raw, -1);
  gsize end = trim_end (window, strlen (window));

  for (guint i = 0; i < G_N_ELEMENTS (spans); i++)
    {
      g_autofree char *from = g_strconcat (spans[i].from, " ", NULL);
      const char *found = g_strrstr (window, from);

      if (found != NULL && ends_with_word (window, end, spans[i].to) && strpbrk (found, "0123456789") != NULL
          && strstr (found, ". ") == NULL)
        return TRUE;
    }
  return FALSE;
}

/* The day as a date, in the year in which it comes next; NULL when it can't be meant. */
static GDate *
to_date (const CsmMailDay *day,
         const GDate      *sent)
{
  GDateYear year = (GDateYear) (day->year != 0 ? day->year : g_date_get_year (sent));
  GDate *date;

  if (!g_date_valid_dmy ((GDateDay) day->day, (GDateMonth) day->month, year))
    return NULL;
  date = g_date_new_dmy ((GDateDay) day->day, (GDateMonth) day->month, year);
  if (day->year == 0 && g_date_compare (date, sent) < 0 && !(day->day == 29 && day->month == 2))
    g_date_add_years (date, 1);
  if (g_date_compare (date, sent) >= 0 && g_date_days_between (sent, date) <= MAX_AHEAD)
    return date;
  g_date_free (date);
  return NULL;
}

typedef struct
{
  GDate day;                /* invalid while there is none */
  gboolean contradicts;     /* there are two */
} Found;

static void
keep (Found       *found,
      const GDate *date)
{
  if (g_date_valid (&found->day) && g_date_compare (&found->day, date) != 0)
    found->contradicts = TRUE;
  found->day = *date;
}

static char *
find_day (const char  *text,
          const GDate *sent)
{
  Found back = { 0 };
  Found until = { 0 };
  Found *best;
  CsmMailDay day;
  guint count = 0;

  for (const char *p = text; count < MAX_DAYS && csm_mail_day_next (text, p, &day); p = day.end, count++)
    {
      const CueWords *words = find_cue (text, day.start);
      Cue cue = words != NULL ? words->cue : NOTHING;
      g_autoptr(GDate) date = NULL;

      if ((cue == FROM || cue == NOTHING) && says_back_after (day.end))
        cue = cue == FROM ? BACK : NOTHING;
      else if (cue != BACK && cue != UNTIL)
        cue = ends_span (text, day.start) ? UNTIL : NOTHING;
      if (cue == NOTHING)
        continue;
      date = to_date (&day, sent);
      if (day.is_ambiguous && !(words != NULL && words->day_first))
        (cue == BACK ? &back : &until)->contradicts = TRUE;
      else if (date != NULL)
        keep (cue == BACK ? &back : &until, date);
    }
  best = g_date_valid (&back.day) || back.contradicts ? &back : &until;
  if (!g_date_valid (&best->day) || best->contradicts)
    return NULL;
  return g_strdup_printf ("%04d-%02d-%02d", g_date_get_year (&best->day), g_date_get_month (&best->day), g_date_get_day (&best->day));
}

/**
 * csm_mail_away_write:
 * @message: a parsed message
 * @options: from csm_mail_header_options_new()
 * @text: what its author wrote
 * @writer: inside the answer's object
 *
 * Writes until when the writer of an automatic reply says to be away, or null.
 */
void
csm_mail_away_write (GMimeMessage       *message,
                     GMimeParserOptions *options,
                     const char         *text,
                     CsmJsonWriter      *writer)
{
  GDateTime *sent_at = g_mime_message_get_date (message);
  g_autofree char *found = NULL;

  if (sent_at != NULL && is_automatic_reply (message, options))
    {
      g_autofree char *head = csm_mail_charset_clean (text, CSM_MAIL_CLEAN_TEXT, MAX_TEXT);
      g_autofree char *small = g_utf8_strdown (head, -1);
      GDate sent;
      int year, month, day;

      g_date_time_get_ymd (sent_at, &year, &month, &day);
      g_date_clear (&sent, 1);
      if (year > 0 && g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year))
        {
          g_date_set_dmy (&sent, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
          found = find_day (small, &sent);
        }
    }
  csm_json_writer_string (writer, "awayUntil", found);
}
