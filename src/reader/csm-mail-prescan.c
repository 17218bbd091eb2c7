/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-prescan.h"

#include <string.h>

/* GMime parses nested address groups ("a:a:a:…") by recursion without a bound
 * (https://github.com/jstedfast/gmime/issues/15), and nested multiparts with a cost that grows with
 * the square of the depth. Both are cut here, before it sees the message; nothing legitimate comes near. */
#define MAX_FIELD (64 * 1024)
#define MAX_ADDRESSES (256 * 1024)
#define MAX_FIELDS 2000
#define MAX_COLONS 1000
#define MAX_CONTAINERS 1000

static const char *
line_end (const char *p,
          const char *end)
{
  const char *newline = memchr (p, '\n', (gsize) (end - p));

  return newline != NULL ? newline + 1 : end;
}

/* The end of the field that starts at @p, with its continuation lines. */
static const char *
field_end (const char *p,
           const char *end)
{
  do
    p = line_end (p, end);
  while (p < end && (*p == ' ' || *p == '\t'));
  return p;
}

/* The length of the field's name, 0 when the line is none. */
static gsize
field_name (const char *p,
            const char *end)
{
  const char *q = p;
  gsize length;

  while (q < end && *q > 32 && *q < 127 && *q != ':')
    q++;
  length = (gsize) (q - p);
  while (q < end && (*q == ' ' || *q == '\t'))
    q++;
  return q < end && *q == ':' ? length : 0;
}

static gboolean
is_name (const char *p,
         gsize       length,
         const char *name)
{
  return strlen (name) == length && g_ascii_strncasecmp (p, name, length) == 0;
}

static gboolean
is_address_field (const char *p,
                  gsize       length)
{
  static const char *const names[] = {
    "from", "to", "cc", "bcc", "sender", "reply-to", "resent-from", "resent-to", "resent-cc", "resent-bcc",
    "resent-sender", "disposition-notification-to", "mail-followup-to", "mail-reply-to",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (is_name (p, length, names[i]))
      return TRUE;
  return FALSE;
}

static void
note (GPtrArray  *defects,
      const char *defect)
{
  if (!g_ptr_array_find_with_equal_func (defects, defect, g_str_equal, NULL))
    g_ptr_array_add (defects, (gpointer) defect);
}

static void
defuse_groups (char       *p,
               const char *end,
               GPtrArray  *defects)
{
  guint colons = 0;

  for (; (p = memchr (p, ':', (gsize) (end - p))) != NULL; p++)
    if (++colons > MAX_COLONS)
      {
        *p = ',';
        note (defects, "nested-groups");
      }
}

static gboolean
is_container (const char *p,
              const char *end)
{
  p = memchr (p, ':', (gsize) (end - p));
  g_assert (p != NULL);
  for (p++; p < end && g_ascii_isspace (*p); p++)
    continue;
  return (end - p > 10 && g_ascii_strncasecmp (p, "multipart/", 10) == 0)
         || (end - p > 8 && g_ascii_strncasecmp (p, "message/", 8) == 0);
}

/* Line starts that look like a field, wherever they are: an attached message is parsed as well. */
static void
defuse_structure (char       *raw,
                  const char *end,
                  GPtrArray  *defects)
{
  guint containers = 0;

  for (char *p = raw; p < end; p = (char *) line_end (p, end))
    {
      guchar c = (guchar) g_ascii_tolower (*p);
      gsize name;

      if (c == '\0' || strchr ("ftcbsrdm", c) == NULL)
        continue;
      name = field_name (p, end);
      if (name == 0)
        continue;
      if (c == 'c' && is_name (p, name, "content-type"))
        {
          if (is_container (p, field_end (p, end)) && ++containers > MAX_CONTAINERS)
            {
              *p = 'X';
              note (defects, "too-many-parts");
            }
        }
      else if (is_address_field (p, name))
        {
          const char *field = field_end (p, end);

          /* Under another name it is not parsed at all. */
          if (field - p > MAX_ADDRESSES)
            {
              *p = 'X';
              note (defects, "header-too-long");
            }
          else
            {
              defuse_groups (p, field, defects);
            }
        }
    }
}

/* GMime takes an address away in whose name there is a control character. Those that switch charsets stay. */
static void
blank_controls (char  *p,
                gsize  length)
{
  for (gsize i = 0; i < length; i++)
    {
      guchar c = (guchar) p[i];

      if (c == 0x7f || (c < 0x20 && c != '\t' && c != '\r' && c != '\n' && c != 0x1b && c != 0x0e && c != 0x0f))
        p[i] = ' ';
    }
}

/* Moves the fields that stay to where the first one was. Returns the new length. */
static gsize
cut_header (char      *raw,
            gsize      length,
            GPtrArray *defects)
{
  char *end = raw + length;
  char *to = raw;
  char *p = raw;
  guint fields = 0;

  while (p < end && *p != '\n' && !(*p == '\r' && p + 1 < end && p[1] == '\n'))
    {
      char *next = (char *) field_end (p, end);
      gsize size = (gsize) (next - p);
      gsize name = field_name (p, end);

      if (name == 0)
        break;
      if (is_address_field (p, name))
        blank_controls (p, size);
      if (++fields > MAX_FIELDS)
        {
          note (defects, "too-many-headers");
          size = 0;
        }
      else if (size > MAX_FIELD)
        {
          note (defects, "header-too-long");
          size = MAX_FIELD;
        }
      if (to != p)
        memmove (to, p, size);
      to += size;
      if (size == MAX_FIELD && to[-1] != '\n')
        *to++ = '\n';
      p = next;
    }
  if (to != p)
    memmove (to, p, (gsize) (end - p));
  return fields > 0 ? (gsize) (to - raw) + (gsize) (end - p) : 0;
}

/**
 * csm_mail_prescan:
 * @raw: (inout): a message, changed in place
 * @length: its length in bytes
 * @start: (out): where the header starts
 * @defects: receives static names of what was wrong
 *
 * Makes a message safe to parse: bounds its header, and takes out constructs that only exist to break
 * a parser.
 *
 * Returns: the length of the message from @start on, 0 when it has no header at all
 */
gsize
csm_mail_prescan (char      *raw,
                  gsize      length,
                  gsize     *start,
                  GPtrArray *defects)
{
  char *p = raw;
  const char *end = raw + length;

  *start = 0;
  if (memchr (raw, '\n', length) == NULL && memchr (raw, '\r', length) != NULL)
    {
      for (char *q = raw; (q = memchr (q, '\r', (gsize) (end - q))) != NULL;)
        *q = '\n';
      note (defects, "bare-cr");
    }
  if (length >= 3 && memcmp (p, "\357\273\277", 3) == 0)
    p += 3;
  while (p < end && (*p == '\r' || *p == '\n'))
    p++;
  /* The line that mbox files put before a message. */
  if (end - p > 6 && (memcmp (p, "From ", 5) == 0 || memcmp (p, ">From ", 6) == 0))
    p = (char *) line_end (p, end);

  *start = (gsize) (p - raw);
  length = cut_header (p, (gsize) (end - p), defects);
  if (length > 0)
    defuse_structure (p, p + length, defects);
  return length;
}
