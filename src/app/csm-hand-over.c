/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-hand-over.h"

#include <glib/gi18n.h>

#include "csm-brief-editor.h"
#include "csm-brief-text.h"
#include "csm-format.h"
#include "csm-json.h"
#include "csm-person.h"
#include "csm-picker.h"
#include "csm-task.h"
#include "csm-text-card.h"
#include "csm-time.h"

struct _CsmHandOver
{
  AdwBin         parent_instance;
  CsmWorkbench  *workbench;
  char          *case_id;
  char          *to_id;      /* a person's or a team's; NULL: nobody is chosen yet */
  GtkWidget     *box;
  GtkMenuButton *to_button;
  GtkLabel      *to_label;
  AdwAvatar     *to_avatar;
  GtkWidget     *escalate;   /* NULL: the team has nobody above it */
  CsmTextCard   *note;
};

G_DEFINE_FINAL_TYPE (CsmHandOver, csm_hand_over, ADW_TYPE_BIN)

static JsonObject *
get_case (CsmHandOver *self)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);

  return detail != NULL ? detail->record : NULL;
}

/* --- doing it ---------------------------------------------------------------------------------------------- */

/* To a team it belongs to nobody there yet: somebody takes it. */
static JsonObject *
create_patch (CsmHandOver *self)
{
  JsonObject *patch = json_object_new ();
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  JsonObject *person = self->to_id[0] == 'p' && directory != NULL ? csm_directory_lookup (directory, self->to_id) : NULL;
  JsonObject *teams = person != NULL ? csm_json_get_object (person, "teamIds") : NULL;
  const char *team_id = csm_json_get_string (get_case (self), "teamId");

  if (person == NULL)
    {
      json_object_set_string_member (patch, "teamId", self->to_id);
      json_object_set_null_member (patch, "ownerId");
      return patch;
    }
  json_object_set_string_member (patch, "ownerId", self->to_id);
  /* Where they are of another team the case goes with them; of several, nobody can know which. */
  if (teams != NULL && json_object_get_size (teams) == 1 && (team_id == NULL || !json_object_has_member (teams, team_id)))
    {
      g_autoptr (GList) ids = json_object_get_members (teams);

      json_object_set_string_member (patch, "teamId", ids->data);
    }
  return patch;
}

static void
hand_over (CsmHandOver *self)
{
  CsmIntent *intent = csm_intent_new (_("Hand over"));
  const char *name = csm_workbench_get_name (self->workbench, self->to_id);
  g_autofree char *text = csm_text_card_dup_text (self->note);
  g_autofree char *said = g_strdup_printf (_("Handed over to %s"), name != NULL ? name : self->to_id);
  /* Translators: what stands at the beginning of the note to who takes the case over */
  g_autofree char *body = g_strdup_printf (self->to_id[0] == 'p' ? _("@%s, the case is yours.") : _("The case is with %s now."), name != NULL ? name : "?");
  g_autofree char *whole = text[0] != '\0' ? g_strdup_printf ("%s\n\n%s", body, text) : g_strdup (body);
  JsonObject *comment = json_object_new ();
  g_autofree char *id = NULL;

  csm_intent_update (intent, CSM_TYPE_ID_CASE, self->case_id, create_patch (self));
  json_object_set_string_member (comment, "kind", "handOver");
  json_object_set_string_member (comment, "caseId", self->case_id);
  json_object_set_string_member (comment, "body", whole);
  if (self->to_id[0] == 'p')
    {
      JsonObject *mentions = json_object_new ();

      json_object_set_boolean_member (mentions, self->to_id, TRUE);
      json_object_set_object_member (comment, "mentions", mentions);
    }
  id = csm_intent_create (intent, CSM_TYPE_ID_COMMENT, comment);
  csm_workbench_perform (self->workbench, intent, said);
}

static void
done_cb (CsmHandOver *self,
         CsmSheet    *sheet)
{
  if (self->to_id == NULL || get_case (self) == NULL)
    return;
  hand_over (self);
  gtk_window_destroy (GTK_WINDOW (sheet));
}

/* --- to whom ----------------------------------------------------------------------------------------------- */

/* @id: a person's or a team's */
void
csm_hand_over_choose (CsmHandOver *self,
                      const char  *id)
{
  const char *name = csm_workbench_get_name (self->workbench, id);
  CsmSheet *sheet = csm_sheet_of (GTK_WIDGET (self));

  g_return_if_fail (CSM_IS_HAND_OVER (self));
  g_free (self->to_id);
  self->to_id = g_strdup (id);
  gtk_label_set_text (self->to_label, name != NULL ? name : _("Choose…"));
  adw_avatar_set_text (self->to_avatar, name);
  gtk_widget_set_visible (GTK_WIDGET (self->to_avatar), id != NULL && id[0] == 'p');
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->to_button), GTK_ACCESSIBLE_PROPERTY_LABEL, name != NULL ? name : _("To whom"), -1);
  if (sheet != NULL)
    csm_sheet_set_ready (sheet, id != NULL, _("Choose a person or a team first"));
}

static void
picked_cb (CsmHandOver *self,
           const char  *id)
{
  g_autofree char *chosen = g_strdup (id);

  gtk_menu_button_popdown (self->to_button);
  csm_hand_over_choose (self, chosen);
}

static void
escalate_cb (CsmHandOver *self,
             GtkWidget   *button)
{
  csm_hand_over_choose (self, g_object_get_data (G_OBJECT (button), "team-id"));
}

static void
fill_picker (CsmHandOver *self,
             CsmPicker   *picker)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  const char *owner_id = csm_json_get_string (get_case (self), "ownerId");
  const char *team_id = csm_json_get_string (get_case (self), "teamId");
  gint64 now = csm_time_now ();

  for (guint i = 0; directory != NULL && i < directory->people->len; i++)
    {
      JsonObject *person = directory->people->pdata[i];
      const char *id = csm_json_get_string (person, "id");
      gboolean away = csm_person_is_away (person, now);

      if (g_strcmp0 (id, owner_id) != 0 && csm_person_is_staff (person))
        csm_picker_add (picker, id, csm_json_get_string (person, "name"), away ? _("Away") : NULL, CSM_PICKER_PERSON, NULL, FALSE);
    }
  for (guint i = 0; directory != NULL && i < directory->teams->len; i++)
    {
      JsonObject *team = directory->teams->pdata[i];
      const char *id = csm_json_get_string (team, "id");

      if (g_strcmp0 (id, team_id) != 0 && g_strcmp0 (csm_json_get_string (team, "department"), "partner") != 0)
        csm_picker_add (picker, id, csm_json_get_string (team, "name"), _("Team"), CSM_PICKER_PLAIN, NULL, FALSE);
    }
}

static void
create_popover_cb (GtkMenuButton *button,
                   gpointer       data)
{
  CsmHandOver *self = data;
  GtkWidget *popover = gtk_popover_new ();
  CsmPicker *picker = CSM_PICKER (csm_picker_new ());

  fill_picker (self, picker);
  g_signal_connect_object (picker, "picked", G_CALLBACK (picked_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_css_class (popover, "picker");
  gtk_popover_set_child (GTK_POPOVER (popover), GTK_WIDGET (picker));
  gtk_menu_button_set_popover (button, popover);
  csm_picker_start (picker, _("Who takes over?"));
}

/* --- what is shown ----------------------------------------------------------------------------------------- */

static GtkWidget *
create_text (const char *text,
             gboolean    dim)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (dim)
    gtk_widget_add_css_class (label, "dim-label");
  return label;
}

/* Somebody who may be asked about it later finds the same on the case page. */
static void
add_group (CsmHandOver *self,
           const char  *title,
           GtkWidget   *content)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), content);
  gtk_box_append (GTK_BOX (self->box), group);
}

static void
add_open (CsmHandOver *self)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);
  GtkWidget *list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gint64 due = csm_json_get_time (detail->record, "dueAt");

  for (guint i = 0; detail->tasks != NULL && i < detail->tasks->len; i++)
    if (csm_task_is_open (detail->tasks->pdata[i]))
      {
        g_autofree char *line = g_strdup_printf ("• %s", csm_json_get_string (detail->tasks->pdata[i], "title"));

        gtk_box_append (GTK_BOX (list), create_text (line, FALSE));
      }
  if (due != CSM_TIME_NONE)
    {
      g_autofree char *when = csm_format_when_long (due);
      g_autofree char *line = g_strdup_printf (_("Due: %s"), when);

      gtk_box_append (GTK_BOX (list), create_text (line, FALSE));
    }
  if (gtk_widget_get_first_child (list) == NULL)
    gtk_box_append (GTK_BOX (list), create_text (_("No tasks are open."), TRUE));
  gtk_widget_add_css_class (list, "card");
  gtk_widget_add_css_class (list, "brief");
  add_group (self, _("Still Open"), list);
}

static void
brief_cb (CsmHandOver *self)
{
  csm_brief_editor_present (GTK_WIDGET (self), self->workbench, csm_json_get_object (get_case (self), "brief") == NULL);
}

static void
add_brief (CsmHandOver *self)
{
  g_autofree char *words = csm_brief_in_words (get_case (self));
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *button = gtk_button_new_with_mnemonic (words != NULL ? _("_Edit the Brief…") : _("_Write the Brief…"));

  gtk_box_append (GTK_BOX (card), create_text (words != NULL ? words : _("There is no brief yet. Who takes over would have to read it all."), words == NULL));
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_add_css_class (button, "pill");
  gtk_widget_add_css_class (button, "small-pill");
  g_signal_connect_object (button, "clicked", G_CALLBACK (brief_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (card), button);
  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, "brief");
  add_group (self, _("Brief"), card);
}

static void
add_whom (CsmHandOver *self)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  const char *team_id = csm_json_get_string (get_case (self), "teamId");
  JsonObject *team = team_id != NULL && directory != NULL ? csm_directory_lookup (directory, team_id) : NULL;
  const char *above = team != NULL ? csm_json_get_string (team, "escalatesTo") : NULL;
  const char *name = csm_workbench_get_name (self->workbench, above);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *group = adw_preferences_group_new ();

  self->to_button = GTK_MENU_BUTTON (gtk_menu_button_new ());
  self->to_label = GTK_LABEL (gtk_label_new (_("Choose…")));
  self->to_avatar = ADW_AVATAR (adw_avatar_new (22, NULL, TRUE));
  gtk_label_set_ellipsize (self->to_label, PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (content), GTK_WIDGET (self->to_avatar));
  gtk_box_append (GTK_BOX (content), GTK_WIDGET (self->to_label));
  gtk_menu_button_set_child (self->to_button, content);
  gtk_menu_button_set_always_show_arrow (self->to_button, TRUE);
  gtk_menu_button_set_create_popup_func (self->to_button, create_popover_cb, self, NULL);
  gtk_widget_set_valign (GTK_WIDGET (self->to_button), GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (GTK_WIDGET (self->to_button), "flat");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _("To"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), GTK_WIDGET (self->to_button));
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), GTK_WIDGET (self->to_button));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  if (name != NULL)
    {
      g_autofree char *label = g_strdup_printf (_("_Escalate to %s"), name);

      self->escalate = gtk_button_new_with_mnemonic (label);
      g_object_set_data_full (G_OBJECT (self->escalate), "team-id", g_strdup (above), g_free);
      g_signal_connect_object (self->escalate, "clicked", G_CALLBACK (escalate_cb), self, G_CONNECT_SWAPPED);
      gtk_widget_set_halign (self->escalate, GTK_ALIGN_START);
      gtk_widget_set_margin_top (self->escalate, 9);
      gtk_widget_add_css_class (self->escalate, "pill");
      gtk_widget_add_css_class (self->escalate, "small-pill");
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->escalate);
    }
  gtk_box_append (GTK_BOX (self->box), group);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_hand_over_dispose (GObject *object)
{
  CsmHandOver *self = CSM_HAND_OVER (object);

  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_hand_over_parent_class)->dispose (object);
}

static void
csm_hand_over_finalize (GObject *object)
{
  CsmHandOver *self = CSM_HAND_OVER (object);

  g_free (self->case_id);
  g_free (self->to_id);
  G_OBJECT_CLASS (csm_hand_over_parent_class)->finalize (object);
}

static void
csm_hand_over_class_init (CsmHandOverClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_hand_over_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_hand_over_finalize;
}

static void
csm_hand_over_init (CsmHandOver *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  adw_bin_set_child (ADW_BIN (self), self->box);
}

static void
noted_cb (CsmHandOver *self)
{
  CsmSheet *sheet = csm_sheet_of (GTK_WIDGET (self));
  g_autofree char *text = csm_text_card_dup_text (self->note);

  if (sheet != NULL)
    csm_sheet_set_unsaved (sheet, text != NULL && text[0] != '\0');
}

/**
 * csm_hand_over_present:
 * @from: a widget of the window
 * @workbench: its workbench, with a case open
 *
 * Returns: (transfer none) (nullable): the sheet; %NULL: no case is open
 */
CsmSheet *
csm_hand_over_present (GtkWidget    *from,
                       CsmWorkbench *workbench)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (workbench);
  CsmHandOver *self;
  CsmSheet *sheet;

  if (detail == NULL || detail->record == NULL)
    return NULL;
  self = g_object_new (CSM_TYPE_HAND_OVER, NULL);
  self->workbench = g_object_ref (workbench);
  self->case_id = g_strdup (csm_workbench_get_case_id (workbench));
  self->note = CSM_TEXT_CARD (csm_text_card_new (_("Note"), _("What do they need to know?")));
  csm_text_card_set_height (self->note, 72);
  g_signal_connect_object (self->note, "changed", G_CALLBACK (noted_cb), self, G_CONNECT_SWAPPED);
  sheet = csm_sheet_new (from, _("Hand Over"), GTK_WIDGET (self));
  add_whom (self);
  add_group (self, _("Note"), GTK_WIDGET (self->note));
  add_open (self);
  add_brief (self);
  csm_sheet_set_action (sheet, _("_Hand Over"));
  g_signal_connect_object (sheet, "done", G_CALLBACK (done_cb), self, G_CONNECT_SWAPPED);
  csm_hand_over_choose (self, NULL);
  gtk_window_present (GTK_WINDOW (sheet));
  return sheet;
}
