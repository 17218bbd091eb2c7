/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-html-style.h"

#include <string.h>

#define MAX_LINK 2048
#define MAX_STYLE 2048
#define MAX_VISITS 2000

const char *
csm_mail_html_attribute (const GumboElement *element,
                         const char         *name)
{
  GumboAttribute *attribute = gumbo_get_attribute (&element->attributes, name);

  return attribute != NULL ? attribute->value : NULL;
}

gboolean
csm_mail_html_has_class (const GumboElement *element,
                         const char         *name)
{
  const char *classes = csm_mail_html_attribute (element, "class");
  gsize length = strlen (name);

  for (const char *p = classes; p != NULL && (p = strstr (p, name)) != NULL; p += length)
    if ((p == classes || g_ascii_isspace (p[-1])) && (p[length] == '\0' || g_ascii_isspace (p[length])))
      return TRUE;
  return FALSE;
}

static gboolean
has_zero (const char *style,
          const char *property)
{
  const char *p = strstr (style, property);

  /* 0, 0px, 0em, but not 0.9em. */
  return p != NULL && (p == style || p[-1] == ';') && p[strlen (property)] == '0' && p[strlen (property) + 1] != '.';
}

CsmMailHtmlStyle
csm_mail_html_read_style (const GumboElement *element)
{
  CsmMailHtmlStyle result = { 0 };
  const char *style = csm_mail_html_attribute (element, "style");
  g_autoptr(GString) flat = NULL;
  const char *weight;

  result.hidden = csm_mail_html_attribute (element, "hidden") != NULL;
  result.tight = csm_mail_html_has_class (element, "MsoNormal");
  if (style == NULL)
    return result;

  flat = g_string_new (NULL);
  for (const char *p = style; *p != '\0' && flat->len < MAX_STYLE; p++)
    if (!g_ascii_isspace (*p))
      g_string_append_c (flat, g_ascii_tolower (*p));
  if (strstr (flat->str, "display:none") != NULL || strstr (flat->str, "visibility:hidden") != NULL
      || strstr (flat->str, "mso-hide:all") != NULL || has_zero (flat->str, "font-size:")
      || has_zero (flat->str, "max-height:"))
    result.hidden = TRUE;
  weight = strstr (flat->str, "font-weight:");
  if (weight != NULL)
    {
      weight += strlen ("font-weight:");
      result.bold = g_str_has_prefix (weight, "bold") || (*weight >= '6' && *weight <= '9');
      result.plain_weight = g_str_has_prefix (weight, "normal") || (*weight >= '1' && *weight <= '5');
    }
  result.italic = strstr (flat->str, "font-style:italic") != NULL;
  result.keeps_lines = strstr (flat->str, "white-space:pre") != NULL;
  if (has_zero (flat->str, "margin:") || (has_zero (flat->str, "margin-top:") && has_zero (flat->str, "margin-bottom:")))
    result.tight = TRUE;
  result.indents_only = strstr (flat->str, "border:none") != NULL;
  return result;
}

gboolean
csm_mail_html_is_dropped (GumboTag tag)
{
  switch ((int) tag)
    {
    case GUMBO_TAG_HEAD:
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_TITLE:
    case GUMBO_TAG_NOSCRIPT:
    case GUMBO_TAG_TEMPLATE:
    case GUMBO_TAG_SVG:
    case GUMBO_TAG_MATH:
    case GUMBO_TAG_OBJECT:
    case GUMBO_TAG_EMBED:
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_FRAMESET:
    case GUMBO_TAG_FRAME:
    case GUMBO_TAG_NOFRAMES:
    case GUMBO_TAG_APPLET:
    case GUMBO_TAG_AUDIO:
    case GUMBO_TAG_VIDEO:
    case GUMBO_TAG_CANVAS:
    case GUMBO_TAG_SELECT:
    case GUMBO_TAG_TEXTAREA:
    case GUMBO_TAG_INPUT:
    case GUMBO_TAG_MAP:
    case GUMBO_TAG_LINK:
    case GUMBO_TAG_META:
    case GUMBO_TAG_BASE:
      return TRUE;
    default:
      return FALSE;
    }
}

gboolean
csm_mail_html_is_block (GumboTag tag)
{
  switch ((int) tag)
    {
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_P:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_HEADER:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_MAIN:
    case GUMBO_TAG_CENTER:
    case GUMBO_TAG_ADDRESS:
    case GUMBO_TAG_FORM:
    case GUMBO_TAG_FIELDSET:
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_CAPTION:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TH:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_FIGURE:
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_ASIDE:
    case GUMBO_TAG_BODY:
      return TRUE;
    default:
      return FALSE;
    }
}

typedef struct
{
  GString *text;
  gsize limit;
  guint visits;
  gboolean has_quote;
} Collected;

static void
collect (const GumboNode *node,
         Collected       *found)
{
  const GumboVector *children;

  if (found->text->len >= found->limit || ++found->visits > MAX_VISITS)
    return;
  if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_CDATA || node->type == GUMBO_NODE_WHITESPACE)
    {
      for (const char *p = node->v.text.text; *p != '\0'; p++)
        if (!g_ascii_isspace (*p))
          g_string_append_c (found->text, *p);
        else if (found->text->len > 0 && found->text->str[found->text->len - 1] != ' ')
          g_string_append_c (found->text, ' ');
      return;
    }
  if (node->type != GUMBO_NODE_ELEMENT || csm_mail_html_is_dropped (node->v.element.tag))
    return;
  if (node->v.element.tag == GUMBO_TAG_BLOCKQUOTE)
    found->has_quote = TRUE;
  children = &node->v.element.children;
  for (guint i = 0; i < children->length; i++)
    collect (children->data[i], found);
}

/**
 * csm_mail_html_dup_text:
 * @node: an element
 * @limit: about how many bytes are of interest
 *
 * Returns: (transfer full): the text inside, white space collapsed
 */
char *
csm_mail_html_dup_text (const GumboNode *node,
                        gsize            limit)
{
  Collected found = { g_string_new (NULL), limit, 0, FALSE };

  collect (node, &found);
  return g_strstrip (g_string_free (found.text, FALSE));
}

/* Whether the element is what a mail client puts round a signature. Some telephones put the whole
 * quoted message in there too; that is none then. */
gboolean
csm_mail_html_is_signature (const GumboNode *node)
{
  const GumboElement *element = &node->v.element;
  const char *id = csm_mail_html_attribute (element, "id");
  Collected found = { NULL, 3000, 0, FALSE };
  gboolean small;

  if (!csm_mail_html_has_class (element, "gmail_signature") && !csm_mail_html_has_class (element, "moz-signature")
      && !csm_mail_html_has_class (element, "protonmail_signature_block")
      && (id == NULL
          || (strcmp (id, "Signature") != 0 && strcmp (id, "AppleMailSignature") != 0
              && strcmp (id, "ms-outlook-mobile-signature") != 0)))
    return FALSE;
  found.text = g_string_new (NULL);
  collect (node, &found);
  small = found.text->len < found.limit && found.visits <= MAX_VISITS;
  g_string_free (found.text, TRUE);
  return small && !found.has_quote;
}

/**
 * csm_mail_html_dup_link:
 * @href: (nullable): where a link leads
 *
 * Returns: (transfer full) (nullable): the address, or %NULL when it is none that may be followed
 */
char *
csm_mail_html_dup_link (const char *href)
{
  static const char *const schemes[] = { "http://", "https://", "mailto:", "tel:" };
  GString *link;

  if (href == NULL || strlen (href) > 4 * MAX_LINK)
    return NULL;
  link = g_string_new (NULL);
  /* As browsers do: controls and line ends inside an address are not there. */
  for (const char *p = href; *p != '\0'; p++)
    if ((guchar) *p > 0x20 && *p != 0x7f)
      g_string_append_c (link, *p);
    else if (*p == ' ' && link->len > 0)
      g_string_append (link, "%20");
  while (g_str_has_suffix (link->str, "%20"))
    g_string_truncate (link, link->len - 3);

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (link->str, schemes[i], strlen (schemes[i])) == 0 && link->len > strlen (schemes[i])
        && link->len <= MAX_LINK)
      return g_string_free (link, FALSE);
  g_string_free (link, TRUE);
  return NULL;
}

/* The host in an address, without www. */
static char *
dup_host (const char *address)
{
  const char *start = strstr (address, "//");
  const char *at;
  gsize length;

  start = start != NULL ? start + 2 : address;
  length = strcspn (start, "/?#\\ ");
  at = memrchr (start, '@', length);
  if (at != NULL)
    {
      length -= (gsize) (at + 1 - start);
      start = at + 1;
    }
  length = MIN (length, strcspn (start, ":"));
  if (length > 4 && g_ascii_strncasecmp (start, "www.", 4) == 0)
    {
      start += 4;
      length -= 4;
    }
  return g_ascii_strdown (start, (gssize) length);
}

static gboolean
looks_like_host (const char *host)
{
  const char *dot = strrchr (host, '.');

  if (dot == NULL || dot == host || strlen (dot) < 3 || strpbrk (host, " \t,;()") != NULL)
    return FALSE;
  for (const char *p = dot + 1; *p != '\0'; p++)
    if (!g_ascii_isalpha (*p) && (guchar) *p < 0x80)
      return FALSE;
  return TRUE;
}

static gboolean
is_within (const char *host,
           const char *domain)
{
  gsize host_length = strlen (host);
  gsize domain_length = strlen (domain);

  return g_str_has_suffix (host, domain)
         && (host_length == domain_length || host[host_length - domain_length - 1] == '.');
}

/**
 * csm_mail_html_is_mismatch:
 * @text: what is shown
 * @link: where it leads
 *
 * Returns: whether @text looks like the address of another place than @link
 */
gboolean
csm_mail_html_is_mismatch (const char *text,
                           const char *link)
{
  g_autofree char *shown = NULL;
  g_autofree char *real = NULL;

  if (g_ascii_strncasecmp (link, "http", 4) != 0 || strchr (text, ' ') != NULL)
    return FALSE;
  if (strchr (text, '@') != NULL && strstr (text, "//") == NULL)
    return FALSE;
  shown = dup_host (text);
  real = dup_host (link);
  if (!looks_like_host (shown))
    return FALSE;
  return !is_within (real, shown) && !is_within (shown, real);
}
