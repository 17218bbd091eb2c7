/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <malloc.h>

#include "csm-application.h"

int
main (int    argc,
      char **argv)
{
  g_autoptr (CsmApplication) application = NULL;

  /* Of its own accord the C library gives every thread megabytes of its own. */
  mallopt (M_ARENA_MAX, 2);
  /* And it puts large blocks among the small ones once a larger one was freed: lists of all cases, that come and go, would tear holes. */
  mallopt (M_MMAP_THRESHOLD, 256 * 1024);
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, CSM_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name (_("Casement"));
  application = csm_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
