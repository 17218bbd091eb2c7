/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <locale.h>
#include <signal.h>
#include <sys/stat.h>

#include <glib/gi18n-lib.h>

#include "csm-command.h"

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, CSM_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("casement-server");
  /* Whatever is written belongs to the workspace alone. */
  umask (0077);
  /* A client or a reader that goes away is an error of one write, not the end of the process. */
  signal (SIGPIPE, SIG_IGN);
  return csm_command_main (argc, argv);
}
