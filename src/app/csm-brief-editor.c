/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-brief-editor.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-brief-text.h"
#include "csm-json.h"
#include "csm-text-card.h"
#include "csm-time.h"

/* What is assembled is taken from so much of the conversation. */
#define ENTRIES 400

struct _CsmBriefEditor
{
  AdwBin        parent_instance;
  CsmWorkbench *workbench;
  GCancellable *cancellable;
  char         *case_id;
  CsmTextCard  *cards[CSM_BRIEF_N_PARTS];
  char         *saved[CSM_BRIEF_N_PARTS];
  GtkWidget    *hint;
};

G_DEFINE_FINAL_TYPE (CsmBriefEditor, csm_brief_editor, ADW_TYPE_BIN)

static void
update_ready (CsmBriefEditor *self)
{
  CsmSheet *sheet = csm_sheet_of (GTK_WIDGET (self));
  gboolean changed = FALSE;

  for (guint i = 0; i < CSM_BRIEF_N_PARTS; i++)
    {
      g_autofree char *text = csm_text_card_dup_text (self->cards[i]);

      changed |= g_strcmp0 (text, self->saved[i]) != 0;
    }
  if (sheet == NULL)
    return;
  csm_sheet_set_ready (sheet, changed, _("Nothing was changed"));
  csm_sheet_set_unsaved (sheet, changed);
}

static void
save (CsmBriefEditor *self)
{
  CsmIntent *intent = csm_intent_new (_("Write the brief"));
  JsonObject *patch = json_object_new ();

  for (guint i = 0; i < CSM_BRIEF_N_PARTS; i++)
    {
      g_autofree char *text = csm_text_card_dup_text (self->cards[i]);
      g_autofree char *member = g_strconcat ("brief/", csm_brief_key (i), NULL);
      JsonObject *part;

      if (g_strcmp0 (text, self->saved[i]) == 0)
        continue;
      if (text[0] == '\0')
        {
          json_object_set_null_member (patch, member);
          continue;
        }
      part = json_object_new ();
      json_object_set_string_member (part, "text", text);
      json_object_set_string_member (part, "by", csm_workbench_get_my_id (self->workbench));
      csm_json_set_time (part, "at", csm_time_now ());
      json_object_set_object_member (patch, member, part);
    }
  csm_intent_update (intent, CSM_TYPE_ID_CASE, self->case_id, patch);
  csm_workbench_perform (self->workbench, intent, _("Brief saved"));
}

static void
done_cb (CsmBriefEditor *self,
         CsmSheet       *sheet)
{
  save (self);
  gtk_window_destroy (GTK_WINDOW (sheet));
}

/* What a person wrote stays; what was assembled comes below it, where there is something new. */
static void
take (CsmBriefEditor *self,
      guint           part,
      const char     *found)
{
  g_autofree char *text = csm_text_card_dup_text (self->cards[part]);
  g_auto (GStrv) lines = g_strsplit (found, "\n", -1);
  g_autoptr (GString) all = g_string_new (text);

  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '\0' && strstr (all->str, lines[i]) == NULL)
      g_string_append_printf (all, "%s%s", all->len > 0 ? "\n" : "", lines[i]);
  csm_text_card_set_text (self->cards[part], all->str);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmBriefEditor) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmCaseDetail) detail = csm_cache_load_case_finish (CSM_CACHE (source), result, &error);

  if (self->workbench == NULL || detail == NULL || detail->record == NULL)
    return;
  for (guint i = 0; i < CSM_BRIEF_N_PARTS; i++)
    {
      g_autofree char *found = csm_brief_assemble (self->workbench, detail, i);

      take (self, i, found);
    }
  gtk_widget_set_visible (self->hint, TRUE);
}

/* Puts in what the case has: to be checked, not saved yet. */
void
csm_brief_editor_fill (CsmBriefEditor *self)
{
  g_return_if_fail (CSM_IS_BRIEF_EDITOR (self));
  csm_cache_load_case_async (csm_workbench_get_cache (self->workbench), self->case_id, CSM_TIME_NONE, ENTRIES, self->cancellable, loaded_cb,
                             g_object_ref (self));
}

static void
csm_brief_editor_dispose (GObject *object)
{
  CsmBriefEditor *self = CSM_BRIEF_EDITOR (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_brief_editor_parent_class)->dispose (object);
}

static void
csm_brief_editor_finalize (GObject *object)
{
  CsmBriefEditor *self = CSM_BRIEF_EDITOR (object);

  g_clear_object (&self->cancellable);
  g_free (self->case_id);
  for (guint i = 0; i < CSM_BRIEF_N_PARTS; i++)
    g_free (self->saved[i]);
  G_OBJECT_CLASS (csm_brief_editor_parent_class)->finalize (object);
}

static void
csm_brief_editor_class_init (CsmBriefEditorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_brief_editor_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_brief_editor_finalize;
}

static void
csm_brief_editor_init (CsmBriefEditor *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *fill = gtk_button_new_with_mnemonic (_("_Fill From the Case"));

  self->cancellable = g_cancellable_new ();
  self->hint = gtk_label_new (_("Taken from the conversation, the discussion and the tasks. Please check it, then save."));
  gtk_label_set_wrap (GTK_LABEL (self->hint), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->hint), 0.5);
  gtk_label_set_justify (GTK_LABEL (self->hint), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (self->hint, "dim-label");
  gtk_widget_set_visible (self->hint, FALSE);
  gtk_widget_set_halign (fill, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (fill, "pill");
  gtk_widget_add_css_class (fill, "small-pill");
  g_signal_connect_swapped (fill, "clicked", G_CALLBACK (csm_brief_editor_fill), self);
  gtk_box_append (GTK_BOX (top), fill);
  gtk_box_append (GTK_BOX (top), self->hint);
  gtk_box_append (GTK_BOX (box), top);
  for (guint i = 0; i < CSM_BRIEF_N_PARTS; i++)
    {
      GtkWidget *group = adw_preferences_group_new ();

      self->cards[i] = CSM_TEXT_CARD (csm_text_card_new (csm_brief_title (i), csm_brief_question (i)));
      csm_text_card_set_height (self->cards[i], 60);
      adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), csm_brief_title (i));
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self->cards[i]));
      g_signal_connect_object (self->cards[i], "changed", G_CALLBACK (update_ready), self, G_CONNECT_SWAPPED);
      gtk_box_append (GTK_BOX (box), group);
    }
  adw_bin_set_child (ADW_BIN (self), box);
}

/**
 * csm_brief_editor_present:
 * @from: a widget of the window
 * @workbench: its workbench, with a case open
 * @assemble: whether to begin with what the case has
 *
 * Returns: (transfer none): the sheet with the open case's brief
 */
CsmSheet *
csm_brief_editor_present (GtkWidget    *from,
                          CsmWorkbench *workbench,
                          gboolean      assemble)
{
  CsmBriefEditor *self = g_object_new (CSM_TYPE_BRIEF_EDITOR, NULL);
  CsmCaseDetail *detail = csm_workbench_get_detail (workbench);
  JsonObject *brief = detail != NULL && detail->record != NULL ? csm_json_get_object (detail->record, "brief") : NULL;
  CsmSheet *sheet = csm_sheet_new (from, _("Brief"), GTK_WIDGET (self));

  self->workbench = g_object_ref (workbench);
  self->case_id = g_strdup (csm_workbench_get_case_id (workbench));
  for (guint i = 0; i < CSM_BRIEF_N_PARTS; i++)
    {
      JsonObject *part = brief != NULL ? csm_json_get_object (brief, csm_brief_key (i)) : NULL;
      const char *text = part != NULL ? csm_json_get_string (part, "text") : NULL;

      self->saved[i] = g_strdup (text != NULL ? text : "");
      csm_text_card_set_text (self->cards[i], text);
    }
  csm_sheet_set_action (sheet, _("_Save"));
  g_signal_connect_object (sheet, "done", G_CALLBACK (done_cb), self, G_CONNECT_SWAPPED);
  update_ready (self);
  if (assemble)
    csm_brief_editor_fill (self);
  gtk_window_present (GTK_WINDOW (sheet));
  return sheet;
}
