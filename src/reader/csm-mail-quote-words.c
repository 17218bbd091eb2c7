/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-quote-words.h"

#include <string.h>

/* The words that mail clients write, in the languages they write them in. All case-folded. */

static const char *const verbs[] = {
  "wrote", "writes", "schrieb", "escribió", "escribio", "escribe", "ha scritto", "a écrit", "a ecrit", "escreveu",
  "schreef", "skrev", "napisał", "napisal", "napsal", "написал", "пишет", "пише", "kirjoitti", "yazdı", "írta", "έγραψε",
  "のメール", "写道", "寫道", "작성",
};

static const char *const openings[] = {
  "on ", "at ", "in message ", "am ", "el ", "il ", "in data ", "le ", "em ", "no dia ", "op ", "den ", "dne ",
  "w dniu ", "dnia ", "sent from ", "în ", "på ", "在 ", "в ",
};

static const struct
{
  const char *word;
  guint kind;
} headers[] = {
  { "from", CSM_MAIL_QUOTE_FROM }, { "von", CSM_MAIL_QUOTE_FROM }, { "de", CSM_MAIL_QUOTE_FROM },
  { "da", CSM_MAIL_QUOTE_FROM }, { "van", CSM_MAIL_QUOTE_FROM }, { "från", CSM_MAIL_QUOTE_FROM },
  { "fra", CSM_MAIL_QUOTE_FROM }, { "od", CSM_MAIL_QUOTE_FROM }, { "от", CSM_MAIL_QUOTE_FROM },
  { "发件人", CSM_MAIL_QUOTE_FROM }, { "差出人", CSM_MAIL_QUOTE_FROM }, { "寄件者", CSM_MAIL_QUOTE_FROM },
  { "sent", CSM_MAIL_QUOTE_DATE }, { "date", CSM_MAIL_QUOTE_DATE }, { "gesendet", CSM_MAIL_QUOTE_DATE },
  { "datum", CSM_MAIL_QUOTE_DATE }, { "enviado", CSM_MAIL_QUOTE_DATE }, { "enviado el", CSM_MAIL_QUOTE_DATE },
  { "enviado em", CSM_MAIL_QUOTE_DATE }, { "enviada em", CSM_MAIL_QUOTE_DATE }, { "fecha", CSM_MAIL_QUOTE_DATE },
  { "envoyé", CSM_MAIL_QUOTE_DATE }, { "inviato", CSM_MAIL_QUOTE_DATE }, { "data", CSM_MAIL_QUOTE_DATE },
  { "verzonden", CSM_MAIL_QUOTE_DATE }, { "skickat", CSM_MAIL_QUOTE_DATE }, { "sendt", CSM_MAIL_QUOTE_DATE },
  { "wysłano", CSM_MAIL_QUOTE_DATE }, { "дата", CSM_MAIL_QUOTE_DATE }, { "发送时间", CSM_MAIL_QUOTE_DATE },
  { "日時", CSM_MAIL_QUOTE_DATE },
  { "to", CSM_MAIL_QUOTE_TO }, { "an", CSM_MAIL_QUOTE_TO }, { "para", CSM_MAIL_QUOTE_TO }, { "à", CSM_MAIL_QUOTE_TO },
  { "a", CSM_MAIL_QUOTE_TO }, { "aan", CSM_MAIL_QUOTE_TO }, { "till", CSM_MAIL_QUOTE_TO }, { "til", CSM_MAIL_QUOTE_TO },
  { "do", CSM_MAIL_QUOTE_TO }, { "кому", CSM_MAIL_QUOTE_TO }, { "收件人", CSM_MAIL_QUOTE_TO },
  { "宛先", CSM_MAIL_QUOTE_TO }, { "cc", CSM_MAIL_QUOTE_TO }, { "kopie", CSM_MAIL_QUOTE_TO },
  { "reply-to", CSM_MAIL_QUOTE_TO },
  { "subject", CSM_MAIL_QUOTE_SUBJECT }, { "betreff", CSM_MAIL_QUOTE_SUBJECT }, { "asunto", CSM_MAIL_QUOTE_SUBJECT },
  { "objet", CSM_MAIL_QUOTE_SUBJECT }, { "oggetto", CSM_MAIL_QUOTE_SUBJECT }, { "assunto", CSM_MAIL_QUOTE_SUBJECT },
  { "onderwerp", CSM_MAIL_QUOTE_SUBJECT }, { "ämne", CSM_MAIL_QUOTE_SUBJECT }, { "emne", CSM_MAIL_QUOTE_SUBJECT },
  { "temat", CSM_MAIL_QUOTE_SUBJECT }, { "тема", CSM_MAIL_QUOTE_SUBJECT }, { "主题", CSM_MAIL_QUOTE_SUBJECT },
  { "件名", CSM_MAIL_QUOTE_SUBJECT },
};

static const char *const original_marks[] = {
  "original message", "original-nachricht", "originalnachricht", "ursprüngliche nachricht", "mensaje original",
  "message d'origine", "message d’origine", "message original", "messaggio originale", "mensagem original",
  "oorspronkelijk bericht", "originele bericht", "ursprungligt meddelande", "oprindelig meddelelse",
  "wiadomość oryginalna", "исходное сообщение", "原始邮件", "元のメッセージ",
};

static const char *const forward_marks[] = {
  "forwarded message", "weitergeleitete nachricht", "weitergeleitete e-mail", "mensaje reenviado", "message transféré",
  "message transmis", "messaggio inoltrato", "mensagem encaminhada", "mensagem reencaminhada", "doorgestuurd bericht",
  "vidarebefordrat meddelande", "videresendt meddelelse", "wiadomość przekazana", "пересылаемое сообщение",
  "转发的邮件", "转发邮件",
};

static const char *const forward_lines[] = {
  "begin forwarded message:", "anfang der weitergeleiteten nachricht:", "début du message réexpédié :",
  "début du message transféré :", "inizio messaggio inoltrato:", "inicio del mensaje reenviado:",
  "início da mensagem encaminhada:", "begin doorgestuurd bericht:",
};

/* How the line of a telephone's mail app starts, and what it then names: "Von meinem Konto …" is none. */
static const char *const device_lines[] = {
  "sent from ", "sent via ", "sent with ", "get ", "von mein", "gesendet ", "holen sie sich ", "enviado ", "obtener ", "envoyé d", "obtenir ",
  "télécharger ", "inviato d", "ottieni ", "obter o ", "verstuurd vanaf ", "verzonden vanaf ", "verzonden met ", "download ",
  "skickat från ", "sendt fra ", "wysłano z ", "отправлено с ",
};

static const char *const devices[] = {
  "iphone", "ipad", "android", "samsung", "galaxy", "huawei", "xiaomi", "blackberry", "smartphone", "handy",
  "mobile", "móvil", "telefon", "teléfono", "téléphone", "phone", "tablet", "outlook", "yahoo", "proton", "gmx", "web.de",
  "mail for windows", "mail für windows", "айфон",
};

gboolean
csm_mail_quote_has_verb (const char *folded)
{
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (strstr (folded, verbs[i]) != NULL)
      return TRUE;
  return FALSE;
}

gboolean
csm_mail_quote_has_opening (const char *folded)
{
  for (guint i = 0; i < G_N_ELEMENTS (openings); i++)
    if (g_str_has_prefix (folded, openings[i]))
      return TRUE;
  return FALSE;
}

/**
 * csm_mail_quote_header_kind:
 * @line: text whose first line is looked at
 *
 * Returns: what header field the line is, such as %CSM_MAIL_QUOTE_FROM for "Von: …", 0 for none
 */
guint
csm_mail_quote_header_kind (const char *line)
{
  g_autofree char *folded = NULL;
  g_autofree char *word = NULL;
  const char *colon;

  line += strspn (line, " *\t");
  for (colon = line; *colon != ':' && *colon != '\n' && *colon != '\0'; colon++)
    if (colon - line > 32)
      return 0;
  if (*colon != ':' || colon == line)
    return 0;

  word = g_strndup (line, (gsize) (colon - line));
  for (char *p = strstr (word, "\302\240"); p != NULL; p = strstr (p, "\302\240"))
    memcpy (p, "  ", 2);
  g_strdelimit (word, "*", ' ');
  if (!g_utf8_validate (word, -1, NULL))
    return 0;
  folded = g_utf8_casefold (g_strstrip (word), -1);
  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    if (strcmp (folded, headers[i].word) == 0)
      return headers[i].kind;
  return 0;
}

/**
 * csm_mail_quote_mark:
 * @line: a line, not terminated
 * @length: its length in bytes
 *
 * Returns: which mark between a reply and what it answers the line is, if any
 */
CsmMailQuoteMark
csm_mail_quote_mark (const char *line,
                     gsize       length)
{
  g_autofree char *copy = NULL;
  g_autofree char *folded = NULL;
  gboolean dashed;

  if (length < 10 || length > 200)
    return CSM_MAIL_QUOTE_NO_MARK;
  copy = g_strndup (line, length);
  g_strdelimit (copy, "*", ' ');
  folded = g_utf8_casefold (g_strstrip (copy), -1);
  for (guint i = 0; i < G_N_ELEMENTS (forward_lines); i++)
    if (strcmp (folded, forward_lines[i]) == 0)
      return CSM_MAIL_QUOTE_FORWARDED;

  dashed = g_str_has_prefix (folded, "---") && g_str_has_suffix (folded, "--");
  if (!dashed)
    return CSM_MAIL_QUOTE_NO_MARK;
  for (guint i = 0; i < G_N_ELEMENTS (forward_marks); i++)
    if (strstr (folded, forward_marks[i]) != NULL)
      return CSM_MAIL_QUOTE_FORWARDED;
  for (guint i = 0; i < G_N_ELEMENTS (original_marks); i++)
    if (strstr (folded, original_marks[i]) != NULL)
      return CSM_MAIL_QUOTE_ORIGINAL;
  /* "---- On Monday, 2 March 2026 Ana <ana@example.com> wrote ----" */
  if (csm_mail_quote_has_verb (folded) && strchr (folded, '@') != NULL && strpbrk (folded, "0123456789") != NULL)
    return CSM_MAIL_QUOTE_ORIGINAL;
  return CSM_MAIL_QUOTE_NO_MARK;
}

/* A line like "Sent from my phone", alone in its paragraph. */
gboolean
csm_mail_quote_is_device_line (const char *text)
{
  g_autofree char *folded = NULL;
  gboolean starts = FALSE;
  gboolean names = FALSE;
  guint words = 1;

  if (strlen (text) > 80 || strchr (text, '\n') != NULL || strchr (text, '?') != NULL)
    return FALSE;
  folded = g_utf8_casefold (text, -1);
  g_strdelimit (g_strstrip (folded), ".", ' ');
  g_strchomp (folded);
  for (const char *p = folded; *p != '\0'; p++)
    words += *p == ' ';
  for (guint i = 0; i < G_N_ELEMENTS (device_lines); i++)
    starts = starts || g_str_has_prefix (folded, device_lines[i]);
  for (guint i = 0; i < G_N_ELEMENTS (devices); i++)
    names = names || strstr (folded, devices[i]) != NULL;
  if (g_str_has_prefix (folded, "von mein"))
    starts = g_str_has_suffix (folded, "gesendet");
  return starts && names && words <= 9;
}
