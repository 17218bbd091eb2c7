/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-reader-answer.h"

#include "csm-reader-client.h"
#include "csm-reader-frame.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Of an answer; what comes after that goes to a file, however small. */
#define MAX_TOTAL_IN_MEMORY (4 * 1024 * 1024)

/**
 * csm_reader_answer_init:
 * @self: (out caller-allocates): an answer of which nothing is there
 */
void
csm_reader_answer_init (CsmReaderAnswer *self)
{
  memset (self, 0, sizeof *self);
  self->file = -1;
}

/**
 * csm_reader_answer_clear:
 * @self: an answer
 *
 * Forgets what came in, for the next one.
 */
void
csm_reader_answer_clear (CsmReaderAnswer *self)
{
  g_clear_pointer (&self->mail, csm_parsed_mail_unref);
  g_free (self->frame);
  if (self->file >= 0)
    close (self->file);
  csm_reader_answer_init (self);
}

/* A file without a name, for what has no place in memory; -1 when there can't be one. */
static int
open_file (void)
{
  const char *const folders[] = { g_getenv ("TMPDIR") != NULL ? g_getenv ("TMPDIR") : "/var/tmp", g_get_tmp_dir () };
  int fd = -1;

  for (guint i = 0; i < G_N_ELEMENTS (folders) && fd < 0; i++)
    fd = open (folders[i], O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  return fd;
}

static gboolean
begin_frame (CsmReaderAnswer  *self,
             GError          **error)
{
  guint32 size;
  gboolean large;

  memcpy (&size, self->head, sizeof size);
  self->frame_size = GUINT32_FROM_BE (size);
  self->total += self->frame_size;
  if (self->total > (self->mail == NULL ? CSM_READER_FRAME_MAX_JSON : CSM_READER_FRAME_MAX_ANSWER))
    {
      g_set_error_literal (error, CSM_READER_ERROR, CSM_READER_ERROR_PROTOCOL, "The mail reader's answer is too large");
      return FALSE;
    }
  large = self->mail != NULL && self->frame_size > 0
          && (self->frame_size > CSM_PARSED_MAIL_MAX_IN_MEMORY || self->total > MAX_TOTAL_IN_MEMORY);
  if (large && self->file < 0)
    self->file = open_file ();
  self->in_frame = TRUE;
  self->in_file = large && self->file >= 0;
  self->frame = self->in_file ? NULL : g_malloc (self->frame_size + 1);
  self->frame_length = 0;
  return TRUE;
}

/* Takes @length more bytes of the frame. */
static gboolean
add_to_frame (CsmReaderAnswer  *self,
              const guchar     *data,
              gsize             length,
              GError          **error)
{
  if (!self->in_file)
    memcpy (self->frame + self->frame_length, data, length);
  for (gsize done = 0; self->in_file && done < length;)
    {
      gssize n = pwrite (self->file, data + done, length - done, self->file_end + (goffset) (self->frame_length + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          g_set_error (error, CSM_READER_ERROR, CSM_READER_ERROR_SPAWN, "A large part can't be kept on the disk: %s", g_strerror (errno));
          return FALSE;
        }
      done += (gsize) n;
    }
  self->frame_length += length;
  return TRUE;
}

static gboolean
end_frame (CsmReaderAnswer  *self,
           GError          **error)
{
  goffset start = self->file_end;

  self->head_length = 0;
  self->in_frame = FALSE;
  if (self->in_file)
    {
      /* The next one begins at a page, so that it can be mapped. */
      self->file_end += (goffset) ((self->frame_size + CSM_PARSED_MAIL_PAGE - 1) / CSM_PARSED_MAIL_PAGE * CSM_PARSED_MAIL_PAGE);
      return csm_parsed_mail_add_part_in_file (self->mail, self->file, start, self->frame_size, error);
    }
  {
    g_autoptr(GBytes) bytes = g_bytes_new_take (g_steal_pointer (&self->frame), self->frame_size);

    if (self->mail != NULL)
      return csm_parsed_mail_add_part (self->mail, bytes, error);
    self->mail = csm_parsed_mail_new (bytes, error);
    return self->mail != NULL;
  }
}

/**
 * csm_reader_answer_take:
 * @self: an answer
 * @data: what the reader wrote
 * @length: how long that is
 * @taken: (out): how much of it belongs to this answer
 * @error: %CSM_READER_ERROR_PROTOCOL, or %CSM_READER_ERROR_SPAWN when a large part has no room on the disk
 *
 * Returns: whether it made sense so far
 */
gboolean
csm_reader_answer_take (CsmReaderAnswer  *self,
                        const guchar     *data,
                        gsize             length,
                        gsize            *taken,
                        GError          **error)
{
  for (*taken = 0; !csm_reader_answer_is_complete (self);)
    {
      gsize n;

      if (!self->in_frame)
        {
          n = MIN (length - *taken, sizeof self->head - self->head_length);
          memcpy (self->head + self->head_length, data + *taken, n);
          self->head_length += n;
          *taken += n;
          if (self->head_length < sizeof self->head)
            return TRUE;
          if (!begin_frame (self, error))
            return FALSE;
        }
      n = MIN (length - *taken, self->frame_size - self->frame_length);
      if (!add_to_frame (self, data + *taken, n, error))
        return FALSE;
      *taken += n;
      if (self->frame_length < self->frame_size)
        return TRUE;
      if (!end_frame (self, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * csm_reader_answer_is_complete:
 * @self: an answer
 *
 * Returns: whether the message and all its parts are there
 */
gboolean
csm_reader_answer_is_complete (const CsmReaderAnswer *self)
{
  return self->mail != NULL && self->mail->parts->len == csm_parsed_mail_get_expected (self->mail);
}
