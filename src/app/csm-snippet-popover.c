/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-snippet-popover.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-json.h"
#include "csm-picker.h"
#include "csm-rights.h"

struct _CsmSnippetPopover
{
  GtkPopover    parent_instance;
  CsmWorkbench *workbench;  /* or NULL */
  gboolean      can_save;
  GCancellable *cancellable;
  CsmPicker    *picker;
  GtkWidget    *article;
};

enum { PICKED, SAVE, ARTICLE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmSnippetPopover, csm_snippet_popover, GTK_TYPE_POPOVER)

static gboolean
is_hinted (GPtrArray  *hints,
           const char *id)
{
  for (guint i = 0; hints != NULL && i < hints->len; i++)
    if (g_str_equal (((CsmTextHint *) hints->pdata[i])->id, id))
      return TRUE;
  return FALSE;
}

static void
add (CsmSnippetPopover *self,
     JsonObject        *text,
     const char        *subtitle)
{
  csm_picker_add (self->picker, csm_json_get_string (text, "id"), csm_json_get_string (text, "title"), subtitle, CSM_PICKER_PLAIN, NULL, FALSE);
}

static gboolean
same_language (const char *one,
               const char *other)
{
  gsize length = strcspn (one, "-_");

  return length == strcspn (other, "-_") && g_ascii_strncasecmp (one, other, length) == 0;
}

/* Whether it is for this case's team and in its customer's language, or for everybody. */
static gboolean
is_ours (CsmSnippetPopover *self,
         JsonObject        *text)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);
  const char *team_id = csm_json_get_string (text, "teamId");
  const char *language = csm_json_get_string (text, "language");
  const char *spoken = detail != NULL && detail->customer != NULL ? csm_json_get_string (detail->customer, "language") : NULL;

  if (detail == NULL || detail->record == NULL)
    return TRUE;
  if (team_id != NULL && g_strcmp0 (team_id, csm_json_get_string (detail->record, "teamId")) != 0)
    return FALSE;
  return language == NULL || spoken == NULL || same_language (language, spoken);
}

/* @ours: those that is_ours() takes, or the others */
static void
add_all (CsmSnippetPopover *self,
         GPtrArray         *texts,
         GPtrArray         *hints,
         gboolean           ours,
         const char        *kind)
{
  for (guint i = 0; texts != NULL && i < texts->len; i++)
    {
      const char *shortcut = csm_json_get_string (texts->pdata[i], "shortcut");
      g_autofree char *subtitle = NULL;

      if (is_hinted (hints, csm_json_get_string (texts->pdata[i], "id")) || is_ours (self, texts->pdata[i]) != ours)
        continue;
      if (shortcut != NULL && shortcut[0] != '\0')
        subtitle = g_strdup_printf (";%s", shortcut[0] == ';' ? shortcut + 1 : shortcut);
      add (self, texts->pdata[i], subtitle != NULL ? subtitle : kind);
    }
}

/* What fits comes first, and says why; then what this team has in the customer's language. */
static void
fill (CsmSnippetPopover *self,
      GPtrArray         *hints)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);

  csm_picker_clear (self->picker);
  if (directory == NULL)
    return;
  for (guint i = 0; hints != NULL && i < hints->len; i++)
    {
      CsmTextHint *hint = hints->pdata[i];
      JsonObject *text = csm_directory_lookup (directory, hint->id);
      g_autofree char *words = hint->words != NULL ? g_strjoinv (", ", hint->words) : g_strdup ("");
      g_autofree char *why = g_strdup_printf (_("Fits: %s"), words);

      if (text != NULL)
        add (self, text, why);
    }
  for (int other = 0; other < 2; other++)
    {
      add_all (self, directory->snippets, hints, other == 0, NULL);
      add_all (self, directory->articles, hints, other == 0, _("Article"));
    }
}

static void
start (CsmSnippetPopover *self)
{
  gboolean may = csm_rights_may (self->workbench, CSM_ACTION_WRITE_TEXTS);

  if (may && self->can_save)
    /* Translators: %s: what was typed: the title of a new snippet */
    csm_picker_set_new_label (self->picker, _("Save the text as “%s”"));
  gtk_widget_set_sensitive (self->article, may);
  csm_picker_start (self->picker, _("Insert a text…"));
}

static void
hints_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (CsmSnippetPopover) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) hints = csm_cache_suggest_texts_finish (CSM_CACHE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->workbench == NULL)
    return;
  if (hints != NULL && hints->len > 0 && gtk_widget_get_visible (GTK_WIDGET (self)))
    {
      fill (self, hints);
      start (self);
    }
}

static void
csm_snippet_popover_show (GtkWidget *widget)
{
  CsmSnippetPopover *self = CSM_SNIPPET_POPOVER (widget);
  CsmCache *cache = self->workbench != NULL ? csm_workbench_get_cache (self->workbench) : NULL;

  GTK_WIDGET_CLASS (csm_snippet_popover_parent_class)->show (widget);
  if (cache == NULL || csm_workbench_get_directory (self->workbench) == NULL || csm_workbench_get_case_id (self->workbench) == NULL)
    return;
  fill (self, NULL);
  start (self);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  csm_cache_suggest_texts_async (cache, csm_workbench_get_case_id (self->workbench), NULL, self->cancellable, hints_cb, g_object_ref (self));
}

static void
picked_cb (CsmSnippetPopover *self,
           const char        *id)
{
  gtk_popover_popdown (GTK_POPOVER (self));
  g_signal_emit (self, signals[PICKED], 0, id);
}

static void
new_cb (CsmSnippetPopover *self,
        const char        *title)
{
  gtk_popover_popdown (GTK_POPOVER (self));
  g_signal_emit (self, signals[SAVE], 0, title);
}

static void
article_cb (CsmSnippetPopover *self)
{
  gtk_popover_popdown (GTK_POPOVER (self));
  g_signal_emit (self, signals[ARTICLE], 0);
}

static void
csm_snippet_popover_dispose (GObject *object)
{
  CsmSnippetPopover *self = CSM_SNIPPET_POPOVER (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_snippet_popover_parent_class)->dispose (object);
}

static void
csm_snippet_popover_class_init (CsmSnippetPopoverClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_snippet_popover_dispose;
  GTK_WIDGET_CLASS (klass)->show = csm_snippet_popover_show;
  signals[PICKED] = g_signal_new ("picked", CSM_TYPE_SNIPPET_POPOVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SAVE] = g_signal_new ("save", CSM_TYPE_SNIPPET_POPOVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[ARTICLE] = g_signal_new ("article", CSM_TYPE_SNIPPET_POPOVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
csm_snippet_popover_init (CsmSnippetPopover *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->picker = CSM_PICKER (csm_picker_new ());
  self->article = gtk_button_new_with_mnemonic (_("_Write an Article from This Case…"));
  gtk_widget_add_css_class (self->article, "flat");
  g_signal_connect_object (self->picker, "picked", G_CALLBACK (picked_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->picker, "new", G_CALLBACK (new_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->article, "clicked", G_CALLBACK (article_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->picker));
  gtk_box_append (GTK_BOX (box), self->article);
  gtk_popover_set_child (GTK_POPOVER (self), box);
  gtk_widget_add_css_class (GTK_WIDGET (self), "picker");
}

/* What it offers when it is shown next. @can_save: there is a text that could become a snippet */
void
csm_snippet_popover_set (CsmSnippetPopover *self,
                         CsmWorkbench      *workbench,
                         gboolean           can_save)
{
  g_return_if_fail (CSM_IS_SNIPPET_POPOVER (self));
  g_set_object (&self->workbench, workbench);
  self->can_save = can_save;
}
