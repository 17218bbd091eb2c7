/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <gtk/gtk.h>

/* A document as hostile as can be: the program shows it, and does nothing that it asks for. */

static const char *const hostile =
  "<html><head><meta http-equiv='refresh' content='0;url=http://127.0.0.1:%1$u/refresh'><link rel='stylesheet' href='http://127.0.0.1:%1$u/style'>"
  "<script>document.documentElement.innerHTML = '<body style=\"background:#ff0000\">'</script>"
  "<style>@import url(http://127.0.0.1:%1$u/import); body { margin: 0; background: #00ff00 url(http://127.0.0.1:%1$u/background) }</style></head>"
  "<body onload='document.body.style.background=\"#ff0000\"'><img src='cid:dot@example.org' style='width:300px;height:300px;display:block'>"
  "<img src='http://127.0.0.1:%1$u/track.png'><iframe src='http://127.0.0.1:%1$u/frame'></iframe>"
  "<object data='http://127.0.0.1:%1$u/object'></object><video src='http://127.0.0.1:%1$u/video' autoplay></video></body></html>";

static gboolean
knocked_cb (GSocketService    *service,
            GSocketConnection *connection,
            GObject           *source,
            guint             *knocks)
{
  (*knocks)++;
  return TRUE;
}

static void
write_dot (const char *path)
{
  g_autoptr (GdkPixbuf) dot = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 4, 4);
  g_autoptr (GError) error = NULL;

  gdk_pixbuf_fill (dot, 0x0000ffff);
  gdk_pixbuf_save (dot, path, "png", &error, NULL);
  g_assert_no_error (error);
}

static guint32
pixel_at (GdkPixbuf *picture,
          int        x,
          int        y)
{
  const guchar *pixel = gdk_pixbuf_read_pixels (picture) + y * gdk_pixbuf_get_rowstride (picture) + x * gdk_pixbuf_get_n_channels (picture);

  return (guint32) (pixel[0] << 16 | pixel[1] << 8 | pixel[2]);
}

static void
ended_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static gboolean
can_confine (void)
{
  const char *argv[] = { "bwrap", "--ro-bind", "/", "/", "--proc", "/proc", "--unshare-pid", "true", NULL };
  g_autoptr (GSubprocess) process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL);

  return process != NULL && g_subprocess_wait_check (process, NULL, NULL);
}

static void
test_hostile (void)
{
  g_autofree char *dir = g_dir_make_tmp ("casement-original-XXXXXX", NULL);
  g_autofree char *html = g_build_filename (dir, "a.html", NULL);
  g_autofree char *dot = g_build_filename (dir, "dot.png", NULL);
  g_autofree char *shot = g_build_filename (dir, "shot.png", NULL);
  g_autofree char *option = g_strdup_printf ("--picture=%s", shot);
  const char *argv[] = { g_getenv ("CASEMENT_ORIGINAL"), option, html, "dot@example.org", dot, NULL };
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GdkPixbuf) picture = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gboolean ended = FALSE;
  guint knocks = 0;
  guint port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, &error);

  g_assert_no_error (error);
  g_signal_connect (service, "incoming", G_CALLBACK (knocked_cb), &knocks);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  text = g_strdup_printf (hostile, port);
#pragma GCC diagnostic pop
  g_assert_true (g_file_set_contents (html, text, -1, NULL));
  write_dot (dot);
  g_setenv ("CASEMENT_ORIGINAL_TITLE", "Hostile & <b>", TRUE);
  process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_NONE, &error);
  g_assert_no_error (error);
  g_subprocess_wait_async (process, NULL, ended_cb, &ended);
  while (!ended)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  g_assert_cmpuint (knocks, ==, 0);
  picture = gdk_pixbuf_new_from_file (shot, &error);
  g_assert_no_error (error);
  g_assert_cmphex (pixel_at (picture, 150, 150), ==, 0x0000ff);
  g_assert_cmphex (pixel_at (picture, 600, 20), ==, 0x00ff00);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* What is tested is what the program does; the prison around WebKit's processes needs rights that a container may not give. */
  if (!can_confine ())
    g_setenv ("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1", TRUE);
  g_test_add_func ("/original/hostile", test_hostile);
  return g_test_run ();
}
