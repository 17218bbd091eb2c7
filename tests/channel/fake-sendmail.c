/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
/*
 * A command that sends mail, for tests. What it does is its first argument; then comes the folder where it leaves the
 * mail and the addresses it was given; then the addresses.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
main (int   argc,
      char *argv[])
{
  char path[4096], buffer[65536];
  FILE *mail, *to;
  size_t n;

  if (argc < 3)
    return 64;
  snprintf (path, sizeof path, "%s/mail-%d", argv[2], (int) getpid ());
  mail = fopen (path, "w");
  while (mail != NULL && (n = fread (buffer, 1, sizeof buffer, stdin)) > 0)
    fwrite (buffer, 1, n, mail);
  if (mail == NULL || fclose (mail) != 0)
    return 74;
  snprintf (path, sizeof path, "%s/to-%d", argv[2], (int) getpid ());
  to = fopen (path, "w");
  for (int i = 3; to != NULL && i < argc; i++)
    fprintf (to, "%s\n", argv[i]);
  if (to == NULL || fclose (to) != 0)
    return 74;

  if (strcmp (argv[1], "accept") == 0)
    return 0;
  if (strcmp (argv[1], "later") == 0)
    return puts ("connecting\n451 4.7.1 Greylisted, come back"), 75;
  if (strcmp (argv[1], "later-by-code") == 0)
    return puts ("server said: 452 4.2.2 Mailbox full"), 1;
  if (strcmp (argv[1], "refuse") == 0)
    return fputs ("550 5.1.1 No such user\n", stderr), 1;
  if (strcmp (argv[1], "die") == 0)
    abort ();
  if (strcmp (argv[1], "hang") == 0)
    pause ();
  return 64;
}
