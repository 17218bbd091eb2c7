/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#define G_LOG_DOMAIN "csm-reader-test"
#include "config.h"

#include "harmless.h"

#include <gumbo.h>
#include <string.h>

static gboolean
has_prefix (const char        *value,
            const char *const *prefixes)
{
  for (; *prefixes != NULL; prefixes++)
    if (g_ascii_strncasecmp (value, *prefixes, strlen (*prefixes)) == 0)
      return TRUE;
  return FALSE;
}

static const char *
find_in_attribute (const GumboAttribute *attribute)
{
  static const char *const sources[] = { "cid:", "data:image/gif;base64,", NULL };
  static const char *const links[] = { "http://", "https://", "mailto:", "tel:", NULL };

  if (g_ascii_strncasecmp (attribute->name, "on", 2) == 0)
    return "a handler";
  if (strcmp (attribute->name, "src") == 0 && !has_prefix (attribute->value, sources))
    return "a source";
  if (strcmp (attribute->name, "href") == 0 && !has_prefix (attribute->value, links))
    return "a link";
  if (strcmp (attribute->name, "style") == 0 && (strcasestr (attribute->value, "url") != NULL || strchr (attribute->value, '\\') != NULL))
    return "a style";
  if (strcmp (attribute->name, "srcset") == 0 || strcmp (attribute->name, "background") == 0 || strcmp (attribute->name, "action") == 0)
    return "an attribute";
  return NULL;
}

static const char *
find_in_node (const GumboNode *node)
{
  static const char *const dropped[] = {
    "script", "style", "iframe", "frame", "frameset", "object", "embed", "form", "input", "button", "svg", "math", "template", "link", "base", "noscript",
    "textarea", "select", "title", "audio", "video", "applet", "plaintext", "xmp", NULL,
  };
  const GumboElement *element = &node->v.element;
  const char *found = NULL;

  if (node->type != GUMBO_NODE_ELEMENT)
    return NULL;
  if (element->tag_namespace != GUMBO_NAMESPACE_HTML || element->tag == GUMBO_TAG_UNKNOWN)
    return "a foreign element";
  if (g_strv_contains (dropped, gumbo_normalized_tagname (element->tag)))
    return gumbo_normalized_tagname (element->tag);
  for (guint i = 0; i < element->attributes.length && found == NULL; i++)
    found = find_in_attribute (element->attributes.data[i]);
  for (guint i = 0; i < element->children.length && found == NULL; i++)
    found = find_in_node (element->children.data[i]);
  return found;
}

/* Reads @page as a browser does. Returns what in it could do something, or NULL. */
const char *
reader_test_find_harm (const char *page,
                       gsize       length)
{
  GumboOptions options = kGumboDefaultOptions;
  GumboOutput *output;
  const char *found;

  options.max_errors = 0;
  output = gumbo_parse_with_options (&options, page, length);
  found = find_in_node (output->root);
  gumbo_destroy_output (&options, output);
  return found;
}
