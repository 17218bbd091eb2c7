/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define FAULT_CHANNEL "Support"
#define FAULT_ADDRESS "support@fernweh.example.com"
#define FAULT_PERSON "ana@fernweh.example.com"
#define FAULT_PASSWORD "a long enough password"
/* csm_failpoint() then kills nobody and logs every passage. */
#define FAULT_RECORD "*"
/* How a process ended that SIGKILL ended. */
#define FAULT_KILLED (-9)

/**
 * FaultLab:
 * @dir: everything of one test program
 * @first: a workspace with one person, one mailbox with a way out, and one case
 * @data: the copy of it that a case works on
 * @log: what the failpoints write
 * @sink: a line for each mail that went out
 * @clock: how far the server's clock is off, in seconds
 * @warns: the server may warn: it is told what is wrong
 * @restored: the server is told that its data is an older copy
 *
 * Where crashes happen. The sink's command is part of the workspace, so there is one for all copies.
 */
typedef struct
{
  char *dir;
  char *first;
  char *data;
  char *log;
  char *sink;
  gint64 clock;
  gboolean warns;
  gboolean restored;
} FaultLab;

FaultLab *fault_lab_new        (void);
void      fault_lab_free       (FaultLab           *lab);
void      fault_lab_start_over (FaultLab           *lab);
void      fault_lab_set_up     (FaultLab           *lab);
GSubprocess *fault_lab_spawn   (FaultLab           *lab,
                                const char         *failpoint,
                                GSubprocessFlags    flags,
                                const char * const *arguments);
int       fault_lab_run        (FaultLab           *lab,
                                const char         *failpoint,
                                const char         *input,
                                char              **output,
                                const char         *command,
                                ...) G_GNUC_NULL_TERMINATED;
int       fault_lab_wait       (GSubprocess        *process);
gboolean  fault_lab_was_hit    (FaultLab           *lab,
                                const char         *point);
void      fault_lab_assert_clean (FaultLab         *lab);
void      fault_lab_fill       (const char         *from,
                                const char         *to);
void      fault_lab_copy       (const char         *from,
                                const char         *to);
char    **fault_lab_read_sink  (FaultLab           *lab);
char     *fault_lab_make_mail  (guint               number);
char     *fault_lab_make_answer (guint              parent,
                                const char         *text);
gboolean  fault_wait_until     (gboolean          (*condition) (gpointer data),
                                gpointer            data,
                                guint               seconds);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FaultLab, fault_lab_free)

G_END_DECLS
