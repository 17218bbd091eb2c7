/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-file-name.h"

#include "csm-mail-charset.h"

#include <string.h>

#define MAX_NAME 200
#define MAX_ENDING 16

static const struct
{
  const char *type;
  const char *ending;
} endings[] = {
  { "text/plain", ".txt" },        { "text/html", ".html" },      { "text/calendar", ".ics" },
  { "text/csv", ".csv" },          { "text/rfc822-headers", ".txt" }, { "message/rfc822", ".eml" },
  { "message/delivery-status", ".txt" }, { "image/jpeg", ".jpg" }, { "image/png", ".png" },
  { "image/gif", ".gif" },         { "image/webp", ".webp" },     { "application/pdf", ".pdf" },
  { "application/zip", ".zip" },   { "audio/mpeg", ".mp3" },      { "application/pgp-signature", ".asc" },
};

static char *
make_name (const char *type,
           guint       number)
{
  const char *ending = "";

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (strcmp (type, endings[i].type) == 0)
      ending = endings[i].ending;
  return g_strdup_printf ("attachment-%u%s", number, ending);
}

/* Shortens in the middle, since the ending says what the file is. */
static char *
shorten (const char *name)
{
  const char *dot = strrchr (name, '.');
  const char *ending = dot != NULL && strlen (dot) <= MAX_ENDING ? dot : "";
  const char *cut = g_utf8_find_prev_char (name, name + MAX_NAME - strlen (ending) + 1);
  g_autofree char *start = g_strndup (name, (gsize) (cut - name));

  return g_strconcat (start, ending, NULL);
}

/**
 * csm_mail_file_name_clean:
 * @name: (nullable): what the sender calls the file
 * @type: its media type
 * @number: its place among the attachments, for one without a name
 *
 * Makes a name that is safe to offer for saving: no folders, no control characters, nothing that turns
 * the direction of writing, no leading dot.
 *
 * Returns: (transfer full): the name, never empty
 */
char *
csm_mail_file_name_clean (const char *name,
                          const char *type,
                          guint       number)
{
  g_autofree char *clean = NULL;
  const char *start;
  const char *slash;

  if (name == NULL)
    return make_name (type, number);
  clean = csm_mail_charset_clean (name, CSM_MAIL_CLEAN_LINE, G_MAXSIZE);
  start = clean;
  slash = strrchr (start, '/');
  if (slash != NULL)
    start = slash + 1;
  slash = strrchr (start, '\\');
  if (slash != NULL)
    start = slash + 1;
  start += strspn (start, ". ");
  g_strchomp (clean);
  if (*start == '\0')
    return make_name (type, number);
  return strlen (start) > MAX_NAME ? shorten (start) : g_strdup (start);
}
