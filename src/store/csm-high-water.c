/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-high-water.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "csm-store-files.h"

/* A line each: the header, then account 1, 2, … Fixed, so that an account's line is written in place, by one write. */
#define LINE 96
/* The file is written with each commit, so that it outlives the process; it is brought to the disk once in so many changes. */
#define BLOCK 10000
#define CHECK_LENGTH 16
/* No workspace has so many people: a file that says so is damaged. */
#define MOST_ACCOUNTS 1000000

/*
 * A copy of the database that somebody puts in its place knows less than this file does: that is how it is recognised. A mark
 * is written after the commit that it tells of, and read before the database is, so it never is ahead of a healthy one.
 */
struct _CsmHighWater
{
  GMutex  mutex;
  char   *workspace_id;
  int     fd;
  GArray *marks;      /* CsmMark, by account − 1; epoch 0: none */
  gint64  unsynced;   /* changes since the file was brought to the disk */
  gboolean has_header;
  gboolean broken;    /* said once */
};

/* --- Lines --------------------------------------------------------------------------------------------------------------- */

/* The checksum binds a line to its workspace: another one's file says nothing about this one. */
static char *
make_check (CsmHighWater *self,
            const char   *text)
{
  g_autofree char *bound = g_strconcat (self->workspace_id, "\n", text, NULL);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, bound, -1);

  return g_strndup (hash, CHECK_LENGTH);
}

static void
format_line (CsmHighWater  *self,
             const CsmMark *mark,
             char          *line)
{
  g_autofree char *text = mark != NULL ? g_strdup_printf ("account %" G_GINT64_FORMAT " epoch %" G_GINT64_FORMAT " modseq %" G_GINT64_FORMAT,
                                                          mark->account, mark->epoch, mark->modseq)
                                       : g_strdup ("casement high water 1");
  g_autofree char *check = make_check (self, text);
  int length = snprintf (line, LINE, "%s %s", text, check);

  g_assert (length > 0 && length < LINE);
  memset (line + length, ' ', LINE - (gsize) length);
  line[LINE - 1] = '\n';
}

/* FALSE: it is none of ours. */
static gboolean
parse_line (CsmHighWater *self,
            const char   *line,
            CsmMark      *mark)
{
  g_autofree char *text = g_strchomp (g_strndup (line, LINE));
  g_autofree char *check = NULL;
  char *last = strrchr (text, ' ');

  if (last == NULL)
    return FALSE;
  *last = '\0';
  check = make_check (self, text);
  if (!g_str_equal (check, last + 1))
    return FALSE;
  return mark == NULL ? g_str_equal (text, "casement high water 1")
                      : sscanf (text, "account %" G_GINT64_FORMAT " epoch %" G_GINT64_FORMAT " modseq %" G_GINT64_FORMAT,
                                &mark->account, &mark->epoch, &mark->modseq) == 3;
}

/* --- Reading ------------------------------------------------------------------------------------------------------------- */

static CsmMark *
mark_of (CsmHighWater *self,
         gint64        account)
{
  if (account < 1 || account > MOST_ACCOUNTS)
    return NULL;
  if (self->marks->len < (guint) account)
    g_array_set_size (self->marks, (guint) account);
  g_array_index (self->marks, CsmMark, account - 1).account = account;
  return &g_array_index (self->marks, CsmMark, account - 1);
}

/* What can't be read counts as not there, line by line: the lines beside a damaged one are as good as before. */
static guint
read_lines (CsmHighWater *self,
            const char   *text,
            gsize         length)
{
  guint damaged = length % LINE != 0;

  for (gsize at = LINE; at + LINE <= length && at / LINE <= MOST_ACCOUNTS; at += LINE)
    {
      static const char none[LINE] = { 0 };
      CsmMark mark;

      if (memcmp (text + at, none, LINE) == 0)
        continue;
      if (parse_line (self, text + at, &mark) && mark.account == (gint64) (at / LINE))
        *mark_of (self, mark.account) = mark;
      else
        damaged++;
    }
  return damaged;
}

static void
read_file (CsmHighWater *self,
           const char   *path)
{
  g_autofree char *text = NULL;
  gsize length;
  guint damaged;

  if (!g_file_get_contents (path, &text, &length, NULL))
    {
      g_debug ("there is no high-water mark yet");
      return;
    }
  if (length < LINE || !parse_line (self, text, NULL))
    {
      if (length > 0)
        g_message ("the high-water mark is damaged, or another workspace's: begun anew");
      return;
    }
  self->has_header = TRUE;
  damaged = read_lines (self, text, length);
  if (damaged > 0)
    g_message ("the high-water mark is damaged in part (%u lines): these are begun anew", damaged);
}

/* --- Writing ------------------------------------------------------------------------------------------------------------- */

static void
note_broken (CsmHighWater *self)
{
  if (!self->broken)
    g_message ("the high-water mark can't be written (%s): an older copy of the database will be recognised only when a client shows a later state",
               g_strerror (errno));
  self->broken = TRUE;
}

static void
write_mark (CsmHighWater  *self,
            const CsmMark *mark)
{
  char line[LINE];

  if (self->fd < 0)
    return;
  format_line (self, mark, line);
  if (pwrite (self->fd, line, LINE, (mark != NULL ? mark->account : 0) * LINE) != LINE)
    note_broken (self);
}

static void
sync_in_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  int fd = GPOINTER_TO_INT (task_data);

  fdatasync (fd);
  close (fd);
  g_task_return_boolean (task, TRUE);
}

/* Whoever commits may be the main loop: it does not wait for the disk. */
static void
sync_later (CsmHighWater *self)
{
  int fd = fcntl (self->fd, F_DUPFD_CLOEXEC, 3);
  g_autoptr (GTask) task = NULL;

  self->unsynced = 0;
  if (fd < 0)
    return;
  task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_task_data (task, GINT_TO_POINTER (fd), NULL);
  g_task_run_in_thread (task, sync_in_thread);
}

/**
 * csm_high_water_open:
 * @directory: a data directory
 * @workspace_id: the workspace account's id
 *
 * Reads the marks; to be called before the database is read. A file that is missing, damaged or can't be written is said in one line of
 * the log, and does no harm otherwise.
 *
 * Returns: (transfer full): the marks
 */
CsmHighWater *
csm_high_water_open (const char *directory,
                     const char *workspace_id)
{
  CsmHighWater *self = g_new0 (CsmHighWater, 1);
  g_autofree char *path = g_build_filename (directory, CSM_STORE_HIGH_WATER, NULL);

  g_mutex_init (&self->mutex);
  self->workspace_id = g_strdup (workspace_id);
  self->marks = g_array_new (FALSE, TRUE, sizeof (CsmMark));
  read_file (self, path);
  self->fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (self->fd < 0)
    note_broken (self);
  else
    csm_store_give_away (directory, self->fd);
  return self;
}

/**
 * csm_high_water_free:
 * @self: (transfer full): marks
 */
void
csm_high_water_free (CsmHighWater *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_array_unref (self->marks);
  g_mutex_clear (&self->mutex);
  g_free (self->workspace_id);
  g_free (self);
}

/**
 * csm_high_water_list:
 * @self: marks
 *
 * Returns: (transfer full) (element-type CsmMark): those that there are
 */
GArray *
csm_high_water_list (CsmHighWater *self)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (CsmMark));

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->marks->len; i++)
    {
      if (g_array_index (self->marks, CsmMark, i).epoch != 0)
        g_array_append_val (list, g_array_index (self->marks, CsmMark, i));
    }
  g_mutex_unlock (&self->mutex);
  return list;
}

/**
 * csm_high_water_raise:
 * @self: marks
 * @account: an account
 * @modseq: the last number of its change counter in what was committed just now
 *
 * Writes the mark, never a lower one. Any thread; does not wait for the disk.
 */
void
csm_high_water_raise (CsmHighWater *self,
                      gint64        account,
                      gint64        modseq)
{
  CsmMark *mark;

  g_mutex_lock (&self->mutex);
  mark = mark_of (self, account);
  if (mark != NULL && modseq > mark->modseq)
    {
      /* A new account's epoch is learnt at the next start. */
      mark->epoch = MAX (mark->epoch, 1);
      self->unsynced += modseq - mark->modseq;
      mark->modseq = modseq;
      write_mark (self, mark);
      if (self->unsynced >= BLOCK && self->fd >= 0)
        sync_later (self);
    }
  g_mutex_unlock (&self->mutex);
}

/**
 * csm_high_water_set:
 * @self: marks
 * @marks: (element-type CsmMark): what the database says
 * @anew: whether lower marks count too: in a new epoch
 *
 * Makes the marks agree with the database.
 */
void
csm_high_water_set (CsmHighWater *self,
                    GArray       *marks,
                    gboolean      anew)
{
  g_mutex_lock (&self->mutex);
  if (anew)
    g_array_set_size (self->marks, 0);
  if (anew || !self->has_header)
    write_mark (self, NULL);
  self->has_header = TRUE;
  for (guint i = 0; i < marks->len; i++)
    {
      const CsmMark *one = &g_array_index (marks, CsmMark, i);
      CsmMark *mark = mark_of (self, one->account);

      if (mark == NULL || (mark->epoch == one->epoch && mark->modseq >= one->modseq))
        continue;
      *mark = *one;
      write_mark (self, mark);
    }
  if (anew && self->fd >= 0 && ftruncate (self->fd, (1 + (off_t) self->marks->len) * LINE) != 0)
    note_broken (self);
  g_mutex_unlock (&self->mutex);
}
