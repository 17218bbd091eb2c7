/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-paste.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

/* A picture is large with more pixels on a side, or more bytes. */
#define LARGE_SIDE 2400
#define LARGE_BYTES (2 * 1024 * 1024)
#define SMALL_SIDE 1600
/* What a picture of the clipboard is written into begins like that. */
#define OWN "casement-paste-"

typedef struct
{
  GtkTextView  *view;  /* borrowed: this is its own */
  CsmPasteFunc  take;
  gpointer      data;
} Paste;

/* --- pictures ----------------------------------------------------------------------------------------------- */

static GFile *
own_file (const char  *name,
          GError     **error)
{
  g_autofree char *folder = g_dir_make_tmp (OWN "XXXXXX", error);

  return folder != NULL ? g_file_new_build_filename (folder, name, NULL) : NULL;
}

/* Removes the file that a pasted picture was in. Anything else stays. */
void
csm_paste_done (GFile *file)
{
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autofree char *name = folder != NULL ? g_file_get_basename (folder) : NULL;

  if (name == NULL || !g_str_has_prefix (name, OWN))
    return;
  g_file_delete (file, NULL, NULL);
  g_file_delete (folder, NULL, NULL);
}

static void
write_cb (GTask        *task,
          gpointer      source,
          gpointer      data,
          GCancellable *cancellable)
{
  GdkTexture *texture = data;
  g_autoptr (GBytes) bytes = gdk_texture_save_to_png_bytes (texture);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *when = g_date_time_format (now, "%F %H-%M-%S");
  /* Translators: the name of a file: a picture that was pasted, and when */
  g_autofree char *name = g_strdup_printf (_("Picture %s.png"), when);
  GError *error = NULL;
  g_autoptr (GFile) file = NULL;

  g_strdelimit (name, "/", '-');
  file = own_file (name, &error);
  if (file == NULL || !g_file_replace_contents (file, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL, FALSE,
                                                G_FILE_CREATE_PRIVATE, NULL, NULL, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_object_set_data (G_OBJECT (file), "is-large",
                     GINT_TO_POINTER (gdk_texture_get_width (texture) > LARGE_SIDE || gdk_texture_get_height (texture) > LARGE_SIDE ||
                                      g_bytes_get_size (bytes) > LARGE_BYTES));
  g_task_return_pointer (task, g_steal_pointer (&file), g_object_unref);
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Paste *self = g_object_get_data (source, "csm-paste");
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = g_task_propagate_pointer (G_TASK (result), &error);

  if (file != NULL && self != NULL)
    self->take (file, g_object_get_data (G_OBJECT (file), "is-large") != NULL, self->data);
  else if (file != NULL)
    csm_paste_done (file);
  else
    g_warning ("A picture can't be pasted: %s", error->message);
}

/* Writing a large one takes a while. */
static void
take_texture (Paste      *self,
              GdkTexture *texture)
{
  g_autoptr (GTask) task = g_task_new (self->view, NULL, written_cb, NULL);

  g_task_set_task_data (task, g_object_ref (texture), g_object_unref);
  g_task_run_in_thread (task, write_cb);
}

static void
shrink_cb (GTask        *task,
           gpointer      source,
           gpointer      data,
           GCancellable *cancellable)
{
  g_autofree char *path = g_file_get_path (G_FILE (source));
  GError *error = NULL;
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_file_at_scale (path, SMALL_SIDE, SMALL_SIDE, TRUE, &error);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = NULL;
  g_autofree char *to = NULL;
  g_autoptr (GFile) file = NULL;

  if (g_str_has_suffix (base, ".png"))
    base[strlen (base) - strlen (".png")] = '\0';
  name = g_strconcat (base, ".jpg", NULL);
  file = pixbuf != NULL ? own_file (name, &error) : NULL;
  to = file != NULL ? g_file_get_path (file) : NULL;
  if (to == NULL || !gdk_pixbuf_save (pixbuf, to, "jpeg", &error, "quality", "85", NULL))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&file), g_object_unref);
}

/**
 * csm_paste_shrink_async:
 * @file: a picture that was pasted
 * @callback: called when it is done
 * @data: for @callback
 *
 * Makes a smaller one of it, for a mail. @file is to stay until then.
 */
void
csm_paste_shrink_async (GFile               *file,
                        GAsyncReadyCallback  callback,
                        gpointer             data)
{
  g_autoptr (GTask) task = g_task_new (file, NULL, callback, data);

  g_task_run_in_thread (task, shrink_cb);
}

/* Returns: (transfer full): the smaller picture, for csm_paste_done() in the end */
GFile *
csm_paste_shrink_finish (GAsyncResult  *result,
                         GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- text --------------------------------------------------------------------------------------------------- */

/* A blank that doesn't break: between digits and before French signs it is no leftover of a page. */
static gboolean
is_meant (GString    *before,
          const char *at)
{
  gunichar next = g_utf8_get_char (g_utf8_next_char (at));
  gboolean digits = before->len > 0 && g_ascii_isdigit (before->str[before->len - 1]) && next < 128 && g_ascii_isdigit (next);

  return digits || (next != 0 && g_utf8_strchr (":;!?»%€", -1, next) != NULL) || g_str_has_suffix (before->str, "«");
}

/**
 * csm_paste_tidy:
 * @text: what some program gave, valid UTF-8
 *
 * Without what can't be seen and only disturbs: ends of lines of other systems, blanks that don't break and those at the
 * ends of lines, marks of other programs.
 *
 * Returns: (transfer full): the text
 */
char *
csm_paste_tidy (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c == '\r' && at[1] == '\n')
        continue;
      if (c == '\r' || c == 0x2028 || c == 0x2029 || c == '\v' || c == '\f')
        c = '\n';
      else if ((c == 0xa0 || c == 0x202f || c == 0x2007) && !is_meant (out, at))
        c = ' ';
      else if (c == 0xfffc || c == 0xfeff || c == 0x200b || c == 0xad || (c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
        continue;
      while (c == '\n' && out->len > 0 && (out->str[out->len - 1] == ' ' || out->str[out->len - 1] == '\t'))
        g_string_truncate (out, out->len - 1);
      g_string_append_unichar (out, c);
    }
  return g_string_free (out, FALSE);
}

/* An address that is pasted over words becomes where they lead. */
static gboolean
paste_link (GtkTextBuffer *buffer,
            const char    *text)
{
  GtkTextIter start;
  GtkTextIter end;
  g_autofree char *words = NULL;
  g_autofree char *link = NULL;

  if ((!g_str_has_prefix (text, "https://") && !g_str_has_prefix (text, "http://")) || strpbrk (text, " \n\t<>\"[]") != NULL ||
      !gtk_text_buffer_get_selection_bounds (buffer, &start, &end))
    return FALSE;
  words = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  if (strpbrk (words, "\n[]") != NULL || g_strstrip (words)[0] == '\0' || strstr (words, "://") != NULL)
    return FALSE;
  link = g_strdup_printf ("[%s](%s)", words, text);
  gtk_text_buffer_delete_selection (buffer, TRUE, TRUE);
  gtk_text_buffer_insert_interactive_at_cursor (buffer, link, -1, TRUE);
  return TRUE;
}

static void
text_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (GtkTextView) view = data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
  g_autofree char *tidy = text != NULL ? csm_paste_tidy (text) : NULL;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);

  if (tidy == NULL)
    return;
  gtk_text_buffer_begin_user_action (buffer);
  if (!paste_link (buffer, tidy))
    {
      gtk_text_buffer_delete_selection (buffer, TRUE, gtk_text_view_get_editable (view));
      gtk_text_buffer_insert_interactive_at_cursor (buffer, tidy, -1, gtk_text_view_get_editable (view));
    }
  gtk_text_buffer_end_user_action (buffer);
  gtk_text_view_scroll_mark_onscreen (view, gtk_text_buffer_get_insert (buffer));
}

/* --- the clipboard ------------------------------------------------------------------------------------------ */

static void
texture_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GtkTextView) view = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = gdk_clipboard_read_texture_finish (GDK_CLIPBOARD (source), result, &error);
  Paste *self = g_object_get_data (G_OBJECT (view), "csm-paste");

  if (texture != NULL && self != NULL)
    take_texture (self, texture);
  else if (error != NULL)
    g_message ("The clipboard gives no picture: %s", error->message);
}

static void
files_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (GtkTextView) view = data;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, NULL);
  Paste *self = g_object_get_data (G_OBJECT (view), "csm-paste");
  gboolean any = FALSE;

  for (GSList *l = value != NULL ? g_value_get_boxed (value) : NULL; l != NULL && self != NULL; l = l->next)
    if (g_file_is_native (l->data))
      {
        self->take (l->data, FALSE, self->data);
        any = TRUE;
      }
  /* The address of a page is no file. */
  if (!any)
    gdk_clipboard_read_text_async (GDK_CLIPBOARD (source), NULL, text_cb, g_object_ref (view));
}

/* Text where there is some: many programs give a picture of it as well. */
static void
paste_cb (GtkTextView *view)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (view));
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);

  if (!gtk_text_view_get_editable (view))
    return;
  g_signal_stop_emission_by_name (view, "paste-clipboard");
  if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST) || gdk_content_formats_contain_mime_type (formats, "text/uri-list"))
    gdk_clipboard_read_value_async (clipboard, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL, files_cb, g_object_ref (view));
  else if (gdk_content_formats_contain_gtype (formats, G_TYPE_STRING) || gdk_content_formats_contain_mime_type (formats, "text/plain") ||
           gdk_content_formats_contain_mime_type (formats, "text/plain;charset=utf-8"))
    gdk_clipboard_read_text_async (clipboard, NULL, text_cb, g_object_ref (view));
  else if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_TEXTURE) || gdk_content_formats_contain_mime_type (formats, "image/png"))
    gdk_clipboard_read_texture_async (clipboard, NULL, texture_cb, g_object_ref (view));
  else
    gdk_clipboard_read_text_async (clipboard, NULL, text_cb, g_object_ref (view));
}

static gboolean
drop_cb (GtkDropTarget *target,
         const GValue  *value,
         double         x,
         double         y,
         Paste         *self)
{
  if (!G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    return FALSE;
  take_texture (self, g_value_get_object (value));
  return TRUE;
}

/**
 * csm_paste_attach:
 * @view: where somebody writes
 * @take: called for each file and picture that is pasted, and for each picture that is dropped; while @view lives
 * @data: for @take
 *
 * What is pasted is text without anything else; what isn't text goes along.
 */
void
csm_paste_attach (GtkTextView  *view,
                  CsmPasteFunc  take,
                  gpointer      data)
{
  Paste *self = g_new0 (Paste, 1);
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_TEXTURE, GDK_ACTION_COPY);

  self->view = view;
  self->take = take;
  self->data = data;
  g_object_set_data_full (G_OBJECT (view), "csm-paste", self, g_free);
  g_signal_connect (view, "paste-clipboard", G_CALLBACK (paste_cb), NULL);
  g_signal_connect (drop, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (view), GTK_EVENT_CONTROLLER (drop));
}
