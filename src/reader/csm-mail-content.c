/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-content.h"

#include "csm-mail-block.h"
#include "csm-mail-charset.h"
#include "csm-mail-header.h"
#include "csm-mail-html-guard.h"
#include "csm-mail-html.h"
#include "csm-mail-safe-html.h"
#include "csm-mail-smime.h"
#include "csm-mail-text.h"

#include <string.h>

#define MAX_DEPTH 50
#define MAX_PARTS 1000
#define MAX_TEXT (1024 * 1024)
#define MAX_CALENDAR (256 * 1024)
#define MAX_CARD (64 * 1024)
#define MAX_CARDS 100
#define MAX_OPENED 10

typedef enum
{
  LEAF_OTHER,
  LEAF_PLAIN,
  LEAF_HTML,
} LeafKind;

/* A text part, decoded once although it may be looked at twice. */
typedef struct
{
  LeafKind kind;
  GBytes *raw;
  char *text;
  gboolean has_content;
  gboolean safe;            /* HTML that can be parsed */
} Leaf;

typedef struct
{
  CsmMailContent *content;
  GMimeParserOptions *options;
  GHashTable *leaves;       /* GMimeObject → Leaf */
  GMimeObject *named;       /* the first text that has a name and is not said to be attached */
  char *tnef_text;
  char *tnef_html;
  gboolean careful;
  guint seen;
} Walk;

static void walk (Walk *self, GMimeObject *object, guint depth, gboolean shown);

static void
leaf_free (Leaf *leaf)
{
  g_bytes_unref (leaf->raw);
  g_free (leaf->text);
  g_free (leaf);
}

/**
 * csm_mail_content_decode:
 * @object: a part
 *
 * Returns: (transfer full): its content without transfer encoding, of a message or multipart its source
 */
GByteArray *
csm_mail_content_decode (GMimeObject *object)
{
  GMimeStream *stream = g_mime_stream_mem_new ();
  GByteArray *bytes = g_byte_array_new ();

  g_mime_stream_mem_set_byte_array (GMIME_STREAM_MEM (stream), bytes);
  g_mime_stream_mem_set_owner (GMIME_STREAM_MEM (stream), FALSE);
  if (GMIME_IS_PART (object))
    {
      GMimeDataWrapper *wrapper = g_mime_part_get_content (GMIME_PART (object));

      if (wrapper != NULL)
        g_mime_data_wrapper_write_to_stream (wrapper, stream);
    }
  else if (GMIME_IS_MESSAGE_PART (object))
    {
      GMimeMessage *message = g_mime_message_part_get_message (GMIME_MESSAGE_PART (object));

      if (message != NULL)
        g_mime_object_write_to_stream (GMIME_OBJECT (message), NULL, stream);
    }
  else
    {
      g_mime_object_write_to_stream (object, NULL, stream);
    }
  g_object_unref (stream);
  return bytes;
}

static char *
dup_type (GMimeObject *object)
{
  GMimeContentType *type = g_mime_object_get_content_type (object);
  g_autofree char *text = type != NULL ? g_mime_content_type_get_mime_type (type) : NULL;
  char *clean = csm_mail_charset_clean (text != NULL ? text : "application/octet-stream", CSM_MAIL_CLEAN_LINE, 127);
  char *lower = g_utf8_strdown (clean, -1);

  g_free (clean);
  return lower;
}

static const char *
parameter (GMimeObject *object,
           const char  *name)
{
  return g_mime_object_get_content_type_parameter (object, name);
}

static gboolean
is_type (GMimeObject *object,
         const char  *type,
         const char  *subtype)
{
  GMimeContentType *content_type = g_mime_object_get_content_type (object);

  return content_type != NULL && g_mime_content_type_is_type (content_type, type, subtype);
}

static gboolean
has_visible (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      if (!g_unichar_isspace (c) && c != 0xa0 && c != 0x200b && c != 0xfeff)
        return TRUE;
    }
  return FALSE;
}

static gboolean
html_has_content (const char *html,
                  gsize       length)
{
  g_autofree char *text = NULL;

  if (strcasestr (html, "<img") != NULL)
    return TRUE;
  text = csm_mail_html_strip (html, MIN (length, 64 * 1024));
  return has_visible (text) || length > 64 * 1024;
}

/* HTML names its charset inside when the header does not. */
static char *
sniff_charset (const char *html,
               gsize       length)
{
  g_autofree char *head = g_ascii_strdown (html, (gssize) MIN (length, 1024));
  const char *p = strstr (head, "charset=");

  if (p == NULL)
    return NULL;
  p += strlen ("charset=");
  p += strspn (p, "\"' ");
  return g_strndup (p, strcspn (p, "\"' />;"));
}

static char *
decode_text (GByteArray *bytes,
             const char *declared,
             gboolean    is_html)
{
  g_autofree char *inside = NULL;
  g_autofree char *text = NULL;
  gsize limit = is_html ? CSM_MAIL_HTML_MAX : MAX_TEXT;
  gsize length = MIN (bytes->len, 2 * limit);

  if (is_html && (declared == NULL || g_ascii_strcasecmp (declared, "us-ascii") == 0))
    inside = sniff_charset ((const char *) bytes->data, length);
  text = csm_mail_charset_decode ((const char *) bytes->data, length, inside != NULL ? inside : declared);
  return csm_mail_charset_clean (text, CSM_MAIL_CLEAN_TEXT, limit);
}

static Leaf *
get_leaf (Walk        *self,
          GMimeObject *object)
{
  Leaf *leaf = g_hash_table_lookup (self->leaves, object);
  GByteArray *bytes;

  if (leaf != NULL)
    return leaf;
  leaf = g_new0 (Leaf, 1);
  leaf->kind = is_type (object, "text", "html") ? LEAF_HTML : LEAF_PLAIN;
  bytes = csm_mail_content_decode (object);
  g_byte_array_append (bytes, (const guint8 *) "", 1);
  g_byte_array_set_size (bytes, bytes->len - 1);
  leaf->text = decode_text (bytes, parameter (object, "charset"), leaf->kind == LEAF_HTML);
  if (bytes->len > (leaf->kind == LEAF_HTML ? CSM_MAIL_HTML_MAX : MAX_TEXT))
    csm_mail_content_note (self->content, "text-truncated");
  leaf->raw = g_byte_array_free_to_bytes (bytes);
  if (leaf->kind == LEAF_HTML)
    {
      gsize length = strlen (leaf->text);

      leaf->has_content = html_has_content (leaf->text, length);
      leaf->safe = !self->careful && csm_mail_html_is_safe (leaf->text, length);
    }
  else
    {
      leaf->has_content = has_visible (leaf->text);
      leaf->safe = TRUE;
    }
  g_hash_table_insert (self->leaves, object, leaf);
  return leaf;
}

static gboolean
is_attached (GMimeObject *object)
{
  const char *disposition = g_mime_object_get_disposition (object) != NULL
                            ? g_mime_content_disposition_get_disposition (g_mime_object_get_content_disposition (object))
                            : NULL;

  return disposition != NULL && g_ascii_strcasecmp (disposition, "attachment") == 0;
}

static LeafKind
leaf_kind (GMimeObject *object)
{
  gboolean plain;

  if (!GMIME_IS_PART (object) || is_attached (object))
    return LEAF_OTHER;
  plain = is_type (object, "text", "plain");
  if (!plain && !is_type (object, "text", "html"))
    return LEAF_OTHER;
  /* Some clients show an attached text file inside the message; it still is a file. */
  if (g_mime_part_get_filename (GMIME_PART (object)) != NULL)
    return LEAF_OTHER;
  return plain ? LEAF_PLAIN : LEAF_HTML;
}

static int
add_part (Walk        *self,
          GMimeObject *object,
          GBytes      *bytes)
{
  const char *charset = parameter (object, "charset");
  g_autofree char *clean = charset != NULL ? csm_mail_charset_clean (charset, CSM_MAIL_CLEAN_LINE, 64) : NULL;
  g_autofree char *type = dup_type (object);

  return csm_mail_content_add_part (self->content, bytes, type, clean, FALSE);
}

static char *
dup_name (Walk        *self,
          GMimeObject *object)
{
  const char *name = GMIME_IS_PART (object) ? g_mime_part_get_filename (GMIME_PART (object)) : NULL;
  g_autofree char *subject = NULL;

  if (name == NULL && GMIME_IS_MESSAGE_PART (object))
    {
      GMimeMessage *message = g_mime_message_part_get_message (GMIME_MESSAGE_PART (object));

      name = parameter (object, "name");
      if (name == NULL && message != NULL)
        subject = csm_mail_header_dup (GMIME_OBJECT (message), self->options, "Subject");
      if (subject != NULL && subject[0] != '\0')
        {
          char *with_ending;

          g_strdelimit (subject, "/\\:", '-');
          with_ending = g_strconcat (subject, ".eml", NULL);
          g_free (subject);
          name = subject = with_ending;
        }
    }
  return g_strdup (name);
}

static gboolean
has_file_name (GMimeObject *object,
               const char  *ending)
{
  const char *name = g_mime_part_get_filename (GMIME_PART (object));
  gsize length = name != NULL ? strlen (name) : 0;

  return length >= strlen (ending) && g_ascii_strcasecmp (name + length - strlen (ending), ending) == 0;
}

static void
add_attachment (Walk        *self,
                GMimeObject *object,
                GByteArray  *data)
{
  g_autoptr(GBytes) bytes = g_byte_array_free_to_bytes (data != NULL ? data : csm_mail_content_decode (object));
  const char *cid = g_mime_object_get_content_id (object);
  g_autofree char *name = dup_name (self, object);
  int part = add_part (self, object, bytes);
  int attachment = csm_mail_content_add_file (self->content, part, name, cid, !is_attached (object) && cid != NULL);

  if (GMIME_IS_MESSAGE_PART (object))
    csm_mail_content_enclose (self->content, attachment, g_mime_message_part_get_message (GMIME_MESSAGE_PART (object)));
  else if (is_type (object, "message", "rfc822") || is_type (object, "message", "global") || (GMIME_IS_PART (object) && has_file_name (object, ".eml")))
    csm_mail_content_enclose (self->content, attachment, NULL);
}

static CsmMailTextFormat
text_format (GMimeObject *object)
{
  const char *format = parameter (object, "format");
  const char *delsp = parameter (object, "delsp");

  if (format == NULL || g_ascii_strcasecmp (format, "flowed") != 0)
    return CSM_MAIL_TEXT_FIXED;
  return delsp != NULL && g_ascii_strcasecmp (delsp, "yes") == 0 ? CSM_MAIL_TEXT_FLOWED_DELSP : CSM_MAIL_TEXT_FLOWED;
}

static void
append_blocks (GPtrArray *to,
               GPtrArray *from)
{
  g_ptr_array_extend_and_steal (to, from);
}

static void
forget_plain (CsmMailContent *content)
{
  if (content->plain != NULL)
    g_string_free (g_steal_pointer (&content->plain), TRUE);
}

static void
show_plain (CsmMailContent    *content,
            const char        *text,
            CsmMailTextFormat  format)
{
  append_blocks (content->blocks, csm_mail_text_to_blocks (text, format));
  if (format != CSM_MAIL_TEXT_FIXED)
    forget_plain (content);
  else if (content->plain != NULL)
    g_string_append_printf (content->plain, "%s%s", content->plain->len > 0 ? "\n" : "", text);
}

static void
show_page (CsmMailContent *content,
           const char     *html,
           gboolean        safe)
{
  gsize length = strlen (html);

  forget_plain (content);
  if (safe)
    {
      append_blocks (content->blocks, csm_mail_html_to_blocks (html, length, content->safe));
    }
  else
    {
      g_autofree char *text = csm_mail_html_strip (html, length);

      csm_mail_content_note (content, "html-simplified");
      csm_mail_safe_html_append_text (text, content->safe);
      append_blocks (content->blocks, csm_mail_text_to_blocks (text, CSM_MAIL_TEXT_FIXED));
    }
}

static void
show_leaf (Walk        *self,
           GMimeObject *object,
           Leaf        *leaf)
{
  if (leaf->kind == LEAF_PLAIN)
    show_plain (self->content, leaf->text, text_format (object));
  else
    show_page (self->content, leaf->text, leaf->safe);
}

static void
keep_html (Walk        *self,
           GMimeObject *object,
           Leaf        *leaf)
{
  if (self->content->html_part < 0)
    self->content->html_part = add_part (self, object, leaf->raw);
}

static char *
dup_text (GMimeObject *object,
          gsize        limit)
{
  g_autoptr(GByteArray) bytes = csm_mail_content_decode (object);
  g_autofree char *text = csm_mail_charset_decode ((const char *) bytes->data, MIN (bytes->len, limit), parameter (object, "charset"));

  return csm_mail_charset_clean (text, CSM_MAIL_CLEAN_TEXT, limit);
}

/* What a program reads better than a person. */
static void
note_kind (Walk        *self,
           GMimeObject *object)
{
  CsmMailContent *content = self->content;

  if (content->calendar == NULL
      && (is_type (object, "text", "calendar") || is_type (object, "application", "ics")))
    content->calendar = dup_text (object, MAX_CALENDAR);
  else if (content->cards->len < MAX_CARDS
           && (is_type (object, "text", "vcard") || is_type (object, "text", "x-vcard") || is_type (object, "text", "directory")
               || has_file_name (object, ".vcf")))
    g_ptr_array_add (content->cards, dup_text (object, MAX_CARD));
  else if (content->report == NULL
           && (is_type (object, "message", "delivery-status") || is_type (object, "message", "disposition-notification")
               || is_type (object, "message", "feedback-report")))
    content->report = object;
  else if (content->returned == NULL && is_type (object, "text", "rfc822-headers"))
    content->returned = object;
}

/* Whether it was a winmail.dat that could be read. */
static gboolean
walk_tnef (Walk        *self,
           GMimeObject *object,
           GByteArray  *bytes)
{
  g_autofree char *text = NULL;
  g_autofree char *html = NULL;
  gboolean whole = csm_mail_content_add_tnef (self->content, bytes, &text, &html);

  if (self->tnef_text == NULL && self->tnef_html == NULL)
    {
      self->tnef_text = g_steal_pointer (&text);
      self->tnef_html = g_steal_pointer (&html);
    }
  return whole;
}

/* Files are signed as well, and are none of the message's parts (RFC 8551, section 3.1). */
static gboolean
is_part_of_message (const GByteArray *bytes)
{
  static const char *const starts[] = { "Content-", "MIME-Version" };

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    if (bytes->len > strlen (starts[i]) && g_ascii_strncasecmp ((const char *) bytes->data, starts[i], strlen (starts[i])) == 0)
      return TRUE;
  return FALSE;
}

/* Whether it was a message that is signed as a whole, which then was walked into. */
static gboolean
walk_smime (Walk        *self,
            GByteArray  *bytes,
            guint        depth,
            gboolean     shown)
{
  g_autoptr(GByteArray) inside = NULL;
  CsmMailSmime kind = csm_mail_smime_open (bytes->data, bytes->len, &inside);
  GMimeMessage *message = NULL;

  if (kind == CSM_MAIL_SMIME_ENCRYPTED)
    csm_mail_content_note (self->content, "encrypted");
  if (inside != NULL && is_part_of_message (inside) && depth < MAX_DEPTH && self->content->opened->len < MAX_OPENED)
    message = csm_mail_content_parse ((const char *) inside->data, inside->len, self->options);
  if (message == NULL)
    return FALSE;
  g_ptr_array_add (self->content->opened, message);
  csm_mail_content_note (self->content, "signature-unchecked");
  walk (self, g_mime_message_get_mime_part (message), depth + 1, shown);
  return TRUE;
}

static void
walk_file (Walk        *self,
           GMimeObject *object,
           guint        depth,
           gboolean     shown)
{
  GByteArray *bytes = NULL;

  note_kind (self, object);
  if (is_type (object, "application", "ms-tnef") || is_type (object, "application", "vnd.ms-tnef") || has_file_name (object, "winmail.dat"))
    {
      bytes = csm_mail_content_decode (object);
      if (walk_tnef (self, object, bytes))
        {
          g_byte_array_unref (bytes);
          return;
        }
    }
  /* Many servers call it something else on the way. */
  else if (is_type (object, "application", "pkcs7-mime") || is_type (object, "application", "x-pkcs7-mime")
           || is_type (object, "application", "octet-stream") || has_file_name (object, ".p7m"))
    {
      bytes = csm_mail_content_decode (object);
      if (walk_smime (self, bytes, depth, shown))
        {
          g_byte_array_unref (bytes);
          return;
        }
    }
  if (self->named == NULL && shown && !is_attached (object)
      && (is_type (object, "text", "plain") || is_type (object, "text", "html")))
    self->named = object;
  add_attachment (self, object, bytes);
}

static void
walk_leaf (Walk        *self,
           GMimeObject *object,
           guint        depth,
           gboolean     shown)
{
  LeafKind kind = leaf_kind (object);

  if (kind == LEAF_OTHER)
    {
      walk_file (self, object, depth, shown);
      return;
    }
  if (kind == LEAF_HTML)
    keep_html (self, object, get_leaf (self, object));
  if (shown)
    show_leaf (self, object, get_leaf (self, object));
}

/* How good a body @object makes: 3 for HTML, 2 for text, 1 for HTML that can't be parsed, 0 for none. */
static guint
rate (Walk        *self,
      GMimeObject *object,
      guint        depth)
{
  guint best = 0;
  LeafKind kind;

  if (GMIME_IS_MULTIPART (object))
    {
      int count = depth < MAX_DEPTH ? MIN (g_mime_multipart_get_count (GMIME_MULTIPART (object)), 20) : 0;

      for (int i = 0; i < count; i++)
        best = MAX (best, rate (self, g_mime_multipart_get_part (GMIME_MULTIPART (object), i), depth + 1));
      return best;
    }
  kind = leaf_kind (object);
  if (kind == LEAF_OTHER || !get_leaf (self, object)->has_content)
    return 0;
  if (kind == LEAF_PLAIN)
    return 2;
  return get_leaf (self, object)->safe ? 3 : 1;
}

/* RFC 2046, section 5.1.4: the last one that can be shown, unless there is nothing in it. */
static void
walk_alternative (Walk           *self,
                  GMimeMultipart *multipart,
                  guint           depth,
                  gboolean        shown)
{
  int count = g_mime_multipart_get_count (multipart);
  int chosen = -1;
  guint best = 0;

  for (int i = MIN (count, 20) - 1; i >= 0; i--)
    {
      guint rating = rate (self, g_mime_multipart_get_part (multipart, i), depth + 1);

      if (rating > best)
        {
          best = rating;
          chosen = i;
        }
    }
  for (int i = 0; i < count; i++)
    walk (self, g_mime_multipart_get_part (multipart, i), depth + 1, shown && i == chosen);
}

/* What the rest of the message is signed with: nobody opens it, and the original has it (RFC 1847, RFC 8551, RFC 3156). */
static gboolean
is_signature (GMimeMultipart *multipart,
              int             number)
{
  static const char *const types[] = { "pkcs7-signature", "x-pkcs7-signature", "pgp-signature" };
  GMimeObject *object = number > 0 && GMIME_IS_MULTIPART_SIGNED (multipart) ? g_mime_multipart_get_part (multipart, number) : NULL;

  for (guint i = 0; object != NULL && i < G_N_ELEMENTS (types); i++)
    if (is_type (object, "application", types[i]))
      return TRUE;
  return FALSE;
}

static void
walk_multipart (Walk           *self,
                GMimeMultipart *multipart,
                guint           depth,
                gboolean        shown)
{
  int count = g_mime_multipart_get_count (multipart);

  if (depth >= MAX_DEPTH)
    {
      csm_mail_content_note (self->content, "too-deep");
      add_attachment (self, GMIME_OBJECT (multipart), NULL);
      return;
    }
  if (GMIME_IS_MULTIPART_ENCRYPTED (multipart))
    csm_mail_content_note (self->content, "encrypted");
  if (count == 0)
    csm_mail_content_note (self->content, "empty-multipart");
  if (is_type (GMIME_OBJECT (multipart), "multipart", "alternative"))
    {
      walk_alternative (self, multipart, depth, shown);
      return;
    }
  for (int i = 0; i < count && self->seen <= MAX_PARTS; i++)
    {
      if (is_signature (multipart, i))
        csm_mail_content_note (self->content, "signature-unchecked");
      else
        walk (self, g_mime_multipart_get_part (multipart, i), depth + 1, shown);
    }
}

static void
walk (Walk        *self,
      GMimeObject *object,
      guint        depth,
      gboolean     shown)
{
  if (object == NULL)
    return;
  if (++self->seen > MAX_PARTS)
    {
      csm_mail_content_note (self->content, "too-many-parts");
      return;
    }
  if (GMIME_IS_MULTIPART (object))
    {
      walk_multipart (self, GMIME_MULTIPART (object), depth, shown);
    }
  else if (GMIME_IS_PART (object))
    {
      walk_leaf (self, object, depth, shown);
    }
  else
    {
      if (GMIME_IS_MESSAGE_PART (object) && self->content->returned == NULL)
        self->content->returned = object;
      add_attachment (self, object, NULL);
    }
}

/* Beside a winmail.dat there usually is text, which then is all that it says, too. */
static void
show_tnef (Walk *self)
{
  CsmMailContent *content = self->content;

  if (content->blocks->len > 0)
    return;
  if (self->tnef_html != NULL)
    {
      gsize length = strlen (self->tnef_html);
      g_autoptr(GBytes) bytes = g_bytes_new (self->tnef_html, length);

      if (content->html_part < 0)
        content->html_part = csm_mail_content_add_part (content, bytes, "text/html", "utf-8", TRUE);
      show_page (content, self->tnef_html, !self->careful && csm_mail_html_is_safe (self->tnef_html, length));
    }
  else if (self->tnef_text != NULL)
    {
      show_plain (content, self->tnef_text, CSM_MAIL_TEXT_FIXED);
    }
}

/* A message with no other text than a file is read from that file. */
static void
show_named (Walk *self)
{
  if (self->content->blocks->len == 0 && self->named != NULL)
    show_leaf (self, self->named, get_leaf (self, self->named));
}

/**
 * csm_mail_content_new:
 * @message: a parsed message; must outlive the result
 * @options: from csm_mail_header_options_new()
 * @careful: whether to keep HTML away from its parser
 * @defects: receives static names of what was wrong
 *
 * Walks the parts: picks what is the body, and lists everything else.
 *
 * Returns: (transfer full): what was found
 */
CsmMailContent *
csm_mail_content_new (GMimeMessage       *message,
                      GMimeParserOptions *options,
                      gboolean            careful,
                      GPtrArray          *defects)
{
  CsmMailContent *self = csm_mail_content_alloc (defects);
  GMimeObject *root = g_mime_message_get_mime_part (message);
  Walk state = { .content = self, .options = options, .careful = careful };

  state.leaves = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) leaf_free);
  if (root != NULL)
    {
      walk (&state, root, 0, TRUE);
      show_tnef (&state);
      show_named (&state);
    }
  g_free (state.tnef_text);
  g_free (state.tnef_html);
  g_hash_table_unref (state.leaves);
  if (careful)
    csm_mail_content_note (self, "read-carefully");
  return self;
}
