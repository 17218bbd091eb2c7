/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-draft-text-private.h"

#include <string.h>

#include "csm-id.h"
#include "csm-json.h"
#include "csm-position.h"
#include "csm-time.h"

/* What stands between two paragraphs; more newlines than these belong to the one before. */
#define BETWEEN "\n\n"
#define BETWEEN_LENGTH 2
/* More pairs than these are not compared with each other: whoever replaces so much has not edited it. */
#define PAIRS_MAX 40000

static void
csm_draft_version_free (gpointer data)
{
  CsmDraftVersion *version = data;

  g_free (version->text);
  g_free (version->by);
  g_free (version);
}

GPtrArray *
csm_draft_versions_new (void)
{
  return g_ptr_array_new_with_free_func (csm_draft_version_free);
}

CsmDraftVersion *
csm_draft_version_new (const char *text,
                       const char *by,
                       gint64      at)
{
  CsmDraftVersion *version = g_new0 (CsmDraftVersion, 1);

  version->text = g_strdup (text);
  version->by = g_strdup (by);
  version->at = at;
  return version;
}

CsmDraftParagraph *
csm_draft_paragraph_new (const char *key,
                         const char *position,
                         const char *text)
{
  CsmDraftParagraph *self = g_new0 (CsmDraftParagraph, 1);

  self->key = g_strdup (key);
  self->position = g_strdup (position);
  self->text = g_strdup (text);
  self->at = CSM_TIME_NONE;
  self->versions = csm_draft_versions_new ();
  return self;
}

void
csm_draft_paragraph_free (CsmDraftParagraph *self)
{
  g_free (self->key);
  g_free (self->position);
  g_free (self->text);
  g_free (self->shared);
  g_free (self->by);
  g_ptr_array_unref (self->versions);
  g_free (self);
}

/* Returns: (transfer full): what of it is shared */
char *
csm_draft_paragraph_dup (CsmDraftParagraph *self)
{
  gsize length = strlen (self->text);

  while (length > 0 && self->text[length - 1] == '\n')
    length--;
  return g_strndup (self->text, length);
}

/* Whether the others have something else of it than what is in the box. */
gboolean
csm_draft_paragraph_is_dirty (CsmDraftParagraph *self)
{
  g_autofree char *text = csm_draft_paragraph_dup (self);

  return g_strcmp0 (text, self->shared != NULL ? self->shared : "") != 0;
}

/**
 * csm_draft_text_new:
 * @writer: what tells this computer's patches from those of others
 * @edit: (scope notified): called for each change that doesn't come from csm_draft_text_read(), in its order
 * @data: for @edit
 *
 * Returns: (transfer full): an empty text
 */
CsmDraftText *
csm_draft_text_new (const char       *writer,
                    CsmDraftEditFunc  edit,
                    gpointer          data)
{
  CsmDraftText *self = g_new0 (CsmDraftText, 1);

  self->writer = g_strdup (writer);
  self->edit = edit;
  self->data = data;
  self->paragraphs = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_draft_paragraph_free);
  self->deleted = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) csm_draft_paragraph_free);
  return self;
}

void
csm_draft_text_free (CsmDraftText *self)
{
  g_free (self->writer);
  g_ptr_array_unref (self->paragraphs);
  g_hash_table_unref (self->deleted);
  g_free (self);
}

/* Forgets everything, and says nothing: of another reply. */
void
csm_draft_text_clear (CsmDraftText *self)
{
  g_ptr_array_set_size (self->paragraphs, 0);
  g_hash_table_remove_all (self->deleted);
}

guint
csm_draft_text_get_length (CsmDraftText *self)
{
  return self->paragraphs->len;
}

CsmDraftParagraph *
csm_draft_text_get (CsmDraftText *self,
                    guint         index)
{
  return self->paragraphs->pdata[index];
}

/* Returns: the character of the text where paragraph @index begins */
guint
csm_draft_text_offset_of (CsmDraftText *self,
                          guint         index)
{
  glong offset = 0;

  for (guint i = 0; i < index; i++)
    offset += g_utf8_strlen (csm_draft_text_get (self, i)->text, -1) + BETWEEN_LENGTH;
  return (guint) offset;
}

/* Returns: (transfer full): what is in the box */
char *
csm_draft_text_dup (CsmDraftText *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->paragraphs->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? BETWEEN : "", csm_draft_text_get (self, i)->text);
  return g_string_free (text, FALSE);
}

/* Whether others see anything of it. */
gboolean
csm_draft_text_is_shared (CsmDraftText *self)
{
  for (guint i = 0; i < self->paragraphs->len; i++)
    {
      const char *shared = csm_draft_text_get (self, i)->shared;

      if (shared != NULL && shared[0] != '\0')
        return TRUE;
    }
  return g_hash_table_size (self->deleted) > 0;
}

/* Whether there are two versions of something. */
gboolean
csm_draft_text_has_clash (CsmDraftText *self)
{
  for (guint i = 0; i < self->paragraphs->len; i++)
    if (csm_draft_text_get (self, i)->versions->len > 0)
      return TRUE;
  return FALSE;
}

/* --- changing what is in the box --------------------------------------------------------------------------- */

static gsize
common_prefix (const char *a,
               const char *b)
{
  gsize n = 0;

  while (a[n] != '\0' && a[n] == b[n])
    n++;
  while (n > 0 && (a[n] & 0xc0) == 0x80)
    n--;
  return n;
}

static gsize
common_suffix (const char *a,
               const char *b,
               gsize       prefix)
{
  gsize a_length = strlen (a) - prefix;
  gsize b_length = strlen (b) - prefix;
  gsize n = 0;

  while (n < a_length && n < b_length && a[prefix + a_length - n - 1] == b[prefix + b_length - n - 1])
    n++;
  while (n > 0 && (a[prefix + a_length - n] & 0xc0) == 0x80)
    n--;
  return n;
}

/* Puts @text into paragraph @index; what is the same at both ends stays where it is, and so does a cursor there. */
void
csm_draft_text_replace (CsmDraftText *self,
                        guint         index,
                        const char   *text)
{
  CsmDraftParagraph *paragraph = csm_draft_text_get (self, index);
  gsize before = common_prefix (paragraph->text, text);
  gsize behind = common_suffix (paragraph->text, text, before);
  g_autofree char *inserted = g_strndup (text + before, strlen (text) - before - behind);
  guint removed = (guint) g_utf8_strlen (paragraph->text + before, (gssize) (strlen (paragraph->text) - before - behind));
  guint start = csm_draft_text_offset_of (self, index) + (guint) g_utf8_strlen (text, (gssize) before);

  g_free (paragraph->text);
  paragraph->text = g_strdup (text);
  if ((removed > 0 || inserted[0] != '\0') && self->edit != NULL)
    self->edit (start, removed, inserted, self->data);
}

/* Returns: (transfer full): the paragraph, which is out of the box */
CsmDraftParagraph *
csm_draft_text_steal (CsmDraftText *self,
                      guint         index)
{
  CsmDraftParagraph *paragraph = csm_draft_text_get (self, index);
  guint start = csm_draft_text_offset_of (self, index);
  guint removed = (guint) g_utf8_strlen (paragraph->text, -1);

  if (self->paragraphs->len > 1)
    removed += BETWEEN_LENGTH;
  if (index > 0 && index == self->paragraphs->len - 1)
    start -= BETWEEN_LENGTH;
  g_ptr_array_steal_index (self->paragraphs, index);
  if (self->edit != NULL)
    self->edit (start, removed, "", self->data);
  return paragraph;
}

/* @paragraph: (transfer full) */
void
csm_draft_text_insert (CsmDraftText      *self,
                       guint              index,
                       CsmDraftParagraph *paragraph)
{
  guint n = self->paragraphs->len;
  guint start = csm_draft_text_offset_of (self, index);
  g_autofree char *inserted = NULL;

  if (index == n && n > 0)
    {
      start -= BETWEEN_LENGTH;
      inserted = g_strconcat (BETWEEN, paragraph->text, NULL);
    }
  else
    {
      inserted = g_strconcat (paragraph->text, n > 0 ? BETWEEN : "", NULL);
    }
  g_ptr_array_insert (self->paragraphs, (int) index, paragraph);
  if (self->edit != NULL)
    self->edit (start, 0, inserted, self->data);
}

/* The next paragraph behind @index that has a place. */
static CsmDraftParagraph *
find_placed (CsmDraftText *self,
             guint         index)
{
  for (guint i = index + 1; i < self->paragraphs->len; i++)
    if (csm_draft_text_get (self, i)->position != NULL)
      return csm_draft_text_get (self, i);
  return NULL;
}

/* Gives paragraph @index a place between its neighbours; those behind move when there is none. */
void
csm_draft_text_place (CsmDraftText *self,
                      guint         index)
{
  const char *before = index > 0 ? csm_draft_text_get (self, index - 1)->position : NULL;

  for (guint i = index; i < self->paragraphs->len; i++)
    {
      CsmDraftParagraph *paragraph = csm_draft_text_get (self, i);
      CsmDraftParagraph *next = find_placed (self, i);
      char *position = csm_position_between (before, next != NULL ? next->position : NULL);

      g_free (paragraph->position);
      paragraph->position = position;
      paragraph->chosen = paragraph->chosen || i > index;
      before = position;
      if (next == NULL || strcmp (before, next->position) < 0)
        return;
    }
}

/* --- reading the box --------------------------------------------------------------------------------------- */

/* Returns: (transfer full) (element-type utf8): the paragraphs of @text; joined with what stands between two they are @text */
GPtrArray *
csm_draft_split (const char *text)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func (g_free);
  const char *begin = text;
  const char *p = text + strspn (text, "\n");

  while (*p != '\0')
    {
      gsize run;

      p += strcspn (p, "\n");
      run = strspn (p, "\n");
      if (run >= BETWEEN_LENGTH && p[run] != '\0')
        {
          g_ptr_array_add (parts, g_strndup (begin, (gsize) (p - begin) + run - BETWEEN_LENGTH));
          begin = p + run;
        }
      p += run;
    }
  if (*begin != '\0')
    g_ptr_array_add (parts, g_strdup (begin));
  return parts;
}

static guint
similarity (const char *a,
            const char *b)
{
  gsize before = common_prefix (a, b);

  /* Even with nothing in common: a paragraph that was written anew in its place. */
  return 1 + (guint) (before + common_suffix (a, b, before)) * 4 + (g_str_equal (a, b) ? 2 : 0);
}

/*
 * Which of the @n_old paragraphs from @first on became which of the @n_new @texts: the pairs, in order, that have most in common.
 * Fills @pairs with the new one's number, or -1, for each old one.
 */
static void
pair_up (CsmDraftText  *self,
         guint          first,
         guint          n_old,
         char         **texts,
         guint          n_new,
         int           *pairs)
{
  g_autofree guint *best = NULL;

  for (guint i = 0; i < n_old; i++)
    pairs[i] = i < n_new ? (int) i : -1;
  if (n_old == n_new || n_old * n_new > PAIRS_MAX)
    return;
  best = g_new0 (guint, (n_old + 1) * (n_new + 1));
#define BEST(i, j) best[(i) * (n_new + 1) + (j)]
  for (guint i = n_old; i-- > 0;)
    for (guint j = n_new; j-- > 0;)
      {
        guint both = BEST (i + 1, j + 1) + similarity (csm_draft_text_get (self, first + i)->text, texts[j]);

        BEST (i, j) = MAX (both, MAX (BEST (i + 1, j), BEST (i, j + 1)));
      }
  for (guint i = 0, j = 0; i < n_old; )
    {
      if (j < n_new && BEST (i, j) == BEST (i + 1, j + 1) + similarity (csm_draft_text_get (self, first + i)->text, texts[j]))
        pairs[i++] = (int) j++;
      else if (j < n_new && BEST (i, j) == BEST (i, j + 1))
        j++;
      else
        pairs[i++] = -1;
    }
#undef BEST
}

static void
forget (CsmDraftText      *self,
        CsmDraftParagraph *paragraph)
{
  if (paragraph->shared != NULL && paragraph->shared[0] != '\0')
    g_hash_table_replace (self->deleted, paragraph->key, paragraph);
  else
    csm_draft_paragraph_free (paragraph);
}

static void
set_typed (CsmDraftParagraph *paragraph,
           const char        *text)
{
  if (g_str_equal (paragraph->text, text))
    return;
  g_free (paragraph->text);
  paragraph->text = g_strdup (text);
  g_clear_pointer (&paragraph->by, g_free);
}

/* Returns: (transfer full): what nobody else makes */
char *
csm_draft_key_new (void)
{
  g_autofree char *id = csm_id_new ('d');

  return g_strdup (id + 1);
}

static CsmDraftParagraph *
make_new (const char *text)
{
  g_autofree char *key = csm_draft_key_new ();

  return csm_draft_paragraph_new (key, NULL, text);
}

/**
 * csm_draft_text_read:
 * @self: a text
 * @text: what is in the box now
 *
 * Finds out what somebody did to the paragraphs.
 */
void
csm_draft_text_read (CsmDraftText *self,
                     const char   *text)
{
  g_autoptr (GPtrArray) parts = csm_draft_split (text);
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->paragraphs);
  char **texts = (char **) parts->pdata;
  g_autofree int *pairs = NULL;
  guint n_old, n_new, first = 0, j = 0;

  self->paragraphs = old;
  while (first < old->len && first < parts->len && g_str_equal (csm_draft_text_get (self, first)->text, texts[first]))
    first++;
  n_old = old->len - first;
  n_new = parts->len - first;
  while (n_old > 0 && n_new > 0 && g_str_equal (csm_draft_text_get (self, first + n_old - 1)->text, texts[first + n_new - 1]))
    n_old--, n_new--;
  pairs = g_new (int, n_old + 1);
  pair_up (self, first, n_old, texts + first, n_new, pairs);
  self->paragraphs = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_draft_paragraph_free);
  g_ptr_array_set_free_func (old, NULL);
  for (guint i = 0; i < first; i++)
    g_ptr_array_add (self->paragraphs, old->pdata[i]);
  for (guint i = 0; i < n_old; i++)
    {
      CsmDraftParagraph *paragraph = old->pdata[first + i];

      if (pairs[i] < 0)
        {
          forget (self, paragraph);
          continue;
        }
      for (; (int) j < pairs[i]; j++)
        g_ptr_array_add (self->paragraphs, make_new (texts[first + j]));
      set_typed (paragraph, texts[first + j++]);
      g_ptr_array_add (self->paragraphs, paragraph);
    }
  for (; j < n_new; j++)
    g_ptr_array_add (self->paragraphs, make_new (texts[first + j]));
  for (guint i = first + n_old; i < old->len; i++)
    g_ptr_array_add (self->paragraphs, old->pdata[i]);
  for (guint i = 0; i < self->paragraphs->len; i++)
    if (csm_draft_text_get (self, i)->position == NULL)
      csm_draft_text_place (self, i);
}
