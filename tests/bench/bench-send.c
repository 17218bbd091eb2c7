/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
/* Replies that wait to be sent, handed to a mail server on loopback that takes them all: how many leave in a second, each noted on the disk
 * before and after, and what 9,000 more cost in memory. */
#include "config.h"

#include <fcntl.h>
#include <unistd.h>

#include "csm-bench.h"
#include "fake-smtp.h"
#include "smtp-lab.h"

#include "csm-id.h"
#include "csm-json.h"
#include "csm-outgoing.h"
#include "csm-time.h"

#define N_MAILS 10000
/* Once so many have left, everything is as large as it gets. */
#define WARM 1000
#define N_CASES 500
#define LEAST_PER_SECOND 100
#define PATIENCE_SECONDS 300
/* Megabytes; the database keeps 32 MB of pages. */
#define GROWTH 32

typedef struct
{
  SmtpLab   lab;
  FakeSmtp *server;
  char     *cases[N_CASES];
  char     *conversations[N_CASES];
  char     *blob;
  double    warm_memory;
} Bench;

static void
forget_peak (void)
{
  int fd = open ("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);

  if (fd < 0 || write (fd, "5", 1) != 1)
    g_error ("the peak of memory can't be measured");
  close (fd);
}

static void
add_cases (Bench *self)
{
  Workspace *workspace = self->lab.workspace;

  for (guint i = 0; i < N_CASES; i++)
    {
      g_autofree char *customer = csm_id_new ('u');

      self->cases[i] = csm_id_new ('c');
      self->conversations[i] = csm_id_new ('v');
      workspace_add (workspace, CSM_TYPE_ID_CUSTOMER, customer, channel_test_json ("{'name':'Customer %u'}", i));
      workspace_add (workspace, CSM_TYPE_ID_CASE, self->cases[i], channel_test_json ("{'subject':'Parcel %u','status':'open','customerId':'%s'}", i, customer));
      workspace_add (workspace, CSM_TYPE_ID_CONVERSATION, self->conversations[i],
                     channel_test_json ("{'caseId':'%s','customerId':'%s','channelId':'%s'}", self->cases[i], customer, workspace->channel));
    }
}

/* As after the undo window of so many replies. */
static gpointer
queue_all (CsmTxn        *txn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  Bench *self = input;
  gint64 now = csm_time_now ();

  for (guint i = 0; i < N_MAILS; i++)
    {
      g_autofree char *id = csm_id_new ('m');
      g_autoptr (JsonObject) message = channel_test_json (
        "{'id':'%s','caseId':'%s','conversationId':'%s','channelId':'%s','authorId':'%s','direction':'out','subject':'Re: Parcel',"
        "'messageId':'%u.bench@fernweh.example.com','from':[{'name':'Ana','address':'support@fernweh.example.com'}],"
        "'to':[{'name':'Customer','address':'customer%u@example.net'}],'textBody':'Your parcel is on its way and should be there tomorrow.',"
        "'delivery':{'state':'queued'}}",
        id, self->cases[i % N_CASES], self->conversations[i % N_CASES], self->lab.workspace->channel, self->lab.workspace->person, i, i);

      csm_json_set_time (message, "at", now);
      csm_json_set_time (message, "sentAt", now);
      if (!csm_outgoing_queue (txn, message, now, error))
        return NULL;
    }
  return NULL;
}

/* One of 60 MB, which is 45 MB in files. */
static gpointer
queue_large (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  Bench *self = input;
  gint64 now = csm_time_now ();
  g_autofree char *id = csm_id_new ('m');
  g_autoptr (JsonObject) message = channel_test_json (
    "{'id':'%s','caseId':'%s','conversationId':'%s','channelId':'%s','authorId':'%s','direction':'out','subject':'Re: Parcel',"
    "'messageId':'large.bench@fernweh.example.com','from':[{'name':'Ana','address':'support@fernweh.example.com'}],"
    "'to':[{'name':'Customer','address':'customer@example.net'}],'textBody':'All the plans.','attachments':["
    "{'blobId':'%s','name':'a.bin','type':'application/octet-stream'},{'blobId':'%s','name':'b.bin','type':'application/octet-stream'},"
    "{'blobId':'%s','name':'c.bin','type':'application/octet-stream'}],'delivery':{'state':'queued'}}",
    id, self->cases[0], self->conversations[0], self->lab.workspace->channel, self->lab.workspace->person, self->blob, self->blob, self->blob);

  csm_json_set_time (message, "at", now);
  csm_json_set_time (message, "sentAt", now);
  csm_outgoing_queue (txn, message, now, error);
  return NULL;
}

static gboolean
is_large_done (gpointer data)
{
  Bench *self = data;

  return fake_smtp_count (self->server) > N_MAILS && csm_sender_is_idle (self->lab.sender);
}

static void
send_large (Bench *self)
{
  g_autoptr (GBytes) file = g_bytes_new_take (g_malloc0 (15 * 1024 * 1024), 15 * 1024 * 1024);
  GError *error = NULL;
  double before;

  self->blob = csm_store_put_blob (self->lab.workspace->store, file, &error);
  g_clear_pointer (&file, g_bytes_unref);
  csm_store_run (self->lab.workspace->store, TRUE, queue_large, self, &error);
  if (error != NULL)
    g_error ("the large mail can't be queued: %s", error->message);
  forget_peak ();
  before = csm_bench_read_memory (getpid (), "VmHWM");
  csm_sender_retry (self->lab.sender, self->lab.workspace->channel);
  csm_bench_wait_until (is_large_done, self, PATIENCE_SECONDS);
  csm_bench_row ("what a mail of 60 MB added to memory", csm_bench_read_memory (getpid (), "VmHWM") - before, "MB", GROWTH, CSM_BENCH_AT_MOST, 1, "target", 1);
}

static gboolean
is_warm (gpointer data)
{
  return fake_smtp_count (((Bench *) data)->server) >= WARM;
}

static gboolean
is_done (gpointer data)
{
  Bench *self = data;

  return fake_smtp_count (self->server) >= N_MAILS && csm_sender_is_idle (self->lab.sender);
}

int
main (int   argc,
      char *argv[])
{
  Bench self = { 0 };
  GError *error = NULL;
  double began, seconds, growth;

  self.server = fake_smtp_new ();
  fake_smtp_forget (self.server);
  smtp_lab_set_up (&self.lab, NULL, fake_smtp_port (self.server));
  self.lab.pace = csm_smtp_default_pace;
  add_cases (&self);
  csm_store_run (self.lab.workspace->store, TRUE, queue_all, &self, &error);
  if (error != NULL)
    g_error ("the mails can't be queued: %s", error->message);
  began = csm_bench_now ();
  smtp_lab_start (&self.lab);
  csm_bench_wait_until (is_warm, &self, PATIENCE_SECONDS);
  self.warm_memory = csm_bench_read_memory (getpid (), "VmRSS");
  csm_bench_wait_until (is_done, &self, PATIENCE_SECONDS);
  seconds = csm_bench_now () - began;
  growth = csm_bench_read_memory (getpid (), "VmRSS") - self.warm_memory;
  if (fake_smtp_count (self.server) != N_MAILS)
    g_error ("some mails left twice");
  csm_bench_row ("10,000 queued mails sent by SMTP", N_MAILS / seconds, "mails/s", LEAST_PER_SECOND, CSM_BENCH_AT_LEAST, 1, "target", N_MAILS);
  csm_bench_row ("what the last 9,000 of them added to memory", growth, "MB", GROWTH, CSM_BENCH_AT_MOST, 1, "target", 1);
  send_large (&self);
  g_free (self.blob);
  smtp_lab_tear_down (&self.lab);
  fake_smtp_free (self.server);
  for (guint i = 0; i < N_CASES; i++)
    {
      g_free (self.cases[i]);
      g_free (self.conversations[i]);
    }
  return 0;
}
