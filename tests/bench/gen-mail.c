/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
/*
 * gen-mail N [SEED]: writes an mbox of N invented mails to standard output, always the same for the same seed: threads of one
 * to about a dozen mails between customers and five colleagues, interleaved over two years, with text, HTML, quotes and small
 * attachments, and what machines send in between.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAILBOX "support@fernweh.example.com"
#define MAX_REFERENCES 8
#define MAX_OPEN 400
#define START 1700000000L

static const char *const staff[] = { "ana.reyes", "ben.okafor", "chiara.conti", "dev.patel", "mira.lind" };
static const char *const first_names[] = { "Jonas", "Priya", "Élodie", "María", "Tom", "Noor", "Giulia", "Sam", "Aisha", "Henrik", "Kavita", "Ivan" };
static const char *const last_names[] = { "Weber", "Nair", "Martin", "López", "Hargreaves", "Haddad", "Ferraro", "Whitaker", "Bello", "Lund", "Rao", "Sokolov" };
static const char *const words[] = {
  "the", "tent", "zip", "order", "parcel", "refund", "and", "jacket", "arrived", "without", "seam", "invoice", "please", "could", "you", "send", "another",
  "because", "since", "Tuesday", "rain", "pole", "broke", "near", "Größe", "livraison", "gracias", "boot", "pair", "size", "warranty", "receipt", "thank",
  "photo", "attached", "shop", "said", "would", "never", "again", "happy", "with", "my", "new", "backpack", "strap", "buckle", "colour", "green", "about",
};

typedef struct
{
  unsigned customer;
  unsigned left;
  unsigned n;
  unsigned long ids[MAX_REFERENCES];
  int from_staff[MAX_REFERENCES];
  char subject[96];
} Thread;

static uint64_t state;

static unsigned
pick (unsigned n)
{
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (unsigned) ((state >> 20) % n);
}

static void
print_words (unsigned n,
             const char *prefix)
{
  unsigned column = 0;

  for (unsigned i = 0; i < n; i++)
    {
      const char *word = words[pick (sizeof words / sizeof words[0])];

      if (column == 0)
        fputs (prefix, stdout);
      column += (unsigned) strlen (word) + 1;
      fputs (word, stdout);
      if (column > 66 || i + 1 == n)
        putchar ('\n'), column = 0;
      else
        putchar (' ');
    }
}

static void
print_id (unsigned long id,
          int           from_staff)
{
  printf ("<%lu.%lx@%s>", id, id * 2654435761ul, from_staff ? "fernweh.example.com" : "mail.example.org");
}

static void
print_date (long at)
{
  char text[64];
  time_t when = at;
  struct tm tm;

  gmtime_r (&when, &tm);
  strftime (text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &tm);
  printf ("Date: %s\n", text);
}

static void
print_separator (long at)
{
  char text[64];
  time_t when = at;
  struct tm tm;

  gmtime_r (&when, &tm);
  strftime (text, sizeof text, "%a %b %e %H:%M:%S %Y", &tm);
  printf ("From MAILER-DAEMON %s\n", text);
}

static void
print_body (unsigned quotes)
{
  unsigned paragraphs = 1 + pick (3);

  for (unsigned i = 0; i < paragraphs; i++)
    {
      print_words (15 + pick (60), "");
      putchar ('\n');
    }
  if (quotes)
    {
      printf ("On Tuesday somebody wrote:\n");
      for (unsigned i = 0; i < quotes && i < 3; i++)
        print_words (20 + pick (40), i == 0 ? "> " : i == 1 ? ">> " : ">>> ");
    }
}

static void
print_html (void)
{
  unsigned paragraphs = 1 + pick (4);

  printf ("<html><head><style>p { margin: 0 0 1em }</style></head><body>\n");
  for (unsigned i = 0; i < paragraphs; i++)
    {
      printf ("<p style=\"font-family: sans-serif\">\n");
      print_words (15 + pick (60), "");
      printf ("<a href=\"https://shop.example.com/item/%u\">item</a></p>\n", pick (1000));
    }
  printf ("</body></html>\n");
}

static void
print_attachment (void)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  unsigned lines = 20 + pick (150), name = pick (1000);

  printf ("--mixed\nContent-Type: image/jpeg; name=\"photo-%u.jpg\"\nContent-Disposition: attachment; filename=\"photo-%u.jpg\"\n"
          "Content-Transfer-Encoding: base64\n\n", name, name);
  for (unsigned i = 0; i < lines; i++)
    {
      for (unsigned j = 0; j < 76; j++)
        putchar (alphabet[pick (64)]);
      putchar ('\n');
    }
  printf ("--mixed--\n");
}

static void
print_content (unsigned quotes)
{
  int html = pick (10) < 6, attachment = pick (100) < 6;

  printf ("MIME-Version: 1.0\n");
  if (attachment)
    printf ("Content-Type: multipart/mixed; boundary=mixed\n\n--mixed\n");
  if (html)
    printf ("Content-Type: multipart/alternative; boundary=alternative\n\n--alternative\n");
  printf ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n");
  print_body (quotes);
  if (html)
    {
      printf ("\n--alternative\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n");
      print_html ();
      printf ("\n--alternative--\n");
    }
  if (attachment)
    print_attachment ();
  putchar ('\n');
}

static void
print_customer (unsigned customer)
{
  printf ("\"%s %s\" <customer%u@%s>\n", first_names[customer % 12], last_names[customer / 12 % 12], customer,
          customer % 3 == 0 ? "example.org" : customer % 3 == 1 ? "example.net" : "mail.example.com");
}

static void
print_thread_mail (Thread        *thread,
                   unsigned long  id,
                   long           at)
{
  int from_staff = thread->n % 2 == 1 && pick (10) > 0;
  unsigned n = thread->n < MAX_REFERENCES ? thread->n : MAX_REFERENCES;
  const char *colleague = staff[pick (5)];

  print_separator (at);
  printf ("Received: from mail.example.org by mx.fernweh.example.com with ESMTPS id %lu; Thu, 1 Jan 2026 00:00:00 +0000\n", id);
  print_date (at);
  printf ("From: ");
  if (from_staff)
    printf ("%s <%s@fernweh.example.com>\n", colleague, colleague);
  else
    print_customer (thread->customer);
  printf ("To: ");
  if (from_staff)
    print_customer (thread->customer);
  else
    printf ("Fernweh <" MAILBOX ">\n");
  printf ("Subject: %s%s\nMessage-ID: ", thread->n > 0 ? "Re: " : "", thread->subject);
  print_id (id, from_staff);
  putchar ('\n');
  if (n > 0)
    {
      printf ("In-Reply-To: ");
      print_id (thread->ids[n - 1], thread->from_staff[n - 1]);
      printf ("\nReferences:");
      for (unsigned i = 0; i < n; i++)
        {
          printf (i > 0 ? "\n " : " ");
          print_id (thread->ids[i], thread->from_staff[i]);
        }
      putchar ('\n');
    }
  print_content (n);

  if (thread->n >= MAX_REFERENCES)
    {
      memmove (thread->ids + 1, thread->ids + 2, (MAX_REFERENCES - 2) * sizeof thread->ids[0]);
      memmove (thread->from_staff + 1, thread->from_staff + 2, (MAX_REFERENCES - 2) * sizeof thread->from_staff[0]);
      n = MAX_REFERENCES - 1;
    }
  thread->ids[n] = id;
  thread->from_staff[n] = from_staff;
  thread->n++;
  thread->left--;
}

static void
print_machine_mail (unsigned long id,
                    long          at)
{
  int newsletter = pick (2) == 0;

  print_separator (at);
  print_date (at);
  printf ("From: %s\nTo: " MAILBOX "\nSubject: %s %u\nMessage-ID: ", newsletter ? "Weekly <editor@news.example.net>" : "Parcels <noreply@parcels.example.net>",
          newsletter ? "This week: issue" : "Shipment", pick (100000));
  print_id (id, 0);
  printf ("\n%s\n", newsletter ? "List-Unsubscribe: <https://news.example.net/u>" : "Auto-Submitted: auto-generated");
  print_content (0);
}

static void
open_thread (Thread  *thread,
             unsigned customers)
{
  memset (thread, 0, sizeof *thread);
  thread->customer = pick (customers);
  /* Half are one or two mails; few are long. */
  thread->left = 1 + pick (2);
  while (thread->left < 14 && pick (10) < 6)
    thread->left++;
  snprintf (thread->subject, sizeof thread->subject, "%s %s %s %u", words[pick (50)], words[pick (50)], words[pick (50)], pick (100000));
}

int
main (int   argc,
      char *argv[])
{
  static Thread threads[MAX_OPEN];
  unsigned long n = argc > 1 ? strtoul (argv[1], NULL, 10) : 1000;
  unsigned customers = (unsigned) (n / 6 + 10);
  long at = START;

  state = 88172645463325252ull + (argc > 2 ? strtoul (argv[2], NULL, 10) : 1) * 2654435761ull;
  for (unsigned long i = 0; i < n; i++)
    {
      Thread *thread = &threads[pick (MAX_OPEN)];

      at += 1 + (long) pick (2 * 63000000u / (unsigned) (n + 1));
      if (pick (100) < 12)
        {
          print_machine_mail (i, at);
          continue;
        }
      if (thread->left == 0)
        open_thread (thread, customers);
      print_thread_mail (thread, i, at);
    }
  return fflush (stdout) == 0 ? 0 : 1;
}
