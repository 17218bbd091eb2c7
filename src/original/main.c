/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>

#include "csm-original-window.h"

/*
 * casement-original HTML [CID PATH]…: shows a message as it was sent. The app starts it; nobody else needs to. Its subject
 * is in CASEMENT_ORIGINAL_TITLE.
 */

#define TITLE "CASEMENT_ORIGINAL_TITLE"

typedef struct
{
  char  *title;
  char  *picture;
  char **paths;
  int    result;
} Options;

typedef struct
{
  Options         *options;
  GtkApplication  *application;
  CsmOriginalView *view;
} Shot;

static void
snapshot_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Shot *shot = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = csm_original_view_snapshot_finish (shot->view, result, &error);

  if (texture == NULL)
    g_printerr ("%s\n", error->message);
  shot->options->result = texture != NULL && gdk_texture_save_to_png (texture, shot->options->picture) ? 0 : 1;
  g_application_quit (G_APPLICATION (shot->application));
}

static void
loaded_cb (CsmOriginalView *view,
           Shot            *shot)
{
  csm_original_view_snapshot_async (view, snapshot_cb, shot);
}

static void
activate_cb (GtkApplication *application,
             Shot           *shot)
{
  Options *options = shot->options;
  g_autofree char *html = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize length = 0;

  if (!g_file_get_contents (options->paths[0], &html, &length, &error))
    {
      g_printerr ("%s\n", error->message);
      options->result = 1;
      return;
    }
  bytes = g_bytes_new_take (g_steal_pointer (&html), length);
  shot->application = application;
  shot->view = CSM_ORIGINAL_VIEW (csm_original_view_new (bytes));
  for (guint i = 1; options->paths[i] != NULL && options->paths[i + 1] != NULL; i += 2)
    csm_original_view_add_file (shot->view, options->paths[i], options->paths[i + 1]);
  if (options->picture != NULL)
    g_signal_connect (shot->view, "loaded", G_CALLBACK (loaded_cb), shot);
  gtk_window_present (GTK_WINDOW (csm_original_window_new (application, options->title != NULL ? options->title : _("Original"), shot->view)));
  csm_original_view_load (shot->view);
}

int
main (int    argc,
      char **argv)
{
  Options options = { NULL };
  Shot shot = { &options, NULL, NULL };
  GOptionEntry entries[] = {
    { "picture", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &options.picture, NULL, NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.paths, NULL, NULL },
    { NULL },
  };
  const char *title = g_getenv (TITLE);
  g_autoptr (GOptionContext) context = g_option_context_new (_("HTML [CID PATH]…"));
  g_autoptr (AdwApplication) application = NULL;
  g_autoptr (GError) error = NULL;
  int result;

  options.title = title != NULL && title[0] != '\0' ? g_utf8_make_valid (title, -1) : NULL;
  /* What draws the message need not have it. */
  g_unsetenv (TITLE);
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, CSM_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, &error) || options.paths == NULL)
    {
      g_printerr ("%s\n", error != NULL ? error->message : _("Which message?"));
      return 2;
    }
  application = adw_application_new (CSM_APP_ID ".Original", G_APPLICATION_NON_UNIQUE);
  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), &shot);
  result = g_application_run (G_APPLICATION (application), 1, argv);
  g_free (options.title);
  g_free (options.picture);
  g_strfreev (options.paths);
  return result != 0 ? result : options.result;
}
