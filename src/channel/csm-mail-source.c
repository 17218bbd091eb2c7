/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-mail-source.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csm-error.h"
#include "csm-time.h"

#define CHUNK (256 * 1024)
/* Nothing that anybody calls a mail; what goes beyond is not kept. */
#define MAX_BYTES (G_GINT64_CONSTANT (1) << 30)
#define MAX_DEPTH 32

struct _CsmMailSource
{
  /* A list of files … */
  GPtrArray  *paths;
  guint       next_path;
  gboolean    is_maildir;
  /* … or an mbox */
  GDataInputStream *lines;
  GByteArray *mail;
  gint64      received;
  gboolean    ended;
};

/**
 * csm_raw_mail_clear:
 * @self: a mail
 *
 * Frees what it holds.
 */
void
csm_raw_mail_clear (CsmRawMail *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->problem, g_free);
}

/* --- Files ---------------------------------------------------------------------------------------------------------------- */

static int
compare_paths (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Maildir names begin with the time of delivery; what comes before the folder's name must not count. */
static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  int order = strcmp (strrchr (*(const char *const *) a, '/'), strrchr (*(const char *const *) b, '/'));

  return order != 0 ? order : compare_paths (a, b);
}

static gboolean
add_folder (GPtrArray   *paths,
            const char  *folder,
            const char  *suffix,
            guint        depth,
            GError     **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  const char *name;

  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *small = g_ascii_strdown (name, -1);

      if (name[0] == '.')
        continue;
      if (suffix != NULL && depth < MAX_DEPTH && g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        {
          if (!add_folder (paths, path, suffix, depth + 1, error))
            return FALSE;
        }
      else if (g_file_test (path, G_FILE_TEST_IS_REGULAR) && (suffix == NULL || g_str_has_suffix (small, suffix)))
        {
          g_ptr_array_add (paths, g_steal_pointer (&path));
        }
    }
  return TRUE;
}

static gboolean
add_maildir (CsmMailSource  *self,
             const char     *path,
             GError        **error)
{
  static const char *const folders[] = { "cur", "new" };

  self->is_maildir = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *folder = g_build_filename (path, folders[i], NULL);

      if (g_file_test (folder, G_FILE_TEST_IS_DIR) && !add_folder (self->paths, folder, NULL, 0, error))
        return FALSE;
    }
  g_ptr_array_sort (self->paths, compare_names);
  return TRUE;
}

static gint64
time_of_maildir_name (const char *path)
{
  const char *name = strrchr (path, '/') + 1;
  char *end;
  guint64 seconds = g_ascii_strtoull (name, &end, 10);

  return *end == '.' && seconds > 0 && seconds < (guint64) (G_MAXINT64 / CSM_SECOND) ? (gint64) seconds * CSM_SECOND : CSM_TIME_NONE;
}

static gboolean
next_file (CsmMailSource *self,
           CsmRawMail    *mail)
{
  g_autoptr (GError) error = NULL;
  const char *path;
  GStatBuf info;
  char *text;
  gsize length;

  if (self->next_path >= self->paths->len)
    return FALSE;
  path = g_ptr_array_index (self->paths, self->next_path++);
  mail->received = self->is_maildir ? time_of_maildir_name (path) : CSM_TIME_NONE;
  if (g_stat (path, &info) == 0 && info.st_size > MAX_BYTES)
    mail->problem = g_strdup_printf ("%s: too large", path);
  else if (g_file_get_contents (path, &text, &length, &error))
    mail->bytes = g_bytes_new_take (text, length);
  else
    mail->problem = g_strdup (error->message);
  return TRUE;
}

/* --- mbox (RFC 4155; quoting as in mboxrd, of which mboxo's is a part) ------------------------------------------------- */

static gboolean
parse_date (const char *text,
            gint64     *at)
{
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  char month[4];
  int day, hour, minute, second, year;
  const char *found;
  g_autoptr (GDateTime) date = NULL;

  if (sscanf (text, "%*3s %3s %d %d:%d:%d %d", month, &day, &hour, &minute, &second, &year) != 6 || strlen (month) != 3)
    return FALSE;
  found = strstr (months, month);
  if (found == NULL || (found - months) % 3 != 0)
    return FALSE;
  date = g_date_time_new_utc (year, (int) (found - months) / 3 + 1, day, hour, minute, second);
  if (date == NULL)
    return FALSE;
  *at = g_date_time_to_unix (date) * CSM_SECOND;
  return TRUE;
}

/* "From somebody@example.com Thu Nov  5 09:05:44 2026": a line of prose that begins so has no date. */
static gboolean
is_separator (const char *line,
              gint64     *at)
{
  const char *date;

  *at = CSM_TIME_NONE;
  if (!g_str_has_prefix (line, "From "))
    return FALSE;
  for (date = strchr (line + 5, ' '); date != NULL; date = strchr (date + 1, ' '))
    {
      if (parse_date (date + 1, at))
        return TRUE;
    }
  return FALSE;
}

static void
add_line (CsmMailSource *self,
          const char    *line,
          gsize          length)
{
  gsize quotes = strspn (line, ">");

  if (quotes > 0 && g_str_has_prefix (line + quotes, "From "))
    line++, length--;
  if (self->mail->len + length + 1 > MAX_BYTES)
    return;
  g_byte_array_append (self->mail, (const guint8 *) line, (guint) length);
  g_byte_array_append (self->mail, (const guint8 *) "\n", 1);
}

/* The empty line before a separator belongs to the mbox. */
static void
take_mail (CsmMailSource *self,
           CsmRawMail    *mail)
{
  guint length = self->mail->len;

  if (length >= 2 && self->mail->data[length - 1] == '\n' && self->mail->data[length - 2] == '\n')
    g_byte_array_set_size (self->mail, length - 1);
  mail->bytes = g_byte_array_free_to_bytes (g_steal_pointer (&self->mail));
  mail->received = self->received;
  self->mail = g_byte_array_new ();
}

static gboolean
next_in_mbox (CsmMailSource  *self,
              CsmRawMail     *mail,
              GError        **error)
{
  gboolean after_blank = FALSE;

  while (!self->ended)
    {
      GError *local = NULL;
      gsize length;
      gint64 received;
      g_autofree char *line = g_data_input_stream_read_line (self->lines, &length, NULL, &local);

      if (local != NULL)
        {
          g_propagate_error (error, local);
          return FALSE;
        }
      if (line == NULL)
        {
          self->ended = TRUE;
          break;
        }
      if (after_blank && is_separator (line, &received))
        {
          take_mail (self, mail);
          self->received = received;
          return TRUE;
        }
      after_blank = length == 0 || (length == 1 && line[0] == '\r');
      add_line (self, line, length);
    }
  if (self->mail->len == 0)
    return FALSE;
  take_mail (self, mail);
  return TRUE;
}

static gboolean
open_mbox (CsmMailSource  *self,
           GFile          *file,
           GError        **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  g_autofree char *first = NULL;
  g_autoptr (GError) local = NULL;

  if (stream == NULL)
    return FALSE;
  self->lines = g_data_input_stream_new (G_INPUT_STREAM (stream));
  g_buffered_input_stream_set_buffer_size (G_BUFFERED_INPUT_STREAM (self->lines), CHUNK);
  g_data_input_stream_set_newline_type (self->lines, G_DATA_STREAM_NEWLINE_TYPE_LF);
  first = g_data_input_stream_read_line (self->lines, NULL, NULL, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  self->mail = g_byte_array_new ();
  is_separator (first != NULL ? first : "", &self->received);
  return TRUE;
}

static gboolean
begins_like_mbox (const char *path)
{
  char start[5] = "";
  FILE *file = fopen (path, "rbe");
  gboolean is_mbox = file != NULL && fread (start, 1, sizeof start, file) == sizeof start && memcmp (start, "From ", sizeof start) == 0;

  if (file != NULL)
    fclose (file);
  return is_mbox;
}

/**
 * csm_mail_source_open:
 * @path: an mbox, a Maildir, a folder with .eml files at any depth, or one mail
 * @error: `CSM_ERROR_NOT_FOUND`, or an I/O error
 *
 * Returns: (transfer full): its mails, in the order of an archive: of an mbox as they stand there, of folders by name
 */
CsmMailSource *
csm_mail_source_open (const char  *path,
                      GError     **error)
{
  g_autoptr (CsmMailSource) self = g_new0 (CsmMailSource, 1);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *cur = g_build_filename (path, "cur", NULL);

  self->paths = g_ptr_array_new_with_free_func (g_free);
  self->received = CSM_TIME_NONE;
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("There is no “%s”"), path);
      return NULL;
    }
  if (g_file_test (cur, G_FILE_TEST_IS_DIR))
    return add_maildir (self, path, error) ? g_steal_pointer (&self) : NULL;
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      if (!add_folder (self->paths, path, ".eml", 0, error))
        return NULL;
      g_ptr_array_sort (self->paths, compare_paths);
      return g_steal_pointer (&self);
    }
  if (begins_like_mbox (path))
    return open_mbox (self, file, error) ? g_steal_pointer (&self) : NULL;
  g_ptr_array_add (self->paths, g_strdup (path));
  return g_steal_pointer (&self);
}

/**
 * csm_mail_source_free:
 * @self: (nullable): a source
 */
void
csm_mail_source_free (CsmMailSource *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->paths, g_ptr_array_unref);
  g_clear_object (&self->lines);
  g_clear_pointer (&self->mail, g_byte_array_unref);
  g_free (self);
}

/**
 * csm_mail_source_next:
 * @self: a source
 * @mail: (out caller-allocates): the next mail; clear it
 * @error: an mbox that can't be read on; a file of a folder is told by @mail's `problem`
 *
 * Returns: whether there was another one; %FALSE without @error at the end
 */
gboolean
csm_mail_source_next (CsmMailSource  *self,
                      CsmRawMail     *mail,
                      GError        **error)
{
  *mail = (CsmRawMail) { NULL, CSM_TIME_NONE, NULL };
  return self->lines != NULL ? next_in_mbox (self, mail, error) : next_file (self, mail);
}
