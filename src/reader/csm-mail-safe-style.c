/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-safe-html.h"

#include <string.h>

#define MAX_STYLE 4000
#define MAX_VALUE 200

/* What draws, and stays where it is: nothing that positions, loads, animates or writes text. */
static const char *const properties[] = {
  "background", "background-color", "border", "border-bottom", "border-bottom-color", "border-bottom-style", "border-bottom-width",
  "border-collapse", "border-color", "border-left", "border-left-color", "border-left-style", "border-left-width", "border-radius",
  "border-right", "border-right-color", "border-right-style", "border-right-width", "border-spacing", "border-style", "border-top",
  "border-top-color", "border-top-style", "border-top-width", "border-width", "clear", "color", "direction", "display", "float", "font",
  "font-family", "font-size", "font-style", "font-variant", "font-weight", "height", "letter-spacing", "line-height", "list-style-type",
  "margin", "margin-bottom", "margin-left", "margin-right", "margin-top", "max-height", "max-width", "min-height", "min-width",
  "overflow-wrap", "padding", "padding-bottom", "padding-left", "padding-right", "padding-top", "table-layout", "text-align",
  "text-decoration", "text-indent", "text-transform", "vertical-align", "white-space", "width", "word-break", "word-spacing", "word-wrap",
  NULL,
};

/* Whether the bracket at @at belongs to a colour. */
static gboolean
opens_colour (const char *value,
              const char *at)
{
  static const char *const functions[] = { "rgb", "rgba", "hsl", "hsla" };

  for (guint i = 0; i < G_N_ELEMENTS (functions); i++)
    {
      gsize length = strlen (functions[i]);

      if ((gsize) (at - value) >= length && g_ascii_strncasecmp (at - length, functions[i], length) == 0
          && ((gsize) (at - value) == length || !g_ascii_isalnum (*(at - length - 1))))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_safe_value (const char *value)
{
  guint double_quotes = 0;
  guint single_quotes = 0;
  int open = 0;

  if (value[0] == '\0' || strlen (value) > MAX_VALUE)
    return FALSE;
  for (const char *p = value; *p != '\0'; p++)
    {
      double_quotes += *p == '"';
      single_quotes += *p == '\'';
      open += (*p == '(') - (*p == ')');
      if (*p == '(' && !opens_colour (value, p))
        return FALSE;
      if (!g_ascii_isalnum (*p) && strchr (" #%.,+-!'\"_/()", *p) == NULL)
        return FALSE;
    }
  return open == 0 && double_quotes % 2 == 0 && single_quotes % 2 == 0;
}

static void
append_declaration (const char *declaration,
                    gsize       length,
                    GString    *out)
{
  const char *colon = memchr (declaration, ':', length);
  g_autofree char *name = NULL;
  g_autofree char *value = NULL;

  if (colon == NULL)
    return;
  name = g_ascii_strdown (declaration, colon - declaration);
  value = g_strndup (colon + 1, (gsize) (declaration + length - colon - 1));
  g_strstrip (name);
  g_strstrip (value);
  if (!g_strv_contains (properties, name) || !is_safe_value (value))
    return;
  g_string_append_printf (out, "%s%s:%s", out->len > 0 ? ";" : "", name, value);
}

/**
 * csm_mail_safe_style_append:
 * @style: the value of a style attribute
 * @out: receives what of it is allowed, not escaped
 *
 * Filters declarations. What quotes or brackets hide from this is cut into pieces that are no declarations.
 */
void
csm_mail_safe_style_append (const char *style,
                            GString    *out)
{
  const char *p = style;

  if (strlen (style) > MAX_STYLE)
    return;
  while (*p != '\0')
    {
      gsize length = strcspn (p, ";");

      append_declaration (p, length, out);
      p += length + (p[length] == ';' ? 1 : 0);
    }
}
