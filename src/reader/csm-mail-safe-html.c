/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-safe-html.h"

#include "csm-mail-html-style.h"

#include <string.h>

/*
 * Nothing of the source is copied: elements and attributes come from the lists below, and everything else is text, so
 * that there is no way in which a browser could read it differently from the parser here and find something new.
 */

#define MAX_RECURSION 600
#define MAX_PAGE (3 * 1024 * 1024)
#define MAX_CID 998
#define MAX_ATTRIBUTE 500

static const char head[] =
  "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\">"
  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data: cid:; style-src 'unsafe-inline'; "
  "form-action 'none'; frame-src 'none'; base-uri 'none'\">"
  "<meta name=\"referrer\" content=\"no-referrer\"></head><body>\n";

/* A picture of one pixel that nobody sees. */
static const char empty_picture[] = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

static gboolean
is_kept (GumboTag tag)
{
  switch ((int) tag)
    {
    case GUMBO_TAG_A: case GUMBO_TAG_ABBR: case GUMBO_TAG_ADDRESS: case GUMBO_TAG_ARTICLE: case GUMBO_TAG_ASIDE:
    case GUMBO_TAG_B: case GUMBO_TAG_BDI: case GUMBO_TAG_BIG: case GUMBO_TAG_BLOCKQUOTE: case GUMBO_TAG_BR:
    case GUMBO_TAG_CAPTION: case GUMBO_TAG_CENTER: case GUMBO_TAG_CITE: case GUMBO_TAG_CODE: case GUMBO_TAG_COL:
    case GUMBO_TAG_COLGROUP: case GUMBO_TAG_DD: case GUMBO_TAG_DEL: case GUMBO_TAG_DFN: case GUMBO_TAG_DIV:
    case GUMBO_TAG_DL: case GUMBO_TAG_DT: case GUMBO_TAG_EM: case GUMBO_TAG_FIGCAPTION: case GUMBO_TAG_FIGURE:
    case GUMBO_TAG_FONT: case GUMBO_TAG_FOOTER: case GUMBO_TAG_H1: case GUMBO_TAG_H2: case GUMBO_TAG_H3:
    case GUMBO_TAG_H4: case GUMBO_TAG_H5: case GUMBO_TAG_H6: case GUMBO_TAG_HEADER: case GUMBO_TAG_HR:
    case GUMBO_TAG_I: case GUMBO_TAG_IMG: case GUMBO_TAG_INS: case GUMBO_TAG_KBD: case GUMBO_TAG_LI:
    case GUMBO_TAG_MAIN: case GUMBO_TAG_MARK: case GUMBO_TAG_NAV: case GUMBO_TAG_OL: case GUMBO_TAG_P:
    case GUMBO_TAG_PRE: case GUMBO_TAG_Q: case GUMBO_TAG_RP: case GUMBO_TAG_RT: case GUMBO_TAG_RUBY:
    case GUMBO_TAG_S: case GUMBO_TAG_SAMP: case GUMBO_TAG_SECTION: case GUMBO_TAG_SMALL: case GUMBO_TAG_SPAN:
    case GUMBO_TAG_STRIKE: case GUMBO_TAG_STRONG: case GUMBO_TAG_SUB: case GUMBO_TAG_SUP: case GUMBO_TAG_TABLE:
    case GUMBO_TAG_TBODY: case GUMBO_TAG_TD: case GUMBO_TAG_TFOOT: case GUMBO_TAG_TH: case GUMBO_TAG_THEAD:
    case GUMBO_TAG_TIME: case GUMBO_TAG_TR: case GUMBO_TAG_TT: case GUMBO_TAG_U: case GUMBO_TAG_UL:
    case GUMBO_TAG_VAR: case GUMBO_TAG_WBR:
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
is_void (GumboTag tag)
{
  return tag == GUMBO_TAG_BR || tag == GUMBO_TAG_HR || tag == GUMBO_TAG_IMG || tag == GUMBO_TAG_COL || tag == GUMBO_TAG_WBR;
}

static void
append_escaped (GString    *out,
                const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    {
      gsize run = strcspn (p, "&<>\"'`");

      g_string_append_len (out, p, (gssize) run);
      p += run;
      if (*p == '\0')
        return;
      g_string_append_printf (out, "&#%d;", *p);
    }
}

static void
append_attribute (GString    *out,
                  const char *name,
                  const char *value)
{
  g_string_append_printf (out, " %s=\"", name);
  append_escaped (out, value);
  g_string_append_c (out, '"');
}

static gboolean
is_plain_word (const char *value)
{
  return value[0] != '\0' && strlen (value) <= 64 && value[strspn (value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789#%.,_ -")] == '\0';
}

static void
append_attributes (GString            *out,
                   const GumboElement *element)
{
  static const char *const words[] = {
    "align", "bgcolor", "border", "cellpadding", "cellspacing", "color", "colspan", "dir", "face", "height", "hspace", "lang", "nowrap",
    "reversed", "rowspan", "size", "span", "start", "type", "valign", "vspace", "width",
  };
  static const char *const texts[] = { "alt", "title" };
  const char *style = csm_mail_html_attribute (element, "style");
  g_autoptr(GString) declarations = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      const char *value = csm_mail_html_attribute (element, words[i]);

      if (value != NULL && is_plain_word (value))
        append_attribute (out, words[i], value);
    }
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      const char *value = csm_mail_html_attribute (element, texts[i]);

      if (value != NULL && strlen (value) <= MAX_ATTRIBUTE)
        append_attribute (out, texts[i], value);
    }
  if (style != NULL)
    csm_mail_safe_style_append (style, declarations);
  if (declarations->len > 0)
    append_attribute (out, "style", declarations->str);
}

static gboolean
is_pixel (const GumboElement *element)
{
  static const char *const names[] = { "width", "height" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *value = csm_mail_html_attribute (element, names[i]);

      if (value != NULL && g_ascii_isdigit (value[0]) && g_ascii_strtoull (value, NULL, 10) <= 2 && strchr (value, '%') == NULL)
        return TRUE;
    }
  return FALSE;
}

static void
append_source (GString            *out,
               const GumboElement *element)
{
  const char *source = csm_mail_html_attribute (element, "src");
  g_autofree char *remote = NULL;

  if (source == NULL)
    return;
  if (g_ascii_strncasecmp (source, "cid:", 4) == 0 && strlen (source) <= MAX_CID)
    {
      append_attribute (out, "src", source);
      return;
    }
  remote = g_ascii_strncasecmp (source, "http", 4) == 0 ? csm_mail_html_dup_link (source) : NULL;
  if (remote == NULL)
    return;
  append_attribute (out, "data-remote", remote);
  append_attribute (out, "src", empty_picture);
}

static void append_children (GString *out, const GumboNode *node, guint depth);

static void
append_element (GString         *out,
                const GumboNode *node,
                guint            depth)
{
  const GumboElement *element = &node->v.element;
  const char *name = gumbo_normalized_tagname (element->tag);
  g_autofree char *link = NULL;

  if (element->tag_namespace != GUMBO_NAMESPACE_HTML || csm_mail_html_is_dropped (element->tag)
      || (element->tag == GUMBO_TAG_IMG && is_pixel (element)))
    return;
  if (!is_kept (element->tag))
    {
      append_children (out, node, depth);
      return;
    }
  g_string_append_printf (out, "<%s", name);
  append_attributes (out, element);
  if (element->tag == GUMBO_TAG_A)
    link = csm_mail_html_dup_link (csm_mail_html_attribute (element, "href"));
  if (link != NULL)
    {
      append_attribute (out, "href", link);
      append_attribute (out, "rel", "noopener noreferrer nofollow");
    }
  if (element->tag == GUMBO_TAG_IMG)
    append_source (out, element);
  g_string_append_c (out, '>');
  if (is_void (element->tag))
    return;
  append_children (out, node, depth);
  g_string_append_printf (out, "</%s>", name);
}

static void
append_children (GString         *out,
                 const GumboNode *node,
                 guint            depth)
{
  const GumboVector *children = &node->v.element.children;

  if (depth > MAX_RECURSION)
    return;
  for (guint i = 0; i < children->length && out->len < MAX_PAGE; i++)
    {
      const GumboNode *child = children->data[i];

      if (child->type == GUMBO_NODE_ELEMENT)
        append_element (out, child, depth + 1);
      else if (child->type == GUMBO_NODE_TEXT || child->type == GUMBO_NODE_CDATA || child->type == GUMBO_NODE_WHITESPACE)
        append_escaped (out, child->v.text.text);
    }
}

/* What applied to all of the page: it may have white text. */
static const GumboNode *
find_body (const GumboNode *root)
{
  const GumboVector *children = &root->v.element.children;

  for (guint i = 0; i < children->length; i++)
    {
      const GumboNode *child = children->data[i];

      if (child->type == GUMBO_NODE_ELEMENT && child->v.element.tag == GUMBO_TAG_BODY)
        return child;
    }
  return NULL;
}

/**
 * csm_mail_safe_html_append:
 * @root: a parsed document
 * @out: receives a `div` with what of it is allowed
 *
 * Writes a page anew, at most about 3 MB.
 */
void
csm_mail_safe_html_append (const GumboNode *root,
                           GString         *out)
{
  const GumboNode *body = find_body (root);

  if (body == NULL || out->len >= MAX_PAGE)
    return;
  g_string_append (out, "<div");
  append_attributes (out, &body->v.element);
  g_string_append_c (out, '>');
  append_children (out, body, 0);
  g_string_append (out, "</div>\n");
}

/* The same for what is only text. */
void
csm_mail_safe_html_append_text (const char *text,
                                GString    *out)
{
  if (out->len >= MAX_PAGE)
    return;
  g_string_append (out, "<pre style=\"white-space:pre-wrap\">");
  append_escaped (out, text);
  g_string_append (out, "</pre>\n");
}

/**
 * csm_mail_safe_html_finish:
 * @content: what was appended
 *
 * Returns: (transfer full): a whole document
 */
GBytes *
csm_mail_safe_html_finish (GString *content)
{
  g_autofree char *page = g_strconcat (head, content->str, "</body></html>\n", NULL);
  gsize length = strlen (page);

  return g_bytes_new_take (g_steal_pointer (&page), length);
}
